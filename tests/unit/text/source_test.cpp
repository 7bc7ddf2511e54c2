// SPDX-License-Identifier: Apache-2.0
#include "text/source.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace pricepoint::policy_language {
namespace {

std::shared_ptr<const source> read(std::string text, const parse_limits& limits = {}) {
  auto made = source::read(std::move(text), "p.json", limits);
  if (!made) {
    ADD_FAILURE() << made.error().to_string();
    return nullptr;
  }
  return *made;
}

diagnostic failure(std::string text, const parse_limits& limits = {}) {
  const auto made = source::read(std::move(text), "p.json", limits);
  if (made) {
    ADD_FAILURE() << "expected a mistake";
    return {};
  }
  const auto all = made.error().diagnostics();
  EXPECT_EQ(all.size(), 1u);
  return all.front();
}

std::string brief(std::string text, const parse_limits& limits = {}) {
  const auto one = failure(std::move(text), limits);
  return one.code + " " + std::to_string(one.line) + ":" + std::to_string(one.column);
}

TEST(source, keeps_every_value_with_its_place) {
  const std::string text =
      "{ // note\n \"a\": [1.50, -0, 1e3, true, false, null,], /* \",:{ */ \"b\\n\": {\"c\":\"\\u00e9\\\"x\"},}";
  const auto made = read(text);
  ASSERT_TRUE(made);
  const json_node& root = made->root();
  ASSERT_EQ(root.members.size(), 2u);
  EXPECT_EQ(root.offset, 0u);
  EXPECT_EQ(root.end, text.size());
  const json_node& list = root.members[0].value;
  ASSERT_EQ(list.items.size(), 6u);
  EXPECT_EQ(list.items[0].text, "1.50");
  EXPECT_EQ(list.items[1].text, "-0");
  EXPECT_EQ(list.items[2].text, "1e3");
  for (const auto& item : list.items)
    EXPECT_NE(text.substr(item.offset, item.end - item.offset).find_first_not_of(" ,"), 1u);
  EXPECT_EQ(text.substr(list.items[5].offset, 4), "null");
  EXPECT_EQ(root.members[1].key, "b\n");
  EXPECT_EQ(text[root.members[1].key_offset], '"');
  const json_node* inner = root.members[1].value.find("c");
  ASSERT_NE(inner, nullptr);
  EXPECT_EQ(inner->text, "\xC3\xA9\"x");
  EXPECT_EQ(text.substr(inner->offset, inner->end - inner->offset), "\"\\u00e9\\\"x\"");
  EXPECT_EQ(root.find("none"), nullptr);
}

TEST(source, numbers_keep_their_digits_however_many) {
  const auto made = read("[123456789012345678901234567890.123456789012345678901234567890, 0.10]");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->root().items[0].text, "123456789012345678901234567890.123456789012345678901234567890");
  EXPECT_EQ(made->root().items[1].text, "0.10");
}

TEST(source, skips_a_byte_order_mark) {
  const auto made = read("\xEF\xBB\xBF{\"a\": 1}");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->root().offset, 3u);
  EXPECT_EQ(made->place(4).line, 1u);
  EXPECT_EQ(made->place(4).column, 2u);
}

TEST(source, places_count_code_points) {
  const std::string text = "{\r\n \"\xC3\xA9\xE4\xBB\xB7\": 1}";
  const auto made = read(text);
  ASSERT_TRUE(made);
  const text_place place = made->place(text.find('1'));
  EXPECT_EQ(place.line, 2u);
  EXPECT_EQ(place.column, 8u);
  EXPECT_EQ(made->place(text.size() + 99).line, 2u);
}

TEST(source, pointers_name_the_innermost_value) {
  const std::string text = R"({"rules": [ {"a/b~c": "x"}, 5 ], "z": {}})";
  const auto made = read(text);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->pointer(0), "");
  EXPECT_EQ(made->pointer(text.find("\"rules\"")), "/rules");
  EXPECT_EQ(made->pointer(text.find("a/b")), "/rules/0/a~1b~0c");
  EXPECT_EQ(made->pointer(text.find("\"x\"") + 1), "/rules/0/a~1b~0c");
  EXPECT_EQ(made->pointer(text.find('5')), "/rules/1");
  EXPECT_EQ(made->pointer(text.find(" ]")), "/rules");
  EXPECT_EQ(made->pointer(text.size()), "");
}

TEST(source, excerpts_are_cut_around_the_caret) {
  const std::string text = "{\t\"a\":\"" + std::string(500, 'x') + "\xC3\xA9" + std::string(500, 'y') + "\"}\n";
  const auto made = read(text);
  ASSERT_TRUE(made);
  const auto middle = made->diagnose("PP-T", text.find("\xC3\xA9"), "m");
  EXPECT_EQ(middle.excerpt, "..." + std::string(60, 'x') + "\xC3\xA9" + std::string(39, 'y') + "...");
  EXPECT_EQ(middle.caret, 63u);
  const auto start = made->diagnose("PP-T", 2, "m");
  EXPECT_EQ(start.excerpt.substr(0, 6), "{ \"a\":");
  EXPECT_EQ(start.caret, 2u);
}

