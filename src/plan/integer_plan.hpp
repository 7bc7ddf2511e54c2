// SPDX-License-Identifier: Apache-2.0
// A plan as 64-bit integers: where every amount that a class of requests asks for is a sum of fields times constants,
// the constants are put over one denominator when the class is first seen, and a price is a few multiplications and a
// look-up. Deciding exactly gives the same answer (tests/property/agreement.cpp holds them together).
//
// A request comes as one int64 a slot: whole minor units of the market's currency, or absent_value. Behind the slots of
// the machine are the reference price and the target.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "match/request_class.hpp"
#include "money/divisor.hpp"
#include "plan/plan.hpp"
#include "pricepoint/money/amount.hpp"
#include "shape/nearest_table.hpp"

namespace pricepoint::engine {

// constant + sum of factor * value, in parts of a minor unit that the holder says. The first two terms are always
// there, with a factor of 0 where they say nothing: then on the first slot that is used, or on the target.
struct integer_sum {
  static constexpr std::size_t max_terms = 4;
  std::int64_t constant = 0;
  std::uint32_t terms = 0;
  bool optional = false;  // left out where its field is absent
  std::uint32_t slot[max_terms] = {};
  std::int64_t factor[max_terms] = {};
  friend bool operator==(const integer_sum&, const integer_sum&) = default;

  // False where a field is absent; the value is then of no use.
  bool value(const std::int64_t* values, std::int64_t& out) const noexcept {
    // Most have one or two terms. Without branches: half of the rows having a field is no pattern to predict.
    std::int64_t absent = 0;
    std::int64_t sum = constant;
    const auto add = [&](std::uint32_t i) {
      const std::int64_t one = values[slot[i]];
      const std::int64_t gone = -static_cast<std::int64_t>(one == absent_value);
      sum += factor[i] * (one & ~gone);
      absent |= gone;
    };
    add(0);
    add(1);
    for (std::uint32_t i = 2; i < terms; ++i) add(i);
    out = sum;
    return absent == 0;
  }
};

// One end of a bound. Several parts: the greatest, or the least of those that are there.
struct integer_end {
  boost::container::small_vector<integer_sum, 1> parts;
  bool greatest = true;
  bool skipped_if_absent = false;
  std::uint32_t rule = 0;  // bit among the plan's bounds of this strength
  friend bool operator==(const integer_end&, const integer_end&) = default;

  // False where it has no value and is not skipped. A skipped one has the value `skipped`.
  bool value(const std::int64_t* values, std::int64_t skipped, std::int64_t& out) const noexcept {
    if (parts.size() == 1) {
      std::int64_t sum = 0;
      const bool present = parts[0].value(values, sum);
      out = present ? sum : skipped;
      return present || skipped_if_absent;
    }
    return value_of_several(values, skipped, out);
  }

 private:
  bool value_of_several(const std::int64_t* values, std::int64_t skipped, std::int64_t& out) const noexcept {
    bool any = false;
    for (const integer_sum& one : parts) {
      std::int64_t sum = 0;
      if (!one.value(values, sum)) {
        if (one.optional) continue;
        out = skipped;
        return skipped_if_absent;
      }
      if (!any || (greatest ? sum > out : sum < out)) out = sum;
      any = true;
    }
    if (!any) out = skipped;
    return any || skipped_if_absent;
  }
};

struct soft_ends {
  std::optional<integer_end> low, high;
  const compiled_rule* rule = nullptr;
  friend bool operator==(const soft_ends&, const soft_ends&) = default;
};

// Names of rules by the bits of a mask, made when first asked for.
class mask_names {
 public:
  static constexpr std::size_t max_rules = 31;
  void set_rules(std::vector<std::string_view> ids);
  std::size_t rules() const noexcept { return ids_.size(); }
  bool same_rules(const mask_names& other) const { return ids_ == other.ids_; }
  std::size_t hash_of_rules() const noexcept {
    std::size_t made = ids_.size();
    for (const std::string_view one : ids_) made = made * 31 + std::hash<std::string_view>()(one);
    return made;
  }
  struct entry {
    bool known = false;
    std::vector<std::string_view> names;  // sorted
  };
  // Holds until the next call, and where the rules are few as long as this does.
  entry& operator[](std::uint32_t mask) {
    // Whoever sends requests chooses the masks, so the number of those that are kept has an end.
    if (map_.size() >= max_kept) map_.clear();
    entry& wanted = all_in_table() ? table_[mask] : map_[mask];
    if (!wanted.known) make(mask, wanted);
    return wanted;
  }
  bool all_in_table() const noexcept { return ids_.size() <= max_in_table; }

