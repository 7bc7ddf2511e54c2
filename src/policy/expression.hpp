// SPDX-License-Identifier: Apache-2.0
// Money expressions ("max(map?, cost * 105%)") as trees. policy/parse makes them, compile/ turns them into
// programs over exact numbers.
#pragma once

#include <cstdint>
#include <vector>

#include "pricepoint/money/decimal.hpp"
#include "pricepoint/money/rate.hpp"

namespace pricepoint::policy_language {

// Names that a money expression can read.
enum class money_field : std::uint8_t {
  list,
  msrp,
  map,
  current,
  lowest_prior,  // on the display of the channel asked for
  cost,
  shipping,  // net
  reference,
  target,         // of the decision
  channel_price,  // price.<channel>: `index` is the channel
  attribute,      // a declared money attribute: `index` is the attribute
};

struct expression {
  enum class kind : std::uint8_t { literal, rate, field, add, subtract, multiply, divide, negate, min, max };

  kind op = kind::literal;
  decimal number;            // literal: in units of the currency, or a plain factor beside `*` and `/`
  pricepoint::rate percent;  // rate
  money_field field = money_field::list;
  std::uint32_t index = 0;           // of the channel or attribute
  bool optional = false;             // field written `name?`
  std::vector<expression> operands;  // two for + - * /, one for negate, any number for min and max
  std::size_t offset = 0;            // of the operator or name in the policy's text

  friend bool operator==(const expression&, const expression&) = default;
};

}  // namespace pricepoint::policy_language
