// SPDX-License-Identifier: Apache-2.0
#include "pricepoint/engine/bound_pricer.hpp"

#include <gtest/gtest.h>

#include <array>
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
