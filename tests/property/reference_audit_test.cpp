// SPDX-License-Identifier: Apache-2.0
// The reference auditor by findings worked out by hand: what it does not do right it cannot hold the library to.
// markets_for_tests.jsonc is its market table.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "generator.hpp"
#include "reference_audit.hpp"

namespace {

using lines = std::vector<std::string>;

// In M the tax is 20% and prices show it, G shows a tax that nobody says, N shows none.
std::string policy_of(const std::string& rules) {
  return R"({ "pricepoint": 1, "name": "test",
    "markets": { "M": { "currency": "EUR", "tax": "20%" }, "G": { "currency": "EUR" },
      "N": { "currency": "EUR", "display": "net" }, "steps": { "currency": "EUR", "unit": "0.05", "tax": "20%" },
      "QA": { "tax": "20%" }, "QB": {} },
    "channels": { "store": { "kind": "traditional" }, "dealer": { "kind": "traditional", "owner": "reseller" },
      "web": { "kind": "online", "reference": "store" },
      "tmall": { "kind": "online", "reference": "lowest traditional" },
      "top": { "kind": "online", "reference": "highest traditional" },
      "b2b": { "kind": "online", "display": "net" } },
    "attributes": { "wholesale": { "money": "net" }, "handling": { "money": "net" } },
    "periods": { "june": { "from": "2026-06-01", "until": "2026-06-30", "zone": "UTC" } }, "rules": [)" +
         rules + "] }";
}

/// "channel=web price=9.50 seller=a list=10"; the market is M and the channel web unless "market=" and so on say
/// otherwise, where nothing after the sign means that there is none.
reference::offer offer_of(const std::string& text) {
  reference::offer made;
  made.asked.fields = {{"market", "M"}, {"channel", "web"}};
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const std::size_t sign = word.find('=');
    const std::string name = word.substr(0, sign);
    const std::string value = word.substr(sign + 1);
    if (name == "price") {
      made.price = value;
    } else if (name == "seller") {
      made.seller = value;
    } else if (value.empty()) {
      made.asked.fields.erase(name);
    } else {
      made.asked.fields[name] = value;
    }
  }
  return made;
}

