// SPDX-License-Identifier: Apache-2.0
// Gathers what there is to say about a decision: what was heard while it was made, which rules are off and why, and
// what became of each bound and shape. Entry: narrative_of. Test: tests/unit/explain/explanation_test.cpp.
#include "explain/narrative.hpp"

#include <algorithm>

namespace pricepoint::explaining {

namespace {

using engine::compiled_condition;
using engine::compiled_rule;
using engine::presence;

class gathering {
 public:
  gathering(const engine::workspace& memory, const request& what, const decision& made, const recorder& heard)
      : memory_(memory), machine_(memory.compiled()), bound_(memory.bound()), heard_(heard) {
    out_.compiled = &machine_;
    out_.what = &what;
    out_.bound = &bound_;
    out_.made = &made;
    out_.in = heard.in;
    out_.base = heard.base_value;
    out_.target = heard.target_value;
  }

  narrative run() {
    for (const std::string& name : memory_.invalid()) out_.refusals.push_back(refusal(asks(), name));
    out_.rules_known = memory_.invalid().empty() && memory_.missing().empty();
    if (!out_.rules_known) return std::move(out_);
    for (const recorder::lack& one : heard_.lacking) {
      if (!one.rule->skip_if_missing()) out_.lacking.push_back(one);
    }
    by_hand_ = std::any_of(heard_.bounds.begin(), heard_.bounds.end(), [](const recorder::bound_heard& one) {
      return one.state == engine::valued::value && one.rule->effect == effect_kind::price;
    });
    if (bound_.given != bound_.currency && bound_.currency_known && bound_.at && memory_.rates() != nullptr)
      out_.conversion = memory_.rates()->find(bound_.given, bound_.currency, instant{*bound_.at});
    if (out_.base) base();
    discounts();
    if (heard_.on != nullptr && !heard_.bounds.empty()) bounds();
    if (heard_.on != nullptr && out_.made->status() != status::withheld) shapes();
    if (out_.made->status() == status::conflict) out_.ways_out = ways_out_of(memory_, *out_.made, heard_);
    if (heard_.chosen_of) {
      out_.nearest = heard_.chosen_of->star;
      out_.chosen = heard_.chosen_of->chosen;
      if (!by_hand_) what_moves();
      out_.candidates = candidates_of(memory_, *out_.made, heard_, by_hand_);
      hold();
      out_.former = heard_.former;
      out_.prior_minor = heard_.prior_minor;
      out_.lacks_prior = heard_.lacks_prior;
      former_possible();
    }
    rules();
    return std::move(out_);
  }

 private:
  asked asks() const { return {machine_, *out_.what, bound_, heard_.target_value}; }

  const engine::market_terms& market() const { return machine_.markets()[bound_.market]; }
  const engine::channel_terms& channel() const { return machine_.channels()[bound_.channel]; }
  bool lacks_current() const { return bound_.lacks(engine::slot::current); }

  void base() {
    out_.base_rule = heard_.base_rule;
    if (heard_.base_rule != nullptr) {
      out_.base_from = base_text(machine_.document(), *heard_.base_rule, out_.in);
      return;
    }
    detail::big_exact price;
    const auto slot = engine::exact_arithmetic<detail::big_exact>(machine_, bound_).reference(price);
    if (slot) out_.base_from = machine_.slot_name(*slot);
  }

  void discounts() {
    const name_list& counting = out_.made->discounts();
    const auto counts = [&](const compiled_rule& rule) {
      return std::find(counting.begin(), counting.end(), rule.id()) != counting.end();
    };
    const auto exclusive = [](const compiled_rule& rule) { return rule.discount().exclusive; };
    const bool decided = !counting.empty();
    const auto winner = std::find_if(heard_.discounts.begin(), heard_.discounts.end(),
                                     [&](const auto& one) { return exclusive(*one.rule) && counts(*one.rule); });
    for (const recorder::discount_heard& one : heard_.discounts) {
      discount_story made{.rule = one.rule, .off = one.off, .counts = counts(*one.rule), .why_not = {}};
      if (!made.counts && decided) {
        if (winner != heard_.discounts.end()) {
          made.why_not = std::string(winner->rule->id()) + " takes off more and is combined with nothing";
        } else if (exclusive(*one.rule)) {
          made.why_not = "it is combined with nothing, and it does not take off more than the other discounts together";
        } else {
          const auto best = std::find_if(heard_.discounts.begin(), heard_.discounts.end(), [&](const auto& other) {
            return other.group == one.group && counts(*other.rule);
          });
          const bool equal = best != heard_.discounts.end() && best->off == one.off;
          if (best != heard_.discounts.end()) {
            made.why_not = "only one discount of a group counts, and " + std::string(best->rule->id()) +
                           (equal ? " takes off as much" : " takes off more");
          }
        }
      }
      out_.discounts.push_back(std::move(made));
    }
  }

