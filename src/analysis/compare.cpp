// SPDX-License-Identifier: Apache-2.0
// The figures of a comparison: integers only, so that adding up in any order gives the same.
// Entry: comparison. Tests: tests/unit/analysis/compare_test.cpp, tests/golden/compare.py.
#include "pricepoint/analysis/compare.hpp"

#include <algorithm>
#include <utility>

#include "pricepoint/money/rounding.hpp"

namespace pricepoint {

namespace {

using detail::int128;

// A decimal in units of 10^-9.
int128 e9(const decimal& value) {
  return value.coefficient() * detail::powers_of_ten[static_cast<std::size_t>(9 - value.scale())];
}

// Endings of a currency are numbered: with decimals those that are not zero, then the last digit before zeros; without
// decimals the last two digits.
std::size_t ending_count(currency in) {
  if (in.digits() == 0) return 100;
  return static_cast<std::size_t>(detail::powers_of_ten[static_cast<std::size_t>(in.digits())]) + 10;
}

std::size_t ending_of(const amount& price) {
  if (price.currency.digits() == 0) return static_cast<std::size_t>(price.minor % 100);
  const std::int64_t whole = detail::powers_of_ten[static_cast<std::size_t>(price.currency.digits())];
  const std::int64_t decimals = price.minor % whole;
  return static_cast<std::size_t>(decimals != 0 ? decimals : whole + price.minor / whole % 10);
}

std::string ending_text(std::size_t ending, currency in) {
  std::string text;
  const auto value = static_cast<std::int64_t>(ending);
  if (in.digits() == 0) {
    detail::append_unsigned(text, static_cast<detail::uint128>(value), 2);
    return text;
  }
  const std::int64_t whole = detail::powers_of_ten[static_cast<std::size_t>(in.digits())];
  if (value >= whole) {
    detail::append_scaled(text, int128{value - whole} * whole, in.digits());
    return text;
  }
  text.push_back('.');
  detail::append_unsigned(text, static_cast<detail::uint128>(value), in.digits());
  return text;
}

// Whether a change of so many hundredths of a percent is more than the rate.
bool is_more(std::int64_t hundredths, rate limit) {
  constexpr std::int64_t e8_of_a_hundredth = 10'000;
  const int128 size = hundredths < 0 ? -int128{hundredths} : int128{hundredths};
  return size * e8_of_a_hundredth > limit.e8();
}

void add_all(std::vector<std::uint64_t>& to, const std::vector<std::uint64_t>& from) {
  if (to.size() < from.size()) to.resize(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) to[i] += from[i];
}

using extreme = comparison_summary::extreme;

// By the size of the change, then by the place.
bool comes_first(const extreme& one, const extreme& other, bool up) {
  if (one.change != other.change) return up ? one.change > other.change : one.change < other.change;
  return one.place < other.place;
}

}  // namespace

std::string_view to_string(policy_difference::kind value) noexcept {
  constexpr std::string_view names[] = {"added", "removed", "changed", "setting", "carried"};
  return names[static_cast<std::size_t>(value)];
}

std::int64_t change_hundredths(std::int64_t before_minor, std::int64_t after_minor) noexcept {
  const int128 made =
      detail::divide((int128{after_minor} - before_minor) * 10'000, int128{before_minor}, rounding::half_up);
  return made > max_change_hundredths ? max_change_hundredths : static_cast<std::int64_t>(made);
}

// ---- histogram and sums

void change_histogram::add(std::int64_t hundredths) {
  const std::int64_t kept = std::clamp(hundredths, min_counted, max_counted);
  const auto place = static_cast<std::size_t>(kept - min_counted);
  // Doubled, so that rising changes do not move the counts at every step.
  if (place >= counts_.size()) counts_.resize(std::max(place + 1, std::min<std::size_t>(2 * place, 1u << 20)));
  ++counts_[place];
  ++count_;
  sum_ += hundredths;
}

void change_histogram::add(const change_histogram& other) {
  add_all(counts_, other.counts_);
  count_ += other.count_;
  sum_ += other.sum_;
}

std::optional<std::int64_t> change_histogram::mean() const noexcept {
  if (count_ == 0) return {};
  return static_cast<std::int64_t>(detail::divide(sum_, static_cast<int128>(count_), rounding::half_up));
}

std::optional<std::int64_t> change_histogram::percentile(unsigned percent) const noexcept {
  if (count_ == 0) return {};
  const int128 rank = detail::divide(static_cast<int128>(count_) * percent, 100, rounding::up);
  int128 seen = 0;
  for (std::size_t place = 0; place < counts_.size(); ++place) {
    seen += static_cast<int128>(counts_[place]);
    if (seen >= rank) return min_counted + static_cast<std::int64_t>(place);
  }
  return max_counted;
}

void exact_sum::add_product(int128 value, int128 factor) noexcept {
  int128 product = 0;
  beyond_ =
      beyond_ || __builtin_mul_overflow(value, factor, &product) || __builtin_add_overflow(value_, product, &value_);
}

void exact_sum::add(const exact_sum& other) noexcept {
  beyond_ = beyond_ || other.beyond_ || __builtin_add_overflow(value_, other.value_, &value_);
}

std::optional<int128> exact_sum::rounded(int shift) const noexcept {
  if (beyond_) return {};
  return detail::divide(value_, detail::powers_of_ten[static_cast<std::size_t>(shift)], rounding::half_up);
}

// ---- the summary

bool comparison_summary::exceeded() const noexcept {
  return std::any_of(gates.begin(), gates.end(), [](const gate& one) { return one.exceeded; });
}

std::int64_t comparison_summary::changed_share() const noexcept {
  if (rows == 0) return 0;
  return static_cast<std::int64_t>(
      detail::divide(static_cast<int128>(changed) * 10'000, static_cast<int128>(rows), rounding::half_up));
}

comparison::comparison(std::shared_ptr<const policy_difference> of, const comparison_gates& gates)
    : of_(std::move(of)),
      gates_(gates),
      effects_(of_->markets().size()),
      endings_(of_->markets().size()),
      causes_(of_->parts().size()) {}

void comparison::add(const compared& one, std::string_view sku, std::uint64_t place) {
  ++rows_;
  ++transitions_[static_cast<std::size_t>(one.status_before())][static_cast<std::size_t>(one.status_after())];
  const std::optional<amount> before = one.price_before();
  const std::optional<amount> after = one.price_after();
  if (before) add_ending(*before, one.market_index, 0);
  if (after) add_ending(*after, one.market_index, 1);
  if (before && after && one.units && before->currency == after->currency) add_effect(one, *before, *after);
  if (!one.changed) return;
  ++changed_;
  gained_ += !before && after ? 1 : 0;
  lost_ += before && !after ? 1 : 0;
  for (const std::uint32_t cause : one.causes) ++causes_[cause];
  if (one.change) add_change(one, sku, place);
}

void comparison::add_change(const compared& one, std::string_view sku, std::uint64_t place) {
  ++repriced_;
  changes_.add(*one.change);
  if (gates_.max_change && is_more(*one.change, *gates_.max_change)) ++beyond_max_change_;
  const amount before = *one.price_before();
  const amount after = *one.price_after();
  const bool up = after.minor > before.minor;
  ++(up ? up_ : down_);
  std::optional<extreme>& best = up ? largest_up_ : largest_down_;
  // Most are not, and then nothing is copied.
  if (best && (up ? *one.change < best->change : *one.change > best->change)) return;
  extreme made{
      std::string(sku), std::string(one.channel), of_->markets()[one.market_index], before, after, *one.change, place};
  if (!best || comes_first(made, *best, up)) best = std::move(made);
}

void comparison::add_effect(const compared& one, const amount& before, const amount& after) {
  std::vector<money_effect>& of_market = effects_[one.market_index];
  if (of_market.empty()) of_market.resize(of_->channels().size());
  money_effect& effect = of_market[one.channel_index];
  const int128 units = e9(*one.units);
  effect.currency = after.currency;
  ++effect.revenue_rows;
  effect.revenue[0].add_product(units, before.minor);
  effect.revenue[1].add_product(units, after.minor);
  if (!one.margin_before_e9 || !one.margin_after_e9) return;
  ++effect.margin_rows;
  effect.margin[0].add_product(units, *one.margin_before_e9);
  effect.margin[1].add_product(units, *one.margin_after_e9);
}

void comparison::add_ending(const amount& price, std::size_t market, std::size_t side) {
  ending_counts& of = endings_[market][side];
  if (of.counts.empty()) {
    of.currency = price.currency;
    of.counts.resize(ending_count(price.currency));
  }
  ++of.counts[ending_of(price)];
}

void comparison::add(const comparison& other) {
  rows_ += other.rows_;
  changed_ += other.changed_;
  repriced_ += other.repriced_;
  up_ += other.up_;
  down_ += other.down_;
  gained_ += other.gained_;
  lost_ += other.lost_;
  beyond_max_change_ += other.beyond_max_change_;
  for (std::size_t i = 0; i < transitions_.size(); ++i) {
    for (std::size_t j = 0; j < transitions_[i].size(); ++j) transitions_[i][j] += other.transitions_[i][j];
  }
  changes_.add(other.changes_);
  const auto better = [](std::optional<extreme>& best, const std::optional<extreme>& one, bool up) {
    if (one && (!best || comes_first(*one, *best, up))) best = one;
  };
  better(largest_up_, other.largest_up_, true);
  better(largest_down_, other.largest_down_, false);
  for (std::size_t market = 0; market < effects_.size(); ++market) {
    if (other.effects_[market].empty()) continue;
    effects_[market].resize(of_->channels().size());
    for (std::size_t channel = 0; channel < effects_[market].size(); ++channel) {
      const money_effect& from = other.effects_[market][channel];
      money_effect& to = effects_[market][channel];
      if (from.revenue_rows > 0) to.currency = from.currency;
      to.revenue_rows += from.revenue_rows;
      to.margin_rows += from.margin_rows;
      for (std::size_t side = 0; side < 2; ++side) {
        to.revenue[side].add(from.revenue[side]);
        to.margin[side].add(from.margin[side]);
      }
    }
  }
  for (std::size_t market = 0; market < endings_.size(); ++market) {
    for (std::size_t side = 0; side < 2; ++side) {
      const ending_counts& from = other.endings_[market][side];
      if (from.counts.empty()) continue;
      endings_[market][side].currency = from.currency;
      add_all(endings_[market][side].counts, from.counts);
    }
  }
  add_all(causes_, other.causes_);
}

comparison_summary comparison::summary() const {
  comparison_summary out;
  out.rows = rows_;
  out.changed = changed_;
  out.repriced = repriced_;
  out.up = up_;
  out.down = down_;
  out.gained = gained_;
  out.lost = lost_;
  out.mean = changes_.mean();
  out.p5 = changes_.percentile(5);
  out.p50 = changes_.percentile(50);
  out.p95 = changes_.percentile(95);
  out.largest_up = largest_up_;
  out.largest_down = largest_down_;
  constexpr auto conflict = static_cast<std::size_t>(status::conflict);
  for (std::size_t i = 0; i < transitions_.size(); ++i) {
    for (std::size_t j = 0; j < transitions_[i].size(); ++j) {
      if (transitions_[i][j] == 0) continue;
      out.transitions.push_back({static_cast<status>(i), static_cast<status>(j), transitions_[i][j]});
      if (j == conflict && i != conflict) out.new_conflicts += transitions_[i][j];
    }
  }
  for (std::size_t market = 0; market < effects_.size(); ++market) {
    for (std::size_t channel = 0; channel < effects_[market].size(); ++channel) {
      const money_effect& one = effects_[market][channel];
      const std::string& in = of_->markets()[market];
      const std::string& on = of_->channels()[channel];
      if (one.revenue_rows > 0) {
        out.revenue.push_back(
            {in, on, one.currency, one.revenue_rows, one.revenue[0].rounded(9), one.revenue[1].rounded(9)});
      }
      if (one.margin_rows > 0) {
        out.margin.push_back(
            {in, on, one.currency, one.margin_rows, one.margin[0].rounded(18), one.margin[1].rounded(18)});
      }
    }
  }
  for (std::size_t market = 0; market < endings_.size(); ++market) {
    std::vector<comparison_summary::ending> all;
    for (std::size_t side = 0; side < 2; ++side) {
      const ending_counts& of = endings_[market][side];
      for (std::size_t ending = 0; ending < of.counts.size(); ++ending) {
        if (of.counts[ending] == 0) continue;
        std::string text = ending_text(ending, of.currency);
        auto found = std::find_if(all.begin(), all.end(),
                                  [&](const auto& one) { return one.currency == of.currency && one.text == text; });
        if (found == all.end()) found = all.insert(found, {of_->markets()[market], of.currency, std::move(text), 0, 0});
        (side == 0 ? found->before : found->after) = of.counts[ending];
      }
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
      if (a.after != b.after) return a.after > b.after;
      if (a.before != b.before) return a.before > b.before;
      return a.text != b.text ? a.text < b.text : a.currency < b.currency;
    });
    out.endings.insert(out.endings.end(), std::make_move_iterator(all.begin()), std::make_move_iterator(all.end()));
  }
  for (std::size_t i = 0; i < causes_.size(); ++i) {
    if (causes_[i] > 0) out.causes.push_back({of_->parts()[i].name, of_->parts()[i].kind, causes_[i]});
  }
  std::stable_sort(out.causes.begin(), out.causes.end(), [](const auto& a, const auto& b) { return a.rows > b.rows; });
  if (gates_.max_change) {
    out.gates.push_back({"max-change", gates_.max_change, beyond_max_change_, beyond_max_change_ > 0});
  }
  if (gates_.max_changed) {
    const bool more =
        static_cast<int128>(changed_) * 100'000'000 > static_cast<int128>(rows_) * gates_.max_changed->e8();
    out.gates.push_back({"max-changed", gates_.max_changed, changed_, more});
  }
  if (gates_.no_new_conflicts) {
    out.gates.push_back({"no-new-conflicts", {}, out.new_conflicts, out.new_conflicts > 0});
  }
  return out;
}

}  // namespace pricepoint
