// SPDX-License-Identifier: Apache-2.0
// What is promised of every decision, whatever the policy.
#pragma once

#include <algorithm>
#include <sstream>
#include <string>

#include "fuzz/diagnostics.hpp"
#include "fuzz/fuzz.hpp"
#include "pricepoint/explain/explanation.hpp"
#include "pricepoint/money/amount.hpp"
#include "pricepoint/pricing/decision.hpp"

namespace fuzz {

template <class Names>
void hold_sorted(const Names& names) {
  expect(std::adjacent_find(names.begin(), names.end(), [](const auto& a, const auto& b) { return !(a < b); }) ==
             names.end(),
         "names that are not sorted, or stand twice");
}

inline void hold_decision(const pricepoint::decision& one) {
  using pricepoint::status;
  const bool priced = one.status() == status::priced || one.status() == status::compromised;
  expect(one.price().has_value() == priced, "a price without its status, or a status without its price");
  if (priced) {
    const std::int64_t price = one.price()->minor;
    expect(price >= 1 && price <= pricepoint::max_amount_minor, "a price that no candidate is");
    expect(one.target().has_value(), "a price without a target");
    if (one.was()) expect(one.was()->minor > price && one.saving()->minor == one.was()->minor - price, "a saving");
    expect(one.conflict().empty() && one.missing().empty() && one.invalid().empty(), "a price and a reason for none");
  }
  expect(priced || !one.was(), "a former price without a price");
  expect(one.held() <= priced, "a price held that is none");
  expect((one.status() == status::invalid) == !one.invalid().empty(), "an invalid request without what is invalid");
  expect((one.status() == status::incomplete) == !one.missing().empty(),
         "an incomplete request without what is missing");
  expect((one.status() == status::conflict) == !one.conflict().empty(), "a conflict between no rules");
  hold_sorted(one.discounts());
  hold_sorted(one.limited_by());
  hold_sorted(one.relaxed());
  hold_sorted(one.conflict());
  hold_sorted(one.missing());
  hold_sorted(one.invalid());
  hold_sorted(one.advice());
}

inline std::string text_of(const pricepoint::decision& one) {
  std::string text = "{";
  pricepoint::append_json_members(text, one);
  return text + "}";
}

inline void hold_explanation(const pricepoint::explanation& one) {
  hold_json(one.json());
  expect(one.text().ends_with('\n'), "an explanation that does not end its line");
}

}  // namespace fuzz
