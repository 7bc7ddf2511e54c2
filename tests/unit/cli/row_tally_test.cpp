// SPDX-License-Identifier: Apache-2.0
#include "cli/row_tally.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace pricepoint;
using namespace pricepoint::cli;
using namespace pricepoint::literals;

policy shop() {
  return *parse_policy(R"({ "pricepoint": 1, "markets": { "DE": { "tax": "19%" } },
    "channels": { "web": { "kind": "online" } }, "attributes": { "role": ["traffic"] } })");
}

std::string text_of(const std::optional<diagnostic>& one) { return one ? to_string(*one) : std::string(); }

TEST(cli_row_tally, says_how_many_of_how_many_and_the_first) {
  row_tally all;
  EXPECT_EQ(text_of(about_unread(all, "rows", "i.csv", true)), "");
  for (int i = 0; i < 1998; ++i) all.row();
  all.row_lost(7, [] { return "column cost: no"; });
  EXPECT_EQ(text_of(about_unread(all, "rows", "i.csv", true)),
            "i.csv:7:1: error PP-I020: 1 of 1,999 rows could not be read: column cost: no\n");
  row_tally other;
  other.row_lost(3, [] { return "column at: never"; });
  all.add(other);
  EXPECT_EQ(text_of(about_unread(all, "offers", "i.csv", false)),
            "i.csv:3:1: warning PP-I020: 2 of 2,000 offers could not be read; the first: column at: never\n");
}

TEST(cli_row_tally, the_first_is_the_same_in_whatever_order_threads_are_added) {
  row_tally early;
  early.row_lost(3, [] { return "a"; });
  row_tally late;
  late.row_lost(4, [] { return "b"; });
  late.row_lost(5, [] { return "c"; });
  row_tally one = early;
  one.add(late);
  late.add(early);
  EXPECT_EQ(one.first, "a");
  EXPECT_EQ(late.first, "a");
  EXPECT_EQ(late.first_line, 3u);
  EXPECT_EQ(late.unread, 3u);
}

TEST(cli_row_tally, shares_are_exact) {
  row_tally all;
  for (int i = 0; i < 3; ++i) all.row();
  EXPECT_FALSE(all.has_more_unread_than({}));
  all.row_lost(1, [] { return ""; });
  EXPECT_TRUE(all.has_more_unread_than({}));
  EXPECT_TRUE(all.has_more_unread_than(*parse_rate("24.999999%")));
  EXPECT_FALSE(all.has_more_unread_than(*parse_rate("25%")));
  all.rows = ~std::uint64_t{0};
  all.unread = all.rows / 4 + 1;
  EXPECT_TRUE(all.has_more_unread_than(*parse_rate("25%"))) << "beyond 64 bits";
}

TEST(cli_row_tally, reasons) {
  const policy with = shop();
  const rows::field_table fields(with, rows::row_kind::offers);
  row one;
  one.fields = &fields;
  one.line = 12;
  one.problems = {"line 12, column cost: \"x\" is not an amount of money", "line 12, column tax: no"};
  EXPECT_EQ(why_unread(one), "column cost: \"x\" is not an amount of money");
  one.request.channel = "Web";
  one.request.cost = "-1"_money;
  one.request.list = "99999999999999"_money;
  one.request.attributes = {{"role", "profit"}};
  one.price = "0"_money;
  const auto why = [&](std::string_view name) { return why_invalid(one, name); };
  EXPECT_EQ(why("channel"), "column channel: \"Web\" is unknown; did you mean \"web\"?");
  EXPECT_EQ(why("market"), "column market: nothing is given; --market is for rows that do not say");
  EXPECT_EQ(why("sku"), "column sku: nothing is given");
  EXPECT_EQ(why("cost"), "column cost: -1 is below zero");
  EXPECT_EQ(why("list"), "column list: 99999999999999 is more than an amount can be");
  EXPECT_EQ(why("role"), "column role: \"profit\" is unknown; its words are \"traffic\"");
  EXPECT_EQ(why("price"), "column price: 0 is not above zero");
  EXPECT_EQ(why("target"), "target: what the row gives leads to no amount that can be");
  one.request.market = "XX";
  EXPECT_EQ(why("market"), "column market: \"XX\" is unknown; the policy has \"DE\"");
}

TEST(cli_row_tally, what_no_row_has) {
  const policy with = shop();
  const rows::field_table fields(with);
  row_tally all;
  all.row();
  all.row();
  all.answer({});
  all.answer({"cost", "rate.EUR.USD"});
  const std::vector<std::string> unused = {"Cost price", "EAN"};
  EXPECT_EQ(text_of(about_lacking(all, "rows", "i.ndjson", fields, nullptr, unused, {})), "") << "another row may";
  rows::block header;
  header.bytes.assign("sku,Cost price,EAN\n");
  std::vector<diagnostic> warnings;
  const auto columns = *rows::csv_columns::read(header, fields, "i.csv", warnings);
  EXPECT_EQ(text_of(about_lacking(all, "rows", "i.csv", fields, &columns, {}, {})),
            "i.csv: warning PP-I014: no row has cost; nothing uses the columns Cost price, EAN\n");
  EXPECT_EQ(text_of(about_lacking(all, "rows", "i.csv", fields, &columns, {}, {"cost"})), "") << "elsewhere";
  row_tally none;
  none.row();
  none.answer({"cost"});
  none.row_lost(3, [] { return ""; });
  EXPECT_EQ(text_of(about_lacking(none, "offers", "i.ndjson", fields, nullptr, {}, {})),
            "i.ndjson: warning PP-I014: no offer that could be read has cost\n");
}

TEST(cli_row_tally, no_rows) {
  EXPECT_EQ(text_of(about_no_rows({}, "offers", "o.csv", true)), "o.csv: error PP-I012: the file has no offers\n");
  row_tally some;
  some.row();
  EXPECT_EQ(text_of(about_no_rows(some, "offers", "o.csv", true)), "");
}

}  // namespace
