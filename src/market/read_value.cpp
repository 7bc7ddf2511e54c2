// SPDX-License-Identifier: Apache-2.0
// Texts, words, amounts, rates and values by currency. Entries: value_reader::read_*. Test:
// tests/unit/market/read_value_test.cpp.
#include "market/value_reader.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "pricepoint/money/amount.hpp"

namespace pricepoint::policy_language {

namespace {

std::string_view kind_name(const json_node& node) {
  switch (node.type) {
    case json_node::kind::null:
      return "null";
    case json_node::kind::boolean:
      return node.boolean ? "true" : "false";
    case json_node::kind::number:
      return "a number";
    case json_node::kind::string:
      return "a text";
    case json_node::kind::array:
      return "a list";
    case json_node::kind::object:
      break;
  }
  return "an object";
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether the text is an optional minus, digits and optionally a point and digits, however many.
bool is_decimal_shape(std::string_view text) {
  std::size_t i = !text.empty() && text[0] == '-' ? 1 : 0;
  const std::size_t integer = i;
  while (i < text.size() && is_digit(text[i])) ++i;
  if (i == integer) return false;
  if (i == text.size()) return true;
  if (text[i] != '.' || i + 1 == text.size()) return false;
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(i) + 1, text.end(), is_digit);
}

bool has_exponent(std::string_view text) {
  const std::size_t e = text.find_first_of("eE");
  if (e == std::string_view::npos || !is_decimal_shape(text.substr(0, e))) return false;
  const std::size_t digits = e + 1 < text.size() && (text[e + 1] == '+' || text[e + 1] == '-') ? e + 2 : e + 1;
  return digits < text.size() && std::all_of(text.begin() + static_cast<std::ptrdiff_t>(digits), text.end(), is_digit);
}

// Without blanks around it, and with a point for a single decimal comma: "5,5 " is 5.5. A group of three digits after
// the comma may be thousands, so that stays as it is.
std::string mend_number(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  std::string out(text.substr(begin, text.find_last_not_of(" \t") + 1 - begin));
  const std::size_t comma = out.find(',');
  if (comma != std::string::npos && out.size() - comma != 4 &&
      out.find_first_of(".,", comma + 1) == std::string::npos) {
    out[comma] = '.';
  }
  return out;
}

// How to write these digits as a rate. Below one they are probably a share: 0.05 is 5%.
std::string write_percent(std::string_view text) {
  const std::size_t zero = text.substr(0, 1) == "-" ? 1 : 0;
  const auto value = text.size() < 16 ? parse_decimal(text) : std::nullopt;
  if (!value || value->sign() == 0 || text[zero] != '0' || text.find_first_not_of('0', zero) != zero + 1) {
    return write_as(text, "%");
  }
  const int missing = std::max(0, 2 - value->scale());
  const std::string share = to_string(decimal::from_parts(
      value->coefficient() * detail::powers_of_ten[static_cast<std::size_t>(missing)], value->scale() + missing - 2));
  return say("write \"", share, "%\", or \"", text, "%\" if you mean so little");
}

}  // namespace

bool is_plain_name(std::string_view name, std::string_view also) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || also.find(c) != std::string_view::npos;
  });
}

void value_reader::wrong_type(const json_node& node, std::string_view expected, std::string hint) {
  wrong_.add(codes::wrong_type, node.offset, say("expected ", expected, ", found ", kind_name(node)), std::move(hint));
}

std::string value_reader::unknown_key(const json_node::member& member, const std::vector<std::string_view>& known,
                                      std::string_view where) {
  std::string meant = wrong_.near(member.key, known);
  wrong_.add(codes::unknown_key, member.key_offset,
             say("unknown key ", quote(member.key), " in ", where, wrong_.nearest(member.key, known)),
             meant.empty() ? say("keys that begin with x- are notes of your own: ", quote(say("x-", member.key))) : "");
  return meant;
}

bool value_reader::is_object(const json_node& node, std::string_view what) {
  if (node.type == json_node::kind::object) return true;
  wrong_type(node, say("an object for ", what));
  return false;
}

std::optional<std::string> value_reader::read_text(const json_node& node, std::string_view what) {
  if (node.type != json_node::kind::string) {
    wrong_type(node, say("a text for ", what),
               node.type == json_node::kind::number ? write_as(node.text) : std::string());
    return {};
  }
  if (node.text.empty()) {
    wrong_.add(codes::empty, node.offset, say(what, " must not be empty"));
    return {};
  }
  return node.text;
}

