// SPDX-License-Identifier: Apache-2.0
// Cells and plans: which rules are on for a kind of request, and what they ask for together. Entries: match_rule,
// workspace::find_cell, make_plan, levels. Covered by tests/unit/engine/decision_test.cpp and the property tests.
#include <algorithm>
#include <bit>
#include <numeric>

#include "pricepoint/engine/workspace.hpp"

namespace pricepoint::engine {

namespace {

using language::condition;
using language::subject;

bool inside(const language::period& period, std::int64_t at) {
  return std::any_of(period.spans.begin(), period.spans.end(), [&](const language::span& span) {
    return (!span.from_unix_ms || *span.from_unix_ms <= at) && (!span.until_unix_ms || at < *span.until_unix_ms);
  });
}

bool inside_any(const machine& compiled, const std::vector<std::uint32_t>& periods, std::optional<std::int64_t> at) {
  return at && std::any_of(periods.begin(), periods.end(),
                           [&](std::uint32_t one) { return inside(compiled.document().periods[one], *at); });
}

bool is_target(const compiled_condition& one) { return one.source->subject == subject::target; }
bool is_period(const compiled_condition& one) { return one.source->subject == subject::period; }

// Conditions on anything but target and time.
bool holds(const compiled_condition& asked, const bound_request& request) {
  const condition& source = *asked.source;
  if (source.subject == subject::channel) return asked.holds_for(request.channel);
  if (source.subject == subject::market) return asked.holds_for(request.market);
  if (!source.range && source.numbers.empty()) return asked.holds_for(request.codes[asked.key]);
  const auto& number = request.numbers[asked.key];
  if (!number) return false;
  if (!source.range) return std::find(source.numbers.begin(), source.numbers.end(), *number) != source.numbers.end();
  return (!source.from_number || *number >= *source.from_number) &&
         (!source.below_number || *number < *source.below_number);
}

// Whether some target above zero lies in all of `wanted` and outside every object of `excluded` (an object excludes
// where all of its ranges hold).
bool some_target(const std::vector<target_range>& wanted, const std::vector<std::vector<target_range>>& excluded) {
  // Between two neighbouring ends nothing changes: it is enough to look at every `from`, every `below`, and just above
  // 0.
  std::vector<fraction> points = {fraction{1, INT64_MAX}};
  const auto collect = [&](const std::vector<target_range>& ranges) {
    for (const target_range& one : ranges) {
      if (one.from) points.push_back(*one.from);
      if (one.below) points.push_back(*one.below);
    }
  };
  collect(wanted);
  for (const auto& object : excluded) collect(object);
  const auto within = [](const target_range& range, const fraction& at) {
    return (!range.from || at >= *range.from) && (!range.below || at < *range.below);
  };
  const auto all = [&](const std::vector<target_range>& ranges, const fraction& at) {
    return std::all_of(ranges.begin(), ranges.end(), [&](const target_range& one) { return within(one, at); });
  };
  return std::any_of(points.begin(), points.end(), [&](const fraction& at) {
    return at.numerator > 0 && all(wanted, at) &&
           std::none_of(excluded.begin(), excluded.end(), [&](const auto& object) { return all(object, at); });
  });
}

bool by_id(const compiled_rule* a, const compiled_rule* b) { return a->id() < b->id(); }

void add_advice(const compiled_rule& rule, name_list& advice, bool& withheld) {
  if (const auto* advise = std::get_if<language::effect::advise>(&rule.source->effect)) advice.push_back(advise->code);
  if (const auto* withhold = std::get_if<language::effect::withhold>(&rule.source->effect)) {
    advice.push_back(withhold->code);
    withheld = true;
  }
}

void sort_names(name_list& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace

std::optional<target_range> range_of(const condition& source, currency in) {
  target_range range;
  if (source.from_money) {
    const decimal* from = source.from_money->find(in);
    if (from == nullptr) return {};
    range.from = fraction::minor_units(*from, in.digits());
  }
  if (source.below_money) {
    const decimal* below = source.below_money->find(in);
    if (below == nullptr) return {};
    range.below = fraction::minor_units(*below, in.digits());
  }
  return range;
}

bool effective(const machine& compiled, const compiled_rule& rule, const bound_request& request,
               off_reason::kind& why) {
  const currency in = request.currency;
  why = off_reason::kind::currency;
  const language::any_effect& effect = rule.source->effect;
  const auto listed = [&](const language::rate_or_money& value) {
    const auto* money = std::get_if<language::money>(&value);
    return money == nullptr || money->find(in) != nullptr;
  };
  if (std::holds_alternative<language::effect::culture>(effect)) {
    why = off_reason::kind::effect;
    return false;
  }
  if (const auto* discount = std::get_if<language::effect::discount>(&effect)) return listed(discount->value);
  if (const auto* multiple = std::get_if<language::effect::multiple_of>(&effect))
    return multiple->value.find(in) != nullptr;
  if (const auto* gap = std::get_if<language::effect::gap>(&effect)) {
    if ((gap->min && !listed(*gap->min)) || (gap->max && !listed(*gap->max))) return false;
    why = off_reason::kind::effect;
    using kind = language::effect::gap::target_kind;
    if (gap->to == kind::channel) return gap->channel != request.channel;
    if (gap->to == kind::reference) return true;
    const auto& channels = compiled.document().channels;
    for (std::uint32_t i = 0; i < channels.size(); ++i) {
      if (i != request.channel && channels[i].kind == language::channel::kind::traditional) return true;
    }
    return false;
  }
  if (!rule.value.each.empty() || rule.value.any) return rule.value.find(in) != nullptr;
  return true;
}

plan::reach reach_of(const language::document& of, std::size_t strength, currency in) {
  plan::reach made;
  const language::within& reach = of.within_by_strength[strength];
  for (const rate one : reach.rates) made.rates.push_back(fraction::of(one));
  for (const language::money& one : reach.amounts) {
    const decimal* value = one.find(in);
    if (value == nullptr) continue;
    const fraction minor = fraction::minor_units(*value, in.digits());
    if (made.money < minor) made.money = minor;
  }
  return made;
}

match match_rule(const machine& compiled, const compiled_rule& rule, const bound_request& request) {
  match out;
  out.found.rule = &rule;
  if (rule.source->of_market && *rule.source->of_market != request.market) {
    out.why = {off_reason::kind::effect, nullptr, 0};
    return out;
  }
  off_reason::kind why = off_reason::kind::none;
  for (const compiled_condition& one : rule.when) {
    if (is_period(one)) continue;
    if (is_target(one)) {
      const auto range = range_of(*one.source, request.currency);
      if (!range) {
        out.why = {off_reason::kind::condition, one.source, 0};
        return out;
      }
      out.found.when.push_back(*range);
    } else if (!holds(one, request)) {
      out.why = {off_reason::kind::condition, one.source, 0};
      return out;
    }
  }
  if (!effective(compiled, rule, request, why)) {
    out.why = {why, nullptr, 0};
    return out;
  }
  bool on = true;
  off_reason off;
  std::vector<std::vector<target_range>> excluded_always;  // whatever the time
  for (std::size_t i = 0; i < rule.except.size(); ++i) {
    bool can_hold = true;
    bool timed = false;
    bool holds_now = true;
    std::vector<target_range> ranges;
    for (const compiled_condition& one : rule.except[i]) {
      if (is_period(one)) {
        timed = true;
        holds_now = holds_now && inside_any(compiled, one.source->periods, request.at);
      } else if (is_target(one)) {
        const auto range = range_of(*one.source, request.currency);
        can_hold = can_hold && range.has_value();
        if (range) ranges.push_back(*range);
      } else {
        can_hold = can_hold && holds(one, request);
      }
    }
    if (!can_hold) continue;
    if (!timed && ranges.empty()) {
      out.why = {off_reason::kind::exception, nullptr, i};
      return out;
    }
    if (!timed) excluded_always.push_back(ranges);
    if (!holds_now) continue;
    if (ranges.empty()) {
      on = false;
      off = {off_reason::kind::exception, nullptr, i};
    } else {
      out.found.except.push_back(std::move(ranges));
    }
  }
  out.possible = true;
  out.some_target = some_target(out.found.when, excluded_always);
  if (!rule.source->during.empty() && !inside_any(compiled, rule.source->during, request.at)) {
    on = false;
    off = {off_reason::kind::period, nullptr, 0};
  }
  for (const compiled_condition& one : rule.when) {
    if (is_period(one) && !inside_any(compiled, one.source->periods, request.at)) {
      on = false;
      off = {off_reason::kind::condition, one.source, 0};
    }
  }
  out.on_but_target = on;
  out.why = off;
  return out;
}

std::uint32_t workspace::time_code() const noexcept {
  const auto& boundaries = machine_.boundaries();
  if (!bound_.at || boundaries.empty()) return absent_code;
  const auto after = std::upper_bound(boundaries.begin(), boundaries.end(), *bound_.at);
  return first_code + static_cast<std::uint32_t>(after - boundaries.begin());
}

cell& workspace::find_cell() {
  key_.assign({bound_.market, bound_.channel, time_code()});
  key_.insert(key_.end(), bound_.codes.begin(), bound_.codes.end());
  if (const auto found = cells_.find(std::span<const std::uint32_t>(key_)); found != cells_.end()) {
    used_.kind = found->second.get();
    return *found->second;
  }
  // A stranger's words are all `other`, so the number of kinds is the policy's own; still it is bounded.
  if (cells_.size() >= limits_.max_cells) {
    cells_.clear();
    rule_sets_.clear();
  }
  ++stats_.cells_made;
  cell& made = *cells_.emplace(key_, make_cell()).first->second;
  used_.kind = &made;
  return made;
}

void workspace::add_of_audits(match& found, audit_cell& to) const {
  const compiled_rule& rule = *found.found.rule;
  if (found.possible && rule.names_period) {
    if (!bound_.at) {
      to.untimed.push_back(std::move(found.found));
      return;
    }
    for (const std::uint32_t period : rule.periods) {
      for (const language::span& span : machine_.document().periods[period].spans) {
        for (const auto& end : {span.from_unix_ms, span.until_unix_ms}) {
          if (!end || *end <= *bound_.at || !found.some_target) continue;
          if (!to.next_change_at || instant{*end} < *to.next_change_at) to.next_change_at = instant{*end};
        }
      }
    }
  }
  if (found.on_but_target) to.rules.push_back(std::move(found.found));
}

plan& workspace::plan_without_target(cell& of) {
  if (!of.audit->without_target) {
    std::vector<const compiled_rule*> on;
    of.rules->each([&](const cell_rule& rule) {
      if (rule.when.empty() && rule.except.empty()) on.push_back(rule.rule);
    });
    of.audit->without_target = make_plan(std::move(on));
  }
  return *of.audit->without_target;
}

namespace {

void sort_cuts(std::vector<fraction>& cuts) {
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
}

void add_cuts(const cell_rule& of, std::vector<fraction>& to) {
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
  for (const cell_rule& one : rules) {
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
  const auto in_range = [&](const target_range& one) {
    if (at == nullptr) return !one.from;
    return (!one.from || *at >= *one.from) && (!one.below || *at < *one.below);
  };
  const auto all = [&](const std::vector<target_range>& ranges) {
    return std::all_of(ranges.begin(), ranges.end(), in_range);
  };
  std::vector<const compiled_rule*> made;
  const auto add = [&](const cell_rule& one) {
    if (all(one.when) && std::none_of(one.except.begin(), one.except.end(), all)) made.push_back(one.rule);
  };
  if (common->starts.empty()) {
    each(add);
    return made;
  }
  const std::size_t place = at == nullptr ? 0 : segment_of(*at, common->cuts);
  for (std::uint32_t i = common->starts[place]; i < common->starts[place + 1]; ++i)
    add(common->rules[common->listed[i]]);
  for (const cell_rule& one : own) add(one);
  std::sort(made.begin(), made.end(), [](const auto* a, const auto* b) { return a->index < b->index; });
  return made;
}

std::shared_ptr<const rules_by_target> workspace::common_of_bound() {
  const std::pair place{bound_.market, bound_.channel};
  if (const auto known = common_.find(place); known != common_.end()) return known->second;
  auto made = std::make_shared<rules_by_target>();
  for (const std::uint32_t index : machine_.common()) {
    const compiled_rule& rule = machine_.rule(index);
    if (&rule == without_) continue;
    match found = match_rule(machine_, rule, bound_);
    if (!found.on_but_target) continue;
    add_cuts(found.found, made->cuts);
    made->rules.push_back(std::move(found.found));
  }
  sort_cuts(made->cuts);
  made->list();
  std::shared_ptr<const rules_by_target> kept = std::move(made);
  // Channels where the same are on share them.
  for (const auto& [other, rules] : common_) {
    if (other.first == bound_.market && rules->rules == kept->rules) kept = rules;
  }
  return common_[place] = std::move(kept);
}

std::shared_ptr<rule_set> workspace::find_rules(std::vector<cell_rule> own) {
  auto made = std::make_shared<rule_set>();
  made->market = bound_.market;
  made->common = common_of_bound();
  made->own = std::move(own);
  if (const auto known = rule_sets_.find(made); known != rule_sets_.end()) return *known;
  std::vector<fraction> cuts;
  for (const cell_rule& one : made->own) add_cuts(one, cuts);
  sort_cuts(cuts);
  std::set_union(cuts.begin(), cuts.end(), made->common->cuts.begin(), made->common->cuts.end(),
                 std::back_inserter(made->cuts));
  made->plans.resize(made->cuts.size() + 1);
  // Whoever holds one keeps it.
  if (rule_sets_.size() >= limits_.max_cells) rule_sets_.clear();
  rule_sets_.insert(made);
  return made;
}

std::unique_ptr<cell> workspace::make_cell() {
  auto made = std::make_unique<cell>();
  if (use_ == use::auditing) made->audit = std::make_unique<audit_cell>();
  std::vector<const compiled_rule*> candidates;
  machine_.candidates_of_kind(bound_.codes, bound_.market, candidates);
  std::vector<cell_rule> rules;
  const int digits = bound_.currency.digits();
  std::vector<std::pair<std::optional<std::string_view>, std::vector<discount_term>>> groups;
  std::optional<std::int64_t> next;
  for (const compiled_rule* rule : candidates) {
    if (rule == without_ || (rule->of_audits && use_ == use::pricing)) continue;
    match found = match_rule(machine_, *rule, bound_);
    if (rule->of_audits) {
      add_of_audits(found, *made->audit);
      continue;
    }
    if (found.possible && rule->names_period) {
      made->timed = true;
      if (!bound_.at) made->needs_at = true;
      for (const std::uint32_t period : rule->periods) {
        for (const language::span& span : machine_.document().periods[period].spans) {
          for (const auto& end : {span.from_unix_ms, span.until_unix_ms}) {
            if (!end || !bound_.at) continue;
            if (*end > *bound_.at) {
              if (found.some_target && (!next || *end < *next)) next = end;
            } else if (!made->last_boundary || *end > *made->last_boundary) {
              made->last_boundary = end;
            }
          }
        }
      }
    }
    if (made->audit && found.possible && rule->names_period && !bound_.at) {
      made->audit->untimed_credits =
          made->audit->untimed_credits || std::holds_alternative<language::effect::credit>(rule->source->effect);
    }
    // Without a time nobody knows whether it is on, and the decision is `incomplete` where it matters.
    if (!found.on_but_target || (!bound_.at && rule->names_period)) continue;
    if (!rule->asks_target) add_advice(*rule, made->advice, made->withheld);
    const language::any_effect& effect = rule->source->effect;
    if (std::holds_alternative<language::effect::base>(effect)) {
      made->bases.push_back(rule);
    } else if (const auto* discount = std::get_if<language::effect::discount>(&effect)) {
      discount_term term{.rule = rule};
      if (const auto* percent = std::get_if<rate>(&discount->value)) {
        term.value = fraction::of(*percent);
      } else {
        term.money = true;
        term.value = fraction::minor_units(*std::get<language::money>(discount->value).find(bound_.currency), digits);
      }
      if (discount->exclusive) {
        made->exclusive.push_back(term);
        continue;
      }
      const std::optional<std::string_view> name =
          discount->group ? std::optional<std::string_view>(*discount->group) : std::nullopt;
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
  if (next) made->next_change_at = instant{*next};
  if (made->audit && next && (!made->audit->next_change_at || instant{*next} < *made->audit->next_change_at)) {
    made->audit->next_change_at = instant{*next};
  }
  sort_names(made->advice);
  const auto by_rule_id = [](const discount_term& a, const discount_term& b) { return a.rule->id() < b.rule->id(); };
  std::sort(made->exclusive.begin(), made->exclusive.end(), by_rule_id);
  for (auto& [name, terms] : groups) {
    std::sort(terms.begin(), terms.end(), by_rule_id);
    made->groups.push_back(std::move(terms));
  }
  made->rules = find_rules(std::move(rules));
  return made;
}

std::uint32_t workspace::shape_id(shape::any_shape what) {
  // Room first: an id without its shape would be left behind where memory runs out in between.
  if (shapes_.size() == shapes_.capacity()) shapes_.reserve(2 * shapes_.size() + 16);
  const auto [found, fresh] = shape_ids_.try_emplace(std::move(what), static_cast<std::uint32_t>(shapes_.size()));
  if (fresh) shapes_.push_back(&found->first);
  return found->second;
}

const shape::automaton* workspace::automaton_of(std::vector<std::uint32_t> shapes, bool with_unit, std::size_t& work) {
  std::sort(shapes.begin(), shapes.end());
  shapes.erase(std::unique(shapes.begin(), shapes.end()), shapes.end());
  const std::int64_t unit = with_unit ? machine_.document().markets[bound_.market].unit_minor : 1;
  const int digits = bound_.currency.digits();
  std::vector<std::int64_t> key = {digits, unit};
  key.insert(key.end(), shapes.begin(), shapes.end());
  auto found = automata_.find(key);
  if (found == automata_.end()) {
    std::vector<const shape::any_shape*> parts;
    for (const std::uint32_t one : shapes) parts.push_back(shapes_[one]);
    ++stats_.automata_made;
    found =
        automata_.emplace(std::move(key), shape::automaton::build(parts, digits, unit, limits_.max_automaton_states))
            .first;
    stats_.automaton_states += found->second ? found->second->work() : limits_.max_automaton_states;
  }
  work = found->second ? found->second->work() : limits_.max_automaton_states;
  return found->second ? &*found->second : nullptr;
}

std::unique_ptr<plan> workspace::make_plan(std::vector<const compiled_rule*> on) {
  ++stats_.plans_made;
  auto made = std::make_unique<plan>();
  made->on = std::move(on);
  const currency in = bound_.currency;
  std::map<std::uint32_t, std::int64_t> credits;
  std::size_t work = 0;
  const auto needs = [&](std::vector<std::uint32_t> shapes, bool with_unit) -> const shape::automaton* {
    if (work > limits_.max_decision_states) return nullptr;
    std::size_t part = 0;
    const shape::automaton* found = automaton_of(std::move(shapes), with_unit, part);
    work += part;
    if (found == nullptr || work > limits_.max_decision_states) made->beyond_limits = "automaton states";
    return found;
  };
  const auto add_shape = [&](const compiled_rule& rule, shape::any_shape what) {
    plan_shape one{.rule = &rule, .shape = shape_id(std::move(what))};
    one.alone = needs({one.shape}, false);
    (rule.source->strength == language::strength::required ? made->required_shapes : made->soft_shapes).push_back(one);
  };
  for (const compiled_rule* rule : made->on) {
    const language::any_effect& effect = rule->source->effect;
    add_advice(*rule, made->advice, made->withheld);
    if (std::holds_alternative<language::effect::price>(effect)) {
      made->prices.push_back(rule);
    } else if (std::holds_alternative<language::effect::gap>(effect) ||
               std::holds_alternative<language::effect::floor>(effect) ||
               std::holds_alternative<language::effect::ceiling>(effect) ||
               std::holds_alternative<language::effect::margin>(effect) ||
               std::holds_alternative<language::effect::change>(effect)) {
      (rule->source->strength == language::strength::required ? made->required_bounds : made->soft_bounds)
          .push_back(rule);
    } else if (const auto* ending = std::get_if<language::effect::endings>(&effect)) {
      add_shape(*rule, ending->value);
    } else if (const auto* multiple = std::get_if<language::effect::multiple_of>(&effect)) {
      add_shape(*rule, shape::multiple_of{*multiple->value.find(in)});
    } else if (const auto* avoided = std::get_if<language::effect::avoid>(&effect)) {
      add_shape(*rule, shape::avoid{avoided->value});
    } else if (const auto* preferred = std::get_if<language::effect::prefer>(&effect)) {
      add_shape(*rule, preferred->value);
    } else if (const auto* hold = std::get_if<language::effect::hold>(&effect)) {
      made->hold_rules.push_back(rule);
      const fraction value = fraction::of(hold->value);
      if (!made->hold || *made->hold < value) made->hold = value;
    } else if (std::holds_alternative<language::effect::was>(effect)) {
      made->was.push_back(rule);
    } else if (const auto* credit = std::get_if<language::effect::credit>(&effect)) {
      credits[credit->to] += credit->value.e8();
    }
  }
  std::int64_t total = 0;
  for (const auto& [to, e8] : credits) {
    made->credits.push_back({to, fraction::reduced(e8, 100'000'000)});
    total += e8;
  }
  made->credit_total = fraction::reduced(total, 100'000'000);
  sort_names(made->advice);
  const auto shape_by_id = [](const plan_shape& a, const plan_shape& b) { return a.rule->id() < b.rule->id(); };
  std::sort(made->prices.begin(), made->prices.end(), by_id);
  std::sort(made->required_bounds.begin(), made->required_bounds.end(), by_id);
  std::sort(made->soft_bounds.begin(), made->soft_bounds.end(), by_id);
  std::sort(made->required_shapes.begin(), made->required_shapes.end(), shape_by_id);
  std::sort(made->soft_shapes.begin(), made->soft_shapes.end(), shape_by_id);
  for (std::size_t s = 0; s < 3; ++s) made->within[s] = reach_of(machine_.document(), s, in);
  std::vector<std::uint32_t> required;
  for (const plan_shape& one : made->required_shapes) required.push_back(one.shape);
  made->required = needs(std::move(required), true);
  made->unit_only = needs({}, true);
  for (plan_shape& one : made->soft_shapes) {
    const language::strength strength = one.rule->source->strength;
    auto group = std::find_if(made->soft_groups.begin(), made->soft_groups.end(), [&](const soft_group& other) {
      return other.shape == one.shape && other.strength == strength;
    });
    if (group == made->soft_groups.end()) group = made->soft_groups.insert(group, {one.shape, strength, 0});
    ++group->rules;
    one.group = static_cast<std::uint32_t>(group - made->soft_groups.begin());
  }
  if (made->soft_groups.size() > max_soft_groups) made->beyond_limits = "soft shapes";
  made->levels.resize(8);
  return made;
}

void workspace::find_contradictions(plan& of) {
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
      const shape::automaton* both = automaton_of(std::move(shapes), true, part);
      work += part;
      if (both != nullptr && shape::at_or_above(*both, 1) == 0) found.push_back(1u << a | 1u << b);
    }
  }
  of.contradictions = std::move(found);
}

const std::vector<plan_level>& workspace::make_levels(plan& of, unsigned strengths) {
  std::vector<plan_level> made;
  std::uint32_t keepable = 0;
  for (std::size_t i = 0; i < of.soft_groups.size(); ++i) {
    const auto strength = static_cast<unsigned>(of.soft_groups[i].strength) - 1;
    if ((strengths >> strength & 1u) != 0) keepable |= 1u << i;
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

const shape::automaton* workspace::allowed(plan& of, unsigned strengths, std::size_t level) {
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
  wanted.allowed = automaton_of(std::move(shapes), true, wanted.work);
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

void workspace::drop_impossible(plan& of) {
  for (std::vector<plan_level>& each : of.levels) {
    std::erase_if(each, [](const plan_level& one) { return one.impossible; });
  }
  of.impossible_levels = false;
}

const shape::automaton* workspace::required_subset(plan& of, std::span<const bool> kept) {
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
  const shape::automaton* found = automaton_of(std::move(shapes), true, work);
  choice_work_ += work;
  exceeded_ = exceeded_ || found == nullptr;
  if (can_stay && found != nullptr && of.required_parts.size() < most_parts) {
    of.required_parts.push_back({bits, found, work});
  }
  return found;
}

}  // namespace pricepoint::engine
