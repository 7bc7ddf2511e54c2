// SPDX-License-Identifier: Apache-2.0
// `pricepoint audit`: offers to findings, product by product, then the summary. Threads take blocks of the offers; the
// product that a block ends with may go on in the next, so its records wait for that and are audited between the two. A
// row of which it cannot be said what product it is of stays with those before it.
// Entry: run_audit. Test: tests/golden/audit.py, tests/golden/audit_figures.py.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "cli/namespace.hpp"
#include "cli/offer_order.hpp"
#include "cli/ordered_run.hpp"
#include "cli/progress.hpp"
#include "cli/run.hpp"
#include "pricepoint/audit/auditor.hpp"
#include "rows/finding_writer.hpp"
#include "rows/problems.hpp"
#include "rows/text.hpp"

namespace pricepoint::cli {
namespace {

constexpr std::size_t max_member_warnings = 100;

class audit_run {
 public:
  audit_run(const options& what, job& prepared, bool numbered, output_file& out, output_file* summary,
            output_format format)
      : what_(what),
        job_(prepared),
        numbered_(numbered),
        out_(out),
        summary_file_(summary),
        format_(format),
        width_(terminal_width(STDOUT_FILENO)),
        between_(std::make_unique<group_auditor>(*this, true)),
        run_([this](block& in) { return next(in); }, [this] { return std::make_unique<worker>(*this); }) {}

  int run() {
    std::string text;
    between_->writer.header(text);
    if (!out_.write(text)) return write_failed(out_);
    const bool is_watched = !what_.quiet && ::isatty(STDERR_FILENO) == 1;
    ordered_run::progress show;
    if (is_watched && !out_.is_terminal()) {
      show = [this](ordered_run::elapsed elapsed) {
        const std::lock_guard lock(total_mutex_);
        return progress_line(total_.offers, bytes_read_.load(std::memory_order_relaxed), job_.items.size(), elapsed);
      };
    }
    // A table has one state for all of its rows.
    const auto failure = run_.run(format_ == output_format::table ? 1 : thread_count(what_.threads), show);
    if (failure) {
      tell(failure->diagnostics());
      return no_run;
    }
    if (out_of_order_) {
      tell(*out_of_order_);
      return no_run;
    }
    if (failed_ != nullptr) return write_failed(*failed_);
    text.clear();
    between_->audit_waiting(waiting_, text);
    total_.add(between_->auditor.summary());
    total_.add_unreadable(between_->unreadable);
    tally_.add(between_->tally);
    skus_ += between_->skus;
    if (skus_.lacking > 0 && skus_.given == 0) {
      tell(problem("PP-I011", "no offer has a sku",
                   job_.columns ? "every cell of the column sku is empty: offers with the same sku are of one product"
                                : "name the member \"sku\": offers with the same one are of one product",
                   job_.items.name()));
      return no_run;
    }
    if (summary_file_ != nullptr) {
      std::string figures;
      append_summary(figures, total_, output_format::csv, width_);
      if (!summary_file_->write(figures)) return write_failed(*summary_file_);
    }
    if (format_ == output_format::table) {
      between_->writer.flush(text);
      if (total_.findings.all() == 0) text.append("No findings.\n");
    }
    if (format_ == output_format::table || (format_ == output_format::ndjson && summary_file_ == nullptr)) {
      append_summary(text, total_, format_, width_);
    }
    if (!out_.write(text)) return write_failed(out_);
    if (output_file* const one = output_file::commit({summary_file_, &out_})) return write_failed(*one);
    // What nobody could look at is no pass, whatever may be unreadable.
    const bool none_read = tally_.unread == tally_.rows;
    const bool too_many = none_read || tally_.has_more_unread_than(what_.max_unread);
    tell_what_fell_out(what_, job_, "offers", tally_, replaced_, too_many, true, {warned_.begin(), warned_.end()});
    return total_.findings.breaches == 0 && !too_many ? all_decided : some_not;
  }

 private:
  // Offers that say which product they are of, and those that can be read and do not.
  struct sku_count {
    std::uint64_t given = 0, lacking = 0;

    void see(const row& one) {
      if (!one.request.sku.empty()) {
        ++given;
      } else if (one.problems.empty()) {
        ++lacking;
      }
    }
    void operator+=(const sku_count& other) {
      given += other.given;
      lacking += other.lacking;
    }
  };

  // One thread's auditor with what it writes.
  struct group_auditor {
    group_auditor(audit_run& of, bool numbered)
        : run(of),
          reader(
              of.job_.fields, of.job_.columns_or_null(), of.job_.defaults,
              [&of](std::string_view name, const row_reader::member_place& place) { of.unknown_member(name, place); },
              numbered),
          auditor(of.job_.policy, of.job_.rates),
          writer(of.format_, of.job_.columns_or_null(), of.what_.until.has_value(), of.width_) {}

