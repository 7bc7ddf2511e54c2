// SPDX-License-Identifier: Apache-2.0
//
// Amounts that may become a price: how one is written, the bounds and shapes that are asked about it, and the search
// through all of them.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "property/reference/document.hpp"

namespace reference {

// ---- amounts and their shapes

/// The digits of an amount in minor units, at least one more than the currency has decimals: the integer part and the
/// fraction.
struct written_amount {
  std::array<char, 40> digits{};
  std::size_t length = 0;
  std::size_t decimals = 0;

  written_amount(long long minor, std::size_t decimals_, std::size_t least_length = 0) : decimals(decimals_) {
    std::array<char, 40> reversed{};
    while (minor > 0) {
      reversed[length++] = static_cast<char>('0' + minor % 10);
      minor /= 10;
    }
    while (length < decimals + 1 || length < least_length) reversed[length++] = '0';
    for (std::size_t i = 0; i < length; ++i) digits[i] = reversed[length - 1 - i];
  }
  std::string_view integer() const { return {digits.data(), length - decimals}; }
  std::string_view fraction() const { return {digits.data() + (length - decimals), decimals}; }
};

bool ends_so(const written_amount& amount, const ending& wanted);
/// Whether any of them occurs; `look_at_amounts`: whole amounts too.
bool any_occurs(const written_amount& amount, const std::vector<occurrences>& wanted, bool look_at_amounts = true);

// ---- bounds as inequalities

/// coefficient × p ≥ least, p in units of the currency. Every bound is one or two of these.
struct inequality {
  rational coefficient;
  rational least;

  bool holds(const rational& p) const { return coefficient * p >= least; }
};

/// The same over whole minor units: factor × p ≥ least, in whole numbers (both sides multiplied by what makes them
/// whole).
struct whole_inequality {
  cpp_int factor;
  cpp_int least;
  bool small = false;  // fits the machine's numbers: |factor| < 2^62, |least| < 2^120, and p ≤ 10^15 < 2^50
  int128 small_factor = 0;
  int128 small_least = 0;

  whole_inequality(const inequality& exact, std::size_t decimals) {
    const rational a = exact.coefficient / rational(power_of_ten(decimals));
    const cpp_int common = boost::multiprecision::lcm(cpp_int(denominator(a)), cpp_int(denominator(exact.least)));
    factor = numerator(a) * (common / denominator(a));
    least = numerator(exact.least) * (common / denominator(exact.least));
    small = abs(factor) < (cpp_int(1) << 62) && abs(least) < (cpp_int(1) << 120);
    if (small) {
      small_factor = factor.convert_to<int128>();
      small_least = least.convert_to<int128>();
    }
  }
  bool holds(long long p) const {
    if (small) return small_factor * p >= small_least;
    return factor * p >= least;
  }
};

/// A bound or a shape that is on, ready to be asked about one amount after the other.
struct active_rule {
  const rule* source = nullptr;
  bool is_bound = false;
  std::vector<inequality> bounds;
  std::vector<whole_inequality> whole_bounds;
  cpp_int multiple_numerator = 1;  // of `multiple_of`, in minor units
  cpp_int multiple_denominator = 1;
  long long small_multiple = 0;  // the same where it is a whole number of minor units; else 0

  const std::string& id() const { return source->id; }
  strength how() const { return source->how; }

  bool shape_holds(long long p, const written_amount& amount) const;
  bool bound_holds(long long p) const {
    for (const whole_inequality& one : whole_bounds) {
      if (!one.holds(p)) return false;
    }
    return true;
  }
};

using rule_set = std::vector<const active_rule*>;

/// How many strong, medium and weak rules; fewer of the stronger is less, whatever the weaker say.
using count_by_strength = std::array<int, 3>;

std::size_t soft_index(strength how);

// ---- candidates

/// How many amounts may still be looked at by this thread, until the next call.
void limit_effort(long long amounts);

class candidates {
 public:
  std::size_t decimals = 2;
  long long unit_minor = 1;
  bool stored_net = false;
  rational gross_factor = 1;  // 1 + tax, where the net is stored

  void prepare();

  /// The net amounts n with round(n × (1 + tax)) = p, of whole minor units; 1 + tax is at least 1, so that they lie
  /// next to p / (1 + tax), at most one half away.
  std::vector<long long> stored_nets(long long p) const;

  /// Whether p is a candidate at all, apart from the unit.
  bool possible(long long p) const { return !excludes_some_ || !stored_nets(p).empty(); }

  bool is_candidate(long long p) const;

  /// Whether the amount p satisfies every rule of the set: bounds first, since they are quickest to ask.
  bool satisfies(long long p, const rule_set& rules) const;

  bool satisfies(long long p, const active_rule& one) const;
  bool is_member(long long p, const rule_set& required) const { return satisfies(p, required) && possible(p); }

  struct range {
    long long first = 1;  // multiples of the unit
    long long last = 0;   // less than first: nothing
  };

  /// Outside of this range some required bound is plainly not met: below the greatest lower bound, above the least
  /// upper one.
  range bounded_range(const rule_set& required) const;

  /// Where enumeration may stop, and whether the stop is proved: see `search_limit`.
  struct limit {
    long long last = greatest_amount_minor;
    bool proved = true;
    long long beyond = 0;  // 10^(t − 1)
  };

  limit search_limit(const rule_set& required, const cpp_int& settled) const;

  /// The first member of F, if there is one.
  bool has_member(const rule_set& required) const;

  /// Called where the search has reached its limit and something had still to be found beyond `settled`.
  void assure_nothing_beyond(const limit& stop, const rule_set& required) const;

 private:
  template <typename Whole>
  std::vector<long long> nets_around(long long p) const {
    std::vector<long long> found;
    const Whole a = tax_numerator_;
    const Whole b = tax_denominator_;
    const auto near = static_cast<long long>(p * b / a);
    for (long long n = near > 2 ? near - 2 : 0; n <= near + 2; ++n) {
      if ((2 * n * a + b) / (2 * b) == p) found.push_back(n);
    }
    return found;
  }

  /// The least K with which 10^K is a multiple of the modulus.
  static std::size_t digits_that_decide(const cpp_int& modulus);

  /// Whether some `tail` last digits could end a member: a condition that every long member meets.
  bool some_tail(const rule_set& required, std::size_t tail) const;

  long long tax_numerator_ = 1;
  long long tax_denominator_ = 1;
  bool excludes_some_ = false;  // the net is stored, and the tax is not 0%
};

}  // namespace reference
