// SPDX-License-Identifier: Apache-2.0
// Every instruction set that this processor has gives the numbers of plain loops.
#include "columns/lanes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "columns/segment_index.hpp"
#include "pricepoint/pricing/columns.hpp"
#include "pricepoint/shape/automaton.hpp"
#include "shape/nearest_table.hpp"

namespace {

using pricepoint::absent_value;
using pricepoint::engine::lane_operations;
using pricepoint::engine::lanes_here;
using pricepoint::engine::narrow_divisor;

using i64s = std::vector<std::int64_t>;
using i32s = std::vector<std::int32_t>;

class dice {
 public:
  std::uint64_t next() { return state_ = state_ * 6364136223846793005u + 1442695040888963407u; }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>((next() >> 11) % static_cast<std::uint64_t>(high - low + 1));
  }
  i64s numbers(std::int64_t low, std::int64_t high) {
    i64s made(lane_operations::width);
    for (auto& one : made) one = between(low, high);
    return made;
  }
  i32s amounts(std::int32_t low, std::int32_t high) {
    i32s made(lane_operations::width);
    for (auto& one : made) one = static_cast<std::int32_t>(between(low, high));
    return made;
  }

 private:
  std::uint64_t state_ = 20261126;
};

// Lengths on both sides of what vectors hold.
constexpr std::size_t lengths[] = {1, 7, 8, 9, 15, 16, 17, 100, lane_operations::width};

template <class Body>
void for_all(const Body& body) {
  for (const lane_operations* one : lanes_here()) {
    SCOPED_TRACE(one->name);
    for (const std::size_t n : lengths) {
      SCOPED_TRACE(n);
      body(*one, n);
    }
  }
}

TEST(lanes, the_plainest_is_always_there) {
  ASSERT_FALSE(lanes_here().empty());
  EXPECT_STREQ(lanes_here().front()->name, "base");
}

TEST(lanes, narrow_division_is_exact) {
  dice roll;
  i64s divisors = {1, 2, 3, 5, 7, 10, 100, 119, 10'000, 1'000'003, 2'147'483'646, narrow_divisor::most};
  for (int bit = 2; bit < 31; ++bit) {
    for (const std::int64_t near : {-1, 0, 1}) divisors.push_back((std::int64_t{1} << bit) + near);
  }
  for (const std::int64_t d : divisors) {
    if (d > narrow_divisor::most) continue;
    const narrow_divisor by(d);
    for (int round = 0; round < 40; ++round) {
      i64s parts(lane_operations::width);
      for (auto& one : parts) {
        // Around multiples, near the ends, and anywhere.
        const std::int64_t quotient = roll.between(0, narrow_divisor::most);
        one = std::min(by.limit - 1, std::max<std::int64_t>(0, quotient * d + roll.between(-2, 2)));
        if (roll.between(0, 9) == 0) one = by.limit - 1 - roll.between(0, 3);
        if (one < 0) one = 0;
      }
      for (const std::int64_t one : parts) ASSERT_EQ(by.down(one), one / d) << one << " by " << d;
      for (const lane_operations* with : lanes_here()) {
        SCOPED_TRACE(with->name);
        i32s up(lane_operations::width);
        i32s down(lane_operations::width);
        i32s floor(lane_operations::width);
        i32s ceiling(lane_operations::width);
        i32s pivot(lane_operations::width);
        with->round_up(up.data(), parts.data(), by, parts.size());
        with->round_down(down.data(), parts.data(), by, parts.size());
        with->position(floor.data(), ceiling.data(), pivot.data(), parts.data(), by, 1, parts.size());
        for (std::size_t i = 0; i < parts.size(); ++i) {
          const std::int64_t at = parts[i];
          ASSERT_EQ(down[i], at / d) << at << " by " << d;
          ASSERT_EQ(up[i], at <= 0 ? 1 : std::min<std::int64_t>(INT32_MAX, (at - 1) / d + 1)) << at << " by " << d;
          const std::int64_t target = std::max<std::int64_t>(1, at);
          ASSERT_EQ(floor[i], target / d);
          const std::int64_t above = (target - 1) / d + 1;
          ASSERT_EQ(ceiling[i], std::min<std::int64_t>(INT32_MAX, above));
          const std::int64_t rounded = (2 * target + d) / (2 * d);
          if (above + rounded >= INT32_MAX) continue;  // twice an amount that can be is below
          ASSERT_EQ(pivot[i], above + rounded) << at << " by " << d;
        }
      }
    }
  }
}