    // The first `count` of the rows are the offers of one product in one market.
    void audit(std::size_t count, std::string& out) {
      offers.clear();
      findings.clear();
      for (std::size_t i = 0; i < count; ++i) {
        skus.see(*rows[i]);
        if (can_be_audited(*rows[i])) offers.push_back(*rows[i]);
      }
      if (!offers.empty()) {
        if (run.what_.until) {
          auditor.audit_until(*run.what_.until, offers, findings);
        } else {
          auditor.audit(offers, findings);
        }
      }
      // In the order of the rows, those that cannot be read among them.
      std::size_t next = 0;
      std::size_t offer = 0;
      for (std::size_t i = 0; i < count; ++i) {
        const row& one = *rows[i];
        if (!can_be_audited(one)) {
          if (one.problems.empty()) {
            writer.write(out, one, without_sku(one));
          } else {
            writer.unreadable(out, one);
          }
          tally.row_lost(one.line, [&] { return one.problems.empty() ? why_invalid(one, "sku") : why_unread(one); });
          ++unreadable;
          continue;
        }
        const std::size_t first = next;
        for (; next < findings.size() && findings[next].offer == offer; ++next) writer.write(out, one, findings[next]);
        count_read(one, std::span(findings).subspan(first, next - first));
        ++offer;
      }
    }

    static bool can_be_audited(const row& one) { return one.problems.empty() && !one.request.sku.empty(); }

    static finding without_sku(const row& one) {
      finding made;
      made.effect = "invalid";
      made.severity = finding_severity::invalid;
      made.price = one.price;
      made.missing = {"sku"};
      made.because = "the offer lacks sku";
      return made;
    }

    // An offer that cannot be has one finding, which says so.
    void count_read(const row& one, std::span<const finding> about) {
      const auto invalid =
          std::find_if(about.begin(), about.end(), [](const finding& each) { return each.effect == "invalid"; });
      if (invalid != about.end()) {
        return tally.row_lost(one.line, [&] { return why_invalid(one, invalid->missing.front()); });
      }
      tally.row();
      const auto unchecked =
          std::find_if(about.begin(), about.end(), [](const finding& each) { return each.effect == "unchecked"; });
      tally.answer(unchecked == about.end() ? std::vector<std::string>() : unchecked->missing);
    }

    std::string why_invalid(const row& one, std::string_view field) const { return cli::why_invalid(one, field); }

    // What a block ended with and what the next one began with.
    void audit_waiting(std::string& text, std::string& out) {
      if (text.empty()) return;
      block in;
      in.bytes.assign(text);
      text.clear();
      reader.start(in);
      std::size_t count = 0;
      while (reader.next(row_at(count))) ++count;
      audit(count, out);
    }

    row& row_at(std::size_t index) {
      while (rows.size() <= index) rows.push_back(std::make_unique<row>());
      return *rows[index];
    }

    audit_run& run;
    row_reader reader;
    pricepoint::auditor auditor;
    finding_writer writer;
    std::vector<std::unique_ptr<row>> rows;  // used again; where they are, others point
    std::vector<offer> offers;
    std::vector<finding> findings;
    std::uint64_t unreadable = 0;
    sku_count skus;
    row_tally tally;
  };

  class worker final : public block_worker {
   public:
    explicit worker(audit_run& of) : of_(of), mine_(of, of.numbered_) {}
    void end() override {
      const std::lock_guard lock(of_.total_mutex_);
      of_.total_.add(mine_.auditor.summary());
      of_.total_.add_unreadable(mine_.unreadable);
      of_.tally_.add(mine_.tally);
      of_.skus_ += mine_.skus;
      of_.replaced_.add(mine_.reader.replaced());
    }

    void work(const block& in) override {
      out_.clear();
      first_text_.clear();
      last_text_.clear();
      problem_.reset();
      groups_ = 0;
      mine_.reader.start(in);
      std::size_t count = 0;  // rows of the group at hand
      offer_key key;
      bool has_key = false;
      const auto close = [&] {
        if (groups_ == 1) {
          first_key_ = key;
          first_line_ = line_of_key_;
          append_text(count, in, first_text_);
        } else if (problem_ == std::nullopt) {
          mine_.audit(count, out_);
        }
      };
      for (;;) {
        row& next = mine_.row_at(count);
        if (!mine_.reader.next(next)) break;
        if (groups_ > 0 && (!next.has_key || (has_key && key.is_of(next)))) {
          ++count;
          continue;
        }
        if (groups_ > 0 && !has_key) {
          key.take(next);
          has_key = true;
          line_of_key_ = next.line;
          ++count;
          continue;
        }
        if (groups_ > 0) {
          close();
          offer_key before = key;
          std::swap(mine_.rows[0], mine_.rows[count]);
          key.take(*mine_.rows[0]);
          if (key < before && !problem_) problem_ = of_.not_sorted(*mine_.rows[0], before);
        } else {
          key.take(next);
        }
        ++groups_;
        count = 1;
        has_key = mine_.rows[0]->has_key;
        line_of_key_ = mine_.rows[0]->line;
      }
      if (groups_ == 0) return;
      has_key_ = has_key;
      if (groups_ == 1) {
        close();
        return;
      }
      last_key_ = key;
      append_text(count, in, last_text_);
    }

    bool write() override { return of_.take_turn(*this); }

