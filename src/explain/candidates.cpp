// SPDX-License-Identifier: Apache-2.0
// The candidates next to the chosen price and what turned each of them down. Entry: candidates_of. Test:
// tests/unit/explain/explanation_test.cpp.
#include <algorithm>

#include "explain/narrative.hpp"

namespace pricepoint::explaining {

namespace {

using engine::compiled_rule;

class turning_down {
 public:
  turning_down(const engine::workspace& memory, const recorder& heard, bool by_hand)
      : heard_(heard),
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
    if (const compiled_rule* rule = by_hand_ ? nullptr : decisive(minor); rule != nullptr) {
      made.rules.push_back(rule->id());
      const bool has = has_shape(*rule, minor);
      if (has) {
        out_of_reach(made, *rule);
      } else {
        const std::string rest = std::string(rule->id()) + ", which " + money(outcome_.chosen, in) + " keeps";
        made.why = "it breaks " + rest;
        made.why_all = "they break " + rest;
      }
      return made;
    }
    if (const compiled_rule* rule = by_hand_ ? nullptr : had_in_vain(minor); rule != nullptr) {
      out_of_reach(made, *rule);
      return made;
    }
    const detail::big_exact here = distance(minor);
    const bool as_near = here == distance(outcome_.chosen);
    made.why = as_near ? "it is as near to the target, but higher" : "it is farther from the target";
    made.why_all = as_near ? "they are as near to the target, but higher" : "they are farther from the target";
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

  void out_of_reach(candidate_story& made, const compiled_rule& rule) const {
    const currency in = heard_.in;
    const std::string what = " what " + std::string(rule.id()) + " asks for, but ";
    const std::string rest = " more than " + money(reach_of(rule), in) + " away from " + money(outcome_.star, in);
    made.why = "it has" + what + "is" + rest;
    made.why_all = "they have" + what + "are" + rest;
  }

  // A shape that this amount has and the chosen price has not, but farther away than the shape reaches: the strongest,
  // of these the first by id.
  const compiled_rule* had_in_vain(std::int64_t minor) const {
    const std::int64_t away = minor > outcome_.star ? minor - outcome_.star : outcome_.star - minor;
    const compiled_rule* found = nullptr;
    for (const engine::plan_shape& one : plan_.soft_shapes) {
      if (!shape::contains(*one.alone, minor) || shape::contains(*one.alone, outcome_.chosen)) continue;
      if (away <= reach_of(*one.rule)) continue;
      const auto key = [](const compiled_rule& rule) { return std::pair(rule.strength(), rule.id()); };
      if (found == nullptr || key(*one.rule) < key(*found)) found = one.rule;
    }
    return found;
  }

  detail::big_exact distance(std::int64_t minor) const {
    const detail::big_exact away = detail::big_exact(minor) - *heard_.target_exact;
    return away.sign() < 0 ? -away : away;
  }

  std::int64_t reach_of(const compiled_rule& rule) const {
    return engine::choice::reach(plan_.within[static_cast<std::size_t>(rule.strength()) - 1], outcome_.star);
  }

  bool has_shape(const compiled_rule& rule, std::int64_t minor) const {
    return std::any_of(plan_.soft_shapes.begin(), plan_.soft_shapes.end(), [&](const engine::plan_shape& one) {
      return one.rule == &rule && shape::contains(*one.alone, minor);
    });
  }

  // Rules of a strength that this amount keeps, by id.
  std::vector<const compiled_rule*> kept(std::int64_t minor, engine::strength strength) const {
    std::vector<const compiled_rule*> all;
    for (const engine::soft_interval& one : outcome_.soft) {
      if (one.rule->strength() == strength && one.kept.holds(minor)) all.push_back(one.rule);
    }
    const std::int64_t away = minor > outcome_.star ? minor - outcome_.star : outcome_.star - minor;
    for (const engine::plan_shape& one : plan_.soft_shapes) {
      if (one.rule->strength() == strength && shape::contains(*one.alone, minor) && away <= reach_of(*one.rule)) {
        all.push_back(one.rule);
      }
    }
    std::sort(all.begin(), all.end(), [](const compiled_rule* a, const compiled_rule* b) { return a->id() < b->id(); });
    return all;
  }

  // The first rule that the chosen price keeps and this one does not, of the first strength of which it keeps more.
  const compiled_rule* decisive(std::int64_t minor) const {
    for (const engine::strength strength :
         {engine::strength::strong, engine::strength::medium, engine::strength::weak}) {
      const auto mine = kept(minor, strength);
      const auto chosen = kept(outcome_.chosen, strength);
      if (mine.size() >= chosen.size()) {
        if (mine.size() > chosen.size()) return nullptr;  // out of the reach of all: distance decides
        continue;
      }
      for (const compiled_rule* rule : chosen) {
        if (std::find(mine.begin(), mine.end(), rule) == mine.end()) return rule;
      }
    }
    return nullptr;
  }

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
