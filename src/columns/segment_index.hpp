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

// Numbers are looked up by their distance from the first cut: buckets of equal size, one to four times as many as cuts,
// say how many cuts lie below them. Where many cuts crowd one bucket it is halved as usual.
class segment_index {
 public:
  segment_index() = default;
  // `cuts` are sorted; equal ones may stand side by side.
  explicit segment_index(std::vector<std::int64_t> cuts) : cuts_(std::move(cuts)), size_(cuts_.size()) {
    if (size_ == 0) return;
    span_ = distance(cuts_.back());
    for (std::size_t for_each = 1; for_each <= 4; for_each *= 2) {
      if (fill(std::bit_ceil(std::min(for_each * size_, max_buckets)))) break;
    }
    cuts_.push_back(INT64_MAX);
  }

  std::size_t size() const noexcept { return size_; }
  std::int64_t operator[](std::size_t i) const noexcept { return cuts_[i]; }

  // How many cuts are at or below `value`.
  std::size_t count_to(std::int64_t value) const noexcept {
    if (size_ <= few) {
      std::size_t count = 0;
      for (std::size_t i = 0; i < size_; ++i) count += cuts_[i] <= value ? 1 : 0;
      return count;
    }
    if (value < cuts_.front()) return 0;
    const auto bucket = static_cast<std::size_t>(std::min(distance(value), span_) >> shift_);
    const std::size_t begin = below_[bucket];
    const std::size_t end = below_[bucket + 1];
    // Most buckets have a cut or none, and nobody could foretell which.
    if (end - begin <= 1) return begin + static_cast<std::size_t>((begin < end) & (cuts_[begin] <= value));
    const auto place = [&](std::size_t at) { return cuts_.begin() + static_cast<std::ptrdiff_t>(at); };
    return static_cast<std::size_t>(std::upper_bound(place(begin), place(end), value) - cuts_.begin());
  }

  // For loops that look many numbers up at once; not for an empty index. Behind the cuts stands one of INT64_MAX.
  // Parts: the cuts, by bucket and one more how many stand before it, the first cut, its distance from the last, the
  // bits of a bucket's width, how many cuts.
  template <class Parts>
  Parts as_parts() const noexcept {
    return {cuts_.data(), below_.data(), cuts_.front(), span_, shift_, static_cast<std::int32_t>(size_)};
  }

 private:
  static constexpr std::size_t few = 8;
  static constexpr std::size_t max_buckets = 1u << 16;
  std::uint64_t distance(std::int64_t value) const noexcept {
    return static_cast<std::uint64_t>(value) - static_cast<std::uint64_t>(cuts_.front());
  }
  // Whether no bucket has more than one cut.
  bool fill(std::size_t wanted) {
    shift_ = std::max(0, static_cast<int>(std::bit_width(span_)) - static_cast<int>(std::bit_width(wanted - 1)));
    below_.assign(static_cast<std::size_t>(span_ >> shift_) + 2, 0);
    for (const std::int64_t cut : cuts_) ++below_[static_cast<std::size_t>(distance(cut) >> shift_) + 1];
    const bool spread = *std::max_element(below_.begin(), below_.end()) <= 1;
    for (std::size_t i = 1; i < below_.size(); ++i) below_[i] += below_[i - 1];
    return spread;
  }

  std::vector<std::int64_t> cuts_;
  std::size_t size_ = 0;
  std::vector<std::uint32_t> below_;
  std::uint64_t span_ = 0;
  int shift_ = 0;
};

}  // namespace pricepoint::detail
