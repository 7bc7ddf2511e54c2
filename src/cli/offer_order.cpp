// SPDX-License-Identifier: Apache-2.0
// A look through the file, and a merge sort on disk where the look says so. Records of equal keys keep their order.
// Entry: put_in_order. Test: tests/unit/cli/offer_order_test.cpp, tests/golden/audit.py.
#include "cli/offer_order.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "cli/namespace.hpp"
#include "cli/ordered_run.hpp"
#include "rows/problems.hpp"
#include "rows/rows.hpp"
#include "rows/text.hpp"
#include "text/system_error.hpp"

namespace pricepoint::cli {
namespace {

// Reads just enough of each record to know its key.
class key_reader {
 public:
  explicit key_reader(const job& of) : job_(of) {
    if (!of.columns) {
      rows_.emplace(of.fields, nullptr, of.defaults);
      return;
    }
    for (std::size_t i = 0; i < of.columns->count(); ++i) {
      if (of.columns->field_at(i).kind == field_kind::sku) sku_ = i;
      if (of.columns->field_at(i).kind == field_kind::market) market_ = i;
    }
  }

  void start(const block& from) {
    cut = from.problem;
    unclosed = false;
    if (rows_) return rows_->start(from);
    at_ = from.bytes.data();
    end_ = at_ + from.bytes.size();
    line_ = from.first_line;
  }

  // Of the record at hand: whether it has a key at all, and what is wrong with its end.
  bool has_key = true, unclosed = false;
  record_problem cut = record_problem::none;

  // The key, the line and the record, which ends with its newline. The views hold until the next call.
  bool next(std::string_view& sku, std::string_view& market, std::uint64_t& line, std::string_view& record) {
    if (rows_) {
      if (!rows_->next(row_)) return false;
      sku = row_.request.sku;
      market = row_.request.market;
      line = row_.line;
      record = row_.text;
      has_key = row_.has_key;
      return true;
    }
    const char* begin = at_;
    for (;;) {
      while (at_ < end_ && (*at_ == '\n' || (*at_ == '\r' && at_[1] == '\n'))) {
        at_ += *at_ == '\n' ? 1 : 2;
        ++line_;
      }
      if (at_ == end_) return false;
      begin = at_;
      at_ = read_csv_record(begin, end_, cells_, rows::max_cells);
      if (cut != record_problem::none || !rows::is_no_row(cells_)) break;
      line_ += count_lines(begin, at_);
    }
    record = {begin, static_cast<std::size_t>(at_ - begin)};
    line = line_;
    bool quoted = cells_.size() == rows::max_cells;
    for (const csv_cell& one : cells_) quoted |= one.quoted;
    line_ += quoted ? count_lines(begin, at_) : 1;
    unclosed = cells_.back().unclosed;
    has_key = can_be_read(sku_) && can_be_read(market_);
    scratch_.clear();
    scratch_.reserve(2 * record.size());
    sku = cell(sku_);
    has_key = has_key && !sku.empty();
    market = cell(market_);
    if (market.empty()) market = job_.defaults.market;
    return true;
  }

 private:
  bool can_be_read(std::optional<std::size_t> index) const {
    return !index || (*index < cells_.size() && !cells_[*index].malformed);
  }
  std::string_view cell(std::optional<std::size_t> index) {
    if (!index || !can_be_read(index)) return {};
    return detail::csv_text(cells_[*index], scratch_);
  }

  const job& job_;
  std::optional<row_reader> rows_;
  row row_;
  std::optional<std::size_t> sku_, market_;
  std::vector<csv_cell> cells_;
  std::string scratch_;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  std::uint64_t line_ = 0;
};

// Ends as soon as a key is below the one before.
class look_through {
 public:
  look_through(job& of, block_reader& blocks) : job_(of), blocks_(blocks) {}

  result<bool> is_sorted(std::size_t threads) {
    ordered_run run([this](block& in) { return blocks_.next(in); }, [this] { return std::make_unique<worker>(*this); });
    if (auto failure = run.run(threads)) return *std::move(failure);
    return sorted_;
  }

 private:
  class worker final : public block_worker {
   public:
    explicit worker(look_through& of) : of_(of), keys_(of.job_) {}

    void work(const block& in) override {
      any_ = false;
      sorted_ = true;
      keys_.start(in);
      std::string_view sku;
      std::string_view market;
      std::string_view record;
      std::uint64_t line = 0;
      while (keys_.next(sku, market, line, record)) {
        if (!keys_.has_key) continue;
        const int order = any_ ? compare(last_, sku, market) : -1;
        if (!any_) {
          first_.sku.assign(sku);
          first_.market.assign(market);
        }
        any_ = true;
        if (order == 0) continue;
        if (order > 0) {
          sorted_ = false;
          return;
        }
        last_.sku.assign(sku);
        last_.market.assign(market);
      }
    }

