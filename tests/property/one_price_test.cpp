// SPDX-License-Identifier: Apache-2.0
// One price on two displays is one price: a net price and the gross price that a till makes of it, whatever the tax,
// the unit and the side that is looked at.
#include <gtest/gtest.h>

#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "pricepoint/audit/auditor.hpp"
#include "pricepoint/detail/int128.hpp"
#include "seed.hpp"

namespace {

using pricepoint::decimal;
using pricepoint::finding;
using pricepoint::offer;

struct scenario {
  std::string tax;  // "19%"
  std::int64_t unit = 1, net = 1;

  // As a till rounds: exactly, over numbers that fit.
  std::int64_t gross(std::int64_t of) const {
    const auto e8 = static_cast<pricepoint::detail::uint128>(pricepoint::parse_rate(tax)->e8() + 100'000'000);
    const auto exact = static_cast<pricepoint::detail::uint128>(of) * e8;
    const auto step = static_cast<pricepoint::detail::uint128>(unit) * 100'000'000;
    return static_cast<std::int64_t>((2 * exact + step) / (2 * step)) * unit;
  }
};

std::string cents(std::int64_t minor) { return to_string(decimal::from_parts(minor, 2)); }

pricepoint::policy policy_of(const scenario& of, bool market_is_net) {
  const std::string text = R"({"pricepoint":1,"markets":{"M":{"currency":"EUR","display":")" +
                           std::string(market_is_net ? "net" : "gross") + R"(","tax":")" + of.tax + R"(","unit":")" +
                           cents(of.unit) + R"("}},
          "channels":{"counter":{"kind":"traditional","display":"net"},"store":{"kind":"traditional","display":"gross"},
                      "web":{"kind":"online","display":"gross"},"trade":{"kind":"online","display":"net"}},
          "rules":[{"id":"same-as-counter","when":{"channel":["web","store"]},"gap":{"to":"counter","min":"0%","max":"0%"},"skip_if_missing":true},
                   {"id":"same-as-store","when":{"channel":["trade","counter"]},"gap":{"to":"store","min":"0%","max":"0%"},"skip_if_missing":true},
                   {"id":"no-dearer","when":{"channel":["trade","web"]},"inverted":{"to":"store"},"skip_if_missing":true},
                   {"id":"cap","when":{"channel":"web"},"ceiling":"price.counter","skip_if_missing":true},
                   {"id":"least","when":{"channel":"trade"},"floor":"price.store","skip_if_missing":true}]})";
  auto made = pricepoint::parse_policy(text);
  EXPECT_TRUE(made) << made.error().to_string();
  return *made;
}

offer seen(std::string_view channel, std::int64_t minor) {
  offer made;
  made.request.sku = "A";
  made.request.channel = channel;
  made.request.market = "M";
  made.request.list = decimal::from_parts(minor, 2);  // a base, so that there is a decision
  made.price = decimal::from_parts(minor, 2);
  return made;
}

std::string text_of(const std::vector<finding>& all) {
  std::string text;
  for (const finding& one : all) text += " " + std::string(one.rule) + " " + std::string(one.effect);
  return text;
}

void check(const scenario& of, bool market_is_net) {
  const std::int64_t gross = of.gross(of.net);
  if (gross == 0) return;
  pricepoint::auditor auditor(policy_of(of, market_is_net));
  const std::string told = cents(of.net) + " net, " + cents(gross) + " gross at " + of.tax + ", unit " + cents(of.unit);
  std::vector<finding> found;
  auditor.audit(
      std::vector<offer>{seen("counter", of.net), seen("store", gross), seen("web", gross), seen("trade", of.net)},
      found);
  EXPECT_TRUE(found.empty()) << told << ":" << text_of(found);
  const auto& all = auditor.summary();
  EXPECT_EQ(all.pairs.size(), 4u) << told;
  for (const auto& [key, pair] : all.pairs) {
    EXPECT_EQ(pair.identical, pair.compared) << told << ", " << std::get<1>(key) << " against " << std::get<2>(key);
    EXPECT_EQ(pair.gaps.largest_bp(), 0) << told;
  }
  EXPECT_EQ(all.dispersion.at("M").largest_bp(), 0) << told;

  // One unit more for everybody on the gross display is another price, and is found.
  found.clear();
  auditor.clear_summary();
  auditor.audit(std::vector<offer>{seen("counter", of.net), seen("web", gross + of.unit)}, found);
  ASSERT_EQ(found.size(), 2u) << told << ":" << text_of(found);
  EXPECT_EQ(found[0].rule, "cap");
  EXPECT_EQ(found[0].max, (pricepoint::amount{gross, *pricepoint::find_currency("EUR")})) << told;
  EXPECT_EQ(auditor.summary().pairs.at({"M", "web", "counter"}).higher, 1u) << told;
}

void run(std::uint64_t seed, int rounds) {
  std::mt19937_64 dice(seed);
  const auto up_to = [&](std::uint64_t most) { return static_cast<std::int64_t>(dice() % (most + 1)); };
  static constexpr const char* usual[] = {"19%", "20%", "25%", "7%", "5.5%", "8.1%", "0%", "2.1%", "27%"};
  for (int i = 0; i < rounds && !::testing::Test::HasFailure(); ++i) {
    scenario one;
    one.tax = usual[up_to(std::size(usual) - 1)];
    if (i % 3 == 0) one.tax = std::to_string(up_to(99)) + "." + std::to_string(up_to(999'999)) + "%";
    static constexpr std::int64_t units[] = {1, 1, 1, 5, 10, 100};
    one.unit = units[up_to(std::size(units) - 1)];
    static constexpr std::uint64_t sizes[] = {5, 200, 10'000, 10'000'000, 1'000'000'000'000};
    one.net = (1 + up_to(sizes[up_to(std::size(sizes) - 1)])) * one.unit;
    check(one, i % 2 == 0);
  }
}

// [AUD-3] [AUD-20] [AUD-22] [AUD-23] [AUD-24]
TEST(one_price, on_two_displays_is_no_finding_on_a_fixed_seed) { run(8001, 600); }

TEST(one_price, on_two_displays_is_no_finding_on_a_fresh_seed) { run(testing_seed(), 600); }

}  // namespace
