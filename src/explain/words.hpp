// SPDX-License-Identifier: Apache-2.0
// Words for the parts of a policy: amounts, conditions, effects. For account.cpp and the two writers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/engine/workspace.hpp"

namespace pricepoint::explaining {

namespace language = policy_language;
using language::effect_key;

// "29.80", with the currency's decimals, or more where the value has more that are not zero.
std::string figure(std::int64_t minor, currency in);
std::string figure(decimal value, currency in);
// "29.80 CNY".
std::string money(std::int64_t minor, currency in);
std::string money(const decimal& value, currency in);
// Hundredths of a percent as "12.50%"; for people as "12.5%".
std::string percent_of(std::int64_t e4);
std::string short_percent(std::int64_t e4);
// "a", "a or b", "a, b or c".
std::string listed(const std::vector<std::string>& all, std::string_view last);
std::string in_quotes(std::string_view text);
// Text of others on one line: control characters become spaces.
std::string one_line(std::string_view text);

// An instant at which a period of the policy begins or ends, in that period's zone: "2026-11-01T00:00:00+08:00".
// Any other in UTC.
std::string boundary(const engine::machine& compiled, std::int64_t at_unix_ms);

// What conditions are held against.
struct asked {
  const engine::machine& compiled;
  const request& what;
  const engine::bound_request& bound;
  std::optional<decimal> target;
};

// Why a condition does not hold: `role is "profit", not "traffic"`.
std::string denial(const asked& of, const language::condition& condition);
// What the request says where a condition holds: `role is "profit"`.
std::string statement(const asked& of, const language::condition& condition);
// Why an instant is outside of all these periods: `sale begins at 2026-10-31T16:00:00Z`.
std::string outside(const asked& of, const std::vector<std::uint32_t>& periods);

// The key of an effect: "floor".
std::string_view strength_word(language::strength strength);
// A money expression as a policy writes it; empty in a currency that it does not list.
std::string written(const language::document& document, const language::money_expression& value, currency in);
// The same in words: "105% of the cost with tax". `gross`: whether net fields are grossed up in it.
std::string spoken(const language::document& document, const language::money_expression& value, currency in,
                   bool gross);
// What a bound asks for: "1% to 10% below store".
std::string bound_words(const language::document& document, const language::any_effect& effect, currency in,
                        bool gross);
// A floor or a ceiling that is a plain amount: its limit says it all.
bool is_literal(const language::any_effect& effect, currency in);
// What a shape asks for: "a price ending in .90 or .80".
std::string shape_words(const language::any_effect& effect, currency in);
// What is wrong with a price that has not: "does not end in .90 or .80".
std::string shape_broken(const language::any_effect& effect, currency in);
// A discount's own value: "8%", "2.00 CNY"; surcharges without their minus.
std::string discount_words(const language::effect::discount& effect, currency in);

// A field that a price comes from: "the price on store" for price.store.
std::string source_words(std::string_view name);
// A field to send, with what its name does not say: "price.traditional (the price of any traditional channel)".
std::string field_words(std::string_view name);
// Why a given value cannot be: "cost is -3, which is below zero".
std::string refusal(const asked& of, std::string_view name);

}  // namespace pricepoint::explaining
