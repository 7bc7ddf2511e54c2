// SPDX-License-Identifier: Apache-2.0
//
// The reference evaluator, in the order of a decision: numbers and time, the policy document with the market table, one
// request's values, the rules that are on, the target, the candidates looked at one by one, and what the decision says
// about it all. The audit comes last, since it asks the same questions of the same request.

#include "reference.hpp"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>
#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <tuple>

#include "reference_audit.hpp"

namespace reference {

namespace json = boost::json;
using boost::multiprecision::cpp_int;
__extension__ typedef __int128 int128;

namespace {

constexpr long long greatest_amount_minor = 1'000'000'000'000'000;  // 10^15

[[noreturn]] void fail(const std::string& why) { throw std::runtime_error("reference: " + why); }

// ----------------------------------------------------------------------------------------------------------------
// numbers

bool is_digit(char c) { return c >= '0' && c <= '9'; }

cpp_int power_of_ten(std::size_t exponent) {
  cpp_int power = 1;
  for (std::size_t i = 0; i < exponent; ++i) power *= 10;
  return power;
}

std::optional<rational> parse_number(std::string_view text, std::size_t integer_digits, std::size_t fraction_digits) {
  bool negative = false;
  if (!text.empty() && text.front() == '-') {
    negative = true;
    text.remove_prefix(1);
  }
  cpp_int digits = 0;
  std::size_t before = 0;
  std::size_t after = 0;
  std::size_t i = 0;
  for (; i < text.size() && is_digit(text[i]); ++i, ++before) digits = digits * 10 + (text[i] - '0');
  if (i < text.size() && text[i] == '.') {
    ++i;
    for (; i < text.size() && is_digit(text[i]); ++i, ++after) digits = digits * 10 + (text[i] - '0');
    if (after == 0) return std::nullopt;
  }
  if (i != text.size() || before == 0 || before > integer_digits || after > fraction_digits) return std::nullopt;
  rational value(digits, power_of_ten(after));
  return negative ? rational(-value) : value;
}

cpp_int floor_of(const rational& value) {
  const cpp_int n = numerator(value);
  const cpp_int d = denominator(value);  // always above zero
  cpp_int quotient = n / d;              // towards zero
  if (n < 0 && quotient * d != n) --quotient;
  return quotient;
}

cpp_int ceiling_of(const rational& value) { return -floor_of(-value); }

/// Half up means away from zero.
cpp_int round_half_up(const rational& value) {
  if (value < 0) return -round_half_up(-value);
  return floor_of(value + rational(1, 2));
}

long long to_minor(const cpp_int& value) { return value.convert_to<long long>(); }

rational absolute(const rational& value) { return value < 0 ? rational(-value) : value; }

}  // namespace

std::optional<rational> parse_decimal(std::string_view text) { return parse_number(text, 15, 9); }

std::optional<rational> parse_rate(std::string_view text) {
  if (text.empty() || text.back() != '%') return std::nullopt;
  text.remove_suffix(1);
  auto value = parse_number(text, 6, 6);
  if (value) *value /= 100;
  return value;
}

std::optional<int> currency_decimals(std::string_view code) {
  static constexpr std::array<std::string_view, 38> two = {
      "CNY", "EUR", "USD", "GBP", "CHF", "ILS", "AUD", "BRL", "CAD", "MXN", "INR", "PLN", "SEK",
      "NOK", "DKK", "CZK", "TRY", "ZAR", "HKD", "SGD", "TWD", "THB", "MYR", "NZD", "RUB", "SAR",
      "AED", "EGP", "HUF", "RON", "BGN", "UAH", "PHP", "IDR", "COP", "PEN", "NGN", "ARS"};
  static constexpr std::array<std::string_view, 4> none = {"JPY", "KRW", "VND", "CLP"};
  static constexpr std::array<std::string_view, 5> three = {"KWD", "BHD", "TND", "JOD", "OMR"};
  if (std::find(two.begin(), two.end(), code) != two.end()) return 2;
  if (std::find(none.begin(), none.end(), code) != none.end()) return 0;
  if (std::find(three.begin(), three.end(), code) != three.end()) return 3;
  return std::nullopt;
}

// -------------------------------------------------------------------------------------------------------------------
// time

namespace {

struct civil_text {
  absl::CivilSecond second;
  int milliseconds = 0;
  bool date_only = false;
  std::optional<long long> offset_ms;  // of an instant
};

/// YYYY-MM-DD, YYYY-MM-DDThh:mm:ss[.f…], and the latter followed by Z, +hh:mm or -hh:mm.
std::optional<civil_text> parse_civil(std::string_view text) {
  std::size_t at = 0;
  const auto number = [&](std::size_t width) -> std::optional<int> {
    if (at + width > text.size()) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < width; ++i, ++at) {
      if (!is_digit(text[at])) return std::nullopt;
      value = value * 10 + (text[at] - '0');
    }
    return value;
  };
  const auto skip = [&](char c) { return at < text.size() && text[at] == c ? (++at, true) : false; };

  const auto year = number(4);
  if (!year || !skip('-')) return std::nullopt;
  const auto month = number(2);
  if (!month || !skip('-')) return std::nullopt;
  const auto day = number(2);
  if (!day) return std::nullopt;
  civil_text result;
  if (at == text.size()) {
    result.second = absl::CivilSecond(*year, *month, *day);
    result.date_only = true;
    return result;
  }
  if (!skip('T')) return std::nullopt;
  const auto hour = number(2);
  if (!hour || !skip(':')) return std::nullopt;
  const auto minute = number(2);
  if (!minute || !skip(':')) return std::nullopt;
  const auto second = number(2);
  if (!second) return std::nullopt;
  result.second = absl::CivilSecond(*year, *month, *day, *hour, *minute, *second);
  if (skip('.')) {
    int weight = 100;
    bool any = false;
    for (; at < text.size() && is_digit(text[at]); ++at, weight /= 10, any = true) {
      result.milliseconds += weight * (text[at] - '0');
    }
    if (!any) return std::nullopt;
  }
  if (at == text.size()) return result;
  if (skip('Z')) {
    result.offset_ms = 0;
  } else {
    const bool west = text[at] == '-';
    if (!west && text[at] != '+') return std::nullopt;
    ++at;
    const auto hours = number(2);
    if (!hours || !skip(':')) return std::nullopt;
    const auto minutes = number(2);
    if (!minutes) return std::nullopt;
    const long long offset = (*hours * 60LL + *minutes) * 60'000;
    result.offset_ms = west ? -offset : offset;
  }
  if (at != text.size()) return std::nullopt;
  return result;
}

/// A local time that the clock change skips is read with the offset before the change, one that occurs twice is the
/// first: both are what absl calls `pre`.
long long local_to_unix_ms(absl::CivilSecond local, const std::string& zone) {
  absl::TimeZone loaded;
  if (!absl::LoadTimeZone(zone, &loaded)) fail("unknown zone " + zone);
  return absl::ToUnixMillis(loaded.At(local).pre);
}

long long boundary_to_unix_ms(const std::string& text, const std::string& zone, bool is_until) {
  const auto civil = parse_civil(text);
  if (!civil) fail("not a date or time: " + text);
  if (civil->offset_ms) return *parse_instant(text);
  if (zone.empty()) fail("a local time without a zone: " + text);
  if (!civil->date_only) return local_to_unix_ms(civil->second, zone) + civil->milliseconds;
  const absl::CivilDay day(civil->second);
  return local_to_unix_ms(absl::CivilSecond(is_until ? day + 1 : day), zone);
}

}  // namespace

std::optional<long long> parse_instant(std::string_view text) {
  const auto civil = parse_civil(text);
  if (!civil || !civil->offset_ms) return std::nullopt;
  return absl::ToUnixMillis(absl::FromCivil(civil->second, absl::UTCTimeZone())) + civil->milliseconds -
         *civil->offset_ms;
}

// ------------------------------------------------------------------------------------------------------------
// expressions

namespace {

struct expression {
  enum class kind { literal, name, add, subtract, multiply, divide, minimum, maximum };
  kind what = kind::literal;
  rational value;          // of a literal
  std::string name;        // of a name
  bool optional_ = false;  // name followed by `?`
  std::vector<expression> parts;
};

class expression_parser {
 public:
  explicit expression_parser(std::string_view text) : text_(text) {}

  expression parse() {
    expression result = sum();
    blanks();
    if (at_ != text_.size()) fail("expression: unexpected text in " + std::string(text_));
    return result;
  }

 private:
  void blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(char c) {
    blanks();
    if (at_ < text_.size() && text_[at_] == c) {
      ++at_;
      return true;
    }
    return false;
  }
  static expression join(expression::kind what, expression left, expression right) {
    expression joined;
    joined.what = what;
    joined.parts = {std::move(left), std::move(right)};
    return joined;
  }
  expression sum() {
    expression left = product();
    for (;;) {
      if (take('+')) {
        left = join(expression::kind::add, std::move(left), product());
      } else if (take('-')) {
        left = join(expression::kind::subtract, std::move(left), product());
      } else {
        return left;
      }
    }
  }
  expression product() {
    expression left = atom();
    for (;;) {
      if (take('*')) {
        left = join(expression::kind::multiply, std::move(left), atom());
      } else if (take('/')) {
        left = join(expression::kind::divide, std::move(left), atom());
      } else {
        return left;
      }
    }
  }
  static bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '.';
  }
  expression atom() {
    if (take('(')) {
      expression inner = sum();
      if (!take(')')) fail("expression: a parenthesis is not closed");
      return inner;
    }
    blanks();
    const std::size_t start = at_;
    const bool number = at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '-');
    if (number) ++at_;
    while (at_ < text_.size() && is_name_character(text_[at_])) ++at_;
    const std::string_view word = text_.substr(start, at_ - start);
    if (word.empty()) fail("expression: something is missing in " + std::string(text_));
    expression result;
    if (number) {
      const bool rate = at_ < text_.size() && text_[at_] == '%';
      if (rate) ++at_;
      const auto value = rate ? parse_rate(text_.substr(start, at_ - start)) : parse_decimal(word);
      if (!value) fail("expression: not a number: " + std::string(word));
      result.value = *value;
      return result;
    }
    if ((word == "min" || word == "max") && take('(')) {
      result.what = word == "min" ? expression::kind::minimum : expression::kind::maximum;
      do {
        result.parts.push_back(sum());
      } while (take(','));
      if (!take(')')) fail("expression: a parenthesis is not closed");
      return result;
    }
    result.what = expression::kind::name;
    result.name = word;
    result.optional_ = take('?');
    return result;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// ---------------------------------------------------------------------------------------------------------------
// document

/// One value for every currency, or one for each that is listed.
template <typename T>
struct by_currency {
  std::optional<T> one;
  std::map<std::string, T> listed;

  const T* in(const std::string& currency) const {
    if (one) return &*one;
    const auto found = listed.find(currency);
    return found == listed.end() ? nullptr : &found->second;
  }
};

struct period {
  std::optional<long long> from_unix_ms;
  std::optional<long long> until_unix_ms;
};
using period_list = std::vector<period>;

struct condition {
  std::string attribute;
  std::vector<std::string> words;
  std::vector<rational> numbers;
  bool is_range = false;
  std::optional<by_currency<rational>> from;  // a number's own range knows no currency: `one` is set
  std::optional<by_currency<rational>> below;
};
using conditions = std::vector<condition>;

enum class effect_kind {
  base,
  discount,
  price,
  gap,
  floor,
  ceiling,
  margin,
  change,
  endings,
  multiple_of,
  avoid,
  prefer,
  hold,
  was,
  credit,
  advise,
  withhold,
  culture,
  squeeze,
  leak,
  inverted
};

constexpr std::array<std::pair<std::string_view, effect_kind>, 21> effect_names = {
    {{"base", effect_kind::base},         {"discount", effect_kind::discount},
     {"price", effect_kind::price},       {"gap", effect_kind::gap},
     {"floor", effect_kind::floor},       {"ceiling", effect_kind::ceiling},
     {"margin", effect_kind::margin},     {"change", effect_kind::change},
     {"endings", effect_kind::endings},   {"multiple_of", effect_kind::multiple_of},
     {"avoid", effect_kind::avoid},       {"prefer", effect_kind::prefer},
     {"hold", effect_kind::hold},         {"was", effect_kind::was},
     {"credit", effect_kind::credit},     {"advise", effect_kind::advise},
     {"withhold", effect_kind::withhold}, {"culture", effect_kind::culture},
     {"squeeze", effect_kind::squeeze},   {"leak", effect_kind::leak},
     {"inverted", effect_kind::inverted}}};

enum class strength { required, strong, medium, weak };

/// A rate or an amount of money.
struct rate_or_money {
  std::optional<rational> rate;
  by_currency<rational> money;
  bool listed_in(const std::string& currency) const { return rate || money.in(currency) != nullptr; }
};

struct ending {
  std::string integer;
  std::string fraction;
};

enum class digit_place { any, integer, fraction, last };

struct occurrences {
  std::string digits;
  std::vector<std::string> sequences;
  std::vector<std::string> amounts;
  digit_place in = digit_place::any;
};

struct rule {
  std::string id;
  effect_kind effect = effect_kind::advise;
  strength how = strength::required;
  bool skip_if_missing = false;
  conditions when;
  std::vector<conditions> except;
  std::optional<period_list> during;  // of all the periods that it lists

  by_currency<expression> money;  // base, price, floor, ceiling, was
  rate_or_money discount;
  std::string group;
  bool exclusive = false;
  std::string to;               // gap, credit, inverted; the dealer of squeeze; the audience or segment of leak
  std::string wholesale, cost;  // squeeze: names of net fields
  std::optional<rate_or_money> gap_min, gap_max;
  std::optional<rational> margin_min, margin_max;
  rational rate;  // change, hold, credit; the margin of squeeze
  by_currency<rational> multiple_of;
  std::vector<ending> endings;
  std::vector<occurrences> occurring;  // avoid, prefer: one, but for the merged `prefer` entries of a culture
  std::string code;                    // advise, withhold
  std::set<std::string> kinds;         // culture
  std::set<std::string> without;       // culture
  bool of_culture = false;             // made of an entry of the market's culture
};

struct market {
  std::string currency;
  int decimals = 2;
  rational unit;
  bool gross = true;
  std::optional<rational> tax;
  bool stored_net = false;
  bool has_window = false;    // the law's, on former prices
  bool resale_free = false;   // the table says that no minimum may be set, or does not know
  std::vector<rule> culture;  // its entries, under their own ids; `when` holds the band
};

struct channel {
  bool traditional = false;
  std::vector<std::string> reference;  // names; empty: `list`, unless one of the next two
  bool lowest_traditional = false;
  bool highest_traditional = false;
  rational fee;
  std::optional<bool> gross;
  bool reseller = false;
};

enum class attribute_kind { words, text, number, display_money, net_money };

struct attribute {
  attribute_kind kind = attribute_kind::text;
  std::set<std::string> words;
};

struct distance_limit {
  std::optional<rational> rate;
  std::optional<by_currency<rational>> money;
};

}  // namespace

