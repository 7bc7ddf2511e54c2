// SPDX-License-Identifier: Apache-2.0
// One decision: bound request and cell in, decision out. A template over the tier of arithmetic and over a listener:
// the plain evaluation has a silent one and pays nothing, an explanation has one that records.
//
// The order is the language's: withheld, at, base, target, plan, what is missing, F, t*, choice, hold, what to say.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "pricepoint/engine/choice.hpp"
#include "pricepoint/engine/decision.hpp"
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
  constexpr std::int64_t limit = 4 * max_amount_minor;
  const std::int64_t whole = value.rounded(rounding::down, limit);
  const std::int64_t rest = ((value - Number(whole)) * Number(10'000)).rounded(rounding::half_up, 10'000);
  return decimal::from_parts(static_cast<detail::int128>(whole) * 10'000 + rest, in.digits() + 4);
}

// Hears everything and keeps nothing. A listener that records has `listens` true and the same members.
struct silent {
  static constexpr bool listens = false;
};

template <class Number, class Listener>
class evaluation {
 public:
  evaluation(workspace& memory, decision& out, Listener& listener)
      : memory_(memory), machine_(memory.compiled()), request_(memory.bound()), out_(out), listener_(listener) {}

  void run() {
    out_.clear();
    out_.policy_ = machine_.fingerprint();
    if (request_.market_known) out_.currency_ = request_.currency;
    if (!memory_.invalid().empty()) {
      out_.status_ = status::invalid;
      out_.invalid_.assign(memory_.invalid().begin(), memory_.invalid().end());
      return;
    }
    if (!memory_.missing().empty()) {
      out_.status_ = status::incomplete;
      out_.missing_.assign(memory_.missing().begin(), memory_.missing().end());
      return;
    }
    cell& kind = memory_.find_cell();
    out_.next_change_at_ = kind.next_change_at;
    out_.advice_ = kind.advice;
    if (kind.withheld) {
      out_.status_ = status::withheld;
      return;
    }
    if (kind.needs_at) {
      out_.advice_.clear();  // which rules are on is not known
      missing("at");
      incomplete();
      return;
    }
    Number base;
    if (!find_base(kind, base)) {
      incomplete();
      return;
    }
    if (!in_range(base)) return invalid("base");
    const Number target = discounted(kind, base);
    if constexpr (Listener::listens) listener_.target(target);
    if (!in_range(target)) return invalid("target");
    decide(kind, target);
  }

 private:
  // ---- fields and expressions

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

  // ---- what is missing, by name

  void missing(std::string name) { out_.missing_.push_back(std::move(name)); }

  std::string rate_name() const {
    return "rate." + std::string(request_.given.code()) + "." + std::string(request_.currency.code());
  }

  // Names what a slot lacks; `net`: its value is needed on the display of the channel.
  void lacking_field(std::uint32_t slot, bool gross_up, std::vector<std::string>& names) const {
    switch (request_.fields[slot].state) {
      case presence::present:
        break;
      case presence::absent:
        names.push_back(machine_.slot_name(slot));
        break;
      case presence::lacks_rate:
        names.push_back(rate_name());
        break;
      case presence::lacks_at:
        names.emplace_back("at");
        break;
      case presence::lacks_tax:
        names.emplace_back("tax");
        break;
    }
    if (gross_up && machine_.net_slot(slot) && request_.gross && !request_.tax) names.emplace_back("tax");
  }

  void lacking_reference(std::vector<std::string>& names) const {
    const language::channel& on = machine_.document().channels[request_.channel];
    using kind = enum language::channel::reference;
    switch (on.reference) {
      case kind::list_price:
        lacking_field(slot::list, false, names);
        return;
      case kind::channels:
        for (const std::uint32_t one : on.reference_channels) {
          const std::uint32_t slot = machine_.channel_slot(one);
          if (request_.fields[slot].state == presence::absent) continue;
          lacking_field(slot, false, names);  // the first that has a price decides
          return;
        }
        for (const std::uint32_t one : on.reference_channels) lacking_field(machine_.channel_slot(one), false, names);
        return;
      case kind::lowest_traditional:
      case kind::highest_traditional:
        lacking_traditional(names);
        return;
    }
  }

  void lacking_traditional(std::vector<std::string>& names) const {
    bool any = false;
    for (std::uint32_t one = 0; one < machine_.document().channels.size(); ++one) {
      if (!traditional_price(one)) continue;
      any = true;
      lacking_field(machine_.channel_slot(one), false, names);
    }
    if (!any) names.emplace_back("price.traditional");
  }

  void lacking_program(const program& code, std::vector<std::string>& names) const {
    struct entry {
      std::vector<std::string> names;
      bool left_out = false;
    };
    std::vector<entry> stack;
    for (const instruction& one : code) {
      switch (one.op) {
        case instruction::kind::constant:
        case instruction::kind::target:
          stack.emplace_back();
          break;
        case instruction::kind::reference:
        case instruction::kind::field: {
          entry made;
          const bool is_reference = one.op == instruction::kind::reference;
          if (is_reference) {
            lacking_reference(made.names);
          } else {
            lacking_field(one.index, true, made.names);
          }
          const bool absent = is_reference ? reference_absent() : request_.fields[one.index].state == presence::absent;
          made.left_out = one.optional && absent;
          stack.push_back(std::move(made));
          break;
        }
        case instruction::kind::add:
        case instruction::kind::subtract: {
          const entry right = std::move(stack.back());
          stack.pop_back();
          stack.back().names.insert(stack.back().names.end(), right.names.begin(), right.names.end());
          break;
        }
        case instruction::kind::scale:
        case instruction::kind::negate:
          break;
        case instruction::kind::min:
        case instruction::kind::max: {
          const auto first = stack.end() - static_cast<std::ptrdiff_t>(one.index);
          const bool all_out = std::all_of(first, stack.end(), [](const entry& each) { return each.left_out; });
          entry made;
          for (auto each = first; each != stack.end(); ++each) {
            if (all_out || !each->left_out) made.names.insert(made.names.end(), each->names.begin(), each->names.end());
          }
          stack.erase(first, stack.end());
          stack.push_back(std::move(made));
          break;
        }
      }
    }
    names.insert(names.end(), stack.back().names.begin(), stack.back().names.end());
  }

  void lacking(const compiled_rule& rule, std::vector<std::string>& names) const {
    const language::any_effect& effect = rule.source->effect;
    if (const auto* gap = std::get_if<language::effect::gap>(&effect)) {
      using kind = language::effect::gap::target_kind;
      if (gap->to == kind::channel) {
        lacking_field(machine_.channel_slot(gap->channel), false, names);
      } else if (gap->to == kind::reference) {
        lacking_reference(names);
      } else {
        lacking_traditional(names);
      }
    } else if (std::holds_alternative<language::effect::margin>(effect)) {
      lacking_field(slot::cost, false, names);
      lacking_field(slot::shipping, false, names);
      if (request_.gross && !request_.tax) names.emplace_back("tax");
    } else if (std::holds_alternative<language::effect::change>(effect) ||
               std::holds_alternative<language::effect::hold>(effect)) {
      lacking_field(slot::current, false, names);
    } else {
      lacking_program(*rule.value.find(request_.currency), names);
    }
  }

  // ---- base and target

  bool in_range(const Number& value) const { return value.sign() > 0 && !(value > Number(max_amount_minor)); }

  void invalid(const char* name) {
    const std::optional<currency> in = out_.currency_;
    out_.clear();
    out_.policy_ = machine_.fingerprint();
    out_.currency_ = in;
    out_.status_ = status::invalid;
    out_.invalid_.emplace_back(name);
  }

  bool find_base(const cell& kind, Number& base) {
    for (const compiled_rule* rule : kind.bases) {
      if (value_of(*rule, base)) {
        if constexpr (Listener::listens) listener_.base(rule, base);
        return true;
      }
      if constexpr (Listener::listens) hear_lacking(*rule);
      if (rule->source->skip_if_missing) continue;
      lacking(*rule, out_.missing_);
      return false;
    }
    if (reference(base)) {
      if constexpr (Listener::listens) listener_.base(nullptr, base);
      return true;
    }
    lacking_reference(out_.missing_);
    return false;
  }

  struct combined {
    Number target;
    name_list counted;
  };

  Number taken_off(const discount_term& term, const Number& base) const {
    return term.money ? number(term.value) : base * number(term.value);
  }

  combined combine(const cell& kind, const Number& base) const {
    combined all{.target = base, .counted = {}};
    const bool compound = machine_.document().discounts == language::combine::compound;
    Number sum(0);
    Number product(1);
    Number money(0);
    for (const auto& group : kind.groups) {
      const discount_term* best = nullptr;
      for (const discount_term& term : group) {  // by id: of equal ones the first stays
        if (best == nullptr || taken_off(term, base) > taken_off(*best, base)) best = &term;
      }
      all.counted.push_back(best->rule->id());
      if (best->money) {
        money = money + number(best->value);
      } else if (compound) {
        product = product * (Number(1) - number(best->value));
      } else {
        sum = sum + number(best->value);
      }
    }
    all.target = base * (compound ? product : Number(1) - sum) - money;
    const discount_term* best = nullptr;
    for (const discount_term& term : kind.exclusive) {
      if (best == nullptr || taken_off(term, base) > taken_off(*best, base)) best = &term;
    }
    if (best != nullptr && taken_off(*best, base) > base - all.target) {
      all.target = base - taken_off(*best, base);
      all.counted.assign(1, best->rule->id());
    }
    std::sort(all.counted.begin(), all.counted.end());
    return all;
  }

  static bool all_rates(const cell& kind) {
    const auto rate = [](const discount_term& term) { return !term.money; };
    return std::all_of(kind.exclusive.begin(), kind.exclusive.end(), rate) &&
           std::all_of(kind.groups.begin(), kind.groups.end(),
                       [&](const auto& group) { return std::all_of(group.begin(), group.end(), rate); });
  }

  // For listeners: what a rule lacks, skipped or not.
  void hear_lacking(const compiled_rule& rule) {
    if constexpr (Listener::listens) {
      std::vector<std::string> names;
      lacking(rule, names);
      listener_.lacks(rule, std::move(names));
    }
  }

  // For listeners: every discount that is on, measured on the base, whether it counts or not.
  void hear_discounts(const cell& kind, const Number& base) {
    if constexpr (Listener::listens) {
      for (std::size_t group = 0; group < kind.groups.size(); ++group) {
        for (const discount_term& term : kind.groups[group]) listener_.discount(term, group, taken_off(term, base));
      }
      for (const discount_term& term : kind.exclusive) {
        listener_.discount(term, kind.groups.size(), taken_off(term, base));
      }
    }
  }

  Number discounted(cell& kind, const Number& base) {
    if constexpr (Listener::listens) hear_discounts(kind, base);
    if (kind.groups.empty() && kind.exclusive.empty()) return base;
    if constexpr (requires(const Number& one) { one.lowest(); }) {
      // Rates alone give one factor for every base above zero.
      if (!kind.factor && all_rates(kind)) {
        combined made = combine(kind, Number(1));
        kind.factor = made.target.lowest();
        kind.discounts = std::move(made.counted);
      }
      if (kind.factor) {
        out_.discounts_ = kind.discounts;
        return base * number(*kind.factor);
      }
    }
    combined made = combine(kind, base);
    out_.discounts_ = std::move(made.counted);
    return made.target;
  }

  // ---- bounds

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
    const Number owed = number(request_.fee) + number(plan_->credit_total);
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

  // ---- the decision proper

  struct required_bound {
    const compiled_rule* rule = nullptr;
    minor_interval kept;
    bool target_holds = true;
  };

  // Evaluates one bound; false where the rule plays no part (off, or skipped). What it lacks is added to the missing.
  bool take_bound(const compiled_rule& rule, exact_bound<Number>& made) {
    const valued state = bound(rule, made);
    if constexpr (Listener::listens) {
      listener_.bound(rule, state, made);
      if (state == valued::lacks) hear_lacking(rule);
    }
    if (state == valued::lacks && !rule.source->skip_if_missing) lacking(rule, out_.missing_);
    return state == valued::value;
  }

  void decide(cell& kind, const Number& target) {
    target_ = target;
    const auto segment = std::upper_bound(kind.cuts.begin(), kind.cuts.end(), target,
                                          [&](const Number& t, const fraction& cut) { return t < number(cut); });
    plan_ = &memory_.find_plan(kind, static_cast<std::size_t>(segment - kind.cuts.begin()), [&](const cell_rule& rule) {
      return all_hold(rule.when) &&
             std::none_of(rule.except.begin(), rule.except.end(), [&](const auto& object) { return all_hold(object); });
    });
    if constexpr (Listener::listens) listener_.plan(*plan_);
    out_.target_ = text_of_target();
    out_.advice_ = plan_->advice;
    if (plan_->withheld) {
      out_.status_ = status::withheld;
      return;
    }
    if (plan_->beyond_limits != nullptr) return beyond_limits(plan_->beyond_limits);

    boost::container::small_vector<required_bound, 8> required;
    minor_interval feasible;
    const auto take_required = [&](const compiled_rule* rule) {
      exact_bound<Number> made;
      if (!take_bound(*rule, made)) return false;
      required.push_back({rule, made.minor(), made.holds(target_)});
      feasible.low = std::max(feasible.low, required.back().kept.low);
      feasible.high = std::min(feasible.high, required.back().kept.high);
      return true;
    };
    bool by_hand = false;
    for (const compiled_rule* rule : plan_->prices) by_hand = take_required(rule) || by_hand;
    for (const compiled_rule* rule : plan_->required_bounds) take_required(rule);
    soft_intervals soft;
    if (!by_hand) {
      for (const compiled_rule* rule : plan_->soft_bounds) {
        exact_bound<Number> made;
        if (take_bound(*rule, made)) soft.push_back({rule, made.minor()});
      }
    }
    const std::int64_t was = former_price();
    const bool can_hold = may_hold(kind);
    const language::market& market = machine_.document().markets[request_.market];
    const bool net_stored = market.net_stored && request_.gross;
    if (net_stored && !request_.tax) missing("tax");
    if (!out_.missing_.empty()) return incomplete();

    for (const required_bound& one : required) {
      if (!one.target_holds) out_.limited_by_.push_back(one.rule->id());
    }
    std::sort(out_.limited_by_.begin(), out_.limited_by_.end());

    const shape::stored_net net = net_stored ? shape::stored_net(request_.gross_factor) : shape::stored_net();
    const target_position position = position_of_target();
    const choice search(memory_, *plan_, net, position, feasible, soft);
    const std::int64_t star = search.star();
    if (star == 0) return conflict(required, net);
    // Soft rules count for nothing beside a price by hand.
    const choice::choice_made made = by_hand ? choice::choice_made{star, 0} : search.chosen(star);
    std::int64_t p = made.minor;
    std::uint32_t has = made.has;
    if (memory_.take_exceeded()) return beyond_limits("automaton states");
    if constexpr (Listener::listens) listener_.choice(star, p, feasible, soft, net);

    std::int64_t current = 0;
    if (can_hold && keeps_current(p, current, feasible, net, soft, by_hand)) {
      p = current;
      has = 0;
      out_.held_ = true;
    }
    conclude(p, has, was, net, soft, by_hand);
  }

  bool all_hold(const std::vector<target_range>& ranges) const {
    return std::all_of(ranges.begin(), ranges.end(), [&](const target_range& one) {
      return (!one.from || target_ >= number(*one.from)) && (!one.below || target_ < number(*one.below));
    });
  }

  target_position position_of_target() const {
    constexpr std::int64_t limit = 4 * max_amount_minor;
    return {target_.rounded(rounding::down, limit), target_.rounded(rounding::up, limit),
            (target_ + target_).rounded(rounding::up, limit)};
  }

  decimal text_of_target() const { return shown(target_, request_.currency); }

  // A policy that asks for more than the limits allow gives no price rather than a wrong one.
  void beyond_limits(const char* what) {
    invalid("policy");
    out_.invalid_.back() += std::string(": too many ") + what + " at once";
  }

  void incomplete() {
    out_.status_ = status::incomplete;
    std::sort(out_.missing_.begin(), out_.missing_.end());
    out_.missing_.erase(std::unique(out_.missing_.begin(), out_.missing_.end()), out_.missing_.end());
    fall_back();
  }

  void fall_back() {
    const language::fallback wanted = machine_.document().fallback;
    Number value;
    const bool found = wanted == language::fallback::reference ? reference(value)
                       : wanted == language::fallback::current ? field(slot::current, false, value)
                                                               : false;
    if (!found) return;
    const std::int64_t unit = machine_.document().markets[request_.market].unit_minor;
    const std::int64_t steps = (value / Number(unit)).rounded(rounding::half_up, max_amount_minor);
    if (steps > 0 && steps <= max_amount_minor / unit) out_.fallback_minor_ = steps * unit;
  }

  // The least of the announced former prices, rounded down; 0 where none is announced.
  std::int64_t former_price() {
    bool any = false;
    Number least;
    for (const compiled_rule* rule : plan_->was) {
      Number value;
      if (!value_of(*rule, value)) {
        if constexpr (Listener::listens) hear_lacking(*rule);
        if (!rule->source->skip_if_missing) lacking(*rule, out_.missing_);
        continue;
      }
      if constexpr (Listener::listens) listener_.was(*rule, value);
      if (!any || value < least) least = value;
      any = true;
    }
    if (!any) return 0;
    constexpr std::int64_t beyond = INT64_MAX - 1;  // what no longer fits is not announced
    const std::int64_t announced = least.rounded(rounding::down, beyond);
    return announced == beyond ? 0 : announced;
  }

  bool may_hold(const cell& kind) {
    if (!plan_->hold || request_.fields[slot::current].state == presence::absent) return false;
    if (request_.fields[slot::current].state != presence::present) {
      for (const compiled_rule* rule : plan_->hold_rules) {
        if constexpr (Listener::listens) hear_lacking(*rule);
        if (!rule->source->skip_if_missing) lacking(*rule, out_.missing_);
      }
      return false;
    }
    if constexpr (Listener::listens) listener_.may_hold(kind);
    if (!kind.timed) return true;
    if (!request_.current_since) return false;
    return !kind.last_boundary || *kind.last_boundary <= *request_.current_since;
  }

  bool keeps_current(std::int64_t p, std::int64_t& current, const minor_interval& feasible,
                     const shape::stored_net& net, const soft_intervals& soft, bool by_hand) const {
    Number exact;
    if (!field(slot::current, false, exact)) return false;
    if constexpr (Listener::listens) listener_.current(exact);
    constexpr std::int64_t limit = 2 * max_amount_minor;
    current = exact.rounded(rounding::down, limit);
    if (current != exact.rounded(rounding::up, limit) || !feasible.holds(current)) return false;
    if (!shape::contains(*plan_->required, current) || !net.possible(current)) return false;
    if (broken_strong(current, soft, by_hand) > broken_strong(p, soft, by_hand)) return false;
    const detail::int128 distance = current > p ? current - p : p - current;
    return distance * plan_->hold->denominator <= static_cast<detail::int128>(current) * plan_->hold->numerator;
  }

  std::size_t broken_strong(std::int64_t p, const soft_intervals& soft, bool by_hand) const {
    if (by_hand) return 0;
    std::size_t broken = 0;
    for (const soft_interval& one : soft) {
      if (one.rule->source->strength == language::strength::strong && !one.kept.holds(p)) ++broken;
    }
    for (const plan_shape& one : plan_->soft_shapes) {
      if (one.rule->source->strength == language::strength::strong && !shape::contains(*one.alone, p)) ++broken;
    }
    return broken;
  }

  // Goes through the required rules by id and drops each without which F stays empty.
  template <class Bounds>
  void conflict(const Bounds& bounds, const shape::stored_net& net) {
    struct entry {
      std::string_view id;
      const minor_interval* bound = nullptr;
      std::size_t shape = 0;
    };
    std::vector<entry> rules;
    for (const required_bound& one : bounds) rules.push_back({one.rule->id(), &one.kept, 0});
    for (std::size_t i = 0; i < plan_->required_shapes.size(); ++i) {
      rules.push_back({plan_->required_shapes[i].rule->id(), nullptr, i});
    }
    std::sort(rules.begin(), rules.end(), [](const entry& a, const entry& b) { return a.id < b.id; });
    std::vector<bool> in(rules.size(), true);
    const auto empty = [&] {
      minor_interval feasible;
      std::vector<bool> shapes(plan_->required_shapes.size(), false);
      for (std::size_t i = 0; i < rules.size(); ++i) {
        if (!in[i]) continue;
        if (rules[i].bound == nullptr) {
          shapes[rules[i].shape] = true;
        } else {
          feasible.low = std::max(feasible.low, rules[i].bound->low);
          feasible.high = std::min(feasible.high, rules[i].bound->high);
        }
      }
      if (feasible.low > feasible.high) return true;
      const shape::automaton* allowed = memory_.required_subset(*plan_, shapes);
      if (allowed == nullptr) return false;
      const std::int64_t found = shape::at_or_above(*allowed, net, feasible.low);
      return found == 0 || found > feasible.high;
    };
    for (std::size_t i = 0; i < rules.size(); ++i) {
      in[i] = false;
      if (!empty()) in[i] = true;
    }
    out_.status_ = status::conflict;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      if (in[i]) out_.conflict_.push_back(rules[i].id);
    }
    fall_back();
  }

  void conclude(std::int64_t p, std::uint32_t has, std::int64_t was, const shape::stored_net& net,
                const soft_intervals& soft, bool by_hand) {
    out_.price_minor_ = p;
    bool compromised = false;
    if (!by_hand) {
      const auto relax = [&](const compiled_rule& rule) {
        out_.relaxed_.push_back(rule.id());
        compromised = compromised || rule.source->strength == language::strength::strong;
      };
      for (const soft_interval& one : soft) {
        if (!one.kept.holds(p)) relax(*one.rule);
      }
      for (std::size_t i = 0; i < plan_->soft_shapes.size(); ++i) {
        const plan_shape& one = plan_->soft_shapes[i];
        if ((has >> i & 1u) == 0 && !shape::contains(*one.alone, p)) relax(*one.rule);
      }
      std::sort(out_.relaxed_.begin(), out_.relaxed_.end());
    }
    out_.status_ = compromised ? status::compromised : status::priced;
    const detail::int128 price = p;
    if (request_.tax) {
      if (!request_.gross) {
        out_.net_minor_ = p;
        out_.tax_minor_ = static_cast<std::int64_t>(
            detail::divide(price * request_.tax->numerator, request_.tax->denominator, rounding::half_up));
      } else {
        out_.net_minor_ =
            net.restricts()
                ? net.net_for(p)
                : static_cast<std::int64_t>(detail::divide(price * request_.gross_factor.denominator,
                                                           request_.gross_factor.numerator, rounding::half_up));
        out_.tax_minor_ = p - out_.net_minor_;
      }
    }
    if (was > p) {
      out_.was_minor_ = was;
      out_.saving_rate_percent_ = static_cast<int>(100 * (static_cast<detail::int128>(was) - p) / was);
    }
    for (const plan::credit& one : plan_->credits) {
      const auto due = static_cast<std::int64_t>(
          detail::divide(price * one.rate.numerator, one.rate.denominator, rounding::half_up));
      out_.credits_.push_back({machine_.document().channels[one.to].name, amount{due, request_.currency}});
    }
  }

  workspace& memory_;
  const machine& machine_;
  const bound_request& request_;
  decision& out_;
  Listener& listener_;
  plan* plan_ = nullptr;
  Number target_;
};

}  // namespace pricepoint::engine
