// SPDX-License-Identifier: Apache-2.0
// Entry: find_dead_zones. Test: tests/property/dead_zones_test.cpp.
#include "analysis/dead_zones.hpp"

#include <algorithm>

#include "decide/choice.hpp"

namespace pricepoint::analysis {

namespace {

class search {
 public:
  search(const shape::automaton& free, const shape::automaton& allowed, const possible_prices& prices,
         const engine::soft_reach& within)
      : free_(free), allowed_(allowed), prices_(prices), net_(prices.net), within_(within) {}

  std::int64_t reach(std::int64_t star) const { return engine::choice::reach(within_, star); }
  std::int64_t free_below(std::int64_t at) const { return at < 1 ? 0 : shape::at_or_below(free_, net_, at); }
  std::int64_t free_above(std::int64_t at) const { return shape::at_or_above(free_, net_, at); }

  // t* of a whole target.
  std::int64_t star_of(std::int64_t target) const {
    const std::int64_t below = free_below(target);
    if (below == target) return target;
    return prices_.around(target).nearer(below, free_above(target));
  }

  // The last amount, not below `at`, that an allowed amount at or below it still reaches. What a reach leaves below
  // never falls with the amount, so it can be halved for.
  std::int64_t kept_until(std::int64_t at) const {
    std::int64_t low = at;
    std::int64_t high = max_amount_minor;
    while (low < high) {
      const std::int64_t middle = low + (high - low + 1) / 2;
      if (middle - reach(middle) <= at) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
  // The first amount that reaches an allowed amount above it.
  std::int64_t kept_from(std::int64_t at) const {
    std::int64_t low = 1;
    std::int64_t high = at;
    while (low < high) {
      const std::int64_t middle = low + (high - low) / 2;
      if (middle + reach(middle) >= at) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  dead_zones run(std::int64_t first, std::int64_t last, std::size_t max_zones) {
    dead_zones out;
    out.searched_until = last;
    const std::int64_t end = star_of(last);
    std::int64_t at = star_of(first);
    // Alive stretches grow with the amount unless the reach is a fixed one; then their number has to be bounded too.
    for (std::size_t steps = 0; at != 0 && at <= end; ++steps) {
      if (out.zones.size() == max_zones || steps == 64 * max_zones) {
        out.searched_until = std::min(last, at - 1);
        break;
      }
      const std::int64_t widest = reach(at);
      const std::int64_t nearest = shape::at_or_below(allowed_, net_, std::min(at + widest, max_amount_minor));
      if (nearest != 0 && nearest >= at - widest) {
        const std::int64_t until = kept_until(nearest);
        if (until >= end) break;
        at = free_above(until + 1);
        continue;
      }
      const std::int64_t above = shape::at_or_above(allowed_, net_, at);
      const std::int64_t alive = above == 0 ? 0 : free_above(kept_from(above));
      std::int64_t dead_until = alive == 0 ? end : free_below(alive - 1);
      if (dead_until > end) dead_until = end;
      target_band made;
      const std::int64_t before = free_below(at - 1);
      const std::int64_t after = free_above(dead_until + 1);
      // Between two amounts either may have the middle.
      const std::int64_t from = (before + at) / 2;
      const std::int64_t to = (dead_until + after) / 2;
      made.first = std::max(first, before == 0 ? 1 : star_of(from) == at ? from : from + 1);
      made.last = std::min(last, after == 0 ? max_amount_minor : star_of(to) == dead_until ? to : to - 1);
      made.below = nearest;
      made.above = above;
      if (made.first <= made.last) out.zones.push_back(made);
      at = alive;
    }
    return out;
  }

 private:
  const shape::automaton& free_;
  const shape::automaton& allowed_;
  const possible_prices& prices_;
  const shape::stored_net& net_;
  const engine::soft_reach& within_;
};

}  // namespace

dead_zones find_dead_zones(const shape::automaton& free, const shape::automaton& allowed, const possible_prices& prices,
                           const engine::soft_reach& within, std::int64_t first, std::int64_t last,
                           std::size_t max_zones) {
  return search(free, allowed, prices, within).run(first, last, max_zones);
}

}  // namespace pricepoint::analysis
