// SPDX-License-Identifier: Apache-2.0
// What a pricer keeps from one price to the next, and the limits of one plan.
#include <string>

#include "deciding.hpp"

namespace {

using namespace deciding;
using pricepoint::request;

// [DEC-1]: a pricer's memory never changes an answer.
TEST(pricer, forgets_and_decides_the_same) {
  const auto policy = policy_of(
      R"({ "id": "a", "when": { "sku": ["A1", "A2", "A3"] }, "discount": "8%" }, { "id": "e", "endings": [".90"] })");
  pricepoint::pricer small(policy, {}, {.max_cells = 1});
  pricepoint::pricer large(policy);
  for (int round = 0; round < 3; ++round) {
    for (const char* sku : {"A1", "A2", "A3", "B1", "B2"}) {
      request asked = web();
      asked.sku = sku;
      EXPECT_EQ(line(small.price(asked)), line(large.price(asked)));
    }
  }
  EXPECT_EQ(large.stats().cells_made, 4u);  // strangers share one
  EXPECT_GT(small.stats().cells_made, 10u);
}

// The limits of one plan give no price rather than a wrong one.
TEST(pricer, says_where_a_policy_asks_for_too_much) {
  std::string rules;
  for (int i = 0; i < 17; ++i) {
    rules +=
        R"({ "id": "s)" + std::to_string(i) + R"(", "avoid": { "sequences": [")" + std::to_string(10 + i) + "\"] } },";
  }
  EXPECT_EQ(decide(rules, web()), "invalid invalid[policy: too many soft shapes at once]");
}

// Contradicting soft shapes: one of sixteen endings can be kept, and finding it takes no 2^16 automata.
TEST(pricer, resolves_many_contradictions) {
  std::string rules;
  for (int i = 0; i < 16; ++i) {
    rules += R"({ "id": "s)" + std::to_string(10 + i) + R"(", "endings": [".)" + std::to_string(10 + 5 * i) + "\"] },";
  }
  pricepoint::pricer pricer(policy_of(rules));
  const auto made = pricer.price(web());
  EXPECT_EQ(made.status(), pricepoint::status::compromised);
  EXPECT_EQ(to_string(*made.price()), "32.10");
  EXPECT_EQ(made.relaxed().size(), 15u);
  EXPECT_LT(pricer.stats().automata_made, 200u);
}

}  // namespace
