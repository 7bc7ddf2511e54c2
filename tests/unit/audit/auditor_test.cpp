// SPDX-License-Identifier: Apache-2.0
#include "pricepoint/audit/auditor.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "compile/machine.hpp"
#include "unit/decide/deciding.hpp"

namespace {

using deciding::policy_of;
using pricepoint::auditor;
using pricepoint::finding;
using pricepoint::instant;
using pricepoint::offer;
using namespace pricepoint::literals;

// "1 near gap breach 33.99 [34.20..38.00] 0.21 0.61% ~dealer(d1) 38.00 reprice 37.99", offer first.
std::string text_of(const finding& one) {
  std::string text = std::to_string(one.offer);
  const auto add = [&](const std::string& part) {
    if (!part.empty()) text += " " + part;
  };
  add(std::string(one.rule));
  if (one.effect != one.rule) add(std::string(one.effect));
  if (to_string(one.severity) != one.effect) add(std::string(to_string(one.severity)));
  if (one.min || one.max)
    add("[" + (one.min ? to_string(*one.min) : "") + ".." + (one.max ? to_string(*one.max) : "") + "]");
  if (one.excess) add(to_string(*one.excess));
  if (one.excess_rate_bp) add(pricepoint::percent_text(*one.excess_rate_bp));
  if (!one.against.empty()) {
    add("~" + std::string(one.against) +
        (one.against_seller.empty() ? "" : "(" + std::string(one.against_seller) + ")"));
    add(to_string(*one.against_price));
  }
  add(std::string(to_string(one.remedy)));
  if (one.remedy_price) add(to_string(*one.remedy_price));
  if (!one.conflict.empty()) add("{" + deciding::joined(one.conflict) + "}");
  if (!one.missing.empty()) add("<" + deciding::joined(one.missing) + ">");
  if (one.credit) add("credit " + to_string(*one.credit));
  if (one.headroom) add("headroom " + to_string(*one.headroom));
  if (one.max_discount_bp) add("d " + pricepoint::percent_text(*one.max_discount_bp));
  if (one.from) add("from " + to_string(*one.from));
  if (one.until) add("until " + to_string(*one.until));
  return text;
}

using texts = std::vector<std::string>;

texts audited(const pricepoint::policy& with, const std::vector<offer>& offers) {
  auditor one(with);
  std::vector<finding> found;
  one.audit(offers, found);
  texts all;
  for (const finding& each : found) all.push_back(text_of(each));
  return all;
}

texts audited(std::string_view rules, const std::vector<offer>& offers) { return audited(policy_of(rules), offers); }

offer seen(std::string_view channel, pricepoint::decimal price, std::string_view seller = "",
           std::string_view market = "DE") {
  offer made;
  made.request.sku = "A1";
  made.request.channel = channel;
  made.request.market = market;
  made.price = price;
  made.seller = seller;
  return made;
}

offer with_list(offer one, pricepoint::decimal list) {
  one.request.list = list;
  return one;
}

offer for_audience(offer one, std::string_view audience) {
  one.request.audience = audience;
  return one;
}

TEST(auditor, a_gap_is_told_for_each_channel_it_is_broken_against) {
  // [AUD-5] [AUD-8] [AUD-10] [AUD-11] [AUD-14] [AUD-16]
  const auto found = audited(
      R"({"id":"near","when":{"channel":"web"},"gap":{"to":"traditional","min":"0%","max":"10%"}})",
      {seen("store", "40.00"_money, "berlin"), seen("dealer", "38.00"_money, "d1"), seen("web", "33.99"_money)});
  EXPECT_EQ(found, (texts{"2 near gap breach [34.20..38.00] 0.21 0.61% ~dealer(d1) 38.00 reprice 38.00",
                          "2 near gap breach [36.00..40.00] 2.01 5.58% ~store(berlin) 40.00 reprice 38.00"}));
  EXPECT_EQ(audited(R"({"id":"near","when":{"channel":"web"},"gap":{"to":"reference","max":"10%"}})",
                    {seen("store", "40.00"_money), seen("web", "33.99"_money, "me")}),
            (texts{"1 near gap breach [36.00..] 2.01 5.58% ~store 40.00 reprice 40.00"}));
  EXPECT_EQ(audited(R"({"id":"near","gap":{"to":"reference","max":"10%"}})",
                    {with_list(seen("plain", "33.99"_money), "40"_money)}),
            (texts{"0 near gap breach [36.00..] 2.01 5.58% ~list 40.00 reprice 40.00"}));
}

TEST(auditor, carries_the_lowest_public_price_at_the_smallest_quantity) {
  // [AUD-1] [AUD-2]
  const std::string_view rules = R"({"id":"under","when":{"channel":"web"},"ceiling":"price.store"})";
  std::vector<offer> offers = {seen("store", "30.00"_money, "b"), seen("store", "30.00"_money, "a"),
                               seen("store", "20.00"_money, "c"), seen("web", "30.01"_money)};
  offers[2].request.quantity = "10"_money;
  EXPECT_EQ(audited(rules, offers), (texts{"3 under ceiling breach [..30.00] 0.01 0.03% reprice 30.00"}));
  offers[2] = for_audience(offers[2], "vip");
  offers[2].request.quantity.reset();
  EXPECT_EQ(audited(rules, offers), (texts{"3 under ceiling breach [..30.00] 0.01 0.03% reprice 30.00"}));
  // What the row says itself comes first.
  offers[3].request.prices.push_back({"store", "31.00"_money});
  EXPECT_EQ(audited(rules, offers), texts{});
  // Of equal prices the first seller by name.
  EXPECT_EQ(audited(R"({"id":"g","when":{"channel":"web"},"gap":{"to":"store","min":"1%"}})",
                    {seen("store", "30.00"_money, "b"), seen("store", "30.00"_money, "a"), seen("web", "30.00"_money)}),
            (texts{"2 g gap breach [..29.70] 0.30 1.01% ~store(a) 30.00 reprice 29.70"}));
}

TEST(auditor, converts_between_displays) {
  // [AUD-3]
  EXPECT_EQ(audited(R"({"id":"under","when":{"channel":"net"},"ceiling":"price.web"})",
                    {seen("web", "119.00"_money), seen("net", "100.01"_money)}),
            (texts{"1 under ceiling breach [..100.00] 0.01 0.01% reprice 100.00"}));
  EXPECT_EQ(audited(R"({"id":"under","when":{"channel":"net"},"ceiling":"price.web"})",
                    {seen("web", "119.00"_money, "", "XX"), seen("net", "100.01"_money, "", "XX")}),
            texts{})
      << "net displays take 0% where nothing is known";
  EXPECT_EQ(audited(R"({"id":"under","when":{"channel":"web"},"ceiling":"price.net"})",
                    {seen("net", "100.00"_money, "", "XX"), seen("web", "119.01"_money, "", "XX")}),
            (texts{"1 unchecked complete <tax>"}));
}

TEST(auditor, says_what_an_offer_cannot_be) {
  // [AUD-4]
  std::vector<offer> offers = {seen("ebay", "1"_money),   seen("web", "0"_money), seen("web", "-1"_money),
                               seen("store", "30"_money), seen("", "30"_money),   seen("web", "1"_money, "", "FR")};
  offers.push_back(offer{});
  offers.back().request.channel = "web";
  offers.back().request.market = "DE";
  offers.push_back(seen("store", "10000000000000.01"_money));
  offers.push_back(with_list(seen("store", "1.00"_money), "0"_money));
  EXPECT_EQ(audited(R"({"id":"f","floor":"2"})", offers),
            (texts{"0 invalid unchecked <channel>", "1 invalid unchecked <price>", "2 invalid unchecked <price>",
                   "4 invalid unchecked <channel>", "5 invalid unchecked <market>", "6 invalid unchecked <price>",
                   "7 invalid unchecked <price>", "8 invalid unchecked <list>"}));
}

TEST(auditor, severities_and_shapes) {
  // [AUD-7] [AUD-8]
  const std::string_view rules =
      R"({"id":"a","endings":[".99"],"strength":"required"}, {"id":"b","multiple_of":"0.25","strength":"strong"},
         {"id":"c","avoid":{"digits":"4"},"strength":"medium"}, {"id":"d","prefer":{"digits":"8"},"strength":"weak"},
         {"id":"e","when":{"channel":"store"},"withhold":"online-only"})";
  EXPECT_EQ(
      audited(rules, {with_list(seen("plain", "14.10"_money), "18.99"_money)}),
      (texts{"0 a endings breach reprice 18.99", "0 c avoid notice reprice 18.99", "0 d prefer notice reprice 18.99"}))
      << "18.99 breaks b too";
  EXPECT_EQ(audited(rules, {with_list(seen("store", "18.99"_money), "18.99"_money)}),
            (texts{"0 b multiple_of warning", "0 e withhold breach"}));
  // Not a whole number of cents; no multiple of the unit.
  EXPECT_EQ(audited(rules, {with_list(seen("plain", "18.995"_money), "18.99"_money)}),
            (texts{"0 unit warning reprice 18.99"}));
  EXPECT_EQ(audited("", {with_list(seen("plain", "18.99"_money, "", "IL"), "18.90"_money)}),
            (texts{"0 unit warning reprice 18.90"}));
}

