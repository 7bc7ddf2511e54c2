// SPDX-License-Identifier: Apache-2.0
// Entry: price_histories. Test: tests/unit/cli/history_test.cpp, tests/golden/cases (history-*).
#include "cli/history.hpp"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "cli/namespace.hpp"
#include "pricepoint/market/price_history.hpp"
#include "pricepoint/money/exact.hpp"
#include "rows/side_file.hpp"
#include "rows/text.hpp"

namespace pricepoint::cli {
namespace {

enum column : std::size_t { sku_column, channel_column, market_column, at_column, price_column, audience, segment };

struct charged {
  std::int64_t at_unix_ms = 0;
  std::int64_t minor = 0;
};

// What no name can hold stands between the names.
std::string key_of(std::string_view sku, std::string_view channel, std::string_view market) {
  std::string key(sku);
  key.append(1, '\x1F').append(channel).append(1, '\x1F').append(market);
  return key;
}

// Whole minor units above zero; nothing where the amount has more decimals than the currency.
std::optional<std::int64_t> minor_of(std::string_view text, currency in) {
  const auto value = parse_decimal(text);
  if (!value || value->sign() <= 0) return {};
  const auto minor = detail::fraction::minor_units(*value, in.digits());
  if (minor.numerator % minor.denominator != 0 || minor.numerator / minor.denominator > max_amount_minor) return {};
  return static_cast<std::int64_t>(minor.numerator / minor.denominator);
}

}  // namespace

struct price_histories::store {
  struct market_terms {
    const former_price_rule* law = nullptr;
    pricepoint::currency currency;
  };
  policy of;  // keeps the laws
  // With a salt: the names are those of a file.
  absl::flat_hash_map<std::string, market_terms> markets;
  absl::flat_hash_map<std::string, std::vector<charged>> series;
};

price_histories::price_histories() = default;
price_histories::~price_histories() = default;

result<std::shared_ptr<const price_histories>> price_histories::parse(std::string text, const std::string& file,
                                                                      const policy& of) {
  std::shared_ptr<price_histories> made(new price_histories());
  made->store_.reset(new store{of, {}, {}});
  for (const std::string_view name : of.markets()) {
    made->store_->markets.emplace(name, store::market_terms{of.former_price(name), of.currency_of(name)});
  }
  side_file in(std::move(text), file, "PP-H",
               {{"sku"}, {"channel"}, {"market"}, {"at"}, {"price"}, {"audience", false}, {"segment", false}},
               "the first row names the columns: sku,channel,market,at,price");
  const std::vector<std::string_view> channels = of.channels();
  const bool good = in.read([&] {
    for (const column name : {sku_column, channel_column, market_column}) {
      if (in.cell(name).empty()) in.refuse(name, "", "a price is that of a product on a channel of a market");
    }
    const auto at = parse_instant(in.cell(at_column));
    if (!at) in.refuse(at_column, "is not an instant with its offset", "write it like 2026-11-11T00:00:00+08:00");
    const auto market = made->store_->markets.find(std::string(in.cell(market_column)));
    const bool known = market != made->store_->markets.end();
    const auto in_currency = known ? std::optional(market->second.currency) : std::nullopt;
    const auto price = parse_decimal(in.cell(price_column));
    const auto minor = in_currency ? minor_of(in.cell(price_column), *in_currency) : std::nullopt;
    if (!price || price->sign() <= 0) {
      in.refuse(price_column, "is not an amount above zero", "digits, optionally a point and digits: 29.90");
    } else if (known && !minor) {
      in.refuse(price_column, "is no price in " + std::string(in_currency->code()),
                "it has " + number(static_cast<std::uint64_t>(in_currency->digits())) + " decimals");
    }
    if (in.mistakes() != 0) return;
    const bool asked_for = std::find(channels.begin(), channels.end(), in.cell(channel_column)) != channels.end();
    if (!known || !asked_for) {
      return made->tally_.row_lost(
          in.line(), [&] { return why_undeclared(known, in.cell(known ? channel_column : market_column), of); });
    }
    made->tally_.row();
    if (market->second.law == nullptr) return;
    if (!in.cell(audience).empty() || !in.cell(segment).empty()) return;
    made->store_->series[key_of(in.cell(sku_column), in.cell(channel_column), in.cell(market_column))].push_back(
        {at->unix_ms, *minor});
  });
  if (!good) return in.take();
  for (auto& [key, all] : made->store_->series) {
    std::stable_sort(all.begin(), all.end(),
                     [](const charged& a, const charged& b) { return a.at_unix_ms < b.at_unix_ms; });
    all.shrink_to_fit();
  }
  return std::shared_ptr<const price_histories>(std::move(made));
}

std::vector<diagnostic> price_histories::doubts(const std::string& file) const {
  std::vector<diagnostic> made;
  if (const auto none = about_no_rows(tally_, "rows", file, false)) made.push_back(*none);
  if (const auto useless = about_useless_prices(tally_, file)) made.push_back(*useless);
  return made;
}

prior_source price_histories::source(const request& asked) const {
  if (asked.lowest_prior || !asked.at) return {};
  const auto market = store_->markets.find(std::string(asked.market));
  if (market == store_->markets.end() || market->second.law == nullptr) return {};
  const store::market_terms& terms = market->second;
  if (!asked.currency.empty() && asked.currency != terms.currency.code()) return {};
  return [this, &terms, sku = asked.sku, name = asked.market, at = asked.at->unix_ms](
             std::string_view channel, const std::optional<amount>& price) -> std::optional<decimal> {
    const auto found = store_->series.find(key_of(sku, channel, name));
    if (found == store_->series.end()) return {};
    price_history history(*terms.law);
    for (const charged& one : found->second) {
      if (one.at_unix_ms > at) break;
      history.record(one.at_unix_ms, one.minor);
    }
    const auto last = history.last();
    if (!last) return {};
    const auto prior = history.lowest_prior(at, price ? price->minor : *last);
    if (!prior) return {};
    return decimal::from_parts(*prior, terms.currency.digits());
  };
}

}  // namespace pricepoint::cli
