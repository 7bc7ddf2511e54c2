// SPDX-License-Identifier: Apache-2.0
#include "rows/read_decimal.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>

namespace {

using pricepoint::decimal;
using pricepoint::parse_decimal;
using pricepoint::rows::read_decimal;

void expect_same(const std::string& text) {
  const std::optional<decimal> slow = parse_decimal(text);
  std::optional<decimal> fast = decimal(7);
  ASSERT_EQ(read_decimal(text, fast), slow.has_value()) << '"' << text << '"';
  ASSERT_EQ(fast.has_value(), slow.has_value()) << '"' << text << '"';
  if (!slow) return;
  EXPECT_EQ(fast->coefficient(), slow->coefficient()) << '"' << text << '"';
  EXPECT_EQ(fast->scale(), slow->scale()) << '"' << text << '"';
}

TEST(read_decimal, is_parse_decimal_for_all_short_texts_of_digits_points_and_signs) {
  const std::string letters = "09.-";
  std::string text;
  for (std::size_t size = 0; size <= 9; ++size) {
    std::size_t count = 1;
    for (std::size_t i = 0; i < size; ++i) count *= letters.size();
    for (std::size_t n = 0; n < count; ++n) {
      text.clear();
      for (std::size_t i = 0, rest = n; i < size; ++i, rest /= letters.size()) text += letters[rest % letters.size()];
      expect_same(text);
    }
  }
}

TEST(read_decimal, is_parse_decimal_for_any_bytes) {
  std::mt19937_64 random(4180);
  const std::string usual = "0123456789.";
  for (int i = 0; i < 300'000; ++i) {
    std::string text;
    for (std::size_t size = random() % 12; text.size() < size;) text += usual[random() % usual.size()];
    if (!text.empty() && random() % 3 == 0) text[random() % text.size()] = static_cast<char>(random());
    expect_same(text);
  }
}

}  // namespace
