// SPDX-License-Identifier: Apache-2.0
// From a cell to the target: the base and the discounts taken off. Decisions and audits both begin with it.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "pricepoint/engine/missing.hpp"
#include "pricepoint/engine/values.hpp"
#include "pricepoint/engine/workspace.hpp"

namespace pricepoint::engine {

// Hears everything and keeps nothing. A listener that records has `listens` true and the same members.
struct silent {
  static constexpr bool listens = false;
};

template <class Number, class Listener>
class target_finder : protected values<Number> {
 public:
  target_finder(workspace& memory, Listener& listener)
      : values<Number>(memory.compiled(), memory.bound()), memory_(memory), listener_(listener) {}

 protected:
  using values<Number>::machine_;
  using values<Number>::request_;
  using values<Number>::number;
  using values<Number>::reference;
  using values<Number>::value_of;
  using values<Number>::target_;

  missing_names lacking() const { return {machine_, request_}; }

  static bool in_range(const Number& value) { return value.sign() > 0 && !(value > Number(max_amount_minor)); }

  // False where there is none; what it lacks is then added to the names.
  bool find_base(const cell& kind, Number& base, std::vector<std::string>& lacks) {
    for (const compiled_rule* rule : kind.bases) {
      if (value_of(*rule, base)) {
        memory_.use_base(rule);
        if constexpr (Listener::listens) listener_.base(rule, base);
        return true;
      }
      if constexpr (Listener::listens) hear_lacking(*rule);
      if (rule->source->skip_if_missing) continue;
      lacking().rule(*rule, lacks);
      return false;
    }
    if (reference(base)) {
      if constexpr (Listener::listens) listener_.base(nullptr, base);
      return true;
    }
    lacking().reference(lacks);
    return false;
  }

  struct combined {
    Number target;
    name_list counted;
  };

  Number taken_off(const discount_term& term, const Number& base) const {
    return term.money ? number(term.value) : base * number(term.value);
  }

  combined combine(const cell& kind, const Number& base) const {
    combined all{.target = base, .counted = {}};
    const bool compound = machine_.document().discounts == language::combine::compound;
    Number sum(0);
    Number product(1);
    Number money(0);
    for (const auto& group : kind.groups) {
      const discount_term* best = nullptr;
      for (const discount_term& term : group) {  // by id: of equal ones the first stays
        if (best == nullptr || taken_off(term, base) > taken_off(*best, base)) best = &term;
      }
      all.counted.push_back(best->rule->id());
      if (best->money) {
        money = money + number(best->value);
      } else if (compound) {
        product = product * (Number(1) - number(best->value));
      } else {
        sum = sum + number(best->value);
      }
    }
    all.target = base * (compound ? product : Number(1) - sum) - money;
    const discount_term* best = nullptr;
    for (const discount_term& term : kind.exclusive) {
      if (best == nullptr || taken_off(term, base) > taken_off(*best, base)) best = &term;
    }
    if (best != nullptr && taken_off(*best, base) > base - all.target) {
      all.target = base - taken_off(*best, base);
      all.counted.assign(1, best->rule->id());
    }
    std::sort(all.counted.begin(), all.counted.end());
    return all;
  }

  static bool all_rates(const cell& kind) {
    const auto rate = [](const discount_term& term) { return !term.money; };
    return std::all_of(kind.exclusive.begin(), kind.exclusive.end(), rate) &&
           std::all_of(kind.groups.begin(), kind.groups.end(),
                       [&](const auto& group) { return std::all_of(group.begin(), group.end(), rate); });
  }

  // For listeners: what a rule lacks, skipped or not.
  void hear_lacking(const compiled_rule& rule) {
    if constexpr (Listener::listens) {
      std::vector<std::string> names;
      lacking().rule(rule, names);
      listener_.lacks(rule, std::move(names));
    }
  }

  // For listeners: every discount that is on, measured on the base, whether it counts or not.
  void hear_discounts(const cell& kind, const Number& base) {
    if constexpr (Listener::listens) {
      for (std::size_t group = 0; group < kind.groups.size(); ++group) {
        for (const discount_term& term : kind.groups[group]) listener_.discount(term, group, taken_off(term, base));
      }
      for (const discount_term& term : kind.exclusive) {
        listener_.discount(term, kind.groups.size(), taken_off(term, base));
      }
    }
  }

  // The target; `counted` gets the ids that count in it.
  Number discounted(cell& kind, const Number& base, name_list& counted) {
    if constexpr (Listener::listens) hear_discounts(kind, base);
    if (kind.groups.empty() && kind.exclusive.empty()) return base;
    if constexpr (requires(const Number& one) { one.lowest(); }) {
      // Rates alone give one factor for every base above zero.
      if (!kind.factor && all_rates(kind)) {
        combined made = combine(kind, Number(1));
        kind.factor = made.target.lowest();
        kind.discounts = std::move(made.counted);
      }
      if (kind.factor) {
        counted = kind.discounts;
        return base * number(*kind.factor);
      }
    }
    combined made = combine(kind, base);
    counted = std::move(made.counted);
    return made.target;
  }

  bool all_hold(const std::vector<target_range>& ranges) const {
    return std::all_of(ranges.begin(), ranges.end(), [&](const target_range& one) {
      return (!one.from || target_ >= number(*one.from)) && (!one.below || target_ < number(*one.below));
    });
  }

  // Whether the conditions of a rule of the cell that ask about the target hold at it.
  bool holds_at_target(const cell_rule& rule) const {
    return all_hold(rule.when) &&
           std::none_of(rule.except.begin(), rule.except.end(), [&](const auto& object) { return all_hold(object); });
  }

  // The plan of the target.
  plan& plan_at_target(cell& kind) const {
    const std::vector<fraction>& cuts = kind.rules->cuts;
    const auto segment = std::upper_bound(cuts.begin(), cuts.end(), target_,
                                          [&](const Number& t, const fraction& cut) { return t < number(cut); });
    return memory_.find_plan(kind, static_cast<std::size_t>(segment - cuts.begin()));
  }

  workspace& memory_;
  Listener& listener_;
};

}  // namespace pricepoint::engine
