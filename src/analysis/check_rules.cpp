// SPDX-License-Identifier: Apache-2.0
// Findings about single rules: never on, never the base, over, amounts in several currencies, former prices, resale
// prices; and attributes that none uses. Entry: check_rules. Test: tests/unit/analysis/check_test.cpp.
#include <algorithm>
#include <set>

#include "analysis/checker.hpp"

namespace pricepoint::analysis {

namespace {

namespace effect = language::effect;
using language::expression;
using language::money_field;
using language::subject;

bool is_culture(const compiled_rule& rule) { return std::holds_alternative<effect::culture>(rule.source->effect); }
// Rules that the policy's author wrote, and that act themselves.
bool written(const compiled_rule& rule) { return !rule.source->of_market && !is_culture(rule); }

query without(const query& from, bool (*drops)(const atom&)) {
  query made = from;
  std::erase_if(made.must, drops);
  return made;
}

bool is_timed(const atom& one) { return one.during != nullptr || one.condition->source->subject == subject::period; }
bool is_target(const atom& one) {
  return one.condition != nullptr && one.condition->source->subject == subject::target;
}

class rules {
 public:
  explicit rules(checker& to) : to_(to), always_(to.compiled, {}) {}

  void run() {
    for (const compiled_rule& one : to_.compiled.rules()) {
      if (!written(one)) continue;
      if (!can_be_on(to_.where, one)) {
        if (to_.wants(codes::never_on)) never_on(one);
        continue;
      }
      literals(one);
      former(one);
      resale(one);
    }
    bases();
    attributes();
  }

 private:
  template <class Visit>
  bool any_place(const Visit& visit) const {
    for (std::uint32_t market = 0; market < to_.markets(); ++market) {
      for (std::uint32_t channel = 0; channel < to_.channels(); ++channel) {
        if (visit(market, channel)) return true;
      }
    }
    return false;
  }

  std::optional<scenario> on_at(const space& where, const query& wanted, const compiled_rule& rule,
                                std::uint32_t market, std::uint32_t channel) {
    if (!where.here(rule, market, channel)) return {};
    auto found = where.find(wanted, market, channel);
    gave_up_ = gave_up_ || where.gave_up();
    return found;
  }

  bool can_be_on(const space& where, const compiled_rule& rule) {
    query wanted;
    add_on(wanted, rule);
    gave_up_ = false;
    return any_place([&](std::uint32_t market, std::uint32_t channel) {
             return on_at(where, wanted, rule, market, channel).has_value();
           }) ||
           gave_up_;
  }

