// SPDX-License-Identifier: Apache-2.0
// The zones that the library brings along. Entries: find_zone, zone_names, zones_version. Tests:
// tests/unit/text/zones_test.cpp, tests/zones.
#include <algorithm>
#include <iterator>

#include "pricepoint/reading.hpp"
#include "text/zones.hpp"

namespace pricepoint {

namespace policy_language {

namespace {

// Written as digits that people can read, kept in eight bytes.
struct zone_change {
  consteval zone_change(std::int64_t written, std::int32_t new_offset) : since_first(0), offset(new_offset) {
    const auto part = [&](std::int64_t unit) { return written / unit % 100; };
    // Days from March on, so that the leap day is the last of its year.
    const std::int64_t month = part(100'000'000);
    const std::int64_t year = written / 10'000'000'000 - (month <= 2 ? 1 : 0);
    const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + part(1'000'000) - 1;
    const std::int64_t days = year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719'468;
    const std::int64_t seconds = days * 86'400 + part(10'000) * 3600 + part(100) * 60 + part(1) - first_zone_second;
    if (seconds < 0 || seconds > 0xFFFF'FFFF) throw "out of range: keep it in more bytes";
    since_first = static_cast<std::uint32_t>(seconds);
  }
  std::uint32_t since_first;
  std::int32_t offset;
};
static_assert(zone_change(1970'01'01'00'00'00, 0).since_first == 172'800);
static_assert(zone_change(2086'10'25'23'00'00, 0).since_first == 3'686'425'200u + 172'800u);

struct zone_history {
  std::int32_t at_first;
  std::uint32_t begin;  // of its changes
  const char* rule;
};

struct zone_name {
  const char* name;
  std::uint32_t history;
};

#include "text/zones.inc"

}  // namespace

std::optional<time_zone> find_zone(std::string_view name) {
  const auto* const found =
      std::lower_bound(std::begin(zone_names_of_iana), std::end(zone_names_of_iana), name,
                       [](const zone_name& one, std::string_view wanted) { return one.name < wanted; });
  if (found == std::end(zone_names_of_iana) || found->name != name) return {};
  const zone_history& of = zone_histories[found->history];
  const std::size_t next = found->history + std::size_t{1};
  const std::size_t end = next < std::size(zone_histories) ? zone_histories[next].begin : std::size(zone_changes);
  std::vector<clock_change> changes;
  changes.reserve(end - of.begin);
  std::int32_t before = of.at_first;
  for (std::size_t i = of.begin; i < end; before = zone_changes[i++].offset) {
    changes.push_back({zone_changes[i].since_first + first_zone_second, before, zone_changes[i].offset});
  }
  auto made = time_zone::make(of.at_first, std::move(changes), zone_rule::read(of.rule));
  return std::get<time_zone>(std::move(made));  // a test makes every one
}

std::vector<std::string_view> zone_names() {
  std::vector<std::string_view> all;
  for (const zone_name& one : zone_names_of_iana) all.emplace_back(one.name);
  return all;
}

}  // namespace policy_language

std::string_view zones_version() noexcept { return policy_language::version_of_zones; }

}  // namespace pricepoint
