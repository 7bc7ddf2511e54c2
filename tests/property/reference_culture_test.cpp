// SPDX-License-Identifier: Apache-2.0
// The reference evaluator on markets of a table, by answers worked out by hand: what it does not do right it cannot
// hold the engine to. markets_for_tests.jsonc is its table.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "reference.hpp"

namespace {

using fields = std::map<std::string, std::string>;

reference::surroundings beside(const std::string& own = "") {
  std::ifstream file(PRICEPOINT_SOURCE_DIR "/tests/property/markets_for_tests.jsonc", std::ios::binary);
  return {std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()), {{"own.json", own}}};
}

std::string policy_of(const std::string& rules, const std::string& top) {
  return R"({ "pricepoint": 1, "name": "test", )" + top + R"( "channels": { "web": { "kind": "online" } },
    "periods": { "june": { "from": "2026-06-01", "until": "2026-06-30", "zone": "UTC" } }, "rules": [)" +
         rules + "] }";
}

const std::string plain_markets = R"("markets": { "QA": { "tax": "20%" }, "QB": {}, "QC": {} },)";
const std::string own_markets = R"("tables": { "markets": "own.json" },)" + plain_markets;

/// The price is the list price, so that the soft rules that `relaxed` names can be read off its digits. A preference is
/// never among them: no other price could have it.  [RUL-9]
const std::string pinned = R"({ "id": "floor", "floor": "list" }, { "id": "top", "ceiling": "list" },)";

/// "priced 1445 EUR relaxed[a b] advice[c] was 1500 missing[d]"
std::string decide(const std::string& rules, fields asked, const std::string& top = plain_markets,
                   const std::string& own = "") {
  asked.emplace("channel", "web");
  const auto made =
      reference::decide(reference::policy(policy_of(rules, top), beside(own)), reference::request{asked}, {});
  std::string text = made.status;
  if (made.price_minor) text += " " + std::to_string(*made.price_minor) + " " + made.currency;
  const auto list = [&](const char* name, const std::vector<std::string>& words) {
    if (words.empty()) return;
    text += std::string(" ") + name + "[";
    for (const auto& word : words) text += (text.back() == '[' ? "" : " ") + word;
    text += "]";
  };
  list("relaxed", made.relaxed);
  list("conflict", made.conflict);
  list("advice", made.advice);
  if (made.was_minor) text += " was " + std::to_string(*made.was_minor);
  list("missing", made.missing);
  return text;
}

std::string culture_at(const std::string& list, const std::string& culture = R"("culture": "all")") {
  return decide(pinned + R"({ "id": "c", )" + culture + " }", {{"market", "QA"}, {"list", list}});
}

TEST(reference_culture, takes_the_fields_of_markets_from_the_table) {
  EXPECT_EQ(decide("", {{"market", "QA"}, {"list", "14.43"}}), "priced 1445 EUR");  // in steps of 0.05
  EXPECT_EQ(decide("", {{"market", "QB"}, {"list", "1443"}}), "priced 1440 JPY");
  EXPECT_EQ(decide("", {{"market", "QC"}, {"list", "14.43"}}), "priced 1443 USD");  // no unit, no display
  const std::string margin = R"({ "id": "m", "margin": "5%" })";
  const fields costs = {{"cost", "1"}, {"shipping", "0"}, {"list", "14.40"}};
  fields asked = costs;
  asked["market"] = "QC";
  EXPECT_EQ(decide(margin, asked), "incomplete missing[tax]");  // gross
  asked["market"] = "QB";
  EXPECT_EQ(decide(margin, asked), "priced 10 JPY advice[unit-too-coarse]");  // net
  EXPECT_EQ(decide("", {{"market", "QA"}, {"list", "14.43"}},
                   R"("tables": "made-up", "markets": { "QA": { "unit": "0.01" } },)"),
            "priced 1443 EUR");
  EXPECT_EQ(decide("", {{"market", "ours"}, {"list", "14.43"}}, R"("markets": { "ours": { "currency": "CHF" } },)"),
            "priced 1443 CHF");
  EXPECT_THROW(decide("", {{"market", "ours"}, {"list", "1"}}, R"("markets": { "ours": {} },)"), std::runtime_error);
  // A step of 0.05 EUR says nothing about yen.
  EXPECT_EQ(decide("", {{"market", "QA"}, {"list", "1443"}}, R"("markets": { "QA": { "currency": "JPY" } },)"),
            "priced 1443 JPY");
}

