// SPDX-License-Identifier: Apache-2.0
// What rules ask of a price p as lines: p >= slope * x + base or p <= slope * x + base, where x is one amount of the
// request. Two lines in the same x can be compared for every value that x may have.
//
//   { "floor": "cost * 105%" }                       p >= 21/20 * cost
//   { "gap": { "to": "store", "max": "10%" } }       p >= 9/10 * price.store
//   { "margin": { "min": "20%" } }, 20% tax, no fee  p >= 3/2 * spent, where spent is cost + shipping
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/scenario.hpp"
#include "pricepoint/money/exact.hpp"

namespace pricepoint::analysis {

using detail::exact_overflow;
using detail::fast_exact;

// What a line is in: a money field, by its slot, or one of these.
using variable = std::int64_t;
namespace variables {
inline constexpr variable constant = -1;
inline constexpr variable target = -2;
inline constexpr variable spent = -3;      // cost and shipping together
inline constexpr variable reference = -4;  // the reference price, where it may come from several fields
inline constexpr variable group = -5;      // the price on some other channel of group 0; one less for each group after
}  // namespace variables
constexpr bool is_of_group(variable of) noexcept { return of <= variables::group; }
constexpr std::uint32_t group_of(variable of) noexcept { return static_cast<std::uint32_t>(variables::group - of); }

// slope * variable + base, in minor units.
struct line {
  variable of = variables::constant;
  fast_exact slope, base;
};

// What a rule asks for: p >= each of `lows`, p <= each of `highs`.
struct lines {
  std::vector<line> lows, highs;
  bool never = false;  // no price keeps it unless the cost is zero
};

// Reads the rules of a machine as they are in one market and on one channel.
class line_reader {
 public:
  line_reader(const machine& compiled, std::uint32_t market, std::uint32_t channel);

  // The variable that the reference price is.
  variable reference() const noexcept { return reference_; }
  // The lines of a bound or of a base; none for other rules. What is no line in one variable is left out. Nothing where
  // a number needs more digits than are looked at.
  std::optional<lines> read(const compiled_rule& rule) const;
  // What a margin leaves of a price to pay the cost with, as a share of it, before credits; `net_part` as in
  // engine::bound_end. Nothing where prices contain a tax that is not known. Throws exact_overflow.
  std::optional<fast_exact> share_left(const fraction& net_part) const;

 private:
  // What is known of a value: it is at least each of the one lines, and at most each of the others.
  struct value_range {
    std::vector<line> at_least, at_most;
  };
  value_range range_of(const engine::formula& value) const;
  std::optional<line> line_of(const engine::sum& value) const;
  variable variable_of(const engine::symbol& symbol) const noexcept;
  void add(const engine::bound_end& end, lines& to) const;
  void add(const line& one, std::vector<line>& to) const;
  void add_margin(const engine::bound_end& end, lines& to) const;
  static value_range sum_of(const value_range& a, const value_range& b);
  static void scale(value_range& value, const fraction& by);

  const machine& compiled_;
  std::uint32_t channel_;
  const engine::market_terms& in_;
  const engine::channel_terms& on_;
  variable reference_;
};

// Where a low end lies above a high one: always, or for some targets.
struct contradiction {
  variable of = variables::constant;
  std::optional<target_range> targets;  // only for these
};
// The first contradiction of a low end of the one with a high end of the other. `unit`: prices are multiples of it.
std::optional<contradiction> contradiction_of(const lines& low_of, const lines& high_of, std::int64_t unit);

}  // namespace pricepoint::analysis
