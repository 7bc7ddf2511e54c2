// SPDX-License-Identifier: Apache-2.0
// Automata, proofs and findings of shapes. Entry: shape_place. Test: tests/unit/analysis/check_test.cpp.
#include "analysis/shapes.hpp"

#include <algorithm>

#include "text/each_once.hpp"

namespace pricepoint::analysis {

std::vector<band> bands_of(const std::vector<class_rule>& on) {
  std::vector<fraction> cuts;
  const auto collect = [&](const std::vector<target_range>& ranges) {
    for (const target_range& one : ranges) {
      if (one.from && one.from->numerator > 0) cuts.push_back(*one.from);
      if (one.below && one.below->numerator > 0) cuts.push_back(*one.below);
    }
  };
  for (const class_rule& one : on) {
    collect(one.when);
    for (const auto& each : one.except) collect(each);
  }
  detail::keep_each_once(cuts);
  std::vector<band> bands;
  for (std::size_t i = 0; i <= cuts.size(); ++i) {
    band made;
    if (i > 0) made.where.from = cuts[i - 1];
    if (i < cuts.size()) made.where.below = cuts[i];
    // Nothing changes between two cuts, so that one target represents all: the lower cut, or what is just above zero.
    const fraction point = i > 0 ? cuts[i - 1] : fraction{1, INT64_MAX};
    for (const class_rule& one : on) {
      if (one.holds_at(point)) made.on.push_back(&one);
    }
    bands.push_back(std::move(made));
  }
  return bands;
}

void shape_place::enter(std::uint32_t market, std::uint32_t channel) {
  market_ = market;
  channel_ = channel;
  in_ = to_.where.currency_of(market);
  unit_ = to_.compiled.markets()[market].unit_minor;
}

checker::automaton_pointer shape_place::automaton(const std::vector<const compiled_rule*>& rules) const {
  std::vector<shape::any_shape> all;
  for (const compiled_rule* one : rules) all.push_back(*one->shape_in(in_));
  return to_.automaton_of(all, in_.digits(), unit_);
}

bool shape_place::leave_nothing(const std::vector<const compiled_rule*>& rules) const {
  const auto made = automaton(rules);
  return made != nullptr && shape::at_or_above(*made, 1) == 0;
}

std::optional<sample> shape_place::prove(const target_band& targets, const prober::claim& claim) const {
  sample witness = *asked_;
  prober::aim aim;
  // An ordinary amount, where the band goes on to the largest.
  aim.first = targets.first;
  aim.last = targets.last / 2 > targets.first + 10'000 ? 2 * targets.first + 10'000 : targets.last;
  if (!to_.probe.prove(witness, aim, claim)) return {};
  return witness;
}

target_band shape_place::piece(const target_range& of) const {
  const auto whole = whole_targets(of);
  if (!whole) return {1, 0, 0, 0};
  const std::int64_t hundred = 100 * detail::powers_of_ten[static_cast<std::size_t>(in_.digits())];
  return {whole->first, std::min(whole->second, std::max(whole->first + hundred, 2 * hundred)), 0, 0};
}

bool shape_place::once(const char* code, const std::vector<const compiled_rule*>& rules, const target_band& where) {
  std::string key = code;
  for (const compiled_rule* one : rules) key += "," + std::to_string(one->index);
  key += ":" + std::to_string(where.first) + "-" + std::to_string(where.last) + std::string(in_.code());
  const auto [place, fresh] = found_.try_emplace(std::move(key), nullptr);
  last_asked_ = &place->second;
  if (*last_asked_ != nullptr) to_.at(**last_asked_, market_, channel_);
  return fresh && to_.wants(code);
}

check_finding& shape_place::add(const char* code, std::size_t offset, std::string message, std::string hint,
                                const std::vector<const compiled_rule*>& rules, const sample& witness,
                                std::string shows) {
  check_finding& made = to_.add(code, offset, std::move(message), std::move(hint), rules);
  made.witnesses.push_back(to_.probe.json_of(witness));
  made.shows = std::move(shows);
  to_.at(made, market_, channel_);
  made.currency = in_;
  *last_asked_ = &made;
  return made;
}

}  // namespace pricepoint::analysis
