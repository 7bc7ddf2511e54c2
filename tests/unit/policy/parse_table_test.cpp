// SPDX-License-Identifier: Apache-2.0
// Rules from tables: columns, cells and what is wrong with them. Holds [TAB-1] to [TAB-9].
#include <gtest/gtest.h>

#include <map>

#include "compile/fingerprint.hpp"
#include "policy_text.hpp"

namespace pricepoint::policy_language {
namespace {

using testing::around;
using testing::lines;

using files = std::map<std::string, std::string>;

table_loader from(const files& all) {
  return [all](const std::string& name, std::size_t) -> result<loaded_table> {
    const auto found = all.find(name);
    if (found != all.end()) return loaded_table{"shop/" + name, found->second};
    diagnostic one;
    one.message = "no such file";
    return error({one});
  };
}

result<document> read(std::string_view rules, const files& all, const parse_limits& limits = {}) {
  return parse(around(rules), "p.json", limits, from(all));
}

result<document> read_alone(std::string table, const parse_limits& limits = {}) {
  return read(R"({"table":"t.csv"})", {{"t.csv", std::move(table)}}, limits);
}

// "PP-T005 t.csv:1:4" for each diagnostic; the directory is left away.
std::vector<std::string> wrong(const result<document>& made) {
  std::vector<std::string> out;
  if (made) return out;
  for (const auto& one : made.error().diagnostics()) {
    out.push_back(one.code + " " + one.file.substr(one.file.rfind('/') + 1) + ":" + std::to_string(one.line) + ":" +
                  std::to_string(one.column));
  }
  return out;
}
std::vector<std::string> wrong(std::string table, const parse_limits& limits = {}) {
  return wrong(read_alone(std::move(table), limits));
}

std::string canonical_of(const result<document>& made) {
  if (!made) {
    ADD_FAILURE() << made.error().to_string();
    return {};
  }
  return engine::canonical(*made);
}

// What stands in a table means what it means written out. (Behind its rules the canonical form has the table's bytes.)
void expect_same(std::string table, std::string_view written) {
  const std::string by_table = canonical_of(read_alone(table));
  const std::string by_hand = canonical_of(read(written, {}));
  EXPECT_EQ(by_table.substr(0, by_hand.size()), by_hand) << table;
  EXPECT_GT(by_table.size(), by_hand.size());
}

TEST(rule_table, a_row_is_a_rule) {
  // [TAB-1] [TAB-2] [TAB-3]
  expect_same("id,when.sku,discount\na,S1,8%\nb,S2,2.50\n",
              R"({"id":"a","when":{"sku":"S1"},"discount":"8%"},{"id":"b","when":{"sku":"S2"},"discount":"2.50"})");
  expect_same("id,when.sku,discount,price,because\na,S1,8%,,\nb,S2,,cost * 120%,by hand\n",
              R"({"id":"a","when":{"sku":"S1"},"discount":"8%"},
                 {"id":"b","when":{"sku":"S2"},"price":"cost * 120%","because":"by hand"})");
  expect_same("id,gap.to,gap.min,gap.max,gap.max.EUR,strength\ng,store,1%,10%,,strong\nh,reference,,,2,\n",
              R"({"id":"g","gap":{"to":"store","min":"1%","max":"10%"},"strength":"strong"},
                 {"id":"h","gap":{"to":"reference","max":{"EUR":"2"}}})");
  expect_same("id,floor,floor.JPY,floor.CNY,skip_if_missing,x-owner\na,map,,,TRUE,Ann\nb,,100,5.50,false,\n",
              R"({"id":"a","floor":"map","skip_if_missing":true},{"id":"b","floor":{"JPY":"100","CNY":"5.50"}})");
  expect_same("id,margin,margin.min,margin.max\na,5%,,\nb,,1%,9%\n",
              R"({"id":"a","margin":"5%"},{"id":"b","margin":{"min":"1%","max":"9%"}})");
  expect_same("id,credit.to,credit.rate,exclusive,discount,group\na,store,5%,,,\nb,,,true,3%,\nc,,,,3%,g\n",
              R"({"id":"a","credit":{"to":"store","rate":"5%"}},{"id":"b","discount":"3%","exclusive":true},
                 {"id":"c","discount":"3%","group":"g"})");
  expect_same("id,avoid.digits,avoid.in,prefer.sequences,prefer.amounts\na,4,last,,\nb,,,88 | 168,\nc,,,,66\n",
              R"({"id":"a","avoid":{"digits":"4","in":"last"}},{"id":"b","prefer":{"sequences":["88","168"]}},
                 {"id":"c","prefer":{"amounts":["66"]}})");
}

TEST(rule_table, conditions_are_columns) {
  // [TAB-4] [TAB-5]
  expect_same(
      "id,floor,when.channel,when.market,when.stock,when.stock.from,when.target.below\n"
      "a,1,web|store,CN,,,\nb,1,,,3,,\nc,1,,,,5,\nd,1,,,,,100\n",
      R"({"id":"a","floor":1,"when":{"channel":["web","store"],"market":"CN"}},
                 {"id":"b","floor":1,"when":{"stock":3}},{"id":"c","floor":1,"when":{"stock":{"from":5}}},
                 {"id":"d","floor":1,"when":{"target":{"below":"100"}}})");
  expect_same("id,floor,except.role,except.period,during\na,1,profit,,xmas\nb,1,,xmas,\n",
              R"({"id":"a","floor":1,"except":{"role":"profit"},"during":"xmas"},
                 {"id":"b","floor":1,"except":{"period":"xmas"}})");
  expect_same("id,discount,during.from,during.until,during.zone\na,5%,2026-11-01,2026-11-11,Asia/Tokyo\n",
              R"({"id":"a","discount":"5%","during":{"from":"2026-11-01","until":"2026-11-11","zone":"Asia/Tokyo"}})");
  expect_same("id,endings,when.target.from.CNY\na,.99 | 9.90,10\nb,88,\n",
              R"({"id":"a","endings":[".99","9.90"],"when":{"target":{"from":{"CNY":"10"}}}},
                 {"id":"b","endings":["88"]})");
}

TEST(rule_table, is_csv_as_spreadsheets_write_it) {
  // [TAB-2]
  const std::string_view written = R"({"id":"a","floor":"1","because":"so, \"yes\"\nindeed"},{"id":"b","floor":"2"})";
  expect_same("\xEF\xBB\xBFid,floor,because\r\na,1,\"so, \"\"yes\"\"\nindeed\"\r\n\r\n\"b\",2,\r\n,,\r\n", written);
  expect_same("id,floor,because\na,1,\"so, \"\"yes\"\"\nindeed\"\nb,2,", written);
  EXPECT_EQ(wrong("id,floor\n"), lines({}));  // no rules are no mistake
}

