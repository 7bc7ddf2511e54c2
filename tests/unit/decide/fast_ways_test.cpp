// SPDX-License-Identifier: Apache-2.0
// What shops send is decided by the fast ways: single prices and bound pricers by 64-bit integers alone, columns in
// loops. That these give the right answers is for tests/property/agreement.cpp; here, that they are taken.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "deciding.hpp"
#include "pricepoint/pricing/bound_pricer.hpp"
#include "pricepoint/pricing/columns.hpp"

namespace {

using namespace deciding;
using pricepoint::absent_value;
using pricepoint::request;
using pricepoint::request_columns;
using pricepoint::status;
using pricepoint::text_column;

// Of each thing that a usual policy does, one. Soft shapes are for single prices alone.
const std::vector<std::string_view> usual = {
    R"({ "id": "off", "discount": "8%" }, { "id": "near", "ceiling": "price.store" }, { "id": "earn", "floor": "cost * 105% + shipping" },
       { "id": "nine", "endings": [".99", ".95"], "strength": "required" })",
    R"({ "id": "margin", "margin": "5%" }, { "id": "gap", "gap": { "to": "store", "min": "0%", "max": "30%" }, "strength": "strong" })",
    R"r({ "id": "map", "floor": "map", "skip_if_missing": true }, { "id": "or", "floor": "max(map?, cost)" },
       { "id": "below", "ceiling": "min(list?, price.store)" })r",
    R"({ "id": "by-hand", "price": "19.90", "when": { "role": "profit" } }, { "id": "five", "multiple_of": "0.05", "strength": "required" })",
    R"({ "id": "base", "base": "price.store - 1" }, { "id": "small", "endings": [".90"], "strength": "required", "when": { "target": { "below": "30" } } },
       { "id": "large", "multiple_of": "1", "strength": "required", "when": { "target": { "from": "30" } } })",
    R"({ "id": "many", "when": { "quantity": { "from": 3 } }, "discount": "5%" })",
    R"({ "id": "soft-low", "floor": "cost * 120%", "strength": "weak" }, { "id": "soft-high", "ceiling": "target", "strength": "medium" })",
};

