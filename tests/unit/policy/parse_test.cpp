// SPDX-License-Identifier: Apache-2.0
// Whole policies: a good one with every field looked at, and the mistakes outside of rules.
#include "policy/parse.hpp"
#include "text/source.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "policy_text.hpp"

namespace pricepoint::policy_language {
namespace {

using namespace pricepoint::literals;
using testing::lines;
using testing::mistakes_of;

constexpr const char* acme = R"json({
  "pricepoint": 1,                          // [DOC-2]
  "name": "acme-online",
  "fallback": "reference",
  "x-owner": { "anything": ["goes", null] },
  "markets":  {
    "US": { "currency": "USD", "display": "net" },
    "CN": { "currency": "CNY", "display": "gross", "tax": "13%" },
    "CH": { "currency": "CHF", "display": "gross", "unit": "0.05", "tax": "8.1%", "net": "stored" },
  },
  "channels": {
    "store":   { "kind": "traditional" },
    "dealer":  { "kind": "traditional", "owner": "reseller" },
    "web":     { "kind": "online", "reference": "store" },
    "members": { "kind": "online", "reference": ["web", "store"], "display": "net" },
    "tmall":   { "kind": "online", "reference": "lowest traditional", "fee": "5%" },
  },
  "attributes": { "role": ["volume", "traffic", "profit"], "stock": "number", "brand": "text",
                  "wholesale": { "money": "net" }, "street": { "money": "display" } },
  "periods": {
    "winter": [{ "until": "2026-03-01T00:00Z" }, { "from": "2026-12-01", "zone": "Europe/Rome" }],
    "double-eleven": { "from": "2026-11-01", "until": "2026-11-11", "zone": "Asia/Shanghai" },
  },
  "within": { "strong": ["4%", { "CNY": "2" }], "weak": "0.5" },
  "discounts": "compound",
  "rules": [
    { "id": "traffic", "when": { "role": "traffic" }, "discount": "8%" },
    { "id": "eleven",  "during": "double-eleven", "when": { "channel": ["web", "tmall"] },
      "discount": "15%", "group": "season" },
    { "id": "once",    "during": ["winter", { "from": "2026-06-01", "until": "2026-06-02", "zone": "UTC" }],
      "discount": { "CNY": "5" }, "exclusive": true },
    { "id": "near", "when": { "channel": ["web", "tmall"] },
      "except": [{ "period": "double-eleven" }, { "role": ["profit"] }],
      "gap": { "to": "traditional", "min": "0%", "max": "10%" },
      "because": "a wider public gap starts a fight with the stores" },
    { "id": "never-above-web", "when": { "channel": "members" }, "ceiling": "price.web", "strength": "medium" },
    { "id": "map",   "floor": "max(map?, target * 50%)", "skip_if_missing": true },
    { "id": "earn",  "margin": "5%" },
    { "id": "earn2", "margin": { "min": "1%", "max": "60%" }, "strength": "weak" },
    { "id": "steady", "change": "10%" },
    { "id": "mantissa", "when": { "target": { "below": { "CNY": "100", "USD": "100" } } },
      "endings": [".99", "9.", ".?9", "88"] },
    { "id": "integer",  "when": { "target": { "from": "1000" } }, "multiple_of": { "CNY": "2.5", "USD": 10 },
      "strength": "required" },
    { "id": "four", "avoid": { "digits": "44", "sequences": ["250"], "amounts": ["38"], "in": "integer" } },
    { "id": "eight", "prefer": { "digits": "86", "in": "last" } },
    { "id": "by-hand", "when": { "sku": "A1", "stock": [2, "1.0", 1], "quantity": { "from": 2, "below": 10 } },
      "price": 19.90 },
    { "id": "start", "base": "wholesale * 2" },
    { "id": "keep", "hold": "3%" },
    { "id": "was", "was": "reference" },
    { "id": "share", "credit": { "to": "dealer", "rate": "3%" } },
    { "id": "assist", "advise": "offer-store-appointment" },
    { "id": "only", "when": { "market": "CN", "category": "a/b", "brand": "B", "segment": "s", "audience": "a" },
      "withhold": "web-only" },
    { "id": "to-web", "gap": { "to": "web", "max": "5" } },
    { "id": "to-ref", "gap": { "to": "reference", "min": "-1%" }, "strength": "strong" },
  ],
})json";

