// SPDX-License-Identifier: Apache-2.0
// Several channels in one call: who comes first, what is carried between displays, what is said of old prices, and how
// long the answers hold.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unit/decide/calling.hpp"

namespace {

using namespace deciding;
using pricepoint::request;

const char* const first_day = "2026-01-01T00:00:00Z";

// An own shop and two marketplaces, none of which the others' references name.
const std::string_view marketplaces = R"("markets": { "US": {} }, "channels": { "own": { "kind": "online" },
  "bazaar": { "kind": "online", "reference": "own" }, "arcade": { "kind": "online", "reference": "own" } })";

request article() { return {.sku = "P", .market = "US", .list = "20.00"_money}; }

// [SEQ-2] [SEQ-3]
TEST(channels, come_after_those_that_their_rules_read) {
  for (const std::string_view reading :
       {R"("ceiling": "price.bazaar")", R"("gap": { "to": "bazaar", "min": "0%" })",
        R"("gap": { "to": ["bazaar", "own"], "min": "0%" })", R"("gap": { "to": "online", "min": "0%" })",
        R"("ceiling": "price.bazaar", "strength": "strong")", R"x("base": "min(reference, price.bazaar)")x"}) {
    shop all(marketplaces, R"({ "id": "sale", "when": { "channel": "bazaar" }, "discount": "10%" },
      { "id": "parity", "when": { "channel": "arcade" }, )" +
                               std::string(reading) + " }");
    request asked = article();
    asked.prices = {{"bazaar", "22.49"_money}};  // yesterday's
    const call made = all.decide(asked, {"arcade", "bazaar", "own"});
    EXPECT_EQ(joined(made.order), "own bazaar arcade") << reading;
    EXPECT_EQ(to_string(*made.of("arcade").price()), "18.00") << reading;
    EXPECT_EQ(joined(made.of("arcade").advice()), "") << reading;
  }
}

// [SEQ-2] Only rules that could match the request but for time and target lead to an order.
TEST(channels, are_ordered_by_the_rules_that_could_match) {
  const std::string_view rules = R"({ "id": "parity", "when": { "channel": "arcade", "sku": "P" },
      "ceiling": "price.bazaar", "skip_if_missing": true },
    { "id": "later", "when": { "channel": "own", "segment": "late" }, "during": { "from": "2030-01-01", "zone": "UTC" },
      "floor": "price.arcade - 5" })";
  shop all(R"("markets": { "US": {} }, "channels": { "own": { "kind": "online" }, "bazaar": { "kind": "online" },
    "arcade": { "kind": "online" } })",
           rules);
  request asked = article();
  asked.at = *pricepoint::parse_instant(first_day);
  const std::vector<std::string_view> channels = {"own", "bazaar", "arcade"};
  EXPECT_EQ(joined(all.decide(asked, channels).order), "bazaar arcade own");
  asked.sku = "Q";
  EXPECT_EQ(joined(all.decide(asked, channels).order), "arcade bazaar own");
  // A rule whose time has not come counts; and whoever asked before has no part in it.
  asked.segment = "late";
  EXPECT_EQ(joined(all.decide(asked, {"own", "arcade"}).order), "arcade own");
  asked.sku = "P";
  EXPECT_EQ(joined(all.decide(asked, channels).order), "bazaar arcade own");
  // Where nothing can be decided, references say it.
  asked.quantity = "0"_money;
  EXPECT_EQ(all.decide(asked, channels).text(),
            "arcade: invalid invalid[quantity], bazaar: invalid invalid[quantity], own: invalid invalid[quantity]");
}