/// `law`: what the table says of minimum resale prices in QA.
lines audit(const std::string& rules, const lines& offers, const std::vector<reference::rate_row>& rates = {},
            const std::string& law = "forbidden") {
  std::ifstream file(PRICEPOINT_SOURCE_DIR "/tests/property/markets_for_tests.jsonc", std::ios::binary);
  std::string table{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::string forbidden = "\"forbidden\"";
  table.replace(table.find(forbidden), forbidden.size(), '"' + law + '"');
  std::vector<reference::offer> read;
  for (const std::string& one : offers) read.push_back(offer_of(one));
  lines found;
  for (const auto& one : reference::audit(reference::policy(policy_of(rules), {table, {}}), read, rates))
    found.push_back(reference::to_text(one));
  return found;
}

// ---- what is carried from offer to offer

const std::string on_web_from_store = R"({ "id": "f", "when": { "channel": "web" }, "floor": "price.store" })";

TEST(reference_audit, carries_the_lowest_price_for_everybody_at_the_smallest_quantity) {
  EXPECT_EQ(audit(on_web_from_store, {"channel=store price=12 quantity=1.0 list=12", "channel=store price=9 quantity=2",
                                      "channel=store price=11.50", "channel=store price=8 segment=vip",
                                      "channel=store price=7 audience=staff", "price=10"}),
            (lines{"5 f floor breach min 1150 excess 150 (13.04%) reprice to 1150"}));
  // Half a piece is less than one.
  EXPECT_EQ(audit(on_web_from_store, {"channel=store price=12 quantity=0.5", "channel=store price=9", "price=10"}),
            (lines{"2 f floor breach min 1200 excess 200 (16.67%) reprice to 1200"}));
  // Where nothing is sold by the piece, the smallest quantity that is sold.
  EXPECT_EQ(
      audit(on_web_from_store, {"channel=store price=9 quantity=10", "channel=store price=11 quantity=5", "price=10"}),
      (lines{"2 f floor breach min 1100 excess 100 (9.09%) reprice to 1100"}));
  EXPECT_EQ(audit(on_web_from_store, {"channel=store price=11 segment=vip", "price=10"}),
            (lines{"1 unchecked complete missing [price.store]"}));
}

const std::string below_store = R"({ "id": "g", "when": { "channel": "web" }, "gap": { "to": "store", "min": "0%" } })";

TEST(reference_audit, of_equal_prices_it_carries_the_first_sellers) {
  EXPECT_EQ(
      audit(below_store, {"channel=store price=10 seller=b", "channel=store price=10.00 seller=B", "price=10.01"}),
      (lines{"2 g gap breach against store of B at 1000 max 1000 excess 1 (0.10%) reprice to 1000"}));
  EXPECT_EQ(audit(below_store, {"channel=store price=10 seller=B", "channel=store price=10", "price=10.01"}),
            (lines{"2 g gap breach against store at 1000 max 1000 excess 1 (0.10%) reprice to 1000"}));
}

TEST(reference_audit, carries_nothing_over_the_own_row) {
  EXPECT_EQ(audit(below_store, {"channel=store price=10 seller=B", "price=10.01 price.store=9"}),
            (lines{"1 g gap breach against store at 900 max 900 excess 101 (11.22%) reprice to 900"}));
}

TEST(reference_audit, carries_the_own_channels_price_too) {
  const std::string rule = R"({ "id": "c", "when": { "channel": "web" }, "ceiling": "price.web" })";
  EXPECT_EQ(audit(rule, {"price=10 price.store=10", "price=11 segment=vip price.store=10"}),
            (lines{"1 c ceiling breach max 1000 excess 100 (10.00%) reprice to 1000"}));
  EXPECT_EQ(audit(rule, {"price=10 price.store=10"}), lines{});
}

TEST(reference_audit, converts_what_it_carries_by_the_receivers_tax) {
  const std::string from_store = R"({ "id": "f", "when": { "channel": "b2b" }, "floor": "price.store" })";
  EXPECT_EQ(audit(from_store, {"channel=store price=12 list=12", "channel=b2b price=9.90 list=10"}),
            (lines{"1 f floor breach min 1000 excess 10 (1.00%) reprice to 1000"}));
  EXPECT_EQ(audit(from_store, {"channel=store price=12 list=12", "channel=b2b price=9.50 list=9 tax=25%"}),
            (lines{"1 f floor breach min 960 excess 10 (1.04%) reprice to 960"}));
  const std::string from_b2b = R"({ "id": "f", "when": { "channel": "web" }, "floor": "price.b2b" })";
  EXPECT_EQ(audit(from_b2b, {"channel=b2b price=10 list=10", "price=11.99 price.store=10"}),
            (lines{"1 f floor breach min 1200 excess 1 (0.08%) reprice to 1200"}));
  EXPECT_EQ(audit(from_b2b, {"channel=b2b market=G price=10 list=10", "market=G price=11.99 price.store=10"}),
            (lines{"1 unchecked complete missing [tax]"}));
}

TEST(reference_audit, carried_prices_need_no_rate) {
  const std::vector<reference::rate_row> rates = {{"USD", "EUR", "0.5", "2026-01-01T00:00:00Z"}};
  EXPECT_EQ(audit(on_web_from_store,
                  {"channel=store price=10", "price=9 currency=USD at=2026-06-01T00:00:00Z",
                   "price=4 currency=USD at=2026-06-01T00:00:00Z price.store=10"},
                  rates),
            (lines{"1 f floor breach min 1000 excess 100 (10.00%) reprice to 1000",
                   "2 f floor breach min 500 excess 100 (20.00%) reprice to 500"}));
}

// ---- what cannot be looked at

TEST(reference_audit, says_of_an_invalid_offer_what_is_invalid) {
  const auto one = [](const std::string& offer) { return audit("", {offer}).at(0); };
  EXPECT_EQ(one("price=10 market=ZZ channel=nowhere"), "0 invalid missing [channel market]");
  EXPECT_EQ(one("price=10 market=ZZ channel="), "0 invalid missing [market]");
  EXPECT_EQ(one("price=10 market= channel="), "0 invalid missing [channel market]");
  EXPECT_EQ(one("price=10 market="), "0 invalid missing [market]");
  EXPECT_EQ(one("market="), "0 invalid missing [price]");
  EXPECT_EQ(one("price=0.00 list=0"), "0 invalid missing [list price]");
  EXPECT_EQ(one("price=-1"), "0 invalid missing [price]");
  EXPECT_EQ(one("price=ten"), "0 invalid missing [price]");
  EXPECT_EQ(one("price=10000000000000.001"), "0 invalid missing [price]");
  EXPECT_EQ(audit("", {"price=10000000000000"}), lines{});
}

TEST(reference_audit, carries_nothing_of_an_invalid_offer) {
  EXPECT_EQ(
      audit(on_web_from_store, {"channel=store price=0", "channel=store price=9 list=0", "price=9"}),
      (lines{"0 invalid missing [price]", "1 invalid missing [list]", "2 unchecked complete missing [price.store]"}));
}

// ---- what is checked

TEST(reference_audit, compares_exactly_and_looks_at_digits_of_whole_amounts_alone) {
  const std::string rules = R"({ "id": "f", "floor": "list" }, { "id": "e", "endings": [".99"] })";
  EXPECT_EQ(audit(rules, {"price=9.995 price.store=10 list=10"}),
            (lines{"0 f floor breach min 1000 excess 1/2 (0.05%) reprice to 1000", "0 unit warning reprice to 1000"}));
  EXPECT_EQ(audit(R"({ "id": "f", "floor": "list" })", {"price=9.995 price.store=10 list=9.991"}),
            (lines{"0 unit warning reprice to 1000"}));
}

TEST(reference_audit, does_not_check_change_and_hold) {
  const std::string rules = R"({ "id": "c", "change": "1%" }, { "id": "h", "hold": "50%" })";
  EXPECT_EQ(audit(rules, {"price=20 price.store=10 current=10"}), lines{});
  // They count for the decision all the same: 10.10 is as far as 1% goes, and 10 is held.
  EXPECT_EQ(audit(rules + R"(, { "id": "f", "floor": "map" })", {"price=9 price.store=12 current=10 map=9.50"}),
            (lines{"0 f floor breach min 950 excess 50 (5.26%) reprice to 1000"}));
}

TEST(reference_audit, checks_soft_bounds_alone_beside_a_price_by_hand) {  // [AUD-6] [AUD-9] [AUD-13]
  const std::string rules = R"({ "id": "p", "price": "msrp", "skip_if_missing": true },
    { "id": "e", "endings": [".99"] }, { "id": "s", "floor": "map", "strength": "strong" })";
  EXPECT_EQ(audit(rules, {"price=10.00 price.store=9 msrp=10.005"}),
            (lines{"0 p price breach min 1001 max 1000 excess 1 (0.10%) separate conflict [p]"}));
  EXPECT_EQ(audit(rules, {"price=10.01 price.store=9 msrp=10.005"}),
            (lines{"0 p price breach min 1001 max 1000 excess 1 (0.10%) separate conflict [p]"}));
  EXPECT_EQ(audit(rules, {"price=10.00 price.store=9 msrp=10"}), lines{});
  // The price by hand is below the soft floor, too; another one is not.
  EXPECT_EQ(audit(rules, {"price=10.00 price.store=9 msrp=10 map=11"}), lines{});
  EXPECT_EQ(audit(rules, {"price=10.00 price.store=9 msrp=12 map=11"}),
            (lines{"0 p price breach min 1200 max 1200 excess 200 (16.67%) reprice to 1200",
                   "0 s floor warning min 1100 excess 100 (9.09%) reprice to 1200"}));
  EXPECT_EQ(audit(rules, {"price=10.00 price.store=9"}),
            (lines{"0 e endings warning complete missing [map]", "0 unchecked complete missing [map]"}));
}

