// SPDX-License-Identifier: Apache-2.0
// Words and their codes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "compile/arena.hpp"

namespace pricepoint::engine {

struct text_hash {
  using is_transparent = void;
  // Eight bytes a step and inline: these words are short, and several are looked up for every request. What a stranger
  // sends is looked up and never stored, so nobody can make the tables degenerate.
  std::uint64_t operator()(std::string_view text) const noexcept {
    std::uint64_t hash = text.size() * 0x9E3779B97F4A7C15u;
    const auto mix = [&](std::uint64_t part) {
      hash = (hash ^ part) * 0xD6E8FEB86659FD93u;
      hash ^= hash >> 32;
    };
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
      std::uint64_t part = 0;
      std::memcpy(&part, text.data() + at, 8);
      mix(part);
    }
    mix(last_bytes(text.data() + at, text.size() - at));
    return hash;
  }

  // Fewer than eight bytes as a number, without a loop: every one of them is in it, some twice.
  static std::uint64_t last_bytes(const char* from, std::size_t count) noexcept {
    if (count >= 4) {
      std::uint32_t first = 0;
      std::uint32_t last = 0;
      std::memcpy(&first, from, 4);
      std::memcpy(&last, from + count - 4, 4);
      return std::uint64_t{first} << 32 | last;
    }
    if (count == 0) return 0;
    const auto byte = [from](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(from[i])}; };
    return byte(0) << 16 | byte(count / 2) << 8 | byte(count - 1);
  }
};

// Whether two texts are one; inline, since most are short.
inline bool is_same_text(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  std::size_t at = 0;
  for (; at + 8 <= a.size(); at += 8) {
    std::uint64_t left = 0;
    std::uint64_t right = 0;
    std::memcpy(&left, a.data() + at, 8);
    std::memcpy(&right, b.data() + at, 8);
    if (left != right) return false;
  }
  return text_hash::last_bytes(a.data() + at, a.size() - at) == text_hash::last_bytes(b.data() + at, b.size() - at);
}

class dictionary {
 public:
  using entry = std::pair<std::string_view, std::uint32_t>;
  using const_iterator = std::vector<entry>::const_iterator;

  // Nothing where the word is there.
  void emplace(std::string_view word, std::uint32_t code) {
    if (2 * (words_.size() + 1) > places_.size()) grow();
    const std::uint64_t hash = text_hash()(word);
    const std::size_t at = place_of(word, hash);
    if (places_[at] != 0) return;
    words_.emplace_back(letters_.copy(word), code);
    places_[at] = place(hash, words_.size());
  }

  const_iterator begin() const noexcept { return words_.begin(); }
  const_iterator end() const noexcept { return words_.end(); }
  std::size_t size() const noexcept { return words_.size(); }
  const_iterator find(std::string_view word) const noexcept {
    if (places_.empty()) return end();
    const std::uint64_t found = places_[place_of(word, text_hash()(word))];
    return found == 0 ? end() : begin() + static_cast<std::ptrdiff_t>(number(found));
  }
  bool contains(std::string_view word) const noexcept { return find(word) != end(); }

  // codes[i] = the code of words[i], `otherwise` where it is not there. Looks ahead, so that words of a large
  // dictionary are waited for together.
  void find_all(std::span<const std::string_view> words, std::uint32_t otherwise, std::uint32_t* codes) const noexcept {
    constexpr std::size_t ahead = 16;
    std::uint64_t hashes[ahead];
    if (places_.empty()) {
      std::fill_n(codes, words.size(), otherwise);
      return;
    }
    for (std::size_t first = 0; first < words.size(); first += ahead) {
      const std::size_t count = std::min(ahead, words.size() - first);
      for (std::size_t i = 0; i < count; ++i) {
        hashes[i] = text_hash()(words[first + i]);
        __builtin_prefetch(&places_[hashes[i] & (places_.size() - 1)]);
      }
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t one = places_[hashes[i] & (places_.size() - 1)];
        if (one != 0) __builtin_prefetch(&words_[number(one)]);
      }
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t one = places_[hashes[i] & (places_.size() - 1)];
        if (one != 0) __builtin_prefetch(words_[number(one)].first.data());
      }
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t found = places_[place_of(words[first + i], hashes[i])];
        codes[first + i] = found == 0 ? otherwise : words_[number(found)].second;
      }
    }
  }

 private:
  // A place has the upper half of its word's hash and the number of its entry, from 1; 0 is free.
  static std::uint64_t place(std::uint64_t hash, std::size_t entry) noexcept {
    return hash >> 32 << 32 | static_cast<std::uint32_t>(entry);
  }
  static std::size_t number(std::uint64_t place) noexcept { return static_cast<std::uint32_t>(place) - 1; }
  // Where the word stands, or would.
  std::size_t place_of(std::string_view word, std::uint64_t hash) const noexcept {
    const std::size_t last = places_.size() - 1;
    std::size_t at = hash & last;
    while (places_[at] != 0 &&
           (places_[at] >> 32 != hash >> 32 || !is_same_text(words_[number(places_[at])].first, word)))
      at = (at + 1) & last;
    return at;
  }
  void grow() {
    std::vector<std::uint64_t> wider(std::max<std::size_t>(8, 2 * places_.size()));
    const std::size_t last = wider.size() - 1;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const std::uint64_t hash = text_hash()(words_[i].first);
      std::size_t at = hash & last;
      while (wider[at] != 0) at = (at + 1) & last;
      wider[at] = place(hash, i + 1);
    }
    places_ = std::move(wider);
  }

  detail::arena letters_;  // side by side, and not all over the document
  std::vector<entry> words_;
  std::vector<std::uint64_t> places_;  // a power of two of them, at most half in use
};

}  // namespace pricepoint::engine
