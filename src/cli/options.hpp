// SPDX-License-Identifier: Apache-2.0
// The command line as a value: which command, which files, which formats.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/namespace.hpp"
#include "pricepoint/analysis/compare.hpp"
#include "pricepoint/money/rate.hpp"
#include "pricepoint/pricing/request.hpp"
#include "pricepoint/reading.hpp"
#include "pricepoint/result.hpp"
#include "rows/format.hpp"

namespace pricepoint::cli {

enum class command : unsigned char {
  help,
  version,
  price,
  explain,
  check,
  compare,
  audit,
  replay,
  inputs,
  markets,
  schema
};

struct options {
  cli::command command = command::help;
  std::string help_about;  // a command's name, or empty for all
  std::string policy;      // a path; "-" is standard input, as in all that follow
  std::string before;      // policies of compare
  std::string after;
  std::string items;  // of an audit: the offers
  std::string rates;
  std::string zones;                        // a folder of TZif files; empty: the library's own
  policy_language::zone_source zones_from;  // what it holds, once run() has found it
  std::string history;
  std::string out;      // empty: standard output
  std::string record;   // to write, or to replay; empty: none
  std::string summary;  // of compare and audit: a file for the figures; empty: behind the rows
  std::string tables;   // the folder of the files that the policy names; empty: that of the policy
  std::string sku;
  std::vector<std::string> codes;           // markets: those asked for
  std::vector<argument_place> code_places;  // where each stands
  std::vector<std::string> channels;
  std::string market;
  std::optional<instant> at;
  std::optional<instant> until;         // of an audit ahead in time
  unsigned threads = 0;                 // 0: all cores
  std::optional<output_format> format;  // nothing: table on a terminal, else csv; for explain text
  row_format input = row_format::csv;
  comparison_gates gates;
  rate max_unread;         // of price and audit: the share of rows that may be unreadable
  bool no_tables = false;  // a policy that names files is an error
  bool explain = false;
  bool timeline = false;
  bool sorted = false;  // the offers are said to be
  bool quiet = false;
  command_line typed;                                               // for diagnostics
  std::vector<std::pair<std::string_view, argument_place>> values;  // where each flag's value stands

  // The diagnostic with a caret under the value of that flag, some bytes into it.
  diagnostic point(diagnostic one, std::string_view flag, std::size_t bytes_in = 0) const;
};

// Reads the arguments after the program's name. Errors, all at once, each with the command line and a caret: PP-C001 no
// command, PP-C002 unknown command, PP-C004 unknown flag, PP-C005 flag without value,
// PP-C006 bad value, PP-C007 given twice, PP-C008 lacking, PP-C009 do not go together, PP-C010 stray argument.
result<options> parse_options(std::span<const std::string_view> arguments);

// Where --input-format is not given: by extension; standard input is CSV. Nothing where the name does not say.
std::optional<row_format> format_of_file(std::string_view path);

// Whether --format asks for JSON: then diagnostics are JSON too, also those about the rest of the command line.
bool asks_for_json(std::span<const std::string_view> arguments);

std::string help_text(std::string_view about);

}  // namespace pricepoint::cli
