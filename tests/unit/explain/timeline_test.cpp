// SPDX-License-Identifier: Apache-2.0
// What becomes of a price in time, word by word.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "pricepoint/explain/explanation.hpp"
#include "unit/decide/deciding.hpp"

namespace {

using namespace deciding;
using pricepoint::request;

request at(std::string_view when) {
  request made = web();
  made.at = *pricepoint::parse_instant(when);
  return made;
}

std::string told(std::string_view rules, const request& what) {
  pricepoint::pricer pricer(policy_of(rules));
  return timeline(pricer, what).text();
}

TEST(timeline, tells_every_change_and_its_rule) {
  EXPECT_EQ(told(R"({ "id": "sale", "during": "eleven", "discount": "10%", "because": "one day" })",
                 at("2026-10-01T00:00:00Z")),
            "A1 on web in CN, at 2026-10-01T00:00:00Z: 32.00 CNY.\n"
            "From 2026-11-01T00:00:00+08:00: 28.80 CNY, because sale begins (\"one day\").\n"
            "From 2026-11-12T00:00:00+08:00: 32.00 CNY, because sale ends.\n"
            "After that no change is known.\n");
  EXPECT_EQ(told(R"({ "id": "sale", "during": "eleven", "discount": "10%" })", at("2026-11-12T00:00:00Z")),
            "A1 on web in CN, at 2026-11-12T00:00:00Z: 32.00 CNY.\nNo change is known.\n");
}

TEST(timeline, of_more_than_prices) {
  EXPECT_EQ(told(R"({ "id": "shut", "during": "eleven", "withhold": "stocktaking" })", at("2026-10-01T00:00:00Z")),
            "A1 on web in CN, at 2026-10-01T00:00:00Z: 32.00 CNY.\n"
            "From 2026-11-01T00:00:00+08:00: not sold here (stocktaking), because shut begins.\n"
            "From 2026-11-12T00:00:00+08:00: 32.00 CNY, because shut ends.\n"
            "After that no change is known.\n");
  EXPECT_EQ(
      told(R"({ "id": "high", "floor": "40" }, { "id": "low", "ceiling": "30", "except": { "period": "eleven" } })",
           at("2026-11-05T00:00:00Z")),
      "A1 on web in CN, at 2026-11-05T00:00:00Z: 40.00 CNY.\n"
      "From 2026-11-12T00:00:00+08:00: no price, since high and low contradict one another, because low begins.\n"
      "After that no change is known.\n");
}

TEST(timeline, leaves_out_what_changes_nothing) {
  // A floor far below comes and goes.
  EXPECT_EQ(told(R"({ "id": "low", "during": "eleven", "floor": "1" })", at("2026-10-01T00:00:00Z")),
            "A1 on web in CN, at 2026-10-01T00:00:00Z: 32.00 CNY.\nNo change is known.\n");
}

TEST(timeline, names_a_hold_that_gives_way) {
  request what = at("2026-10-01T00:00:00Z");
  what.current = "31.90"_money;
  what.current_since = *pricepoint::parse_instant("2026-09-01T00:00:00Z");
  EXPECT_EQ(told(R"({ "id": "keep", "hold": "2%" }, { "id": "low", "during": "eleven", "floor": "1" })", what),
            "A1 on web in CN, at 2026-10-01T00:00:00Z: 31.90 CNY.\n"
            "From 2026-11-01T00:00:00+08:00: 32.00 CNY, because low begins and the current price is held no longer.\n"
            "After that no change is known.\n");
}

TEST(timeline, follows_rates_and_other_channels) {
  using pricepoint::find_currency;
  using pricepoint::parse_instant;
  const auto rates = std::make_shared<pricepoint::exchange_rates>(std::vector<pricepoint::exchange_rate>{
      {*find_currency("EUR"), *find_currency("CNY"), "8"_money, *parse_instant("2026-01-01T00:00:00Z")},
      {*find_currency("EUR"), *find_currency("CNY"), "7.5"_money, *parse_instant("2026-12-01T00:00:00Z")}});
  request what = at("2026-10-01T00:00:00Z");
  what.currency = "EUR";
  pricepoint::pricer pricer(policy_of(""), rates);
  EXPECT_EQ(timeline(pricer, what).text(),
            "A1 on web in CN, at 2026-10-01T00:00:00Z: 256.00 CNY.\n"
            "From 2026-12-01T00:00:00Z: 240.00 CNY, because the exchange rate changes.\n"
            "After that no change is known.\n");

  pricepoint::pricer several(
      policy_of(R"({ "id": "sale", "during": "eleven", "discount": "10%", "when": { "channel": "web" } })"));
  const std::string_view channels[] = {"members", "web"};
  const auto both = timeline_all(several, at("2026-11-05T00:00:00Z"), channels);
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[1].text(),
            "A1 on members in CN, at 2026-11-05T00:00:00Z: 28.80 CNY.\n"
            "From 2026-11-12T00:00:00+08:00: 32.00 CNY, because the price on web changes.\n"
            "After that no change is known.\n");
  EXPECT_NE(both[0].json().find(R"("causes":[{"rule":"sale","change":"ends"}])"), std::string::npos);
}

TEST(timeline, without_a_time) {
  EXPECT_EQ(told(R"({ "id": "sale", "during": "eleven", "discount": "10%" })", web()),
            "A1 on web in CN: no price without at.\n");
  EXPECT_EQ(told("", web()), "A1 on web in CN: 32.00 CNY.\n");
}

TEST(timeline, has_an_end) {
  // Two thousand days, every other one a sale: more than is told.
  std::string spans;
  for (int year = 2027; year < 2100; ++year) {
    for (int month = 1; month <= 12; ++month) {
      const auto two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
      const std::string day = std::to_string(year) + "-" + two(month) + "-";
      spans += (spans.empty() ? "" : ",") + std::string("{\"from\":\"") + day + "05\",\"until\":\"" + day +
               "06\",\"zone\":\"UTC\"}";
    }
  }
  pricepoint::pricer pricer(policy_of(R"({ "id": "sale", "during": [)" + spans + R"(], "discount": "10%" })"));
  const std::string text = timeline(pricer, at("2026-11-05T00:00:00Z")).text();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1002);
  EXPECT_TRUE(text.ends_with("More changes follow that are not shown.\n"));
}

}  // namespace
