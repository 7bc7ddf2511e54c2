// SPDX-License-Identifier: Apache-2.0
// `pricepoint check`: what is wrong with a policy that reads well, for people or as NDJSON.
// Entry: run_check. Test: tests/golden/check.py, tests/golden/check_faults.py.
#include "pricepoint/analysis/check.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/files.hpp"
#include "cli/job.hpp"
#include "cli/namespace.hpp"
#include "cli/run.hpp"
#include "pricepoint/explain/explanation.hpp"
#include "pricepoint/pricing/pricer.hpp"
#include "rows/problems.hpp"
#include "rows/reports.hpp"
#include "rows/text.hpp"
#include "text/harmless.hpp"

namespace pricepoint::cli {
namespace {

constexpr std::size_t flush_bytes = 1u << 20;

// "12 of 300 rows (4.00%)"
std::string share(std::size_t some, std::size_t all) {
  std::string text = number(some) + " of " + number(all) + " rows (";
  append_fixed(text, static_cast<std::int64_t>(all == 0 ? 0 : (20'000 * some + all) / (2 * all)), 2);
  return text + "%)";
}

class writer {
 public:
  writer(output_file& to, bool json) : to_(to), json_(json) {}

  bool lowest(const request& of, std::string_view channel, const check_catalogue::lowest_price& found) {
    if (json_) {
      text_ += "{\"lowest\":true";
      member("sku", of.sku);
      member("channel", channel);
      member("market", of.market);
      if (of.quantity) member("quantity", to_string(*of.quantity));
      if (found.price) {
        member("currency", found.price->currency.code());
        member("price", to_string(*found.price));
        member("segment", found.segment);
        member("audience", found.audience);
        if (found.at) member("at", to_string(*found.at));
      }
      text_ += ",\"combinations\":" + number(found.combinations);
      if (!found.complete) text_ += ",\"complete\":false";
      text_ += "}\n";
    } else {
      if (!any_row_) text_ += "The lowest price that any segment, audience and time can reach:\n";
      any_row_ = true;
      text_ += "  ";
      append_clipped(text_, of.sku, 40);
      detail::append_harmless(text_.append(" on "), channel);
      detail::append_harmless(text_.append(" in "), of.market);
      if (of.quantity) text_.append(", quantity ").append(to_string(*of.quantity));
      text_ += ": ";
      if (found.price) {
        text_.append(to_string(*found.price)).append(" ").append(found.price->currency.code());
        if (!found.segment.empty()) detail::append_harmless(text_.append(", segment "), found.segment);
        if (!found.audience.empty()) detail::append_harmless(text_.append(", audience "), found.audience);
        if (found.at) text_.append(", at ").append(to_string(*found.at));
      } else {
        text_ += "no price";
      }
      if (!found.complete) text_ += " (not all combinations were tried)";
      text_ += '\n';
    }
    return text_.size() < flush_bytes || flush();
  }

  void finding(const check_finding& one, const std::string& touched, std::size_t some, std::size_t rows) {
    if (json_) {
      std::string line = to_json(one);
      if (rows > 0) {
        line.pop_back();
        line += ",\"touched\":" + number(some) + ",\"rows\":" + number(rows) + "}";
      }
      text_ += line + "\n";
      return;
    }
    if (any_row_ || any_finding_) text_ += '\n';
    any_finding_ = true;
    text_ += to_string(one.what);
    const auto line = [this](std::string_view label, std::string_view what) {
      detail::append_harmless(text_.append(label), what);
      text_ += '\n';
    };
    for (const std::string& witness : one.witnesses) line("  witness: ", witness);
    if (!one.shows.empty()) line("  shows: ", one.shows);
    if (!touched.empty()) line("  touches: ", touched);
  }

  void end(const check_report& of, const std::size_t (&counts)[3], std::size_t rows, std::uint64_t unreadable) {
    if (json_) {
      append_not_searched(text_, of);
      text_ += "{\"summary\":true,\"errors\":" + number(counts[0]) + ",\"warnings\":" + number(counts[1]) +
               ",\"notes\":" + number(counts[2]);
      if (rows > 0) text_ += ",\"rows\":" + number(rows);
      if (unreadable > 0) text_ += ",\"unreadable\":" + number(unreadable);
      text_ += "}\n";
      return;
    }
    if (any_row_ || any_finding_) text_ += '\n';
    for (const std::string& one : of.not_searched) {
      detail::append_harmless(text_.append("not searched: "), one);
      text_ += '\n';
    }
    if (unreadable > 0) text_ += number(unreadable) + " rows could not be read\n";
    const auto some = [](std::size_t count, std::string_view what) {
      return number(count) + " " + std::string(what) + (count == 1 ? "" : "s");
    };
    text_ += counts[0] + counts[1] + counts[2] == 0
                 ? std::string("no findings\n")
                 : some(counts[0], "error") + ", " + some(counts[1], "warning") + ", " + some(counts[2], "note") + "\n";
  }

  bool flush() {
    const bool written = to_.write(text_);
    text_.clear();
    return written;
  }

 private:
  void member(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    text_.append(",\"").append(key).append("\":");
    append_json_string(text_, value);
  }

  output_file& to_;
  bool json_;
  bool any_row_ = false;
  bool any_finding_ = false;
  std::string text_;
};

int failed(const options& what, const output_file& out) {
  if (out.closed_by_reader()) return pipe_closed;
  tell_output_failed(what, "--out", out.failed());
  return no_run;
}

}  // namespace

int run_check(const options& what, instant now) {
  std::unique_ptr<job> prepared;
  std::optional<policy> alone;
  if (what.items.empty()) {
    auto loaded = load_policy_from(what.policy, what);
    if (!loaded) {
      tell(loaded.error().diagnostics());
      return no_run;
    }
    if (const auto unknown = check_names(what, *loaded); !unknown.empty()) {
      tell(unknown);
      return no_run;
    }
    alone.emplace(std::move(*loaded));
  } else {
    std::vector<diagnostic> warnings;
    auto made = prepare(what, now, warnings);
    if (!what.quiet) tell(warnings);
    if (!made) {
      tell(made.error().diagnostics());
      return no_run;
    }
    prepared = std::move(*made);
  }
  const policy& of = prepared ? prepared->policy : *alone;
  auto out = output_file::open(what.out);
  if (!out) {
    tell_output_failed(what, "--out", out.error().diagnostics().front());
    return no_run;
  }
  check_options wanted;
  wanted.at = what.at;
  const check_report report = check(of, wanted);

  writer to(*out, what.format == output_format::ndjson);
  check_catalogue catalogue(of, report, wanted, prepared ? prepared->rates : nullptr);
  row_tally tally;
  replaced_bytes replaced;
  if (prepared) {
    pricer reads(of, prepared->rates);  // says whether a row's values can be
    decision read;
    row_reader reader(prepared->fields, prepared->columns_or_null(), prepared->defaults);
    row current;
    block in;
    for (;;) {
      const auto got = prepared->blocks.next(in);
      if (!got) {
        tell(got.error().diagnostics());
        return no_run;
      }
      if (!*got) break;
      for (reader.start(in); reader.next(current);) {
        if (!current.problems.empty()) {
          tally.row_lost(current.line, [&] { return why_unread(current); });
          continue;
        }
        std::string why_not;
        const auto one = [&](std::string_view channel) {
          current.request.channel = channel;
          reads.price(current.request, read);
          if (read.status() != status::invalid) {
            tally.answer(read.missing());
          } else if (why_not.empty()) {
            why_not = why_invalid(current, read.invalid().front());
          }
          catalogue.see(current.request);
          return to.lowest(current.request, channel, catalogue.lowest(current.request));
        };
        if (current.request.channel.empty() && prepared->channels.size() > 1) {
          for (const std::string_view channel : prepared->channels) {
            if (!one(channel)) return failed(what, *out);
          }
        } else if (!one(current.request.channel)) {
          return failed(what, *out);
        }
        if (why_not.empty()) {
          tally.row();
        } else {
          tally.row_lost(current.line, [&] { return why_not; });
        }
      }
    }
    replaced = reader.replaced();
  }
  std::size_t counts[3] = {0, 0, 0};
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    const check_finding& one = report.findings[i];
    ++counts[static_cast<std::size_t>(one.what.severity)];
    const bool rows = prepared && !one.rules.empty();
    to.finding(one, rows ? share(catalogue.touched()[i], catalogue.rows()) : std::string(), catalogue.touched()[i],
               rows ? catalogue.rows() : 0);
  }
  if (const auto prior = catalogue.prior_missing()) {
    ++counts[static_cast<std::size_t>(prior->what.severity)];
    to.finding(*prior, {}, 0, 0);
  }
  if (const auto unmatched = catalogue.unmatched()) {
    ++counts[static_cast<std::size_t>(unmatched->what.severity)];
    to.finding(*unmatched, {}, 0, 0);
  }
  to.end(report, counts, catalogue.rows(), tally.unread);
  if (!to.flush() || !out->commit()) return failed(what, *out);
  if (prepared) tell_what_fell_out(what, *prepared, "rows", tally, replaced, false, false, {});
  return counts[0] + counts[1] == 0 ? all_decided : some_not;
}

}  // namespace pricepoint::cli
