// SPDX-License-Identifier: Apache-2.0
// The reasons that explanations give: why other amounts were turned down, which rules moved the price, what a price set
// by hand breaks, and what a heading tells apart.
#include "explaining.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "decide/decide.hpp"
#include "explain/narrative.hpp"

namespace pricepoint {
namespace {

using namespace explaining;
using namespace literals;

request of_store(std::string_view price) {
  request what = german_request();
  what.prices = {{"store", *parse_decimal(price)}};
  return what;
}

// The line of a text that begins so.
std::string line_of(const std::string& text, std::string_view start) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    if (text.compare(at, start.size(), start) == 0) return text.substr(at, end - at);
    at = end + 1;
  }
  return "no line begins with " + std::string(start);
}

boost::json::array listed_in(const explanation& told, std::string_view key) {
  return boost::json::parse(told.json()).at(key).as_array();
}

// [XPL-11] Both prices are without 13, so that is no reason against either.
TEST(reasons, a_rule_that_both_prices_satisfy_is_none) {
  const std::string text = german(
      R"({ "id": "ends", "endings": [".99", ".95"] }, { "id": "no-13", "avoid": { "amounts": ["13"] }, "strength": "weak" })");
  const explanation shirt = told(text, of_store("47.50"));
  EXPECT_EQ(line_of(shirt.text(), "46.99"), "46.99 and 47.99 EUR were turned down: they are farther from the target.");
  for (const auto& one : listed_in(shirt, "candidates")) {
    const bool breaks = one.at("why").as_string() == "it breaks ends, which 47.95 EUR keeps";
    EXPECT_EQ(one.as_object().contains("rules"), breaks) << one;
  }
  // [XPL-10, DEC-13] Satisfied, though too far from the target to have counted.
  const explanation strap = told(text, of_store("13.30"));
  EXPECT_EQ(line_of(strap.text(), "no-13"),
            "no-13 (weak): a price without 13 as its whole part; satisfied, though it alone could have moved the price "
            "by 0.13 EUR at most.");
  EXPECT_EQ(listed_in(strap, "shapes"), boost::json::parse(R"([
    {"rule": "ends", "strength": "strong", "asks": "a price ending in .99 or .95", "kept": true, "has": true},
    {"rule": "no-13", "strength": "weak", "asks": "a price without 13 as its whole part", "kept": false, "has": true}])"));
}

// [XPL-11] Every soft rule of the strength that decides is named.
TEST(reasons, all_rules_of_the_strength_that_decides) {
  const std::string text = german(
      R"({ "id": "ends", "endings": [".90"] }, { "id": "no-4", "avoid": { "digits": "4" } }, { "id": "six", "prefer": { "digits": "6" } })");
  const explanation made = told(text, of_store("24.64"));
  EXPECT_EQ(line_of(made.text(), "24.64"),
            "24.64 EUR was turned down: it breaks ends and no-4, which 23.90 EUR keeps.");
}

// [XPL-11] What an amount has and the chosen price has not is named with how far it reaches, and what says so.
TEST(reasons, a_rule_whose_reach_ends_before) {
  const std::string_view nines = R"({ "id": "nines", "endings": ["9.99"] })";
  EXPECT_EQ(line_of(text_of(german(nines), of_store("35.00")), "29.99"),
            "29.99 and 39.99 EUR were turned down: they have what nines asks for, but are more than 1.75 EUR away from "
            "35.00 EUR; a strong rule may move a price by 5% at most (within).");
  EXPECT_EQ(line_of(text_of(german(nines, R"("within": { "strong": "0.80" }, )"), of_store("35.00")), "29.99"),
            "29.99 and 39.99 EUR were turned down: they have what nines asks for, but are more than 0.80 EUR away from "
            "35.00 EUR; a strong rule may move a price by 0.80 EUR at most (within).");
  EXPECT_EQ(line_of(text_of(german(nines, R"("within": ["2%", { "EUR": "0.80" }], )"), of_store("35.00")), "29.99"),
            "29.99 and 39.99 EUR were turned down: they have what nines asks for, but are more than 0.80 EUR away from "
            "35.00 EUR; a strong rule may move a price by 2% or 0.80 EUR at most, whichever is more (within).");
  EXPECT_EQ(line_of(text_of(german(nines, R"("within": "0%", )"), of_store("35.00")), "29.99"),
            "29.99 and 39.99 EUR were turned down: they have what nines asks for, but are more than 0.00 EUR away from "
            "35.00 EUR; a strong rule may not move a price (within).");
}