// [SEQ-10] [SEQ-11] [SEQ-12]
TEST(channels, that_read_each_other_say_whose_price_is_old) {
  const std::string_view top =
      R"("markets": { "US": {} }, "channels": { "a": { "kind": "online" }, "b": { "kind": "online" } })";
  request asked{.sku = "P", .market = "US", .prices = {{"a", "10.00"_money}, {"b", "8.00"_money}}, .list = "20"_money};
  shop required(top, R"({ "id": "x", "when": { "channel": "a" }, "ceiling": "price.b + 1" },
                        { "id": "y", "when": { "channel": "b" }, "ceiling": "price.a + 1" })");
  EXPECT_EQ(required.decide(asked, {"b", "a"}).text(),
            "a: priced 9.00 limited_by[x] advice[old-price-of-b], b: priced 10.00 limited_by[y]");
  // What is soft gives way, and so does the former price.
  for (const std::string_view soft :
       {R"("ceiling": "price.b + 1", "strength": "strong")", R"("was": "price.b + 12")"}) {
    shop mixed(top, "{ \"id\": \"x\", \"when\": { \"channel\": \"a\" }, " + std::string(soft) +
                        R"( }, { "id": "y", "when": { "channel": "b" }, "ceiling": "price.a + 1" })");
    const call made = mixed.decide(asked, {"b", "a"});
    EXPECT_EQ(joined(made.order), "a b");
    EXPECT_EQ(joined(made.of("a").advice()), "old-price-of-b") << soft;
    EXPECT_EQ(joined(made.of("b").advice()), "");
  }
  // Without an old price there is none to speak of.
  asked.prices = {{"a", "10.00"_money}};
  EXPECT_EQ(required.decide(asked, {"b", "a"}).text(),
            "a: incomplete missing[price.b], b: priced 11.00 limited_by[y] advice[old-price-of-a]");
}

// [SEQ-12]
TEST(channels, say_that_a_price_is_old_where_it_ended_without_one) {
  shop all(R"("markets": { "US": {} }, "channels": { "store": { "kind": "traditional" },
      "dealer": { "kind": "traditional" }, "web": { "kind": "online", "reference": ["store", "dealer"] },
      "mall": { "kind": "online", "reference": "lowest traditional" } })",
           R"({ "id": "shut", "when": { "channel": "store" }, "withhold": "stocktaking" },
              { "id": "near", "when": { "channel": "web", "segment": "near" }, "gap": { "to": "dealer", "max": "5%" } },
              { "id": "off", "when": { "channel": "web", "target": { "from": "90" } }, "ceiling": "price.store" },
              { "id": "by-list", "when": { "segment": "listed" }, "base": "list" })");
  request asked{
      .sku = "P", .market = "US", .prices = {{"store", "30.00"_money}, {"dealer", "28.00"_money}}, .list = "20"_money};
  const std::vector<std::string_view> channels = {"store", "web", "mall"};
  // The base comes from the store; of the list the dealer does not count.
  call made = all.decide(asked, channels);
  EXPECT_EQ(joined(made.order), "store mall web");
  EXPECT_EQ(line(made.of("web")), "priced 30.00 advice[old-price-of-store]");
  EXPECT_EQ(line(made.of("mall")), "priced 28.00 advice[old-price-of-store]") << "it is one of those compared";
  // A channel that nobody asks for has the price that it has.
  EXPECT_EQ(joined(all.decide(asked, {"web", "mall"}).of("web").advice()), "");
  // A base that reads the list price alone.
  asked.segment = "listed";
  EXPECT_EQ(line(all.decide(asked, channels).of("web")), "priced 20.00");
  // A rule that is off for the target reads nothing.
  asked.prices = {{"dealer", "28.00"_money}};
  EXPECT_EQ(line(all.decide(asked, channels).of("web")), "priced 20.00");
  asked.list = "100"_money;
  EXPECT_EQ(line(all.decide(asked, channels).of("web")), "incomplete missing[price.store]");
  // What is decided anew is not old, here nor with the next request.
  request other = asked;
  other.segment = {};
  other.channel = "web";
  EXPECT_EQ(line(all.pricer().price(other)), "priced 28.00");
}

