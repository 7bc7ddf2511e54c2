// SPDX-License-Identifier: Apache-2.0
// A policy with something of everything, a request, and what the policy says about it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "pricepoint/pricepoint.hpp"

namespace faults {

using pricepoint::decision;
using pricepoint::policy;
using pricepoint::pricer;
using pricepoint::request;

// Of everything some: tables, periods with a zone, expressions, culture, soft shapes that contradict each other.
// Culture is left out where prices are made: its automata alone are ten thousand allocations.
inline std::string policy_text(bool culture) {
  std::string text = R"x({"pricepoint":1,"name":"scarce",
  "markets":{"CN":{"tax":"13%"},"DE":{"tax":"19%"}},
  "channels":{"store":{"kind":"traditional"},"dealer":{"kind":"traditional","owner":"reseller"},
              "web":{"kind":"online","reference":"store"},"members":{"kind":"online","reference":"web"}},
  "attributes":{"role":["traffic","volume"],"stock":"number","wholesale":{"money":"net"}},
  "periods":{"eleven":{"from":"2026-11-01","until":"2026-11-11","zone":"Asia/Shanghai"}},
  "rules":[{"id":"off","when":{"role":"traffic"},"discount":"8%"},
           {"id":"more","during":"eleven","discount":"15%","group":"sale"},
           {"id":"near","when":{"channel":"web"},"except":{"period":"eleven"},"gap":{"to":"traditional","max":"10%"}},
           {"id":"earn","floor":"max(cost * 105%, map?)"},{"id":"margin","margin":"5%"},
           {"id":"nine","endings":[".99"]},{"id":"eight","prefer":{"digits":"8"}},{"id":"five","endings":[".95"]},
           CULTURE{"table":"more.csv"}]})x";
  constexpr std::string_view place = "CULTURE";
  return text.replace(text.find(place), place.size(), culture ? R"({"id":"culture","culture":"all"},)" : "");
}

inline pricepoint::result<pricepoint::policy_language::loaded_table> table(const std::string& name, std::size_t) {
  return pricepoint::policy_language::loaded_table{name, "id,when.sku,price\nhand,\"A7,A8\",19.99\n"};
}

inline pricepoint::result<policy> parse(bool culture = false) {
  return pricepoint::parse_policy(policy_text(culture), "scarce.json", {}, table);
}

inline request asked() {
  using namespace pricepoint::literals;
  return {.sku = "A1",
          .channel = "web",
          .market = "CN",
          .at = *pricepoint::parse_instant("2026-06-01T00:00:00Z"),
          .prices = {{"store", "32.00"_money}},
          .cost = "12"_money,
          .shipping = "1"_money,
          .attributes = {{"role", "traffic"}}};
}

inline std::string line(const decision& of) {
  std::string text(to_string(of.status()));
  if (of.price()) text += " " + to_string(*of.price());
  for (const auto& names : {of.limited_by(), of.relaxed(), of.conflict()}) {
    text += " |";
    for (const std::string_view one : names) text.append(" ").append(one);
  }
  return text;
}

// What the policies above say of that request.
inline constexpr std::string_view answer = "compromised 28.99 | | five |";
inline constexpr std::string_view answer_with_culture = "compromised 28.99 | | five |";
inline constexpr std::int64_t answer_minor = 2899;

}  // namespace faults
