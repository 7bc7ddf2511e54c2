// SPDX-License-Identifier: Apache-2.0
//
// The random generator. All amounts are whole millionths of a currency unit while they are drawn, so that no floating
// point is involved; a policy's values are placed near the levels at which its requests' prices lie, so that bounds
// meet targets.

#include "generator.hpp"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace generator {

namespace {

using micro = long long;  // millionths of a unit of some currency
constexpr micro one_unit = 1'000'000;

// -----------------------------------------------------------------------------------------------------------------
// chance

class chance {
 public:
  explicit chance(std::uint64_t seed) : state_(seed) {}

  /// From here on these bytes choose, until they are used up.
  void read(std::string_view bytes) { bytes_ = bytes; }

  /// splitmix64
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  /// 0 ≤ result < n; the bias of the remainder does not matter here.
  long long below(long long n) {
    if (!bytes_.empty()) return read_below(n);
    return static_cast<long long>(next() % static_cast<std::uint64_t>(n));
  }
  /// low ≤ result ≤ high
  long long between(long long low, long long high) { return low + below(high - low + 1); }
  bool percent(int p) { return below(100) < p; }
  template <typename T>
  const T& pick(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(below(static_cast<long long>(from.size())))];
  }
  std::string word(std::initializer_list<const char*> from) {
    return *(from.begin() + below(static_cast<long long>(from.size())));
  }
  template <typename T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i)
      std::swap(items[i - 1], items[static_cast<std::size_t>(below(static_cast<long long>(i)))]);
  }
  /// One or more, in random order.
  template <typename T>
  std::vector<T> some(std::vector<T> from, std::size_t at_most) {
    shuffle(from);
    from.resize(static_cast<std::size_t>(between(1, static_cast<long long>(std::min(at_most, from.size())))));
    return from;
  }

 private:
  /// Of as many bytes as n takes.
  long long read_below(long long n) {
    std::uint64_t value = 0;
    for (auto rest = static_cast<std::uint64_t>(n - 1); !bytes_.empty(); rest >>= 8) {
      value = value << 8 | static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      if (rest < 256) break;
    }
    return static_cast<long long>(value % static_cast<std::uint64_t>(n));
  }

  std::uint64_t state_;
  std::string_view bytes_;
};

// -------------------------------------------------------------------------------------------------------------------
// text

std::string as_json(const std::string& text) { return '"' + text + '"'; }

std::string joined(const std::vector<std::string>& items, const char* separator) {
  std::string result;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) result += separator;
    result += items[i];
  }
  return result;
}

std::string list_of(const std::vector<std::string>& words) {
  std::vector<std::string> items;
  for (const std::string& word : words) items.push_back(as_json(word));
  return "[" + joined(items, ", ") + "]";
}

std::string one_or_list(const std::vector<std::string>& words) {
  return words.size() == 1 ? as_json(words[0]) : list_of(words);
}

using members = std::vector<std::pair<std::string, std::string>>;  // key, value as JSON

std::string object_of(const members& all) {
  std::vector<std::string> items;
  for (const auto& [key, value] : all) items.push_back(as_json(key) + ": " + value);
  return "{ " + joined(items, ", ") + " }";
}

/// An amount with so many decimals (cut off), and without trailing zeros where `shortest`.
std::string amount_text(micro amount, int decimals, bool shortest = false) {
  const bool negative = amount < 0;
  if (negative) amount = -amount;
  std::string whole = std::to_string(amount / one_unit);
  std::string fraction = std::to_string(one_unit + amount % one_unit).substr(1, static_cast<std::size_t>(decimals));
  if (shortest) {
    while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  }
  std::string text = fraction.empty() ? whole : whole + "." + fraction;
  return negative ? "-" + text : text;
}

micro scaled(micro amount, long long parts_of_ten_thousand) { return amount / 10'000 * parts_of_ten_thousand; }

// ---------------------------------------------------------------------------------------------------------------
// currency

int decimals_of(const std::string& currency) { return reference::currency_decimals(currency).value(); }

/// How the level of prices in a currency relates to that of most, as a ratio: small prices are what the reference
/// evaluator can afford.
struct ratio {
  long long numerator;
  long long denominator;
};

ratio level_of(const std::string& currency) {
  if (currency == "JPY") return {60, 1};
  if (currency == "KWD") return {1, 10};
  return {1, 1};
}

micro at_level(micro amount, const std::string& currency) {
  const ratio level = level_of(currency);
  return amount * level.numerator / level.denominator;
}

/// What one euro is worth, about, in millionths.
micro worth(const std::string& currency) {
  if (currency == "JPY") return 162'500'000;
  if (currency == "KWD") return 335'000;
  if (currency == "CNY") return 7'850'000;
  if (currency == "USD") return 1'080'000;
  if (currency == "CHF") return 940'000;
  if (currency == "ILS") return 4'020'000;
  if (currency == "DKK") return 7'460'000;
  return one_unit;
}

// -------------------------------------------------------------------------------------------------------------------
// time

std::string padded(long long value, std::size_t width) {
  std::string text = std::to_string(value);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

std::string date_text(absl::CivilDay day) {
  return padded(day.year(), 4) + "-" + padded(day.month(), 2) + "-" + padded(day.day(), 2);
}

std::string local_text(absl::CivilSecond local) {
  return date_text(absl::CivilDay(local)) + "T" + padded(local.hour(), 2) + ":" + padded(local.minute(), 2) + ":" +
         padded(local.second(), 2);
}

/// An instant as text with some offset.
std::string instant_text(long long unix_ms, chance& luck) {
  static const std::vector<int> offsets = {0,       0,       8 * 60,  60,          120,           -5 * 60,
                                           -4 * 60, 11 * 60, -3 * 60, 5 * 60 + 45, -(3 * 60 + 30)};
  const int offset = luck.pick(offsets);
  const long long local_ms = unix_ms + offset * 60'000LL;
  long long seconds = local_ms / 1000;
  long long rest = local_ms % 1000;
  if (rest < 0) {
    rest += 1000;
    --seconds;
  }
  std::string text = local_text(absl::ToCivilSecond(absl::FromUnixSeconds(seconds), absl::UTCTimeZone()));
  if (rest != 0 || luck.percent(10)) text += "." + padded(rest, 3);
  if (offset == 0) return text + luck.word({"Z", "+00:00"});
  const int size = offset < 0 ? -offset : offset;
  return text + (offset < 0 ? "-" : "+") + padded(size / 60, 2) + ":" + padded(size % 60, 2);
}

struct drawn_period {
  std::string json;
  std::vector<long long> boundaries_unix_ms;
};

struct special_time {
  const char* zone;
  const char* local;  // skipped or occurring twice; a bare date where midnight is concerned
};

const std::vector<special_time>& special_times() {
  static const std::vector<special_time> all = {
      {"America/New_York", "2026-03-08T02:30:00"},  {"America/New_York", "2026-11-01T01:30:00"},
      {"America/New_York", "2026-11-01"},           {"Europe/Rome", "2026-03-29T02:00:00"},
      {"Europe/Rome", "2026-10-25T02:30:00"},       {"Europe/Rome", "2026-03-29"},
      {"Australia/Sydney", "2026-10-04T02:15:00"},  {"Australia/Sydney", "2026-04-05T02:45:00"},
      {"Australia/Sydney", "2026-04-05"},           {"America/Sao_Paulo", "2018-11-04"},
      {"America/Sao_Paulo", "2018-11-03"},          {"America/Sao_Paulo", "2018-11-04T00:30:00"},
      {"America/Sao_Paulo", "2018-02-17T23:30:00"}, {"Asia/Shanghai", "2026-11-11"},
      {"Asia/Shanghai", "2026-11-01T20:00:00"}};
  return all;
}

absl::TimeZone zone_of(const std::string& name) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(name, &zone)) throw std::runtime_error("unknown zone " + name);
  return zone;
}

int number_in(std::string_view text, std::size_t at, std::size_t width) {
  int value = 0;
  for (std::size_t i = 0; i < width; ++i) value = value * 10 + (text[at + i] - '0');
  return value;
}

absl::CivilSecond civil_of(std::string_view text) {
  const absl::CivilSecond day(number_in(text, 0, 4), number_in(text, 5, 2), number_in(text, 8, 2));
  if (text.size() == 10) return day;
  return absl::CivilSecond(day.year(), day.month(), day.day(), number_in(text, 11, 2), number_in(text, 14, 2),
                           number_in(text, 17, 2));
}

