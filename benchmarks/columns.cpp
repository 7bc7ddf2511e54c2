// SPDX-License-Identifier: Apache-2.0
// The engine over columns: the job of pricing.cpp in the layout that tables have. benchmarks/python_table.py runs it
// beside the same job from Python.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "policy_a.hpp"
#include "pricepoint/pricepoint.hpp"

namespace {

using namespace pricepoint;

constexpr std::size_t row_count = 1'000'000;
constexpr std::uint64_t seed = 20261111;

struct job {
  policy_a::columns rows = policy_a::make_rows(row_count, seed);
  std::vector<std::int32_t> market, channel, role, segment;
  request_columns asked;

  job() {
    const auto codes = [](const std::vector<std::uint8_t>& from) {
      return std::vector<std::int32_t>(from.begin(), from.end());
    };
    market = codes(rows.market);
    channel = codes(rows.channel);
    role = codes(rows.role);
    segment = codes(rows.member);
    for (std::int64_t& map : rows.map) map = map == 0 ? absent_value : map;
    static constexpr std::string_view segments[] = {"", "member"};
    asked.rows = row_count;
    asked.market = text_column(market, policy_a::market_names);
    asked.channel = text_column(channel, policy_a::channel_names);
    asked.segment = text_column(segment, segments);
    asked.attributes.push_back({"role", text_column(role, policy_a::role_names)});
    asked.prices.push_back({"store", rows.store});
    asked.cost = rows.cost;
    asked.shipping = rows.shipping;
    asked.map = rows.map;
  }
};

void price_columns_of(benchmark::State& state, std::uint32_t parts) {
  static const job made;
  auto policy = load_policy(std::string(PRICEPOINT_SOURCE_DIR) + "/tests/conformance/policy_a/policy.json");
  if (!policy) {
    std::fprintf(stderr, "%s\n", policy.error().to_string().c_str());
    std::exit(2);
  }
  pricer with(*policy);
  decision_columns out;
  for (auto _ : state) {
    price_columns(with, made.asked, out, parts);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(row_count) * state.iterations());
}

void price_columns_quote(benchmark::State& state) { price_columns_of(state, part::quote); }
BENCHMARK(price_columns_quote)->Name("price_batch/policy_a")->Unit(benchmark::kMillisecond);

void price_columns_all(benchmark::State& state) { price_columns_of(state, part::all); }
BENCHMARK(price_columns_all)->Name("price_batch_all/policy_a")->Unit(benchmark::kMillisecond);

}  // namespace
