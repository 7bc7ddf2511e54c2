// SPDX-License-Identifier: Apache-2.0
// `pricepoint explain`: the rows of one product, each with why it has its price.
// Entry: run_explain. Test: tests/golden/cases (explain-*).
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/decider.hpp"
#include "cli/files.hpp"
#include "cli/namespace.hpp"
#include "cli/progress.hpp"
#include "cli/record.hpp"
#include "cli/run.hpp"
#include "pricepoint/explain/explanation.hpp"
#include "rows/problems.hpp"
#include "rows/row_writer.hpp"
#include "rows/text.hpp"

namespace pricepoint::cli {
namespace {

constexpr std::size_t nearest_kept = 3;
constexpr std::size_t nearest_distance = 2;

// The few names seen that are nearest to one that is not there.
class near_misses {
 public:
  explicit near_misses(std::string_view wanted) : wanted_(wanted) {}

  void see(std::string_view name) {
    const std::size_t limit = kept_.size() < nearest_kept ? nearest_distance : kept_.back().first;
    const std::size_t distance = edit_distance(name, wanted_, limit);
    if (distance > limit) return;
    if (std::any_of(kept_.begin(), kept_.end(), [&](const auto& one) { return one.second == name; })) return;
    kept_.emplace_back(distance, std::string(name));
    std::stable_sort(kept_.begin(), kept_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    if (kept_.size() > nearest_kept) kept_.pop_back();
  }
  std::string hint() const {
    std::string text;
    for (const auto& [distance, name] : kept_) text.append(text.empty() ? "there is " : ", ").append(in_quotes(name));
    return text;
  }

 private:
  std::string_view wanted_;
  std::vector<std::pair<std::size_t, std::string>> kept_;
};

int write_failed(const options& what, std::string_view flag, const output_file& to) {
  if (to.closed_by_reader()) return pipe_closed;
  tell_output_failed(what, flag, to.failed());
  return no_run;
}

}  // namespace

int run_explain(const options& what, job& prepared) {
  auto to = open_outputs(what, "--record");
  if (!to) return no_run;
  const bool as_json = what.format == output_format::json;
  const row_writer writer(output_format::ndjson, prepared.columns_or_null(), prepared.policy.fingerprint(),
                          row_keys(prepared.columns_or_null()));
  row_reader reader(prepared.fields, prepared.columns_or_null(), prepared.defaults);
  row_decider decider(prepared.policy, prepared.rates, prepared.history, prepared.channels,
                      what.timeline ? telling::timeline : telling::explanation);
  record_writer recorder(prepared.policy,
                         what.record.empty() ? std::string() : policy_file_in(what.record, what.policy),
                         prepared.rates.get());
  near_misses near(what.sku);
  run_counts counts;
  row_tally tally;
  std::string text;
  std::string recorded;
  row current;
  block in;
  for (;;) {
    const auto got = prepared.blocks.next(in);
    if (!got) {
      tell(got.error().diagnostics());
      return no_run;
    }
    if (!*got) break;
    for (reader.start(in); reader.next(current);) {
      if (current.request.sku != what.sku) {
        near.see(current.request.sku);
        // It may be one of the product that is asked for.
        if (current.problems.empty()) {
          tally.row();
          tally.answer({});  // nobody asked what it lacks
        } else {
          tally.row_lost(current.line, [&] { return why_unread(current); });
        }
        continue;
      }
      const auto& answers = decider.decide(current);
      row_decider::count(tally, current, answers);
      if (!what.record.empty()) recorder.write(recorded, current, decider, answers);
      for (const row_decider::answer& answer : answers) {
        counts.add(answer.what == nullptr ? status::invalid : answer.what->status());
        if (as_json) {
          if (answer.what == nullptr) {
            writer.unreadable(text, current, answer.channel);
          } else {
            text.append(answer.because->json()).push_back('\n');
          }
          continue;
        }
        if (!text.empty()) text.push_back('\n');
        text.append(answer.what == nullptr ? unreadable_text(current, answer.channel) : answer.because->text());
      }
    }
  }
  if (counts.total() == 0) {
    tell(what.point(problem("PP-I006", "no row has the sku " + in_quotes(what.sku), near.hint(), prepared.items.name()),
                    "--sku"));
    tell_what_fell_out(what, prepared, "rows", tally, reader.replaced(), true, false, {});
    return no_run;
  }
  if (to->more && !to->more->write(recorded)) return write_failed(what, "--record", *to->more);
  if (!to->out.write(text)) return write_failed(what, "--out", to->out);
  if (const output_file* const one = output_file::commit({to->more_or_null(), &to->out})) {
    return write_failed(what, one == &to->out ? "--out" : "--record", *one);
  }
  const bool any_invalid = counts.by_status[static_cast<std::size_t>(status::invalid)] > 0;
  tell_what_fell_out(what, prepared, "rows", tally, reader.replaced(), any_invalid, false, {});
  return counts.all_decided() ? all_decided : some_not;
}

}  // namespace pricepoint::cli
