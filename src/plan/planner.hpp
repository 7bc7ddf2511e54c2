// SPDX-License-Identifier: Apache-2.0
// Makes plans and the automata of their shapes, each when it is first asked for, and keeps them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "match/request_class.hpp"
#include "plan/plan.hpp"
#include "pricepoint/pricing/pricer.hpp"
#include "pricepoint/shape/automaton.hpp"

namespace pricepoint::engine {

class planner {
 public:
  planner(const machine& compiled, const pricer_limits& limits, pricer_stats& stats)
      : machine_(compiled), limits_(limits), stats_(stats) {}

  // The plan of a segment of the target.
  plan& find(rule_set& of, std::size_t segment) {
    std::shared_ptr<plan>& known = of.plans[segment];
    if (!known) known = make(of.on(segment), of.market);
    return *known;
  }
  // The plan of the rules of a class that no target can switch on or off. In a workspace for audits.
  plan& without_target(request_class& of);
  std::shared_ptr<plan> make(std::vector<const compiled_rule*> on, std::uint32_t market);

  const std::vector<plan_level>& levels(plan& of, unsigned strengths) {
    const std::vector<plan_level>& made = of.levels[strengths];
    return made.empty() ? make_levels(of, strengths) : made;
  }
  // Forgets the levels that contradictions rule out. Not while any are looked through.
  static void drop_impossible(plan& of);
  // Before the levels of a decision are looked through: what they take together is bounded.
  void start_choice() noexcept { choice_work_ = 0; }
  // The automaton of the required shapes and one level of the soft ones; nothing where they contradict each other.
  const shape::automaton* allowed(plan& of, unsigned strengths, std::size_t level);
  // Whether an automaton beyond the limits was asked for since the last call. It belongs to one decision, not to the
  // plan: other decisions of that plan may do without it.
  bool take_exceeded() noexcept { return std::exchange(exceeded_, false); }
  // The automaton of the required shapes and one soft group; nothing where that is beyond the limits.
  const shape::automaton* required_with(plan& of, std::uint32_t group);
  // The unit and these of the plan's required shapes (bits); for conflict sets. What they take together is bounded as
  // the levels of a decision are.
  const shape::automaton* required_subset(plan& of, std::span<const bool> kept);

 private:
  // Also what it took, or would have taken up to the limit, in `work`.
  const shape::automaton* automaton_of(std::vector<std::uint32_t> shapes, const plan& of, bool with_unit,
                                       std::size_t& work);
  std::uint32_t shape_id(const shape::any_shape& what);
  void find_contradictions(plan& of);
  const std::vector<plan_level>& make_levels(plan& of, unsigned strengths);

  const machine& machine_;
  const pricer_limits& limits_;
  pricer_stats& stats_;
  bool exceeded_ = false;
  std::size_t choice_work_ = 0;
  std::map<shape::any_shape, std::uint32_t> shape_ids_;
  std::vector<const shape::any_shape*> shapes_;
  // Automata by currency decimals, unit (0: none) and shapes.
  std::map<std::vector<std::int64_t>, std::optional<shape::automaton>> automata_;
};

}  // namespace pricepoint::engine
