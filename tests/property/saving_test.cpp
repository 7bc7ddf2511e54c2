// SPDX-License-Identifier: Apache-2.0
// A saving is never overstated, and its rate is the largest whole percent of which that is true: over every small pair
// of former price and price, and over random policies. Holds [WAS-3] [WAS-4] [OUT-18].
#include <gtest/gtest.h>

#include <iostream>
#include <string>

#include "agreement.hpp"
#include "pricepoint/pricing/exchange_rates.hpp"
#include "seed.hpp"

namespace {

using pricepoint::literals::operator""_money;

/// Nothing where the decision announces no former price.
void expect_honest(const pricepoint::decision& made, int& seen) {
  if (!made.was()) {
    ASSERT_FALSE(made.saving());
    return;
  }
  ++seen;
  ASSERT_TRUE(made.price());
  const long long was = made.was()->minor;
  const long long price = made.price()->minor;
  ASSERT_GT(was, price);
  ASSERT_EQ(made.saving()->minor, was - price);
  const boost::multiprecision::cpp_int percents = boost::multiprecision::cpp_int(was - price) * 100;
  ASSERT_LE(was * boost::multiprecision::cpp_int(made.saving_rate_percent()), percents);
  ASSERT_GT(was * boost::multiprecision::cpp_int(made.saving_rate_percent() + 1), percents);
}

TEST(saving_rate, is_never_overstated_for_small_prices) {
  const auto policy = pricepoint::parse_policy(R"({ "pricepoint": 1, "name": "test",
    "markets": { "ours": { "currency": "EUR", "display": "gross" } }, "channels": { "web": { "kind": "online" } },
    "rules": [{ "id": "was", "was": "msrp" }] })");
  ASSERT_TRUE(policy) << policy.error().to_string();
  pricepoint::pricer pricer(*policy);
  int seen = 0;
  int wanted = 0;
  for (int price = 1; price <= 120; ++price) {
    // In thousandths: a former price is rounded down to the cent before it is compared.
    for (int was = 5; was <= 3000; was += 7) {
      const auto cents = [](int whole, int fraction_digits) {
        std::string text = std::to_string(whole);
        const auto digits = static_cast<std::size_t>(fraction_digits);
        if (text.size() <= digits) text.insert(0, digits + 1 - text.size(), '0');
        return *pricepoint::parse_decimal(text.insert(text.size() - digits, "."));
      };
      const auto made =
          pricer.price({.channel = "web", .market = "ours", .list = cents(price, 2), .msrp = cents(was, 3)});
      expect_honest(made, seen);
      if (HasFatalFailure()) FAIL() << price << " " << was;
      wanted += was / 10 > price ? 1 : 0;
      ASSERT_EQ(made.was() ? made.was()->minor : 0, was / 10 > price ? was / 10 : 0);
    }
  }
  EXPECT_EQ(seen, wanted);
}

TEST(saving_rate, is_never_overstated_for_random_policies) {
  const std::uint64_t seed = testing_seed();
  int seen = 0;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const auto scenario = generator::make(seed + i, 25, testing_options());
    const auto compiled = pricepoint::parse_policy(scenario.policy_json, "random", {}, agreement::files_of(scenario));
    ASSERT_TRUE(compiled) << seed + i;
    pricepoint::pricer pricer(*compiled);
    for (const reference::request& asked : scenario.requests) {
      expect_honest(pricer.price(agreement::engine_request(asked.fields)), seen);
      if (HasFatalFailure()) FAIL() << "seed " << seed + i;
    }
  }
  std::cout << "seed " << seed << ": " << seen << " former prices\n";
  EXPECT_GT(seen, 100);
}

}  // namespace
