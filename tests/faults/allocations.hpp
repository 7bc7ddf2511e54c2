// SPDX-License-Identifier: Apache-2.0
// What the operators new and delete of allocations.cpp count, and which allocation fails. One set for the whole
// program.
#pragma once

#include <atomic>

namespace faults {

// Allocations until one fails, in whatever thread; below zero: none does.
extern std::atomic<long> until_failure;
extern std::atomic<long> live;
extern std::atomic<long> taken;
extern std::atomic<long> live_bytes;

}  // namespace faults