// [XPL-11] A weak rule that it breaks is not the reason where a strong one that it has does not reach it.
TEST(reasons, the_stronger_rule_is_the_reason) {
  const std::string text = german(R"({ "id": "nines", "endings": ["9.99"] },
      { "id": "cap", "ceiling": "36.00", "strength": "weak" })");
  const std::string made = text_of(text, of_store("35.00"));
  EXPECT_NE(made.find("39.99 EUR were turned down: they have what nines asks for"), std::string::npos) << made;
}

// [XPL-11] Nearer to the target, and with the same shapes: only where the search began is left to say.
TEST(reasons, farther_than_the_rules_of_a_strength_may_move_a_price) {
  const std::string text = german(R"({ "id": "nines", "endings": [".99"] },
      { "id": "least", "floor": "12.00", "strength": "weak" })");
  const std::string made = text_of(text, of_store("10.00"));
  EXPECT_EQ(line_of(made, "10.99"),
            "10.99 and 12.99 EUR were turned down: they are more than 0.60 EUR away from 12.00 EUR; a strong rule may "
            "move a price by 5% at most (within).");
  // [XPL-6] The floor moved the price, although what nines asks for goes before it in the end.
  EXPECT_EQ(line_of(made, "The target is 10.00 EUR,"),
            "The target is 10.00 EUR, which least does not allow; the nearest price that is allowed is 12.00 EUR, and "
            "nines moves it to 11.99 EUR.");
}

// [XPL-11, DEC-17]
TEST(reasons, as_near_on_the_other_side) {
  const std::string made = text_of(german(R"({ "id": "tens", "endings": [".90", ".10"] })"), of_store("25.00"));
  EXPECT_EQ(line_of(made, "25.10"), "25.10 EUR was turned down: it is as near to the target; the lower price stands.");
}

// [XPL-6] What moves the price is named, the step only where nothing else does.
TEST(reasons, the_headline_names_what_moves_the_price) {
  const auto short_of = [](std::string_view rules, std::string_view price, std::string_view market = "") {
    return line_of(text_of(german(rules, "", market), of_store(price)), "The target is ");
  };
  const std::string_view required = R"({ "id": "end", "endings": [".99"], "strength": "required" })";
  EXPECT_EQ(short_of(required, "752.20"),
            "The target is 752.20 EUR, which end does not allow; the nearest price that is allowed is 751.99 EUR.");
  EXPECT_EQ(short_of(required, "752.204"),
            "The target is 752.204 EUR, which end does not allow; the nearest price that is allowed is 751.99 EUR.");
  EXPECT_EQ(short_of(required, "751.992"),
            "The target is 751.992 EUR, and prices go in steps of 0.01 EUR; the nearest is 751.99 EUR.");
  const std::string both = std::string(required) + R"(, { "id": "least", "floor": "55.00" })";
  EXPECT_EQ(
      short_of(both, "54.20"),
      "The target is 54.20 EUR, which least and end do not allow; the nearest price that is allowed is 55.99 EUR.");
  EXPECT_EQ(short_of(both, "54.99"),
            "The target is 54.99 EUR, which least does not allow; the nearest price that end allows too is 55.99 EUR.");
  EXPECT_EQ(short_of(R"({ "id": "cap", "ceiling": "80.756" })", "80.755"),
            "The target is 80.755 EUR, and prices go in steps of 0.01 EUR; the nearest that cap allows is 80.75 EUR.");
  EXPECT_EQ(short_of(R"({ "id": "cap", "ceiling": "80.758" })", "80.757"),
            "The target is 80.757 EUR, and prices go in steps of 0.01 EUR; the nearest that cap allows is 80.75 EUR.");
  EXPECT_EQ(short_of(R"({ "id": "no-5", "avoid": { "digits": "5", "in": "last" }, "strength": "required" })", "12.34",
                     R"(, "unit": "0.05")"),
            "The target is 12.34 EUR, and prices go in steps of 0.05 EUR; the nearest that no-5 allows is 12.30 EUR.");
}

