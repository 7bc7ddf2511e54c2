// SPDX-License-Identifier: Apache-2.0
// The candidates next to the chosen price and what turned each of them down. Entry: candidates_of. Test:
// tests/unit/explain/explanation_test.cpp.
#include <algorithm>
#include <array>

#include "explain/narrative.hpp"

namespace pricepoint::explaining {

namespace {

using engine::compiled_rule;

class turning_down {
 public:
  turning_down(const engine::workspace& memory, const recorder& heard, bool by_hand)
      : compiled_(memory.compiled()),
        bound_(memory.bound()),
        heard_(heard),
        outcome_(*heard.chosen_of),
        plan_(*heard.on),
        by_hand_(by_hand),
        unit_(memory.compiled().markets()[memory.bound().market].unit_minor) {}

  std::vector<std::int64_t> neighbours() const {
    std::vector<std::int64_t> all;
    const detail::big_exact steps = *heard_.target_exact / detail::big_exact(unit_);
    all.push_back(steps.rounded(rounding::down, max_amount_minor / unit_) * unit_);
    all.push_back(steps.rounded(rounding::up, max_amount_minor / unit_) * unit_);
    if (!by_hand_) {
      all.push_back(outcome_.chosen - unit_);
      all.push_back(outcome_.chosen + unit_);
      all.push_back(outcome_.star);
      if (const shape::automaton* wanted = all_shapes(); wanted != nullptr) {
        all.push_back(shape::at_or_below(*wanted, outcome_.net, outcome_.chosen - 1));
        all.push_back(shape::at_or_above(*wanted, outcome_.net, outcome_.chosen + 1));
      }
    }
    all = each_once(std::move(all));
    std::erase_if(all,
                  [&](std::int64_t one) { return one < unit_ || one > max_amount_minor || one == outcome_.chosen; });
    return all;
  }

  candidate_story judge(std::int64_t minor) const {
    candidate_story made{.minor = minor, .rules = {}, .why = {}, .why_all = {}};
    std::vector<std::string> broken;
    for (const recorder::bound_heard& one : heard_.bounds) {
      if (one.state != engine::valued::value || one.kept.holds(minor)) continue;
      if (one.rule->is_required()) made.rules.push_back(one.rule->id());
    }
    for (const engine::plan_shape& one : plan_.required_shapes) {
      if (!shape::contains(*one.alone, minor)) made.rules.push_back(one.rule->id());
    }
    if (!made.rules.empty()) {
      std::sort(made.rules.begin(), made.rules.end());
      for (const std::string_view id : made.rules) broken.emplace_back(id);
      made.why = "it breaks " + listed(broken, " and ");
      made.why_all = "they break " + listed(broken, " and ");
      return made;
    }
    const currency in = heard_.in;
    if (!outcome_.net.possible(minor)) {
      made.why_all = "no price without tax, in steps of " + money(1, in) + ", gives ";
      made.why = made.why_all + "it";
      made.why_all += "them";
      return made;
    }
    if (by_hand_) {
      by_distance(made);
    } else {
      by_soft_rules(made);
    }
    return made;
  }

 private:
  // The automaton of all soft shapes; nothing where they cannot be had together. The choice tries this level first, so
  // it is made already: explaining makes no automata of its own, which could run into limits that the price did not.
  const shape::automaton* all_shapes() const {
    unsigned strengths = 0;
    for (const engine::plan_shape& one : plan_.soft_shapes) {
      strengths |= 1u << (static_cast<unsigned>(one.rule->strength()) - 1);
    }
    const auto& levels = plan_.levels[strengths];
    return strengths == 0 || levels.empty() || !levels.front().made ? nullptr : levels.front().allowed;
  }

  using rule_list = std::vector<const compiled_rule*>;  // by id

  // An amount that every required rule allows.
  void by_soft_rules(candidate_story& made) const {
    const std::int64_t minor = made.minor;
    const compiled_rule* const vain = had_in_vain(minor);
    const std::optional<engine::strength> first = first_difference(minor);
    if (!first) {
      // Every count is equal.
      if (vain != nullptr) return out_of_reach(made, *vain);
      return by_distance(made);
    }
    if (vain != nullptr && vain->strength() < *first) return out_of_reach(made, *vain);
    if (const rule_list broken = lost(minor, *first); !broken.empty()) return breaks(made, broken);
    if (vain != nullptr) return out_of_reach(made, *vain);
    // It satisfies what the chosen price keeps of that strength, but from farther away than these rules reach. They are
    // no reason that anybody accepts, since both prices satisfy them; what else tells the two apart is.
    const bool better = satisfies_more(minor);
    if (!better && distance_to_target(heard_, minor) > distance_to_target(heard_, outcome_.chosen)) {
      return by_distance(made);
    }
    for (const engine::strength weaker : {engine::strength::medium, engine::strength::weak}) {
      if (better || weaker <= *first) continue;
      if (const rule_list broken = lost(minor, weaker); !broken.empty()) return breaks(made, broken);
    }
    too_far(made, *first);
  }

  void breaks(candidate_story& made, const rule_list& rules) const {
    std::vector<std::string> names;
    for (const compiled_rule* rule : rules) {
      made.rules.push_back(rule->id());
      names.emplace_back(rule->id());
    }
    const std::string rest = listed(names, " and ") + ", which " + money(outcome_.chosen, heard_.in) + " keeps";
    made.why = "it breaks " + rest;
    made.why_all = "they break " + rest;
  }

