// SPDX-License-Identifier: Apache-2.0
#include "pricepoint/pricing/policy_slot.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "deciding.hpp"
#include "pricepoint/explain/explanation.hpp"

namespace {

using namespace pricepoint::literals;
using pricepoint::policy_slot;
using pricepoint::slot_pricer;
using pricepoint::status;

// A policy whose every answer says which it is: `percent` off, by the rule `off<percent>`.
pricepoint::policy numbered(int percent) {
  const std::string p = std::to_string(percent);
  return deciding::policy_of(R"({"id":"off)" + p + R"(","discount":")" + p + R"(%"})");
}

pricepoint::request asked() { return {.channel = "web", .market = "DE", .prices = {{"store", "100.00"_money}}}; }

// The percentage of a decision; -1 where its parts are of more than one policy.
int percent_of(const pricepoint::decision& of, std::string_view fingerprint) {
  if (of.status() != status::priced || of.discounts().size() != 1 || of.policy() != fingerprint) return -1;
  const auto percent = 100 - of.price()->minor / 100;
  return of.discounts()[0] == "off" + std::to_string(percent) ? static_cast<int>(percent) : -1;
}

TEST(policy_slot, prices_with_the_newest_policy) {
  policy_slot slot(numbered(1));
  slot_pricer one(slot);
  slot_pricer other(slot);
  EXPECT_EQ(one.price(asked()).price()->minor, 9900);
  EXPECT_EQ(one.number(), 1u);
  slot.publish(numbered(2));
  EXPECT_EQ(one.price(asked()).price()->minor, 9800);
  EXPECT_EQ(one.number(), 2u);
  EXPECT_EQ(slot.published(), 2u);
  EXPECT_EQ(slot.get().fingerprint(), numbered(2).fingerprint());
  slot.publish(numbered(3));
  slot.publish(numbered(4));
  EXPECT_EQ(other.price(asked()).price()->minor, 9600);
  EXPECT_NE(explain(one, asked()).text().find("off4"), std::string::npos);
  EXPECT_EQ(one.policy().fingerprint(), numbered(4).fingerprint());
}

TEST(policy_slot, keeps_one_policy_for_a_batch) {
  policy_slot slot(numbered(1));
  slot_pricer one(slot);
  pricepoint::pricer& batch = one.take();
  slot.publish(numbered(2));
  EXPECT_EQ(batch.price(asked()).price()->minor, 9900);
  EXPECT_EQ(one.take().price(asked()).price()->minor, 9800);
}

TEST(policy_slot, readers_outlive_it) {
  auto slot = std::make_unique<policy_slot>(numbered(1));
  slot_pricer one(*slot);
  slot->publish(numbered(2));
  slot.reset();
  EXPECT_EQ(one.price(asked()).price()->minor, 9800);
}

TEST(policy_slot, readers_move) {
  policy_slot slot(numbered(1));
  policy_slot::reader one(slot);
  policy_slot::reader two(std::move(one));
  slot.publish(numbered(2));
  EXPECT_EQ(two.policy().fingerprint(), numbered(1).fingerprint());
  EXPECT_TRUE(two.refresh());
  EXPECT_FALSE(two.refresh());
  policy_slot elsewhere(numbered(3));
  policy_slot::reader three(elsewhere);
  three = std::move(two);
  EXPECT_EQ(three.policy().fingerprint(), numbered(2).fingerprint());
  EXPECT_EQ(three.number(), 2u);
  EXPECT_FALSE(three.refresh());
  elsewhere.publish(numbered(5));
  EXPECT_FALSE(three.refresh());
  slot.publish(numbered(4));
  EXPECT_TRUE(three.refresh());
  EXPECT_EQ(three.policy().fingerprint(), numbered(4).fingerprint());
}

TEST(policy_slot, warms_before_it_publishes) {
  policy_slot slot(numbered(1));
  slot.publish(numbered(2), [&](const pricepoint::policy& next) {
    EXPECT_EQ(next.fingerprint(), numbered(2).fingerprint());
    EXPECT_EQ(slot.get().fingerprint(), numbered(1).fingerprint());
  });
  EXPECT_EQ(slot.published(), 2u);
  const auto refuse = [](const pricepoint::policy&) { throw std::runtime_error("not that one"); };
  EXPECT_THROW(slot.publish(numbered(3), refuse), std::runtime_error);
  EXPECT_EQ(slot.get().fingerprint(), numbered(2).fingerprint());
  const std::array<pricepoint::request, 2> samples = {asked(), pricepoint::request{}};
  slot.publish(numbered(4), samples);
  EXPECT_EQ(slot.get().fingerprint(), numbered(4).fingerprint());
}

TEST(policy_slot, binds_follow_it) {
  policy_slot slot(numbered(1));
  slot_pricer one(slot);
  const std::array<std::string_view, 2> fields = {"price.store", "tag"};
  auto bound = one.bind({.channel = "web", .market = "DE"}, fields);
  ASSERT_TRUE(bound) << bound.error().to_string();
  const std::array<std::int64_t, 2> values = {10'000, pricepoint::absent_value};
  EXPECT_EQ(bound->price(values)->price_minor, 9900);
  slot.publish(numbered(2));
  one.price(asked());  // moves the pricer on; the bound one sees it all the same
  EXPECT_EQ(bound->price(values)->price_minor, 9800);
  // A policy that does not know the field, and one that does.
  slot.publish(*pricepoint::parse_policy(R"({"pricepoint":1,"name":"bare",
      "markets":{"DE":{"currency":"EUR","display":"gross","tax":"19%"}},
      "channels":{"store":{"kind":"traditional"},"web":{"kind":"online","reference":"store"}},
      "rules":[{"id":"off","discount":"10%"}]})"));
  const auto refused = bound->price(values);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().diagnostics()[0].code, "PP-B001");
  slot.publish(numbered(5));
  EXPECT_EQ(bound->price(values)->price_minor, 9500);
  const std::array<std::string_view, 1> unknown = {"colour"};
  EXPECT_FALSE(one.bind({}, unknown));
}

TEST(policy_slot, idle_readers_keep_theirs) {
  policy_slot slot(numbered(1));
  std::vector<policy_slot::reader> idle;
  for (int i = 0; i < 40; ++i) {
    idle.emplace_back(slot);
    slot.publish(numbered(i % 5 + 1));
  }
  for (std::size_t i = 0; i < idle.size(); ++i) EXPECT_EQ(idle[i].number(), i + 1);
  for (auto& one : idle) one.refresh();
  idle.erase(idle.begin() + 1, idle.end());
  slot.publish(numbered(9));
  EXPECT_TRUE(idle[0].refresh());
  EXPECT_EQ(idle[0].policy().fingerprint(), numbered(9).fingerprint());
}

// Several writers, many readers, readers that come and go: every answer is of one policy whole, and none is older than
// what was published before it was asked for.
TEST(policy_slot, swaps_ten_thousand_times_under_its_readers) {
  constexpr int swaps = 10'000;
  constexpr int writers = 3;
  constexpr int readers = 6;
  std::vector<pricepoint::policy> all;
  for (int percent = 1; percent <= 5; ++percent) all.push_back(numbered(percent));
  policy_slot slot(all[0]);
  std::atomic<int> left{swaps};
  std::atomic<int> wrong{0};
  std::atomic<int> stale{0};
  std::atomic<std::uint64_t> answers{0};
  std::vector<std::thread> threads;
  for (int writer = 0; writer < writers; ++writer) {
    threads.emplace_back([&, writer] {
      for (int i = writer; left.fetch_sub(1) > 0; ++i) {
        slot.publish(all[static_cast<std::size_t>(i) % all.size()]);
        // Else they would be done before the first reader begins.
        for (int rest = left.load(); rest > 0; rest = left.load()) {
          if (answers.load() >= static_cast<std::uint64_t>(swaps - rest) / 2) break;
          std::this_thread::yield();
        }
      }
    });
  }
  for (int reader = 0; reader < readers; ++reader) {
    threads.emplace_back([&, reader] {
      const auto request = asked();
      pricepoint::decision made;
      const std::array<std::string_view, 1> fields = {"price.store"};
      const std::array<std::int64_t, 1> values = {10'000};
      do {
        slot_pricer pricer(slot);
        auto bound = pricer.bind(request, fields);
        for (int i = 0; i < 200 && left.load() > 0; ++i) {
          const std::uint64_t before = slot.published();
          pricer.price(request, made);
          if (percent_of(made, pricer.policy().fingerprint()) < 0) ++wrong;
          if (pricer.number() < before) ++stale;
          if (reader % 2 == 0) {
            const auto quote = bound->price(values);
            const auto& now = pricer.policy();
            if (!quote || quote->status != status::priced) ++wrong;
            bound->bound().price(values, made);
            if (percent_of(made, now.fingerprint()) < 0 || made.price()->minor != quote->price_minor) ++wrong;
          }
          ++answers;
        }
      } while (left.load() > 0);
    });
  }
  for (std::thread& one : threads) one.join();
  EXPECT_EQ(wrong.load(), 0);
  EXPECT_EQ(stale.load(), 0);
  EXPECT_GT(answers.load(), 0u);
  EXPECT_EQ(slot.published(), static_cast<std::uint64_t>(swaps) + 1);
}

}  // namespace
