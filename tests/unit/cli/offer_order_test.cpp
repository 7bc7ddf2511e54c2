// SPDX-License-Identifier: Apache-2.0
#include "cli/offer_order.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "cli/job.hpp"

namespace pricepoint::cli {
namespace {

namespace fs = std::filesystem;

struct place {
  std::string sku, market;
  std::uint64_t line = 0;
  friend bool operator==(const place&, const place&) = default;
};

class cli_offer_order : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("offer_order." + std::to_string(::getpid()));
    fs::create_directories(folder_);
    write("policy.json",
          R"({"pricepoint":1,"name":"t","markets":{"DE":{},"CN":{}},"channels":{"web":{"kind":"online"}},"rules":[]})");
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  // Keys and lines in the order in which an audit would see them, and whether they were sorted for that.
  std::pair<bool, std::vector<place>> ordered(const std::string& name, const std::string& text,
                                              std::size_t memory_bytes) {
    write(name, text);
    options what;
    what.command = command::audit;
    what.policy = (folder_ / "policy.json").string();
    what.items = (folder_ / name).string();
    what.input = name.ends_with(".csv") ? row_format::csv : row_format::ndjson;
    what.market = "DE";
    std::vector<diagnostic> warnings;
    const auto made = prepare(what, {}, warnings);
    EXPECT_TRUE(made) << made.error().to_string();
    const auto numbered = put_in_order(what, **made, {memory_bytes});
    EXPECT_TRUE(numbered) << numbered.error().to_string();
    row_reader reader((*made)->fields, (*made)->columns_or_null(), (*made)->defaults, {}, *numbered);
    std::vector<place> all;
    block in;
    row one;
    while (*(*made)->blocks.next(in)) {
      reader.start(in);
      while (reader.next(one)) {
        all.push_back({std::string(one.request.sku), std::string(one.request.market), one.line});
      }
    }
    return {*numbered, all};
  }

  fs::path folder_;
};

TEST_F(cli_offer_order, what_is_sorted_stays_as_it_is) {
  const auto [sorted, all] = ordered("a.csv", "sku,market,price\nA,CN,1\nA,DE,1\nA,,2\nB,CN,3\n", 1u << 20);
  EXPECT_FALSE(sorted);
  EXPECT_EQ(all, (std::vector<place>{{"A", "CN", 2}, {"A", "DE", 3}, {"A", "DE", 4}, {"B", "CN", 5}}));
}

TEST_F(cli_offer_order, sorts_in_memory_and_on_disk_alike) {
  std::string text = "sku,market,price\n";
  std::string json;
  std::vector<place> expected;
  std::uint64_t seed = 7;
  for (std::uint64_t line = 2; line < 602; ++line) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    const std::string sku = "P" + std::to_string((seed >> 33) % 50);
    const std::string market = (seed >> 40) % 2 == 0 ? "DE" : "CN";
    text += sku + "," + market + ",9.99\n";
    json += R"({"price":"9.99","sku":")" + sku + R"(","market":")" + market + "\"}\n";
    expected.push_back({sku, market, line});
  }
  std::stable_sort(expected.begin(), expected.end(), [](const place& a, const place& b) {
    return std::tie(a.sku, a.market) < std::tie(b.sku, b.market);
  });
  for (const std::size_t memory : {std::size_t{1} << 20, std::size_t{500}, std::size_t{1}}) {
    const auto [sorted, all] = ordered("b.csv", text, memory);
    EXPECT_TRUE(sorted);
    EXPECT_EQ(all, expected) << memory;
  }
  for (place& one : expected) --one.line;
  for (const std::size_t memory : {std::size_t{1} << 20, std::size_t{500}}) {
    EXPECT_EQ(ordered("b.ndjson", json, memory).second, expected) << memory;
  }
}

TEST_F(cli_offer_order, cells_with_quotes_and_newlines_stay_whole) {
  const auto [sorted, all] =
      ordered("c.csv", "sku,market,price\n\"B\nx\",DE,1\n\"A, \"\"1\"\"\",DE,2\n\"A\ny\",DE,3", 1);
  EXPECT_TRUE(sorted);
  EXPECT_EQ(all, (std::vector<place>{{"A\ny", "DE", 5}, {"A, \"1\"", "DE", 4}, {"B\nx", "DE", 2}}));
}

TEST_F(cli_offer_order, rows_that_cannot_be_read_are_not_lost) {
  // Rows of no known product stay with those before them, and put nothing out of order.
  const auto [in_order, all] = ordered("d.csv", "sku,market,price\nB,DE,1\nC\n\"A,DE,2\nD,DE,3\n", 1u << 20);
  EXPECT_FALSE(in_order);
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all.back(), (place{"D", "DE", 5}));
  const auto [sorted, turned] = ordered("e.csv", "sku,market,price\nD,DE,1\nC\n\"A,DE,2\nB,DE,3\n", 1u << 20);
  EXPECT_TRUE(sorted);
  ASSERT_EQ(turned.size(), 4u);
  const auto b = std::find(turned.begin(), turned.end(), place{"B", "DE", 5});
  const auto d = std::find(turned.begin(), turned.end(), place{"D", "DE", 2});
  EXPECT_LT(b, d);
  EXPECT_NE(d, turned.end());
}

}  // namespace
}  // namespace pricepoint::cli
