// SPDX-License-Identifier: Apache-2.0
// Shapes that no price has, alone or together. Entry: contradiction_check::check. Test:
// tests/unit/analysis/check_test.cpp.
#include <algorithm>

#include "analysis/shapes.hpp"

namespace pricepoint::analysis {

void contradiction_check::check(band& of) {
  std::vector<const compiled_rule*> required;
  for (const class_rule* one : of.on) {
    if (one->rule->is_required()) required.push_back(one->rule);
  }
  if (!required.empty() && at_.leave_nothing(required)) {
    of.settled = true;
    required_contradict(of, required);
    return;
  }
  for (const class_rule* one : of.on) {
    if (one->rule->is_required() || of_culture(*one->rule)) continue;
    if (at_.leave_nothing({one->rule})) {
      never_kept(of, *one->rule);
      of.settled = true;
    }
  }
  pairs(of);
  if (!of.settled) several(of, required);
}

void contradiction_check::pairs(band& of) {
  for (std::size_t i = 0; i < of.on.size(); ++i) {
    for (std::size_t j = i + 1; j < of.on.size(); ++j) {
      const compiled_rule& a = *of.on[i]->rule;
      const compiled_rule& b = *of.on[j]->rule;
      if (of_culture(a) || of_culture(b) || (a.is_required() && b.is_required())) continue;
      const bool banded = is_look(a) && is_look(b) && a.asks_target && b.asks_target;
      if (banded && band_check::overlap_by_mistake(*of.on[i], *of.on[j])) {
        bands_.overlap(of, a, b);
      } else if (at_.leave_nothing({&a, &b}) && !at_.leave_nothing({&a}) && !at_.leave_nothing({&b})) {
        never_together(of, a, b);
      }
    }
  }
}

// Three or more of which any two would do.
void contradiction_check::several(band& of, const std::vector<const compiled_rule*>& required) {
  using engine::strength;
  for (const strength wanted : {strength::strong, strength::medium, strength::weak}) {
    std::vector<const compiled_rule*> rules = required;
    for (const class_rule* one : of.on) {
      if (one->rule->strength() == wanted && !of_culture(*one->rule)) rules.push_back(one->rule);
    }
    if (rules.size() == required.size() || !at_.leave_nothing(rules)) continue;
    shrink(rules);
    if (rules.size() < 3) continue;
    of.settled = true;
    if (!at_.once(codes::never_together, rules)) continue;
    const auto witness = at_.prove(at_.piece(of.where), [&](const decision& made) { return any_relaxed(made, rules); });
    if (!witness) continue;
    at_.add(codes::never_together, rules.back()->source->effect_offset,
            "no price has all the shapes of " + names_of(rules) + ", and these rules are on at once",
            "let one hold where the others do not: by a band of \"target\", an attribute, or \"except\"", rules,
            *witness, "relaxed has one of them");
  }
}

// Down to the fewest that still leave nothing.
void contradiction_check::shrink(std::vector<const compiled_rule*>& rules) const {
  for (std::size_t i = 0; i < rules.size();) {
    std::vector<const compiled_rule*> fewer = rules;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (!fewer.empty() && at_.leave_nothing(fewer)) {
      rules = std::move(fewer);
    } else {
      ++i;
    }
  }
}

void contradiction_check::required_contradict(const band& of, std::vector<const compiled_rule*> rules) {
  shrink(rules);
  if (!at_.once(codes::shapes_contradict, rules)) return;
  const auto holds = [&](const decision& made) {
    return made.status() == status::conflict && std::any_of(rules.begin(), rules.end(), [&](const auto* one) {
             return contains(made.conflict(), one->id());
           });
  };
  const auto witness = at_.prove(at_.piece(of.where), holds);
  if (!witness) return;
  const bool alone = rules.size() == 1;
  at_.add(codes::shapes_contradict, rules.back()->source->effect_offset,
          alone ? "no price on " + at_.name() + " has the shape that " + in_quotes(rules[0]->id()) + " requires"
                : "no price has all of the shapes that " + names_of(rules) + " require together",
          alone && at_.unit() > 1 ? "prices there are multiples of " + figure(at_.unit(), at_.in())
                                  : "every decision there is a conflict: except one of them, or make it soft",
          rules, *witness, "status conflict");
}

void contradiction_check::never_kept(const band& of, const compiled_rule& rule) {
  if (!at_.once(codes::never_kept, {&rule})) return;
  const auto witness = at_.prove(at_.piece(of.where), [&](const decision& made) { return any_relaxed(made, {&rule}); });
  if (!witness) return;
  at_.add(codes::never_kept, rule.source->effect_offset,
          "no price on " + at_.name() + " can have the shape of " + in_quotes(rule.id()),
          at_.unit() > 1 ? "prices there are multiples of " + figure(at_.unit(), at_.in())
                         : "look at what it asks for in this currency",
          {&rule}, *witness, "relaxed has " + in_quotes(rule.id()));
}

void contradiction_check::never_together(band& of, const compiled_rule& a, const compiled_rule& b) {
  // A weaker one that is also on elsewhere gives way here, which may be just what is meant.
  const compiled_rule& weaker = a.strength() > b.strength() ? a : b;
  const compiled_rule& stronger = &weaker == &a ? b : a;
  if (a.strength() != b.strength() && !at_.to().where.implies(weaker, stronger, at_.market(), at_.channel())) return;
  of.settled = true;
  if (!at_.once(codes::never_together, {&a, &b})) return;
  const auto witness = at_.prove(at_.piece(of.where), [&](const decision& made) {
    return any_relaxed(made, {&a, &b});
  });
  if (!witness) return;
  at_.add(codes::never_together, (a.index < b.index ? b : a).source->effect_offset,
          "no price has both shapes, that of " + in_quotes(a.id()) + " and that of " + in_quotes(b.id()) +
              ", and both rules are on at once",
          "let each hold where the other does not: by a band of \"target\", an attribute, or \"except\"", {&a, &b},
          *witness, "relaxed has one of them");
}

}  // namespace pricepoint::analysis
