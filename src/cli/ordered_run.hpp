// SPDX-License-Identifier: Apache-2.0
// Threads that take blocks of the input in turn and write what becomes of them in the same order. There is no queue to
// bound: a thread takes its next block only when the last one is written, so memory is a few blocks a thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "cli/namespace.hpp"
#include "pricepoint/result.hpp"
#include "rows/blocks.hpp"

namespace pricepoint::cli {

// What one thread does. It keeps what becomes of a block until that is written.
class block_worker {
 public:
  block_worker() = default;
  block_worker(const block_worker&) = delete;
  block_worker& operator=(const block_worker&) = delete;
  virtual ~block_worker() = default;

  virtual void work(const block& in) = 0;  // beside other threads, in any order
  virtual bool write() = 0;                // in the order of the input, one thread at a time; false ends the run
  virtual void end() {}  // after the last block, beside other threads; may throw, as a destructor may not
};

class ordered_run {
 public:
  using source = std::function<result<bool>(block&)>;
  using worker_maker = std::function<std::unique_ptr<block_worker>()>;  // called in each thread
  using elapsed = std::chrono::milliseconds;
  using progress = std::function<std::string(elapsed)>;  // a line; called like `write`, never beside it

  ordered_run(source next, worker_maker make)
      : next_(std::move(next)), make_(std::move(make)), started_(std::chrono::steady_clock::now()) {}

  // Goes through the input. Gives what ended it early, if not a `write`. `show` may be empty: then nobody looks. Throws
  // what a worker has thrown, when all have ended.
  std::optional<error> run(std::size_t threads, const progress& show = {});

  elapsed so_far() const { return std::chrono::duration_cast<elapsed>(std::chrono::steady_clock::now() - started_); }

 private:
  void work();
  void work_through_blocks();
  bool take(block& in, std::uint64_t& turn);
  bool give(std::uint64_t turn, block_worker& from);
  void fail(error why);
  void end_all() noexcept;
  void watch(const progress& show);

  source next_;
  worker_maker make_;
  std::chrono::steady_clock::time_point started_;

  std::mutex in_mutex_;
  bool input_ended_ = false;
  std::uint64_t next_taken_ = 0;

  std::mutex out_mutex_;
  std::condition_variable turn_;
  std::condition_variable finished_;
  std::uint64_t next_given_ = 0;
  std::size_t running_ = 0;
  bool ended_ = false;  // a write said so
  std::optional<error> failure_;
  std::exception_ptr thrown_;  // by a worker; saying why would take memory that may not be there
};

// Those asked for, or one for each core.
std::size_t thread_count(unsigned asked_for);

}  // namespace pricepoint::cli
