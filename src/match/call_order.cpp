// SPDX-License-Identifier: Apache-2.0
// Entry: call_orders::find. Covered by tests/unit/decide/channels_test.cpp.
#include "match/call_order.hpp"

#include <algorithm>

namespace pricepoint::engine {

namespace {

constexpr std::uint32_t no_market = 0xFFFFFFFF;

}  // namespace

std::uint32_t call_orders::likely_first(std::span<const std::uint32_t> asked) const noexcept {
  return std::binary_search(asked.begin(), asked.end(), last_first_) ? last_first_ : asked.front();
}

const call_order& call_orders::found(const call_order& order) noexcept {
  last_first_ = order.steps.front().channel;
  return order;
}

const call_order& call_orders::find(bound_request& bound, std::span<const std::uint32_t> asked,
                                    request_classes& classes) {
  key_.assign(1, bound.market);
  key_.insert(key_.end(), bound.codes.begin(), bound.codes.end());
  key_.insert(key_.end(), asked.begin(), asked.end());
  if (const auto known = orders_.find(std::span<const std::uint32_t>(key_)); known != orders_.end()) {
    return found(*known->second);
  }
  const std::uint32_t channel = bound.channel;
  std::vector<price_reads> reads;
  for (const std::uint32_t one : asked) {
    bound.channel = one;
    reads.push_back(classes.find(bound).reads);
  }
  bound.channel = channel;
  if (orders_.size() >= limits_.max_cells) orders_.clear();
  return found(*orders_.emplace(key_, std::make_unique<call_order>(make(asked, reads))).first->second);
}

const call_order& call_orders::find_without_rules(std::span<const std::uint32_t> asked) {
  key_.assign(1, no_market);
  key_.insert(key_.end(), asked.begin(), asked.end());
  if (const auto known = orders_.find(std::span<const std::uint32_t>(key_)); known != orders_.end()) {
    return found(*known->second);
  }
  if (orders_.size() >= limits_.max_cells) orders_.clear();
  return found(*orders_.emplace(key_, std::make_unique<call_order>(make(asked, {}))).first->second);
}

call_order call_orders::make(std::span<const std::uint32_t> asked, std::span<const price_reads> reads) const {
  constexpr std::uint32_t not_asked = 0xFFFFFFFF;
  const std::vector<std::uint32_t> order = order_of(machine_, asked, reads).channels;
  std::vector<std::uint32_t> place(machine_.channels().size(), not_asked);
  for (std::uint32_t i = 0; i < order.size(); ++i) place[order[i]] = i;
  call_order made;
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    call_order::step& step = made.steps.emplace_back();
    step.channel = order[i];
    price_reads all;
    if (!reads.empty()) {
      all = reads[static_cast<std::size_t>(std::lower_bound(asked.begin(), asked.end(), order[i]) - asked.begin())];
    }
    const auto references_of = [&](std::uint32_t channel) {
      price_reads named;
      const channel_terms& terms = machine_.channels()[channel];
      if (!terms.reference_is_list) {
        for (const std::uint32_t slot : terms.reference.slots) named.required.push_back(slot - slot::first_channel);
      }
      return named;
    };
    all.add(references_of(order[i]));
    all.add(price_reads{all.soft, {}});
    for (const std::uint32_t one : all.required) {
      if (place[one] != not_asked && place[one] > i) step.later.push_back(one);
    }
    // What changes a channel that is not asked for, by its own reference, changes this one when that is asked again.
    std::vector<bool> seen(place.size());
    std::vector<std::uint32_t> next(references_of(order[i]).required);
    while (!next.empty()) {
      const std::uint32_t one = next.back();
      next.pop_back();
      if (seen[one] || place[one] != not_asked) continue;
      seen[one] = true;
      const price_reads through = references_of(one);
      all.add(through);
      next.insert(next.end(), through.required.begin(), through.required.end());
    }
    for (const std::uint32_t one : all.required) {
      if (place[one] != not_asked && place[one] < i) step.reads.push_back(place[one]);
    }
  }
  return made;
}

}  // namespace pricepoint::engine
