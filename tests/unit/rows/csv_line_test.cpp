// SPDX-License-Identifier: Apache-2.0
#include "rows/csv_line.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pricepoint::rows {
namespace {

std::string joined(const std::vector<std::string>& cells) {
  std::string all;
  for (std::size_t i = 0; i < cells.size(); ++i) all.append(i == 0 ? "" : ",").append(cells[i]);
  return all;
}

std::string written(const std::vector<std::string>& cells, const std::string& before = {}) {
  std::string out = before;
  {
    csv_line line(out);
    for (const std::string& cell : cells) line.text(cell);
  }
  EXPECT_EQ(out.substr(0, before.size()), before);
  return out.substr(before.size());
}

TEST(rows_csv_line, has_as_many_cells_as_are_given) {
  EXPECT_EQ(written({}), "");
  // Empty ones at the beginning, between and at the end, as many as there ever are.
  for (std::size_t count = 1; count < 140; ++count) {
    std::vector<std::string> cells(count);
    EXPECT_EQ(written(cells), joined(cells));
    cells.back() = "last";
    EXPECT_EQ(written(cells, "before\n"), joined(cells));
    cells.front() = "first";
    EXPECT_EQ(written(cells), joined(cells));
    cells.insert(cells.end(), count, "");
    EXPECT_EQ(written(cells), joined(cells));
  }
}

TEST(rows_csv_line, makes_room) {
  // Around every length at which a line needs more than it has.
  for (std::size_t length = 150; length < 800; ++length) {
    for (const std::size_t empty : {0u, 1u, 31u, 32u, 33u}) {
      std::vector<std::string> cells = {std::string(length, 'x')};
      cells.insert(cells.end(), empty, "");
      cells.push_back(std::string(length, 'y'));
      cells.insert(cells.end(), empty, "");
      EXPECT_EQ(written(cells, "x"), joined(cells));
      std::string out;
      {
        csv_line line(out);
        line.plain(cells.front());
        line.ids(cells);
        line.money(amount{-92233720368547758, *find_currency("EUR")});
        line.list(cells, ";");
      }
      std::string names;
      for (const std::string& cell : cells) names.append(&cell == cells.data() ? "" : " ").append(cell);
      std::string listed;
      for (const std::string& cell : cells) listed.append(listed.empty() ? "" : ";").append(cell);
      EXPECT_EQ(out, cells.front() + "," + names + ",-922337203685477.58," + listed);
    }
  }
}

TEST(rows_csv_line, quotes_what_needs_it) {
  for (std::size_t before = 0; before < 20; ++before) {
    for (std::size_t after = 0; after < 20; ++after) {
      for (const std::string_view one : {",", "\n", "\r"}) {
        const std::string text = std::string(before, 'a').append(one).append(after, '\xC3');
        EXPECT_EQ(written({"A", text, "B"}), "A,\"" + text + "\",B");
      }
      EXPECT_EQ(written({std::string(before, '-') + '"' + std::string(after, ' ')}),
                '"' + std::string(before, '-') + "\"\"" + std::string(after, ' ') + '"');
      for (const char one : {' ', '!', '+', '-', '\t', '\x01', '\xFF', '#'}) {
        const std::string text = std::string(before, '\x80') + one + std::string(after, 'z');
        EXPECT_EQ(written({text, text}), joined({text, text}));
      }
    }
  }
}

TEST(rows_csv_line, targets_have_four_digits_more_than_their_money) {
  const auto target = [](const char* text, const char* unit) {
    std::string out;
    {
      csv_line line(out);
      line.target(*parse_decimal(text), *unit == '\0' ? std::optional<currency>() : find_currency(unit));
    }
    return out;
  };
  EXPECT_EQ(target("29.44", "EUR"), "29.440000");
  EXPECT_EQ(target("29.4400001", "EUR"), "29.4400001");
  EXPECT_EQ(target("29", "JPY"), "29.0000");
  EXPECT_EQ(target("29", "KWD"), "29.0000000");
  EXPECT_EQ(target("29.50", ""), "29.50");
  EXPECT_EQ(target("999999999999999.123456789", "KWD"), "999999999999999.123456789");
  EXPECT_EQ(target("-999999999999999", "EUR"), "-999999999999999.000000");
}

}  // namespace
}  // namespace pricepoint::rows
