// SPDX-License-Identifier: Apache-2.0
// Which amounts a market can show on a channel, and where a target lies among them. checker::prices_of makes it.
#pragma once

#include <cstdint>

#include "decide/target_position.hpp"
#include "pricepoint/money/exact.hpp"
#include "pricepoint/shape/search.hpp"

namespace pricepoint::analysis {

using detail::fraction;

struct possible_prices {
  shape::stored_net net;
  std::int64_t unit_minor = 1;
  fraction gross_factor{1, 1};

  // Of a whole target.
  engine::target_position around(std::int64_t target) const {
    return engine::position_of(detail::fast_exact(target), unit_minor, net.restricts(), gross_factor);
  }
};

}  // namespace pricepoint::analysis
