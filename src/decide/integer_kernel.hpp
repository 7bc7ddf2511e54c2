// SPDX-License-Identifier: Apache-2.0
// One request decided in 64-bit integers by a plan that was made for them. What does not fit says so, and
// decide/exact.hpp decides.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "decide/choice.hpp"
#include "decide/workspace.hpp"
#include "plan/integer_plan.hpp"
#include "pricepoint/shape/search.hpp"

namespace pricepoint::engine {

struct integer_answer {
  status is = status::invalid;
  std::int64_t price = absent_value;
  std::int64_t target = 0;  // in parts of the body's target_scale
  std::uint32_t limited = 0, relaxed = 0;
  integer_plan* plan = nullptr;
};

// `unit_scale` is of that many minor units, in parts of the target.
[[gnu::always_inline]] inline target_position position_of(std::int64_t target, const detail::divisor& unit_scale,
                                                          std::int64_t unit_minor) noexcept {
  const std::int64_t units = unit_scale.down(target);
  const std::int64_t rest = target - units * unit_scale.value();
  target_position made;
  made.floor = units * unit_minor;
  made.ceiling = made.floor + (rest == 0 ? 0 : unit_minor);
  // Whole units on both sides of the target add up to twice the target, rounded up; from half a unit on, to one more.
  made.pivot = made.floor + made.ceiling + (2 * rest >= unit_scale.value() ? unit_minor : 0);
  return made;
}

// Decides one request; false where exact.hpp must. `values` has two places behind the slots. Fields must be valid:
// absent, or within what a field may be.
class integer_kernel {
 public:
  explicit integer_kernel(workspace& memory) noexcept
      : plans_(memory.plans()), reference_(memory.compiled().slots()), target_(reference_ + 1) {}

  // The plan's number where it is not made yet.
  static constexpr std::size_t made = SIZE_MAX;

  // `magnitude` has every bit that any of the values that are present has.
  bool operator()(const integer_class& kind, std::int64_t* values, std::uint64_t magnitude, integer_answer& out,
                  std::size_t& unmade) const {
    class_arithmetic& body = *kind.body;
    unmade = made;
    if (magnitude >> body.value_bits != 0) return false;
    set_reference(body, values);
    if (body.shipping_is_free && values[slot::shipping] == absent_value) values[slot::shipping] = 0;
    values[target_] = 0;
    std::int64_t base = 0;
    if (!find_base(body, values, base) || base <= 0 || base > body.most_base) return false;
    const std::int64_t target = base * kind.factor + kind.offset;
    if (target <= 0 || target > body.most_target) return false;
    values[target_] = target;
    std::size_t segment = 0;
    if (body.cuts.size() <= 8) {
      for (const std::int64_t cut : body.cuts) segment += cut <= target ? 1 : 0;
    } else {
      segment =
          static_cast<std::size_t>(std::upper_bound(body.cuts.begin(), body.cuts.end(), target) - body.cuts.begin());
    }
    if (body.plans[segment] == nullptr) {
      unmade = segment;
      return false;
    }
    integer_plan& on = *body.plans[segment];
    if (!on.fits || magnitude >> on.value_bits != 0 || target > on.most_target ||
        (on.holds && values[slot::current] != absent_value)) {
      return false;
    }
    for (const std::uint32_t need : on.needs) {
      if (values[need] == absent_value) return false;
    }
    out.target = target;
    out.plan = &on;
    return solve(body, on, values, target, out);
  }

 private:
  void set_reference(const class_arithmetic& body, std::int64_t* values) const noexcept {
    const price_pick& from = body.reference;
    using pick = enum price_pick::kind;
    if (from.how == pick::one) {
      values[reference_] = values[from.slots[0]];
      return;
    }
    std::int64_t found = absent_value;
    for (const std::uint32_t one : from.slots) {
      const std::int64_t value = values[one];
      if (value == absent_value) continue;
      if (from.how == pick::first) {
        found = value;
        break;
      }
      if (found == absent_value || (from.how == pick::lowest ? value < found : value > found)) found = value;
    }
    values[reference_] = found;
  }

  static bool find_base(const class_arithmetic& body, const std::int64_t* values, std::int64_t& base) noexcept {
    for (const class_arithmetic::base& one : body.bases) {
      if (one.amount.value(values, base)) return true;
      if (!one.skipped_if_absent) return false;
    }
    return false;
  }