TEST(reference_audit, says_how_severe_a_finding_is) {
  EXPECT_EQ(audit(R"({ "id": "d", "floor": "map", "strength": "weak" },
                     { "id": "b", "floor": "map", "strength": "strong" },
                     { "id": "c", "floor": "map", "strength": "medium" }, { "id": "a", "floor": "map" })",
                  {"price=9 price.store=10 map=10"}),
            (lines{"0 a floor breach min 1000 excess 100 (10.00%) reprice to 1000",
                   "0 b floor warning min 1000 excess 100 (10.00%) reprice to 1000",
                   "0 c floor notice min 1000 excess 100 (10.00%) reprice to 1000",
                   "0 d floor notice min 1000 excess 100 (10.00%) reprice to 1000"}));
}

TEST(reference_audit, finds_what_is_not_for_sale_and_checks_it_all_the_same) {
  EXPECT_EQ(audit(R"({ "id": "w", "when": { "channel": "web" }, "withhold": "store-only" },
                     { "id": "f", "floor": "map" })",
                  {"price=9 price.store=10 map=10"}),
            (lines{"0 f floor breach min 1000 excess 100 (10.00%)", "0 w withhold breach"}));
  const std::string dear = R"({ "id": "w", "when": { "target": { "from": "10" } }, "withhold": "ask" })";
  EXPECT_EQ(audit(dear, {"price=9 price.store=10"}), (lines{"0 w withhold breach"}));
  EXPECT_EQ(audit(dear, {"price=12 price.store=9.99"}), lines{});
  EXPECT_EQ(audit(dear, {"price=12"}), (lines{"0 unchecked complete missing [price.store]"}));
}

TEST(reference_audit, finds_what_is_no_multiple_of_the_unit) {
  EXPECT_EQ(audit("", {"market=steps price=10.02 price.store=10", "market=steps price=10.05 price.store=10"}),
            (lines{"0 unit warning reprice to 1000"}));
  EXPECT_EQ(audit("", {"market=steps price=10.000001 price.store=10.10"}), (lines{"0 unit warning reprice to 1010"}));
}

TEST(reference_audit, checks_shapes) {
  const std::string rules = R"({ "id": "e", "endings": [".99"], "strength": "required" },
    { "id": "a", "avoid": { "digits": "4" }, "strength": "required" },
    { "id": "m", "when": { "segment": "vip" }, "multiple_of": "0.5", "strength": "medium" },
    { "id": "p", "prefer": { "digits": "8" } })";
  // 9.99 and 10.99 are equally far from 10.49; there is no 8 near.
  EXPECT_EQ(audit(rules, {"price=14.50 price.store=10.49"}),
            (lines{"0 a avoid breach reprice to 999", "0 e endings breach reprice to 999"}));
  EXPECT_EQ(audit(rules, {"price=8.99 price.store=10.49"}), lines{});
  EXPECT_EQ(audit(R"({ "id": "m", "multiple_of": "0.5", "strength": "medium" })", {"price=14.49 price.store=14.40"}),
            (lines{"0 m multiple_of notice reprice to 1450"}));
}

// ---- the ends

