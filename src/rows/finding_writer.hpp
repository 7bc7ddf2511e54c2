// SPDX-License-Identifier: Apache-2.0
// Findings and the summary of an audit as rows of CSV, NDJSON and tables. Columns and keys have one fixed order; those
// of quantity, segment, audience and time stand where the input has them, in tables where they differ between rows.
#pragma once

#include <string>
#include <string_view>

#include "pricepoint/audit/auditor.hpp"
#include "rows/carried.hpp"
#include "rows/format.hpp"
#include "rows/row_keys.hpp"
#include "rows/rows.hpp"
#include "rows/text_table.hpp"

namespace pricepoint::rows {

// Immutable but for the table's state, which one thread uses.
class finding_writer {
 public:
  // `ahead`: with the instants between which a finding holds.
  finding_writer(output_format format, const csv_columns* columns, bool ahead, std::size_t width);

  void header(std::string& out) const;  // CSV
  void write(std::string& out, const row& from, const finding& what);
  // A row that cannot be read.
  void unreadable(std::string& out, const row& from);
  void flush(std::string& out);  // tables
  void flush_if_many(std::string& out);
  void hand_over(finding_writer& to);  // rows of tables that were not flushed

 private:
  void csv(std::string& out, const row& from, const finding& what) const;
  void json(std::string& out, const row& from, const finding& what) const;
  void table(const row& from, const finding& what);

  output_format format_;
  bool ahead_;
  row_keys keys_;
  carried_columns carried_;
  text_table table_;
};

// NDJSON objects with "summary": true, CSV with a header, or tables with headings.
void append_summary(std::string& out, const audit_summary& what, output_format format, std::size_t width);

}  // namespace pricepoint::rows
