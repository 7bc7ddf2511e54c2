// SPDX-License-Identifier: Apache-2.0
// A decision: the answer to one request. Amounts are whole minor units of the market's currency.
//
//   if (const auto price = decision.price()) show(to_string(*price));
//   for (std::string_view rule : decision.limited_by()) log(rule);
//
// A decision is a value. Its names of rules point into the policy it was made with: keep that policy alive.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/money/amount.hpp"
#include "pricepoint/pricing/request.hpp"

namespace pricepoint {

namespace engine {
class machine;
template <class Number, class Listener>
class evaluation;
class integer_memory;
}  // namespace engine

enum class status : std::uint8_t { priced, compromised, withheld, incomplete, invalid, conflict };

namespace detail {
inline constexpr std::string_view status_names[] = {"priced",     "compromised", "withheld",
                                                    "incomplete", "invalid",     "conflict"};
}
// "priced", "compromised", ...
constexpr std::string_view to_string(status value) noexcept {
  return detail::status_names[static_cast<std::size_t>(value)];
}

// Sorted by bytes, each name once.
using name_list = boost::container::small_vector<std::string_view, 4>;

struct credit_due {
  std::string_view to;  // the channel that is owed
  amount due;           // per piece
};

class decision {
 public:
  pricepoint::status status() const noexcept { return status_; }
  // The market's currency; nothing where the market is not known.
  const std::optional<pricepoint::currency>& currency() const noexcept { return currency_; }

  // The displayed price; only where priced or compromised.
  std::optional<amount> price() const noexcept { return money(price_minor_); }
  // The price without tax and the tax in it (on top of it, where displayed prices are net); where the tax is known.
  std::optional<amount> net() const noexcept { return money(net_minor_); }
  std::optional<amount> tax() const noexcept { return money(tax_minor_); }
  // Base less discounts, rounded half up to four decimals more than the currency has.
  const std::optional<decimal>& target() const noexcept { return target_; }

  const name_list& discounts() const noexcept { return discounts_; }    // that count in the target
  const name_list& limited_by() const noexcept { return limited_by_; }  // required bounds that the target breaks
  const name_list& relaxed() const noexcept { return relaxed_; }        // soft rules that the price breaks
  const name_list& conflict() const noexcept { return conflict_; }      // an irreducible set of required rules
  const std::vector<std::string>& missing() const noexcept { return missing_; }  // fields to send
  const std::vector<std::string>& invalid() const noexcept { return invalid_; }  // fields whose value cannot be
  const name_list& advice() const noexcept { return advice_; }                   // codes
  bool held() const noexcept { return held_; }                                   // the current price was kept

  // The former price to announce; only where above the price, then with the saving and its whole percent, rounded down:
  // 0 where there is no rate to announce.
  std::optional<amount> was() const noexcept { return money(was_minor_); }
  std::optional<amount> saving() const noexcept;
  int saving_rate_percent() const noexcept { return saving_rate_percent_; }

  const boost::container::small_vector<credit_due, 2>& credits() const noexcept { return credits_; }  // by channel
  // What a shop may show where there is no price, if the policy says so. It need not satisfy any rule.
  std::optional<amount> fallback_price() const noexcept { return money(fallback_minor_); }
  // The first instant at which this answer can change by a period or an exchange rate: how long a shop may cache it.
  const std::optional<instant>& next_change_at() const noexcept { return next_change_at_; }
  // Fingerprint of the policy.
  std::string_view policy() const noexcept { return policy_; }

  // As for a new decision; keeps memory, so that a decision that is used again does not allocate.
  void clear() noexcept;

 private:
  template <class Number, class Listener>
  friend class engine::evaluation;
  friend class engine::integer_memory;
  friend class pricer;

  static constexpr std::int64_t none = INT64_MIN;
  std::optional<amount> money(std::int64_t minor) const noexcept {
    if (minor == none || !currency_) return {};
    return amount{minor, *currency_};
  }

  pricepoint::status status_ = pricepoint::status::invalid;
  bool held_ = false;
  int saving_rate_percent_ = 0;
  std::optional<pricepoint::currency> currency_;
  std::int64_t price_minor_ = none, net_minor_ = none, tax_minor_ = none, was_minor_ = none, fallback_minor_ = none;
  std::optional<decimal> target_;
  name_list discounts_, limited_by_, relaxed_, conflict_, advice_;
  std::vector<std::string> missing_, invalid_;
  boost::container::small_vector<credit_due, 2> credits_;
  std::optional<instant> next_change_at_;
  std::string_view policy_;
};

inline std::optional<amount> decision::saving() const noexcept {
  if (was_minor_ == none) return {};
  return money(was_minor_ - price_minor_);
}

inline void decision::clear() noexcept {
  status_ = pricepoint::status::invalid;
  held_ = false;
  saving_rate_percent_ = 0;
  currency_.reset();
  price_minor_ = net_minor_ = tax_minor_ = was_minor_ = fallback_minor_ = none;
  target_.reset();
  discounts_.clear();
  limited_by_.clear();
  relaxed_.clear();
  conflict_.clear();
  advice_.clear();
  missing_.clear();
  invalid_.clear();
  credits_.clear();
  next_change_at_.reset();
  policy_ = {};
}

}  // namespace pricepoint
