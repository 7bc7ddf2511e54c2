// SPDX-License-Identifier: Apache-2.0
// `pricepoint compare`: the same rows under two policies, read twice from one block, since each policy has its own
// fields. Changed rows in the order of the input, then the figures and the gates.
// Entry: run_compare. Test: tests/golden/cases (compare-*), tests/golden/compare.py.
#include <unistd.h>

#include <array>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "cli/comparison_writer.hpp"
#include "cli/files.hpp"
#include "cli/namespace.hpp"
#include "cli/ordered_run.hpp"
#include "cli/progress.hpp"
#include "cli/run.hpp"
#include "rows/problems.hpp"

namespace pricepoint::cli {
namespace {

constexpr std::size_t max_member_warnings = 100;

class compare_run {
 public:
  // `summary` is null where the figures follow the rows.
  compare_run(const options& what, compare_job& prepared, output_file& out, output_file* summary, output_format format)
      : what_(what),
        job_(prepared),
        out_(out),
        summary_(summary),
        format_(format),
        writer_(format, prepared.policies, row_keys(prepared.columns_or_null(1))),
        table_(terminal_width(STDOUT_FILENO), prepared.policies, row_keys(prepared.columns_or_null(1))),
        run_([this](block& in) { return next(in); },
             [this] { return std::make_unique<worker>(*this, new_figures()); }) {}

  int run() {
    std::string header;
    writer_.header(header);
    if (!out_.write(header)) return write_failed(out_);
    ordered_run::progress show;
    if (!what_.quiet && ::isatty(STDERR_FILENO) == 1 && !out_.is_terminal()) {
      show = [this](ordered_run::elapsed elapsed) {
        return progress_line(rows_, bytes_read_.load(std::memory_order_relaxed), job_.items.size(), elapsed);
      };
    }
    const auto failure = run_.run(format_ == output_format::table ? 1 : thread_count(what_.threads), show);
    if (failure) {
      tell(failure->diagnostics());
      return no_run;
    }
    if (out_failed_) return write_failed(out_);
    comparison all(job_.policies, what_.gates);
    for (const comparison& one : figures_) all.add(one);
    return finish(all.summary());
  }

 private:
  // Rows that could not be read by a policy; of these, by one of them alone.
  struct two_tallies {
    row_tally all;
    std::uint64_t before_alone = 0, after_alone = 0;

    void add(const two_tallies& other) {
      all.add(other.all);
      before_alone += other.before_alone;
      after_alone += other.after_alone;
    }
  };

  class worker final : public block_worker {
   public:
    worker(compare_run& of, comparison& figures)
        : of_(of),
          figures_(figures),
          readers_{row_reader(of.job_.fields[0], of.job_.columns_or_null(0), of.job_.defaults),
                   row_reader(of.job_.fields[1], of.job_.columns_or_null(1), of.job_.defaults,
                              [&of](std::string_view name, const row_reader::member_place& place) {
                                of.unknown_member(name, place);
                              })},
          comparer_(of.job_.policies, of.job_.rates) {}
    void end() override {
      const std::lock_guard lock(of_.replaced_mutex_);
      of_.replaced_.add(readers_[1].replaced());
    }

    void work(const block& in) override {
      out_.clear();
      rows_ = 0;
      tallies_ = {};
      for (row_reader& one : readers_) one.start(in);
      while (readers_[0].next(rows_of_[0]) && readers_[1].next(rows_of_[1])) {
        const std::vector<compared>& all = compare();
        count(all);
        for (const compared& one : all) {
          ++rows_;
          figures_.add(one, rows_of_[1].request.sku, rows_of_[1].line);
          if (!one.changed) continue;
          if (of_.format_ == output_format::table) {
            of_.table_.add(one, rows_of_[1]);
          } else {
            of_.writer_.write(out_, one, rows_of_[1]);
          }
        }
      }
      if (of_.format_ == output_format::table) of_.table_.flush(out_);
    }

    bool write() override {
      of_.rows_ += rows_;
      of_.tallies_.add(tallies_);
      of_.out_failed_ = !of_.out_.write(out_);
      return !of_.out_failed_;
    }

   private:
    const std::vector<compared>& compare() {
      std::array<const request*, 2> asked{};
      for (std::size_t side = 0; side < asked.size(); ++side) {
        if (rows_of_[side].problems.empty()) asked[side] = &rows_of_[side].request;
      }
      const std::string_view channel = rows_of_[1].request.channel;
      // A row that names its channel means that one.
      if (of_.job_.channels.size() > 1 && channel.empty()) {
        return comparer_.compare_all(asked[0], asked[1], of_.job_.channels);
      }
      return comparer_.compare(asked[0], asked[1], channel);
    }

    // A row falls out where a policy can say nothing of it, on one of its channels or on all.
    void count(const std::vector<compared>& all) {
      std::array<const compared*, 2> invalid{};
      for (const compared& one : all) {
        if (invalid[0] == nullptr && one.status_before() == status::invalid) invalid[0] = &one;
        if (invalid[1] == nullptr && one.status_after() == status::invalid) invalid[1] = &one;
      }
      if (invalid[0] == nullptr && invalid[1] == nullptr) {
        for (const compared& one : all) {
          tallies_.all.answer(one.after == nullptr ? std::vector<std::string>() : one.after->missing());
        }
        return tallies_.all.row();
      }
      if (invalid[1] == nullptr) ++tallies_.before_alone;
      if (invalid[0] == nullptr) ++tallies_.after_alone;
      const std::size_t side = invalid[1] == nullptr ? 0 : 1;
      tallies_.all.row_lost(rows_of_[side].line, [&] { return why(side, *invalid[side]); });
    }

