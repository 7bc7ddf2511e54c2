// SPDX-License-Identifier: Apache-2.0
// Policies whose amounts are sums of fields and whose shapes are required, which loops over columns decide: thousands
// of rows around their bounds, bands and windows, by every instruction set that there is. The judge is the single
// price, and for some of the rows the reference evaluator itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "columns/lanes.hpp"
#include "pricepoint/pricepoint.hpp"
#include "reference.hpp"
#include "seed.hpp"

namespace {

using namespace pricepoint;

constexpr int products = 30;  // with a rule of their own
constexpr int in_turns = 5;   // of them, where they come one after the other

class maker {
 public:
  explicit maker(std::uint64_t seed) : dice_(seed) {}
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(dice_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool one_in(int many) { return between(1, many) == 1; }
  std::string percent(std::int64_t low, std::int64_t high) {
    const std::int64_t tenths = between(low * 10, high * 10);
    return std::to_string(tenths / 10) + (tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10)) + "%";
  }
  std::string_view strength() { return one_in(2) ? "required" : one_in(2) ? "strong" : one_in(2) ? "medium" : "weak"; }

  std::string policy() {
    std::string rules;
    const auto rule = [&](const std::string& id, const std::string& body) {
      rules += (rules.empty() ? "" : ",\n") + std::string("{\"id\":\"") + id + "\"," + body + "}";
    };
    const auto strong = [&] { return ",\"strength\":\"" + std::string(strength()) + "\""; };
    const auto skip = [&] { return std::string(one_in(2) ? ",\"skip_if_missing\":true" : ""); };
    for (const char* role : {"a", "b", "c"}) {
      rule(std::string("role-") + role, "\"when\":{\"role\":\"" + std::string(role) + "\"},\"discount\":\"" +
                                            percent(0, 20) + "\",\"group\":\"role\"");
    }
    rule("member", "\"when\":{\"segment\":\"member\"},\"discount\":\"" + percent(1, 5) + "\"");
    rule("many", "\"when\":{\"quantity\":{\"from\":" + std::to_string(between(2, 9)) + "}},\"discount\":\"" +
                     percent(1, 9) + "\"");
    if (one_in(2)) rule("start", "\"base\":\"list * " + percent(90, 110) + "\",\"skip_if_missing\":true");
    if (!one_in(4)) rule("map", "\"floor\":\"map\"" + skip() + (one_in(3) ? strong() : ""));
    if (!one_in(4)) {
      rule("earn", "\"floor\":\"cost * " + percent(100, 130) + (one_in(2) ? " + shipping" : "") + "\"" + skip() +
                       (one_in(3) ? strong() : ""));
    }
    if (!one_in(3))
      rule("store", "\"ceiling\":\"" + std::string(one_in(2) ? "reference" : "price.store") + "\"" + skip());
    if (!one_in(3)) rule("target-top", "\"ceiling\":\"target\"" + strong());
    if (one_in(3)) rule("near", "\"floor\":\"target * " + percent(85, 99) + "\"" + strong());
    if (one_in(3)) rule("most", "\"ceiling\":\"min(msrp?, list?)\",\"skip_if_missing\":true");
    if (one_in(3)) rule("margin", "\"margin\":{\"min\":\"" + percent(1, 20) + "\"}" + skip());
    if (one_in(3)) {
      rule("gap", "\"gap\":{\"to\":\"store\",\"min\":\"" + percent(0, 3) + "\",\"max\":\"" + percent(10, 40) + "\"}" +
                      skip() + (one_in(2) ? strong() : ""));
    }
    const std::string low = std::to_string(between(20, 150));
    const std::string high = std::to_string(between(300, 1500));
    rule("cheap", "\"when\":{\"market\":[\"US\",\"DE\"],\"target\":{\"below\":\"" + low +
                      "\"}},\"endings\":[\".99\",\".95\"],\"strength\":\"required\"");
    rule("middle", "\"when\":{\"target\":{\"from\":\"" + low + "\",\"below\":\"" + high +
                       "\"}},\"endings\":[\"9\",\"8\"],\"strength\":\"required\"");
    rule("round", "\"when\":{\"target\":{\"from\":\"" + high + "\"}},\"multiple_of\":\"10\",\"strength\":\"required\"");
    if (one_in(2)) rule("no-4", "\"when\":{\"market\":\"JP\"},\"avoid\":{\"digits\":\"4\"},\"strength\":\"required\"");
    if (one_in(2)) {
      rule("june", "\"when\":{\"period\":\"june\"},\"discount\":\"" + percent(3, 25) + "\"");
    }
    // A rule for every product: the same bounds with other constants and names.
    if (!one_in(3)) {
      const bool soft = one_in(3);
      const char* const effects[] = {"floor", "ceiling", "price", "discount"};
      const char* const usual = effects[between(0, 3)];
      for (int i = 0; i < products; ++i) {
        const std::string effect = one_in(60) ? effects[between(0, 3)] : usual;
        const std::string value = effect == "discount" ? percent(1, 40) : std::to_string(between(1, 300));
        rule("of-" + std::to_string(i), "\"when\":{\"sku\":\"P" + std::to_string(i) + "\"},\"" + effect + "\":\"" +
                                            value + "\"" +
                                            (soft && effect != "price" && effect != "discount" ? strong() : ""));
      }
    }
    const std::string discounts = one_in(2) ? "\"discounts\":\"compound\"," : "";
    return "{\"pricepoint\":1,\"within\":\"100%\"," + discounts +
           R"("markets":{"US":{"currency":"USD","display":"net","unit":"0.01"},)"
           R"("DE":{"currency":"EUR","display":"gross","tax":"19%","unit":"0.01"},)"
           R"("JP":{"currency":"JPY","display":"gross","tax":"10%","unit":"1"}},)"
           R"("channels":{"store":{"kind":"traditional"},"dealer":{"kind":"traditional"},)"
           R"("web":{"kind":"online","reference":")" +
           std::string(one_in(2)   ? "store"
                       : one_in(2) ? "lowest traditional"
                                   : "highest traditional") +
           R"("},"app":{"kind":"online","reference":["dealer","store"],"fee":"4%"}},)"
           R"("attributes":{"role":["a","b","c"]},)"
           R"("periods":{"june":{"from":"2026-06-01T00:00:00Z","until":"2026-07-01T00:00:00Z"}},"rules":[)" +
           rules + "]}";
  }

 private:
  std::mt19937_64 dice_;
};

