// SPDX-License-Identifier: Apache-2.0
// Columns that are read or written soon, asked for while something else is computed: a few lines of memory at a time,
// since a core waits when it has asked for more than about a dozen.
#pragma once

#include <cstddef>
#include <vector>

namespace pricepoint::engine {

class prefetch {
 public:
  // Of a batch of so many rows.
  void begin(std::size_t rows) noexcept {
    rows_ = rows;
    columns_.clear();
    kept_ = 0;
  }
  void add(const void* begin, std::size_t bytes_of_row, std::size_t rows_ahead) {
    columns_.push_back({static_cast<const char*>(begin), bytes_of_row, rows_ahead});
  }
  // What is added from here on goes with the next call.
  void keep() noexcept { kept_ = columns_.size(); }
  void back_to_kept() noexcept { columns_.resize(kept_); }

  // Of a chunk of rows from here on, in as many steps as there are calls of `step`.
  void chunk(std::size_t first, std::size_t rows, std::size_t steps) noexcept {
    next_ = first;
    end_ = first + rows;
    rows_a_step_ = (rows + steps - 1) / steps;
  }
  void step() noexcept {
    if (next_ >= end_) return;
    for (const column& one : columns_) {
      const std::size_t row = next_ + one.rows_ahead;
      if (row + rows_a_step_ > rows_) continue;
      const char* const from = one.begin + row * one.bytes_of_row;
      for (std::size_t at = 0; at < rows_a_step_ * one.bytes_of_row; at += line) __builtin_prefetch(from + at);
    }
    next_ += rows_a_step_;
  }

 private:
  static constexpr std::size_t line = 64;  // bytes
  struct column {
    const char* begin;
    std::size_t bytes_of_row, rows_ahead;
  };
  std::vector<column> columns_;
  std::size_t kept_ = 0, rows_ = 0, next_ = 0, end_ = 0, rows_a_step_ = 0;
};

}  // namespace pricepoint::engine
