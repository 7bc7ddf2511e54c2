// SPDX-License-Identifier: Apache-2.0
// The search for a price once every rule is a number: whole minor units, intervals and automata, no rationals.
//
// F are the amounts that satisfy every required rule. t* breaks the fewest soft bounds and is nearest to the target;
// the choice keeps the most soft rules within their reach of t* and is nearest to the target. Both are found by cutting
// the axis where a count changes and asking the automaton for the nearest amount on each piece, best pieces first.
#pragma once

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <cstdint>

#include "decide/exact_arithmetic.hpp"
#include "decide/target_position.hpp"
#include "plan/planner.hpp"
#include "pricepoint/shape/search.hpp"

namespace pricepoint::engine {

struct soft_interval {
  const compiled_rule* rule = nullptr;
  minor_interval kept;
};
using soft_intervals = boost::container::small_vector<soft_interval, 8>;

class choice {
 public:
  choice(planner& plans, plan& of, const shape::stored_net& net, target_position target, minor_interval feasible,
         const soft_intervals& soft)
      : plans_(plans), plan_(of), net_(net), target_(target), feasible_(feasible), soft_(soft) {}

  // t*, or 0 where F is empty.
  std::int64_t star() const {
    if (soft_.empty()) return nearest(*plan_.required, feasible_);
    points cuts;
    for (const soft_interval& one : soft_) add(cuts, one.kept);
    const pieces all = cut(cuts, feasible_);
    // Every broken bound counts against a piece, so the most kept is the fewest broken.
    boost::container::small_vector<tally, 16> counts;
    for (const piece& one : all) counts.push_back(one.kept);
    std::sort(counts.begin(), counts.end(), std::greater<>());
    counts.erase(std::unique(counts.begin(), counts.end()), counts.end());
    for (const tally best : counts) {
      std::int64_t found = 0;
      for (const piece& one : all) {
        if (one.kept == best) found = target_.nearer(found, nearest(*plan_.required, one.where));
      }
      if (found != 0) return found;
    }
    return 0;
  }

  // How far a soft shape of this strength may be from t*, in minor units.
  static std::int64_t reach(const soft_reach& within, std::int64_t star) noexcept {
    std::int64_t widest = whole(within.money.numerator / within.money.denominator);
    for (const fraction& one : within.rates) {
      widest = std::max(widest, whole(one.numerator * star / one.denominator));
    }
    return widest;
  }

  struct choice_made {
    std::int64_t minor = 0;
    std::uint32_t has = 0;  // soft groups (bits) that it is known to have; it may have others too
  };

  // The choice, given t*; never 0.
  choice_made chosen(std::int64_t star) const {
    if (plan_.soft_shapes.empty()) return {star, 0};
    if (plan_.impossible_levels) planner::drop_impossible(plan_);
    plans_.start_choice();
    // Beyond the reach of every strength in use only bounds count, and t* is the best of them already.
    std::int64_t reaches[3] = {-1, -1, -1};
    for (const plan_shape& one : plan_.soft_shapes) {
      const auto which = static_cast<std::size_t>(one.rule->strength()) - 1;
      if (reaches[which] < 0) reaches[which] = reach(plan_.within[which], star);
    }
    const std::int64_t widest = std::max({reaches[0], reaches[1], reaches[2]});
    const minor_interval window{std::max(feasible_.low, star - widest), std::min(feasible_.high, star + widest)};
    points cuts;
    for (const soft_interval& one : soft_) add(cuts, one.kept);
    for (const std::int64_t one : reaches) {
      if (one >= 0) add(cuts, {star - one, star + one});
    }
    pieces all = cut(cuts, window);
    for (piece& one : all) {
      for (unsigned which = 0; which < 3; ++which) {
        const std::int64_t reached = reaches[which];
        if (reached >= 0 && star - reached <= one.where.low && one.where.high <= star + reached)
          one.strengths |= 1u << which;
      }
    }
    // Each piece tries its levels from the most kept down; the greatest sum over all pieces goes first.
    while (true) {
      bool any = false;
      tally best;
      for (const piece& one : all) {
        const auto& levels = plans_.levels(plan_, one.strengths);
        if (one.next == levels.size()) continue;
        const tally sum = one.kept + levels[one.next].kept;
        if (!any || sum > best) best = sum;
        any = true;
      }
      if (!any) return {star, 0};
      choice_made found;
      for (piece& one : all) {
        const auto& levels = plans_.levels(plan_, one.strengths);
        while (one.next < levels.size() && one.kept + levels[one.next].kept == best) {
          const std::uint32_t subset = levels[one.next].subset;
          const shape::automaton* allowed = plans_.allowed(plan_, one.strengths, one.next++);
          if (allowed == nullptr) continue;
          const std::int64_t nearer = target_.nearer(found.minor, nearest(*allowed, one.where));
          if (nearer != found.minor) found = {nearer, subset};
        }
      }
      if (found.minor != 0) return found;
    }
  }