// Blanks around cells and names, empty cells behind the last name, and old Macs' ends of lines.
TEST(rule_table, is_csv_as_people_write_it) {
  // [TAB-2] [TAB-3] [TAB-5]
  const std::string_view written = R"({"id":"a","floor":"1","because":"so, \"yes\""},{"id":"b","floor":"cost * 2"})";
  expect_same("id, floor,\"because \",,\na , 1\t, \"so, \"\"yes\"\"\" , ,\n, ,\xC2\xA0,,\n b,cost * 2\xC2\xA0,,,\n",
              written);
  expect_same("\r,,\rid,floor,because\ra,1,\"so, \"\"yes\"\"\"\rb,cost * 2,\r", written);
  // The caret stands at the first letter.
  EXPECT_EQ(wrong("id, floor\na,  cost +\n\"b\", \" x\"\"\"\n"),
            lines({"PP-X001 t.csv:2:11", "PP-X003 t.csv:3:8", "PP-X002 t.csv:3:9"}));
  EXPECT_EQ(wrong("id,floor,\na,1,x\n"), lines({"PP-T006 t.csv:2:5"}));
  EXPECT_EQ(wrong(",,\n,\n"), lines({"PP-T004 t.csv:1:1"}));
}

TEST(rule_table, order_counts_for_base_rules_alone) {
  // [TAB-6]
  const auto prints = [](std::string_view rules) {
    return canonical_of(read(rules, {{"t.csv", "id,base\nb,msrp\n"}}));
  };
  EXPECT_NE(prints(R"({"id":"a","base":"list"},{"table":"t.csv"})"),
            prints(R"({"table":"t.csv"},{"id":"a","base":"list"})"));
}

TEST(rule_table, bytes_are_in_the_fingerprint) {
  // [TAB-7]
  const std::string one = canonical_of(read_alone("id,floor\na,1\n"));
  EXPECT_NE(one, canonical_of(read_alone("id,floor\na,1.0\n")));
  EXPECT_NE(one, canonical_of(read_alone("id,floor\r\na,1\n")));
  EXPECT_NE(one, canonical_of(read_alone("id,floor\na,1")));
  EXPECT_NE(one, canonical_of(read(R"({"table":"u.csv"})", {{"u.csv", "id,floor\na,1\n"}})));
}

