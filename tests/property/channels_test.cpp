// SPDX-License-Identifier: Apache-2.0
// Several channels in one call, over random policies: how long their answers hold, and what they carry to each other.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/explain/explanation.hpp"
#include "property/seed.hpp"
#include "unit/decide/calling.hpp"

namespace {

using namespace deciding;

class generator {
 public:
  explicit generator(std::uint64_t seed) : random_(seed) {}
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  template <class... Texts>
  std::string any(const Texts&... texts) {
    const std::string all[] = {texts...};
    return all[below(sizeof...(texts))];
  }

  std::string top() {
    std::string periods;
    for (const char* const name : {"p", "q"}) {
      periods += periods.empty() ? "" : ", ";
      periods += "\"" + std::string(name) + "\": [";
      std::uint64_t day = 1 + below(5);
      for (std::uint64_t i = 0; i < 3; ++i) {
        const std::uint64_t last = day + 1 + below(6);
        periods += (i == 0 ? "" : ", ") + ("{ \"from\": \"" + date(day) + "\", \"until\": \"" + date(last) + "\" }");
        day = last - below(2) + below(3);
      }
      periods += "]";
    }
    return R"("markets": { "FR": { "currency": "EUR", "display": "gross")" +
           any("", R"(, "tax": "19%")", R"(, "tax": "20%")", R"(, "tax": "5.5%", "unit": "0.05")") +
           R"( } }, "channels": { "a": { "kind": "traditional" }, "b": { "kind": "online", "display": "net", "reference": )" +
           any(R"("a")", R"("c")", R"(["d", "a"])", R"("lowest traditional")") +
           R"( }, "c": { "kind": "online" }, "d": { "kind": "traditional")" + any("", R"(, "display": "net")") +
           " } }, \"periods\": { " + periods + " }";
  }

  std::string rules() {
    std::string all;
    const std::uint64_t count = 2 + below(6);
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto channel = [&] { return any("a", "b", "c", "d"); };
      std::string effect = any(R"("discount": "10%")", R"("discount": "30%", "exclusive": true)", R"("hold": "10%")",
                               R"("withhold": "no")", R"("was": "price.)" + channel() + "\"",
                               R"("ceiling": "price.)" + channel() + R"( + 1")",
                               R"("floor": "price.)" + channel() + R"( - 2", "strength": "strong")",
                               R"("gap": { "to": ")" + channel() + R"(", "max": "10%" })",
                               R"("gap": { "to": ["a", ")" + channel() + R"("], "min": "1%" }, "strength": "medium")",
                               R"("gap": { "to": "online", "min": "0%" })",
                               R"("base": "max(list, price.)" + channel() + R"x(?)")x", R"("endings": [".99", ".49"])");
      if (effect.find("was") == std::string::npos && below(2) == 0 &&
          (effect.starts_with("\"gap") || effect.starts_with("\"ceiling") || effect.starts_with("\"floor"))) {
        effect += R"(, "skip_if_missing": true)";
      }
      std::string when = R"("channel": )" + any("\"a\"", "\"b\"", "\"c\"", R"(["a", "c"])", R"(["b", "d"])");
      const bool before_target = effect.starts_with("\"discount") || effect.starts_with("\"base");
      if (!before_target && below(4) == 0) when += R"(, "target": { "from": "15" })";
      all += (all.empty() ? "" : ", ") + ("{ \"id\": \"r" + std::to_string(i) + "\", \"when\": { " + when + " }, ");
      all += any("", "", R"("during": "p", )", R"("during": "q", )", R"("except": { "period": "q" }, )");
      all += effect + " }";
    }
    return all;
  }

  request asked() {
    request made{.sku = "P", .market = "FR", .at = pricepoint::instant{day_ms(1 + below(28)) + 3}};
    const auto amount = [&] { return pricepoint::decimal::from_parts(static_cast<int>(800 + below(1600)), 2); };
    made.list = amount();
    for (const char* const channel : {"a", "b", "c", "d"}) {
      if (below(2) == 0) made.prices.push_back({channel, amount()});
    }
    if (below(3) == 0) made.current_since = pricepoint::instant{day_ms(1 + below(28))};
    if (below(3) == 0) made.currency = "USD";
    return made;
  }

 private:
  static std::int64_t day_ms(std::uint64_t day) {
    return pricepoint::parse_instant("2026-06-01T00:00:00Z")->unix_ms + static_cast<std::int64_t>(day) * 86'400'000;
  }
  static std::string date(std::uint64_t day) { return to_string(pricepoint::instant{day_ms(day)}); }

  std::mt19937_64 random_;
};

