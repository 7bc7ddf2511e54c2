// SPDX-License-Identifier: Apache-2.0
//
// Each rule asked about the price: bounds, shapes, and the effects that serve the audit alone.

#include "property/reference/inspection.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace reference {

bool inspection::uses_target(const expression& e) {
  return (e.what == expression::kind::name && e.name == "target") ||
         std::any_of(e.parts.begin(), e.parts.end(), uses_target);
}

bool inspection::bound_wants_target(const rule& r) const {
  if (target_known_) return false;
  if (r.effect == effect_kind::floor || r.effect == effect_kind::ceiling)
    return uses_target(*r.money.in(market_->currency));
  if (r.effect != effect_kind::margin) return false;
  return std::any_of(rules_->begin(), rules_->end(), [&](const rule& other) {
    if (other.effect != effect_kind::credit) return false;
    const state found = state_of(other);
    return found == state::wants_target || found == state::wants_time;
  });
}

void inspection::look_at(const rule& r) {
  if (r.effect == effect_kind::withhold) {
    if (is_on_surely(r)) suspect(r, about(r));
  } else if (is_bound(r.effect) && r.effect != effect_kind::change) {
    if (is_on_surely(r)) look_at_bound(r);
  } else if (r.of_culture && r.effect == effect_kind::prefer) {
    preferences_[r.id].push_back(&r);
  } else if (is_shape(r.effect)) {
    if (is_on_surely(r)) look_at_shape(r);
  }
}

void inspection::look_at_shape(const rule& r) {
  if (shape_holds(r, here_.price)) return;
  suspect(r, about(r), decided_price_ && !shape_holds(r, *decided_price_));
}

void inspection::look_at_bound(const rule& r) {
  std::set<std::string> lacks;
  if (bound_wants_target(r)) {
    std::set<std::string>& lacking = lacking_for(r);
    lacking.insert(target_lacks_.begin(), target_lacks_.end());
    // What it lacks beside is named too; the amount is not used.
    if (r.effect == effect_kind::margin) {
      lacks = lacks_of_margin();
    } else {
      lacks = value_of(*r.money.in(market_->currency)).missing;
    }
    usable(r, lacks, lacking);
    return;
  }
  const auto bounds = bounds_of(r, lacks);
  if (!usable(r, lacks, lacking_for(r)) || !bounds) return;
  if (r.effect == effect_kind::price) by_hand_ = true;
  if (r.effect == effect_kind::gap) {
    for (const std::string& name : measured_against(r)) look_at_gap(r, name, *bounds);
  } else {
    judge(r, *bounds, *bounds, about(r));
  }
}

std::set<std::string> inspection::lacks_of_margin() const {
  std::set<std::string> lacks;
  for (const char* name : {"cost", "shipping"}) {
    const money_value value = net_field(name);
    lacks.insert(value.missing.begin(), value.missing.end());
  }
  if (gross_ && !tax_) lacks.insert("tax");
  return lacks;
}

std::vector<std::string> inspection::measured_against(const rule& gap) const {
  if (gap.to == "reference") return {channel_of_reference()};
  std::vector<std::string> names;
  for (const std::string& name : other_ends(gap)) {
    if (has_price(name)) names.push_back(name);
  }
  return names;
}

std::string inspection::channel_of_reference() const {
  if (channel_->lowest_traditional || channel_->highest_traditional) {
    std::string best;
    rational best_price;
    for (const auto& [name, declared] : doc_.channels) {
      if (!declared.traditional || name == channel_name_ || !has_price(name)) continue;
      const rational price = *displayed_field("price." + name).amount;
      if (best.empty() || (channel_->lowest_traditional ? price < best_price : price > best_price)) {
        best = name;
        best_price = price;
      }
    }
    return best;
  }
  for (const std::string& name : channel_->reference) {
    if (has_price(name)) return name;
  }
  return "list";
}

