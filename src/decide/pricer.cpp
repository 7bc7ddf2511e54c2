// SPDX-License-Identifier: Apache-2.0
// The public pricer over workspace and evaluation, and the choice between the two tiers of arithmetic. Covered by
// tests/unit/decide/pricer_test.cpp and tests/unit/decide/decision_test.cpp.
#include "pricepoint/pricing/pricer.hpp"

#include <algorithm>
#include <utility>

#include "decide/decide.hpp"
#include "decide/exact.hpp"
#include "decide/integer_memory.hpp"
#include "decide/workspace.hpp"

namespace pricepoint {

pricer::pricer(pricepoint::policy policy, std::shared_ptr<const exchange_rates> rates, const pricer_limits& limits)
    : policy_(std::move(policy)),
      workspace_(std::make_unique<engine::workspace>(engine::machine_of(policy_), std::move(rates), limits)),
      linear_(std::make_unique<engine::integer_memory>(*workspace_)) {}
pricer::~pricer() = default;
pricer::pricer(pricer&&) noexcept = default;
pricer& pricer::operator=(pricer&&) noexcept = default;

const pricer_stats& pricer::stats() const noexcept { return workspace_->stats(); }

void pricer::use_rates(std::shared_ptr<const exchange_rates> rates) { workspace_->use_rates(std::move(rates)); }

decision pricer::price(const request& what) {
  decision out;
  price(what, out);
  return out;
}

void pricer::price(const request& what, decision& out) { price(what, out, {}); }

void pricer::price(const request& what, decision& out, std::span<const std::string> unreadable) {
  engine::price_request(*workspace_, *linear_, what, unreadable, out);
}

void pricer::price_all(const request& what, std::span<const std::string_view> channels, std::vector<decision>& out,
                       std::vector<std::string_view>& decided, const prior_source& priors) {
  out.clear();
  decided.clear();
  engine::for_each_channel(engine::machine_of(policy_), *workspace_, what, channels, priors,
                           [&](std::string_view channel, const request&, bool again) {
                             if (!again) {
                               decided.push_back(channel);
                               out.emplace_back();
                             }
                             engine::decide_bound(*workspace_, *linear_, out.back());
                             return engine::channel_outcome(out.back());
                           });
}

}  // namespace pricepoint
