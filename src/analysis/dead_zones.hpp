// SPDX-License-Identifier: Apache-2.0
// Intervals of the target in which the shapes leave no price within reach.
//
// Around a target T lies t*, the nearest amount that the required shapes and the unit allow. T is dead where no amount
// that has all of the soft shapes too is within their reach of t*. Found without looking at every amount: an allowed
// amount keeps everything near it alive, and how far that goes grows with the amount itself.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/possible_prices.hpp"
#include "compile/machine.hpp"
#include "pricepoint/analysis/check.hpp"
#include "pricepoint/shape/automaton.hpp"
#include "pricepoint/shape/search.hpp"

namespace pricepoint::analysis {

struct dead_zones {
  std::vector<target_band> zones;   // whole minor units of the target, sorted
  std::int64_t searched_until = 0;  // target up to which every zone is there
};

// Zones among the targets from `first` to `last`. `free`: what the required shapes allow, `allowed`: all shapes at
// once.
dead_zones find_dead_zones(const shape::automaton& free, const shape::automaton& allowed, const possible_prices& prices,
                           const engine::soft_reach& within, std::int64_t first, std::int64_t last,
                           std::size_t max_zones);

}  // namespace pricepoint::analysis
