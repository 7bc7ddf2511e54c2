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
  // The same of a list of them.
  EXPECT_EQ(audited(R"({"id":"near","when":{"channel":"web"},"gap":{"to":["dealer","store"],"min":"0%","max":"10%"}})",
                    {seen("store", "40.00"_money, "berlin"), seen("dealer", "38.00"_money, "d1"),
                     seen("web", "33.99"_money)}),
            found);
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
  EXPECT_EQ(audited(R"({"id":"under","when":{"channel":"web"},"ceiling":"price.net"})",
                    {seen("net", "100.00"_money, "", "XX"), seen("web", "119.01"_money, "", "XX")}),
            (texts{"1 unchecked complete <tax>"}));
}

offer at_tax(offer one, std::string_view tax) {
  one.request.tax = pricepoint::parse_rate(tax);
  return one;
}

constexpr std::string_view same_as_net =
    R"({"id":"same","when":{"channel":"web"},"gap":{"to":"net","min":"0%","max":"0%"}})";

TEST(auditor, a_carried_price_is_what_the_other_display_shows) {
  // [AUD-3] 80.01 net is 95.2119 with the tax, which is shown as 95.21.
  EXPECT_EQ(audited(same_as_net, {seen("net", "80.01"_money), seen("web", "95.21"_money)}), texts{});
  EXPECT_EQ(audited(same_as_net, {seen("net", "80.01"_money), seen("web", "95.22"_money)}),
            (texts{"1 same gap breach [95.21..95.21] 0.01 0.01% ~net 95.21 complete <price.store>"}));
  // Halves go up, at the tax of the offer that receives it: 10.10 at 7.5% is 10.8575, and 0.10 at 25% is 0.125.
  EXPECT_EQ(audited(same_as_net, {at_tax(seen("net", "0.10"_money), "19%"), at_tax(seen("web", "0.13"_money), "25%")}),
            texts{});
  // The other way round: 95.21 is 80.0084 net, shown as 80.01.
  EXPECT_EQ(audited(R"({"id":"same","when":{"channel":"net"},"gap":{"to":"web","min":"0%","max":"0%"}})",
                    {seen("web", "95.21"_money), seen("net", "80.01"_money)}),
            texts{});
  // To the unit of the market: 9.99 at 18% is 11.7882.
  EXPECT_EQ(audited(same_as_net, {seen("net", "9.99"_money, "", "IL"), seen("web", "11.80"_money, "", "IL")}),
            (texts{"0 unit warning reprice 10.00"}));
}

TEST(auditor, a_carried_price_that_comes_to_nothing_is_absent) {
  // [AUD-3] 0.01 at 250% is less than half a cent net.
  EXPECT_EQ(audited(R"({"id":"f","when":{"channel":"net"},"floor":"price.web"})",
                    {at_tax(seen("web", "0.01"_money), "250%"), at_tax(seen("net", "0.05"_money), "250%")}),
            (texts{"1 unchecked complete <price.web>"}));
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
            (texts{"0 invalid <channel>", "1 invalid <price>", "2 invalid <price>", "4 invalid <channel>",
                   "5 invalid <market>", "6 invalid <price>", "7 invalid <price>", "8 invalid <list>"}));
}

TEST(auditor, says_which_value_it_refuses_and_what_is_near) {
  // [AUD-4]
  const auto with = policy_of("");
  const auto said = [&](const offer& one) {
    auditor by(with);
    std::vector<finding> found;
    by.audit(std::vector<offer>{one}, found);
    return found.empty() ? std::string() : found[0].because;
  };
  EXPECT_EQ(said(seen("Store", "1"_money)), R"(channel "Store" is unknown; did you mean "store"?)");
  EXPECT_EQ(said(seen("web", "1"_money, "", "FR")),
            R"(market "FR" is unknown; the policy has "CN", "DE", "IL", "JP", "ST", "US", "XX")");
  EXPECT_EQ(said(seen("", "1"_money)), "the offer lacks channel");
  EXPECT_EQ(said(seen("web", "-1.50"_money)), "price -1.50 is not above zero");
  EXPECT_EQ(said(seen("web", "10000000000000.01"_money)), "price 10000000000000.01 is more than an amount can be");
  offer one = seen("web", "1"_money);
  one.price.reset();
  EXPECT_EQ(said(one), "the offer lacks price");
  one.unreadable = {"cost", "price"};
  EXPECT_EQ(said(one), "cost cannot be read; price cannot be read");
  one = seen("wen", "0"_money);
  one.request.attributes = {{"role", "trafic"}, {"stock", "many"}};
  EXPECT_EQ(said(one), R"(channel "wen" is unknown; did you mean "web"?; price 0 is not above zero; )"
                       R"(role "trafic" is unknown; did you mean "traffic"?; stock "many" is not a number)");
}

