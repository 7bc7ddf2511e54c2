// SPDX-License-Identifier: Apache-2.0
// The reasons in thousands of random explanations are reasons: every rule that is named against an amount is one that
// tells it from the chosen price, and what is said of distances is so. Rules are asked by their bounds and automata of
// the decision, not by what explanations make of them. Holds [XPL-10] [XPL-11].
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "agreement.hpp"
#include "decide/decide.hpp"
#include "explain/recorder.hpp"
#include "pricepoint/explain/explanation.hpp"
#include "pricepoint/pricing/exchange_rates.hpp"
#include "seed.hpp"

namespace {

using pricepoint::engine::strength;
using pricepoint::explaining::recorder;

constexpr int wanted_explanations = 1500;

std::string text_of(const boost::json::value& value) { return std::string(std::string_view(value.as_string())); }

class judge {
 public:
  judge(const recorder& heard, std::map<std::string, int>& seen) : heard_(heard), of_(*heard.chosen_of), seen_(seen) {}

  void check(const boost::json::object& told) {
    for (const auto& one : list(told, "candidates")) candidate(one.as_object());
    for (const auto& one : list(told, "bounds")) bound(one.as_object(), told);
    for (const auto& one : list(told, "shapes")) shape(one.as_object(), told);
  }

 private:
  static boost::json::array list(const boost::json::object& told, std::string_view key) {
    const auto* found = told.if_contains(key);
    return found == nullptr ? boost::json::array() : found->as_array();
  }

  // Amounts have the currency's decimals.
  static std::int64_t minor(const boost::json::value& amount) {
    std::string digits = text_of(amount);
    std::erase(digits, '.');
    return std::stoll(digits);
  }

  // Nothing where no such rule is on.
  const pricepoint::engine::compiled_rule* rule_of(std::string_view id) const {
    const auto& on = heard_.on->on;
    const auto found = std::find_if(on.begin(), on.end(), [&](const auto* rule) { return rule->id() == id; });
    return found == on.end() ? nullptr : *found;
  }

  bool satisfies(std::int64_t price, std::string_view id) const {
    for (const auto& one : heard_.bounds) {
      if (one.rule->id() == id && one.state == pricepoint::engine::valued::value) return one.kept.holds(price);
    }
    for (const auto* shapes : {&heard_.on->required_shapes, &heard_.on->soft_shapes}) {
      for (const auto& one : *shapes) {
        if (one.rule->id() == id) return pricepoint::shape::contains(*one.alone, price);
      }
    }
    ADD_FAILURE() << "no bound or shape that counts: " << id;
    return false;
  }

  std::int64_t reach(strength of) const {
    return pricepoint::engine::choice::reach(heard_.on->within[static_cast<std::size_t>(of) - 1], of_.star);
  }
  std::int64_t from_star(std::int64_t price) const { return price > of_.star ? price - of_.star : of_.star - price; }

  pricepoint::detail::big_exact from_target(std::int64_t price) const {
    const auto away = pricepoint::detail::big_exact(price) - *heard_.target_exact;
    return away.sign() < 0 ? -away : away;
  }

  void candidate(const boost::json::object& one) {
    const std::int64_t price = minor(one.at("price"));
    const std::string why = text_of(one.at("why"));
    const boost::json::array rules = list(one, "rules");
    if (why.starts_with("it breaks ")) {
      ++seen_["breaks"];
      ASSERT_FALSE(rules.empty());
      for (const auto& id : rules) {
        EXPECT_FALSE(satisfies(price, text_of(id))) << price << " " << id;
        EXPECT_TRUE(satisfies(of_.chosen, text_of(id))) << price << " " << id;
        EXPECT_NE(why.find(text_of(id)), std::string::npos);
      }
    } else if (why.starts_with("it has what ")) {
      ++seen_["out of reach"];
      ASSERT_EQ(rules.size(), 1u);
      const std::string id = text_of(rules[0]);
      EXPECT_TRUE(satisfies(price, id)) << price << " " << id;
      EXPECT_FALSE(satisfies(of_.chosen, id)) << price << " " << id;
      const strength of = rule_of(id)->strength();
      ASSERT_NE(of, strength::required);
      EXPECT_GT(from_star(price), reach(of));
      EXPECT_NE(why.find("rule may "), std::string::npos) << why;
    } else {
      EXPECT_TRUE(rules.empty());
      if (why == "it is farther from the target") {
        ++seen_["farther"];
        EXPECT_GT(from_target(price), from_target(of_.chosen));
      } else if (why.starts_with("it is as near to the target")) {
        ++seen_["as near"];
        EXPECT_EQ(from_target(price), from_target(of_.chosen));
      } else if (why.starts_with("it is more than ")) {
        ++seen_["too far"];
        EXPECT_GT(from_star(price),
                  std::min({reach(strength::strong), reach(strength::medium), reach(strength::weak)}));
      } else {
        ++seen_["no price without tax"];
        EXPECT_TRUE(why.starts_with("no price without tax")) << why;
        EXPECT_FALSE(of_.net.possible(price));
      }
    }
  }

