// SPDX-License-Identifier: Apache-2.0
// A small policy around the rules of a test, and one decision as one line of text.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/pricing/pricer.hpp"

namespace deciding {

using namespace pricepoint::literals;

// Markets CN (CNY, 13%), DE (EUR, 19%), JP (JPY, 10%), US (USD, net); channels store, dealer, web (to store), members
// (to web), mall (to lowest traditional, fee 5%).
inline std::string policy_text(std::string_view rules, std::string_view top = "") {
  return std::string(R"({ "pricepoint": 1, "name": "test", )") + std::string(top) + R"(
    "markets": {
      "CN": { "currency": "CNY", "display": "gross", "tax": "13%" }, "DE": { "currency": "EUR", "display": "gross", "tax": "19%" },
      "JP": { "currency": "JPY", "display": "gross", "tax": "10%" }, "US": { "currency": "USD", "display": "net" },
      "XX": { "currency": "EUR", "display": "gross" }, "ST": { "currency": "EUR", "display": "gross", "tax": "20%", "net": "stored" },
      "IL": { "currency": "ILS", "display": "gross", "tax": "18%", "unit": "0.10" } },
    "channels": {
      "store": { "kind": "traditional" }, "dealer": { "kind": "traditional", "owner": "reseller" },
      "web": { "kind": "online", "reference": "store" }, "members": { "kind": "online", "reference": "web" },
      "mall": { "kind": "online", "reference": "lowest traditional", "fee": "5%" }, "plain": { "kind": "online" },
      "net": { "kind": "online", "reference": "web", "display": "net" } },
    "attributes": { "role": ["profit", "traffic", "volume"], "stock": "number", "colour": "text",
                    "wholesale": { "money": "net" }, "tag": { "money": "display" } },
    "periods": { "eleven": { "from": "2026-11-01", "until": "2026-11-11", "zone": "Asia/Shanghai" } },
    "rules": [)" +
         std::string(rules) + "] }";
}

inline pricepoint::policy policy_of(std::string_view rules, std::string_view top = "") {
  auto made = pricepoint::parse_policy(policy_text(rules, top), "test");
  if (!made) throw std::runtime_error(made.error().to_string());
  return *made;
}

template <class List>
std::string joined(const List& list) {
  std::string text;
  for (const auto& one : list) {
    if (!text.empty()) text += ' ';
    text += one;
  }
  return text;
}

// "priced 29.80", "conflict [gap margin]", "incomplete [cost]", with what else there is in a fixed order.
inline std::string line(const pricepoint::decision& of) {
  std::string text(to_string(of.status()));
  if (of.price()) text += " " + to_string(*of.price());
  const auto list = [&](const char* name, const std::string& names) {
    if (!names.empty()) text += std::string(" ") + name + "[" + names + "]";
  };
  list("discounts", joined(of.discounts()));
  list("limited_by", joined(of.limited_by()));
  list("relaxed", joined(of.relaxed()));
  list("conflict", joined(of.conflict()));
  list("missing", joined(of.missing()));
  list("invalid", joined(of.invalid()));
  list("advice", joined(of.advice()));
  if (of.held()) text += " held";
  if (of.was()) text += " was " + to_string(*of.was()) + " -" + std::to_string(of.saving_rate_percent()) + "%";
  for (const auto& one : of.credits()) text += " " + std::string(one.to) + ":" + to_string(one.due);
  if (of.fallback_price()) text += " fallback " + to_string(*of.fallback_price());
  return text;
}

inline std::string decide(std::string_view rules, const pricepoint::request& asked, std::string_view top = "") {
  pricepoint::pricer pricer(policy_of(rules, top));
  return line(pricer.price(asked));
}

// A product on the web in China: store 32.00, cost 12, shipping 1.
inline pricepoint::request web() {
  return {.sku = "A1",
          .channel = "web",
          .market = "CN",
          .prices = {{"store", "32.00"_money}},
          .cost = "12"_money,
          .shipping = "1"_money};
}

}  // namespace deciding
