// SPDX-License-Identifier: Apache-2.0
// parse_decimal for the cells of a file: numbers of four to eight letters, as most are, at once.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "pricepoint/money/decimal.hpp"

namespace pricepoint::rows {

// The same result for every text; true where it is a decimal. Written in place: a copy right after the parts were
// stored would have to wait for them.
inline bool read_decimal(std::string_view text, std::optional<decimal>& into) noexcept {
  const auto otherwise = [&] { return (into = parse_decimal(text)).has_value(); };
  const std::size_t size = text.size();
  if (std::endian::native != std::endian::little || size < 4 || size > 8) return otherwise();
  // The last letter in the highest byte, nothing in front of the first.
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::memcpy(&first, text.data(), 4);
  std::memcpy(&last, text.data() + size - 4, 4);
  const auto unused = static_cast<unsigned>(8 * (8 - size));
  constexpr std::uint64_t ones = 0x0101010101010101u;
  const std::uint64_t letters = std::uint64_t{last} << 32 | std::uint64_t{first} << unused;
  std::uint64_t digits = letters ^ (ones * '0' >> unused << unused);
  const std::uint64_t other = digits ^ ones * ('.' ^ '0');
  int scale = 0;
  if (const std::uint64_t points = (other - ones) & ~other & ones * 0x80; points != 0) {
    // The digits before the first point move up by one, into its place.
    const auto at = static_cast<unsigned>(std::countr_zero(points)) & ~7u;
    if (at == unused || at == 56) return otherwise();
    const std::uint64_t before = (std::uint64_t{1} << at) - 1;
    digits = (digits & ~(before << 8 | 0xFF)) | (digits & before) << 8;
    scale = static_cast<int>(7 - at / 8);
  }
  if (((digits | (digits + ones * 0x76)) & ones * 0x80) != 0) return otherwise();
  digits = digits * 10 + (digits >> 8);
  constexpr std::uint64_t pairs = 0x000000FF000000FFu;
  digits = (digits & pairs) * (100 + (std::uint64_t{1'000'000} << 32)) +
           (digits >> 16 & pairs) * (1 + (std::uint64_t{10'000} << 32));
  into.emplace(decimal::from_parts(static_cast<detail::int128>(digits >> 32), scale));
  return true;
}

}  // namespace pricepoint::rows