struct document {
  std::string fallback = "none";
  std::map<std::string, market> markets;
  std::map<std::string, channel> channels;
  std::map<std::string, attribute> attributes;
  std::map<std::string, period_list> periods;
  std::array<distance_limit, 3> within;  // strong, medium, weak
  bool compound = false;
  std::vector<rule> rules;                            // as written, but for those that serve the audit alone
  std::vector<rule> audit_rules;                      // these
  std::map<std::string, std::vector<rule>> rules_in;  // by market: with its culture in place of `culture`
};

namespace {

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string().data(), value.get_string().size());
  if (value.is_int64() || value.is_uint64()) return json::serialize(value);
  fail("a string or a whole number is wanted here: " + json::serialize(value));
}

std::string key_of(const json::key_value_pair& entry) { return std::string(entry.key().data(), entry.key().size()); }

bool is_note(const std::string& key) { return key.starts_with("x-"); }

rational read_money(const json::value& value) {
  const auto money = parse_decimal(text_of(value));
  if (!money) fail("not money: " + text_of(value));
  return *money;
}

rational read_rate(const json::value& value) {
  const auto rate = parse_rate(text_of(value));
  if (!rate) fail("not a rate: " + text_of(value));
  return *rate;
}

template <typename T, typename Reader>
by_currency<T> read_by_currency(const json::value& value, Reader read) {
  by_currency<T> result;
  if (!value.is_object()) {
    result.one = read(value);
    return result;
  }
  for (const auto& entry : value.get_object()) result.listed.emplace(key_of(entry), read(entry.value()));
  return result;
}

by_currency<rational> read_money_by_currency(const json::value& value) {
  return read_by_currency<rational>(value, read_money);
}

by_currency<expression> read_expression_by_currency(const json::value& value) {
  return read_by_currency<expression>(value,
                                      [](const json::value& one) { return expression_parser(text_of(one)).parse(); });
}

bool is_rate(const json::value& value) { return value.is_string() && text_of(value).ends_with('%'); }

rate_or_money read_rate_or_money(const json::value& value) {
  rate_or_money result;
  if (is_rate(value)) {
    result.rate = read_rate(value);
  } else {
    result.money = read_money_by_currency(value);
  }
  return result;
}

/// One value or a list of them.
std::vector<std::string> read_words(const json::value& value) {
  std::vector<std::string> words;
  if (value.is_array()) {
    for (const auto& one : value.get_array()) words.push_back(text_of(one));
  } else {
    words.push_back(text_of(value));
  }
  return words;
}

period_list read_periods(const json::value& value) {
  period_list result;
  if (value.is_array()) {
    for (const auto& one : value.get_array()) {
      for (const period& p : read_periods(one)) result.push_back(p);
    }
    return result;
  }
  const json::object& object = value.as_object();
  const auto* zone_value = object.if_contains("zone");
  const std::string zone = zone_value ? text_of(*zone_value) : std::string();
  period p;
  if (const auto* from = object.if_contains("from")) p.from_unix_ms = boundary_to_unix_ms(text_of(*from), zone, false);
  if (const auto* until = object.if_contains("until"))
    p.until_unix_ms = boundary_to_unix_ms(text_of(*until), zone, true);
  result.push_back(p);
  return result;
}

conditions read_conditions(const document& doc, const json::value& value) {
  conditions result;
  for (const auto& entry : value.as_object()) {
    condition c;
    c.attribute = key_of(entry);
    if (is_note(c.attribute)) continue;
    if (entry.value().is_object()) {
      c.is_range = true;
      const json::object& range = entry.value().get_object();
      if (const auto* from = range.if_contains("from")) c.from = read_money_by_currency(*from);
      if (const auto* below = range.if_contains("below")) c.below = read_money_by_currency(*below);
    } else {
      c.words = read_words(entry.value());
      const auto declared = doc.attributes.find(c.attribute);
      const bool number = c.attribute == "quantity" ||
                          (declared != doc.attributes.end() && declared->second.kind == attribute_kind::number);
      if (number) {
        for (const std::string& word : c.words) {
          const auto parsed = parse_decimal(word);
          if (!parsed) fail("not a number: " + word);
          c.numbers.push_back(*parsed);
        }
      }
    }
    result.push_back(std::move(c));
  }
  return result;
}

strength read_strength(const std::string& word) {
  if (word == "required") return strength::required;
  if (word == "strong") return strength::strong;
  if (word == "medium") return strength::medium;
  if (word == "weak") return strength::weak;
  fail("not a strength: " + word);
}

occurrences read_occurrences(const json::value& value) {
  occurrences result;
  for (const auto& entry : value.as_object()) {
    const std::string key = key_of(entry);
    if (key == "digits") result.digits = text_of(entry.value());
    if (key == "sequences") result.sequences = read_words(entry.value());
    if (key == "amounts") result.amounts = read_words(entry.value());
    if (key == "in") {
      const std::string in = text_of(entry.value());
      result.in = in == "any"        ? digit_place::any
                  : in == "integer"  ? digit_place::integer
                  : in == "fraction" ? digit_place::fraction
                  : in == "last"     ? digit_place::last
                                     : (fail("not a place: " + in), digit_place::any);
    }
  }
  return result;
}

void read_effect(rule& r, const json::value& value) {
  switch (r.effect) {
    case effect_kind::base:
    case effect_kind::price:
    case effect_kind::floor:
    case effect_kind::ceiling:
    case effect_kind::was:
      r.money = read_expression_by_currency(value);
      return;
    case effect_kind::discount:
      r.discount = read_rate_or_money(value);
      return;
    case effect_kind::gap: {
      const json::object& gap = value.as_object();
      r.to = text_of(gap.at("to"));
      if (const auto* min = gap.if_contains("min")) r.gap_min = read_rate_or_money(*min);
      if (const auto* max = gap.if_contains("max")) r.gap_max = read_rate_or_money(*max);
      return;
    }
    case effect_kind::margin:
      if (value.is_object()) {
        if (const auto* min = value.get_object().if_contains("min")) r.margin_min = read_rate(*min);
        if (const auto* max = value.get_object().if_contains("max")) r.margin_max = read_rate(*max);
      } else {
        r.margin_min = read_rate(value);
      }
      return;
    case effect_kind::change:
    case effect_kind::hold:
      r.rate = read_rate(value);
      return;
    case effect_kind::endings:
      for (const std::string& word : read_words(value)) {
        const std::size_t point = word.find('.');
        if (point == std::string::npos) {
          r.endings.push_back({word, ""});
        } else {
          r.endings.push_back({word.substr(0, point), word.substr(point + 1)});
        }
      }
      return;
    case effect_kind::multiple_of:
      r.multiple_of = read_money_by_currency(value);
      return;
    case effect_kind::avoid:
    case effect_kind::prefer:
      r.occurring = {read_occurrences(value)};
      return;
    case effect_kind::credit:
      r.to = text_of(value.as_object().at("to"));
      r.rate = read_rate(value.as_object().at("rate"));
      return;
    case effect_kind::advise:
    case effect_kind::withhold:
      r.code = text_of(value);
      return;
    case effect_kind::squeeze:
      r.to = text_of(value.as_object().at("dealer"));
      r.wholesale = text_of(value.as_object().at("wholesale"));
      r.cost = text_of(value.as_object().at("cost"));
      r.rate = read_rate(value.as_object().at("margin"));
      return;
    case effect_kind::leak:
      r.to = text_of(value.as_object().at("from"));
      return;
    case effect_kind::inverted:
      r.to = text_of(value.as_object().at("to"));
      return;
    case effect_kind::culture:
      for (const std::string& word : read_words(value)) {
        if (word == "all") {
          r.kinds = {"avoid", "prefer", "endings"};
        } else {
          r.kinds.insert(word);
        }
      }
      return;
  }
}

rule read_rule(const document& doc, const json::value& value) {
  rule r;
  std::optional<strength> given;
  bool has_effect = false;
  for (const auto& entry : value.as_object()) {
    const std::string key = key_of(entry);
    const json::value& content = entry.value();
    if (is_note(key) || key == "because") continue;
    if (key == "id") {
      r.id = text_of(content);
    } else if (key == "strength") {
      given = read_strength(text_of(content));
    } else if (key == "skip_if_missing") {
      r.skip_if_missing = content.as_bool();
    } else if (key == "when") {
      r.when = read_conditions(doc, content);
    } else if (key == "except") {
      if (content.is_array()) {
        for (const auto& one : content.get_array()) r.except.push_back(read_conditions(doc, one));
      } else {
        r.except.push_back(read_conditions(doc, content));
      }
    } else if (key == "during") {
      r.during.emplace();
      const auto add = [&](const json::value& one) {
        const period_list found = one.is_string() ? doc.periods.at(text_of(one)) : read_periods(one);
        r.during->insert(r.during->end(), found.begin(), found.end());
      };
      if (content.is_array()) {
        for (const auto& one : content.get_array()) add(one);
      } else {
        add(content);
      }
    } else if (key == "group") {
      r.group = text_of(content);
    } else if (key == "exclusive") {
      r.exclusive = content.as_bool();
    } else if (key == "without") {
      for (const std::string& word : read_words(content)) r.without.insert(word);
    } else {
      const auto found =
          std::find_if(effect_names.begin(), effect_names.end(), [&](const auto& e) { return e.first == key; });
      if (found == effect_names.end() || has_effect) fail("rule " + r.id + ": unexpected key " + key);
      has_effect = true;
      r.effect = found->second;
      read_effect(r, content);
    }
  }
  if (!has_effect) fail("rule " + r.id + " has no effect");
  switch (r.effect) {
    case effect_kind::change:
    case effect_kind::endings:
    case effect_kind::multiple_of:
    case effect_kind::avoid:
      r.how = given.value_or(strength::strong);
      break;
    case effect_kind::prefer:
      r.how = given.value_or(strength::weak);
      break;
    default:
      r.how = given.value_or(strength::required);
      break;
  }
  return r;
}

distance_limit read_distance_limit(const json::value& value) {
  distance_limit result;
  const auto add = [&](const json::value& one) {
    if (is_rate(one)) {
      result.rate = read_rate(one);
    } else {
      result.money = read_money_by_currency(one);
    }
  };
  if (value.is_array()) {
    for (const auto& one : value.get_array()) add(one);
  } else {
    add(value);
  }
  return result;
}

void read_within(document& doc, const json::value& value) {
  static constexpr std::array<std::string_view, 3> names = {"strong", "medium", "weak"};
  if (value.is_object()) {
    bool by_strength = false;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (const auto* one = value.get_object().if_contains(json::string_view(names[i].data(), names[i].size()))) {
        doc.within[i] = read_distance_limit(*one);
        by_strength = true;
      }
    }
    if (by_strength) return;
  }
  for (auto& limit : doc.within) limit = read_distance_limit(value);
}

json::object read_object(std::string_view text) {
  json::parse_options options;
  options.allow_comments = true;
  options.allow_trailing_commas = true;
  return json::parse(json::string_view(text.data(), text.size()), {}, options).as_object();
}

// ------------------------------------------------------------------------------------------- the market table and
// culture

/// A fact is an object around its value, or the value itself; nothing where there is none.
std::optional<std::string> read_fact(const json::object& entry, const char* name) {
  const json::value* fact = entry.if_contains(name);
  if (fact != nullptr && fact->is_object()) fact = fact->get_object().if_contains("value");
  if (fact == nullptr || fact->is_null()) return std::nullopt;
  return text_of(*fact);
}

/// By market: what the built-in table says, each field that the shop's own file gives in its place.
json::object read_market_table(std::string_view built_in, std::string_view own) {
  json::object result;
  for (const std::string_view text : {built_in, own}) {
    if (text.empty()) continue;
    const json::object root = read_object(text);
    for (const auto& listed : root.at("markets").as_object()) {
      json::value& entry = result[listed.key()];
      if (entry.is_null()) entry = json::object();
      for (const auto& field : listed.value().as_object()) entry.get_object()[field.key()] = field.value();
    }
  }
  return result;
}

bool law_has_window(const json::object& entry) {
  const json::value* former = entry.if_contains("former_price");
  if (former != nullptr && former->is_object()) former = &former->get_object().at("rule");
  return former != nullptr && text_of(*former) != "none";
}

strength strength_of(const json::object& entry, effect_kind effect) {
  const bool prefers = effect == effect_kind::prefer;
  if (const json::value* given = entry.if_contains("strength")) return read_strength(text_of(*given));
  if (const json::value* wider = entry.if_contains("wider"); wider != nullptr && wider->as_bool())
    return strength::weak;
  const json::value* confidence = entry.if_contains("confidence");
  if (confidence == nullptr) return prefers ? strength::weak : strength::strong;
  const std::string word = text_of(*confidence);
  if (word == "law" || word == "paper" || word == "computed") return prefers ? strength::medium : strength::strong;
  if (word == "reputable") return prefers ? strength::weak : strength::medium;
  if (word == "weak" || word == "common") return strength::weak;
  fail("no entry is made of the confidence " + word);
}

/// The entries of a market's culture that can hold where prices are in `currency`.
std::vector<rule> read_culture(const json::object& entry, const std::string& currency) {
  std::vector<rule> result;
  const json::value* culture = entry.if_contains("culture");
  if (culture == nullptr) return result;
  const std::string written_in = read_fact(entry, "currency").value_or(currency);
  for (const json::value& value : culture->as_array()) {
    const json::object& listed = value.as_object();
    rule r;
    r.id = text_of(listed.at("id"));
    r.of_culture = true;
    for (const char* key : {"avoid", "prefer", "endings", "multiple_of"}) {
      const json::value* content = listed.if_contains(key);
      if (content == nullptr) continue;
      r.effect =
          std::find_if(effect_names.begin(), effect_names.end(), [&](const auto& e) { return e.first == key; })->second;
      read_effect(r, *content);
    }
    r.how = strength_of(listed, r.effect);
    condition band;
    band.attribute = "target";
    band.is_range = true;
    const auto end = [&](const char* key, std::optional<by_currency<rational>>& into) {
      if (const json::value* amount = listed.if_contains(key)) into.emplace().listed[written_in] = read_money(*amount);
    };
    end("from", band.from);
    end("below", band.below);
    if (band.from || band.below) r.when.push_back(band);
    const bool of_endings = r.effect == effect_kind::endings || r.effect == effect_kind::multiple_of;
    if (!of_endings || written_in == currency) result.push_back(std::move(r));
  }
  return result;
}

/// The rules that stand in the place of a `culture` rule. Those of its `prefer` entries all have one id, under which
/// the ones that hold together are merged, see `find_values`.
std::vector<rule> culture_as_rules(const rule& asking, const std::vector<rule>& culture) {
  std::vector<rule> result;
  for (rule r : culture) {
    const char* kind = r.effect == effect_kind::avoid    ? "avoid"
                       : r.effect == effect_kind::prefer ? "prefer"
                                                         : "endings";
    if (!asking.kinds.contains(kind) || asking.without.contains(r.id)) continue;
    r.id = asking.id + "/" + (r.effect == effect_kind::prefer ? std::string("prefer") : r.id);
    r.when.insert(r.when.end(), asking.when.begin(), asking.when.end());
    r.except = asking.except;
    r.during = asking.during;
    result.push_back(std::move(r));
  }
  return result;
}

