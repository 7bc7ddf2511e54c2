// SPDX-License-Identifier: Apache-2.0
// Is there a request for which these rules are on, and those conditions do not hold? Decided exactly over words,
// numbers, periods and ranges of the target, one market and channel at a time.
//
// A value that no wanted condition asks for is left out of the request: no condition holds on what is absent, so no
// other value could make fewer exceptions hold. Where a wanted condition allows several values, only those count that
// make the fewest conditions of exceptions hold.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compile/machine.hpp"
#include "decide/workspace.hpp"

namespace pricepoint::analysis {

using detail::fraction;
using engine::compiled_condition;
using engine::compiled_rule;
using engine::machine;
using engine::target_range;

// A condition, or the `during` of a rule.
struct atom {
  const compiled_condition* condition = nullptr;
  const std::vector<std::uint32_t>* during = nullptr;

  const std::vector<std::uint32_t>& periods() const { return during != nullptr ? *during : condition->periods(); }
};
using object = std::vector<atom>;  // holds where all of its atoms do

bool is_timed(const atom& one);
bool is_target(const atom& one);

struct query {
  object must;
  std::vector<object> must_not;
};
void add_on(query& to, const compiled_rule& rule);
// Ways for a rule to be off by its conditions, each as a query of its own on top of `from`.
std::vector<query> off_ways(const query& from, const compiled_rule& rule);

struct scenario {
  std::uint32_t market = 0, channel = 0;
  std::vector<std::pair<std::uint32_t, std::string>> values;  // by key part: a word, or a number as text
  std::optional<std::int64_t> at;
  std::vector<target_range> targets;  // not empty, sorted, apart from each other
};

class request_space {
 public:
  // `from`: only instants from then on count.
  request_space(const machine& compiled, std::optional<std::int64_t> from);

  const machine& compiled() const noexcept { return machine_; }
  currency currency_of(std::uint32_t market) const { return machine_.markets()[market].currency; }
  std::optional<std::int64_t> from() const noexcept { return from_; }

  // Whether the rule's own conditions on market and channel hold, and it has a value in the currency and an effect.
  bool applies_in(const compiled_rule& rule, std::uint32_t market, std::uint32_t channel) const;

  using acceptance = std::function<bool(const scenario&)>;
  // The first scenario found that is accepted. Nothing where there is none, or where the search grew beyond its limit:
  // then `gave_up` is true until the next search.
  std::optional<scenario> find(const query& wanted, std::uint32_t market, std::uint32_t channel,
                               const acceptance& accept = {}) const;
  bool gave_up() const noexcept { return gave_up_; }
  // A scenario for which the rule is on.
  std::optional<scenario> find_on(const compiled_rule& rule, std::uint32_t market, std::uint32_t channel) const;
  // Whether whatever switches `b` on switches `a` on too, in this market and on this channel.
  bool implies(const compiled_rule& b, const compiled_rule& a, std::uint32_t market, std::uint32_t channel) const;

  // An instant of every stretch of time between two ends of periods that counts; nothing where no rule names a period.
  std::vector<std::int64_t> instants() const;
  // The word of a code; empty where it has none.
  std::string_view word(std::uint32_t key, std::uint32_t code) const;

 private:
  class search;
  struct stretch {
    std::size_t first = 0, end = 0;  // segments between boundaries
  };
  using stretches = std::vector<stretch>;
  stretches of_periods(const std::vector<std::uint32_t>& periods) const;
  std::int64_t instant_of(std::size_t segment) const;

  const machine& machine_;
  std::optional<std::int64_t> from_;
  std::size_t first_segment_ = 0;
  std::vector<std::vector<std::string_view>> words_;  // by key, by code
  std::vector<stretches> period_stretches_;
  mutable engine::bound_request where_;
  mutable bool gave_up_ = false;
};

// The numbers that a condition names: the values that it lists, or the ends of its range.
void add_numbers(const compiled_condition& of, std::vector<decimal>& to);
// Values that represent all others where conditions name these numbers: the numbers themselves, and one value between
// each two, one below them all and one above.
std::vector<decimal> probes(std::vector<decimal> numbers, bool above_zero);

// What ranges of targets have in common with another one, and what is left of them outside it; above zero.
std::vector<target_range> intersect(const std::vector<target_range>& all, const target_range& with);
std::vector<target_range> subtract(const std::vector<target_range>& all, const target_range& without);
// Whole minor units inside: first and last, or nothing.
std::optional<std::pair<std::int64_t, std::int64_t>> whole_targets(const target_range& range);

}  // namespace pricepoint::analysis
