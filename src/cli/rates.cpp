// SPDX-License-Identifier: Apache-2.0
// The file of exchange rates, read whole: it is small beside the items.
// Entry: parse_rates. Test: tests/unit/cli/rates_test.cpp.
#include "cli/rates.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/problems.hpp"
#include "cli/text.hpp"
#include "detail/csv.hpp"
#include "detail/utf8.hpp"
#include "pricepoint/money/currency.hpp"

namespace pricepoint::cli {
namespace {

using detail::csv_cell;
using detail::csv_value;
using detail::read_csv_record;

constexpr std::size_t max_reported = 100;

enum column : std::size_t { from_column, to_column, rate_column, at_column, column_count };
constexpr std::array<std::string_view, column_count> column_names = {"from", "to", "rate", "at"};

class rates_reader {
 public:
  rates_reader(std::string text, const std::string& file) : text_(std::move(text)), file_(file) {
    mark_ = text_.starts_with(detail::byte_order_mark) ? detail::byte_order_mark.size() : 0;
    if (text_.size() > mark_ && text_.back() != '\n') text_.push_back('\n');
    scratch_.reserve(text_.size());
  }

  result<std::shared_ptr<const exchange_rates>> read() {
    const char* at = text_.data() + mark_;
    const char* const end = text_.data() + text_.size();
    std::vector<csv_cell> cells;
    if (at == end) {
      report("PP-R001", at, "the file is empty", first_row);
    } else if (detail::is_utf16(text_)) {
      report("PP-R003", at, "this file is UTF-16", "save it as UTF-8");
    } else if (const std::size_t good = utf8_prefix(text_); good != text_.size()) {
      report("PP-R003", text_.data() + good, "this byte is not UTF-8", "save the file as UTF-8");
    } else {
      at = read_csv_record(at, end, cells);
      header(cells);
      if (found_ == 0) rows(at, end, cells);
    }
    if (found_ == 0) return std::make_shared<const exchange_rates>(std::move(rows_));
    if (found_ > problems_.size()) {
      problems_.push_back(problem(
          "PP-R004", "and " + number(found_ - problems_.size()) + " more mistakes that are not shown", {}, file_));
    }
    return error(std::move(problems_));
  }

 private:
  static constexpr const char* first_row = "the first row names the columns: from,to,rate,at";

  void report(std::string code, const char* at, std::string message, std::string hint = {}) {
    if (++found_ > max_reported) return;
    problems_.push_back(at_place(problem(std::move(code), std::move(message), std::move(hint), file_), text_,
                                 static_cast<std::size_t>(at - text_.data())));
  }

  // Where the text of the cell begins.
  static const char* inside(const csv_cell& cell) { return cell.raw.data() + (cell.quoted ? 1 : 0); }

  // False where quotes do not fit.
  bool well_quoted(const std::vector<csv_cell>& cells) {
    for (const csv_cell& cell : cells) {
      if (!cell.malformed) continue;
      report("PP-R003", cell.unclosed ? cell.raw.data() : inside(cell),
             cell.unclosed ? "this quoted cell is not closed" : "text after the closing quote of a cell",
             "a quote inside a quoted cell stands twice");
      return false;
    }
    return true;
  }

  void header(const std::vector<csv_cell>& cells) {
    if (!well_quoted(cells)) return;
    const std::size_t separator = cells[0].raw.find_first_of(";\t|");
    if (cells.size() == 1 && separator != std::string_view::npos) {
      return report("PP-R001", cells[0].raw.data() + separator,
                    "the file has one column only: columns are separated by commas", "save it as CSV with commas");
    }
    std::vector<const csv_cell*> others;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string_view name = csv_value(cells[i], scratch_);
      const auto known = std::find(column_names.begin(), column_names.end(), name);
      if (known == column_names.end()) {
        others.push_back(&cells[i]);
        continue;
      }
      auto& place = places_[static_cast<std::size_t>(known - column_names.begin())];
      if (place) report("PP-R001", inside(cells[i]), "the column " + in_quotes(name) + " stands twice", "remove one");
      place = i;
    }
    width_ = cells.size();
    for (std::size_t k = 0; k < column_count; ++k) {
      if (!places_[k]) missing_column(k, cells, others);
    }
  }