TEST(auditor, a_soft_rule_that_the_decision_breaks_too_is_no_finding) {
  // [AUD-9]
  const std::string_view rules = R"({"id":"floor","floor":"20.00"}, {"id":"nine","endings":["9.99"]})";
  EXPECT_EQ(audited(rules, {with_list(seen("plain", "21.00"_money), "18.40"_money)}), texts{})
      << "the decision, 20.00, has no 9.99 within reach either";
  EXPECT_EQ(audited(rules, {with_list(seen("plain", "21.00"_money), "29.80"_money)}),
            (texts{"0 nine endings warning reprice 29.99"}));
}

TEST(auditor, soft_rules_count_for_nothing_beside_a_price_by_hand) {
  // [AUD-6]
  EXPECT_EQ(audited(R"({"id":"hand","price":"20.00"}, {"id":"nine","endings":[".99"]},
                       {"id":"soft","floor":"cost","strength":"weak"})",
                    {with_list(seen("plain", "21.00"_money), "18.40"_money)}),
            (texts{"0 hand price breach [20.00..20.00] 1.00 5.00% reprice 20.00"}));
}

TEST(auditor, names_what_it_could_not_check) {
  // [AUD-12] [AUD-13] [AUD-14]
  EXPECT_EQ(
      audited(R"({"id":"m","margin":"5%"}, {"id":"f","floor":"10"}, {"id":"s","floor":"msrp","skip_if_missing":true})",
              {with_list(seen("plain", "9.00"_money), "18.40"_money)}),
      (texts{"0 f floor breach [10.00..] 1.00 10.00% complete <cost shipping>",
             "0 unchecked complete <cost shipping>"}));
  // Without a base nothing is known of the target: what it cannot change is checked nonetheless.
  EXPECT_EQ(audited(R"({"id":"f","floor":"10"}, {"id":"t","when":{"target":{"from":"5"}},"endings":[".99"]})",
                    {seen("plain", "9.00"_money)}),
            (texts{"0 f floor breach [10.00..] 1.00 10.00% complete <list>", "0 unchecked complete <list>"}));
  EXPECT_EQ(audited(R"({"id":"f","floor":"10"})", {seen("plain", "9.00"_money)}),
            (texts{"0 f floor breach [10.00..] 1.00 10.00% complete <list>"}));
  EXPECT_EQ(audited(R"({"id":"f","floor":"target - 1"})", {seen("plain", "9.00"_money)}),
            (texts{"0 unchecked complete <list>"}));
  EXPECT_EQ(audited(R"({"id":"f","floor":"10"}, {"id":"d","discount":"5%","during":"eleven"})",
                    {with_list(seen("plain", "9.00"_money), "10"_money)}),
            (texts{"0 f floor breach [10.00..] 1.00 10.00% complete <at>", "0 unchecked complete <at>"}));
  EXPECT_EQ(audited(R"({"id":"f","floor":"target"}, {"id":"d","discount":"100%"})",
                    {with_list(seen("plain", "9.00"_money), "10"_money)}),
            (texts{"0 unchecked <target>"}));
}

