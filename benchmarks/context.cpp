// SPDX-License-Identifier: Apache-2.0
// What the report says beside what Google Benchmark knows of the machine.
#include <benchmark/benchmark.h>
#include <sched.h>

#include <string>

namespace {

const bool named = [] {
#if defined(__clang__)
  benchmark::AddCustomContext("compiler", __VERSION__);
#else
  benchmark::AddCustomContext("compiler", std::string("g++ ") + __VERSION__);
#endif
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof allowed, &allowed) == 0)
    benchmark::AddCustomContext("cores_allowed", std::to_string(CPU_COUNT(&allowed)));
  return true;
}();

}  // namespace
