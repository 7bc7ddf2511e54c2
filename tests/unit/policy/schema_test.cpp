// SPDX-License-Identifier: Apache-2.0
// What the schema must share with the library's tables. Whether it accepts what parse accepts: tests/golden/schema.py.
#include "pricepoint/reading.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/money/currency.hpp"

namespace pricepoint {
namespace {

TEST(policy_schema, is_ascii_text_that_ends_with_a_newline) {
  const std::string_view text = policy_schema();
  ASSERT_GT(text.size(), 2u);
  EXPECT_EQ(text.front(), '{');
  EXPECT_EQ(text.substr(text.size() - 2), "}\n");
  EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
}

TEST(policy_schema, knows_the_currencies_of_the_library) {
  const std::string_view text = policy_schema();
  const auto schema = boost::json::parse({text.data(), text.size()});
  std::vector<std::string> listed;
  for (const auto& code : schema.at_pointer("/$defs/currency/enum").as_array()) {
    listed.emplace_back(code.as_string().c_str());
  }
  std::vector<std::string> known;
  for (std::size_t i = 0; i < currency::count(); ++i) known.emplace_back(currency::from_index(i).code());
  EXPECT_EQ(listed, known);
}

}  // namespace
}  // namespace pricepoint