const rule& named(const document& read, std::string_view id) {
  return *std::find_if(read.rules.begin(), read.rules.end(), [&](const rule& one) { return one.id == id; });
}

TEST(parse, reads_everything_outside_of_rules) {
  // [DOC-3]
  const document read = testing::good(acme);
  ASSERT_EQ(read.rules.size(), 22u);
  EXPECT_EQ(read.name, "acme-online");
  EXPECT_EQ(read.fallback, fallback::reference);
  EXPECT_EQ(read.discounts, combine::compound);
  ASSERT_TRUE(read.source);
  EXPECT_EQ(read.source->from(0), acme);

  ASSERT_EQ(read.markets.size(), 3u);
  EXPECT_EQ(read.markets[0].name, "CH");
  EXPECT_EQ(read.markets[0].currency.code(), "CHF");
  EXPECT_EQ(read.markets[0].unit_minor, 5);
  EXPECT_EQ(read.markets[0].tax, "8.1%"_rate);
  EXPECT_TRUE(read.markets[0].net_stored);
  EXPECT_EQ(read.markets[1].name, "CN");
  EXPECT_EQ(read.markets[1].unit_minor, 1);
  EXPECT_EQ(read.markets[1].display, display::gross);
  EXPECT_FALSE(read.markets[1].net_stored);
  EXPECT_EQ(read.markets[2].display, display::net);
  EXPECT_FALSE(read.markets[2].tax);
  EXPECT_EQ(std::string(acme).substr(read.markets[2].offset, 4), "\"US\"");

  // Sorted: dealer, members, store, tmall, web.
  ASSERT_EQ(read.channels.size(), 5u);
  EXPECT_EQ(read.channels[0].name, "dealer");
  EXPECT_EQ(read.channels[0].owner, channel::owner::reseller);
  EXPECT_EQ(read.channels[0].kind, channel::kind::traditional);
  EXPECT_EQ(read.channels[0].reference, channel::reference::list_price);
  EXPECT_EQ(read.channels[1].reference, channel::reference::channels);
  EXPECT_EQ(read.channels[1].reference_channels, (std::vector<std::uint32_t>{4, 2}));
  EXPECT_EQ(read.channels[1].display, display::net);
  EXPECT_EQ(read.channels[3].reference, channel::reference::lowest_traditional);
  EXPECT_EQ(read.channels[3].fee, "5%"_rate);
  EXPECT_EQ(read.channels[3].kind, channel::kind::online);
  EXPECT_EQ(read.channels[4].reference_channels, (std::vector<std::uint32_t>{2}));
  EXPECT_FALSE(read.channels[4].display);

  // Sorted: brand, role, stock, street, wholesale.
  ASSERT_EQ(read.attributes.size(), 5u);
  EXPECT_EQ(read.attributes[0].kind, attribute::kind::text);
  EXPECT_EQ(read.attributes[1].kind, attribute::kind::words);
  EXPECT_EQ(read.attributes[1].words, (std::vector<std::string>{"profit", "traffic", "volume"}));
  EXPECT_EQ(read.attributes[2].kind, attribute::kind::number);
  EXPECT_EQ(read.attributes[3].kind, attribute::kind::money_display);
  EXPECT_EQ(read.attributes[4].kind, attribute::kind::money_net);

  ASSERT_EQ(read.periods.size(), 3u);
  EXPECT_EQ(read.periods[0].name, "double-eleven");
  EXPECT_EQ(read.periods[0].spans, (std::vector<span>{{1'793'462'400'000, 1'794'412'800'000}}));
  EXPECT_EQ(read.periods[1].name, "winter");
  EXPECT_EQ(read.periods[1].spans, (std::vector<span>{{{}, 1'772'323'200'000}, {1'796'079'600'000, {}}}));
  EXPECT_EQ(read.periods[2].name, "");
  EXPECT_EQ(read.periods[2].spans, (std::vector<span>{{1'780'272'000'000, 1'780'444'800'000}}));

  EXPECT_EQ(read.within_by_strength[0].rates, (std::vector<rate>{"4%"_rate}));
  ASSERT_EQ(read.within_by_strength[0].amounts.size(), 1u);
  EXPECT_EQ(read.within_by_strength[0].amounts[0].each[0].second, "2"_money);
  EXPECT_EQ(read.within_by_strength[1].rates, (std::vector<rate>{"2%"_rate}));
  EXPECT_TRUE(read.within_by_strength[2].rates.empty());
  EXPECT_EQ(*read.within_by_strength[2].amounts[0].any, "0.5"_money);
}

