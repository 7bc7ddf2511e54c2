// SPDX-License-Identifier: Apache-2.0
// Rules that are never on, or will never be again, and bases that never count. Entry: check_rules, which also calls the
// checks of written.hpp and fields.hpp. Test: tests/unit/analysis/check_test.cpp.
#include <algorithm>

#include "analysis/checker.hpp"
#include "analysis/fields.hpp"
#include "analysis/written.hpp"

namespace pricepoint::analysis {

namespace {

using engine::effect_kind;

// Rules that the policy's author wrote and that have an effect themselves.
bool is_of_author(const compiled_rule& rule) { return !rule.of_market() && rule.effect != effect_kind::culture; }

query without(const query& from, bool (*drops)(const atom&)) {
  query made = from;
  std::erase_if(made.must, drops);
  return made;
}

class rule_check {
 public:
  explicit rule_check(checker& to) : to_(to), always_(to.compiled, {}) {}

  void run() {
    written_amounts amounts(to_);
    field_check fields(to_);
    for (const compiled_rule& one : to_.compiled.rules()) {
      if (!is_of_author(one)) continue;
      if (!can_be_on(to_.where, one)) {
        if (to_.wants(codes::never_on)) never_on(one);
        continue;
      }
      amounts.check(one);
      fields.former_price(one);
      fields.resale_price(one);
    }
    bases();
    fields.unused_attributes();
  }

 private:
  // True also where that is not known.
  bool can_be_on(const request_space& where, const compiled_rule& rule) const {
    bool gave_up = false;
    const bool found = to_.any_place([&](std::uint32_t market, std::uint32_t channel) {
      const bool on = where.find_on(rule, market, channel).has_value();
      gave_up = gave_up || where.gave_up();
      return on;
    });
    return found || gave_up;
  }

  // Adds the reason why a rule is off everywhere, with the request that comes nearest to switching it on.
  void never_on(const compiled_rule& rule) {
    query wanted;
    add_on(wanted, rule);
    const std::string id = in_quotes(rule.id());
    const auto report = [&](const char* code, const std::optional<scenario>& shown, std::string why, std::string hint,
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
    // `applies`: only where the rule itself applies.
    const auto anywhere = [&](const request_space& where, const query& asked, bool applies) {
      shown.reset();
      return to_.any_place([&](std::uint32_t market, std::uint32_t channel) {
        if (applies && !where.applies_in(rule, market, channel)) return false;
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
        report(codes::over, now, " will never be on again: its time" + (until.empty() ? " is over" : until),
               "take it out, or give its period new dates", offset);
        return;
      }
    }
    if (anywhere(to_.where, without(wanted, is_target), true)) {
      report(codes::never_on, shown,
             " can never be on: no target above zero is in the range that its conditions on \"target\" leave",
             "look at the ends of its ranges, and at the currencies that they list", offset_of(rule, is_target));
      return;
    }
    query all = wanted;
    all.must_not.clear();
    if (anywhere(to_.where, all, true)) {
      report(codes::never_on, shown,
             " can never be on: \"except\" takes away all that \"when\" and \"during\" let through",
             "narrow \"except\", or take the rule out", except_offset(rule));
      return;
    }
    if (anywhere(to_.where, without(wanted, is_timed), true)) {
      report(codes::never_on, shown, " can never be on: no instant is in all of the periods that it asks for",
             "\"during\" and a condition on \"period\" must have some time in common", offset_of(rule, is_timed));
      return;
    }
    if (anywhere(to_.where, wanted, false)) {
      const bool gap = rule.effect == effect_kind::gap;
      const std::string currency(to_.where.currency_of(shown->market).code());
      report(codes::never_on, shown,
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
      report(codes::never_on, shown, " can never be on: its conditions contradict each other", "look at its conditions",
             offset);
      return;
    }
    // Market and channel alone are left: no request has all that the conditions ask for.
    query nothing;
    if (anywhere(to_.where, nothing, false)) {
      report(codes::never_on, shown, " can never be on: its conditions contradict each other",
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
      for (const engine::time_span& span : to_.compiled.spans(period)) {
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
      if (one.effect == effect_kind::base) all.push_back(&one);
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
    if (!rule.skip_if_missing()) return true;
    bool constant = true;
    std::get<engine::lowered<engine::formula>>(rule.says).each(
        [&](const engine::formula& one) { constant = constant && one.is_constant(); });
    return constant;
  }

  bool shadowed(const compiled_rule& later, const compiled_rule& earlier) {
    if (!never_skipped(earlier)) return false;
    std::optional<scenario> shown;
    bool possible = false;
    const bool counts = to_.any_place([&](std::uint32_t market, std::uint32_t channel) {
      auto found = to_.where.find_on(later, market, channel);
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

  checker& to_;
  request_space always_;
};

}  // namespace

void check_rules(checker& to) { rule_check(to).run(); }

}  // namespace pricepoint::analysis