  std::string lacks(const compiled_rule& rule) const {
    for (const recorder::lack& one : heard_.lacking) {
      if (one.rule == &rule) return listed(each_once(one.names), " and ");
    }
    return {};
  }

  // What a bound asks for; for a margin, also what is taken off the price before the margin is measured.
  std::string asks(const compiled_rule& rule) const {
    std::string text = bound_words(machine_.document(), rule, out_.in, bound_.gross);
    if (rule.effect != effect_kind::margin) return text;
    const detail::fraction& credits = heard_.on->credit_total;
    std::vector<std::string> owed;
    if (bound_.fee.numerator != 0) owed.push_back("a fee of " + exact_percent(bound_.fee));
    if (credits.numerator != 0) owed.push_back("credits of " + exact_percent(credits));
    return owed.empty() ? text : text + " after " + listed(owed, " and ");
  }

  void bound(const recorder::bound_heard& one) {
    bound_story made{.rule = one.rule, .asks = asks(*one.rule), .low = one.low, .high = one.high, .lacks = {}};
    made.by_hand = by_hand_ && !one.rule->is_required();
    const bool lacking = one.state == engine::valued::lacks;
    made.idle = made.by_hand && (lacking || one.rule->effect == effect_kind::change);
    if (made.idle) {
      made.low.reset();
      made.high.reset();
    } else if (lacking) {
      made.lacks = lacks(*one.rule);
    }
    if (made.idle || lacking) {
      out_.bounds.push_back(std::move(made));
      return;
    }
    made.no_price = one.no_price();
    made.target_breaks = !one.target_holds;
    made.moves = made.target_breaks && heard_.chosen_of && one.kept.holds(heard_.chosen_of->star);
    if (const auto price = out_.made->price()) {
      const std::int64_t unit = market().unit_minor;
      made.broken = !one.kept.holds(price->minor);
      made.price_on_it = !made.broken && (price->minor - unit < one.kept.low || price->minor + unit > one.kept.high) &&
                         price->minor > unit;
    }
    out_.bounds.push_back(std::move(made));
  }

  void bounds() {
    for (const recorder::bound_heard& one : heard_.bounds) {
      if (by_hand_ && !one.rule->is_required()) continue;
      if (one.state == engine::valued::off) continue;
      if (one.state == engine::valued::lacks && one.rule->skip_if_missing()) continue;
      bound(one);
    }
    if (!by_hand_) return;
    for (const compiled_rule* rule : heard_.on->soft_bounds) {
      const recorder::bound_heard one = beside_price_by_hand(*rule);
      if (one.state == engine::valued::off) continue;
      bound(one);
    }
  }

  // A soft bound has no say where a price is set by hand, and the evaluation may pass it over.
  recorder::bound_heard beside_price_by_hand(const compiled_rule& rule) const {
    engine::exact_arithmetic<detail::big_exact> exact(machine_, bound_);
    exact.target = *heard_.target_exact;
    exact.credit_total = heard_.on->credit_total;
    engine::exact_bound<detail::big_exact> made;
    const engine::valued state = exact.value_of(rule, made);
    recorder alone(heard_.in);
    alone.target_exact = heard_.target_exact;
    alone.bound(rule, state, made);
    return alone.bounds.back();
  }

  void shapes() {
    const auto price = out_.made->price();
    const auto add = [&](const engine::plan_shape& one) {
      shape_story made{.rule = one.rule, .idle = false, .has = {}, .kept = false, .moves = false, .reach = {}};
      const engine::strength strength = one.rule->strength();
      const bool soft = !one.rule->is_required();
      made.idle = by_hand_ && soft;
      if (price && !made.idle && one.alone != nullptr) {
        made.has = shape::contains(*one.alone, price->minor);
        made.kept = *made.has;
        if (soft && heard_.chosen_of) {
          const std::int64_t star = heard_.chosen_of->star;
          const std::int64_t chosen = heard_.chosen_of->chosen;
          const std::int64_t reach =
              engine::choice::reach(heard_.on->within[static_cast<std::size_t>(strength) - 1], star);
          const auto far = [&](std::int64_t minor) { return minor > star + reach || minor < star - reach; };
          if (*made.has && far(price->minor)) {
            made.kept = false;
            made.reach = money(reach, out_.in);
          }
          made.moves = shape::contains(*one.alone, chosen) && !far(chosen) && !shape::contains(*one.alone, star);
        }
      }
      out_.shapes.push_back(std::move(made));
    };
    for (const engine::plan_shape& one : heard_.on->required_shapes) add(one);
    for (const engine::plan_shape& one : heard_.on->soft_shapes) add(one);
  }

