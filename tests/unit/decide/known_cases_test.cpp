// SPDX-License-Identifier: Apache-2.0
// Cases that pricing systems are known to get wrong, each as a shop would meet it.
#include "deciding.hpp"

namespace {

using namespace deciding;
using pricepoint::request;

// [MKT-7] [MKT-8] [BND-1] [OUT-5] Shops that store net prices cannot show every price, not even where it is set by
// hand: it is a conflict, not another price that nobody asked for.
TEST(known_cases, a_price_that_no_stored_net_gives_cannot_be_set) {
  request asked = web();
  asked.market = "ST";  // 20%
  EXPECT_EQ(decide(R"({ "id": "p", "price": "9.99" })", asked), "conflict limited_by[p] conflict[p]");
  EXPECT_EQ(decide(R"({ "id": "p", "price": "9.98" })", asked), "priced 9.98 limited_by[p]");
  EXPECT_EQ(decide(R"({ "id": "p", "price": "10" })", asked), "priced 10.00 limited_by[p]");
  asked.tax = "19%"_rate;
  EXPECT_EQ(decide(R"({ "id": "p", "price": "15" })", asked), "conflict limited_by[p] conflict[p]");
  EXPECT_EQ(decide(R"({ "id": "p", "price": "14.99" })", asked), "priced 14.99 limited_by[p]");
  EXPECT_EQ(decide(R"({ "id": "p", "price": "15.01" })", asked), "priced 15.01 limited_by[p]");
}

// "In", "out" for the last millisecond of the day and the first of the next, as instants with the offset of that day.
std::string around_the_end(std::string_view zone, std::string_view until, std::string_view last_instant,
                           std::string_view next_instant) {
  pricepoint::pricer pricer(policy_of(R"({ "id": "sale", "discount": "25%", "during": { "until": ")" +
                                      std::string(until) + R"(", "zone": ")" + std::string(zone) + R"(" } })"));
  std::string text;
  for (const std::string_view instant : {last_instant, next_instant}) {
    request asked = web();
    asked.at = pricepoint::parse_instant(instant);
    const auto made = pricer.price(asked);
    if (!asked.at || !made.price()) return "no price";
    text += made.price()->minor == 2400 ? "in " : made.price()->minor == 3200 ? "out " : "? ";
    // A shop that keeps its answer as long as it may asks again just when the sale is over.
    if (made.next_change_at() && *made.next_change_at() != *pricepoint::parse_instant(next_instant)) text += "late ";
  }
  return text;
}

// [PER-5] [PER-6] [PER-7] [OUT-19] A promotion until the 31st includes the whole 31st where it takes place, whatever
// the offset of that day, and also where the clocks change on it.
TEST(known_cases, a_promotion_until_the_31st_includes_that_day) {
  const std::string sydney = "Australia/Sydney";
  EXPECT_EQ(around_the_end(sydney, "2026-10-31", "2026-10-31T23:59:59.999+11:00", "2026-11-01T00:00:00+11:00"),
            "in out ");
  EXPECT_EQ(around_the_end(sydney, "2026-08-31", "2026-08-31T23:59:59.999+10:00", "2026-09-01T00:00:00+10:00"),
            "in out ");
  const std::string rome = "Europe/Rome";
  EXPECT_EQ(around_the_end(rome, "2026-12-31", "2026-12-31T23:59:59.999+01:00", "2027-01-01T00:00:00+01:00"),
            "in out ");
  EXPECT_EQ(around_the_end(rome, "2026-07-31", "2026-07-31T23:59:59.999+02:00", "2026-08-01T00:00:00+02:00"),
            "in out ");
  // A day of 25 hours, and one of 23.
  EXPECT_EQ(around_the_end(rome, "2027-10-31", "2027-10-31T23:59:59.999+01:00", "2027-11-01T00:00:00+01:00"),
            "in out ");
  EXPECT_EQ(around_the_end(rome, "2030-03-31", "2030-03-31T23:59:59.999+02:00", "2030-04-01T00:00:00+02:00"),
            "in out ");
}

}  // namespace
