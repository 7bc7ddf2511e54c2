// SPDX-License-Identifier: Apache-2.0
// Decisions small enough to check by hand, each with the clauses of the policy reference that it holds. The property
// tests hold the same clauses over random policies.
#include "deciding.hpp"

namespace {

using namespace deciding;
using pricepoint::request;

// [DEC-7] [DEC-15] [BND-3] [BND-11] [SHP-2] [SHP-8] [SHP-9] [WIN-1]
TEST(decision, of_the_worked_example) {
  const std::string_view rules = R"(
    { "id": "traffic", "when": { "role": "traffic" }, "discount": "8%" },
    { "id": "gap", "gap": { "to": "store", "min": "1%", "max": "10%" } }, { "id": "margin", "margin": "5%" },
    { "id": "endings", "endings": [".90", ".80"] }, { "id": "four", "avoid": { "digits": "4" } },
    { "id": "eight", "prefer": { "digits": "8" } })";
  request asked = web();
  asked.attributes = {{"role", "traffic"}};
  EXPECT_EQ(decide(rules, asked), "priced 29.80 discounts[traffic]");
  asked.cost = "29"_money;
  EXPECT_EQ(decide(rules, asked),
            "conflict discounts[traffic] limited_by[margin] conflict[gap margin]");  // [OUT-5] [OUT-8] [STA-9]
}

// [STA-1] [REQ-9] [REQ-10] [REQ-11] [REQ-12] [REQ-13] [REQ-14] [REQ-15] [REQ-16] [REQ-17] [DEC-2] [OUT-10] [OUT-27]
TEST(decision, names_every_value_that_cannot_be) {
  request asked = web();
  asked.prices = {{"store", "0"_money}};
  asked.cost = "-1"_money;
  asked.list = "999999999999999"_money;
  asked.tax = "-1%"_rate;
  asked.fee = "101%"_rate;
  asked.quantity = "0"_money;
  asked.units = "-1"_money;
  asked.currency = "XYZ";
  asked.attributes = {{"role", "trafic"}, {"stock", "many"}, {"wholesale", "-2"}, {"tag", "0"}, {"nobody", "declared"}};
  EXPECT_EQ(decide(R"({ "id": "hello", "advise": "hello" })", asked),
            "invalid invalid[cost currency fee price.store quantity role stock tag tax units wholesale]");  // [ADV-4]
  asked = web();
  asked.list = "999999999999999"_money;  // more than 10^15 fen
  EXPECT_EQ(decide("", asked), "invalid invalid[list]");
  // [NUM-1] Sixteen digits cannot be written in any currency, and so cannot be where it is not known.
  for (const char* const market : {"JP", "CN", ""}) {
    asked.market = market;
    asked.list = pricepoint::decimal::from_parts(1'000'000'000'000'000, 0);
    EXPECT_EQ(decide("", asked), "invalid invalid[list]") << market;
  }
  asked.list = "999999999999999.9"_money;
  EXPECT_EQ(decide("", asked), "incomplete missing[market]");
  asked = web();
  asked.channel = "webb";
  asked.market = "ZZ";
  EXPECT_EQ(decide("", asked), "invalid invalid[channel market]");
  asked = web();
  asked.cost = "0"_money;
  asked.prices.push_back({"unknown", "-5"_money});  // [REQ-18]
  EXPECT_EQ(decide("", asked), "priced 32.00");
}

// What no text could say comes by another way: from C, from columns, from a program. [REL-37] [REQ-12] [REQ-14]
// [REQ-17] [REQ-19]
TEST(decision, names_numbers_beyond_their_ends) {
  const auto first = pricepoint::first_instant, last = pricepoint::last_instant;
  EXPECT_EQ(to_string(first) + " " + to_string(last), "1970-01-01T00:00:00Z 9999-12-31T23:59:59.999Z");
  const pricepoint::policy with = policy_of("");
  pricepoint::pricer again(with);
  const auto decide_twice = [&](const request& asked) {
    const std::string said = line(again.price(asked));
    EXPECT_EQ(line(pricepoint::pricer(with).price(asked)), said) << "by a pricer that knows its words, and by another";
    return said;
  };
  request asked = web();
  const std::string usual = decide_twice(asked);
  for (const std::int64_t e8 : {INT64_MIN, std::int64_t{-1}, pricepoint::max_tax.e8() + 1, INT64_MAX - 1, INT64_MAX}) {
    asked.tax = asked.fee = pricepoint::rate::from_e8(e8);
    EXPECT_EQ(decide_twice(asked), "invalid invalid[fee tax]") << e8;
  }
  asked = web();
  asked.tax = pricepoint::max_tax;
  EXPECT_EQ(decide_twice(asked), usual);
  asked = web();
  for (const std::int64_t at : {INT64_MIN, std::int64_t{-1}, last.unix_ms + 1, INT64_MAX}) {
    asked.at = asked.current_since = pricepoint::instant{at};
    EXPECT_EQ(decide_twice(asked), "invalid invalid[at current_since]") << at;
  }
  for (const auto& at : {first, last}) {
    asked.at = asked.current_since = at;
    EXPECT_EQ(decide_twice(asked), usual);
  }
  asked = web();
  const auto most = pricepoint::decimal::from_parts(999'999'999'999'999, 0);
  const auto more = pricepoint::decimal::from_parts(1'000'000'000'000'000, 0);
  asked.quantity = asked.units = most;
  asked.attributes = {{"stock", -most}};
  EXPECT_EQ(decide_twice(asked), usual);
  asked.quantity = asked.units = more;
  asked.attributes = {{"stock", -more}};
  EXPECT_EQ(decide_twice(asked), "invalid invalid[quantity stock units]");
  // What the tax adds to the largest amount is still a number. [OUT-15]
  asked = web();
  asked.market = "US";
  asked.prices = {{"store", "10000000000000.00"_money}};
  asked.tax = pricepoint::max_tax;
  EXPECT_EQ(again.price(asked).tax()->minor, 1'000'000'000'000'000'000);
  // [MKT-5]
  const auto read = pricepoint::parse_policy(
      R"({"pricepoint":1,"markets":{"DE":{"tax":"100000%"},"FR":{"tax":"100000.000001%"}},"channels":{"w":{"kind":"online"}},"rules":[]})");
  ASSERT_FALSE(read);
  ASSERT_EQ(read.error().diagnostics().size(), 1u);
  EXPECT_EQ(read.error().diagnostics()[0].message, "\"tax\" must be from 0% to 100000%, not 100000.000001%");
}

// Of a period that is always on, one pricer for requests with a time and without. [DEC-4] [OUT-30]
TEST(decision, needs_a_time_where_a_period_has_no_end) {
  pricepoint::pricer pricer(policy_of(
      R"({ "id": "p", "during": [{ "until": "2026-01-01T00:00:00Z" }, { "from": "2025-01-01T00:00:00Z" }], "discount": "10%" })"));
  request asked = web();
  asked.at = pricepoint::parse_instant("2026-06-01T00:00:00Z");
  EXPECT_EQ(line(pricer.price(asked)), "priced 28.80 discounts[p]");
  asked.at.reset();
  EXPECT_EQ(line(pricer.price(asked)), "incomplete missing[at]");
}

// [STA-2] [DEC-3]
TEST(decision, needs_channel_and_market) {
  EXPECT_EQ(decide("", {.sku = "A1"}), "incomplete missing[channel market]");
  EXPECT_EQ(decide("", {.channel = "web"}), "incomplete missing[market]");
}

// [STA-4] [STA-7] [CHN-5] [CHN-7] [CHN-8] [EXP-15] [OUT-9] [RUL-10] [RUL-11] [BND-9] [BND-14] [OUT-24]
TEST(decision, names_what_is_missing) {
  request asked = web();
  asked.prices.clear();
  EXPECT_EQ(decide("", asked), "incomplete missing[price.store]");
  asked.channel = "mall";
  EXPECT_EQ(decide("", asked), "incomplete missing[price.traditional]");
  asked.channel = "plain";
  EXPECT_EQ(decide("", asked), "incomplete missing[list]");
  asked = web();
  asked.cost.reset();
  asked.shipping.reset();
  const std::string_view rules = R"({ "id": "m", "margin": "5%" }, { "id": "map", "floor": "map", "strength": "weak" },
    { "id": "g", "gap": { "to": "dealer", "max": "5%" } }, { "id": "skip", "floor": "msrp", "skip_if_missing": true })";
  EXPECT_EQ(decide(rules, asked), "incomplete missing[cost map price.dealer shipping]");
  EXPECT_EQ(decide(rules, asked, R"("fallback": "reference",)"),
            "incomplete missing[cost map price.dealer shipping] fallback 32.00");
  asked.market = "XX";
  EXPECT_EQ(decide(R"({ "id": "m", "margin": "5%" })", asked), "incomplete missing[cost shipping tax]");  // [MKT-6]
  asked.market = "US";
  asked.cost = "12"_money;
  asked.shipping = "1"_money;
  EXPECT_EQ(decide(R"({ "id": "m", "margin": "5%" })", asked), "priced 32.00");  // [MKT-5]
}

// [EXP-8] [EXP-9] [EXP-10] [EXP-11] [EXP-12] [EXP-13] [EXP-14]
TEST(decision, says_what_an_expression_lacks) {
  request asked = web();
  asked.cost.reset();
  const auto floor = [&](const std::string& text) {
    return decide(R"({ "id": "f", "floor": ")" + text + "\" }", asked);
  };
  EXPECT_EQ(floor("max(map?, cost * 105%)"), "incomplete missing[cost]");
  EXPECT_EQ(floor("max(map?, msrp?)"), "incomplete missing[map msrp]");
  EXPECT_EQ(floor("max(map?, shipping)"), "priced 32.00");
  EXPECT_EQ(floor("map + cost - list"), "incomplete missing[cost list map]");
  EXPECT_EQ(floor("min(map?, price.dealer?, reference)"), "priced 32.00");
}