TEST(parse, reads_every_rule) {
  const document read = testing::good(acme);
  ASSERT_EQ(read.rules.size(), 22u);
  EXPECT_EQ(read.rules[0].id, "traffic");  // in the text's order
  const rule& traffic = read.rules[0];
  ASSERT_EQ(traffic.when.size(), 1u);
  EXPECT_EQ(traffic.when[0].subject, subject::declared);
  EXPECT_EQ(traffic.when[0].index, 1u);
  EXPECT_EQ(traffic.when[0].words, (std::vector<std::string>{"traffic"}));
  EXPECT_EQ(std::get<rate>(std::get<effect::discount>(traffic.effect).value), "8%"_rate);
  const std::string text = acme;
  EXPECT_EQ(text.substr(traffic.offset, 15), "{ \"id\": \"traffi");
  EXPECT_EQ(text.substr(traffic.effect_offset, 10), "\"discount\"");
  EXPECT_EQ(text.substr(traffic.when[0].offset, 6), "\"role\"");

  const rule& eleven = named(read, "eleven");
  EXPECT_EQ(eleven.during, (std::vector<std::uint32_t>{0}));
  EXPECT_EQ(eleven.when[0].words, (std::vector<std::string>{"tmall", "web"}));
  EXPECT_EQ(std::get<effect::discount>(eleven.effect).group, "season");
  const rule& once = named(read, "once");
  EXPECT_EQ(once.during, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_TRUE(std::get<effect::discount>(once.effect).exclusive);

  const rule& near = named(read, "near");
  ASSERT_EQ(near.except.size(), 2u);
  EXPECT_EQ(near.except[0][0].subject, subject::period);
  EXPECT_EQ(near.except[0][0].periods, (std::vector<std::uint32_t>{0}));
  EXPECT_EQ(near.because, "a wider public gap starts a fight with the stores");
  EXPECT_EQ(near.strength, strength::required);
  const auto& gap = std::get<effect::gap>(near.effect);
  EXPECT_EQ(gap.to, effect::gap::target_kind::traditional);
  EXPECT_EQ(std::get<rate>(*gap.min), "0%"_rate);
  EXPECT_EQ(std::get<rate>(*gap.max), "10%"_rate);
  EXPECT_EQ(std::get<effect::gap>(named(read, "to-web").effect).to, effect::gap::target_kind::channel);
  EXPECT_EQ(std::get<effect::gap>(named(read, "to-web").effect).channel, 4u);
  EXPECT_FALSE(std::get<effect::gap>(named(read, "to-web").effect).min);
  EXPECT_EQ(std::get<effect::gap>(named(read, "to-ref").effect).to, effect::gap::target_kind::reference);
  EXPECT_EQ(named(read, "to-ref").strength, strength::strong);

  EXPECT_EQ(named(read, "never-above-web").strength, strength::medium);
  EXPECT_TRUE(named(read, "map").skip_if_missing);
  EXPECT_FALSE(near.skip_if_missing);
  EXPECT_EQ(std::get<effect::margin>(named(read, "earn").effect).min, "5%"_rate);
  EXPECT_FALSE(std::get<effect::margin>(named(read, "earn").effect).max);
  EXPECT_EQ(std::get<effect::margin>(named(read, "earn2").effect).max, "60%"_rate);
  EXPECT_EQ(std::get<effect::change>(named(read, "steady").effect).value, "10%"_rate);

  const rule& mantissa = named(read, "mantissa");
  EXPECT_EQ(std::get<effect::endings>(mantissa.effect).value.patterns,
            (std::vector<std::string>{".99", "9.", ".?9", "88"}));
  EXPECT_TRUE(mantissa.when[0].range);
  EXPECT_FALSE(mantissa.when[0].from_money);
  EXPECT_EQ(mantissa.when[0].below_money->each.size(), 2u);
  const rule& integer = named(read, "integer");
  EXPECT_EQ(integer.strength, strength::required);
  EXPECT_EQ(*std::get<effect::multiple_of>(integer.effect).value.find(*find_currency("CNY")), "2.5"_money);
  const auto& four = std::get<effect::avoid>(named(read, "four").effect).value;
  EXPECT_EQ(four.digits, 1u << 4);
  EXPECT_EQ(four.sequences, (std::vector<std::string>{"250"}));
  EXPECT_EQ(four.amounts, (std::vector<std::string>{"38"}));
  EXPECT_EQ(four.in, shape::scope::integer);
  const auto& preferred = std::get<effect::prefer>(named(read, "eight").effect).value.any_of;
  ASSERT_EQ(preferred.size(), 1u);
  const auto& eight = preferred.front();
  EXPECT_EQ(eight.digits, 1u << 8 | 1u << 6);
  EXPECT_EQ(eight.in, shape::scope::last);

  const rule& by_hand = named(read, "by-hand");
  ASSERT_EQ(by_hand.when.size(), 3u);
  EXPECT_EQ(by_hand.when[1].numbers, (std::vector<decimal>{1, 2}));
  EXPECT_EQ(by_hand.when[2].subject, subject::quantity);
  EXPECT_EQ(by_hand.when[2].from_number, decimal(2));
  EXPECT_EQ(by_hand.when[2].below_number, decimal(10));
  EXPECT_EQ(std::get<effect::price>(by_hand.effect).value.any->number, "19.90"_money);
  EXPECT_TRUE(std::holds_alternative<effect::base>(named(read, "start").effect));
  EXPECT_EQ(std::get<effect::hold>(named(read, "keep").effect).value, "3%"_rate);
  EXPECT_EQ(std::get<effect::was>(named(read, "was").effect).value.any->field, money_field::reference);
  EXPECT_EQ(std::get<effect::credit>(named(read, "share").effect).to, 0u);
  EXPECT_EQ(std::get<effect::credit>(named(read, "share").effect).value, "3%"_rate);
  EXPECT_EQ(std::get<effect::advise>(named(read, "assist").effect).code, "offer-store-appointment");
  EXPECT_EQ(std::get<effect::withhold>(named(read, "only").effect).code, "web-only");
  EXPECT_EQ(named(read, "only").when.size(), 5u);

  // Default strengths. [RUL-8]
  for (const char* id : {"near", "map", "earn", "by-hand"})
    EXPECT_EQ(named(read, id).strength, strength::required) << id;
  for (const char* id : {"steady", "mantissa", "four"}) EXPECT_EQ(named(read, id).strength, strength::strong) << id;
  EXPECT_EQ(named(read, "eight").strength, strength::weak);
}

TEST(parse, the_least_policy_has_its_defaults) {
  const document read = testing::good("{\"pricepoint\": 1}");
  EXPECT_EQ(read.fallback, fallback::none);
  EXPECT_EQ(read.discounts, combine::add);
  // [WIN-1]
  EXPECT_EQ(read.within_by_strength[0].rates, (std::vector<rate>{"5%"_rate}));
  EXPECT_EQ(read.within_by_strength[1].rates, (std::vector<rate>{"2%"_rate}));
  EXPECT_EQ(read.within_by_strength[2].rates, (std::vector<rate>{"1%"_rate}));
}

TEST(parse, the_version_is_required) {
  // [DOC-2]
  EXPECT_EQ(mistakes_of("{}"), lines({"PP-P001 1:1 "}));
  EXPECT_EQ(mistakes_of("{\"pricepoint\": 2, \"whatever\": 3}"), lines({"PP-P002 1:16 /pricepoint"}));
  EXPECT_EQ(mistakes_of("{\"pricepoint\": \"1\"}"), lines({"PP-P003 1:16 /pricepoint"}));
  EXPECT_EQ(mistakes_of("[]"), lines({"PP-P003 1:1 "}));
  EXPECT_EQ(mistakes_of(""), lines({"PP-J001 1:1 "}));
}

TEST(parse, all_mistakes_are_reported_at_once_in_the_order_of_the_text) {
  const auto found = mistakes_of(R"({
  "pricepoint": 1,
  "fallback": "referense",
  "marktes": {},
  "markets": { "CN": { "currency": "CNX", "display": "gross" } },
  "channels": { "web": { "kind": "offline", "fees": "1%" } },
  "rules": [
    { "id": "a", "wehn": { "role": "x" }, "discount": "8%" },
    { "id": "a", "when": { "role": "x" }, "discount": "108%" },
    { "id": "b", "floor": "cots * 105%", "strenght": "weak", "when": { "channel": "wbe" } },
    5,
  ],
  "rules": []
})");
  EXPECT_EQ(found, lines({
                       "PP-P006 3:15 /fallback",
                       "PP-P004 4:3 /marktes",
                       "PP-P017 5:36 /markets/CN/currency",
                       "PP-P006 6:34 /channels/web/kind",
                       "PP-P004 6:45 /channels/web/fees",
                       "PP-P004 8:18 /rules/0/wehn",
                       "PP-P012 9:13 /rules/1/id",
                       "PP-P015 9:28 /rules/1/when/role",
                       "PP-P072 9:55 /rules/1/discount",
                       "PP-X003 10:28 /rules/2/floor",
                       "PP-P004 10:42 /rules/2/strenght",
                       "PP-P013 10:83 /rules/2/when/channel",
                       "PP-P003 11:5 /rules/3",
                       "PP-J008 13:3 /rules",
                   }));
}

