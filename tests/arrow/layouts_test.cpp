// SPDX-License-Identifier: Apache-2.0
// Every row's decision is pricer::price's, whatever the layout of its columns: widths, codes, offsets, slices, structs,
// views, odd addresses, and the columns that are asked for.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <set>
#include <utility>

#include "fixture.hpp"
#include "pricepoint/pricepoint.hpp"

namespace {

using namespace arrays;

// The decision as the columns have it.
std::string line_of(const pricepoint::decision& of) {
  using pricepoint::amount;
  std::string made = "status=" + std::string(to_string(of.status()));
  const auto say = [&](const char* name, const std::string& value) {
    if (!value.empty()) made += std::string(" ") + name + "=" + value;
  };
  const auto money = [](const std::optional<amount>& value) {
    if (!value) return std::string();
    int128 units = value->minor;
    for (int i = value->currency.digits(); i < 4; ++i) units *= 10;
    return text_of(units);
  };
  const auto list = [](const auto& names) {
    std::string all;
    for (const auto& one : names) all += (all.empty() ? "" : " ") + std::string(one);
    return all;
  };
  say("price", money(of.price()));
  say("net", money(of.net()));
  say("tax", money(of.tax()));
  if (of.target()) {
    int128 units = of.target()->coefficient();
    for (int i = of.target()->scale(); i < 8; ++i) units *= 10;
    say("target", text_of(units));
  }
  say("discounts", list(of.discounts()));
  say("limited_by", list(of.limited_by()));
  say("was", money(of.was()));
  if (of.was()) {
    say("saving", money(amount{of.was()->minor - of.price()->minor, of.price()->currency}));
    say("saving_rate", std::to_string(of.saving_rate_percent()));
  }
  say("relaxed", list(of.relaxed()));
  say("conflict", list(of.conflict()));
  say("missing", list(of.missing()));
  say("invalid", list(of.invalid()));
  say("advice", list(of.advice()));
  std::string credits;
  for (const auto& one : of.credits()) {
    credits += (credits.empty() ? "" : " ") + std::string(one.to) + ":" + money(one.due);
  }
  say("credits", credits);
  say("held", of.held() ? "1" : "0");
  say("fallback_price", money(of.fallback_price()));
  if (of.next_change_at()) say("next_change_at", std::to_string(of.next_change_at()->unix_ms));
  if (of.currency()) say("currency", std::string(of.currency()->code()));
  return made;
}

struct wanted_rows {
  std::vector<std::string> market, channel, role, colour;
  maybe<std::int64_t> store, cost, list, at, stock, quantity;

  explicit wanted_rows(std::size_t count, unsigned seed) {
    std::mt19937 random(seed);
    const auto pick = [&](std::vector<std::string> from) { return from[random() % from.size()]; };
    const auto amount = [&](int most, unsigned absent) -> std::optional<std::int64_t> {
      if (random() % 10 < absent) return {};
      return static_cast<std::int64_t>(random() % static_cast<unsigned>(most)) + 1;
    };
    for (std::size_t i = 0; i < count; ++i) {
      market.push_back(pick({"CN", "CN", "CN", "JP", "JP", "US", "XX", ""}));
      channel.push_back(pick({"web", "web", "mall", "store", "moon", ""}));
      role.push_back(pick({"traffic", "profit", ""}));
      colour.push_back(pick({"red", "blue", ""}));
      store.push_back(amount(9000, 1));
      cost.push_back(amount(6000, 1));
      list.push_back(amount(12000, 3));
      at.push_back(amount(3, 1) ? std::optional<std::int64_t>(1'793'000'000'000 + static_cast<std::int64_t>(random()))
                                : none);
      stock.push_back(amount(200, 3));
      quantity.push_back(amount(5, 4));
    }
  }
  std::size_t size() const { return market.size(); }

