// SPDX-License-Identifier: Apache-2.0
//
// JSON, amounts and currencies as text.

#include "property/generator/text.hpp"

#include <cstddef>

#include "property/reference.hpp"

namespace generator {

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

std::string object_of(const members& all) {
  std::vector<std::string> items;
  for (const auto& [key, value] : all) items.push_back(as_json(key) + ": " + value);
  return "{ " + joined(items, ", ") + " }";
}

std::string amount_text(micro amount, int decimals, bool shortest) {
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

int decimals_of(const std::string& currency) { return reference::currency_decimals(currency).value(); }

namespace {

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

}  // namespace

micro at_level(micro amount, const std::string& currency) {
  const ratio level = level_of(currency);
  return amount * level.numerator / level.denominator;
}

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

}  // namespace generator
