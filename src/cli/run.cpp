// SPDX-License-Identifier: Apache-2.0
// From arguments to an exit status.
// Entry: run. Test: tests/golden/cases.
#include "cli/run.hpp"

#include <unistd.h>

#include <chrono>
#include <string>
#include <utility>

#include "cli/namespace.hpp"
#include "pricepoint/analysis/check.hpp"
#include "pricepoint/reading.hpp"
#include "pricepoint/version.hpp"
#include "rows/problems.hpp"

namespace pricepoint::cli {
namespace {

// The one place where the clock is read.
instant read_clock() {
  using std::chrono::system_clock;
  return {std::chrono::duration_cast<std::chrono::milliseconds>(system_clock::now().time_since_epoch()).count()};
}

// How diagnostics are written. Set once, before there are threads.
bool tell_json = false;

// Slips that are surely slips, in one line; `pricepoint check` says more of them.
void warn_of_slips(const options& what, const policy& of) {
  if (what.quiet || (what.command != command::price && what.command != command::audit)) return;
  if (std::string line = slips_line(of); !line.empty()) tell(warning(problem("PP-K000", std::move(line))));
}

int print(std::string_view text, const options& what) {
  auto out = output_file::open(what.out);
  if (out && out->write(text) && out->commit()) return all_decided;
  if (out && out->closed_by_reader()) return pipe_closed;
  tell_output_failed(what, "--out", out ? out->failed() : out.error().diagnostics().front());
  return no_run;
}

}  // namespace

void tell(std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(STDERR_FILENO, text.data(), text.size());
    if (put <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
}

void tell(const diagnostic& one) { tell(tell_json ? to_json(one) + "\n" : to_string(one)); }

void tell(const std::vector<diagnostic>& all) {
  for (const diagnostic& one : all) tell(one);
}

void tell_output_failed(const options& what, std::string_view flag, diagnostic why) {
  const bool named = !(flag == "--out" ? what.out : flag == "--record" ? what.record : what.summary).empty();
  tell(named ? what.point(std::move(why), flag) : std::move(why));
}

int run(std::span<const std::string_view> arguments) {
  tell_json = asks_for_json(arguments);
  auto what = parse_options(arguments);
  if (!what) {
    tell(what.error().diagnostics());
    return no_run;
  }
  if (what->command == command::help) return print(help_text(what->help_about), options{});
  if (what->command == command::version) return print("pricepoint " + std::string(version) + "\n", options{});
  if (what->command == command::schema) return print(policy_schema(), *what);
  if (what->command == command::replay) return run_replay(*what);
  if (what->command == command::inputs) return run_inputs(*what);
  if (what->command == command::markets) return run_markets(*what);
  if (what->command == command::check) return run_check(*what, read_clock());

  std::vector<diagnostic> warnings;
  if (what->command == command::compare) {
    const auto both = prepare_compare(*what, read_clock(), warnings);
    if (!what->quiet) tell(warnings);
    if (both) return run_compare(*what, **both);
    tell(both.error().diagnostics());
    return no_run;
  }
  const auto prepared = prepare(*what, read_clock(), warnings);
  if (!what->quiet) tell(warnings);
  if (!prepared) {
    tell(prepared.error().diagnostics());
    return no_run;
  }
  warn_of_slips(*what, (*prepared)->policy);
  if (what->command == command::audit) return run_audit(*what, **prepared);
  return what->command == command::price ? run_price(*what, **prepared) : run_explain(*what, **prepared);
}

}  // namespace pricepoint::cli
