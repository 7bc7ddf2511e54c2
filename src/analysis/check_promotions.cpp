// SPDX-License-Identifier: Apache-2.0
// Promotions that a required bound cuts off: discounts for a time that no price ever has in full. Entry:
// check_promotions. Test: tests/unit/analysis/check_test.cpp.
#include <algorithm>

#include "analysis/bounds.hpp"

namespace pricepoint::analysis {

namespace {

using engine::effect_kind;

bool for_a_time(const compiled_rule& rule) {
  return !rule.during().empty() ||
         std::any_of(rule.when.begin(), rule.when.end(), [](const compiled_condition& one) { return one.is_period(); });
}

class promotion_check {
 public:
  explicit promotion_check(checker& to) : to_(to), proofs_(to) {}

  void run() {
    std::vector<const compiled_rule*> limits;
    for (const compiled_rule& one : to_.compiled.rules()) {
      if (!one.of_market() && engine::is_bound(one.effect) && one.is_required()) limits.push_back(&one);
      if (one.effect == effect_kind::base) bases_.push_back(&one);
    }
    const partners all(to_.compiled, limits);
    std::size_t pairs = 0;
    for (const compiled_rule& rule : to_.compiled.rules()) {
      if (rule.effect != effect_kind::discount || !for_a_time(rule) || !to_.wants(codes::cut_off)) continue;
      for (const compiled_rule* limit : all.of(rule)) {
        if (++pairs > to_.options.limits.max_pairs) {
          to_.note_limit("promotions that a bound cuts off: more pairs of rules than the limit");
          return;
        }
        promotion(rule, *limit);
      }
    }
  }

 private:
  // Lines that the base is never above, where that is known; nothing where it is not.
  std::vector<line> base_of(const compiled_rule& rule, std::uint32_t market, std::uint32_t channel) const {
    const line_reader& from = proofs_.reader(market, channel);
    const auto first = std::find_if(bases_.begin(), bases_.end(), [&](const compiled_rule* one) {
      return to_.where.applies_in(*one, market, channel);
    });
    if (first == bases_.end()) return {{from.reference(), 1, 0}};
    if ((*first)->skip_if_missing() || !to_.where.implies(rule, **first, market, channel)) return {};
    const auto read = from.read(**first);
    return read ? read->highs : std::vector<line>();
  }

  // A line less the discount; nothing where that takes nothing off.
  static std::optional<line> discounted(line base, const engine::discount_effect& discount, currency in) {
    if (discount.part) {
      if (discount.part->numerator <= 0) return {};
      const fast_exact left = fast_exact(1) - fast_exact(*discount.part);
      base.slope = base.slope * left;
      base.base = base.base * left;
    } else {
      const fraction* money = discount.money.find(in);
      if (money == nullptr || money->numerator <= 0) return {};
      base.base = base.base - fast_exact(*money);
    }
    return base;
  }

  // Whether a bound is above what the discount leaves, whatever the base.
  bool cuts_off(const compiled_rule& rule, const compiled_rule& limit, std::uint32_t market,
                std::uint32_t channel) const {
    const auto read = proofs_.reader(market, channel).read(limit);
    if (!read) return false;
    bool cuts = false;
    try {
      for (const line& base : base_of(rule, market, channel)) {
        const auto target = discounted(base, rule.discount(), to_.where.currency_of(market));
        if (!target) return false;
        for (const line& low : read->lows) {
          if (low.of != target->of && low.of != variables::target) continue;
          const bool of_target = low.of == variables::target;
          const fast_exact slope = of_target ? low.slope - fast_exact(1) : low.slope - target->slope;
          const fast_exact above = of_target ? low.base : low.base - target->base;
          cuts = cuts || (slope.sign() >= 0 && above.sign() >= 0 && (slope.sign() > 0 || above.sign() > 0));
        }
      }
    } catch (const exact_overflow&) {
      return false;
    }
    return cuts;
  }

  void promotion(const compiled_rule& rule, const compiled_rule& limit) {
    check_finding* found = nullptr;
    bool always = true;
    proofs_.places({&rule, &limit}, [&](std::uint32_t market, std::uint32_t channel) {
      if (!cuts_off(rule, limit, market, channel)) return true;
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
  bound_proofs proofs_;
  std::vector<const compiled_rule*> bases_;
};

}  // namespace

void check_promotions(checker& to) { promotion_check(to).run(); }

}  // namespace pricepoint::analysis
