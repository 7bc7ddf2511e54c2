// SPDX-License-Identifier: Apache-2.0
// What a run could not read, and what none of its rows has. Every command counts its rows here, each thread for itself,
// and says the sums once at the end: no row falls out in silence.
//
//   tally.row();                                        // one that can be read
//   tally.row_lost(line, [&] { return why; });          // one that cannot: "column cost: "abc" is not an amount ..."
//   tell(about_unread(all, "rows", "items.csv", true));  // 2 of 300 rows could not be read; the first: column cost:
//   ...
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/namespace.hpp"
#include "cli/options.hpp"
#include "pricepoint/pricing/policy.hpp"
#include "pricepoint/result.hpp"
#include "rows/fields.hpp"
#include "rows/rows.hpp"

namespace pricepoint::cli {

struct row_tally {
  std::uint64_t rows = 0;        // of the input, also those that could not be read
  std::uint64_t unread = 0;      // of these: unreadable, or with a value that cannot be
  std::uint64_t first_line = 0;  // of the first of them; 0 where there is none
  std::string first;             // why
  std::uint64_t answers = 0;     // of rows that could be read: one for each channel asked for
  std::vector<std::pair<std::string, std::uint64_t>> lacking;  // fields, and how many answers lack each

  void row() noexcept { ++rows; }
  template <class Why>
  void row_lost(std::uint64_t line, Why why) {
    ++rows;
    ++unread;
    if (first_line != 0 && first_line <= line) return;
    first_line = line;
    first = why();
  }
  // What a row that can be read would need to have its answer.
  void answer(const std::vector<std::string>& missing) {
    ++answers;
    if (!missing.empty()) lack(missing);
  }
  void add(const row_tally& other);

  // The exact share of rows that could not be read against a rate.
  bool has_more_unread_than(rate most) const noexcept;

 private:
  void lack(const std::vector<std::string>& missing);
};

// Why a row cannot be read, without its line: "column cost: "abc" is not an amount of money".
std::string why_unread(const row& from);
// The same of a row that can be read and whose first wrong field, as a decision or a finding names it, cannot be.
std::string why_invalid(const row& from, std::string_view field);
// Of a text that is no channel, or no market, of the policy.
std::string why_undeclared(bool is_channel, std::string_view text, const policy& with);

// What is told at the end; nothing where all is well. `rows` is what they are called: "rows", "offers".
// PP-I020: rows could not be read. An error where that is what ends the run with another status than 0. `more` is said
// behind how many.
std::optional<diagnostic> about_unread(const row_tally& all, std::string_view rows, const std::string& file,
                                       bool is_error, std::string_view more = {});
// PP-H005: prices of a history that no row can ask for.
std::optional<diagnostic> about_useless_prices(const row_tally& all, const std::string& file);
// PP-I012: there are no rows.
std::optional<diagnostic> about_no_rows(const row_tally& all, std::string_view rows, const std::string& file,
                                        bool is_error);
// PP-I014: no row has a field that the policy needs, with the columns that nothing uses. `columns` is null for NDJSON,
// where `unused` says which members no field is. `from_elsewhere`: fields that rows may also have from another place,
// as prices that are decided before in one call.
std::optional<diagnostic> about_lacking(const row_tally& all, std::string_view rows, const std::string& file,
                                        const field_table& fields, const csv_columns* columns,
                                        const std::vector<std::string>& unused,
                                        const std::vector<std::string>& from_elsewhere);

}  // namespace pricepoint::cli
