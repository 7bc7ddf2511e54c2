// SPDX-License-Identifier: Apache-2.0
//
// The choice: the candidate nearest to the target that breaks the fewest bounds, moved to a better shape, or held.

#include "property/reference/evaluation.hpp"

#include <algorithm>

namespace reference {

bool evaluation::is_broken_at(long long p, const active_rule& one) const {
  if (candidates_.satisfies(p, one)) return false;
  return one.source->effect != effect_kind::prefer || can_be_had_.contains(&one);
}

count_by_strength evaluation::broken_at(long long p, const rule_set& rules) const {
  count_by_strength broken{};
  for (const active_rule* one : rules) {
    if (is_broken_at(p, *one)) ++broken[soft_index(one->how())];
  }
  return broken;
}

bool evaluation::is_nearer(long long p, long long than) const {
  const cpp_int here = distance_from_target(p);
  const cpp_int there = distance_from_target(than);
  if (here != there) return here < there;
  const cpp_int here_rounded = abs(p - target_rounded_);
  const cpp_int there_rounded = abs(than - target_rounded_);
  if (here_rounded != there_rounded) return here_rounded < there_rounded;
  return p < than;
}

cpp_int evaluation::rounded_target() const {
  const auto to_unit = [&](const rational& minor) {
    return cpp_int(round_half_up(minor / candidates_.unit_minor) * candidates_.unit_minor);
  };
  const rational target_minor = in_minor(target_);
  if (!candidates_.stored_net) return to_unit(target_minor);
  const cpp_int net = round_half_up(target_minor / (1 + *tax_));
  return to_unit(rational(round_half_up(net * (1 + *tax_))));
}

long long evaluation::within_minor(std::size_t index, long long t_star) const {
  const distance_limit& limit = doc_.within[index];
  rational largest = 0;
  if (limit.rate) largest = std::max<rational>(largest, *limit.rate * t_star);
  if (limit.money) {
    if (const rational* money = limit.money->in(market_->currency))
      largest = std::max<rational>(largest, in_minor(*money));
  }
  const cpp_int whole = floor_of(largest);
  return whole > greatest_amount_minor ? greatest_amount_minor : to_minor(whole);
}

std::optional<long long> evaluation::find_t_star() {
  const candidates::range inside = candidates_.bounded_range(required_);
  if (inside.last < inside.first) return std::nullopt;
  rule_set soft_bounds;
  for (const active_rule* one : soft_) {
    if (one->is_bound) soft_bounds.push_back(one);
  }
  // From `settled` on every step leads further from T, all lower ends of bounds are met, and upper ends can only
  // break.
  cpp_int settled = std::max(cpp_int(inside.first), ceiling_of(in_minor(target_)));
  for (const active_rule* one : soft_bounds) {
    for (const whole_inequality& bound : one->whole_bounds) {
      if (bound.factor > 0) settled = std::max(settled, ceiling_of(rational(bound.least, bound.factor)));
    }
  }
  std::optional<long long> best;
  count_by_strength best_broken{};
  std::optional<candidates::limit> stop;
  for (long long p = inside.first; p <= inside.last; p += candidates_.unit_minor) {
    if (p >= settled) {
      // What is still to come breaks at least as much as p does and is no nearer than p.
      if (best) {
        const count_by_strength broken = broken_at(p, soft_bounds);
        if (best_broken < broken || (best_broken == broken && !is_nearer(p, *best))) break;
      }
      if (!stop) stop = candidates_.search_limit(required_, settled);
      if (p > stop->last) {
        candidates_.assure_nothing_beyond(*stop, required_);
        break;
      }
    }
    if (!candidates_.is_member(p, required_)) continue;
    const count_by_strength broken = broken_at(p, soft_bounds);
    if (best && best_broken < broken) continue;
    if (best && best_broken == broken && !is_nearer(p, *best)) continue;
    best = p;
    best_broken = broken;
  }
  return best;
}

std::optional<long long> evaluation::choose() {
  const rational target_minor = in_minor(target_);
  target_numerator_ = numerator(target_minor);
  target_denominator_ = denominator(target_minor);
  target_rounded_ = rounded_target();
  const auto t_star = find_t_star();
  if (!t_star) return std::nullopt;
  std::array<long long, 3> within{};
  for (std::size_t i = 0; i < within.size(); ++i) within[i] = within_minor(i, *t_star);
  const long long widest = *std::max_element(within.begin(), within.end());
  const candidates::range inside = candidates_.bounded_range(required_);
  const long long unit = candidates_.unit_minor;

  std::optional<long long> best;
  count_by_strength best_kept{};
  const long long low = std::max(inside.first, *t_star - widest);
  const long long high = std::min(inside.last, *t_star + widest);
  for (long long p = low + (unit - low % unit) % unit; p <= high; p += unit) {
    if (!candidates_.is_member(p, required_)) continue;
    count_by_strength kept{};
    const long long moved = p > *t_star ? p - *t_star : *t_star - p;
    for (const active_rule* one : soft_) {
      const std::size_t index = soft_index(one->how());
      if (!one->is_bound && moved > within[index]) continue;
      if (!candidates_.satisfies(p, *one)) continue;
      ++kept[index];
      can_be_had_.insert(one);
    }
    if (best && kept < best_kept) continue;
    if (best && kept == best_kept && !is_nearer(p, *best)) continue;
    best = p;
    best_kept = kept;
  }
  return best;
}

long long evaluation::hold(long long p) {
  if (!hold_rate_) return p;
  const rational current = *displayed_field("current").amount;
  const rational current_minor = in_minor(current);
  if (denominator(current_minor) != 1 || current_minor > greatest_amount_minor) return p;
  const long long kept = to_minor(numerator(current_minor));
  if (!candidates_.is_candidate(kept) || !candidates_.satisfies(kept, required_)) return p;
  if (broken_at(kept, soft_)[0] > broken_at(p, soft_)[0]) return p;
  if (absolute(current - in_units(p)) > *hold_rate_ * current) return p;
  for (const rule& r : *rules_) {
    if (!names_period(r) || !could_match(r)) continue;
    if (!current_since_) return p;
    for (const long long boundary : boundaries(r)) {
      if (*current_since_ < boundary && boundary <= *at_) return p;
    }
  }
  result_.held = true;
  return kept;
}

}  // namespace reference
