// SPDX-License-Identifier: Apache-2.0
#include "rows/refused.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pricepoint/pricing/policy.hpp"

namespace pricepoint::rows {
namespace {

using list = std::vector<std::string>;

const policy& shop() {
  static const policy made = parse_policy(R"({"pricepoint":1,"name":"shop","markets":{"DE":{"tax":"19%"},"CN":{}},
    "channels":{"store":{"kind":"traditional"},"web":{"kind":"online","reference":"store"}},
    "attributes":{"role":["traffic","profit"],"brand":"text","deposit":{"money":"net"},"vip":{"money":"display"}},
    "rules":[{"id":"near","gap":{"to":"store","max":"10%"}}]})")
                                 .value();
  return made;
}

struct one_row {
  explicit one_row(std::string_view json, row_kind kind = row_kind::requests)
      : text(json), fields(shop(), kind), reader(fields, nullptr, {}) {
    reader.read_alone(text, made);
  }
  std::string text;
  field_table fields;
  row_reader reader;
  row made;
};

list refused(std::string_view json, row_kind kind = row_kind::requests) {
  const one_row one(json, kind);
  EXPECT_TRUE(one.made.problems.empty());
  list all;
  for (const refused_value& each : refused_values(one.made)) all.push_back(each.column + ": " + each.why);
  return all;
}

// Each value that [REQ-9] to [REQ-17] refuse, with the nearest one that is known.
TEST(rows_refused, says_the_value_and_the_nearest_known_one) {
  EXPECT_EQ(refused(R"({"sku":"A","channel":"web","market":"DE","role":"profit","brand":"x","cost":"0","quantity":1})"),
            list{});
  EXPECT_EQ(refused(R"({"channel":"Store","market":"D"})"),
            (list{"channel: \"Store\" is unknown; did you mean \"store\"?",
                  "market: \"D\" is unknown; the policy has \"CN\", \"DE\""}));
  EXPECT_EQ(refused(R"({"channel":"ebay\n","currency":"eur","role":"Trafic"})"),
            (list{"channel: \"ebay\" is unknown; the policy has \"store\", \"web\"",
                  "currency: \"eur\" is not a code of ISO 4217; did you mean \"EUR\"?",
                  "role: \"Trafic\" is unknown; did you mean \"traffic\"?"}));
  EXPECT_EQ(refused(R"({"quantity":0,"units":-1,"tax":"-1%","fee":"-2%"})"),
            (list{"fee: -2% is not between 0% and 100%", "quantity: 0 is not above zero", "tax: -1% is below 0%",
                  "units: -1 is below zero"}));
  EXPECT_EQ(refused(R"({"fee":"101%","list":0,"cost":"-0.01","prices":{"store":0},"deposit":-1,"vip":"0"})"),
            (list{"cost: -0.01 is below zero", "deposit: -1 is below zero", "fee: 101% is not between 0% and 100%",
                  "list: 0 is not above zero", "price.store: 0 is not above zero", "vip: 0 is not above zero"}));
  EXPECT_EQ(refused(R"({"price":"0.00"})", row_kind::offers), list{"price: 0.00 is not above zero"});
}

TEST(rows_refused, a_name_that_is_no_value_of_the_row_stays_a_name) {
  const one_row one(R"({"channel":"Web","market":"DE"})");
  const list names = {"base", "channel"};
  EXPECT_EQ(invalid_texts(one.made, names),
            (list{"base", "line 1, column channel: \"Web\" is unknown; did you mean \"web\"?"}));
  EXPECT_EQ(invalid_text(one.made, names), "base; line 1, column channel: \"Web\" is unknown; did you mean \"web\"?");
  EXPECT_EQ(invalid_text(one.made, list{"base", "target"}), "base target");
  const one_row large(R"({"channel":"web","market":"DE","cost":"99999999999999.99"})");
  EXPECT_EQ(invalid_text(large.made, list{"cost"}),
            "line 1, column cost: 99999999999999.99 is more than an amount can be");
}

TEST(rows_refused, a_row_with_one_unreadable_value_names_all_others) {
  const one_row one(R"({"sku":"A","channel":"Store","market":"DE","cost":"10,00","quantity":0,"list":true})");
  EXPECT_EQ(one.made.problems,
            (list{"line 1, column channel: \"Store\" is unknown; did you mean \"store\"?",
                  "line 1, column cost: \"10,00\" has a comma; the decimal sign is a point, and digits are not grouped",
                  "line 1, column list: \"true\" is neither a text nor a number",
                  "line 1, column quantity: 0 is not above zero"}));
}

// What tells rows apart is read, and what rules ask for; the rest only carried along.
TEST(rows_refused, fields_that_no_rule_reads) {
  const field_table fields(shop());
  for (const std::string_view name : {"sku", "segment", "market", "cost", "role", "deposit", "price.store"}) {
    EXPECT_TRUE(fields.find(name).is_read) << name;
  }
  for (const std::string_view name : {"category", "brand"}) EXPECT_FALSE(fields.find(name).is_read) << name;
  const policy asks = parse_policy(R"({"pricepoint":1,"name":"asks","markets":{"DE":{}},
    "channels":{"web":{"kind":"online"}},"attributes":{"brand":"text"},
    "rules":[{"id":"a","when":{"brand":"x","category":"shoes"},"discount":"1%"}]})")
                          .value();
  const field_table asked(asks);
  for (const std::string_view name : {"category", "brand"}) EXPECT_TRUE(asked.find(name).is_read) << name;
}

}  // namespace
}  // namespace pricepoint::rows