TEST(auditor, a_conflict_has_its_ways_out) {
  // [AUD-14]
  const std::string_view rules =
      R"({"id":"near","when":{"channel":"web"},"gap":{"to":"store","max":"10%"}}, {"id":"cap","ceiling":"20"})";
  std::vector<offer> offers = {seen("store", "19.00"_money), seen("web", "15.00"_money)};
  EXPECT_EQ(audited(rules, offers), (texts{"1 near gap breach [17.10..] 2.10 12.28% ~store 19.00 reprice 19.00"}));
  offers[0].price = "30.00"_money;
  EXPECT_EQ(audited(rules, offers),
            (texts{"0 cap ceiling breach [..20.00] 10.00 50.00% complete <list>",
                   "1 near gap breach [27.00..] 12.00 44.44% ~store 30.00 separate {cap near} credit 12.00"}));
}

TEST(auditor, proposes_nothing_to_a_reseller_where_its_price_is_its_own) {
  // [AUD-15]
  const auto policy_in = [](const char* market) {
    const std::string text = std::string(R"({"pricepoint":1,"name":"t","markets":{")") + market +
                             R"(":{"tax":"0%"}},"channels":{"dealer":{"kind":"traditional","owner":"reseller"}},
                                "rules":[{"id":"map","floor":"map"},{"id":"cap","when":{"sku":"C"},"ceiling":"1"}]})";
    auto made = pricepoint::parse_policy(text);
    EXPECT_TRUE(made) << made.error().to_string();
    return *made;
  };
  const auto in = [&](const char* market, std::string_view sku = "A1") {
    offer one = seen("dealer", "9.00"_money, "d1", market);
    one.request.sku = sku;
    one.request.map = "10"_money;
    one.request.list = "12"_money;
    return audited(policy_in(market), {one});
  };
  const std::string said = "0 map floor breach [10.00..] 1.00 10.00%";
  EXPECT_EQ(in("DE"), (texts{said}));
  EXPECT_EQ(in("HK"), (texts{said})) << "nobody looked it up";
  EXPECT_EQ(in("CA"), in("CA"));
  EXPECT_EQ(in("DE", "C").size(), 2u);
  EXPECT_EQ(in("DE", "C")[1], said) << "nothing to separate either";
  // A market of one's own has no such law.
  const auto own = pricepoint::parse_policy(
      R"({"pricepoint":1,"name":"t","markets":{"Q1":{"currency":"EUR","tax":"0%","display":"gross"}},
          "channels":{"dealer":{"kind":"traditional","owner":"reseller"}},"rules":[{"id":"map","floor":"map"}]})");
  ASSERT_TRUE(own) << own.error().to_string();
  offer one = seen("dealer", "9.00"_money, "d1", "Q1");
  one.request.map = "10"_money;
  one.request.list = "12"_money;
  EXPECT_EQ(audited(*own, {one}), (texts{said + " reprice 12.00"}));
}

