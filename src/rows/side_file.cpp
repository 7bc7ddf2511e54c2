// SPDX-License-Identifier: Apache-2.0
// Entry: side_file. Tests: tests/unit/rows/rates_test.cpp, tests/unit/cli/history_test.cpp.
#include "rows/side_file.hpp"

#include <algorithm>
#include <utility>

#include "rows/problems.hpp"
#include "rows/text.hpp"
#include "text/look_alikes.hpp"
#include "text/utf8.hpp"

namespace pricepoint::rows {
namespace {

using detail::csv_cell;
using detail::read_csv_record;

constexpr std::size_t mark_size = detail::byte_order_mark.size();
constexpr std::size_t max_reported = 100;
constexpr std::size_t max_cells = 4096;  // of one record; of more than that the last stands for all others

// Where the text of the cell begins.
const char* inside(const csv_cell& cell) { return cell.raw.data() + (cell.quoted ? 1 : 0); }

}  // namespace

side_file::side_file(std::string text, std::string file, std::string family, std::vector<column> columns,
                     std::string hint)
    : text_(std::move(text)),
      file_(std::move(file)),
      family_(std::move(family)),
      columns_(std::move(columns)),
      hint_(std::move(hint)),
      places_(columns_.size()) {
  if (!text_.empty() && text_ != detail::byte_order_mark && text_.back() != '\n') text_.push_back('\n');
  detail::end_lines_by_newlines(text_.data() + (text_.starts_with(detail::byte_order_mark) ? mark_size : 0),
                                text_.data() + text_.size());
  scratch_.reserve(text_.size());
}

bool side_file::read(const std::function<void()>& row) {
  const std::size_t mark = text_.starts_with(detail::byte_order_mark) ? detail::byte_order_mark.size() : 0;
  const char* at = text_.data() + mark;
  const char* const end = text_.data() + text_.size();
  if (at == end) {
    report("001", at, "the file is empty", hint_);
  } else if (detail::is_utf16(text_)) {
    report("003", at, "this file is UTF-16", "save it as UTF-8");
  } else if (const std::size_t good = utf8_prefix(text_); good != text_.size()) {
    report("003", text_.data() + good, "this byte is not UTF-8", "save the file as UTF-8");
  } else {
    do {
      at = read_csv_record(at, end, cells_, max_cells);
    } while (are_blank(0) && at < end);
    header();
  }
  if (found_ != 0) return false;
  // All rows to the end, so that every mistake is told at once.
  while (at < end) {
    row_at_ = static_cast<std::size_t>(at - text_.data());
    at = read_csv_record(at, end, cells_, max_cells);
    if (are_blank(0) || !well_quoted()) continue;
    if (cells_.size() == width_ || (cells_.size() > width_ && are_blank(width_))) {
      scratch_.clear();
      row();
      continue;
    }
    const bool more = cells_.size() > width_;
    report("003", more ? cells_[width_].raw.data() : cells_.back().raw.data() + cells_.back().raw.size(),
           "the row has " + number(cells_.size()) + (cells_.size() == 1 ? " cell" : " cells") + ", the header " +
               number(width_),
           more ? "a cell with a comma in it stands in quotes" : "a comma stands between two cells");
  }
  return found_ == 0;
}

std::size_t side_file::line() {
  lines_ += detail::count_lines(text_.data() + counted_to_, text_.data() + row_at_);
  counted_to_ = row_at_;
  return 1 + lines_;
}

std::string_view side_file::cell(std::size_t which) {
  return places_[which] ? detail::csv_text(cells_[*places_[which]], scratch_) : std::string_view();
}

void side_file::refuse(std::size_t which, std::string_view why, std::string hint) {
  const std::string_view value = cell(which);
  report("002", inside(cells_[*places_[which]]),
         "column " + std::string(columns_[which].name) + ": " +
             (value.empty() ? std::string("it must not be empty") : in_quotes(value).append(" ").append(why)),
         std::move(hint));
}

error side_file::take() {
  if (found_ > problems_.size()) {
    problems_.push_back(problem(
        family_ + "004", "and " + number(found_ - problems_.size()) + " more mistakes that are not shown", {}, file_));
    found_ = problems_.size();
  }
  return error(std::move(problems_));
}

void side_file::report(const char* number, const char* at, std::string message, std::string hint) {
  if (++found_ > max_reported) return;
  problems_.push_back(at_place(problem(family_ + number, std::move(message), std::move(hint), file_), text_,
                               static_cast<std::size_t>(at - text_.data())));
}

// Whether all cells of the record are blank from that one on.
bool side_file::are_blank(std::size_t from) const {
  return cells_.size() < max_cells && detail::all_are_blank(cells_.data() + from, cells_.data() + cells_.size());
}

// False where quotes do not fit.
bool side_file::well_quoted() {
  for (const csv_cell& cell : cells_) {
    if (!cell.malformed) continue;
    report("003", cell.unclosed ? cell.raw.data() : inside(cell),
           cell.unclosed ? "this quoted cell is not closed" : "text after the closing quote of a cell",
           "a quote inside a quoted cell stands twice");
    return false;
  }
  return true;
}

void side_file::header() {
  if (!well_quoted()) return;
  const std::size_t separator = cells_[0].raw.find_first_of(";\t|");
  if (cells_.size() == 1 && separator != std::string_view::npos) {
    return report("001", cells_[0].raw.data() + separator,
                  "the file has one column only: columns are separated by commas", "save it as CSV with commas");
  }
  std::vector<const csv_cell*> others;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const std::string_view name = detail::csv_text(cells_[i], scratch_);
    const auto known =
        std::find_if(columns_.begin(), columns_.end(), [&](const column& one) { return is_same_name(one.name, name); });
    if (known == columns_.end()) {
      others.push_back(&cells_[i]);
      continue;
    }
    auto& place = places_[static_cast<std::size_t>(known - columns_.begin())];
    if (place) report("001", inside(cells_[i]), "the column " + in_quotes(name) + " stands twice", "remove one");
    place = i;
  }
  // A spreadsheet leaves empty cells behind the last name.
  while (cells_.size() > 1 && are_blank(cells_.size() - 1)) cells_.pop_back();
  width_ = cells_.size();
  for (std::size_t k = 0; k < columns_.size(); ++k) {
    if (columns_[k].required && !places_[k]) missing_column(k, others);
  }
}

// Points at the column that was meant, if there is one that nearly has its name; else at the end of the header.
void side_file::missing_column(std::size_t which, const std::vector<const csv_cell*>& others) {
  const std::string message = "there is no column " + in_quotes(columns_[which].name);
  for (const csv_cell* const other : others) {
    const std::string name(detail::csv_text(*other, scratch_));
    if (!is_nearly(detail::as_it_looks(name), columns_[which].name)) continue;
    const auto odd = detail::first_odd_character(name);
    return report("001", inside(*other), message,
                  "rename " + in_quotes(name) + ", if that is what it is" +
                      (odd ? ": it has " + described(*odd) : std::string()));
  }
  report("001", cells_.back().raw.data() + cells_.back().raw.size(), message, hint_);
}

}  // namespace pricepoint::rows
