// SPDX-License-Identifier: Apache-2.0
// Entries: planner::find, levels, allowed. Covered by tests/unit/decide/decision_test.cpp and the property tests.
#include "plan/planner.hpp"

#include <algorithm>

#include "pricepoint/shape/search.hpp"
#include "text/each_once.hpp"

namespace pricepoint::engine {

namespace {

bool by_id(const compiled_rule* a, const compiled_rule* b) { return a->id() < b->id(); }

}  // namespace

plan& planner::without_target(request_class& of) {
  if (!of.audit->without_target) {
    std::vector<const compiled_rule*> on;
    of.rules->each([&](const class_rule& rule) {
      if (!rule.asks_target()) on.push_back(rule.rule);
    });
    of.audit->without_target = make(std::move(on), of.rules->market);
  }
  return *of.audit->without_target;
}

std::uint32_t planner::shape_id(const shape::any_shape& what) {
  // Room first: an id without its shape would be left behind where memory runs out in between.
  if (shapes_.size() == shapes_.capacity()) shapes_.reserve(2 * shapes_.size() + 16);
  const auto [found, fresh] = shape_ids_.try_emplace(what, static_cast<std::uint32_t>(shapes_.size()));
  if (fresh) shapes_.push_back(&found->first);
  return found->second;
}

const shape::automaton* planner::automaton_of(std::vector<std::uint32_t> shapes, const plan& of, bool with_unit,
                                              std::size_t& work) {
  detail::keep_each_once(shapes);
  const std::int64_t unit = with_unit ? of.unit_minor : 1;
  std::vector<std::int64_t> key = {of.digits, unit};
  key.insert(key.end(), shapes.begin(), shapes.end());
  auto found = automata_.find(key);
  if (found == automata_.end()) {
    std::vector<const shape::any_shape*> parts;
    for (const std::uint32_t one : shapes) parts.push_back(shapes_[one]);
    ++stats_.automata_made;
    found =
        automata_.emplace(std::move(key), shape::automaton::build(parts, of.digits, unit, limits_.max_automaton_states))
            .first;
    stats_.automaton_states += found->second ? found->second->work() : limits_.max_automaton_states;
  }
  work = found->second ? found->second->work() : limits_.max_automaton_states;
  return found->second ? &*found->second : nullptr;
}

std::shared_ptr<plan> planner::make(std::vector<const compiled_rule*> on, std::uint32_t market) {
  ++stats_.plans_made;
  auto made = std::make_shared<plan>();
  made->on = std::move(on);
  const currency in = machine_.markets()[market].currency;
  made->unit_minor = machine_.markets()[market].unit_minor;
  made->digits = in.digits();
  std::map<std::uint32_t, std::int64_t> credits;
  std::size_t work = 0;
  const auto needs = [&](std::vector<std::uint32_t> shapes, bool with_unit) -> const shape::automaton* {
    if (work > limits_.max_decision_states) return nullptr;
    std::size_t part = 0;
    const shape::automaton* found = automaton_of(std::move(shapes), *made, with_unit, part);
    work += part;
    if (found == nullptr || work > limits_.max_decision_states) made->beyond_limits = "automaton states";
    return found;
  };
  for (const compiled_rule* rule : made->on) {
    add_advice(*rule, made->advice, made->withheld);
    if (rule->effect == effect_kind::price) {
      made->prices.push_back(rule);
    } else if (is_bound(rule->effect)) {
      (rule->is_required() ? made->required_bounds : made->soft_bounds).push_back(rule);
    } else if (is_shape(rule->effect)) {
      plan_shape one{.rule = rule, .shape = shape_id(*rule->shape_in(in))};
      one.alone = needs({one.shape}, false);
      (rule->is_required() ? made->required_shapes : made->soft_shapes).push_back(one);
    } else if (rule->effect == effect_kind::hold) {
      made->hold_rules.push_back(rule);
      if (!made->hold || *made->hold < rule->hold()) made->hold = rule->hold();
    } else if (rule->effect == effect_kind::was) {
      made->was.push_back(rule);
    } else if (rule->effect == effect_kind::credit) {
      credits[rule->credit().to] += rule->credit().e8;
    }
  }
  std::int64_t total = 0;
  for (const auto& [to, e8] : credits) {
    made->credits.push_back({to, e8, fraction::reduced(e8, 100'000'000)});
    total += e8;
  }
  made->credit_total = fraction::reduced(total, 100'000'000);
  detail::keep_each_once(made->advice);
  const auto shape_by_id = [](const plan_shape& a, const plan_shape& b) { return a.rule->id() < b.rule->id(); };
  std::sort(made->prices.begin(), made->prices.end(), by_id);
  std::sort(made->required_bounds.begin(), made->required_bounds.end(), by_id);
  std::sort(made->soft_bounds.begin(), made->soft_bounds.end(), by_id);
  std::sort(made->required_shapes.begin(), made->required_shapes.end(), shape_by_id);
  std::sort(made->soft_shapes.begin(), made->soft_shapes.end(), shape_by_id);
  for (std::size_t s = 0; s < 3; ++s) made->within[s] = machine_.reach_of(s, in);
  std::vector<std::uint32_t> required;
  for (const plan_shape& one : made->required_shapes) required.push_back(one.shape);
  made->required = needs(std::move(required), true);
  made->unit_only = needs({}, true);
  for (plan_shape& one : made->soft_shapes) {
    const engine::strength wanted = one.rule->strength();
    auto group = std::find_if(made->soft_groups.begin(), made->soft_groups.end(), [&](const soft_group& other) {
      return other.shape == one.shape && other.strength == wanted;
    });
    if (group == made->soft_groups.end()) group = made->soft_groups.insert(group, {one.shape, wanted, 0, nullptr});
    ++group->rules;
    one.group = static_cast<std::uint32_t>(group - made->soft_groups.begin());
  }
  if (made->soft_groups.size() > max_soft_groups) made->beyond_limits = "soft shapes";
  made->levels.resize(8);
  return made;
}

void planner::find_contradictions(plan& of) {
  std::vector<std::uint32_t> required;
  for (const plan_shape& one : of.required_shapes) required.push_back(one.shape);
  std::vector<std::uint32_t> found;
  std::size_t work = 0;
  for (std::size_t a = 0; a < of.soft_groups.size(); ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      // They only make decisions faster.
      if (work > limits_.max_decision_states) break;
      std::vector<std::uint32_t> shapes = required;
      shapes.push_back(of.soft_groups[a].shape);
      shapes.push_back(of.soft_groups[b].shape);
      std::size_t part = 0;
      const shape::automaton* both = automaton_of(std::move(shapes), of, true, part);
      work += part;
      if (both != nullptr && shape::at_or_above(*both, 1) == 0) found.push_back(1u << a | 1u << b);
    }
  }
  of.contradictions = std::move(found);
}

