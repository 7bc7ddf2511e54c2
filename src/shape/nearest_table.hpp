// SPDX-License-Identifier: Apache-2.0
// The nearest allowed amounts below ten million minor units by two look-ups instead of a walk over the digits.
//
// An amount is a prefix and its last three digits. Prefixes that lead to the same node of the automaton allow the same
// last digits, and there are few such nodes; for each there is a table of a thousand, and for each prefix the nearest
// allowed amounts outside of it. Larger amounts are walked.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "pricepoint/shape/automaton.hpp"
#include "pricepoint/shape/search.hpp"

namespace pricepoint::shape {

class nearest_table {
 public:
  static constexpr std::int64_t suffixes = 1000;
  static constexpr std::int64_t prefixes = 10'000;
  static constexpr std::int64_t limit = suffixes * prefixes;  // amounts below it are looked up
  static constexpr std::size_t max_classes = 64;              // prefixes that differ in what may follow

  // Nothing where the shapes need more classes. `of` must outlive the table. Memory: 120 kB, and 4 kB a class.
  static std::unique_ptr<const nearest_table> build(const automaton& of);

  // As shape::at_or_below and shape::at_or_above.
  [[gnu::always_inline]] std::int64_t at_or_below(std::int64_t minor) const noexcept {
    if (minor >= limit) return shape::at_or_below(*of_, minor);
    if (minor < 1) return 0;
    const auto prefix = static_cast<std::uint32_t>(static_cast<std::uint64_t>(minor) / suffixes);
    const auto suffix = static_cast<std::uint32_t>(minor) - prefix * static_cast<std::uint32_t>(suffixes);
    const of_prefix& here = prefixes_[prefix];
    const std::int32_t found = classes_[here.suffix_class].below[suffix];
    return chosen(found, static_cast<std::int32_t>(prefix * suffixes), here.lower);
  }
  [[gnu::always_inline]] std::int64_t at_or_above(std::int64_t minor) const noexcept {
    if (minor >= limit) return shape::at_or_above(*of_, minor);
    if (minor < 1) minor = 1;
    const auto prefix = static_cast<std::uint32_t>(static_cast<std::uint64_t>(minor) / suffixes);
    const auto suffix = static_cast<std::uint32_t>(minor) - prefix * static_cast<std::uint32_t>(suffixes);
    const of_prefix& here = prefixes_[prefix];
    const std::int32_t found = classes_[here.suffix_class].above[suffix];
    const std::int32_t higher = chosen(found, static_cast<std::int32_t>(prefix * suffixes), here.higher);
    return higher == beyond ? above_limit_ : higher;
  }

  // The same as one array of numbers, for loops that look up many: at `at` three numbers a prefix (the nearest lower
  // amount, the nearest higher one or `beyond`, and where the numbers of its suffixes stand), then for every kind of
  // prefix a thousand last digits at or below and a thousand at or above, -1 where there are none.
  static constexpr std::int32_t beyond = INT32_MAX;
  std::size_t flat_size() const noexcept {
    return static_cast<std::size_t>(3 * prefixes + 2 * suffixes * static_cast<std::int64_t>(classes_.size()));
  }
  template <class Numbers>
  void flatten_to(Numbers& pool) const {
    const auto classes_at = static_cast<std::int32_t>(pool.size() + std::size_t{3 * prefixes});
    for (const of_prefix& one : prefixes_) {
      const auto of = static_cast<std::int32_t>(one.suffix_class) * static_cast<std::int32_t>(2 * suffixes);
      for (const std::int32_t number : {one.lower, one.higher, classes_at + of}) pool.push_back(number);
    }
    for (const suffix_class& one : classes_) {
      pool.insert(pool.end(), one.below.begin(), one.below.end());
      pool.insert(pool.end(), one.above.begin(), one.above.end());
    }
  }

 private:
  // A mask and no branch: which amounts have a digit of their own that is allowed is no pattern to predict.
  static std::int32_t chosen(std::int32_t suffix, std::int32_t prefix, std::int32_t otherwise) noexcept {
    const std::int32_t none = suffix >> 31;
    return ((prefix + suffix) & ~none) | (otherwise & none);
  }

