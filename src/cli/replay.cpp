// SPDX-License-Identifier: Apache-2.0
// `pricepoint replay`: decides recorded requests again and tells every decision that is another one now.
// Entry: run_replay. Test: tests/golden/cases (replay-*), tests/golden/replay.py.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "cli/files.hpp"
#include "cli/namespace.hpp"
#include "cli/ordered_run.hpp"
#include "cli/progress.hpp"
#include "cli/record.hpp"
#include "cli/row_tally.hpp"
#include "cli/run.hpp"
#include "match/refused.hpp"
#include "pricepoint/explain/explanation.hpp"
#include "pricepoint/version.hpp"
#include "rows/problems.hpp"
#include "rows/row_keys.hpp"
#include "rows/text.hpp"
#include "text/csv.hpp"

namespace pricepoint::cli {
namespace {

constexpr std::size_t max_told = 100;  // of the lines that are no record; the summary counts them all

struct replay_counts {
  std::uint64_t same = 0;
  std::uint64_t different = 0;
  std::uint64_t unreadable = 0;      // rows that were not decided
  std::uint64_t no_record = 0;       // lines
  std::uint64_t other_policies = 0;  // decisions of another policy than the one they were replayed with
  std::uint64_t other_versions = 0;  // and of another version of the program
  std::string other_policy;          // the first such fingerprint
  std::string other_zones;           // and the time zone data of that policy, where they are others
  std::string other_version;

  std::uint64_t replayed() const noexcept { return same + different; }
  void add(const replay_counts& other) {
    if (other_policies == 0) {
      other_policy = other.other_policy;
      other_zones = other.other_zones;
    }
    if (other_versions == 0) other_version = other.other_version;
    same += other.same;
    different += other.different;
    unreadable += other.unreadable;
    no_record += other.no_record;
    other_policies += other.other_policies;
    other_versions += other.other_versions;
  }
};

std::string counted(std::uint64_t count, std::string_view one, std::string_view more) {
  return grouped(count).append(" ").append(count == 1 ? one : more);
}

// Differences as rows: of CSV and of a table one for each member, of NDJSON one for each decision.
class difference_writer {
 public:
  difference_writer(output_format format, std::size_t width) : format_(format), width_(width) {}

  void header(std::string& out) const {
    if (format_ != output_format::csv) return;
    out.append("line,sku,channel,market,member,was,is");
    keys_.csv_names(out);
    out.push_back('\n');
  }

  // Of several threads each has its own text; a table is written by one.
  void write(std::string& out, const recorded_decision& of, const std::vector<difference>& all) {
    const request& asked = of.asked.request;
    if (format_ == output_format::ndjson) return ndjson(out, of, all);
    for (const difference& one : all) {
      const std::array<std::string, 7> cells = {
          number(of.line),         std::string(asked.sku), std::string(asked.channel), std::string(asked.market),
          std::string(one.member), plain_value(one.was),   plain_value(one.is)};
      if (format_ == output_format::table) {
        row_cells& line = lines_.emplace_back();
        std::copy_n(cells.begin(), first_key, line.begin());
        std::copy(cells.begin() + first_key, cells.end(), line.begin() + first_key + row_keys::names.size());
        std::string scratch;
        for (std::size_t i = 0; i < row_keys::names.size(); ++i)
          line[first_key + i] = keys_.value(i, of.asked, scratch);
        continue;
      }
      {
        csv_line line(out);
        for (const std::string& cell : cells) line.text(cell);
        keys_.csv_cells(line, of.asked);
      }
      out.push_back('\n');
    }
  }

