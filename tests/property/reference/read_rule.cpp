// SPDX-License-Identifier: Apache-2.0
//
// Rules as JSON: conditions, strength and effect.

#include "property/reference/reading.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace reference {

namespace {

conditions read_conditions(const document& doc, const json::value& value) {
  conditions result;
  for (const auto& entry : value.as_object()) {
    condition c;
    c.attribute = key_of(entry);
    if (is_note(c.attribute)) continue;
    if (entry.value().is_object()) {
      c.is_range = true;
      const json::object& range = entry.value().get_object();
      if (const auto* from = range.if_contains("from")) c.from = read_money_by_currency(*from);
      if (const auto* below = range.if_contains("below")) c.below = read_money_by_currency(*below);
    } else {
      c.words = read_words(entry.value());
      const auto declared = doc.attributes.find(c.attribute);
      const bool number = c.attribute == "quantity" ||
                          (declared != doc.attributes.end() && declared->second.kind == attribute_kind::number);
      if (number) {
        for (const std::string& word : c.words) {
          const auto parsed = parse_decimal(word);
          if (!parsed) fail("not a number: " + word);
          c.numbers.push_back(*parsed);
        }
      }
    }
    result.push_back(std::move(c));
  }
  return result;
}

}  // namespace

strength read_strength(const std::string& word) {
  if (word == "required") return strength::required;
  if (word == "strong") return strength::strong;
  if (word == "medium") return strength::medium;
  if (word == "weak") return strength::weak;
  fail("not a strength: " + word);
}

namespace {

occurrences read_occurrences(const json::value& value) {
  occurrences result;
  for (const auto& entry : value.as_object()) {
    const std::string key = key_of(entry);
    if (key == "digits") result.digits = text_of(entry.value());
    if (key == "sequences") result.sequences = read_words(entry.value());
    if (key == "amounts") result.amounts = read_words(entry.value());
    if (key == "in") {
      const std::string in = text_of(entry.value());
      result.in = in == "any"        ? digit_place::any
                  : in == "integer"  ? digit_place::integer
                  : in == "fraction" ? digit_place::fraction
                  : in == "last"     ? digit_place::last
                                     : (fail("not a place: " + in), digit_place::any);
    }
  }
  return result;
}

}  // namespace

void read_effect(rule& r, const json::value& value) {
  switch (r.effect) {
    case effect_kind::base:
    case effect_kind::price:
    case effect_kind::floor:
    case effect_kind::ceiling:
    case effect_kind::was:
      r.money = read_expression_by_currency(value);
      return;
    case effect_kind::discount:
      r.discount = read_rate_or_money(value);
      return;
    case effect_kind::gap: {
      const json::object& gap = value.as_object();
      if (gap.at("to").is_array()) {
        r.any_of = read_words(gap.at("to"));
      } else {
        r.to = text_of(gap.at("to"));
      }
      if (const auto* min = gap.if_contains("min")) r.gap_min = read_rate_or_money(*min);
      if (const auto* max = gap.if_contains("max")) r.gap_max = read_rate_or_money(*max);
      return;
    }
    case effect_kind::margin:
      if (value.is_object()) {
        if (const auto* min = value.get_object().if_contains("min")) r.margin_min = read_rate(*min);
        if (const auto* max = value.get_object().if_contains("max")) r.margin_max = read_rate(*max);
      } else {
        r.margin_min = read_rate(value);
      }
      return;
    case effect_kind::change:
    case effect_kind::hold:
      r.rate = read_rate(value);
      return;
    case effect_kind::endings:
      for (const std::string& word : read_words(value)) {
        const std::size_t point = word.find('.');
        if (point == std::string::npos) {
          r.endings.push_back({word, ""});
        } else {
          r.endings.push_back({word.substr(0, point), word.substr(point + 1)});
        }
      }
      return;
    case effect_kind::multiple_of:
      r.multiple_of = read_money_by_currency(value);
      return;
    case effect_kind::avoid:
    case effect_kind::prefer:
      r.occurring = {read_occurrences(value)};
      return;
    case effect_kind::credit:
      r.to = text_of(value.as_object().at("to"));
      r.rate = read_rate(value.as_object().at("rate"));
      return;
    case effect_kind::advise:
    case effect_kind::withhold:
      r.code = text_of(value);
      return;
    case effect_kind::squeeze:
      r.to = text_of(value.as_object().at("dealer"));
      r.wholesale = text_of(value.as_object().at("wholesale"));
      r.cost = text_of(value.as_object().at("cost"));
      r.rate = read_rate(value.as_object().at("margin"));
      return;
    case effect_kind::leak:
      r.to = text_of(value.as_object().at("from"));
      return;
    case effect_kind::inverted:
      r.to = text_of(value.as_object().at("to"));
      return;
    case effect_kind::culture:
      for (const std::string& word : read_words(value)) {
        if (word == "all") {
          r.kinds = {"avoid", "prefer", "endings"};
        } else {
          r.kinds.insert(word);
        }
      }
      return;
  }
}

rule read_rule(const document& doc, const json::value& value) {
  rule r;
  std::optional<strength> given;
  bool has_effect = false;
  for (const auto& entry : value.as_object()) {
    const std::string key = key_of(entry);
    const json::value& content = entry.value();
    if (is_note(key) || key == "because") continue;
    if (key == "id") {
      r.id = text_of(content);
    } else if (key == "strength") {
      given = read_strength(text_of(content));
    } else if (key == "skip_if_missing") {
      r.skip_if_missing = content.as_bool();
    } else if (key == "when") {
      r.when = read_conditions(doc, content);
    } else if (key == "except") {
      if (content.is_array()) {
        for (const auto& one : content.get_array()) r.except.push_back(read_conditions(doc, one));
      } else {
        r.except.push_back(read_conditions(doc, content));
      }
    } else if (key == "during") {
      r.during.emplace();
      const auto add = [&](const json::value& one) {
        r.during->push_back(one.is_string() ? doc.periods.at(text_of(one)) : read_periods(one));
      };
      if (content.is_array() && content.get_array().front().is_string()) {
        for (const auto& one : content.get_array()) add(one);
      } else {
        add(content);
      }
    } else if (key == "group") {
      r.group = text_of(content);
    } else if (key == "exclusive") {
      r.exclusive = content.as_bool();
    } else if (key == "without") {
      for (const std::string& word : read_words(content)) r.without.insert(word);
    } else {
      const auto found =
          std::find_if(effect_names.begin(), effect_names.end(), [&](const auto& e) { return e.first == key; });
      if (found == effect_names.end() || has_effect) fail("rule " + r.id + ": unexpected key " + key);
      has_effect = true;
      r.effect = found->second;
      read_effect(r, content);
    }
  }
  if (!has_effect) fail("rule " + r.id + " has no effect");
  switch (r.effect) {
    case effect_kind::change:
    case effect_kind::endings:
    case effect_kind::multiple_of:
    case effect_kind::avoid:
      r.how = given.value_or(strength::strong);
      break;
    case effect_kind::prefer:
      r.how = given.value_or(strength::weak);
      break;
    default:
      r.how = given.value_or(strength::required);
      break;
  }
  return r;
}

}  // namespace reference