std::shared_ptr<const document> read_document(std::string_view text, const surroundings& beside) {
  const json::object root = read_object(text);
  auto doc = std::make_shared<document>();
  doc->within[0].rate = rational(5, 100);
  doc->within[1].rate = rational(2, 100);
  doc->within[2].rate = rational(1, 100);

  if (text_of(root.at("pricepoint")) != "1") fail("not version 1");
  if (const auto* fallback = root.if_contains("fallback")) doc->fallback = text_of(*fallback);
  if (const auto* discounts = root.if_contains("discounts")) doc->compound = text_of(*discounts) == "compound";
  if (const auto* within = root.if_contains("within")) read_within(*doc, *within);
  std::string own_markets;
  if (const auto* tables = root.if_contains("tables"); tables != nullptr && tables->is_object()) {
    if (const auto* file = tables->get_object().if_contains("markets")) own_markets = beside.files.at(text_of(*file));
  }
  const json::object table = read_market_table(beside.built_in_markets, own_markets);
  if (const auto* markets = root.if_contains("markets")) {
    for (const auto& entry : markets->as_object()) {
      const json::object& fields = entry.value().as_object();
      const json::value* listed = table.if_contains(entry.key());
      const json::object of_table = listed != nullptr ? listed->get_object() : json::object();
      const auto table_currency = read_fact(of_table, "currency");
      market m;
      if (const auto* currency = fields.if_contains("currency")) {
        m.currency = text_of(*currency);
      } else if (table_currency) {
        m.currency = *table_currency;
      } else {
        fail("no currency for " + key_of(entry));
      }
      const auto decimals = currency_decimals(m.currency);
      if (!decimals) fail("unknown currency " + m.currency);
      m.decimals = *decimals;
      m.unit = rational(1, power_of_ten(static_cast<std::size_t>(m.decimals)));
      // The table's unit is a step of the table's currency; for another it says nothing.
      if (const auto unit = read_fact(of_table, "unit"); unit && (!table_currency || *table_currency == m.currency))
        m.unit = parse_decimal(*unit).value();
      if (const auto* unit = fields.if_contains("unit")) m.unit = read_money(*unit);
      m.gross = read_fact(of_table, "display").value_or("gross") == "gross";
      if (const auto* display = fields.if_contains("display")) m.gross = text_of(*display) == "gross";
      if (const auto* tax = fields.if_contains("tax")) m.tax = read_rate(*tax);
      if (const auto* net = fields.if_contains("net")) m.stored_net = text_of(*net) == "stored";
      m.has_window = law_has_window(of_table);
      const std::string minimum = read_fact(of_table, "minimum_resale_price").value_or("allowed");
      m.resale_free = minimum == "forbidden" || minimum == "unknown";
      m.culture = read_culture(of_table, m.currency);
      doc->markets.emplace(key_of(entry), m);
    }
  }
  if (const auto* channels = root.if_contains("channels")) {
    for (const auto& entry : channels->as_object()) {
      const json::object& fields = entry.value().as_object();
      channel c;
      c.traditional = text_of(fields.at("kind")) == "traditional";
      if (const auto* owner = fields.if_contains("owner")) c.reseller = text_of(*owner) == "reseller";
      if (const auto* reference = fields.if_contains("reference")) {
        const auto names = read_words(*reference);
        if (names.size() == 1 && names[0] == "lowest traditional") {
          c.lowest_traditional = true;
        } else if (names.size() == 1 && names[0] == "highest traditional") {
          c.highest_traditional = true;
        } else {
          c.reference = names;
        }
      }
      if (const auto* fee = fields.if_contains("fee")) c.fee = read_rate(*fee);
      if (const auto* display = fields.if_contains("display")) c.gross = text_of(*display) == "gross";
      doc->channels.emplace(key_of(entry), c);
    }
  }
  if (const auto* attributes = root.if_contains("attributes")) {
    for (const auto& entry : attributes->as_object()) {
      attribute a;
      const json::value& value = entry.value();
      if (value.is_array()) {
        a.kind = attribute_kind::words;
        for (const auto& word : value.get_array()) a.words.insert(text_of(word));
      } else if (value.is_object()) {
        a.kind = text_of(value.get_object().at("money")) == "net" ? attribute_kind::net_money
                                                                  : attribute_kind::display_money;
      } else {
        a.kind = text_of(value) == "number" ? attribute_kind::number : attribute_kind::text;
      }
      doc->attributes.emplace(key_of(entry), a);
    }
  }
  if (const auto* periods = root.if_contains("periods")) {
    for (const auto& entry : periods->as_object()) doc->periods.emplace(key_of(entry), read_periods(entry.value()));
  }
  if (const auto* rules = root.if_contains("rules")) {
    for (const auto& value : rules->as_array()) {
      rule r = read_rule(*doc, value);
      const bool audits =
          r.effect == effect_kind::squeeze || r.effect == effect_kind::leak || r.effect == effect_kind::inverted;
      (audits ? doc->audit_rules : doc->rules).push_back(std::move(r));
    }
  }
  for (const auto& [name, m] : doc->markets) {
    std::vector<rule>& here = doc->rules_in[name];
    for (const rule& r : doc->rules) {
      const auto meant = r.effect == effect_kind::culture ? culture_as_rules(r, m.culture) : std::vector<rule>{r};
      here.insert(here.end(), meant.begin(), meant.end());
    }
  }
  return doc;
}

// ------------------------------------------------------------------------------------------------- amounts and their
// shapes

/// The digits of an amount in minor units, at least one more than the currency has decimals: the integer part and the
/// fraction.
struct written_amount {
  std::array<char, 40> digits{};
  std::size_t length = 0;
  std::size_t decimals = 0;

  written_amount(long long minor, std::size_t decimals_, std::size_t least_length = 0) : decimals(decimals_) {
    std::array<char, 40> reversed{};
    while (minor > 0) {
      reversed[length++] = static_cast<char>('0' + minor % 10);
      minor /= 10;
    }
    while (length < decimals + 1 || length < least_length) reversed[length++] = '0';
    for (std::size_t i = 0; i < length; ++i) digits[i] = reversed[length - 1 - i];
  }
  std::string_view integer() const { return {digits.data(), length - decimals}; }
  std::string_view fraction() const { return {digits.data() + (length - decimals), decimals}; }
};

bool ends_so(const written_amount& amount, const ending& wanted) {
  const std::string_view integer = amount.integer();
  const std::string_view fraction = amount.fraction();
  if (wanted.fraction.size() > fraction.size()) return false;  // the currency cannot show it
  if (wanted.integer.size() > integer.size()) return false;
  const std::string_view tail = integer.substr(integer.size() - wanted.integer.size());
  for (std::size_t i = 0; i < tail.size(); ++i) {
    if (wanted.integer[i] != '?' && wanted.integer[i] != tail[i]) return false;
  }
  for (std::size_t i = 0; i < fraction.size(); ++i) {
    const char digit = i < wanted.fraction.size() ? wanted.fraction[i] : '0';
    if (digit != '?' && digit != fraction[i]) return false;
  }
  return true;
}

/// What "does any of them occur" looks at: everything, or (for the argument in `search_limit`) without the whole
/// amounts.
bool any_of_one_occurs(const written_amount& amount, const occurrences& wanted, bool look_at_amounts = true) {
  const auto has_digit = [&](std::string_view part) {
    return std::any_of(part.begin(), part.end(), [&](char c) { return wanted.digits.find(c) != std::string::npos; });
  };
  const auto has_sequence = [&](std::string_view part) {
    return std::any_of(wanted.sequences.begin(), wanted.sequences.end(),
                       [&](const std::string& s) { return part.find(s) != std::string_view::npos; });
  };
  const bool in_integer = wanted.in == digit_place::any || wanted.in == digit_place::integer;
  const bool in_fraction = wanted.in == digit_place::any || wanted.in == digit_place::fraction;
  if (in_integer && (has_digit(amount.integer()) || has_sequence(amount.integer()))) return true;
  if (in_fraction && (has_digit(amount.fraction()) || has_sequence(amount.fraction()))) return true;
  if (wanted.in == digit_place::last) {
    for (std::size_t i = amount.length; i-- > 0;) {
      if (amount.digits[i] == '0') continue;
      if (wanted.digits.find(amount.digits[i]) != std::string::npos) return true;
      break;
    }
  }
  if (!look_at_amounts) return false;
  return std::any_of(wanted.amounts.begin(), wanted.amounts.end(),
                     [&](const std::string& whole) { return amount.integer() == whole; });
}

bool any_occurs(const written_amount& amount, const std::vector<occurrences>& wanted, bool look_at_amounts = true) {
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](const occurrences& one) { return any_of_one_occurs(amount, one, look_at_amounts); });
}

// ------------------------------------------------------------------------------------------------- bounds as
// inequalities

/// coefficient × p ≥ least, p in units of the currency. Every bound is one or two of these.
struct inequality {
  rational coefficient;
  rational least;

  bool holds(const rational& p) const { return coefficient * p >= least; }
};

/// The same over whole minor units: factor × p ≥ least, in whole numbers (both sides multiplied by what makes them
/// whole).
struct whole_inequality {
  cpp_int factor;
  cpp_int least;
  bool small = false;  // fits the machine's numbers: |factor| < 2^62, |least| < 2^120, and p ≤ 10^15 < 2^50
  int128 small_factor = 0;
  int128 small_least = 0;

  whole_inequality(const inequality& exact, std::size_t decimals) {
    const rational a = exact.coefficient / rational(power_of_ten(decimals));
    const cpp_int common = boost::multiprecision::lcm(cpp_int(denominator(a)), cpp_int(denominator(exact.least)));
    factor = numerator(a) * (common / denominator(a));
    least = numerator(exact.least) * (common / denominator(exact.least));
    small = abs(factor) < (cpp_int(1) << 62) && abs(least) < (cpp_int(1) << 120);
    if (small) {
      small_factor = factor.convert_to<int128>();
      small_least = least.convert_to<int128>();
    }
  }
  bool holds(long long p) const {
    if (small) return small_factor * p >= small_least;
    return factor * p >= least;
  }
};

/// A bound or a shape that is on, ready to be asked about one amount after the other.
struct active_rule {
  const rule* source = nullptr;
  bool is_bound = false;
  std::vector<inequality> bounds;
  std::vector<whole_inequality> whole_bounds;
  cpp_int multiple_numerator = 1;  // of `multiple_of`, in minor units
  cpp_int multiple_denominator = 1;
  long long small_multiple = 0;  // the same where it is a whole number of minor units; else 0

  const std::string& id() const { return source->id; }
  strength how() const { return source->how; }

  bool shape_holds(long long p, const written_amount& amount) const {
    switch (source->effect) {
      case effect_kind::endings:
        return std::any_of(source->endings.begin(), source->endings.end(),
                           [&](const ending& e) { return ends_so(amount, e); });
      case effect_kind::multiple_of:
        if (small_multiple != 0) return p % small_multiple == 0;
        return cpp_int(p) * multiple_denominator % multiple_numerator == 0;
      case effect_kind::avoid:
        return !any_occurs(amount, source->occurring);
      case effect_kind::prefer:
        return any_occurs(amount, source->occurring);
      default:
        fail("not a shape");
    }
  }
  bool bound_holds(long long p) const {
    for (const whole_inequality& one : whole_bounds) {
      if (!one.holds(p)) return false;
    }
    return true;
  }
};

using rule_set = std::vector<const active_rule*>;

/// How many strong, medium and weak rules; fewer of the stronger is less, whatever the weaker say.
using count_by_strength = std::array<int, 3>;

std::size_t soft_index(strength how) { return static_cast<std::size_t>(how) - 1; }

// -------------------------------------------------------------------------------------------------------------
// candidates

/// Amounts that may still be looked at.
thread_local long long effort_left = std::numeric_limits<long long>::max();

class candidates {
 public:
  std::size_t decimals = 2;
  long long unit_minor = 1;
  bool stored_net = false;
  rational gross_factor = 1;  // 1 + tax, where the net is stored

  void prepare() {
    if (!stored_net) return;
    if (numerator(gross_factor) > cpp_int(1) << 60) fail("a tax of this size is not supported");
    tax_numerator_ = numerator(gross_factor).convert_to<long long>();
    tax_denominator_ = denominator(gross_factor).convert_to<long long>();
    excludes_some_ = tax_numerator_ != tax_denominator_;
  }

  /// The net amounts n with round(n × (1 + tax)) = p, of whole minor units; 1 + tax is at least 1, so that they lie
  /// next to p / (1 + tax), at most one half away.
  std::vector<long long> stored_nets(long long p) const {
    // Numbers of 64 bits where they suffice, since those of 128 divide slowly.
    const bool small = p < 1'000'000'000 && tax_numerator_ < 1'000'000'000;
    return small ? nets_around<long long>(p) : nets_around<int128>(p);
  }

  /// Whether p is a candidate at all, apart from the unit.
  bool possible(long long p) const { return !excludes_some_ || !stored_nets(p).empty(); }

  bool is_candidate(long long p) const {
    return p > 0 && p <= greatest_amount_minor && p % unit_minor == 0 && possible(p);
  }

  /// Whether the amount p satisfies every rule of the set: bounds first, since they are quickest to ask.
  bool satisfies(long long p, const rule_set& rules) const {
    if (effort_left-- <= 0) throw undecided("more amounts would have to be looked at than the effort allows");
    for (const active_rule* one : rules) {
      if (one->is_bound && !one->bound_holds(p)) return false;
    }
    const bool shapes = std::any_of(rules.begin(), rules.end(), [](const active_rule* one) { return !one->is_bound; });
    if (!shapes) return true;
    const written_amount amount(p, decimals);
    for (const active_rule* one : rules) {
      if (!one->is_bound && !one->shape_holds(p, amount)) return false;
    }
    return true;
  }

  bool satisfies(long long p, const active_rule& one) const {
    return one.is_bound ? one.bound_holds(p) : one.shape_holds(p, written_amount(p, decimals));
  }

  bool is_member(long long p, const rule_set& required) const { return satisfies(p, required) && possible(p); }

  struct range {
    long long first = 1;  // multiples of the unit
    long long last = 0;   // less than first: nothing
  };

  /// Outside of this range some required bound is plainly not met: below the greatest lower bound, above the least
  /// upper one.
  range bounded_range(const rule_set& required) const {
    cpp_int first = unit_minor;
    cpp_int last = greatest_amount_minor;
    for (const active_rule* one : required) {
      for (const whole_inequality& bound : one->whole_bounds) {
        if (bound.factor > 0) first = std::max(first, ceiling_of(rational(bound.least, bound.factor)));
        if (bound.factor < 0) last = std::min(last, floor_of(rational(bound.least, bound.factor)));
        if (bound.factor == 0 && bound.least > 0) return {};
      }
    }
    if (first > last) return {};
    long long low = to_minor(first);
    low += (unit_minor - low % unit_minor) % unit_minor;
    return {low, to_minor(last)};
  }