TEST(auditor, offers_that_cannot_be_are_counted_apart) {
  // [AUD-4] [AUD-22] Shares are of what was read.
  auditor one(policy_of(R"({"id":"f","floor":"2"}, {"id":"c","floor":"cost","skip_if_missing":true},
                           {"id":"m","ceiling":"msrp"})"));
  std::vector<finding> found;
  one.audit(
      std::vector<offer>{seen("ebay", "3"_money, "s"), seen("store", "1"_money, "s"), seen("store", "3"_money, "t")},
      found);
  one.audit(std::vector<offer>{seen("ebay", "3"_money, "u")}, found);
  const auto& all = one.summary();
  EXPECT_EQ(all.offers, 4u);
  EXPECT_EQ(all.findings.invalid, 2u);
  EXPECT_EQ(all.findings.unchecked, 2u) << "they lack msrp";
  EXPECT_EQ(all.read(), 2u);
  EXPECT_EQ(all.in_breach, 1u);
  EXPECT_EQ(all.products, 1u) << "of the other nothing was read";
  EXPECT_EQ(all.sellers.at("s").read(), 1u);
  EXPECT_EQ(all.sellers.at("u").read(), 0u);
  pricepoint::audit_summary sum = all;
  sum.add_unreadable(3);
  sum.add(all);
  EXPECT_EQ(sum.offers, 11u);
  EXPECT_EQ(sum.findings.invalid, 7u);
  EXPECT_EQ(sum.findings.all(), 2 * all.findings.all() + 3);
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

TEST(auditor, asks_the_rule_and_not_the_decision_whether_it_is_broken_there_too) {
  // [AUD-9] No price within reach has the 7, so the decision does not count it as broken; nor is it a finding.
  const std::string_view rules = R"({"id":"floor","floor":"20.00"}, {"id":"top","ceiling":"20.06"},
                                    {"id":"seven","prefer":{"digits":"7"}}, {"id":"cheap","ceiling":"19.00","strength":"medium"})";
  EXPECT_EQ(audited(rules, {with_list(seen("plain", "20.05"_money), "20.00"_money)}), texts{})
      << "20.07 would have it, and nobody may ask that";
  EXPECT_EQ(
      audited(R"({"id":"nine","prefer":{"digits":"9"}})", {with_list(seen("plain", "20.00"_money), "18.99"_money)}),
      (texts{"0 nine prefer notice reprice 18.99"}));
  // A gap to all stores counts as a whole: the decision keeps it against one of them and not against the other.
  EXPECT_EQ(audited(R"({"id":"f","when":{"channel":"web"},"floor":"30"},
                       {"id":"near","when":{"channel":"web"},"gap":{"to":"traditional","min":"0%"},"strength":"medium"})",
                    {seen("store", "40.00"_money), seen("dealer", "29.00"_money), seen("web", "41.00"_money)}),
            texts{});
}

