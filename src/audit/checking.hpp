// SPDX-License-Identifier: Apache-2.0
// One observed price against the rules that are on: which of them does it break? It is the evaluation of a decision
// without the search for a price; a template over the tier of arithmetic.
//
//   checking<detail::fast_exact>(memory, observed, nobody, result).run();  // the workspace is bound to the offer
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "audit/comparing.hpp"
#include "audit/observed.hpp"
#include "decide/target_calculation.hpp"
#include "decide/workspace.hpp"
#include "pricepoint/money/amount.hpp"
#include "pricepoint/shape/search.hpp"

namespace pricepoint::auditing {

using engine::compiled_rule;
using engine::effect_kind;
using engine::valued;

// Minor units; ends are rounded inwards.
struct broken_rule {
  const compiled_rule* rule = nullptr;  // null: the unit of the market
  std::optional<std::int64_t> min{}, max{};
  bool has_against = false;
  std::optional<std::uint32_t> against{};       // a channel; empty for the list price
  std::optional<std::int64_t> against_price{};  // rounded half up; nothing where this display shows none
  const other_offer* leaked = nullptr;
  std::optional<std::int64_t> headroom{};
  std::optional<std::int64_t> max_discount_bp{};
  // What the whole rule allows, to ask of another price than the observed one.
  engine::minor_interval allows{};
  const shape::automaton* looks = nullptr;  // of a shape; lives as long as the plan

  bool holds_at(std::int64_t minor) const {
    return looks != nullptr ? shape::contains(*looks, minor) : allows.holds(minor);
  }
};

struct check_result {
  std::vector<broken_rule> broken;  // in no order
  std::vector<std::string> missing;
  std::optional<instant> next_change_at;

  void clear() {
    broken.clear();
    missing.clear();
    next_change_at.reset();
  }
};

template <class Number>
class checking : engine::target_calculation<Number, engine::silent> {
 public:
  checking(engine::workspace& memory, const observed& what, engine::silent& nobody, check_result& out)
      : base_class(memory, nobody), what_(what), out_(out), price_(what.price) {}

  void run() {
    out_.clear();
    engine::request_class& of = memory_.find_class();
    out_.next_change_at = of.audit->next_change_at;
    knows_target_ = find_target(of);
    const engine::plan& plan = knows_target_ ? this->plan_at_target(of) : memory_.plans().without_target(of);
    exact_.credit_total = plan.credit_total;
    if (!knows_target_) look_at_credits(of);
    const bool by_hand = check(plan);
    if (!knows_target_) look_at_what_depends(of, by_hand);
    if (!of.audit->rules.empty() || !of.audit->untimed.empty()) check_of_audits(*of.audit);
    const std::int64_t unit = exact_.in().unit_minor;
    if (!what_.whole || (unit != 1 && what_.minor % unit != 0)) out_.broken.push_back({});
    if (depends_ || of.needs_at) {
      out_.missing.insert(out_.missing.end(), target_lacks_.begin(), target_lacks_.end());
    }
  }

 private:
  using base_class = engine::target_calculation<Number, engine::silent>;
  using base_class::compiled;
  using base_class::exact_;
  using base_class::lacking;
  using base_class::memory_;
  using base_class::request;

  // Ends of bounds are reported as they are up to here.
  static constexpr std::int64_t limit = INT64_MAX / 2;

  // ---- the target, or what depends on it

  bool find_target(engine::request_class& of) {
    if (of.needs_at) {
      target_lacks_.emplace_back("at");
      return false;
    }
    Number base;
    if (!this->find_base(of, base, target_lacks_)) return false;
    if (!this->in_range(base)) {
      target_lacks_.emplace_back("base");
      return false;
    }
    name_list counted;
    exact_.target = this->discounted(of, base, counted);
    if (!this->in_range(exact_.target)) {
      target_lacks_.emplace_back("target");
      return false;
    }
    return true;
  }

  static bool is_checked(effect_kind what) {
    if (engine::is_bound(what)) return what != effect_kind::change;
    return engine::is_shape(what) || what == effect_kind::withhold;
  }

  void look_at_credits(const engine::request_class& of) {
    credits_depend_ = of.audit->untimed_credits;
    of.rules->each([&](const engine::class_rule& one) {
      credits_depend_ = credits_depend_ || (one.asks_target() && one.rule->effect == effect_kind::credit);
    });
  }

  void look_at_what_depends(const engine::request_class& of, bool by_hand) {
    of.rules->each([&](const engine::class_rule& one) {
      const bool counts = one.rule->is_required() || !by_hand;
      depends_ = depends_ || (one.asks_target() && is_checked(one.rule->effect) && counts);
    });
  }

  // ---- bounds, shapes, withhold

  void lacks(const compiled_rule& rule) {
    if (!rule.skip_if_missing()) lacking().rule(rule, out_.missing);
  }

