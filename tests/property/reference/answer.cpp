// SPDX-License-Identifier: Apache-2.0
//
// What a decision says besides its price: conflicts, the fallback, tax, the former price, credits.

#include "property/reference/evaluation.hpp"

#include <algorithm>

namespace reference {

void evaluation::find_conflict() {
  rule_set set = required_;
  std::sort(set.begin(), set.end(), [](const active_rule* a, const active_rule* b) { return a->id() < b->id(); });
  for (std::size_t i = 0; i < set.size();) {
    rule_set without = set;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    if (candidates_.has_member(without)) {
      ++i;
    } else {
      set = without;
    }
  }
  for (const active_rule* one : set) result_.conflict.push_back(one->id());
}

void evaluation::set_fallback() {
  if (doc_.fallback == "none") return;
  const money_value value = doc_.fallback == "current" ? displayed_field("current") : reference();
  if (!value.amount) return;
  const rational scale = power_of_ten(static_cast<std::size_t>(market_->decimals));
  const cpp_int steps = round_half_up(*value.amount / market_->unit);
  if (steps == 0) return;
  result_.fallback_price_minor = to_minor(numerator(rational(steps * market_->unit * scale)));
}

void evaluation::add_advice(const std::string& code) {
  std::set<std::string> advice(result_.advice.begin(), result_.advice.end());
  advice.insert(code);
  result_.advice = sorted_list(advice);
}

bool evaluation::is_unit_too_coarse() const {
  const rational target_minor = in_minor(target_);
  const long long unit = candidates_.unit_minor;
  long long low = to_minor(floor_of(target_minor / unit)) * unit;
  long long high = low + unit;
  // Step by step away from T; of the first two steps on which there is a candidate the nearer is the nearest of all.
  while (!candidates_.is_candidate(low) && !candidates_.is_candidate(high)) {
    low -= unit;
    high += unit;
  }
  rational nearest = -1;
  for (const long long one : {low, high}) {
    if (!candidates_.is_candidate(one)) continue;
    const rational distance = absolute(one - target_minor);
    if (nearest < 0 || distance < nearest) nearest = distance;
  }
  return nearest > target_minor * rational(5, 100);
}

void evaluation::say_price(long long p) {
  result_.price_minor = p;
  std::set<std::string> relaxed;
  for (const active_rule* one : soft_) {
    if (is_broken_at(p, *one)) relaxed.insert(one->id());
  }
  result_.relaxed = sorted_list(relaxed);
  if (tax_) {
    if (!gross_) {
      result_.net_minor = p;
      result_.tax_minor = to_minor(round_half_up(*tax_ * p));
    } else {
      const rational exact = rational(p) / (1 + *tax_);
      if (candidates_.stored_net) {
        std::optional<long long> nearest;
        for (const long long n : candidates_.stored_nets(p)) {
          if (!nearest || absolute(n - exact) < absolute(*nearest - exact)) nearest = n;
        }
        result_.net_minor = *nearest;
      } else {
        result_.net_minor = to_minor(round_half_up(exact));
      }
      result_.tax_minor = p - *result_.net_minor;
    }
  }
  if (prior_price_missing_) add_advice("prior-price-missing");
  if (!by_hand_ && is_unit_too_coarse()) add_advice("unit-too-coarse");
  if (was_) {
    const cpp_int greatest = std::min(floor_of(in_minor(*was_)), cpp_int(greatest_amount_minor));
    long long was = to_minor(greatest / candidates_.unit_minor) * candidates_.unit_minor;
    while (was > p && !candidates_.is_candidate(was)) was -= candidates_.unit_minor;
    if (was > p) {
      result_.was_minor = was;
      result_.saving_minor = was - p;
      const long long rate = to_minor(cpp_int(100) * (was - p) / was);
      if (rate > 0) result_.saving_rate_percent = rate;
    }
  }
  std::map<std::string, rational> credits;
  for (const rule& r : *rules_) {
    if (r.effect == effect_kind::credit && is_on(r)) credits[r.to] += r.rate;
  }
  for (const auto& [to, rate] : credits) result_.credits.emplace_back(to, to_minor(round_half_up(rate * p)));
}

}  // namespace reference
