// SPDX-License-Identifier: Apache-2.0
// Is there a request for which these rules are on, and those conditions do not hold? Decided exactly over words,
// numbers, periods and ranges of the target, one market and channel at a time.
//
// A value that no wanted condition asks for is left absent: no condition holds on what is absent, so nothing else could
// switch fewer exceptions on. Of the values that a wanted condition allows those count that make the fewest conditions
// of exceptions hold.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pricepoint/engine/machine.hpp"
#include "pricepoint/engine/workspace.hpp"

namespace pricepoint::analysis {

namespace language = policy_language;
using detail::fraction;
using engine::compiled_condition;
using engine::compiled_rule;
using engine::machine;
using engine::target_range;

// A condition, or the `during` of a rule.
struct atom {
  const compiled_condition* condition = nullptr;
  const std::vector<std::uint32_t>* during = nullptr;
};
using object = std::vector<atom>;  // all of it

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

class space {
 public:
  // `from`: only instants from then on count.
  space(const machine& compiled, std::optional<std::int64_t> from);

  const machine& compiled() const noexcept { return machine_; }
  const language::document& document() const noexcept { return machine_.document(); }
  currency currency_of(std::uint32_t market) const { return document().markets[market].currency; }
  std::optional<std::int64_t> from() const noexcept { return from_; }

  // Whether the rule's own conditions on market and channel hold, it has a value in the currency and says anything.
  bool here(const compiled_rule& rule, std::uint32_t market, std::uint32_t channel) const;

  using acceptance = std::function<bool(const scenario&)>;
  // The first one found that is accepted. Nothing where there is none, or the search grew beyond its limit: then
  // `gave_up` says so until the next search.
  std::optional<scenario> find(const query& wanted, std::uint32_t market, std::uint32_t channel,
                               const acceptance& accept = {}) const;
  bool gave_up() const noexcept { return gave_up_; }
  // Whether whatever switches `b` on switches `a` on too, in this market and on this channel.
  bool implies(const compiled_rule& b, const compiled_rule& a, std::uint32_t market, std::uint32_t channel) const;

  // An instant of every stretch of time between two ends of periods that counts; nothing where no rule names a period.
  std::vector<std::int64_t> instants() const;
  // The word of a code; empty where it has none.
  std::string_view word(std::uint32_t key, std::uint32_t code) const;
  // Values that tell apart what these numbers cut: themselves, and one between each two, below and above.
  static std::vector<decimal> probes(std::vector<decimal> numbers, bool above_zero);
  static bool number_holds(const compiled_condition& one, const decimal& value);
  bool asks_number(const compiled_condition& one) const;

 private:
  struct stretch {
    std::size_t first = 0, end = 0;  // segments between boundaries
  };
  using stretches = std::vector<stretch>;
  stretches of_periods(const std::vector<std::uint32_t>& periods) const;
  std::int64_t instant_of(std::size_t segment) const;
  bool constant(const atom& one, std::uint32_t market, std::uint32_t channel, bool& value) const;

  const machine& machine_;
  std::optional<std::int64_t> from_;
  std::size_t first_segment_ = 0;
  std::vector<std::vector<std::string_view>> words_;  // by key, by code
  std::vector<stretches> period_stretches_;
  mutable engine::bound_request where_;
  mutable bool gave_up_ = false;
};

// The parts of a range of targets that lie outside of another; whole targets above zero.
std::vector<target_range> intersect(const std::vector<target_range>& all, const target_range& with);
std::vector<target_range> subtract(const std::vector<target_range>& all, const target_range& without);
// Whole minor units inside: first and last, or nothing.
std::optional<std::pair<std::int64_t, std::int64_t>> whole_targets(const target_range& range);

}  // namespace pricepoint::analysis
