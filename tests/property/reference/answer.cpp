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

void evaluation::say_price(long long p) {
  result_.price_minor = p;
  std::set<std::string> relaxed;
  for (const active_rule* one : soft_) {
    if (!candidates_.satisfies(p, *one)) relaxed.insert(one->id());
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
  if (prior_price_missing_) {
    std::set<std::string> advice(result_.advice.begin(), result_.advice.end());
    advice.insert("prior-price-missing");
    result_.advice = sorted_list(advice);
  }
  if (was_) {
    const cpp_int was = floor_of(in_minor(*was_));
    if (was > p) {
      result_.was_minor = to_minor(was);
      result_.saving_minor = to_minor(was - p);
      result_.saving_rate_percent = to_minor(100 * (was - p) / was);
    }
  }
  std::map<std::string, rational> credits;
  for (const rule& r : *rules_) {
    if (r.effect == effect_kind::credit && is_on(r)) credits[r.to] += r.rate;
  }
  for (const auto& [to, rate] : credits) result_.credits.emplace_back(to, to_minor(round_half_up(rate * p)));
}

}  // namespace reference