// [SEQ-6] [SEQ-7] [MKT-5] [MKT-6]
TEST(channels, see_a_price_of_another_display_as_that_would_show_it) {
  const auto with = [](std::string_view market, std::string_view more = {}) {
    return "\"markets\": { \"M\": { " + std::string(market) + R"( } }, "channels": { "counter": { "kind": "traditional",
      "display": "net" }, "web": { "kind": "online", "reference": "counter", "display": "gross" }, "trade": { "kind": "online",
      "reference": "web", "display": "net" } })" +
           std::string(more);
  };
  const std::string_view same = R"({ "id": "same", "gap": { "to": "reference", "min": "0%", "max": "0%" },
    "when": { "channel": ["web", "trade"] } })";
  request asked{.sku = "nail", .market = "M", .list = "80.01"_money};
  const std::vector<std::string_view> channels = {"counter", "web", "trade"};
  // 80.01 net at 19% is 95.2119, which the web shows as 95.21; and that is 80.0084 net, shown as 80.01.
  EXPECT_EQ(shop(with(R"("currency": "EUR", "display": "gross", "tax": "19%")"), same).decide(asked, channels).text(),
            "counter: priced 80.01, web: priced 95.21, trade: priced 80.01");
  // In the market's steps: 80.00 net at 18% is 94.40; 80.10 is 94.518 and 94.50.
  asked.list = "80.10"_money;
  EXPECT_EQ(shop(with(R"("currency": "ILS", "display": "gross", "tax": "18%", "unit": "0.10")"), same)
                .decide(asked, {"counter", "web"})
                .text(),
            "counter: priced 80.10, web: priced 94.50");
  // Half a step goes up: 0.50 at 13% is 0.565.
  asked.list = "0.50"_money;
  EXPECT_EQ(shop(with(R"("currency": "EUR", "display": "gross", "tax": "13%")"), same)
                .decide(asked, {"counter", "web"})
                .text(),
            "counter: priced 0.50, web: priced 0.57");
  // What comes to nothing is absent, and what the request says does not take its place.
  asked.list = "0.01"_money;
  asked.prices = {{"web", "5.00"_money}};
  const std::string text = shop(with(R"("currency": "EUR", "display": "gross", "tax": "200%")"),
                                R"({ "id": "one-cent", "when": { "channel": "web" }, "price": "0.01" })")
                               .decide(asked, channels)
                               .text();
  EXPECT_EQ(text, "counter: priced 0.01, web: priced 0.01 limited_by[one-cent], trade: incomplete missing[price.web]");

  // A market of gross prices whose tax nobody knows: a net channel has a price of its own, but carries none.
  asked = {.sku = "nail", .market = "M", .prices = {{"web", "118.00"_money}}, .list = "118.00"_money};
  shop unknown(with(R"("currency": "ILS", "display": "gross")"), "");
  EXPECT_EQ(unknown.decide(asked, channels).text(),
            "counter: priced 118.00, web: incomplete missing[tax], trade: priced 118.00 advice[old-price-of-web]");
  const call alone = unknown.decide(asked, {"trade"});
  EXPECT_EQ(alone.text(), "trade: priced 118.00");
  EXPECT_FALSE(alone.made[0].net());
  EXPECT_FALSE(alone.made[0].tax());
  asked.tax = "18%"_rate;
  EXPECT_EQ(unknown.decide(asked, {"web", "trade"}).text(),
            "web: incomplete missing[price.counter], trade: priced 118.00 "
            "advice[old-price-of-web]");
  // Where the market's prices are net and no tax is given, it is 0%, on a gross channel too.
  asked.tax.reset();
  const call net = shop(with(R"("currency": "USD", "display": "net")"), "").decide(asked, channels);
  EXPECT_EQ(net.text(), "counter: priced 118.00, web: priced 118.00, trade: priced 118.00");
  EXPECT_EQ(to_string(*net.made[1].tax()), "0.00");
}

