// SPDX-License-Identifier: Apache-2.0
// What the checks of shapes share. check_shapes.cpp looks at every combination of shape rules that some request
// switches on, cuts the targets into bands in which the same rules are on, and hands each band to the checks below.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analysis/checker.hpp"
#include "match/match.hpp"

namespace pricepoint::analysis {

using engine::class_rule;

// Endings and multiples say what a price looks like; numbers to avoid and to prefer are wishes on top of that.
inline bool is_look(const compiled_rule& rule) {
  return rule.effect == engine::effect_kind::endings || rule.effect == engine::effect_kind::multiple_of;
}
inline bool of_culture(const compiled_rule& rule) { return rule.of_market().has_value(); }

// Targets for which the same rules are on.
struct band {
  target_range where;
  std::vector<const class_rule*> on;
  bool settled = false;  // a finding explains every dead zone in it
};

// All targets, cut where one of these rules comes or goes. Holds as long as they do.
std::vector<band> bands_of(const std::vector<class_rule>& on);

// The market, the channel and the request that are looked at, and what is found out there.
class shape_place {
 public:
  explicit shape_place(checker& to) : to_(to) {}

  void enter(std::uint32_t market, std::uint32_t channel);
  void ask(const sample& asked) { asked_ = &asked; }

  checker& to() const noexcept { return to_; }
  std::uint32_t market() const noexcept { return market_; }
  std::uint32_t channel() const noexcept { return channel_; }
  currency in() const noexcept { return in_; }
  std::int64_t unit() const noexcept { return unit_; }
  const sample& asked() const noexcept { return *asked_; }

  std::string name() const { return to_.place(market_, channel_); }
  possible_prices prices() const { return to_.prices_of(market_, channel_); }
  shape::stored_net net() const { return prices().net; }
  // The automaton of the unit and the shapes of these rules; null where it would grow beyond the limit.
  checker::automaton_pointer automaton(const std::vector<const compiled_rule*>& rules) const;
  // Whether no price has all of their shapes, as far as that is known.
  bool leave_nothing(const std::vector<const compiled_rule*>& rules) const;

  // The request with fields and a target in this band for which the claim holds.
  std::optional<sample> prove(const target_band& targets, const prober::claim& claim) const;
  // An ordinary piece of these targets: not all of them, where they have no end.
  target_band piece(const target_range& of) const;

  // Whether to report this about these rules for the first time. A finding that is there already gets this market and
  // channel.
  bool once(const char* code, const std::vector<const compiled_rule*>& rules, const target_band& where = {});
  // The finding that `once` was asked about.
  check_finding& add(const char* code, std::size_t offset, std::string message, std::string hint,
                     const std::vector<const compiled_rule*>& rules, const sample& witness, std::string shows);

 private:
  checker& to_;
  std::uint32_t market_ = 0, channel_ = 0;
  currency in_;
  std::int64_t unit_ = 1;
  const sample* asked_ = nullptr;
  std::map<std::string, check_finding*> found_;  // by what they are about; null where nothing was proven
  check_finding** last_asked_ = nullptr;
};

// Bands of the target that overlap (K009), and holes between them (K010).
class band_check {
 public:
  explicit band_check(shape_place& at) : at_(at) {}
  // Whether the bands of two looks overlap as if one was meant to begin where the other ends.
  static bool overlap_by_mistake(const class_rule& a, const class_rule& b);
  void overlap(band& of, const compiled_rule& a, const compiled_rule& b);
  void holes(const std::vector<band>& bands);

 private:
  void hole(const band& before, const band& after);

  shape_place& at_;
};

// Shapes that no price has, alone (K007, K015) or together (K007, K014).
class contradiction_check {
 public:
  contradiction_check(shape_place& at, band_check& bands) : at_(at), bands_(bands) {}
  void check(band& of);

 private:
  void pairs(band& of);
  void several(band& of, const std::vector<const compiled_rule*>& required);
  void shrink(std::vector<const compiled_rule*>& rules) const;
  void required_contradict(const band& of, std::vector<const compiled_rule*> rules);
  void never_kept(const band& of, const compiled_rule& rule);
  void never_together(band& of, const compiled_rule& a, const compiled_rule& b);

  shape_place& at_;
  band_check& bands_;
};

// Targets without a price of the wanted shape within reach (K012, K013). Zones of the same rules are one finding,
// wherever they are found.
class zone_check {
 public:
  explicit zone_check(shape_place& at) : at_(at), to_(at.to()) {}
  void check(const band& of);
  void report();

 private:
  using targets = std::pair<std::int64_t, std::int64_t>;  // first and last
  using rule_pointers = std::vector<const compiled_rule*>;
  struct zone_set {
    const char* code = codes::dead_zone;
    rule_pointers rules;
    engine::strength strength = engine::strength::strong;
    std::vector<target_band> zones;
    std::set<std::pair<std::uint32_t, std::uint32_t>> places;
    sample witness;
    std::optional<std::int64_t> searched_until;
    currency in;
    bool proven = false;
    bool of_small_amounts = true;  // see small_amounts_only
  };

  void search(const char* code, targets whole, const rule_pointers& required, const rule_pointers& soft);
  void drop_zones_of_looks(std::vector<target_band>& zones, targets whole, const rule_pointers& required,
                           const rule_pointers& soft, const engine::soft_reach& reach);
  bool small_amounts_only(const std::vector<target_band>& found, const shape::automaton& free,
                          const shape::automaton& allowed, targets whole) const;
  void report(zone_set& of);

  shape_place& at_;
  checker& to_;
  std::map<std::string, zone_set> zones_;  // by code, rules, currency and unit
  std::set<std::string> pieces_;           // those, and the targets that were searched
};

}  // namespace pricepoint::analysis
