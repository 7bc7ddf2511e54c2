// SPDX-License-Identifier: Apache-2.0
// What is known of policies and markets as JSON: for the command line and the bindings alike.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/analysis/check.hpp"
#include "pricepoint/market/table.hpp"
#include "pricepoint/pricing/policy.hpp"

namespace pricepoint::rows {

// One JSON object and a newline, each.
std::string inputs_json(const policy_inputs& of, std::string_view fingerprint, std::string_view zones);
std::string markets_json(const std::vector<const market_entry*>& all, std::string_view version);

// Appends what a check left out, a JSON object a line.
void append_not_searched(std::string& out, const check_report& of);

// Words of the market table, in text as in JSON.
std::string_view display_word(tax_display value);
std::string_view kind_word(const culture_entry& one);
std::string date_of(std::int64_t unix_ms);

}  // namespace pricepoint::rows
