// SPDX-License-Identifier: Apache-2.0
// The nearest allowed amount: one walk over the digits of a price, whatever the width of the interval.
//
// Amounts are in minor units; 0 says that there is none (0 is never an allowed price). Where net prices are stored,
// `stored_net` says which gross amounts are possible; that set is no regular language, so the walk proposes and
// arithmetic decides, and where many proposals fail, remainders settle it (docs/method.md).
#pragma once

#include <bit>
#include <cassert>
#include <cstdint>
#include <utility>
#include <vector>

#include "pricepoint/money/exact.hpp"
#include "pricepoint/shape/automaton.hpp"

namespace pricepoint::shape {

namespace detail {

// Digits of `minor` as the automaton counts them: at least one before the point.
inline int length_of(std::int64_t minor, int decimals) noexcept {
  int length = 1;
  while (length < max_digits && minor >= powers_of_ten[static_cast<std::size_t>(length)]) ++length;
  return length > decimals ? length : decimals + 1;
}

// The digits of an amount, the last one first. Divisions by ten are multiplications; by a power of ten they are not.
class digit_string {
 public:
  digit_string(std::int64_t minor, int length) noexcept {
    auto rest = static_cast<std::uint64_t>(minor);
    for (int i = 0; i < length; ++i) {
      digits_[i] = static_cast<std::uint8_t>(rest % 10);
      rest /= 10;
    }
  }
  unsigned operator[](int position) const noexcept { return digits_[position]; }

 private:
  std::uint8_t digits_[max_digits + 4];
};

inline int lowest_digit(unsigned digits) noexcept { return std::countr_zero(digits); }
inline int highest_digit(unsigned digits) noexcept { return static_cast<int>(std::bit_width(digits)) - 1; }

}  // namespace detail

inline bool contains(const automaton& allowed, std::int64_t minor) noexcept {
  if (minor < 1 || minor > max_amount_minor) return false;
  int position = detail::length_of(minor, allowed.decimals());
  std::uint32_t node = allowed.start(position);
  const detail::digit_string digits(minor, position);
  while (position > 0) {
    if (node == automaton::none) return false;
    const unsigned digit = digits[--position];
    const automaton::node& here = allowed.at(node);
    if ((here.digits >> digit & 1u) == 0) return false;
    node = here.next[digit];
  }
  return true;
}

// The greatest allowed amount that is not above `minor`, or 0.
inline std::int64_t at_or_below(const automaton& allowed, std::int64_t minor) noexcept {
  if (minor < 1) return 0;
  if (minor > max_amount_minor) minor = max_amount_minor;
  const int length = detail::length_of(minor, allowed.decimals());
  std::int64_t best = 0;
  if (std::uint32_t node = allowed.start(length); node != automaton::none) {
    std::int64_t prefix = 0;
    const detail::digit_string digits(minor, length);
    int position = length;
    while (position > 0) {
      const std::int64_t weight = detail::powers_of_ten[static_cast<std::size_t>(--position)];
      const unsigned digit = digits[position];
      const automaton::node& here = allowed.at(node);
      if (const unsigned lower = here.digits & ((1u << digit) - 1u); lower != 0) {
        const int chosen = detail::highest_digit(lower);
        best = prefix + chosen * weight + allowed.at(here.next[static_cast<std::size_t>(chosen)]).greatest;
      }
      if ((here.digits >> digit & 1u) == 0) break;
      prefix += digit * weight;
      node = here.next[digit];
      if (position == 0) return minor;
    }
  }
  for (int shorter = length - 1; best == 0 && shorter > allowed.decimals(); --shorter) {
    if (const std::uint32_t node = allowed.start(shorter); node != automaton::none) best = allowed.at(node).greatest;
  }
  return best;
}

// The least allowed amount that is not below `minor`, or 0.
inline std::int64_t at_or_above(const automaton& allowed, std::int64_t minor) noexcept {
  if (minor > max_amount_minor) return 0;
  if (minor < 1) minor = 1;
  const int length = detail::length_of(minor, allowed.decimals());
  std::int64_t best = 0;
  if (std::uint32_t node = allowed.start(length); node != automaton::none) {
    std::int64_t prefix = 0;
    const detail::digit_string digits(minor, length);
    int position = length;
    while (position > 0) {
      const std::int64_t weight = detail::powers_of_ten[static_cast<std::size_t>(--position)];
      const unsigned digit = digits[position];
      const automaton::node& here = allowed.at(node);
      if (const unsigned higher = unsigned{here.digits} >> (digit + 1) << (digit + 1); higher != 0) {
        const int chosen = detail::lowest_digit(higher);
        best = prefix + chosen * weight + allowed.at(here.next[static_cast<std::size_t>(chosen)]).least;
      }
      if ((here.digits >> digit & 1u) == 0) break;
      prefix += digit * weight;
      node = here.next[digit];
      if (position == 0) return minor;
    }
  }
  for (int longer = length + 1; best == 0 && longer <= max_digits; ++longer) {
    if (const std::uint32_t node = allowed.start(longer); node != automaton::none) best = allowed.at(node).least;
  }
  return best <= max_amount_minor ? best : 0;
}

// Which gross amounts exist where net amounts are stored in whole minor units: p is possible if some n has
// round(n * (1 + tax)) = p, halves away from zero.
class stored_net {
 public:
  stored_net() = default;  // every amount is possible
  // `factor` is 1 + tax in lowest terms, at least 1; its terms are below 2^72.
  explicit stored_net(const detail::fraction& factor) noexcept : gross_(factor.numerator), net_(factor.denominator) {}

