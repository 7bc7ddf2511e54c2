// SPDX-License-Identifier: Apache-2.0
// Entries: figures::count, figures::close_product. Tests: tests/unit/audit/auditor_test.cpp and tests/golden/audit.py.
#include "audit/figures.hpp"

#include <algorithm>

#include "decide/exact_arithmetic.hpp"
#include "money/big_exact.hpp"

namespace pricepoint::auditing {

namespace {

// (whole - part) / whole in hundredths of a percent.
template <class Number>
std::int64_t distance_bp(const Number& part, const Number& whole) {
  return ((whole - part) / whole * Number(10'000)).rounded(rounding::half_up, INT64_MAX / 2);
}

// Runs with the fast numbers, and again with the big ones where those do not suffice.
template <class Run>
void with_enough_digits(const Run& run) {
  try {
    run(detail::fast_exact());
  } catch (const detail::exact_overflow&) {
    run(detail::big_exact());
  }
}

fraction fraction_of(const detail::fast_exact& value) { return value.lowest(); }
fraction fraction_of(const detail::big_exact& value) { return value.to_fraction().value_or(fraction{0, 1}); }

template <class Figures, class Find>
Figures& at(std::vector<Figures*>& all, std::size_t place, const Find& find) {
  if (all.size() <= place) all.resize(place + 1, nullptr);
  if (all[place] == nullptr) all[place] = &find();
  return *all[place];
}

}  // namespace

figures::figures(const engine::machine& compiled) : machine_(compiled) {
  for (std::uint32_t i = 0; i < machine_.channels().size(); ++i) {
    if (machine_.channels()[i].traditional) traditional_.push_back(i);
  }
}

void figures::clear() {
  summary_ = {};
  places_ = {};
}

seller_figures& figures::of_seller(std::string_view name) {
  const auto found = places_.sellers.find(name);
  if (found != places_.sellers.end()) return *found->second;
  seller_figures& made = summary_.sellers[std::string(name)];
  // Strangers choose these names, and the table has no salt: without a limit they could all be made to collide.
  constexpr std::size_t most_in_table = 256;
  if (places_.sellers.size() < most_in_table) places_.sellers.emplace(name, &made);
  return made;
}

finding_counts& figures::of_rule(std::string_view id) {
  finding_counts*& place = places_.rules[id.data()];
  if (place == nullptr) place = &summary_.rules[std::string(id)];
  return *place;
}

void figures::count(const offer& what, const bound_offer& one, const engine::bound_request& bound,
                    std::span<const finding> findings) {
  ++summary_.offers;
  bool breach = false;
  seller_figures& seller = of_seller(what.seller);
  ++seller.offers;
  for (const finding& each : findings) {
    breach = breach || each.severity == finding_severity::breach;
    summary_.findings.add(each.severity);
    seller.findings.add(each.severity);
    if (!each.rule.empty()) of_rule(each.rule).add(each.severity);
  }
  if (breach) ++summary_.in_breach;
  if (breach) ++seller.in_breach;
  if (!one.valid) return;
  const fraction& price = one.price.price;
  if (bound.fields[engine::slot::map].state == engine::presence::present) count_map(price, bound, seller);
  const std::vector<engine::channel_terms>& channels = machine_.channels();
  const engine::channel_terms& on = channels[bound.channel];
  if (on.traditional) return;
  for (const std::uint32_t other : traditional_) {
    const std::uint32_t slot = machine_.channel_slot(other);
    if (bound.fields[slot].state != engine::presence::present) continue;
    const std::size_t place = (bound.market * channels.size() + bound.channel) * channels.size() + other;
    channel_pair& pair = at(places_.pairs, place, [&]() -> channel_pair& {
      return summary_.pairs[{std::string(machine_.markets()[bound.market].name), std::string(on.name),
                             std::string(channels[other].name)}];
    });
    compare(what, price, breach, bound, slot, pair);
  }
}

void figures::count_map(const fraction& price, const engine::bound_request& bound, seller_figures& seller) {
  const std::size_t place = bound.market * machine_.channels().size() + bound.channel;
  map_figures& here = at(places_.maps, place, [&]() -> map_figures& {
    return summary_.map[{std::string(machine_.markets()[bound.market].name),
                         std::string(machine_.channels()[bound.channel].name)}];
  });
  ++here.offers;
  ++seller.map.offers;
  with_enough_digits([&](auto number) {
    using exact = decltype(number);
    exact map;
    const exact seen(price);
    engine::exact_arithmetic<exact>(machine_, bound).field(engine::slot::map, map);
    if (seen >= map) return;
    const std::int64_t depth = distance_bp(seen, map);
    here.depths.add(depth);
    seller.map.depths.add(depth);
  });
}

void figures::compare(const offer& what, const fraction& price, bool breach, const engine::bound_request& bound,
                      std::uint32_t slot, channel_pair& into) const {
  with_enough_digits([&](auto number) {
    using exact = decltype(number);
    exact reference;
    const exact seen(price);
    engine::exact_arithmetic<exact>(machine_, bound).field(slot, reference);
    const std::int64_t gap = distance_bp(seen, reference);
    const fraction lowest = fraction_of(reference);
    ++into.compared;
    if (breach) ++into.in_breach;
    ++(seen == reference ? into.identical : seen < reference ? into.lower : into.higher);
    into.gaps.add(gap);
    if (!what.request.units) return;
    ++into.weighted;
    const fraction weight = fraction::of(*what.request.units);
    into.weighted_price.add_product(weight, price);
    into.weighted_reference.add_product(weight, lowest);
  });
}

void figures::close_product(std::span<const bound_offer> offers) {
  ++summary_.products;
  measure_dispersion(offers);
}

// Public prices, on the display of the market.
void figures::measure_dispersion(std::span<const bound_offer> offers) {
  with_enough_digits([&](auto number) {
    using exact = decltype(number);
    std::size_t prices = 0;
    std::uint32_t market = 0;
    exact lowest;
    exact highest;
    for (const bound_offer& one : offers) {
      if (!one.valid || !one.price.is_public) continue;
      market = one.bound.market;
      exact price(one.price.price);
      const bool gross = machine_.markets()[market].gross;
      if (gross != one.bound.gross) {
        if (!one.bound.tax) continue;
        const exact factor(one.bound.gross_factor);
        price = gross ? price * factor : price / factor;
      }
      if (prices == 0 || price < lowest) lowest = price;
      if (prices == 0 || price > highest) highest = price;
      ++prices;
    }
    if (prices < 2) return;
    const std::int64_t range = -distance_bp(highest, lowest);
    at(places_.dispersion, market, [&]() -> tally_of_rates& {
      return summary_.dispersion[std::string(machine_.markets()[market].name)];
    }).add(range);
  });
}

}  // namespace pricepoint::auditing
