// SPDX-License-Identifier: Apache-2.0
// Bands of the target with overlaps and holes. Entries: band_check::overlap, band_check::holes. Test:
// tests/unit/analysis/check_test.cpp.
#include <algorithm>

#include "analysis/dead_zones.hpp"
#include "analysis/shapes.hpp"

namespace pricepoint::analysis {

namespace {

// The hull of a rule's own band.
target_range hull_of(const class_rule& rule) {
  target_range made;
  for (const target_range& one : rule.when) {
    if (one.from && (!made.from || *made.from < *one.from)) made.from = one.from;
    if (one.below && (!made.below || *one.below < *made.below)) made.below = one.below;
  }
  return made;
}

// The rule of the policy's author that gives prices in this band a look for a band of the target; null without one.
const compiled_rule* banded_look(const band& of) {
  for (const class_rule* one : of.on) {
    if (is_look(*one->rule) && one->rule->asks_target && !of_culture(*one->rule)) return one->rule;
  }
  return nullptr;
}

}  // namespace

// Both begin and end in order and share some targets.
bool band_check::overlap_by_mistake(const class_rule& a, const class_rule& b) {
  const auto before = [](const target_range& one, const target_range& two) {
    const bool starts = two.from && (!one.from || *one.from < *two.from);
    const bool ends = one.below && (!two.below || *one.below < *two.below);
    return starts && ends;
  };
  const target_range first = hull_of(a);
  const target_range second = hull_of(b);
  return before(first, second) || before(second, first);
}

void band_check::overlap(band& of, const compiled_rule& a, const compiled_rule& b) {
  const auto whole = whole_targets(of.where);
  if (!whole) return;
  const auto both = at_.automaton({&a, &b});
  const auto free = at_.automaton({});
  if (both == nullptr || free == nullptr) return;
  const auto weaker = std::max(a.strength(), b.strength());
  const std::size_t strength = weaker == engine::strength::required ? 0 : static_cast<std::size_t>(weaker) - 1;
  const auto reach = at_.to().compiled.reach_of(strength, at_.in());
  const dead_zones dead = find_dead_zones(*free, *both, at_.prices(), reach, whole->first, whole->second, 16);
  // Where every target of both has a price with both looks, two bands may well overlap.
  if (dead.zones.empty()) return;
  of.settled = true;
  const target_band where{whole->first, whole->second, 0, 0};
  if (!at_.once(codes::overlap, {&a, &b}, where)) return;
  const auto broken = [&](const decision& made) { return any_relaxed(made, {&a, &b}); };
  std::optional<sample> witness;
  for (const target_band& zone : dead.zones) {
    target_band small = zone;
    small.last = std::min(small.last, small.first + 10'000);
    if ((witness = at_.prove(small, broken))) break;
  }
  if (!witness) return;
  check_finding& found = at_.add(
      codes::overlap, (a.index < b.index ? b : a).source->effect_offset,
      "the bands of " + in_quotes(a.id()) + " and " + in_quotes(b.id()) + " overlap: both hold for targets " +
          band_words(where, at_.in()) + ", and a price there cannot have both looks",
      "let one band begin where the other ends", {&a, &b}, *witness, "both are on, and relaxed has one of them");
  found.targets = {where};
}

// A band without a look, between bands with one, is a hole.
void band_check::holes(const std::vector<band>& bands) {
  std::optional<std::size_t> covered;
  for (std::size_t i = 0; i < bands.size(); ++i) {
    // A look that comes from the market's culture does not fill a hole in the author's own bands.
    const auto look = [](const class_rule* one) { return is_look(*one->rule) && !of_culture(*one->rule); };
    if (std::none_of(bands[i].on.begin(), bands[i].on.end(), look)) continue;
    if (covered && *covered + 1 < i) hole(bands[*covered], bands[i]);
    covered = i;
  }
}

void band_check::hole(const band& before, const band& after) {
  const compiled_rule* below = banded_look(before);
  const compiled_rule* above = banded_look(after);
  if (below == nullptr || above == nullptr) return;
  const auto whole = whole_targets({before.where.below, after.where.from});
  if (!whole) return;
  const target_band where{whole->first, whole->second, 0, 0};
  if (!at_.once(codes::hole, {below, above}, where)) return;
  // Proven where the answer is a price to which neither look was applied.
  checker& to = at_.to();
  sample witness = at_.asked();
  prober::aim aim;
  aim.first = where.first;
  aim.last = std::min(where.last, where.first + 10'000);
  const auto off = [&](const decision& done) {
    return done.price() && !to.probe.is_on(witness, *below, done) && !to.probe.is_on(witness, *above, done);
  };
  if (!to.probe.prove(witness, aim, off)) return;
  check_finding& found = at_.add(
      codes::hole, above->source->offset,
      "no rule says what a price looks like for targets " + band_words(where, at_.in()) + ", between " +
          in_quotes(below->id()) + " and " + in_quotes(above->id()),
      "let the bands meet; if any price will do there, say so with a rule \"multiple_of\": \"" +
          figure(at_.unit(), at_.in()) + "\"",
      below == above ? std::vector<const compiled_rule*>{below} : std::vector<const compiled_rule*>{below, above},
      witness, below == above ? "the rule is off" : "both rules are off");
  found.targets = {where};
}

}  // namespace pricepoint::analysis
