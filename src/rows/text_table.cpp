// SPDX-License-Identifier: Apache-2.0
// Entry: text_table::flush. Test: tests/unit/rows/text_table_test.cpp.
#include "rows/text_table.hpp"

#include <algorithm>

#include "rows/text.hpp"

namespace pricepoint::rows {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t least_last = 16;
constexpr std::size_t enough_rows = 1000;

}  // namespace

void text_table::fix_widths() {
  std::vector<std::string> titles;
  for (const table_column& one : columns_) titles.emplace_back(one.title);
  widths_.assign(columns_.size(), 0);
  std::size_t taken = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    bool used = false;
    bool varies = false;
    for (const auto& row : rows_) {
      widths_[i] = std::max(widths_[i], display_width(row[i]));
      used = used || !row[i].empty();
      varies = varies || row[i] != rows_.front()[i];
    }
    widths_[i] = std::max(std::min(widths_[i], columns_[i].most), display_width(titles[i]));
    if ((!used && columns_[i].optional) || (!varies && columns_[i].varying)) widths_[i] = 0;
    if (i + 1 < columns_.size() && widths_[i] > 0) taken += widths_[i] + gap;
  }
  if (!columns_.back().right && widths_.back() > 0) {
    widths_.back() = width_ > taken + least_last ? width_ - taken : least_last;
  }
  rows_.insert(rows_.begin(), std::move(titles));
}

void text_table::append(std::string& out, const std::vector<std::string>& cells) const {
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (widths_[i] == 0) continue;
    std::string shown;
    const std::size_t padding = widths_[i] - append_clipped(shown, cells[i], widths_[i]);
    if (columns_[i].right) text.append(padding, ' ');
    text.append(shown);
    if (!columns_[i].right) text.append(padding, ' ');
    text.append(gap, ' ');
  }
  text.erase(text.find_last_not_of(' ') + 1);
  out.append(text).push_back('\n');
}

void text_table::flush(std::string& out) {
  if (rows_.empty()) return;
  if (!started_) fix_widths();
  started_ = true;
  for (const auto& cells : rows_) append(out, cells);
  rows_.clear();
}

void text_table::flush_if_many(std::string& out) {
  if (started_ || rows_.size() >= enough_rows) flush(out);
}

void text_table::hand_over(text_table& to) {
  for (auto& cells : rows_) to.rows_.push_back(std::move(cells));
  rows_.clear();
}

}  // namespace pricepoint::rows
