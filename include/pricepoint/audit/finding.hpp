// SPDX-License-Identifier: Apache-2.0
// Offers and findings: what an audit takes and what it says.
//
//   pricepoint::offer seen{.request = {.sku = "A1", .channel = "web", .market = "CN"}, .price = "29.80"_money};
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/engine/decision.hpp"
#include "pricepoint/engine/request.hpp"
#include "pricepoint/money/amount.hpp"
#include "pricepoint/money/decimal.hpp"

namespace pricepoint {

// An observed price and the request that it answers. Text is borrowed, as in the request.
struct offer {
  pricepoint::request request{};
  std::optional<decimal> price{};         // displayed, in units of the market's currency
  std::string_view seller{};              // which store, which dealer; may be empty
  std::vector<std::string> unreadable{};  // fields whose source held no value: they are invalid
};

enum class finding_severity : std::uint8_t {
  breach,     // a required rule is broken, or the product is not sold here
  warning,    // a strong rule, a price that is no multiple of the unit, and what only audits look for
  notice,     // a medium or weak rule
  unchecked,  // something could not be checked
};

constexpr std::string_view to_string(finding_severity value) noexcept {
  constexpr std::string_view names[] = {"breach", "warning", "notice", "unchecked"};
  return names[static_cast<std::size_t>(value)];
}

enum class remedy : std::uint8_t {
  none,
  reprice,   // ask `remedy_price`
  separate,  // no price satisfies all: sell a distinct product here, restrict the price to an audience, or credit
  complete,  // send the fields in `missing`
};

constexpr std::string_view to_string(remedy value) noexcept {
  constexpr std::string_view names[] = {"", "reprice", "separate", "complete"};
  return names[static_cast<std::size_t>(value)];
}

// One rule that one offer breaks, or what could not be checked. Names of rules and channels point into the policy,
// names of sellers into the offers.
struct finding {
  std::size_t offer = 0;      // index among the offers
  std::string_view rule{};    // its id; "unit"; empty where nothing could be checked
  std::string_view effect{};  // "gap", ...; "unit"; "unchecked"; "invalid": the offer itself cannot be
  finding_severity severity = finding_severity::breach;
  std::optional<pricepoint::currency> currency{};  // the market's
  std::optional<decimal> price{};                  // observed
  // What the rule allows, for bounds: the least rounded up, the largest rounded down to the minor unit.
  std::optional<amount> min{}, max{};
  std::optional<decimal> excess{};               // how far the price is beyond them
  std::optional<std::int64_t> excess_rate_e2{};  // of that bound, in hundredths of a percent, half up
  std::string_view against{};                    // gaps, squeeze, leak, inverted: the channel; "list" for a list price
  std::string_view against_seller{};             // where that price was another offer's
  std::optional<amount> against_price{};         // on this offer's display, rounded half up
  pricepoint::remedy remedy = pricepoint::remedy::none;
  std::optional<amount> remedy_price{};           // reprice
  name_list conflict{};                           // separate: an irreducible set of required rules
  std::vector<std::string> missing{};             // unchecked and complete: fields; invalid: those that cannot be
  std::optional<decimal> credit{};                // separate, of a gap's lower end: per piece, to the partner
  std::optional<amount> headroom{};               // squeeze: what the dealer keeps beyond its margin, rounded down
  std::optional<std::int64_t> max_discount_e2{};  // squeeze: off the dealer's net price; rounded down
  std::string because{};                          // the rule's own sentence, or what is wrong
  // Audits ahead in time: holds from here, and until there; nothing where that is not known.
  std::optional<instant> from{}, until{};

  friend bool operator==(const finding&, const finding&) = default;
};

}  // namespace pricepoint
