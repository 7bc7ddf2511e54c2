// SPDX-License-Identifier: Apache-2.0
// lanes.hpp for processors with AVX2. Covered by tests/unit/columns/lanes_test.cpp.
#include <immintrin.h>

#include "columns/lanes.hpp"
#include "columns/lanes_sets.hpp"

#define PRICEPOINT_LANES_BY_HAND

namespace pricepoint::engine {

#include "columns/lanes.inc"

const lane_operations lanes_avx2 = operations_of("avx2");

}  // namespace pricepoint::engine
