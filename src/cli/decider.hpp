// SPDX-License-Identifier: Apache-2.0
// One row to its decisions: for its own channel, or for each that the command line names.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "cli/history.hpp"
#include "cli/namespace.hpp"
#include "cli/row_tally.hpp"
#include "pricepoint/explain/explanation.hpp"
#include "pricepoint/pricing/pricer.hpp"
#include "rows/rows.hpp"

namespace pricepoint::cli {

// What is told beside a decision.
enum class telling : unsigned char { nothing, explanation, timeline };

// One per thread.
class row_decider {
 public:
  // `channels` in the order of their references; they must outlive the decider.
  // `history` may be null.
  row_decider(const policy& policy, std::shared_ptr<const exchange_rates> rates,
              std::shared_ptr<const price_histories> history, const std::vector<std::string_view>& channels,
              telling told);

  struct answer {
    std::string_view channel;
    const decision* what = nullptr;        // null for a row that cannot be read
    const explanation* because = nullptr;  // null where explanations are not asked for
  };

  // The channels that are decided in one call for a row that names none; null where the row is decided for one channel.
  const std::vector<std::string_view>* together(const row& from) const noexcept {
    return channels_.size() > 1 && from.request.channel.empty() ? &channels_ : nullptr;
  }

  // The answers hold until the next call. Of a row for one channel, `lowest_prior` is filled in from the history.
  const std::vector<answer>& decide(row& from);

  // One row with its answers. It counts as read where none of them is invalid.
  static void count(row_tally& to, const row& from, const std::vector<answer>& answers);

 private:
  static void count_lost(row_tally& to, const row& from, const std::vector<answer>& answers);

  pricer pricer_;
  std::shared_ptr<const price_histories> history_;
  const std::vector<std::string_view>& channels_;
  telling told_;
  std::vector<decision> decisions_;
  std::vector<std::string_view> decided_;
  std::vector<explanation> explanations_;
  std::vector<answer> answers_;
};

}  // namespace pricepoint::cli