/// A period around some special time of its zone, or around a day of the year of the policy; its boundaries are noted
/// so that requests can be put next to them (nothing depends on their being right).
drawn_period draw_stretch(chance& luck, int year) {
  static const std::vector<std::string> zones = {"America/New_York", "Europe/Rome",       "Australia/Sydney",
                                                 "Asia/Shanghai",    "America/Sao_Paulo", "UTC"};
  std::string zone = luck.pick(zones);
  // Braces draw in order; the order of a call's arguments is the compiler's choice.
  absl::CivilSecond center{
      year, luck.between(1, 12), luck.between(1, 28), luck.between(0, 23), luck.percent(50) ? 0 : 30, 0};
  std::string center_text = luck.percent(50) ? date_text(absl::CivilDay(center)) : local_text(center);
  if (luck.percent(45)) {
    const special_time& special = luck.pick(special_times());
    if (number_in(special.local, 0, 4) == year) {
      zone = special.zone;
      center_text = special.local;
      center = civil_of(center_text);
    }
  }
  const absl::TimeZone loaded = zone_of(zone);
  drawn_period result;
  members fields;
  bool wants_zone = false;
  const auto side = [&](const char* key, std::string text, absl::CivilSecond local, bool is_until) {
    const bool bare = text.size() == 10;
    if (bare && is_until) local = absl::CivilSecond(absl::CivilDay(local) + 1);
    if (bare) local = absl::CivilSecond(absl::CivilDay(local));
    const long long unix_ms = absl::ToUnixMillis(loaded.At(local).pre);
    result.boundaries_unix_ms.push_back(unix_ms);
    if (luck.percent(15)) {
      text = instant_text(unix_ms, luck);
    } else {
      wants_zone = true;
    }
    fields.emplace_back(key, as_json(text));
  };
  const bool center_is_from = luck.percent(50);
  const long long hours = luck.percent(30) ? luck.between(1, 5) : luck.between(24, 24 * 60);
  const absl::CivilSecond other = center_is_from ? center + hours * 3600 : center - hours * 3600;
  const std::string other_text = luck.percent(50) && hours > 24 ? date_text(absl::CivilDay(other)) : local_text(other);
  const int open = static_cast<int>(luck.below(10));  // one of the sides may be missing
  if (center_is_from) {
    side("from", center_text, center, false);
    if (open > 1) side("until", other_text, other, true);
  } else {
    if (open > 1) side("from", other_text, other, false);
    side("until", center_text, center, true);
  }
  if (wants_zone || luck.percent(30)) fields.emplace_back("zone", as_json(zone));
  // An until at or before the from would be an error.
  if (result.boundaries_unix_ms.size() == 2 && result.boundaries_unix_ms[0] >= result.boundaries_unix_ms[1])
    return draw_stretch(luck, year);
  result.json = object_of(fields);
  return result;
}

drawn_period draw_period(chance& luck, int year) {
  if (!luck.percent(25)) return draw_stretch(luck, year);
  drawn_period result;
  std::vector<std::string> items;
  const long long count = luck.between(1, 3);
  for (long long i = 0; i < count; ++i) {
    const drawn_period one = draw_stretch(luck, year);
    items.push_back(one.json);
    result.boundaries_unix_ms.insert(result.boundaries_unix_ms.end(), one.boundaries_unix_ms.begin(),
                                     one.boundaries_unix_ms.end());
  }
  result.json = "[" + joined(items, ", ") + "]";
  return result;
}

// -----------------------------------------------------------------------------------------------------------------
// policy

struct drawn_market {
  std::string name;
  std::string currency;
  bool gross = true;
  bool stored = false;
  bool taxed = false;
  std::string tax;  // of requests too, so that fields lie well
};

class policy_writer {
 public:
  policy_writer(chance& luck, const options& asked) : wanted(asked), luck_(luck) {}

  const options wanted;

  std::vector<drawn_market> markets;
  std::vector<std::string> channels;  // traditional ones first
  std::vector<std::string> traditional;
  std::vector<long long> boundaries_unix_ms;
  std::vector<micro> cuts;  // at the common level
  bool has_role = false, has_tier = false, has_stock = false, has_wholesale = false, has_vip = false;
  bool has_handling = false;  // in audits only
  int year = 2026;
  std::map<std::string, std::vector<micro>> bands;  // by market: where those of its culture begin and end
  std::map<std::string, std::string> files;
  bool tight = false;  // a required corridor around the reference, for large amounts

  std::string write() {
    if (wanted.culture) {
      built_in_ = reference::listed_markets(reference::with_built_in_markets().built_in_markets);
      for (const auto& [name, listed] : built_in_) table_[name] = {listed.currency, listed.gross};
    }
    year = luck_.percent(12) ? 2018 : 2026;
    tight = luck_.percent(6);
    const std::vector<micro> all_cuts = {8, 10, 12, 15, 20, 25, 30, 40, 50};
    for (const micro cut : luck_.some(all_cuts, 3)) cuts.push_back(cut * one_unit);

    members root;
    root.emplace_back("pricepoint", "1");
    root.emplace_back("name", as_json("random"));
    if (luck_.percent(50)) root.emplace_back("fallback", as_json(luck_.word({"none", "reference", "current"})));
    root.emplace_back("markets", draw_markets());
    if (!tables_.empty()) root.emplace_back("tables", tables_);
    root.emplace_back("channels", draw_channels());
    root.emplace_back("attributes", draw_attributes());
    root.emplace_back("periods", draw_periods());
    if (luck_.percent(55)) root.emplace_back("within", draw_within());
    if (luck_.percent(50)) root.emplace_back("discounts", as_json(luck_.word({"add", "compound"})));
    if (luck_.percent(10)) root.emplace_back("x-note", "\"of the owner's\"");
    root.emplace_back("rules", draw_rules());
    // Comments and trailing commas belong to the language.
    std::string text = "{\n";
    for (std::size_t i = 0; i < root.size(); ++i) {
      text += "  " + as_json(root[i].first) + ": " + root[i].second;
      if (i + 1 < root.size() || luck_.percent(30)) text += ",";
      if (luck_.percent(10)) text += luck_.word({"  // a comment, \"quoted\"", " /* a comment */"});
      text += "\n";
    }
    return text + "}\n";
  }

 private:
  // ---- money

  std::vector<std::string> currencies() const {
    std::set<std::string> all;
    for (const drawn_market& m : markets) all.insert(m.currency);
    return {all.begin(), all.end()};
  }

  /// Text made from an amount at the common level: one text for all currencies, or an object by currency that may leave
  /// some out.
  std::string by_currency(micro amount, const std::function<std::string(micro)>& text, int leave_out = 12) {
    const auto all = currencies();
    bool same_level = true;
    for (const std::string& c : all) same_level = same_level && at_level(one_unit, c) == one_unit;
    if (luck_.percent(same_level ? 75 : 15)) return text(at_level(amount, all[0]));
    members entries;
    for (const std::string& c : all) {
      if (!luck_.percent(leave_out)) entries.emplace_back(c, text(at_level(amount, c)));
    }
    if (entries.empty()) entries.emplace_back("GBP", text(amount));
    return object_of(entries);
  }

  std::string money_json(micro amount) {
    const std::string text = amount_text(amount, 6, true);
    return text.find('.') == std::string::npos && luck_.percent(30) ? text : as_json(text);
  }

  std::string money(micro amount, int leave_out = 12) {
    return by_currency(
        amount, [this](micro one) { return money_json(one); }, leave_out);
  }

  /// Like `money`, for what money of currencies with any number of decimals can be a multiple of: 1, 2, 2.5, 5 times a
  /// power of ten.
  std::string round_money(micro mantissa, int exponent, int leave_out) {
    members entries;
    const auto text = [&](int power) {
      micro amount = mantissa;
      for (int i = 0; i < power; ++i) amount *= 10;
      for (int i = 0; i > power; --i) amount /= 10;
      return money_json(amount);
    };
    const auto all = currencies();
    const auto power_in = [&](const std::string& c) {
      return c == "JPY" ? exponent + 2 : c == "KWD" ? exponent - 1 : exponent;
    };
    if (luck_.percent(50)) return text(power_in(luck_.pick(all)));
    for (const std::string& c : all) {
      if (!luck_.percent(leave_out)) entries.emplace_back(c, text(power_in(c)));
    }
    if (entries.empty()) return text(exponent);
    return object_of(entries);
  }

  // ---- markets, channels, attributes, periods

  std::string draw_markets() {
    struct kind {
      std::string name;
      std::string currency;
      bool gross;
      std::vector<std::string> units;
      std::vector<std::string> taxes;
    };
    static const std::vector<kind> kinds = {
        {"CN", "CNY", true, {"0.01", "0.01", "0.05", "0.10", "1"}, {"13%", "0%", "6%", "20%"}},
        {"DE", "EUR", true, {"", "0.01", "0.05"}, {"19%", "7%"}},
        {"IT", "EUR", true, {"", "0.01"}, {"22%", "10%", "20%"}},
        {"US", "USD", false, {"", "0.01"}, {"", "", "8.875%"}},
        {"JP", "JPY", true, {"", "1", "10"}, {"10%", "8%"}},
        {"KW", "KWD", true, {"", "0.005", "0.010", "0.05"}, {"0%", "5%"}},
        {"CH", "CHF", true, {"0.05", "0.05", "0.01"}, {"8.1%", "2.6%"}},
        {"IL", "ILS", true, {"0.10", "0.10", "0.01"}, {"18%"}},
        {"DK", "DKK", true, {"0.50", "0.01", "1"}, {"25%"}},
        {"X1", "EUR", true, {"0.01", "0.05"}, {"100%", "25%", "33.333333%"}},
        {"X2", "USD", false, {"0.01", "0.10"}, {"20%", "7.25%", ""}},
    };
    std::vector<kind> known = kinds;
    if (wanted.culture) {
      std::vector<kind> of_table;
      for (const auto& one : built_in_) {
        const auto is_it = [&](const kind& k) { return k.name == one.first; };
        if (std::none_of(kinds.begin(), kinds.end(), is_it) && reference::currency_decimals(one.second.currency))
          of_table.push_back({one.first, one.second.currency, one.second.gross, {""}, {"20%", "10%"}});
      }
      if (!of_table.empty()) {
        const auto some = luck_.some(of_table, 8);
        known.insert(known.end(), some.begin(), some.end());
      }
    }
    members entries;
    members own;  // the file's markets
    for (const kind& k : luck_.some(known, 3)) {
      drawn_market m;
      m.name = k.name;
      m.currency = k.currency;
      m.gross = k.gross;
      members fields;
      std::string unit = luck_.pick(k.units);
      if (wanted.culture) {
        note_built_in_culture(k.name);
        if (luck_.percent(50)) own.emplace_back(k.name, draw_own_market(k.name, k.currency, k.units));
        leave_to_table(m, unit, fields);
      } else {
        fields.emplace_back("currency", as_json(k.currency));
        fields.emplace_back("display", as_json(k.gross ? "gross" : "net"));
      }
      if (!unit.empty())
        fields.emplace_back("unit", unit.find('.') == std::string::npos && luck_.percent(50) ? unit : as_json(unit));
      std::string tax = luck_.pick(k.taxes);
      if (m.gross && luck_.percent(8)) tax.clear();  // then requests must bring it
      if (!tax.empty()) fields.emplace_back("tax", as_json(tax));
      m.taxed = !tax.empty();
      m.tax = tax.empty() ? "20%" : tax;
      // With a tax of many digits the possible amounts repeat too late for the reference evaluator's argument.
      m.stored = luck_.percent(m.gross ? 35 : 15) && tax.size() < 7;
      if (m.stored) fields.emplace_back("net", as_json("stored"));
      entries.emplace_back(m.name, object_of(fields));
      markets.push_back(m);
    }
    if (wanted.culture) write_tables(own);
    return object_of(entries);
  }

