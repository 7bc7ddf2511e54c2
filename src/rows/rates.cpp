// SPDX-License-Identifier: Apache-2.0
// The file of exchange rates, read whole: it is small beside the items.
// Entry: parse_rates. Test: tests/unit/rows/rates_test.cpp.
#include "rows/rates.hpp"

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "pricepoint/money/currency.hpp"
#include "rows/refused.hpp"
#include "rows/side_file.hpp"

namespace pricepoint::rows {
namespace {

enum column : std::size_t { from_column, to_column, rate_column, at_column };

}  // namespace

result<std::shared_ptr<const exchange_rates>> parse_rates(std::string text, const std::string& file) {
  side_file in(std::move(text), file, "PP-R", {{"from"}, {"to"}, {"rate"}, {"at"}},
               "the first row names the columns: from,to,rate,at");
  std::vector<exchange_rate> rows;
  const bool good = in.read([&] {
    const std::size_t before = in.mistakes();
    const auto currency_of = [&](column which) {
      const auto made = find_currency(in.cell(which));
      if (!made) in.refuse(which, "is no currency of ISO 4217", near_currency(in.cell(which)));
      return made;
    };
    const auto from = currency_of(from_column);
    const auto to = currency_of(to_column);
    const auto factor = parse_decimal(in.cell(rate_column));
    if (!factor || factor->sign() <= 0) {
      in.refuse(rate_column, "is not a number above zero",
                "digits, optionally a point and at most nine more: 7.85; no exponent, no comma, no percent sign");
    }
    const auto at = parse_instant(in.cell(at_column));
    if (!at) in.refuse(at_column, "is not an instant with its offset", "write it like 2026-11-11T00:00:00+08:00");
    if (in.mistakes() == before) rows.push_back({*from, *to, *factor, *at});
  });
  if (!good) return in.take();
  return std::make_shared<const exchange_rates>(std::move(rows));
}

}  // namespace pricepoint::rows