TEST(parse, messages_name_the_nearest) {
  // [DOC-4]
  EXPECT_EQ(testing::first_message("{\"pricepoint\":1,\"marktes\":{}}"),
            "unknown key \"marktes\" in a policy; the nearest known is \"markets\"");
  EXPECT_EQ(testing::first_message("{\"pricepoint\":1,\"fallback\":\"curent\"}"),
            "\"fallback\" is \"none\", \"reference\" or \"current\", not \"curent\"; the nearest known is \"current\"");
}

TEST(parse, notes_mean_nothing_anywhere) {
  // [DOC-5]
  EXPECT_EQ(
      mistakes_of(R"({"pricepoint":1,"x-a":1,"markets":{"x-m":5,"CN":{"currency":"CNY","display":"gross","x-t":0}},
    "channels":{"x-c":5,"web":{"kind":"online","x-k":0}},"attributes":{"x-at":5,"m":{"money":"net","x-y":1}},
    "periods":{"x-p":5,"p":{"from":"2026-01-01","zone":"UTC","x-z":1}},"within":{"strong":"1%","x-w":1},
    "rules":[{"id":"r","x-r":1,"when":{"channel":"web","x-wh":{}},"gap":{"to":"reference","min":"1%","x-g":1}}]})"),
      lines({}));
}

