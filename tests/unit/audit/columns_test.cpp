// SPDX-License-Identifier: Apache-2.0
#include "pricepoint/audit/auditor.hpp"

#include <gtest/gtest.h>

#include <array>

#include "unit/decide/deciding.hpp"

namespace {

using pricepoint::absent_value;
using pricepoint::finding_severity;
using pricepoint::offer_columns;
using std::string_view;

constexpr string_view rules =
    R"({"id":"near","when":{"channel":"web"},"gap":{"to":"traditional","min":"0%","max":"10%"},"because":"no fight"},
       {"id":"vip","when":{"role":"profit"},"floor":"tag"})";

TEST(audit_columns, says_what_the_auditor_says_of_rows_in_any_order) {
  const auto with = deciding::policy_of(rules);
  const std::array<string_view, 5> sku = {"B", "A", "B", "A", "A"};
  const std::array<string_view, 5> channel = {"web", "web", "store", "store", "ebay"};
  const std::array<string_view, 5> market = {"JP", "DE", "JP", "DE", "DE"};
  const std::array<string_view, 5> seller = {"me", "me", "s1", "s2", ""};
  const std::array<string_view, 5> role = {"", "profit", "", "", ""};
  const std::array<std::int64_t, 5> price = {800, 3399, 1000, 4000, 100};
  const std::array<std::int64_t, 5> tag = {absent_value, 3500, absent_value, absent_value, absent_value};
  offer_columns offers{
      .requests = {.rows = 5, .sku = sku, .channel = channel, .market = market}, .seller = seller, .price = price};
  offers.requests.attributes = {{"role", role, {}}, {"tag", {}, tag}};
  pricepoint::auditor one(with);
  const auto found = pricepoint::audit_columns(one, offers);
  ASSERT_EQ(found.size(), 4u);
  EXPECT_EQ(found.row, (std::vector<std::size_t>{0, 1, 1, 4}));
  EXPECT_EQ(found.rule, (std::vector<string_view>{"near", "near", "vip", ""}));
  EXPECT_EQ(found.effect[3], "invalid");
  EXPECT_EQ(found.min_minor, (std::vector<std::int64_t>{900, 3600, 3500, absent_value})) << "yen have no decimals";
  EXPECT_EQ(found.max_minor, (std::vector<std::int64_t>{1000, 4000, absent_value, absent_value}));
  EXPECT_EQ(found.excess, (std::vector<std::optional<pricepoint::decimal>>{
                              pricepoint::parse_decimal("100"), pricepoint::parse_decimal("2.01"),
                              pricepoint::parse_decimal("1.01"), std::nullopt}));
  EXPECT_EQ(found.against_seller, (std::vector<string_view>{"s1", "s2", "", ""}));
  EXPECT_EQ(found.against_price_minor[1], 4000);
  EXPECT_EQ(found.remedy_price_minor, (std::vector<std::int64_t>{1000, 4000, 4000, absent_value}));
  EXPECT_EQ(found.because[0], "no fight");
  EXPECT_EQ(found.severity[3], finding_severity::invalid);
  EXPECT_EQ(one.summary().products, 2u);
}

