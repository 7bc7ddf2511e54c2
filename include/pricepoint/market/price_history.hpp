// SPDX-License-Identifier: Apache-2.0
// The prices of one product on one channel of one market, as far back as its market's law looks, and what a reduction
// may be compared with: it gives the `lowest_prior` of a request.
//
//   pricepoint::price_history history(*policy.former_price("DE"));       // the lowest of 30 days
//   history.record(may_1, 1999);
//   history.record(may_20, 1499);                                        // the reduction begins
//   history.lowest_prior(may_25, 1499);                                  // 1999
//
// Prices are those that everyone saw: a member's or a personal price has no place here. A price holds until the next
// one. Times are milliseconds since 1970 UTC, a day is 24 hours, amounts are minor units of the market's currency.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "pricepoint/market/table.hpp"

namespace pricepoint {

// Owned by one thread at a time. Memory: the changes within the longest window of the rule, and a few words; what lies
// further back is forgotten as prices are recorded.
class price_history {
 public:
  explicit price_history(former_price_rule rule);

  // A price above zero that holds from `at` on. An equal price is no change. False, and nothing changed, where `at`
  // lies before the last record or the amount is not above zero; of two records of one instant the later counts.
  bool record(std::int64_t at_unix_ms, std::int64_t price_minor);

  // What a price of `new_minor`, in force at `at`, may be compared with; nothing where nothing is known or the law lets
  // it be compared with nothing. `at` must not lie before the last record.
  //
  // The reduction began at `at`, unless `new_minor` is the price recorded last and came by a cut: then it began with
  // that cut, so that a shop which prices anew every day of a promotion compares with the same price on each of them. A
  // raise ends a reduction. Where the rule is progressive, cuts that follow one another without a raise are one
  // reduction, which began with the first of them, and a further cut belongs to it.
  std::optional<std::int64_t> lowest_prior(std::int64_t at_unix_ms, std::int64_t new_minor) const;

  // The price in force, if any is recorded.
  std::optional<std::int64_t> last() const noexcept;
  // Changes that are remembered.
  std::size_t size() const noexcept { return changes_.size(); }
  const former_price_rule& rule() const noexcept { return rule_; }

 private:
  struct change {
    std::int64_t at_unix_ms = 0;
    std::int64_t minor = 0;
  };
  // A reduction with what it compares with, found when it began: its window may be forgotten before it ends.
  struct reduction {
    std::optional<std::int64_t> prior;
    std::int64_t shown_until_unix_ms = INT64_MAX;  // half_time: the last instant at which it may be compared
    bool for_successive_cuts = false;              // half_time
  };

  bool continues(const reduction& running) const noexcept;
  reduction begin(std::int64_t at_unix_ms) const;
  std::optional<std::int64_t> lowest(std::int64_t begin_unix_ms) const;
  std::optional<std::int64_t> majority(std::int64_t begin_unix_ms) const;
  reduction half_time(std::int64_t begin_unix_ms) const;
  void forget(std::int64_t now_unix_ms);

  former_price_rule rule_;
  std::int64_t longest_ms_ = 0;            // how far back any question looks
  std::int64_t last_unix_ms_ = INT64_MIN;  // of the last record, a change or not
  std::deque<change> changes_;             // the first one held when the longest window opens, or begins the history
  std::optional<reduction> running_;       // of the price recorded last, where it came by a cut
  std::optional<reduction> before_last_;   // and of the change before it
};

}  // namespace pricepoint
