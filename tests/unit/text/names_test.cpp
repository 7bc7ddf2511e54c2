// SPDX-License-Identifier: Apache-2.0
#include "text/names.hpp"

#include <gtest/gtest.h>

namespace pricepoint::policy_language {
namespace {

std::string nearest(std::string_view wanted, std::initializer_list<std::string_view> known,
                    std::size_t budget = 100'000) {
  nearest_name search(wanted, budget);
  for (const auto one : known) search.offer(one);
  return search.best();
}

TEST(nearest_name, finds_the_least_edit_distance) {
  EXPECT_EQ(nearest("wehn", {"id", "when", "except"}), "when");
  EXPECT_EQ(nearest("celing", {"floor", "ceiling"}), "ceiling");
  EXPECT_EQ(nearest("eur", {"CUR", "EUR", "USD"}), "EUR");
  EXPECT_EQ(nearest("x", {}), "");
  EXPECT_EQ(nearest("", {"a"}), "a");
}

TEST(nearest_name, takes_the_first_of_equals) { EXPECT_EQ(nearest("ab", {"ac", "ad"}), "ac"); }

TEST(nearest_name, stops_when_its_budget_is_used_up) {
  EXPECT_EQ(nearest("wehn", {"when"}, 10), "");
  EXPECT_EQ(nearest(std::string(1'000'000, 'a'), {std::string_view("b")}, 1'000), "b");
}

TEST(quote, makes_names_safe_to_show) {
  EXPECT_EQ(quote("web"), "\"web\"");
  EXPECT_EQ(quote("a\x1b\n"), "\"a\\u001b\\u000a\"");
  EXPECT_EQ(quote("\xE4\xBB\xB7"), "\"\xE4\xBB\xB7\"");
  EXPECT_EQ(quote(std::string(100, 'x')), "\"" + std::string(60, 'x') + "...\"");
}

}  // namespace
}  // namespace pricepoint::policy_language
