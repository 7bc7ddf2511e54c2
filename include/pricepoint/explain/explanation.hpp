// SPDX-License-Identifier: Apache-2.0
// Why a decision is what it is: sentences for people, JSON for programs.
//
//   std::cout << pricer.explain(request).text();
//
//   A1 on web in CN: 29.80 CNY (priced)
//   The target is 29.44 CNY; endings moves it to 29.80 CNY.
//   Rules that apply: traffic, gap and endings; one more does not, for the reason at the end.
//   The base is the reference price, the price on store: 32.00 CNY.
//   ...
//
// First the outcome, and in short what led from the target to it or stands in the way of a price; then base, discounts,
// target, bounds, shapes, the candidates that were turned down, what was given up, what stands beside the price; last
// every rule that is off, with its reason.
// An explanation owns all its text; it outlives policy, pricer and request. It costs far more than a price: for people.
#pragma once

#include <string>
#include <utility>

namespace pricepoint {

class explanation {
 public:
  explanation() = default;
  explanation(std::string text, std::string json) : text_(std::move(text)), json_(std::move(json)) {}
  // Plain sentences, one a line, ending with a newline.
  const std::string& text() const noexcept { return text_; }
  // One JSON object (docs/policy-reference.md says its keys), without a newline.
  const std::string& json() const noexcept { return json_; }

 private:
  std::string text_;
  std::string json_;
};

}  // namespace pricepoint
