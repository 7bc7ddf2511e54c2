// SPDX-License-Identifier: Apache-2.0
// The nearest allowed amounts below ten million minor units by two look-ups instead of a walk over the digits.
//
// An amount is a prefix and its last three digits. Prefixes that lead to the same node of the automaton allow the same
// last digits, and there are few such nodes; for each there is a table of a thousand, and for each prefix the next one
// down and up that allows anything. Larger amounts are walked.
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

  // Nothing where the shapes need more classes. `of` must outlive the table. Memory: 60 kB, and 4 kB a class.
  static std::unique_ptr<const nearest_table> build(const automaton& of);

  // As shape::at_or_below and shape::at_or_above.
  std::int64_t at_or_below(std::int64_t minor) const noexcept {
    if (minor >= limit) return shape::at_or_below(*of_, minor);
    if (minor < 1) return 0;
    const auto prefix = static_cast<std::uint32_t>(static_cast<std::uint64_t>(minor) / suffixes);
    const auto suffix = static_cast<std::uint32_t>(minor) - prefix * static_cast<std::uint32_t>(suffixes);
    const std::int32_t found = classes_[class_[prefix]].below[suffix];
    if (found >= 0) return std::int64_t{prefix} * suffixes + found;
    const std::uint16_t lower = lower_[prefix];
    if (lower == nowhere) return 0;
    return std::int64_t{lower} * suffixes + classes_[class_[lower]].below[suffixes - 1];
  }
  std::int64_t at_or_above(std::int64_t minor) const noexcept {
    if (minor >= limit) return shape::at_or_above(*of_, minor);
    if (minor < 1) minor = 1;
    const auto prefix = static_cast<std::uint32_t>(static_cast<std::uint64_t>(minor) / suffixes);
    const auto suffix = static_cast<std::uint32_t>(minor) - prefix * static_cast<std::uint32_t>(suffixes);
    const std::int32_t found = classes_[class_[prefix]].above[suffix];
    if (found >= 0) return std::int64_t{prefix} * suffixes + found;
    const std::uint16_t higher = higher_[prefix];
    if (higher == nowhere) return shape::at_or_above(*of_, limit);
    return std::int64_t{higher} * suffixes + classes_[class_[higher]].above[0];
  }

 private:
  static constexpr std::uint16_t nowhere = UINT16_MAX;
  // Last three digits; -1 where there are none.
  struct suffix_class {
    std::array<std::int16_t, suffixes> below, above;
  };

  explicit nearest_table(const automaton& of) : of_(&of) {}
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
  std::vector<suffix_class> classes_;  // the first allows nothing
  std::array<std::uint8_t, prefixes> class_{};
  std::array<std::uint16_t, prefixes> lower_{}, higher_{};
};

inline std::unique_ptr<const nearest_table> nearest_table::build(const automaton& of) {
  std::unique_ptr<nearest_table> made(new nearest_table(of));
  made->classes_.push_back(class_of([](int) { return false; }));
  // Amounts of three digits and fewer have starts of their own.
  made->classes_.push_back(class_of([&](int i) { return contains(of, i); }));
  made->class_[0] = made->classes_[1].below[suffixes - 1] < 0 ? 0 : 1;
  std::map<std::uint32_t, std::uint8_t> known;
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
      made->class_[static_cast<std::size_t>(prefix)] = found->second;
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
    const auto number = static_cast<std::uint8_t>(made->classes_.size() - 1);
    known.emplace(node, number);
    made->class_[static_cast<std::size_t>(prefix)] = number;
  }
  std::uint16_t last = nowhere;
  for (std::size_t i = 0; i < prefixes; ++i) {
    made->lower_[i] = last;
    if (made->class_[i] != 0) last = static_cast<std::uint16_t>(i);
  }
  last = nowhere;
  for (std::size_t i = prefixes; i-- > 0;) {
    made->higher_[i] = last;
    if (made->class_[i] != 0) last = static_cast<std::uint16_t>(i);
  }
  return made;
}

}  // namespace pricepoint::shape
