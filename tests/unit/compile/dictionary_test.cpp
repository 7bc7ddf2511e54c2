// SPDX-License-Identifier: Apache-2.0
// Words and their codes, one by one and many at once; products by name in a policy of more of them than are at hand.
#include "compile/dictionary.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/pricepoint.hpp"

namespace {

using pricepoint::engine::dictionary;
using pricepoint::engine::is_same_text;
using pricepoint::engine::text_hash;

TEST(dictionary, finds_what_it_was_given) {
  dictionary words;
  EXPECT_EQ(words.find("a"), words.end());
  std::uint32_t none = 7;
  const std::string_view unknown[] = {"a"};
  words.find_all(unknown, 1, &none);
  EXPECT_EQ(none, 1u);

  std::map<std::string, std::uint32_t> expected;
  for (std::uint32_t i = 0; i < 3000; ++i) {
    std::string word(i % 23, 'x');
    word += std::to_string(i);
    words.emplace(word, i);
    words.emplace(word, i + 1);  // the first stays
    expected.emplace(word, i);
  }
  EXPECT_EQ(words.size(), expected.size());
  std::vector<std::string> asked = {"", "x", "nothing"};
  for (const auto& [word, code] : expected) {
    ASSERT_NE(words.find(word), words.end()) << word;
    EXPECT_EQ(words.find(word)->second, code);
    asked.push_back(word);
    asked.push_back(word + "y");
  }
  EXPECT_FALSE(words.contains("nothing"));
  const std::vector<std::string_view> views(asked.begin(), asked.end());
  std::vector<std::uint32_t> codes(views.size());
  words.find_all(views, 99'999, codes.data());
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const auto known = expected.find(asked[i]);
    EXPECT_EQ(codes[i], known == expected.end() ? 99'999 : known->second) << asked[i];
  }
}

TEST(dictionary, columns_of_many_names_say_what_single_requests_say) {
  using namespace pricepoint;
  std::string text = R"({"pricepoint":1,"markets":{"DE":{"tax":"19%"}},"channels":{"web":{"kind":"online"}},"rules":[)";
  for (int i = 0; i < 700; ++i) {
    text +=
        (i == 0 ? "" : ",") + std::string(R"({"id":"r)") + std::to_string(i) + R"(","when":{"sku":"S)" +
        std::to_string(i) + R"("},)" +
        (i % 3 == 0 ? R"("floor":")" + std::to_string(20 + i % 50) : R"("discount":")" + std::to_string(i % 40) + "%") +
        "\"}";
  }
  const auto read = parse_policy(text + "]}");
  ASSERT_TRUE(read) << read.error().to_string();
  std::vector<std::string> names = {""};
  for (int i = 0; i < 720; ++i) names.push_back("S" + std::to_string(i));
  std::vector<std::string_view> words(names.begin(), names.end()), views;
  std::vector<std::int32_t> codes;
  std::vector<std::int64_t> list;
  for (std::size_t i = 0; i < 9000; ++i) {
    codes.push_back(static_cast<std::int32_t>(i * 7919 % words.size()));
    views.push_back(words[static_cast<std::size_t>(codes.back())]);
    list.push_back(static_cast<std::int64_t>(1000 + i % 5000));
  }
  request_columns rows{
      .rows = views.size(), .channel = text_column::all("web"), .market = text_column::all("DE"), .list = list};
  for (const text_column& skus : {text_column(views), text_column(codes, words)}) {
    rows.sku = skus;
    pricer many(*read);
    pricer single(*read);
    decision_columns out;
    for (int again = 0; again < 2; ++again) price_columns(many, rows, out, part::quote);
    EXPECT_GT(many.stats().in_blocks, views.size());
    decision made;
    for (std::size_t i = 0; i < views.size(); ++i) {
      single.price({.sku = views[i], .channel = "web", .market = "DE", .list = decimal::from_parts(list[i], 2)}, made);
      ASSERT_EQ(to_string(out.status[i]), to_string(made.status())) << views[i];
      ASSERT_EQ(out.price_minor[i], made.price() ? made.price()->minor : absent_value) << views[i];
      const auto limited = out.sets[out.limited_by[i]];
      ASSERT_TRUE(std::equal(limited.begin(), limited.end(), made.limited_by().begin(), made.limited_by().end()))
          << views[i] << ' ' << i;
    }
  }
}

// Words of every length, and others that differ from them in one place or in length alone.
TEST(dictionary, tells_words_apart_by_any_letter) {
  for (std::size_t length = 0; length < 40; ++length) {
    std::string word(length, 'a');
    for (std::size_t i = 0; i < length; ++i) word[i] = static_cast<char>('a' + i % 23);
    dictionary words;
    words.emplace(word, 1);
    const std::string same = word;
    EXPECT_TRUE(is_same_text(word, same));
    EXPECT_EQ(text_hash()(word), text_hash()(same));
    EXPECT_FALSE(is_same_text(word, word + 'a'));
    EXPECT_FALSE(words.contains(word + '\0'));
    for (std::size_t i = 0; i < length; ++i) {
      for (const char other : {'\0', 'A', '\xFF'}) {
        std::string near = word;
        near[i] = other;
        EXPECT_FALSE(is_same_text(word, near)) << length << ' ' << i;
        EXPECT_NE(text_hash()(word), text_hash()(near)) << length << ' ' << i;
        EXPECT_FALSE(words.contains(near));
      }
    }
    ASSERT_TRUE(words.contains(same));
  }
}

}  // namespace
