// SPDX-License-Identifier: Apache-2.0
// Lines of lowered rules, and where two of them contradict each other. Entries: line_reader::read, contradiction_of.
// Test: tests/unit/analysis/check_test.cpp.
#include "analysis/lines.hpp"

#include <algorithm>
#include <utility>

#include "pricepoint/money/amount.hpp"
#include "pricepoint/money/rounding.hpp"

namespace pricepoint::analysis {

line_reader::line_reader(const machine& compiled, std::uint32_t market, std::uint32_t channel)
    : compiled_(compiled), channel_(channel), in_(compiled.markets()[market]), on_(compiled.channels()[channel]) {
  using kind = enum engine::price_pick::kind;
  reference_ = on_.reference.how == kind::one ? variable{on_.reference.slots.front()} : variables::reference;
}

std::optional<lines> line_reader::read(const compiled_rule& rule) const {
  try {
    lines made;
    if (engine::is_bound(rule.effect)) {
      for (const engine::bound_end& end : rule.bound_in(in_.currency)->ends) add(end, made);
    } else if (rule.effect == engine::effect_kind::base) {
      value_range value = range_of(*rule.value_in(in_.currency));
      made.lows = std::move(value.at_least);
      made.highs = std::move(value.at_most);
    }
    return made;
  } catch (const exact_overflow&) {
    return {};
  }
}

std::optional<fast_exact> line_reader::share_left(const fraction& net_part) const {
  fast_exact net_share(1);
  if (on_.shows_gross(in_)) {
    if (!in_.tax) return {};
    net_share = fast_exact(1) / (fast_exact(1) + fast_exact(fraction::of(*in_.tax)));
  }
  return net_share * fast_exact(net_part) - fast_exact(fraction::of(on_.fee));
}

void line_reader::add(const engine::bound_end& end, lines& to) const {
  if (end.net_part) return add_margin(end, to);
  using side = enum engine::bound_end::side;
  const value_range value = range_of(end.value);
  if (end.is != side::high) {
    for (const line& one : value.at_least) add(one, to.lows);
  }
  if (end.is != side::low) {
    for (const line& one : value.at_most) add(one, to.highs);
  }
}

void line_reader::add(const line& one, std::vector<line>& to) const {
  to.push_back(one);
  if (!is_of_group(one.of)) return;
  // What holds against all of a group holds against each, and against the reference price where that is a store's.
  const engine::channel_group& group = compiled_.groups()[group_of(one.of)];
  const std::uint32_t own = compiled_.channel_slot(channel_);
  for (const std::uint32_t slot : group.slots) {
    if (slot != own) to.push_back({variable{slot}, one.slope, one.base});
  }
  using kind = enum engine::price_pick::kind;
  if (one.of == variables::group && (on_.reference.how == kind::lowest || on_.reference.how == kind::highest)) {
    to.push_back({variables::reference, one.slope, one.base});
  }
}

void line_reader::add_margin(const engine::bound_end& end, lines& to) const {
  const std::optional<fast_exact> share = share_left(*end.net_part);
  if (!share) return;
  const bool low = end.is == engine::bound_end::side::low;
  if (share->sign() > 0) {
    (low ? to.lows : to.highs).push_back({variables::spent, fast_exact(1) / *share, 0});
  } else if (low) {
    to.never = true;
  }
}

variable line_reader::variable_of(const engine::symbol& symbol) const noexcept {
  switch (symbol.what) {
    case engine::symbol::kind::field:
      return variable{symbol.slot};
    case engine::symbol::kind::highest:
    case engine::symbol::kind::lowest:
      return variables::group - symbol.slot;
    case engine::symbol::kind::reference:
      return reference_;
    case engine::symbol::kind::target:
      break;
  }
  return variables::target;
}

// Nothing where the sum is in two variables. A field without tax counts like any other field.
std::optional<line> line_reader::line_of(const engine::sum& value) const {
  line made{variables::constant, 0, fast_exact(value.constant)};
  for (const engine::term& one : value.terms) {
    if (one.factor.numerator == 0) continue;
    const variable of = variable_of(one.of);
    if (made.of != variables::constant && made.of != of) return {};
    made.of = of;
    made.slope = made.slope + fast_exact(one.factor);
  }
  return made;
}

line_reader::value_range line_reader::range_of(const engine::formula& value) const {
  using kind = enum engine::formula::kind;
  value_range made;
  switch (value.op) {
    case kind::sum:
      if (const auto exact = line_of(value.value)) made = {{*exact}, {*exact}};
      return made;
    case kind::add:
      made = {{line()}, {line()}};
      for (const engine::formula& one : value.parts) made = sum_of(made, range_of(one));
      break;
    case kind::least:
    case kind::greatest:
      for (const engine::formula& one : value.parts) {
        if (one.optional) continue;  // it may be left out
        const bool least = value.op == kind::least;
        const value_range part = range_of(one);
        const std::vector<line>& from = least ? part.at_most : part.at_least;
        std::vector<line>& to = least ? made.at_most : made.at_least;
        to.insert(to.end(), from.begin(), from.end());
      }
      break;
  }
  scale(made, value.factor);
  return made;
}

line_reader::value_range line_reader::sum_of(const value_range& a, const value_range& b) {
  const auto add_all = [](const std::vector<line>& left, const std::vector<line>& right, std::vector<line>& to) {
    for (const line& one : left) {
      for (const line& other : right) {
        const bool constant = one.of == variables::constant;
        if (one.of != other.of && !constant && other.of != variables::constant) continue;
        to.push_back({constant ? other.of : one.of, one.slope + other.slope, one.base + other.base});
      }
    }
  };
  value_range made;
  add_all(a.at_least, b.at_least, made.at_least);
  add_all(a.at_most, b.at_most, made.at_most);
  return made;
}

void line_reader::scale(value_range& value, const fraction& by) {
  if (by == fraction{1, 1}) return;
  const fast_exact factor(by);
  for (auto* const list : {&value.at_least, &value.at_most}) {
    for (line& one : *list) {
      one.slope = one.slope * factor;
      one.base = one.base * factor;
    }
  }
  if (factor.sign() < 0) std::swap(value.at_least, value.at_most);
}

namespace {

std::optional<contradiction> contradiction_of(const line& low, const line& high, std::int64_t unit) {
  constexpr std::int64_t limit = 2 * max_amount_minor;
  const auto constant = [](const line& one) { return one.of == variables::constant; };
  if (constant(low) && constant(high)) {
    std::int64_t from = std::max<std::int64_t>(unit, low.base.rounded(rounding::up, limit));
    from = (from + unit - 1) / unit * unit;
    const bool none = from > high.base.rounded(rounding::down, limit);
    return none ? std::optional<contradiction>(contradiction{}) : std::nullopt;
  }
  const auto in_target = [&](const line& one) { return constant(one) || one.of == variables::target; };
  const bool compares_targets = in_target(low) && in_target(high);
  if (!compares_targets && low.of != high.of) return {};
  const fast_exact slope = low.slope - high.slope;
  const fast_exact base = low.base - high.base;
  // The distance, slope * x + base, is above zero for every x above zero.
  if (slope.sign() >= 0 && base.sign() >= 0 && (slope.sign() > 0 || base.sign() > 0)) {
    return contradiction{constant(low) ? high.of : low.of, {}};
  }
  if (!compares_targets || (slope.sign() <= 0 && base.sign() <= 0)) return {};
  const fast_exact zero = -base / slope;
  contradiction found{variables::target, target_range{}};
  // At its zero the two are the same amount, which may be a price.
  if (slope.sign() > 0) {
    const std::int64_t first = zero.rounded(rounding::down, limit) + 1;
    found.targets->from = fraction{first, 1};
  } else {
    const std::int64_t end = zero.rounded(rounding::up, limit);
    found.targets->below = fraction{end, 1};
  }
  return found;
}

}  // namespace

std::optional<contradiction> contradiction_of(const lines& low_of, const lines& high_of, std::int64_t unit) {
  try {
    for (const line& low : low_of.lows) {
      for (const line& high : high_of.highs) {
        if (auto found = contradiction_of(low, high, unit)) return found;
      }
    }
  } catch (const exact_overflow&) {
  }
  return {};
}

}  // namespace pricepoint::analysis
