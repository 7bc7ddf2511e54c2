// SPDX-License-Identifier: Apache-2.0
// What a rule asks of a price, once its text is lowered: sums of the request's money times constants, the least or the
// greatest of such sums, and bounds made of them. compile/lower.cpp makes them; exact evaluation, missing fields,
// inputs, static analysis, plans in whole numbers, explanations and audits all read these and nothing else.
//
//   "max(map?, cost * 105%)"  greatest of { map, left out where absent } and { 21/20 * cost, with tax where shown }
//   { "gap": { "to": "store", "max": "10%" } }  low end: 9/10 * price.store
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "pricepoint/money/currency.hpp"
#include "pricepoint/money/exact.hpp"

namespace pricepoint::engine {

using detail::fraction;

// What a term measures, in minor units of the market's currency on the display of the channel asked for.
struct symbol {
  enum class kind : std::uint8_t {
    field,    // a money field of the request, by its slot
    highest,  // the highest and the lowest price on a channel of a group other than the one asked for
    lowest,
    reference,  // the reference price of the channel asked for
    target,     // the target of the decision
  };
  symbol::kind what = kind::field;
  std::uint32_t slot = 0;  // highest, lowest: of which group (channel_group)

  bool is_of_group() const noexcept { return what == kind::highest || what == kind::lowest; }
  friend constexpr auto operator<=>(const symbol&, const symbol&) noexcept = default;
};

struct term {
  symbol of;
  bool grossed = false;  // a field without tax: times 1 + tax where the display contains it
  fraction factor{1, 1};
};

// constant + sum of factor * symbol, in minor units. Each symbol stands once, sorted; a factor of zero stays, since its
// field must be there all the same.
struct sum {
  std::vector<term> terms;
  fraction constant{0, 1};
};

struct formula {
  enum class kind : std::uint8_t { sum, add, least, greatest };
  formula::kind op = kind::sum;
  bool optional = false;       // an operand of least or greatest: left out where its field is absent
  engine::sum value;           // sum
  fraction factor{1, 1};       // of the others: times this, where it cannot be multiplied into the operands
  std::vector<formula> parts;  // of the others

  bool is_constant() const noexcept { return op == kind::sum && value.terms.empty(); }
};

// One end of a bound: p >= value, p <= value, or both.
struct bound_end {
  enum class side : std::uint8_t { low, high, both };
  bound_end::side is = side::low;
  formula value;
  // Margins: not p itself is held against the value, but what it leaves: p without tax times this, less the channel's
  // fee and the credits, which are shares of p.
  std::optional<fraction> net_part;
};

struct bound {
  std::vector<bound_end> ends;
  bool off_if_absent = false;  // says nothing where the field that it reads is absent, and does not miss it

  bool reads(symbol::kind what) const noexcept;
  bool is_margin() const noexcept { return !ends.empty() && ends.front().net_part.has_value(); }
};

// Visits every term, outer parts first.
template <class Visit>
void each_term(const formula& of, const Visit& visit) {
  for (const term& one : of.value.terms) visit(one);
  for (const formula& one : of.parts) each_term(one, visit);
}
template <class Visit>
void each_term(const bound& of, const Visit& visit) {
  for (const bound_end& one : of.ends) each_term(one.value, visit);
}

inline bool bound::reads(symbol::kind what) const noexcept {
  bool found = false;
  each_term(*this, [&](const term& one) { found = found || one.of.what == what; });
  return found;
}

// A lowered value by currency; nothing in a currency that the policy does not list. Where the text gives one value for
// all currencies, those with as many decimals share it.
template <class T>
class lowered {
 public:
  const T* find(currency wanted) const noexcept {
    for (const auto& [digits, value] : by_digits_) {
      if (digits == any_digits || digits == wanted.digits()) return &value;
    }
    for (const auto& [code, value] : by_code_) {
      if (code == wanted) return &value;
    }
    return nullptr;
  }
  void add_for_all(T value) { by_digits_.emplace_back(any_digits, std::move(value)); }
  void add_for_digits(int digits, T value) { by_digits_.emplace_back(digits, std::move(value)); }
  void add_for(currency code, T value) { by_code_.emplace_back(code, std::move(value)); }
  template <class Visit>
  void each(const Visit& visit) const {
    for (const auto& [digits, value] : by_digits_) visit(value);
    for (const auto& [code, value] : by_code_) visit(value);
  }

 private:
  static constexpr int any_digits = -1;
  std::vector<std::pair<int, T>> by_digits_;
  std::vector<std::pair<currency, T>> by_code_;
};

}  // namespace pricepoint::engine
