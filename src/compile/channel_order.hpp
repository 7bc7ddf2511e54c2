// SPDX-License-Identifier: Apache-2.0
// In which order the channels of one call are decided: each after those whose prices it reads. What rules read depends
// on the request; match/call_order.hpp finds it and keeps what follows.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "compile/rule.hpp"
#include "pricepoint/money/currency.hpp"

namespace pricepoint::engine {

class machine;

// The channels whose prices rules read, what they read of the reference price apart. Each list is sorted.
struct price_reads {
  std::vector<std::uint32_t> required;
  std::vector<std::uint32_t> soft;  // by soft rules, or for a former price

  // What a rule reads on any channel: of a group all of its channels, the one asked for among them.
  void add(const machine& compiled, const compiled_rule& rule, currency in);
  void add(const price_reads& others);
  friend bool operator==(const price_reads&, const price_reads&) = default;
};

struct channel_order {
  std::vector<std::uint32_t> channels;
  // Readings of required rules that no order can keep, as pairs of who reads and who is read.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> circular;
};

// `asked`: sorted, each channel once; `reads`: of each of them what its rules read, or nothing at all.
channel_order order_of(const machine& compiled, std::span<const std::uint32_t> asked,
                       std::span<const price_reads> reads);

}  // namespace pricepoint::engine
