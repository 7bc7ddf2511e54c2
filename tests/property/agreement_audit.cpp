// SPDX-License-Identifier: Apache-2.0
// Translates offers and compares findings. Entry: agreement::compare.
#include "agreement_audit.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agreement.hpp"
#include "pricepoint/audit/auditor.hpp"
#include "pricepoint/pricing/exchange_rates.hpp"
#include "reference_audit.hpp"

namespace agreement {

using boost::multiprecision::cpp_int;
using reference::rational;

namespace {

cpp_int power_of_ten(int exponent) {
  cpp_int power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

rational exact(const pricepoint::decimal& value) {
  std::string digits;
  pricepoint::detail::append_scaled(digits, value.coefficient(), 0);
  return rational(cpp_int(digits), power_of_ten(value.scale()));
}

cpp_int floor_of(const rational& value) {
  cpp_int quotient = numerator(value) / denominator(value);  // towards zero
  if (value < 0 && quotient * denominator(value) != numerator(value)) --quotient;
  return quotient;
}

// All of a finding; the reference's exact headroom and largest discount are rounded as the library's are.
std::string shown(const reference::finding& one, const std::optional<rational>& price) {
  std::ostringstream out;
  out << "offer=" << one.offer << " rule=" << one.rule << " effect=" << one.effect << " severity=" << one.severity;
  const auto word = [&](const char* name, const std::string& value) {
    if (!value.empty()) out << ' ' << name << '=' << value;
  };
  const auto number = [&](const char* name, const auto& value) {
    if (value) out << ' ' << name << '=' << *value;
  };
  const auto list = [&](const char* name, const std::vector<std::string>& values) {
    if (values.empty()) return;
    out << ' ' << name << "=[";
    for (std::size_t i = 0; i < values.size(); ++i) out << (i > 0 ? " " : "") << values[i];
    out << ']';
  };
  number("price", price);
  number("min", one.min_minor);
  number("max", one.max_minor);
  number("excess", one.excess);
  number("excess_rate_bp", one.excess_rate_bp);
  word("against", one.against);
  word("against_seller", one.against_seller);
  number("against_price", one.against_price_minor);
  word("remedy", one.remedy);
  number("remedy_price", one.remedy_price_minor);
  list("conflict", one.conflict);
  list("missing", one.missing);
  number("credit", one.credit);
  if (one.headroom) out << " headroom=" << floor_of(*one.headroom);
  if (one.max_discount) out << " max_discount_bp=" << floor_of(*one.max_discount * 10'000);
  return out.str();
}

std::string_view name_of(pricepoint::remedy what) {
  switch (what) {
    case pricepoint::remedy::none:
      return "";
    case pricepoint::remedy::reprice:
      return "reprice";
    case pricepoint::remedy::separate:
      return "separate";
    case pricepoint::remedy::complete:
      return "complete";
  }
  return "?";
}

// `digits`: the decimals of the market's currency, 0 where it has none of the policy's.
std::string shown(const pricepoint::finding& got, int digits) {
  reference::finding one;
  one.offer = got.offer;
  one.rule = got.rule;
  one.effect = got.effect;
  one.severity = to_string(got.severity);
  const auto minor = [](const std::optional<pricepoint::amount>& value) {
    return value ? std::optional<long long>(value->minor) : std::nullopt;
  };
  const auto in_minor = [&](const std::optional<pricepoint::decimal>& value) {
    return value ? std::optional<rational>(exact(*value) * power_of_ten(digits)) : std::nullopt;
  };
  one.min_minor = minor(got.min);
  one.max_minor = minor(got.max);
  one.excess = in_minor(got.excess);
  if (got.excess_rate_bp) one.excess_rate_bp = *got.excess_rate_bp;
  one.against = got.against;
  one.against_seller = got.against_seller;
  one.against_price_minor = minor(got.against_price);
  one.remedy = name_of(got.remedy);
  one.remedy_price_minor = minor(got.remedy_price);
  for (const std::string_view id : got.conflict) one.conflict.emplace_back(id);
  for (const auto& name : got.missing) one.missing.emplace_back(name);
  one.credit = in_minor(got.credit);
  if (got.headroom) one.headroom = got.headroom->minor;
  if (got.max_discount_bp) one.max_discount = rational(*got.max_discount_bp, 10'000);
  return shown(one, got.price ? std::optional<rational>(exact(*got.price)) : std::nullopt);
}

std::string described(const reference::offer& one) {
  std::string text = "  price=" + one.price + " seller=" + one.seller;
  for (const auto& [name, value] : one.asked.fields) text += " " + name + "=" + value;
  return text + "\n";
}

}  // namespace

void compare(const generator::audit_scenario& scenario, std::uint64_t seed, audit_report& into, long long effort) {
  const auto describe = [&](const std::string& what, const std::vector<reference::offer>& group) {
    if (!into.first.empty()) return;
    into.first = "seed " + std::to_string(seed) + "\n" + what + "offers:\n";
    for (const reference::offer& one : group) into.first += described(one);
    for (const auto& row : scenario.rates)
      into.first += "rate " + row.from + "," + row.to + "," + row.rate + "," + row.at + "\n";
    into.first += scenario.policy_json + "\n";
    for (const auto& [name, text] : scenario.beside.files) into.first.append(name).append(":\n").append(text);
  };
  generator::scenario beside;  // for its files
  beside.beside = scenario.beside;
  pricepoint::policy_language::parse_limits limits;
  if (seed % 2 == 0) limits.max_resident_rules = 0;
  auto compiled = pricepoint::parse_policy(scenario.policy_json, "random", limits, files_of(beside));
  if (!compiled) {
    ++into.refused_policies;
    describe("the parser refuses the policy:\n" + compiled.error().to_string(), {});
    return;
  }
  std::vector<pricepoint::exchange_rate> rows;
  for (const auto& row : scenario.rates) {
    rows.push_back({*pricepoint::find_currency(row.from), *pricepoint::find_currency(row.to),
                    *pricepoint::parse_decimal(row.rate), *pricepoint::parse_instant(row.at)});
  }
  pricepoint::auditor auditor(*compiled, std::make_shared<pricepoint::exchange_rates>(std::move(rows)));
  const reference::policy slow(scenario.policy_json, scenario.beside);
  std::vector<pricepoint::finding> got;  // used again, like the auditor
  for (const std::vector<reference::offer>& group : scenario.groups) {
    std::vector<reference::finding> expected;
    try {
      expected = reference::audit(slow, group, scenario.rates, effort);
    } catch (const reference::undecided&) {
      ++into.undecided;
      continue;
    }
    std::vector<pricepoint::offer> offers;
    int digits = 0;
    for (const reference::offer& one : group) {
      pricepoint::offer& made = offers.emplace_back();
      made.request = engine_request(one.asked.fields);
      made.price = pricepoint::parse_decimal(one.price);
      made.seller = one.seller;
    }
    got.clear();
    auditor.audit(std::span<const pricepoint::offer>(offers), got);
    for (const pricepoint::finding& one : got) {
      if (one.currency) digits = one.currency->digits();
    }
    ++into.groups;
    into.offers += group.size();
    into.findings += expected.size();
    for (const auto& one : expected) ++into.by_effect[one.effect];
    std::string difference;
    for (std::size_t i = 0; i < std::max(expected.size(), got.size()); ++i) {
      const std::string wanted =
          i < expected.size() ? shown(expected[i], reference::parse_decimal(group[expected[i].offer].price)) : "none";
      const std::string found = i < got.size() ? shown(got[i], digits) : "none";
      if (wanted != found) difference += "  reference " + wanted + "\n  library   " + found + "\n";
    }
    if (difference.empty()) continue;
    ++into.differences;
    describe(difference, group);
  }
}

}  // namespace agreement
