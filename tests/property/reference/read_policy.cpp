// SPDX-License-Identifier: Apache-2.0
//
// The document as a whole: markets and what the market table says about them, channels, attributes, periods, rules.

#include "property/reference/reading.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace reference {

namespace {

distance_limit read_distance_limit(const json::value& value) {
  distance_limit result;
  const auto add = [&](const json::value& one) {
    if (is_rate(one)) {
      result.rate = read_rate(one);
    } else {
      result.money = read_money_by_currency(one);
    }
  };
  if (value.is_array()) {
    for (const auto& one : value.get_array()) add(one);
  } else {
    add(value);
  }
  return result;
}

void read_within(document& doc, const json::value& value) {
  static constexpr std::array<std::string_view, 3> names = {"strong", "medium", "weak"};
  if (value.is_object()) {
    bool by_strength = false;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (const auto* one = value.get_object().if_contains(json::string_view(names[i].data(), names[i].size()))) {
        doc.within[i] = read_distance_limit(*one);
        by_strength = true;
      }
    }
    if (by_strength) return;
  }
  for (auto& limit : doc.within) limit = read_distance_limit(value);
}

}  // namespace

std::shared_ptr<const document> read_document(std::string_view text, const surroundings& beside) {
  const json::object root = read_object(text);
  auto doc = std::make_shared<document>();
  doc->within[0].rate = rational(5, 100);
  doc->within[1].rate = rational(2, 100);
  doc->within[2].rate = rational(1, 100);

  if (text_of(root.at("pricepoint")) != "1") fail("not version 1");
  if (const auto* fallback = root.if_contains("fallback")) doc->fallback = text_of(*fallback);
  if (const auto* discounts = root.if_contains("discounts")) doc->compound = text_of(*discounts) == "compound";
  if (const auto* within = root.if_contains("within")) read_within(*doc, *within);
  std::string own_markets;
  if (const auto* tables = root.if_contains("tables"); tables != nullptr && tables->is_object()) {
    if (const auto* file = tables->get_object().if_contains("markets")) own_markets = beside.files.at(text_of(*file));
  }
  const json::object table = read_market_table(beside.built_in_markets, own_markets);
  if (const auto* markets = root.if_contains("markets")) {
    for (const auto& entry : markets->as_object()) {
      const json::object& fields = entry.value().as_object();
      const json::value* listed = table.if_contains(entry.key());
      const json::object of_table = listed != nullptr ? listed->get_object() : json::object();
      const auto table_currency = read_fact(of_table, "currency");
      market m;
      if (const auto* currency = fields.if_contains("currency")) {
        m.currency = text_of(*currency);
      } else if (table_currency) {
        m.currency = *table_currency;
      } else {
        fail("no currency for " + key_of(entry));
      }
      const auto decimals = currency_decimals(m.currency);
      if (!decimals) fail("unknown currency " + m.currency);
      m.decimals = *decimals;
      m.unit = rational(1, power_of_ten(static_cast<std::size_t>(m.decimals)));
      // The table's unit is a step of the table's currency; for another it says nothing.
      if (const auto unit = read_fact(of_table, "unit"); unit && (!table_currency || *table_currency == m.currency))
        m.unit = parse_decimal(*unit).value();
      if (const auto* unit = fields.if_contains("unit")) m.unit = read_money(*unit);
      m.gross = read_fact(of_table, "display").value_or("gross") == "gross";
      if (const auto* display = fields.if_contains("display")) m.gross = text_of(*display) == "gross";
      if (const auto* tax = fields.if_contains("tax")) m.tax = read_rate(*tax);
      if (const auto* net = fields.if_contains("net")) m.stored_net = text_of(*net) == "stored";
      m.has_window = law_has_window(of_table);
      const std::string minimum = read_fact(of_table, "minimum_resale_price").value_or("allowed");
      m.resale_free = minimum == "forbidden" || minimum == "unknown";
      m.culture = read_culture(of_table, m.currency);
      doc->markets.emplace(key_of(entry), m);
    }
  }
  if (const auto* channels = root.if_contains("channels")) {
    for (const auto& entry : channels->as_object()) {
      const json::object& fields = entry.value().as_object();
      channel c;
      c.traditional = text_of(fields.at("kind")) == "traditional";
      if (const auto* owner = fields.if_contains("owner")) c.reseller = text_of(*owner) == "reseller";
      if (const auto* reference = fields.if_contains("reference")) {
        const auto names = read_words(*reference);
        if (names.size() == 1 && names[0] == "lowest traditional") {
          c.lowest_traditional = true;
        } else if (names.size() == 1 && names[0] == "highest traditional") {
          c.highest_traditional = true;
        } else {
          c.reference = names;
        }
      }
      if (const auto* fee = fields.if_contains("fee")) c.fee = read_rate(*fee);
      if (const auto* display = fields.if_contains("display")) c.gross = text_of(*display) == "gross";
      doc->channels.emplace(key_of(entry), c);
    }
  }
  if (const auto* attributes = root.if_contains("attributes")) {
    for (const auto& entry : attributes->as_object()) {
      attribute a;
      const json::value& value = entry.value();
      if (value.is_array()) {
        a.kind = attribute_kind::words;
        for (const auto& word : value.get_array()) a.words.insert(text_of(word));
      } else if (value.is_object()) {
        a.kind = text_of(value.get_object().at("money")) == "net" ? attribute_kind::net_money
                                                                  : attribute_kind::display_money;
      } else {
        a.kind = text_of(value) == "number" ? attribute_kind::number : attribute_kind::text;
      }
      doc->attributes.emplace(key_of(entry), a);
    }
  }
  if (const auto* periods = root.if_contains("periods")) {
    for (const auto& entry : periods->as_object()) doc->periods.emplace(key_of(entry), read_periods(entry.value()));
  }
  if (const auto* rules = root.if_contains("rules")) {
    for (const auto& value : rules->as_array()) {
      rule r = read_rule(*doc, value);
      const bool audits =
          r.effect == effect_kind::squeeze || r.effect == effect_kind::leak || r.effect == effect_kind::inverted;
      (audits ? doc->audit_rules : doc->rules).push_back(std::move(r));
    }
  }
  for (const auto& [name, m] : doc->markets) {
    std::vector<rule>& here = doc->rules_in[name];
    for (const rule& r : doc->rules) {
      const auto meant = r.effect == effect_kind::culture ? culture_as_rules(r, m.culture) : std::vector<rule>{r};
      here.insert(here.end(), meant.begin(), meant.end());
    }
  }
  return doc;
}

policy::policy(std::string_view json_text, const surroundings& beside) : document_(read_document(json_text, beside)) {}

}  // namespace reference
