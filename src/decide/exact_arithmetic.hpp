// SPDX-License-Identifier: Apache-2.0
// What a bound request and a lowered rule come to in exact numbers: the one reader of fields, of the reference price
// and of conversions, and the one evaluation of formulas and bounds. A template over the tier of arithmetic.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "compile/machine.hpp"
#include "match/bound_request.hpp"
#include "pricepoint/money/amount.hpp"
#include "pricepoint/money/exact.hpp"

namespace pricepoint::engine {

// A bound in whole minor units, both ends included; empty where low > high.
struct minor_interval {
  std::int64_t low = 1;
  std::int64_t high = max_amount_minor;
  bool holds(std::int64_t minor) const noexcept { return low <= minor && minor <= high; }
};

// What became of a rule that needs values.
enum class valued : std::uint8_t {
  value,
  lacks,  // a field, the tax or a rate is missing
  off,    // says nothing here (`change` without a current price)
};

// A bound on the price, exactly: low <= p <= high.
template <class Number>
struct exact_bound {
  bool has_low = false, has_high = false;
  bool never = false;  // no amount satisfies it
  Number low, high;

  bool holds(const Number& p) const { return !never && !(has_low && p < low) && !(has_high && p > high); }
  void at_least(const Number& value) {
    if (!has_low || value > low) low = value;
    has_low = true;
  }
  void at_most(const Number& value) {
    if (!has_high || value < high) high = value;
    has_high = true;
  }
  minor_interval minor() const {
    constexpr std::int64_t limit = 2 * max_amount_minor;
    minor_interval made;
    if (has_low) made.low = std::max<std::int64_t>(1, low.rounded(rounding::up, limit));
    if (has_high) made.high = std::min(max_amount_minor, high.rounded(rounding::down, limit));
    if (never) made = {1, 0};
    return made;
  }
};

// An exact amount in minor units as it is shown: four decimals more than the currency has, half up. |value| < 4 *
// 10^15.
template <class Number>
decimal shown(const Number& value, currency in) {
  // Halves away from zero: a surcharge is a discount below it.
  if (value.sign() < 0) return -shown(-value, in);
  constexpr std::int64_t limit = 4 * max_amount_minor;
  const std::int64_t whole = value.rounded(rounding::down, limit);
  const std::int64_t rest = ((value - Number(whole)) * Number(10'000)).rounded(rounding::half_up, 10'000);
  return decimal::from_parts(static_cast<detail::int128>(whole) * 10'000 + rest, in.digits() + 4);
}

template <class Number>
class exact_arithmetic {
 public:
  exact_arithmetic(const machine& compiled, const bound_request& request) : machine_(compiled), request_(request) {}

  // A field in the market's currency; false where it has no value.
  bool field(std::uint32_t slot, Number& value) const {
    const field_value& from = request_.fields[slot];
    if (from.state != presence::present) return false;
    value = Number(from.value);
    if (from.converted) {
      value = value * Number(request_.conversion);
      const int shift = request_.conversion_shift;
      const Number power(detail::powers_of_ten[static_cast<std::size_t>(shift < 0 ? -shift : shift)]);
      if (shift != 0) value = shift > 0 ? value * power : value / power;
    }
    return true;
  }

  // The picked price and its slot; nothing where it has no value.
  std::optional<std::uint32_t> pick(const price_choice& from, Number& value) const {
    std::optional<std::uint32_t> best;
    for (const std::uint32_t slot : *from.slots) {
      if (slot == from.own || request_.lacks(slot)) continue;
      Number price;
      if (!field(slot, price)) return {};
      const bool better = !best || (from.how == price_pick::kind::lowest ? price < value : price > value);
      if (better) {
        value = std::move(price);
        best = slot;
      }
      if (from.is_in_order()) return best;
    }
    return best;
  }
  std::optional<std::uint32_t> reference(Number& value) const {
    return pick(machine_.choice_of({symbol::kind::reference, 0}, request_.channel), value);
  }

  // Whether a symbol's value comes from a field, alone or among others.
  bool reads(const symbol& of, std::uint32_t slot) const {
    if (request_.lacks(slot) || of.what == symbol::kind::target) return false;
    if (of.what == symbol::kind::field) return of.slot == slot;
    const price_choice from = machine_.choice_of(of, request_.channel);
    for (const std::uint32_t one : *from.slots) {
      if (one == from.own || request_.lacks(one)) continue;
      if (one == slot) return true;
      if (from.is_in_order()) return false;  // the first that is there decides
    }
    return false;
  }

  // False where a field that it reads has no value.
  bool value_of(const formula& of, Number& value) const {
    if (of.op == formula::kind::sum) return value_of(of.value, value);
    if (of.op == formula::kind::add) {
      value = Number(0);
      for (const formula& one : of.parts) {
        Number part;
        if (!value_of(one, part)) return false;
        value = value + part;
      }
    } else {
      bool any = false;
      for (const formula& one : of.parts) {
        Number part;
        if (!value_of(one, part)) {
          if (one.optional && is_absent(one.value.terms.front().of, machine_, request_)) continue;
          return false;
        }
        const bool better = !any || (of.op == formula::kind::least ? part < value : part > value);
        if (better) value = std::move(part);
        any = true;
      }
      if (!any) return false;
    }
    if (of.factor.numerator != 1 || of.factor.denominator != 1) value = value * Number(of.factor);
    return true;
  }

  valued value_of(const bound& of, exact_bound<Number>& made) const {
    if (of.off_if_absent && is_absent(of.ends.front().value.value.terms.front().of, machine_, request_)) {
      return valued::off;
    }
    for (const bound_end& one : of.ends) {
      Number value;
      if (!value_of(one.value, value)) return valued::lacks;
      if (one.net_part) {
        if (request_.gross && !request_.tax) return valued::lacks;
        add_margin(one, value, made);
        continue;
      }
      if (one.is != bound_end::side::high) made.at_least(value);
      if (one.is != bound_end::side::low) made.at_most(value);
    }
    return valued::value;
  }
  valued value_of(const compiled_rule& rule, exact_bound<Number>& made) const {
    return value_of(*rule.bound_in(request_.currency), made);
  }

  // The prices that a gap is measured from one by one, by their slots: of a gap to several each of them, else one.
  // Each comes with the bound that it makes for itself. Only where the whole gap has a value.
  template <class Each>
  void each_partner(const compiled_rule& gap, const Each& each) const {
    const bound_effect& effect = gap.bounds();
    const bound& of = *gap.bound_in(request_.currency);
    const auto against = [&](std::uint32_t slot, const Number& price) {
      exact_bound<Number> part;
      exact_arithmetic alone(machine_, request_);
      alone.target = target;
      alone.partner_ = &price;
      alone.value_of(of, part);
      each(slot, price, part);
    };
    Number price;
    switch (effect.from) {
      case bound_effect::origin::none:
        return;
      case bound_effect::origin::channel:
        if (field(machine_.channel_slot(effect.channel), price)) against(machine_.channel_slot(effect.channel), price);
        return;
      case bound_effect::origin::reference:
        if (const auto slot = reference(price)) against(*slot, price);
        return;
      case bound_effect::origin::group:
        for (const std::uint32_t slot : machine_.groups()[effect.group].slots) {
          if (slot != machine_.channel_slot(request_.channel) && field(slot, price)) against(slot, price);
        }
        return;
    }
  }

  const machine& compiled() const noexcept { return machine_; }
  const bound_request& request() const noexcept { return request_; }
  const channel_terms& on() const noexcept { return machine_.channels()[request_.channel]; }
  const market_terms& in() const noexcept { return machine_.markets()[request_.market]; }

  Number target;                // of the decision, once it is known
  fraction credit_total{0, 1};  // of the displayed price, of the rules that are on

 private:
  bool value_of(const symbol& of, Number& value) const {
    switch (of.what) {
      case symbol::kind::target:
        value = target;
        return true;
      case symbol::kind::field:
        return field(of.slot, value);
      case symbol::kind::reference:
      case symbol::kind::highest:
      case symbol::kind::lowest:
        break;
    }
    if (partner_ != nullptr) {
      value = *partner_;
      return true;
    }
    return pick(machine_.choice_of(of, request_.channel), value).has_value();
  }

  bool value_of(const sum& of, Number& value) const {
    bool first = of.constant.numerator == 0;
    if (!first || of.terms.empty()) value = Number(of.constant);
    for (const term& one : of.terms) {
      Number part;
      if (!value_of(one.of, part)) return false;
      if (one.grossed && request_.gross) {
        if (!request_.tax) return false;
        part = part * Number(request_.gross_factor);
      }
      if (one.factor.numerator != 1 || one.factor.denominator != 1) part = part * Number(one.factor);
      value = first ? std::move(part) : value + part;
      first = false;
    }
    return true;
  }

  // N - (fee + credits) p - spent >= min N, with N = p / (1 + tax) where the display is gross, and `net_part` 1 - min.
  void add_margin(const bound_end& end, const Number& spent, exact_bound<Number>& made) const {
    const Number net_share = request_.gross ? Number(1) / Number(request_.gross_factor) : Number(1);
    const Number share = net_share * Number(*end.net_part) - (Number(request_.fee) + Number(credit_total));
    const bool low = end.is == bound_end::side::low;
    if (share.sign() == 0) {
      made.never = made.never || (low ? spent.sign() > 0 : spent.sign() < 0);
    } else if ((share.sign() > 0) == low) {
      made.at_least(spent / share);
    } else {
      made.at_most(spent / share);
    }
  }

  const machine& machine_;
  const bound_request& request_;
  const Number* partner_ = nullptr;  // in the place of what a gap is measured from
};

}  // namespace pricepoint::engine
