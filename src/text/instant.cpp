// SPDX-License-Identifier: Apache-2.0
// Instants as text: RFC 3339 in, UTC out, by arithmetic alone, so that no zone, locale or clock of the machine counts.
// Entry: parse_instant, to_string(instant) (pricepoint/instant.hpp). Test: tests/unit/text/instant_test.cpp.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pricepoint/instant.hpp"

namespace pricepoint {
namespace {

constexpr std::int64_t ms_per_second = 1000;
constexpr std::int64_t ms_per_minute = 60 * ms_per_second;
constexpr std::int64_t ms_per_hour = 60 * ms_per_minute;
constexpr std::int64_t ms_per_day = 24 * ms_per_hour;

constexpr int first_year = 1970;

// Days of the 400-year cycle of the Gregorian calendar, and those from 0000-03-01 to 1970-01-01.
constexpr std::int64_t days_per_era = 146'097;
constexpr std::int64_t days_before_epoch = 719'468;

// Years counted from March have the leap day at their end, so that no month needs a case of its own.
constexpr std::int64_t days_from_civil(std::int64_t year, int month, int day) {
  const std::int64_t march_year = month <= 2 ? year - 1 : year;
  const std::int64_t era = (march_year >= 0 ? march_year : march_year - 399) / 400;
  const std::int64_t year_of_era = march_year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * days_per_era + day_of_era - days_before_epoch;
}

struct civil_date {
  std::int64_t year;
  int month;
  int day;
};

constexpr civil_date civil_from_days(std::int64_t days) {
  const std::int64_t shifted = days + days_before_epoch;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - (days_per_era - 1)) / days_per_era;
  const std::int64_t day_of_era = shifted - era * days_per_era;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / (days_per_era - 1)) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_index = (5 * day_of_year + 2) / 153;
  const int day = static_cast<int>(day_of_year - (153 * month_index + 2) / 5 + 1);
  const int month = static_cast<int>(month_index < 10 ? month_index + 3 : month_index - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

constexpr bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

constexpr int days_in_month(int year, int month) {
  constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

// Takes text from the left; once anything is not as asked, `good` stays false.
class cursor {
 public:
  explicit constexpr cursor(std::string_view text) : rest_(text) {}

  constexpr int digits(std::size_t count, int least, int most) {
    int value = 0;
    if (rest_.size() < count) return fail();
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return fail();
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return value < least || value > most ? fail() : value;
  }
  constexpr bool skip(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  constexpr void need(char wanted) {
    if (!skip(wanted)) fail();
  }
  // At least one digit; what is finer than a millisecond is cut.
  constexpr int fraction_ms() {
    int value = 0;
    std::size_t count = 0;
    for (; count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9'; ++count) {
      if (count < 3) value = value * 10 + (rest_[count] - '0');
    }
    if (count == 0) return fail();
    rest_.remove_prefix(count);
    for (; count < 3; ++count) value *= 10;
    return value;
  }
  constexpr bool at_end() const { return rest_.empty(); }
  constexpr bool good() const { return good_; }

 private:
  constexpr int fail() {
    good_ = false;
    return 0;
  }
  std::string_view rest_;
  bool good_ = true;
};

void append_digits(std::string& out, std::int64_t value, int width) {
  char digits[20];
  int length = 0;
  for (; value > 0 || length < width; value /= 10) digits[length++] = static_cast<char>('0' + value % 10);
  while (length > 0) out.push_back(digits[--length]);
}

}  // namespace

std::optional<instant> parse_instant(std::string_view text) noexcept {
  cursor at(text);
  const int year = at.digits(4, first_year, 9999);
  at.need('-');
  const int month = at.digits(2, 1, 12);
  at.need('-');
  const int day = at.digits(2, 1, 31);
  if (!at.good() || day > days_in_month(year, month)) return {};
  at.need('T');
  const int hour = at.digits(2, 0, 23);
  at.need(':');
  const int minute = at.digits(2, 0, 59);
  int second = 0;
  int fraction = 0;
  if (at.skip(':')) {
    second = at.digits(2, 0, 59);
    if (at.skip('.')) fraction = at.fraction_ms();
  }
  std::int64_t offset_ms = 0;
  if (!at.skip('Z')) {
    const bool west = at.skip('-');
    if (!west) at.need('+');
    offset_ms = at.digits(2, 0, 23) * ms_per_hour;
    at.need(':');
    offset_ms += at.digits(2, 0, 59) * ms_per_minute;
    if (west) offset_ms = -offset_ms;
  }
  if (!at.good() || !at.at_end()) return {};
  return instant{days_from_civil(year, month, day) * ms_per_day + hour * ms_per_hour + minute * ms_per_minute +
                 second * ms_per_second + fraction - offset_ms};
}

std::string to_string(instant value) {
  std::int64_t days = value.unix_ms / ms_per_day;
  std::int64_t rest = value.unix_ms % ms_per_day;
  if (rest < 0) {
    rest += ms_per_day;
    --days;
  }
  civil_date date = civil_from_days(days);
  std::string text;
  if (date.year < 0) {
    text.push_back('-');
    date.year = -date.year;
  }
  append_digits(text, date.year, 4);
  text.push_back('-');
  append_digits(text, date.month, 2);
  text.push_back('-');
  append_digits(text, date.day, 2);
  text.push_back('T');
  append_digits(text, rest / ms_per_hour, 2);
  text.push_back(':');
  append_digits(text, rest / ms_per_minute % 60, 2);
  text.push_back(':');
  append_digits(text, rest / ms_per_second % 60, 2);
  if (rest % ms_per_second != 0) {
    text.push_back('.');
    append_digits(text, rest % ms_per_second, 3);
  }
  text.push_back('Z');
  return text;
}

}  // namespace pricepoint