  void out_of_reach(candidate_story& made, const compiled_rule& rule) const {
    made.rules.push_back(rule.id());
    const std::string what = " what " + std::string(rule.id()) + " asks for, but ";
    const std::string rest = beyond(rule.strength());
    made.why = "it has" + what + "is" + rest;
    made.why_all = "they have" + what + "are" + rest;
  }

  void too_far(candidate_story& made, engine::strength strength) const {
    made.why = "it is" + beyond(strength);
    made.why_all = "they are" + beyond(strength);
  }

  std::string beyond(engine::strength strength) const {
    return " more than " + money(reach_of(strength), heard_.in) + " away from " + money(outcome_.star, heard_.in) +
           "; " + reach_words(compiled_.document(), strength, heard_.in);
  }

  void by_distance(candidate_story& made) const {
    const detail::big_exact here = distance_to_target(heard_, made.minor);
    const detail::big_exact there = distance_to_target(heard_, outcome_.chosen);
    if (here != there) {
      made.why = "it is farther from the target";
      made.why_all = "they are farther from the target";
      return;
    }
    const std::int64_t rounded = rounded_target();
    const auto away = [&](std::int64_t minor) { return minor > rounded ? minor - rounded : rounded - minor; };
    const std::string rest = away(outcome_.chosen) < away(made.minor)
                                 ? ", but farther from the rounded target, " + money(rounded, heard_.in)
                                 : "; the lower price stands";
    made.why = "it is as near to the target" + rest;
    made.why_all = "they are as near to the target" + rest;
  }

  std::int64_t rounded_target() const {
    return engine::rounded_target(*heard_.target_exact, unit_, outcome_.net.restricts(), bound_.gross_factor);
  }

  // A shape that this amount has and the chosen price has not, but farther away than the shape reaches: the strongest,
  // of these the first by id.
  const compiled_rule* had_in_vain(std::int64_t minor) const {
    const compiled_rule* found = nullptr;
    for (const engine::plan_shape& one : plan_.soft_shapes) {
      if (!shape::contains(*one.alone, minor) || shape::contains(*one.alone, outcome_.chosen)) continue;
      if (away_from_star(minor) <= reach_of(one.rule->strength())) continue;
      const auto key = [](const compiled_rule& rule) { return std::pair(rule.strength(), rule.id()); };
      if (found == nullptr || key(*one.rule) < key(*found)) found = one.rule;
    }
    return found;
  }

  std::int64_t away_from_star(std::int64_t minor) const {
    return minor > outcome_.star ? minor - outcome_.star : outcome_.star - minor;
  }

  std::int64_t reach_of(engine::strength strength) const {
    return engine::choice::reach(plan_.within[static_cast<std::size_t>(strength) - 1], outcome_.star);
  }

  // Soft rules of a strength that this amount satisfies; those it keeps are the ones whose reach it is within.
  rule_list satisfied(std::int64_t minor, engine::strength strength, bool keeps) const {
    rule_list all;
    for (const engine::soft_interval& one : outcome_.soft) {
      if (one.rule->strength() == strength && one.kept.holds(minor)) all.push_back(one.rule);
    }
    for (const engine::plan_shape& one : plan_.soft_shapes) {
      if (one.rule->strength() != strength || !shape::contains(*one.alone, minor)) continue;
      if (!keeps || away_from_star(minor) <= reach_of(strength)) all.push_back(one.rule);
    }
    std::sort(all.begin(), all.end(), [](const compiled_rule* a, const compiled_rule* b) { return a->id() < b->id(); });
    return all;
  }

  static rule_list without(rule_list all, const rule_list& some) {
    std::erase_if(all,
                  [&](const compiled_rule* one) { return std::find(some.begin(), some.end(), one) != some.end(); });
    return all;
  }

  // What the chosen price keeps and this amount does not satisfy.
  rule_list lost(std::int64_t minor, engine::strength strength) const {
    return without(satisfied(outcome_.chosen, strength, true), satisfied(minor, strength, false));
  }

  bool satisfies_more(std::int64_t minor) const {
    return std::any_of(soft_strengths.begin(), soft_strengths.end(), [&](engine::strength one) {
      return !without(satisfied(minor, one, false), satisfied(outcome_.chosen, one, false)).empty();
    });
  }

  // The strongest strength of which the chosen price keeps more.
  std::optional<engine::strength> first_difference(std::int64_t minor) const {
    for (const engine::strength one : soft_strengths) {
      if (satisfied(minor, one, true).size() != satisfied(outcome_.chosen, one, true).size()) return one;
    }
    return {};
  }

  static constexpr std::array soft_strengths{engine::strength::strong, engine::strength::medium,
                                             engine::strength::weak};

  const engine::machine& compiled_;
  const engine::bound_request& bound_;
  const recorder& heard_;
  const recorder::outcome& outcome_;
  const engine::plan& plan_;
  bool by_hand_;
  std::int64_t unit_;
};

}  // namespace

std::vector<candidate_story> candidates_of(const engine::workspace& memory, const decision& made, const recorder& heard,
                                           bool by_hand) {
  const turning_down judge(memory, heard, by_hand);
  std::vector<candidate_story> all;
  for (const std::int64_t one : judge.neighbours()) {
    if (made.price() && made.price()->minor == one) continue;  // held instead of the chosen one
    all.push_back(judge.judge(one));
  }
  return all;
}

}  // namespace pricepoint::explaining
