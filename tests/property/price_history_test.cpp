// SPDX-License-Identifier: Apache-2.0
// price_history against an evaluator that keeps every record and looks at every change anew.
#include "pricepoint/market/price_history.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <vector>

#include "property/seed.hpp"

namespace {

using pricepoint::former_price_rule;
using kind = enum former_price_rule::kind;

constexpr std::int64_t day = 86'400'000;

struct record {
  std::int64_t at = 0;
  std::int64_t price = 0;
};

// From the words of market/table.hpp and market/price_history.hpp alone; forgets nothing.
class slow_history {
 public:
  explicit slow_history(former_price_rule rule) : rule_(std::move(rule)) {}

  void add(record one) {
    if (!all_.empty() && all_.back().at == one.at) all_.pop_back();
    all_.push_back(one);
  }

  std::optional<std::int64_t> prior(std::int64_t at, std::int64_t price) const {
    std::vector<record> steps;  // changes alone
    for (const record& one : all_) {
      if (steps.empty() || steps.back().price != one.price) steps.push_back(one);
    }
    if (steps.empty()) return {};
    if (steps.back().price != price) steps.push_back({at, price});
    const std::size_t asked = steps.size() - 1;
    const auto is_cut = [&](std::size_t i) { return i > 0 && steps[i].price < steps[i - 1].price; };
    if (!is_cut(asked)) return compare(steps, at, at);
    std::size_t first = asked;
    while (is_cut(first - 1)) --first;
    for (std::size_t i = first + 1; i <= asked; ++i) {
      if (!takes_further_cuts(steps, first)) first = i;
    }
    return compare(steps, steps[first].at, at);
  }

 private:
  // Whether a cut after the one at `first` belongs to the same reduction.
  bool takes_further_cuts(const std::vector<record>& steps, std::size_t first) const {
    if (rule_.rule == kind::lowest) return rule_.progressive;
    return rule_.rule == kind::half_time && steps[first].at - steps[first - 1].at >= rule_.days * day;
  }

  std::int64_t price_at(const std::vector<record>& steps, std::int64_t at) const {
    std::int64_t price = 0;
    for (const record& one : steps) {
      if (one.at <= at) price = one.price;
    }
    return price;
  }

  std::optional<std::int64_t> compare(const std::vector<record>& steps, std::int64_t begin, std::int64_t at) const {
    std::vector<std::int64_t> edges;
    for (const record& one : steps) {
      if (one.at < begin) edges.push_back(one.at);
    }
    if (edges.empty() || rule_.rule == kind::none) return {};
    int days = rule_.days;
    for (auto one = rule_.earlier.rbegin(); one != rule_.earlier.rend(); ++one) {
      if (begin < one->until_unix_ms) days = one->days;
    }
    const std::int64_t from = begin - days * day;
    if (rule_.rule == kind::half_time) {
      const std::int64_t price = price_at(steps, begin - 1);
      std::int64_t since = begin;
      for (auto one = edges.rbegin(); one != edges.rend() && price_at(steps, *one) == price; ++one) since = *one;
      if (begin - since >= rule_.days * day) return price;
      return at - begin <= std::min((begin - since) / 2, rule_.most_days * day) ? std::optional(price) : std::nullopt;
    }
    // Stretches of one price between two edges, cut at the window.
    std::optional<std::int64_t> least;
    std::int64_t on_sale = 0;
    std::vector<record> stretches;  // `at`: length
    edges.push_back(begin);
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
      const std::int64_t start = std::max(edges[i], from);
      if (edges[i + 1] <= start) continue;
      const std::int64_t price = price_at(steps, start);
      if (!least || price < *least) least = price;
      stretches.push_back({edges[i + 1] - start, price});
      on_sale += edges[i + 1] - start;
    }
    if (rule_.rule == kind::lowest) return least;
    for (const record& one : stretches) {
      std::int64_t length = 0;
      std::int64_t end = from;
      std::int64_t now = std::max(edges.front(), from);
      for (const record& other : stretches) {
        now += other.at;
        if (other.price != one.price) continue;
        length += other.at;
        end = now;
      }
      if (2 * length > on_sale && length >= rule_.least_days * day && begin - end < rule_.recent_days * day)
        return one.price;
    }
    return {};
  }

  former_price_rule rule_;
  std::vector<record> all_;
};

TEST(price_history_property, agrees_with_one_that_forgets_nothing) {
  const std::uint64_t seed = testing_seed();
  std::mt19937_64 random(seed);
  const auto pick = [&](std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(high - low + 1));
  };
  for (int round = 0; round < 4000; ++round) {
    former_price_rule rule;
    rule.rule = static_cast<kind>(pick(1, 3));
    rule.days = static_cast<int>(pick(1, 12));
    rule.least_days = static_cast<int>(pick(1, 4));
    rule.recent_days = static_cast<int>(pick(1, 5));
    rule.most_days = static_cast<int>(pick(1, 5));
    if (rule.rule == kind::lowest) {
      rule.progressive = pick(0, 1) == 1;
      if (pick(0, 2) == 0) rule.earlier.push_back({pick(0, 40) * day, static_cast<int>(pick(1, 20))});
    }
    pricepoint::price_history fast(rule);
    slow_history slow(rule);
    std::int64_t now = 0;
    for (int i = 0; i < 25; ++i) {
      // Whole and half days, so that windows often open exactly at a change.
      now += pick(0, 8) * day / 2;
      const std::int64_t price = pick(1, 4) * 10;
      ASSERT_TRUE(fast.record(now, price));
      slow.add({now, price});
      const std::int64_t at = now + pick(0, 10) * day / 2;
      const std::int64_t asked = pick(0, 5) * 10 + 5 * pick(0, 1) + 1;
      for (const std::int64_t one : {asked, price}) {
        ASSERT_EQ(fast.lowest_prior(at, one), slow.prior(at, one))
            << "seed " << seed << " round " << round << " record " << i << " price " << one << " rule "
            << static_cast<int>(rule.rule) << " days " << rule.days;
      }
    }
  }
}

}  // namespace
