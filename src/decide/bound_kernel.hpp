// SPDX-License-Identifier: Apache-2.0
// The kernel of integer_kernel.hpp for one kind of request whose fields are known: everything that a price reads lies
// side by side, and every sum has two fields at the most. What has not that form is left to integer_kernel; both give
// the same answer (tests/property/agreement.cpp).
#pragma once

#include <algorithm>
#include <array>
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "decide/integer_memory.hpp"
#include "pricepoint/pricing/bound_pricer.hpp"

namespace pricepoint::engine {

// What kinds of one class_arithmetic share. Made when the first of them is bound.
class bound_plan {
 public:
  explicit bound_plan(const class_arithmetic& of, std::uint32_t reference);

  // Takes over the plans that the body has made since.
  void learn(class_arithmetic& of);

 private:
  friend class bound_kernel;
  static constexpr std::size_t max_ends = 8, max_cuts = 8;

  // constant + factors * values of slots.
  struct sum {
    std::uint16_t slot[2];
    std::uint8_t rule;
    bool two;      // terms, and not one
    bool skipped;  // where a field is absent
    std::uint64_t fields;
    std::int64_t constant;
    std::int64_t factor[2];

    [[gnu::always_inline]] std::int64_t value(const std::int64_t* values) const noexcept {
      // The value of what is absent is not looked at, and may wrap around.
      std::uint64_t made = static_cast<std::uint64_t>(constant) +
                           static_cast<std::uint64_t>(factor[0]) * static_cast<std::uint64_t>(values[slot[0]]);
      if (two) made += static_cast<std::uint64_t>(factor[1]) * static_cast<std::uint64_t>(values[slot[1]]);
      return static_cast<std::int64_t>(made);
    }
    [[gnu::always_inline]] std::int64_t value(const std::int64_t* values, std::uint64_t absent,
                                              std::int64_t if_absent) const noexcept {
      const std::int64_t made = value(values);
      if (!skipped) return made;
      // A mask and no branch: which rows have a field is no pattern to predict.
      const std::int64_t gone = -static_cast<std::int64_t>((absent & fields) != 0);
      return (made & ~gone) | (if_absent & gone);
    }
  };

  // What plans share that differ in nothing but their shapes.
  struct bounds {
    const integer_plan* like = nullptr;
    detail::divisor scale;
    std::int64_t of_target = 1;
    std::uint64_t fields = 0;                                         // that must be there
    std::uint8_t lows = 0, highs = 0, soft_lows = 0, soft_highs = 0;  // numbers of `end`, in this order
    std::uint8_t soft = 0;                                            // soft bounds
    bool strong = false;                                              // the one of them
    std::array<sum, max_ends> end;
    std::vector<std::span<const std::string_view>> limited;  // by mask
    std::array<std::span<const std::string_view>, 2> relaxed;
  };
  // A plan. `most_target` is 0 where it is not known or has another form.
  struct segment {
    std::int64_t most_target = 0;
    std::uint64_t too_large = 0;  // bits that no field may have
    const bounds* of = nullptr;
    const shape::nearest_table* table = nullptr;
  };

  // By slot, of which there are so many at the most: the reference price stands behind the slots, and the target, which
  // is never absent, behind that.
  static constexpr std::size_t max_slots = 62;
  static std::uint64_t bit(std::uint32_t slot) noexcept { return std::uint64_t{1} << slot; }

  std::uint16_t slot_of(const class_arithmetic& of, std::uint32_t slot) const noexcept;
  bool add(const class_arithmetic& of, const integer_sum& part, bool skipped, std::uint32_t rule, sum& to) const;
  const bounds* bounds_of(const class_arithmetic& of, integer_plan& plan);
  void learn(const class_arithmetic& of, integer_plan& plan, segment& to);

  std::uint64_t too_large_ = 0;
  std::int64_t most_base_ = 0;
  detail::divisor unit_scale_;
  std::int64_t unit_minor_ = 1;
  std::uint32_t reference_ = 0;
  bool seek_reference_ = false, free_shipping_ = false, unusual_ = false;
  boost::container::small_vector<sum, 1> bases_;
  boost::container::small_vector<std::int64_t, 2> cuts_;
  std::vector<segment> segments_;
  std::vector<bool> known_;
  std::vector<std::unique_ptr<bounds>> bounds_;
};

class bound_kernel {
 public:
  struct field {
    std::uint32_t slot;
    std::int64_t least;  // of a valid amount
  };

  // Decides nothing.
  bound_kernel() = default;
  // `values` as of integer_kernel, with what is the same in every call; `kind` must outlive this.
  bound_kernel(const integer_class& kind, std::span<const field> fields, std::span<const std::int64_t> values);

  // Takes over the plans that the kind has made since.
  void learn() {
    if (body_ != nullptr) body_->learn(*kind_->body);
  }