TEST(fast_ways, decide_single_prices) {
  for (const std::string_view rules : usual) {
    for (const std::string_view channel : {"web", "mall", "store", "net"}) {
      pricepoint::pricer pricer(policy_of(rules));
      for (int i = 0; i < 100; ++i) {
        request asked = web();
        asked.channel = channel;
        asked.market = "DE";
        asked.list = pricepoint::decimal::from_parts(3'000 + 7 * i, 2);
        asked.prices = {{"store", pricepoint::decimal::from_parts(2'500 + 11 * i, 2)},
                        {"dealer", pricepoint::decimal::from_parts(2'700 + 5 * i, 2)},
                        {"web", pricepoint::decimal::from_parts(2'600, 2)}};
        if (i % 2 == 0) asked.attributes = {{"role", "profit"}};
        pricer.price(asked);
      }
      EXPECT_EQ(pricer.stats().linear, pricer.stats().decisions) << rules << " on " << channel;
    }
  }
}

// [EXP-10] [EXP-13] The market's tax or the same tax in the request: a sum of 64-bit integers or exact numbers.
TEST(fast_ways, lack_what_an_inner_extreme_lacks) {
  for (const std::string_view rule : {R"r({ "id": "f", "floor": "max(max(map?, msrp?), cost * 2)" })r",
                                      R"r({ "id": "f", "floor": "max(max(map?), cost * 2)" })r",
                                      R"r({ "id": "f", "floor": "max(max(map?, msrp?) + 1, cost * 2)" })r",
                                      R"r({ "id": "f", "ceiling": "min(min(map?, msrp?), cost * 2)" })r"}) {
    pricepoint::pricer pricer(policy_of(rule));
    request asked = web();
    asked.market = "DE";
    request taxed = asked;
    taxed.tax = "19%"_rate;
    EXPECT_EQ(pricer.price(asked).status(), status::incomplete) << rule;
    EXPECT_EQ(line(pricer.price(asked)), line(pricer.price(taxed))) << rule;
    asked.map = taxed.map = "31"_money;
    EXPECT_EQ(pricer.price(asked).status(), status::priced) << rule;
    EXPECT_EQ(line(pricer.price(asked)), line(pricer.price(taxed))) << rule;
  }
}

// Rows of one table, so that what stands before and behind a row is money too; references of several channels, and
// shipping that a traditional channel does without.
TEST(fast_ways, decide_for_bound_pricers) {
  constexpr std::size_t count = 200;
  constexpr std::size_t width = 5;
  const std::array<std::string_view, width> fields = {"price.store", "cost", "list", "price.dealer", "map"};
  std::vector<std::int64_t> table;
  for (std::int64_t i = 0; i < std::int64_t{count}; ++i) {
    table.insert(table.end(), {i % 5 == 3 ? absent_value : 2'500 + 11 * i, 1'200 + i, 3'000 + 7 * i, 2'700 + 5 * i,
                               i % 2 == 0 ? 1'500 : absent_value});
  }
  for (const std::string_view rules : usual) {
    for (const std::string_view channel : {"web", "mall", "store"}) {
      SCOPED_TRACE(std::string(rules) + " on " + std::string(channel));
      pricepoint::pricer pricer(policy_of(rules));
      const request kind{
          .channel = channel, .market = "DE", .shipping = channel == "store" ? std::nullopt : std::optional("1"_money)};
      auto bound = pricer.bind(kind, fields);
      ASSERT_TRUE(bound) << bound.error().to_string();
      std::uint64_t by_integers = 0;
      for (std::size_t i = 0; i < count; ++i) {
        const auto row = std::span(table).subspan(i * width, width);
        const std::uint64_t before = pricer.stats().linear;
        const pricepoint::quote quote = bound->price(row);
        by_integers += pricer.stats().linear - before;
        const std::string found = joined(quote.limited_by) + " / " + joined(quote.relaxed);
        pricepoint::decision expected;
        bound->price(row, expected);
        ASSERT_EQ(quote.status, expected.status()) << i;
        ASSERT_EQ(quote.price_minor, expected.price() ? expected.price()->minor : absent_value) << i;
        ASSERT_EQ(found, joined(expected.limited_by()) + " / " + joined(expected.relaxed())) << i;
      }
      EXPECT_GE(by_integers, count / 2);  // all but those that lack something
    }
  }
}

TEST(fast_ways, decide_columns) {
  constexpr std::size_t count = 10'000;
  std::vector<std::int64_t> store, list, cost, map, quantity;
  std::vector<std::int32_t> roles;
  for (std::size_t i = 0; i < count; ++i) {
    const auto number = static_cast<std::int64_t>(i);
    store.push_back(2'500 + number % 997);
    list.push_back(3'000 + number % 499);
    cost.push_back(1'200 + number % 83);
    map.push_back(number % 3 == 0 ? absent_value : 1'500 + number % 7);
    quantity.push_back(1 + number % 5);
    roles.push_back(static_cast<std::int32_t>(i % 2));
  }
  const std::array<std::string_view, 2> words = {"profit", "traffic"};
  for (const std::string_view rules : usual) {
    pricepoint::pricer pricer(policy_of(rules));
    request_columns rows{.rows = count,
                         .channel = text_column::all("web"),
                         .market = text_column::all("DE"),
                         .list = list,
                         .map = map,
                         .cost = cost,
                         .shipping = pricepoint::number_column::all(100)};
    rows.prices = {{"store", store}};
    rows.attributes = {{"role", text_column(roles, words), {}}};
    rows.quantity = quantity;
    for (const std::uint32_t parts : {pricepoint::part::quote, pricepoint::part::all}) {
      pricepoint::decision_columns out;
      pricepoint::price_columns(pricer, rows, out, parts);  // meets each kind for the first time
      const std::uint64_t before = pricer.stats().in_blocks;
      pricepoint::price_columns(pricer, rows, out, parts);
      EXPECT_EQ(pricer.stats().in_blocks - before, count) << rules << " parts " << parts;
    }
  }
}

// What the usual ones leave out: sums of fields of which any may lack, wishes that cannot hold, ends around nothing,
// markets with other shapes and thresholds, soft shapes, what is kept as it is.
const std::vector<std::string_view> odd = {
    R"({ "id": "sum", "floor": "cost + map", "skip_if_missing": true }, { "id": "three", "floor": "cost + shipping + list * 1%" })",
    R"({ "id": "three", "ceiling": "list - cost * 10% + map * 1% - shipping" }, { "id": "map", "floor": "map * 2 - cost", "skip_if_missing": true })",
    R"({ "id": "top", "ceiling": "price.store" }, { "id": "wish", "floor": "cost * 250%", "strength": "weak" }, { "id": "five", "multiple_of": "0.05", "strength": "required" })",
    R"({ "id": "top", "floor": "price.store" }, { "id": "wish", "ceiling": "cost * 240%", "strength": "strong" })",
    R"({ "id": "nothing", "ceiling": "cost - 12.01" })",
    R"({ "id": "a", "when": { "market": "DE", "target": { "below": "30" } }, "endings": [".95"], "strength": "required" },
       { "id": "b", "when": { "market": "DE", "target": { "from": "30" } }, "endings": [".99"], "strength": "required" },
       { "id": "c", "when": { "market": "IL", "target": { "from": "28", "below": "33" } }, "multiple_of": "1", "strength": "required" },
       { "id": "n", "when": { "market": "CN" }, "endings": [".98"], "strength": "required" })",
    R"({ "id": "nine", "endings": [".99", ".9"] }, { "id": "no4", "avoid": { "sequences": ["4"] }, "strength": "medium" }, { "id": "near", "ceiling": "price.store" })",
    R"({ "id": "margin", "margin": { "min": "5%", "max": "60%" } }, { "id": "many", "when": { "quantity": { "from": 3 } }, "discount": "5%" })",
    R"({ "id": "b1", "base": "map + 9", "skip_if_missing": true }, { "id": "b2", "base": "current", "skip_if_missing": true },
       { "id": "b3", "base": "list * 90%", "skip_if_missing": true }, { "id": "earn", "floor": "cost" })",
    R"({ "id": "stay", "hold": "2%" }, { "id": "earn", "floor": "cost" })",
    R"({ "id": "stay", "hold": "2%" }, { "id": "step", "change": "3%" }, { "id": "was", "was": "list" })",
};

std::string told(status is, std::int64_t price, std::string limited, std::string relaxed) {
  return std::string(to_string(is)) + " " + (price == absent_value ? "-" : std::to_string(price)) + " by " +
         std::move(limited) + " without " + std::move(relaxed);
}

// Single prices, bound pricers and columns, each by whichever way it goes, say the same of rows of every kind.
TEST(fast_ways, agree_where_rows_differ) {
  constexpr std::size_t count = 5'000;
  const std::array<std::string_view, 3> channels = {"web", "mall", "store"};
  const std::array<std::string_view, 3> markets = {"CN", "DE", "IL"};
  constexpr std::array<std::int64_t, 3> taxes = {13'000'000, 19'000'000, 18'000'000};
  std::vector<std::int32_t> channel, market;
  std::vector<std::int64_t> store, dealer, list, cost, map, shipping, current, quantity;
  for (std::size_t i = 0; i < count; ++i) {
    const auto number = static_cast<std::int64_t>(i);
    const auto unless = [&](std::int64_t every, std::int64_t value) {
      return number % every == every - 1 ? absent_value : value;
    };
    // Others are met after the first block.
    channel.push_back(i < 2'000 ? 0 : static_cast<std::int32_t>(i / 7 % 3));
    market.push_back(i < 1'000 ? 0 : static_cast<std::int32_t>(i / 3 % 3));
    store.push_back(unless(41, 2'500 + number % 997));
    dealer.push_back(unless(5, 2'450 + number % 801));
    list.push_back(unless(97, 2'700 + number % 499));
    cost.push_back(unless(11, 1'200 + number % 83));
    map.push_back(unless(3, 1'100 + number % 457));
    shipping.push_back(unless(7, number % 60));
    current.push_back(unless(2, 2'600 + number % 89));
    quantity.push_back(1 + number % 4);
  }
  const std::vector<std::string_view> fields = {"price.store", "price.dealer", "list",   "cost",
                                                "map",         "shipping",     "current"};
  for (const std::string_view rules : odd) {
    SCOPED_TRACE(rules);
    const pricepoint::policy with = policy_of(rules);
    request_columns rows{.rows = count,
                         .channel = text_column(channel, channels),
                         .market = text_column(market, markets),
                         .list = list,
                         .map = map,
                         .current = current,
                         .cost = cost,
                         .shipping = shipping};
    rows.quantity = quantity;
    rows.prices = {{"store", store}, {"dealer", dealer}};
    pricepoint::pricer columns(with);
    pricepoint::decision_columns out;
    pricepoint::price_columns(columns, rows, out);
    pricepoint::pricer single(with);
    pricepoint::pricer binder(with);
    std::map<std::array<std::int64_t, 3>, pricepoint::bound_pricer> bound;
    for (std::size_t i = 0; i < count; ++i) {
      request asked;
      std::vector<std::string> unreadable;
      pricepoint::request_of_row(with, rows, i, asked, unreadable);
      // A request that says its tax goes the long way.
      request same = asked;
      same.tax = pricepoint::rate::from_e8(taxes[static_cast<std::size_t>(market[i])]);
      const pricepoint::decision made = single.price(same);
      const std::string expected = told(made.status(), made.price() ? made.price()->minor : absent_value,
                                        joined(made.limited_by()), joined(made.relaxed()));
      const pricepoint::decision fast = single.price(asked);
      ASSERT_EQ(told(fast.status(), fast.price() ? fast.price()->minor : absent_value, joined(fast.limited_by()),
                     joined(fast.relaxed())),
                expected)
          << i;
      ASSERT_EQ(told(out.status[i], out.price_minor[i], joined(out.sets[out.limited_by[i]]),
                     joined(out.sets[out.relaxed[i]])),
                expected)
          << i;
      const std::array<std::int64_t, 3> key = {channel[i], market[i], quantity[i]};
      auto known = bound.find(key);
      if (known == bound.end()) {
        auto one = binder.bind({.quantity = asked.quantity, .channel = asked.channel, .market = asked.market}, fields);
        ASSERT_TRUE(one) << one.error().to_string();
        known = bound.emplace(key, std::move(*one)).first;
      }
      const std::array<std::int64_t, 7> values = {store[i], dealer[i],   list[i],   cost[i],
                                                  map[i],   shipping[i], current[i]};
      const pricepoint::quote quote = known->second.price(values);
      ASSERT_EQ(told(quote.status, quote.price_minor, joined(quote.limited_by), joined(quote.relaxed)), expected) << i;
    }
  }
}

// Amounts whose sums do not fit 64 bits go another way.
TEST(fast_ways, leave_what_is_too_large) {
  const std::vector<std::string_view> fields = {"price.store", "cost", "shipping"};
  for (const std::string_view rules :
       {R"({ "id": "margin", "margin": "5%" }, { "id": "off", "discount": "7.77%" })",
        R"({ "id": "earn", "floor": "cost * 101.234567% + shipping" }, { "id": "nine", "endings": [".99"] })",
        R"({ "id": "earn", "floor": "cost * 101.23456%" })",
        R"({ "id": "earn", "ceiling": "cost * 101.23456% - shipping" })",
        R"({ "id": "earn", "ceiling": "cost - shipping * 31.41592%" })",
        R"({ "id": "much", "base": "price.store * 99900%" })"}) {
    pricepoint::pricer pricer(policy_of(rules));
    auto bound = pricer.bind({.channel = "web", .market = "DE"}, fields);
    ASSERT_TRUE(bound) << bound.error().to_string();
    for (int round = 0; round < 2; ++round) {
      for (const std::array<std::int64_t, 3>& row : {std::array<std::int64_t, 3>{3'000, 2'000, 100},
                                                     {999'999'999'999'999, 2'000, 100},
                                                     {3'000, 999'999'999'999'000, 100},
                                                     {900'000'000'000'000, 899'999'999'999'999, 899'999'999'999'999},
                                                     {70'368'744'177'664, 70'368'744'177'000, 5},
                                                     {1'099'511'627'776, 1'099'511'627'000, 1'099'511'000'000},
                                                     {4'398'046'511'104, 4'398'046'511'000, 17'592'186'044'415},
                                                     {137'438'953'472, 137'438'953'000, 5},
                                                     {562'949'953'421'311, 562'949'953'421'000, 1}}) {
        const auto money = [](std::int64_t minor) { return pricepoint::decimal::from_parts(minor, 2); };
        pricepoint::pricer fresh(policy_of(rules));
        const auto expected = fresh.price({.channel = "web",
                                           .market = "DE",
                                           .prices = {{"store", money(row[0])}},
                                           .cost = money(row[1]),
                                           .shipping = money(row[2]),
                                           .tax = pricepoint::rate::from_e8(19'000'000)});
        const std::string wanted = told(expected.status(), expected.price() ? expected.price()->minor : absent_value,
                                        joined(expected.limited_by()), joined(expected.relaxed()));
        const auto quote = bound->price(row);
        EXPECT_EQ(told(quote.status, quote.price_minor, joined(quote.limited_by), joined(quote.relaxed)), wanted)
            << row[0];
        // Among rows that are small.
        std::vector<std::int64_t> store(300, 3'000), cost(300, 2'000), shipping(300, 100);
        store[17] = row[0];
        cost[17] = row[1];
        shipping[17] = row[2];
        request_columns rows{.rows = 300,
                             .channel = text_column::all("web"),
                             .market = text_column::all("DE"),
                             .cost = cost,
                             .shipping = shipping};
        rows.prices = {{"store", store}};
        pricepoint::decision_columns out;
        pricepoint::price_columns(pricer, rows, out, pricepoint::part::quote);
        EXPECT_EQ(told(out.status[17], out.price_minor[17], joined(out.sets[out.limited_by[17]]),
                       joined(out.sets[out.relaxed[17]])),
                  wanted)
            << row[0];
      }
    }
  }
}

// [REQ-11] In loops over columns and in requests the same amounts are too large, whether a rule asks for them or none,
// and in whatever layout they come.
TEST(fast_ways, find_the_same_amounts_invalid) {
  constexpr std::int64_t most = pricepoint::max_amount_minor;
  const std::vector<std::int64_t> amounts = {
      most - 1, most,         most + 1,  most + 50'000'000'000'000, (1ll << 50) - 1,    1ll << 50, INT64_MAX, 0,
      -1,       most / 2 + 1, 1ll << 49, (1ll << 49) - 1,           most - most / 1'000};
  const std::vector<std::string_view> fields = {"price.store", "cost"};
  for (const std::string_view rules : {R"({ "id": "near", "ceiling": "price.store" })",
                                       R"({ "id": "near", "ceiling": "cost", "strength": "weak" })"}) {
    for (const std::string_view market : {"DE", "JP"}) {
      const pricepoint::currency in = *pricepoint::find_currency(market == "JP" ? "JPY" : "EUR");
      const int digits = in.digits();
      const pricepoint::policy with = policy_of(rules);
      pricepoint::pricer pricer(with);
      auto bound = pricer.bind({.channel = "web", .market = market}, fields);
      ASSERT_TRUE(bound) << bound.error().to_string();
      for (const std::int64_t value : amounts) {
        for (const bool of_store : {true, false}) {
          SCOPED_TRACE(std::string(rules) + ' ' + std::string(market) + ' ' + std::to_string(value));
          std::vector<std::int64_t> store(300, 3'000), cost(300, 2'000);
          (of_store ? store : cost)[17] = value;
          std::vector<std::string> wanted;
          const auto compare = [&](const pricepoint::number_column& stores, const pricepoint::number_column& costs) {
            request_columns rows{.rows = 300, .channel = text_column::all("web"), .market = text_column::all(market)};
            rows.cost = costs;
            rows.prices = {{"store", stores}};
            request one;
            std::vector<std::string> unreadable;
            pricepoint::request_of_row(with, rows, 17, one, unreadable);
            pricepoint::pricer fresh(with);
            pricepoint::decision decided;
            fresh.price(one, decided, unreadable);
            wanted.push_back(line(decided));
            pricepoint::decision_columns out;
            for (int round = 0; round < 2; ++round) pricepoint::price_columns(pricer, rows, out);
            EXPECT_EQ(told(out.status[17], out.price_minor[17], joined(out.sets[out.limited_by[17]]),
                           joined(out.sets[out.relaxed[17]])),
                      told(decided.status(), decided.price() ? decided.price()->minor : absent_value,
                           joined(decided.limited_by()), joined(decided.relaxed())));
          };
          compare(store, cost);
          EXPECT_EQ(wanted[0].starts_with("invalid"),
                    value < (of_store ? 1 : 0) || value > most || (value == most && digits == 0));
          const auto quote = bound->price(std::array{store[17], cost[17]});
          EXPECT_EQ(wanted[0].starts_with("invalid"), quote.status == status::invalid);
          // Written, it may have more digits than can be read; then it cannot be either.
          std::vector<std::string> stores, costs;
          for (std::size_t i = 0; i < store.size(); ++i) {
            stores.push_back(to_string(pricepoint::amount{store[i], in}));
            costs.push_back(to_string(pricepoint::amount{cost[i], in}));
          }
          const std::vector<std::string_view> store_words(stores.begin(), stores.end());
          const std::vector<std::string_view> cost_words(costs.begin(), costs.end());
          compare(pricepoint::number_column::text(text_column(store_words)),
                  pricepoint::number_column::text(text_column(cost_words)));
          compare(pricepoint::number_column::scaled(store, digits), pricepoint::number_column::scaled(cost, digits));
          EXPECT_EQ(wanted[1], wanted[0]) << "as text";
          EXPECT_EQ(wanted[2], wanted[0]) << "scaled";
        }
      }
    }
  }
}

// Numbers that are written, or counted in thousandths, go the same way as whole minor units.
TEST(fast_ways, read_numbers_in_every_layout) {
  std::vector<std::int64_t> cents, thousandths;
  std::vector<std::string> digits;
  for (std::int64_t i = 0; i < 1'000; ++i) {
    cents.push_back(2'500 + i);
    thousandths.push_back(10 * cents.back());
    digits.push_back(to_string(pricepoint::decimal::from_parts(cents.back(), 2)));
  }
  const std::vector<std::string_view> text(digits.begin(), digits.end());
  pricepoint::pricer pricer(policy_of(usual[2]));
  request_columns rows{
      .rows = 1'000, .channel = text_column::all("web"), .market = text_column::all("DE"), .cost = cents};
  rows.list = pricepoint::number_column::all(3'000);
  std::vector<std::int64_t> prices;
  for (const auto& store : {pricepoint::number_column(cents), pricepoint::number_column::scaled(thousandths, 3),
                            pricepoint::number_column::text(text)}) {
    rows.prices = {{"store", store}};
    pricepoint::decision_columns out;
    pricepoint::price_columns(pricer, rows, out, pricepoint::part::quote);
    const std::uint64_t before = pricer.stats().in_blocks;
    pricepoint::price_columns(pricer, rows, out, pricepoint::part::quote);
    EXPECT_EQ(pricer.stats().in_blocks - before, 1'000u) << static_cast<int>(store.kind());
    if (prices.empty()) prices = out.price_minor;
    EXPECT_EQ(out.price_minor, prices) << static_cast<int>(store.kind());
  }
}

// Parts of a cent are no whole minor units, and a word that is not declared is none, whether or not a rule asks for it.
TEST(fast_ways, leave_what_is_no_whole_number) {
  const std::array<std::string_view, 5> cost = {"10", "10.005", "0.004", "0", "0.000"};
  const std::array<std::string_view, 5> role = {"profit", "", "traffic", "nonsense", "profit"};
  const pricepoint::policy with = policy_of(R"({ "id": "earn", "floor": "cost * 2 + 0.001" })");
  request_columns rows{.rows = 5,
                       .channel = text_column::all("web"),
                       .market = text_column::all("DE"),
                       .cost = pricepoint::number_column::text(cost)};
  rows.prices = {{"store", pricepoint::number_column::all(1'000)}};
  for (const bool roles : {false, true}) {
    if (roles) rows.attributes = {{"role", role, {}}};
    pricepoint::pricer columns(with);
    pricepoint::decision_columns out;
    pricepoint::price_columns(columns, rows, out);
    for (std::size_t i = 0; i < 5; ++i) {
      request asked;
      std::vector<std::string> unreadable;
      pricepoint::request_of_row(with, rows, i, asked, unreadable);
      pricepoint::pricer single(with);
      const pricepoint::decision made = single.price(asked);
      EXPECT_EQ(out.status[i], made.status()) << i;
      EXPECT_EQ(out.status[i] == status::invalid, roles && i == 3) << i;
      EXPECT_EQ(out.price_minor[i], made.price() ? made.price()->minor : absent_value) << i;
    }
  }
}

// Products whose rules have thresholds of their own, beside many that all share: each has sums of its own.
TEST(fast_ways, decide_for_many_forms) {
  std::string rules;
  for (int i = 0; i < 12; ++i) {
    rules += R"({ "id": "b)" + std::to_string(i) + R"(", "when": { "target": { "from": ")" + std::to_string(20 + i) +
             R"(", "below": ")" + std::to_string(21 + i) + R"(" } }, "endings": [".)" + std::to_string(10 + 7 * i) +
             R"("], "strength": "required" }, )";
  }
  constexpr int products = 150;
  std::vector<std::string> words;
  for (int i = 0; i < products; ++i) {
    words.push_back("S" + std::to_string(i));
    rules += (i == 0 ? "" : ", ") + std::string(R"({ "id": "f)") + std::to_string(i) + R"(", "when": { "sku": "S)" +
             std::to_string(i) + R"(", "target": { "from": "20.)" + std::to_string(10 + i % 80) +
             R"(" } }, "floor": ")" + std::to_string(21 + i % 9) + R"(" })";
  }
  const std::vector<std::string_view> views(words.begin(), words.end());
  std::vector<std::int32_t> sku;
  std::vector<std::int64_t> store;
  for (int i = 0; i < 9'000; ++i) {
    sku.push_back(i / 11 % products);
    store.push_back(1'900 + i * 37 % 1'500);
  }
  const pricepoint::policy with = policy_of(rules);
  request_columns rows{.rows = sku.size(),
                       .sku = text_column(sku, views),
                       .channel = text_column::all("web"),
                       .market = text_column::all("DE")};
  rows.prices = {{"store", store}};
  pricepoint::pricer columns(with);
  pricepoint::decision_columns out;
  pricepoint::price_columns(columns, rows, out, pricepoint::part::quote);
  pricepoint::pricer single(with);
  for (std::size_t i = 0; i < sku.size(); i += 3) {
    request asked;
    std::vector<std::string> unreadable;
    pricepoint::request_of_row(with, rows, i, asked, unreadable);
    const pricepoint::decision made = single.price(asked);
    ASSERT_EQ(
        told(out.status[i], out.price_minor[i], joined(out.sets[out.limited_by[i]]), joined(out.sets[out.relaxed[i]])),
        told(made.status(), made.price() ? made.price()->minor : absent_value, joined(made.limited_by()),
             joined(made.relaxed())))
        << i;
  }
}

// A batch that makes the pricer forget its kinds on the way names the rules of each row all the same.
TEST(fast_ways, forget_and_name_the_same) {
  constexpr std::int64_t products = 600;
  std::string rules;
  std::vector<std::string> words;
  for (std::int64_t i = 0; i < products; ++i) {
    words.push_back("S" + std::to_string(i));
    rules += (i == 0 ? "" : ", ") + std::string(R"({ "id": "f)") + std::to_string(i) + R"(", "when": { "sku": "S)" +
             std::to_string(i) + R"(" }, "floor": "40" })";
  }
  const std::vector<std::string_view> views(words.begin(), words.end());
  std::vector<std::int32_t> sku;
  for (std::int64_t i = 0; i < 13'000; ++i)
    sku.push_back(static_cast<std::int32_t>((i * 7 + i / 4'096 * 113) % products));
  request_columns rows{.rows = sku.size(),
                       .sku = text_column(sku, views),
                       .channel = text_column::all("web"),
                       .market = text_column::all("DE")};
  rows.prices = {{"store", pricepoint::number_column::all(3'000)}};
  pricepoint::pricer pricer(policy_of(rules), {}, {.max_cells = 4'500});
  for (int round = 0; round < 2; ++round) {
    pricepoint::decision_columns out;
    pricepoint::price_columns(pricer, rows, out, pricepoint::part::quote);
    for (std::size_t i = 0; i < sku.size(); ++i)
      ASSERT_EQ(joined(out.sets[out.limited_by[i]]), "f" + std::to_string(sku[i])) << i;
  }
}

// Pieces that are counted and pieces that are written: what cannot be makes its row invalid, wherever it stands.
TEST(fast_ways, look_at_what_no_rule_asks_for) {
  std::vector<std::int64_t> units(300, 5);
  units[0] = units[299] = -5;
  std::vector<std::string_view> written(300, "5");
  written[7] = "-5";
  written[299] = "five";
  pricepoint::pricer pricer(policy_of(usual[0]));
  request_columns rows{.rows = 300,
                       .channel = text_column::all("web"),
                       .market = text_column::all("DE"),
                       .cost = pricepoint::number_column::all(1'000)};
  rows.prices = {{"store", pricepoint::number_column::all(3'000)}};
  const auto invalid = [&] {
    pricepoint::decision_columns out;
    pricepoint::price_columns(pricer, rows, out);
    std::string found;
    for (std::size_t i = 0; i < 300; ++i) {
      if (out.status[i] == pricepoint::status::invalid) found += std::to_string(i) + " ";
    }
    return found;
  };
  rows.shipping = pricepoint::number_column::all(100);
  rows.units = units;
  EXPECT_EQ(invalid(), "0 299 ");
  rows.units = pricepoint::number_column::text(written);
  EXPECT_EQ(invalid(), "7 299 ");
}

}  // namespace
