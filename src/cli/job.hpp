// SPDX-License-Identifier: Apache-2.0
// What price and explain have in common: the policy, the rates and the opened items.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/blocks.hpp"
#include "cli/fields.hpp"
#include "cli/files.hpp"
#include "cli/history.hpp"
#include "cli/options.hpp"
#include "cli/rows.hpp"
#include "pricepoint/engine/exchange_rates.hpp"
#include "pricepoint/engine/policy.hpp"
#include "pricepoint/result.hpp"

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
};

// Everything that can fail before the first row, as much of it at once as can be found. Errors are those of the policy,
// the rates, the history and the files, and PP-C011 a channel, PP-C012 a market that the policy does not declare,
// PP-I001 the items are empty. The job borrows from `what`. It stays where it is, since its parts point at one another.
result<std::unique_ptr<job>> prepare(const options& what, instant now, std::vector<diagnostic>& warnings);

// From a path; "-" is standard input.
result<policy> load_policy_from(const std::string& path);

// PP-C011 a channel, PP-C012 a market of the command line that the policy does not declare.
std::vector<diagnostic> check_names(const options& what, const policy& policy);

// What is said about a member of NDJSON that is no field, or nothing where its name is near none.
std::optional<diagnostic> about_unknown_member(const field_table& fields, std::string_view name,
                                               const row_reader::member_place& place, const std::string& file);

}  // namespace pricepoint::cli
