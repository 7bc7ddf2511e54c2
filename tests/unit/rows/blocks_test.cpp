// SPDX-License-Identifier: Apache-2.0
#include "rows/blocks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace pricepoint::rows {
namespace {

struct piece {
  std::string text;
  std::uint64_t first_line;
  record_problem problem;
  friend bool operator==(const piece&, const piece&) = default;
};

std::ostream& operator<<(std::ostream& to, const piece& one) {
  return to << one.first_line << ":" << static_cast<int>(one.problem) << ":" << one.text;
}

std::vector<piece> pieces(std::string_view text, block_limits limits, row_format format = row_format::csv) {
  block_reader reader(
      [&text](char* to, std::size_t size) -> result<std::size_t> {
        const std::size_t count = std::min(size, text.size());
        std::memcpy(to, text.data(), count);
        text.remove_prefix(count);
        return count;
      },
      format, limits);
  std::vector<piece> all;
  block one;
  for (;;) {
    const auto got = reader.next(one);
    if (!got || !*got) return all;
    EXPECT_EQ(one.sequence, all.size());
    all.push_back({std::string(one.bytes.view()), one.first_line, one.problem});
  }
}

std::string joined(const std::vector<piece>& all) {
  std::string text;
  for (const piece& one : all) text += one.text;
  return text;
}

constexpr auto fine = record_problem::none;

TEST(rows_blocks, end_at_the_end_of_a_record) {
  EXPECT_EQ(pieces("ab\ncd\nef\n", {.block_bytes = 4}),
            (std::vector<piece>{{"ab\n", 1, fine}, {"cd\n", 2, fine}, {"ef\n", 3, fine}}));
  EXPECT_EQ(pieces("ab\ncd\nef", {.block_bytes = 100}), (std::vector<piece>{{"ab\ncd\nef\n", 1, fine}}));
  EXPECT_TRUE(pieces("", {}).empty());
}

TEST(rows_blocks, grow_for_a_long_record) {
  EXPECT_EQ(pieces("abcdefghij\nklmnopqrst\n", {.block_bytes = 3}),
            (std::vector<piece>{{"abcdefghij\n", 1, fine}, {"klmnopqrst\n", 2, fine}}));
}

TEST(rows_blocks, newlines_in_quotes_end_nothing) {
  EXPECT_EQ(pieces("a,\"b\nc\"\nd\n", {.block_bytes = 8}),
            (std::vector<piece>{{"a,\"b\nc\"\n", 1, fine}, {"d\n", 3, fine}}));
  EXPECT_EQ(pieces("\"a\"\"\n\"\"b\"\nc\n", {.block_bytes = 10}),
            (std::vector<piece>{{"\"a\"\"\n\"\"b\"\n", 1, fine}, {"c\n", 3, fine}}));
  EXPECT_EQ(pieces("5\" pipe\nb\n", {.block_bytes = 8}),
            (std::vector<piece>{{"5\" pipe\n", 1, fine}, {"b\n", 2, fine}}))
      << "a quote in the middle of a cell opens nothing";
}

TEST(rows_blocks, ndjson_knows_no_quotes) {
  EXPECT_EQ(pieces("\"a\nb\n", {.block_bytes = 3}, row_format::ndjson),
            (std::vector<piece>{{"\"a\n", 1, fine}, {"b\n", 2, fine}}));
}

TEST(rows_blocks, the_size_of_a_block_changes_no_byte) {
  const std::string text = "\xEF\xBB\xBFh,i\r\n\"a\"\"\r\n,\",b\n,\"\"\n\nx\"y,\"z\n\"\n1,2";
  const std::string wanted = text.substr(3) + "\n";
  for (std::size_t size = 1; size < 40; ++size) {
    const auto all = pieces(text, {.block_bytes = size});
    EXPECT_EQ(joined(all), wanted) << size;
    std::uint64_t line = 1;
    for (const piece& one : all) {
      EXPECT_EQ(one.first_line, line) << size;
      line += static_cast<std::uint64_t>(std::count(one.text.begin(), one.text.end(), '\n'));
    }
  }
}

// Old Macs end lines with a CR alone. Wherever blocks end, and in quotes it is no end.
TEST(rows_blocks, a_lone_cr_ends_a_line) {
  const std::string text = "h,i\ra,\"b\rc\"\r\"d\"\re, \"f,\rg\"\r\nh\n\ri\r";
  const std::string wanted = "h,i\na,\"b\rc\"\n\"d\"\ne, \"f,\rg\"\r\nh\n\ni\r\n";
  for (std::size_t size = 1; size < 50; ++size) {
    const auto all = pieces(text, {.block_bytes = size});
    EXPECT_EQ(joined(all), wanted) << size;
    for (const piece& one : all) EXPECT_EQ(one.problem, fine) << size;
  }
  EXPECT_EQ(pieces("{\"a\":\"\"}\r{}\r\n{}\r", {}, row_format::ndjson),
            (std::vector<piece>{{"{\"a\":\"\"}\n{}\r\n{}\r\n", 1, fine}}));
  EXPECT_EQ(pieces("a\r\"b\rc\r", {}),
            (std::vector<piece>{{"a\n", 1, fine}, {"\"b\n", 2, record_problem::unclosed_quote}, {"c\r\n", 3, fine}}));
  const std::string long_one = std::string(100'000, 'x');
  const auto all = pieces("a\r" + long_one + "\rb\r", {.block_bytes = 16, .record_bytes = 70'000});
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[1].problem, record_problem::too_long);
  EXPECT_EQ(all[2], (piece{"b\r\n", 3, fine}));
  for (std::size_t size = 1; size < 20; ++size) {
    const auto pieces_of_it =
        pieces("a\r" + std::string(20, 'x') + "\r\r\nb\r", {.block_bytes = size, .record_bytes = 16});
    EXPECT_TRUE(pieces_of_it.back().text.ends_with("b\r\n")) << size;
  }
}

TEST(rows_blocks, the_header_is_the_first_record_with_a_name) {
  const auto header_of = [](std::string_view text) {
    block_reader reader(
        [&text](char* to, std::size_t size) -> result<std::size_t> {
          const std::size_t count = std::min(size, text.size());
          std::memcpy(to, text.data(), count);
          text.remove_prefix(count);
          return count;
        },
        row_format::csv);
    block made;
    EXPECT_TRUE(*reader.first_record(made));
    return piece{std::string(made.bytes.view()), made.first_line, made.problem};
  };
  EXPECT_EQ(header_of("\n ,,\r\n\rsku,cost\nA,1\n"), (piece{"sku,cost\n", 4, fine}));
  EXPECT_EQ(header_of("\n,\n"), (piece{",\n", 2, fine})) << "the last, where there is no other";
}

TEST(rows_blocks, an_unclosed_quote_costs_one_line) {
  EXPECT_EQ(pieces("a\n\"b\nc\nd\n", {}),
            (std::vector<piece>{{"a\n", 1, fine}, {"\"b\n", 2, record_problem::unclosed_quote}, {"c\nd\n", 3, fine}}));
  EXPECT_EQ(
      pieces("\"b\ncc\ndddd\ne\n", {.block_bytes = 4, .record_bytes = 8}),
      (std::vector<piece>{{"\"b\n", 1, record_problem::unclosed_quote}, {"cc\n", 2, fine}, {"dddd\ne\n", 3, fine}}));
}

TEST(rows_blocks, unclosed_quotes_beyond_the_limit_are_given_up_together) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "a\",\"b\n";
  const auto all = pieces(text, {.recoveries = 3});
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[2], (piece{"a\",\"b\n", 3, record_problem::unclosed_quote}));
  EXPECT_EQ(all[3].problem, record_problem::unclosed_quote);
  EXPECT_EQ(joined(all), text);
}

TEST(rows_blocks, a_record_that_is_too_long_is_left_out) {
  const std::string text = "a\n" + std::string(100'000, 'x') + "\nb\n";
  const auto all = pieces(text, {.block_bytes = 16, .record_bytes = 70'000});
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0], (piece{"a\n", 1, fine}));
  EXPECT_EQ(all[1].problem, record_problem::too_long);
  EXPECT_EQ(all[1].first_line, 2u);
  EXPECT_EQ(all[2], (piece{"b\n", 3, fine}));
}

// [REL-12] A record with its newline that just fits, and one byte more, wherever blocks end.
TEST(rows_blocks, records_at_the_limit) {
  EXPECT_EQ(block_limits{}.record_bytes, 16u << 20);
  for (const row_format format : {row_format::csv, row_format::ndjson}) {
    for (std::size_t before = 0; before < 40; ++before) {
      const std::string head = before == 0 ? "" : std::string(before - 1, 'h') + "\n";
      const block_limits limits{.block_bytes = 16, .record_bytes = 64};
      const auto problems = [&](std::size_t record) {
        std::size_t count = 0;
        const auto all = pieces(head + std::string(record - 1, 'x') + "\nb\n", limits, format);
        for (const piece& one : all) count += one.problem == record_problem::too_long ? 1u : 0u;
        EXPECT_TRUE(all.back().text.ends_with("b\n"));
        return count;
      };
      EXPECT_EQ(problems(64), 0u) << before;
      EXPECT_EQ(problems(65), 1u) << before;
    }
  }
}

// [REL-19] A line without an end: what is held of it is bounded, whatever the length.
TEST(rows_blocks, an_endless_line_is_read_in_bounded_memory) {
  constexpr std::size_t total = 64u << 20;
  std::size_t given = 0;
  std::size_t largest = 0;
  block_reader reader(
      [&](char* to, std::size_t size) -> result<std::size_t> {
        const std::size_t count = std::min(size, total - given);
        std::memset(to, 'x', count);
        given += count;
        largest = std::max(largest, size);
        return count;
      },
      row_format::csv, {.block_bytes = 64u << 10, .record_bytes = 1u << 20});
  block one;
  ASSERT_TRUE(*reader.next(one));
  EXPECT_EQ(one.problem, record_problem::too_long);
  EXPECT_LE(one.bytes.capacity(), 2u << 20);
  EXPECT_LE(largest, 1u << 20);
  EXPECT_EQ(given, total);
  EXPECT_FALSE(*reader.next(one));
}

}  // namespace
}  // namespace pricepoint::rows
