// SPDX-License-Identifier: Apache-2.0
// Dead zones of the shapes that are on together, as findings. Entries: zone_check::check, zone_check::report. Test:
// tests/unit/analysis/check_test.cpp, tests/property/dead_zones_test.cpp.
#include <algorithm>
#include <utility>

#include "analysis/dead_zones.hpp"
#include "analysis/shapes.hpp"

namespace pricepoint::analysis {

namespace {

bool inside_any(const target_band& one, const std::vector<target_band>& others) {
  return std::any_of(others.begin(), others.end(),
                     [&](const target_band& other) { return other.first <= one.first && one.last <= other.last; });
}

// Zones that a cut of the target divides are one.
std::vector<target_band> merged(std::vector<target_band> zones) {
  std::sort(zones.begin(), zones.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<target_band> all;
  for (const target_band& one : zones) {
    if (!all.empty() && one.first <= all.back().last + 1 && all.back().below == one.below &&
        all.back().above == one.above) {
      all.back().last = std::max(all.back().last, one.last);
    } else {
      all.push_back(one);
    }
  }
  return all;
}

}  // namespace

void zone_check::check(const band& of) {
  if (of.settled) return;
  const auto whole = whole_targets(of.where);
  if (!whole) return;
  rule_pointers required;
  rule_pointers looks;   // strong ones
  rule_pointers wishes;  // strong ones to avoid or prefer
  for (const class_rule* one : of.on) {
    if (of_culture(*one->rule)) continue;
    if (one->rule->is_required()) {
      required.push_back(one->rule);
    } else if (one->rule->strength() == engine::strength::strong) {
      (is_look(*one->rule) ? looks : wishes).push_back(one->rule);
    }
  }
  if (!looks.empty()) search(codes::dead_zone, *whole, required, looks);
  if (!wishes.empty()) {
    rule_pointers all = looks;
    all.insert(all.end(), wishes.begin(), wishes.end());
    search(codes::dead_zone_of_wishes, *whole, required, all);
  }
  for (const class_rule* one : of.on) {
    const compiled_rule& rule = *one->rule;
    if (of_culture(rule) || !is_look(rule) || rule.strength() <= engine::strength::strong) continue;
    search(codes::dead_zone_of_wishes, *whole, required, {&rule});
  }
}

// Adds the zones in which no price that the required rules allow has all the soft shapes and is within their reach.
void zone_check::search(const char* code, targets whole, const rule_pointers& required, const rule_pointers& soft) {
  rule_pointers all = required;
  all.insert(all.end(), soft.begin(), soft.end());
  std::string key = code;
  for (const compiled_rule* one : all) key += "," + std::to_string(one->index);
  key += std::string(at_.in().code()) + std::to_string(at_.unit());
  const std::pair place(at_.market(), at_.channel());
  if (!pieces_.insert(key + ":" + std::to_string(whole.first) + "-" + std::to_string(whole.second)).second) {
    if (const auto found = zones_.find(key); found != zones_.end()) found->second.places.insert(place);
    return;
  }
  const auto free = at_.automaton(required);
  const auto allowed = at_.automaton(all);
  if (free == nullptr || allowed == nullptr || shape::at_or_above(*allowed, 1) == 0) return;
  const engine::strength strength = soft.front()->strength();
  const engine::soft_reach reach = to_.compiled.reach_of(static_cast<std::size_t>(strength) - 1, at_.in());
  dead_zones dead =
      find_dead_zones(*free, *allowed, at_.prices(), reach, whole.first, whole.second, to_.options.limits.max_zones);
  if (code == codes::dead_zone_of_wishes && soft.size() > 1) {
    drop_zones_of_looks(dead.zones, whole, required, soft, reach);
  }
  if (dead.zones.empty()) return;
  zone_set& to = zones_[key];
  to.code = code;
  to.rules = soft;
  to.strength = strength;
  to.in = at_.in();
  to.places.insert(place);
  if (dead.searched_until < whole.second) to.searched_until = dead.searched_until;
  if (!to.proven) {
    for (const target_band& zone : dead.zones) {
      const auto shown = at_.prove(zone, [&](const decision& made) { return any_relaxed(made, soft); });
      if (!shown) continue;
      to.witness = *shown;
      to.proven = true;
      break;
    }
  }
  to.zones.insert(to.zones.end(), dead.zones.begin(), dead.zones.end());
  to.of_small_amounts = to.of_small_amounts && small_amounts_only(dead.zones, *free, *allowed, whole);
}

// Leaves out zones that the looks alone leave dead, which are a finding of their own.
void zone_check::drop_zones_of_looks(std::vector<target_band>& zones, targets whole, const rule_pointers& required,
                                     const rule_pointers& soft, const engine::soft_reach& reach) {
  rule_pointers looks = required;
  for (const compiled_rule* one : soft) {
    if (is_look(*one)) looks.push_back(one);
  }
  if (looks.size() == required.size()) return;
  const auto free = at_.automaton(required);
  const auto allowed = at_.automaton(looks);
  if (free == nullptr || allowed == nullptr) return;
  const dead_zones of_looks =
      find_dead_zones(*free, *allowed, at_.prices(), reach, whole.first, whole.second, to_.options.limits.max_zones);
  std::erase_if(zones, [&](const target_band& one) { return inside_any(one, of_looks.zones); });
}

// A look whose band has no lower end goes down to the smallest amounts, where no rate is enough. What the default reach
// of 5% would leave dead too is a note and no more.
bool zone_check::small_amounts_only(const std::vector<target_band>& found, const shape::automaton& free,
                                    const shape::automaton& allowed, targets whole) const {
  if (whole.first > 1) return false;
  engine::soft_reach usual;
  usual.rates.push_back(fraction{1, 20});
  const dead_zones anyway =
      find_dead_zones(free, allowed, at_.prices(), usual, whole.first, whole.second, to_.options.limits.max_zones);
  return std::all_of(found.begin(), found.end(), [&](const target_band& one) { return inside_any(one, anyway.zones); });
}

void zone_check::report() {
  for (auto& [key, zones] : zones_) report(zones);
}

void zone_check::report(zone_set& of) {
  if (!of.proven || !to_.wants(of.code)) return;
  std::vector<target_band> zones = merged(std::move(of.zones));
  const target_band& first = zones.front();
  const target_band& last = zones.back();
  // A look is not meant for products that cost less than half of its smallest price.
  if (zones.size() == 1 && first.below == 0 && first.first <= 1 && 2 * first.last < first.above) return;
  const std::string names = names_of(of.rules);
  std::string text = of.rules.size() == 1 ? "no price that " + names + " allows is within reach of targets "
                                          : "no price that " + names + " allow together is within reach of targets ";
  text += band_words(first, of.in);
  if (zones.size() > 1) {
    text += ", and of " + std::to_string(zones.size() - 1) + " more band" + (zones.size() > 2 ? "s" : "") + " up to " +
            figure(last.last, of.in);
  }
  text += first.below == 0 ? "; the nearest is " : "; the nearest are ";
  if (first.below != 0) text += figure(first.below, of.in) + (first.above != 0 ? " and " : "");
  if (first.above != 0) text += figure(first.above, of.in);
  if (of.searched_until) {
    const std::string until = figure(*of.searched_until, of.in);
    text += "; not searched beyond " + until;
    to_.note_limit("dead zones of " + names + " beyond " + until + " " + std::string(of.in.code()));
  }
  check_finding& found = to_.add(of.code, of.rules.front()->source->effect_offset, std::move(text),
                                 "a wider \"within\" for " + strength_words(of.strength) +
                                     " rules, such as one with an amount beside the rate, or more endings",
                                 of.rules);
  if (of.of_small_amounts) found.what.severity = severity::note;
  const std::size_t most = to_.options.limits.max_bands;
  found.more_targets = zones.size() > most ? zones.size() - most : 0;
  if (zones.size() > most) zones.resize(most);
  found.targets = std::move(zones);
  found.witnesses.push_back(to_.probe.json_of(of.witness));
  found.shows = of.rules.size() == 1 ? "relaxed has " + in_quotes(of.rules.front()->id()) : "relaxed has one of them";
  for (const auto& [market, channel] : of.places) to_.at(found, market, channel);
  found.currency = of.in;
}

}  // namespace pricepoint::analysis
