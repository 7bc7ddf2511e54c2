// SPDX-License-Identifier: Apache-2.0
//
// The reference auditor: how observed prices are audited, once more, written from the specification alone on top of the
// reference evaluator, whose questions it asks. It lives in reference/audit.cpp and reference/inspection*.cpp.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "reference.hpp"

namespace reference {

/// An observed price, on the display of its channel and in the market's currency.
struct offer {
  request asked;
  std::string price;   // as text: may be empty, or no amount at all
  std::string seller;  // may be empty
};

/// Amounts are in minor units; what is a `rational` is exact.
struct finding {
  std::size_t offer = 0;                          // its index
  std::string rule, effect, severity;             // effect: "gap", "floor", ..., "unit", "unchecked", "invalid"
  std::optional<long long> min_minor, max_minor;  // the allowed ends, rounded inwards
  std::optional<rational> excess;
  std::optional<long long> excess_rate_bp;  // of the end that is broken, in hundredths of a percent, half up
  std::string against, against_seller;
  std::optional<long long> against_price_minor;  // half up
  std::string remedy;                            // "", "reprice", "separate", "complete"
  std::optional<long long> remedy_price_minor;
  std::vector<std::string> conflict, missing;
  std::optional<rational> credit;
  std::optional<rational> headroom;      // of a dealer
  std::optional<rational> max_discount;  // off a dealer's net price, a share
};

/// All offers of one product in one market. The findings stand by offer, then by rule, then by `against`; "unit" and
/// then "unchecked" come after an offer's rules. `effort`: of each decision, see `decide`.
std::vector<finding> audit(const policy& rules, const std::vector<offer>& offers, const std::vector<rate_row>& rates,
                           long long effort = std::numeric_limits<long long>::max());

/// On one line, what is empty left out: "0 map floor breach min 990 excess 12 (1.21%) reprice to 999".
std::string to_text(const finding& one);

}  // namespace reference