TEST(reference_culture, each_entry_is_a_rule_and_preferences_are_one) {
  EXPECT_EQ(culture_at("14.45"), "compromised 1445 EUR relaxed[c/avoid-4 c/endings-from-10]");
  EXPECT_EQ(culture_at("8.80"), "compromised 880 EUR relaxed[c/endings-below-10]");
  EXPECT_EQ(culture_at("26.00"), "priced 2600 EUR relaxed[c/endings-from-10]");
  EXPECT_EQ(culture_at("16.00"), "priced 1600 EUR relaxed[c/endings-from-10]");
  EXPECT_EQ(culture_at("13.00"), "priced 1300 EUR relaxed[c/avoid-13 c/endings-from-10]");
  EXPECT_EQ(culture_at("27.00"), "priced 2700 EUR relaxed[c/avoid-last-7 c/endings-from-10]");
  EXPECT_EQ(culture_at("85.00"), "priced 8500 EUR");
  // 12.80 is within 2% of 12.75, but a stronger rule wants another price.
  const auto at = [](const std::string& list) {
    return decide(R"({ "id": "c", "culture": ["prefer"] }, { "id": "e", "endings": [".75", ".00"] })",
                  {{"market", "QA"}, {"list", list}});
  };
  EXPECT_EQ(at("12.75"), "priced 1275 EUR relaxed[c/prefer]");
  EXPECT_EQ(at("26.00"), "priced 2600 EUR");  // 6 is last
}

TEST(reference_culture, some_kinds_and_entries_can_be_left_out) {
  EXPECT_EQ(culture_at("14.45", R"("culture": ["avoid"])"), "compromised 1445 EUR relaxed[c/avoid-4]");
  EXPECT_EQ(culture_at("14.45", R"("culture": ["prefer", "endings"])"), "priced 1445 EUR relaxed[c/endings-from-10]");
  EXPECT_EQ(culture_at("14.45", R"("culture": "all", "without": ["avoid-4", "endings-from-10"])"), "priced 1445 EUR");
  const auto at_12_60 = [](const std::string& without) {
    return decide(R"({ "id": "c", "culture": ["prefer"], "without": [)" + without + "] }",
                  {{"market", "QA"}, {"list", "12.60"}});
  };
  EXPECT_EQ(at_12_60(R"("prefer-last-6")"), "priced 1280 EUR");
  // Below 20 no other preference holds: there is no such rule.
  EXPECT_EQ(at_12_60(R"("prefer-8")"), "priced 1260 EUR");
}

TEST(reference_culture, the_weakest_preference_that_holds_says_how_far) {
  const std::string prefer = R"({ "id": "c", "culture": ["prefer"] })";
  const auto at = [&](const std::string& list, const std::string& rules) {
    return decide(rules, {{"market", "QA"}, {"list", list}});
  };
  // Weak reaches 1%, medium 2%; 21.85 is 0.25 away from 22.10.
  EXPECT_EQ(at("22.10", prefer), "priced 2210 EUR");
  EXPECT_EQ(at("22.10", R"({ "id": "c", "culture": ["prefer"], "without": ["prefer-last-6"] })"), "priced 2185 EUR");
  EXPECT_EQ(at("26.40", prefer), "priced 2660 EUR");
  EXPECT_EQ(at("12.60", prefer), "priced 1280 EUR");  // medium reaches 0.252
}

TEST(reference_culture, numbers_hold_in_every_currency_endings_and_bands_in_the_markets_own) {
  const std::string dollars = R"("markets": { "QA": { "currency": "USD" } },)";
  const auto at = [&](const std::string& list) {
    return decide(pinned + R"({ "id": "c", "culture": "all" })", {{"market", "QA"}, {"list", list}}, dollars);
  };
  EXPECT_EQ(at("14.41"), "compromised 1441 USD relaxed[c/avoid-4]");
  EXPECT_EQ(at("26.00"), "priced 2600 USD");
  EXPECT_EQ(decide(pinned + R"({ "id": "c", "culture": "all" })", {{"market", "QB"}, {"list", "1440"}}),
            "compromised 1440 JPY relaxed[c/avoid-4 c/round-all]");
}

