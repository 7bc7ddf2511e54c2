// SPDX-License-Identifier: Apache-2.0
// What compare writes: changed rows, then the figures, as a table with a report for people, CSV or NDJSON.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/namespace.hpp"
#include "cli/options.hpp"
#include "pricepoint/analysis/compare.hpp"
#include "rows/row_keys.hpp"
#include "rows/rows.hpp"

namespace pricepoint::cli {

// "-3.36%"
std::string percent_text(std::int64_t hundredths);

// Changed rows in CSV or NDJSON. Immutable; shared between threads.
class change_writer {
 public:
  change_writer(output_format format, std::shared_ptr<const policy_difference> of, row_keys keys = {})
      : format_(format), of_(std::move(of)), keys_(keys) {}

  // The line of column names; nothing for NDJSON.
  void header(std::string& out) const;
  // One row. `after` is what the policy after made of it, for the problems of a row that cannot be read.
  void write(std::string& out, const compared& one, const row& after) const;

 private:
  output_format format_;
  std::shared_ptr<const policy_difference> of_;
  row_keys keys_;
};

// Changed rows for people. Used by one thread. The widths of the columns are those of the rows up to the first flush.
class change_table {
 public:
  change_table(std::size_t width, std::shared_ptr<const policy_difference> of, row_keys keys = {})
      : width_(width), of_(std::move(of)), keys_(keys) {}

  void add(const compared& one, const row& asked);
  // Appends the rows since the last flush; before the first, the names of the columns. Of none nothing.
  void flush(std::string& out);

 private:
  enum column : std::size_t {
    sku,
    channel,
    market,
    first_key,
    before = first_key + row_keys::names.size(),
    after,
    currency,
    change,
    rules,
    column_count
  };
  using line = std::array<std::string, column_count>;

  std::size_t width_;
  std::shared_ptr<const policy_difference> of_;
  row_keys keys_;
  bool started_ = false;
  std::array<std::size_t, column_count> widths_{};
  std::vector<line> lines_;
};

// The figures: CSV with its header, or NDJSON, each object with "summary": true.
std::string summary_rows(const comparison_summary& of, const policy_difference& between, output_format format);

// The figures for people.
std::string summary_report(const comparison_summary& of);

// One for each gate that is exceeded: PP-G001 --max-change, PP-G002 --max-changed, PP-G003 --no-new-conflicts.
std::vector<diagnostic> exceeded_gates(const comparison_summary& of);

}  // namespace pricepoint::cli
