// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "compile/machine.hpp"
#include "market/market_file.hpp"
#include "policy/parse.hpp"
#include "unit/decide/deciding.hpp"

namespace {

using namespace pricepoint;
using namespace pricepoint::literals;
using deciding::joined;
using deciding::line;

using files = std::map<std::string, std::string>;

policy_language::table_loader serving(const files& texts) {
  return [texts](const std::string& name, std::size_t) -> result<policy_language::loaded_table> {
    const auto found = texts.find(name);
    if (found == texts.end()) {
      diagnostic one;
      one.message = "no such file";
      return error({std::move(one)});
    }
    return policy_language::loaded_table{name, found->second};
  };
}

result<policy> read(std::string text, const files& beside = {}) {
  return parse_policy(std::move(text), "policy.json", {}, serving(beside));
}

std::string text_of(std::string_view markets, std::string_view rules, std::string_view top = "") {
  return "{\"pricepoint\": 1, " + std::string(top) + "\"markets\": " + std::string(markets) +
         R"(, "channels": { "web": { "kind": "online" } }, "rules": [)" + std::string(rules) + "]}";
}

std::string decide(const result<policy>& of, std::string market, decimal list) {
  if (!of) return of.error().to_string();
  pricer one(*of);
  return line(one.price({.channel = "web", .market = std::move(market), .list = list}));
}

std::vector<std::string> codes_of(const result<policy>& of) {
  std::vector<std::string> codes;
  if (of) return codes;
  for (const diagnostic& each : of.error().diagnostics())
    codes.push_back(each.code + " " + each.file + " " + each.pointer);
  return codes;
}

constexpr const char* culture = R"({ "id": "c", "culture": "all" })";

// [MTB-1] [MKT-2] [MKT-3] [MKT-4]
TEST(market_table, fills_what_markets_leave_out) {
  const auto of =
      read(text_of(R"({ "CN": {}, "JP": {}, "IL": {}, "CH": {}, "US": {}, "IN": { "currency": "USD" } })", ""));
  EXPECT_EQ(decide(of, "CN", "32.004"_money), "priced 32.00");
  EXPECT_EQ(decide(of, "JP", "1980.4"_money), "priced 1980");
  EXPECT_EQ(decide(of, "IL", "9.96"_money), "priced 10.00");
  EXPECT_EQ(decide(of, "CH", "9.97"_money), "priced 9.95");
  EXPECT_EQ(decide(of, "US", "9.99"_money), "priced 9.99");
  EXPECT_EQ(decide(of, "IN", "9.999"_money), "priced 10.00");
  pricer one(*of);
  const decision net = one.price({.channel = "web", .market = "US", .list = "10"_money});
  ASSERT_TRUE(net.tax()) << "the display is net, so the tax is 0%";
  EXPECT_EQ(to_string(*net.tax()), "0.00");
}

TEST(market_table, is_read_and_has_versions) {
  EXPECT_EQ(built_in_markets().version, "2026.11");
  EXPECT_EQ(built_in_markets().markets.size(), 48u);
  EXPECT_EQ(find_market_table("2026.11"), &built_in_markets());
  EXPECT_EQ(find_market_table(""), &built_in_markets());
  EXPECT_EQ(find_market_table("1999.01"), nullptr);
  EXPECT_EQ(market_table_versions(), (std::vector<std::string_view>{"2026.11"}));
  EXPECT_EQ(built_in_markets().find("XX"), nullptr);
}

// [CUL-8]
TEST(culture, strength_follows_from_confidence) {
  using kind = enum culture_entry::kind;
  const auto strength = [](kind what, confidence sure, bool wider = false) {
    culture_entry one;
    one.kind = what;
    one.confidence = sure;
    one.wider = wider;
    return std::string(to_string(one.strength()));
  };
  for (const confidence sure : {confidence::law, confidence::paper, confidence::computed}) {
    EXPECT_EQ(strength(kind::avoid, sure), "strong");
    EXPECT_EQ(strength(kind::endings, sure), "strong");
    EXPECT_EQ(strength(kind::prefer, sure), "medium");
    EXPECT_EQ(strength(kind::avoid, sure, true), "weak");
  }
  EXPECT_EQ(strength(kind::endings, confidence::reputable), "medium");
  EXPECT_EQ(strength(kind::prefer, confidence::reputable), "weak");
  for (const confidence sure : {confidence::weak, confidence::common}) {
    EXPECT_EQ(strength(kind::avoid, sure), "weak");
    EXPECT_EQ(strength(kind::prefer, sure), "weak");
  }
  EXPECT_EQ(strength(kind::avoid, confidence::none), "strong");
  EXPECT_EQ(strength(kind::prefer, confidence::none), "weak");
}

// The facts that the language's examples lean on: same numbers, opposite signs.
TEST(culture, never_merges_lists_across_markets) {
  const auto ids = [](const char* code) {
    std::vector<std::string> all;
    for (const culture_entry& one : built_in_markets().find(code)->culture) all.push_back(one.id);
    return all;
  };
  const auto has = [&](const char* code, const std::string& id) {
    const auto all = ids(code);
    return std::find(all.begin(), all.end(), id) != all.end();
  };
  EXPECT_TRUE(has("CN", "avoid-last-4"));
  EXPECT_TRUE(has("CN", "prefer-88"));
  EXPECT_TRUE(has("DE", "avoid-88"));
  EXPECT_TRUE(has("AT", "avoid-88"));
  EXPECT_FALSE(has("CN", "avoid-88"));
  EXPECT_TRUE(has("IT", "avoid-17"));
  EXPECT_FALSE(has("IT", "avoid-13"));
  EXPECT_TRUE(has("US", "avoid-13"));
  EXPECT_FALSE(has("US", "avoid-17"));
  EXPECT_FALSE(has("JP", "avoid-9"));
}

const files own = {{"own.json", R"({
  "pricepoint_markets": 1, // a shop's own
  "sources": { "us": "our own survey" },
  "markets": {
    "MOON": { "currency": "EUR", "unit": "0.10", "display": "net", "culture": [
      { "id": "no-four", "avoid": { "digits": "4", "in": "last" } },
      { "id": "low", "endings": [".90"], "below": "10" },
      { "id": "high", "multiple_of": "5", "from": "10", "confidence": "common" },
      { "id": "eight", "prefer": { "digits": "8" }, "strength": "medium" },
      { "id": "nine", "prefer": { "digits": "9" }, "from": "10", "below": "20", "strength": "weak", "source": "us" }
    ] },
    "CN": { "culture": [ { "id": "end-7", "endings": ["7"] } ], "former_price": { "rule": "none" } },
    "DE": { "currency": { "value": "CHF", "confidence": "law", "source": "us" } },
    "JP": { "currency": "JPY", "unit": { "value": "10", "note": "we round" } }
  }
})"}};
constexpr const char* with_own = R"("tables": { "version": "2026.11", "markets": "own.json" }, )";

std::vector<std::string> rules_of(const result<policy>& of) {
  std::vector<std::string> all;
  for (const auto& one : pricepoint::engine::machine_of(*of).rules()) {
    static constexpr const char* strengths[] = {"required", "strong", "medium", "weak"};
    all.push_back(std::string(one.id()) + " " + strengths[static_cast<std::size_t>(one.source->strength)]);
  }
  return all;
}

// [CUL-1] [CUL-2] [CUL-4] [CUL-5] [MTB-4] [MTB-5]
TEST(culture, entries_are_rules_of_their_own) {
  const auto of = read(text_of(R"({ "MOON": {} })", culture, with_own), own);
  ASSERT_TRUE(of) << of.error().to_string();
  // One /prefer for each stretch of the target in which the same entries hold.
  EXPECT_EQ(rules_of(of), (std::vector<std::string>{"c required", "c/no-four strong", "c/low strong", "c/high weak",
                                                    "c/prefer medium", "c/prefer weak", "c/prefer medium"}));
  EXPECT_EQ(decide(of, "MOON", "7.40"_money), "compromised 7.30 relaxed[c/low]");
  EXPECT_EQ(decide(of, "MOON", "8.70"_money), "priced 8.90");
  EXPECT_EQ(decide(of, "MOON", "24.90"_money), "priced 24.80 relaxed[c/high]");
  EXPECT_EQ(decide(of, "MOON", "19.90"_money), "priced 19.90 relaxed[c/high]")
      << "a nine counts there, as little as a five";
  EXPECT_EQ(
      rules_of(read(text_of(R"({ "MOON": {} })", R"({ "id": "c", "culture": ["avoid", "prefer"] })", with_own), own)),
      (std::vector<std::string>{"c required", "c/no-four strong", "c/prefer medium", "c/prefer weak",
                                "c/prefer medium"}));
}

// [CUL-3] [CUL-6] [CUL-7] [CUL-9]
TEST(culture, keeps_the_rule_s_conditions_and_leaves_entries_out) {
  const auto of = read(text_of(R"({ "MOON": {}, "SUN": { "currency": "EUR" } })",
                               R"({ "id": "c", "culture": "all", "without": ["eight", "low"],
                                    "when": { "sku": "A" }, "except": { "audience": "staff" } })",
                               with_own),
                       own);
  ASSERT_TRUE(of) << of.error().to_string();
  EXPECT_EQ(rules_of(of), (std::vector<std::string>{"c required", "c/no-four strong", "c/high weak", "c/prefer weak"}));
  pricer one(*of);
  request asked{.channel = "web", .market = "MOON", .list = "7.40"_money};
  EXPECT_EQ(line(one.price(asked)), "priced 7.40");
  asked.sku = "A";
  EXPECT_EQ(line(one.price(asked)), "priced 7.30");
  asked.audience = "staff";
  EXPECT_EQ(line(one.price(asked)), "priced 7.40");
  asked.audience = "";
  asked.market = "SUN";
  EXPECT_EQ(line(one.price(asked)), "priced 7.40");
  EXPECT_EQ(
      codes_of(
          read(text_of(R"({ "MOON": {} })", R"({ "id": "c", "culture": "all", "without": ["none"] })", with_own), own)),
      (std::vector<std::string>{"PP-M003 policy.json /rules/0/without/0"}));
  // In another currency than the table's a number is what it is, and an ending is not.
  const auto other = read(text_of(R"({ "MOON": { "currency": "USD" } })", culture, with_own), own);
  EXPECT_EQ(decide(other, "MOON", "7.40"_money), "priced 7.38");
}