// [EXP-1] [EXP-2] [EXP-3] [EXP-5] [EXP-6] [EXP-7] [REQ-5] [BND-10]
TEST(decision, computes_expressions_exactly) {
  const auto floor = [&](const std::string& text) {
    return decide(R"({ "id": "f", "floor": ")" + text + "\" }", web());
  };
  EXPECT_EQ(floor("cost * 3"), "priced 40.68 limited_by[f]");                  // 36 with 13% tax
  EXPECT_EQ(floor("(cost + shipping) * 250%"), "priced 36.73 limited_by[f]");  // 36.725, up
  EXPECT_EQ(floor("reference / 3 + 25"), "priced 35.67 limited_by[f]");        // 35.666...
  EXPECT_EQ(floor("target * 1.000000001"), "priced 32.01 limited_by[f]");
  EXPECT_EQ(floor("2 * 3 * 6"), "priced 36.00 limited_by[f]");
  EXPECT_EQ(floor("-(reference - 70)"), "priced 38.00 limited_by[f]");
  EXPECT_EQ(floor("max(1, min(33, reference * 2))"), "priced 33.00 limited_by[f]");
}

// [BAS-1] to [BAS-6], and [DEC-8]
// What is taken away turns the greatest into the least.
TEST(decision, takes_the_greatest_away) {
  EXPECT_EQ(decide(R"r({ "id": "f", "ceiling": "40 - max(cost, 9)" })r", web()), "priced 26.44 limited_by[f]");
  EXPECT_EQ(decide(R"r({ "id": "f", "floor": "50 - min(cost, 9)" })r", web()), "priced 41.00 limited_by[f]");
  EXPECT_EQ(decide(R"r({ "id": "f", "ceiling": "40 - min(cost, max(9, shipping))" })r", web()),
            "priced 31.00 limited_by[f]");
}

