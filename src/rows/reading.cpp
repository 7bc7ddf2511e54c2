// SPDX-License-Identifier: Apache-2.0
// Entry: about_replaced. Test: tests/unit/rows/reading_test.cpp.
#include "rows/reading.hpp"

#include <algorithm>
#include <cstddef>

#include "rows/problems.hpp"
#include "rows/text.hpp"

namespace pricepoint::rows {

void replaced_bytes::count(const std::string& column, std::uint64_t line, std::uint64_t bytes) {
  if (bytes == 0) return;
  of_column& sum = columns[column];
  sum.first_line = sum.bytes == 0 ? line : std::min(sum.first_line, line);
  sum.bytes += bytes;
}

void replaced_bytes::add(const replaced_bytes& other) {
  for (const auto& [column, one] : other.columns) count(column, one.first_line, one.bytes);
}

std::vector<diagnostic> about_replaced(const replaced_bytes& all, const std::string& file) {
  std::vector<diagnostic> made;
  for (const auto& [column, one] : all.columns) {
    const std::string what = one.bytes == 1
                                 ? std::string("one byte that is not UTF-8 was replaced")
                                 : number(one.bytes) + " bytes that are not UTF-8 were replaced, the first in line " +
                                       number(one.first_line);
    made.push_back(warning(problem("PP-I013", "column " + in_quotes(column) + ": " + what,
                                   "no rule reads this column; save the file as UTF-8 to keep its text", file,
                                   static_cast<std::size_t>(one.first_line))));
  }
  return made;
}

}  // namespace pricepoint::rows
