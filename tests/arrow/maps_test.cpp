// SPDX-License-Identifier: Apache-2.0
// Prices and attributes in a map, with any keys and in every layout.
#include <gtest/gtest.h>

#include "fixture.hpp"

namespace {

using namespace arrays;

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

TEST_F(arrow, maps_of_other_types_are_refused) {
  const auto store = texts("key", {"store"});
  const auto one = integers<std::int64_t>("value", "l", {1});
  const auto instant = integers<std::int64_t>("value", "tsm:UTC", {1});
  const std::string prices = "\"prices\" must be a struct, or a map from text to decimals, integers or text";
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

}  // namespace