TEST(decision, starts_from_a_base) {
  request asked = web();
  EXPECT_EQ(
      decide(R"({ "id": "b", "base": "msrp", "skip_if_missing": true }, { "id": "a", "base": "cost * 2" })", asked),
      "priced 27.12");
  EXPECT_EQ(decide(R"({ "id": "b", "base": "msrp" }, { "id": "a", "base": "cost * 2" })", asked),
            "incomplete missing[msrp]");
  EXPECT_EQ(decide(R"({ "id": "b", "base": "cost - 100" })", asked), "invalid invalid[base]");
  EXPECT_EQ(decide(R"({ "id": "d", "discount": "40" })", asked), "invalid invalid[target]");
}

// [DSC-1] to [DSC-12]
TEST(decision, combines_discounts) {
  const request asked = web();
  EXPECT_EQ(decide(R"({ "id": "a", "discount": "5%" }, { "id": "b", "discount": "8%" })", asked),
            "priced 29.44 discounts[b]");
  EXPECT_EQ(decide(R"({ "id": "a", "discount": "5%" }, { "id": "b", "discount": "8%", "group": "x" })", asked),
            "priced 27.84 discounts[a b]");
  EXPECT_EQ(decide(R"({ "id": "a", "discount": "5%" }, { "id": "b", "discount": "8%", "group": "x" })", asked,
                   R"("discounts": "compound",)"),
            "priced 27.97 discounts[a b]");  // 27.968
  EXPECT_EQ(decide(R"({ "id": "b", "discount": "2.56" }, { "id": "a", "discount": "8%" })", asked),
            "priced 29.44 discounts[a]");
  EXPECT_EQ(decide(R"({ "id": "a", "discount": "2" }, { "id": "b", "discount": "10%", "group": "x" })", asked),
            "priced 26.80 discounts[a b]");
  EXPECT_EQ(decide(R"({ "id": "a", "discount": "-3%" })", asked), "priced 32.96 discounts[a]");
  EXPECT_EQ(
      decide(
          R"({ "id": "a", "discount": "5%" }, { "id": "b", "discount": "8%", "group": "x" }, { "id": "e", "discount": "13%", "exclusive": true })",
          asked),
      "priced 27.84 discounts[a b]");
  EXPECT_EQ(
      decide(
          R"({ "id": "a", "discount": "5%" }, { "id": "f", "discount": "15%", "exclusive": true }, { "id": "e", "discount": "15%", "exclusive": true })",
          asked),
      "priced 27.20 discounts[e]");
}

// [RUL-3] [RUL-4] [RUL-5] [RUL-6] [CON-1] [CON-3] [CON-5] [CON-6] [CON-9] [REQ-2]
TEST(decision, matches_conditions) {
  request asked = web();
  const auto on = [&](const std::string& rest) {
    return decide(R"({ "id": "r", "advise": "on", )" + rest + "}", asked).ends_with("advice[on]");
  };
  asked.category = "home/clocks";
  asked.attributes = {{"stock", "12.0"}, {"colour", "red"}};
  EXPECT_TRUE(on(R"("when": { "category": "home" })"));
  EXPECT_TRUE(on(R"("when": { "category": ["garden", "home/clocks"] })"));
  EXPECT_FALSE(on(R"("when": { "category": "home/clocks/wall" })"));
  EXPECT_FALSE(on(R"("when": { "category": "hom" })"));
  EXPECT_TRUE(on(R"("when": { "stock": 12 })"));
  EXPECT_TRUE(on(R"("when": { "stock": { "from": 12, "below": 13 } })"));
  EXPECT_FALSE(on(R"("when": { "stock": { "below": "12" } })"));
  EXPECT_TRUE(on(R"("when": { "quantity": 1 })"));
  EXPECT_FALSE(on(R"("when": { "colour": "Red" })"));
  EXPECT_FALSE(on(R"("when": { "segment": "member" })"));
  EXPECT_TRUE(on(R"("except": { "segment": "member" })"));
  EXPECT_FALSE(on(R"("except": [{ "segment": "member" }, { "channel": "web", "market": "CN" }])"));
  EXPECT_TRUE(on(R"("when": { "target": { "from": "32", "below": "32.01" } })"));
  EXPECT_FALSE(on(R"("when": { "target": { "below": { "CNY": "32", "EUR": "99" } } })"));
  EXPECT_FALSE(on(R"("when": { "target": { "below": { "EUR": "99" } } })"));  // [NUM-6]
  EXPECT_FALSE(on(R"("except": { "target": { "from": "10" } })"));
}

// [NUM-7] [NUM-5]
TEST(decision, leaves_rules_off_in_other_currencies) {
  EXPECT_EQ(decide(R"({ "id": "f", "floor": { "EUR": "40" } }, { "id": "d", "discount": { "CNY": "2" } })", web()),
            "priced 30.00 discounts[d]");
  EXPECT_EQ(
      decide(
          R"({ "id": "g", "gap": { "to": "store", "min": { "EUR": "1" }, "max": "1%" } }, { "id": "d", "discount": "50%" })",
          web()),
      "priced 16.00 discounts[d]");
}

// [BND-1] [BND-2] [OUT-7] [HLD-7]
TEST(decision, takes_a_price_by_hand) {
  const std::string_view rules =
      R"({ "id": "p", "price": "29.95" }, { "id": "e", "endings": [".90"] }, { "id": "s", "floor": "map", "strength": "strong" })";
  EXPECT_EQ(decide(rules, web()), "priced 29.95 limited_by[p]");
  EXPECT_EQ(decide(R"({ "id": "p", "price": "29.955" })", web()), "conflict limited_by[p] conflict[p]");
  EXPECT_EQ(decide(R"({ "id": "p", "price": "29.95" }, { "id": "q", "price": "30" })", web()),
            "conflict limited_by[p q] conflict[p q]");
}

