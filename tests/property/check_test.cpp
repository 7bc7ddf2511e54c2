// SPDX-License-Identifier: Apache-2.0
// What the check finds in random policies is so by the reference evaluator, which decides every witness anew: bounds
// and shapes that contradict each other are a conflict of just those rules, soft ones are relaxed.
#include "pricepoint/analysis/check.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "agreement.hpp"
#include "seed.hpp"

namespace {

reference::request request_of(const std::string& line) {
  reference::request made;
  const boost::json::value read = boost::json::parse(line);
  for (const auto& [key, value] : read.as_object()) {
    if (key != "prices") {
      made.fields[std::string(key)] = std::string(value.as_string());
      continue;
    }
    for (const auto& [channel, price] : value.as_object())
      made.fields["price." + std::string(channel)] = std::string(price.as_string());
  }
  return made;
}

bool has_any(const std::vector<std::string>& all, const std::vector<std::string>& wanted) {
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](const auto& one) { return std::find(all.begin(), all.end(), one) != all.end(); });
}
bool has_all(const std::vector<std::string>& all, const std::vector<std::string>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const auto& one) { return std::find(all.begin(), all.end(), one) != all.end(); });
}

TEST(check, is_right_by_the_reference_evaluator) {
  const std::uint64_t seed = testing_seed();
  std::map<std::string, int> seen;
  int undecided = 0;
  for (std::uint64_t i = 0; i < 400; ++i) {
    const auto scenario = generator::make(seed + i, 1, testing_options());
    const auto policy = pricepoint::parse_policy(scenario.policy_json, "random", {}, agreement::files_of(scenario));
    ASSERT_TRUE(policy) << seed + i;
    pricepoint::check_options options;
    options.limits.max_combinations = 500;
    options.limits.max_zones = 100;
    options.limits.max_of_a_kind = 20;
    const auto report = pricepoint::check(*policy, options);
    const reference::policy slow(scenario.policy_json, scenario.beside);
    for (const auto& one : report.findings) {
      ++seen[one.what.code];
      ASSERT_FALSE(one.witnesses.empty()) << seed + i << " " << one.what.code;
      try {
        const auto made = reference::decide(slow, request_of(one.witnesses.front()), {}, nullptr, 300'000);
        const std::string about =
            "seed " + std::to_string(seed + i) + " " + to_string(one.what) + one.witnesses.front();
        const std::string& code = one.what.code;
        if (code == "PP-K004" || code == "PP-K005" || code == "PP-K008") {
          ASSERT_EQ(made.status, "conflict") << about;
          ASSERT_TRUE(has_all(made.conflict, one.rules)) << about;
        } else if (code == "PP-K006" || code == "PP-K007") {
          ASSERT_EQ(made.status, "conflict") << about;
          ASSERT_TRUE(has_any(made.conflict, one.rules)) << about;
        } else if (code == "PP-K009" || (code >= "PP-K012" && code <= "PP-K015")) {
          ASSERT_TRUE(has_any(made.relaxed, one.rules)) << about;
        } else if (code == "PP-K011") {
          ASSERT_TRUE(has_any(made.discounts, one.rules)) << about;
          ASSERT_TRUE(has_any(made.limited_by, one.rules) || has_any(made.conflict, one.rules)) << about;
        } else if (code == "PP-K018" && !scenario.beside.built_in_markets.empty()) {
          // Without a market table the reference knows no law.
          ASSERT_TRUE(has_any(made.advice, {"prior-price-missing"})) << about;
        }
      } catch (const reference::undecided&) {
        ++undecided;
      }
    }
  }
  std::cout << "seed " << seed << ":";
  for (const auto& [code, count] : seen) std::cout << " " << code << " " << count;
  std::cout << "; " << undecided << " undecided by the reference\n";
}

}  // namespace
