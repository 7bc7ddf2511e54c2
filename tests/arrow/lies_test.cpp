// SPDX-License-Identifier: Apache-2.0
// Arrays and schemas that lie: counts, offsets, pointers and types that do not fit are refused, never followed.
#include <gtest/gtest.h>

#include <cstring>
#include <functional>

#include "fixture.hpp"

namespace {

using namespace arrays;

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

}  // namespace