// A price that somebody set stands, and says which wishes it breaks. [BND-2] [OUT-7] [STA-10]
TEST(decision, says_what_a_price_by_hand_breaks) {
  request asked = web();
  asked.cost = "28"_money;
  const std::string price = R"({ "id": "p", "price": "29.95" }, )";
  EXPECT_EQ(decide(price + R"({ "id": "m", "margin": "5%", "strength": "strong" })", asked),
            "compromised 29.95 limited_by[p] relaxed[m]");
  EXPECT_EQ(decide(price + R"({ "id": "m", "margin": "5%", "strength": "weak" })", asked),
            "priced 29.95 limited_by[p] relaxed[m]");
  EXPECT_EQ(decide(price + R"({ "id": "g", "gap": { "to": "store", "min": "1%" }, "strength": "strong" },
                              { "id": "c", "ceiling": "29", "strength": "medium" })",
                   asked),
            "priced 29.95 limited_by[p] relaxed[c]");
  // What it breaks of looks and of steady prices was meant, and what a wish lacks is not missed.
  asked.current = "20.00"_money;
  EXPECT_EQ(decide(price + R"({ "id": "e", "endings": [".90"] }, { "id": "c", "change": "1%" },
                              { "id": "f", "floor": "map", "strength": "strong" })",
                   asked),
            "priced 29.95 limited_by[p]");
  // Where the price rule lacks its value, nothing is set by hand.
  EXPECT_EQ(decide(R"({ "id": "p", "price": "msrp", "skip_if_missing": true },
                      { "id": "f", "floor": "33", "strength": "strong" })",
                   asked),
            "priced 33.00");
}

// [RUL-9] [OUT-6]
TEST(decision, breaks_no_preference_that_nobody_could_keep) {
  // 3% of 32.00 reach from 31.04 to 32.96: no 8 but in the fraction, and .90 rules that out.
  const std::string_view within = R"("within": { "strong": "5%", "weak": "3%" },)";
  const std::string ends = R"({ "id": "e", "endings": [".90"], "strength": "required" }, )";
  EXPECT_EQ(decide(ends + R"({ "id": "p", "prefer": { "digits": "8" } })", web(), within), "priced 31.90");
  // 30.90 has a 0 and could have been taken, but .90 with a 0 in the whole part breaks the strong wish for a 1.
  EXPECT_EQ(decide(ends + R"({ "id": "p", "prefer": { "sequences": ["30"] }, "strength": "medium" },
                             { "id": "q", "prefer": { "sequences": ["31"] }, "strength": "strong" })",
                   web(), R"("within": "5%",)"),
            "priced 31.90 relaxed[p]");
  // A strong preference out of reach compromises nothing, and holds nothing back.
  EXPECT_EQ(
      decide(ends + R"({ "id": "p", "prefer": { "digits": "8" }, "strength": "strong" })", web(), R"("within": "1%",)"),
      "priced 31.90");
}

// [BND-6] [BND-7] [BND-8]
TEST(decision, keeps_gaps_to_every_traditional_price) {
  request asked = web();
  asked.prices = {{"store", "32.00"_money}, {"dealer", "30.00"_money}};
  const std::string_view rules = R"({ "id": "g", "gap": { "to": "traditional", "min": "0%", "max": "10%" } })";
  EXPECT_EQ(decide(rules, asked), "priced 30.00 limited_by[g]");
  asked.channel = "dealer";
  asked.list = "40"_money;
  EXPECT_EQ(decide(rules, asked), "priced 32.00 limited_by[g]");
  asked.channel = "store";
  EXPECT_EQ(decide(R"({ "id": "g", "gap": { "to": "store", "max": "10%" } })", asked), "priced 40.00");
}

// [BND-12] [BND-13] [BND-15] [CHN-9] [CRD-1] [CRD-2] [CRD-3] [CRD-4]
TEST(decision, keeps_margins_after_fees_and_credits) {
  request asked = web();
  asked.channel = "mall";
  asked.prices = {{"store", "16.00"_money}};
  // p (0.95/1.13 - 0.05) >= 13
  EXPECT_EQ(decide(R"({ "id": "m", "margin": "5%" })", asked), "priced 16.45 limited_by[m]");
  EXPECT_EQ(
      decide(
          R"({ "id": "m", "margin": "5%" }, { "id": "c", "credit": { "to": "store", "rate": "2%" } }, { "id": "d", "credit": { "to": "store", "rate": "1%" } })",
          asked),
      "priced 17.09 limited_by[m] store:0.51");
  asked.fee = "100%"_rate;
  EXPECT_EQ(decide(R"({ "id": "m", "margin": "5%" })", asked), "conflict limited_by[m] conflict[m]");
  asked = web();
  EXPECT_EQ(decide(R"({ "id": "m", "margin": { "min": "5%", "max": "30%" } })", asked), "priced 20.98 limited_by[m]");
}

// [BND-16] [SHP-1] [DEC-10] [DEC-12] [DEC-13] [STA-10] [STA-11] [OUT-6]
TEST(decision, relaxes_soft_rules_and_says_so) {
  request asked = web();
  asked.current = "20.00"_money;
  EXPECT_EQ(decide(R"({ "id": "c", "change": "10%" })", asked), "priced 22.00");
  EXPECT_EQ(decide(R"({ "id": "c", "change": "10%" }, { "id": "f", "floor": "30" })", asked),
            "compromised 32.00 relaxed[c]");
  EXPECT_EQ(decide(R"({ "id": "c", "change": "10%", "strength": "weak" }, { "id": "f", "floor": "30" })", asked),
            "priced 32.00 relaxed[c]");
  EXPECT_EQ(decide(R"({ "id": "e", "endings": ["9.99"] })", asked, R"("within": "1%",)"),
            "compromised 32.00 relaxed[e]");
}

