// SPDX-License-Identifier: Apache-2.0
// The rows of policy_a.hpp as the library takes them, and what the engine answers: that which contestants outside of
// pricing.cpp are held to before they are timed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy_a.hpp"
#include "pricepoint/pricepoint.hpp"

namespace by_engine {

inline constexpr std::size_t row_count = 1'000'000;
inline constexpr std::uint64_t seed = 20261111;

[[noreturn]] void give_up(const std::string& why);

const pricepoint::policy& policy();
std::string policy_path();

// The rows of every scenario, made once.
const policy_a::columns& rows();

void fill(pricepoint::request& to, const policy_a::columns& of, std::size_t i);

struct answers {
  std::vector<policy_a::answer> of;      // by row
  std::vector<std::int64_t> targets_e2;  // the exact target, in hundredths of the minor unit
};
answers price(const policy_a::columns& rows);

// Those of rows(), made once.
const answers& expected();

// Lets the calling thread, and what it starts, run on every core that there is: the benchmarks are held to one.
void use_all_cores();

// "12.34", "1234" for yen.
void append_amount(std::string& to, std::int64_t minor, std::uint8_t market);

}  // namespace by_engine
