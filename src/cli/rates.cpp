// SPDX-License-Identifier: Apache-2.0
// The file of exchange rates, read whole: it is small beside the items.
// Entry: parse_rates. Test: tests/unit/cli/rates_test.cpp.
#include "cli/rates.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/problems.hpp"
#include "cli/text.hpp"
#include "detail/csv.hpp"

namespace pricepoint::cli {
namespace {

using detail::count_lines;
using detail::csv_cell;
using detail::csv_value;
using detail::read_csv_record;

constexpr std::size_t max_reported = 20;

enum column : std::size_t { from_column, to_column, rate_column, at_column, column_count };
constexpr std::array<std::string_view, column_count> column_names = {"from", "to", "rate", "at"};

class rates_reader {
 public:
  rates_reader(std::string text, const std::string& file) : text_(std::move(text)), file_(file) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.erase(0, 3);
    if (!text_.empty() && text_.back() != '\n') text_.push_back('\n');
    scratch_.reserve(text_.size());
  }

  result<std::shared_ptr<const exchange_rates>> read() {
    const char* at = text_.data();
    const char* const end = at + text_.size();
    std::vector<csv_cell> cells;
    if (at == end) {
      report("PP-R001", "the file is empty; its first row names the columns from,to,rate,at");
    } else {
      next(at, end, cells);
      header(cells);
    }
    while (problems_.empty() && at < end) rows(at, end, cells);
    if (!problems_.empty()) return error(std::move(problems_));
    return std::make_shared<const exchange_rates>(std::move(rows_));
  }

 private:
  void report(std::string code, std::string message, std::string hint = {}) {
    if (problems_.size() < max_reported) {
      problems_.push_back(problem(std::move(code), std::move(message), std::move(hint), file_, line_));
    }
  }

  const char* next(const char*& at, const char* end, std::vector<csv_cell>& cells) {
    const char* const begin = at;
    line_ = next_line_;
    at = read_csv_record(at, end, cells);
    next_line_ += count_lines(begin, at);
    return begin;
  }

  void header(const std::vector<csv_cell>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string_view name = csv_value(cells[i], scratch_);
      for (std::size_t k = 0; k < column_count; ++k) {
        if (name != column_names[k]) continue;
        if (places_[k]) report("PP-R001", "the column " + in_quotes(name) + " stands twice");
        places_[k] = i;
      }
    }
    width_ = cells.size();
    for (std::size_t k = 0; k < column_count; ++k) {
      if (!places_[k]) {
        report("PP-R001", "there is no column " + in_quotes(column_names[k]), "the columns are from,to,rate,at");
      }
    }
  }

  // All rows to the end, so that every mistake is told at once.
  void rows(const char*& at, const char* end, std::vector<csv_cell>& cells) {
    while (at < end) {
      next(at, end, cells);
      if (cells.size() == 1 && cells[0].raw.empty()) continue;
      bool malformed = cells.size() != width_;
      for (const csv_cell& cell : cells) malformed |= cell.malformed;
      if (malformed) {
        report("PP-R003", "the row has " + number(cells.size()) + " cells or a wrong quote; the header has " +
                              number(width_) + " cells");
        continue;
      }
      row(cells);
    }
  }

  void row(const std::vector<csv_cell>& cells) {
    const auto text = [&](column which) { return csv_value(cells[*places_[which]], scratch_); };
    const auto need = [&](column which, const auto& value, const char* why) {
      if (!value)
        report("PP-R002", "column " + std::string(column_names[which]) + ": " + in_quotes(text(which)) + " " + why);
      return value.has_value();
    };
    const auto from = find_currency(text(from_column));
    const auto to = find_currency(text(to_column));
    auto factor = parse_decimal(text(rate_column));
    if (factor && factor->sign() <= 0) factor.reset();
    const auto at = parse_instant(text(at_column));
    const bool good = static_cast<int>(need(from_column, from, "is no currency of ISO 4217")) &
                      static_cast<int>(need(to_column, to, "is no currency of ISO 4217")) &
                      static_cast<int>(need(rate_column, factor, "is not a number above zero")) &
                      static_cast<int>(need(at_column, at, "is not an instant with its offset"));
    if (good) rows_.push_back({*from, *to, *factor, *at});
  }

  std::string text_;
  std::string file_;
  std::string scratch_;
  std::size_t line_ = 1;
  std::size_t next_line_ = 1;
  std::size_t width_ = 0;
  std::array<std::optional<std::size_t>, column_count> places_;
  std::vector<exchange_rate> rows_;
  std::vector<diagnostic> problems_;
};

}  // namespace

result<std::shared_ptr<const exchange_rates>> parse_rates(std::string text, const std::string& file) {
  return rates_reader(std::move(text), file).read();
}

}  // namespace pricepoint::cli