TEST(auditor, effects_of_audits_are_off_when_pricing) {
  // [AUD-17]
  const auto with = policy_of(R"({"id":"i","when":{"channel":"members"},"during":"eleven","inverted":{"to":"web"}},
                                 {"id":"l","leak":{"from":"vip"}},
                                 {"id":"s","squeeze":{"dealer":"dealer","wholesale":"wholesale","cost":"cost","margin":"10%"}})");
  pricepoint::pricer pricer(with);
  pricepoint::request asked;
  asked.channel = "members";
  asked.market = "DE";
  asked.prices.push_back({"web", "20"_money});
  EXPECT_EQ(deciding::line(pricer.price(asked)), "priced 20.00") << "no at is needed, and no field";
  asked.at = *pricepoint::parse_instant("2026-10-01T00:00:00Z");
  EXPECT_FALSE(pricer.price(asked).next_change_at());
  EXPECT_EQ(with.inputs().channels.front().fields.size(), with.inputs().channels.back().fields.size());
}

TEST(auditor, squeeze) {
  // [AUD-18]
  const std::string_view rules =
      R"({"id":"s","squeeze":{"dealer":"dealer","wholesale":"wholesale","cost":"cost","margin":"10%"}})";
  offer web = with_list(seen("web", "40.00"_money), "40"_money);
  web.request.cost = "1.00"_money;
  web.request.attributes.push_back({"wholesale", "30.00"_money});
  web.request.prices.push_back({"store", "40"_money});
  // (30 + 1) / 0.9 * 1.19 = 40.988..; the dealer asks 47.60, net 40: keeps 36 - 31 = 5 beyond its margin.
  EXPECT_EQ(audited(rules, {web, seen("dealer", "47.60"_money, "d1")}),
            (texts{"0 s squeeze warning [40.99..] 0.99 2.42% ~dealer(d1) 47.60 headroom 5.00 d 13.88%"}))
      << "the decision is that price, so there is nothing to reprice";
  web.price = "40.99"_money;
  EXPECT_EQ(audited(rules, {web, seen("dealer", "47.60"_money, "d1")}), texts{});
  web.request.attributes.clear();
  EXPECT_EQ(audited(rules, {web}), (texts{"0 unchecked <price.dealer wholesale>"}));
}