void inspection::look_at_gap(const rule& r, const std::string& name, const std::vector<inequality>& all) {
  const bool is_list = r.to == "reference" && !channel_has_reference();
  const rational other = *displayed_field(is_list ? "list" : "price." + name).amount;
  const auto amount = [&](const rate_or_money& end) {
    return end.rate ? rational(*end.rate * other) : *end.money.in(market_->currency);
  };
  std::vector<inequality> bounds;
  if (r.gap_max) bounds.push_back(at_least(other - amount(*r.gap_max)));
  if (r.gap_min) bounds.push_back(at_most(other - amount(*r.gap_min)));
  finding found = about(r);
  say_against(found, name, other, !is_list);
  judge(r, bounds, all, found);
}

bool inspection::channel_has_reference() const {
  return channel_->lowest_traditional || channel_->highest_traditional || !channel_->reference.empty();
}

void inspection::say_against(finding& found, const std::string& name, const rational& price, bool is_channel) const {
  found.against = name;
  found.against_price_minor = to_minor(round_half_up(in_minor(price)));
  const auto carried = carried_.find(name);
  if (is_channel && carried != carried_.end()) found.against_seller = carried->second.seller;
}

void inspection::judge(const rule& r, const std::vector<inequality>& bounds, const std::vector<inequality>& all,
                       finding found) {
  const auto hold_at = [](const std::vector<inequality>& these, const rational& price) {
    return std::all_of(these.begin(), these.end(), [&](const inequality& one) { return one.holds(price); });
  };
  if (hold_at(bounds, here_.price)) return;
  bool never = false;
  std::optional<rational> low;
  std::optional<rational> high;
  for (const inequality& one : bounds) {
    if (one.coefficient == 0) {
      never = never || one.least > 0;
      continue;
    }
    const rational end = one.least / one.coefficient;
    if (one.coefficient > 0) {
      low = low ? std::max(*low, end) : end;
    } else {
      high = high ? std::min(*high, end) : end;
    }
  }
  // Prices are above zero.
  never = never || (high && *high <= 0) || (low && high && *low > *high);
  if (!never) say_ends(found, low, high);
  suspect(r, found, decided_price_ && !hold_at(all, *decided_price_));
}

