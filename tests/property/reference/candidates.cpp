// SPDX-License-Identifier: Apache-2.0
//
// Candidates: which amounts can be a price at all, and whether one satisfies a set of rules.

#include "property/reference/candidates.hpp"

#include <algorithm>
#include <limits>

namespace reference {

std::size_t soft_index(strength how) { return static_cast<std::size_t>(how) - 1; }

namespace {

/// Amounts that may still be looked at.
thread_local long long effort_left = std::numeric_limits<long long>::max();

}  // namespace

void limit_effort(long long amounts) { effort_left = amounts; }

void candidates::prepare() {
  if (!stored_net) return;
  if (numerator(gross_factor) > cpp_int(1) << 60) fail("a tax of this size is not supported");
  tax_numerator_ = numerator(gross_factor).convert_to<long long>();
  tax_denominator_ = denominator(gross_factor).convert_to<long long>();
  excludes_some_ = tax_numerator_ != tax_denominator_;
}

std::vector<long long> candidates::stored_nets(long long p) const {
  // Numbers of 64 bits where they suffice, since those of 128 divide slowly.
  const bool small = p < 1'000'000'000 && tax_numerator_ < 1'000'000'000;
  return small ? nets_around<long long>(p) : nets_around<int128>(p);
}

bool candidates::is_candidate(long long p) const {
  return p > 0 && p <= greatest_amount_minor && p % unit_minor == 0 && possible(p);
}

bool candidates::satisfies(long long p, const rule_set& rules) const {
  if (effort_left-- <= 0) throw undecided("more amounts would have to be looked at than the effort allows");
  for (const active_rule* one : rules) {
    if (one->is_bound && !one->bound_holds(p)) return false;
  }
  const bool shapes = std::any_of(rules.begin(), rules.end(), [](const active_rule* one) { return !one->is_bound; });
  if (!shapes) return true;
  const written_amount amount(p, decimals);
  for (const active_rule* one : rules) {
    if (!one->is_bound && !one->shape_holds(p, amount)) return false;
  }
  return true;
}

bool candidates::satisfies(long long p, const active_rule& one) const {
  return one.is_bound ? one.bound_holds(p) : one.shape_holds(p, written_amount(p, decimals));
}

candidates::range candidates::bounded_range(const rule_set& required) const {
  cpp_int first = unit_minor;
  cpp_int last = greatest_amount_minor;
  for (const active_rule* one : required) {
    for (const whole_inequality& bound : one->whole_bounds) {
      if (bound.factor > 0) first = std::max(first, ceiling_of(rational(bound.least, bound.factor)));
      if (bound.factor < 0) last = std::min(last, floor_of(rational(bound.least, bound.factor)));
      if (bound.factor == 0 && bound.least > 0) return {};
    }
  }
  if (first > last) return {};
  long long low = to_minor(first);
  low += (unit_minor - low % unit_minor) % unit_minor;
  return {low, to_minor(last)};
}

}  // namespace reference
