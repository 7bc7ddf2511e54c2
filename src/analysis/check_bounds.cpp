// SPDX-License-Identifier: Apache-2.0
// Bounds that contradict each other, exactly: each is a line in one field, and two lines are compared for every value
// that the field can have. Entry: check_bounds. Test: tests/unit/analysis/check_test.cpp.
#include <algorithm>
#include <map>

#include "analysis/checker.hpp"
#include "pricepoint/money/exact.hpp"

namespace pricepoint::analysis {

namespace {

namespace effect = language::effect;
using detail::exact_overflow;
using detail::fast_exact;
using engine::instruction;

// What a bound is a line in: a field by its slot, or one of these.
namespace symbol {
constexpr std::int64_t constant = -1;
constexpr std::int64_t target = -2;
constexpr std::int64_t spent = -3;        // cost and shipping
constexpr std::int64_t reference = -4;    // where it is no single field
constexpr std::int64_t traditional = -5;  // some traditional channel's price
}  // namespace symbol

// slope * symbol + base, in minor units.
struct line {
  std::int64_t of = symbol::constant;
  fast_exact slope, base;
};

// What a rule asks for: p >= each of `lows`, p <= each of `highs`.
struct lines {
  std::vector<line> lows, highs;
  bool never = false;  // no price above zero cost
  std::optional<shape::any_shape> looks;
};

// A value between lines.
struct between {
  std::optional<line> exact;
  std::vector<line> at_least, at_most;  // value >= each, value <= each
  bool optional = false;

  static between of(line one) { return {one, {one}, {one}}; }
};

class line_reader {
 public:
  line_reader(const checker& from, std::uint32_t market, std::uint32_t channel)
      : from_(from),
        market_(market),
        channel_(channel),
        in_(from.document.markets[market].currency),
        on_(from.document.channels[channel]) {
    using kind = enum language::channel::reference;
    reference_ = on_.reference == kind::list_price ? std::int64_t{engine::slot::list}
                 : on_.reference == kind::channels && on_.reference_channels.size() == 1
                     ? std::int64_t{from.compiled.channel_slot(on_.reference_channels.front())}
                     : symbol::reference;
  }

  std::int64_t reference() const noexcept { return reference_; }

  // Nothing where a number needs more digits than are looked at.
  std::optional<lines> read(const compiled_rule& rule) const {
    try {
      return read_all(rule);
    } catch (const exact_overflow&) {
      return {};
    }
  }

 private:
  lines read_all(const compiled_rule& rule) const {
    lines made;
    const language::any_effect& what = rule.source->effect;
    if (is_shape(rule)) {
      made.looks = shape_of(rule, in_);
    } else if (std::holds_alternative<effect::floor>(what)) {
      made.lows = value_of(rule).at_least;
    } else if (std::holds_alternative<effect::ceiling>(what)) {
      made.highs = value_of(rule).at_most;
    } else if (std::holds_alternative<effect::price>(what) || std::holds_alternative<effect::base>(what)) {
      const between value = value_of(rule);
      made.lows = value.at_least;
      made.highs = value.at_most;
    } else if (std::holds_alternative<effect::change>(what)) {
      const fast_exact part(rule.max_rate);
      made.lows.push_back({engine::slot::current, fast_exact(1) - part, 0});
      made.highs.push_back({engine::slot::current, fast_exact(1) + part, 0});
    } else if (const auto* gap = std::get_if<effect::gap>(&what)) {
      for (const std::int64_t against : symbols_of(*gap)) {
        if (gap->max) made.lows.push_back(below(against, *gap->max, rule.max_rate));
        if (gap->min) made.highs.push_back(below(against, *gap->min, rule.min_rate));
      }
    } else if (const auto* margin = std::get_if<effect::margin>(&what)) {
      read_margin(rule, *margin, made);
    }
    return made;
  }

  line below(std::int64_t against, const language::rate_or_money& distance, const fraction& part) const {
    if (std::holds_alternative<rate>(distance)) return {against, fast_exact(1) - fast_exact(part), 0};
    const decimal& money = *std::get<language::money>(distance).find(in_);
    return {against, 1, -fast_exact(fraction::minor_units(money, in_.digits()))};
  }

