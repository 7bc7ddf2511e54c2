// SPDX-License-Identifier: Apache-2.0
// Rows and the two contestants by hand. Entries: those of policy_a.hpp. benchmarks/pricing.cpp holds them to the
// engine.
#include "policy_a.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace policy_a {

namespace {

// xorshift64*: the same numbers on every machine, which the distributions of the standard library do not promise.
class dice {
 public:
  explicit dice(std::uint64_t seed) : state_(seed * 2 + 1) {}
  std::uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 2685821657736338717u;
  }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>((next() >> 11) % static_cast<std::uint64_t>(high - low + 1));
  }

 private:
  std::uint64_t state_;
};

int off_percent(const row& of) { return role_percent[of.role] + (of.member != 0 ? member_percent : 0); }

// 0 below 100, 1 below 1000, 2 from there; of the target, times 100.
int band_of(std::int64_t target_e2, std::int64_t scale) {
  return target_e2 < 100 * scale * 100 ? 0 : target_e2 < 1000 * scale * 100 ? 1 : 2;
}

bool ends(std::int64_t value, std::int64_t with, std::int64_t digits) { return value % digits == with; }

bool allowed(std::uint8_t in, int band, std::int64_t price) {
  const std::int64_t scale = scale_of(in);
  const std::int64_t whole = price / scale;
  const std::int64_t fraction = price % scale;
  if (band == 0) {
    const bool shaped = in == cn   ? ends(price, 80, 100) || ends(price, 88, 100) || ends(price, 90, 100)
                        : in == jp ? ends(price, 80, 100) || ends(price, 98, 100)
                                   : ends(price, 99, 100) || ends(price, 95, 100);
    if (!shaped) return false;
  } else if (band == 1) {
    if (fraction != 0 || whole % 10 != (in == cn ? 8 : 9)) return false;
  } else if (price % (10 * scale) != 0) {
    return false;
  }
  if (in == cn || in == jp) {
    for (std::int64_t rest = price; rest != 0; rest /= 10) {
      if (rest % 10 == 4) return false;
    }
    return true;
  }
  for (std::int64_t rest = whole; rest >= 13; rest /= 10) {
    if (rest % 100 == 13) return false;
  }
  return true;
}

struct bounds {
  std::int64_t target_e2, low, high;
  answer base;
};

bounds bounds_of(const row& of) {
  bounds made{};
  made.target_e2 = of.store * (100 - off_percent(of));
  const std::int64_t earn_e2 = of.cost * 105 + of.shipping * 100;
  made.base.limited_by_map = of.map != 0 && made.target_e2 < of.map * 100;
  made.base.limited_by_earn = made.target_e2 < earn_e2;
  made.low = std::max({of.map, (earn_e2 + 99) / 100, std::int64_t{1}});
  made.high = of.store;
  return made;
}

}  // namespace

columns make_rows(std::size_t count, std::uint64_t seed) {
  dice roll(seed);
  columns made;
  for (std::size_t i = 0; i < count; ++i) {
    const auto in = static_cast<std::uint8_t>(roll.between(0, 3));
    const std::int64_t scale = scale_of(in);
    const auto role = static_cast<std::uint8_t>(roll.between(0, 2));
    const bool member = roll.between(0, 9) < 3;
    const std::int64_t sixth = roll.between(0, 5);
    // The store price that gives such a target.
    const std::int64_t target = sixth < 3   ? roll.between(5 * scale, 100 * scale - 1)
                                : sixth < 5 ? roll.between(100 * scale, 1000 * scale - 1)
                                            : roll.between(1000 * scale, 5000 * scale);
    const std::int64_t off = role_percent[role] + (member ? member_percent : 0);
    const std::int64_t store = std::max<std::int64_t>(1, target * 100 / (100 - off));
    made.market.push_back(in);
    made.channel.push_back(static_cast<std::uint8_t>(roll.between(0, 3)));
    made.role.push_back(role);
    made.member.push_back(member ? 1 : 0);
    made.store.push_back(store);
    made.cost.push_back(std::max<std::int64_t>(1, store * roll.between(50, 75) / 100));
    made.shipping.push_back(roll.between(0, 5 * scale));
    made.map.push_back(roll.between(0, 1) == 0 ? std::max<std::int64_t>(1, store * roll.between(84, 94) / 100) : 0);
  }
  return made;
}

answer naive(const row& of) {
  const bounds in = bounds_of(of);
  const int band = band_of(in.target_e2, scale_of(of.market));
  answer made = in.base;
  for (std::int64_t price = std::min(in.high, in.target_e2 / 100); price >= in.low; --price) {
    if (!allowed(of.market, band, price)) continue;
    made.price = price;
    made.status = status::priced;
    return made;
  }
  for (std::int64_t price = std::max(in.low, in.target_e2 / 100 + 1); price <= in.high; ++price) {
    if (!allowed(of.market, band, price)) continue;
    made.price = price;
    made.status = status::compromised;
    return made;
  }
  return made;
}

expert::expert() {
  for (std::uint8_t in = 0; in < 4; ++in) {
    const std::int64_t scale = scale_of(in);
    for (int band = 0; band < 3; ++band) {
      table& made = tables_[in][static_cast<std::size_t>(band)];
      made.step = band == 0 ? 1 : band == 1 ? scale : 10 * scale;
      // Store prices lie less than a fifth above the end of their band; rows end at 6000.
      const std::int64_t end = (band == 0 ? 130 : band == 1 ? 1300 : 7000) * scale / made.step;
      made.below.resize(static_cast<std::size_t>(end + 1));
      made.above.resize(static_cast<std::size_t>(end + 1));
      std::int32_t last = 0;
      for (std::int64_t i = 0; i <= end; ++i) {
        if (i > 0 && allowed(in, band, i * made.step)) last = static_cast<std::int32_t>(i);
        made.below[static_cast<std::size_t>(i)] = last;
      }
      last = INT32_MAX;
      for (std::int64_t i = end; i >= 0; --i) {
        if (i > 0 && allowed(in, band, i * made.step)) last = static_cast<std::int32_t>(i);
        made.above[static_cast<std::size_t>(i)] = last;
      }
    }
  }
}

answer expert::one(const row& of) const {
  const bounds in = bounds_of(of);
  const table& grid = tables_[of.market][static_cast<std::size_t>(band_of(in.target_e2, scale_of(of.market)))];
  const std::int64_t wanted = in.target_e2 / 100;  // never above the store price
  answer made = in.base;
  const std::int64_t below = grid.below[static_cast<std::size_t>(wanted / grid.step)] * grid.step;
  if (below >= in.low) {
    made.price = below;
    made.status = status::priced;
    return made;
  }
  const std::int64_t from = std::max(in.low, wanted + 1);
  if (from > in.high) return made;
  const std::int64_t above = grid.above[static_cast<std::size_t>((from + grid.step - 1) / grid.step)] * grid.step;
  if (above <= in.high) {
    made.price = above;
    made.status = status::compromised;
  }
  return made;
}

void expert::batch(const columns& of, std::span<answer> out) const {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = one(row_of(of, i));
}

}  // namespace policy_a
