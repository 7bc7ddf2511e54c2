// expect: use of deleted function|call to deleted|deleted function|could not convert|no viable
// SPDX-License-Identifier: Apache-2.0
#include "pricepoint/pricing/request.hpp"

pricepoint::request made() { return {.cost = 12.5}; }
