// SPDX-License-Identifier: Apache-2.0
// How the law of a market finds the price that an announced reduction may be compared with. market/table.hpp has the
// rule of each market, market/price_history.hpp applies it.
#pragma once

#include <cstdint>
#include <vector>

namespace pricepoint {

struct former_price_rule {
  enum class kind : std::uint8_t {
    none,       // the law gives no number of days
    lowest,     // the lowest price of the `days` before the reduction began
    majority,   // a price charged for more than half of the time on sale within `days` before it
    half_time,  // the price charged right before it
  };
  kind rule = kind::none;
  int days = 0;         // lowest: of the window; majority: of the time looked at; half_time: in a row, for no limit
  int least_days = 0;   // majority: charged for so many days at least
  int recent_days = 0;  // majority: last charged less than so many days before
  int most_days = 0;    // half_time: shown for so many days at most, and for half of the time that it was charged
  bool progressive = false;  // lowest: a series of cuts keeps the price from before its first

  // lowest: reductions that began before `until` had another number of days.
  struct earlier_days {
    std::int64_t until_unix_ms = 0;
    int days = 0;
    friend bool operator==(const earlier_days&, const earlier_days&) = default;
  };
  std::vector<earlier_days> earlier;  // sorted by `until`

  friend bool operator==(const former_price_rule&, const former_price_rule&) = default;
};

}  // namespace pricepoint
