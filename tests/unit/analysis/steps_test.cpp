// SPDX-License-Identifier: Apache-2.0
// A lower target that gives a higher price, and discounts that the looks swallow or turn round: what `check` finds in
// policies made for it, and that pricing both witnesses says the same.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "pricepoint/analysis/check.hpp"
#include "pricepoint/pricing/pricer.hpp"
#include "unit/dice.hpp"

namespace {

using namespace pricepoint;

struct priced_witness {
  std::int64_t price = 0;
  decimal target;
  bool has_price = false;
};

// Prices a witness as it stands in the finding.
priced_witness priced(const policy& of, const std::string& line) {
  const boost::json::value read = boost::json::parse(line);
  std::vector<std::string> kept;
  kept.reserve(64);
  request asked;
  const auto text = [&](const boost::json::value& value) -> std::string_view {
    return kept.emplace_back(std::string(value.as_string()));
  };
  for (const auto& [key, value] : read.as_object()) {
    const std::string_view name = key;
    if (name == "sku") asked.sku = text(value);
    if (name == "channel") asked.channel = text(value);
    if (name == "market") asked.market = text(value);
    if (name == "segment") asked.segment = text(value);
    if (name == "category") asked.category = text(value);
    if (name == "audience") asked.audience = text(value);
    if (name == "quantity") asked.quantity = parse_decimal(text(value));
    if (name == "list") asked.list = parse_decimal(text(value));
    if (name == "cost") asked.cost = parse_decimal(text(value));
    if (name == "shipping") asked.shipping = parse_decimal(text(value));
    if (name == "at") asked.at = parse_instant(text(value));
    if (name == "prices") {
      for (const auto& [channel, price] : value.as_object()) {
        asked.prices.push_back({kept.emplace_back(std::string(channel)), *parse_decimal(text(price))});
      }
    }
  }
  pricer prices(of);
  const decision made = prices.price(asked);
  priced_witness out;
  out.has_price = made.price().has_value() && made.target().has_value();
  if (out.has_price) {
    out.price = made.price()->minor;
    out.target = *made.target();
  }
  return out;
}

policy policy_of(const std::string& rules, const std::string& more = {}) {
  auto read = parse_policy(
      R"({"pricepoint": 1, "name": "steps", "discounts": "compound",
          "markets": {"DE": {"currency": "EUR", "unit": "0.01", "display": "gross", "tax": "19%"}},
          "channels": {"store": {"kind": "traditional"}, "web": {"kind": "online", "reference": "store"}},)" +
      more + R"( "rules": [)" + rules + "]}");
  EXPECT_TRUE(read) << read.error().to_string();
  return std::move(*read);
}

const check_finding* find(const check_report& in, const std::string& code) {
  for (const check_finding& one : in.findings) {
    if (one.what.code == code) return &one;
  }
  return nullptr;
}

std::string said(const check_report& of) {
  std::string text;
  for (const check_finding& one : of.findings) text += to_string(one.what) + "\n";
  return text;
}

