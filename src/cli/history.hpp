// SPDX-License-Identifier: Apache-2.0
// Prices as they were charged, from CSV with the columns sku, channel, market, at and price: what `lowest_prior` is
// taken from where a row does not give it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cli/row_tally.hpp"
#include "decide/prior.hpp"
#include "pricepoint/pricing/policy.hpp"
#include "pricepoint/pricing/request.hpp"
#include "pricepoint/result.hpp"

namespace pricepoint::cli {

// Immutable; shared between threads. Memory: 16 bytes a row that counts, and once a product its names.
class price_histories {
 public:
  // Rows with an `audience` or a `segment` are members' or personal prices and do not count; nor do those of markets
  // that the policy does not declare or whose law has no window. Rows may stand in any order; of two of one instant the
  // later counts. Errors, all at once: PP-H001 a column lacks or stands twice, PP-H002 a cell cannot be read, PP-H003 a
  // row cannot be read, PP-H004 how many more there are.
  static result<std::shared_ptr<const price_histories>> parse(std::string text, const std::string& file,
                                                              const policy& of);
  ~price_histories();

  // Warnings: PP-I012 there are no rows, PP-H005 rows of markets or channels that the policy does not declare.
  std::vector<diagnostic> doubts(const std::string& file) const;

  // The source of `lowest_prior` for this request; empty where the history has no say: the request gives it, has no
  // time or amounts in another currency than the market's, or the market's law has no window.
  prior_source source(const request& asked) const;

 private:
  price_histories();
  row_tally tally_;
  struct store;
  std::unique_ptr<store> store_;
};

}  // namespace pricepoint::cli
