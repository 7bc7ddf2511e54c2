// SPDX-License-Identifier: Apache-2.0
#include "pricepoint/market/price_history.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "pricepoint/market/table.hpp"

namespace {

using pricepoint::former_price_rule;
using pricepoint::price_history;
using kind = enum former_price_rule::kind;
using answer = std::optional<std::int64_t>;

constexpr std::int64_t day = 86'400'000;

former_price_rule lowest(int days, bool progressive = false) {
  former_price_rule made;
  made.rule = kind::lowest;
  made.days = days;
  made.progressive = progressive;
  return made;
}

former_price_rule law_of(const char* market) {
  return *pricepoint::built_in_markets().find(market)->former_price.value;
}

TEST(price_history, knows_nothing_at_first) {
  price_history of(lowest(30));
  EXPECT_EQ(of.last(), answer());
  EXPECT_EQ(of.lowest_prior(0, 100), answer());
  EXPECT_TRUE(of.record(day, 100));
  EXPECT_EQ(of.lowest_prior(day, 100), answer()) << "nothing before it";
  EXPECT_EQ(of.lowest_prior(2 * day, 80), answer(100));
}

TEST(price_history, takes_prices_in_the_order_of_time) {
  price_history of(lowest(30));
  EXPECT_FALSE(of.record(0, 0));
  EXPECT_FALSE(of.record(0, -5));
  EXPECT_TRUE(of.record(10 * day, 100));
  EXPECT_FALSE(of.record(10 * day - 1, 90));
  EXPECT_TRUE(of.record(12 * day, 100)) << "no change, but a record";
  EXPECT_FALSE(of.record(11 * day, 90));
  EXPECT_EQ(of.size(), 1u);
  EXPECT_EQ(of.last(), answer(100));
}

TEST(price_history, of_two_records_of_one_instant_the_later_counts) {
  price_history of(lowest(30));
  of.record(0, 100);
  of.record(5 * day, 50);
  of.record(5 * day, 60);
  of.record(5 * day, 80);
  EXPECT_EQ(of.size(), 2u);
  EXPECT_EQ(of.lowest_prior(6 * day, 80), answer(100));
  EXPECT_EQ(of.lowest_prior(6 * day, 70), answer(80));
  of.record(5 * day, 100);
  EXPECT_EQ(of.size(), 1u) << "it never changed";
  EXPECT_EQ(of.lowest_prior(6 * day, 70), answer(100));
}

TEST(price_history, the_window_ends_where_the_reduction_begins_and_is_exact_to_the_millisecond) {
  for (const std::int64_t late : {std::int64_t{0}, std::int64_t{1}}) {
    price_history of(lowest(30));
    of.record(0, 70);
    of.record(day, 100);  // 70 held until here
    // A window that opens at `day` no longer sees 70; one that opens a millisecond earlier does.
    EXPECT_EQ(of.lowest_prior(31 * day - late, 60), answer(late == 0 ? 100 : 70));
  }
}

TEST(price_history, a_promotion_compares_with_the_price_before_it_on_each_of_its_days) {
  price_history of(lowest(30));
  of.record(0, 100);
  of.record(40 * day, 80);
  for (int days = 0; days < 90; ++days) EXPECT_EQ(of.lowest_prior((40 + days) * day, 80), answer(100)) << days;
  EXPECT_EQ(of.lowest_prior(45 * day, 70), answer(80)) << "a further cut is another reduction";
  EXPECT_EQ(of.lowest_prior(45 * day, 90), answer(80)) << "and so is a price that is higher";
}

TEST(price_history, a_raise_ends_a_reduction) {
  price_history of(lowest(30));
  of.record(0, 100);
  of.record(40 * day, 80);
  of.record(50 * day, 100);
  EXPECT_EQ(of.lowest_prior(60 * day, 90), answer(80)) << "80 was charged in the 30 days before";
  EXPECT_EQ(of.lowest_prior(80 * day, 90), answer(100)) << "and no longer";
  EXPECT_EQ(of.lowest_prior(60 * day, 100), answer(80)) << "an unchanged price is no reduction";
}

TEST(price_history, a_series_of_cuts_keeps_the_first_price_where_the_law_is_progressive) {
  price_history of(lowest(30, true));
  price_history plain(lowest(30, false));
  for (price_history* one : {&of, &plain}) {
    one->record(0, 100);
    one->record(40 * day, 80);
    one->record(50 * day, 70);
  }
  EXPECT_EQ(of.lowest_prior(55 * day, 70), answer(100));
  EXPECT_EQ(of.lowest_prior(55 * day, 60), answer(100));
  EXPECT_EQ(plain.lowest_prior(55 * day, 70), answer(80));
  EXPECT_EQ(plain.lowest_prior(55 * day, 60), answer(70));
  of.record(60 * day, 75);  // a raise
  of.record(61 * day, 65);
  EXPECT_EQ(of.lowest_prior(62 * day, 65), answer(70));
}

TEST(price_history, germany_and_france_differ_in_a_series_of_cuts) {
  EXPECT_TRUE(law_of("DE").progressive);
  EXPECT_FALSE(law_of("FR").progressive);
}

TEST(price_history, turkey_changed_its_days) {
  const former_price_rule law = law_of("TR");
  ASSERT_EQ(law.earlier.size(), 1u);
  const std::int64_t until = law.earlier[0].until_unix_ms;  // 2025-10-11
  const auto ask = [&](std::int64_t at) {
    price_history of(law);
    of.record(until - 100 * day, 70);
    of.record(until - 20 * day, 100);
    return of.lowest_prior(at, 60);
  };
  EXPECT_EQ(ask(until - 1), answer(70)) << "30 days";
  EXPECT_EQ(ask(until), answer(100)) << "10 days";
}

TEST(price_history, japan_asks_for_most_of_eight_weeks) {
  const auto ask = [](std::int64_t at_high, std::int64_t gap_days) {
    price_history of(law_of("JP"));
    of.record(0, 100);
    of.record(at_high * day, 90);
    return of.lowest_prior((at_high + gap_days) * day, 60);
  };
  EXPECT_EQ(ask(40, 10), answer(100));
  EXPECT_EQ(ask(40, 14), answer()) << "14 days ago is too long";
  EXPECT_EQ(ask(13, 10), answer()) << "13 days are too few";
  EXPECT_EQ(ask(14, 13), answer(100)) << "just enough: 14 of 27 days";
  EXPECT_EQ(ask(14, 14), answer()) << "half is not more than half";
  price_history going_on(law_of("JP"));
  going_on.record(0, 100);
  going_on.record(60 * day, 60);
  EXPECT_EQ(going_on.lowest_prior(160 * day, 60), answer(100)) << "what counts is when the reduction began";
}

TEST(price_history, switzerland_lets_half_of_the_time_or_thirty_days) {
  const auto after = [](std::int64_t charged, std::int64_t shown_ms, std::int64_t price = 80) {
    price_history of(law_of("CH"));
    of.record(-500 * day, 90);
    of.record(0, 100);
    of.record(charged * day, 80);
    return of.lowest_prior(charged * day + shown_ms, price);
  };
  EXPECT_EQ(after(20, 0), answer(100));
  EXPECT_EQ(after(20, 10 * day), answer(100));
  EXPECT_EQ(after(20, 10 * day + 1), answer()) << "half of 20 days are over";
  EXPECT_EQ(after(30, 400 * day), answer(100)) << "30 days in a row: without limit";
  EXPECT_EQ(after(30, 10 * day, 70), answer(100)) << "and for a further cut";
  EXPECT_EQ(after(29, 10 * day, 70), answer(80)) << "else a further cut compares with the price right before it";
}

TEST(price_history, where_the_law_gives_no_number_there_is_nothing_to_compare) {
  price_history of(law_of("US"));
  of.record(0, 100);
  of.record(day, 80);
  EXPECT_EQ(of.lowest_prior(2 * day, 80), answer());
}

TEST(price_history, remembers_no_more_than_its_window) {
  price_history of(lowest(30, true));
  std::size_t most = 0;
  for (std::int64_t hour = 0; hour < 200'000; ++hour) {
    ASSERT_TRUE(of.record(hour * 3'600'000, 1000 + hour % 7));
    most = std::max(most, of.size());
  }
  EXPECT_LE(most, 30u * 24u + 1u);
}

TEST(price_history, times_at_the_edge_are_times) {
  price_history of(lowest(3660));
  EXPECT_TRUE(of.record(INT64_MIN, 100));
  EXPECT_TRUE(of.record(INT64_MIN + 5, 90));
  EXPECT_EQ(of.lowest_prior(INT64_MAX, 80), answer(90));
  EXPECT_TRUE(of.record(INT64_MAX, 80));
}

}  // namespace
