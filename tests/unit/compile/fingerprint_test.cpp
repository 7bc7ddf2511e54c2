// SPDX-License-Identifier: Apache-2.0
// The fingerprint of a policy, and the hash under it. Holds [FPR-1] [FPR-2] [FPR-3] [OUT-26] [DOC-1] of the policy
// reference.
#include "compile/fingerprint.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compile/sha256.hpp"
#include "unit/decide/deciding.hpp"

namespace {

using deciding::policy_of;

std::string hexadecimal(std::string_view text) {
  std::string out;
  for (const unsigned byte : pricepoint::detail::sha256(text)) {
    out.push_back("0123456789abcdef"[byte >> 4]);
    out.push_back("0123456789abcdef"[byte & 15]);
  }
  return out;
}

// The vectors of FIPS 180-4 and lengths around the padding's edges.
TEST(sha256, agrees_with_the_standard) {
  EXPECT_EQ(hexadecimal("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hexadecimal(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hexadecimal("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hexadecimal(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

std::string print(std::string_view rules, std::string_view top = "") {
  return std::string(policy_of(rules, top).fingerprint());
}

TEST(fingerprint, is_that_of_the_meaning) {
  const std::string one = print(R"({ "id": "a", "discount": "8%" }, { "id": "b", "floor": "cost * 105% + map" })");
  EXPECT_TRUE(one.starts_with("pp1-"));
  EXPECT_EQ(one.size(), 36u);
  EXPECT_EQ(one, print(R"(/* spaced */ { "discount": "8.0%",   "id": "a" }, // out
                          { "x-note": 1, "floor": "cost*105%  +map", "id": "b" },)"));
  EXPECT_EQ(one, print(R"({ "id": "b", "floor": "cost * 105% + map" }, { "id": "a", "discount": "8%" })"));
  EXPECT_NE(one, print(R"({ "id": "a", "discount": "8.1%" }, { "id": "b", "floor": "cost * 105% + map" })"));
  EXPECT_NE(one, print(R"({ "id": "a", "discount": "8%" }, { "id": "b", "floor": "cost * 105% + msrp" })"));
  EXPECT_NE(one, print(R"({ "id": "a", "discount": "8%" }, { "id": "b", "floor": "cost * 105% + map" })",
                       R"("fallback": "current",)"));
  EXPECT_NE(print(R"({ "id": "a", "base": "list" }, { "id": "b", "base": "msrp" })"),
            print(R"({ "id": "b", "base": "msrp" }, { "id": "a", "base": "list" })"));  // their order counts
}

// A period counts as its instants: the same stretch written in another zone is the same policy.
TEST(fingerprint, takes_periods_as_instants) {
  const auto with = [](const char* period) {
    return print(std::string(R"({ "id": "a", "advise": "x", "during": )") + period + "}");
  };
  EXPECT_EQ(with(R"({ "from": "2026-11-01", "zone": "Asia/Shanghai" })"),
            with(R"({ "from": "2026-10-31T16:00:00Z" })"));
  EXPECT_NE(with(R"({ "from": "2026-11-01", "zone": "Asia/Shanghai" })"),
            with(R"({ "from": "2026-11-01", "zone": "Asia/Tokyo" })"));
}

// The same on every machine and in every version: a change here changes what stored decisions say about their policy.
TEST(fingerprint, never_changes) {
  EXPECT_EQ(print(R"({ "id": "a", "discount": "8%" })"), "pp1-595e4207b01ff85d31a2f3afaee4e79d");
}

// A rule of every kind, with every member that means something, over markets that the market table knows.
constexpr std::string_view whole_language = R"json({
  "pricepoint": 1, "name": "everything", "fallback": "current", "discounts": "compound", "tables": "2026.11",
  "within": { "strong": ["5%", { "CNY": "0.05" }], "medium": "3%", "weak": ["2%", "1%"] },
  "markets": {
    "CN": { "tax": "13%", "unit": "0.05" }, "JP": { "tax": "10%" }, "DE": { "tax": "19%", "net": "stored" },
    "US": {}, "outlet": { "currency": "EUR", "display": "gross" } },
  "channels": {
    "store": { "kind": "traditional" }, "dealer": { "kind": "traditional", "owner": "reseller" },
    "web": { "kind": "online", "reference": ["store", "dealer"] }, "mall": { "kind": "online", "reference": "lowest traditional",
    "fee": "5%" }, "far": { "kind": "online", "reference": "highest traditional", "display": "net" } },
  "attributes": { "role": ["profit", "traffic"], "stock": "number", "colour": "text", "wholesale": { "money": "net" },
                  "tag": { "money": "display" } },
  "periods": {
    "eleven": [{ "from": "2026-11-01", "until": "2026-11-11", "zone": "Asia/Shanghai" },
               { "from": "2026-12-01T08:00:00Z" }],
    "old": { "until": "2026-01-01", "zone": "Europe/Paris" } },
  "rules": [
    { "id": "m-base", "base": "reference - 1" }, { "id": "a-base", "base": "max(list?, price.store * 98%)"
},
    { "id": "off", "discount": "8%", "group": "role", "when": { "role": "traffic", "stock": { "from": 10, "below": 20 } } },
    { "id": "alone", "discount": { "CNY": "5", "EUR": "0.50" }, "exclusive": true, "during": ["eleven", "old"] },
    { "id": "by-hand", "price": "12.50", "when": { "sku": ["B2", "A1", "B2"], "quantity": [1, 2] }, "skip_if_missing": true },
    { "id": "gap", "gap": { "to": "store", "min": "0%", "max": { "CNY": "3" } }, "except": [{ "period": "eleven" },
      { "colour": "red", "channel": "mall" }], "because": "they would be cross" },
    { "id": "gaps", "gap": { "to": "traditional", "max": "10%" }, "strength": "weak" },
    { "id": "floor", "floor": "min(cost * 105% + shipping, wholesale / 2)", "strength": "strong" },
    { "id": "ceiling", "ceiling": { "EUR": "tag", "CNY": "target" }, "when": { "target": { "from": "10", "below": { "EUR": "20" } } } },
    { "id": "earn", "margin": { "min": "5%", "max": "60%" } }, { "id": "slowly", "change": "10%" },
    { "id": "nines", "endings": [".95", ".99", ".?9"], "when": { "market": ["US", "DE"] }, "strength": "medium" },
    { "id": "round", "multiple_of": { "CNY": "10", "EUR": "5" } },
    { "id": "no-fours", "avoid": { "digits": "41", "sequences": ["666", "13"], "amounts": ["250", "38"], "in": "integer" } },
    { "id": "eights", "prefer": { "digits": "8", "sequences": ["66"], "in": "fraction" } },
    { "id": "culture", "culture": ["avoid", "endings"], "when": { "market": "CN" } },
    { "id": "hold", "hold": "1%" }, { "id": "was", "was": "min(current, lowest_prior?)" },
    { "id": "share", "credit": { "to": "dealer", "rate": "3%" } }, { "id": "say", "advise": "call-first" },
    { "id": "hide", "withhold": "ask-us", "when": { "segment": "trade", "audience": "all", "category": "shoes" } },
    { "id": "squeezed", "squeeze": { "dealer": "dealer", "wholesale": "wholesale", "cost": "shipping", "margin": "15%" } },
    { "id": "leaked", "leak": { "from": "newsletter" } }, { "id": "upside-down", "inverted": { "to": "web" } },
    { "table": "more.csv" } ] })json";

std::string print_of(std::string text) {
  const auto tables = [](const std::string& name,
                         std::size_t) -> pricepoint::result<pricepoint::policy_language::loaded_table> {
    return pricepoint::policy_language::loaded_table{name, "id,floor\nfrom-a-table,1\n"};
  };
  auto made = pricepoint::parse_policy(std::move(text), "test", {}, tables);
  if (!made) throw std::runtime_error(made.error().to_string());
  return std::string(made->fingerprint());
}

// The whole language, since each word of it has a form of its own in what is hashed.
TEST(fingerprint, of_the_whole_language_never_changes) {
  EXPECT_EQ(print_of(std::string(whole_language)), "pp1-27b81d89a0293d853f2d34c30a3a39e1");
}

// Of each pair the first stands in that policy: with the second instead it means something else.
TEST(fingerprint, counts_every_member) {
  const std::string before = print_of(std::string(whole_language));
  for (const auto& [from, to] : std::vector<std::pair<std::string_view, std::string_view>>{
           {R"("everything")", R"("another")"},
           {R"("fallback": "current")", R"("fallback": "reference")"},
           {R"("compound")", R"("add")"},
           {R"("medium": "3%")", R"("medium": "4%")"},
           {R"({ "CNY": "0.05" })", R"({ "CNY": "0.06" })"},
           {R"({ "CNY": "0.05" })", R"({ "EUR": "0.05" })"},
           {R"("tax": "13%")", R"("tax": "12%")"},
           {R"("unit": "0.05")", R"("unit": "0.10")"},
           {R"(, "net": "stored")", ""},
           {R"("outlet": { "currency": "EUR")", R"("outlet": { "currency": "USD")"},
           {R"("display": "gross" } })", R"("display": "net" } })"},
           {R"("kind": "traditional" })", R"("kind": "online" })"},
           {R"(, "owner": "reseller")", ""},
           {R"(["store", "dealer"] })", R"(["dealer", "store"] })"},
           {R"("lowest traditional")", R"("highest traditional")"},
           {R"("fee": "5%")", R"("fee": "6%")"},
           {R"(, "display": "net" } },)", " } },"},
           {R"(["profit", "traffic"])", R"(["profit", "traffic", "volume"])"},
           {R"("colour": "text")", R"("colour": ["red"])"},
           {R"("until": "2026-11-11")", R"("until": "2026-11-12")"},
           {R"("from": "2026-12-01T08:00:00Z")", R"("until": "2026-12-01T08:00:00Z")"},
           {"reference - 1", "reference + 1"},
           {"list?", "list"},
           {"price.store * 98%", "price.dealer * 98%"},
           {"price.store * 98%", "price.store * 97%"},
           {R"("group": "role")", R"("group": "other")"},
           {R"("from": 10, "below": 20)", R"("from": 10, "below": 21)"},
           {R"("from": 10, "below": 20)", R"("from": 10)"},
           {R"("CNY": "5", "EUR": "0.50" }, "exclusive": true)", R"("CNY": "5", "EUR": "0.51" }, "exclusive": true)"},
           {R"(, "exclusive": true)", ""},
           {R"(["eleven", "old"])", R"("eleven")"},
           {"12.50", "12.51"},
           {R"(["B2", "A1", "B2"])", R"(["B2", "A1", "C3"])"},
           {R"("quantity": [1, 2])", R"("quantity": [1, 3])"},
           {R"(, "skip_if_missing": true)", ""},
           {R"("to": "store", "min")", R"("to": "dealer", "min")"},
           {R"("to": "store", "min")", R"("to": "reference", "min")"},
           {R"("min": "0%", "max": { "CNY")", R"("min": "1%", "max": { "CNY")"},
           {R"("max": { "CNY": "3" })", R"("max": { "CNY": "4" })"},
           {R"({ "period": "eleven" })", R"({ "period": "old" })"},
           {R"({ "period": "eleven" },)", ""},
           {R"("colour": "red")", R"("colour": "blue")"},
           {"cross", "angry"},
           {R"("strength": "weak")", R"("strength": "medium")"},
           {"wholesale / 2", "wholesale / 4"},
           {"wholesale / 2", "tag / 2"},
           {"min(cost", "max(cost"},
           {R"("EUR": "tag")", R"("EUR": "map")"},
           {R"("from": "10", "below": { "EUR": "20" })", R"("from": "11", "below": { "EUR": "20" })"},
           {R"("from": "10", "below": { "EUR": "20" })", R"("from": "10", "below": { "EUR": "21" })"},
           {R"("min": "5%", "max": "60%")", R"("min": "6%", "max": "60%")"},
           {R"("min": "5%", "max": "60%")", R"("min": "5%", "max": "61%")"},
           {R"("change": "10%")", R"("change": "11%")"},
           {R"([".95", ".99", ".?9"])", R"([".95", ".99"])"},
           {R"("multiple_of": { "CNY": "10")", R"("multiple_of": { "CNY": "20")"},
           {R"("digits": "41")", R"("digits": "42")"},
           {R"(["666", "13"])", R"(["666", "14"])"},
           {R"(["250", "38"])", R"(["250", "39"])"},
           {R"("in": "integer")", R"("in": "any")"},
           {R"(["66"], "in": "fraction")", R"(["66"], "in": "any")"},
           {R"("culture": ["avoid", "endings"])", R"("culture": ["avoid", "prefer"])"},
           {R"("hold": "1%")", R"("hold": "2%")"},
           {"lowest_prior?", "list?"},
           {R"("rate": "3%")", R"("rate": "4%")"},
           {R"("credit": { "to": "dealer")", R"("credit": { "to": "store")"},
           {"call-first", "call-last"},
           {"ask-us", "ask-them"},
           {R"("segment": "trade")", R"("segment": "staff")"},
           {R"({ "dealer": "dealer", "wholesale")", R"({ "dealer": "store", "wholesale")"},
           {R"("cost": "shipping")", R"("cost": "cost")"},
           {R"("margin": "15%")", R"("margin": "16%")"},
           {"newsletter", "staff"},
           {R"("inverted": { "to": "web" })", R"("inverted": { "to": "mall" })"},
           {"more.csv", "less.csv"},
       }) {
    std::string text(whole_language);
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    EXPECT_NE(print_of(text), before) << from << " and " << to;
  }
}

// What means the same is the same: the order of words, of members and of rules other than base.
TEST(fingerprint, has_no_order_where_the_meaning_has_none) {
  const std::string before = print_of(std::string(whole_language));
  for (const auto& [from, to] : std::vector<std::pair<std::string_view, std::string_view>>{
           {R"(["B2", "A1", "B2"])", R"(["A1", "B2"])"},
           {R"([".95", ".99", ".?9"])", R"([".?9", ".99", ".95", ".99"])"},
           {R"(["666", "13"])", R"(["13", "666"])"},
           {R"(["2%", "1%"])", R"(["1%", "2%"])"},
           {R"("digits": "41")", R"("digits": "14")"},
           {R"("role": "traffic", "stock": { "from": 10, "below": 20 })",
            R"("stock": { "below": "20.0", "from": "10" }, "role": "traffic")"},
           {R"json({ "id": "hold", "hold": "1%" }, { "id": "was", "was": "min(current, lowest_prior?)" })json",
            R"json({ "id": "was", "was": "min(current, lowest_prior?)" }, { "id": "hold", "hold": "1%" })json"},
       }) {
    std::string text(whole_language);
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    EXPECT_EQ(print_of(text), before) << from << " and " << to;
  }
}

}  // namespace
