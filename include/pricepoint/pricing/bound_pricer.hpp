// SPDX-License-Identifier: Apache-2.0
// A pricer for one kind of request: what stays the same is given once, the loop passes money alone.
//
//   const std::string_view fields[] = {"price.store", "cost"};
//   auto web = pricer.bind({.channel = "web", .market = "DE", .shipping = "1.00"_money}, fields);
//   const std::int64_t values[] = {3200, 1200};              // minor units of the request's currency
//   pricepoint::quote quote = web->price(values);
//
// It belongs to its pricer: used by the same thread, and not after it. The policy is that of the pricer when it was
// bound.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "pricepoint/money/amount.hpp"
#include "pricepoint/pricing/decision.hpp"
#include "pricepoint/pricing/pricer.hpp"

namespace pricepoint {

// The short form of a decision. Its names are those of the policy's rules, sorted; the spans hold until the next call
// of the bound pricer that gave them.
struct quote {
  pricepoint::status status = pricepoint::status::invalid;
  std::int64_t price_minor = absent_value;  // only where priced or compromised
  std::span<const std::string_view> limited_by{}, relaxed{};
};

class bound_pricer {
 public:
  ~bound_pricer();
  bound_pricer(bound_pricer&&) noexcept;
  bound_pricer& operator=(bound_pricer&&) noexcept;

  // One value a field, in the order of the fields that were bound: minor units, or `absent_value`. Fields beyond the
  // end of the span are absent. Never fails, as pricer::price.
  quote price(std::span<const std::int64_t> minor);
  // The whole decision.
  void price(std::span<const std::int64_t> minor, decision& out);

  // The same kind and fields for another pricer, whose policy may be another too: errors as those of pricer::bind.
  result<bound_pricer> bind_again(pricer& with) const;

 private:
  friend class pricer;
  struct state;
  explicit bound_pricer(std::unique_ptr<state> made) noexcept;
  quote price_otherwise(std::span<const std::int64_t> minor);

  std::unique_ptr<state> state_;
};

}  // namespace pricepoint
