// SPDX-License-Identifier: Apache-2.0
//
// Conditions and periods: whether a rule is on, and whether it could be at another time or target.

#include "property/reference/evaluation.hpp"

#include <algorithm>

namespace reference {

bool evaluation::inside(const period_list& periods, long long at) {
  return std::any_of(periods.begin(), periods.end(), [&](const period& p) {
    return (!p.from_unix_ms || *p.from_unix_ms <= at) && (!p.until_unix_ms || at < *p.until_unix_ms);
  });
}

bool evaluation::inside_any(const std::vector<period_list>& periods, long long at) {
  return std::any_of(periods.begin(), periods.end(), [&](const period_list& one) { return inside(one, at); });
}

bool evaluation::in_range(const condition& c, const rational& value) const {
  for (const auto* end : {&c.from, &c.below}) {
    if (*end && !(*end)->in(market_->currency)) return false;  // in a currency that is not listed
  }
  if (c.from && value < *c.from->in(market_->currency)) return false;
  if (c.below && value >= *c.below->in(market_->currency)) return false;
  return true;
}

bool evaluation::holds(const condition& c) const {
  if (c.attribute == "target") return in_range(c, target_);
  if (c.attribute == "period") {
    return std::any_of(c.words.begin(), c.words.end(),
                       [&](const std::string& name) { return at_ && inside(doc_.periods.at(name), *at_); });
  }
  const auto number = numbers_.find(c.attribute);
  if (number != numbers_.end()) {
    if (c.is_range) return in_range(c, number->second);
    return std::find(c.numbers.begin(), c.numbers.end(), number->second) != c.numbers.end();
  }
  const std::string* text = field(c.attribute);
  if (!text) return false;
  return std::any_of(c.words.begin(), c.words.end(), [&](const std::string& word) {
    return *text == word || (c.attribute == "category" && text->starts_with(word + "/"));
  });
}

bool evaluation::all_hold(const conditions& all) const {
  return std::all_of(all.begin(), all.end(), [&](const condition& c) { return holds(c); });
}

bool evaluation::mentions(const conditions& all, std::string_view attribute) {
  return std::any_of(all.begin(), all.end(), [&](const condition& c) { return c.attribute == attribute; });
}

bool evaluation::asks_about_target(const rule& r) {
  return mentions(r.when, "target") ||
         std::any_of(r.except.begin(), r.except.end(), [](const conditions& all) { return mentions(all, "target"); });
}

bool evaluation::names_period(const rule& r) {
  return r.during || mentions(r.when, "period") ||
         std::any_of(r.except.begin(), r.except.end(), [](const conditions& all) { return mentions(all, "period"); });
}

bool evaluation::is_on(const rule& r) const {
  if (asks_about_target(r) && !target_known_) fail("the target is not known yet");
  if (!at_ && names_period(r)) return false;  // it could not match at any time, see `decide`
  if (r.during && !inside_any(*r.during, *at_)) return false;
  if (!all_hold(r.when)) return false;
  return std::none_of(r.except.begin(), r.except.end(), [&](const conditions& all) { return all_hold(all); });
}

bool evaluation::is_on_at_any_target(const rule& r) const {
  if (!at_ && names_period(r)) return false;
  if (r.during && !inside_any(*r.during, *at_)) return false;
  if (mentions(r.when, "target") || !all_hold(r.when)) return false;
  return std::none_of(r.except.begin(), r.except.end(),
                      [&](const conditions& all) { return !mentions(all, "target") && all_hold(all); });
}

bool evaluation::never_on_here(const rule& r) const {
  const std::string& currency = market_->currency;
  switch (r.effect) {
    case effect_kind::gap:
      if (r.gap_min && !r.gap_min->listed_in(currency)) return true;
      if (r.gap_max && !r.gap_max->listed_in(currency)) return true;
      return r.to != "reference" && other_ends(r).empty();
    case effect_kind::discount:
      return !r.discount.listed_in(currency);
    case effect_kind::multiple_of:
      return r.multiple_of.in(currency) == nullptr;
    case effect_kind::base:
    case effect_kind::price:
    case effect_kind::floor:
    case effect_kind::ceiling:
    case effect_kind::was:
      return r.money.in(currency) == nullptr;
    default:
      return false;
  }
}

bool evaluation::could_match(const rule& r) const {
  if (never_on_here(r)) return false;
  for (const condition& c : r.when) {
    if (c.attribute == "period") continue;
    if (c.attribute == "target") {
      if ((c.from && !c.from->in(market_->currency)) || (c.below && !c.below->in(market_->currency))) return false;
      continue;
    }
    if (!holds(c)) return false;
  }
  for (const conditions& all : r.except) {
    if (mentions(all, "period") || mentions(all, "target")) continue;
    if (all_hold(all)) return false;
  }
  return true;
}

bool evaluation::some_target_could_switch_on(const rule& r) const {
  if (!could_match(r)) return false;
  std::set<rational> cuts;
  const auto note_cuts = [&](const conditions& all) {
    for (const condition& c : all) {
      if (c.attribute != "target") continue;
      for (const auto* end : {&c.from, &c.below}) {
        if (!*end) continue;
        const rational* cut = (*end)->in(market_->currency);
        if (cut && *cut > 0) cuts.insert(*cut);
      }
    }
  };
  note_cuts(r.when);
  for (const conditions& all : r.except) note_cuts(all);
  // Between two cuts all targets are alike: each cut, one target between each two, one before and one after stand for
  // all.
  std::set<rational> samples = cuts;
  rational previous = 0;
  for (const rational& cut : cuts) {
    samples.insert((previous + cut) / 2);
    previous = cut;
  }
  samples.insert(previous + 1);
  for (const rational& target : samples) {
    const bool when_holds = std::all_of(r.when.begin(), r.when.end(), [&](const condition& c) {
      return c.attribute != "target" || in_range(c, target);
    });
    const bool covered = std::any_of(r.except.begin(), r.except.end(), [&](const conditions& all) {
      if (mentions(all, "period")) return false;
      return std::all_of(all.begin(), all.end(),
                         [&](const condition& c) { return c.attribute == "target" ? in_range(c, target) : holds(c); });
    });
    if (when_holds && !covered) return true;
  }
  return false;
}

std::vector<long long> evaluation::boundaries(const rule& r) const {
  std::vector<long long> all;
  // Where stretches of one period meet or overlap, the instant before is in the period as much as the one after.
  const auto add = [&](const period_list& periods) {
    for (const period& p : periods) {
      for (const auto& end : {p.from_unix_ms, p.until_unix_ms}) {
        if (end && inside(periods, *end - 1) != inside(periods, *end)) all.push_back(*end);
      }
    }
  };
  const auto add_named = [&](const conditions& conds) {
    for (const condition& c : conds) {
      if (c.attribute != "period") continue;
      for (const std::string& name : c.words) add(doc_.periods.at(name));
    }
  };
  if (r.during) {
    for (const period_list& one : *r.during) add(one);
  }
  add_named(r.when);
  for (const conditions& conds : r.except) add_named(conds);
  return all;
}

}  // namespace reference
