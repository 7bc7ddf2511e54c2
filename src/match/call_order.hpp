// SPDX-License-Identifier: Apache-2.0
// Several channels in one call: in which order they are decided, and which of the others' prices each of them reads.
// That depends on the rules that could match the request, so it is found once for all requests of the same words.
//
//   call_orders orders(machine, limits);
//   const call_order& order = orders.find(bound, asked, classes);
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "compile/channel_order.hpp"
#include "match/bound_request.hpp"
#include "match/request_class.hpp"

namespace pricepoint::engine {

struct call_order {
  struct step {
    std::uint32_t channel = 0;
    std::vector<std::uint32_t> reads;  // steps before it, by their places
    std::vector<std::uint32_t> later;  // channels that it reads and that come after it
  };
  std::vector<step> steps;
};

class call_orders {
 public:
  call_orders(const machine& compiled, const pricer_limits& limits) : machine_(compiled), limits_(limits) {}

  // `bound`: the request on any channel; its channel is changed and put back. `asked`: sorted, each channel once. Holds
  // until the next call.
  const call_order& find(bound_request& bound, std::span<const std::uint32_t> asked, request_classes& classes);
  // Of a request that cannot be decided on any channel: what rules read does not count.
  const call_order& find_without_rules(std::span<const std::uint32_t> asked);

  // The channel that came first the last time; nothing where that is not asked for.
  std::uint32_t likely_first(std::span<const std::uint32_t> asked) const noexcept;

 private:
  using key_list = std::vector<std::uint32_t>;
  const call_order& found(const call_order& order) noexcept;
  call_order make(std::span<const std::uint32_t> asked, std::span<const price_reads> reads) const;

  const machine& machine_;
  const pricer_limits& limits_;
  key_list key_;
  boost::unordered_flat_map<key_list, std::unique_ptr<call_order>, class_key_hash, class_key_equal> orders_;
  std::uint32_t last_first_ = 0;
};

}  // namespace pricepoint::engine
