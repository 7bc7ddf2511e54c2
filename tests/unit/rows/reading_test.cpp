// SPDX-License-Identifier: Apache-2.0
#include "rows/reading.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "rows/rows.hpp"

namespace pricepoint::rows {
namespace {

using list = std::vector<std::string>;

const field_table& names() {
  static const field_table made({"store", "web"}, {});
  return made;
}

block block_of(std::string_view text, std::uint64_t first_line) {
  block made;
  made.bytes.assign(text);
  made.first_line = first_line;
  return made;
}

list said(const replaced_bytes& all) {
  list made;
  for (const diagnostic& one : about_replaced(all, "items.csv")) {
    EXPECT_EQ(one.severity, severity::warning);
    made.push_back(one.code + " " + std::to_string(one.line) + " " + one.message + " / " + one.hint);
  }
  return made;
}

// Each block by a reader of its own, the last one first.
replaced_bytes read(const csv_columns* columns, const std::vector<std::pair<std::uint64_t, std::string>>& blocks) {
  replaced_bytes all;
  for (std::size_t i = blocks.size(); i-- > 0;) {
    row_reader reader(names(), columns, {});
    const block from = block_of(blocks[i].second, blocks[i].first);
    reader.start(from);
    for (row one; reader.next(one);) EXPECT_EQ(one.problems, list{});
    all.add(reader.replaced());
  }
  return all;
}

TEST(rows_reading, replaced_bytes_once_for_each_column) {
  std::vector<diagnostic> warnings;
  const csv_columns columns =
      csv_columns::read(block_of("sku,note,colour\n", 1), names(), "items.csv", warnings).value();
  EXPECT_EQ(said(read(&columns, {{2, "A,,r\xF6t\nB,\xE4,\n"}, {4, "C,\xE4\xE4,\nD,x,x\n"}})),
            (list{"PP-I013 2 column \"colour\": one byte that is not UTF-8 was replaced / no rule reads this column; "
                  "save the file as UTF-8 to keep its text",
                  "PP-I013 3 column \"note\": 3 bytes that are not UTF-8 were replaced, the first in line 3 / no rule "
                  "reads this column; save the file as UTF-8 to keep its text"}));
  EXPECT_EQ(said(read(&columns, {{2, "A,x,y\n"}})), list{});
}

TEST(rows_reading, names_of_no_more_members_than_are_told) {
  std::string line = "{\"sku\":\"A\"";
  for (std::size_t i = 0; i < row_reader::most_names_told + 50; ++i) {
    line += ",\"m" + std::to_string(i) + "\":\"\xE4\"";
  }
  EXPECT_EQ(read(nullptr, {{1, line + "}\n"}}).columns.size(), row_reader::most_names_told);
}

}  // namespace
}  // namespace pricepoint::rows
