// SPDX-License-Identifier: Apache-2.0
//
// Time: instants with their offset, and local times and days of a zone.

#include "property/reference/numbers.hpp"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

namespace reference {

namespace {

struct civil_text {
  absl::CivilSecond second;
  int milliseconds = 0;
  bool date_only = false;
  std::optional<long long> offset_ms;  // of an instant
};

/// YYYY-MM-DD, YYYY-MM-DDThh:mm:ss[.f…], and the latter followed by Z, +hh:mm or -hh:mm.
std::optional<civil_text> parse_civil(std::string_view text) {
  std::size_t at = 0;
  const auto number = [&](std::size_t width) -> std::optional<int> {
    if (at + width > text.size()) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < width; ++i, ++at) {
      if (!is_digit(text[at])) return std::nullopt;
      value = value * 10 + (text[at] - '0');
    }
    return value;
  };
  const auto skip = [&](char c) { return at < text.size() && text[at] == c ? (++at, true) : false; };

  const auto year = number(4);
  if (!year || !skip('-')) return std::nullopt;
  const auto month = number(2);
  if (!month || !skip('-')) return std::nullopt;
  const auto day = number(2);
  if (!day) return std::nullopt;
  civil_text result;
  if (at == text.size()) {
    result.second = absl::CivilSecond(*year, *month, *day);
    result.date_only = true;
    return result;
  }
  if (!skip('T')) return std::nullopt;
  const auto hour = number(2);
  if (!hour || !skip(':')) return std::nullopt;
  const auto minute = number(2);
  if (!minute || !skip(':')) return std::nullopt;
  const auto second = number(2);
  if (!second) return std::nullopt;
  result.second = absl::CivilSecond(*year, *month, *day, *hour, *minute, *second);
  if (skip('.')) {
    int weight = 100;
    bool any = false;
    for (; at < text.size() && is_digit(text[at]); ++at, weight /= 10, any = true) {
      result.milliseconds += weight * (text[at] - '0');
    }
    if (!any) return std::nullopt;
  }
  if (at == text.size()) return result;
  if (skip('Z')) {
    result.offset_ms = 0;
  } else {
    const bool west = text[at] == '-';
    if (!west && text[at] != '+') return std::nullopt;
    ++at;
    const auto hours = number(2);
    if (!hours || !skip(':')) return std::nullopt;
    const auto minutes = number(2);
    if (!minutes) return std::nullopt;
    const long long offset = (*hours * 60LL + *minutes) * 60'000;
    result.offset_ms = west ? -offset : offset;
  }
  if (at != text.size()) return std::nullopt;
  return result;
}

/// A local time that the clock change skips is read with the offset before the change, one that occurs twice is the
/// first: both are what absl calls `pre`.
long long local_to_unix_ms(absl::CivilSecond local, const std::string& zone) {
  absl::TimeZone loaded;
  if (!absl::LoadTimeZone(zone, &loaded)) fail("unknown zone " + zone);
  return absl::ToUnixMillis(loaded.At(local).pre);
}

}  // namespace

long long boundary_to_unix_ms(const std::string& text, const std::string& zone, bool is_until) {
  const auto civil = parse_civil(text);
  if (!civil) fail("not a date or time: " + text);
  if (civil->offset_ms) return *parse_instant(text);
  if (zone.empty()) fail("a local time without a zone: " + text);
  if (!civil->date_only) return local_to_unix_ms(civil->second, zone) + civil->milliseconds;
  const absl::CivilDay day(civil->second);
  return local_to_unix_ms(absl::CivilSecond(is_until ? day + 1 : day), zone);
}

std::optional<long long> parse_instant(std::string_view text) {
  const auto civil = parse_civil(text);
  if (!civil || !civil->offset_ms) return std::nullopt;
  return absl::ToUnixMillis(absl::FromCivil(civil->second, absl::UTCTimeZone())) + civil->milliseconds -
         *civil->offset_ms;
}

}  // namespace reference
