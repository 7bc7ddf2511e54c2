// SPDX-License-Identifier: Apache-2.0
// The figures of an audit. Entry: audit_summary. Covered by tests/unit/audit/summary_test.cpp and
// tests/golden/audit.py.
#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <utility>

#include "pricepoint/audit/auditor.hpp"
#include "pricepoint/money/rounding.hpp"

namespace pricepoint {

namespace {

using boost::multiprecision::cpp_int;
using boost::multiprecision::cpp_rational;
using detail::int128;

cpp_int big(int128 value) {
  const bool negative = value < 0;
  const detail::uint128 size = detail::magnitude(value);
  cpp_int made = static_cast<std::uint64_t>(size >> 64);
  made <<= 64;
  made += static_cast<std::uint64_t>(size);
  return negative ? cpp_int(-made) : made;
}

std::int64_t rounded_half_up(int128 numerator, int128 denominator) {
  return static_cast<std::int64_t>(detail::divide(numerator, denominator, rounding::half_up));
}

template <class Map>
void add_each(Map& to, const Map& from) {
  for (const auto& [key, value] : from) to[key].add(value);
}

}  // namespace

namespace detail {

struct exact_sum::large {
  cpp_rational value;
};

void exact_sum::add_large(const large& more) {
  rest_ = std::make_shared<const large>(large{rest_ == nullptr ? more.value : cpp_rational(rest_->value + more.value)});
}

void exact_sum::add_product(const fraction& a, const fraction& b) {
  int128 product = 0;
  int128 sum = 0;
  if (a.denominator == 1 && b.denominator == 1 && !__builtin_mul_overflow(a.numerator, b.numerator, &product) &&
      !__builtin_add_overflow(fast_, product, &sum)) {
    fast_ = sum;
    return;
  }
  add_large({cpp_rational(big(a.numerator) * big(b.numerator), big(a.denominator) * big(b.denominator))});
}

void exact_sum::add(const exact_sum& other) {
  int128 sum = 0;
  if (__builtin_add_overflow(fast_, other.fast_, &sum)) {
    add_large({cpp_rational(big(other.fast_))});
  } else {
    fast_ = sum;
  }
  if (other.rest_ != nullptr) add_large(*other.rest_);
}

std::optional<std::int64_t> exact_sum::share_e4(const exact_sum& whole) const {
  const auto value = [](const exact_sum& of) {
    const cpp_rational small(big(of.fast_));
    return of.rest_ == nullptr ? small : cpp_rational(small + of.rest_->value);
  };
  const cpp_rational below = value(whole);
  if (below <= 0) return {};
  // Never negative, so adding a half and cutting rounds half up.
  const cpp_rational raised = value(*this) * 10'000 / below + cpp_rational(1, 2);
  const cpp_int share = numerator(raised) / denominator(raised);
  if (share > INT64_MAX) return {};
  return static_cast<std::int64_t>(share);
}

}  // namespace detail

struct tally_of_rates::counts {
  boost::unordered_flat_map<std::int64_t, std::uint64_t> by_value;
};

tally_of_rates::tally_of_rates() noexcept = default;
tally_of_rates::tally_of_rates(const tally_of_rates& other)
    : counts_(other.counts_ ? std::make_unique<counts>(*other.counts_) : nullptr),
      count_(other.count_),
      sum_(other.sum_) {}
tally_of_rates::tally_of_rates(tally_of_rates&& other) noexcept
    : counts_(std::move(other.counts_)), count_(std::exchange(other.count_, 0)), sum_(std::exchange(other.sum_, 0)) {}
tally_of_rates& tally_of_rates::operator=(tally_of_rates other) noexcept {
  std::swap(counts_, other.counts_);
  std::swap(count_, other.count_);
  std::swap(sum_, other.sum_);
  return *this;
}
tally_of_rates::~tally_of_rates() = default;

void tally_of_rates::add(std::int64_t value_bp, std::uint64_t times) {
  if (!counts_) counts_ = std::make_unique<counts>();
  counts_->by_value[value_bp] += times;
  count_ += times;
  sum_ += static_cast<int128>(value_bp) * static_cast<int128>(times);
}

void tally_of_rates::add(const tally_of_rates& other) {
  if (!other.counts_) return;
  for (const auto& [value, times] : other.counts_->by_value) add(value, times);
}

std::optional<std::int64_t> tally_of_rates::mean_bp() const {
  if (count_ == 0) return {};
  return rounded_half_up(sum_, static_cast<int128>(count_));
}

std::optional<std::int64_t> tally_of_rates::median_bp() const {
  if (count_ == 0) return {};
  std::vector<std::pair<std::int64_t, std::uint64_t>> sorted(counts_->by_value.begin(), counts_->by_value.end());
  std::sort(sorted.begin(), sorted.end());
  const auto at = [&](std::uint64_t rank) {  // from 0
    for (const auto& [value, times] : sorted) {
      if (rank < times) return value;
      rank -= times;
    }
    return sorted.back().first;
  };
  const std::int64_t upper = at(count_ / 2);
  if (count_ % 2 == 1) return upper;
  return rounded_half_up(static_cast<int128>(at(count_ / 2 - 1)) + upper, 2);
}

std::optional<std::int64_t> tally_of_rates::largest_bp() const {
  if (count_ == 0) return {};
  return std::max_element(counts_->by_value.begin(), counts_->by_value.end(),
                          [](const auto& a, const auto& b) { return a.first < b.first; })
      ->first;
}

std::uint64_t tally_of_rates::within(std::int64_t size_bp) const {
  std::uint64_t inside = 0;
  if (!counts_) return 0;
  for (const auto& [value, times] : counts_->by_value) {
    if (-size_bp <= value && value <= size_bp) inside += times;
  }
  return inside;
}

std::optional<std::int64_t> channel_pair::price_index_bp() const { return weighted_price.share_e4(weighted_reference); }

void channel_pair::add(const channel_pair& other) {
  compared += other.compared;
  identical += other.identical;
  lower += other.lower;
  higher += other.higher;
  in_breach += other.in_breach;
  gaps.add(other.gaps);
  weighted_price.add(other.weighted_price);
  weighted_reference.add(other.weighted_reference);
  weighted += other.weighted;
}

void map_figures::add(const map_figures& other) {
  offers += other.offers;
  depths.add(other.depths);
}

void finding_counts::add(finding_severity severity) noexcept {
  switch (severity) {
    case finding_severity::breach:
      ++breaches;
      break;
    case finding_severity::warning:
      ++warnings;
      break;
    case finding_severity::notice:
      ++notices;
      break;
    case finding_severity::unchecked:
      ++unchecked;
      break;
    case finding_severity::invalid:
      ++invalid;
      break;
  }
}

void finding_counts::add(const finding_counts& other) noexcept {
  breaches += other.breaches;
  warnings += other.warnings;
  notices += other.notices;
  unchecked += other.unchecked;
  invalid += other.invalid;
}

void seller_figures::add(const seller_figures& other) {
  offers += other.offers;
  in_breach += other.in_breach;
  findings.add(other.findings);
  map.add(other.map);
}

void audit_summary::add_unreadable(std::uint64_t rows) noexcept {
  offers += rows;
  findings.invalid += rows;
}

void audit_summary::add(const audit_summary& other) {
  products += other.products;
  offers += other.offers;
  in_breach += other.in_breach;
  findings.add(other.findings);
  add_each(pairs, other.pairs);
  add_each(map, other.map);
  add_each(dispersion, other.dispersion);
  add_each(rules, other.rules);
  add_each(sellers, other.sellers);
}

std::optional<std::int64_t> share_bp(std::uint64_t part, std::uint64_t whole) noexcept {
  if (whole == 0) return {};
  return rounded_half_up(static_cast<int128>(part) * 10'000, static_cast<int128>(whole));
}

std::string percent_text(std::int64_t value_bp) {
  std::string text;
  detail::append_scaled(text, value_bp, 2);
  text += '%';
  return text;
}

}  // namespace pricepoint
