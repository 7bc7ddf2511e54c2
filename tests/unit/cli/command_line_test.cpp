// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace pricepoint::cli {
namespace {

// The excerpt with a caret in it.
std::string pointed(const std::vector<std::string_view>& arguments, argument_place at) {
  const diagnostic one = command_line(arguments).point({}, at);
  std::string out = one.excerpt;
  return out.insert(one.caret, "^");
}

TEST(cli_command_line, points_into_arguments) {
  EXPECT_EQ(pointed({"price", "--polcy", "p.json"}, {1, 0}), "pricepoint price ^--polcy p.json");
  EXPECT_EQ(pointed({"price", "--channel=web,wbe"}, {1, 14}), "pricepoint price --channel=web,^wbe");
  EXPECT_EQ(pointed({"price"}, {7, 0}), "pricepoint price^");
  EXPECT_EQ(pointed({}, {0, 0}), "pricepoint^");
}

TEST(cli_command_line, quotes_what_a_shell_would_split) {
  EXPECT_EQ(pointed({"price", "my file.csv", ""}, {1, 0}), "pricepoint price ^'my file.csv' ''");
  EXPECT_EQ(pointed({"price", "my file.csv", ""}, {1, 3}), "pricepoint price 'my ^file.csv' ''");
  EXPECT_EQ(pointed({"price", "it's mine", "x"}, {1, 5}), "pricepoint price 'it'\\''s ^mine' x");
  EXPECT_EQ(pointed({"price", "$HOME", "*.csv"}, {2, 0}), "pricepoint price '$HOME' ^'*.csv'");
}

}  // namespace
}  // namespace pricepoint::cli