  // ---- the market table

  /// What the table says of a market whose facts are drawn: the built-in one, then the file's.
  struct table_facts {
    std::string currency;
    std::optional<bool> gross;
  };

  /// A field of a market is given, or left to the table where that has it; `unit` is emptied where it is left.
  void leave_to_table(drawn_market& m, std::string& unit, members& fields) {
    const table_facts& table = table_[m.name];
    if (!table.currency.empty() && luck_.percent(60)) {
      m.currency = table.currency;
    } else {
      // In another currency than the table's: its numbers hold, its endings and bands do not.
      if (!table.currency.empty() && luck_.percent(20)) {
        m.currency = luck_.word({"EUR", "USD", "CHF", "JPY"});
        if (m.currency != table.currency) {
          unit.clear();
          bands.erase(m.name);
        }
      }
      fields.emplace_back("currency", as_json(m.currency));
    }
    if (luck_.percent(50)) {
      m.gross = table.gross.value_or(true);
    } else {
      if (luck_.percent(15)) m.gross = !m.gross;
      fields.emplace_back("display", as_json(m.gross ? "gross" : "net"));
    }
    if (luck_.percent(50)) unit.clear();
  }

  void note_built_in_culture(const std::string& market) {
    const auto listed = built_in_.find(market);
    if (listed == built_in_.end()) return;
    culture_of_[market] = listed->second.culture;
    for (const reference::rational& end : listed->second.bands) {
      const reference::rational whole = end * one_unit;
      bands[market].push_back(
          static_cast<micro>(boost::multiprecision::cpp_int(numerator(whole) / denominator(whole))));
    }
  }

  void write_tables(const members& own) {
    const std::string version = reference::version_of_markets(reference::with_built_in_markets().built_in_markets);
    if (own.empty()) {
      if (!version.empty() && luck_.percent(25)) tables_ = as_json(version);
      return;
    }
    members root;
    root.emplace_back("pricepoint_markets", "1");
    root.emplace_back("version", as_json("own-1"));
    root.emplace_back("sources", object_of({{"own", as_json("what the shop has seen")}}));
    root.emplace_back("markets", object_of(own));
    std::string text = luck_.percent(20) ? "// The shop's own.\n{\n" : "{\n";
    for (const auto& [key, value] : root) text += "  " + as_json(key) + ": " + value + ",\n";
    files["my-markets.json"] = text + "}\n";
    members tables;
    if (!version.empty() && luck_.percent(30)) tables.emplace_back("version", as_json(version));
    tables.emplace_back("markets", as_json("my-markets.json"));
    tables_ = object_of(tables);
  }

  /// A fact with or without what it rests on.
  std::string fact(const std::string& value) {
    switch (luck_.below(3)) {
      case 0:
        return as_json(value);
      case 1:
        return object_of({{"value", as_json(value)}, {"confidence", as_json("common")}, {"note", as_json("so it is")}});
      default:
        return object_of({{"value", as_json(value)}, {"confidence", as_json("weak")}, {"source", as_json("own")}});
    }
  }

  std::string draw_own_market(const std::string& name, const std::string& currency,
                              const std::vector<std::string>& units) {
    members fields;
    const auto listed = built_in_.find(name);
    table_facts& table = table_[name];
    if (listed == built_in_.end() || luck_.percent(25)) {
      fields.emplace_back("currency", fact(currency));
      table.currency = currency;
    }
    if (luck_.percent(30)) {
      const bool gross = luck_.percent(70);
      fields.emplace_back("display", fact(gross ? "gross" : "net"));
      table.gross = gross;
    }
    const std::string unit = luck_.pick(units);
    if (!unit.empty() && luck_.percent(40)) fields.emplace_back("unit", fact(unit));
    if (luck_.percent(50)) fields.emplace_back("former_price", draw_former_price());
    if (wanted.audit && luck_.percent(60))
      fields.emplace_back("minimum_resale_price", fact(luck_.word({"forbidden", "unknown", "allowed"})));
    if (luck_.percent(85)) fields.emplace_back("culture", draw_culture(name, currency));
    luck_.shuffle(fields);
    return object_of(fields);
  }

  std::string draw_former_price() {
    static const std::vector<members> all = {
        {{"rule", as_json("lowest")}, {"days", "30"}},
        {{"rule", as_json("lowest")}, {"days", "7"}, {"progressive", "true"}},
        {{"rule", as_json("lowest")}, {"days", "20"}, {"earlier", R"([{ "until": "2025-10-11", "days": 30 }])"}},
        {{"rule", as_json("majority")}, {"days", "56"}, {"least_days", "14"}, {"recent_days", "14"}},
        {{"rule", as_json("half_time")}, {"days", "30"}, {"most_days", "61"}},
        {{"rule", as_json("none")}},
        {{"rule", as_json("none")}}};
    members drawn = luck_.pick(all);
    if (luck_.percent(50)) {
      drawn.emplace_back("confidence", as_json("law"));
      drawn.emplace_back("source", as_json("own"));
    }
    drawn.emplace_back("note", as_json("as the shop's lawyer says"));
    return object_of(drawn);
  }

  /// Endings that an amount with so many decimals can show.
  std::vector<std::string> endings_shown_with(int decimals) {
    std::vector<std::string> drawn = luck_.pick(ending_sets());
    std::erase_if(drawn, [&](const std::string& one) {
      const std::size_t point = one.find('.');
      return point != std::string::npos && one.size() - point - 1 > static_cast<std::size_t>(decimals);
    });
    if (drawn.empty()) drawn.push_back("9");
    return drawn;
  }

  std::string draw_culture(const std::string& market, const std::string& currency) {
    std::vector<members> entries;
    std::vector<std::string> ids;
    bands[market].clear();
    const auto add = [&](const std::string& prefix, const std::string& effect, const std::string& value,
                         std::optional<micro> from, std::optional<micro> below) {
      members entry;
      ids.push_back(prefix + "-" + std::to_string(ids.size() + 1));
      entry.emplace_back("id", as_json(ids.back()));
      entry.emplace_back(effect, value);
      if (from) entry.emplace_back("from", as_json(amount_text(*from, 6, true)));
      if (below) entry.emplace_back("below", as_json(amount_text(*below, 6, true)));
      const long long form = luck_.below(20);
      if (form < 8) entry.emplace_back("strength", as_json(luck_.word({"strong", "medium", "weak"})));
      if (form >= 7 && form < 17) {
        const std::string confidence = luck_.word({"law", "paper", "computed", "reputable", "weak", "common"});
        entry.emplace_back("confidence", as_json(confidence));
        if (confidence != "common") entry.emplace_back("source", luck_.percent(50) ? as_json("own") : R"(["own"])");
        if (luck_.percent(25)) entry.emplace_back("wider", luck_.percent(85) ? "true" : "false");
      }
      if (luck_.percent(40)) entry.emplace_back("note", as_json("they say so"));
      entries.push_back(entry);
    };
    const auto some_band = [&](std::optional<micro>& from, std::optional<micro>& below) {
      const micro low = at_level(luck_.pick(cuts) / luck_.between(1, 2), currency);
      const micro high = low + at_level(luck_.between(1, 30) * one_unit, currency);
      if (luck_.percent(65)) from = low;
      if (!from || luck_.percent(55)) below = high;
      for (const auto& end : {from, below}) {
        if (end) bands[market].push_back(*end);
      }
    };
    const auto numbers = [&](const std::string& effect, const std::function<std::string()>& value, int banded) {
      std::optional<micro> from;
      std::optional<micro> below;
      if (luck_.percent(banded)) some_band(from, below);
      add(effect, effect, value(), from, below);
    };
    for (long long i = luck_.below(4); i > 0; --i)
      numbers(
          "avoid", [&] { return draw_avoid(); }, 35);
    for (long long i = luck_.below(5); i > 0; --i)
      numbers(
          "prefer", [&] { return draw_prefer(false); }, 50);
    const int decimals = decimals_of(currency);
    const auto endings = [&](std::optional<micro> from, std::optional<micro> below) {
      if (luck_.percent(75)) {
        add("endings", "endings", list_of(endings_shown_with(decimals)), from, below);
      } else {
        add("round", "multiple_of",
            as_json(decimals == 0 ? luck_.word({"10", "5", "50", "250", "100"})
                                  : luck_.word({"1", "0.5", "0.25", "5", "0.2", "10"})),
            from, below);
      }
    };
    if (luck_.percent(60)) {
      // From 0 up without a hole.
      std::set<micro> ends;
      for (long long i = luck_.below(4); i > 0; --i) ends.insert(at_level(luck_.pick(cuts), currency));
      std::optional<micro> from;
      for (const micro end : ends) {
        endings(from, end);
        bands[market].push_back(end);
        from = end;
      }
      endings(from, std::nullopt);
    } else {
      for (long long i = luck_.below(3); i > 0; --i) {
        std::optional<micro> from;
        std::optional<micro> below;
        some_band(from, below);
        endings(from, below);
      }
    }
    luck_.shuffle(entries);
    culture_of_[market] = ids;
    std::vector<std::string> items;
    for (const members& entry : entries) items.push_back(object_of(entry));
    return "[" + joined(items, ", ") + "]";
  }

