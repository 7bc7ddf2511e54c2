// SPDX-License-Identifier: Apache-2.0
// Arithmetic over columns of numbers, compiled for several instruction sets from one text (lanes.inc). What a block of
// rows is decided with (blocks.cpp); all sets give the same numbers (tests/unit/columns/lanes_test.cpp).
//
// Sums and products wrap around: lanes that mean nothing are computed like all others, and whoever calls knows which
// count.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace pricepoint::engine {

// Divides by 1 <= d < 2^31, rounding down, where the quotient is below 2^31, with products of 32 by 32 bits alone, of
// which every instruction set has several at once. With 2^(l-1) < d <= 2^l, h = floor(n / 2^(l-1)) and
// m = floor(2^(31+l) / d), both below 2^32: floor(h * m / 2^32) is too small by less than h / 2^32 for m, 2^(l-1) / d
// for h, and 1 for itself, each of them at most 1; so by at most 2, which the remainder tells.
struct narrow_divisor {
  static constexpr std::int64_t most = (std::int64_t{1} << 31) - 1;  // d, and the quotient

  constexpr explicit narrow_divisor(std::int64_t by) noexcept
      : d(by),
        shift(by == 1 ? 0 : static_cast<int>(std::bit_width(static_cast<std::uint64_t>(by - 1))) - 1),
        multiplier(by == 1 ? 0 : (std::uint64_t{1} << (32 + shift)) / static_cast<std::uint64_t>(by)),
        limit(by << 31) {}

  // Numbers from `limit` on have the quotient of limit - 1.
  constexpr std::int64_t down(std::int64_t n) const noexcept {
    n = n < limit ? n : limit - 1;
    if (d == 1) return n;
    const auto high = static_cast<std::uint32_t>(static_cast<std::uint64_t>(n) >> shift);
    const std::uint64_t found = (high * multiplier) >> 32;
    const std::int64_t rest = n - static_cast<std::int64_t>(found * static_cast<std::uint64_t>(d));
    return static_cast<std::int64_t>(found) + (rest >= d ? 1 : 0) + (rest >= 2 * d ? 1 : 0);
  }

  std::int64_t d;
  int shift;  // l - 1
  std::uint64_t multiplier;
  std::int64_t limit;
};

struct gathered_bits {
  std::uint64_t magnitude = 0;  // every bit that a value has which is there
  bool some_absent = false, some_present = false;
};

// Columns hold room for `width` numbers, and calls may write up to the next multiple of sixteen. Masks are -1 where
// they hold and 0 elsewhere; a mask that is nullptr holds nowhere.
struct lane_operations {
  static constexpr std::size_t width = 256;
  const char* name;

