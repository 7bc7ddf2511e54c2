// SPDX-License-Identifier: Apache-2.0
// Decisions as a table for people: the columns that matter at a glance, in aligned columns.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cli/namespace.hpp"
#include "pricepoint/pricing/decision.hpp"
#include "rows/rows.hpp"

namespace pricepoint::cli {

// Used by one thread. The widths of the columns are those of the rows up to the first flush; longer cells are cut.
class table_writer {
 public:
  explicit table_writer(std::size_t width) : width_(width) {}

  void decided(const row& from, std::string_view channel, const decision& what);
  void unreadable(const row& from, std::string_view channel);

  // Appends the rows since the last flush; before the first, the names of the columns.
  void flush(std::string& out);

 private:
  enum column : std::size_t { sku, channel, market, status, price, currency, was, notes, column_count };
  using line = std::array<std::string, column_count>;

  void fix_widths();
  void append(std::string& out, const line& cells) const;

  std::size_t width_;
  bool started_ = false;
  std::array<std::size_t, column_count> widths_{};
  std::vector<line> lines_;
};

}  // namespace pricepoint::cli
