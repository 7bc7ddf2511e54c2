// SPDX-License-Identifier: Apache-2.0
// The seed of a run: PRICEPOINT_SEED, which ./dev test sets and prints, else the time.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>

inline std::uint64_t testing_seed() {
  if (const char* given = std::getenv("PRICEPOINT_SEED"); given != nullptr && *given != '\0') {
    std::uint64_t seed = 0;
    for (const char* at = given; *at >= '0' && *at <= '9'; ++at)
      seed = seed * 10 + static_cast<std::uint64_t>(*at - '0');
    return seed;
  }
  return static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
}
