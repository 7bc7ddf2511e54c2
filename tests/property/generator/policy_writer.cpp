// SPDX-License-Identifier: Apache-2.0
//
// The document of a policy, its money, and the parts that are neither markets nor rules.

#include "property/generator/policy_writer.hpp"

#include <cstddef>
#include <set>
#include <utility>

#include "property/generator/periods.hpp"

namespace generator {

std::string policy_writer::write() {
  if (wanted.culture) {
    built_in_ = reference::listed_markets(reference::with_built_in_markets().built_in_markets);
    for (const auto& [name, listed] : built_in_) table_[name] = {listed.currency, listed.gross};
  }
  year = luck_.percent(12) ? 2018 : 2026;
  tight = luck_.percent(6);
  halves = !tight && luck_.percent(30);
  bare = halves && luck_.percent(65);
  base_of_cost = halves && luck_.percent(25);
  coarse = !tight && luck_.percent(25);
  mixed_displays = luck_.percent(wanted.audit ? 40 : 25);
  by_hand = luck_.percent(20);
  circles = luck_.percent(35);
  const std::vector<micro> all_cuts = {8, 10, 12, 15, 20, 25, 30, 40, 50};
  for (const micro cut : luck_.some(all_cuts, 3)) cuts.push_back(cut * one_unit);

  members root;
  root.emplace_back("pricepoint", "1");
  root.emplace_back("name", as_json("random"));
  if (luck_.percent(50)) root.emplace_back("fallback", as_json(luck_.word({"none", "reference", "current"})));
  root.emplace_back("markets", draw_markets());
  if (!tables_.empty()) root.emplace_back("tables", tables_);
  root.emplace_back("channels", draw_channels());
  root.emplace_back("attributes", draw_attributes());
  root.emplace_back("periods", draw_periods());
  if (luck_.percent(55)) root.emplace_back("within", draw_within());
  if (luck_.percent(50)) root.emplace_back("discounts", as_json(luck_.word({"add", "compound"})));
  if (luck_.percent(10)) root.emplace_back("x-note", "\"of the owner's\"");
  root.emplace_back("rules", draw_rules());
  // Comments and trailing commas belong to the language.
  std::string text = "{\n";
  for (std::size_t i = 0; i < root.size(); ++i) {
    text += "  " + as_json(root[i].first) + ": " + root[i].second;
    if (i + 1 < root.size() || luck_.percent(30)) text += ",";
    if (luck_.percent(10)) text += luck_.word({"  // a comment, \"quoted\"", " /* a comment */"});
    text += "\n";
  }
  return text + "}\n";
}

std::vector<std::string> policy_writer::currencies() const {
  std::set<std::string> all;
  for (const drawn_market& m : markets) all.insert(m.currency);
  return {all.begin(), all.end()};
}

std::string policy_writer::by_currency(micro amount, const std::function<std::string(micro)>& text, int leave_out) {
  const auto all = currencies();
  bool same_level = true;
  for (const std::string& c : all) same_level = same_level && at_level(one_unit, c) == one_unit;
  if (luck_.percent(same_level ? 75 : 15)) return text(at_level(amount, all[0]));
  members entries;
  for (const std::string& c : all) {
    if (!luck_.percent(leave_out)) entries.emplace_back(c, text(at_level(amount, c)));
  }
  if (entries.empty()) entries.emplace_back("GBP", text(amount));
  return object_of(entries);
}

std::string policy_writer::money_json(micro amount) {
  const std::string text = amount_text(amount, 6, true);
  return text.find('.') == std::string::npos && luck_.percent(30) ? text : as_json(text);
}

std::string policy_writer::money(micro amount, int leave_out) {
  return by_currency(
      amount, [this](micro one) { return money_json(one); }, leave_out);
}

std::string policy_writer::round_money(micro mantissa, int exponent, int leave_out) {
  members entries;
  const auto text = [&](int power) {
    micro amount = mantissa;
    for (int i = 0; i < power; ++i) amount *= 10;
    for (int i = 0; i > power; --i) amount /= 10;
    return money_json(amount);
  };
  const auto all = currencies();
  const auto power_in = [&](const std::string& c) {
    return c == "JPY" ? exponent + 2 : c == "KWD" ? exponent - 1 : exponent;
  };
  if (luck_.percent(50)) return text(power_in(luck_.pick(all)));
  for (const std::string& c : all) {
    if (!luck_.percent(leave_out)) entries.emplace_back(c, text(power_in(c)));
  }
  if (entries.empty()) return text(exponent);
  return object_of(entries);
}

std::string policy_writer::draw_channels() {
  std::vector<std::string> shops = {"store", "dealer", "kiosk", "a1"};
  std::vector<std::string> sites = {"web", "app", "tmall", "b2c", "Zeta_9"};
  luck_.shuffle(shops);
  luck_.shuffle(sites);
  shops.resize(static_cast<std::size_t>(luck_.between(1, 3)));
  sites.resize(static_cast<std::size_t>(luck_.between(1, 3)));
  members entries;
  std::vector<std::string> before;
  const auto add = [&](const std::string& name, bool is_traditional, bool is_last_traditional) {
    members fields;
    fields.emplace_back("kind", as_json(is_traditional ? "traditional" : "online"));
    if (luck_.percent(25)) {
      fields.emplace_back("owner", as_json(luck_.word({"own", "reseller"})));
    } else if (wanted.audit && luck_.percent(30)) {
      fields.emplace_back("owner", as_json("reseller"));
    }
    if (!before.empty() && luck_.percent(is_traditional ? 35 : 88)) {
      const long long form = luck_.below(10);
      if (form < 2 && (!is_traditional || is_last_traditional)) {
        fields.emplace_back("reference", as_json(luck_.word({"lowest traditional", "highest traditional"})));
      } else if (form < 5) {
        fields.emplace_back("reference", list_of(luck_.some(before, 3)));
      } else {
        fields.emplace_back("reference", as_json(luck_.pick(before)));
      }
    }
    if (luck_.percent(30)) fields.emplace_back("fee", as_json(luck_.word({"5%", "12.5%", "0%", "20%", "8.33%", "2%"})));
    if (luck_.percent(12) || (mixed_displays && luck_.percent(50)))
      fields.emplace_back("display", as_json(luck_.word({"gross", "net"})));
    entries.emplace_back(name, object_of(fields));
    before.push_back(name);
    channels.push_back(name);
    if (is_traditional) traditional.push_back(name);
  };
  for (std::size_t i = 0; i < shops.size(); ++i) add(shops[i], true, i + 1 == shops.size());
  for (const std::string& site : sites) add(site, false, false);
  luck_.shuffle(entries);
  return object_of(entries);
}

std::string policy_writer::draw_attributes() {
  members entries;
  has_role = luck_.percent(80);
  has_tier = luck_.percent(40);
  has_stock = luck_.percent(50);
  has_wholesale = luck_.percent(40);
  has_vip = luck_.percent(40);
  if (wanted.audit) {
    has_wholesale = true;
    has_handling = luck_.percent(50);
  }
  if (has_role) entries.emplace_back("role", R"(["traffic", "volume", "profit"])");
  if (has_tier) entries.emplace_back("tier", as_json("text"));
  if (has_stock) entries.emplace_back("stock", as_json("number"));
  if (has_wholesale) entries.emplace_back("wholesale", R"({ "money": "net" })");
  if (has_vip) entries.emplace_back("vip_price", R"({ "money": "display" })");
  if (has_handling) entries.emplace_back("handling", R"({ "money": "net" })");
  return object_of(entries);
}

std::string policy_writer::draw_periods() {
  members entries;
  for (const std::string& name :
       luck_.some<std::string>({"season", "double-eleven", "black.week", "night_2", "p5"}, 4)) {
    const drawn_period drawn = draw_period(luck_, year);
    boundaries_unix_ms.insert(boundaries_unix_ms.end(), drawn.boundaries_unix_ms.begin(),
                              drawn.boundaries_unix_ms.end());
    entries.emplace_back(name, drawn.json);
    period_names_.push_back(name);
  }
  return object_of(entries);
}

std::string policy_writer::draw_within_value() {
  const std::string rate = as_json(luck_.word({"0%", "1%", "3%", "5%", "8%", "20%", "50%", "2.5%"}));
  const auto amount = [&] { return money(luck_.between(0, 30) * 50'000, 25); };
  switch (luck_.below(4)) {
    case 0:
    case 1:
      return rate;
    case 2:
      return amount();
    default:
      return luck_.percent(50) ? "[" + rate + ", " + amount() + "]" : "[" + amount() + ", " + rate + "]";
  }
}

std::string policy_writer::draw_within() {
  if (luck_.percent(55)) return draw_within_value();
  members entries;
  for (const std::string& strength : luck_.some<std::string>({"strong", "medium", "weak"}, 3))
    entries.emplace_back(strength, draw_within_value());
  return object_of(entries);
}

}  // namespace generator