  void draw_culture_rules() {
    std::vector<std::string> ids;
    for (const auto& [market, of_market] : culture_of_) ids.insert(ids.end(), of_market.begin(), of_market.end());
    for (long long i = luck_.percent(12) ? 2 : 1; i > 0; --i) {
      rule_options options;
      options.when_percent = 40;
      options.timed_percent = 10;
      members more;
      if (!ids.empty() && luck_.percent(35)) more.emplace_back("without", list_of(different(luck_.some(ids, 3))));
      const std::string kinds =
          luck_.percent(45) ? as_json("all") : list_of(luck_.some<std::string>({"avoid", "prefer", "endings"}, 3));
      add_rule("culture", kinds, options, more);
    }
    if (luck_.percent(12)) {
      // Amounts that no rate has to convert, so that a decision gets as far as the former price without one.
      rule_options always;
      always.target = false;
      always.when_percent = 0;
      add_rule("base", money(luck_.between(10, 40) * one_unit, 0), always);
      rule_options skipping;
      skipping.skip = true;
      add_rule("was", money(luck_.between(30, 60) * one_unit, 0), skipping);
    }
  }

  static std::vector<std::string> different(std::vector<std::string> words) {
    const std::set<std::string> once(words.begin(), words.end());
    return {once.begin(), once.end()};
  }

  std::string draw_channels() {
    std::vector<std::string> shops = {"store", "dealer", "kiosk", "a1"};
    std::vector<std::string> sites = {"web", "app", "tmall", "b2c", "Zeta_9"};
    luck_.shuffle(shops);
    luck_.shuffle(sites);
    shops.resize(static_cast<std::size_t>(luck_.between(1, 3)));
    sites.resize(static_cast<std::size_t>(luck_.between(1, 3)));
    members entries;
    std::vector<std::string> before;
    const auto add = [&](const std::string& name, bool is_traditional, bool is_last_traditional) {
      members fields;
      fields.emplace_back("kind", as_json(is_traditional ? "traditional" : "online"));
      if (luck_.percent(25)) {
        fields.emplace_back("owner", as_json(luck_.word({"own", "reseller"})));
      } else if (wanted.audit && luck_.percent(30)) {
        fields.emplace_back("owner", as_json("reseller"));
      }
      if (!before.empty() && luck_.percent(is_traditional ? 35 : 88)) {
        const long long form = luck_.below(10);
        if (form < 2 && (!is_traditional || is_last_traditional)) {
          fields.emplace_back("reference", as_json(luck_.word({"lowest traditional", "highest traditional"})));
        } else if (form < 5) {
          fields.emplace_back("reference", list_of(luck_.some(before, 3)));
        } else {
          fields.emplace_back("reference", as_json(luck_.pick(before)));
        }
      }
      if (luck_.percent(30))
        fields.emplace_back("fee", as_json(luck_.word({"5%", "12.5%", "0%", "20%", "8.33%", "2%"})));
      if (luck_.percent(12) || (wanted.audit && luck_.percent(15)))
        fields.emplace_back("display", as_json(luck_.word({"gross", "net"})));
      entries.emplace_back(name, object_of(fields));
      before.push_back(name);
      channels.push_back(name);
      if (is_traditional) traditional.push_back(name);
    };
    for (std::size_t i = 0; i < shops.size(); ++i) add(shops[i], true, i + 1 == shops.size());
    for (const std::string& site : sites) add(site, false, false);
    luck_.shuffle(entries);
    return object_of(entries);
  }

  std::string draw_attributes() {
    members entries;
    has_role = luck_.percent(80);
    has_tier = luck_.percent(40);
    has_stock = luck_.percent(50);
    has_wholesale = luck_.percent(40);
    has_vip = luck_.percent(40);
    if (wanted.audit) {
      has_wholesale = true;
      has_handling = luck_.percent(50);
    }
    if (has_role) entries.emplace_back("role", R"(["traffic", "volume", "profit"])");
    if (has_tier) entries.emplace_back("tier", as_json("text"));
    if (has_stock) entries.emplace_back("stock", as_json("number"));
    if (has_wholesale) entries.emplace_back("wholesale", R"({ "money": "net" })");
    if (has_vip) entries.emplace_back("vip_price", R"({ "money": "display" })");
    if (has_handling) entries.emplace_back("handling", R"({ "money": "net" })");
    return object_of(entries);
  }

  std::string draw_periods() {
    members entries;
    for (const std::string& name :
         luck_.some<std::string>({"season", "double-eleven", "black.week", "night_2", "p5"}, 4)) {
      const drawn_period drawn = draw_period(luck_, year);
      boundaries_unix_ms.insert(boundaries_unix_ms.end(), drawn.boundaries_unix_ms.begin(),
                                drawn.boundaries_unix_ms.end());
      entries.emplace_back(name, drawn.json);
      period_names_.push_back(name);
    }
    return object_of(entries);
  }

