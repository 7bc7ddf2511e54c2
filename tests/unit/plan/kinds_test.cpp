// SPDX-License-Identifier: Apache-2.0
// Kinds of request: how they find their rules, and what they share.
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compile/machine.hpp"
#include "pricepoint/pricing/columns.hpp"
#include "unit/decide/deciding.hpp"
#include "unit/dice.hpp"

namespace {

using namespace deciding;
using pricepoint::decimal;
using pricepoint::request;
using pricepoint::request_columns;
using pricepoint::text_column;

// A condition on a number, as a policy writes it and as numbers compare.
struct asked_of {
  std::optional<decimal> from, below;
  std::vector<decimal> equal;
  bool holds(const decimal& value) const {
    if (!equal.empty()) return std::find(equal.begin(), equal.end(), value) != equal.end();
    return (!from || value >= *from) && (!below || value < *below);
  }
  std::string text() const {
    std::string made;
    if (!equal.empty()) {
      for (const decimal& one : equal) made += (made.empty() ? "[" : ", ") + to_string(one);
      return made + "]";
    }
    if (from) made += "\"from\": " + to_string(*from);
    if (below) made += (made.empty() ? "\"below\": " : ", \"below\": ") + to_string(*below);
    return "{" + made + "}";
  }
};

// Ranges with both ends or one, and lists, at numbers with up to two decimals.
std::vector<asked_of> conditions(dice& roll, int count, std::int64_t least) {
  const auto number = [&] {
    const int decimals = static_cast<int>(roll.between(0, 2));
    return decimal::from_parts(roll.between(least, 40) * (decimals == 0 ? 1 : 7), decimals);
  };
  std::vector<asked_of> made;
  while (static_cast<int>(made.size()) < count) {
    asked_of one;
    switch (roll.between(0, 3)) {
      case 0:
        one.from = number();
        break;
      case 1:
        one.below = number();
        break;
      case 2:
        one.from = number();
        one.below = number();
        if (*one.from >= *one.below) continue;
        break;
      default:
        for (std::int64_t i = roll.between(1, 3); i > 0; --i) one.equal.push_back(number());
    }
    if ((one.from && one.from->sign() <= 0 && least > 0) || (one.below && one.below->sign() <= 0 && least > 0))
      continue;
    made.push_back(std::move(one));
  }
  return made;
}

std::string rules_of(const std::vector<asked_of>& conditions, std::string_view subject) {
  std::string rules;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    rules += (i == 0 ? "" : ", ") + std::string(R"({ "id": "r)") + std::to_string(100 + i) + R"(", "when": { ")" +
             std::string(subject) + "\": " + conditions[i].text() + R"( }, "advise": "a)" + std::to_string(100 + i) +
             "\" }";
  }
  return rules;
}

// Which rules are on for a number is what comparing it with every one of them says.
TEST(kinds, find_their_rules_by_numbers) {
  dice roll;
  for (const bool quantity : {true, false}) {
    for (const int count : {1, 2, 3, 7, 40}) {
      const auto all = conditions(roll, count, quantity ? 1 : -40);
      const std::string rules = rules_of(all, quantity ? "quantity" : "stock");
      pricepoint::pricer pricer(policy_of(rules));
      for (int i = 0; i < 400; ++i) {
        const int decimals = static_cast<int>(roll.between(0, 3));
        const std::int64_t power = decimals == 0 ? 1 : decimals == 1 ? 10 : decimals == 2 ? 100 : 1000;
        const decimal value = decimal::from_parts(roll.between(quantity ? 1 : -41 * power, 41 * power), decimals);
        request asked = web();
        if (quantity) {
          asked.quantity = value;
        } else {
          asked.attributes = {{"stock", value}};
        }
        std::string expected;
        for (std::size_t r = 0; r < all.size(); ++r) {
          if (all[r].holds(value)) expected += (expected.empty() ? "a" : " a") + std::to_string(100 + r);
        }
        ASSERT_EQ(joined(pricer.price(asked).advice()), expected) << to_string(value) << " of " << rules;
      }
      EXPECT_EQ(joined(pricer.price(web()).advice()).empty(),
                !quantity || std::none_of(all.begin(), all.end(),
                                          [](const asked_of& one) { return one.holds(decimal::from_parts(1, 0)); }));
    }
  }
}