// [BND-5] [BND-6] [BND-7] [BND-8] [BND-9]
TEST(gaps, to_several_channels_hold_against_each_that_has_a_price) {
  request asked = web();
  asked.prices = {{"store", "32.00"_money}, {"dealer", "30.00"_money}, {"members", "29.00"_money}};
  EXPECT_EQ(decide(R"({ "id": "g", "gap": { "to": ["store", "dealer"], "min": "0%" } })", asked),
            "priced 30.00 limited_by[g]");
  EXPECT_EQ(decide(R"({ "id": "g", "gap": { "to": ["store", "dealer", "mall"], "max": "0%" } })", asked),
            "priced 32.00");
  EXPECT_EQ(decide(R"({ "id": "g", "gap": { "to": "online", "min": "1" } })", asked), "priced 28.00 limited_by[g]");
  // The channel asked for is left out of either.
  asked.channel = "members";
  EXPECT_EQ(
      decide(R"({ "id": "g", "gap": { "to": ["members", "dealer"], "min": "0%" }, "when": { "channel": "members" } },
                      { "id": "b", "base": "price.store" })",
             asked),
      "priced 30.00 limited_by[g]");
  asked = web();
  EXPECT_EQ(decide(R"({ "id": "g", "gap": { "to": "online", "min": "1" } })", asked),
            "incomplete missing[price.online]");
  EXPECT_EQ(decide(R"({ "id": "g", "gap": { "to": ["dealer", "mall", "web"], "min": "1" } })", asked),
            "incomplete missing[price.dealer price.mall]");
  EXPECT_EQ(decide(R"({ "id": "g", "gap": { "to": "online", "min": "1" }, "skip_if_missing": true })", asked),
            "priced 32.00");
  // A list of one is that channel; and where none is left a gap is off.
  EXPECT_EQ(decide(R"({ "id": "g", "gap": { "to": ["web"], "min": "1" } })", asked), "priced 32.00");
  EXPECT_EQ(shop(R"("markets": { "US": {} }, "channels": { "web": { "kind": "online" } })",
                 R"({ "id": "g", "gap": { "to": "online", "min": "1" } })")
                .decide(article(), {"web"})
                .text(),
            "web: priced 20.00");
}

// ---- how long an answer holds

const std::string_view two_stores =
    R"("markets": { "FR": { "tax": "20%" } }, "channels": { "store": { "kind": "traditional" },
  "web": { "kind": "online", "reference": "store" }, "far": { "kind": "online" } },
  "periods": { "june": [{ "from": "2026-06-01T00:00:00Z", "until": "2026-06-10T00:00:00Z" },
    { "from": "2026-06-10T00:00:00Z", "until": "2026-06-20T00:00:00Z" },
    { "from": "2026-06-15T00:00:00Z", "until": "2026-07-01T00:00:00Z" }] })";

request in_france(std::string_view at) {
  return {.sku = "P", .market = "FR", .at = *pricepoint::parse_instant(at), .list = "20.00"_money};
}

// [OUT-30] [OUT-21] [HLD-5]
TEST(next_change, is_a_boundary_of_a_whole_period) {
  shop all(two_stores, R"({ "id": "sale", "during": "june", "discount": "10%" }, { "id": "keep", "hold": "20%" })");
  EXPECT_EQ(all.decide(in_france(first_day), {"far"}).next("far"), "2026-06-01T00:00:00Z");
  EXPECT_EQ(all.decide(in_france("2026-06-01T00:00:00Z"), {"far"}).next("far"), "2026-07-01T00:00:00Z");
  EXPECT_EQ(all.decide(in_france("2026-07-01T00:00:00Z"), {"far"}).next("far"), "never");
  // A price that stands since the fifth is held on the sixteenth: nothing began in between.
  request asked = in_france("2026-06-16T00:00:00Z");
  asked.prices = {{"far", "17.50"_money}};
  asked.current_since = *pricepoint::parse_instant("2026-06-05T00:00:00Z");
  EXPECT_EQ(line(all.decide(asked, {"far"}).of("far")), "priced 17.50 discounts[sale] held");
  asked.current_since = *pricepoint::parse_instant("2026-05-05T00:00:00Z");
  EXPECT_EQ(line(all.decide(asked, {"far"}).of("far")), "priced 18.00 discounts[sale]");
}

