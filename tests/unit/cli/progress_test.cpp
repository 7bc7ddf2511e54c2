// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.hpp"

#include <gtest/gtest.h>

namespace pricepoint::cli {
namespace {

using std::chrono::milliseconds;

TEST(cli_progress, groups_digits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

TEST(cli_progress, counts_decide_the_exit_status) {
  run_counts counts;
  EXPECT_TRUE(counts.all_decided()) << "no rows";
  counts.add(status::priced);
  counts.add(status::withheld);
  counts.add(status::compromised);
  EXPECT_TRUE(counts.all_decided());
  counts.add(status::invalid);
  EXPECT_FALSE(counts.all_decided());
  EXPECT_TRUE(counts.all_decided(true)) << "where rows may be invalid";
  counts.add(status::conflict);
  EXPECT_FALSE(counts.all_decided(true));
  EXPECT_FALSE(counts.all_decided());
}

TEST(cli_progress, lines) {
  run_counts counts;
  counts.by_status = {1200, 0, 0, 0, 0, 34};
  EXPECT_EQ(summary_line(counts, milliseconds{2100}), "1,234 rows: 1,200 priced, 34 conflict (2.1 s, 587 rows/s)");
  EXPECT_EQ(progress_line(1000, 50, 400, milliseconds{2000}), "1,000 rows, 500 rows/s, 12%");
  EXPECT_EQ(progress_line(1000, 50, 0, milliseconds{0}), "1,000 rows, 1,000,000 rows/s");
}

}  // namespace
}  // namespace pricepoint::cli
