// SPDX-License-Identifier: Apache-2.0
// Names and types of columns: which are taken, which are left aside, and what a refusal says.
#include <gtest/gtest.h>

#include "fixture.hpp"

namespace {

using namespace arrays;

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

}  // namespace
