// SPDX-License-Identifier: Apache-2.0
// Markets, channels and attributes of a policy as the later stages need them: names resolved, rates as fractions, and
// of each channel which prices its reference price may come from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compile/formula.hpp"
#include "pricepoint/market/table.hpp"
#include "pricepoint/money/currency.hpp"
#include "pricepoint/money/rate.hpp"

namespace pricepoint::engine {

// One price out of several fields of a request.
struct price_pick {
  enum class kind : std::uint8_t { one, first, lowest, highest };
  price_pick::kind how = kind::one;
  std::vector<std::uint32_t> slots;  // first: in this order; of the fields that are absent none counts

  friend bool operator==(const price_pick&, const price_pick&) = default;
};

struct market_terms {
  std::string_view name;
  pricepoint::currency currency;
  std::int64_t unit_minor = 1;
  bool gross = true;  // displayed prices contain tax
  std::optional<rate> tax;
  bool net_stored = false;
  // Null where the law gives no way to the price that an announced reduction may be compared with.
  const former_price_rule* former_price = nullptr;
  const market_entry* known = nullptr;  // in the market table; null where it is not there
};

struct channel_terms {
  std::string_view name;
  bool traditional = false;
  bool reseller = false;  // sells at prices of its own
  rate fee;
  std::optional<bool> gross;  // where it differs from the market
  price_pick reference;
  bool reference_is_list = false;
  price_pick highest_store, lowest_store;  // prices on the other traditional channels

  bool shows_gross(const market_terms& in) const noexcept { return gross.value_or(in.gross); }
  // Where a symbol that is no field and not the target comes from.
  const price_pick& pick(symbol::kind what) const noexcept {
    return what == symbol::kind::highest_store  ? highest_store
           : what == symbol::kind::lowest_store ? lowest_store
                                                : reference;
  }
};

struct attribute_terms {
  enum class kind : std::uint8_t { words, text, number, money_display, money_net };
  std::string_view name;
  attribute_terms::kind what = kind::text;
  const std::vector<std::string>* words = nullptr;  // sorted; of kind words

  bool is_money() const noexcept { return what == kind::money_display || what == kind::money_net; }
  bool is_word() const noexcept { return what == kind::words || what == kind::text; }
};

// [from, until) in milliseconds since 1970 UTC; an end that is missing is unbounded.
struct time_span {
  std::optional<std::int64_t> from_unix_ms, until_unix_ms;
  bool holds(std::int64_t at) const noexcept {
    return (!from_unix_ms || *from_unix_ms <= at) && (!until_unix_ms || at < *until_unix_ms);
  }
};

}  // namespace pricepoint::engine
