// SPDX-License-Identifier: Apache-2.0
// Threads with small stacks, as musl, Go and many servers give them: the deepest policies and rows within the limits.
#include <gtest/gtest.h>
#include <pthread.h>

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "pricepoint/pricepoint.hpp"

namespace {

using namespace pricepoint;  // NOLINT(google-build-using-namespace)
using namespace pricepoint::literals;

constexpr std::size_t stack_bytes = std::size_t{128} * 1024;

void on_a_small_stack(const std::function<void()>& work) {
  pthread_attr_t small;
  ASSERT_EQ(::pthread_attr_init(&small), 0);
  ASSERT_EQ(::pthread_attr_setstacksize(&small, stack_bytes), 0);
  pthread_t thread{};
  const auto run = [](void* what) -> void* {
    (*static_cast<const std::function<void()>*>(what))();
    return nullptr;
  };
  std::function<void()> copy = work;
  ASSERT_EQ(::pthread_create(&thread, &small, run, &copy), 0);
  ::pthread_join(thread, nullptr);
  ::pthread_attr_destroy(&small);
}

std::string repeated(const std::string& text, std::size_t count) {
  std::string made;
  for (std::size_t i = 0; i < count; ++i) made += text;
  return made;
}

// As deep as `max_expression_depth`, in each way that an expression can be.
std::vector<std::string> deepest_expressions() {
  const policy_language::parse_limits limits;
  std::vector<std::string> all;
  for (const auto& [before, after] : std::vector<std::pair<std::string, std::string>>{
           {"(", ")"}, {"max(1, ", ")"}, {"min(cost, list, ", ")"}, {"1 + (", ") * 2"}, {"-", ""}, {"-(-(", "))"}}) {
    std::string deepest;
    for (std::size_t depth = 1; depth <= limits.max_expression_depth; ++depth) {
      const std::string text = repeated(before, depth) + "cost" + repeated(after, depth);
      const std::string rule = R"({"pricepoint":1,"markets":{"DE":{"tax":"19%"}},"channels":{"web":{"kind":"online"}},
        "rules":[{"id":"a","floor":")" +
                               text + R"("}]})";
      if (parse_policy(rule)) deepest = text;
    }
    if (!deepest.empty()) all.push_back(deepest);
  }
  // And as long as it may be.
  std::string sum = "cost";
  while (sum.size() < 4 * 2000) sum += " + 1";
  all.push_back(sum);
  std::string most = "max(cost";
  while (most.size() < 3 * 4000) most += ", 1";
  all.push_back(most + ")");
  return all;
}

std::string policy_with(const std::string& expression) {
  std::string rules;
  for (const char* effect : {"floor", "ceiling", "base"}) {
    rules += std::string(R"({"id":")") + effect +
             R"(","when":{"role":["traffic","volume"],"target":{"from":"1","below":"100000"}},")" + effect + R"(":")" +
             (std::string(effect) == "ceiling" ? "max(1000, " + expression + ")" : expression) + "\"},";
  }
  return R"({"pricepoint":1,"name":"deep","markets":{"DE":{"tax":"19%"},"CN":{"tax":"13%"}},
    "channels":{"store":{"kind":"traditional"},"web":{"kind":"online","reference":"store"},
                "members":{"kind":"online","reference":"web"}},
    "attributes":{"role":["traffic","volume"],"stock":"number"},
    "periods":{"eleven":{"from":"2026-11-01","until":"2026-11-11","zone":"UTC"}},
    "rules":[)" +
         rules + R"({"id":"culture","culture":"all"},
      {"id":"near","when":{"channel":"web"},"except":{"period":"eleven"},"gap":{"to":"traditional","max":"10%"}},
      {"id":"earn","margin":"5%"},{"id":"nine","prefer":{"endings":[".99",".49"]}},{"id":"eight","prefer":{"digits":"8"}},
      {"id":"no-four","avoid":{"digits":"4"}},{"id":"off","discount":"8%"}]})";
}

request asked() {
  return {.sku = "A1",
          .channel = "web",
          .market = "DE",
          .at = *parse_instant("2026-06-01T00:00:00Z"),
          .prices = {{"store", "32.00"_money}},
          .list = "40"_money,
          .cost = "12"_money,
          .attributes = {{"role", "traffic"}}};
}