// [XPL-10, XPL-14, AUD-10] Fees leave nothing for the margin: there is no limit, and nothing to measure from.
TEST(reasons, a_margin_that_no_price_earns_has_no_limit) {
  request what = german_request();
  what.cost = "30.00"_money;
  what.shipping = "1.00"_money;
  what.fee = "50%"_rate;
  const explanation made = told(german(R"({ "id": "earn", "margin": "60%" })"), what);
  EXPECT_EQ(line_of(made.text(), "earn asks"),
            "earn asks for a margin of at least 60% after a fee of 50%, which no price earns.");
  EXPECT_EQ(line_of(made.text(), "Without earn"), "Without earn: 40.00 EUR.");
  EXPECT_EQ(listed_in(made, "bounds"), boost::json::parse(R"([{"rule": "earn", "strength": "required",
    "asks": "a margin of at least 60% after a fee of 50%", "never": true, "binds": true}])"));
  EXPECT_EQ(listed_in(made, "ways_out"),
            boost::json::parse(R"([{"without": "earn", "status": "priced", "price": "40.00"}])"));
}

// [XPL-10, XPL-14]
TEST(reasons, a_free_product_is_not_priced) {
  const explanation free = told(german(R"({ "id": "gift", "price": "0" })"), german_request());
  EXPECT_EQ(line_of(free.text(), "gift sets"),
            "gift sets 0.00 EUR, but prices are above zero; a free product is not priced.");
  EXPECT_EQ(line_of(free.text(), "gift (required)"),
            "gift (required): set by hand to 0.00 EUR, but prices are above zero; a free product is not priced.");
  EXPECT_EQ(line_of(free.text(), "Without gift"), "Without gift: 40.00 EUR.");
  EXPECT_EQ(listed_in(free, "bounds"), boost::json::parse(R"([{"rule": "gift", "strength": "required",
    "asks": "set by hand", "never": true, "binds": true}])"));
  EXPECT_EQ(line_of(text_of(german(R"({ "id": "gift", "price": "0.004" })"), german_request()), "gift sets"),
            "gift sets less than 0.01 EUR, which no price is.");
}

// [BND-2, XPL-10] A price set by hand says which soft bounds it breaks; shapes and `change` have no part in it.
TEST(reasons, what_a_price_set_by_hand_breaks) {
  request what = german_request();
  what.cost = "30.00"_money;
  what.shipping = "0.00"_money;
  what.current = "40.00"_money;
  const explanation made = told(german(R"({ "id": "signed", "price": "34.00" },
      { "id": "earn", "margin": "5%", "strength": "strong" }, { "id": "least", "floor": "30.00", "strength": "weak" },
      { "id": "most", "ceiling": "33.50", "strength": "weak" }, { "id": "maker", "floor": "map", "strength": "weak" },
      { "id": "steady", "change": "5%" }, { "id": "nines", "endings": [".99"] })"),
                                what);
  EXPECT_EQ(line_of(made.text(), "earn (strong)"),
            "earn (strong): a margin of at least 5%, so at least 37.58 EUR; 34.00 EUR, set by hand, is below that.");
  EXPECT_EQ(line_of(made.text(), "least (weak)"), "least (weak): at least 30.00 EUR.");
  EXPECT_EQ(line_of(made.text(), "most (weak)"),
            "most (weak): at most 33.50 EUR; 34.00 EUR, set by hand, is above that.");
  for (const char* idle : {"maker", "steady", "nines"}) {
    EXPECT_NE(line_of(made.text(), std::string(idle) + " (").find("; has no effect, since the price is set by hand."),
              std::string::npos)
        << made.text();
  }
  std::vector<std::string> told_of;
  for (const auto& one : listed_in(made, "bounds")) {
    const auto& bound = one.as_object();
    told_of.emplace_back(std::string(std::string_view(bound.at("rule").as_string())) + (bound.contains("idle") ? " idle"
                                                                                        : bound.at("kept").as_bool()
                                                                                            ? " kept"
                                                                                            : " broken"));
  }
  EXPECT_EQ(told_of, (std::vector<std::string>{"signed kept", "earn broken", "least kept", "maker idle", "most broken",
                                               "steady idle"}));
}

