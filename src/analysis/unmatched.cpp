// SPDX-License-Identifier: Apache-2.0
// Entries: unmatched_rules::see, left. Test: tests/unit/analysis/slips_test.cpp.
#include "analysis/unmatched.hpp"

#include <algorithm>

namespace pricepoint::analysis {

namespace {

using engine::subject;

bool is_of_product(const compiled_condition& one) {
  return one.about() == subject::sku || one.about() == subject::category || one.about() == subject::declared;
}

bool holds(const compiled_condition& asked, const engine::bound_request& row) {
  if (!asked.asks_numbers()) return asked.holds_for(row.codes[asked.key]);
  const auto& number = row.numbers[asked.key];
  return number && asked.holds_for(*number);
}

}  // namespace

unmatched_rules::unmatched_rules(const machine& compiled) {
  std::set<std::uint32_t> keys;
  for (const compiled_rule& rule : compiled.rules()) {
    if (rule.of_market()) continue;
    waiting made{&rule, {}, false};
    const compiled_condition* fewest = nullptr;
    for (const compiled_condition& one : rule.when) {
      if (!is_of_product(one)) continue;
      made.asks.push_back(&one);
      keys.insert(one.key);
      if (!one.asks_numbers() && (fewest == nullptr || one.codes.size() < fewest->codes.size())) fewest = &one;
    }
    if (made.asks.empty()) continue;
    const auto place = static_cast<std::uint32_t>(rules_.size());
    if (fewest == nullptr) {
      others_.push_back(place);
    } else {
      for (const std::uint32_t code : fewest->codes) by_code_[{fewest->key, code}].push_back(place);
    }
    rules_.push_back(std::move(made));
  }
  keys_.assign(keys.begin(), keys.end());
}

void unmatched_rules::see(const engine::bound_request& row) {
  if (rules_.empty()) return;
  codes_.clear();
  for (const std::uint32_t key : keys_) codes_.push_back(row.codes[key]);
  if (!seen_.insert(codes_).second) return;  // what lies between the same thresholds is alike
  look_at(others_, row);
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const auto listed = by_code_.find({keys_[i], codes_[i]});
    if (listed != by_code_.end()) look_at(listed->second, row);
  }
}

void unmatched_rules::look_at(const std::vector<std::uint32_t>& some, const engine::bound_request& row) {
  for (const std::uint32_t place : some) {
    waiting& one = rules_[place];
    one.matched = one.matched || std::all_of(one.asks.begin(), one.asks.end(),
                                             [&](const compiled_condition* asked) { return holds(*asked, row); });
  }
}

std::vector<const compiled_rule*> unmatched_rules::left() const {
  std::vector<const compiled_rule*> all;
  for (const waiting& one : rules_) {
    if (!one.matched) all.push_back(one.rule);
  }
  return all;
}

}  // namespace pricepoint::analysis
