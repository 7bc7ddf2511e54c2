// SPDX-License-Identifier: Apache-2.0
// A whole policy, and calls for several of its channels.
#pragma once

#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pricepoint/pricing/pricer.hpp"
#include "unit/decide/deciding.hpp"

namespace deciding {

using pricepoint::decision;
using pricepoint::request;

struct call {
  std::vector<std::string_view> order;
  std::vector<decision> made;

  const decision& of(std::string_view channel) const {
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (order[i] == channel) return made[i];
    }
    throw std::out_of_range(std::string(channel));
  }
  // "own: priced 16.99, ebay: ..."
  std::string text() const {
    std::string all;
    for (std::size_t i = 0; i < order.size(); ++i) {
      all += (i == 0 ? "" : ", ") + std::string(order[i]) + ": " + line(made[i]);
    }
    return all;
  }
  std::string next(std::string_view channel) const {
    const auto& at = of(channel).next_change_at();
    return at ? to_string(*at) : "never";
  }
};

class shop {
 public:
  shop(std::string_view top, std::string_view rules, std::shared_ptr<const pricepoint::exchange_rates> rates = {})
      : pricer_(read("{ \"pricepoint\": 1, " + std::string(top) + ", \"rules\": [" + std::string(rules) + "] }"),
                std::move(rates)) {}

  call decide(const request& what, const std::vector<std::string_view>& channels) {
    call made;
    pricer_.price_all(what, channels, made.made, made.order);
    return made;
  }
  pricepoint::pricer& pricer() { return pricer_; }

 private:
  static pricepoint::policy read(const std::string& text) {
    auto made = pricepoint::parse_policy(text, "test");
    if (!made) throw std::runtime_error(made.error().to_string());
    return *made;
  }

  pricepoint::pricer pricer_;
};

// Rates of the dollar in euros.
inline std::shared_ptr<const pricepoint::exchange_rates> dollars(
    std::initializer_list<std::pair<const char*, pricepoint::decimal>> rates) {
  std::vector<pricepoint::exchange_rate> rows;
  for (const auto& [at, factor] : rates) {
    rows.push_back(
        {*pricepoint::find_currency("USD"), *pricepoint::find_currency("EUR"), factor, *pricepoint::parse_instant(at)});
  }
  return std::make_shared<pricepoint::exchange_rates>(std::move(rows));
}

}  // namespace deciding
