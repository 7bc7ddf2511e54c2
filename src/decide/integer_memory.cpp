// SPDX-License-Identifier: Apache-2.0
// Entry: integer_memory::price_bound. Covered by tests/unit/decide/bound_pricer_test.cpp and by
// tests/property/agreement.cpp.
#include "decide/integer_memory.hpp"

#include "decide/price_parts.hpp"

namespace pricepoint::engine {

namespace {

// A price that was carried to another display may be above any amount.
constexpr detail::int128 most_value = INT64_MAX;

}  // namespace

bool integer_memory::values_of_bound(std::int64_t* values) const noexcept {
  const bound_request& bound = memory_.bound();
  for (std::size_t slot = 0; slot < bound.fields.size(); ++slot) {
    const field_value& from = bound.fields[slot];
    if (from.state == presence::absent) {
      values[slot] = absent_value;
    } else if (from.state != presence::present || from.converted || from.value.denominator != 1 ||
               from.value.numerator > most_value) {
      return false;
    } else {
      values[slot] = static_cast<std::int64_t>(from.value.numerator);
    }
  }
  return true;
}

bool integer_memory::price_bound(decision& out) {
  if (!planner_.usable() || !memory_.invalid().empty() || !memory_.missing().empty() ||
      !memory_.bound().at_market_terms || !memory_.call().old_prices.empty() || !values_of_bound(values_.data())) {
    return false;
  }
  integer_class& of = planner_.find(memory_.bound());
  if (!of.fits) return false;
  integer_answer answer;
  const std::uint64_t magnitude = magnitude_of({values_.data(), values_.size() - 2});
  if (!decide(of, values_.data(), magnitude, answer) || !fill(of, answer, out)) return false;
  ++memory_.stats().decisions;
  ++memory_.stats().linear;
  return true;
}

bool integer_memory::decide(integer_class& of, std::int64_t* values, std::uint64_t magnitude, integer_answer& out) {
  std::size_t unmade = integer_kernel::made;
  if (kernel_(of, values, magnitude, out, unmade)) return true;
  if (unmade == integer_kernel::made) return false;
  planner_.make_plan(of, unmade, memory_.bound());
  return kernel_(of, values, magnitude, out, unmade);
}

bool integer_memory::fill(const integer_class& of, const integer_answer& answer, decision& out) const {
  if (answer.is == status::conflict || answer.plan->announces) return false;
  const bound_request& bound = memory_.bound();
  const machine& compiled = memory_.compiled();
  out.clear();
  out.policy_ = compiled.fingerprint();
  out.currency_ = bound.currency;
  out.status_ = answer.is;
  out.price_minor_ = answer.price;
  out.target_ = decimal::from_parts(target_e4(of.body->target_scale, answer.target), bound.currency.digits() + 4);
  out.discounts_ = *of.discounts;
  const auto& limited = answer.plan->limited[answer.limited].names;
  out.limited_by_.assign(limited.begin(), limited.end());
  const auto& relaxed = answer.plan->relaxed[answer.relaxed].names;
  out.relaxed_.assign(relaxed.begin(), relaxed.end());
  out.advice_ = answer.plan->full->advice;
  if (!answer.plan->by_hand && of.body->unit_too_coarse(answer.target)) advise(out.advice_, unit_too_coarse_advice);
  out.next_change_at_ = memory_.next_change_at(of.next_change_at);
  const price_terms::split split = price_terms(bound).of(answer.price);
  out.net_minor_ = split.net;
  out.tax_minor_ = split.tax;
  for (const plan::credit& one : answer.plan->full->credits) {
    out.credits_.push_back(
        {compiled.channels()[one.to].name, amount{share_of(answer.price, one.rate), bound.currency}});
  }
  return true;
}

}  // namespace pricepoint::engine