  /// Where enumeration may stop, and whether the stop is proved. Let `settled` be an amount from which on the lower
  /// ends of all bounds are met (upper ends, once broken, stay so: what is smaller than a member and at least `settled`
  /// meets all bounds too). The promise: if some member of F lies at or beyond `settled`, then one lies in [settled,
  /// last]. The nearest one is met first on the way up, so that nothing beyond `last` can matter.
  ///
  /// The argument. Let K be so large that the unit, every `multiple_of` and every ending look at the last K digits
  /// alone (their modulus divides 10^K; K is more than the decimals), let t ≥ K be more than the digits of `settled`
  /// and more than the digits of any whole amount that `avoid` or `prefer` names, and L the longest sequence that they
  /// name (1 for digits). Let x be a member of F with more digits than t + L, y its last t digits, z the zeros with
  /// which y begins, extended to the left as far as x has zeros, d the digit before them (not zero, or x would begin
  /// with a zero), s what follows the zeros in y.
  ///  (a) No required `prefer`, no stored net. Let x' = d z' s with z' as many zeros as y has in front, or, where z has
  ///  more and that
  ///      is fewer than L − 1, min(|z|, L − 1) of them. (If y begins with no zero, then x' = y.) The last t digits of
  ///      x' are those of x, so endings, multiples, the unit and the fraction agree; every run of at most L digits of
  ///      the integer part of x' is also one of x, so that nothing avoided is in it; the last digit that is not zero is
  ///      the same; it is longer than any whole amount. It has at least t and at most t + L digits, hence lies between
  ///      `settled` and 10^(t + L).
  ///  (b) Required `prefer`, but no required avoided sequence. What is preferred occurs in x in its last t digits, or
  ///  as
  ///      some v (at most L digits) further left. Let d be the first digit of x, e its last digit that is not zero, and
  ///      x' = d v e y, with one v for each `prefer`: only digits that x has, so nothing avoided (there are only digits
  ///      and whole amounts), and the same last digit that is not zero. At most t + 2 + ΣL digits. A `prefer` of
  ///      nothing but whole amounts is met by nothing with t digits or more.
  ///  (c) Stored net, and no shape but endings, multiples and what looks at the fraction alone: at or beyond 10^(t − 1)
  ///  all depends on p modulo 10^K and modulo the numerator of
  ///      1 + tax (n + denominator gives p + numerator), so all repeats after their least common multiple.
  ///  (d) Anything else is looked for as far as without (c) or (b), and the stop is not proved: see `undecided`. With a
  ///  stored net, the
  ///      stop is proved after all where even the impossible amounts have no member there, by (a) or (b).
  /// And in all cases: every member with K digits or more ends in some K digits that satisfy endings, multiples and the
  /// unit, and in which nothing avoided occurs; where the net is stored, it is also congruent to some possible amount
  /// that ends so, as in (c). Where there is no such end, 10^K (and `settled`) is far enough.
  struct limit {
    long long last = greatest_amount_minor;
    bool proved = true;
    long long beyond = 0;  // 10^(t − 1)
  };

  limit search_limit(const rule_set& required, const cpp_int& settled) const {
    std::size_t tail = decimals + 1;
    std::size_t whole = 0;
    std::size_t longest = 0;
    std::size_t preferred = 0;
    bool has_prefer = false;
    bool has_avoid = false;
    bool avoids_sequences = false;
    bool only_small = false;
    tail = std::max(tail, digits_that_decide(cpp_int(unit_minor)));
    for (const active_rule* one : required) {
      const rule& r = *one->source;
      if (r.effect == effect_kind::endings) {
        for (const ending& e : r.endings) tail = std::max(tail, e.integer.size() + decimals);
      } else if (r.effect == effect_kind::multiple_of) {
        tail = std::max(tail, digits_that_decide(one->multiple_numerator));
      } else if (r.effect == effect_kind::avoid || r.effect == effect_kind::prefer) {
        const occurrences& listed = r.occurring.front();  // what is merged of a culture is never required
        std::size_t length = listed.digits.empty() ? 0 : 1;
        for (const std::string& s : listed.sequences) length = std::max(length, s.size());
        for (const std::string& a : listed.amounts) whole = std::max(whole, a.size() + decimals);
        if (listed.in == digit_place::fraction && length > 0) continue;  // like an ending: the last digits say it all
        longest = std::max(longest, length);
        if (r.effect == effect_kind::avoid) {
          has_avoid = true;
          avoids_sequences = avoids_sequences || !listed.sequences.empty();
        } else {
          has_prefer = true;
          preferred += length;
          only_small = only_small || length == 0;
        }
      }
    }
    std::size_t t = std::max({tail, whole + 1, settled.str().size() + 1});
    limit result;
    if (t > 16) return result;
    const cpp_int beyond = power_of_ten(t - 1);
    result.beyond = to_minor(beyond);
    cpp_int last = 0;
    if (!some_tail(required, tail)) {
      last = std::max(settled, power_of_ten(tail));
    } else if (only_small) {
      last = beyond;
    } else if (excludes_some_ && !has_prefer && !has_avoid) {
      last = beyond + boost::multiprecision::lcm(power_of_ten(tail), cpp_int(tax_numerator_));
    } else {
      last = power_of_ten(t + std::max<std::size_t>(longest, 1) + (has_prefer ? 2 + preferred : 0));
      result.proved = !excludes_some_ && !(has_prefer && avoids_sequences);
    }
    const cpp_int patience = settled + 5'000'000;
    if (last > patience) {
      last = patience;
      result.proved = false;
    }
    if (last < greatest_amount_minor) {
      result.last = to_minor(last);
    } else {
      result.proved = true;  // then it is simply everything
    }
    return result;
  }

  /// The first member of F, if there is one.
  bool has_member(const rule_set& required) const {
    const range inside = bounded_range(required);
    if (inside.last < inside.first) return false;
    // Most of the time a member is near; the limit is worked out only where it is not.
    const long long near = inside.first + 1000 * unit_minor;
    for (long long p = inside.first; p <= inside.last && p <= near; p += unit_minor) {
      if (is_member(p, required)) return true;
    }
    if (inside.last <= near) return false;
    const limit stop = search_limit(required, cpp_int(inside.first));
    const long long last = std::min(inside.last, stop.last);
    for (long long p = inside.first; p <= last; p += unit_minor) {
      if (is_member(p, required)) return true;
    }
    if (last < inside.last) assure_nothing_beyond(stop, required);
    return false;
  }

  /// Called where the search has reached its limit and something had still to be found beyond `settled`.
  void assure_nothing_beyond(const limit& stop, const rule_set& required) const {
    if (stop.proved) return;
    if (excludes_some_) {
      bool any = false;
      candidates all = *this;
      all.excludes_some_ = false;
      const limit far = all.search_limit(required, cpp_int(stop.beyond - 1));  // as many digits as `settled`
      for (long long p = stop.beyond; p <= far.last && !any; p += 1)
        any = p % unit_minor == 0 && satisfies(p, required);
      if (!any && far.proved) return;
    }
    throw undecided("no member of F was found, and that there is none is not proved");
  }

 private:
  template <typename Whole>
  std::vector<long long> nets_around(long long p) const {
    std::vector<long long> found;
    const Whole a = tax_numerator_;
    const Whole b = tax_denominator_;
    const auto near = static_cast<long long>(p * b / a);
    for (long long n = near > 2 ? near - 2 : 0; n <= near + 2; ++n) {
      if ((2 * n * a + b) / (2 * b) == p) found.push_back(n);
    }
    return found;
  }

  /// The least K with which 10^K is a multiple of the modulus.
  static std::size_t digits_that_decide(const cpp_int& modulus) {
    for (std::size_t k = 0; k <= 30; ++k) {
      if (power_of_ten(k) % modulus == 0) return k;
    }
    fail("a unit or a multiple that does not divide a power of ten is not supported");
  }

  /// Whether some `tail` last digits could end a member: a condition that every long member meets.
  bool some_tail(const rule_set& required, std::size_t tail) const {
    const cpp_int digits = power_of_ten(tail);
    const cpp_int period =
        excludes_some_ ? cpp_int(boost::multiprecision::lcm(digits, cpp_int(tax_numerator_))) : digits;
    if (period > 1'000'000) return true;  // not worth the while
    const long long end = to_minor(period);
    const long long modulus = to_minor(digits);
    for (long long p = 0; p < end; p += unit_minor) {
      const written_amount amount(p % modulus, decimals, tail);
      bool fits = true;
      for (const active_rule* one : required) {
        const effect_kind effect = one->source->effect;
        if (effect == effect_kind::endings || effect == effect_kind::multiple_of) fits = one->shape_holds(p, amount);
        if (effect == effect_kind::avoid) fits = !any_occurs(amount, one->source->occurring, false);
        if (!fits) break;
      }
      if (fits && possible(p)) return true;
    }
    return false;
  }

  long long tax_numerator_ = 1;
  long long tax_denominator_ = 1;
  bool excludes_some_ = false;  // the net is stored, and the tax is not 0%
};

// --------------------------------------------------------------------------------------------------------- one
// evaluation

/// A price that was decided before in the same call, or observed, to stand in for `price.<channel>`.
struct carried_price {
  rational amount;  // in the market's currency
  bool gross = true;
  std::string seller;  // of whom it was observed
};
using carried_prices = std::map<std::string, carried_price>;

/// The value of a field or an expression, or what it lacks.
struct money_value {
  std::optional<rational> amount;
  std::set<std::string> missing;
  bool field_absent = false;  // of a plain name: the field itself is not there

  static money_value of(rational amount) { return {std::move(amount), {}, false}; }
  static money_value lacking(std::set<std::string> names) { return {std::nullopt, std::move(names), false}; }
};

std::vector<std::string> sorted_list(const std::set<std::string>& items) { return {items.begin(), items.end()}; }

class evaluation {
 public:
  evaluation(const document& doc, const request& asked, const std::vector<rate_row>& rates,
             const carried_prices& carried, trace* watched)
      : doc_(doc), asked_(asked), rates_(rates), carried_(carried), watched_(watched) {}

  decision decide() {
    read_request();
    if (!result_.invalid.empty()) return finish("invalid", "field");

    if (!channel_ || !market_) {
      if (!channel_) missing_.insert("channel");
      if (!market_) missing_.insert("market");
      return finish("incomplete", "channel or market");
    }

    if (!at_) {
      // Rules that name a period are neither on nor off; the others may already withhold.
      if (withheld([](const rule& r) { return !asks_about_target(r) && !names_period(r); })) {
        collect_advice([](const rule& r) { return !asks_about_target(r) && !names_period(r); });
        return finish("withheld", "without target");
      }
      for (const rule& r : *rules_) {
        if (names_period(r) && could_match(r)) {
          missing_.insert("at");
          set_fallback();
          return finish("incomplete", "at");
        }
      }
    }
    result_.next_change_at_unix_ms = next_change();

    const auto without_target = [](const rule& r) { return !asks_about_target(r); };
    if (withheld(without_target)) {
      collect_advice(without_target);
      return finish("withheld", "without target");
    }

    const money_value base = find_base();
    if (!base.amount) {
      missing_ = base.missing;
      collect_advice(without_target);
      set_fallback();
      return finish("incomplete", "base");
    }
    if (!is_amount(*base.amount)) return finish_invalid("base");
    take_discounts(*base.amount);
    if (!is_amount(target_)) return finish_invalid("target");
    target_known_ = true;
    result_.target = target_;

    collect_advice([](const rule&) { return true; });
    if (watched_) {
      for (const rule& r : *rules_) {
        const auto name =
            std::find_if(effect_names.begin(), effect_names.end(), [&](const auto& e) { return e.second == r.effect; });
        if (is_on(r)) watched_->on.emplace_back(r.id, (r.of_culture ? "culture " : "") + std::string(name->first));
      }
    }
    if (withheld([](const rule&) { return true; })) return finish("withheld", "with target");

    find_values();
    if (!missing_.empty()) {
      set_fallback();
      return finish("incomplete", "values");
    }
    note_what_limits();

    const auto p = choose();
    if (!p) {
      find_conflict();
      set_fallback();
      return finish("conflict", "");
    }
    const long long final_price = hold(*p);
    say_price(final_price);
    return finish(broken_at(final_price, soft_)[0] > 0 ? "compromised" : "priced", "");
  }

 protected:  // for `inspection`
  // ---- the request

  const std::string* field(const std::string& name) const {
    const auto found = asked_.fields.find(name);
    return found == asked_.fields.end() ? nullptr : &found->second;
  }

  void read_request() {
    std::set<std::string> invalid;
    if (const std::string* name = field("market")) {
      const auto found = doc_.markets.find(*name);
      if (found == doc_.markets.end()) {
        invalid.insert("market");
      } else {
        market_ = &found->second;
        rules_ = &doc_.rules_in.at(*name);
        result_.currency = market_->currency;
      }
    }
    if (const std::string* name = field("channel")) {
      const auto found = doc_.channels.find(*name);
      if (found == doc_.channels.end()) {
        invalid.insert("channel");
      } else {
        channel_ = &found->second;
        channel_name_ = *name;
      }
    }
    if (const std::string* text = field("at")) {
      at_ = parse_instant(*text);
      if (!at_) invalid.insert("at");
    }
    if (const std::string* text = field("current_since")) {
      current_since_ = parse_instant(*text);
      if (!current_since_) invalid.insert("current_since");
    }
    std::optional<int> decimals = market_ ? std::optional<int>(market_->decimals) : std::nullopt;
    if (const std::string* code = field("currency")) {
      decimals = currency_decimals(*code);
      if (!decimals) invalid.insert("currency");
    }
    if (market_ && channel_) gross_ = channel_->gross.value_or(market_->gross);

    // The tax: the request's, the market's, and 0% where the display (of the channel asked for) is net.
    if (market_) tax_ = market_->tax;
    if (market_ && channel_ && !tax_ && !gross_) tax_ = rational(0);
    if (const std::string* text = field("tax")) {
      tax_ = parse_rate(*text);
      if (!tax_ || *tax_ < 0) invalid.insert("tax");
    }
    if (channel_) fee_ = channel_->fee;
    if (const std::string* text = field("fee")) {
      const auto fee = parse_rate(*text);
      if (!fee || *fee < 0 || *fee > 1) {
        invalid.insert("fee");
      } else {
        fee_ = *fee;
      }
    }
    numbers_["quantity"] = 1;
    if (const std::string* text = field("quantity")) {
      const auto quantity = parse_decimal(*text);
      if (!quantity || *quantity <= 0) {
        invalid.insert("quantity");
      } else {
        numbers_["quantity"] = *quantity;
      }
    }
    if (const std::string* text = field("units")) {
      const auto units = parse_decimal(*text);
      if (!units || *units < 0) invalid.insert("units");
    }

    const auto read_money_field = [&](const std::string& name, bool displayed) {
      const std::string* text = field(name);
      if (!text) return;
      const auto amount = parse_decimal(*text);
      const bool fits =
          amount && (displayed ? *amount > 0 : *amount >= 0) &&
          (!decimals || *amount * power_of_ten(static_cast<std::size_t>(*decimals)) <= greatest_amount_minor);
      if (!fits) {
        invalid.insert(name);
      } else {
        money_[name] = *amount;
      }
    };
    for (const char* name : {"list", "msrp", "map", "current", "lowest_prior"}) read_money_field(name, true);
    for (const char* name : {"cost", "shipping"}) read_money_field(name, false);
    for (const auto& [name, declared] : doc_.channels) read_money_field("price." + name, true);
    for (const auto& [name, declared] : doc_.attributes) {
      const std::string* text = field(name);
      if (!text) continue;
      switch (declared.kind) {
        case attribute_kind::words:
          if (!declared.words.contains(*text)) invalid.insert(name);
          break;
        case attribute_kind::text:
          break;
        case attribute_kind::number: {
          const auto number = parse_decimal(*text);
          if (!number) {
            invalid.insert(name);
          } else {
            numbers_[name] = *number;
          }
          break;
        }
        case attribute_kind::display_money:
          read_money_field(name, true);
          break;
        case attribute_kind::net_money:
          read_money_field(name, false);
          break;
      }
    }
    result_.invalid = sorted_list(invalid);
  }

