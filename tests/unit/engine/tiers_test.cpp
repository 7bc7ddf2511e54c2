// SPDX-License-Identifier: Apache-2.0
// Both tiers of arithmetic decide the same, and numbers that the first cannot hold reach the second. Holds [NUM-8].
#include "deciding.hpp"
#include "engine/decide.hpp"
#include "pricepoint/engine/evaluate.hpp"

namespace {

using namespace deciding;
using pricepoint::request;

const std::string_view rules = R"(
  { "id": "a", "discount": "7.777777%" }, { "id": "b", "discount": "3.333333%", "group": "g" }, { "id": "c", "discount": "0.01", "group": "h" },
  { "id": "m", "margin": "5.123457%" }, { "id": "f", "floor": "cost * 103.123457% + shipping" }, { "id": "e", "endings": [".99", ".95", ".?9"] },
  { "id": "g", "gap": { "to": "store", "min": "0.000001%", "max": "33.333333%" } }, { "id": "h", "change": "7.654321%" },
  { "id": "k", "hold": "0.5%" }, { "id": "w", "was": "reference * 101.000001%" })";

TEST(tiers, decide_the_same) {
  const auto policy = policy_of(rules, R"("discounts": "compound",)");
  pricepoint::engine::workspace memory(policy.machine(), {}, {});
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
    asked.tax = pricepoint::rate::from_e8(random(30'000'000));
    memory.bind(asked);
    pricepoint::decision slow;
    pricepoint::engine::silent nobody;
    pricepoint::engine::decide_big(memory, slow, nobody);
    const std::uint64_t before = memory.stats().big_evaluations;
    pricepoint::decision fast;
    memory.bind(asked);
    pricepoint::engine::decide(memory, fast, nobody);
    big += memory.stats().big_evaluations != before ? 1 : 0;
    ASSERT_EQ(line(fast), line(slow)) << i;
    ASSERT_EQ(fast.target(), slow.target()) << i;
    ASSERT_EQ(fast.net(), slow.net()) << i;
  }
  EXPECT_LT(big, 3900);  // some of both, or this test compares nothing
  EXPECT_GT(big, 10);
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
