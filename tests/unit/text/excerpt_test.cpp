// SPDX-License-Identifier: Apache-2.0
#include "text/excerpt.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pricepoint::detail {
namespace {

diagnostic shown(std::string_view line, std::size_t at) {
  diagnostic one;
  show_line(one, line, at);
  return one;
}

std::string place(std::string_view text, std::size_t at, std::size_t first_line = 1) {
  diagnostic one;
  show_place(one, text, at, first_line);
  return std::to_string(one.offset) + " " + std::to_string(one.line) + ":" + std::to_string(one.column) + " " +
         one.excerpt + " " + std::to_string(one.caret);
}

TEST(excerpt, carets_count_code_points) {
  EXPECT_EQ(shown("\xE4\xBE\xA1\xE6\xA0\xBC x", 7).caret, 3u);
  EXPECT_EQ(shown("abc", 3).caret, 3u);
  EXPECT_EQ(shown("abc", 99).caret, 3u);
  EXPECT_EQ(shown("", 0).excerpt, "");
}

TEST(excerpt, what_cannot_be_shown_becomes_a_blank_or_a_replacement) {
  EXPECT_EQ(shown("a\tb\x1b\x7f\xC2\x9B!", 7).excerpt, "a b   !");
  EXPECT_EQ(shown("a\tb\x1b\x7f\xC2\x9B!", 7).caret, 6u);
  const diagnostic broken = shown("caf\xE9,\x80\x80x", 7);
  EXPECT_EQ(broken.excerpt, "caf\xEF\xBF\xBD,\xEF\xBF\xBD\xEF\xBF\xBDx");
  EXPECT_EQ(broken.caret, 7u);
}

TEST(excerpt, long_lines_are_cut_on_both_sides) {
  const std::string line = std::string(500, 'x') + "\xC3\xA9" + std::string(500, 'y');
  const diagnostic middle = shown(line, 500);
  EXPECT_EQ(middle.excerpt, "..." + std::string(60, 'x') + "\xC3\xA9" + std::string(39, 'y') + "...");
  EXPECT_EQ(middle.caret, 63u);
  EXPECT_EQ(shown(line, 0).excerpt, std::string(40, 'x') + "...");
  EXPECT_EQ(shown(line, line.size()).excerpt, "..." + std::string(60, 'y'));
  // Nothing but bytes that continue nothing: each counts as one.
  EXPECT_EQ(shown(std::string(500, '\x80'), 400).caret, 63u);
}

TEST(excerpt, places_in_a_text) {
  EXPECT_EQ(place("ab\r\ncd\r\n", 5), "5 2:2 cd 1");
  EXPECT_EQ(place("ab\r\ncd", 2), "2 1:3 ab 2");
  EXPECT_EQ(place("ab\ncd", 5), "5 2:3 cd 2");
  EXPECT_EQ(place("ab\ncd\n", 6), "6 3:1  0");
  EXPECT_EQ(place("\xEF\xBB\xBF"
                  "ab",
                  4),
            "4 1:2 ab 1");
  EXPECT_EQ(place("\xEF\xBB\xBF"
                  "ab",
                  0),
            "3 1:1 ab 0");
  EXPECT_EQ(place("", 0), "0 1:1  0");
  EXPECT_EQ(place("ab\ncd", 3, 17), "3 18:1 cd 0");
}

}  // namespace
}  // namespace pricepoint::detail
