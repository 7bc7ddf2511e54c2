// SPDX-License-Identifier: Apache-2.0
// lanes.hpp for processors with AVX2. Covered by tests/unit/engine/lanes_test.cpp.
#include <immintrin.h>

#include "engine/lanes.hpp"
#include "engine/lanes_sets.hpp"

#define PRICEPOINT_LANES_BY_HAND

namespace pricepoint::engine {

#include "engine/lanes.inc"

const lane_operations lanes_avx2 = operations_of("avx2");

}  // namespace pricepoint::engine
