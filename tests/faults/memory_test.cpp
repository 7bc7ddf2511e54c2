// SPDX-License-Identifier: Apache-2.0
// How much memory is taken: little for each of very many rules, and none at all by a price once its kind is known.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "allocations.hpp"
#include "compile/machine.hpp"
#include "pricepoint/pricepoint.hpp"
#include "scarce.hpp"

namespace {

using namespace faults;
using namespace pricepoint::literals;

pricepoint::result<policy> parse_many() {
  return pricepoint::parse_policy(R"x({"pricepoint":1,"within":"10%",
  "markets":{"CN":{"tax":"13%"},"DE":{"tax":"19%"}},
  "channels":{"store":{"kind":"traditional"},"web":{"kind":"online","reference":"store"},"app":{"kind":"online"}},
  "attributes":{"role":["traffic","volume"]},
  "periods":{"eleven":{"from":"2026-11-01","until":"2026-11-11","zone":"Asia/Shanghai"}},
  "rules":[{"id":"off","when":{"role":"traffic"},"discount":"8%"},{"id":"more","during":"eleven","discount":"15%"},
           {"id":"earn","floor":"cost * 105% + shipping"},{"id":"store","ceiling":"price.store","skip_if_missing":true},
           {"id":"margin","margin":"5%","strength":"strong"},{"id":"nine","endings":[".99",".49"]},
           {"id":"eight","prefer":{"digits":"8"}},{"id":"with-a-name-that-is-quite-long","floor":"max(map?, 1)"}]})x",
                                  "many.json", {}, nullptr);
}

// Requests of many kinds: every role, channel, market and day, with prices around the bounds.
std::vector<request> many_requests() {
  std::vector<request> made;
  for (int i = 0; i < 600; ++i) {
    request one = asked();
    one.channel = i % 4 == 0 ? "app" : "web";
    one.market = i % 3 == 0 ? "DE" : "CN";
    one.at = *pricepoint::parse_instant(i % 5 == 0 ? "2026-11-05T00:00:00Z" : "2026-06-01T00:00:00Z");
    one.attributes = {{"role", i % 2 == 0 ? "traffic" : "volume"}};
    one.prices = {{"store", pricepoint::decimal::from_parts(2000 + 37 * i, 2)}};
    one.list = pricepoint::decimal::from_parts(2100 + 35 * i, 2);
    one.map = pricepoint::decimal::from_parts(1800 + 30 * i, 2);
    one.cost = pricepoint::decimal::from_parts((i % 7 == 0 ? 2200 : i % 7 == 1 ? 1700 : 900) + 30 * i, 2);
    if (i % 11 == 0) one.cost.reset();
    made.push_back(one);
  }
  return made;
}

// [REL-23] What a policy of very many rules takes, and what a price adds to it.
TEST(memory, of_very_many_rules_is_little_each) {
  constexpr int count = 20'000;
  std::string text = R"({"pricepoint":1,"markets":{"CN":{"tax":"13%"}},"channels":{"web":{"kind":"online"}},"rules":[)";
  std::string rows = "id,when.sku,floor\n";
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    text += R"({"id":"r)" + number + R"(","when":{"sku":"A)" + number + R"("},"discount":"5%"},)";
    rows += "t" + number + ",A" + number + "," + number + ".5\n";
  }
  text += R"({"table":"rows.csv"}]})";
  const long before = live_bytes;
  auto read = pricepoint::parse_policy(
      std::string(text), "many.json", {},
      [&](const std::string& name, std::size_t) -> pricepoint::result<pricepoint::policy_language::loaded_table> {
        return pricepoint::policy_language::loaded_table{name, rows};
      });
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_LT(live_bytes - before, 300L * 2 * count);
  EXPECT_EQ(pricepoint::engine::machine_of(*read).rules_made(), 0u);
  pricer with(*read);
  const request one{.sku = "A700", .channel = "web", .market = "CN", .list = "1000"_money};
  EXPECT_EQ(line(with.price(one)), "priced 950.00 | | |");
  request other = one;
  other.sku = "A17000";
  EXPECT_EQ(line(with.price(other)), "priced 17000.50 | t17000 | |");
  EXPECT_EQ(pricepoint::engine::machine_of(*read).rules_made(), 4u);
  // Those of a small policy are there at once.
  EXPECT_EQ(pricepoint::engine::machine_of(*parse()).rules_made(),
            pricepoint::engine::machine_of(*parse()).rule_count());
}

