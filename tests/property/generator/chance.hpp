// SPDX-License-Identifier: Apache-2.0
//
// Where every choice of the generator comes from: the numbers of a seed, or the bytes of a fuzzer as long as they last.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace generator {

class chance {
 public:
  explicit chance(std::uint64_t seed) : state_(seed) {}

  /// From here on these bytes choose, until they are used up.
  void read(std::string_view bytes) { bytes_ = bytes; }

  /// splitmix64
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  /// 0 ≤ result < n; the bias of the remainder does not matter here.
  long long below(long long n) {
    if (!bytes_.empty()) return read_below(n);
    return static_cast<long long>(next() % static_cast<std::uint64_t>(n));
  }
  /// low ≤ result ≤ high
  long long between(long long low, long long high) { return low + below(high - low + 1); }
  bool percent(int p) { return below(100) < p; }
  template <typename T>
  const T& pick(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(below(static_cast<long long>(from.size())))];
  }
  std::string word(std::initializer_list<const char*> from) {
    return *(from.begin() + below(static_cast<long long>(from.size())));
  }
  template <typename T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i)
      std::swap(items[i - 1], items[static_cast<std::size_t>(below(static_cast<long long>(i)))]);
  }
  /// One or more, in random order.
  template <typename T>
  std::vector<T> some(std::vector<T> from, std::size_t at_most) {
    shuffle(from);
    from.resize(static_cast<std::size_t>(between(1, static_cast<long long>(std::min(at_most, from.size())))));
    return from;
  }

 private:
  /// Of as many bytes as n takes.
  long long read_below(long long n) {
    std::uint64_t value = 0;
    for (auto rest = static_cast<std::uint64_t>(n - 1); !bytes_.empty(); rest >>= 8) {
      value = value << 8 | static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      if (rest < 256) break;
    }
    return static_cast<long long>(value % static_cast<std::uint64_t>(n));
  }

  std::uint64_t state_;
  std::string_view bytes_;
};

}  // namespace generator
