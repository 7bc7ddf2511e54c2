// SPDX-License-Identifier: Apache-2.0
//
// Money of the request: currency, tax and display, the reference price, expressions.

#include "property/reference/evaluation.hpp"

namespace reference {

money_value evaluation::converted(const rational& amount) const {
  const std::string* currency = field("currency");
  if (!currency || *currency == market_->currency) return money_value::of(amount);
  if (!at_) return money_value::lacking({"at"});
  const rate_row* latest = nullptr;
  for (const rate_row& row : rates_) {
    if (row.from != *currency || row.to != market_->currency) continue;
    const long long row_at = parse_instant(row.at).value();
    if (row_at > *at_) continue;
    if (!latest || parse_instant(latest->at).value() < row_at) latest = &row;
  }
  if (!latest) return money_value::lacking({"rate." + *currency + "." + market_->currency});
  return money_value::of(amount * parse_decimal(latest->rate).value());
}

rational evaluation::in_whole_steps(const rational& amount) const {
  return round_half_up(amount / market_->unit) * market_->unit;
}

money_value evaluation::as_displayed_here(const rational& amount, bool gross) const {
  if (gross == gross_) return money_value::of(amount);
  if (!tax_) return money_value::lacking({"tax"});
  const rational factor = 1 + *tax_;
  const rational shown = in_whole_steps(gross_ ? rational(amount * factor) : rational(amount / factor));
  if (shown == 0) return {std::nullopt, {}, true};
  return money_value::of(shown);
}

money_value evaluation::displayed_field(const std::string& name) const {
  if (name.starts_with("price.")) {
    const auto decided = carried_.find(name.substr(6));
    if (decided != carried_.end()) {
      money_value value = as_displayed_here(decided->second.amount, decided->second.gross);
      if (value.field_absent) value.missing = {name};  // too small to be shown here; the request's does not stand in
      return value;
    }
  }
  const auto found = money_.find(name);
  if (found == money_.end()) return {std::nullopt, {name}, true};
  return converted(found->second);
}

bool evaluation::has_price(const std::string& channel_name) const {
  return !displayed_field("price." + channel_name).field_absent;
}

money_value evaluation::net_field(const std::string& name) const {
  const auto found = money_.find(name);
  if (found != money_.end()) return converted(found->second);
  if (name == "shipping" && channel_->traditional) return money_value::of(0);
  return {std::nullopt, {name}, true};
}

money_value evaluation::grossed_up_field(const std::string& name) const {
  money_value value = net_field(name);
  if (!gross_) return value;
  if (!tax_) {
    value.amount.reset();
    value.missing.insert("tax");
  } else if (value.amount) {
    *value.amount *= 1 + *tax_;
  }
  return value;
}

money_value evaluation::reference() const {
  if (channel_->lowest_traditional || channel_->highest_traditional) {
    std::optional<rational> best;
    std::set<std::string> missing;
    bool any = false;
    for (const auto& [name, declared] : doc_.channels) {
      if (!declared.traditional || name == channel_name_ || !has_price(name)) continue;
      any = true;
      const money_value price = displayed_field("price." + name);
      missing.insert(price.missing.begin(), price.missing.end());
      if (!price.amount) continue;
      if (!best || (channel_->lowest_traditional ? *price.amount < *best : *price.amount > *best)) best = price.amount;
    }
    if (!any) return {std::nullopt, {"price.traditional"}, true};
    if (!missing.empty()) return money_value::lacking(missing);
    return money_value::of(*best);
  }
  if (channel_->reference.empty()) return displayed_field("list");
  std::set<std::string> names;
  for (const std::string& name : channel_->reference) {
    if (has_price(name)) return displayed_field("price." + name);
    names.insert("price." + name);
  }
  return {std::nullopt, names, true};
}

std::vector<std::string> evaluation::channels_of_reference() const {
  std::vector<std::string> names;
  if (channel_->lowest_traditional || channel_->highest_traditional) {
    for (const auto& [name, declared] : doc_.channels) {
      if (declared.traditional && name != channel_name_ && has_price(name)) names.push_back(name);
    }
    return names;
  }
  for (const std::string& name : channel_->reference) {
    if (has_price(name)) return {name};
  }
  return {};
}

money_value evaluation::named(const std::string& name) const {
  if (name == "reference") return reference();
  if (name == "target") return money_value::of(target_);
  if (name == "cost" || name == "shipping") return grossed_up_field(name);
  const auto declared = doc_.attributes.find(name);
  if (declared != doc_.attributes.end() && declared->second.kind == attribute_kind::net_money)
    return grossed_up_field(name);
  return displayed_field(name);
}

money_value evaluation::value_of(const expression& e) const {
  switch (e.what) {
    case expression::kind::literal:
      return money_value::of(e.value);
    case expression::kind::name:
      return named(e.name);
    case expression::kind::add:
    case expression::kind::subtract:
    case expression::kind::multiply:
    case expression::kind::divide: {
      const money_value left = value_of(e.parts[0]);
      const money_value right = value_of(e.parts[1]);
      if (!left.amount || !right.amount) {
        std::set<std::string> missing = left.missing;
        missing.insert(right.missing.begin(), right.missing.end());
        return money_value::lacking(missing);
      }
      if (e.what == expression::kind::add) return money_value::of(*left.amount + *right.amount);
      if (e.what == expression::kind::subtract) return money_value::of(*left.amount - *right.amount);
      if (e.what == expression::kind::multiply) return money_value::of(*left.amount * *right.amount);
      return money_value::of(*left.amount / *right.amount);
    }
    case expression::kind::minimum:
    case expression::kind::maximum: {
      std::optional<rational> best;
      std::set<std::string> missing;
      std::set<std::string> left_out;
      for (const expression& part : e.parts) {
        const money_value value = value_of(part);
        if (part.what == expression::kind::name && part.optional_ && value.field_absent) {
          left_out.insert(value.missing.begin(), value.missing.end());
        } else if (!value.amount) {
          missing.insert(value.missing.begin(), value.missing.end());
        } else if (!best || (e.what == expression::kind::minimum ? *value.amount < *best : *value.amount > *best)) {
          best = value.amount;
        }
      }
      if (!missing.empty()) return money_value::lacking(missing);
      if (!best) return money_value::lacking(left_out);
      return money_value::of(*best);
    }
  }
  fail("unknown expression");
}

}  // namespace reference
