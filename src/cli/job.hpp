// SPDX-License-Identifier: Apache-2.0
// What price and explain have in common: the policy, the rates and the opened items.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/files.hpp"
#include "cli/history.hpp"
#include "cli/namespace.hpp"
#include "cli/options.hpp"
#include "cli/row_tally.hpp"
#include "pricepoint/analysis/compare.hpp"
#include "pricepoint/pricing/exchange_rates.hpp"
#include "pricepoint/pricing/policy.hpp"
#include "pricepoint/result.hpp"
#include "rows/blocks.hpp"
#include "rows/fields.hpp"
#include "rows/rows.hpp"

namespace pricepoint::cli {

struct job {
  pricepoint::policy policy;
  std::shared_ptr<const exchange_rates> rates;
  std::shared_ptr<const price_histories> history;
  field_table fields;
  std::vector<std::string_view> channels;  // asked for, in the order of their references
  row_defaults defaults;
  input_file items;
  block_reader blocks;
  std::optional<csv_columns> columns;  // nothing for NDJSON

  const csv_columns* columns_or_null() const noexcept { return columns ? &*columns : nullptr; }
  // Whether there may be more than what was read, as far as that can be known.
  bool may_go_on() const noexcept { return items.size() == 0 || blocks.bytes_read() < items.size(); }
};

// Everything that can fail before the first row, as much of it at once as can be found. Errors are those of the policy,
// the rates, the history and the files, and PP-C011 a channel, PP-C012 a market that the policy does not declare,
// PP-I001 the items are empty. The job borrows from `what`. It stays where it is, since its parts point at one another.
result<std::unique_ptr<job>> prepare(const options& what, instant now, std::vector<diagnostic>& warnings);

// The same for two policies over one catalogue. What each knows of the items is its own: a column may be a field for
// one and unknown to the other.
struct compare_job {
  std::shared_ptr<const policy_difference> policies;
  std::shared_ptr<const exchange_rates> rates;
  std::array<field_table, 2> fields;  // before and after
  field_table known_fields;           // to either
  std::vector<std::string_view> channels;
  row_defaults defaults;
  input_file items;
  block_reader blocks;
  std::array<std::optional<csv_columns>, 2> columns;  // nothing for NDJSON

  const csv_columns* columns_or_null(std::size_t side) const noexcept {
    return columns[side] ? &*columns[side] : nullptr;
  }
};

// PP-C011 and PP-C012 are for what neither policy declares.
result<std::unique_ptr<compare_job>> prepare_compare(const options& what, instant now,
                                                     std::vector<diagnostic>& warnings);

// What of the rows fell out, at the end of a run. `rows`: "rows" or "offers". That there are none, or that some could
// not be read, is always said, also with --quiet; as an error where the run ends with another status for it.
// `unused`: members of NDJSON that are no fields.
void tell_what_fell_out(const options& what, const job& of, std::string_view rows, const row_tally& all,
                        const replaced_bytes& replaced, bool unread_is_error, bool none_is_error,
                        const std::vector<std::string>& unused);

// From a path; "-" is standard input.
result<policy> load_policy_from(const std::string& path, const options& what);

// PP-C011 a channel, PP-C012 a market of the command line that the policy does not declare.
std::vector<diagnostic> check_names(const options& what, const policy& policy);

// What is said about a member of NDJSON that is no field, or nothing where its name is near none.
std::optional<diagnostic> about_unknown_member(const field_table& fields, std::string_view name,
                                               const row_reader::member_place& place, const std::string& file);
// Such a warning where rows carry nothing through.
diagnostic without_carrying(diagnostic warned);

}  // namespace pricepoint::cli
