// SPDX-License-Identifier: Apache-2.0
// The figures over the offers that an auditor has seen: who breaks what, how channels compare, advertised minimum
// prices, dispersion. auditor.cpp feeds them one offer after the other; readers get the summary.
//
//   figures all(machine);
//   all.count(offer, bound_offer, request, findings);   // each offer of a product
//   all.close_product({bound_offers, n});               // once all of them are counted
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/observed.hpp"
#include "compile/machine.hpp"
#include "match/bound_request.hpp"
#include "pricepoint/audit/auditor.hpp"

namespace pricepoint::auditing {

class figures {
 public:
  explicit figures(const engine::machine& compiled);

  // `bound` has the prices that the offer got from the others; of an offer that is not valid it is not read.
  void count(const offer& what, const bound_offer& one, const engine::bound_request& bound,
             std::span<const finding> findings);
  // Counts one product in a market, and how far its public prices lie apart.
  void close_product(std::span<const bound_offer> offers);

  void clear();
  const audit_summary& summary() const noexcept { return summary_; }

 private:
  // Where figures are in the summary, by small numbers: the summary's own maps are for readers.
  struct places {
    std::vector<channel_pair*> pairs;         // by market, channel and other channel
    std::vector<map_figures*> maps;           // by market and channel
    std::vector<tally_of_rates*> dispersion;  // by market
    boost::unordered_flat_map<std::string, seller_figures*, engine::text_hash, std::equal_to<>> sellers;
    boost::unordered_flat_map<const char*, finding_counts*> rules;  // by the address of the id in the policy
  };

  channel_pair& pair_of(const engine::bound_request& bound, std::uint32_t other);
  seller_figures& of_seller(std::string_view name);
  finding_counts& of_rule(std::string_view id);
  void count_map(const fraction& price, const engine::bound_request& bound, seller_figures& seller);
  void compare(const offer& what, const observed& seen, bool breach, const engine::bound_request& bound,
               std::uint32_t other);
  void measure_dispersion(std::span<const bound_offer> offers);

  const engine::machine& machine_;
  std::vector<std::uint32_t> traditional_;  // channels
  audit_summary summary_;
  places places_;
};

}  // namespace pricepoint::auditing