  void bound(const boost::json::object& one, const boost::json::object& told) {
    if (one.contains("never")) {
      ++seen_["never"];
      EXPECT_FALSE(one.contains("min") || one.contains("max"));
      return;
    }
    if (!one.contains("kept")) return;
    const std::int64_t price = minor(told.at("price"));
    const bool holds = (!one.contains("min") || minor(one.at("min")) <= price) &&
                       (!one.contains("max") || price <= minor(one.at("max")));
    EXPECT_EQ(one.at("kept").as_bool(), holds) << one;
  }

  // [DEC-13]
  void shape(const boost::json::object& one, const boost::json::object& told) {
    if (!one.contains("has")) return;
    const std::string id = text_of(one.at("rule"));
    const std::int64_t price = minor(told.at("price"));
    const bool has = satisfies(price, id);
    const strength of = rule_of(id)->strength();
    const bool in_reach = of == strength::required || from_star(price) <= reach(of);
    EXPECT_EQ(one.at("has").as_bool(), has) << one;
    EXPECT_EQ(one.at("kept").as_bool(), has && in_reach) << one;
    if (has && !in_reach) ++seen_["satisfied beyond its reach"];
  }

  const recorder& heard_;
  const recorder::outcome& of_;
  std::map<std::string, int>& seen_;
};

TEST(explanations, give_no_rule_as_a_reason_that_both_prices_keep) {
  const std::uint64_t seed = testing_seed();
  std::map<std::string, int> seen;
  int explained = 0;
  for (std::uint64_t i = 0; explained < wanted_explanations && i < 5000 && !testing::Test::HasFailure(); ++i) {
    const generator::scenario scenario = generator::make(seed + i, 30, testing_options());
    const auto compiled = pricepoint::parse_policy(scenario.policy_json, "random", {}, agreement::files_of(scenario));
    ASSERT_TRUE(compiled) << seed + i;
    std::vector<pricepoint::exchange_rate> rows;
    for (const auto& row : scenario.rates) {
      rows.push_back({*pricepoint::find_currency(row.from), *pricepoint::find_currency(row.to),
                      *pricepoint::parse_decimal(row.rate), *pricepoint::parse_instant(row.at)});
    }
    const auto rates = std::make_shared<pricepoint::exchange_rates>(std::move(rows));
    pricepoint::pricer pricer(*compiled, rates);
    pricepoint::engine::workspace memory(pricepoint::engine::machine_of(*compiled), rates, {});
    for (const reference::request& asked : scenario.requests) {
      const pricepoint::request what = agreement::engine_request(asked.fields);
      memory.bind(what);
      recorder heard(memory.bound().currency);
      pricepoint::decision made;
      pricepoint::engine::decide(memory, made, heard);
      if (!made.price()) continue;
      ++explained;
      SCOPED_TRACE("seed " + std::to_string(seed + i));
      judge(heard, seen).check(boost::json::parse(pricepoint::explain(pricer, what).json()).as_object());
    }
  }
  std::cout << "seed " << seed << ": " << explained << " explanations";
  for (const auto& [what, times] : seen) std::cout << "; " << what << " " << times;
  std::cout << "\n";
  EXPECT_GE(explained, wanted_explanations);
  for (const char* what : {"breaks", "out of reach", "farther", "satisfied beyond its reach"}) {
    EXPECT_GT(seen[what], 0) << what;
  }
}

}  // namespace