    bool write() override {
      if (!any_) return true;
      if (!sorted_ || (of_.any_ && first_ < of_.last_)) {
        of_.sorted_ = false;
        return false;
      }
      of_.any_ = true;
      of_.last_ = last_;
      return true;
    }

   private:
    static int compare(const offer_key& last, std::string_view sku, std::string_view market) {
      if (const int order = last.sku.compare(sku); order != 0) return order;
      return last.market.compare(market);
    }

    look_through& of_;
    key_reader keys_;
    bool any_ = false, sorted_ = true;
    offer_key first_, last_;
  };

  job& job_;
  block_reader& blocks_;
  bool any_ = false, sorted_ = true;
  offer_key last_;
};

// Has no name, so nothing is left behind however the program ends.
class temporary_file {
 public:
  static result<std::unique_ptr<temporary_file>> make() {
    std::unique_ptr<temporary_file> made(new temporary_file);
    made->descriptor_ = open_nameless(temporary_folder());
    made->name_ = temporary_folder();
    if (made->descriptor_ < 0) return made->failed();
    return made;
  }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  ~temporary_file() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  result<bool> write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t put = ::write(descriptor_, bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return failed();
      bytes.remove_prefix(static_cast<std::size_t>(put));
      size_ += static_cast<std::uint64_t>(put);
    }
    return true;
  }

  // From the place behind what was read before.
  result<std::size_t> read(char* to, std::size_t size) {
    std::size_t done = 0;
    while (done < size) {
      const ssize_t got = ::pread(descriptor_, to + done, size - done, static_cast<off_t>(read_));
      if (got == 0) break;
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return failed();
      done += static_cast<std::size_t>(got);
      read_ += static_cast<std::uint64_t>(got);
    }
    return done;
  }

 private:
  temporary_file() = default;
  error failed() const {
    return failure(problem("PP-F003", "cannot sort the offers on disk: " + detail::system_error_text(errno),
                           "free some room there, set TMPDIR to a folder that has it, or sort the offers by sku and "
                           "market and say --sorted",
                           name_));
  }

  int descriptor_ = -1;
  std::string name_;
  std::uint64_t size_ = 0, read_ = 0;
};

// Numbered records with their keys, a length before each part, as they stand in a temporary file.
class run_writer {
 public:
  explicit run_writer(temporary_file& to) : to_(to) {}
  result<bool> add(std::string_view sku, std::string_view market, std::string_view record) {
    const std::uint64_t lengths[] = {sku.size(), market.size(), record.size()};
    buffer_.append(reinterpret_cast<const char*>(lengths), sizeof lengths);
    buffer_.append(sku).append(market).append(record);
    if (buffer_.size() < (1u << 20)) return true;
    return flush();
  }
  result<bool> flush() {
    auto written = to_.write(buffer_);
    buffer_.clear();
    return written;
  }

 private:
  temporary_file& to_;
  std::string buffer_;
};

struct merged_record {
  offer_key key;
  std::string text;
};

class run_reader {
 public:
  explicit run_reader(std::unique_ptr<temporary_file> from) : from_(std::move(from)) {}

  result<bool> next() {
    std::uint64_t lengths[3];
    auto got = take(reinterpret_cast<char*>(lengths), sizeof lengths);
    if (!got || !*got) return got;
    now.key.sku.resize(lengths[0]);
    now.key.market.resize(lengths[1]);
    now.text.resize(lengths[2]);
    for (std::string* const part : {&now.key.sku, &now.key.market, &now.text}) {
      got = take(part->data(), part->size());
      if (!got) return got;
    }
    return true;
  }

  merged_record now;

 private:
  result<bool> take(char* to, std::size_t size) {
    while (size > 0) {
      if (at_ == buffer_.size()) {
        buffer_.resize(1u << 18);
        at_ = 0;
        const auto got = from_->read(buffer_.data(), buffer_.size());
        if (!got) return got.error();
        buffer_.resize(*got);
        if (*got == 0) return false;
      }
      const std::size_t part = std::min(size, buffer_.size() - at_);
      std::memcpy(to, buffer_.data() + at_, part);
      to += part;
      at_ += part;
      size -= part;
    }
    return true;
  }

  std::unique_ptr<temporary_file> from_;
  std::string buffer_;
  std::size_t at_ = 0;
};

class sorter {
 public:
  sorter(job& of, const offer_sort_limits& limits) : job_(of), limits_(limits) {}