TEST(auditor, leak) {
  // [AUD-19]
  const std::string_view rules = R"({"id":"l","leak":{"from":"vip"}})";
  EXPECT_EQ(audited(rules, {seen("store", "19.00"_money, "s"), for_audience(seen("web", "19.00"_money, "w"), "vip"),
                            seen("web", "21.00"_money, "x"), for_audience(seen("mall", "19.00"_money, "y"), "vip")}),
            (texts{"0 l leak warning ~mall(y) 19.00 complete <list>"}));
  offer segment = seen("members", "18.00"_money, "m");
  segment.request.segment = "vip";
  segment.request.prices.push_back({"web", "20.00"_money});
  offer open = seen("plain", "18.00"_money, "p");
  open.request.list = "20.00"_money;
  EXPECT_EQ(audited(rules, {segment, open}), (texts{"1 l leak warning ~members(m) 18.00 reprice 20.00"}));
}

TEST(auditor, inverted) {
  // [AUD-20]
  const std::string_view any = R"({"id":"i","inverted":{"to":"web"}})";
  const std::string_view picked = R"({"id":"i","when":{"channel":["members","web"]},"inverted":{"to":"web"}})";
  std::vector<offer> offers = {seen("web", "20.00"_money, "w"), seen("members", "21.00"_money, "m"),
                               for_audience(seen("web", "20.01"_money, "v"), "vip"), seen("web", "25.00"_money, "x")};
  for (offer& one : offers) one.request.prices.push_back({"store", "20"_money});
  EXPECT_EQ(audited(any, offers), (texts{"2 i inverted warning [..20.00] 0.01 0.05% ~web(w) 20.00 reprice 20.00"}));
  EXPECT_EQ(audited(picked, offers), (texts{"1 i inverted warning [..20.00] 1.00 5.00% ~web(w) 20.00 reprice 20.00",
                                            "2 i inverted warning [..20.00] 0.01 0.05% ~web(w) 20.00 reprice 20.00"}));
  const auto at_targets = [&](const std::string& range) {
    return audited(R"({"id":"i","when":{"target":{)" + range + R"(}},"inverted":{"to":"web"}})", offers);
  };
  EXPECT_EQ(at_targets(R"("from":"20","below":"20.01")"), audited(any, offers));
  EXPECT_EQ(at_targets(R"("from":"20.01")"), texts());
  EXPECT_EQ(at_targets(R"("below":"20")"), texts());
}

