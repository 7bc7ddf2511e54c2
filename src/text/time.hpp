// SPDX-License-Identifier: Apache-2.0
// Times as policies write them: "2026-11-01", "2026-11-01T20:00", "2026-11-01T20:00:00+08:00".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "text/zones.hpp"

namespace pricepoint::policy_language {

struct written_time {
  enum class form : std::uint8_t { date, local, instant };

  written_time::form form = written_time::form::date;
  int year = 1970, month = 1, day = 1;
  int hour = 0, minute = 0, second = 0, millisecond = 0;
  int offset_minutes = 0;  // instant: east of UTC
};

struct time_mistake {
  std::string message;
  std::size_t at = 0;  // byte of the text
};

// Years 1970 to 9999, valid dates, fractions of a second up to milliseconds.
std::variant<written_time, time_mistake> read_time(std::string_view text);

// Milliseconds since 1970 UTC. A date is the start of its day or, with `end_of_day`, of the day after. The zone counts
// for dates and local times; one that a clock change skips is read with the offset before the change, of two the first
// is taken.
std::int64_t to_unix_ms(const written_time& time, const time_zone& zone, bool end_of_day);

// East of UTC at that instant: as the time is written, or as its zone has it; 0 where that is no whole minute.
int offset_minutes(const written_time& time, const time_zone& zone, std::int64_t unix_ms);

}  // namespace pricepoint::policy_language
