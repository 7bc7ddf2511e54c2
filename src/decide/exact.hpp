// SPDX-License-Identifier: Apache-2.0
// One decision: bound request and its class in, decision out. A template over the tier of arithmetic and over a
// listener: the plain evaluation has a silent one and pays nothing, an explanation has one that records.
//
// The order is the language's: withheld, at, base, target, plan, what is missing, F, t*, choice, hold, what to say.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "decide/choice.hpp"
#include "decide/price_parts.hpp"
#include "decide/target_calculation.hpp"
#include "decide/workspace.hpp"
#include "pricepoint/pricing/decision.hpp"
#include "text/each_once.hpp"

namespace pricepoint::engine {

template <class Number, class Listener>
class evaluation : target_calculation<Number, Listener> {
 public:
  evaluation(workspace& memory, decision& out, Listener& listener)
      : target_calculation<Number, Listener>(memory, listener), out_(out) {}

  void run() {
    out_.clear();
    out_.policy_ = compiled().fingerprint();
    if (request().market_known) out_.currency_ = request().currency;
    if (!memory_.invalid().empty()) {
      out_.status_ = status::invalid;
      out_.invalid_.assign(memory_.invalid().begin(), memory_.invalid().end());
      return;
    }
    if (!memory_.missing().empty()) {
      out_.status_ = status::incomplete;
      out_.missing_.assign(memory_.missing().begin(), memory_.missing().end());
      return;
    }
    request_class& of = memory_.find_class();
    out_.next_change_at_ = memory_.next_change_at(of.next_change_at);
    out_.advice_ = of.advice;
    if (of.withheld) {
      out_.status_ = status::withheld;
      return;
    }
    if (of.needs_at) {
      out_.advice_.clear();  // which rules are on is not known
      missing("at");
      incomplete();
      return;
    }
    Number base;
    if (!find_base(of, base, out_.missing_)) {
      incomplete();
      return;
    }
    if (!in_range(base)) return invalid("base");
    const Number target = discounted(of, base, out_.discounts_);
    if constexpr (Listener::listens) listener_.target(target);
    if (!in_range(target)) return invalid("target");
    decide(of, target);
  }

 private:
  using base_class = target_calculation<Number, Listener>;
  using base_class::compiled;
  using base_class::discounted;
  using base_class::exact_;
  using base_class::find_base;
  using base_class::hear_lacking;
  using base_class::in_range;
  using base_class::lacking;
  using base_class::listener_;
  using base_class::memory_;
  using base_class::plan_at_target;
  using base_class::request;

  void missing(std::string name) { out_.missing_.push_back(std::move(name)); }

  // ---- base and target

  void invalid(const char* name) {
    const std::optional<currency> in = out_.currency_;
    const std::optional<instant> next = out_.next_change_at_;
    out_.clear();
    out_.next_change_at_ = next;
    out_.policy_ = compiled().fingerprint();
    out_.currency_ = in;
    out_.status_ = status::invalid;
    out_.invalid_.emplace_back(name);
  }

  // ---- the decision proper

  struct required_bound {
    const compiled_rule* rule = nullptr;
    minor_interval kept;
    bool target_holds = true;
  };

  // Evaluates one bound; false where the rule plays no part (off, or skipped). What it lacks is added to the missing.
  bool take_bound(const compiled_rule& rule, exact_bound<Number>& made) {
    const valued state = exact_.value_of(rule, made);
    if constexpr (Listener::listens) {
      listener_.bound(rule, state, made);
      if (state == valued::lacks) hear_lacking(rule);
    }
    if (state == valued::lacks && !rule.skip_if_missing()) lacking().rule(rule, out_.missing_);
    return state == valued::value;
  }

