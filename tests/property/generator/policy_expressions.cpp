// SPDX-License-Identifier: Apache-2.0
//
// Expressions near the level of prices, and the shapes of amounts.

#include "property/generator/policy_writer.hpp"

#include <algorithm>
#include <cstddef>

namespace generator {

std::string policy_writer::some_field() {
  std::vector<std::string> names = {"list",
                                    "msrp",
                                    "map",
                                    "reference",
                                    "current",
                                    "reference",
                                    "price." + luck_.pick(channels),
                                    "price." + luck_.pick(traditional)};
  if (has_vip) names.push_back("vip_price");
  return luck_.pick(names);
}

std::string policy_writer::expression_json(const std::function<std::string(const std::string&)>& with_currency) {
  if (luck_.percent(82)) return as_json(with_currency(""));
  members entries;
  for (const std::string& c : currencies()) {
    if (!luck_.percent(15)) entries.emplace_back(c, as_json(with_currency(c)));
  }
  if (entries.empty()) entries.emplace_back("GBP", as_json(with_currency("")));
  return object_of(entries);
}

std::string policy_writer::some_literal(const std::string& currency, micro low, micro high) {
  const micro amount = luck_.between(low / 10'000, high / 10'000) * 10'000;
  return literal(currency.empty() ? amount : at_level(amount, currency));
}

std::string policy_writer::some_half(const std::string& currency) {
  // An odd number of halves of a minor unit, or of a step of 0.05 or 0.10.
  const int decimals = decimals_of(currency.empty() ? markets.front().currency : currency);
  micro step = one_unit;
  for (int i = 0; i < decimals; ++i) step /= 10;
  step *= luck_.percent(50) ? 1 : luck_.percent(50) ? 5 : 10;
  const micro near = at_level(luck_.between(8, 30) * one_unit, currency.empty() ? markets.front().currency : currency);
  return amount_text(near / step * step + luck_.between(0, 40) * step + step / 2, 6, true);
}

std::string policy_writer::low_expression(const std::string& currency) {
  if (halves && luck_.percent(25)) return some_half(currency);
  switch (luck_.below(16)) {
    case 0:
      return "map";
    case 1:
      return "cost * 105%";
    case 2:
      return net_name() + " * 1.25 + shipping";
    case 3:
      return "max(map?, cost * 1." + std::to_string(luck_.between(1, 5)) + ")";
    case 4:
      return "target * 9" + std::to_string(luck_.between(0, 9)) + "%";
    case 5:
      return "reference * 0." + std::to_string(luck_.between(70, 99));
    case 6:
      return "max(map?, min(list?, msrp?) * 80%, (cost + shipping) * 105%)";
    case 7: {
      const std::string field = some_field();
      return field + " - " + some_literal(currency, 0, 3 * one_unit);
    }
    case 8:
      return "min(map?, reference?)";
    case 9:
      return "target - " + some_literal(currency, 0, 2 * one_unit);
    case 10:
      return "max(cost?, shipping?, map?)";
    case 11: {
      const std::string field = some_field();
      return field + " / " + luck_.word({"1.2", "1.05", "3", "1.1"});
    }
    case 12:
      return "105% * (" + net_name() + " + shipping)";
    case 13: {
      const std::string field = some_field();
      return "max(" + net_name() + " * 1.1, min(map, " + field + "?))";
    }
    case 14:
      return luck_.word({"5", "8.50", "12", "0.99"});
    default:
      return "reference - 10% * reference + 0";
  }
}

std::string policy_writer::high_expression(const std::string& currency) {
  if (halves && luck_.percent(15)) return some_half(currency);
  switch (luck_.below(12)) {
    case 0:
    case 1:
      return "reference";
    case 2:
      return "list";
    case 3:
      return "msrp";
    case 4:
      return "min(msrp?, list?)";
    case 5:
      return "target * 1." + luck_.word({"01", "05", "1", "2"});
    case 6:
      return "target + " + some_literal(currency, 0, 2 * one_unit);
    case 7:
      return "price." + luck_.pick(channels);
    case 8:
      return "max(reference?, list?, msrp?)";
    case 9:
      return "min(reference * 110%, max(map?, list?))";
    case 10:
      return "target";
    default:
      return "cost * 2 + shipping * 1.5";
  }
}

const std::vector<std::vector<std::string>>& policy_writer::ending_sets() {
  static const std::vector<std::vector<std::string>> sets = {{".99", ".95", ".?9"},
                                                             {".99"},
                                                             {".9"},
                                                             {".90", ".80", ".88"},
                                                             {"9", "8"},
                                                             {"9.", "5."},
                                                             {"?.50", "?.00"},
                                                             {"9.90", "9.99"},
                                                             {".00"},
                                                             {"0", "5"},
                                                             {"80", "98"},
                                                             {".990", ".995"},
                                                             {".?"},
                                                             {".?5", ".?0"},
                                                             {"88"},
                                                             {".49", ".99"},
                                                             {"?9"},
                                                             {"900", "500", "000"},
                                                             {"1?.?0"},
                                                             {".95", "9.9"}};
  return sets;
}

std::vector<std::string> policy_writer::draw_endings() {
  std::vector<std::string> drawn = luck_.pick(ending_sets());
  int fewest = 9;
  for (const drawn_market& m : markets) fewest = std::min(fewest, decimals_of(m.currency));
  const auto is_shown = [&](const std::string& one) {
    const std::size_t point = one.find('.');
    return point == std::string::npos || one.size() - point - 1 <= static_cast<std::size_t>(fewest);
  };
  // A rule that no market can show an ending of is refused, and a rule may be for any one of the markets.
  if (std::none_of(drawn.begin(), drawn.end(), is_shown)) drawn.push_back("9");
  return drawn;
}

std::string policy_writer::draw_avoid() {
  switch (luck_.below(9)) {
    case 0:
      return R"({ "digits": "4" })";
    case 1:
      return R"({ "digits": "47", "in": "last" })";
    case 2:
      return R"({ "sequences": ["13", "66"], "in": "integer" })";
    case 3:
      return R"({ "amounts": ["13", "17", "4", "25"] })";
    case 4:
      return R"({ "digits": "4", "in": "integer" })";
    case 5:
      return R"({ "digits": "07", "in": "fraction" })";
    case 6:
      return R"({ "sequences": ["14"], "amounts": ["20"], "digits": "6" })";
    case 7:
      return R"({ "sequences": ["4", "99"], "in": "fraction" })";
    default:
      return R"({ "sequences": ["13", "00"] })";
  }
}

std::string policy_writer::draw_prefer(bool only_digits) {
  switch (luck_.below(only_digits ? 4 : 8)) {
    case 0:
      return R"({ "digits": "8" })";
    case 1:
      return R"({ "digits": "89", "in": "last" })";
    case 2:
      return R"({ "digits": "68", "in": "integer" })";
    case 3:
      return R"({ "digits": "5", "in": "fraction" })";
    case 4:
      return R"({ "sequences": ["88", "99"] })";
    case 5:
      return R"({ "amounts": ["20", "30", "9", "18"] })";
    case 6:
      return R"({ "sequences": ["8"], "amounts": ["10"], "in": "fraction" })";
    default:
      return R"({ "digits": "1", "sequences": ["68", "123"], "in": "integer" })";
  }
}

}  // namespace generator
