// SPDX-License-Identifier: Apache-2.0
//
// Instants and periods: clocks that skip an hour or show it twice, midnights that do not exist, open ends.

#include "property/generator/periods.hpp"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <cstddef>
#include <stdexcept>
#include <string_view>

#include "property/generator/text.hpp"

namespace generator {

namespace {

std::string padded(long long value, std::size_t width) {
  std::string text = std::to_string(value);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

std::string date_text(absl::CivilDay day) {
  return padded(day.year(), 4) + "-" + padded(day.month(), 2) + "-" + padded(day.day(), 2);
}

std::string local_text(absl::CivilSecond local) {
  return date_text(absl::CivilDay(local)) + "T" + padded(local.hour(), 2) + ":" + padded(local.minute(), 2) + ":" +
         padded(local.second(), 2);
}

}  // namespace

std::string instant_text(long long unix_ms, chance& luck) {
  static const std::vector<int> offsets = {0,       0,       8 * 60,  60,          120,           -5 * 60,
                                           -4 * 60, 11 * 60, -3 * 60, 5 * 60 + 45, -(3 * 60 + 30)};
  const int offset = luck.pick(offsets);
  const long long local_ms = unix_ms + offset * 60'000LL;
  long long seconds = local_ms / 1000;
  long long rest = local_ms % 1000;
  if (rest < 0) {
    rest += 1000;
    --seconds;
  }
  std::string text = local_text(absl::ToCivilSecond(absl::FromUnixSeconds(seconds), absl::UTCTimeZone()));
  if (rest != 0 || luck.percent(10)) text += "." + padded(rest, 3);
  if (offset == 0) return text + luck.word({"Z", "+00:00"});
  const int size = offset < 0 ? -offset : offset;
  return text + (offset < 0 ? "-" : "+") + padded(size / 60, 2) + ":" + padded(size % 60, 2);
}

namespace {

struct special_time {
  const char* zone;
  const char* local;  // skipped or occurring twice; a bare date where midnight is concerned
};

const std::vector<special_time>& special_times() {
  static const std::vector<special_time> all = {
      {"America/New_York", "2026-03-08T02:30:00"},  {"America/New_York", "2026-11-01T01:30:00"},
      {"America/New_York", "2026-11-01"},           {"Europe/Rome", "2026-03-29T02:00:00"},
      {"Europe/Rome", "2026-10-25T02:30:00"},       {"Europe/Rome", "2026-03-29"},
      {"Australia/Sydney", "2026-10-04T02:15:00"},  {"Australia/Sydney", "2026-04-05T02:45:00"},
      {"Australia/Sydney", "2026-04-05"},           {"America/Sao_Paulo", "2018-11-04"},
      {"America/Sao_Paulo", "2018-11-03"},          {"America/Sao_Paulo", "2018-11-04T00:30:00"},
      {"America/Sao_Paulo", "2018-02-17T23:30:00"}, {"Asia/Shanghai", "2026-11-11"},
      {"Asia/Shanghai", "2026-11-01T20:00:00"}};
  return all;
}

absl::TimeZone zone_of(const std::string& name) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(name, &zone)) throw std::runtime_error("unknown zone " + name);
  return zone;
}

int number_in(std::string_view text, std::size_t at, std::size_t width) {
  int value = 0;
  for (std::size_t i = 0; i < width; ++i) value = value * 10 + (text[at + i] - '0');
  return value;
}

absl::CivilSecond civil_of(std::string_view text) {
  const absl::CivilSecond day(number_in(text, 0, 4), number_in(text, 5, 2), number_in(text, 8, 2));
  if (text.size() == 10) return day;
  return absl::CivilSecond(day.year(), day.month(), day.day(), number_in(text, 11, 2), number_in(text, 14, 2),
                           number_in(text, 17, 2));
}

/// A period around some special time of its zone, or around a day of the year of the policy; its boundaries are noted
/// so that requests can be put next to them (nothing depends on their being right).
drawn_period draw_stretch(chance& luck, int year) {
  static const std::vector<std::string> zones = {"America/New_York", "Europe/Rome",       "Australia/Sydney",
                                                 "Asia/Shanghai",    "America/Sao_Paulo", "UTC"};
  std::string zone = luck.pick(zones);
  // Braces draw in order; the order of a call's arguments is the compiler's choice.
  absl::CivilSecond center{
      year, luck.between(1, 12), luck.between(1, 28), luck.between(0, 23), luck.percent(50) ? 0 : 30, 0};
  std::string center_text = luck.percent(50) ? date_text(absl::CivilDay(center)) : local_text(center);
  if (luck.percent(45)) {
    const special_time& special = luck.pick(special_times());
    if (number_in(special.local, 0, 4) == year) {
      zone = special.zone;
      center_text = special.local;
      center = civil_of(center_text);
    }
  }
  const absl::TimeZone loaded = zone_of(zone);
  drawn_period result;
  members fields;
  bool wants_zone = false;
  const auto side = [&](const char* key, std::string text, absl::CivilSecond local, bool is_until) {
    const bool bare = text.size() == 10;
    if (bare && is_until) local = absl::CivilSecond(absl::CivilDay(local) + 1);
    if (bare) local = absl::CivilSecond(absl::CivilDay(local));
    const long long unix_ms = absl::ToUnixMillis(loaded.At(local).pre);
    result.boundaries_unix_ms.push_back(unix_ms);
    if (luck.percent(15)) {
      text = instant_text(unix_ms, luck);
    } else {
      wants_zone = true;
    }
    fields.emplace_back(key, as_json(text));
  };
  const bool center_is_from = luck.percent(50);
  const long long hours = luck.percent(30) ? luck.between(1, 5) : luck.between(24, 24 * 60);
  const absl::CivilSecond other = center_is_from ? center + hours * 3600 : center - hours * 3600;
  const std::string other_text = luck.percent(50) && hours > 24 ? date_text(absl::CivilDay(other)) : local_text(other);
  const int open = static_cast<int>(luck.below(10));  // one of the sides may be missing
  if (center_is_from) {
    side("from", center_text, center, false);
    if (open > 1) side("until", other_text, other, true);
  } else {
    if (open > 1) side("from", other_text, other, false);
    side("until", center_text, center, true);
  }
  if (wants_zone || luck.percent(30)) fields.emplace_back("zone", as_json(zone));
  // An until at or before the from would be an error.
  if (result.boundaries_unix_ms.size() == 2 && result.boundaries_unix_ms[0] >= result.boundaries_unix_ms[1])
    return draw_stretch(luck, year);
  result.json = object_of(fields);
  return result;
}

}  // namespace

drawn_period draw_period(chance& luck, int year) {
  if (!luck.percent(25)) return draw_stretch(luck, year);
  drawn_period result;
  std::vector<std::string> items;
  const long long count = luck.between(1, 3);
  for (long long i = 0; i < count; ++i) {
    drawn_period one = draw_stretch(luck, year);
    if (i > 0 && result.boundaries_unix_ms.size() > 1 && luck.percent(50)) {
      // One that begins where the one before ends, or within it.
      const long long from = result.boundaries_unix_ms.back() - (luck.percent(70) ? 0 : 1'800'000);
      const long long until = from + luck.between(1, 20 * 24) * 3'600'000;
      one.boundaries_unix_ms = {from, until};
      one.json =
          object_of({{"from", as_json(instant_text(from, luck))}, {"until", as_json(instant_text(until, luck))}});
    }
    items.push_back(one.json);
    result.boundaries_unix_ms.insert(result.boundaries_unix_ms.end(), one.boundaries_unix_ms.begin(),
                                     one.boundaries_unix_ms.end());
  }
  result.json = "[" + joined(items, ", ") + "]";
  return result;
}

}  // namespace generator
