// SPDX-License-Identifier: Apache-2.0
// A value that may differ by currency, as policies write amounts: "15", or {"EUR": "15", "JPY": "2000"}.
#pragma once

#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "pricepoint/money/currency.hpp"
#include "pricepoint/money/decimal.hpp"
#include "pricepoint/money/rate.hpp"

namespace pricepoint::policy_language {

// One value for all currencies (in the market's), or one by currency; a currency that is not listed has none.
template <class T>
struct by_currency {
  std::optional<T> any;
  std::vector<std::pair<currency, T>> each;  // sorted by currency; empty where `any` is set

  const T* find(currency wanted) const {
    if (any) return &*any;
    for (const auto& [code, value] : each) {
      if (code == wanted) return &value;
    }
    return nullptr;
  }
  friend bool operator==(const by_currency&, const by_currency&) = default;
};

using money = by_currency<decimal>;
using rate_or_money = std::variant<rate, money>;

}  // namespace pricepoint::policy_language
