// SPDX-License-Identifier: Apache-2.0
// Streams of chunks: dictionaries that change, and a release that happens once, whatever goes wrong.
#include <gtest/gtest.h>

#include "fixture.hpp"

namespace {

using namespace arrays;

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

}  // namespace
