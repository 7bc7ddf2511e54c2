// SPDX-License-Identifier: Apache-2.0
// The job of columns.cpp by one thread and by two, each with a pricer of its own and a part of the rows, on as many
// cores: what shared memory, locks and the memory's own speed cost.
#include <benchmark/benchmark.h>
#include <sched.h>

#include <array>
#include <barrier>
#include <cstdint>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "by_engine.hpp"
#include "policy_a.hpp"
#include "pricepoint/pricepoint.hpp"

namespace {

using namespace pricepoint;

// A part of the rows as columns of their own, and the pricer of the thread that prices them.
class part_of_rows {
 public:
  part_of_rows(std::size_t first, std::size_t end) : with_(by_engine::policy()) {
    const policy_a::columns& all = by_engine::rows();
    for (std::size_t i = first; i < end; ++i) {
      market_.push_back(all.market[i]);
      channel_.push_back(all.channel[i]);
      role_.push_back(all.role[i]);
      segment_.push_back(all.member[i]);
      store_.push_back(all.store[i]);
      cost_.push_back(all.cost[i]);
      shipping_.push_back(all.shipping[i]);
      map_.push_back(all.map[i] == 0 ? absent_value : all.map[i]);
    }
    static constexpr std::string_view segments[] = {"", "member"};
    asked_.rows = end - first;
    asked_.market = text_column(market_, policy_a::market_names);
    asked_.channel = text_column(channel_, policy_a::channel_names);
    asked_.segment = text_column(segment_, segments);
    asked_.attributes.push_back({"role", text_column(role_, policy_a::role_names)});
    asked_.prices.push_back({"store", store_});
    asked_.cost = cost_;
    asked_.shipping = shipping_;
    asked_.map = map_;
  }

  void price() { price_columns(with_, asked_, out_, part::quote); }

 private:
  pricer with_;
  std::vector<std::int32_t> market_, channel_, role_, segment_;
  std::vector<std::int64_t> store_, cost_, shipping_, map_;
  request_columns asked_;
  decision_columns out_;
};

// Of the cores that there are for this process: the one in this place, from the last on.
void hold_to_core(std::size_t place) {
  by_engine::use_all_cores();
  cpu_set_t cores;
  if (::sched_getaffinity(0, sizeof cores, &cores) != 0) by_engine::give_up("the cores cannot be counted");
  std::size_t before = place % static_cast<std::size_t>(CPU_COUNT(&cores));
  int core = CPU_SETSIZE - 1;
  while (!CPU_ISSET(core, &cores) || before-- > 0) --core;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  ::sched_setaffinity(0, sizeof cores, &cores);
}

void price_batch_threads(benchmark::State& state) {
  const auto threads = static_cast<std::size_t>(state.range(0));
  std::vector<std::unique_ptr<part_of_rows>> parts;
  for (std::size_t i = 0; i < threads; ++i) {
    parts.push_back(
        std::make_unique<part_of_rows>(by_engine::row_count * i / threads, by_engine::row_count * (i + 1) / threads));
    parts.back()->price();
  }
  bool over = false;
  std::barrier begin(static_cast<std::ptrdiff_t>(threads + 1));
  std::barrier end(static_cast<std::ptrdiff_t>(threads + 1));
  std::vector<std::thread> running;
  for (std::size_t i = 0; i < threads; ++i) {
    running.emplace_back([&, i] {
      // Each on a core of its own: where the benchmarks are held to one, new threads would begin there together, and
      // how soon the system parts them is not what is measured.
      hold_to_core(i);
      while (true) {
        begin.arrive_and_wait();
        if (over) return;
        parts[i]->price();
        end.arrive_and_wait();
      }
    });
  }
  for (auto _ : state) {
    begin.arrive_and_wait();
    end.arrive_and_wait();
  }
  over = true;
  begin.arrive_and_wait();
  for (std::thread& one : running) one.join();
  state.SetItemsProcessed(static_cast<std::int64_t>(by_engine::row_count) * state.iterations());
}
BENCHMARK(price_batch_threads)
    ->Name("price_batch_threads")
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
