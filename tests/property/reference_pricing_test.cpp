// SPDX-License-Identifier: Apache-2.0
// The reference evaluator by answers worked out by hand: halves, former prices, what a price by hand leaves of soft
// rules, gaps to several channels, prices carried from one display to another, and several channels in one call. What
// it does not do right it cannot hold the engine to. markets_for_tests.jsonc is its table.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reference.hpp"

namespace {

using fields = std::map<std::string, std::string>;
using rates = std::vector<reference::rate_row>;

/// G and N show and do not show a tax of 19%; K keeps whole net cents of prices with 20%, L with 19%; S goes in steps
/// of 0.05, T of 10; U shows a tax that nobody says, V shows none. `counter` shows net prices everywhere, `till` gross
/// ones.
std::string policy_of(const std::string& rules, const std::string& top) {
  return R"({ "pricepoint": 1, "name": "test", )" + top + R"(
    "markets": { "G": { "currency": "EUR", "tax": "19%" }, "N": { "currency": "EUR", "display": "net", "tax": "19%" },
      "K": { "currency": "EUR", "tax": "20%", "net": "stored" }, "L": { "currency": "EUR", "tax": "19%", "net": "stored" },
      "S": { "currency": "EUR", "tax": "8.1%", "unit": "0.05" }, "T": { "currency": "EUR", "tax": "0%", "unit": "10" },
      "U": { "currency": "EUR" }, "V": { "currency": "EUR", "display": "net" },
      "W": { "currency": "EUR", "tax": "200%", "unit": "1" }, "QA": { "tax": "20%" } },
    "channels": { "web": { "kind": "online" }, "app": { "kind": "online" }, "store": { "kind": "traditional" },
      "kiosk": { "kind": "traditional" }, "counter": { "kind": "online", "display": "net" },
      "till": { "kind": "online", "display": "gross", "reference": "counter" },
      "desk": { "kind": "online", "display": "net", "reference": ["till", "web"] } },
    "periods": { "june": [ { "from": "2026-06-01", "until": "2026-06-10", "zone": "UTC" },
        { "from": "2026-06-11", "until": "2026-06-20", "zone": "UTC" },
        { "from": "2026-06-20T12:00:00Z", "until": "2026-06-25T00:00:00Z" } ],
      "july": { "from": "2026-07-01", "until": "2026-07-31", "zone": "UTC" } },
    "rules": [)" +
         rules + "] }";
}

reference::policy read(const std::string& rules, const std::string& top = "") {
  std::ifstream file(PRICEPOINT_SOURCE_DIR "/tests/property/markets_for_tests.jsonc", std::ios::binary);
  return reference::policy(policy_of(rules, top),
                           {std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()), {}});
}

std::string shown(const reference::decision& made) {
  std::string text = made.status;
  if (made.price_minor) text += " " + std::to_string(*made.price_minor);
  const auto list = [&](const char* name, const std::vector<std::string>& words) {
    if (words.empty()) return;
    text += std::string(" ") + name + "[";
    for (const auto& word : words) text += (text.back() == '[' ? "" : " ") + word;
    text += "]";
  };
  list("relaxed", made.relaxed);
  list("conflict", made.conflict);
  list("missing", made.missing);
  list("invalid", made.invalid);
  list("advice", made.advice);
  if (made.held) text += " held";
  if (made.was_minor)
    text += " was " + std::to_string(*made.was_minor) + " saving " + std::to_string(*made.saving_minor);
  if (made.saving_rate_percent) text += " " + std::to_string(*made.saving_rate_percent) + "%";
  return text;
}

/// On the web in G unless the fields say otherwise: "compromised 900 relaxed[f] advice[a] was 1000 saving 100 10%".
std::string price(const std::string& rules, fields asked, const std::string& top = "") {
  asked.emplace("channel", "web");
  asked.emplace("market", "G");
  return shown(reference::decide(read(rules, top), reference::request{asked}, {}));
}

