// SPDX-License-Identifier: Apache-2.0
#include "detail/csv.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace pricepoint::detail {
namespace {

// The values of the first record's cells; a malformed one has "!" before it.
std::vector<std::string> values(std::string_view text) {
  std::vector<csv_cell> cells;
  std::string scratch;
  scratch.reserve(text.size());
  read_csv_record(text.data(), text.data() + text.size(), cells);
  std::vector<std::string> all;
  for (const csv_cell& cell : cells) all.push_back((cell.malformed ? "!" : "") + std::string(csv_value(cell, scratch)));
  return all;
}

using list = std::vector<std::string>;

TEST(cli_csv, plain_cells) {
  EXPECT_EQ(values("a,b,c\n"), (list{"a", "b", "c"}));
  EXPECT_EQ(values("a,,\r\n"), (list{"a", "", ""}));
  EXPECT_EQ(values(" a , b \n"), (list{" a ", " b "})) << "blanks belong to the cell";
  EXPECT_EQ(values("5\" pipe,b\n"), (list{"5\" pipe", "b"}));
}

TEST(cli_csv, quoted_cells) {
  EXPECT_EQ(values("\"a,b\",\"c\nd\",\"e\"\"f\"\r\n"), (list{"a,b", "c\nd", "e\"f"}));
  EXPECT_EQ(values("\"\",\"\"\"\"\n"), (list{"", "\""}));
}

TEST(cli_csv, malformed_cells) {
  EXPECT_EQ(values("\"a\"b,c\n"), (list{"!a\"b", "c"}));
  EXPECT_EQ(values("\"a\" \"b\",c\n"), (list{"!a\" \"b\"", "c"}));
  EXPECT_EQ(values("a,\"b\n"), (list{"a", "!b"}));
}

TEST(cli_csv, quotes_only_what_needs_it) {
  const auto cell = [](std::string_view value) {
    std::string out = "\"x,";
    append_csv_cell(out, value);
    return out.substr(3);
  };
  EXPECT_EQ(cell("plain"), "plain");
  EXPECT_EQ(cell("a,b"), "\"a,b\"");
  EXPECT_EQ(cell("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(cell("a\r"), "\"a\r\"");
}

}  // namespace
}  // namespace pricepoint::detail
