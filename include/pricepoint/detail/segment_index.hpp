// SPDX-License-Identifier: Apache-2.0
// In which of the segments between sorted numbers a number lies, in time that does not grow with how many there are.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace pricepoint::detail {

// Numbers are looked up by their distance from the first cut: buckets of equal size, some four times as many as cuts,
// say how many cuts lie below them. Where many cuts crowd one bucket it is halved as usual.
class segment_index {
 public:
  segment_index() = default;
  // `cuts` are sorted; equal ones may stand side by side.
  explicit segment_index(std::vector<std::int64_t> cuts) : cuts_(std::move(cuts)) {
    if (cuts_.size() <= few) return;
    const std::uint64_t span = distance(cuts_.back());
    const std::size_t wanted = std::bit_ceil(std::min<std::size_t>(4 * cuts_.size(), max_buckets));
    shift_ = std::max(0, static_cast<int>(std::bit_width(span)) - static_cast<int>(std::bit_width(wanted - 1)));
    const std::size_t buckets = static_cast<std::size_t>(span >> shift_) + 1;
    below_.resize(buckets + 1);
    for (const std::int64_t cut : cuts_) ++below_[static_cast<std::size_t>(distance(cut) >> shift_) + 1];
    for (std::size_t i = 1; i < below_.size(); ++i) below_[i] += below_[i - 1];
  }

  std::size_t size() const noexcept { return cuts_.size(); }
  std::int64_t operator[](std::size_t i) const noexcept { return cuts_[i]; }

  // How many cuts are at or below `value`.
  std::size_t count_to(std::int64_t value) const noexcept {
    if (below_.empty()) {
      std::size_t count = 0;
      for (const std::int64_t cut : cuts_) count += cut <= value ? 1 : 0;
      return count;
    }
    if (value < cuts_.front()) return 0;
    if (value >= cuts_.back()) return cuts_.size();
    const auto bucket = static_cast<std::size_t>(distance(value) >> shift_);
    const std::size_t begin = below_[bucket];
    const std::size_t end = below_[bucket + 1];
    // Most buckets have a cut or none, and nobody could foretell which. That of `begin` is there: one above `value` is.
    if (end - begin <= 1) return begin + static_cast<std::size_t>((begin < end) & (cuts_[begin] <= value));
    const auto place = [&](std::size_t at) { return cuts_.begin() + static_cast<std::ptrdiff_t>(at); };
    return static_cast<std::size_t>(std::upper_bound(place(begin), place(end), value) - cuts_.begin());
  }

 private:
  static constexpr std::size_t few = 8;
  static constexpr std::size_t max_buckets = 1u << 16;
  std::uint64_t distance(std::int64_t value) const noexcept {
    return static_cast<std::uint64_t>(value) - static_cast<std::uint64_t>(cuts_.front());
  }

  std::vector<std::int64_t> cuts_;
  std::vector<std::uint32_t> below_;  // cuts in the buckets before
  int shift_ = 0;
};

}  // namespace pricepoint::detail
