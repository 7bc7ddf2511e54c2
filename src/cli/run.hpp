// SPDX-License-Identifier: Apache-2.0
// The program without its main.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "cli/files.hpp"
#include "cli/job.hpp"
#include "cli/options.hpp"
#include "pricepoint/result.hpp"

namespace pricepoint::cli {

enum exit_status : int {
  all_decided = 0,   // all rows priced, compromised or withheld; of an audit: no breach
  some_not = 1,      // some row is not; some breach; a gate is exceeded
  no_run = 2,        // usage, an unreadable file, a policy with errors
  pipe_closed = 141  // as a shell shows a program that a closed pipe has ended
};

// Does what the arguments after the program's name say; gives the exit status.
int run(std::span<const std::string_view> arguments);

int run_price(const options& what, job& prepared);
int run_explain(const options& what, job& prepared);
int run_compare(const options& what, compare_job& prepared);
// Errors: those of put_in_order; PP-I010, the offers are said to be sorted and are not; PP-I011, they have no prices.
int run_audit(const options& what, job& prepared);

// Errors: PP-I001 the record is empty, PP-C013 it names no policy and the command line none either, PP-I007 a line is
// no record, PP-I008 a line was decided with another policy than the first.
int run_replay(const options& what);
int run_inputs(const options& what);
int run_markets(const options& what);

// 0: no error and no warning, notes do not count. `now` is the time of rows that do not say, where --at is not given.
int run_check(const options& what, instant now);

// Of the exception that is being handled, which no command expected: memory, or threads that the system refuses. Says
// so in one line, PP-C099, and takes no memory for it. Gives the exit status.
int give_up() noexcept;

// To standard error: for people, or JSON, one object a line.
void tell(std::string_view text);
void tell(const diagnostic& one);
void tell(const std::vector<diagnostic>& all);

// Why the output cannot be written, at the flag that names it: --out, --record or --summary.
void tell_output_failed(const options& what, std::string_view flag, diagnostic why);

// What --out names, and a second output where `flag`, which is --record or --summary, is given.
struct outputs {
  output_file out;
  std::optional<output_file> more;

  output_file* more_or_null() { return more ? &*more : nullptr; }
};
// Nothing where one cannot be written or both are one file, which was then said.
std::optional<outputs> open_outputs(const options& what, std::string_view flag);

}  // namespace pricepoint::cli
