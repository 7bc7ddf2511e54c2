// SPDX-License-Identifier: Apache-2.0
// Dates, local times and instants. Entry: read_time, then to_unix_ms. Test: tests/unit/text/time_test.cpp.
#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <chrono>

#include "text/names.hpp"
#include "text/time.hpp"

namespace pricepoint::policy_language {

namespace {

constexpr std::size_t longest_zone = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

class time_text {
 public:
  explicit time_text(std::string_view text) : text_(text) {}

  std::variant<written_time, time_mistake> read() {
    written_time out;
    if (!number(4, out.year) || !sign('-') || !number(2, out.month) || !sign('-') || !number(2, out.day))
      return shape();
    if (out.year < 1970) return wrong(0, "years run from 1970 to 9999");
    if (out.month < 1 || out.month > 12) return impossible(5, "a month is 01 to 12");
    const std::chrono::year_month year_month{std::chrono::year(out.year),
                                             std::chrono::month(static_cast<unsigned>(out.month))};
    const auto days = static_cast<unsigned>((year_month / std::chrono::last).day());
    if (out.day < 1 || static_cast<unsigned>(out.day) > days) {
      return impossible(8, say("that month has ", std::to_string(days), " days"));
    }
    if (at_ == text_.size()) return out;

    out.form = written_time::form::local;
    if (!sign('T') || !number(2, out.hour) || !sign(':') || !number(2, out.minute)) return shape();
    if (out.hour > 23) return wrong(11, "an hour is 00 to 23; the end of a day is the next day's 00:00");
    if (out.minute > 59) return wrong(14, "a minute is 00 to 59");
    if (sign(':')) {
      if (!number(2, out.second)) return shape();
      if (out.second > 59) return wrong(17, "a second is 00 to 59");
      if (sign('.')) {
        const std::size_t begin = at_;
        for (int scale = 100; at_ < text_.size() && is_digit(text_[at_]); ++at_, scale /= 10) {
          if (at_ == begin + 3) return wrong(at_, "a second has at most three decimals");
          out.millisecond += (text_[at_] - '0') * scale;
        }
        if (at_ == begin) return shape();
      }
    }
    if (at_ == text_.size()) return out;

    out.form = written_time::form::instant;
    if (sign('Z')) return at_ == text_.size() ? std::variant<written_time, time_mistake>(out) : shape();
    const bool west = at_ < text_.size() && text_[at_] == '-';
    int hours = 0;
    int minutes = 0;
    const std::size_t begin = at_;
    if ((!sign('-') && !sign('+')) || !number(2, hours) || !sign(':') || !number(2, minutes) || at_ != text_.size()) {
      return shape();
    }
    if (hours > 18 || minutes > 59) return wrong(begin, "an offset is at most 18:00");
    out.offset_minutes = (hours * 60 + minutes) * (west ? -1 : 1);
    return out;
  }

 private:
  bool number(std::size_t digits, int& value) {
    value = 0;
    for (std::size_t i = 0; i < digits; ++i, ++at_) {
      if (at_ >= text_.size() || !is_digit(text_[at_])) return false;
      value = value * 10 + (text_[at_] - '0');
    }
    return true;
  }
  bool sign(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  time_mistake wrong(std::size_t at, std::string_view why) const {
    return {say(quote(text_), " is no time: ", why), at};
  }
  time_mistake impossible(std::size_t at, std::string_view why) const {
    return {say(quote(text_), " does not exist: ", why), at};
  }
  time_mistake shape() const {
    return wrong(at_,
                 "expected a date (2026-11-01), a local time (2026-11-01T20:00) or an instant "
                 "(2026-11-01T20:00:00+08:00)");
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// Zones are files. Only names as IANA makes them are looked up: parts of letters, digits, "_", "+" and "-", each
// beginning with a capital. That leaves out "../x", "/etc/x", "localtime", "right/x" and Abseil's own "libc:x".
bool is_zone_name(std::string_view zone) {
  if (zone.empty() || zone.size() > longest_zone || zone.back() == '/') return false;
  bool first = true;
  for (const char c : zone) {
    if (c == '/') {
      if (first) return false;
      first = true;
      continue;
    }
    if (first && !is_upper(c)) return false;
    if (!is_upper(c) && !is_lower(c) && !is_digit(c) && c != '_' && c != '+' && c != '-') return false;
    first = false;
  }
  return true;
}

bool load(std::string_view zone, absl::TimeZone& loaded) {
  return is_zone_name(zone) && absl::LoadTimeZone(absl::string_view(zone.data(), zone.size()), &loaded);
}

}  // namespace

std::variant<written_time, time_mistake> read_time(std::string_view text) { return time_text(text).read(); }

bool is_time_zone(std::string_view zone) {
  absl::TimeZone loaded;
  return load(zone, loaded);
}

std::int64_t to_unix_ms(const written_time& time, std::string_view zone, bool end_of_day) {
  if (time.form == written_time::form::instant) {
    const std::chrono::sys_days day{std::chrono::year(time.year) / time.month / time.day};
    const std::int64_t minutes = std::int64_t{day.time_since_epoch().count()} * 24 * 60 + time.hour * 60 + time.minute;
    return ((minutes - time.offset_minutes) * 60 + time.second) * 1000 + time.millisecond;
  }
  absl::TimeZone loaded;
  load(zone, loaded);
  const bool next = time.form == written_time::form::date && end_of_day;
  const absl::CivilDay day = absl::CivilDay(time.year, time.month, time.day) + (next ? 1 : 0);
  const absl::CivilSecond second(day.year(), day.month(), day.day(), time.hour, time.minute, time.second);
  // `pre` has the offset before the change: of a skipped time that is what the language says, of two it is the first.
  return absl::ToUnixMillis(loaded.At(second).pre) + time.millisecond;
}

int offset_minutes(const written_time& time, std::string_view zone, std::int64_t unix_ms) {
  if (time.form == written_time::form::instant) return time.offset_minutes;
  absl::TimeZone loaded;
  load(zone, loaded);
  const int seconds = loaded.At(absl::FromUnixMillis(unix_ms)).offset;
  return seconds % 60 == 0 ? seconds / 60 : 0;
}

}  // namespace pricepoint::policy_language
