// SPDX-License-Identifier: Apache-2.0
// What a policy_difference has looked up once, by number, so that rows can be compared fast.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pricepoint/analysis/compare.hpp"

namespace pricepoint {

struct policy_difference::tables {
  using cause = std::uint32_t;  // an index of `parts`
  static constexpr cause none = UINT32_MAX;

  explicit tables(policy was, policy is) : policies{std::move(was), std::move(is)} {}

  std::array<policy, 2> policies;  // before and after
  std::vector<part> parts;
  std::vector<std::string> markets, channels;
  // By side: a policy's own numbers to those above.
  std::array<std::vector<std::uint32_t>, 2> market_of, channel_of;
  std::array<std::vector<cause>, 2> rules;  // by the rule's index; `none` where the other policy has the same

  // Settings that may play a part: in every row, or only where...
  std::vector<cause> anywhere;
  cause discounts = none;                      // several discounts count
  cause within = none;                         // some soft rule is about shapes
  std::vector<std::vector<cause>> by_market;   // by market
  std::vector<std::vector<cause>> by_channel;  // by channel
  // The request cannot be read by a policy, or is invalid to it, for an attribute.
  struct attribute_setting {
    std::string name;
    cause made = none;
    std::array<bool, 2> declared{};
    bool kind_differs = false;  // then every rule that asks about it may
  };
  std::vector<attribute_setting> attributes;
  // By channel: the other channels whose price it may take over in a call for several.
  std::vector<std::vector<std::pair<std::string, cause>>> carried;

  bool differs() const noexcept { return !parts.empty(); }
  std::optional<std::size_t> find_market(std::string_view name) const noexcept;
  std::optional<std::size_t> find_channel(std::string_view name) const noexcept;
};

}  // namespace pricepoint
