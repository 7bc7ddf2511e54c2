// SPDX-License-Identifier: Apache-2.0
// Two observed prices, as they are compared. On one display they stand as they are; on two, both as the gross one shows
// them, since a net price has one gross price and a gross price may have several net ones.
#pragma once

#include <optional>

#include "audit/observed.hpp"
#include "match/bound_request.hpp"
#include "match/displays.hpp"

namespace pricepoint::auditing {

struct compared_prices {
  fraction here, there;  // minor units
};

// `here` is the price of the offer that `request` is bound to, `there` one on the other display. Nothing without the
// offer's tax, or where one comes to 0.
inline std::optional<compared_prices> on_gross_display(const engine::bound_request& request, const fraction& here,
                                                       const fraction& there, std::int64_t unit_minor) {
  if (!request.tax) return {};
  const auto gross = engine::on_other_display(request.gross ? there : here, request.gross_factor, true, unit_minor);
  if (!gross) return {};
  return request.gross ? compared_prices{here, *gross} : compared_prices{*gross, there};
}

}  // namespace pricepoint::auditing