  // Of a rule that is off everywhere: the request that comes nearest, and why it is off there.
  void never_on(const compiled_rule& rule) {
    query wanted;
    add_on(wanted, rule);
    const std::string id = in_quotes(rule.id());
    const auto tell = [&](const char* code, const std::optional<scenario>& shown, std::string why, std::string hint,
                          std::size_t offset) {
      std::optional<sample> witness;
      if (shown) {
        sample made = to_.probe.start(*shown);
        const auto off = [&](const decision& done) { return !to_.probe.is_on(made, rule, done); };
        if (to_.probe.prove(made, {}, off)) witness = std::move(made);
      }
      if (!witness) return;
      check_finding& found = to_.add(code, offset, id + std::move(why), std::move(hint), {&rule});
      found.witnesses.push_back(to_.probe.json_of(*witness));
      found.shows = id + " is off";
      to_.at(found, witness->market, witness->channel);
    };
    const std::size_t offset = rule.source->offset;
    std::optional<scenario> shown;
    // With nothing of what makes it say anything.
    const auto anywhere = [&](const space& where, const query& asked, bool effective) {
      shown.reset();
      return any_place([&](std::uint32_t market, std::uint32_t channel) {
        if (effective && !where.here(rule, market, channel)) return false;
        shown = where.find(asked, market, channel);
        return shown.has_value();
      });
    };
    if (to_.options.at) {
      if (can_be_on(always_, rule)) {
        scenario now;
        std::string until;
        const auto dropped = without(wanted, is_timed);
        if (anywhere(to_.where, dropped, true)) now = *shown;
        now.at = to_.options.at->unix_ms;
        if (const auto last = last_end(rule)) until = " ended at " + to_string(instant{*last});
        tell(codes::over, now, " will never be on again: its time" + (until.empty() ? " is over" : until),
             "take it out, or give its period new dates", offset);
        return;
      }
    }
    if (anywhere(to_.where, without(wanted, is_target), true)) {
      tell(codes::never_on, shown,
           " can never be on: no target above zero is in the range that its conditions on \"target\" leave",
           "look at the ends of its ranges, and at the currencies that they list", offset_of(rule, is_target));
      return;
    }
    query all = wanted;
    all.must_not.clear();
    if (anywhere(to_.where, all, true)) {
      tell(codes::never_on, shown,
           " can never be on: \"except\" takes away all that \"when\" and \"during\" let through",
           "narrow \"except\", or take the rule out", except_offset(rule));
      return;
    }
    if (anywhere(to_.where, without(wanted, is_timed), true)) {
      tell(codes::never_on, shown, " can never be on: no instant is in all of the periods that it asks for",
           "\"during\" and a condition on \"period\" must have some time in common", offset_of(rule, is_timed));
      return;
    }
    if (anywhere(to_.where, wanted, false)) {
      const bool gap = std::holds_alternative<effect::gap>(rule.source->effect);
      const std::string currency(to_.where.currency_of(shown->market).code());
      tell(codes::never_on, shown,
           gap ? " can never be on: where its conditions hold it has nothing to measure against, or no amount in the "
                 "market's currency"
               : " can never be on: it has no amount in the currency of any market that its conditions leave",
           gap ? "a gap is off on the channel that it names, and where no other traditional channel is declared"
               : "add " + currency + " to its amounts, or let the rule hold in a market of a currency that they list",
           rule.source->effect_offset);
      return;
    }
    query neither = without(wanted, is_target);
    neither.must_not.clear();
    if (anywhere(to_.where, neither, false) || anywhere(to_.where, without(neither, is_timed), false)) {
      tell(codes::never_on, shown, " can never be on: its conditions contradict each other", "look at its conditions",
           offset);
      return;
    }
    // Nothing but the place is left: what its conditions ask for cannot be had together.
    query nothing;
    if (anywhere(to_.where, nothing, false)) {
      tell(codes::never_on, shown, " can never be on: its conditions contradict each other",
           "no value is in all of the lists and ranges that it asks for", offset);
    }
  }

  std::size_t offset_of(const compiled_rule& rule, bool (*asks)(const atom&)) const {
    for (const compiled_condition& one : rule.when) {
      if (asks({&one, nullptr})) return one.source->offset;
    }
    return rule.source->offset;
  }
  static std::size_t except_offset(const compiled_rule& rule) {
    return rule.except.empty() || rule.except.front().empty() ? rule.source->offset
                                                              : rule.except.front().front().source->offset;
  }

  std::optional<std::int64_t> last_end(const compiled_rule& rule) const {
    std::optional<std::int64_t> last;
    for (const std::uint32_t period : rule.periods) {
      for (const language::span& span : to_.document.periods[period].spans) {
        if (span.until_unix_ms && *span.until_unix_ms <= to_.options.at->unix_ms &&
            (!last || *last < *span.until_unix_ms))
          last = span.until_unix_ms;
      }
    }
    return last;
  }

  // ---- base

  void bases() {
    std::vector<const compiled_rule*> all;
    for (const compiled_rule& one : to_.compiled.rules()) {
      if (std::holds_alternative<effect::base>(one.source->effect)) all.push_back(&one);
    }
    std::size_t pairs = 0;
    for (std::size_t later = 1; later < all.size(); ++later) {
      if (!to_.wants(codes::never_base)) return;
      for (std::size_t earlier = 0; earlier < later; ++earlier) {
        if (++pairs > to_.options.limits.max_pairs) {
          to_.note_limit("bases that never count: more pairs than the limit");
          return;
        }
        if (shadowed(*all[later], *all[earlier])) break;
      }
    }
  }

