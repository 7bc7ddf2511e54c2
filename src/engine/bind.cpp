// SPDX-License-Identifier: Apache-2.0
// A request's words to codes and its fields to exact values; finds values that cannot be. Entry: workspace::bind.
// Covered by tests/unit/engine/decision_test.cpp and the property tests.
#include <algorithm>

#include "pricepoint/engine/workspace.hpp"

namespace pricepoint::engine {

namespace {

// Number attributes and money attributes may come as text.
std::optional<decimal> number_of(const attribute_value& value) {
  if (value.number()) return value.number();
  return parse_decimal(value.text());
}

bool given(const attribute_value& value) { return value.number() || !value.text().empty(); }

}  // namespace

void workspace::set_field(std::uint32_t slot, const decimal& value) {
  const int digits = bound_.given.digits();
  field_value& field = bound_.fields[slot];
  field.value = fraction::minor_units(value, digits);
  // How many minor units it is, is known only with the currency. Of whole ones nothing has to be multiplied.
  detail::int128 limit = max_amount_minor;
  if (value.scale() > digits) limit *= field.value.denominator;
  const bool too_large = bound_.currency_known && field.value.numerator > limit;
  if (too_large || field.value.numerator < (machine_.net_slot(slot) ? 0 : 1)) {
    invalid_.push_back(machine_.slot_name(slot));
    return;
  }
  field.converted = false;
  field.state = presence::present;
}

// The request's currency into the market's, by the rate of that very pair.
void workspace::convert_fields() {
  presence lacking = presence::lacks_at;
  if (bound_.at) {
    const exchange_rate* rate = rates_ ? rates_->find(bound_.given, bound_.currency, instant{*bound_.at}) : nullptr;
    lacking = rate == nullptr ? presence::lacks_rate : presence::present;
    if (rate != nullptr) bound_.conversion = fraction::of(rate->factor);
  }
  bound_.conversion_shift = bound_.currency.digits() - bound_.given.digits();
  for (field_value& field : bound_.fields) {
    if (field.state != presence::present) continue;
    field.state = lacking;
    if (lacking != presence::present) continue;
    field.converted = true;
  }
}

void workspace::bind_codes(const request& what) {
  const language::document& document = machine_.document();
  const auto& parts = machine_.key_parts();
  bound_.codes.assign(parts.size(), absent_code);
  bound_.numbers.resize(parts.size());
  const auto text = [&](std::size_t key, std::string_view value) {
    if (value.empty()) return;
    const dictionary& words = machine_.words(static_cast<std::uint32_t>(key));
    const auto found = words.find(value);
    bound_.codes[key] = found == words.end() ? other_code : found->second;
  };
  const auto number = [&](std::size_t key, const decimal& value) {
    const auto& thresholds = parts[key].thresholds;
    const auto place = std::lower_bound(thresholds.begin(), thresholds.end(), value);
    const bool equal = place != thresholds.end() && *place == value;
    bound_.codes[key] = first_code + 2 * static_cast<std::uint32_t>(place - thresholds.begin()) + (equal ? 1 : 0);
    bound_.numbers[key] = value;
  };
  for (std::size_t key = 0; key < parts.size(); ++key) {
    switch (parts[key].what) {
      case key_part::kind::sku:
        text(key, what.sku);
        break;
      case key_part::kind::segment:
        text(key, what.segment);
        break;
      case key_part::kind::audience:
        text(key, what.audience);
        break;
      case key_part::kind::category:
        if (!what.category.empty()) {
          bound_.codes[key] = machine_.category_code(static_cast<std::uint32_t>(key), what.category);
        }
        break;
      case key_part::kind::quantity:
        number(key, what.quantity.value_or(decimal(1)));
        break;
      case key_part::kind::number_attribute:
        bound_.numbers[key].reset();
        break;
      case key_part::kind::word_attribute:
      case key_part::kind::text_attribute:
        break;  // below, with the attributes
    }
  }
  for (std::size_t i = 0; i < what.attributes.size(); ++i) {
    const named_attribute& one = what.attributes[i];
    const auto attribute =
        attribute_hints_.find(i, one.name, document.attributes, [&] { return machine_.find_attribute(one.name); });
    if (!attribute || !given(one.value)) continue;
    const language::attribute& declared = document.attributes[*attribute];
    const auto key = machine_.attribute_key(*attribute);
    switch (declared.kind) {
      case language::attribute::kind::words:
        if (!std::binary_search(declared.words.begin(), declared.words.end(), one.value.text())) {
          invalid_.push_back(declared.name);
        } else if (key) {
          text(*key, one.value.text());
        }
        break;
      case language::attribute::kind::text:
        if (one.value.text().empty()) {
          invalid_.push_back(declared.name);
        } else if (key) {
          text(*key, one.value.text());
        }
        break;
      case language::attribute::kind::number:
        if (const auto value = number_of(one.value); !value) {
          invalid_.push_back(declared.name);
        } else if (key) {
          number(*key, *value);
        }
        break;
      case language::attribute::kind::money_display:
      case language::attribute::kind::money_net:
        if (const auto value = number_of(one.value); !value) {
          invalid_.push_back(declared.name);
        } else {
          set_field(machine_.attribute_slot(*attribute), *value);
        }
        break;
    }
  }
}

workspace::tax_terms workspace::terms(std::optional<rate> tax, bool gross) {
  tax_terms made;
  if (tax) {
    made.tax = fraction::of(*tax);
    made.gross_factor = fraction::reduced(made.tax->denominator + made.tax->numerator, made.tax->denominator);
  } else if (!gross) {
    made.tax = fraction{0, 1};
  }
  return made;
}

workspace::workspace(const machine& compiled, std::shared_ptr<const exchange_rates> rates, const pricer_limits& limits,
                     use what_for)
    : machine_(compiled), rates_(std::move(rates)), limits_(limits), use_(what_for) {
  for (const language::market& one : machine_.document().markets) {
    for (const bool gross : {false, true}) market_terms_.push_back(terms(one.tax, gross));
  }
  for (const language::channel& one : machine_.document().channels) channel_fees_.push_back(fraction::of(one.fee));
}

workspace::workspace(const workspace& other, const compiled_rule& without)
    : machine_(other.machine_),
      market_terms_(other.market_terms_),
      channel_fees_(other.channel_fees_),
      rates_(other.rates_),
      limits_(other.limits_),
      without_(&without),
      bound_(other.bound_),
      invalid_(other.invalid_),
      missing_(other.missing_) {}

void workspace::bind(const request& what) {
  const language::document& document = machine_.document();
  invalid_.clear();
  missing_.clear();
  used_ = {};
  std::optional<std::uint32_t> market;
  std::optional<std::uint32_t> channel;
  if (!what.market.empty()) {
    market = market_hint_.find(0, what.market, document.markets, [&] { return machine_.find_market(what.market); });
  }
  if (!what.channel.empty()) {
    channel =
        channel_hint_.find(0, what.channel, document.channels, [&] { return machine_.find_channel(what.channel); });
  }
  if (what.market.empty()) {
    missing_.emplace_back("market");
  } else if (!market) {
    invalid_.emplace_back("market");
  }
  if (what.channel.empty()) {
    missing_.emplace_back("channel");
  } else if (!channel) {
    invalid_.emplace_back("channel");
  }
  bound_.market = market.value_or(0);
  bound_.channel = channel.value_or(0);
  bound_.market_known = market.has_value();
  bound_.currency = market ? document.markets[*market].currency : currency();
  bound_.given = bound_.currency;
  bound_.currency_known = market.has_value();
  if (!what.currency.empty()) {
    if (const auto found = find_currency(what.currency)) {
      bound_.given = *found;
      bound_.currency_known = true;
    } else {
      invalid_.emplace_back("currency");
      bound_.currency_known = false;
    }
  }
  bound_.at.reset();
  if (what.at) bound_.at = what.at->unix_ms;
  bound_.current_since.reset();
  if (what.current_since) bound_.current_since = what.current_since->unix_ms;
  if (what.quantity && what.quantity->sign() <= 0) invalid_.emplace_back("quantity");
  if (what.units && what.units->sign() < 0) invalid_.emplace_back("units");

  bound_.fields.resize(machine_.slots());
  for (field_value& field : bound_.fields) field.state = presence::absent;
  const auto take = [this](std::uint32_t slot, const std::optional<decimal>& value) {
    if (value) set_field(slot, *value);
  };
  take(slot::list, what.list);
  take(slot::msrp, what.msrp);
  take(slot::map, what.map);
  take(slot::current, what.current);
  take(slot::lowest_prior, what.lowest_prior);
  take(slot::cost, what.cost);
  take(slot::shipping, what.shipping);
  for (std::size_t i = 0; i < what.prices.size(); ++i) {
    const channel_price& one = what.prices[i];
    const auto found =
        price_hints_.find(i, one.channel, document.channels, [&] { return machine_.find_channel(one.channel); });
    if (found) set_field(machine_.channel_slot(*found), one.price);
  }
  bind_codes(what);

  if (what.tax && what.tax->e8() < 0) invalid_.emplace_back("tax");
  if (what.fee && (what.fee->e8() < 0 || what.fee->e8() > 100'000'000)) invalid_.emplace_back("fee");
  if (!invalid_.empty() || !missing_.empty()) {
    std::sort(invalid_.begin(), invalid_.end());
    invalid_.erase(std::unique(invalid_.begin(), invalid_.end()), invalid_.end());
    std::sort(missing_.begin(), missing_.end());
    return;
  }

  const language::market& in = document.markets[*market];
  const language::channel& on = document.channels[*channel];
  bound_.gross = on.display.value_or(in.display) == language::display::gross;
  bound_.traditional = on.kind == language::channel::kind::traditional;
  const auto apply = [this](const tax_terms& from) {
    bound_.tax = from.tax;
    bound_.gross_factor = from.gross_factor;
  };
  if (what.tax) {
    apply(terms(what.tax, bound_.gross));
  } else {
    apply(market_terms_[2 * *market + (bound_.gross ? 1 : 0)]);
  }
  bound_.usual = !what.tax && !what.fee && bound_.given == bound_.currency;
  bound_.fee = what.fee ? fraction::of(*what.fee) : channel_fees_[*channel];
  if (bound_.given != bound_.currency) convert_fields();
  if (field_value& shipping = bound_.fields[slot::shipping]; bound_.traditional && shipping.state == presence::absent) {
    shipping.state = presence::present;
    shipping.converted = false;
    shipping.value = fraction{0, 1};
  }
}

void workspace::also_invalid(std::span<const std::string> names) {
  if (names.empty()) return;
  invalid_.insert(invalid_.end(), names.begin(), names.end());
  std::sort(invalid_.begin(), invalid_.end());
  invalid_.erase(std::unique(invalid_.begin(), invalid_.end()), invalid_.end());
}

void workspace::set_decided(std::span<const decided_price> decided) {
  for (const decided_price& one : decided) {
    field_value& field = bound_.fields[machine_.channel_slot(one.channel)];
    field = {};
    field.state = presence::present;
    field.value = one.minor;
    if (one.gross == bound_.gross) continue;
    if (!bound_.tax) {
      field.state = presence::lacks_tax;
    } else if (bound_.gross) {
      field.value = fraction::reduced(one.minor.numerator * bound_.gross_factor.numerator,
                                      one.minor.denominator * bound_.gross_factor.denominator);
    } else {
      field.value = fraction::reduced(one.minor.numerator * bound_.gross_factor.denominator,
                                      one.minor.denominator * bound_.gross_factor.numerator);
    }
  }
}

}  // namespace pricepoint::engine
