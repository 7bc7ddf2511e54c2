// SPDX-License-Identifier: Apache-2.0
// What rules ask for, lowered: expressions become sums, bounds have their ends, and nothing is lost where numbers are
// large. Holds [EXP-9], [BND-6], [BND-11].
#include "compile/lower.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../decide/deciding.hpp"
#include "money/big_exact.hpp"

namespace {

using namespace pricepoint::engine;
using deciding::policy_of;
using pricepoint::detail::big_exact;
using pricepoint::detail::int128;

std::string text(const fraction& value) {
  const auto digits = [](int128 number) {
    std::string made;
    pricepoint::detail::append_scaled(made, number, 0);
    return made;
  };
  const fraction lowest = fraction::reduced(value.numerator, value.denominator);
  return digits(lowest.numerator) + (lowest.denominator == 1 ? "" : "/" + digits(lowest.denominator));
}

std::string text(const formula& of, const machine& in) {
  std::string made;
  if (of.op == formula::kind::sum) {
    for (const term& one : of.value.terms) {
      if (!made.empty()) made += " + ";
      if (text(one.factor) != "1") made += text(one.factor) + " ";
      switch (one.of.what) {
        case symbol::kind::field:
          made += in.slot_name(one.of.slot);
          break;
        case symbol::kind::highest:
          made += "highest store";
          break;
        case symbol::kind::lowest:
          made += "lowest store";
          break;
        case symbol::kind::reference:
          made += "reference";
          break;
        case symbol::kind::target:
          made += "target";
          break;
      }
      if (one.grossed) made += " with tax";
    }
    if (of.value.terms.empty() || of.value.constant.numerator != 0)
      made += (made.empty() ? "" : " + ") + text(of.value.constant);
    return made + (of.optional ? "?" : "");
  }
  made = of.op == formula::kind::add ? "sum(" : of.op == formula::kind::least ? "least(" : "greatest(";
  for (const formula& one : of.parts) made += (&one == of.parts.data() ? "" : ", ") + text(one, in);
  return made + ")" + (text(of.factor) == "1" ? "" : " * " + text(of.factor));
}

std::string text(const bound& of, const machine& in) {
  std::string made;
  for (const bound_end& one : of.ends) {
    if (!made.empty()) made += "; ";
    made += one.is == bound_end::side::low ? ">= " : one.is == bound_end::side::high ? "<= " : "= ";
    made += text(one.value, in);
    if (one.net_part) made += " of " + text(*one.net_part) + " net";
  }
  return made + (of.off_if_absent ? " or off" : "");
}

// What the one rule asks for in euros.
std::string lowered_to(std::string_view effect) {
  const auto policy = policy_of(R"({ "id": "r", )" + std::string(effect) + " }");
  const machine& in = machine_of(policy);
  const compiled_rule& rule = *in.rules().begin();
  const pricepoint::currency euro = *pricepoint::find_currency("EUR");
  return is_bound(rule.effect) ? text(*rule.bound_in(euro), in) : text(*rule.value_in(euro), in);
}

TEST(lower, makes_sums_of_expressions) {
  const struct {
    const char *effect, *sum;
  } cases[] = {
      {R"x("floor": "12.50")x", ">= 1250"},
      {R"x("floor": "cost")x", ">= cost with tax"},
      {R"x("floor": "cost * 105% + 2")x", ">= 21/20 cost with tax + 200"},
      {R"x("floor": "(cost + shipping) * 2 - cost / 4")x", ">= 7/4 cost with tax + 2 shipping with tax"},
      {R"x("floor": "cost - cost")x", ">= 0 cost with tax"},
      {R"x("ceiling": "-(list - 5) * -1")x", "<= list + -500"},
      {R"x("price": "reference * 90%")x", "= 9/10 reference"},
      {R"x("ceiling": "target + 1")x", "<= target + 100"},
      {R"x("base": "max(map?, cost * 2)")x", "greatest(map?, 2 cost with tax)"},
      {R"x("base": "-min(list, 4) + 3")x", "sum(greatest(-1 list, -400), 300)"},
      {R"x("base": "max(2, 3) + min(1, 4)")x", "400"},
      {R"x("was": "(max(list, msrp) + 1) * 2")x", "sum(greatest(2 list, 2 msrp), 200)"},
      {R"x("floor": { "EUR": "wholesale + tag", "CNY": "1" })x", ">= tag + wholesale with tax"},
  };
  for (const auto& one : cases) EXPECT_EQ(lowered_to(one.effect), one.sum) << one.effect;
}

TEST(lower, makes_ends_of_bounds) {
  const struct {
    const char *effect, *ends;
  } cases[] = {
      {R"x("gap": { "to": "store", "min": "1%", "max": "10%" })x", ">= 9/10 price.store; <= 99/100 price.store"},
      {R"x("gap": { "to": "reference", "max": "2.50" })x", ">= reference + -250"},
      {R"x("gap": { "to": "traditional", "min": "0%", "max": "5%" })x", ">= 19/20 highest store; <= lowest store"},
      // An end that falls where prices rise is set by the other extreme.
      {R"x("gap": { "to": "traditional", "max": "150%" })x", ">= -1/2 lowest store"},
      {R"x("gap": { "to": "traditional", "min": "150%" })x", "<= -1/2 highest store"},
      {R"x("margin": "20%")x", ">= cost + shipping of 4/5 net"},
      {R"x("margin": { "min": "20%", "max": "60%" })x", ">= cost + shipping of 4/5 net; <= cost + shipping of 2/5 net"},
      {R"x("change": "15%")x", ">= 17/20 current; <= 23/20 current or off"},
  };
  for (const auto& one : cases) EXPECT_EQ(lowered_to(one.effect), one.ends) << one.effect;
}

TEST(lower, says_nothing_in_a_currency_that_is_not_listed) {
  const auto policy =
      policy_of(R"({ "id": "a", "gap": { "to": "store", "min": { "EUR": "1" }, "max": { "EUR": "2", "CNY": "3" } } },
                                   { "id": "b", "discount": { "JPY": "100" } }, { "id": "c", "floor": "1.5" })");
  std::vector<const compiled_rule*> rules;
  for (const compiled_rule& one : machine_of(policy).rules()) rules.push_back(&one);
  const auto lists = [&](std::size_t rule, const char* code) {
    return rules[rule]->lists(*pricepoint::find_currency(code));
  };
  EXPECT_TRUE(lists(0, "EUR"));
  EXPECT_FALSE(lists(0, "CNY"));
  EXPECT_TRUE(lists(1, "JPY"));
  EXPECT_FALSE(lists(1, "EUR"));
  // One text for all currencies is read with the decimals of each.
  EXPECT_EQ(text(rules[2]->bound_in(*pricepoint::find_currency("EUR"))->ends[0].value, machine_of(policy)), "150");
  EXPECT_EQ(text(rules[2]->bound_in(*pricepoint::find_currency("JPY"))->ends[0].value, machine_of(policy)), "3/2");
}

// Factors that do not fit 128 bits together stay apart, and come to the same.
TEST(lower, keeps_products_that_do_not_fit_apart) {
  formula field;
  field.value.terms.push_back({{symbol::kind::field, slot::cost}, false, {1, 1}});
  const fraction fine{1, (int128{1} << 100) + 1};
  const formula once = scaled(field, fine);
  EXPECT_EQ(once.op, formula::kind::sum);
  const formula twice = scaled(once, fine);
  ASSERT_EQ(twice.op, formula::kind::add);
  ASSERT_EQ(twice.parts.size(), 1u);
  EXPECT_EQ(twice.factor, fine);
  EXPECT_EQ(twice.parts[0].value.terms[0].factor, fine);
  const formula both = added(once, scaled(field, {1, (int128{1} << 99) + 1}));
  EXPECT_EQ(both.op, formula::kind::add);
  EXPECT_EQ(both.parts.size(), 2u);

  formula extreme;
  extreme.op = formula::kind::least;
  extreme.parts = {field, once};
  const formula turned = scaled(extreme, {-1, 1});
  EXPECT_EQ(turned.op, formula::kind::greatest);
  EXPECT_EQ(turned.parts[0].value.terms[0].factor, (fraction{-1, 1}));
}

}  // namespace
