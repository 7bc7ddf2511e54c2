// SPDX-License-Identifier: Apache-2.0
// Words of requests that were bound before: lists of words are the same only where all words are, and a pricer that has
// seen much decides as one that has seen nothing.
#include "match/known_words.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unit/decide/deciding.hpp"
#include "unit/dice.hpp"

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

// Each discount in a group of its own, so that all count.
constexpr std::string_view asking_rules = R"(
  {"id":"profit","group":"profit","when":{"role":"profit"},"discount":"10%"}, {"id":"few","group":"few","when":{"stock":{"below":5}},"discount":"3%"},
  {"id":"red","group":"red","when":{"colour":"red"},"discount":"1%"}, {"id":"vip","group":"vip","when":{"segment":"vip"},"discount":"5%"},
  {"id":"loud","group":"loud","when":{"audience":["all","loudest of all"]},"discount":"2%"},
  {"id":"many","group":"many","when":{"quantity":{"from":10}},"discount":"4%"},
  {"id":"boots","group":"boots","when":{"category":"shoes/boots"},"discount":"6%"},
  {"id":"one","group":"one","when":{"sku":["S1","S7"]},"discount":"7%"}, {"id":"then","group":"then","when":{"period":"eleven"},"discount":"8%"},
  {"id":"cn","group":"cn","when":{"market":"CN","channel":"web"},"discount":"1%"},
  {"id":"earn","floor":"cost","skip_if_missing":true}, {"id":"trade","floor":"wholesale","skip_if_missing":true},
  {"id":"tagged","ceiling":"tag","skip_if_missing":true}, {"id":"nine","endings":[".90",".99"]})";

decimal money(dice& roll, std::int64_t most) {
  return decimal::from_parts(roll.between(0, most), static_cast<int>(roll.between(0, 2)));
}

// One that can be decided, mostly.
request usual_request(dice& roll, const std::vector<std::string>& products) {
  request made;
  made.market = roll.of({"CN", "DE", "US"});
  made.channel = roll.of({"web", "members"});
  made.sku = products[roll.below(products.size())];
  made.segment = roll.of({"vip", "others", ""});
  made.category = roll.of({"", "shoes/boots", "hats"});
  made.at = pricepoint::instant{1793500000000};
  made.prices = {{"store", decimal(roll.between(20, 400))}, {"web", decimal(roll.between(20, 400))}};
  made.cost = money(roll, 900);
  made.attributes = {{"role", roll.of({"profit", "traffic"})}, {"stock", static_cast<int>(roll.below(9))}};
  if (roll.one_in(2)) made.attributes.push_back({"tag", money(roll, 40'000)});
  return made;
}

// Changes one thing, into what is near it, is something else or cannot be.
void change(request& what, dice& roll) {
  const auto any_price = [&]() -> pricepoint::channel_price& { return what.prices[roll.below(what.prices.size())]; };
  const auto any_attribute = [&]() -> pricepoint::named_attribute& {
    return what.attributes[roll.below(what.attributes.size())];
  };
  switch (roll.below(22)) {
    case 0:
      what.market = roll.of({"CN", "DE", "JP", "US", "XX", "IL", "", "??"});
      break;
    case 1:
      what.channel = roll.of({"web", "store", "members", "mall", "net", "plain", "", "no such channel"});
      break;
    case 2:
      what.currency = roll.of({"CNY", "EUR", "USD", "???", ""});
      break;
    case 3:
      what.sku = roll.of({"S1", "S7", "S", "S11", ""});
      break;
    case 4:
      what.segment = roll.of({"vip", "vi", "vipp", "others", ""});
      break;
    case 5:
      what.audience = roll.of({"all", "loudest of all", "loudest of al", "l", ""});
      break;
    case 6:
      what.category = roll.of({"shoes", "shoes/boots", "shoes/boots/high", "hats", ""});
      break;
    case 7:
      what.quantity = decimal(roll.between(-1, 12));
      break;
    case 8:
      what.units = decimal(roll.between(-1, 2));
      break;
    case 9:
      what.at = pricepoint::instant{roll.one_in(2) ? 1793500000000 : 1793800000000};
      break;
    case 10:
      what.tax = pricepoint::parse_rate(roll.of({"7%", "0%", "-1%"}));
      break;
    case 11:
      what.fee = pricepoint::parse_rate(roll.of({"7%", "0%", "101%"}));
      break;
    case 12:
      any_price().channel = roll.of({"store", "dealer", "web", "unheard"});
      break;
    case 13:
      any_price().price = money(roll, 40'000);
      break;
    case 14:
      // What was the name of a price becomes that of an attribute, and the words stay in their order.
      if (what.prices.size() > 1) what.prices.pop_back();
      what.attributes.insert(what.attributes.begin(), {"web", money(roll, 9)});
      break;
    case 15:
      what.cost = money(roll, 9000);
      break;
    case 16:
      any_attribute().name = roll.of({"role", "stock", "colour", "wholesale", "tag", "unknown"});
      break;
    case 17:
      any_attribute().value = pricepoint::attribute_value(
          roll.of({"profit", "traffic", "no role", "red", "green", "3", "8", "12.50", "-1", ""}));
      break;
    case 18:
      any_attribute().value = money(roll, 9);
      break;
    case 19:
      what.attributes.push_back({roll.of({"role", "colour", "stock", "wholesale"}), roll.of({"red", "volume", "4"})});
      break;
    case 20:
      std::swap(what.attributes.front(), what.attributes.back());
      break;
    default:
      // More than are kept of one.
      for (int i = 0; i < 9; ++i) what.attributes.push_back({"unknown", "a"});
      break;
  }
}

// The same words in the same order, once the names of prices, once that of an attribute and its value.
TEST(known_words, tell_prices_from_attributes) {
  const pricepoint::policy policy = policy_of(asking_rules);
  request prices{.channel = "web", .market = "DE", .at = pricepoint::instant{1793500000000}};
  request attribute = prices;
  prices.prices = {{"store", "40"_money}, {"web", "30"_money}};
  attribute.attributes = {{"store", "web"}};
  for (const bool prices_first : {false, true}) {
    pricer experienced(policy);
    for (const request* one : {prices_first ? &prices : &attribute, prices_first ? &attribute : &prices}) {
      EXPECT_EQ(line(experienced.price(*one)), line(pricer(policy).price(*one)));
    }
  }
}

// Requests and what is near them, and more words than are kept at once, so that all of them are forgotten now and then.
TEST(known_words, change_no_decision) {
  dice roll;
  const pricepoint::policy policy = policy_of(asking_rules);
  std::vector<std::string> products;
  for (int i = 0; i < 60; ++i) products.push_back("S" + std::to_string(i));
  pricer experienced(policy);
  std::size_t decided = 0;
  std::size_t all = 0;
  for (int i = 0; i < 1500; ++i) {
    const request usual = usual_request(roll, products);
    for (int k = 0; k < 12; ++k) {
      request asked = usual;
      for (int changes = k == 0 ? 0 : k < 9 ? 1 : 2; changes > 0; --changes) change(asked, roll);
      // Every one from words elsewhere in memory.
      const std::string market(asked.market), sku(asked.sku), segment(asked.segment);
      asked.market = market;
      asked.sku = sku;
      asked.segment = segment;
      const pricepoint::decision expected = pricer(policy).price(asked);
      ASSERT_EQ(line(experienced.price(asked)), line(expected)) << i << ", " << k;
      ++all;
      if (expected.price()) ++decided;
    }
  }
  EXPECT_GT(decided, all / 3) << "most should have been worth keeping";
}

}  // namespace