void everything(const std::string& text) {
  auto read = parse_policy(text);
  if (!read) {
    EXPECT_FALSE(read.error().to_string().empty());
    return;
  }
  const policy with = std::move(*read);
  EXPECT_FALSE(with.inputs().channels.empty());
  pricer one(with);
  const decision made = one.price(asked());
  EXPECT_NE(made.status(), status::invalid);
  EXPECT_FALSE(explain(one, asked()).text().empty());
  EXPECT_FALSE(explain(one, asked()).json().empty());
  EXPECT_FALSE(timeline(one, asked()).text().empty());
  const std::array<std::string_view, 3> channels = {"store", "web", "members"};
  std::vector<decision> all;
  std::vector<std::string_view> decided;
  one.price_all(asked(), channels, all, decided);
  check(with);
  auditor audits(with);
  offer seen;
  seen.request = asked();
  seen.price = parse_decimal("20.00");
  const std::vector<offer> offers(3, seen);
  std::vector<finding> found;
  audits.audit(offers, found);
  std::vector<std::int64_t> cost(100, 1200);
  request_columns columns{.rows = cost.size(),
                          .sku = text_column::all("A1"),
                          .channel = text_column::all("web"),
                          .market = text_column::all("DE")};
  columns.at_unix_ms = number_column::all(1'780'000'000'000);
  columns.prices = {{"store", number_column::all(3200)}};
  columns.cost = cost;
  columns.list = number_column::all(4000);
  decision_columns out;
  price_columns(one, columns, out);
}

// [REL-27] All that the library does with a policy and its rows fits on a stack of 128 KiB.
TEST(small_stack, deepest_expressions) {
  const std::vector<std::string> all = deepest_expressions();
  ASSERT_GT(all.size(), 5u);
  for (const std::string& expression : all) on_a_small_stack([&] { everything(policy_with(expression)); });
}

// [REL-27] Nested objects and lists, in front of, at and behind the limit, also the widest that a caller may set.
TEST(small_stack, nested_values) {
  for (const std::size_t depth : {20u, 31u, 32u, 33u, 127u, 128u, 129u, 257u, 1000u, 100'000u}) {
    for (const auto& [open, close] : std::vector<std::pair<std::string, std::string>>{
             {"[", "]"}, {R"({"a":)", "}"}, {R"({"except":)", "}"}, {R"({"when":)", "}"}, {R"([{"x-a":)", "}]"}}) {
      const std::string nested = repeated(open, depth) + "1" + repeated(close, depth);
      for (
          const std::string& text :
          {nested,
           R"({"pricepoint":1,"x-note":)" + nested + R"(,"markets":{"DE":{}},"channels":{"web":{"kind":"online"}},
              "rules":[{"id":"a","floor":"1","x-note":)" +
               nested + "}]}",
           R"({"pricepoint":1,"markets":{"DE":{}},"channels":{"web":{"kind":"online"}},"rules":[{"id":"a","floor":"1","when":)" +
               nested + "}]}"}) {
        on_a_small_stack([&] {
          everything(text);
          policy_language::parse_limits wide;
          wide.max_depth = 128;
          const auto read = parse_policy(text, "policy", wide);
          EXPECT_TRUE(read || !read.error().to_string().empty());
        });
      }
    }
  }
}

// [REL-27] Chains of channels and circles of them, as long as a policy can make them.
TEST(small_stack, chains_of_channels) {
  for (const bool circle : {false, true}) {
    std::string channels;
    constexpr int count = 3000;
    for (int i = 0; i < count; ++i) {
      channels += (i == 0 ? "\"c" : ",\"c") + std::to_string(i) + R"(":{"kind":"online")";
      if (i > 0 || circle) channels += R"(,"reference":"c)" + std::to_string((i + count - 1) % count) + "\"";
      channels += '}';
    }
    on_a_small_stack([&] {
      const auto read = parse_policy(R"({"pricepoint":1,"markets":{"DE":{}},"channels":{)" + channels +
                                     R"(},"rules":[{"id":"a","floor":"1"}]})");
      EXPECT_EQ(static_cast<bool>(read), !circle);
      if (!read) return;
      EXPECT_EQ(read->in_order_of_reference(read->channels()).size(), static_cast<std::size_t>(count));
    });
  }
}

}  // namespace