  // Which rules, other than the bounds that the target breaks, lie between it and the nearest allowed price.
  void what_moves() {
    const engine::plan& on = *heard_.on;
    const std::int64_t star = heard_.chosen_of->star;
    const engine::target_position position = engine::position_of(
        *heard_.target_exact, on.unit_minor, heard_.chosen_of->net.restricts(), bound_.gross_factor);
    const std::int64_t first = nearest_to_target(heard_, *on.unit_only, {}, position);
    out_.step_nearest = first;
    const auto nearer_than_star = [&](std::int64_t minor) {
      return minor != 0 && minor != star && position.nearer(minor, star) == minor;
    };
    if (!nearer_than_star(first)) return;
    engine::minor_interval breaking, all;
    bool bounded = false;
    for (const recorder::bound_heard& one : heard_.bounds) {
      if (one.state != engine::valued::value || !one.kept.holds(star)) continue;
      if (!one.target_holds) breaking = common(breaking, one.kept);
      bounded = bounded || !one.target_holds;
      all = common(all, one.kept);
    }
    // A bound that the target satisfies may forbid the amount that it would be rounded to.
    const std::int64_t without = nearest_to_target(heard_, *on.required, breaking, position);
    for (const recorder::bound_heard& one : heard_.bounds) {
      if (one.state != engine::valued::value || !one.kept.holds(star) || !one.target_holds) continue;
      if (nearer_than_star(without) && !one.kept.holds(without)) out_.narrowing.push_back(one.rule);
    }
    // Where a bound and a shape both forbid that amount, either alone would do: the shape is named.
    const std::int64_t among = nearest_to_target(heard_, *on.unit_only, all, position);
    const bool by_shapes = nearer_than_star(among);
    if (!by_shapes && (bounded || !out_.narrowing.empty())) return;
    const std::int64_t forbidden = by_shapes ? among : first;
    const std::int64_t floor = heard_.target_exact->rounded(rounding::down, max_amount_minor);
    const std::int64_t target = detail::big_exact(floor) == *heard_.target_exact ? floor : first;
    for (const engine::plan_shape& one : on.required_shapes) {
      if (shape::contains(*one.alone, forbidden)) continue;
      (shape::contains(*one.alone, target) ? out_.narrowing : out_.refusing).push_back(one.rule);
    }
  }

  static engine::minor_interval common(const engine::minor_interval& a, const engine::minor_interval& b) {
    return {std::max(a.low, b.low), std::min(a.high, b.high)};
  }

  void former_possible() {
    if (out_.former.empty()) return;
    std::int64_t least = out_.prior_minor.value_or(max_amount_minor);
    for (const recorder::was_heard& one : out_.former) least = std::min(least, one.minor);
    if (least > max_amount_minor || heard_.on->unit_only == nullptr) return;
    out_.former_possible = least < 1 ? 0 : shape::at_or_below(*heard_.on->unit_only, heard_.chosen_of->net, least);
  }

  void hold() {
    const engine::plan& on = *heard_.on;
    if (!on.hold || lacks_current()) return;
    hold_story made;
    for (const compiled_rule* rule : on.hold_rules) {
      if (rule->hold() == *on.hold) made.rules.push_back(rule);
    }
    made.kept = out_.made->held();
    if (heard_.hold.looked_at) made.current = heard_.hold.current;
    if (!made.kept) made.why_not = not_held();
    out_.hold = std::move(made);
  }

