// SPDX-License-Identifier: Apache-2.0
// Division by a number that stays the same, as a multiplication and a shift.
#pragma once

#include <bit>
#include <cstdint>

#include "pricepoint/detail/int128.hpp"

namespace pricepoint::detail {

// Divides numbers from 0 to 2^63 - 1 by 1 <= d < 2^62, rounding down. With l = ceil(log2 d) and
// m = floor(2^(63+l) / d) + 1: m * d exceeds 2^(63+l) by at most 2^l, so that floor(n * m / 2^(63+l)) is exact for
// n < 2^63 (Granlund and Montgomery, Division by Invariant Integers using Multiplication, 1994).
class divisor {
 public:
  constexpr divisor() noexcept : divisor(1) {}
  constexpr explicit divisor(std::int64_t d) noexcept
      : value_(d),
        shift_(static_cast<std::uint8_t>(std::bit_width(static_cast<std::uint64_t>(d - 1)))),
        multiplier_(static_cast<std::uint64_t>((uint128{1} << (63 + shift_)) / static_cast<uint128>(d) + 1)) {}

  constexpr std::int64_t value() const noexcept { return value_; }
  constexpr std::int64_t down(std::int64_t n) const noexcept {
    const uint128 product = static_cast<uint128>(multiplier_) * static_cast<std::uint64_t>(n);
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(product >> 63) >> shift_);
  }
  // Requires n + d < 2^63.
  constexpr std::int64_t up(std::int64_t n) const noexcept { return down(n + value_ - 1); }

 private:
  std::int64_t value_;
  std::uint8_t shift_;
  std::uint64_t multiplier_;
};

}  // namespace pricepoint::detail