TEST(lanes, positions_are_multiples_of_the_unit) {
  // Parts of a fifth of a minor unit, and a unit of ten: 124.8, 125, 125.2 and 130.
  const narrow_divisor by(50);
  i64s parts(lane_operations::width, 624);
  parts[1] = 625;
  parts[2] = 626;
  parts[3] = 650;
  for (const lane_operations* with : lanes_here()) {
    SCOPED_TRACE(with->name);
    i32s floor(lane_operations::width);
    i32s ceiling(lane_operations::width);
    i32s pivot(lane_operations::width);
    with->position(floor.data(), ceiling.data(), pivot.data(), parts.data(), by, 10, 4);
    EXPECT_EQ(std::vector(floor.begin(), floor.begin() + 4), (std::vector<std::int32_t>{120, 120, 120, 130}));
    EXPECT_EQ(std::vector(ceiling.begin(), ceiling.begin() + 4), (std::vector<std::int32_t>{130, 130, 130, 130}));
    // From half a unit on the higher one is nearer, also where both are equally near.
    EXPECT_EQ(std::vector(pivot.begin(), pivot.begin() + 4), (std::vector<std::int32_t>{250, 260, 260, 260}));
  }
}

TEST(lanes, ends_beyond_the_limit_stand_for_larger_ones) {
  const narrow_divisor by(100);
  i64s parts(lane_operations::width, INT64_MAX);
  parts[1] = INT64_MIN;
  parts[2] = -1;
  parts[3] = 0;
  parts[4] = by.limit;
  for_all([&](const lane_operations& with, std::size_t n) {
    i32s up(lane_operations::width);
    i32s down(lane_operations::width);
    with.round_up(up.data(), parts.data(), by, n);
    with.round_down(down.data(), parts.data(), by, n);
    for (std::size_t i = 0; i < n; ++i) {
      const bool negative = i == 1 || i == 2 || i == 3;
      ASSERT_EQ(up[i], negative ? 1 : INT32_MAX) << i;
      ASSERT_EQ(down[i], negative ? 0 : INT32_MAX) << i;
    }
  });
}

TEST(lanes, codes_to_kinds) {
  dice roll;
  const std::uint32_t words[] = {3, 1, 4, 2};
  std::vector<std::uint64_t> parts((words[0] + 1) * (words[1] + 1) * (words[2] + 1) * (words[3] + 1));
  for (auto& one : parts) one = roll.next() >> 8;
  for (std::size_t count = 1; count <= lane_operations::max_coded; ++count) {
    for_all([&](const lane_operations& with, std::size_t n) {
      std::vector<i32s> codes;
      std::vector<lane_operations::coded> columns;
      std::uint32_t stride = 1;
      for (std::size_t c = 0; c < count; ++c) {
        codes.push_back(roll.amounts(-2, 6));
        columns.push_back({nullptr, words[c], stride});
        stride *= words[c] + 1;
      }
      for (std::size_t c = 0; c < count; ++c) columns[c].codes = codes[c].data();
      std::vector<std::uint64_t> keys(n + 1, 7);
      with.add_codes(keys.data(), columns.data(), count, parts.data(), n);
      for (std::size_t i = 0; i < n; ++i) {
        std::size_t at = 0;
        for (std::size_t c = 0; c < count; ++c) {
          at += std::min(static_cast<std::uint32_t>(codes[c][i]), words[c]) * columns[c].stride;
        }
        ASSERT_EQ(keys[i], 7 + parts[at]);
      }
      ASSERT_EQ(keys[n], 7u) << "behind the end";

      const std::vector<std::uint32_t> table = {5, 0, 7, 8, 9};
      std::vector<std::uint64_t> wanted(n);
      for (auto& one : wanted) one = static_cast<std::uint64_t>(roll.between(0, 9));
      std::vector<std::uint32_t> out(n + 1, 77);
      const bool lacking = with.look_up(out.data(), table.data(), 4, wanted.data(), n);
      bool expected = false;
      for (std::size_t i = 0; i < n; ++i) {
        ASSERT_EQ(out[i], table[std::min<std::size_t>(wanted[i], 4)]);
        expected = expected || out[i] == 0;
      }
      EXPECT_EQ(lacking, expected);
      EXPECT_EQ(out[n], 77u);
    });
  }
}