TEST(auditor, beside_a_price_by_hand_soft_bounds_are_checked_and_looks_are_not) {
  // [AUD-6] [AUD-13]
  const std::string_view rules = R"({"id":"hand","price":"20.00"}, {"id":"nine","endings":[".99"]},
                                    {"id":"like","prefer":{"digits":"8"}}, {"id":"steady","change":"1%"},
                                    {"id":"unknown","floor":"cost","strength":"weak"},
                                    {"id":"cap","ceiling":"20.50","strength":"strong"},
                                    {"id":"low","ceiling":"19.00","strength":"medium"})";
  offer one = with_list(seen("plain", "21.00"_money), "18.40"_money);
  one.request.current = "18.00"_money;
  EXPECT_EQ(audited(rules, {one}), (texts{"0 cap ceiling warning [..20.50] 0.50 2.44% reprice 20.00",
                                          "0 hand price breach [20.00..20.00] 1.00 5.00% reprice 20.00"}))
      << "low is broken at 20.00 too, and of unknown nothing is known";
  one.price = "20.00"_money;
  EXPECT_EQ(audited(rules, {one}), texts{});
  // A contract below cost: the decision breaks the margin too.
  offer contract = with_list(seen("plain", "8.00"_money), "12"_money);
  contract.request.cost = "9"_money;
  contract.request.shipping = "0"_money;
  const std::string_view signed_price =
      R"({"id":"contract","price":"8.00"}, {"id":"earn","margin":"5%","strength":"strong"})";
  EXPECT_EQ(audited(signed_price, {contract}), texts{});
  contract.price = "7.50"_money;
  EXPECT_EQ(audited(signed_price, {contract}), (texts{"0 contract price breach [8.00..8.00] 0.50 6.25% reprice 8.00"}));
  // Where there is no target there is no decision: what it cannot change is checked, and the rest counts for nothing.
  EXPECT_EQ(audited(R"({"id":"hand","price":"20.00"}, {"id":"cap","ceiling":"19.00","strength":"strong"},
                       {"id":"near","floor":"target","strength":"strong"})",
                    {seen("plain", "20.00"_money)}),
            (texts{"0 cap ceiling warning [..19.00] 1.00 5.26% complete <list>"}));
}

TEST(auditor, a_bound_that_no_price_satisfies_has_no_ends) {
  // [AUD-10]
  const auto at_fee = [](std::string_view rules, std::string_view fee) {
    offer one = with_list(seen("plain", "95.00"_money), "95"_money);
    one.request.cost = "41"_money;
    one.request.shipping = "0"_money;
    one.request.tax = pricepoint::parse_rate("0%");
    one.request.fee = pricepoint::parse_rate(fee);
    return audited(rules, {one});
  };
  const std::string_view earn = R"({"id":"earn","margin":"60%"})";
  EXPECT_EQ(at_fee(earn, "50%"), (texts{"0 earn margin breach separate {earn}"})) << "less than nothing is left";
  EXPECT_EQ(at_fee(earn, "40%"), (texts{"0 earn margin breach separate {earn}"})) << "nothing is left";
  EXPECT_EQ(at_fee(earn, "39%"), (texts{"0 earn margin breach [4100.00..] 4005.00 97.68% reprice 4100.00"}));
  EXPECT_EQ(at_fee(R"({"id":"earn","margin":{"min":"60%","max":"70%"}})", "50%"),
            (texts{"0 earn margin breach separate {earn}"}));
  // A margin of at most so much, where every price leaves more or any may leave less.
  EXPECT_EQ(at_fee(R"({"id":"most","margin":{"max":"-50%"}})", "0%"),
            (texts{"0 most margin breach [..27.33] 67.67 247.60% reprice 27.33"}));
  // Neighbours: an end at or below zero, and ends that cross.
  const auto alone = [](std::string_view rules, pricepoint::decimal list) {
    return audited(rules, {with_list(seen("plain", "95.00"_money), list)});
  };
  EXPECT_EQ(alone(R"({"id":"g","gap":{"to":"reference","min":"50"}})", "50"_money),
            (texts{"0 g gap breach ~list 50.00 separate {g}"}));
  EXPECT_EQ(alone(R"({"id":"g","gap":{"to":"reference","min":"49.99"}})", "50"_money),
            (texts{"0 g gap breach [..0.01] 94.99 949900.00% ~list 50.00 reprice 0.01"}));
  EXPECT_EQ(alone(R"({"id":"c","ceiling":"list - 60"})", "50"_money), (texts{"0 c ceiling breach separate {c}"}));
  EXPECT_EQ(alone(R"({"id":"g","gap":{"to":"reference","min":"20","max":"30%"}})", "50"_money),
            (texts{"0 g gap breach ~list 50.00 separate {g}"}));
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
  // Cheaper than theirs is no less a leak.
  open.price = "17.99"_money;
  EXPECT_EQ(audited(rules, {segment, open}), (texts{"1 l leak warning ~members(m) 18.00 reprice 20.00"}));
  open.price = "18.01"_money;
  EXPECT_EQ(audited(rules, {segment, open}), texts{});
  // Of one seller the highest, whichever comes first.
  offer dearer = segment;
  dearer.price = "19.00"_money;
  for (const auto& offers : {std::vector<offer>{segment, open, dearer}, {dearer, open, segment}}) {
    EXPECT_EQ(audited(rules, offers), (texts{"1 l leak warning ~members(m) 19.00 reprice 20.00"}));
  }
  open.price = "17.00"_money;
  EXPECT_EQ(audited(rules, {dearer, open, segment}), (texts{"1 l leak warning ~members(m) 19.00 reprice 20.00"}));
}