  std::optional<std::int64_t> end(bool has, const Number& value, rounding mode) const {
    if (!has) return {};
    return value.rounded(mode, limit);
  }

  // `whole`: what all of the rule asks for, where the bound is a part of it.
  broken_rule broken(const compiled_rule& rule, const engine::exact_bound<Number>& bound,
                     const engine::exact_bound<Number>& whole) const {
    broken_rule made{.rule = &rule};
    made.allows = whole.minor();
    const bool none_above_zero = bound.has_high && bound.high.sign() <= 0;
    const bool crossed = bound.has_low && bound.has_high && bound.low > bound.high;
    if (bound.never || none_above_zero || crossed) return made;  // no price satisfies it, so it has no ends
    made.min = end(bound.has_low, bound.low, rounding::up);
    made.max = end(bound.has_high, bound.high, rounding::down);
    return made;
  }

  // Whether the rule has a value here. `idle`: soft, and beside a price by hand, so that nothing is said of what it
  // lacks.
  bool check_bound(const compiled_rule& rule, bool idle = false) {
    if (rule.effect == effect_kind::change) return false;
    const engine::bound& asks = *rule.bound_in(request().currency);
    if (!knows_target_ && (asks.reads(engine::symbol::kind::target) || (credits_depend_ && asks.is_margin()))) {
      if (idle) return false;
      depends_ = true;
      engine::exact_bound<Number> unknown;
      if (exact_.value_of(asks, unknown) == valued::lacks) lacks(rule);
      return false;
    }
    engine::exact_bound<Number> made;
    const valued state = exact_.value_of(asks, made);
    if (state == valued::lacks && !idle) lacks(rule);
    if (state != valued::value) return false;
    if (made.holds(price_)) return true;
    if (rule.effect != effect_kind::gap) {
      out_.broken.push_back(broken(rule, made, made));
      return true;
    }
    exact_.each_partner(rule, [&](std::uint32_t slot, const Number& against, const engine::exact_bound<Number>& part) {
      if (part.holds(price_)) return;
      broken_rule one = broken(rule, part, made);
      one.has_against = true;
      if (slot != engine::slot::list) one.against = slot - engine::slot::first_channel;
      one.against_price = against.rounded(rounding::half_up, limit);
      out_.broken.push_back(one);
    });
    return true;
  }

  void check_shapes(const std::vector<engine::plan_shape>& shapes) {
    if (!what_.whole) return;  // no shape has such an amount, and the broken unit is reported already
    for (const engine::plan_shape& one : shapes) {
      if (one.alone == nullptr) {
        out_.missing.emplace_back("policy: too many automaton states at once");
      } else if (!shape::contains(*one.alone, what_.minor)) {
        out_.broken.push_back({.rule = one.rule, .looks = one.alone});
      }
    }
  }

  // Whether a price by hand has its value.
  bool check(const engine::plan& plan) {
    bool by_hand = false;
    for (const compiled_rule* rule : plan.prices) by_hand = check_bound(*rule) || by_hand;
    for (const compiled_rule* rule : plan.required_bounds) check_bound(*rule);
    check_shapes(plan.required_shapes);
    // A price that is set by hand may look as it likes, and lose money with a warning.
    for (const compiled_rule* rule : plan.soft_bounds) check_bound(*rule, by_hand);
    if (!by_hand) check_shapes(plan.soft_shapes);
    if (plan.withheld) {
      for (const compiled_rule* rule : plan.on) {
        if (rule->effect == effect_kind::withhold) out_.broken.push_back({.rule = rule});
      }
    }
    return by_hand;
  }

  // ---- what only audits look for

  void check_of_audits(const engine::audit_class& of) {
    const auto unknown_time = [&](const engine::class_rule& one) { return applies(*one.rule); };
    if (std::any_of(of.untimed.begin(), of.untimed.end(), unknown_time)) out_.missing.emplace_back("at");
    for (const engine::class_rule& one : of.rules) {
      const compiled_rule& rule = *one.rule;
      if (!applies(rule)) continue;
      if (!knows_target_ && one.asks_target()) {
        depends_ = true;
        continue;
      }
      if (!one.holds_at(exact_.target)) continue;
      if (const auto* asked = std::get_if<engine::squeeze_effect>(&rule.says)) squeeze(rule, *asked);
      if (const auto* asked = std::get_if<engine::leak_effect>(&rule.says)) leak(rule, *asked);
      if (const auto* asked = std::get_if<engine::inverted_effect>(&rule.says)) inverted(rule, *asked);
    }
  }

  // Whether the rule is about such an offer at all.
  bool applies(const compiled_rule& rule) const {
    if (const auto* one = std::get_if<engine::squeeze_effect>(&rule.says)) return one->dealer != request().channel;
    if (rule.effect == effect_kind::leak) return what_.is_public;
    // A member's price is one with an audience or a segment, or whatever the rule picks by channel, segment or
    // audience.
    if (!what_.is_public) return true;
    return std::get<engine::inverted_effect>(rule.says).to != request().channel &&
           std::any_of(rule.when.begin(), rule.when.end(), [](const engine::compiled_condition& asked) {
             using engine::subject;
             return asked.about() == subject::channel || asked.about() == subject::segment ||
                    asked.about() == subject::audience;
           });
  }

