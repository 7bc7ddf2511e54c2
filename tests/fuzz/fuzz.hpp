// SPDX-License-Identifier: Apache-2.0
// What the fuzzers share: the bytes of an input as choices, and how a broken promise ends the process.
//
//   extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
//     fuzz::input in(data, size);
//     const auto channels = in.between(1, 4);
//     fuzz::expect(made == wanted, "made and wanted differ");
//     return 0;
//   }
//
// Nothing here reads a clock, a seed or an address: the same bytes do the same every time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>

namespace fuzz {

[[noreturn]] inline void fail(std::string_view why) {
  std::fprintf(stderr, "broken promise: %.*s\n", static_cast<int>(why.size()), why.data());
  std::abort();
}
inline void expect(bool holds, std::string_view why) {
  if (!holds) fail(why);
}

// Numbers for what an input does not choose, places to try for one. splitmix64.
class sprinkle {
 public:
  explicit sprinkle(std::uint64_t from) : state_(from) {}
  std::uint64_t next() noexcept {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
  }

 private:
  std::uint64_t state_;
};

// Behind the end all bytes are zero, so that every input is whole.
class input {
 public:
  input(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}

  std::size_t left() const noexcept { return left_; }
  bool empty() const noexcept { return left_ == 0; }

  std::uint8_t byte() noexcept {
    if (left_ == 0) return 0;
    --left_;
    return *data_++;
  }
  bool flag() noexcept { return (byte() & 1) != 0; }
  bool one_in(std::uint64_t n) { return below(n) == n - 1; }  // not at the end of the input
  std::uint64_t bits(int bytes) noexcept {
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i) value = value << 8 | byte();
    return value;
  }
  // 0 <= result < n, of as many bytes as n takes.
  std::uint64_t below(std::uint64_t n) noexcept {
    int bytes = 1;
    while (bytes < 8 && (n - 1) >> 8 * bytes != 0) ++bytes;
    return bits(bytes) % n;
  }
  // low <= result <= high
  std::int64_t between(std::int64_t low, std::int64_t high) noexcept {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }
  template <class T>
  T pick(std::initializer_list<T> from) noexcept {
    return from.begin()[below(from.size())];
  }
  template <class Container>
  const auto& one_of(const Container& from) noexcept {
    return from[below(from.size())];
  }
  // At most so many bytes as they stand.
  std::string_view take(std::size_t count) noexcept {
    count = count < left_ ? count : left_;
    const std::string_view taken(reinterpret_cast<const char*>(data_), count);
    data_ += count;
    left_ -= count;
    return taken;
  }
  std::string_view rest() noexcept { return take(left_); }
  // A length in one byte, then the text.
  std::string text(std::size_t at_most) { return std::string(take(below(at_most + 1))); }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

}  // namespace fuzz
