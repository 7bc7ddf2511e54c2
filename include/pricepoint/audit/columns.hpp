// SPDX-License-Identifier: Apache-2.0
// Audits over columns: offers as one span a field, findings as one vector a member.
//
//   pricepoint::offer_columns offers{
//       .requests = {.rows = 2, .sku = skus, .channel = channels, .market = markets}, .price = prices};
//   const pricepoint::finding_columns found = pricepoint::audit_columns(auditor, offers);
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/audit/auditor.hpp"
#include "pricepoint/engine/batch.hpp"

namespace pricepoint {

// Offers are requests with a seller and the observed price: in the market's currency, units being its minor units. The
// sellers' texts must live as long as the findings are used.
struct offer_columns {
  request_columns requests;
  text_column seller{};
  number_column price{};
};

// Findings by row, those of one row in the auditor's order. Every vector has one entry a finding; `absent_value` where
// a number does not apply. Members are those of `finding`.
struct finding_columns {
  std::vector<std::size_t> row;
  std::vector<std::string_view> rule, effect, against, against_seller;
  std::vector<finding_severity> severity;
  std::vector<std::optional<decimal>> price;  // observed, in units of the market's currency
  std::vector<std::int64_t> min_minor, max_minor, excess_minor, excess_rate_e2, against_price_minor;
  std::vector<pricepoint::remedy> remedy;
  std::vector<std::int64_t> remedy_price_minor, credit_minor, headroom_minor, max_discount_e2;
  std::vector<name_list> conflict;
  std::vector<std::vector<std::string>> missing;
  std::vector<std::string> because;
  std::vector<std::int64_t> from_unix_ms, until_unix_ms;

  std::size_t size() const noexcept { return row.size(); }
};

// Audits rows in any order: those of one sku and market are looked at together. With `until`, ahead in time as
// auditor::audit_until. A column whose length is not `rows` is taken as far as it goes, and absent beyond. Cost: that
// of the audit and of sorting the rows' numbers.
finding_columns audit_columns(auditor& with, const offer_columns& offers, std::optional<instant> until = {});
// The same of offers in several pieces, whose rows are counted on.
finding_columns audit_pieces(auditor& with, std::span<const offer_columns> offers, std::optional<instant> until = {});

}  // namespace pricepoint