TEST(auditor, prices_on_two_displays_are_compared_on_the_gross_one) {
  // [AUD-24] [AUD-19] 80.00 net is 95.20 with the tax; so is what 95.20 shows net, which is 80.00.
  const std::string_view leak = R"({"id":"l","leak":{"from":"vip"}})";
  offer member = for_audience(seen("net", "80.00"_money, "m"), "vip");
  member.request.prices.push_back({"web", "90.00"_money});
  const auto open = [](std::string_view channel, pricepoint::decimal price, std::string_view market = "DE") {
    return with_list(seen(channel, price, "", market), "120"_money);
  };
  EXPECT_EQ(audited(leak, {member, open("plain", "95.20"_money)}),
            (texts{"1 l leak warning ~net(m) 95.20 reprice 120.00"}));
  EXPECT_EQ(audited(leak, {member, open("plain", "95.21"_money)}), texts{});
  // A net price for all, a gross one for members: 80.01 net is shown as 95.21.
  offer gross_member = for_audience(seen("plain", "95.21"_money, "m"), "vip");
  offer net_open = seen("net", "80.01"_money);
  net_open.request.prices.push_back({"web", "90.00"_money});
  EXPECT_EQ(audited(leak, {gross_member, net_open}), (texts{"1 l leak warning ~plain(m) 80.01 reprice 90.00"}));
  gross_member.price = "95.20"_money;
  EXPECT_EQ(audited(leak, {gross_member, net_open}), texts{});
  // Without the tax they are not compared.
  member.request.market = "XX";
  EXPECT_EQ(audited(leak, {member, open("plain", "1.00"_money, "XX")}), texts{});
  // [AUD-20]
  const std::string_view inverted = R"({"id":"i","inverted":{"to":"plain"}})";
  const auto of_members = [&](std::string_view net, std::string_view gross) {
    offer one = for_audience(seen("net", *pricepoint::parse_decimal(net)), "vip");
    one.request.prices.push_back({"web", "1"_money});
    return audited(inverted, {one, open("plain", *pricepoint::parse_decimal(gross))});
  };
  EXPECT_EQ(of_members("80.01", "95.21"), texts{});
  EXPECT_EQ(of_members("80.01", "95.20"),
            (texts{"0 i inverted warning [..80.00] 0.01 0.01% ~plain 80.00 reprice 1.00"}));
  // 0.03 gross is 0.03 net, which is 0.04 gross: members pay more.
  EXPECT_EQ(of_members("0.03", "0.03"), (texts{"0 i inverted warning [..0.02] 0.01 50.00% ~plain 0.03 reprice 1.00"}));
  EXPECT_EQ(of_members("0.02", "0.03"), texts{});
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
