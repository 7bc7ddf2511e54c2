// SPDX-License-Identifier: Apache-2.0
// Whole explanations of whole decisions: they are read aloud, so they are compared word by word.
#include "explaining.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace pricepoint {
namespace {

using namespace explaining;
using namespace literals;

// Germany's law asks for the lowest price before a reduction.
request former_known() {
  request what = german_request();
  what.lowest_prior = "50.00"_money;
  return what;
}

// [XPL-1, XPL-2, XPL-3, XPL-4, XPL-5, XPL-6]
TEST(explanation, says_why_a_price_is_what_it_is) {
  EXPECT_EQ(text_of(worked_example, chinese()), R"(A1 on web in CN: 29.80 CNY (priced)
The target is 29.44 CNY; endings, no-four and eight move it to 29.80 CNY.
Rules that apply: traffic, gap, margin, endings, no-four and eight.
The base is the reference price, the price on store: 32.00 CNY.
traffic takes off 8%, which is 2.56 CNY.
The target is 29.44 CNY.
gap (required): 1% to 10% below the price on store, so 28.80 to 31.68 CNY. Why it is there: "a wider gap starts a quarrel".
margin (required): a margin of at least 5%, so at least 15.47 CNY.
eight (weak): a price with the digit 8; kept.
endings (strong): a price ending in .90 or .80; kept.
no-four (strong): a price without the digit 4; kept.
28.90 and 30.80 CNY were turned down: they are farther from the target.
29.44 CNY was turned down: it breaks endings and no-four, which 29.80 CNY keeps.
29.79 and 29.81 CNY were turned down: they break endings, which 29.80 CNY keeps.
Without tax the price is 26.37 CNY; the tax is 3.43 CNY.
)");
}

TEST(explanation, says_what_contradicts_what) {
  // [RUL-12] The purpose of "gap" stands with it.
  request what = chinese();
  what.cost = "29.00"_money;
  EXPECT_EQ(text_of(worked_example, what), R"(A1 on web in CN: no price (conflict)
These rules contradict one another: gap and margin.
gap allows at most 31.68 CNY ("a wider gap starts a quarrel"); margin asks for at least 35.69 CNY.
Ways out, the one that gives up least first:
Without gap: 35.80 CNY, which is 4.12 CNY (13.01%) above the 31.68 CNY that it allows.
Without margin: 29.80 CNY, which is 5.89 CNY (16.5%) below the 35.69 CNY that it asks for.
Rules that apply: traffic, gap, margin, endings, no-four and eight.
The base is the reference price, the price on store: 32.00 CNY.
traffic takes off 8%, which is 2.56 CNY.
The target is 29.44 CNY.
gap (required): 1% to 10% below the price on store, so 28.80 to 31.68 CNY.
margin (required): a margin of at least 5%, so at least 35.69 CNY; the target breaks it.
eight (weak): a price with the digit 8.
endings (strong): a price ending in .90 or .80.
no-four (strong): a price without the digit 4.
)");
}

TEST(explanation, a_conflict_of_a_bound_with_a_shape) {
  EXPECT_EQ(
      text_of(
          german(R"({ "id": "cap", "ceiling": "0.50" }, { "id": "round", "multiple_of": "1", "strength": "required" })",
                 "", R"(, "unit": "0.05")"),
          german_request()),
      R"(A1 on web in DE: no price (conflict)
These rules contradict one another: cap and round.
cap allows at most 0.50 EUR; round asks for a price that is a multiple of 1.00 EUR.
Prices here are multiples of 0.05 EUR.
Ways out, the one that gives up least first:
Without round: 0.50 EUR, which is not a multiple of 1.00 EUR.
Without cap: 40.00 EUR, which is 39.50 EUR (7900%) above the 0.50 EUR that it allows.
Rules that apply: cap and round.
The base is the reference price, the price on store: 40.00 EUR.
The target is 40.00 EUR.
cap (required): at most 0.50 EUR; the target breaks it.
round (required): a price that is a multiple of 1.00 EUR.
)");
}

TEST(explanation, names_the_fields_to_send_and_who_needs_them) {
  request what = chinese();
  what.cost.reset();
  what.shipping.reset();
  EXPECT_EQ(text_of(worked_example, what), R"(A1 on web in CN: no price (incomplete)
Please send cost and shipping; margin needs them.
Rules that apply: traffic, gap, margin, endings, no-four and eight.
The base is the reference price, the price on store: 32.00 CNY.
traffic takes off 8%, which is 2.56 CNY.
The target is 29.44 CNY.
gap (required): 1% to 10% below the price on store, so 28.80 to 31.68 CNY. Why it is there: "a wider gap starts a quarrel".
margin (required): a margin of at least 5%; its amount is unknown without cost and shipping.
eight (weak): a price with the digit 8.
endings (strong): a price ending in .90 or .80.
no-four (strong): a price without the digit 4.
)");
}

TEST(explanation, a_reference_that_is_missing) {
  request what = chinese();
  what.prices.clear();
  EXPECT_EQ(text_of(worked_example, what), R"(A1 on web in CN: no price (incomplete)
Please send price.store (the price on store).
Without it there is no reference price to start from.
Rules that apply: traffic, gap, margin, endings, no-four and eight.
)");
}

TEST(explanation, a_time_that_is_missing) {
  EXPECT_EQ(text_of(german(R"({ "id": "sale-price", "during": "sale", "discount": "20%" })"), german_request()),
            R"(A1 on web in DE: no price (incomplete)
Please send at (the time).
Rules with a period could apply, so the time must be known.
No rule applies, for the reasons at the end.
sale-price is left open: it depends on the time, which is not known.
)");
}

TEST(explanation, a_channel_that_is_missing) {
  request what = german_request();
  what.channel = {};
  what.sku = {};
  EXPECT_EQ(text_of(german(R"({ "id": "cap", "ceiling": "reference" })"), what),
            R"(This product in DE: no price (incomplete)
Please send channel.
The rules were not looked at.
)");
}

TEST(explanation, a_target_that_cannot_be) {
  EXPECT_EQ(text_of(german(R"({ "id": "coupon", "discount": "45.00" })"), german_request()),
            R"(A1 on web in DE: no price (invalid)
The target would be -5.00 EUR, which is not above zero.
Rules that apply: coupon.
The base is the reference price, the price on store: 40.00 EUR.
coupon takes off 45.00 EUR.
)");
}

TEST(explanation, a_product_that_is_withheld) {
  EXPECT_EQ(text_of(german(R"({ "id": "mirrors", "when": { "category": "home" }, "withhold": "store-exclusive",
                               "because": "they break on the way" }, { "id": "cap", "when": { "target": { "below": "10" } }, "ceiling": "9" })"),
                    {.sku = "A1", .category = "home/mirrors", .channel = "web", .market = "DE"}),
            R"(A1 on web in DE: not sold here (withheld: store-exclusive)
mirrors withholds the product. Why it is there: "they break on the way".
Rules that apply: mirrors; one more does not, for the reason at the end.
cap is left open: it depends on the target, which is not known.
)");
}

