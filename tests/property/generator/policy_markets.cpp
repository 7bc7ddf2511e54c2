// SPDX-License-Identifier: Apache-2.0
//
// Markets, and the market table of a shop: what a policy says itself, and what it leaves to a table.

#include "property/generator/policy_writer.hpp"

#include <algorithm>
#include <utility>

namespace generator {

std::string policy_writer::draw_markets() {
  struct kind {
    std::string name;
    std::string currency;
    bool gross;
    std::vector<std::string> units;
    std::vector<std::string> taxes;
  };
  static const std::vector<kind> kinds = {
      {"CN", "CNY", true, {"0.01", "0.01", "0.05", "0.10", "1"}, {"13%", "0%", "6%", "20%"}},
      {"DE", "EUR", true, {"", "0.01", "0.05"}, {"19%", "7%"}},
      {"IT", "EUR", true, {"", "0.01"}, {"22%", "10%", "20%"}},
      {"US", "USD", false, {"", "0.01"}, {"", "", "8.875%"}},
      {"JP", "JPY", true, {"", "1", "10"}, {"10%", "8%"}},
      {"KW", "KWD", true, {"", "0.005", "0.010", "0.05"}, {"0%", "5%"}},
      {"CH", "CHF", true, {"0.05", "0.05", "0.01"}, {"8.1%", "2.6%"}},
      {"IL", "ILS", true, {"0.10", "0.10", "0.01"}, {"18%"}},
      {"DK", "DKK", true, {"0.50", "0.01", "1"}, {"25%"}},
      {"X1", "EUR", true, {"0.01", "0.05"}, {"100%", "25%", "33.333333%"}},
      {"X2", "USD", false, {"0.01", "0.10"}, {"20%", "7.25%", ""}},
  };
  std::vector<kind> known = kinds;
  if (wanted.culture) {
    std::vector<kind> of_table;
    for (const auto& one : built_in_) {
      const auto is_it = [&](const kind& k) { return k.name == one.first; };
      if (std::none_of(kinds.begin(), kinds.end(), is_it) && reference::currency_decimals(one.second.currency))
        of_table.push_back({one.first, one.second.currency, one.second.gross, {""}, {"20%", "10%"}});
    }
    if (!of_table.empty()) {
      const auto some = luck_.some(of_table, 8);
      known.insert(known.end(), some.begin(), some.end());
    }
  }
  members entries;
  members own;  // the file's markets
  for (const kind& k : luck_.some(known, 3)) {
    drawn_market m;
    m.name = k.name;
    m.currency = k.currency;
    m.gross = k.gross;
    members fields;
    std::string unit = luck_.pick(k.units);
    const bool is_coarse = coarse && luck_.percent(70);
    if (wanted.culture) {
      note_built_in_culture(k.name);
      if (luck_.percent(50)) own.emplace_back(k.name, draw_own_market(k.name, k.currency, k.units));
      leave_to_table(m, unit, fields);
    } else {
      fields.emplace_back("currency", as_json(k.currency));
      fields.emplace_back("display", as_json(k.gross ? "gross" : "net"));
    }
    const int decimals = decimals_of(m.currency);
    if (is_coarse) {
      unit = decimals == 0   ? luck_.word({"5", "10", "50", "100", "500"})
             : decimals == 3 ? luck_.word({"0.005", "0.05", "0.1", "0.5", "1"})
                             : luck_.word({"0.05", "0.10", "0.50", "1", "10"});
    }
    m.unit = one_unit;
    for (int i = 0; i < decimals; ++i) m.unit /= 10;
    if (!unit.empty()) {
      const reference::rational steps = reference::parse_decimal(unit).value() * one_unit;
      m.unit = static_cast<micro>(numerator(steps));
    }
    if (!unit.empty())
      fields.emplace_back("unit", unit.find('.') == std::string::npos && luck_.percent(50) ? unit : as_json(unit));
    std::string tax = luck_.pick(k.taxes);
    if (m.gross && luck_.percent(mixed_displays ? 20 : 8)) tax.clear();  // then requests must bring it
    if (!tax.empty()) fields.emplace_back("tax", as_json(tax));
    m.taxed = !tax.empty();
    m.tax = tax.empty() ? "20%" : tax;
    // With a tax of many digits the possible amounts repeat too late for the reference evaluator's argument.
    m.stored = luck_.percent(m.gross ? 35 : 15) && tax.size() < 7;
    if (m.stored) fields.emplace_back("net", as_json("stored"));
    entries.emplace_back(m.name, object_of(fields));
    markets.push_back(m);
  }
  if (wanted.culture) write_tables(own);
  return object_of(entries);
}

void policy_writer::leave_to_table(drawn_market& m, std::string& unit, members& fields) {
  const table_facts& table = table_[m.name];
  if (!table.currency.empty() && luck_.percent(60)) {
    m.currency = table.currency;
  } else {
    // In another currency than the table's: its numbers hold, its endings and bands do not.
    if (!table.currency.empty() && luck_.percent(20)) {
      m.currency = luck_.word({"EUR", "USD", "CHF", "JPY"});
      if (m.currency != table.currency) {
        unit.clear();
        bands.erase(m.name);
      }
    }
    fields.emplace_back("currency", as_json(m.currency));
  }
  if (luck_.percent(50)) {
    m.gross = table.gross.value_or(true);
  } else {
    if (luck_.percent(15)) m.gross = !m.gross;
    fields.emplace_back("display", as_json(m.gross ? "gross" : "net"));
  }
  if (luck_.percent(50)) unit.clear();
}

void policy_writer::note_built_in_culture(const std::string& market) {
  const auto listed = built_in_.find(market);
  if (listed == built_in_.end()) return;
  culture_of_[market] = listed->second.culture;
  for (const reference::rational& end : listed->second.bands) {
    const reference::rational whole = end * one_unit;
    bands[market].push_back(static_cast<micro>(boost::multiprecision::cpp_int(numerator(whole) / denominator(whole))));
  }
}

void policy_writer::write_tables(const members& own) {
  const std::string version = reference::version_of_markets(reference::with_built_in_markets().built_in_markets);
  if (own.empty()) {
    if (!version.empty() && luck_.percent(25)) tables_ = as_json(version);
    return;
  }
  members root;
  root.emplace_back("pricepoint_markets", "1");
  root.emplace_back("version", as_json("own-1"));
  root.emplace_back("sources", object_of({{"own", as_json("what the shop has seen")}}));
  root.emplace_back("markets", object_of(own));
  std::string text = luck_.percent(20) ? "// The shop's own.\n{\n" : "{\n";
  for (const auto& [key, value] : root) text += "  " + as_json(key) + ": " + value + ",\n";
  files["my-markets.json"] = text + "}\n";
  members tables;
  if (!version.empty() && luck_.percent(30)) tables.emplace_back("version", as_json(version));
  tables.emplace_back("markets", as_json("my-markets.json"));
  tables_ = object_of(tables);
}

std::string policy_writer::fact(const std::string& value) {
  switch (luck_.below(3)) {
    case 0:
      return as_json(value);
    case 1:
      return object_of({{"value", as_json(value)}, {"confidence", as_json("common")}, {"note", as_json("so it is")}});
    default:
      return object_of({{"value", as_json(value)}, {"confidence", as_json("weak")}, {"source", as_json("own")}});
  }
}

std::string policy_writer::draw_own_market(const std::string& name, const std::string& currency,
                                           const std::vector<std::string>& units) {
  members fields;
  const auto listed = built_in_.find(name);
  table_facts& table = table_[name];
  if (listed == built_in_.end() || luck_.percent(25)) {
    fields.emplace_back("currency", fact(currency));
    table.currency = currency;
  }
  if (luck_.percent(30)) {
    const bool gross = luck_.percent(70);
    fields.emplace_back("display", fact(gross ? "gross" : "net"));
    table.gross = gross;
  }
  const std::string unit = luck_.pick(units);
  if (!unit.empty() && luck_.percent(40)) fields.emplace_back("unit", fact(unit));
  if (luck_.percent(50)) fields.emplace_back("former_price", draw_former_price());
  if (wanted.audit && luck_.percent(60))
    fields.emplace_back("minimum_resale_price", fact(luck_.word({"forbidden", "unknown", "allowed"})));
  if (luck_.percent(85)) fields.emplace_back("culture", draw_culture(name, currency));
  luck_.shuffle(fields);
  return object_of(fields);
}

std::string policy_writer::draw_former_price() {
  static const std::vector<members> all = {
      {{"rule", as_json("lowest")}, {"days", "30"}},
      {{"rule", as_json("lowest")}, {"days", "7"}, {"progressive", "true"}},
      {{"rule", as_json("lowest")}, {"days", "20"}, {"earlier", R"([{ "until": "2025-10-11", "days": 30 }])"}},
      {{"rule", as_json("majority")}, {"days", "56"}, {"least_days", "14"}, {"recent_days", "14"}},
      {{"rule", as_json("half_time")}, {"days", "30"}, {"most_days", "61"}},
      {{"rule", as_json("none")}},
      {{"rule", as_json("none")}}};
  members drawn = luck_.pick(all);
  if (luck_.percent(50)) {
    drawn.emplace_back("confidence", as_json("law"));
    drawn.emplace_back("source", as_json("own"));
  }
  drawn.emplace_back("note", as_json("as the shop's lawyer says"));
  return object_of(drawn);
}

}  // namespace generator
