// SPDX-License-Identifier: Apache-2.0
// Amounts as they are written: those without a currency in a policy whose markets have several (K017). Lowered rules do
// not say how an amount was written, so this is the one part of the analysis that looks at the effects and expressions
// of the text.
#pragma once

#include <optional>

#include "analysis/checker.hpp"

namespace pricepoint::analysis {

// The money of a discount that is written without a currency.
std::optional<decimal> bare_money_of_discount(const compiled_rule& rule);

class written_amounts {
 public:
  explicit written_amounts(checker& to);
  // Adds the finding about a rule that is on in several currencies, if it has one.
  void check(const compiled_rule& rule);

 private:
  std::vector<scenario> one_for_each_currency(const compiled_rule& rule);
  std::optional<sample> prove(const compiled_rule& rule, const scenario& shown);

  checker& to_;
  bool several_currencies_ = false;
};

}  // namespace pricepoint::analysis
