// SPDX-License-Identifier: Apache-2.0
// Entry: formula_builder. Covered by tests/unit/decide/bound_pricer_test.cpp and by tests/property/agreement.cpp.
#include "plan/integer_sums.hpp"

#include <algorithm>
#include <utility>

namespace pricepoint::engine {

using detail::fast_exact;
using detail::int128;

namespace {

slot_sum scaled(slot_sum of, const fast_exact& by) {
  for (auto& [slot, factor] : of.factors) factor = factor * by;
  of.constant = of.constant * by;
  return of;
}

extreme scaled(extreme of, const fast_exact& by) {
  for (slot_sum& one : of.parts) one = scaled(std::move(one), by);
  if (by.sign() < 0) of.greatest = !of.greatest;
  return of;
}

extreme added(extreme a, extreme b) {
  if (a.parts.size() == 1) std::swap(a, b);
  if (b.parts.size() != 1) throw does_not_fit{};
  const slot_sum& other = b.parts[0];
  for (slot_sum& one : a.parts) {
    // Beside an operand that may be left out, a field that lacks would go unnoticed.
    if ((one.optional && other.has_field()) || other.optional) throw does_not_fit{};
    for (const auto& [slot, factor] : other.factors) one.factors[slot] = one.factors[slot] + factor;
    one.constant = one.constant + other.constant;
  }
  a.may_lack = a.may_lack || b.may_lack;
  return a;
}

extreme joined(std::vector<extreme> of, bool greatest) {
  extreme made{.parts = {}, .greatest = greatest, .may_lack = true};
  for (extreme& one : of) {
    if (one.may_lack || (one.parts.size() > 1 && one.greatest != greatest)) throw does_not_fit{};
    for (slot_sum& part : one.parts) {
      made.may_lack = made.may_lack && part.optional;
      made.parts.push_back(std::move(part));
    }
  }
  return made;
}

}  // namespace

std::int64_t narrow(int128 value) {
  if (value > largest_sum || value < -largest_sum) throw does_not_fit{};
  return static_cast<std::int64_t>(value);
}

std::int64_t common(std::int64_t a, int128 b) {
  const auto divisor = static_cast<int128>(detail::gcd(static_cast<detail::uint128>(a), detail::magnitude(b)));
  const int128 made = a / divisor * b;
  if (made > largest_scale) throw does_not_fit{};
  return static_cast<std::int64_t>(made);
}

std::int64_t common_denominator(const slot_sum& of, std::int64_t with) {
  for (const auto& [slot, factor] : of.factors) with = common(with, factor.lowest().denominator);
  return common(with, of.constant.lowest().denominator);
}

std::int64_t in_parts(const fast_exact& value, std::int64_t scale) {
  const fraction lowest = value.lowest();
  return narrow(lowest.numerator * (scale / static_cast<std::int64_t>(lowest.denominator)));
}

integer_sum part_of(const slot_sum& of, std::int64_t scale, std::uint32_t target_slot) {
  integer_sum made;
  made.constant = in_parts(of.constant, scale);
  made.optional = of.optional;
  for (const auto& [slot, factor] : of.factors) {
    if (factor.sign() == 0) throw does_not_fit{};  // it must be there all the same
    if (made.terms == integer_sum::max_terms) throw does_not_fit{};
    made.slot[made.terms] = slot;
    made.factor[made.terms++] = in_parts(factor, scale);
  }
  if (made.terms == 0) made.slot[0] = target_slot;
  if (made.terms < 2) made.slot[1] = made.slot[0];
  return made;
}

int128 most_of(const integer_sum& of, int bits, std::uint32_t target_slot, std::int64_t target) {
  int128 most = of.constant < 0 ? -int128{of.constant} : int128{of.constant};
  for (std::uint32_t i = 0; i < of.terms; ++i) {
    const int128 factor = of.factor[i] < 0 ? -int128{of.factor[i]} : int128{of.factor[i]};
    most += factor * (of.slot[i] == target_slot ? int128{target} : int128{1} << bits);
  }
  return most;
}

extreme formula_builder::of(const formula& from) const {
  if (from.op == formula::kind::sum) {
    extreme made = of(from.value);
    if (from.optional) made.parts[0].optional = true;
    return made;
  }
  std::vector<extreme> parts;
  for (const formula& one : from.parts) parts.push_back(of(one));
  extreme made;
  if (from.op == formula::kind::add) {
    made = std::move(parts[0]);
    for (std::size_t i = 1; i < parts.size(); ++i) made = added(std::move(made), std::move(parts[i]));
  } else {
    made = joined(std::move(parts), from.op == formula::kind::greatest);
  }
  const fast_exact factor(from.factor);
  return factor == fast_exact(1) ? made : scaled(std::move(made), factor);
}

formula_builder::ends formula_builder::of(const bound& from, const fraction& credits) const {
  ends made;
  made.off_if_absent = from.off_if_absent;
  for (const bound_end& one : from.ends) {
    extreme value = of(one.value);
    if (one.net_part) value = scaled(std::move(value), share_of_price(*one.net_part, credits));
    if (one.is != bound_end::side::high) made.low = value;
    if (one.is != bound_end::side::low) made.high = std::move(value);
  }
  return made;
}

// What a margin is held against, as a multiple of the price, turned over.
fast_exact formula_builder::share_of_price(const fraction& net_part, const fraction& credits) const {
  if (request_.gross && !request_.tax) throw does_not_fit{};
  const fast_exact net_share = request_.gross ? fast_exact(1) / fast_exact(request_.gross_factor) : fast_exact(1);
  const fast_exact share = net_share * fast_exact(net_part) - (fast_exact(request_.fee) + fast_exact(credits));
  if (share.sign() <= 0) throw does_not_fit{};
  return fast_exact(1) / share;
}

extreme formula_builder::of(const sum& from) const {
  slot_sum made;
  made.constant = fast_exact(from.constant);
  const term* of_group = nullptr;
  for (const term& one : from.terms) {
    fast_exact factor(one.factor);
    if (one.grossed && request_.gross) {
      if (!request_.tax) throw does_not_fit{};
      factor = factor * fast_exact(request_.gross_factor);
    }
    if (one.of.is_of_group()) {
      if (of_group != nullptr) throw does_not_fit{};
      of_group = &one;
      continue;
    }
    const std::uint32_t slot = one.of.what == symbol::kind::field       ? one.of.slot
                               : one.of.what == symbol::kind::reference ? reference_
                                                                        : target_;
    made.factors[slot] = made.factors[slot] + factor;
  }
  if (of_group == nullptr) return {.parts = {std::move(made)}};
  if (made.has_field()) throw does_not_fit{};
  // The highest of several prices is the greatest of as many sums, each of which may be absent.
  const price_choice choice = machine_.choice_of(of_group->of, request_.channel);
  const fast_exact factor(of_group->factor);
  extreme all{
      .parts = {}, .greatest = (factor.sign() >= 0) == (choice.how == price_pick::kind::highest), .may_lack = true};
  choice.each([&](std::uint32_t slot) {
    slot_sum one = made;
    one.factors.emplace(slot, factor);
    one.optional = true;
    all.parts.push_back(std::move(one));
  });
  return all;
}

void formula_builder::add_slots(const formula& of, std::vector<std::uint32_t>& to) const {
  each_term(of, [&](const term& one) {
    if (one.grossed && request_.gross && !request_.tax) throw does_not_fit{};
    if (one.of.what == symbol::kind::field) to.push_back(one.of.slot);
    if (one.of.what == symbol::kind::reference) to.push_back(reference_);
  });
}

}  // namespace pricepoint::engine