  // Whether F has an amount with this soft shape within the shape's reach of t*.
  bool any_in_reach(const plan_shape& one, std::int64_t star) const {
    const shape::automaton* allowed = plans_.required_with(plan_, one.group);
    if (allowed == nullptr) return false;
    const std::int64_t reached = reach(plan_.within[static_cast<std::size_t>(one.rule->strength()) - 1], star);
    const std::int64_t found = shape::at_or_above(*allowed, net_, std::max(feasible_.low, star - reached));
    return found != 0 && found <= std::min(feasible_.high, star + reached);
  }

  // The nearest to the target of the allowed amounts in an interval, or 0.
  std::int64_t nearest(const shape::automaton& allowed, const minor_interval& where) const {
    if (where.low > where.high) return 0;
    std::int64_t below = 0;
    std::int64_t above = 0;
    if (const std::int64_t from = std::min(where.high, target_.floor); from >= where.low) {
      below = shape::at_or_below(allowed, net_, from);
      if (below < where.low) below = 0;
      if (below == target_.ceiling) return below;
    }
    if (const std::int64_t from = std::max(where.low, target_.ceiling); from <= where.high) {
      above = shape::at_or_above(allowed, net_, from);
      if (above > where.high) above = 0;
    }
    return target_.nearer(below, above);
  }

 private:
  struct piece {
    minor_interval where;
    tally kept;              // bounds
    unsigned strengths = 0;  // of shapes that may be kept here
    std::size_t next = 0;    // level to try next
  };
  using pieces = boost::container::small_vector<piece, 16>;
  using points = boost::container::small_vector<std::int64_t, 16>;

  static std::int64_t whole(detail::int128 value) noexcept {
    constexpr std::int64_t limit = 2 * max_amount_minor;
    return value > limit ? limit : static_cast<std::int64_t>(value);
  }

  // The first amounts at which being inside an interval changes.
  static void add(points& cuts, const minor_interval& kept) {
    if (kept.low > kept.high) return;
    cuts.push_back(kept.low);
    cuts.push_back(kept.high + 1);
  }

  pieces cut(points& cuts, const minor_interval& range) const {
    pieces all;
    if (range.low > range.high) return all;
    std::sort(cuts.begin(), cuts.end());
    std::int64_t from = range.low;
    const auto close = [&](std::int64_t to) {
      piece made;
      made.where = {from, to};
      for (const soft_interval& one : soft_) {
        if (one.kept.holds(from)) made.kept.add(one.rule->strength());
      }
      all.push_back(made);
    };
    for (const std::int64_t at : cuts) {
      if (at <= from) continue;
      if (at > range.high) break;
      close(at - 1);
      from = at;
    }
    close(range.high);
    return all;
  }

  planner& plans_;
  plan& plan_;
  const shape::stored_net& net_;
  target_position target_;
  minor_interval feasible_;
  const soft_intervals& soft_;
};

}  // namespace pricepoint::engine
