// SPDX-License-Identifier: Apache-2.0
// Policies of very many rules: one for each product, by discounts and by floors, ranges of quantity and of the target,
// and periods. A million rows that choose among the products at random, in dictionary-coded columns and as text; and
// what reading and compiling such policies takes.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "by_engine.hpp"
#include "pricepoint/pricepoint.hpp"

namespace {

using namespace pricepoint;

using by_engine::row_count;

std::string of_cents(std::int64_t cents) {
  const std::int64_t rest = cents % 100;
  return std::to_string(cents / 100) + (rest < 10 ? ".0" : ".") + std::to_string(rest);
}

// `rule(i)` gives what stands between the id and the end of the rule.
template <class Rule>
std::string policy_text(std::int64_t rules, const std::string& periods, const Rule& rule) {
  std::string text = R"({"pricepoint":1,"markets":{"DE":{"tax":"19%"}},"channels":{"web":{"kind":"online"}},)" +
                     periods + R"("rules":[)";
  for (std::int64_t i = 0; i < rules; ++i)
    text += (i == 0 ? "" : ",") + std::string(R"({"id":"r)") + std::to_string(i) + "\"," + rule(i) + "}";
  return text + "]}";
}

std::string of_product(std::int64_t i) { return R"("when":{"sku":"S)" + std::to_string(i) + "\"},"; }
std::string discount(std::int64_t i) { return R"("discount":")" + std::to_string(1 + i % 30) + "%\""; }

std::string discounts(std::int64_t rules) {
  return policy_text(rules, "", [](std::int64_t i) { return of_product(i) + discount(i); });
}
std::string floors(std::int64_t rules) {
  return policy_text(rules, "",
                     [](std::int64_t i) { return of_product(i) + R"("floor":")" + of_cents(1000 + i % 4000) + "\""; });
}
std::string quantities(std::int64_t rules) {
  return policy_text(rules, "", [](std::int64_t i) {
    return R"("when":{"quantity":{"from":)" + std::to_string(1 + i) + R"(,"below":)" + std::to_string(2 + i) + "}}," +
           discount(i);
  });
}
// Half of them ranges of the price, half of the quantity.
std::string ranges(std::int64_t rules) {
  return policy_text(rules, "", [](std::int64_t i) {
    if (i % 2 != 0) {
      return R"("when":{"quantity":{"from":)" + std::to_string(i) + R"(,"below":)" + std::to_string(i + 2) + "}}," +
             discount(i);
    }
    return R"("when":{"target":{"from":")" + of_cents(10 * i + 1) + R"(","below":")" + of_cents(10 * i + 21) +
           R"("}},)" + R"("floor":")" + of_cents(5 + 10 * i) + "\"";
  });
}
constexpr std::int64_t hour = 3'600'000;
constexpr std::int64_t first_hour = 1'767'225'600'000;  // 2026-01-01
std::string periods(std::int64_t rules) {
  std::string named = R"("periods":{)";
  for (std::int64_t i = 0; i < rules; ++i) {
    named += (i == 0 ? "\"p" : ",\"p") + std::to_string(i) + R"(":{"from":")" +
             to_string(instant{first_hour + i * hour}) + R"(","until":")" +
             to_string(instant{first_hour + (i + 1) * hour}) + "\"}";
  }
  return policy_text(rules, named + "},",
                     [](std::int64_t i) { return R"("during":"p)" + std::to_string(i) + "\"," + discount(i); });
}

policy compiled(const std::string& text) {
  auto read = parse_policy(text);
  if (!read) by_engine::give_up(read.error().to_string());
  return *read;
}