// [MTB-5] [MTB-6] [WAS-9]
TEST(market_table, a_shop_s_own_file_comes_first) {
  const auto of = read(text_of(R"({ "CN": {}, "DE": {}, "JP": {} })",
                               R"({ "id": "c", "culture": "all" }, { "id": "w", "was": "list" })", with_own),
                       own);
  ASSERT_TRUE(of) << of.error().to_string();
  EXPECT_EQ(decide(of, "CN", "32.20"_money), "compromised 32.20 relaxed[c/end-7]")
      << "7 is too far, and no other entry is left";
  EXPECT_EQ(decide(of, "CN", "138"_money), "priced 137.00 was 138.00 -0%");
  EXPECT_EQ(of->former_price("CN"), nullptr);
  ASSERT_NE(of->former_price("DE"), nullptr);
  EXPECT_EQ(of->former_price("DE")->days, 30);
  EXPECT_EQ(of->known_market("JP")->unit.value, "10"_money);
  EXPECT_EQ(of->known_market("DE")->currency.sources, (std::vector<std::string>{"our own survey"}));
  for (const culture_entry& one : of->known_market("DE")->culture) EXPECT_FALSE(one.from || one.below) << one.id;
}

// [MTB-6]
TEST(market_table, a_file_need_not_repeat_a_currency) {
  const files ours = {{"m.json", R"({ "pricepoint_markets": 1, "markets": {
      "IL": { "culture": [ { "id": "low", "endings": [".50"], "below": "20" } ], "unit": "0.50" },
      "M": { "unit": "0.20", "culture": [ { "id": "high", "multiple_of": "10", "from": "20" } ] } } })"}};
  constexpr const char* with_it = R"("tables": { "markets": "m.json" }, )";
  const auto of = read(text_of(R"({ "IL": {}, "M": { "currency": "EUR" } })", culture, with_it), ours);
  ASSERT_TRUE(of) << of.error().to_string();
  EXPECT_EQ(decide(of, "IL", "19.70"_money), "priced 19.50");
  EXPECT_EQ(decide(of, "M", "19.70"_money), "priced 19.80");
  EXPECT_EQ(decide(of, "M", "29.70"_money), "priced 30.00");
  EXPECT_EQ(codes_of(read(text_of(R"({ "M": { "currency": "JPY" } })", culture, with_it), ours)),
            (std::vector<std::string>{"PP-P025 policy.json /markets/M"}));
}