std::optional<bool> value_reader::read_bool(const json_node& node, std::string_view what) {
  if (node.type == json_node::kind::boolean) return node.boolean;
  const bool quoted = node.type == json_node::kind::string && (node.text == "true" || node.text == "false");
  wrong_type(node, say("true or false for ", what), quoted ? say("without quotes: ", node.text) : std::string());
  return {};
}

std::optional<std::size_t> value_reader::read_word(const json_node& node, std::string_view what,
                                                   std::initializer_list<std::string_view> words) {
  std::string list;
  for (const auto& word : words) {
    if (!list.empty()) list += word == *(words.end() - 1) ? " or " : ", ";
    list += quote(word);
  }
  if (node.type != json_node::kind::string) {
    wrong_type(node, say(list, " for ", what));
    return {};
  }
  const auto found = std::find(words.begin(), words.end(), node.text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  const std::string meant = wrong_.near(node.text, words);
  wrong_.add(codes::unknown_word, node.offset,
             say(what, " is ", list, ", not ", quote(node.text),
                 meant.empty() ? std::string() : say("; the nearest known is ", quote(meant))));
  return {};
}

std::optional<decimal> value_reader::read_decimal_text(std::string_view text, std::size_t offset,
                                                       std::string_view what) {
  const auto value = parse_decimal(text);
  if (value) return value;
  if (has_exponent(text)) {
    wrong_.add(codes::exponent, offset, say(what, ": ", quote(text), " has an exponent; exact amounts have none"),
               "write the digits out");
  } else if (is_decimal_shape(text)) {
    wrong_.add(codes::too_many_digits, offset,
               say(what, ": ", quote(text), " has too many digits; at most 15, then a point and at most 9"));
  } else if (!text.empty() && text.back() == '%') {
    wrong_.add(codes::rate_for_money, offset, say(what, ": expected an amount, found the rate ", quote(text)));
  } else {
    const std::string mended = mend_number(text);
    wrong_.add(codes::bad_money, offset, say(what, ": expected an amount such as \"29.90\", found ", quote(text)),
               parse_decimal(mended)
                   ? write_as(mended)
                   : "an optional minus, digits, optionally a point and digits; no spaces, no currency, no grouping");
  }
  return {};
}

std::optional<decimal> value_reader::read_decimal(const json_node& node, std::string_view what) {
  if (node.type != json_node::kind::string && node.type != json_node::kind::number) {
    wrong_type(node, say("a number for ", what));
    return {};
  }
  return read_decimal_text(node.text, node.offset, what);
}

std::optional<currency> value_reader::read_currency(const json_node& node, std::string_view what) {
  const auto code = read_text(node, what);
  if (!code) return {};
  if (const auto found = find_currency(*code)) return found;
  std::array<std::string_view, currency::count()> known;
  for (std::size_t i = 0; i < known.size(); ++i) known[i] = currency::from_index(i).code();
  wrong_.add(codes::unknown_currency, node.offset,
             say(quote(*code), " is no currency of ISO 4217", wrong_.nearest(*code, known)));
  return {};
}

std::optional<std::int64_t> value_reader::read_unit(const json_node& node, currency in) {
  const auto value = read_decimal(node, "\"unit\"");
  if (!value) return {};
  if (value->sign() <= 0) {
    wrong_.add(codes::bad_unit, node.offset, "\"unit\" must be above zero");
    return {};
  }
  const detail::int128 scale = detail::powers_of_ten[static_cast<std::size_t>(value->scale())];
  const detail::int128 scaled = value->coefficient() * detail::powers_of_ten[static_cast<std::size_t>(in.digits())];
  if (scaled % scale != 0) {
    wrong_.add(codes::bad_unit, node.offset,
               say("\"unit\" ", to_string(*value), " is no whole number of minor units; that of ", in.code(), " is ",
                   to_string(decimal::from_parts(1, in.digits()))));
  } else if (scaled / scale > max_amount_minor) {
    wrong_.add(codes::bad_unit, node.offset, "\"unit\" is larger than the largest price");
  } else {
    return static_cast<std::int64_t>(scaled / scale);
  }
  return {};
}

std::optional<rate> value_reader::read_rate(const json_node& node, std::string_view what) {
  const std::string_view text = node.text;
  if (node.type == json_node::kind::number) {
    wrong_.add(codes::percent_missing, node.offset, say(what, ": a rate is a text with a percent sign, not a number"),
               is_decimal_shape(text) ? write_percent(text) : std::string());
    return {};
  }
  if (node.type != json_node::kind::string) {
    wrong_type(node, say("a rate such as \"8%\" for ", what));
    return {};
  }
  const auto value = parse_rate(text);
  if (value) return value;
  const bool percent = !text.empty() && text.back() == '%';
  const std::string_view digits = percent ? text.substr(0, text.size() - 1) : text;
  if (has_exponent(digits)) {
    wrong_.add(codes::exponent, node.offset, say(what, ": ", quote(text), " has an exponent; rates have none"),
               "write the digits out");
  } else if (!is_decimal_shape(digits)) {
    const std::string mended = say(mend_number(digits), "%");
    wrong_.add(
        codes::bad_rate, node.offset, say(what, ": expected a rate such as \"8%\", found ", quote(text)),
        parse_rate(mended) ? write_as(mended) : "digits, optionally a point and digits, and a percent sign at the end");
  } else if (!percent) {
    wrong_.add(codes::percent_missing, node.offset, say(what, ": the rate ", quote(text), " lacks its percent sign"),
               write_percent(text));
  } else {
    wrong_.add(codes::too_many_digits, node.offset,
               say(what, ": ", quote(text), " has too many digits; at most six on either side of the point"),
               text.find('.') == std::string_view::npos ? "" : "round it to six decimals");
  }
  return {};
}

std::optional<rate> value_reader::read_rate(const json_node& node, std::string_view what, rate least, rate most) {
  const auto value = read_rate(node, what);
  if (!value) return {};
  if (*value >= least && *value <= most) return value;
  const bool open = most == rate::from_e8(std::numeric_limits<std::int64_t>::max());
  wrong_.add(codes::out_of_range, node.offset,
             say(what, " must ", open ? "not be below " : "be from ", to_string(least),
                 open ? std::string() : say(" to ", to_string(most)), ", not ", to_string(*value)));
  return {};
}

std::optional<money> value_reader::read_money(const json_node& node, std::string_view what) {
  return read_by_currency<decimal>(node, what, [&](const json_node& value) { return read_decimal(value, what); });
}

std::optional<rate_or_money> value_reader::read_rate_or_money(const json_node& node, std::string_view what) {
  if (node.type == json_node::kind::string && !node.text.empty() && node.text.back() == '%') {
    const auto value = read_rate(node, what);
    if (!value) return {};
    return rate_or_money(*value);
  }
  if (node.type != json_node::kind::string && node.type != json_node::kind::number &&
      node.type != json_node::kind::object) {
    wrong_type(node, say("a rate (\"8%\") or an amount (\"15\") for ", what));
    return {};
  }
  auto value = read_money(node, what);
  if (!value) return {};
  return rate_or_money(std::move(*value));
}

void value_reader::each_value(const json_node& node, std::string_view what,
                              const std::function<void(const json_node&)>& take) {
  if (node.type != json_node::kind::array) {
    take(node);
    return;
  }
  if (node.items.empty()) wrong_.add(codes::empty, node.offset, say(what, ": a list must not be empty"));
  for (const auto& item : node.items) take(item);
}

void value_reader::check_duplicate_keys(const json_node& node) {
  for (const auto& item : node.items) check_duplicate_keys(item);
  std::vector<const json_node::member*> sorted;
  const std::size_t count = node.members.size();
  if (count > 1) {
    sorted.reserve(count);
    for (const auto& member : node.members) sorted.push_back(&member);
    std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
      return a->key != b->key ? a->key < b->key : a->key_offset < b->key_offset;
    });
    const json_node::member* first = sorted.front();
    for (std::size_t i = 1; i < count; ++i) {
      if (sorted[i]->key != first->key) {
        first = sorted[i];
        continue;
      }
      if (wrong_.full()) {
        wrong_.add(codes::duplicate_key, sorted[i]->key_offset, {});
        continue;
      }
      const text_place place = source_->place(first->key_offset);
      wrong_.add(codes::duplicate_key, sorted[i]->key_offset,
                 say("the key ", quote(first->key), " stands in this object already, in line ",
                     std::to_string(place.line), ", column ", std::to_string(place.column)),
                 "remove one of them");
    }
  }
  for (const auto& member : node.members) check_duplicate_keys(member.value);
}

}  // namespace pricepoint::policy_language
