// SPDX-License-Identifier: Apache-2.0
// The cells of a record. The loop over plain cells is where most bytes of a run pass.
// Entry: read_csv_record. Test: tests/unit/text/csv_test.cpp.
#include "text/csv.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <bit>
#include <cstring>

namespace pricepoint::detail {
namespace {

std::string_view between(const char* from, const char* to) { return {from, static_cast<std::size_t>(to - from)}; }

// The cell after its opening quote; gives the comma or newline after it.
const char* read_quoted(const char* from, const char* end, csv_cell& cell) {
  cell.quoted = true;
  const char* p = from + 1;
  for (;;) {
    p = static_cast<const char*>(std::memchr(p, '"', static_cast<std::size_t>(end - p)));
    if (p == nullptr) {
      cell.malformed = cell.unclosed = true;
      const char* const last = end - 1;
      cell.raw = between(from, last > from && last[-1] == '\r' ? last - 1 : last);
      return last;
    }
    if (p + 1 == end || p[1] != '"') break;
    cell.doubled = true;
    p += 2;
  }
  const char* const closed = ++p;
  while (*p != ',' && *p != '\n') ++p;
  const char* const text_end = *p == '\n' && p > closed && p[-1] == '\r' ? p - 1 : p;
  cell.malformed = text_end != closed;
  cell.raw = between(from, text_end);
  return p;
}

// Which of the bytes from here on are a comma or a newline, a bit for each; of fewer where the text ends before.
#if defined(__SSE2__)
constexpr std::size_t step = 16;
constexpr int bits_of_byte = 1;

std::uint32_t separators(const char* from, const char* end) {
  __m128i bytes = _mm_setzero_si128();
  if (end - from >= std::ptrdiff_t{step}) [[likely]] {
    bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  } else {
    std::memcpy(&bytes, from, static_cast<std::size_t>(end - from));
  }
  const __m128i comma = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(','));
  const __m128i newline = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'));
  return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(comma, newline)));
}
#else
constexpr std::size_t step = 8;
constexpr int bits_of_byte = 8;

std::uint64_t separators(const char* from, const char* end) {
  static_assert(std::endian::native == std::endian::little, "the first byte is the lowest");
  constexpr std::uint64_t ones = 0x0101010101010101u;
  constexpr std::uint64_t low7 = ones * 0x7F;
  std::uint64_t word = 0;
  if (end - from >= std::ptrdiff_t{step}) [[likely]] {
    std::memcpy(&word, from, step);
  } else {
    std::memcpy(&word, from, static_cast<std::size_t>(end - from));
  }
  const std::uint64_t comma = word ^ ones * ',';
  const std::uint64_t newline = word ^ ones * '\n';
  return ~((((comma & low7) + low7) | comma) & (((newline & low7) + low7) | newline)) & ~low7;
}
#endif

}  // namespace

const char* read_csv_record(const char* from, const char* end, std::vector<csv_cell>& cells, std::size_t most) {
  csv_cell* cell = cells.data();
  csv_cell* full = cell + std::min(cells.size(), most);
  const auto make_room = [&] {
    const auto count = static_cast<std::size_t>(cell - cells.data());
    if (count == most) {
      --cell;  // of too many cells the last is written again and again
      return;
    }
    cells.resize(std::min(std::max<std::size_t>(16, 2 * count), most));
    cell = cells.data() + count;
    full = cells.data() + cells.size();
  };
  const auto next_cell = [&](const csv_cell& as) -> csv_cell& {
    if (cell == full) [[unlikely]]
      make_room();
    *cell = as;
    return *cell++;
  };
  const auto ended = [&](const char* newline) {
    cells.resize(static_cast<std::size_t>(cell - cells.data()));
    return newline + 1;
  };
  const char* begin = from;
  for (;;) {
    while (*begin == '"') {
      const char* const p = read_quoted(begin, end, next_cell({}));
      if (*p == '\n') return ended(p);
      begin = p + 1;
    }
    // Cells without quotes, as many as there are.
    for (const char* word = begin; *begin != '"'; word += step) {
      for (auto found = separators(word, end); found != 0; found &= found - 1) {
        const char* const p = word + std::countr_zero(found) / bits_of_byte;
        csv_cell& made = next_cell({between(begin, p)});
        if (*p == '\n') {
          if (!made.raw.empty() && p[-1] == '\r') made.raw.remove_suffix(1);
          return ended(p);
        }
        begin = p + 1;
        if (*begin == '"') break;
      }
    }
  }
}

std::string_view text_in_quotes(const csv_cell& cell, std::string& scratch) {
  const std::string_view inside = cell.raw.substr(1, cell.raw.size() - (cell.malformed ? 1 : 2));
  if (!cell.doubled) return inside;
  const std::size_t begin = scratch.size();
  for (std::size_t i = 0; i < inside.size(); ++i) {
    scratch.push_back(inside[i]);
    if (inside[i] == '"' && i + 1 < inside.size() && inside[i + 1] == '"') ++i;
  }
  return std::string_view(scratch).substr(begin);
}

bool needs_csv_quotes(std::string_view text) noexcept {
  // All letters that need quotes are at most a comma; hardly any other of names and numbers is. So are none of most
  // texts, and of the others each letter is looked at.
  const auto any_is_low = [](std::uint64_t letters) {
    constexpr std::uint64_t ones = 0x0101010101010101u;
    return ((letters - ones * (',' + 1)) & ~letters & ones * 0x80) != 0;
  };
  const char* const at = text.data();
  const std::size_t size = text.size();
  bool low = false;
  if (size >= 8) {
    std::uint64_t letters = 0;
    for (std::size_t i = 0; i + 8 <= size; i += 8) {
      std::memcpy(&letters, at + i, 8);
      low |= any_is_low(letters);
    }
    std::memcpy(&letters, at + size - 8, 8);
    low |= any_is_low(letters);
  } else if (size >= 4) {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::memcpy(&first, at, 4);
    std::memcpy(&last, at + size - 4, 4);
    low = any_is_low(std::uint64_t{first} << 32 | last);
  } else {
    low = true;
  }
  return low && std::any_of(text.begin(), text.end(),
                            [](char c) { return c <= ',' && (c == '"' || c == ',' || c == '\n' || c == '\r'); });
}

void append_csv_cell(std::string& out, std::string_view value) {
  if (!needs_csv_quotes(value)) {
    out.append(value);
    return;
  }
  out.push_back('"');
  for (const char c : value) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

std::uint64_t count_lines(const char* from, const char* to) noexcept {
  std::uint64_t count = 0;
  while (from < to) {
    const void* const newline = std::memchr(from, '\n', static_cast<std::size_t>(to - from));
    if (newline == nullptr) break;
    ++count;
    from = static_cast<const char*>(newline) + 1;
  }
  return count;
}

}  // namespace pricepoint::detail
