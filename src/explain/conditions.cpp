// SPDX-License-Identifier: Apache-2.0
// Conditions, periods and refused values in words. Entries: denial, statement, outside, refusal of words.hpp. Test:
// tests/unit/explain/explanation_test.cpp.
#include <algorithm>

#include "explain/words.hpp"

namespace pricepoint::explaining {

namespace {

using language::condition;
using language::subject;

std::string attribute_text(const attribute_value& value, bool quote) {
  if (value.number()) return to_string(*value.number());
  return quote ? in_quotes(value.text()) : one_line(value.text());
}

// The last one of that name counts.
const attribute_value* attribute_of(const request& what, std::string_view name) {
  const attribute_value* found = nullptr;
  for (const named_attribute& one : what.attributes) {
    if (one.name == name) found = &one.value;
  }
  return found;
}

std::string name_of(const asked& of, const condition& one) {
  switch (one.subject) {
    case subject::sku:
      return "sku";
    case subject::category:
      return "category";
    case subject::channel:
      return "channel";
    case subject::market:
      return "market";
    case subject::segment:
      return "segment";
    case subject::audience:
      return "audience";
    case subject::quantity:
      return "quantity";
    case subject::period:
      return "period";
    case subject::target:
      return "the target";
    case subject::declared:
      return std::string(of.compiled.attributes()[one.index].name);
  }
  return {};
}

// What the request gives; nothing where it gives none.
std::optional<std::string> given(const asked& of, const condition& one) {
  const auto text = [](std::string_view value) -> std::optional<std::string> {
    if (value.empty()) return {};
    return in_quotes(value);
  };
  switch (one.subject) {
    case subject::sku:
      return text(of.what.sku);
    case subject::category:
      return text(of.what.category);
    case subject::channel:
      return text(of.what.channel);
    case subject::market:
      return text(of.what.market);
    case subject::segment:
      return text(of.what.segment);
    case subject::audience:
      return text(of.what.audience);
    case subject::quantity:
      return to_string(of.what.quantity.value_or(decimal(1)));
    case subject::target:
      if (!of.target) return {};
      return money(*of.target, of.bound.currency);
    case subject::declared: {
      const engine::attribute_terms& declared = of.compiled.attributes()[one.index];
      const attribute_value* value = attribute_of(of.what, declared.name);
      if (value == nullptr || (!value->number() && value->text().empty())) return {};
      return attribute_text(*value, declared.what != engine::attribute_terms::kind::number);
    }
    case subject::period:
      return {};
  }
  return {};
}

// The two ends of a range, in the market's currency.
std::pair<std::optional<decimal>, std::optional<decimal>> ends(const asked& of, const condition& one) {
  const auto end = [&](const std::optional<decimal>& number,
                       const std::optional<language::money>& amount) -> std::optional<decimal> {
    if (!amount) return number;
    const decimal* value = amount->find(of.bound.currency);
    return value == nullptr ? std::optional<decimal>() : *value;
  };
  return {end(one.from_number, one.from_money), end(one.below_number, one.below_money)};
}

// The values that a condition asks for; long lists are cut.
std::string wanted(const asked& of, const condition& one) {
  constexpr std::size_t most = 5;
  std::vector<std::string> all;
  if (one.range) {
    const auto end = [&](const std::optional<decimal>& number, const std::optional<language::money>& amount) {
      if (!amount) return to_string(number.value_or(decimal()));
      const decimal* value = amount->find(of.bound.currency);
      return value == nullptr ? std::string() : money(*value, of.bound.currency);
    };
    if (one.from_number || one.from_money) all.push_back(end(one.from_number, one.from_money) + " or more");
    if (one.below_number || one.below_money) all.push_back("below " + end(one.below_number, one.below_money));
    return listed(all, " and ");
  }
  for (const std::string& word : one.words) all.push_back(in_quotes(word));
  for (const decimal& number : one.numbers) all.push_back(to_string(number));
  if (all.size() > most) {
    const std::size_t others = all.size() - (most - 1);
    all.resize(most - 1);
    all.push_back(std::to_string(others) + " others");
  }
  return listed(all, " or ");
}

bool lists(const std::optional<language::money>& value, currency in) { return !value || value->find(in) != nullptr; }

std::string period_name(const asked& of, std::uint32_t index) {
  const std::string& name = of.compiled.document().periods[index].name;
  return name.empty() ? "its period" : name;
}

}  // namespace

std::string denial(const asked& of, const engine::compiled_condition& asks) {
  const condition& one = *asks.source;
  if (one.subject == subject::period) return outside(of, one.periods);
  if (one.subject == subject::target &&
      (!lists(one.from_money, of.bound.currency) || !lists(one.below_money, of.bound.currency))) {
    return "its condition on the target names no amount in " + std::string(of.bound.currency.code());
  }
  const auto value = given(of, one);
  if (!value) return name_of(of, one) + " is not given; it asks for " + wanted(of, one);
  if (one.range) {
    const auto [low, high] = ends(of, one);
    const std::string start = name_of(of, one);
    const bool target = one.subject == subject::target;
    const auto number = target ? of.target : parse_decimal(*value);
    const auto words = [&](const decimal& end) { return target ? money(end, of.bound.currency) : to_string(end); };
    const std::string is = start + (target ? ", " + *value + ", is " : " is " + *value + ", which is ");
    if (low && number && *number < *low) return is + "below " + words(*low);
    if (high && number && *number >= *high) return is + "not below " + words(*high);
    return is + "not " + wanted(of, one);
  }
  return name_of(of, one) + " is " + *value + ", not " + wanted(of, one);
}

std::string statement(const asked& of, const engine::compiled_condition& asks) {
  const condition& one = *asks.source;
  if (one.subject == subject::period) {
    std::vector<std::string> names;
    for (const std::uint32_t period : one.periods) names.push_back(period_name(of, period));
    return "the time is in " + listed(names, " or ");
  }
  if (one.subject == subject::target) return "the target is " + wanted(of, one);
  return name_of(of, one) + " is " + given(of, one).value_or(wanted(of, one));
}

std::string outside(const asked& of, const std::vector<std::uint32_t>& periods) {
  if (!of.bound.at) return "the time is not given";
  std::optional<std::int64_t> begins, ended;
  std::string next, last;
  for (const std::uint32_t period : periods) {
    for (const engine::time_span& span : of.compiled.spans(period)) {
      if (span.from_unix_ms && *span.from_unix_ms > *of.bound.at && (!begins || *span.from_unix_ms < *begins)) {
        begins = span.from_unix_ms;
        next = period_name(of, period);
      }
      if (span.until_unix_ms && *span.until_unix_ms <= *of.bound.at && (!ended || *span.until_unix_ms > *ended)) {
        ended = span.until_unix_ms;
        last = period_name(of, period);
      }
    }
  }
  if (begins) return next + " begins at " + boundary(of.compiled, *begins);
  if (ended) return last + " ended at " + boundary(of.compiled, *ended);
  return "it is outside of its period";
}

std::string refusal(const asked& of, std::string_view name) {
  const request& what = of.what;
  const std::string start = std::string(name) + " is ";
  if (name == "market") return start + in_quotes(what.market) + ", which the policy does not declare";
  if (name == "channel") return start + in_quotes(what.channel) + ", which the policy does not declare";
  if (name == "currency") return start + in_quotes(what.currency) + ", which is not an ISO 4217 code";
  // A field whose text is not a number has no value.
  if (name == "tax" && what.tax) return start + to_string(*what.tax) + ", which is below 0%";
  if (name == "fee" && what.fee) return start + to_string(*what.fee) + ", which is not from 0% to 100%";
  if (name == "quantity" && what.quantity) return start + to_string(*what.quantity) + ", which is not above zero";
  if (name == "units" && what.units) return start + to_string(*what.units) + ", which is below zero";

  const auto amount = [&](const decimal& value, bool net) {
    const char* why = value.sign() < 0 && net ? ", which is below zero"
                      : value.sign() <= 0     ? ", which is not above zero"
                                              : ", which is too much";
    return start + to_string(value) + why;
  };
  const std::pair<std::string_view, const std::optional<decimal>*> fields[] = {{"list", &what.list},
                                                                               {"msrp", &what.msrp},
                                                                               {"map", &what.map},
                                                                               {"current", &what.current},
                                                                               {"lowest_prior", &what.lowest_prior},
                                                                               {"cost", &what.cost},
                                                                               {"shipping", &what.shipping}};
  for (const auto& [field, value] : fields) {
    if (field == name && *value) return amount(**value, field == "cost" || field == "shipping");
  }
  for (const channel_price& one : what.prices) {
    if (name.starts_with("price.") && name.substr(6) == one.channel) return amount(one.price, false);
  }
  const auto declared = of.compiled.find_attribute(name);
  const attribute_value* value = attribute_of(what, name);
  if (!declared || value == nullptr) return start + "a value that cannot be";
  const engine::attribute_terms& attribute = of.compiled.attributes()[*declared];
  using kind = enum engine::attribute_terms::kind;
  if (attribute.what == kind::words) {
    std::vector<std::string> words;
    for (const std::string& word : *attribute.words) words.push_back(in_quotes(word));
    return start + attribute_text(*value, true) + ", not " + listed(words, " or ");
  }
  if (attribute.what == kind::text) return start + attribute_text(*value, true) + ", which is not text";
  const std::optional<decimal> number = value->number() ? value->number() : parse_decimal(value->text());
  if (!number || attribute.what == kind::number)
    return start + attribute_text(*value, true) + ", which is not a number";
  return amount(*number, attribute.what == kind::money_net);
}

}  // namespace pricepoint::explaining