 private:
  static constexpr std::size_t max_in_table = 5;
  static constexpr std::size_t max_kept = 4096;
  void make(std::uint32_t mask, entry& out) const;
  std::vector<std::string_view> ids_;
  std::vector<entry> table_;
  std::map<std::uint32_t, entry> map_;
};

// A plan of decide/exact.hpp as numbers.
struct integer_plan {
  std::shared_ptr<plan> full;
  bool fits = false;  // else exact.hpp decides
  bool by_hand = false;
  bool holds = false;          // a current price might be kept
  bool announces = false;      // a former price
  detail::divisor scale;       // ends are in parts of a minor unit
  std::int64_t of_target = 1;  // from parts of the target to these parts
  int value_bits = 0;          // as of the body
  std::int64_t most_target = 0;
  std::vector<integer_end> lows, highs;
  std::vector<soft_ends> soft;
  std::vector<std::uint32_t> needs;  // slots that something asks for beside the bounds
  std::shared_ptr<const shape::nearest_table> table;
  std::uint32_t strong = 0;  // bits of soft rules: bounds, then shapes
  mask_names limited, relaxed;

  // Lows, highs, then the lows and highs of each soft bound.
  template <class Visit>
  void each_end(const Visit& visit) const {
    for (const integer_end& one : lows) visit(one);
    for (const integer_end& one : highs) visit(one);
    for (const soft_ends& one : soft) {
      if (one.low) visit(*one.low);
      if (one.high) visit(*one.high);
    }
  }

  // Whether the bounds of two plans are the same sums of the same fields, but for constants and names of rules.
  bool same_but_constants(const integer_plan& other) const {
    const auto alike = [](const integer_end& a, const integer_end& b) {
      if (a.parts.size() != 1 || b.parts.size() != 1) return a == b;
      integer_end same = b;
      same.parts[0].constant = a.parts[0].constant;
      return a == same;
    };
    const auto alike_if = [&](const std::optional<integer_end>& a, const std::optional<integer_end>& b) {
      return a.has_value() == b.has_value() && (!a || alike(*a, *b));
    };
    return by_hand == other.by_hand && holds == other.holds && scale.value() == other.scale.value() &&
           of_target == other.of_target &&
           std::equal(lows.begin(), lows.end(), other.lows.begin(), other.lows.end(), alike) &&
           std::equal(highs.begin(), highs.end(), other.highs.begin(), other.highs.end(), alike) &&
           std::equal(soft.begin(), soft.end(), other.soft.begin(), other.soft.end(),
                      [&](const soft_ends& a, const soft_ends& b) {
                        return alike_if(a.low, b.low) && alike_if(a.high, b.high);
                      }) &&
           needs == other.needs && strong == other.strong && limited.rules() == other.limited.rules() &&
           relaxed.rules() == other.relaxed.rules();
  }

  // Whether two plans differ in nothing but their shapes and what they say beside the price.
  static bool same_bounds(const integer_plan& a, const integer_plan& b) {
    return a.by_hand == b.by_hand && a.holds == b.holds && a.scale.value() == b.scale.value() && a.lows == b.lows &&
           a.highs == b.highs && a.soft == b.soft && a.needs == b.needs && a.strong == b.strong &&
           a.limited.same_rules(b.limited) && a.relaxed.same_rules(b.relaxed);
  }
};

class bound_plan;  // src/decide/bound_kernel.hpp

// What requests of one market and channel share that have the same rules on, but for discounts.
struct class_arithmetic {
  struct base {
    integer_sum amount;  // in parts of `base_scale`
    bool skipped_if_absent = false;
    friend bool operator==(const base&, const base&) = default;
  };

  std::vector<base> bases;
  std::int64_t base_scale = 1;
  detail::divisor target_scale;
  detail::divisor unit_scale;  // of the market's unit, in parts of the target
  std::int64_t unit_minor = 1;
  price_pick reference;
  bool shipping_is_free = false;                // where absent
  int value_bits = 0;                           // every field is below 2^value_bits, or does not fit
  std::int64_t most_base = 0, most_target = 0;  // in their parts
  std::int64_t fine_from = 1;                   // targets from which on the unit is fine enough
  std::shared_ptr<const rule_set> rules;
  std::vector<std::int64_t> cuts;                    // those of the rules, in parts of the target
  std::vector<std::unique_ptr<integer_plan>> plans;  // by the number of cuts at or below it; made when first asked for
  std::shared_ptr<bound_plan> flat;                  // of bound pricers, where there are any

  // Whether the nearest multiple of the unit is more than 5% away from a target above zero.
  bool unit_too_coarse(std::int64_t target) const noexcept {
    if (target >= fine_from) return false;
    const std::int64_t unit = unit_scale.value();
    const std::int64_t rest = target - unit_scale.down(target) * unit;
    const std::int64_t away = target < unit ? unit - target : rest < unit - rest ? rest : unit - rest;
    return detail::int128{20} * away > target;
  }
};

struct integer_class {
  bool fits = false;
  std::int64_t factor = 1, offset = 0;  // target parts = base parts * factor + offset
  std::shared_ptr<class_arithmetic> body;
  std::shared_ptr<const name_list> discounts;
  std::optional<instant> next_change_at;
};

// A target in ten-thousandths of a minor unit, rounded half up.
inline detail::int128 target_e4(const detail::divisor& scale, std::int64_t target) noexcept {
  const std::int64_t whole = scale.down(target);
  const std::int64_t rest = target - whole * scale.value();
  return detail::int128{whole} * 10'000 +
         detail::divide(detail::int128{rest} * 10'000, scale.value(), rounding::half_up);
}

}  // namespace pricepoint::engine
