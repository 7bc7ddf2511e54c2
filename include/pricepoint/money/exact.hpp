// SPDX-License-Identifier: Apache-2.0
// Exact rationals in two tiers.
//
// `fraction` is plain data: a constant of a policy or a field of a request, in minor units, always representable.
// `fast_exact` computes with 128-bit numerators and denominators and throws `exact_overflow` where they do not fit;
// the evaluation is then repeated with `big_exact` (money/big_exact.hpp), which has no limit and gives the same answer.
// Nothing here rounds but floor, ceil and round, and each says which way.
#pragma once

#include <compare>
#include <cstdint>

#include "pricepoint/detail/int128.hpp"
#include "pricepoint/money/amount.hpp"
#include "pricepoint/money/decimal.hpp"
#include "pricepoint/money/rate.hpp"
#include "pricepoint/money/rounding.hpp"

namespace pricepoint::detail {

// numerator / denominator, denominator > 0. Not necessarily in lowest terms unless made by `reduced`.
struct fraction {
  int128 numerator = 0;
  int128 denominator = 1;

  static constexpr fraction reduced(int128 numerator, int128 denominator) noexcept {
    const auto divisor = static_cast<int128>(gcd(magnitude(numerator), magnitude(denominator)));
    return divisor > 1 ? fraction{numerator / divisor, denominator / divisor} : fraction{numerator, denominator};
  }
  // A decimal amount of a currency in its minor units: 2.505 with 2 digits is 501/2.
  static constexpr fraction minor_units(const decimal& value, int digits) noexcept {
    const int shift = digits - value.scale();
    if (shift >= 0) return {value.coefficient() * powers_of_ten[static_cast<std::size_t>(shift)], 1};
    return reduced(value.coefficient(), powers_of_ten[static_cast<std::size_t>(-shift)]);
  }
  static constexpr fraction of(const decimal& value) noexcept { return minor_units(value, 0); }
  static constexpr fraction of(rate value) noexcept { return reduced(value.e8(), 100'000'000); }
};

struct exact_overflow {};

class fast_exact {
 public:
  constexpr fast_exact() noexcept = default;
  constexpr fast_exact(std::int64_t value) noexcept : n_(value) {}  // NOLINT(google-explicit-constructor)
  constexpr explicit fast_exact(const fraction& value) noexcept : n_(value.numerator), d_(value.denominator) {}

  friend constexpr fast_exact operator+(const fast_exact& a, const fast_exact& b) {
    if (a.d_ == b.d_) return make(add(a.n_, b.n_), a.d_);
    return make(add(multiply(a.n_, b.d_), multiply(b.n_, a.d_)), multiply(a.d_, b.d_));
  }
  friend constexpr fast_exact operator-(const fast_exact& a, const fast_exact& b) { return a + (-b); }
  constexpr fast_exact operator-() const noexcept { return fast_exact(fraction{-n_, d_}); }
  friend constexpr fast_exact operator*(const fast_exact& a, const fast_exact& b) {
    return make(multiply(a.n_, b.n_), multiply(a.d_, b.d_));
  }
  // Requires b != 0.
  friend constexpr fast_exact operator/(const fast_exact& a, const fast_exact& b) {
    const int128 n = multiply(a.n_, b.d_);
    const int128 d = multiply(a.d_, b.n_);
    return d < 0 ? make(-n, -d) : make(n, d);
  }
  friend constexpr bool operator==(const fast_exact& a, const fast_exact& b) { return (a <=> b) == 0; }
  friend constexpr std::strong_ordering operator<=>(const fast_exact& a, const fast_exact& b) {
    if (a.d_ == b.d_) return a.n_ <=> b.n_;
    return multiply(a.n_, b.d_) <=> multiply(b.n_, a.d_);
  }
  constexpr int sign() const noexcept { return n_ > 0 ? 1 : n_ < 0 ? -1 : 0; }
  constexpr fraction lowest() const noexcept { return fraction::reduced(n_, d_); }

  // Rounded to a whole number and kept within +-limit, so that a bound far outside what can be priced stays a bound.
  constexpr std::int64_t rounded(rounding mode, std::int64_t limit) const noexcept {
    const int128 whole = divide(n_, d_, mode);
    return whole > limit ? limit : whole < -limit ? -limit : static_cast<std::int64_t>(whole);
  }

 private:
  // Beyond this size a value is reduced, so that products of two reduced ones fit.
  static constexpr int128 comfortable = static_cast<int128>(1) << 62;

  static constexpr int128 add(int128 a, int128 b) {
    int128 sum = 0;
    if (__builtin_add_overflow(a, b, &sum) || sum == minimum) throw exact_overflow{};
    return sum;
  }
  static constexpr int128 multiply(int128 a, int128 b) {
    if (fits_int64(a) && fits_int64(b)) {
      return static_cast<int128>(static_cast<std::int64_t>(a)) * static_cast<std::int64_t>(b);
    }
    int128 product = 0;
    if (__builtin_mul_overflow(a, b, &product) || product == minimum) throw exact_overflow{};
    return product;
  }
  static constexpr fast_exact make(int128 n, int128 d) {
    if (d >= comfortable || n >= comfortable || n <= -comfortable) {
      if (d == 1) return fast_exact(fraction{n, d});
      return fast_exact(fraction::reduced(n, d));
    }
    return fast_exact(fraction{n, d});
  }
  // Its negation does not exist, so it is refused as an overflow.
  static constexpr int128 minimum = static_cast<int128>(uint128{1} << 127);

  int128 n_ = 0;
  int128 d_ = 1;
};

}  // namespace pricepoint::detail
