// SPDX-License-Identifier: Apache-2.0
// The bands of the built-in table meet: in no market does a lower target give a higher price, under nothing but its
// culture; and docs/culture.md says so in figures.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "pricepoint/market/table.hpp"
#include "pricepoint/money/exact.hpp"
#include "pricepoint/pricing/pricer.hpp"

namespace {

using namespace pricepoint;

class market_prices {
 public:
  explicit market_prices(const market_entry& of)
      : digits(of.currency.value->digits()),
        in_(*of.currency.value),
        market_(of.code),
        policy_(parse_policy(R"({"pricepoint": 1, "name": "bands", "markets": {")" + of.code +
                             R"(": {"tax": "10%"}}, "channels": {"web": {"kind": "online"}},
                                "rules": [{"id": "culture", "culture": "all"}]})")),
        pricer_(*policy_) {}

  std::int64_t at(std::int64_t target) {
    request asked;
    asked.channel = "web";
    asked.market = market_;
    asked.list = decimal::from_parts(target, digits);
    pricer_.price(asked, answer_);
    EXPECT_TRUE(answer_.price()) << market_ << " " << target;
    return answer_.price() ? answer_.price()->minor : 0;
  }
  std::string shown(std::int64_t minor) const { return to_string(amount{minor, in_}); }

  int digits;

 private:
  currency in_;
  std::string market_;
  result<policy> policy_;
  pricer pricer_;
  decision answer_;
};

std::int64_t minor_of(const decimal& value, int digits) {
  const auto of = detail::fraction::minor_units(value, digits);
  EXPECT_EQ(of.denominator, 1);
  return static_cast<std::int64_t>(of.numerator);
}

std::vector<std::int64_t> edges_of(const market_entry& of, int digits) {
  std::vector<std::int64_t> all;
  for (const culture_entry& one : of.culture) {
    if (one.from) all.push_back(minor_of(*one.from, digits));
  }
  std::sort(all.begin(), all.end());
  return all;
}

std::string culture_page() {
  std::ifstream in("docs/culture.md");  // the working directory is the source
  return {std::istreambuf_iterator<char>(in), {}};
}

// Prices of targets that rise never fall: around each edge one by one, elsewhere in steps of half a percent.
TEST(built_in_bands, a_lower_target_never_gives_a_higher_price) {
  for (const market_entry& market : built_in_markets().markets) {
    market_prices prices(market);
    std::vector<std::int64_t> targets;
    for (std::int64_t one = 1; one < 200'000'000; one += std::max<std::int64_t>(1, one / 200)) targets.push_back(one);
    for (const std::int64_t edge : edges_of(market, prices.digits)) {
      for (std::int64_t one = std::max<std::int64_t>(1, edge - 60); one < edge + 60; ++one) targets.push_back(one);
    }
    std::sort(targets.begin(), targets.end());
    std::int64_t highest = 0;
    for (const std::int64_t one : targets) {
      const std::int64_t price = prices.at(one);
      ASSERT_GE(price, highest) << market.code << " at " << prices.shown(one);
      highest = price;
    }
  }
}

TEST(built_in_bands, are_counted_and_listed_in_the_page_on_culture) {
  const std::string page = culture_page();
  std::size_t edges = 0;
  std::size_t rows = 0;
  for (const market_entry& market : built_in_markets().markets) {
    market_prices prices(market);
    for (const std::int64_t edge : edges_of(market, prices.digits)) {
      ++edges;
      const std::string row = "| " + market.code + " | " + prices.shown(edge) + " | " + prices.shown(edge - 1) + " | " +
                              prices.shown(prices.at(edge - 1)) + " | " + prices.shown(prices.at(edge)) + " |";
      std::string digits = std::to_string(edge);
      while (digits.back() == '0') digits.pop_back();
      const bool round = digits == "1" || digits == "2" || digits == "25" || digits == "5";
      EXPECT_EQ(page.find(row) != std::string::npos, !round) << row;
      rows += round ? 0 : 1;
    }
  }
  EXPECT_NE(page.find("48 markets have " + std::to_string(edges) + " edges between two bands"), std::string::npos)
      << edges;
  EXPECT_EQ(rows, 31u);
}

}  // namespace
