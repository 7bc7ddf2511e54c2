// SPDX-License-Identifier: Apache-2.0
// What a bound request and a rule come to in exact numbers: fields, references, money expressions and bounds. A
// template over the tier of arithmetic; evaluate.hpp decides with it.
#pragma once

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <utility>
#include <variant>

#include "pricepoint/engine/choice.hpp"
#include "pricepoint/engine/workspace.hpp"

namespace pricepoint::engine {

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

// A request as its policy reads it, before any number.
class request_view {
 public:
  request_view(const machine& compiled, const bound_request& request) : machine_(compiled), request_(request) {}

 protected:
  // Another traditional channel with a price.
  bool traditional_price(std::uint32_t channel) const {
    return channel != request_.channel &&
           machine_.document().channels[channel].kind == language::channel::kind::traditional &&
           request_.fields[machine_.channel_slot(channel)].state != presence::absent;
  }

  bool reference_absent() const {
    const language::channel& on = machine_.document().channels[request_.channel];
    using kind = enum language::channel::reference;
    if (on.reference == kind::list_price) return request_.fields[slot::list].state == presence::absent;
    if (on.reference == kind::channels) {
      return std::all_of(on.reference_channels.begin(), on.reference_channels.end(), [&](std::uint32_t one) {
        return request_.fields[machine_.channel_slot(one)].state == presence::absent;
      });
    }
    for (std::uint32_t one = 0; one < machine_.document().channels.size(); ++one) {
      if (traditional_price(one)) return false;
    }
    return true;
  }

  const machine& machine_;
  const bound_request& request_;
};

template <class Number>
class values : public request_view {
 public:
  using request_view::request_view;

 protected:
  Number number(const fraction& value) const { return Number(value); }

  // A field's value where present, converted and, for net fields under gross display, grossed up.
  bool field(std::uint32_t slot, bool gross_up, Number& value) const {
    const field_value& from = request_.fields[slot];
    if (from.state != presence::present) return false;
    value = number(from.value);
    if (from.converted) {
      value = value * number(request_.conversion);
      const int shift = request_.conversion_shift;
      const Number power(detail::powers_of_ten[static_cast<std::size_t>(shift < 0 ? -shift : shift)]);
      if (shift != 0) value = shift > 0 ? value * power : value / power;
    }
    if (gross_up && machine_.net_slot(slot) && request_.gross) {
      if (!request_.tax) return false;
      value = value * number(request_.gross_factor);
    }
    return true;
  }

  bool reference(Number& value) const {
    const language::channel& on = machine_.document().channels[request_.channel];
    using kind = enum language::channel::reference;
    switch (on.reference) {
      case kind::list_price:
        return field(slot::list, false, value);
      case kind::channels:
        for (const std::uint32_t one : on.reference_channels) {
          const std::uint32_t slot = machine_.channel_slot(one);
          if (request_.fields[slot].state != presence::absent) return field(slot, false, value);
        }
        return false;
      case kind::lowest_traditional:
      case kind::highest_traditional: {
        bool any = false;
        for (std::uint32_t one = 0; one < machine_.document().channels.size(); ++one) {
          if (!traditional_price(one)) continue;
          Number price;
          if (!field(machine_.channel_slot(one), false, price)) return false;
          if (!any || (on.reference == kind::lowest_traditional ? price < value : price > value)) value = price;
          any = true;
        }
        return any;
      }
    }
    return false;
  }

  struct operand {
    Number value;
    valued state = valued::value;
    bool left_out = false;
  };
  using operands = boost::container::small_vector<operand, 8>;

  bool run_program(const program& code, Number& result) const {
    if (code.size() == 1 && code[0].op == instruction::kind::constant) {
      result = number(code[0].value);
      return true;
    }
    operands stack;
    for (const instruction& one : code) {
      switch (one.op) {
        case instruction::kind::constant:
          stack.push_back({number(one.value)});
          break;
        case instruction::kind::target:
          stack.push_back({target_});
          break;
        case instruction::kind::reference:
        case instruction::kind::field: {
          operand made;
          const bool is_reference = one.op == instruction::kind::reference;
          if (!(is_reference ? reference(made.value) : field(one.index, true, made.value))) {
            made.state = valued::lacks;
            made.left_out = one.optional &&
                            (is_reference ? reference_absent() : request_.fields[one.index].state == presence::absent);
            if (!made.left_out) return false;
          }
          stack.push_back(std::move(made));
          break;
        }
        case instruction::kind::add:
        case instruction::kind::subtract: {
          operand right = std::move(stack.back());
          stack.pop_back();
          operand& left = stack.back();
          left.value = one.op == instruction::kind::add ? left.value + right.value : left.value - right.value;
          break;
        }
        case instruction::kind::scale:
          stack.back().value = stack.back().value * number(one.value);
          break;
        case instruction::kind::negate:
          stack.back().value = -stack.back().value;
          break;
        case instruction::kind::min:
        case instruction::kind::max: {
          operand best;
          best.left_out = true;
          for (std::size_t i = stack.size() - one.index; i < stack.size(); ++i) {
            if (stack[i].left_out) continue;
            const bool better = best.left_out || (one.op == instruction::kind::min ? stack[i].value < best.value
                                                                                   : stack[i].value > best.value);
            if (better) best = stack[i];
          }
          if (best.left_out) return false;
          stack.resize(stack.size() - one.index);
          stack.push_back(std::move(best));
          break;
        }
      }
    }
    result = stack.back().value;
    return true;
  }

  bool value_of(const compiled_rule& rule, Number& value) const {
    return run_program(*rule.value.find(request_.currency), value);
  }

