// SPDX-License-Identifier: Apache-2.0
//
// The order of a decision, with each way in which it may end early.

#include "property/reference/evaluation.hpp"

#include <algorithm>

namespace reference {

std::vector<std::string> sorted_list(const std::set<std::string>& items) { return {items.begin(), items.end()}; }

decision evaluation::decide() {
  read_request();
  if (!result_.invalid.empty()) return finish("invalid", "field");

  if (!channel_ || !market_) {
    if (!channel_) missing_.insert("channel");
    if (!market_) missing_.insert("market");
    return finish("incomplete", "channel or market");
  }

  if (!at_) {
    // Rules that name a period are neither on nor off; the others may already withhold.
    if (withheld([](const rule& r) { return !asks_about_target(r) && !names_period(r); })) {
      collect_advice([](const rule& r) { return !asks_about_target(r) && !names_period(r); });
      return finish("withheld", "without target");
    }
    for (const rule& r : *rules_) {
      if (names_period(r) && could_match(r)) {
        missing_.insert("at");
        set_fallback();
        return finish("incomplete", "at");
      }
    }
  }
  result_.next_change_at_unix_ms = next_change();

  const auto without_target = [](const rule& r) { return !asks_about_target(r); };
  if (withheld(without_target)) {
    collect_advice(without_target);
    return finish("withheld", "without target");
  }

  const money_value base = find_base();
  if (!base.amount) {
    missing_ = base.missing;
    collect_advice(without_target);
    set_fallback();
    return finish("incomplete", "base");
  }
  if (!is_amount(*base.amount)) return finish_invalid("base");
  take_discounts(*base.amount);
  if (!is_amount(target_)) return finish_invalid("target");
  target_known_ = true;
  result_.target = target_;

  collect_advice([](const rule&) { return true; });
  note_old_prices();
  if (watched_) {
    for (const rule& r : *rules_) {
      const auto name =
          std::find_if(effect_names.begin(), effect_names.end(), [&](const auto& e) { return e.second == r.effect; });
      if (is_on(r)) watched_->on.emplace_back(r.id, (r.of_culture ? "culture " : "") + std::string(name->first));
    }
  }
  if (withheld([](const rule&) { return true; })) return finish("withheld", "with target");

  find_values();
  if (!missing_.empty()) {
    set_fallback();
    return finish("incomplete", "values");
  }
  note_what_limits();

  const auto p = choose();
  if (!p) {
    find_conflict();
    set_fallback();
    return finish("conflict", "");
  }
  const long long final_price = hold(*p);
  say_price(final_price);
  return finish(broken_at(final_price, soft_)[0] > 0 ? "compromised" : "priced", "");
}

std::optional<long long> evaluation::next_change() const {
  if (!at_) return std::nullopt;
  std::optional<long long> next;
  const bool may_hold = std::any_of(rules_->begin(), rules_->end(),
                                    [&](const rule& r) { return r.effect == effect_kind::hold && could_match(r); });
  for (const rule& r : *rules_) {
    if (!names_period(r) || !(may_hold ? could_match(r) : some_target_could_switch_on(r))) continue;
    for (const long long boundary : boundaries(r)) {
      if (boundary > *at_ && (!next || boundary < *next)) next = boundary;
    }
  }
  const std::string* currency = field("currency");
  if (currency && *currency != market_->currency && !money_.empty()) {
    for (const rate_row& row : rates_) {
      if (row.from != *currency || row.to != market_->currency) continue;
      const long long row_at = parse_instant(row.at).value();
      if (row_at > *at_ && (!next || row_at < *next)) next = row_at;
    }
  }
  return next;
}

decision evaluation::finish(const char* status, const char* note) {
  result_.status = status;
  result_.missing = sorted_list(missing_);
  if (watched_) {
    watched_->note = note;
    watched_->channel = channel_name_;
  }
  return result_;
}

decision evaluation::finish_invalid(const char* what) {
  decision bare;
  bare.currency = result_.currency;
  bare.next_change_at_unix_ms = result_.next_change_at_unix_ms;
  bare.invalid = {what};
  result_ = bare;
  return finish("invalid", what);
}

}  // namespace reference
