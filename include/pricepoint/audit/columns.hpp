// SPDX-License-Identifier: Apache-2.0
// Audits over columns: offers as one span a field, findings as one vector a member.
//
//   pricepoint::offer_columns offers{.rows = 2, .sku = skus, .channel = channels, .market = markets,
//                                    .price_minor = prices};
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

namespace pricepoint {

// An amount, instant or rate that is absent.
inline constexpr std::int64_t absent_value = INT64_MIN;

// A field of every offer, `rows` long, or empty where no offer has it. Empty text is absent. Amounts are minor units:
// `price_minor` of the market's currency, all others of `currency` where it is given, else of the market's. Text is
// borrowed until the audit returns, that of sellers as long as the findings are used.
struct offer_columns {
  using texts = std::span<const std::string_view>;
  using numbers = std::span<const std::int64_t>;
  struct price_column {
    std::string_view channel;
    numbers minor;
  };
  // Of a declared attribute: words and texts as text; numbers as text too; money in minor units.
  struct attribute_column {
    std::string_view name;
    texts text{};
    numbers minor{};
  };

  std::size_t rows = 0;
  texts sku{}, category{}, segment{}, audience{}, channel{}, market{}, currency{}, seller{};
  numbers price_minor{};  // the observed one
  numbers at_unix_ms{}, current_since_unix_ms{};
  numbers quantity{}, units{};  // whole
  numbers list_minor{}, msrp_minor{}, map_minor{}, current_minor{}, lowest_prior_minor{}, cost_minor{},
      shipping_minor{};
  numbers tax_e8{}, fee_e8{};  // 19% is 19'000'000
  std::vector<price_column> prices{};
  std::vector<attribute_column> attributes{};
};

// Findings by row, those of one row in the auditor's order. Every vector has one entry a finding; `absent_value` where
// a number does not apply. Members are those of `finding`.
struct finding_columns {
  std::vector<std::size_t> row;
  std::vector<std::string_view> rule, effect, against, against_seller;
  std::vector<finding_severity> severity;
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

}  // namespace pricepoint