// [OUT-28]
TEST(next_change, knows_the_next_rate) {
  const auto rates = dollars({{"2026-02-01T00:00:00Z", "0.9"_money}, {"2026-03-01T00:00:00Z", "0.8"_money}});
  shop all(two_stores, "", rates);
  request asked = in_france(first_day);
  asked.currency = "USD";
  call made = all.decide(asked, {"far"});
  EXPECT_EQ(line(made.of("far")), "incomplete missing[rate.USD.EUR]");
  EXPECT_EQ(made.next("far"), "2026-02-01T00:00:00Z");
  asked.at = *pricepoint::parse_instant("2026-02-01T00:00:00Z");
  EXPECT_EQ(all.decide(asked, {"far"}).next("far"), "2026-03-01T00:00:00Z");
  asked.at = *pricepoint::parse_instant("2026-03-01T00:00:00Z");
  EXPECT_EQ(all.decide(asked, {"far"}).next("far"), "never");
  // Not where no money is given, where its currency is the market's, or where there is no time.
  asked.at = *pricepoint::parse_instant(first_day);
  asked.list.reset();
  EXPECT_EQ(all.decide(asked, {"far"}).next("far"), "never");
  asked.list = "20"_money;
  asked.currency = "EUR";
  EXPECT_EQ(all.decide(asked, {"far"}).next("far"), "never");
  asked.currency = "USD";
  asked.at.reset();
  EXPECT_EQ(all.decide(asked, {"far"}).next("far"), "never");
}

// [OUT-29]
TEST(next_change, counts_what_changes_on_channels_that_are_read) {
  shop all(two_stores, R"({ "id": "sale", "when": { "channel": "store" }, "during": "june", "discount": "10%" },
    { "id": "cap", "when": { "channel": "far", "segment": "capped" }, "ceiling": "price.web" },
    { "id": "shut", "when": { "channel": "store", "segment": "shut" }, "withhold": "no" })");
  const std::vector<std::string_view> channels = {"store", "web", "far"};
  request asked = in_france(first_day);
  EXPECT_EQ(all.decide(asked, channels).next("store"), "2026-06-01T00:00:00Z");
  EXPECT_EQ(all.decide(asked, channels).next("web"), "2026-06-01T00:00:00Z");
  EXPECT_EQ(all.decide(asked, channels).next("far"), "never");
  asked.segment = "capped";
  EXPECT_EQ(all.decide(asked, channels).next("far"), "2026-06-01T00:00:00Z");
  // Whether or not the store has a price; not where nobody asks for it.
  asked.segment = "shut";
  EXPECT_EQ(all.decide(asked, channels).next("web"), "2026-06-01T00:00:00Z");
  asked.prices = {{"store", "20"_money}};
  EXPECT_EQ(all.decide(asked, {"web"}).next("web"), "never");
}

// [OUT-19]
TEST(next_change, stands_where_the_base_or_the_target_cannot_be) {
  shop all(two_stores, R"({ "id": "sale", "during": "june", "discount": "10%" },
    { "id": "free", "when": { "segment": "free" }, "discount": "100%" },
    { "id": "nothing", "when": { "segment": "nothing" }, "base": "list - 20" })");
  request asked = in_france(first_day);
  for (const auto& [segment, wrong] : {std::pair{"free", "target"}, std::pair{"nothing", "base"}}) {
    asked.segment = segment;
    const call made = all.decide(asked, {"far"});
    EXPECT_EQ(line(made.of("far")), std::string("invalid invalid[") + wrong + "]");
    EXPECT_EQ(made.next("far"), "2026-06-01T00:00:00Z");
  }
  asked.list = "-1"_money;
  EXPECT_EQ(all.decide(asked, {"far"}).next("far"), "never");
}

// [HLD-5] A hold gives way to a period whatever its rule says: here one that no target switches on.
TEST(next_change, counts_what_ends_a_hold) {
  shop all(two_stores, R"({ "id": "keep", "hold": "20%" }, { "id": "sale", "during": "june", "floor": "1",
    "except": { "target": { "from": "0" } } })");
  request asked = in_france(first_day);
  asked.prices = {{"far", "19.00"_money}};
  asked.current_since = asked.at;
  const call made = all.decide(asked, {"far"});
  EXPECT_TRUE(made.of("far").held());
  EXPECT_EQ(made.next("far"), "2026-06-01T00:00:00Z");
}

}  // namespace
