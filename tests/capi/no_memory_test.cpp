// SPDX-License-Identifier: Apache-2.0
// Memory that runs out at every possible place of every function, for one allocation or for good: the result says so,
// nothing aborts, and what was there before goes on as if nothing had happened.
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "arrow/arrays.hpp"
#include "pricepoint/pricepoint.h"

namespace {

// Allocations of this thread until one fails; below zero: none does. With `stays_out` all later ones fail as well.
thread_local long until_failure = -1;
thread_local bool stays_out = false;
thread_local bool denied = false;
// Allocations that were not given back, of all threads.
std::atomic<long> live{0};

}  // namespace

// The library asks for memory through these as well: a program's own operators stand in for those of the standard
// library.
// Not inlined, since g++ then takes malloc and delete for a mismatched pair.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (until_failure == 0) {
    if (!stays_out) until_failure = -1;
    denied = true;
    throw std::bad_alloc();
  }
  if (until_failure > 0) --until_failure;
  void* const made = std::malloc(size == 0 ? 1 : size);
  if (made == nullptr) throw std::bad_alloc();
  live.fetch_add(1, std::memory_order_relaxed);
  return made;
}
// As the standard library has it, but not the thread sanitizer.
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  if (memory != nullptr) live.fetch_sub(1, std::memory_order_relaxed);
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }

namespace {

constexpr const char* policy_text = R"({"pricepoint":1,"name":"scarce",
  "markets":{"DE":{"currency":"EUR","display":"gross","tax":"19%"}},
  "channels":{"store":{"kind":"traditional"},"web":{"kind":"online","reference":"store"}},
  "attributes":{"role":["a","b"]},
  "rules":[{"id":"off","when":{"role":"a"},"discount":"8%"},{"id":"earn","floor":"cost"},
           {"id":"nine","endings":[".99"]},{"id":"no4","avoid":{"digits":"4"}}]})";

pricepoint_view view_of(const char* text) { return {text, std::char_traits<char>::length(text)}; }

// Nothing lives at its end that did not at its beginning. What the library makes once and keeps is made before.
class no_leak {
 public:
  no_leak() {
    pricepoint_policy* policy = nullptr;
    pricepoint_text* text = nullptr;
    EXPECT_EQ(pricepoint_policy_from_file(PRICEPOINT_TEXT("examples/demo/policy.json"), nullptr, &policy, nullptr),
              PRICEPOINT_OK);
    EXPECT_EQ(pricepoint_markets({nullptr, 0}, &text, nullptr), PRICEPOINT_OK);
    pricepoint_text_free(text);
    EXPECT_EQ(pricepoint_policy_check(policy, PRICEPOINT_ABSENT, &text, nullptr), PRICEPOINT_OK);
    pricepoint_text_free(text);
    pricepoint_policy_free(policy);
    EXPECT_EQ(pricepoint_policy_from_text(view_of(policy_text), nullptr, &policy, nullptr), PRICEPOINT_OK);
    EXPECT_EQ(pricepoint_policy_check(policy, PRICEPOINT_ABSENT, &text, nullptr), PRICEPOINT_OK);
    pricepoint_text_free(text);
    EXPECT_EQ(pricepoint_schema(&text, nullptr), PRICEPOINT_OK);
    pricepoint_text_free(text);
    pricepoint_rates* rates = nullptr;
    EXPECT_EQ(pricepoint_rates_from_csv({"from,to,rate,at\n", 16}, &rates, nullptr), PRICEPOINT_OK);
    pricepoint_rates_free(rates);
    pricepoint_policy_free(policy);
    pricepoint_error* error = nullptr;
    until_failure = 0;
    EXPECT_EQ(pricepoint_schema(&text, &error), PRICEPOINT_ERROR_MEMORY);
    until_failure = -1;
    pricepoint_error_free(error);
    before_ = live.load();
  }
  ~no_leak() { EXPECT_EQ(live.load(), before_); }
  no_leak(const no_leak&) = delete;
  no_leak& operator=(const no_leak&) = delete;

 private:
  long before_ = 0;
};

// Calls again and again, each time with one allocation more before the first that fails, until none does. [REL-35]
void run_out_once(const std::function<pricepoint_result(pricepoint_error**)>& call, bool for_good) {
  stays_out = for_good;
  for (long allocations = 0; allocations < 200'000; allocations += for_good ? 1 + allocations / 8 : 1) {
    pricepoint_error* error = nullptr;
    denied = false;
    until_failure = allocations;
    const pricepoint_result got = call(&error);
    const bool failed = denied;
    until_failure = -1;
    if (got == PRICEPOINT_OK) {
      ASSERT_EQ(error, nullptr);
      if (!failed) return;
      continue;  // what could not be had was not needed
    }
    ASSERT_EQ(got, PRICEPOINT_ERROR_MEMORY)
        << "after " << allocations << " allocations: " << pricepoint_error_text(error).data;
    ASSERT_EQ(pricepoint_error_count(error), 1u);
    pricepoint_error_free(error);
  }
  FAIL() << "never enough";
}

