// SPDX-License-Identifier: Apache-2.0
#include "pricepoint/analysis/compare.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "unit/decide/deciding.hpp"

namespace pricepoint {
namespace {

using deciding::policy_of;

change_histogram histogram_of(const std::vector<std::int64_t>& changes) {
  change_histogram made;
  for (const std::int64_t one : changes) made.add(one);
  return made;
}

TEST(change_hundredths, is_rounded_half_up_and_away_from_zero) {
  EXPECT_EQ(change_hundredths(3200, 2980), -688);  // -6.875%
  EXPECT_EQ(change_hundredths(3200, 3420), 688);
  EXPECT_EQ(change_hundredths(20'000, 20'001), 1);   // 0.005%
  EXPECT_EQ(change_hundredths(20'000, 19'999), -1);  // -0.005%
  EXPECT_EQ(change_hundredths(20'001, 20'002), 0);
  EXPECT_EQ(change_hundredths(1, 2), 10'000);
  EXPECT_EQ(change_hundredths(max_amount_minor, 1), -10'000);
  EXPECT_EQ(change_hundredths(1, max_amount_minor), max_change_hundredths);
}

TEST(change_histogram, of_none_has_no_figures) {
  const change_histogram none;
  EXPECT_EQ(none.count(), 0u);
  EXPECT_FALSE(none.mean());
  EXPECT_FALSE(none.percentile(50));
}

TEST(change_histogram, of_one_is_that_one) {
  const change_histogram one = histogram_of({-321});
  EXPECT_EQ(one.mean(), -321);
  for (const unsigned percent : {1u, 5u, 50u, 95u, 100u}) EXPECT_EQ(one.percentile(percent), -321);
}

TEST(change_histogram, percentiles_by_nearest_rank) {
  // Of an even count the lower of the two in the middle.
  const change_histogram even = histogram_of({40, -10, 20, 30});
  EXPECT_EQ(even.percentile(50), 20);
  EXPECT_EQ(even.percentile(51), 30);
  EXPECT_EQ(even.percentile(5), -10);
  EXPECT_EQ(even.percentile(25), -10);
  EXPECT_EQ(even.percentile(26), 20);
  EXPECT_EQ(even.percentile(95), 40);
  const change_histogram odd = histogram_of({3, 1, 2});
  EXPECT_EQ(odd.percentile(50), 2);
  // Twenty-one: the fifth percentile is the second, since one of them is less than 5%.
  change_histogram many;
  for (std::int64_t i = 1; i <= 21; ++i) many.add(i);
  EXPECT_EQ(many.percentile(5), 2);
  EXPECT_EQ(many.percentile(95), 20);
}

TEST(change_histogram, ties) {
  const change_histogram ties = histogram_of({-5, -5, -5, 0, 7, 7});
  EXPECT_EQ(ties.percentile(5), -5);
  EXPECT_EQ(ties.percentile(50), -5);
  EXPECT_EQ(ties.percentile(51), 0);
  EXPECT_EQ(ties.percentile(67), 7);
  EXPECT_EQ(ties.percentile(100), 7);
}

TEST(change_histogram, mean_is_rounded_half_up_and_away_from_zero) {
  EXPECT_EQ(histogram_of({1, 2}).mean(), 2);
  EXPECT_EQ(histogram_of({-1, -2}).mean(), -2);
  EXPECT_EQ(histogram_of({-1, 1, 1}).mean(), 0);
}

TEST(change_histogram, beyond_what_is_counted_the_mean_stays_exact) {
  const change_histogram wide = histogram_of({max_change_hundredths, 5'000'000, 10});
  EXPECT_EQ(wide.percentile(100), change_histogram::max_counted);
  EXPECT_EQ(wide.percentile(33), 10);
  EXPECT_EQ(wide.mean(), (max_change_hundredths + 5'000'010) / 3);
}

TEST(change_histogram, of_two_is_that_of_all) {
  change_histogram one = histogram_of({5, 10'000});
  one.add(histogram_of({-10'000, 7}));
  EXPECT_EQ(one.count(), 4u);
  EXPECT_EQ(one.mean(), 3);
  EXPECT_EQ(one.percentile(25), -10'000);
  EXPECT_EQ(one.percentile(75), 7);
  change_histogram none;
  none.add(one);
  EXPECT_EQ(none.percentile(100), 10'000);
}

TEST(exact_sum, rounds_once_and_says_when_it_is_beyond) {
  exact_sum sum;
  for (int i = 0; i < 3; ++i) sum.add_product(500'000'000, 1);
  EXPECT_EQ(*sum.rounded(9), 2);  // 1.5
  exact_sum below;
  below.add_product(-500'000'000, 3);
  EXPECT_EQ(*below.rounded(9), -2);
  constexpr detail::int128 large = detail::int128{1'000'000'000'000'000'000} * 1'000'000'000'000;
  sum.add_product(large, large);
  EXPECT_FALSE(sum.rounded(9));
  below.add(sum);
  EXPECT_FALSE(below.rounded(9));
}

// ---- decisions

struct pair_of {
  std::shared_ptr<const policy_difference> differs;
  comparer each;
  explicit pair_of(const policy& before, const policy& after, const std::vector<std::string_view>& together = {})
      : differs(std::make_shared<const policy_difference>(before, after, together)), each(differs) {}
  pair_of(std::string_view before, std::string_view after, const std::vector<std::string_view>& together = {})
      : pair_of(policy_of(before), policy_of(after), together) {}

  // "priced 29.76, priced 27.20 (-8.60%): eleven"
  std::string line(const compared& one) const {
    const auto side = [](status what, const std::optional<amount>& price) {
      return std::string(to_string(what)) + (price ? " " + to_string(*price) : "");
    };
    std::string text =
        side(one.status_before(), one.price_before()) + ", " + side(one.status_after(), one.price_after());
    if (one.change) text += " (" + std::to_string(*one.change) + ")";
    if (!one.changed) text += " same";
    const char* separator = ": ";
    for (const std::uint32_t cause : one.causes) {
      text += separator + differs->parts()[cause].name;
      separator = " ";
    }
    return text;
  }
  std::string of(const request& asked) { return line(each.compare(&asked, &asked).front()); }
};

constexpr std::string_view cut_8 = R"({"id": "cut", "discount": "8%"})";
constexpr std::string_view cut_10 = R"({"id": "cut", "discount": "10%"})";

TEST(comparer, says_what_changed_and_by_which_rule) {
  pair_of both(cut_8, cut_10);
  EXPECT_EQ(both.of(deciding::web()), "priced 29.44, priced 28.80 (-217): cut");
  pair_of same(cut_8, cut_8);
  EXPECT_EQ(same.of(deciding::web()), "priced 29.44, priced 29.44 same");
}

TEST(comparer, a_rule_that_is_off_is_not_responsible) {
  const std::string off = R"(, {"id": "off", "when": {"role": "profit"}, "discount": "1%"})";
  pair_of both(std::string(cut_8), std::string(cut_10) + off);
  EXPECT_EQ(both.of(deciding::web()), "priced 29.44, priced 28.80 (-217): cut");
}

TEST(comparer, neither_is_one_that_is_skipped) {
  const std::string skipped =
      R"(, {"id": "map", "floor": "map", "skip_if_missing": true}, {"id": "step", "change": "1%"}, {"id": "keep", "hold": "1%"})";
  pair_of both(cut_8, std::string(cut_10) + skipped);
  EXPECT_EQ(both.of(deciding::web()), "priced 29.44, priced 28.80 (-217): cut");
  request known = deciding::web();
  known.map = *parse_decimal("30");
  EXPECT_EQ(both.of(known), "priced 29.44, priced 30.00 (190): cut map");
}

TEST(comparer, neither_is_one_that_only_has_another_name_or_reason) {
  const std::string same_rule = R"(, {"id": "low", "floor": "cost", "because": "x"})";
  const std::string other_name = R"(, {"id": "bottom", "floor": "cost"})";
  pair_of both(std::string(cut_8) + same_rule, std::string(cut_10) + other_name);
  EXPECT_EQ(both.of(deciding::web()), "priced 29.44, priced 28.80 (-217): cut");
}

TEST(comparer, rules_that_are_only_there_once) {
  pair_of both(cut_8, R"({"id": "eleven", "discount": "15%"}, {"id": "low", "floor": "28"})");
  EXPECT_EQ(both.of(deciding::web()), "priced 29.44, priced 28.00 (-489): cut eleven low");
  using kind = policy_difference::kind;
  ASSERT_EQ(both.differs->parts().size(), 3u);
  EXPECT_EQ(both.differs->parts()[0].kind, kind::removed);
  EXPECT_EQ(both.differs->parts()[1].kind, kind::added);
}

TEST(comparer, a_price_on_one_side_only_has_no_change) {
  pair_of both(cut_8, std::string(cut_8) + R"(, {"id": "a", "floor": "40"}, {"id": "b", "ceiling": "20"})");
  EXPECT_EQ(both.of(deciding::web()), "priced 29.44, conflict: a b");
  pair_of withheld(cut_8, std::string(cut_8) + R"(, {"id": "stop", "withhold": "x"})");
  EXPECT_EQ(withheld.of(deciding::web()), "priced 29.44, withheld: stop");
}

TEST(comparer, before_there_is_a_target_rules_are_known_too) {
  pair_of both(cut_8, std::string(cut_8) + R"(, {"id": "own", "base": "msrp"})");
  EXPECT_EQ(both.of(deciding::web()), "priced 29.44, incomplete: own");
}

TEST(comparer, of_base_rules_those_up_to_the_one_that_counts) {
  const std::string first = R"({"id": "a", "base": "msrp", "skip_if_missing": true}, )";
  pair_of both(first + R"({"id": "b", "base": "cost * 2"}, {"id": "c", "base": "cost"})",
               first + R"({"id": "b", "base": "cost * 3"}, {"id": "c", "base": "cost * 9"})");
  EXPECT_EQ(both.of(deciding::web()), "priced 27.12, priced 40.68 (5000): b");
}

TEST(comparer, settings) {
  const auto with = [](std::string_view rules, std::string_view top) { return policy_of(rules, top); };
  const std::string two = R"({"id": "x", "discount": "10%", "group": "x"}, {"id": "y", "discount": "10%"})";
  pair_of discounts(with(two, ""), with(two, R"("discounts": "compound", )"));
  EXPECT_EQ(discounts.of(deciding::web()), "priced 25.60, priced 25.92 (125): policy.discounts");
  const std::string ending = R"({"id": "end", "endings": [".99"], "strength": "weak"})";
  pair_of within(with(ending, ""), with(ending, R"("within": "0%", )"));
  EXPECT_EQ(within.of(deciding::web()), "priced 31.99, priced 32.00 (3): policy.within");
  // It is there, and nothing that changes has to do with it.
  pair_of fallback(with(cut_8, ""), with(cut_8, R"("fallback": "reference", )"));
  EXPECT_EQ(fallback.of(deciding::web()), "priced 29.44, priced 29.44 same");
  ASSERT_EQ(fallback.differs->parts().size(), 1u);
  EXPECT_EQ(fallback.differs->parts()[0].name, "policy.fallback");
}

policy parsed(const std::string& text) {
  auto made = parse_policy(text, "test");
  if (!made) throw std::runtime_error(made.error().to_string());
  return *made;
}

std::string small_policy(std::string_view markets, std::string_view channels, std::string_view attributes,
                         std::string_view rules) {
  return R"({"pricepoint": 1, "name": "small", "markets": {)" + std::string(markets) + R"(}, "channels": {)" +
         std::string(channels) + R"(}, "attributes": {)" + std::string(attributes) + R"(}, "rules": [)" +
         std::string(rules) + "]}";
}

TEST(comparer, markets_channels_and_attributes_of_their_own) {
  const std::string cn = R"("CN": {"currency": "CNY", "display": "gross", "tax": "13%"})";
  const std::string store = R"("store": {"kind": "traditional"}, )";
  const std::string web = R"("web": {"kind": "online", "reference": "store", "fee": "5%"})";
  const std::string earn = R"({"id": "earn", "margin": "30%"}, {"id": "cut", "discount": "50%"})";
  // A channel before it moves every number, and no rule means anything else for that.
  pair_of channels(parsed(small_policy(cn, store + web, "", earn)),
                   parsed(small_policy(cn, store + R"("mall": {"kind": "online", "reference": "web"}, )" + web,
                                       R"("about": "text")", earn)));
  EXPECT_EQ(channels.of(deciding::web()), "priced 22.83, priced 22.83 same");
  ASSERT_EQ(channels.differs->parts().size(), 2u);
  EXPECT_EQ(channels.differs->parts()[0].name, "policy.attributes.about");
  request mall = deciding::web();
  mall.channel = "mall";
  EXPECT_EQ(channels.of(mall), "invalid, incomplete: policy.channels.mall");

  pair_of tax(
      parsed(small_policy(cn, store + web, "", earn)),
      parsed(small_policy(R"("CN": {"currency": "CNY", "display": "gross", "tax": "20%"})", store + web, "", earn)));
  EXPECT_EQ(tax.of(deciding::web()), "priced 22.83, priced 24.38 (679): policy.markets.CN.tax");
  pair_of fee(
      parsed(small_policy(cn, store + web, "", earn)),
      parsed(small_policy(cn, store + R"("web": {"kind": "online", "reference": "store", "fee": "8%"})", "", earn)));
  EXPECT_EQ(fee.of(deciding::web()), "priced 22.83, priced 24.10 (556): policy.channels.web.fee");
  pair_of currency(
      parsed(small_policy(cn, store + web, "", "")),
      parsed(small_policy(R"("CN": {"currency": "HKD", "display": "gross", "tax": "13%"})", store + web, "", "")));
  EXPECT_EQ(currency.of(deciding::web()), "priced 32.00, priced 32.00: policy.markets.CN.currency");

  pair_of words(parsed(small_policy(cn, store + web, R"("role": ["a"])", "")),
                parsed(small_policy(cn, store + web, R"("role": ["a", "b"])", "")));
  request with_role = deciding::web();
  with_role.attributes = {{"role", "b"}};
  EXPECT_EQ(words.of(with_role), "invalid, priced 32.00: policy.attributes.role");
  pair_of gone(parsed(small_policy(cn, store + web, R"("role": ["a"], "other": "number")", "")),
               parsed(small_policy(cn, store + web, R"("role": ["a"])", "")));
  const request plain = deciding::web();
  EXPECT_EQ(gone.line(gone.each.compare(nullptr, &plain).front()), "invalid, priced 32.00: policy.attributes.other");
}

TEST(comparer, a_request_that_one_policy_cannot_read) {
  pair_of both(cut_8, cut_8);
  const request asked = deciding::web();
  EXPECT_EQ(both.line(both.each.compare(nullptr, &asked).front()), "invalid, priced 29.44");
  EXPECT_EQ(both.line(both.each.compare(&asked, nullptr).front()), "priced 29.44, invalid");
  const auto& neither = both.each.compare(nullptr, nullptr, "web");
  EXPECT_EQ(neither.front().channel, "web");
  EXPECT_FALSE(neither.front().changed);
}

TEST(comparer, several_channels_name_the_price_they_follow) {
  const std::vector<std::string_view> channels = {"web", "members", "mall"};
  const auto rules = [](const char* web) {
    return std::string(R"({"id": "web", "when": {"channel": "web"}, "discount": ")") + web +
           R"("}, {"id": "member", "when": {"channel": "members"}, "discount": "2%"})";
  };
  pair_of both(rules("8%"), rules("10%"), channels);
  const request asked = deciding::web();
  const auto& all = both.each.compare_all(&asked, &asked, channels);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].channel, "mall");
  EXPECT_EQ(both.line(all[0]), "priced 32.00, priced 32.00 same");
  EXPECT_EQ(all[1].channel, "web");
  EXPECT_EQ(both.line(all[1]), "priced 29.44, priced 28.80 (-217): web");
  EXPECT_EQ(all[2].channel, "members");
  EXPECT_EQ(both.line(all[2]), "priced 28.85, priced 28.22 (-218): price.web");
  const auto& unreadable = both.each.compare_all(&asked, nullptr, channels);
  ASSERT_EQ(unreadable.size(), 3u);
  EXPECT_EQ(unreadable[1].status_after(), status::invalid);
  EXPECT_EQ(both.each.compare_all(nullptr, nullptr, channels).size(), 3u);
}

// ---- figures

TEST(comparison, figures) {
  pair_of both(cut_8, std::string(cut_10) + R"(, {"id": "gone", "when": {"sku": "C"}, "withhold": "x"},
      {"id": "low", "when": {"sku": "D"}, "floor": "50"}, {"id": "high", "when": {"sku": "D"}, "ceiling": "40"})");
  const comparison_gates gates{
      .max_change = parse_rate("2.17%"), .max_changed = parse_rate("75%"), .no_new_conflicts = true};
  // Two halves, as two threads have them, and the second comes first.
  comparison first(both.differs, gates);
  comparison second(both.differs, gates);
  request asked = deciding::web();
  std::uint64_t place = 0;
  for (const std::string_view sku : {"A", "B", "C", "D"}) {
    asked.sku = sku;
    asked.units = sku == "A" ? decimal(3) : sku == "B" ? *parse_decimal("0.5") : std::optional<decimal>();
    asked.prices[0].price = *parse_decimal(sku == "B" ? "40.00" : "32.00");
    (place < 2 ? first : second).add(both.each.compare(&asked, &asked).front(), sku, place);
    ++place;
  }
  second.add(first);
  const comparison_summary made = second.summary();
  EXPECT_EQ(made.rows, 4u);
  EXPECT_EQ(made.changed, 4u);
  EXPECT_EQ(made.repriced, 2u);
  EXPECT_EQ(made.down, 2u);
  EXPECT_EQ(made.up, 0u);
  EXPECT_EQ(made.gained, 0u);
  EXPECT_EQ(made.lost, 2u);
  EXPECT_EQ(made.new_conflicts, 1u);
  EXPECT_EQ(made.changed_share(), 10'000);
  EXPECT_EQ(made.mean, -217);
  EXPECT_FALSE(made.largest_up);
  ASSERT_TRUE(made.largest_down);
  EXPECT_EQ(made.largest_down->sku, "A") << "of equal ones the first, whatever was added first";
  ASSERT_EQ(made.transitions.size(), 3u);
  EXPECT_EQ(made.transitions[0].rows, 2u);
  EXPECT_EQ(made.transitions[1].after, status::withheld);
  ASSERT_EQ(made.revenue.size(), 1u);
  EXPECT_EQ(made.revenue[0].market, "CN");
  EXPECT_EQ(made.revenue[0].channel, "web");
  EXPECT_EQ(made.revenue[0].rows, 2u);
  EXPECT_TRUE(made.revenue[0].before_minor == 3 * 2944 + 3680 / 2);
  EXPECT_TRUE(made.revenue[0].after_minor == 3 * 2880 + 3600 / 2);
  // 29.44 is 26.05 net, 36.80 is 32.57; less 12 and 1.
  ASSERT_EQ(made.margin.size(), 1u);
  EXPECT_TRUE(made.margin[0].before_minor == 3 * 1305 + 979) << "978.5 rounds up";
  ASSERT_EQ(made.endings.size(), 3u);
  EXPECT_EQ(made.endings[0].text, ".80");
  EXPECT_EQ(made.endings[0].before, 1u);
  EXPECT_EQ(made.endings[0].after, 1u);
  EXPECT_EQ(made.endings[1].text, "6.00");
  EXPECT_EQ(made.endings[2].text, ".44");
  EXPECT_EQ(made.endings[2].before, 3u);
}

TEST(comparison, gates_hold_at_their_limit) {
  pair_of both(cut_8, cut_10);
  const request asked = deciding::web();
  const auto exceeded = [&](const char* change, const char* changed) {
    comparison figures(both.differs, {parse_rate(change), parse_rate(changed), true});
    figures.add(both.each.compare(&asked, &asked).front(), "A", 0);
    const comparison_summary made = figures.summary();
    std::string text;
    for (const auto& gate : made.gates) text += gate.exceeded ? 'x' : '.';
    EXPECT_EQ(made.exceeded(), text.find('x') != std::string::npos);
    return text;
  };
  EXPECT_EQ(exceeded("2.17%", "100%"), "...");
  EXPECT_EQ(exceeded("2.169999%", "99.999999%"), "xx.");
}

TEST(comparison, of_no_rows) {
  pair_of both(cut_8, cut_10);
  const comparison_summary made = comparison(both.differs, {parse_rate("0%"), parse_rate("0%"), true}).summary();
  EXPECT_EQ(made.changed_share(), 0);
  EXPECT_FALSE(made.mean);
  EXPECT_TRUE(made.transitions.empty());
  EXPECT_EQ(made.gates.size(), 3u);
  EXPECT_FALSE(made.exceeded());
}

TEST(comparison, endings_of_all_kinds_of_currencies) {
  const std::string store = R"("store": {"kind": "traditional"}, "web": {"kind": "online", "reference": "store"})";
  const policy same = parsed(small_policy(
      R"("JP": {"currency": "JPY", "display": "gross"}, "KW": {"currency": "KWD", "display": "gross"},
         "US": {"currency": "USD", "display": "net"})",
      store, "", ""));
  pair_of both(same, same);
  comparison figures(both.differs);
  request asked{.sku = "A", .channel = "web"};
  std::uint64_t place = 0;
  for (const auto& [market, price] : std::vector<std::pair<std::string_view, const char*>>{
           {"JP", "1280"}, {"JP", "5"}, {"KW", "1.250"}, {"KW", "3.000"}, {"US", "120.00"}, {"US", "9.05"}}) {
    asked.market = market;
    asked.prices = {{"store", *parse_decimal(price)}};
    figures.add(both.each.compare(&asked, &asked).front(), "A", place++);
  }
  std::string text;
  for (const auto& one : figures.summary().endings) text += one.market + ":" + one.text + " ";
  EXPECT_EQ(text, "JP:05 JP:80 KW:.250 KW:3.000 US:.05 US:0.00 ");
}

TEST(comparison, a_margin_needs_cost_shipping_and_tax) {
  pair_of both(cut_8, cut_10);
  comparison figures(both.differs);
  request asked = deciding::web();
  asked.units = decimal(1);
  asked.shipping.reset();
  figures.add(both.each.compare(&asked, &asked).front(), "A", 0);
  asked.market = "XX";  // no tax
  asked.shipping = decimal(1);
  figures.add(both.each.compare(&asked, &asked).front(), "A", 0);
  EXPECT_EQ(figures.summary().revenue.size(), 2u);
  EXPECT_TRUE(figures.summary().margin.empty());
}

}  // namespace
}  // namespace pricepoint