// A floor never silently destroys an ending: target 18.40, ending 9.99, floor 21.
// [WIN-2] [WIN-3] [WIN-4] [STA-10]
TEST(decision, a_floor_never_silently_destroys_an_ending) {
  request asked = web();
  asked.prices = {{"store", "18.40"_money}};
  EXPECT_EQ(
      decide(R"({ "id": "f", "floor": "21" }, { "id": "e", "endings": ["9.99"], "strength": "required" })", asked),
      "priced 29.99 limited_by[f]");
  EXPECT_EQ(decide(R"({ "id": "f", "floor": "21" }, { "id": "e", "endings": ["9.99"] })", asked, R"("within": "50%",)"),
            "priced 29.99 limited_by[f]");
  EXPECT_EQ(decide(R"({ "id": "f", "floor": "21" }, { "id": "e", "endings": ["9.99"] })", asked),
            "compromised 21.00 limited_by[f] relaxed[e]");
}

TEST(decision, the_nearest_99_to_1_61_is_1_99) {
  request asked = web();
  asked.prices = {{"store", "1.61"_money}};
  EXPECT_EQ(decide(R"({ "id": "e", "endings": [".99"], "strength": "required" })", asked), "priced 1.99");
  asked.prices = {{"store", "1.49"_money}};  // equally near: the lower
  EXPECT_EQ(decide(R"({ "id": "e", "endings": [".99"], "strength": "required" })", asked), "priced 0.99");
}

// An unbounded policy with impossible required shapes answers at once. [SHP-5] [STA-9]
TEST(decision, impossible_shapes_are_a_conflict) {
  EXPECT_EQ(
      decide(
          R"({ "id": "e", "endings": [".99"], "strength": "required" }, { "id": "m", "multiple_of": "10", "strength": "required" })",
          web()),
      "conflict conflict[e m]");
  request asked = web();
  asked.market = "JP";
  EXPECT_EQ(decide(R"({ "id": "e", "endings": [".99"], "strength": "required" })", asked), "conflict conflict[e]");
}

// [MKT-7] [MKT-8] [OUT-16] [STA-8]
TEST(decision, respects_stored_net_prices) {
  request asked = web();
  asked.market = "ST";
  asked.prices = {{"store", "9.99"_money}};
  EXPECT_EQ(decide("", asked), "priced 10.00");  // as near as 9.98, and what the net, 8.33, is shown as
  asked.prices = {{"store", "15.00"_money}};
  asked.tax = "19%"_rate;
  EXPECT_EQ(decide("", asked), "priced 15.01");
  asked.tax = "25%"_rate;
  EXPECT_EQ(decide(R"({ "id": "e", "endings": [".97"], "strength": "required" })", asked), "conflict conflict[e]");
}

// [MKT-3] [DEC-9] [OUT-2] [OUT-25]
TEST(decision, keeps_to_the_unit) {
  request asked = web();
  asked.market = "IL";
  asked.prices = {{"store", "31.97"_money}};
  EXPECT_EQ(decide("", asked), "priced 32.00");
  asked.prices = {{"store", "0.04"_money}};
  EXPECT_EQ(decide(R"({ "id": "c", "ceiling": "reference" })", asked, R"("fallback": "reference",)"),
            "conflict conflict[c]");
}

// [ADV-5]
TEST(decision, says_where_the_unit_is_too_coarse) {
  request asked = web();
  asked.market = "IL";
  asked.prices = {{"store", "0.36"_money}};
  EXPECT_EQ(decide("", asked), "priced 0.40 advice[unit-too-coarse]");  // 11% away
  EXPECT_EQ(decide(R"({ "id": "a", "advise": "a" }, { "id": "z", "advise": "z" })", asked),
            "priced 0.40 advice[a unit-too-coarse z]");
  asked.prices = {{"store", "0.02"_money}};
  EXPECT_EQ(decide("", asked), "priced 0.10 advice[unit-too-coarse]");
  asked.prices = {{"store", "0.42"_money}};
  EXPECT_EQ(decide("", asked), "priced 0.40");  // 4.8% away
  asked.prices = {{"store", "0.95"_money}};
  EXPECT_EQ(decide("", asked), "priced 1.00 advice[unit-too-coarse]");  // 5.26% away
  asked.prices = {{"store", "1.00"_money}};
  EXPECT_EQ(decide(R"({ "id": "d", "discount": "5%" })", asked), "priced 1.00 discounts[d] advice[unit-too-coarse]");
  EXPECT_EQ(decide(R"({ "id": "e", "endings": [".90"], "strength": "required" })", asked), "priced 0.90")
      << "the ending moves it, not the unit";
  EXPECT_EQ(decide(R"({ "id": "p", "price": "0.40" }, { "id": "b", "base": "0.36" })", asked),
            "priced 0.40 limited_by[p]");
  asked.market = "JP";
  asked.prices = {{"store", "4.4"_money}};
  EXPECT_EQ(decide("", asked), "priced 4 advice[unit-too-coarse]");
}

