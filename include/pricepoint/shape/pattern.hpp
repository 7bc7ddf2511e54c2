// SPDX-License-Identifier: Apache-2.0
// What a price may look like, as data: endings, multiples, digits and numbers to avoid or to prefer.
// shape/automaton.hpp turns a set of these into one automaton; shape/search.hpp finds the nearest allowed amount.
//
// A price is looked at as written: the integer part without leading zeros ("0" below one), then exactly the currency's
// decimals. 0.99, 1.00, 1980.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "pricepoint/money/decimal.hpp"

namespace pricepoint::shape {

// The amount ends in one of these. With a point (".99", "9.90", ".?9") against the written amount, the fraction filled
// with zeros; without ("9", "88") against the integer part, and the fraction must be zero. `?` is any digit.
struct endings {
  std::vector<std::string> patterns;
  friend auto operator<=>(const endings&, const endings&) = default;
};

// A multiple of `step`, which is 1, 2, 2.5 or 5 times a power of ten, in units of the currency.
struct multiple_of {
  decimal step;
  friend auto operator<=>(const multiple_of&, const multiple_of&) = default;
};

// Where digits and sequences are looked for. `last` is for digits only: the last digit that is not zero.
enum class scope : std::uint8_t { any, integer, fraction, last };

// Digits, sequences of digits (never across the point) and whole integer parts.
struct numbers {
  std::uint16_t digits = 0;  // bit d: digit d
  std::vector<std::string> sequences;
  std::vector<std::string> amounts;  // integer parts, whatever the fraction; `in` does not govern them
  scope in = scope::any;
  friend auto operator<=>(const numbers&, const numbers&) = default;
};

// None of them occurs.
struct avoid {
  numbers what;
  friend auto operator<=>(const avoid&, const avoid&) = default;
};

// At least one occurs, of any of the entries.
struct prefer {
  std::vector<numbers> any_of;
  friend auto operator<=>(const prefer&, const prefer&) = default;
};

using any_shape = std::variant<endings, multiple_of, avoid, prefer>;

}  // namespace pricepoint::shape