TEST(market_table, mistakes_of_its_file_are_told_there) {
  const auto wrong = [](std::string market) {
    return codes_of(read(text_of(R"({ "M": {} })", "", R"("tables": { "markets": "m.json" }, )"),
                         {{"m.json", "{\"pricepoint_markets\": 1, \"markets\": {\"M\": " + market + "}}"}}));
  };
  using lines = std::vector<std::string>;
  EXPECT_EQ(wrong(R"({"currency": "EUR"})"), lines{});
  EXPECT_EQ(wrong(R"({"currency": "EURO"})"), lines{"PP-P017 m.json /markets/M/currency"});
  EXPECT_EQ(wrong(R"({"curency": "EUR"})"), lines{"PP-P004 m.json /markets/M/curency"});
  // The policy would have to give the currency, and says nothing of M.
  EXPECT_EQ(wrong(R"({"unit": "1"})"), lines{"PP-P005 policy.json /markets/M"});
  EXPECT_EQ(wrong(R"({"currency": "JPY", "unit": "0.5"})"), lines{"PP-P025 m.json /markets/M/unit"});
  EXPECT_EQ(wrong(R"({"currency": {"confidence": "law"}})"), lines{"PP-P005 m.json /markets/M/currency"});
  EXPECT_EQ(wrong(R"({"currency": {"value": "EUR", "confidence": "sure"}})"),
            lines{"PP-P006 m.json /markets/M/currency/confidence"});
  EXPECT_EQ(wrong(R"({"former_price": {"days": 30}})"), lines{"PP-P005 m.json /markets/M/former_price"});
  EXPECT_EQ(wrong(R"({"former_price": {"rule": "lowest"}})"), lines{"PP-P005 m.json /markets/M/former_price"});
  EXPECT_EQ(wrong(R"({"former_price": {"rule": "lowest", "days": 0}})").front(),
            "PP-P024 m.json /markets/M/former_price/days");
  EXPECT_EQ(
      wrong(
          R"({"former_price": {"rule": "majority", "days": 56, "least_days": 14, "recent_days": 14, "progressive": true}})"),
      lines{"PP-P052 m.json /markets/M/former_price/progressive"});
  EXPECT_EQ(
      wrong(R"({"currency": "EUR", "culture": [{"id": "a", "avoid": {"digits": "4"}, "prefer": {"digits": "8"}}]})"),
      lines{"PP-P051 m.json /markets/M/culture/0"});
  EXPECT_EQ(wrong(R"({"currency": "EUR", "culture": [{"id": "a"}]})"), lines{"PP-P050 m.json /markets/M/culture/0"});
  EXPECT_EQ(wrong(R"({"currency": "EUR", "culture": [{"id": "prefer", "avoid": {"digits": "4"}}]})"),
            lines{"PP-P011 m.json /markets/M/culture/0/id"});
  EXPECT_EQ(
      wrong(
          R"({"currency": "EUR", "culture": [{"id": "a", "avoid": {"digits": "4"}}, {"id": "a", "avoid": {"digits": "5"}}]})"),
      lines{"PP-P012 m.json /markets/M/culture/1/id"});
  EXPECT_EQ(wrong(R"({"currency": "EUR", "culture": [{"id": "a", "endings": ["9"], "from": "5", "below": "5"}]})"),
            lines{"PP-P061 m.json /markets/M/culture/0/below"});
  EXPECT_EQ(wrong(R"({"currency": "JPY", "culture": [{"id": "a", "endings": [".99"]}]})"),
            lines{"PP-P081 m.json /markets/M/culture/0/endings"});
  EXPECT_EQ(codes_of(read(text_of(R"({ "M": {} })", "", R"("tables": { "markets": "m.json" }, )"), {{"m.json", "{}"}})),
            lines{"PP-M001 m.json "});
  EXPECT_EQ(codes_of(read(text_of(R"({ "M": {} })", "", R"("tables": { "markets": "../m.json" }, )"), {})),
            lines{"PP-T002 policy.json /tables/markets"});
}

