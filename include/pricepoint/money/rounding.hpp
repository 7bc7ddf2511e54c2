// SPDX-License-Identifier: Apache-2.0
// Rounding of exact quotients. The direction is always an argument, never a global.
#pragma once

#include <cassert>

#include "pricepoint/detail/int128.hpp"

namespace pricepoint {

enum class rounding : unsigned char {
  half_up,  // to the nearest; halves away from zero
  down,     // towards minus infinity
  up,       // towards plus infinity
};

namespace detail {

// numerator / denominator, rounded. Requires denominator > 0. Exact for every input.
constexpr int128 divide(int128 numerator, int128 denominator, rounding mode) noexcept {
  assert(denominator > 0);
  int128 quotient = 0;
  int128 remainder = 0;
  if (fits_int64(numerator) && fits_int64(denominator)) {
    const auto n = static_cast<std::int64_t>(numerator);
    const auto d = static_cast<std::int64_t>(denominator);
    quotient = n / d;
    remainder = n % d;
  } else {
    quotient = numerator / denominator;
    remainder = numerator % denominator;
  }
  if (remainder == 0) return quotient;
  switch (mode) {
    case rounding::down:
      return remainder < 0 ? quotient - 1 : quotient;
    case rounding::up:
      return remainder > 0 ? quotient + 1 : quotient;
    case rounding::half_up:
      break;
  }
  const uint128 rest = magnitude(remainder);
  if (rest >= static_cast<uint128>(denominator) - rest) return numerator < 0 ? quotient - 1 : quotient + 1;
  return quotient;
}

}  // namespace detail
}  // namespace pricepoint