TEST(reference_culture, the_rules_own_conditions_count_for_every_entry) {
  const auto at = [&](const std::string& more, const fields& asked) {
    fields all = {{"market", "QA"}, {"list", "14.45"}, {"at", "2026-06-30T12:00:00Z"}};
    all.insert(asked.begin(), asked.end());
    return decide(pinned + R"({ "id": "c", "culture": ["avoid"], )" + more + " }", all);
  };
  EXPECT_EQ(at(R"("when": { "segment": "vip" })", {}), "priced 1445 EUR");
  EXPECT_EQ(at(R"("when": { "segment": "vip" })", {{"segment", "vip"}}), "compromised 1445 EUR relaxed[c/avoid-4]");
  EXPECT_EQ(at(R"("except": { "target": { "from": "14" } })", {}), "priced 1445 EUR");
  EXPECT_EQ(at(R"("during": "june")", {}), "compromised 1445 EUR relaxed[c/avoid-4]");
  EXPECT_EQ(at(R"("during": { "until": "2026-06-29", "zone": "UTC" })", {}), "priced 1445 EUR");
}

TEST(reference_culture, its_periods_count_where_some_entry_could_be_on) {
  const auto next = [](const char* market, const std::string& kinds, const std::string& when = "{}") {
    const std::string rules = R"({ "id": "c", "during": "june", "when": )" + when + R"(, "culture": )" + kinds + " }";
    const reference::policy policy(policy_of(rules, plain_markets), beside());
    const reference::request asked{
        {{"market", market}, {"channel", "web"}, {"list", "14.45"}, {"at", "2026-06-15T00:00:00Z"}}};
    return reference::decide(policy, asked, {}).next_change_at_unix_ms;
  };
  const auto july = reference::parse_instant("2026-07-01T00:00:00Z");
  EXPECT_EQ(next("QA", R"("all")"), july);
  EXPECT_EQ(next("QC", R"("all")"), std::nullopt);  // no culture
  EXPECT_EQ(next("QB", R"(["prefer"])"), std::nullopt);
  EXPECT_EQ(next("QA", R"(["endings"])", R"({ "target": { "below": "3" } })"), july);
  // Whatever is preferred from 20 on could not be on below 3; what is preferred everywhere could.
  EXPECT_EQ(next("QA", R"(["prefer"], "without": ["prefer-8"])", R"({ "target": { "below": "3" } })"), std::nullopt);
  EXPECT_EQ(next("QA", R"(["prefer"])", R"({ "target": { "below": "3" } })"), july);
}

TEST(reference_culture, a_file_of_ones_own_replaces_field_by_field) {
  const std::string own = R"({ "pricepoint_markets": 1, "version": "1", "markets": {
    "QA": { "unit": "0.01", "former_price": { "rule": "none" }, "culture": [
      { "id": "avoid-1", "avoid": { "digits": "1" } }, { "id": "avoid-2", "avoid": { "digits": "2" }, "strength": "weak" },
      { "id": "prefer-9", "prefer": { "digits": "9" } }, { "id": "endings-all", "endings": [".98"] } ] },
    "QC": { "display": { "value": "net" } },
    "ours": { "currency": "CHF", "former_price": { "rule": "lowest", "days": 30 }, "culture": [
      { "id": "avoid-3", "avoid": { "digits": "3" }, "below": "20", "strength": "medium" } ] } } })";
  const std::string rules = pinned + R"({ "id": "c", "culture": "all" }, { "id": "w", "was": "99" })";
  // The price is strange on every count; strong ones make it compromised.
  EXPECT_EQ(decide(rules, {{"market", "QA"}, {"list", "12.46"}}, own_markets, own),
            "compromised 1246 EUR relaxed[c/avoid-1 c/avoid-2 c/endings-all] was 9900");
  EXPECT_EQ(decide(rules, {{"market", "QA"}, {"list", "2.98"}}, own_markets, own),
            "priced 298 EUR relaxed[c/avoid-2] was 9900");
  EXPECT_EQ(decide(rules, {{"market", "QC"}, {"list", "12.46"}}, own_markets, own), "priced 1246 USD was 9900");
  const std::string ours = R"("tables": { "markets": "own.json" }, "markets": { "ours": { "tax": "8.1%" } },)";
  EXPECT_EQ(decide(rules, {{"market", "ours"}, {"list", "13.00"}}, ours, own),
            "priced 1300 CHF relaxed[c/avoid-3] advice[prior-price-missing]");
  EXPECT_EQ(decide(rules, {{"market", "ours"}, {"list", "23.00"}, {"lowest_prior", "50"}}, ours, own),
            "priced 2300 CHF was 5000");
}

