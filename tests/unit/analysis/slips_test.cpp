// SPDX-License-Identifier: Apache-2.0
// Slips that are surely slips, what is near them and meant, and the one line about them.
#include <gtest/gtest.h>

#include <string>

#include "pricepoint/analysis/check.hpp"

namespace {

using namespace pricepoint;

policy policy_of(const std::string& rules, const std::string& more = {}) {
  auto read = parse_policy(
      R"({"pricepoint": 1, "name": "slips",
          "markets": {"DE": {"tax": "19%"}, "CN": {"tax": "13%"},
                      "airport": {"currency": "EUR", "unit": "0.01", "display": "gross", "tax": "0%"}},
          "channels": {"web": {"kind": "online"}},)" +
          more + R"( "rules": [)" + rules + "]}",
      "slips.json");
  EXPECT_TRUE(read) << read.error().to_string();
  return std::move(*read);
}

// Codes of the slips; each is a finding of `check` too, with a witness.
std::string codes_of(const std::string& rules, const std::string& more = {}) {
  const policy of = policy_of(rules, more);
  const check_report report = check(of);
  std::string text;
  for (const diagnostic& one : slips_of(of)) {
    text += (text.empty() ? "" : " ") + one.code;
    bool told = false;
    for (const check_finding& found : report.findings) {
      told = told || (found.what.code == one.code && found.what.offset == one.offset && !found.witnesses.empty());
    }
    EXPECT_TRUE(told) << to_string(one);
  }
  return text;
}

TEST(slips, a_surcharge_beside_a_discount_without_a_group) {
  const std::string discount = R"({"id": "member", "when": {"segment": "member"}, "discount": "5%"}, )";
  EXPECT_EQ(codes_of(discount + R"({"id": "cold", "discount": "-3%"})"), "PP-K023");
  EXPECT_EQ(codes_of(discount + R"({"id": "cold", "group": "cold", "discount": "-3%"})"), "");
  // Never on together.
  EXPECT_EQ(codes_of(discount + R"({"id": "cold", "when": {"segment": "guest"}, "discount": "-3%"})"), "");
}

TEST(slips, one_period_of_several_zones_in_several_markets) {
  const std::string rule = R"({"id": "off", "during": "sale", "discount": "5%"})";
  const auto period = [](const std::string& second) {
    return R"("periods": {"sale": [{"from": "2026-11-01", "until": "2026-11-11", "zone": "Europe/Berlin"},
                                   {"from": "2026-11-01", "until": "2026-11-11", "zone": ")" +
           second + R"("}]},)";
  };
  EXPECT_EQ(codes_of(rule, period("Asia/Shanghai")), "PP-K024");
  EXPECT_EQ(codes_of(rule, period("Europe/Berlin")), "");
  EXPECT_EQ(codes_of(R"({"id": "off", "during": "sale", "when": {"market": "DE"}, "discount": "5%"})",
                     period("Asia/Shanghai")),
            "");
}

TEST(slips, money_that_looks_like_a_rate) {
  EXPECT_EQ(codes_of(R"({"id": "a", "discount": 0.08})"), "PP-K025");
  EXPECT_EQ(codes_of(R"({"id": "a", "discount": "8"})"), "PP-K025");
  EXPECT_EQ(codes_of(R"({"id": "a", "discount": "8%"})"), "");
  EXPECT_EQ(codes_of(R"({"id": "a", "discount": {"EUR": "8", "CNY": "60"}})"), "");
  EXPECT_EQ(slips_of(policy_of(R"({"id": "a", "discount": "150"})")).size(), 0u);
  EXPECT_EQ(slips_of(policy_of(R"({"id": "a", "discount": 0.08})")).at(0).hint,
            "write \"8%\" for a rate; for money name the currency, such as {\"CNY\": \"0.08\"}");
}

