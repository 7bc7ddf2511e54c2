// SPDX-License-Identifier: Apache-2.0
// Why a rule is off, and why a value cannot be, word by word.
#include "explaining.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pricepoint {
namespace {

using namespace explaining;
using namespace literals;

TEST(explanation, a_promotion_outside_its_period) {
  request what = german_request();
  what.at = parse_instant("2026-10-20T12:00:00Z");
  EXPECT_EQ(
      text_of(
          german(R"({ "id": "sale-price", "during": "sale", "discount": "20%", "because": "the sale of the year" })"),
          what),
      R"(A1 on web in DE, at 2026-10-20T12:00:00Z: 40.00 EUR (priced)
This is the target itself; no rule moves it.
No rule applies, for the reasons at the end.
The base is the reference price, the price on store: 40.00 EUR.
The target is 40.00 EUR.
39.99 and 40.01 EUR were turned down: they are farther from the target.
Without tax the price is 33.61 EUR; the tax is 6.39 EUR.
This may change at 2026-11-01T00:00:00+01:00, when a period begins or ends.
sale-price is off: sale begins at 2026-11-01T00:00:00+01:00. Why it is there: "the sale of the year".
)");
  what.at = parse_instant("2026-11-20T12:00:00Z");
  EXPECT_EQ(text_of(german(R"({ "id": "sale-price", "during": "sale", "discount": "20%" })"), what),
            R"(A1 on web in DE, at 2026-11-20T12:00:00Z: 40.00 EUR (priced)
This is the target itself; no rule moves it.
No rule applies, for the reasons at the end.
The base is the reference price, the price on store: 40.00 EUR.
The target is 40.00 EUR.
39.99 and 40.01 EUR were turned down: they are farther from the target.
Without tax the price is 33.61 EUR; the tax is 6.39 EUR.
sale-price is off: sale ended at 2026-11-12T00:00:00+01:00.
)");
}

TEST(explanation, every_reason_for_a_rule_to_be_off) {
  request what = german_request();
  what.at = parse_instant("2026-11-05T12:00:00Z");
  what.attributes = {{"role", "profit"}, {"stock", "12"}};
  EXPECT_EQ(text_of(german(R"({ "id": "for-traffic", "when": { "role": "traffic" }, "discount": "8%" },
      { "id": "for-members", "when": { "segment": ["member", "staff"] }, "discount": "2%" },
      { "id": "overstock", "when": { "stock": { "from": 100, "below": 1000 } }, "discount": "3%" },
      { "id": "not-profit", "except": { "role": "profit" }, "discount": "4%" },
      { "id": "not-in-sale", "except": [{ "role": "traffic" }, { "period": "sale", "role": "profit" }], "discount": "1%" },
      { "id": "cheap", "when": { "target": { "below": "20" } }, "endings": [".99"] },
      { "id": "not-dear", "except": [{ "role": "traffic", "target": { "from": "20" } }, { "target": { "from": "30" } }], "endings": [".95"] },
      { "id": "yen", "ceiling": { "JPY": "2000" } },
      { "id": "map", "floor": "map", "skip_if_missing": true },
      { "id": "itself", "gap": { "to": "web", "max": "5%" } },
      { "id": "steady", "change": "5%" })"),
                    what),
            R"(A1 on web in DE, at 2026-11-05T12:00:00Z: 40.00 EUR (priced)
This is the target itself; no rule moves it.
No rule applies, for the reasons at the end.
The base is the reference price, the price on store: 40.00 EUR.
The target is 40.00 EUR.
39.99 and 40.01 EUR were turned down: they are farther from the target.
Without tax the price is 33.61 EUR; the tax is 6.39 EUR.
This may change at 2026-11-12T00:00:00+01:00, when a period begins or ends.
for-traffic is off: role is "profit", not "traffic".
for-members is off: segment is not given; it asks for "member" or "staff".
overstock is off: stock is 12, which is below 100.
not-profit is off: it makes an exception where role is "profit".
not-in-sale is off: it makes an exception where the time is in sale and role is "profit".
cheap is off: the target, 40.00 EUR, is not below 20.00 EUR.
not-dear is off: it makes an exception where the target is 30.00 EUR or more.
yen is off: it names no amount in EUR.
map is off: it is skipped, since the request lacks map.
itself is off: it is measured from web itself.
steady is off: the request gives no current price.
)");
}

TEST(explanation, values_that_cannot_be) {
  request what = german_request();
  what.market = "XX";
  what.cost = "-3"_money;
  what.current = "0.00"_money;
  what.quantity = 0;
  what.prices.push_back({"web", "-1.50"_money});
  what.attributes = {{"role", "volume"}, {"stock", "many"}};
  EXPECT_EQ(text_of(german(R"({ "id": "cap", "ceiling": "reference" })"), what),
            R"(A1 on web in XX, 0 pieces: no price (invalid)
cost is -3, which is below zero.
current is 0.00, which is not above zero.
market is "XX", which the policy does not declare.
price.web is -1.50, which is not above zero.
quantity is 0, which is not above zero.
role is "volume", not "profit" or "traffic".
stock is "many", which is not a number.
The rules were not looked at.
)");
}

// As callers in C send them: texts that are no numbers.
TEST(explanation, values_that_could_not_be_read) {
  const std::vector<std::string> unreadable = {"quantity", "units",       "tax",   "fee",
                                               "list",     "price.store", "stock", "role"};
  const std::string text =
      told(german(R"({ "id": "a", "discount": "5%" })"), {.channel = "web", .market = "DE"}, unreadable).text();
  for (const std::string& name : unreadable) {
    EXPECT_NE(text.find("\n" + name + " is a value that cannot be.\n"), std::string::npos) << name << ": " << text;
  }
}

}  // namespace
}  // namespace pricepoint