  // Every field that the gap is measured against for certain, where the request has it.
  std::vector<std::int64_t> symbols_of(const effect::gap& gap) const {
    using kind = effect::gap::target_kind;
    if (gap.to == kind::channel) return {std::int64_t{from_.compiled.channel_slot(gap.channel)}};
    if (gap.to == kind::reference) return {reference_};
    std::vector<std::int64_t> all = {symbol::traditional};
    const auto& channels = from_.document.channels;
    for (std::uint32_t one = 0; one < channels.size(); ++one) {
      if (one != channel_ && channels[one].kind == language::channel::kind::traditional)
        all.push_back(from_.compiled.channel_slot(one));
    }
    using reference = enum language::channel::reference;
    if (on_.reference == reference::lowest_traditional || on_.reference == reference::highest_traditional)
      all.push_back(symbol::reference);
    return all;
  }

  void read_margin(const compiled_rule& rule, const effect::margin& margin, lines& made) const {
    const language::market& in = from_.document.markets[market_];
    const bool gross = on_.display.value_or(in.display) == language::display::gross;
    if (gross && !in.tax) return;
    const fast_exact net_share =
        gross ? fast_exact(1) / (fast_exact(1) + fast_exact(fraction::of(*in.tax))) : fast_exact(1);
    const fast_exact owed = fast_exact(fraction::of(on_.fee)) + credits_;
    if (margin.min) {
      const fast_exact share = net_share * (fast_exact(1) - fast_exact(rule.min_rate)) - owed;
      if (share.sign() > 0) {
        made.lows.push_back({symbol::spent, fast_exact(1) / share, 0});
      } else {
        made.never = true;
      }
    }
    if (margin.max) {
      const fast_exact share = net_share * (fast_exact(1) - fast_exact(rule.max_rate)) - owed;
      if (share.sign() > 0) made.highs.push_back({symbol::spent, fast_exact(1) / share, 0});
    }
  }

  between value_of(const compiled_rule& rule) const {
    std::vector<between> stack;
    for (const instruction& one : *rule.value.find(in_)) {
      switch (one.op) {
        case instruction::kind::constant:
          stack.push_back(between::of({symbol::constant, 0, fast_exact(one.value)}));
          break;
        case instruction::kind::target:
          stack.push_back(between::of({symbol::target, 1, 0}));
          break;
        case instruction::kind::reference:
        case instruction::kind::field: {
          between made =
              between::of({one.op == instruction::kind::reference ? reference_ : std::int64_t{one.index}, 1, 0});
          made.optional = one.optional;
          stack.push_back(std::move(made));
          break;
        }
        case instruction::kind::scale:
          scale(stack.back(), fast_exact(one.value));
          break;
        case instruction::kind::negate:
          scale(stack.back(), fast_exact(-1));
          break;
        case instruction::kind::add:
        case instruction::kind::subtract: {
          between right = std::move(stack.back());
          stack.pop_back();
          if (one.op == instruction::kind::subtract) scale(right, fast_exact(-1));
          stack.back() = sum(stack.back(), right);
          break;
        }
        case instruction::kind::min:
        case instruction::kind::max: {
          const bool least = one.op == instruction::kind::min;
          between made;
          bool constants = true;
          for (std::size_t i = stack.size() - one.index; i < stack.size(); ++i) {
            const between& each = stack[i];
            constants = constants && each.exact && each.exact->of == symbol::constant && !each.optional;
            if (each.optional) continue;  // it may be left out
            auto& to = least ? made.at_most : made.at_least;
            const auto& with = least ? each.at_most : each.at_least;
            to.insert(to.end(), with.begin(), with.end());
          }
          if (constants) {
            line best = *stack[stack.size() - one.index].exact;
            for (std::size_t i = stack.size() - one.index; i < stack.size(); ++i) {
              const line& each = *stack[i].exact;
              if (least ? each.base < best.base : each.base > best.base) best = each;
            }
            made = between::of(best);
          }
          stack.resize(stack.size() - one.index);
          stack.push_back(std::move(made));
          break;
        }
      }
    }
    return stack.back();
  }

  static void scale(between& value, const fast_exact& by) {
    const auto all = [&](std::vector<line>& lines) {
      for (line& one : lines) {
        one.slope = one.slope * by;
        one.base = one.base * by;
      }
    };
    all(value.at_least);
    all(value.at_most);
    if (by.sign() < 0) std::swap(value.at_least, value.at_most);
    if (value.exact) {
      value.exact->slope = value.exact->slope * by;
      value.exact->base = value.exact->base * by;
      if (by.sign() == 0) value.exact->of = symbol::constant;
    }
  }

