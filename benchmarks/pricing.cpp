// SPDX-License-Identifier: Apache-2.0
// The scenarios. Every contestant's answers are compared with the engine's row by row before anything is timed; where
// one differs the program says which row and ends.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "policy_a.hpp"
#include "pricepoint/pricepoint.hpp"
#include "pricepoint/shape/automaton.hpp"
#include "pricepoint/shape/search.hpp"

namespace {

using namespace pricepoint;

constexpr std::size_t row_count = 1'000'000;
constexpr std::size_t request_count = 100'000;  // requests are large: more would measure memory
constexpr std::uint64_t seed = 20261111;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(2);
}

const policy& policy_a_compiled() {
  static const policy made = [] {
    auto read = load_policy(std::string(PRICEPOINT_SOURCE_DIR) + "/tests/conformance/policy_a/policy.json");
    if (!read) give_up(read.error().to_string());
    return *read;
  }();
  return made;
}

const policy_a::columns& rows() {
  static const policy_a::columns made = policy_a::make_rows(row_count, seed);
  return made;
}

decimal amount_of(std::int64_t minor, std::uint8_t in) {
  return decimal::from_parts(minor, policy_a::scale_of(in) == 1 ? 0 : 2);
}

void fill(request& to, const policy_a::columns& of, std::size_t i) {
  const std::uint8_t in = of.market[i];
  to.channel = policy_a::channel_names[of.channel[i]];
  to.market = policy_a::market_names[in];
  to.segment = of.member[i] != 0 ? std::string_view("member") : std::string_view();
  to.prices.assign(1, {"store", amount_of(of.store[i], in)});
  to.cost = amount_of(of.cost[i], in);
  to.shipping = amount_of(of.shipping[i], in);
  to.map = of.map[i] != 0 ? std::optional<decimal>(amount_of(of.map[i], in)) : std::nullopt;
  to.attributes.assign(1, {"role", policy_a::role_names[of.role[i]]});
}

policy_a::answer answer_of(const decision& from) {
  policy_a::answer made;
  made.price = from.price() ? from.price()->minor : 0;
  made.status = from.status() == status::priced        ? policy_a::status::priced
                : from.status() == status::compromised ? policy_a::status::compromised
                                                       : policy_a::status::conflict;
  for (const std::string_view id : from.limited_by()) {
    made.limited_by_map = made.limited_by_map || id == "map";
    made.limited_by_earn = made.limited_by_earn || id == "earn";
  }
  return made;
}

// All agree, or nothing is timed.
void compare_all() {
  static const bool done = [] {
    pricer one(policy_a_compiled());
    const policy_a::expert by_tables;
    request asked;
    decision made;
    for (std::size_t i = 0; i < row_count; ++i) {
      fill(asked, rows(), i);
      one.price(asked, made);
      const policy_a::answer expected = answer_of(made);
      const policy_a::row row = policy_a::row_of(rows(), i);
      if (by_tables.one(row) != expected)
        give_up("the expert's loop differs from the engine in row " + std::to_string(i));
      if (i % 8 == 0 && policy_a::naive(row) != expected)
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
  pricer one(policy_a_compiled());
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
void price_one_bound(benchmark::State& state) {
  compare_all();
  pricer one(policy_a_compiled());
  const std::string_view fields[] = {"price.store", "cost", "shipping", "map"};
  std::vector<bound_pricer> kinds;
  for (const std::string_view market : policy_a::market_names) {
    for (const std::string_view role : policy_a::role_names) {
      for (const std::string_view segment : {"", "member"}) {
        const request kind{.segment = segment, .channel = "web", .market = market, .attributes = {{"role", role}}};
        kinds.push_back(*one.bind(kind, fields));
      }
    }
  }
  const policy_a::columns& all = rows();
  for (auto _ : state) {
    for (std::size_t i = 0; i < row_count; ++i) {
      const std::int64_t money[] = {all.store[i], all.cost[i], all.shipping[i],
                                    all.map[i] == 0 ? absent_value : all.map[i]};
      quote made = kinds[(all.market[i] * 3u + all.role[i]) * 2u + all.member[i]].price(money);
      benchmark::DoNotOptimize(made);
    }
  }
  count(state, row_count);
}
BENCHMARK(price_one_bound)->Name("price_one/policy_a")->Unit(benchmark::kMillisecond);

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

// ---- many rules: one a product

std::string text_with_rules(std::int64_t rules) {
  std::string text = R"({"pricepoint":1,"markets":{"DE":{"tax":"19%"}},"channels":{"web":{"kind":"online"}},"rules":[)";
  for (std::int64_t i = 0; i < rules; ++i) {
    text += (i == 0 ? "" : ",") + std::string("{\"id\":\"r") + std::to_string(i) + "\",\"when\":{\"sku\":\"S" +
            std::to_string(i) + "\"},\"discount\":\"" + std::to_string(1 + i % 30) + "%\"}";
  }
  return text + "]}";
}

void rules(benchmark::State& state) {
  auto read = parse_policy(text_with_rules(state.range(0)));
  if (!read) give_up(read.error().to_string());
  pricer one(*read);
  constexpr std::size_t skus = 10'000;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < skus; ++i)
    names.push_back("S" + std::to_string(i * 7919 % static_cast<std::size_t>(state.range(0))));
  request asked{.channel = "web", .market = "DE", .list = decimal(30)};
  decision made;
  for (const std::string& name : names) {  // every kind is known before the clock runs
    asked.sku = name;
    one.price(asked, made);
  }
  for (auto _ : state) {
    for (const std::string& name : names) {
      asked.sku = name;
      one.price(asked, made);
      benchmark::DoNotOptimize(made);
    }
  }
  count(state, skus);
}
BENCHMARK(rules)->Name("rules")->Arg(10)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void compile(benchmark::State& state) {
  const std::string text = text_with_rules(state.range(0));
  for (auto _ : state) {
    auto read = parse_policy(text);
    if (!read) give_up(read.error().to_string());
    benchmark::DoNotOptimize(read);
  }
  count(state, static_cast<std::size_t>(state.range(0)));
}
BENCHMARK(compile)->Name("compile")->Arg(10)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

// ---- shapes: the nearest allowed amount, for prices of one to fifteen digits

void shape_search(benchmark::State& state) {
  const shape::any_shape endings = shape::endings{{".99", ".95", ".?9"}};
  const shape::any_shape avoided = shape::avoid{shape::numbers{1u << 4, {"13"}, {}, shape::scope::any}};
  const shape::any_shape both[] = {endings, avoided};
  const auto allowed = shape::automaton::build(std::span<const shape::any_shape>(both), 2);
  if (!allowed) give_up("the shapes need too many states");
  std::int64_t most = 10;
  for (std::int64_t i = 1; i < state.range(0); ++i) most *= 10;
  std::vector<std::int64_t> amounts;
  std::uint64_t next = seed;
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
  count(state, 2 * amounts.size());
}
BENCHMARK(shape_search)->Name("shape_search/nearest")->Arg(3)->Arg(5)->Arg(9)->Arg(15);

}  // namespace
