// SPDX-License-Identifier: Apache-2.0
// lanes.hpp for processors with AVX-512 (F, BW, DQ, VL). Covered by tests/unit/columns/lanes_test.cpp.
#include "columns/lanes.hpp"
#include "columns/lanes_sets.hpp"

namespace pricepoint::engine {

#include "columns/lanes.inc"

const lane_operations lanes_avx512 = operations_of("avx512");

}  // namespace pricepoint::engine
