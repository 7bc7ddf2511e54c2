// SPDX-License-Identifier: Apache-2.0
// The job of the benchmarks: tests/conformance/policy_a/policy.json over rows of one fixed mix, as columns, and the
// contestants that a shop could write by hand. Amounts are minor units.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace policy_a {

enum market : std::uint8_t { cn, us, de, jp };
inline constexpr std::array<std::string_view, 4> market_names = {"CN", "US", "DE", "JP"};
inline constexpr std::array<std::string_view, 4> channel_names = {"web", "app", "mall", "social"};
inline constexpr std::array<std::string_view, 3> role_names = {"traffic", "volume", "profit"};
inline constexpr std::array<int, 3> role_percent = {8, 5, 3};
inline constexpr int member_percent = 2;
// Minor units in one of the currency.
inline constexpr std::int64_t scale_of(std::uint8_t in) { return in == jp ? 1 : 100; }

struct columns {
  std::vector<std::uint8_t> market, channel, role, member;
  std::vector<std::int64_t> store, cost, shipping, map;  // map: 0 where there is none
  std::size_t size() const { return store.size(); }
};

struct row {
  std::uint8_t market, role, member;
  std::int64_t store, cost, shipping, map;
};
inline row row_of(const columns& of, std::size_t i) {
  return {of.market[i], of.role[i], of.member[i], of.store[i], of.cost[i], of.shipping[i], of.map[i]};
}

enum class status : std::uint8_t { conflict, compromised, priced };
// What every contestant must say: the price, and which rules stood in its way.
struct answer {
  std::int64_t price = 0;  // 0: conflict
  policy_a::status status = policy_a::status::conflict;
  bool limited_by_map = false;
  bool limited_by_earn = false;
  friend bool operator==(const answer&, const answer&) = default;
};

// The mix: four markets, three roles, members 30%, MAP in half of the rows, half of the targets under 100, a third
// between 100 and 1000, the rest above. The same rows for the same seed on every machine.
columns make_rows(std::size_t count, std::uint64_t seed);

// Walks down (then up) the grid of prices and looks at the digits of each: how it is mostly done.
answer naive(const row& of);

// An expert's loop: all that does not depend on the row is in tables, and no price is walked over.
class expert {
 public:
  expert();
  answer one(const row& of) const;
  void batch(const columns& of, std::span<answer> out) const;

 private:
  // Of one market and band of the target: for every step of the grid the nearest allowed price at or below it and at or
  // above it; 0 and `none` where there is none.
  struct table {
    std::int64_t step = 1;
    std::vector<std::int32_t> below, above;  // in steps
  };
  std::array<std::array<table, 3>, 4> tables_;
};

}  // namespace policy_a
