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
  ASSERT_EQ(pricepoint_audit_stream(policy_, &in_minor_units, PRICEPOINT_ABSENT, &in, &out, nullptr, nullptr),
            PRICEPOINT_OK);
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
    EXPECT_EQ(pricepoint_audit_stream(policy_, &in_minor_units, PRICEPOINT_ABSENT, &in, &out, nullptr, &error), wanted);
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
  ASSERT_EQ(pricepoint_audit_stream(policy_, &in_minor_units, 1'799'000'000'000, &in, &out, nullptr, nullptr),
            PRICEPOINT_OK);
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

// The findings of a stream, as the names of their columns and as rows.
struct found {
  std::string names;
  std::vector<std::string> rows;
};
found audited(const pricepoint_policy* policy, column of, std::int64_t until = PRICEPOINT_ABSENT) {
  stream offers({std::move(of)});
  ArrowArrayStream in = offers.open();
  ArrowArrayStream out;
  found made;
  EXPECT_EQ(pricepoint_audit_stream(policy, &in_minor_units, until, &in, &out, nullptr, nullptr), PRICEPOINT_OK);
  ArrowSchema schema;
  ArrowArray array;
  EXPECT_EQ(out.get_schema(&out, &schema), 0);
  EXPECT_EQ(out.get_next(&out, &array), 0);
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    made.names += (i == 0 ? "" : " ") + std::string(schema.children[i]->name);
  }
  for (std::size_t row = 0; row < static_cast<std::size_t>(array.length); ++row) {
    made.rows.push_back(row_of(schema, array, row));
  }
  array.release(&array);
  schema.release(&schema);
  out.release(&out);
  return made;
}

TEST_F(arrow, findings_have_the_columns_of_the_program) {
  const auto offers = [] {
    return table(2)
        .add(texts("sku", {"A", "A"}))
        .add(texts("market", {"CN", "CN"}))
        .add(texts("channel", {"web", "Web"}))
        .add(integers<std::int64_t>("price.store", "l", {1000, 1000}))
        .add(integers<std::int64_t>("cost", "l", {1, 1}))
        .add(texts("price", {"12.005", "12"}));
  };
  const std::string plain =
      "row sku channel market seller rule effect severity price min max excess excess_rate against against_seller "
      "against_price remedy remedy_price conflict missing credit because headroom max_discount";
  const found first = audited(policy_, offers().add(integers<std::int64_t>("at", "l", {0, 0})));
  EXPECT_EQ(first.names, plain + " at");
  ASSERT_EQ(first.rows.size(), 3u);
  // An observed price may have more digits than the currency: so has its excess.
  EXPECT_NE(first.rows[0].find("rule=near effect=ceiling severity=breach price=120050 max=100000 excess=20050"),
            std::string::npos)
      << first.rows[0];
  EXPECT_NE(first.rows[2].find("effect=invalid severity=invalid"), std::string::npos) << first.rows[2];
  EXPECT_NE(first.rows[2].find(R"(because=channel "Web" is unknown; did you mean "web"?)"), std::string::npos)
      << first.rows[2];
  // What tells rows apart, where the input has it.
  const found second = audited(policy_,
                               offers()
                                   .add(integers<std::int64_t>("quantity", "l", {12, 1}))
                                   .add(texts("segment", {"b2b", ""}))
                                   .add(texts("audience", {"club", ""}))
                                   .add(texts("at", {"2026-10-01T02:00:00+02:00", "2026-10-01T00:00:00Z"})),
                               1'799'000'000'000);
  EXPECT_EQ(second.names, plain + " from until quantity segment audience at");
  EXPECT_NE(second.rows[0].find("quantity=12000000000 segment=b2b audience=club at=1790812800000"), std::string::npos)
      << second.rows[0];
  const found third = audited(policy_, offers());
  EXPECT_EQ(third.names, plain) << "without a time nothing is known of the sale";
}

}  // namespace