TEST(parse, duplicate_keys_name_the_place_of_the_first) {
  const auto read =
      parse("{\"pricepoint\":1,\n \"x-n\": {\"a\":1,\"a\":2,\"b\":3,\"a\":4},\n \"name\":\"\",\"name\":\"\"}");
  ASSERT_FALSE(read);
  const auto found = read.error().diagnostics();
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].message, "the key \"a\" stands in this object already, in line 2, column 10");
  EXPECT_EQ(found[0].pointer, "/x-n/a");
  EXPECT_EQ(found[1].message, found[0].message);
  EXPECT_EQ(found[2].line, 3u);
}

std::vector<std::string> in_market(std::string_view fields) {
  return mistakes_of("{\"pricepoint\":1,\"markets\":{\"M\":\n{" + std::string(fields) + "}}}");
}

TEST(parse, markets_are_checked) {
  // [MKT-1]
  EXPECT_EQ(in_market(""), lines({"PP-P005 1:28 /markets/M"}));  // [MKT-2]
  EXPECT_EQ(in_market(R"("currency":"CNY")"), lines({}));        // [MKT-4]
  EXPECT_EQ(in_market(R"("currency":"CNY","display":"gross")"), lines({}));
  const std::string basis = R"("display":"net","currency":"JPY",)";
  EXPECT_EQ(in_market(basis + R"("unit":"0.5")"), lines({"PP-P025 2:42 /markets/M/unit"}));  // [MKT-3]
  EXPECT_EQ(in_market(basis + R"("unit":"10.000")"), lines({}));
  EXPECT_EQ(in_market(basis + R"("unit":0)"), lines({"PP-P025 2:42 /markets/M/unit"}));
  EXPECT_EQ(in_market(basis + R"("unit":"1%")"), lines({"PP-P026 2:42 /markets/M/unit"}));
  EXPECT_EQ(in_market(R"("display":"net","currency":"CLF","unit":999999999999999)"),
            lines({"PP-P025 2:42 /markets/M/unit"}));
  EXPECT_EQ(in_market(basis + R"("tax":"-1%")"), lines({"PP-P024 2:41 /markets/M/tax"}));
  EXPECT_EQ(in_market(basis + R"("net":"kept")"), lines({"PP-P006 2:41 /markets/M/net"}));
  EXPECT_EQ(in_market(basis + R"("taxes":"1%")"), lines({"PP-P004 2:35 /markets/M/taxes"}));
  EXPECT_EQ(in_market(R"("currency":"eur","display":"brutto")"),
            lines({"PP-P017 2:13 /markets/M/currency", "PP-P006 2:29 /markets/M/display"}));
  // [MTB-2] [MTB-3]
  EXPECT_EQ(mistakes_of("{\"pricepoint\":1,\"tables\":\"2026.11\"}"), lines({}));
  EXPECT_EQ(mistakes_of("{\"pricepoint\":1,\"tables\":{\"version\":\"2026.11\"}}"), lines({}));
  EXPECT_EQ(mistakes_of("{\"pricepoint\":1,\"tables\":\"2020.01\"}"), lines({"PP-M002 1:26 /tables"}));
  EXPECT_EQ(mistakes_of("{\"pricepoint\":1,\"tables\":2026.11}"), lines({"PP-P003 1:26 /tables"}));
  EXPECT_EQ(mistakes_of("{\"pricepoint\":1,\"tables\":{\"market\":\"m.json\"}}"),
            lines({"PP-P004 1:27 /tables/market"}));
  EXPECT_EQ(mistakes_of("{\"pricepoint\":1,\"tables\":{\"markets\":\"m.json\"},\"markets\":{\"M\":{}}}"),
            lines({"PP-T003 1:37 /tables/markets"}))
      << "its markets are not called unknown";
}