TEST(source, pointers_are_found_without_the_tree) {
  const auto read_again = source::read("\xEF\xBB\xBF{ \"a\": [1, { \"b/c\": 2 }] }", "p.json", {});
  ASSERT_TRUE(read_again);
  source& made = **read_again;
  std::vector<std::string> with_tree;
  for (std::size_t i = 0; i < 30; ++i) with_tree.push_back(made.pointer(i));
  EXPECT_EQ(with_tree[23], "/a/1/b~1c");
  made.forget_tree();
  EXPECT_TRUE(made.root().members.empty());
  for (std::size_t i = 0; i < 30; ++i) EXPECT_EQ(made.pointer(i), with_tree[i]) << i;
}

TEST(source, says_what_json_expected) {
  EXPECT_EQ(brief(""), "PP-J001 1:1");
  EXPECT_EQ(brief("\xEF\xBB\xBF \n // nothing\n"), "PP-J001 1:1");
  EXPECT_EQ(brief("{\"a\" 1}"), "PP-J002 1:6");
  EXPECT_EQ(failure("{\"a\" 1}").message, "expected \":\" after the key, found \"1\"");
  EXPECT_EQ(failure("{\"a\": 1 \"b\": 2}").message, "expected \",\" or \"}\", found a text");
  EXPECT_EQ(brief("{\n  a: 1}"), "PP-J002 2:3");
  EXPECT_EQ(failure("{a: 1}").hint, "keys stand in double quotes: \"a\"");
  EXPECT_EQ(failure("{\"a\": 'x'}").hint, "texts stand in straight double quotes");
  EXPECT_EQ(brief("[1, 2"), "PP-J002 1:6");
  EXPECT_EQ(failure("[1, 2").message, "expected \",\" or \"]\", the text ends here");
  EXPECT_EQ(brief("{\"a\":}"), "PP-J002 1:6");
  EXPECT_EQ(brief("[1,,2]"), "PP-J002 1:4");
  EXPECT_EQ(brief("{\"a\": 012}"), "PP-J002 1:7");
  EXPECT_EQ(brief("{\"a\": .5}"), "PP-J002 1:7");
  EXPECT_EQ(brief("{\"a\": tru}"), "PP-J002 1:7");
  EXPECT_EQ(brief("{\"a\": \"x\ny\"}"), "PP-J002 1:7");
  EXPECT_EQ(brief("{\"a\": \"xy\\q\"}"), "PP-J002 1:10");
  EXPECT_EQ(brief("{\"a\": \"\\ud800\"}"), "PP-J002 1:8");
  EXPECT_EQ(brief("{\"a\": \"\\u12\"}"), "PP-J002 1:8");
  EXPECT_EQ(brief("{\"a\": 1 /* open"), "PP-J002 1:9");
  EXPECT_EQ(brief("{} x"), "PP-J006 1:4");
  EXPECT_EQ(brief("{}\n{}"), "PP-J006 2:1");
  EXPECT_EQ(brief("537/***/ */ /2825"), "PP-J002 1:10");
  EXPECT_EQ(failure("537/***/ */ /2825").message, "expected the end of the text, found \"*\"");
}

