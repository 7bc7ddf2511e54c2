// SPDX-License-Identifier: Apache-2.0
#include "columns/segment_index.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace {

using pricepoint::detail::segment_index;

void same_as_counting(std::vector<std::int64_t> cuts) {
  std::sort(cuts.begin(), cuts.end());
  const segment_index index(cuts);
  ASSERT_EQ(index.size(), cuts.size());
  std::vector<std::int64_t> values = {INT64_MIN, -1, 0, 1, INT64_MAX};
  for (const std::int64_t cut : cuts) {
    values.push_back(cut);
    if (cut > INT64_MIN) values.push_back(cut - 1);
    if (cut < INT64_MAX) values.push_back(cut + 1);
  }
  for (const std::int64_t value : values) {
    const auto expected =
        static_cast<std::size_t>(std::count_if(cuts.begin(), cuts.end(), [&](auto cut) { return cut <= value; }));
    ASSERT_EQ(index.count_to(value), expected) << value << " among " << cuts.size();
  }
}

TEST(segment_index, counts_as_one_by_one) {
  same_as_counting({});
  same_as_counting({5});
  same_as_counting({5, 5, 5});
  std::uint64_t state = 9;
  const auto next = [&] { return state = state * 6364136223846793005u + 1442695040888963407u; };
  for (const std::size_t count : {8u, 9u, 10u, 100u, 3000u}) {
    for (const int bits : {3, 12, 40, 63}) {
      std::vector<std::int64_t> cuts;
      for (std::size_t i = 0; i < count; ++i) cuts.push_back(static_cast<std::int64_t>(next() >> (64 - bits)));
      same_as_counting(cuts);
      for (std::int64_t& cut : cuts) cut = -cut;
      same_as_counting(cuts);
    }
  }
}

// All cuts but two in one bucket, and the widest span there is.
TEST(segment_index, crowded_and_wide) {
  std::vector<std::int64_t> cuts = {INT64_MIN, INT64_MAX};
  for (std::int64_t i = 0; i < 1000; ++i) cuts.push_back(i);
  same_as_counting(cuts);
}

}  // namespace
