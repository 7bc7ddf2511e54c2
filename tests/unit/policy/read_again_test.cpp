// SPDX-License-Identifier: Apache-2.0
// A rule that is read again is the rule that was read. That prices do not depend on it is held by the property tests,
// half of whose policies keep no rule at hand.
#include "policy/read_again.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "compile/fingerprint.hpp"
#include "policy_text.hpp"

namespace pricepoint::policy_language {
namespace {

using testing::around;

void expect_all_again(const document& read) {
  int again = 0;
  for (const rule& one : read.rules) {
    if (!can_be_read_again(one)) continue;
    ++again;
    const rule made = read_again(read, one.offset, first_written_out(read, one));
    EXPECT_EQ(made.id, one.id);
    EXPECT_EQ(engine::canonical_rule(read, made), engine::canonical_rule(read, one)) << one.id;
    EXPECT_EQ(made.because, one.because);
    EXPECT_EQ(made.during, one.during) << one.id;
    EXPECT_EQ(made.strength, one.strength);
    EXPECT_EQ(made.skip_if_missing, one.skip_if_missing);
    EXPECT_EQ(made.offset, one.offset);
    EXPECT_EQ(made.effect_offset, one.effect_offset);
    ASSERT_EQ(made.when.size(), one.when.size());
    for (std::size_t i = 0; i < made.when.size(); ++i) EXPECT_EQ(made.when[i].offset, one.when[i].offset);
    EXPECT_EQ(made.except.size(), one.except.size());
  }
  EXPECT_GT(again, 0);
}

TEST(read_again, gives_every_kind_of_rule_as_it_was) {
  const document read = testing::good(around(R"x(
    {"id":"base","when":{"brand":["x","y"]},"base":"list"},
    {"id":"off","when":{"role":"traffic","stock":[1,"2.50"]},"discount":"8%","group":"sale"},
    {"id":"alone","discount":{"CNY":"5","JPY":"100"},"exclusive":true},
    /* a comment */ {"id":"near","gap":{"to":"store","min":"1%","max":{"CNY":"3.5"}},"strength":"weak"}, // another
    {"id":"earn","floor":"max(cost * 105%, map?, price.store - 1)","skip_if_missing":true},
    {"id":"top","ceiling":{"CNY":"99.5"},"because":"sch\u00f6n \"so\""},
    {"id":"margin","margin":{"min":"5%","max":"40%"}},{"id":"change","change":"10%"},
    {"id":"nine","endings":["9",".99"],"when":{"target":{"from":"1","below":{"CNY":"100"}}}},
    {"id":"step","multiple_of":"5"},{"id":"no4","avoid":{"digits":"4","in":"integer"}},
    {"id":"8","prefer":{"sequences":["88"]},"strength":"medium"},{"id":"stay","hold":"2%"},{"id":"was","was":"lowest_prior"},
    {"id":"owe","credit":{"to":"store","rate":"3%"}},{"id":"say","advise":"call"},{"id":"keep","withhold":"hidden"},
    {"id":"squeeze","squeeze":{"dealer":"store","wholesale":"wholesale","cost":"shipping","margin":"5%"}},
    {"id":"leak","leak":{"from":"member"}},{"id":"inverted","inverted":{"to":"web"}},
    {"id":"hand","price":"street","except":[{"sku":"a"},{"category":"b/c","channel":"web"}],"x-note":[1,{"a":2}],},
    )x"));
  EXPECT_EQ(read.rules.size(), 21u);
  expect_all_again(read);
}

TEST(read_again, finds_the_periods_that_a_rule_writes_out) {
  const document read = testing::good(around(R"x(
    {"id":"a","during":"xmas","discount":"1%"},
    {"id":"b","during":[{"from":"2026-01-01","zone":"UTC"},"xmas",{"until":"2026-06-01T00:00:00Z"}],"discount":"1%"},
    {"id":"c","during":{"from":"2027-01-01","until":"2027-02-01","zone":"Asia/Tokyo"},"discount":"1%"},
    {"id":"d","when":{"period":"xmas"},"discount":"1%"})x"));
  ASSERT_EQ(read.periods.size(), 4u);
  expect_all_again(read);
  EXPECT_EQ(first_written_out(read, read.rules[0]), 0u);
  EXPECT_EQ(first_written_out(read, read.rules[1]), 1u);
  EXPECT_EQ(first_written_out(read, read.rules[2]), 3u);
}

TEST(read_again, gives_the_rows_of_tables) {
  const std::string table =
      "\xEF\xBB\xBF\r\n\nid,when.sku,\"when.stock.from\",exclusive,discount,x-note,during.from,during.zone,because\r\n"
      "one,A1,,TRUE,5%,,,,\r\n"
      "\n"
      "two,\"A2|A3 \",3,,7%,\"a,b\",2026-01-01,UTC,\"he said \"\"no\"\"\nand went\"\r\n"
      ",,,,,,,,\r\n"
      "three,\" \",,false,\"1.5%\",,,,";
  auto read = parse(around(R"({"table":"t.csv"},{"id":"last","hold":"1%"},{"table":"t2.csv"})"), "p.json", {},
                    [&](const std::string& name, std::size_t) -> result<loaded_table> {
                      return loaded_table{name, name == "t.csv" ? table : "id,floor.CNY,floor.JPY\nf,1.5,200\n"};
                    });
  ASSERT_TRUE(read) << read.error().to_string();
  ASSERT_EQ(read->rules.size(), 5u);
  expect_all_again(*read);
  EXPECT_EQ(read_again(*read, read->rules[1].offset, first_written_out(*read, read->rules[1])).because,
            "he said \"no\"\nand went");
}

TEST(read_again, is_not_for_what_culture_adds) {
  const document read = testing::good(around(R"({"id":"all","culture":"all"},{"id":"a","hold":"1%"})"));
  ASSERT_GT(read.rules.size(), 3u);
  for (const rule& one : read.rules) EXPECT_EQ(can_be_read_again(one), one.id == "a") << one.id;
  expect_all_again(read);
}

// Limits were kept when the text was read the first time, whatever they were.
TEST(read_again, asks_for_no_limits) {
  std::string deep = "list";
  for (int i = 0; i < 80; ++i) deep = "max(" + deep + ", 1)";
  std::string endings;
  for (int i = 100; i < 2000; ++i) endings += (i == 100 ? "\"" : ",\"") + std::to_string(i) + "\"";
  parse_limits wide;
  wide.max_expression_depth = 200;
  wide.max_patterns = 5000;
  auto read = parse(around(R"({"id":"deep","floor":")" + deep + R"("},{"id":"many","endings":[)" + endings + "]}"),
                    "p.json", wide);
  ASSERT_TRUE(read) << read.error().to_string();
  expect_all_again(*read);
}

}  // namespace
}  // namespace pricepoint::policy_language
