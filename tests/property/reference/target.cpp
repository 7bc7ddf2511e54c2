// SPDX-License-Identifier: Apache-2.0
//
// The target: the base and the discounts that are taken off it.

#include "property/reference/evaluation.hpp"

namespace reference {

const rule* evaluation::base_rule() const {
  for (const rule& r : *rules_) {
    if (r.effect != effect_kind::base || !is_on(r)) continue;
    const expression* e = r.money.in(market_->currency);
    if (!e) continue;  // off in this currency
    if (r.skip_if_missing && !value_of(*e).amount) continue;
    return &r;
  }
  return nullptr;
}

money_value evaluation::find_base() const {
  const rule* counting = base_rule();
  return counting ? value_of(*counting->money.in(market_->currency)) : reference();
}

void evaluation::take_discounts(const rational& base) {
  struct taken {
    const rule* source;
    rational off;  // measured on the base
  };
  const auto takes_more = [](const taken& a, const taken& b) {
    return a.off > b.off || (a.off == b.off && a.source->id < b.source->id);
  };
  std::map<std::string, taken> groups;
  std::optional<taken> exclusive;
  for (const rule& r : *rules_) {
    if (r.effect != effect_kind::discount || !is_on(r)) continue;
    if (!r.discount.listed_in(market_->currency)) continue;  // off in this currency
    const taken one{&r, r.discount.rate ? rational(*r.discount.rate * base) : *r.discount.money.in(market_->currency)};
    if (r.exclusive) {
      if (!exclusive || takes_more(one, *exclusive)) exclusive = one;
      continue;
    }
    const auto found = groups.find(r.group);
    if (found == groups.end()) {
      groups.emplace(r.group, one);
    } else if (takes_more(one, found->second)) {
      found->second = one;
    }
  }
  rational sum_of_rates = 0;
  rational product_of_factors = 1;
  rational money = 0;
  std::set<std::string> ids;
  for (const auto& [group, one] : groups) {
    ids.insert(one.source->id);
    if (one.source->discount.rate) {
      sum_of_rates += *one.source->discount.rate;
      product_of_factors *= 1 - *one.source->discount.rate;
    } else {
      money += one.off;
    }
  }
  target_ = base * (doc_.compound ? product_of_factors : rational(1 - sum_of_rates)) - money;
  if (exclusive && exclusive->off > base - target_) {
    target_ = base - exclusive->off;
    ids = {exclusive->source->id};
  }
  result_.discounts = sorted_list(ids);
}

}  // namespace reference