  bool restricts() const noexcept { return gross_ != net_; }
  // n * gross/net lies in [p - 1/2, p + 1/2), so the least such n decides; with tax >= 0 it is the only one.
  bool possible(std::int64_t minor) const noexcept {
    return !restricts() || 2 * gross_ * net_for(minor) < (2 * widened(minor) + 1) * net_;
  }
  // The net amount that gives a possible gross amount.
  std::int64_t net_for(std::int64_t minor) const noexcept {
    return static_cast<std::int64_t>(
        pricepoint::detail::divide((2 * widened(minor) - 1) * net_, 2 * gross_, rounding::up));
  }
  // Possible amounts repeat with this period.
  pricepoint::detail::int128 period() const noexcept { return gross_; }

 private:
  static constexpr pricepoint::detail::int128 widened(std::int64_t value) noexcept { return value; }
  // Wider than a tax of a request needs, so that no tax at all can give a wrong answer.
  pricepoint::detail::int128 gross_ = 1;
  pricepoint::detail::int128 net_ = 1;
};

namespace detail {

// Settles what proposing one amount after the other cannot: works on remainders modulo the period of the possible
// amounts. For every node, which remainders its completions have; then a walk that only enters nodes with a possible
// one.
class remainder_search {
 public:
  static constexpr std::uint64_t max_work = 1u << 30;
  static bool feasible(const automaton& allowed, const stored_net& net) noexcept {
    return net.period() * static_cast<pricepoint::detail::int128>(allowed.size()) <= max_work;
  }
  remainder_search(const automaton& allowed, const stored_net& net)
      : allowed_(allowed),
        modulus_(static_cast<std::size_t>(net.period())),
        possible_(modulus_),
        reached_(allowed.size()) {
    for (std::size_t i = 0; i < modulus_; ++i) possible_[i] = net.possible(static_cast<std::int64_t>(i + modulus_));
    reached_[automaton::end].assign(modulus_, 0);
    reached_[automaton::end][0] = 1;
  }

  std::int64_t at_or_below(std::int64_t minor) { return find<true>(minor); }
  std::int64_t at_or_above(std::int64_t minor) { return find<false>(minor); }

 private:
  template <bool Down>
  std::int64_t find(std::int64_t minor) {
    const int length = length_of(minor, allowed_.decimals());
    for (int digits = length; digits > allowed_.decimals() && digits <= max_digits; digits += Down ? -1 : 1) {
      const std::uint32_t node = allowed_.start(digits);
      if (node == automaton::none) continue;
      const std::int64_t found = walk<Down>(node, digits, 0, digits == length ? minor : -1);
      if (found > 0) return found <= max_amount_minor ? found : 0;
    }
    return 0;
  }

