// SPDX-License-Identifier: Apache-2.0
// The long run of agreement_test: agreement_main SEED POLICIES [REQUESTS]. Prints what it compared and the first
// difference; exit status 1 where there is one.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "agreement.hpp"
#include "seed.hpp"

namespace {

std::uint64_t number(const char* text) {
  std::uint64_t value = 0;
  for (; *text >= '0' && *text <= '9'; ++text) value = value * 10 + static_cast<std::uint64_t>(*text - '0');
  return value;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: agreement_main SEED POLICIES [REQUESTS]\n", stderr);
    return 2;
  }
  const std::uint64_t seed = number(argv[1]);
  const std::uint64_t policies = number(argv[2]);
  const int requests = argc > 3 ? static_cast<int>(number(argv[3])) : 40;
  agreement::report report;
  for (std::uint64_t i = 0; i < policies; ++i)
    agreement::compare(generator::make(seed + i, requests, testing_options()), seed + i, report);
  std::string line = "seed " + std::to_string(seed) + ": " + std::to_string(report.decisions) + " decisions over " +
                     std::to_string(policies) + " policies, " + std::to_string(report.differences) + " differences, " +
                     std::to_string(report.refused_policies) + " policies refused, " +
                     std::to_string(report.undecided) + " undecided by the reference, " +
                     std::to_string(report.linear) + " of all by 64-bit integers alone, " +
                     std::to_string(report.in_blocks) + " by loops over columns\n";
  for (const auto& [status, count] : report.by_status) line += "  " + status + " " + std::to_string(count) + "\n";
  std::fputs(line.c_str(), stdout);
  if (!report.first.empty()) std::fputs(report.first.c_str(), stdout);
  return report.differences + report.refused_policies == 0 ? 0 : 1;
}