TEST(steps, are_found_in_ten_policies_and_pricing_both_witnesses_says_so) {
  const std::string low = R"({"id": "low", "when": {"target": {"below": "100"}}, "endings": )";
  const std::string high = R"({"id": "high", "when": {"target": {"from": "100"}}, "endings": )";
  const std::string wide = R"("within": "8%",)";
  const std::pair<std::string, std::string> policies[] = {
      {low + R"([".50"]}, )" + high + R"(["9"]})", ""},
      {low + R"(["0"]}, )" + high + R"(["5"]})", ""},
      {low + R"([".99"]}, )" + high + R"(["9.90"]})", ""},
      {low + R"(["0", "5"], "strength": "medium"}, )" + high + R"(["90", "9"]})", ""},
      {R"({"id": "low", "when": {"target": {"below": "20"}}, "multiple_of": "0.50"},
          {"id": "high", "when": {"target": {"from": "20"}}, "endings": [".90"]})",
       ""},
      {R"({"id": "low", "when": {"target": {"below": "20"}}, "multiple_of": "1", "strength": "required"},
          {"id": "high", "when": {"target": {"from": "20"}}, "endings": [".70"], "strength": "required"})",
       ""},
      {low + R"([".00"]}, )" + high + R"(["8"]}, {"id": "no-four", "avoid": {"digits": "4"}})", ""},
      {low + R"(["0"]}, )" + high + R"(["9"]})", wide},
      {R"({"id": "low", "when": {"target": {"below": "3000"}}, "endings": ["00", "50", "90"]},
          {"id": "high", "when": {"target": {"from": "3000"}}, "endings": ["900", "200"]})",
       ""},
      // The weaker rule reaches further than the stronger one: prices fall inside a band.
      {R"({"id": "eights", "endings": ["98"]}, {"id": "hundreds", "endings": ["00"], "strength": "weak"})",
       R"("within": {"strong": "1%", "weak": "6%"},)"},
  };
  for (const auto& [rules, more] : policies) {
    const policy of = policy_of(rules, more);
    const check_report report = check(of);
    const check_finding* found = find(report, "PP-K020");
    ASSERT_NE(found, nullptr) << rules << "\n" << said(report);
    ASSERT_EQ(found->witnesses.size(), 2u);
    const priced_witness first = priced(of, found->witnesses[0]);
    const priced_witness second = priced(of, found->witnesses[1]);
    ASSERT_TRUE(first.has_price && second.has_price) << rules;
    EXPECT_LT(first.target, second.target) << rules;
    EXPECT_GT(first.price, second.price) << rules;
  }
}

TEST(steps, say_both_prices_and_how_far_it_goes) {
  const policy of = policy_of(
      R"({"id": "low", "when": {"target": {"below": "100"}}, "endings": [".50"]},
         {"id": "high", "when": {"target": {"from": "100"}}, "endings": ["9"]})");
  const check_report report = check(of);
  const check_finding* found = find(report, "PP-K020");
  ASSERT_NE(found, nullptr) << said(report);
  EXPECT_EQ(found->what.message,
            "a lower wish gives a higher price: 99.99 gives 99.50, 100.00 gives 99.00 EUR; 401 targets, from 100.00 to "
            "104.00, give less than lower ones do");
  EXPECT_EQ(found->rules, (std::vector<std::string>{"low", "high"}));
  ASSERT_EQ(found->targets.size(), 2u);
  EXPECT_EQ(found->targets[0].first, 9901);
  EXPECT_EQ(found->targets[0].last, 9999);
  EXPECT_EQ(found->targets[1].first, 10000);
  EXPECT_EQ(found->targets[1].last, 10400);
}

// Every whole target of random policies is priced: a price falls where the target rises if and only if that is found.
TEST(steps, are_found_wherever_prices_fall) {
  deciding::dice roll;
  const auto pick = [&](std::initializer_list<const char*> all) { return *(all.begin() + roll.below(all.size())); };
  int with = 0;
  for (int round = 0; round < 40; ++round) {
    const std::string edge = pick({"20", "50", "48", "49.90", "30"});
    const auto look = [&](const std::string& id, const std::string& when) {
      return R"({"id": ")" + id + R"(", "when": {"target": {)" + when + R"(}}, "strength": ")" +
             pick({"strong", "medium", "weak", "required"}) + R"(", )" +
             pick({R"("endings": [".99"])", R"("endings": ["9", "5"])", R"("endings": [".90", ".49"])",
                   R"("multiple_of": "0.50")", R"("multiple_of": "5")", R"("endings": [".?9"])"}) +
             "}";
    };
    std::string rules = look("low", R"("below": ")" + edge + '"') + ", " + look("high", R"("from": ")" + edge + '"');
    if (roll.below(2) == 0)
      rules += std::string(R"(, {"id": "avoided", "avoid": )") +
               pick({R"({"digits": "4"})", R"({"sequences": ["13", "99"]})", R"({"digits": "5", "in": "last"})"}) +
               R"(, "strength": ")" + pick({"strong", "medium", "weak"}) + R"("})";
    if (roll.below(2) == 0)
      rules += std::string(R"(, {"id": "liked", "prefer": )") +
               pick({R"({"digits": "8"})", R"({"sequences": ["7"]})"}) + "}";
    const policy of = policy_of(rules);
    pricer prices(of);
    decision made;
    request asked;
    asked.market = "DE";
    asked.channel = "web";
    std::int64_t highest = 0;
    bool falls = false;
    for (std::int64_t target = 1; target <= 7'000; ++target) {
      asked.prices.assign(1, {"store", decimal::from_parts(target, 2)});
      prices.price(asked, made);
      if (!made.price()) continue;
      falls = falls || made.price()->minor < highest;
      highest = std::max(highest, made.price()->minor);
    }
    const check_report report = check(of);
    EXPECT_EQ(find(report, "PP-K020") != nullptr, falls) << rules << "\n" << said(report);
    with += falls ? 1 : 0;
  }
  EXPECT_GT(with, 5);
  EXPECT_LT(with, 35);
}

