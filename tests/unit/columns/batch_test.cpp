// SPDX-License-Identifier: Apache-2.0
#include "pricepoint/pricing/columns.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "unit/decide/deciding.hpp"

namespace {

using pricepoint::absent_value;
using pricepoint::decision_columns;
using pricepoint::number_column;
using pricepoint::request_columns;
using pricepoint::status;
using pricepoint::text_column;
using std::string_view;

constexpr string_view rules =
    R"({"id":"off","when":{"role":"profit"},"discount":"10%"},{"id":"near","ceiling":"price.store"},
       {"id":"earn","floor":"cost"},{"id":"nine","endings":[".99"],"strength":"required"},
       {"id":"q","when":{"quantity":{"from":3}},"discount":"20%"},{"id":"pay","credit":{"to":"store","rate":"10%"}})";

std::vector<std::string> names(const decision_columns& of, std::uint32_t set) {
  return {of.sets[set].begin(), of.sets[set].end()};
}
using list = std::vector<std::string>;

// Four rows in DE: one priced, one in conflict, one that lacks its base, one of an unknown channel.
struct four {
  std::array<string_view, 2> words = {"web", "mars"};
  std::array<std::int32_t, 4> channel = {0, 0, 0, 1};
  std::array<std::int64_t, 4> store = {4000, 4000, absent_value, 4000};
  std::array<std::int64_t, 4> list = {3500, 3500, absent_value, 3500};
  std::array<std::int64_t, 4> cost = {3050, 3999, 100, 100};
  std::array<string_view, 4> role = {"profit", "", "profit", ""};

  request_columns rows() const {
    request_columns made{.rows = 4,
                         .channel = text_column(channel, words),
                         .market = text_column::all("DE"),
                         .list = list,
                         .cost = cost};
    made.prices = {{"store", store}};
    made.attributes = {{"role", role, {}}};
    return made;
  }
};

TEST(batch, columns_in_decisions_out) {
  const auto with = deciding::policy_of(rules);
  pricepoint::pricer one(with);
  decision_columns out;
  const four rows;
  pricepoint::price_columns(one, rows.rows(), out);
  ASSERT_EQ(out.size(), 4u);
  pricepoint::decision each;
  for (std::size_t row = 0; row < 4; ++row) {
    pricepoint::request asked;
    std::vector<std::string> invalid;
    pricepoint::request_of_row(with, rows.rows(), row, asked, invalid);
    one.price(asked, each, invalid);
    EXPECT_EQ(out.status[row], each.status());
    EXPECT_EQ(out.price_minor[row], each.price() ? each.price()->minor : absent_value);
  }
  EXPECT_EQ(out.status[3], status::invalid);
  EXPECT_EQ(names(out, out.invalid[3]), list{"channel"});
  EXPECT_EQ(names(out, out.missing[2]), list{"price.store"});
  EXPECT_EQ(names(out, out.discounts[0]), list{"off"});
  EXPECT_EQ(out.policy, with.fingerprint());
}

TEST(batch, only_the_parts_that_are_asked_for) {
  pricepoint::pricer one(deciding::policy_of(rules));
  decision_columns out;
  const four rows;
  pricepoint::price_columns(one, rows.rows(), out);
  EXPECT_EQ(out.net_minor.size(), 4u);
  pricepoint::price_columns(one, rows.rows(), out, pricepoint::part::quote);
  EXPECT_EQ(out.status.size(), 4u);
  EXPECT_EQ(out.relaxed.size(), 4u);
  EXPECT_TRUE(out.net_minor.empty() && out.discounts.empty() && out.credits_end.empty() && out.credits.empty());
}

// A floor for each product, and rows of them: every third has a target above it.
struct floors {
  explicit floors(int products) {
    for (int i = 0; i < products; ++i) {
      words.push_back("S" + std::to_string(i));
      rules += R"(,{"id":"f)" + std::to_string(i) + R"(","when":{"sku":"S)" + std::to_string(i) + R"("},"floor":"30"})";
    }
    views.assign(words.begin(), words.end());
  }
  void add(int product) {
    store.push_back(sku.size() % 3 == 0 ? 4000 : 2000);
    sku.push_back(product);
  }
  request_columns rows() const {
    request_columns made{.rows = sku.size(),
                         .sku = text_column(sku, views),
                         .channel = text_column::all("web"),
                         .market = text_column::all("DE")};
    made.prices = {{"store", store}};
    return made;
  }
  list limited_by(std::size_t row) const { return store[row] == 4000 ? list() : list{"f" + std::to_string(sku[row])}; }

