// SPDX-License-Identifier: Apache-2.0
// CSV as RFC 4180 has it, cell by cell and in place. Beyond it: a lone LF ends a record, blanks may stand around a
// quoted cell, and a quote in the middle of a cell that does not begin with one stands for itself. A lone CR ends a
// record once end_lines_by_newlines has made it an LF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/blanks.hpp"

namespace pricepoint::detail {

struct csv_cell {
  std::string_view raw;  // as it stands, with its quotes; of a quoted one without the blanks around them
  bool quoted = false;
  bool doubled = false;    // quotes inside stand twice
  bool malformed = false;  // text after the closing quote, or no closing quote
  bool unclosed = false;
};

// Reads the record that begins at `from` in the place of `cells`, whose memory is used again, and gives one past its
// newline. Requires that end[-1] is '\n'; a quoted cell that is not closed by then ends there. Of more than `most`
// cells the last is kept in the place of all that are too many, so that a record of nothing but commas costs no memory.
const char* read_csv_record(const char* from, const char* end, std::vector<csv_cell>& cells,
                            std::size_t most = SIZE_MAX);

// The text of a cell; where quotes must be halved it is appended to `scratch`, which must have room not to move.
std::string_view text_in_quotes(const csv_cell& cell, std::string& scratch);
inline std::string_view csv_value(const csv_cell& cell, std::string& scratch) {
  return cell.quoted ? text_in_quotes(cell, scratch) : cell.raw;
}

// The text without blanks around it, as fields and names are read.
inline std::string_view csv_text(const csv_cell& cell, std::string& scratch) {
  return without_blanks(csv_value(cell, scratch));
}

// Whether nothing stands in any of the cells but blanks: then the record is no row.
bool all_are_blank(const csv_cell* from, const csv_cell* to) noexcept;

// Whether the quote at `at` opens a cell: whether a cell begins there, or blanks after which it does. No quote before
// it may be open, and `begin` must be where a record begins.
bool opens_cell(const char* begin, const char* at) noexcept;

// The first CR that no LF follows; null where there is none. Of one at the very end it is not known.
char* find_lone_cr(char* from, char* end) noexcept;
inline void end_lines_by_newlines_outside_quotes(char* from, char* end) noexcept {
  while ((from = find_lone_cr(from, end)) != nullptr) *from++ = '\n';
}
// Of a whole text: makes every CR an LF that stands outside quotes and that no LF follows.
void end_lines_by_newlines(char* from, char* end) noexcept;

// Whether a cell with that text has to be quoted.
bool needs_csv_quotes(std::string_view text) noexcept;

// Appends a cell, quoted if it has to be.
void append_csv_cell(std::string& out, std::string_view value);

// Newlines inside the record, so that the line of the next one is known.
std::uint64_t count_lines(const char* from, const char* to) noexcept;

}  // namespace pricepoint::detail