  static bool never_skipped(const compiled_rule& rule) {
    if (!rule.source->skip_if_missing) return true;
    return std::all_of(rule.value.each.begin(), rule.value.each.end(), [](const auto& one) {
      return one.second.size() == 1 && one.second[0].op == engine::instruction::kind::constant;
    });
  }

  bool shadowed(const compiled_rule& later, const compiled_rule& earlier) {
    if (!never_skipped(earlier)) return false;
    query wanted;
    add_on(wanted, later);
    std::optional<scenario> shown;
    bool possible = false;
    const bool counts = any_place([&](std::uint32_t market, std::uint32_t channel) {
      auto found = on_at(to_.where, wanted, later, market, channel);
      if (!found) return to_.where.gave_up();
      possible = true;
      if (!to_.where.implies(later, earlier, market, channel)) return true;
      if (!shown) shown = std::move(found);
      return false;
    });
    if (counts || !possible) return false;
    sample witness = to_.probe.start(*shown);
    const auto both = [&](const decision& made) {
      return made.target() && to_.probe.is_on(witness, later, made) && to_.probe.is_on(witness, earlier, made);
    };
    if (!to_.probe.prove(witness, {}, both)) return false;
    check_finding& found =
        to_.add(codes::never_base, later.source->offset,
                in_quotes(later.id()) + " never counts: wherever it is on, the earlier base " +
                    in_quotes(earlier.id()) + " is on too",
                "the first base that is on counts: put the special one before the general one", {&later, &earlier});
    found.witnesses.push_back(to_.probe.json_of(witness));
    found.shows = "both are on, and the price starts from " + in_quotes(earlier.id());
    to_.at(found, witness.market, witness.channel);
    return true;
  }

  // ---- amounts without a currency

  struct literal {
    std::size_t offset = 0;
    bool only_looks = false;  // of a band of the target or a multiple
  };

  static bool has_field(const expression& tree) {
    return tree.op == expression::kind::field || std::any_of(tree.operands.begin(), tree.operands.end(), has_field);
  }
  // The first amount of money other than 0 in an expression; beside `*` and `/` a number is a factor.
  static const expression* amount_in(const expression& tree) {
    using kind = expression::kind;
    switch (tree.op) {
      case kind::literal:
        return tree.number.sign() != 0 ? &tree : nullptr;
      case kind::rate:
      case kind::field:
        return nullptr;
      case kind::multiply:
        if (has_field(tree.operands[0])) return amount_in(tree.operands[0]);
        if (has_field(tree.operands[1])) return amount_in(tree.operands[1]);
        if (const expression* left = amount_in(tree.operands[0])) return left;
        return amount_in(tree.operands[1]);
      case kind::divide:
        return amount_in(tree.operands[0]);
      default:
        for (const expression& one : tree.operands) {
          if (const expression* found = amount_in(one)) return found;
        }
        return nullptr;
    }
  }

