// SPDX-License-Identifier: Apache-2.0
// Operators new and delete that count, and fail when they are told to.
#include "allocations.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace faults {

std::atomic<long> until_failure{-1};
std::atomic<bool> stays_out{false};
std::atomic<long> denied{0};
std::atomic<long> live{0};
std::atomic<long> taken{0};
std::atomic<long> live_bytes{0};
std::atomic<long> most_bytes{0};

namespace {

bool fails_now() {
  long left = until_failure.load(std::memory_order_relaxed);
  while (left >= 0) {
    if (left == 0 && stays_out) return ++denied, true;
    if (!until_failure.compare_exchange_weak(left, left - 1)) continue;
    if (left != 0) return false;
    ++denied;
    return true;
  }
  return false;
}

void* allocate(std::size_t size, std::size_t alignment) {
  if (fails_now()) throw std::bad_alloc();
  void* const made =
      alignment == 0
          ? std::malloc(size == 0 ? 1 : size)
          : std::aligned_alloc(alignment, (std::max<std::size_t>(size, 1) + alignment - 1) / alignment * alignment);
  if (made == nullptr) throw std::bad_alloc();
  live.fetch_add(1, std::memory_order_relaxed);
  taken.fetch_add(1, std::memory_order_relaxed);
  const auto size_made = static_cast<long>(::malloc_usable_size(made));
  const long now = live_bytes.fetch_add(size_made, std::memory_order_relaxed) + size_made;
  long most = most_bytes.load(std::memory_order_relaxed);
  while (now > most && !most_bytes.compare_exchange_weak(most, now)) {
  }
  return made;
}

void release(void* memory) noexcept {
  if (memory == nullptr) return;
  live.fetch_sub(1, std::memory_order_relaxed);
  live_bytes.fetch_sub(static_cast<long>(::malloc_usable_size(memory)), std::memory_order_relaxed);
  std::free(memory);
}

}  // namespace
}  // namespace faults

// Not inlined, since g++ then takes malloc and delete for a mismatched pair.
[[gnu::noinline]] void* operator new(std::size_t size) { return faults::allocate(size, 0); }
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  return faults::allocate(size, static_cast<std::size_t>(alignment));
}
// As the standard library has it, but not the thread sanitizer.
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return faults::allocate(size, 0);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { faults::release(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { faults::release(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept { faults::release(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  faults::release(memory);
}
