// SPDX-License-Identifier: Apache-2.0
// Decimals, rates, amounts and currencies. Holds [NUM-1] to [NUM-5] of the policy reference.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "pricepoint/money/amount.hpp"
#include "pricepoint/money/currency.hpp"
#include "pricepoint/money/decimal.hpp"
#include "pricepoint/money/rate.hpp"

namespace {

using pricepoint::decimal;
using pricepoint::parse_decimal;
using pricepoint::parse_rate;
using namespace pricepoint::literals;

TEST(decimal, reads_what_people_write) {
  for (const char* text : {"0", "1", "-1", "32.00", "-0.5", "007.50", "999999999999999.999999999",
                           "-999999999999999.999999999", "0.000000001", "123456789012345"}) {
    const auto value = parse_decimal(text);
    ASSERT_TRUE(value) << text;
    EXPECT_EQ(to_string(*value), std::string(text).starts_with("007") ? "7.50" : text);
  }
}

TEST(decimal, refuses_everything_else) {
  for (const char* text : {"",
                           "-",
                           ".",
                           ".5",
                           "5.",
                           "1e5",
                           "1E5",
                           "+1",
                           " 1",
                           "1 ",
                           "1,5",
                           "0x1",
                           "NaN",
                           "nan",
                           "inf",
                           "--1",
                           "1.2.3",
                           "1234567890123456",
                           "1.1234567890",
                           "1_000",
                           "\xef\xbc\x91",
                           "1\n"}) {
    EXPECT_FALSE(parse_decimal(text)) << text;
  }
  EXPECT_FALSE(parse_decimal(std::string_view("1\0", 2)));
}

// Every number of digits before and behind the point, up to what is too many.
TEST(decimal, has_as_many_digits_as_it_may) {
  const std::string digits = "9081726354453627180990817263";
  for (std::size_t whole = 0; whole < 26; ++whole) {
    for (std::size_t behind = 0; behind < 26; ++behind) {
      for (const bool point : {false, true}) {
        if (!point && behind > 0) continue;
        for (const std::string sign : {"", "-"}) {
          const std::string number = digits.substr(0, whole);
          const std::string fraction = digits.substr(1, behind);
          const std::string text = sign + number + (point ? "." : "") + fraction;
          const auto value = parse_decimal(text);
          const bool valid = 0 < whole && whole <= 15 && (!point || (0 < behind && behind <= 9));
          ASSERT_EQ(value.has_value(), valid) << text;
          if (!valid) continue;
          pricepoint::detail::int128 coefficient = 0;
          for (const char c : number + fraction) coefficient = 10 * coefficient + (c - '0');
          ASSERT_TRUE(value->coefficient() == (sign.empty() ? coefficient : -coefficient)) << text;
          ASSERT_EQ(value->scale(), static_cast<int>(behind)) << text;
          // One letter that is none of its own.
          for (std::size_t i = sign.size(); i < text.size(); ++i) {
            for (const char wrong : {'/', ':', ' ', '\xB5', '\0'}) {
              std::string other = text;
              other[i] = wrong;
              ASSERT_FALSE(parse_decimal(other)) << other;
            }
          }
        }
      }
    }
  }
}

TEST(decimal, is_compared_by_value) {
  EXPECT_EQ("1.50"_money, "1.5"_money);
  EXPECT_LT("-1.5"_money, "-1.49"_money);
  EXPECT_GT("999999999999999.999999999"_money, "999999999999999.999999998"_money);
  EXPECT_EQ("30"_money, decimal(30));
  EXPECT_EQ("-0"_money, "0.000"_money);
}

TEST(decimal, of_a_whole_number_beyond_its_range_is_the_nearest) {
  for (const std::int64_t beyond : {std::int64_t{1'000'000'000'000'000}, std::int64_t{INT64_MAX}}) {
    EXPECT_EQ(to_string(decimal(beyond)), "999999999999999");
    EXPECT_EQ(to_string(decimal(-beyond)), "-999999999999999");
    EXPECT_EQ(to_string(decimal(static_cast<std::uint64_t>(beyond))), "999999999999999");
  }
  EXPECT_EQ(to_string(decimal(INT64_MIN)), "-999999999999999");
  EXPECT_EQ(to_string(decimal(std::uint64_t{7})), "7");
}

TEST(rate, has_a_percent_sign_and_six_digits_on_a_side) {
  EXPECT_EQ(parse_rate("8%")->e8(), 8'000'000);
  EXPECT_EQ(parse_rate("-3%")->e8(), -3'000'000);
  EXPECT_EQ(parse_rate("12.5%")->e8(), 12'500'000);
  EXPECT_EQ(parse_rate("0.000001%")->e8(), 1);
  EXPECT_EQ(parse_rate("999999.999999%")->e8(), 999'999'999'999);
  for (const char* text : {"", "8", "%", "8 %", "8%%", "1234567%", "1.1234567%", "1e2%", ".5%", "5.%", "+5%"}) {
    EXPECT_FALSE(parse_rate(text)) << text;
  }
  EXPECT_EQ(to_string(*parse_rate("12.50%")), "12.5%");
  EXPECT_EQ(to_string(*parse_rate("-3.000000%")), "-3%");
  EXPECT_EQ(to_string("0%"_rate), "0%");
}

TEST(amount, is_written_with_the_decimals_of_its_currency) {
  EXPECT_EQ(to_string(pricepoint::amount{2980, *pricepoint::find_currency("CNY")}), "29.80");
  EXPECT_EQ(to_string(pricepoint::amount{5, *pricepoint::find_currency("CNY")}), "0.05");
  EXPECT_EQ(to_string(pricepoint::amount{1980, *pricepoint::find_currency("JPY")}), "1980");
  EXPECT_EQ(to_string(pricepoint::amount{1234, *pricepoint::find_currency("KWD")}), "1.234");
  EXPECT_EQ(to_string(pricepoint::amount{-7, *pricepoint::find_currency("EUR")}), "-0.07");
}

TEST(currency, is_found_by_its_code_alone) {
  for (std::size_t i = 0; i < pricepoint::currency::count(); ++i) {
    const auto each = pricepoint::currency::from_index(i);
    EXPECT_EQ(pricepoint::find_currency(each.code()), each);
    if (i > 0) {
      EXPECT_LT(pricepoint::currency::from_index(i - 1).code(), each.code());
    }
  }
  for (const char* code : {"", "CN", "cny", "CNYY", "ZZZ", "AAA"})
    EXPECT_FALSE(pricepoint::find_currency(code)) << code;
  EXPECT_EQ(pricepoint::find_currency("JPY")->digits(), 0);
  EXPECT_EQ(pricepoint::find_currency("CNY")->digits(), 2);
  EXPECT_EQ(pricepoint::find_currency("KWD")->digits(), 3);
  EXPECT_EQ(pricepoint::find_currency("CLF")->digits(), 4);
}

}  // namespace
