// SPDX-License-Identifier: Apache-2.0
// Batches and audits over Arrow arrays made by hand: every layout, and arrays that lie. What pyarrow, polars, pandas
// and DuckDB make is in bindings/python/tests.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/detail/int128.hpp"
#include "pricepoint/pricepoint.h"

namespace {

using pricepoint::detail::int128;

std::string text_of(pricepoint_view view) { return {view.data, view.size}; }

// A column that the test owns; releases are counted, since each must be called just once.
struct column {
  std::string name, format;
  std::vector<std::vector<std::uint8_t>> buffers;
  std::vector<bool> missing;  // buffers that are NULL
  std::int64_t length = 0, nulls = 0, offset = 0;
  std::deque<column> children;
  std::unique_ptr<column> dictionary;

  ArrowSchema schema{};
  ArrowArray array{};
  std::vector<const void*> pointers;
  std::vector<ArrowSchema*> schema_children;
  std::vector<ArrowArray*> array_children;

  template <class T>
  column& buffer(const std::vector<T>& values) {
    std::vector<std::uint8_t> bytes(values.size() * sizeof(T));
    if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
    buffers.push_back(std::move(bytes));
    missing.push_back(false);
    return *this;
  }
  column& no_buffer() {
    buffers.emplace_back();
    missing.push_back(true);
    return *this;
  }
  void tie() {
    pointers.clear();
    schema_children.clear();
    array_children.clear();
    for (std::size_t i = 0; i < buffers.size(); ++i) pointers.push_back(missing[i] ? nullptr : buffers[i].data());
    for (column& child : children) {
      child.tie();
      schema_children.push_back(&child.schema);
      array_children.push_back(&child.array);
    }
    if (dictionary) dictionary->tie();
    schema = {format.c_str(),
              name.c_str(),
              nullptr,
              ARROW_FLAG_NULLABLE,
              static_cast<std::int64_t>(children.size()),
              schema_children.data(),
              dictionary ? &dictionary->schema : nullptr,
              [](ArrowSchema*) {},
              nullptr};
    array = {length,
             nulls,
             offset,
             static_cast<std::int64_t>(pointers.size()),
             static_cast<std::int64_t>(children.size()),
             pointers.data(),
             array_children.data(),
             dictionary ? &dictionary->array : nullptr,
             [](ArrowArray*) {},
             nullptr};
  }
};

std::vector<std::uint8_t> bits(const std::vector<bool>& from) {
  std::vector<std::uint8_t> made((from.size() + 7) / 8 + 1);
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i]) made[i / 8] = static_cast<std::uint8_t>(made[i / 8] | 1u << i % 8);
  }
  return made;
}

template <class T = std::int32_t>
column texts(const std::string& name, const std::vector<std::string>& values) {
  column made;
  made.name = name;
  made.format = sizeof(T) == 4 ? "u" : "U";
  made.length = static_cast<std::int64_t>(values.size());
  std::vector<T> offsets = {0};
  std::vector<char> all;
  for (const std::string& one : values) {
    all.insert(all.end(), one.begin(), one.end());
    offsets.push_back(static_cast<T>(all.size()));
  }
  made.no_buffer().buffer(offsets).buffer(all);
  return made;
}

template <class T>
column numbers(const std::string& name, const char* format, const std::vector<T>& values) {
  column made;
  made.name = name;
  made.format = format;
  made.length = static_cast<std::int64_t>(values.size());
  made.no_buffer().buffer(values);
  return made;
}

template <class Code>
column coded(const std::string& name, const char* format, const std::vector<Code>& codes,
             const std::vector<std::string>& words) {
  column made = numbers(name, format, codes);
  made.dictionary = std::make_unique<column>(texts("", words));
  return made;
}

column table(std::int64_t rows) {
  column made;
  made.format = "+s";
  made.length = rows;
  made.no_buffer();
  return made;
}

constexpr pricepoint_batch_options in_minor_units = {
    sizeof(pricepoint_batch_options), 0, 0, nullptr, {nullptr, 0}, {nullptr, 0}, PRICEPOINT_OPTIONAL_INIT,
    PRICEPOINT_INTEGERS_MINOR,        0};

