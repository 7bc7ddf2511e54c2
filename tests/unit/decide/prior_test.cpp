// SPDX-License-Identifier: Apache-2.0
// A price that depends on its own prior settles, or takes the lower of two priors.
#include "decide/prior.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using pricepoint::amount;
using pricepoint::decimal;

// `priors` by the price asked about, "" for one that stays; `prices` of one decision after the other, "" for none.
struct settled {
  std::string prior, asked, decided;
};

settled settle(const std::vector<std::pair<std::string, std::string>>& priors, std::vector<std::string> prices) {
  const auto in = *pricepoint::find_currency("EUR");
  settled made;
  std::optional<decimal> prior;
  std::size_t next = 0;
  pricepoint::engine::settle_prior(
      [&](std::string_view channel, const std::optional<amount>& price) -> std::optional<decimal> {
        EXPECT_EQ(channel, "web");
        const std::string wanted = price ? to_string(*price) : "";
        made.asked += "[" + wanted + "]";
        for (const auto& [asked, answer] : priors) {
          if (asked == wanted && !answer.empty()) return pricepoint::parse_decimal(answer);
        }
        return {};
      },
      "web", prior,
      [&](bool again) -> std::optional<amount> {
        made.decided += (again ? "again:" : "first:") + (prior ? to_string(*prior) : "none") + " ";
        const std::string& price = prices.at(next++);
        if (price.empty()) return {};
        return amount{std::stoll(price), in};
      });
  made.prior = prior ? to_string(*prior) : "none";
  return made;
}

TEST(prior, of_a_price_that_does_not_depend_on_it) {
  const auto made = settle({{"", "20"}, {"15.00", "18"}}, {"1500", "1500"});
  EXPECT_EQ(made.asked, "[][15.00][15.00]");
  EXPECT_EQ(made.decided, "first:20 again:18 ");
  EXPECT_EQ(made.prior, "18");
}

TEST(prior, that_is_the_same_is_not_decided_with_again) {
  const auto made = settle({{"", "20"}, {"15.00", "20"}}, {"1500"});
  EXPECT_EQ(made.decided, "first:20 ");
}

TEST(prior, of_no_price_is_that_of_one_that_stays) {
  EXPECT_EQ(settle({{"", "20"}}, {""}).decided, "first:20 ");
  const auto lost = settle({{"", "20"}, {"15.00", "18"}}, {"1500", ""});
  EXPECT_EQ(lost.decided, "first:20 again:18 ") << "without a price there is nothing more to ask";
  EXPECT_EQ(lost.asked, "[][15.00]");
}

TEST(prior, that_would_go_on_changing_is_the_lower_one) {
  // 15.00 has the prior 18, with which the price is 16.00; that has the prior 19, which is not lower.
  const auto higher = settle({{"", "20"}, {"15.00", "18"}, {"16.00", "19"}}, {"1500", "1600"});
  EXPECT_EQ(higher.prior, "18");
  EXPECT_EQ(higher.decided, "first:20 again:18 ");
  const auto lower = settle({{"", "20"}, {"15.00", "18"}, {"16.00", "17"}}, {"1500", "1600", "1700"});
  EXPECT_EQ(lower.prior, "17");
  EXPECT_EQ(lower.decided, "first:20 again:18 again:17 ");
}

TEST(prior, that_is_not_known_is_lower_than_any) {
  const auto gone = settle({{"", "20"}, {"15.00", ""}, {"16.00", "19"}}, {"1500", "1600"});
  EXPECT_EQ(gone.prior, "none");
  const auto going = settle({{"", "20"}, {"15.00", "18"}, {"16.00", ""}}, {"1500", "1600", "1600"});
  EXPECT_EQ(going.prior, "none");
}

}  // namespace
