// SPDX-License-Identifier: Apache-2.0
// The job of columns.cpp through Arrow: what reading and writing the arrays costs beside price_columns on the same
// columns.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy_a.hpp"
#include "pricepoint/pricepoint.h"

namespace {

constexpr std::size_t row_count = 1'000'000;
constexpr std::uint64_t seed = 20261111;

// One record batch that lies in this program's memory; releasing it does nothing.
class batch_of_rows {
 public:
  batch_of_rows() {
    static constexpr std::array<std::string_view, 2> segments = {"", "member"};
    coded("market", rows_.market, policy_a::market_names);
    coded("channel", rows_.channel, policy_a::channel_names);
    coded("role", rows_.role, policy_a::role_names);
    coded("segment", rows_.member, segments);
    money("price.store", rows_.store);
    money("cost", rows_.cost);
    money("shipping", rows_.shipping);
    for (std::int64_t& map : rows_.map) map = map == 0 ? PRICEPOINT_ABSENT : map;
    money("map", rows_.map);
    for (const auto& one : columns_) {
      schemas_.push_back(&one->schema);
      arrays_.push_back(&one->array);
    }
    schema.format = "+s";
    schema.n_children = static_cast<std::int64_t>(schemas_.size());
    schema.children = schemas_.data();
    schema.release = [](ArrowSchema*) {};
    array.length = static_cast<std::int64_t>(row_count);
    array.n_buffers = 1;
    array.buffers = &no_bitmap_;
    array.n_children = schema.n_children;
    array.children = arrays_.data();
    array.release = [](ArrowArray*) {};
  }

  ArrowSchema schema{};
  ArrowArray array{};

 private:
  struct column {
    std::string name;
    std::vector<std::int32_t> codes;
    std::string letters;
    std::vector<std::int32_t> ends = {0};
    std::array<const void*, 2> buffers{};
    std::array<const void*, 3> words{};
    ArrowSchema schema{}, word_schema{};
    ArrowArray array{}, word_array{};
  };

  column& add(const char* name, const char* format, const void* values) {
    column& made = *columns_.emplace_back(std::make_unique<column>());
    made.name = name;
    made.buffers[1] = values;
    made.schema.format = format;
    made.schema.name = made.name.c_str();
    made.array.length = static_cast<std::int64_t>(row_count);
    made.array.n_buffers = 2;
    made.array.buffers = made.buffers.data();
    return made;
  }
  void money(const char* name, const std::vector<std::int64_t>& minor) { add(name, "l", minor.data()); }
  template <class Words>
  void coded(const char* name, const std::vector<std::uint8_t>& codes, const Words& words) {
    column& made = add(name, "i", nullptr);
    made.codes.assign(codes.begin(), codes.end());
    made.buffers[1] = made.codes.data();
    for (const std::string_view word : words) {
      made.letters += word;
      made.ends.push_back(static_cast<std::int32_t>(made.letters.size()));
    }
    made.words = {nullptr, made.ends.data(), made.letters.data()};
    made.word_schema.format = "u";
    made.word_array.length = static_cast<std::int64_t>(words.size());
    made.word_array.n_buffers = 3;
    made.word_array.buffers = made.words.data();
    made.schema.dictionary = &made.word_schema;
    made.array.dictionary = &made.word_array;
  }

  policy_a::columns rows_ = policy_a::make_rows(row_count, seed);
  std::vector<std::unique_ptr<column>> columns_;
  std::vector<ArrowSchema*> schemas_;
  std::vector<ArrowArray*> arrays_;
  const void* no_bitmap_ = nullptr;
};

void price_arrow_of(benchmark::State& state, std::uint32_t parts) {
  static const batch_of_rows made;
  static const std::string path = std::string(PRICEPOINT_SOURCE_DIR) + "/tests/conformance/policy_a/policy.json";
  pricepoint_policy* policy = nullptr;
  pricepoint_batch* batch = nullptr;
  pricepoint_batch_options options = PRICEPOINT_BATCH_OPTIONS_INIT;
  options.parts = parts;
  options.integers = PRICEPOINT_INTEGERS_MINOR;
  if (pricepoint_policy_from_file({path.data(), path.size()}, nullptr, &policy, nullptr) != PRICEPOINT_OK ||
      pricepoint_batch_create(policy, &options, &batch, nullptr) != PRICEPOINT_OK) {
    std::fprintf(stderr, "%s cannot be used\n", path.c_str());
    std::exit(2);
  }
  for (auto _ : state) {
    ArrowSchema schema;
    ArrowArray array;
    if (pricepoint_batch_array(batch, &made.schema, &made.array, &schema, &array, nullptr) != PRICEPOINT_OK) {
      std::fprintf(stderr, "the array cannot be read\n");
      std::exit(2);
    }
    benchmark::ClobberMemory();
    schema.release(&schema);
    array.release(&array);
  }
  pricepoint_batch_free(batch);
  pricepoint_policy_free(policy);
  state.SetItemsProcessed(static_cast<std::int64_t>(row_count) * state.iterations());
}

void price_arrow_quote(benchmark::State& state) {
  price_arrow_of(state, PRICEPOINT_PART_PRICE | PRICEPOINT_PART_LIMITED_BY | PRICEPOINT_PART_RELAXED);
}
BENCHMARK(price_arrow_quote)->Name("price_arrow/policy_a")->Unit(benchmark::kMillisecond);

void price_arrow_all(benchmark::State& state) { price_arrow_of(state, 0); }
BENCHMARK(price_arrow_all)->Name("price_arrow_all/policy_a")->Unit(benchmark::kMillisecond);

}  // namespace
