// SPDX-License-Identifier: Apache-2.0
// Lowers what rules ask for: the one place that knows what a gap, a margin, a change, a floor, a ceiling, a price and a
// money expression mean.
#pragma once

#include <set>
#include <vector>

#include "compile/machine.hpp"
#include "pricepoint/result.hpp"

namespace pricepoint::engine {

class lowering {
 public:
  // Mistakes go to `diagnostics`; a rule that was lowered before has none.
  lowering(const machine& in, std::vector<diagnostic>& diagnostics) : in_(in), diagnostics_(diagnostics) {}

  effect_value lower(const language::any_effect& effect);

 private:
  lowered<formula> values(const language::money_expression& trees);
  lowered<bound> bounds(const language::money_expression& trees, bound_end::side is);
  bound_effect gap(const language::effect::gap& effect) const;
  bound_effect margin(const language::effect::margin& effect) const;
  bound_effect change(const language::effect::change& effect) const;
  formula gap_end(const language::rate_or_money& distance, const language::effect::gap& gap, bool low,
                  currency in) const;

  formula lower(const language::expression& tree, int digits);
  // The value of an expression without fields, times 10^digits; the inverse of it.
  fraction constant(const language::expression& tree, int digits, bool inverse = false);
  symbol symbol_of(const language::expression& field) const;

  const machine& in_;
  std::vector<diagnostic>& diagnostics_;
  std::set<std::size_t> too_large_;
};

// a + b and by * a; exact, whatever the size of the numbers.
formula added(formula a, formula b);
formula scaled(formula of, const fraction& by);

}  // namespace pricepoint::engine
