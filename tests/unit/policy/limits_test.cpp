// SPDX-License-Identifier: Apache-2.0
// What a policy may ask for: of every limit the text that just fits, the one that does not, and what is said of it.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "market/market_file.hpp"
#include "policy_text.hpp"

namespace pricepoint::policy_language {
namespace {

// "PP-J005 message" of the first mistake; nothing for a text that is read.
std::string refused(std::string text, const parse_limits& limits = {}, const table_loader& tables = {}) {
  const auto read = parse(std::move(text), "p.json", limits, tables);
  if (read) return {};
  const diagnostic first = read.error().diagnostics().front();
  return first.code + " " + first.message;
}

std::string times(std::size_t count, std::string_view text) {
  std::string all;
  all.reserve(count * text.size());
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

// A policy of exactly that many bytes; what fills it are blanks.
std::string of_bytes(std::size_t bytes) {
  std::string text = R"({"pricepoint":1})";
  text.insert(text.size() - 1, bytes - text.size(), ' ');
  return text;
}

// The defaults are promises: docs/reliability.md has them in a table.
TEST(policy_limits, defaults) {
  const parse_limits limits;
  EXPECT_EQ(limits.max_bytes, 64u << 20);
  EXPECT_EQ(limits.max_depth, 32u);
  EXPECT_EQ(limits.max_values, 10'000'000u);
  EXPECT_EQ(limits.max_rules, 1'000'000u);
  EXPECT_EQ(limits.max_table_bytes, 256u << 20);
  EXPECT_EQ(limits.max_tables, 64u);
  EXPECT_EQ(limits.max_expression, 4096u);
  EXPECT_EQ(limits.max_expression_depth, 64u);
  EXPECT_EQ(limits.max_patterns, 1024u);
  EXPECT_EQ(limits.max_diagnostics, 100u);
}

// [REL-1] Bytes, with the default itself.
TEST(policy_limits, bytes) {
  const std::size_t most = parse_limits{}.max_bytes;
  EXPECT_EQ(refused(of_bytes(most)), "");
  EXPECT_EQ(refused(of_bytes(most + 1)), "PP-J005 the text has more than 67108864 bytes, and no policy is that large");
}

// [REL-2] Nested objects and lists, with the default itself. A note may hold anything.
TEST(policy_limits, depth) {
  const auto nested = [](std::size_t depth) {
    return R"({"pricepoint":1,"x-note":)" + times(depth - 1, "[") + times(depth - 1, "]") + "}";
  };
  EXPECT_EQ(refused(nested(32)), "");
  EXPECT_EQ(refused(nested(33)), "PP-J004 objects and lists are nested more than 32 deep");
  EXPECT_EQ(refused(nested(1'000'000)), "PP-J004 objects and lists are nested more than 32 deep");
}

// [REL-3] Values of the JSON text.
TEST(policy_limits, values) {
  const auto of_values = [](std::size_t count) {
    return R"({"pricepoint":1,"x-note":[0)" + times(count - 4, ",0") + "]}";  // beside: the object, the 1, the list
  };
  parse_limits limits;
  limits.max_values = 1000;
  EXPECT_EQ(refused(of_values(1000), limits), "");
  EXPECT_EQ(refused(of_values(1001), limits), "PP-J005 the text has more than 1000 values");
}

// [REL-3] Keys.
TEST(policy_limits, keys) {
  const auto with_key = [](std::size_t bytes) {
    return R"({"pricepoint":1,"x-)" + std::string(bytes - 2, 'k') + R"(":0})";
  };
  EXPECT_EQ(refused(with_key(1024)), "");
  EXPECT_EQ(refused(with_key(1025)), "PP-J005 a key has at most 1024 bytes");
}

std::string of_rules(std::size_t count) {
  std::string rules;
  for (std::size_t i = 0; i < count; ++i) {
    rules += (i == 0 ? R"({"id":"r)" : R"(,{"id":"r)") + std::to_string(i) + R"(","floor":"1"})";
  }
  return testing::around(rules);
}

// [REL-4] Rules: of the list, of tables, and those that a market's culture brings.
TEST(policy_limits, rules) {
  parse_limits limits;
  limits.max_rules = 10;
  EXPECT_EQ(refused(of_rules(10), limits), "");
  EXPECT_EQ(refused(of_rules(11), limits), "PP-P018 the policy has 11 rules; at most 10 are read");
  const auto from_table = [&](int rows) {
    std::string table = "id,floor\n";
    for (int i = 0; i < rows; ++i) table += "r" + std::to_string(i) + ",1\n";
    return refused(testing::around(R"({"table":"t.csv"})"), limits,
                   [&](const std::string& name, std::size_t) -> result<loaded_table> {
                     return loaded_table{name, table};
                   });
  };
  EXPECT_EQ(from_table(10), "");
  EXPECT_EQ(from_table(11), "PP-P018 the policy has more than 10 rules");
  limits.max_rules = 1;
  EXPECT_EQ(refused(testing::around(R"({"id":"c","culture":"all"})"), limits),
            "PP-P018 with the culture of its markets the policy has more than 1 rules");
}

// [REL-5] The parts of a money expression, and how deep it is nested, with the defaults themselves.
TEST(policy_limits, expressions) {
  const auto of = [](const std::string& expression) {
    return refused(testing::around(R"({"id":"r","floor":")" + expression + "\"}"));
  };
  // max(...) of flat arguments: each argument is a part, and the function is one.
  EXPECT_EQ(of("max(1" + times(4094, ",1") + ")"), "");
  EXPECT_EQ(of("max(1" + times(4095, ",1") + ")"), "PP-X011 the expression has more than 4096 parts");
  const auto sum = [](std::size_t terms) { return "1" + times(terms - 1, "+1"); };
  EXPECT_EQ(of(sum(64)), "");
  EXPECT_EQ(of(sum(65)), "PP-X011 the expression is nested more than 64 deep");
  EXPECT_EQ(of(times(100'000, "(")), "PP-X011 the expression is nested more than 64 deep");
}

// [REL-6] Endings, sequences and amounts of one rule, with the default itself.
TEST(policy_limits, patterns) {
  const auto list = [](std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) {
      std::string digits = std::to_string(10'000 + i);
      all += (i == 0 ? "\"" : ",\"") + digits + "\"";
    }
    return "[" + all + "]";
  };
  const auto of = [](const std::string& effect) { return refused(testing::around(R"({"id":"r",)" + effect + "}")); };
  EXPECT_EQ(of(R"("endings":)" + list(1024)), "");
  EXPECT_EQ(of(R"("endings":)" + list(1025)), "PP-P018 more than 1024 endings in one rule");
  EXPECT_EQ(of(R"("avoid":{"sequences":)" + list(1024) + "}"), "");
  EXPECT_EQ(of(R"("avoid":{"sequences":)" + list(1025) + "}"), "PP-P018 \"sequences\" has more than 1024 entries");
  EXPECT_EQ(of(R"("prefer":{"amounts":)" + list(1024) + "}"), "");
  EXPECT_EQ(of(R"("prefer":{"amounts":)" + list(1025) + "}"), "PP-P018 \"amounts\" has more than 1024 entries");
}

// [REL-7] Tables: how many, how large, how wide.
TEST(policy_limits, tables) {
  parse_limits limits;
  limits.max_tables = 2;
  limits.max_table_bytes = 20;
  std::string table = "id,floor\na,1\n";
  const auto of = [&](std::size_t tables) {
    std::string rules;
    for (std::size_t i = 0; i < tables; ++i)
      rules += (i == 0 ? R"({"table":")" : R"(,{"table":")") + std::to_string(i) + ".csv\"}";
    int number = 0;
    return refused(testing::around(rules), limits, [&](const std::string& name, std::size_t) -> result<loaded_table> {
      std::string text = table;
      if (text.starts_with("id,floor\na")) text[9] = static_cast<char>('a' + number++);
      return loaded_table{name, std::move(text)};
    });
  };
  EXPECT_EQ(of(2), "");
  EXPECT_EQ(of(3), "PP-P018 more than 2 tables in one policy");
  table += std::string(20 - table.size(), '\n');
  EXPECT_EQ(of(1), "");
  table += "\n";
  EXPECT_EQ(of(1), "PP-J005 the table \"0.csv\" has more than 20 bytes");
  limits.max_table_bytes = 1u << 20;
  const auto wide = [&](std::size_t columns) {
    std::string header = "id,floor";
    std::string row = "a,1";
    for (std::size_t i = 2; i < columns; ++i) {
      header += ",x-" + std::to_string(i);
      row += ",";
    }
    table = header + "\n" + row + "\n";
    return of(1);
  };
  EXPECT_EQ(wide(1000), "");
  EXPECT_EQ(wide(1001), "PP-P018 the table has more than 1000 columns");
  table = "id,floor\na,1" + std::string(100'000, ',') + "\n";
  EXPECT_EQ(of(1), "PP-T006 this row has more than 1000 cells, the header 2");
}

// [REL-21] However many mistakes, so many are told and the rest is counted.
TEST(policy_limits, diagnostics) {
  const auto told = [](std::size_t mistakes) {
    std::string rules;
    for (std::size_t i = 0; i < mistakes; ++i)
      rules += (i == 0 ? "" : ",") + std::string(R"({"id":"r)") + std::to_string(i) + R"("})";
    const auto read = parse(testing::around(rules), "p.json");
    return read ? 0 : read.error().diagnostics().size();
  };
  EXPECT_EQ(told(100), 100u);
  EXPECT_EQ(told(101), 101u) << "the last one counts the rest";
  EXPECT_EQ(told(50'000), 101u);
}

// [REL-20] References and names by the thousand cost no more than their text: a chain of channels, each priced against
// the one before, and a circle of all of them.
TEST(policy_limits, references_by_the_thousand) {
  const auto chain = [](int count, const char* first) {
    std::string channels = R"("c0":{"kind":"online")" + std::string(first) + "}";
    for (int i = 1; i < count; ++i) {
      channels += ",\"c" + std::to_string(i) + R"(":{"kind":"online","reference":"c)" + std::to_string(i - 1) + "\"}";
    }
    return R"({"pricepoint":1,"markets":{"US":{}},"channels":{)" + channels + "}}";
  };
  EXPECT_EQ(refused(chain(20'000, "")), "");
  EXPECT_EQ(refused(chain(20'000, R"(,"reference":"c19999")")).substr(0, 7), "PP-P031");
}

}  // namespace
}  // namespace pricepoint::policy_language
