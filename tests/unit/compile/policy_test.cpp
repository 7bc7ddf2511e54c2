// SPDX-License-Identifier: Apache-2.0
// Policies from text and file, and what a policy says of itself.
#include "pricepoint/pricing/policy.hpp"

#include "unit/decide/deciding.hpp"

namespace {

using namespace deciding;

TEST(policy, comes_from_a_file_or_says_why_not) {
  const auto found = pricepoint::load_policy("examples/policies/worked-example.json");
  ASSERT_TRUE(found) << found.error().to_string();
  EXPECT_EQ(found->name(), "worked-example");
  for (const char* path : {"no/such/file.json", "examples"}) {
    const auto missing = pricepoint::load_policy(path);
    ASSERT_FALSE(missing) << path;
    EXPECT_EQ(missing.error().diagnostics().at(0).code, "PP-F001");
    EXPECT_EQ(missing.error().diagnostics().at(0).file, path);
  }
}

// Every policy that the repository shows is one.
TEST(policy, examples_are_good) {
  for (const char* path : {"examples/policies/acme-online.json", "examples/demo/policy.json"}) {
    const auto found = pricepoint::load_policy(path);
    EXPECT_TRUE(found) << found.error().to_string();
  }
}

TEST(policy, knows_nothing_of_a_market_that_it_does_not_declare) {
  const auto policy = policy_of("");
  EXPECT_EQ(policy.known_market("FR"), nullptr);
  EXPECT_EQ(policy.former_price("FR"), nullptr);
  ASSERT_NE(policy.known_market("DE"), nullptr);
  EXPECT_EQ(policy.known_market("DE")->code, "DE");
  EXPECT_EQ(policy.former_price("DE")->days, 30);
}

// With and without a stroke behind the directory.
TEST(policy, finds_files_beside_itself) {
  for (const char* directory : {"examples/policies", "examples/policies/"}) {
    const auto found = pricepoint::tables_beside(directory)("worked-example.json", 1'000'000);
    ASSERT_TRUE(found) << directory;
    EXPECT_EQ(found->file, "examples/policies/worked-example.json");
  }
  EXPECT_TRUE(pricepoint::tables_beside("")("examples/policies/worked-example.json", 1'000'000));
  const auto lost = pricepoint::tables_beside("examples")("worked-example.json", 1'000'000);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().diagnostics().at(0).code, "PP-F001");
}

TEST(policy, refuses_numbers_beyond_the_arithmetic) {
  const auto made = pricepoint::parse_policy(
      policy_text(
          R"({ "id": "f", "floor": "cost * (999999999999999.999999999 * 999999999999999.999999999 * 3) * 1" })"),
      "big");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().diagnostics().size(), 1u);
  EXPECT_EQ(made.error().diagnostics()[0].code, "PP-E001");
}

TEST(policy, says_what_it_declares) {
  const auto policy = policy_of("");
  EXPECT_EQ(joined(policy.channels()), "dealer mall members net plain store web");
  EXPECT_EQ(joined(policy.markets()), "CN DE IL JP ST US XX");
  EXPECT_EQ(policy.attributes().size(), 5u);
  EXPECT_EQ(joined(policy.in_order_of_reference({"web", "store", "members", "web"})), "store web members");
  EXPECT_EQ(joined(policy.in_order_of_reference({"store", "members"})), "store members")
      << "members is priced against web, and that against the store";
}

}  // namespace
