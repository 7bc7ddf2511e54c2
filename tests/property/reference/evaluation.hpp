// SPDX-License-Identifier: Apache-2.0
//
// One evaluation of one request, in the order of the specification: the request, money, the rules that are on, the
// target, the values of bounds and shapes, the choice, what the decision says. Each of these is a file of this folder.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "property/reference/candidates.hpp"

namespace reference {

/// A price that was decided before in the same call, or observed, to stand in for `price.<channel>`.
struct carried_price {
  rational amount;  // in the market's currency
  bool gross = true;
  std::string seller;  // of whom it was observed
};
using carried_prices = std::map<std::string, carried_price>;

/// The value of a field or an expression, or what it lacks.
struct money_value {
  std::optional<rational> amount;
  std::set<std::string> missing;
  bool field_absent = false;  // of a plain name: the field itself is not there

  static money_value of(rational amount) { return {std::move(amount), {}, false}; }
  static money_value lacking(std::set<std::string> names) { return {std::nullopt, std::move(names), false}; }
};

std::vector<std::string> sorted_list(const std::set<std::string>& items);

/// That the price of another channel is read.
struct reading {
  enum way { by_reference, by_rule, by_soft_rule_or_was };
  std::string channel;
  way how;
};

class evaluation {
 public:
  /// `asked_together`: the channels of the same call, whose prices are either carried or old.
  evaluation(const document& doc, const request& asked, const std::vector<rate_row>& rates,
             const carried_prices& carried, trace* watched, std::set<std::string> asked_together = {})
      : doc_(doc),
        asked_(asked),
        rates_(rates),
        carried_(carried),
        watched_(watched),
        asked_together_(std::move(asked_together)) {}

  decision decide();

  /// What the rules read that could match but for time and target.
  std::vector<reading> readings();

 protected:  // for `inspection`
  // ---- the request

  const std::string* field(const std::string& name) const;
  void read_request();
  bool is_amount(const rational& amount) const;

  // ---- money

  /// From the request's currency to the market's; what is lacking where that cannot be done.
  money_value converted(const rational& amount) const;

  /// Rounded to a multiple of the unit.
  rational in_whole_steps(const rational& amount) const;

  /// A price of another channel, in the market's currency, on the display of the channel asked for, as it would be
  /// shown there. What comes out as 0 is absent.
  money_value as_displayed_here(const rational& amount, bool gross) const;

  money_value displayed_field(const std::string& name) const;
  bool has_price(const std::string& channel_name) const;

  /// A net field, without tax.
  money_value net_field(const std::string& name) const;

  /// A net field where it meets a displayed price.
  money_value grossed_up_field(const std::string& name) const;

  money_value reference() const;

  /// The channels that the reference price is read from: the one of a list that counts, or all traditional ones that
  /// have a price; none where it is the list price.
  std::vector<std::string> channels_of_reference() const;
  money_value named(const std::string& name) const;
  money_value value_of(const expression& e) const;
  static std::set<std::string> channels_named_in(const expression& e);
  static bool names_reference(const expression& e);

  // ---- conditions

  static bool inside(const period_list& periods, long long at);
  static bool inside_any(const std::vector<period_list>& periods, long long at);
  bool in_range(const condition& c, const rational& value) const;
  bool holds(const condition& c) const;
  bool all_hold(const conditions& all) const;
  static bool mentions(const conditions& all, std::string_view attribute);
  static bool asks_about_target(const rule& r);
  static bool names_period(const rule& r);

  /// Step 1. Rules that ask about the target may be asked about only once it is known.
  bool is_on(const rule& r) const;

  /// Of a rule that is known to be on or off without the target: an object of `except` that asks about it cannot hold.
  bool is_on_at_any_target(const rule& r) const;

  /// A gap is off where it names no channel but the one asked for; an effect is off in a currency that its object does
  /// not list. Such a rule can never be on here, whatever the time.
  bool never_on_here(const rule& r) const;

  /// Whether the rule could match this request but for time and target.
  bool could_match(const rule& r) const;

  /// Whether some target above zero could switch the rule on, at some time.
  bool some_target_could_switch_on(const rule& r) const;

  /// Where the periods that it names begin or end, each period as a whole.
  std::vector<long long> boundaries(const rule& r) const;
  std::optional<long long> next_change() const;

