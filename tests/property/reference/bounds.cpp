// SPDX-License-Identifier: Apache-2.0
//
// The values of the rules that are on: bounds as inequalities, shapes, former prices, held prices.

#include "property/reference/evaluation.hpp"

#include <algorithm>

namespace reference {

bool evaluation::usable(const rule& r, const std::set<std::string>& missing, std::set<std::string>& named_here) const {
  if (missing.empty()) return true;
  if (!r.skip_if_missing) named_here.insert(missing.begin(), missing.end());
  return false;
}

std::vector<std::string> evaluation::other_ends(const rule& gap) const {
  std::set<std::string> names(gap.any_of.begin(), gap.any_of.end());
  if (gap.to == "traditional" || gap.to == "online") {
    for (const auto& [name, declared] : doc_.channels) {
      if (declared.traditional == (gap.to == "traditional")) names.insert(name);
    }
  } else if (!gap.to.empty() && gap.to != "reference") {
    names.insert(gap.to);
  }
  names.erase(channel_name_);
  return sorted_list(names);
}

std::optional<std::vector<inequality>> evaluation::bounds_of(const rule& r, std::set<std::string>& missing) const {
  const std::string& currency = market_->currency;
  switch (r.effect) {
    case effect_kind::floor:
    case effect_kind::ceiling:
    case effect_kind::price: {
      const expression* e = r.money.in(currency);
      if (!e) return std::nullopt;
      const money_value value = value_of(*e);
      missing = value.missing;
      if (!value.amount) return std::nullopt;
      if (r.effect == effect_kind::floor) return {{at_least(*value.amount)}};
      if (r.effect == effect_kind::ceiling) return {{at_most(*value.amount)}};
      return {{at_least(*value.amount), at_most(*value.amount)}};
    }
    case effect_kind::gap: {
      if (never_on_here(r)) return std::nullopt;
      std::vector<money_value> others;
      std::set<std::string> names;
      for (const std::string& name : other_ends(r)) {
        if (has_price(name)) others.push_back(displayed_field("price." + name));
        names.insert("price." + name);
      }
      if (r.to == "reference") {
        others.push_back(reference());
      } else if (others.empty()) {
        const bool of_a_kind = r.to == "traditional" || r.to == "online";
        others.push_back(money_value::lacking(of_a_kind ? std::set<std::string>{"price." + r.to} : names));
      }
      std::vector<inequality> result;
      for (const money_value& other : others) {
        missing.insert(other.missing.begin(), other.missing.end());
        if (!other.amount) continue;
        const auto amount = [&](const rate_or_money& end) {
          return end.rate ? rational(*end.rate * *other.amount) : *end.money.in(currency);
        };
        if (r.gap_max) result.push_back(at_least(*other.amount - amount(*r.gap_max)));
        if (r.gap_min) result.push_back(at_most(*other.amount - amount(*r.gap_min)));
      }
      if (!missing.empty()) return std::nullopt;
      return result;
    }
    case effect_kind::margin: {
      const money_value cost = net_field("cost");
      const money_value shipping = net_field("shipping");
      missing = cost.missing;
      missing.insert(shipping.missing.begin(), shipping.missing.end());
      if (gross_ && !tax_) missing.insert("tax");
      if (!missing.empty()) return std::nullopt;
      // N = net_share × p; N − (fee + credits) × p − cost − shipping ≥ min × N, or ≤ max × N.
      const rational net_share = gross_ ? rational(1 / (1 + *tax_)) : rational(1);
      rational kept = fee_;
      for (const rule& other : *rules_) {
        // Where the target is not known, those that wait for it keep a margin from being asked about.
        if (other.effect != effect_kind::credit) continue;
        if (target_known_ ? is_on(other) : is_on_at_any_target(other)) kept += other.rate;
      }
      const rational costs = *cost.amount + *shipping.amount;
      std::vector<inequality> result;
      if (r.margin_min) result.push_back({net_share - kept - *r.margin_min * net_share, costs});
      if (r.margin_max) result.push_back({*r.margin_max * net_share - net_share + kept, -costs});
      return result;
    }
    case effect_kind::change: {
      const money_value current = displayed_field("current");
      if (current.field_absent) return std::nullopt;
      missing = current.missing;
      if (!current.amount) return std::nullopt;
      return {
          {at_least(*current.amount - r.rate * *current.amount), at_most(*current.amount + r.rate * *current.amount)}};
    }
    default:
      fail("not a bound");
  }
}

bool evaluation::is_bound(effect_kind e) {
  return e == effect_kind::floor || e == effect_kind::ceiling || e == effect_kind::price || e == effect_kind::gap ||
         e == effect_kind::margin || e == effect_kind::change;
}

bool evaluation::is_shape(effect_kind e) {
  return e == effect_kind::endings || e == effect_kind::multiple_of || e == effect_kind::avoid ||
         e == effect_kind::prefer;
}

void evaluation::find_values() {
  candidates_.decimals = static_cast<std::size_t>(market_->decimals);
  candidates_.unit_minor = to_minor(numerator(rational(market_->unit * power_of_ten(candidates_.decimals))));
  candidates_.stored_net = market_->stored_net && gross_;
  if (watched_) {
    watched_->stored_net = candidates_.stored_net;
    watched_->gross = gross_;
  }
  if (candidates_.stored_net) {
    if (!tax_) {
      missing_.insert("tax");
    } else {
      candidates_.gross_factor = 1 + *tax_;
      candidates_.prepare();
    }
  }

  std::set<std::string> missing_of_soft;
  for (const rule& r : *rules_) {
    if (!is_on(r)) continue;
    std::set<std::string>& named_here = r.how == strength::required ? missing_ : missing_of_soft;
    if (is_bound(r.effect)) {
      std::set<std::string> lacks;
      auto bounds = bounds_of(r, lacks);
      if (!usable(r, lacks, named_here) || !bounds) continue;
      active_rule active;
      active.source = &r;
      active.is_bound = true;
      for (const inequality& one : *bounds) active.whole_bounds.emplace_back(one, candidates_.decimals);
      active.bounds = std::move(*bounds);
      active_.push_back(std::move(active));
      if (r.effect == effect_kind::price) by_hand_ = true;
    } else if (r.of_culture && r.effect == effect_kind::prefer) {
      const auto [found, first] = merged_prefers_.emplace(r.id, r);
      if (first) continue;
      rule& merged = found->second;
      merged.how = std::max(merged.how, r.how);  // the weakest comes last
      merged.occurring.insert(merged.occurring.end(), r.occurring.begin(), r.occurring.end());
    } else if (is_shape(r.effect)) {
      active_rule active;
      active.source = &r;
      if (r.effect == effect_kind::multiple_of) {
        const rational* multiple = r.multiple_of.in(market_->currency);
        if (!multiple) continue;  // off in this currency
        const rational in_minor = *multiple * power_of_ten(candidates_.decimals);
        active.multiple_numerator = numerator(in_minor);
        active.multiple_denominator = denominator(in_minor);
        if (active.multiple_denominator == 1) active.small_multiple = to_minor(active.multiple_numerator);
      }
      active_.push_back(std::move(active));
    } else if (r.effect == effect_kind::was) {
      const expression* e = r.money.in(market_->currency);
      if (!e) continue;
      money_value value = value_of(*e);
      const money_value prior = displayed_field("lowest_prior");
      // The law's window needs what was charged in it. Where the request does not say, nothing is lacking: the former
      // price is left out.
      if (market_->has_window && !prior.field_absent) value.missing.insert(prior.missing.begin(), prior.missing.end());
      if (!usable(r, value.missing, missing_)) continue;
      if (market_->has_window && prior.field_absent) {
        prior_price_missing_ = true;
        continue;
      }
      if (market_->has_window) was_ = std::min(was_.value_or(*prior.amount), *prior.amount);
      if (!was_ || *value.amount < *was_) was_ = value.amount;
    } else if (r.effect == effect_kind::hold) {
      const money_value current = displayed_field("current");
      if (current.field_absent || !usable(r, current.missing, missing_)) continue;
      if (!hold_rate_ || *hold_rate_ < r.rate) hold_rate_ = r.rate;
    }
  }
  for (const auto& [id, merged] : merged_prefers_) {
    active_rule active;
    active.source = &merged;
    active_.push_back(std::move(active));
  }
  for (const active_rule& one : active_) {
    if (one.how() == strength::required) {
      required_.push_back(&one);
    } else if (!by_hand_ || (one.is_bound && one.source->effect != effect_kind::change)) {
      soft_.push_back(&one);  // where a `price` rule decides, F is one amount at most, and they choose nothing
    }
  }
  if (!by_hand_) missing_.insert(missing_of_soft.begin(), missing_of_soft.end());
}

void evaluation::note_what_limits() {
  std::set<std::string> ids;
  for (const active_rule* one : required_) {
    if (!one->is_bound) continue;
    if (!std::all_of(one->bounds.begin(), one->bounds.end(), [&](const inequality& i) { return i.holds(target_); }))
      ids.insert(one->id());
  }
  result_.limited_by = sorted_list(ids);
}

}  // namespace reference
