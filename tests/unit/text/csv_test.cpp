// SPDX-License-Identifier: Apache-2.0
#include "text/csv.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <random>
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
  EXPECT_EQ(values(" a , b \n"), (list{" a ", " b "})) << "blanks of a cell without quotes are its reader's";
  EXPECT_EQ(values("5\" pipe,b\n"), (list{"5\" pipe", "b"}));
}

TEST(cli_csv, quoted_cells) {
  EXPECT_EQ(values("\"a,b\",\"c\nd\",\"e\"\"f\"\r\n"), (list{"a,b", "c\nd", "e\"f"}));
  EXPECT_EQ(values("\"\",\"\"\"\"\n"), (list{"", "\""}));
}

TEST(cli_csv, blanks_may_stand_around_quotes) {
  EXPECT_EQ(values("A1, \"lamp, oak\" ,\t\"\"\r\n"), (list{"A1", "lamp, oak", ""}));
  EXPECT_EQ(values(" \"A1\"\xC2\xA0,5 \" pipe, \"x\n"), (list{"A1", "5 \" pipe", "!x"}));
}

TEST(cli_csv, cells_of_blanks) {
  const auto are_blank = [](std::string_view text) {
    std::vector<csv_cell> cells;
    read_csv_record(text.data(), text.data() + text.size(), cells);
    return all_are_blank(cells.data(), cells.data() + cells.size());
  };
  EXPECT_TRUE(are_blank("\n"));
  EXPECT_TRUE(are_blank(",\"\", ,\"\xC2\xA0\",\t\r\n"));
  EXPECT_FALSE(are_blank(",,0\n"));
  EXPECT_FALSE(are_blank(",\"\n")) << "a quote that is not closed";
}

TEST(cli_csv, a_lone_cr_outside_quotes_ends_a_line) {
  const auto ended = [](std::string text) {
    end_lines_by_newlines(text.data(), text.data() + text.size());
    return text;
  };
  EXPECT_EQ(ended("a,b\rc,d\r\ne,f\n"), "a,b\nc,d\r\ne,f\n");
  EXPECT_EQ(ended("a,\"b\rc\"\r\"d\"\"\re\"\rf \" g\r"), "a,\"b\rc\"\n\"d\"\"\re\"\nf \" g\r")
      << "of the last one it is not known";
  EXPECT_EQ(ended("a, \"\r\" \rb\r\r\n"), "a, \"\r\" \nb\n\r\n");
  EXPECT_EQ(ended(""), "");
  // Wherever it stands among those that are none.
  for (std::size_t at = 0; at < 70; ++at) {
    std::string text(80, '.');
    for (std::size_t i = 0; i + 1 < text.size(); i += 7) text.replace(i, 2, "\r\n");
    std::string expected = text.insert(at - at % 7, "\r");
    expected[at - at % 7] = '\n';
    EXPECT_EQ(ended(text), expected) << at;
  }
}

TEST(cli_csv, malformed_cells) {
  EXPECT_EQ(values("\"a\"b,c\n"), (list{"!a\"b", "c"}));
  EXPECT_EQ(values("\"a\" \"b\",c\n"), (list{"!a\" \"b\"", "c"}));
  EXPECT_EQ(values("a,\"b\n"), (list{"a", "!b"}));
}

// Letter by letter, as RFC 4180 and csv.hpp have it; gives one past the record.
std::size_t read_slowly(std::string_view text, std::size_t most, std::vector<csv_cell>& cells) {
  std::size_t at = 0;
  for (;;) {
    if (cells.size() == most) cells.pop_back();
    csv_cell cell;
    const std::size_t blanks = text.find_first_not_of(" \t", at);
    if (text[blanks] == '"') at = blanks;
    const std::size_t begin = at;
    std::size_t closed = begin;
    cell.quoted = text[at] == '"';
    if (cell.quoted) {
      for (++at; at < text.size(); ++at) {
        if (text[at] != '"') continue;
        if (at + 1 == text.size() || text[at + 1] != '"') break;
        cell.doubled = true;
        ++at;
      }
      if (at == text.size()) {
        cell.unclosed = cell.malformed = true;
        closed = --at;  // the newline
      } else {
        closed = ++at;
      }
    }
    while (text[at] != ',' && text[at] != '\n') ++at;
    std::size_t end = at;
    if (text[at] == '\n' && end > (cell.unclosed ? begin + 1 : closed) && text[end - 1] == '\r') --end;
    if (cell.quoted && !cell.unclosed) {
      cell.malformed = text.substr(closed, end - closed).find_first_not_of(" \t\r\x0B") != std::string_view::npos;
      if (!cell.malformed) end = closed;
    }
    cell.raw = text.substr(begin, end - begin);
    cells.push_back(cell);
    if (text[at++] == '\n') return at;
  }
}

TEST(cli_csv, records_are_those_of_reading_letter_by_letter) {
  std::mt19937_64 random(4180);
  constexpr std::string_view letters = ",, \"\r\n\n\xAC\x8A-+*\x0B.aaaaaaaaaaaa";
  std::vector<csv_cell> cells;
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 60, '\0');
    // Few kinds of letters, and all.
    const std::size_t kinds = 2 + random() % (letters.size() - 1);
    for (char& one : text) one = letters[letters.size() - 1 - random() % kinds];
    std::shuffle(text.begin(), text.end(), random);
    text.push_back('\n');
    // No byte behind the last may be read.
    const std::unique_ptr<char[]> alone(new char[text.size()]);
    std::copy(text.begin(), text.end(), alone.get());
    const std::size_t most = random() % 2 == 0 ? SIZE_MAX : 1 + random() % 5;
    for (std::size_t from = 0; from < text.size();) {
      const std::string_view rest(alone.get() + from, text.size() - from);
      std::vector<csv_cell> expected;
      const std::size_t length = read_slowly(rest, most, expected);
      const char* const next = read_csv_record(rest.data(), rest.data() + rest.size(), cells, most);
      ASSERT_EQ(next, rest.data() + length) << testing::PrintToString(rest);
      ASSERT_EQ(cells.size(), expected.size()) << testing::PrintToString(rest);
      for (std::size_t i = 0; i < cells.size(); ++i) {
        ASSERT_EQ(cells[i].raw, expected[i].raw) << testing::PrintToString(rest);
        ASSERT_EQ(cells[i].quoted, expected[i].quoted);
        ASSERT_EQ(cells[i].doubled, expected[i].doubled);
        ASSERT_EQ(cells[i].malformed, expected[i].malformed) << testing::PrintToString(rest);
        ASSERT_EQ(cells[i].unclosed, expected[i].unclosed);
      }
      from += length;
    }
  }
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