void inspection::say_ends(finding& found, const std::optional<rational>& low,
                          const std::optional<rational>& high) const {
  if (low) found.min_minor = to_minor(ceiling_of(in_minor(*low)));
  if (high) found.max_minor = to_minor(floor_of(in_minor(*high)));
  const rational price = in_minor(here_.price);
  const bool below = low && here_.price < *low;
  const long long end = below ? *found.min_minor : *found.max_minor;
  found.excess = below ? rational(end - price) : rational(price - end);
  if (end > 0) found.excess_rate_bp = to_minor(round_half_up(10'000 * *found.excess / end));
}

bool inspection::shape_holds(const rule& r, const rational& price) const {
  const rational minor = in_minor(price);
  if (denominator(minor) != 1) return true;
  const written_amount amount(to_minor(numerator(minor)), candidates_.decimals);
  switch (r.effect) {
    case effect_kind::endings:
      return std::any_of(r.endings.begin(), r.endings.end(), [&](const ending& e) { return ends_so(amount, e); });
    case effect_kind::multiple_of:
      return denominator(rational(price / *r.multiple_of.in(market_->currency))) == 1;
    case effect_kind::avoid:
      return !any_occurs(amount, r.occurring);
    case effect_kind::prefer:
      return any_occurs(amount, r.occurring);
    default:
      fail("not a shape");
  }
}

void inspection::look_at_preferences() {
  for (const auto& [id, entries] : preferences_) {
    std::optional<rule> merged;
    bool sure = true;
    for (const rule* one : entries) {
      const bool on = is_on_surely(*one);
      sure = sure && (on || state_of(*one) == state::off);
      if (!on) continue;
      if (!merged) {
        merged = *one;
        continue;
      }
      merged->how = std::max(merged->how, one->how);
      merged->occurring.insert(merged->occurring.end(), one->occurring.begin(), one->occurring.end());
    }
    if (sure && merged) look_at_shape(*merged);
  }
}

void inspection::look_at_what_serves_the_audit(const rule& r, const std::vector<observation>& all) {
  if (!is_on_surely(r)) return;
  finding found = about(r);
  found.severity = "warning";
  if (r.effect == effect_kind::squeeze) look_at_squeeze(r, found);
  if (r.effect == effect_kind::leak) look_at_leak(r, found, all);
  if (r.effect == effect_kind::inverted) look_at_inverted(r, found);
}

void inspection::look_at_squeeze(const rule& r, finding& found) {
  const money_value wholesale = net_field(r.wholesale);
  const money_value cost = net_field(r.cost);
  const money_value dealer = displayed_field("price." + r.to);
  std::set<std::string> lacks = wholesale.missing;
  lacks.insert(cost.missing.begin(), cost.missing.end());
  lacks.insert(dealer.missing.begin(), dealer.missing.end());
  if (gross_ && !tax_) lacks.insert("tax");
  if (!usable(r, lacks, lacking_)) return;
  const rational spent = *wholesale.amount + *cost.amount;
  const rational with_tax = gross_ ? rational(1 + *tax_) : rational(1);
  const rational share = 1 - r.rate;
  if (share * here_.price / with_tax >= spent) return;
  say_against(found, r.to, *dealer.amount, true);
  const rational kept = share * *dealer.amount / with_tax;
  found.headroom = in_minor(kept - spent);
  if (kept != 0) found.max_discount = 1 - spent / kept;
  if (share > 0) say_ends(found, rational(spent / share * with_tax), std::nullopt);
  suspect(r, found);
}

void inspection::look_at_leak(const rule& r, finding& found, const std::vector<observation>& all) {
  const observation* best = nullptr;
  for (const observation& other : all) {
    const bool meant = std::any_of(std::begin(closed), std::end(closed), [&](const char* name) {
      return other.field(name) != nullptr && *other.field(name) == r.to;
    });
    if (!meant || other.source == &seen_) continue;
    const auto prices = compared(other.price, other.gross);
    if (!prices || prices->here > prices->other) continue;
    const auto rank = [](const observation& one) { return std::tie(one.channel, one.source->seller); };
    if (!best || rank(other) < rank(*best) || (rank(other) == rank(*best) && other.price > best->price)) best = &other;
  }
  if (!best) return;
  const money_value seen_from_here = as_displayed_here(best->price, best->gross);
  found.against = best->channel;
  if (seen_from_here.amount) say_against(found, best->channel, *seen_from_here.amount, false);
  found.against_seller = best->source->seller;
  suspect(r, found);
}

std::optional<inspection::two_prices> inspection::compared(const rational& other, bool gross) const {
  if (gross == gross_) return two_prices{here_.price, other};
  if (!tax_) return std::nullopt;
  two_prices result{here_.price, other};
  rational& net = gross_ ? result.other : result.here;
  net = shown_gross(net);
  if (net == 0) return std::nullopt;
  return result;
}

void inspection::look_at_inverted(const rule& r, finding& found) {
  const money_value open = displayed_field("price." + r.to);
  if (!usable(r, open.missing, lacking_)) return;
  // As it was observed, unless the offer's own row gives it.
  const auto carried = carried_.find(r.to);
  const bool given = carried == carried_.end();
  const rational other = given ? *open.amount : carried->second.amount;
  const bool gross = given ? gross_ : carried->second.gross;
  const auto prices = compared(other, gross);
  if (!prices || prices->here <= prices->other) return;
  std::optional<rational> max = *open.amount;
  if (!gross_ && gross) {
    // The highest step that shows no more.
    cpp_int steps = floor_of(other / (1 + *tax_) / market_->unit) + 1;
    while (shown_gross(steps * market_->unit) > other) --steps;
    max = steps * market_->unit;
  }
  say_against(found, r.to, *open.amount, true);
  if (*max > 0) say_ends(found, std::nullopt, max);
  suspect(r, found);
}

}  // namespace reference
