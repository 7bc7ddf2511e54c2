// SPDX-License-Identifier: Apache-2.0
// What bound_kernel.hpp reads, made of a kind and its plans. Covered by tests/unit/decide/bound_pricer_test.cpp and by
// tests/property/agreement.cpp.
#include "decide/bound_kernel.hpp"

namespace pricepoint::engine {

namespace {

constexpr std::uint64_t bits_from(int bits) { return ~std::uint64_t{0} << bits; }

}  // namespace

bound_plan::bound_plan(const class_arithmetic& of, std::uint32_t reference)
    // Beyond the largest amount everything is for the whole request, which says what is wrong with it.
    : too_large_(bits_from(of.value_bits)),
      most_base_(of.most_base),
      unit_scale_(of.unit_scale),
      unit_minor_(of.unit_minor),
      reference_(reference),
      seek_reference_(of.reference.how != price_pick::kind::one),
      free_shipping_(of.shipping_is_free) {
  if (of.cuts.size() > max_cuts || reference > max_slots) return;
  unusual_ = seek_reference_ || free_shipping_;
  boost::container::small_vector<sum, 1> bases;
  for (const class_arithmetic::base& one : of.bases) {
    sum made;
    if (!add(of, one.amount, one.skipped_if_absent, 0, made)) return;
    bases.push_back(made);
  }
  bases_ = std::move(bases);
  cuts_.assign(of.cuts.begin(), of.cuts.end());
  segments_.resize(cuts_.size() + 1);
  known_.resize(segments_.size());
}

void bound_plan::learn(class_arithmetic& of) {
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if (known_[i] || of.plans[i] == nullptr) continue;
    learn(of, *of.plans[i], segments_[i]);
    known_[i] = true;
  }
}

std::uint16_t bound_plan::slot_of(const class_arithmetic& of, std::uint32_t slot) const noexcept {
  return static_cast<std::uint16_t>(slot == reference_ && !seek_reference_ ? of.reference.slots[0] : slot);
}

bool bound_plan::add(const class_arithmetic& of, const integer_sum& part, bool skipped, std::uint32_t rule,
                     sum& to) const {
  if (part.terms > 2 || part.optional) return false;
  std::uint64_t fields = 0;
  for (std::uint32_t i = 0; i < part.terms; ++i) fields |= bit(slot_of(of, part.slot[i]));
  to = {{slot_of(of, part.slot[0]), slot_of(of, part.slot[1])},
        static_cast<std::uint8_t>(rule),
        part.terms == 2,
        skipped,
        fields,
        part.constant,
        {part.factor[0], part.factor[1]}};
  return true;
}

const bound_plan::bounds* bound_plan::bounds_of(const class_arithmetic& of, integer_plan& plan) {
  for (const auto& one : bounds_) {
    if (integer_plan::same_bounds(*one->like, plan)) return one.get();
  }
  auto made = std::make_unique<bounds>();
  made->like = &plan;
  const auto add_end = [&](const integer_end& one, std::uint8_t& number) {
    const std::size_t place = std::size_t{made->lows} + made->highs + made->soft_lows + made->soft_highs;
    if (one.parts.size() != 1 || place == max_ends) return false;
    ++number;
    if (!add(of, one.parts[0], one.skipped_if_absent, one.rule, made->end[place])) return false;
    if (!one.skipped_if_absent) made->fields |= made->end[place].fields;
    return true;
  };
  for (const integer_end& one : plan.lows) {
    if (!add_end(one, made->lows)) return nullptr;
  }
  for (const integer_end& one : plan.highs) {
    if (!add_end(one, made->highs)) return nullptr;
  }
  for (const soft_ends& one : plan.soft) {
    if (one.low && !add_end(*one.low, made->soft_lows)) return nullptr;
  }
  for (const soft_ends& one : plan.soft) {
    if (one.high && !add_end(*one.high, made->soft_highs)) return nullptr;
  }
  made->of_target = plan.of_target;
  made->soft = static_cast<std::uint8_t>(plan.soft.size());
  made->strong = plan.soft.size() == 1 && (plan.strong & 1u) != 0;
  made->scale = plan.scale;
  // They stay where they are: all_in_table() says so.
  for (std::uint32_t mask = 0; mask < 1u << plan.limited.rules(); ++mask)
    made->limited.emplace_back(plan.limited[mask].names);
  made->relaxed[0] = plan.relaxed[0].names;
  if (made->soft == 1) made->relaxed[1] = plan.relaxed[1].names;
  bounds_.push_back(std::move(made));
  return bounds_.back().get();
}

void bound_plan::learn(const class_arithmetic& of, integer_plan& plan, segment& to) {
  // Beside a price by hand shapes count for nothing; what it breaks of soft bounds integer_kernel says.
  if ((plan.by_hand && !plan.soft.empty()) || !plan.fits || plan.table == nullptr || plan.holds ||
      !plan.needs.empty() || !plan.limited.all_in_table() || !plan.relaxed.all_in_table() ||
      (!plan.by_hand && !plan.full->soft_shapes.empty())) {
    return;
  }
  to.of = bounds_of(of, plan);
  if (to.of == nullptr) return;
  to.table = plan.table.get();
  to.too_large = bits_from(plan.value_bits);
  to.most_target = plan.most_target;
}

bound_kernel::bound_kernel(const integer_class& kind, std::span<const field> fields,
                           std::span<const std::int64_t> values)
    : factor_(kind.factor),
      offset_(kind.offset),
      fixed_magnitude_(integer_memory::magnitude_of(values.first(values.size() - 2))),
      values_(values.begin(), values.end()),
      kind_(&kind) {
  const auto reference = static_cast<std::uint32_t>(values.size() - 2);
  if (reference > bound_plan::max_slots) return;
  for (std::uint32_t slot = 0; slot < reference; ++slot)
    fixed_absent_ |= values[slot] == absent_value ? bound_plan::bit(slot) : 0;
  for (const field& one : fields) {
    fixed_absent_ &= ~bound_plan::bit(one.slot);
    fields_.push_back({bound_plan::bit(one.slot), one.slot, one.least});
  }
  class_arithmetic& body = *kind.body;
  if (body.flat == nullptr) body.flat = std::make_shared<bound_plan>(body, reference);
  body_ = body.flat;
  learn();
}

void bound_kernel::find_unusual(std::int64_t* values, std::uint64_t& absent) const noexcept {
  using order = enum price_pick::kind;
  const class_arithmetic& body = *kind_->body;
  if (body.shipping_is_free && (absent & bound_plan::bit(slot::shipping)) != 0) {
    values[slot::shipping] = 0;
    absent &= ~bound_plan::bit(slot::shipping);
  }
  if (!body_->seek_reference_) return;
  std::int64_t& found = values[body_->reference_];
  absent |= bound_plan::bit(body_->reference_);
  for (const std::uint32_t one : body.reference.slots) {
    if ((absent & bound_plan::bit(one)) != 0) continue;
    const bool first = (absent & bound_plan::bit(body_->reference_)) != 0;
    if (first || (body.reference.how == order::lowest ? values[one] < found : values[one] > found)) found = values[one];
    absent &= ~bound_plan::bit(body_->reference_);
    if (body.reference.how == order::first) return;
  }
}

}  // namespace pricepoint::engine