  // Points at the column that was meant, if there is one that nearly has its name; else at the end of the header.
  void missing_column(std::size_t which, const std::vector<csv_cell>& cells,
                      const std::vector<const csv_cell*>& others) {
    const std::string message = "there is no column " + in_quotes(column_names[which]);
    for (const csv_cell* const other : others) {
      const std::string name(csv_value(*other, scratch_));
      if (!is_nearly(name, column_names[which])) continue;
      return report("PP-R001", inside(*other), message, "rename " + in_quotes(name) + ", if that is what it is");
    }
    report("PP-R001", cells.back().raw.data() + cells.back().raw.size(), message, first_row);
  }

  // All rows to the end, so that every mistake is told at once.
  void rows(const char* at, const char* end, std::vector<csv_cell>& cells) {
    while (at < end) {
      at = read_csv_record(at, end, cells);
      const bool blank = std::all_of(cells.begin(), cells.end(), [](const csv_cell& one) { return one.raw.empty(); });
      if (blank || !well_quoted(cells)) continue;
      if (cells.size() == width_) {
        row(cells);
        continue;
      }
      const bool more = cells.size() > width_;
      report("PP-R003", more ? cells[width_].raw.data() : cells.back().raw.data() + cells.back().raw.size(),
             "the row has " + number(cells.size()) + (cells.size() == 1 ? " cell" : " cells") + ", the header " +
                 number(width_),
             more ? "a cell with a comma in it stands in quotes" : "a comma stands between two cells");
    }
  }

  void row(const std::vector<csv_cell>& cells) {
    scratch_.clear();
    const auto text = [&](column which) { return csv_value(cells[*places_[which]], scratch_); };
    const auto refuse = [&](column which, const char* why, std::string hint) {
      const std::string_view value = text(which);
      report("PP-R002", inside(cells[*places_[which]]),
             "column " + std::string(column_names[which]) + ": " +
                 (value.empty() ? "it must not be empty" : in_quotes(value) + " " + why),
             std::move(hint));
    };
    const std::size_t before = found_;
    const auto currency_of = [&](column which) {
      const auto made = find_currency(text(which));
      if (!made) refuse(which, "is no currency of ISO 4217", near_currency(text(which)));
      return made;
    };
    const auto from = currency_of(from_column);
    const auto to = currency_of(to_column);
    const auto factor = parse_decimal(text(rate_column));
    if (!factor || factor->sign() <= 0) {
      refuse(rate_column, "is not a number above zero",
             "digits, optionally a point and at most nine more: 7.85; no exponent, no comma, no percent sign");
    }
    const auto at = parse_instant(text(at_column));
    if (!at) refuse(at_column, "is not an instant with its offset", "write it like 2026-11-11T00:00:00+08:00");
    if (found_ == before) rows_.push_back({*from, *to, *factor, *at});
  }

  static std::string near_currency(std::string_view name) {
    std::array<std::string_view, currency::count()> codes;
    for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = currency::from_index(i).code();
    // Of three letters one slip is as near as a code can be; with two, every other code would be.
    std::string upper(name);
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    for (const std::string_view code : codes) {
      if (code == upper) return "codes stand in capitals: " + upper;
    }
    const std::string_view near = nearest(upper, {codes.begin(), codes.end()});
    return near.empty() ? "a code of three capitals, such as EUR" : "did you mean " + std::string(near) + "?";
  }

  std::string text_;
  std::string file_;
  std::string scratch_;
  std::size_t mark_ = 0;
  std::size_t width_ = 0;
  std::array<std::optional<std::size_t>, column_count> places_;
  std::vector<exchange_rate> rows_;
  std::vector<diagnostic> problems_;
  std::size_t found_ = 0;
};

}  // namespace

result<std::shared_ptr<const exchange_rates>> parse_rates(std::string text, const std::string& file) {
  return rates_reader(std::move(text), file).read();
}

}  // namespace pricepoint::cli