  // Appends the rows of a table since the last time. The first ones fix the widths.
  void flush(std::string& out) {
    if (lines_.empty()) return;
    if (!started_) {
      row_cells titles = {"line", "sku", "channel", "market"};
      std::copy(row_keys::names.begin(), row_keys::names.end(), titles.begin() + first_key);
      std::copy_n(std::array{"member", "was", "is"}.begin(), 3, titles.end() - 3);
      lines_.insert(lines_.begin(), titles);
      for (const row_cells& cells : lines_) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
          widths_[i] = std::min(std::max(widths_[i], display_width(cells[i])), std::size_t{32});
        }
      }
      for (std::size_t i = first_key; i < first_key + row_keys::names.size(); ++i) {
        const auto is_the_same = [&](const row_cells& cells) { return cells[i] == lines_[1][i]; };
        if (std::all_of(lines_.begin() + 1, lines_.end(), is_the_same)) widths_[i] = 0;
      }
      started_ = true;
    }
    for (const row_cells& cells : lines_) {
      std::string text;
      std::size_t used = 0;
      for (std::size_t i = 0; i < cells.size(); ++i) {
        const bool last = i + 1 == cells.size();
        if (!last && widths_[i] == 0) continue;
        const std::size_t room = last ? std::max(width_, used + least_of_last) - used : widths_[i];
        const std::size_t taken = append_clipped(text, cells[i], room);
        if (last) break;
        text.append(room - taken + 2, ' ');
        used += room + 2;
      }
      text.erase(text.find_last_not_of(' ') + 1);
      out.append(text).push_back('\n');
    }
    lines_.clear();
  }

 private:
  static constexpr std::size_t least_of_last = 16;
  static constexpr std::size_t first_key = 4;  // in a table: behind line, sku, channel and market
  using row_cells = std::array<std::string, 7 + row_keys::names.size()>;

  void ndjson(std::string& out, const recorded_decision& of, const std::vector<difference>& all) const {
    const request& asked = of.asked.request;
    out.append("{\"line\":");
    append_number(out, of.line);
    for (const auto& [key, value] : {std::pair{",\"sku\":", asked.sku}, std::pair{",\"channel\":", asked.channel},
                                     std::pair{",\"market\":", asked.market}}) {
      if (value.empty()) continue;
      out.append(key);
      append_json_string(out, value);
    }
    out.push_back(',');
    keys_.json_members(out, of.asked);
    out.append("\"differs\":");
    char separator = '{';
    for (const difference& one : all) {
      out.push_back(separator);
      separator = ',';
      append_json_string(out, one.member);
      out.append(":{");
      if (!one.was.empty()) out.append("\"was\":").append(one.was);
      if (!one.was.empty() && !one.is.empty()) out.push_back(',');
      if (!one.is.empty()) out.append("\"is\":").append(one.is);
      out.push_back('}');
    }
    out.append("}}\n");
  }

  output_format format_;
  std::size_t width_;
  row_keys keys_{nullptr};
  bool started_ = false;
  std::array<std::size_t, std::tuple_size_v<row_cells>> widths_{};
  std::vector<row_cells> lines_;
};

class replay_run {
 public:
  // `first` was taken from the blocks already. `policy_file` is what lines must name, or nothing where any will do.
  replay_run(const options& what, policy with, std::optional<std::string> policy_file, input_file& in,
             block_reader& blocks, std::optional<block> first, output_file& out)
      : what_(what),
        policy_(std::move(with)),
        fields_(record_fields(policy_)),
        policy_file_(std::move(policy_file)),
        in_(in),
        blocks_(blocks),
        first_(std::move(first)),
        out_(out),
        format_(what.format.value_or(out.is_terminal() ? output_format::table : output_format::csv)),
        writer_(format_, terminal_width(STDOUT_FILENO)),
        run_([this](block& to) { return next(to); }, [this] { return std::make_unique<worker>(*this); }) {}