  void decide(request_class& of, const Number& target) {
    exact_.target = target;
    plan_ = &plan_at_target(of);
    exact_.credit_total = plan_->credit_total;
    if constexpr (Listener::listens) listener_.plan(*plan_);
    out_.target_ = shown(target, request().currency);
    out_.advice_ = plan_->advice;
    advise_of_old_prices();
    if (plan_->withheld) {
      out_.status_ = status::withheld;
      return;
    }
    if (plan_->beyond_limits != nullptr) return beyond_limits(plan_->beyond_limits);

    boost::container::small_vector<required_bound, 8> required;
    minor_interval feasible;
    const auto take_required = [&](const compiled_rule* rule) {
      exact_bound<Number> made;
      if (!take_bound(*rule, made)) return false;
      required.push_back({rule, made.minor(), made.holds(exact_.target)});
      feasible.low = std::max(feasible.low, required.back().kept.low);
      feasible.high = std::min(feasible.high, required.back().kept.high);
      return true;
    };
    bool by_hand = false;
    for (const compiled_rule* rule : plan_->prices) by_hand = take_required(rule) || by_hand;
    for (const compiled_rule* rule : plan_->required_bounds) take_required(rule);
    soft_intervals soft;
    soft_intervals told;  // beside a price by hand: they choose nothing, and are named where it breaks them
    for (const compiled_rule* rule : plan_->soft_bounds) {
      exact_bound<Number> made;
      if (!by_hand) {
        if (take_bound(*rule, made)) soft.push_back({rule, made.minor()});
      } else if (counts_beside_price(rule->effect) && exact_.value_of(*rule, made) == valued::value) {
        told.push_back({rule, made.minor()});
      }
    }
    const std::int64_t was = former_price();
    const bool can_hold = may_hold(of);
    const bool net_stored = exact_.in().net_stored && request().gross;
    if (net_stored && !request().tax) missing("tax");
    if (!out_.missing_.empty()) return incomplete();

    for (const required_bound& one : required) {
      if (!one.target_holds) out_.limited_by_.push_back(one.rule->id());
    }
    std::sort(out_.limited_by_.begin(), out_.limited_by_.end());

    const shape::stored_net net = net_stored ? shape::stored_net(request().gross_factor) : shape::stored_net();
    const target_position position = position_of_target(net);
    const choice search(memory_.plans(), *plan_, net, position, feasible, soft);
    const std::int64_t star = search.star();
    if (star == 0) return conflict(required, net);
    // Soft rules count for nothing beside a price by hand.
    const choice::choice_made made = by_hand ? choice::choice_made{star, 0} : search.chosen(star);
    std::int64_t p = made.minor;
    std::uint32_t has = made.has;
    boost::container::small_vector<bool, 16> no_matter(plan_->soft_shapes.size(), by_hand);
    for (std::size_t i = 0; !by_hand && i < no_matter.size(); ++i) {
      const plan_shape& one = plan_->soft_shapes[i];
      no_matter[i] = one.rule->effect == effect_kind::prefer && (can_hold || !shape::contains(*one.alone, p)) &&
                     !search.any_in_reach(one, star);
    }
    if (memory_.plans().take_exceeded()) return beyond_limits("automaton states");
    if constexpr (Listener::listens) listener_.choice(star, p, feasible, soft, net);

    std::int64_t current = 0;
    const broken_rules broken{by_hand ? told : soft, {no_matter.data(), no_matter.size()}};
    if (can_hold && keeps_current(p, current, feasible, net, broken)) {
      p = current;
      has = 0;
      out_.held_ = true;
    }
    if (!by_hand) advise_of_unit(position, net);
    conclude(p, has, was, net, broken);
  }

  // Where the base or a rule that is on reads a price that this call was to renew and has not.
  void advise_of_old_prices() {
    for (const std::uint32_t channel : memory_.call().old_prices) {
      const std::uint32_t slot = compiled().channel_slot(channel);
      const compiled_rule* const base = memory_.used().base;
      const bool read = (base == nullptr ? exact_.reads({symbol::kind::reference, 0}, slot) : reads(*base, slot)) ||
                        std::any_of(plan_->on.begin(), plan_->on.end(),
                                    [&](const compiled_rule* rule) { return reads(*rule, slot); });
      if (read) advise(compiled().channels()[channel].old_price);
    }
  }

  // Not where the rule lacks its value: then nothing follows from the field.
  bool reads(const compiled_rule& rule, std::uint32_t slot) const {
    bool found = false;
    const auto look = [&](const term& one) { found = found || exact_.reads(one.of, slot); };
    if (is_bound(rule.effect)) {
      each_term(*rule.bound_in(request().currency), look);
      exact_bound<Number> made;
      return found && exact_.value_of(rule, made) == valued::value;
    }
    if (rule.effect != effect_kind::base && rule.effect != effect_kind::was) return false;
    const formula& value = *rule.value_in(request().currency);
    each_term(value, look);
    Number made;
    return found && exact_.value_of(value, made);
  }

  void advise(std::string_view code) { engine::advise(out_.advice_, code); }

  // The soft rules that a price may break: these bounds, and the plan's shapes but for those that are of no matter.
  struct broken_rules {
    const soft_intervals& bounds;
    std::span<const bool> no_matter;  // by soft shape
  };

  target_position position_of_target(const shape::stored_net& net) const {
    return position_of(exact_.target, exact_.in().unit_minor, net.restricts(), request().gross_factor);
  }

