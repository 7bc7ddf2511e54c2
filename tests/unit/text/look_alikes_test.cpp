// SPDX-License-Identifier: Apache-2.0
#include "text/look_alikes.hpp"

#include <gtest/gtest.h>

#include "text/blanks.hpp"

namespace pricepoint::detail {
namespace {

TEST(text_blanks, at_the_ends_of_a_text) {
  EXPECT_EQ(without_blanks("25.00"), "25.00");
  EXPECT_EQ(without_blanks(" 25.00\t\r\n"), "25.00");
  EXPECT_EQ(without_blanks("\xC2\xA0"
                           "25\xE2\x80\xAF"),
            "25")
      << "no-break spaces";
  EXPECT_EQ(without_blanks("\xEF\xBB\xBF\xEF\xBB\xBFsku\xE2\x80\x8B"), "sku") << "byte order marks, a zero-width space";
  EXPECT_EQ(without_blanks("a b"), "a b");
  EXPECT_EQ(without_blanks("\xC3\xA0"), "\xC3\xA0") << "a letter whose last byte is that of a blank";
  EXPECT_EQ(without_blanks("\xE3\x80\x80 \xC2\xA0"), "");
  EXPECT_EQ(without_blanks("x\xA0"), "x\xA0") << "no UTF-8";
  EXPECT_EQ(without_blanks("\xE2\x80"), "\xE2\x80");
  EXPECT_EQ(without_blanks(""), "");
}

TEST(text_look_alikes, as_a_name_looks) {
  EXPECT_EQ(as_it_looks("\xD1\x95\xD0\xBA\xCF\x85"), "sku");
  EXPECT_EQ(as_it_looks("price\xEF\xBC\x8Estore"), "price.store");
  EXPECT_EQ(as_it_looks("co\xE2\x80\x8Bst\xC2\xA0net"), "cost net");
  EXPECT_EQ(as_it_looks("\xEF\xBC\xA1\xEF\xBD\x9E"), "A~") << "full-width forms";
  EXPECT_EQ(as_it_looks("Gr\xC3\xB6\xC3\x9F"
                        "e\xFF"),
            "Gr\xC3\xB6\xC3\x9F"
            "e\xFF");
}

TEST(text_look_alikes, says_which_character) {
  const auto said = [](std::string_view name) {
    const auto odd = first_odd_character(name);
    return odd ? std::to_string(odd->offset) + " " + described(*odd) : std::string();
  };
  EXPECT_EQ(said("sku"), "");
  EXPECT_EQ(said("Gr\xC3\xB6\xC3\x9F"
                 "e"),
            "");
  EXPECT_EQ(said("m\xD0\xB0p"), "1 U+0430, which looks like a");
  EXPECT_EQ(said("m\xE2\x80\x8Bp"), "1 U+200B, which is invisible");
  EXPECT_EQ(said("m p\xC2\xA0"), "3 U+00A0, which looks like a blank");
  EXPECT_EQ(code_point(0x1F600), "U+1F600");
}

// The table is searched as a sorted one.
TEST(text_look_alikes, finds_every_entry) {
  int found = 0;
  for (char32_t c = 0x80; c < 0x10000; ++c) found += latin_like(c) != '\0' ? 1 : 0;
  EXPECT_EQ(found, 94 + 73);
}

}  // namespace
}  // namespace pricepoint::detail