  void squeeze(const compiled_rule& rule, const engine::squeeze_effect& asked) {
    const std::uint32_t dealer_slot = compiled().channel_slot(asked.dealer);
    Number wholesale;
    Number cost;
    Number dealer_price;
    const bool known = exact_.field(asked.wholesale, wholesale) && exact_.field(asked.own_cost, cost) &&
                       exact_.field(dealer_slot, dealer_price);
    if (!known || (request().gross && !request().tax)) {
      if (rule.skip_if_missing()) return;
      for (const std::uint32_t one : {asked.wholesale, asked.own_cost, dealer_slot}) {
        lacking().field(one, out_.missing);
      }
      lacking().tax(out_.missing);
      return;
    }
    const Number gross = request().gross ? Number(request().gross_factor) : Number(1);
    const Number kept = Number(1) - Number(asked.margin);
    const Number spent = wholesale + cost;
    const Number least = spent / kept * gross;  // the displayed price that just leaves the margin
    if (price_ >= least) return;
    broken_rule made{.rule = &rule};
    made.min = least.rounded(rounding::up, limit);
    made.has_against = true;
    made.against = asked.dealer;
    made.against_price = dealer_price.rounded(rounding::half_up, limit);
    const Number keeps = kept * dealer_price / gross;
    made.headroom = (keeps - spent).rounded(rounding::down, limit);
    made.max_discount_bp = ((Number(1) - spent / keeps) * Number(10'000)).rounded(rounding::down, limit);
    out_.broken.push_back(made);
  }

  void leak(const compiled_rule& rule, const engine::leak_effect& asked) {
    // Of several the first by channel, which are numbered by name, then by seller; then the highest.
    const other_offer* found = nullptr;
    const auto before = [](const other_offer& a, const other_offer& b) {
      return std::tie(a.channel, a.seller, b.price) < std::tie(b.channel, b.seller, a.price);
    };
    for (const other_offer& one : what_.others) {
      if (one.audience != asked.from && one.segment != asked.from) continue;
      compared_prices both{what_.price, one.price};
      if (one.gross != request().gross) {
        const auto shown = on_gross_display(request(), what_.price, one.price, exact_.in().unit_minor);
        if (!shown) continue;
        both = *shown;
      }
      if (both.here <= both.there && (found == nullptr || before(one, *found))) found = &one;
    }
    if (found == nullptr) return;
    broken_rule made{.rule = &rule};
    made.has_against = true;
    made.against = found->channel;
    std::optional<fraction> seen_here = found->price;
    if (found->gross != request().gross) {
      seen_here =
          engine::on_other_display(found->price, request().gross_factor, request().gross, exact_.in().unit_minor);
    }
    if (seen_here) made.against_price = Number(*seen_here).rounded(rounding::half_up, limit);
    made.leaked = found;
    out_.broken.push_back(made);
  }

  void inverted(const compiled_rule& rule, const engine::inverted_effect& asked) {
    const std::uint32_t slot = compiled().channel_slot(asked.to);
    Number there;
    if (!exact_.field(slot, there)) {
      if (!rule.skip_if_missing()) lacking().field(slot, out_.missing);
      return;
    }
    Number most = there;
    if (const fraction* observed = what_.carried_from_other_display(asked.to, request().gross)) {
      const std::int64_t unit = exact_.in().unit_minor;
      const auto both = on_gross_display(request(), what_.price, *observed, unit);
      if (!both || both->here <= both->there) return;
      // A net price that this one shows as may be above it once the tax is added.
      if (!request().gross) {
        const auto shown =
            on_gross_display(request(), fraction{there.rounded(rounding::down, limit), 1}, *observed, unit);
        if (shown && shown->here > shown->there) most = there - Number(unit);
      }
    } else if (price_ <= there) {
      return;
    }
    broken_rule made{.rule = &rule};
    if (most.sign() > 0) made.max = most.rounded(rounding::down, limit);
    made.has_against = true;
    made.against = asked.to;
    made.against_price = there.rounded(rounding::half_up, limit);
    out_.broken.push_back(made);
  }

  const observed& what_;
  check_result& out_;
  Number price_;
  bool knows_target_ = false;
  bool depends_ = false;         // whether something that is to be checked depends on the target
  bool credits_depend_ = false;  // whether credits do
  std::vector<std::string> target_lacks_;
};

// The out-of-line path over big integers (src/audit/big.cpp).
void check_big(engine::workspace& memory, const observed& what, check_result& out);

}  // namespace pricepoint::auditing