TEST(reference_culture, a_former_price_stays_in_the_window_of_the_law) {
  const std::string was = R"({ "id": "w", "was": "msrp" })";
  const auto at = [](const std::string& rules, const fields& asked) {
    fields all = {{"market", "QA"}, {"list", "25.00"}, {"msrp", "40"}};
    for (const auto& [name, value] : asked) all[name] = value;
    return decide(rules, all);
  };
  EXPECT_EQ(at(was, {{"lowest_prior", "30"}}), "priced 2500 EUR was 3000");
  EXPECT_EQ(at(was, {{"lowest_prior", "30.999"}}), "priced 2500 EUR was 3095");
  EXPECT_EQ(at(was, {{"lowest_prior", "50"}}), "priced 2500 EUR was 4000");
  EXPECT_EQ(at(was, {{"lowest_prior", "25"}}), "priced 2500 EUR");
  EXPECT_EQ(at(was, {}), "priced 2500 EUR advice[prior-price-missing]");
  EXPECT_EQ(at(was, {{"msrp", "10"}}), "priced 2500 EUR advice[prior-price-missing]");
  EXPECT_EQ(at("", {}), "priced 2500 EUR");
  EXPECT_EQ(at(was + R"(, { "id": "v", "was": "35" })", {{"lowest_prior", "38"}}), "priced 2500 EUR was 3500");
  // Without its own value a rule announces nothing, and lacks nothing else.
  const std::string skipping = R"({ "id": "w", "was": "map", "skip_if_missing": true })";
  EXPECT_EQ(at(skipping, {}), "priced 2500 EUR");
  EXPECT_EQ(at(skipping + ", " + was, {}), "priced 2500 EUR advice[prior-price-missing]");
  // Not where there is no price.
  EXPECT_EQ(at(was + R"(, { "id": "x", "ceiling": "1" }, { "id": "y", "floor": "2" })", {}), "conflict conflict[x y]");
  EXPECT_EQ(at(was + R"(, { "id": "x", "floor": "map" })", {}), "incomplete missing[map]");
  // No law there.
  EXPECT_EQ(at(was, {{"market", "QB"}, {"list", "30"}}), "priced 30 JPY was 40");
  EXPECT_EQ(at(was, {{"market", "QC"}}), "priced 2500 USD was 4000");
}

TEST(reference_culture, a_prior_price_that_cannot_be_converted_is_lacking) {
  const std::string base = R"({ "id": "b", "base": "25" }, { "id": "w", "was": "40" )";
  const fields asked = {{"market", "QA"}, {"currency", "USD"}, {"lowest_prior", "30"}, {"at", "2026-01-01T00:00:00Z"}};
  EXPECT_EQ(decide(base + "}", asked), "incomplete missing[rate.USD.EUR]");
  EXPECT_EQ(decide(base + R"(, "skip_if_missing": true })", asked), "priced 2500 EUR");
  fields timeless = asked;
  timeless.erase("at");
  EXPECT_EQ(decide(base + "}", timeless), "incomplete missing[at]");
  fields without = asked;
  without.erase("lowest_prior");
  EXPECT_EQ(decide(base + "}", without), "priced 2500 EUR advice[prior-price-missing]");
}

}  // namespace