class capi_arrow : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string_view text = R"({"pricepoint":1,"markets":{"DE":{"tax":"19%"},"JP":{"tax":"10%"}},
      "channels":{"store":{"kind":"traditional"},"web":{"kind":"online","reference":"store"}},
      "attributes":{"role":["traffic","profit"],"stock":"number","wholesale":{"money":"net"}},
      "rules":[{"id":"t","when":{"role":"traffic"},"discount":"10%"},{"id":"full","when":{"stock":{"from":5}},"discount":"20%","group":"s"},
        {"id":"earn","floor":"cost"},{"id":"whole","floor":"wholesale","skip_if_missing":true},
        {"id":"near","gap":{"to":"store","min":"0%"},"skip_if_missing":true},
        {"id":"soon","during":{"from":"2030-01-01T00:00:00Z"},"advise":"later"}]})";
    ASSERT_EQ(pricepoint_policy_from_text({text.data(), text.size()}, nullptr, &policy_, nullptr), PRICEPOINT_OK);
    ASSERT_EQ(pricepoint_batch_create(policy_, &in_minor_units, &batch_, nullptr), PRICEPOINT_OK);
  }
  void TearDown() override {
    pricepoint_batch_free(batch_);
    pricepoint_policy_free(policy_);
  }

  static std::string status(const ArrowArray& of, std::size_t row) {
    return pricepoint_status_name(static_cast<const std::int8_t*>(of.children[0]->buffers[1])[row]);
  }
  // In ten-thousandths.
  static std::optional<std::int64_t> money(const ArrowArray& of, std::size_t child, std::size_t row) {
    const ArrowArray& column = *of.children[child];
    const auto* valid = static_cast<const std::uint8_t*>(column.buffers[0]);
    if (valid != nullptr && (valid[row / 8] >> row % 8 & 1) == 0) return {};
    int128 value;
    std::memcpy(&value, static_cast<const char*>(column.buffers[1]) + row * 16, 16);
    return static_cast<std::int64_t>(value);
  }
  static std::vector<std::string> names(const ArrowArray& of, std::size_t child, std::size_t row) {
    const ArrowArray& column = *of.children[child];
    const auto* offsets = static_cast<const std::int32_t*>(column.buffers[1]);
    const auto* ends = static_cast<const std::int32_t*>(column.children[0]->buffers[1]);
    const auto* bytes = static_cast<const char*>(column.children[0]->buffers[2]);
    std::vector<std::string> made;
    for (std::int32_t i = offsets[row]; i < offsets[row + 1]; ++i)
      made.emplace_back(bytes + ends[i], bytes + ends[i + 1]);
    return made;
  }

  // "status price[ invalid names]" a row, or the error's message.
  std::vector<std::string> decide(column& of) {
    of.tie();
    ArrowSchema schema;
    ArrowArray out;
    pricepoint_error* error = nullptr;
    const auto result = pricepoint_batch_array(batch_, &of.schema, &of.array, &schema, &out, &error);
    if (result != PRICEPOINT_OK) {
      EXPECT_EQ(result, PRICEPOINT_ERROR_SCHEMA);
      EXPECT_EQ(schema.release, nullptr);
      EXPECT_EQ(out.release, nullptr);
      const std::string text = text_of(pricepoint_error_text(error));
      pricepoint_error_free(error);
      return {text};
    }
    EXPECT_EQ(error, nullptr);
    EXPECT_EQ(std::string(schema.format), "+s");
    EXPECT_EQ(schema.n_children, out.n_children);
    std::vector<std::string> made;
    for (std::size_t row = 0; row < static_cast<std::size_t>(out.length); ++row) {
      const auto price = money(out, 1, row);
      std::string line = status(out, row) + (price ? " " + std::to_string(*price) : "");
      for (std::size_t child = 0; child < static_cast<std::size_t>(schema.n_children); ++child) {
        const std::string_view name = schema.children[child]->name;
        if (name != "invalid" && name != "missing") continue;
        for (const std::string& one : names(out, child, row)) line += " " + one;
      }
      made.push_back(std::move(line));
    }
    schema.release(&schema);
    out.release(&out);
    EXPECT_EQ(schema.release, nullptr);
    EXPECT_EQ(out.release, nullptr);
    return made;
  }

  pricepoint_policy* policy_ = nullptr;
  pricepoint_batch* batch_ = nullptr;
};
using lines = std::vector<std::string>;