  static std::optional<line> sum(const line& a, const line& b) {
    if (a.of != b.of && a.of != symbol::constant && b.of != symbol::constant) return {};
    return line{a.of == symbol::constant ? b.of : a.of, a.slope + b.slope, a.base + b.base};
  }
  static between sum(const between& a, const between& b) {
    between made;
    if (a.exact && b.exact) {
      made.exact = sum(*a.exact, *b.exact);
      if (made.exact) return between::of(*made.exact);
    }
    const auto all = [](const std::vector<line>& left, const std::vector<line>& right, std::vector<line>& to) {
      for (const line& one : left) {
        for (const line& other : right) {
          if (const auto both = sum(one, other)) to.push_back(*both);
        }
      }
    };
    all(a.at_least, b.at_least, made.at_least);
    all(a.at_most, b.at_most, made.at_most);
    return made;
  }

  const checker& from_;
  std::uint32_t market_, channel_;
  currency in_;
  const language::channel& on_;
  std::int64_t reference_;
  fast_exact credits_;
};

// Where a low end lies above a high one.
struct clash {
  std::int64_t of = symbol::constant;
  std::optional<target_range> targets;  // only for these
};

class bounds {
 public:
  explicit bounds(checker& to) : to_(to) {
    for (std::uint32_t market = 0; market < to_.markets(); ++market) {
      for (std::uint32_t channel = 0; channel < to_.channels(); ++channel) readers_.emplace_back(to_, market, channel);
    }
  }

  void run() {
    std::vector<const compiled_rule*> limits;
    for (const compiled_rule& one : to_.compiled.rules()) {
      if (one.source->of_market) continue;
      if (is_bound(one) || (is_shape(one) && is_required(one))) limits.push_back(&one);
    }
    for (const compiled_rule* one : limits) alone(*one);
    const partners all(to_.compiled, limits);
    std::size_t pairs = 0;
    all.visit([&](const compiled_rule& a, const compiled_rule& b) {
      if (++pairs > to_.options.limits.max_pairs) {
        to_.note_limit("bounds that contradict each other: more pairs of rules than the limit");
        return false;
      }
      if (meet(a, b)) pair(a, b, all);
      return true;
    });
    promotions(limits);
  }

 private:
  const line_reader& reader(std::uint32_t market, std::uint32_t channel) const {
    return readers_[market * to_.channels() + channel];
  }

  // What rules have lines in, to leave out pairs that cannot contradict each other.
  struct summary {
    std::vector<std::int64_t> symbols;  // sorted
    bool shape = false;
  };
  const summary& summary_of(const compiled_rule& rule) {
    const auto [place, fresh] = summaries_.try_emplace(&rule);
    summary& made = place->second;
    if (!fresh) return made;
    made.shape = is_shape(rule);
    // A plain amount is one everywhere: nothing more to read, of a hundred thousand prices by hand.
    if (!rule.value.each.empty() && std::all_of(rule.value.each.begin(), rule.value.each.end(), [](const auto& one) {
          return one.second.size() == 1 && one.second[0].op == instruction::kind::constant;
        })) {
      made.symbols.push_back(symbol::constant);
      return made;
    }
    for (std::uint32_t market = 0; market < to_.markets(); ++market) {
      for (std::uint32_t channel = 0; channel < to_.channels(); ++channel) {
        if (!to_.where.here(rule, market, channel)) continue;
        const auto read = reader(market, channel).read(rule);
        if (!read) continue;
        for (const auto* list : {&read->lows, &read->highs}) {
          for (const line& one : *list) made.symbols.push_back(one.of);
        }
      }
    }
    std::sort(made.symbols.begin(), made.symbols.end());
    made.symbols.erase(std::unique(made.symbols.begin(), made.symbols.end()), made.symbols.end());
    return made;
  }
  bool meet(const compiled_rule& a, const compiled_rule& b) {
    if (is_shape(a) && is_shape(b)) return false;
    const summary& left = summary_of(a);
    const summary& right = summary_of(b);
    const auto has = [](const summary& in, std::int64_t one) {
      return std::binary_search(in.symbols.begin(), in.symbols.end(), one);
    };
    if (left.shape || right.shape) return has(left.shape ? right : left, symbol::constant);
    if (has(left, symbol::constant) && has(right, symbol::target)) return true;
    if (has(left, symbol::target) && has(right, symbol::constant)) return true;
    return std::any_of(left.symbols.begin(), left.symbols.end(), [&](std::int64_t one) { return has(right, one); });
  }

  std::optional<clash> clash_of(const lines& low_of, const lines& high_of, std::int64_t unit) const {
    try {
      for (const line& low : low_of.lows) {
        for (const line& high : high_of.highs) {
          if (auto found = clash_of(low, high, unit)) return found;
        }
      }
    } catch (const exact_overflow&) {
    }
    return {};
  }

