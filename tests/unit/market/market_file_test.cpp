// SPDX-License-Identifier: Apache-2.0
// Mistakes in files of markets: each is said where it stands, and nothing is read in its place.
#include "market/market_file.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace pricepoint::policy_language {
namespace {

// "CODE line:column message" of each mistake, a line each.
std::string mistakes_of(std::string text, const parse_limits& limits = {}) {
  const auto read = parse_markets(std::move(text), "m.json", limits);
  std::string all;
  if (read) return all;
  for (const diagnostic& one : read.error().diagnostics()) {
    all += one.code + " " + std::to_string(one.line) + ":" + std::to_string(one.column) + " " + one.message + "\n";
  }
  return all;
}

std::string around(std::string_view market) {
  return "{\"pricepoint_markets\":1,\"markets\":{\n" + std::string(market) + "}}";
}

struct mistake {
  std::string_view text;
  std::string_view said;
};

TEST(market_file, says_what_is_no_table) {
  const mistake all[] = {
      {"[]", "PP-P003 1:1 expected an object for a market table"},
      {"{}", "PP-M001 1:1 this is no market table that this library reads"},
      {R"({"pricepoint_markets":"1"})", "PP-M001 1:23 this is no market table"},
      {R"({"pricepoint_markets":2})", "PP-M001 1:23 this is no market table"},
      {R"({"pricepoint_markets":1,"markets":[]})", "PP-P003 1:35 expected an object for \"markets\""},
      {R"({"pricepoint_markets":1,"sources":7})", "PP-P003 1:35 expected an object for \"sources\""},
      {R"({"pricepoint_markets":1,"sources":{"a":7}})", "PP-P003 1:40 expected a text for a source"},
      {R"({"pricepoint_markets":1,"market":{}})", "PP-P004 1:25"},
      {R"({"pricepoint_markets":1)", "PP-J002"},
  };
  for (const mistake& one : all) {
    const std::string got = mistakes_of(std::string(one.text));
    EXPECT_EQ(got.substr(0, one.said.size()), one.said) << one.text << "\n" << got;
  }
  EXPECT_EQ(mistakes_of(R"({"pricepoint_markets":1,"x-mine":[7],"sources":{"x-mine":7,"a":"b"},"markets":{"x-no":1}})"),
            "")
      << "notes are not read";
}

TEST(market_file, says_what_is_wrong_with_a_market) {
  const mistake all[] = {
      {R"("":{"currency":"EUR"})", "a market's name must not be empty"},
      {R"("DE":7)", "expected an object for the market \"DE\""},
      {R"("DE":{"currency":7})", "PP-P003 2:18"},
      {R"("DE":{"currency":"EUR","colour":"red"})", "unknown key \"colour\" in"},
      {R"("DE":{"currency":"EUR","display":"grose"})", "PP-P0"},
      {R"("DE":{"currency":"EUR","name":7})", "PP-P003 2:31"},
      {R"("DE":{"currency":{"value":"EUR","sorce":"a"}})", "unknown key \"sorce\""},
      {R"("DE":{"currency":{"source":"a"}})", "\"currency\" needs a \"value\""},
      {R"("DE":{"currency":{"value":"EUR","source":7}})", "PP-P003 2:42"},
      {R"("DE":{"currency":{"value":"EUR","note":7}})", "PP-P003 2:40"},
      {R"("DE":{"currency":{"value":"EUR","confidence":"sure"}})", "PP-P0"},
  };
  for (const mistake& one : all) {
    const std::string got = mistakes_of(around(one.text));
    EXPECT_NE(got.find(one.said), std::string::npos) << one.text << "\n" << got;
  }
}

TEST(market_file, says_what_is_wrong_with_a_former_price) {
  const mistake all[] = {
      {R"(7)", "expected an object for \"former_price\", with rule and days"},
      {R"({"days":30})", "\"former_price\" needs a \"rule\""},
      {R"({"rule":"lowest"})", "the rule \"lowest\" needs \"days\""},
      {R"({"rule":"majority","days":30})", "the rule \"majority\" needs \"days\", \"least_days\" and \"recent_days\""},
      {R"({"rule":"majority","days":30,"least_days":15})", "the rule \"majority\" needs"},
      {R"({"rule":"half_time","days":30})", "the rule \"half_time\" needs \"days\" and \"most_days\""},
      {R"({"rule":"lowest","days":0})", "\"days\" is a whole number of days from 1 to 3660, not \"0\""},
      {R"({"rule":"lowest","days":3661})", "\"days\" is a whole number of days from 1 to 3660, not \"3661\""},
      {R"({"rule":"lowest","days":1.5})", "\"days\" is a whole number of days from 1 to 3660, not \"1.5\""},
      {R"({"rule":"lowest","days":"many"})", "\"days\" is a whole number of days from 1 to 3660, not \"many\""},
      {R"({"rule":"lowest","days":[]})", "\"days\" is a whole number of days from 1 to 3660\n"},
      {R"({"rule":"lowest","days":30,"recently":1})", "unknown key \"recently\""},
      {R"({"rul":"lowest","days":30})", "unknown key \"rul\""},
      {R"({"rule":"majority","days":9,"least_days":5,"recent_days":2,"progressive":true})",
       "\"progressive\" and \"earlier\" belong to the rule \"lowest\""},
      {R"({"rule":"lowest","days":30,"earlier":[7]})",
       "expected an object for an entry of \"earlier\", with until and days"},
      {R"({"rule":"lowest","days":30,"earlier":[{"days":7}]})", "an entry of \"earlier\" needs \"until\" and \"days\""},
      {R"({"rule":"lowest","days":30,"earlier":[{"until":"2025-10-11"}]})",
       "an entry of \"earlier\" needs \"until\" and \"days\""},
      {R"({"rule":"lowest","days":30,"earlier":[{"until":7,"days":7}]})", "expected a text for \"until\""},
      {R"({"rule":"lowest","days":30,"earlier":[{"until":"soon","days":7}]})",
       "\"until\" is a date such as \"2025-10-11\""},
      {R"({"rule":"lowest","days":30,"earlier":[{"until":"2025-10-11T00:00","days":7}]})",
       "\"until\" is a date such as"},
      {R"({"rule":"lowest","days":30,"earlier":[{"until":"2025-10-11","days":7,"why":1}]})",
       "unknown key \"why\" in an entry of \"earlier\""},
  };
  for (const mistake& one : all) {
    const std::string got =
        mistakes_of(around("\"DE\":{\"currency\":\"EUR\",\"former_price\":" + std::string(one.text) + "}"));
    EXPECT_NE(got.find(one.said), std::string::npos) << one.text << "\n" << got;
  }
}

TEST(market_file, sorts_what_held_before) {
  const auto read =
      parse_markets(around(R"("DE":{"currency":"EUR","former_price":{"rule":"lowest","days":30,"x-note":1,"earlier":[
        {"until":"2025-10-11","days":20},{"until":"2024-01-01","days":10,"x-note":1}]}})"),
                    "m.json");
  ASSERT_TRUE(read);
  const auto& earlier = read->markets.at(0).former_price.value->earlier;
  ASSERT_EQ(earlier.size(), 2u);
  EXPECT_EQ(earlier[0].days, 10);
  EXPECT_EQ(earlier[0].until_unix_ms, 1'704'067'200'000);
  EXPECT_EQ(earlier[1].days, 20);
}

