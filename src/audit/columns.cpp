// SPDX-License-Identifier: Apache-2.0
// Columns to offers and findings to columns. Entries: audit_columns, audit_pieces. Covered by
// tests/unit/audit/columns_test.cpp.
#include "pricepoint/audit/auditor.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "match/row_values.hpp"

namespace pricepoint {

namespace {

std::int64_t minor_of(const std::optional<amount>& value) { return value ? value->minor : absent_value; }

void append(finding_columns& to, std::size_t row, finding& one) {
  to.row.push_back(row);
  to.rule.push_back(one.rule);
  to.effect.push_back(one.effect);
  to.against.push_back(one.against);
  to.against_seller.push_back(one.against_seller);
  to.severity.push_back(one.severity);
  to.price.push_back(one.price);
  to.min_minor.push_back(minor_of(one.min));
  to.max_minor.push_back(minor_of(one.max));
  to.excess.push_back(one.excess);
  to.excess_rate_bp.push_back(one.excess_rate_bp.value_or(absent_value));
  to.against_price_minor.push_back(minor_of(one.against_price));
  to.remedy.push_back(one.remedy);
  to.remedy_price_minor.push_back(minor_of(one.remedy_price));
  to.credit.push_back(one.credit);
  to.headroom_minor.push_back(minor_of(one.headroom));
  to.max_discount_bp.push_back(one.max_discount_bp.value_or(absent_value));
  to.conflict.push_back(std::move(one.conflict));
  to.missing.push_back(std::move(one.missing));
  to.because.push_back(std::move(one.because));
  to.from_unix_ms.push_back(one.from ? one.from->unix_ms : absent_value);
  to.until_unix_ms.push_back(one.until ? one.until->unix_ms : absent_value);
}

}  // namespace

finding_columns audit_columns(auditor& with, const offer_columns& offers, std::optional<instant> until) {
  return audit_pieces(with, std::span<const offer_columns>(&offers, 1), until);
}

finding_columns audit_pieces(auditor& with, std::span<const offer_columns> offers, std::optional<instant> until) {
  struct place {
    const offer_columns* in;
    std::size_t row;    // there
    std::size_t count;  // among all
    std::string_view sku, market;
  };
  std::vector<place> order;
  for (const offer_columns& piece : offers) {
    for (std::size_t row = 0; row < piece.requests.rows; ++row) {
      order.push_back({&piece, row, order.size(), piece.requests.sku.at(row), piece.requests.market.at(row)});
    }
  }
  const auto key = [](const place& one) { return std::tie(one.sku, one.market); };
  const auto before = [&](const place& a, const place& b) { return key(a) < key(b); };
  if (!std::is_sorted(order.begin(), order.end(), before)) std::stable_sort(order.begin(), order.end(), before);

  const auto make = [&](const place& from, offer& out) {
    out.unreadable.clear();
    request_of_row(with.policy(), from.in->requests, from.row, out.request, out.unreadable);
    out.seller = from.in->seller.at(from.row);
    const int digits = with.policy().currency_of(out.request.market).digits();
    out.price = engine::number_at(from.in->price, from.row, digits, "price", out.unreadable);
  };
  std::vector<offer> group;
  std::vector<finding> found;
  std::size_t used = 0;  // findings so far
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && key(order[end]) == key(order[begin])) ++end;
    if (group.size() < end - begin) group.resize(end - begin);
    for (std::size_t i = begin; i < end; ++i) make(order[i], group[i - begin]);
    const std::span<const offer> seen(group.data(), end - begin);
    if (until) {
      with.audit_until(*until, seen, found);
    } else {
      with.audit(seen, found);
    }
    for (; used < found.size(); ++used) found[used].offer = order[begin + found[used].offer].count;
    begin = end;
  }
  std::stable_sort(found.begin(), found.end(), [](const finding& a, const finding& b) { return a.offer < b.offer; });
  finding_columns out;
  for (finding& one : found) append(out, one.offer, one);
  return out;
}

}  // namespace pricepoint
