// SPDX-License-Identifier: Apache-2.0
// Proofs about bounds. Entry: bound_proofs::prove_conflict. Test: tests/unit/analysis/check_test.cpp.
#include "analysis/bounds.hpp"

#include <utility>

namespace pricepoint::analysis {

namespace {

std::int64_t whole_units(std::int64_t many, currency in) {
  return many * detail::powers_of_ten[static_cast<std::size_t>(in.digits())];
}
decimal plain_amount(std::int64_t many, currency in) { return decimal::from_parts(whole_units(many, in), in.digits()); }

}  // namespace

bound_proofs::bound_proofs(checker& to) : to_(to) {
  for (std::uint32_t market = 0; market < to_.markets(); ++market) {
    for (std::uint32_t channel = 0; channel < to_.channels(); ++channel) {
      readers_.emplace_back(to_.compiled, market, channel);
    }
  }
}

std::string bound_proofs::sentence(const contradiction& of) const {
  switch (of.of) {
    case variables::constant:
      return "";
    case variables::target:
      return ", whatever the target";
    case variables::spent:
      return ", whatever the cost";
    case variables::reference:
      return ", whatever the reference price";
    case variables::group:
      return ", whatever the stores ask";
    default:
      if (is_of_group(of.of)) return ", whatever the other channels ask";
      return ", whatever " + to_.compiled.slot_name(static_cast<std::uint32_t>(of.of)) + " is";
  }
}

prober::aim bound_proofs::aim_of(const scenario& shown, const contradiction& of, currency in) const {
  prober::aim aim;
  std::vector<target_range> all = shown.targets;
  if (of.targets) all = intersect(all, *of.targets);
  const bool any_target = all.size() == 1 && !all.front().from && !all.front().below;
  if (!any_target) {
    for (const target_range& one : all) {
      const auto band = whole_targets(one);
      if (!band) continue;
      aim.first = band->first;
      // An ordinary amount, where there is room for one.
      aim.last = std::min(band->second, std::max(aim.first, whole_units(200, in)));
      break;
    }
  }
  if (of.of == variables::spent) aim.given = {{"cost", plain_amount(10, in)}, {"shipping", decimal(0)}};
  return aim;
}

bool bound_proofs::prove(sample& witness, prober::aim aim, const contradiction& of, const prober::claim& holds) {
  if (to_.probe.prove(witness, aim, holds)) return true;
  const decimal value = plain_amount(100, to_.where.currency_of(witness.market));
  const machine& compiled = to_.compiled;
  if (of.of >= 0) {
    aim.given.emplace_back(compiled.slot_name(static_cast<std::uint32_t>(of.of)), value);
  } else if (is_of_group(of.of)) {
    for (const std::uint32_t slot : compiled.groups()[group_of(of.of)].slots) {
      if (slot != compiled.channel_slot(witness.channel)) aim.given.emplace_back(compiled.slot_name(slot), value);
    }
  } else {
    return false;
  }
  return to_.probe.prove(witness, aim, holds);
}

bool bound_proofs::prove_conflict(const std::vector<const compiled_rule*>& rules, const contradiction& of,
                                  std::uint32_t market, std::uint32_t channel, const char* code, const std::string& why,
                                  const std::string& hint, check_finding*& found) {
  query wanted;
  for (const auto* one : rules) add_on(wanted, *one);
  const currency in = to_.where.currency_of(market);
  const auto shown = to_.where.find(wanted, market, channel, [&](const scenario& one) {
    return !of.targets || !intersect(one.targets, *of.targets).empty();
  });
  if (!shown) return false;
  sample witness = to_.probe.start(*shown);
  const auto holds = [&](const decision& made) {
    return made.status() == status::conflict && std::all_of(rules.begin(), rules.end(), [&](const auto* one) {
             return contains(made.conflict(), one->id());
           });
  };
  if (!prove(witness, aim_of(*shown, of, in), of, holds)) return false;
  if (found == nullptr) {
    std::vector<target_range> all = shown->targets;
    if (of.targets) all = intersect(all, *of.targets);
    std::vector<target_band> bands;
    for (const target_range& one : all) {
      const auto band = whole_targets(one);
      if (band && !(band->first <= 1 && band->second >= max_amount_minor)) bands.push_back({band->first, band->second});
    }
    std::string text = why;
    if (of.targets) {
      text += " for targets";
      for (std::size_t i = 0; i < bands.size(); ++i) text += (i == 0 ? " " : " and ") + band_words(bands[i], in);
    }
    const auto last =
        std::max_element(rules.begin(), rules.end(), [](const auto* a, const auto* b) { return a->index < b->index; });
    found = &to_.add(code, (*last)->source->effect_offset, text, hint, rules);
    found->targets = std::move(bands);
    found->witnesses.push_back(to_.probe.json_of(witness));
    found->shows = "status conflict, between these rules";
    found->currency = in;
  }
  to_.at(*found, market, channel);
  return true;
}

}  // namespace pricepoint::analysis