TEST(reference_audit, says_what_a_margin_allows) {
  const std::string half = R"({ "id": "m", "margin": "50%" })";
  EXPECT_EQ(audit(half, {"price=11 price.store=10 cost=5 shipping=0"}),
            (lines{"0 m margin breach min 1200 excess 100 (8.33%) reprice to 1200"}));
  const std::string both = R"({ "id": "m", "margin": { "min": "50%", "max": "60%" } })";
  EXPECT_EQ(audit(both, {"price=16 price.store=10 cost=5 shipping=0"}),
            (lines{"0 m margin breach min 1200 max 1500 excess 100 (6.67%) reprice to 1200"}));
}

TEST(reference_audit, says_no_ends_where_no_price_could_do) {
  const std::string all = R"({ "id": "m", "margin": "100%" })";
  EXPECT_EQ(audit(all, {"price=11 price.store=10 cost=5 shipping=0"}),
            (lines{"0 m margin breach separate conflict [m]"}));
  EXPECT_EQ(audit(all, {"price=11 price.store=10 cost=0 shipping=0"}), lines{});
  // With a fee, less than nothing.  [AUD-10]
  EXPECT_EQ(audit(all, {"price=11 price.store=10 cost=5 shipping=0 fee=10%"}),
            (lines{"0 m margin breach separate conflict [m]"}));
  EXPECT_EQ(audit(R"({ "id": "c", "ceiling": "list - 20" })", {"price=11 price.store=10 list=10"}),
            (lines{"0 c ceiling breach separate conflict [c]"}));
  // Ends that cross.
  EXPECT_EQ(
      audit(R"({ "id": "g", "gap": { "to": "store", "min": "20%", "max": "1" } })", {"price=8.50 price.store=10"}),
      (lines{"0 g gap breach against store at 1000 separate conflict [g]"}));
}

TEST(reference_audit, finds_a_gap_broken_against_each_traditional_channel) {
  const std::string rule =
      R"({ "id": "g", "when": { "channel": "web" }, "gap": { "to": "traditional", "min": "0%", "max": "10%" } })";
  EXPECT_EQ(audit(rule, {"price=8 price.store=10 price.dealer=12"}),
            (lines{"0 g gap breach against dealer at 1200 min 1080 max 1200 excess 280 (25.93%) separate conflict [g] "
                   "credit 280",
                   "0 g gap breach against store at 1000 min 900 max 1000 excess 100 (11.11%) separate conflict [g] "
                   "credit 100"}));
  // Above the store's, there is nothing to credit.
  EXPECT_EQ(audit(rule, {"price=10.90 price.store=10 price.dealer=12"}),
            (lines{"0 g gap breach against store at 1000 min 900 max 1000 excess 90 (9.00%) separate conflict [g]"}));
  EXPECT_EQ(audit(rule, {"price=8 price.store=10", "channel=dealer seller=d price=9 list=9"}),
            (lines{"0 g gap breach against dealer of d at 900 min 810 max 900 excess 10 (1.23%) reprice to 900",
                   "0 g gap breach against store at 1000 min 900 max 1000 excess 100 (11.11%) reprice to 900"}));
  EXPECT_EQ(audit(rule, {"price=8"}), (lines{"0 unchecked complete missing [price.traditional]"}));
}

TEST(reference_audit, says_whose_price_the_reference_is) {
  const std::string rule = R"({ "id": "g", "gap": { "to": "reference", "max": "10%" } })";
  EXPECT_EQ(audit(rule, {"channel=tmall price=8.99 price.store=10 price.dealer=10"}),
            (lines{"0 g gap breach against dealer at 1000 min 900 excess 1 (0.11%) reprice to 1000"}));
  EXPECT_EQ(audit(rule, {"channel=tmall price=8.99 price.store=10 price.dealer=11"}),
            (lines{"0 g gap breach against store at 1000 min 900 excess 1 (0.11%) reprice to 1000"}));
  EXPECT_EQ(audit(rule, {"channel=top price=8.99 price.store=10 price.dealer=11"}),
            (lines{"0 g gap breach against dealer at 1100 min 990 excess 91 (9.19%) reprice to 1100"}));
  EXPECT_EQ(audit(rule, {"price=8.99 price.store=10"}),
            (lines{"0 g gap breach against store at 1000 min 900 excess 1 (0.11%) reprice to 1000"}));
  EXPECT_EQ(audit(rule, {"channel=b2b price=8.99 list=10"}),
            (lines{"0 g gap breach against list at 1000 min 900 excess 1 (0.11%) reprice to 1000"}));
}

TEST(reference_audit, rounds_ends_inwards_and_the_others_price_half_up) {
  EXPECT_EQ(audit(below_store, {"price=10.01 price.store=10.005"}),
            (lines{"0 g gap breach against store at 1001 max 1000 excess 1 (0.10%) reprice to 1000"}));
  EXPECT_EQ(audit(R"({ "id": "g", "gap": { "to": "store", "max": "33%" } })", {"price=6.70 price.store=10.01"}),
            (lines{"0 g gap breach against store at 1001 min 671 excess 1 (0.15%) reprice to 1001"}));
}