  // Last three digits; -1 where there are none.
  struct suffix_class {
    std::array<std::int16_t, suffixes> below, above;
  };

  struct of_prefix {
    std::int32_t lower = 0, higher = beyond;  // the nearest with another prefix; 0, or beyond the table
    std::uint32_t suffix_class = 0;
  };

  explicit nearest_table(const automaton& of)
      : of_(&of), above_limit_(shape::at_or_above(of, limit)), prefixes_(prefixes) {}
  template <class Allowed>
  static suffix_class class_of(const Allowed& allowed) {
    suffix_class made;
    std::int16_t last = -1;
    for (std::int16_t i = 0; i < suffixes; ++i) {
      if (allowed(i)) last = i;
      made.below[static_cast<std::size_t>(i)] = last;
    }
    last = -1;
    for (std::int16_t i = suffixes - 1; i >= 0; --i) {
      if (allowed(i)) last = i;
      made.above[static_cast<std::size_t>(i)] = last;
    }
    return made;
  }

  const automaton* of_;
  std::int64_t above_limit_;
  std::vector<suffix_class> classes_;  // the first allows nothing
  std::vector<of_prefix> prefixes_;
};

inline std::unique_ptr<const nearest_table> nearest_table::build(const automaton& of) {
  std::unique_ptr<nearest_table> made(new nearest_table(of));
  made->classes_.push_back(class_of([](int) { return false; }));
  // Amounts of three digits and fewer have starts of their own.
  made->classes_.push_back(class_of([&](int i) { return contains(of, i); }));
  made->prefixes_[0].suffix_class = made->classes_[1].below[suffixes - 1] < 0 ? 0 : 1;
  std::map<std::uint32_t, std::uint32_t> known;
  for (std::int64_t prefix = 1; prefix < prefixes; ++prefix) {
    int position = detail::length_of(prefix * suffixes, of.decimals());
    std::uint32_t node = of.start(position);
    const detail::digit_string digits(prefix * suffixes, position);
    while (position > 3 && node != automaton::none) {
      const unsigned digit = digits[--position];
      const automaton::node& here = of.at(node);
      node = (here.digits >> digit & 1u) != 0 ? here.next[digit] : automaton::none;
    }
    if (node == automaton::none) continue;
    const auto found = known.find(node);
    if (found != known.end()) {
      made->prefixes_[static_cast<std::size_t>(prefix)].suffix_class = found->second;
      continue;
    }
    if (made->classes_.size() == max_classes) return nullptr;
    made->classes_.push_back(class_of([&](int i) {
      std::uint32_t at = node;
      for (const int digit : {i / 100, i / 10 % 10, i % 10}) {
        if ((of.at(at).digits >> digit & 1) == 0) return false;
        at = of.at(at).next[static_cast<std::size_t>(digit)];
      }
      return true;
    }));
    const auto number = static_cast<std::uint32_t>(made->classes_.size() - 1);
    known.emplace(node, number);
    made->prefixes_[static_cast<std::size_t>(prefix)].suffix_class = number;
  }
  std::int32_t last = 0;
  for (std::size_t i = 0; i < prefixes; ++i) {
    of_prefix& here = made->prefixes_[i];
    here.lower = last;
    if (here.suffix_class == 0) continue;
    last = static_cast<std::int32_t>(i) * static_cast<std::int32_t>(suffixes) +
           made->classes_[here.suffix_class].below[suffixes - 1];
  }
  last = beyond;
  for (std::size_t i = prefixes; i-- > 0;) {
    of_prefix& here = made->prefixes_[i];
    here.higher = last;
    if (here.suffix_class == 0) continue;
    last =
        static_cast<std::int32_t>(i) * static_cast<std::int32_t>(suffixes) + made->classes_[here.suffix_class].above[0];
  }
  return made;
}

}  // namespace pricepoint::shape
