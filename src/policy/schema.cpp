// SPDX-License-Identifier: Apache-2.0
// policy.schema.json as a part of the library. Entry: policy_schema. Tests: tests/golden/schema.py,
// tests/unit/policy/schema_test.cpp.
#include "pricepoint/reading.hpp"

namespace pricepoint {

namespace {

constexpr char text[] = {
#include "policy_schema.inc"  // made by CMake of policy.schema.json
};

}  // namespace

std::string_view policy_schema() noexcept { return {text, sizeof(text)}; }

}  // namespace pricepoint
