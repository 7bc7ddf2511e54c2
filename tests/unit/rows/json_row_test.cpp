// SPDX-License-Identifier: Apache-2.0
#include "rows/json_row.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace pricepoint::rows {
namespace {

// "key=text;" for each member, then "!" and the error with its offset, if any.
std::string read(std::string_view text, json_kind what = json_kind::object) {
  std::string scratch;
  scratch.reserve(2 * text.size());
  json_row_reader reader(text, scratch, what);
  std::string all;
  for (json_member member; reader.next(member);) {
    all.append(member.key).append("=").append(member.text).append(";");
  }
  if (reader.failed()) all.append("!").append(reader.error()).append(" ").append(std::to_string(reader.error_offset()));
  return all;
}

TEST(rows_json_row, members) {
  EXPECT_EQ(read("{}"), "");
  EXPECT_EQ(read(" { \"a\" : \"b\" , \"c\":null }\r\n"), "a=b;c=null;");
  EXPECT_EQ(read(R"({"a":{"b":["c",{"d":1}]},"e":[],"f":true})"), R"(a={"b":["c",{"d":1}]};e=[];f=true;)");
}

TEST(rows_json_row, lists_have_no_keys) {
  EXPECT_EQ(read("[]", json_kind::array), "");
  EXPECT_EQ(read(R"( ["a\n", 1 ,{"b":[2]}] )", json_kind::array), "=a\n;=1;={\"b\":[2]};");
  EXPECT_EQ(read("{}", json_kind::array), "!expected a list 0");
  EXPECT_EQ(read("[1 2]", json_kind::array), "=1;!expected \",\" or \"]\" 3");
  EXPECT_EQ(read("[1] x", json_kind::array), "=1;!expected nothing after the list 4");
}

TEST(rows_json_row, numbers_stay_the_digits_written) {
  EXPECT_EQ(read(R"({"a":29.90,"b":-0,"c":12345678901234567890.123456789,"d":1e5,"e":1.50E-07})"),
            "a=29.90;b=-0;c=12345678901234567890.123456789;d=1e5;e=1.50E-07;");
}

TEST(rows_json_row, escapes) {
  EXPECT_EQ(read(R"({"\u0061\n":"\"\\\/\b\f\r\t\u00e9\u4ef7\ud83d\ude00"})"),
            "a\n=\"\\/\b\f\r\t\xC3\xA9\xE4\xBB\xB7\xF0\x9F\x98\x80;");
}

TEST(rows_json_row, says_where_it_is_no_json) {
  EXPECT_EQ(read("[]"), "!expected an object 0");
  EXPECT_EQ(read("{\"a\":1"), "a=1;!expected \",\" or \"}\" 6");
  EXPECT_EQ(read("{\"a\":1,}"), "a=1;!expected a name in quotation marks 7");
  EXPECT_EQ(read("{\"a\" 1}"), "!expected \":\" 5");
  EXPECT_EQ(read("{\"a\":01}"), "a=0;!expected \",\" or \"}\" 6");
  EXPECT_EQ(read("{\"a\":.5}"), "!expected a value 5");
  EXPECT_EQ(read("{\"a\":5.}"), "!expected a value 7");
  EXPECT_EQ(read("{\"a\":nul}"), "!expected a value 5");
  EXPECT_EQ(read("{\"a\":\"b}"), "!a text is not closed 8");
  EXPECT_EQ(read("{\"a\":\"\t\"}"), "!a control character in a text 6");
  EXPECT_EQ(read(R"({"a":"\x"})"), "!an unknown escape 7");
  EXPECT_EQ(read(R"({"a":"\u12g4"})"), "!expected four hexadecimal digits 10");
  EXPECT_EQ(read(R"({"a":"\ude00"})"), "!half a character 11");
  EXPECT_EQ(read(R"({"a":"\ud83dx"})"), "!half a character 11");
  EXPECT_EQ(read("{} x"), "!expected nothing after the object 3");
  EXPECT_EQ(read("{\"a\":[1,]}"), "!expected a value 8");
  EXPECT_EQ(read("{\"a\":{\"b\"}}"), "!expected \":\" 9");
}

TEST(rows_json_row, depth_has_a_limit) {
  EXPECT_EQ(read("{\"a\":" + std::string(64, '[') + std::string(64, ']') + "}").substr(0, 2), "a=");
  EXPECT_EQ(read("{\"a\":" + std::string(100'000, '[')), "!nested too deeply 69");
}

}  // namespace
}  // namespace pricepoint::rows
