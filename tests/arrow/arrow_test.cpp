// SPDX-License-Identifier: Apache-2.0
// Columns in and out: every row's decision is pricer::price's, whatever the layout, and what lies is refused. The
// functions' contract by examples is in tests/capi/arrow_test.cpp.
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <random>
#include <set>

#include "arrays.hpp"
#include "pricepoint/pricepoint.hpp"

namespace {

using namespace arrays;
using lines = std::vector<std::string>;
template <class T>
using maybe = std::vector<std::optional<T>>;

constexpr std::string_view rules = R"({"pricepoint":1,"name":"columns","markets":{
    "CN":{"currency":"CNY","display":"gross","tax":"13%"},"JP":{"currency":"JPY","display":"gross","tax":"10%"},
    "US":{"currency":"USD","display":"net"}},
  "channels":{"store":{"kind":"traditional"},"web":{"kind":"online","reference":"store"},
    "mall":{"kind":"online","reference":"store","fee":"5%"}},
  "attributes":{"role":["traffic","profit"],"stock":"number","colour":"text","whole":{"money":"net"}},
  "periods":{"eleven":{"from":"2026-11-01","until":"2026-11-11","zone":"Asia/Shanghai"}},
  "rules":[{"id":"off","when":{"role":"profit"},"discount":"12.5%"},
    {"id":"many","when":{"quantity":{"from":3}},"discount":"20%"},
    {"id":"late","during":"eleven","discount":"5%"},
    {"id":"full","when":{"stock":{"from":100}},"discount":"3%"},
    {"id":"red","when":{"colour":"red"},"advise":"show-it"},
    {"id":"earn","floor":"cost"},{"id":"near","ceiling":"price.store","skip_if_missing":true},
    {"id":"pay","credit":{"to":"store","rate":"2%"}},
    {"id":"nine","when":{"role":"traffic"},"endings":["9"],"strength":"strong"}]})";

pricepoint_view view(std::string_view text) { return {text.data(), text.size()}; }

class arrow : public ::testing::Test {
 protected:
  void SetUp() override {
    pricepoint_error* error = nullptr;
    const auto read = pricepoint_policy_from_text(view(rules), nullptr, &policy_, &error);
    const std::string why = error == nullptr ? "" : pricepoint_error_text(error).data;
    pricepoint_error_free(error);
    ASSERT_EQ(read, PRICEPOINT_OK) << why;
    use({});
  }
  void TearDown() override {
    pricepoint_batch_free(batch_);
    pricepoint_policy_free(policy_);
    EXPECT_EQ(handed_out, 0) << "released once each";
  }
  struct how {
    std::string_view channel = {}, market = {};
    std::int64_t at = PRICEPOINT_ABSENT;
    std::uint32_t parts = 0, threads = 1;
  };
  void use(const how& with) {
    pricepoint_batch_options options = PRICEPOINT_BATCH_OPTIONS_INIT;
    options.channel = view(with.channel);
    options.market = view(with.market);
    options.at_unix_ms = with.at;
    options.parts = with.parts;
    options.threads = with.threads;
    pricepoint_batch_free(batch_);
    ASSERT_EQ(pricepoint_batch_create(policy_, &options, &batch_, nullptr), PRICEPOINT_OK);
  }

  // A line a row; or the error's text alone.
  lines decide(const column& of) {
    ArrowSchema schema = schema_of(of);
    ArrowArray array = array_of(of);
    ArrowSchema out_schema;
    ArrowArray out;
    pricepoint_error* error = nullptr;
    const auto result = pricepoint_batch_array(batch_, &schema, &array, &out_schema, &out, &error);
    schema.release(&schema);
    if (array.release != nullptr) array.release(&array);
    lines made;
    if (result != PRICEPOINT_OK) {
      EXPECT_EQ(out_schema.release, nullptr);
      EXPECT_EQ(out.release, nullptr);
      made.emplace_back(pricepoint_error_text(error).data);
      pricepoint_error_free(error);
      return made;
    }
    for (std::size_t row = 0; row < static_cast<std::size_t>(out.length); ++row) {
      made.push_back(row_of(out_schema, out, row));
    }
    out_schema.release(&out_schema);
    out.release(&out);
    return made;
  }
  // Prices alone, in units.
  lines prices(const column& of, std::string_view market = "CN", std::string_view channel = "web") {
    use({.channel = channel, .market = market, .at = 0, .parts = PRICEPOINT_PART_PRICE});
    lines made = decide(of);
    for (std::string& one : made) {
      if (one.starts_with("status=priced price=")) one = one.substr(20);
    }
    return made;
  }
  void expect_refused(const column& of, std::string_view part) {
    const lines got = decide(of);
    ASSERT_EQ(got.size(), 1u);
    EXPECT_NE(got[0].find(part), std::string::npos) << got[0];
  }

  pricepoint_policy* policy_ = nullptr;
  pricepoint_batch* batch_ = nullptr;
};

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

// ---- Every row as the engine decides it

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

// ---- Values

TEST_F(arrow, decimals_of_every_width_and_scale) {
  const auto cost = [](column of) {
    column made = table(of.length);
    made.add(std::move(of));
    made.add(
        integers<std::int64_t>("price.store", "l", maybe<std::int64_t>(static_cast<std::size_t>(made.length), 3009)));
    return made;
  };
  // A cost above the store's price is a conflict, one below is not.
  const std::string priced = "300900";
  const std::string conflict = "status=conflict";
  const std::string invalid = "status=invalid";
  EXPECT_EQ(prices(cost(integers<std::int32_t>("cost", "d:9,2,32", {200, none, 999999}))),
            (lines{priced, "status=incomplete", conflict}));
  EXPECT_EQ(prices(cost(integers<std::int64_t>("cost", "d:18,4,64", {20000, none, 9999999}))),
            (lines{priced, "status=incomplete", conflict}));
  const int128 e18 = 1'000'000'000'000'000'000;
  EXPECT_EQ(prices(cost(integers<int128>("cost", "d:38,18", {2 * e18, 99 * e18, none, 0}))),
            (lines{priced, conflict, "status=incomplete", priced}));
  EXPECT_EQ(prices(cost(integers<int128>("cost", "d:38,18", {2 * e18, 2 * e18 + 1, 99 * e18, none}))),
            (lines{priced, invalid, conflict, "status=incomplete"}))
      << "more than nine decimals are no amount";
  EXPECT_EQ(prices(cost(integers<int128>("cost", "d:38,38", {0, e18 * e18 * 50, 1}))),
            (lines{priced, priced, invalid}));
  EXPECT_EQ(prices(cost(integers<int128>("cost", "d:5,-1", {1, 99, none}))),
            (lines{priced, conflict, "status=incomplete"}));
  EXPECT_EQ(prices(cost(integers<int128>("cost", "d:38,2", {200, e18 * 1'000'000, -e18 * e18}))),
            (lines{priced, invalid, invalid}));
  expect_refused(cost(integers<int128>("cost", "d:76,2,256", {1})), "\"cost\"");
  expect_refused(cost(integers<int128>("cost", "d:76,2,256", {1})), "cast it to decimal128");
}