/// "store: priced 900, web: conflict conflict[g]", in the order in which they are decided.
std::string together(const std::string& rules, const std::vector<std::string>& channels, fields asked,
                     const std::string& top = "") {
  asked.emplace("market", "G");
  const reference::policy policy = read(rules, top);
  const reference::request request{asked};
  const auto order = reference::decision_order(policy, request, channels, {});
  const auto made = reference::decide_all(policy, request, channels, {});
  std::string text;
  for (std::size_t i = 0; i < made.size(); ++i) text += (i > 0 ? ", " : "") + order[i] + ": " + shown(made[i]);
  return text;
}

std::string next_change(const std::string& rules, fields asked, const rates& table = {},
                        const std::vector<std::string>& channels = {"web"}) {
  asked.emplace("market", "G");
  asked.emplace("at", "2026-06-05T00:00:00Z");
  const auto made = reference::decide_all(read(rules), reference::request{asked}, channels, table);
  std::string text;
  for (const auto& one : made) {
    text += text.empty() ? "" : " ";
    const auto& at = one.next_change_at_unix_ms;
    std::string name = at ? std::to_string(*at) : "none";
    for (const char* known : {"2026-06-11T00:00:00Z", "2026-06-20T12:00:00Z", "2026-06-21T00:00:00Z",
                              "2026-06-25T00:00:00Z", "2026-07-01T00:00:00Z", "2026-06-15T08:00:00Z"}) {
      if (at == reference::parse_instant(known)) name = known;
    }
    text += name;
  }
  return text;
}

// ---- halves

TEST(reference_pricing, halves_go_up) {  // [DEC-17]
  EXPECT_EQ(price("", {{"market", "N"}, {"list", "11.025"}}), "priced 1103");
  EXPECT_EQ(price("", {{"market", "N"}, {"list", "0.045"}}), "priced 5 advice[unit-too-coarse]");
  EXPECT_EQ(price(R"({ "id": "d", "discount": "10%" })", {{"list", "25.45"}}), "priced 2291");
  EXPECT_EQ(price(R"({ "id": "b", "base": "cost" })", {{"cost", "2.50"}}), "priced 298");
  EXPECT_EQ(price(R"({ "id": "b", "base": "cost" })", {{"market", "S"}, {"cost", "6.75"}}), "priced 730");
  EXPECT_EQ(price("", {{"market", "S"}, {"list", "1.025"}}), "priced 105");
  EXPECT_EQ(price("", {{"market", "S"}, {"list", "1.024999999"}}), "priced 100");
  EXPECT_EQ(price("", {{"market", "T"}, {"list", "125"}}), "priced 13000");
}

TEST(reference_pricing, between_two_prices_of_a_shape_halves_go_to_the_lower) {  // [DEC-10] [DEC-15] [DEC-17]
  for (const char* strength : {"required", "strong", "medium", "weak"}) {
    const std::string rule = R"({ "id": "e", "endings": [".90"], "strength": ")" + std::string(strength) + R"(" })";
    EXPECT_EQ(price(rule, {{"list", "30.40"}}, R"("within": "10%",)"), "priced 2990");
  }
  // 30.405 is nearer to neither, and 30.41 is nearer to 30.46.
  EXPECT_EQ(price(R"({ "id": "e", "endings": [".35", ".46"] })", {{"list", "30.405"}}), "priced 3046");
  EXPECT_EQ(price(R"({ "id": "e", "endings": [".35", ".45"] })", {{"list", "30.40"}}), "priced 3035");
}

TEST(reference_pricing, where_the_net_is_stored_a_half_goes_to_what_the_net_shows) {  // [DEC-17]
  // 9.99 ÷ 1.20 is 8.325: 8.33 is stored, and shows 10.00. No net amount shows 9.99.
  EXPECT_EQ(price("", {{"market", "K"}, {"list", "9.99"}}), "priced 1000");
  // 0.16 ÷ 1.19 is 0.1345: 0.13 is stored, and shows 0.15. 0.14 shows 0.17.
  EXPECT_EQ(price("", {{"market", "L"}, {"list", "0.16"}}), "priced 15 advice[unit-too-coarse]");
  EXPECT_EQ(price("", {{"market", "L"}, {"list", "0.161"}}), "priced 17 advice[unit-too-coarse]");
}

