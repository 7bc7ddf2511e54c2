// SPDX-License-Identifier: Apache-2.0
// Checks observed prices with the rules that price: which of them does an offer break, by how much, and what would mend
// it. One auditor per thread; reuse it, as a pricer.
//
//   pricepoint::auditor auditor{*policy};
//   std::vector<pricepoint::finding> findings;
//   auditor.audit(offers_of_one_product_in_one_market, findings);
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "pricepoint/audit/finding.hpp"
#include "pricepoint/audit/summary.hpp"
#include "pricepoint/engine/exchange_rates.hpp"
#include "pricepoint/engine/policy.hpp"
#include "pricepoint/engine/pricer.hpp"

namespace pricepoint {

class auditor {
 public:
  // `rates` convert the money fields of offers in another currency than the market's.
  explicit auditor(pricepoint::policy policy, std::shared_ptr<const exchange_rates> rates = {},
                   const pricer_limits& limits = {});
  ~auditor();
  auditor(auditor&&) noexcept;
  auditor& operator=(auditor&&) noexcept;

  // The offers of one product in one market, in any order and of any number of channels and sellers; a channel's price
  // that an offer does not give is taken from the others. Findings are appended, by offer, then by rule and by the
  // channel against which; their `offer` is an index into `offers`. Never fails: what cannot be checked is a finding.
  // Cost: about that of pricing them; twice that where something is broken.
  void audit(std::span<const offer> offers, std::vector<finding>& out);

  // The same at every instant, from each offer's own `at` until the given one, at which a period begins or ends: each
  // finding says from when to when it holds. An offer without `at` is looked at once.
  void audit_until(instant until, std::span<const offer> offers, std::vector<finding>& out);

  // Figures over all that was audited so far; of audits ahead in time, over the offers as they are at their own `at`.
  const audit_summary& summary() const noexcept;
  void clear_summary();

  const pricepoint::policy& policy() const noexcept;
  const pricer_stats& stats() const noexcept;

 private:
  class work;
  std::unique_ptr<work> work_;
};

}  // namespace pricepoint
