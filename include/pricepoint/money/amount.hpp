// SPDX-License-Identifier: Apache-2.0
// An amount of money that can be shown and paid: whole minor units of a currency.
#pragma once

#include <cstdint>
#include <string>

#include "pricepoint/money/currency.hpp"
#include "pricepoint/money/decimal.hpp"

namespace pricepoint {

// An amount, instant or rate that is absent.
inline constexpr std::int64_t absent_value = INT64_MIN;

struct amount {
  std::int64_t minor = 0;  // cents, yen, fils
  pricepoint::currency currency;

  friend constexpr bool operator==(const amount&, const amount&) noexcept = default;
};

// The largest amount that the language knows, in minor units.
inline constexpr std::int64_t max_amount_minor = 1'000'000'000'000'000;

// "29.80": with the currency's decimals and without its code.
inline std::string to_string(const amount& value) {
  std::string text;
  detail::append_scaled(text, value.minor, value.currency.digits());
  return text;
}

}  // namespace pricepoint
