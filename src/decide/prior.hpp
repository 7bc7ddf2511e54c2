// SPDX-License-Identifier: Apache-2.0
// `lowest_prior` from a source instead of the request: what a price may be compared with depends on the price itself
// (market/price_history.hpp), so it is asked for twice.
#pragma once

#include <optional>
#include <string_view>

#include "pricepoint/money/amount.hpp"
#include "pricepoint/money/decimal.hpp"
#include "pricepoint/pricing/pricer.hpp"

namespace pricepoint {

namespace engine {

// Decides with the prior of a price that stays, then with that of the price decided. A price that itself depends on the
// prior could go on changing: then the lower of two priors counts, which the law allows.
template <class Decide>
void settle_prior(const prior_source& priors, std::string_view channel, std::optional<decimal>& prior,
                  const Decide& decide) {
  prior = priors(channel, std::nullopt);
  std::optional<amount> price = decide(false);
  for (int again = 0; again < 2 && price; ++again) {
    std::optional<decimal> next = priors(channel, price);
    if (again > 0 && next && (!prior || *prior < *next)) next = prior;
    if (next == prior) return;
    prior = next;
    price = decide(true);
  }
}

}  // namespace engine
}  // namespace pricepoint
