// SPDX-License-Identifier: Apache-2.0
// Findings about the fields of a request that rules read, or that no rule does: former prices without lowest_prior
// (K018), minimum resale prices (K019), attributes that no rule uses (K016).
#pragma once

#include <optional>

#include "analysis/checker.hpp"

namespace pricepoint::analysis {

class field_check {
 public:
  explicit field_check(checker& to) : to_(to) {}

  void former_price(const compiled_rule& rule);
  void resale_price(const compiled_rule& rule);
  void unused_attributes();

 private:
  bool reads_prior();
  void add_if_unused(std::uint32_t attribute);

  checker& to_;
  std::optional<bool> reads_prior_;
};

}  // namespace pricepoint::analysis
