// SPDX-License-Identifier: Apache-2.0
#include "rows/rates.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pricepoint::rows {
namespace {

std::string errors(std::string text) {
  const auto made = parse_rates(std::move(text), "rates.csv");
  return made ? "" : made.error().to_string();
}

TEST(rows_rates, finds_the_latest_rate_of_the_very_pair) {
  const auto made = parse_rates(
      "\xEF\xBB\xBF"
      "at,from,to,rate,source\r\n"
      "2026-01-01T00:00:00Z,EUR,CNY,7.80,ecb\r\n"
      "\r\n"
      "2026-02-01T00:00:00Z,EUR,CNY,\"7.9\",ecb",
      "rates.csv");
  ASSERT_TRUE(made) << made.error().to_string();
  const auto eur = *find_currency("EUR");
  const auto cny = *find_currency("CNY");
  EXPECT_EQ((*made)->find(eur, cny, *parse_instant("2026-01-15T00:00:00Z"))->factor, parse_decimal("7.8"));
  EXPECT_EQ((*made)->find(eur, cny, *parse_instant("2026-02-01T00:00:00Z"))->factor, parse_decimal("7.9"));
  EXPECT_EQ((*made)->find(cny, eur, *parse_instant("2026-02-01T00:00:00Z")), nullptr);
}

TEST(rows_rates, are_read_as_people_write_them) {
  const auto made = parse_rates(
      "\r, ,\rFrom , TO,Rate,\"at \",,\r"
      "EUR ,CNY,\" 7.80\",2026-01-01T00:00:00Z\xC2\xA0,,\r ,\xC2\xA0,,,,\r"
      "EUR,CNY, \"7.9\" ,2026-02-01T00:00:00Z,, \r",
      "rates.csv");
  ASSERT_TRUE(made) << made.error().to_string();
  const auto eur = *find_currency("EUR");
  const auto cny = *find_currency("CNY");
  EXPECT_EQ((*made)->find(eur, cny, *parse_instant("2026-01-15T00:00:00Z"))->factor, parse_decimal("7.8"));
  EXPECT_EQ((*made)->find(eur, cny, *parse_instant("2026-02-01T00:00:00Z"))->factor, parse_decimal("7.9"));
  EXPECT_EQ(errors("from,to,rate,\xD0\xB0t\n"),
            "rates.csv:1:14: error PP-R001: there is no column \"at\"\n"
            "  from,to,rate,\xD0\xB0t\n"
            "               ^\n"
            "  hint: rename \"\xD0\xB0t\", if that is what it is: it has U+0430, which looks like a\n");
  EXPECT_EQ(errors("from,to,rate,at,\nEUR,CNY,7.8,2026-01-01T00:00:00Z,,x\n"),
            "rates.csv:2:34: error PP-R003: the row has 6 cells, the header 4\n"
            "  EUR,CNY,7.8,2026-01-01T00:00:00Z,,x\n"
            "                                   ^\n"
            "  hint: a cell with a comma in it stands in quotes\n");
}

TEST(rows_rates, says_when_the_very_pair_changes_next) {
  const auto made = parse_rates(
      "from,to,rate,at\n"
      "EUR,CNY,7.8,2026-01-01T00:00:00Z\nEUR,CNY,7.9,2026-02-01T00:00:00Z\nEUR,USD,1.1,2026-03-01T00:00:00Z\n"
      "GBP,CNY,9.1,2026-03-01T00:00:00Z\n",
      "rates.csv");
  ASSERT_TRUE(made) << made.error().to_string();
  const auto eur = *find_currency("EUR");
  const auto cny = *find_currency("CNY");
  const auto at = [](const char* text) { return *parse_instant(text); };
  EXPECT_EQ((*made)->next_after(eur, cny, at("2026-01-15T00:00:00Z")), at("2026-02-01T00:00:00Z"));
  EXPECT_FALSE((*made)->next_after(eur, cny, at("2026-02-01T00:00:00Z"))) << "behind it stands EUR to USD";
  EXPECT_FALSE((*made)->next_after(eur, *find_currency("USD"), at("2026-03-01T00:00:00Z"))) << "and then GBP";
  EXPECT_FALSE((*made)->next_after(*find_currency("GBP"), cny, at("2026-03-01T00:00:00Z"))) << "nothing stands there";
  EXPECT_EQ((*made)->find(eur, *find_currency("GBP"), at("2026-04-01T00:00:00Z")), nullptr);
}

TEST(rows_rates, says_every_mistake) {
  EXPECT_EQ(errors(""),
            "rates.csv:1:1: error PP-R001: the file is empty\n"
            "  hint: the first row names the columns: from,to,rate,at\n");
  EXPECT_EQ(errors("from,to,rate\n"),
            "rates.csv:1:13: error PP-R001: there is no column \"at\"\n"
            "  from,to,rate\n"
            "              ^\n"
            "  hint: the first row names the columns: from,to,rate,at\n");
  EXPECT_EQ(errors("from,to,rate,at,to\n"),
            "rates.csv:1:17: error PP-R001: the column \"to\" stands twice\n"
            "  from,to,rate,at,to\n"
            "                  ^\n"
            "  hint: remove one\n");
  EXPECT_EQ(errors("from,to,rate,at\n"
                   "EUR,XYZ,0,2026-01-01\n"
                   "EUR,CNY,1\n"
                   "EUR,CNY,1,2026-01-01T00:00:00Z\n"),
            "rates.csv:2:5: error PP-R002: column to: \"XYZ\" is no currency of ISO 4217\n"
            "  EUR,XYZ,0,2026-01-01\n"
            "      ^\n"
            "  hint: a code of three capitals, such as EUR\n"
            "rates.csv:2:9: error PP-R002: column rate: \"0\" is not a number above zero\n"
            "  EUR,XYZ,0,2026-01-01\n"
            "          ^\n"
            "  hint: digits, optionally a point and at most nine more: 7.85; no exponent, no comma, no percent sign\n"
            "rates.csv:2:11: error PP-R002: column at: \"2026-01-01\" is not an instant with its offset\n"
            "  EUR,XYZ,0,2026-01-01\n"
            "            ^\n"
            "  hint: write it like 2026-11-11T00:00:00+08:00\n"
            "rates.csv:3:10: error PP-R003: the row has 3 cells, the header 4\n"
            "  EUR,CNY,1\n"
            "           ^\n"
            "  hint: a comma stands between two cells\n");
}

}  // namespace
}  // namespace pricepoint::rows
