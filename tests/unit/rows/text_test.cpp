// SPDX-License-Identifier: Apache-2.0
#include "rows/text.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace pricepoint::rows {
namespace {

TEST(rows_text, tells_utf8_from_what_is_none) {
  for (const char* const text :
       {"", "plain", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  for (const char* const text : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                                 "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE4\xBB", "\xFF", "\xC3("}) {
    EXPECT_FALSE(is_utf8(text)) << in_quotes(text);
  }
  EXPECT_EQ(utf8_prefix("0123456789abc\xFFx"), 13u);
}

TEST(rows_text, replaces_what_is_no_utf8) {
  std::string out;
  append_as_utf8(out, "a\xFF\xE4\xBB\xB7\xE4");
  EXPECT_EQ(out, "a\xEF\xBF\xBD\xE4\xBB\xB7\xEF\xBF\xBD");
}

TEST(rows_text, counts_the_columns_of_a_terminal) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("\xE4\xBB\xB7\xE6\xA0\xBC"), 4u) << "wide characters";
  EXPECT_EQ(display_width("e\xCC\x81"), 1u) << "a combining accent";
}

TEST(rows_text, clips_and_disarms) {
  std::string out;
  EXPECT_EQ(append_clipped(out, "abcdef", 4), 4u);
  EXPECT_EQ(out, "abc\xE2\x80\xA6");
  out.clear();
  EXPECT_EQ(append_clipped(out, "\xE4\xBB\xB7\xE6\xA0\xBC\xE4\xBB\xB7", 4), 3u) << "half a character does not fit";
  EXPECT_EQ(out, "\xE4\xBB\xB7\xE2\x80\xA6");
  out.clear();
  append_clipped(out, "a\x1B[31m", 20);
  EXPECT_EQ(out, "a?[31m");
}

TEST(rows_text, quotes_values_for_messages) {
  EXPECT_EQ(in_quotes("abc"), "\"abc\"");
  EXPECT_EQ(in_quotes("a\nb\t\x1B"), "\"a\\nb\\t<U+001B>\"");
  EXPECT_EQ(in_quotes("5\xC2\xA0\xE2\x80\x8B"), "\"5<U+00A0><U+200B>\"") << "what cannot be seen";
  EXPECT_EQ(in_quotes(std::string(100, 'x')), "\"" + std::string(48, 'x') + "\xE2\x80\xA6\"");
}

TEST(rows_text, lists_names) {
  EXPECT_EQ(list_of_names({}), "");
  EXPECT_EQ(list_of_names({"a"}), "\"a\"");
  EXPECT_EQ(list_of_names({"a", "b", "c"}), "\"a\", \"b\" and \"c\"");
  const std::string many = list_of_names(std::vector<std::string>(20, "x"));
  EXPECT_TRUE(many.ends_with("\"x\" and 8 more")) << many;
}

TEST(rows_text, names_without_case) {
  EXPECT_TRUE(is_same_name("Price.STORE", "price.store"));
  EXPECT_FALSE(is_same_name("price", "prices"));
}

TEST(rows_text, writes_fixed_decimals) {
  const auto fixed = [](std::int64_t value, int decimals) {
    std::string out;
    append_fixed(out, value, decimals);
    return out;
  };
  EXPECT_EQ(fixed(0, 2), "0.00");
  EXPECT_EQ(fixed(5, 2), "0.05");
  EXPECT_EQ(fixed(2980, 2), "29.80");
  EXPECT_EQ(fixed(-5, 3), "-0.005");
  EXPECT_EQ(fixed(1980, 0), "1980");
  EXPECT_EQ(fixed(INT64_MIN, 2), "-92233720368547758.08");
  EXPECT_EQ(fixed(INT64_MIN, 0), "-9223372036854775808");
  EXPECT_EQ(fixed(INT64_MAX, 18), "9.223372036854775807");
  EXPECT_EQ(fixed(INT64_MIN, 18), "-9.223372036854775808");
  // Every number of digits, with as many decimals and with more.
  for (int decimals = 0; decimals <= 18; ++decimals) {
    std::int64_t value = 1;
    for (int digits = 1; digits <= 18; ++digits, value = 10 * value + digits % 10) {
      for (const std::int64_t one : {value - 1, value, -value, 9 * (value / 10)}) {
        std::string expected = std::to_string(one < 0 ? -one : one);
        const auto least = static_cast<std::size_t>(decimals) + 1;
        if (expected.size() < least) expected.insert(0, least - expected.size(), '0');
        if (decimals > 0) expected.insert(expected.size() - static_cast<std::size_t>(decimals), ".");
        EXPECT_EQ(fixed(one, decimals), (one < 0 ? "-" : "") + expected);
      }
    }
  }
}

TEST(rows_text, measures_edits) {
  EXPECT_EQ(edit_distance("cost", "cost", 2), 0u);
  EXPECT_EQ(edit_distance("csot", "cost", 2), 1u) << "a swap of neighbours is one slip";
  EXPECT_EQ(edit_distance("shiping", "shipping", 2), 1u);
  EXPECT_EQ(edit_distance("a", "abcdef", 2), 3u) << "beyond the limit";
}

TEST(rows_text, knows_what_is_nearly_a_name) {
  EXPECT_TRUE(is_nearly("Cost", "cost"));
  EXPECT_TRUE(is_nearly("price_store", "price.store"));
  EXPECT_TRUE(is_nearly(" lowest prior", "lowest_prior"));
  EXPECT_TRUE(is_nearly("chanel", "channel"));
  EXPECT_TRUE(is_nearly("curency", "currency"));
  EXPECT_FALSE(is_nearly("date", "at"));
  EXPECT_FALSE(is_nearly("name", "map"));
  EXPECT_FALSE(is_nearly("description", "segment"));
  EXPECT_EQ(nearest("merket", {"channel", "market", "map"}), "market");
  EXPECT_EQ(nearest("colour", {"channel", "market", "map"}), "");
}

}  // namespace
}  // namespace pricepoint::rows
