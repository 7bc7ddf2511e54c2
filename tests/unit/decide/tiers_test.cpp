// SPDX-License-Identifier: Apache-2.0
// Both tiers of arithmetic decide the same, and numbers that the first cannot hold reach the second. Holds [NUM-8].
#include "decide/decide.hpp"
#include "decide/exact.hpp"
#include "deciding.hpp"
#include "money/big_exact.hpp"

namespace {

using namespace deciding;
using pricepoint::request;
using pricepoint::engine::shown;

const std::string_view fine_rates = R"(
  { "id": "a", "discount": "7.777777%" }, { "id": "b", "discount": "3.333333%", "group": "g" }, { "id": "c", "discount": "0.01", "group": "h" },
  { "id": "m", "margin": "5.123457%" }, { "id": "f", "floor": "cost * 103.123457% + shipping" }, { "id": "e", "endings": [".99", ".95", ".?9"] },
  { "id": "g", "gap": { "to": "store", "min": "0.000001%", "max": "33.333333%" } }, { "id": "h", "change": "7.654321%" },
  { "id": "k", "hold": "0.5%" }, { "id": "w", "was": "reference * 101.000001%" })";

const std::string_view usual_rates = R"(
  { "id": "a", "discount": "7%" }, { "id": "b", "discount": "3.5%", "group": "g" }, { "id": "c", "discount": "0.01", "group": "h" },
  { "id": "m", "margin": "5%" }, { "id": "f", "floor": "cost * 103% + shipping" }, { "id": "e", "endings": [".99", ".95", ".?9"] },
  { "id": "g", "gap": { "to": "store", "min": "1%", "max": "12.5%" } }, { "id": "h", "change": "15%" },
  { "id": "k", "hold": "0.5%" }, { "id": "w", "was": "reference * 101%" })";

// Decides 4000 random requests in both tiers; gives how many of them needed the big one.
int compare_tiers(std::string_view rules, bool usual_taxes) {
  const auto policy = policy_of(rules, R"("discounts": "compound",)");
  pricepoint::engine::workspace memory(pricepoint::engine::machine_of(policy), {}, {});
  std::uint64_t state = 5;
  int big = 0;
  for (int i = 0; i < 4000; ++i) {
    const auto random = [&](std::int64_t below) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      return static_cast<std::int64_t>((state >> 33) % static_cast<std::uint64_t>(below));
    };
    request asked = web();
    const int scale = static_cast<int>(random(10));
    const std::int64_t size = random(2) == 0 ? 10'000 : 900'000'000;
    const auto money = [&] { return pricepoint::decimal::from_parts((1 + random(size)) * 1000 + random(1000), scale); };
    asked.prices = {{"store", money()}};
    asked.cost = money();
    asked.shipping = pricepoint::decimal::from_parts(random(100), scale);
    asked.current = money();
    asked.tax = pricepoint::rate::from_e8(usual_taxes ? random(30) * 1'000'000 : random(30'000'000));
    memory.bind(asked);
    pricepoint::decision slow;
    pricepoint::engine::silent nobody;
    pricepoint::engine::decide_big(memory, slow, nobody);
    const std::uint64_t before = memory.stats().big_evaluations;
    pricepoint::decision fast;
    memory.bind(asked);
    pricepoint::engine::decide(memory, fast, nobody);
    big += memory.stats().big_evaluations != before ? 1 : 0;
    EXPECT_EQ(line(fast), line(slow)) << i;
    EXPECT_EQ(fast.target(), slow.target()) << i;
    EXPECT_EQ(fast.net(), slow.net()) << i;
  }
  return big;
}

TEST(tiers, decide_the_same) {
  // Both tiers at work, or this compares nothing.
  EXPECT_LT(compare_tiers(usual_rates, true), 100);
  EXPECT_GT(compare_tiers(fine_rates, false), 2500);
}

// What shops send: no more decimals than the currency has, whole percents.
TEST(tiers, the_first_is_enough_for_usual_requests) {
  const auto policy = policy_of(usual_rates, R"("discounts": "compound",)");
  pricepoint::pricer pricer(policy);
  request asked = web();
  asked.prices = {{"store", "9999999.99"_money}};
  asked.cost = "5555555.55"_money;
  asked.shipping = "99.99"_money;
  asked.current = "8888888.88"_money;
  asked.tax = "19%"_rate;
  EXPECT_TRUE(pricer.price(asked).price());
  EXPECT_EQ(pricer.stats().big_evaluations, 0u);
}

// [NUM-9] of amounts below zero too, such as what a surcharge takes off: -1/2 of the last digit shown is -1.
TEST(tiers, show_amounts_rounded_away_from_zero) {
  using pricepoint::detail::fraction;
  const auto in = *pricepoint::find_currency("EUR");
  for (const int sign : {1, -1}) {
    const fraction half{sign * 5, 100'000};
    const fraction less{sign * 49'999, 1'000'000'000};
    const fraction more{sign * 1'000'050'001LL, 1'000'000'000};
    EXPECT_EQ(shown(pricepoint::detail::fast_exact(half), in).coefficient(), sign);
    EXPECT_EQ(shown(pricepoint::detail::big_exact(half), in).coefficient(), sign);
    EXPECT_EQ(shown(pricepoint::detail::fast_exact(less), in).coefficient(), 0);
    EXPECT_EQ(shown(pricepoint::detail::fast_exact(more), in).coefficient(), sign * 10'001);
  }
}

// Fields and rates with as many digits as the language has.
TEST(tiers, hold_whatever_the_language_can_write) {
  request asked = web();
  asked.prices = {{"store", "9999999999999.999999999"_money}};
  asked.cost = "1234567890123.123456789"_money;
  asked.shipping = "0.000000001"_money;
  asked.tax = "12.345678%"_rate;
  EXPECT_EQ(decide(R"({ "id": "m", "margin": "12.345678%" }, { "id": "d", "discount": "0.000001%" })", asked),
            "priced 9999999900000.00 discounts[d]");
}

}  // namespace
