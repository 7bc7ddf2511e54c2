// SPDX-License-Identifier: Apache-2.0
// Looks once at every combination of shape rules that some words and some time switch on, cut where a band of the
// target ends. Entry: check_shapes. Test: tests/unit/analysis/check_test.cpp.
#include <algorithm>
#include <map>
#include <set>

#include "analysis/shapes.hpp"
#include "analysis/steps.hpp"
#include "text/each_once.hpp"

namespace pricepoint::analysis {

namespace {

using engine::subject;
using rule_pointers = std::vector<const compiled_rule*>;

class shape_check {
 public:
  shape_check(checker& to, const rule_pointers& all)
      : to_(to),
        all_(all),
        groups_(to.compiled, all),
        at_(to),
        bands_(at_),
        contradictions_(at_, bands_),
        zones_(at_),
        steps_(at_) {}

  void run() {
    for (std::uint32_t market = 0; market < to_.markets(); ++market) {
      for (std::uint32_t channel = 0; channel < to_.channels(); ++channel) {
        at_.enter(market, channel);
        combinations();
      }
    }
    zones_.report();
  }

 private:
  // A value that a key may have; an empty text is none.
  struct key_value {
    std::string text;
    std::uint32_t code = 0;  // of words
  };
  using axes = std::map<std::uint32_t, std::vector<key_value>>;  // by key

  rule_pointers those_that_apply(const rule_pointers& rules) const {
    rule_pointers made;
    for (const compiled_rule* one : rules) {
      if (to_.where.applies_in(*one, at_.market(), at_.channel())) made.push_back(one);
    }
    return made;
  }

  void combinations() {
    const rule_pointers rules = those_that_apply(all_);
    if (rules.empty()) return;
    const rule_pointers general = those_that_apply(groups_.general());
    const axes values = values_of(rules);
    const std::vector<std::optional<std::int64_t>> times = instants_of(rules);
    std::vector<axes::const_iterator> keys;
    for (auto one = values.begin(); one != values.end(); ++one) keys.push_back(one);
    std::vector<std::size_t> at(keys.size(), 0);
    std::size_t count = 0;
    seen_.clear();
    while (true) {
      for (const auto& time : times) {
        if (++count > to_.options.limits.max_combinations) {
          to_.note_limit("shapes of " + at_.name() + ": more combinations of words than the limit");
          return;
        }
        sample asked;
        asked.market = at_.market();
        asked.channel = at_.channel();
        asked.at = time;
        rule_pointers candidates = general;
        for (std::size_t i = 0; i < keys.size(); ++i) {
          const auto& [key, choices] = *keys[i];
          const key_value& one = choices[at[i]];
          if (one.text.empty()) continue;
          asked.values.emplace_back(key, one.text);
          if (groups_.key() != key) continue;
          if (const auto listed = groups_.by_code().find(one.code); listed != groups_.by_code().end())
            candidates.insert(candidates.end(), listed->second.begin(), listed->second.end());
        }
        combination(asked, candidates);
      }
      std::size_t digit = 0;
      while (digit < at.size() && ++at[digit] == keys[digit]->second.size()) at[digit++] = 0;
      if (digit == at.size()) return;
    }
  }

  // Values of every key that the rules ask about, each of which switches other rules than those before it.
  axes values_of(const rule_pointers& rules) {
    std::map<std::uint32_t, std::map<std::uint32_t, std::string>> signatures;  // by key and code: what asks for it
    std::map<std::uint32_t, std::vector<decimal>> numbers;
    const bool many = all_.size() > 1000;
    for (const compiled_rule* rule : rules) {
      const std::string profile = many ? profile_of(*rule) : std::to_string(rule->index);
      std::size_t place = 0;
      const auto take = [&](const compiled_condition& one) {
        ++place;
        const subject what = one.about();
        if (what == subject::channel || what == subject::market || one.is_period() || one.is_target()) return;
        if (one.asks_numbers()) return add_numbers(one, numbers[one.key]);
        for (const std::uint32_t code : one.codes) {
          signatures[one.key][code].append(profile).append(".").append(std::to_string(place)).append(";");
        }
      };
      for (const compiled_condition& one : rule->when) take(one);
      for (const auto& each : rule->except) {
        for (const compiled_condition& one : each) take(one);
      }
    }
    axes values;
    for (const auto& [key, codes] : signatures) {
      auto& list = values[key];
      list.push_back({});
      std::set<std::string_view> seen;
      for (const auto& [code, signature] : codes) {
        if (seen.insert(signature).second) list.push_back({std::string(to_.where.word(key, code)), code});
      }
    }
    for (auto& [key, list] : numbers) {
      const bool quantity = to_.compiled.key_parts()[key].what == engine::key_part::kind::quantity;
      if (quantity) {
        list.emplace_back(1);
      } else {
        values[key].push_back({});
      }
      for (const decimal& one : probes(std::move(list), quantity)) values[key].push_back({to_string(one), 0});
    }
    return values;
  }