  result<bool> run() {
    key_reader keys(job_);
    block in;
    for (;;) {
      const auto got = job_.blocks.next(in);
      if (!got) return got.error();
      if (!*got) break;
      keys.start(in);
      std::string_view sku;
      std::string_view market;
      std::string_view record;
      std::uint64_t line = 0;
      while (keys.next(sku, market, line, record)) {
        entry& made = entries_.emplace_back(entry{texts_.size(), sku.size(), market.size(), 0});
        texts_.append(sku).append(market);
        append_numbered(texts_, line, keys.cut, keys.unclosed, record);
        made.record = texts_.size() - made.at - made.sku - made.market;
      }
      if (texts_.size() >= limits_.memory_bytes) {
        if (auto written = write_run(); !written) return written;
      }
    }
    if (runs_.empty()) return give_from_memory();
    if (auto written = write_run(); !written) return written;
    return merge();
  }

 private:
  struct entry {
    std::size_t at, sku, market, record;
  };
  std::string_view sku_of(const entry& one) const { return std::string_view(texts_).substr(one.at, one.sku); }
  std::string_view market_of(const entry& one) const {
    return std::string_view(texts_).substr(one.at + one.sku, one.market);
  }
  std::string_view record_of(const entry& one) const {
    return std::string_view(texts_).substr(one.at + one.sku + one.market, one.record);
  }

  void sort() {
    std::stable_sort(entries_.begin(), entries_.end(), [&](const entry& a, const entry& b) {
      const int order = sku_of(a).compare(sku_of(b));
      return order != 0 ? order < 0 : market_of(a) < market_of(b);
    });
  }

  result<bool> write_run() {
    sort();
    auto file = temporary_file::make();
    if (!file) return file.error();
    run_writer to(**file);
    for (const entry& one : entries_) {
      if (auto written = to.add(sku_of(one), market_of(one), record_of(one)); !written) return written;
    }
    if (auto written = to.flush(); !written) return written;
    runs_.push_back(std::move(*file));
    entries_.clear();
    texts_.clear();
    return true;
  }

  result<bool> give_from_memory() {
    sort();
    auto text = std::make_shared<std::string>();
    text->reserve(texts_.size());
    for (const entry& one : entries_) text->append(record_of(one));
    texts_ = {};
    entries_ = {};
    job_.blocks = block_reader(
        [text, at = std::size_t{0}](char* to, std::size_t size) mutable -> result<std::size_t> {
          const std::size_t part = std::min(size, text->size() - at);
          std::copy_n(text->data() + at, part, to);
          at += part;
          return part;
        },
        format());
    return true;
  }

  result<bool> merge() {
    std::vector<run_reader> runs;
    for (auto& one : runs_) runs.emplace_back(std::move(one));
    const auto later = [&](std::size_t a, std::size_t b) {
      const auto order = runs[a].now.key <=> runs[b].now.key;
      return order != 0 ? order > 0 : a > b;
    };
    std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(later)> heads(later);
    for (std::size_t i = 0; i < runs.size(); ++i) {
      auto got = runs[i].next();
      if (!got) return got;
      if (*got) heads.push(i);
    }
    auto made = temporary_file::make();
    if (!made) return made.error();
    std::shared_ptr<temporary_file> file = std::move(*made);
    std::string buffer;
    while (!heads.empty()) {
      const std::size_t least = heads.top();
      heads.pop();
      buffer.append(runs[least].now.text);
      if (buffer.size() >= (1u << 20)) {
        if (auto written = file->write(buffer); !written) return written;
        buffer.clear();
      }
      auto got = runs[least].next();
      if (!got) return got;
      if (*got) heads.push(least);
    }
    if (auto written = file->write(buffer); !written) return written;
    job_.blocks = block_reader(
        [file](char* to, std::size_t size) -> result<std::size_t> { return file->read(to, size); }, format());
    return true;
  }

  row_format format() const { return job_.columns ? row_format::csv : row_format::ndjson; }

  job& job_;
  offer_sort_limits limits_;
  std::string texts_;
  std::vector<entry> entries_;
  std::vector<std::unique_ptr<temporary_file>> runs_;
};

}  // namespace

result<bool> put_in_order(const options& what, job& prepared, const offer_sort_limits& limits) {
  if (what.sorted) return false;
  // Standard input cannot be opened twice, be it a file or a pipe.
  if (what.items != "-" && prepared.items.size() > 0) {
    auto again = input_file::open(what.items);
    if (!again) return again.error();
    block_reader blocks([&](char* to, std::size_t size) { return again->read(to, size); }, what.input);
    if (prepared.columns) {
      block header;
      if (const auto got = blocks.first_record(header); !got) return got.error();
    }
    const auto sorted = look_through(prepared, blocks).is_sorted(thread_count(what.threads));
    if (!sorted) return sorted.error();
    if (*sorted) return false;
  }
  return sorter(prepared, limits).run();
}

}  // namespace pricepoint::cli