  static std::optional<clash> clash_of(const line& low, const line& high, std::int64_t unit) {
    constexpr std::int64_t limit = 2 * max_amount_minor;
    const auto constant = [](const line& one) { return one.of == symbol::constant; };
    if (constant(low) && constant(high)) {
      std::int64_t from = std::max<std::int64_t>(unit, low.base.rounded(rounding::up, limit));
      from = (from + unit - 1) / unit * unit;
      return from > high.base.rounded(rounding::down, limit) ? std::optional<clash>(clash{}) : std::nullopt;
    }
    const bool in_target = (constant(low) || low.of == symbol::target) && (constant(high) || high.of == symbol::target);
    if (!in_target && low.of != high.of) return {};
    const fast_exact slope = low.slope - high.slope;
    const fast_exact base = low.base - high.base;
    // The distance, slope * x + base, above zero for every x above zero.
    if (slope.sign() >= 0 && base.sign() >= 0 && (slope.sign() > 0 || base.sign() > 0)) {
      return clash{low.of == symbol::constant ? high.of : low.of, {}};
    }
    if (!in_target || (slope.sign() <= 0 && base.sign() <= 0)) return {};
    const fast_exact zero = -base / slope;
    clash found{symbol::target, target_range{}};
    // At its zero the two are the same amount, which may be a price.
    if (slope.sign() > 0) {
      const std::int64_t first = zero.rounded(rounding::down, limit) + 1;
      found.targets->from = fraction{first, 1};
    } else {
      const std::int64_t end = zero.rounded(rounding::up, limit);
      found.targets->below = fraction{end, 1};
    }
    return found;
  }

  std::string sentence(const clash& of) const {
    switch (of.of) {
      case symbol::constant:
        return "";
      case symbol::target:
        return ", whatever the target";
      case symbol::spent:
        return ", whatever the cost";
      case symbol::reference:
        return ", whatever the reference price";
      case symbol::traditional:
        return ", whatever the stores ask";
      default:
        return ", whatever " + to_.compiled.slot_name(static_cast<std::uint32_t>(of.of)) + " is";
    }
  }

  prober::aim aim_of(const scenario& shown, const clash& of, currency in) const {
    prober::aim aim;
    std::vector<target_range> all = shown.targets;
    if (of.targets) all = intersect(all, *of.targets);
    const bool open = all.size() == 1 && !all.front().from && !all.front().below;
    if (!open && !all.empty()) {
      for (const target_range& one : all) {
        const auto band = whole_targets(one);
        if (!band) continue;
        aim.first = band->first;
        // An ordinary amount, where there is room for one.
        aim.last = std::min(band->second,
                            std::max(aim.first, 200 * detail::powers_of_ten[static_cast<std::size_t>(in.digits())]));
        break;
      }
    }
    if (of.of == symbol::spent) {
      aim.given = {
          {"cost", decimal::from_parts(10 * detail::powers_of_ten[static_cast<std::size_t>(in.digits())], in.digits())},
          {"shipping", decimal(0)}};
    }
    return aim;
  }

  // The witness without the field that the lines are in, unless the decision asks for it; then with it, for rules that
  // are off or skipped where it is absent.
  bool prove_with(sample& witness, prober::aim aim, const clash& of, const prober::claim& holds) {
    if (to_.probe.prove(witness, aim, holds)) return true;
    const currency in = to_.where.currency_of(witness.market);
    const decimal value =
        decimal::from_parts(100 * detail::powers_of_ten[static_cast<std::size_t>(in.digits())], in.digits());
    if (of.of >= 0) {
      aim.given.emplace_back(to_.compiled.slot_name(static_cast<std::uint32_t>(of.of)), value);
    } else if (of.of == symbol::traditional) {
      const auto& channels = to_.document.channels;
      for (std::uint32_t one = 0; one < channels.size(); ++one) {
        if (one != witness.channel && channels[one].kind == language::channel::kind::traditional)
          aim.given.emplace_back("price." + channels[one].name, value);
      }
    } else {
      return false;
    }
    return to_.probe.prove(witness, aim, holds);
  }

  template <class Visit>
  void places(const std::vector<const compiled_rule*>& rules, const Visit& visit) const {
    std::size_t seen = 0;
    for (std::uint32_t market = 0; market < to_.markets(); ++market) {
      for (std::uint32_t channel = 0; channel < to_.channels(); ++channel) {
        if (!std::all_of(rules.begin(), rules.end(),
                         [&](const auto* one) { return to_.where.here(*one, market, channel); }))
          continue;
        if (!visit(market, channel) || ++seen == 512) return;
      }
    }
  }