  bool is_amount(const rational& amount) const {
    return amount > 0 && amount * power_of_ten(static_cast<std::size_t>(market_->decimals)) <= greatest_amount_minor;
  }

  // ---- money

  /// From the request's currency to the market's; what is lacking where that cannot be done.
  money_value converted(const rational& amount) const {
    const std::string* currency = field("currency");
    if (!currency || *currency == market_->currency) return money_value::of(amount);
    if (!at_) return money_value::lacking({"at"});
    const rate_row* latest = nullptr;
    for (const rate_row& row : rates_) {
      if (row.from != *currency || row.to != market_->currency) continue;
      const long long row_at = parse_instant(row.at).value();
      if (row_at > *at_) continue;
      if (!latest || parse_instant(latest->at).value() < row_at) latest = &row;
    }
    if (!latest) return money_value::lacking({"rate." + *currency + "." + market_->currency});
    return money_value::of(amount * parse_decimal(latest->rate).value());
  }

  /// A price of another channel, in the market's currency, on the display of the channel asked for.
  money_value as_displayed_here(const rational& amount, bool gross) const {
    if (gross == gross_) return money_value::of(amount);
    if (!tax_) return money_value::lacking({"tax"});
    const rational factor = 1 + *tax_;
    return money_value::of(gross_ ? rational(amount * factor) : rational(amount / factor));
  }

  money_value displayed_field(const std::string& name) const {
    if (name.starts_with("price.")) {
      const auto decided = carried_.find(name.substr(6));
      if (decided != carried_.end()) return as_displayed_here(decided->second.amount, decided->second.gross);
    }
    const auto found = money_.find(name);
    if (found == money_.end()) return {std::nullopt, {name}, true};
    return converted(found->second);
  }

  bool has_price(const std::string& channel_name) const {
    return carried_.contains(channel_name) || money_.contains("price." + channel_name);
  }

  /// A net field, without tax.
  money_value net_field(const std::string& name) const {
    const auto found = money_.find(name);
    if (found != money_.end()) return converted(found->second);
    if (name == "shipping" && channel_->traditional) return money_value::of(0);
    return {std::nullopt, {name}, true};
  }

  /// A net field where it meets a displayed price.
  money_value grossed_up_field(const std::string& name) const {
    money_value value = net_field(name);
    if (!gross_) return value;
    if (!tax_) {
      value.amount.reset();
      value.missing.insert("tax");
    } else if (value.amount) {
      *value.amount *= 1 + *tax_;
    }
    return value;
  }

  money_value reference() const {
    if (channel_->lowest_traditional || channel_->highest_traditional) {
      std::optional<rational> best;
      std::set<std::string> missing;
      bool any = false;
      for (const auto& [name, declared] : doc_.channels) {
        if (!declared.traditional || name == channel_name_ || !has_price(name)) continue;
        any = true;
        const money_value price = displayed_field("price." + name);
        missing.insert(price.missing.begin(), price.missing.end());
        if (!price.amount) continue;
        if (!best || (channel_->lowest_traditional ? *price.amount < *best : *price.amount > *best))
          best = price.amount;
      }
      if (!any) return {std::nullopt, {"price.traditional"}, true};
      if (!missing.empty()) return money_value::lacking(missing);
      return money_value::of(*best);
    }
    if (channel_->reference.empty()) return displayed_field("list");
    std::set<std::string> names;
    for (const std::string& name : channel_->reference) {
      if (has_price(name)) return displayed_field("price." + name);
      names.insert("price." + name);
    }
    return {std::nullopt, names, true};
  }

  money_value named(const std::string& name) const {
    if (name == "reference") return reference();
    if (name == "target") return money_value::of(target_);
    if (name == "cost" || name == "shipping") return grossed_up_field(name);
    const auto declared = doc_.attributes.find(name);
    if (declared != doc_.attributes.end() && declared->second.kind == attribute_kind::net_money)
      return grossed_up_field(name);
    return displayed_field(name);
  }

  money_value value_of(const expression& e) const {
    switch (e.what) {
      case expression::kind::literal:
        return money_value::of(e.value);
      case expression::kind::name:
        return named(e.name);
      case expression::kind::add:
      case expression::kind::subtract:
      case expression::kind::multiply:
      case expression::kind::divide: {
        const money_value left = value_of(e.parts[0]);
        const money_value right = value_of(e.parts[1]);
        if (!left.amount || !right.amount) {
          std::set<std::string> missing = left.missing;
          missing.insert(right.missing.begin(), right.missing.end());
          return money_value::lacking(missing);
        }
        if (e.what == expression::kind::add) return money_value::of(*left.amount + *right.amount);
        if (e.what == expression::kind::subtract) return money_value::of(*left.amount - *right.amount);
        if (e.what == expression::kind::multiply) return money_value::of(*left.amount * *right.amount);
        return money_value::of(*left.amount / *right.amount);
      }
      case expression::kind::minimum:
      case expression::kind::maximum: {
        std::optional<rational> best;
        std::set<std::string> missing;
        std::set<std::string> left_out;
        for (const expression& part : e.parts) {
          const money_value value = value_of(part);
          if (part.what == expression::kind::name && part.optional_ && value.field_absent) {
            left_out.insert(value.missing.begin(), value.missing.end());
          } else if (!value.amount) {
            missing.insert(value.missing.begin(), value.missing.end());
          } else if (!best || (e.what == expression::kind::minimum ? *value.amount < *best : *value.amount > *best)) {
            best = value.amount;
          }
        }
        if (!missing.empty()) return money_value::lacking(missing);
        if (!best) return money_value::lacking(left_out);
        return money_value::of(*best);
      }
    }
    fail("unknown expression");
  }

  // ---- conditions

  static bool inside(const period_list& periods, long long at) {
    return std::any_of(periods.begin(), periods.end(), [&](const period& p) {
      return (!p.from_unix_ms || *p.from_unix_ms <= at) && (!p.until_unix_ms || at < *p.until_unix_ms);
    });
  }

  bool in_range(const condition& c, const rational& value) const {
    for (const auto* end : {&c.from, &c.below}) {
      if (*end && !(*end)->in(market_->currency)) return false;  // in a currency that is not listed
    }
    if (c.from && value < *c.from->in(market_->currency)) return false;
    if (c.below && value >= *c.below->in(market_->currency)) return false;
    return true;
  }

  bool holds(const condition& c) const {
    if (c.attribute == "target") return in_range(c, target_);
    if (c.attribute == "period") {
      return std::any_of(c.words.begin(), c.words.end(),
                         [&](const std::string& name) { return at_ && inside(doc_.periods.at(name), *at_); });
    }
    const auto number = numbers_.find(c.attribute);
    if (number != numbers_.end()) {
      if (c.is_range) return in_range(c, number->second);
      return std::find(c.numbers.begin(), c.numbers.end(), number->second) != c.numbers.end();
    }
    const std::string* text = field(c.attribute);
    if (!text) return false;
    return std::any_of(c.words.begin(), c.words.end(), [&](const std::string& word) {
      return *text == word || (c.attribute == "category" && text->starts_with(word + "/"));
    });
  }

  bool all_hold(const conditions& all) const {
    return std::all_of(all.begin(), all.end(), [&](const condition& c) { return holds(c); });
  }

  static bool mentions(const conditions& all, std::string_view attribute) {
    return std::any_of(all.begin(), all.end(), [&](const condition& c) { return c.attribute == attribute; });
  }

  static bool asks_about_target(const rule& r) {
    return mentions(r.when, "target") ||
           std::any_of(r.except.begin(), r.except.end(), [](const conditions& all) { return mentions(all, "target"); });
  }

  static bool names_period(const rule& r) {
    return r.during || mentions(r.when, "period") ||
           std::any_of(r.except.begin(), r.except.end(), [](const conditions& all) { return mentions(all, "period"); });
  }

  /// Step 1. Rules that ask about the target may be asked about only once it is known.
  bool is_on(const rule& r) const {
    if (asks_about_target(r) && !target_known_) fail("the target is not known yet");
    if (!at_ && names_period(r)) return false;  // it could not match at any time, see `decide`
    if (r.during && !inside(*r.during, *at_)) return false;
    if (!all_hold(r.when)) return false;
    return std::none_of(r.except.begin(), r.except.end(), [&](const conditions& all) { return all_hold(all); });
  }

  /// Of a rule that is known to be on or off without the target: an object of `except` that asks about it cannot hold.
  bool is_on_at_any_target(const rule& r) const {
    if (!at_ && names_period(r)) return false;
    if (r.during && !inside(*r.during, *at_)) return false;
    if (mentions(r.when, "target") || !all_hold(r.when)) return false;
    return std::none_of(r.except.begin(), r.except.end(),
                        [&](const conditions& all) { return !mentions(all, "target") && all_hold(all); });
  }

  /// A gap is off on the channel that it names, and to "traditional" where no other traditional channel is declared; an
  /// effect is off in a currency that its object does not list. Such a rule can never be on here, whatever the time.
  bool never_on_here(const rule& r) const {
    const std::string& currency = market_->currency;
    switch (r.effect) {
      case effect_kind::gap:
        if (r.gap_min && !r.gap_min->listed_in(currency)) return true;
        if (r.gap_max && !r.gap_max->listed_in(currency)) return true;
        if (r.to == channel_name_) return true;
        return r.to == "traditional" && std::none_of(doc_.channels.begin(), doc_.channels.end(), [&](const auto& one) {
                 return one.second.traditional && one.first != channel_name_;
               });
      case effect_kind::discount:
        return !r.discount.listed_in(currency);
      case effect_kind::multiple_of:
        return r.multiple_of.in(currency) == nullptr;
      case effect_kind::base:
      case effect_kind::price:
      case effect_kind::floor:
      case effect_kind::ceiling:
      case effect_kind::was:
        return r.money.in(currency) == nullptr;
      default:
        return false;
    }
  }

  /// Whether the rule could match this request but for time and target.
  bool could_match(const rule& r) const {
    if (never_on_here(r)) return false;
    for (const condition& c : r.when) {
      if (c.attribute == "period") continue;
      if (c.attribute == "target") {
        if ((c.from && !c.from->in(market_->currency)) || (c.below && !c.below->in(market_->currency))) return false;
        continue;
      }
      if (!holds(c)) return false;
    }
    for (const conditions& all : r.except) {
      if (mentions(all, "period") || mentions(all, "target")) continue;
      if (all_hold(all)) return false;
    }
    return true;
  }

  /// Whether some target above zero could switch the rule on, at some time.
  bool some_target_could_switch_on(const rule& r) const {
    if (!could_match(r)) return false;
    std::set<rational> cuts;
    const auto note_cuts = [&](const conditions& all) {
      for (const condition& c : all) {
        if (c.attribute != "target") continue;
        for (const auto* end : {&c.from, &c.below}) {
          if (!*end) continue;
          const rational* cut = (*end)->in(market_->currency);
          if (cut && *cut > 0) cuts.insert(*cut);
        }
      }
    };
    note_cuts(r.when);
    for (const conditions& all : r.except) note_cuts(all);
    // Between two cuts all targets are alike: each cut, one target between each two, one before and one after stand for
    // all.
    std::set<rational> samples = cuts;
    rational previous = 0;
    for (const rational& cut : cuts) {
      samples.insert((previous + cut) / 2);
      previous = cut;
    }
    samples.insert(previous + 1);
    for (const rational& target : samples) {
      const bool when_holds = std::all_of(r.when.begin(), r.when.end(), [&](const condition& c) {
        return c.attribute != "target" || in_range(c, target);
      });
      const bool covered = std::any_of(r.except.begin(), r.except.end(), [&](const conditions& all) {
        if (mentions(all, "period")) return false;
        return std::all_of(all.begin(), all.end(), [&](const condition& c) {
          return c.attribute == "target" ? in_range(c, target) : holds(c);
        });
      });
      if (when_holds && !covered) return true;
    }
    return false;
  }

  std::vector<long long> boundaries(const rule& r) const {
    std::vector<long long> all;
    const auto add = [&](const period_list& periods) {
      for (const period& p : periods) {
        if (p.from_unix_ms) all.push_back(*p.from_unix_ms);
        if (p.until_unix_ms) all.push_back(*p.until_unix_ms);
      }
    };
    const auto add_named = [&](const conditions& conds) {
      for (const condition& c : conds) {
        if (c.attribute != "period") continue;
        for (const std::string& name : c.words) add(doc_.periods.at(name));
      }
    };
    if (r.during) add(*r.during);
    add_named(r.when);
    for (const conditions& conds : r.except) add_named(conds);
    return all;
  }

  std::optional<long long> next_change() const {
    if (!at_) return std::nullopt;
    std::optional<long long> next;
    for (const rule& r : *rules_) {
      if (!names_period(r) || !some_target_could_switch_on(r)) continue;
      for (const long long boundary : boundaries(r)) {
        if (boundary > *at_ && (!next || boundary < *next)) next = boundary;
      }
    }
    return next;
  }

  template <typename Which>
  bool withheld(Which which) const {
    return std::any_of(rules_->begin(), rules_->end(),
                       [&](const rule& r) { return r.effect == effect_kind::withhold && which(r) && is_on(r); });
  }

  template <typename Which>
  void collect_advice(Which which) {
    std::set<std::string> advice;
    for (const rule& r : *rules_) {
      if ((r.effect == effect_kind::withhold || r.effect == effect_kind::advise) && which(r) && is_on(r))
        advice.insert(r.code);
    }
    result_.advice = sorted_list(advice);
  }

  // ---- base and target

  money_value find_base() const {
    for (const rule& r : *rules_) {
      if (r.effect != effect_kind::base || !is_on(r)) continue;
      const expression* e = r.money.in(market_->currency);
      if (!e) continue;  // off in this currency
      const money_value value = value_of(*e);
      if (!value.amount && r.skip_if_missing) continue;
      return value;
    }
    return reference();
  }

