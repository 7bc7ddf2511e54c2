// SPDX-License-Identifier: Apache-2.0
// Translates requests and compares decisions. Entry: agreement::compare.
#include "agreement.hpp"

#include <memory>
#include <sstream>
#include <string_view>

#include "pricepoint/engine/exchange_rates.hpp"

namespace agreement {

using pricepoint::decision;
using pricepoint::detail::int128;

namespace {

template <class List>
std::string joined(const List& list) {
  std::string text = "[";
  for (const auto& one : list) {
    if (text.size() > 1) text += ' ';
    text += one;
  }
  return text + "]";
}

std::string number(const std::optional<long long>& value) { return value ? std::to_string(*value) : "none"; }

std::optional<long long> minor(const std::optional<pricepoint::amount>& value) {
  if (!value) return {};
  return value->minor;
}

// Half up to four decimals more than the currency has, as the language shows a target.
std::string shown(const std::optional<reference::rational>& target, int digits) {
  if (!target) return "none";
  boost::multiprecision::cpp_int power = 1;
  for (int i = 0; i < digits + 4; ++i) power *= 10;
  const reference::rational scaled = *target * power;
  const boost::multiprecision::cpp_int doubled = 2 * numerator(scaled) + denominator(scaled);
  boost::multiprecision::cpp_int whole = doubled / (2 * denominator(scaled));
  return whole.str();
}

std::string digits_of(const std::optional<pricepoint::decimal>& value) {
  if (!value) return "none";
  std::string text;
  pricepoint::detail::append_scaled(text, value->coefficient(), 0);
  return text;
}

}  // namespace

pricepoint::request engine_request(const std::map<std::string, std::string>& fields) {
  pricepoint::request made;
  for (const auto& [name, text] : fields) {
    const std::string_view value = text;
    if (name == "sku")
      made.sku = value;
    else if (name == "category")
      made.category = value;
    else if (name == "segment")
      made.segment = value;
    else if (name == "audience")
      made.audience = value;
    else if (name == "quantity")
      made.quantity = pricepoint::parse_decimal(value);
    else if (name == "channel")
      made.channel = value;
    else if (name == "market")
      made.market = value;
    else if (name == "at")
      made.at = pricepoint::parse_instant(value);
    else if (name == "current_since")
      made.current_since = pricepoint::parse_instant(value);
    else if (name == "list")
      made.list = pricepoint::parse_decimal(value);
    else if (name == "msrp")
      made.msrp = pricepoint::parse_decimal(value);
    else if (name == "map")
      made.map = pricepoint::parse_decimal(value);
    else if (name == "current")
      made.current = pricepoint::parse_decimal(value);
    else if (name == "lowest_prior")
      made.lowest_prior = pricepoint::parse_decimal(value);
    else if (name == "cost")
      made.cost = pricepoint::parse_decimal(value);
    else if (name == "shipping")
      made.shipping = pricepoint::parse_decimal(value);
    else if (name == "units")
      made.units = pricepoint::parse_decimal(value);
    else if (name == "currency")
      made.currency = value;
    else if (name == "tax")
      made.tax = pricepoint::parse_rate(value);
    else if (name == "fee")
      made.fee = pricepoint::parse_rate(value);
    else if (name.starts_with("price.")) {
      made.prices.push_back({std::string_view(name).substr(6), *pricepoint::parse_decimal(value)});
    } else {
      made.attributes.push_back({name, value});
    }
  }
  return made;
}

pricepoint::policy_language::table_loader files_of(const generator::scenario& scenario) {
  return [files = scenario.beside.files](const std::string& name,
                                         std::size_t) -> pricepoint::result<pricepoint::policy_language::loaded_table> {
    const auto found = files.find(name);
    if (found != files.end()) return pricepoint::policy_language::loaded_table{name, found->second};
    pricepoint::diagnostic one;
    one.message = "no such file";
    return pricepoint::error({one});
  };
}

std::string difference(const reference::decision& expected, const decision& got) {
  std::ostringstream out;
  const auto line = [&](const char* what, const std::string& wanted, const std::string& found) {
    if (wanted != found) out << "  " << what << ": reference " << wanted << ", engine " << found << '\n';
  };
  line("status", expected.status, std::string(to_string(got.status())));
  line("currency", expected.currency, got.currency() ? std::string(got.currency()->code()) : "");
  line("price", number(expected.price_minor), number(minor(got.price())));
  const int digits = got.currency() ? got.currency()->digits() : 0;
  line("target", shown(expected.target, digits), digits_of(got.target()));
  line("discounts", joined(expected.discounts), joined(got.discounts()));
  line("limited_by", joined(expected.limited_by), joined(got.limited_by()));
  line("relaxed", joined(expected.relaxed), joined(got.relaxed()));
  line("conflict", joined(expected.conflict), joined(got.conflict()));
  line("missing", joined(expected.missing), joined(got.missing()));
  line("invalid", joined(expected.invalid), joined(got.invalid()));
  line("advice", joined(expected.advice), joined(got.advice()));
  line("held", expected.held ? "true" : "false", got.held() ? "true" : "false");
  line("fallback", number(expected.fallback_price_minor), number(minor(got.fallback_price())));
  line("net", number(expected.net_minor), number(minor(got.net())));
  line("tax", number(expected.tax_minor), number(minor(got.tax())));
  line("was", number(expected.was_minor), number(minor(got.was())));
  line("saving", number(expected.saving_minor), number(minor(got.saving())));
  line("saving_rate", number(expected.saving_rate_percent),
       got.was() ? std::to_string(got.saving_rate_percent()) : "none");
  std::vector<std::string> wanted;
  std::vector<std::string> found;
  for (const auto& [to, due] : expected.credits) wanted.push_back(to + ":" + std::to_string(due));
  for (const auto& one : got.credits()) found.push_back(std::string(one.to) + ":" + std::to_string(one.due.minor));
  line("credits", joined(wanted), joined(found));
  line("next_change_at", number(expected.next_change_at_unix_ms),
       got.next_change_at() ? std::to_string(got.next_change_at()->unix_ms) : "none");
  return out.str();
}

void compare(const generator::scenario& scenario, std::uint64_t seed, report& into) {
  const auto describe = [&](const std::string& what, const reference::request* asked) {
    if (!into.first.empty()) return;
    std::ostringstream out;
    out << "seed " << seed << '\n' << what;
    if (asked != nullptr) {
      out << "request:";
      for (const auto& [name, value] : asked->fields) out << ' ' << name << '=' << value;
      out << '\n';
    }
    for (const auto& row : scenario.rates)
      out << "rate " << row.from << ',' << row.to << ',' << row.rate << ',' << row.at << '\n';
    out << scenario.policy_json << '\n';
    for (const auto& [name, text] : scenario.beside.files) out << name << ":\n" << text;
    into.first = out.str();
  };
  auto compiled = pricepoint::parse_policy(scenario.policy_json, "random", {}, files_of(scenario));
  if (!compiled) {
    ++into.refused_policies;
    describe("the parser refuses the policy:\n" + compiled.error().to_string(), nullptr);
    return;
  }
  std::vector<pricepoint::exchange_rate> rows;
  for (const auto& row : scenario.rates) {
    rows.push_back({*pricepoint::find_currency(row.from), *pricepoint::find_currency(row.to),
                    *pricepoint::parse_decimal(row.rate), *pricepoint::parse_instant(row.at)});
  }
  pricepoint::pricer pricer(*compiled, std::make_shared<pricepoint::exchange_rates>(std::move(rows)));
  const reference::policy slow(scenario.policy_json, scenario.beside);
  std::size_t count = 0;
  const auto check = [&](const reference::decision& expected, const decision& got, const reference::request& asked,
                         const std::string& how) {
    ++into.decisions;
    ++into.by_status[expected.status];
    const std::string found = difference(expected, got);  // empty where they agree
    if (found.empty()) return;
    ++into.differences;
    describe(how + ", " + expected.status + "\n" + found, &asked);
  };
  for (const reference::request& asked : scenario.requests) try {
      const pricepoint::request request = engine_request(asked.fields);
      check(reference::decide(slow, asked, scenario.rates), pricer.price(request), asked, "one channel");
      if (++count % 4 != 0) continue;
      const std::vector<std::string_view> channels = compiled->channels();
      std::vector<decision> got;
      std::vector<std::string_view> decided;
      pricer.price_all(request, channels, got, decided);
      const std::vector<std::string> names(channels.begin(), channels.end());
      const auto expected = reference::decide_all(slow, asked, names, scenario.rates);
      const auto order = reference::decision_order(slow, names);
      if (std::vector<std::string>(decided.begin(), decided.end()) != order) {
        ++into.differences;
        describe("order of channels: reference " + joined(order) + ", engine " + joined(decided), &asked);
        continue;
      }
      for (std::size_t i = 0; i < got.size(); ++i) check(expected[i], got[i], asked, "all channels, at " + order[i]);
    } catch (const reference::undecided&) {
      ++into.undecided;
    }
}

}  // namespace agreement