  // False where integer_kernel must be asked. One value a field.
  [[gnu::always_inline]] bool price(std::span<const std::int64_t> minor, quote& out) {
    if (minor.size() != fields_.size() || body_ == nullptr) return false;
    const bound_plan& body = *body_;
    std::int64_t* const values = values_.data();
    std::uint64_t magnitude = fixed_magnitude_;
    std::uint64_t absent = fixed_absent_;
    const std::int64_t* from = minor.data();
    for (const place& one : fields_) {
      std::int64_t value = *from++;
      absent |= value == absent_value ? one.bit : 0;
      value = value == absent_value ? one.least : value;
      values[one.slot] = value;
      // What is too small has the bit of the sign, which is too large.
      magnitude |= static_cast<std::uint64_t>(value) | static_cast<std::uint64_t>(value - one.least);
    }
    if ((magnitude & body.too_large_) != 0) return false;
    if (body.unusual_) find_unusual(values, absent);
    std::int64_t base = 0;
    for (const bound_plan::sum* one = body.bases_.data();; ++one) {
      if (one == body.bases_.data() + body.bases_.size()) return false;
      base = one->value(values);
      if ((absent & one->fields) == 0) break;
      if (!one->skipped) return false;
    }
    if (base <= 0 || base > body.most_base_) return false;
    const std::int64_t target = base * factor_ + offset_;
    if (target <= 0) return false;
    const bound_plan::segment* on = body.segments_.data();
    for (const std::int64_t cut : body.cuts_) on += cut <= target ? 1 : 0;
    if (target > on->most_target || (magnitude & on->too_large) != 0) return false;
    values[body.reference_ + 1] = target;
    return solve(*on, values, absent, target, out);
  }

 private:
  [[gnu::always_inline]] bool solve(const bound_plan::segment& on, const std::int64_t* values, std::uint64_t absent,
                                    std::int64_t target, quote& out) const {
    const bound_plan::bounds& of = *on.of;
    if ((absent & of.fields) != 0) return false;
    const std::int64_t at = target * of.of_target;
    std::int64_t lowest = INT64_MIN;
    std::int64_t highest = INT64_MAX;
    std::uint32_t limited = 0;
    const bound_plan::sum* end = of.end.data();
    for (const auto* last = end + of.lows; end != last; ++end) {
      const std::int64_t one = end->value(values, absent, INT64_MIN);
      lowest = std::max(lowest, one);
      limited |= static_cast<std::uint32_t>(at < one) << end->rule;
    }
    for (const auto* last = end + of.highs; end != last; ++end) {
      const std::int64_t one = end->value(values, absent, INT64_MAX);
      highest = std::min(highest, one);
      limited |= static_cast<std::uint32_t>(at > one) << end->rule;
    }
    // As long as a price keeps all soft bounds, they and the others are one interval.
    std::int64_t kept_lowest = lowest;
    std::int64_t kept_highest = highest;
    for (const auto* last = end + of.soft_lows; end != last; ++end)
      kept_lowest = std::max(kept_lowest, end->value(values, absent, INT64_MIN));
    for (const auto* last = end + of.soft_highs; end != last; ++end)
      kept_highest = std::min(kept_highest, end->value(values, absent, INT64_MAX));
    std::int64_t price = nearest(on, target, kept_lowest, kept_highest);
    std::size_t relaxed = 0;
    if (price == 0 && of.soft != 0) {
      if (of.soft > 1) return false;
      price = nearest_again(on, target, lowest, highest);
      relaxed = price == 0 ? 0 : 1;
    }
    out.status = price == 0 ? status::conflict : relaxed != 0 && of.strong ? status::compromised : status::priced;
    out.price_minor = price == 0 ? absent_value : price;
    out.limited_by = of.limited[limited];
    out.relaxed = of.relaxed[relaxed];
    return true;
  }

  [[gnu::noinline]] std::int64_t nearest_again(const bound_plan::segment& on, std::int64_t target, std::int64_t lowest,
                                               std::int64_t highest) const noexcept {
    return nearest(on, target, lowest, highest);
  }

  // The nearest amount between two ends that are in parts of the segment's scale; 0: none.
  [[gnu::always_inline]] std::int64_t nearest(const bound_plan::segment& on, std::int64_t target, std::int64_t lowest,
                                              std::int64_t highest) const noexcept {
    const std::int64_t low = lowest > 0 ? on.of->scale.up(lowest) : 1;
    if (highest < 0) return 0;
    const std::int64_t high =
        highest == INT64_MAX ? max_amount_minor : std::min(max_amount_minor, on.of->scale.down(highest));
    const target_position around = position_of(target, body_->unit_scale_, body_->unit_minor_);
    std::int64_t below = 0;
    std::int64_t above = 0;
    if (const std::int64_t from = std::min(high, around.floor); from >= low) {
      below = on.table->at_or_below(from);
      if (below < low) below = 0;
      if (below == around.ceiling) return below;
    }
    if (const std::int64_t from = std::max(low, around.ceiling); from <= high) {
      above = on.table->at_or_above(from);
      if (above > high) above = 0;
    }
    if (below == 0 || above == 0) return below | above;
    return below + above >= around.pivot ? below : above;
  }

  // The reference price where it is one of several, and shipping that is free where it is absent.
  void find_unusual(std::int64_t* values, std::uint64_t& absent) const noexcept;

  struct place {
    std::uint64_t bit;
    std::uint32_t slot;
    std::int64_t least;
  };
  std::shared_ptr<bound_plan> body_;
  std::int64_t factor_ = 1, offset_ = 0;
  std::uint64_t fixed_magnitude_ = 0, fixed_absent_ = 0;
  boost::container::small_vector<place, 6> fields_;
  boost::container::small_vector<std::int64_t, 24> values_;  // by slot, then the reference and the target
  const integer_class* kind_ = nullptr;
};

}  // namespace pricepoint::engine