TEST(market_file, says_what_is_wrong_with_a_culture) {
  const mistake all[] = {
      {R"(7)", "expected a list of entries for \"culture\""},
      {R"([7])", "expected an object for an entry of \"culture\""},
      {R"([{"avoid":{"digits":"4"}}])", "an entry of \"culture\" needs an \"id\""},
      {R"([{"id":7,"avoid":{"digits":"4"}}])", "PP-P003 2:41"},
      {R"([{"id":"no four","avoid":{"digits":"4"}}])", "\"no four\" is no id"},
      {R"([{"id":"a","avoids":{"digits":"4"}}])", "unknown key \"avoids\""},
      {R"([{"id":"a","endigs":[".99"]}])", "unknown key \"endigs\""},
      {R"([{"id":"a","multiple_off":"5"}])", "unknown key \"multiple_off\""},
      {R"([{"id":"a","endings":[]}])", "PP-P0"},
      {R"([{"id":"a","multiple_of":{"EUR":"5"}}])", "expected an amount in the market's currency for \"multiple_of\""},
      {R"([{"id":"a","avoid":{"digits":"4"},"strength":"hard"}])", "PP-P0"},
  };
  for (const mistake& one : all) {
    const std::string got =
        mistakes_of(around("\"DE\":{\"currency\":\"EUR\",\"culture\":" + std::string(one.text) + "}"));
    EXPECT_NE(got.find(one.said), std::string::npos) << one.text << "\n" << got;
  }
  parse_limits limits;
  limits.max_patterns = 1;
  const std::string two = around(
      R"("DE":{"currency":"EUR","culture":[{"id":"a","avoid":{"digits":"4"}},{"id":"b","avoid":{"digits":"7"}}]})");
  EXPECT_EQ(mistakes_of(two), "");
  EXPECT_NE(mistakes_of(two, limits).find("\"culture\" has more than 1 entries"), std::string::npos);
}

}  // namespace
}  // namespace pricepoint::policy_language