  std::optional<literal> bare_literal(const language::rule& rule) const {
    const auto of_expression = [](const language::money_expression& value) -> std::optional<literal> {
      if (!value.any) return {};
      const expression* found = amount_in(*value.any);
      if (found == nullptr) return {};
      return literal{found->offset, false};
    };
    const auto of_end = [&](const language::rate_or_money& value) -> std::optional<literal> {
      const auto* money = std::get_if<language::money>(&value);
      if (money == nullptr || !money->any || money->any->sign() == 0) return {};
      return literal{rule.effect_offset, false};
    };
    std::optional<literal> found;
    if (const auto* one = std::get_if<effect::base>(&rule.effect)) found = of_expression(one->value);
    if (const auto* one = std::get_if<effect::price>(&rule.effect)) found = of_expression(one->value);
    if (const auto* one = std::get_if<effect::floor>(&rule.effect)) found = of_expression(one->value);
    if (const auto* one = std::get_if<effect::ceiling>(&rule.effect)) found = of_expression(one->value);
    if (const auto* one = std::get_if<effect::was>(&rule.effect)) found = of_expression(one->value);
    if (const auto* one = std::get_if<effect::discount>(&rule.effect)) found = of_end(one->value);
    if (const auto* one = std::get_if<effect::gap>(&rule.effect)) {
      if (one->min) found = of_end(*one->min);
      if (!found && one->max) found = of_end(*one->max);
    }
    if (found) return found;
    const auto of_range = [&](const language::condition& asked) {
      const auto bare = [](const std::optional<language::money>& end) {
        return end && end->any && end->any->sign() != 0;
      };
      if (asked.subject == subject::target && (bare(asked.from_money) || bare(asked.below_money)) && !found)
        found = literal{asked.offset, true};
    };
    for (const language::condition& asked : rule.when) of_range(asked);
    for (const auto& each : rule.except) {
      for (const language::condition& asked : each) of_range(asked);
    }
    if (found) return found;
    if (const auto* one = std::get_if<effect::multiple_of>(&rule.effect)) {
      if (one->value.any) return literal{rule.effect_offset, true};
    }
    return {};
  }

