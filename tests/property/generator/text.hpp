// SPDX-License-Identifier: Apache-2.0
//
// How policies and requests are written: JSON, amounts in millionths of a currency unit, and how prices in different
// currencies compare.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace generator {

using micro = long long;  // millionths of a unit of some currency
inline constexpr micro one_unit = 1'000'000;

// ---- JSON

std::string as_json(const std::string& text);
std::string joined(const std::vector<std::string>& items, const char* separator);
std::string list_of(const std::vector<std::string>& words);
std::string one_or_list(const std::vector<std::string>& words);

using members = std::vector<std::pair<std::string, std::string>>;  // key, value as JSON

std::string object_of(const members& all);

// ---- amounts

/// An amount with so many decimals (cut off), and without trailing zeros where `shortest`.
std::string amount_text(micro amount, int decimals, bool shortest = false);
micro scaled(micro amount, long long parts_of_ten_thousand);

// ---- currencies

int decimals_of(const std::string& currency);

/// An amount at the common level of prices, at the level of prices in a currency.
micro at_level(micro amount, const std::string& currency);

/// What one euro is worth, about, in millionths.
micro worth(const std::string& currency);

}  // namespace generator
