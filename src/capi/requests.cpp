// SPDX-License-Identifier: Apache-2.0
// Entry: request_of. Test: tests/capi.
#include "capi/requests.hpp"

#include "compile/machine.hpp"
#include "match/row_values.hpp"

namespace pricepoint::capi {

namespace {

std::optional<instant> time_of(const pricepoint_optional& unix_ms) {
  const auto value = value_of(unix_ms);
  return value ? std::optional(instant{*value}) : std::nullopt;
}

std::optional<rate> rate_of(const pricepoint_optional& e8) {
  const auto value = value_of(e8);
  return value ? std::optional(rate::from_e8(*value)) : std::nullopt;
}

// Gives false where the text is no decimal.
bool number_of(const pricepoint_number& from, int digits, std::optional<decimal>& out) {
  out.reset();
  switch (from.kind) {
    case PRICEPOINT_NUMBER_ABSENT:
      return true;
    case PRICEPOINT_NUMBER_MINOR:
      if (from.minor != PRICEPOINT_ABSENT) out = engine::decimal_of(from.minor, digits);
      return true;
    case PRICEPOINT_NUMBER_TEXT:
      out = parse_decimal(view(from.text));
      return out.has_value() || from.text.size == 0;
    default:
      throw bad_argument{"a number of an unknown kind"};
  }
}

bool is_money(const engine::machine& with, std::string_view attribute) {
  using kind = enum policy_language::attribute::kind;
  const auto found = with.find_attribute(attribute);
  if (!found) return false;
  const auto declared = with.document().attributes[*found].kind;
  return declared == kind::money_display || declared == kind::money_net;
}

}  // namespace

void request_of(const policy& with, const pricepoint_request* from, request& out, std::vector<std::string>& invalid) {
  needed(from, "the request is NULL");
  const pricepoint_request given = taken(from);
  check_count(given.prices, given.price_count, "prices are NULL, but price_count is not 0",
              "price_count is more than 4,096");
  check_count(given.attributes, given.attribute_count, "attributes are NULL, but attribute_count is not 0",
              "attribute_count is more than 4,096");
  invalid.clear();
  out.sku = view(given.sku);
  out.category = view(given.category);
  out.segment = view(given.segment);
  out.audience = view(given.audience);
  out.channel = view(given.channel);
  out.market = view(given.market);
  out.currency = view(given.currency);
  out.at = time_of(given.at_unix_ms);
  out.current_since = time_of(given.current_since_unix_ms);
  out.tax = rate_of(given.tax_e8);
  out.fee = rate_of(given.fee_e8);
  const auto in = out.currency.empty() ? std::nullopt : find_currency(out.currency);
  const int digits = in ? in->digits() : with.currency_of(out.market).digits();
  const auto number = [&](const pricepoint_number& value, int scale, std::optional<decimal>& to, const char* name) {
    if (!number_of(value, scale, to)) invalid.emplace_back(name);
  };
  number(given.quantity, 0, out.quantity, "quantity");
  number(given.units, 0, out.units, "units");
  number(given.list, digits, out.list, "list");
  number(given.msrp, digits, out.msrp, "msrp");
  number(given.map, digits, out.map, "map");
  number(given.current, digits, out.current, "current");
  number(given.lowest_prior, digits, out.lowest_prior, "lowest_prior");
  number(given.cost, digits, out.cost, "cost");
  number(given.shipping, digits, out.shipping, "shipping");
  std::optional<decimal> value;
  out.prices.clear();
  for (std::size_t i = 0; i < given.price_count; ++i) {
    const pricepoint_channel_price& one = given.prices[i];
    const std::string_view channel = view(one.channel);
    if (!number_of(one.price, digits, value)) invalid.push_back("price." + std::string(channel));
    if (value) out.prices.push_back({channel, *value});
  }
  out.attributes.clear();
  for (std::size_t i = 0; i < given.attribute_count; ++i) {
    const pricepoint_attribute& one = given.attributes[i];
    const std::string_view name = view(one.name);
    std::string_view text = view(one.text);
    // Numbers as text stay text: whether they are any, the declared attribute says.
    if (text.empty() && one.number.kind == PRICEPOINT_NUMBER_TEXT) text = view(one.number.text);
    if (!text.empty()) {
      out.attributes.push_back({name, attribute_value(text)});
      continue;
    }
    number_of(one.number, is_money(engine::machine_of(with), name) ? digits : 0, value);
    if (value) out.attributes.push_back({name, attribute_value(*value)});
  }
}

}  // namespace pricepoint::capi
