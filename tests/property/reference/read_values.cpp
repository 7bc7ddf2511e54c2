// SPDX-License-Identifier: Apache-2.0
//
// JSON values: text, money, rates, lists of words, periods.

#include "property/reference/reading.hpp"

namespace reference {

json::object read_object(std::string_view text) {
  json::parse_options options;
  options.allow_comments = true;
  options.allow_trailing_commas = true;
  return json::parse(json::string_view(text.data(), text.size()), {}, options).as_object();
}

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

namespace {

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

}  // namespace

by_currency<rational> read_money_by_currency(const json::value& value) {
  return read_by_currency<rational>(value, read_money);
}

by_currency<expression> read_expression_by_currency(const json::value& value) {
  return read_by_currency<expression>(value, [](const json::value& one) { return parse_expression(text_of(one)); });
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

}  // namespace reference
