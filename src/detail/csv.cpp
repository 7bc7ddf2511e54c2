// SPDX-License-Identifier: Apache-2.0
// The cells of a record. The loop over plain cells is where most bytes of a run pass.
// Entry: read_csv_record. Test: tests/unit/detail/csv_test.cpp.
#include "detail/csv.hpp"

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

// Goes from one comma or newline to the next, eight bytes a step. One of them must stand at or behind where it is.
class separators {
 public:
  separators(const char* from, const char* end) : end_(end) { go_to(from); }

  void go_to(const char* p) {
    word_ = p;
    look();
  }
  const char* next() {
    while (found_ == 0) go_to(word_ + 8);
    const char* const at = word_ + std::countr_zero(found_) / 8;
    found_ &= found_ - 1;
    return at;
  }

 private:
  void look() {
    static_assert(std::endian::native == std::endian::little, "the first byte is the lowest");
    constexpr std::uint64_t ones = 0x0101010101010101u;
    constexpr std::uint64_t low7 = ones * 0x7F;
    std::uint64_t word = 0;
    if (end_ - word_ >= 8) [[likely]] {
      std::memcpy(&word, word_, 8);
    } else {
      std::memcpy(&word, word_, static_cast<std::size_t>(end_ - word_));
    }
    const std::uint64_t comma = word ^ ones * ',';
    const std::uint64_t newline = word ^ ones * '\n';
    // The high bit of each byte that is one of the two.
    found_ = ~((((comma & low7) + low7) | comma) & (((newline & low7) + low7) | newline)) & ~low7;
  }

  const char* end_;
  const char* word_ = nullptr;
  std::uint64_t found_ = 0;
};

}  // namespace

const char* read_csv_record(const char* from, const char* end, std::vector<csv_cell>& cells, std::size_t most) {
  separators between_cells(from, end);
  const char* begin = from;
  for (std::size_t count = 0;;) {
    if (count == most) --count;
    if (count == cells.size()) cells.resize(std::max<std::size_t>(16, 2 * count));
    csv_cell& cell = cells[count++];
    cell = {};
    const char* p = nullptr;
    if (*begin == '"') {
      p = read_quoted(begin, end, cell);
      between_cells.go_to(p + 1);
    } else {
      p = between_cells.next();
      cell.raw = between(begin, *p == '\n' && p > begin && p[-1] == '\r' ? p - 1 : p);
    }
    begin = p + 1;
    if (*p != '\n') continue;
    cells.resize(count);
    return begin;
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
  // All letters that need quotes are at most a comma; hardly any other of names and numbers is.
  constexpr std::uint64_t ones = 0x0101010101010101u;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    if (((word - ones * (',' + 1)) & ~word & ones * 0x80) != 0) break;
  }
  return std::any_of(text.begin() + static_cast<std::ptrdiff_t>(i), text.end(),
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
