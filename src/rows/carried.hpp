// SPDX-License-Identifier: Apache-2.0
// Columns and members of the input that no field knows, on their way to the output.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rows/rows.hpp"

namespace pricepoint::rows {

// Immutable; shared between threads.
class carried_columns {
 public:
  // Whether the output has that name itself: then the input's stands there as in.NAME.
  using is_taken = bool (*)(std::string_view name);

  // `columns` is null for NDJSON input, whose unknown members have a place only in NDJSON.
  carried_columns(const csv_columns* columns, is_taken taken);

  void csv_names(std::string& out) const;                   // each with a comma before it
  void csv_cells(std::string& out, const row& from) const;  // likewise
  void csv_blanks(std::string& out) const;
  void json_members(std::string& out, const row& from) const;  // each with a comma before it

  // The name under which an unknown column stands in the output.
  static std::string name_in(std::string_view name, is_taken taken);

 private:
  struct column {
    std::size_t index;
    std::string csv_name;
    std::string json_key;  // ,"name":
  };
  std::vector<column> columns_;
  is_taken taken_;
};

}  // namespace pricepoint::rows