std::vector<std::string> with_channels(std::string_view channels) {
  return mistakes_of("{\"pricepoint\":1,\"channels\":{\n" + std::string(channels) + "}}");
}

TEST(parse, channels_are_checked) {
  // [CHN-1] [CHN-2] [CHN-4] [CHN-9]
  EXPECT_EQ(with_channels(R"("web-shop":{"kind":"online"},"":{"kind":"online"})"),
            lines({"PP-P010 2:1 /channels/web-shop", "PP-P010 2:30 /channels/"}));
  EXPECT_EQ(with_channels(R"("traditional":{"kind":"online"},"reference":{"kind":"online"})"),
            lines({"PP-P011 2:1 /channels/traditional", "PP-P011 2:33 /channels/reference"}));
  EXPECT_EQ(with_channels(R"("online":{"kind":"online"},"public":{"kind":"online"},"any":{"kind":"online"})"),
            lines({"PP-P011 2:1 /channels/online", "PP-P011 2:28 /channels/public", "PP-P011 2:55 /channels/any"}));
  EXPECT_EQ(testing::first_message(R"({"pricepoint":1,"channels":{"public":{"kind":"online"}}})"),
            "no channel can be named \"public\": that word is kept for the language");
  EXPECT_EQ(with_channels(R"("web":{})"), lines({"PP-P005 2:1 /channels/web"}));
  EXPECT_EQ(with_channels(R"("web":{"kind":"online","fee":"101%"})"), lines({"PP-P024 2:30 /channels/web/fee"}));
  EXPECT_EQ(with_channels(R"("web":{"kind":"online","fee":"-1%"})"), lines({"PP-P024 2:30 /channels/web/fee"}));
  EXPECT_EQ(with_channels(R"("web":{"kind":"online","owner":"me"})"), lines({"PP-P006 2:32 /channels/web/owner"}));
  EXPECT_EQ(with_channels(R"("web":{"kind":"online","reference":"store"})"),
            lines({"PP-P013 2:36 /channels/web/reference"}));
  EXPECT_EQ(with_channels(R"("web":{"kind":"online","reference":[]})"),
            lines({"PP-P009 2:36 /channels/web/reference"}));
  EXPECT_EQ(with_channels(R"("web":{"kind":"online","reference":["web"]})"),
            lines({"PP-P030 2:37 /channels/web/reference/0"}));
  EXPECT_EQ(with_channels(R"("web":{"kind":"online","reference":{}})"),
            lines({"PP-P003 2:36 /channels/web/reference"}));
  EXPECT_EQ(with_channels(R"("web":5)"), lines({"PP-P003 2:7 /channels/web"}));
}