// ---- the target

TEST(reference_audit, checks_without_a_target_what_needs_none) {
  const std::string rules = R"({ "id": "a", "floor": "map" }, { "id": "t", "floor": "target - 1" },
    { "id": "e", "when": { "target": { "below": "100" } }, "endings": [".99"] },
    { "id": "x", "except": { "segment": "vip", "target": { "below": "100" } }, "ceiling": "list" })";
  EXPECT_EQ(audit(rules, {"price=9 map=10 list=8"}),
            (lines{"0 a floor breach min 1000 excess 100 (10.00%) complete missing [price.store]",
                   "0 x ceiling breach max 800 excess 100 (12.50%) complete missing [price.store]",
                   "0 unchecked complete missing [price.store]"}));
  EXPECT_EQ(audit(rules, {"price=9 map=9 list=8 segment=vip"}), (lines{"0 unchecked complete missing [price.store]"}));
  EXPECT_EQ(audit(R"({ "id": "a", "floor": "map" })", {"price=9 map=10"}),
            (lines{"0 a floor breach min 1000 excess 100 (10.00%) complete missing [price.store]"}));
}

TEST(reference_audit, an_expression_with_the_target_lacks_its_other_fields_too) {
  EXPECT_EQ(audit(R"({ "id": "t", "floor": "max(map, target) " })", {"price=9"}),
            (lines{"0 unchecked complete missing [map price.store]"}));
  const std::string skipping = R"({ "id": "t", "skip_if_missing": true, "floor": "max(map, target) " })";
  EXPECT_EQ(audit(skipping, {"price=9"}), (lines{"0 unchecked complete missing [price.store]"}));
}

TEST(reference_audit, names_a_base_or_target_out_of_range) {
  const std::string floor = R"({ "id": "t", "floor": "target" })";
  EXPECT_EQ(audit(floor + R"(, { "id": "b", "base": "reference - 20" })", {"price=9 price.store=10"}),
            (lines{"0 unchecked missing [base]"}));
  EXPECT_EQ(audit(floor + R"(, { "id": "d", "discount": "100%" })", {"price=9 price.store=10"}),
            (lines{"0 unchecked missing [target]"}));
  EXPECT_EQ(
      audit(R"({ "id": "d", "discount": "100%" }, { "id": "f", "floor": "map" })", {"price=9 price.store=10 map=10"}),
      (lines{"0 f floor breach min 1000 excess 100 (10.00%)"}));
}

TEST(reference_audit, names_the_time_where_a_period_could_count) {
  const std::string rules = R"({ "id": "d", "during": "june", "when": { "channel": "web" }, "discount": "10%" },
    { "id": "f", "floor": "map" }, { "id": "t", "floor": "target" })";
  EXPECT_EQ(
      audit(rules, {"price=9 price.store=10 map=9.50"}),
      (lines{"0 f floor breach min 950 excess 50 (5.26%) complete missing [at]", "0 unchecked complete missing [at]"}));
  EXPECT_EQ(audit(rules, {"price=9 price.store=10 map=9.50 at=2026-06-15T00:00:00Z"}),
            (lines{"0 f floor breach min 950 excess 50 (5.26%) reprice to 950"}));
  EXPECT_EQ(audit(rules, {"channel=b2b price=9 list=10 map=8"}),
            (lines{"0 t floor breach min 1000 excess 100 (10.00%) reprice to 1000"}));
}

TEST(reference_audit, a_margin_waits_for_credits_that_wait_for_the_target) {
  const std::string margin = R"({ "id": "m", "margin": "50%" }, )";
  const std::string credit = R"({ "id": "c", "when": { "segment": "vip", "target": { "below": "100" } },
    "credit": { "to": "dealer", "rate": "1%" } })";
  EXPECT_EQ(audit(margin + credit, {"price=11 segment=vip shipping=0"}),
            (lines{"0 unchecked complete missing [cost price.store]"}));
  EXPECT_EQ(audit(margin + credit, {"price=11 cost=5 shipping=0"}),
            (lines{"0 m margin breach min 1200 excess 100 (8.33%) complete missing [price.store]"}));
}

// ---- what rules lack

TEST(reference_audit, names_what_rules_lack_once) {
  const std::string rules = R"({ "id": "m", "margin": "5%" }, { "id": "f", "floor": "max(map, cost * 2) " },
    { "id": "s", "ceiling": "msrp", "strength": "weak" },
    { "id": "q", "ceiling": "list", "skip_if_missing": true })";
  EXPECT_EQ(audit(rules, {"price=10 price.store=10 market=G"}),
            (lines{"0 unchecked complete missing [cost map msrp shipping tax]"}));
  EXPECT_EQ(audit(rules, {"price=10 price.store=10 cost=1 map=2 msrp=20 currency=EUR shipping=0"}), lines{});
  EXPECT_EQ(audit(R"({ "id": "f", "floor": "map" }, { "id": "b", "base": "10" })",
                  {"price=10 map=2 currency=USD", "price=10 map=2 currency=USD at=2026-06-15T00:00:00Z"}),
            (lines{"0 unchecked complete missing [at]", "1 unchecked complete missing [rate.USD.EUR]"}));
}