TEST(reference_pricing, says_that_the_unit_is_too_coarse) {  // [ADV-5]
  EXPECT_EQ(price("", {{"market", "T"}, {"list", "12"}}), "priced 1000 advice[unit-too-coarse]");
  EXPECT_EQ(price("", {{"market", "T"}, {"list", "10.50"}}), "priced 1000");
  EXPECT_EQ(price("", {{"market", "T"}, {"list", "10.53"}}), "priced 1000 advice[unit-too-coarse]");
  EXPECT_EQ(price(R"({ "id": "p", "price": "10" })", {{"market", "T"}, {"list", "12"}}), "priced 1000");
  // A rule may take the price as far away as it likes.
  EXPECT_EQ(price(R"({ "id": "f", "floor": "50" })", {{"market", "T"}, {"list", "20"}}), "priced 5000");
  EXPECT_EQ(price(R"({ "id": "f", "floor": "5", "strength": "weak" }, { "id": "c", "ceiling": "4" })",
                  {{"market", "T"}, {"list", "20"}}),
            "conflict conflict[c]");
}

// ---- former prices

TEST(reference_pricing, a_former_price_is_one_that_could_be_asked) {  // [WAS-3] [WAS-4] [WAS-6] [OUT-18]
  const std::string was = R"({ "id": "w", "was": "list" }, )";
  const std::string tenth = was + R"({ "id": "d", "discount": "10%" })";
  EXPECT_EQ(price(tenth, {{"market", "S"}, {"list", "14.43"}}), "priced 1300 was 1440 saving 140 9%");
  EXPECT_EQ(price(was + R"({ "id": "c", "ceiling": "14.40" })", {{"market", "S"}, {"list", "14.43"}}), "priced 1440");
  EXPECT_EQ(price(was + R"({ "id": "d", "discount": "0.10" })", {{"list", "100.10"}}),
            "priced 10000 was 10010 saving 10");
  EXPECT_EQ(price(was + R"({ "id": "d", "discount": "0.01" })", {{"market", "K"}, {"list", "9.99"}}), "priced 998");
  EXPECT_EQ(price(was + R"({ "id": "d", "discount": "0.05" })", {{"market", "K"}, {"list", "9.99"}}),
            "priced 994 was 998 saving 4");
  EXPECT_EQ(price(tenth, {{"market", "QA"}, {"list", "15.00"}, {"lowest_prior", "14.43"}}),
            "priced 1350 was 1440 saving 90 6%");
  EXPECT_EQ(price(tenth, {{"market", "QA"}, {"list", "15.00"}, {"lowest_prior", "13.54"}}), "priced 1350");
}

// ---- prices by hand, and what cannot be had

TEST(reference_pricing, a_price_by_hand_says_which_soft_bounds_it_breaks) {  // [BND-2] [OUT-7] [STA-10]
  const std::string by_hand = R"({ "id": "p", "price": "9" }, )";
  EXPECT_EQ(price(by_hand + R"({ "id": "f", "floor": "10", "strength": "strong" })", {{"list", "12"}}),
            "compromised 900 relaxed[f]");
  EXPECT_EQ(price(by_hand + R"({ "id": "f", "floor": "10", "strength": "medium" },
                               { "id": "g", "gap": { "to": "store", "min": "0%" }, "strength": "weak" },
                               { "id": "m", "margin": "60%", "strength": "weak" },
                               { "id": "t", "ceiling": "target", "strength": "strong" })",
                  {{"list", "12"}, {"price.store", "8"}, {"cost", "1"}, {"shipping", "0"}}),
            "priced 900 relaxed[f g]");
  EXPECT_EQ(price(by_hand + R"({ "id": "e", "endings": [".99"] }, { "id": "c", "change": "1%" },
                               { "id": "f", "floor": "map", "strength": "strong" })",
                  {{"list", "12"}, {"current", "12"}}),
            "priced 900");
  // A required `change` is no soft one.
  EXPECT_EQ(
      price(by_hand + R"({ "id": "c", "change": "1%", "strength": "required" })", {{"list", "12"}, {"current", "12"}}),
      "conflict conflict[c p]");
}

