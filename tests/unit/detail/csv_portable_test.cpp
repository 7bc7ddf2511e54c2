// SPDX-License-Identifier: Apache-2.0
// Cells as machines without SSE2 find them: the same source, compiled here as for one of these.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#undef __SSE2__
#define pricepoint portable  // NOLINT(readability-identifier-naming): as the source writes it
#include "detail/csv.cpp"    // NOLINT(bugprone-suspicious-include): that is what is tested
#undef pricepoint

namespace {

using portable::detail::csv_cell;
using portable::detail::read_csv_record;

// Records without quotes: what stands between commas, up to a newline, less a CR before it.
std::vector<std::string> cells_of(std::string_view record) {
  record = record.substr(0, record.find('\n'));
  if (record.ends_with('\r')) record.remove_suffix(1);
  std::vector<std::string> made(1);
  for (const char c : record) {
    if (c == ',') {
      made.emplace_back();
    } else {
      made.back().push_back(c);
    }
  }
  return made;
}

TEST(csv_portable, finds_the_same_cells) {
  std::uint64_t state = 20261127;
  const auto below = [&](std::size_t end) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::size_t>((state >> 33) % end);
  };
  constexpr std::string_view letters =
      ",,,ab-\x2B\x2D\x0B\x09\xAC\x8A\xFF\r";  // neighbours of both, with and without the high bit
  std::vector<csv_cell> cells;
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::size_t left = below(40); left > 0; --left) text.push_back(letters[below(letters.size())]);
    const std::string record = text + "\n";
    // Something or nothing behind it.
    const std::string whole = record + std::string(below(20), ',') + "\n";
    for (const std::string& in : {record, whole}) {
      const char* const after = read_csv_record(in.data(), in.data() + in.size(), cells);
      ASSERT_EQ(after - in.data(), static_cast<std::ptrdiff_t>(record.size())) << i;
      std::vector<std::string> found;
      for (const csv_cell& cell : cells) found.emplace_back(cell.raw);
      ASSERT_EQ(found, cells_of(record)) << i;
    }
  }
}

TEST(csv_portable, finds_quoted_cells) {
  const std::string record = "a,\"b,\"\"\n\",,\"c\"\r\nnext\n";
  std::vector<csv_cell> cells;
  const char* const after = read_csv_record(record.data(), record.data() + record.size(), cells);
  ASSERT_EQ(std::string_view(after, 4), "next");
  ASSERT_EQ(cells.size(), 4u);
  std::string scratch;
  scratch.reserve(record.size());
  EXPECT_EQ(csv_value(cells[0], scratch), "a");
  EXPECT_EQ(csv_value(cells[1], scratch), "b,\"\n");
  EXPECT_EQ(csv_value(cells[2], scratch), "");
  EXPECT_EQ(csv_value(cells[3], scratch), "c");
}

}  // namespace