   private:
    friend class audit_run;
    // The first rows, numbered: as they stand where they are so already.
    void append_text(std::size_t count, const block& in, std::string& to) const {
      for (std::size_t i = 0; i < count; ++i) {
        const row& one = *mine_.rows[i];
        if (!of_.numbered_) {
          append_numbered(to, one);
          continue;
        }
        const char* begin = one.text.data();
        while (begin > in.bytes.data() && begin[-1] != '\n') --begin;
        to.append(begin, one.text.data() + one.text.size());
      }
    }

    audit_run& of_;
    group_auditor mine_;
    std::size_t groups_ = 0;
    bool has_key_ = false;  // of the last group; where there is only one it may have none
    offer_key first_key_, last_key_;
    std::string first_text_, last_text_;
    std::uint64_t first_line_ = 0, line_of_key_ = 0;
    std::optional<diagnostic> problem_;
    std::string out_;
  };

  // In the order of the input: the product that waits is complete as soon as another follows.
  bool take_turn(worker& from) {
    if (from.groups_ == 0) return true;
    if (!from.has_key_) {
      waiting_.append(from.first_text_);
      return true;
    }
    std::string before;
    if (waiting_has_key_ && !(waiting_key_ == from.first_key_)) {
      if (from.first_key_ < waiting_key_) {
        out_of_order_ = not_sorted(from.first_line_, from.first_key_, waiting_key_);
        return false;
      }
      between_->audit_waiting(waiting_, before);
    }
    waiting_has_key_ = true;
    waiting_key_ = from.first_key_;
    waiting_.append(from.first_text_);
    if (from.problem_) {
      out_of_order_ = from.problem_;
      return false;
    }
    if (from.groups_ > 1) {
      between_->audit_waiting(waiting_, before);
      waiting_key_ = from.last_key_;
      waiting_ = from.last_text_;
    }
    if (format_ == output_format::table) {
      from.mine_.writer.hand_over(between_->writer);
      between_->writer.flush_if_many(before);
    }
    if (!out_.write(before) || !out_.write(from.out_)) failed_ = &out_;
    return failed_ == nullptr;
  }

  diagnostic not_sorted(const row& at, const offer_key& before) const {
    offer_key key;
    key.take(at);
    return not_sorted(at.line, key, before);
  }
  diagnostic not_sorted(std::uint64_t line, const offer_key& key, const offer_key& before) const {
    return problem("PP-I010",
                   "the offers are not sorted: " + in_quotes(key.sku) + " in " + in_quotes(key.market) +
                       " comes after " + in_quotes(before.sku) + " in " + in_quotes(before.market),
                   "sort them by sku and market, byte by byte, or leave --sorted away", job_.items.name(),
                   static_cast<std::size_t>(line));
  }

  result<bool> next(block& in) {
    auto got = job_.blocks.next(in);
    bytes_read_.store(job_.blocks.bytes_read(), std::memory_order_relaxed);
    return got;
  }

  int write_failed(const output_file& what) const {
    if (what.closed_by_reader()) return pipe_closed;
    tell_output_failed(what_, &what == &out_ ? "--out" : "--summary", what.failed());
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
  bool numbered_;
  output_file& out_;
  output_file* summary_file_;
  output_format format_;
  std::size_t width_;
  std::atomic<std::uint64_t> bytes_read_{0};
  std::unique_ptr<group_auditor> between_;  // used in turns
  std::string waiting_;
  offer_key waiting_key_;
  bool waiting_has_key_ = false;
  std::optional<diagnostic> out_of_order_;
  output_file* failed_ = nullptr;
  std::mutex total_mutex_;
  audit_summary total_;
  row_tally tally_;
  sku_count skus_;
  replaced_bytes replaced_;  // by the workers: each row goes through one of theirs
  std::mutex warned_mutex_;
  std::set<std::string, std::less<>> warned_;
  ordered_run run_;
};

}  // namespace

int run_audit(const options& what, job& prepared) {
  if (prepared.columns) {
    bool has_price = false;
    bool has_sku = false;
    for (std::size_t i = 0; i < prepared.columns->count(); ++i) {
      has_price = has_price || prepared.columns->field_at(i).kind == field_kind::observed;
      has_sku = has_sku || prepared.columns->field_at(i).kind == field_kind::sku;
    }
    if (!has_price) {
      tell(problem("PP-I011", "no column is the observed price",
                   "name it \"price\"; those of other channels are price.CHANNEL", prepared.items.name(), 1));
    }
    if (!has_sku) {
      tell(problem("PP-I011", "no column is the product's sku",
                   "name it \"sku\": offers with the same one are of one product", prepared.items.name(), 1));
    }
    if (!has_price || !has_sku) return no_run;
  }
  auto to = open_outputs(what, "--summary");
  if (!to) return no_run;
  const auto numbered = put_in_order(what, prepared);
  if (!numbered) {
    tell(numbered.error().diagnostics());
    return no_run;
  }
  const output_format format = what.format.value_or(to->out.is_terminal() ? output_format::table : output_format::csv);
  return audit_run(what, prepared, *numbered, to->out, to->more_or_null(), format).run();
}

}  // namespace pricepoint::cli
