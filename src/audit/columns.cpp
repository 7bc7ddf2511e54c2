// SPDX-License-Identifier: Apache-2.0
// Columns to offers and findings to columns. Entry: audit_columns. Covered by tests/unit/audit/columns_test.cpp.
#include "pricepoint/audit/columns.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace pricepoint {

namespace {

std::string_view text_at(offer_columns::texts column, std::size_t row) {
  return row < column.size() ? column[row] : std::string_view();
}

std::optional<std::int64_t> number_at(offer_columns::numbers column, std::size_t row) {
  if (row >= column.size() || column[row] == absent_value) return {};
  return column[row];
}

class row_maker {
 public:
  row_maker(const policy& with, const offer_columns& from) : policy_(with), from_(from) {}

  void make(std::size_t row, offer& out) const {
    request& made = out.request;
    made.sku = text_at(from_.sku, row);
    made.category = text_at(from_.category, row);
    made.segment = text_at(from_.segment, row);
    made.audience = text_at(from_.audience, row);
    made.channel = text_at(from_.channel, row);
    made.market = text_at(from_.market, row);
    made.currency = text_at(from_.currency, row);
    out.seller = text_at(from_.seller, row);
    const int of_market = policy_.currency_of(made.market).digits();
    const auto given = made.currency.empty() ? std::nullopt : find_currency(made.currency);
    const int digits = given ? given->digits() : of_market;
    out.price = money(from_.price_minor, row, of_market);
    made.list = money(from_.list_minor, row, digits);
    made.msrp = money(from_.msrp_minor, row, digits);
    made.map = money(from_.map_minor, row, digits);
    made.current = money(from_.current_minor, row, digits);
    made.lowest_prior = money(from_.lowest_prior_minor, row, digits);
    made.cost = money(from_.cost_minor, row, digits);
    made.shipping = money(from_.shipping_minor, row, digits);
    made.quantity = money(from_.quantity, row, 0);
    made.units = money(from_.units, row, 0);
    made.at = time(from_.at_unix_ms, row);
    made.current_since = time(from_.current_since_unix_ms, row);
    made.tax = share(from_.tax_e8, row);
    made.fee = share(from_.fee_e8, row);
    made.prices.clear();
    for (const offer_columns::price_column& one : from_.prices) {
      if (const auto value = money(one.minor, row, digits)) made.prices.push_back({one.channel, *value});
    }
    made.attributes.clear();
    for (const offer_columns::attribute_column& one : from_.attributes) {
      if (const auto value = money(one.minor, row, digits)) {
        made.attributes.push_back({one.name, attribute_value(*value)});
      } else if (const std::string_view text = text_at(one.text, row); !text.empty()) {
        made.attributes.push_back({one.name, attribute_value(text)});
      }
    }
  }

 private:
  static std::optional<decimal> money(offer_columns::numbers column, std::size_t row, int digits) {
    const auto value = number_at(column, row);
    if (!value) return {};
    // Far beyond what a price can be; kept within what a decimal can hold, it is found invalid as it should be.
    constexpr std::int64_t most = 10 * max_amount_minor;
    const std::int64_t kept = std::clamp(*value, -most, most);
    if (digits == 0 && (kept > max_amount_minor || kept < -max_amount_minor)) {
      return decimal::from_parts(static_cast<detail::int128>(kept) * 10, 1);
    }
    return decimal::from_parts(kept, digits);
  }
  static std::optional<instant> time(offer_columns::numbers column, std::size_t row) {
    const auto value = number_at(column, row);
    if (!value) return {};
    return instant{*value};
  }
  static std::optional<rate> share(offer_columns::numbers column, std::size_t row) {
    const auto value = number_at(column, row);
    if (!value) return {};
    return rate::from_e8(*value);
  }

  const policy& policy_;
  const offer_columns& from_;
};

std::int64_t minor_of(const std::optional<amount>& value) { return value ? value->minor : absent_value; }

std::int64_t minor_of(const std::optional<decimal>& value, const std::optional<currency>& in) {
  if (!value || !in) return absent_value;
  // Whole, since the price of a column is.
  const detail::fraction minor = detail::fraction::minor_units(*value, in->digits());
  return static_cast<std::int64_t>(detail::divide(minor.numerator, minor.denominator, rounding::half_up));
}

void append(finding_columns& to, std::size_t row, finding& one) {
  to.row.push_back(row);
  to.rule.push_back(one.rule);
  to.effect.push_back(one.effect);
  to.against.push_back(one.against);
  to.against_seller.push_back(one.against_seller);
  to.severity.push_back(one.severity);
  to.min_minor.push_back(minor_of(one.min));
  to.max_minor.push_back(minor_of(one.max));
  to.excess_minor.push_back(minor_of(one.excess, one.currency));
  to.excess_rate_e2.push_back(one.excess_rate_e2.value_or(absent_value));
  to.against_price_minor.push_back(minor_of(one.against_price));
  to.remedy.push_back(one.remedy);
  to.remedy_price_minor.push_back(minor_of(one.remedy_price));
  to.credit_minor.push_back(minor_of(one.credit, one.currency));
  to.headroom_minor.push_back(minor_of(one.headroom));
  to.max_discount_e2.push_back(one.max_discount_e2.value_or(absent_value));
  to.conflict.push_back(std::move(one.conflict));
  to.missing.push_back(std::move(one.missing));
  to.because.push_back(std::move(one.because));
  to.from_unix_ms.push_back(one.from ? one.from->unix_ms : absent_value);
  to.until_unix_ms.push_back(one.until ? one.until->unix_ms : absent_value);
}

}  // namespace

finding_columns audit_columns(auditor& with, const offer_columns& offers, std::optional<instant> until) {
  std::vector<std::size_t> order(offers.rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [&](std::size_t row) { return std::pair(text_at(offers.sku, row), text_at(offers.market, row)); };
  const auto before = [&](std::size_t a, std::size_t b) { return key(a) < key(b); };
  if (!std::is_sorted(order.begin(), order.end(), before)) std::stable_sort(order.begin(), order.end(), before);

  const row_maker maker(with.policy(), offers);
  std::vector<offer> group;
  std::vector<finding> found;
  std::size_t used = 0;  // findings so far
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && key(order[end]) == key(order[begin])) ++end;
    if (group.size() < end - begin) group.resize(end - begin);
    for (std::size_t i = begin; i < end; ++i) maker.make(order[i], group[i - begin]);
    const std::span<const offer> seen(group.data(), end - begin);
    if (until) {
      with.audit_until(*until, seen, found);
    } else {
      with.audit(seen, found);
    }
    for (; used < found.size(); ++used) found[used].offer = order[begin + found[used].offer];
    begin = end;
  }
  std::stable_sort(found.begin(), found.end(), [](const finding& a, const finding& b) { return a.offer < b.offer; });
  finding_columns out;
  for (finding& one : found) append(out, one.offer, one);
  return out;
}

}  // namespace pricepoint
