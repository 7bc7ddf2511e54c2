// SPDX-License-Identifier: Apache-2.0
//
// The request: its fields as values, and which of them are invalid.

#include "property/reference/evaluation.hpp"

namespace reference {

const std::string* evaluation::field(const std::string& name) const {
  const auto found = asked_.fields.find(name);
  return found == asked_.fields.end() ? nullptr : &found->second;
}

void evaluation::read_request() {
  std::set<std::string> invalid;
  if (const std::string* name = field("market")) {
    const auto found = doc_.markets.find(*name);
    if (found == doc_.markets.end()) {
      invalid.insert("market");
    } else {
      market_ = &found->second;
      rules_ = &doc_.rules_in.at(*name);
      result_.currency = market_->currency;
    }
  }
  if (const std::string* name = field("channel")) {
    const auto found = doc_.channels.find(*name);
    if (found == doc_.channels.end()) {
      invalid.insert("channel");
    } else {
      channel_ = &found->second;
      channel_name_ = *name;
    }
  }
  if (const std::string* text = field("at")) {
    at_ = parse_instant(*text);
    if (!at_) invalid.insert("at");
  }
  if (const std::string* text = field("current_since")) {
    current_since_ = parse_instant(*text);
    if (!current_since_) invalid.insert("current_since");
  }
  std::optional<int> decimals = market_ ? std::optional<int>(market_->decimals) : std::nullopt;
  if (const std::string* code = field("currency")) {
    decimals = currency_decimals(*code);
    if (!decimals) invalid.insert("currency");
  }
  if (market_ && channel_) gross_ = channel_->gross.value_or(market_->gross);

  // The tax: the request's, the market's, and 0% where the display of the market, whatever the channel's, is net.
  if (market_) tax_ = market_->tax;
  if (market_ && !tax_ && !market_->gross) tax_ = rational(0);
  if (const std::string* text = field("tax")) {
    tax_ = parse_rate(*text);
    if (!tax_ || *tax_ < 0 || *tax_ > 1000) invalid.insert("tax");
  }
  if (channel_) fee_ = channel_->fee;
  if (const std::string* text = field("fee")) {
    const auto fee = parse_rate(*text);
    if (!fee || *fee < 0 || *fee > 1) {
      invalid.insert("fee");
    } else {
      fee_ = *fee;
    }
  }
  numbers_["quantity"] = 1;
  if (const std::string* text = field("quantity")) {
    const auto quantity = parse_decimal(*text);
    if (!quantity || *quantity <= 0) {
      invalid.insert("quantity");
    } else {
      numbers_["quantity"] = *quantity;
    }
  }
  if (const std::string* text = field("units")) {
    const auto units = parse_decimal(*text);
    if (!units || *units < 0) invalid.insert("units");
  }

  const auto read_money_field = [&](const std::string& name, bool displayed) {
    const std::string* text = field(name);
    if (!text) return;
    const auto amount = parse_decimal(*text);
    const bool fits =
        amount && (displayed ? *amount > 0 : *amount >= 0) &&
        (!decimals || *amount * power_of_ten(static_cast<std::size_t>(*decimals)) <= greatest_amount_minor);
    if (!fits) {
      invalid.insert(name);
    } else {
      money_[name] = *amount;
    }
  };
  for (const char* name : {"list", "msrp", "map", "current", "lowest_prior"}) read_money_field(name, true);
  for (const char* name : {"cost", "shipping"}) read_money_field(name, false);
  for (const auto& [name, declared] : doc_.channels) read_money_field("price." + name, true);
  for (const auto& [name, declared] : doc_.attributes) {
    const std::string* text = field(name);
    if (!text) continue;
    switch (declared.kind) {
      case attribute_kind::words:
        if (!declared.words.contains(*text)) invalid.insert(name);
        break;
      case attribute_kind::text:
        break;
      case attribute_kind::number: {
        const auto number = parse_decimal(*text);
        if (!number) {
          invalid.insert(name);
        } else {
          numbers_[name] = *number;
        }
        break;
      }
      case attribute_kind::display_money:
        read_money_field(name, true);
        break;
      case attribute_kind::net_money:
        read_money_field(name, false);
        break;
    }
  }
  result_.invalid = sorted_list(invalid);
}

bool evaluation::is_amount(const rational& amount) const {
  return amount > 0 && amount * power_of_ten(static_cast<std::size_t>(market_->decimals)) <= greatest_amount_minor;
}

}  // namespace reference
