// SPDX-License-Identifier: Apache-2.0
// The second tier of exact arithmetic: rationals without a limit. Apart from exact.hpp, because only the out-of-line
// path needs it and it costs a compiler much.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <optional>
#include <utility>

#include "pricepoint/money/exact.hpp"

namespace pricepoint::detail {

class big_exact {
 public:
  using rational = boost::multiprecision::cpp_rational;
  using integer = boost::multiprecision::cpp_int;

  big_exact() = default;
  big_exact(std::int64_t value) : value_(value) {}  // NOLINT(google-explicit-constructor)
  explicit big_exact(const fraction& value) : value_(integer(value.numerator), integer(value.denominator)) {}

  friend big_exact operator+(const big_exact& a, const big_exact& b) {
    return big_exact(rational(a.value_ + b.value_));
  }
  friend big_exact operator-(const big_exact& a, const big_exact& b) {
    return big_exact(rational(a.value_ - b.value_));
  }
  big_exact operator-() const { return big_exact(rational(-value_)); }
  friend big_exact operator*(const big_exact& a, const big_exact& b) {
    return big_exact(rational(a.value_ * b.value_));
  }
  // Requires b != 0.
  friend big_exact operator/(const big_exact& a, const big_exact& b) {
    return big_exact(rational(a.value_ / b.value_));
  }
  friend bool operator==(const big_exact& a, const big_exact& b) { return a.value_ == b.value_; }
  friend std::strong_ordering operator<=>(const big_exact& a, const big_exact& b) {
    const int order = a.value_.compare(b.value_);
    return order < 0   ? std::strong_ordering::less
           : order > 0 ? std::strong_ordering::greater
                       : std::strong_ordering::equal;
  }
  int sign() const { return value_.sign(); }
  // Nothing where it has more than 128 bits.
  std::optional<fraction> to_fraction() const {
    const integer n = numerator(value_);
    const integer d = denominator(value_);
    const integer limit = (integer(1) << 127) - 1;
    if (abs(n) > limit || d > limit) return {};
    return fraction{static_cast<int128>(n), static_cast<int128>(d)};
  }

  std::int64_t rounded(rounding mode, std::int64_t limit) const {
    const integer n = numerator(value_);
    const integer d = denominator(value_);
    integer whole = n / d;  // towards zero
    const integer rest = n - whole * d;
    if (rest != 0) {
      if (mode == rounding::down && rest < 0) --whole;
      if (mode == rounding::up && rest > 0) ++whole;
      if (mode == rounding::half_up && 2 * abs(rest) >= d) whole += n < 0 ? -1 : 1;
    }
    if (whole > limit) return limit;
    if (whole < -limit) return -limit;
    return static_cast<std::int64_t>(whole);
  }

 private:
  explicit big_exact(rational value) : value_(std::move(value)) {}
  rational value_;
};

}  // namespace pricepoint::detail