const std::vector<plan_level>& planner::make_levels(plan& of, unsigned strengths) {
  std::vector<plan_level> made;
  std::uint32_t keepable = 0;
  for (std::size_t i = 0; i < of.soft_groups.size(); ++i) {
    const auto which = static_cast<unsigned>(of.soft_groups[i].strength) - 1;
    if ((strengths >> which & 1u) != 0) keepable |= 1u << i;
  }
  // Every subset of what may be kept, the empty one last.
  std::uint32_t subset = keepable;
  while (true) {
    plan_level level{.subset = subset};
    for (std::size_t i = 0; i < of.soft_groups.size(); ++i) {
      if ((subset >> i & 1u) != 0) level.kept.add(of.soft_groups[i].strength, of.soft_groups[i].rules);
    }
    made.push_back(level);
    if (subset == 0) break;
    subset = (subset - 1) & keepable;
  }
  std::stable_sort(made.begin(), made.end(), [](const plan_level& a, const plan_level& b) { return a.kept > b.kept; });
  made.back().allowed = of.required;
  made.back().made = true;
  if (of.soft_groups.size() > 1 && of.contradictions.empty()) find_contradictions(of);
  // All or nothing, also where memory runs out: a plan with half of its levels would give other answers.
  return of.levels[strengths] = std::move(made);
}

