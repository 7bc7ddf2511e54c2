// SPDX-License-Identifier: Apache-2.0
// Each kind of finding by one small policy, and what is near it and sound. Whole policies with everything that is
// printed: tests/golden/check.
#include "pricepoint/analysis/check.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using pricepoint::check_report;

check_report report_of(const std::string& rules, const std::string& more = {}, pricepoint::check_options options = {}) {
  const std::string text =
      R"({"pricepoint": 1, "name": "test",
          "markets": {"CN": {"currency": "CNY", "unit": "0.01", "display": "gross", "tax": "13%"}},
          "channels": {"store": {"kind": "traditional"}, "dealer": {"kind": "traditional", "owner": "reseller"},
                       "web": {"kind": "online", "reference": "store", "fee": "5%"}},
          "attributes": {"role": ["traffic", "profit"], "stock": "number"},
          "periods": {"sale": {"from": "2026-11-01", "until": "2026-11-11", "zone": "UTC"},
                      "xmas": {"from": "2026-12-20", "until": "2026-12-26", "zone": "UTC"}},)" +
      more + R"( "rules": [{"id": "uses", "when": {"role": "traffic", "stock": 1}, "advise": "x"}, )" + rules + "]}";
  const auto policy = pricepoint::parse_policy(text);
  EXPECT_TRUE(policy) << policy.error().to_string();
  return policy ? pricepoint::check(*policy, options) : check_report();
}

// "PP-K004 low,high; ..."
std::string said(const check_report& of) {
  std::string text;
  for (const auto& one : of.findings) {
    text += (text.empty() ? "" : "; ") + one.what.code;
    for (std::size_t i = 0; i < one.rules.size(); ++i) text += (i == 0 ? " " : ",") + one.rules[i];
    EXPECT_FALSE(one.witnesses.empty());
    EXPECT_GT(one.what.line, 0u);
    EXPECT_FALSE(one.shows.empty());
  }
  return text;
}

constexpr const char* within = R"("within": {"strong": ["5%", "0.50"]},)";

// [SEQ-10]
TEST(check, finds_channels_that_are_priced_by_one_another) {
  const char* const own = R"({"id": "a", "when": {"channel": "store"}, "gap": {"to": "dealer", "min": "0%"}},)";
  const auto other = [&](const std::string& when, const std::string& more = "") {
    return own + (R"({"id": "b", "when": {"channel": "dealer")" + when + R"(}, "ceiling": "price.store")" + more + "}");
  };
  EXPECT_EQ(said(report_of(other(""))), "PP-K029 a,b");
  EXPECT_EQ(said(report_of(other("", R"(, "during": "sale")"))), "PP-K029 a,b");
  // By a reference and a rule.
  EXPECT_EQ(said(report_of(R"({"id": "b", "when": {"channel": "store"}, "floor": "price.web - 5"})")), "PP-K029 b");
  // What is soft gives way; what never meets in one request closes no circle; and of one way alone there is none.
  EXPECT_EQ(said(report_of(other("", R"(, "strength": "strong")"))), "");
  EXPECT_EQ(
      said(report_of(R"({"id": "a", "when": {"channel": "store", "role": "profit"}, "ceiling": "price.dealer"},)"
                     R"({"id": "b", "when": {"channel": "dealer", "role": "traffic"}, "ceiling": "price.store"})")),
      "");
  EXPECT_EQ(said(report_of(R"({"id": "a", "when": {"channel": "web"}, "gap": {"to": "traditional", "min": "0%"}})")),
            "");
}

TEST(check, finds_rules_that_can_never_be_on) {
  EXPECT_EQ(
      said(report_of(R"({"id": "a", "when": {"segment": "vip"}, "except": {"segment": "vip"}, "discount": "5%"})")),
      "PP-K001 a");
  // Something is left.
  EXPECT_EQ(
      said(report_of(
          R"({"id": "a", "when": {"segment": ["vip", "gold"]}, "except": {"segment": "vip"}, "discount": "5%"})")),
      "");
  // Every object of `except` must be escaped at once.
  EXPECT_EQ(said(report_of(R"({"id": "a", "when": {"role": ["traffic", "profit"]},
                               "except": [{"role": "traffic"}, {"role": "profit", "quantity": {"from": 1}}, {"quantity": {"below": 1}}],
                               "discount": "5%"})")),
            "PP-K001 a");
  EXPECT_EQ(said(report_of(R"({"id": "a", "during": "sale", "when": {"period": "xmas"}, "discount": "5%"})")),
            "PP-K001 a");
  EXPECT_EQ(
      said(report_of(
          R"({"id": "a", "when": {"category": "shoes/boots"}, "except": {"category": "shoes"}, "discount": "5%"})")),
      "PP-K001 a");
  EXPECT_EQ(
      said(report_of(
          R"({"id": "a", "when": {"category": "shoes"}, "except": {"category": "shoes/boots"}, "discount": "5%"})")),
      "");
  EXPECT_EQ(said(report_of(R"({"id": "a", "floor": {"EUR": "5"}})")), "PP-K001 a");
}