  // What a rule asks for and when, without its words: of very many rules those of one profile count once.
  std::string profile_of(const compiled_rule& rule) {
    const auto id = profiles_.try_emplace(*rule.shape_in(at_.in()), profiles_.size()).first->second;
    std::string made = std::to_string(id) + "/" + std::to_string(static_cast<int>(rule.strength()));
    const auto add = [&](const compiled_condition& one) {
      made += "," + std::to_string(static_cast<int>(one.about()));
      if (one.is_target()) {
        const auto range = one.range_in(at_.in());
        if (!range) return;
        for (const auto& end : {range->from, range->below}) {
          made += end ? ":" + std::to_string(static_cast<std::int64_t>(end->numerator)) + "/" +
                            std::to_string(static_cast<std::int64_t>(end->denominator))
                      : ":";
        }
      } else if (groups_.key() != one.key || one.is_period()) {
        made += ":" + std::to_string(one.source->offset);
      }
    };
    for (const compiled_condition& one : rule.when) add(one);
    for (const auto& each : rule.except) {
      made += "|";
      for (const compiled_condition& one : each) add(one);
    }
    for (const std::uint32_t one : rule.during()) made += "@" + std::to_string(one);
    return made;
  }

  // Instants at which different rules are on.
  std::vector<std::optional<std::int64_t>> instants_of(const rule_pointers& rules) const {
    std::vector<std::optional<std::int64_t>> all;
    if (std::any_of(rules.begin(), rules.end(), [](const auto* one) { return one->names_period; })) {
      for (const std::int64_t one : to_.where.instants()) all.emplace_back(one);
    }
    if (all.empty()) {
      all.push_back(to_.where.from());
      if (!all.front() && to_.compiled.reads_time()) {
        const auto& boundaries = to_.compiled.boundaries();
        all.front() = boundaries.empty() ? 0 : boundaries.front();
      }
    }
    std::set<std::uint32_t> periods;
    for (const compiled_rule* one : all_) periods.insert(one->periods.begin(), one->periods.end());
    std::vector<std::optional<std::int64_t>> different;
    std::set<std::vector<bool>> seen;
    for (const auto& at : all) {
      std::vector<bool> inside;
      for (const std::uint32_t one : periods) {
        const auto& spans = to_.compiled.spans(one);
        inside.push_back(at && std::any_of(spans.begin(), spans.end(),
                                           [&](const engine::time_span& span) { return span.holds(*at); }));
      }
      if (seen.insert(std::move(inside)).second) different.push_back(at);
    }
    return different;
  }

  void combination(const sample& asked, rule_pointers& candidates) {
    std::sort(candidates.begin(), candidates.end(), [](const auto* a, const auto* b) { return a->index < b->index; });
    to_.probe.memory().bind(to_.probe.request_of(asked));
    std::vector<class_rule> on;
    std::vector<std::uint32_t> ids;
    for (const compiled_rule* rule : candidates) {
      engine::match found = engine::match_rule(to_.compiled, *rule, to_.probe.memory().bound());
      if (!found.on_but_target) continue;
      ids.push_back(rule->index);
      ids.push_back(static_cast<std::uint32_t>(found.found.except.size()));
      on.push_back(std::move(found.found));
    }
    if (on.empty() || !seen_.insert(ids).second) return;
    at_.ask(asked);
    std::vector<band> bands = bands_of(on);
    for (band& one : bands) contradictions_.check(one);
    bands_.holes(bands);
    for (const band& one : bands) zones_.check(one);
    steps_.check(bands);
  }

  checker& to_;
  const rule_pointers& all_;
  partners groups_;
  shape_place at_;
  band_check bands_;
  contradiction_check contradictions_;
  zone_check zones_;
  step_check steps_;
  std::set<std::vector<std::uint32_t>> seen_;  // combinations of this market and channel
  std::map<shape::any_shape, std::size_t> profiles_;
};

}  // namespace

void check_shapes(checker& to) {
  rule_pointers all;
  for (const compiled_rule& one : to.compiled.rules()) {
    if (engine::is_shape(one.effect)) all.push_back(&one);
  }
  if (!all.empty()) shape_check(to, all).run();
}

}  // namespace pricepoint::analysis
