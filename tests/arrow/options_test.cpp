// SPDX-License-Identifier: Apache-2.0
// The options of a batch: defaults for what a row does not say, threads, rates.
#include <gtest/gtest.h>

#include "fixture.hpp"

namespace {

using namespace arrays;

TEST_F(arrow, defaults_stand_in_for_what_is_absent) {
  const std::int64_t in_the_period = 1'793'500'000'000;
  use({.channel = "web", .market = "CN", .at = in_the_period, .parts = PRICEPOINT_PART_DISCOUNTS});
  column of = table(3);
  of.add(integers<std::int64_t>("price.store", "l", {3009, 3009, 3009}))
      .add(integers<std::int64_t>("cost", "l", {1, 1, 1}));
  const lines all = {"status=priced discounts=late", "status=priced discounts=late", "status=priced discounts=late"};
  EXPECT_EQ(decide(of), all);
  const lines first = {"status=priced", all[0], all[0]};
  const auto with = [&](column one) {
    column made = of;
    made.add(std::move(one));
    return decide(made);
  };
  EXPECT_EQ(with(texts("at", {"2026-01-01T00:00:00Z", "", ""})), first);
  EXPECT_EQ(with(coded<std::int32_t>("at", "i", {1, 0, none}, texts("", {"", "2026-01-01T00:00:00Z"}))), first);
  EXPECT_EQ(with(integers<std::int64_t>("at", "tsm:UTC", {0, none, none})), first);
  for (const std::int64_t far : {std::int64_t{253'402'300'799'999}, std::int64_t{0}}) {
    use({.channel = "web", .market = "CN", .at = far, .parts = PRICEPOINT_PART_DISCOUNTS});
    EXPECT_EQ(decide(of), lines(3, "status=priced"));
    EXPECT_EQ(with(texts("at", {"2026-11-02T00:00:00Z", "", ""}))[0], all[0]);
  }
  use({.channel = "web", .market = "CN", .at = in_the_period, .parts = PRICEPOINT_PART_DISCOUNTS});
  column nulls;
  nulls.name = "at";
  nulls.format = "n";
  nulls.length = nulls.nulls = 3;
  EXPECT_EQ(with(nulls), all);
}

TEST_F(arrow, defaults_leave_what_is_there) {
  column of = table(2);
  of.add(texts("market", {"CN", "CN"}))
      .add(coded<std::int32_t>("channel", "i", {0, 0}, texts("", {"web"})))
      .add(integers<std::int64_t>("at", "l", {0, 0}))
      .add(integers<std::int64_t>("price.store", "l", {3009, 3109}))
      .add(integers<std::int64_t>("cost", "l", {1, 1}));
  EXPECT_EQ(prices(of, "US", "moon"), (lines{"300900", "310900"}));
  of.children[1] = coded<std::int64_t>("channel", "l", {0, std::int64_t{1} << 40}, texts("", {"web"}));
  EXPECT_EQ(prices(of, "US", "moon"), (lines{"300900", "status=invalid"})) << "an unknown channel by default";
}

TEST_F(arrow, options_that_cannot_be_are_refused) {
  pricepoint_batch_options options = PRICEPOINT_BATCH_OPTIONS_INIT;
  pricepoint_batch* batch = nullptr;
  pricepoint_error* error = nullptr;
  options.threads = 1025;
  EXPECT_EQ(pricepoint_batch_create(policy_, &options, &batch, &error), PRICEPOINT_ERROR_ARGUMENT);
  EXPECT_NE(std::string(pricepoint_error_text(error).data).find("more than 1,024; PRICEPOINT_ALL_THREADS is"),
            std::string::npos);
  pricepoint_error_free(error);
  EXPECT_EQ(batch, nullptr);
  // Rates are kept, whatever becomes of the handle.
  pricepoint_rates* rates = nullptr;
  const std::string_view csv = "from,to,rate,at\nUSD,CNY,7,2026-01-01T00:00:00Z\n";
  ASSERT_EQ(pricepoint_rates_from_csv(view(csv), &rates, nullptr), PRICEPOINT_OK);
  options = PRICEPOINT_BATCH_OPTIONS_INIT;
  options.rates = rates;
  options.parts = PRICEPOINT_PART_PRICE;
  ASSERT_EQ(pricepoint_batch_create(policy_, &options, &batch, nullptr), PRICEPOINT_OK);
  pricepoint_rates_free(rates);
  pricepoint_batch_free(batch_);
  batch_ = batch;
  column of = table(1);
  of.add(texts("channel", {"web"}))
      .add(texts("market", {"CN"}))
      .add(texts("currency", {"USD"}))
      .add(texts("at", {"2026-02-01T00:00:00Z"}))
      .add(texts("price.store", {"10"}))
      .add(texts("cost", {"1"}));
  EXPECT_EQ(decide(of), lines{"status=priced price=700000"});
}

}  // namespace
