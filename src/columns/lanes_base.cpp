// SPDX-License-Identifier: Apache-2.0
// lanes.hpp for any processor. Covered by tests/unit/columns/lanes_test.cpp.
#include "columns/lanes.hpp"
#include "columns/lanes_sets.hpp"

namespace pricepoint::engine {

#include "columns/lanes.inc"

const lane_operations lanes_base = operations_of("base");

}  // namespace pricepoint::engine
