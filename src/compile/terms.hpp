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

// Channels that a gap is measured from together: the traditional ones, the online ones, or a list.
struct channel_group {
  enum class kind : std::uint8_t { traditional, online, listed };
  channel_group::kind what = kind::traditional;
  std::vector<std::uint32_t> slots;  // of their prices, sorted

  // Whether it has a channel other than this one, by the slot of its price.
  bool has_other(std::uint32_t own) const noexcept {
    return slots.size() > 1 || (slots.size() == 1 && slots.front() != own);
  }
};

// What a channel picks one price of: with kind and slots as in price_pick, its own price left out.
struct price_choice {
  price_pick::kind how = price_pick::kind::one;
  const std::vector<std::uint32_t>* slots = nullptr;
  std::uint32_t own = 0;

  bool is_in_order() const noexcept { return how == price_pick::kind::one || how == price_pick::kind::first; }
  template <class Visit>
  void each(const Visit& visit) const {
    for (const std::uint32_t slot : *slots) {
      if (slot != own) visit(slot);
    }
  }
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
  std::string old_price;  // the advice of who reads its price as the request has it, in a call that asks for it too

  bool shows_gross(const market_terms& in) const noexcept { return gross.value_or(in.gross); }
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
