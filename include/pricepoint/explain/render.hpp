// SPDX-License-Identifier: Apache-2.0
// A decision as JSON and as the cells of a table: the one spelling that the command line and every binding use.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pricepoint/engine/decision.hpp"

namespace pricepoint {

// Appends the members of the decision, in the fixed order of the output, absent ones left out:
// "currency":"CNY","status":"priced","price":"29.80",... without braces. Money is a JSON string with the currency's
// decimals, `target` has four more.
void append_json_members(std::string& out, const decision& what);

// Appends the target of a decision: four decimals more than the currency has.
void append_target(std::string& out, const decimal& target, const std::optional<currency>& unit);

// Appends a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

}  // namespace pricepoint