TEST(reference_pricing, what_cannot_be_had_is_not_broken) {  // [RUL-9] [OUT-6] [HLD-3]
  EXPECT_EQ(price(R"({ "id": "p", "prefer": { "amounts": ["20"] } })", {{"list", "14.00"}}), "priced 1400");
  EXPECT_EQ(price(R"({ "id": "p", "prefer": { "amounts": ["20"] }, "strength": "strong" })", {{"list", "14.00"}}),
            "priced 1400");
  // 13.88 is near, and 14.00 keeps what is stronger.
  const std::string round = R"({ "id": "e", "endings": [".00"] }, )";
  EXPECT_EQ(price(round + R"({ "id": "p", "prefer": { "digits": "8" } })", {{"list", "14.00"}}),
            "priced 1400 relaxed[p]");
  EXPECT_EQ(price(round + R"({ "id": "p", "prefer": { "digits": "8" } }, { "id": "f", "floor": "13.99" },
                             { "id": "c", "ceiling": "14.05" })",
                  {{"list", "14.00"}}),
            "priced 1400");
  // What is avoided can be avoided anywhere, in reach or not.
  EXPECT_EQ(price(R"({ "id": "a", "avoid": { "digits": "1" }, "strength": "weak" })", {{"list", "14.00"}}),
            "priced 1400 relaxed[a]");
  // 15.00 breaks a strong preference as little as the price does.
  const std::string held = R"({ "id": "p", "prefer": { "amounts": ["20"] }, "strength": "strong" },
                              { "id": "h", "hold": "10%" })";
  EXPECT_EQ(price(held, {{"list", "14.00"}, {"current", "15.00"}}), "priced 1500 held");
}

// ---- gaps to several

TEST(reference_pricing, a_gap_to_several_channels_holds_against_each) {  // [BND-6] [BND-7] [BND-8] [BND-9]
  const std::string online = R"({ "id": "g", "when": { "channel": ["store", "web"] },
                                  "gap": { "to": "online", "min": "0%", "max": "10%" } })";
  const fields at_store = {{"channel", "store"}, {"list", "12"}, {"price.web", "10"}, {"price.app", "9.50"}};
  EXPECT_EQ(price(online, at_store), "priced 950");
  EXPECT_EQ(price(online, {{"list", "12"}, {"price.web", "5"}, {"price.app", "9.50"}}), "priced 950");  // not the own
  EXPECT_EQ(price(online, {{"channel", "store"}, {"list", "12"}, {"price.kiosk", "9"}}),
            "incomplete missing[price.online]");
  const std::string list = R"({ "id": "g", "gap": { "to": ["kiosk", "app"], "min": "0%" } })";
  EXPECT_EQ(price(list, {{"list", "12"}, {"price.kiosk", "9"}}), "priced 900");
  EXPECT_EQ(price(list, {{"list", "12"}, {"price.kiosk", "9"}, {"price.app", "8"}, {"price.store", "7"}}),
            "priced 800");
  EXPECT_EQ(price(list, {{"list", "12"}}), "incomplete missing[price.app price.kiosk]");
  EXPECT_EQ(price(list, {{"channel", "app"}, {"list", "12"}}), "incomplete missing[price.kiosk]");
  const std::string own = R"({ "id": "g", "gap": { "to": ["web"], "min": "0%" } })";
  EXPECT_EQ(price(own, {{"list", "12"}, {"price.web", "5"}}), "priced 1200");
}

// ---- two displays

