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
#include "rows/row_keys.hpp"
#include "rows/rows.hpp"

namespace pricepoint::cli {

// Used by one thread. The widths of the columns are those of the rows up to the first flush; longer cells are cut.
class table_writer {
 public:
  explicit table_writer(std::size_t width, row_keys keys = {}) : width_(width), keys_(keys) {}

  void decided(const row& from, std::string_view channel, const decision& what);
  void unreadable(const row& from, std::string_view channel);

  // Appends the rows since the last flush; before the first, the names of the columns. What tells rows apart has a
  // column where the rows differ in it; `more`: or where rows that are still to come may.
  void flush(std::string& out, bool more = false);

 private:
  enum column : std::size_t {
    sku,
    channel,
    market,
    first_key,
    status = first_key + row_keys::names.size(),
    price,
    currency,
    was,
    notes,
    column_count
  };
  using line = std::array<std::string, column_count>;

  void add_keys(line& to, const row& from) const;
  void fix_widths(bool more);
  void append(std::string& out, const line& cells) const;

  std::size_t width_;
  row_keys keys_;
  bool started_ = false;
  std::array<std::size_t, column_count> widths_{};
  std::vector<line> lines_;
};

}  // namespace pricepoint::cli
