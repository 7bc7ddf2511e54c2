// SPDX-License-Identifier: Apache-2.0
// Rows to decisions.
// Entry: row_decider::decide. Test: tests/golden/cases (several-channels, explain-ndjson).
#include "cli/decider.hpp"

#include <utility>

namespace pricepoint::cli {

row_decider::row_decider(const policy& policy, std::shared_ptr<const exchange_rates> rates,
                         std::shared_ptr<const price_histories> history, const std::vector<std::string_view>& channels,
                         telling told)
    : pricer_(policy, std::move(rates)),
      history_(std::move(history)),
      channels_(channels),
      told_(told),
      decisions_(1) {}

const std::vector<row_decider::answer>& row_decider::decide(row& from) {
  answers_.clear();
  // A row that names its channel means that one.
  const bool several = together(from) != nullptr;
  if (!from.problems.empty()) {
    if (several) {
      for (const std::string_view channel : channels_) answers_.push_back({channel});
    } else {
      answers_.push_back({from.request.channel});
    }
    return answers_;
  }
  const prior_source priors = history_ ? history_->source(from.request) : prior_source();
  if (several) {
    pricer_.price_all(from.request, channels_, decisions_, decided_, priors);
    if (told_ == telling::explanation)
      explanations_ = explain_all(pricer_, from.request, channels_, priors, from.at_given);
    if (told_ == telling::timeline) explanations_ = timeline_all(pricer_, from.request, channels_);
  } else {
    const auto price = [&](bool) {
      pricer_.price(from.request, decisions_[0]);
      return decisions_[0].price();
    };
    if (priors) {
      engine::settle_prior(priors, from.request.channel, from.request.lowest_prior, price);
    } else {
      price(false);
    }
    decided_.assign(1, from.request.channel);
    if (told_ != telling::nothing) {
      explanations_.clear();
      explanations_.push_back(told_ == telling::explanation ? explain(pricer_, from.request, {}, from.at_given)
                                                            : timeline(pricer_, from.request));
    }
  }
  for (std::size_t i = 0; i < decided_.size(); ++i) {
    answers_.push_back({decided_[i], &decisions_[i], told_ == telling::nothing ? nullptr : &explanations_[i]});
  }
  return answers_;
}

void row_decider::count_lost(row_tally& to, const row& from, const std::vector<answer>& answers) {
  if (!from.problems.empty()) return to.row_lost(from.line, [&] { return why_unread(from); });
  for (const answer& one : answers) {
    if (one.what->status() != status::invalid) continue;
    return to.row_lost(from.line, [&] { return why_invalid(from, one.what->invalid().front()); });
  }
}

void row_decider::count(row_tally& to, const row& from, const std::vector<answer>& answers) {
  bool lost = !from.problems.empty();
  for (const answer& one : answers) lost |= !lost && one.what->status() == status::invalid;
  if (lost) [[unlikely]]
    return count_lost(to, from, answers);
  to.row();
  for (const answer& one : answers) to.answer(one.what->missing());
}

}  // namespace pricepoint::cli
