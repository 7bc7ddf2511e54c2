// SPDX-License-Identifier: Apache-2.0
// What there is to say about one decision, in the order in which it is said. sentences.cpp and json.cpp both write it
// down, so that they agree. It borrows from policy, request, decision and workspace: write it before the next request.
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

struct rule_story {
  enum class state : std::uint8_t { on, off, open };  // open: asks for a target or a time that is not known
  const engine::compiled_rule* rule = nullptr;
  rule_story::state state = rule_story::state::on;
  std::string why;  // unless on
};

struct discount_story {
  const engine::compiled_rule* rule = nullptr;
  decimal off;
  bool counts = false;
  std::string why_not;
};

struct bound_story {
  const engine::compiled_rule* rule = nullptr;
  std::string asks;  // in words
  std::optional<std::int64_t> low, high;
  bool no_price = false;  // satisfies it: what ends there are limit nothing
  std::string lacks;      // the fields; nothing else is known then
  bool idle = false;      // soft, and without effect where a price is set by hand
  bool by_hand = false;   // soft, and only reported where a price is set by hand
  bool target_breaks = false;
  bool moves = false;        // the target breaks it, the nearest allowed price does not
  bool price_on_it = false;  // one step further it would be broken
  bool broken = false;       // by the price
};

struct shape_story {
  const engine::compiled_rule* rule = nullptr;
  bool idle = false;
  std::optional<bool> has;  // the price satisfies it; nothing without a price
  bool kept = false;        // and lies within its reach
  bool moves = false;       // the price chosen before a hold has it in reach, `nearest` has not
  std::string reach;        // where the price has it but lies farther away: how far that is
};

struct candidate_story {
  std::int64_t minor = 0;
  std::vector<std::string_view> rules;  // that turned it down, by id; where there are none, `why` is the whole reason
  std::string why;                      // "it breaks endings"
  std::string why_all;                  // "they break endings"
};

struct hold_story {
  std::vector<const engine::compiled_rule*> rules;  // with the largest rate
  bool kept = false;
  std::optional<decimal> current;
  std::string why_not;
};

struct narrative {
  const engine::machine* compiled = nullptr;
  const request* what = nullptr;
  const engine::bound_request* bound = nullptr;
  const decision* made = nullptr;
  currency in;
  std::vector<std::string> refusals;    // why fields are invalid
  std::vector<recorder::lack> lacking;  // what keeps the decision from being complete
  std::vector<rule_story> rules;
  std::size_t not_looked_at = 0;
  bool rules_known = false;

  const exchange_rate* conversion = nullptr;  // of the request's amounts
  const engine::compiled_rule* base_rule = nullptr;
  std::string base_from;  // "price.store", or the expression of the rule
  std::optional<decimal> base, target;
  std::vector<discount_story> discounts;
  std::vector<bound_story> bounds;
  std::vector<shape_story> shapes;
  std::vector<way_out> ways_out;  // of a conflict
  std::optional<std::int64_t> nearest;
  std::optional<std::int64_t> step_nearest;             // to the target, of the steps in which prices go
  std::vector<const engine::compiled_rule*> refusing;   // required shapes that the target lacks
  std::vector<const engine::compiled_rule*> narrowing;  // other rules that keep nearer steps from being `nearest`
  std::optional<std::int64_t> chosen;                   // before a hold
  std::vector<candidate_story> candidates;
  std::optional<hold_story> hold;
  std::vector<recorder::was_heard> former;
  std::optional<std::int64_t> prior_minor;      // the law's limit of these
  std::optional<std::int64_t> former_possible;  // the least of all these, down to the next amount that can be a price
  bool lacks_prior = false;
  bool with_time = true;                               // the time of the request tells it from others
  std::vector<const engine::compiled_rule*> advising;  // advise and withhold
};

// Requires that the workspace is bound to `what` and that `made` is what `heard` listened to.
narrative narrative_of(const engine::workspace& memory, const request& what, const decision& made,
                       const recorder& heard);

// The nearest to the target of the allowed amounts in a range; 0 where there is none.
std::int64_t nearest_to_target(const recorder& heard, const shape::automaton& allowed,
                               const engine::minor_interval& where, const engine::target_position& target);
// |amount - target|.
detail::big_exact distance_to_target(const recorder& heard, std::int64_t minor);

// The candidates next to the chosen price, and why each was turned down.
std::vector<candidate_story> candidates_of(const engine::workspace& memory, const decision& made, const recorder& heard,
                                           bool by_hand);

// The two writers.
std::string sentences(const narrative& of);
std::string json(const narrative& of);

}  // namespace pricepoint::explaining
