// SPDX-License-Identifier: Apache-2.0
// One observed price against the rules that are on: which does it break. The evaluation of a decision without its
// search; a template over the tier of arithmetic.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/engine/target.hpp"
#include "pricepoint/engine/workspace.hpp"
#include "pricepoint/money/amount.hpp"

namespace pricepoint::auditing {

namespace language = pricepoint::policy_language;
using detail::fraction;
using engine::valued;

// Another offer of the group, for what is compared with single offers.
struct other_offer {
  std::string_view audience, segment, seller;
  std::uint32_t channel = 0;
  bool gross = true;
  fraction price;  // minor units
};

struct observed {
  fraction price;  // minor units, above 0
  bool whole = true;
  std::int64_t minor = 0;  // where it is whole
  bool is_public = true;   // neither audience nor segment
  std::span<const other_offer> others;
};

// Minor units; ends are rounded inwards.
struct broken_rule {
  const engine::compiled_rule* rule = nullptr;  // null: the unit of the market
  std::optional<std::int64_t> min{}, max{};
  bool has_against = false;
  std::optional<std::uint32_t> against{};  // a channel; nothing: the list price
  std::int64_t against_price = 0;          // rounded half up
  const other_offer* leaked = nullptr;
  std::optional<std::int64_t> headroom{};
  std::optional<std::int64_t> max_discount_e2{};
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
class checking : engine::target_finder<Number, engine::silent> {
 public:
  checking(engine::workspace& memory, const observed& what, engine::silent& nobody, check_result& out)
      : engine::target_finder<Number, engine::silent>(memory, nobody), what_(what), out_(out), price_(what.price) {}

  void run() {
    out_.clear();
    engine::cell& kind = memory_.find_cell();
    out_.next_change_at = kind.audit->next_change_at;
    knows_target_ = find_target(kind);
    const engine::plan& plan = knows_target_ ? this->plan_at_target(kind) : memory_.plan_without_target(kind);
    credit_total_ = plan.credit_total;
    if (!knows_target_) look_at_credits(kind);
    const bool by_hand = check(plan);
    if (!knows_target_) look_at_what_depends(kind, by_hand);
    if (!kind.audit->rules.empty() || !kind.audit->untimed.empty()) check_of_audits(*kind.audit);
    const std::int64_t unit = machine_.document().markets[request_.market].unit_minor;
    if (!what_.whole || (unit != 1 && what_.minor % unit != 0)) out_.broken.push_back({});
    if (depends_ || kind.needs_at) {
      out_.missing.insert(out_.missing.end(), target_lacks_.begin(), target_lacks_.end());
    }
  }

 private:
  using base_class = engine::target_finder<Number, engine::silent>;
  using base_class::lacking;
  using base_class::memory_;
  using engine::values<Number>::machine_;
  using engine::values<Number>::request_;
  using engine::values<Number>::target_;
  using engine::values<Number>::credit_total_;
  using engine::values<Number>::number;
  using engine::values<Number>::field;

  // Ends of bounds are told as they are up to here.
  static constexpr std::int64_t limit = INT64_MAX / 2;

  // ---- the target, or what depends on it

  bool find_target(engine::cell& kind) {
    if (kind.needs_at) {
      target_lacks_.emplace_back("at");
      return false;
    }
    Number base;
    if (!this->find_base(kind, base, target_lacks_)) return false;
    if (!this->in_range(base)) {
      target_lacks_.emplace_back("base");
      return false;
    }
    name_list counted;
    target_ = this->discounted(kind, base, counted);
    if (!this->in_range(target_)) {
      target_lacks_.emplace_back("target");
      return false;
    }
    return true;
  }

  static bool is_checked(const language::any_effect& what) {
    using namespace language::effect;
    return std::visit(
        [](const auto& one) {
          using effect = std::decay_t<decltype(one)>;
          return std::is_same_v<effect, price> || std::is_same_v<effect, gap> ||
                 std::is_same_v<effect, language::effect::floor> || std::is_same_v<effect, ceiling> ||
                 std::is_same_v<effect, margin> || std::is_same_v<effect, endings> ||
                 std::is_same_v<effect, multiple_of> || std::is_same_v<effect, avoid> ||
                 std::is_same_v<effect, prefer> || std::is_same_v<effect, withhold>;
        },
        what);
  }

  static bool asks_target(const engine::cell_rule& one) { return !one.when.empty() || !one.except.empty(); }

