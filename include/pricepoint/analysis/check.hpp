// SPDX-License-Identifier: Apache-2.0
// What is wrong with a policy that reads well: rules that can never be on, bounds that contradict each other, bands of
// the target with holes and overlaps, dead zones. An analysis of the compiled policy, beside the flow: pricing never
// looks at it.
//
//   const auto report = pricepoint::check(*policy);
//   for (const auto& one : report.findings) show(to_string(one.what), one.witnesses);
//
// Every finding is proven: its witness was priced with the policy before it was reported, and showed what it says.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/money/currency.hpp"
#include "pricepoint/pricing/policy.hpp"
#include "pricepoint/pricing/pricer.hpp"
#include "pricepoint/pricing/request.hpp"
#include "pricepoint/result.hpp"

namespace pricepoint {

// What is reached first ends that part of the search, and the report says so.
struct check_limits {
  std::size_t max_combinations = 20'000;        // of words and periods, for the shapes of one market and channel
  std::size_t max_pairs = 4'000'000;            // of rules that may limit the same price
  std::size_t max_zones = 2'000;                // dead zones of one set of rules
  std::size_t max_bands = 100;                  // of targets in one finding; the rest is counted
  std::size_t max_of_a_kind = 100;              // findings of one code; the rest is counted
  std::size_t max_automaton_states = 1u << 18;  // of one combination of shapes
};

struct check_options {
  // What can still happen from then on; nothing: at any time.
  std::optional<instant> at;
  check_limits limits = {};
};

// Targets from `first` to `last`, both included, in whole minor units.
struct target_band {
  std::int64_t first = 0;
  std::int64_t last = 0;
  // The nearest amounts that the shapes allow below and above; 0 where there is none. Of dead zones only.
  std::int64_t below = 0;
  std::int64_t above = 0;
  friend bool operator==(const target_band&, const target_band&) = default;
};

struct check_finding {
  diagnostic what;                             // PP-K...; its place is that of the rule
  std::vector<std::string> rules;              // ids, in the text's order
  std::vector<std::string> markets, channels;  // where it was found; empty: it has no place among them
  std::optional<pricepoint::currency> currency;
  std::vector<target_band> targets;  // where it holds for some targets alone
  std::size_t more_targets = 0;      // bands that were left out
  // Requests as lines of NDJSON, as `pricepoint price` and `explain` read them, and what they show.
  std::vector<std::string> witnesses;
  std::string shows;
};

struct check_report {
  std::vector<check_finding> findings;    // in the order of the text, those of one place by code
  std::vector<std::string> not_searched;  // sentences: what was left out because of a limit
  bool clean() const noexcept;            // no error and no warning; notes do not count
};

// Never fails; what could not be proven is left out. Time and memory are bounded by the limits and grow with the number
// of rules, not with its square.
check_report check(const policy& of, const check_options& options = {});

// Slips that are surely slips (PP-K023 to PP-K027), found without pricing anything, each with its place: for whoever
// prices with a policy and does not check it. `check` has them too, with requests that show them.
std::vector<diagnostic> slips_of(const policy& of);
// The same in one line without a newline; empty where there are none.
std::string slips_line(const policy& of);

// A finding with its place, excerpt and caret, for programs: one JSON object without newlines.
std::string to_json(const check_finding& one);

// "PP-K001": every code, in order, with a sentence; for documents and tests.
struct check_code {
  std::string_view code;
  pricepoint::severity severity;
  std::string_view title;
};
const std::vector<check_code>& check_codes();

// What findings mean for a catalogue: one request after the other, then `touched` by index of finding. One per thread.
class check_catalogue {
 public:
  check_catalogue(const policy& of, const check_report& report, const check_options& options = {},
                  std::shared_ptr<const exchange_rates> rates = {});
  ~check_catalogue();
  check_catalogue(check_catalogue&&) noexcept;

  struct lowest_price {
    std::optional<amount> price;    // nothing where no combination has one
    std::string segment, audience;  // empty: none
    std::optional<instant> at;
    std::size_t combinations = 0;  // that were priced
    bool complete = true;          // false: there were more than the limit allows
  };
  // Counts the request for every finding that touches it: whose rules are all on for it, in the band of targets it
  // names.
  void see(const request& what);
  // The lowest price that any segment, any audience and any time from `at` on can reach for this request.
  lowest_price lowest(const request& what);

  std::size_t rows() const noexcept;
  const std::vector<std::size_t>& touched() const noexcept;
  // Rows whose `was` is left out for want of lowest_prior, as a finding (PP-K018); nothing where there are none.
  std::optional<check_finding> prior_missing() const;
  // Rules whose conditions on sku, category and attributes hold for no row, as one finding (PP-K028); nothing where
  // there are none.
  std::optional<check_finding> unmatched() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace pricepoint
