// SPDX-License-Identifier: Apache-2.0
// The shape automaton and its search against a check of every amount by its written digits. Holds [SHP-1] to [SHP-12]
// of the policy reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "pricepoint/shape/automaton.hpp"
#include "pricepoint/shape/search.hpp"
#include "shape/nearest_table.hpp"

namespace {

using namespace pricepoint::shape;
using pricepoint::detail::fraction;
using namespace pricepoint::literals;

std::uint64_t next(std::uint64_t& state) {
  std::uint64_t z = state += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

std::pair<std::string, std::string> written(std::int64_t minor, int decimals) {
  std::string text = std::to_string(minor);
  while (static_cast<int>(text.size()) <= decimals) text.insert(text.begin(), '0');
  return {text.substr(0, text.size() - static_cast<std::size_t>(decimals)),
          text.substr(text.size() - static_cast<std::size_t>(decimals))};
}

bool ends_with(const std::string& text, const std::string& pattern) {
  if (pattern.size() > text.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char wanted = pattern[pattern.size() - 1 - i];
    if (wanted != '?' && wanted != text[text.size() - 1 - i]) return false;
  }
  return true;
}

bool occurs(const numbers& what, std::int64_t minor, int decimals) {
  const auto [integer, part] = written(minor, decimals);
  if (what.in == scope::last) {
    const std::string all = integer + part;
    const std::size_t at = all.find_last_not_of('0');
    if (at != std::string::npos && (what.digits >> (all[at] - '0') & 1) != 0) return true;
  } else {
    for (const std::string& text :
         {what.in == scope::fraction ? std::string() : integer, what.in == scope::integer ? std::string() : part}) {
      for (const char c : text) {
        if ((what.digits >> (c - '0') & 1) != 0) return true;
      }
      for (const std::string& sequence : what.sequences) {
        if (text.find(sequence) != std::string::npos) return true;
      }
    }
  }
  return std::find(what.amounts.begin(), what.amounts.end(), integer) != what.amounts.end();
}

bool has(const any_shape& shape, std::int64_t minor, int decimals) {
  if (const auto* wanted = std::get_if<endings>(&shape)) {
    // Not bindings: a lambda may not capture those before C++20 is whole in every compiler.
    const auto text = written(minor, decimals);
    const std::string& integer = text.first;
    const std::string& part = text.second;
    return std::any_of(wanted->patterns.begin(), wanted->patterns.end(), [&](const std::string& pattern) {
      const std::size_t point = pattern.find('.');
      if (point == std::string::npos)
        return part.find_first_not_of('0') == std::string::npos && ends_with(integer, pattern);
      std::string fraction_part = pattern.substr(point + 1);
      if (fraction_part.size() > static_cast<std::size_t>(decimals)) return false;
      fraction_part.resize(static_cast<std::size_t>(decimals), '0');
      return ends_with(part, fraction_part) && ends_with(integer, pattern.substr(0, point));
    });
  }
  if (const auto* step = std::get_if<multiple_of>(&shape)) {
    const fraction exact = fraction::minor_units(step->step, decimals);
    return minor * exact.denominator % exact.numerator == 0;
  }
  if (const auto* avoided = std::get_if<avoid>(&shape)) return !occurs(avoided->what, minor, decimals);
  const auto& preferred = std::get<prefer>(shape);
  return std::any_of(preferred.any_of.begin(), preferred.any_of.end(),
                     [&](const numbers& one) { return occurs(one, minor, decimals); });
}

numbers random_numbers(std::uint64_t& state) {
  numbers made;
  made.in = static_cast<scope>(next(state) % 4);
  if (next(state) % 3 != 0 || made.in == scope::last) made.digits = static_cast<std::uint16_t>(1u << next(state) % 10);
  if (made.in != scope::last && next(state) % 2 == 0) {
    made.sequences = {std::to_string(10 + next(state) % 90), std::to_string(next(state) % 10)};
    if (next(state) % 2 == 0) made.sequences.push_back(std::to_string(100 + next(state) % 900));
  }
  if (made.digits == 0 && made.sequences.empty()) made.amounts = {std::to_string(next(state) % 30), "250"};
  return made;
}

void add_random_shape(std::uint64_t& state, std::vector<any_shape>& out) {
  static const std::vector<std::string> patterns = {".99", ".95", ".?9", "9",     "99",  "9.90", "0.99", "?5", "88",
                                                    ".5",  ".",   "9.",  "1?.9?", "900", ".990", "?.??", ".00"};
  static const pricepoint::decimal steps[] = {"1"_money,    "10"_money,  "0.05"_money, "2.5"_money,
                                              "0.25"_money, "5"_money,   "20"_money,   "0.5"_money,
                                              "0.02"_money, "100"_money, "0.001"_money};
  switch (next(state) % 4) {
    case 0: {
      endings made;
      for (std::uint64_t i = 0; i <= next(state) % 3; ++i) {
        const std::string& chosen = patterns[next(state) % patterns.size()];
        if (chosen != ".") made.patterns.push_back(chosen);
      }
      if (made.patterns.empty()) made.patterns.emplace_back(".99");
      out.emplace_back(std::move(made));
      return;
    }
    case 1:
      out.emplace_back(multiple_of{steps[next(state) % std::size(steps)]});
      return;
    case 2:
      out.emplace_back(avoid{random_numbers(state)});
      return;
    default:
      out.emplace_back(prefer{{random_numbers(state), random_numbers(state)}});
      return;
  }
}

TEST(nearest_table, says_what_the_walk_says) {
  std::uint64_t state = 12;
  const std::int64_t units[] = {1, 5, 10, 100, 25, 1000};
  int tables = 0;
  for (int round = 0; round < 150; ++round) {
    const int decimals = static_cast<int>(next(state) % 5);
    std::vector<any_shape> shapes;
    for (std::uint64_t i = next(state) % 4; i > 0; --i) add_random_shape(state, shapes);
    const auto allowed =
        automaton::build(std::span<const any_shape>(shapes), decimals, units[next(state) % std::size(units)]);
    ASSERT_TRUE(allowed);
    const auto table = nearest_table::build(*allowed);
    if (!table) continue;
    ++tables;
    const auto same = [&](std::int64_t minor) {
      ASSERT_EQ(table->at_or_below(minor), at_or_below(*allowed, minor)) << round << ": " << minor;
      ASSERT_EQ(table->at_or_above(minor), at_or_above(*allowed, minor)) << round << ": " << minor;
    };
    for (std::int64_t minor = -2; minor < 12'000; ++minor) same(minor);
    for (std::int64_t minor = nearest_table::limit - 1'500; minor < nearest_table::limit + 1'500; ++minor) same(minor);
    for (int i = 0; i < 3'000; ++i) same(static_cast<std::int64_t>(next(state) % 11'000'000));
    same(pricepoint::max_amount_minor);
    same(pricepoint::max_amount_minor + 1);
  }
  EXPECT_GT(tables, 120);
}

TEST(nearest_table, gives_up_where_prefixes_differ_too_much) {
  const any_shape shapes[] = {multiple_of{"0.89"_money}};
  const auto allowed = automaton::build(std::span<const any_shape>(shapes), 2);
  ASSERT_TRUE(allowed);
  EXPECT_EQ(nearest_table::build(*allowed), nullptr);
}

// Every amount up to a limit, both directions, with and without stored net amounts.
TEST(search, agrees_with_looking_at_every_amount) {
  std::uint64_t state = 11;
  constexpr std::int64_t limit = 12'000;
  const fraction factors[] = {{6, 5}, {119, 100}, {5, 4}, {2, 1}, {27, 25}, {11, 10}, {1081, 1000}, {1, 1}};
  const std::int64_t units[] = {1, 5, 10, 100, 25, 3, 50};
  for (int round = 0; round < 120; ++round) {
    const int decimals = static_cast<int>(next(state) % 4);
    const std::int64_t unit = units[next(state) % std::size(units)];
    std::vector<any_shape> shapes;
    for (std::uint64_t i = next(state) % 4; i > 0; --i) add_random_shape(state, shapes);
    const auto allowed = automaton::build(std::span<const any_shape>(shapes), decimals, unit);
    ASSERT_TRUE(allowed);
    const fraction factor = factors[next(state) % std::size(factors)];
    const stored_net net = round % 2 == 0 ? stored_net() : stored_net(factor);
    std::vector<bool> is_possible(limit + 1, !net.restricts());
    for (std::int64_t n = 0; net.restricts() && n <= limit; ++n) {
      const auto gross = static_cast<std::int64_t>(
          pricepoint::detail::divide(n * factor.numerator, factor.denominator, pricepoint::rounding::half_up));
      if (gross <= limit) is_possible[static_cast<std::size_t>(gross)] = true;
    }
    std::int64_t last = 0;
    std::vector<bool> ok(limit + 1, false);
    for (std::int64_t p = 1; p <= limit; ++p) {
      const bool shaped = p % unit == 0 && std::all_of(shapes.begin(), shapes.end(),
                                                       [&](const any_shape& one) { return has(one, p, decimals); });
      ASSERT_EQ(contains(*allowed, p), shaped) << "round " << round << " amount " << p << " decimals " << decimals;
      ASSERT_EQ(net.possible(p), is_possible[static_cast<std::size_t>(p)]) << "round " << round << " amount " << p;
      ok[static_cast<std::size_t>(p)] = shaped && net.possible(p);
      if (ok[static_cast<std::size_t>(p)]) last = p;
      if (p % 7 == 0 || p < 200) {
        ASSERT_EQ(at_or_below(*allowed, net, p), last) << "round " << round << " below " << p;
      }
    }
    std::int64_t following = 0;
    for (std::int64_t p = limit; p >= 1; --p) {
      if (ok[static_cast<std::size_t>(p)]) following = p;
      if (following != 0 && (p % 7 == 0 || p < 200)) {
        ASSERT_EQ(at_or_above(*allowed, net, p), following) << "round " << round << " above " << p;
      }
    }
  }
}

// Where every proposal fails, remainders must find the same as looking at every amount.
TEST(search, settles_by_remainders_what_proposals_cannot) {
  const any_shape odd_nineties = endings{{".97"}};
  const auto allowed = *automaton::build({&odd_nineties, 1}, 2);
  const stored_net quarter(fraction{5, 4});  // no gross amount is 2 modulo 5
  EXPECT_EQ(at_or_below(allowed, quarter, 1'000'000), 0);
  EXPECT_EQ(at_or_above(allowed, quarter, 1), 0);
  // 99.9999%: nearly every possible amount is even at first, odd ones come much later.
  const any_shape odd = endings{{".?1"}};
  const auto odd_amounts = *automaton::build({&odd, 1}, 2);
  const stored_net doubled(fraction{1999999, 1000000});
  const std::int64_t found = at_or_above(odd_amounts, doubled, 1);
  std::int64_t expected = 1;
  while (!(contains(odd_amounts, expected) && doubled.possible(expected))) expected += 10;
  EXPECT_EQ(found, expected);
}

// The walk alone, where it must turn back: a prefix that has a possible amount need not have one beside the limit.
TEST(search, by_remainders_agrees_with_looking_at_every_amount) {
  constexpr std::int64_t limit = 30'000;
  const fraction factors[] = {{5, 4}, {119, 100}, {1999, 1000}, {3, 1}};
  const std::vector<std::vector<any_shape>> all = {{endings{{".99", ".45"}}},
                                                   {multiple_of{"0.35"_money}},
                                                   {endings{{"9.?7", "5.?1"}}},
                                                   {avoid{{0x03FE, {}, {}, {}}}},
                                                   {}};
  for (const auto& shapes : all) {
    const auto allowed = *automaton::build(std::span<const any_shape>(shapes), 2);
    for (const fraction& factor : factors) {
      const stored_net net(factor);
      detail::remainder_search by_remainders(allowed, net);
      std::vector<std::int64_t> good;
      for (std::int64_t p = 1; p <= limit; ++p) {
        if (contains(allowed, p) && net.possible(p)) good.push_back(p);
      }
      const std::int64_t reach = good.empty() ? 0 : good.back();
      for (std::int64_t p = 1; p <= reach; p += 13) {
        const auto above = std::lower_bound(good.begin(), good.end(), p);
        ASSERT_EQ(by_remainders.at_or_above(p), *above) << p;
        const auto below = std::upper_bound(good.begin(), good.end(), p);
        if (below != good.begin()) {
          ASSERT_EQ(by_remainders.at_or_below(p), *std::prev(below)) << p;
        }
      }
    }
  }
}

// Where remainders would need too much memory, proposals go on alone.
TEST(search, by_proposals_alone_agrees_with_looking_at_every_amount) {
  const any_shape step = multiple_of{"0.89"_money};
  const auto allowed = *automaton::build({&step, 1}, 2);
  const stored_net net(fraction{1999999, 1000000});  // 99.9999%: possible amounts are even for long
  ASSERT_FALSE(detail::remainder_search::feasible(allowed, net));
  std::vector<std::int64_t> good;
  for (std::int64_t p = 89; p <= 20'000; p += 89) {
    if (net.possible(p)) good.push_back(p);
  }
  ASSERT_GT(good.size(), 50u);
  for (std::int64_t p = 1; p <= good.back(); p += 17) {
    const auto above = std::lower_bound(good.begin(), good.end(), p);
    ASSERT_EQ(at_or_above(allowed, net, p), *above) << p;
    const auto below = std::upper_bound(good.begin(), good.end(), p);
    ASSERT_EQ(at_or_below(allowed, net, p), below == good.begin() ? 0 : *std::prev(below)) << p;
  }
}

TEST(search, knows_the_ends_of_the_range) {
  const auto all = *automaton::build(std::span<const any_shape>(), 2);
  EXPECT_EQ(at_or_below(all, 0), 0);
  EXPECT_EQ(at_or_above(all, 0), 1);
  EXPECT_EQ(at_or_above(all, -5), 1);
  EXPECT_EQ(at_or_below(all, pricepoint::max_amount_minor + 1), pricepoint::max_amount_minor);
  EXPECT_EQ(at_or_above(all, pricepoint::max_amount_minor), pricepoint::max_amount_minor);
  EXPECT_EQ(at_or_above(all, pricepoint::max_amount_minor + 1), 0);
  const any_shape nines = endings{{"9999999999999.99"}};
  const auto big = *automaton::build({&nines, 1}, 2);
  EXPECT_EQ(at_or_below(big, pricepoint::max_amount_minor), 999'999'999'999'999);
  EXPECT_EQ(at_or_above(big, 1'000'000'000'000'000), 0);
  EXPECT_FALSE(contains(all, 0));
  EXPECT_FALSE(contains(all, -1));
  EXPECT_FALSE(contains(all, pricepoint::max_amount_minor + 1));
  EXPECT_TRUE(contains(all, pricepoint::max_amount_minor));
}

TEST(search, known_cases) {
  const any_shape ninety_nine = endings{{".99"}};
  const auto charm = *automaton::build({&ninety_nine, 1}, 2);
  EXPECT_EQ(at_or_below(charm, 161), 99);
  EXPECT_EQ(at_or_above(charm, 161), 199);
  // An ending that the currency cannot show never occurs.
  const auto yen = *automaton::build({&ninety_nine, 1}, 0);
  EXPECT_EQ(at_or_above(yen, 1), 0);
  // 9.99 at 20% and 15.00 at 19% are impossible where whole net cents are stored.
  EXPECT_FALSE(stored_net(fraction{6, 5}).possible(999));
  EXPECT_FALSE(stored_net(fraction{119, 100}).possible(1500));
}

// Factors whose terms do not fit 64 bits: no request has such a tax, and yet the answer is right.
TEST(search, stored_net_of_any_factor) {
  const auto factor = [](std::int64_t e8) {
    const pricepoint::detail::int128 whole = 100'000'000;
    return fraction::reduced(whole + e8, whole);
  };
  const auto all = *automaton::build(std::span<const any_shape>(), 2);
  // 92,233,720,369.5... times a cent is the least; nothing lies below it.
  const stored_net huge(factor(INT64_MAX));
  EXPECT_TRUE(huge.possible(92'233'720'370));
  EXPECT_EQ(huge.net_for(92'233'720'370), 1);
  for (const std::int64_t minor : {1L, 5'000L, 92'233'720'369L, 92'233'720'371L}) EXPECT_FALSE(huge.possible(minor));
  EXPECT_EQ(at_or_above(all, huge, 92'233'720'300), 92'233'720'370);
  EXPECT_EQ(at_or_below(all, huge, 92'233'720'400), 92'233'720'370);
  const stored_net largest(fraction{pricepoint::detail::int128{1} << 71, 1});
  EXPECT_FALSE(largest.possible(1));
  EXPECT_FALSE(largest.possible(pricepoint::max_amount_minor));
}

TEST(automaton, knows_multiples_that_are_too_large) {
  // More states than a limit allows: a multiple of such a number is no shape of digits.
  const any_shape prime = multiple_of{"10000.03"_money};
  EXPECT_FALSE(automaton::build({&prime, 1}, 2));
  EXPECT_FALSE(automaton::build(std::span<const any_shape>(), 2, 1'000'003));
  // Beyond the largest amount there is none.
  const any_shape beyond = multiple_of{"999999999999999"_money};
  const auto none = automaton::build({&beyond, 1}, 2);
  ASSERT_TRUE(none);
  EXPECT_EQ(at_or_above(*none, 1), 0);
}

TEST(automaton, stops_at_its_limit) {
  std::vector<any_shape> many;
  for (int i = 0; i < 6; ++i) {
    numbers what;
    for (int j = 0; j < 40; ++j) what.sequences.push_back(std::to_string(1000 + (i * 4001 + j * 977) % 9000));
    many.emplace_back(prefer{{what}});
  }
  EXPECT_FALSE(automaton::build(std::span<const any_shape>(many), 2, 1, 20'000));
  const any_shape ninety_nine = endings{{".99"}};
  EXPECT_LT(automaton::build({&ninety_nine, 1}, 2)->size(), 40u);
}

}  // namespace