  std::string draw_within_value() {
    const std::string rate = as_json(luck_.word({"0%", "1%", "3%", "5%", "8%", "20%", "50%", "2.5%"}));
    const auto amount = [&] { return money(luck_.between(0, 30) * 50'000, 25); };
    switch (luck_.below(4)) {
      case 0:
      case 1:
        return rate;
      case 2:
        return amount();
      default:
        return luck_.percent(50) ? "[" + rate + ", " + amount() + "]" : "[" + amount() + ", " + rate + "]";
    }
  }

  std::string draw_within() {
    if (luck_.percent(55)) return draw_within_value();
    members entries;
    for (const std::string& strength : luck_.some<std::string>({"strong", "medium", "weak"}, 3))
      entries.emplace_back(strength, draw_within_value());
    return object_of(entries);
  }

  // ---- conditions

  std::string some_target_range() {
    members range;
    const auto cut = [&](const char* key, micro amount) { range.emplace_back(key, money(amount, 10)); };
    const micro a = luck_.pick(cuts);
    switch (luck_.below(3)) {
      case 0:
        cut("from", a);
        break;
      case 1:
        cut("below", a);
        break;
      default: {
        // Both plain or both by currency: amounts by currency are scaled, and mixed the range could end before it
        // begins.
        const micro b = a + luck_.between(1, 30) * one_unit;
        const std::string from = money(a, 10);
        std::string below = money(b, 10);
        while ((below.front() == '{') != (from.front() == '{')) below = money(b, 10);
        range.emplace_back("from", from);
        range.emplace_back("below", below);
      }
    }
    return object_of(range);
  }

  std::string some_number_range(long long low, long long high) {
    members range;
    const long long a = luck_.between(low, high);
    if (luck_.percent(70))
      range.emplace_back("from", luck_.percent(50) ? as_json(std::to_string(a)) : std::to_string(a));
    if (range.empty() || luck_.percent(40)) {
      const std::string whole = std::to_string(a + luck_.between(1, 20));
      range.emplace_back("below", as_json(luck_.percent(20) ? whole + ".5" : whole));
    }
    return object_of(range);
  }

  struct asking {
    bool target = true;
    bool period = true;
  };

  /// So many conditions, each on another attribute. Those on target and period come when asked for.
  std::string draw_conditions(long long count, asking may) {
    std::vector<std::string> attributes = {"channel",  "channel",  "market",   "segment",
                                           "audience", "quantity", "category", "sku"};
    if (has_role) attributes.insert(attributes.end(), {"role", "role"});
    if (has_tier) attributes.push_back("tier");
    if (has_stock) attributes.push_back("stock");
    if (may.target) attributes.insert(attributes.end(), {"target", "target", "target"});
    if (may.period) attributes.insert(attributes.end(), {"period", "period"});
    members result;
    std::set<std::string> used;
    for (long long i = 0; i < count; ++i) {
      const std::string attribute = luck_.pick(attributes);
      if (!used.insert(attribute).second) continue;
      std::string value;
      if (attribute == "channel") {
        value = one_or_list(luck_.some(channels, 3));
      } else if (attribute == "market") {
        std::vector<std::string> names;
        for (const drawn_market& m : markets) names.push_back(m.name);
        value = one_or_list(luck_.some(names, 2));
      } else if (attribute == "segment") {
        value = one_or_list(luck_.some<std::string>({"member", "student", "vip"}, 2));
      } else if (attribute == "audience") {
        value = one_or_list(luck_.some<std::string>({"newsletter", "staff"}, 2));
      } else if (attribute == "quantity") {
        value = luck_.percent(50) ? some_number_range(1, 6) : luck_.percent(50) ? R"(["1", 2, "3.0"])" : "1";
      } else if (attribute == "category") {
        value = one_or_list(luck_.some<std::string>({"food", "food/tea", "food/tea/green", "home", "home/lamp"}, 2));
      } else if (attribute == "sku") {
        value = one_or_list(luck_.some<std::string>({"S1", "S2", "S3", "S4", "S5"}, 3));
      } else if (attribute == "role") {
        value = one_or_list(luck_.some<std::string>({"traffic", "volume", "profit"}, 2));
      } else if (attribute == "tier") {
        value = one_or_list(luck_.some<std::string>({"gold", "Gold", "silver"}, 2));
      } else if (attribute == "stock") {
        value = luck_.percent(70) ? some_number_range(0, 30) : R"(["10", "0", 7])";
      } else if (attribute == "target") {
        value = some_target_range();
      } else {
        value = one_or_list(luck_.some(period_names_, 2));
      }
      result.emplace_back(attribute, value);
    }
    return object_of(result);
  }

  struct rule_options {
    bool target = true;  // may ask about the target
    int when_percent = 35;
    long long least_conditions = 1;
    bool strengths = false;
    std::string strength;  // given, where not empty
    bool skip = false;     // may have skip_if_missing
    int skip_percent = 30;
    int timed_percent = 6;  // `during`
    int except_percent = 14;
  };

  std::string draw_during() {
    if (luck_.percent(25)) {
      const drawn_period drawn = draw_period(luck_, year);
      boundaries_unix_ms.insert(boundaries_unix_ms.end(), drawn.boundaries_unix_ms.begin(),
                                drawn.boundaries_unix_ms.end());
      return drawn.json;
    }
    return one_or_list(luck_.some(period_names_, 2));
  }

  void add_rule(const std::string& effect, const std::string& value, const rule_options& options, members more = {}) {
    members fields;
    if (luck_.percent(options.when_percent)) {
      const long long count = options.least_conditions + (luck_.percent(20) ? 1 : 0);
      fields.emplace_back("when", draw_conditions(count, {options.target, luck_.percent(25)}));
    }
    if (luck_.percent(options.except_percent)) {
      const auto one = [&] {
        const long long count = luck_.between(1, 2);
        return draw_conditions(count, {options.target, luck_.percent(30)});
      };
      if (luck_.percent(60)) {
        fields.emplace_back("except", one());
      } else {
        std::vector<std::string> items;
        for (long long i = luck_.between(1, 3); i > 0; --i) items.push_back(one());
        fields.emplace_back("except", "[" + joined(items, ", ") + "]");
      }
    }
    if (luck_.percent(options.timed_percent)) fields.emplace_back("during", draw_during());
    if (options.strengths && !options.strength.empty()) fields.emplace_back("strength", as_json(options.strength));
    if (options.skip && luck_.percent(options.skip_percent))
      fields.emplace_back("skip_if_missing", luck_.percent(90) ? "true" : "false");
    if (luck_.percent(8)) fields.emplace_back("because", as_json("someone wants it so"));
    if (luck_.percent(4)) fields.emplace_back("x-owner", as_json("Li"));
    fields.insert(fields.end(), more.begin(), more.end());
    fields.insert(fields.begin() + luck_.below(static_cast<long long>(fields.size()) + 1),
                  std::make_pair(effect, value));
    rules_.push_back(fields);
  }

  // ---- expressions

  std::string some_field() {
    std::vector<std::string> names = {"list",
                                      "msrp",
                                      "map",
                                      "reference",
                                      "current",
                                      "reference",
                                      "price." + luck_.pick(channels),
                                      "price." + luck_.pick(traditional)};
    if (has_vip) names.push_back("vip_price");
    return luck_.pick(names);
  }

  std::string net_name() { return has_wholesale && luck_.percent(40) ? "wholesale" : "cost"; }

  std::string literal(micro amount) { return amount_text(amount, 2, true); }

  std::string expression_json(const std::function<std::string(const std::string&)>& with_currency) {
    if (luck_.percent(82)) return as_json(with_currency(""));
    members entries;
    for (const std::string& c : currencies()) {
      if (!luck_.percent(15)) entries.emplace_back(c, as_json(with_currency(c)));
    }
    if (entries.empty()) entries.emplace_back("GBP", as_json(with_currency("")));
    return object_of(entries);
  }

  std::string some_literal(const std::string& currency, micro low, micro high) {
    const micro amount = luck_.between(low / 10'000, high / 10'000) * 10'000;
    return literal(currency.empty() ? amount : at_level(amount, currency));
  }

  /// About 0.75 to 1 of the price: where floors lie.
  std::string low_expression(const std::string& currency) {
    switch (luck_.below(16)) {
      case 0:
        return "map";
      case 1:
        return "cost * 105%";
      case 2:
        return net_name() + " * 1.25 + shipping";
      case 3:
        return "max(map?, cost * 1." + std::to_string(luck_.between(1, 5)) + ")";
      case 4:
        return "target * 9" + std::to_string(luck_.between(0, 9)) + "%";
      case 5:
        return "reference * 0." + std::to_string(luck_.between(70, 99));
      case 6:
        return "max(map?, min(list?, msrp?) * 80%, (cost + shipping) * 105%)";
      case 7: {
        const std::string field = some_field();
        return field + " - " + some_literal(currency, 0, 3 * one_unit);
      }
      case 8:
        return "min(map?, reference?)";
      case 9:
        return "target - " + some_literal(currency, 0, 2 * one_unit);
      case 10:
        return "max(cost?, shipping?, map?)";
      case 11: {
        const std::string field = some_field();
        return field + " / " + luck_.word({"1.2", "1.05", "3", "1.1"});
      }
      case 12:
        return "105% * (" + net_name() + " + shipping)";
      case 13: {
        const std::string field = some_field();
        return "max(" + net_name() + " * 1.1, min(map, " + field + "?))";
      }
      case 14:
        return luck_.word({"5", "8.50", "12", "0.99"});
      default:
        return "reference - 10% * reference + 0";
    }
  }

  /// About 1 to 1.3 of the price: where ceilings lie.
  std::string high_expression(const std::string& currency) {
    switch (luck_.below(12)) {
      case 0:
      case 1:
        return "reference";
      case 2:
        return "list";
      case 3:
        return "msrp";
      case 4:
        return "min(msrp?, list?)";
      case 5:
        return "target * 1." + luck_.word({"01", "05", "1", "2"});
      case 6:
        return "target + " + some_literal(currency, 0, 2 * one_unit);
      case 7:
        return "price." + luck_.pick(channels);
      case 8:
        return "max(reference?, list?, msrp?)";
      case 9:
        return "min(reference * 110%, max(map?, list?))";
      case 10:
        return "target";
      default:
        return "cost * 2 + shipping * 1.5";
    }
  }

  // ---- shapes

  static const std::vector<std::vector<std::string>>& ending_sets() {
    static const std::vector<std::vector<std::string>> sets = {{".99", ".95", ".?9"},
                                                               {".99"},
                                                               {".9"},
                                                               {".90", ".80", ".88"},
                                                               {"9", "8"},
                                                               {"9.", "5."},
                                                               {"?.50", "?.00"},
                                                               {"9.90", "9.99"},
                                                               {".00"},
                                                               {"0", "5"},
                                                               {"80", "98"},
                                                               {".990", ".995"},
                                                               {".?"},
                                                               {".?5", ".?0"},
                                                               {"88"},
                                                               {".49", ".99"},
                                                               {"?9"},
                                                               {"900", "500", "000"},
                                                               {"1?.?0"},
                                                               {".95", "9.9"}};
    return sets;
  }

  std::vector<std::string> draw_endings() {
    std::vector<std::string> drawn = luck_.pick(ending_sets());
    int fewest = 9;
    for (const drawn_market& m : markets) fewest = std::min(fewest, decimals_of(m.currency));
    const auto is_shown = [&](const std::string& one) {
      const std::size_t point = one.find('.');
      return point == std::string::npos || one.size() - point - 1 <= static_cast<std::size_t>(fewest);
    };
    // A rule that no market can show an ending of is refused, and a rule may be for any one of the markets.
    if (std::none_of(drawn.begin(), drawn.end(), is_shown)) drawn.push_back("9");
    return drawn;
  }

  std::string draw_avoid() {
    switch (luck_.below(9)) {
      case 0:
        return R"({ "digits": "4" })";
      case 1:
        return R"({ "digits": "47", "in": "last" })";
      case 2:
        return R"({ "sequences": ["13", "66"], "in": "integer" })";
      case 3:
        return R"({ "amounts": ["13", "17", "4", "25"] })";
      case 4:
        return R"({ "digits": "4", "in": "integer" })";
      case 5:
        return R"({ "digits": "07", "in": "fraction" })";
      case 6:
        return R"({ "sequences": ["14"], "amounts": ["20"], "digits": "6" })";
      case 7:
        return R"({ "sequences": ["4", "99"], "in": "fraction" })";
      default:
        return R"({ "sequences": ["13", "00"] })";
    }
  }

  std::string draw_prefer(bool only_digits) {
    switch (luck_.below(only_digits ? 4 : 8)) {
      case 0:
        return R"({ "digits": "8" })";
      case 1:
        return R"({ "digits": "89", "in": "last" })";
      case 2:
        return R"({ "digits": "68", "in": "integer" })";
      case 3:
        return R"({ "digits": "5", "in": "fraction" })";
      case 4:
        return R"({ "sequences": ["88", "99"] })";
      case 5:
        return R"({ "amounts": ["20", "30", "9", "18"] })";
      case 6:
        return R"({ "sequences": ["8"], "amounts": ["10"], "in": "fraction" })";
      default:
        return R"({ "digits": "1", "sequences": ["68", "123"], "in": "integer" })";
    }
  }

  // ---- rules

  std::string soft_strength() { return luck_.word({"strong", "strong", "medium", "weak"}); }

  std::string bound_strength() { return luck_.percent(30) ? "" : luck_.percent(48) ? "required" : soft_strength(); }

  std::string discount_value() {
    if (luck_.percent(22)) return money(luck_.between(-2, 12) * 250'000);
    return as_json(luck_.word(
        {"3%", "5%", "5%", "8%", "10%", "10%", "12.5%", "15%", "20%", "2%", "-3%", "0%", "33.333%", "-10%"}));
  }

  void draw_bounds() {
    const auto bound = [&](const std::string& effect, const std::string& value, int when_percent = 35) {
      rule_options options;
      options.when_percent = when_percent;
      options.strengths = true;
      options.strength = bound_strength();
      options.skip = true;
      add_rule(effect, value, options);
    };
    const auto gap_end = [&](long long low, long long high) {
      if (luck_.percent(25)) return money(luck_.between(low, high) * 200'000);
      const long long thousandths = luck_.between(low * 2, high * 2) * 500;
      const bool negative = thousandths < 0;
      const long long size = negative ? -thousandths : thousandths;
      return as_json((negative ? "-" : "") + std::to_string(size / 1000) + (size % 1000 ? ".5%" : "%"));
    };
    if (luck_.percent(50)) {
      members gap;
      gap.emplace_back("to", as_json(luck_.percent(35)   ? "traditional"
                                     : luck_.percent(45) ? "reference"
                                                         : luck_.pick(channels)));
      const long long form = luck_.below(10);
      if (form > 1) gap.emplace_back("max", gap_end(8, 25));
      if (form < 7) {
        std::string low = gap_end(-6, 5);
        const auto is_amount = [](const std::string& one) { return one.find('%') == std::string::npos; };
        const auto by_currency = [](const std::string& one) { return one.front() == '{'; };
        // A bare amount beside one by currency may lie above it in that currency, which the parser refuses.
        if (form > 1 && is_amount(low) && is_amount(gap.back().second) &&
            by_currency(low) != by_currency(gap.back().second)) {
          low = as_json("0%");
        }
        gap.emplace_back("min", low);
      }
      bound("gap", object_of(gap), 45);
    }
    for (long long i = luck_.below(4); i > 0; --i)
      bound("floor", expression_json([&](const std::string& c) { return low_expression(c); }), 30);
    for (long long i = luck_.below(3); i > 0; --i)
      bound("ceiling", expression_json([&](const std::string& c) { return high_expression(c); }));
    if (luck_.percent(45)) {
      const std::string low = luck_.word({"5%", "10%", "0%", "-10%", "20%", "2.5%", "30%"});
      std::string value = as_json(low);
      if (luck_.percent(25))
        value = object_of({{"min", as_json(low)}, {"max", as_json(luck_.word({"35%", "45%", "60%"}))}});
      if (luck_.percent(12)) value = object_of({{"max", as_json(luck_.word({"25%", "45%", "60%"}))}});
      bound("margin", value);
    }
    if (luck_.percent(30)) {
      rule_options options;
      options.strengths = true;
      options.strength = luck_.percent(50) ? "" : luck_.percent(40) ? "required" : soft_strength();
      options.skip = true;
      add_rule("change", as_json(luck_.word({"0%", "1%", "3%", "5%", "10%"})), options);
    }
    if (tight) {
      // Without these the candidates for large amounts would be too many to look at.
      rule_options options;
      options.when_percent = 0;
      options.timed_percent = 0;
      options.except_percent = 0;
      add_rule("floor", as_json("reference * 1 - 1"), options);
      add_rule("ceiling", as_json("reference + 2"), options);
    } else if (luck_.percent(75)) {
      rule_options options;
      options.when_percent = 0;
      options.skip = true;
      options.timed_percent = 0;
      add_rule("ceiling", as_json(luck_.word({"reference * 1.5", "reference * 120%", "max(reference, list?, msrp?)"})),
               options);
    }
  }

  void draw_shapes() {
    bool avoids_sequences = false;
    int soft = 0;
    const auto shape = [&](const std::string& effect, const std::string& value, bool may_be_required = true) {
      rule_options options;
      options.when_percent = 45;
      options.strengths = true;
      options.strength = luck_.percent(35) ? "" : luck_.percent(30) && may_be_required ? "required" : soft_strength();
      if (options.strength != "required" && ++soft > 5) return;
      if (options.strength == "required" && effect == "avoid" && value.find("sequences") != std::string::npos)
        avoids_sequences = true;
      add_rule(effect, value, options);
    };
    if (luck_.percent(60)) shape("endings", list_of(draw_endings()));
    if (luck_.percent(25)) shape("endings", list_of(draw_endings()));
    if (luck_.percent(40)) {
      static const std::vector<micro> mantissas = {1'000'000, 2'000'000, 2'500'000, 5'000'000};
      const micro mantissa = luck_.pick(mantissas);
      shape("multiple_of", round_money(mantissa, static_cast<int>(luck_.between(-2, 1)), 15));
    }
    for (long long i = luck_.below(3); i > 0; --i) shape("avoid", draw_avoid());
    for (long long i = luck_.below(3); i > 0; --i) {
      const bool digits = luck_.percent(40);
      shape("prefer", draw_prefer(digits), digits && !avoids_sequences);
    }
  }

  /// The effects that serve the audit alone.
  void draw_audit_rules() {
    rule_options options;
    options.skip = true;
    options.when_percent = 30;
    std::vector<std::string> net_fields = {"wholesale", "wholesale", "wholesale", "cost", "shipping"};
    if (has_handling) net_fields.insert(net_fields.end(), {"handling", "handling"});
    if (luck_.percent(65)) {
      for (long long i = luck_.between(1, 2); i > 0; --i) {
        const std::string dealer = luck_.pick(luck_.percent(70) ? traditional : channels);
        const std::string wholesale = luck_.pick(net_fields);
        const std::string cost = luck_.pick(net_fields);
        add_rule("squeeze",
                 object_of({{"dealer", as_json(dealer)},
                            {"wholesale", as_json(wholesale)},
                            {"cost", as_json(cost)},
                            {"margin", as_json(luck_.word({"15%", "5%", "0%", "30%", "12.5%", "45%"}))}}),
                 options);
      }
    }
    if (luck_.percent(60)) {
      for (long long i = luck_.between(1, 2); i > 0; --i) {
        const std::string from = luck_.word({"newsletter", "staff", "member", "vip", "student", "nobody"});
        add_rule("leak", object_of({{"from", as_json(from)}}), options);
      }
    }
    if (luck_.percent(65)) {
      for (long long i = luck_.between(1, 2); i > 0; --i) {
        options.when_percent = luck_.percent(50) ? 0 : 80;
        const std::string to = luck_.pick(channels);
        add_rule("inverted", object_of({{"to", as_json(to)}}), options);
      }
    }
  }

  std::string draw_rules() {
    rule_options plain;
    plain.target = false;

    if (luck_.percent(28)) {
      for (long long i = luck_.between(1, 2); i > 0; --i) {
        rule_options options = plain;
        options.skip = true;
        options.skip_percent = 55;
        add_rule("base", expression_json([&](const std::string& c) {
                   switch (luck_.below(8)) {
                     case 0:
                       return std::string("list");
                     case 1:
                       return std::string("max(reference?, cost * 1.3)");
                     case 2:
                       return std::string("min(list?, msrp?)");
                     case 3:
                       return has_vip ? std::string("vip_price") : std::string("msrp * 95%");
                     case 4: {
                       const std::string name = net_name();
                       return name + " * 1.5 + " + some_literal(c, 0, 2 * one_unit);
                     }
                     case 5:
                       return std::string("reference - ") + some_literal(c, 0, 3 * one_unit);
                     case 6:
                       return "(" + some_field() + " + reference) / 2";
                     default:
                       return std::string("reference");
                   }
                 }),
                 options);
      }
    }
    for (long long i = luck_.between(1, 5); i > 0; --i) {
      rule_options options = plain;
      options.when_percent = 55;
      members more;
      std::string value = discount_value();
      if (luck_.percent(18)) {
        if (value.find('-') != std::string::npos) value = as_json("11%");
        more.emplace_back("exclusive", "true");
      } else if (luck_.percent(45)) {
        more.emplace_back("group", as_json(luck_.word({"role", "member", "b"})));
      }
      add_rule("discount", value, options, more);
    }
    if (luck_.percent(8)) {
      rule_options options = plain;
      options.when_percent = 100;
      options.least_conditions = 2;
      add_rule("discount", as_json(luck_.word({"100%", "95%"})), options, {{"group", as_json("last")}});
    }
    if (luck_.percent(30)) {
      rule_options options;
      options.when_percent = 100;
      options.skip = true;
      add_rule("price", expression_json([&](const std::string& c) {
                 switch (luck_.below(5)) {
                   case 0:
                     return some_literal(c, 8 * one_unit, 30 * one_unit);
                   case 1:
                     return has_vip ? std::string("vip_price") : std::string("current");
                   case 2:
                     return "price." + luck_.pick(channels);
                   case 3:
                     return std::string("reference - 1");
                   default:
                     return std::string("list");
                 }
               }),
               options);
    }
    draw_bounds();
    draw_shapes();
    if (wanted.culture && luck_.percent(85)) draw_culture_rules();
    if (luck_.percent(45)) {
      for (long long i = luck_.between(1, 2); i > 0; --i) {
        rule_options options;
        options.timed_percent = 4;
        options.skip = true;
        add_rule("hold", as_json(luck_.word({"1%", "3%", "5%", "10%", "25%", "0%"})), options);
      }
    }
    if (luck_.percent(40)) {
      for (long long i = luck_.between(1, 2); i > 0; --i) {
        rule_options options;
        options.skip = true;
        options.skip_percent = 70;
        add_rule("was", expression_json([&](const std::string& c) {
                   return luck_.percent(60) ? luck_.word({"reference", "list", "min(reference?, msrp?)",
                                                          "max(current?, list)", "list / 3 * 3.1"})
                          : high_expression(c).find("target") == std::string::npos ? "reference * 1.0"
                                                                                   : "msrp";
                 }),
                 options);
      }
    }
    if (luck_.percent(35)) {
      for (long long i = luck_.between(1, 3); i > 0; --i) {
        add_rule("credit",
                 object_of({{"to", as_json(luck_.pick(channels))},
                            {"rate", as_json(luck_.word({"3%", "2.5%", "1%", "0%", "7%"}))}}),
                 {});
      }
    }
    for (long long i = luck_.below(3); i > 0; --i)
      add_rule("advise", as_json(luck_.word({"offer-store-appointment", "check-stock", "call", "call"})), {});
    if (luck_.percent(40)) {
      rule_options options;
      options.when_percent = 96;
      options.least_conditions = luck_.between(1, 2);
      add_rule("withhold", as_json(luck_.word({"web-exclusive", "store-exclusive", "call"})), options);
    }

    if (wanted.audit) draw_audit_rules();
    luck_.shuffle(rules_);
    std::vector<std::string> ids = {"traffic",     "volume", "profit", "member",   "eleven",  "near-the-stores",
                                    "never-above", "map",    "earn",   "mantissa", "integer", "was",
                                    "assist",      "zero",   "Alpha",  "b.2",      "c_3",     "0-first",
                                    "zz",          "m1",     "m10",    "m2",       "Z",       "a",
                                    "q",           "keep",   "round",  "nine",     "no-4",    "unlucky",
                                    "lucky",       "x.y",    "last",   "one",      "two",     "three",
                                    "four"};
    if (wanted.audit) ids.insert(ids.end(), {"unit", "list", "squeezed", "leaky", "upside-down"});
    luck_.shuffle(ids);
    if (rules_.size() > ids.size()) rules_.resize(ids.size());
    std::vector<std::string> items;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      members fields = rules_[i];
      fields.insert(fields.begin() + (luck_.percent(80) ? 0 : luck_.below(static_cast<long long>(fields.size()) + 1)),
                    std::make_pair(std::string("id"), as_json(ids[i])));
      items.push_back("    " + object_of(fields));
    }
    return "[\n" + joined(items, ",\n") + (luck_.percent(30) ? "," : "") + "\n  ]";
  }

  chance& luck_;
  std::vector<std::string> period_names_;
  std::vector<members> rules_;
  std::map<std::string, reference::listed_market> built_in_;
  std::map<std::string, table_facts> table_;
  std::map<std::string, std::vector<std::string>> culture_of_;  // by market: ids of entries
  std::string tables_;
};

// ---------------------------------------------------------------------------------------------------------------
// requests

class request_writer {
 public:
  request_writer(chance& luck, const policy_writer& policy) : luck_(luck), policy_(policy) {}

  reference::request write() {
    draw();
    if (luck_.percent(4)) spoil();
    return request_;
  }

  /// Offers of one product in one market. Their prices lie near the level of the other money fields; then some are put
  /// where the reference auditor sees the edge of a rule, or the decision.
  std::vector<reference::offer> write_offers(const reference::policy& policy,
                                             const std::vector<reference::rate_row>& rates) {
    draw();
    reference::request common = request_;
    common.fields["market"] = market_.name;
    if (!common.fields.contains("sku")) common.fields["sku"] = "S1";
    if (luck_.percent(8)) common.fields.erase("at");
    const int erased = luck_.percent(50) ? 85 : 15;
    std::vector<reference::offer> offers;
    for (long long i = luck_.between(1, 8); i > 0; --i) offers.push_back(draw_offer(common, erased));
    move_to_edges(offers, policy, rates);
    for (long long i = luck_.below(3); i > 0; --i) {
      const std::string price = luck_.pick(offers).price;
      some_of(offers).price = price;
    }
    if (luck_.percent(15)) some_of(offers).price = draw_bad_price();
    return offers;
  }

 private:
  void draw() {
    request_ = {};
    auto& fields = request_.fields;
    market_ = luck_.pick(policy_.markets);
    at_unix_ms_ = some_time();
    if (!luck_.percent(1)) fields["market"] = market_.name;
    if (!luck_.percent(1)) fields["channel"] = luck_.pick(policy_.channels);
    if (!luck_.percent(5)) fields["at"] = instant_text(at_unix_ms_, luck_);
    draw_attributes();
    draw_money();
  }

  reference::offer& some_of(std::vector<reference::offer>& offers) {
    return offers[static_cast<std::size_t>(luck_.below(static_cast<long long>(offers.size())))];
  }

  std::string draw_bad_price() {
    return luck_.word({"0", "0.00", "", "-5", "much", "0.000000001", "0.001", "1000000000000000", "100000000000000.01",
                       "10000000000000.01", "1,5"});
  }

  reference::offer draw_offer(const reference::request& common, int erased) {
    request_ = common;
    auto& fields = request_.fields;
    fields["channel"] = luck_.pick(policy_.channels);
    if (luck_.percent(2)) fields["channel"] = "nowhere";
    if (luck_.percent(1)) fields.erase("channel");
    if (luck_.percent(1)) fields.erase("market");
    if (luck_.percent(6)) fields.erase("at");
    for (const char* name : {"audience", "segment", "quantity"}) fields.erase(name);
    if (luck_.percent(45)) {
      const long long form = luck_.below(5);
      if (form < 3) fields["segment"] = luck_.word({"member", "student", "vip", "other"});
      if (form > 1) fields["audience"] = luck_.word({"newsletter", "staff"});
    }
    if (luck_.percent(35)) fields["quantity"] = luck_.word({"1", "1.0", "2", "3", "0.5", "10"});
    for (auto field = fields.begin(); field != fields.end();) {
      const bool is_price = field->first.starts_with("price.");
      const bool is_money = is_price || field->first == "list" || field->first == "cost" || field->first == "map" ||
                            field->first == "shipping" || field->first == "current" || field->first == "wholesale" ||
                            field->first == "handling";
      field = is_money && luck_.percent(is_price ? erased : 4) ? fields.erase(field) : std::next(field);
    }
    if (luck_.percent(3)) fields["tax"] = luck_.word({"0%", "19%", "8.1%", "25%"});
    if (luck_.percent(2)) fields.erase("tax");
    if (luck_.percent(4)) spoil();

    reference::offer made;
    made.asked = request_;
    micro price = luck_.percent(20) ? price_ : scaled(price_, luck_.between(8'300, 11'500));
    const int decimals = decimals_of(market_.currency);
    const bool finer = luck_.percent(6);
    micro minor = one_unit;
    for (int i = 0; i < decimals; ++i) minor /= 10;
    price = std::max(price, minor);
    made.price = amount_text(price, finer ? 6 : decimals, luck_.percent(15));
    if (luck_.percent(70)) made.seller = luck_.word({"north", "South", "a-shop"});
    return made;
  }

  void move_to_edges(std::vector<reference::offer>& offers, const reference::policy& policy,
                     const std::vector<reference::rate_row>& rates) {
    std::vector<reference::finding> found;
    try {
      found = reference::audit(policy, offers, rates, 300'000);
    } catch (const reference::undecided&) {
      return;
    }
    std::set<std::size_t> moved;
    for (const reference::finding& one : found) {
      std::vector<long long> edges;
      for (const auto& edge :
           {one.remedy_price_minor, one.remedy_price_minor, one.min_minor, one.max_minor, one.against_price_minor}) {
        if (edge) edges.push_back(*edge);
      }
      if (edges.empty() || moved.contains(one.offer) || !luck_.percent(45)) continue;
      moved.insert(one.offer);
      long long minor = luck_.pick(edges);
      if (luck_.percent(35)) minor += luck_.percent(50) ? 1 : -1;
      if (minor <= 0) continue;
      std::string digits = std::to_string(minor);
      const auto decimals = static_cast<std::size_t>(decimals_of(market_.currency));
      if (decimals > 0) {
        if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
        digits.insert(digits.size() - decimals, ".");
      }
      offers[one.offer].price = digits;
    }
  }

  long long some_time() {
    if (!policy_.boundaries_unix_ms.empty() && luck_.percent(70)) {
      const long long boundary = luck_.pick(policy_.boundaries_unix_ms);
      switch (luck_.below(8)) {
        case 0:
          return boundary;
        case 1:
          return boundary - 1;
        case 2:
          return boundary + 1;
        case 3:
          return boundary + 3'600'000;
        case 4:
          return boundary - 3'600'000;
        case 5:
          return boundary + 3'599'999;
        default:
          return boundary + luck_.between(-20LL * 86'400'000, 20LL * 86'400'000);
      }
    }
    const long long start =
        absl::ToUnixMillis(absl::FromCivil(absl::CivilSecond(policy_.year, 1, 1), absl::UTCTimeZone()));
    return start + luck_.below(365LL * 86'400) * 1000;
  }

  void draw_attributes() {
    auto& fields = request_.fields;
    const auto often = [&](int percent, const char* name, const std::string& value) {
      if (luck_.percent(percent)) fields[name] = value;
    };
    often(95, "sku", luck_.word({"S1", "S2", "S3", "S4", "S5", "S6", "S7"}));
    often(70, "category",
          luck_.word({"food", "food/tea", "food/tea/green", "foodstuff", "home", "home/lamp/desk", "toys"}));
    often(40, "segment", luck_.word({"member", "student", "vip", "other"}));
    often(25, "audience", luck_.word({"newsletter", "staff"}));
    often(40, "quantity", luck_.word({"1", "2", "3", "3.0", "6", "0.5", "10", "5"}));
    if (policy_.has_role) often(85, "role", luck_.word({"traffic", "volume", "profit"}));
    if (policy_.has_tier) often(70, "tier", luck_.word({"gold", "Gold", "silver", "bronze"}));
    if (policy_.has_stock) often(75, "stock", luck_.word({"0", "7", "10", "10.0", "25", "-3", "30.5"}));
    often(10, "units", luck_.word({"0", "12", "3.5"}));
    if (luck_.percent(10)) fields["colour"] = "unknown to all";
  }

  void draw_money() {
    auto& fields = request_.fields;
    // The level of the prices in the market's currency: mostly small, often at or next to a cut.
    micro level = luck_.between(150, 7000) * 10'000;
    if (luck_.percent(25)) level = luck_.between(20, 900) * 10'000;
    const bool at_cut = luck_.percent(18);
    if (at_cut) level = luck_.pick(policy_.cuts);
    if (luck_.percent(4)) level *= luck_.percent(80) ? 8 : 40;
    bool huge = false;
    if (policy_.tight && luck_.percent(40)) {
      huge = true;
      for (long long i = luck_.between(1, 8); i > 0; --i) level *= 10;
    }
    micro price = at_level(level, market_.currency);
    const int decimals = decimals_of(market_.currency);
    if (at_cut && luck_.percent(50)) {
      micro minor = one_unit;
      for (int i = 0; i < decimals; ++i) minor /= 10;
      price += luck_.between(-1, 1) * minor;
    }
    const auto bands = policy_.bands.find(market_.name);
    if (bands != policy_.bands.end() && !bands->second.empty() && !huge && luck_.percent(25)) {
      // At or next to where a band of the culture begins or ends; what is too far up costs too much time.
      micro minor = one_unit;
      for (int i = 0; i < decimals; ++i) minor /= 10;
      const micro end = luck_.pick(bands->second);
      if (end / minor <= 100'000)
        price = std::max(
            minor, luck_.percent(50) ? end + luck_.between(-2, 2) * minor : scaled(end, luck_.between(9'500, 11'500)));
    }
    price_ = price;
    // Often a request is in another currency.
    std::string currency = market_.currency;
    if (!huge && luck_.percent(14)) {
      static const std::vector<std::string> all = {"EUR", "USD", "CNY", "JPY", "KWD", "CHF"};
      currency = luck_.pick(all);
      price = price / worth(market_.currency) * worth(currency) +
              price % worth(market_.currency) * worth(currency) / worth(market_.currency);
      if (price < 1'000) price = 1'000;
    }
    if (currency != market_.currency || luck_.percent(5)) fields["currency"] = currency;
    const int shown = decimals_of(currency);
    const int digits = luck_.percent(6) ? std::min(6, shown + 2) : shown;
    micro least = one_unit;
    for (int i = 0; i < digits; ++i) least /= 10;

    const auto displayed = [&](int percent, const std::string& name, long long low, long long high) {
      if (!luck_.percent(percent)) return;
      micro amount = luck_.percent(30) ? price : scaled(price, luck_.between(low, high));
      amount = std::max(amount, least);
      fields[name] = amount_text(amount, digits, luck_.percent(10));
    };
    const auto net = [&](int percent, const std::string& name, long long low, long long high) {
      if (!luck_.percent(percent)) return;
      const auto rate = reference::parse_rate(market_.tax).value() * 10'000;
      const long long taxed =
          market_.gross
              ? 10'000 + static_cast<long long>(boost::multiprecision::cpp_int(numerator(rate) / denominator(rate)))
              : 10'000;
      const micro amount = scaled(price, luck_.between(low, high)) / taxed * 10'000;
      fields[name] = amount_text(amount, digits, luck_.percent(10));
    };
    for (const std::string& channel : policy_.channels) displayed(97, "price." + channel, 9'300, 10'800);
    displayed(97, "list", 9'900, 11'800);
    displayed(88, "msrp", 10'000, 12'500);
    displayed(72, "map", 7'500, 9'900);
    displayed(78, "current", 8'800, 10'300);
    displayed(policy_.wanted.culture ? 60 : 30, "lowest_prior", 8'000, 10'000);
    net(96, "cost", 4'500, 8'600);
    net(90, "shipping", 0, 400);
    if (policy_.has_wholesale) net(93, "wholesale", 5'000, 8'500);
    if (policy_.has_vip) displayed(93, "vip_price", 8'500, 9'900);
    if (policy_.has_handling) net(90, "handling", 200, 2'500);
    if (luck_.percent(market_.gross && !market_.taxed ? 75 : 8))
      fields["tax"] = luck_.percent(60) ? market_.tax : luck_.word({"0%", "19%", "8.1%", "20%", "25%", "100%"});
    if (luck_.percent(8)) fields["fee"] = luck_.word({"0%", "3%", "7.5%", "15%"});
    if (luck_.percent(65)) {
      // Next to the request's own time, or next to a boundary before or after it.
      const long long days = luck_.between(0, 3);
      const long long since = luck_.percent(60) ? at_unix_ms_ - days * luck_.between(0, 86'400'000) : some_time();
      fields["current_since"] = instant_text(since, luck_);
    }
    if (policy_.tight && currency == market_.currency && luck_.percent(4)) {
      // The greatest amounts that there are.
      static const std::map<int, std::vector<std::string>> greatest = {
          {0, {"999999999999999", "999999999999990"}},
          {2, {"10000000000000.00", "9999999999999.99", "9999999999998.05", "10000000000000"}},
          {3, {"1000000000000.000", "999999999999.999", "1000000000000", "999999999999.5"}}};
      const std::string text = luck_.pick(greatest.at(decimals));
      for (auto& [name, value] : fields) {
        if (name == "list" || name.starts_with("price.")) value = text;
      }
    }
  }

  /// Makes one or two given values impossible.
  void spoil() {
    auto& fields = request_.fields;
    for (long long i = luck_.between(1, 2); i > 0; --i) {
      switch (luck_.below(14)) {
        case 0:
          fields["list"] = "0";
          break;
        case 1:
          fields["price." + luck_.pick(policy_.channels)] = luck_.word({"0.00", "-1"});
          break;
        case 2:
          fields["cost"] = "-0.01";
          break;
        case 3:
          fields["tax"] = "-1%";
          break;
        case 4:
          fields["fee"] = luck_.word({"-5%", "101%"});
          break;
        case 5:
          fields["quantity"] = luck_.word({"0", "-2"});
          break;
        case 6:
          fields["units"] = "-1";
          break;
        case 7:
          fields["channel"] = "nowhere";
          break;
        case 8:
          fields["market"] = "ZZ";
          break;
        case 9:
          fields["currency"] = "ZZZ";
          break;
        case 10:
          if (policy_.has_role) fields["role"] = "unheard-of";
          break;
        case 11:
          if (policy_.has_stock) fields["stock"] = "many";
          break;
        case 12:
          if (fields.contains("market") && !fields.contains("currency")) {
            // One more than 10^15 minor units, or exactly as much.
            static const std::map<int, std::string> greatest = {
                {0, "1000000000000000"}, {2, "10000000000000"}, {3, "1000000000000"}};
            std::string text = greatest.at(decimals_of(market_.currency));
            if (text.size() > 15) text = "999999999999999";
            // What no expression asks for, so that nobody has to count up to there.
            if (luck_.percent(50) && text[0] != '9') text.back() = '1';
            fields["lowest_prior"] = text;
          }
          break;
        default:
          if (policy_.has_wholesale) fields["wholesale"] = "-3";
          if (policy_.has_vip) fields["vip_price"] = "0";
      }
    }
  }

  chance& luck_;
  const policy_writer& policy_;
  reference::request request_;
  drawn_market market_;
  micro price_ = 0;  // the level of the request's money, in the market's currency
  long long at_unix_ms_ = 0;
};

std::vector<reference::rate_row> draw_rates(chance& luck, const policy_writer& policy) {
  std::vector<reference::rate_row> rows;
  const std::vector<std::string> all = {"EUR", "USD", "CNY", "JPY", "KWD", "CHF"};
  for (const std::string& from : all) {
    for (const drawn_market& m : policy.markets) {
      if (from == m.currency || luck.percent(8)) continue;
      const bool seen = std::any_of(rows.begin(), rows.end(),
                                    [&](const auto& row) { return row.from == from && row.to == m.currency; });
      if (seen) continue;
      // The first rate may lie after a request; the later ones are some percent higher or lower.
      std::set<long long> times = {
          absl::ToUnixMillis(absl::FromCivil(absl::CivilSecond(policy.year - 1, 12, 1), absl::UTCTimeZone()))};
      if (luck.percent(10)) times.clear();
      for (long long i = luck.below(4); i > 0 || times.empty(); --i) {
        if (!policy.boundaries_unix_ms.empty() && luck.percent(40)) {
          const long long boundary = luck.pick(policy.boundaries_unix_ms);
          times.insert(boundary + luck.between(-1, 1));
        } else {
          times.insert(absl::ToUnixMillis(absl::FromCivil(absl::CivilSecond(policy.year, 1, 1), absl::UTCTimeZone())) +
                       luck.below(360) * 86'400'000);
        }
      }
      for (const long long time : times) {
        const micro rate = worth(m.currency) * 1000 / worth(from) * 1000 / 100 * luck.between(98, 102);
        rows.push_back({from, m.currency, amount_text(rate, 6, luck.percent(50)), instant_text(time, luck)});
      }
    }
  }
  luck.shuffle(rows);
  return rows;
}

}  // namespace

scenario make(const source& from, int requests, const options& wanted) {
  chance luck(from.seed * 0xD1342543DE82EF95ULL + 1);
  luck.read(from.policy);
  policy_writer policy(luck, wanted);
  scenario result;
  result.policy_json = policy.write();
  result.beside = reference::with_built_in_markets(policy.files);  // also for what the law says of former prices
  luck.read(from.requests);
  result.rates = draw_rates(luck, policy);
  request_writer writer(luck, policy);
  for (int i = 0; i < requests; ++i) result.requests.push_back(writer.write());
  result.channels = luck.some(policy.channels, policy.channels.size());
  return result;
}

audit_scenario make_audit(const source& from, int groups, const options& wanted) {
  chance luck(from.seed * 0xD1342543DE82EF95ULL + 2);
  luck.read(from.policy);
  options with_audit = wanted;
  with_audit.audit = true;
  policy_writer policy(luck, with_audit);
  audit_scenario result;
  result.policy_json = policy.write();
  result.beside = reference::with_built_in_markets(policy.files);  // also for what the law says of resellers
  luck.read(from.requests);
  result.rates = draw_rates(luck, policy);
  const reference::policy read(result.policy_json, result.beside);
  request_writer writer(luck, policy);
  for (int i = 0; i < groups; ++i) result.groups.push_back(writer.write_offers(read, result.rates));
  return result;
}

}  // namespace generator
