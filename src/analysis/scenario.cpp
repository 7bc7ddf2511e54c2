// SPDX-License-Identifier: Apache-2.0
// The search of scenario.hpp. Entries: space::find, space::implies. Test: tests/unit/analysis/check_test.cpp,
// tests/property/check_test.cpp.
#include "analysis/scenario.hpp"

#include <algorithm>

#include "pricepoint/money/amount.hpp"
#include "pricepoint/money/rounding.hpp"

namespace pricepoint::analysis {

namespace {

using language::subject;

constexpr std::size_t max_leaves = 4096;
constexpr std::size_t max_atoms = 64;
constexpr std::int64_t day_ms = 86'400'000;

bool below_or_equal(const std::optional<fraction>& end, const std::optional<fraction>& start) {
  if (!end) return false;
  return *end <= start.value_or(fraction{0, 1});
}

}  // namespace

void add_on(query& to, const compiled_rule& rule) {
  for (const compiled_condition& one : rule.when) to.must.push_back({&one, nullptr});
  if (!rule.source->during.empty()) to.must.push_back({nullptr, &rule.source->during});
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
  if (!rule.source->during.empty()) without({nullptr, &rule.source->during});
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

space::space(const machine& compiled, std::optional<std::int64_t> from) : machine_(compiled), from_(from) {
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
  for (const language::period& one : document().periods) {
    stretches made;
    for (const language::span& span : one.spans) {
      stretch each{span.from_unix_ms ? segment(*span.from_unix_ms) : 0,
                   span.until_unix_ms ? segment(*span.until_unix_ms) : boundaries.size() + 1};
      each.first = std::max(each.first, first_segment_);
      if (each.first < each.end) made.push_back(each);
    }
    period_stretches_.push_back(std::move(made));
  }
}

std::int64_t space::instant_of(std::size_t segment) const {
  const auto& boundaries = machine_.boundaries();
  if (from_ && segment == first_segment_) return *from_;
  if (segment == 0) return boundaries.empty() ? 0 : std::max<std::int64_t>(boundaries.front() - day_ms, 0);
  return boundaries[segment - 1];
}

std::vector<std::int64_t> space::instants() const {
  std::vector<std::int64_t> all;
  if (machine_.boundaries().empty()) return all;
  for (std::size_t i = first_segment_; i <= machine_.boundaries().size(); ++i) all.push_back(instant_of(i));
  return all;
}

std::string_view space::word(std::uint32_t key, std::uint32_t code) const {
  return code < words_[key].size() ? words_[key][code] : std::string_view();
}

space::stretches space::of_periods(const std::vector<std::uint32_t>& periods) const {
  stretches all;
  for (const std::uint32_t one : periods) {
    all.insert(all.end(), period_stretches_[one].begin(), period_stretches_[one].end());
  }
  return all;
}

bool space::here(const compiled_rule& rule, std::uint32_t market, std::uint32_t channel) const {
  if (rule.source->of_market && *rule.source->of_market != market) return false;
  for (const compiled_condition& one : rule.when) {
    if (one.source->subject == subject::market && !one.holds_for(market)) return false;
    if (one.source->subject == subject::channel && !one.holds_for(channel)) return false;
  }
  where_.market = market;
  where_.channel = channel;
  where_.currency = currency_of(market);
  engine::off_reason::kind why = engine::off_reason::kind::none;
  return engine::effective(machine_, rule, where_, why);
}

bool space::constant(const atom& one, std::uint32_t market, std::uint32_t channel, bool& value) const {
  if (one.condition == nullptr) return false;
  const subject what = one.condition->source->subject;
  if (what == subject::market) {
    value = one.condition->holds_for(market);
  } else if (what == subject::channel) {
    value = one.condition->holds_for(channel);
  } else if (what == subject::target && !engine::range_of(*one.condition->source, currency_of(market))) {
    value = false;
  } else {
    return false;
  }
  return true;
}

bool space::asks_number(const compiled_condition& one) const {
  return one.source->range || !one.source->numbers.empty();
}

bool space::number_holds(const compiled_condition& one, const decimal& value) {
  const language::condition& source = *one.source;
  if (!source.range) return std::find(source.numbers.begin(), source.numbers.end(), value) != source.numbers.end();
  return (!source.from_number || value >= *source.from_number) &&
         (!source.below_number || value < *source.below_number);
}

std::vector<decimal> space::probes(std::vector<decimal> numbers, bool above_zero) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  std::vector<decimal> all;
  const auto add = [&](decimal one) {
    if (!above_zero || one.sign() > 0) all.push_back(one);
  };
  // Half of the distance, as far as nine decimals say it; whole where there is room.
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

std::optional<scenario> space::find(const query& wanted, std::uint32_t market, std::uint32_t channel,
                                    const acceptance& accept) const {
  gave_up_ = false;
  const currency in = currency_of(market);
  std::vector<target_range> targets(1);
  constexpr std::uint32_t time_key = UINT32_MAX;
  const auto key_of = [&](const atom& one) {
    return one.during != nullptr || one.condition->source->subject == subject::period ? time_key : one.condition->key;
  };
  const auto is_target = [](const atom& one) {
    return one.condition != nullptr && one.condition->source->subject == subject::target;
  };
  const auto never_absent = [&](std::uint32_t key) {
    return key == time_key || machine_.key_parts()[key].what == engine::key_part::kind::quantity;
  };

  // What must hold.
  std::vector<std::uint32_t> keys;
  object musts;
  const auto add_key = [&](std::uint32_t key) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  };
  for (const atom& one : wanted.must) {
    bool value = false;
    if (constant(one, market, channel, value)) {
      if (!value) return {};
    } else if (is_target(one)) {
      targets = intersect(targets, *engine::range_of(*one.condition->source, in));
      if (targets.empty()) return {};
    } else {
      musts.push_back(one);
      add_key(key_of(one));
    }
  }
  // What must not.
  struct exclusion {
    std::uint64_t bits = 0;  // of its atoms that are neither constant nor about the target
    std::vector<target_range> targets;
  };
  std::vector<exclusion> exclusions;
  object asked;  // by bit
  for (const object& each : wanted.must_not) {
    bool possible = true;
    object rest;
    std::vector<target_range> ranges;
    for (const atom& one : each) {
      bool value = false;
      if (constant(one, market, channel, value)) {
        possible = possible && value;
      } else if (is_target(one)) {
        ranges.push_back(*engine::range_of(*one.condition->source, in));
      } else {
        const std::uint32_t key = key_of(one);
        // Left absent: the object cannot hold.
        if (!never_absent(key) && std::find(keys.begin(), keys.end(), key) == keys.end()) possible = false;
        rest.push_back(one);
      }
    }
    if (!possible) continue;
    exclusion made;
    made.targets = std::move(ranges);
    for (const atom& one : rest) {
      if (asked.size() == max_atoms) {
        gave_up_ = true;
        return {};
      }
      made.bits |= std::uint64_t{1} << asked.size();
      asked.push_back(one);
      if (never_absent(key_of(one))) add_key(key_of(one));
    }
    exclusions.push_back(std::move(made));
  }

  struct value {
    std::uint64_t bits = 0;
    std::string text;
    std::int64_t at = 0;
  };
  std::vector<std::vector<value>> choices;
  for (const std::uint32_t key : keys) {
    std::vector<value> all;
    const auto add = [&](value one) {
      for (const value& other : all) {
        if ((other.bits & one.bits) == other.bits) return;  // that one holds no more
      }
      std::erase_if(all, [&](const value& other) { return (other.bits & one.bits) == one.bits; });
      all.push_back(std::move(one));
    };
    if (key == time_key) {
      const auto inside = [](const stretches& where, std::size_t segment) {
        return std::any_of(where.begin(), where.end(),
                           [&](const stretch& one) { return one.first <= segment && segment < one.end; });
      };
      const auto stretches_of = [&](const atom& one) {
        return of_periods(one.during != nullptr ? *one.during : one.condition->source->periods);
      };
      std::vector<stretches> all_musts;
      std::vector<std::pair<std::size_t, stretches>> all_asked;
      std::vector<std::size_t> segments = {first_segment_};
      const auto cut = [&](const stretches& where) {
        for (const stretch& one : where) {
          segments.push_back(one.first);
          if (one.end <= machine_.boundaries().size()) segments.push_back(one.end);
        }
      };
      for (const atom& one : musts) {
        if (key_of(one) != time_key) continue;
        all_musts.push_back(stretches_of(one));
        cut(all_musts.back());
      }
      for (std::size_t i = 0; i < asked.size(); ++i) {
        if (key_of(asked[i]) != time_key) continue;
        all_asked.emplace_back(i, stretches_of(asked[i]));
        cut(all_asked.back().second);
      }
      std::sort(segments.begin(), segments.end());
      segments.erase(std::unique(segments.begin(), segments.end()), segments.end());
      for (const std::size_t segment : segments) {
        if (!std::all_of(all_musts.begin(), all_musts.end(),
                         [&](const stretches& one) { return inside(one, segment); }))
          continue;
        value made;
        made.at = instant_of(segment);
        for (const auto& [bit, where] : all_asked) {
          if (inside(where, segment)) made.bits |= std::uint64_t{1} << bit;
        }
        add(std::move(made));
      }
    } else {
      std::vector<const compiled_condition*> must_here;
      std::vector<std::pair<std::size_t, const compiled_condition*>> asked_here;
      for (const atom& one : musts) {
        if (key_of(one) == key) must_here.push_back(one.condition);
      }
      for (std::size_t i = 0; i < asked.size(); ++i) {
        if (key_of(asked[i]) == key) asked_here.emplace_back(i, asked[i].condition);
      }
      const auto kind = machine_.key_parts()[key].what;
      const bool quantity = kind == engine::key_part::kind::quantity;
      if (quantity || kind == engine::key_part::kind::number_attribute) {
        std::vector<decimal> numbers;
        if (quantity) numbers.emplace_back(1);
        const auto collect = [&](const compiled_condition& one) {
          numbers.insert(numbers.end(), one.source->numbers.begin(), one.source->numbers.end());
          if (one.source->from_number) numbers.push_back(*one.source->from_number);
          if (one.source->below_number) numbers.push_back(*one.source->below_number);
        };
        for (const auto* one : must_here) collect(*one);
        for (const auto& [bit, one] : asked_here) collect(*one);
        for (const decimal& number : probes(std::move(numbers), quantity)) {
          if (!std::all_of(must_here.begin(), must_here.end(),
                           [&](const auto* one) { return number_holds(*one, number); }))
            continue;
          value made;
          made.text = to_string(number);
          for (const auto& [bit, one] : asked_here) {
            if (number_holds(*one, number)) made.bits |= std::uint64_t{1} << bit;
          }
          add(std::move(made));
        }
      } else {
        const auto shortest = std::min_element(must_here.begin(), must_here.end(), [](const auto* a, const auto* b) {
          return a->codes.size() < b->codes.size();
        });
        for (const std::uint32_t code : (*shortest)->codes) {
          if (!std::all_of(must_here.begin(), must_here.end(), [&](const auto* one) { return one->holds_for(code); }))
            continue;
          value made;
          made.text = word(key, code);
          for (const auto& [bit, one] : asked_here) {
            if (one->holds_for(code)) made.bits |= std::uint64_t{1} << bit;
          }
          add(std::move(made));
          if (asked_here.empty()) break;
        }
      }
    }
    if (all.empty()) return {};
    choices.push_back(std::move(all));
  }

  scenario made;
  made.market = market;
  made.channel = channel;
  std::vector<std::size_t> at(choices.size(), 0);
  for (std::size_t leaf = 0; leaf < max_leaves; ++leaf) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < choices.size(); ++i) bits |= choices[i][at[i]].bits;
    std::vector<target_range> left = targets;
    bool on = true;
    for (const exclusion& one : exclusions) {
      if ((one.bits & bits) != one.bits) continue;
      if (one.targets.empty()) {
        on = false;
        break;
      }
      std::vector<target_range> out(1);
      for (const target_range& range : one.targets) out = intersect(out, range);
      for (const target_range& range : out) left = subtract(left, range);
    }
    if (on && !left.empty()) {
      made.values.clear();
      made.at = from_;
      for (std::size_t i = 0; i < choices.size(); ++i) {
        if (keys[i] == time_key) {
          made.at = choices[i][at[i]].at;
        } else {
          made.values.emplace_back(keys[i], choices[i][at[i]].text);
        }
      }
      if (!made.at && !machine_.boundaries().empty()) made.at = instant_of(first_segment_);
      made.targets = std::move(left);
      if (!accept || accept(made)) return made;
    }
    std::size_t digit = 0;
    while (digit < at.size() && ++at[digit] == choices[digit].size()) at[digit++] = 0;
    if (digit == at.size()) return {};
  }
  gave_up_ = true;
  return {};
}

bool space::implies(const compiled_rule& b, const compiled_rule& a, std::uint32_t market, std::uint32_t channel) const {
  if (!here(a, market, channel)) return false;
  query on;
  add_on(on, b);
  for (const query& way : off_ways(on, a)) {
    if (find(way, market, channel) || gave_up_) return false;
  }
  return true;
}

}  // namespace pricepoint::analysis