  // Where prices are few and far between, the unit itself moves the price.
  void advise_of_unit(const target_position& position, const shape::stored_net& net) {
    if (plan_->unit_only == nullptr) return;
    const std::int64_t nearest = position.nearer(shape::at_or_below(*plan_->unit_only, net, position.floor),
                                                 shape::at_or_above(*plan_->unit_only, net, position.ceiling));
    if (nearest == 0) return;
    const Number& target = exact_.target;
    const Number away = target < Number(nearest) ? Number(nearest) - target : target - Number(nearest);
    if (Number(20) * away > target) advise(unit_too_coarse_advice);
  }

  // A policy that asks for more than the limits allow gives no price rather than a wrong one.
  void beyond_limits(const char* what) {
    invalid("policy");
    out_.next_change_at_.reset();
    out_.invalid_.back() += std::string(": too many ") + what + " at once";
  }

  void incomplete() {
    out_.status_ = status::incomplete;
    detail::keep_each_once(out_.missing_);
    fall_back();
  }

  void fall_back() {
    const fallback wanted = compiled().falls_back_to();
    Number value;
    const bool found = wanted == fallback::reference ? exact_.reference(value).has_value()
                       : wanted == fallback::current ? exact_.field(slot::current, value)
                                                     : false;
    if (!found) return;
    const std::int64_t unit = exact_.in().unit_minor;
    const std::int64_t steps = (value / Number(unit)).rounded(rounding::half_up, max_amount_minor);
    if (steps > 0 && steps <= max_amount_minor / unit) out_.fallback_minor_ = steps * unit;
  }

  // The least of the announced former prices, rounded down; 0 where none is announced. Where the law has a window,
  // never above the lowest price in it.
  std::int64_t former_price() {
    const bool by_law = !plan_->was.empty() && exact_.in().former_price != nullptr;
    const presence prior = by_law ? request().fields[slot::lowest_prior].state : presence::absent;
    bool any = false;
    Number least;
    for (const compiled_rule* rule : plan_->was) {
      Number value;
      const bool lacks_prior = prior != presence::absent && prior != presence::present;
      if (lacks_prior && !rule->skip_if_missing()) lacking().field(slot::lowest_prior, out_.missing_);
      if (!exact_.value_of(*rule->value_in(request().currency), value)) {
        if constexpr (Listener::listens) hear_lacking(*rule);
        if (!rule->skip_if_missing()) lacking().rule(*rule, out_.missing_);
        continue;
      }
      if (lacks_prior) continue;
      if constexpr (Listener::listens) listener_.was(*rule, value);
      if (!any || value < least) least = value;
      any = true;
    }
    if (!any) return 0;
    const std::int64_t announced = least.rounded(rounding::down, max_amount_minor);
    if (!by_law) return announced;
    Number lowest;
    prior_missing_ = !exact_.field(slot::lowest_prior, lowest);
    if (prior_missing_) {
      if constexpr (Listener::listens) listener_.prior_missing();
      return 0;
    }
    const std::int64_t limit = lowest.rounded(rounding::down, max_amount_minor);
    if constexpr (Listener::listens) listener_.prior(limit);
    return std::min(announced, limit);
  }

  // The greatest price that could have been shown and is not above the former one; 0 where there is none.
  std::int64_t candidate_at_or_below(std::int64_t was, const shape::stored_net& net) const {
    if (was <= 0) return 0;
    if (!net.restricts()) return was / plan_->unit_minor * plan_->unit_minor;
    return plan_->unit_only == nullptr ? 0 : shape::at_or_below(*plan_->unit_only, net, was);
  }

  bool may_hold(const request_class& of) {
    if (!plan_->hold || request().fields[slot::current].state == presence::absent) return false;
    if (request().fields[slot::current].state != presence::present) {
      for (const compiled_rule* rule : plan_->hold_rules) {
        if constexpr (Listener::listens) hear_lacking(*rule);
        if (!rule->skip_if_missing()) lacking().rule(*rule, out_.missing_);
      }
      return false;
    }
    if constexpr (Listener::listens) listener_.may_hold(of);
    if (!of.timed) return true;
    if (!request().current_since) return false;
    return !of.last_boundary || *of.last_boundary <= *request().current_since;
  }

  bool keeps_current(std::int64_t p, std::int64_t& current, const minor_interval& feasible,
                     const shape::stored_net& net, const broken_rules& broken) const {
    Number exact;
    if (!exact_.field(slot::current, exact)) return false;
    if constexpr (Listener::listens) listener_.current(exact);
    constexpr std::int64_t limit = 2 * max_amount_minor;
    current = exact.rounded(rounding::down, limit);
    if (current != exact.rounded(rounding::up, limit) || !feasible.holds(current)) return false;
    if (!shape::contains(*plan_->required, current) || !net.possible(current)) return false;
    if (broken_strong(current, broken) > broken_strong(p, broken)) return false;
    const detail::int128 distance = current > p ? current - p : p - current;
    return distance * plan_->hold->denominator <= static_cast<detail::int128>(current) * plan_->hold->numerator;
  }

