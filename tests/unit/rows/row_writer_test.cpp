// SPDX-License-Identifier: Apache-2.0
#include "rows/row_writer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "unit/rows/made_up.hpp"

namespace pricepoint::rows {
namespace {

class rows_row_writer : public testing::Test {
 protected:
  static block block_of(std::string_view text) {
    block made;
    made.bytes.assign(text);
    return made;
  }
  // Reads the header and the one row after it; NDJSON where there is no header.
  void read(std::string_view header, std::string_view text) {
    std::vector<diagnostic> warnings;
    if (!header.empty()) columns_ = *csv_columns::read(block_of(header), fields_, "items.csv", warnings);
    in_ = block_of(text);
    row_reader reader(fields_, columns_ ? &*columns_ : nullptr, {"web", "CN", {}});
    reader.start(in_);
    ASSERT_TRUE(reader.next(row_));
  }
  row_writer writer(output_format format) const { return {format, columns_ ? &*columns_ : nullptr, "pp1-0"}; }
  std::string decided(output_format format, const decision& what, std::string_view explanation = {}) const {
    std::string out;
    writer(format).decided(out, row_, "web", what, explanation);
    return out;
  }
  std::string unreadable(output_format format) const {
    std::string out;
    writer(format).unreadable(out, row_, "web");
    return out;
  }

  field_table fields_{{"store"}, {}};
  std::optional<csv_columns> columns_;
  block in_;
  row row_;
};

TEST_F(rows_row_writer, csv_has_always_the_same_columns) {
  read("sku,note,price,in.price\n", "A1,\"x, \"\"y\"\"\",9.99,z\n");
  std::string header;
  writer(output_format::csv).header(header);
  EXPECT_EQ(
      header,
      "sku,channel,market,currency,status,price,net,tax,target,discounts,limited_by,was,saving,saving_rate,relaxed,"
      "conflict,missing,invalid,advice,credits,held,fallback_price,next_change_at,policy,note,in.in.price,in.price\n");
  EXPECT_EQ(decided(output_format::csv, made_up::priced()),
            "A1,web,CN,CNY,priced,29.80,26.37,3.43,29.440000,a traffic,earn,32.00,2.20,6%,,,,,\"a,b\",dealer:0.89 "
            "store:0.05,true,,1970-01-01T00:00:00Z,pp1-0,\"x, \"\"y\"\"\",9.99,z\n");
  EXPECT_EQ(decided(output_format::csv, made_up::conflict()),
            "A1,web,CN,,conflict,,,,,,,,,,,x y,,,,,,,,pp1-0,\"x, \"\"y\"\"\",9.99,z\n");
}

TEST_F(rows_row_writer, ndjson_from_csv) {
  read("sku,note,status,empty\n", "A1,\"x \"\"y\"\"\",ok,\n");
  EXPECT_EQ(decided(output_format::ndjson, made_up::conflict(), "{\"a\":1}"),
            R"({"sku":"A1","channel":"web","market":"CN","status":"conflict","conflict":["x","y"],"policy":"pp1-0",)"
            R"("explanation":{"a":1},"note":"x \"y\"","in.status":"ok"})"
            "\n");
}

TEST_F(rows_row_writer, ndjson_carries_unknown_members_as_they_are_written) {
  read("",
       R"({"sku":"A1","note":{"a": [1.50, null]},"n\u006fte 2":29.900,"price":1,"in.price":2,"prices":{"mall":"3"}})"
       "\n");
  EXPECT_EQ(decided(output_format::ndjson, made_up::conflict()),
            R"({"sku":"A1","channel":"web","market":"CN","status":"conflict","conflict":["x","y"],"policy":"pp1-0",)"
            R"("note":{"a": [1.50, null]},"n\u006fte 2":29.900,"in.in.price":1,"in.price":2,"price.mall":"3"})"
            "\n");
  EXPECT_EQ(decided(output_format::csv, made_up::conflict()), "A1,web,CN,,conflict,,,,,,,,,,,x y,,,,,,,,pp1-0\n");
}

// What tells rows apart, as it is written: behind the policy in CSV, so that no column before it moves.
TEST_F(rows_row_writer, what_tells_rows_apart) {
  read("at,sku,quantity,note,segment\n", "2026-11-11T00:00:00+08:00,A1,\"10\",n,\"a, b\"\n");
  const row_writer csv(output_format::csv, &*columns_, "pp1-0", row_keys(&*columns_));
  std::string out;
  csv.header(out);
  EXPECT_TRUE(out.ends_with(",next_change_at,policy,quantity,segment,at,note\n")) << out;
  out.clear();
  csv.decided(out, row_, "web", made_up::conflict());
  EXPECT_EQ(out, "A1,web,CN,,conflict,,,,,,,,,,,x y,,,,,,,,pp1-0,10,\"a, b\",2026-11-11T00:00:00+08:00,n\n");
  const row_writer json(output_format::ndjson, &*columns_, "pp1-0", row_keys(&*columns_));
  out.clear();
  json.decided(out, row_, "web", made_up::conflict());
  EXPECT_EQ(out,
            R"({"sku":"A1","channel":"web","market":"CN","quantity":"10","segment":"a, b",)"
            R"("at":"2026-11-11T00:00:00+08:00","status":"conflict","conflict":["x","y"],"policy":"pp1-0","note":"n"})"
            "\n");
}

TEST_F(rows_row_writer, what_tells_rows_of_ndjson_apart) {
  read("", R"({"sku":"A1","quantity":10,"audience":"club","at":"2026-11-11T00:00:00+08:00"})"
           "\n");
  std::string out;
  row_writer(output_format::csv, nullptr, "pp1-0", row_keys(nullptr)).header(out);
  EXPECT_TRUE(out.ends_with(",policy,quantity,segment,audience,at\n")) << out;
  out.clear();
  row_writer(output_format::csv, nullptr, "pp1-0", row_keys(nullptr)).unreadable(out, row_, "web");
  EXPECT_TRUE(out.ends_with(",pp1-0,10,,club,2026-11-11T00:00:00+08:00\n")) << out;
}

TEST_F(rows_row_writer, rows_that_cannot_be_read) {
  read("sku,cost,note\n", "A1,\"a\"\"b\",n\n");
  EXPECT_EQ(unreadable(output_format::csv),
            "A1,web,CN,,invalid,,,,,,,,,,,,,\"line 1, column cost: \"\"a\"\"b\"\" is not an amount of "
            "money\",,,,,,pp1-0,n\n");
  EXPECT_EQ(
      unreadable(output_format::ndjson),
      R"({"sku":"A1","channel":"web","market":"CN","status":"invalid","invalid":["line 1, column cost: \"a\"b\" is )"
      R"(not an amount of money"],"policy":"pp1-0","note":"n"})"
      "\n");
}

}  // namespace
}  // namespace pricepoint::rows
