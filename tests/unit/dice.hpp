// SPDX-License-Identifier: Apache-2.0
// The same choices on every machine and with every standard library.
#pragma once

#include <cstddef>
#include <cstdint>

namespace deciding {

class dice {
 public:
  std::int64_t between(std::int64_t low, std::int64_t high) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return low + static_cast<std::int64_t>((state_ >> 33) % static_cast<std::uint64_t>(high - low + 1));
  }
  std::size_t below(std::size_t end) {
    return static_cast<std::size_t>(between(0, static_cast<std::int64_t>(end) - 1));
  }
  bool one_in(std::size_t chances) { return below(chances) == 0; }
  template <std::size_t Count>
  const char* of(const char* const (&words)[Count]) {
    return words[below(Count)];
  }

 private:
  std::uint64_t state_ = 20261127;
};

}  // namespace deciding