TEST(auditor, looks_ahead_in_time) {
  // [AUD-21]
  const auto with = policy_of(R"({"id":"f","floor":"18.00","except":{"period":"eleven"}},
                                 {"id":"g","during":"eleven","ceiling":"15.00"})");
  auditor one(with);
  std::vector<offer> offers = {with_list(seen("plain", "17.00"_money), "20"_money)};
  offers[0].request.at = *pricepoint::parse_instant("2026-10-01T00:00:00Z");
  std::vector<finding> found;
  one.audit_until(*pricepoint::parse_instant("2026-12-01T00:00:00Z"), offers, found);
  texts all;
  for (const finding& each : found) all.push_back(text_of(each));
  EXPECT_EQ(all, (texts{"0 f floor breach [18.00..] 1.00 5.56% reprice 20.00 from 2026-10-01T00:00:00Z until "
                        "2026-10-31T16:00:00Z",
                        "0 f floor breach [18.00..] 1.00 5.56% reprice 20.00 from 2026-11-11T16:00:00Z",
                        "0 g ceiling breach [..15.00] 2.00 13.33% reprice 15.00 from 2026-10-31T16:00:00Z until "
                        "2026-11-11T16:00:00Z"}));
  EXPECT_EQ(one.summary().findings.breaches, 1u) << "as it is now";
  // Not as far as the first of them.
  found.clear();
  one.audit_until(*pricepoint::parse_instant("2026-10-31T15:59:59Z"), offers, found);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_FALSE(found[0].until);
}

TEST(auditor, the_order_of_offers_and_what_was_audited_before_change_nothing) {
  const auto with = policy_of(R"({"id":"near","when":{"channel":"web"},"gap":{"to":"traditional","max":"10%"}})");
  auditor one(with);
  std::vector<finding> first;
  std::vector<finding> second;
  const std::vector<offer> offers = {seen("store", "40.00"_money, "a"), seen("web", "33.99"_money, "b")};
  one.audit(offers, first);
  one.audit(std::vector<offer>{seen("dealer", "80.00"_money), seen("store", "10.00"_money)}, second);
  EXPECT_TRUE(second.empty());
  one.audit(std::vector<offer>{offers[1], offers[0]}, second);
  ASSERT_EQ(first.size(), 1u);
  ASSERT_EQ(second.size(), 1u);
  second[0].offer = first[0].offer;
  EXPECT_EQ(first[0], second[0]);
}

// [REL-22] Sellers that all have one hash in the table of words: their figures are told apart all the same. Beyond the
// first few such a table is not asked.
TEST(auditor, takes_sellers_that_are_made_to_collide) {
  constexpr std::size_t count = 20'000;
  const auto step = [](std::uint64_t hash, std::uint64_t part) {
    hash = (hash ^ part) * 0xD6E8FEB86659FD93u;
    return hash ^ hash >> 32;
  };
  std::vector<std::string> names;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t second = step(16 * 0x9E3779B97F4A7C15u, i) ^ 0x5E11E55u;
    std::string name(16, '\0');
    std::memcpy(name.data(), &i, 8);
    std::memcpy(name.data() + 8, &second, 8);
    names.push_back(std::move(name));
  }
  const pricepoint::engine::text_hash hash;
  for (const std::string& one : names) ASSERT_EQ(hash(one), hash(names[0])) << "the attack is another one now";
  const auto with = policy_of(R"({"id":"floor","floor":"10"})");
  auditor of(with);
  std::vector<finding> found;
  for (int round = 0; round < 2; ++round) {
    for (const std::string& one : names) {
      found.clear();
      of.audit(std::vector<offer>{seen("store", "20.00"_money, one)}, found);
    }
  }
  ASSERT_EQ(of.summary().sellers.size(), count);
  for (const auto& [name, figures] : of.summary().sellers) ASSERT_EQ(figures.offers, 2u);
}

}  // namespace
