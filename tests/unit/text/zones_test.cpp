// SPDX-License-Identifier: Apache-2.0
#include "text/zones.hpp"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <random>
#include <string>

#include "pricepoint/pricing/policy.hpp"
#include "pricepoint/reading.hpp"

namespace pricepoint::policy_language {
namespace {

constexpr std::int64_t last_second = 253'402'300'800;  // 10000-01-01

time_zone zone_of(const char* rule) {
  const auto read = zone_rule::read(rule);
  EXPECT_TRUE(read) << rule;
  return std::get<time_zone>(time_zone::make(0, {}, read));
}

std::int64_t at(int year, int month, int day, int hour = 0, int minute = 0, int second = 0) {
  return local_seconds(year, month, day, hour, minute, second);
}

// [PER-8] [PER-9] [PER-10] Of a local time left out the offset before counts, of two instants the first: `pre` of
// Abseil, whose code reads the same data here (tests/property/zones_for_absl.cpp).
TEST(zones, every_zone_answers_as_abseil_does) {
  std::mt19937_64 luck(20'261'201);  // NOLINT(cert-msc51-cpp): the same on every run
  std::size_t asked = 0;
  for (const std::string_view name : zone_names()) {
    const auto zone = find_zone(name);
    ASSERT_TRUE(zone) << name;
    absl::TimeZone other;
    ASSERT_TRUE(absl::LoadTimeZone(absl::string_view(name.data(), name.size()), &other)) << name;
    const auto instant = [&](std::int64_t unix_seconds) {
      ++asked;
      return zone->offset_at(unix_seconds) == other.At(absl::FromUnixSeconds(unix_seconds)).offset;
    };
    const auto local = [&](std::int64_t seconds) {
      ++asked;
      const absl::CivilSecond civil = absl::ToCivilSecond(absl::FromUnixSeconds(seconds), absl::UTCTimeZone());
      return zone->from_local(seconds) == absl::ToUnixSeconds(other.At(civil).pre);
    };
    absl::TimeZone::CivilTransition change;
    absl::Time from = absl::FromUnixSeconds(0);
    for (int changes = 0; changes < 300 && other.NextTransition(from, &change); ++changes) {
      const std::int64_t at = absl::ToUnixSeconds(other.At(change.from).pre);
      from = absl::FromUnixSeconds(absl::ToUnixSeconds(other.At(change.to).trans));
      for (const std::int64_t near : {-1, 0, 1}) ASSERT_TRUE(instant(absl::ToUnixSeconds(from) + near)) << name << at;
      for (const auto& civil : {change.from, change.to}) {
        const std::int64_t seconds = absl::ToUnixSeconds(absl::FromCivil(civil, absl::UTCTimeZone()));
        for (const std::int64_t near : {-3600, -1800, -1, 0, 1, 1800, 3600}) {
          ASSERT_TRUE(local(seconds + near)) << name << " " << seconds + near;
        }
      }
    }
    for (int i = 0; i < 200; ++i) {
      const auto moment = static_cast<std::int64_t>(luck() % static_cast<std::uint64_t>(last_second));
      ASSERT_TRUE(instant(moment)) << name << " " << moment;
      ASSERT_TRUE(local(moment)) << name << " " << moment;
    }
    for (const std::int64_t end : {std::int64_t{0}, last_second - 1, last_second}) ASSERT_TRUE(local(end)) << name;
  }
  EXPECT_GT(asked, 300'000u);
}

TEST(zones, links_are_there_under_both_names) {
  const std::int64_t noon = at(2026, 7, 1, 12);
  for (const auto& [link, name] :
       {std::pair{"US/Pacific", "America/Los_Angeles"}, std::pair{"Asia/Calcutta", "Asia/Kolkata"},
        std::pair{"GB", "Europe/London"}, std::pair{"Zulu", "Etc/UTC"}}) {
    ASSERT_TRUE(find_zone(link)) << link;
    EXPECT_EQ(find_zone(link)->from_local(noon), find_zone(name)->from_local(noon)) << link;
  }
  EXPECT_GT(zone_names().size(), 590u);
  EXPECT_EQ(zones_version().substr(0, 2), "20");
}

TEST(zones, a_zone_without_changes_has_one_offset) {
  for (const std::int64_t seconds : {std::int64_t{0}, at(2026, 6, 1), last_second}) {
    EXPECT_EQ(find_zone("Etc/GMT+8")->from_local(seconds), seconds + 8 * 3600);
    EXPECT_EQ(find_zone("Asia/Kolkata")->from_local(seconds), seconds - 19'800);
    EXPECT_EQ(time_zone().from_local(seconds), seconds);
  }
}

// [PER-13]
TEST(zones, half_hours_and_winter_time_below_zero) {
  // Lord Howe goes by half an hour.
  const time_zone lord_howe = *find_zone("Australia/Lord_Howe");
  EXPECT_EQ(lord_howe.from_local(at(2026, 10, 4, 2, 15)), at(2026, 10, 3, 15, 45));  // left out: +10:30
  EXPECT_EQ(lord_howe.from_local(at(2026, 4, 5, 1, 45)), at(2026, 4, 4, 14, 45));    // twice: +11:00
  // In Dublin the law's standard time is that of summer.
  const time_zone dublin = *find_zone("Europe/Dublin");
  EXPECT_EQ(dublin.from_local(at(9998, 7, 1)), at(9998, 6, 30, 23));
  EXPECT_EQ(dublin.from_local(at(9998, 12, 1)), at(9998, 12, 1));
  // Greenland changes on the evening before.
  const time_zone nuuk = *find_zone("America/Nuuk");
  EXPECT_EQ(nuuk.from_local(at(2027, 3, 27, 22, 30)), at(2027, 3, 28, 0, 30));
  EXPECT_EQ(nuuk.from_local(at(2027, 3, 27, 23, 30)), at(2027, 3, 28, 1, 30));  // left out: -02:00
  EXPECT_EQ(nuuk.from_local(at(2027, 3, 28, 0, 0)), at(2027, 3, 28, 1, 0));
  // Gaza's Ramadan is in the table until 2086.
  EXPECT_EQ(find_zone("Asia/Gaza")->from_local(at(2100, 7, 1)), at(2100, 6, 30, 21));
}

TEST(zones, rules_as_posix_writes_them) {
  // Days without the 29 February, with it, and after the year's end.
  const time_zone julian = zone_of("AAA0BBB,J60,J300");
  EXPECT_EQ(julian.from_local(at(2028, 3, 1, 1)), at(2028, 3, 1, 1));
  EXPECT_EQ(julian.from_local(at(2028, 3, 1, 3)), at(2028, 3, 1, 2));
  const time_zone counted = zone_of("AAA0BBB,59/0,300");
  EXPECT_EQ(counted.from_local(at(2028, 2, 29, 1)), at(2028, 2, 29, 0));
  EXPECT_EQ(counted.from_local(at(2027, 3, 1, 1)), at(2027, 3, 1, 0));
  // 24:00, hours below zero, and those of another day.
  EXPECT_EQ(zone_of("<-04>4<-03>,M9.1.6/24,M4.1.6/24").from_local(at(2026, 9, 6, 1)), at(2026, 9, 6, 4));
  EXPECT_EQ(zone_of("<-02>2<-01>,M3.5.0/-1,M10.5.0/0").from_local(at(2027, 3, 28)), at(2027, 3, 28, 1));
  EXPECT_EQ(zone_of("IST-2IDT,M3.4.4/26,M10.5.0").from_local(at(2027, 3, 26, 3)), at(2027, 3, 26, 0));
  // Summer all year, the way RFC 9636 has it.
  const time_zone always = zone_of("XXX3EDT4,0/0,J365/23");
  EXPECT_EQ(always.from_local(at(2026, 1, 1)), at(2026, 1, 1, 4));
  EXPECT_EQ(always.from_local(at(2026, 12, 31, 23, 59)), at(2027, 1, 1, 3, 59));
  for (const char* wrong : {"",
                            "CET",
                            "CE-1",
                            "CET-25",
                            "CET-1CEST",
                            "CET-1CEST,M3.5.0",
                            "CET-1CEST,M3.5.0,M10.5.0/3 ",
                            "CET-1CEST,M13.5.0,M10.5.0",
                            "CET-1CEST,M0.5.0,M10.5.0",
                            "CET-1CEST,M3.6.0,M10.5.0",
                            "CET-1CEST,M3.0.0,M10.5.0",
                            "CET-1CEST,M3.5.7,M10.5.0",
                            "CET-1CEST,J0,J300",
                            "CET-1CEST,J366,J300",
                            "CET-1CEST,366,300",
                            "CET-1CEST,M3.5.0/168,M10.5.0",
                            "<CET-1CEST,M3.5.0,M10.5.0",
                            "<+1>",
                            "CET-1:60",
                            "CET-1:0:60",
                            "CET-1CEST,M3.5,M10.5.0",
                            "CET--1",
                            "CET-1111111111111111111",
                            ":Europe/Rome"}) {
    EXPECT_FALSE(zone_rule::read(wrong)) << wrong;
  }
}

TEST(zones, what_no_clock_does_is_refused) {
  const auto why = [](std::vector<clock_change> changes, const char* rule) {
    auto made = time_zone::make(0, std::move(changes), zone_rule::read(rule));
    const auto* const text = std::get_if<std::string>(&made);
    return text == nullptr ? std::string() : *text;
  };
  EXPECT_EQ(why({{1000, 0, 3600}, {4600, 3600, 7200}}, ""), "");
  EXPECT_EQ(why({{1000, 3600, 0}, {2000, 0, 3600}}, ""), "two changes of its clocks overlap");
  EXPECT_EQ(why({{at(2026, 6, 1), 0, 0}}, "CET-1CEST,M3.5.0,M10.5.0/3"),
            "its rule contradicts its last change of the clocks");
}

// [REL-26] What a name costs is given back, whether there is such a zone or not: nothing is kept for the process.
TEST(zones, unknown_names_keep_no_memory) {
  const auto kept = [&](int from, int until) {
    for (int i = from; i < until; ++i) {
      const std::string name = "Zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz/A" + std::to_string(100'000 + i);
      EXPECT_FALSE(find_zone(name));
      EXPECT_TRUE(find_zone("Asia/Gaza"));
      if (i % 1000 != 0) continue;
      EXPECT_FALSE(parse_policy(
          R"({"pricepoint":1,"markets":{"DE":{}},"channels":{"web":{"kind":"online"}},"periods":{"p":{"from":"2026-01-01","zone":")" +
          name + R"("}},"rules":[]})"));
    }
    return mallinfo2().uordblks;
  };
  const std::size_t before = kept(0, 2000);
  // The names alone would be more than a megabyte. What is kept ready for the next of the same size counts as used.
  EXPECT_LT(kept(2000, 22'000), before + 65'536);
}

}  // namespace
}  // namespace pricepoint::policy_language
