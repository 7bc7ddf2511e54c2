// SPDX-License-Identifier: Apache-2.0
// Amounts, rates and values by currency, wherever they stand in a policy.
#include <gtest/gtest.h>

#include "unit/policy/policy_text.hpp"

namespace pricepoint::policy_language {
namespace {

using namespace pricepoint::literals;
using testing::around;
using testing::lines;
using testing::mistakes_of;

std::string rule(std::string_view effect) { return around("{\"id\":\"r\"," + std::string(effect) + "}"); }

TEST(value, money_keeps_its_digits) {
  // [NUM-1] [NUM-2]
  for (const char* text : {"\"29.90\"", "29.90", "\"0029.9\"", "29.900000000"}) {
    const document read = testing::good(rule(std::string("\"discount\":") + text));
    ASSERT_EQ(read.rules.size(), 1u);
    EXPECT_EQ(*std::get<money>(std::get<effect::discount>(read.rules[0].effect).value).any, "29.90"_money) << text;
  }
  const document read = testing::good(rule(R"("discount":-999999999999999.999999999)"));
  EXPECT_EQ(*std::get<money>(std::get<effect::discount>(read.rules[0].effect).value).any,
            "-999999999999999.999999999"_money);
}

TEST(value, each_mistake_in_money_has_its_code) {
  EXPECT_EQ(mistakes_of(rule(R"("discount":"")")), lines({"PP-P020 2:22 /rules/0/discount"}));
  EXPECT_EQ(mistakes_of(rule(R"("discount":"1,50")")), lines({"PP-P020 2:22 /rules/0/discount"}));
  EXPECT_EQ(mistakes_of(rule(R"("discount":" 1")")), lines({"PP-P020 2:22 /rules/0/discount"}));
  EXPECT_EQ(mistakes_of(rule(R"("discount":"1.")")), lines({"PP-P020 2:22 /rules/0/discount"}));
  EXPECT_EQ(mistakes_of(rule(R"("discount":1e2)")), lines({"PP-J007 2:22 /rules/0/discount"}));
  EXPECT_EQ(mistakes_of(rule(R"("discount":"1E+2")")), lines({"PP-J007 2:22 /rules/0/discount"}));
  EXPECT_EQ(mistakes_of(rule(R"("discount":1234567890123456)")), lines({"PP-P021 2:22 /rules/0/discount"}));
  EXPECT_EQ(mistakes_of(rule(R"("discount":0.1234567890)")), lines({"PP-P021 2:22 /rules/0/discount"}));
  EXPECT_EQ(mistakes_of(rule(R"("discount":true)")), lines({"PP-P003 2:22 /rules/0/discount"}));
  EXPECT_EQ(mistakes_of(rule(R"("multiple_of":"5%")")), lines({"PP-P026 2:25 /rules/0/multiple_of"}));
}

TEST(value, each_mistake_in_a_rate_has_its_code) {
  // [NUM-3]
  EXPECT_EQ(mistakes_of(rule(R"("change":5)")), lines({"PP-P023 2:20 /rules/0/change"}));
  EXPECT_EQ(mistakes_of(rule(R"("change":"5")")), lines({"PP-P023 2:20 /rules/0/change"}));
  EXPECT_EQ(mistakes_of(rule(R"("change":"1234567%")")), lines({"PP-P021 2:20 /rules/0/change"}));
  EXPECT_EQ(mistakes_of(rule(R"("change":"5.1234567%")")), lines({"PP-P021 2:20 /rules/0/change"}));
  EXPECT_EQ(mistakes_of(rule(R"("change":"5 %")")), lines({"PP-P022 2:20 /rules/0/change"}));
  EXPECT_EQ(mistakes_of(rule(R"("change":"%")")), lines({"PP-P022 2:20 /rules/0/change"}));
  EXPECT_EQ(mistakes_of(rule(R"("change":"1e1%")")), lines({"PP-J007 2:20 /rules/0/change"}));
  EXPECT_EQ(mistakes_of(rule(R"("change":{})")), lines({"PP-P003 2:20 /rules/0/change"}));
  EXPECT_EQ(mistakes_of(rule(R"("change":"-1%")")), lines({"PP-P024 2:20 /rules/0/change"}));
  EXPECT_EQ(testing::first_message(rule(R"("change":"-1%")")), "\"change\" must not be below 0%, not -1%");
}

TEST(value, by_currency) {
  // [NUM-5]
  const document read = testing::good(rule(R"("discount":{"JPY":"200","x-note":"","CNY":1.5})"));
  const auto& by = std::get<money>(std::get<effect::discount>(read.rules.at(0).effect).value);
  EXPECT_FALSE(by.any);
  ASSERT_EQ(by.each.size(), 2u);
  EXPECT_EQ(by.each[0].first.code(), "CNY");
  EXPECT_EQ(*by.find(*find_currency("JPY")), "200"_money);
  EXPECT_EQ(by.find(*find_currency("EUR")), nullptr);

  EXPECT_EQ(mistakes_of(rule(R"("discount":{})")), lines({"PP-P009 2:22 /rules/0/discount"}));
  EXPECT_EQ(mistakes_of(rule(R"("discount":{"x-a":1})")), lines({"PP-P009 2:22 /rules/0/discount"}));
  EXPECT_EQ(mistakes_of(rule(R"("discount":{"cny":1,"JPY":"5%"})")),
            lines({"PP-P017 2:23 /rules/0/discount/cny", "PP-P026 2:37 /rules/0/discount/JPY"}));
  EXPECT_EQ(testing::first_message(rule(R"("discount":{"cny":1})")),
            "\"cny\" is no currency of ISO 4217; the nearest known is \"CNY\"");
  EXPECT_EQ(mistakes_of(rule(R"("discount":{"CNY":{"CNY":1}})")), lines({"PP-P003 2:29 /rules/0/discount/CNY"}));
}

}  // namespace
}  // namespace pricepoint::policy_language