// [REL-7] A row of nothing but commas takes no more at any time than one long cell of as many bytes.
TEST(memory, is_not_taken_by_commas) {
  constexpr std::size_t size = 8u << 20;
  const auto most_with = [](const std::string& rows) {
    const long before = live_bytes;
    most_bytes = before;
    const auto read = pricepoint::parse_policy(
        R"({"pricepoint":1,"markets":{"CN":{}},"channels":{"web":{"kind":"online"}},"rules":[{"table":"t.csv"}]})", "p",
        {}, [&](const std::string& name, std::size_t) -> pricepoint::result<pricepoint::policy_language::loaded_table> {
          return pricepoint::policy_language::loaded_table{name, rows};
        });
    EXPECT_EQ(static_cast<bool>(read), rows.find(",,") == std::string::npos);
    return most_bytes - before;
  };
  const std::string header = "id,floor,x-note\na,1,";
  const long with_a_note = most_with(header + std::string(size, 'n') + "\n");
  const long with_commas = most_with(header + std::string(size, ',') + "\n");
  EXPECT_LT(with_commas, with_a_note + (1 << 20));
}

TEST(memory, is_not_taken_by_prices_of_known_kinds) {
  const auto read = parse_many();
  ASSERT_TRUE(read) << read.error().to_string();
  pricer with(*read);
  const std::vector<request> all = many_requests();
  decision made;
  for (int warm = 0; warm < 2; ++warm) {
    for (const request& one : all) with.price(one, made);
  }
  std::map<pricepoint::status, long> most, count;
  for (const request& one : all) {
    const long before = taken;
    with.price(one, made);
    const long used = taken - before;  // before the maps below take some
    most[made.status()] = std::max(most[made.status()], used);
    ++count[made.status()];
  }
  for (const pricepoint::status one : {pricepoint::status::priced, pricepoint::status::compromised}) {
    EXPECT_GT(count[one], 0) << to_string(one);
    EXPECT_EQ(most[one], 0) << to_string(one);
  }
  // Where there is no price they take some, to name what lacks or what contradicts what.
  for (const pricepoint::status one : {pricepoint::status::incomplete, pricepoint::status::conflict}) {
    EXPECT_GT(count[one], 0) << to_string(one);
    EXPECT_LT(most[one], 20) << to_string(one);
  }
}

TEST(memory, is_not_taken_by_bound_prices) {
  pricer with(*parse());
  const std::string_view fields[] = {"price.store", "cost"};
  auto kind = with.bind(asked(), fields);
  ASSERT_TRUE(kind);
  const auto run = [&] {
    std::int64_t sum = 0;
    for (std::int64_t i = 1; i < 4000; ++i) {
      const std::int64_t money[] = {i, i % 5 == 0 ? i * 2 : i / 2 + 1};
      sum += kind->price(money).price_minor & 0xFFFF;
    }
    return sum;
  };
  const std::int64_t first = run();
  const long before = taken;
  const std::int64_t second = run();
  EXPECT_EQ(taken - before, 0);
  EXPECT_EQ(first, second);
}

TEST(memory, is_not_taken_by_columns_priced_again) {
  pricer with(*parse());
  constexpr std::size_t rows = 3000;
  std::vector<std::int64_t> store, cost;
  std::vector<std::int32_t> role;
  for (std::size_t i = 0; i < rows; ++i) {
    store.push_back(static_cast<std::int64_t>(1500 + i * 7));
    cost.push_back(static_cast<std::int64_t>(500 + i * 2));
    role.push_back(static_cast<std::int32_t>(i % 2));
  }
  constexpr std::string_view roles[] = {"traffic", "volume"};
  pricepoint::request_columns asked_of{.rows = rows};
  asked_of.channel = pricepoint::text_column::all("web");
  asked_of.market = pricepoint::text_column::all("CN");
  asked_of.attributes.push_back({"role", pricepoint::text_column(role, roles)});
  asked_of.prices.push_back({"store", store});
  asked_of.cost = cost;
  asked_of.shipping = cost;
  pricepoint::decision_columns out;
  for (int warm = 0; warm < 2; ++warm) price_columns(with, asked_of, out, pricepoint::part::quote);
  const long before = taken;
  price_columns(with, asked_of, out, pricepoint::part::quote);
  // A batch takes some of its own, however many rows it has.
  EXPECT_LT(taken - before, 40);
}

}  // namespace
