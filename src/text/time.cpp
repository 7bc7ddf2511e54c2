// SPDX-License-Identifier: Apache-2.0
// Dates, local times and instants. Entry: read_time, then to_unix_ms. Test: tests/unit/text/time_test.cpp.
#include "text/time.hpp"

#include <chrono>

#include "text/names.hpp"

namespace pricepoint::policy_language {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

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

}  // namespace

std::variant<written_time, time_mistake> read_time(std::string_view text) { return time_text(text).read(); }

std::int64_t to_unix_ms(const written_time& time, const time_zone& zone, bool end_of_day) {
  const std::int64_t written = local_seconds(time.year, time.month, time.day, time.hour, time.minute, time.second);
  if (time.form == written_time::form::instant) {
    return (written - time.offset_minutes * std::int64_t{60}) * 1000 + time.millisecond;
  }
  const bool next = time.form == written_time::form::date && end_of_day;
  return zone.from_local(written + (next ? 86'400 : 0)) * 1000 + time.millisecond;
}

int offset_minutes(const written_time& time, const time_zone& zone, std::int64_t unix_ms) {
  if (time.form == written_time::form::instant) return time.offset_minutes;
  const std::int64_t seconds = unix_ms / 1000 - (unix_ms % 1000 < 0 ? 1 : 0);
  const int offset = zone.offset_at(seconds);
  return offset % 60 == 0 ? offset / 60 : 0;
}

}  // namespace pricepoint::policy_language