TEST(reference_pricing, a_carried_price_is_what_the_other_display_shows) {  // [SEQ-6] [SEQ-7] [MKT-5] [MKT-6]
  const std::string same = R"({ "id": "g", "when": { "channel": "till" },
                                "gap": { "to": "counter", "min": "0%", "max": "0%" } })";
  EXPECT_EQ(together(same, {"till", "counter"}, {{"list", "80.01"}}), "counter: priced 8001, till: priced 9521");
  const std::string floor = R"({ "id": "f", "when": { "channel": "desk" }, "floor": "price.till" })";
  EXPECT_EQ(together(floor, {"till", "desk"}, {{"list", "1"}, {"price.counter", "95.21"}}),
            "till: priced 9521, desk: priced 8001");
  // 1 with a tax of 200% is a third without, which is nothing in steps of 1; the request's own does not stand in.
  EXPECT_EQ(together(R"({ "id": "f", "when": { "channel": "desk" }, "floor": "price.till" })", {"till", "desk"},
                     {{"market", "W"}, {"list", "1"}, {"price.counter", "1"}, {"price.till", "7"}, {"price.web", "5"}}),
            "till: priced 100, desk: incomplete missing[price.till]");
  EXPECT_EQ(together("", {"till", "desk"}, {{"market", "W"}, {"price.counter", "1"}, {"price.web", "5"}}),
            "till: priced 100, desk: priced 500");
  EXPECT_EQ(together("", {"till", "desk"}, {{"market", "U"}, {"price.counter", "2"}}),
            "till: priced 200, desk: incomplete missing[tax]");
  EXPECT_EQ(together("", {"till", "desk"}, {{"market", "V"}, {"price.counter", "2"}}),
            "till: priced 200, desk: priced 200");
}

// ---- several channels

TEST(reference_pricing, a_channel_waits_for_what_it_reads) {  // [SEQ-2] [SEQ-3] [SEQ-5]
  const fields asked = {{"list", "20"}, {"price.web", "30"}, {"price.app", "25"}};
  const std::string least = R"({ "id": "c", "when": { "channel": "app" }, "ceiling": "min(price.web, price.store) " },
                               { "id": "d", "when": { "channel": "web" }, "discount": "10%" })";
  EXPECT_EQ(together(least, {"app", "web", "store"}, asked), "store: priced 2000, web: priced 1800, app: priced 1800");
  const std::string gap =
      R"({ "id": "g", "when": { "channel": "app" }, "gap": { "to": "traditional", "min": "10%" } })";
  EXPECT_EQ(together(gap, {"app", "web", "store"}, asked), "store: priced 2000, app: priced 1800, web: priced 2000");
  // Off for ever is not read; off at another time or target is.
  const auto order = [&](const std::string& when) {
    return together(R"({ "id": "c", )" + when + R"(, "ceiling": "price.web", "skip_if_missing": true })",
                    {"app", "web"}, {{"list", "20"}, {"at", "2026-06-05T00:00:00Z"}});
  };
  EXPECT_EQ(order(R"("when": { "channel": "app", "segment": "vip" })"), "app: priced 2000, web: priced 2000");
  EXPECT_EQ(order(R"("when": { "channel": "app" }, "during": "july")"), "web: priced 2000, app: priced 2000");
  EXPECT_EQ(order(R"("when": { "channel": "app", "target": { "below": "5" } })"), "web: priced 2000, app: priced 2000");
  EXPECT_EQ(order(R"("when": { "channel": "app" }, "except": { "period": "june" })"),
            "web: priced 2000, app: priced 2000");
}

TEST(reference_pricing, a_channel_waits_through_references_that_are_not_asked_for) {  // [SEQ-2]
  const std::string later = R"({ "id": "c", "when": { "channel": "counter" }, "ceiling": "price.web" })";
  // desk reads till, till reads counter; counter reads web.
  EXPECT_EQ(together(later, {"counter", "desk", "web"}, {{"market", "N"}, {"list", "20"}, {"price.till", "11.90"}}),
            "web: priced 2000, counter: priced 2000, desk: priced 1190");
}

