// SPDX-License-Identifier: Apache-2.0
//
// The market table: its facts, the culture of a market as rules, and what a generator of policies needs to know.

#include "property/reference/reading.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace reference {

std::optional<std::string> read_fact(const json::object& entry, const char* name) {
  const json::value* fact = entry.if_contains(name);
  if (fact != nullptr && fact->is_object()) fact = fact->get_object().if_contains("value");
  if (fact == nullptr || fact->is_null()) return std::nullopt;
  return text_of(*fact);
}

json::object read_market_table(std::string_view built_in, std::string_view own) {
  json::object result;
  for (const std::string_view text : {built_in, own}) {
    if (text.empty()) continue;
    const json::object root = read_object(text);
    for (const auto& listed : root.at("markets").as_object()) {
      json::value& entry = result[listed.key()];
      if (entry.is_null()) entry = json::object();
      for (const auto& field : listed.value().as_object()) entry.get_object()[field.key()] = field.value();
    }
  }
  return result;
}

bool law_has_window(const json::object& entry) {
  const json::value* former = entry.if_contains("former_price");
  if (former != nullptr && former->is_object()) former = &former->get_object().at("rule");
  return former != nullptr && text_of(*former) != "none";
}

namespace {

strength strength_of(const json::object& entry, effect_kind effect) {
  const bool prefers = effect == effect_kind::prefer;
  if (const json::value* given = entry.if_contains("strength")) return read_strength(text_of(*given));
  if (const json::value* wider = entry.if_contains("wider"); wider != nullptr && wider->as_bool())
    return strength::weak;
  const json::value* confidence = entry.if_contains("confidence");
  if (confidence == nullptr) return prefers ? strength::weak : strength::strong;
  const std::string word = text_of(*confidence);
  if (word == "law" || word == "paper" || word == "computed") return prefers ? strength::medium : strength::strong;
  if (word == "reputable") return prefers ? strength::weak : strength::medium;
  if (word == "weak" || word == "common") return strength::weak;
  fail("no entry is made of the confidence " + word);
}

}  // namespace

std::vector<rule> read_culture(const json::object& entry, const std::string& currency) {
  std::vector<rule> result;
  const json::value* culture = entry.if_contains("culture");
  if (culture == nullptr) return result;
  const std::string written_in = read_fact(entry, "currency").value_or(currency);
  for (const json::value& value : culture->as_array()) {
    const json::object& listed = value.as_object();
    rule r;
    r.id = text_of(listed.at("id"));
    r.of_culture = true;
    for (const char* key : {"avoid", "prefer", "endings", "multiple_of"}) {
      const json::value* content = listed.if_contains(key);
      if (content == nullptr) continue;
      r.effect =
          std::find_if(effect_names.begin(), effect_names.end(), [&](const auto& e) { return e.first == key; })->second;
      read_effect(r, *content);
    }
    r.how = strength_of(listed, r.effect);
    condition band;
    band.attribute = "target";
    band.is_range = true;
    const auto end = [&](const char* key, std::optional<by_currency<rational>>& into) {
      if (const json::value* amount = listed.if_contains(key)) into.emplace().listed[written_in] = read_money(*amount);
    };
    end("from", band.from);
    end("below", band.below);
    if (band.from || band.below) r.when.push_back(band);
    const bool of_endings = r.effect == effect_kind::endings || r.effect == effect_kind::multiple_of;
    if (!of_endings || written_in == currency) result.push_back(std::move(r));
  }
  return result;
}

std::vector<rule> culture_as_rules(const rule& asking, const std::vector<rule>& culture) {
  std::vector<rule> result;
  for (rule r : culture) {
    const char* kind = r.effect == effect_kind::avoid    ? "avoid"
                       : r.effect == effect_kind::prefer ? "prefer"
                                                         : "endings";
    if (!asking.kinds.contains(kind) || asking.without.contains(r.id)) continue;
    r.id = asking.id + "/" + (r.effect == effect_kind::prefer ? std::string("prefer") : r.id);
    r.when.insert(r.when.end(), asking.when.begin(), asking.when.end());
    r.except = asking.except;
    r.during = asking.during;
    result.push_back(std::move(r));
  }
  return result;
}

surroundings with_built_in_markets(std::map<std::string, std::string> files) {
  static const std::string built_in = [] {
    std::ifstream file(PRICEPOINT_SOURCE_DIR "/src/market/markets.jsonc", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }();
  return {built_in, std::move(files)};
}

std::string version_of_markets(std::string_view table) {
  return table.empty() ? std::string() : text_of(read_object(table).at("version"));
}

std::map<std::string, listed_market> listed_markets(std::string_view table) {
  std::map<std::string, listed_market> result;
  for (const auto& entry : read_market_table(table, {})) {
    const json::object& fields = entry.value().get_object();
    listed_market m;
    m.currency = read_fact(fields, "currency").value_or("");
    m.gross = read_fact(fields, "display").value_or("gross") == "gross";
    m.has_window = law_has_window(fields);
    for (const rule& r : read_culture(fields, m.currency)) {
      m.culture.push_back(r.id);
      for (const condition& band : r.when) {
        for (const auto* end : {&band.from, &band.below}) {
          if (*end) m.bands.insert(*(*end)->in(m.currency));
        }
      }
    }
    result.emplace(key_of(entry), std::move(m));
  }
  return result;
}

}  // namespace reference
