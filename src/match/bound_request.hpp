// SPDX-License-Identifier: Apache-2.0
// A request as its policy reads it: words as codes, fields as exact values in minor units. match/binder.cpp makes it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compile/machine.hpp"
#include "pricepoint/money/currency.hpp"
#include "pricepoint/money/decimal.hpp"
#include "pricepoint/money/exact.hpp"

namespace pricepoint::engine {

// A money field, in minor units of the market's currency.
enum class presence : std::uint8_t { absent, present, lacks_rate, lacks_at, lacks_tax };
struct field_value {
  presence state = presence::absent;
  bool converted = false;  // the request's currency is not the market's: times bound_request::conversion
  fraction value;          // as given; the conversion is kept apart, so that both always fit 128 bits
};

struct bound_request {
  std::uint32_t market = 0, channel = 0;
  bool market_known = false;
  bool currency_known = false;    // of the money fields
  pricepoint::currency currency;  // of the market
  pricepoint::currency given;     // of the request's money fields
  bool gross = true;              // display of the channel in this market
  bool traditional = false;
  std::optional<fraction> tax;
  fraction gross_factor{1, 1};  // 1 + tax; 1 where the tax is not known
  fraction fee{0, 1};
  fraction conversion{1, 1};  // from the request's currency, and a power of ten where their decimals differ
  int conversion_shift = 0;
  bool depends_on_rate = false;  // a field is in another currency than the market's, whether its rate is known or not
  bool at_market_terms = true;   // tax and fee are the market's and the channel's, money is in the market's currency
  std::optional<std::int64_t> at;
  std::optional<std::int64_t> current_since;
  std::vector<field_value> fields;              // by slot
  std::vector<std::uint32_t> codes;             // by key part
  std::vector<std::optional<decimal>> numbers;  // by key part: the value itself, for quantities and number attributes

  bool lacks(std::uint32_t slot) const noexcept { return fields[slot].state == presence::absent; }
};

// Whether no field that a pick may come from is there.
inline bool is_absent(const price_choice& from, const bound_request& request) noexcept {
  bool absent = true;
  from.each([&](std::uint32_t slot) { absent = absent && request.lacks(slot); });
  return absent;
}

// Whether what a symbol stands for is not in the request; nothing is said of what is there and has no value.
inline bool is_absent(const symbol& of, const machine& compiled, const bound_request& request) noexcept {
  switch (of.what) {
    case symbol::kind::field:
      return request.lacks(of.slot);
    case symbol::kind::target:
      return false;
    case symbol::kind::reference:
    case symbol::kind::highest:
    case symbol::kind::lowest:
      break;
  }
  return is_absent(compiled.choice_of(of, request.channel), request);
}

}  // namespace pricepoint::engine
