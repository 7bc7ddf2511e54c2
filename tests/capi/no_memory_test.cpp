// SPDX-License-Identifier: Apache-2.0
// Memory that runs out at every possible place of every function: the result says so, nothing aborts, and what was
// there before goes on as if nothing had happened.
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <new>
#include <string>

#include "pricepoint/pricepoint.h"

namespace {

// Allocations of this thread until one fails; below zero: none does.
thread_local long until_failure = -1;

}  // namespace

// The library asks for memory through these as well: a program's own operators stand in for those of the standard
// library.
// Not inlined, since g++ then takes malloc and delete for a mismatched pair.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (until_failure >= 0 && until_failure-- == 0) throw std::bad_alloc();
  void* const made = std::malloc(size == 0 ? 1 : size);
  if (made == nullptr) throw std::bad_alloc();
  return made;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

constexpr const char* policy_text = R"({"pricepoint":1,"name":"scarce",
  "markets":{"DE":{"currency":"EUR","display":"gross","tax":"19%"}},
  "channels":{"store":{"kind":"traditional"},"web":{"kind":"online","reference":"store"}},
  "attributes":{"role":["a","b"]},
  "rules":[{"id":"off","when":{"role":"a"},"discount":"8%"},{"id":"earn","floor":"cost"},
           {"id":"nine","endings":[".99"]},{"id":"no4","avoid":{"digits":"4"}}]})";

pricepoint_view view_of(const char* text) { return {text, std::char_traits<char>::length(text)}; }

// Calls again and again, each time with one allocation more before the first that fails, until none does.
void run_out(const std::function<pricepoint_result(pricepoint_error**)>& call) {
  for (long allocations = 0; allocations < 200'000; allocations += allocations < 400 ? 1 : allocations / 50) {
    pricepoint_error* error = nullptr;
    until_failure = allocations;
    const pricepoint_result got = call(&error);
    const bool failed = until_failure < 0;
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

TEST(capi_no_memory, is_an_error_like_others) {
  pricepoint_policy* policy = nullptr;
  run_out([&](pricepoint_error** error) {
    const auto got = pricepoint_policy_from_text(view_of(policy_text), nullptr, &policy, error);
    EXPECT_EQ(got == PRICEPOINT_OK, policy != nullptr);
    return got;
  });
  ASSERT_NE(policy, nullptr);
  pricepoint_slot* slot = nullptr;
  run_out([&](pricepoint_error** error) { return pricepoint_slot_create(policy, &slot, error); });
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
      const auto got = of_slot ? pricepoint_pricer_from_slot(slot, nullptr, &pricer, error)
                               : pricepoint_pricer_create(policy, nullptr, &pricer, error);
      if (got == PRICEPOINT_OK && until_failure < 0) return pricepoint_pricer_free(pricer), pricer = nullptr, got;
      return got;
    });
    if (pricer == nullptr) {
      ASSERT_EQ(pricepoint_pricer_create(policy, nullptr, &pricer, nullptr), PRICEPOINT_OK);
    }
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

}  // namespace
