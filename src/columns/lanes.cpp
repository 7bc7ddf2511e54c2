// SPDX-License-Identifier: Apache-2.0
// Which of the instruction sets of lanes.hpp this processor has. Covered by tests/unit/columns/lanes_test.cpp.
#include "columns/lanes.hpp"

#include <array>
#include <atomic>

#include "columns/lanes_sets.hpp"

namespace pricepoint::engine {

namespace {

struct found_sets {
  std::array<const lane_operations*, 3> all{};
  std::size_t count = 0;
};

const found_sets& sets_here() noexcept {
  static const found_sets found = [] {
    found_sets made;
    made.all[made.count++] = &lanes_base;
#if defined(PRICEPOINT_X86_LANES)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2")) {
      made.all[made.count++] = &lanes_avx2;
      if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
          __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
        made.all[made.count++] = &lanes_avx512;
      }
    }
#endif
    return made;
  }();
  return found;
}

std::atomic<const lane_operations*> chosen{nullptr};

}  // namespace

std::span<const lane_operations* const> lanes_here() noexcept {
  const found_sets& found = sets_here();
  return {found.all.data(), found.count};
}

const lane_operations& lanes() noexcept {
  const lane_operations* wanted = chosen.load(std::memory_order_relaxed);
  return wanted != nullptr ? *wanted : *lanes_here().back();
}

void use_lanes(const lane_operations& wanted) noexcept { chosen.store(&wanted, std::memory_order_relaxed); }

}  // namespace pricepoint::engine
