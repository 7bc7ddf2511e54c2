// SPDX-License-Identifier: Apache-2.0
// Exact rationals in two tiers.
//
// `fraction` is plain data: a constant of a policy or a field of a request, in minor units, always representable.
// `fast_exact` keeps 64-bit numerators and denominators, computes in 128 bits and throws `exact_overflow` where a
// result does not fit even in lowest terms; the evaluation is then repeated with `big_exact` (money/big_exact.hpp),
// which has no limit and gives the same answer. Nothing here rounds but floor, ceil and round, and each says which way.
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

  // By value, without products that could overflow: whole parts first, then the rests turned over.
  friend constexpr std::strong_ordering operator<=>(fraction a, fraction b) noexcept {
    if (a.denominator == b.denominator) return a.numerator <=> b.numerator;
    for (bool turned = false;; turned = !turned) {
      const int128 whole_a = divide(a.numerator, a.denominator, rounding::down);
      const int128 whole_b = divide(b.numerator, b.denominator, rounding::down);
      if (whole_a != whole_b) return turned ? whole_b <=> whole_a : whole_a <=> whole_b;
      const int128 rest_a = a.numerator - whole_a * a.denominator;
      const int128 rest_b = b.numerator - whole_b * b.denominator;
      if (rest_a == 0 || rest_b == 0) return turned ? rest_b <=> rest_a : rest_a <=> rest_b;
      a = {a.denominator, rest_a};
      b = {b.denominator, rest_b};
    }
  }
  friend constexpr bool operator==(const fraction& a, const fraction& b) noexcept { return (a <=> b) == 0; }
};

// Its overflow is an exception, so a program without exceptions does not have it; nothing public needs it.
#ifdef __cpp_exceptions

struct exact_overflow {};

class fast_exact {
 public:
  constexpr fast_exact() noexcept = default;
  constexpr fast_exact(std::int64_t value) noexcept : n_(value) {}  // NOLINT(google-explicit-constructor)
  constexpr explicit fast_exact(const fraction& value) : fast_exact(make(value.numerator, value.denominator)) {}

  friend constexpr fast_exact operator+(const fast_exact& a, const fast_exact& b) {
    std::int64_t n = 0;
    std::int64_t d = a.d_;
    if (a.d_ == b.d_) {
      if (!__builtin_add_overflow(a.n_, b.n_, &n)) return checked(n, d);
      return make(int128{a.n_} + b.n_, d);
    }
    std::int64_t left = 0;
    std::int64_t right = 0;
    if (!__builtin_mul_overflow(a.n_, b.d_, &left) && !__builtin_mul_overflow(b.n_, a.d_, &right) &&
        !__builtin_mul_overflow(a.d_, b.d_, &d) && !__builtin_add_overflow(left, right, &n)) {
      return checked(n, d);
    }
    return make(int128{a.n_} * b.d_ + int128{b.n_} * a.d_, int128{a.d_} * b.d_);
  }
  friend constexpr fast_exact operator-(const fast_exact& a, const fast_exact& b) { return a + (-b); }
  constexpr fast_exact operator-() const noexcept { return {-n_, d_}; }
  friend constexpr fast_exact operator*(const fast_exact& a, const fast_exact& b) {
    std::int64_t n = 0;
    std::int64_t d = 0;
    if (!__builtin_mul_overflow(a.n_, b.n_, &n) && !__builtin_mul_overflow(a.d_, b.d_, &d)) return checked(n, d);
    return make(int128{a.n_} * b.n_, int128{a.d_} * b.d_);
  }
  // Requires b != 0.
  friend constexpr fast_exact operator/(const fast_exact& a, const fast_exact& b) {
    const int128 n = int128{a.n_} * b.d_;
    const int128 d = int128{a.d_} * b.n_;
    return d < 0 ? make(-n, -d) : make(n, d);
  }
  friend constexpr bool operator==(const fast_exact& a, const fast_exact& b) noexcept { return (a <=> b) == 0; }
  friend constexpr std::strong_ordering operator<=>(const fast_exact& a, const fast_exact& b) noexcept {
    if (a.d_ == b.d_) return a.n_ <=> b.n_;
    return int128{a.n_} * b.d_ <=> int128{b.n_} * a.d_;
  }
  constexpr int sign() const noexcept { return n_ > 0 ? 1 : n_ < 0 ? -1 : 0; }
  constexpr fraction lowest() const noexcept { return fraction::reduced(n_, d_); }

  // Rounded to a whole number and kept within +-limit, so that a bound far outside what can be priced stays a bound.
  constexpr std::int64_t rounded(rounding mode, std::int64_t limit) const noexcept {
    const std::int64_t whole = d_ == 1 ? n_ : static_cast<std::int64_t>(divide(n_, d_, mode));
    return whole > limit ? limit : whole < -limit ? -limit : whole;
  }

 private:
  constexpr fast_exact(std::int64_t n, std::int64_t d) noexcept : n_(n), d_(d) {}

  // INT64_MIN has no negation, so it does not fit either.
  static constexpr bool fits(int128 value) noexcept {
    return fits_int64(value) && static_cast<std::int64_t>(value) != INT64_MIN;
  }
  static constexpr fast_exact checked(std::int64_t n, std::int64_t d) {
    if (n == INT64_MIN) throw exact_overflow{};
    return {n, d};
  }
  static constexpr fast_exact make(int128 n, int128 d) {
    if (fits(n) && fits(d)) return {static_cast<std::int64_t>(n), static_cast<std::int64_t>(d)};
    return make_reduced(n, d);
  }
  static constexpr fast_exact make_reduced(int128 n, int128 d) {
    const fraction lowest = fraction::reduced(n, d);
    if (!fits(lowest.numerator) || !fits(lowest.denominator)) throw exact_overflow{};
    return {static_cast<std::int64_t>(lowest.numerator), static_cast<std::int64_t>(lowest.denominator)};
  }

  std::int64_t n_ = 0;
  std::int64_t d_ = 1;
};

#endif

}  // namespace pricepoint::detail
