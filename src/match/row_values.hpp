// SPDX-License-Identifier: Apache-2.0
// One row of columns as a request's values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/money/amount.hpp"
#include "pricepoint/pricing/columns.hpp"
#include "pricepoint/pricing/request.hpp"

namespace pricepoint::engine {

// More than any amount, so that it is found invalid whatever the currency, and yet a decimal.
inline decimal beyond_amounts(bool negative) noexcept {
  constexpr detail::int128 most = static_cast<detail::int128>(max_amount_minor) * 10 + 1;
  return decimal::from_parts(negative ? -most : most, 1);
}

// No text says it: at most 15 digits stand before the point.
inline bool has_too_many_digits(const decimal& value) noexcept {
  return detail::magnitude(value.coefficient()) >=
         static_cast<detail::uint128>(max_amount_minor) *
             static_cast<detail::uint128>(detail::powers_of_ten[static_cast<std::size_t>(value.scale())]);
}

// units / 10^digits.
inline decimal decimal_of(std::int64_t units, int digits) noexcept {
  const detail::uint128 whole =
      detail::magnitude(units) / static_cast<detail::uint128>(detail::powers_of_ten[static_cast<std::size_t>(digits)]);
  if (whole >= static_cast<detail::uint128>(max_amount_minor)) return beyond_amounts(units < 0);
  return decimal::from_parts(units, digits);
}

// The number of a row; nothing where it is absent. `digits` are those of the column's unit: of money the currency's
// decimals. Text that is no decimal is absent, and `name` joins the invalid.
inline std::optional<decimal> number_at(const number_column& column, std::size_t row, int digits, const char* name,
                                        std::vector<std::string>& invalid) {
  if (column.kind() == number_column::layout::absent) return {};
  if (column.kind() == number_column::layout::text) {
    const std::string_view text = column.texts().at(row);
    if (text.empty()) return {};
    const auto read = parse_decimal(text);
    if (!read) invalid.emplace_back(name);
    return read;
  }
  const std::int64_t value = column.at(row);
  if (value == absent_value) return {};
  return decimal_of(value, column.kind() == number_column::layout::scaled ? column.scale() : digits);
}

// A number that is no money: invalid from 10^15 on, as it is when it is read from text.
inline std::optional<decimal> plain_number_at(const number_column& column, std::size_t row, std::string_view name,
                                              std::vector<std::string>& invalid) {
  const std::size_t before = invalid.size();
  std::optional<decimal> made = number_at(column, row, 0, "", invalid);
  if (made && has_too_many_digits(*made)) {
    made.reset();
    invalid.emplace_back();
  }
  if (invalid.size() != before) invalid.back() = name;
  return made;
}

}  // namespace pricepoint::engine
