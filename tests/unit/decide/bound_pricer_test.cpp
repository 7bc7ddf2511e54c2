// SPDX-License-Identifier: Apache-2.0
#include "pricepoint/pricing/bound_pricer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "deciding.hpp"

namespace {

using namespace pricepoint::literals;
using pricepoint::absent_value;
using pricepoint::status;
using std::string_view;

constexpr string_view rules =
    R"({"id":"off","when":{"role":"profit"},"discount":"10%"},{"id":"near","ceiling":"price.store"},
       {"id":"earn","floor":"cost"},{"id":"tagged","floor":"tag","skip_if_missing":true},
       {"id":"nine","endings":[".99"]})";

TEST(bound_pricer, says_what_the_pricer_says) {
  pricepoint::pricer one(deciding::policy_of(rules));
  const std::array<string_view, 4> fields = {"price.store", "cost", "list", "tag"};
  std::string market = "DE";
  pricepoint::request kind{.channel = "web", .market = market, .attributes = {{"role", "profit"}, {"tag", 1}}};
  auto bound = one.bind(kind, fields);
  ASSERT_TRUE(bound) << bound.error().to_string();
  market = "??";  // the caller's texts are its own
  const std::array<std::int64_t, 4> rows[] = {{4000, 1000, 3500, absent_value},
                                              {4000, 1000, 3500, 3800},
                                              {1000, 2000, 3500, absent_value},
                                              {4000, absent_value, 3500, 5},
                                              {-1, 0, 3500, 5}};
  for (const auto& row : rows) {
    pricepoint::request whole{.channel = "web", .market = "DE", .attributes = {{"role", "profit"}}};
    const auto money = [](std::int64_t minor) { return pricepoint::decimal::from_parts(minor, 2); };
    whole.prices = {{"store", money(row[0])}};
    if (row[1] != absent_value) whole.cost = money(row[1]);
    whole.list = money(row[2]);
    if (row[3] != absent_value) whole.attributes.push_back({"tag", money(row[3])});
    const auto expected = one.price(whole);
    const auto quote = bound->price(row);
    EXPECT_EQ(quote.status, expected.status());
    EXPECT_EQ(quote.price_minor, expected.price() ? expected.price()->minor : absent_value);
    EXPECT_TRUE(std::equal(quote.limited_by.begin(), quote.limited_by.end(), expected.limited_by().begin(),
                           expected.limited_by().end()));
    EXPECT_TRUE(
        std::equal(quote.relaxed.begin(), quote.relaxed.end(), expected.relaxed().begin(), expected.relaxed().end()));
    pricepoint::decision full;
    bound->price(row, full);
    EXPECT_EQ(full.target(), expected.target());
    EXPECT_EQ(full.missing(), expected.missing());
    EXPECT_EQ(full.conflict(), expected.conflict());
  }
  EXPECT_EQ(bound->price({}).status, status::incomplete);
}

