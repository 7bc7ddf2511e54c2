// SPDX-License-Identifier: Apache-2.0
// [REL-79] The auditor beside the slow one of tests/property, on policies and offers that the bytes draw.
//
// Promised: every part of every finding is the same, and every drawn policy is accepted. Left out, and input: as of
// decisions.cpp.
#include <cstdio>

#include "fuzz/drawn.hpp"
#include "fuzz/fuzz.hpp"
#include "property/agreement_audit.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto [options, from] = fuzz::draw_source(data, size);
  generator::options wanted;
  wanted.culture = (options & 1) != 0;
  const generator::audit_scenario drawn = generator::make_audit(from, 1, wanted);
  if (!fuzz::is_quick(drawn.policy_json)) return 0;
  agreement::audit_report report;
  agreement::compare(drawn, from.seed, report, 20'000);
  if (report.first.empty()) return 0;
  std::fputs(report.first.c_str(), stderr);
  fuzz::fail("the auditor and the slow one differ");
}
