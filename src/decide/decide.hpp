// SPDX-License-Identifier: Apache-2.0
// One bound request to one decision in the tier that its numbers need, and several channels of one product in order.
#pragma once

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "decide/exact.hpp"
#include "decide/integer_memory.hpp"
#include "decide/prior.hpp"
#include "pricepoint/pricing/pricer.hpp"
#include "text/each_once.hpp"

namespace pricepoint::engine {

// What a pricer is made of, for the stages above that decide with it.
struct parts_of {
  static workspace& memory(pricer& of) noexcept { return *of.workspace_; }
};

// The out-of-line path over big integers (src/decide/big.cpp).
void decide_big(workspace& memory, decision& out, silent& listener);

template <class Listener>
void decide(workspace& memory, decision& out, Listener& listener) {
  ++memory.stats().decisions;
  try {
    evaluation<detail::fast_exact, Listener>(memory, out, listener).run();
  } catch (const detail::exact_overflow&) {
    ++memory.stats().big_evaluations;
    if constexpr (std::is_same_v<Listener, silent>) {
      decide_big(memory, out, listener);
    } else {
      listener.restart();
      decide_big(memory, out, listener);  // for that listener, beside it
    }
  }
}

// The bound request by whichever way it goes.
inline void decide_bound(workspace& memory, integer_memory& integers, decision& out) {
  if (integers.price_bound(out)) return;
  silent nobody;
  decide(memory, out, nobody);
}

inline void price_request(workspace& memory, integer_memory& integers, const request& what,
                          std::span<const std::string> unreadable, decision& out) {
  memory.bind(what);
  memory.also_invalid(unreadable);
  decide_bound(memory, integers, out);
}

// What the other channels of a call want to know of a decision.
struct channel_outcome {
  std::optional<amount> price;
  std::optional<instant> next_change_at;
  channel_outcome() = default;
  explicit channel_outcome(const decision& made) : price(made.price()), next_change_at(made.next_change_at()) {}
};

// Decides the channels of one call, one after the other. The only place that knows what becomes of a decided price.
template <class DecideOne>
class channel_call {
 public:
  channel_call(const machine& compiled, workspace& memory, const request& what, const prior_source& priors,
               const DecideOne& decide_one)
      : machine_(compiled), memory_(memory), what_(what), each_(what), priors_(priors), decide_one_(decide_one) {}
  ~channel_call() { memory_.set_call({}); }
  channel_call(const channel_call&) = delete;
  channel_call& operator=(const channel_call&) = delete;

  void run(std::span<const std::string_view> channels) {
    boost::container::small_vector<std::uint32_t, 8> known;
    for (const std::string_view one : channels) {
      if (const auto channel = machine_.find_channel(one)) known.push_back(*channel);
    }
    detail::keep_each_once(known);
    if (!known.empty()) {
      const std::span<const std::uint32_t> asked(known.data(), known.size());
      const std::uint32_t first = memory_.orders().likely_first(asked);
      bind(machine_.channels()[first].name);
      const bool can_be_decided = memory_.invalid().empty() && memory_.missing().empty();
      const call_order& order = can_be_decided ? memory_.orders().find(memory_.bound(), asked, memory_.classes())
                                               : memory_.orders().find_without_rules(asked);
      is_bound_ = order.steps.front().channel == first && !priors_;
      for (const call_order::step& one : order.steps) decide(one);
    }
    // Names that the policy does not declare get their `invalid` decision, after the others.
    for (std::size_t i = 0; i < channels.size(); ++i) {
      const auto before = channels.begin() + static_cast<std::ptrdiff_t>(i);
      if (std::find(channels.begin(), before, channels[i]) == before && !machine_.find_channel(channels[i])) {
        is_bound_ = false;
        decide(channels[i], nullptr);
      }
    }
  }

 private:
  void bind(std::string_view channel) {
    each_.channel = channel;
    each_.current.reset();
    for (const channel_price& one : what_.prices) {
      if (one.channel == channel) each_.current = one.price;
    }
    memory_.bind(each_);
  }

  void decide(const call_order::step& step) {
    const channel_outcome made = decide(machine_.channels()[step.channel].name, &step);
    made_.push_back(made);
    channels_.push_back(step.channel);
    if (made.price) decided_.push_back({step.channel, detail::fraction{made.price->minor, 1}, memory_.bound().gross});
  }

  channel_outcome decide(std::string_view name, const call_order::step* step) {
    channel_outcome made;
    const auto decide = [&](bool again) {
      if (!is_bound_) bind(name);
      is_bound_ = false;
      if (step != nullptr && memory_.invalid().empty() && memory_.missing().empty()) {
        memory_.set_decided({decided_.data(), decided_.size()});
        memory_.set_call(part_of(*step));
      }
      made = decide_one_(name, std::as_const(each_), again);
      return made.price;
    };
    if (priors_) {
      settle_prior(priors_, name, each_.lowest_prior, decide);
    } else {
      decide(false);
    }
    return made;
  }

  workspace::call_part part_of(const call_order::step& step) {
    workspace::call_part part;
    old_.clear();
    const auto add_old = [&](std::uint32_t channel) {
      if (!memory_.bound().lacks(machine_.channel_slot(channel))) old_.push_back(channel);
    };
    for (const std::uint32_t place : step.reads) {
      part.next_change_at = workspace::earlier(part.next_change_at, made_[place].next_change_at);
      if (!made_[place].price) add_old(channels_[place]);
    }
    for (const std::uint32_t channel : step.later) add_old(channel);
    part.old_prices = {old_.data(), old_.size()};
    return part;
  }

  const machine& machine_;
  workspace& memory_;
  const request& what_;
  request each_;
  const prior_source& priors_;
  const DecideOne& decide_one_;
  bool is_bound_ = false;  // for the channel that comes next
  boost::container::small_vector<workspace::decided_price, 4> decided_;
  boost::container::small_vector<channel_outcome, 4> made_;    // by step
  boost::container::small_vector<std::uint32_t, 4> channels_;  // by step
  boost::container::small_vector<std::uint32_t, 4> old_;
};

// Calls decide_one(name, request, again) for each of the channels, each after those whose price it reads, the request
// bound for that channel and the prices so far put in their places. decide_one returns the channel_outcome; `again`
// takes the place of the decision before.
template <class DecideOne>
void for_each_channel(const machine& compiled, workspace& memory, const request& what,
                      std::span<const std::string_view> channels, const prior_source& priors,
                      const DecideOne& decide_one) {
  channel_call<DecideOne>(compiled, memory, what, priors, decide_one).run(channels);
}

}  // namespace pricepoint::engine