  void take_discounts(const rational& base) {
    struct taken {
      const rule* source;
      rational off;  // measured on the base
    };
    const auto takes_more = [](const taken& a, const taken& b) {
      return a.off > b.off || (a.off == b.off && a.source->id < b.source->id);
    };
    std::map<std::string, taken> groups;
    std::optional<taken> exclusive;
    for (const rule& r : *rules_) {
      if (r.effect != effect_kind::discount || !is_on(r)) continue;
      if (!r.discount.listed_in(market_->currency)) continue;  // off in this currency
      const taken one{&r,
                      r.discount.rate ? rational(*r.discount.rate * base) : *r.discount.money.in(market_->currency)};
      if (r.exclusive) {
        if (!exclusive || takes_more(one, *exclusive)) exclusive = one;
        continue;
      }
      const auto found = groups.find(r.group);
      if (found == groups.end()) {
        groups.emplace(r.group, one);
      } else if (takes_more(one, found->second)) {
        found->second = one;
      }
    }
    rational sum_of_rates = 0;
    rational product_of_factors = 1;
    rational money = 0;
    std::set<std::string> ids;
    for (const auto& [group, one] : groups) {
      ids.insert(one.source->id);
      if (one.source->discount.rate) {
        sum_of_rates += *one.source->discount.rate;
        product_of_factors *= 1 - *one.source->discount.rate;
      } else {
        money += one.off;
      }
    }
    target_ = base * (doc_.compound ? product_of_factors : rational(1 - sum_of_rates)) - money;
    if (exclusive && exclusive->off > base - target_) {
      target_ = base - exclusive->off;
      ids = {exclusive->source->id};
    }
    result_.discounts = sorted_list(ids);
  }

  // ---- the values of bounds and shapes

  /// A rule that lacks something: skipped, or named. True where the rule is to be used.
  bool usable(const rule& r, const std::set<std::string>& missing, std::set<std::string>& named_here) const {
    if (missing.empty()) return true;
    if (!r.skip_if_missing) named_here.insert(missing.begin(), missing.end());
    return false;
  }

  static inequality at_least(const rational& amount) { return {1, amount}; }
  static inequality at_most(const rational& amount) { return {-1, -amount}; }

  /// The inequalities of a bound; nothing where it is off; or what it lacks.
  std::optional<std::vector<inequality>> bounds_of(const rule& r, std::set<std::string>& missing) const {
    const std::string& currency = market_->currency;
    switch (r.effect) {
      case effect_kind::floor:
      case effect_kind::ceiling:
      case effect_kind::price: {
        const expression* e = r.money.in(currency);
        if (!e) return std::nullopt;
        const money_value value = value_of(*e);
        missing = value.missing;
        if (!value.amount) return std::nullopt;
        if (r.effect == effect_kind::floor) return {{at_least(*value.amount)}};
        if (r.effect == effect_kind::ceiling) return {{at_most(*value.amount)}};
        return {{at_least(*value.amount), at_most(*value.amount)}};
      }
      case effect_kind::gap: {
        if (r.gap_min && !r.gap_min->listed_in(currency)) return std::nullopt;
        if (r.gap_max && !r.gap_max->listed_in(currency)) return std::nullopt;
        if (r.to == channel_name_) return std::nullopt;
        std::vector<money_value> others;
        if (r.to == "traditional") {
          bool declared_any = false;
          for (const auto& [name, declared] : doc_.channels) {
            if (!declared.traditional || name == channel_name_) continue;
            declared_any = true;
            if (has_price(name)) others.push_back(displayed_field("price." + name));
          }
          if (!declared_any) return std::nullopt;
          if (others.empty()) others.push_back(money_value::lacking({"price.traditional"}));
        } else {
          others.push_back(r.to == "reference" ? reference() : displayed_field("price." + r.to));
        }
        std::vector<inequality> result;
        for (const money_value& other : others) {
          missing.insert(other.missing.begin(), other.missing.end());
          if (!other.amount) continue;
          const auto amount = [&](const rate_or_money& end) {
            return end.rate ? rational(*end.rate * *other.amount) : *end.money.in(currency);
          };
          if (r.gap_max) result.push_back(at_least(*other.amount - amount(*r.gap_max)));
          if (r.gap_min) result.push_back(at_most(*other.amount - amount(*r.gap_min)));
        }
        if (!missing.empty()) return std::nullopt;
        return result;
      }
      case effect_kind::margin: {
        const money_value cost = net_field("cost");
        const money_value shipping = net_field("shipping");
        missing = cost.missing;
        missing.insert(shipping.missing.begin(), shipping.missing.end());
        if (gross_ && !tax_) missing.insert("tax");
        if (!missing.empty()) return std::nullopt;
        // N = net_share × p; N − (fee + credits) × p − cost − shipping ≥ min × N, or ≤ max × N.
        const rational net_share = gross_ ? rational(1 / (1 + *tax_)) : rational(1);
        rational kept = fee_;
        for (const rule& other : *rules_) {
          // Where the target is not known, those that wait for it keep a margin from being asked about.
          if (other.effect != effect_kind::credit) continue;
          if (target_known_ ? is_on(other) : is_on_at_any_target(other)) kept += other.rate;
        }
        const rational costs = *cost.amount + *shipping.amount;
        std::vector<inequality> result;
        if (r.margin_min) result.push_back({net_share - kept - *r.margin_min * net_share, costs});
        if (r.margin_max) result.push_back({*r.margin_max * net_share - net_share + kept, -costs});
        return result;
      }
      case effect_kind::change: {
        const money_value current = displayed_field("current");
        if (current.field_absent) return std::nullopt;
        missing = current.missing;
        if (!current.amount) return std::nullopt;
        return {{at_least(*current.amount - r.rate * *current.amount),
                 at_most(*current.amount + r.rate * *current.amount)}};
      }
      default:
        fail("not a bound");
    }
  }

  static bool is_bound(effect_kind e) {
    return e == effect_kind::floor || e == effect_kind::ceiling || e == effect_kind::price || e == effect_kind::gap ||
           e == effect_kind::margin || e == effect_kind::change;
  }
  static bool is_shape(effect_kind e) {
    return e == effect_kind::endings || e == effect_kind::multiple_of || e == effect_kind::avoid ||
           e == effect_kind::prefer;
  }

  void find_values() {
    candidates_.decimals = static_cast<std::size_t>(market_->decimals);
    candidates_.unit_minor = to_minor(numerator(rational(market_->unit * power_of_ten(candidates_.decimals))));
    candidates_.stored_net = market_->stored_net && gross_;
    if (watched_) {
      watched_->stored_net = candidates_.stored_net;
      watched_->gross = gross_;
    }
    if (candidates_.stored_net) {
      if (!tax_) {
        missing_.insert("tax");
      } else {
        candidates_.gross_factor = 1 + *tax_;
        candidates_.prepare();
      }
    }

    std::set<std::string> missing_of_soft;
    bool overridden = false;
    for (const rule& r : *rules_) {
      if (!is_on(r)) continue;
      std::set<std::string>& named_here = r.how == strength::required ? missing_ : missing_of_soft;
      if (is_bound(r.effect)) {
        std::set<std::string> lacks;
        auto bounds = bounds_of(r, lacks);
        if (!usable(r, lacks, named_here) || !bounds) continue;
        active_rule active;
        active.source = &r;
        active.is_bound = true;
        for (const inequality& one : *bounds) active.whole_bounds.emplace_back(one, candidates_.decimals);
        active.bounds = std::move(*bounds);
        active_.push_back(std::move(active));
        if (r.effect == effect_kind::price) overridden = true;
      } else if (r.of_culture && r.effect == effect_kind::prefer) {
        const auto [found, first] = merged_prefers_.emplace(r.id, r);
        if (first) continue;
        rule& merged = found->second;
        merged.how = std::max(merged.how, r.how);  // the weakest comes last
        merged.occurring.insert(merged.occurring.end(), r.occurring.begin(), r.occurring.end());
      } else if (is_shape(r.effect)) {
        active_rule active;
        active.source = &r;
        if (r.effect == effect_kind::multiple_of) {
          const rational* multiple = r.multiple_of.in(market_->currency);
          if (!multiple) continue;  // off in this currency
          const rational in_minor = *multiple * power_of_ten(candidates_.decimals);
          active.multiple_numerator = numerator(in_minor);
          active.multiple_denominator = denominator(in_minor);
          if (active.multiple_denominator == 1) active.small_multiple = to_minor(active.multiple_numerator);
        }
        active_.push_back(std::move(active));
      } else if (r.effect == effect_kind::was) {
        const expression* e = r.money.in(market_->currency);
        if (!e) continue;
        money_value value = value_of(*e);
        const money_value prior = displayed_field("lowest_prior");
        // The law's window needs what was charged in it. Where the request does not say, nothing is lacking: the former
        // price is left out.
        if (market_->has_window && !prior.field_absent)
          value.missing.insert(prior.missing.begin(), prior.missing.end());
        if (!usable(r, value.missing, missing_)) continue;
        if (market_->has_window && prior.field_absent) {
          prior_price_missing_ = true;
          continue;
        }
        if (market_->has_window) was_ = std::min(was_.value_or(*prior.amount), *prior.amount);
        if (!was_ || *value.amount < *was_) was_ = value.amount;
      } else if (r.effect == effect_kind::hold) {
        const money_value current = displayed_field("current");
        if (current.field_absent || !usable(r, current.missing, missing_)) continue;
        if (!hold_rate_ || *hold_rate_ < r.rate) hold_rate_ = r.rate;
      }
    }
    for (const auto& [id, merged] : merged_prefers_) {
      active_rule active;
      active.source = &merged;
      active_.push_back(std::move(active));
    }
    for (const active_rule& one : active_) {
      if (one.how() == strength::required) {
        required_.push_back(&one);
      } else if (!overridden) {
        soft_.push_back(&one);
      }
    }
    if (!overridden) missing_.insert(missing_of_soft.begin(), missing_of_soft.end());
  }

  void note_what_limits() {
    std::set<std::string> ids;
    for (const active_rule* one : required_) {
      if (!one->is_bound) continue;
      if (!std::all_of(one->bounds.begin(), one->bounds.end(), [&](const inequality& i) { return i.holds(target_); }))
        ids.insert(one->id());
    }
    result_.limited_by = sorted_list(ids);
  }

  // ---- the choice

  rational in_minor(const rational& amount) const { return amount * power_of_ten(candidates_.decimals); }
  rational in_units(long long minor) const { return rational(cpp_int(minor), power_of_ten(candidates_.decimals)); }

  /// |p − T|, multiplied by T's denominator (in minor units) so that it is a whole number.
  cpp_int distance_from_target(long long p) const { return abs(p * target_denominator_ - target_numerator_); }

  count_by_strength broken_at(long long p, const rule_set& rules) const {
    count_by_strength broken{};
    for (const active_rule* one : rules) {
      if (!candidates_.satisfies(p, *one)) ++broken[soft_index(one->how())];
    }
    return broken;
  }

  /// How far a soft shape of a strength may move the price from t*, in whole minor units.
  long long within_minor(std::size_t index, long long t_star) const {
    const distance_limit& limit = doc_.within[index];
    rational largest = 0;
    if (limit.rate) largest = std::max<rational>(largest, *limit.rate * t_star);
    if (limit.money) {
      if (const rational* money = limit.money->in(market_->currency))
        largest = std::max<rational>(largest, in_minor(*money));
    }
    const cpp_int whole = floor_of(largest);
    return whole > greatest_amount_minor ? greatest_amount_minor : to_minor(whole);
  }

  /// Step 4: the member of F that breaks the fewest strong, medium, weak bounds; of those the nearest to T; of two, the
  /// lower.
  std::optional<long long> find_t_star() {
    const candidates::range inside = candidates_.bounded_range(required_);
    if (inside.last < inside.first) return std::nullopt;
    rule_set soft_bounds;
    for (const active_rule* one : soft_) {
      if (one->is_bound) soft_bounds.push_back(one);
    }
    // From `settled` on every step leads further from T, all lower ends of bounds are met, and upper ends can only
    // break.
    cpp_int settled = std::max(cpp_int(inside.first), ceiling_of(in_minor(target_)));
    for (const active_rule* one : soft_bounds) {
      for (const whole_inequality& bound : one->whole_bounds) {
        if (bound.factor > 0) settled = std::max(settled, ceiling_of(rational(bound.least, bound.factor)));
      }
    }
    std::optional<long long> best;
    count_by_strength best_broken{};
    cpp_int best_distance;
    std::optional<candidates::limit> stop;
    for (long long p = inside.first; p <= inside.last; p += candidates_.unit_minor) {
      if (p >= settled) {
        // What is still to come breaks at least as much as p does and is no nearer than p.
        if (best) {
          const count_by_strength broken = broken_at(p, soft_bounds);
          if (best_broken < broken || (best_broken == broken && best_distance <= distance_from_target(p))) break;
        }
        if (!stop) stop = candidates_.search_limit(required_, settled);
        if (p > stop->last) {
          candidates_.assure_nothing_beyond(*stop, required_);
          break;
        }
      }
      if (!candidates_.is_member(p, required_)) continue;
      const count_by_strength broken = broken_at(p, soft_bounds);
      if (best && best_broken < broken) continue;
      const cpp_int distance = distance_from_target(p);
      if (best && best_broken == broken && best_distance <= distance) continue;
      best = p;
      best_broken = broken;
      best_distance = distance;
    }
    return best;
  }

  /// Steps 4 and 5.
  std::optional<long long> choose() {
    const rational target_minor = in_minor(target_);
    target_numerator_ = numerator(target_minor);
    target_denominator_ = denominator(target_minor);
    const auto t_star = find_t_star();
    if (!t_star) return std::nullopt;
    std::array<long long, 3> within{};
    for (std::size_t i = 0; i < within.size(); ++i) within[i] = within_minor(i, *t_star);
    const long long widest = *std::max_element(within.begin(), within.end());
    const candidates::range inside = candidates_.bounded_range(required_);
    const long long unit = candidates_.unit_minor;

    std::optional<long long> best;
    count_by_strength best_kept{};
    cpp_int best_distance;
    const long long low = std::max(inside.first, *t_star - widest);
    const long long high = std::min(inside.last, *t_star + widest);
    for (long long p = low + (unit - low % unit) % unit; p <= high; p += unit) {
      if (!candidates_.is_member(p, required_)) continue;
      count_by_strength kept{};
      const long long moved = p > *t_star ? p - *t_star : *t_star - p;
      for (const active_rule* one : soft_) {
        const std::size_t index = soft_index(one->how());
        if (!one->is_bound && moved > within[index]) continue;
        if (candidates_.satisfies(p, *one)) ++kept[index];
      }
      if (best && kept < best_kept) continue;
      const cpp_int distance = distance_from_target(p);
      if (best && kept == best_kept && best_distance <= distance) continue;
      best = p;
      best_kept = kept;
      best_distance = distance;
    }
    return best;
  }

  /// Step 6.
  long long hold(long long p) {
    if (!hold_rate_) return p;
    const rational current = *displayed_field("current").amount;
    const rational current_minor = in_minor(current);
    if (denominator(current_minor) != 1 || current_minor > greatest_amount_minor) return p;
    const long long kept = to_minor(numerator(current_minor));
    if (!candidates_.is_candidate(kept) || !candidates_.satisfies(kept, required_)) return p;
    if (broken_at(kept, soft_)[0] > broken_at(p, soft_)[0]) return p;
    if (absolute(current - in_units(p)) > *hold_rate_ * current) return p;
    for (const rule& r : *rules_) {
      if (!names_period(r) || !could_match(r)) continue;
      if (!current_since_) return p;
      for (const long long boundary : boundaries(r)) {
        if (*current_since_ < boundary && boundary <= *at_) return p;
      }
    }
    result_.held = true;
    return kept;
  }

