// SPDX-License-Identifier: Apache-2.0
#include "cli/table.hpp"

#include <gtest/gtest.h>

#include <string>

#include "unit/rows/made_up.hpp"

namespace pricepoint::cli {
namespace {

TEST(cli_table, aligns_and_cuts) {
  table_writer table(80);
  row from;
  from.request.sku = "\xE4\xBB\xB7 1";
  from.request.market = "CN";
  table.decided(from, "web", made_up::priced());
  from.request.sku = "B\x1B[2J";
  table.decided(from, "members", made_up::conflict());
  std::string out;
  table.flush(out);
  EXPECT_EQ(out,
            "sku    channel  market  status       price  currency    was  notes\n"
            "\xE4\xBB\xB7 1   web      CN      priced       29.80  CNY       32.00  limited by earn; a\xE2\x80\xA6\n"
            "B?[2J  members  CN      conflict                             conflict x y\n");
  out.clear();
  from.request.sku = "much too long a name";
  from.problems = {"line 4, column cost: \"x\" is not an amount of money"};
  table.unreadable(from, "web");
  table.flush(out);
  EXPECT_EQ(out,
            "much\xE2\x80\xA6  web      CN      invalid                              invalid line 4, co\xE2\x80\xA6\n");
}

// What tells rows apart has a column where rows differ in it, or may.
TEST(cli_table, rows_of_one_product) {
  const auto shown = [](bool more, std::string_view of_second) {
    table_writer table(80, row_keys(nullptr));
    row from;
    from.request.sku = "A";
    from.request.market = "CN";
    from.request.segment = "gold";
    from.quantity_text = "1";
    table.decided(from, "web", made_up::conflict());
    from.quantity_text = of_second;
    table.decided(from, "web", made_up::conflict());
    std::string out;
    table.flush(out, more);
    return out;
  };
  EXPECT_EQ(shown(false, "10"),
            "sku  channel  market  quantity  status       price  currency  notes\n"
            "A    web      CN             1  conflict                      conflict x y\n"
            "A    web      CN            10  conflict                      conflict x y\n");
  EXPECT_EQ(shown(false, "1").substr(0, 31), "sku  channel  market  status   ");
  EXPECT_EQ(shown(true, "1").substr(0, 41), "sku  channel  market  quantity  segment  ");
}

}  // namespace
}  // namespace pricepoint::cli
