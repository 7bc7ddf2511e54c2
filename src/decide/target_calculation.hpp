// SPDX-License-Identifier: Apache-2.0
// From a class of requests to the target: the base and the discounts taken off. Decisions and audits both begin with
// it.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "decide/exact_arithmetic.hpp"
#include "decide/lacking.hpp"
#include "decide/workspace.hpp"
#include "match/discounts.hpp"

namespace pricepoint::engine {

// Hears everything and keeps nothing. A listener that records has `listens` true and the same members.
struct silent {
  static constexpr bool listens = false;
};

template <class Number, class Listener>
class target_calculation {
 public:
  target_calculation(workspace& memory, Listener& listener)
      : memory_(memory), exact_(memory.compiled(), memory.bound()), listener_(listener) {}

 protected:
  const machine& compiled() const noexcept { return exact_.compiled(); }
  const bound_request& request() const noexcept { return exact_.request(); }
  lacking_names lacking() const { return {exact_.compiled(), exact_.request()}; }

  static bool in_range(const Number& value) { return value.sign() > 0 && !(value > Number(max_amount_minor)); }

  // False where there is none; what it lacks is then added to the names.
  bool find_base(const request_class& of, Number& base, std::vector<std::string>& lacks) {
    for (const compiled_rule* rule : of.bases) {
      if (exact_.value_of(*rule->value_in(request().currency), base)) {
        memory_.use_base(rule);
        if constexpr (Listener::listens) listener_.base(rule, base);
        return true;
      }
      if constexpr (Listener::listens) hear_lacking(*rule);
      if (rule->skip_if_missing()) continue;
      lacking().rule(*rule, lacks);
      return false;
    }
    if (exact_.reference(base)) {
      if constexpr (Listener::listens) listener_.base(nullptr, base);
      return true;
    }
    lacking().reference(lacks);
    return false;
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
  void hear_discounts(const request_class& of, const Number& base) {
    if constexpr (Listener::listens) {
      for (std::size_t group = 0; group < of.groups.size(); ++group) {
        for (const discount_term& term : of.groups[group]) listener_.discount(term, group, taken_off(term, base));
      }
      for (const discount_term& term : of.exclusive) {
        listener_.discount(term, of.groups.size(), taken_off(term, base));
      }
    }
  }

  // The target; `counted` gets the ids that count in it.
  Number discounted(request_class& of, const Number& base, name_list& counted) {
    if constexpr (Listener::listens) hear_discounts(of, base);
    if (of.groups.empty() && of.exclusive.empty()) return base;
    if constexpr (requires(const Number& one) { one.lowest(); }) {
      // Rates alone give one factor for every base above zero.
      if (!of.factor && all_rates(of)) {
        combined_discounts<Number> made = combine_discounts(of, compiled().discounts_compound(), Number(1));
        of.factor = made.target.lowest();
        of.discounts = std::move(made.counted);
      }
      if (of.factor) {
        counted = of.discounts;
        return base * Number(*of.factor);
      }
    }
    combined_discounts<Number> made = combine_discounts(of, compiled().discounts_compound(), base);
    counted = std::move(made.counted);
    return made.target;
  }

  // The plan of the target.
  plan& plan_at_target(request_class& of) const {
    const std::vector<fraction>& cuts = of.rules->cuts;
    const auto segment = std::upper_bound(cuts.begin(), cuts.end(), exact_.target,
                                          [](const Number& t, const fraction& cut) { return t < Number(cut); });
    return memory_.find_plan(of, static_cast<std::size_t>(segment - cuts.begin()));
  }

  workspace& memory_;
  exact_arithmetic<Number> exact_;
  Listener& listener_;
};

}  // namespace pricepoint::engine
