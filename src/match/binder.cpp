// SPDX-License-Identifier: Apache-2.0
// A request's words to codes and its fields to exact values; finds values that cannot be. Entry: binder::bind.
// Covered by tests/unit/decide/decision_test.cpp and the property tests.
#include "match/binder.hpp"

#include <algorithm>

#include "match/displays.hpp"
#include "match/row_values.hpp"
#include "text/each_once.hpp"

namespace pricepoint::engine {

namespace {

// Number attributes and money attributes may come as text.
std::optional<decimal> number_of(const attribute_value& value) {
  if (value.number()) return value.number();
  return parse_decimal(value.text());
}

bool may_be(const std::optional<instant>& time) { return !time || (*time >= first_instant && *time <= last_instant); }

// No text says a number this large, so none may come by another way.
bool is_quantity(const decimal& value) { return value.sign() > 0 && !has_too_many_digits(value); }
bool are_units(const decimal& value) { return value.sign() >= 0 && !has_too_many_digits(value); }

bool given(const attribute_value& value) { return value.number() || !value.text().empty(); }

}  // namespace

void binder::set_field(std::uint32_t slot, const decimal& value) {
  const int digits = bound_.given.digits();
  field_value& field = bound_.fields[slot];
  // Most amounts are whole minor units, and far from all limits.
  constexpr detail::int128 usual = 1'000'000'000'000;
  if (const int shift = digits - value.scale();
      static_cast<unsigned>(shift) <= 4 && value.coefficient() > 0 && value.coefficient() <= usual) [[likely]] {
    const std::int64_t minor = static_cast<std::int64_t>(value.coefficient()) *
                               static_cast<std::int64_t>(detail::powers_of_ten[static_cast<std::size_t>(shift)]);
    if (minor <= max_amount_minor) {
      field = {presence::present, false, {minor, 1}};
      return;
    }
  }
  field.value = fraction::minor_units(value, digits);
  // How many minor units it is, is known only with the currency. Of whole ones nothing has to be multiplied.
  detail::int128 limit = max_amount_minor;
  if (value.scale() > digits) limit *= field.value.denominator;
  const bool too_large =
      bound_.currency_known && digits > 0 ? field.value.numerator > limit : has_too_many_digits(value);
  if (too_large || field.value.numerator < (machine_.net_slot(slot) ? 0 : 1)) {
    invalid_.push_back(machine_.slot_name(slot));
    return;
  }
  field.converted = false;
  field.state = presence::present;
}

// The request's currency into the market's, by the rate of that very pair.
void binder::convert_fields() {
  presence lacking = presence::lacks_at;
  if (bound_.at) {
    const exchange_rate* rate = rates_ ? rates_->find(bound_.given, bound_.currency, instant{*bound_.at}) : nullptr;
    lacking = rate == nullptr ? presence::lacks_rate : presence::present;
    if (rate != nullptr) bound_.conversion = fraction::of(rate->factor);
  }
  bound_.conversion_shift = bound_.currency.digits() - bound_.given.digits();
  for (field_value& field : bound_.fields) {
    if (field.state != presence::present) continue;
    bound_.depends_on_rate = true;
    field.state = lacking;
    if (lacking != presence::present) continue;
    field.converted = true;
  }
}

void binder::set_number(std::size_t key, const decimal& value) {
  const auto& thresholds = machine_.key_parts()[key].thresholds;
  const auto place = std::lower_bound(thresholds.begin(), thresholds.end(), value);
  const bool equal = place != thresholds.end() && *place == value;
  bound_.codes[key] = first_code + 2 * static_cast<std::uint32_t>(place - thresholds.begin()) + (equal ? 1 : 0);
  bound_.numbers[key] = value;
}

// An attribute that is a number or money.
void binder::bind_number(std::uint32_t attribute, const attribute_value& given) {
  const attribute_terms& declared = machine_.attributes()[attribute];
  const auto value = number_of(given);
  if (!value) {
    invalid_.emplace_back(declared.name);
  } else if (declared.what != attribute_terms::kind::number) {
    set_field(machine_.attribute_slot(attribute), *value);
  } else if (has_too_many_digits(*value)) {
    invalid_.emplace_back(declared.name);
  } else if (const auto key = machine_.attribute_key(attribute)) {
    set_number(*key, *value);
  }
}

void binder::bind_codes(const request& what) {
  const auto& parts = machine_.key_parts();
  bound_.codes.assign(parts.size(), absent_code);
  bound_.numbers.resize(parts.size());
  const auto text = [&](std::size_t key, std::string_view value) {
    if (value.empty()) return;
    const dictionary& words = machine_.words(static_cast<std::uint32_t>(key));
    const auto found = words.find(value);
    bound_.codes[key] = found == words.end() ? other_code : found->second;
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
        set_number(key, what.quantity.value_or(decimal(1)));
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
        attribute_hints_.find(i, one.name, machine_.attributes(), [&] { return machine_.find_attribute(one.name); });
    if (!attribute || !given(one.value)) continue;
    const attribute_terms& declared = machine_.attributes()[*attribute];
    const auto key = machine_.attribute_key(*attribute);
    switch (declared.what) {
      case attribute_terms::kind::words:
        if (!std::binary_search(declared.words->begin(), declared.words->end(), one.value.text())) {
          invalid_.emplace_back(declared.name);
        } else if (key) {
          text(*key, one.value.text());
        }
        break;
      case attribute_terms::kind::text:
        if (one.value.text().empty()) {
          invalid_.emplace_back(declared.name);
        } else if (key) {
          text(*key, one.value.text());
        }
        break;
      case attribute_terms::kind::number:
      case attribute_terms::kind::money_display:
      case attribute_terms::kind::money_net:
        bind_number(*attribute, one.value);
        break;
    }
  }
}

binder::tax_terms binder::terms(std::optional<rate> tax, bool market_gross) {
  tax_terms made;
  if (tax) {
    made.tax = fraction::of(*tax);
    made.gross_factor = fraction::reduced(made.tax->denominator + made.tax->numerator, made.tax->denominator);
  } else if (!market_gross) {
    made.tax = fraction{0, 1};
  }
  return made;
}

binder::binder(const machine& compiled, std::shared_ptr<const exchange_rates> rates)
    : machine_(compiled), rates_(std::move(rates)) {
  for (const market_terms& one : machine_.markets()) market_terms_.push_back(terms(one.tax, one.gross));
  for (const channel_terms& one : machine_.channels()) channel_fees_.push_back(fraction::of(one.fee));
  const auto& parts = machine_.key_parts();
  for (std::uint32_t key = 0; key < parts.size(); ++key) {
    switch (parts[key].what) {
      case key_part::kind::sku:
        word_members_.push_back(&request::sku);
        break;
      case key_part::kind::segment:
        word_members_.push_back(&request::segment);
        break;
      case key_part::kind::audience:
        word_members_.push_back(&request::audience);
        break;
      case key_part::kind::category:
        word_members_.push_back(&request::category);
        break;
      case key_part::kind::quantity:
      case key_part::kind::number_attribute:
        number_keys_.push_back(key);
        break;
      case key_part::kind::word_attribute:
      case key_part::kind::text_attribute:
        break;  // with the attributes
    }
  }
}

binder::binder(const binder& other)
    : machine_(other.machine_),
      market_terms_(other.market_terms_),
      channel_fees_(other.channel_fees_),
      rates_(other.rates_),
      bound_(other.bound_),
      invalid_(other.invalid_),
      missing_(other.missing_),
      word_members_(other.word_members_),
      number_keys_(other.number_keys_) {}

void binder::bind(const request& what) {
  invalid_.clear();
  missing_.clear();
  if (!list_words(what)) {
    bind_new(what);
    return;
  }
  std::size_t place = words_.hash() % known_places_.size();
  while (known_places_[place] != 0) {
    const known_request& as = known_[known_places_[place] - 1u];
    if (as.words == words_) {
      bind_known(as, what);
      return;
    }
    place = (place + 1) % known_places_.size();
  }
  bind_new(what);
  if (invalid_.empty() && missing_.empty() && bound_.at_market_terms) remember(place, what);
}

// All words of the request that can change what it becomes. False where that is more than its words, or too many.
bool binder::list_words(const request& what) {
  words_.clear();
  if (what.tax || what.fee || what.prices.size() > known_request::most_named ||
      what.attributes.size() > known_request::most_named || (what.quantity && !is_quantity(*what.quantity)) ||
      (what.units && !are_units(*what.units))) {
    return false;
  }
  bool fit = words_.add(what.market) && words_.add(what.channel) && words_.add(what.currency);
  for (std::string_view request::*const word : word_members_) fit = fit && words_.add(what.*word);
  for (const channel_price& one : what.prices) fit = fit && words_.add(one.channel);
  fit = fit && words_.add_number();  // where the prices end
  for (const named_attribute& one : what.attributes) {
    fit = fit && words_.add(one.name) && (one.value.number() ? words_.add_number() : words_.add(one.value.text()));
  }
  return fit;
}

void binder::bind_known(const known_request& as, const request& what) {
  const market_terms& in = machine_.markets()[as.market];
  const channel_terms& on = machine_.channels()[as.channel];
  bound_.market = as.market;
  bound_.channel = as.channel;
  bound_.market_known = bound_.currency_known = bound_.at_market_terms = true;
  bound_.currency = bound_.given = in.currency;
  bind_times(what);
  bind_money(what);
  for (std::size_t i = 0; i < what.prices.size(); ++i) {
    if (as.price_slots[i] != none) set_field(as.price_slots[i], what.prices[i].price);
  }
  const std::size_t parts = machine_.key_parts().size();
  const std::uint32_t* const codes = known_codes_.data() + as.first_code;
  bound_.codes.assign(codes, codes + parts);
  bound_.numbers.resize(parts);
  for (const std::uint32_t key : number_keys_) {
    if (machine_.key_parts()[key].what == key_part::kind::quantity) {
      set_number(key, what.quantity.value_or(decimal(1)));
    } else {
      bound_.numbers[key].reset();
    }
  }
  for (std::size_t i = 0; i < what.attributes.size(); ++i) {
    if (as.numbers[i] != none && given(what.attributes[i].value)) bind_number(as.numbers[i], what.attributes[i].value);
  }
  if (!invalid_.empty()) {
    settle_invalid();
    return;
  }
  settle_display(in, on);
  apply(market_terms_[as.market]);
  bound_.fee = channel_fees_[as.channel];
  settle_shipping();
}

// The bound request, for the next one with its words, under a place that is free.
void binder::remember(std::size_t place, const request& what) {
  if (known_.size() == most_known) {
    known_.clear();
    known_codes_.clear();
    known_places_.fill(0);
    place = words_.hash() % known_places_.size();
  }
  known_request as;
  as.words = words_;
  as.market = bound_.market;
  as.channel = bound_.channel;
  as.first_code = static_cast<std::uint32_t>(known_codes_.size());
  for (std::size_t i = 0; i < what.prices.size(); ++i) {
    const auto channel = machine_.find_channel(what.prices[i].channel);
    as.price_slots[i] = channel ? machine_.channel_slot(*channel) : none;
  }
  for (std::size_t i = 0; i < what.attributes.size(); ++i) {
    const auto attribute = machine_.find_attribute(what.attributes[i].name);
    as.numbers[i] = attribute && !machine_.attributes()[*attribute].is_word() ? *attribute : none;
  }
  known_codes_.insert(known_codes_.end(), bound_.codes.begin(), bound_.codes.end());
  known_.push_back(as);
  known_places_[place] = static_cast<std::uint16_t>(known_.size());
}

void binder::bind_given_times(const request& what) {
  if (what.at) bound_.at = what.at->unix_ms;
  if (what.current_since) bound_.current_since = what.current_since->unix_ms;
  if (may_be(what.at) && may_be(what.current_since)) [[likely]]
    return;
  if (!may_be(what.at)) invalid_.emplace_back("at");
  if (!may_be(what.current_since)) invalid_.emplace_back("current_since");
}

// Every field but the prices on channels and the attributes.
void binder::bind_money(const request& what) {
  bound_.depends_on_rate = false;
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
}

void binder::settle_invalid() { detail::keep_each_once(invalid_); }

void binder::settle_display(const market_terms& in, const channel_terms& on) {
  bound_.gross = on.shows_gross(in);
  bound_.traditional = on.traditional;
}

void binder::apply(const tax_terms& from) {
  bound_.tax = from.tax;
  bound_.gross_factor = from.gross_factor;
}

// Who carries it home pays no shipping, unless the request says so.
void binder::settle_shipping() {
  field_value& shipping = bound_.fields[slot::shipping];
  if (bound_.traditional && shipping.state == presence::absent) shipping = {presence::present, false, {0, 1}};
}

void binder::bind_new(const request& what) {
  std::optional<std::uint32_t> market;
  std::optional<std::uint32_t> channel;
  if (!what.market.empty()) {
    market = market_hint_.find(0, what.market, machine_.markets(), [&] { return machine_.find_market(what.market); });
  }
  if (!what.channel.empty()) {
    channel =
        channel_hint_.find(0, what.channel, machine_.channels(), [&] { return machine_.find_channel(what.channel); });
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
  bound_.currency = market ? machine_.markets()[*market].currency : currency();
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
  bind_times(what);
  if (what.quantity && !is_quantity(*what.quantity)) invalid_.emplace_back("quantity");
  if (what.units && !are_units(*what.units)) invalid_.emplace_back("units");

  bind_money(what);
  for (std::size_t i = 0; i < what.prices.size(); ++i) {
    const channel_price& one = what.prices[i];
    const auto found =
        price_hints_.find(i, one.channel, machine_.channels(), [&] { return machine_.find_channel(one.channel); });
    if (found) set_field(machine_.channel_slot(*found), one.price);
  }
  bind_codes(what);

  if (what.tax && (what.tax->e8() < 0 || *what.tax > max_tax)) invalid_.emplace_back("tax");
  if (what.fee && (what.fee->e8() < 0 || what.fee->e8() > 100'000'000)) invalid_.emplace_back("fee");
  settle_invalid();
  std::sort(missing_.begin(), missing_.end());
  if (!invalid_.empty() || !missing_.empty()) return;

  settle_display(machine_.markets()[*market], machine_.channels()[*channel]);
  apply(what.tax ? terms(what.tax, true) : market_terms_[*market]);
  bound_.at_market_terms = !what.tax && !what.fee && bound_.given == bound_.currency;
  bound_.fee = what.fee ? fraction::of(*what.fee) : channel_fees_[*channel];
  if (bound_.given != bound_.currency) convert_fields();
  settle_shipping();
}

void binder::also_invalid(std::span<const std::string> names) {
  if (names.empty()) return;
  invalid_.insert(invalid_.end(), names.begin(), names.end());
  settle_invalid();
}

std::optional<instant> binder::next_rate_at() const noexcept {
  if (rates_ == nullptr || !bound_.at || !bound_.depends_on_rate) return {};
  return rates_->next_after(bound_.given, bound_.currency, instant{*bound_.at});
}

void binder::set_decided(std::span<const decided_price> decided) {
  for (const decided_price& one : decided) {
    field_value& field = bound_.fields[machine_.channel_slot(one.channel)];
    field = {};
    field.state = presence::present;
    field.value = one.minor;
    if (one.gross == bound_.gross) continue;
    if (!bound_.tax) {
      field.state = presence::lacks_tax;
    } else if (const auto shown = on_other_display(one.minor, bound_.gross_factor, bound_.gross,
                                                   machine_.markets()[bound_.market].unit_minor)) {
      field.value = *shown;
    } else {
      field.state = presence::absent;
    }
  }
}

}  // namespace pricepoint::engine
