// SPDX-License-Identifier: Apache-2.0
// Queries, ranges of targets, and what a request_space knows of its machine. Entry: request_space::implies. Tests:
// tests/unit/analysis/check_test.cpp, tests/property/check_test.cpp.
#include "analysis/scenario.hpp"

#include <algorithm>

#include "pricepoint/money/amount.hpp"
#include "pricepoint/money/rounding.hpp"
#include "text/each_once.hpp"

namespace pricepoint::analysis {

namespace {

using engine::subject;

constexpr std::int64_t day_ms = 86'400'000;

bool below_or_equal(const std::optional<fraction>& end, const std::optional<fraction>& start) {
  if (!end) return false;
  return *end <= start.value_or(fraction{0, 1});
}

}  // namespace

bool is_timed(const atom& one) { return one.during != nullptr || one.condition->is_period(); }
bool is_target(const atom& one) { return one.condition != nullptr && one.condition->is_target(); }

void add_on(query& to, const compiled_rule& rule) {
  for (const compiled_condition& one : rule.when) to.must.push_back({&one, nullptr});
  if (!rule.during().empty()) to.must.push_back({nullptr, &rule.during()});
  for (const auto& each : rule.except) {
    object made;
    for (const compiled_condition& one : each) made.push_back({&one, nullptr});
    to.must_not.push_back(std::move(made));
  }
}

std::vector<query> off_ways(const query& from, const compiled_rule& rule) {
  std::vector<query> ways;
  const auto without = [&](atom one) {
    query made = from;
    made.must_not.push_back({one});
    ways.push_back(std::move(made));
  };
  for (const compiled_condition& one : rule.when) without({&one, nullptr});
  if (!rule.during().empty()) without({nullptr, &rule.during()});
  for (const auto& each : rule.except) {
    query made = from;
    for (const compiled_condition& one : each) made.must.push_back({&one, nullptr});
    ways.push_back(std::move(made));
  }
  return ways;
}

std::vector<target_range> intersect(const std::vector<target_range>& all, const target_range& with) {
  std::vector<target_range> out;
  for (target_range one : all) {
    if (with.from && (!one.from || *one.from < *with.from)) one.from = with.from;
    if (with.below && (!one.below || *with.below < *one.below)) one.below = with.below;
    if (!below_or_equal(one.below, one.from)) out.push_back(one);
  }
  return out;
}

std::vector<target_range> subtract(const std::vector<target_range>& all, const target_range& without) {
  std::vector<target_range> out;
  if (without.from) out = intersect(all, {{}, without.from});
  if (without.below) {
    for (const target_range& one : intersect(all, {without.below, {}})) out.push_back(one);
  }
  return out;
}

std::optional<std::pair<std::int64_t, std::int64_t>> whole_targets(const target_range& range) {
  std::int64_t first = 1;
  std::int64_t last = max_amount_minor;
  const auto up = [](const fraction& value) {
    const detail::int128 whole = detail::divide(value.numerator, value.denominator, rounding::up);
    return whole > max_amount_minor ? max_amount_minor + 1 : whole < 1 ? 1 : static_cast<std::int64_t>(whole);
  };
  if (range.from) first = up(*range.from);
  if (range.below) last = std::min(last, up(*range.below) - 1);
  if (first > last) return {};
  return std::pair(first, last);
}

request_space::request_space(const machine& compiled, std::optional<std::int64_t> from)
    : machine_(compiled), from_(from) {
  const auto& boundaries = machine_.boundaries();
  const auto segment = [&](std::int64_t at) {
    return static_cast<std::size_t>(std::upper_bound(boundaries.begin(), boundaries.end(), at) - boundaries.begin());
  };
  if (from_) first_segment_ = segment(*from_);
  words_.resize(machine_.key_parts().size());
  for (std::uint32_t key = 0; key < words_.size(); ++key) {
    const auto& dictionary = machine_.words(key);
    words_[key].resize(dictionary.size() + engine::first_code);
    for (const auto& [text, code] : dictionary) words_[key][code] = text;
  }
  for (std::uint32_t period = 0; period < machine_.document().periods.size(); ++period) {
    stretches made;
    for (const engine::time_span& span : machine_.spans(period)) {
      stretch each{span.from_unix_ms ? segment(*span.from_unix_ms) : 0,
                   span.until_unix_ms ? segment(*span.until_unix_ms) : boundaries.size() + 1};
      each.first = std::max(each.first, first_segment_);
      if (each.first < each.end) made.push_back(each);
    }
    period_stretches_.push_back(std::move(made));
  }
}

std::int64_t request_space::instant_of(std::size_t segment) const {
  const auto& boundaries = machine_.boundaries();
  if (from_ && segment == first_segment_) return *from_;
  if (segment == 0) return boundaries.empty() ? 0 : std::max<std::int64_t>(boundaries.front() - day_ms, 0);
  return boundaries[segment - 1];
}

std::vector<std::int64_t> request_space::instants() const {
  std::vector<std::int64_t> all;
  if (!machine_.reads_time()) return all;
  for (std::size_t i = first_segment_; i <= machine_.boundaries().size(); ++i) all.push_back(instant_of(i));
  return all;
}

std::string_view request_space::word(std::uint32_t key, std::uint32_t code) const {
  return code < words_[key].size() ? words_[key][code] : std::string_view();
}

request_space::stretches request_space::of_periods(const std::vector<std::uint32_t>& periods) const {
  stretches all;
  for (const std::uint32_t one : periods) {
    all.insert(all.end(), period_stretches_[one].begin(), period_stretches_[one].end());
  }
  return all;
}

bool request_space::applies_in(const compiled_rule& rule, std::uint32_t market, std::uint32_t channel) const {
  if (rule.of_market() && *rule.of_market() != market) return false;
  for (const compiled_condition& one : rule.when) {
    if (one.about() == subject::market && !one.holds_for(market)) return false;
    if (one.about() == subject::channel && !one.holds_for(channel)) return false;
  }
  where_.market = market;
  where_.channel = channel;
  where_.currency = currency_of(market);
  engine::off_reason::kind why = engine::off_reason::kind::none;
  return engine::effective(machine_, rule, where_, why);
}

void add_numbers(const compiled_condition& of, std::vector<decimal>& to) {
  to.insert(to.end(), of.source->numbers.begin(), of.source->numbers.end());
  if (of.source->from_number) to.push_back(*of.source->from_number);
  if (of.source->below_number) to.push_back(*of.source->below_number);
}

std::vector<decimal> probes(std::vector<decimal> numbers, bool above_zero) {
  detail::keep_each_once(numbers);
  std::vector<decimal> all;
  const auto add = [&](decimal one) {
    if (!above_zero || one.sign() > 0) all.push_back(one);
  };
  // A value between the two with as few decimals as will do; nothing where even nine are too few.
  const auto between = [&](const decimal& low, const decimal& high) {
    constexpr int scale = decimal::max_scale;
    const auto scaled = [](const decimal& one) {
      return one.coefficient() * detail::powers_of_ten[static_cast<std::size_t>(scale - one.scale())];
    };
    const detail::int128 from = scaled(low);
    const detail::int128 until = scaled(high);
    for (int digits = 0; digits <= scale; ++digits) {
      const detail::int128 step = detail::powers_of_ten[static_cast<std::size_t>(scale - digits)];
      const detail::int128 next = (detail::divide(from, step, rounding::down) + 1) * step;
      if (next < until) return add(decimal::from_parts(next / step, digits));
    }
  };
  if (numbers.empty()) {
    add(decimal(1));
    return all;
  }
  const decimal one_less = decimal::from_parts(
      numbers.front().coefficient() - detail::powers_of_ten[static_cast<std::size_t>(numbers.front().scale())],
      numbers.front().scale());
  if (above_zero && one_less.sign() <= 0) {
    between(decimal(0), numbers.front());
  } else {
    add(one_less);
  }
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    add(numbers[i]);
    if (i + 1 < numbers.size()) between(numbers[i], numbers[i + 1]);
  }
  add(decimal::from_parts(
      numbers.back().coefficient() + detail::powers_of_ten[static_cast<std::size_t>(numbers.back().scale())],
      numbers.back().scale()));
  return all;
}

std::optional<scenario> request_space::find_on(const compiled_rule& rule, std::uint32_t market,
                                               std::uint32_t channel) const {
  gave_up_ = false;
  if (!applies_in(rule, market, channel)) return {};
  query wanted;
  add_on(wanted, rule);
  return find(wanted, market, channel);
}

bool request_space::implies(const compiled_rule& b, const compiled_rule& a, std::uint32_t market,
                            std::uint32_t channel) const {
  if (!applies_in(a, market, channel)) return false;
  query on;
  add_on(on, b);
  for (const query& way : off_ways(on, a)) {
    if (find(way, market, channel) || gave_up_) return false;
  }
  return true;
}

}  // namespace pricepoint::analysis