  void look_at_credits(const engine::cell& kind) {
    credits_depend_ = kind.audit->untimed_credits;
    kind.rules->each([&](const engine::cell_rule& one) {
      credits_depend_ = credits_depend_ || (asks_target(one) &&
                                            std::holds_alternative<language::effect::credit>(one.rule->source->effect));
    });
  }

  void look_at_what_depends(const engine::cell& kind, bool by_hand) {
    kind.rules->each([&](const engine::cell_rule& one) {
      const language::rule& rule = *one.rule->source;
      const bool soft = rule.strength != language::strength::required;
      depends_ = depends_ || (asks_target(one) && is_checked(rule.effect) && !(by_hand && soft));
    });
  }

  // ---- bounds, shapes, withhold

  void lacks(const engine::compiled_rule& rule) {
    if (!rule.source->skip_if_missing) lacking().rule(rule, out_.missing);
  }

  std::optional<std::int64_t> end(bool has, const Number& value, rounding mode) const {
    if (!has) return {};
    return value.rounded(mode, limit);
  }

  broken_rule broken(const engine::compiled_rule& rule, const engine::exact_bound<Number>& bound) const {
    broken_rule made{.rule = &rule};
    if (bound.never) return made;
    made.min = end(bound.has_low, bound.low, rounding::up);
    made.max = end(bound.has_high, bound.high, rounding::down);
    return made;
  }

  bool reads_target(const engine::compiled_rule& rule) const {
    const engine::program* code = rule.value.find(request_.currency);
    return code != nullptr && std::any_of(code->begin(), code->end(), [](const engine::instruction& one) {
             return one.op == engine::instruction::kind::target;
           });
  }

  // Whether the rule has a value here.
  bool check_bound(const engine::compiled_rule& rule) {
    const language::any_effect& effect = rule.source->effect;
    if (std::holds_alternative<language::effect::change>(effect)) return false;
    if (!knows_target_ &&
        (reads_target(rule) || (credits_depend_ && std::holds_alternative<language::effect::margin>(effect)))) {
      depends_ = true;
      engine::exact_bound<Number> unknown;
      if (this->bound(rule, unknown) == valued::lacks) lacks(rule);
      return false;
    }
    engine::exact_bound<Number> made;
    const valued state = this->bound(rule, made);
    if (state == valued::lacks) lacks(rule);
    if (state != valued::value) return false;
    if (made.holds(price_)) return true;
    const auto* gap = std::get_if<language::effect::gap>(&effect);
    if (gap == nullptr) {
      out_.broken.push_back(broken(rule, made));
      return true;
    }
    this->each_gap_price(*gap, [&](std::optional<std::uint32_t> channel, const Number& against) {
      engine::exact_bound<Number> part;
      this->add_gap(rule, *gap, against, part);
      if (part.holds(price_)) return;
      broken_rule one = broken(rule, part);
      one.has_against = true;
      one.against = channel;
      one.against_price = against.rounded(rounding::half_up, limit);
      out_.broken.push_back(one);
    });
    return true;
  }

  void check_shapes(const std::vector<engine::plan_shape>& shapes) {
    if (!what_.whole) return;  // such an amount cannot be written; that it is no multiple of the unit is said
    for (const engine::plan_shape& one : shapes) {
      if (one.alone == nullptr) {
        out_.missing.emplace_back("policy: too many automaton states at once");
      } else if (!shape::contains(*one.alone, what_.minor)) {
        out_.broken.push_back({.rule = one.rule});
      }
    }
  }

  // Whether a price by hand has its value.
  bool check(const engine::plan& plan) {
    bool by_hand = false;
    for (const engine::compiled_rule* rule : plan.prices) by_hand = check_bound(*rule) || by_hand;
    for (const engine::compiled_rule* rule : plan.required_bounds) check_bound(*rule);
    check_shapes(plan.required_shapes);
    // Soft rules count for nothing beside a price by hand.
    if (!by_hand) {
      for (const engine::compiled_rule* rule : plan.soft_bounds) check_bound(*rule);
      check_shapes(plan.soft_shapes);
    }
    if (plan.withheld) {
      for (const engine::compiled_rule* rule : plan.on) {
        if (std::holds_alternative<language::effect::withhold>(rule->source->effect)) {
          out_.broken.push_back({.rule = rule});
        }
      }
    }
    return by_hand;
  }

  // ---- what only audits look for

