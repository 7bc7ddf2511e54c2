// SPDX-License-Identifier: Apache-2.0
//
// The entry point of one decision. Several channels of one product are in channels.cpp.

#include "property/reference/evaluation.hpp"

namespace reference {

decision decide(const policy& rules, const request& asked, const std::vector<rate_row>& rates, trace* watched,
                long long effort) {
  limit_effort(effort);
  return evaluation(rules.get(), asked, rates, {}, watched).decide();
}

}  // namespace reference
