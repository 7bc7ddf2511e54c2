// SPDX-License-Identifier: Apache-2.0
// The dead zones that the check reports are those that the reference evaluator leaves: it says of every amount whether
// it has the shapes of a rule, and every whole target up to 600.00 is looked at by itself, by the words of [DEC-10]
// and [DEC-13]. Then the reference decides at the ends of zones, and is compromised inside of them alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "pricepoint/analysis/check.hpp"
#include "reference.hpp"
#include "seed.hpp"

namespace {

constexpr int wanted_combinations = 10;
constexpr long long last_target = 60'000;
constexpr long long last_amount = 70'000;

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
    const long long cut = std::vector<long long>{0, 5000, 9999, 20000, 50000}[below(5)];
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
const std::vector<bool>& allowed_by(const combination& of, const std::string& effect) {
  static std::map<std::tuple<long long, bool, std::string>, std::vector<bool>> known;
  std::vector<bool>& allowed = known[{of.unit, of.stored_net, effect}];
  if (!allowed.empty()) return allowed;
  std::string text = head(of) + R"({"id": "hand", "price": "list"})";
  if (!effect.empty()) text += R"(, {"id": "shape", "strength": "required", )" + effect + "}";
  const reference::policy slow(text + "]}");
  allowed.assign(last_amount + 1, false);
  reference::request asked;
  asked.fields = {{"channel", "web"}, {"market", "ours"}};
  for (long long amount = of.unit; amount <= last_amount; amount += of.unit) {
    asked.fields["list"] = money(amount);
    allowed[static_cast<std::size_t>(amount)] = reference::decide(slow, asked, {}).status == "priced";
  }
  return allowed;
}

class zones_of {
 public:
  explicit zones_of(const combination& of) : of_(of), possible_(allowed_by(of, "")) {
    for (const drawn_rule& one : of.rules) has_.push_back(allowed_by(of, one.effect));
  }

  // By whole targets; `wishes`: with the rules that avoid, or with the looks alone.
  std::vector<bool> dead(bool wishes) const {
    std::vector<bool> dead(last_target + 1, false);
    for (const auto& [first, last] : bands()) {
      const nearest free(members(first, false, false));
      const nearest allowed(members(first, true, wishes));
      for (long long target = first; target <= last; ++target) {
        const long long star = free.to(target, rounded(target));
        const long long distance = std::abs(allowed.to(star, star) - star);
        dead[static_cast<std::size_t>(target)] = distance * 10'000 > of_.rate_e4 * star && distance > of_.money;
      }
    }
    return dead;
  }

  // Those that the check tells. It keeps a zone to itself that stands alone among those of its rules, begins with the
  // smallest target and ends below half of the smallest price: such a target is no article for the look. What the looks
  // alone leave dead is not told of the wishes again.
  std::vector<bool> told() const {
    const std::vector<bool> looks = dead(false);
    std::vector<bool> told(last_target + 1, false);
    const auto tell = [&](std::vector<std::pair<long long, long long>> zones, bool wishes) {
      if (zones.size() == 1 && zones[0].first == 1 && 2 * zones[0].second < smallest(wishes)) return;
      for (const auto& [first, last] : zones) {
        for (long long target = first; target <= last; ++target) told[static_cast<std::size_t>(target)] = true;
      }
    };
    const bool any_wish = std::any_of(of_.rules.begin(), of_.rules.end(), avoids);
    const std::vector<bool> all = any_wish ? dead(true) : looks;
    for (const auto& [first, last] : bands()) {
      const auto of_looks = runs(looks, first, last);
      tell(of_looks, false);
      if (!any_wish) continue;
      auto of_wishes = runs(all, first, last);
      std::erase_if(of_wishes, [&](const auto& one) {
        return std::any_of(of_looks.begin(), of_looks.end(),
                           [&](const auto& other) { return other.first <= one.first && one.second <= other.second; });
      });
      tell(of_wishes, true);
    }
    return told;
  }

 private:
  static bool avoids(const drawn_rule& one) { return one.effect.starts_with("\"avoid\""); }

  static std::vector<std::pair<long long, long long>> runs(const std::vector<bool>& dead, long long first,
                                                           long long last) {
    std::vector<std::pair<long long, long long>> found;
    for (long long target = first; target <= last; ++target) {
      if (!dead[static_cast<std::size_t>(target)]) continue;
      if (found.empty() || found.back().second != target - 1) found.push_back({target, target});
      found.back().second = target;
    }
    return found;
  }

  // [DEC-17] Half up to the unit; where the net is stored, what the rounded net shows.
  long long rounded(long long target) const {
    if (of_.stored_net) {
      const long long net = (200 * target + 119) / 238;
      target = (2 * net * 119 + 100) / 200;
    }
    return (2 * target + of_.unit) / (2 * of_.unit) * of_.unit;
  }

  // The nearest amount of some, of two the one nearer to the rounded target, then the lower; one beyond all bounds
  // where there is none.
  class nearest {
   public:
    explicit nearest(const std::vector<bool>& has) : below_(has.size(), -far), above_(has.size(), far) {
      for (std::size_t i = 1; i < has.size(); ++i) below_[i] = has[i] ? static_cast<long long>(i) : below_[i - 1];
      for (std::size_t i = has.size() - 1; i > 0; --i) {
        above_[i] = has[i] ? static_cast<long long>(i) : i + 1 < has.size() ? above_[i + 1] : far;
      }
    }
    long long to(long long amount, long long rounded) const {
      const long long below = below_[static_cast<std::size_t>(amount)];
      const long long above = above_[static_cast<std::size_t>(amount)];
      if (amount - below != above - amount) return amount - below < above - amount ? below : above;
      return std::abs(rounded - below) <= std::abs(above - rounded) ? below : above;
    }

   private:
    static constexpr long long far = 1'000'000'000'000;
    std::vector<long long> below_, above_;
  };

  // Targets between which no rule is switched on or off.
  std::vector<std::pair<long long, long long>> bands() const {
    const long long cut = of_.rules[0].below;
    if (cut == 0) return {{1, last_target}};
    return {{1, cut - 1}, {cut, last_target}};
  }

  long long smallest(bool wishes) const {
    const std::vector<bool> has = members(1, true, wishes);
    return std::find(has.begin() + 1, has.end(), true) - has.begin();
  }

  // The amounts that have what the required rules ask for at this target, and the soft ones too.
  std::vector<bool> members(long long target, bool soft, bool wishes) const {
    std::vector<bool> has = possible_;
    for (std::size_t i = 0; i < of_.rules.size(); ++i) {
      const drawn_rule& one = of_.rules[i];
      if (target < one.from || (one.below != 0 && target >= one.below)) continue;
      if (!one.required && !(soft && (wishes || !avoids(one)))) continue;
      for (std::size_t amount = 0; amount < has.size(); ++amount) has[amount] = has[amount] && has_[i][amount];
    }
    return has;
  }

  const combination& of_;
  std::vector<bool> possible_;
  std::vector<std::vector<bool>> has_;
};

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
    const zones_of slowly(drawn);
    const std::vector<bool> expected = slowly.dead(true);
    if (std::find(expected.begin(), expected.end(), true) == expected.end()) continue;
    const std::vector<bool> told = slowly.told();
    ++checked;
    for (long long target = 1; target <= last_target; ++target) {
      ASSERT_EQ(found[static_cast<std::size_t>(target)], told[static_cast<std::size_t>(target)])
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
