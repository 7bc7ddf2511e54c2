// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4) of a text. Here because a fingerprint must be the same on every machine and version, and neither
// Boost 1.81 nor Abseil offers a stable, collision-resistant hash. Covered by tests/unit/compile/fingerprint_test.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace pricepoint::detail {

std::array<std::uint8_t, 32> sha256(std::string_view text);

}  // namespace pricepoint::detail
