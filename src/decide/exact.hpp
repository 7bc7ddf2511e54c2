// SPDX-License-Identifier: Apache-2.0
// One decision: bound request and its class in, decision out. A template over the tier of arithmetic and over a
// listener: the plain evaluation has a silent one and pays nothing, an explanation has one that records.
//
// The order is the language's: withheld, at, base, target, plan, what is missing, F, t*, choice, hold, what to say.
#pragma once

#include <algorithm>
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
    out_.next_change_at_ = of.next_change_at;
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
    out_.clear();
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
    if (!by_hand) {
      for (const compiled_rule* rule : plan_->soft_bounds) {
        exact_bound<Number> made;
        if (take_bound(*rule, made)) soft.push_back({rule, made.minor()});
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
    const target_position position = position_of_target();
    const choice search(memory_.plans(), *plan_, net, position, feasible, soft);
    const std::int64_t star = search.star();
    if (star == 0) return conflict(required, net);
    // Soft rules count for nothing beside a price by hand.
    const choice::choice_made made = by_hand ? choice::choice_made{star, 0} : search.chosen(star);
    std::int64_t p = made.minor;
    std::uint32_t has = made.has;
    if (memory_.plans().take_exceeded()) return beyond_limits("automaton states");
    if constexpr (Listener::listens) listener_.choice(star, p, feasible, soft, net);

    std::int64_t current = 0;
    if (can_hold && keeps_current(p, current, feasible, net, soft, by_hand)) {
      p = current;
      has = 0;
      out_.held_ = true;
    }
    conclude(p, has, was, net, soft, by_hand);
  }

  target_position position_of_target() const {
    constexpr std::int64_t limit = 4 * max_amount_minor;
    const Number& target = exact_.target;
    return {target.rounded(rounding::down, limit), target.rounded(rounding::up, limit),
            (target + target).rounded(rounding::up, limit)};
  }

  // A policy that asks for more than the limits allow gives no price rather than a wrong one.
  void beyond_limits(const char* what) {
    invalid("policy");
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
    constexpr std::int64_t beyond = INT64_MAX - 1;  // what no longer fits is not announced
    const std::int64_t announced = least.rounded(rounding::down, beyond);
    if (!by_law) return announced == beyond ? 0 : announced;
    Number lowest;
    prior_missing_ = !exact_.field(slot::lowest_prior, lowest);
    if (prior_missing_) {
      if constexpr (Listener::listens) listener_.prior_missing();
      return 0;
    }
    const std::int64_t limit = lowest.rounded(rounding::down, beyond);
    if constexpr (Listener::listens) listener_.prior(limit);
    return std::min(announced, limit) == beyond ? 0 : std::min(announced, limit);
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
                     const shape::stored_net& net, const soft_intervals& soft, bool by_hand) const {
    Number exact;
    if (!exact_.field(slot::current, exact)) return false;
    if constexpr (Listener::listens) listener_.current(exact);
    constexpr std::int64_t limit = 2 * max_amount_minor;
    current = exact.rounded(rounding::down, limit);
    if (current != exact.rounded(rounding::up, limit) || !feasible.holds(current)) return false;
    if (!shape::contains(*plan_->required, current) || !net.possible(current)) return false;
    if (broken_strong(current, soft, by_hand) > broken_strong(p, soft, by_hand)) return false;
    const detail::int128 distance = current > p ? current - p : p - current;
    return distance * plan_->hold->denominator <= static_cast<detail::int128>(current) * plan_->hold->numerator;
  }

  std::size_t broken_strong(std::int64_t p, const soft_intervals& soft, bool by_hand) const {
    if (by_hand) return 0;
    std::size_t broken = 0;
    for (const soft_interval& one : soft) {
      if (one.rule->strength() == strength::strong && !one.kept.holds(p)) ++broken;
    }
    for (const plan_shape& one : plan_->soft_shapes) {
      if (one.rule->strength() == strength::strong && !shape::contains(*one.alone, p)) ++broken;
    }
    return broken;
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

  void conclude(std::int64_t p, std::uint32_t has, std::int64_t was, const shape::stored_net& net,
                const soft_intervals& soft, bool by_hand) {
    out_.price_minor_ = p;
    if (prior_missing_) {
      static constexpr std::string_view code = "prior-price-missing";
      const auto at = std::lower_bound(out_.advice_.begin(), out_.advice_.end(), code);
      if (at == out_.advice_.end() || *at != code) out_.advice_.insert(at, code);
    }
    bool compromised = false;
    if (!by_hand) {
      const auto relax = [&](const compiled_rule& rule) {
        out_.relaxed_.push_back(rule.id());
        compromised = compromised || rule.strength() == strength::strong;
      };
      for (const soft_interval& one : soft) {
        if (!one.kept.holds(p)) relax(*one.rule);
      }
      for (const plan_shape& one : plan_->soft_shapes) {
        if ((has >> one.group & 1u) == 0 && !shape::contains(*one.alone, p)) relax(*one.rule);
      }
      std::sort(out_.relaxed_.begin(), out_.relaxed_.end());
    }
    out_.status_ = compromised ? status::compromised : status::priced;
    price_terms::split parts = price_terms(request()).of(p);
    if (net.restricts() && request().tax) {
      parts.net = net.net_for(p);
      parts.tax = p - parts.net;
    }
    out_.net_minor_ = parts.net;
    out_.tax_minor_ = parts.tax;
    if (was > p) {
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
