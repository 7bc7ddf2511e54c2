// SPDX-License-Identifier: Apache-2.0
// Prices that a policy gave, audited with the same policy: no breach. Then single prices beyond a bound: exactly the
// rules that the explanation of that price says are broken.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "agreement.hpp"
#include "pricepoint/audit/auditor.hpp"
#include "pricepoint/explain/explanation.hpp"
#include "pricepoint/pricing/exchange_rates.hpp"
#include "seed.hpp"

namespace {

struct counts {
  int policies = 0, offers = 0, moved = 0, broken = 0;
};

std::string text_of(const pricepoint::finding& one) {
  return std::string(one.rule) + " " + std::string(one.effect) + " " + std::string(to_string(one.severity));
}

// Whether rules read only prices of channels that are decided before, or of none that is decided at all.
bool reads_only_what_was_decided(const pricepoint::policy& policy, const std::vector<std::string_view>& order) {
  for (const auto& channel : policy.inputs().channels) {
    const auto place = std::find(order.begin(), order.end(), channel.name);
    if (place == order.end()) continue;
    for (const auto& field : channel.fields) {
      if (!field.name.starts_with("price.")) continue;
      if (std::find(place, order.end(), std::string_view(field.name).substr(6)) != order.end()) return false;
    }
  }
  return true;
}

std::int64_t minor_of(const boost::json::value& text, int digits) {
  const auto value = pricepoint::parse_decimal(std::string_view(text.as_string()));
  if (!value) return pricepoint::max_amount_minor;  // the largest amount of a yen has a digit more than a decimal
  const auto minor = pricepoint::detail::fraction::minor_units(*value, digits);
  return static_cast<std::int64_t>(minor.numerator / minor.denominator);
}

// The required bounds of a decision as its explanation has them.
struct bound {
  std::string rule;
  std::int64_t min = 1, max = pricepoint::max_amount_minor;
};
std::vector<bound> required_bounds(pricepoint::pricer& pricer, const pricepoint::request& asked, int digits) {
  std::vector<bound> all;
  const auto explained = boost::json::parse(explain(pricer, asked).json());
  std::set<std::string> changes;
  for (const auto& one : explained.at("rules").as_array()) {
    if (one.at("effect") == "change") changes.insert(std::string(one.at("id").as_string()));
  }
  if (!explained.as_object().contains("bounds")) return all;
  for (const auto& one : explained.at("bounds").as_array()) {
    const auto& members = one.as_object();
    bound made{std::string(one.at("rule").as_string())};
    if (changes.contains(made.rule) || one.at("strength") != "required" || members.contains("lacks")) continue;
    if (members.contains("min")) made.min = minor_of(one.at("min"), digits);
    if (members.contains("max")) made.max = minor_of(one.at("max"), digits);
    all.push_back(std::move(made));
  }
  return all;
}

void check(const generator::scenario& scenario, std::uint64_t seed, counts& seen) {
  const auto policy = pricepoint::parse_policy(scenario.policy_json, "random", {}, agreement::files_of(scenario));
  ASSERT_TRUE(policy) << seed;
  const auto channels = policy->channels();
  if (!reads_only_what_was_decided(*policy, policy->in_order_of_reference(channels))) return;
  ++seen.policies;
  std::vector<pricepoint::exchange_rate> rows;
  for (const auto& row : scenario.rates) {
    rows.push_back({*pricepoint::find_currency(row.from), *pricepoint::find_currency(row.to),
                    *pricepoint::parse_decimal(row.rate), *pricepoint::parse_instant(row.at)});
  }
  const auto rates = std::make_shared<pricepoint::exchange_rates>(std::move(rows));
  pricepoint::pricer pricer(*policy, rates);
  pricepoint::auditor auditor(*policy, rates);
  std::vector<pricepoint::decision> decided;
  std::vector<std::string_view> names;
  for (const reference::request& each : scenario.requests) {
    const pricepoint::request asked = agreement::engine_request(each.fields);
    // Carried prices are in the market's currency; a row's own prices in its own.
    if (!asked.currency.empty()) continue;
    pricer.price_all(asked, channels, decided, names);
    std::vector<pricepoint::offer> offers;
    pricepoint::request before = asked;
    for (std::size_t i = 0; i < decided.size(); ++i) {
      pricepoint::offer made;
      made.request = before;
      made.request.channel = names[i];
      made.request.current.reset();
      for (const auto& one : asked.prices) {
        if (one.channel == names[i]) made.request.current = one.price;
      }
      // It says what its decision knew; what was decided before comes from the other offers.
      const auto was_decided = [&](const pricepoint::channel_price& one) {
        const auto place = std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), one.channel);
        return place != names.begin() + static_cast<std::ptrdiff_t>(i) &&
               decided[static_cast<std::size_t>(place - names.begin())].price().has_value();
      };
      auto& prices = made.request.prices;
      prices.erase(std::remove_if(prices.begin(), prices.end(), was_decided), prices.end());
      if (const auto price = decided[i].price()) {
        made.price = pricepoint::decimal::from_parts(price->minor, price->currency.digits());
        offers.push_back(std::move(made));
      }
    }
    // Only public prices are carried.
    if (offers.empty() || !asked.audience.empty() || !asked.segment.empty()) continue;
    std::vector<pricepoint::finding> found;
    auditor.audit(offers, found);
    seen.offers += static_cast<int>(offers.size());
    for (const auto& one : found) {
      EXPECT_NE(one.severity, pricepoint::finding_severity::breach)
          << "seed " << seed << ", offer on " << offers[one.offer].request.channel << ": " << text_of(one) << "\n"
          << scenario.policy_json;
    }
    if (::testing::Test::HasFailure()) return;