// Fields of rows as columns, from which each row's request is read as well.
struct table {
  std::vector<std::int32_t> market, channel, role, segment;
  std::vector<std::int64_t> quantity, at, list, msrp, map, cost, shipping, store, dealer;
  static constexpr std::string_view markets[] = {"US", "DE", "JP", "", "XX"};
  static constexpr std::string_view channels[] = {"web", "app", "store", "nowhere"};
  static constexpr std::string_view roles[] = {"a", "b", "c", "", "d"};
  static constexpr std::string_view segments[] = {"", "member", "guest"};
  std::vector<std::int32_t> sku;
  std::vector<std::string> skus;
  std::vector<std::string_view> sku_words;

  // Products at random, or a few of them one after the other, each for some blocks: then kinds are met when those
  // before have got all that a batch gives them.
  table(maker& with, std::size_t count, bool in_turn) {
    for (int i = 0; i < products + 2; ++i) skus.push_back("P" + std::to_string(i));
    sku_words.assign(skus.begin(), skus.end());
    const auto in_market = static_cast<std::int32_t>(with.between(0, 1));
    for (std::size_t i = 0; i < count; ++i) {
      if (in_turn) {
        add_kind(i % 3 == 0 ? 2 : in_market, 0, 3, 0, static_cast<std::int32_t>(i * in_turns / count), absent_value, 0);
      } else {
        const bool odd = with.one_in(40);
        const auto code = [&](std::int64_t least, std::int64_t most) {
          return static_cast<std::int32_t>(with.between(least, most));
        };
        const std::int32_t of_market = code(0, odd ? 4 : 2);
        const std::int32_t of_channel = code(0, odd ? 3 : with.one_in(20) ? 2 : 1);
        const std::int32_t of_role = code(0, odd ? 4 : 3);
        const std::int32_t of_sku = code(-1, products + 1);
        const std::int32_t of_segment = code(0, 2);
        const std::int64_t of_quantity = with.one_in(3) ? absent_value : with.between(odd ? -1 : 1, 10);
        const std::int64_t after = with.between(-3, 3) * (with.one_in(2) ? 1 : 1'000'000'000);
        add_kind(of_market, of_channel, of_role, of_segment, of_sku, of_quantity, after);
      }
      const std::int64_t scale = market.back() == 2 ? 1 : 100;
      const std::int64_t price = with.one_in(50) ? with.between(1, 1'000'000'000'000'000)
                                                 : with.between(1, (with.one_in(3) ? 3000 : 200) * scale);
      const auto near = [&](std::int64_t percent, int absent_one_in) -> std::int64_t {
        if (with.one_in(absent_one_in)) return absent_value;
        if (with.one_in(300)) return with.one_in(2) ? 0 : -5;
        const std::int64_t part = price / 100 * percent + price % 100 * percent / 100;
        return std::max<std::int64_t>(1, std::min(part, max_amount_minor) + with.between(-2, 2));
      };
      store.push_back(near(100, 60));
      dealer.push_back(near(with.between(90, 105), 3));
      list.push_back(near(with.between(95, 120), 3));
      msrp.push_back(near(with.between(95, 120), 3));
      map.push_back(near(with.between(80, 99), 2));
      cost.push_back(near(with.between(50, 95), 20));
      shipping.push_back(near(with.between(0, 5), 20));
    }
  }

  void add_kind(std::int32_t of_market, std::int32_t of_channel, std::int32_t of_role, std::int32_t of_segment,
                std::int32_t of_sku, std::int64_t of_quantity, std::int64_t after) {
    market.push_back(of_market);
    channel.push_back(of_channel);
    role.push_back(of_role);
    segment.push_back(of_segment);
    sku.push_back(of_sku);
    quantity.push_back(of_quantity);
    at.push_back(1'780'272'000'000 + after);
  }

  request_columns columns() const {
    request_columns made{.rows = market.size()};
    made.market = text_column(market, markets);
    made.channel = text_column(channel, channels);
    made.segment = text_column(segment, segments);
    made.sku = text_column(sku, sku_words);
    made.attributes.push_back({"role", text_column(role, roles)});
    made.quantity = quantity;
    made.at_unix_ms = at;
    made.list = list;
    made.msrp = msrp;
    made.map = map;
    made.cost = cost;
    made.shipping = shipping;
    made.prices.push_back({"store", store});
    made.prices.push_back({"dealer", dealer});
    return made;
  }

  std::string row(std::size_t i) const {
    std::string text = "row " + std::to_string(i) + ':';
    for (const auto& [name, value] : slow_request(i).fields) text += ' ' + name + '=' + value;
    return text;
  }

  reference::request slow_request(std::size_t i) const {
    reference::request made;
    const int digits = market[i] == 2 ? 0 : 2;
    const auto text = [&](const char* name, std::string_view value) {
      if (!value.empty()) made.fields[name] = value;
    };
    const auto number = [&](const char* name, std::int64_t value, int decimals) {
      if (value != absent_value) made.fields[name] = to_string(decimal::from_parts(value, decimals));
    };
    text("market", markets[market[i]]);
    text("channel", channels[channel[i]]);
    text("segment", segments[segment[i]]);
    text("sku", sku[i] < 0 ? std::string_view() : sku_words[static_cast<std::size_t>(sku[i])]);
    text("role", roles[role[i]]);
    number("quantity", quantity[i], 0);
    made.fields["at"] = to_string(instant{at[i]});
    for (const auto& [name, column] :
         std::map<const char*, const std::vector<std::int64_t>*>{{"list", &list},
                                                                 {"msrp", &msrp},
                                                                 {"map", &map},
                                                                 {"cost", &cost},
                                                                 {"shipping", &shipping},
                                                                 {"price.store", &store},
                                                                 {"price.dealer", &dealer}}) {
      number(name, (*column)[i], digits);
    }
    return made;
  }
};

std::string joined(std::span<const std::string_view> names) {
  std::string text;
  for (const std::string_view one : names) text += std::string(one) + ' ';
  return text;
}

void run(std::uint64_t seed, int policies) {
  std::uint64_t rows = 0;
  std::uint64_t in_blocks = 0;
  std::uint64_t judged = 0;
  for (int k = 0; k < policies; ++k) {
    maker with(seed + static_cast<std::uint64_t>(k));
    const std::string text = with.policy();
    SCOPED_TRACE("seed " + std::to_string(seed + static_cast<std::uint64_t>(k)));
    const auto read = parse_policy(text);
    ASSERT_TRUE(read) << read.error().to_string() << text;
    const reference::policy slow(text, {});
    // More than a block, or several, and no whole number of vectors.
    const bool in_turn = k % 3 == 2;
    const table of(with, (in_turn ? 45'000 : 4500) + static_cast<std::size_t>(with.between(0, 40)), in_turn);
    const request_columns asked = of.columns();
    pricer single(*read);
    std::vector<decision> expected(asked.rows);
    request one;
    std::vector<std::string> unreadable;
    for (std::size_t i = 0; i < asked.rows; ++i) {
      request_of_row(*read, asked, i, one, unreadable);
      single.price(one, expected[i], unreadable);
      if (i % 300 != 0 || of.store[i] > 50'000) continue;
      const reference::request slow_one = of.slow_request(i);
      try {
        // It walks over amounts one by one, and some rows have a price that no shape allows near: those it leaves out.
        const reference::decision wanted = reference::decide(slow, slow_one, {}, nullptr, 1'000'000);
        ++judged;
        ASSERT_EQ(to_string(expected[i].status()), wanted.status) << i << text;
        ASSERT_EQ(expected[i].price() ? expected[i].price()->minor : 0, wanted.price_minor.value_or(0)) << i << text;
      } catch (const reference::undecided&) {
      }
    }
    const auto compare = [&](const decision_columns& out, std::uint32_t parts) {
      for (std::size_t i = 0; i < asked.rows; ++i) {
        const decision& want = expected[i];
        if (parts == part::quote && out.status[i] == want.status() &&
            out.price_minor[i] == (want.price() ? want.price()->minor : absent_value) &&
            std::ranges::equal(out.sets[out.limited_by[i]], want.limited_by()) &&
            std::ranges::equal(out.sets[out.relaxed[i]], want.relaxed())) {
          continue;
        }
        SCOPED_TRACE(of.row(i));
        ASSERT_EQ(to_string(out.status[i]), to_string(want.status()))
            << out.price_minor[i] << ' ' << joined(out.sets[out.limited_by[i]]) << text;
        ASSERT_EQ(out.price_minor[i], want.price() ? want.price()->minor : absent_value) << text;
        ASSERT_EQ(joined(out.sets[out.limited_by[i]]), joined(want.limited_by())) << text;
        ASSERT_EQ(joined(out.sets[out.relaxed[i]]), joined(want.relaxed())) << text;
        if (parts == part::quote) continue;
        ASSERT_EQ(out.net_minor[i], want.net() ? want.net()->minor : absent_value);
        ASSERT_EQ(joined(out.sets[out.discounts[i]]), joined(want.discounts()));
        ASSERT_EQ(joined(out.sets[out.conflict[i]]), joined(want.conflict()));
        ASSERT_EQ(out.target_e4[i], want.target() ? want.target()->coefficient() : decision_columns::absent_target);
        ASSERT_EQ(out.next_change_at_unix_ms[i], want.next_change_at() ? want.next_change_at()->unix_ms : absent_value);
      }
    };
    for (const engine::lane_operations* lanes : engine::lanes_here()) {
      SCOPED_TRACE(lanes->name);
      engine::use_lanes(*lanes);
      for (const std::uint32_t parts : {part::quote, part::all}) {
        pricer many(*read);
        decision_columns out;
        price_columns(many, asked, out, parts);
        compare(out, parts);
        if (in_turn) {
          // Rows of a batch are told their names in other steps.
          batch_pricer(*read, {.threads = 1}).price(asked, out, parts);
          compare(out, parts);
        } else {
          rows += asked.rows;
          in_blocks += many.stats().in_blocks;
        }
        if (::testing::Test::HasFatalFailure()) return;
      }
    }
    engine::use_lanes(*engine::lanes_here().back());
  }
  std::cout << "seed " << seed << ": " << rows << " rows, " << in_blocks << " by loops over columns, " << judged
            << " judged by the reference\n";
  EXPECT_GT(in_blocks, rows / 5);
  EXPECT_GT(judged, static_cast<std::uint64_t>(20 * policies));
}

// For whoever looks at many builds.
TEST(blocks, give_the_single_price_of_three_policies) { run(3, 3); }
TEST(blocks, give_the_single_price_on_a_fixed_seed) { run(20'261'126, 18); }
TEST(blocks, give_the_single_price_on_a_fresh_seed) { run(testing_seed(), 18); }

}  // namespace