  valued bound(const compiled_rule& rule, exact_bound<Number>& made) const {
    const language::any_effect& effect = rule.source->effect;
    if (std::holds_alternative<language::effect::price>(effect)) {
      Number value;
      if (!value_of(rule, value)) return valued::lacks;
      made.at_least(value);
      made.at_most(value);
      return valued::value;
    }
    if (std::holds_alternative<language::effect::floor>(effect)) {
      Number value;
      if (!value_of(rule, value)) return valued::lacks;
      made.at_least(value);
      return valued::value;
    }
    if (std::holds_alternative<language::effect::ceiling>(effect)) {
      Number value;
      if (!value_of(rule, value)) return valued::lacks;
      made.at_most(value);
      return valued::value;
    }
    if (const auto* gap = std::get_if<language::effect::gap>(&effect)) return gap_bound(rule, *gap, made);
    if (const auto* margin = std::get_if<language::effect::margin>(&effect)) return margin_bound(rule, *margin, made);
    if (std::holds_alternative<language::effect::change>(effect)) {
      if (request_.fields[slot::current].state == presence::absent) return valued::off;
      Number current;
      if (!field(slot::current, false, current)) return valued::lacks;
      const Number part = current * number(rule.max_rate);
      made.at_least(current - part);
      made.at_most(current + part);
      return valued::value;
    }
    return valued::off;
  }

  Number below(const Number& reference, const language::rate_or_money& distance, const fraction& part) const {
    if (std::holds_alternative<rate>(distance)) return reference - reference * number(part);
    const decimal& money = *std::get<language::money>(distance).find(request_.currency);
    return reference - number(fraction::minor_units(money, request_.currency.digits()));
  }

  void add_gap(const compiled_rule& rule, const language::effect::gap& gap, const Number& reference,
               exact_bound<Number>& made) const {
    if (gap.max) made.at_least(below(reference, *gap.max, rule.max_rate));
    if (gap.min) made.at_most(below(reference, *gap.min, rule.min_rate));
  }

  // The channels that a gap is measured from one by one, with their prices as they stand here; nothing for a list
  // price. Only where the whole gap has a value.
  template <class Each>
  void each_gap_price(const language::effect::gap& gap, const Each& each) const {
    using kind = language::effect::gap::target_kind;
    Number against;
    const auto tell = [&](std::uint32_t channel) {
      if (field(machine_.channel_slot(channel), false, against)) each(std::optional<std::uint32_t>(channel), against);
    };
    if (gap.to == kind::channel) return tell(gap.channel);
    if (gap.to == kind::traditional) {
      for (std::uint32_t one = 0; one < machine_.document().channels.size(); ++one) {
        if (traditional_price(one)) tell(one);
      }
      return;
    }
    Number reference_price;
    if (!reference(reference_price)) return;
    const language::channel& on = machine_.document().channels[request_.channel];
    if (on.reference == language::channel::reference::list_price) {
      each(std::optional<std::uint32_t>(), reference_price);
      return;
    }
    const auto gives_it = [&](std::uint32_t channel) {
      return request_.fields[machine_.channel_slot(channel)].state != presence::absent &&
             field(machine_.channel_slot(channel), false, against) && against == reference_price;
    };
    if (on.reference == language::channel::reference::channels) {
      for (const std::uint32_t one : on.reference_channels) {
        if (gives_it(one)) return tell(one);
      }
      return;
    }
    for (std::uint32_t one = 0; one < machine_.document().channels.size(); ++one) {
      if (traditional_price(one) && gives_it(one)) return tell(one);
    }
  }

  valued gap_bound(const compiled_rule& rule, const language::effect::gap& gap, exact_bound<Number>& made) const {
    using kind = language::effect::gap::target_kind;
    Number against;
    if (gap.to == kind::channel) {
      if (!field(machine_.channel_slot(gap.channel), false, against)) return valued::lacks;
      add_gap(rule, gap, against, made);
      return valued::value;
    }
    if (gap.to == kind::reference) {
      if (!reference(against)) return valued::lacks;
      add_gap(rule, gap, against, made);
      return valued::value;
    }
    bool any = false;
    for (std::uint32_t one = 0; one < machine_.document().channels.size(); ++one) {
      if (!traditional_price(one)) continue;
      if (!field(machine_.channel_slot(one), false, against)) return valued::lacks;
      add_gap(rule, gap, against, made);
      any = true;
    }
    return any ? valued::value : valued::lacks;
  }

  // N - (fee + credits) p - cost - shipping >= min N, with N = p / (1 + tax) where the display is gross.
  valued margin_bound(const compiled_rule& rule, const language::effect::margin& margin,
                      exact_bound<Number>& made) const {
    Number cost;
    Number shipping;
    if (!field(slot::cost, false, cost) || !field(slot::shipping, false, shipping)) return valued::lacks;
    if (request_.gross && !request_.tax) return valued::lacks;
    const Number spent = cost + shipping;
    const Number net_share = request_.gross ? Number(1) / number(request_.gross_factor) : Number(1);
    const Number owed = number(request_.fee) + number(credit_total_);
    if (margin.min) {
      const Number share = net_share * (Number(1) - number(rule.min_rate)) - owed;
      if (share.sign() > 0) {
        made.at_least(spent / share);
      } else if (share.sign() == 0) {
        made.never = made.never || spent.sign() > 0;
      } else {
        made.at_most(spent / share);
      }
    }
    if (margin.max) {
      const Number share = net_share * (Number(1) - number(rule.max_rate)) - owed;
      if (share.sign() > 0) {
        made.at_most(spent / share);
      } else if (share.sign() == 0) {
        made.never = made.never || spent.sign() < 0;
      } else {
        made.at_least(spent / share);
      }
    }
    return valued::value;
  }

  Number target_;
  fraction credit_total_{0, 1};  // of the displayed price, of the rules that are on
};

}  // namespace pricepoint::engine
