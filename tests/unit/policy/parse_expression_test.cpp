// SPDX-License-Identifier: Apache-2.0
#include "policy/expression.hpp"

#include <gtest/gtest.h>

#include <string>

#include "policy_text.hpp"

namespace pricepoint::policy_language {
namespace {

using testing::around;
using testing::lines;
using testing::mistakes_of;

// The tree in prefix form: "(max map? (* cost 105%))".
std::string written(const expression& tree, const document& names) {
  constexpr const char* fields[] = {"list", "msrp",     "map",       "current", "lowest_prior",
                                    "cost", "shipping", "reference", "target"};
  constexpr const char* operators[] = {"", "", "", "+", "-", "*", "/", "neg", "min", "max"};
  if (tree.op == expression::kind::literal) return to_string(tree.number);
  if (tree.op == expression::kind::rate) return to_string(tree.percent);
  if (tree.op == expression::kind::field) {
    std::string name;
    if (tree.field == money_field::channel_price) {
      name = "price." + names.channels.at(tree.index).name;
    } else if (tree.field == money_field::attribute) {
      name = "@" + names.attributes.at(tree.index).name;
    } else {
      name = fields[static_cast<std::size_t>(tree.field)];
    }
    return name + (tree.optional ? "?" : "");
  }
  std::string out = std::string("(") + operators[static_cast<std::size_t>(tree.op)];
  for (const auto& one : tree.operands) out += " " + written(one, names);
  return out + ")";
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return out;
}

std::string rule_with(std::string_view expression) {
  return around("{\"id\":\"r\",\"floor\":\"" + std::string(expression) + "\"}");
}

// Column 20 of line 2 is the first character of the expression.
std::vector<std::string> wrong(std::string_view expression) {
  auto found = mistakes_of(rule_with(escaped(expression)));
  for (auto& one : found) {
    const std::string place = one.substr(0, one.find(" /rules/0/floor"));
    const std::size_t colon = place.find(':');
    EXPECT_EQ(place.substr(8, colon - 8), "2") << one;
    one = place.substr(0, 8) + std::to_string(std::stoi(place.substr(colon + 1)) - 19);
  }
  return found;
}

std::string tree_of(std::string_view expression) {
  const document read = testing::good(rule_with(expression));
  if (read.rules.empty()) return {};
  return written(*std::get<effect::floor>(read.rules[0].effect).value.any, read);
}

TEST(expression, reads_every_kind_of_value) {
  // [EXP-2] [EXP-3]
  for (const char* name :
       {"list", "msrp", "map", "current", "lowest_prior", "cost", "shipping", "reference", "target"}) {
    EXPECT_EQ(tree_of(name), name);
  }
  EXPECT_EQ(tree_of("price.web"), "price.web");
  EXPECT_EQ(tree_of("wholesale"), "@wholesale");
  EXPECT_EQ(tree_of("9.90"), "9.90");
  EXPECT_EQ(tree_of("-5"), "-5");
  EXPECT_EQ(tree_of(" - 5 "), "-5");
}

TEST(expression, binds_as_arithmetic_does) {
  // [EXP-1]
  EXPECT_EQ(tree_of("cost + 1 - 2 * 3"), "(- (+ cost 1) (* 2 3))");
  EXPECT_EQ(tree_of("cost * 105% / 1.19"), "(/ (* cost 105%) 1.19)");
  EXPECT_EQ(tree_of("(cost + 1) * 105%"), "(* (+ cost 1) 105%)");
  EXPECT_EQ(tree_of("-(cost + 1) + list"), "(+ (neg (+ cost 1)) list)");
  EXPECT_EQ(tree_of("105% * 98% * cost"), "(* (* 105% 98%) cost)");
  EXPECT_EQ(tree_of("cost * -5%"), "(* cost -5%)");
  EXPECT_EQ(tree_of("cost / -2"), "(/ cost -2)");
  EXPECT_EQ(tree_of("20 * 105%"), "(* 20 105%)");
  EXPECT_EQ(tree_of("max(map?, cost * 105%)"), "(max map? (* cost 105%))");
  EXPECT_EQ(tree_of("min(price.web?, min(1), 2 * (3 + 4))"), "(min price.web? (min 1) (* 2 (+ 3 4)))");
  EXPECT_EQ(tree_of("max(reference?, wholesale?)"), "(max reference? @wholesale?)");
}

TEST(expression, a_number_or_an_object_by_currency_may_stand_for_it) {
  const document read =
      testing::good(around(R"({"id":"r","floor":9.90},{"id":"s","ceiling":{"JPY":"cost + 100","CNY":5}})"));
  ASSERT_EQ(read.rules.size(), 2u);
  EXPECT_EQ(written(*std::get<effect::floor>(read.rules[0].effect).value.any, read), "9.90");
  const auto& by = std::get<effect::ceiling>(read.rules[1].effect).value;
  ASSERT_EQ(by.each.size(), 2u);
  EXPECT_EQ(by.each[0].first.code(), "CNY");
  EXPECT_EQ(written(*by.find(*find_currency("JPY")), read), "(+ cost 100)");
  EXPECT_EQ(by.find(*find_currency("EUR")), nullptr);
}

TEST(expression, mistakes_have_their_place) {
  // [EXP-4] [EXP-5] [EXP-6] [EXP-9]
  EXPECT_EQ(wrong(""), lines({"PP-X001 1"}));
  EXPECT_EQ(wrong("cost +"), lines({"PP-X001 7"}));
  EXPECT_EQ(wrong("cost * * 2"), lines({"PP-X001 8"}));
  EXPECT_EQ(wrong(".5"), lines({"PP-X001 1"}));
  EXPECT_EQ(wrong("cost 2"), lines({"PP-X002 6"}));
  EXPECT_EQ(wrong("(cost"), lines({"PP-X002 6"}));
  EXPECT_EQ(wrong("cost)"), lines({"PP-X002 5"}));
  EXPECT_EQ(wrong("min(cost; 2)"), lines({"PP-X002 9"}));
  EXPECT_EQ(wrong("5?"), lines({"PP-X002 2"}));
  EXPECT_EQ(wrong("cots + lst"), lines({"PP-X003 1", "PP-X003 8"}));
  EXPECT_EQ(wrong("cost.web"), lines({"PP-X003 1"}));
  EXPECT_EQ(wrong("1 + price.wbe"), lines({"PP-P013 11"}));
  EXPECT_EQ(wrong("cost * list"), lines({"PP-X004 6"}));
  EXPECT_EQ(wrong("cost * (list + 1)"), lines({"PP-X004 6"}));
  EXPECT_EQ(wrong("12%"), lines({"PP-X005 1"}));
  EXPECT_EQ(wrong("105% * 98%"), lines({"PP-X005 1"}));
  EXPECT_EQ(wrong("cost + 5%"), lines({"PP-X005 8"}));
  EXPECT_EQ(wrong("cost * (100% + 5%)"), lines({"PP-X005 9", "PP-X005 16"}));
  EXPECT_EQ(wrong("max(cost, 5%)"), lines({"PP-X005 11"}));
  EXPECT_EQ(wrong("cost / 119%"), lines({"PP-X005 8"}));
  EXPECT_EQ(wrong("105% / 2"), lines({"PP-X005 1"}));
  EXPECT_EQ(wrong("cost / 0.00"), lines({"PP-X006 8"}));
  EXPECT_EQ(wrong("cost / list"), lines({"PP-X006 8"}));
  EXPECT_EQ(wrong("cost / (1 + 1)"), lines({"PP-X006 8"}));
  EXPECT_EQ(wrong("map?"), lines({"PP-X007 1"}));
  EXPECT_EQ(wrong("max(map? * 2, (list?), -cost?)"), lines({"PP-X007 5", "PP-X007 16", "PP-X007 25"}));
  EXPECT_EQ(wrong("1e5"), lines({"PP-J007 1"}));
  EXPECT_EQ(wrong("1234567890123456 + 1"), lines({"PP-X009 1"}));
  EXPECT_EQ(wrong("1.2.3"), lines({"PP-X009 1"}));
  EXPECT_EQ(wrong("cost * 1234567%"), lines({"PP-X009 8"}));
  EXPECT_EQ(wrong("stock + brand"), lines({"PP-X010 1", "PP-X010 9"}));
  EXPECT_EQ(wrong("avg(cost)"), lines({"PP-X012 1"}));
  EXPECT_EQ(wrong("min"), lines({"PP-X012 1"}));
  EXPECT_EQ(wrong("max()"), lines({"PP-X012 5"}));
}

TEST(expression, names_the_nearest) {
  EXPECT_EQ(testing::first_message(rule_with("cots")), "unknown name \"cots\"; the nearest known is \"cost\"");
  EXPECT_EQ(testing::first_message(rule_with("price.wbe")),
            "no channel \"wbe\" is declared; the nearest known is \"web\"");
  EXPECT_EQ(testing::first_message(rule_with("wholesael")),
            "unknown name \"wholesael\"; the nearest known is \"wholesale\"");
}

TEST(expression, target_stands_in_floor_and_ceiling_only) {
  // [EXP-2]
  EXPECT_EQ(mistakes_of(around(R"({"id":"a","floor":"target * 90%"},{"id":"b","ceiling":"target"})")), lines({}));
  EXPECT_EQ(mistakes_of(around(R"({"id":"a","price":"target"},)"
                               "\n"
                               R"({"id":"b","base":"1 + target"},)"
                               "\n"
                               R"({"id":"c","was":"target"})")),
            lines({"PP-X008 2:20 /rules/0/price", "PP-X008 3:23 /rules/1/base", "PP-X008 4:18 /rules/2/was"}));
}

TEST(expression, places_see_through_escapes) {
  // Escapes are longer than what they stand for; the caret still lies under the name.
  EXPECT_EQ(mistakes_of(rule_with(R"(\u0063ost\t+ \u0078 * 2)")), lines({"PP-X003 2:33 /rules/0/floor"}));
  EXPECT_EQ(mistakes_of(rule_with(R"(\ud83d\ude00 + zz)")),
            lines({"PP-X003 2:20 /rules/0/floor", "PP-X003 2:35 /rules/0/floor"}));
}

TEST(expression, limits_hold_against_strangers) {
  const auto code = [](const std::string& text) {
    const auto found = mistakes_of(rule_with(text));
    return found.size() == 1 ? found[0].substr(0, 7) : std::to_string(found.size());
  };
  std::string many = "cost";
  for (int i = 0; i < 100'000; ++i) many += "+1";
  EXPECT_EQ(code(many), "PP-X011");
  EXPECT_EQ(code(std::string(100'000, '(')), "PP-X011");
  EXPECT_EQ(code(std::string(100'000, '-')), "PP-X011");
  std::string nested;
  for (int i = 0; i < 100'000; ++i) nested += "min(";
  EXPECT_EQ(code(nested), "PP-X011");
  std::string wide = "max(1";
  for (int i = 0; i < 100'000; ++i) wide += ",1";
  EXPECT_EQ(code(wide + ")"), "PP-X011");
  std::string some = "1";
  for (int i = 0; i < 60; ++i) some += "+1";
  EXPECT_EQ(code(some), "0");
}

// Message and hint of what is written in other notations.
TEST(expression, says_what_to_write_instead) {
  const struct {
    const char* text;
    const char* said;
  } all[] = {
      {"1,50", "the decimal sign is a point: 1.50"},
      {"cost, 1", "commas stand between the arguments of min and max"},
      {"(1,50)", "the decimal sign is a point: 1.50"},
      {"(cost, 1)", "commas stand between the arguments of min and max"},
      {"(cost", "a \"(\" is not closed"},
      {"(cost;1)", "expected an operator or \")\", found \";\""},
      {"cost)", "there is no \"(\" that this would close"},
      {"2 cost", "a product needs its *"},
      {"2(cost)", "a product needs its *"},
      {"+1", "amounts have no plus sign"},
      {".5", "write a digit before the point: 0.5"},
      {"1e5", "write the digits out"},
      {"1e-5", "write the digits out"},
      {"1E+5", "write the digits out"},
      {"1e", "a product needs its *"},
      {"1ex", "a product needs its *"},
      {"cost * list?", "a name with ? stands only as an argument of min or max"},
      {"list? * cost", "a name with ? stands only as an argument of min or max"},
      {"cost + list?", "a name with ? stands only as an argument of min or max"},
      {"cost - 5%", "a rate cannot stand beside -"},
      {"cost + 5%", "a rate cannot stand beside +"},
      {"\xE2\x82\xAC"
       "5",
       "amounts have no currency sign"},
      {"\xC2\xA3"
       "5",
       "amounts have no currency sign"},
      {"store", "today's price on that channel is price.store"},
  };
  for (const auto& one : all) {
    const auto read = parse(rule_with(escaped(one.text)), "p.json");
    ASSERT_FALSE(read) << one.text;
    EXPECT_NE(read.error().to_string().find(one.said), std::string::npos) << one.text << "\n"
                                                                          << read.error().to_string();
  }
  EXPECT_EQ(tree_of("cost *\\t5% *\\n50% + 1\\r"), "(+ (* (* cost 5%) 50%) 1)") << "white space of every kind";
}

}  // namespace
}  // namespace pricepoint::policy_language
