// SPDX-License-Identifier: Apache-2.0
// Random policies and requests through the engine and through the reference evaluator: a fixed seed that stays, and a
// fresh one (PRICEPOINT_SEED, which ./dev test sets and prints). tests/property/agreement_main.cpp runs more of the
// same.
//
// The reference evaluator has every clause on pricing; these are held here above all:
// [DOC-6] [DOC-7] [DOC-8] [NUM-4] [NUM-8] [NUM-9] [NUM-10] [CHN-6] [ATT-2] [ATT-3] [ATT-4] [ATT-5] [PER-4] [WIN-5]
// [REQ-4] [REQ-6] [REQ-8] [CUR-2] [CUR-3] [CUR-4] [CUR-5] [SEQ-2] [SEQ-3] [SEQ-5] [SEQ-6] [SEQ-7] [SEQ-8] [RUL-9]
// [CON-8] [BAS-2] [BAS-3] [BAS-4] [BAS-5] [DSC-2] [DSC-3] [DSC-4] [DSC-5] [DSC-6] [DSC-7] [DSC-8] [DSC-11] [BND-17]
// [SHP-3] [SHP-4] [SHP-6] [SHP-13] [SHP-14] [SHP-16] [DEC-5] [DEC-11] [DEC-14] [STA-5] [STA-12] [OUT-1] [OUT-3]
// [OUT-4] [OUT-11] [OUT-12] [OUT-17] [OUT-20] [OUT-23] [REL-65] [SEQ-10] [SEQ-11] [SEQ-12] [BND-2] [BND-6] [BND-9]
// [DEC-10] [DEC-15] [DEC-17] [WAS-3] [WAS-6] [OUT-7] [OUT-18] [OUT-19] [OUT-28] [OUT-29] [OUT-30] [HLD-5] [ADV-5]
#include <gtest/gtest.h>

#include <iostream>
#include <string>

#include "agreement.hpp"
#include "seed.hpp"

namespace {

void run(std::uint64_t seed, int policies, int requests) {
  agreement::report report;
  for (int i = 0; i < policies; ++i) {
    const std::uint64_t each = seed + static_cast<std::uint64_t>(i);
    agreement::compare(generator::make(each, requests, testing_options()), each, report);
  }
  std::cout << "seed " << seed << ": " << report.decisions << " decisions over " << policies << " policies\n";
  EXPECT_EQ(report.differences, 0u) << report.first;
  EXPECT_EQ(report.refused_policies, 0u) << report.first;
  EXPECT_GT(report.decisions, static_cast<std::uint64_t>(policies) * static_cast<std::uint64_t>(requests));
}

TEST(agreement, of_engine_and_reference_on_a_fixed_seed) { run(20'261'122, 40, 40); }

TEST(agreement, of_engine_and_reference_on_a_fresh_seed) { run(testing_seed(), 40, 40); }

}  // namespace
