// SPDX-License-Identifier: Apache-2.0
#include "match/refused.hpp"

#include <gtest/gtest.h>

#include <string>

#include "match/displays.hpp"
#include "unit/decide/deciding.hpp"

namespace {

using pricepoint::detail::fraction;
using pricepoint::engine::on_other_display;
using namespace pricepoint::literals;

TEST(refused, says_the_value_and_what_would_do) {
  const auto with = deciding::policy_of("");
  const auto& compiled = pricepoint::engine::machine_of(with);
  pricepoint::request asked;
  asked.channel = "Web";
  asked.market = "Germany";
  asked.currency = "EURO";
  asked.quantity = "0"_money;
  asked.list = "-2.50"_money;
  asked.cost = "-1"_money;
  asked.shipping = "999999999999999"_money;
  asked.units = "-3"_money;
  asked.tax = pricepoint::rate::from_e8(-1'000'000);
  asked.fee = pricepoint::parse_rate("101%");
  asked.prices.push_back({"store", "0"_money});
  asked.attributes = {
      {"role", "boss"}, {"colour", "5"_money}, {"stock", "some"}, {"wholesale", "-1"_money}, {"tag", "0"_money}};
  const auto why = [&](std::string_view name) { return why_refused(compiled, asked, name).value_or("nothing"); };
  EXPECT_EQ(why("channel"), R"("Web" is unknown; did you mean "web"?)");
  EXPECT_EQ(why("market"), R"("Germany" is unknown; the policy has "CN", "DE", "IL", "JP", "ST", "US", "XX")");
  EXPECT_EQ(why("currency"), R"("EURO" is not a code of ISO 4217; did you mean "EUR"?)");
  EXPECT_EQ(why("quantity"), "0 is not above zero");
  EXPECT_EQ(why("list"), "-2.50 is not above zero");
  EXPECT_EQ(why("cost"), "-1 is below zero");
  EXPECT_EQ(why("shipping"), "999999999999999 is more than an amount can be");
  EXPECT_EQ(why("units"), "-3 is below zero");
  EXPECT_EQ(why("tax"), "-1% is below 0%");
  EXPECT_EQ(why("fee"), "101% is not between 0% and 100%");
  EXPECT_EQ(why("price.store"), "0 is not above zero");
  EXPECT_EQ(why("role"), R"("boss" is unknown; its words are "profit", "traffic", "volume")");
  EXPECT_EQ(why("colour"), "5 is not a text");
  EXPECT_EQ(why("stock"), R"("some" is not a number)");
  EXPECT_EQ(why("wholesale"), "-1 is below zero");
  EXPECT_EQ(why("tag"), "0 is not above zero");
  EXPECT_EQ(why("msrp"), "nothing");
  asked.tax = pricepoint::rate::from_e8(INT64_MAX);
  asked.at = asked.current_since = pricepoint::instant{-1};
  asked.attributes = {{"stock", pricepoint::decimal::from_parts(-1'000'000'000'000'000, 0)}};
  EXPECT_EQ(why("tax"), "9223372036854.775807% is above 100000%");
  EXPECT_EQ(why("at"), "-1 milliseconds since 1970 are not within the years 1970 to 9999");
  EXPECT_EQ(why("current_since"), why("at"));
  EXPECT_EQ(why("stock"), "-1000000000000000 has more than 15 digits before the point");
}

TEST(displays, one_price_on_two) {
  // [AUD-3] Converted, then rounded half up to the unit.
  const fraction tax{119, 100};
  const auto shown = [&](fraction minor, bool to_gross, std::int64_t unit = 1) {
    const auto made = on_other_display(minor, tax, to_gross, unit);
    return made ? static_cast<std::int64_t>(made->numerator) : 0;
  };
  EXPECT_EQ(shown({8001, 1}, true), 9521);
  EXPECT_EQ(shown({9521, 1}, false), 8001);
  EXPECT_EQ(shown({50, 1}, true), 60) << "59.5";
  EXPECT_EQ(shown({8001, 1}, true, 5), 9520);
  EXPECT_EQ(shown({1, 3}, true), 0);
  EXPECT_EQ(shown({2, 1}, true, 5), 0);
  // As large as numbers can be: nothing, rather than another price.
  const auto most = static_cast<pricepoint::detail::int128>(1'000'000'000'000) * 1'000'000'000'000;
  EXPECT_FALSE(on_other_display({most - 1, 999'999'937}, {INT64_MAX, 100'000'000}, true, 7));
}

}  // namespace
