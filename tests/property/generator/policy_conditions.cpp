// SPDX-License-Identifier: Apache-2.0
//
// Conditions, periods of rules, and what every rule has besides its effect.

#include "property/generator/policy_writer.hpp"

#include <iterator>
#include <set>
#include <utility>

#include "property/generator/periods.hpp"

namespace generator {

std::string policy_writer::some_target_range() {
  members range;
  const auto cut = [&](const char* key, micro amount) { range.emplace_back(key, money(amount, 10)); };
  const micro a = luck_.pick(cuts);
  switch (luck_.below(3)) {
    case 0:
      cut("from", a);
      break;
    case 1:
      cut("below", a);
      break;
    default: {
      // Both plain or both by currency: amounts by currency are scaled, and mixed the range could end before it
      // begins.
      const micro b = a + luck_.between(1, 30) * one_unit;
      const std::string from = money(a, 10);
      std::string below = money(b, 10);
      while ((below.front() == '{') != (from.front() == '{')) below = money(b, 10);
      range.emplace_back("from", from);
      range.emplace_back("below", below);
    }
  }
  return object_of(range);
}

std::string policy_writer::some_number_range(long long low, long long high) {
  members range;
  const long long a = luck_.between(low, high);
  if (luck_.percent(70)) range.emplace_back("from", luck_.percent(50) ? as_json(std::to_string(a)) : std::to_string(a));
  if (range.empty() || luck_.percent(40)) {
    const std::string whole = std::to_string(a + luck_.between(1, 20));
    range.emplace_back("below", as_json(luck_.percent(20) ? whole + ".5" : whole));
  }
  return object_of(range);
}

std::string policy_writer::draw_conditions(long long count, asking may) {
  std::vector<std::string> attributes = {"channel",  "channel",  "market",   "segment",
                                         "audience", "quantity", "category", "sku"};
  if (has_role) attributes.insert(attributes.end(), {"role", "role"});
  if (has_tier) attributes.push_back("tier");
  if (has_stock) attributes.push_back("stock");
  if (may.target) attributes.insert(attributes.end(), {"target", "target", "target"});
  if (may.period) attributes.insert(attributes.end(), {"period", "period"});
  members result;
  std::set<std::string> used;
  for (long long i = 0; i < count; ++i) {
    const std::string attribute = luck_.pick(attributes);
    if (!used.insert(attribute).second) continue;
    std::string value;
    if (attribute == "channel") {
      value = one_or_list(luck_.some(channels, 3));
    } else if (attribute == "market") {
      std::vector<std::string> names;
      for (const drawn_market& m : markets) names.push_back(m.name);
      value = one_or_list(luck_.some(names, 2));
    } else if (attribute == "segment") {
      value = one_or_list(luck_.some<std::string>({"member", "student", "vip"}, 2));
    } else if (attribute == "audience") {
      value = one_or_list(luck_.some<std::string>({"newsletter", "staff"}, 2));
    } else if (attribute == "quantity") {
      value = luck_.percent(50) ? some_number_range(1, 6) : luck_.percent(50) ? R"(["1", 2, "3.0"])" : "1";
    } else if (attribute == "category") {
      value = one_or_list(luck_.some<std::string>({"food", "food/tea", "food/tea/green", "home", "home/lamp"}, 2));
    } else if (attribute == "sku") {
      value = one_or_list(luck_.some<std::string>({"S1", "S2", "S3", "S4", "S5"}, 3));
    } else if (attribute == "role") {
      value = one_or_list(luck_.some<std::string>({"traffic", "volume", "profit"}, 2));
    } else if (attribute == "tier") {
      value = one_or_list(luck_.some<std::string>({"gold", "Gold", "silver"}, 2));
    } else if (attribute == "stock") {
      value = luck_.percent(70) ? some_number_range(0, 30) : R"(["10", "0", 7])";
    } else if (attribute == "target") {
      value = some_target_range();
    } else {
      value = one_or_list(luck_.some(period_names_, 2));
    }
    result.emplace_back(attribute, value);
  }
  return object_of(result);
}

std::string policy_writer::draw_during() {
  if (luck_.percent(25)) {
    const drawn_period drawn = draw_period(luck_, year);
    boundaries_unix_ms.insert(boundaries_unix_ms.end(), drawn.boundaries_unix_ms.begin(),
                              drawn.boundaries_unix_ms.end());
    return drawn.json;
  }
  return one_or_list(luck_.some(period_names_, 2));
}

void policy_writer::add_rule(const std::string& effect, const std::string& value, const rule_options& options,
                             members more) {
  members fields;
  if (luck_.percent(options.when_percent)) {
    const long long count = options.least_conditions + (luck_.percent(20) ? 1 : 0);
    fields.emplace_back("when", draw_conditions(count, {options.target, luck_.percent(25)}));
  }
  if (luck_.percent(options.except_percent)) {
    const auto one = [&] {
      const long long count = luck_.between(1, 2);
      return draw_conditions(count, {options.target, luck_.percent(30)});
    };
    if (luck_.percent(60)) {
      fields.emplace_back("except", one());
    } else {
      std::vector<std::string> items;
      for (long long i = luck_.between(1, 3); i > 0; --i) items.push_back(one());
      fields.emplace_back("except", "[" + joined(items, ", ") + "]");
    }
  }
  if (luck_.percent(options.timed_percent)) fields.emplace_back("during", draw_during());
  if (options.strengths && !options.strength.empty()) fields.emplace_back("strength", as_json(options.strength));
  if (options.skip && luck_.percent(options.skip_percent))
    fields.emplace_back("skip_if_missing", luck_.percent(90) ? "true" : "false");
  if (luck_.percent(8)) fields.emplace_back("because", as_json("someone wants it so"));
  if (luck_.percent(4)) fields.emplace_back("x-owner", as_json("Li"));
  fields.insert(fields.end(), more.begin(), more.end());
  fields.insert(fields.begin() + luck_.below(static_cast<long long>(fields.size()) + 1), std::make_pair(effect, value));
  rules_.push_back(fields);
}

}  // namespace generator
