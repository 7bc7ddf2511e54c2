// SPDX-License-Identifier: Apache-2.0
// The table on the terminal. `notes` gathers what csv and ndjson have in columns of their own.
// Entry: table_writer. Test: tests/unit/cli/table_test.cpp.
#include "cli/table.hpp"

#include <algorithm>

#include "cli/namespace.hpp"
#include "rows/refused.hpp"
#include "rows/text.hpp"

namespace pricepoint::cli {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t least_notes = 16;
constexpr std::size_t most_of_a_name = 32;

template <class List>
void note(std::string& to, std::string_view label, const List& names, std::string_view separator = " ") {
  if (names.empty()) return;
  if (!to.empty()) to.append("; ");
  to.append(label);
  std::string_view between = " ";
  for (const std::string_view name : names) {
    to.append(between).append(name);
    between = separator;
  }
}

std::string money(const std::optional<amount>& value) {
  std::string text;
  if (value) append_fixed(text, value->minor, value->currency.digits());
  return text;
}

}  // namespace

void table_writer::decided(const row& from, std::string_view channel_name, const decision& what) {
  line& cells = lines_.emplace_back();
  cells[sku] = from.request.sku;
  cells[channel] = channel_name;
  cells[market] = from.request.market;
  add_keys(cells, from);
  cells[status] = to_string(what.status());
  cells[price] = money(what.price());
  if (what.currency()) cells[currency] = what.currency()->code();
  cells[was] = money(what.was());
  std::string& notes_cell = cells[notes];
  note(notes_cell, "missing", what.missing());
  note(notes_cell, "invalid", invalid_texts(from, what.invalid()), "; ");
  note(notes_cell, "conflict", what.conflict());
  note(notes_cell, "limited by", what.limited_by());
  note(notes_cell, "relaxed", what.relaxed());
  note(notes_cell, "advice", what.advice());
  if (what.held()) notes_cell.append(notes_cell.empty() ? "held" : "; held");
  if (what.fallback_price()) {
    notes_cell.append(notes_cell.empty() ? "" : "; ").append("fallback ").append(money(what.fallback_price()));
  }
}

void table_writer::unreadable(const row& from, std::string_view channel_name) {
  line& cells = lines_.emplace_back();
  cells[sku] = from.request.sku;
  cells[channel] = channel_name;
  cells[market] = from.request.market;
  add_keys(cells, from);
  cells[status] = to_string(pricepoint::status::invalid);
  note(cells[notes], "invalid", from.problems, "; ");
}

void table_writer::add_keys(line& to, const row& from) const {
  std::string scratch;
  for (std::size_t i = 0; i < row_keys::names.size(); ++i) to[first_key + i] = keys_.value(i, from, scratch);
}

void table_writer::fix_widths(bool more) {
  constexpr std::array<std::string_view, column_count> names = {"sku",
                                                                "channel",
                                                                "market",
                                                                row_keys::names[0],
                                                                row_keys::names[1],
                                                                row_keys::names[2],
                                                                row_keys::names[3],
                                                                "status",
                                                                "price",
                                                                "currency",
                                                                "was",
                                                                "notes"};
  line titles;
  for (std::size_t i = 0; i < column_count; ++i) titles[i] = names[i];
  lines_.insert(lines_.begin(), titles);
  std::array<bool, column_count> used{};
  std::array<bool, column_count> varies{};
  for (std::size_t row = 0; row < lines_.size(); ++row) {
    for (std::size_t i = 0; i < column_count; ++i) {
      widths_[i] = std::max(widths_[i], display_width(lines_[row][i]));
      used[i] = used[i] || (row > 0 && !lines_[row][i].empty());
      varies[i] = varies[i] || (row > 1 && lines_[row][i] != lines_[1][i]);
    }
  }
  // Rows to come may have what the first ones lack; only `was` is rare enough to be left out.
  if (!used[was]) widths_[was] = 0;
  for (std::size_t i = first_key; i < status; ++i) {
    widths_[i] = varies[i] || (more && used[i]) ? std::min(widths_[i], most_of_a_name) : 0;
  }
  widths_[status] = std::max(widths_[status], std::string_view("compromised").size());
  for (const column name : {sku, channel, market}) widths_[name] = std::min(widths_[name], most_of_a_name);
  std::size_t taken = 0;
  for (std::size_t i = 0; i < notes; ++i) taken += widths_[i] == 0 ? 0 : widths_[i] + gap;
  widths_[notes] = width_ > taken + least_notes ? width_ - taken : least_notes;
}

void table_writer::append(std::string& out, const line& cells) const {
  std::string text;
  for (std::size_t i = 0; i < column_count; ++i) {
    if (widths_[i] == 0) continue;
    std::string shown;
    const std::size_t used = append_clipped(shown, cells[i], widths_[i]);
    const std::size_t padding = widths_[i] - used;
    const bool right = i == price || i == was || i == first_key;  // a quantity
    if (right) text.append(padding, ' ');
    text.append(shown);
    if (!right) text.append(padding, ' ');
    text.append(gap, ' ');
  }
  text.erase(text.find_last_not_of(' ') + 1);
  out.append(text).push_back('\n');
}

void table_writer::flush(std::string& out, bool more) {
  if (!started_) fix_widths(more);
  started_ = true;
  for (const line& cells : lines_) append(out, cells);
  lines_.clear();
}

}  // namespace pricepoint::cli
