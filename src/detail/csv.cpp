// SPDX-License-Identifier: Apache-2.0
// The cells of a record. The loop over plain cells is where most bytes of a run pass.
// Entry: read_csv_record. Test: tests/unit/detail/csv_test.cpp.
#include "detail/csv.hpp"

#include <algorithm>
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

}  // namespace

const char* read_csv_record(const char* from, const char* end, std::vector<csv_cell>& cells, std::size_t most) {
  cells.clear();
  const char* p = from;
  for (;;) {
    if (cells.size() == most) cells.pop_back();
    csv_cell& cell = cells.emplace_back();
    if (*p == '"') {
      p = read_quoted(p, end, cell);
    } else {
      const char* const begin = p;
      while (*p != ',' && *p != '\n') ++p;
      cell.raw = between(begin, *p == '\n' && p > begin && p[-1] == '\r' ? p - 1 : p);
    }
    if (*p == '\n') return p + 1;
    ++p;
  }
}

std::string_view csv_value(const csv_cell& cell, std::string& scratch) {
  if (!cell.quoted) return cell.raw;
  const std::string_view inside = cell.raw.substr(1, cell.raw.size() - (cell.malformed ? 1 : 2));
  if (!cell.doubled) return inside;
  const std::size_t begin = scratch.size();
  for (std::size_t i = 0; i < inside.size(); ++i) {
    scratch.push_back(inside[i]);
    if (inside[i] == '"' && i + 1 < inside.size() && inside[i + 1] == '"') ++i;
  }
  return std::string_view(scratch).substr(begin);
}

void append_csv_cell(std::string& out, std::string_view value) {
  const std::size_t begin = out.size();
  out.append(value);
  quote_csv_cell(out, begin);
}

void quote_csv_cell(std::string& out, std::size_t begin) {
  const auto needs_quotes = [](char c) { return c <= ',' && (c == '"' || c == ',' || c == '\n' || c == '\r'); };
  const std::string_view cell = std::string_view(out).substr(begin);
  if (std::none_of(cell.begin(), cell.end(), needs_quotes)) return;
  const std::string value = out.substr(begin);
  out.resize(begin);
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
