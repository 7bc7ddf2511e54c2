// SPDX-License-Identifier: Apache-2.0
// Words of requests that were bound before: lists of words are the same only where all words are, and a pricer that has
// seen much decides as one that has seen nothing.
#include "pricepoint/engine/known_words.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "deciding.hpp"
#include "dice.hpp"

namespace {

using namespace deciding;
using pricepoint::decimal;
using pricepoint::pricer;
using pricepoint::request;
using pricepoint::engine::word_list;

TEST(known_words, are_the_same_only_where_all_words_are) {
  // "#" stands for a number.
  std::vector<std::vector<std::string>> all = {{},
                                               {""},
                                               {"", ""},
                                               {"#"},
                                               {"#", ""},
                                               {"", "#"},
                                               {"a"},
                                               {"a", ""},
                                               {"", "a"},
                                               {"aa"},
                                               {"aaa"},
                                               {"aaaa"},
                                               {"ab", "c"},
                                               {"a", "bc"},
                                               {"abc"},
                                               {"a", "b", "c"},
                                               {"abcdefgh"},
                                               {"abcdefgh", ""},
                                               {"abcdefg", "h"},
                                               {"abcd", "efgh"},
                                               {"abcdefghi"},
                                               {"abcdefgh", "i"},
                                               {"i", "abcdefgh"}};
  for (const int size : {1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 24}) {
    // Every letter counts, whatever the size.
    for (int i = 0; i < size; ++i) {
      std::string word(static_cast<std::size_t>(size), 'x');
      word[static_cast<std::size_t>(i)] = 'y';
      all.push_back({word});
    }
    all.push_back({std::string(static_cast<std::size_t>(size), '\0')});
  }
  std::vector<word_list> lists(all.size());
  std::set<std::uint64_t> hashes;
  for (std::size_t i = 0; i < all.size(); ++i) {
    // What was there before is not seen.
    ASSERT_TRUE(lists[i].add("something else"));
    lists[i].clear();
    for (const std::string& word : all[i]) ASSERT_TRUE(word == "#" ? lists[i].add_number() : lists[i].add(word));
    hashes.insert(lists[i].hash());
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < all.size(); ++j) {
      EXPECT_EQ(lists[i] == lists[j], all[i] == all[j]) << joined(all[i]) << " and " << joined(all[j]);
    }
  }
  EXPECT_GT(hashes.size(), all.size() / 2) << "lists of zeros may share theirs";
}

TEST(known_words, have_room_for_so_many) {
  word_list words;
  for (std::size_t i = 0; i < word_list::most_parts; ++i) ASSERT_TRUE(i % 2 == 0 ? words.add("x") : words.add_number());
  EXPECT_FALSE(words.add(""));
  EXPECT_FALSE(words.add_number());
  words.clear();
  // A word of eight letters ends with a part of none.
  const std::string longest(8 * (word_list::most_parts - 1), 'x');
  EXPECT_TRUE(words.add(longest));
  EXPECT_FALSE(words.add(""));
  words.clear();
  EXPECT_FALSE(words.add(longest + "12345678"));
  EXPECT_TRUE(words.add("")) << "a word that is too long takes no room";
}

constexpr std::string_view asking_rules = R"(
  {"id":"profit","when":{"role":"profit"},"discount":"10%"}, {"id":"few","when":{"stock":{"below":5}},"discount":"3%"},
  {"id":"red","when":{"colour":"red"},"discount":"1%"}, {"id":"vip","when":{"segment":"vip"},"discount":"5%"},
  {"id":"loud","when":{"audience":["all","loudest of all"]},"discount":"2%"},
  {"id":"many","when":{"quantity":{"from":10}},"discount":"4%"},
  {"id":"boots","when":{"category":"shoes/boots"},"discount":"6%"},
  {"id":"one","when":{"sku":["S1","S7"]},"discount":"7%"}, {"id":"then","when":{"period":"eleven"},"discount":"8%"},
  {"id":"cn","when":{"market":"CN","channel":"web"},"discount":"1%"},
  {"id":"earn","floor":"cost","skip_if_missing":true}, {"id":"trade","floor":"wholesale","skip_if_missing":true},
  {"id":"tagged","ceiling":"tag","skip_if_missing":true}, {"id":"nine","endings":[".90",".99"]})";

