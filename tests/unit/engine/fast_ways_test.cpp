// SPDX-License-Identifier: Apache-2.0
// What shops send is decided by the fast ways: single prices and bound pricers by 64-bit integers alone, columns in
// loops. That these give the right answers is for tests/property/agreement.cpp; here, that they are taken.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "deciding.hpp"
#include "pricepoint/engine/batch.hpp"
#include "pricepoint/engine/bound_pricer.hpp"

namespace {

using namespace deciding;
using pricepoint::absent_value;
using pricepoint::request;
using pricepoint::request_columns;
using pricepoint::text_column;

// Of each thing that a usual policy does, one. Soft shapes are for single prices alone.
const std::vector<std::string_view> usual = {
    R"({ "id": "off", "discount": "8%" }, { "id": "near", "ceiling": "price.store" }, { "id": "earn", "floor": "cost * 105% + shipping" },
       { "id": "nine", "endings": [".99", ".95"], "strength": "required" })",
    R"({ "id": "margin", "margin": "5%" }, { "id": "gap", "gap": { "to": "store", "min": "0%", "max": "30%" }, "strength": "strong" })",
    R"r({ "id": "map", "floor": "map", "skip_if_missing": true }, { "id": "or", "floor": "max(map?, cost)" },
       { "id": "below", "ceiling": "min(list?, price.store)" })r",
    R"({ "id": "by-hand", "price": "19.90", "when": { "role": "profit" } }, { "id": "five", "multiple_of": "0.05", "strength": "required" })",
    R"({ "id": "base", "base": "price.store - 1" }, { "id": "small", "endings": [".90"], "strength": "required", "when": { "target": { "below": "30" } } },
       { "id": "large", "multiple_of": "1", "strength": "required", "when": { "target": { "from": "30" } } })",
    R"({ "id": "soft-low", "floor": "cost * 120%", "strength": "weak" }, { "id": "soft-high", "ceiling": "target", "strength": "medium" })",
};

TEST(fast_ways, decide_single_prices) {
  for (const std::string_view rules : usual) {
    for (const std::string_view channel : {"web", "mall", "store", "net"}) {
      pricepoint::pricer pricer(policy_of(rules));
      for (int i = 0; i < 100; ++i) {
        request asked = web();
        asked.channel = channel;
        asked.market = "DE";
        asked.list = pricepoint::decimal::from_parts(3'000 + 7 * i, 2);
        asked.prices = {{"store", pricepoint::decimal::from_parts(2'500 + 11 * i, 2)},
                        {"dealer", pricepoint::decimal::from_parts(2'700 + 5 * i, 2)},
                        {"web", pricepoint::decimal::from_parts(2'600, 2)}};
        if (i % 2 == 0) asked.attributes = {{"role", "profit"}};
        pricer.price(asked);
      }
      EXPECT_EQ(pricer.stats().linear, pricer.stats().decisions) << rules << " on " << channel;
    }
  }
}

TEST(fast_ways, decide_for_bound_pricers) {
  for (const std::string_view rules : usual) {
    pricepoint::pricer pricer(policy_of(rules));
    const std::array<std::string_view, 5> fields = {"price.store", "cost", "list", "shipping", "map"};
    auto bound = pricer.bind({.channel = "web", .market = "DE"}, fields);
    ASSERT_TRUE(bound) << bound.error().to_string();
    const std::uint64_t before = pricer.stats().linear;
    for (std::int64_t i = 0; i < 200; ++i) {
      bound->price(
          std::array<std::int64_t, 5>{2'500 + 11 * i, 1'200, 3'000 + 7 * i, 100, i % 2 == 0 ? 1'500 : absent_value});
    }
    EXPECT_EQ(pricer.stats().linear - before, 200u) << rules;
  }
}

TEST(fast_ways, decide_columns) {
  constexpr std::size_t count = 10'000;
  std::vector<std::int64_t> store, list, cost, map;
  std::vector<std::int32_t> roles;
  for (std::size_t i = 0; i < count; ++i) {
    const auto number = static_cast<std::int64_t>(i);
    store.push_back(2'500 + number % 997);
    list.push_back(3'000 + number % 499);
    cost.push_back(1'200 + number % 83);
    map.push_back(number % 3 == 0 ? absent_value : 1'500 + number % 7);
    roles.push_back(static_cast<std::int32_t>(i % 2));
  }
  const std::array<std::string_view, 2> words = {"profit", "traffic"};
  for (const std::string_view rules : usual) {
    pricepoint::pricer pricer(policy_of(rules));
    request_columns rows{.rows = count,
                         .channel = text_column::all("web"),
                         .market = text_column::all("DE"),
                         .list = list,
                         .map = map,
                         .cost = cost,
                         .shipping = pricepoint::number_column::all(100)};
    rows.prices = {{"store", store}};
    rows.attributes = {{"role", text_column(roles, words), {}}};
    for (const std::uint32_t parts : {pricepoint::part::quote, pricepoint::part::all}) {
      pricepoint::decision_columns out;
      pricepoint::price_columns(pricer, rows, out, parts);  // meets each kind for the first time
      const std::uint64_t before = pricer.stats().in_blocks;
      pricepoint::price_columns(pricer, rows, out, parts);
      EXPECT_EQ(pricer.stats().in_blocks - before, count) << rules << " parts " << parts;
    }
  }
}

}  // namespace
