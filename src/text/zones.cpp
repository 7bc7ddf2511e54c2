// SPDX-License-Identifier: Apache-2.0
// Offsets and local times. Entries: time_zone::from_local, time_zone::offset_at, zone_rule::read. Tests:
// tests/unit/text/zones_test.cpp, tests/zones.
#include "text/zones.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace pricepoint::policy_language {

namespace {

constexpr std::int64_t seconds_per_day = 86'400;
constexpr std::size_t longest_zone_name = 64;

std::int64_t days_before(std::int64_t year, unsigned month, unsigned day) {
  const std::chrono::sys_days at{std::chrono::year(static_cast<int>(year)) / static_cast<int>(month) /
                                 static_cast<int>(day)};
  return at.time_since_epoch().count();
}

std::int64_t year_of(std::int64_t seconds) {
  const std::chrono::sys_days day = std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(
      std::chrono::seconds(std::clamp(seconds, std::int64_t{-1} << 36, std::int64_t{1} << 38))));
  return int{std::chrono::year_month_day(day).year()};
}

std::int64_t resolved(std::span<const clock_change> changes, std::int32_t at_first, std::int64_t local) {
  // The clock reads `at + before` when it is changed: the first change at which it has passed `local` ends the search.
  const auto next = std::partition_point(changes.begin(), changes.end(),
                                         [&](const clock_change& one) { return one.at + one.before <= local; });
  if (next == changes.begin()) return local - (changes.empty() ? at_first : changes.front().before);
  const clock_change& last = *(next - 1);
  return local - (local < last.at + last.after ? last.before : last.after);
}

std::int32_t offset_among(std::span<const clock_change> changes, std::int32_t at_first, std::int64_t at) {
  const auto next =
      std::partition_point(changes.begin(), changes.end(), [&](const clock_change& one) { return one.at <= at; });
  if (next != changes.begin()) return (next - 1)->after;
  return changes.empty() ? at_first : changes.front().before;
}

}  // namespace

// ---- the rule of POSIX