  // Proves at one place that the rules leave no price; a finding at the first, another place for it at the others.
  bool prove_conflict(const std::vector<const compiled_rule*>& rules, const clash& of, std::uint32_t market,
                      std::uint32_t channel, const char* code, const std::string& why, const std::string& hint,
                      check_finding*& found) {
    query wanted;
    for (const auto* one : rules) add_on(wanted, *one);
    const currency in = to_.where.currency_of(market);
    const auto shown = to_.where.find(wanted, market, channel, [&](const scenario& one) {
      return !of.targets || !intersect(one.targets, *of.targets).empty();
    });
    if (!shown) return false;
    sample witness = to_.probe.start(*shown);
    const auto holds = [&](const decision& made) {
      return made.status() == status::conflict && std::all_of(rules.begin(), rules.end(), [&](const auto* one) {
               return contains(made.conflict(), one->id());
             });
    };
    if (!prove_with(witness, aim_of(*shown, of, in), of, holds)) return false;
    if (found == nullptr) {
      std::vector<target_range> all = shown->targets;
      if (of.targets) all = intersect(all, *of.targets);
      std::vector<target_band> bands;
      for (const target_range& one : all) {
        const auto band = whole_targets(one);
        if (band && !(band->first <= 1 && band->second >= max_amount_minor))
          bands.push_back({band->first, band->second});
      }
      std::string text = why;
      if (of.targets) {
        text += " for targets";
        for (std::size_t i = 0; i < bands.size(); ++i) text += (i == 0 ? " " : " and ") + band_words(bands[i], in);
      }
      const auto last = std::max_element(rules.begin(), rules.end(),
                                         [](const auto* a, const auto* b) { return a->index < b->index; });
      found = &to_.add(code, (*last)->source->effect_offset, text, hint, rules);
      found->targets = std::move(bands);
      found->witnesses.push_back(to_.probe.json_of(witness));
      found->shows = "status conflict, between these rules";
      found->currency = in;
    }
    to_.at(*found, market, channel);
    return true;
  }

  // One rule that leaves no price by itself.
  void alone(const compiled_rule& rule) {
    if (!is_required(rule) || is_shape(rule)) return;
    const bool margin = std::holds_alternative<effect::margin>(rule.source->effect);
    const char* code = margin ? codes::impossible_margin : codes::bounds_contradict;
    if (!to_.wants(code)) return;
    check_finding* found = nullptr;
    const std::string id = in_quotes(rule.id());
    places({&rule}, [&](std::uint32_t market, std::uint32_t channel) {
      const auto read = reader(market, channel).read(rule);
      if (!read) return true;
      const std::int64_t unit = to_.document.markets[market].unit_minor;
      if (read->never) {
        const clash spent{symbol::spent, {}};
        prove_conflict({&rule}, spent, market, channel, code,
                       id + " can be kept by no price on " + to_.place(market, channel) +
                           ": tax, fee, credits and margin leave nothing to pay the cost with",
                       "a margin is a share of the price without tax, after fee and credits: ask for less", found);
        return true;
      }
      if (margin) with_credits(rule, market, channel, found);
      lines positive;
      positive.lows.push_back({symbol::constant, 0, fast_exact(unit)});
      auto of = clash_of(*read, *read, unit);
      if (!of) of = clash_of(positive, *read, unit);
      if (!of) return true;
      if (of->targets) return true;
      prove_conflict({&rule}, *of, market, channel, codes::bounds_contradict,
                     id + " leaves no price on " + to_.place(market, channel) + sentence(*of),
                     unit > 1 ? "prices there are multiples of " + figure(unit, to_.where.currency_of(market))
                              : "a price is above zero; look at its ends",
                     found);
      return true;
    });
  }

  // A margin that only credits make impossible.
  void with_credits(const compiled_rule& rule, std::uint32_t market, std::uint32_t channel, check_finding*& found) {
    if (credits_.empty() && !credits_read_) {
      for (const compiled_rule& one : to_.compiled.rules()) {
        if (std::holds_alternative<effect::credit>(one.source->effect)) credits_.push_back(&one);
      }
      credits_read_ = true;
    }
    if (found != nullptr || credits_.empty() || credits_.size() > 1000) return;
    const language::market& in = to_.document.markets[market];
    const language::channel& on = to_.document.channels[channel];
    const bool gross = on.display.value_or(in.display) == language::display::gross;
    const auto& wanted = std::get<effect::margin>(rule.source->effect);
    if (!wanted.min || (gross && !in.tax)) return;
    try {
      const fast_exact net_share =
          gross ? fast_exact(1) / (fast_exact(1) + fast_exact(fraction::of(*in.tax))) : fast_exact(1);
      const fast_exact left =
          net_share * (fast_exact(1) - fast_exact(rule.min_rate)) - fast_exact(fraction::of(on.fee));
      for (const compiled_rule* one : credits_) {
        if (!to_.where.here(*one, market, channel)) continue;
        // All that may be on together with it; whether they are, the engine says.
        fast_exact owed;
        query both;
        add_on(both, rule);
        add_on(both, *one);
        const auto shown = to_.where.find(both, market, channel);
        if (!shown) continue;
        const sample witness = to_.probe.start(*shown);
        to_.probe.memory().bind(to_.probe.request_of(witness));
        for (const compiled_rule* each : credits_) {
          if (engine::match_rule(to_.compiled, *each, to_.probe.memory().bound()).on_but_target)
            owed = owed + fast_exact(fraction::of(std::get<effect::credit>(each->source->effect).value));
        }
        if ((left - owed).sign() > 0) continue;
        prove_margin(rule, *one, market, channel, found);
        if (found != nullptr) return;
      }
    } catch (const exact_overflow&) {
    }
  }

