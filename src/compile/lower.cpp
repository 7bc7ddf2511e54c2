// SPDX-License-Identifier: Apache-2.0
// Effects to bounds, expressions to sums. Entry: lowering::lower. Test: tests/unit/compile/lower_test.cpp.
#include "compile/lower.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "money/big_exact.hpp"

namespace pricepoint::engine {

namespace {

using detail::big_exact;
using detail::int128;
using language::expression;
using language::money_field;

const char* const constant_too_large = "PP-E001";

bool has_field(const expression& tree) {
  if (tree.op == expression::kind::field) return true;
  return std::any_of(tree.operands.begin(), tree.operands.end(), has_field);
}

// The value of an expression without fields.
big_exact fold(const expression& tree) {
  using kind = expression::kind;
  switch (tree.op) {
    case kind::literal:
      return big_exact(fraction::of(tree.number));
    case kind::rate:
      return big_exact(fraction::of(tree.percent));
    case kind::add:
      return fold(tree.operands[0]) + fold(tree.operands[1]);
    case kind::subtract:
      return fold(tree.operands[0]) - fold(tree.operands[1]);
    case kind::multiply:
      return fold(tree.operands[0]) * fold(tree.operands[1]);
    case kind::divide:
      return fold(tree.operands[0]) / fold(tree.operands[1]);
    case kind::negate:
      return -fold(tree.operands[0]);
    case kind::min:
    case kind::max: {
      big_exact best = fold(tree.operands[0]);
      for (const expression& one : tree.operands) {
        const big_exact value = fold(one);
        if (tree.op == kind::min ? value < best : value > best) best = value;
      }
      return best;
    }
    case kind::field:
      break;
  }
  return {};
}

// Nothing where the result has more than 128 bits.
std::optional<fraction> product(const fraction& a, const fraction& b) {
  int128 numerator = 0;
  int128 denominator = 0;
  if (!__builtin_mul_overflow(a.numerator, b.numerator, &numerator) &&
      !__builtin_mul_overflow(a.denominator, b.denominator, &denominator)) {
    return fraction::reduced(numerator, denominator);
  }
  return (big_exact(a) * big_exact(b)).to_fraction();
}

std::optional<fraction> total(const fraction& a, const fraction& b) {
  if (b.numerator == 0) return a;
  if (a.numerator == 0) return b;
  return (big_exact(a) + big_exact(b)).to_fraction();
}

formula leaf(symbol of, bool grossed, const fraction& factor, const fraction& constant = {0, 1}) {
  formula made;
  made.value.terms.push_back({of, grossed, factor});
  made.value.constant = constant;
  return made;
}

formula leaf(const fraction& constant) {
  formula made;
  made.value.constant = constant;
  return made;
}

// False where a factor does not fit; `to` is of no use then.
bool add(sum& to, const sum& more) {
  for (const term& one : more.terms) {
    const auto before = [](const term& a, const term& b) {
      return std::pair(a.of, a.grossed) < std::pair(b.of, b.grossed);
    };
    const auto place = std::lower_bound(to.terms.begin(), to.terms.end(), one, before);
    if (place == to.terms.end() || before(one, *place)) {
      to.terms.insert(place, one);
      continue;
    }
    const auto factor = total(place->factor, one.factor);
    if (!factor) return false;
    place->factor = *factor;
  }
  const auto constant = total(to.constant, more.constant);
  if (constant) to.constant = *constant;
  return constant.has_value();
}

bool scale(formula& of, const fraction& by) {
  const auto times = [&](fraction& value) {
    const auto made = product(value, by);
    if (made) value = *made;
    return made.has_value();
  };
  if (of.op == formula::kind::sum) {
    for (term& one : of.value.terms) {
      if (!times(one.factor)) return false;
    }
    return times(of.value.constant);
  }
  if (by.numerator < 0 && of.op != formula::kind::add) {
    of.op = of.op == formula::kind::least ? formula::kind::greatest : formula::kind::least;
  }
  return std::all_of(of.parts.begin(), of.parts.end(), [&](formula& one) { return scale(one, by); });
}

}  // namespace

formula scaled(formula of, const fraction& by) {
  formula tried = of;
  if (scale(tried, by)) return tried;
  formula made;
  made.op = formula::kind::add;
  made.factor = by;
  made.parts.push_back(std::move(of));
  return made;
}

formula added(formula a, formula b) {
  if (a.op == formula::kind::sum && b.op == formula::kind::sum) {
    sum both = a.value;
    if (add(both, b.value)) {
      a.value = std::move(both);
      return a;
    }
  }
  formula made;
  made.op = formula::kind::add;
  formula fields;  // all operands that are sums
  const auto take = [&](formula& one) {
    if (one.op == formula::kind::sum) {
      sum both = fields.value;
      if (add(both, one.value)) {
        fields.value = std::move(both);
        return;
      }
    }
    made.parts.push_back(std::move(one));
  };
  for (formula* const one : {&a, &b}) {
    if (one->op == formula::kind::add && one->factor == fraction{1, 1}) {
      for (formula& part : one->parts) take(part);
    } else {
      take(*one);
    }
  }
  if (!fields.value.terms.empty() || fields.value.constant.numerator != 0) made.parts.push_back(std::move(fields));
  return made;
}

effect_value lowering::lower(const language::any_effect& effect) {
  return std::visit(
      [&](const auto& one) -> effect_value {
        namespace of = language::effect;
        using kind = std::decay_t<decltype(one)>;
        const auto shape = [](shape::any_shape what) {
          lowered<shape::any_shape> made;
          made.add_for_all(std::move(what));
          return made;
        };
        if constexpr (std::is_same_v<kind, of::base> || std::is_same_v<kind, of::was>) {
          return values(one.value);
        } else if constexpr (std::is_same_v<kind, of::price>) {
          return bound_effect{.bounds = bounds(one.value, bound_end::side::both)};
        } else if constexpr (std::is_same_v<kind, of::floor>) {
          return bound_effect{.bounds = bounds(one.value, bound_end::side::low)};
        } else if constexpr (std::is_same_v<kind, of::ceiling>) {
          return bound_effect{.bounds = bounds(one.value, bound_end::side::high)};
        } else if constexpr (std::is_same_v<kind, of::gap>) {
          return gap(one);
        } else if constexpr (std::is_same_v<kind, of::margin>) {
          return margin(one);
        } else if constexpr (std::is_same_v<kind, of::change>) {
          return change(one);
        } else if constexpr (std::is_same_v<kind, of::discount>) {
          discount_effect made;
          if (const auto* part = std::get_if<rate>(&one.value)) {
            made.part = fraction::of(*part);
          } else {
            const auto& money = std::get<language::money>(one.value);
            in_.each_listed(
                money, [&](const decimal& amount, int digits) { return fraction::minor_units(amount, digits); },
                made.money);
          }
          if (one.group) made.group = *one.group;
          made.exclusive = one.exclusive;
          return made;
        } else if constexpr (std::is_same_v<kind, of::endings> || std::is_same_v<kind, of::prefer>) {
          return shape(one.value);
        } else if constexpr (std::is_same_v<kind, of::avoid>) {
          return shape(shape::avoid{one.value});
        } else if constexpr (std::is_same_v<kind, of::multiple_of>) {
          lowered<shape::any_shape> made;
          if (one.value.any) made.add_for_all(shape::multiple_of{*one.value.any});
          for (const auto& [code, step] : one.value.each) made.add_for(code, shape::multiple_of{step});
          return made;
        } else if constexpr (std::is_same_v<kind, of::hold>) {
          return fraction::of(one.value);
        } else if constexpr (std::is_same_v<kind, of::credit>) {
          return credit_effect{one.to, one.value.e8()};
        } else if constexpr (std::is_same_v<kind, of::advise> || std::is_same_v<kind, of::withhold>) {
          return advice_effect{one.code};
        } else if constexpr (std::is_same_v<kind, of::squeeze>) {
          const auto slot_of = [&](const of::squeeze::net_field& field) {
            expression read;
            read.field = field.field;
            read.index = field.index;
            return symbol_of(read).slot;
          };
          return squeeze_effect{one.dealer, slot_of(one.wholesale), slot_of(one.cost), fraction::of(one.margin)};
        } else if constexpr (std::is_same_v<kind, of::leak>) {
          return leak_effect{one.from};
        } else if constexpr (std::is_same_v<kind, of::inverted>) {
          return inverted_effect{one.to};
        } else {
          static_assert(std::is_same_v<kind, of::culture>);
          return std::monostate();
        }
      },
      effect);
}

lowered<formula> lowering::values(const language::money_expression& trees) {
  lowered<formula> made;
  in_.each_listed(
      trees, [&](const expression& tree, int digits) { return lower(tree, digits); }, made);
  return made;
}

lowered<bound> lowering::bounds(const language::money_expression& trees, bound_end::side is) {
  lowered<bound> made;
  const auto of_tree = [&](const expression& tree, int digits) {
    bound one;
    one.ends.push_back({is, lower(tree, digits), {}});
    return one;
  };
  in_.each_listed(trees, of_tree, made);
  return made;
}

formula lowering::gap_end(const language::rate_or_money& distance, const language::effect::gap& gap, bool low,
                          currency in) const {
  fraction factor{1, 1};
  fraction constant{0, 1};
  if (const auto* part = std::get_if<rate>(&distance)) {
    constexpr int128 whole = 100'000'000;
    factor = fraction::reduced(whole - part->e8(), whole);
  } else {
    constant = fraction::minor_units(*std::get<language::money>(distance).find(in), in.digits());
    constant.numerator = -constant.numerator;
  }
  using origin = language::effect::gap::target_kind;
  symbol from;
  if (gap.to == origin::channel) {
    from.slot = in_.channel_slot(gap.channel);
  } else if (gap.to == origin::reference) {
    from.what = symbol::kind::reference;
  } else {
    // The tightest end over all of them: that of the highest price, unless the end falls where the price rises.
    from.what = low == (factor.numerator >= 0) ? symbol::kind::highest : symbol::kind::lowest;
    from.slot = in_.group_of(gap);
  }
  return leaf(from, false, factor, constant);
}

bound_effect lowering::gap(const language::effect::gap& effect) const {
  using origin = language::effect::gap::target_kind;
  bound_effect made;
  made.from = effect.to == origin::channel     ? bound_effect::origin::channel
              : effect.to == origin::reference ? bound_effect::origin::reference
                                               : bound_effect::origin::group;
  made.channel = effect.channel;
  if (made.from == bound_effect::origin::group) made.group = in_.group_of(effect);
  const auto lists = [](const std::optional<language::rate_or_money>& end, currency in) {
    const auto* money = end ? std::get_if<language::money>(&*end) : nullptr;
    return money == nullptr || money->find(in) != nullptr;
  };
  const auto by_code = [](const std::optional<language::rate_or_money>& end) {
    const auto* money = end ? std::get_if<language::money>(&*end) : nullptr;
    return money != nullptr && !money->any;
  };
  in_.each_currency(by_code(effect.min) || by_code(effect.max), made.bounds, [&](currency in) -> std::optional<bound> {
    if (!lists(effect.min, in) || !lists(effect.max, in)) return {};
    bound one;
    if (effect.max) one.ends.push_back({bound_end::side::low, gap_end(*effect.max, effect, true, in), {}});
    if (effect.min) one.ends.push_back({bound_end::side::high, gap_end(*effect.min, effect, false, in), {}});
    return one;
  });
  return made;
}

// N - (fee + credits) p - cost - shipping >= min N, with N = p / (1 + tax) where the display is gross: so cost and
// shipping are held against (1 - min) N - (fee + credits) p.
bound_effect lowering::margin(const language::effect::margin& effect) const {
  bound one;
  const auto add = [&](const std::optional<rate>& end, bound_end::side is) {
    if (!end) return;
    formula spent = added(leaf({symbol::kind::field, slot::cost}, false, {1, 1}),
                          leaf({symbol::kind::field, slot::shipping}, false, {1, 1}));
    constexpr int128 whole = 100'000'000;
    one.ends.push_back({is, std::move(spent), fraction::reduced(whole - end->e8(), whole)});
  };
  add(effect.min, bound_end::side::low);
  add(effect.max, bound_end::side::high);
  bound_effect made;
  made.bounds.add_for_all(std::move(one));
  return made;
}

bound_effect lowering::change(const language::effect::change& effect) const {
  constexpr int128 whole = 100'000'000;
  const symbol current{symbol::kind::field, slot::current};
  bound one;
  one.off_if_absent = true;
  one.ends.push_back(
      {bound_end::side::low, leaf(current, false, fraction::reduced(whole - effect.value.e8(), whole)), {}});
  one.ends.push_back(
      {bound_end::side::high, leaf(current, false, fraction::reduced(whole + effect.value.e8(), whole)), {}});
  bound_effect made;
  made.bounds.add_for_all(std::move(one));
  return made;
}

fraction lowering::constant(const expression& tree, int digits, bool inverse) {
  big_exact value = fold(tree);
  if (inverse) value = big_exact(1) / value;
  value = value * big_exact(detail::powers_of_ten[static_cast<std::size_t>(digits)]);
  if (const auto fits = value.to_fraction()) return *fits;
  // Once a place, although an expression is lowered for several currencies.
  if (too_large_.insert(tree.offset).second) {
    diagnostics_.push_back(in_.document().source->diagnose(
        constant_too_large, tree.offset, "the numbers of this expression, taken together, have more than 38 digits",
        "use numbers with fewer decimals"));
  }
  return {};
}

formula lowering::lower(const expression& tree, int digits) {
  using kind = expression::kind;
  if (!has_field(tree)) return leaf(constant(tree, digits));
  switch (tree.op) {
    case kind::field: {
      const symbol read = symbol_of(tree);
      formula made = leaf(read, read.what == symbol::kind::field && in_.net_slot(read.slot), {1, 1});
      made.optional = tree.optional;
      return made;
    }
    case kind::multiply: {
      const std::size_t money = has_field(tree.operands[0]) ? 0 : 1;
      formula of = lower(tree.operands[money], digits);
      return scaled(std::move(of), constant(tree.operands[1 - money], 0));
    }
    case kind::divide: {
      formula of = lower(tree.operands[0], digits);
      return scaled(std::move(of), constant(tree.operands[1], 0, true));
    }
    case kind::add:
    case kind::subtract: {
      formula left = lower(tree.operands[0], digits);
      formula right = lower(tree.operands[1], digits);
      return added(std::move(left), tree.op == kind::add ? std::move(right) : scaled(std::move(right), {-1, 1}));
    }
    case kind::negate:
      return scaled(lower(tree.operands[0], digits), {-1, 1});
    case kind::min:
    case kind::max: {
      formula made;
      made.op = tree.op == kind::min ? formula::kind::least : formula::kind::greatest;
      for (const expression& one : tree.operands) made.parts.push_back(lower(one, digits));
      return made;
    }
    case kind::literal:
    case kind::rate:
      break;
  }
  return {};
}

symbol lowering::symbol_of(const expression& read) const {
  const auto field = [](std::uint32_t slot) { return symbol{symbol::kind::field, slot}; };
  switch (read.field) {
    case money_field::list:
      return field(slot::list);
    case money_field::msrp:
      return field(slot::msrp);
    case money_field::map:
      return field(slot::map);
    case money_field::current:
      return field(slot::current);
    case money_field::lowest_prior:
      return field(slot::lowest_prior);
    case money_field::cost:
      return field(slot::cost);
    case money_field::shipping:
      return field(slot::shipping);
    case money_field::channel_price:
      return field(in_.channel_slot(read.index));
    case money_field::attribute:
      return field(in_.attribute_slot(read.index));
    case money_field::reference:
      return {symbol::kind::reference, 0};
    case money_field::target:
      return {symbol::kind::target, 0};
  }
  return {};
}

}  // namespace pricepoint::engine
