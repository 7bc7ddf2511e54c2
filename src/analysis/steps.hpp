// SPDX-License-Identifier: Apache-2.0
// The price as a function of the target, under the looks alone: where a lower target gives a higher price (K020), and
// what that means for discounts (K021, K022).
//
// Within one band of the target, where the same shapes are on, a price never falls as the target rises. Let p be chosen
// for T and a lower p' for a higher T'. An amount that a strength reaches for both targets counts the same for both;
// the ends of what a strength reaches never fall, since the anchor does not and no reach grows faster than the anchor.
// So at T all that speaks for p' at T' spoke for it already, and at T' all that spoke for p still does: p' would have
// been chosen at T, or p at T'. That needs a stronger rule to reach at least as far as a weaker one. Where `within`
// says otherwise every whole target of the band is looked at; else its ends say all.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/shapes.hpp"
#include "plan/planner.hpp"

namespace pricepoint::analysis {

// Targets of one price: `first` to `last`; a price of 0: each has the nearest multiple of the unit, as if there were no
// looks, or none.
struct price_run {
  std::int64_t first = 0, last = 0;
  std::int64_t price = 0;
};

// Prices of whole targets in one market and on one channel, of shapes alone.
class look_prices {
 public:
  look_prices(checker& to, std::uint32_t market, std::uint32_t channel);

  // The shapes that are on in a band, for the calls that follow; false where they need too much.
  bool enter(const std::vector<const class_rule*>& on);
  // The price of a whole target; 0 where there is none.
  std::int64_t at(std::int64_t target);
  // Whether the price never falls within a band.
  bool rises() const;

 private:
  checker& to_;
  std::uint32_t market_;
  possible_prices prices_;
  std::map<std::vector<std::uint32_t>, std::shared_ptr<engine::plan>> plans_;  // by rules
  engine::plan* plan_ = nullptr;
};

// Bands whose looks do not meet (K020).
class step_check {
 public:
  explicit step_check(shape_place& at) : at_(at), to_(at.to()) {}
  void check(const std::vector<band>& bands);

 private:
  struct side {
    const band* where = nullptr;
    std::int64_t first = 0, last = 0;    // whole targets
    std::int64_t target = 0, price = 0;  // the highest price below the step, the lowest above it
  };
  void within_band(const band& of, std::int64_t first, std::int64_t last);
  void report(side below, side above);
  std::optional<sample> priced(std::int64_t target, std::int64_t price) const;

  shape_place& at_;
  checker& to_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, look_prices> prices_;  // by market and channel
  look_prices* now_ = nullptr;
  std::size_t looked_at_ = 0;  // targets of bands that are looked through one by one
};

}  // namespace pricepoint::analysis
