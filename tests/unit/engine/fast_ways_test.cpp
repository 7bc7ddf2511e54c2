// SPDX-License-Identifier: Apache-2.0
// What shops send is decided by the fast ways: single prices and bound pricers by 64-bit integers alone, columns in
// loops. That these give the right answers is for tests/property/agreement.cpp; here, that they are taken.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
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

// Rows of one table, so that what stands before and behind a row is money too; references of several channels, and
// shipping that a traditional channel does without.
TEST(fast_ways, decide_for_bound_pricers) {
  constexpr std::size_t count = 200;
  constexpr std::size_t width = 5;
  const std::array<std::string_view, width> fields = {"price.store", "cost", "list", "price.dealer", "map"};
  std::vector<std::int64_t> table;
  for (std::int64_t i = 0; i < std::int64_t{count}; ++i) {
    table.insert(table.end(), {i % 5 == 3 ? absent_value : 2'500 + 11 * i, 1'200 + i, 3'000 + 7 * i, 2'700 + 5 * i,
                               i % 2 == 0 ? 1'500 : absent_value});
  }
  for (const std::string_view rules : usual) {
    for (const std::string_view channel : {"web", "mall", "store"}) {
      SCOPED_TRACE(std::string(rules) + " on " + std::string(channel));
      pricepoint::pricer pricer(policy_of(rules));
      const request kind{
          .channel = channel, .market = "DE", .shipping = channel == "store" ? std::nullopt : std::optional("1"_money)};
      auto bound = pricer.bind(kind, fields);
      ASSERT_TRUE(bound) << bound.error().to_string();
      std::uint64_t by_integers = 0;
      for (std::size_t i = 0; i < count; ++i) {
        const auto row = std::span(table).subspan(i * width, width);
        const std::uint64_t before = pricer.stats().linear;
        const pricepoint::quote quote = bound->price(row);
        by_integers += pricer.stats().linear - before;
        const std::string found = joined(quote.limited_by) + " / " + joined(quote.relaxed);
        pricepoint::decision expected;
        bound->price(row, expected);
        ASSERT_EQ(quote.status, expected.status()) << i;
        ASSERT_EQ(quote.price_minor, expected.price() ? expected.price()->minor : absent_value) << i;
        ASSERT_EQ(found, joined(expected.limited_by()) + " / " + joined(expected.relaxed())) << i;
      }
      EXPECT_GE(by_integers, count / 2);  // all but those that lack something
    }
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
