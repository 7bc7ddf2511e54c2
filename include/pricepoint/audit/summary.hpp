// SPDX-License-Identifier: Apache-2.0
// Figures over an audit: how channels stand to each other, minimum advertised prices, dispersion, and who breaks what.
//
// Rates are whole hundredths of a percent, rounded half up: 1250 is 12.50%. Each gap, depth and range is rounded so
// before means and medians are taken of it, and these are rounded again; a median of an even count is the mean of the
// middle two. Summaries of parts of the offers can be added; the parts must not share a product and market.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "pricepoint/audit/finding.hpp"
#include "pricepoint/detail/int128.hpp"
#include "pricepoint/money/exact.hpp"

namespace pricepoint {

namespace detail {

// An exact sum of products: in 128 bits while they suffice.
class exact_sum {
 public:
  void add_product(const fraction& a, const fraction& b);
  void add(const exact_sum& other);
  boost::multiprecision::cpp_rational value() const;
  bool is_zero() const { return fast_ == 0 && rest_ == 0; }

 private:
  int128 fast_ = 0;
  boost::multiprecision::cpp_rational rest_ = 0;
};

}  // namespace detail

// Whole numbers counted by value: exact figures in memory that does not grow with the number of values.
class tally_of_rates {
 public:
  void add(std::int64_t value_e2, std::uint64_t times = 1);
  void add(const tally_of_rates& other);

  std::uint64_t count() const noexcept { return count_; }
  std::optional<std::int64_t> mean_e2() const;
  std::optional<std::int64_t> median_e2() const;
  std::optional<std::int64_t> largest_e2() const;
  std::uint64_t within(std::int64_t size_e2) const;  // -size <= value <= size

 private:
  boost::unordered_flat_map<std::int64_t, std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  detail::int128 sum_ = 0;
};

// How an online channel stands to a traditional one over the same products. Every offer on the online channel counts
// for which the other's price is known, in its own row or among the offers.
struct channel_pair {
  std::uint64_t compared = 0, identical = 0, lower = 0, higher = 0;
  std::uint64_t in_breach = 0;  // of the compared offers: those with a breach of any rule
  tally_of_rates gaps;          // (r - p) / r
  // Over offers with `units`: 100 * sum of units * p over sum of units * r.
  detail::exact_sum weighted_price, weighted_reference;
  std::uint64_t weighted = 0;
  std::optional<std::int64_t> price_index_e2() const;  // 10000: as dear as the other

  void add(const channel_pair& other);
};

// Offers that have a minimum advertised price, `map`, whether a rule asks for it or not.
struct map_figures {
  std::uint64_t offers = 0;
  tally_of_rates depths;  // (map - p) / map of those below it
  std::uint64_t violations() const noexcept { return depths.count(); }

  void add(const map_figures& other);
};

struct finding_counts {
  std::uint64_t breaches = 0, warnings = 0, notices = 0, unchecked = 0;

  void add(finding_severity severity) noexcept;
  void add(const finding_counts& other) noexcept;
};

struct seller_figures {
  std::uint64_t offers = 0, in_breach = 0;
  finding_counts findings;
  map_figures map;

  void add(const seller_figures& other);
};

struct audit_summary {
  std::uint64_t products = 0;  // products in a market
  std::uint64_t offers = 0, in_breach = 0;
  finding_counts findings;
  std::map<std::tuple<std::string, std::string, std::string>, channel_pair> pairs;  // market, online, traditional
  std::map<std::pair<std::string, std::string>, map_figures> map;                   // market, channel
  // By market: (highest - lowest) / lowest of the public offers of a product, where there are two or more.
  std::map<std::string, tally_of_rates> dispersion;
  std::map<std::string, finding_counts> rules;
  std::map<std::string, seller_figures> sellers;  // the empty name: offers without one

  void add(const audit_summary& other);
};

// part / whole in hundredths of a percent, half up; nothing where whole is 0.
std::optional<std::int64_t> share_e2(std::uint64_t part, std::uint64_t whole) noexcept;

// "12.50%", "-0.05%".
std::string percent_text(std::int64_t value_e2);

}  // namespace pricepoint