  // ---- what a decision says

  void find_conflict() {
    rule_set set = required_;
    std::sort(set.begin(), set.end(), [](const active_rule* a, const active_rule* b) { return a->id() < b->id(); });
    for (std::size_t i = 0; i < set.size();) {
      rule_set without = set;
      without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
      if (candidates_.has_member(without)) {
        ++i;
      } else {
        set = without;
      }
    }
    for (const active_rule* one : set) result_.conflict.push_back(one->id());
  }

  void set_fallback() {
    if (doc_.fallback == "none") return;
    const money_value value = doc_.fallback == "current" ? displayed_field("current") : reference();
    if (!value.amount) return;
    const rational scale = power_of_ten(static_cast<std::size_t>(market_->decimals));
    const cpp_int steps = round_half_up(*value.amount / market_->unit);
    if (steps == 0) return;
    result_.fallback_price_minor = to_minor(numerator(rational(steps * market_->unit * scale)));
  }

  void say_price(long long p) {
    result_.price_minor = p;
    std::set<std::string> relaxed;
    for (const active_rule* one : soft_) {
      if (!candidates_.satisfies(p, *one)) relaxed.insert(one->id());
    }
    result_.relaxed = sorted_list(relaxed);
    if (tax_) {
      if (!gross_) {
        result_.net_minor = p;
        result_.tax_minor = to_minor(round_half_up(*tax_ * p));
      } else {
        const rational exact = rational(p) / (1 + *tax_);
        if (candidates_.stored_net) {
          std::optional<long long> nearest;
          for (const long long n : candidates_.stored_nets(p)) {
            if (!nearest || absolute(n - exact) < absolute(*nearest - exact)) nearest = n;
          }
          result_.net_minor = *nearest;
        } else {
          result_.net_minor = to_minor(round_half_up(exact));
        }
        result_.tax_minor = p - *result_.net_minor;
      }
    }
    if (prior_price_missing_) {
      std::set<std::string> advice(result_.advice.begin(), result_.advice.end());
      advice.insert("prior-price-missing");
      result_.advice = sorted_list(advice);
    }
    if (was_) {
      const cpp_int was = floor_of(in_minor(*was_));
      if (was > p) {
        result_.was_minor = to_minor(was);
        result_.saving_minor = to_minor(was - p);
        result_.saving_rate_percent = to_minor(100 * (was - p) / was);
      }
    }
    std::map<std::string, rational> credits;
    for (const rule& r : *rules_) {
      if (r.effect == effect_kind::credit && is_on(r)) credits[r.to] += r.rate;
    }
    for (const auto& [to, rate] : credits) result_.credits.emplace_back(to, to_minor(round_half_up(rate * p)));
  }

  decision finish(const char* status, const char* note) {
    result_.status = status;
    result_.missing = sorted_list(missing_);
    if (watched_) {
      watched_->note = note;
      watched_->channel = channel_name_;
    }
    return result_;
  }

  decision finish_invalid(const char* what) {
    decision bare;
    bare.currency = result_.currency;
    bare.invalid = {what};
    result_ = bare;
    return finish("invalid", what);
  }

  const document& doc_;
  const request& asked_;
  const std::vector<rate_row>& rates_;
  const carried_prices& carried_;
  trace* watched_;

  const market* market_ = nullptr;
  const std::vector<rule>* rules_ = nullptr;  // with the market's culture
  const channel* channel_ = nullptr;
  std::string channel_name_;
  std::optional<long long> at_;
  std::optional<long long> current_since_;
  bool gross_ = true;
  std::optional<rational> tax_;
  rational fee_;
  std::map<std::string, rational> money_;    // as given
  std::map<std::string, rational> numbers_;  // quantity and declared numbers

  bool target_known_ = false;
  rational target_;
  cpp_int target_numerator_;  // in minor units
  cpp_int target_denominator_;
  std::vector<active_rule> active_;
  rule_set required_;
  rule_set soft_;
  std::map<std::string, rule> merged_prefers_;  // by id
  std::optional<rational> was_;
  bool prior_price_missing_ = false;
  std::optional<rational> hold_rate_;
  candidates candidates_;
  std::set<std::string> missing_;
  decision result_;
};

// -----------------------------------------------------------------------------------------------------------------
// the audit

/// What the other offers of a product may know of one.
struct observation {
  const offer* source = nullptr;
  rational price;  // in units of the market's currency
  std::string channel;
  bool gross = true;
  rational quantity;

  const std::string* field(const char* name) const {
    const auto found = source->asked.fields.find(name);
    return found == source->asked.fields.end() ? nullptr : &found->second;
  }
  /// Without audience and segment: for everybody.
  bool is_public() const { return field("audience") == nullptr && field("segment") == nullptr; }
};

/// One offer and the rules. The questions are those of an evaluation; the answers are about a price that is given.
class inspection : private evaluation {
 public:
  inspection(const document& doc, const offer& seen, const std::vector<rate_row>& rates, const carried_prices& carried)
      : evaluation(doc, seen.asked, rates, carried, nullptr), seen_(seen) {
    read_request();
    const auto price = parse_decimal(seen.price);
    std::set<std::string> names(result_.invalid.begin(), result_.invalid.end());
    if (!price || *price <= 0 || (market_ && !is_amount(*price))) names.insert("price");
    if (names.empty()) {
      if (!channel_) names.insert("channel");
      if (!market_) names.insert("market");
    }
    invalid_ = sorted_list(names);
    if (!invalid_.empty()) return;
    candidates_.decimals = static_cast<std::size_t>(market_->decimals);
    here_ = {&seen, *price, channel_name_, gross_, numbers_.at("quantity")};
  }

  /// The fields for which the offer is not looked at.
  const std::vector<std::string>& invalid() const { return invalid_; }
  const observation& here() const { return here_; }

  std::vector<finding> check(const std::vector<observation>& all, const decision& decided) {
    find_target();
    for (const rule& r : *rules_) look_at(r);
    look_at_preferences();
    for (const rule& r : doc_.audit_rules) look_at_what_serves_the_audit(r, all);

    std::vector<finding> result;
    for (const suspicion& one : suspicions_) {
      if (one.soft && overridden_) continue;
      const auto& relaxed = decided.relaxed;
      if (one.soft && decided.price_minor && std::find(relaxed.begin(), relaxed.end(), one.found.rule) != relaxed.end())
        continue;
      result.push_back(one.found);
    }
    std::sort(result.begin(), result.end(), [](const finding& a, const finding& b) {
      return std::tie(a.rule, a.against) < std::tie(b.rule, b.against);
    });
    if (denominator(rational(here_.price / market_->unit)) != 1) result.push_back(named("unit", "unit", "warning"));
    for (finding& one : result) add_remedy(one, decided);

    if (!overridden_) lacking_.insert(lacking_of_soft_.begin(), lacking_of_soft_.end());
    if (!lacking_.empty()) {
      finding one = named("", "unchecked", "unchecked");
      if (decided.status == "incomplete") add_remedy(one, decided);
      one.missing = sorted_list(lacking_);
      result.push_back(one);
    }
    return result;
  }

 private:
  static finding named(const std::string& rule, const std::string& effect, const char* severity) {
    finding one;
    one.rule = rule;
    one.effect = effect;
    one.severity = severity;
    return one;
  }

  /// About a rule of the policy; soft ones are warnings and notices.
  static finding about(const rule& r) {
    const auto name =
        std::find_if(effect_names.begin(), effect_names.end(), [&](const auto& e) { return e.second == r.effect; });
    const char* severity = r.how == strength::required ? "breach" : r.how == strength::strong ? "warning" : "notice";
    return named(r.id, std::string(name->first), severity);
  }

  void suspect(const rule& r, const finding& found) { suspicions_.push_back({found, r.how != strength::required}); }

  // ---- which rules are on

  /// The target, or what it lacks.
  void find_target() {
    const bool wants_time =
        std::any_of(rules_->begin(), rules_->end(), [&](const rule& r) { return names_period(r) && could_match(r); });
    if (!at_ && wants_time) {
      target_lacks_ = {"at"};
      lacking_.insert("at");
      return;
    }
    const money_value base = find_base();
    if (!base.amount) {
      target_lacks_ = base.missing;
      return;
    }
    if (!is_amount(*base.amount)) {
      target_lacks_ = {"base"};
      return;
    }
    take_discounts(*base.amount);
    if (!is_amount(target_)) {
      target_lacks_ = {"target"};
      return;
    }
    target_known_ = true;
  }

  enum class state { off, on, wants_time, wants_target };

  /// Nothing where only the target could tell.
  std::optional<bool> may_hold(const condition& c) const {
    if (c.attribute != "target" || target_known_) return holds(c);
    for (const auto* end : {&c.from, &c.below}) {
      if (*end && !(*end)->in(market_->currency)) return false;
    }
    return std::nullopt;
  }
  std::optional<bool> may_all_hold(const conditions& all) const {
    bool sure = true;
    for (const condition& c : all) {
      const auto one = may_hold(c);
      if (one && !*one) return false;
      sure = sure && one;
    }
    return sure ? std::optional<bool>(true) : std::nullopt;
  }

  state state_of(const rule& r) const {
    if (never_on_here(r) || never_audited_here(r)) return state::off;
    if (!at_ && names_period(r)) return could_match(r) ? state::wants_time : state::off;
    if (r.during && !inside(*r.during, *at_)) return state::off;
    const auto when = may_all_hold(r.when);
    if (when && !*when) return state::off;
    bool sure = when.has_value();
    for (const conditions& all : r.except) {
      const auto covered = may_all_hold(all);
      if (covered && *covered) return state::off;
      sure = sure && covered;
    }
    return sure ? state::on : state::wants_target;
  }

  /// Where the effects that serve the audit alone have nothing to say.
  bool never_audited_here(const rule& r) const {
    switch (r.effect) {
      case effect_kind::squeeze:
        return r.to == channel_name_;
      case effect_kind::leak:
        return !here_.is_public();
      case effect_kind::inverted:
        // The members are those whom the conditions say, or all offers that are not for everybody.
        if (mentions(r.when, "channel") || mentions(r.when, "segment") || mentions(r.when, "audience"))
          return here_.is_public() && channel_name_ == r.to;
        return here_.is_public();
      default:
        return false;
    }
  }

  /// Whether the rule is on; what keeps it from being known is noted.
  bool is_on_surely(const rule& r) {
    std::set<std::string>& lacking = lacking_for(r);
    switch (state_of(r)) {
      case state::on:
        return true;
      case state::wants_time:
        lacking.insert("at");
        return false;
      case state::wants_target:
        lacking.insert(target_lacks_.begin(), target_lacks_.end());
        return false;
      case state::off:
        return false;
    }
    return false;
  }

  std::set<std::string>& lacking_for(const rule& r) {
    return r.how == strength::required ? lacking_ : lacking_of_soft_;
  }

  // ---- bounds and shapes

  static bool uses_target(const expression& e) {
    return (e.what == expression::kind::name && e.name == "target") ||
           std::any_of(e.parts.begin(), e.parts.end(), uses_target);
  }

  /// Whether the bound of a rule that is on depends on the target beyond its conditions.
  bool bound_wants_target(const rule& r) const {
    if (target_known_) return false;
    if (r.effect == effect_kind::floor || r.effect == effect_kind::ceiling)
      return uses_target(*r.money.in(market_->currency));
    if (r.effect != effect_kind::margin) return false;
    return std::any_of(rules_->begin(), rules_->end(), [&](const rule& other) {
      if (other.effect != effect_kind::credit) return false;
      const state found = state_of(other);
      return found == state::wants_target || found == state::wants_time;
    });
  }

  void look_at(const rule& r) {
    if (r.effect == effect_kind::withhold) {
      if (is_on_surely(r)) suspect(r, about(r));
    } else if (is_bound(r.effect) && r.effect != effect_kind::change) {
      if (is_on_surely(r)) look_at_bound(r);
    } else if (r.of_culture && r.effect == effect_kind::prefer) {
      preferences_[r.id].push_back(&r);
    } else if (is_shape(r.effect)) {
      if (is_on_surely(r) && !shape_holds(r)) suspect(r, about(r));
    }
  }

  void look_at_bound(const rule& r) {
    std::set<std::string> lacks;
    if (bound_wants_target(r)) {
      std::set<std::string>& lacking = lacking_for(r);
      lacking.insert(target_lacks_.begin(), target_lacks_.end());
      // What it lacks beside is named too; the amount is not used.
      if (r.effect == effect_kind::margin) {
        lacks = lacks_of_margin();
      } else {
        lacks = value_of(*r.money.in(market_->currency)).missing;
      }
      usable(r, lacks, lacking);
      return;
    }
    const auto bounds = bounds_of(r, lacks);
    if (!usable(r, lacks, lacking_for(r)) || !bounds) return;
    if (r.effect == effect_kind::price) overridden_ = true;
    if (r.effect == effect_kind::gap) {
      for (const std::string& name : measured_against(r)) look_at_gap(r, name);
    } else {
      judge(r, *bounds, about(r));
    }
  }

  std::set<std::string> lacks_of_margin() const {
    std::set<std::string> lacks;
    for (const char* name : {"cost", "shipping"}) {
      const money_value value = net_field(name);
      lacks.insert(value.missing.begin(), value.missing.end());
    }
    if (gross_ && !tax_) lacks.insert("tax");
    return lacks;
  }

  /// The channels from whose prices a gap is measured, "list" for the list price. They all have one.
  std::vector<std::string> measured_against(const rule& gap) const {
    if (gap.to == "reference") return {channel_of_reference()};
    if (gap.to != "traditional") return {gap.to};
    std::vector<std::string> names;
    for (const auto& [name, declared] : doc_.channels) {
      if (declared.traditional && name != channel_name_ && has_price(name)) names.push_back(name);
    }
    return names;
  }

  std::string channel_of_reference() const {
    if (channel_->lowest_traditional || channel_->highest_traditional) {
      std::string best;
      rational best_price;
      for (const auto& [name, declared] : doc_.channels) {
        if (!declared.traditional || name == channel_name_ || !has_price(name)) continue;
        const rational price = *displayed_field("price." + name).amount;
        if (best.empty() || (channel_->lowest_traditional ? price < best_price : price > best_price)) {
          best = name;
          best_price = price;
        }
      }
      return best;
    }
    for (const std::string& name : channel_->reference) {
      if (has_price(name)) return name;
    }
    return "list";
  }

