// SPDX-License-Identifier: Apache-2.0
#include "pricepoint/audit/auditor.hpp"

#include <gtest/gtest.h>

#include "unit/decide/deciding.hpp"

namespace {

using pricepoint::percent_text;
using pricepoint::share_bp;
using pricepoint::tally_of_rates;
using namespace pricepoint::literals;

tally_of_rates tally(std::initializer_list<std::int64_t> values) {
  tally_of_rates made;
  for (const std::int64_t one : values) made.add(one);
  return made;
}

TEST(audit_summary, means_and_medians) {
  // [AUD-22]
  EXPECT_FALSE(tally({}).mean_bp());
  EXPECT_FALSE(tally({}).median_bp());
  EXPECT_EQ(tally({7}).median_bp(), 7);
  EXPECT_EQ(tally({1, 2}).median_bp(), 2) << "1.5, half up";
  EXPECT_EQ(tally({-1, -2}).median_bp(), -2) << "halves away from zero";
  EXPECT_EQ(tally({3, 1, 3, 1}).median_bp(), 2);
  EXPECT_EQ(tally({5, 5, 5, 1}).median_bp(), 5);
  EXPECT_EQ(tally({1, 1, 2}).mean_bp(), 1);
  EXPECT_EQ(tally({1, 2, 2}).mean_bp(), 2);
  EXPECT_EQ(tally({-500, 500, 501}).within(500), 2u);
  EXPECT_EQ(tally({-500, 3}).largest_bp(), 3);
}

TEST(audit_summary, shares) {
  EXPECT_FALSE(share_bp(0, 0));
  EXPECT_EQ(share_bp(1, 3), 3333);
  EXPECT_EQ(share_bp(2, 3), 6667);
  EXPECT_EQ(percent_text(-5), "-0.05%");
  EXPECT_EQ(percent_text(10000), "100.00%");
}

TEST(audit_summary, sums_go_on_where_128_bits_end) {
  using pricepoint::detail::fraction;
  pricepoint::detail::exact_sum sum;
  const auto large = fraction::of("999999999999999.999999999"_money);
  const fraction price{1'000'000'000'000'000, 1};
  for (int i = 0; i < 3; ++i) sum.add_product(large, price);
  sum.add_product(fraction{999'999'999'999'999, 1}, fraction{static_cast<pricepoint::detail::int128>(1) << 100, 1});
  pricepoint::detail::exact_sum twice = sum;
  twice.add(sum);
  EXPECT_EQ(twice.share_e4(sum), 20'000);
  EXPECT_EQ(sum.share_e4(twice), 5'000);
  EXPECT_EQ(sum.share_e4({}), std::nullopt);
}

pricepoint::offer seen(std::string_view channel, pricepoint::decimal price, std::string_view seller) {
  pricepoint::offer made;
  made.request.channel = channel;
  made.request.market = "DE";
  made.price = price;
  made.seller = seller;
  return made;
}

TEST(audit_summary, pairs_maps_and_dispersion) {
  // [AUD-22] [AUD-23]
  const auto with = deciding::policy_of(R"({"id":"near","when":{"channel":"web"},"gap":{"to":"store","max":"10%"}})");
  pricepoint::auditor one(with);
  std::vector<pricepoint::finding> found;
  std::vector<pricepoint::offer> offers = {seen("store", "40.00"_money, "s"), seen("web", "40.00"_money, "w"),
                                           seen("web", "30.00"_money, "w"), seen("mall", "41.00"_money, "")};
  offers[1].request.units = "3"_money;
  offers[2].request.units = "1"_money;
  offers[2].request.map = "32.00"_money;
  offers[3].request.map = "41.00"_money;
  one.audit(offers, found);
  const auto& all = one.summary();
  EXPECT_EQ(all.products, 1u);
  EXPECT_EQ(all.offers, 4u);
  EXPECT_EQ(all.in_breach, 1u);
  ASSERT_EQ(all.pairs.size(), 2u);
  const pricepoint::channel_pair& web = all.pairs.at({"DE", "web", "store"});
  EXPECT_EQ(web.compared, 2u);
  EXPECT_EQ(web.identical, 1u);
  EXPECT_EQ(web.lower, 1u);
  EXPECT_EQ(web.in_breach, 1u);
  EXPECT_EQ(web.gaps.mean_bp(), 1250);
  EXPECT_EQ(web.gaps.median_bp(), 1250);
  EXPECT_EQ(web.price_index_bp(), 9375) << "(3 * 40 + 30) / (4 * 40)";
  EXPECT_EQ(all.pairs.at({"DE", "mall", "store"}).higher, 1u);
  EXPECT_EQ(all.pairs.at({"DE", "mall", "store"}).gaps.mean_bp(), -250);
  EXPECT_FALSE(all.pairs.at({"DE", "mall", "store"}).price_index_bp());
  EXPECT_EQ(all.map.at({"DE", "web"}).violations(), 1u);
  EXPECT_EQ(all.map.at({"DE", "web"}).depths.mean_bp(), 625);
  EXPECT_EQ(all.map.at({"DE", "mall"}).violations(), 0u);
  EXPECT_EQ(all.dispersion.at("DE").mean_bp(), 3667) << "(41 - 30) / 30";
  EXPECT_EQ(all.rules.at("near").breaches, 1u);
  EXPECT_EQ(all.sellers.at("w").in_breach, 1u);
  EXPECT_EQ(all.sellers.at("").offers, 1u);

  pricepoint::audit_summary sum = all;
  sum.add(all);
  EXPECT_EQ(sum.pairs.at({"DE", "web", "store"}).compared, 4u);
  EXPECT_EQ(sum.pairs.at({"DE", "web", "store"}).gaps.median_bp(), 1250);
  EXPECT_EQ(sum.sellers.at("w").map.violations(), 2u);
}

TEST(audit_summary, prices_on_two_displays_are_compared_on_the_gross_one) {
  // [AUD-22] [AUD-23] [AUD-24] In 80.01 and 95.21 a net counter and a gross web ask the same.
  const auto with = pricepoint::parse_policy(
      R"({"pricepoint":1,"name":"t","markets":{"DE":{"tax":"19%"},"QQ":{"currency":"EUR","display":"gross"}},
          "channels":{"counter":{"kind":"traditional","display":"net"},"web":{"kind":"online"},
                      "trade":{"kind":"online","display":"net"},"store":{"kind":"traditional"}},"rules":[]})");
  ASSERT_TRUE(with) << with.error().to_string();
  const auto in = [](pricepoint::offer one, std::string_view market) {
    one.request.market = market;
    return one;
  };
  pricepoint::auditor one(*with);
  std::vector<pricepoint::finding> found;
  pricepoint::offer weighed = seen("web", "95.21"_money, "");
  weighed.request.units = "2"_money;
  one.audit(std::vector<pricepoint::offer>{seen("counter", "80.01"_money, ""), weighed}, found);
  const auto& first = one.summary().pairs.at({"DE", "web", "counter"});
  EXPECT_EQ(first.identical, 1u);
  EXPECT_EQ(first.gaps.mean_bp(), 0);
  EXPECT_EQ(first.price_index_bp(), 10'000);
  EXPECT_EQ(one.summary().dispersion.at("DE").largest_bp(), 0);
  // Three net prices are shown as two gross ones: 0.02 and 0.03 as 0.02 and 0.04.
  one.clear_summary();
  one.audit(std::vector<pricepoint::offer>{seen("store", "0.04"_money, ""), seen("trade", "0.03"_money, "")}, found);
  EXPECT_EQ(one.summary().pairs.at({"DE", "trade", "store"}).identical, 1u);
  one.clear_summary();
  one.audit(std::vector<pricepoint::offer>{seen("store", "0.03"_money, ""), seen("trade", "0.03"_money, "")}, found);
  EXPECT_EQ(one.summary().pairs.at({"DE", "trade", "store"}).higher, 1u);
  EXPECT_EQ(one.summary().pairs.at({"DE", "trade", "store"}).gaps.mean_bp(), -3333);
  // What stands in the row is on its own display; so is what one display shows.
  one.clear_summary();
  pricepoint::offer own = seen("trade", "0.03"_money, "");
  own.request.prices.push_back({"store", "0.03"_money});
  one.audit(std::vector<pricepoint::offer>{own, seen("counter", "0.03"_money, "")}, found);
  EXPECT_EQ(one.summary().pairs.at({"DE", "trade", "store"}).identical, 1u);
  EXPECT_EQ(one.summary().pairs.at({"DE", "trade", "counter"}).identical, 1u);
  EXPECT_EQ(one.summary().dispersion.at("DE").largest_bp(), 0);
  // Without the tax not at all.
  one.clear_summary();
  one.audit(std::vector<pricepoint::offer>{in(seen("counter", "80.01"_money, ""), "QQ"),
                                           in(seen("web", "95.21"_money, ""), "QQ")},
            found);
  EXPECT_TRUE(one.summary().pairs.empty());
}

}  // namespace
