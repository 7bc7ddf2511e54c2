// SPDX-License-Identifier: Apache-2.0
// One line of CSV, cell by cell.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "pricepoint/money/amount.hpp"
#include "pricepoint/pricing/decision.hpp"
#include "rows/text.hpp"
#include "text/csv.hpp"

namespace pricepoint::rows {

// Appends cells with commas between them. Until the line ends the string is longer than what is written, so that a cell
// is bytes behind a pointer. Nothing here may take the address of a line: then its pointers stay in registers.
class csv_line {
 public:
  explicit csv_line(std::string& out) : out_(out), begin_(out.size()), at_(out.data() + begin_), end_(at_) {
    make_room(usual_line);
  }
  csv_line(const csv_line&) = delete;
  csv_line& operator=(const csv_line&) = delete;
  ~csv_line() {
    if (at_ != out_.data() + begin_) --at_;  // the comma behind the last cell
    out_.resize(static_cast<std::size_t>(at_ - out_.data()));
  }

  void empty() {
    make_room(0);
    end_cell();
  }
  template <std::size_t Count>
  [[gnu::always_inline]] void empty_cells() {
    make_room(Count);
    std::memset(at_, ',', Count);
    at_ += Count;
  }
  [[gnu::always_inline]] void text(std::string_view value) {
    if (detail::needs_csv_quotes(value)) [[unlikely]] {
      std::string quoted;
      detail::append_csv_cell(quoted, value);
      make_room(quoted.size());
      std::memcpy(at_, quoted.data(), quoted.size());
      at_ += quoted.size();
      return end_cell();
    }
    plain(value);
  }
  // Requires no letter that CSV would quote.
  [[gnu::always_inline]] void plain(std::string_view value) {
    make_room(value.size());
    write(value);
    end_cell();
  }
  [[gnu::always_inline]] void money(const std::optional<amount>& value) {
    make_room(most_of_number);
    if (value) at_ = write_fixed(at_, value->minor, value->currency.digits());
    end_cell();
  }
  [[gnu::always_inline]] void target(const std::optional<decimal>& value, const std::optional<currency>& unit) {
    if (!value) return empty();
    const int scale = std::max(value->scale(), unit ? unit->digits() + 4 : 0);
    const detail::int128 coefficient =
        value->coefficient() * detail::powers_of_ten[static_cast<std::size_t>(scale - value->scale())];
    if (detail::fits_int64(coefficient)) [[likely]] {
      make_room(most_of_number);
      at_ = write_fixed(at_, static_cast<std::int64_t>(coefficient), scale);
      end_cell();
    } else {
      std::string text;
      detail::append_scaled(text, coefficient, scale);
      plain(text);
    }
  }
  template <class List>
  [[gnu::always_inline]] void list(const List& names, std::string_view separator = " ") {
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
  [[gnu::always_inline]] void ids(const List& names) {
    bool first = true;
    for (const std::string_view name : names) {
      make_room(name.size() + 1);
      if (!first) *at_++ = ' ';
      first = false;
      write(name);
    }
    empty();
  }
  [[gnu::always_inline]] void percent(int value) {
    make_room(most_of_number + 1);
    at_ = write_fixed(at_, value, 0);
    *at_++ = '%';
    end_cell();
  }
  [[gnu::always_inline]] void credits(const decision& what) {
    bool first = true;
    for (const credit_due& credit : what.credits()) {
      make_room(credit.to.size() + most_of_number + 2);
      if (!first) *at_++ = ' ';
      first = false;
      write(credit.to);
      *at_++ = ':';
      at_ = write_fixed(at_, credit.due.minor, credit.due.currency.digits());
    }
    empty();
  }

 private:
  static constexpr std::size_t usual_line = 192;

  struct room {
    char* at;
    char* end;
  };
  // Of so many bytes, and a comma behind them.
  void make_room(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - at_) > bytes) [[likely]]
      return;
    const room made = grow(out_, at_, bytes);
    at_ = made.at;
    end_ = made.end;
  }
  [[gnu::noinline]] static room grow(std::string& out, char* at, std::size_t bytes) {
    const auto written = static_cast<std::size_t>(at - out.data());
    out.resize(written + bytes + usual_line);
    return {out.data() + written, out.data() + out.size()};
  }
  void end_cell() { *at_++ = ','; }
  // Most are short: two copies that overlap are less than a call.
  [[gnu::always_inline]] void write(std::string_view bytes) {
    const char* const from = bytes.data();
    const std::size_t size = bytes.size();
    if (size > 16) {
      std::memcpy(at_, from, size);
    } else if (size >= 8) {
      copy_ends<8>(from, size);
    } else if (size >= 4) {
      copy_ends<4>(from, size);
    } else if (size >= 2) {
      copy_ends<2>(from, size);
    } else if (size == 1) {
      *at_ = *from;
    }
    at_ += size;
  }
  template <std::size_t Bytes>
  void copy_ends(const char* from, std::size_t size) {
    char last[Bytes];
    std::memcpy(last, from + size - Bytes, Bytes);
    std::memcpy(at_, from, Bytes);
    std::memcpy(at_ + size - Bytes, last, Bytes);
  }

  std::string& out_;
  std::size_t begin_;
  char* at_;
  char* end_;
};

}  // namespace pricepoint::rows
