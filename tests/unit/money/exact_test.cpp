// SPDX-License-Identifier: Apache-2.0
// The two tiers of exact arithmetic against each other, and rounding. Holds [NUM-6] and [NUM-7] of the policy
// reference.
#include <gtest/gtest.h>

#include <cstdint>

#include "money/big_exact.hpp"
#include "pricepoint/money/exact.hpp"

namespace {

using pricepoint::rounding;
using pricepoint::detail::big_exact;
using pricepoint::detail::divide;
using pricepoint::detail::exact_overflow;
using pricepoint::detail::fast_exact;
using pricepoint::detail::fraction;
using pricepoint::detail::int128;

std::uint64_t next(std::uint64_t& state) {
  std::uint64_t z = state += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

TEST(rounding, goes_where_it_is_told) {
  EXPECT_EQ(divide(5, 2, rounding::half_up), 3);
  EXPECT_EQ(divide(-5, 2, rounding::half_up), -3);  // halves away from zero
  EXPECT_EQ(divide(-5, 2, rounding::down), -3);
  EXPECT_EQ(divide(-5, 2, rounding::up), -2);
  EXPECT_EQ(divide(5, 2, rounding::down), 2);
  EXPECT_EQ(divide(5, 2, rounding::up), 3);
  EXPECT_EQ(divide(4, 3, rounding::half_up), 1);
  EXPECT_EQ(divide(6, 3, rounding::up), 2);
  const int128 huge = static_cast<int128>(INT64_MAX) * INT64_MAX;
  EXPECT_EQ(divide(huge, huge - 1, rounding::down), 1);
  EXPECT_EQ(divide(huge, huge - 1, rounding::up), 2);
}

// Random expressions: where the fast tier answers, the big one answers the same.
TEST(exact, both_tiers_agree) {
  std::uint64_t state = 7;
  int overflows = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto random = [&](int bits) { return static_cast<std::int64_t>(next(state) >> (64 - bits)); };
    const int bits = 1 + static_cast<int>(next(state) % 62);
    fraction a{random(bits) - random(bits), 1 + random(bits)};
    fraction b{random(bits) - random(bits), 1 + random(bits)};
    fraction c{1 + random(bits), 1 + random(bits)};
    const auto evaluate = [&]<class Number>(Number) {
      Number value = Number(a) * Number(b) + Number(c) - Number(a) / Number(c);
      value = value * Number(b) - Number(17);
      return value;
    };
    const big_exact wanted = evaluate(big_exact());
    try {
      const fast_exact got = evaluate(fast_exact());
      for (const rounding mode : {rounding::down, rounding::up, rounding::half_up}) {
        ASSERT_EQ(got.rounded(mode, INT64_MAX - 1), wanted.rounded(mode, INT64_MAX - 1)) << i;
      }
      ASSERT_EQ(got.sign(), wanted.sign());
      ASSERT_EQ(got < fast_exact(c), wanted < big_exact(c));
      ASSERT_EQ(got == got + fast_exact(0), true);
    } catch (const exact_overflow&) {
      ++overflows;
    }
  }
  EXPECT_GT(overflows, 100);
  EXPECT_LT(overflows, 18'000);
}

TEST(exact, compares_without_loss) {
  const fast_exact third(fraction{1, 3});
  const fast_exact nearly(fraction{333333333333333333, 1000000000000000000});
  EXPECT_LT(nearly, third);
  EXPECT_EQ(third * fast_exact(3), fast_exact(1));
}

TEST(exact, keeps_what_is_out_of_range_at_the_limit) {
  EXPECT_EQ(fast_exact(INT64_MAX).rounded(rounding::down, 1000), 1000);
  EXPECT_EQ(fast_exact(-INT64_MAX).rounded(rounding::down, 1000), -1000);
  EXPECT_EQ(big_exact(fraction{static_cast<int128>(INT64_MAX) * 8, 1}).rounded(rounding::down, 1000), 1000);
  EXPECT_EQ(big_exact(fraction{static_cast<int128>(INT64_MIN) * 8, 1}).rounded(rounding::up, 1000), -1000);
}

TEST(exact, is_a_fraction_where_128_bits_hold_it) {
  const big_exact large(fraction{static_cast<int128>(1) << 120, 1});
  EXPECT_EQ(large.to_fraction()->numerator, static_cast<int128>(1) << 120);
  EXPECT_FALSE((large * large).to_fraction());
  EXPECT_FALSE((big_exact(1) / (large * large)).to_fraction()) << "a denominator needs bits too";
}

// Factors that lie in the upper half of 128 bits alone.
TEST(exact, greatest_common_divisors_of_wide_numbers) {
  using pricepoint::detail::gcd;
  using pricepoint::detail::uint128;
  const uint128 one = 1;
  EXPECT_EQ(gcd(one << 100, one << 70), one << 70);
  EXPECT_EQ(gcd((one << 100) * 15, (one << 64) * 9), (one << 64) * 3);
  EXPECT_EQ(gcd(0, one << 90), one << 90);
  EXPECT_EQ(gcd(one << 90, 0), one << 90);
}

TEST(exact, overflows_only_where_lowest_terms_do_not_fit) {
  const int128 huge = static_cast<int128>(INT64_MAX) * 2;
  EXPECT_EQ(fast_exact(fraction{huge, 2}), fast_exact(INT64_MAX));
  EXPECT_THROW((fast_exact(fraction{huge, 1})), exact_overflow);
  EXPECT_THROW((fast_exact(fraction{static_cast<int128>(INT64_MIN), 1})), exact_overflow);
  EXPECT_EQ(fast_exact(INT64_MAX) * fast_exact(fraction{1, INT64_MAX}), fast_exact(1));
  EXPECT_THROW(fast_exact(INT64_MAX) + fast_exact(1), exact_overflow);
  EXPECT_THROW(fast_exact(-INT64_MAX) - fast_exact(1), exact_overflow);
  const fast_exact half(fraction{1, 2});
  EXPECT_EQ(fast_exact(INT64_MAX / 2) + half - half, fast_exact(INT64_MAX / 2));
  EXPECT_THROW(fast_exact(INT64_MAX) + half, exact_overflow);
}

TEST(fraction, compares_without_products) {
  std::uint64_t state = 11;
  for (int i = 0; i < 20'000; ++i) {
    const auto random = [&](int bits) { return static_cast<std::int64_t>(next(state) >> (64 - bits)); };
    const int bits = 1 + static_cast<int>(next(state) % 62);
    const fraction a{random(bits) - random(bits), 1 + random(bits)};
    const fraction b = i % 3 == 0 ? fraction{a.numerator * 3, a.denominator * 3}
                                  : fraction{random(bits) - random(bits), 1 + random(bits)};
    ASSERT_EQ(a < b, big_exact(a) < big_exact(b)) << i;
    ASSERT_EQ(a == b, big_exact(a) == big_exact(b)) << i;
  }
  const int128 most = static_cast<int128>(INT64_MAX) * INT64_MAX;
  EXPECT_LT((fraction{most - 1, most}), (fraction{most, most - 1}));
  EXPECT_GT((fraction{most, 3}), (fraction{most - 1, 3}));
}

TEST(fraction, of_decimals_in_minor_units) {
  using namespace pricepoint::literals;
  const fraction half = fraction::minor_units("2.505"_money, 2);
  EXPECT_EQ(half.numerator, 501);
  EXPECT_EQ(half.denominator, 2);
  EXPECT_EQ(fraction::minor_units("2.5"_money, 2).numerator, 250);
  EXPECT_EQ(fraction::of("12.5%"_rate).denominator, 8);
}

}  // namespace