// Columns of a million rows: products at random, of which one in eleven has no rule.
class job {
 public:
  explicit job(std::int64_t products) {
    for (std::int64_t i = 0; i < products + products / 10 + 1; ++i) words_.push_back("S" + std::to_string(i));
    views_.assign(words_.begin(), words_.end());
    std::uint64_t state = by_engine::seed;
    const auto below = [&](std::int64_t end) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      return static_cast<std::int64_t>((state >> 33) % static_cast<std::uint64_t>(end));
    };
    const auto words = static_cast<std::int64_t>(words_.size());
    for (std::size_t i = 0; i < row_count; ++i) {
      codes_.push_back(static_cast<std::int32_t>(below(words)));
      text_.push_back(views_[static_cast<std::size_t>(codes_.back())]);
      list_.push_back(1 + below(10 * products + 10'000));
      quantity_.push_back(1 + below(products + 2));
      at_.push_back(first_hour + below((products + 2) * hour));
    }
    asked.rows = row_count;
    asked.market = text_column::all("DE");
    asked.channel = text_column::all("web");
    asked.list = list_;
  }
  void as_codes() { asked.sku = text_column(codes_, views_); }
  void as_text() { asked.sku = text_column(text_); }
  void with_quantities() { asked.quantity = quantity_; }
  void with_times() { asked.at_unix_ms = at_; }

  request_columns asked;

 private:
  std::vector<std::string> words_;
  std::vector<std::string_view> views_, text_;
  std::vector<std::int32_t> codes_;
  std::vector<std::int64_t> list_, quantity_, at_;
};

// The same rows one by one, some of them, before the clock runs.
void compare(const policy& with, const request_columns& asked, const decision_columns& out) {
  pricer one(with);
  request of;
  decision made;
  std::vector<std::string> unreadable;
  for (std::size_t i = 0; i < asked.rows; i += 997) {
    request_of_row(with, asked, i, of, unreadable);
    one.price(of, made);
    const std::int64_t price = made.price() ? made.price()->minor : absent_value;
    const auto limited = out.sets[out.limited_by[i]];
    if (made.status() != out.status[i] || price != out.price_minor[i] ||
        !std::equal(limited.begin(), limited.end(), made.limited_by().begin(), made.limited_by().end())) {
      by_engine::give_up("columns differ from the single price in row " + std::to_string(i));
    }
  }
}

void run(benchmark::State& state, const std::string& text, const request_columns& asked) {
  const policy with = compiled(text);
  pricer many(with);
  decision_columns out;
  price_columns(many, asked, out, part::quote);  // every kind is known before the clock runs
  compare(with, asked, out);
  for (auto _ : state) {
    price_columns(many, asked, out, part::quote);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(row_count) * state.iterations());
}

void rules(benchmark::State& state) {
  job of(state.range(0));
  of.as_codes();
  run(state, discounts(state.range(0)), of.asked);
}
BENCHMARK(rules)->Name("rules")->Arg(10)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void rules_from_text(benchmark::State& state) {
  job of(state.range(0));
  of.as_text();
  run(state, discounts(state.range(0)), of.asked);
}
BENCHMARK(rules_from_text)->Name("rules_from_text")->Arg(10)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void rules_of_floors(benchmark::State& state) {
  job of(state.range(0));
  of.as_codes();
  run(state, floors(state.range(0)), of.asked);
}
BENCHMARK(rules_of_floors)->Name("rules_of_floors")->Arg(10)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void rules_of_quantities(benchmark::State& state) {
  job of(state.range(0));
  of.with_quantities();
  run(state, quantities(state.range(0)), of.asked);
}
BENCHMARK(rules_of_quantities)->Name("rules_of_quantities")->Arg(10)->Arg(10'000)->Unit(benchmark::kMillisecond);

void rules_of_ranges(benchmark::State& state) {
  job of(state.range(0));
  of.with_quantities();
  run(state, ranges(state.range(0)), of.asked);
}
BENCHMARK(rules_of_ranges)->Name("rules_of_ranges")->Arg(10)->Arg(10'000)->Unit(benchmark::kMillisecond);

void rules_of_periods(benchmark::State& state) {
  job of(state.range(0));
  of.with_times();
  run(state, periods(state.range(0)), of.asked);
}
BENCHMARK(rules_of_periods)->Name("rules_of_periods")->Arg(10)->Arg(1'000)->Unit(benchmark::kMillisecond);

void compile(benchmark::State& state) {
  const std::string text = discounts(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(compiled(text));
  const auto taken = [] {
    const auto now = mallinfo2();
    return static_cast<double>(now.uordblks + now.hblkhd);
  };
  const double before = taken();
  const policy kept = compiled(text);
  state.counters["bytes_per_rule"] = (taken() - before) / static_cast<double>(state.range(0));
  state.SetItemsProcessed(state.range(0) * state.iterations());
}
BENCHMARK(compile)->Name("compile")->Arg(10)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
