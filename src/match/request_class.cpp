// SPDX-License-Identifier: Apache-2.0
// Which rules are on for a class of requests, and what they take off. Entries: request_classes::find, rule_set::on.
// Covered by tests/unit/decide/decision_test.cpp and the property tests.
#include "match/request_class.hpp"
#include "text/each_once.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace pricepoint::engine {

namespace {

void add_cuts(const class_rule& of, std::vector<fraction>& to) {
  const auto add = [&](const target_range& range) {
    if (range.from) to.push_back(*range.from);
    if (range.below) to.push_back(*range.below);
  };
  for (const target_range& range : of.when) add(range);
  for (const auto& object : of.except) {
    for (const target_range& range : object) add(range);
  }
}

// How many cuts are at or below a number.
std::size_t segment_of(const fraction& number, const std::vector<fraction>& cuts) {
  return static_cast<std::size_t>(std::upper_bound(cuts.begin(), cuts.end(), number) - cuts.begin());
}

}  // namespace

void rules_by_target::list() {
  constexpr std::size_t few = 32;
  if (rules.size() <= few) return;
  struct span {
    std::size_t first = 0, last = 0;
  };
  std::vector<span> spans;
  std::size_t size = 0;
  for (const class_rule& one : rules) {
    span in{0, cuts.size() + 1};
    for (const target_range& range : one.when) {
      if (range.from) in.first = std::max(in.first, segment_of(*range.from, cuts));
      if (range.below) in.last = std::min(in.last, segment_of(*range.below, cuts));
    }
    spans.push_back(in);
    size += in.last - std::min(in.first, in.last);
    // Of wide ranges nearly all are on anywhere.
    if (size > 16 * rules.size()) return;
  }
  starts.resize(cuts.size() + 2);
  for (const span& one : spans) {
    for (std::size_t segment = one.first; segment < one.last; ++segment) ++starts[segment + 1];
  }
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  listed.resize(size);
  std::vector<std::uint32_t> next(starts.begin(), starts.end() - 1);
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    for (std::size_t segment = spans[i].first; segment < spans[i].last; ++segment) listed[next[segment]++] = i;
  }
}

std::vector<const compiled_rule*> rule_set::on(std::size_t segment) const {
  // One target stands for all: where the segment begins, or one below every cut.
  const fraction* const at = segment == 0 ? nullptr : &cuts[segment - 1];
  const auto in_range = [&](const target_range& one) { return at == nullptr ? !one.from : one.holds(*at); };
  const auto all = [&](const std::vector<target_range>& ranges) {
    return std::all_of(ranges.begin(), ranges.end(), in_range);
  };
  std::vector<const compiled_rule*> made;
  const auto add = [&](const class_rule& one) {
    if (all(one.when) && std::none_of(one.except.begin(), one.except.end(), all)) made.push_back(one.rule);
  };
  if (common->starts.empty()) {
    each(add);
    return made;
  }
  const std::size_t place = at == nullptr ? 0 : segment_of(*at, common->cuts);
  for (std::uint32_t i = common->starts[place]; i < common->starts[place + 1]; ++i)
    add(common->rules[common->listed[i]]);
  for (const class_rule& one : own) add(one);
  std::sort(made.begin(), made.end(), [](const auto* a, const auto* b) { return a->index < b->index; });
  return made;
}

void add_advice(const compiled_rule& rule, name_list& advice, bool& withheld) {
  if (rule.effect != effect_kind::advise && rule.effect != effect_kind::withhold) return;
  advice.push_back(rule.advice());
  withheld = withheld || rule.effect == effect_kind::withhold;
}

std::uint32_t request_classes::time_code(const bound_request& of) const noexcept {
  const auto& boundaries = machine_.boundaries();
  if (!of.at || !machine_.reads_time()) return absent_code;
  const auto after = std::upper_bound(boundaries.begin(), boundaries.end(), *of.at);
  return first_code + static_cast<std::uint32_t>(after - boundaries.begin());
}

request_class& request_classes::find(const bound_request& of) {
  key_.assign({of.market, of.channel, time_code(of)});
  key_.insert(key_.end(), of.codes.begin(), of.codes.end());
  if (const auto found = classes_.find(std::span<const std::uint32_t>(key_)); found != classes_.end()) {
    return *found->second;
  }
  // A stranger's words are all `other`, so the number of classes is the policy's own; still it is bounded.
  if (classes_.size() >= limits_.max_cells) {
    classes_.clear();
    rule_sets_.clear();
  }
  ++stats_.cells_made;
  return *classes_.emplace(key_, make(of)).first->second;
}

void request_classes::add_of_audits(match& found, const bound_request& bound, audit_class& to) const {
  const compiled_rule& rule = *found.found.rule;
  if (found.possible && rule.names_period) {
    if (!bound.at) {
      to.untimed.push_back(std::move(found.found));
      return;
    }
    for (const std::uint32_t period : rule.periods) {
      for (const time_span& span : machine_.spans(period)) {
        for (const auto& end : {span.from_unix_ms, span.until_unix_ms}) {
          if (!end || *end <= *bound.at || !found.some_target) continue;
          if (!to.next_change_at || instant{*end} < *to.next_change_at) to.next_change_at = instant{*end};
        }
      }
    }
  }
  if (found.on_but_target) to.rules.push_back(std::move(found.found));
}

