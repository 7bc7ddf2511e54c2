// SPDX-License-Identifier: Apache-2.0
// One line of CSV, cell by cell.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "detail/csv.hpp"
#include "pricepoint/engine/decision.hpp"
#include "pricepoint/money/amount.hpp"
#include "rows/text.hpp"

namespace pricepoint::rows {

// Appends cells with commas between them. Commas wait until a cell has something to say: most are empty. Until the line
// ends the string is longer than what is written, so that a cell is bytes behind a pointer and nothing is counted
// twice.
class csv_line {
 public:
  explicit csv_line(std::string& out) : out_(out), at_(out.data() + out.size()), end_(at_) { make_room(usual_line); }
  csv_line(const csv_line&) = delete;
  csv_line& operator=(const csv_line&) = delete;
  ~csv_line() {
    if (commas_ > 0) {
      --commas_;
      write_commas();
    }
    out_.resize(static_cast<std::size_t>(at_ - out_.data()));
  }

  void empty() {
    if (++commas_ == most_commas) [[unlikely]]
      write_all_but_one();
  }
  void text(std::string_view value) {
    if (value.empty()) return empty();
    if (detail::needs_csv_quotes(value)) return quoted(value);
    plain(value);
  }
  // Requires no letter that CSV would quote.
  void plain(std::string_view value) {
    if (value.empty()) return empty();
    start(value.size());
    write(value);
  }
  void money(const std::optional<amount>& value) {
    if (!value) return empty();
    start(most_of_number);
    at_ = write_fixed(at_, value->minor, value->currency.digits());
  }
  void target(const std::optional<decimal>& value, const std::optional<currency>& unit) {
    if (!value) return empty();
    const int scale = std::max(value->scale(), unit ? unit->digits() + 4 : 0);
    const detail::int128 coefficient =
        value->coefficient() * detail::powers_of_ten[static_cast<std::size_t>(scale - value->scale())];
    if (detail::fits_int64(coefficient)) {
      start(most_of_number);
      at_ = write_fixed(at_, static_cast<std::int64_t>(coefficient), scale);
    } else {
      std::string text;
      detail::append_scaled(text, coefficient, scale);
      plain(text);
    }
  }
  template <class List>
  void list(const List& names, std::string_view separator = " ") {
    if (names.empty()) return empty();
    std::string all;
    for (const std::string_view name : names) {
      if (!all.empty()) all.append(separator);
      all.append(name);
    }
    text(all);
  }
  // Names of rules, which have no letter that CSV would quote.
  template <class List>
  void ids(const List& names) {
    if (names.empty()) return empty();
    start(0);
    bool first = true;
    for (const std::string_view name : names) {
      make_room(name.size() + 1);
      if (!first) *at_++ = ' ';
      first = false;
      write(name);
    }
  }
  void percent(int value) {
    start(most_of_number + 1);
    at_ = write_fixed(at_, value, 0);
    *at_++ = '%';
  }
  void credits(const decision& what) {
    if (what.credits().empty()) return empty();
    start(0);
    bool first = true;
    for (const credit_due& credit : what.credits()) {
      make_room(credit.to.size() + most_of_number + 2);
      if (!first) *at_++ = ' ';
      first = false;
      write(credit.to);
      *at_++ = ':';
      at_ = write_fixed(at_, credit.due.minor, credit.due.currency.digits());
    }
  }

 private:
  static constexpr std::size_t usual_line = 256;
  static constexpr std::size_t most_commas = 32;

  // At least as many bytes behind `at_`, and those for the commas that are due, so that a line can always end.
  void make_room(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - at_) < bytes + most_commas) [[unlikely]]
      grow(bytes + most_commas);
  }
  void grow(std::size_t bytes) {
    const auto written = static_cast<std::size_t>(at_ - out_.data());
    out_.resize(written + bytes + usual_line);
    at_ = out_.data() + written;
    end_ = out_.data() + out_.size();
  }
  void start(std::size_t bytes) {
    make_room(bytes + most_commas);
    write_commas();
    commas_ = 1;
  }
  void write(std::string_view bytes) {
    std::memcpy(at_, bytes.data(), bytes.size());
    at_ += bytes.size();
  }
  // Of as many bytes as there ever are, for a copy of one size is a store or two.
  void write_commas() {
    static constexpr char many[most_commas + 1] = ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,";
    std::memcpy(at_, many, most_commas);
    at_ += commas_;
  }
  // The line may end here, without the last.
  [[gnu::noinline]] void write_all_but_one() {
    --commas_;
    write_commas();
    commas_ = 1;
    make_room(0);
  }
  void quoted(std::string_view value) {
    std::string text;
    detail::append_csv_cell(text, value);
    plain(text);
  }

  std::string& out_;
  char* at_;
  char* end_;               // of the room
  std::size_t commas_ = 0;  // due before the next cell
};

}  // namespace pricepoint::rows
