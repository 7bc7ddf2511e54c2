// SPDX-License-Identifier: Apache-2.0
// What a policy says that it needs. tests/property/inputs_test.cpp holds it against decisions.
#include "pricepoint/pricing/policy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "unit/decide/deciding.hpp"

namespace {

using deciding::joined;
using deciding::policy_of;
using need = pricepoint::policy_inputs::need;

const pricepoint::policy_inputs::channel& on(const pricepoint::policy_inputs& all, std::string_view name) {
  return *std::find_if(all.channels.begin(), all.channels.end(), [&](const auto& one) { return one.name == name; });
}

// "cost! [m], price.store!, map? [f]": ! required, / one of, ? optional; what every channel may have is left out.
std::string fields(std::string_view rules, std::string_view channel, std::string_view top = "") {
  const auto all = policy_of(rules, top).inputs();
  std::string text;
  for (const auto& one : on(all, channel).fields) {
    if (one.need == need::optional && one.rules.empty() &&
        (one.name == "at" || one.name == "currency" || one.name == "tax")) {
      continue;
    }
    text += (text.empty() ? "" : ", ") + one.name;
    text += one.need == need::required ? "!" : one.need == need::one_of ? "/" : "?";
    if (!one.rules.empty()) text += " [" + joined(one.rules) + "]";
    if (!one.markets.empty()) text += " in " + joined(one.markets);
  }
  return text;
}

TEST(inputs, begin_with_the_reference) {
  EXPECT_EQ(fields("", "store"), "list!");
  EXPECT_EQ(fields("", "web"), "price.store!");
  EXPECT_EQ(fields("", "mall"), "price.dealer/, price.store/");
  EXPECT_EQ(fields(R"({ "id": "b", "base": "msrp" })", "web"), "msrp! [b]");
  // In markets of other currencies the rule is off.
  EXPECT_EQ(fields(R"({ "id": "b", "base": { "EUR": "msrp" } })", "web"), "msrp! [b] in DE ST XX, price.store!");
  EXPECT_EQ(fields(R"({ "id": "b", "base": "msrp", "skip_if_missing": true })", "web"), "price.store!, msrp? [b]");
  EXPECT_EQ(fields(R"({ "id": "b", "base": "msrp", "when": { "role": "profit" } })", "web"), "msrp! [b], price.store!");
  EXPECT_EQ(fields("", "web", R"("fallback": "current",)"), "price.store!, current?");
  // Where there is a base, the reference is for the fallback alone.
  EXPECT_EQ(fields(R"({ "id": "b", "base": "msrp" })", "web", R"("fallback": "reference",)"),
            "msrp! [b], price.store?");
}

TEST(inputs, of_rules) {
  EXPECT_EQ(fields(R"({ "id": "b", "base": "msrp" }, { "id": "g", "gap": { "to": "reference", "max": "5%" } })", "web"),
            "msrp! [b], price.store! [g]");
  // The market XX has no tax of its own.
  EXPECT_EQ(fields(R"({ "id": "m", "margin": "5%" })", "web"),
            "cost! [m], price.store!, shipping! [m], tax! [m] in XX, fee? [m]");
  EXPECT_EQ(fields(R"({ "id": "m", "margin": "5%", "when": { "market": ["CN", "US"] } })", "store"),
            "cost! [m] in CN US, list!, fee? [m] in CN US, shipping? [m] in CN US, tax? [m]");
  EXPECT_EQ(fields(R"({ "id": "g", "gap": { "to": "traditional", "max": "5%" } })", "web"),
            "price.store! [g], price.dealer/ [g]");
  const std::string_view to_dealer = R"({ "id": "g", "gap": { "to": "dealer", "max": "5%" } })";
  EXPECT_EQ(fields(to_dealer, "web"), "price.dealer! [g], price.store!");
  EXPECT_EQ(fields(to_dealer, "dealer"), "list!") << "no channel has a gap to itself";
  EXPECT_EQ(
      fields(R"r({ "id": "f", "floor": "max(map?, list?)" }, { "id": "c", "ceiling": "min(msrp, list?)" })r", "web"),
      "msrp! [c], price.store!, list/ [c f], map/ [f]");
  EXPECT_EQ(fields(R"({ "id": "f", "floor": "map", "skip_if_missing": true }, { "id": "h", "hold": "1%" })", "web"),
            "price.store!, current? [h], current_since? [h], map? [f]");
  EXPECT_EQ(fields(R"({ "id": "f", "floor": { "USD": "map", "EUR": "msrp" } })", "web"),
            "map! [f] in US, msrp! [f] in DE ST XX, price.store!");
}

TEST(inputs, of_this_channel_alone) {
  const std::string_view rules = R"(
    { "id": "a", "when": { "channel": "web" }, "floor": "cost" }, { "id": "b", "except": { "channel": "web" }, "floor": "map" },
    { "id": "c", "except": { "channel": "web", "role": "profit" }, "floor": "msrp" })";
  EXPECT_EQ(fields(rules, "web"), "cost! [a], msrp! [c], price.store!, tax! [a] in XX");
  EXPECT_EQ(fields(rules, "plain"), "list!, map! [b], msrp! [c]");
}

TEST(inputs, attributes_that_decide) {
  const auto all = policy_of(R"(
    { "id": "a", "when": { "role": ["profit", "traffic"], "channel": "web" }, "discount": "1%" },
    { "id": "b", "during": "eleven", "except": { "stock": { "from": 5, "below": 9.5 } }, "discount": "2%", "group": "g" },
    { "id": "c", "when": { "target": { "from": "10" }, "market": "CN" }, "endings": [".90"] })")
                       .inputs();
  const auto& web = on(all, "web");
  ASSERT_EQ(web.attributes.size(), 2u);
  EXPECT_EQ(web.attributes[0].name, "role");
  EXPECT_EQ(joined(web.attributes[0].values), "profit traffic");
  EXPECT_EQ(joined(web.attributes[0].rules), "a");
  EXPECT_EQ(web.attributes[1].name, "stock");
  EXPECT_EQ(joined(web.attributes[1].values), "5 9.5");
  EXPECT_EQ(joined(web.periods), "eleven");
  EXPECT_EQ(web.fields.front().name, "at");
  EXPECT_EQ(web.fields.front().need, need::required);
  EXPECT_FALSE(web.fields.front().starts);
  EXPECT_EQ(web.fields[1].name, "price.store");
  EXPECT_TRUE(web.fields[1].starts);
  EXPECT_EQ(on(all, "store").attributes.size(), 1u);
}

}  // namespace
