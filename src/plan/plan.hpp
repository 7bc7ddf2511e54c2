// SPDX-License-Identifier: Apache-2.0
// A plan: what the rules that are on for a class of requests and a segment of the target ask for together, sorted by
// what they do, with their automata. plan/planner.hpp makes it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "compile/machine.hpp"
#include "pricepoint/pricing/decision.hpp"
#include "pricepoint/shape/automaton.hpp"

namespace pricepoint::engine {

// Soft rules count in three strengths; counts are compared strong first.
class tally {
 public:
  constexpr tally() noexcept = default;
  constexpr void add(strength of, std::uint32_t rules = 1) noexcept {
    packed_ += std::uint64_t{rules} << (20 * (3 - static_cast<int>(of)));
  }
  constexpr std::uint64_t strong() const noexcept { return packed_ >> 40; }
  friend constexpr tally operator+(tally a, tally b) noexcept {
    a.packed_ += b.packed_;
    return a;
  }
  friend constexpr auto operator<=>(tally, tally) noexcept = default;

 private:
  std::uint64_t packed_ = 0;
};

struct plan_shape {
  const compiled_rule* rule = nullptr;
  std::uint32_t shape = 0;                  // id among the planner's shapes
  const shape::automaton* alone = nullptr;  // of this shape and no unit: says whether an amount has it
  std::uint32_t group = 0;                  // soft ones: place in plan::soft_groups
};

// Soft rules of one shape and strength are kept together or not at all.
struct soft_group {
  std::uint32_t shape = 0;
  engine::strength strength = engine::strength::weak;
  std::uint32_t rules = 0;                          // how many
  const shape::automaton* with_required = nullptr;  // of the shape, the unit and the required shapes, once asked for
};

// Soft shapes that may be kept together, from the most to the least.
struct plan_level {
  pricepoint::engine::tally kept{};
  std::uint32_t subset = 0;  // bits of plan::soft_groups
  bool made = false;         // when first needed
  bool impossible = false;   // no amount has them all
  bool beyond_limits = false;
  std::size_t work = 0;                       // what its automaton took; none where a contradiction rules it out
  const shape::automaton* allowed = nullptr;  // with the required shapes; nothing where no amount has them all
};

inline constexpr std::size_t max_soft_groups = 16;

// A code of the library's own, put among the sorted advice of a decision.
inline constexpr std::string_view unit_too_coarse_advice = "unit-too-coarse";
inline void advise(name_list& advice, std::string_view code) {
  const auto at = std::lower_bound(advice.begin(), advice.end(), code);
  if (at == advice.end() || *at != code) advice.insert(at, code);
}

struct plan {
  std::int64_t unit_minor = 1;                        // of the market
  int digits = 0;                                     // decimals of its currency
  std::vector<const compiled_rule*> on;               // every rule that is on, in the text's order
  std::vector<const compiled_rule*> prices;           // effect `price`
  std::vector<const compiled_rule*> required_bounds;  // sorted by id, without `price`
  std::vector<const compiled_rule*> soft_bounds;
  std::vector<plan_shape> required_shapes;  // sorted by id
  std::vector<plan_shape> soft_shapes;
  std::vector<soft_group> soft_groups;
  const shape::automaton* required = nullptr;  // unit and required shapes
  const shape::automaton* unit_only = nullptr;
  // The unit and some of the required shapes (bits), as far as conflicts have asked for them.
  struct required_part {
    std::uint64_t shapes = 0;
    const shape::automaton* allowed = nullptr;
    std::size_t work = 0;
  };
  std::vector<required_part> required_parts;
  std::vector<std::uint32_t> contradictions;    // pairs of soft groups (bits) that no amount has both of
  std::vector<std::vector<plan_level>> levels;  // by which strengths may be kept (bits strong, medium, weak)
  bool impossible_levels = false;               // there are some to drop, and nobody did yet
  std::vector<const compiled_rule*> was;
  std::vector<const compiled_rule*> hold_rules;
  std::optional<fraction> hold;  // the largest
  struct credit {
    std::uint32_t to = 0;
    std::int64_t e8 = 0;  // of the displayed price
    fraction rate;
  };
  std::vector<credit> credits;  // by channel, sorted by name
  fraction credit_total{0, 1};
  name_list advice;  // advise and withhold
  bool withheld = false;
  soft_reach within[3];                 // how far soft shapes may move a price, by strength
  const char* beyond_limits = nullptr;  // what this plan would need too much of
};

}  // namespace pricepoint::engine