TEST_F(arrow, rates_with_and_without_a_percent_sign) {
  const auto tax = [](column of) {
    column made = table(of.length);
    const auto rows = static_cast<std::size_t>(of.length);
    made.add(std::move(of));
    made.add(integers<std::int64_t>("price.store", "l", maybe<std::int64_t>(rows, 11900)));
    made.add(integers<std::int64_t>("cost", "l", maybe<std::int64_t>(rows, 1)));
    return made;
  };
  const auto nets = [&](const column& of) {
    use({.channel = "web", .market = "CN", .at = 0, .parts = PRICEPOINT_PART_NET});
    return decide(of);
  };
  const std::string at_19 = "status=priced net=1000000 tax=190000";
  const std::string at_13 = "status=priced net=1053100 tax=136900";
  EXPECT_EQ(nets(tax(texts("tax", {"19%", "0.19", "", "19.0%", "19", "x"}))),
            (lines{at_19, at_19, at_13, at_19, "status=invalid", "status=invalid"}));
  EXPECT_EQ(nets(tax(coded<std::int8_t>("tax", "c", {0, 1, none}, texts("", {"0.1900", "13%"})))),
            (lines{at_19, at_13, at_13}));
  EXPECT_EQ(nets(tax(integers<int128>("tax", "d:9,2", {19, none}))), (lines{at_19, at_13}));
  const int128 e37 = static_cast<int128>(1'000'000'000'000'000'000) * 1'000'000'000'000'000'000 * 10;
  EXPECT_EQ(nets(tax(integers<int128>("tax", "d:38,10", {1'900'000'000, 1, e37}))),
            (lines{at_19, "status=invalid", "status=invalid"}));
  EXPECT_EQ(nets(tax(integers<int128>("tax", "d:38,0", {0, e37 * 10})))[1], "status=invalid");
  EXPECT_EQ(nets(tax(integers<int128>("tax", "d:9,2", {19, 1900, 100, -1}))),
            (lines{at_19, "status=invalid", "status=invalid", "status=invalid"}));
  expect_refused(tax(integers<std::int32_t>("tax", "i", {19})), "\"tax\" is a column of integers");
}

TEST_F(arrow, instants_of_every_unit) {
  // The period begins 2026-11-01 in Shanghai, which is 1793462400 seconds in UTC, and ends 2026-11-11 there.
  const auto at = [&](column of) {
    column made = table(of.length);
    const auto rows = static_cast<std::size_t>(of.length);
    made.add(std::move(of))
        .add(integers<std::int64_t>("price.store", "l", maybe<std::int64_t>(rows, 3009)))
        .add(integers<std::int64_t>("cost", "l", maybe<std::int64_t>(rows, 1)));
    use({.channel = "web", .market = "CN", .parts = PRICEPOINT_PART_DISCOUNTS});
    return decide(made);
  };
  const lines edge = {"status=priced", "status=priced discounts=late"};
  const auto pair = [&](std::int64_t begin, const char* format) {
    return at(integers<std::int64_t>("at", format, {begin - 1, begin}));
  };
  const std::int64_t s = 1'793'462'400;
  EXPECT_EQ(pair(s, "tss:UTC"), edge);
  EXPECT_EQ(pair(s * 1000, "tsm:+08:00"), edge);
  EXPECT_EQ(pair(s * 1'000'000, "tsu:UTC"), edge);
  EXPECT_EQ(pair(s * 1'000'000'000, "tsn:Asia/Tokyo"), edge);
  EXPECT_EQ(pair(s * 1000, "l"), edge);
  EXPECT_EQ(at(texts("at", {"2026-10-31T23:59:59.999+08:00", "2026-11-01T00:00:00+08:00"})), edge);
  // As early and late as there is.
  for (const char* format : {"tss:UTC", "tsm:UTC", "tsu:UTC", "tsn:UTC", "l"}) {
    EXPECT_EQ(at(integers<std::int64_t>("at", format, {INT64_MIN + 1, INT64_MAX, 0})), lines(3, "status=priced"));
  }
  expect_refused(table(1).add(integers<std::int64_t>("at", "tdm", {0})), "\"at\"");
  expect_refused(table(1).add(integers<std::int32_t>("at", "i", {1'793'462'400})), "64-bit integer milliseconds");
  expect_refused(table(1).add(integers<std::int64_t>("at", "tsu:", {0})), "time zone");
}

TEST_F(arrow, defaults_stand_in_for_what_is_absent) {
  const std::int64_t in_the_period = 1'793'500'000'000;
  use({.channel = "web", .market = "CN", .at = in_the_period, .parts = PRICEPOINT_PART_DISCOUNTS});
  column of = table(3);
  of.add(integers<std::int64_t>("price.store", "l", {3009, 3009, 3009}))
      .add(integers<std::int64_t>("cost", "l", {1, 1, 1}));
  const lines all = {"status=priced discounts=late", "status=priced discounts=late", "status=priced discounts=late"};
  EXPECT_EQ(decide(of), all);
  const lines first = {"status=priced", all[0], all[0]};
  const auto with = [&](column one) {
    column made = of;
    made.add(std::move(one));
    return decide(made);
  };
  EXPECT_EQ(with(texts("at", {"2026-01-01T00:00:00Z", "", ""})), first);
  EXPECT_EQ(with(coded<std::int32_t>("at", "i", {1, 0, none}, texts("", {"", "2026-01-01T00:00:00Z"}))), first);
  EXPECT_EQ(with(integers<std::int64_t>("at", "tsm:UTC", {0, none, none})), first);
  for (const std::int64_t far : {INT64_MAX, INT64_MIN + 1}) {
    use({.channel = "web", .market = "CN", .at = far, .parts = PRICEPOINT_PART_DISCOUNTS});
    EXPECT_EQ(decide(of), lines(3, "status=priced"));
    EXPECT_EQ(with(texts("at", {"2026-11-02T00:00:00Z", "", ""}))[0], all[0]);
  }
  use({.channel = "web", .market = "CN", .at = in_the_period, .parts = PRICEPOINT_PART_DISCOUNTS});
  column nulls;
  nulls.name = "at";
  nulls.format = "n";
  nulls.length = nulls.nulls = 3;
  EXPECT_EQ(with(nulls), all);
}

TEST_F(arrow, article_numbers_keep_every_digit) {
  stream offers({table(2)
                     .add(integers<std::uint64_t>("sku", "L", {UINT64_MAX, UINT64_MAX - 1}))
                     .add(texts("market", {"CN", "CN"}))
                     .add(texts("channel", {"web", "web"}))
                     .add(integers<std::int64_t>("price.store", "l", {1000, 1000}))
                     .add(integers<std::int64_t>("cost", "l", {1, 1}))
                     .add(integers<std::int64_t>("at", "l", {0, 0}))
                     .add(integers<std::int64_t>("price", "l", {1200, 1300}))});
  ArrowArrayStream in = offers.open();
  ArrowArrayStream out;
  ASSERT_EQ(pricepoint_audit_stream(policy_, nullptr, PRICEPOINT_ABSENT, &in, &out, nullptr, nullptr), PRICEPOINT_OK);
  ArrowSchema schema;
  ArrowArray array;
  ASSERT_EQ(out.get_schema(&out, &schema), 0);
  ASSERT_EQ(out.get_next(&out, &array), 0);
  std::set<std::string> skus;
  for (std::size_t row = 0; row < static_cast<std::size_t>(array.length); ++row) {
    skus.insert(cell(*schema.children[1], *array.children[1], row));
  }
  EXPECT_EQ(skus, (std::set<std::string>{"18446744073709551614", "18446744073709551615"}));
  array.release(&array);
  schema.release(&schema);
  out.release(&out);
}

// ---- Names

TEST_F(arrow, names_that_the_policy_does_not_know_are_left_aside) {
  column of = table(1);
  of.add(integers<std::int64_t>("price.store", "l", {3009}))
      .add(integers<std::int64_t>("price.moon", "g", {0}))  // floating point, but of no channel here
      .add(integers<std::int64_t>("price.", "g", {0}))
      .add(integers<std::int64_t>("seller", "l", {1}))
      .add(texts("attributes", {"{\"a\": 1}"}));
  column attributes = table(1, "attributes");
  attributes.add(integers<std::int64_t>("cost", "l", {1}));  // a field of requests, not an attribute
  column known = of;
  known.children.pop_back();
  known.add(attributes);
  EXPECT_EQ(prices(of), lines{"status=incomplete"});
  EXPECT_EQ(prices(known), lines{"status=incomplete"}) << "no cost";
  known.add(integers<std::int64_t>("cost", "l", {1}));
  EXPECT_EQ(prices(known), lines{"300900"});
  column listed = table(1);
  column list;
  list.name = "prices";
  list.format = "+l";
  listed.add(list);
  expect_refused(listed, "PP-A011");
}

TEST_F(arrow, a_column_twice) {
  const auto store = integers<std::int64_t>("price.store", "l", {1});
  column prices = table(1, "prices");
  prices.add(integers<std::int64_t>("store", "l", {1}));
  column map = map_of("prices", {0, 1}, texts("key", {"store"}), texts("value", {"1"}));
  expect_refused(table(1).add(store).add(store), "\"price.store\" stands twice");
  expect_refused(table(1).add(store).add(prices), "\"price.store\" stands twice");
  expect_refused(table(1).add(map).add(map), "\"prices\" stands twice");
  expect_refused(table(1).add(store).add(map), "\"price.store\" is a column and stands in \"prices\" too");
}

TEST_F(arrow, maps_are_read_where_they_are) {
  // Rows 2 to 4 of a map whose entries begin elsewhere too; strangers among the keys.
  column keys = coded<std::int8_t>("key", "c", {0, 0, 0, 1, 0, 0}, texts("", {"store", "moon"}), 2);
  column values = integers<std::int64_t>("value", "l", {1, 2, 3009, 5, 3109, 3209}, 1);
  column map = map_of("prices", {0, 1, 2, 4, 5, 6}, keys, values);
  map.offset = 2;
  map.length = 3;
  column of = table(3);
  of.add(map).add(integers<std::int64_t>("cost", "l", {1, 1, 1}));
  EXPECT_EQ(prices(of), (lines{"300900", "310900", "320900"}));
  of.children[0].buffers[0] = bits({true, false, true}, 2);
  of.children[0].nulls = 1;
  EXPECT_EQ(prices(of), (lines{"300900", "status=incomplete", "320900"}));

  // Any number of strangers, and attributes.
  std::vector<std::string> strangers;
  for (int i = 0; i < 3000; ++i) strangers.push_back("moon" + std::to_string(i));
  strangers.emplace_back("store");
  column many = table(1);
  many.add(map_of("prices", {0, 3001}, texts("key", strangers),
                  integers<int128>("value", "d:9,2", maybe<int128>(3001, 3009))))
      .add(map_of("attributes", {0, 2}, texts("key", {"role", "stock"}), texts("value", {"", "200"})))
      .add(integers<std::int64_t>("cost", "l", {1}));
  use({.channel = "web", .market = "CN", .at = 0, .parts = PRICEPOINT_PART_DISCOUNTS});
  EXPECT_EQ(decide(many), lines{"status=priced discounts=full"});
  expect_refused(table(1).add(map_of("prices", {0, 1}, texts("key", {"store"}), integers<std::int64_t>("v", "g", {0}))),
                 "decimal128(18, 2)");
}

TEST_F(arrow, categories_that_are_all_null) {
  column role = coded<std::int8_t>("role", "c", {none, none}, [] {
    column words;
    words.format = "n";
    return words;
  }());
  column of = table(2);
  of.add(role)
      .add(integers<std::int64_t>("price.store", "l", {3009, 3109}))
      .add(integers<std::int64_t>("cost", "l", {1, 1}));
  EXPECT_EQ(prices(of), (lines{"300900", "310900"}));
  expect_refused(table(1).add(coded<std::int8_t>("cost", "c", {0}, integers<std::int64_t>("", "l", {5}))),
                 "a dictionary of text");
}

// ---- Streams

column chunk(const std::vector<std::string>& words, const maybe<std::int32_t>& markets, std::int64_t store) {
  const std::size_t rows = markets.size();
  return table(static_cast<std::int64_t>(rows))
      .add(coded<std::int32_t>("market", "i", markets, texts("", words)))
      .add(integers<std::int64_t>("price.store", "l", maybe<std::int64_t>(rows, store)))
      .add(integers<std::int64_t>("cost", "l", maybe<std::int64_t>(rows, 1)));
}

TEST_F(arrow, dictionaries_change_from_chunk_to_chunk) {
  use({.channel = "web", .at = 0, .parts = PRICEPOINT_PART_PRICE});
  stream from(
      {chunk({"CN", "JP"}, {0, 1}, 2009), chunk({"JP", "CN"}, {0, 1, 7, -1, none}, 3009), chunk({"US"}, {}, 1)});
  ArrowArrayStream in = from.open();
  ArrowArrayStream out;
  ASSERT_EQ(pricepoint_batch_stream(batch_, &in, &out, nullptr), PRICEPOINT_OK);
  ArrowSchema schema;
  ASSERT_EQ(out.get_schema(&out, &schema), 0);
  lines got;
  for (std::size_t i = 0; i < 3; ++i) {
    ArrowArray array;
    ASSERT_EQ(out.get_next(&out, &array), 0);
    ASSERT_NE(array.release, nullptr);
    for (std::size_t row = 0; row < static_cast<std::size_t>(array.length); ++row) {
      got.push_back(row_of(schema, array, row));
    }
    array.release(&array);
  }
  const std::string lacks = "status=incomplete";
  EXPECT_EQ(got, (lines{"status=priced price=200900", "status=priced price=20090000", "status=priced price=30090000",
                        "status=priced price=300900", lacks, lacks, lacks}));
  ArrowArray end;
  ASSERT_EQ(out.get_next(&out, &end), 0);
  EXPECT_EQ(end.release, nullptr);
  schema.release(&schema);
  out.release(&out);
  EXPECT_EQ(from.released, 1);
}

TEST_F(arrow, a_stream_is_released_once_whatever_happens) {
  stream from({chunk({"CN"}, {0}, 2009), chunk({"CN"}, {0}, 2009)});
  ArrowArrayStream out;
  pricepoint_error* error = nullptr;
  // No schema.
  from.fail_schema = 5;
  ArrowArrayStream in = from.open();
  EXPECT_EQ(pricepoint_batch_stream(batch_, &in, &out, &error), PRICEPOINT_ERROR_STREAM);
  EXPECT_NE(std::string(pricepoint_error_text(error).data).find("the cable was pulled"), std::string::npos);
  pricepoint_error_free(error);
  EXPECT_EQ(in.release, nullptr);
  EXPECT_EQ(out.release, nullptr);
  EXPECT_EQ(from.released, 1);
  // No reason either, and a reason that is no UTF-8.
  for (const char* why : {static_cast<const char*>(nullptr), "\xff\xfe\x80"}) {
    from.why = why;
    in = from.open();
    EXPECT_EQ(pricepoint_batch_stream(batch_, &in, &out, &error), PRICEPOINT_ERROR_STREAM);
    EXPECT_GT(pricepoint_error_json(error).size, 2u);
    pricepoint_error_free(error);
  }
  EXPECT_EQ(from.released, 3);
  // An argument that is missing.
  from.fail_schema = 0;
  in = from.open();
  EXPECT_EQ(pricepoint_batch_stream(nullptr, &in, &out, nullptr), PRICEPOINT_ERROR_ARGUMENT);
  EXPECT_EQ(from.released, 4);
  in = from.open();
  EXPECT_EQ(pricepoint_batch_stream(batch_, &in, nullptr, nullptr), PRICEPOINT_ERROR_ARGUMENT);
  EXPECT_EQ(from.released, 5);
  // A stream that was released, or that has no functions.
  EXPECT_EQ(pricepoint_batch_stream(batch_, &in, &out, nullptr), PRICEPOINT_ERROR_ARGUMENT);
  EXPECT_EQ(pricepoint_audit_stream(policy_, nullptr, PRICEPOINT_ABSENT, &in, &out, nullptr, nullptr),
            PRICEPOINT_ERROR_ARGUMENT);
  in = from.open();
  in.get_next = nullptr;
  EXPECT_EQ(pricepoint_batch_stream(batch_, &in, &out, nullptr), PRICEPOINT_ERROR_ARGUMENT);
  EXPECT_EQ(from.released, 6);
  // Offers that break in the middle: nothing is given.
  from.fail_before = 1;
  in = from.open();
  pricepoint_text* summary = nullptr;
  EXPECT_EQ(pricepoint_audit_stream(policy_, nullptr, PRICEPOINT_ABSENT, &in, &out, &summary, nullptr),
            PRICEPOINT_ERROR_SCHEMA)
      << "no column \"price\"";
  EXPECT_EQ(summary, nullptr);
  EXPECT_EQ(from.released, 7);
  // A chunk that is not what the schema says, after one that is.
  stream lying({chunk({"CN"}, {0}, 2009), table(1)});
  use({.channel = "web", .at = 0});
  in = lying.open();
  ASSERT_EQ(pricepoint_batch_stream(batch_, &in, &out, nullptr), PRICEPOINT_OK);
  ArrowArray array;
  ASSERT_EQ(out.get_next(&out, &array), 0);
  array.release(&array);
  EXPECT_NE(out.get_next(&out, &array), 0);
  EXPECT_NE(std::string(out.get_last_error(&out)).find("columns"), std::string::npos);
  out.release(&out);
  EXPECT_EQ(lying.released, 1);
}

// ---- What lies

TEST_F(arrow, counts_and_pointers_that_lie_are_refused) {
  const auto lie = [&](column one, std::function<void(ArrowArray&)> spoil, std::string_view part = "PP-A013") {
    one.spoil = std::move(spoil);
    expect_refused(table(one.length).add(one), part);
  };
  const auto number = integers<std::int64_t>("cost", "l", {1, none});
  const auto text = texts("channel", {"web", "web"});
  const auto code = coded<std::int8_t>("channel", "c", {0, 0}, texts("", {"web"}));
  const auto map = map_of("prices", {0, 1, 2}, texts("key", {"store", "store"}), texts("value", {"1", "2"}));
  column structure = table(2, "prices");
  structure.add(integers<std::int64_t>("store", "l", {1, 2}));
  for (const column& one : {number, text, code, map}) {
    lie(one, [](ArrowArray& of) { of.n_buffers = 1; });
    lie(one, [](ArrowArray& of) { of.n_buffers = -1; });
    lie(one, [](ArrowArray& of) { of.buffers = nullptr; });
    lie(one, [](ArrowArray& of) { of.buffers[1] = nullptr; });
    lie(one, [](ArrowArray& of) { of.length = 1; });
    lie(one, [](ArrowArray& of) { of.length = INT64_MIN; });
    lie(one, [](ArrowArray& of) { of.offset = -1; });
  }
  lie(text, [](ArrowArray& of) { of.buffers[2] = nullptr; });
  const auto ends = [](std::int32_t a, std::int32_t b, std::int32_t c) {
    return [=](ArrowArray& of) {
      const std::int32_t values[] = {a, b, c};
      std::memcpy(const_cast<void*>(of.buffers[1]), values, sizeof values);
    };
  };
  lie(text, ends(-1, 0, 3));
  lie(text, ends(3, 0, 6));
  lie(text, ends(0, 3, 2));
  lie(map, ends(-1, 0, 1));
  lie(map, ends(0, 2, 1));
  lie(map, ends(0, 1, 3));
  lie(map, ends(1, 0, 2));
  // Views of 14 letters: length, prefix, buffer, offset.
  for (const std::vector<std::int32_t>& of : std::vector<std::vector<std::int32_t>>{
           {-1, 0, 0, 0}, {14, 0, 1, 0}, {14, 0, -1, 0}, {14, 0, 0, 1}, {14, 0, 0, -1}, {INT32_MAX, 0, 0, 0}}) {
    column one;
    one.name = "channel";
    one.format = "vu";
    one.length = 1;
    one.buffers = {std::nullopt, bytes_of(of), bytes(14, 'x'), bytes_of(std::vector<std::int64_t>{14})};
    lie(one, [](ArrowArray&) {});
    one.buffers.resize(2);
    lie(one, [](ArrowArray&) {});
  }
  lie(code, [](ArrowArray& of) { of.dictionary->length = -1; });
  lie(map, [](ArrowArray& of) { of.n_children = 0; });
  lie(map, [](ArrowArray& of) { of.children[0]->n_children = 1; });
  lie(map, [](ArrowArray& of) { of.children[0]->length = 1; });
  lie(map, [](ArrowArray& of) { of.children[0]->children[0]->length = 1; });
  lie(structure, [](ArrowArray& of) { of.n_children = 0; });
  lie(structure, [](ArrowArray& of) { of.n_children = -1; });
  lie(structure, [](ArrowArray& of) { of.offset = 1; });
  lie(structure, [](ArrowArray& of) { of.offset = INT64_MIN; });
  // Of the table.
  const auto whole = [&](std::function<void(ArrowArray&)> spoil, std::string_view part = "PP-A013") {
    column of = table(2);
    of.add(number);
    of.spoil = std::move(spoil);
    expect_refused(of, part);
  };
  whole([](ArrowArray& of) { of.length = INT64_MAX; });
  whole([](ArrowArray& of) { of.offset = INT64_MAX; });
  whole([](ArrowArray& of) { of.n_children = 2; });
  whole([](ArrowArray& of) { of.n_children = -1; });
  // Without columns nothing else would stop it. [REL-17]
  for (const std::int64_t length : {std::int64_t{INT32_MAX} + 1, std::int64_t{INT64_MAX}}) {
    column rows = table(0);
    rows.spoil = [length](ArrowArray& of) { of.length = length; };
    expect_refused(rows, "it has more than 2,147,483,647 rows: pass smaller chunks");
  }
}

TEST_F(arrow, schemas_that_lie_are_refused) {
  const column of = table(1).add(integers<std::int64_t>("cost", "l", {1}));
  const auto lie = [&](auto spoil, pricepoint_result expected = PRICEPOINT_ERROR_SCHEMA) {
    ArrowSchema schema = schema_of(of);
    ArrowArray array = array_of(of);
    const ArrowSchema kept = schema;
    const ArrowArray kept_array = array;
    ArrowSchema* const child = schema.children[0];
    const ArrowSchema kept_child = *child;
    spoil(schema, array);
    ArrowSchema out_schema;
    ArrowArray out;
    const auto result = pricepoint_batch_array(batch_, &schema, &array, &out_schema, &out, nullptr);
    EXPECT_EQ(result, expected);
    if (result == PRICEPOINT_OK) {
      out_schema.release(&out_schema);
      out.release(&out);
    }
    schema = kept;
    schema.children[0] = child;
    *child = kept_child;
    array = kept_array;
    schema.release(&schema);
    array.release(&array);
  };
  lie([](ArrowSchema& one, ArrowArray&) { one.format = nullptr; });
  lie([](ArrowSchema& one, ArrowArray&) { one.n_children = -1; });
  lie([](ArrowSchema& one, ArrowArray&) { one.children = nullptr; });
  lie([](ArrowSchema& one, ArrowArray&) { one.children[0] = nullptr; });
  lie([](ArrowSchema& one, ArrowArray&) { one.children[0]->format = nullptr; });
  for (const char* format : {"", "d:", "d:9", "d:a,b", "d:9,2,", "d:9,2,7", "d:9,99", "+w:3", "ts", "tsx:UTC", "zzz"}) {
    lie([=](ArrowSchema& one, ArrowArray&) { one.children[0]->format = format; });
  }
  lie([](ArrowSchema& one, ArrowArray&) { one.children[0]->name = nullptr; }, PRICEPOINT_OK);
  lie([](ArrowSchema& one, ArrowArray&) { one.release = nullptr; }, PRICEPOINT_ERROR_ARGUMENT);
  lie([](ArrowSchema&, ArrowArray& one) { one.release = nullptr; }, PRICEPOINT_ERROR_ARGUMENT);
}

TEST_F(arrow, text_that_is_no_utf8_is_no_number) {
  column of = table(2);
  of.add(texts("cost", {"\xff\xfe", std::string("1\0", 2)}))
      .add(texts("price.store", {"30.09", "30.09"}))
      .add(texts("sku", {"\xc3", "\x80"}));
  EXPECT_EQ(prices(of), (lines{"status=invalid", "status=invalid"}));
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

// ---- Corners of types and layouts

TEST_F(arrow, refusals_say_what_the_column_is) {
  const column code = coded<std::int8_t>("channel", "c", {0}, texts("", {"web"}));
  column by_decimals = code;
  by_decimals.format = "d:9,2";
  column of_decimals = coded<std::int8_t>("channel", "c", {0}, integers<int128>("", "d:9,2", {1}));
  const struct {
    column of;
    const char* part;
  } cases[] = {
      {integers<std::int16_t>("cost", "e", {1}), "\"cost\" is a column of floating point, but money was expected"},
      {integers<std::int32_t>("quantity", "f", {1}), "floating point, but an exact number was expected"},
      {integers<std::int64_t>("stock", "tsm:UTC", {1}), "a column of timestamps, but a number: integers"},
      {integers<std::int64_t>("cost", "tsm:UTC", {1}), "a column of timestamps, but money: decimals"},
      {integers<std::int64_t>("sku", "tsm:UTC", {1}), "a column of timestamps, but text was expected"},
      {integers<int128>("role", "d:9,2", {1}), "a column of decimals, but text was expected"},
      {integers<int128>("at", "d:9,2", {1}), "a column of decimals, but timestamps with a time zone, 64-bit"},
      {integers<std::int64_t>("tax", "g", {1}), "floating point, but a rate was expected"},
      {integers<std::int64_t>("cost", "+w:3", {1}), "the Arrow type \"+w:3\""},
      {by_decimals, "a column of text, but a dictionary of text was expected"},
      {of_decimals, "a column of decimals, but a dictionary of text was expected"},
  };
  for (const auto& one : cases) expect_refused(table(1).add(one.of), one.part);
  // Not a type at all.
  for (const char* format : {"tsm;UTC", "d:9;2", "d:9,2,64,1", "d:9,-31", "d:9,39", "d:9,2,"}) {
    expect_refused(table(1).add(integers<std::int64_t>("at", format, {1})), "\"at\" is a column of the Arrow type");
  }
}

TEST_F(arrow, maps_of_other_types_are_refused) {
  const auto store = texts("key", {"store"});
  const auto one = integers<std::int64_t>("value", "l", {1});
  const auto instant = integers<std::int64_t>("value", "tsm:UTC", {1});
  const std::string prices = "\"prices\" must be a struct, or a map from text to decimals, integer minor units or text";
  const std::string attributes = "\"attributes\" must be a struct, or a map from text to text";
  expect_refused(table(1).add(map_of("prices", {0, 1}, one, one)), prices);
  expect_refused(table(1).add(map_of("prices", {0, 1}, store, instant)), prices);
  expect_refused(table(1).add(map_of("attributes", {0, 1}, store, one)), attributes);
  expect_refused(table(1).add(map_of("prices", {0, 1}, store,
                                     coded<std::int8_t>("value", "c", {0}, integers<int128>("", "d:9,2", {1})))),
                 prices);
  expect_refused(table(1).add(map_of("prices", {0, 1},
                                     coded<std::int8_t>("key", "c", {0}, integers<int128>("", "d:9,2", {1})), one)),
                 prices);
  column bare = map_of("prices", {0, 1}, store, one);
  bare.children.clear();
  expect_refused(table(1).add(bare), prices);
  column keys_alone = map_of("prices", {0, 1}, store, one);
  keys_alone.children[0].children.pop_back();
  expect_refused(table(1).add(keys_alone), prices);
}

TEST_F(arrow, values_of_maps_in_every_layout) {
  const auto with = [&](column values) {
    column of = table(2);
    of.add(map_of("prices", {0, 1, 2}, texts("key", {"store", "store"}), std::move(values)));
    of.add(integers<std::int64_t>("cost", "l", {1, 1}));
    return prices(of);
  };
  const lines both = {"300900", "310900"};
  EXPECT_EQ(with(coded<std::int8_t>("value", "c", {1, 0}, texts("", {"31.09", "30.09"}))), both);
  EXPECT_EQ(with(integers<std::int32_t>("value", "i", {3009, 3109})), both);
  const int128 e12 = 1'000'000'000'000;
  EXPECT_EQ(with(integers<int128>("value", "d:38,12", {30 * e12 + e12 / 100 * 9, 31 * e12 + e12 / 100 * 9})), both);
  EXPECT_EQ(with(integers<int128>("value", "d:38,12", {30 * e12 + e12 / 100 * 9, 1})),
            (lines{"300900", "status=invalid"}))
      << "twelve decimals are no amount, and so text";
  column nulls;
  nulls.name = "value";
  nulls.format = "n";
  nulls.length = nulls.nulls = 2;
  EXPECT_EQ(with(nulls), lines(2, "status=incomplete"));
  // Again with the keys of the chunk before, and without any.
  use({.channel = "web", .market = "CN", .at = 0, .parts = PRICEPOINT_PART_PRICE});
  column first = table(1);
  first.add(map_of("prices", {0, 1}, texts("key", {"store"}), integers<std::int64_t>("value", "l", {3009})))
      .add(integers<std::int64_t>("cost", "l", {1}));
  column second = first;
  second.children[0] = map_of("prices", {0, 0}, texts("key", {}), integers<std::int64_t>("value", "l", {}));
  column none_left = table(0);
  none_left.add(map_of("prices", {0}, texts("key", {}), integers<std::int64_t>("value", "l", {})))
      .add(integers<std::int64_t>("cost", "l", {}));
  stream from({first, second, none_left});
  ArrowArrayStream in = from.open();
  ArrowArrayStream out;
  ASSERT_EQ(pricepoint_batch_stream(batch_, &in, &out, nullptr), PRICEPOINT_OK);
  EXPECT_EQ(out.get_last_error(&out), nullptr) << "nothing was wrong yet";
  ArrowSchema schema;
  ASSERT_EQ(out.get_schema(&out, &schema), 0);
  lines got;
  for (int i = 0; i < 3; ++i) {
    ArrowArray array;
    ASSERT_EQ(out.get_next(&out, &array), 0);
    for (std::size_t row = 0; row < static_cast<std::size_t>(array.length); ++row) {
      got.push_back(row_of(schema, array, row));
    }
    array.release(&array);
  }
  EXPECT_EQ(got, (lines{"status=priced price=300900", "status=incomplete"}));
  schema.release(&schema);
  out.release(&out);
}

TEST_F(arrow, numbers_at_the_edge_of_64_bits) {
  const auto cost = [&](const column& of) {
    column made = table(of.length);
    made.add(of).add(
        integers<std::int64_t>("price.store", "l", maybe<std::int64_t>(static_cast<std::size_t>(of.length), 3009)));
    return prices(made);
  };
  const int128 e18 = 1'000'000'000'000'000'000;
  EXPECT_EQ(cost(integers<int128>("cost", "d:38,18", {99 * e18 + 1})), lines{"status=invalid"});
  EXPECT_EQ(cost(integers<int128>("cost", "d:38,2", {int128{INT64_MIN}})), lines{"status=invalid"});
  EXPECT_EQ(cost(integers<int128>("cost", "d:38,2", {int128{INT64_MAX}})), lines{"status=invalid"});
  EXPECT_EQ(cost(integers<int128>("cost", "d:5,-20", {0, 1})), (lines{"300900", "status=invalid"}));
  EXPECT_EQ(cost(integers<int128>("cost", "d:38,-3", {2 * e18 * e18})), lines{"status=invalid"});
  EXPECT_EQ(cost(integers<std::uint64_t>("cost", "L", {UINT64_MAX, 1})), (lines{"status=invalid", "300900"}));
}

TEST_F(arrow, integers_of_every_width_with_and_without_nulls) {
  const auto cost = [&](const column& of) {
    column made = table(of.length);
    made.add(of).add(
        integers<std::int64_t>("price.store", "l", maybe<std::int64_t>(static_cast<std::size_t>(of.length), 3009)));
    return prices(made);
  };
  const auto sku = [&](const column& of) {
    column made = table(of.length);
    const auto rows = static_cast<std::size_t>(of.length);
    made.add(of)
        .add(integers<std::int64_t>("price.store", "l", maybe<std::int64_t>(rows, 3009)))
        .add(integers<std::int64_t>("cost", "l", maybe<std::int64_t>(rows, 1)));
    return prices(made);
  };
  const auto each = [&]<class T>(T, const char* format) {
    EXPECT_EQ(cost(integers<T>("cost", format, {1, 2})), lines(2, "300900")) << format;
    EXPECT_EQ(cost(integers<T>("cost", format, {1, none})), (lines{"300900", "status=incomplete"})) << format;
    EXPECT_EQ(sku(integers<T>("sku", format, {1, none})), lines(2, "300900")) << format;
    const auto words = texts("", {"moon", "web"});
    const auto code = [&](const maybe<T>& codes) {
      column made = table(2);
      made.add(coded<T>("channel", format, codes, words))
          .add(integers<std::int64_t>("price.store", "l", {3009, 3009}))
          .add(integers<std::int64_t>("cost", "l", {1, 1}));
      return prices(made);
    };
    EXPECT_EQ(code({1, 1}), lines(2, "300900")) << format;
    EXPECT_EQ(code({1, none}), lines(2, "300900")) << format << ", the default";
    EXPECT_EQ(code({1, std::numeric_limits<T>::max()}), lines(2, "300900")) << format << ", beyond the words";
  };
  each(std::int8_t{}, "c");
  each(std::uint8_t{}, "C");
  each(std::int16_t{}, "s");
  each(std::uint16_t{}, "S");
  each(std::int32_t{}, "i");
  each(std::uint32_t{}, "I");
  each(std::int64_t{}, "l");
  each(std::uint64_t{}, "L");
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

TEST_F(arrow, defaults_leave_what_is_there) {
  column of = table(2);
  of.add(texts("market", {"CN", "CN"}))
      .add(coded<std::int32_t>("channel", "i", {0, 0}, texts("", {"web"})))
      .add(integers<std::int64_t>("at", "l", {0, 0}))
      .add(integers<std::int64_t>("price.store", "l", {3009, 3109}))
      .add(integers<std::int64_t>("cost", "l", {1, 1}));
  EXPECT_EQ(prices(of, "US", "moon"), (lines{"300900", "310900"}));
  of.children[1] = coded<std::int64_t>("channel", "l", {0, std::int64_t{1} << 40}, texts("", {"web"}));
  EXPECT_EQ(prices(of, "US", "moon"), (lines{"300900", "status=invalid"})) << "an unknown channel by default";
}

TEST_F(arrow, what_was_is_saved_upon) {
  pricepoint_policy_free(policy_);
  policy_ = nullptr;
  const std::string_view text = R"({"pricepoint":1,"markets":{"US":{"currency":"USD"}},
    "channels":{"web":{"kind":"online"}},
    "rules":[{"id":"start","base":"list"},{"id":"off","discount":"12.5%"},{"id":"was","was":"list"}]})";
  ASSERT_EQ(pricepoint_policy_from_text(view(text), nullptr, &policy_, nullptr), PRICEPOINT_OK);
  use({.channel = "web", .market = "US", .parts = PRICEPOINT_PART_WAS | PRICEPOINT_PART_PRICE});
  EXPECT_EQ(decide(table(2).add(integers<std::int64_t>("list", "l", {8000, none}))),
            (lines{"status=priced price=700000 was=800000 saving=100000 saving_rate=12", "status=incomplete"}));
}

TEST_F(arrow, members_and_columns_that_are_missing_are_refused) {
  column prices = table(2, "prices");
  prices.add(integers<std::int64_t>("store", "l", {1, 2}));
  const auto lie = [&](const column& one, std::function<void(ArrowArray&)> spoil, std::string_view part) {
    column of = table(2);
    of.add(one);
    of.spoil = std::move(spoil);
    expect_refused(of, part);
  };
  lie(
      prices, [](ArrowArray& of) { of.children[0]->children = nullptr; }, "fewer members than its schema");
  lie(
      prices, [](ArrowArray& of) { of.children[0]->children[0] = nullptr; }, "fewer members than its schema");
  lie(
      prices, [](ArrowArray& of) { of.children[0] = nullptr; }, "a column is missing");
  lie(
      prices, [](ArrowArray& of) { of.children = nullptr; }, "another number of columns");
  const column map = map_of("prices", {0, 1, 2}, texts("key", {"store", "store"}), texts("value", {"1", "2"}));
  lie(
      map, [](ArrowArray& of) { of.children[0]->children = nullptr; }, "a map has no entries");
  lie(
      map, [](ArrowArray& of) { of.children[0]->children[0] = nullptr; }, "a map has no entries");
  lie(
      map, [](ArrowArray& of) { of.children[0]->children[0]->children = nullptr; }, "are not keys and values");
  lie(
      map, [](ArrowArray& of) { of.children[0]->children[0]->children[0] = nullptr; }, "are not keys and values");
  lie(
      map, [](ArrowArray& of) { of.children[0]->children[0]->children[1] = nullptr; }, "are not keys and values");
  lie(
      map, [](ArrowArray& of) { of.children[0]->children[0]->offset = -1; }, "do not fit its entries");
  const column code = coded<std::int8_t>("channel", "c", {0, 0}, texts("", {"web"}));
  lie(
      code, [](ArrowArray& of) { of.children[0]->dictionary = nullptr; }, "a dictionary is missing");
  lie(
      code, [](ArrowArray& of) { of.children[0]->dictionary->length = std::int64_t{INT32_MAX} + 1; },
      "more than 2,147,483,647 words");
  // The same of the schema.
  const auto lie_of_schema = [&](const column& one, auto spoil, std::string_view part) {
    column of = table(2);
    of.add(one);
    ArrowSchema schema = schema_of(of);
    ArrowArray array = array_of(of);
    ArrowSchema* const child = schema.children[0];
    ArrowSchema* const entries = child->n_children > 0 ? child->children[0] : nullptr;
    const ArrowSchema kept = *child;
    const ArrowSchema kept_entries = entries == nullptr ? ArrowSchema{} : *entries;
    ArrowSchema* first = kept_entries.n_children > 0 ? entries->children[0] : nullptr;
    spoil(*child);
    ArrowSchema out_schema;
    ArrowArray out;
    pricepoint_error* error = nullptr;
    EXPECT_EQ(pricepoint_batch_array(batch_, &schema, &array, &out_schema, &out, &error), PRICEPOINT_ERROR_SCHEMA);
    EXPECT_NE(std::string(pricepoint_error_text(error).data).find(part), std::string::npos) << part;
    pricepoint_error_free(error);
    *child = kept;
    if (entries != nullptr) {
      child->children[0] = entries;
      *entries = kept_entries;
      if (first != nullptr) entries->children[0] = first;
    }
    schema.release(&schema);
    array.release(&array);
  };
  const std::string_view member = "a member of \"prices\" is missing in the schema";
  lie_of_schema(
      prices, [](ArrowSchema& of) { of.children = nullptr; }, member);
  lie_of_schema(
      prices, [](ArrowSchema& of) { of.children[0] = nullptr; }, member);
  const std::string_view bad_map = "must be a struct, or a map";
  lie_of_schema(
      map, [](ArrowSchema& of) { of.children = nullptr; }, bad_map);
  lie_of_schema(
      map, [](ArrowSchema& of) { of.children[0] = nullptr; }, bad_map);
  lie_of_schema(
      map, [](ArrowSchema& of) { of.children[0]->children = nullptr; }, bad_map);
  lie_of_schema(
      map, [](ArrowSchema& of) { of.children[0]->children[0] = nullptr; }, bad_map);
}

TEST_F(arrow, options_that_cannot_be_are_refused) {
  pricepoint_batch_options options = PRICEPOINT_BATCH_OPTIONS_INIT;
  pricepoint_batch* batch = nullptr;
  pricepoint_error* error = nullptr;
  options.threads = 1025;
  EXPECT_EQ(pricepoint_batch_create(policy_, &options, &batch, &error), PRICEPOINT_ERROR_ARGUMENT);
  EXPECT_NE(std::string(pricepoint_error_text(error).data).find("more than 1,024 threads"), std::string::npos);
  pricepoint_error_free(error);
  EXPECT_EQ(batch, nullptr);
  // Rates are kept, whatever becomes of the handle.
  pricepoint_rates* rates = nullptr;
  const std::string_view csv = "from,to,rate,at\nUSD,CNY,7,2026-01-01T00:00:00Z\n";
  ASSERT_EQ(pricepoint_rates_from_csv(view(csv), &rates, nullptr), PRICEPOINT_OK);
  options = PRICEPOINT_BATCH_OPTIONS_INIT;
  options.rates = rates;
  options.parts = PRICEPOINT_PART_PRICE;
  ASSERT_EQ(pricepoint_batch_create(policy_, &options, &batch, nullptr), PRICEPOINT_OK);
  pricepoint_rates_free(rates);
  pricepoint_batch_free(batch_);
  batch_ = batch;
  column of = table(1);
  of.add(texts("channel", {"web"}))
      .add(texts("market", {"CN"}))
      .add(texts("currency", {"USD"}))
      .add(texts("at", {"2026-02-01T00:00:00Z"}))
      .add(texts("price.store", {"10"}))
      .add(texts("cost", {"1"}));
  EXPECT_EQ(decide(of), lines{"status=priced price=700000"});
}

TEST_F(arrow, audits_refuse_what_is_no_table_of_offers) {
  const auto offer = [](column price) {
    return table(1)
        .add(texts("sku", {"A"}))
        .add(texts("market", {"CN"}))
        .add(texts("channel", {"web"}))
        .add(integers<std::int64_t>("price.store", "l", {1000}))
        .add(integers<std::int64_t>("cost", "l", {1}))
        .add(std::move(price));
  };
  const column good = offer(integers<std::int64_t>("price", "l", {1200}));
  ArrowArrayStream out;
  pricepoint_error* error = nullptr;
  const auto refused = [&](stream& from, ArrowArrayStream in, pricepoint_result wanted, std::string_view part) {
    const int before = from.released;
    EXPECT_EQ(pricepoint_audit_stream(policy_, nullptr, PRICEPOINT_ABSENT, &in, &out, nullptr, &error), wanted);
    EXPECT_NE(std::string(pricepoint_error_text(error).data).find(part), std::string::npos)
        << pricepoint_error_text(error).data;
    pricepoint_error_free(error);
    EXPECT_EQ(from.released, before + 1);
    EXPECT_EQ(out.release, nullptr);
  };
  stream floating({offer(integers<std::int64_t>("price", "g", {0}))});
  refused(floating, floating.open(), PRICEPOINT_ERROR_SCHEMA, "\"price\" is a column of floating point");
  stream lying({good, table(1)});
  refused(lying, lying.open(), PRICEPOINT_ERROR_SCHEMA, "PP-A013");
  stream broken({good, good});
  broken.fail_before = 1;
  refused(broken, broken.open(), PRICEPOINT_ERROR_STREAM, "the cable was pulled");
  broken.fail_schema = 5;
  refused(broken, broken.open(), PRICEPOINT_ERROR_STREAM, "the cable was pulled");
  ArrowArrayStream mute = broken.open();
  mute.get_last_error = nullptr;
  refused(broken, mute, PRICEPOINT_ERROR_STREAM, "no reason given");
  ArrowArrayStream without = broken.open();
  without.get_schema = nullptr;
  refused(broken, without, PRICEPOINT_ERROR_ARGUMENT, "a stream has no functions");
  // The same of prices.
  ArrowArrayStream in = floating.open();
  stream floating_cost({table(1).add(integers<std::int64_t>("cost", "g", {0}))});
  in.release(&in);
  in = floating_cost.open();
  EXPECT_EQ(pricepoint_batch_stream(batch_, &in, &out, nullptr), PRICEPOINT_ERROR_SCHEMA);
  EXPECT_EQ(floating_cost.released, 1);
}

TEST_F(arrow, audits_look_ahead_where_they_are_told_until_when) {
  // At 10.00 in the store the web may not ask for more. In November another discount begins, and what is wrong is
  // looked at anew.
  stream offers({table(1)
                     .add(texts("sku", {"A"}))
                     .add(texts("market", {"CN"}))
                     .add(texts("channel", {"web"}))
                     .add(integers<std::int64_t>("price.store", "l", {1000}))
                     .add(integers<std::int64_t>("cost", "l", {1}))
                     .add(integers<std::int64_t>("at", "l", {1'793'000'000'000}))
                     .add(integers<std::int64_t>("price", "l", {1200}))});
  ArrowArrayStream in = offers.open();
  ArrowArrayStream out;
  ASSERT_EQ(pricepoint_audit_stream(policy_, nullptr, 1'799'000'000'000, &in, &out, nullptr, nullptr), PRICEPOINT_OK);
  ArrowSchema schema;
  ArrowArray array;
  ASSERT_EQ(out.get_schema(&out, &schema), 0);
  ASSERT_EQ(out.get_next(&out, &array), 0);
  ASSERT_GE(array.length, 1);
  const std::string row = row_of(schema, array, 0);
  EXPECT_NE(row.find("rule=near"), std::string::npos) << row;
  EXPECT_NE(row.find("from=1793000000000"), std::string::npos) << row;
  EXPECT_NE(row.find("until=1793462400000"), std::string::npos) << row;
  array.release(&array);
  schema.release(&schema);
  out.release(&out);
}

}  // namespace