TEST(explanation, a_strong_rule_that_is_given_up) {
  EXPECT_EQ(text_of(german(R"({ "id": "cap", "ceiling": "reference - 0.50" }, { "id": "nines", "endings": ["99.99"] },
                              { "id": "eight", "prefer": { "digits": "8", "in": "last" } },
                              { "id": "keep-up", "floor": "39.95", "strength": "medium" })"),
                    german_request()),
            R"(A1 on web in DE: 39.48 EUR (compromised)
The price breaks nines, a strong rule.
The target is 40.00 EUR, which cap does not allow; the nearest price that is allowed is 39.50 EUR, and eight moves it to 39.48 EUR.
Rules that apply: cap, nines, eight and keep-up.
The base is the reference price, the price on store: 40.00 EUR.
The target is 40.00 EUR.
cap (required): not above the reference price less 0.50 EUR, so at most 39.50 EUR; the target breaks it.
keep-up (medium): at least 39.95 EUR; the price breaks it.
eight (weak): a price with 8 as its last digit (zeros aside); kept.
nines (strong): a price ending in 99.99; not kept.
39.47, 39.49 and 39.50 EUR were turned down: they break eight, which 39.48 EUR keeps.
40.00 EUR was turned down: it breaks cap.
Given up: keep-up and nines.
Without tax the price is 33.18 EUR; the tax is 6.30 EUR.
)");
}