  void prove_margin(const compiled_rule& rule, const compiled_rule& credit, std::uint32_t market, std::uint32_t channel,
                    check_finding*& found) {
    query both;
    add_on(both, rule);
    add_on(both, credit);
    const auto shown = to_.where.find(both, market, channel);
    if (!shown) return;
    sample witness = to_.probe.start(*shown);
    const auto holds = [&](const decision& made) {
      return made.status() == status::conflict && contains(made.conflict(), rule.id());
    };
    const clash spent{symbol::spent, {}};
    if (!to_.probe.prove(witness, aim_of(*shown, spent, to_.where.currency_of(market)), holds)) return;
    found =
        &to_.add(codes::impossible_margin, rule.source->effect_offset,
                 in_quotes(rule.id()) + " can be kept by no price on " + to_.place(market, channel) + " where " +
                     in_quotes(credit.id()) + " is on: tax, fee, credits and margin leave nothing to pay the cost with",
                 "a margin is a share of the price without tax, after fee and credits: ask for less", {&rule, &credit});
    found->witnesses.push_back(to_.probe.json_of(witness));
    found->shows = "status conflict, with " + in_quotes(rule.id());
    to_.at(*found, market, channel);
  }

  void pair(const compiled_rule& a, const compiled_rule& b, const partners& all) {
    if (is_shape(a) || is_shape(b)) {
      const compiled_rule& looks = is_shape(a) ? a : b;
      const compiled_rule& limit = is_shape(a) ? b : a;
      if (is_required(limit)) shape_in_window({&limit}, looks);
      return;
    }
    const bool required = is_required(a) && is_required(b);
    if (!to_.wants(required ? codes::bounds_contradict : codes::never_together)) return;
    check_finding* found = nullptr;
    check_finding* partly = nullptr;
    const std::string ids = in_quotes(a.id()) + " and " + in_quotes(b.id());
    bool open_window = false;
    places({&a, &b}, [&](std::uint32_t market, std::uint32_t channel) {
      const auto left = reader(market, channel).read(a);
      const auto right = reader(market, channel).read(b);
      if (!left || !right) return true;
      const std::int64_t unit = to_.document.markets[market].unit_minor;
      auto of = clash_of(*left, *right, unit);
      if (!of) of = clash_of(*right, *left, unit);
      if (!of) {
        open_window = open_window || required;
        return true;
      }
      if (!required) {
        if (!of->targets) soft(a, b, *of, market, channel, found);
      } else if (of->targets) {
        prove_conflict({&a, &b}, *of, market, channel, codes::bounds_contradict_for_some,
                       ids + " leave no price on " + to_.place(market, channel),
                       "let one of them be off for these targets, or soft", partly);
      } else {
        prove_conflict({&a, &b}, *of, market, channel, codes::bounds_contradict,
                       ids + " leave no price on " + to_.place(market, channel) + sentence(*of),
                       "where both are on every decision is a conflict: except one of them there, or make it soft",
                       found);
      }
      return true;
    });
    if (!open_window) return;
    const bool constants = std::holds_alternative<effect::floor>(a.source->effect) !=
                               std::holds_alternative<effect::floor>(b.source->effect) &&
                           std::holds_alternative<effect::ceiling>(a.source->effect) !=
                               std::holds_alternative<effect::ceiling>(b.source->effect);
    if (!constants) return;
    for (const compiled_rule* one : all.general()) {
      if (is_shape(*one)) shape_in_window({&a, &b}, *one);
    }
  }

