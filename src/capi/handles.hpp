// SPDX-License-Identifier: Apache-2.0
// What the opaque handles of pricepoint.h are. See src/capi/border.hpp for how functions fail.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pricepoint/pricepoint.h"
#include "pricepoint/pricing/exchange_rates.hpp"
#include "pricepoint/pricing/policy.hpp"
#include "pricepoint/pricing/policy_slot.hpp"
#include "pricepoint/result.hpp"

struct pricepoint_error {
  std::vector<pricepoint::diagnostic> diagnostics;
  std::string text, json;
};

struct pricepoint_text {
  std::string text;
};

struct pricepoint_policy {
  pricepoint::policy policy;
};

struct pricepoint_rates {
  std::shared_ptr<const pricepoint::exchange_rates> rates;
};

struct pricepoint_slot {
  pricepoint::policy_slot slot;
};
