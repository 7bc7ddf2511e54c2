// SPDX-License-Identifier: Apache-2.0
// Bytes that are not UTF-8, in columns that no rule reads: they are replaced, which is said once for a file and not row
// by row. Each reader counts its own; added up they are the file's, whichever threads read which rows.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "pricepoint/result.hpp"

namespace pricepoint::rows {

struct replaced_bytes {
  struct of_column {
    std::uint64_t first_line = 0;
    std::uint64_t bytes = 0;
  };
  std::map<std::string, of_column, std::less<>> columns;

  void count(const std::string& column, std::uint64_t line, std::uint64_t bytes);
  void add(const replaced_bytes& other);
};

// Warnings PP-I013, one for each column.
std::vector<diagnostic> about_replaced(const replaced_bytes& all, const std::string& file);

}  // namespace pricepoint::rows