TEST(parse, circles_of_references_are_shown) {
  // [SEQ-4]
  EXPECT_EQ(testing::first_message(R"({"pricepoint":1,"channels":{"d":{"kind":"online","reference":"a"},
      "a":{"kind":"online","reference":["x","b"]},"b":{"kind":"online","reference":"c"},"x":{"kind":"online"},
      "c":{"kind":"online","reference":"a"}}})"),
            "the references of channels go round in a circle: a -> b -> c -> a");
  EXPECT_EQ(
      testing::first_message(R"({"pricepoint":1,"channels":{"web":{"kind":"online","reference":"lowest traditional"},
      "store":{"kind":"traditional","reference":"web"}}})"),
      "the references of channels go round in a circle: store -> web -> store");
  EXPECT_EQ(
      testing::first_message(R"({"pricepoint":1,"channels":{"a":{"kind":"traditional","reference":"lowest traditional"},
      "b":{"kind":"traditional","reference":"highest traditional"}}})"),
      "the references of channels go round in a circle: a -> b -> a");
  // It leaves itself out, so alone it is no circle; nor do many that share what they refer to make one.
  EXPECT_EQ(with_channels(R"("a":{"kind":"traditional","reference":"lowest traditional"},"b":{"kind":"traditional"},
      "w":{"kind":"online","reference":"highest traditional"},"v":{"kind":"online","reference":["w","a"]})"),
            lines({}));
}

TEST(parse, a_long_chain_of_references_is_no_recursion) {
  std::string chain = "\"c0\":{\"kind\":\"online\"}";
  for (int i = 1; i < 100'000; ++i) {
    chain += ",\"c" + std::to_string(i) + "\":{\"kind\":\"online\",\"reference\":\"c" + std::to_string(i - 1) + "\"}";
  }
  EXPECT_EQ(with_channels(chain), lines({}));
}

TEST(parse, attributes_are_checked) {
  // [ATT-1]
  const auto with = [](std::string_view text) {
    return mistakes_of("{\"pricepoint\":1,\"attributes\":{\n" + std::string(text) + "}}");
  };
  EXPECT_EQ(with(R"("cost":"number","price":"text","target":"text","min":{"money":"net"})"),
            lines({"PP-P011 2:1 /attributes/cost", "PP-P011 2:17 /attributes/price", "PP-P011 2:32 /attributes/target",
                   "PP-P011 2:48 /attributes/min"}));
  EXPECT_EQ(with(R"("a b":"text","price.web":"number","1a":"text","":"text")"),
            lines({"PP-P010 2:1 /attributes/a b", "PP-P010 2:14 /attributes/price.web", "PP-P010 2:35 /attributes/1a",
                   "PP-P010 2:47 /attributes/"}));
  EXPECT_EQ(with("\"brand-line\":\"text\",\"\xE5\x93\x81\xE7\xB1\xBB\":\"text\""), lines({}));
  EXPECT_EQ(with(R"("brand-line":{"money":"net"})"), lines({"PP-P010 2:1 /attributes/brand-line"}));
  EXPECT_EQ(with(R"("a":[])"), lines({"PP-P009 2:5 /attributes/a"}));
  EXPECT_EQ(with(R"("a":["x",5,"","x"])"),
            lines({"PP-P003 2:10 /attributes/a/1", "PP-P009 2:12 /attributes/a/2", "PP-P012 2:15 /attributes/a/3"}));
  EXPECT_EQ(with(R"("a":"numbers")"), lines({"PP-P006 2:5 /attributes/a"}));
  EXPECT_EQ(with(R"("a":{"money":"gross"},"b":{},"c":7)"),
            lines({"PP-P006 2:14 /attributes/a/money", "PP-P005 2:27 /attributes/b", "PP-P003 2:34 /attributes/c"}));
}

