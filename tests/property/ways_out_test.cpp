// SPDX-License-Identifier: Apache-2.0
// The ways out of a thousand random conflicts: dropping the named rule gives the named price, or the named remaining
// conflict, by the reference evaluator over the policy without that rule. Holds [XPL-13] [XPL-14].
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "agreement.hpp"
#include "decide/decide.hpp"
#include "explain/ways_out.hpp"
#include "pricepoint/pricing/exchange_rates.hpp"
#include "seed.hpp"

namespace {

constexpr int wanted_conflicts = 1000;

std::string policy_without(const std::string& text, std::string_view id) {
  boost::json::parse_options options;
  options.allow_comments = true;
  options.allow_trailing_commas = true;
  boost::json::value policy = boost::json::parse(text, {}, options);
  boost::json::array& rules = policy.as_object().at("rules").as_array();
  const auto rule = std::find_if(rules.begin(), rules.end(), [&](const boost::json::value& one) {
    return one.as_object().at("id").as_string() == boost::json::string_view(id.data(), id.size());
  });
  if (rule != rules.end()) rules.erase(rule);
  return boost::json::serialize(policy);
}

struct counts {
  int conflicts = 0;
  int prices = 0;
  int conflicts_left = 0;
  int undecided = 0;
};

void check(const generator::scenario& scenario, std::uint64_t seed, counts& seen) {
  const auto compiled = pricepoint::parse_policy(scenario.policy_json, "random", {}, agreement::files_of(scenario));
  ASSERT_TRUE(compiled) << seed;
  std::vector<pricepoint::exchange_rate> rows;
  for (const auto& row : scenario.rates) {
    rows.push_back({*pricepoint::find_currency(row.from), *pricepoint::find_currency(row.to),
                    *pricepoint::parse_decimal(row.rate), *pricepoint::parse_instant(row.at)});
  }
  pricepoint::engine::workspace memory(pricepoint::engine::machine_of(*compiled),
                                       std::make_shared<pricepoint::exchange_rates>(std::move(rows)), {});
  for (const reference::request& asked : scenario.requests) {
    if (seen.conflicts == wanted_conflicts) return;
    memory.bind(agreement::engine_request(asked.fields));
    pricepoint::explaining::recorder heard(memory.bound().currency);
    pricepoint::decision made;
    pricepoint::engine::decide(memory, made, heard);
    if (made.status() != pricepoint::status::conflict) continue;
    ++seen.conflicts;
    const auto ways = pricepoint::explaining::ways_out_of(memory, made, heard);
    // One for each rule of the conflict, and no other.
    std::vector<std::string> dropped;
    for (const auto& one : ways) dropped.emplace_back(one.rule->id());
    std::sort(dropped.begin(), dropped.end());
    ASSERT_EQ(dropped, std::vector<std::string>(made.conflict().begin(), made.conflict().end())) << seed;
    bool priceless = false;
    for (const auto& one : ways) {
      const std::string id(one.rule->id());
      // What gives a price stands before what gives none.
      ASSERT_TRUE(!priceless || !one.made.price()) << seed << " " << id;
      priceless = !one.made.price();
      try {
        const reference::policy slow(policy_without(scenario.policy_json, id), scenario.beside);
        const reference::decision expected = reference::decide(slow, asked, scenario.rates, nullptr, 300'000);
        ASSERT_EQ(std::string(to_string(one.made.status())), expected.status) << "seed " << seed << " without " << id;
        if (expected.price_minor) {
          ASSERT_TRUE(one.made.price());
          ASSERT_EQ(one.made.price()->minor, *expected.price_minor) << "seed " << seed << " without " << id;
          ++seen.prices;
        }
        ASSERT_EQ(std::vector<std::string>(one.made.conflict().begin(), one.made.conflict().end()), expected.conflict)
            << "seed " << seed << " without " << id;
        ASSERT_EQ(std::vector<std::string>(one.made.relaxed().begin(), one.made.relaxed().end()), expected.relaxed)
            << "seed " << seed << " without " << id;
        seen.conflicts_left += expected.status == "conflict" ? 1 : 0;
      } catch (const reference::undecided&) {
        ++seen.undecided;
      }
      if (one.excess_minor) {
        // The price lies outside of what the dropped rule allows, by just that much.
        ASSERT_NE(*one.excess_minor, 0);
        ASSERT_EQ(one.made.price()->minor - *one.limit_minor, *one.excess_minor);
      }
    }
  }
}

TEST(ways_out, are_those_of_the_reference_evaluator) {
  const std::uint64_t seed = testing_seed();
  counts seen;
  for (std::uint64_t i = 0; seen.conflicts < wanted_conflicts && i < 5000; ++i) {
    check(generator::make(seed + i, 30, testing_options()), seed + i, seen);
    if (HasFatalFailure()) return;
  }
  std::cout << "seed " << seed << ": " << seen.conflicts << " conflicts; without a rule " << seen.prices
            << " prices and " << seen.conflicts_left << " conflicts that remain; " << seen.undecided
            << " undecided by the reference\n";
  EXPECT_EQ(seen.conflicts, wanted_conflicts);
  EXPECT_GT(seen.prices, wanted_conflicts / 4);
  EXPECT_GT(seen.conflicts_left, 20);
}

}  // namespace
