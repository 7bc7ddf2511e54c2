// SPDX-License-Identifier: Apache-2.0
// The audit of the rows of policy_a.hpp: each with the price that the policy asks for, one in ten with another one.
// Before anything is timed the bounds that are found broken are compared with those that four comparisons find.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "by_engine.hpp"

namespace {

using pricepoint::offer_columns;

class observed {
 public:
  observed() {
    const policy_a::columns& of = by_engine::rows();
    const std::size_t rows = of.size();
    std::uint64_t next = by_engine::seed;
    const auto draw = [&next](std::uint64_t below) {
      next = next * 6364136223846793005u + 1442695040888963407u;
      return static_cast<std::int64_t>((next >> 33) % below);
    };
    skus_.reserve(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      const policy_a::answer& asked = by_engine::expected().of[i];
      std::int64_t price = asked.price != 0 ? asked.price : of.store[i];
      if (draw(10) == 0) price = std::max<std::int64_t>(1, price * (80 + draw(32)) / 100);
      prices_.push_back(price);
      skus_.push_back("P" + std::to_string(i));
      sku_.emplace_back(skus_.back());
      channel_.push_back(policy_a::channel_names[of.channel[i]]);
      market_.push_back(policy_a::market_names[of.market[i]]);
      segment_.push_back(of.member[i] != 0 ? std::string_view("member") : std::string_view());
      role_.push_back(policy_a::role_names[of.role[i]]);
      map_.push_back(of.map[i] != 0 ? of.map[i] : pricepoint::absent_value);
    }
    pricepoint::request_columns& to = offers_.requests;
    to.rows = rows;
    to.sku = sku_;
    to.segment = segment_;
    to.channel = channel_;
    to.market = market_;
    to.map = map_;
    to.cost = of.cost;
    to.shipping = of.shipping;
    to.prices.push_back({"store", of.store});
    to.attributes.push_back({"role", role_, {}});
    offers_.price = prices_;
  }

  const offer_columns& offers() const { return offers_; }
  std::int64_t price(std::size_t i) const { return prices_[i]; }

 private:
  std::vector<std::string> skus_;
  std::vector<std::string_view> sku_, segment_, channel_, market_, role_;
  std::vector<std::int64_t> prices_, map_;
  offer_columns offers_;
};

constexpr std::string_view bounds[] = {"map", "earn", "store-price", "not-above-target"};

unsigned broken(std::size_t i, std::int64_t price) {
  const policy_a::columns& of = by_engine::rows();
  unsigned made = 0;
  if (price < of.map[i]) made |= 1u;
  if (price * 100 < of.cost[i] * 105 + of.shipping[i] * 100) made |= 2u;
  if (price > of.store[i]) made |= 4u;
  // A wish that the policy's own price breaks is no finding.
  const bool kept = by_engine::expected().of[i].status != policy_a::status::compromised;
  if (kept && price * 100 > by_engine::expected().targets_e2[i]) made |= 8u;
  return made;
}

void compare_all(const observed& seen) {
  pricepoint::auditor by(by_engine::policy());
  const pricepoint::finding_columns found = pricepoint::audit_columns(by, seen.offers());
  std::vector<unsigned> said(by_engine::row_count), shapes(by_engine::row_count);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto* const which = std::find(std::begin(bounds), std::end(bounds), found.rule[i]);
    if (which != std::end(bounds)) {
      said[found.row[i]] |= 1u << (which - std::begin(bounds));
    } else {
      ++shapes[found.row[i]];
    }
  }
  for (std::size_t i = 0; i < by_engine::row_count; ++i) {
    const bool asked = seen.price(i) == by_engine::expected().of[i].price;
    if (said[i] != broken(i, seen.price(i)) || (asked && shapes[i] != 0))
      by_engine::give_up("the audit is wrong about row " + std::to_string(i));
  }
}

void audit(benchmark::State& state) {
  static const observed seen;
  static const bool compared = (compare_all(seen), true);
  benchmark::DoNotOptimize(compared);
  pricepoint::auditor by(by_engine::policy());
  for (auto _ : state) {
    by.clear_summary();
    benchmark::DoNotOptimize(pricepoint::audit_columns(by, seen.offers()));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(by_engine::row_count) * state.iterations());
}
BENCHMARK(audit)->Name("audit/policy_a")->Unit(benchmark::kMillisecond);

}  // namespace