// ---- what the decision says

TEST(reference_audit, is_silent_about_what_the_decision_gives_up_too) {
  const std::string rules = R"({ "id": "f", "floor": "10", "strength": "strong" },
    { "id": "c", "ceiling": "9", "strength": "medium" })";
  EXPECT_EQ(audit(rules, {"price=9.50 price.store=9"}),
            (lines{"0 f floor warning min 1000 excess 50 (5.00%) reprice to 1000"}));
  // Without a price there is nothing that it gives up.
  EXPECT_EQ(audit(rules + R"(, { "id": "z", "margin": "100%" })", {"price=9.50 price.store=9 cost=1 shipping=0"}),
            (lines{"0 c ceiling notice max 900 excess 50 (5.56%) separate conflict [z]",
                   "0 f floor warning min 1000 excess 50 (5.00%) separate conflict [z]",
                   "0 z margin breach separate conflict [z]"}));
}

TEST(reference_audit, never_tells_a_reseller_its_price_where_the_law_forbids_it) {
  const std::string rule = R"({ "id": "f", "floor": "map" })";
  const std::string observed = "0 f floor breach min 1000 excess 100 (10.00%)";
  EXPECT_EQ(audit(rule, {"market=QA channel=dealer price=9 map=10 list=10"}), (lines{observed}));
  EXPECT_EQ(audit(rule, {"market=QA channel=dealer price=9 map=10 list=10"}, {}, "unknown"), (lines{observed}));
  EXPECT_EQ(audit(rule, {"market=QA channel=dealer price=9 map=10 list=10"}, {}, "allowed"),
            (lines{observed + " reprice to 1000"}));
  EXPECT_EQ(audit(rule, {"market=QA channel=store price=9 map=10 list=10"}), (lines{observed + " reprice to 1000"}));
  EXPECT_EQ(audit(rule, {"channel=dealer price=9 map=10 list=10"}), (lines{observed + " reprice to 1000"}));
  EXPECT_EQ(audit(rule, {"market=QB channel=dealer price=900 map=1000 list=1000"}),
            (lines{"0 f floor breach min 1000 excess 100 (10.00%) reprice to 1000"}));
  EXPECT_EQ(audit(rule, {"market=QA channel=dealer price=9 map=10"}), (lines{observed + " complete missing [list]"}));
  EXPECT_EQ(audit(R"({ "id": "g", "gap": { "to": "store", "max": "0%" } }, { "id": "c", "ceiling": "map" })",
                  {"market=QA channel=dealer price=9 list=10 price.store=10 map=9"}),
            (lines{"0 g gap breach against store at 1000 min 1000 excess 100 (10.00%)"}));
}

// ---- what serves the audit alone

const std::string squeeze = R"({ "id": "s", "squeeze":
  { "dealer": "dealer", "wholesale": "wholesale", "cost": "handling", "margin": "15%" } })";

TEST(reference_audit, finds_a_price_that_a_dealer_cannot_match) {
  EXPECT_EQ(
      audit(squeeze, {"price=8 price.store=10 price.dealer=12 wholesale=5 handling=1",
                      "price=8.48 price.store=10 price.dealer=12 wholesale=5 handling=1",
                      "price=8.47 price.store=10 wholesale=5 handling=1",
                      "channel=dealer seller=d price=7.20 wholesale=5 handling=1 list=9"}),
      (lines{"0 s squeeze warning against dealer at 1200 min 848 excess 48 (5.66%) headroom 250 max_discount 5/17 "
             "reprice to 1000",
             "2 s squeeze warning against dealer of d at 720 min 848 excess 1 (0.12%) headroom -90 max_discount "
             "-3/17 reprice to 1000"}));
  EXPECT_EQ(audit(squeeze, {"market=N price=7 price.store=10 price.dealer=12 wholesale=5 handling=1"}),
            (lines{"0 s squeeze warning against dealer at 1200 min 706 excess 6 (0.85%) headroom 420 max_discount 7/17 "
                   "reprice to 1000"}));
}

TEST(reference_audit, a_squeeze_lacks_fields_without_touching_the_decision) {
  EXPECT_EQ(audit(squeeze, {"market=G price=8 price.store=10"}),
            (lines{"0 unchecked missing [handling price.dealer tax wholesale]"}));
  EXPECT_EQ(audit(squeeze, {"channel=dealer price=8 list=10"}), lines{});
  // Nothing is sent to a store.
  const std::string sending = R"({ "id": "s", "squeeze":
    { "dealer": "dealer", "wholesale": "cost", "cost": "shipping", "margin": "0%" } })";
  EXPECT_EQ(audit(sending, {"channel=store price=6 cost=5 price.dealer=12 list=10",
                            "channel=store price=5.99 cost=5 price.dealer=12 list=10"}),
            (lines{"1 s squeeze warning against dealer at 1200 min 600 excess 1 (0.17%) headroom 500 max_discount 1/2 "
                   "reprice to 1000"}));
}