TEST(reference_pricing, in_a_circle_soft_readings_give_way_first) {  // [SEQ-10] [SEQ-11] [SEQ-12]
  const fields asked = {{"list", "20"}, {"price.web", "30"}, {"price.app", "18"}};
  const std::string hard = R"({ "id": "a", "when": { "channel": "app" }, "ceiling": "price.web" }, )";
  const std::string soft =
      R"({ "id": "w", "when": { "channel": "web" }, "strength": "weak", "floor": "price.app * 2" })";
  EXPECT_EQ(together(hard + soft, {"app", "web"}, asked),
            "web: priced 3600 advice[old-price-of-app], app: priced 2000");
  const std::string was = R"({ "id": "w", "when": { "channel": "web" }, "was": "price.app" })";
  EXPECT_EQ(together(hard + was, {"app", "web"}, asked), "web: priced 2000 advice[old-price-of-app], app: priced 2000");
  // Two that are required: neither waits, and the lower name is first.
  const std::string both = hard + R"({ "id": "w", "when": { "channel": "web" }, "ceiling": "price.app" })";
  EXPECT_EQ(together(both, {"web", "app"}, {{"list", "20"}, {"price.web", "15"}, {"price.app", "18"}}),
            "app: priced 1500 advice[old-price-of-web], web: priced 1500");
  // References stay.
  const std::string back = R"({ "id": "c", "when": { "channel": "counter" }, "ceiling": "price.till" })";
  EXPECT_EQ(together(back, {"till", "counter"}, {{"list", "20"}, {"price.till", "11"}, {"tax", "0%"}}),
            "counter: priced 1100 advice[old-price-of-till], till: priced 1100");
}

TEST(reference_pricing, says_whose_price_is_old) {  // [SEQ-12]
  // A channel without a price leaves the request's.
  const std::string none = R"({ "id": "f", "when": { "channel": "counter" }, "floor": "50" },
                              { "id": "c", "when": { "channel": "counter" }, "ceiling": "40" })";
  const fields asked = {{"market", "N"}, {"list", "20"}, {"price.counter", "11"}, {"tax", "0%"}};
  EXPECT_EQ(together(none, {"till", "counter"}, asked),
            "counter: conflict conflict[c f], till: priced 1100 advice[old-price-of-counter]");
  // Where the base is something else, nothing of it is used.
  EXPECT_EQ(
      together(none + R"(, { "id": "b", "when": { "channel": "till" }, "base": "list" })", {"till", "counter"}, asked),
      "counter: conflict conflict[c f], till: priced 2000");
  EXPECT_EQ(together(none + R"(, { "id": "b", "when": { "channel": "till" }, "base": "list" },
                               { "id": "r", "when": { "channel": "till" }, "floor": "max(cost?, reference) "
})",
                     {"till", "counter"}, asked),
            "counter: conflict conflict[c f], till: priced 2000 advice[old-price-of-counter]");
  // A rule that has no value uses nothing, and neither does a decision that has no target.
  EXPECT_EQ(together(none + R"(, { "id": "b", "when": { "channel": "till" }, "base": "list" },
                               { "id": "r", "when": { "channel": "till" }, "skip_if_missing": true,
                                 "floor": "cost + reference" })",
                     {"till", "counter"}, asked),
            "counter: conflict conflict[c f], till: priced 2000");
  EXPECT_EQ(together(none + R"(, { "id": "b", "when": { "channel": "till" }, "base": "reference + cost" })",
                     {"till", "counter"}, asked),
            "counter: conflict conflict[c f], till: incomplete missing[cost]");
  // Alone, nothing is old.
  EXPECT_EQ(together("", {"till"}, asked), "till: priced 1100");
}

// ---- the next change

