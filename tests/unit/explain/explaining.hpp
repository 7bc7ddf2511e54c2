// SPDX-License-Identifier: Apache-2.0
// What the tests of explanations share: two policies, requests for them, and the explanation of one in a line.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "pricepoint/explain/explanation.hpp"
#include "pricepoint/pricing/policy.hpp"
#include "pricepoint/pricing/pricer.hpp"

namespace pricepoint::explaining {

inline constexpr std::string_view worked_example = R"({
  "pricepoint": 1, "name": "worked-example",
  "markets": { "CN": { "currency": "CNY", "unit": "0.01", "display": "gross", "tax": "13%" } },
  "channels": { "store": { "kind": "traditional" }, "web": { "kind": "online", "reference": "store" } },
  "attributes": { "role": ["traffic", "volume", "profit"] },
  "within": { "strong": "5%", "weak": "2%" },
  "rules": [
    { "id": "traffic", "when": { "role": "traffic" }, "discount": "8%" },
    { "id": "gap", "gap": { "to": "store", "min": "1%", "max": "10%" }, "because": "a wider gap starts a quarrel" },
    { "id": "margin", "margin": "5%" },
    { "id": "endings", "endings": [".90", ".80"] },
    { "id": "no-four", "avoid": { "digits": "4" } },
    { "id": "eight", "prefer": { "digits": "8" } }
  ]
})";

// A document of one market, DE, and two channels; the text holds rules and, before them, other members.
inline std::string german(std::string_view rules, std::string_view members = "", std::string_view market = "") {
  return R"({ "pricepoint": 1, "name": "t", "markets": { "DE": { "currency": "EUR", "display": "gross", "tax": "19%")" +
         std::string(market) +
         R"( } }, "channels": { "store": { "kind": "traditional" }, "web": { "kind": "online", "reference": "store" } },
    "attributes": { "role": ["traffic", "profit"], "stock": "number" },
    "periods": { "sale": { "from": "2026-11-01", "until": "2026-11-11", "zone": "Europe/Berlin" } }, )" +
         std::string(members) + R"("rules": [)" + std::string(rules) + "] }";
}

inline pricer with(std::string_view text) {
  const result<policy> read = parse_policy(std::string(text));
  if (!read) throw std::runtime_error(read.error().to_string());
  return pricer(*read);
}

inline explanation told(std::string_view policy_text, const request& what,
                        std::span<const std::string> unreadable = {}) {
  pricer made = with(policy_text);
  return explain(made, what, unreadable);
}

inline request chinese() {
  using namespace literals;
  return {.sku = "A1",
          .channel = "web",
          .market = "CN",
          .prices = {{"store", "32.00"_money}},
          .cost = "12.00"_money,
          .shipping = "1.00"_money,
          .attributes = {{"role", "traffic"}}};
}

inline request german_request() {
  using namespace literals;
  return {.sku = "A1", .channel = "web", .market = "DE", .prices = {{"store", "40.00"_money}}};
}

inline std::string text_of(std::string_view policy_text, const request& what) { return told(policy_text, what).text(); }

}  // namespace pricepoint::explaining
