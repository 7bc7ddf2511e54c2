// SPDX-License-Identifier: Apache-2.0
// The engine beside the reference evaluator: every part of every decision must be the same.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "generator.hpp"
#include "pricepoint/pricing/pricer.hpp"
#include "reference.hpp"

namespace agreement {

struct report {
  std::uint64_t decisions = 0;
  std::uint64_t differences = 0;
  std::uint64_t refused_policies = 0;  // a generated policy that the parser does not take: counts as a difference
  std::uint64_t linear = 0;            // decisions that 64-bit integers gave alone
  std::uint64_t in_blocks = 0;         // of these, by loops over columns
  std::uint64_t undecided = 0;         // emptiness that the reference evaluator could not prove; not compared
  std::map<std::string, std::uint64_t> by_status;
  std::string first;  // the first difference, with policy, request and both answers
};

// The engine's request of the reference's; its text lives as long as `fields`.
pricepoint::request engine_request(const std::map<std::string, std::string>& fields);

// Finds the scenario's files by name, from memory.
pricepoint::policy_language::table_loader files_of(const generator::scenario& scenario);

// The parts of two decisions that differ, one a line; empty where they agree.
std::string difference(const reference::decision& expected, const pricepoint::decision& got);

// Compares all requests of one scenario, each alone and, for every fourth, on several channels at once. `effort`: of
// the reference evaluator for each decision; what takes more is undecided.
void compare(const generator::scenario& scenario, std::uint64_t seed, report& into,
             long long effort = std::numeric_limits<long long>::max());

}  // namespace agreement