  void literals(const compiled_rule& rule) {
    if (!to_.wants(codes::amount_in_currencies)) return;
    if (several_currencies_ < 0) {
      std::set<std::string_view> all;
      for (const language::market& one : to_.document.markets) all.insert(one.currency.code());
      several_currencies_ = all.size() > 1 ? 1 : 0;
    }
    if (several_currencies_ == 0) return;
    const auto found = bare_literal(*rule.source);
    if (!found) return;
    query wanted;
    add_on(wanted, rule);
    std::vector<scenario> shown;  // one for each currency
    any_place([&](std::uint32_t market, std::uint32_t channel) {
      const currency in = to_.where.currency_of(market);
      if (std::any_of(shown.begin(), shown.end(),
                      [&](const scenario& one) { return to_.where.currency_of(one.market) == in; }))
        return false;
      if (auto one = on_at(to_.where, wanted, rule, market, channel)) shown.push_back(std::move(*one));
      return false;
    });
    if (shown.size() < 2) return;
    std::vector<sample> witnesses;
    std::string currencies;
    bool same_decimals = true;
    for (const scenario& one : shown) {
      sample made = to_.probe.start(one);
      prober::aim aim;
      if (const auto band = whole_targets(one.targets.front()); rule.asks_target && band) {
        aim.first = band->first;
        aim.last = std::min(band->second, band->first + 10'000);
      }
      const auto on = [&](const decision& done) { return done.target() && to_.probe.is_on(made, rule, done); };
      if (!to_.probe.prove(made, aim, on)) continue;
      const currency in = to_.where.currency_of(made.market);
      same_decimals = same_decimals && in.digits() == to_.where.currency_of(shown.front().market).digits();
      currencies.append(currencies.empty() ? "" : ", ").append(in.code());
      witnesses.push_back(std::move(made));
    }
    if (witnesses.size() < 2) return;
    check_finding& made =
        to_.add(codes::amount_in_currencies, found->offset,
                "an amount of " + in_quotes(rule.id()) + " has no currency, and the rule is on in " + currencies,
                "write it by currency, such as {\"" + std::string(to_.where.currency_of(witnesses[0].market).code()) +
                    "\": \"20\", \"" + std::string(to_.where.currency_of(witnesses[1].market).code()) +
                    "\": \"20\"}, or let the rule hold in one market",
                {&rule});
    // Where a look begins may be the same number in currencies of a similar size.
    if (found->only_looks && same_decimals) made.what.severity = severity::note;
    for (const sample& one : witnesses) {
      made.witnesses.push_back(to_.probe.json_of(one));
      to_.at(made, one.market, one.channel);
    }
    made.currency.reset();
    made.shows = in_quotes(rule.id()) + " is on for each, with the same number in another currency";
  }

  // ---- former prices

  static bool reads_prior(const expression& tree) {
    return (tree.op == expression::kind::field && tree.field == money_field::lowest_prior) ||
           std::any_of(tree.operands.begin(), tree.operands.end(), reads_prior);
  }
  static bool reads(const language::any_effect& what, bool (*asks)(const expression&)) {
    const language::money_expression* value = nullptr;
    if (const auto* one = std::get_if<effect::base>(&what)) value = &one->value;
    if (const auto* one = std::get_if<effect::price>(&what)) value = &one->value;
    if (const auto* one = std::get_if<effect::floor>(&what)) value = &one->value;
    if (const auto* one = std::get_if<effect::ceiling>(&what)) value = &one->value;
    if (const auto* one = std::get_if<effect::was>(&what)) value = &one->value;
    if (value == nullptr) return false;
    if (value->any && asks(*value->any)) return true;
    return std::any_of(value->each.begin(), value->each.end(), [&](const auto& one) { return asks(one.second); });
  }

  void former(const compiled_rule& rule) {
    if (!std::holds_alternative<effect::was>(rule.source->effect) || !to_.wants(codes::prior_missing)) return;
    if (knows_prior_ < 0) {
      const engine::rule_list all = to_.compiled.rules();
      knows_prior_ = std::any_of(all.begin(), all.end(),
                                 [](const compiled_rule& one) { return reads(one.source->effect, reads_prior); })
                         ? 1
                         : 0;
    }
    if (knows_prior_ == 1) return;  // whoever wrote it knows the field
    query wanted;
    add_on(wanted, rule);
    any_place([&](std::uint32_t market, std::uint32_t channel) {
      if (to_.document.markets[market].former_price() == nullptr) return false;
      const auto shown = on_at(to_.where, wanted, rule, market, channel);
      if (!shown) return false;
      sample witness = to_.probe.start(*shown);
      const auto says = [](const decision& made) { return contains(made.advice(), "prior-price-missing"); };
      if (!to_.probe.prove(witness, {}, says)) return false;
      check_finding& found =
          to_.add(codes::prior_missing, rule.source->effect_offset,
                  in_quotes(rule.id()) + " announces nothing in " + to_.document.markets[market].name +
                      " where requests do not say lowest_prior, and no rule of this policy reads it",
                  "send lowest_prior, let --history fill it, or write \"min(reference, lowest_prior?)\"", {&rule});
      found.witnesses.push_back(to_.probe.json_of(witness));
      found.shows = "advice prior-price-missing, and no was";
      to_.at(found, market, channel);
      return true;
    });
  }

  // ---- resale prices

  static bool reads_map(const expression& tree) {
    return (tree.op == expression::kind::field && tree.field == money_field::map) ||
           std::any_of(tree.operands.begin(), tree.operands.end(), reads_map);
  }

  void resale(const compiled_rule& rule) {
    const language::any_effect& what = rule.source->effect;
    if (!std::holds_alternative<effect::floor>(what) && !std::holds_alternative<effect::price>(what)) return;
    if (!reads(what, reads_map) || !to_.wants(codes::resale_price)) return;
    query wanted;
    add_on(wanted, rule);
    check_finding* found = nullptr;
    any_place([&](std::uint32_t market, std::uint32_t channel) {
      const language::market& in = to_.document.markets[market];
      if (to_.document.channels[channel].owner != language::channel::owner::reseller || in.known == nullptr)
        return false;
      if (in.known->minimum_resale_price.value != resale_minimum::forbidden) return false;
      const auto shown = on_at(to_.where, wanted, rule, market, channel);
      if (!shown) return false;
      sample witness = to_.probe.start(*shown);
      prober::aim aim;
      const auto digits = static_cast<std::size_t>(in.currency.digits());
      aim.given = {{"map", decimal::from_parts(200 * detail::powers_of_ten[digits], in.currency.digits())}};
      const auto binds = [&](const decision& made) {
        return made.target() && to_.probe.is_on(witness, rule, made) &&
               (!is_required(rule) || contains(made.limited_by(), rule.id()));
      };
      if (!to_.probe.prove(witness, aim, binds)) return false;
      if (found == nullptr) {
        found =
            &to_.add(codes::resale_price, rule.source->effect_offset,
                     in_quotes(rule.id()) + " sets a minimum resale price for " + to_.document.channels[channel].name +
                         ", a reseller's channel, in " + in.name + ", where the market table says that is forbidden",
                     "let the rule hold on channels of your own: \"when\": {\"channel\": [...]}; ask counsel what the "
                     "law is in each market",
                     {&rule});
        found->witnesses.push_back(to_.probe.json_of(witness));
        found->shows = "the price may not be below map";
        if (is_required(rule)) found->shows += ": limited_by has " + in_quotes(rule.id());
      }
      to_.at(*found, market, channel);
      return false;
    });
  }

  // ---- attributes

  void attributes() {
    const auto& all = to_.document.attributes;
    std::vector<bool> used(all.size(), false);
    const auto read = [&](const auto& self, const expression& tree) -> void {
      if (tree.op == expression::kind::field && tree.field == money_field::attribute) used[tree.index] = true;
      for (const expression& one : tree.operands) self(self, one);
    };
    const auto conditions = [&](const language::conditions& asked) {
      for (const language::condition& one : asked) {
        if (one.subject == subject::declared) used[one.index] = true;
      }
    };
    for (const compiled_rule& each_rule : to_.compiled.rules()) {
      const language::rule& rule = *each_rule.source;
      conditions(rule.when);
      for (const auto& each : rule.except) conditions(each);
      const auto expression_of = [&](const language::money_expression& value) {
        if (value.any) read(read, *value.any);
        for (const auto& [code, tree] : value.each) read(read, tree);
      };
      if (const auto* one = std::get_if<effect::base>(&rule.effect)) expression_of(one->value);
      if (const auto* one = std::get_if<effect::price>(&rule.effect)) expression_of(one->value);
      if (const auto* one = std::get_if<effect::floor>(&rule.effect)) expression_of(one->value);
      if (const auto* one = std::get_if<effect::ceiling>(&rule.effect)) expression_of(one->value);
      if (const auto* one = std::get_if<effect::was>(&rule.effect)) expression_of(one->value);
      if (const auto* one = std::get_if<effect::squeeze>(&rule.effect)) {
        for (const auto& field : {one->wholesale, one->cost}) {
          if (field.field == money_field::attribute) used[field.index] = true;
        }
      }
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (used[i] || !to_.wants(codes::unused_attribute) || to_.markets() == 0 || to_.channels() == 0) continue;
      // Two requests that differ in it alone have the same answer.
      const auto somewhere = to_.where.find({}, 0, 0);
      if (!somewhere) continue;
      sample plain = to_.probe.start(*somewhere);
      const auto any = [](const decision&) { return true; };
      if (!to_.probe.prove(plain, {}, any)) continue;
      sample with = plain;
      using kind = enum language::attribute::kind;
      with.attributes[all[i].name] = all[i].kind == kind::words  ? all[i].words.front()
                                     : all[i].kind == kind::text ? std::string("any")
                                                                 : std::string("1");
      const decision left = to_.probe.price(plain);
      const decision right = to_.probe.price(with);
      if (left.status() != right.status() || left.price() != right.price()) continue;
      check_finding& found = to_.add(codes::unused_attribute, all[i].offset,
                                     "no rule asks about the attribute " + in_quotes(all[i].name) + " or reads it",
                                     "take it out, or use it", {});
      found.witnesses = {to_.probe.json_of(plain), to_.probe.json_of(with)};
      found.shows = "the same answer with it and without it";
    }
  }

  checker& to_;
  space always_;
  bool gave_up_ = false;
  int several_currencies_ = -1;
  int knows_prior_ = -1;
};

}  // namespace

void check_rules(checker& to) { rules(to).run(); }

}  // namespace pricepoint::analysis
