// SPDX-License-Identifier: Apache-2.0
// Out of a conflict: what would follow if one of its rules alone were dropped.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "decide/workspace.hpp"
#include "explain/recorder.hpp"

namespace pricepoint::explaining {

struct way_out {
  const engine::compiled_rule* rule = nullptr;  // that is dropped
  decision made;                                // without it
  // Where that has a price and the rule is a bound with a limit: how far the price lies outside of it, in minor units;
  // below zero where it lies under the limit.
  std::optional<std::int64_t> excess_minor;
  std::optional<std::int64_t> limit_minor;
  bool unlimited = false;                 // a bound that no price satisfies: nothing to measure from
  std::optional<std::int64_t> excess_e4;  // of the limit, in hundredths of a percent, half up
};

// One for each rule of the conflict, the one that gives up least first: shapes (by id), bounds by their excess as a
// part of the limit, bounds that no price satisfies, then those that leave another conflict. Each is decided anew in a
// workspace of its own: for people, not for loops.
std::vector<way_out> ways_out_of(const engine::workspace& memory, const decision& made, const recorder& heard);

}  // namespace pricepoint::explaining
