// SPDX-License-Identifier: Apache-2.0
// What the operators new and delete of allocations.cpp count, and which allocation fails. One set for the whole
// program.
#pragma once

#include <atomic>

namespace faults {

// Allocations until one fails, in whatever thread; below zero: none does. With `stays_out` all later ones fail as well,
// for as long as it is not below zero. `denied` counts those that failed.
extern std::atomic<long> until_failure;
extern std::atomic<bool> stays_out;
extern std::atomic<long> denied;
extern std::atomic<long> live;
extern std::atomic<long> taken;
extern std::atomic<long> live_bytes;
extern std::atomic<long> most_bytes;  // the highest that live_bytes was since somebody set it

}  // namespace faults