std::shared_ptr<const rules_by_target> request_classes::common_of(const bound_request& bound) {
  const std::pair place{bound.market, bound.channel};
  if (const auto known = common_.find(place); known != common_.end()) return known->second;
  auto made = std::make_shared<rules_by_target>();
  for (const std::uint32_t index : machine_.common()) {
    const compiled_rule& rule = machine_.rule(index);
    if (&rule == without_) continue;
    match found = match_rule(machine_, rule, bound);
    if (!found.on_but_target) continue;
    add_cuts(found.found, made->cuts);
    made->reads.add(machine_, rule, bound.currency);
    made->rules.push_back(std::move(found.found));
  }
  detail::keep_each_once(made->cuts);
  made->list();
  std::shared_ptr<const rules_by_target> kept = std::move(made);
  // Channels where the same are on share them.
  for (const auto& [other, rules] : common_) {
    if (other.first == bound.market && rules->rules == kept->rules) kept = rules;
  }
  return common_[place] = std::move(kept);
}

std::shared_ptr<rule_set> request_classes::find_rules(std::vector<class_rule> own, const bound_request& bound) {
  auto made = std::make_shared<rule_set>();
  made->market = bound.market;
  made->common = common_of(bound);
  made->own = std::move(own);
  if (const auto known = rule_sets_.find(made); known != rule_sets_.end()) return *known;
  std::vector<fraction> cuts;
  for (const class_rule& one : made->own) add_cuts(one, cuts);
  detail::keep_each_once(cuts);
  std::set_union(cuts.begin(), cuts.end(), made->common->cuts.begin(), made->common->cuts.end(),
                 std::back_inserter(made->cuts));
  made->plans.resize(made->cuts.size() + 1);
  // Whoever holds one keeps it.
  if (rule_sets_.size() >= limits_.max_cells) rule_sets_.clear();
  rule_sets_.insert(made);
  return made;
}

std::unique_ptr<request_class> request_classes::make(const bound_request& bound) {
  auto made = std::make_unique<request_class>();
  if (use_ == use::auditing) made->audit = std::make_unique<audit_class>();
  std::vector<const compiled_rule*> candidates;
  machine_.candidates_of_class(bound.codes, bound.market, candidates);
  std::vector<class_rule> rules;
  std::vector<std::pair<std::optional<std::string_view>, std::vector<discount_term>>> groups;
  std::optional<std::int64_t> next;
  std::optional<std::int64_t> next_boundary;  // of a rule that no target switches on, too
  bool may_hold = false;
  for (const compiled_rule* rule : candidates) {
    if (rule == without_ || (rule->of_audits() && use_ == use::pricing)) continue;
    match found = match_rule(machine_, *rule, bound);
    if (rule->of_audits()) {
      add_of_audits(found, bound, *made->audit);
      continue;
    }
    if (found.possible) {
      made->reads.add(machine_, *rule, bound.currency);
      may_hold = may_hold || rule->effect == effect_kind::hold;
    }
    if (found.possible && rule->names_period) {
      made->timed = true;
      if (!bound.at) made->needs_at = true;
      for (const std::uint32_t period : rule->periods) {
        for (const time_span& span : machine_.spans(period)) {
          for (const auto& end : {span.from_unix_ms, span.until_unix_ms}) {
            if (!end || !bound.at) continue;
            if (*end > *bound.at) {
              if (found.some_target && (!next || *end < *next)) next = end;
              if (!next_boundary || *end < *next_boundary) next_boundary = end;
            } else if (!made->last_boundary || *end > *made->last_boundary) {
              made->last_boundary = end;
            }
          }
        }
      }
    }
    if (made->audit && found.possible && rule->names_period && !bound.at) {
      made->audit->untimed_credits = made->audit->untimed_credits || rule->effect == effect_kind::credit;
    }
    // Without a time nobody knows whether it is on, and the decision is `incomplete` where it matters.
    if (!found.on_but_target || (!bound.at && rule->names_period)) continue;
    if (!rule->asks_target) add_advice(*rule, made->advice, made->withheld);
    if (rule->effect == effect_kind::base) {
      made->bases.push_back(rule);
    } else if (rule->effect == effect_kind::discount) {
      const discount_effect& discount = rule->discount();
      discount_term term{.rule = rule, .money = !discount.part};
      term.value = discount.part ? *discount.part : *discount.money.find(bound.currency);
      if (discount.exclusive) {
        made->exclusive.push_back(term);
        continue;
      }
      const std::optional<std::string_view>& name = discount.group;
      const auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& one) { return one.first == name; });
      if (group == groups.end()) {
        groups.push_back({name, {term}});
      } else {
        group->second.push_back(term);
      }
    } else {
      rules.push_back(std::move(found.found));
    }
  }
  made->rules = find_rules(std::move(rules), bound);
  made->reads.add(made->rules->common->reads);
  for (const class_rule& one : made->rules->common->rules) may_hold = may_hold || one.rule->effect == effect_kind::hold;
  // A hold ends with any of these periods, whether or not its rule says anything.
  if (may_hold) next = next_boundary;
  if (next) made->next_change_at = instant{*next};
  if (made->audit && next && (!made->audit->next_change_at || instant{*next} < *made->audit->next_change_at)) {
    made->audit->next_change_at = instant{*next};
  }
  detail::keep_each_once(made->advice);
  const auto by_rule_id = [](const discount_term& a, const discount_term& b) { return a.rule->id() < b.rule->id(); };
  std::sort(made->exclusive.begin(), made->exclusive.end(), by_rule_id);
  for (auto& [name, terms] : groups) {
    std::sort(terms.begin(), terms.end(), by_rule_id);
    made->groups.push_back(std::move(terms));
  }
  return made;
}

}  // namespace pricepoint::engine
