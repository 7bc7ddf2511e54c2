// SPDX-License-Identifier: Apache-2.0
// What tells apart two rows of one product on one channel in one market: quantity, segment, audience and time, as the
// row itself says them. A column has them where the header does; rows of NDJSON have what they give.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

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

  bool has(std::size_t which) const noexcept { return of_json_ || places_[which].has_value(); }
  // As the row says it, empty where it does not. The text lives as long as the row and `scratch`.
  std::string_view value(std::size_t which, const row& from, std::string& scratch) const;

  void csv_names(std::string& out) const;                      // each with a comma before it
  void csv_cells(std::string& out, const row& from) const;     // likewise
  void json_members(std::string& out, const row& from) const;  // each with a comma behind it

 private:
  void other_csv_cells(std::string& out, const row& from) const;

  bool of_json_ = false;
  std::array<std::optional<std::size_t>, names.size()> places_{};
};

}  // namespace pricepoint::rows