// And in columns, of numbers in every layout.
TEST(kinds, find_their_rules_by_columns_of_numbers) {
  dice roll;
  for (const bool quantity : {true, false}) {
    for (const int digits : {0, 1, 2, 3}) {
      const auto all = conditions(roll, 30, quantity ? 1 : -40);
      const auto with = policy_of(rules_of(all, quantity ? "quantity" : "stock"));
      std::vector<std::int64_t> values;
      for (int i = 0; i < 700; ++i) values.push_back(roll.between(-45'000, 45'000) / (i % 3 == 0 ? 1 : 1000));
      for (const std::int64_t odd : {std::int64_t{0}, pricepoint::absent_value, INT64_MAX, INT64_MIN + 1})
        values.push_back(odd);
      request_columns rows{.rows = values.size(), .channel = text_column::all("web"), .market = text_column::all("CN")};
      rows.prices = {{"store", pricepoint::number_column::all(3200)}};
      std::vector<std::string> written;
      for (const std::int64_t one : values) {
        const bool any = one != pricepoint::absent_value && one > -1'000'000 && one < 1'000'000;
        written.push_back(any ? to_string(decimal::from_parts(one, digits)) : "");
      }
      const std::vector<std::string_view> text(written.begin(), written.end());
      for (const bool as_text : {false, true}) {
        const auto numbers = as_text       ? pricepoint::number_column::text(text)
                             : digits == 0 ? pricepoint::number_column(values)
                                           : pricepoint::number_column::scaled(values, digits);
        if (quantity) {
          rows.quantity = numbers;
        } else {
          rows.attributes = {{"stock", {}, numbers}};
        }
        pricepoint::pricer columns(with);
        pricepoint::pricer single(with);
        pricepoint::decision_columns out;
        pricepoint::price_columns(columns, rows, out);
        for (std::size_t i = 0; i < values.size(); ++i) {
          request asked;
          std::vector<std::string> unreadable;
          pricepoint::request_of_row(with, rows, i, asked, unreadable);
          if (!unreadable.empty()) {
            ASSERT_EQ(out.status[i], pricepoint::status::invalid) << values[i];
            continue;
          }
          const pricepoint::decision made = single.price(asked);
          ASSERT_EQ(out.status[i], made.status()) << values[i];
          ASSERT_EQ(joined(out.sets[out.advice[i]]), joined(made.advice())) << values[i] << " with " << digits;
        }
      }
    }
  }
}

