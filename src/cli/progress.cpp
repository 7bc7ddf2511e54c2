// SPDX-License-Identifier: Apache-2.0
// Counts as text.
// Entry: summary_line, progress_line. Test: tests/unit/cli/progress_test.cpp.
#include "cli/progress.hpp"

#include <algorithm>

#include "cli/namespace.hpp"
#include "rows/text.hpp"

namespace pricepoint::cli {
namespace {

std::uint64_t per_second(std::uint64_t count, std::chrono::milliseconds elapsed) {
  return count * 1000 / static_cast<std::uint64_t>(std::max<std::int64_t>(elapsed.count(), 1));
}

}  // namespace

std::uint64_t run_counts::total() const noexcept {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : by_status) sum += count;
  return sum;
}

bool run_counts::all_decided(bool or_invalid) const noexcept {
  const auto of = [this](status what) { return by_status[static_cast<std::size_t>(what)]; };
  const std::uint64_t good = of(status::priced) + of(status::compromised) + of(status::withheld);
  return good + (or_invalid ? of(status::invalid) : 0) == total();
}

std::string grouped(std::uint64_t value) {
  std::string text = number(value);
  for (std::size_t i = text.size(); i > 3;) {
    i -= 3;
    text.insert(i, ",");
  }
  return text;
}

std::string summary_line(const run_counts& counts, std::chrono::milliseconds elapsed) {
  std::string text = grouped(counts.total()) + (counts.total() == 1 ? " row" : " rows");
  const char* separator = ": ";
  for (std::size_t i = 0; i < status_count; ++i) {
    if (counts.by_status[i] == 0) continue;
    text.append(separator).append(grouped(counts.by_status[i])).append(" ").append(to_string(static_cast<status>(i)));
    separator = ", ";
  }
  text.append(" (");
  append_fixed(text, elapsed.count() / 100, 1);
  text.append(" s, ").append(grouped(per_second(counts.total(), elapsed))).append(" rows/s)");
  return text;
}

std::string progress_line(std::uint64_t rows, std::uint64_t bytes, std::uint64_t total_bytes,
                          std::chrono::milliseconds elapsed) {
  std::string text = grouped(rows) + " rows, " + grouped(per_second(rows, elapsed)) + " rows/s";
  if (total_bytes > 0) {
    text.append(", ").append(number(std::min<std::uint64_t>(bytes * 100 / total_bytes, 100))).append("%");
  }
  return text;
}

}  // namespace pricepoint::cli
