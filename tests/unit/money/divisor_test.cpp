// SPDX-License-Identifier: Apache-2.0
#include "money/divisor.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace {

using pricepoint::detail::divisor;

TEST(divisor, divides_as_the_language_does) {
  constexpr std::int64_t most = INT64_MAX;
  std::vector<std::int64_t> divisors;
  for (std::int64_t d = 1; d <= 300; ++d) divisors.push_back(d);
  for (int bit = 8; bit < 62; ++bit) {
    for (const std::int64_t near : {-1, 0, 1}) divisors.push_back((std::int64_t{1} << bit) + near);
  }
  for (std::int64_t power = 1000; power < most / 10 / 2; power *= 10) divisors.push_back(power);
  divisors.pop_back();
  std::uint64_t state = 7;
  for (const std::int64_t d : divisors) {
    if (d >= std::int64_t{1} << 62) continue;
    const divisor by(d);
    EXPECT_EQ(by.value(), d);
    const auto same = [&](std::int64_t n) {
      ASSERT_EQ(by.down(n), n / d) << n << " by " << d;
      if (n <= most - d) {
        ASSERT_EQ(by.up(n), n / d + (n % d != 0 ? 1 : 0)) << n << " by " << d;
      }
    };
    // Around multiples is where a wrong multiplier shows.
    for (const std::int64_t near : {std::int64_t{0}, std::int64_t{1}, most / d / 2, most / d - 1, most / d}) {
      for (const std::int64_t off : {-1, 0, 1}) {
        const auto n =
            static_cast<std::uint64_t>(near) * static_cast<std::uint64_t>(d) + static_cast<std::uint64_t>(off);
        if (n <= static_cast<std::uint64_t>(most)) same(static_cast<std::int64_t>(n));
      }
    }
    for (int i = 0; i < 2'000; ++i) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      same(static_cast<std::int64_t>(state >> (1 + i % 60)));
    }
    same(most);
  }
}

}  // namespace