// Message and hint of what people write who come from other notations.
TEST(source, says_what_to_write_instead) {
  const struct {
    std::string text;
    const char* said;
  } all[] = {
      {"[TRUE]", "expected a value, found the bare word TRUE | write true"},
      {"[no]", "expected a value, found the bare word no | write false"},
      {"[None]", "expected a value, found the bare word None | leave the key away"},
      {"[NaN]",
       "expected a value, found the bare word NaN | only finite numbers can be written; without a limit leave "
       "the rule away"},
      {"[-Infinity]",
       "this is no number as JSON writes it | only finite numbers can be written; without a limit leave "
       "the rule away"},
      {"[red_1]", "expected a value, found the bare word red_1 | texts stand in double quotes: \"red_1\""},
      {"[+1]", "this is no number as JSON writes it | numbers have no plus sign"},
      {"[.5]", "this is no number as JSON writes it | write a digit before the point: 0.5"},
      {"[-]", "this is no number as JSON writes it | digits without leading zeros, optionally a point and digits"},
      {"[01]", "numbers have no leading zeros | write the number without them, or a text in double quotes"},
      {"[1.5e3.2]", "expected \",\" or \"]\", found \".\" | numbers are digits, optionally a point and digits"},
      {"[1.5-2]", "expected \",\" or \"]\", found \"-\" | "},
      {"[# a\n1]", "expected a comment, found \"#\" | comments are // to the end of the line, or /* */"},
      {"[/ a\n1]", "expected a comment, found \"/\" | comments are // to the end of the line, or /* */"},
      {"[,1]", "expected a value, found \",\" | there is one comma too many"},
      {"[\xE2\x80\x9C"
       "a\xE2\x80\x9D]",
       "expected a value, found \"\xE2\x80\x9C\" | texts stand in straight double quotes"},
      {"[\xE2\x80\xA6]", "expected a value, found \"\xE2\x80\xA6\" | "},
      {"[", "expected a value, the text ends here | "},
      {"{,", "expected a key or \"}\", found \",\" | there is one comma too many"},
      {"{]", "expected a key or \"}\", found \"]\" | an object ends with }"},
      {"{", "expected a key or \"}\", the text ends here | "},
      {"{#", "expected a comment, found \"#\" | comments are // to the end of the line, or /* */"},
      {"{'a':1}", "expected a key or \"}\", found a single quote | keys stand in straight double quotes"},
      {"{\"a\":5,99}", "expected a key or \"}\", found \"9\" | for a decimal number write a point, not a comma: 5.99"},
      {"{\"a\\q\":1}", "JSON has no such escape | a backslash itself is written \\\\"},
      {"[\"a\\", "JSON has no such escape | a backslash itself is written \\\\"},
      {"[\"a\\u00", "\\u needs four hexadecimal digits | such as \\u20ac for the euro sign"},
      {"[\"\\u00Ag\"]", "\\u needs four hexadecimal digits | such as \\u20ac for the euro sign"},
      {"[\"\\uDC00\"]", "half of a surrogate pair stands alone | write the character itself"},
      {"[\"\\uD83D\\u0041\"]", "half of a surrogate pair stands alone | write the character itself"},
      {"[\"\\ud83d\\uE000\"]", "half of a surrogate pair stands alone | write the character itself"},
      {"[\"\\uD83D\\uDE00\\q\"]", "JSON has no such escape | a backslash itself is written \\\\"},
      {"[\"\\u00e9\\uFFFD\\q\"]", "JSON has no such escape | a backslash itself is written \\\\"},
      {"[\"a\r\"]", "this text in quotes does not end on its line | close it with \""},
      {"[\"a\x01\"]",
       "a control character stands in a text | write a tab as \\t, the end of a line as \\n, others as "
       "\\u00.."},
      {"[\"a", "this text in quotes does not end | close it with \""},
      {"[1%]", "expected \",\" or \"]\", found \"%\" | rates stand in double quotes: \"8%\""},
      {"[1x]", "expected \",\" or \"]\", found the bare word x | numbers are digits, optionally a point and digits"},
      {"[1.5.2]", "expected \",\" or \"]\", found \".\" | numbers are digits, optionally a point and digits"},
      {"[1\n2]", "expected \",\" or \"]\", found \"2\" | the entry before it, in line 1, needs a comma"},
      {"[\"a\"{}]", "expected \",\" or \"]\", found \"{\" | a comma stands between two entries"},
      {"[\"a\"[]]", "expected \",\" or \"]\", found \"[\" | a comma stands between two entries"},
      {"[\"a\" 1]", "expected \",\" or \"]\", found \"1\" | a comma stands between two entries"},
      {"[\"a\" ;]", "expected \",\" or \"]\", found \";\" | "},
      {"[1}", "expected \",\" or \"]\", found \"}\" | the list that begins in line 1 is not closed"},
      {"{\"a\":1]", "expected \",\" or \"}\", found \"]\" | the object that begins in line 1 is not closed"},
      {"x", "expected a value, found the bare word x | a policy is a JSON object: { \"pricepoint\": 1, ... }"},
  };
  for (const auto& one : all) {
    const diagnostic got = failure(one.text);
    EXPECT_EQ(got.message + " | " + got.hint, one.said) << one.text;
  }
}

TEST(source, refuses_what_is_not_utf8) {
  EXPECT_EQ(brief("{\"a\": \"\xFF\"}"), "PP-J003 1:8");
  EXPECT_EQ(brief("{} // \xC0\x80"), "PP-J003 1:7");
  EXPECT_EQ(brief("[\"\xED\xA0\x80\"]"), "PP-J003 1:3");
}

TEST(source, holds_its_limits) {
  parse_limits limits;
  limits.max_bytes = 10;
  EXPECT_EQ(failure("[1,2,3,4,5,6]", limits).code, "PP-J005");
  limits = {};
  limits.max_values = 3;
  EXPECT_EQ(brief("[1,2,3]", limits), "PP-J005 1:6");
  limits = {};
  EXPECT_EQ(brief(std::string(1'000'000, '['), limits), "PP-J004 1:33");
  limits.max_depth = 1'000'000'000;  // still kept where recursion is safe
  EXPECT_EQ(failure(std::string(1'000'000, '['), limits).code, "PP-J004");
  EXPECT_EQ(failure("{\"" + std::string(1025, 'k') + "\": 1}").code, "PP-J005");  // keys stand in every pointer
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_EQ(failure(objects, limits).code, "PP-J004");
}

