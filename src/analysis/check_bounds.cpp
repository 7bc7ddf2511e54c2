// SPDX-License-Identifier: Apache-2.0
// Bounds that leave no price, alone or two together, and soft ones that can never be kept together. Entry:
// check_bounds. Test: tests/unit/analysis/check_test.cpp.
#include <algorithm>
#include <map>

#include "analysis/bounds.hpp"
#include "text/each_once.hpp"

namespace pricepoint::analysis {

namespace {

using engine::effect_kind;
using engine::is_bound;
using engine::is_shape;

class bound_check {
 public:
  explicit bound_check(checker& to) : to_(to), proofs_(to), margins_(proofs_) {}

  void run() {
    std::vector<const compiled_rule*> limits;
    for (const compiled_rule& one : to_.compiled.rules()) {
      if (one.of_market()) continue;
      if (is_bound(one.effect) || (is_shape(one.effect) && one.is_required())) limits.push_back(&one);
    }
    for (const compiled_rule* one : limits) alone(*one);
    const partners all(to_.compiled, limits);
    std::size_t pairs = 0;
    all.visit([&](const compiled_rule& a, const compiled_rule& b) {
      if (++pairs > to_.options.limits.max_pairs) {
        to_.note_limit("bounds that contradict each other: more pairs of rules than the limit");
        return false;
      }
      if (meet(a, b)) pair(a, b, all);
      return true;
    });
  }

 private:
  // The variables that a rule has lines in, so that pairs that cannot contradict each other are left out.
  struct summary {
    std::vector<variable> variables;  // sorted
    bool shape = false;
  };

  // A plain amount is a constant everywhere, and there is nothing more to read: a policy may set a hundred thousand
  // prices by hand.
  static bool is_plain_amount(const compiled_rule& rule) {
    bool any = false;
    bool plain = true;
    rule.bounds().bounds.each([&](const engine::bound& in_currency) {
      any = true;
      for (const engine::bound_end& end : in_currency.ends) plain = plain && end.value.is_constant();
    });
    return any && plain;
  }

  const summary& summary_of(const compiled_rule& rule) {
    const auto [place, fresh] = summaries_.try_emplace(&rule);
    summary& made = place->second;
    if (!fresh) return made;
    made.shape = is_shape(rule.effect);
    if (made.shape) return made;
    if (is_plain_amount(rule)) {
      made.variables.push_back(variables::constant);
      return made;
    }
    for (std::uint32_t market = 0; market < to_.markets(); ++market) {
      for (std::uint32_t channel = 0; channel < to_.channels(); ++channel) {
        if (!to_.where.applies_in(rule, market, channel)) continue;
        const auto read = proofs_.reader(market, channel).read(rule);
        if (!read) continue;
        for (const auto* list : {&read->lows, &read->highs}) {
          for (const line& one : *list) made.variables.push_back(one.of);
        }
      }
    }
    detail::keep_each_once(made.variables);
    return made;
  }

  bool meet(const compiled_rule& a, const compiled_rule& b) {
    if (is_shape(a.effect) && is_shape(b.effect)) return false;
    const summary& left = summary_of(a);
    const summary& right = summary_of(b);
    const auto has = [](const summary& in, variable one) {
      return std::binary_search(in.variables.begin(), in.variables.end(), one);
    };
    if (left.shape || right.shape) return has(left.shape ? right : left, variables::constant);
    if (has(left, variables::constant) && has(right, variables::target)) return true;
    if (has(left, variables::target) && has(right, variables::constant)) return true;
    return std::any_of(left.variables.begin(), left.variables.end(), [&](variable one) { return has(right, one); });
  }

  // One rule that leaves no price by itself.
  void alone(const compiled_rule& rule) {
    if (!rule.is_required() || is_shape(rule.effect)) return;
    const bool margin = rule.effect == effect_kind::margin;
    const char* code = margin ? codes::impossible_margin : codes::bounds_contradict;
    if (!to_.wants(code)) return;
    check_finding* found = nullptr;
    const std::string id = in_quotes(rule.id());
    proofs_.places({&rule}, [&](std::uint32_t market, std::uint32_t channel) {
      const auto read = proofs_.reader(market, channel).read(rule);
      if (!read) return true;
      if (read->never) {
        const contradiction spent{variables::spent, {}};
        proofs_.prove_conflict({&rule}, spent, market, channel, code,
                               id + " can be kept by no price on " + to_.place(market, channel) +
                                   ": tax, fee, credits and margin leave nothing to pay the cost with",
                               "a margin is a share of the price without tax, after fee and credits: ask for less",
                               found);
        return true;
      }
      if (margin) margins_.check(rule, market, channel, found);
      const std::int64_t unit = to_.compiled.markets()[market].unit_minor;
      lines positive;
      positive.lows.push_back({variables::constant, 0, fast_exact(unit)});
      auto of = contradiction_of(*read, *read, unit);
      if (!of) of = contradiction_of(positive, *read, unit);
      if (!of || of->targets) return true;
      proofs_.prove_conflict({&rule}, *of, market, channel, codes::bounds_contradict,
                             id + " leaves no price on " + to_.place(market, channel) + proofs_.sentence(*of),
                             is_free(rule, market) ? "prices are above zero; a free product is not priced"
                             : unit > 1 ? "prices there are multiples of " + figure(unit, to_.where.currency_of(market))
                                        : "a price is above zero; look at its ends",
                             found);
      return true;
    });
  }

