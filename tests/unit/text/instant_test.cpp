// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>

#include "pricepoint/pricing/request.hpp"

namespace pricepoint {
namespace {

TEST(instant, reads_utc_and_offsets) {
  EXPECT_EQ(parse_instant("1970-01-01T00:00:00Z"), instant{0});
  EXPECT_EQ(parse_instant("2026-11-11T00:00:00+08:00"), parse_instant("2026-11-10T16:00:00Z"));
  EXPECT_EQ(parse_instant("2026-11-10T12:00:00-04:30"), parse_instant("2026-11-10T16:30:00Z"));
  EXPECT_EQ(parse_instant("2000-02-29T23:59:59.999Z"), instant{951'868'799'999});
  EXPECT_EQ(parse_instant("9999-12-31T23:59:59Z"), instant{253'402'300'799'000});
}

TEST(instant, seconds_and_fraction_may_be_left_out) {
  EXPECT_EQ(parse_instant("2026-11-11T08:30+08:00"), parse_instant("2026-11-11T08:30:00+08:00"));
  EXPECT_EQ(parse_instant("1970-01-01T00:00:01.5Z"), instant{1500});
  EXPECT_EQ(parse_instant("1970-01-01T00:00:01.0019999Z"), instant{1001}) << "cut, not rounded";
}

TEST(instant, what_is_written_counts_not_what_it_comes_to) {
  EXPECT_EQ(parse_instant("1970-01-01T00:00:00+08:00"), instant{-8 * 3'600'000});
  EXPECT_EQ(to_string(instant{-8 * 3'600'000}), "1969-12-31T16:00:00Z");
}

TEST(instant, refuses_all_else) {
  for (const char* const text : {"",
                                 "2026-11-11",
                                 "2026-11-11T00:00:00",
                                 "2026-11-11 00:00:00Z",
                                 "2026-11-11t00:00:00Z",
                                 "2026-11-11T00:00:00z",
                                 "2026-11-11T00:00:00+0800",
                                 "2026-11-11T00:00:00+8:00",
                                 "2026-11-11T24:00:00Z",
                                 "2026-11-11T00:60:00Z",
                                 "2026-11-11T00:00:60Z",
                                 "2026-02-29T00:00:00Z",
                                 "2100-02-29T00:00:00Z",
                                 "2026-13-01T00:00:00Z",
                                 "2026-00-01T00:00:00Z",
                                 "2026-04-31T00:00:00Z",
                                 "2026-11-00T00:00:00Z",
                                 "1969-12-31T23:59:59Z",
                                 "12026-11-11T00:00:00Z",
                                 "2026-11-11T00:00:00.Z",
                                 "2026-11-11T00Z",
                                 "2026-11-11T00:00:00+24:00",
                                 "2026-11-11T00:00:00+08:60",
                                 "2026-11-11T00:00:00Z ",
                                 " 2026-11-11T00:00:00Z",
                                 "2026-11-11T00:00:00Z+08:00",
                                 "2026-11-11T00:00:00,5Z",
                                 "2026-1-11T00:00:00Z",
                                 "+026-11-11T00:00:00Z",
                                 "2026-11-11T00:00:00\xE2\x88\x92"
                                 "08:00"}) {
    EXPECT_EQ(parse_instant(text), std::nullopt) << text;
  }
}

TEST(instant, writes_utc_with_milliseconds_only_where_there_are_any) {
  EXPECT_EQ(to_string(*parse_instant("2026-11-11T00:00:00+08:00")), "2026-11-10T16:00:00Z");
  EXPECT_EQ(to_string(instant{1}), "1970-01-01T00:00:00.001Z");
  EXPECT_EQ(to_string(instant{-62'198'755'200'000}), "-0001-01-01T00:00:00Z");
  EXPECT_EQ(to_string(instant{1'500}), "1970-01-01T00:00:01.500Z");
}

TEST(instant, every_day_of_four_centuries_comes_back) {
  constexpr std::int64_t day = 86'400'000;
  for (std::int64_t days = 0; days < 146'097 + 400; ++days) {
    const instant at{days * day + days % day};
    ASSERT_EQ(parse_instant(to_string(at)), at) << to_string(at);
  }
}

}  // namespace
}  // namespace pricepoint
