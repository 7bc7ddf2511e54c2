// SPDX-License-Identifier: Apache-2.0
// What shapes leave: bands with holes and overlaps, dead zones, shapes that contradict each other. Every combination of
// shape rules that some words and some time switch on is looked at once, cut where a band of the target ends.
// Entry: check_shapes. Test: tests/unit/analysis/check_test.cpp, tests/property/dead_zones_test.cpp.
#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "analysis/checker.hpp"
#include "analysis/dead_zones.hpp"

namespace pricepoint::analysis {

namespace {

namespace effect = language::effect;
using engine::cell_rule;

// Endings and multiples say what a price looks like; what is avoided and preferred are wishes beside that.
bool is_look(const compiled_rule& rule) {
  return std::holds_alternative<effect::endings>(rule.source->effect) ||
         std::holds_alternative<effect::multiple_of>(rule.source->effect);
}
bool of_culture(const compiled_rule& rule) { return rule.source->of_market.has_value(); }

bool holds(const cell_rule& rule, const fraction& target) {
  const auto all = [&](const std::vector<target_range>& ranges) {
    return std::all_of(ranges.begin(), ranges.end(), [&](const target_range& one) {
      return (!one.from || target >= *one.from) && (!one.below || target < *one.below);
    });
  };
  return all(rule.when) && std::none_of(rule.except.begin(), rule.except.end(), all);
}

// The hull of a rule's own band.
target_range hull_of(const cell_rule& rule) {
  target_range made;
  for (const target_range& one : rule.when) {
    if (one.from && (!made.from || *made.from < *one.from)) made.from = one.from;
    if (one.below && (!made.below || *one.below < *made.below)) made.below = one.below;
  }
  return made;
}

// Both begin and end in order, and share some: one was meant to begin where the other ends.
bool overlap_by_mistake(const target_range& a, const target_range& b) {
  const auto before = [](const target_range& one, const target_range& two) {
    const bool starts = two.from && (!one.from || *one.from < *two.from);
    const bool ends = one.below && (!two.below || *one.below < *two.below);
    return starts && ends;
  };
  return before(a, b) || before(b, a);
}

class shapes {
 public:
  explicit shapes(checker& to) : to_(to) {}

  void run() {
    std::vector<const compiled_rule*> all;
    for (const compiled_rule& one : to_.compiled.rules()) {
      if (is_shape(one)) all.push_back(&one);
    }
    if (all.empty()) return;
    const partners groups(to_.compiled, all);
    by_key_ = &groups;
    for (std::uint32_t market = 0; market < to_.markets(); ++market) {
      for (std::uint32_t channel = 0; channel < to_.channels(); ++channel) {
        market_ = market;
        channel_ = channel;
        in_ = to_.where.currency_of(market);
        unit_ = to_.document.markets[market].unit_minor;
        combinations(all, groups);
      }
    }
    for (auto& [key, zones] : zones_) tell_zones(zones);
  }

 private:
  // ---- combinations

  struct choice_of_value {
    std::string text;  // empty: absent
    std::uint32_t code = 0;
  };