  int run() {
    std::string text;
    writer_.header(text);
    if (!out_.write(text)) return write_failed();
    ordered_run::progress show;
    if (!what_.quiet && ::isatty(STDERR_FILENO) == 1 && !out_.is_terminal()) {
      show = [this](ordered_run::elapsed elapsed) {
        return progress_line(counts_.replayed(), bytes_read_.load(std::memory_order_relaxed), in_.size(), elapsed);
      };
    }
    const auto failure = run_.run(format_ == output_format::table ? 1 : thread_count(what_.threads), show);
    if (failure) {
      tell(failure->diagnostics());
      return no_run;
    }
    if (format_ == output_format::ndjson && !write_failed_) write_failed_ = !out_.write(summary_object());
    if (write_failed_ || !out_.commit()) return write_failed();
    if (const auto unread = about_unread(tally_, "recorded rows", in_.name(), false)) tell(*unread);
    if (!what_.quiet && format_ != output_format::ndjson) tell(summary_text());
    if (counts_.no_record > 0) return no_run;
    return counts_.different > 0 ? some_not : all_decided;
  }

 private:
  class worker final : public block_worker {
   public:
    explicit worker(replay_run& of) : of_(of), reader_(of.fields_), pricer_(of.policy_), decisions_(1) {}

    void work(const block& in) override {
      out_.clear();
      problems_.clear();
      counts_ = {};
      tally_ = {};
      last_call_ = nullptr;  // it would borrow from the block before
      reader_.start(in);
      while (reader_.next(lines_[current_])) {
        const recorded_decision& line = lines_[current_];
        if (!line.problem.empty()) {
          no_record(line, "PP-I007", "this line is no record of a decision: " + line.problem,
                    "--record writes request, at, decision, fingerprint and version");
        } else if (of_.policy_file_ && line.policy_file != *of_.policy_file_) {
          no_record(line, "PP-I008", "this line was decided with another policy: " + in_quotes(line.policy_file),
                    "--policy P replays all lines with P");
        } else if (line.unreadable) {
          ++counts_.unreadable;
          tally_.row_lost(line.line, [&] { return first_invalid(line); });
        } else {
          replay(line);
        }
      }
      if (of_.format_ == output_format::table) of_.writer_.flush(out_);
    }

    bool write() override {
      of_.write_failed_ = !of_.out_.write(out_);
      for (const diagnostic& one : problems_) {
        if (of_.told_++ < max_told) tell(one);
      }
      of_.counts_.add(counts_);
      of_.tally_.add(tally_);
      return !of_.write_failed_;
    }

   private:
    void no_record(const recorded_decision& line, const char* code, std::string message, std::string hint) {
      ++counts_.no_record;
      if (problems_.size() >= max_told) return;
      problems_.push_back(problem(code, std::move(message), std::move(hint), of_.in_.name(), line.line));
    }

    // Fields of a record are known without a policy; this one's says what it refuses.
    std::string why_not(const row& asked, const std::string& name) const {
      const auto why = engine::why_refused(engine::machine_of(of_.policy_), asked.request, name);
      return why ? "column " + name + ": " + *why : why_invalid(asked, name);
    }

    void replay(const recorded_decision& line) {
      const std::string_view fingerprint = of_.policy_.fingerprint();
      if (line.fingerprint != fingerprint && counts_.other_policies++ == 0) {
        counts_.other_policy = line.fingerprint;
        if (line.zones != of_.policy_.zones_version()) counts_.other_zones = line.zones;
      }
      if (line.version != version && counts_.other_versions++ == 0) counts_.other_version = line.version;
      text_.clear();
      const decision& made = decide(line);
      if (made.status() == status::invalid) {
        tally_.row_lost(line.line, [&] { return why_not(line.asked, made.invalid().front()); });
      } else {
        tally_.row();
      }
      append_recorded_decision(text_, made);
      // Our own lines are the same to the byte; others may have blanks.
      if (text_ == line.decision) {
        ++counts_.same;
        return;
      }
      const auto differ = differences(line.decision, text_, scratch_);
      if (differ.empty()) {
        ++counts_.same;
        return;
      }
      ++counts_.different;
      of_.writer_.write(out_, line, differ);
    }

