// SPDX-License-Identifier: Apache-2.0
// Audits of streams of offers, which come out as a stream of findings.
#include <gtest/gtest.h>

#include <set>

#include "fixture.hpp"

namespace {

using namespace arrays;

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