TEST(audit_columns, takes_every_field) {
  const auto with = deciding::policy_of(
      R"x({"id":"m","when":{"segment":"s","category":"c","audience":"a"},"margin":"10%"},
         {"id":"q","when":{"quantity":{"from":2}},"ceiling":"msrp"},{"id":"f","floor":"max(map?, current?)"},
         {"id":"p","when":{"channel":"web"},"ceiling":"price.store"},{"id":"d","during":"eleven","ceiling":"1"})x");
  ;
  const std::array<string_view, 1> sku = {"A"}, channel = {"web"}, market = {"DE"}, segment = {"s"}, audience = {"a"},
                                   category = {"c/d"}, currency = {"EUR"};
  const std::array<std::int64_t, 1> price = {2000}, list = {2100}, msrp = {1999}, map = {2001}, current = {2002},
                                    cost = {1500}, shipping = {100}, quantity = {2}, units = {3}, tax = {7'000'000},
                                    fee = {5'000'000}, at = {1'800'000'000'000}, store = {1998}, prior = {absent_value};
  offer_columns offers{.requests = {.rows = 1,
                                    .sku = sku,
                                    .category = category,
                                    .segment = segment,
                                    .audience = audience,
                                    .channel = channel,
                                    .market = market,
                                    .currency = currency,
                                    .quantity = quantity,
                                    .units = units,
                                    .at_unix_ms = at,
                                    .current_since_unix_ms = at,
                                    .list = list,
                                    .msrp = msrp,
                                    .map = map,
                                    .current = current,
                                    .lowest_prior = prior,
                                    .cost = cost,
                                    .shipping = shipping,
                                    .tax_e8 = tax,
                                    .fee_e8 = fee},
                       .price = price};
  offers.requests.prices = {{"store", store}};
  pricepoint::auditor one(with);
  const auto found = pricepoint::audit_columns(one, offers);
  EXPECT_EQ(found.rule, (std::vector<string_view>{"f", "m", "p", "q"}));
  EXPECT_EQ(found.min_minor[0], 2002);
  // (15 + 1) / (0.9 / 1.07 - 5%) = 20.2235..
  EXPECT_EQ(found.min_minor[1], 2023);
}

TEST(audit_columns, odd_columns) {
  const auto with = deciding::policy_of(rules);
  pricepoint::auditor one(with);
  EXPECT_EQ(pricepoint::audit_columns(one, {}).size(), 0u);
  const std::array<string_view, 1> sku = {"A"}, channel = {"web"}, market = {"JP"};
  const std::array<std::int64_t, 2> price = {INT64_MAX, 5};
  // Shorter columns are absent beyond their end; amounts no price can have are invalid, as everywhere.
  const offer_columns offers{.requests = {.rows = 2, .sku = sku, .channel = channel, .market = market}, .price = price};
  const auto found = pricepoint::audit_columns(one, offers);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found.missing[0], std::vector<std::string>{"price"});
  EXPECT_EQ(found.missing[1], (std::vector<std::string>{"channel", "market"}));
}

TEST(audit_columns, text_that_is_no_number_is_invalid_and_the_rest_goes_on) {
  const auto with = deciding::policy_of(rules);
  pricepoint::auditor one(with);
  const std::array<string_view, 3> sku = {"A", "B", "C"}, channel = {"web", "web", "web"}, market = {"DE", "DE", "DE"},
                                   price = {"ten", "10.00", ""}, cost = {"1.0.0", "x", ""};
  offer_columns offers{.requests = {.rows = 3, .sku = sku, .channel = channel, .market = market}};
  offers.price = pricepoint::number_column::text(price);
  offers.requests.cost = pricepoint::number_column::text(cost);
  const auto found = pricepoint::audit_columns(one, offers);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found.missing[0], (std::vector<std::string>{"cost", "price"}));
  EXPECT_EQ(found.because[0], "cost cannot be read; price cannot be read");
  EXPECT_EQ(found.missing[1], std::vector<std::string>{"cost"});
  EXPECT_EQ(found.because[2], "the offer lacks price");
}

TEST(audit_columns, ahead_in_time) {
  const auto with = deciding::policy_of(R"({"id":"g","during":"eleven","ceiling":"15.00"})");
  const std::array<string_view, 1> sku = {"A"}, channel = {"plain"}, market = {"DE"};
  const std::array<std::int64_t, 1> price = {1700}, list = {2000};
  const std::array<std::int64_t, 1> at = {pricepoint::parse_instant("2026-10-01T00:00:00Z")->unix_ms};
  offer_columns offers{.requests = {.rows = 1, .sku = sku, .channel = channel, .market = market, .at_unix_ms = at},
                       .price = price};
  offers.requests.list = list;
  pricepoint::auditor one(with);
  EXPECT_EQ(pricepoint::audit_columns(one, offers).size(), 0u);
  const auto found = pricepoint::audit_columns(one, offers, *pricepoint::parse_instant("2026-12-01T00:00:00Z"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.from_unix_ms[0], pricepoint::parse_instant("2026-10-31T16:00:00Z")->unix_ms);
  EXPECT_EQ(found.until_unix_ms[0], pricepoint::parse_instant("2026-11-11T16:00:00Z")->unix_ms);
}

}  // namespace
