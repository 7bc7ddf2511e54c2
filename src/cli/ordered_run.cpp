// SPDX-License-Identifier: Apache-2.0
// Taking turns.
// Entry: ordered_run::run. Test: tests/golden/stream.py, tests/golden/replay.py.
#include "cli/ordered_run.hpp"

#include <algorithm>
#include <exception>
#include <thread>
#include <utility>
#include <vector>

#include "cli/namespace.hpp"
#include "cli/run.hpp"
#include "rows/problems.hpp"

namespace pricepoint::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_progress{1000};
constexpr milliseconds progress_step{250};

}  // namespace

std::size_t thread_count(unsigned asked_for) {
  return asked_for > 0 ? asked_for : std::max(1u, std::thread::hardware_concurrency());
}

std::optional<error> ordered_run::run(std::size_t count, const progress& show) {
  std::vector<std::thread> threads;
  running_ = count;
  try {
    for (std::size_t i = count; i > 0; --i) threads.emplace_back([this] { work(); });
  } catch (const std::exception&) {
    // The system gives no more threads: those there are do the work.
    const std::lock_guard lock(out_mutex_);
    running_ -= count - threads.size();
    if (threads.empty()) throw;
  }
  try {
    watch(show);
  } catch (...) {
    thrown_ = std::current_exception();
    end_all();
  }
  for (std::thread& thread : threads) thread.join();
  if (thrown_) std::rethrow_exception(thrown_);
  return std::move(failure_);
}

void ordered_run::end_all() noexcept {
  const std::lock_guard lock(out_mutex_);
  ended_ = true;
  turn_.notify_all();
}

void ordered_run::work() {
  try {
    work_through_blocks();
  } catch (...) {
    end_all();
    const std::lock_guard lock(out_mutex_);
    if (!thrown_) thrown_ = std::current_exception();
  }
  const std::lock_guard lock(out_mutex_);
  --running_;
  finished_.notify_all();
}

void ordered_run::work_through_blocks() {
  const std::unique_ptr<block_worker> worker = make_();
  block in;
  std::uint64_t turn = 0;
  while (take(in, turn)) {
    worker->work(in);
    if (!give(turn, *worker)) break;
  }
  worker->end();
}

bool ordered_run::take(block& in, std::uint64_t& turn) {
  const std::lock_guard lock(in_mutex_);
  if (input_ended_) return false;
  const auto got = next_(in);
  if (!got) fail(got.error());
  if (!got || !*got) {
    input_ended_ = true;
    return false;
  }
  turn = next_taken_++;
  return true;
}

// Waits for its turn, writes, and lets the next one go. False where the run is over.
bool ordered_run::give(std::uint64_t turn, block_worker& from) {
  std::unique_lock lock(out_mutex_);
  turn_.wait(lock, [&] { return next_given_ == turn || failure_ || ended_; });
  if (failure_ || ended_) return false;
  ended_ = !from.write();
  ++next_given_;
  turn_.notify_all();
  return !ended_;
}

void ordered_run::fail(error why) {
  const std::lock_guard lock(out_mutex_);
  if (!failure_) failure_ = std::move(why);
  turn_.notify_all();
}

// Until all threads are done; shows progress meanwhile where somebody can see it.
void ordered_run::watch(const progress& show) {
  std::unique_lock lock(out_mutex_);
  const auto done = [this] { return running_ == 0; };
  if (!show) {
    finished_.wait(lock, done);
    return;
  }
  bool shown = false;
  for (milliseconds wait = first_progress; !finished_.wait_for(lock, wait, done); wait = progress_step) {
    const std::string line = show(so_far());
    lock.unlock();
    tell("\r\x1b[K" + line);
    shown = true;
    lock.lock();
  }
  if (shown) tell("\r\x1b[K");
}

}  // namespace pricepoint::cli
