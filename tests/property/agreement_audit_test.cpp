// SPDX-License-Identifier: Apache-2.0
// Random policies and offers through the auditor and through the reference auditor: a fixed seed that stays, and a
// fresh one (PRICEPOINT_SEED, which ./dev test sets and prints). agreement_audit_main.cpp runs more of the same.
// [AUD-3] [AUD-6] [AUD-9] [AUD-10] [AUD-13] [AUD-19] [AUD-20] [AUD-24]
#include <gtest/gtest.h>

#include <iostream>

#include "agreement_audit.hpp"
#include "seed.hpp"

namespace {

void run(std::uint64_t seed, int policies, int groups) {
  agreement::audit_report report;
  for (int i = 0; i < policies; ++i) {
    const std::uint64_t each = seed + static_cast<std::uint64_t>(i);
    agreement::compare(generator::make_audit(each, groups, testing_options()), each, report);
  }
  std::cout << "seed " << seed << ": " << report.findings << " findings on " << report.offers << " offers, "
            << report.undecided << " groups undecided\n";
  EXPECT_EQ(report.differences, 0u) << report.first;
  EXPECT_EQ(report.refused_policies, 0u) << report.first;
  EXPECT_GT(report.findings, static_cast<std::uint64_t>(policies) * static_cast<std::uint64_t>(groups));
}

TEST(agreement_audit, of_auditor_and_reference_on_a_fixed_seed) { run(20'261'122, 60, 20); }

TEST(agreement_audit, of_auditor_and_reference_on_a_fresh_seed) { run(testing_seed(), 60, 20); }

}  // namespace
