// SPDX-License-Identifier: Apache-2.0
// `pricepoint price`: rows to decisions, block by block, in the order of the rows; beside them the record.
// Entry: run_price. Test: tests/golden/cases, tests/golden/stream.py.
#include <unistd.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "cli/decider.hpp"
#include "cli/files.hpp"
#include "cli/namespace.hpp"
#include "cli/ordered_run.hpp"
#include "cli/progress.hpp"
#include "cli/record.hpp"
#include "cli/run.hpp"
#include "cli/table.hpp"
#include "rows/problems.hpp"
#include "rows/row_writer.hpp"

namespace pricepoint::cli {
namespace {

constexpr std::size_t max_member_warnings = 100;

class price_run {
 public:
  // `record` is null where none is asked for.
  price_run(const options& what, job& prepared, output_file& out, output_file* record, output_format format)
      : what_(what),
        job_(prepared),
        out_(out),
        record_(record),
        policy_file_(record == nullptr ? std::string() : policy_file_in(what.record, what.policy)),
        format_(format),
        writer_(format, prepared.columns_or_null(), prepared.policy.fingerprint(),
                row_keys(prepared.columns_or_null())),
        table_(terminal_width(STDOUT_FILENO), row_keys(prepared.columns_or_null())),
        run_([this](block& in) { return next(in); }, [this] { return std::make_unique<worker>(*this); }) {}

  int run() {
    std::string header;
    writer_.header(header);
    if (!out_.write(header)) return write_failed(out_);
    const bool is_watched = !what_.quiet && ::isatty(STDERR_FILENO) == 1;
    ordered_run::progress show;
    if (is_watched && !out_.is_terminal()) {
      show = [this](ordered_run::elapsed elapsed) {
        return progress_line(counts_.total(), bytes_read_.load(std::memory_order_relaxed), job_.items.size(), elapsed);
      };
    }
    // A table has one state for all of its rows, and nobody reads one that is long.
    const auto failure = run_.run(format_ == output_format::table ? 1 : thread_count(what_.threads), show);
    if (failure) {
      tell(failure->diagnostics());
      return no_run;
    }
    if (failed_ != nullptr) return write_failed(*failed_);
    if (output_file* const one = output_file::commit({record_, &out_})) return write_failed(*one);
    if (is_watched) tell(summary_line(counts_, run_.so_far()) + "\n");
    const bool too_many = tally_.has_more_unread_than(what_.max_unread);
    tell_what_fell_out(what_, job_, "rows", tally_, replaced_, too_many, false, {warned_.begin(), warned_.end()});
    return !too_many && counts_.all_decided(true) ? all_decided : some_not;
  }

 private:
  class worker final : public block_worker {
   public:
    explicit worker(price_run& of)
        : of_(of),
          reader_(
              of.job_.fields, of.job_.columns_or_null(), of.job_.defaults,
              [&of](std::string_view name, const row_reader::member_place& place) { of.unknown_member(name, place); }),
          decider_(of.job_.policy, of.job_.rates, of.job_.history, of.job_.channels,
                   of.what_.explain ? telling::explanation : telling::nothing),
          recorder_(of.job_.policy, of.policy_file_, of.job_.rates.get()) {}

    void end() override {
      const std::lock_guard lock(of_.replaced_mutex_);
      of_.replaced_.add(reader_.replaced());
    }

    void work(const block& in) override {
      out_.clear();
      record_.clear();
      counts_ = {};
      tally_ = {};
      reader_.start(in);
      while (reader_.next(row_)) {
        const auto& answers = decider_.decide(row_);
        row_decider::count(tally_, row_, answers);
        for (const row_decider::answer& answer : answers) {
          counts_.add(answer.what == nullptr ? status::invalid : answer.what->status());
          write_row(answer);
        }
        if (of_.record_ != nullptr) recorder_.write(record_, row_, decider_, answers);
      }
      if (of_.format_ == output_format::table) of_.table_.flush(out_, of_.job_.may_go_on());
    }

    bool write() override {
      if (!of_.out_.write(out_)) of_.failed_ = &of_.out_;
      if (of_.record_ != nullptr && !of_.record_->write(record_)) of_.failed_ = of_.record_;
      of_.counts_.add(counts_);
      of_.tally_.add(tally_);
      return of_.failed_ == nullptr;
    }

   private:
    void write_row(const row_decider::answer& answer) {
      if (of_.format_ == output_format::table) {
        if (answer.what == nullptr) {
          of_.table_.unreadable(row_, answer.channel);
        } else {
          of_.table_.decided(row_, answer.channel, *answer.what);
        }
      } else if (answer.what == nullptr) {
        of_.writer_.unreadable(out_, row_, answer.channel);
      } else {
        of_.writer_.decided(out_, row_, answer.channel, *answer.what,
                            answer.because == nullptr ? std::string_view() : answer.because->json());
      }
    }

    price_run& of_;
    row_reader reader_;
    row_decider decider_;
    record_writer recorder_;
    row row_;
    std::string out_;
    std::string record_;
    run_counts counts_;
    row_tally tally_;
  };

  result<bool> next(block& in) {
    auto got = job_.blocks.next(in);
    bytes_read_.store(job_.blocks.bytes_read(), std::memory_order_relaxed);
    return got;
  }

  int write_failed(const output_file& what) const {
    if (what.closed_by_reader()) return pipe_closed;
    tell_output_failed(what_, &what == &out_ ? "--out" : "--record", what.failed());
    return no_run;
  }

  void unknown_member(std::string_view name, const row_reader::member_place& place) {
    if (what_.quiet) return;
    const std::lock_guard lock(warned_mutex_);
    if (warned_.size() >= max_member_warnings || !warned_.emplace(name).second) return;
    if (const auto about = about_unknown_member(job_.fields, name, place, job_.items.name())) tell(*about);
  }

  const options& what_;
  job& job_;
  output_file& out_;
  output_file* record_;
  std::string policy_file_;  // as the record names it
  output_format format_;
  row_writer writer_;
  table_writer table_;
  std::atomic<std::uint64_t> bytes_read_{0};
  run_counts counts_;
  row_tally tally_;
  output_file* failed_ = nullptr;  // could not be written
  std::mutex replaced_mutex_;
  replaced_bytes replaced_;
  std::mutex warned_mutex_;
  std::set<std::string, std::less<>> warned_;
  ordered_run run_;
};

}  // namespace

int run_price(const options& what, job& prepared) {
  auto to = open_outputs(what, "--record");
  if (!to) return no_run;
  const output_format format = what.format.value_or(to->out.is_terminal() ? output_format::table : output_format::csv);
  return price_run(what, prepared, to->out, to->more_or_null(), format).run();
}

}  // namespace pricepoint::cli
