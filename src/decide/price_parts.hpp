// SPDX-License-Identifier: Apache-2.0
// What a price consists of: the part without tax, the tax, and what partners are owed of it. Rounded half up.
#pragma once

#include <cstdint>
#include <optional>

#include "match/bound_request.hpp"
#include "pricepoint/money/amount.hpp"
#include "pricepoint/money/exact.hpp"
#include "pricepoint/money/rounding.hpp"

namespace pricepoint::engine {

// A share of an amount, in whole minor units.
inline std::int64_t share_of(std::int64_t minor, const fraction& share) noexcept {
  return static_cast<std::int64_t>(
      detail::divide(detail::int128{minor} * share.numerator, share.denominator, rounding::half_up));
}

// How a price splits on a channel of a market.
struct price_terms {
  price_terms() = default;
  explicit price_terms(const bound_request& of) : tax(of.tax), gross_factor(of.gross_factor), gross(of.gross) {}
  std::optional<fraction> tax;
  fraction gross_factor{1, 1};
  bool gross = true;

  struct split {
    std::int64_t net = absent_value, tax = absent_value;
  };
  // Absent where the tax is not known.
  split of(std::int64_t price) const noexcept {
    if (!tax) return {};
    if (!gross) return {price, share_of(price, *tax)};
    const std::int64_t net = share_of(price, {gross_factor.denominator, gross_factor.numerator});
    return {net, price - net};
  }
};

}  // namespace pricepoint::engine
