// SPDX-License-Identifier: Apache-2.0
// One price on two displays: what the other display shows for it. Calls on several channels and audits carry prices so.
#pragma once

#include <cstdint>
#include <optional>

#include "pricepoint/money/exact.hpp"
#include "pricepoint/money/rounding.hpp"

namespace pricepoint::engine {

// A price above zero in minor units, from the net display to the gross one or back: converted by 1 + tax, then rounded
// half up to the unit. Nothing where that comes to 0, or where it needs more than 128 bits.
inline std::optional<detail::fraction> on_other_display(const detail::fraction& minor,
                                                        const detail::fraction& gross_factor, bool to_gross,
                                                        std::int64_t unit_minor) {
  const detail::int128 times = to_gross ? gross_factor.numerator : gross_factor.denominator;
  const detail::int128 over = to_gross ? gross_factor.denominator : gross_factor.numerator;
  const auto left = detail::fraction::reduced(minor.numerator, over);
  const auto right = detail::fraction::reduced(times, minor.denominator);
  detail::int128 numerator = 0;
  detail::int128 denominator = 0;
  if (__builtin_mul_overflow(left.numerator, right.numerator, &numerator) ||
      __builtin_mul_overflow(left.denominator, right.denominator, &denominator) ||
      __builtin_mul_overflow(denominator, detail::int128{unit_minor}, &denominator)) {
    return {};
  }
  const detail::int128 units = detail::divide(numerator, denominator, rounding::half_up);
  if (units == 0) return {};
  return detail::fraction{units * unit_minor, 1};
}

}  // namespace pricepoint::engine