// [HLD-1] [HLD-2] [HLD-3] [HLD-4] [HLD-5] [HLD-6] [DEC-16]
TEST(decision, holds_a_price_that_is_near_enough) {
  request asked = web();
  asked.current = "31.50"_money;
  asked.at = pricepoint::parse_instant("2026-12-01T00:00:00Z");
  EXPECT_EQ(decide(R"({ "id": "h", "hold": "2%" })", asked), "priced 31.50 held");
  EXPECT_EQ(decide(R"({ "id": "h", "hold": "1%" })", asked), "priced 32.00");
  EXPECT_EQ(decide(R"({ "id": "h", "hold": "1%" }, { "id": "i", "hold": "2%" })", asked), "priced 31.50 held");
  EXPECT_EQ(decide(R"({ "id": "h", "hold": "2%" }, { "id": "f", "floor": "31.60" })", asked), "priced 32.00");
  EXPECT_EQ(decide(R"({ "id": "h", "hold": "2%" }, { "id": "e", "endings": ["2", ".90"] })", asked), "priced 32.00");
  const std::string_view promotion =
      R"({ "id": "h", "hold": "2%" }, { "id": "p", "during": "eleven", "discount": "15%" })";
  EXPECT_EQ(decide(promotion, asked), "priced 32.00");
  asked.current_since = pricepoint::parse_instant("2026-11-10T00:00:00Z");
  EXPECT_EQ(decide(promotion, asked), "priced 32.00");
  asked.current_since = pricepoint::parse_instant("2026-11-11T16:00:00Z");
  EXPECT_EQ(decide(promotion, asked), "priced 31.50 held");
  asked.current.reset();
  EXPECT_EQ(decide(promotion, asked), "priced 32.00");
}

// Today's price in another currency, and no rate: the rule lacks it, unless it is skipped then.
TEST(decision, cannot_hold_a_price_that_it_cannot_convert) {
  request asked{.channel = "plain", .market = "DE", .current = "31.50"_money, .currency = "USD"};
  asked.at = pricepoint::parse_instant("2026-12-01T00:00:00Z");
  const std::string_view base = R"({ "id": "b", "base": "32" }, )";
  EXPECT_EQ(decide(std::string(base) + R"({ "id": "h", "hold": "2%" })", asked), "incomplete missing[rate.USD.EUR]");
  EXPECT_EQ(decide(std::string(base) + R"({ "id": "h", "hold": "2%", "skip_if_missing": true })", asked),
            "priced 32.00");
}

// [WAS-1] [WAS-2] [WAS-3] [WAS-4] [WAS-5] [OUT-18]
TEST(decision, announces_a_former_price_only_above_the_price) {
  request asked = web();
  asked.market = "XX";  // no market that the table knows: no law's window [WAS-9]
  asked.list = "40.999"_money;
  EXPECT_EQ(decide(R"({ "id": "w", "was": "list" })", asked), "priced 32.00 was 40.99 -21%");
  EXPECT_EQ(decide(R"({ "id": "w", "was": "list" }, { "id": "v", "was": "35" })", asked), "priced 32.00 was 35.00 -8%");
  EXPECT_EQ(decide(R"({ "id": "w", "was": "reference" })", asked), "priced 32.00");
  EXPECT_EQ(decide(R"({ "id": "w", "was": "msrp" })", asked), "incomplete missing[msrp]");
}

// A former price is one that was shown: in the market's steps, and possible where the net is stored. [WAS-3] [WAS-4]
// [WAS-6] [OUT-18]
TEST(decision, announces_a_former_price_that_could_be_shown) {
  request asked = web();
  asked.market = "IL";
  asked.list = "40.99"_money;
  const std::string_view was = R"({ "id": "w", "was": "list" })";
  EXPECT_EQ(decide(was, asked), "priced 32.00 was 40.90 -21%");
  asked.list = "32.09"_money;  // above the price, but no step above it
  EXPECT_EQ(decide(was, asked), "priced 32.00");
  asked.list = "32.10"_money;
  EXPECT_EQ(decide(was, asked), "priced 32.00 was 32.10 -0%");
  asked.market = "ST";
  asked.prices = {{"store", "9.00"_money}};
  asked.list = "9.99"_money;  // at 20% there is a 9.98 and a 10.00
  EXPECT_EQ(decide(was, asked), "priced 9.00 was 9.98 -9%");
}

// [WAS-6] [WAS-7] [WAS-8]
TEST(decision, announces_no_former_price_above_the_lowest_of_the_law_s_window) {
  request asked = web();
  asked.list = "40.999"_money;
  const std::string_view was = R"({ "id": "w", "was": "list" })";
  EXPECT_EQ(decide(was, asked), "priced 32.00 advice[prior-price-missing]");
  EXPECT_EQ(
      decide(R"({ "id": "w", "was": "list" }, { "id": "a", "advise": "a" }, { "id": "z", "advise": "z" })", asked),
      "priced 32.00 advice[a prior-price-missing z]");
  asked.lowest_prior = "36.009"_money;
  EXPECT_EQ(decide(was, asked), "priced 32.00 was 36.00 -11%");
  asked.lowest_prior = "45"_money;
  EXPECT_EQ(decide(was, asked), "priced 32.00 was 40.99 -21%");
  asked.lowest_prior = "32.00"_money;
  EXPECT_EQ(decide(was, asked), "priced 32.00") << "the new price is not below it";
  asked.lowest_prior.reset();
  EXPECT_EQ(decide(R"({ "id": "w", "was": "msrp" })", asked), "incomplete missing[msrp]");
  EXPECT_EQ(decide(R"({ "id": "w", "was": "msrp", "skip_if_missing": true })", asked), "priced 32.00");
  EXPECT_EQ(
      decide(R"({ "id": "w", "was": "list" }, { "id": "f", "floor": "50" }, { "id": "c", "ceiling": "40" })", asked),
      "conflict limited_by[f] conflict[c f]");
  asked.currency = "EUR";
  asked.at = pricepoint::parse_instant("2026-11-05T00:00:00Z");
  asked.lowest_prior = "30"_money;
  asked.prices = {};
  asked.list = {};
  EXPECT_EQ(decide(R"({ "id": "b", "base": "20" }, { "id": "w", "was": "30" })", asked),
            "incomplete missing[rate.EUR.CNY]");
  EXPECT_EQ(decide(R"({ "id": "b", "base": "20" }, { "id": "w", "was": "30", "skip_if_missing": true })", asked),
            "priced 20.00");
}

