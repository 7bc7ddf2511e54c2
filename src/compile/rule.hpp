// SPDX-License-Identifier: Apache-2.0
// One rule of a compiled policy: conditions as codes, and what it asks for in a form that no later stage has to
// interpret again. compile/compile_rule.cpp makes it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compile/formula.hpp"
#include "policy/document.hpp"
#include "pricepoint/shape/pattern.hpp"

namespace pricepoint::engine {

namespace language = pricepoint::policy_language;

using strength = language::strength;
using subject = language::subject;
using fallback = language::fallback;  // what a shop shows where there is no price

// The key under which an effect is written, in the order of language::any_effect.
enum class effect_kind : std::uint8_t {
  base,
  discount,
  price,
  gap,
  floor,
  ceiling,
  margin,
  change,
  endings,
  multiple_of,
  avoid,
  prefer,
  hold,
  was,
  credit,
  advise,
  withhold,
  culture,
  squeeze,
  leak,
  inverted,
};
std::string_view to_string(effect_kind what) noexcept;

// Bounds are what decides where a price may lie; shapes, what it may look like.
constexpr bool is_bound(effect_kind what) noexcept { return effect_kind::price <= what && what <= effect_kind::change; }
constexpr bool is_shape(effect_kind what) noexcept {
  return effect_kind::endings <= what && what <= effect_kind::prefer;
}
// Which soft rules still say that they are broken where a price is set by hand.
constexpr bool counts_beside_price(effect_kind what) noexcept { return is_bound(what) && what != effect_kind::change; }
// Speaks in audits alone; when pricing it is off.
constexpr bool is_of_audits(effect_kind what) noexcept {
  return effect_kind::squeeze <= what && what <= effect_kind::inverted;
}

// [from, below) of the target, in minor units; an end that is missing is unbounded.
struct target_range {
  std::optional<fraction> from, below;

  template <class Number>
  bool holds(const Number& target) const {
    return (!from || target >= Number(*from)) && (!below || target < Number(*below));
  }
  friend bool operator==(const target_range&, const target_range&) = default;
};

struct compiled_condition {
  const language::condition* source = nullptr;
  std::uint32_t key = 0;             // text and numbers: place in the key of a request's class
  std::vector<std::uint32_t> codes;  // text: codes that hold, sorted; channel, market: indices

  subject about() const noexcept { return source->subject; }
  bool is_target() const noexcept { return about() == subject::target; }
  bool is_period() const noexcept { return about() == subject::period; }
  const std::vector<std::uint32_t>& periods() const noexcept { return source->periods; }
  bool asks_numbers() const noexcept { return source->range || !source->numbers.empty(); }
  bool holds_for(std::uint32_t code) const noexcept { return std::binary_search(codes.begin(), codes.end(), code); }
  bool holds_for(const decimal& number) const noexcept;
  // Of the target; nothing in a currency that it does not list.
  std::optional<target_range> range_in(currency in) const;
};

// A discount on the base: a share of it or money, in minor units; below zero a surcharge.
struct discount_effect {
  std::optional<fraction> part;
  lowered<fraction> money;
  std::optional<std::string_view> group;
  bool exclusive = false;
};

// price, gap, floor, ceiling, margin, change.
struct bound_effect {
  lowered<bound> bounds;
  // Of a gap: what it is measured from.
  enum class origin : std::uint8_t { none, channel, reference, group };
  origin from = origin::none;
  std::uint32_t channel = 0;  // origin::channel
  std::uint32_t group = 0;    // origin::group: machine::group
};

struct credit_effect {
  std::uint32_t to = 0;  // channel
  std::int64_t e8 = 0;   // of the displayed price
};

struct squeeze_effect {
  std::uint32_t dealer = 0;                   // channel
  std::uint32_t wholesale = 0, own_cost = 0;  // slots of money without tax
  fraction margin;
};

struct leak_effect {
  std::string_view from;  // the audience or segment whose price it is
};

struct inverted_effect {
  std::uint32_t to = 0;  // channel
};

struct advice_effect {
  std::string_view code;
};

// culture: nothing by itself; what it asks for are rules of their own.
using effect_value =
    std::variant<std::monostate, lowered<formula>, bound_effect, discount_effect, lowered<shape::any_shape>, fraction,
                 credit_effect, advice_effect, squeeze_effect, leak_effect, inverted_effect>;

struct compiled_rule {
  const language::rule* source = nullptr;  // for what is said about it
  std::uint32_t index = 0;                 // in the text's order
  effect_kind effect = effect_kind::culture;
  effect_value says;
  std::vector<compiled_condition> when;
  std::vector<std::vector<compiled_condition>> except;
  bool names_period = false;
  bool asks_target = false;
  std::vector<std::uint32_t> periods;  // every period that it names

  std::string_view id() const noexcept { return source->id; }
  engine::strength strength() const noexcept { return source->strength; }
  bool is_required() const noexcept { return source->strength == strength::required; }
  bool skip_if_missing() const noexcept { return source->skip_if_missing; }
  const std::vector<std::uint32_t>& during() const noexcept { return source->during; }
  // Of a market's culture: that market, and the rule that asks for it.
  const std::optional<std::uint32_t>& of_market() const noexcept { return source->of_market; }
  std::uint32_t asked_by() const noexcept { return source->asked_by; }
  bool of_audits() const noexcept { return is_of_audits(effect); }

  // base, was; null in a currency that it does not list.
  const formula* value_in(currency in) const { return std::get<lowered<formula>>(says).find(in); }
  const bound* bound_in(currency in) const { return std::get<bound_effect>(says).bounds.find(in); }
  const bound_effect& bounds() const { return std::get<bound_effect>(says); }
  const shape::any_shape* shape_in(currency in) const { return std::get<lowered<shape::any_shape>>(says).find(in); }
  const discount_effect& discount() const { return std::get<discount_effect>(says); }
  const credit_effect& credit() const { return std::get<credit_effect>(says); }
  const fraction& hold() const { return std::get<fraction>(says); }
  // advise, withhold
  std::string_view advice() const { return std::get<advice_effect>(says).code; }

  // Whether it has a value in a currency: money that a policy lists by currency is nothing in others.
  bool lists(currency in) const;
};

}  // namespace pricepoint::engine
