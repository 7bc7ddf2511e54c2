// SPDX-License-Identifier: Apache-2.0
#include "cli/history.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace {

using namespace pricepoint;
using namespace pricepoint::literals;
using cli::price_histories;

policy shop() {
  return *parse_policy(R"({ "pricepoint": 1, "markets": { "DE": { "tax": "19%" }, "JP": { "tax": "10%" }, "US": {} },
    "channels": { "web": { "kind": "online" }, "app": { "kind": "online" } } })");
}

constexpr const char* text =
    "segment,sku,at,market,channel,price\n"
    ",A,2026-05-10T00:00:00Z,DE,web,80.00\n"
    ",A,2026-03-01T00:00:00Z,DE,web,100.00\n"
    "gold,A,2026-05-01T00:00:00Z,DE,web,50.00\n"
    ",A,2026-04-01T00:00:00Z,DE,app,95.00\n"
    ",A,2026-04-01T00:00:00Z,US,web,10.00\n"
    ",A,2026-04-01T00:00:00Z,XX,web,1.234567\n";

request asked(const char* at) { return {.sku = "A", .channel = "web", .market = "DE", .at = parse_instant(at)}; }

std::optional<amount> euros(std::int64_t minor) { return amount{minor, *find_currency("EUR")}; }

TEST(history, gives_each_channel_its_own_and_nobody_s_private_price) {
  const auto of = price_histories::parse(text, "h.csv", shop());
  ASSERT_TRUE(of) << of.error().to_string();
  const auto priors = (*of)->source(asked("2026-05-12T00:00:00Z"));
  ASSERT_TRUE(priors);
  EXPECT_EQ(priors("web", {}), "100.00"_money) << "the sale goes on";
  EXPECT_EQ(priors("web", euros(7000)), "100.00"_money) << "and so does a series of cuts, in Germany";
  EXPECT_EQ(priors("app", {}), "95.00"_money) << "never cut: it is compared with itself";
  EXPECT_EQ(priors("nowhere", {}), std::nullopt);
  const auto before = (*of)->source(asked("2026-05-09T00:00:00Z"));
  EXPECT_EQ(before("web", euros(8000)), "100.00"_money) << "what comes later is not known yet";
}

TEST(history, says_which_prices_count_for_nothing) {
  const auto of = price_histories::parse(text, "h.csv", shop());
  const auto doubts = (*of)->doubts("h.csv");
  ASSERT_EQ(doubts.size(), 1u);
  EXPECT_EQ(to_string(doubts[0]),
            "h.csv:7:1: warning PP-H005: 1 of 6 rows counts for nothing: column market: \"XX\" is unknown; "
            "the policy has \"DE\", \"JP\", \"US\"\n");
  const auto none = price_histories::parse("sku,channel,market,at,price\n", "h.csv", shop());
  ASSERT_EQ((*none)->doubts("h.csv").size(), 1u);
  EXPECT_EQ(to_string((*none)->doubts("h.csv")[0]), "h.csv: warning PP-I012: the file has no rows\n");
}

TEST(history, has_no_say_where_the_request_speaks_or_the_law_does_not) {
  const auto of = price_histories::parse(text, "h.csv", shop());
  request one = asked("2026-05-12T00:00:00Z");
  one.lowest_prior = "1"_money;
  EXPECT_FALSE((*of)->source(one));
  one = asked("2026-05-12T00:00:00Z");
  one.at.reset();
  EXPECT_FALSE((*of)->source(one));
  one = asked("2026-05-12T00:00:00Z");
  one.currency = "USD";
  EXPECT_FALSE((*of)->source(one));
  one.currency = "EUR";
  EXPECT_TRUE((*of)->source(one));
  one.market = "US";
  EXPECT_FALSE((*of)->source(one));
}

std::string codes(const std::string& rows) {
  const auto of = price_histories::parse("sku,channel,market,at,price\n" + rows, "h.csv", shop());
  std::string all;
  if (!of) {
    for (const diagnostic& one : of.error().diagnostics()) {
      all += (all.empty() ? "" : " ") + one.code + ":" + std::to_string(one.line) + ":" + std::to_string(one.column);
    }
  }
  return all;
}

TEST(history, tells_every_mistake) {
  EXPECT_EQ(codes("A,web,DE,2026-05-10T00:00:00Z,80.00\n"), "");
  EXPECT_EQ(codes("A,web,DE,yesterday,80.00\nA,web,DE,2026-05-10T00:00:00Z,0\n"), "PP-H002:2:10 PP-H002:3:31");
  EXPECT_EQ(codes("A,web,JP,2026-05-10T00:00:00Z,80.50\n"), "PP-H002:2:31");
  EXPECT_EQ(codes("A,,DE,2026-05-10T00:00:00Z,80\n"), "PP-H002:2:3");
  EXPECT_EQ(codes("A,web,DE,2026-05-10T00:00:00Z\n"), "PP-H003:2:30");
}

}  // namespace