  // A price of 0.
  bool is_free(const compiled_rule& rule, std::uint32_t market) const {
    if (rule.effect != effect_kind::price) return false;
    const engine::bound* of = rule.bound_in(to_.where.currency_of(market));
    return of != nullptr && std::all_of(of->ends.begin(), of->ends.end(), [](const engine::bound_end& one) {
             return one.value.is_constant() && one.value.value.constant.numerator == 0;
           });
  }

  void pair(const compiled_rule& a, const compiled_rule& b, const partners& all) {
    if (is_shape(a.effect) || is_shape(b.effect)) {
      const compiled_rule& looks = is_shape(a.effect) ? a : b;
      const compiled_rule& limit = is_shape(a.effect) ? b : a;
      if (limit.is_required()) check_shape_between(proofs_, {&limit}, looks);
      return;
    }
    const bool required = a.is_required() && b.is_required();
    if (!to_.wants(required ? codes::bounds_contradict : codes::never_together)) return;
    if (!contradict(a, b, required) || !floor_and_ceiling(a, b)) return;
    for (const compiled_rule* one : all.general()) {
      if (is_shape(one->effect)) check_shape_between(proofs_, {&a, &b}, *one);
    }
  }

  static bool floor_and_ceiling(const compiled_rule& a, const compiled_rule& b) {
    return (a.effect == effect_kind::floor && b.effect == effect_kind::ceiling) ||
           (a.effect == effect_kind::ceiling && b.effect == effect_kind::floor);
  }

  // Reports where the two contradict each other. True where both are required and leave a price in some market and on
  // some channel.
  bool contradict(const compiled_rule& a, const compiled_rule& b, bool required) {
    check_finding* found = nullptr;
    check_finding* partly = nullptr;
    const std::string ids = in_quotes(a.id()) + " and " + in_quotes(b.id());
    bool leave_some = false;
    // A price by hand is always required, and whoever wrote one means it.
    const bool by_hand = a.effect == effect_kind::price || b.effect == effect_kind::price;
    proofs_.places({&a, &b}, [&](std::uint32_t market, std::uint32_t channel) {
      const auto left = proofs_.reader(market, channel).read(a);
      const auto right = proofs_.reader(market, channel).read(b);
      if (!left || !right) return true;
      const std::int64_t unit = to_.compiled.markets()[market].unit_minor;
      auto of = contradiction_of(*left, *right, unit);
      if (!of) of = contradiction_of(*right, *left, unit);
      if (!of) {
        leave_some = leave_some || required;
        return true;
      }
      if (!required) {
        if (!of->targets) soft(a, b, *of, market, channel, found);
      } else if (of->targets) {
        proofs_.prove_conflict(
            {&a, &b}, *of, market, channel, codes::bounds_contradict_for_some,
            ids + " leave no price on " + to_.place(market, channel),
            by_hand ? "let one of them be off for these targets" : "let one of them be off for these targets, or soft",
            partly);
      } else {
        proofs_.prove_conflict({&a, &b}, *of, market, channel, codes::bounds_contradict,
                               ids + " leave no price on " + to_.place(market, channel) + proofs_.sentence(*of),
                               by_hand ? "where both are on every decision is a conflict: except one of them there"
                                       : "where both are on every decision is a conflict: except one of them there, "
                                         "or make it soft",
                               found);
      }
      return true;
    });
    return leave_some;
  }

  // Bounds of which at least one is soft: both can never be kept.
  void soft(const compiled_rule& a, const compiled_rule& b, const contradiction& of, std::uint32_t market,
            std::uint32_t channel, check_finding*& found) {
    // The language lets a price by hand overrule all soft rules.
    if (a.effect == effect_kind::price || b.effect == effect_kind::price) return;
    query wanted;
    add_on(wanted, a);
    add_on(wanted, b);
    const auto shown = to_.where.find(wanted, market, channel);
    if (!shown) return;
    sample witness = to_.probe.start(*shown);
    const auto holds = [&](const decision& made) { return any_relaxed(made, {&a, &b}); };
    if (!proofs_.prove(witness, proofs_.aim_of(*shown, of, to_.where.currency_of(market)), of, holds)) return;
    if (found == nullptr) {
      const compiled_rule& later = a.index < b.index ? b : a;
      found = &to_.add(codes::never_together, later.source->effect_offset,
                       in_quotes(a.id()) + " and " + in_quotes(b.id()) + " can never be kept together on " +
                           to_.place(market, channel) + proofs_.sentence(of),
                       "the soft one of them is broken wherever both are on: except it there", {&a, &b});
      found->witnesses.push_back(to_.probe.json_of(witness));
      found->shows = "relaxed has one of them";
    }
    to_.at(*found, market, channel);
  }

  checker& to_;
  bound_proofs proofs_;
  credited_margins margins_;
  std::map<const compiled_rule*, summary> summaries_;
};

}  // namespace

void check_bounds(checker& to) { bound_check(to).run(); }

}  // namespace pricepoint::analysis
