// SPDX-License-Identifier: Apache-2.0
// One rule against one request: whether it is on, but for conditions on the target, and if not, why.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "compile/rule.hpp"
#include "match/bound_request.hpp"

namespace pricepoint::engine {

// A rule that is on where the target is in all ranges of `when`, and not in all of any object of `except`.
struct class_rule {
  const compiled_rule* rule = nullptr;
  std::vector<target_range> when;
  std::vector<std::vector<target_range>> except;

  bool asks_target() const noexcept { return !when.empty() || !except.empty(); }
  template <class Number>
  bool holds_at(const Number& target) const {
    const auto all = [&](const std::vector<target_range>& ranges) {
      for (const target_range& one : ranges) {
        if (!one.holds(target)) return false;
      }
      return true;
    };
    if (!all(when)) return false;
    for (const auto& object : except) {
      if (all(object)) return false;
    }
    return true;
  }
  friend bool operator==(const class_rule&, const class_rule&) = default;
};

// Why a rule is off; for explanations.
struct off_reason {
  enum class kind : std::uint8_t { none, condition, exception, period, target, currency, effect };
  off_reason::kind what = kind::none;
  const compiled_condition* condition = nullptr;  // kind::condition: the one that does not hold
  std::size_t exception = 0;                      // kind::exception: index of the object
};

// What matching finds out about one rule and one request.
struct match {
  bool possible = false;       // could be on but for time and target
  bool some_target = false;    // and some target could switch it on
  bool on_but_target = false;  // on, apart from conditions on the target
  class_rule found;
  off_reason why;
};
match match_rule(const machine& compiled, const compiled_rule& rule, const bound_request& request);

// Whether an effect has a value in the request's currency and says anything on its channel; of the request nothing else
// is looked at.
bool effective(const machine& compiled, const compiled_rule& rule, const bound_request& request, off_reason::kind& why);

}  // namespace pricepoint::engine
