// SPDX-License-Identifier: Apache-2.0
// What each place of a policy says to numbers that parsers of JSON disagree about.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "pricepoint/pricing/policy.hpp"
#include "unit/policy/policy_text.hpp"

namespace pricepoint::policy_language {
namespace {

std::string policy_with(const std::string& sections) {
  return R"({"pricepoint":1,"name":"n","markets":{"DE":{"tax":"19%"}},"channels":{"web":{"kind":"online"}},)" +
         sections + "}";
}

std::string floor_of(const std::string& number) {
  return policy_with(R"("rules":[{"id":"a","floor":)" + number + "}]");
}

// [DOC-5] [DOC-9] A note's number means nothing, however large.
TEST(numbers, a_note_may_hold_any) {
  const std::string plain = std::string(parse_policy(policy_with(R"("rules":[])")).value().fingerprint());
  for (const std::string number : {"1e99999999999", "-1e99999999999", "1e-99999999999", "0e99999999999", "-0", "1e400",
                                   "123456789012345678901234567890", "0.00000000000000000000001"}) {
    for (const std::string& note : {R"("x-n":)" + number, R"("x-n":{"a":[1,)" + number + "]}"}) {
      const auto read = parse_policy(policy_with(note + R"(,"rules":[])"));
      ASSERT_TRUE(read) << note;
      EXPECT_EQ(read->fingerprint(), plain) << note;
    }
  }
}

// [NUM-1] [NUM-2] [DOC-9]
TEST(numbers, an_amount_has_no_exponent_and_at_most_its_digits) {
  for (const auto& [number, code] : std::vector<std::pair<std::string, std::string>>{
           {"1e99999999999", "PP-J007"},
           {"1e-99999999999", "PP-J007"},
           {"0e0", "PP-J007"},
           {"1E2", "PP-J007"},
           {"1e400", "PP-J007"},
           {"1234567890123456", "PP-P021"},
           {"0.1234567891", "PP-P021"},
           {std::string(5000, '9'), "PP-P021"},
           {"012", "PP-J002"},
           {"1.", "PP-J002"},
           {"1e", "PP-J002"},
           {"-0", ""},
           {"-0.0", ""},
           {"123456789012345", ""},
           {"0.123456789", ""},
           {"123456789012345.123456789", ""},
       }) {
    const auto read = parse_policy(floor_of(number));
    EXPECT_EQ(read ? "" : read.error().diagnostics().front().code, code) << number.substr(0, 40);
  }
  EXPECT_EQ(parse_policy(floor_of("-0")).value().fingerprint(), parse_policy(floor_of("0")).value().fingerprint());
  EXPECT_EQ(parse_policy(floor_of("-0.00")).value().fingerprint(), parse_policy(floor_of("0")).value().fingerprint());
}

// [DOC-9] Where another kind is expected, or one number alone, the size does not matter either.
TEST(numbers, elsewhere_they_are_what_is_not_expected) {
  using testing::lines;
  using testing::mistakes_of;
  EXPECT_EQ(mistakes_of(R"({"pricepoint":1e99999999999})"), lines({"PP-P002 1:15 /pricepoint"}));
  EXPECT_EQ(mistakes_of(R"({"pricepoint":1e0})"), lines({"PP-P002 1:15 /pricepoint"}));
  EXPECT_EQ(mistakes_of(R"({"pricepoint":1,"name":1e99999999999})"), lines({"PP-P003 1:24 /name"}));
  EXPECT_EQ(mistakes_of(R"({"pricepoint":1,"unknown":1e99999999999})"), lines({"PP-P004 1:17 /unknown"}));
  const auto first = [](const std::string& rule) {
    const auto read = parse_policy(policy_with(R"("attributes":{"stock":"number"},"rules":[)" + rule + "]"));
    return read ? std::string() : read.error().diagnostics().front().code;
  };
  EXPECT_EQ(first(R"({"id":"a","discount":1e99999999999})"), "PP-J007");
  EXPECT_EQ(first(R"({"id":"a","change":1e99999999999})"), "PP-P023");
  EXPECT_EQ(first(R"({"id":"a","when":{"quantity":1e99999999999},"discount":"1%"})"), "PP-J007");
  EXPECT_EQ(first(R"({"id":"a","when":{"stock":{"from":1e99999999999}},"discount":"1%"})"), "PP-J007");
  EXPECT_EQ(first(R"({"id":"a","when":{"stock":{"from":-0}},"discount":"1%"})"), "");
  EXPECT_EQ(first(R"({"id":"a","endings":[1e99999999999]})"), "PP-P003");
  EXPECT_EQ(first(R"({"id":"a","floor":{"EUR":1e99999999999}})"), "PP-J007");
}

}  // namespace
}  // namespace pricepoint::policy_language
