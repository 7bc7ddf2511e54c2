// SPDX-License-Identifier: Apache-2.0
// Reads the columns of a batch: the words of each row become one number, its key, column by column, and the money of a
// block is handed on as it is. The key finds the class of requests that a row belongs to.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "columns/lanes.hpp"
#include "columns/segment_index.hpp"
#include "decide/integer_memory.hpp"
#include "pricepoint/pricing/columns.hpp"

namespace pricepoint::engine {

// Columns of one batch as a block reads them.
class block_columns {
 public:
  static constexpr std::uint64_t bad_key = std::uint64_t{1} << 56;  // and above: the row has no kind

  // False where the columns say something that no block understands.
  bool read(const policy& with, const request_columns& from, std::span<const std::uint64_t> strides);
  // keys[0] .. keys[count - 1]
  void keys_of(std::size_t first, std::size_t count, std::uint64_t* keys) const;
  template <class Visit>
  void each_coded(const Visit& visit) const {
    for (const combined& all : combined_) {
      for (const words* one : all.columns) visit(one->from->codes());
    }
  }

  struct money {
    std::uint32_t slot = 0;
    number_column from;
    std::int64_t least = 1;
  };
  std::vector<money> moneys;
  const request_columns* rows = nullptr;

 private:
  static constexpr std::size_t max_sources = 200;  // of which each may add a bad key
  static constexpr std::size_t many_words = 256;   // of a dictionary that is not all at hand
  struct words {
    enum class what : std::uint8_t { market, channel, word, category, listed };
    const text_column* from = nullptr;
    what as = what::word;
    std::uint32_t place = 0;      // key part
    std::uint32_t attribute = 0;  // listed: whose words
    std::uint64_t stride = 0;
    std::vector<std::uint64_t> parts;  // of the column's words, and of one that is absent; none: row by row
  };
  struct number {
    number_column from;
    std::optional<std::uint32_t> place;  // key part
    std::uint64_t stride = 0;
    std::uint64_t if_absent = 0;
    bool positive = false;
    // Where whole numbers change their code: at each threshold that is whole and behind it, behind each other one.
    detail::segment_index changes;
    std::vector<std::int32_t> codes;  // by the number of changes at or below
  };
  std::uint64_t part_of(const words& of, std::string_view word) const;
  void parts_of(const words& of, std::span<const std::string_view> all, std::uint64_t* out) const;
  std::uint64_t part_of(const number& of, std::int64_t value) const;
  std::uint64_t part_of(const number& of, std::string_view text) const;
  static void add_units(const number& of, std::span<const std::int64_t> values, std::uint64_t* keys);
  bool add_words(const text_column& from, words::what as, std::uint32_t place, std::uint32_t attribute,
                 std::uint64_t stride);
  bool add_number(const number_column& from, std::optional<std::uint32_t> place, std::uint64_t stride, bool positive);
  void add_times(std::size_t first, std::size_t count, std::uint64_t* keys) const;

  const machine* machine_ = nullptr;
  std::uint64_t same_ = 0;  // of what is the same in every row
  // Dictionary-coded columns that are looked up together: the sum of their parts for every combination of codes.
  struct combined {
    std::vector<const words*> columns;
    std::vector<std::uint64_t> parts;
  };
  static constexpr std::size_t max_combined = 4096;
  void combine(std::size_t rows);

  std::vector<words> words_;
  std::vector<combined> combined_;
  std::vector<number> numbers_;
  const number_column* at_ = nullptr;
  std::uint64_t at_stride_ = 0;
  detail::segment_index boundaries_;
  // Only looked at: what is no number, or of a sign that cannot be.
  struct checked {
    number_column from;
    bool may_be_negative = false;
  };
  std::vector<checked> checked_;
  std::vector<number_column> times_;           // that decide nothing here, and must be times all the same
  std::vector<const number_column*> unusual_;  // a row that has any of them has no kind
  std::vector<const text_column*> unusual_texts_;
};

inline bool is_text(const number_column& of) noexcept { return of.kind() == number_column::layout::text; }
inline bool is_absent(const number_column& of) noexcept { return of.kind() == number_column::layout::absent; }

// A decimal in units of 10^-digits; nothing where it is no whole number of them, or has more than 64 bits.
std::optional<std::int64_t> units_of(const decimal& value, int digits);

// Numbers from 10^15 on are invalid, amounts of just as many minor units only where the currency has no smaller ones.
inline constexpr std::int64_t most_number = max_amount_minor - 1;

// What loops over columns may write.
constexpr std::size_t padded(std::size_t n) noexcept { return (n + 15) & ~std::size_t{15}; }

// The segments of `n` values of a column with room for loops.
inline void find_segments(const detail::segment_index& among, const std::int64_t* values, std::int32_t* segments,
                          std::size_t n) {
  if (among.size() == 0) {
    std::fill_n(segments, padded(n), 0);
    return;
  }
  lanes().count_to(segments, values, among.as_parts<lane_operations::cut_index>(), n);
  for (std::size_t j = 0; j < n; ++j) {
    if (segments[j] < 0) segments[j] = static_cast<std::int32_t>(among.count_to(values[j]));
  }
  std::fill(segments + n, segments + padded(n), 0);
}

}  // namespace pricepoint::engine