TEST(rule_table, names_stay_beside_the_policy) {
  // [TAB-8]
  for (const char* name : {"/etc/passwd", "../t.csv", "a/../../t.csv", "a//t.csv", "", "a\\\\t.csv", ".."}) {
    EXPECT_EQ(wrong(read("{\"table\":\"" + std::string(name) + "\"}", {})), lines({"PP-T002 p.json:2:10"})) << name;
  }
  EXPECT_EQ(wrong(read(R"({"table":"a/b.csv"})", {{"a/b.csv", "id,floor\na,1\n"}})), lines({}));
  EXPECT_EQ(wrong(read(R"({"table":"gone.csv"})", {})), lines({"PP-T003 p.json:2:10"}));
  EXPECT_EQ(wrong(parse(around(R"({"table":"t.csv"})"), "p.json")), lines({"PP-T003 p.json:2:10"}));
  EXPECT_EQ(wrong(read(R"({"table":7})", {})), lines({"PP-P003 p.json:2:10"}));
  EXPECT_EQ(wrong(read(R"({"table":"t.csv","when":{"channel":"web"},"x-note":1})", {{"t.csv", "id,floor\na,1\n"}})),
            lines({"PP-T001 p.json:2:18"}));
}

TEST(rule_table, columns_are_checked_once) {
  // [TAB-9]
  EXPECT_EQ(wrong("id,flor\na,1\nb,2\n"), lines({"PP-T005 t.csv:1:4"}));
  EXPECT_EQ(wrong("id,floor,floor\na,1,2\n"), lines({"PP-T005 t.csv:1:10"}));
  EXPECT_EQ(wrong("id,,floor\na,,1\n"), lines({"PP-T005 t.csv:1:4"}));
  EXPECT_EQ(wrong("id,floor,when.colour\na,1,red\n"), lines({"PP-P015 t.csv:1:10"}));
  EXPECT_EQ(wrong("id,floor.EURO,gap.mx,when,when.stock.form\n"),
            lines({"PP-P017 t.csv:1:4", "PP-T005 t.csv:1:15", "PP-T005 t.csv:1:22", "PP-T005 t.csv:1:27"}));
  EXPECT_EQ(wrong("id,endings.x,gap,gap.max.EU,when.target.from.EU,price.EUR.x\n"),
            lines({"PP-T005 t.csv:1:4", "PP-T005 t.csv:1:14", "PP-P017 t.csv:1:18", "PP-P017 t.csv:1:29",
                   "PP-T005 t.csv:1:49"}));
  EXPECT_EQ(wrong("id,floor,table\n"), lines({"PP-T005 t.csv:1:10"}));
  EXPECT_EQ(wrong("\"id,floor\n"), lines({"PP-T006 t.csv:1:2"}));
  EXPECT_EQ(wrong(""), lines({"PP-T004 t.csv:1:1"}));
  EXPECT_EQ(wrong("\xEF\xBB\xBF\n\n"), lines({"PP-T004 t.csv:1:1"}));
}

TEST(rule_table, mistakes_point_into_the_file) {
  // [TAB-9]
  EXPECT_EQ(wrong("id,when.channel,floor\na,web,1\nb,wep,1\nc,web,1 +\n"),
            lines({"PP-P013 t.csv:3:3", "PP-X001 t.csv:4:10"}));
  EXPECT_EQ(wrong("id,endings,floor\na,\".99 | .9\"\"x\",\n"), lines({"PP-P080 t.csv:2:12"}));
  EXPECT_EQ(wrong("id,floor,because\na,1,\"x\"\"\n\"\"y\"\nb,1 * \"\"\"\",z\n"), lines({"PP-X001 t.csv:4:7"}));
  EXPECT_EQ(wrong("id,floor\na\nb,1,2\nc,\"1\"x\n"),
            lines({"PP-T006 t.csv:2:1", "PP-T006 t.csv:3:5", "PP-T006 t.csv:4:3"}));
  EXPECT_EQ(wrong("id,floor,floor.EUR\na,1,2\n"), lines({"PP-T006 t.csv:2:5"}));
  EXPECT_EQ(wrong("id,floor,ceiling\na,1,2\nb,,\n"), lines({"PP-P051 t.csv:2:5", "PP-P050 t.csv:3:1"}));
  EXPECT_EQ(wrong("id,floor,skip_if_missing\na,1,yes\n"), lines({"PP-P003 t.csv:2:5"}));
  EXPECT_EQ(wrong("id,floor\na,1\nb,\xFF\n"), lines({"PP-J003 t.csv:3:3"}));
  const auto twice = read(R"({"id":"a","floor":1},{"table":"t.csv"})", {{"t.csv", "id,floor\nb,1\na,1\n"}});
  ASSERT_EQ(wrong(twice), lines({"PP-P012 t.csv:3:1"}));
  const auto why = twice.error().diagnostics();
  EXPECT_EQ(why.front().message, "the id \"a\" is taken by the rule in line 2 of p.json");
  EXPECT_EQ(why.front().pointer, "/rules/1/table");
  EXPECT_EQ(why.front().offset, 13u);
  EXPECT_EQ(why.front().excerpt, "a,1");
}