// [MTB-3] A policy that names its version is not the same text, but means the same.
TEST(market_table, its_version_is_no_part_of_the_fingerprint) {
  const auto plain = read(text_of(R"({ "CN": {} })", culture));
  const auto pinned = read(text_of(R"({ "CN": {} })", culture, R"("tables": "2026.11", )"));
  const auto less = read(text_of(R"({ "CN": {} })", R"({ "id": "c", "culture": "all", "without": ["avoid-4"] })"));
  const auto own_one = read(text_of(R"({ "CN": {} })", culture, with_own), own);
  EXPECT_EQ(plain->fingerprint(), pinned->fingerprint());
  EXPECT_NE(plain->fingerprint(), less->fingerprint());
  EXPECT_NE(plain->fingerprint(), own_one->fingerprint());
  // The same said in full: the law's window is part of what a market means.
  EXPECT_NE(read(text_of(R"({ "CN": {} })", ""))->fingerprint(),
            read(text_of(R"({ "CN": {} })", "", with_own), own)->fingerprint());
}

TEST(culture, can_stand_in_a_table_of_rules) {
  const files rules = {
      {"rules.csv", "id,culture,without,when.sku\na,all,,A\nb,avoid|prefer,avoid-4|prefer-6,B\nc,avoid,,C\n"}};
  const auto of = read(text_of(R"({ "CN": {} })", R"({ "table": "rules.csv" })"), rules);
  ASSERT_TRUE(of) << of.error().to_string();
  const auto all = rules_of(of);
  EXPECT_NE(std::find(all.begin(), all.end(), "a/endings-below-10 strong"), all.end());
  EXPECT_NE(std::find(all.begin(), all.end(), "b/prefer weak"), all.end());
  EXPECT_EQ(std::find(all.begin(), all.end(), "b/avoid-4 weak"), all.end());
  EXPECT_EQ(std::find(all.begin(), all.end(), "c/prefer weak"), all.end());
}

}  // namespace