  bool solve(const class_arithmetic& body, integer_plan& on, const std::int64_t* values, std::int64_t target,
             integer_answer& out) const {
    const std::int64_t at = target * on.of_target;
    std::int64_t lowest = INT64_MIN;
    std::int64_t highest = INT64_MAX;
    std::uint32_t limited = 0;
    bool complete = true;
    for (const integer_end& one : on.lows) {
      std::int64_t end = 0;
      complete = one.value(values, INT64_MIN, end) && complete;
      lowest = std::max(lowest, end);
      limited |= static_cast<std::uint32_t>(at < end) << one.rule;
    }
    for (const integer_end& one : on.highs) {
      std::int64_t end = 0;
      complete = one.value(values, INT64_MAX, end) && complete;
      highest = std::min(highest, end);
      limited |= static_cast<std::uint32_t>(at > end) << one.rule;
    }
    const std::int64_t low = low_of(on, lowest);
    const std::int64_t high = high_of(on, highest);
    const target_position position = position_of(target, body.unit_scale, body.unit_minor);
    const auto nearest_in = [&](std::int64_t from, std::int64_t to) { return nearest(on, position, from, to); };
    // Numbers one by one: structs of them would be stored in halves and read back whole, which the processor waits for.
    std::int64_t soft_low[mask_names::max_rules];
    std::int64_t soft_high[mask_names::max_rules];
    const std::size_t count = on.soft.size();
    std::int64_t kept_low = low;  // by every soft bound too
    std::int64_t kept_high = high;
    for (std::size_t i = 0; i < count; ++i) {
      const soft_ends& one = on.soft[i];
      std::int64_t from = INT64_MIN;
      std::int64_t to = INT64_MAX;
      if (one.low) complete = one.low->value(values, INT64_MIN, from) && complete;
      if (one.high) complete = one.high->value(values, INT64_MAX, to) && complete;
      soft_low[i] = low_of(on, from);
      soft_high[i] = high_of(on, to);
      kept_low = std::max(kept_low, soft_low[i]);
      kept_high = std::min(kept_high, soft_high[i]);
    }
    if (!complete) return false;
    out.limited = limited;
    std::int64_t price = on.by_hand ? nearest_in(low, high) : nearest_in(kept_low, kept_high);
    const bool no_wishes = on.by_hand || on.full->soft_shapes.empty();
    if (price != 0 && no_wishes && !on.by_hand) return conclude(on, price, 0, out);
    if (no_wishes && (on.by_hand || count == 1)) {
      if (price == 0 && !on.by_hand) price = nearest_in(low, high);
    } else {
      soft_intervals soft;
      for (std::size_t i = 0; i < count; ++i) soft.push_back({on.soft[i].rule, {soft_low[i], soft_high[i]}});
      if (!choose(on, position, {low, high}, soft, price, out.relaxed)) return false;
      if (!on.full->soft_shapes.empty()) {
        for (std::size_t i = 0; i < count; ++i) {
          out.relaxed |= static_cast<std::uint32_t>(!soft[i].kept.holds(price)) << i;
        }
        return conclude(on, price, price == 0 ? 0 : out.relaxed, out);
      }
    }
    std::uint32_t relaxed = 0;
    for (std::size_t i = 0; i < count; ++i) {
      relaxed |= static_cast<std::uint32_t>(price < soft_low[i] || price > soft_high[i]) << i;
    }
    return conclude(on, price, price == 0 ? 0 : relaxed, out);
  }

  // Ends in whole minor units.
  static std::int64_t low_of(const integer_plan& on, std::int64_t parts) noexcept {
    return parts > 0 ? on.scale.up(parts) : 1;
  }
  static std::int64_t high_of(const integer_plan& on, std::int64_t parts) noexcept {
    if (parts < 0) return 0;
    return parts == INT64_MAX ? max_amount_minor : std::min(max_amount_minor, on.scale.down(parts));
  }

  // From the best amount for all soft bounds, or 0, to the price; `relaxed` gets the shapes that it has not. False
  // where a combination of shapes is beyond the limits.
  bool choose(integer_plan& on, target_position position, const minor_interval& feasible, const soft_intervals& soft,
              std::int64_t& price, std::uint32_t& relaxed) const {
    const shape::stored_net net;
    const choice search(plans_, *on.full, net, position, feasible, soft);
    relaxed = 0;
    if (price == 0 && !soft.empty()) price = search.star();
    if (price == 0 || on.full->soft_shapes.empty()) return true;
    const choice::choice_made chosen = search.chosen(price);
    if (plans_.take_exceeded()) return false;
    const std::int64_t star = std::exchange(price, chosen.minor);
    for (std::size_t i = 0; i < on.full->soft_shapes.size(); ++i) {
      const plan_shape& one = on.full->soft_shapes[i];
      const bool has = (chosen.has >> one.group & 1u) != 0 || shape::contains(*one.alone, chosen.minor);
      const bool broken = !has && (one.rule->effect != effect_kind::prefer || search.any_in_reach(one, star));
      relaxed |= static_cast<std::uint32_t>(broken) << (soft.size() + i);
    }
    return !plans_.take_exceeded();
  }

  static bool conclude(const integer_plan& on, std::int64_t price, std::uint32_t relaxed,
                       integer_answer& out) noexcept {
    out.relaxed = relaxed;
    out.price = price == 0 ? absent_value : price;
    out.is = price == 0 ? status::conflict : (relaxed & on.strong) != 0 ? status::compromised : status::priced;
    return true;
  }

  // As choice::nearest.
  [[gnu::always_inline]] static std::int64_t nearest(const integer_plan& on, const target_position& target,
                                                     std::int64_t low, std::int64_t high) noexcept {
    if (low > high) return 0;
    const shape::nearest_table* table = on.table.get();
    std::int64_t below = 0;
    std::int64_t above = 0;
    if (const std::int64_t from = std::min(high, target.floor); from >= low) {
      below = table != nullptr ? table->at_or_below(from) : shape::at_or_below(*on.full->required, from);
      if (below < low) below = 0;
      if (below == target.ceiling) return below;
    }
    if (const std::int64_t from = std::max(low, target.ceiling); from <= high) {
      above = table != nullptr ? table->at_or_above(from) : shape::at_or_above(*on.full->required, from);
      if (above > high) above = 0;
    }
    return target.nearer(below, above);
  }

  planner& plans_;
  std::uint32_t reference_, target_;
};

}  // namespace pricepoint::engine