TEST(explanation, a_price_that_is_held) {
  request what = german_request();
  what.current = "39.49"_money;
  EXPECT_EQ(
      text_of(german(R"({ "id": "keep", "hold": "3%", "because": "a price that moves by cents looks like a mistake" },
                              { "id": "nines", "endings": [".99"], "strength": "weak" })"),
              what),
      R"(A1 on web in DE: 39.49 EUR (priced, held)
keep holds the current price within 3%: 39.49 EUR stays, instead of 39.99 EUR. Why it is there: "a price that moves by cents looks like a mistake".
The target is 40.00 EUR; nines moves it to 39.99 EUR.
Rules that apply: keep and nines.
The base is the reference price, the price on store: 40.00 EUR.
The target is 40.00 EUR.
nines (weak): a price ending in .99; not kept.
38.99 and 40.99 EUR were turned down: they are farther from the target.
39.98 and 40.00 EUR were turned down: they break nines, which 39.99 EUR keeps.
Given up: nines.
Without tax the price is 33.18 EUR; the tax is 6.31 EUR.
)");
}

TEST(explanation, a_price_that_is_not_held) {
  const std::string text = german(R"({ "id": "keep", "hold": "3%" }, { "id": "cap", "ceiling": "41.00" })");
  request what = german_request();
  what.current = "44.00"_money;
  EXPECT_EQ(text_of(text, what), R"(A1 on web in DE: 40.00 EUR (priced)
This is the target itself; no rule moves it.
Rules that apply: keep and cap.
The base is the reference price, the price on store: 40.00 EUR.
The target is 40.00 EUR.
cap (required): at most 41.00 EUR.
39.99 and 40.01 EUR were turned down: they are farther from the target.
keep would hold the current price within 3%, but not 44.00 EUR: it breaks cap.
Without tax the price is 33.61 EUR; the tax is 6.39 EUR.
)");
}

TEST(explanation, a_hold_that_a_sale_ended) {
  request what = german_request();
  what.current = "39.49"_money;
  what.at = parse_instant("2026-11-15T12:00:00Z");
  what.current_since = parse_instant("2026-11-05T12:00:00Z");
  EXPECT_EQ(
      text_of(german(R"({ "id": "keep", "hold": "3%" }, { "id": "sale-price", "during": "sale", "discount": "20%" })"),
              what),
      R"(A1 on web in DE, at 2026-11-15T12:00:00Z: 40.00 EUR (priced)
This is the target itself; no rule moves it.
Rules that apply: keep; one more does not, for the reason at the end.
The base is the reference price, the price on store: 40.00 EUR.
The target is 40.00 EUR.
39.99 and 40.01 EUR were turned down: they are farther from the target.
keep would hold the current price within 3%, but not this one: a period began or ended at 2026-11-12T00:00:00+01:00, after it was set.
Without tax the price is 33.61 EUR; the tax is 6.39 EUR.
sale-price is off: sale ended at 2026-11-12T00:00:00+01:00.
)");
}

TEST(explanation, an_exclusive_discount_wins) {
  EXPECT_EQ(text_of(german(R"({ "id": "one-day", "discount": "15%", "exclusive": true, "because": "one plain promise" },
                              { "id": "traffic", "discount": "8%" }, { "id": "volume", "discount": "5%" },
                              { "id": "dozen", "discount": "3%", "group": "quantity" })"),
                    german_request()),
            R"(A1 on web in DE: 34.00 EUR (priced)
This is the target itself; no rule moves it.
Rules that apply: one-day, traffic, volume and dozen.
The base is the reference price, the price on store: 40.00 EUR.
traffic would take off 8%, which is 3.20 EUR, but does not count: one-day takes off more and is combined with nothing.
volume would take off 5%, which is 2.00 EUR, but does not count: one-day takes off more and is combined with nothing.
dozen would take off 3%, which is 1.20 EUR, but does not count: one-day takes off more and is combined with nothing.
one-day takes off 15%, which is 6.00 EUR. Why it is there: "one plain promise".
The target is 34.00 EUR.
33.99 and 34.01 EUR were turned down: they are farther from the target.
Without tax the price is 28.57 EUR; the tax is 5.43 EUR.
)");
}

