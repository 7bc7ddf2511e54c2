// SPDX-License-Identifier: Apache-2.0
// Offers in the order that an audit needs: those of one product in one market behind one another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "cli/job.hpp"
#include "cli/options.hpp"
#include "pricepoint/result.hpp"

namespace pricepoint::cli {

// What offers are sorted by, byte by byte: the sku, then the market.
struct offer_key {
  std::string sku, market;

  void take(const row& from) {
    sku.assign(from.request.sku);
    market.assign(from.request.market);
  }
  bool is_of(const row& one) const noexcept { return sku == one.request.sku && market == one.request.market; }
  friend auto operator<=>(const offer_key&, const offer_key&) noexcept = default;
};

struct offer_sort_limits {
  std::size_t memory_bytes = 64u << 20;  // of records, before they go to disk
};

// Sees to it that the blocks of the job come in order: looks a file through first, on all cores, and where it is not in
// order, or a pipe, sorts what follows the header on disk. Gives whether the records are now those of append_numbered
// (rows.hpp). Records of which the key cannot be read are of no order. Errors: those of the input; PP-F003, the
// temporary file cannot be written.
result<bool> put_in_order(const options& what, job& prepared, const offer_sort_limits& limits = {});

}  // namespace pricepoint::cli