class zone_rule::cursor {
 public:
  explicit cursor(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool at(char c) const { return !rest_.empty() && rest_.front() == c; }
  bool skip(char c) {
    if (!at(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // A name says nothing here: "CET", or "<+0530>".
  bool skip_name() {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const bool quoted = skip('<');
    std::size_t size = 0;
    while (size < rest_.size()) {
      const char c = rest_[size];
      if (!letter(c) && !(quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-'))) break;
      ++size;
    }
    if (size < 3) return false;
    rest_.remove_prefix(size);
    return !quoted || skip('>');
  }
  std::optional<int> number(int most) {
    int value = 0;
    std::size_t size = 0;
    for (; size < rest_.size() && rest_[size] >= '0' && rest_[size] <= '9'; ++size) {
      if (size == 3) return {};
      value = value * 10 + (rest_[size] - '0');
    }
    if (size == 0 || value > most) return {};
    rest_.remove_prefix(size);
    return value;
  }
  // [+-]h[:mm[:ss]] in seconds.
  std::optional<std::int32_t> time(int most_hours) {
    const bool negative = skip('-');
    if (!negative) skip('+');
    const auto hours = number(most_hours);
    if (!hours) return {};
    std::int32_t seconds = *hours * 3600;
    for (const int unit : {60, 1}) {
      if (!skip(':')) break;
      const auto part = number(59);
      if (!part) return {};
      seconds += *part * unit;
    }
    return negative ? -seconds : seconds;
  }
  std::optional<day> date() {
    day made;
    if (skip('M')) {
      const auto month = number(12);
      const auto week = skip('.') ? number(5) : std::nullopt;
      const auto weekday = skip('.') ? number(6) : std::nullopt;
      if (!month || !week || !weekday || *month < 1 || *week < 1) return {};
      made.month = *month;
      made.week = *week;
      made.number = *weekday;
    } else {
      made.what = skip('J') ? day::kind::without_leap_day : day::kind::with_leap_day;
      const auto number_of_day = number(365);
      if (!number_of_day || (made.what == day::kind::without_leap_day && *number_of_day < 1)) return {};
      made.number = *number_of_day;
    }
    if (skip('/')) {
      const auto seconds = time(167);
      if (!seconds) return {};
      made.seconds = *seconds;
    }
    return made;
  }

 private:
  std::string_view rest_;
};

std::optional<zone_rule> zone_rule::read(std::string_view text) {
  cursor in(text);
  zone_rule made;
  if (!in.skip_name()) return {};
  const auto offset = in.time(24);
  if (!offset) return {};
  made.offset_ = -*offset;  // POSIX counts to the west
  if (in.at_end()) return made;
  summer_time summer;
  if (!in.skip_name()) return {};
  summer.offset = made.offset_ + 3600;
  if (!in.at(',')) {
    const auto other = in.time(24);
    if (!other) return {};
    summer.offset = -*other;
  }
  // POSIX leaves to the machine when summer is where the rule does not say it: no answer may depend on that.
  for (day* const one : {&summer.begins, &summer.ends}) {
    if (!in.skip(',')) return {};
    const auto date = in.date();
    if (!date) return {};
    *one = *date;
  }
  if (!in.at_end()) return {};
  if (summer.offset != made.offset_) made.summer_ = summer;
  return made;
}

std::int64_t zone_rule::local_seconds_of(const day& of, std::int64_t year) {
  std::int64_t days = 0;
  switch (of.what) {
    case day::kind::weekday_of_month: {
      const std::int64_t first = days_before(year, static_cast<unsigned>(of.month), 1);
      const std::int64_t weekday = ((first + 4) % 7 + 7) % 7;  // 1970 began on a Thursday
      days = first + (of.number - weekday + 7) % 7 + 7 * (of.week - 1);
      const std::int64_t next_month =
          of.month == 12 ? days_before(year + 1, 1, 1) : days_before(year, static_cast<unsigned>(of.month) + 1, 1);
      if (days >= next_month) days -= 7;  // the fifth is the last
      break;
    }
    case day::kind::without_leap_day: {
      const bool after_february = of.number >= 60 && std::chrono::year(static_cast<int>(year)).is_leap();
      days = days_before(year, 1, 1) + of.number - 1 + (after_february ? 1 : 0);
      break;
    }
    case day::kind::with_leap_day:
      days = days_before(year, 1, 1) + of.number;
      break;
  }
  return days * seconds_per_day + of.seconds;
}

clock_changes zone_rule::changes_near(std::int64_t year) const {
  clock_changes made;
  if (!summer_) return made;
  const auto add = [&](const day& on, std::int64_t in, std::int32_t before, std::int32_t after) {
    made.add({local_seconds_of(on, in) - before, before, after});
  };
  for (std::int64_t in = year - 2; in <= year + 1; ++in) {
    // Summer that begins when it ends has never ended.
    add(summer_->ends, in, summer_->offset, offset_);
    add(summer_->begins, in, offset_, summer_->offset);
  }
  const std::span<clock_change> all = made.list();
  std::sort(all.begin(), all.end(), [](const clock_change& a, const clock_change& b) { return a.at < b.at; });
  // Two at one instant undo each other.
  clock_changes each;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i + 1 < all.size() && all[i].at == all[i + 1].at) {
      ++i;
    } else {
      each.add(all[i]);
    }
  }
  return each;
}

std::int32_t zone_rule::offset_at(std::int64_t unix_seconds) const {
  const std::int32_t all_year = summer_ ? summer_->offset : offset_;
  clock_changes near = changes_near(year_of(unix_seconds));
  return offset_among(near.list(), all_year, unix_seconds);
}

// ---- the zone

std::variant<time_zone, std::string> time_zone::make(std::int32_t at_first, std::vector<clock_change> changes,
                                                     std::optional<zone_rule> afterwards) {
  time_zone made;
  made.at_first_ = at_first;
  if (changes.empty() && afterwards) made.at_first_ = afterwards->offset_at(first_zone_second);
  for (std::size_t i = 1; i < changes.size(); ++i) {
    // Else a local time would not have one first instant.
    if (changes[i].at + changes[i].before <= changes[i - 1].at + changes[i - 1].before) {
      return "two changes of its clocks overlap";
    }
  }
  if (!changes.empty() && afterwards && afterwards->offset_at(changes.back().at) != changes.back().after) {
    return "its rule contradicts its last change of the clocks";
  }
  made.changes_ = std::move(changes);
  if (afterwards && afterwards->has_changes()) made.rule_ = afterwards;
  return made;
}

clock_changes time_zone::changes_near(std::int64_t year) const {
  clock_changes made;
  if (!changes_.empty()) made.add(changes_.back());
  clock_changes of_rule = rule_->changes_near(year);
  for (const clock_change& one : of_rule.list()) {
    if (changes_.empty() || one.at > changes_.back().at) made.add(one);
  }
  return made;
}

std::int32_t time_zone::offset_at(std::int64_t unix_seconds) const {
  if (!rule_ || (!changes_.empty() && unix_seconds <= changes_.back().at)) {
    return offset_among(changes_, at_first_, unix_seconds);
  }
  clock_changes near = changes_near(year_of(unix_seconds));
  return offset_among(near.list(), at_first_, unix_seconds);
}

std::int64_t time_zone::from_local(std::int64_t local_seconds) const {
  const bool before_rule =
      !changes_.empty() && local_seconds < changes_.back().at + std::int64_t{changes_.back().before};
  if (!rule_ || before_rule) return resolved(changes_, at_first_, local_seconds);
  clock_changes near = changes_near(year_of(local_seconds));
  return resolved(near.list(), at_first_, local_seconds);
}

std::int64_t local_seconds(int year, int month, int day, int hour, int minute, int second) {
  const std::int64_t days = days_before(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
  return days * seconds_per_day + hour * std::int64_t{3600} + minute * std::int64_t{60} + second;
}

bool is_zone_name(std::string_view name) {
  if (name.empty() || name.size() > longest_zone_name || name.back() == '/') return false;
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  bool first = true;
  for (const char c : name) {
    if (c == '/') {
      if (first) return false;
      first = true;
      continue;
    }
    if (first && !upper(c)) return false;
    const bool other = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-';
    if (!upper(c) && !other) return false;
    first = false;
  }
  return true;
}

}  // namespace pricepoint::policy_language