  // keys[i] += parts[sum of stride * min(code[i], words)] of one to four columns. Any n, and no more is written.
  struct coded {
    const std::int32_t* codes;
    std::uint32_t words, stride;
  };
  static constexpr std::size_t max_coded = 4;
  void (*add_codes)(std::uint64_t* keys, const coded* columns, std::size_t count, const std::uint64_t* parts,
                    std::size_t n) noexcept;
  // out[i] = table[keys[i]], for keys from `size` on table[size]; whether any is 0. Any n, and no more is written.
  bool (*look_up)(std::uint32_t* out, const std::uint32_t* table, std::uint64_t size, const std::uint64_t* keys,
                  std::size_t n) noexcept;
  // out[i] = values[rows[i]], 0 where it is absent or outside of least .. most, which is marked as bad.
  gathered_bits (*gather)(std::int64_t* out, std::int64_t* absent, std::int64_t* bad, const std::int64_t* values,
                          const std::uint32_t* rows, std::int64_t least, std::int64_t most, std::size_t n) noexcept;
  // The same of rows side by side, of which `check` says whether there is anything to do.
  struct checked {
    std::uint64_t magnitude = 0;
    bool clean = false;  // all are there and within least .. most
  };
  checked (*check)(const std::int64_t* values, std::int64_t least, std::int64_t most, std::size_t n) noexcept;
  gathered_bits (*clean)(std::int64_t* out, std::int64_t* absent, std::int64_t* bad, const std::int64_t* values,
                         std::int64_t least, std::int64_t most, std::size_t n) noexcept;
  // What rows of kinds have: out[i] = table[kinds[rows[i]]], or of rows side by side where rows is nullptr.
  // What many kinds have alike stands in one place.
  struct of_kinds {
    const std::uint32_t* places;
    const std::int32_t* members;  // by place
  };
  void (*pick_kinds)(std::uint32_t* place, std::int32_t* member, const of_kinds& from, const std::uint32_t* kinds,
                     const std::uint32_t* rows, std::size_t n) noexcept;
  // out += table[index[i]]
  void (*add_picked)(std::int64_t* out, const std::int64_t* table, const std::int32_t* index, std::size_t n) noexcept;
  // out += number << bits
  void (*add_shifted)(std::int64_t* out, const std::int32_t* number, int bits, std::size_t n) noexcept;
  // out[i] = table[index[i]]
  void (*pick)(std::int32_t* out, const std::int32_t* table, const std::int32_t* index, std::size_t n) noexcept;
  // out = constant + a * factor
  void (*scale)(std::int64_t* out, std::int64_t constant, const std::int64_t* a, std::int64_t factor,
                std::size_t n) noexcept;
  // sum += a * factor
  void (*add_scaled)(std::int64_t* sum, const std::int64_t* a, std::int64_t factor, std::size_t n) noexcept;
  // out = a * factors[place[i]] + offsets[place[i]]; `offsets` may be nullptr, for 0
  void (*multiply_picked)(std::int64_t* out, const std::int64_t* a, const std::int64_t* factors,
                          const std::int64_t* offsets, const std::uint32_t* place, std::size_t n) noexcept;
  // count += 1 where value >= cut
  void (*count_from)(std::int32_t* count, const std::int64_t* value, std::int64_t cut, std::size_t n) noexcept;
  // The same with cuts[index[i]]
  void (*count_from_each)(std::int32_t* count, const std::int64_t* value, const std::int64_t* cuts,
                          const std::int32_t* index, std::size_t n) noexcept;
  // out = how many cuts of the index are at or below the value; -1 where only a search in its bucket says so.
  struct cut_index {  // of detail::segment_index
    const std::int64_t* cuts;
    const std::uint32_t* below;
    std::int64_t first;
    std::uint64_t span;
    int shift;
    std::int32_t size;
  };
  void (*count_to)(std::int32_t* out, const std::int64_t* value, const cut_index& index, std::size_t n) noexcept;
  // keys += codes[segment[i]] * stride; where the value is absent `if_absent`, where it is outside of least .. most
  // `bad`. Any n, and no more is written.
  struct coded_numbers {
    const std::int32_t* codes;
    std::uint64_t stride, if_absent, bad;
    std::int64_t least, most;
  };
  void (*add_numbers)(std::uint64_t* keys, const std::int64_t* value, const std::int32_t* segment,
                      const coded_numbers& with, std::size_t n) noexcept;
  // mask |= value < least or value > most
  void (*mark_outside)(std::int64_t* mask, const std::int64_t* value, std::int64_t least, std::int64_t most,
                       std::size_t n) noexcept;
  void (*join)(std::int64_t* mask, const std::int64_t* other, std::size_t n) noexcept;       // mask |= other
  void (*intersect)(std::int64_t* mask, const std::int64_t* other, std::size_t n) noexcept;  // mask &= other
  // out = other where mask
  void (*replace)(std::int64_t* out, const std::int64_t* mask, const std::int64_t* other, std::size_t n) noexcept;
  void (*at_least)(std::int64_t* out, const std::int64_t* other, std::size_t n) noexcept;  // out = max(out, other)
  void (*at_most)(std::int64_t* out, const std::int64_t* other, std::size_t n) noexcept;   // out = min(out, other)
  // A low end: lowest = max(lowest, end), and limited |= bit where at < end. Where absent, nothing.
  void (*low_end)(std::int64_t* lowest, std::int64_t* limited, const std::int64_t* end, const std::int64_t* absent,
                  const std::int64_t* at, std::int64_t bit, std::size_t n) noexcept;
  // The same of the first end: lowest = end, and limited = bit or 0.
  void (*first_low_end)(std::int64_t* lowest, std::int64_t* limited, const std::int64_t* end,
                        const std::int64_t* absent, const std::int64_t* at, std::int64_t bit, std::size_t n) noexcept;
  void (*first_high_end)(std::int64_t* highest, std::int64_t* limited, const std::int64_t* end,
                         const std::int64_t* absent, const std::int64_t* at, std::int64_t bit, std::size_t n) noexcept;
  void (*high_end)(std::int64_t* highest, std::int64_t* limited, const std::int64_t* end, const std::int64_t* absent,
                   const std::int64_t* at, std::int64_t bit, std::size_t n) noexcept;

