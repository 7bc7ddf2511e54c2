// SPDX-License-Identifier: Apache-2.0
//
// How a policy and a market table are read from JSON. The text is assumed to be valid: what is not understood throws.
#pragma once

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "property/reference/document.hpp"

namespace reference {

namespace json = boost::json;

// ---- values

json::object read_object(std::string_view text);
std::string text_of(const json::value& value);
std::string key_of(const json::key_value_pair& entry);
bool is_note(const std::string& key);
rational read_money(const json::value& value);
rational read_rate(const json::value& value);
by_currency<rational> read_money_by_currency(const json::value& value);
by_currency<expression> read_expression_by_currency(const json::value& value);
bool is_rate(const json::value& value);
rate_or_money read_rate_or_money(const json::value& value);
/// One value or a list of them.
std::vector<std::string> read_words(const json::value& value);
period_list read_periods(const json::value& value);

// ---- rules

strength read_strength(const std::string& word);
/// The content of the rule's effect, which is known already.
void read_effect(rule& r, const json::value& value);
rule read_rule(const document& doc, const json::value& value);

// ---- the market table and culture

/// A fact is an object around its value, or the value itself; nothing where there is none.
std::optional<std::string> read_fact(const json::object& entry, const char* name);
/// By market: what the built-in table says, each field that the shop's own file gives in its place.
json::object read_market_table(std::string_view built_in, std::string_view own);
bool law_has_window(const json::object& entry);
/// The entries of a market's culture that can hold where prices are in `currency`.
std::vector<rule> read_culture(const json::object& entry, const std::string& currency);
/// The rules that stand in the place of a `culture` rule. Those of its `prefer` entries all have one id, under which
/// the ones that hold together are merged, see `evaluation::find_values`.
std::vector<rule> culture_as_rules(const rule& asking, const std::vector<rule>& culture);

}  // namespace reference
