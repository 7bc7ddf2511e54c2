// SPDX-License-Identifier: Apache-2.0
// A point in time, and its text. Requests, exchange rates and decisions speak of times in this form alone.
//
//   pricepoint::to_string(*pricepoint::parse_instant("2026-11-11T00:00:00+08:00"));  // "2026-11-10T16:00:00Z"
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pricepoint {

// A point in time, in milliseconds since 1970-01-01T00:00:00Z.
struct instant {
  std::int64_t unix_ms = 0;
  friend constexpr auto operator<=>(const instant&, const instant&) noexcept = default;
};

// The first and the last that can be written. A request with a time outside is `invalid`.
inline constexpr instant first_instant{0};
inline constexpr instant last_instant{253'402'300'799'999};

// Reads "2026-11-11T00:00:00+08:00" or "...Z": date, time (seconds and a fraction may be left out), offset.
// Nothing where the text is no instant with its offset. Years 1970 to 9999; a fraction is cut to milliseconds.
std::optional<instant> parse_instant(std::string_view text) noexcept;

// "2026-11-10T16:00:00Z", with milliseconds only where there are any.
std::string to_string(instant value);

}  // namespace pricepoint