  // What tells the codes of a key apart: the rules that each switches, by what they ask for.
  void combinations(const std::vector<const compiled_rule*>& all, const partners& groups) {
    std::vector<const compiled_rule*> general;
    for (const compiled_rule* one : groups.general()) {
      if (to_.where.here(*one, market_, channel_)) general.push_back(one);
    }
    std::map<std::uint32_t, std::vector<choice_of_value>> values;
    bool timed = false;
    bool any = !general.empty();
    std::map<std::uint32_t, std::map<std::uint32_t, std::string>> signatures;  // by key, code
    std::map<std::uint32_t, std::vector<decimal>> numbers;
    const bool many = all.size() > 1000;
    for (const compiled_rule* rule : all) {
      if (!to_.where.here(*rule, market_, channel_)) continue;
      any = true;
      timed = timed || rule->names_period;
      const std::string profile = many ? profile_of(*rule) : std::to_string(rule->index);
      std::size_t place = 0;
      const auto take = [&](const compiled_condition& one) {
        using language::subject;
        const subject what = one.source->subject;
        ++place;
        if (what == subject::channel || what == subject::market || what == subject::period || what == subject::target)
          return;
        if (to_.where.asks_number(one)) {
          auto& list = numbers[one.key];
          list.insert(list.end(), one.source->numbers.begin(), one.source->numbers.end());
          if (one.source->from_number) list.push_back(*one.source->from_number);
          if (one.source->below_number) list.push_back(*one.source->below_number);
          return;
        }
        for (const std::uint32_t code : one.codes) {
          signatures[one.key][code].append(profile).append(".").append(std::to_string(place)).append(";");
        }
      };
      for (const compiled_condition& one : rule->when) take(one);
      for (const auto& each : rule->except) {
        for (const compiled_condition& one : each) take(one);
      }
    }
    if (!any) return;
    for (const auto& [key, codes] : signatures) {
      auto& list = values[key];
      list.push_back({});
      std::set<std::string_view> seen;
      for (const auto& [code, signature] : codes) {
        if (seen.insert(signature).second) list.push_back({std::string(to_.where.word(key, code)), code});
      }
    }
    for (auto& [key, list] : numbers) {
      const bool quantity = to_.compiled.key_parts()[key].what == engine::key_part::kind::quantity;
      if (!quantity) values[key].push_back({});
      if (quantity) list.emplace_back(1);
      for (const decimal& one : space::probes(std::move(list), quantity)) values[key].push_back({to_string(one), 0});
    }
    std::vector<std::int64_t> times;
    if (timed) times = to_.where.instants();
    std::vector<std::optional<std::int64_t>> instants(times.begin(), times.end());
    if (instants.empty()) {
      instants.push_back(to_.where.from());
      if (!instants.front() && !to_.compiled.boundaries().empty()) instants.front() = to_.compiled.boundaries().front();
    }
    instants = apart(instants, all);

    std::vector<std::pair<std::uint32_t, const std::vector<choice_of_value>*>> axes;
    for (const auto& [key, list] : values) axes.emplace_back(key, &list);
    std::vector<std::size_t> at(axes.size(), 0);
    std::size_t count = 0;
    seen_.clear();
    while (true) {
      for (const auto& time : instants) {
        if (++count > to_.options.limits.max_combinations) {
          to_.note_limit("shapes of " + to_.place(market_, channel_) + ": more combinations of words than the limit");
          return;
        }
        sample asked;
        asked.market = market_;
        asked.channel = channel_;
        asked.at = time;
        std::vector<const compiled_rule*> rules = general;
        for (std::size_t i = 0; i < axes.size(); ++i) {
          const choice_of_value& one = (*axes[i].second)[at[i]];
          if (one.text.empty()) continue;
          asked.values.emplace_back(axes[i].first, one.text);
          if (groups.key() != axes[i].first) continue;
          if (const auto listed = groups.by_code().find(one.code); listed != groups.by_code().end())
            rules.insert(rules.end(), listed->second.begin(), listed->second.end());
        }
        combination(asked, rules);
      }
      std::size_t digit = 0;
      while (digit < at.size() && ++at[digit] == axes[digit].second->size()) at[digit++] = 0;
      if (digit == at.size()) return;
    }
  }

  // Of very many rules those that ask for the same under other words count once.
  std::string profile_of(const compiled_rule& rule) const {
    const auto what = shape_of(rule, in_);
    const auto id = profiles_.try_emplace(*what, profiles_.size()).first->second;
    std::string made = std::to_string(id) + "/" + std::to_string(static_cast<int>(rule.source->strength));
    const auto add = [&](const compiled_condition& one) {
      made += "," + std::to_string(static_cast<int>(one.source->subject));
      if (one.source->subject == language::subject::target) {
        const auto range = engine::range_of(*one.source, in_);
        if (!range) return;
        for (const auto& end : {range->from, range->below}) {
          made += end ? ":" + std::to_string(static_cast<std::int64_t>(end->numerator)) + "/" +
                            std::to_string(static_cast<std::int64_t>(end->denominator))
                      : ":";
        }
      } else if (by_key_->key() != one.key || one.source->subject == language::subject::period) {
        made += ":" + std::to_string(one.source->offset);
      }
    };
    for (const compiled_condition& one : rule.when) add(one);
    for (const auto& each : rule.except) {
      made += "|";
      for (const compiled_condition& one : each) add(one);
    }
    for (const std::uint32_t one : rule.source->during) made += "@" + std::to_string(one);
    return made;
  }

