// SPDX-License-Identifier: Apache-2.0
#include "rows/text_table.hpp"

#include <gtest/gtest.h>

namespace pricepoint::rows {
namespace {

text_table table(std::size_t width) {
  return {{{"name"}, {"price", true}, {"rare", false, true}, {"words", false, true, 1000}}, width};
}

TEST(text_table, aligns_and_leaves_out_what_nobody_has) {
  text_table made = table(40);
  made.add() = {"a", "1.00", "", "short"};
  made.add() = {"bcd", "10.00", "", "words that go on beyond the width of it"};
  std::string out;
  made.flush(out);
  EXPECT_EQ(out,
            "name  price  words\n"
            "a      1.00  short\n"
            "bcd   10.00  words that go on beyond th…\n");
  // Later rows keep the widths; titles stand once.
  made.add() = {"longer than before", "2.00", "x", ""};
  out.clear();
  made.flush(out);
  EXPECT_EQ(out, "lon…   2.00\n");
}

TEST(text_table, nothing_is_nothing) {
  text_table made = table(40);
  std::string out;
  made.flush(out);
  EXPECT_EQ(out, "");
}

TEST(text_table, rows_are_handed_over) {
  text_table from = table(40);
  text_table to = table(40);
  from.add() = {"a", "1", "", "w"};
  from.hand_over(to);
  std::string out;
  from.flush(out);
  EXPECT_EQ(out, "");
  to.flush(out);
  EXPECT_EQ(out, "name  price  words\na         1  w\n");
}

TEST(text_table, leaves_out_what_is_the_same_in_every_row) {
  text_table made({{"sku"}, {"quantity", true, true, 32, true}, {"segment", false, true, 32, true}, {"price", true}},
                  80);
  made.add() = {"A", "1", "b2b", "9.00"};
  made.add() = {"A", "", "b2b", "8.00"};
  std::string out;
  made.flush_if_many(out);
  EXPECT_EQ(out, "") << "two rows do not say what the others have";
  made.flush(out);
  EXPECT_EQ(out,
            "sku  quantity  price\n"
            "A           1   9.00\n"
            "A               8.00\n");
  out.clear();
  made.add() = {"B", "2", "", "7.00"};
  made.flush_if_many(out);
  EXPECT_EQ(out, "B           2   7.00\n") << "once it has begun it goes on";
}

TEST(text_table, many_rows_need_not_wait_for_the_last) {
  text_table made = table(40);
  for (int i = 0; i < 1000; ++i) made.add() = {"a", "1", "", "w"};
  std::string out;
  made.flush_if_many(out);
  EXPECT_EQ(out.substr(0, 18), "name  price  words");
}

}  // namespace
}  // namespace pricepoint::rows
