// SPDX-License-Identifier: Apache-2.0
// Requests repeat their words: a shop has few channels, markets, segments and roles. What the words of a request became
// is kept by the words themselves, so that a request with the same ones compares them and looks up nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "compile/dictionary.hpp"

namespace pricepoint::engine {

// A few short words as whole numbers, so that lists of them are compared eight letters at a time.
class word_list {
 public:
  static constexpr std::size_t most_parts = 32;  // of eight letters, and one of fewer at the end of each word

  void clear() noexcept { parts_ = 0; }
  // False where there is no room: the list is then of no use.
  bool add(std::string_view word) noexcept {
    if (word.size() >= whole_part) [[unlikely]] {
      if (word.size() / whole_part >= most_parts - parts_) return false;
      for (; word.size() >= whole_part; word.remove_prefix(whole_part)) {
        std::uint64_t letters = 0;
        std::memcpy(&letters, word.data(), whole_part);
        put(letters, whole_part);
      }
    }
    if (parts_ == most_parts) return false;
    // With their number, these are all letters that are left.
    put(text_hash::last_bytes(word.data(), word.size()), word.size());
    return true;
  }
  // In the place of a word something that is none.
  bool add_number() noexcept {
    if (parts_ == most_parts) return false;
    put(0, number_mark);
    return true;
  }

  std::uint64_t hash() const noexcept {
    // One product for each, none waiting for another.
    std::uint64_t hash = parts_;
    for (std::uint32_t i = 0; i < parts_; ++i) hash += (letters_[i] ^ letters_[i] >> 32) * odd[i];
    hash = (hash ^ hash >> 32) * odd[0];
    return hash ^ hash >> 32;
  }
  friend bool operator==(const word_list& a, const word_list& b) noexcept {
    if (a.parts_ != b.parts_) return false;
    std::uint64_t different = 0;
    for (std::uint32_t i = 0; i < a.parts_; ++i) {
      different |= (a.letters_[i] ^ b.letters_[i]) | static_cast<std::uint64_t>(a.sizes_[i] ^ b.sizes_[i]);
    }
    return different == 0;
  }

 private:
  static constexpr std::size_t whole_part = 8;  // letters; the word goes on
  static constexpr std::size_t number_mark = 9;
  static constexpr auto odd = [] {
    std::array<std::uint64_t, most_parts> made{};
    std::uint64_t next = 0xD6E8FEB86659FD93u;
    for (std::uint64_t& one : made) one = (next = next * 6364136223846793005u + 1442695040888963407u) | 1;
    return made;
  }();

  void put(std::uint64_t letters, std::size_t size) noexcept {
    letters_[parts_] = letters;
    sizes_[parts_] = static_cast<std::uint16_t>(size);
    ++parts_;
  }

  std::uint32_t parts_ = 0;
  std::array<std::uint16_t, most_parts> sizes_;
  std::array<std::uint64_t, most_parts> letters_;
};

}  // namespace pricepoint::engine