TEST(slips, digits_that_are_a_number) {
  EXPECT_EQ(codes_of(R"({"id": "a", "avoid": {"digits": "13"}})"), "PP-K026");
  EXPECT_EQ(codes_of(R"({"id": "a", "avoid": {"digits": "666"}})"), "PP-K026");
  EXPECT_EQ(codes_of(R"({"id": "a", "prefer": {"digits": "88"}})"), "PP-K026");
  EXPECT_EQ(codes_of(R"({"id": "a", "avoid": {"digits": "4"}})"), "");
  EXPECT_EQ(codes_of(R"({"id": "a", "prefer": {"digits": "689"}})"), "");
  EXPECT_EQ(codes_of(R"({"id": "a", "avoid": {"sequences": ["13"]}})"), "");
}

TEST(slips, a_culture_rule_where_there_is_none) {
  EXPECT_EQ(codes_of(R"({"id": "a", "when": {"market": "airport"}, "culture": "all"})"), "PP-K027");
  EXPECT_EQ(codes_of(R"({"id": "a", "when": {"market": ["DE", "airport"]}, "culture": "all"})"), "PP-K027");
  // For all markets: those that have one are meant.
  EXPECT_EQ(codes_of(R"({"id": "a", "culture": "all"})"), "");
}

TEST(slips, are_told_in_one_line) {
  EXPECT_EQ(slips_line(policy_of(R"({"id": "a", "discount": "8%"})")), "");
  EXPECT_EQ(slips_line(policy_of(R"({"id": "a", "avoid": {"digits": "13"}})")),
            "slips.json: 1 slip: PP-K026 in line 4; `pricepoint check` says what is wrong");
}

TEST(slips, rules_that_no_row_matches) {
  const policy of = policy_of(
      R"({"id": "mugs", "when": {"category": "home/mugs"}, "discount": "5%"},
         {"id": "lamps", "when": {"category": "home/lmaps"}, "discount": "5%"},
         {"id": "members", "when": {"segment": "member", "sku": "A1"}, "discount": "5%"},
         {"id": "tall", "when": {"height": {"from": 20}}, "discount": "5%"},
         {"id": "dozen", "when": {"quantity": {"from": 12}}, "discount": "1%"})",
      R"("attributes": {"height": "number"},)");
  const check_report report = check(of);
  check_catalogue rows(of, report);
  EXPECT_FALSE(rows.unmatched());  // nothing was looked at
  request one;
  one.market = "DE";
  one.channel = "web";
  one.sku = "A1";
  one.category = "home/mugs/large";
  one.list = parse_decimal("10");
  one.attributes.push_back({"height", attribute_value("19")});
  rows.see(one);
  // Who asks and how many is not the catalogue's to say.
  auto found = rows.unmatched();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->what.code, "PP-K028");
  EXPECT_EQ(found->rules, (std::vector<std::string>{"lamps", "tall"}));
  EXPECT_EQ(found->witnesses.size(), 1u);
  one.sku = "B1";
  one.attributes.clear();
  one.attributes.push_back({"height", attribute_value("20")});
  rows.see(one);
  found = rows.unmatched();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->rules, (std::vector<std::string>{"lamps"}));
}

// Beside a price by hand nobody is told to make a rule soft; and a price of 0 is none.
TEST(hints, about_prices_by_hand) {
  const auto hint_of = [](const std::string& rules) {
    const check_report report = check(policy_of(rules));
    EXPECT_FALSE(report.findings.empty());
    return report.findings.empty() ? std::string() : report.findings.front().what.hint;
  };
  EXPECT_EQ(hint_of(R"({"id": "a", "price": "20"}, {"id": "b", "floor": {"EUR": "25"}})").find("soft"),
            std::string::npos);
  EXPECT_EQ(hint_of(R"({"id": "a", "price": {"EUR": "20"}}, {"id": "b", "strength": "required", "endings": [".99"]})")
                .find("soft"),
            std::string::npos);
  EXPECT_NE(hint_of(R"({"id": "a", "ceiling": {"EUR": "20"}}, {"id": "b", "floor": {"EUR": "25"}})").find("soft"),
            std::string::npos);
  EXPECT_EQ(hint_of(R"({"id": "a", "price": "0"})"), "prices are above zero; a free product is not priced");
}

}  // namespace