  // The extreme allowed and possible amount with this prefix and not beyond `limit` (-1: no limit); 0 where none.
  template <bool Down>
  std::int64_t walk(std::uint32_t node, int remaining, std::int64_t prefix, std::int64_t limit) {
    if (!leads_on(node, remaining, prefix)) return 0;
    if (remaining == 0) return prefix;
    const std::int64_t weight = powers_of_ten[static_cast<std::size_t>(remaining - 1)];
    const automaton::node& here = allowed_.at(node);
    const int bound = limit < 0 ? (Down ? 9 : 0) : static_cast<int>((limit - prefix) / weight);
    for (int digit = bound; Down ? digit >= 0 : digit <= 9; digit += Down ? -1 : 1) {
      if ((here.digits >> digit & 1) == 0) continue;
      const std::int64_t tight = limit >= 0 && digit == bound ? limit : -1;
      const std::int64_t found =
          walk<Down>(here.next[static_cast<std::size_t>(digit)], remaining - 1, prefix + digit * weight, tight);
      if (found > 0) return found;
    }
    return 0;
  }

  bool leads_on(std::uint32_t node, int remaining, std::int64_t prefix) {
    const std::vector<std::uint8_t>& rest = remainders(node, remaining);
    const auto shift = static_cast<std::size_t>(prefix % static_cast<std::int64_t>(modulus_));
    for (std::size_t i = 0, at = shift; i < modulus_; ++i, at = at + 1 == modulus_ ? 0 : at + 1) {
      if (rest[i] != 0 && possible_[at] != 0) return true;
    }
    return false;
  }

  const std::vector<std::uint8_t>& remainders(std::uint32_t node, int remaining) {
    std::vector<std::uint8_t>& mine = reached_[node];
    if (!mine.empty()) return mine;
    std::vector<std::uint8_t> made(modulus_, 0);
    const std::int64_t weight = powers_of_ten[static_cast<std::size_t>(remaining - 1)];
    const automaton::node& here = allowed_.at(node);
    for (int digit = 0; digit < 10; ++digit) {
      if ((here.digits >> digit & 1) == 0) continue;
      const auto& below = remainders(here.next[static_cast<std::size_t>(digit)], remaining - 1);
      const auto shift = static_cast<std::size_t>(digit * weight % static_cast<std::int64_t>(modulus_));
      for (std::size_t i = 0; i < modulus_ - shift; ++i) made[i + shift] |= below[i];
      for (std::size_t i = modulus_ - shift; i < modulus_; ++i) made[i + shift - modulus_] |= below[i];
    }
    reached_[node] = std::move(made);
    return reached_[node];
  }

  const automaton& allowed_;
  std::size_t modulus_;
  std::vector<std::uint8_t> possible_;
  std::vector<std::vector<std::uint8_t>> reached_;
};

// Proposals before remainders are asked: at usual taxes four fifths of all amounts are possible.
inline constexpr int max_proposals = 64;
// Proposals where remainders would need too much memory (taxes of five and six decimals): bounds the time.
inline constexpr int max_proposals_alone = 1 << 22;

}  // namespace detail

inline std::int64_t at_or_below(const automaton& allowed, const stored_net& net, std::int64_t minor) {
  std::int64_t found = at_or_below(allowed, minor);
  if (!net.restricts()) return found;
  const int proposals =
      detail::remainder_search::feasible(allowed, net) ? detail::max_proposals : detail::max_proposals_alone;
  for (int i = 0; i < proposals; ++i) {
    if (found == 0 || net.possible(found)) return found;
    found = at_or_below(allowed, found - 1);
  }
  return proposals == detail::max_proposals && found > 0 ? detail::remainder_search(allowed, net).at_or_below(found)
                                                         : 0;
}

inline std::int64_t at_or_above(const automaton& allowed, const stored_net& net, std::int64_t minor) {
  std::int64_t found = at_or_above(allowed, minor);
  if (!net.restricts()) return found;
  const int proposals =
      detail::remainder_search::feasible(allowed, net) ? detail::max_proposals : detail::max_proposals_alone;
  for (int i = 0; i < proposals; ++i) {
    if (found == 0 || net.possible(found)) return found;
    found = at_or_above(allowed, found + 1);
  }
  return proposals == detail::max_proposals && found > 0 ? detail::remainder_search(allowed, net).at_or_above(found)
                                                         : 0;
}

}  // namespace pricepoint::shape