  // Required shapes that have no price between constant bounds.
  void shape_in_window(const std::vector<const compiled_rule*>& limits, const compiled_rule& looks) {
    if (!to_.wants(codes::shape_between_bounds)) return;
    check_finding* found = nullptr;
    std::vector<const compiled_rule*> rules = limits;
    rules.push_back(&looks);
    places(rules, [&](std::uint32_t market, std::uint32_t channel) {
      const language::market& in = to_.document.markets[market];
      constexpr std::int64_t limit = 2 * max_amount_minor;
      std::int64_t low = 1;
      std::int64_t high = max_amount_minor;
      bool has_low = false;
      bool has_high = false;
      try {
        for (const compiled_rule* one : limits) {
          const auto read = reader(market, channel).read(*one);
          if (!read) return true;
          for (const line& each : read->lows) {
            if (each.of != symbol::constant) continue;
            low = std::max(low, each.base.rounded(rounding::up, limit));
            has_low = true;
          }
          for (const line& each : read->highs) {
            if (each.of != symbol::constant) continue;
            high = std::min(high, each.base.rounded(rounding::down, limit));
            has_high = true;
          }
        }
      } catch (const exact_overflow&) {
        return true;
      }
      const auto shape = shape_of(looks, in.currency);
      if (!has_low || !has_high || low > high || !shape) return true;
      const shape::automaton* allowed = to_.automaton_of({*shape}, in.currency.digits(), in.unit_minor);
      if (allowed == nullptr) return true;
      if (shape::at_or_above(*allowed, 1) == 0) return true;  // told as a shape that no price has
      const std::int64_t next = shape::at_or_above(*allowed, to_.net_of(market, channel), low);
      if (next != 0 && next <= high) return true;
      std::string ids;
      for (const compiled_rule* one : limits) ids += (ids.empty() ? "" : " and ") + in_quotes(one->id());
      const bool one = low == high;
      prove_conflict(
          rules, {}, market, channel, codes::shape_between_bounds,
          ids + (limits.size() > 1 ? " leave" : " leaves") + " no price that " + in_quotes(looks.id()) + " allows on " +
              to_.place(market, channel) + ": " +
              (one ? figure(low, in.currency) + " has not its shape"
                   : "none from " + figure(low, in.currency) + " to " + figure(high, in.currency) + " has its shape"),
          "change the amount, or make the shape soft", found);
      return true;
    });
  }

  // Bounds of which at least one is soft: both can never be kept.
  void soft(const compiled_rule& a, const compiled_rule& b, const clash& of, std::uint32_t market,
            std::uint32_t channel, check_finding*& found) {
    namespace price = language::effect;
    // Beside a price by hand soft rules count for nothing, by the language.
    if (std::holds_alternative<price::price>(a.source->effect) ||
        std::holds_alternative<price::price>(b.source->effect))
      return;
    query wanted;
    add_on(wanted, a);
    add_on(wanted, b);
    const auto shown = to_.where.find(wanted, market, channel);
    if (!shown) return;
    sample witness = to_.probe.start(*shown);
    const auto holds = [&](const decision& made) {
      return made.price() && (contains(made.relaxed(), a.id()) || contains(made.relaxed(), b.id()));
    };
    if (!prove_with(witness, aim_of(*shown, of, to_.where.currency_of(market)), of, holds)) return;
    if (found == nullptr) {
      const compiled_rule& later = a.index < b.index ? b : a;
      found = &to_.add(codes::never_together, later.source->effect_offset,
                       in_quotes(a.id()) + " and " + in_quotes(b.id()) + " can never be kept together on " +
                           to_.place(market, channel) + sentence(of),
                       "the soft one of them is broken wherever both are on: except it there", {&a, &b});
      found->witnesses.push_back(to_.probe.json_of(witness));
      found->shows = "relaxed has one of them";
    }
    to_.at(*found, market, channel);
  }

  // ---- promotions

  void promotions(const std::vector<const compiled_rule*>& limits) {
    std::vector<const compiled_rule*> lows;
    for (const compiled_rule* one : limits) {
      if (is_bound(*one) && is_required(*one)) lows.push_back(one);
    }
    const partners all(to_.compiled, lows);
    std::vector<const compiled_rule*> bases;
    for (const compiled_rule& one : to_.compiled.rules()) {
      if (std::holds_alternative<effect::base>(one.source->effect)) bases.push_back(&one);
    }
    std::size_t pairs = 0;
    for (const compiled_rule& rule : to_.compiled.rules()) {
      const auto* discount = std::get_if<effect::discount>(&rule.source->effect);
      if (discount == nullptr || !for_a_time(rule) || !to_.wants(codes::cut_off)) continue;
      for (const compiled_rule* limit : all.of(rule)) {
        if (++pairs > to_.options.limits.max_pairs) {
          to_.note_limit("promotions that a bound cuts off: more pairs of rules than the limit");
          return;
        }
        promotion(rule, *discount, *limit, bases);
      }
    }
  }

