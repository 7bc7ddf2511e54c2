// SPDX-License-Identifier: Apache-2.0
// The fingerprint of a policy, and the hash under it. Holds [FPR-1] [FPR-2] [FPR-3] [OUT-26] [DOC-1] of the policy
// reference.
#include "engine/fingerprint.hpp"

#include <gtest/gtest.h>

#include <string>

#include "deciding.hpp"
#include "engine/sha256.hpp"

namespace {

using deciding::policy_of;

std::string hexadecimal(std::string_view text) {
  std::string out;
  for (const unsigned byte : pricepoint::detail::sha256(text)) {
    out.push_back("0123456789abcdef"[byte >> 4]);
    out.push_back("0123456789abcdef"[byte & 15]);
  }
  return out;
}

// The vectors of FIPS 180-4 and lengths around the padding's edges.
TEST(sha256, agrees_with_the_standard) {
  EXPECT_EQ(hexadecimal("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hexadecimal(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hexadecimal("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hexadecimal(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

std::string print(std::string_view rules, std::string_view top = "") {
  return std::string(policy_of(rules, top).fingerprint());
}

TEST(fingerprint, is_that_of_the_meaning) {
  const std::string one = print(R"({ "id": "a", "discount": "8%" }, { "id": "b", "floor": "cost * 105% + map" })");
  EXPECT_TRUE(one.starts_with("pp1-"));
  EXPECT_EQ(one.size(), 36u);
  EXPECT_EQ(one, print(R"(/* spaced */ { "discount": "8.0%",   "id": "a" }, // out
                          { "x-note": 1, "floor": "cost*105%  +map", "id": "b" },)"));
  EXPECT_EQ(one, print(R"({ "id": "b", "floor": "cost * 105% + map" }, { "id": "a", "discount": "8%" })"));
  EXPECT_NE(one, print(R"({ "id": "a", "discount": "8.1%" }, { "id": "b", "floor": "cost * 105% + map" })"));
  EXPECT_NE(one, print(R"({ "id": "a", "discount": "8%" }, { "id": "b", "floor": "cost * 105% + msrp" })"));
  EXPECT_NE(one, print(R"({ "id": "a", "discount": "8%" }, { "id": "b", "floor": "cost * 105% + map" })",
                       R"("fallback": "current",)"));
  EXPECT_NE(print(R"({ "id": "a", "base": "list" }, { "id": "b", "base": "msrp" })"),
            print(R"({ "id": "b", "base": "msrp" }, { "id": "a", "base": "list" })"));  // their order counts
}

// A period counts as its instants: the same stretch written in another zone is the same policy.
TEST(fingerprint, takes_periods_as_instants) {
  const auto with = [](const char* period) {
    return print(std::string(R"({ "id": "a", "advise": "x", "during": )") + period + "}");
  };
  EXPECT_EQ(with(R"({ "from": "2026-11-01", "zone": "Asia/Shanghai" })"),
            with(R"({ "from": "2026-10-31T16:00:00Z" })"));
  EXPECT_NE(with(R"({ "from": "2026-11-01", "zone": "Asia/Shanghai" })"),
            with(R"({ "from": "2026-11-01", "zone": "Asia/Tokyo" })"));
}

// The same on every machine and in every version: a change here changes what stored decisions say about their policy.
TEST(fingerprint, never_changes) {
  EXPECT_EQ(print(R"({ "id": "a", "discount": "8%" })"), "pp1-595e4207b01ff85d31a2f3afaee4e79d");
}

}  // namespace