TEST(reference_audit, finds_a_price_for_some_that_shows_to_all) {
  const std::string rule = R"({ "id": "l", "leak": { "from": "vip" } })";
  const lines offers = {"channel=store price=9.00 list=10", "price=9 segment=vip seller=z",
                        "price=9 segment=vip seller=a", "channel=b2b price=7.50 audience=vip list=10",
                        "channel=dealer price=9.01 list=10"};
  EXPECT_EQ(audit(rule, offers), (lines{"0 l leak warning against b2b at 900 reprice to 1000"}));
  lines untaxed;
  for (const std::string& one : offers) untaxed.push_back("market=G " + one);
  EXPECT_EQ(audit(rule, untaxed), (lines{"0 l leak warning against web of a at 900 reprice to 1000"}));
  EXPECT_EQ(audit(R"({ "id": "l", "leak": { "from": "staff" } })", offers), lines{});
  // An invalid offer leaks nothing.
  EXPECT_EQ(audit(rule, {"channel=store price=9 list=9", "price=9 segment=vip list=0"}),
            (lines{"1 invalid missing [list]"}));
}

TEST(reference_audit, a_price_for_all_below_that_for_some_leaks_too) {  // [AUD-19]
  const std::string rule = R"({ "id": "l", "leak": { "from": "vip" } })";
  EXPECT_EQ(audit(rule, {"price=8.50 price.store=10", "price=9 segment=vip price.store=10",
                         "price=9.20 segment=vip price.store=10", "channel=store price=9.21 list=10"}),
            (lines{"0 l leak warning against web at 920 reprice to 1000"}));
}

TEST(reference_audit, one_price_on_two_displays_is_one_price) {  // [AUD-3] [AUD-19] [AUD-20] [AUD-24]
  // At 20% a net 8.33 shows 10.00, and so does 8.334.
  const std::string leak = R"({ "id": "l", "leak": { "from": "vip" } })";
  EXPECT_EQ(audit(leak, {"channel=b2b price=8.33 list=10", "segment=vip price=10.00 price.store=12"}),
            (lines{"0 l leak warning against web at 833 reprice to 1000"}));
  EXPECT_EQ(audit(leak, {"channel=b2b price=8.34 list=10", "segment=vip price=10.00 price.store=12"}), lines{});
  const std::string same =
      R"({ "id": "g", "when": { "channel": "web" }, "gap": { "to": "b2b", "min": "0%", "max": "0%" } })";
  EXPECT_EQ(audit(same, {"channel=b2b price=8.33 list=10", "price=10.00 price.store=12"}), lines{});
  // Members at 8.35 net, which is 10.02, where all pay 10.01: 8.34 would do.
  const std::string inverted = R"({ "id": "i", "inverted": { "to": "web" } })";
  EXPECT_EQ(audit(inverted, {"price=10.01 price.store=12", "channel=b2b segment=vip price=8.35 list=10"}),
            (lines{"1 i inverted warning against web at 834 max 834 excess 1 (0.12%) reprice to 1000"}));
  EXPECT_EQ(audit(inverted, {"price=10.01 price.store=12", "channel=b2b segment=vip price=8.34 list=10"}), lines{});
  // 10.05 is 8.375, so 8.38 there, which shows 10.06.
  EXPECT_EQ(audit(inverted, {"price=10.05 price.store=12", "channel=b2b segment=vip price=8.38 list=10"}),
            (lines{"1 i inverted warning against web at 838 max 837 excess 1 (0.12%) reprice to 1000"}));
  EXPECT_EQ(audit(leak, {"market=G channel=b2b price=8 list=10", "market=G segment=vip price=10.00 price.store=12"}),
            lines{});
}

TEST(reference_audit, finds_members_who_pay_more_than_everybody) {
  const lines offers = {"seller=a price=10 price.store=10", "channel=store segment=vip price=10.50 list=10",
                        "segment=vip price=10.20 price.store=10", "channel=store price=11 list=10",
                        "channel=store audience=staff price=10 list=10"};
  EXPECT_EQ(audit(R"({ "id": "i", "inverted": { "to": "web" } })", offers),
            (lines{"1 i inverted warning against web of a at 1000 max 1000 excess 50 (5.00%) reprice to 1000",
                   "2 i inverted warning against web of a at 1000 max 1000 excess 20 (2.00%) reprice to 1000"}));
  EXPECT_EQ(audit(R"({ "id": "i", "when": { "channel": ["store", "web"] }, "inverted": { "to": "web" } })", offers),
            (lines{"1 i inverted warning against web of a at 1000 max 1000 excess 50 (5.00%) reprice to 1000",
                   "2 i inverted warning against web of a at 1000 max 1000 excess 20 (2.00%) reprice to 1000",
                   "3 i inverted warning against web of a at 1000 max 1000 excess 100 (10.00%) reprice to 1000"}));
  EXPECT_EQ(audit(R"({ "id": "i", "inverted": { "to": "web" } })", {"channel=store segment=vip price=9 list=10"}),
            (lines{"0 unchecked missing [price.web]"}));
}