  static bool for_a_time(const compiled_rule& rule) {
    return !rule.source->during.empty() || std::any_of(rule.when.begin(), rule.when.end(), [](const auto& one) {
      return one.source->subject == language::subject::period;
    });
  }

  // Lines that the base is never above, where that is known; nothing where it is not.
  std::vector<line> base_of(const compiled_rule& rule, const std::vector<const compiled_rule*>& bases,
                            std::uint32_t market, std::uint32_t channel) const {
    const line_reader& from = reader(market, channel);
    std::vector<const compiled_rule*> here;
    for (const compiled_rule* one : bases) {
      if (to_.where.here(*one, market, channel)) here.push_back(one);
    }
    if (here.empty()) return {{from.reference(), 1, 0}};
    if (here.front()->source->skip_if_missing || !to_.where.implies(rule, *here.front(), market, channel)) return {};
    const auto read = from.read(*here.front());
    return read ? read->highs : std::vector<line>();
  }

  void promotion(const compiled_rule& rule, const effect::discount& discount, const compiled_rule& limit,
                 const std::vector<const compiled_rule*>& bases) {
    check_finding* found = nullptr;
    bool always = true;
    places({&rule, &limit}, [&](std::uint32_t market, std::uint32_t channel) {
      const line_reader& from = reader(market, channel);
      const auto read = from.read(limit);
      if (!read) return true;
      const currency in = to_.where.currency_of(market);
      try {
        bool cuts = false;
        for (line target : base_of(rule, bases, market, channel)) {
          if (const auto* percent = std::get_if<rate>(&discount.value)) {
            if (percent->e8() <= 0) return true;
            const fast_exact left = fast_exact(1) - fast_exact(fraction::of(*percent));
            target.slope = target.slope * left;
            target.base = target.base * left;
          } else {
            const decimal* money = std::get<language::money>(discount.value).find(in);
            if (money == nullptr || money->sign() <= 0) return true;
            target.base = target.base - fast_exact(fraction::minor_units(*money, in.digits()));
          }
          for (const line& low : read->lows) {
            if (low.of != target.of && low.of != symbol::target) continue;
            const bool of_target = low.of == symbol::target;
            const fast_exact slope = of_target ? low.slope - fast_exact(1) : low.slope - target.slope;
            const fast_exact base = of_target ? low.base : low.base - target.base;
            cuts = cuts || (slope.sign() >= 0 && base.sign() >= 0 && (slope.sign() > 0 || base.sign() > 0));
          }
        }
        if (!cuts) return true;
      } catch (const exact_overflow&) {
        return true;
      }
      query wanted;
      add_on(wanted, rule);
      add_on(wanted, limit);
      const auto shown = to_.where.find(wanted, market, channel);
      if (!shown) return true;
      sample witness = to_.probe.start(*shown);
      const auto holds = [&](const decision& made) {
        return contains(made.discounts(), rule.id()) &&
               (contains(made.limited_by(), limit.id()) || contains(made.conflict(), limit.id()));
      };
      prober::aim aim;
      if (const auto band = whole_targets(shown->targets.front());
          band && !(band->first <= 1 && band->second >= max_amount_minor)) {
        aim.first = band->first;
        aim.last = std::min(band->second, band->first + 10'000);
      }
      if (!to_.probe.prove(witness, aim, holds)) return true;
      always = always && to_.where.implies(rule, limit, market, channel);
      if (found == nullptr) {
        found = &to_.add(codes::cut_off, rule.source->effect_offset,
                         "the price never has all of the promotion " + in_quotes(rule.id()) + " where " +
                             in_quotes(limit.id()) + " is on: it does not let a price that low be",
                         "except the period of the promotion from " + in_quotes(limit.id()) + ", or promise less",
                         {&rule, &limit});
        found->witnesses.push_back(to_.probe.json_of(witness));
        found->shows = "discounts has " + in_quotes(rule.id()) + ", limited_by has " + in_quotes(limit.id());
      }
      to_.at(*found, market, channel);
      return true;
    });
    if (found != nullptr && !always) found->what.severity = severity::note;
  }

  checker& to_;
  std::vector<line_reader> readers_;
  std::map<const compiled_rule*, summary> summaries_;
  std::vector<const compiled_rule*> credits_;
  bool credits_read_ = false;
};

}  // namespace

void check_bounds(checker& to) { bounds(to).run(); }

}  // namespace pricepoint::analysis
