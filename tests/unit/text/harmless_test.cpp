// SPDX-License-Identifier: Apache-2.0
#include "text/harmless.hpp"

#include <gtest/gtest.h>

#include <string>

#include "pricepoint/result.hpp"
#include "text/names.hpp"

namespace pricepoint::detail {
namespace {

// [REL-56]
TEST(harmless, shows_what_must_not_be_shown_as_its_code_point) {
  EXPECT_EQ(harmless("plain, \xC3\xA9\xE4\xBB\xB7 \xF0\x9F\x98\x80"), "plain, \xC3\xA9\xE4\xBB\xB7 \xF0\x9F\x98\x80");
  EXPECT_EQ(harmless("a\xE2\x80\xAE"
                     "b"),
            "a<U+202E>b");
  EXPECT_EQ(harmless("a\nb\r\tc"), "a\\nb\\r\\tc");
  EXPECT_EQ(harmless("\x1B[31m\x7F\xC2\x9B"), "<U+001B>[31m<U+007F><U+009B>");
  EXPECT_EQ(harmless("\xE2\x80\xA8\xE2\x80\xA9"), "<U+2028><U+2029>");
  EXPECT_EQ(harmless("\xF3\xA0\x81\x81"), "<U+E0041>");
  EXPECT_EQ(harmless("a\xFFz\xC3"), "a\xEF\xBF\xBDz\xEF\xBF\xBD");
  EXPECT_EQ(harmless(""), "");
}

// [REL-56] Each of them, and their neighbours not.
TEST(harmless, knows_them_all) {
  for (const auto& [first, last] : {std::pair<char32_t, char32_t>{0x00, 0x1F},
                                    {0x7F, 0x9F},
                                    {0xAD, 0xAD},
                                    {0x061C, 0x061C},
                                    {0x200B, 0x200F},
                                    {0x2028, 0x202E},
                                    {0x2060, 0x206F},
                                    {0xFEFF, 0xFEFF},
                                    {0xFFF9, 0xFFFB},
                                    {0xE0000, 0xE007F}}) {
    for (char32_t c = first; c <= last; ++c) EXPECT_TRUE(is_harmful(c)) << static_cast<unsigned>(c);
  }
  for (const char32_t c : {0x20, 0x7E, 0xA0, 0xA1, 0xAC, 0xAE, 0x061B, 0x061D, 0x200A, 0x2010, 0x2027, 0x202F, 0x205F,
                           0x2070, 0xFFFD, 0x1F600}) {
    EXPECT_FALSE(is_harmful(c)) << static_cast<unsigned>(c);
  }
}

TEST(harmless, json_says_the_same) {
  std::string out;
  append_harmless_json(out, "{\"a\xE2\x80\xAE\":\n\t\"\x7F\xF3\xA0\x81\x81\"}");
  EXPECT_EQ(out, "{\"a\\u202e\":\n\t\"\\u007f\\udb40\\udc41\"}");
}

// [REL-56] In every part of a message, as text and as JSON.
TEST(harmless, diagnostics) {
  diagnostic one;
  one.code = "PP-C099";
  one.message = one.hint = one.excerpt = one.file = "a\xE2\x80\xAE\nb";
  EXPECT_EQ(to_string(one),
            "a<U+202E>\\nb: error PP-C099: a<U+202E>\\nb\n  a<U+202E>\\nb\n  ^\n  hint: a<U+202E>\\nb\n");
  EXPECT_EQ(to_json(one).find("\xE2\x80\xAE"), std::string::npos);
  EXPECT_NE(to_json(one).find("\"message\":\"a\\u202e\\nb\""), std::string::npos);
  EXPECT_EQ(policy_language::quote("a\xE2\x80\xAE"
                                   "b\x1B"),
            "\"a\\u202eb\\u001b\"");
}

}  // namespace
}  // namespace pricepoint::detail
