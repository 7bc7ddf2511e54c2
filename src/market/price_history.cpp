// SPDX-License-Identifier: Apache-2.0
// What a reduction may be compared with. Entry: price_history. Tests: tests/unit/market/price_history_test.cpp,
// tests/property/price_history_test.cpp.
#include "pricepoint/market/price_history.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace pricepoint {

namespace {

using kind = enum former_price_rule::kind;

constexpr std::int64_t day_ms = 24 * 3600 * std::int64_t{1000};

// Times far from ours stay in range.
std::int64_t days_before(std::int64_t at_unix_ms, int days) {
  const std::int64_t length = days * day_ms;
  return at_unix_ms < INT64_MIN + length ? INT64_MIN : at_unix_ms - length;
}

}  // namespace

price_history::price_history(former_price_rule rule) : rule_(std::move(rule)) {
  int longest = rule_.days;
  for (const auto& one : rule_.earlier) longest = std::max(longest, one.days);
  longest_ms_ = longest * day_ms;
}

std::optional<std::int64_t> price_history::last() const noexcept {
  if (changes_.empty()) return {};
  return changes_.back().minor;
}

bool price_history::record(std::int64_t at_unix_ms, std::int64_t price_minor) {
  if (price_minor <= 0) return false;
  if (at_unix_ms < last_unix_ms_) return false;
  last_unix_ms_ = at_unix_ms;
  if (!changes_.empty() && at_unix_ms == changes_.back().at_unix_ms) {
    // The earlier record of that instant never held.
    if (price_minor == changes_.back().minor) return true;
    changes_.pop_back();
    running_ = before_last_;
  }
  if (changes_.empty()) {
    changes_.push_back({at_unix_ms, price_minor});
    return true;
  }
  if (price_minor == changes_.back().minor) return true;
  before_last_ = running_;
  if (price_minor > changes_.back().minor) {
    running_.reset();
  } else if (!running_ || !continues(*running_)) {
    running_ = begin(at_unix_ms);
  }
  changes_.push_back({at_unix_ms, price_minor});
  forget(at_unix_ms);
  return true;
}

std::optional<std::int64_t> price_history::lowest_prior(std::int64_t at_unix_ms, std::int64_t new_minor) const {
  if (changes_.empty() || rule_.rule == kind::none) return {};
  const std::int64_t in_force = changes_.back().minor;
  const bool goes_on = running_ && (new_minor == in_force || (new_minor < in_force && continues(*running_)));
  const reduction of = goes_on ? *running_ : begin(at_unix_ms);
  if (at_unix_ms > of.shown_until_unix_ms) return {};
  return of.prior;
}

// Whether a further cut belongs to the reduction that runs.
bool price_history::continues(const reduction& running) const noexcept {
  if (rule_.rule == kind::lowest) return rule_.progressive;
  return rule_.rule == kind::half_time && running.for_successive_cuts;
}

price_history::reduction price_history::begin(std::int64_t at_unix_ms) const {
  reduction made;
  switch (rule_.rule) {
    case kind::none:
      break;
    case kind::lowest:
      made.prior = lowest(at_unix_ms);
      break;
    case kind::majority:
      made.prior = majority(at_unix_ms);
      break;
    case kind::half_time:
      return half_time(at_unix_ms);
  }
  return made;
}

std::optional<std::int64_t> price_history::lowest(std::int64_t begin_unix_ms) const {
  int days = rule_.days;
  for (const auto& one : rule_.earlier) {
    if (begin_unix_ms < one.until_unix_ms) {
      days = one.days;
      break;
    }
  }
  const std::int64_t from = days_before(begin_unix_ms, days);
  std::optional<std::int64_t> least;
  for (std::size_t i = changes_.size(); i-- > 0;) {
    const change& one = changes_[i];
    if (one.at_unix_ms >= begin_unix_ms) continue;
    if (!least || one.minor < *least) least = one.minor;
    if (one.at_unix_ms <= from) break;  // the one in force when the window opens
  }
  return least;
}

std::optional<std::int64_t> price_history::majority(std::int64_t begin_unix_ms) const {
  const std::int64_t from = days_before(begin_unix_ms, rule_.days);
  struct time_at {
    std::int64_t length_ms = 0;
    std::int64_t end_unix_ms = 0;
  };
  std::map<std::int64_t, time_at> charged;
  std::int64_t on_sale = 0;
  std::int64_t end = begin_unix_ms;
  for (std::size_t i = changes_.size(); i-- > 0;) {
    const change& one = changes_[i];
    if (one.at_unix_ms >= begin_unix_ms) continue;
    const std::int64_t start = std::max(one.at_unix_ms, from);
    time_at& at = charged[one.minor];
    if (at.length_ms == 0) at.end_unix_ms = end;
    at.length_ms += end - start;
    on_sale += end - start;
    end = start;
    if (one.at_unix_ms <= from) break;
  }
  for (const auto& [minor, at] : charged) {
    if (2 * at.length_ms > on_sale && at.length_ms >= rule_.least_days * day_ms &&
        begin_unix_ms - at.end_unix_ms < rule_.recent_days * day_ms) {
      return minor;
    }
  }
  return {};
}

price_history::reduction price_history::half_time(std::int64_t begin_unix_ms) const {
  reduction made;
  const auto before = std::find_if(changes_.rbegin(), changes_.rend(),
                                   [&](const change& one) { return one.at_unix_ms < begin_unix_ms; });
  if (before == changes_.rend()) return made;
  made.prior = before->minor;
  const std::int64_t charged = begin_unix_ms - before->at_unix_ms;
  if (charged >= rule_.days * day_ms) {
    made.for_successive_cuts = true;
  } else {
    const std::int64_t shown = std::min(charged / 2, rule_.most_days * day_ms);
    made.shown_until_unix_ms = begin_unix_ms + shown;
  }
  return made;
}

// Keeps the price in force when the longest window before `now` opens, and all later ones.
void price_history::forget(std::int64_t now_unix_ms) {
  const std::int64_t from = now_unix_ms < INT64_MIN + longest_ms_ ? INT64_MIN : now_unix_ms - longest_ms_;
  while (changes_.size() > 1 && changes_[1].at_unix_ms <= from) changes_.pop_front();
}

}  // namespace pricepoint
