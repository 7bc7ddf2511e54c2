// SPDX-License-Identifier: Apache-2.0
// What one pricer works with: the request that is bound, the classes of requests and the plans that it has met. Classes
// and plans are made on first use and never change an answer.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "match/binder.hpp"
#include "match/call_order.hpp"
#include "match/request_class.hpp"
#include "plan/planner.hpp"
#include "pricepoint/pricing/pricer.hpp"

namespace pricepoint::engine {

class workspace {
 public:
  using use = request_classes::use;
  workspace(const machine& compiled, std::shared_ptr<const exchange_rates> rates, const pricer_limits& limits,
            use what_for = use::pricing)
      : limits_(limits),
        binder_(compiled, std::move(rates)),
        classes_(compiled, limits_, stats_, what_for),
        planner_(compiled, limits_, stats_),
        orders_(compiled, limits_) {}
  // Bound to the same request, with nothing remembered, and as if the policy had no such rule.
  workspace(const workspace& other, const compiled_rule& without)
      : limits_(other.limits_),
        binder_(other.binder_),
        classes_(other.compiled(), limits_, stats_, use::pricing, &without),
        planner_(other.compiled(), limits_, stats_),
        orders_(other.compiled(), limits_) {}
  workspace(const workspace&) = delete;
  workspace& operator=(const workspace&) = delete;

  const machine& compiled() const noexcept { return binder_.compiled(); }
  const pricer_limits& limits() const noexcept { return limits_; }
  pricer_stats& stats() noexcept { return stats_; }

  const exchange_rates* rates() const noexcept { return binder_.rates(); }
  void use_rates(std::shared_ptr<const exchange_rates> rates) noexcept { binder_.use_rates(std::move(rates)); }

  // As those of binder.
  void bind(const request& what) {
    used_ = {};
    call_ = {};
    binder_.bind(what);
  }
  void also_invalid(std::span<const std::string> names) { binder_.also_invalid(names); }
  bound_request& bound() noexcept { return binder_.bound(); }
  const bound_request& bound() const noexcept { return binder_.bound(); }
  void exchange_bound(bound_request& with) noexcept {
    call_ = {};
    binder_.exchange_bound(with);
  }
  const std::vector<std::string>& invalid() const noexcept { return binder_.invalid(); }
  const std::vector<std::string>& missing() const noexcept { return binder_.missing(); }
  using decided_price = binder::decided_price;
  void set_decided(std::span<const decided_price> decided) { binder_.set_decided(decided); }

  // What the bound request has to do with the other channels of its call: until the next one is bound.
  struct call_part {
    // Channels of the call whose price the rules of this one may read, and which is still the request's. Not owned.
    std::span<const std::uint32_t> old_prices;
    std::optional<instant> next_change_at;  // of those whose decided price it reads
  };
  const call_part& call() const noexcept { return call_; }
  void set_call(const call_part& part) noexcept { call_ = part; }
  call_orders& orders() noexcept { return orders_; }

  // The first instant at which a decision of the bound request may change, where its class says `of_class`.
  std::optional<instant> next_change_at(const std::optional<instant>& of_class) const noexcept {
    // Most answers hang on their class alone.
    if (!call_.next_change_at && !bound().depends_on_rate) [[likely]]
      return of_class;
    return earlier(earlier(of_class, call_.next_change_at), binder_.next_rate_at());
  }
  static std::optional<instant> earlier(std::optional<instant> a, std::optional<instant> b) noexcept {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
  }

  // What the last decision used, as far as it came: until the next request is bound. For comparisons of policies.
  struct used_parts {
    const request_class* of = nullptr;
    const plan* on = nullptr;
    const compiled_rule* base = nullptr;  // whose value is the base; nothing where it is the reference price
  };
  const used_parts& used() const noexcept { return used_; }
  void use_base(const compiled_rule* rule) noexcept { used_.base = rule; }

  request_classes& classes() noexcept { return classes_; }
  request_class& find_class() {
    request_class& found = classes_.find(bound());
    used_.of = &found;
    return found;
  }
  planner& plans() noexcept { return planner_; }
  plan& find_plan(request_class& of, std::size_t segment) {
    plan& found = planner_.find(*of.rules, segment);
    used_.on = &found;
    return found;
  }

 private:
  pricer_limits limits_;
  pricer_stats stats_;
  binder binder_;
  request_classes classes_;
  planner planner_;
  call_orders orders_;
  used_parts used_;
  call_part call_;
};

}  // namespace pricepoint::engine