// [XPL-6, XPL-7] All that tells a row from others.
TEST(reasons, headings_tell_rows_apart) {
  pricer made = with(german(R"({ "id": "off", "discount": "10%" })"));
  request what = german_request();
  what.quantity = 10;
  what.segment = "gold";
  what.audience = "staff";
  what.at = parse_instant("2026-11-05T12:00:00+01:00");
  const auto start = [](const explanation& one) { return one.text().substr(0, one.text().find(": 36.00")); };
  const explanation all = explain(made, what);
  EXPECT_EQ(start(all), "A1 on web in DE, 10 pieces, segment gold, audience staff, at 2026-11-05T11:00:00Z");
  EXPECT_EQ(all.json().substr(0, all.json().find(",\"currency\"")),
            R"({"sku":"A1","channel":"web","market":"DE","quantity":"10","segment":"gold","audience":"staff",)"
            R"("at":"2026-11-05T11:00:00Z")");
  // A time that is the same for all tells nothing apart.
  const explanation without = explain(made, what, {}, false);
  EXPECT_EQ(start(without), "A1 on web in DE, 10 pieces, segment gold, audience staff");
  EXPECT_EQ(without.json().find("\"at\""), std::string::npos);
  what.quantity = 1;
  what.segment = {};
  what.audience = {};
  EXPECT_EQ(start(explain(made, what, {}, false)), "A1 on web in DE, 1 piece");
  what.quantity = 10;
  const explanation times = timeline(made, what);
  EXPECT_EQ(times.text().substr(0, times.text().find(": 36.00")),
            "A1 on web in DE, 10 pieces, at 2026-11-05T11:00:00Z");
  EXPECT_EQ(times.json().substr(0, times.json().find(",\"timeline\"")),
            R"({"sku":"A1","channel":"web","market":"DE","quantity":"10")");
}

// [SEQ-12, ADV-5] Advice that no rule gives says what it is and what to do about it.
TEST(reasons, advice_of_the_program_itself) {
  const auto advice = [](std::string_view market) {
    const result<policy> read = parse_policy(german(
        R"({ "id": "a", "advise": "old-price-of-store" }, { "id": "b", "advise": "unit-too-coarse" })", "", market));
    engine::workspace memory(engine::machine_of(*read), {}, {});
    const request what = of_store("0.113");
    memory.bind(what);
    recorder heard(memory.bound().currency);
    decision made;
    engine::decide(memory, made, heard);
    narrative told = narrative_of(memory, what, made, heard);
    told.advising.clear();  // as if no rule gave it
    const std::string text = sentences(told);
    return line_of(text, "This was decided") + "\n" + line_of(text, "The steps");
  };
  EXPECT_EQ(advice(""),
            "This was decided with the price on store that the request gives (old-price-of-store): store is decided "
            "later, or has no price now. Once store has its new price, decide this one again.\n"
            "The steps are too coarse for this price (unit-too-coarse): of the prices that are possible here, 0.11 EUR "
            "is the nearest to the target, and more than 5% away from it. Price a pack of several pieces instead.");
  EXPECT_NE(advice(R"(, "unit": "0.05")")
                .find("0.10 EUR is the nearest to the target, and more than 5% away from it. "
                      "Give the market a finer unit."),
            std::string::npos);
}

}  // namespace
}  // namespace pricepoint