  // Instants at which other rules are on.
  std::vector<std::optional<std::int64_t>> apart(const std::vector<std::optional<std::int64_t>>& all,
                                                 const std::vector<const compiled_rule*>& rules) const {
    std::set<std::uint32_t> periods;
    for (const compiled_rule* one : rules) periods.insert(one->periods.begin(), one->periods.end());
    std::vector<std::optional<std::int64_t>> out;
    std::set<std::vector<bool>> seen;
    for (const auto& at : all) {
      std::vector<bool> inside;
      for (const std::uint32_t one : periods) {
        const auto& spans = to_.document.periods[one].spans;
        inside.push_back(at && std::any_of(spans.begin(), spans.end(), [&](const language::span& span) {
                           return (!span.from_unix_ms || *span.from_unix_ms <= *at) &&
                                  (!span.until_unix_ms || *at < *span.until_unix_ms);
                         }));
      }
      if (seen.insert(std::move(inside)).second) out.push_back(at);
    }
    return out;
  }

  void combination(const sample& asked, std::vector<const compiled_rule*>& rules) {
    std::sort(rules.begin(), rules.end(), [](const auto* a, const auto* b) { return a->index < b->index; });
    to_.probe.memory().bind(to_.probe.request_of(asked));
    std::vector<cell_rule> on;
    std::vector<std::uint32_t> ids;
    for (const compiled_rule* rule : rules) {
      engine::match found = engine::match_rule(to_.compiled, *rule, to_.probe.memory().bound());
      if (!found.on_but_target) continue;
      ids.push_back(rule->index);
      ids.push_back(static_cast<std::uint32_t>(found.found.except.size()));
      on.push_back(std::move(found.found));
    }
    if (on.empty() || !seen_.insert(ids).second) return;
    asked_ = &asked;
    std::vector<fraction> cuts;
    const auto collect = [&](const std::vector<target_range>& ranges) {
      for (const target_range& one : ranges) {
        if (one.from && one.from->numerator > 0) cuts.push_back(*one.from);
        if (one.below && one.below->numerator > 0) cuts.push_back(*one.below);
      }
    };
    for (const cell_rule& one : on) {
      collect(one.when);
      for (const auto& each : one.except) collect(each);
    }
    std::sort(cuts.begin(), cuts.end());
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    bands_.clear();
    for (std::size_t i = 0; i <= cuts.size(); ++i) {
      band made;
      if (i > 0) made.where.from = cuts[i - 1];
      if (i < cuts.size()) made.where.below = cuts[i];
      // Nothing changes between two cuts: the lower one stands for all, or what is just above zero.
      const fraction point = i > 0 ? cuts[i - 1] : fraction{1, INT64_MAX};
      for (const cell_rule& one : on) {
        if (holds(one, point)) made.on.push_back(&one);
      }
      bands_.push_back(std::move(made));
    }
    for (band& one : bands_) contradictions(one);
    holes();
    for (const band& one : bands_) dead(one);
  }

  struct band {
    target_range where;
    std::vector<const cell_rule*> on;
    bool settled = false;  // something was told that explains every dead zone in it
  };

  std::vector<shape::any_shape> shapes_of(const std::vector<const compiled_rule*>& rules) const {
    std::vector<shape::any_shape> all;
    for (const compiled_rule* one : rules) all.push_back(*shape_of(*one, in_));
    return all;
  }
  const shape::automaton* automaton(const std::vector<const compiled_rule*>& rules) {
    return to_.automaton_of(shapes_of(rules), in_.digits(), unit_);
  }
  bool empty(const std::vector<const compiled_rule*>& rules) {
    const shape::automaton* made = automaton(rules);
    return made != nullptr && shape::at_or_above(*made, 1) == 0;
  }

