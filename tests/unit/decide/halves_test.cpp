// SPDX-License-Identifier: Apache-2.0
// Of two amounts equally near the target the one stands that a till would show. Each expected amount is worked out by
// hand, and every way to a price gives it: by request, from a bound pricer and in columns.
#include <array>

#include "deciding.hpp"
#include "pricepoint/pricing/bound_pricer.hpp"
#include "pricepoint/pricing/columns.hpp"

namespace {

using namespace deciding;
using pricepoint::request;

// The price of a list price in minor units on the channel `plain`, by a request and in columns, of which enough rows
// for loops over blocks.
std::string price_of(const pricepoint::policy& of, std::string_view market, std::int64_t list, int digits = 2) {
  pricepoint::pricer pricer(of);
  const pricepoint::decision by_request =
      pricer.price({.channel = "plain", .market = market, .list = pricepoint::decimal::from_parts(list, digits)});
  const std::vector<std::int64_t> lists(300, list);
  pricepoint::request_columns columns;
  columns.rows = lists.size();
  columns.channel = pricepoint::text_column::all("plain");
  columns.market = pricepoint::text_column::all(market);
  columns.list = pricepoint::number_column::scaled(lists, digits);
  pricepoint::decision_columns out;
  pricepoint::batch_pricer(of).price(columns, out);
  for (const std::int64_t one : out.price_minor) EXPECT_EQ(one, by_request.price()->minor);
  if (digits == by_request.currency()->digits()) {
    static constexpr std::array<std::string_view, 1> fields = {"list"};
    auto bound = pricer.bind({.channel = "plain", .market = market}, fields);
    for (int again = 0; again < 2; ++again) {  // the second time by what the first one learned
      EXPECT_EQ(bound->price(std::span(&list, 1)).price_minor, out.price_minor[0]);
    }
  }
  return line(by_request);
}

std::string price_of(const pricepoint::policy& of, std::string_view market, pricepoint::decimal list) {
  return line(pricepoint::pricer(of).price({.channel = "plain", .market = market, .list = list}));
}

// [DEC-17] [DEC-10]
TEST(halves, go_up_to_the_unit) {
  const pricepoint::policy plain = policy_of("");
  EXPECT_EQ(price_of(plain, "CN", "11.025"_money), "priced 11.03");
  EXPECT_EQ(price_of(plain, "CN", "11.0249"_money), "priced 11.02");
  EXPECT_EQ(price_of(plain, "CN", "11.0251"_money), "priced 11.03");
  EXPECT_EQ(price_of(plain, "JP", "1980.5"_money), "priced 1981");
  EXPECT_EQ(price_of(plain, "IL", "31.95"_money), "priced 32.00");
  EXPECT_EQ(price_of(plain, "IL", "31.949"_money), "priced 31.90");
  EXPECT_EQ(price_of(plain, "IL", "31.85"_money), "priced 31.90");
  const pricepoint::policy less = policy_of(R"({ "id": "ten", "discount": "10%" })");
  EXPECT_EQ(price_of(less, "US", 25'45), "priced 22.91 discounts[ten]");     // 22.905
  EXPECT_EQ(price_of(less, "US", 12'25), "priced 11.03 discounts[ten]");     // 11.025
  EXPECT_EQ(price_of(less, "US", 12'24), "priced 11.02 discounts[ten]");     // 11.016
  EXPECT_EQ(price_of(less, "IL", 35'50), "priced 32.00 discounts[ten]");     // 31.95
  EXPECT_EQ(price_of(less, "IL", 35'48), "priced 31.90 discounts[ten]");     // 31.932
  EXPECT_EQ(price_of(less, "JP", 19'805, 1), "priced 1782 discounts[ten]");  // 1782.45
  EXPECT_EQ(price_of(less, "JP", 2205, 0), "priced 1985 discounts[ten]");    // 1984.5
}

// A target on a multiple of the unit, half way between two allowed prices: the lower; half way between two units: the
// higher, however far both are. [DEC-17] [DEC-15]
TEST(halves, between_endings_go_by_the_rounded_target) {
  for (const std::string_view strength : {"required", "strong", "weak"}) {
    const std::string rule = R"({ "id": "e", "endings": [".90"], "strength": ")" + std::string(strength) + R"(" })";
    const pricepoint::policy endings = policy_of(rule, R"("within": "10%",)");
    EXPECT_EQ(price_of(endings, "CN", "30.40"_money), "priced 29.90") << strength;
  }
  // 1.00 and 1.05 lie 2.5 fen away from 1.025, which a till shows as 1.03.
  const pricepoint::policy fives = policy_of(R"({ "id": "five", "multiple_of": "0.05", "strength": "required" })");
  EXPECT_EQ(price_of(fives, "CN", "1.025"_money), "priced 1.05");
  const pricepoint::policy half = policy_of(
      R"({ "id": "half", "discount": "50%" }, { "id": "five", "multiple_of": "0.05", "strength": "required" })");
  EXPECT_EQ(price_of(half, "CN", 2'05), "priced 1.05 discounts[half]");  // 1.025
  EXPECT_EQ(price_of(half, "CN", 2'04), "priced 1.00 discounts[half]");  // 1.02
  EXPECT_EQ(price_of(half, "CN", 2'06), "priced 1.05 discounts[half]");  // 1.03
  const pricepoint::policy tens = policy_of(R"({ "id": "ten", "multiple_of": "0.10", "strength": "required" })");
  EXPECT_EQ(price_of(tens, "CN", "1.05"_money), "priced 1.00");
  // Beyond what 64 bits hold as parts of a minor unit too.
  EXPECT_EQ(price_of(fives, "CN", "1.025000001"_money), "priced 1.05");
  EXPECT_EQ(price_of(fives, "CN", "1.024999999"_money), "priced 1.00");
}

// Of soft bounds that cannot all be kept the choice is by distance, and halves go up there too. [DEC-10] [DEC-17]
TEST(halves, beside_soft_bounds) {
  const pricepoint::policy both = policy_of(
      R"({ "id": "a", "floor": "12", "strength": "weak" }, { "id": "b", "ceiling": "11", "strength": "weak" })");
  EXPECT_EQ(price_of(both, "CN", "11.505"_money), "priced 12.00 relaxed[b]");  // 0.505 and 0.495 away
  EXPECT_EQ(price_of(both, "CN", "11.50"_money), "priced 11.00 relaxed[a]");
}

// A net of 2.50 is shown as 2.98 at 19%, and a stored one decides as what it shows. [DEC-17] [MKT-7]
TEST(halves, of_a_net_amount_are_as_the_till_shows_it) {
  const pricepoint::policy net = policy_of(R"({ "id": "n", "base": "wholesale" })");
  pricepoint::pricer pricer(net);
  EXPECT_EQ(line(pricer.price({.channel = "plain", .market = "DE", .attributes = {{"wholesale", "2.50"}}})),
            "priced 2.98");
  // 9.98 and 10.00 are possible at 20%, both a cent away; the net of 9.99 is 8.325, so 8.33, which is shown as 10.00.
  pricepoint::pricer stored(policy_of(""));
  EXPECT_EQ(line(stored.price({.channel = "plain", .market = "ST", .list = "9.99"_money})), "priced 10.00");
}

}  // namespace
