// SPDX-License-Identifier: Apache-2.0
// Decisions as rows of CSV and NDJSON. Columns and keys have one fixed order.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/pricing/decision.hpp"
#include "rows/carried.hpp"
#include "rows/format.hpp"
#include "rows/row_keys.hpp"
#include "rows/rows.hpp"

namespace pricepoint::rows {

// Immutable; shared between threads.
class row_writer {
 public:
  // `columns` is null for NDJSON input, whose unknown members have a place only in NDJSON. The fingerprint must live
  // on. `keys`: what rows say of themselves beside sku, channel and market, written behind the policy in CSV.
  row_writer(output_format format, const csv_columns* columns, std::string_view fingerprint, row_keys keys = {});

  // The line of column names; nothing for NDJSON.
  void header(std::string& out) const;

  // One row. `explanation` is a JSON object or empty.
  void decided(std::string& out, const row& from, std::string_view channel, const decision& what,
               std::string_view explanation = {}) const;

  // The row of one that cannot be read: `invalid`, with its problems.
  void unreadable(std::string& out, const row& from, std::string_view channel) const;

 private:
  void csv_row(std::string& out, const row& from, std::string_view channel, const decision& what) const;
  void csv_unreadable(std::string& out, const row& from, std::string_view channel) const;
  void json_start(std::string& out, const row& from, std::string_view channel) const;

  output_format format_;
  std::string_view fingerprint_;
  row_keys keys_;
  carried_columns carried_;
};

// What stands in the place of an explanation of a row that cannot be read: its problems.
std::string unreadable_text(const row& from, std::string_view channel);

// Where a member stands among those of the output; those that it does not have stand after all others.
std::size_t output_place(std::string_view name);

// The name under which an unknown column stands in the output: its own, or in.NAME where the output has that name.
std::string carried_name(std::string_view name);

}  // namespace pricepoint::rows
