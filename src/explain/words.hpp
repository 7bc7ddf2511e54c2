// SPDX-License-Identifier: Apache-2.0
// Words for the parts of a policy: amounts, conditions, effects. The narrative, its two writers and timelines use them.
//
//   bound_words(document, rule, currency, gross);  // "1% to 10% below the price on store"
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "decide/workspace.hpp"
#include "text/each_once.hpp"

namespace pricepoint::explaining {

namespace language = policy_language;
using engine::effect_kind;

// "29.80", with the currency's decimals, or more where the value has more that are not zero.
std::string figure(std::int64_t minor, currency in);
std::string figure(decimal value, currency in);
// "29.80 CNY".
std::string money(std::int64_t minor, currency in);
std::string money(const decimal& value, currency in);
// A share that a policy writes as a rate, as it is written there: "12.5%".
std::string exact_percent(const detail::fraction& part);
// Hundredths of a percent as "12.50%"; for people as "12.5%".
std::string percent_of(std::int64_t e4);
std::string short_percent(std::int64_t e4);
// Sorted, and none twice.
template <class T>
std::vector<T> each_once(std::vector<T> all) {
  detail::keep_each_once(all);
  return all;
}
// "a", "a or b", "a, b or c".
std::string listed(const std::vector<std::string>& all, std::string_view last);
std::string in_quotes(std::string_view text);
// A text that somebody else wrote, on one line: control characters become spaces.
std::string one_line(std::string_view text);

// An instant at which a period of the policy begins or ends, in that period's zone: "2026-11-01T00:00:00+08:00".
// Any other in UTC.
std::string boundary(const engine::machine& compiled, std::int64_t at_unix_ms);

// What conditions are compared with.
struct asked {
  const engine::machine& compiled;
  const request& what;
  const engine::bound_request& bound;
  std::optional<decimal> target;
};

// Why a condition does not hold: `role is "profit", not "traffic"`.
std::string denial(const asked& of, const engine::compiled_condition& condition);
// What the request says where a condition holds: `role is "profit"`.
std::string statement(const asked& of, const engine::compiled_condition& condition);
// Why an instant is outside of all these periods: `sale begins at 2026-10-31T16:00:00Z`.
std::string outside(const asked& of, const std::vector<std::uint32_t>& periods);

std::string_view strength_word(engine::strength strength);
// The expression of a `base` as its policy writes it; empty in a currency that it does not list.
std::string base_text(const language::document& document, const engine::compiled_rule& rule, currency in);
// The same in words: "105% of the cost with tax". `gross`: whether the display of the channel contains the tax.
std::string base_words(const language::document& document, const engine::compiled_rule& rule, currency in, bool gross);
// What a bound asks for: "1% to 10% below the price on store".
std::string bound_words(const language::document& document, const engine::compiled_rule& rule, currency in, bool gross);
// Whether a rule is a floor or a ceiling of a plain amount, so that its limit says everything.
bool is_literal(const engine::compiled_rule& rule, currency in);
// How far shapes of a strength may move a price, and what says so: "a strong rule may move a price by 5% at most
// (within)".
std::string reach_words(const language::document& document, engine::strength strength, currency in);
// What a shape asks for: "a price ending in .90 or .80".
std::string shape_words(const engine::compiled_rule& rule, currency in);
// What is wrong with a price that does not have it: "does not end in .90 or .80".
std::string shape_broken(const engine::compiled_rule& rule, currency in);

// What a request is about, with all that tells it from others: "A on web in DE, 10 pieces, segment gold".
std::string heading(const request& what, bool with_time);
// A field that a price comes from: "the price on store" for price.store.
std::string source_words(std::string_view name);
// A field to send, with what its name does not say: "price.traditional (the price of any traditional channel)".
std::string field_words(std::string_view name);
// Why a given value cannot be: "cost is -3, which is below zero".
std::string refusal(const asked& of, std::string_view name);

}  // namespace pricepoint::explaining
