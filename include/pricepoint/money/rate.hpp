// SPDX-License-Identifier: Apache-2.0
// Exact rates: "8%", "12.5%", "-3%". At most six digits on either side of the point.
//
//   using namespace pricepoint::literals;
//   constexpr auto member = "2.5%"_rate;               // member.e8() == 2'500'000
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pricepoint/money/decimal.hpp"

namespace pricepoint {

class rate {
 public:
  constexpr rate() noexcept = default;
  // `e8`: the rate in units of 10^-8, so 8% is 8'000'000.
  static constexpr rate from_e8(std::int64_t e8) noexcept {
    rate made;
    made.e8_ = e8;
    return made;
  }
  constexpr std::int64_t e8() const noexcept { return e8_; }
  friend constexpr auto operator<=>(const rate&, const rate&) noexcept = default;

 private:
  std::int64_t e8_ = 0;
};

// The highest tax: what it adds to the largest amount still fits 64 bits. A request with a higher one is `invalid`.
inline constexpr rate max_tax = rate::from_e8(100'000'000'000);  // 100,000%

// Reads "12.5%". Nothing where the percent sign is missing or there are more than six digits on a side of the point.
constexpr std::optional<rate> parse_rate(std::string_view text) noexcept {
  if (text.empty() || text.back() != '%') return {};
  detail::int128 coefficient = 0;
  int scale = 0;
  if (!detail::parse_digits(text.substr(0, text.size() - 1), 6, 6, coefficient, scale)) return {};
  return rate::from_e8(static_cast<std::int64_t>(coefficient) *
                       detail::powers_of_ten[static_cast<std::size_t>(6 - scale)]);
}

// "12.5%": as few decimals as say it exactly.
inline std::string to_string(rate value) {
  detail::int128 coefficient = value.e8();
  int scale = 6;
  while (scale > 0 && coefficient % 10 == 0) {
    coefficient /= 10;
    --scale;
  }
  std::string text;
  detail::append_scaled(text, coefficient, scale);
  text.push_back('%');
  return text;
}

namespace detail {
void not_a_rate_at_most_six_digits_on_either_side_of_the_point_then_a_percent_sign();
}  // namespace detail

inline namespace literals {

consteval rate operator""_rate(const char* text, std::size_t length) {
  const auto value = parse_rate({text, length});
#ifdef __cpp_exceptions
  if (!value) throw "not a rate: at most six digits on either side of the point, then a percent sign";
#else
  if (!value) detail::not_a_rate_at_most_six_digits_on_either_side_of_the_point_then_a_percent_sign();
#endif
  return *value;
}

}  // namespace literals
}  // namespace pricepoint