TEST(reference_pricing, boundaries_are_those_of_the_whole_period) {  // [OUT-21] [OUT-30] [HLD-5]
  const std::string sale = R"({ "id": "d", "during": "june", "discount": "10%" })";
  EXPECT_EQ(next_change(sale, {{"list", "10"}}), "2026-06-25T00:00:00Z");
  EXPECT_EQ(next_change(R"({ "id": "d", "during": ["june", "july"], "discount": "10%" })",
                        {{"list", "10"}, {"at", "2026-06-26T00:00:00Z"}}),
            "2026-07-01T00:00:00Z");
  // So it is where a rule writes it out.
  EXPECT_EQ(next_change(R"({ "id": "d", "discount": "10%", "during": [
                             { "from": "2026-06-01", "until": "2026-06-10", "zone": "UTC" },
                             { "from": "2026-06-11T00:00:00Z", "until": "2026-06-21T00:00:00Z" } ] })",
                        {{"list", "10"}}),
            "2026-06-21T00:00:00Z");
  // Since 9 June nothing began and nothing ended.
  const std::string holding = sale + R"(, { "id": "h", "hold": "20%" })";
  const fields held = {{"list", "10"}, {"current", "9.50"}, {"at", "2026-06-22T00:00:00Z"}};
  fields since = held;
  since["current_since"] = "2026-06-09T00:00:00Z";
  EXPECT_EQ(price(holding, since), "priced 950 held");
  since["current_since"] = "2026-05-09T00:00:00Z";
  EXPECT_EQ(price(holding, since), "priced 900");
}

TEST(reference_pricing, a_rate_that_follows_is_a_change) {  // [OUT-19] [OUT-28]
  const rates table = {{"USD", "EUR", "0.5", "2026-06-15T08:00:00Z"},
                       {"USD", "EUR", "0.5", "2026-07-01T00:00:00Z"},
                       {"GBP", "EUR", "2", "2026-06-11T00:00:00Z"}};
  EXPECT_EQ(next_change("", {{"list", "10"}, {"currency", "USD"}}, table), "2026-06-15T08:00:00Z");  // no rate yet
  EXPECT_EQ(next_change("", {{"list", "10"}, {"currency", "USD"}, {"at", "2026-06-15T08:00:00Z"}}, table),
            "2026-07-01T00:00:00Z");
  EXPECT_EQ(next_change("", {{"list", "10"}, {"currency", "USD"}, {"at", "2026-07-01T00:00:00Z"}}, table), "none");
  EXPECT_EQ(next_change("", {{"list", "10"}, {"currency", "EUR"}}, table), "none");
  EXPECT_EQ(next_change("", {{"list", "10"}}, table), "none");
  EXPECT_EQ(next_change(R"({ "id": "b", "base": "10" })", {{"currency", "USD"}}, table), "none");
  EXPECT_EQ(next_change(R"({ "id": "b", "base": "10" })", {{"currency", "USD"}, {"cost", "1"}}, table),
            "2026-06-15T08:00:00Z");
}

TEST(reference_pricing, a_base_that_cannot_be_may_change) {  // [OUT-19]
  const std::string sale = R"({ "id": "d", "during": "june", "discount": "100%" })";
  EXPECT_EQ(next_change(sale, {{"list", "10"}}), "2026-06-25T00:00:00Z");  // invalid, naming the target
  EXPECT_EQ(next_change(sale, {{"list", "0"}}), "none");
}

TEST(reference_pricing, what_is_read_changes_its_reader) {  // [OUT-29]
  const std::string rules = R"({ "id": "c", "when": { "channel": "counter" }, "ceiling": "price.web" },
                              { "id": "d", "when": { "channel": "web" }, "during": "june", "discount": "10%" })";
  // counter reads web, till counter; app reads nothing.
  EXPECT_EQ(next_change(rules, {{"list", "10"}}, {}, {"app", "counter", "till", "web"}),
            "none 2026-06-25T00:00:00Z 2026-06-25T00:00:00Z 2026-06-25T00:00:00Z");
  EXPECT_EQ(next_change(rules, {{"list", "10"}, {"price.web", "9"}}, {}, {"counter"}), "none");
  // What comes later is the request's price, and no change of its own is one here.
  const std::string circle = R"({ "id": "a", "when": { "channel": "app" }, "ceiling": "price.web", "strength": "weak" },
                               { "id": "b", "when": { "channel": "web" }, "ceiling": "price.app" },
                               { "id": "d", "when": { "channel": "web" }, "during": "june", "discount": "10%" })";
  EXPECT_EQ(next_change(circle, {{"list", "10"}, {"price.web", "9"}}, {}, {"app", "web"}), "none 2026-06-25T00:00:00Z");
}

}  // namespace
