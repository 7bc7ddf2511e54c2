// SPDX-License-Identifier: Apache-2.0
// The instruction sets that lanes.hpp is compiled for.
#pragma once

#include "columns/lanes.hpp"

namespace pricepoint::engine {

extern const lane_operations lanes_base;
#if defined(PRICEPOINT_X86_LANES)
extern const lane_operations lanes_avx2;
extern const lane_operations lanes_avx512;
#endif

}  // namespace pricepoint::engine
