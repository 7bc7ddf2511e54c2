// SPDX-License-Identifier: Apache-2.0
// Why a decision is what it is: sentences for people, JSON for programs.
//
//   std::cout << pricepoint::explain(pricer, request).text();
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

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pricepoint/pricing/decision.hpp"
#include "pricepoint/pricing/policy_slot.hpp"
#include "pricepoint/pricing/pricer.hpp"

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

// Why that price: the decision of `with` for this request, made once more and listened to. `unreadable` as in
// pricer::price. What tells the request from others is in the heading; its time only `with_time`: false where `at` was
// filled in and is the same for all.
explanation explain(pricer& with, const request& what, std::span<const std::string> unreadable = {},
                    bool with_time = true);
// By the policy as it stands.
explanation explain(slot_pricer& with, const request& what);
// Explanations of what pricer::price_all decides, in its order.
std::vector<explanation> explain_all(pricer& with, const request& what, std::span<const std::string_view> channels,
                                     const prior_source& priors = {}, bool with_time = true);

// Every change of this price from the request's `at` on, each with the rules whose period causes it: a thousand changes
// at most. The text has a sentence for each; the JSON is `sku`, `channel`, `market` and `timeline`, a list of decisions
// with `from` and `causes`. Without `at` only what is missing is said.
explanation timeline(pricer& with, const request& what);
// The same for what pricer::price_all decides, in its order: prices of other channels change in step.
std::vector<explanation> timeline_all(pricer& with, const request& what, std::span<const std::string_view> channels);

// The text form of a decision: one spelling that the command line and every binding use.
//
// Appends the members of the decision, in the fixed order of the output, absent ones left out:
// "currency":"CNY","status":"priced","price":"29.80",... without braces. Money is a JSON string with the currency's
// decimals, `target` has four more.
void append_json_members(std::string& out, const decision& what);

// Appends the target of a decision: four decimals more than the currency has.
void append_target(std::string& out, const decimal& target, const std::optional<currency>& unit);

// Appends a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

}  // namespace pricepoint