TEST(steps, are_none_where_bands_meet) {
  const policy of = policy_of(
      R"({"id": "low", "when": {"target": {"below": "99"}}, "endings": ["0", "5", "9"]},
         {"id": "high", "when": {"target": {"from": "99"}}, "endings": ["9"]})");
  EXPECT_EQ(find(check(of), "PP-K020"), nullptr);
}

TEST(discounts, that_the_looks_swallow_whole_are_told) {
  const policy of = policy_of(
      R"({"id": "ten", "when": {"quantity": {"from": 10}}, "discount": "2%"}, {"id": "look", "endings": [".50"]})",
      R"("within": ["5%", "1"],)");
  const check_report report = check(of);
  const check_finding* found = find(report, "PP-K022");
  ASSERT_NE(found, nullptr) << said(report);
  EXPECT_EQ(found->what.severity, severity::note);
  ASSERT_EQ(found->witnesses.size(), 2u);
  const priced_witness with = priced(of, found->witnesses[0]);
  const priced_witness without = priced(of, found->witnesses[1]);
  EXPECT_LT(with.target, without.target);
  EXPECT_EQ(with.price, without.price);
  // A discount that is larger than any step of the looks is seen.
  EXPECT_EQ(
      find(
          check(policy_of(
              R"({"id": "ten", "when": {"quantity": {"from": 10}}, "discount": "20%"}, {"id": "look", "endings": [".50"]})")),
          "PP-K022"),
      nullptr);
}

TEST(discounts, that_make_it_dearer_are_told) {
  const policy of = policy_of(
      R"({"id": "member", "when": {"segment": "member"}, "discount": "1%"},
         {"id": "public", "except": {"segment": "member"}, "endings": ["5"]},
         {"id": "members", "when": {"segment": "member"}, "endings": ["9"]})");
  const check_report report = check(of);
  const check_finding* found = find(report, "PP-K021");
  ASSERT_NE(found, nullptr) << said(report);
  const priced_witness with = priced(of, found->witnesses[0]);
  const priced_witness without = priced(of, found->witnesses[1]);
  EXPECT_LT(with.target, without.target);
  EXPECT_GT(with.price, without.price);
}

TEST(quantities, from_which_a_piece_costs_more_are_told) {
  const policy of = policy_of(
      R"({"id": "one", "when": {"sku": "bolt", "quantity": {"from": 1, "below": 10}}, "base": "5.00"},
         {"id": "ten", "when": {"sku": "bolt", "quantity": {"from": 10, "below": 50}}, "base": "4.50"},
         {"id": "fifty", "when": {"sku": "bolt", "quantity": {"from": 50}}, "base": "4.80"})");
  const check_report report = check(of);
  const check_finding* found = find(report, "PP-K021");
  ASSERT_NE(found, nullptr) << said(report);
  EXPECT_EQ(found->what.message, "a piece costs more from 50 on: 4.50 for 49 (\"ten\"), 4.80 EUR for 50 (\"fifty\")");
  EXPECT_EQ(priced(of, found->witnesses[0]).price, 480);
  EXPECT_EQ(priced(of, found->witnesses[1]).price, 450);
}

}  // namespace