const shape::automaton* planner::allowed(plan& of, unsigned strengths, std::size_t level) {
  plan_level& wanted = of.levels[strengths][level];
  if (choice_work_ > limits_.max_decision_states) {
    exceeded_ = true;
    return nullptr;
  }
  if (wanted.made) {
    choice_work_ += wanted.work;
    exceeded_ = exceeded_ || wanted.beyond_limits;
    return wanted.allowed;
  }
  // Two shapes that contradict each other rule out every set that holds both, without making its automaton.
  if (std::any_of(of.contradictions.begin(), of.contradictions.end(),
                  [&](std::uint32_t both) { return (wanted.subset & both) == both; })) {
    wanted.made = wanted.impossible = of.impossible_levels = true;
    return nullptr;
  }
  std::vector<std::uint32_t> shapes;
  for (const plan_shape& one : of.required_shapes) shapes.push_back(one.shape);
  for (std::size_t i = 0; i < of.soft_groups.size(); ++i) {
    if ((wanted.subset >> i & 1u) != 0) shapes.push_back(of.soft_groups[i].shape);
  }
  wanted.allowed = automaton_of(std::move(shapes), of, true, wanted.work);
  wanted.made = true;
  choice_work_ += wanted.work;
  wanted.beyond_limits = wanted.allowed == nullptr;
  exceeded_ = exceeded_ || wanted.beyond_limits;
  // It stays among the levels: what it took counts for every decision that comes this way.
  if (wanted.subset != 0 && !wanted.beyond_limits && shape::at_or_above(*wanted.allowed, 1) == 0) {
    wanted.allowed = nullptr;
  }
  return wanted.allowed;
}

const shape::automaton* planner::required_with(plan& of, std::uint32_t group) {
  soft_group& wanted = of.soft_groups[group];
  if (wanted.with_required != nullptr) return wanted.with_required;
  std::vector<std::uint32_t> shapes = {wanted.shape};
  for (const plan_shape& one : of.required_shapes) shapes.push_back(one.shape);
  std::size_t work = 0;
  wanted.with_required = automaton_of(std::move(shapes), of, true, work);
  exceeded_ = exceeded_ || wanted.with_required == nullptr;
  return wanted.with_required;
}

void planner::drop_impossible(plan& of) {
  for (std::vector<plan_level>& each : of.levels) {
    std::erase_if(each, [](const plan_level& one) { return one.impossible; });
  }
  of.impossible_levels = false;
}

const shape::automaton* planner::required_subset(plan& of, std::span<const bool> kept) {
  if (choice_work_ > limits_.max_decision_states) {
    exceeded_ = true;
    return nullptr;
  }
  constexpr std::size_t most_shapes = 64;
  constexpr std::size_t most_parts = 64;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < std::min(kept.size(), most_shapes); ++i) bits |= std::uint64_t{kept[i]} << i;
  const bool can_stay = kept.size() <= most_shapes;
  for (const plan::required_part& known : of.required_parts) {
    if (known.shapes != bits) continue;
    choice_work_ += known.work;
    return known.allowed;
  }
  std::vector<std::uint32_t> shapes;
  for (std::size_t i = 0; i < of.required_shapes.size(); ++i) {
    if (kept[i]) shapes.push_back(of.required_shapes[i].shape);
  }
  std::size_t work = 0;
  const shape::automaton* found = automaton_of(std::move(shapes), of, true, work);
  choice_work_ += work;
  exceeded_ = exceeded_ || found == nullptr;
  if (can_stay && found != nullptr && of.required_parts.size() < most_parts) {
    of.required_parts.push_back({bits, found, work});
  }
  return found;
}

}  // namespace pricepoint::engine