  template <typename Which>
  bool withheld(Which which) const {
    return std::any_of(rules_->begin(), rules_->end(),
                       [&](const rule& r) { return r.effect == effect_kind::withhold && which(r) && is_on(r); });
  }

  template <typename Which>
  void collect_advice(Which which) {
    std::set<std::string> advice;
    for (const rule& r : *rules_) {
      if ((r.effect == effect_kind::withhold || r.effect == effect_kind::advise) && which(r) && is_on(r))
        advice.insert(r.code);
    }
    result_.advice = sorted_list(advice);
  }

  // ---- base and target

  /// The `base` rule that counts; none where the base is the reference price.
  const rule* base_rule() const;
  money_value find_base() const;
  void take_discounts(const rational& base);

  // ---- the values of bounds and shapes

  /// A rule that lacks something: skipped, or named. True where the rule is to be used.
  bool usable(const rule& r, const std::set<std::string>& missing, std::set<std::string>& named_here) const;

  static inequality at_least(const rational& amount) { return {1, amount}; }
  static inequality at_most(const rational& amount) { return {-1, -amount}; }

  /// The channels from which a gap may be measured, whether they have a price or not; none of a gap to the reference.
  std::vector<std::string> other_ends(const rule& gap) const;

  /// The inequalities of a bound; nothing where it is off; or what it lacks.
  std::optional<std::vector<inequality>> bounds_of(const rule& r, std::set<std::string>& missing) const;

  static bool is_bound(effect_kind e);
  static bool is_shape(effect_kind e);
  void find_values();
  void note_what_limits();

  // ---- the choice

  rational in_minor(const rational& amount) const { return amount * power_of_ten(candidates_.decimals); }
  rational in_units(long long minor) const { return rational(cpp_int(minor), power_of_ten(candidates_.decimals)); }

  /// |p − T|, multiplied by T's denominator (in minor units) so that it is a whole number.
  cpp_int distance_from_target(long long p) const { return abs(p * target_denominator_ - target_numerator_); }

  /// Whether p lies nearer to T; where both are as near, nearer to T rounded; where they are that too, lower.
  bool is_nearer(long long p, long long than) const;
  cpp_int rounded_target() const;

  /// A `prefer` that could not be had within its reach is broken nowhere.
  bool is_broken_at(long long p, const active_rule& one) const;
  count_by_strength broken_at(long long p, const rule_set& rules) const;

  /// How far a soft shape of a strength may move the price from t*, in whole minor units.
  long long within_minor(std::size_t index, long long t_star) const;

  /// Step 4: the member of F that breaks the fewest strong, medium, weak bounds; of those the nearest to T.
  std::optional<long long> find_t_star();

  /// Steps 4 and 5.
  std::optional<long long> choose();

  /// Step 6.
  long long hold(long long p);

  // ---- what a decision says

  void add_advice(const std::string& code);
  void note_old_prices();
  bool is_unit_too_coarse() const;
  void find_conflict();
  void set_fallback();
  void say_price(long long p);
  decision finish(const char* status, const char* note);
  decision finish_invalid(const char* what);

  const document& doc_;
  const request& asked_;
  const std::vector<rate_row>& rates_;
  const carried_prices& carried_;
  trace* watched_;
  std::set<std::string> asked_together_;

  const market* market_ = nullptr;
  const std::vector<rule>* rules_ = nullptr;  // with the market's culture
  const channel* channel_ = nullptr;
  std::string channel_name_;
  std::optional<long long> at_;
  std::optional<long long> current_since_;
  bool gross_ = true;
  std::optional<rational> tax_;
  rational fee_;
  std::map<std::string, rational> money_;    // as given
  std::map<std::string, rational> numbers_;  // quantity and declared numbers

  bool target_known_ = false;
  rational target_;
  cpp_int target_numerator_;  // in minor units
  cpp_int target_denominator_;
  cpp_int target_rounded_;
  std::vector<active_rule> active_;
  rule_set required_;
  rule_set soft_;
  std::set<const active_rule*> can_be_had_;     // of `soft_`: some member of F within its reach satisfies it
  bool by_hand_ = false;                        // a `price` rule is on and has its value
  std::map<std::string, rule> merged_prefers_;  // by id
  std::optional<rational> was_;
  bool prior_price_missing_ = false;
  std::optional<rational> hold_rate_;
  candidates candidates_;
  std::set<std::string> missing_;
  decision result_;
};

}  // namespace reference
