// SPDX-License-Identifier: Apache-2.0
// Rows in aligned columns, for people at a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pricepoint::rows {

struct table_column {
  std::string_view title;
  bool right = false;     // figures
  bool optional = false;  // left out where none of the first rows has any
  std::size_t most = 32;  // columns of the terminal; longer cells are cut
  bool varying = false;   // left out where all of the first rows have the same
};

// Used by one thread. Widths are those of the rows up to the first flush; the last column takes what is left.
class text_table {
 public:
  text_table(std::vector<table_column> columns, std::size_t width) : columns_(std::move(columns)), width_(width) {}

  std::vector<std::string>& add() { return rows_.emplace_back(columns_.size()); }
  // Appends the rows since the last flush; before the first of all, the titles.
  void flush(std::string& out);
  // The same, but not before there are enough rows to know which columns there are and how wide.
  void flush_if_many(std::string& out);
  // The rows since the last flush become another's of the same columns.
  void hand_over(text_table& to);

 private:
  void fix_widths();
  void append(std::string& out, const std::vector<std::string>& cells) const;

  std::vector<table_column> columns_;
  std::size_t width_;
  bool started_ = false;
  std::vector<std::size_t> widths_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace pricepoint::rows
