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
  cell.malformed = !without_blanks(between(closed, text_end)).empty();
  cell.raw = between(from, cell.malformed ? text_end : closed);
  return p;
}

bool is_plain_blank(char c) { return c == ' ' || c == '\t'; }

// Whether a quoted cell begins here, perhaps after blanks, which are then left behind.
bool begins_quoted(const char*& begin) {
  if (*begin == '"') return true;
  if (!is_plain_blank(*begin)) return false;
  const char* p = begin;
  while (is_plain_blank(*p)) ++p;
  if (*p != '"') return false;
  begin = p;
  return true;
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
  bool quoted = static_cast<unsigned char>(*begin) <= '"' && begins_quoted(begin);
  for (;;) {
    while (quoted) {
      const char* const p = read_quoted(begin, end, next_cell({}));
      if (*p == '\n') return ended(p);
      begin = p + 1;
      quoted = begins_quoted(begin);
    }
    // Cells without quotes, as many as there are.
    for (const char* word = begin; !quoted; word += step) {
      for (auto found = separators(word, end); found != 0; found &= found - 1) {
        const char* const p = word + std::countr_zero(found) / bits_of_byte;
        csv_cell& made = next_cell({between(begin, p)});
        if (*p == '\n') [[unlikely]] {
          if (!made.raw.empty() && p[-1] == '\r') made.raw.remove_suffix(1);
          return ended(p);
        }
        begin = p + 1;
        // Few cells begin with a quote or anything below it.
        if (static_cast<unsigned char>(*begin) <= '"' && begins_quoted(begin)) {
          quoted = true;
          break;
        }
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

bool all_are_blank(const csv_cell* from, const csv_cell* to) noexcept {
  return std::all_of(from, to, [](const csv_cell& one) {
    if (one.malformed) return false;
    const std::string_view inside = one.quoted ? one.raw.substr(1, one.raw.size() - 2) : one.raw;
    return without_blanks(inside).empty();
  });
}

bool opens_cell(const char* begin, const char* at) noexcept {
  while (at > begin && is_plain_blank(at[-1])) --at;
  return at == begin || at[-1] == ',' || at[-1] == '\n';
}

char* find_lone_cr(char* from, char* end) noexcept {
  // Most texts have none at all.
  if (end - from > 1) from = static_cast<char*>(std::memchr(from, '\r', static_cast<std::size_t>(end - from)));
  if (from == nullptr) return nullptr;
#if defined(__SSE2__)
  const __m128i cr = _mm_set1_epi8('\r');
  const __m128i lf = _mm_set1_epi8('\n');
  for (; end - from > std::ptrdiff_t{step}; from += step) {
    const __m128i here = _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)), cr);
    const __m128i next = _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from + 1)), lf);
    if (_mm_movemask_epi8(_mm_andnot_si128(next, here)) != 0) break;
  }
#endif
  while (end - from > 1) {
    char* const found = static_cast<char*>(std::memchr(from, '\r', static_cast<std::size_t>(end - from - 1)));
    if (found == nullptr || found[1] != '\n') return found;
    from = found + 2;
  }
  return nullptr;
}

void end_lines_by_newlines(char* from, char* end) noexcept {
  if (find_lone_cr(from, end) == nullptr) return;
  const char* const begin = from;
  const auto quote_from = [&](char* at) {
    void* const found = std::memchr(at, '"', static_cast<std::size_t>(end - at));
    return found == nullptr ? end : static_cast<char*>(found);
  };
  while (from < end) {
    char* quote = quote_from(from);
    // With the quote, so that a CR right before it is known to be alone.
    end_lines_by_newlines_outside_quotes(from, quote == end ? end : quote + 1);
    if (quote == end) return;
    from = quote + 1;
    if (!opens_cell(begin, quote)) continue;
    for (;;) {
      quote = quote_from(from);
      if (quote == end) return;
      from = quote + 1;
      if (from == end || *from != '"') break;
      ++from;
    }
  }
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