void run_out(const std::function<pricepoint_result(pricepoint_error**)>& call) {
  run_out_once(call, true);
  run_out_once(call, false);
}

TEST(capi_no_memory, is_an_error_like_others) {
  const no_leak all;
  pricepoint_policy* policy = nullptr;
  run_out([&](pricepoint_error** error) {
    pricepoint_policy_free(policy);  // of a call that could do without what it did not get
    const auto got = pricepoint_policy_from_text(view_of(policy_text), nullptr, &policy, error);
    EXPECT_EQ(got == PRICEPOINT_OK, policy != nullptr);
    return got;
  });
  ASSERT_NE(policy, nullptr);
  pricepoint_slot* slot = nullptr;
  run_out([&](pricepoint_error** error) {
    pricepoint_slot_free(slot);
    return pricepoint_slot_create(policy, &slot, error);
  });
  run_out([&](pricepoint_error** error) { return pricepoint_slot_publish(slot, policy, error); });

  const pricepoint_channel_price store = {PRICEPOINT_TEXT("store"), PRICEPOINT_MINOR(10'000)};
  const pricepoint_attribute role = {PRICEPOINT_TEXT("role"), PRICEPOINT_TEXT("a"), PRICEPOINT_NUMBER_INIT};
  pricepoint_request request = PRICEPOINT_REQUEST_INIT;
  request.sku = PRICEPOINT_TEXT("A1");
  request.channel = PRICEPOINT_TEXT("web");
  request.market = PRICEPOINT_TEXT("DE");
  request.prices = &store;
  request.price_count = 1;
  request.attributes = &role;
  request.attribute_count = 1;
  request.cost = PRICEPOINT_MINOR(9'500);
  const pricepoint_view line = PRICEPOINT_TEXT(
      R"({"sku":"A1","channel":"web","market":"DE","role":"a","prices":{"store":"100.00"},"cost":"95.00","more":1})");

  for (const bool of_slot : {false, true}) {
    pricepoint_pricer* pricer = nullptr;
    run_out([&](pricepoint_error** error) {
      pricepoint_pricer_free(pricer);
      return of_slot ? pricepoint_pricer_from_slot(slot, nullptr, &pricer, error)
                     : pricepoint_pricer_create(policy, nullptr, &pricer, error);
    });
    ASSERT_NE(pricer, nullptr);
    pricepoint_decision decision = PRICEPOINT_DECISION_INIT;
    run_out([&](pricepoint_error** error) { return pricepoint_price(pricer, &request, &decision, error); });
    EXPECT_EQ(decision.price, 11'399);
    if (of_slot) {
      ASSERT_EQ(pricepoint_slot_publish(slot, policy, nullptr), PRICEPOINT_OK);
      run_out([&](pricepoint_error** error) { return pricepoint_price(pricer, &request, &decision, error); });
      EXPECT_EQ(decision.price, 11'399);
    }
    pricepoint_text* text = nullptr;
    const auto taking = [&](const std::function<pricepoint_result(pricepoint_error**)>& call) {
      run_out([&](pricepoint_error** error) {
        const auto got = call(error);
        pricepoint_text_free(text);
        text = nullptr;
        return got;
      });
    };
    taking([&](auto** error) { return pricepoint_price_json(pricer, line, &text, error); });
    taking([&](auto** error) { return pricepoint_explain(pricer, &request, PRICEPOINT_FORMAT_TEXT, &text, error); });
    taking([&](auto** error) { return pricepoint_explain_json(pricer, line, PRICEPOINT_FORMAT_JSON, &text, error); });
    taking([&](auto** error) { return pricepoint_policy_inputs(policy, &text, error); });
    taking([&](auto** error) { return pricepoint_policy_names(policy, &text, error); });
    const pricepoint_view fields[] = {PRICEPOINT_TEXT("price.store"), PRICEPOINT_TEXT("cost")};
    const int64_t values[] = {10'000, 9'500};
    pricepoint_kind* kind = nullptr;
    run_out([&](pricepoint_error** error) {
      pricepoint_kind_free(kind);
      return pricepoint_kind_create(pricer, &request, fields, 2, &kind, error);
    });
    pricepoint_quote quote;
    run_out([&](pricepoint_error**) {
      const long left = until_failure;
      const auto got = pricepoint_kind_price(kind, values, 2, &quote);
      // Without a place for an error; the check above wants one.
      if (got != PRICEPOINT_ERROR_MEMORY) return got;
      EXPECT_EQ(quote.price, PRICEPOINT_ABSENT);
      until_failure = -1;
      EXPECT_EQ(pricepoint_kind_price(kind, values, 2, &quote), PRICEPOINT_OK);
      until_failure = left;
      return PRICEPOINT_OK;
    });
    ASSERT_EQ(pricepoint_kind_price(kind, values, 2, &quote), PRICEPOINT_OK);
    EXPECT_EQ(quote.price, 11'399);
    pricepoint_kind_free(kind);
    pricepoint_pricer_free(pricer);
  }
  pricepoint_slot_free(slot);
  pricepoint_policy_free(policy);
}

// The test's own allocations do not fail.
class in_peace {
 public:
  in_peace() : left_(until_failure) { until_failure = -1; }
  ~in_peace() { until_failure = left_; }
  in_peace(const in_peace&) = delete;
  in_peace& operator=(const in_peace&) = delete;

 private:
  long left_;
};

int (*make_schema)(ArrowArrayStream*, ArrowSchema*);
int (*make_array)(ArrowArrayStream*, ArrowArray*);

// A producer whose memory is not what runs out.
ArrowArrayStream in_peace_stream(arrays::stream& of) {
  ArrowArrayStream made = of.open();
  make_schema = made.get_schema;
  make_array = made.get_next;
  made.get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
    const in_peace rest;
    return make_schema(self, out);
  };
  made.get_next = [](ArrowArrayStream* self, ArrowArray* out) {
    const in_peace rest;
    return make_array(self, out);
  };
  return made;
}

constexpr pricepoint_batch_options in_minor_units = {
    sizeof(pricepoint_batch_options), 0, 0, nullptr, {nullptr, 0}, {nullptr, 0}, PRICEPOINT_OPTIONAL_INIT,
    PRICEPOINT_INTEGERS_MINOR,        0};

arrays::column offers(std::int64_t rows) {
  arrays::column made = arrays::table(rows);
  std::vector<std::string> skus, channels, markets;
  std::vector<std::optional<std::int64_t>> store, cost, price;
  for (std::int64_t i = 0; i < rows; ++i) {
    skus.push_back("A" + std::to_string(i / 2));
    channels.emplace_back(i % 2 == 0 ? "store" : "web");
    markets.emplace_back("DE");
    store.emplace_back(10'000 + i);
    cost.emplace_back(9'500);
    price.emplace_back(9'000 + i);
  }
  made.add(arrays::texts("sku", skus)).add(arrays::texts("channel", channels)).add(arrays::texts("market", markets));
  made.add(arrays::integers<std::int64_t>("price.store", "l", store));
  made.add(arrays::integers<std::int64_t>("cost", "l", cost));
  return made.add(arrays::integers<std::int64_t>("price", "l", price));
}

// All rows of a stream, or the error number of the call that failed.
int drain(ArrowArrayStream& from, std::string& rows) {
  ArrowSchema schema{};
  if (const int failed = from.get_schema(&from, &schema); failed != 0) return failed;
  int result = 0;
  for (;;) {
    ArrowArray array{};
    result = from.get_next(&from, &array);
    if (result != 0 || array.release == nullptr) break;
    const in_peace rest;
    for (std::int64_t row = 0; row < array.length; ++row) {
      rows += arrays::row_of(schema, array, static_cast<std::size_t>(row)) + "\n";
    }
    array.release(&array);
  }
  schema.release(&schema);
  return result;
}

// [REL-35] Arrow in and out: arrays, streams, audits. What fails while a stream is read is ENOMEM there.
TEST(capi_no_memory, of_arrow) {
  const no_leak all;
  pricepoint_policy* policy = nullptr;
  ASSERT_EQ(pricepoint_policy_from_text(view_of(policy_text), nullptr, &policy, nullptr), PRICEPOINT_OK);
  const arrays::column table = offers(6);
  ArrowSchema schema = arrays::schema_of(table);
  ArrowArray array = arrays::array_of(table);
  const auto rows_of = [](const ArrowSchema& type, const ArrowArray& of) {
    std::string rows;
    for (std::int64_t row = 0; row < of.length; ++row)
      rows += arrays::row_of(type, of, static_cast<std::size_t>(row)) + "\n";
    return rows;
  };
  std::string wanted;
  run_out([&](pricepoint_error** error) {
    pricepoint_batch* batch = nullptr;
    auto got = pricepoint_batch_create(policy, &in_minor_units, &batch, error);
    if (got != PRICEPOINT_OK) return got;
    ArrowSchema out_schema{};
    ArrowArray out{};
    got = pricepoint_batch_array(batch, &schema, &array, &out_schema, &out, error);
    const in_peace rest;
    if (got != PRICEPOINT_OK) {
      EXPECT_EQ(out.release, nullptr);
      // The batch is still good for the same rows.
      EXPECT_EQ(pricepoint_batch_array(batch, &schema, &array, &out_schema, &out, nullptr), PRICEPOINT_OK);
    }
    std::string rows = rows_of(out_schema, out);
    if (wanted.empty()) wanted = rows;
    EXPECT_EQ(rows, wanted);
    out.release(&out);
    out_schema.release(&out_schema);
    pricepoint_batch_free(batch);
    return got;
  });
  schema.release(&schema);
  array.release(&array);
  const auto streamed =
      [&](const std::function<pricepoint_result(ArrowArrayStream*, ArrowArrayStream*, pricepoint_error**)>& call) {
        std::string first;
        run_out([&](pricepoint_error** error) {
          std::string rows;
          std::optional<arrays::stream> from;
          ArrowArrayStream in{}, out{};
          {
            const in_peace rest;
            from.emplace(std::vector<arrays::column>{offers(4), offers(2)});
            in = in_peace_stream(*from);
          }
          const auto got = call(&in, &out, error);
          int read = 0;
          if (got == PRICEPOINT_OK) {
            read = drain(out, rows);
            const in_peace rest;
            out.release(&out);
          }
          const in_peace rest;
          EXPECT_EQ(in.release, nullptr);
          EXPECT_EQ(from->released, 1);
          if (got == PRICEPOINT_OK && read == 0) {
            if (first.empty()) first = rows;
            EXPECT_EQ(rows, first);
            EXPECT_FALSE(rows.empty());
          } else if (got == PRICEPOINT_OK) {
            EXPECT_EQ(read, ENOMEM);
          }
          return got;
        });
      };
  pricepoint_batch* batch = nullptr;
  ASSERT_EQ(pricepoint_batch_create(policy, &in_minor_units, &batch, nullptr), PRICEPOINT_OK);
  streamed([&](auto* in, auto* out, auto** error) { return pricepoint_batch_stream(batch, in, out, error); });
  pricepoint_batch_free(batch);
  pricepoint_text* summary = nullptr;
  streamed([&](auto* in, auto* out, auto** error) {
    const auto got = pricepoint_audit_stream(policy, &in_minor_units, PRICEPOINT_ABSENT, in, out, &summary, error);
    EXPECT_EQ(got == PRICEPOINT_OK, summary != nullptr);
    pricepoint_text_free(summary);
    return got;
  });
  pricepoint_policy_free(policy);
}

// [REL-35] What needs no request.
TEST(capi_no_memory, of_other_functions) {
  const no_leak all;
  pricepoint_policy* policy = nullptr;
  ASSERT_EQ(pricepoint_policy_from_text(view_of(policy_text), nullptr, &policy, nullptr), PRICEPOINT_OK);
  pricepoint_text* text = nullptr;
  const auto giving = [&](const std::function<pricepoint_result(pricepoint_error**)>& call) {
    run_out([&](pricepoint_error** error) {
      const auto got = call(error);
      EXPECT_EQ(got == PRICEPOINT_OK, text != nullptr);
      pricepoint_text_free(text);
      text = nullptr;
      return got;
    });
  };
  giving([&](auto** error) { return pricepoint_markets(view_of("DE"), &text, error); });
  giving([&](auto** error) { return pricepoint_schema(&text, error); });
  giving([&](auto** error) { return pricepoint_policy_check(policy, PRICEPOINT_ABSENT, &text, error); });
  pricepoint_rates* rates = nullptr;
  run_out([&](pricepoint_error** error) {
    const auto got =
        pricepoint_rates_from_csv(view_of("from,to,rate,at\nEUR,CNY,7.8,2026-01-01T00:00:00Z\n"), &rates, error);
    pricepoint_rates_free(rates);
    rates = nullptr;
    return got;
  });
  run_out([&](pricepoint_error** error) {
    pricepoint_policy* other = nullptr;
    const auto got =
        pricepoint_policy_from_file(PRICEPOINT_TEXT("examples/policies/worked-example.json"), nullptr, &other, error);
    pricepoint_policy_free(other);
    return got;
  });
  pricepoint_slot* slot = nullptr;
  ASSERT_EQ(pricepoint_slot_create(policy, &slot, nullptr), PRICEPOINT_OK);
  run_out([&](pricepoint_error** error) {
    pricepoint_policy* other = nullptr;
    const auto got = pricepoint_slot_get(slot, &other, error);
    pricepoint_policy_free(other);
    return got;
  });
  run_out([&](pricepoint_error** error) {
    pricepoint_batch* batch = nullptr;
    const auto got = pricepoint_batch_from_slot(slot, nullptr, &batch, error);
    pricepoint_batch_free(batch);
    return got;
  });
  pricepoint_slot_free(slot);
  pricepoint_policy_free(policy);
}

}  // namespace