TEST(explanation, discounts_in_groups) {
  EXPECT_EQ(text_of(german(R"({ "id": "one-day", "discount": "5%", "exclusive": true },
                              { "id": "traffic", "discount": "8%" }, { "id": "also", "discount": "3.20" },
                              { "id": "dozen", "discount": "3%", "group": "quantity" },
                              { "id": "gift-wrap", "discount": "-1.00", "group": "service" })",
                           R"("discounts": "compound", )"),
                    german_request()),
            R"(A1 on web in DE: 36.60 EUR (priced)
This is the target itself; no rule moves it.
Rules that apply: one-day, traffic, also, dozen and gift-wrap.
The base is the reference price, the price on store: 40.00 EUR.
also takes off 3.20 EUR.
traffic would take off 8%, which is 3.20 EUR, but does not count: only one discount of a group counts, and also takes off as much.
dozen takes off 3%, which is 1.20 EUR.
gift-wrap adds 1.00 EUR.
one-day would take off 5%, which is 2.00 EUR, but does not count: it is combined with nothing, and it does not take off more than the other discounts together.
Taken one after the other, they take off 3.40 EUR.
The target is 36.60 EUR.
36.59 and 36.61 EUR were turned down: they are farther from the target.
Without tax the price is 30.76 EUR; the tax is 5.84 EUR.
)");
}

TEST(explanation, a_price_set_by_hand) {
  request what = german_request();
  what.at = parse_instant("2026-11-05T12:00:00Z");
  EXPECT_EQ(
      text_of(
          german(
              R"({ "id": "leaflet", "during": "sale", "when": { "sku": "A1" }, "price": "29.95", "because": "printed in the leaflet" },
                              { "id": "nines", "endings": [".99"] }, { "id": "steady", "change": "5%" })"),
          what),
      R"(A1 on web in DE, at 2026-11-05T12:00:00Z: 29.95 EUR (priced)
This price is set by hand, by leaflet ("printed in the leaflet").
Rules that apply: leaflet and nines; one more does not, for the reason at the end.
The base is the reference price, the price on store: 40.00 EUR.
The target is 40.00 EUR.
leaflet (required): set by hand, exactly 29.95 EUR; the target breaks it.
nines (strong): a price ending in .99; has no effect, since the price is set by hand.
40.00 EUR was turned down: it breaks leaflet.
Without tax the price is 25.17 EUR; the tax is 4.78 EUR.
This may change at 2026-11-12T00:00:00+01:00, when a period begins or ends.
steady is off: the request gives no current price.
)");
}

TEST(explanation, what_stands_beside_a_price) {
  EXPECT_EQ(
      text_of(
          german(R"x({ "id": "start", "base": "max(reference - 2.50, msrp?)", "because": "the maker's price first" },
      { "id": "was", "was": "reference" }, { "id": "was-list", "was": "45" },
      { "id": "thanks", "credit": { "to": "store", "rate": "3%" }, "because": "they brought the customer" },
      { "id": "meet", "when": { "target": { "from": "30" } }, "advise": "offer-appointment" })x"),
          former_known()),
      R"(A1 on web in DE: 37.50 EUR (priced)
This is the target itself; no rule moves it.
Rules that apply: start, was, was-list, thanks and meet.
start sets the base to the higher of the reference price less 2.50 EUR and msrp (where given): 37.50 EUR. Why it is there: "the maker's price first".
The target is 37.50 EUR.
37.49 and 37.51 EUR were turned down: they are farther from the target.
was gives the former price 40.00 EUR; the saving is 2.50 EUR, which is 6%.
was-list gives the former price 45.00 EUR; was gives a lower one.
store is owed 1.13 EUR: 3% by thanks ("they brought the customer").
Without tax the price is 31.51 EUR; the tax is 5.99 EUR.
meet advises: offer-appointment.
)");
}

