// SPDX-License-Identifier: Apache-2.0
// One line of CSV, cell by cell.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "detail/csv.hpp"
#include "pricepoint/engine/decision.hpp"
#include "pricepoint/money/amount.hpp"
#include "rows/text.hpp"

namespace pricepoint::rows {

// Appends cells with commas between them. Commas wait until a cell has something to say: most are empty.
class csv_line {
 public:
  explicit csv_line(std::string& out) : out_(out) {}
  csv_line(const csv_line&) = delete;
  csv_line& operator=(const csv_line&) = delete;
  ~csv_line() { write_commas(commas_ == 0 ? 0 : commas_ - 1); }

  void empty() { ++commas_; }
  void text(std::string_view value) {
    if (value.empty()) return empty();
    start();
    detail::append_csv_cell(out_, value);
  }
  void plain(std::string_view value) {
    if (value.empty()) return empty();
    start();
    out_.append(value);
  }
  void money(const std::optional<amount>& value) {
    if (!value) return empty();
    start();
    append_fixed(out_, value->minor, value->currency.digits());
  }
  void target(const std::optional<decimal>& value, const std::optional<currency>& unit) {
    if (!value) return empty();
    start();
    detail::int128 coefficient = value->coefficient();
    int scale = value->scale();
    for (const int wanted = unit ? unit->digits() + 4 : scale; scale < wanted; ++scale) coefficient *= 10;
    if (detail::fits_int64(coefficient)) {
      append_fixed(out_, static_cast<std::int64_t>(coefficient), scale);
    } else {
      detail::append_scaled(out_, coefficient, scale);
    }
  }
  template <class List>
  void list(const List& names, std::string_view separator = " ") {
    if (names.empty()) return empty();
    const std::size_t begin = ids(names, separator);
    detail::quote_csv_cell(out_, begin);
  }
  // Names of rules have no letter that CSV would quote. Gives where they begin.
  template <class List>
  std::size_t ids(const List& names, std::string_view separator = " ") {
    if (names.empty()) {
      empty();
      return out_.size();
    }
    start();
    const std::size_t begin = out_.size();
    for (const std::string_view name : names) {
      if (out_.size() > begin) out_.append(separator);
      out_.append(name);
    }
    return begin;
  }
  void percent(int value) {
    start();
    append_fixed(out_, value, 0);
    out_.push_back('%');
  }
  void credits(const decision& what) {
    if (what.credits().empty()) return empty();
    start();
    const std::size_t begin = out_.size();
    for (const credit_due& credit : what.credits()) {
      if (out_.size() > begin) out_.push_back(' ');
      out_.append(credit.to);
      out_.push_back(':');
      append_fixed(out_, credit.due.minor, credit.due.currency.digits());
    }
  }

 private:
  void start() {
    write_commas(commas_);
    commas_ = 1;
  }
  std::string& out_;
  void write_commas(std::size_t count) {
    if (count == 1) return out_.push_back(',');
    static constexpr std::string_view many = ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,";
    for (; count > many.size(); count -= many.size()) out_.append(many);
    out_.append(many.substr(0, count));
  }

  std::size_t commas_ = 0;  // due before the next cell
};

}  // namespace pricepoint::rows
