// SPDX-License-Identifier: Apache-2.0
// What tells apart two rows of one product on one channel in one market: quantity, segment, audience and time, as the
// row itself says them. A column has them where the header does; rows of NDJSON have what they give.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "rows/csv_line.hpp"
#include "rows/rows.hpp"

namespace pricepoint::rows {

// Immutable; shared between threads.
class row_keys {
 public:
  static constexpr std::array<std::string_view, 4> names = {"quantity", "segment", "audience", "at"};

  // None at all.
  row_keys() = default;
  // `columns` is null for NDJSON input, which may have all of them.
  explicit row_keys(const csv_columns* columns);

  bool has(std::size_t which) const noexcept { return of_json_ || places_[which] != nowhere; }
  // As the row says it, empty where it does not. The text lives as long as the row and `scratch`.
  std::string_view value(std::size_t which, const row& from, std::string& scratch) const;

  void csv_names(std::string& out) const;  // each with a comma before it
  // A part of the line, since a string that is written cell by cell costs more than its cells.
  [[gnu::always_inline]] void csv_cells(csv_line& line, const row& from) const {
    for (std::uint32_t i = 0; i < count_; ++i) {
      const std::size_t place = places_[written_[i]];
      if (place < from.cells.size() && !from.cells[place].quoted) [[likely]] {
        line.text(from.cells[place].raw);
      } else {
        std::string scratch;
        line.text(value(written_[i], from, scratch));
      }
    }
  }
  void json_members(std::string& out, const row& from) const;  // each with a comma behind it

 private:
  static constexpr std::size_t nowhere = SIZE_MAX;

  bool of_json_ = false;
  std::uint32_t count_ = 0;                            // of those that are written
  std::array<std::uint32_t, names.size()> written_{};  // which they are
  std::array<std::size_t, names.size()> places_ = {nowhere, nowhere, nowhere, nowhere};
};

}  // namespace pricepoint::rows
