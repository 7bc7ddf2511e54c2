// SPDX-License-Identifier: Apache-2.0
// Time zones: what a local time means in UTC. Their data are the library's own or a TZif file; neither the machine's
// time zone nor a variable of the environment has a part.
//
//   const auto rome = find_zone("Europe/Rome");
//   const std::int64_t begins = rome->from_local(local_seconds(2026, 3, 29, 2, 30, 0));  // clocks skip it: 01:30 UTC
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace pricepoint::policy_language {

// A clock that goes from one offset to another. Offsets are seconds east of UTC, instants seconds since 1970 UTC.
struct clock_change {
  std::int64_t at = 0;
  std::int32_t before = 0, after = 0;
};

// A few, in the order of time.
class clock_changes {
 public:
  void add(const clock_change& one) { all_[count_++] = one; }
  std::span<clock_change> list() & { return {all_.data(), count_}; }  // lives as long as this

 private:
  std::array<clock_change, 9> all_;
  std::size_t count_ = 0;
};

// A rule of POSIX for all years: "CET-1CEST,M3.5.0,M10.5.0/3". Hours run from -167 to 167, as RFC 9636 has it.
class zone_rule {
 public:
  static std::optional<zone_rule> read(std::string_view text);

  // From two years before to the year after. A year has at most two, some of them days into its neighbours.
  clock_changes changes_near(std::int64_t year) const;
  std::int32_t offset_at(std::int64_t unix_seconds) const;
  bool has_changes() const noexcept { return summer_.has_value(); }

 private:
  struct day {
    enum class kind : std::uint8_t { weekday_of_month, without_leap_day, with_leap_day } what = kind::weekday_of_month;
    int month = 0, week = 0, number = 0;  // number: the weekday from Sunday on, or the day of the year
    std::int32_t seconds = 2 * 3600;      // after the day's midnight
  };
  struct summer_time {
    std::int32_t offset = 0;
    day begins, ends;
  };
  class cursor;
  static std::int64_t local_seconds_of(const day& of, std::int64_t year);

  std::int32_t offset_ = 0;
  std::optional<summer_time> summer_;
};

// Good from 1970 to 9999. The default is UTC.
class time_zone {
 public:
  time_zone() = default;
  // `changes` in the order of time. Says what is wrong with them where a clock could not go so.
  static std::variant<time_zone, std::string> make(std::int32_t at_first, std::vector<clock_change> changes,
                                                   std::optional<zone_rule> afterwards);

  std::int32_t offset_at(std::int64_t unix_seconds) const;
  // Seconds of the clock on the wall, counted as if they were UTC. One that a change leaves out has the offset before
  // the change; of two instants it is the first.
  std::int64_t from_local(std::int64_t local_seconds) const;

 private:
  // Changes of the rule around that year, after those that are known one by one; the last of these comes first.
  clock_changes changes_near(std::int64_t year) const;

  std::int32_t at_first_ = 0;
  std::vector<clock_change> changes_;
  std::optional<zone_rule> rule_;  // where it has changes
};

std::int64_t local_seconds(int year, int month, int day, int hour, int minute, int second);

// Before it nobody's periods lie, in any zone: what changed until then is the offset at first.
inline constexpr std::int64_t first_zone_second = -2 * std::int64_t{86'400};

// built_in_zones.cpp: a zone or link of IANA's database as the library has it. Costs two searches; nothing is kept.
std::optional<time_zone> find_zone(std::string_view name);
std::vector<std::string_view> zone_names();

// zone_file.cpp: the bytes of a TZif file, RFC 9636, of version 2 or later; or what is wrong with them.
std::variant<time_zone, std::string> read_zone_file(std::string_view bytes);

// Letters, digits, "_", "+" and "-" in parts that begin with a capital, as IANA makes names: as a path it never leads
// out of its folder, nor to what is no zone ("localtime", "right/UTC", "zone.tab").
bool is_zone_name(std::string_view name);

}  // namespace pricepoint::policy_language