TEST(rule_table, rows_without_an_id_are_named_by_their_line) {
  // [TAB-10] [RUL-1]
  const auto ids = [](std::string_view name, std::string_view text) {
    auto made = read("{\"table\":\"" + std::string(name) + "\"}", {{std::string(name), std::string(text)}});
    std::string all;
    if (!made) return made.error().to_string();
    for (const auto& one : made->rules) all += (all.empty() ? "" : " ") + one.id;
    return all;
  };
  EXPECT_EQ(ids("overrides.csv", "floor\n1\n2\n"), "overrides:2 overrides:3");
  EXPECT_EQ(ids("overrides.csv", "id,floor\na,1\n,2\n"), "a overrides:3");
  // The line on which the row begins, whatever empty ones and line breaks in cells come before.
  EXPECT_EQ(ids("overrides.csv",
                "\xEF\xBB\xBF"
                "floor,because\r\n\r\n1,\"one\r\ntwo\"\r\n2,\r\n"),
            "overrides:3 overrides:5");
  // Without folder and extension, and without what no id has.
  EXPECT_EQ(ids("spring/by hand.2026.csv", "floor\n1\n"), "by-hand.2026:2");
  EXPECT_EQ(ids("plain", "floor\n1\n"), "plain:2");
  const auto clash =
      read(R"({"table":"a/t.csv"},{"table":"b/t.csv"})", {{"a/t.csv", "floor\n1\n"}, {"b/t.csv", "floor\n1\n2\n"}});
  ASSERT_EQ(wrong(clash), lines({"PP-P012 t.csv:2:1"}));
  EXPECT_EQ(clash.error().diagnostics().front().message,
            "the id \"t:2\" is taken by the rule in line 2 of shop/a/t.csv");
  EXPECT_EQ(clash.error().diagnostics().front().hint,
            "rows without an id are named by their file and line: give one of them an id");
  // No id is written so, and outside of tables every rule has one.
  EXPECT_EQ(wrong("id,floor\nt:2,1\n"), lines({"PP-P010 t.csv:2:1"}));
  ASSERT_FALSE(read(R"({"floor":1})", {}));
}

TEST(rule_table, gaps_may_be_to_several_channels) {
  // [TAB-5] [BND-5]
  expect_same("id,gap.to,gap.min\ng,store | web,1%\nh,online,1%\ni,store,1%\n",
              R"({"id":"g","gap":{"to":["web","store"],"min":"1%"}},{"id":"h","gap":{"to":"online","min":"1%"}},
                 {"id":"i","gap":{"to":["store"],"min":"1%"}})");
}

TEST(rule_table, limits) {
  parse_limits limits;
  limits.max_rules = 2;
  EXPECT_EQ(wrong("id,floor\na,1\nb,1\n", limits), lines({}));
  EXPECT_EQ(wrong("id,floor\na,1\nb,1\nc,1\n", limits), lines({"PP-P018 t.csv:4:1"}));
  limits = {};
  limits.max_tables = 1;
  EXPECT_EQ(wrong(read(R"({"table":"t.csv"},{"table":"u.csv"})",
                       {{"t.csv", "id,floor\na,1\n"}, {"u.csv", "id,floor\nb,1\n"}}, limits)),
            lines({"PP-P018 p.json:2:28"}));
  limits = {};
  limits.max_table_bytes = 12;
  EXPECT_EQ(wrong("id,floor\na,1", limits), lines({}));
  EXPECT_EQ(wrong("id,floor\na,1\n", limits), lines({"PP-J005 p.json:2:10"}));
}

}  // namespace
}  // namespace pricepoint::policy_language