TEST(explanation, a_fallback_and_a_tax_on_top) {
  const std::string text = R"({ "pricepoint": 1, "name": "us", "fallback": "reference",
    "markets": { "US": { "currency": "USD", "display": "net", "tax": "8%" } }, "channels": { "web": { "kind": "online" } },
    "rules": [{ "id": "earn", "margin": { "min": "10%", "max": "60%" } }] })";
  request what{.sku = "A1", .channel = "web", .market = "US", .list = "20.00"_money};
  EXPECT_EQ(text_of(text, what), R"(A1 on web in US: no price (incomplete)
Please send cost and shipping; earn needs them.
Meanwhile the shop may show 20.00 USD, the reference price, which was not checked against any rule.
Rules that apply: earn.
The base is the reference price, the list price: 20.00 USD.
The target is 20.00 USD.
earn (required): a margin of 10% to 60%; its amount is unknown without cost and shipping.
)");
  what.cost = "9.00"_money;
  what.shipping = "1.00"_money;
  EXPECT_EQ(text_of(text, what), R"(A1 on web in US: 20.00 USD (priced)
This is the target itself; no rule moves it.
Rules that apply: earn.
The base is the reference price, the list price: 20.00 USD.
The target is 20.00 USD.
earn (required): a margin of 10% to 60%, so 11.12 to 25.00 USD.
19.99 and 20.01 USD were turned down: they are farther from the target.
The tax comes on top: 1.60 USD.
)");
}

TEST(explanation, a_net_that_is_stored) {
  request what = german_request();
  what.tax = "20%"_rate;
  what.prices = {{"store", "9.99"_money}};
  EXPECT_EQ(text_of(german(R"({ "id": "map", "floor": "5" })", "", R"(, "net": "stored")"), what),
            R"(A1 on web in DE: 10.00 EUR (priced)
The target is 9.99 EUR, which no price without tax gives; the nearest possible price is 10.00 EUR.
Rules that apply: map.
The base is the reference price, the price on store: 9.99 EUR.
The target is 9.99 EUR.
map (required): at least 5.00 EUR.
9.99 EUR was turned down: no price without tax, in steps of 0.01 EUR, gives it.
10.01 EUR was turned down: it is farther from the target.
Without tax the price is 8.33 EUR; the tax is 1.67 EUR.
)");
}

// [XPL-12]
TEST(explanation, of_many_rules_only_those_that_could_ask_for_this_product) {
  std::string rules = R"({ "id": "general", "discount": "1%" })";
  for (int i = 0; i < 1200; ++i) {
    const std::string n = std::to_string(i);
    rules += R"(, { "id": "sku-)" + n + R"(", "when": { "sku": "S)" + n + R"(" }, "discount": "5%", "group": "own" })";
  }
  request what = german_request();
  what.sku = "S7";
  pricer made = with(german(rules));
  EXPECT_EQ(explain(made, what).text(), R"(S7 on web in DE: 37.60 EUR (priced)
This is the target itself; no rule moves it.
Rules that apply: general and sku-7; 1199 others do not, for the reasons at the end.
The base is the reference price, the price on store: 40.00 EUR.
general takes off 1%, which is 0.40 EUR.
sku-7 takes off 5%, which is 2.00 EUR.
Together they take off 2.40 EUR.
The target is 37.60 EUR.
37.59 and 37.61 EUR were turned down: they are farther from the target.
Without tax the price is 31.60 EUR; the tax is 6.00 EUR.
1199 more rules were not looked at; they ask for other products or buyers.
)");
  EXPECT_EQ(boost::json::parse(explain(made, what).json()).at("rules_not_looked_at").as_int64(), 1199);
}