TEST(lanes, columns_are_cleaned) {
  dice roll;
  for (const bool dirty : {false, true}) {
    for_all([&](const lane_operations& with, std::size_t n) {
      i64s values = roll.numbers(1, 100'000);
      if (dirty) {
        for (auto& one : values) {
          if (roll.between(0, 3) == 0) one = roll.between(0, 1) == 0 ? absent_value : roll.between(-3, 0);
          if (roll.between(0, 9) == 0) one = INT64_MAX;
        }
      }
      std::vector<std::uint32_t> rows(n);
      for (auto& one : rows) one = static_cast<std::uint32_t>(roll.between(0, lane_operations::width - 1));
      for (const bool side_by_side : {false, true}) {
        i64s out(lane_operations::width);
        i64s absent(lane_operations::width);
        i64s bad(lane_operations::width);
        const auto bits =
            side_by_side ? with.clean(out.data(), absent.data(), bad.data(), values.data(), 1, 50'000, n)
                         : with.gather(out.data(), absent.data(), bad.data(), values.data(), rows.data(), 1, 50'000, n);
        std::uint64_t magnitude = 0;
        bool some_absent = false;
        bool some_present = false;
        for (std::size_t i = 0; i < n; ++i) {
          const std::int64_t value = values[side_by_side ? i : rows[i]];
          const bool good = value >= 1 && value <= 50'000;
          ASSERT_EQ(out[i], good ? value : 0);
          ASSERT_EQ(absent[i], value == absent_value ? -1 : 0);
          ASSERT_EQ(bad[i], good || value == absent_value ? 0 : -1);
          magnitude |= static_cast<std::uint64_t>(out[i]);
          some_absent = some_absent || value == absent_value;
          some_present = some_present || value != absent_value;
        }
        ASSERT_EQ(bits.magnitude, magnitude);
        ASSERT_EQ(bits.some_absent, some_absent);
        ASSERT_EQ(bits.some_present, some_present);
      }
      const auto checked = with.check(values.data(), 1, 100'000, n);
      ASSERT_EQ(checked.clean, std::all_of(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(n),
                                           [](std::int64_t one) { return one >= 1 && one <= 100'000; }));
    });
  }
}

TEST(lanes, sums_cuts_and_ends) {
  dice roll;
  for_all([&](const lane_operations& with, std::size_t n) {
    const i64s a = roll.numbers(-1'000'000'000'000, 1'000'000'000'000);
    const i64s b = roll.numbers(-1'000'000, 1'000'000);
    const i64s c = roll.numbers(-5, 5);
    i64s mask = roll.numbers(-1, 0);
    i64s out(lane_operations::width);
    with.scale(out.data(), 17, a.data(), -3, n);
    with.add_scaled(out.data(), b.data(), 1'000'003, n);
    const i64s factors = {3, -2, 1'000'003};
    const i64s offsets = {0, 7, -9};
    std::vector<std::uint32_t> kinds(lane_operations::width);
    for (auto& one : kinds) one = static_cast<std::uint32_t>(roll.between(0, 4));
    const std::vector<std::uint32_t> places = {2, 0, 1, 1, 2};
    const i32s members = {30, 31, 32};
    std::vector<std::uint32_t> rows(n);
    for (auto& one : rows) one = static_cast<std::uint32_t>(roll.between(0, lane_operations::width - 1));
    std::vector<std::uint32_t> place(lane_operations::width);
    i32s member(lane_operations::width);
    const bool side_by_side = roll.between(0, 1) == 0;
    with.pick_kinds(place.data(), member.data(), {places.data(), members.data()}, kinds.data(),
                    side_by_side ? nullptr : rows.data(), n);
    i64s product(lane_operations::width);
    i64s without(lane_operations::width);
    with.multiply_picked(product.data(), a.data(), factors.data(), offsets.data(), place.data(), n);
    with.multiply_picked(without.data(), a.data(), factors.data(), nullptr, place.data(), n);
    i32s count(lane_operations::width, 2);
    with.count_from(count.data(), b.data(), 100, n);
    i32s index = roll.amounts(0, 3);
    const i64s cuts = {-500'000, 0, 10, 500'000};
    with.count_from_each(count.data(), b.data(), cuts.data(), index.data(), n);
    i64s outside = mask;
    with.mark_outside(outside.data(), b.data(), -100'000, 100'000, n);
    i64s low = a;
    i64s limited(lane_operations::width, 1);
    with.low_end(low.data(), limited.data(), b.data(), mask.data(), c.data(), 4, n);
    i64s high = a;
    with.high_end(high.data(), limited.data(), b.data(), nullptr, c.data(), 8, n);
    i64s first(lane_operations::width);
    i64s first_limited(lane_operations::width);
    with.first_low_end(first.data(), first_limited.data(), b.data(), mask.data(), c.data(), 2, n);
    i64s last(lane_operations::width);
    i64s last_limited(lane_operations::width);
    with.first_high_end(last.data(), last_limited.data(), b.data(), mask.data(), c.data(), 2, n);
    i64s replaced = a;
    with.replace(replaced.data(), mask.data(), b.data(), n);
    i64s joined = mask;
    with.join(joined.data(), outside.data(), n);
    i64s both = mask;
    with.intersect(both.data(), outside.data(), n);
    i64s most = a;
    with.at_least(most.data(), b.data(), n);
    i64s least = a;
    with.at_most(least.data(), b.data(), n);
    for (std::size_t i = 0; i < n; ++i) {
      ASSERT_EQ(out[i], 17 - 3 * a[i] + 1'000'003 * b[i]);
      const std::uint32_t at = places[kinds[side_by_side ? i : rows[i]]];
      ASSERT_EQ(place[i], at);
      ASSERT_EQ(member[i], members[at]);
      ASSERT_EQ(product[i], a[i] * factors[at] + offsets[at]);
      ASSERT_EQ(without[i], a[i] * factors[at]);
      const std::int64_t cut = cuts[static_cast<std::size_t>(index[i])];
      ASSERT_EQ(count[i], 2 + (b[i] >= 100 ? 1 : 0) + (b[i] >= cut ? 1 : 0));
      ASSERT_EQ(outside[i], mask[i] != 0 || b[i] < -100'000 || b[i] > 100'000 ? -1 : 0);
      const std::int64_t low_here = mask[i] != 0 ? INT64_MIN : b[i];
      ASSERT_EQ(low[i], std::max(a[i], low_here));
      ASSERT_EQ(high[i], std::min(a[i], b[i]));
      ASSERT_EQ(limited[i], 1 | (c[i] < low_here ? 4 : 0) | (c[i] > b[i] ? 8 : 0));
      ASSERT_EQ(first[i], low_here);
      ASSERT_EQ(first_limited[i], c[i] < low_here ? 2 : 0);
      const std::int64_t high_here = mask[i] != 0 ? INT64_MAX : b[i];
      ASSERT_EQ(last[i], high_here);
      ASSERT_EQ(last_limited[i], c[i] > high_here ? 2 : 0);
      ASSERT_EQ(replaced[i], mask[i] != 0 ? b[i] : a[i]);
      ASSERT_EQ(joined[i], mask[i] | outside[i]);
      ASSERT_EQ(both[i], mask[i] & outside[i]);
      ASSERT_EQ(most[i], std::max(a[i], b[i]));
      ASSERT_EQ(least[i], std::min(a[i], b[i]));
    }
  });
}

// What stands behind a column's room stays as it is, whatever the length, and so does what stands behind n where a call
// promises that.
template <class Number>
class guarded {
 public:
  explicit guarded(Number fill = 1) : all_(lane_operations::width + 32, fill) {
    std::fill(all_.begin() + lane_operations::width, all_.end(), guard);
  }
  Number* data() { return all_.data(); }
  // Whether nothing from `end` on was written. `end` is at most width.
  bool whole_from(std::size_t end, Number fill = 1) const {
    return std::all_of(all_.begin() + static_cast<std::ptrdiff_t>(end), all_.begin() + lane_operations::width,
                       [&](Number one) { return one == fill; }) &&
           std::all_of(all_.begin() + lane_operations::width, all_.end(), [](Number one) { return one == guard; });
  }

 private:
  static constexpr Number guard = 99;
  std::vector<Number> all_;
};

TEST(lanes, write_no_more_than_they_may) {
  const i64s one64(lane_operations::width + 32, 3);
  const i32s one32(lane_operations::width + 32, 3);
  const std::vector<std::uint32_t> rows(lane_operations::width + 32, 2);
  const std::vector<std::uint64_t> keys(lane_operations::width + 32, 2);
  const i64s table64(8, 4);
  const i32s table32(8, 4);
  const std::vector<std::uint32_t> places(8, 4);
  const i32s members(8, 4);
  const std::vector<std::uint64_t> parts(8, 4);
  const narrow_divisor three(3);
  const narrow_divisor one_part(1);
  const pricepoint::detail::segment_index index({1, 5, 9});
  const i64s zero64(lane_operations::width + 32, 0);
  const i64s thirty64(lane_operations::width + 32, 30);
  const i32s nothing(lane_operations::width + 32, 0);
  for_all([&](const lane_operations& with, std::size_t n) {
    const std::size_t room = (n + 15) / 16 * 16;
    const auto wide = [&](const char* name, const auto& call) {
      guarded<std::int64_t> out;
      call(out.data());
      EXPECT_TRUE(out.whole_from(room)) << name;
    };
    const auto narrow = [&](const char* name, const auto& call) {
      guarded<std::int32_t> out;
      call(out.data());
      EXPECT_TRUE(out.whole_from(room)) << name;
    };
    const auto both = [&](const char* name, const auto& call) {
      guarded<std::int64_t> a;
      guarded<std::int64_t> b;
      call(a.data(), b.data());
      EXPECT_TRUE(a.whole_from(room) && b.whole_from(room)) << name;
    };
    wide("add_picked", [&](auto* out) { with.add_picked(out, table64.data(), one32.data(), n); });
    wide("add_shifted", [&](auto* out) { with.add_shifted(out, one32.data(), 2, n); });
    wide("scale", [&](auto* out) { with.scale(out, 1, one64.data(), 2, n); });
    wide("add_scaled", [&](auto* out) { with.add_scaled(out, one64.data(), 2, n); });
    for (const std::int64_t* offsets : {static_cast<const std::int64_t*>(nullptr), table64.data()}) {
      wide("multiply_picked",
           [&](auto* out) { with.multiply_picked(out, one64.data(), table64.data(), offsets, rows.data(), n); });
    }
    wide("mark_outside", [&](auto* out) { with.mark_outside(out, one64.data(), 5, 6, n); });
    wide("join", [&](auto* out) { with.join(out, one64.data(), n); });
    wide("intersect", [&](auto* out) { with.intersect(out, zero64.data(), n); });
    wide("replace", [&](auto* out) { with.replace(out, one64.data(), one64.data(), n); });
    wide("at_least", [&](auto* out) { with.at_least(out, one64.data(), n); });
    wide("at_most", [&](auto* out) { with.at_most(out, zero64.data(), n); });
    for (const std::int64_t* absent : {static_cast<const std::int64_t*>(nullptr), zero64.data()}) {
      for (const auto end : {with.low_end, with.first_low_end}) {
        both("low_end",
             [&](auto* most, auto* limited) { end(most, limited, one64.data(), absent, zero64.data(), 2, n); });
      }
      for (const auto end : {with.high_end, with.first_high_end}) {
        both("high_end",
             [&](auto* most, auto* limited) { end(most, limited, zero64.data(), absent, one64.data(), 2, n); });
      }
    }
    narrow("pick", [&](auto* out) { with.pick(out, table32.data(), one32.data(), n); });
    narrow("count_from", [&](auto* out) { with.count_from(out, one64.data(), 2, n); });
    narrow("count_from_each",
           [&](auto* out) { with.count_from_each(out, one64.data(), zero64.data(), one32.data(), n); });
    narrow("count_to",
           [&](auto* out) { with.count_to(out, zero64.data(), index.as_parts<lane_operations::cut_index>(), n); });
    for (const narrow_divisor& by : {one_part, three}) {
      narrow("round_up", [&](auto* out) { with.round_up(out, thirty64.data(), by, n); });
      narrow("round_down", [&](auto* out) { with.round_down(out, zero64.data(), by, n); });
      narrow("position", [&](auto* out) {
        guarded<std::int32_t> ceiling;
        guarded<std::int32_t> pivot;
        with.position(out, ceiling.data(), pivot.data(), thirty64.data(), by, 5, n);
        EXPECT_TRUE(ceiling.whole_from(room));
        EXPECT_TRUE(pivot.whole_from(room));
      });
    }
    narrow("raise", [&](auto* out) { with.raise(out, one32.data(), n); });
    narrow("lower", [&](auto* out) {
      const i32s least(lane_operations::width + 32, -3);
      with.lower(out, least.data(), n);
    });
    narrow("mark_broken", [&](auto* out) { with.mark_broken(out, one32.data(), one32.data(), nothing.data(), 4, n); });
    narrow("conclude", [&](auto* out) {
      guarded<std::int32_t> relaxed;
      with.conclude(out, relaxed.data(), nothing.data(), {1, 7, 8, 9}, n);
      EXPECT_TRUE(relaxed.whole_from(room));
    });
    // No more than n.
    guarded<std::uint64_t> sums;
    const lane_operations::coded coded{one32.data(), 5, 1};
    with.add_codes(sums.data(), &coded, 1, parts.data(), n);
    EXPECT_TRUE(sums.whole_from(n));
    guarded<std::uint64_t> numbers;
    with.add_numbers(numbers.data(), one64.data(), one32.data(),
                     {.codes = table32.data(), .stride = 3, .if_absent = 1, .bad = 5, .least = 1, .most = 9}, n);
    EXPECT_TRUE(numbers.whole_from(n));
    guarded<std::uint32_t> found;
    with.look_up(found.data(), places.data(), 7, keys.data(), n);
    EXPECT_TRUE(found.whole_from(n));
    guarded<std::uint8_t> statuses;
    guarded<std::int64_t> prices;
    guarded<std::uint32_t> limited;
    guarded<std::uint32_t> relaxed;
    const lane_operations::outcome from{one32.data(), one32.data(),  absent_value, one64.data(),
                                        one32.data(), places.data(), places.data()};
    with.put(statuses.data(), prices.data(), limited.data(), relaxed.data(), from, n);
    EXPECT_TRUE(statuses.whole_from(n) && prices.whole_from(n) && limited.whole_from(n) && relaxed.whole_from(n));
    // Cleaned columns and what rows pick: with the room of the column.
    guarded<std::int64_t> values;
    guarded<std::int64_t> absent;
    guarded<std::int64_t> bad;
    with.gather(values.data(), absent.data(), bad.data(), one64.data(), rows.data(), 5, 9, n);
    EXPECT_TRUE(values.whole_from(room) && absent.whole_from(room) && bad.whole_from(room));
    with.clean(values.data(), absent.data(), bad.data(), one64.data(), 5, 9, n);
    EXPECT_TRUE(values.whole_from(room) && absent.whole_from(room) && bad.whole_from(room));
    for (const std::uint32_t* order : {static_cast<const std::uint32_t*>(nullptr), rows.data()}) {
      guarded<std::uint32_t> place;
      guarded<std::int32_t> member;
      with.pick_kinds(place.data(), member.data(), {places.data(), members.data()}, rows.data(), order, n);
      EXPECT_TRUE(place.whole_from(room) && member.whole_from(room));
    }
  });
}

// Cuts that are spread, crowded and equal; values around them and at the ends of what there is.
TEST(lanes, numbers_find_their_segments) {
  dice roll;
  for (const int spread : {1, 3, 1000}) {
    for (const std::size_t count : {1u, 2u, 9u, 300u}) {
      i64s cuts;
      for (std::size_t i = 0; i < count; ++i) cuts.push_back(roll.between(-spread, spread) * roll.between(1, spread));
      if (count == 9) cuts.push_back(INT64_MAX);
      if (count == 2) cuts.push_back(INT64_MIN);
      std::sort(cuts.begin(), cuts.end());
      const pricepoint::detail::segment_index index(cuts);
      i64s values(lane_operations::width);
      for (auto& one : values) {
        one = cuts[static_cast<std::size_t>(roll.between(0, static_cast<std::int64_t>(count) - 1))];
        if (one > INT64_MIN + 2 && one < INT64_MAX - 2) one += roll.between(-2, 2);
      }
      values[3] = INT64_MIN;
      values[5] = INT64_MAX;
      for_all([&](const lane_operations& with, std::size_t n) {
        i32s found(lane_operations::width);
        with.count_to(found.data(), values.data(), index.as_parts<lane_operations::cut_index>(), n);
        for (std::size_t i = 0; i < n; ++i) {
          const auto below = std::count_if(cuts.begin(), cuts.end(), [&](auto cut) { return cut <= values[i]; });
          if (found[i] >= 0) {
            ASSERT_EQ(found[i], below) << values[i];
          } else {
            ASSERT_GT(count, 1u);
          }
        }
      });
    }
  }
}

TEST(lanes, a_cut_belongs_to_what_is_above_it) {
  const i64s values = {9, 10, 11};
  i64s column(lane_operations::width, 10);
  std::copy(values.begin(), values.end(), column.begin());
  const i64s cuts = {10, 11};
  i32s index(lane_operations::width, 0);
  index[2] = 1;
  for_all([&](const lane_operations& with, std::size_t) {
    i32s count(lane_operations::width, 5);
    with.count_from(count.data(), column.data(), 10, 3);
    EXPECT_EQ((i32s{count[0], count[1], count[2]}), (i32s{5, 6, 6}));
    with.count_from_each(count.data(), column.data(), cuts.data(), index.data(), 3);
    EXPECT_EQ((i32s{count[0], count[1], count[2]}), (i32s{5, 7, 7}));
  });
}

TEST(lanes, numbers_become_parts_of_keys) {
  dice roll;
  const i32s codes = {2, 3, 4, 9};
  i64s values = roll.numbers(-20, 20);
  values[2] = absent_value;
  values[5] = INT64_MAX;
  i32s segments(lane_operations::width);
  for (auto& one : segments) one = static_cast<std::int32_t>(roll.between(0, 3));
  constexpr std::uint64_t stride = 1'000'000'007;
  for_all([&](const lane_operations& with, std::size_t n) {
    std::vector<std::uint64_t> keys(lane_operations::width, 5);
    with.add_numbers(keys.data(), values.data(), segments.data(),
                     {.codes = codes.data(), .stride = stride, .if_absent = 77, .bad = 1000, .least = -10, .most = 11},
                     n);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      std::uint64_t expected = static_cast<std::uint64_t>(codes[static_cast<std::size_t>(segments[i])]) * stride;
      if (values[i] < -10 || values[i] > 11) expected = 1000;
      if (values[i] == absent_value) expected = 77;
      ASSERT_EQ(keys[i], i < n ? 5 + expected : 5) << i;
    }
  });
}

TEST(lanes, nearest_amounts_are_those_of_the_tables) {
  using namespace pricepoint;
  const shape::any_shape avoided = shape::avoid{shape::numbers{1u << 4, {"13"}, {}, shape::scope::any}};
  const shape::any_shape one[] = {shape::endings{{".99", ".95"}}, avoided};
  const shape::any_shape round[] = {shape::multiple_of{decimal(1000)}};
  std::vector<std::unique_ptr<const shape::nearest_table>> tables;
  std::vector<shape::automaton> automata;
  automata.push_back(*shape::automaton::build(std::span<const shape::any_shape>(one), 2));
  automata.push_back(*shape::automaton::build(std::span<const shape::any_shape>(round), 2));
  i32s pool;
  i32s begins;
  for (const shape::automaton& of : automata) {
    tables.push_back(shape::nearest_table::build(of));
    begins.push_back(static_cast<std::int32_t>(pool.size()));
    tables.back()->flatten_to(pool);
    ASSERT_EQ(pool.size() - static_cast<std::size_t>(begins.back()), tables.back()->flat_size());
  }
  dice roll;
  std::size_t found = 0;
  for (int round_number = 0; round_number < 200; ++round_number) {
    for_all([&](const lane_operations& with, std::size_t n) {
      i32s which = roll.amounts(0, 1);
      i32s at(lane_operations::width);
      i32s low(lane_operations::width);
      i32s high(lane_operations::width);
      i32s floor(lane_operations::width);
      i32s ceiling(lane_operations::width);
      i32s pivot(lane_operations::width);
      for (std::size_t i = 0; i < n; ++i) {
        at[i] = begins[static_cast<std::size_t>(which[i])];
        const std::int64_t top = roll.between(0, 3) == 0 ? 12'000'000 : roll.between(0, 1) == 0 ? 200'000 : 3'000;
        floor[i] = static_cast<std::int32_t>(roll.between(0, top));
        ceiling[i] = floor[i] + static_cast<std::int32_t>(roll.between(floor[i] == 0 ? 1 : 0, 1));
        pivot[i] = floor[i] + ceiling[i] + static_cast<std::int32_t>(ceiling[i] == floor[i] ? 0 : roll.between(0, 1));
        low[i] = static_cast<std::int32_t>(roll.between(1, top));
        high[i] = static_cast<std::int32_t>(roll.between(0, 1) == 0 ? INT32_MAX : roll.between(0, top));
        if (roll.between(0, 1) == 0) low[i] = 1;
        // What stands for larger ones: nothing is above, and no sum may overflow.
        if (roll.between(0, 15) == 0) floor[i] = ceiling[i] = pivot[i] = high[i] = INT32_MAX;
        if (roll.between(0, 31) == 0) low[i] = INT32_MAX;
      }
      i32s price(lane_operations::width);
      i32s unknown(lane_operations::width);
      const lane_operations::search search{pool.data(),    at.data(),    low.data(),   high.data(),   floor.data(),
                                           ceiling.data(), pivot.data(), price.data(), unknown.data()};
      with.nearest_below(search, n);
      if (with.any_above(search, n)) with.nearest_above(search, n);
      for (std::size_t i = 0; i < n; ++i) {
        if (unknown[i] != 0) {
          ASSERT_TRUE(high[i] >= shape::nearest_table::limit || floor[i] >= shape::nearest_table::limit ||
                      low[i] == INT32_MAX)
              << i;
          continue;
        }
        const shape::automaton& of = automata[static_cast<std::size_t>(which[i])];
        // As choice::nearest.
        std::int64_t below = shape::at_or_below(of, std::min(high[i], floor[i]));
        std::int64_t above = shape::at_or_above(of, std::max(low[i], ceiling[i]));
        if (below < low[i]) below = 0;
        if (above > high[i]) above = 0;
        std::int64_t nearest = below + above;
        if (below != 0 && above != 0) nearest = below + above >= pivot[i] ? below : above;
        ASSERT_EQ(price[i], nearest) << floor[i] << ' ' << ceiling[i] << ' ' << low[i] << ' ' << high[i];
        ++found;
      }
    });
  }
  EXPECT_GT(found, 10'000u);
}

TEST(lanes, conclusions_go_where_they_should) {
  dice roll;
  for_all([&](const lane_operations& with, std::size_t n) {
    i32s price = roll.amounts(0, 2);
    i32s relaxed = roll.amounts(0, 3);
    const i32s before = relaxed;
    i32s raised = price;
    const i32s other = roll.amounts(0, 2);
    with.raise(raised.data(), other.data(), n);
    i32s lowered = price;
    with.lower(lowered.data(), other.data(), n);
    const i32s low = roll.amounts(0, 2);
    const i32s high = roll.amounts(0, 2);
    i32s broken(lane_operations::width, 1);
    with.mark_broken(broken.data(), price.data(), low.data(), high.data(), 2, n);
    i32s picked(lane_operations::width);
    const i32s table = {10, 20, 30};
    with.pick(picked.data(), table.data(), price.data(), n);
    i32s statuses(lane_operations::width);
    with.conclude(statuses.data(), relaxed.data(), price.data(),
                  {.strong = 2, .of_none = 50, .of_broken = 60, .of_kept = 70}, n);
    const i64s limited = roll.numbers(0, 3);
    const std::vector<std::uint32_t> sets = {4, 5, 6, UINT32_MAX};
    std::vector<std::uint8_t> status_out(n + 1, 9);
    i64s price_out(n + 1, 9);
    std::vector<std::uint32_t> limited_out(n + 1, 9);
    std::vector<std::uint32_t> relaxed_out(n + 1, 9);
    const bool lacking = with.put(
        status_out.data(), price_out.data(), limited_out.data(), relaxed_out.data(),
        {statuses.data(), price.data(), absent_value, limited.data(), relaxed.data(), sets.data(), sets.data()}, n);
    bool expected = false;
    for (std::size_t i = 0; i < n; ++i) {
      ASSERT_EQ(raised[i], std::max(price[i], other[i]));
      ASSERT_EQ(lowered[i], std::min(price[i], other[i]));
      ASSERT_EQ(broken[i], 1 | (price[i] < low[i] || price[i] > high[i] ? 2 : 0));
      ASSERT_EQ(picked[i], table[static_cast<std::size_t>(price[i])]);
      ASSERT_EQ(relaxed[i], price[i] == 0 ? 0 : before[i]);
      ASSERT_EQ(status_out[i], price[i] == 0 ? 50 : (before[i] & 2) != 0 ? 60 : 70);
      ASSERT_EQ(price_out[i], price[i] == 0 ? absent_value : price[i]);
      ASSERT_EQ(limited_out[i], sets[static_cast<std::size_t>(limited[i])]);
      ASSERT_EQ(relaxed_out[i], sets[static_cast<std::size_t>(relaxed[i])]);
      expected = expected || limited_out[i] == UINT32_MAX || relaxed_out[i] == UINT32_MAX;
    }
    EXPECT_EQ(lacking, expected);
    EXPECT_EQ(status_out[n], 9);
    EXPECT_EQ(price_out[n], 9);
    EXPECT_EQ(limited_out[n], 9u);
    EXPECT_EQ(relaxed_out[n], 9u);
  });
}

}  // namespace