// One number for all rows is a column too.
TEST(kinds, find_their_rules_by_one_number_for_all) {
  const auto with = policy_of(R"({ "id": "q", "when": { "quantity": { "from": 3, "below": 6 } }, "advise": "q" },
                                 { "id": "s", "when": { "stock": [5, 7] }, "advise": "s" })");
  for (const std::int64_t number : {2, 3, 5, 6, 7}) {
    request_columns rows{.rows = 20, .channel = text_column::all("web"), .market = text_column::all("CN")};
    rows.prices = {{"store", pricepoint::number_column::all(3200)}};
    rows.quantity = pricepoint::number_column::all(number);
    rows.attributes = {{"stock", {}, pricepoint::number_column::all(number)}};
    pricepoint::pricer pricer(with);
    pricepoint::decision_columns out;
    pricepoint::price_columns(pricer, rows, out);
    std::string expected = number >= 3 && number < 6 ? "q" : "";
    if (number == 5 || number == 7) expected += expected.empty() ? "s" : " s";
    for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(joined(out.sets[out.advice[i]]), expected) << number;
    EXPECT_EQ(pricer.stats().in_blocks, 20u);
  }
  for (const std::int64_t number : {std::int64_t{0}, std::int64_t{-3}, std::int64_t{1'000'000'000'000'000}}) {
    request_columns rows{.rows = 20, .channel = text_column::all("web"), .market = text_column::all("CN")};
    rows.prices = {{"store", pricepoint::number_column::all(3200)}};
    rows.quantity = pricepoint::number_column::all(number);
    pricepoint::pricer pricer(with);
    pricepoint::decision_columns out;
    pricepoint::price_columns(pricer, rows, out);
    for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(out.status[i], pricepoint::status::invalid) << number;
  }
}

// Of few rules all are at hand.
TEST(kinds, have_the_rules_of_a_small_policy) {
  const auto with =
      policy_of(R"({ "id": "a", "when": { "sku": "A" }, "discount": "1%" }, { "id": "b", "floor": "1" })");
  EXPECT_EQ(pricepoint::engine::machine_of(with).rule_count(), 2u);
  EXPECT_EQ(pricepoint::engine::machine_of(with).rules_made(), 2u);
  auto rule = pricepoint::engine::machine_of(with).rules().begin();
  EXPECT_EQ((*rule++).id(), "a");
  EXPECT_EQ(rule->id(), "b");
}

// Two attributes of one kind are two.
TEST(kinds, tell_attributes_apart) {
  const auto read = pricepoint::parse_policy(
      R"({"pricepoint":1,"markets":{"DE":{"tax":"19%"}},"channels":{"web":{"kind":"online"}},
          "attributes":{"colour":"text","finish":"text","stock":"number","weight":"number","role":["a","b"],"size":["a","b"]},
          "rules":[{"id":"c","when":{"colour":"red"},"advise":"c"},{"id":"f","when":{"finish":"red"},"advise":"f"},
                   {"id":"s","when":{"stock":{"from":5}},"advise":"s"},{"id":"w","when":{"weight":{"from":5}},"advise":"w"},
                   {"id":"r","when":{"role":"a"},"advise":"r"},{"id":"z","when":{"size":"a"},"advise":"z"}]})");
  ASSERT_TRUE(read) << read.error().to_string();
  pricepoint::pricer pricer(*read);
  const auto advice = [&](pricepoint::attribute_value value, std::string_view name) {
    request asked{.channel = "web", .market = "DE", .list = "10"_money};
    asked.attributes = {{name, value}};
    return joined(pricer.price(asked).advice());
  };
  EXPECT_EQ(advice(std::string_view("red"), "colour"), "c");
  EXPECT_EQ(advice(std::string_view("red"), "finish"), "f");
  EXPECT_EQ(advice(decimal::from_parts(5, 0), "stock"), "s");
  EXPECT_EQ(advice(decimal::from_parts(5, 0), "weight"), "w");
  EXPECT_EQ(advice(std::string_view("a"), "role"), "r");
  EXPECT_EQ(advice(std::string_view("a"), "size"), "z");
}

// A range is found by the few nodes that make it up: a request looks at its own rules, not at all.
TEST(kinds, look_at_few_of_many_ranges) {
  std::string rules;
  constexpr int count = 3000;
  for (int i = 0; i < count; ++i) {
    rules += (i == 0 ? "" : ", ") + std::string(R"({ "id": "r)") + std::to_string(i) +
             R"(", "when": { "quantity": { "from": )" + std::to_string(1 + i) + R"(, "below": )" +
             std::to_string(3 + i) + R"( } }, "discount": "1%" })";
  }
  const auto with = policy_of(rules);
  const auto& machine = pricepoint::engine::machine_of(with);
  ASSERT_EQ(machine.key_parts().size(), 1u);
  std::vector<const pricepoint::engine::compiled_rule*> found;
  for (std::uint32_t code = 0; code < 2 * count; ++code) {
    machine.candidates(std::vector{code}, 0, found);
    ASSERT_LE(found.size(), 2u) << code;
  }
}

// [REL-24] What kinds have in common is worked out once: here they differ in discounts alone.
TEST(kinds, share_what_follows_from_their_rules) {
  std::string rules =
      R"({ "id": "low", "when": { "target": { "below": "20" } }, "endings": [".90"], "strength": "required" },
         { "id": "high", "when": { "target": { "from": "20" } }, "multiple_of": "1", "strength": "required" },
         { "id": "cost", "floor": "cost" })";
  for (int i = 1; i <= 50; ++i) {
    rules += R"(, { "id": "q)" + std::to_string(i) + R"(", "when": { "quantity": )" + std::to_string(i) +
             R"( }, "discount": ")" + std::to_string(i) + R"(%" })";
  }
  for (const bool fast : {true, false}) {
    pricepoint::pricer pricer(policy_of(rules));
    for (int i = 1; i <= 50; ++i) {
      request asked = web();
      asked.quantity = decimal::from_parts(i, 0);
      if (!fast) asked.tax = pricepoint::rate::from_e8(13'000'000);  // says so itself, and goes the long way
      pricer.price(asked);
    }
    EXPECT_EQ(pricer.stats().cells_made, 50u);
    EXPECT_EQ(pricer.stats().plans_made, 2u);
    EXPECT_EQ(pricer.stats().linear, fast ? 50u : 0u);
  }
}

// Of many rules that ask about the target those that are on are looked up; of wide ranges all are looked at.
TEST(kinds, find_their_rules_by_targets) {
  dice roll;
  for (const std::int64_t width : {3, 400}) {
    struct floor_of {
      std::int64_t from, below, excluded;
    };
    std::vector<floor_of> all;
    std::string rules =
        R"({ "id": "q2", "when": { "quantity": 2 }, "except": { "target": { "from": "3", "below": "5" } }, "floor": "30" })";
    for (int i = 0; i < 100; ++i) {
      const std::int64_t from = roll.between(0, 400);
      all.push_back({from, from + roll.between(1, width), from + roll.between(-2, 2)});
      const floor_of& one = all.back();
      const auto money = [](std::int64_t cents) { return "\"" + to_string(decimal::from_parts(cents, 2)) + "\""; };
      rules += R"(, { "id": "f)" + std::to_string(100 + i) + R"(", "when": { "target": {)" +
               (from == 0 ? "" : R"( "from": )" + money(from) + ",") + R"( "below": )" + money(one.below) + " } }";
      if (one.excluded > 0)
        rules += R"(, "except": { "target": { "from": )" + money(one.excluded) + R"(, "below": )" +
                 money(one.excluded + 1) + " } }";
      rules += R"(, "floor": "20" })";
    }
    pricepoint::pricer pricer(policy_of(rules));
    for (std::int64_t target = 1; target < 820; target += 1 + (target > 410 ? 40 : 0)) {
      for (const int quantity : {1, 2}) {
        request asked = web();
        asked.quantity = decimal::from_parts(quantity, 0);
        asked.prices = {{"store", decimal::from_parts(target, 2)}};
        std::string expected;
        for (std::size_t i = 0; i < all.size(); ++i) {
          const bool off = all[i].excluded > 0 && target == all[i].excluded;
          if (target >= all[i].from && target < all[i].below && !off)
            expected += (expected.empty() ? "f" : " f") + std::to_string(100 + i);
        }
        if (quantity == 2 && (target < 300 || target >= 500)) expected += expected.empty() ? "q2" : " q2";
        ASSERT_EQ(joined(pricer.price(asked).limited_by()), expected) << target;
      }
    }
  }
}

// Rules that every kind has still depend on the channel and the market.
TEST(kinds, of_other_channels_have_other_rules) {
  pricepoint::pricer pricer(policy_of(
      R"({ "id": "web", "when": { "channel": "web" }, "ceiling": "31" }, { "id": "not-cn", "except": { "market": "CN" }, "ceiling": "30" },
         { "id": "both", "except": [{ "channel": "web", "market": "DE" }], "ceiling": "31.50" })"));
  const auto decided = [&](std::string_view channel, std::string_view market) {
    request asked = web();
    asked.channel = channel;
    asked.market = market;
    asked.list = "32"_money;
    return line(pricer.price(asked));
  };
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(decided("web", "CN"), "priced 31.00 limited_by[both web]");
    EXPECT_EQ(decided("plain", "CN"), "priced 31.50 limited_by[both]");
    EXPECT_EQ(decided("web", "DE"), "priced 30.00 limited_by[not-cn web]");
    EXPECT_EQ(decided("plain", "DE"), "priced 30.00 limited_by[both not-cn]");
  }
}

}  // namespace
