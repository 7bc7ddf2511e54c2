// SPDX-License-Identifier: Apache-2.0
// Memory that is given back all at once and taken again: what fills the same tables again and again takes none of the
// system after the first time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <vector>

namespace pricepoint::detail {

class arena {
 public:
  // Room for `count` of T, which has no destructor. It stays where it is until rewind().
  template <class T>
  T* take(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= alignof(std::max_align_t));
    const std::size_t bytes = count * sizeof(T);
    used_ = (used_ + alignof(T) - 1) / alignof(T) * alignof(T);
    while (chunk_ == chunks_.size() || used_ + bytes > chunks_[chunk_].size) {
      if (chunk_ < chunks_.size()) ++chunk_;
      used_ = 0;
      if (chunk_ < chunks_.size()) continue;
      const std::size_t size = std::max(bytes, chunks_.empty() ? first_size : 2 * chunks_.back().size);
      chunks_.push_back({std::make_unique<std::byte[]>(size), size});
    }
    std::byte* const at = chunks_[chunk_].room.get() + used_;
    used_ += bytes;
    T* const made = reinterpret_cast<T*>(at);
    std::uninitialized_value_construct_n(made, count);
    return made;
  }
  std::string_view copy(std::string_view text) {
    char* const to = take<char>(text.size());
    std::copy(text.begin(), text.end(), to);
    return {to, text.size()};
  }
  // Everything that was taken is invalid.
  void rewind() noexcept { chunk_ = used_ = 0; }

 private:
  static constexpr std::size_t first_size = 4096;
  struct chunk {
    std::unique_ptr<std::byte[]> room;
    std::size_t size;
  };
  std::vector<chunk> chunks_;
  std::size_t chunk_ = 0, used_ = 0;
};

}  // namespace pricepoint::detail
