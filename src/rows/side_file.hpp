// SPDX-License-Identifier: Apache-2.0
// A small CSV beside the items, read whole, with every mistake told at once: exchange rates, price histories.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/result.hpp"
#include "text/csv.hpp"

namespace pricepoint::rows {

// Codes: the family and 001 a column lacks or stands twice, 002 a cell cannot be read, 003 a row cannot be read, 004
// how many more there are. Other columns are left aside.
// Blanks around cells and names are no part of them, names are found without case, rows of empty cells are none.
class side_file {
 public:
  struct column {
    std::string_view name;
    bool required = true;
  };
  // `family`: "PP-R". `hint`: what the first row must be.
  side_file(std::string text, std::string file, std::string family, std::vector<column> columns, std::string hint);

  // Calls `row` for each row that has its cells, while the header is good. False where anything was wrong.
  bool read(const std::function<void()>& row);

  // Of the row at hand: the text of a column, empty where the file has none; it holds until the next row.
  std::string_view cell(std::size_t which);
  // That the cell cannot be read: "column at: "x" is not an instant".
  void refuse(std::size_t which, std::string_view why, std::string hint);
  std::size_t line();  // of the row at hand; each is counted on from the one before
  std::size_t mistakes() const noexcept { return found_; }
  error take();

 private:
  void report(const char* number, const char* at, std::string message, std::string hint = {});
  bool are_blank(std::size_t from) const;
  bool well_quoted();
  void header();
  void missing_column(std::size_t which, const std::vector<const detail::csv_cell*>& others);

  std::string text_, file_, family_;
  std::vector<column> columns_;
  std::string hint_;
  std::string scratch_;
  std::size_t width_ = 0;
  std::vector<std::optional<std::size_t>> places_;  // by column
  std::vector<detail::csv_cell> cells_;
  std::vector<diagnostic> problems_;
  std::size_t found_ = 0;
  std::size_t row_at_ = 0, counted_to_ = 0, lines_ = 0;
};

}  // namespace pricepoint::rows