  // The first request for a band of which the claim holds.
  std::optional<sample> prove(const target_band& targets, const prober::claim& claim) {
    sample witness = *asked_;
    prober::aim aim;
    // An ordinary amount, where the band goes on to the largest.
    aim.first = targets.first;
    aim.last = targets.last / 2 > targets.first + 10'000 ? 2 * targets.first + 10'000 : targets.last;
    if (!to_.probe.prove(witness, aim, claim)) return {};
    return witness;
  }
  static bool any_relaxed(const decision& made, const std::vector<const compiled_rule*>& rules) {
    return made.price() && std::any_of(rules.begin(), rules.end(),
                                       [&](const auto* one) { return contains(made.relaxed(), one->id()); });
  }

  // An ordinary piece of a band: not the whole of it, where it has no end.
  target_band piece(const target_range& of) const {
    const auto whole = whole_targets(of);
    if (!whole) return {1, 0, 0, 0};
    const std::int64_t hundred = 100 * detail::powers_of_ten[static_cast<std::size_t>(in_.digits())];
    return {whole->first, std::min(whole->second, std::max(whole->first + hundred, 2 * hundred)), 0, 0};
  }

  // ---- shapes that contradict each other

  void contradictions(band& of) {
    std::vector<const compiled_rule*> required;
    for (const cell_rule* one : of.on) {
      if (is_required(*one->rule)) required.push_back(one->rule);
    }
    if (!required.empty() && empty(required)) {
      of.settled = true;
      required_contradict(of, required);
      return;
    }
    for (const cell_rule* one : of.on) {
      if (is_required(*one->rule) || of_culture(*one->rule)) continue;
      if (empty({one->rule})) {
        never_kept(of, *one->rule);
        of.settled = true;
      }
    }
    for (std::size_t i = 0; i < of.on.size(); ++i) {
      for (std::size_t j = i + 1; j < of.on.size(); ++j) {
        const compiled_rule& a = *of.on[i]->rule;
        const compiled_rule& b = *of.on[j]->rule;
        if (of_culture(a) || of_culture(b) || (is_required(a) && is_required(b))) continue;
        const bool banded = is_look(a) && is_look(b) && a.asks_target && b.asks_target &&
                            overlap_by_mistake(hull_of(*of.on[i]), hull_of(*of.on[j]));
        if (banded) {
          overlapping(of, a, b);
        } else if (empty({&a, &b}) && !empty({&a}) && !empty({&b})) {
          never_together(of, a, b);
        }
      }
    }
    if (!of.settled) several_never_together(of, required);
  }

  // Three or more of which any two would do.
  void several_never_together(band& of, const std::vector<const compiled_rule*>& required) {
    for (const language::strength strength :
         {language::strength::strong, language::strength::medium, language::strength::weak}) {
      std::vector<const compiled_rule*> rules = required;
      for (const cell_rule* one : of.on) {
        if (one->rule->source->strength == strength && !of_culture(*one->rule)) rules.push_back(one->rule);
      }
      if (rules.size() == required.size() || !empty(rules)) continue;
      shrink(rules);
      if (rules.size() < 3) continue;
      of.settled = true;
      if (!once(codes::never_together, rules)) continue;
      const auto witness = prove(piece(of.where), [&](const decision& made) { return any_relaxed(made, rules); });
      if (!witness) continue;
      tell(codes::never_together, rules.back()->source->effect_offset,
           "no price has all the shapes of " + names(rules) + ", and these rules are on at once",
           "let one hold where the others do not: by a band of \"target\", an attribute, or \"except\"", rules,
           *witness, "relaxed has one of them");
    }
  }

  // The fewest that still leave nothing.
  void shrink(std::vector<const compiled_rule*>& rules) {
    for (std::size_t i = 0; i < rules.size();) {
      std::vector<const compiled_rule*> fewer = rules;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      if (!fewer.empty() && empty(fewer)) {
        rules = std::move(fewer);
      } else {
        ++i;
      }
    }
  }

