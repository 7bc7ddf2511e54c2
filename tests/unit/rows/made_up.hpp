// SPDX-License-Identifier: Apache-2.0
// Decisions for tests of what is done with them. Decisions are made by evaluations alone; this one evaluates nothing.
#pragma once

#include "pricepoint/pricing/decision.hpp"

namespace pricepoint::engine {

struct made_up_for_rows;
template <>
class evaluation<made_up_for_rows, made_up_for_rows> {
 public:
  static decision priced() {
    decision made;
    made.status_ = status::priced;
    made.currency_ = *find_currency("CNY");
    made.price_minor_ = 2980;
    made.net_minor_ = 2637;
    made.tax_minor_ = 343;
    made.target_ = decimal::from_parts(29'440'000, 6);
    made.discounts_ = {"a", "traffic"};
    made.limited_by_ = {"earn"};
    made.was_minor_ = 3200;
    made.saving_rate_percent_ = 6;
    made.advice_ = {"a,b"};
    made.credits_ = {{"dealer", {89, *made.currency_}}, {"store", {5, *made.currency_}}};
    made.held_ = true;
    made.next_change_at_ = instant{0};
    made.policy_ = "pp1-0";
    return made;
  }
  static decision conflict() {
    decision made;
    made.status_ = status::conflict;
    made.conflict_ = {"x", "y"};
    made.policy_ = "pp1-0";
    return made;
  }
};

}  // namespace pricepoint::engine

namespace pricepoint::rows {

using made_up = engine::evaluation<engine::made_up_for_rows, engine::made_up_for_rows>;

}  // namespace pricepoint::rows
