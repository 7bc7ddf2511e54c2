// SPDX-License-Identifier: Apache-2.0
// The job of policy_a.hpp row by row, and what others write for it. Every contestant's answers are compared with the
// engine's row by row before anything is timed; where one differs the program says which row and ends.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "by_engine.hpp"
#include "policy_a.hpp"
#include "pricepoint/pricepoint.h"
#include "pricepoint/pricepoint.hpp"

namespace {

using namespace pricepoint;
using by_engine::fill;
using by_engine::give_up;
using by_engine::row_count;
using by_engine::rows;

constexpr std::size_t request_count = 100'000;  // requests are large: more would measure memory

// All agree, or nothing is timed.
void compare_all() {
  static const bool done = [] {
    const std::vector<policy_a::answer>& expected = by_engine::expected().of;
    const policy_a::expert by_tables;
    for (std::size_t i = 0; i < row_count; ++i) {
      const policy_a::row row = policy_a::row_of(rows(), i);
      if (by_tables.one(row) != expected[i])
        give_up("the expert's loop differs from the engine in row " + std::to_string(i));
      if (i % 8 == 0 && policy_a::naive(row) != expected[i])
        give_up("the naive loop differs from the engine in row " + std::to_string(i));
    }
    return true;
  }();
  benchmark::DoNotOptimize(done);
}

void count(benchmark::State& state, std::size_t items) {
  state.SetItemsProcessed(static_cast<std::int64_t>(items) * state.iterations());
}

void price_one(benchmark::State& state) {
  compare_all();
  pricer one(by_engine::policy());
  std::vector<request> asked(request_count);
  for (std::size_t i = 0; i < request_count; ++i) fill(asked[i], rows(), i);
  decision made;
  for (auto _ : state) {
    for (const request& each : asked) {
      one.price(each, made);
      benchmark::DoNotOptimize(made);
    }
  }
  count(state, request_count);
}
BENCHMARK(price_one)->Name("price_one_from_words/policy_a")->Unit(benchmark::kMillisecond);

// A pricer for each kind of request of the job; rows pass money alone.
constexpr std::string_view money_fields[] = {"price.store", "cost", "shipping", "map"};
constexpr std::string_view member_words[] = {"", "member"};

// `price(kind, money)` of every row.
template <class Price>
void for_rows(const Price& price) {
  const policy_a::columns& all = rows();
  for (std::size_t i = 0; i < row_count; ++i) {
    const std::int64_t money[] = {all.store[i], all.cost[i], all.shipping[i],
                                  all.map[i] == 0 ? absent_value : all.map[i]};
    price((all.market[i] * 3u + all.role[i]) * 2u + all.member[i], money);
  }
}

void price_one_bound(benchmark::State& state) {
  compare_all();
  pricer one(by_engine::policy());
  std::vector<bound_pricer> kinds;
  for (const std::string_view market : policy_a::market_names) {
    for (const std::string_view role : policy_a::role_names) {
      for (const std::string_view segment : member_words) {
        const request kind{.segment = segment, .channel = "web", .market = market, .attributes = {{"role", role}}};
        kinds.push_back(*one.bind(kind, money_fields));
      }
    }
  }
  std::size_t row = 0;
  for_rows([&](std::size_t kind, const std::int64_t(&money)[4]) {
    const std::int64_t price = kinds[kind].price(money).price_minor;
    if ((price == absent_value ? 0 : price) != by_engine::expected().of[row].price)
      give_up("a bound price differs from the engine in row " + std::to_string(row));
    ++row;
  });
  for (auto _ : state) {
    for_rows([&](std::size_t kind, const std::int64_t(&money)[4]) {
      quote made = kinds[kind].price(money);
      benchmark::DoNotOptimize(made);
    });
  }
  count(state, row_count);
}
BENCHMARK(price_one_bound)->Name("price_one/policy_a")->Unit(benchmark::kMillisecond);

pricepoint_view view(std::string_view text) { return {text.data(), text.size()}; }

void c_price_one(benchmark::State& state) {
  compare_all();
  pricepoint_policy* policy = nullptr;
  pricepoint_pricer* one = nullptr;
  const std::string path = by_engine::policy_path();
  if (pricepoint_policy_from_file(view(path), nullptr, &policy, nullptr) != PRICEPOINT_OK ||
      pricepoint_pricer_create(policy, nullptr, &one, nullptr) != PRICEPOINT_OK) {
    give_up("the policy cannot be loaded through C");
  }
  std::vector<pricepoint_view> fields;
  for (const std::string_view name : money_fields) fields.push_back(view(name));
  std::vector<pricepoint_kind*> kinds;
  for (const std::string_view market : policy_a::market_names) {
    for (const std::string_view role : policy_a::role_names) {
      for (const std::string_view segment : member_words) {
        pricepoint_attribute attribute{};
        attribute.name = view("role");
        attribute.text = view(role);
        pricepoint_request same;
        pricepoint_request_init(&same);
        same.segment = view(segment);
        same.channel = view("web");
        same.market = view(market);
        same.attributes = &attribute;
        same.attribute_count = 1;
        kinds.push_back(nullptr);
        if (pricepoint_kind_create(one, &same, fields.data(), fields.size(), &kinds.back(), nullptr) != PRICEPOINT_OK)
          give_up("a kind cannot be made through C");
      }
    }
  }
  pricepoint_quote made;
  std::size_t row = 0;
  for_rows([&](std::size_t kind, const std::int64_t(&money)[4]) {
    pricepoint_kind_price(kinds[kind], money, 4, &made);
    if ((made.price == PRICEPOINT_ABSENT ? 0 : made.price) != by_engine::expected().of[row].price)
      give_up("a price through C differs from the engine in row " + std::to_string(row));
    ++row;
  });
  for (auto _ : state) {
    for_rows([&](std::size_t kind, const std::int64_t(&money)[4]) {
      pricepoint_kind_price(kinds[kind], money, 4, &made);
      benchmark::DoNotOptimize(made);
    });
  }
  count(state, row_count);
  for (pricepoint_kind* kind : kinds) pricepoint_kind_free(kind);
  pricepoint_pricer_free(one);
  pricepoint_policy_free(policy);
}
BENCHMARK(c_price_one)->Name("c_price_one/policy_a")->Unit(benchmark::kMillisecond);

void expert_one(benchmark::State& state) {
  compare_all();
  const policy_a::expert by_tables;
  for (auto _ : state) {
    std::int64_t carried = 0;
    for (std::size_t i = 0; i < row_count; ++i) {
      policy_a::row row = policy_a::row_of(rows(), i);
      // Each call waits for the one before: the number is 0, which the compiler cannot know.
      row.shipping += carried >> 62;
      carried = by_tables.one(row).price;
      benchmark::DoNotOptimize(carried);
    }
  }
  count(state, row_count);
}
BENCHMARK(expert_one)->Name("expert_one/policy_a")->Unit(benchmark::kMillisecond);

void expert_batch(benchmark::State& state) {
  compare_all();
  const policy_a::expert by_tables;
  std::vector<policy_a::answer> out(row_count);
  for (auto _ : state) {
    by_tables.batch(rows(), out);
    benchmark::ClobberMemory();
  }
  count(state, row_count);
}
BENCHMARK(expert_batch)->Name("expert_batch/policy_a")->Unit(benchmark::kMillisecond);

void naive_batch(benchmark::State& state) {
  compare_all();
  std::vector<policy_a::answer> out(row_count);
  for (auto _ : state) {
    for (std::size_t i = 0; i < row_count; ++i) out[i] = policy_a::naive(policy_a::row_of(rows(), i));
    benchmark::ClobberMemory();
  }
  count(state, row_count);
}
BENCHMARK(naive_batch)->Name("naive_batch/policy_a")->Unit(benchmark::kMillisecond);

}  // namespace
