// SPDX-License-Identifier: Apache-2.0
// In which order channels are decided, for readings given by hand.
#include "compile/channel_order.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compile/machine.hpp"
#include "pricepoint/pricing/policy.hpp"

namespace {

using pricepoint::engine::price_reads;

struct reading {
  std::string_view required, soft;
};

class orders {
 public:
  explicit orders(std::string_view channels)
      : policy_(*pricepoint::parse_policy("{\"pricepoint\":1,\"markets\":{\"FR\":{}},\"channels\":{" +
                                          std::string(channels) + "},\"rules\":[]}")),
        machine_(pricepoint::engine::machine_of(policy_)) {}

  // Channels have names of one letter.
  std::string of(std::string_view asked, const std::map<char, reading>& rules = {}) {
    std::vector<price_reads> reads;
    for (const char one : asked) {
      price_reads made;
      if (const auto found = rules.find(one); found != rules.end()) {
        made = {indices(found->second.required), indices(found->second.soft)};
      }
      reads.push_back(made);
    }
    const auto order = order_of(machine_, indices(asked), reads);
    std::string text;
    for (const std::uint32_t one : order.channels) text += machine_.channels()[one].name;
    for (const auto& [reader, read] : order.circular) {
      text += ' ';
      text += machine_.channels()[reader].name;
      text += machine_.channels()[read].name;
    }
    return text;
  }

 private:
  std::vector<std::uint32_t> indices(std::string_view names) const {
    std::vector<std::uint32_t> made;
    for (const char& one : names) made.push_back(*machine_.find_channel({&one, 1}));
    return made;
  }

  pricepoint::policy policy_;
  const pricepoint::engine::machine& machine_;
};

constexpr std::string_view apart =
    R"("a":{"kind":"online"},"b":{"kind":"online"},"c":{"kind":"online"},"d":{"kind":"online"})";

// [SEQ-2] [SEQ-3]
TEST(channel_order, goes_by_what_is_read_and_then_by_name) {
  orders all(apart);
  EXPECT_EQ(all.of("abcd"), "abcd");
  EXPECT_EQ(all.of("abcd", {{'a', {"c", ""}}}), "bcad");
  EXPECT_EQ(all.of("abcd", {{'a', {"", "d"}}, {'b', {"a", ""}}}), "cdab");
  // Of channels that nobody asks for, and of itself, nothing decided is read.
  EXPECT_EQ(all.of("ab", {{'a', {"acd", ""}}}), "ab");
}

// [SEQ-2]
TEST(channel_order, follows_references_through_channels_that_are_not_asked_for) {
  orders chain(R"("a":{"kind":"online","reference":"b"},"b":{"kind":"online","reference":["x","c"]},
    "c":{"kind":"online"},"x":{"kind":"online"},"s":{"kind":"traditional"},"t":{"kind":"traditional"},
    "m":{"kind":"online","reference":"lowest traditional"})");
  EXPECT_EQ(chain.of("ac"), "ca");
  EXPECT_EQ(chain.of("abc"), "cba");
  EXPECT_EQ(chain.of("amst"), "astm");
  // A rule leads through nobody.
  EXPECT_EQ(chain.of("ms", {{'s', {"b", ""}}}), "sm");
}

// [SEQ-10]
TEST(channel_order, cuts_circles_by_what_matters_least) {
  orders all(apart);
  EXPECT_EQ(all.of("ab", {{'a', {"b", ""}}, {'b', {"", "a"}}}), "ba");
  EXPECT_EQ(all.of("ab", {{'a', {"", "b"}}, {'b', {"a", ""}}}), "ab");
  EXPECT_EQ(all.of("ab", {{'a', {"b", ""}}, {'b', {"a", ""}}}), "ab ab ba");
  // Soft readings go within the circle alone: d still comes after c.
  EXPECT_EQ(all.of("abcd", {{'a', {"", "b"}}, {'b', {"", "a"}}, {'c', {"", "d"}}}), "abdc");
  // What is left is a smaller circle, and c is out of it: it comes before b, which reads it.
  EXPECT_EQ(all.of("abc", {{'a', {"b", ""}}, {'b', {"ac", ""}}, {'c', {"", "a"}}}), "acb ab ba");
  orders linked(R"("a":{"kind":"online","reference":"b"},"b":{"kind":"online"},"c":{"kind":"online"})");
  EXPECT_EQ(linked.of("ab", {{'b', {"a", ""}}}), "ba ba");
  EXPECT_EQ(linked.of("abc", {{'b', {"c", ""}}, {'c', {"a", ""}}}), "bac bc ca");
  // A circle through a channel that is not asked for: b is read by reference alone.
  orders through(
      R"("a":{"kind":"online","reference":"x"},"x":{"kind":"online","reference":"b"},"b":{"kind":"online"})");
  EXPECT_EQ(through.of("ab", {{'b', {"a", ""}}}), "ba ba");
}

TEST(channel_order, of_a_long_chain_is_no_recursion) {
  std::string chain = "\"c100000\":{\"kind\":\"online\"}";
  for (int i = 100'001; i < 150'000; ++i) {
    chain += ",\"c" + std::to_string(i) + "\":{\"kind\":\"online\",\"reference\":\"c" + std::to_string(i - 1) + "\"}";
  }
  const auto policy = pricepoint::parse_policy("{\"pricepoint\":1,\"channels\":{" + chain + "},\"rules\":[]}");
  ASSERT_TRUE(policy);
  const auto order = policy->in_order_of_reference({"c149999", "c100000", "c100007"});
  ASSERT_EQ(order.size(), 3u);
  EXPECT_EQ(order[0], "c100000");
  EXPECT_EQ(order[2], "c149999");
}

}  // namespace
