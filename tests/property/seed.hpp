// SPDX-License-Identifier: Apache-2.0
// The seed of a run: PRICEPOINT_SEED, which ./dev test sets and prints, else the time. What is drawn from it: the
// generator's defaults, with PRICEPOINT_CULTURE=1 also culture and market tables, with =0 neither.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>

#include "generator.hpp"

inline std::uint64_t testing_seed() {
  if (const char* given = std::getenv("PRICEPOINT_SEED"); given != nullptr && *given != '\0') {
    std::uint64_t seed = 0;
    for (const char* at = given; *at >= '0' && *at <= '9'; ++at)
      seed = seed * 10 + static_cast<std::uint64_t>(*at - '0');
    return seed;
  }
  return static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
}

inline generator::options testing_options() {
  generator::options wanted;
  if (const char* given = std::getenv("PRICEPOINT_CULTURE"); given != nullptr && *given != '\0')
    wanted.culture = *given == '1';
  return wanted;
}
