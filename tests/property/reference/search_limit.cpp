// SPDX-License-Identifier: Apache-2.0
//
// How far the search has to go: where it may stop although amounts go on to 10^15, and why.

#include "property/reference/candidates.hpp"

#include <algorithm>

namespace reference {

/// Where enumeration may stop, and whether the stop is proved. Let `settled` be an amount from which on the lower
/// ends of all bounds are met (upper ends, once broken, stay so: what is smaller than a member and at least
/// `settled` meets all bounds too). The promise: if some member of F lies at or beyond `settled`, then one lies in
/// [settled, last]. The nearest one is met first on the way up, so that nothing beyond `last` can matter.
///
/// The argument. Let K be so large that the unit, every `multiple_of` and every ending look at the last K digits
/// alone (their modulus divides 10^K; K is more than the decimals), let t ≥ K be more than the digits of `settled`
/// and more than the digits of any whole amount that `avoid` or `prefer` names, and L the longest sequence that
/// they name (1 for digits). Let x be a member of F with more digits than t + L, y its last t digits, z the zeros
/// with which y begins, extended to the left as far as x has zeros, d the digit before them (not zero, or x would
/// begin with a zero), s what follows the zeros in y.
///  (a) No required `prefer`, no stored net. Let x' = d z' s with z' as many zeros as y has in front, or, where z
///      has more and that is fewer than L − 1, min(|z|, L − 1) of them. (If y begins with no zero, then x' = y.)
///      The last t digits of x' are those of x, so endings, multiples, the unit and the fraction agree; every run
///      of at most L digits of the integer part of x' is also one of x, so that nothing avoided is in it; the last
///      digit that is not zero is the same; it is longer than any whole amount. It has at least t and at most t + L
///      digits, hence lies between `settled` and 10^(t + L).
///  (b) Required `prefer`, but no required avoided sequence. What is preferred occurs in x in its last t digits, or
///      as some v (at most L digits) further left. Let d be the first digit of x, e its last digit that is not
///      zero, and x' = d v e y, with one v for each `prefer`: only digits that x has, so nothing avoided (there are
///      only digits and whole amounts), and the same last digit that is not zero. At most t + 2 + ΣL digits. A
///      `prefer` of nothing but whole amounts is met by nothing with t digits or more.
///  (c) Stored net, and no shape but endings, multiples and what looks at the fraction alone: at or beyond 10^(t − 1)
///      all depends on p modulo 10^K and modulo the numerator of 1 + tax (n + denominator gives p + numerator),
///      so all repeats after their least common multiple.
///  (d) Anything else is looked for as far as without (c) or (b), and the stop is not proved: see `undecided`. With
///      a stored net, the stop is proved after all where even the impossible amounts have no member there, by (a)
///      or (b).
/// And in all cases: every member with K digits or more ends in some K digits that satisfy endings, multiples and
/// the unit, and in which nothing avoided occurs; where the net is stored, it is also congruent to some possible
/// amount that ends so, as in (c). Where there is no such end, 10^K (and `settled`) is far enough.
candidates::limit candidates::search_limit(const rule_set& required, const cpp_int& settled) const {
  std::size_t tail = decimals + 1;
  std::size_t whole = 0;
  std::size_t longest = 0;
  std::size_t preferred = 0;
  bool has_prefer = false;
  bool has_avoid = false;
  bool avoids_sequences = false;
  bool only_small = false;
  tail = std::max(tail, digits_that_decide(cpp_int(unit_minor)));
  for (const active_rule* one : required) {
    const rule& r = *one->source;
    if (r.effect == effect_kind::endings) {
      for (const ending& e : r.endings) tail = std::max(tail, e.integer.size() + decimals);
    } else if (r.effect == effect_kind::multiple_of) {
      tail = std::max(tail, digits_that_decide(one->multiple_numerator));
    } else if (r.effect == effect_kind::avoid || r.effect == effect_kind::prefer) {
      const occurrences& listed = r.occurring.front();  // what is merged of a culture is never required
      std::size_t length = listed.digits.empty() ? 0 : 1;
      for (const std::string& s : listed.sequences) length = std::max(length, s.size());
      for (const std::string& a : listed.amounts) whole = std::max(whole, a.size() + decimals);
      if (listed.in == digit_place::fraction && length > 0) continue;  // like an ending: the last digits say it all
      longest = std::max(longest, length);
      if (r.effect == effect_kind::avoid) {
        has_avoid = true;
        avoids_sequences = avoids_sequences || !listed.sequences.empty();
      } else {
        has_prefer = true;
        preferred += length;
        only_small = only_small || length == 0;
      }
    }
  }
  std::size_t t = std::max({tail, whole + 1, settled.str().size() + 1});
  limit result;
  if (t > 16) return result;
  const cpp_int beyond = power_of_ten(t - 1);
  result.beyond = to_minor(beyond);
  cpp_int last = 0;
  if (!some_tail(required, tail)) {
    last = std::max(settled, power_of_ten(tail));
  } else if (only_small) {
    last = beyond;
  } else if (excludes_some_ && !has_prefer && !has_avoid) {
    last = beyond + boost::multiprecision::lcm(power_of_ten(tail), cpp_int(tax_numerator_));
  } else {
    last = power_of_ten(t + std::max<std::size_t>(longest, 1) + (has_prefer ? 2 + preferred : 0));
    result.proved = !excludes_some_ && !(has_prefer && avoids_sequences);
  }
  const cpp_int patience = settled + 5'000'000;
  if (last > patience) {
    last = patience;
    result.proved = false;
  }
  if (last < greatest_amount_minor) {
    result.last = to_minor(last);
  } else {
    result.proved = true;  // then it is simply everything
  }
  return result;
}

bool candidates::has_member(const rule_set& required) const {
  const range inside = bounded_range(required);
  if (inside.last < inside.first) return false;
  // Most of the time a member is near; the limit is worked out only where it is not.
  const long long near = inside.first + 1000 * unit_minor;
  for (long long p = inside.first; p <= inside.last && p <= near; p += unit_minor) {
    if (is_member(p, required)) return true;
  }
  if (inside.last <= near) return false;
  const limit stop = search_limit(required, cpp_int(inside.first));
  const long long last = std::min(inside.last, stop.last);
  for (long long p = inside.first; p <= last; p += unit_minor) {
    if (is_member(p, required)) return true;
  }
  if (last < inside.last) assure_nothing_beyond(stop, required);
  return false;
}

void candidates::assure_nothing_beyond(const limit& stop, const rule_set& required) const {
  if (stop.proved) return;
  if (excludes_some_) {
    bool any = false;
    candidates all = *this;
    all.excludes_some_ = false;
    const limit far = all.search_limit(required, cpp_int(stop.beyond - 1));  // as many digits as `settled`
    for (long long p = stop.beyond; p <= far.last && !any; p += 1) any = p % unit_minor == 0 && satisfies(p, required);
    if (!any && far.proved) return;
  }
  throw undecided("no member of F was found, and that there is none is not proved");
}

std::size_t candidates::digits_that_decide(const cpp_int& modulus) {
  for (std::size_t k = 0; k <= 30; ++k) {
    if (power_of_ten(k) % modulus == 0) return k;
  }
  fail("a unit or a multiple that does not divide a power of ten is not supported");
}

bool candidates::some_tail(const rule_set& required, std::size_t tail) const {
  const cpp_int digits = power_of_ten(tail);
  const cpp_int period = excludes_some_ ? cpp_int(boost::multiprecision::lcm(digits, cpp_int(tax_numerator_))) : digits;
  if (period > 1'000'000) return true;  // not worth the while
  const long long end = to_minor(period);
  const long long modulus = to_minor(digits);
  for (long long p = 0; p < end; p += unit_minor) {
    const written_amount amount(p % modulus, decimals, tail);
    bool fits = true;
    for (const active_rule* one : required) {
      const effect_kind effect = one->source->effect;
      if (effect == effect_kind::endings || effect == effect_kind::multiple_of) fits = one->shape_holds(p, amount);
      if (effect == effect_kind::avoid) fits = !any_occurs(amount, one->source->occurring, false);
      if (!fits) break;
    }
    if (fits && possible(p)) return true;
  }
  return false;
}

}  // namespace reference