TEST(reference_audit, proposes_nothing_where_the_price_is_the_decisions) {
  EXPECT_EQ(audit(R"({ "id": "i", "inverted": { "to": "web" } })",
                  {"price=9 price.store=9", "segment=vip price=10 price.store=10"}),
            (lines{"1 i inverted warning against web at 900 max 900 excess 100 (11.11%)"}));
}

TEST(reference_audit, what_serves_it_alone_wants_the_time_for_itself) {
  const std::string rules = R"({ "id": "l", "during": "june", "leak": { "from": "vip" } }, )";
  EXPECT_EQ(audit(rules + R"({ "id": "t", "floor": "target" })",
                  {"price=9 price.store=10", "price=9 price.store=9 segment=vip"}),
            (lines{"0 t floor breach min 1000 excess 100 (10.00%) reprice to 1000", "0 unchecked missing [at]"}));
  EXPECT_EQ(audit(rules + on_web_from_store,
                  {"price=9 price.store=9 at=2026-06-15T00:00:00Z", "price=9 segment=vip price.store=9"}),
            (lines{"0 l leak warning against web at 900"}));
}

// ---- beside the reference evaluator

TEST(reference_audit, finds_nothing_about_what_was_decided_and_something_in_every_conflict) {
  int decided = 0;
  int conflicts = 0;
  for (std::uint64_t seed = 500; seed < 560; ++seed) {
    const auto scenario = generator::make(seed, 25);
    const reference::policy policy(scenario.policy_json, scenario.beside);
    const bool unseen = scenario.policy_json.find("\"change\"") != std::string::npos ||
                        scenario.policy_json.find("\"stored\"") != std::string::npos;
    for (const auto& asked : scenario.requests) {
      reference::decision decision;
      try {
        decision = reference::decide(policy, asked, scenario.rates);
      } catch (const reference::undecided&) {
        continue;
      }
      // An observed price would stand in for the own channel's.
      if (!asked.fields.contains("channel") || !asked.fields.contains("price." + asked.fields.at("channel"))) continue;
      if (decision.price_minor) {
        ++decided;
        std::string digits = std::to_string(*decision.price_minor);
        const auto decimals = static_cast<std::size_t>(reference::currency_decimals(decision.currency).value());
        if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
        if (decimals > 0) digits.insert(digits.size() - decimals, ".");
        const auto found = reference::audit(policy, {{asked, digits, ""}}, scenario.rates);
        EXPECT_EQ(found.size(), 0u) << seed << ": " << reference::to_text(found.front());
      } else if (decision.status == "conflict" && !unseen) {
        ++conflicts;
        for (const char* price : {"10", "100", "1000"}) {
          const auto found = reference::audit(policy, {{asked, price, ""}}, scenario.rates);
          EXPECT_TRUE(std::any_of(found.begin(), found.end(), [](const auto& one) {
            return one.severity == "breach" || one.effect == "unit";
          })) << seed;
        }
      }
    }
  }
  EXPECT_GT(decided, 400);
  EXPECT_GT(conflicts, 20);
}

// ---- culture and order

TEST(reference_audit, takes_the_preferences_of_a_culture_for_one_rule) {
  const std::string rule = R"({ "id": "c", "culture": ["prefer"] })";
  EXPECT_EQ(audit(rule, {"market=QA price=26.40 price.store=26.40"}),
            (lines{"0 c/prefer prefer notice reprice to 2660"}));
  EXPECT_EQ(audit(rule, {"market=QA price=14.05 price.store=14.45"}), lines{});  // so does the decision
  EXPECT_EQ(audit(rule, {"market=QA price=26.40"}), (lines{"0 unchecked complete missing [price.store]"}));
  EXPECT_EQ(audit(R"({ "id": "c", "culture": ["prefer"], "without": ["prefer-last-6"] })", {"market=QA price=26.40"}),
            (lines{"0 c/prefer prefer notice complete missing [price.store]"}));
}

TEST(reference_audit, orders_by_offer_rule_and_channel) {
  const std::string rules = R"({ "id": "unit", "floor": "12" }, { "id": "a", "floor": "list" },
    { "id": "B", "gap": { "to": "traditional", "max": "0%" } })";
  EXPECT_EQ(audit(rules, {"channel=tmall price=11.001 price.store=12 price.dealer=12", "channel=nowhere price=1",
                          "channel=tmall price=11 price.store=12 price.dealer=12 list=11"}),
            (lines{"0 B gap breach against dealer at 1200 min 1200 excess 999/10 (8.33%) complete missing [list]",
                   "0 B gap breach against store at 1200 min 1200 excess 999/10 (8.33%) complete missing [list]",
                   "0 unit floor breach min 1200 excess 999/10 (8.33%) complete missing [list]",
                   "0 unit warning complete missing [list]", "0 unchecked complete missing [list]",
                   "1 invalid missing [channel]",
                   "2 B gap breach against dealer at 1200 min 1200 excess 100 (8.33%) reprice to 1200",
                   "2 B gap breach against store at 1200 min 1200 excess 100 (8.33%) reprice to 1200",
                   "2 unit floor breach min 1200 excess 100 (8.33%) reprice to 1200"}));
}

}  // namespace