TEST(check, finds_rules_whose_time_is_over) {
  const std::string rule = R"({"id": "a", "during": "sale", "discount": "5%"})";
  EXPECT_EQ(said(report_of(rule)), "");
  pricepoint::check_options later;
  later.at = pricepoint::parse_instant("2026-11-12T00:00:00Z");
  EXPECT_EQ(said(report_of(rule, {}, later)), "PP-K003 a");
  later.at = pricepoint::parse_instant("2026-11-11T23:59:59Z");
  EXPECT_EQ(said(report_of(rule, {}, later)), "");
}

TEST(check, finds_bases_that_never_count) {
  EXPECT_EQ(said(report_of(R"({"id": "a", "base": "list"}, {"id": "b", "when": {"channel": "web"}, "base": "msrp"})")),
            "PP-K002 a,b");
  EXPECT_EQ(said(report_of(R"({"id": "a", "skip_if_missing": true, "base": "list"}, {"id": "b", "base": "msrp"})")),
            "");
  EXPECT_EQ(said(report_of(R"({"id": "a", "when": {"segment": "vip"}, "base": "list"}, {"id": "b", "base": "msrp"})")),
            "");
}

TEST(check, finds_bounds_that_contradict_each_other) {
  EXPECT_EQ(said(report_of(R"({"id": "a", "floor": "20"}, {"id": "b", "ceiling": "15"})")), "PP-K004 a,b");
  EXPECT_EQ(said(report_of(R"({"id": "a", "floor": "15"}, {"id": "b", "ceiling": "15"})")), "");
  // Never on together.
  EXPECT_EQ(said(report_of(R"({"id": "a", "when": {"role": "traffic"}, "floor": "20"},
                              {"id": "b", "except": {"role": "traffic"}, "ceiling": "15"})")),
            "");
  EXPECT_EQ(said(report_of(R"({"id": "a", "when": {"channel": "web"}, "gap": {"to": "store", "max": "5%"}},
                              {"id": "b", "gap": {"to": "reference", "min": "8%"}})")),
            "PP-K004 a,b");
  // Different fields contradict each other for some values only.
  EXPECT_EQ(said(report_of(R"({"id": "a", "floor": "cost * 150%"}, {"id": "b", "ceiling": "reference"})")), "");
  EXPECT_EQ(said(report_of(R"({"id": "a", "floor": "20"}, {"id": "b", "ceiling": "reference"})")), "");
  // One strong, one medium: both can never be kept.
  EXPECT_EQ(
      said(report_of(
          R"({"id": "a", "floor": "20", "strength": "strong"}, {"id": "b", "ceiling": "15", "strength": "medium"})")),
      "PP-K014 a,b");
}

TEST(check, states_the_targets_for_which_bounds_contradict_each_other) {
  const auto made = report_of(R"({"id": "a", "floor": "20"}, {"id": "b", "ceiling": "target"})");
  ASSERT_EQ(said(made), "PP-K005 a,b");
  ASSERT_EQ(made.findings[0].targets.size(), 1u);
  EXPECT_EQ(made.findings[0].targets[0].first, 1);
  EXPECT_EQ(made.findings[0].targets[0].last, 1999);
}

TEST(check, finds_margins_that_no_price_can_leave) {
  // 1/1.13 = 0.885 of the price is left without tax; less 5% fee that is 0.835, 94.35% of it.
  EXPECT_EQ(said(report_of(R"({"id": "a", "when": {"channel": "web"}, "margin": "94.3%"})")), "");
  EXPECT_EQ(said(report_of(R"({"id": "a", "when": {"channel": "web"}, "margin": "94.35%"})")), "PP-K006 a");
  EXPECT_EQ(said(report_of(R"({"id": "a", "when": {"channel": "web"}, "margin": "60%"},
                              {"id": "c", "when": {"segment": "sent"}, "credit": {"to": "dealer", "rate": "31%"}})")),
            "PP-K006 a,c");
}

TEST(check, finds_shapes_without_a_price) {
  EXPECT_EQ(
      said(report_of(
          R"({"id": "a", "strength": "required", "endings": [".99"]}, {"id": "b", "strength": "required", "multiple_of": "10"})")),
      "PP-K007 a,b");
  EXPECT_EQ(
      said(report_of(
          R"({"id": "a", "strength": "required", "endings": [".99"]}, {"id": "b", "when": {"sku": "A1"}, "price": "20"})")),
      "PP-K008 a,b");
  EXPECT_EQ(
      said(report_of(
          R"({"id": "a", "strength": "required", "endings": [".99"]}, {"id": "b", "when": {"sku": "A1"}, "price": "20.99"})")),
      "");
}

TEST(check, finds_holes_and_overlaps_of_bands) {
  const auto bands = [](const char* below, const char* from) {
    return R"({"id": "a", "when": {"target": {"below": ")" + std::string(below) +
           R"("}}, "endings": [".99", ".49"]}, {"id": "b", "when": {"target": {"from": ")" + from +
           R"("}}, "multiple_of": "1"})";
  };
  EXPECT_EQ(said(report_of(bands("100", "100"), within)), "");
  EXPECT_EQ(said(report_of(bands("100", "90"), within)), "PP-K009 a,b");
  const auto hole = report_of(bands("100", "100.01"), within);
  ASSERT_EQ(said(hole), "PP-K010 a,b");
  EXPECT_EQ(hole.findings[0].targets.front().first, 10'000);
  EXPECT_EQ(hole.findings[0].targets.front().last, 10'000);
  // A rule for all targets fills it, and so does one that says that any price will do.
  EXPECT_EQ(
      said(report_of(bands("100", "120") +
                         R"(, {"id": "c", "when": {"target": {"from": "100", "below": "120"}}, "multiple_of": "0.01"})",
                     within)),
      "");
}

TEST(check, finds_promotions_that_are_cut_off) {
  const std::string gap = R"({"id": "gap", "when": {"channel": "web"}, "gap": {"to": "store", "max": "10%"})";
  const std::string sale = R"(, {"id": "s", "during": "sale", "when": {"channel": "web"}, "discount": "15%"})";
  EXPECT_EQ(said(report_of(gap + "}" + sale)), "PP-K011 gap,s");
  EXPECT_EQ(said(report_of(gap + R"(, "except": {"period": "sale"}})" + sale)), "");
  EXPECT_EQ(said(report_of(gap + R"(}, {"id": "s", "during": "sale", "discount": "10%"})")), "");
  // Where the bound is on for some only, it may be meant.
  const auto some = report_of(gap + R"(, "except": {"role": "profit"}})" + sale);
  ASSERT_EQ(said(some), "PP-K011 gap,s");
  EXPECT_TRUE(some.clean());
}

TEST(check, finds_dead_zones) {
  const auto made = report_of(R"({"id": "a", "when": {"target": {"from": "20", "below": "60"}}, "multiple_of": "10"})");
  ASSERT_EQ(said(made), "PP-K012 a");
  // 5% of 21.06 is 1.05, and 28.57 + 1.42 is 29.99.
  const auto& zones = made.findings[0].targets;
  ASSERT_EQ(zones.size(), 4u);
  EXPECT_EQ(zones[0], (pricepoint::target_band{2106, 2857, 2000, 3000}));
  EXPECT_EQ(zones[3], (pricepoint::target_band{5264, 5714, 5000, 6000}));
  EXPECT_FALSE(made.clean());
  // The smallest amounts are too small for any rate.
  const auto small = report_of(R"({"id": "a", "endings": [".99"]})");
  ASSERT_EQ(said(small), "PP-K012 a");
  EXPECT_TRUE(small.clean());
  EXPECT_EQ(said(report_of(R"({"id": "a", "endings": [".99"]})", within)), "");
  // Neither is a wish.
  const auto wish = report_of(R"({"id": "a", "avoid": {"digits": "4", "in": "integer"}})");
  ASSERT_EQ(said(wish), "PP-K013 a");
  EXPECT_TRUE(wish.clean());
}

// A witness is an amount that the language can say, also where a zone goes on to the largest.
TEST(check, shows_dead_zones_without_end_with_an_ordinary_amount) {
  const auto made = report_of(R"({"id": "a", "when": {"target": {"from": "4"}}, "endings": ["5"]},
      {"id": "b", "avoid": {"sequences": ["05", "15", "25", "35", "45", "55", "65", "75", "85", "95"], "in": "integer"}})",
                              within);
  bool seen = false;
  for (const auto& one : made.findings) {
    if (one.what.code != "PP-K013" || one.targets.back().last != pricepoint::max_amount_minor) continue;
    seen = true;
    EXPECT_EQ(one.targets.back().below, 500);
    EXPECT_EQ(one.targets.back().above, 0);
    EXPECT_NE(one.witnesses.front().find("\"list\":\"5"), std::string::npos) << one.witnesses.front();
  }
  EXPECT_TRUE(seen);
}

