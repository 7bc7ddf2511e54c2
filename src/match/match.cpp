// SPDX-License-Identifier: Apache-2.0
// Entry: match_rule. Covered by tests/unit/decide/decision_test.cpp and the property tests.
#include "match/match.hpp"

#include <algorithm>

namespace pricepoint::engine {

namespace {

bool inside_any(const machine& compiled, const std::vector<std::uint32_t>& periods, std::optional<std::int64_t> at) {
  const auto inside = [&](std::uint32_t period) {
    const std::vector<time_span>& spans = compiled.spans(period);
    return std::any_of(spans.begin(), spans.end(), [&](const time_span& span) { return span.holds(*at); });
  };
  return at && std::any_of(periods.begin(), periods.end(), inside);
}

// Conditions on anything but target and time.
bool holds(const compiled_condition& asked, const bound_request& request) {
  if (asked.about() == subject::channel) return asked.holds_for(request.channel);
  if (asked.about() == subject::market) return asked.holds_for(request.market);
  if (!asked.asks_numbers()) return asked.holds_for(request.codes[asked.key]);
  const auto& number = request.numbers[asked.key];
  return number && asked.holds_for(*number);
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
  const auto all = [&](const std::vector<target_range>& ranges, const fraction& at) {
    return std::all_of(ranges.begin(), ranges.end(), [&](const target_range& one) { return one.holds(at); });
  };
  return std::any_of(points.begin(), points.end(), [&](const fraction& at) {
    return at.numerator > 0 && all(wanted, at) &&
           std::none_of(excluded.begin(), excluded.end(), [&](const auto& object) { return all(object, at); });
  });
}

}  // namespace

bool effective(const machine& compiled, const compiled_rule& rule, const bound_request& request,
               off_reason::kind& why) {
  why = off_reason::kind::effect;
  if (rule.effect == effect_kind::culture) return false;
  if (!rule.lists(request.currency)) {
    why = off_reason::kind::currency;
    return false;
  }
  if (rule.effect != effect_kind::gap) return true;
  const bound_effect& gap = rule.bounds();
  if (gap.from == bound_effect::origin::channel) return gap.channel != request.channel;
  return gap.from != bound_effect::origin::group ||
         compiled.groups()[gap.group].has_other(compiled.channel_slot(request.channel));
}

match match_rule(const machine& compiled, const compiled_rule& rule, const bound_request& request) {
  match out;
  out.found.rule = &rule;
  if (rule.of_market() && *rule.of_market() != request.market) {
    out.why = {off_reason::kind::effect, nullptr, 0};
    return out;
  }
  off_reason::kind why = off_reason::kind::none;
  for (const compiled_condition& one : rule.when) {
    if (one.is_period()) continue;
    if (one.is_target()) {
      const auto range = one.range_in(request.currency);
      if (!range) {
        out.why = {off_reason::kind::condition, &one, 0};
        return out;
      }
      out.found.when.push_back(*range);
    } else if (!holds(one, request)) {
      out.why = {off_reason::kind::condition, &one, 0};
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
      if (one.is_period()) {
        timed = true;
        holds_now = holds_now && inside_any(compiled, one.periods(), request.at);
      } else if (one.is_target()) {
        const auto range = one.range_in(request.currency);
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
  if (!rule.during().empty() && !inside_any(compiled, rule.during(), request.at)) {
    on = false;
    off = {off_reason::kind::period, nullptr, 0};
  }
  for (const compiled_condition& one : rule.when) {
    if (one.is_period() && !inside_any(compiled, one.periods(), request.at)) {
      on = false;
      off = {off_reason::kind::condition, &one, 0};
    }
  }
  out.on_but_target = on;
  out.why = off;
  return out;
}

}  // namespace pricepoint::engine