TEST(explanation, text_of_others_stays_on_its_line) {
  request what = german_request();
  what.sku = "A\n1\"";
  const explanation made =
      told(german(R"({ "id": "own", "when": { "sku": "B" }, "discount": "1%", "because": "one\ntwo" })"), what);
  EXPECT_EQ(made.text(), R"(A 1" on web in DE: 40.00 EUR (priced)
This is the target itself; no rule moves it.
No rule applies, for the reasons at the end.
The base is the reference price, the price on store: 40.00 EUR.
The target is 40.00 EUR.
39.99 and 40.01 EUR were turned down: they are farther from the target.
Without tax the price is 33.61 EUR; the tax is 6.39 EUR.
own is off: sku is "A 1"", not "B". Why it is there: "one two".
)");
  EXPECT_EQ(boost::json::parse(made.json()).at("sku").as_string(), "A\n1\"");
}

TEST(explanation, several_channels_each_with_what_was_decided_before) {
  pricer made = with(german(
      R"({ "id": "off", "when": { "channel": "web" }, "discount": "10%" }, { "id": "up", "when": { "channel": "store" }, "discount": "-1.00" },
                               { "id": "steady", "when": { "channel": "store" }, "change": "50%" })",
      ""));
  const std::string_view channels[] = {"web", "store", "shed"};
  request what = german_request();
  what.list = "40.00"_money;
  const std::vector<explanation> all = explain_all(made, what, channels);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].text(), R"(A1 on store in DE: 41.00 EUR (priced)
This is the target itself; no rule moves it.
Rules that apply: up and steady; one more does not, for the reason at the end.
The base is the reference price, the list price: 40.00 EUR.
up adds 1.00 EUR.
The target is 41.00 EUR.
steady (strong): at most 50% away from the current price, so 20.00 to 60.00 EUR.
40.99 and 41.01 EUR were turned down: they are farther from the target.
Without tax the price is 34.45 EUR; the tax is 6.55 EUR.
off is off: channel is "store", not "web".
)");
  EXPECT_EQ(all[1].text(), R"(A1 on web in DE: 36.90 EUR (priced)
This is the target itself; no rule moves it.
Rules that apply: off; 2 others do not, for the reasons at the end.
The base is the reference price, the price on store: 41.00 EUR.
off takes off 10%, which is 4.10 EUR.
The target is 36.90 EUR.
36.89 and 36.91 EUR were turned down: they are farther from the target.
Without tax the price is 31.01 EUR; the tax is 5.89 EUR.
up is off: channel is "web", not "store".
steady is off: channel is "web", not "store".
)");
  EXPECT_EQ(all[2].text(), R"(A1 on shed in DE: no price (invalid)
channel is "shed", which the policy does not declare.
The rules were not looked at.
)");
}

// The same words where the numbers need the tier of big integers, and nothing said twice.
TEST(explanation, starts_anew_with_big_numbers) {
  const std::string text =
      german(R"({ "id": "a", "discount": "1.234567%" }, { "id": "b", "discount": "2.345679%", "group": "b" },
      { "id": "c", "discount": "3.456787%", "group": "c" }, { "id": "d", "discount": "4.567891%", "group": "d" },
      { "id": "e", "discount": "5.678901%", "group": "e" })",
             R"("discounts": "compound", )");
  request what = german_request();
  what.prices = {{"store", "40.123456789"_money}};
  pricer made = with(text);
  EXPECT_EQ(explain(made, what).text(), R"(A1 on web in DE: 33.63 EUR (priced)
The target is 33.629461 EUR, and prices go in steps of 0.01 EUR; the nearest is 33.63 EUR.
Rules that apply: a, b, c, d and e.
The base is the reference price, the price on store: 40.123457 EUR.
a takes off 1.234567%, which is 0.495351 EUR.
b takes off 2.345679%, which is 0.941167 EUR.
c takes off 3.456787%, which is 1.386982 EUR.
d takes off 4.567891%, which is 1.832796 EUR.
e takes off 5.678901%, which is 2.278571 EUR.
Taken one after the other, they take off 6.493996 EUR.
The target is 33.629461 EUR.
33.62 and 33.64 EUR were turned down: they are farther from the target.
Without tax the price is 28.26 EUR; the tax is 5.37 EUR.
)");
  EXPECT_EQ(made.stats().big_evaluations, 1u);
}

}  // namespace
}  // namespace pricepoint
