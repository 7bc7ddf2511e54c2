// SPDX-License-Identifier: Apache-2.0
// An offer as an audit works with it: what its request binds to, and the price that was seen. auditor.cpp makes it;
// checking.hpp judges it, figures.hpp counts it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "match/binder.hpp"
#include "match/bound_request.hpp"
#include "pricepoint/audit/auditor.hpp"
#include "pricepoint/money/exact.hpp"

namespace pricepoint::auditing {

using detail::fraction;

// Another offer of the group, for what is compared with single offers.
struct other_offer {
  std::string_view audience, segment, seller;
  std::uint32_t channel = 0;
  bool gross = true;
  fraction price;  // minor units
};

// The price of another channel, as it was observed there; the request has it as its own display shows it.
using carried_price = engine::binder::decided_price;

struct observed {
  fraction price;  // minor units, above 0
  bool whole = true;
  std::int64_t minor = 0;  // where it is whole
  bool is_public = true;   // neither audience nor segment
  std::span<const other_offer> others;
  std::span<const carried_price> carried;

  // The carried price of a channel that is on another display than this offer; null where there is none.
  const fraction* carried_from_other_display(std::uint32_t channel, bool gross) const noexcept {
    for (const carried_price& one : carried) {
      if (one.channel == channel && one.gross != gross) return &one.minor;
    }
    return nullptr;
  }
};

struct bound_offer {
  engine::bound_request bound;
  bool valid = false;
  observed price;
  finding why_not;  // where it is not valid
};

}  // namespace pricepoint::auditing