  std::size_t broken_strong(std::int64_t p, const broken_rules& of) const {
    std::size_t broken = 0;
    each_broken(p, 0, of, [&](const compiled_rule& rule) { broken += rule.strength() == strength::strong ? 1 : 0; });
    return broken;
  }

  // `has`: soft groups (bits) that p is known to have.
  template <class Each>
  void each_broken(std::int64_t p, std::uint32_t has, const broken_rules& of, const Each& each) const {
    for (const soft_interval& one : of.bounds) {
      if (!one.kept.holds(p)) each(*one.rule);
    }
    for (std::size_t i = 0; i < plan_->soft_shapes.size(); ++i) {
      const plan_shape& one = plan_->soft_shapes[i];
      if (!of.no_matter[i] && (has >> one.group & 1u) == 0 && !shape::contains(*one.alone, p)) each(*one.rule);
    }
  }

  // Goes through the required rules by id and drops each without which F stays empty.
  template <class Bounds>
  void conflict(const Bounds& bounds, const shape::stored_net& net) {
    struct entry {
      std::string_view id;
      const minor_interval* bound = nullptr;
      std::size_t shape = 0;
      bool in = true;
    };
    boost::container::small_vector<entry, 16> rules;
    for (const required_bound& one : bounds) rules.push_back({one.rule->id(), &one.kept});
    for (std::size_t i = 0; i < plan_->required_shapes.size(); ++i) {
      rules.push_back({plan_->required_shapes[i].rule->id(), nullptr, i});
    }
    std::sort(rules.begin(), rules.end(), [](const entry& a, const entry& b) { return a.id < b.id; });
    boost::container::small_vector<bool, 16> shapes(plan_->required_shapes.size(), true);
    memory_.plans().start_choice();
    const auto empty = [&] {
      minor_interval feasible;
      for (const entry& one : rules) {
        if (one.bound == nullptr || !one.in) continue;
        feasible.low = std::max(feasible.low, one.bound->low);
        feasible.high = std::min(feasible.high, one.bound->high);
      }
      if (feasible.low > feasible.high) return true;
      const shape::automaton* allowed = memory_.plans().required_subset(*plan_, {shapes.data(), shapes.size()});
      if (allowed == nullptr) return false;
      const std::int64_t found = shape::at_or_above(*allowed, net, feasible.low);
      return found == 0 || found > feasible.high;
    };
    const auto put = [&](entry& one, bool in) {
      one.in = in;
      if (one.bound == nullptr) shapes[one.shape] = in;
    };
    for (entry& one : rules) {
      put(one, false);
      if (!empty()) put(one, true);
    }
    if (memory_.plans().take_exceeded()) return beyond_limits("automaton states");
    out_.status_ = status::conflict;
    for (const entry& one : rules) {
      if (one.in) out_.conflict_.push_back(one.id);
    }
    fall_back();
  }

  void conclude(std::int64_t p, std::uint32_t has, std::int64_t former, const shape::stored_net& net,
                const broken_rules& broken) {
    out_.price_minor_ = p;
    if (prior_missing_) advise("prior-price-missing");
    bool compromised = false;
    each_broken(p, has, broken, [&](const compiled_rule& rule) {
      out_.relaxed_.push_back(rule.id());
      compromised = compromised || rule.strength() == strength::strong;
    });
    std::sort(out_.relaxed_.begin(), out_.relaxed_.end());
    out_.status_ = compromised ? status::compromised : status::priced;
    price_terms::split parts = price_terms(request()).of(p);
    if (net.restricts() && request().tax) {
      parts.net = net.net_for(p);
      parts.tax = p - parts.net;
    }
    out_.net_minor_ = parts.net;
    out_.tax_minor_ = parts.tax;
    if (const std::int64_t was = candidate_at_or_below(former, net); was > p) {
      out_.was_minor_ = was;
      out_.saving_rate_percent_ = static_cast<int>(100 * (static_cast<detail::int128>(was) - p) / was);
    }
    for (const plan::credit& one : plan_->credits) {
      out_.credits_.push_back({compiled().channels()[one.to].name, amount{share_of(p, one.rate), request().currency}});
    }
  }

  decision& out_;
  plan* plan_ = nullptr;
  bool prior_missing_ = false;
};

}  // namespace pricepoint::engine
