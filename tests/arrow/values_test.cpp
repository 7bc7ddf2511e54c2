// SPDX-License-Identifier: Apache-2.0
// Values: decimals and integers of every width, rates, instants, texts that are no numbers, former prices.
#include <gtest/gtest.h>

#include <limits>

#include "fixture.hpp"

namespace {

using namespace arrays;

TEST_F(arrow, decimals_of_every_width_and_scale) {
  const auto cost = [](column of) {
    column made = table(of.length);
    made.add(std::move(of));
    made.add(
        integers<std::int64_t>("price.store", "l", maybe<std::int64_t>(static_cast<std::size_t>(made.length), 3009)));
    return made;
  };
  // A cost above the store's price is a conflict, one below is not.
  const std::string priced = "300900";
  const std::string conflict = "status=conflict";
  const std::string invalid = "status=invalid";
  EXPECT_EQ(prices(cost(integers<std::int32_t>("cost", "d:9,2,32", {200, none, 999999}))),
            (lines{priced, "status=incomplete", conflict}));
  EXPECT_EQ(prices(cost(integers<std::int64_t>("cost", "d:18,4,64", {20000, none, 9999999}))),
            (lines{priced, "status=incomplete", conflict}));
  const int128 e18 = 1'000'000'000'000'000'000;
  EXPECT_EQ(prices(cost(integers<int128>("cost", "d:38,18", {2 * e18, 99 * e18, none, 0}))),
            (lines{priced, conflict, "status=incomplete", priced}));
  EXPECT_EQ(prices(cost(integers<int128>("cost", "d:38,18", {2 * e18, 2 * e18 + 1, 99 * e18, none}))),
            (lines{priced, invalid, conflict, "status=incomplete"}))
      << "more than nine decimals are no amount";
  EXPECT_EQ(prices(cost(integers<int128>("cost", "d:38,38", {0, e18 * e18 * 50, 1}))),
            (lines{priced, priced, invalid}));
  EXPECT_EQ(prices(cost(integers<int128>("cost", "d:5,-1", {1, 99, none}))),
            (lines{priced, conflict, "status=incomplete"}));
  EXPECT_EQ(prices(cost(integers<int128>("cost", "d:38,2", {200, e18 * 1'000'000, -e18 * e18}))),
            (lines{priced, invalid, invalid}));
  expect_refused(cost(integers<int128>("cost", "d:76,2,256", {1})), "\"cost\"");
  expect_refused(cost(integers<int128>("cost", "d:76,2,256", {1})), "cast it to decimal128");
}

TEST_F(arrow, numbers_at_the_edge_of_64_bits) {
  const auto cost = [&](const column& of) {
    column made = table(of.length);
    made.add(of).add(
        integers<std::int64_t>("price.store", "l", maybe<std::int64_t>(static_cast<std::size_t>(of.length), 3009)));
    return prices(made);
  };
  const int128 e18 = 1'000'000'000'000'000'000;
  EXPECT_EQ(cost(integers<int128>("cost", "d:38,18", {99 * e18 + 1})), lines{"status=invalid"});
  EXPECT_EQ(cost(integers<int128>("cost", "d:38,2", {int128{INT64_MIN}})), lines{"status=invalid"});
  EXPECT_EQ(cost(integers<int128>("cost", "d:38,2", {int128{INT64_MAX}})), lines{"status=invalid"});
  EXPECT_EQ(cost(integers<int128>("cost", "d:5,-20", {0, 1})), (lines{"300900", "status=invalid"}));
  EXPECT_EQ(cost(integers<int128>("cost", "d:38,-3", {2 * e18 * e18})), lines{"status=invalid"});
  EXPECT_EQ(cost(integers<std::uint64_t>("cost", "L", {UINT64_MAX, 1})), (lines{"status=invalid", "300900"}));
}

TEST_F(arrow, integers_of_every_width_with_and_without_nulls) {
  const auto cost = [&](const column& of) {
    column made = table(of.length);
    made.add(of).add(
        integers<std::int64_t>("price.store", "l", maybe<std::int64_t>(static_cast<std::size_t>(of.length), 3009)));
    return prices(made);
  };
  const auto sku = [&](const column& of) {
    column made = table(of.length);
    const auto rows = static_cast<std::size_t>(of.length);
    made.add(of)
        .add(integers<std::int64_t>("price.store", "l", maybe<std::int64_t>(rows, 3009)))
        .add(integers<std::int64_t>("cost", "l", maybe<std::int64_t>(rows, 1)));
    return prices(made);
  };
  const auto each = [&]<class T>(T, const char* format) {
    EXPECT_EQ(cost(integers<T>("cost", format, {1, 2})), lines(2, "300900")) << format;
    EXPECT_EQ(cost(integers<T>("cost", format, {1, none})), (lines{"300900", "status=incomplete"})) << format;
    EXPECT_EQ(sku(integers<T>("sku", format, {1, none})), lines(2, "300900")) << format;
    const auto words = texts("", {"moon", "web"});
    const auto code = [&](const maybe<T>& codes) {
      column made = table(2);
      made.add(coded<T>("channel", format, codes, words))
          .add(integers<std::int64_t>("price.store", "l", {3009, 3009}))
          .add(integers<std::int64_t>("cost", "l", {1, 1}));
      return prices(made);
    };
    EXPECT_EQ(code({1, 1}), lines(2, "300900")) << format;
    EXPECT_EQ(code({1, none}), lines(2, "300900")) << format << ", the default";
    EXPECT_EQ(code({1, std::numeric_limits<T>::max()}), lines(2, "300900")) << format << ", beyond the words";
  };
  each(std::int8_t{}, "c");
  each(std::uint8_t{}, "C");
  each(std::int16_t{}, "s");
  each(std::uint16_t{}, "S");
  each(std::int32_t{}, "i");
  each(std::uint32_t{}, "I");
  each(std::int64_t{}, "l");
  each(std::uint64_t{}, "L");
}

TEST_F(arrow, integers_for_money_are_what_the_options_say) {
  const auto of = [](const column& amount) {
    column made = table(3);
    made.add(amount).add(texts("market", {"CN", "JP", "CN"})).add(texts("cost", {"1", "1", "1"}));
    return made;
  };
  const column wide = of(integers<std::int64_t>("price.store", "l", {50, 3000, none}));
  const column narrow = of(integers<std::uint16_t>("price.store", "S", {50, 3000, none}));
  const column mapped = of(map_of("prices", {0, 1, 2, 2}, texts("key", {"store", "store"}),
                                  integers<std::int64_t>("value", "l", {50, 3000})));
  column inside = table(3, "prices");
  inside.add(integers<std::int64_t>("store", "l", {50, 3000, none}));
  const column structured = of(inside);
  const auto answers = [&](const column& from, pricepoint_integers meaning) {
    use({.channel = "web", .at = 0, .parts = PRICEPOINT_PART_PRICE, .integers = meaning});
    return decide(from);
  };
  for (const column& from : {wide, narrow, mapped, structured}) {
    EXPECT_EQ(answers(from, PRICEPOINT_INTEGERS_UNITS),
              (lines{"status=priced price=500000", "status=priced price=30000000", "status=incomplete"}));
    const lines minor = answers(from, PRICEPOINT_INTEGERS_MINOR);
    EXPECT_EQ(minor[1], "status=priced price=30000000") << "yen have no smaller unit";
    EXPECT_NE(minor[0], "status=priced price=500000");
    EXPECT_NE(answers(from, PRICEPOINT_INTEGERS_REFUSE)[0].find("PP-A017: \"price"), std::string::npos);
  }
  // Beyond what an amount can be; and what is absent among integers.
  EXPECT_EQ(
      answers(of(integers<std::uint64_t>("price.store", "L", {UINT64_MAX, 3000, none})), PRICEPOINT_INTEGERS_UNITS)[0],
      "status=invalid");
  EXPECT_EQ(
      answers(of(integers<std::int64_t>("price.store", "l", {INT64_MAX, INT64_MIN, none})), PRICEPOINT_INTEGERS_UNITS),
      (lines{"status=invalid", "status=incomplete", "status=incomplete"}));
}

TEST_F(arrow, integers_for_money_are_refused_where_nobody_said_what_they_are) {
  use({.integers = PRICEPOINT_INTEGERS_REFUSE});
  for (const char* name :
       {"list", "msrp", "map", "current", "lowest_prior", "cost", "shipping", "price.web", "whole"}) {
    expect_refused(
        table(1).add(integers<std::int64_t>(name, "l", {1})),
        std::string("PP-A017: \"") + name + "\" is money in a column of integers, and they could be cents or whole");
  }
  expect_refused(table(1).add(map_of("prices", {0, 1}, texts("key", {"store"}), integers<std::int8_t>("v", "c", {1}))),
                 "PP-A017: \"prices\" is a map to money in integers");
  // What is no money may be integers, and money may be null.
  column of = table(1);
  of.add(integers<std::int64_t>("sku", "l", {7}))
      .add(integers<std::int64_t>("quantity", "l", {1}))
      .add(integers<std::int64_t>("units", "l", {1}))
      .add(integers<std::int64_t>("stock", "l", {1}))
      .add(integers<std::int64_t>("price.moon", "l", {1}))
      .add(integers<std::int64_t>("at", "l", {0}))
      .add(integers<int128>("price.store", "d:9,2", {3009}))
      .add(texts("cost", {"1"}));
  column nulls;
  nulls.name = "list";
  nulls.format = "n";
  nulls.length = nulls.nulls = 1;
  of.add(nulls);
  use({.channel = "web", .market = "CN", .parts = PRICEPOINT_PART_PRICE, .integers = PRICEPOINT_INTEGERS_REFUSE});
  EXPECT_EQ(decide(of), lines{"status=priced price=300900"});
}

TEST_F(arrow, rates_with_and_without_a_percent_sign) {
  const auto tax = [](column of) {
    column made = table(of.length);
    const auto rows = static_cast<std::size_t>(of.length);
    made.add(std::move(of));
    made.add(integers<std::int64_t>("price.store", "l", maybe<std::int64_t>(rows, 11900)));
    made.add(integers<std::int64_t>("cost", "l", maybe<std::int64_t>(rows, 1)));
    return made;
  };
  const auto nets = [&](const column& of) {
    use({.channel = "web", .market = "CN", .at = 0, .parts = PRICEPOINT_PART_NET});
    return decide(of);
  };
  const std::string at_19 = "status=priced net=1000000 tax=190000";
  const std::string at_13 = "status=priced net=1053100 tax=136900";
  EXPECT_EQ(nets(tax(texts("tax", {"19%", "0.19", "", "19.0%", "19", "x"}))),
            (lines{at_19, at_19, at_13, at_19, "status=invalid", "status=invalid"}));
  EXPECT_EQ(nets(tax(coded<std::int8_t>("tax", "c", {0, 1, none}, texts("", {"0.1900", "13%"})))),
            (lines{at_19, at_13, at_13}));
  EXPECT_EQ(nets(tax(integers<int128>("tax", "d:9,2", {19, none}))), (lines{at_19, at_13}));
  const int128 e37 = static_cast<int128>(1'000'000'000'000'000'000) * 1'000'000'000'000'000'000 * 10;
  EXPECT_EQ(nets(tax(integers<int128>("tax", "d:38,10", {1'900'000'000, 1, e37}))),
            (lines{at_19, "status=invalid", "status=invalid"}));
  EXPECT_EQ(nets(tax(integers<int128>("tax", "d:38,0", {0, e37 * 10})))[1], "status=invalid");
  EXPECT_EQ(nets(tax(integers<int128>("tax", "d:9,2", {19, 1900, 100, -1}))),
            (lines{at_19, "status=invalid", "status=invalid", "status=invalid"}));
  expect_refused(tax(integers<std::int32_t>("tax", "i", {19})), "\"tax\" is a column of integers");
}

TEST_F(arrow, instants_of_every_unit) {
  // The period begins 2026-11-01 in Shanghai, which is 1793462400 seconds in UTC, and ends 2026-11-11 there.
  const auto at = [&](column of) {
    column made = table(of.length);
    const auto rows = static_cast<std::size_t>(of.length);
    made.add(std::move(of))
        .add(integers<std::int64_t>("price.store", "l", maybe<std::int64_t>(rows, 3009)))
        .add(integers<std::int64_t>("cost", "l", maybe<std::int64_t>(rows, 1)));
    use({.channel = "web", .market = "CN", .parts = PRICEPOINT_PART_DISCOUNTS});
    return decide(made);
  };
  const lines edge = {"status=priced", "status=priced discounts=late"};
  const auto pair = [&](std::int64_t begin, const char* format) {
    return at(integers<std::int64_t>("at", format, {begin - 1, begin}));
  };
  const std::int64_t s = 1'793'462'400;
  EXPECT_EQ(pair(s, "tss:UTC"), edge);
  EXPECT_EQ(pair(s * 1000, "tsm:+08:00"), edge);
  EXPECT_EQ(pair(s * 1'000'000, "tsu:UTC"), edge);
  EXPECT_EQ(pair(s * 1'000'000'000, "tsn:Asia/Tokyo"), edge);
  EXPECT_EQ(pair(s * 1000, "l"), edge);
  EXPECT_EQ(at(texts("at", {"2026-10-31T23:59:59.999+08:00", "2026-11-01T00:00:00+08:00"})), edge);
  // [REQ-19] From 1970 to 9999 in every unit. Nanoseconds of 64 bits end in 2262.
  const std::int64_t end = 253'402'300'800;
  const auto ends = [&](const char* format, std::int64_t units) {
    return at(integers<std::int64_t>("at", format, {0, end * units - 1, -1, end * units, INT64_MIN + 1, INT64_MAX}));
  };
  lines within(6, "status=invalid");
  within[0] = within[1] = "status=priced";
  EXPECT_EQ(ends("tss:UTC", 1), within);
  EXPECT_EQ(ends("tsm:UTC", 1000), within);
  EXPECT_EQ(ends("tsu:UTC", 1'000'000), within);
  EXPECT_EQ(ends("l", 1000), within);
  EXPECT_EQ(at(integers<std::int64_t>("at", "tsn:UTC", {0, INT64_MAX, -1})),
            (lines{"status=priced", "status=priced", "status=invalid"}));
  expect_refused(table(1).add(integers<std::int64_t>("at", "tdm", {0})), "\"at\"");
  expect_refused(table(1).add(integers<std::int32_t>("at", "i", {1'793'462'400})), "64-bit integer milliseconds");
  expect_refused(table(1).add(integers<std::int64_t>("at", "tsu:", {0})), "time zone");
}

TEST_F(arrow, text_that_is_no_utf8_is_no_number) {
  column of = table(2);
  of.add(texts("cost", {"\xff\xfe", std::string("1\0", 2)}))
      .add(texts("price.store", {"30.09", "30.09"}))
      .add(texts("sku", {"\xc3", "\x80"}));
  EXPECT_EQ(prices(of), (lines{"status=invalid", "status=invalid"}));
}

TEST_F(arrow, what_was_is_saved_upon) {
  pricepoint_policy_free(policy_);
  policy_ = nullptr;
  const std::string_view text = R"({"pricepoint":1,"markets":{"US":{"currency":"USD"}},
    "channels":{"web":{"kind":"online"}},
    "rules":[{"id":"start","base":"list"},{"id":"off","discount":"12.5%"},{"id":"was","was":"list"}]})";
  ASSERT_EQ(pricepoint_policy_from_text(view(text), nullptr, &policy_, nullptr), PRICEPOINT_OK);
  use({.channel = "web", .market = "US", .parts = PRICEPOINT_PART_WAS | PRICEPOINT_PART_PRICE});
  EXPECT_EQ(decide(table(2).add(integers<std::int64_t>("list", "l", {8000, none}))),
            (lines{"status=priced price=700000 was=800000 saving=100000 saving_rate=12", "status=incomplete"}));
}

}  // namespace