  bool once(const char* code, const std::vector<const compiled_rule*>& rules, const target_band& where = {}) {
    std::string key = code;
    for (const compiled_rule* one : rules) key += "," + std::to_string(one->index);
    key += ":" + std::to_string(where.first) + "-" + std::to_string(where.last) + std::string(in_.code());
    const auto [place, fresh] = told_.try_emplace(std::move(key), npos);
    told_at_ = &place->second;
    if (!fresh && *told_at_ != npos && *told_at_ < to_.report.findings.size())
      to_.at(to_.report.findings[*told_at_], market_, channel_);
    return fresh && to_.wants(code);
  }
  check_finding& tell(const char* code, std::size_t offset, std::string message, std::string hint,
                      const std::vector<const compiled_rule*>& rules, const sample& witness, std::string shows) {
    check_finding& made = to_.add(code, offset, std::move(message), std::move(hint), rules);
    made.witnesses.push_back(to_.probe.json_of(witness));
    made.shows = std::move(shows);
    to_.at(made, market_, channel_);
    made.currency = in_;
    if (!to_.report.findings.empty() && &made == &to_.report.findings.back())
      *told_at_ = to_.report.findings.size() - 1;
    return made;
  }

  void required_contradict(const band& of, std::vector<const compiled_rule*> rules) {
    shrink(rules);
    if (!once(codes::shapes_contradict, rules)) return;
    const auto holds = [&](const decision& made) {
      return made.status() == status::conflict && std::any_of(rules.begin(), rules.end(), [&](const auto* one) {
               return contains(made.conflict(), one->id());
             });
    };
    const auto witness = prove(piece(of.where), holds);
    if (!witness) return;
    tell(codes::shapes_contradict, rules.back()->source->effect_offset,
         rules.size() == 1 ? "no price on " + to_.place(market_, channel_) + " has the shape that " +
                                 in_quotes(rules[0]->id()) + " requires"
                           : "no price has all of the shapes that " + names(rules) + " require together",
         rules.size() == 1 && unit_ > 1 ? "prices there are multiples of " + figure(unit_, in_)
                                        : "every decision there is a conflict: except one of them, or make it soft",
         rules, *witness, "status conflict");
  }

  static std::string names(const std::vector<const compiled_rule*>& rules) {
    std::string text;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      text += i == 0 ? "" : i + 1 == rules.size() ? " and " : ", ";
      text += in_quotes(rules[i]->id());
    }
    return text;
  }

  void never_kept(const band& of, const compiled_rule& rule) {
    if (!once(codes::never_kept, {&rule})) return;
    const auto witness = prove(piece(of.where), [&](const decision& made) { return any_relaxed(made, {&rule}); });
    if (!witness) return;
    tell(
        codes::never_kept, rule.source->effect_offset,
        "no price on " + to_.place(market_, channel_) + " can have the shape of " + in_quotes(rule.id()),
        unit_ > 1 ? "prices there are multiples of " + figure(unit_, in_) : "look at what it asks for in this currency",
        {&rule}, *witness, "relaxed has " + in_quotes(rule.id()));
  }

  void never_together(band& of, const compiled_rule& a, const compiled_rule& b) {
    // A weaker one that is on elsewhere too gives way here, which may be just what is meant.
    const compiled_rule& weaker = a.source->strength > b.source->strength ? a : b;
    const compiled_rule& stronger = &weaker == &a ? b : a;
    if (a.source->strength != b.source->strength && !to_.where.implies(weaker, stronger, market_, channel_)) return;
    of.settled = true;
    if (!once(codes::never_together, {&a, &b})) return;
    const auto witness = prove(piece(of.where), [&](const decision& made) { return any_relaxed(made, {&a, &b}); });
    if (!witness) return;
    tell(codes::never_together, (a.index < b.index ? b : a).source->effect_offset,
         "no price has both shapes, that of " + in_quotes(a.id()) + " and that of " + in_quotes(b.id()) +
             ", and both rules are on at once",
         "let each hold where the other does not: by a band of \"target\", an attribute, or \"except\"", {&a, &b},
         *witness, "relaxed has one of them");
  }

  // ---- bands