  std::string rules = R"({"id":"wish","ceiling":"25","strength":"weak"})";
  std::vector<std::string> words;
  std::vector<string_view> views;
  std::vector<std::int32_t> sku;
  std::vector<std::int64_t> store;
};

// However rows are decided, sets are numbered as they are met: row by row, what limits before what is relaxed.
TEST(batch, numbers_sets_in_the_order_of_rows) {
  constexpr int products = 300;
  floors of(products);
  for (int i = 0; i < 13'000; ++i) {
    of.add((i * 17 + i / 5'000 * 31) % products);
  }
  const request_columns rows = of.rows();
  const auto with = deciding::policy_of(of.rules);
  std::vector<std::uint32_t> limited, relaxed;
  for (const unsigned threads : {1u, 3u}) {
    pricepoint::batch_pricer all(with, {.threads = threads});
    for (int round = 0; round < 2; ++round) {
      decision_columns out;
      all.price(rows, out, pricepoint::part::quote);
      std::uint32_t next = 1;
      for (std::size_t i = 0; i < rows.rows; ++i) {
        ASSERT_EQ(names(out, out.limited_by[i]), of.limited_by(i)) << i;
        ASSERT_EQ(names(out, out.relaxed[i]), list{"wish"}) << i;
        for (const std::uint32_t set : {out.limited_by[i], out.relaxed[i]}) {
          ASSERT_LE(set, next) << i;
          next += set == next ? 1 : 0;
        }
      }
      EXPECT_EQ(out.sets.size(), next);
      if (limited.empty()) {
        limited = out.limited_by;
        relaxed = out.relaxed;
      }
      EXPECT_EQ(out.limited_by, limited);
      EXPECT_EQ(out.relaxed, relaxed);
    }
  }
}

// Products that share all but the names of their rules, each met only when those before have names that no row adds to.
TEST(batch, names_what_comes_later) {
  constexpr int products = 7;
  constexpr int rows_of_each = 10'000;
  floors of(products);
  for (int i = 0; i < products * rows_of_each; ++i) {
    of.add(i / rows_of_each);
  }
  const request_columns rows = of.rows();
  pricepoint::batch_pricer all(deciding::policy_of(of.rules), {.threads = 1});
  decision_columns out;
  all.price(rows, out, pricepoint::part::quote);
  for (std::size_t i = 0; i < rows.rows; ++i) {
    ASSERT_EQ(names(out, out.limited_by[i]), of.limited_by(i)) << i;
    ASSERT_EQ(names(out, out.relaxed[i]), list{"wish"}) << i;
  }
}

// Each part alone, and each missing, is what it is among all.
TEST(batch, every_part_alone) {
  pricepoint::pricer one(deciding::policy_of(rules));
  const four data;
  const auto rows = data.rows();
  decision_columns all;
  pricepoint::price_columns(one, rows, all);
  for (std::uint32_t bit = 1; bit < pricepoint::part::all; bit *= 2) {
    for (const std::uint32_t parts : {bit, pricepoint::part::all & ~bit}) {
      decision_columns out;
      pricepoint::price_columns(one, rows, out, parts);
      SCOPED_TRACE(parts);
      const auto same_sets = [&](const std::vector<std::uint32_t>& some, const std::vector<std::uint32_t>& of_all) {
        ASSERT_EQ(some.size(), of_all.size());
        for (std::size_t i = 0; i < some.size(); ++i) EXPECT_EQ(names(out, some[i]), names(all, of_all[i])) << i;
      };
      EXPECT_EQ(out.status, all.status);
      if ((parts & pricepoint::part::price) != 0) {
        EXPECT_EQ(out.price_minor, all.price_minor);
      }
      if ((parts & pricepoint::part::limited_by) != 0) same_sets(out.limited_by, all.limited_by);
      if ((parts & pricepoint::part::relaxed) != 0) same_sets(out.relaxed, all.relaxed);
      if ((parts & pricepoint::part::net) != 0) {
        EXPECT_EQ(out.net_minor, all.net_minor);
      }
      if ((parts & pricepoint::part::target) != 0) {
        EXPECT_EQ(out.target_e4, all.target_e4);
      }
      if ((parts & pricepoint::part::discounts) != 0) same_sets(out.discounts, all.discounts);
      if ((parts & pricepoint::part::advice) != 0) same_sets(out.advice, all.advice);
      if ((parts & pricepoint::part::reasons) != 0) {
        same_sets(out.conflict, all.conflict);
        same_sets(out.missing, all.missing);
        same_sets(out.invalid, all.invalid);
      }
    }
  }
}

TEST(batch, threads_do_not_change_a_word) {
  const auto with = deciding::policy_of(rules);
  constexpr std::size_t count = 20'000;
  std::vector<string_view> role;
  std::vector<std::int64_t> price, cost, quantity;
  for (std::size_t i = 0; i < count; ++i) {
    role.push_back(i % 3 == 0 ? "profit" : i % 7 == 0 ? "none" : "");
    price.push_back(static_cast<std::int64_t>(i * 37 % 9000));
    cost.push_back(static_cast<std::int64_t>(i * 17 % 9000));
    quantity.push_back(static_cast<std::int64_t>(i % 5));
  }
  request_columns rows{.rows = count,
                       .channel = text_column::all("web"),
                       .market = text_column::all("DE"),
                       .quantity = quantity,
                       .list = price,
                       .cost = cost};
  rows.prices = {{"store", price}};
  rows.attributes = {{"role", role, {}}};
  decision_columns alone, shared;
  pricepoint::pricer one(with);
  pricepoint::price_columns(one, rows, alone);
  pricepoint::batch_pricer many(with, {.threads = 3});
  EXPECT_EQ(many.threads(), 3u);
  for (int again = 0; again < 2; ++again) {
    many.price(rows, shared);
    ASSERT_EQ(shared.size(), count);
    EXPECT_EQ(shared.status, alone.status);
    EXPECT_EQ(shared.price_minor, alone.price_minor);
    EXPECT_EQ(shared.target_e4, alone.target_e4);
    EXPECT_EQ(shared.credits_end, alone.credits_end);
    ASSERT_EQ(shared.credits.size(), alone.credits.size());
    for (std::size_t row = 0; row < count; ++row) {
      ASSERT_EQ(names(shared, shared.limited_by[row]), names(alone, alone.limited_by[row]));
      ASSERT_EQ(names(shared, shared.missing[row]), names(alone, alone.missing[row]));
      ASSERT_EQ(names(shared, shared.conflict[row]), names(alone, alone.conflict[row]));
    }
  }
}

TEST(batch, numbers_in_every_layout) {
  pricepoint::pricer one(deciding::policy_of(R"({"id":"f","floor":"tag"})"));
  const std::array<std::int64_t, 3> minor = {2000, 2001, absent_value}, thousandths = {20000, 20010, 20015};
  const std::array<string_view, 3> text = {"20.00", "20,1", "20.015"};
  decision_columns out;
  request_columns rows{
      .rows = 3, .channel = text_column::all("plain"), .market = text_column::all("DE"), .list = minor};
  pricepoint::price_columns(one, rows, out);
  EXPECT_EQ(out.status, (std::vector{status::incomplete, status::incomplete, status::incomplete}));
  rows.list = number_column::scaled(thousandths, 3);
  rows.attributes = {{"tag", {}, number_column::all(1)}};
  pricepoint::price_columns(one, rows, out);
  EXPECT_EQ(out.target_e4[2], 20'015'000);
  rows.list = number_column::text(text);
  pricepoint::price_columns(one, rows, out);
  EXPECT_EQ(out.target_e4[2], 20'015'000);
  EXPECT_EQ(names(out, out.invalid[1]), list{"list"});
  rows.market = text_column::all("JP");  // a yen has no decimals
  rows.list = minor;
  pricepoint::price_columns(one, rows, out);
  EXPECT_EQ(out.price_minor[0], 2000);
}

// The same batch into the same columns has the same numbers of sets; that of no names is 0.
TEST(batch, begins_its_sets_anew) {
  pricepoint::pricer one(deciding::policy_of(rules));
  const four data;
  const auto rows = data.rows();
  decision_columns out;
  pricepoint::price_columns(one, rows, out);
  const std::size_t sets = out.sets.size();
  const auto limited = out.limited_by;
  for (int round = 0; round < 3; ++round) {
    pricepoint::price_columns(one, rows, out);
    EXPECT_EQ(out.sets.size(), sets);
    EXPECT_EQ(out.limited_by, limited);
    EXPECT_TRUE(out.sets[0].empty());
  }
}

TEST(batch, names_the_channel_of_a_price_that_is_no_amount) {
  const auto with = deciding::policy_of("");
  pricepoint::pricer one(with);
  const std::array<string_view, 2> store = {"20,1", "20.10"};
  request_columns rows{.rows = 2, .channel = text_column::all("web"), .market = text_column::all("DE")};
  rows.prices = {{"dealer", number_column::all(2000)}, {"store", number_column::text(store)}};
  decision_columns out;
  pricepoint::price_columns(one, rows, out);
  EXPECT_EQ(names(out, out.invalid[0]), list{"price.store"});
  EXPECT_EQ(out.status[1], status::priced);
  pricepoint::request asked;
  std::vector<std::string> invalid;
  pricepoint::request_of_row(with, rows, 0, asked, invalid);
  EXPECT_EQ(invalid, list{"price.store"});
}

// In any layout what text says too: a number that is no money has at most 15 integer digits.
TEST(batch, numbers_are_below_ten_to_the_fifteenth) {
  auto read = pricepoint::parse_policy(
      R"({"pricepoint":1,"markets":{"DE":{"tax":"19%"}},"channels":{"web":{"kind":"online"}},"attributes":{"stock":"number"},
          "rules":[{"id":"f","when":{"stock":{"from":5}},"discount":"1%"},{"id":"q","when":{"quantity":{"from":5}},"discount":"1%"}]})");
  ASSERT_TRUE(read) << read.error().to_string();
  pricepoint::pricer one(*read);
  const std::array<std::int64_t, 4> whole = {999'999'999'999'999, 1'000'000'000'000'000, INT64_MAX, 7};
  const std::array<std::int64_t, 4> hundredths = {99'999'999'999'999'999, 100'000'000'000'000'000, INT64_MAX, 7};
  const std::array<string_view, 4> text = {"999999999999999", "1000000000000000", "92233720368547758.07", "7"};
  const std::array<std::int64_t, 4> minor = {2000, 2000, 2000, 2000};
  request_columns rows{.rows = 4, .channel = text_column::all("web"), .market = text_column::all("DE"), .list = minor};
  const auto expect = [&](const char* field) {
    decision_columns out;
    pricepoint::price_columns(one, rows, out);
    EXPECT_EQ(out.status, (std::vector{status::priced, status::invalid, status::invalid, status::priced}));
    EXPECT_EQ(names(out, out.invalid[1]), list{field});
    EXPECT_EQ(names(out, out.invalid[2]), list{field});
  };
  for (const number_column& layout :
       {number_column(whole), number_column::scaled(hundredths, 2), number_column::text(text)}) {
    SCOPED_TRACE(static_cast<int>(layout.kind()));
    rows.attributes = {{"stock", {}, layout}};
    expect("stock");
    rows.attributes.clear();
    rows.quantity = layout;
    expect("quantity");
    rows.quantity = {};
    rows.units = layout;
    expect("units");
    rows.units = {};
  }
}

// [REL-37] [REQ-19] [REQ-12] A time or a rate beyond its ends is named, whether a rule reads it or not.
TEST(batch, times_and_rates_beyond_their_ends) {
  for (const char* const rule :
       {R"({"id":"f","discount":"1%"})", R"({"id":"f","during":{"until":"2030-01-01T00:00:00Z"},"discount":"1%"})"}) {
    SCOPED_TRACE(rule);
    auto read = pricepoint::parse_policy(
        R"({"pricepoint":1,"markets":{"DE":{"tax":"19%"}},"channels":{"web":{"kind":"online"}},"rules":[)" +
        std::string(rule) + "]}");
    ASSERT_TRUE(read) << read.error().to_string();
    pricepoint::pricer one(*read);
    const std::array<std::int64_t, 6> times = {
        0, pricepoint::last_instant.unix_ms, -1, pricepoint::last_instant.unix_ms + 1, INT64_MAX, INT64_MIN + 1};
    const std::array<std::int64_t, 6> taxes = {
        0, pricepoint::max_tax.e8(), -1, pricepoint::max_tax.e8() + 1, INT64_MAX, INT64_MIN + 1};
    const std::array<std::int64_t, 6> minor = {2000, 2000, 2000, 2000, 2000, 2000};
    const auto expect = [&](const request_columns& rows, const char* field) {
      decision_columns out;
      pricepoint::price_columns(one, rows, out);
      for (std::size_t row = 0; row < 6; ++row) {
        EXPECT_EQ(out.status[row], row < 2 ? status::priced : status::invalid) << field << row;
        EXPECT_EQ(names(out, out.invalid[row]), row < 2 ? list{} : list{field}) << row;
      }
    };
    const request_columns usual{.rows = 6,
                                .channel = text_column::all("web"),
                                .market = text_column::all("DE"),
                                .at_unix_ms = number_column::all(0),
                                .list = minor};
    request_columns rows = usual;
    rows.at_unix_ms = times;
    expect(rows, "at");
    rows = usual;
    rows.current_since_unix_ms = times;
    expect(rows, "current_since");
    rows = usual;
    rows.tax_e8 = taxes;
    expect(rows, "tax");
    rows = usual;
    rows.at_unix_ms = number_column::all(-1);
    decision_columns out;
    pricepoint::price_columns(one, rows, out);
    EXPECT_EQ(out.status, std::vector(6, status::invalid));
  }
}

// What is there twice is taken as a request with both would be.
TEST(batch, columns_that_are_there_twice) {
  const auto with = deciding::policy_of(rules);
  pricepoint::pricer one(with);
  const std::array<string_view, 3> first = {"profit", "traffic", "profit"};
  const std::array<string_view, 3> second = {"traffic", "profit", "profit"};
  request_columns rows{.rows = 3,
                       .channel = text_column::all("web"),
                       .market = text_column::all("DE"),
                       .cost = number_column::all(1000)};
  rows.prices = {{"store", number_column::all(4000)}};
  rows.attributes = {{"role", first, {}}, {"role", second, {}}};
  decision_columns out;
  pricepoint::price_columns(one, rows, out);
  for (std::size_t i = 0; i < 3; ++i) {
    pricepoint::request asked;
    std::vector<std::string> unreadable;
    pricepoint::request_of_row(with, rows, i, asked, unreadable);
    pricepoint::pricer fresh(with);
    const auto expected = fresh.price(asked);
    EXPECT_EQ(out.status[i], expected.status()) << i;
    EXPECT_EQ(out.price_minor[i], expected.price() ? expected.price()->minor : absent_value) << i;
  }
}

TEST(batch, odd_columns) {
  pricepoint::pricer one(deciding::policy_of(rules));
  decision_columns out;
  pricepoint::price_columns(one, {}, out);
  EXPECT_EQ(out.size(), 0u);
  const std::array<std::int32_t, 3> codes = {0, -1, 7};
  const std::array<string_view, 1> words = {"web"};
  const std::array<std::int64_t, 1> list_price = {INT64_MAX};
  const request_columns rows{
      .rows = 4, .channel = text_column(codes, words), .market = text_column::all("JP"), .list = list_price};
  pricepoint::price_columns(one, rows, out);
  ASSERT_EQ(out.size(), 4u);
  EXPECT_EQ(names(out, out.invalid[0]), list{"list"}) << "more than any amount, whatever the currency";
  for (std::size_t row = 1; row < 4; ++row) EXPECT_EQ(names(out, out.missing[row]), list{"channel"});
}

}  // namespace