// Other requests of its pricer come in between: of another market with another unit, and some that say too little.
TEST(bound_pricer, stays_what_it_is) {
  constexpr string_view soft =
      R"({"id":"nine","endings":[".99", ".9"]},{"id":"no4","avoid":{"sequences":["4"]},"strength":"medium"},{"id":"near","ceiling":"price.store"})";
  const auto with = deciding::policy_of(soft);
  const std::array<string_view, 2> fields = {"price.store", "list"};
  const pricepoint::request kind{.channel = "web", .market = "IL"};
  for (std::int64_t store = 1'000; store < 1'060; store += 7) {
    const std::array<std::int64_t, 2> row = {store, 2'000};
    pricepoint::pricer fresh(with);
    const auto expected = fresh.bind(kind, fields)->price(row);
    EXPECT_EQ(expected.price_minor % 10, 0) << store;
    pricepoint::pricer one(with);
    auto bound = one.bind(kind, fields);
    ASSERT_TRUE(bound);
    const auto disturb = [&] {
      one.price({.channel = "web", .market = "DE", .prices = {{"store", "10.43"_money}}});
      EXPECT_EQ(one.price({.list = "5"_money}).status(), status::incomplete);
      EXPECT_EQ(one.price({.channel = "moon", .market = "DE"}).status(), status::invalid);
    };
    for (int round = 0; round < 2; ++round) {
      disturb();
      EXPECT_EQ(bound->price(row).price_minor, expected.price_minor);
      disturb();
      pricepoint::decision full;
      bound->price(row, full);
      EXPECT_EQ(full.status(), expected.status);
      EXPECT_EQ(full.price()->minor, expected.price_minor);
    }
  }
}

// The reference is the lowest, the highest or the first of several prices that a row has, and none of the row before.
TEST(bound_pricer, seeks_its_reference_anew) {
  const auto read = pricepoint::parse_policy(
      R"({"pricepoint":1,"markets":{"DE":{"tax":"19%"}},"channels":{"a":{"kind":"traditional"},"b":{"kind":"traditional"},
          "low":{"kind":"online","reference":"lowest traditional"},"high":{"kind":"online","reference":"highest traditional"},
          "first":{"kind":"online","reference":["b","a"]}},"rules":[{"id":"f","floor":"1"}]})");
  ASSERT_TRUE(read) << read.error().to_string();
  pricepoint::pricer one(*read);
  const std::array<string_view, 2> fields = {"price.a", "price.b"};
  const std::array<std::int64_t, 2> rows[] = {{500, 700}, {900, 600},          {300, 200}, {400, absent_value},
                                              {150, 160}, {absent_value, 800}, {100, 120}, {absent_value, absent_value},
                                              {110, 105}};
  for (const string_view channel : {"low", "high", "first"}) {
    auto bound = one.bind({.channel = channel, .market = "DE"}, fields);
    ASSERT_TRUE(bound) << bound.error().to_string();
    for (int round = 0; round < 2; ++round) {
      for (const auto& [a, b] : rows) {
        std::int64_t expected = absent_value;
        if (a == absent_value || b == absent_value) {
          expected = std::max(a, b);  // the one that is there
        } else {
          expected = channel == "low" ? std::min(a, b) : channel == "high" ? std::max(a, b) : b;
        }
        EXPECT_EQ(bound->price(std::array<std::int64_t, 2>{a, b}).price_minor, expected)
            << channel << ' ' << a << ' ' << b;
      }
    }
  }
}

TEST(bound_pricer, keeps_the_texts_of_its_kind) {
  pricepoint::pricer one(deciding::policy_of(R"({"id":"near","ceiling":"price.store"},{"id":"earn","floor":"cost"})"));
  std::string store = "store";
  std::string colour = "colour";
  std::string red = "red";
  const std::array<string_view, 1> fields = {"cost"};
  auto bound = one.bind(
      {.channel = "web", .market = "DE", .prices = {{store, "40"_money}}, .attributes = {{colour, string_view(red)}}},
      fields);
  ASSERT_TRUE(bound);
  store = colour = red = "-----";
  pricepoint::decision full;
  bound->price(std::array<std::int64_t, 1>{3'000}, full);
  EXPECT_EQ(deciding::line(full), "priced 40.00");
  bound->price(std::array<std::int64_t, 1>{5'000}, full);
  EXPECT_EQ(deciding::line(full), "conflict limited_by[earn] conflict[earn near]");
}

// [REL-37] [REQ-12] [REQ-19] A kind whose request cannot be is as invalid as the request.
TEST(bound_pricer, says_what_of_its_kind_cannot_be) {
  pricepoint::pricer one(deciding::policy_of(""));
  const std::array<string_view, 1> fields = {"price.store"};
  for (const std::int64_t e8 : {std::int64_t{-1}, pricepoint::max_tax.e8() + 1, INT64_MAX}) {
    const auto tax = pricepoint::rate::from_e8(e8);
    auto bound = one.bind({.channel = "web", .market = "ST", .at = pricepoint::instant{-1}, .tax = tax}, fields);
    ASSERT_TRUE(bound);
    pricepoint::decision full;
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(bound->price(std::array<std::int64_t, 1>{5'000}).status, pricepoint::status::invalid);
      bound->price(std::array<std::int64_t, 1>{5'000}, full);
      EXPECT_EQ(deciding::line(full), "invalid invalid[at tax]");
    }
  }
}

TEST(bound_pricer, refuses_what_is_no_field_of_money) {
  pricepoint::pricer one(deciding::policy_of(rules));
  const std::array<string_view, 6> fields = {"price.mars", "price", "cost", "cost", "role", "Cost"};
  const auto bound = one.bind({.channel = "web", .market = "DE"}, fields);
  ASSERT_FALSE(bound);
  const pricepoint::error wrong = bound.error();
  EXPECT_EQ(wrong.diagnostics().size(), 5u);
  EXPECT_EQ(wrong.diagnostics()[0].code, "PP-B001");
  EXPECT_EQ(wrong.diagnostics()[2].message, "cannot bind the field \"cost\": it stands twice");
}

}  // namespace
