// SPDX-License-Identifier: Apache-2.0
// An offer as an audit works with it: what its request binds to, and the price that was seen. auditor.cpp makes it;
// checking.hpp judges it, figures.hpp counts it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

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

struct observed {
  fraction price;  // minor units, above 0
  bool whole = true;
  std::int64_t minor = 0;  // where it is whole
  bool is_public = true;   // neither audience nor segment
  std::span<const other_offer> others;
};

struct bound_offer {
  engine::bound_request bound;
  bool valid = false;
  observed price;
  finding why_not;  // where it is not valid
};

}  // namespace pricepoint::auditing