TEST(check, finds_soft_shapes_that_contradict_each_other) {
  EXPECT_EQ(
      said(report_of(
          R"({"id": "a", "endings": [".99", ".49"]}, {"id": "b", "when": {"role": "profit"}, "multiple_of": "1"})",
          within)),
      "PP-K014 a,b");
  // A weaker wish that is on elsewhere too gives way, as it is meant to.
  EXPECT_EQ(
      said(report_of(
          R"({"id": "a", "when": {"role": "profit"}, "endings": [".99", ".49"]}, {"id": "b", "prefer": {"digits": "8", "in": "last"}})",
          within)),
      "");
}

TEST(check, finds_what_is_not_about_prices) {
  EXPECT_EQ(said(report_of(R"({"id": "a", "when": {"channel": "web"}, "floor": "map"})")), "");
  EXPECT_EQ(said(report_of(R"({"id": "a", "floor": "map"})")), "PP-K019 a");
  EXPECT_EQ(said(report_of(R"j({"id": "a", "when": {"channel": "web"}, "was": "min(reference, lowest_prior?)"})j")),
            "");
}

TEST(check, counts_what_is_beyond_its_limits) {
  std::string rules = R"({"id": "low", "floor": "20"})";
  for (int i = 0; i < 50; ++i) {
    rules +=
        R"(, {"id": "p)" + std::to_string(i) + R"(", "when": {"sku": "S)" + std::to_string(i) + R"("}, "price": "15"})";
  }
  pricepoint::check_options few;
  few.limits.max_of_a_kind = 10;
  const auto made = report_of(rules, {}, few);
  EXPECT_EQ(made.findings.size(), 10u);
  ASSERT_EQ(made.not_searched.size(), 1u);
  EXPECT_EQ(made.not_searched[0], "PP-K004: 10 are shown, 40 more are not");
}

