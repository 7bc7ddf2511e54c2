// SPDX-License-Identifier: Apache-2.0
// What one decision and one pricer may take, however the policy and the requests were made: counted, not timed.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "deciding.hpp"
#include "pricepoint/shape/automaton.hpp"

namespace {

using namespace pricepoint::literals;
using deciding::line;
using deciding::policy_of;
using pricepoint::request;
namespace shape = pricepoint::shape;

request web() { return {.channel = "web", .market = "CN", .prices = {{"store", "32.00"_money}}, .cost = "12"_money}; }

// Sequences of one digit each: an automaton has to remember which of them stood already.
std::string soft_shapes(int count) {
  std::string rules;
  for (int i = 0; i < count; ++i) {
    rules += (i == 0 ? "" : ",") + std::string(R"({ "id": "s)") + std::to_string(10 + i) +
             R"(", "prefer": { "sequences": [")" + std::to_string(1000 + 617 * i) + "\"] } }";
  }
  return rules;
}

TEST(pricer_limits, defaults) {
  const pricepoint::pricer_limits limits;
  EXPECT_EQ(limits.max_cells, 1u << 17);
  EXPECT_EQ(limits.max_automaton_states, 1u << 20);
  EXPECT_EQ(limits.max_decision_states, 1u << 22);
}

// [REL-8] States of one combination of shapes: at the limit there is an automaton, one below none.
TEST(pricer_limits, automaton_states) {
  const shape::any_shape four = shape::avoid{{.digits = 1u << 4, .sequences = {"13", "17"}, .amounts = {}}};
  const auto free = shape::automaton::build({&four, 1}, 2);
  ASSERT_TRUE(free);
  const std::size_t needed = free->work();
  EXPECT_TRUE(shape::automaton::build({&four, 1}, 2, 1, needed));
  EXPECT_FALSE(shape::automaton::build({&four, 1}, 2, 1, needed - 1));

  const auto policy = policy_of(R"({ "id": "four", "avoid": { "digits": "4", "sequences": ["13", "17"] } })");
  pricepoint::pricer enough(policy, {}, {.max_automaton_states = needed});
  EXPECT_EQ(line(enough.price(web())), "priced 32.00");
  pricepoint::pricer scarce(policy, {}, {.max_automaton_states = needed - 1});
  EXPECT_EQ(line(scarce.price(web())), "invalid invalid[policy: too many automaton states at once]");
}

// [REL-8] States of many shapes or many endings are larger, and count for more: memory is bounded, not only their
// number.
TEST(pricer_limits, large_states_count_for_more) {
  std::vector<shape::any_shape> shapes;
  for (int i = 0; i < 16; ++i) shapes.push_back(shape::avoid{{.digits = 1u << 4, .sequences = {}, .amounts = {}}});
  const auto one = shape::automaton::build({shapes.data(), 1}, 2);
  const auto all = shape::automaton::build({shapes.data(), shapes.size()}, 2);
  ASSERT_TRUE(one && all);
  EXPECT_EQ(all->size(), one->size());
  EXPECT_EQ(all->work(), 2 * one->work());
}

// [REL-8] Endings that leave exponentially many sets of what may still follow: given up at the limit.
TEST(pricer_limits, endings_made_to_explode) {
  shape::endings many;
  std::uint64_t random = 7;
  for (int i = 0; i < 1024; ++i) {
    std::string pattern(14, '?');
    for (int fixed = 0; fixed < 2; ++fixed) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      pattern[(random >> 33) % 14] = static_cast<char>('0' + (random >> 40) % 10);
    }
    many.patterns.push_back(pattern);
  }
  const shape::any_shape what = many;
  EXPECT_FALSE(shape::automaton::build({&what, 1}, 0));
}

// [REL-9] What one decision looks at together. The answer does not depend on what was decided before.
TEST(pricer_limits, states_of_one_decision) {
  const auto policy = policy_of(soft_shapes(6));
  pricepoint::pricer free(policy);
  const std::string wanted = line(free.price(web()));
  EXPECT_EQ(wanted.substr(0, 6), "priced");
  // The least limit that is enough, by halving; below it the answer is `invalid` every time, above it the same as free.
  std::size_t low = 1, high = free.stats().automaton_states;
  const auto decide = [&](std::size_t limit) {
    pricepoint::pricer with(policy, {}, {.max_decision_states = limit});
    const std::string first = line(with.price(web()));
    EXPECT_EQ(line(with.price(web())), first) << limit;
    EXPECT_EQ(line(with.price(web())), first) << limit;
    return first;
  };
  EXPECT_EQ(decide(high), wanted);
  while (low + 1 < high) {
    const std::size_t middle = low + (high - low) / 2;
    (decide(middle) == wanted ? high : low) = middle;
  }
  EXPECT_EQ(decide(high), wanted);
  EXPECT_EQ(decide(low), "invalid invalid[policy: too many automaton states at once]");
}

// [REL-9] Sixteen shapes that no pair rules out, but that cannot all be had: without the limit 2^16 automata are made.
TEST(pricer_limits, combinations_made_to_explode) {
  std::string rules;
  for (int i = 0; i < 16; ++i) {
    rules += (i == 0 ? "" : ",") + std::string(R"({ "id": "s)") + std::to_string(10 + i) +
             R"(", "prefer": { "in": "integer", "sequences": [")" + std::to_string(10'007 + 6173 * i) + "\"] } }";
  }
  const auto policy = policy_of(rules);
  constexpr std::size_t limit = 200'000;
  pricepoint::pricer pricer(policy, {}, {.max_automaton_states = 50'000, .max_decision_states = limit});
  const std::string first = line(pricer.price(web()));
  EXPECT_EQ(line(pricer.price(web())), first);
  // The plan, its pairs, the decision, and in each the one that exceeds.
  EXPECT_LE(pricer.stats().automaton_states, 3 * (limit + 50'000));
}

// [REL-9] Required shapes by the hundred: the plan is given up before they are all made.
TEST(pricer_limits, shapes_of_one_plan) {
  std::string rules;
  for (int i = 0; i < 500; ++i) {
    rules += (i == 0 ? "" : ",") + std::string(R"({ "id": "r)") + std::to_string(i) +
             R"(", "strength": "required", "avoid": { "sequences": [")" + std::to_string(10'000 + i) + "\"] } }";
  }
  pricepoint::pricer pricer(policy_of(rules), {}, {.max_decision_states = 10'000});
  EXPECT_EQ(line(pricer.price(web())), "invalid invalid[policy: too many automaton states at once]");
  EXPECT_LE(pricer.stats().automaton_states, 12'000u);
}

// More required shapes than there are bits by which a plan remembers what conflicts have asked it for, as many, and
// fewer: every time the same again.
TEST(pricer_limits, many_shapes_of_one_conflict) {
  for (const int shapes : {3, 63, 64, 65, 70}) {
    std::string rules = R"({ "id": "least", "floor": "map" }, { "id": "most", "ceiling": "list" },
                           { "id": "end", "strength": "required", "endings": [".99"] })";
    for (int i = 1; i < shapes; ++i) {
      rules += R"(,{ "id": "r)" + std::to_string(100 + i) + R"(", "strength": "required", "avoid": { "sequences": [")" +
               std::to_string(100 + i) + "\"] } }";
    }
    pricepoint::pricer pricer(policy_of(rules));
    for (int round = 0; round < 2; ++round) {
      for (const int low : {100, 101, 98 + shapes, 99 + shapes}) {
        auto asked = web();
        asked.map = pricepoint::decimal(low);
        asked.list = *pricepoint::parse_decimal(std::to_string(low) + ".50");
        const std::string shape = low == 100 ? "end least most" : "least most r" + std::to_string(low);
        EXPECT_EQ(line(pricer.price(asked)), "conflict limited_by[least] conflict[" + shape + "]") << shapes;
      }
    }
  }
}

// [REL-9] A conflict: each of its shapes is left out in turn, which is an automaton every time.
TEST(pricer_limits, shapes_of_one_conflict) {
  const auto with_ceiling = [](const char* ceiling) {
    std::string rules = R"({ "id": "end", "strength": "required", "endings": [".99"] }, { "id": "low", "floor": "10" },
                           { "id": "top", "ceiling": ")" +
                        std::string(ceiling) + R"(" })";
    for (int i = 0; i < 12; ++i) {
      rules += R"(,{ "id": "r)" + std::to_string(10 + i) + R"(", "strength": "required", "avoid": { "sequences": [")" +
               std::to_string(500 + i) + "\"] } }";
    }
    return policy_of(rules);
  };
  const auto conflict = with_ceiling("10.50");
  const auto decide = [&](const pricepoint::policy& policy, std::size_t limit) {
    pricepoint::pricer with(policy, {}, {.max_decision_states = limit});
    const std::string first = line(with.price(web()));
    EXPECT_EQ(line(with.price(web())), first) << limit;
    EXPECT_LE(with.stats().automaton_states, 2 * limit + 50'000) << limit;
    return first;
  };
  const std::string wanted = decide(conflict, 1u << 22);
  EXPECT_EQ(wanted, "conflict limited_by[top] conflict[end low top]");
  std::size_t low = 1, high = 1u << 22;
  while (low + 1 < high) {
    const std::size_t middle = low + (high - low) / 2;
    (decide(conflict, middle) == wanted ? high : low) = middle;
  }
  const std::string beyond = decide(conflict, low);
  EXPECT_NE(beyond.find("invalid[policy: too many automaton states at once]"), std::string::npos) << beyond;
  // The plan alone takes less.
  EXPECT_EQ(decide(with_ceiling("40"), low).substr(0, 6), "priced");
}

// [REL-10] Different soft shapes that are on at once.
TEST(pricer_limits, soft_shapes_at_once) {
  const auto decide = [](int count) {
    std::string rules;
    for (int i = 0; i < count; ++i) {
      rules += (i == 0 ? "" : ",") + std::string(R"({ "id": "s)") + std::to_string(i) +
               R"(", "avoid": { "sequences": [")" + std::to_string(10 + i) + "\"] } }";
    }
    pricepoint::pricer pricer(policy_of(rules));
    return line(pricer.price(web()));
  };
  EXPECT_EQ(decide(16), "priced 32.00");
  EXPECT_EQ(decide(17), "invalid invalid[policy: too many soft shapes at once]");
}

// [REL-11] [REL-18] Words that no rule names share one kind, however many and however they are made; words that rules
// name are kinds of their own, and are forgotten at the limit.
TEST(pricer_limits, kinds_of_request) {
  std::string words;
  for (int i = 0; i < 500; ++i) words += (i == 0 ? "\"A" : ",\"A") + std::to_string(i) + "\"";
  const auto policy = policy_of(R"({ "id": "a", "when": { "sku": [)" + words + R"(] }, "discount": "8%" })");
  pricepoint::pricer strangers(policy);
  for (int i = 0; i < 100'000; ++i) {
    const std::string sku = "stranger" + std::to_string(i);
    request asked = web();
    asked.sku = asked.category = asked.segment = asked.audience = sku;
    const std::string_view colour = sku;
    asked.attributes = {{"colour", colour}};
    ASSERT_EQ(strangers.price(asked).price()->minor, 3200);
  }
  EXPECT_EQ(strangers.stats().cells_made, 1u);
  EXPECT_EQ(strangers.stats().plans_made, 1u);

  // At the limit nothing is made twice; one kind more, and those that were forgotten are made again.
  const auto rounds = [&](std::size_t kinds, std::size_t limit) {
    std::string rules;
    for (std::size_t i = 0; i < kinds; ++i) {
      rules += (i == 0 ? "" : ",") + std::string(R"({ "id": "a)") + std::to_string(i) + R"(", "when": { "sku": "A)" +
               std::to_string(i) + R"(" }, "discount": "8%" })";
    }
    pricepoint::pricer pricer(policy_of(rules), {}, {.max_cells = limit});
    for (int round = 0; round < 3; ++round) {
      for (std::size_t i = 0; i < kinds; ++i) {
        const std::string sku = "A" + std::to_string(i);
        request asked = web();
        asked.sku = sku;
        EXPECT_EQ(pricer.price(asked).price()->minor, 2944);
      }
    }
    return pricer.stats().cells_made;
  };
  EXPECT_EQ(rounds(50, 50), 50u);
  EXPECT_GT(rounds(51, 50), 51u);
}

}  // namespace
