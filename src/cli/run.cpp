// SPDX-License-Identifier: Apache-2.0
// From arguments to an exit status.
// Entry: run. Test: tests/golden/cases.
#include "cli/run.hpp"

#include <unistd.h>

#include <chrono>
#include <exception>
#include <new>
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

int give_up() noexcept {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    tell(tell_json ? R"({"code":"PP-C099","severity":"error","message":"the program cannot go on: no memory is left"})"
                     "\n"
                   : "error PP-C099: the program cannot go on: no memory is left\n");
  } catch (const std::exception& failure) {
    try {
      tell(problem("PP-C099", std::string("the program cannot go on: ") + failure.what()));
    } catch (...) {
      tell("error PP-C099: the program cannot go on\n");
    }
  } catch (...) {
    tell("error PP-C099: the program cannot go on\n");
  }
  return no_run;
}

void tell_output_failed(const options& what, std::string_view flag, diagnostic why) {
  const bool named = !(flag == "--out" ? what.out : flag == "--record" ? what.record : what.summary).empty();
  tell(named ? what.point(std::move(why), flag) : std::move(why));
}

std::optional<outputs> open_outputs(const options& what, std::string_view flag) {
  const auto refuse = [&](std::string_view of, const error& why) {
    tell_output_failed(what, of, why.diagnostics().front());
    return std::optional<outputs>();
  };
  auto out = output_file::open(what.out);
  if (!out) return refuse("--out", out.error());
  std::optional<outputs> made(outputs{std::move(*out), {}});
  const std::string& second = flag == "--record" ? what.record : what.summary;
  if (second.empty()) return made;
  auto more = output_file::open(second);
  if (!more) return refuse(flag, more.error());
  made->more.emplace(std::move(*more));
  if (!made->more->is_same_file(made->out)) return made;
  return refuse(flag, failure(problem("PP-C009", std::string(flag) + " and --out are the same file",
                                      "give each a file of its own")));
}

int run(std::span<const std::string_view> arguments) {
  tell_json = asks_for_json(arguments);
  auto what = parse_options(arguments);
  if (!what) {
    tell(what.error().diagnostics());
    return no_run;
  }
  if (what->command == command::help) return print(help_text(what->help_about), options{});
  if (what->command == command::version) {
    return print("pricepoint " + std::string(version) + "\nzones " + std::string(zones_version()) + "\n", options{});
  }
  if (!what->zones.empty()) {
    auto found = zones_in(what->zones);
    if (!found) {
      diagnostic why = found.error().diagnostics().front();
      why.hint = "a folder of TZif files, such as /usr/share/zoneinfo; without --zones the library's own count";
      tell(what->point(std::move(why), "--zones"));
      return no_run;
    }
    what->zones_from = std::move(*found);
  }
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
