// SPDX-License-Identifier: Apache-2.0
// One bound request to one decision in the tier that its numbers need, and several channels of one product in order.
#pragma once

#include <algorithm>
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

// Calls decide_one(name, request, again) for each of the channels in the order of their references, the request bound
// for that channel and the prices so far put in their places. decide_one returns the price, if any; `again` takes the
// place of the decision before.
template <class DecideOne>
void for_each_channel(const machine& compiled, workspace& memory, const request& what,
                      std::span<const std::string_view> channels, const prior_source& priors,
                      const DecideOne& decide_one) {
  std::vector<workspace::decided_price> decided;
  request each = what;
  const auto decide_channel = [&](std::string_view name, std::optional<std::uint32_t> channel) {
    each.channel = name;
    each.current.reset();
    for (const channel_price& one : what.prices) {
      if (one.channel == name) each.current = one.price;
    }
    std::optional<amount> price;
    const auto decide = [&](bool again) {
      memory.bind(each);
      if (memory.invalid().empty() && memory.missing().empty()) memory.set_decided(decided);
      price = decide_one(name, std::as_const(each), again);
      return price;
    };
    if (priors) {
      settle_prior(priors, name, each.lowest_prior, decide);
    } else {
      decide(false);
    }
    const bool gross = memory.bound().gross;
    if (price && channel) decided.push_back({*channel, fraction{price->minor, 1}, gross});
  };
  std::vector<std::uint32_t> known;
  for (const std::string_view one : channels) {
    if (const auto channel = compiled.find_channel(one)) known.push_back(*channel);
  }
  for (const std::uint32_t channel : compiled.in_order_of_reference(known)) {
    decide_channel(compiled.channels()[channel].name, channel);
  }
  // Names that the policy does not declare get their `invalid` decision, after the others.
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const bool again = std::find(channels.begin(), channels.begin() + static_cast<std::ptrdiff_t>(i), channels[i]) !=
                       channels.begin() + static_cast<std::ptrdiff_t>(i);
    if (!again && !compiled.find_channel(channels[i])) decide_channel(channels[i], std::nullopt);
  }
}

}  // namespace pricepoint::engine
