// SPDX-License-Identifier: Apache-2.0
// `pricepoint price`: threads take blocks of rows in turn and write their answers in the same order. There is no queue
// to bound: a thread takes its next block only when the last one is written, so memory is a few blocks a thread.
// Entry: run_price. Test: tests/golden/cases, tests/golden/stream.py.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cli/decider.hpp"
#include "cli/files.hpp"
#include "cli/problems.hpp"
#include "cli/progress.hpp"
#include "cli/row_writer.hpp"
#include "cli/run.hpp"
#include "cli/table.hpp"

namespace pricepoint::cli {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds first_progress{1000};
constexpr milliseconds progress_step{250};
constexpr std::size_t max_member_warnings = 100;

class price_run {
 public:
  price_run(const options& what, job& prepared, output_file& out, output_format format)
      : what_(what),
        job_(prepared),
        out_(out),
        format_(format),
        writer_(format, prepared.columns_or_null(), prepared.policy.fingerprint()),
        started_(clock::now()) {}

  int run() {
    std::string header;
    writer_.header(header);
    if (!out_.write(header)) return write_failed();
    std::vector<std::thread> threads;
    running_ = thread_count();
    try {
      for (std::size_t i = thread_count(); i > 0; --i) threads.emplace_back([this] { work(); });
    } catch (const std::exception&) {
      // The system gives no more threads: those there are do the work.
      const std::lock_guard lock(out_mutex_);
      running_ -= thread_count() - threads.size();
      if (threads.empty()) throw;
    }
    watch();
    for (std::thread& thread : threads) thread.join();
    if (failure_) {
      tell(failure_->diagnostics());
      return no_run;
    }
    if (write_failed_ || !out_.commit()) return write_failed();
    if (!what_.quiet && ::isatty(STDERR_FILENO) == 1) tell(summary_line(counts_, elapsed()) + "\n");
    return counts_.all_decided() ? all_decided : some_not;
  }

 private:
  milliseconds elapsed() const { return std::chrono::duration_cast<milliseconds>(clock::now() - started_); }

  std::size_t thread_count() const {
    // A table has one state for all of its rows, and nobody reads one that is long.
    if (format_ == output_format::table) return 1;
    return what_.threads > 0 ? what_.threads : std::max(1u, std::thread::hardware_concurrency());
  }

  int write_failed() {
    if (out_.closed_by_reader()) return pipe_closed;
    tell_output_failed(what_, out_.failed());
    return no_run;
  }

  void work() {
    try {
      work_through_blocks();
    } catch (const std::exception& thrown) {
      fail(pricepoint::cli::failure(problem("PP-C099", std::string("the program cannot go on: ") + thrown.what())));
    }
    const std::lock_guard lock(out_mutex_);
    --running_;
    finished_.notify_all();
  }

  void work_through_blocks() {
    row_reader reader(
        job_.fields, job_.columns_or_null(), job_.defaults,
        [this](std::string_view name, const row_reader::member_place& place) { unknown_member(name, place); });
    row_decider decider(job_.policy, job_.rates, job_.channels, what_.explain);
    row current;
    block in;
    std::string out;
    while (take(in)) {
      out.clear();
      run_counts counts;
      reader.start(in);
      while (reader.next(current)) {
        for (const row_decider::answer& answer : decider.decide(current)) {
          counts.add(answer.what == nullptr ? status::invalid : answer.what->status());
          write_row(out, current, answer);
        }
      }
      if (format_ == output_format::table) table_.flush(out);
      if (!give(in.sequence, out, counts)) return;
    }
  }

  void write_row(std::string& out, const row& from, const row_decider::answer& answer) {
    if (format_ == output_format::table) {
      if (answer.what == nullptr) {
        table_.unreadable(from, answer.channel);
      } else {
        table_.decided(from, answer.channel, *answer.what);
      }
    } else if (answer.what == nullptr) {
      writer_.unreadable(out, from, answer.channel);
    } else {
      writer_.decided(out, from, answer.channel, *answer.what,
                      answer.because == nullptr ? std::string_view() : answer.because->json());
    }
  }

  bool take(block& in) {
    const std::lock_guard lock(in_mutex_);
    if (input_ended_) return false;
    const auto got = job_.blocks.next(in);
    if (!got) fail(got.error());
    if (!got || !*got) {
      input_ended_ = true;
      return false;
    }
    // The header's block was number 0.
    if (!first_sequence_) first_sequence_ = in.sequence;
    in.sequence -= *first_sequence_;
    bytes_read_.store(job_.blocks.bytes_read(), std::memory_order_relaxed);
    return true;
  }

  // Waits for its turn, writes, and lets the next one go. False where the run is over.
  bool give(std::uint64_t sequence, const std::string& out, const run_counts& counts) {
    std::unique_lock lock(out_mutex_);
    turn_.wait(lock, [&] { return next_sequence_ == sequence || failure_ || write_failed_; });
    if (failure_ || write_failed_) return false;
    if (!out_.write(out)) {
      write_failed_ = true;
      turn_.notify_all();
      return false;
    }
    counts_.add(counts);
    ++next_sequence_;
    turn_.notify_all();
    return true;
  }

  void fail(error why) {
    const std::lock_guard lock(out_mutex_);
    if (!failure_) failure_ = std::move(why);
    turn_.notify_all();
  }

  void unknown_member(std::string_view name, const row_reader::member_place& place) {
    if (what_.quiet) return;
    const std::lock_guard lock(warned_mutex_);
    if (warned_.size() >= max_member_warnings || !warned_.emplace(name).second) return;
    if (const auto about = about_unknown_member(job_.fields, name, place, job_.items.name())) tell(*about);
  }

  // Until all threads are done; shows progress meanwhile where somebody can see it.
  void watch() {
    const bool show = !what_.quiet && ::isatty(STDERR_FILENO) == 1 && !out_.is_terminal();
    std::unique_lock lock(out_mutex_);
    const auto done = [this] { return running_ == 0; };
    if (!show) {
      finished_.wait(lock, done);
      return;
    }
    bool shown = false;
    for (milliseconds wait = first_progress; !finished_.wait_for(lock, wait, done); wait = progress_step) {
      const std::uint64_t rows = counts_.total();
      lock.unlock();
      tell("\r\x1b[K" + progress_line(rows, bytes_read_.load(std::memory_order_relaxed), job_.items.size(), elapsed()));
      shown = true;
      lock.lock();
    }
    if (shown) tell("\r\x1b[K");
  }

  const options& what_;
  job& job_;
  output_file& out_;
  output_format format_;
  row_writer writer_;
  clock::time_point started_;
  table_writer table_{terminal_width(STDOUT_FILENO)};

  std::mutex in_mutex_;
  bool input_ended_ = false;
  std::optional<std::uint64_t> first_sequence_;
  std::atomic<std::uint64_t> bytes_read_{0};

  std::mutex out_mutex_;
  std::condition_variable turn_;
  std::condition_variable finished_;
  std::uint64_t next_sequence_ = 0;
  std::size_t running_ = 0;
  run_counts counts_;
  std::optional<error> failure_;
  bool write_failed_ = false;

  std::mutex warned_mutex_;
  std::set<std::string, std::less<>> warned_;
};

}  // namespace

int run_price(const options& what, job& prepared) {
  auto out = output_file::open(what.out);
  if (!out) {
    tell_output_failed(what, out.error().diagnostics().front());
    return no_run;
  }
  const output_format format = what.format.value_or(out->is_terminal() ? output_format::table : output_format::csv);
  return price_run(what, prepared, *out, format).run();
}

}  // namespace pricepoint::cli
