// SPDX-License-Identifier: Apache-2.0
// What there is to say about one decision, in the order in which it is said; sentences.cpp and json.cpp write it down,
// so that both say the same. Borrows from policy, request, decision and workspace: write it before the next request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "explain/recorder.hpp"
#include "explain/ways_out.hpp"
#include "explain/words.hpp"

namespace pricepoint::explaining {

struct rule_account {
  enum class state : std::uint8_t { on, off, open };  // open: asks for a target or a time that is not known
  const engine::compiled_rule* rule = nullptr;
  rule_account::state state = rule_account::state::on;
  std::string why;  // unless on
};

struct discount_account {
  const engine::compiled_rule* rule = nullptr;
  decimal off;
  bool counts = false;
  std::string why_not;
};

struct bound_account {
  const engine::compiled_rule* rule = nullptr;
  std::string asks;  // in words
  std::optional<std::int64_t> low, high;
  bool never = false;
  std::string lacks;  // the fields; nothing else is known then
  bool idle = false;  // soft beside a price set by hand
  bool target_breaks = false;
  bool moves = false;        // the target breaks it, the price chosen before a hold does not
  bool price_on_it = false;  // one step further it would be broken
  bool broken = false;       // by the price
};

struct shape_account {
  const engine::compiled_rule* rule = nullptr;
  bool idle = false;
  std::optional<bool> kept;  // the price has it; nothing without a price
  bool moves = false;        // the price chosen before a hold has it in reach, `nearest` has not
  std::string too_far;       // has it, but farther away than it may move a price: that distance
};

struct candidate_account {
  std::int64_t minor = 0;
  std::vector<std::string_view> rules;  // that turned it down; none: `why` says it
  std::string why;                      // "it breaks endings"
  std::string why_all;                  // "they break endings"
};

struct hold_account {
  std::vector<const engine::compiled_rule*> rules;  // with the largest rate
  bool kept = false;
  std::optional<decimal> current;
  std::string why_not;
};

struct account {
  const engine::machine* compiled = nullptr;
  const request* what = nullptr;
  const engine::bound_request* bound = nullptr;
  const decision* made = nullptr;
  currency in;
  std::vector<std::string> refusals;    // of what is invalid
  std::vector<recorder::lack> lacking;  // that keep the decision from being complete
  std::vector<rule_account> rules;
  std::size_t not_looked_at = 0;
  bool rules_known = false;

  const exchange_rate* conversion = nullptr;  // of the request's amounts
  const engine::compiled_rule* base_rule = nullptr;
  std::string base_from;  // "price.store", or the expression of the rule
  std::optional<decimal> base, target;
  std::vector<discount_account> discounts;
  std::vector<bound_account> bounds;
  std::vector<shape_account> shapes;
  std::vector<way_out> ways_out;  // of a conflict
  std::optional<std::int64_t> nearest;
  std::optional<std::int64_t> chosen;  // before a hold
  std::vector<candidate_account> candidates;
  std::optional<hold_account> hold;
  std::vector<recorder::was_heard> former;
  std::optional<std::int64_t> prior_minor;  // the law's limit of these
  bool lacks_prior = false;
  std::vector<const engine::compiled_rule*> advising;  // advise and withhold
};

// Requires that the workspace is bound to `what` and that `made` is what `heard` listened to.
account account_of(const engine::workspace& memory, const request& what, const decision& made, const recorder& heard);

// The candidates next to the chosen price. For account.cpp.
std::vector<candidate_account> candidates_of(const engine::workspace& memory, const decision& made,
                                             const recorder& heard, bool by_hand);

// The two writers.
std::string sentences(const account& of);
std::string json(const account& of);

}  // namespace pricepoint::explaining
