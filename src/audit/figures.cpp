// SPDX-License-Identifier: Apache-2.0
// Entries: figures::count, figures::close_product. Tests: tests/unit/audit/auditor_test.cpp and tests/golden/audit.py.
#include "audit/figures.hpp"

#include <algorithm>

#include "audit/comparing.hpp"
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
    if (bound.fields[machine_.channel_slot(other)].state != engine::presence::present) continue;
    compare(what, one.price, breach, bound, other);
  }
}

channel_pair& figures::pair_of(const engine::bound_request& bound, std::uint32_t other) {
  const std::vector<engine::channel_terms>& channels = machine_.channels();
  const std::size_t place = (bound.market * channels.size() + bound.channel) * channels.size() + other;
  return at(places_.pairs, place, [&]() -> channel_pair& {
    return summary_.pairs[{std::string(machine_.markets()[bound.market].name),
                           std::string(channels[bound.channel].name), std::string(channels[other].name)}];
  });
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

void figures::compare(const offer& what, const observed& seen, bool breach, const engine::bound_request& bound,
                      std::uint32_t other) {
  std::optional<compared_prices> both;
  if (const fraction* carried = seen.carried_from_other_display(other, bound.gross)) {
    both = on_gross_display(bound, seen.price, *carried, machine_.markets()[bound.market].unit_minor);
    if (!both) return;
  }
  channel_pair& into = pair_of(bound, other);
  with_enough_digits([&](auto number) {
    using exact = decltype(number);
    const fraction& here = both ? both->here : seen.price;
    const exact price(here);
    exact reference;
    if (both) {
      reference = exact(both->there);
    } else {
      engine::exact_arithmetic<exact>(machine_, bound).field(machine_.channel_slot(other), reference);
    }
    const std::int64_t gap = distance_bp(price, reference);
    const fraction lowest = fraction_of(reference);
    ++into.compared;
    if (breach) ++into.in_breach;
    ++(price == reference ? into.identical : price < reference ? into.lower : into.higher);
    into.gaps.add(gap);
    if (!what.request.units) return;
    ++into.weighted;
    const fraction weight = fraction::of(*what.request.units);
    into.weighted_price.add_product(weight, here);
    into.weighted_reference.add_product(weight, lowest);
  });
}

void figures::close_product(std::span<const bound_offer> offers) {
  if (std::any_of(offers.begin(), offers.end(), [](const bound_offer& one) { return one.valid; })) ++summary_.products;
  measure_dispersion(offers);
}

// Public prices, as the display of the market shows them.
void figures::measure_dispersion(std::span<const bound_offer> offers) {
  std::size_t prices = 0;
  std::uint32_t market = 0;
  fraction lowest;
  fraction highest;
  for (const bound_offer& one : offers) {
    if (!one.valid || !one.price.is_public) continue;
    market = one.bound.market;
    fraction price = one.price.price;
    const engine::market_terms& in = machine_.markets()[market];
    if (in.gross != one.bound.gross) {
      if (!one.bound.tax) continue;
      const auto shown = engine::on_other_display(price, one.bound.gross_factor, in.gross, in.unit_minor);
      if (!shown) continue;
      price = *shown;
    }
    if (prices == 0 || price < lowest) lowest = price;
    if (prices == 0 || price > highest) highest = price;
    ++prices;
  }
  if (prices < 2) return;
  with_enough_digits([&](auto number) {
    using exact = decltype(number);
    const std::int64_t range = -distance_bp(exact(highest), exact(lowest));
    at(places_.dispersion, market, [&]() -> tally_of_rates& {
      return summary_.dispersion[std::string(machine_.markets()[market].name)];
    }).add(range);
  });
}

}  // namespace pricepoint::auditing
