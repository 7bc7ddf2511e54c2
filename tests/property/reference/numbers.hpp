// SPDX-License-Identifier: Apache-2.0
//
// What the reference evaluator counts with: exact numbers, their rounding, and points in time.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "property/reference.hpp"

namespace reference {

using boost::multiprecision::cpp_int;
__extension__ typedef __int128 int128;

inline constexpr long long greatest_amount_minor = 1'000'000'000'000'000;  // 10^15

[[noreturn]] void fail(const std::string& why);

bool is_digit(char c);
cpp_int power_of_ten(std::size_t exponent);
cpp_int floor_of(const rational& value);
cpp_int ceiling_of(const rational& value);
/// Half up means away from zero.
cpp_int round_half_up(const rational& value);
long long to_minor(const cpp_int& value);
rational absolute(const rational& value);

/// Where a period begins or ends: an instant, or a local time or day of the zone.
long long boundary_to_unix_ms(const std::string& text, const std::string& zone, bool is_until);

}  // namespace reference
