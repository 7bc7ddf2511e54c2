// SPDX-License-Identifier: Apache-2.0
// Where the target lies among the prices: all that comparing two amounts by their distance from it takes.
#pragma once

#include <algorithm>
#include <cstdint>

#include "compile/formula.hpp"
#include "pricepoint/money/amount.hpp"
#include "pricepoint/money/rounding.hpp"

namespace pricepoint::engine {

// The target as the search needs it. Its floor and its ceiling are the multiples of the unit around it, or closer.
struct target_position {
  std::int64_t floor = 0;
  std::int64_t ceiling = 0;
  // Of two amounts around the target the lower is the nearer one if they add up to this much. Twice the target, rounded
  // up, says so but for two that are equally near: there it is one more where the rounded target is above the target.
  std::int64_t pivot = 0;

  // The nearer to the target of two amounts; of two equally near the one nearer to the target rounded half up to the
  // unit, else the lower. 0 is no amount.
  std::int64_t nearer(std::int64_t a, std::int64_t b) const noexcept {
    if (a == 0 || b == 0) return a + b;
    const std::int64_t lower = std::min(a, b);
    const std::int64_t higher = std::max(a, b);
    if (higher <= floor) return higher;
    if (lower >= ceiling) return lower;
    return lower + higher >= pivot ? lower : higher;
  }
};

// The target as people would round it: half up to the unit; where the net is stored, what its net, rounded half up, is
// shown as. `gross_factor` is 1 + tax, and only looked at there.
template <class Number>
std::int64_t rounded_target(const Number& target, std::int64_t unit_minor, bool net_is_stored,
                            const fraction& gross_factor) {
  constexpr std::int64_t limit = 4 * max_amount_minor;
  Number shown_amount = target;
  if (net_is_stored) {
    const Number gross{gross_factor};
    const Number net((target / gross).rounded(rounding::half_up, limit));
    shown_amount = Number((net * gross).rounded(rounding::half_up, limit));
  }
  return (shown_amount / Number(unit_minor)).rounded(rounding::half_up, limit / unit_minor) * unit_minor;
}

template <class Number>
target_position position_of(const Number& target, std::int64_t unit_minor, bool net_is_stored,
                            const fraction& gross_factor) {
  constexpr std::int64_t limit = 4 * max_amount_minor;
  const Number twice = target + target;
  target_position made{target.rounded(rounding::down, limit), target.rounded(rounding::up, limit),
                       twice.rounded(rounding::up, limit)};
  const bool two_may_be_equally_near = twice.rounded(rounding::down, limit) == made.pivot;
  if (two_may_be_equally_near && 2 * rounded_target(target, unit_minor, net_is_stored, gross_factor) > made.pivot) {
    ++made.pivot;
  }
  return made;
}

}  // namespace pricepoint::engine