// [ADV-1] [ADV-2] [ADV-3] [STA-3] [STA-6]
TEST(decision, withholds) {
  request asked = web();
  EXPECT_EQ(
      decide(
          R"({ "id": "w", "when": { "channel": "web" }, "withhold": "store-only" }, { "id": "a", "advise": "call" })",
          asked),
      "withheld advice[call store-only]");
  EXPECT_EQ(
      decide(
          R"({ "id": "w", "when": { "target": { "from": "30" } }, "withhold": "too-dear" }, { "id": "f", "floor": "map" })",
          asked),
      "withheld advice[too-dear]");
  asked.prices.clear();
  EXPECT_EQ(
      decide(
          R"({ "id": "w", "when": { "target": { "from": "30" } }, "withhold": "too-dear" }, { "id": "a", "advise": "call" })",
          asked),
      "incomplete missing[price.store] advice[call]");
}

// [PER-2] [PER-6] [CON-7] [DEC-4] [DEC-6] [OUT-19] [OUT-21] [OUT-22]
TEST(decision, changes_with_periods) {
  request asked = web();
  const std::string_view rules = R"({ "id": "p", "during": "eleven", "discount": "15%" })";
  EXPECT_EQ(decide(rules, asked), "incomplete missing[at]");
  pricepoint::pricer pricer(policy_of(rules));
  const auto at = [&](const char* when) {
    asked.at = pricepoint::parse_instant(when);
    const auto made = pricer.price(asked);
    return line(made) + (made.next_change_at() ? " until " + to_string(*made.next_change_at()) : "");
  };
  EXPECT_EQ(at("2026-10-31T23:59:59.999+08:00"), "priced 32.00 until 2026-10-31T16:00:00Z");
  EXPECT_EQ(at("2026-11-01T00:00:00+08:00"), "priced 27.20 discounts[p] until 2026-11-11T16:00:00Z");
  EXPECT_EQ(at("2026-11-11T23:59:59.999+08:00"), "priced 27.20 discounts[p] until 2026-11-11T16:00:00Z");
  EXPECT_EQ(at("2026-11-12T00:00:00+08:00"), "priced 32.00");
  EXPECT_EQ(decide(R"({ "id": "p", "during": "eleven", "when": { "segment": "vip" }, "discount": "15%" })", web()),
            "priced 32.00");
}

// [CUR-1] to [CUR-6]
TEST(decision, converts_currencies_before_rounding) {
  const auto jpy = *pricepoint::find_currency("JPY");
  const auto usd = *pricepoint::find_currency("USD");
  const auto rates = std::make_shared<pricepoint::exchange_rates>(std::vector<pricepoint::exchange_rate>{
      {jpy, usd, "0.009502"_money, *pricepoint::parse_instant("2026-01-01T00:00:00Z")},
      {jpy, usd, "0.02"_money, *pricepoint::parse_instant("2026-06-01T00:00:00Z")},
      {usd, jpy, "100"_money, *pricepoint::parse_instant("2026-01-01T00:00:00Z")}});
  pricepoint::pricer pricer(policy_of(R"({ "id": "e", "endings": ["9.99"], "strength": "required" })"), rates);
  request asked{.channel = "plain",
                .market = "US",
                .at = pricepoint::parse_instant("2026-05-31T23:59:59Z"),
                .list = "1000"_money,
                .currency = "JPY"};
  const auto made = pricer.price(asked);
  EXPECT_EQ(line(made), "priced 9.99");
  EXPECT_EQ(to_string(*made.target()), "9.502000");
  asked.at = pricepoint::parse_instant("2025-12-31T23:59:59Z");
  EXPECT_EQ(line(pricer.price(asked)), "incomplete missing[rate.JPY.USD]");
  asked.at.reset();
  EXPECT_EQ(line(pricer.price(asked)), "incomplete missing[at]");
}

TEST(decision, other_rates_count_from_the_next_request_on) {
  const auto at = *pricepoint::parse_instant("2026-01-01T00:00:00Z");
  const auto jpy = *pricepoint::find_currency("JPY");
  const auto usd = *pricepoint::find_currency("USD");
  pricepoint::pricer pricer(policy_of(R"({ "id": "e", "endings": ["9.99"], "strength": "required" })"));
  const request asked{.channel = "plain", .market = "US", .at = at, .list = "1000"_money, .currency = "JPY"};
  EXPECT_EQ(line(pricer.price(asked)), "incomplete missing[rate.JPY.USD]");
  for (const auto& [factor, price] :
       {std::pair{"0.01"_money, "priced 9.99"}, std::pair{"0.02"_money, "priced 19.99"}}) {
    pricer.use_rates(
        std::make_shared<pricepoint::exchange_rates>(std::vector<pricepoint::exchange_rate>{{jpy, usd, factor, at}}));
    EXPECT_EQ(line(pricer.price(asked)), price);
  }
  pricer.use_rates(nullptr);
  EXPECT_EQ(line(pricer.price(asked)), "incomplete missing[rate.JPY.USD]");
}

