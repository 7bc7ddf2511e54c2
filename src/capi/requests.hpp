// SPDX-License-Identifier: Apache-2.0
// Requests of C as requests of C++.
#pragma once

#include <string>
#include <vector>

#include "capi/border.hpp"
#include "pricepoint/pricing/policy.hpp"
#include "pricepoint/pricing/request.hpp"

namespace pricepoint::capi {

// Texts are borrowed. `invalid` gets the names of fields whose text is no number: with any, the decision is `invalid`.
void request_of(const policy& with, const pricepoint_request* from, request& out, std::vector<std::string>& invalid);

}  // namespace pricepoint::capi
