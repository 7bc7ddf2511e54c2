// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with an offer: which rules are on, their findings in order, and the remedies.

#include "property/reference/inspection.hpp"

#include <algorithm>
#include <tuple>

namespace reference {

inspection::inspection(const document& doc, const offer& seen, const std::vector<rate_row>& rates,
                       const carried_prices& carried)
    : evaluation(doc, seen.asked, rates, carried, nullptr), seen_(seen) {
  read_request();
  const auto price = parse_decimal(seen.price);
  std::set<std::string> names(result_.invalid.begin(), result_.invalid.end());
  if (!price || *price <= 0 || (market_ && !is_amount(*price))) names.insert("price");
  if (names.empty()) {
    if (!channel_) names.insert("channel");
    if (!market_) names.insert("market");
  }
  invalid_ = sorted_list(names);
  if (!invalid_.empty()) return;
  candidates_.decimals = static_cast<std::size_t>(market_->decimals);
  here_ = {&seen, *price, channel_name_, gross_, numbers_.at("quantity")};
}

std::vector<finding> inspection::check(const std::vector<observation>& all, const decision& decided) {
  if (decided.price_minor) decided_price_ = in_units(*decided.price_minor);
  find_target();
  for (const rule& r : *rules_) look_at(r);
  look_at_preferences();
  for (const rule& r : doc_.audit_rules) look_at_what_serves_the_audit(r, all);

  std::vector<finding> result;
  for (const suspicion& one : suspicions_) {
    if (one.soft && (one.decision_has_it_too || (one.shape && by_hand_))) continue;
    result.push_back(one.found);
  }
  std::sort(result.begin(), result.end(), [](const finding& a, const finding& b) {
    return std::tie(a.rule, a.against) < std::tie(b.rule, b.against);
  });
  if (denominator(rational(here_.price / market_->unit)) != 1) result.push_back(named("unit", "unit", "warning"));
  for (finding& one : result) add_remedy(one, decided);

  if (!by_hand_) lacking_.insert(lacking_of_soft_.begin(), lacking_of_soft_.end());
  if (!lacking_.empty()) {
    finding one = named("", "unchecked", "unchecked");
    if (decided.status == "incomplete") add_remedy(one, decided);
    one.missing = sorted_list(lacking_);
    result.push_back(one);
  }
  return result;
}

finding inspection::named(const std::string& rule, const std::string& effect, const char* severity) {
  finding one;
  one.rule = rule;
  one.effect = effect;
  one.severity = severity;
  return one;
}

finding inspection::about(const rule& r) {
  const auto name =
      std::find_if(effect_names.begin(), effect_names.end(), [&](const auto& e) { return e.second == r.effect; });
  const char* severity = r.how == strength::required ? "breach" : r.how == strength::strong ? "warning" : "notice";
  return named(r.id, std::string(name->first), severity);
}

void inspection::find_target() {
  const bool wants_time =
      std::any_of(rules_->begin(), rules_->end(), [&](const rule& r) { return names_period(r) && could_match(r); });
  if (!at_ && wants_time) {
    target_lacks_ = {"at"};
    lacking_.insert("at");
    return;
  }
  const money_value base = find_base();
  if (!base.amount) {
    target_lacks_ = base.missing;
    return;
  }
  if (!is_amount(*base.amount)) {
    target_lacks_ = {"base"};
    return;
  }
  take_discounts(*base.amount);
  if (!is_amount(target_)) {
    target_lacks_ = {"target"};
    return;
  }
  target_known_ = true;
}

std::optional<bool> inspection::may_hold(const condition& c) const {
  if (c.attribute != "target" || target_known_) return holds(c);
  for (const auto* end : {&c.from, &c.below}) {
    if (*end && !(*end)->in(market_->currency)) return false;
  }
  return std::nullopt;
}

std::optional<bool> inspection::may_all_hold(const conditions& all) const {
  bool sure = true;
  for (const condition& c : all) {
    const auto one = may_hold(c);
    if (one && !*one) return false;
    sure = sure && one;
  }
  return sure ? std::optional<bool>(true) : std::nullopt;
}

inspection::state inspection::state_of(const rule& r) const {
  if (never_on_here(r) || never_audited_here(r)) return state::off;
  if (!at_ && names_period(r)) return could_match(r) ? state::wants_time : state::off;
  if (r.during && !inside_any(*r.during, *at_)) return state::off;
  const auto when = may_all_hold(r.when);
  if (when && !*when) return state::off;
  bool sure = when.has_value();
  for (const conditions& all : r.except) {
    const auto covered = may_all_hold(all);
    if (covered && *covered) return state::off;
    sure = sure && covered;
  }
  return sure ? state::on : state::wants_target;
}

bool inspection::never_audited_here(const rule& r) const {
  switch (r.effect) {
    case effect_kind::squeeze:
      return r.to == channel_name_;
    case effect_kind::leak:
      return !here_.is_public();
    case effect_kind::inverted:
      // The members are those whom the conditions say, or all offers that are not for everybody.
      if (mentions(r.when, "channel") || mentions(r.when, "segment") || mentions(r.when, "audience"))
        return here_.is_public() && channel_name_ == r.to;
      return here_.is_public();
    default:
      return false;
  }
}

bool inspection::is_on_surely(const rule& r) {
  std::set<std::string>& lacking = lacking_for(r);
  switch (state_of(r)) {
    case state::on:
      return true;
    case state::wants_time:
      lacking.insert("at");
      return false;
    case state::wants_target:
      lacking.insert(target_lacks_.begin(), target_lacks_.end());
      return false;
    case state::off:
      return false;
  }
  return false;
}

std::set<std::string>& inspection::lacking_for(const rule& r) {
  return r.how == strength::required ? lacking_ : lacking_of_soft_;
}

void inspection::add_remedy(finding& one, const decision& decided) const {
  if (decided.status == "incomplete") {
    one.remedy = "complete";
    one.missing = decided.missing;
    return;
  }
  if (market_->resale_free && channel_->reseller) return;
  if (decided.price_minor) {
    if (in_minor(here_.price) == *decided.price_minor) return;
    one.remedy = "reprice";
    one.remedy_price_minor = decided.price_minor;
  } else if (decided.status == "conflict") {
    one.remedy = "separate";
    one.conflict = decided.conflict;
    if (one.effect == "gap" && one.min_minor && in_minor(here_.price) < *one.min_minor)
      one.credit = *one.min_minor - in_minor(here_.price);
  }
}

}  // namespace reference