// [SEQ-1] to [SEQ-9]
TEST(decision, of_several_channels_in_the_order_of_references) {
  pricepoint::pricer pricer(policy_of(R"(
    { "id": "w", "when": { "channel": "web" }, "discount": "10%" }, { "id": "m", "when": { "channel": "members" }, "discount": "50%" },
    { "id": "never", "when": { "channel": "members" }, "floor": "price.web - 5" }, { "id": "c", "when": { "channel": "web" }, "change": "1%" })"));
  request asked = web();
  asked.prices = {{"store", "32.00"_money}, {"web", "30.00"_money}};
  std::vector<pricepoint::decision> made;
  std::vector<std::string_view> order;
  const std::vector<std::string_view> channels = {"net", "members", "web", "nowhere", "web"};
  pricer.price_all(asked, channels, made, order);
  ASSERT_EQ(joined(order), "web members net nowhere");
  EXPECT_EQ(line(made[0]), "priced 29.70 discounts[w]");  // 28.80, but within 1% of 30.00
  EXPECT_EQ(line(made[1]), "priced 24.70 discounts[m] limited_by[never]");
  EXPECT_EQ(line(made[2]), "priced 26.28");  // 29.70 without 13% tax: 26.283...
  EXPECT_EQ(line(made[3]), "invalid invalid[channel]");
  // Asked for alone, a channel has the prices of the request.
  asked.channel = "members";
  EXPECT_EQ(line(pricer.price(asked)), "priced 25.00 discounts[m] limited_by[never]");
}

// [OUT-13] [OUT-14] [OUT-15] [REQ-7] [CHN-10]
TEST(decision, splits_off_the_tax) {
  pricepoint::pricer pricer(policy_of(""));
  request asked = web();
  auto made = pricer.price(asked);
  EXPECT_EQ(to_string(*made.net()) + " " + to_string(*made.tax()), "28.32 3.68");
  asked.tax = "0%"_rate;
  made = pricer.price(asked);
  EXPECT_EQ(to_string(*made.net()) + " " + to_string(*made.tax()), "32.00 0.00");
  asked.market = "US";
  asked.tax = "8.875%"_rate;
  made = pricer.price(asked);
  EXPECT_EQ(to_string(*made.net()) + " " + to_string(*made.tax()), "32.00 2.84");
  asked.market = "XX";
  asked.tax.reset();
  made = pricer.price(asked);
  EXPECT_FALSE(made.net());
  EXPECT_FALSE(made.tax());
}

TEST(decision, absent_is_not_zero) {
  // [REQ-1]
  const std::string_view rules =
      R"({ "id": "m", "margin": "5%" }, { "id": "d", "when": { "segment": "x" }, "discount": "1%" })";
  request asked = web();
  asked.cost.reset();
  EXPECT_EQ(decide(rules, asked), "incomplete missing[cost]");
  asked.cost = "0"_money;
  asked.segment = "";
  EXPECT_EQ(decide(rules, asked), "priced 32.00");
}

TEST(decision, reads_no_clock) {
  // [REQ-3] Whatever the day, a timed rule needs the request's time; a period that is over does not make it less so.
  const std::string_view rules =
      R"({ "id": "d", "during": { "from": "2001-01-01", "until": "2001-01-02", "zone": "UTC" }, "discount": "50%" })";
  request asked = web();
  EXPECT_EQ(decide(rules, asked), "incomplete missing[at]");
  asked.at = *pricepoint::parse_instant("2001-01-01T12:00:00Z");
  EXPECT_EQ(decide(rules, asked), "priced 16.00 discounts[d]");
}

TEST(decision, who_owns_a_channel_has_no_part_in_pricing) {
  // [CHN-3]
  const auto with = [](std::string_view owner) {
    const std::string text =
        std::string(R"({ "pricepoint": 1, "markets": { "DE": { "currency": "EUR", "display": "gross" } },
      "channels": { "dealer": { "kind": "traditional")") +
        std::string(owner) + R"( } },
      "rules": [{ "id": "d", "discount": "10%" }] })";
    pricepoint::pricer pricer(*pricepoint::parse_policy(text));
    return line(pricer.price({.channel = "dealer", .market = "DE", .list = "10"_money}));
  };
  EXPECT_EQ(with(""), "priced 9.00 discounts[d]");
  EXPECT_EQ(with(R"(, "owner": "own")"), with(""));
  EXPECT_EQ(with(R"(, "owner": "reseller")"), with(""));
}

// What has no field in it is worked out when the policy is read, the rest for each request.
TEST(decision, works_out_expressions_of_every_kind) {
  request asked = web();
  asked.map = "200"_money;
  const std::pair<const char*, const char*> all[] = {
      {"map + (10 - 4)", "206.00"},
      {"map + 9 / 3", "203.00"},
      {"map + min(8, 2 * 4, 5 + 1)", "206.00"},
      {"map + max(1, 2.5, 2)", "202.50"},
      {"map - -6", "206.00"},
      {"-(10 - map)", "190.00"},
      {"-map + 500", "300.00"},
      {"map * (50% * 50%)", "50.00"},
      {"min(map, 90) / 2", "45.00"},
      {"max(map, 20 * 30) - map", "400.00"},
      {"map + -(3 - 4)", "201.00"},
  };
  for (const auto& [expression, price] : all) {
    EXPECT_EQ(decide(R"({ "id": "f", "floor": ")" + std::string(expression) + R"(" })", asked),
              "priced " + std::string(price) + " limited_by[f]")
        << expression;
  }
}

// Fees and credits may take all of the price that a margin leaves, or more: then no price has it, or every price.
TEST(decision, margins_that_fees_leave_nothing_of) {
  const auto with = [](const char* margin, const char* fee, bool free) {
    request asked = web();
    asked.market = "US";
    asked.fee = pricepoint::parse_rate(fee);
    if (free) asked.cost = asked.shipping = "0"_money;
    return decide(R"({ "id": "m", "margin": )" + std::string(margin) + " }", asked);
  };
  EXPECT_EQ(with(R"({ "min": "60%" })", "40%", false), "conflict limited_by[m] conflict[m]");
  EXPECT_EQ(with(R"({ "min": "60%" })", "40%", true), "priced 32.00") << "nothing is spent";
  EXPECT_EQ(with(R"({ "min": "60%" })", "50%", false), "conflict limited_by[m] conflict[m]");
  EXPECT_EQ(with(R"({ "max": "60%" })", "40%", false), "priced 32.00") << "every margin is smaller";
  EXPECT_EQ(with(R"({ "max": "60%" })", "50%", false), "priced 32.00");
  EXPECT_EQ(with(R"({ "max": "30%" })", "40%", false), "priced 32.00");
  EXPECT_EQ(with(R"({ "max": "10%" })", "0%", false), "priced 14.44 limited_by[m]");
}

}  // namespace
