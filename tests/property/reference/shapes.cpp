// SPDX-License-Identifier: Apache-2.0
//
// Shapes: endings and what occurs in an amount as it is written.

#include "property/reference/candidates.hpp"

#include <algorithm>

namespace reference {

bool ends_so(const written_amount& amount, const ending& wanted) {
  const std::string_view integer = amount.integer();
  const std::string_view fraction = amount.fraction();
  if (wanted.fraction.size() > fraction.size()) return false;  // the currency cannot show it
  if (wanted.integer.size() > integer.size()) return false;
  const std::string_view tail = integer.substr(integer.size() - wanted.integer.size());
  for (std::size_t i = 0; i < tail.size(); ++i) {
    if (wanted.integer[i] != '?' && wanted.integer[i] != tail[i]) return false;
  }
  for (std::size_t i = 0; i < fraction.size(); ++i) {
    const char digit = i < wanted.fraction.size() ? wanted.fraction[i] : '0';
    if (digit != '?' && digit != fraction[i]) return false;
  }
  return true;
}

namespace {

/// What "does any of them occur" looks at: everything, or (for the argument in `candidates::search_limit`) without the
/// whole amounts.
bool any_of_one_occurs(const written_amount& amount, const occurrences& wanted, bool look_at_amounts) {
  const auto has_digit = [&](std::string_view part) {
    return std::any_of(part.begin(), part.end(), [&](char c) { return wanted.digits.find(c) != std::string::npos; });
  };
  const auto has_sequence = [&](std::string_view part) {
    return std::any_of(wanted.sequences.begin(), wanted.sequences.end(),
                       [&](const std::string& s) { return part.find(s) != std::string_view::npos; });
  };
  const bool in_integer = wanted.in == digit_place::any || wanted.in == digit_place::integer;
  const bool in_fraction = wanted.in == digit_place::any || wanted.in == digit_place::fraction;
  if (in_integer && (has_digit(amount.integer()) || has_sequence(amount.integer()))) return true;
  if (in_fraction && (has_digit(amount.fraction()) || has_sequence(amount.fraction()))) return true;
  if (wanted.in == digit_place::last) {
    for (std::size_t i = amount.length; i-- > 0;) {
      if (amount.digits[i] == '0') continue;
      if (wanted.digits.find(amount.digits[i]) != std::string::npos) return true;
      break;
    }
  }
  if (!look_at_amounts) return false;
  return std::any_of(wanted.amounts.begin(), wanted.amounts.end(),
                     [&](const std::string& whole) { return amount.integer() == whole; });
}

}  // namespace

bool any_occurs(const written_amount& amount, const std::vector<occurrences>& wanted, bool look_at_amounts) {
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](const occurrences& one) { return any_of_one_occurs(amount, one, look_at_amounts); });
}

bool active_rule::shape_holds(long long p, const written_amount& amount) const {
  switch (source->effect) {
    case effect_kind::endings:
      return std::any_of(source->endings.begin(), source->endings.end(),
                         [&](const ending& e) { return ends_so(amount, e); });
    case effect_kind::multiple_of:
      if (small_multiple != 0) return p % small_multiple == 0;
      return cpp_int(p) * multiple_denominator % multiple_numerator == 0;
    case effect_kind::avoid:
      return !any_occurs(amount, source->occurring);
    case effect_kind::prefer:
      return any_occurs(amount, source->occurring);
    default:
      fail("not a shape");
  }
}

}  // namespace reference
