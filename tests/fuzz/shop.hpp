// SPDX-License-Identifier: Apache-2.0
// The policy that requests are priced with where the requests, not the policy, are what is tried: fields of every kind,
// and a rule of nearly every kind. No culture, whose shapes would take most of the time.
#pragma once

#include <string_view>

namespace fuzz {

inline constexpr std::string_view shop_policy = R"json({
  "pricepoint": 1,
  "name": "shop",
  "fallback": "reference",
  "markets": { "CN": { "tax": "13%" }, "DE": { "tax": "19%", "net": "stored" }, "JP": {}, "US": {},
    "KW": { "currency": "KWD", "unit": "0.005", "tax": "5%" } },
  "channels": {
    "store": { "kind": "traditional" },
    "dealer": { "kind": "traditional", "owner": "reseller" },
    "web": { "kind": "online", "reference": "store" },
    "tmall": { "kind": "online", "reference": "lowest traditional", "fee": "5%" },
    "b2b": { "kind": "online", "display": "net" } },
  "attributes": { "role": ["traffic", "volume", "profit"], "brand": "text", "stock": "number",
    "wholesale": { "money": "net" }, "vip": { "money": "display" } },
  "periods": { "eleven": { "from": "2026-11-01", "until": "2026-11-11", "zone": "Asia/Shanghai" } },
  "rules": [
    { "id": "traffic", "when": { "role": "traffic" }, "discount": "8%" },
    { "id": "eleven", "during": "eleven", "when": { "channel": ["web", "tmall"] }, "discount": "15%" },
    { "id": "stock", "when": { "stock": { "from": 1000 } }, "discount": "6%", "group": "stock" },
    { "id": "many", "when": { "quantity": { "from": 10 } }, "discount": { "CNY": "1", "EUR": "0.15" } },
    { "id": "boots", "when": { "category": "shoes/boots" }, "discount": "3%", "exclusive": true },
    { "id": "gap", "when": { "channel": ["web", "tmall"] }, "except": [{ "role": "profit" }],
      "gap": { "to": "traditional", "max": "20%" } },
    { "id": "map", "floor": "max(map?, wholesale * 105%)", "skip_if_missing": true },
    { "id": "msrp", "ceiling": "msrp", "skip_if_missing": true },
    { "id": "earn", "when": { "channel": ["web", "tmall"] }, "margin": "5%", "skip_if_missing": true },
    { "id": "steady", "change": "10%" },
    { "id": "vip", "when": { "segment": "vip" }, "ceiling": "vip", "strength": "strong", "skip_if_missing": true },
    { "id": "mantissa", "when": { "target": { "below": { "CNY": "100", "EUR": "100", "USD": "100" } } },
      "endings": [".99", ".95", ".?9"] },
    { "id": "round", "when": { "target": { "from": { "CNY": "1000", "JPY": "10000" } } },
      "multiple_of": { "CNY": "10", "JPY": "100" } },
    { "id": "no-four", "when": { "market": "CN" }, "avoid": { "digits": "4" } },
    { "id": "eight", "when": { "market": "CN" }, "prefer": { "digits": "8" } },
    { "id": "hold", "when": { "channel": "store" }, "hold": "2%" },
    { "id": "was", "when": { "channel": "web" }, "was": "min(reference, lowest_prior?)" },
    { "id": "owed", "when": { "brand": "acme" }, "credit": { "to": "dealer", "rate": "3%" } },
    { "id": "dear", "when": { "target": { "from": { "CNY": "20000" } } }, "advise": "call-us" },
    { "id": "gone", "when": { "sku": "X0" }, "withhold": "store-only" }
  ]
})json";

inline constexpr std::string_view shop_rates =
    "from,to,rate,at\nEUR,CNY,7.8512,2026-01-01T00:00:00Z\nUSD,CNY,7.1,2026-06-01T00:00:00Z\n"
    "CNY,EUR,0.1274,2026-01-01T00:00:00Z\n";

}  // namespace fuzz