    std::string why(std::size_t side, const compared& one) {
      row& asked = rows_of_[side];
      if (!asked.problems.empty()) return why_unread(asked);
      const decision& made = side == 0 ? *one.before : *one.after;
      const std::string_view of_row = std::exchange(asked.request.channel, one.channel);
      std::string text = why_invalid(asked, made.invalid().front());
      asked.request.channel = of_row;
      return text;
    }

    compare_run& of_;
    comparison& figures_;
    std::array<row_reader, 2> readers_;
    comparer comparer_;
    std::array<row, 2> rows_of_;
    std::string out_;
    std::uint64_t rows_ = 0;
    two_tallies tallies_;
  };

  // Each thread has its own, and all are joined at the end: a block is too short to join figures after each.
  comparison& new_figures() {
    const std::lock_guard lock(mutex_);
    return figures_.emplace_back(job_.policies, what_.gates);
  }

  result<bool> next(block& in) {
    auto got = job_.blocks.next(in);
    bytes_read_.store(job_.blocks.bytes_read(), std::memory_order_relaxed);
    return got;
  }

  int finish(const comparison_summary& figures) {
    if (summary_ != nullptr) {
      if (!summary_->write(summary_rows(figures, *job_.policies, output_format::csv))) return write_failed(*summary_);
    } else if (format_ != output_format::csv) {
      const std::string text = format_ == output_format::ndjson
                                   ? summary_rows(figures, *job_.policies, output_format::ndjson)
                                   : (figures.changed > 0 ? "\n" : "") + summary_report(figures);
      if (!out_.write(text)) return write_failed(out_);
    }
    if (output_file* const one = output_file::commit({summary_, &out_})) return write_failed(*one);
    tell_unread();
    // Behind rows of CSV there is no place for it.
    if (summary_ == nullptr && format_ == output_format::csv && !what_.quiet) tell(summary_report(figures));
    tell(exceeded_gates(figures));
    return figures.exceeded() ? some_not : all_decided;
  }

  void tell_unread() const {
    const auto none = about_no_rows(tallies_.all, "rows", job_.items.name(), false);
    if (none && !what_.quiet) tell(*none);
    std::string alone;
    for (const auto& [some, flag] : {std::pair{tallies_.before_alone, "--before"}, {tallies_.after_alone, "--after"}}) {
      if (some > 0) alone.append(", ").append(grouped(some)).append(" of them only not with ").append(flag);
    }
    if (const auto unread = about_unread(tallies_.all, "rows", job_.items.name(), false, alone)) tell(*unread);
    if (what_.quiet) return;
    tell(about_replaced(replaced_, job_.items.name()));
    std::vector<std::string> from_elsewhere;
    if (job_.channels.size() > 1) {
      from_elsewhere.emplace_back("current");
      for (const std::string_view channel : job_.channels) from_elsewhere.push_back("price." + std::string(channel));
    }
    const auto lacking = about_lacking(tallies_.all, "rows", job_.items.name(), job_.known_fields,
                                       job_.columns_or_null(1), {warned_.begin(), warned_.end()}, from_elsewhere);
    if (lacking) tell(*lacking);
  }

  int write_failed(const output_file& what) const {
    if (what.closed_by_reader()) return pipe_closed;
    tell_output_failed(what_, &what == &out_ ? "--out" : "--summary", what.failed());
    return no_run;
  }

  void unknown_member(std::string_view name, const row_reader::member_place& place) {
    if (what_.quiet || job_.known_fields.find(name).kind != field_kind::unknown) return;
    const std::lock_guard lock(mutex_);
    if (warned_.size() >= max_member_warnings || !warned_.emplace(name).second) return;
    if (const auto about = about_unknown_member(job_.known_fields, name, place, job_.items.name())) {
      tell(without_carrying(*about));
    }
  }

  const options& what_;
  compare_job& job_;
  output_file& out_;
  output_file* summary_;
  output_format format_;
  change_writer writer_;
  change_table table_;
  std::atomic<std::uint64_t> bytes_read_{0};
  std::mutex replaced_mutex_;
  replaced_bytes replaced_;
  std::uint64_t rows_ = 0;
  two_tallies tallies_;
  bool out_failed_ = false;
  std::mutex mutex_;
  std::deque<comparison> figures_;
  std::set<std::string, std::less<>> warned_;
  ordered_run run_;
};

}  // namespace

int run_compare(const options& what, compare_job& prepared) {
  auto to = open_outputs(what, "--summary");
  if (!to) return no_run;
  const output_format format = what.format.value_or(to->out.is_terminal() ? output_format::table : output_format::csv);
  return compare_run(what, prepared, to->out, to->more_or_null(), format).run();
}

}  // namespace pricepoint::cli
