// SPDX-License-Identifier: Apache-2.0
// Exchange rates by pair and time: the rate of that very pair with the latest `at` not after the request's.
// No inverse, no chain.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>
#include <vector>

#include "pricepoint/money/currency.hpp"
#include "pricepoint/money/decimal.hpp"
#include "pricepoint/pricing/request.hpp"

namespace pricepoint {

struct exchange_rate {
  currency from;
  currency to;
  decimal factor;  // one unit of `from` is this many of `to`; above zero
  instant at;
};

// Immutable once built; shared between threads. Of two rows of one pair and instant the later row counts.
class exchange_rates {
 public:
  exchange_rates() = default;
  explicit exchange_rates(std::vector<exchange_rate> rows) : rows_(std::move(rows)) {
    std::stable_sort(rows_.begin(), rows_.end(), [](const exchange_rate& a, const exchange_rate& b) {
      return std::tie(a.from, a.to, a.at) < std::tie(b.from, b.to, b.at);
    });
  }

  const exchange_rate* find(currency from, currency to, instant at) const noexcept {
    const auto after = std::upper_bound(
        rows_.begin(), rows_.end(), std::tie(from, to, at),
        [](const auto& wanted, const exchange_rate& row) { return wanted < std::tie(row.from, row.to, row.at); });
    if (after == rows_.begin()) return nullptr;
    const exchange_rate& found = *std::prev(after);
    return found.from == from && found.to == to ? &found : nullptr;
  }
  // When the rate of that pair changes next, if it does.
  std::optional<instant> next_after(currency from, currency to, instant at) const noexcept {
    const auto after = std::upper_bound(
        rows_.begin(), rows_.end(), std::tie(from, to, at),
        [](const auto& wanted, const exchange_rate& row) { return wanted < std::tie(row.from, row.to, row.at); });
    if (after == rows_.end() || after->from != from || after->to != to) return {};
    return after->at;
  }

 private:
  std::vector<exchange_rate> rows_;
};

}  // namespace pricepoint
