// SPDX-License-Identifier: Apache-2.0
// Threads share a policy, and a slot whose policy is replaced ten thousand times, through the C interface.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "pricepoint/pricepoint.h"

namespace {

pricepoint_view view_of(const std::string& text) { return {text.data(), text.size()}; }
std::string_view text_of(pricepoint_view view) { return {view.data, view.size}; }

// Says in every answer which policy it is: `percent` off, by the rule off<percent>.
pricepoint_policy* numbered(int percent) {
  const std::string p = std::to_string(percent);
  const std::string text = R"({"pricepoint":1,"name":"p)" + p + R"(",
    "markets":{"DE":{"currency":"EUR","display":"gross","tax":"19%"}},
    "channels":{"store":{"kind":"traditional"},"web":{"kind":"online","reference":"store"}},
    "rules":[{"id":"off)" + p +
                           R"(","discount":")" + p + R"(%"}]})";
  pricepoint_policy* made = nullptr;
  EXPECT_EQ(pricepoint_policy_from_text(view_of(text), nullptr, &made, nullptr), PRICEPOINT_OK);
  return made;
}

const pricepoint_channel_price store_100 = {PRICEPOINT_TEXT("store"), PRICEPOINT_MINOR(10'000)};

pricepoint_request asked() {
  pricepoint_request made = PRICEPOINT_REQUEST_INIT;
  made.channel = PRICEPOINT_TEXT("web");
  made.market = PRICEPOINT_TEXT("DE");
  made.prices = &store_100;
  made.price_count = 1;
  return made;
}

// Whether all parts of the decision are of one policy.
bool is_whole(const pricepoint_decision& of, const std::vector<std::string>& fingerprints) {
  if (of.status != PRICEPOINT_PRICED || of.discounts.count != 1) return false;
  const auto percent = static_cast<std::size_t>(100 - of.price / 100);
  return percent >= 1 && percent <= fingerprints.size() &&
         text_of(of.discounts.names[0]) == "off" + std::to_string(percent) &&
         text_of(of.policy) == fingerprints[percent - 1];
}

TEST(capi_threads, share_a_policy) {
  pricepoint_policy* const policy = numbered(7);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      pricepoint_pricer* pricer = nullptr;
      if (pricepoint_pricer_create(policy, nullptr, &pricer, nullptr) != PRICEPOINT_OK) ++wrong;
      const pricepoint_request request = asked();
      for (int n = 0; n < 500; ++n) {
        pricepoint_decision decision = PRICEPOINT_DECISION_INIT;
        if (pricepoint_price(pricer, &request, &decision, nullptr) != PRICEPOINT_OK || decision.price != 9300) ++wrong;
      }
      pricepoint_pricer_free(pricer);
    });
  }
  for (auto& one : threads) one.join();
  pricepoint_policy_free(policy);
  EXPECT_EQ(wrong.load(), 0);
}

TEST(capi_threads, price_while_a_slot_is_swapped_ten_thousand_times) {
  constexpr int swaps = 10'000;
  std::vector<pricepoint_policy*> all;
  std::vector<std::string> fingerprints;
  for (int percent = 1; percent <= 4; ++percent) {
    all.push_back(numbered(percent));
    fingerprints.emplace_back(text_of(pricepoint_policy_fingerprint(all.back())));
  }
  pricepoint_slot* slot = nullptr;
  ASSERT_EQ(pricepoint_slot_create(all[0], &slot, nullptr), PRICEPOINT_OK);
  std::atomic<int> left{swaps};
  std::atomic<int> wrong{0};
  std::atomic<int> answers{0};
  std::vector<std::thread> threads;
  for (int writer = 0; writer < 2; ++writer) {
    threads.emplace_back([&, writer] {
      for (int i = writer; left.fetch_sub(1) > 0; ++i) {
        if (pricepoint_slot_publish(slot, all[static_cast<std::size_t>(i) % all.size()], nullptr) != PRICEPOINT_OK) {
          ++wrong;
        }
        for (int rest = left.load(); rest > 0; rest = left.load()) {
          if (answers.load() >= (swaps - rest) / 4) break;
          std::this_thread::yield();
        }
      }
    });
  }
  for (int reader = 0; reader < 4; ++reader) {
    threads.emplace_back([&] {
      const pricepoint_request request = asked();
      const std::array<pricepoint_view, 1> fields = {PRICEPOINT_TEXT("price.store")};
      const std::array<int64_t, 1> values = {10'000};
      do {
        pricepoint_pricer* pricer = nullptr;
        pricepoint_kind* kind = nullptr;
        if (pricepoint_pricer_from_slot(slot, nullptr, &pricer, nullptr) != PRICEPOINT_OK) ++wrong;
        if (pricepoint_kind_create(pricer, &request, fields.data(), 1, &kind, nullptr) != PRICEPOINT_OK) ++wrong;
        for (int n = 0; n < 100 && left.load() > 0; ++n) {
          pricepoint_decision decision = PRICEPOINT_DECISION_INIT;
          pricepoint_quote quote;
          if (pricepoint_price(pricer, &request, &decision, nullptr) != PRICEPOINT_OK) ++wrong;
          if (!is_whole(decision, fingerprints)) ++wrong;
          if (pricepoint_kind_price(kind, values.data(), 1, &quote) != PRICEPOINT_OK) ++wrong;
          if (quote.price < 9600 || quote.price > 9900) ++wrong;
          ++answers;
        }
        pricepoint_pricer_free(pricer);
        pricepoint_kind_free(kind);
      } while (left.load() > 0);
    });
  }
  for (auto& one : threads) one.join();
  EXPECT_EQ(wrong.load(), 0);
  EXPECT_GT(answers.load(), 0);
  pricepoint_slot_free(slot);
  for (auto* one : all) pricepoint_policy_free(one);
}

}  // namespace
