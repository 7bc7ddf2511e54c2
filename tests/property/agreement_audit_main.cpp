// SPDX-License-Identifier: Apache-2.0
// The long run of agreement_audit_test: agreement_audit_main SEED POLICIES [GROUPS]. Prints what it compared and the
// first difference; exit status 1 where there is one.
#include <cstdio>
#include <string>

#include "agreement_audit.hpp"
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
    std::fputs("usage: agreement_audit_main SEED POLICIES [GROUPS]\n", stderr);
    return 2;
  }
  const std::uint64_t seed = number(argv[1]);
  const std::uint64_t policies = number(argv[2]);
  const int groups = argc > 3 ? static_cast<int>(number(argv[3])) : 20;
  agreement::audit_report report;
  for (std::uint64_t i = 0; i < policies; ++i)
    agreement::compare(generator::make_audit(seed + i, groups, testing_options()), seed + i, report);
  std::string line = "seed " + std::to_string(seed) + ": " + std::to_string(report.findings) + " findings on " +
                     std::to_string(report.offers) + " offers in " + std::to_string(report.groups) + " groups over " +
                     std::to_string(policies) + " policies, " + std::to_string(report.differences) +
                     " groups with differences, " + std::to_string(report.refused_policies) + " policies refused, " +
                     std::to_string(report.undecided) + " groups undecided by the reference\n";
  for (const auto& [effect, count] : report.by_effect) line += "  " + effect + " " + std::to_string(count) + "\n";
  std::fputs(line.c_str(), stdout);
  if (!report.first.empty()) std::fputs(report.first.c_str(), stdout);
  return report.differences + report.refused_policies == 0 ? 0 : 1;
}