std::string without_time(const decision& of) {
  std::string text = line(of);
  if (of.target()) text += " target " + to_string(*of.target());
  if (of.net()) text += " net " + to_string(*of.net());
  return text;
}

// [OUT-19] [OUT-28] [OUT-29] [OUT-30] [HLD-5] Until next_change_at the answer stays, and a timeline knows no change
// before it, nor any that next_change_at does not lead to.
TEST(next_change, keeps_its_promise) {
  const std::uint64_t seed = testing_seed();
  const std::vector<std::string_view> channels = {"a", "b", "c", "d"};
  const auto rates = dollars({{"2026-06-05T00:00:00Z", "0.9"_money}, {"2026-06-17T00:00:00.007Z", "1.1"_money}});
  for (int i = 0; i < 400; ++i) {
    generator random(seed + static_cast<std::uint64_t>(i));
    const std::string top = random.top();
    const std::string rules = random.rules();
    shop all(top, rules, rates);
    request what = random.asked();
    SCOPED_TRACE("seed " + std::to_string(seed + static_cast<std::uint64_t>(i)) + " " + top + " " + rules);
    const call now = all.decide(what, channels);
    std::optional<pricepoint::instant> first;
    for (const std::string_view channel : channels) {
      const auto next = now.of(channel).next_change_at();
      if (next && (!first || *next < *first)) first = next;
      // Long after, where nothing follows.
      request later = what;
      later.at = pricepoint::instant{next ? next->unix_ms - 1 : what.at->unix_ms + 1'000'000'000'000};
      EXPECT_EQ(without_time(all.decide(later, channels).of(channel)), without_time(now.of(channel))) << channel;
    }
    const auto told = timeline_all(all.pricer(), what, channels);
    for (const auto& one : told) {
      // The second stretch of each, if there is one.
      const std::string& json = one.json();
      const std::size_t begin = json.find("\"from\":\"", json.find("\"from\":\"") + 1);
      if (begin == std::string::npos) continue;
      const std::string at = json.substr(begin + 8, json.find('"', begin + 8) - begin - 8);
      ASSERT_TRUE(first) << json;
      EXPECT_GE(pricepoint::parse_instant(at)->unix_ms, first->unix_ms) << json;
    }
  }
}

// [SEQ-6] A price that is carried to another display is what a channel of that display shows for the same money.
TEST(channels, carry_what_the_other_display_shows) {
  const std::uint64_t seed = testing_seed();
  std::mt19937_64 random(seed);
  for (int i = 0; i < 300; ++i) {
    const auto tax_bp = static_cast<std::int64_t>(random() % 4000);
    const bool from_net = random() % 2 == 0;
    const std::string tax =
        std::to_string(tax_bp / 100) + "." + std::to_string(tax_bp / 10 % 10) + std::to_string(tax_bp % 10) + "%";
    const auto minor = static_cast<std::int64_t>(1 + random() % 100'000);
    const std::string top = R"("markets": { "M": { "currency": "EUR", "display": "gross", "tax": ")" + tax +
                            R"(" } }, "channels": { "from": { "kind": "online", "display": ")" +
                            (from_net ? "net" : "gross") + R"(" }, "to": { "kind": "online", "reference": "from",
      "display": ")" + (from_net ? "gross" : "net") +
                            R"(" } })";
    SCOPED_TRACE("seed " + std::to_string(seed) + " " + top + " " + std::to_string(minor));
    const call made =
        shop(top, R"({ "id": "same", "when": { "channel": "to" }, "gap": { "to": "from", "min": "0%", "max": "0%" } })")
            .decide({.sku = "P", .market = "M", .list = pricepoint::decimal::from_parts(minor, 2)}, {"from", "to"});
    // Half up of minor * (1 + tax), or of minor / (1 + tax), by whole numbers.
    const std::int64_t factor = 10'000 + tax_bp;
    const std::int64_t shown =
        from_net ? (2 * minor * factor + 10'000) / 20'000 : (2 * minor * 10'000 + factor) / (2 * factor);
    if (shown == 0) {
      EXPECT_EQ(line(made.of("to")), "incomplete missing[price.from]");
    } else {
      ASSERT_TRUE(made.of("to").price());
      EXPECT_EQ(made.of("to").price()->minor, shown);
    }
  }
}

}  // namespace