  // Amounts: below 2^31 - 1, which stands for all larger ones.
  // Whole numbers at or above low ends, from 1 on, and at or below high ends, 0 where there is none.
  void (*round_up)(std::int32_t* out, const std::int64_t* parts, const narrow_divisor& by, std::size_t n) noexcept;
  void (*round_down)(std::int32_t* out, const std::int64_t* parts, const narrow_divisor& by, std::size_t n) noexcept;
  // The multiples of `unit` around value / d * unit, and what amounts on both sides of it add up to where the lower one
  // is nearer (target_position of decide/choice.hpp). Numbers from 2^31 on wrap around.
  void (*position)(std::int32_t* floor, std::int32_t* ceiling, std::int32_t* pivot, const std::int64_t* value,
                   const narrow_divisor& by, std::int32_t unit, std::size_t n) noexcept;
  void (*raise)(std::int32_t* out, const std::int32_t* other, std::size_t n) noexcept;  // out = max(out, other)
  void (*lower)(std::int32_t* out, const std::int32_t* other, std::size_t n) noexcept;  // out = min(out, other)
  // The allowed amount from low to high that is nearest to the target, 0 where there is none, by the flat tables that
  // begin at `tables` (shape/nearest_table.hpp): first of those at or below the target, then, where any may be needed,
  // of those above. unknown |= -1 where the tables do not say.
  struct search {
    const std::int32_t *pool, *tables, *low, *high, *floor, *ceiling, *pivot;
    std::int32_t *price, *unknown;
  };
  void (*nearest_below)(const search& of, std::size_t n) noexcept;
  bool (*any_above)(const search& of, std::size_t n) noexcept;
  void (*nearest_above)(const search& of, std::size_t n) noexcept;
  // relaxed |= bit where price < low or price > high
  void (*mark_broken)(std::int32_t* relaxed, const std::int32_t* price, const std::int32_t* low,
                      const std::int32_t* high, std::int32_t bit, std::size_t n) noexcept;
  // Where there is no price: relaxed = 0, `of_none` and `absent`; else the price, and `of_broken` or `of_kept` by
  // whether relaxed has a bit of `strong`.
  struct conclusion {
    std::int32_t strong, of_none, of_broken, of_kept;
  };
  void (*conclude)(std::int32_t* statuses, std::int32_t* relaxed, const std::int32_t* price, const conclusion& with,
                   std::size_t n) noexcept;
  // Rows side by side to where they go; whether a set is UINT32_MAX. No more than n are written. A price of 0 is
  // `absent`.
  struct outcome {
    const std::int32_t* statuses;
    const std::int32_t* prices;
    std::int64_t absent;
    const std::int64_t* limited;
    const std::int32_t* relaxed;
    const std::uint32_t *limited_sets, *relaxed_sets;  // by these
  };
  bool (*put)(std::uint8_t* status, std::int64_t* price, std::uint32_t* limited, std::uint32_t* relaxed,
              const outcome& from, std::size_t n) noexcept;
};

// Those that this processor has, the widest last.
std::span<const lane_operations* const> lanes_here() noexcept;
// The widest; tests set another.
const lane_operations& lanes() noexcept;
void use_lanes(const lane_operations& wanted) noexcept;

}  // namespace pricepoint::engine
