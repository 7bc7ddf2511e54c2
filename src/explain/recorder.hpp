// SPDX-License-Identifier: Apache-2.0
// The listener of explanations: keeps what one evaluation says about itself. Numbers become decimals at once, so that
// nothing after it depends on the tier of arithmetic; only the target stays exact, for conditions on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "decide/exact.hpp"
#include "money/big_exact.hpp"
#include "pricepoint/money/exact.hpp"

namespace pricepoint::explaining {

inline detail::big_exact widened(const detail::fast_exact& value) { return detail::big_exact(value.lowest()); }
inline detail::big_exact widened(const detail::big_exact& value) { return value; }

struct recorder {
  static constexpr bool listens = true;

  explicit recorder(currency unit) : in(unit) {}

  struct lack {
    const engine::compiled_rule* rule = nullptr;
    std::vector<std::string> names;  // fields
  };
  struct discount_heard {
    const engine::compiled_rule* rule = nullptr;
    std::size_t group = 0;  // exclusive ones share a number of their own
    decimal off;            // of the base
  };
  struct bound_heard {
    const engine::compiled_rule* rule = nullptr;
    engine::valued state = engine::valued::value;
    bool never = false;
    std::optional<std::int64_t> low, high;  // minor units, rounded inwards
    engine::minor_interval kept;
    bool target_holds = true;
    bool ends_cross = false;

    // Of a margin that fees leave nothing for, the end is at or below zero: not a limit that a price could keep.
    bool no_price() const { return never || ends_cross || (high && *high < 1); }
  };
  struct was_heard {
    const engine::compiled_rule* rule = nullptr;
    std::int64_t minor = 0;  // rounded down
  };
  struct outcome {
    std::int64_t star = 0, chosen = 0;
    engine::minor_interval feasible;
    engine::soft_intervals soft;
    shape::stored_net net;
  };
  struct hold_heard {
    bool timed = false;  // a rule that names a period could match
    std::optional<std::int64_t> last_boundary;
    bool looked_at = false;             // the current price was compared with the chosen one
    std::optional<std::int64_t> minor;  // of the current price, where it is whole
    decimal current;
  };

  // Everything so far came from a tier whose numbers did not suffice.
  void restart() { *this = recorder(in); }

  template <class Number>
  void base(const engine::compiled_rule* rule, const Number& value) {
    base_rule = rule;
    base_value = engine::shown(value, in);
  }
  template <class Number>
  void discount(const engine::discount_term& term, std::size_t group, const Number& off) {
    discounts.push_back({term.rule, group, engine::shown(off, in)});
  }
  template <class Number>
  void target(const Number& value) {
    target_exact = widened(value);
    target_value = engine::shown(value, in);
  }
  void plan(engine::plan& made) { on = &made; }
  void lacks(const engine::compiled_rule& rule, std::vector<std::string> names) {
    lacking.push_back({&rule, std::move(names)});
  }
  template <class Number>
  void bound(const engine::compiled_rule& rule, engine::valued state, const engine::exact_bound<Number>& made) {
    bound_heard one{.rule = &rule, .state = state, .never = made.never, .low = {}, .high = {}, .kept = {}};
    constexpr std::int64_t limit = 4 * max_amount_minor;
    if (state == engine::valued::value) {
      if (made.has_low) one.low = made.low.rounded(rounding::up, limit);
      if (made.has_high) one.high = made.high.rounded(rounding::down, limit);
      one.kept = made.minor();
      one.ends_cross = made.has_low && made.has_high && made.high < made.low;
      one.target_holds = !made.never && !(made.has_low && *target_exact < widened(made.low)) &&
                         !(made.has_high && *target_exact > widened(made.high));
    }
    bounds.push_back(one);
  }
  template <class Number>
  void was(const engine::compiled_rule& rule, const Number& value) {
    former.push_back({&rule, value.rounded(rounding::down, max_amount_minor)});
  }
  void prior(std::int64_t minor) { prior_minor = minor; }
  void prior_missing() { lacks_prior = true; }
  void choice(std::int64_t star, std::int64_t chosen, const engine::minor_interval& feasible,
              const engine::soft_intervals& soft, const shape::stored_net& net) {
    chosen_of = outcome{star, chosen, feasible, soft, net};
  }
  void may_hold(const engine::request_class& of) {
    hold.timed = of.timed;
    hold.last_boundary = of.last_boundary;
  }
  template <class Number>
  void current(const Number& value) {
    constexpr std::int64_t limit = 2 * max_amount_minor;
    hold.looked_at = true;
    hold.current = engine::shown(value, in);
    const std::int64_t whole = value.rounded(rounding::down, limit);
    if (whole == value.rounded(rounding::up, limit)) hold.minor = whole;
  }

  currency in;
  const engine::compiled_rule* base_rule = nullptr;  // nothing: the reference price
  std::optional<decimal> base_value;
  std::vector<discount_heard> discounts;
  std::optional<detail::big_exact> target_exact;
  std::optional<decimal> target_value;
  engine::plan* on = nullptr;  // where the evaluation came so far
  std::vector<lack> lacking;   // in the order of the evaluation
  std::vector<bound_heard> bounds;
  std::vector<was_heard> former;
  std::optional<std::int64_t> prior_minor;  // the law's: no former price above it
  bool lacks_prior = false;                 // and the request does not give it
  hold_heard hold;
  std::optional<outcome> chosen_of;
};

// The out-of-line path over big integers (src/explain/big.cpp); engine::decide finds it by its listener.
void decide_big(engine::workspace& memory, decision& out, recorder& listener);

}  // namespace pricepoint::explaining
