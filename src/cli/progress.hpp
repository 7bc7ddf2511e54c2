// SPDX-License-Identifier: Apache-2.0
// What a run has done so far, and how it is told to somebody who waits.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "pricepoint/pricing/decision.hpp"

namespace pricepoint::cli {

inline constexpr std::size_t status_count = 6;

// Decisions by status.
struct run_counts {
  std::array<std::uint64_t, status_count> by_status{};

  void add(status what) noexcept { ++by_status[static_cast<std::size_t>(what)]; }
  void add(const run_counts& other) noexcept {
    for (std::size_t i = 0; i < status_count; ++i) by_status[i] += other.by_status[i];
  }
  std::uint64_t total() const noexcept;
  // Whether all are priced, compromised or withheld; or, where rows may be invalid, invalid.
  bool all_decided(bool or_invalid = false) const noexcept;
};

// "1,234,567"
std::string grouped(std::uint64_t value);

// "1,234 rows: 1,200 priced, 34 conflict (2.1 s, 587 rows/s)"
std::string summary_line(const run_counts& counts, std::chrono::milliseconds elapsed);

// "1,234 rows, 587 rows/s, 12%"; without a total no share.
std::string progress_line(std::uint64_t rows, std::uint64_t bytes, std::uint64_t total_bytes,
                          std::chrono::milliseconds elapsed);

}  // namespace pricepoint::cli
