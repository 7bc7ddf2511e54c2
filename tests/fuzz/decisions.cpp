// SPDX-License-Identifier: Apache-2.0
// [REL-77] The engine beside the slow evaluator of tests/property, on policies and requests that the bytes draw.
//
// Promised: what tests/property/agreement.hpp compares is the same: every part of every decision, alone, of several
// channels at once, from columns, and by a pricer that is bound to all but the money. Every drawn policy is accepted,
// and every decision can be explained.
//
// Left out: what costs the slow evaluator too many amounts, its effort being short, and policies of very many shapes.
//
// Input: see drawn.hpp.
#include <cstdio>

#include "fuzz/decided.hpp"
#include "fuzz/drawn.hpp"
#include "fuzz/fuzz.hpp"
#include "property/agreement.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto [options, from] = fuzz::draw_source(data, size);
  generator::options wanted;
  wanted.culture = (options & 1) != 0;
  const generator::scenario drawn = generator::make(from, 1 + (options >> 1) % 4, wanted);
  if (!fuzz::is_quick(drawn.policy_json)) return 0;
  agreement::report report;
  agreement::compare(drawn, from.seed, report, 50'000);
  if (!report.first.empty()) {
    std::fputs(report.first.c_str(), stderr);
    fuzz::fail("the engine and the slow evaluator differ");
  }
  pricepoint::policy_language::parse_limits limits;
  if ((options & 16) != 0) limits.max_resident_rules = 0;
  pricepoint::pricer pricer(
      pricepoint::parse_policy(drawn.policy_json, "drawn", limits, agreement::files_of(drawn)).value());
  const pricepoint::request asked = agreement::engine_request(drawn.requests[0].fields);
  fuzz::hold_decision(pricer.price(asked));
  fuzz::hold_explanation(explain(pricer, asked));
  if ((options & 8) != 0) fuzz::hold_explanation(timeline(pricer, asked));
  return 0;
}
