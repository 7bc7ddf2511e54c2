// SPDX-License-Identifier: Apache-2.0
// Decisions and findings as Arrow arrays. A node is a column with its type and its values; exported it owns them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "pricepoint/audit/auditor.hpp"
#include "pricepoint/pricepoint.h"
#include "pricepoint/pricing/columns.hpp"
#include "pricepoint/pricing/policy.hpp"

namespace pricepoint::arrow {

struct node {
  std::string name, format;
  bool nullable = true;
  std::int64_t length = 0, nulls = 0;
  std::vector<std::shared_ptr<const void>> buffers;  // null: none
  std::vector<node> children;
  std::unique_ptr<node> dictionary;
};

// More than an array can hold, since its offsets have 32 bits.
struct too_large {
  const char* message;
};

// The decimals of each row's currency, -1 where its market is not known. Found by market, so that the engine need not
// give the currencies of rows of which only money is wanted.
void currency_digits(const request_columns& of, const policy& with, std::vector<std::int16_t>& out);

// A struct of the output columns of `parts`, which `from` must have, and `price` for `was`; of no rows it is the
// schema. Throws too_large.
node table_of(const decision_columns& from, std::uint32_t parts, std::span<const std::int16_t> digits);
// `offers` are those that were audited.
node table_of(const finding_columns& from, std::span<const offer_columns> offers, const policy& with, bool ahead);

// Moved to the caller, who releases them. May throw bad_alloc; then nothing is held.
void export_schema(const node& from, ArrowSchema& out);
void export_array(node from, ArrowArray& out);

}  // namespace pricepoint::arrow