TEST(check, says_what_a_catalogue_has_of_it) {
  const auto policy = pricepoint::parse_policy(R"({"pricepoint": 1, "name": "test", "markets": {"DE": {"tax": "19%"}},
    "channels": {"web": {"kind": "online"}},
    "rules": [{"id": "gold", "when": {"segment": "gold"}, "discount": "10%"}, {"id": "low", "floor": "20"}, {"id": "b", "ceiling": "target"}]})");
  ASSERT_TRUE(policy);
  const auto report = pricepoint::check(*policy);
  ASSERT_EQ(said(report), "PP-K005 low,b");
  pricepoint::check_catalogue catalogue(*policy, report);
  using pricepoint::literals::operator""_money;
  for (const auto list : {"19.99"_money, "20.00"_money, "100"_money}) {
    catalogue.see({.channel = "web", .market = "DE", .list = list});
  }
  EXPECT_EQ(catalogue.rows(), 3u);
  EXPECT_EQ(catalogue.touched(), std::vector<std::size_t>{1});
  const auto lowest = catalogue.lowest({.channel = "web", .market = "DE", .list = "100"_money});
  ASSERT_TRUE(lowest.price);
  EXPECT_EQ(to_string(*lowest.price), "90.00");
  EXPECT_EQ(lowest.segment, "gold");
}

TEST(check, has_a_title_for_every_code) {
  std::string last;
  for (const auto& one : pricepoint::check_codes()) {
    EXPECT_LT(last, one.code);
    EXPECT_FALSE(one.title.empty());
    last = one.code;
  }
}

}  // namespace
