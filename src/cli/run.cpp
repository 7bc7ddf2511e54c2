// SPDX-License-Identifier: Apache-2.0
// From arguments to an exit status.
// Entry: run. Test: tests/golden/cases.
#include "cli/run.hpp"

#include <unistd.h>

#include <chrono>
#include <string>

#include "cli/problems.hpp"
#include "pricepoint/policy/schema.hpp"
#include "pricepoint/version.hpp"

namespace pricepoint::cli {
namespace {

// The one place where the clock is read.
instant read_clock() {
  using std::chrono::system_clock;
  return {std::chrono::duration_cast<std::chrono::milliseconds>(system_clock::now().time_since_epoch()).count()};
}

int print(std::string_view text, const std::string& path = "-") {
  auto out = output_file::open(path);
  if (out && out->write(text) && out->commit()) return all_decided;
  if (out && out->closed_by_reader()) return pipe_closed;
  tell(out ? to_string(out->failed()) : out.error().to_string());
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

void tell(const std::vector<diagnostic>& all) {
  for (const diagnostic& one : all) tell(to_string(one));
}

int run(std::span<const std::string_view> arguments) {
  auto what = parse_options(arguments);
  if (!what) {
    tell(what.error().diagnostics());
    return no_run;
  }
  if (what->command == command::help) return print(help_text(what->help_about));
  if (what->command == command::version) return print("pricepoint " + std::string(version) + "\n");
  if (what->command == command::schema) return print(policy_schema(), what->out);
  if (what->command == command::replay) return run_replay(*what);
  if (what->command == command::inputs) return run_inputs(*what);

  std::vector<diagnostic> warnings;
  const auto prepared = prepare(*what, read_clock(), warnings);
  if (!what->quiet) tell(warnings);
  if (!prepared) {
    tell(prepared.error().diagnostics());
    return no_run;
  }
  return what->command == command::price ? run_price(*what, **prepared) : run_explain(*what, **prepared);
}

}  // namespace pricepoint::cli
