// SPDX-License-Identifier: Apache-2.0
// What bound_kernel.hpp reads, made of a kind and its plans. Covered by tests/unit/engine/bound_pricer_test.cpp and by
// tests/property/agreement.cpp.
#include "engine/bound_kernel.hpp"

namespace pricepoint::engine {

namespace {

constexpr std::uint64_t bits_from(int bits) { return ~std::uint64_t{0} << bits; }

}  // namespace

flat_body::flat_body(const linear_body& of, std::uint32_t reference)
    // Beyond the largest amount everything is for the whole request, which says what is wrong with it.
    : too_large_(bits_from(of.value_bits)),
      most_base_(of.most_base),
      target_scale_(of.target_scale),
      reference_(reference),
      seek_reference_(of.of != linear_body::reference::slot),
      free_shipping_(of.shipping_is_free) {
  if (of.cuts.size() > max_cuts || reference > max_slots) return;
  unusual_ = seek_reference_ || free_shipping_;
  boost::container::small_vector<sum, 1> bases;
  for (const linear_body::base& one : of.bases) {
    sum made;
    if (!add(of, one.amount, one.skipped_if_absent, 0, made)) return;
    bases.push_back(made);
  }
  bases_ = std::move(bases);
  cuts_.assign(of.cuts.begin(), of.cuts.end());
  segments_.resize(cuts_.size() + 1);
  known_.resize(segments_.size());
}

void flat_body::learn(linear_body& of) {
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if (known_[i] || of.plans[i] == nullptr) continue;
    learn(of, *of.plans[i], segments_[i]);
    known_[i] = true;
  }
}

std::uint16_t flat_body::slot_of(const linear_body& of, std::uint32_t slot) const noexcept {
  return static_cast<std::uint16_t>(slot == reference_ && !seek_reference_ ? of.reference_slots[0] : slot);
}

bool flat_body::add(const linear_body& of, const linear_part& part, bool skipped, std::uint32_t rule, sum& to) const {
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

const flat_body::bounds* flat_body::bounds_of(const linear_body& of, linear_plan& plan) {
  for (const auto& one : bounds_) {
    if (linear_plan::same_bounds(*one->like, plan)) return one.get();
  }
  auto made = std::make_unique<bounds>();
  made->like = &plan;
  const auto add_end = [&](const linear_end& one, std::uint8_t& number) {
    const std::size_t place = std::size_t{made->lows} + made->highs + made->soft_lows + made->soft_highs;
    if (one.parts.size() != 1 || place == max_ends) return false;
    ++number;
    if (!add(of, one.parts[0], one.skipped_if_absent, one.rule, made->end[place])) return false;
    if (!one.skipped_if_absent) made->fields |= made->end[place].fields;
    return true;
  };
  for (const linear_end& one : plan.lows) {
    if (!add_end(one, made->lows)) return nullptr;
  }
  for (const linear_end& one : plan.highs) {
    if (!add_end(one, made->highs)) return nullptr;
  }
  for (const linear_soft& one : plan.soft) {
    if (one.low && !add_end(*one.low, made->soft_lows)) return nullptr;
  }
  for (const linear_soft& one : plan.soft) {
    if (one.high && !add_end(*one.high, made->soft_highs)) return nullptr;
  }
  made->of_target = plan.of_target;
  made->soft = static_cast<std::uint8_t>(plan.soft.size());
  made->strong = plan.soft.size() == 1 && (plan.strong & 1u) != 0;
  made->scale = plan.scale;
  // They stay where they are: few() says so.
  for (std::uint32_t mask = 0; mask < 1u << plan.limited.rules(); ++mask)
    made->limited.emplace_back(plan.limited[mask].names);
  made->relaxed[0] = plan.relaxed[0].names;
  if (made->soft == 1) made->relaxed[1] = plan.relaxed[1].names;
  bounds_.push_back(std::move(made));
  return bounds_.back().get();
}

void flat_body::learn(const linear_body& of, linear_plan& plan, segment& to) {
  // Prices by hand have no wishes.
  if (!plan.fits || plan.table == nullptr || plan.holds || !plan.needs.empty() || !plan.limited.few() ||
      !plan.relaxed.few() || (!plan.by_hand && !plan.full->soft_shapes.empty())) {
    return;
  }
  to.of = bounds_of(of, plan);
  if (to.of == nullptr) return;
  to.table = plan.table.get();
  to.too_large = bits_from(plan.value_bits);
  to.most_target = plan.most_target;
}

bound_kernel::bound_kernel(const linear_cell& kind, std::span<const field> fields, std::span<const std::int64_t> values)
    : factor_(kind.factor),
      offset_(kind.offset),
      fixed_magnitude_(linear_memory::magnitude_of(values.first(values.size() - 2))),
      values_(values.begin(), values.end()),
      kind_(&kind) {
  const auto reference = static_cast<std::uint32_t>(values.size() - 2);
  if (reference > flat_body::max_slots) return;
  for (std::uint32_t slot = 0; slot < reference; ++slot)
    fixed_absent_ |= values[slot] == absent_value ? flat_body::bit(slot) : 0;
  for (const field& one : fields) {
    fixed_absent_ &= ~flat_body::bit(one.slot);
    fields_.push_back({flat_body::bit(one.slot), one.slot, one.least});
  }
  linear_body& body = *kind.body;
  if (body.flat == nullptr) body.flat = std::make_shared<flat_body>(body, reference);
  body_ = body.flat;
  learn();
}

void bound_kernel::find_unusual(std::int64_t* values, std::uint64_t& absent) const noexcept {
  using order = linear_body::reference;
  const linear_body& body = *kind_->body;
  if (body.shipping_is_free && (absent & flat_body::bit(slot::shipping)) != 0) {
    values[slot::shipping] = 0;
    absent &= ~flat_body::bit(slot::shipping);
  }
  if (!body_->seek_reference_) return;
  std::int64_t& found = values[body_->reference_];
  absent |= flat_body::bit(body_->reference_);
  for (const std::uint32_t one : body.reference_slots) {
    if ((absent & flat_body::bit(one)) != 0) continue;
    const bool first = (absent & flat_body::bit(body_->reference_)) != 0;
    if (first || (body.of == order::lowest ? values[one] < found : values[one] > found)) found = values[one];
    absent &= ~flat_body::bit(body_->reference_);
    if (body.of == order::first) return;
  }
}

}  // namespace pricepoint::engine
