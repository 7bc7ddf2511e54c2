// SPDX-License-Identifier: Apache-2.0
// Rows of the input as requests. A row that cannot be read says why, and the rows after it go on.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pricepoint/audit/auditor.hpp"
#include "pricepoint/pricing/request.hpp"
#include "pricepoint/result.hpp"
#include "rows/blocks.hpp"
#include "rows/fields.hpp"
#include "rows/json_row.hpp"
#include "rows/reading.hpp"
#include "text/csv.hpp"

namespace pricepoint::rows {

using detail::append_csv_cell;
using detail::count_lines;
using detail::csv_cell;
using detail::csv_value;
using detail::read_csv_record;

// What rows that do not say take from elsewhere, the command line for one. The texts must outlive the rows.
struct row_defaults {
  std::string_view channel;  // empty where there are several
  std::string_view market;
  std::optional<instant> at;
};

// The request and, where offers are read, the seller and the observed price; they borrow from the block and `scratch`.
struct row : offer {
  std::uint64_t line = 0;
  std::string_view text;                      // the whole record as it stands in the block, with its newline
  record_problem cut = record_problem::none;  // the block's
  bool at_given = false;                      // the row itself says its time
  bool has_key = true;                        // whether it can be said which product it is of, and in which market
  std::vector<std::string> problems;          // empty, or why the row cannot be read: sorted
  std::vector<csv_cell> cells;                // of a CSV row, all of them
  std::vector<json_member> members;           // of an NDJSON row, those that are no fields
  std::string_view quantity_text, at_text;    // of an NDJSON row, as it gives them
  std::string scratch;
  std::string repaired;
  const field_table* fields = nullptr;  // its reader's
};

// What a stranger's rows may ask for: columns of a header, members of one object of NDJSON with its prices; and bytes
// of one field that the policy knows. Columns that are carried through are bounded by their record: see block_limits.
inline constexpr std::size_t max_columns = 4096;
inline constexpr std::size_t max_field_bytes = 64u << 10;
// Cells of one record that are told apart.
inline constexpr std::size_t max_cells = max_columns + 1;

// Whether all cells of a record are blank, so that it is no row; looked at where the first one may be.
inline bool is_no_row(const std::vector<csv_cell>& cells) {
  const std::string_view first = cells.front().raw;
  if (!first.empty() && static_cast<signed char>(first.front()) > '"') [[likely]]
    return false;
  return cells.size() < max_cells && detail::all_are_blank(cells.data(), cells.data() + cells.size());
}

// The header of a CSV: which column is which field. Names are without blanks and invisible characters around them;
// empty ones at the end are no columns. Immutable; shared between threads.
class csv_columns {
 public:
  // Errors, all at once: PP-I002 a column twice, PP-I003 the header cannot be read or has too many columns; or PP-I005
  // no column is a field: then the separator is another, or there is no header. Warnings, into `warnings`: PP-I004 a
  // column that nearly has a field's name, PP-I015
  // the price of a channel that there is not.
  static result<csv_columns> read(const block& header, const field_table& fields, const std::string& file,
                                  std::vector<diagnostic>& warnings);
  // The same columns, as another policy knows them.
  static csv_columns of_fields(const csv_columns& same, const field_table& fields);

  std::size_t count() const noexcept { return names_.size(); }
  const std::string& name(std::size_t index) const { return names_[index]; }
  const field& field_at(std::size_t index) const { return fields_[index]; }
  const std::vector<std::size_t>& carried() const noexcept { return carried_; }

 private:
  std::vector<std::string> names_;
  std::vector<field> fields_;
  std::vector<std::size_t> carried_;
};

// A record by itself, as it can stand among others in any order: before it its line in the input, what is wrong with
// its end, and a comma, so that a quote behind it opens a cell. A quoted cell that is not closed ends with the record.
void append_numbered(std::string& out, std::uint64_t line, record_problem cut, bool unclosed, std::string_view record);
void append_numbered(std::string& out, const row& what);

// Reads the rows of one block after the other. One per thread.
class row_reader {
 public:
  // Where the name of a member stands: in a line of the input, which is a text only during the call.
  struct member_place {
    std::string_view text;
    std::uint64_t first_byte = 0;  // of the line, in the input
    std::uint64_t line = 0;
    std::size_t at = 0;
  };
  static constexpr std::size_t most_names_told = 256;
  // Of all blocks so far.
  const replaced_bytes& replaced() const noexcept { return replaced_; }

  // Told of each member of NDJSON that is no field, once per reader and name, up to a limit.
  using unknown_listener = std::function<void(std::string_view name, const member_place& place)>;

  // `columns` is null for NDJSON.
  // `numbered`: the records are those of append_numbered.
  row_reader(const field_table& fields, const csv_columns* columns, const row_defaults& defaults,
             unknown_listener unknown = {}, bool numbered = false);

  void start(const block& from);
  bool next(row& out);

  // One object of NDJSON that stands inside another; it must be UTF-8 and live as long as the row is used.
  void read(std::string_view object, std::uint64_t line, row& out);
  // One object that stands by itself; whatever else the text is, the row says why it cannot be read. It must live as
  // long as the row is used.
  void read_alone(std::string_view text, row& out);

 private:
  bool next_csv(row& out);
  bool next_json(row& out);
  void reset(row& out) const;
  void take_number();
  bool bind_cells(row& out);
  void bind_cell(row& out, std::size_t column);
  void bind_unusual_count(row& out, std::size_t known);
  void check_cells_utf8(row& out);
  std::string_view as_utf8(std::string_view record, row& out);
  void count_replaced(const std::string& member, std::uint64_t line, std::uint64_t bytes);
  bool read_members(std::string_view text, row& out);
  bool read_prices(const json_member& prices, row& out);
  bool count_member(std::string_view key, row& out);
  bool is_first(std::string_view key);
  const field& field_of(std::string_view key, std::size_t position);
  const field& price_of(std::string_view channel, std::size_t position);
  void bind_member(const field& what, const char* prefix, const json_member& member, row& out);
  void unknown_member(const json_member& member, std::string_view written, row& out);
  void finish(row& out, bool complete = true);

  const field_table& fields_;
  const csv_columns* columns_;
  row_defaults defaults_;
  unknown_listener unknown_;
  bool numbered_;
  std::vector<std::string> told_;
  // Rows mostly have the same members in the same places.
  using known_places = std::vector<std::pair<std::string, field>>;
  static const field* place_in(known_places& all, std::string_view key, std::size_t& position);
  known_places positions_, price_positions_;
  std::vector<std::string_view> seen_;
  std::set<std::string_view> seen_of_many_;
  std::size_t members_ = 0;
  member_place record_;
  std::uint64_t block_byte_ = 0;
  const char* begin_ = nullptr;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  std::uint64_t line_ = 0;
  record_problem problem_ = record_problem::none;
  bool block_is_utf8_ = true;
  bool row_is_repaired_ = false;
  replaced_bytes replaced_;
};

}  // namespace pricepoint::rows
