// SPDX-License-Identifier: Apache-2.0
// The auditor beside the reference auditor: every part of every finding must be the same.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "generator.hpp"

namespace agreement {

struct audit_report {
  std::uint64_t groups = 0;
  std::uint64_t offers = 0;
  std::uint64_t findings = 0;
  std::uint64_t differences = 0;       // groups of which some finding differs
  std::uint64_t refused_policies = 0;  // a generated policy that the parser does not take: counts as a difference
  std::uint64_t undecided = 0;         // groups that cost the reference evaluator too much; not compared
  std::map<std::string, std::uint64_t> by_effect;
  std::string first;  // the first difference, with policy, offers and both answers
};

// Compares all groups of one scenario, with one auditor. `effort`: of the reference evaluator for each decision, by
// itself so that one takes less than a second.
void compare(const generator::audit_scenario& scenario, std::uint64_t seed, audit_report& into,
             long long effort = 3'000'000);

}  // namespace agreement
