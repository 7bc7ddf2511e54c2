// SPDX-License-Identifier: Apache-2.0
// The discounts of a class of requests, combined: of each group the one that takes off most, one after the other or
// added up, or the best of those that are combined with nothing. A template over the tier of arithmetic.
#pragma once

#include <algorithm>

#include "match/request_class.hpp"

namespace pricepoint::engine {

template <class Number>
struct combined_discounts {
  Number target;
  name_list counted;
};

// What one of them would take off alone; below zero for a surcharge.
template <class Number>
Number taken_off(const discount_term& term, const Number& base) {
  return term.money ? Number(term.value) : base * Number(term.value);
}

template <class Number>
combined_discounts<Number> combine_discounts(const request_class& of, bool compound, const Number& base) {
  combined_discounts<Number> all{.target = base, .counted = {}};
  Number sum(0);
  Number product(1);
  Number money(0);
  for (const auto& group : of.groups) {
    const discount_term* best = nullptr;
    for (const discount_term& term : group) {  // by id: of equal ones the first stays
      if (best == nullptr || taken_off(term, base) > taken_off(*best, base)) best = &term;
    }
    all.counted.push_back(best->rule->id());
    if (best->money) {
      money = money + Number(best->value);
    } else if (compound) {
      product = product * (Number(1) - Number(best->value));
    } else {
      sum = sum + Number(best->value);
    }
  }
  all.target = base * (compound ? product : Number(1) - sum) - money;
  const discount_term* best = nullptr;
  for (const discount_term& term : of.exclusive) {
    if (best == nullptr || taken_off(term, base) > taken_off(*best, base)) best = &term;
  }
  if (best != nullptr && taken_off(*best, base) > base - all.target) {
    all.target = base - taken_off(*best, base);
    all.counted.assign(1, best->rule->id());
  }
  std::sort(all.counted.begin(), all.counted.end());
  return all;
}

inline bool all_rates(const request_class& of) {
  const auto rate = [](const discount_term& term) { return !term.money; };
  return std::all_of(of.exclusive.begin(), of.exclusive.end(), rate) &&
         std::all_of(of.groups.begin(), of.groups.end(),
                     [&](const auto& group) { return std::all_of(group.begin(), group.end(), rate); });
}

}  // namespace pricepoint::engine
