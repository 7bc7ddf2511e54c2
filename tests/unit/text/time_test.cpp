// SPDX-License-Identifier: Apache-2.0
#include "text/time.hpp"

#include <gtest/gtest.h>

#include <string>

#include "unit/policy/policy_text.hpp"

namespace pricepoint::policy_language {
namespace {

std::int64_t at(std::string_view text, std::string_view zone = {}, bool end = false) {
  const auto time = read_time(text);
  if (const auto* wrong = std::get_if<time_mistake>(&time)) {
    ADD_FAILURE() << wrong->message;
    return 0;
  }
  const auto found = zone.empty() ? time_zone() : find_zone(zone);
  EXPECT_TRUE(found) << zone;
  return to_unix_ms(std::get<written_time>(time), *found, end);
}

bool is_time_zone(std::string_view name) { return find_zone(name).has_value(); }

std::int64_t utc(std::string_view text) { return at(std::string(text) + "Z"); }

std::size_t wrong_at(std::string_view text) {
  const auto time = read_time(text);
  const auto* wrong = std::get_if<time_mistake>(&time);
  return wrong == nullptr ? 999 : wrong->at;
}

TEST(time, instants_carry_their_offset) {
  // [PER-7] [PER-11]
  EXPECT_EQ(at("1970-01-01T00:00Z"), 0);
  EXPECT_EQ(at("2000-02-29T12:34:56.789Z"), 951'827'696'789);
  EXPECT_EQ(at("2026-11-01T00:00:00+08:00"), utc("2026-10-31T16:00"));
  EXPECT_EQ(at("2026-11-01T00:00:00.5-03:30"), utc("2026-11-01T03:30:00.500"));
  EXPECT_EQ(at("9999-12-31T23:59:59Z"), 253'402'300'799'000);
}

TEST(time, a_date_is_its_day_in_the_zone) {
  // [PER-5] [PER-6]
  EXPECT_EQ(at("2026-11-01", "Asia/Shanghai"), utc("2026-10-31T16:00"));
  EXPECT_EQ(at("2026-11-11", "Asia/Shanghai", true), utc("2026-11-11T16:00"));
  EXPECT_EQ(at("2026-12-31", "UTC", true), utc("2027-01-01T00:00"));
  // The day of a clock change has 23 or 25 hours.
  EXPECT_EQ(at("2026-03-29", "Europe/Rome", true) - at("2026-03-29", "Europe/Rome"), 23 * 3'600'000);
  EXPECT_EQ(at("2026-10-25", "Europe/Rome", true) - at("2026-10-25", "Europe/Rome"), 25 * 3'600'000);
  EXPECT_EQ(at("9999-12-31", "UTC", true), 253'402'300'800'000);
}

TEST(time, a_local_time_that_is_skipped_has_the_offset_before_the_change) {
  // [PER-8] [PER-10]
  EXPECT_EQ(at("2026-03-29T02:30", "Europe/Rome"), utc("2026-03-29T01:30"));        // +01:00
  EXPECT_EQ(at("2026-03-08T02:30", "America/New_York"), utc("2026-03-08T07:30"));   // -05:00
  EXPECT_EQ(at("2026-10-04T02:30", "Australia/Sydney"), utc("2026-10-03T16:30"));   // +10:00
  EXPECT_EQ(at("2018-11-04T00:30", "America/Sao_Paulo"), utc("2018-11-04T03:30"));  // -03:00
  // Where midnight itself is skipped, the day begins as that rule says.
  EXPECT_EQ(at("2018-11-04", "America/Sao_Paulo"), utc("2018-11-04T03:00"));
  EXPECT_EQ(at("2011-12-30", "Pacific/Apia"), utc("2011-12-30T10:00"));  // a day that never was
}

TEST(time, of_a_local_time_that_occurs_twice_the_first_counts) {
  // [PER-9]
  EXPECT_EQ(at("2026-10-25T02:30", "Europe/Rome"), utc("2026-10-25T00:30"));        // +02:00
  EXPECT_EQ(at("2026-11-01T01:30", "America/New_York"), utc("2026-11-01T05:30"));   // -04:00
  EXPECT_EQ(at("2026-04-05T02:30", "Australia/Sydney"), utc("2026-04-04T15:30"));   // +11:00
  EXPECT_EQ(at("2018-02-17T23:30", "America/Sao_Paulo"), utc("2018-02-18T01:30"));  // -02:00
}

// [PER-11]
TEST(time, the_last_millisecond_before_a_change_and_the_first_after_it) {
  EXPECT_EQ(at("2026-03-29T01:59:59.999", "Europe/Rome"), utc("2026-03-29T00:59:59.999"));
  EXPECT_EQ(at("2026-03-29T03:00:00.000", "Europe/Rome"), utc("2026-03-29T01:00:00.000"));
  EXPECT_EQ(at("2026-10-25T02:59:59.999", "Europe/Rome"), utc("2026-10-25T00:59:59.999"));
  EXPECT_EQ(at("2026-10-25T03:00:00.000", "Europe/Rome"), utc("2026-10-25T02:00:00.000"));
  const auto offset = [](std::int64_t unix_ms) {
    return offset_minutes({written_time::form::local, 2026, 1, 1}, *find_zone("Europe/Rome"), unix_ms);
  };
  const std::int64_t change = utc("2026-03-29T01:00");
  EXPECT_EQ(offset(change - 1), 60);
  EXPECT_EQ(offset(change), 120);
  EXPECT_EQ(offset(-1), 60);
  // Not a whole minute: 44:30 to the west, until 1972.
  EXPECT_EQ(offset_minutes({written_time::form::local, 1970, 1, 1}, *find_zone("Africa/Monrovia"), 0), 0);
}

TEST(time, mistakes_have_their_place) {
  EXPECT_EQ(wrong_at("2026-1-01"), 6u);
  EXPECT_EQ(wrong_at("1969-12-31"), 0u);
  EXPECT_EQ(wrong_at("2026-13-01"), 5u);
  EXPECT_EQ(wrong_at("2026-02-29"), 8u);
  EXPECT_EQ(wrong_at("2024-02-29"), 999u);
  EXPECT_EQ(wrong_at("2026-01-00"), 8u);
  EXPECT_EQ(wrong_at("2026-01-01 10:00"), 10u);
  EXPECT_EQ(wrong_at("2026-01-01T24:00"), 11u);
  EXPECT_EQ(wrong_at("2026-01-01T10:60"), 14u);
  EXPECT_EQ(wrong_at("2026-01-01T10:00:60"), 17u);
  EXPECT_EQ(wrong_at("2026-01-01T10:00:00.1234"), 23u);
  EXPECT_EQ(wrong_at("2026-01-01T10:00:00."), 20u);
  EXPECT_EQ(wrong_at("2026-01-01T10"), 13u);
  EXPECT_EQ(wrong_at("2026-01-01T10:00+1"), 18u);
  EXPECT_EQ(wrong_at("2026-01-01T10:00+19:00"), 16u);
  EXPECT_EQ(wrong_at("2026-01-01T10:00Zx"), 17u);
  EXPECT_EQ(wrong_at(""), 0u);
  EXPECT_EQ(wrong_at("10000-01-01"), 4u);
}

TEST(time, zones_never_lead_out_of_the_database) {
  for (const char* zone :
       {"UTC", "Europe/Rome", "America/Argentina/Buenos_Aires", "Etc/GMT+8", "America/Port-au-Prince"}) {
    EXPECT_TRUE(is_time_zone(zone)) << zone;
    EXPECT_TRUE(is_zone_name(zone)) << zone;
  }
  for (const char* zone : {"", "/etc/localtime", "../zoneinfo/UTC", "Europe/../UTC", ":UTC", "libc:localtime",
                           "localtime", "right/UTC", "posix/UTC", "Europe", "Europe/", "Europe//Rome",
                           "Europe/Atlantis", "Fixed/UTC+01:00:00", "europe/rome", "zone.tab", "+08:00"}) {
    EXPECT_FALSE(is_time_zone(zone)) << zone;
  }
  EXPECT_FALSE(is_time_zone(std::string(100'000, 'A')));
  EXPECT_FALSE(is_zone_name(std::string(100'000, 'A')));
  for (const char* zone : {"", "/etc/localtime", "../zoneinfo/UTC", "Europe/../UTC", "localtime", "right/UTC",
                           "Europe/", "Europe//Rome", "zone.tab", "tzdata.zi", "+VERSION"}) {
    EXPECT_FALSE(is_zone_name(zone)) << zone;
  }
  for (const std::string_view zone : zone_names()) EXPECT_TRUE(is_zone_name(zone)) << zone;
}

TEST(time, periods_of_a_policy_are_checked) {
  // [PER-1] [PER-3] [PER-7] [PER-12]
  const auto with = [](const std::string& period) {
    return testing::mistakes_of("{\"pricepoint\":1,\"periods\":{\"p\":\n" + period + "}}");
  };
  EXPECT_EQ(with(R"({"from":"2026-11-01"})"), testing::lines({"PP-P041 2:9 /periods/p/from"}));
  EXPECT_EQ(with(R"({"from":"2026-11-01T10:00+01:00"})"), testing::lines({}));
  EXPECT_EQ(with(R"({"from":"2026-11-01T10:00","zone":"Europe/Rom"})"),
            testing::lines({"PP-P042 2:35 /periods/p/zone"}));
  EXPECT_EQ(with(R"({"from":"2026-11-31","zone":"UTC"})"), testing::lines({"PP-P040 2:18 /periods/p/from"}));
  EXPECT_EQ(with(R"({"from":"2026-11-02","until":"2026-11-01","zone":"UTC"})"),
            testing::lines({"PP-P043 2:30 /periods/p/until"}));
  EXPECT_EQ(with(R"({"from":"2026-11-02","until":"2026-11-02","zone":"UTC"})"), testing::lines({}));  // one day
  EXPECT_EQ(with(R"({"from":"2026-11-02T00:00Z","until":"2026-11-02T00:00Z"})"),
            testing::lines({"PP-P043 2:37 /periods/p/until"}));
  EXPECT_EQ(with(R"({"zone":"UTC"})"), testing::lines({"PP-P044 2:1 /periods/p"}));
  EXPECT_EQ(with("[]"), testing::lines({"PP-P009 2:1 /periods/p"}));
  EXPECT_EQ(with(R"({"form":"2026-11-01","zone":"UTC","until":5})"),
            testing::lines({"PP-P004 2:2 /periods/p/form", "PP-P003 2:43 /periods/p/until"}));
  EXPECT_EQ(with("7"), testing::lines({"PP-P003 2:1 /periods/p"}));
}

}  // namespace
}  // namespace pricepoint::policy_language