  void check_of_audits(const engine::audit_cell& kind) {
    const auto unknown_time = [&](const engine::cell_rule& one) { return applies(*one.rule); };
    if (std::any_of(kind.untimed.begin(), kind.untimed.end(), unknown_time)) out_.missing.emplace_back("at");
    for (const engine::cell_rule& one : kind.rules) {
      const engine::compiled_rule& rule = *one.rule;
      if (!applies(rule)) continue;
      if (!knows_target_ && asks_target(one)) {
        depends_ = true;
        continue;
      }
      if (!this->holds_at_target(one)) continue;
      const language::any_effect& effect = rule.source->effect;
      if (const auto* squeezed = std::get_if<language::effect::squeeze>(&effect)) squeeze(rule, *squeezed);
      if (const auto* leaked = std::get_if<language::effect::leak>(&effect)) leak(rule, *leaked);
      if (const auto* turned = std::get_if<language::effect::inverted>(&effect)) inverted(rule, *turned);
    }
  }

  // Whether the rule is about such an offer at all.
  bool applies(const engine::compiled_rule& rule) const {
    const language::any_effect& effect = rule.source->effect;
    if (const auto* one = std::get_if<language::effect::squeeze>(&effect)) return one->dealer != request_.channel;
    if (std::holds_alternative<language::effect::leak>(effect)) return what_.is_public;
    const auto& one = std::get<language::effect::inverted>(effect);
    // A member's price is one with an audience or a segment, or whatever the rule picks by channel, segment or
    // audience.
    if (!what_.is_public) return true;
    return one.to != request_.channel &&
           std::any_of(rule.when.begin(), rule.when.end(), [](const engine::compiled_condition& asked) {
             using language::subject;
             return asked.source->subject == subject::channel || asked.source->subject == subject::segment ||
                    asked.source->subject == subject::audience;
           });
  }

  void squeeze(const engine::compiled_rule& rule, const language::effect::squeeze& asked) {
    const std::uint32_t dealer_slot = machine_.channel_slot(asked.dealer);
    Number wholesale;
    Number cost;
    Number dealer_price;
    const bool known = field(rule.wholesale, false, wholesale) && field(rule.own_cost, false, cost) &&
                       field(dealer_slot, false, dealer_price);
    if (!known || (request_.gross && !request_.tax)) {
      if (rule.source->skip_if_missing) return;
      for (const std::uint32_t one : {rule.wholesale, rule.own_cost, dealer_slot}) {
        lacking().field(one, false, out_.missing);
      }
      if (request_.gross && !request_.tax) out_.missing.emplace_back("tax");
      return;
    }
    const Number gross = request_.gross ? number(request_.gross_factor) : Number(1);
    const Number kept = Number(1) - number(rule.min_rate);
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
    made.max_discount_e2 = ((Number(1) - spent / keeps) * Number(10'000)).rounded(rounding::down, limit);
    out_.broken.push_back(made);
  }

  void leak(const engine::compiled_rule& rule, const language::effect::leak& asked) {
    const other_offer* found = nullptr;
    for (const other_offer& one : what_.others) {
      if (one.audience != asked.from && one.segment != asked.from) continue;
      Number there(one.price);
      if (one.gross != request_.gross) {
        if (!request_.tax) continue;
        there = request_.gross ? there * number(request_.gross_factor) : there / number(request_.gross_factor);
      }
      if (!(there == price_)) continue;
      // Channels are numbered by name.
      if (found == nullptr || std::pair(one.channel, one.seller) < std::pair(found->channel, found->seller)) {
        found = &one;
      }
    }
    if (found == nullptr) return;
    broken_rule made{.rule = &rule};
    made.has_against = true;
    made.against = found->channel;
    made.against_price = price_.rounded(rounding::half_up, limit);
    made.leaked = found;
    out_.broken.push_back(made);
  }

  void inverted(const engine::compiled_rule& rule, const language::effect::inverted& asked) {
    const std::uint32_t slot = machine_.channel_slot(asked.to);
    Number there;
    if (!field(slot, false, there)) {
      if (!rule.source->skip_if_missing) lacking().field(slot, false, out_.missing);
      return;
    }
    if (price_ <= there) return;
    broken_rule made{.rule = &rule};
    made.max = there.rounded(rounding::down, limit);
    made.has_against = true;
    made.against = asked.to;
    made.against_price = there.rounded(rounding::half_up, limit);
    out_.broken.push_back(made);
  }

  const observed& what_;
  check_result& out_;
  Number price_;
  bool knows_target_ = false;
  bool depends_ = false;         // something that is to be checked
  bool credits_depend_ = false;  // on the target
  std::vector<std::string> target_lacks_;
};

// The out-of-line path over big integers (src/audit/big.cpp).
void check_big(engine::workspace& memory, const observed& what, check_result& out);

}  // namespace pricepoint::auditing