  // Why the current price was not kept: the first condition of a hold that fails.
  std::string not_held() const {
    if (!heard_.hold.looked_at) {
      if (bound_.fields[engine::slot::current].state != presence::present) return "it cannot be converted";
      if (!bound_.current_since) {
        return "rules with a period could apply here, and the request does not say since when it has been asked "
               "(current_since)";
      }
      return "a period began or ended at " + boundary(machine_, heard_.hold.last_boundary.value_or(0)) +
             ", after it was set";
    }
    if (!heard_.hold.minor) return "it is finer than " + money(1, out_.in);
    const std::int64_t current = *heard_.hold.minor;
    const recorder::outcome& choice = *heard_.chosen_of;
    const auto& relaxed = out_.made->relaxed();
    std::vector<std::string> broken;
    std::vector<std::string> strong;
    for (const recorder::bound_heard& one : heard_.bounds) {
      if (one.state != engine::valued::value || one.kept.holds(current)) continue;
      if (one.rule->is_required()) broken.emplace_back(one.rule->id());
      if (one.rule->strength() == engine::strength::strong) strong.emplace_back(one.rule->id());
    }
    for (const engine::plan_shape& one : heard_.on->required_shapes) {
      if (!shape::contains(*one.alone, current)) broken.emplace_back(one.rule->id());
    }
    if (!broken.empty()) return "it breaks " + listed(broken, " and ");
    if (!shape::contains(*heard_.on->unit_only, current)) {
      return "it is not a multiple of " + money(market().unit_minor, out_.in);
    }
    if (!choice.net.possible(current)) return "no price without tax, in steps of " + money(1, out_.in) + ", gives it";
    const std::int64_t distance = current > choice.chosen ? current - choice.chosen : choice.chosen - current;
    if (static_cast<detail::int128>(distance) * heard_.on->hold->denominator >
        static_cast<detail::int128>(current) * heard_.on->hold->numerator) {
      return "it is farther than that from the new price, " + money(choice.chosen, out_.in);
    }
    for (const engine::plan_shape& one : heard_.on->soft_shapes) {
      if (one.rule->strength() != engine::strength::strong || shape::contains(*one.alone, current)) continue;
      // A preference that nobody within its reach has is broken nowhere.
      const bool matters = one.rule->effect != engine::effect_kind::prefer ||
                           shape::contains(*one.alone, choice.chosen) ||
                           std::find(relaxed.begin(), relaxed.end(), one.rule->id()) != relaxed.end();
      if (matters) strong.emplace_back(one.rule->id());
    }
    std::sort(strong.begin(), strong.end());
    return "it breaks more strong rules than " + money(choice.chosen, out_.in) + " does (" + listed(strong, " and ") +
           ")";
  }

  // ---- rules

  bool holds_at_target(const compiled_condition& one) const {
    const auto range = one.range_in(out_.in);
    return range && range->holds(*heard_.target_exact);
  }

  std::string exception_words(const std::vector<compiled_condition>& object) const {
    std::vector<std::string> parts;
    for (const compiled_condition& one : object) parts.push_back(statement(asks(), one));
    return "it makes an exception where " + listed(parts, " and ");
  }

  // A rule that is on but for conditions on the target, and is not among those on.
  std::string off_by_target(const compiled_rule& rule) const {
    for (const compiled_condition& one : rule.when) {
      if (one.is_target() && !holds_at_target(one)) return denial(asks(), one);
    }
    for (std::size_t i = 0; i < rule.except.size(); ++i) {
      // The object becomes the `when` of a rule of its own, so that match_rule says whether the rest of it holds.
      compiled_rule object = rule;
      object.when = rule.except[i];
      object.except.clear();
      const auto holds = [&](const compiled_condition& one) { return !one.is_target() || holds_at_target(one); };
      const bool all = std::all_of(object.when.begin(), object.when.end(), holds);
      if (all && engine::match_rule(machine_, object, bound_).on_but_target) return exception_words(object.when);
    }
    return {};
  }

  std::string off_words(const compiled_rule& rule, const engine::off_reason& why) const {
    using kind = engine::off_reason::kind;
    switch (why.what) {
      case kind::condition:
        return denial(asks(), *why.condition);
      case kind::exception:
        return exception_words(rule.except[why.exception]);
      case kind::period:
        return outside(asks(), rule.during());
      case kind::currency:
        return "it names no amount in " + std::string(out_.in.code());
      case kind::effect: {
        if (rule.effect == effect_kind::culture) {
          return "nothing of what it asks for is known about the market " + std::string(market().name);
        }
        if (rule.bounds().from == engine::bound_effect::origin::channel)
          return "it is measured from " + std::string(channel().name) + " itself";
        // A list names two channels or more, so that one is left.
        const bool online = machine_.groups()[rule.bounds().group].what == engine::channel_group::kind::online;
        return std::string("there is no other ") + (online ? "online" : "traditional") + " channel to measure from";
      }
      case kind::target:
      case kind::none:
        break;
    }
    return {};
  }