    const decision& decide(const recorded_decision& line) {
      const request& asked = line.asked.request;
      // The lines of one call follow one another; what was decided for the first serves the others.
      const bool decided = last_call_ != nullptr && same_call(*last_call_, line);
      if (!decided) {
        last_call_ = nullptr;
        use_rates(line.rates);
        if (line.channels.empty()) {
          pricer_.price(asked, decisions_[0]);
          return decisions_[0];
        }
        pricer_.price_all(asked, line.channels, decisions_, names_);
      }
      last_call_ = &line;
      current_ = 1 - current_;
      const auto found = std::find(names_.begin(), names_.end(), asked.channel);
      if (found != names_.end()) return decisions_[static_cast<std::size_t>(found - names_.begin())];
      // A line that somebody has changed: its channel is none of those it was decided with.
      last_call_ = nullptr;
      decisions_.resize(1);
      pricer_.price(asked, decisions_[0]);
      return decisions_[0];
    }

    void use_rates(const std::vector<exchange_rate>& rates) {
      const auto same = [](const exchange_rate& a, const exchange_rate& b) {
        return a.from == b.from && a.to == b.to && a.factor == b.factor && a.at == b.at;
      };
      if (std::equal(rates.begin(), rates.end(), rates_.begin(), rates_.end(), same)) return;
      rates_ = rates;
      pricer_.use_rates(rates.empty() ? nullptr : std::make_shared<const exchange_rates>(rates));
    }

    replay_run& of_;
    record_reader reader_;
    pricer pricer_;
    std::array<recorded_decision, 2> lines_;  // this one and that of the last call
    std::size_t current_ = 0;
    const recorded_decision* last_call_ = nullptr;
    std::vector<exchange_rate> rates_;
    std::vector<decision> decisions_;
    std::vector<std::string_view> names_;
    std::string text_;
    std::string scratch_;
    std::string out_;
    std::vector<diagnostic> problems_;
    replay_counts counts_;
    row_tally tally_;
  };

  result<bool> next(block& to) {
    if (first_) {
      to = std::move(*first_);
      first_.reset();
      return true;
    }
    auto got = blocks_.next(to);
    bytes_read_.store(blocks_.bytes_read(), std::memory_order_relaxed);
    return got;
  }

  int write_failed() const {
    if (out_.closed_by_reader()) return pipe_closed;
    tell_output_failed(what_, "--out", out_.failed());
    return no_run;
  }

  std::string summary_text() const {
    std::string text = counted(counts_.replayed(), "decision replayed: ", "decisions replayed: ");
    text.append(grouped(counts_.same)).append(" the same, ").append(grouped(counts_.different)).append(" different");
    if (counts_.unreadable > 0) {
      text.append("; ")
          .append(counted(counts_.unreadable, "unreadable row", "unreadable rows"))
          .append(" not replayed");
    }
    if (counts_.no_record > 0) {
      text.append("; ").append(counted(counts_.no_record, "line", "lines")).append(" could not be replayed");
    }
    text.push_back('\n');
    if (counts_.other_policies > 0) {
      text.append("The policy is another one: ").append(policy_.fingerprint()).append(", where ");
      text.append(counted(counts_.other_policies, "decision was", "decisions were"));
      text.append(" recorded with ").append(in_quotes(counts_.other_policy)).append(".\n");
      if (!counts_.other_zones.empty()) {
        text.append("Its time zones are of ").append(policy_.zones_version()).append(", those of the record of ");
        text.append(in_quotes(counts_.other_zones)).append(".\n");
      }
    }
    if (counts_.other_versions > 0) {
      text.append("This is version ").append(version).append(", where ");
      text.append(counted(counts_.other_versions, "decision was", "decisions were"));
      text.append(" recorded by ").append(in_quotes(counts_.other_version)).append(".\n");
    }
    return text;
  }

