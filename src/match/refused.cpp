// SPDX-License-Identifier: Apache-2.0
// Entry: why_refused. Test: tests/unit/match/refused_test.cpp.
#include "match/refused.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "pricepoint/money/currency.hpp"
#include "text/names.hpp"

namespace pricepoint::engine {

namespace {

using namespace policy_language;  // the words of messages, text/names.hpp

// `unknown`: what is wrong with a word that is none of them; `known_are`: how they are listed where none is near.
std::string not_among(std::string_view value, std::string_view unknown, std::string_view known_are,
                      const std::vector<std::string_view>& known) {
  std::size_t budget = 1u << 20;
  nearest_name nearest(value, budget);
  for (const std::string_view one : known) nearest.offer(one);
  std::string text = say(quote(value), unknown);
  if (nearest.is_near()) return say(text, "; did you mean ", quote(nearest.best()), "?");
  constexpr std::size_t most_listed = 8;
  if (known.empty() || known.size() > most_listed) return text;
  std::string all;
  for (const std::string_view one : known) all.append(all.empty() ? "" : ", ").append(quote(one));
  return say(text, "; ", known_are, " ", all);
}

template <class Table>
std::vector<std::string_view> names_of(const Table& all) {
  std::vector<std::string_view> names;
  for (const auto& one : all) names.push_back(one.name);
  return names;
}

std::string why_no_word(const machine& compiled, std::string_view name, std::string_view value) {
  constexpr std::string_view of_policy = "the policy has";
  if (name == "channel") return not_among(value, " is unknown", of_policy, names_of(compiled.channels()));
  if (name == "market") return not_among(value, " is unknown", of_policy, names_of(compiled.markets()));
  std::vector<std::string_view> codes;
  for (std::size_t i = 0; i < currency::count(); ++i) codes.push_back(currency::from_index(i).code());
  return not_among(value, " is not a code of ISO 4217", {}, codes);
}

std::string why_no_net_amount(const decimal& value) {
  if (value.sign() < 0) return say(to_string(value), " is below zero");
  return say(to_string(value), " is more than an amount can be");
}

std::string why_no_time(instant value) {
  return say(std::to_string(value.unix_ms), " milliseconds since 1970 are not within the years 1970 to 9999");
}

std::string why_no_attribute(const attribute_terms& declared, const attribute_value& value) {
  switch (declared.what) {
    case attribute_terms::kind::words: {
      if (value.number()) return say(to_string(*value.number()), " is not a word");
      std::vector<std::string_view> known(declared.words->begin(), declared.words->end());
      return not_among(value.text(), " is unknown", "its words are", known);
    }
    case attribute_terms::kind::text:
      return say(value.number() ? to_string(*value.number()) : "what is given", " is not a text");
    case attribute_terms::kind::number:
    case attribute_terms::kind::money_display:
    case attribute_terms::kind::money_net:
      break;
  }
  const std::optional<decimal> number = value.number() ? value.number() : parse_decimal(value.text());
  if (!number) return say(quote(value.text()), " is not a number");
  if (declared.what == attribute_terms::kind::number)
    return say(to_string(*number), " has more than 15 digits before the point");
  return declared.what == attribute_terms::kind::money_net ? why_no_net_amount(*number) : why_no_amount(*number);
}

}  // namespace

std::string why_no_amount(const decimal& value) {
  if (value.sign() <= 0) return say(to_string(value), " is not above zero");
  return say(to_string(value), " is more than an amount can be");
}

std::optional<std::string> why_refused(const machine& compiled, const request& what, std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view request::*> words[] = {
      {"channel", &request::channel}, {"market", &request::market}, {"currency", &request::currency}};
  for (const auto& [word, member] : words) {
    if (word == name && !(what.*member).empty()) return why_no_word(compiled, name, what.*member);
  }
  static constexpr std::pair<std::string_view, std::optional<decimal> request::*> displayed[] = {
      {"list", &request::list},
      {"msrp", &request::msrp},
      {"map", &request::map},
      {"current", &request::current},
      {"lowest_prior", &request::lowest_prior},
      {"quantity", &request::quantity}};
  for (const auto& [field, member] : displayed) {
    if (field == name && what.*member) return why_no_amount(*(what.*member));
  }
  static constexpr std::pair<std::string_view, std::optional<decimal> request::*> net[] = {
      {"cost", &request::cost}, {"shipping", &request::shipping}, {"units", &request::units}};
  for (const auto& [field, member] : net) {
    if (field == name && what.*member) return why_no_net_amount(*(what.*member));
  }
  if (name == "tax" && what.tax) {
    return say(to_string(*what.tax), what.tax->e8() < 0 ? " is below 0%" : " is above " + to_string(max_tax));
  }
  if (name == "fee" && what.fee) return say(to_string(*what.fee), " is not between 0% and 100%");
  if (name == "at" && what.at) return why_no_time(*what.at);
  if (name == "current_since" && what.current_since) return why_no_time(*what.current_since);
  constexpr std::string_view of_channel = "price.";
  if (name.starts_with(of_channel)) {
    for (const channel_price& one : what.prices) {
      if (one.channel == name.substr(of_channel.size())) return why_no_amount(one.price);
    }
  }
  for (const named_attribute& one : what.attributes) {
    if (one.name != name) continue;
    if (const auto found = compiled.find_attribute(name)) {
      return why_no_attribute(compiled.attributes()[*found], one.value);
    }
  }
  return {};
}

}  // namespace pricepoint::engine