TEST_F(capi_arrow, every_layout) {
  column of = table(3);
  of.children.push_back(coded<std::int32_t>("market", "i", {0, 1, 0}, {"DE", "JP"}));
  of.children.push_back(coded<std::uint8_t>("channel", "C", {0, 0, 0}, {"web"}));
  of.children.push_back(texts<std::int64_t>("role", {"traffic", "", "profit"}));
  of.children.push_back(numbers<std::int64_t>("price.store", "l", {3000, 3000, 3000}));
  of.children.push_back(numbers<int128>("cost", "d:20,3", {12'340, 12'000, 27'005}));
  of.children.push_back(texts("wholesale", {"", "1.5", "30.00"}));
  of.children.push_back(numbers<std::int16_t>("stock", "s", {1, 5, 1}));
  of.children.push_back(numbers<std::int64_t>("at", "tsu:UTC", {1, 2, 3}));
  of.children.push_back(numbers<double>("weight", "g", {1, 2, 3}));  // nothing knows it
  const lines got = decide(of);
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(got[0], "priced 270000");          // 30.00 less 10%
  EXPECT_EQ(got[1], "priced 24000000");        // yen have no decimals: 3000 less 20%
  EXPECT_EQ(got[2].substr(0, 8), "conflict");  // wholesale 30.00 net is 35.70
}

TEST_F(capi_arrow, nulls_slices_and_views) {
  column of = table(3);
  of.offset = 2;
  of.children.push_back(coded<std::int32_t>("market", "i", {0, 0, 0, 7, -1}, {"DE"}));
  column channel = texts("channel", {"x", "y", "web", "web", "web"});
  of.children.push_back(std::move(channel));
  column store = numbers<std::int64_t>("price.store", "l", {1, 1, 3000, 3000, 3000});
  store.buffers[0] = bits({true, true, true, true, true});
  store.missing[0] = false;
  store.nulls = -1;
  of.children.push_back(std::move(store));
  column cost = numbers<std::int32_t>("cost", "i", {1, 1, 2000, 2000, 2000});
  cost.buffers[0] = bits({true, true, false, true, true});
  cost.missing[0] = false;
  cost.nulls = 1;
  of.children.push_back(std::move(cost));
  of.children.push_back(numbers<std::int64_t>("at", "tsn:Europe/Berlin", {0, 0, 0, 0, 0}));
  const lines got = decide(of);
  EXPECT_EQ(got, (lines{"incomplete cost", "incomplete market", "incomplete market"}));

  column views = table(2);
  column names;
  names.name = "channel";
  names.format = "vu";
  names.length = 2;
  std::vector<std::int32_t> raw(8);
  raw[0] = 3;
  std::memcpy(&raw[1], "web", 3);
  raw[4] = 14;
  raw[6] = 0;
  raw[7] = 1;
  names.no_buffer().buffer(raw).buffer(
      std::vector<char>{'-', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n'});
  names.buffer(std::vector<std::int64_t>{15});
  views.children.push_back(std::move(names));
  EXPECT_EQ(decide(views), (lines{"incomplete market", "invalid channel"}));
}

TEST_F(capi_arrow, values_that_no_amount_can_have) {
  column of = table(4);
  of.children.push_back(texts("market", {"JP", "JP", "JP", "JP"}));
  of.children.push_back(texts("channel", {"web", "web", "web", "web"}));
  of.children.push_back(numbers<std::uint64_t>("price.store", "L", {UINT64_MAX, 100, 100, 100}));
  of.children.push_back(numbers<int128>("cost", "d:38,12", {1, 1, static_cast<int128>(1) << 100, 5'000'000'000'000}));
  of.children.push_back(numbers<std::int64_t>("at", "tss:UTC", {0, 0, INT64_MAX, 0}));
  of.children.push_back(texts("list", {"", "12,5", "", ""}));
  EXPECT_EQ(decide(of), (lines{"invalid cost price.store", "invalid cost list", "invalid at cost", "priced 1000000"}));
}

TEST_F(capi_arrow, structs_and_maps_of_prices) {
  column of = table(2);
  of.children.push_back(texts("market", {"DE", "DE"}));
  of.children.push_back(texts("channel", {"web", "web"}));
  of.children.push_back(numbers<std::int64_t>("at", "l", {0, 0}));
  of.children.push_back(numbers<std::int64_t>("cost", "l", {1, 1}));
  column prices = table(2);
  prices.name = "prices";
  prices.children.push_back(numbers<std::int64_t>("store", "l", {2500, 2600}));
  of.children.push_back(std::move(prices));
  EXPECT_EQ(decide(of), (lines{"priced 250000", "priced 260000"}));

  of.children.pop_back();
  column map;
  map.name = "prices";
  map.format = "+m";
  map.length = 2;
  map.no_buffer().buffer(std::vector<std::int32_t>{0, 2, 3});
  column entries = table(3);
  entries.children.push_back(texts("key", {"web", "store", "store"}));
  entries.children.push_back(numbers<int128>("value", "d:10,2", {1, 2500, 2700}));
  map.children.push_back(std::move(entries));
  of.children.push_back(std::move(map));
  EXPECT_EQ(decide(of), (lines{"priced 250000", "priced 270000"}));
  // Offsets that lie.
  of.children.back().buffers[1].clear();
  of.children.back().buffers[1].resize(12, 0x7F);
  EXPECT_NE(decide(of)[0].find("PP-A013"), std::string::npos);
}

TEST_F(capi_arrow, refuses_types_with_a_way_out) {
  column of = table(1);
  of.children.push_back(numbers<double>("cost", "g", {1.5}));
  of.children.push_back(numbers<std::int64_t>("at", "tsm:", {0}));
  of.children.push_back(texts("sku", {"A"}));
  of.children.push_back(texts("sku", {"B"}));
  of.children.push_back(numbers<float>("tax", "f", {0.19F}));
  const std::string text = decide(of)[0];
  for (const char* part : {"\"cost\" is a column of floating point", "decimal128(18, 2)", "time zone",
                           "\"sku\" stands twice", "\"tax\"", "19%"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  column no_table = texts("sku", {"A"});
  EXPECT_NE(decide(no_table)[0].find("PP-A010"), std::string::npos);
}

TEST_F(capi_arrow, arrays_that_lie_are_refused) {
  const auto fresh = [] {
    column of = table(2);
    of.children.push_back(texts("market", {"DE", "DE"}));
    of.children.push_back(coded<std::int32_t>("channel", "i", {0, 0}, {"web"}));
    of.children.push_back(numbers<std::int64_t>("cost", "l", {1, 1}));
    return of;
  };
  const auto refused = [&](auto spoil) {
    column of = fresh();
    spoil(of);
    const std::string text = decide(of)[0];
    EXPECT_NE(text.find("PP-A01"), std::string::npos) << text;
  };
  refused([](column& of) { of.length = -1; });
  refused([](column& of) { of.offset = -3; });
  refused([](column& of) { of.length = 3; });
  refused([](column& of) { of.offset = 1; });
  refused([](column& of) { of.children[2].missing[1] = true; });
  refused([](column& of) { of.children[2].length = 1; });
  refused([](column& of) {
    of.children[0].buffers[1][4] = 0xFF;
    of.children[0].buffers[1][7] = 0xFF;
  });
  refused([](column& of) { of.children[0].missing[2] = true; });
  refused([](column& of) { of.children[1].dictionary->buffers[1][0] = 9; });
  // An array of another shape than its schema.
  column of = fresh();
  of.tie();
  of.array.n_children = 2;
  ArrowSchema schema;
  ArrowArray out;
  pricepoint_error* error = nullptr;
  EXPECT_EQ(pricepoint_batch_array(batch_, &of.schema, &of.array, &schema, &out, &error), PRICEPOINT_ERROR_SCHEMA);
  pricepoint_error_free(error);
  EXPECT_EQ(pricepoint_batch_array(nullptr, &of.schema, &of.array, &schema, &out, nullptr), PRICEPOINT_ERROR_ARGUMENT);
  EXPECT_EQ(pricepoint_batch_array(batch_, nullptr, &of.array, &schema, &out, nullptr), PRICEPOINT_ERROR_ARGUMENT);
  EXPECT_EQ(pricepoint_batch_array(batch_, &of.schema, &of.array, nullptr, &out, nullptr), PRICEPOINT_ERROR_ARGUMENT);
}

TEST_F(capi_arrow, no_rows_and_no_columns) {
  column of = table(0);
  EXPECT_EQ(decide(of), lines{});
  column rows = table(2);
  EXPECT_EQ(decide(rows), (lines{"incomplete channel market", "incomplete channel market"}));
}

// ---- streams

struct source {
  std::deque<column> chunks;
  std::size_t next = 0;
  int fail_after = -1;
  int released = 0;

  ArrowArrayStream stream() {
    for (column& one : chunks) one.tie();
    return {[](ArrowArrayStream* self, ArrowSchema* out) {
              *out = static_cast<source*>(self->private_data)->chunks[0].schema;
              return 0;
            },
            [](ArrowArrayStream* self, ArrowArray* out) {
              auto& of = *static_cast<source*>(self->private_data);
              if (of.fail_after >= 0 && static_cast<int>(of.next) > of.fail_after) return 5;
              *out = of.next < of.chunks.size() ? of.chunks[of.next++].array : ArrowArray{};
              return 0;
            },
            [](ArrowArrayStream*) { return "the disk is gone"; },
            [](ArrowArrayStream* self) {
              ++static_cast<source*>(self->private_data)->released;
              self->release = nullptr;
            },
            this};
  }
  void add(const std::vector<std::string>& markets, const std::vector<std::int64_t>& prices) {
    column of = table(static_cast<std::int64_t>(markets.size()));
    of.children.push_back(texts("market", markets));
    of.children.push_back(coded<std::int32_t>("channel", "i", std::vector<std::int32_t>(markets.size(), 1),
                                              {chunks.empty() ? "a" : "b", "web"}));
    of.children.push_back(numbers("price.store", "l", prices));
    of.children.push_back(numbers("cost", "l", std::vector<std::int64_t>(prices.size(), 1)));
    of.children.push_back(numbers("at", "l", std::vector<std::int64_t>(prices.size(), 0)));
    chunks.push_back(std::move(of));
  }
};

TEST_F(capi_arrow, streams_chunk_by_chunk) {
  source from;
  from.add({"DE"}, {1000});
  from.add({"DE", "JP"}, {2000, 3000});
  ArrowArrayStream in = from.stream();
  ArrowArrayStream out;
  ASSERT_EQ(pricepoint_batch_stream(batch_, &in, &out, nullptr), PRICEPOINT_OK);
  EXPECT_EQ(in.release, nullptr) << "moved";
  ArrowSchema schema;
  ASSERT_EQ(out.get_schema(&out, &schema), 0);
  schema.release(&schema);
  ArrowArray array;
  ASSERT_EQ(out.get_next(&out, &array), 0);
  EXPECT_EQ(money(array, 1, 0), 100'000);
  array.release(&array);
  ASSERT_EQ(out.get_next(&out, &array), 0);
  EXPECT_EQ(money(array, 1, 1), 30'000'000);
  array.release(&array);
  ASSERT_EQ(out.get_next(&out, &array), 0);
  EXPECT_EQ(array.release, nullptr) << "the end";
  out.release(&out);
  EXPECT_EQ(from.released, 1);
}

TEST_F(capi_arrow, says_what_the_input_stream_says) {
  source from;
  from.add({"DE"}, {1000});
  from.fail_after = 0;
  ArrowArrayStream in = from.stream();
  ArrowArrayStream out;
  ASSERT_EQ(pricepoint_batch_stream(batch_, &in, &out, nullptr), PRICEPOINT_OK);
  ArrowArray array;
  ASSERT_EQ(out.get_next(&out, &array), 0);
  array.release(&array);
  EXPECT_NE(out.get_next(&out, &array), 0);
  EXPECT_EQ(std::string(out.get_last_error(&out)), "the input stream failed: the disk is gone");
  out.release(&out);
  EXPECT_EQ(from.released, 1);
  // Of an audit, which takes all of it at once.
  from.next = 0;
  from.chunks[0].children.push_back(numbers<std::int64_t>("price", "l", {1200}));
  in = from.stream();
  pricepoint_error* error = nullptr;
  EXPECT_EQ(pricepoint_audit_stream(policy_, &in_minor_units, PRICEPOINT_ABSENT, &in, &out, nullptr, &error),
            PRICEPOINT_ERROR_STREAM);
  EXPECT_EQ(from.released, 2);
  pricepoint_error_free(error);
}

TEST_F(capi_arrow, audits_offers_over_chunks) {
  source from;
  from.add({"DE"}, {1000});
  from.add({"DE"}, {1000});
  for (column& one : from.chunks) {
    one.children.push_back(texts("sku", {"A"}));
    one.children.push_back(numbers<std::int64_t>("price", "l", {1200}));
    one.children.push_back(texts("seller", {"me"}));
  }
  ArrowArrayStream in = from.stream();
  ArrowArrayStream out;
  pricepoint_text* summary = nullptr;
  ASSERT_EQ(pricepoint_audit_stream(policy_, &in_minor_units, PRICEPOINT_ABSENT, &in, &out, &summary, nullptr),
            PRICEPOINT_OK);
  EXPECT_EQ(from.released, 1);
  EXPECT_NE(text_of(pricepoint_text_get(summary)).find("\"summary\":true"), std::string::npos);
  pricepoint_text_free(summary);
  ArrowArray array;
  ASSERT_EQ(out.get_next(&out, &array), 0);
  ASSERT_EQ(array.length, 2);
  EXPECT_EQ(static_cast<const std::int64_t*>(array.children[0]->buffers[1])[1], 1) << "rows count on over chunks";
  EXPECT_EQ(money(array, 8, 0), 120'000);
  EXPECT_EQ(money(array, 10, 0), 100'000) << "at most the store's";
  ArrowSchema schema;
  ASSERT_EQ(out.get_schema(&out, &schema), 0) << "also after the rows";
  EXPECT_EQ(schema.n_children, array.n_children);
  schema.release(&schema);
  array.release(&array);
  ASSERT_EQ(out.get_next(&out, &array), 0);
  EXPECT_EQ(array.release, nullptr);
  out.release(&out);
}

TEST_F(capi_arrow, defaults_parts_and_slots) {
  pricepoint_slot* slot = nullptr;
  ASSERT_EQ(pricepoint_slot_create(policy_, &slot, nullptr), PRICEPOINT_OK);
  pricepoint_batch_options options = PRICEPOINT_BATCH_OPTIONS_INIT;
  options.channel = PRICEPOINT_TEXT("web");
  options.market = PRICEPOINT_TEXT("DE");
  options.at_unix_ms = PRICEPOINT_GIVEN(0);
  options.parts = PRICEPOINT_PART_PRICE | PRICEPOINT_PART_LIMITED_BY;
  options.integers = PRICEPOINT_INTEGERS_MINOR;
  pricepoint_batch* batch = nullptr;
  ASSERT_EQ(pricepoint_batch_from_slot(slot, &options, &batch, nullptr), PRICEPOINT_OK);
  column of = table(2);
  of.children.push_back(numbers<std::int64_t>("price.store", "l", {1000, 1000}));
  of.children.push_back(numbers<std::int64_t>("cost", "l", {1, 1100}));
  of.children.push_back(texts("market", {"", "JP"}));
  of.tie();
  ArrowSchema schema;
  ArrowArray out;
  ASSERT_EQ(pricepoint_batch_array(batch, &of.schema, &of.array, &schema, &out, nullptr), PRICEPOINT_OK);
  ASSERT_EQ(schema.n_children, 3);
  EXPECT_EQ(std::string(schema.children[2]->name), "limited_by");
  EXPECT_EQ(money(out, 1, 0), 100'000);
  EXPECT_EQ(status(out, 1), "conflict");
  schema.release(&schema);
  out.release(&out);
  // Another policy from the next array on.
  const std::string_view text = R"({"pricepoint":1,"markets":{"DE":{}},"channels":{"store":{"kind":"traditional"},
    "web":{"kind":"online","reference":"store"}},"rules":[{"id":"half","discount":"50%"}]})";
  pricepoint_policy* other = nullptr;
  ASSERT_EQ(pricepoint_policy_from_text({text.data(), text.size()}, nullptr, &other, nullptr), PRICEPOINT_OK);
  ASSERT_EQ(pricepoint_slot_publish(slot, other, nullptr), PRICEPOINT_OK);
  pricepoint_policy_free(other);
  ASSERT_EQ(pricepoint_batch_array(batch, &of.schema, &of.array, &schema, &out, nullptr), PRICEPOINT_OK);
  EXPECT_EQ(money(out, 1, 0), 50'000);
  schema.release(&schema);
  out.release(&out);
  pricepoint_batch_free(batch);
  pricepoint_slot_free(slot);
  options.parts = 1u << 30;
  EXPECT_EQ(pricepoint_batch_create(policy_, &options, &batch, nullptr), PRICEPOINT_ERROR_ARGUMENT);
}

// Columns of integers are money only where the options say of what; a program that was built before it could is
// refused.
TEST_F(capi_arrow, integers_of_money) {
  const auto decide_with = [&](pricepoint_batch_options with) {
    with.channel = PRICEPOINT_TEXT("web");
    with.market = PRICEPOINT_TEXT("DE");
    with.at_unix_ms = PRICEPOINT_GIVEN(0);
    column of = table(1);
    of.children.push_back(numbers<std::int64_t>("price.store", "l", {50}));
    of.children.push_back(numbers<std::int32_t>("cost", "i", {20}));
    pricepoint_batch_free(batch_);
    EXPECT_EQ(pricepoint_batch_create(policy_, &with, &batch_, nullptr), PRICEPOINT_OK);
    return decide(of)[0];
  };
  pricepoint_batch_options options = in_minor_units;
  EXPECT_EQ(decide_with(options), "priced 5000");
  options.integers = PRICEPOINT_INTEGERS_UNITS;
  EXPECT_EQ(decide_with(options), "priced 500000");
  options.struct_size = offsetof(pricepoint_batch_options, integers);
  for (const pricepoint_batch_options& silent : {options, pricepoint_batch_options(PRICEPOINT_BATCH_OPTIONS_INIT)}) {
    const std::string refused = decide_with(silent);
    EXPECT_NE(refused.find("PP-A017: \"price.store\""), std::string::npos) << refused;
    EXPECT_NE(refused.find("PP-A017: \"cost\""), std::string::npos) << refused;
    EXPECT_NE(refused.find("\"units\" (50 is 50.00)"), std::string::npos) << refused;
  }
  pricepoint_batch* none = nullptr;
  options = in_minor_units;
  options.integers = 3;
  EXPECT_EQ(pricepoint_batch_create(policy_, &options, &none, nullptr), PRICEPOINT_ERROR_ARGUMENT);
  options = in_minor_units;
  options.reserved = 1;
  EXPECT_EQ(pricepoint_batch_create(policy_, &options, &none, nullptr), PRICEPOINT_ERROR_ARGUMENT);
}

}  // namespace
