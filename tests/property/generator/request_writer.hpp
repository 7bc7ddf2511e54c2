// SPDX-License-Identifier: Apache-2.0
//
// Requests and offers that come near the edges of a policy.
#pragma once

#include <string>
#include <vector>

#include "property/generator/policy_writer.hpp"

namespace generator {

class request_writer {
 public:
  request_writer(chance& luck, const policy_writer& policy) : luck_(luck), policy_(policy) {}

  reference::request write();

  /// Offers of one product in one market. Their prices lie near the level of the other money fields; then some are put
  /// where the reference auditor sees the edge of a rule, or the decision.
  std::vector<reference::offer> write_offers(const reference::policy& policy,
                                             const std::vector<reference::rate_row>& rates);

 private:
  void draw();
  reference::offer& some_of(std::vector<reference::offer>& offers);
  std::string draw_bad_price();
  reference::offer draw_offer(const reference::request& common, int erased);
  void move_to_edges(std::vector<reference::offer>& offers, const reference::policy& policy,
                     const std::vector<reference::rate_row>& rates);
  long long some_time();
  void draw_attributes();
  void draw_money();

  /// Puts the prices where a target is an exact half of a step, or as far from one price of a shape as from another.
  void move_to_halves();

  /// Makes one or two given values impossible.
  void spoil();

  chance& luck_;
  const policy_writer& policy_;
  reference::request request_;
  drawn_market market_;
  micro price_ = 0;  // the level of the request's money, in the market's currency
  long long at_unix_ms_ = 0;
};

}  // namespace generator