  lines decided(const pricepoint::policy& with) const {
    pricepoint::pricer by(with);
    lines made;
    for (std::size_t i = 0; i < size(); ++i) {
      pricepoint::request asked;
      const int digits = with.currency_of(market[i]).digits();
      const auto money = [&](const std::optional<std::int64_t>& minor) {
        return minor ? std::optional(pricepoint::decimal::from_parts(*minor, digits)) : std::nullopt;
      };
      asked.market = market[i];
      asked.channel = channel[i];
      if (!role[i].empty()) asked.attributes.push_back({"role", std::string_view(role[i])});
      if (!colour[i].empty()) asked.attributes.push_back({"colour", std::string_view(colour[i])});
      if (stock[i]) asked.attributes.push_back({"stock", *stock[i]});
      if (store[i]) asked.prices.push_back({"store", *money(store[i])});
      asked.cost = money(cost[i]);
      asked.list = money(list[i]);
      if (at[i]) asked.at = pricepoint::instant{*at[i]};
      if (quantity[i]) asked.quantity = pricepoint::decimal(*quantity[i]);
      made.push_back(line_of(by.price(asked)) + " policy=" + std::string(with.fingerprint()));
    }
    return made;
  }
};

template <class Code>
column code_words(std::string name, std::string format, const std::vector<std::string>& values, std::size_t before) {
  std::vector<std::string> words = {"unused", ""};  // a null among the words
  maybe<Code> codes;
  for (const std::string& one : values) {
    if (one.empty()) {
      codes.push_back(codes.size() % 2 == 0 ? std::optional<Code>() : Code{1});
      continue;
    }
    auto place = std::find(words.begin(), words.end(), one);
    if (place == words.end()) place = words.insert(words.end(), one);
    codes.push_back(static_cast<Code>(place - words.begin()));
  }
  return coded<Code>(std::move(name), std::move(format), codes, texts("", words), before);
}

template <class T>
maybe<T> as(const maybe<std::int64_t>& from, T times = 1) {
  maybe<T> made;
  for (const auto& one : from) made.push_back(one ? std::optional<T>(static_cast<T>(*one) * times) : none);
  return made;
}

TEST_F(arrow, every_row_is_the_engines_in_every_layout) {
  const auto policy = pricepoint::parse_policy(std::string(rules), "p");
  ASSERT_TRUE(policy);
  for (const unsigned seed : {1u, 2u, 3u}) {
    const wanted_rows rows(seed == 3 ? 9001 : 517, seed);
    const lines expected = rows.decided(*policy);
    const auto count = static_cast<std::int64_t>(rows.size());
    std::set<std::string> kinds;
    for (const std::string& one : expected) kinds.insert(one.substr(0, one.find(' ')));
    EXPECT_GE(kinds.size(), 4u) << "the rows are too much alike to say anything";

    column narrow = table(count);
    narrow.add(code_words<std::int32_t>("market", "i", rows.market, 0))
        .add(code_words<std::uint8_t>("channel", "C", rows.channel, 3))
        .add(code_words<std::int64_t>("role", "l", rows.role, 9))
        .add(texts("colour", rows.colour, 5))
        .add(integers<std::int64_t>("price.store", "l", rows.store, 13))
        .add(integers<std::int32_t>("cost", "i", as<std::int32_t>(rows.cost)))
        .add(integers<std::uint16_t>("list", "S", as<std::uint16_t>(rows.list), 1))
        .add(integers<std::int64_t>("at", "tsm:UTC", rows.at, 7))
        .add(integers<std::int16_t>("stock", "s", as<std::int16_t>(rows.stock)))
        .add(integers<std::uint64_t>("quantity", "L", as<std::uint64_t>(rows.quantity), 2))
        .add(integers<std::int64_t>("nobody_knows_it", "g", rows.stock));
    EXPECT_EQ(decide(narrow), expected);
    use({.threads = 3});
    EXPECT_EQ(decide(narrow), expected);
    use({});

    // The same rows of a table that begins elsewhere, and the null count not counted.
    column wide = table(count);
    const auto later = [](column one) {
      one.nulls = one.nulls == 0 ? 0 : -1;
      return one;
    };
    wide.add(later(code_words<std::uint32_t>("market", "I", rows.market, 8)))
        .add(later(texts<std::int64_t>("channel", rows.channel, 11)))
        .add(later(code_words<std::int16_t>("role", "s", rows.role, 0)))
        .add(later(code_words<std::uint64_t>("colour", "L", rows.colour, 1)))
        .add(later(integers<std::int64_t>("at", "tsu:Asia/Shanghai", as<std::int64_t>(rows.at, 1000), 4)))
        .add(later(integers<int128>("stock", "d:38,12", as<int128>(rows.stock, 1'000'000'000'000))))
        .add(later(integers<std::int32_t>("quantity", "d:9,0,32", as<std::int32_t>(rows.quantity), 6)));
    // Amounts in minor units of each row's own currency are what decimals are not.
    column prices = table(count, "prices");
    prices.add(later(integers<std::int64_t>("store", "l", rows.store)));
    wide.add(prices)
        .add(later(integers<std::int64_t>("cost", "l", rows.cost)))
        .add(later(integers<std::int64_t>("list", "l", rows.list, 64)));
    EXPECT_EQ(decide(wide), expected);
  }
}

TEST_F(arrow, a_slice_is_its_rows) {
  const wanted_rows rows(100, 7);
  column whole = table(100);
  column prices = table(100, "prices");
  prices.add(integers<std::int64_t>("store", "l", rows.store, 3));
  whole.add(code_words<std::int8_t>("market", "c", rows.market, 2))
      .add(texts("channel", rows.channel, 1))
      .add(integers<std::int64_t>("cost", "l", rows.cost))
      .add(integers<std::int64_t>("at", "l", rows.at, 5))
      .add(prices);
  const lines expected = decide(whole);
  for (const auto& [begin, end] :
       {std::pair(0, 100), std::pair(1, 9), std::pair(13, 77), std::pair(99, 100), std::pair(50, 50)}) {
    // By the table's offset, and by the columns'.
    column by_table = whole;
    by_table.offset = begin;
    by_table.length = end - begin;
    const lines wanted(expected.begin() + begin, expected.begin() + end);
    EXPECT_EQ(decide(by_table), wanted);
    column by_columns = whole;
    by_columns.length = end - begin;
    for (column& one : by_columns.children) {
      one.offset += begin;
      one.length = end - begin;
      one.nulls = -1;
    }
    EXPECT_EQ(decide(by_columns), wanted);
  }
}

TEST_F(arrow, what_stands_in_a_null_struct_is_absent) {
  column of = table(3);
  column prices = table(3, "prices");
  prices.add(integers<std::int64_t>("store", "l", {3009, 3109, 3209}));
  prices.buffers[0] = bits({true, false, true});
  prices.nulls = 1;
  of.add(prices).add(integers<std::int64_t>("cost", "l", {1, 1, 1}));
  EXPECT_EQ(this->prices(of), (lines{"300900", "status=incomplete", "320900"}));
  of.buffers[0] = bits({true, true, false});  // a row that is not there has no fields
  of.nulls = -1;
  EXPECT_EQ(this->prices(of), (lines{"300900", "status=incomplete", "status=incomplete"}));
}

TEST_F(arrow, parts_are_the_columns_that_were_asked_for) {
  const auto policy = pricepoint::parse_policy(std::string(rules), "p");
  const wanted_rows rows(200, 5);
  column of = table(200);
  of.add(texts("market", rows.market))
      .add(texts("channel", rows.channel))
      .add(integers<std::int64_t>("price.store", "l", rows.store))
      .add(integers<std::int64_t>("cost", "l", rows.cost))
      .add(integers<std::int64_t>("list", "l", rows.list))
      .add(integers<std::int64_t>("at", "l", rows.at));
  const lines all = decide(of);
  const std::vector<std::pair<std::uint32_t, std::vector<std::string>>> columns = {
      {PRICEPOINT_PART_PRICE, {"price"}},
      {PRICEPOINT_PART_NET, {"net", "tax"}},
      {PRICEPOINT_PART_TARGET, {"target"}},
      {PRICEPOINT_PART_WAS, {"was", "saving", "saving_rate"}},
      {PRICEPOINT_PART_REASONS, {"conflict", "missing", "invalid"}},
      {PRICEPOINT_PART_CREDITS, {"credits"}},
      {PRICEPOINT_PART_LIMITED_BY | PRICEPOINT_PART_RELAXED, {"limited_by", "relaxed"}},
  };
  for (const auto& [parts, names] : columns) {
    use({.parts = parts});
    const lines some = decide(of);
    for (std::size_t row = 0; row < all.size(); ++row) {
      std::string wanted = all[row].substr(0, all[row].find(' '));
      for (const std::string& name : names) {
        const std::size_t begin = all[row].find(" " + name + "=");
        if (begin == std::string::npos) continue;
        std::size_t end = all[row].find('=', begin + name.size() + 2);
        end = end == std::string::npos ? end : all[row].rfind(' ', end);
        wanted += all[row].substr(begin, end - begin);
      }
      ASSERT_EQ(some[row], wanted) << all[row];
    }
  }
}

TEST_F(arrow, values_at_odd_addresses) {
  // A byte ahead of the values, which a buffer of another's file may have.
  const auto odd = [](column of) {
    of.buffers[1]->insert(of.buffers[1]->begin(), std::uint8_t{0});
    of.spoil = [](ArrowArray& made) { made.buffers[1] = static_cast<const char*>(made.buffers[1]) + 1; };
    return of;
  };
  column of = table(2);
  of.add(odd(coded<std::int32_t>("channel", "i", {0, 0}, texts("", {"web"}))))
      .add(odd(integers<std::int64_t>("price.store", "l", {3009, 3109})))
      .add(odd(integers<std::int64_t>("at", "tsm:UTC", {0, 1})))
      .add(integers<std::int64_t>("cost", "l", {1, 1}));
  EXPECT_EQ(prices(of), (lines{"300900", "310900"}));
}

TEST_F(arrow, no_rows_need_no_buffers) {
  column of = table(0);
  for (const char* name : {"cost", "list"}) {
    column empty;
    empty.name = name;
    empty.format = "l";
    empty.buffers = {std::nullopt, std::nullopt};
    of.add(empty);
  }
  EXPECT_EQ(decide(of), lines{});
}

TEST_F(arrow, short_and_absent_texts_as_views) {
  column channel;
  channel.name = "channel";
  channel.format = "vu";
  channel.length = 2;
  channel.nulls = 1;
  bytes views(32, 0);
  views[0] = 3;
  std::memcpy(views.data() + 4, "web", 3);
  views[16] = 200;  // of what is null nothing is read
  channel.buffers = {bits({true, false}), views, bytes_of(std::vector<std::int64_t>{})};
  column of = table(2);
  of.add(channel)
      .add(integers<std::int64_t>("price.store", "l", {3009, 3009}))
      .add(integers<std::int64_t>("cost", "l", {1, 1}));
  EXPECT_EQ(prices(of, "CN", ""), (lines{"300900", "status=incomplete"}));
  column far = channel;
  far.length = 1;
  far.nulls = 0;
  far.buffers = {std::nullopt, bytes_of(std::vector<std::int32_t>{14, 0, 0, 0}), bytes(14, 'x'),
                 bytes_of(std::vector<std::int64_t>{14})};
  for (const std::int64_t lost : {2, 3}) {
    far.spoil = [lost](ArrowArray& made) { made.buffers[lost] = nullptr; };
    expect_refused(table(1).add(far), "a text of a column lies outside its buffers");
  }
}

}  // namespace
