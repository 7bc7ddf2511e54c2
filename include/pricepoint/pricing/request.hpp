// SPDX-License-Identifier: Apache-2.0
// A request: one product, on one channel, in one market, at one time, for one kind of buyer.
//
//   pricepoint::request r{.sku = "A1", .channel = "web", .market = "CN",
//                         .prices = {{"store", "32.00"_money}}, .cost = "12.00"_money,
//                         .attributes = {{"role", "traffic"}}};
//
// What is left out is absent, never zero; what cannot be, such as a time after 9999, makes the decision `invalid`. Text
// is borrowed: it must live until the call that takes the request returns. Money is in units of the request's currency
// (the market's, unless `currency` says otherwise).
#pragma once

#include <boost/container/small_vector.hpp>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pricepoint/instant.hpp"
#include "pricepoint/money/decimal.hpp"
#include "pricepoint/money/rate.hpp"

namespace pricepoint {

// Today's displayed price on a channel.
struct channel_price {
  std::string_view channel;
  decimal price;
};

// The value of a declared attribute: text or a number. Numbers and money may be given as text too.
class attribute_value {
 public:
  constexpr attribute_value() noexcept = default;
  constexpr attribute_value(std::string_view text) noexcept : text_(text) {}  // NOLINT(google-explicit-constructor)
  constexpr attribute_value(const char* text) noexcept : text_(text) {}       // NOLINT(google-explicit-constructor)
  attribute_value(const std::string& text) noexcept : text_(text) {}          // NOLINT(google-explicit-constructor)
  constexpr attribute_value(decimal number) noexcept : number_(number) {}     // NOLINT(google-explicit-constructor)
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool> &&
           !std::same_as<Integer, char>) constexpr attribute_value(Integer number) noexcept
      : number_(decimal(number)) {}  // NOLINT(google-explicit-constructor)
  template <std::floating_point Float>
  attribute_value(Float) = delete;

  constexpr std::string_view text() const noexcept { return text_; }  // empty for a number
  constexpr const std::optional<decimal>& number() const noexcept { return number_; }

 private:
  std::string_view text_;
  std::optional<decimal> number_;
};

struct named_attribute {
  std::string_view name;
  attribute_value value;
};

struct request {
  std::string_view sku{};
  std::string_view category{};        // a slash path: "shoes/boots"
  std::string_view segment{};         // who buys
  std::string_view audience{};        // who sees the price
  std::optional<decimal> quantity{};  // 1 where absent; prices are per piece
  std::string_view channel{};
  std::string_view market{};
  std::optional<instant> at{};
  boost::container::small_vector<channel_price, 4> prices{};                // on the display of the channel asked for
  std::optional<decimal> list{}, msrp{}, map{}, current{}, lowest_prior{};  // on the same display
  std::optional<decimal> cost{}, shipping{};                                // net
  std::string_view currency{};       // ISO 4217, where the money fields are not in the market's
  std::optional<rate> tax{}, fee{};  // override the market's and the channel's
  std::optional<instant> current_since{};
  std::optional<decimal> units{};
  boost::container::small_vector<named_attribute, 4> attributes{};  // declared ones; others are ignored
};

}  // namespace pricepoint