// A request of few words, most of them known, and of numbers of all kinds.
request any_request(dice& roll, const std::vector<std::string>& products) {
  static constexpr const char* markets[] = {"CN", "DE", "JP", "US", "XX", "IL", "", "??"};
  static constexpr const char* channels[] = {"web", "store", "members", "mall", "net", "plain", "", "no such channel"};
  const auto money = [&](std::int64_t most) {
    const auto value = static_cast<std::int64_t>(roll.below(static_cast<std::size_t>(most)));
    return decimal::from_parts(value, static_cast<int>(roll.below(3)));
  };
  request made;
  made.market = markets[roll.one_in(8) ? roll.below(std::size(markets)) : roll.below(4)];
  made.channel = channels[roll.one_in(8) ? roll.below(std::size(channels)) : roll.below(3)];
  if (roll.one_in(6)) made.currency = roll.of({"CNY", "EUR", "???"});
  if (!roll.one_in(3)) made.sku = products[roll.below(roll.one_in(2) ? products.size() : 9)];
  if (roll.one_in(2)) made.segment = roll.of({"vip", "vi", "vipp", "others"});
  if (roll.one_in(2)) made.audience = roll.of({"all", "loudest of all", "loudest of al", "a"});
  if (roll.one_in(3)) made.category = roll.of({"shoes", "shoes/boots", "shoes/boots/high", "hats"});
  if (roll.one_in(3)) made.quantity = decimal(static_cast<std::int64_t>(roll.below(13)) - 1);
  if (roll.one_in(9)) made.units = decimal(static_cast<std::int64_t>(roll.below(4)) - 1);
  if (roll.one_in(2)) made.at = pricepoint::instant{roll.one_in(2) ? 1793500000000 : 1793800000000};
  if (roll.one_in(9)) made.tax = pricepoint::parse_rate(roll.of({"7%", "0%", "-1%"}));
  if (roll.one_in(9)) made.fee = pricepoint::parse_rate(roll.of({"7%", "101%"}));
  for (const char* const one : {"store", "dealer", "web", "unheard"}) {
    if (roll.one_in(3) || one == std::string_view("store")) made.prices.push_back({one, money(40000)});
  }
  if (!roll.one_in(3)) made.cost = money(9000);
  if (roll.one_in(5)) made.list = money(50000);
  const auto attribute = [&](const char* name, pricepoint::attribute_value value) {
    if (roll.one_in(3)) made.attributes.push_back({name, value});
  };
  attribute("role", roll.of({"profit", "traffic", "volume", "", "no role"}));
  if (roll.one_in(40)) attribute("role", 7);
  attribute("stock", roll.one_in(2) ? pricepoint::attribute_value(static_cast<int>(roll.below(9)))
                                    : pricepoint::attribute_value(roll.of({"3", "8", "", "three"})));
  attribute("colour", roll.of({"red", "green", ""}));
  attribute("wholesale",
            roll.one_in(2) ? pricepoint::attribute_value(money(20000)) : roll.of({"12.50", "0", "-1", "x"}));
  attribute("tag", money(40000));
  attribute("unknown", roll.of({"a", "b"}));
  if (roll.one_in(20)) {
    for (int i = 0; i < 9; ++i) made.attributes.push_back({"unknown", "a"});
  }
  return made;
}

// More words than are kept at once, so that all of them are forgotten now and then.
TEST(known_words, change_no_decision) {
  dice roll;
  const pricepoint::policy policy = policy_of(asking_rules);
  std::vector<std::string> products;
  for (int i = 0; i < 1500; ++i) products.push_back("S" + std::to_string(i));
  pricer experienced(policy);
  for (int i = 0; i < 12'000; ++i) {
    const request asked = any_request(roll, products);
    const std::string expected = line(pricer(policy).price(asked));
    ASSERT_EQ(line(experienced.price(asked)), expected) << i << ": " << asked.market << ' ' << asked.channel;
    // And once more, with the words elsewhere in memory.
    std::string market(asked.market), sku(asked.sku), segment(asked.segment);
    request again = asked;
    again.market = market;
    again.sku = sku;
    again.segment = segment;
    ASSERT_EQ(line(experienced.price(again)), expected) << i;
  }
}

}  // namespace
