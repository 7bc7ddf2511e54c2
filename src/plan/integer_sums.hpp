// SPDX-License-Identifier: Apache-2.0
// From lowered formulas to sums of 64-bit integers over the slots of a request.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "compile/machine.hpp"
#include "match/bound_request.hpp"
#include "plan/integer_plan.hpp"
#include "pricepoint/money/exact.hpp"

namespace pricepoint::engine {

// What a sum may reach. Twice it, and a divisor more, still fit 64 bits.
inline constexpr std::int64_t largest_sum = std::int64_t{1} << 61;
inline constexpr std::int64_t largest_scale = std::int64_t{1} << 40;

struct does_not_fit {};

// constant + sum of factor * value, by the slots of a request in numbers.
struct slot_sum {
  std::map<std::uint32_t, detail::fast_exact> factors;
  detail::fast_exact constant{0};
  bool optional = false;
  bool has_field() const { return !factors.empty(); }
};

// The least or the greatest of sums.
struct extreme {
  std::vector<slot_sum> parts;
  bool greatest = true;
  bool may_lack = false;  // all of its operands may be left out, and then it has no value
};

// Formulas and bounds as sums over slots, for the market, channel and tax of one bound request. Throws does_not_fit, or
// detail::exact_overflow, where a formula is no sum that 64 bits hold.
class formula_builder {
 public:
  formula_builder(const machine& compiled, const bound_request& request)
      : machine_(compiled), request_(request), reference_(compiled.slots()), target_(compiled.slots() + 1) {}

  extreme of(const formula& from) const;
  struct ends {
    std::optional<extreme> low, high;
    bool off_if_absent = false;
  };
  ends of(const bound& from, const fraction& credits) const;
  // Adds the slots that a formula asks for.
  void add_slots(const formula& of, std::vector<std::uint32_t>& to) const;

  std::uint32_t reference_slot() const noexcept { return reference_; }
  std::uint32_t target_slot() const noexcept { return target_; }

 private:
  detail::fast_exact share_of_price(const fraction& net_part, const fraction& credits) const;
  extreme of(const sum& from) const;

  const machine& machine_;
  const bound_request& request_;
  std::uint32_t reference_, target_;
};

// The least common multiple.
std::int64_t common(std::int64_t a, detail::int128 b);
std::int64_t common_denominator(const slot_sum& of, std::int64_t with);
std::int64_t narrow(detail::int128 value);
// `value` in parts of 1 / scale; a whole number of them.
std::int64_t in_parts(const detail::fast_exact& value, std::int64_t scale);
integer_sum part_of(const slot_sum& of, std::int64_t scale, std::uint32_t target_slot);
// What a part may reach where every field is below 2^bits, and the target in its parts up to `target`.
detail::int128 most_of(const integer_sum& of, int bits, std::uint32_t target_slot, std::int64_t target);

}  // namespace pricepoint::engine