  void look_at_gap(const rule& r, const std::string& name) {
    const bool is_list = r.to == "reference" && !channel_has_reference();
    const rational other = *displayed_field(is_list ? "list" : "price." + name).amount;
    const auto amount = [&](const rate_or_money& end) {
      return end.rate ? rational(*end.rate * other) : *end.money.in(market_->currency);
    };
    std::vector<inequality> bounds;
    if (r.gap_max) bounds.push_back(at_least(other - amount(*r.gap_max)));
    if (r.gap_min) bounds.push_back(at_most(other - amount(*r.gap_min)));
    finding found = about(r);
    say_against(found, name, other, !is_list);
    judge(r, bounds, found);
  }

  bool channel_has_reference() const {
    return channel_->lowest_traditional || channel_->highest_traditional || !channel_->reference.empty();
  }

  void say_against(finding& found, const std::string& name, const rational& price, bool is_channel) const {
    found.against = name;
    found.against_price_minor = to_minor(round_half_up(in_minor(price)));
    const auto carried = carried_.find(name);
    if (is_channel && carried != carried_.end()) found.against_seller = carried->second.seller;
  }

  /// Notes a finding where the price is outside.
  void judge(const rule& r, const std::vector<inequality>& bounds, finding found) {
    if (std::all_of(bounds.begin(), bounds.end(), [&](const inequality& one) { return one.holds(here_.price); }))
      return;
    bool never = false;
    std::optional<rational> low;
    std::optional<rational> high;
    for (const inequality& one : bounds) {
      if (one.coefficient == 0) {
        never = never || one.least > 0;
        continue;
      }
      const rational end = one.least / one.coefficient;
      if (one.coefficient > 0) {
        low = low ? std::max(*low, end) : end;
      } else {
        high = high ? std::min(*high, end) : end;
      }
    }
    if (!never) say_ends(found, low, high);
    suspect(r, found);
  }

  void say_ends(finding& found, const std::optional<rational>& low, const std::optional<rational>& high) const {
    if (low) found.min_minor = to_minor(ceiling_of(in_minor(*low)));
    if (high) found.max_minor = to_minor(floor_of(in_minor(*high)));
    const rational price = in_minor(here_.price);
    const bool below = low && here_.price < *low;
    const long long end = below ? *found.min_minor : *found.max_minor;
    found.excess = below ? rational(end - price) : rational(price - end);
    if (end > 0) found.excess_rate_e2 = to_minor(round_half_up(10'000 * *found.excess / end));
  }

  /// The price in minor units, where it is a whole number of them.
  std::optional<long long> whole_minor() const {
    const rational minor = in_minor(here_.price);
    if (denominator(minor) != 1) return std::nullopt;
    return to_minor(numerator(minor));
  }

  /// Also where there is nothing to check.
  bool shape_holds(const rule& r) const {
    const auto minor = whole_minor();
    if (!minor) return true;
    const written_amount amount(*minor, candidates_.decimals);
    switch (r.effect) {
      case effect_kind::endings:
        return std::any_of(r.endings.begin(), r.endings.end(), [&](const ending& e) { return ends_so(amount, e); });
      case effect_kind::multiple_of:
        return denominator(rational(here_.price / *r.multiple_of.in(market_->currency))) == 1;
      case effect_kind::avoid:
        return !any_occurs(amount, r.occurring);
      case effect_kind::prefer:
        return any_occurs(amount, r.occurring);
      default:
        fail("not a shape");
    }
  }

  /// The `prefer` entries of a culture that are on are one rule, of the weakest of their strengths. Where one of them
  /// waits for the target, so does that rule.
  void look_at_preferences() {
    for (const auto& [id, entries] : preferences_) {
      std::optional<rule> merged;
      bool sure = true;
      for (const rule* one : entries) {
        const bool on = is_on_surely(*one);
        sure = sure && (on || state_of(*one) == state::off);
        if (!on) continue;
        if (!merged) {
          merged = *one;
          continue;
        }
        merged->how = std::max(merged->how, one->how);
        merged->occurring.insert(merged->occurring.end(), one->occurring.begin(), one->occurring.end());
      }
      if (sure && merged && !shape_holds(*merged)) suspect(*merged, about(*merged));
    }
  }

  // ---- what serves the audit alone

  void look_at_what_serves_the_audit(const rule& r, const std::vector<observation>& all) {
    if (!is_on_surely(r)) return;
    finding found = about(r);
    found.severity = "warning";
    if (r.effect == effect_kind::squeeze) look_at_squeeze(r, found);
    if (r.effect == effect_kind::leak) look_at_leak(r, found, all);
    if (r.effect == effect_kind::inverted) look_at_inverted(r, found);
  }

  void look_at_squeeze(const rule& r, finding& found) {
    const money_value wholesale = net_field(r.wholesale);
    const money_value cost = net_field(r.cost);
    const money_value dealer = displayed_field("price." + r.to);
    std::set<std::string> lacks = wholesale.missing;
    lacks.insert(cost.missing.begin(), cost.missing.end());
    lacks.insert(dealer.missing.begin(), dealer.missing.end());
    if (gross_ && !tax_) lacks.insert("tax");
    if (!usable(r, lacks, lacking_)) return;
    const rational spent = *wholesale.amount + *cost.amount;
    const rational with_tax = gross_ ? rational(1 + *tax_) : rational(1);
    const rational share = 1 - r.rate;
    if (share * here_.price / with_tax >= spent) return;
    say_against(found, r.to, *dealer.amount, true);
    const rational kept = share * *dealer.amount / with_tax;
    found.headroom = in_minor(kept - spent);
    if (kept != 0) found.max_discount = 1 - spent / kept;
    if (share > 0) say_ends(found, rational(spent / share * with_tax), std::nullopt);
    suspect(r, found);
  }

  void look_at_leak(const rule& r, finding& found, const std::vector<observation>& all) {
    const observation* best = nullptr;
    for (const observation& other : all) {
      const bool meant = std::any_of(std::begin(closed), std::end(closed), [&](const char* name) {
        return other.field(name) != nullptr && *other.field(name) == r.to;
      });
      if (!meant || other.source == &seen_) continue;
      const money_value price = as_displayed_here(other.price, other.gross);
      if (!price.amount || *price.amount != here_.price) continue;
      if (!best || std::tie(other.channel, other.source->seller) < std::tie(best->channel, best->source->seller))
        best = &other;
    }
    if (!best) return;
    say_against(found, best->channel, here_.price, false);
    found.against_seller = best->source->seller;
    suspect(r, found);
  }

  void look_at_inverted(const rule& r, finding& found) {
    const money_value open = displayed_field("price." + r.to);
    if (!usable(r, open.missing, lacking_) || here_.price <= *open.amount) return;
    say_against(found, r.to, *open.amount, true);
    say_ends(found, std::nullopt, open.amount);
    suspect(r, found);
  }

  // ---- remedies

  void add_remedy(finding& one, const decision& decided) const {
    if (decided.status == "incomplete") {
      one.remedy = "complete";
      one.missing = decided.missing;
      return;
    }
    if (market_->resale_free && channel_->reseller) return;
    if (decided.price_minor) {
      if (in_minor(here_.price) == *decided.price_minor) return;
      one.remedy = "reprice";
      one.remedy_price_minor = decided.price_minor;
    } else if (decided.status == "conflict") {
      one.remedy = "separate";
      one.conflict = decided.conflict;
      if (one.effect == "gap" && one.min_minor && in_minor(here_.price) < *one.min_minor)
        one.credit = *one.min_minor - in_minor(here_.price);
    }
  }

  struct suspicion {
    finding found;
    bool soft = false;
  };
  static constexpr const char* closed[] = {"audience", "segment"};

  const offer& seen_;
  std::vector<std::string> invalid_;
  observation here_;
  std::set<std::string> target_lacks_;  // empty where the target is known
  bool overridden_ = false;             // by a `price` rule
  std::vector<suspicion> suspicions_;
  std::map<std::string, std::vector<const rule*>> preferences_;  // of the culture, by id
  std::set<std::string> lacking_;
  std::set<std::string> lacking_of_soft_;
};

/// What stands in for the prices that an offer's own row does not give: on each channel the lowest price for everybody
/// at the smallest quantity; of equal ones that of the first seller.
carried_prices observed_prices(const std::vector<observation>& all) {
  std::map<std::string, const observation*> best;
  const auto rank = [](const observation& one) { return std::tie(one.quantity, one.price, one.source->seller); };
  for (const observation& one : all) {
    if (!one.is_public()) continue;
    const observation*& here = best[one.channel];
    if (here == nullptr || rank(one) < rank(*here)) here = &one;
  }
  carried_prices result;
  for (const auto& [channel, one] : best) result[channel] = {one->price, one->gross, one->source->seller};
  return result;
}

}  // namespace

policy::policy(std::string_view json_text, const surroundings& beside) : document_(read_document(json_text, beside)) {}

surroundings with_built_in_markets(std::map<std::string, std::string> files) {
  static const std::string built_in = [] {
    std::ifstream file(PRICEPOINT_SOURCE_DIR "/src/data/markets.jsonc", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }();
  return {built_in, std::move(files)};
}

std::string version_of_markets(std::string_view table) {
  return table.empty() ? std::string() : text_of(read_object(table).at("version"));
}

std::map<std::string, listed_market> listed_markets(std::string_view table) {
  std::map<std::string, listed_market> result;
  for (const auto& entry : read_market_table(table, {})) {
    const json::object& fields = entry.value().get_object();
    listed_market m;
    m.currency = read_fact(fields, "currency").value_or("");
    m.gross = read_fact(fields, "display").value_or("gross") == "gross";
    m.has_window = law_has_window(fields);
    for (const rule& r : read_culture(fields, m.currency)) {
      m.culture.push_back(r.id);
      for (const condition& band : r.when) {
        for (const auto* end : {&band.from, &band.below}) {
          if (*end) m.bands.insert(*(*end)->in(m.currency));
        }
      }
    }
    result.emplace(key_of(entry), std::move(m));
  }
  return result;
}

decision decide(const policy& rules, const request& asked, const std::vector<rate_row>& rates, trace* watched,
                long long effort) {
  effort_left = effort;
  return evaluation(rules.get(), asked, rates, {}, watched).decide();
}

std::vector<std::string> decision_order(const policy& rules, const std::vector<std::string>& channels) {
  const document& doc = rules.get();
  const auto directly = [&](const std::string& name) {
    std::set<std::string> result;
    const auto found = doc.channels.find(name);
    if (found == doc.channels.end()) return result;
    result.insert(found->second.reference.begin(), found->second.reference.end());
    if (found->second.lowest_traditional || found->second.highest_traditional) {
      for (const auto& [other, declared] : doc.channels) {
        if (declared.traditional && other != name) result.insert(other);
      }
    }
    return result;
  };
  // What a channel is priced against, directly or through others.
  const auto all_before = [&](const std::string& name) {
    std::set<std::string> result = directly(name);
    for (bool grown = true; grown;) {
      grown = false;
      for (const std::string& one : std::set<std::string>(result)) {
        for (const std::string& next : directly(one)) grown = result.insert(next).second || grown;
      }
    }
    return result;
  };
  std::set<std::string> waiting(channels.begin(), channels.end());
  std::vector<std::string> order;
  while (!waiting.empty()) {
    const auto ready = std::find_if(waiting.begin(), waiting.end(), [&](const std::string& name) {
      const auto before = all_before(name);
      return std::none_of(waiting.begin(), waiting.end(),
                          [&](const std::string& other) { return before.contains(other); });
    });
    if (ready == waiting.end()) fail("a circle of references");
    order.push_back(*ready);
    waiting.erase(ready);
  }
  return order;
}

std::vector<decision> decide_all(const policy& rules, const request& asked, const std::vector<std::string>& channels,
                                 const std::vector<rate_row>& rates, std::vector<trace>* watched, long long effort) {
  const document& doc = rules.get();
  std::vector<decision> result;
  carried_prices carried;
  for (const std::string& name : decision_order(rules, channels)) {
    request one = asked;
    one.fields["channel"] = name;
    one.fields.erase("current");
    if (const auto price = asked.fields.find("price." + name); price != asked.fields.end())
      one.fields["current"] = price->second;
    trace seen;
    effort_left = effort;
    const decision d = evaluation(doc, one, rates, carried, &seen).decide();
    if (d.price_minor) {
      const market& m = doc.markets.at(asked.fields.at("market"));
      const bool gross = doc.channels.at(name).gross.value_or(m.gross);
      carried[name] = {
          rational(cpp_int(*d.price_minor), power_of_ten(static_cast<std::size_t>(m.decimals))), gross, {}};
    }
    result.push_back(d);
    if (watched) watched->push_back(seen);
  }
  return result;
}

std::vector<finding> audit(const policy& rules, const std::vector<offer>& offers, const std::vector<rate_row>& rates,
                           long long effort) {
  const document& doc = rules.get();
  std::vector<observation> all;
  for (const offer& one : offers) {
    const inspection read(doc, one, rates, {});
    if (read.invalid().empty()) all.push_back(read.here());
  }
  const carried_prices observed = observed_prices(all);
  std::vector<finding> result;
  for (std::size_t i = 0; i < offers.size(); ++i) {
    carried_prices carried;
    for (const auto& [channel, price] : observed) {
      if (!offers[i].asked.fields.contains("price." + channel)) carried[channel] = price;
    }
    inspection looked_at(doc, offers[i], rates, carried);
    std::vector<finding> found;
    if (looked_at.invalid().empty()) {
      effort_left = effort;
      found = looked_at.check(all, evaluation(doc, offers[i].asked, rates, carried, nullptr).decide());
    } else {
      finding one;
      one.effect = "invalid";
      one.severity = "unchecked";
      one.missing = looked_at.invalid();
      found.push_back(one);
    }
    for (finding& one : found) {
      one.offer = i;
      result.push_back(std::move(one));
    }
  }
  return result;
}

std::string to_text(const finding& one) {
  std::string text = std::to_string(one.offer);
  const auto word = [&](const char* name, const std::string& value) {
    if (!value.empty()) text += std::string(*name ? " " : "") + name + " " + value;
  };
  const auto amount = [&](const char* name, const std::optional<long long>& value) {
    if (value) word(name, std::to_string(*value));
  };
  const auto exact = [&](const char* name, const std::optional<rational>& value) {
    if (value) word(name, value->str());
  };
  const auto list = [&](const char* name, const std::vector<std::string>& values) {
    std::string all;
    for (const std::string& value : values) all += (all.empty() ? "" : " ") + value;
    if (!all.empty()) word(name, "[" + all + "]");
  };
  word("", one.rule);
  if (one.effect != one.rule) word("", one.effect);
  if (one.severity != one.effect) word("", one.severity);
  word("against", one.against);
  word("of", one.against_seller);
  amount("at", one.against_price_minor);
  amount("min", one.min_minor);
  amount("max", one.max_minor);
  exact("excess", one.excess);
  if (one.excess_rate_e2) {
    const std::string digits = std::to_string(*one.excess_rate_e2 % 100 + 100).substr(1);
    text += " (" + std::to_string(*one.excess_rate_e2 / 100) + "." + digits + "%)";
  }
  exact("headroom", one.headroom);
  exact("max_discount", one.max_discount);
  word("", one.remedy);
  amount("to", one.remedy_price_minor);
  list("conflict", one.conflict);
  exact("credit", one.credit);
  list("missing", one.missing);
  return text;
}

}  // namespace reference