    // One price beyond each end of a bound, alone in its product, with all that its decision knew.
    pricepoint::offer alone = offers.back();
    for (const auto& other : offers) {
      if (&other == &offers.back()) break;
      alone.request.prices.push_back({other.request.channel, *other.price});
    }
    const auto currency = policy->currency_of(alone.request.market);
    const pricepoint::decision whole = pricer.price(alone.request);
    if (!whole.price()) continue;
    const std::vector<bound> bounds = required_bounds(pricer, alone.request, currency.digits());
    for (const bound& one : bounds) {
      for (const std::int64_t minor : {one.min - 1, one.max + 1}) {
        if (minor <= 0 || minor > pricepoint::max_amount_minor) continue;
        alone.price = pricepoint::decimal::from_parts(minor, currency.digits());
        found.clear();
        auditor.audit(std::vector<pricepoint::offer>{alone}, found);
        std::set<std::string> broken;
        for (const auto& finding : found) {
          const bool of_bound = std::any_of(bounds.begin(), bounds.end(),
                                            [&](const bound& each_one) { return each_one.rule == finding.rule; });
          if (of_bound) broken.emplace(finding.rule);
        }
        std::set<std::string> expected;
        for (const bound& each_one : bounds) {
          if (minor < each_one.min || minor > each_one.max) expected.insert(each_one.rule);
        }
        EXPECT_EQ(broken, expected) << "seed " << seed << ", " << minor << " on " << alone.request.channel << "\n"
                                    << scenario.policy_json;
        ++seen.moved;
        seen.broken += static_cast<int>(expected.size());
        if (::testing::Test::HasFailure()) return;
      }
    }
  }
}

void run(std::uint64_t seed, int policies) {
  counts seen;
  for (int i = 0; i < policies && !::testing::Test::HasFailure(); ++i) {
    const std::uint64_t each = seed + static_cast<std::uint64_t>(i);
    check(generator::make(each, 20, testing_options()), each, seen);
  }
  std::cout << "seed " << seed << ": " << seen.policies << " policies, " << seen.offers << " offers without a breach, "
            << seen.moved << " moved, which break " << seen.broken << " bounds\n";
  EXPECT_GT(seen.offers, policies);
  EXPECT_GT(seen.moved, policies / 4);
}

TEST(audit_round_trip, what_was_priced_has_no_breach_on_a_fixed_seed) { run(4711, 600); }

TEST(audit_round_trip, what_was_priced_has_no_breach_on_a_fresh_seed) { run(testing_seed(), 600); }

}  // namespace