  rule_story outcome_of(const compiled_rule& rule) const {
    using state = enum rule_story::state;
    if (rule.of_audits()) return {&rule, state::off, "it speaks in audits alone"};
    const engine::match found = engine::match_rule(machine_, rule, bound_);
    if (!found.on_but_target && found.possible && rule.names_period && !bound_.at) {
      return {&rule, state::open, "it depends on the time, which is not known"};
    }
    if (!found.on_but_target) return {&rule, state::off, off_words(rule, found.why)};
    if (rule.asks_target) {
      if (heard_.on == nullptr) return {&rule, state::open, "it depends on the target, which is not known"};
      if (std::find(heard_.on->on.begin(), heard_.on->on.end(), &rule) == heard_.on->on.end()) {
        return {&rule, state::off, off_by_target(rule)};
      }
    }
    if (rule.effect == effect_kind::base && out_.base && &rule != heard_.base_rule && lacks(rule).empty()) {
      return {&rule, state::off, std::string(heard_.base_rule->id()) + " comes first"};
    }
    if ((rule.effect == effect_kind::change || rule.effect == effect_kind::hold) && lacks_current()) {
      return {&rule, state::off, "the request gives no current price"};
    }
    if (rule.skip_if_missing()) {
      if (std::string names = lacks(rule); !names.empty()) {
        return {&rule, state::off, "it is skipped, since the request lacks " + std::move(names)};
      }
    }
    return {&rule, state::on, {}};
  }

  // A rule of another market's culture, or one that asks for culture where its rules speak for themselves.
  bool hidden(const compiled_rule& rule) const {
    if (rule.of_market()) return *rule.of_market() != bound_.market;
    return rule.effect == effect_kind::culture &&
           std::any_of(machine_.culture_of(bound_.market).begin(), machine_.culture_of(bound_.market).end(),
                       [&](std::uint32_t other) { return machine_.rule(other).asked_by() == rule.index; });
  }

  void rules() {
    // Of many rules only those are looked at whose indexed words the request has.
    constexpr std::size_t all_up_to = 1000;
    std::vector<const compiled_rule*> looked_at;
    if (machine_.rules().size() > all_up_to) {
      machine_.candidates(bound_.codes, bound_.market, looked_at);
      out_.not_looked_at = machine_.rules().size() - looked_at.size();
    } else {
      for (const compiled_rule& rule : machine_.rules()) looked_at.push_back(&rule);
    }
    std::erase_if(looked_at, [&](const compiled_rule* rule) { return hidden(*rule); });
    for (const compiled_rule* rule : looked_at) {
      out_.rules.push_back(outcome_of(*rule));
      const bool speaks = rule->effect == effect_kind::advise || rule->effect == effect_kind::withhold;
      if (speaks && out_.rules.back().state == rule_story::state::on) out_.advising.push_back(rule);
    }
  }

  const engine::workspace& memory_;
  const engine::machine& machine_;
  const engine::bound_request& bound_;
  const recorder& heard_;
  narrative out_;
  bool by_hand_ = false;
};

}  // namespace

detail::big_exact distance_to_target(const recorder& heard, std::int64_t minor) {
  const detail::big_exact away = detail::big_exact(minor) - *heard.target_exact;
  return away.sign() < 0 ? -away : away;
}

std::int64_t nearest_to_target(const recorder& heard, const shape::automaton& allowed,
                               const engine::minor_interval& where, const engine::target_position& target) {
  if (where.low > where.high) return 0;
  const shape::stored_net& net = heard.chosen_of->net;
  std::int64_t below = 0;
  std::int64_t above = 0;
  if (const std::int64_t from = std::min(where.high, target.floor); from >= where.low) {
    below = shape::at_or_below(allowed, net, from);
    if (below < where.low) below = 0;
  }
  if (const std::int64_t from = std::max(where.low, target.ceiling); from <= where.high) {
    above = shape::at_or_above(allowed, net, from);
    if (above > where.high) above = 0;
  }
  return target.nearer(below, above);
}

narrative narrative_of(const engine::workspace& memory, const request& what, const decision& made,
                       const recorder& heard) {
  return gathering(memory, what, made, heard).run();
}

}  // namespace pricepoint::explaining
