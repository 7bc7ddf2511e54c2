// SPDX-License-Identifier: Apache-2.0
// The dead zones that the check reports are those that the reference evaluator leaves: it says of every amount whether
// it has the shapes of a rule, and every whole target up to 2,000.00 is looked at by itself, by the words of [DEC-10]
// and [DEC-13]. Then the reference decides at the ends of zones, and is compromised inside of them alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "pricepoint/analysis/check.hpp"
#include "reference.hpp"
#include "seed.hpp"

namespace {

constexpr int wanted_combinations = 20;
constexpr long long last_target = 200'000;
constexpr long long last_amount = 225'000;

struct drawn_rule {
  std::string effect;  // "\"endings\": [...]"
  bool required = false;
  long long from = 0, below = 0;  // of the target; 0: none
};

struct combination {
  long long unit = 1;
  bool stored_net = false;
  long long rate_e4 = 0, money = 0;  // within, of the strong
  std::vector<drawn_rule> rules;
};

std::string money(long long cents) {
  const std::string rest = std::to_string(cents % 100);
  return std::to_string(cents / 100) + "." + (rest.size() == 1 ? "0" : "") + rest;
}

class draw {
 public:
  explicit draw(std::uint64_t seed) : random_(seed) {}

  combination make() {
    combination made;
    made.unit = std::vector<long long>{1, 1, 1, 5, 10}[below(5)];
    made.stored_net = below(6) == 0;
    made.rate_e4 = std::vector<long long>{100, 200, 350, 500, 800}[below(5)];
    made.money = std::vector<long long>{0, 0, 10, 45, 120}[below(5)];
    const long long cut = std::vector<long long>{0, 5000, 9999, 20000, 100000}[below(5)];
    made.rules.push_back({look(), false, 0, cut});
    if (cut != 0) made.rules.push_back({look(), false, cut, 0});
    if (below(4) == 0)
      made.rules.push_back({R"("multiple_of": ")" + std::string(below(2) == 0 ? "0.10" : "0.50") + '"', true, 0, 0});
    if (below(3) == 0) made.rules.push_back({avoided(), false, 0, 0});
    return made;
  }

 private:
  std::size_t below(std::size_t end) { return random_() % end; }
  std::string look() {
    if (below(4) == 0) {
      static const char* steps[] = {"0.50", "1", "2.5", "5", "10", "20", "50"};
      return std::string(R"("multiple_of": ")") + steps[below(7)] + '"';
    }
    static const char* endings[] = {".99", ".95", ".?9", ".90", ".50", "9.99", "9", "5", "0", "49.90", "99"};
    std::string text = R"("endings": [)";
    const std::size_t count = 1 + below(3);
    for (std::size_t i = 0; i < count; ++i) text += std::string(i == 0 ? "\"" : ", \"") + endings[below(11)] + '"';
    return text + "]";
  }
  std::string avoided() {
    static const char* wishes[] = {R"({"digits": "4", "in": "integer"})", R"({"digits": "4", "in": "last"})",
                                   R"({"sequences": ["13", "66"]})", R"({"amounts": ["13", "250"]})"};
    return std::string(R"("avoid": )") + wishes[below(4)];
  }
  std::mt19937_64 random_;
};

std::string head(const combination& of) {
  std::string text =
      R"({"pricepoint": 1, "name": "zones", "markets": {"ours": {"currency": "EUR", "display": "gross", "unit": ")" +
      money(of.unit) + R"(", "tax": "19%")" + (of.stored_net ? R"(, "net": "stored")" : "") +
      R"(}}, "channels": {"web": {"kind": "online"}}, "within": {"strong": [")" + std::to_string(of.rate_e4 / 100) +
      "." + std::to_string(of.rate_e4 % 100 / 10) + R"(%")";
  if (of.money > 0) text += ", \"" + money(of.money) + '"';
  return text + R"(], "medium": "0%", "weak": "0%"}, "rules": [)";
}

std::string policy_text(const combination& of) {
  std::string text = head(of);
  for (std::size_t i = 0; i < of.rules.size(); ++i) {
    const drawn_rule& one = of.rules[i];
    text += std::string(i == 0 ? "" : ", ") + R"({"id": "r)" + std::to_string(i) + R"(", )" + one.effect;
    if (one.required) text += R"(, "strength": "required")";
    if (one.from != 0 || one.below != 0) {
      text += R"(, "when": {"target": {)";
      if (one.from != 0) text += R"("from": ")" + money(one.from) + '"';
      if (one.from != 0 && one.below != 0) text += ", ";
      if (one.below != 0) text += R"("below": ")" + money(one.below) + '"';
      text += "}}";
    }
    text += "}";
  }
  return text + "]}";
}

// What a hand puts on the price is a price just where every required shape allows it.
std::vector<bool> allowed_by(const combination& of, const std::string& effect) {
  std::string text = head(of) + R"({"id": "hand", "price": "list"})";
  if (!effect.empty()) text += R"(, {"id": "shape", "strength": "required", )" + effect + "}";
  const reference::policy slow(text + "]}");
  std::vector<bool> allowed(last_amount + 1, false);
  reference::request asked;
  asked.fields = {{"channel", "web"}, {"market", "ours"}};
  for (long long amount = of.unit; amount <= last_amount; amount += of.unit) {
    asked.fields["list"] = money(amount);
    allowed[static_cast<std::size_t>(amount)] = reference::decide(slow, asked, {}).status == "priced";
  }
  return allowed;
}

