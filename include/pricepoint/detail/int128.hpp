// SPDX-License-Identifier: Apache-2.0
// 128-bit integers under -Wpedantic, and the few operations on them that the standard library does not have.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace pricepoint::detail {

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

// Powers of ten that fit 64 bits: 10^0 .. 10^18.
inline constexpr std::array<std::int64_t, 19> powers_of_ten = [] {
  std::array<std::int64_t, 19> powers{};
  std::int64_t power = 1;
  for (auto& entry : powers) {
    entry = power;
    if (power <= 100'000'000'000'000'000) power *= 10;
  }
  return powers;
}();

constexpr bool fits_int64(int128 value) noexcept { return value == static_cast<std::int64_t>(value); }

constexpr uint128 magnitude(int128 value) noexcept {
  return value < 0 ? uint128{0} - static_cast<uint128>(value) : static_cast<uint128>(value);
}

constexpr int trailing_zeros(uint128 value) noexcept {
  const auto low = static_cast<std::uint64_t>(value);
  if (low != 0) return std::countr_zero(low);
  return 64 + std::countr_zero(static_cast<std::uint64_t>(value >> 64));
}

// Greatest common divisor (binary, so that no 128-bit division runs); gcd(0, x) = x.
constexpr uint128 gcd(uint128 a, uint128 b) noexcept {
  if (a == 0) return b;
  if (b == 0) return a;
  const int shift = trailing_zeros(a | b);
  a >>= trailing_zeros(a);
  while (b != 0) {
    b >>= trailing_zeros(b);
    if (a > b) {
      const uint128 t = a;
      a = b;
      b = t;
    }
    b -= a;
  }
  return a << shift;
}

}  // namespace pricepoint::detail
