// SPDX-License-Identifier: Apache-2.0
// Rules that no row of a catalogue can match (K028): of what a product is, its sku, category and attributes, some
// condition holds for no row. Who asks for it, how many, where and when is not the catalogue's to say.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "analysis/scenario.hpp"

namespace pricepoint::analysis {

class unmatched_rules {
 public:
  explicit unmatched_rules(const machine& compiled);
  void see(const engine::bound_request& row);
  // In the text's order.
  std::vector<const compiled_rule*> left() const;

 private:
  struct waiting {
    const compiled_rule* rule = nullptr;
    std::vector<const compiled_condition*> asks;  // about the product
    bool matched = false;
  };
  void look_at(const std::vector<std::uint32_t>& some, const engine::bound_request& row);

  std::vector<waiting> rules_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::uint32_t>> by_code_;  // by key and code
  std::vector<std::uint32_t> others_;                                                      // that ask for numbers alone
  std::vector<std::uint32_t> keys_;  // of the class key that are about the product
  std::set<std::vector<std::uint32_t>> seen_;
  std::vector<std::uint32_t> codes_;
};

}  // namespace pricepoint::analysis