std::vector<bool> dead_targets(const combination& of) {
  const std::vector<bool> possible = allowed_by(of, "");
  std::vector<std::vector<bool>> has;
  for (const drawn_rule& one : of.rules) has.push_back(allowed_by(of, one.effect));
  std::vector<bool> dead(last_target + 1, false);
  for (long long target = 1; target <= last_target; ++target) {
    const auto on = [&](const drawn_rule& one) { return one.from <= target && (one.below == 0 || target < one.below); };
    const auto member = [&](long long amount, bool soft) {
      if (amount < 1 || amount > last_amount || !possible[static_cast<std::size_t>(amount)]) return false;
      for (std::size_t i = 0; i < of.rules.size(); ++i) {
        if (on(of.rules[i]) && (soft || of.rules[i].required) && !has[i][static_cast<std::size_t>(amount)])
          return false;
      }
      return true;
    };
    long long star = 0;
    for (long long distance = 0; star == 0; ++distance) {
      if (member(target - distance, false)) {
        star = target - distance;
      } else if (member(target + distance, false)) {
        star = target + distance;
      }
    }
    const auto within = [&](long long distance) {
      return distance * 10'000 <= of.rate_e4 * star || distance <= of.money;
    };
    bool alive = false;
    for (long long distance = 0; within(distance) && !alive; ++distance) {
      alive = member(star - distance, true) || member(star + distance, true);
    }
    dead[static_cast<std::size_t>(target)] = !alive;
  }
  return dead;
}

TEST(dead_zones, are_those_of_the_reference_evaluator) {
  const std::uint64_t seed = testing_seed();
  draw random(seed);
  int checked = 0;
  long long dead_seen = 0;
  long long decided = 0;
  for (int tries = 0; checked < wanted_combinations && tries < 400; ++tries) {
    const combination drawn = random.make();
    const std::string text = policy_text(drawn);
    const auto policy = pricepoint::parse_policy(text);
    ASSERT_TRUE(policy) << policy.error().to_string() << text;
    pricepoint::check_options options;
    options.limits.max_bands = 1'000'000;
    options.limits.max_zones = 1'000'000;
    const auto report = pricepoint::check(*policy, options);
    std::vector<bool> found(last_target + 1, false);
    bool contradicts = false;
    for (const auto& one : report.findings) {
      const bool zone = one.what.code == "PP-K012" || one.what.code == "PP-K013";
      // Shapes that contradict each other leave no zones but everything: that is told by another finding.
      contradicts = contradicts || !zone;
      if (!zone) continue;
      ASSERT_EQ(one.more_targets, 0u);
      for (const auto& band : one.targets) {
        for (std::int64_t target = band.first; target <= std::min<std::int64_t>(band.last, last_target); ++target) {
          found[static_cast<std::size_t>(target)] = true;
        }
      }
    }
    if (contradicts) continue;
    const std::vector<bool> expected = dead_targets(drawn);
    long long last_dead = 0;
    for (long long target = 1; target <= last_target; ++target) {
      if (expected[static_cast<std::size_t>(target)]) last_dead = target;
    }
    const bool any = std::find(found.begin(), found.end(), true) != found.end();
    const bool from_one =
        std::all_of(expected.begin() + 1, expected.begin() + 1 + last_dead, [](bool one) { return one; });
    // The stretch below the smallest price of a look is not told where it stands alone and is short.
    if (!any && from_one && last_dead < 100) continue;
    if (last_dead == 0) continue;
    ++checked;
    for (long long target = 1; target <= last_target; ++target) {
      ASSERT_EQ(found[static_cast<std::size_t>(target)], expected[static_cast<std::size_t>(target)])
          << "seed " << seed << ", target " << money(target) << ", " << text;
      dead_seen += expected[static_cast<std::size_t>(target)] ? 1 : 0;
    }
    // The whole decision, where it changes.
    const reference::policy slow(text);
    reference::request asked;
    asked.fields = {{"channel", "web"}, {"market", "ours"}};
    int edges = 0;
    for (long long target = 2; target <= 20'000 && edges < 60; ++target) {
      if (expected[static_cast<std::size_t>(target)] == expected[static_cast<std::size_t>(target - 1)]) continue;
      ++edges;
      for (const long long each : {target - 1, target}) {
        asked.fields["list"] = money(each);
        const auto made = reference::decide(slow, asked, {});
        ASSERT_EQ(made.status, expected[static_cast<std::size_t>(each)] ? "compromised" : "priced")
            << "seed " << seed << ", target " << money(each) << ", " << text;
        ++decided;
      }
    }
  }
  std::cout << "seed " << seed << ": " << checked << " combinations, " << dead_seen << " dead targets, " << decided
            << " decisions at the ends of zones\n";
  EXPECT_EQ(checked, wanted_combinations);
}

}  // namespace
