// SPDX-License-Identifier: Apache-2.0
// Exact decimal numbers as people write them: "32.00", "-0.5", "1980".
//
//   using namespace pricepoint::literals;
//   auto price = "32.00"_money;                        // checked when compiled
//   auto read = pricepoint::parse_decimal(cell);       // std::optional<decimal>
//
// A decimal has 1 to 15 integer digits and at most 9 decimals; there is no exponent. No floating-point value converts
// to it, and it converts to none.
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "pricepoint/detail/int128.hpp"

namespace pricepoint {

class decimal;
constexpr std::optional<decimal> parse_decimal(std::string_view text) noexcept;

class decimal {
 public:
  static constexpr int max_integer_digits = 15;
  static constexpr int max_scale = 9;

  constexpr decimal() noexcept = default;

  // A whole number. |value| must be below 10^15: larger ones are refused by parse_decimal and here give the nearest.
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool> && !std::same_as<Integer, char>) constexpr decimal(
      Integer value) noexcept {  // NOLINT(google-explicit-constructor): integers are decimals
    constexpr std::int64_t limit = 999'999'999'999'999;
    if constexpr (std::is_signed_v<Integer>) {
      coefficient_ = value > limit ? limit : value < -limit ? -limit : static_cast<std::int64_t>(value);
    } else {
      coefficient_ = value > static_cast<std::uint64_t>(limit) ? limit : static_cast<std::int64_t>(value);
    }
  }
  template <std::floating_point Float>
  decimal(Float) = delete;  // binary floating point never touches money: write "29.90"_money or parse the text

  // coefficient / 10^scale. Requires 0 <= scale <= 9 and |coefficient| < 10^(15 + scale).
  static constexpr decimal from_parts(detail::int128 coefficient, int scale) noexcept {
    decimal made;
    made.coefficient_ = coefficient;
    made.scale_ = static_cast<std::uint8_t>(scale);
    return made;
  }

  constexpr detail::int128 coefficient() const noexcept { return coefficient_; }
  constexpr int scale() const noexcept { return scale_; }
  constexpr int sign() const noexcept { return coefficient_ > 0 ? 1 : coefficient_ < 0 ? -1 : 0; }

  constexpr decimal operator-() const noexcept { return from_parts(-coefficient_, scale_); }

  // Compared by value: 1.50 == 1.5.
  friend constexpr bool operator==(const decimal& a, const decimal& b) noexcept { return (a <=> b) == 0; }
  friend constexpr std::strong_ordering operator<=>(const decimal& a, const decimal& b) noexcept {
    const int scale = a.scale_ > b.scale_ ? a.scale_ : b.scale_;
    const detail::int128 left = a.coefficient_ * detail::powers_of_ten[static_cast<std::size_t>(scale - a.scale_)];
    const detail::int128 right = b.coefficient_ * detail::powers_of_ten[static_cast<std::size_t>(scale - b.scale_)];
    return left <=> right;
  }

 private:
  detail::int128 coefficient_ = 0;
  std::uint8_t scale_ = 0;
};

namespace detail {

// Digits with an optional point, as they stand; nothing else. Their sum must fit.
template <class Sum>
[[gnu::always_inline]] constexpr bool sum_digits(std::string_view text, int max_integer, int max_fraction, Sum& sum,
                                                 int& scale) noexcept {
  const char* at = text.data();
  const char* const end = at + text.size();
  sum = 0;
  const auto digits = [&] {
    const char* const begin = at;
    for (; at != end; ++at) {
      const auto digit = static_cast<unsigned>(static_cast<unsigned char>(*at)) - '0';
      if (digit > 9) break;
      sum = sum * 10 + digit;
    }
    return static_cast<int>(at - begin);
  };
  const int whole = digits();
  if (whole == 0 || whole > max_integer) return false;
  scale = 0;
  if (at == end) return true;
  if (*at++ != '.') return false;
  scale = digits();
  return scale != 0 && scale <= max_fraction && at == end;
}

// The same with a sign. Shared by decimals and rates.
constexpr bool parse_digits(std::string_view text, int max_integer, int max_fraction, int128& coefficient,
                            int& scale) noexcept {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto longest = static_cast<std::size_t>(max_integer) + 1 + static_cast<std::size_t>(max_fraction);
  uint128 sum = 0;
  if (text.size() > longest || !sum_digits(text, max_integer, max_fraction, sum, scale)) return false;
  coefficient = static_cast<int128>(sum);
  if (negative) coefficient = -coefficient;
  return true;
}

}  // namespace detail

// Reads "-12.50". Nothing where the text is no decimal or has more than 15 integer digits or 9 decimals.
constexpr std::optional<decimal> parse_decimal(std::string_view text) noexcept {
  int scale = 0;
  // Most have no sign and fit 64 bits, which carry 18 digits; only others pay for 128.
  std::uint64_t sum = 0;
  if (text.size() <= 18 && detail::sum_digits(text, decimal::max_integer_digits, decimal::max_scale, sum, scale)) {
    return decimal::from_parts(static_cast<detail::int128>(sum), scale);
  }
  detail::int128 coefficient = 0;
  if (!detail::parse_digits(text, decimal::max_integer_digits, decimal::max_scale, coefficient, scale)) return {};
  return decimal::from_parts(coefficient, scale);
}

namespace detail {

inline void append_unsigned(std::string& out, uint128 value, int min_digits) {
  char buffer[48];
  int length = 0;
  do {
    buffer[length++] = static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  while (length < min_digits) buffer[length++] = '0';
  while (length > 0) out.push_back(buffer[--length]);
}

// coefficient / 10^scale as text with exactly `scale` decimals.
inline void append_scaled(std::string& out, int128 coefficient, int scale) {
  if (coefficient < 0) out.push_back('-');
  const uint128 size = magnitude(coefficient);
  std::string digits;
  append_unsigned(digits, size, scale + 1);
  out.append(digits, 0, digits.size() - static_cast<std::size_t>(scale));
  if (scale > 0) {
    out.push_back('.');
    out.append(digits, digits.size() - static_cast<std::size_t>(scale), std::string::npos);
  }
}

}  // namespace detail

// The decimal with the decimals that it was written with.
inline std::string to_string(const decimal& value) {
  std::string text;
  detail::append_scaled(text, value.coefficient(), value.scale());
  return text;
}

namespace detail {
// What a wrong literal calls where exceptions are off: no constant expression may, so it does not compile.
void not_a_decimal_1_to_15_digits_optionally_a_point_and_1_to_9_digits();
}  // namespace detail

inline namespace literals {

// A decimal checked by the compiler: "29.90"_money.
consteval decimal operator""_money(const char* text, std::size_t length) {
  const auto value = parse_decimal({text, length});
#ifdef __cpp_exceptions
  if (!value) throw "not a decimal: 1 to 15 digits, optionally a point and 1 to 9 digits";
#else
  if (!value) detail::not_a_decimal_1_to_15_digits_optionally_a_point_and_1_to_9_digits();
#endif
  return *value;
}

}  // namespace literals
}  // namespace pricepoint