  void overlapping(band& of, const compiled_rule& a, const compiled_rule& b) {
    const auto whole = whole_targets(of.where);
    if (!whole) return;
    const shape::automaton* both = automaton({&a, &b});
    const shape::automaton* free = to_.automaton_of({}, in_.digits(), unit_);
    if (both == nullptr || free == nullptr) return;
    const auto weaker = std::max(a.source->strength, b.source->strength);
    const std::size_t strength = weaker == language::strength::required ? 0 : static_cast<std::size_t>(weaker) - 1;
    const auto reach = engine::reach_of(to_.document, strength, in_);
    const dead_zones dead =
        find_dead_zones(*free, *both, to_.net_of(market_, channel_), reach, whole->first, whole->second, 16);
    // Where every target of both has a price with both looks, two bands may well overlap.
    if (dead.zones.empty()) return;
    of.settled = true;
    const target_band where{whole->first, whole->second, 0, 0};
    if (!once(codes::overlap, {&a, &b}, where)) return;
    const auto broken = [&](const decision& made) { return any_relaxed(made, {&a, &b}); };
    std::optional<sample> witness;
    for (const target_band& zone : dead.zones) {
      target_band small = zone;
      small.last = std::min(small.last, small.first + 10'000);
      if ((witness = prove(small, broken))) break;
    }
    if (!witness) return;
    check_finding& found =
        tell(codes::overlap, (a.index < b.index ? b : a).source->effect_offset,
             "the bands of " + in_quotes(a.id()) + " and " + in_quotes(b.id()) + " overlap: both hold for targets " +
                 band_words(where, in_) + ", and a price there cannot have both looks",
             "let one band begin where the other ends", {&a, &b}, *witness, "both are on, and relaxed has one of them");
    found.targets = {where};
  }

  void holes() {
    // Between bands that a look is on for, one that none is on for.
    std::optional<std::size_t> covered;
    for (std::size_t i = 0; i < bands_.size(); ++i) {
      // What the market's culture wishes does not fill a hole in the author's own bands.
      const auto look = [](const cell_rule* one) { return is_look(*one->rule) && !of_culture(*one->rule); };
      if (std::none_of(bands_[i].on.begin(), bands_[i].on.end(), look)) continue;
      if (covered && *covered + 1 < i) hole(*covered, i);
      covered = i;
    }
  }

  void hole(std::size_t before, std::size_t behind) {
    const auto banded = [](const band& of) -> const compiled_rule* {
      for (const cell_rule* one : of.on) {
        if (is_look(*one->rule) && one->rule->asks_target && !of_culture(*one->rule)) return one->rule;
      }
      return nullptr;
    };
    const compiled_rule* below = banded(bands_[before]);
    const compiled_rule* above = banded(bands_[behind]);
    if (below == nullptr || above == nullptr) return;
    const target_range range{bands_[before].where.below, bands_[behind].where.from};
    const auto whole = whole_targets(range);
    if (!whole) return;
    const target_band where{whole->first, whole->second, 0, 0};
    if (!once(codes::hole, {below, above}, where)) return;
    target_band small = where;
    small.last = std::min(small.last, small.first + 10'000);
    // Proven where the answer is a price to which neither look was applied.
    std::optional<sample> witness;
    sample made = *asked_;
    prober::aim aim;
    aim.first = small.first;
    aim.last = small.last;
    const auto off = [&](const decision& done) {
      return done.price() && !to_.probe.is_on(made, *below, done) && !to_.probe.is_on(made, *above, done);
    };
    if (to_.probe.prove(made, aim, off)) witness = made;
    if (!witness) return;
    check_finding& found = tell(
        codes::hole, above->source->offset,
        "no rule says what a price looks like for targets " + band_words(where, in_) + ", between " +
            in_quotes(below->id()) + " and " + in_quotes(above->id()),
        "let the bands meet; if any price will do there, say so with a rule \"multiple_of\": \"" + figure(unit_, in_) +
            "\"",
        below == above ? std::vector<const compiled_rule*>{below} : std::vector<const compiled_rule*>{below, above},
        *witness, below == above ? "the rule is off" : "both rules are off");
    found.targets = {where};
  }

  // ---- dead zones

  struct zone_set {
    const char* code = codes::dead_zone;
    std::vector<const compiled_rule*> rules;
    language::strength strength = language::strength::strong;
    std::vector<target_band> zones;
    std::set<std::pair<std::uint32_t, std::uint32_t>> places;
    sample witness;
    std::optional<std::int64_t> searched_until;
    currency in;
    bool proven = false;
    bool of_small_amounts = true;  // see small_amounts_only
  };

  void dead(const band& of) {
    if (of.settled) return;
    const auto whole = whole_targets(of.where);
    if (!whole) return;
    std::vector<const compiled_rule*> required;
    std::vector<const compiled_rule*> looks;   // strong ones
    std::vector<const compiled_rule*> wishes;  // strong ones to avoid or prefer
    for (const cell_rule* one : of.on) {
      if (of_culture(*one->rule)) continue;
      if (is_required(*one->rule)) {
        required.push_back(one->rule);
      } else if (one->rule->source->strength == language::strength::strong) {
        (is_look(*one->rule) ? looks : wishes).push_back(one->rule);
      }
    }
    if (!looks.empty()) zones(codes::dead_zone, *whole, required, looks, looks);
    if (!wishes.empty()) {
      std::vector<const compiled_rule*> all = looks;
      all.insert(all.end(), wishes.begin(), wishes.end());
      zones(codes::dead_zone_of_wishes, *whole, required, all, all);
    }
    for (const cell_rule* one : of.on) {
      const compiled_rule& rule = *one->rule;
      if (of_culture(rule) || !is_look(rule) || rule.source->strength <= language::strength::strong) continue;
      zones(codes::dead_zone_of_wishes, *whole, required, {&rule}, {&rule});
    }
  }

  void zones(const char* code, std::pair<std::int64_t, std::int64_t> whole,
             const std::vector<const compiled_rule*>& required, const std::vector<const compiled_rule*>& soft,
             const std::vector<const compiled_rule*>& blamed) {
    std::string key = code;
    std::vector<const compiled_rule*> rules = required;
    rules.insert(rules.end(), blamed.begin(), blamed.end());
    for (const compiled_rule* one : rules) key += "," + std::to_string(one->index);
    key += std::string(in_.code()) + std::to_string(unit_);
    const auto found = zones_.find(key);
    const std::string piece_key = key + ":" + std::to_string(whole.first) + "-" + std::to_string(whole.second);
    if (!pieces_.insert(piece_key).second) {
      if (found != zones_.end()) found->second.places.insert({market_, channel_});
      return;
    }
    const shape::automaton* free = automaton(required);
    std::vector<const compiled_rule*> all = required;
    all.insert(all.end(), soft.begin(), soft.end());
    const shape::automaton* allowed = automaton(all);
    if (free == nullptr || allowed == nullptr || shape::at_or_above(*allowed, 1) == 0) return;
    const language::strength strength = soft.front()->source->strength;
    const auto reach = engine::reach_of(to_.document, static_cast<std::size_t>(strength) - 1, in_);
    dead_zones dead = find_dead_zones(*free, *allowed, to_.net_of(market_, channel_), reach, whole.first, whole.second,
                                      to_.options.limits.max_zones);
    if (code == codes::dead_zone_of_wishes && soft.size() > 1) {
      // Those that the looks alone leave are told already.
      std::vector<const compiled_rule*> looks = required;
      for (const compiled_rule* one : soft) {
        if (is_look(*one)) looks.push_back(one);
      }
      if (looks.size() > required.size()) {
        if (const shape::automaton* fewer = automaton(looks)) {
          const dead_zones told = find_dead_zones(*free, *fewer, to_.net_of(market_, channel_), reach, whole.first,
                                                  whole.second, to_.options.limits.max_zones);
          std::erase_if(dead.zones, [&](const target_band& one) {
            return std::any_of(told.zones.begin(), told.zones.end(), [&](const target_band& other) {
              return other.first <= one.first && one.last <= other.last;
            });
          });
        }
      }
    }
    if (dead.zones.empty()) return;
    zone_set& to = zones_[key];
    to.code = code;
    to.rules = blamed;
    to.strength = strength;
    to.in = in_;
    to.places.insert({market_, channel_});
    if (dead.searched_until < whole.second) to.searched_until = dead.searched_until;
    if (!to.proven) {
      for (const target_band& zone : dead.zones) {
        const auto shown = prove(zone, [&](const decision& made) { return any_relaxed(made, blamed); });
        if (!shown) continue;
        to.witness = *shown;
        to.proven = true;
        break;
      }
    }
    to.zones.insert(to.zones.end(), dead.zones.begin(), dead.zones.end());
    to.of_small_amounts = to.of_small_amounts && small_amounts_only(dead, *free, *allowed, whole);
  }

  // A look without a lower end of its band goes down to the smallest amounts, where no rate is enough: what the
  // language's own reach of 5% would leave dead too is worth a note and no alarm.
  bool small_amounts_only(const dead_zones& found, const shape::automaton& free, const shape::automaton& allowed,
                          std::pair<std::int64_t, std::int64_t> whole) const {
    if (whole.first > 1) return false;
    engine::plan::reach usual;
    usual.rates.push_back(fraction{1, 20});
    const dead_zones anyway = find_dead_zones(free, allowed, to_.net_of(market_, channel_), usual, whole.first,
                                              whole.second, to_.options.limits.max_zones);
    return std::all_of(found.zones.begin(), found.zones.end(), [&](const target_band& one) {
      return std::any_of(anyway.zones.begin(), anyway.zones.end(),
                         [&](const target_band& other) { return other.first <= one.first && one.last <= other.last; });
    });
  }

  void tell_zones(zone_set& of) {
    if (!of.proven || !to_.wants(of.code)) return;
    std::sort(of.zones.begin(), of.zones.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    // Zones that a cut of the target divides are one.
    std::vector<target_band> merged;
    for (const target_band& one : of.zones) {
      if (!merged.empty() && one.first <= merged.back().last + 1 && merged.back().below == one.below &&
          merged.back().above == one.above) {
        merged.back().last = std::max(merged.back().last, one.last);
      } else {
        merged.push_back(one);
      }
    }
    const target_band& first = merged.front();
    // What costs less than half of the smallest price of a look is no article for it.
    if (merged.size() == 1 && first.below == 0 && first.first <= 1 && 2 * first.last < first.above) return;
    const std::string code(of.in.code());
    std::string text = of.rules.size() == 1
                           ? "no price that " + names(of.rules) + " allows is within reach of targets "
                           : "no price that " + names(of.rules) + " allow together is within reach of targets ";
    text += band_words(first, of.in);
    if (merged.size() > 1) {
      text += ", and of " + std::to_string(merged.size() - 1) + " more band" + (merged.size() > 2 ? "s" : "") +
              " up to " + figure(merged.back().last, of.in);
    }
    text += first.below == 0 ? "; the nearest is " : "; the nearest are ";
    if (first.below != 0) text += figure(first.below, of.in) + (first.above != 0 ? " and " : "");
    if (first.above != 0) text += figure(first.above, of.in);
    if (of.searched_until) {
      text += "; not searched beyond " + figure(*of.searched_until, of.in);
      to_.note_limit("dead zones of " + names(of.rules) + " beyond " + figure(*of.searched_until, of.in) + " " + code);
    }
    const compiled_rule* place = of.rules.front();
    check_finding& found = to_.add(of.code, place->source->effect_offset, std::move(text),
                                   "a wider \"within\" for " + strength_words(of.strength) +
                                       " rules, such as one with an amount beside the rate, or more endings",
                                   of.rules);
    if (of.of_small_amounts) found.what.severity = severity::note;
    const std::size_t most = to_.options.limits.max_bands;
    found.more_targets = merged.size() > most ? merged.size() - most : 0;
    if (merged.size() > most) merged.resize(most);
    found.targets = std::move(merged);
    found.witnesses.push_back(to_.probe.json_of(of.witness));
    found.shows = of.rules.size() == 1 ? "relaxed has " + in_quotes(of.rules.front()->id()) : "relaxed has one of them";
    for (const auto& [market, channel] : of.places) to_.at(found, market, channel);
    found.currency = of.in;
  }

  static constexpr std::size_t npos = SIZE_MAX;

  checker& to_;
  const partners* by_key_ = nullptr;
  std::uint32_t market_ = 0, channel_ = 0;
  currency in_;
  std::int64_t unit_ = 1;
  const sample* asked_ = nullptr;
  std::vector<band> bands_;
  std::set<std::vector<std::uint32_t>> seen_;  // combinations of this market and channel
  std::map<std::string, std::size_t> told_;    // findings by what they are about
  std::size_t* told_at_ = nullptr;
  std::map<std::string, zone_set> zones_;
  std::set<std::string> pieces_;
  mutable std::map<shape::any_shape, std::size_t> profiles_;
};

}  // namespace

void check_shapes(checker& to) { shapes(to).run(); }

}  // namespace pricepoint::analysis
