// SPDX-License-Identifier: Apache-2.0
// What a policy says that it needs, against what its decisions do: a field that is not named changes nothing, and with
// all that is required no decision is incomplete. Random policies and requests.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <set>
#include <string>

#include "agreement.hpp"
#include "pricepoint/explain/explanation.hpp"
#include "pricepoint/pricing/exchange_rates.hpp"
#include "pricepoint/pricing/policy.hpp"
#include "seed.hpp"

namespace {

using need = pricepoint::policy_inputs::need;

std::string text_of(const pricepoint::decision& made) {
  std::string text;
  pricepoint::append_json_members(text, made);
  return text;
}

struct counts {
  int same = 0;
  int left_away = 0;
  int complete = 0;
};

void check(const generator::scenario& scenario, std::uint64_t seed, counts& seen) {
  const auto compiled = pricepoint::parse_policy(scenario.policy_json, "random", {}, agreement::files_of(scenario));
  ASSERT_TRUE(compiled) << seed;
  std::vector<pricepoint::exchange_rate> rows;
  for (const auto& row : scenario.rates) {
    rows.push_back({*pricepoint::find_currency(row.from), *pricepoint::find_currency(row.to),
                    *pricepoint::parse_decimal(row.rate), *pricepoint::parse_instant(row.at)});
  }
  pricepoint::pricer pricer(*compiled, std::make_shared<pricepoint::exchange_rates>(std::move(rows)));
  const pricepoint::policy_inputs inputs = compiled->inputs();
  for (const reference::request& asked : scenario.requests) {
    const auto channel = asked.fields.find("channel");
    const auto market = asked.fields.find("market");
    if (channel == asked.fields.end() || market == asked.fields.end()) continue;
    const auto known = std::find_if(inputs.channels.begin(), inputs.channels.end(),
                                    [&](const auto& one) { return one.name == channel->second; });
    if (known == inputs.channels.end()) continue;
    const pricepoint::decision full = pricer.price(agreement::engine_request(asked.fields));
    if (full.status() == pricepoint::status::invalid) continue;  // a value that cannot be is told whatever it is for

    std::set<std::string> named = {"channel", "market"};
    bool all_required = true;
    for (const auto& field : known->fields) {
      named.insert(field.name);
      if (field.need != need::optional && !asked.fields.contains(field.name)) all_required = false;
    }
    for (const auto& one : known->attributes) named.insert(one.name);

    reference::request less = asked;
    std::erase_if(less.fields, [&](const auto& one) { return !named.contains(one.first); });
    ASSERT_EQ(text_of(full), text_of(pricer.price(agreement::engine_request(less.fields)))) << "seed " << seed << "\n"
                                                                                            << scenario.policy_json;
    ++seen.same;
    seen.left_away += less.fields.size() < asked.fields.size() ? 1 : 0;

    const bool converts = asked.fields.contains("currency");
    if (all_required && !converts) {
      ASSERT_NE(full.status(), pricepoint::status::incomplete) << "seed " << seed << " " << text_of(full) << "\n"
                                                               << scenario.policy_json;
      ++seen.complete;
    }
  }
}

TEST(inputs, name_all_that_decides) {
  const std::uint64_t seed = testing_seed();
  counts seen;
  for (std::uint64_t i = 0; i < 400; ++i) {
    check(generator::make(seed + i, 25, testing_options()), seed + i, seen);
    if (HasFatalFailure()) return;
  }
  std::cout << "seed " << seed << ": " << seen.same << " decisions the same, " << seen.left_away
            << " of them without some field; " << seen.complete << " with all that is required\n";
  EXPECT_GT(seen.left_away, 1000);
  EXPECT_GT(seen.complete, 200);
}

}  // namespace
