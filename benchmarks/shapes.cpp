// SPDX-License-Identifier: Apache-2.0
// The nearest allowed amount, for prices of one to fifteen digits.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <span>
#include <vector>

#include "by_engine.hpp"
#include "pricepoint/shape/automaton.hpp"
#include "pricepoint/shape/search.hpp"

namespace {

using namespace pricepoint;

void shape_search(benchmark::State& state) {
  const shape::any_shape endings = shape::endings{{".99", ".95", ".?9"}};
  const shape::any_shape avoided = shape::avoid{shape::numbers{1u << 4, {"13"}, {}, shape::scope::any}};
  const shape::any_shape both[] = {endings, avoided};
  const auto allowed = shape::automaton::build(std::span<const shape::any_shape>(both), 2);
  if (!allowed) by_engine::give_up("the shapes need too many states");
  std::int64_t most = 10;
  for (std::int64_t i = 1; i < state.range(0); ++i) most *= 10;
  std::vector<std::int64_t> amounts;
  std::uint64_t next = by_engine::seed;
  for (int i = 0; i < 4096; ++i) {
    next = next * 6364136223846793005u + 1442695040888963407u;
    amounts.push_back(static_cast<std::int64_t>((next >> 11) % static_cast<std::uint64_t>(most)) + 1);
  }
  for (auto _ : state) {
    for (const std::int64_t amount : amounts) {
      benchmark::DoNotOptimize(shape::at_or_below(*allowed, amount));
      benchmark::DoNotOptimize(shape::at_or_above(*allowed, amount));
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(2 * amounts.size()) * state.iterations());
}
BENCHMARK(shape_search)->Name("shape_search/nearest")->Arg(3)->Arg(5)->Arg(9)->Arg(15);

}  // namespace