  std::string summary_object() const {
    std::string text = "{\"summary\":true";
    for (const auto& [key, count] :
         {std::pair{"replayed", counts_.replayed()}, std::pair{"same", counts_.same},
          std::pair{"different", counts_.different}, std::pair{"unreadable", counts_.unreadable},
          std::pair{"no_record", counts_.no_record}, std::pair{"other_policies", counts_.other_policies},
          std::pair{"other_versions", counts_.other_versions}}) {
      text.append(",\"").append(key).append("\":");
      append_number(text, count);
    }
    text.append(",\"policy\":");
    append_json_string(text, policy_.fingerprint());
    text.append(",\"version\":");
    append_json_string(text, version);
    if (counts_.other_policies > 0) {
      text.append(",\"recorded_policy\":");
      append_json_string(text, counts_.other_policy);
      if (!counts_.other_zones.empty()) {
        text.append(",\"zones\":");
        append_json_string(text, policy_.zones_version());
        text.append(",\"recorded_zones\":");
        append_json_string(text, counts_.other_zones);
      }
    }
    if (counts_.other_versions > 0) {
      text.append(",\"recorded_version\":");
      append_json_string(text, counts_.other_version);
    }
    text.append("}\n");
    return text;
  }

  const options& what_;
  policy policy_;
  field_table fields_;
  std::optional<std::string> policy_file_;
  input_file& in_;
  block_reader& blocks_;
  std::optional<block> first_;
  output_file& out_;
  output_format format_;
  difference_writer writer_;
  std::atomic<std::uint64_t> bytes_read_{0};
  replay_counts counts_;
  row_tally tally_;
  std::size_t told_ = 0;
  bool write_failed_ = false;
  ordered_run run_;
};

// The policy that the first line names which is a record.
std::optional<std::string> policy_file_of(const block& first) {
  const field_table none({}, {});
  record_reader reader(none);
  recorded_decision line;
  reader.start(first);
  while (reader.next(line)) {
    if (line.problem.empty()) return std::string(line.policy_file);
  }
  return {};
}

}  // namespace

int run_replay(const options& what) {
  const auto refuse = [](const std::vector<diagnostic>& why) {
    tell(why);
    return no_run;
  };
  auto in = input_file::open(what.record);
  if (!in) return refuse(in.error().diagnostics());
  block_reader blocks([&file = *in](char* to, std::size_t size) { return file.read(to, size); }, row_format::ndjson);
  std::optional<block> first(std::in_place);
  const auto got = blocks.next(*first);
  if (!got) return refuse(got.error().diagnostics());
  if (!*got) {
    return refuse({problem("PP-I001", "the file is empty",
                           "one decision a line, as --record of pricepoint price writes", in->name())});
  }
  std::optional<std::string> policy_file;
  std::string path = what.policy;
  if (path.empty()) {
    policy_file = policy_file_of(*first);
    if (!policy_file) {
      return refuse({problem("PP-I007", "none of the first lines is a record of a decision",
                             "--record writes request, at, decision, fingerprint and version", in->name(),
                             static_cast<std::size_t>(first->first_line))});
    }
    if (policy_file->empty()) {
      return refuse({problem("PP-C013", "the record does not say which file the policy was in", "--policy P says it",
                             in->name())});
    }
    path = policy_path_from(what.record, *policy_file);
  }
  auto policy = load_policy_from(path, what);
  if (!policy) {
    std::vector<diagnostic> why = policy.error().diagnostics();
    for (diagnostic& one : why) {
      if (policy_file && one.code == "PP-F001" && one.hint.empty()) {
        one.hint = "the record names it; --policy P says where it is now";
      }
    }
    return refuse(why);
  }
  auto out = output_file::open(what.out);
  if (!out) return refuse(out.error().diagnostics());
  return replay_run(what, std::move(*policy), std::move(policy_file), *in, blocks, std::move(first), *out).run();
}

}  // namespace pricepoint::cli