TEST(parse, within_has_many_forms) {
  const auto with = [](std::string_view text) {
    return mistakes_of("{\"pricepoint\":1,\"within\":\n" + std::string(text) + "}");
  };
  const document all = testing::good(R"({"pricepoint":1,"within":["3%",{"EUR":"1"}]})");
  for (const auto& one : all.within_by_strength) {  // [WIN-3]
    EXPECT_EQ(one.rates, (std::vector<rate>{"3%"_rate}));
    EXPECT_EQ(one.amounts.size(), 1u);
  }
  EXPECT_EQ(with(R"({"EUR":"1"})"), lines({}));
  EXPECT_EQ(with(R"("1.50")"), lines({}));
  EXPECT_EQ(with(R"({"medium":{"EUR":"1"}})"), lines({}));
  EXPECT_EQ(with("{}"), lines({"PP-P009 2:1 /within"}));
  EXPECT_EQ(with("[]"), lines({"PP-P009 2:1 /within"}));
  EXPECT_EQ(with(R"({"strnog":"1%"})"), lines({"PP-P004 2:2 /within/strnog"}));
  EXPECT_EQ(with(R"({"strong":"1%","EUR":"1"})"), lines({"PP-P004 2:16 /within/EUR"}));
  EXPECT_EQ(with(R"({"required":"1%"})"), lines({"PP-P004 2:2 /within/required"}));
  EXPECT_EQ(with(R"({"EUX":"1"})"), lines({"PP-P017 2:2 /within/EUX"}));
  EXPECT_EQ(with(R"(["-1%",-1,true])"),
            lines({"PP-P024 2:2 /within/0", "PP-P024 2:8 /within/1", "PP-P003 2:11 /within/2"}));
}

TEST(parse, sections_of_the_wrong_kind_cause_no_further_mistakes) {
  EXPECT_EQ(mistakes_of(R"({"pricepoint":1,"markets":[],"channels":5,"attributes":"","periods":null,"name":1,
"rules":[{"id":"a","when":{"market":"CN","channel":"web","role":"x","period":"p"},"floor":"price.web + w"}]})"),
            lines({"PP-P003 1:27 /markets", "PP-P003 1:41 /channels", "PP-P003 1:56 /attributes",
                   "PP-P003 1:69 /periods", "PP-P003 1:81 /name"}));
}

TEST(parse, mistakes_beyond_the_limit_are_counted) {
  parse_limits limits;
  limits.max_diagnostics = 3;
  const auto read = parse(R"({"pricepoint":1,"a":1,"b":1,"c":1,"d":1,"e":1})", "p.json", limits);
  ASSERT_FALSE(read);
  const auto found = read.error().diagnostics();
  ASSERT_EQ(found.size(), 4u);
  EXPECT_EQ(found[3].code, "PP-P008");
  EXPECT_EQ(found[3].message, "and 2 more mistakes that are not shown");
  EXPECT_EQ(found[3].line, 0u);
}

TEST(parse, a_text_full_of_mistakes_ends_soon) {
  std::string text = "{\"pricepoint\":1,\"channels\":{";
  for (int i = 0; i < 50'000; ++i)
    text += "\"a_rather_long_name_of_a_channel_" + std::to_string(i) + "\":{\"kind\":\"online\"},";
  text += "},\"rules\":[";
  for (int i = 0; i < 50'000; ++i)
    text += "{\"id\":\"r\",\"floor\":\"price.some_other_name + x\",\"when\":{\"channel\":\"b\"}},";
  EXPECT_EQ(mistakes_of(text + "]}").size(), 101u);
}

}  // namespace
}  // namespace pricepoint::policy_language