// Numbers that parsers of JSON disagree about, by version: what they are says the grammar here alone.
const std::vector<std::string>& large_numbers() {
  static const std::vector<std::string> all = {"1e99999999999",
                                               "-1e99999999999",
                                               "1E+99999999999999999999999999",
                                               "1e-99999999999",
                                               "0e99999999999",
                                               "0.0e-99999999999",
                                               "1e400",
                                               "-0",
                                               "-0.0",
                                               "-0e0",
                                               "18446744073709551616",
                                               "-9223372036854775809",
                                               "0." + std::string(5000, '0') + "1",
                                               std::string(5000, '9'),
                                               std::string(5000, '9') + "." + std::string(5000, '9') + "e5",
                                               "123456789012345678901234567890.5"};
  return all;
}

// [DOC-9]
TEST(source, a_number_is_one_whatever_its_size) {
  for (const std::string& number : large_numbers()) {
    SCOPED_TRACE(number.substr(0, 40));
    for (const auto& [before, after] :
         {std::pair{"{\"a\":[7, ", ", 8]}"}, std::pair{"{\"a\":[7,", ",8]}"},
          std::pair{"{\"x\":\"1e9 \\\" 2e9\",/* 1e9 \" */\"a\":[7,// 1e9\n", "/**/,8,],}"}}) {
      const std::string text = before + number + after;
      const auto made = read(text);
      ASSERT_TRUE(made);
      const json_node& list = *made->root().find("a");
      ASSERT_EQ(list.items.size(), 3u);
      EXPECT_EQ(list.items[1].type, json_node::kind::number);
      EXPECT_EQ(list.items[1].text, number);
      EXPECT_EQ(text.substr(list.items[1].offset, list.items[1].end - list.items[1].offset), number);
      EXPECT_EQ(list.items[2].text, "8");
      // The same when one value is read again.
      EXPECT_EQ(made->value_at(list.offset).items.at(1).text, number);
      EXPECT_EQ(made->value_at(list.items[1].offset).text, number);
      EXPECT_EQ(made->value_at(list.items[2].offset).text, "8");
    }
    EXPECT_EQ(read(number)->root().text, number);
    EXPECT_EQ(read(number + " // end")->root().text, number);
  }
}

// [DOC-9]
TEST(source, what_is_no_number_is_refused_where_it_ends) {
  for (const std::string& number : large_numbers()) {
    SCOPED_TRACE(number.substr(0, 40));
    // No zero that stands for it may become part of another number, or of two.
    for (const char* const tail : {"1e5", "-1e5"}) {
      if (number.find('e') == std::string::npos && number.find('E') == std::string::npos && tail[0] == '1') continue;
      EXPECT_EQ(failure("[" + number + "+" + tail + "]").code, "PP-J002");
    }
    for (const char* const tail : {".5e5.5", "e5e5", "x", " 5", "\"5\"", "e+", "ee", "..5"}) {
      EXPECT_EQ(failure("[" + number + tail + "]").code, "PP-J002") << tail;
    }
  }
  for (const char* const wrong : {"01e5",     "-01e99999999999",
                                  "00",       "1e",
                                  "1e+",      "1.e5",
                                  "1.",       ".5",
                                  "-",        "-e5",
                                  "+1e5",     "1e5.5",
                                  "1e5e5",    "--1",
                                  "0x10",     "1_000_000_000_000_000_000",
                                  "Infinity", "-Infinity",
                                  "NaN",      "1e99999999999999e",
                                  "- 1"}) {
    EXPECT_EQ(failure(std::string("[") + wrong + "]").code, "PP-J002") << wrong;
    EXPECT_EQ(failure(std::string("{\"x-n\":1e5,\"a\":") + wrong + "}").code, "PP-J002") << wrong;
  }
  EXPECT_EQ(brief("[1e99999999999.5]"), "PP-J002 1:15");
  EXPECT_EQ(brief("[012]"), "PP-J002 1:2");
  EXPECT_EQ(failure("1e5 1e5").code, "PP-J006");
  EXPECT_EQ(failure("{} 1e5").code, "PP-J006");
  EXPECT_EQ(failure("[1e5").code, "PP-J002");
  EXPECT_EQ(failure("[1e5,1e5,1e5]", {.max_values = 3}).code, "PP-J005");
  EXPECT_TRUE(read("[1e5,1e5]", {.max_values = 3}));
}

}  // namespace
}  // namespace pricepoint::policy_language
