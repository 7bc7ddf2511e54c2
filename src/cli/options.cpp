// SPDX-License-Identifier: Apache-2.0
// A table of flags and what each does to the options; small enough that a library would only blur the messages.
// Entry: parse_options. Test: tests/unit/cli/options_test.cpp.
#include "cli/options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "cli/problems.hpp"
#include "cli/text.hpp"

namespace pricepoint::cli {
namespace {

constexpr unsigned max_threads = 1024;

enum : unsigned {
  for_price = 1,
  for_explain = 2,
  for_both = 3,
  for_replay = 4,
  for_rows = 7,
  for_inputs = 8,
  for_schema = 16
};

using bad_value = std::string;  // why a value is refused; empty where it is good

struct flag {
  std::string_view name;
  bool takes_value;
  unsigned commands;
  bad_value (*apply)(options& to, std::string_view value);
};

bad_value set_format(options& to, std::string_view value) {
  if (value == "table") {
    to.format = output_format::table;
  } else if (value == "csv") {
    to.format = output_format::csv;
  } else if (value == "ndjson") {
    to.format = output_format::ndjson;
  } else if (value == "text") {
    to.format = output_format::text;
  } else if (value == "json") {
    to.format = output_format::json;
  } else {
    return "is no format";
  }
  return {};
}

bad_value set_threads(options& to, std::string_view value) {
  unsigned threads = 0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), threads);
  if (read.ec != std::errc{} || read.ptr != value.data() + value.size() || threads < 1 || threads > max_threads) {
    return "is no number of threads from 1 to " + number(max_threads);
  }
  to.threads = threads;
  return {};
}

bad_value set_channels(options& to, std::string_view value) {
  for (std::size_t begin = 0; begin <= value.size();) {
    const std::size_t end = std::min(value.find(',', begin), value.size());
    if (end == begin) return "has an empty name";
    to.channels.emplace_back(value.substr(begin, end - begin));
    begin = end + 1;
  }
  return {};
}

bad_value set_at(options& to, std::string_view value) {
  to.at = parse_instant(value);
  return to.at ? "" : "is not an instant with its offset (such as \"2026-11-11T00:00:00+08:00\")";
}

bad_value set_input(options& to, std::string_view value) {
  if (value != "csv" && value != "ndjson") return "is no input format: csv or ndjson";
  to.input = value == "csv" ? row_format::csv : row_format::ndjson;
  return {};
}

template <std::string options::*Member>
bad_value set_text(options& to, std::string_view value) {
  if (value.empty()) return "is empty";
  to.*Member = value;
  return {};
}

constexpr auto flags = std::to_array<flag>({
    {"--policy", true, for_rows | for_inputs, set_text<&options::policy>},
    {"--items", true, for_both, set_text<&options::items>},
    {"--sku", true, for_explain, set_text<&options::sku>},
    {"--channel", true, for_both | for_inputs, set_channels},
    {"--market", true, for_both, set_text<&options::market>},
    {"--at", true, for_both, set_at},
    {"--rates", true, for_both, set_text<&options::rates>},
    {"--input-format", true, for_both, set_input},
    {"--threads", true, for_rows, set_threads},
    {"--format", true, for_rows | for_inputs, set_format},
    {"--out", true, for_rows | for_inputs | for_schema, set_text<&options::out>},
    {"--record", true, for_rows, set_text<&options::record>},
    {"--explain", false, for_price,
     [](options& to, std::string_view) -> bad_value {
       to.explain = true;
       return {};
     }},
    {"--timeline", false, for_explain,
     [](options& to, std::string_view) -> bad_value {
       to.timeline = true;
       return {};
     }},
    {"--quiet", false, for_rows | for_inputs,
     [](options& to, std::string_view) -> bad_value {
       to.quiet = true;
       return {};
     }},
});

constexpr std::string_view commands[] = {"price", "explain", "replay", "inputs", "schema"};
// As sentences name them.
constexpr std::string_view all_commands = "price, explain, replay, inputs or schema";
constexpr std::string_view later_commands[] = {"audit", "compare", "check", "markets"};
constexpr std::string_view later_flags[] = {"--offers",  "--before",     "--after",
                                            "--summary", "--max-change", "--max-changed"};

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string did_you_mean(std::string_view name, const std::vector<std::string_view>& known) {
  const std::string_view near = nearest(name, known);
  return near.empty() ? std::string() : "did you mean " + std::string(near) + "?";
}

class reader {
 public:
  reader(std::span<const std::string_view> arguments, std::string_view command_name, unsigned command)
      : arguments_(arguments), command_name_(command_name), command_(command) {}

  result<options> read() {
    for (next_ = 1; next_ < arguments_.size();) argument(arguments_[next_++]);
    if (made_.command == command::help && help_) return made_;
    made_.command = command_ == for_price     ? command::price
                    : command_ == for_explain ? command::explain
                    : command_ == for_replay  ? command::replay
                    : command_ == for_inputs  ? command::inputs
                                              : command::schema;
    if (command_ != for_schema) check();
    if (!problems_.empty()) return error(std::move(problems_));
    return made_;
  }

 private:
  bool given(std::string_view name) const { return contains(given_, name); }
  void report(std::string code, std::string message, std::string hint = {}) {
    problems_.push_back(problem(std::move(code), std::move(message), std::move(hint)));
  }

  void argument(std::string_view text) {
    if (text == "--help" || text == "-h") {
      help_ = true;
      made_.help_about = command_name_;
      return;
    }
    if (!text.starts_with("-") || text == "-") {
      report("PP-C010", in_quotes(text) + " stands alone: files are given to flags",
             "pricepoint " + std::string(command_name_) +
                 (command_ == for_replay   ? " --record F"
                  : command_ == for_schema ? " --out F"
                  : command_ == for_inputs ? " --policy P"
                                           : " --policy P --items F"));
      return;
    }
    const std::size_t equals = text.find('=');
    const std::string_view name = text.substr(0, equals);
    const auto found = std::find_if(flags.begin(), flags.end(), [&](const flag& one) {
      return one.name == name && (one.commands & command_) != 0;
    });
    if (found == flags.end()) {
      unknown(name);
      return;
    }
    std::string_view value;
    if (equals != std::string_view::npos) {
      value = text.substr(equals + 1);
      if (!found->takes_value) {
        report("PP-C006", std::string(name) + " takes no value");
        return;
      }
    } else if (found->takes_value) {
      if (next_ == arguments_.size() || arguments_[next_].starts_with("--")) {
        report("PP-C005", std::string(name) + " needs a value");
        return;
      }
      value = arguments_[next_++];
    }
    if (given(name)) {
      report("PP-C007", std::string(name) + " is given twice",
             name == "--channel" ? "several channels stand in one: --channel web,members" : "");
      return;
    }
    given_.push_back(name);
    if (const bad_value why = found->apply(made_, value); !why.empty()) {
      report("PP-C006", std::string(name) + ": " + in_quotes(value) + " " + why);
    }
  }

  void unknown(std::string_view name) {
    if (contains(later_flags, name)) {
      report("PP-C003", std::string(name) + " is not in this version");
    } else {
      std::vector<std::string_view> known = {"--help"};
      for (const flag& one : flags) {
        if ((one.commands & command_) != 0) known.push_back(one.name);
      }
      report("PP-C004", "pricepoint " + std::string(command_name_) + " knows no flag " + std::string(name),
             did_you_mean(name, known));
      guessed_.push_back(nearest(name, known));
    }
    // What follows such a flag is most likely its value; a second message about it would only confuse.
    if (next_ < arguments_.size() && !arguments_[next_].starts_with("-")) ++next_;
  }

  void check() {
    if (command_ == for_replay) {
      need("--record");
    } else {
      need("--policy");
      if (command_ != for_inputs) need("--items");
    }
    if (command_ == for_explain) need("--sku");
    const auto format = made_.format;
    const bool is_text = format == output_format::text || format == output_format::json;
    const bool wants_text = command_ == for_explain || command_ == for_inputs;
    if (format && is_text != wants_text) {
      report("PP-C006", "--format of pricepoint " + std::string(command_name_) + " is " +
                            (wants_text ? "text or json" : "table, csv or ndjson"));
    }
    if (made_.explain && format != output_format::ndjson) {
      report("PP-C009", "--explain adds an explanation to each ndjson row", "--format ndjson --explain");
    }
    check_streams();
    if (given("--items") && !given("--input-format")) {
      const auto input = format_of_file(made_.items);
      if (input) {
        made_.input = *input;
      } else if (!made_.items.empty()) {
        report("PP-C008", "the name of " + made_.items + " does not say whether it is CSV or NDJSON",
               "--input-format csv or --input-format ndjson");
      }
    }
  }

  // No two files in one.
  void check_streams() {
    const bool replays = command_ == for_replay;
    const int from_input =
        (made_.policy == "-") + (made_.items == "-") + (made_.rates == "-") + (replays && made_.record == "-");
    if (from_input > 1) {
      report("PP-C009", replays ? "only one of --record and --policy can be standard input"
                                : "only one of --policy, --items and --rates can be standard input");
    }
    if (made_.record.empty() || (replays && made_.record == "-")) return;
    if (made_.record != (made_.out.empty() ? "-" : made_.out)) return;
    report("PP-C009",
           made_.record == "-" ? "the record and the answers cannot both go to standard output"
                               : "--record and --out are the same file",
           made_.record == "-" ? "--out F or --record F" : "");
  }

  void need(std::string_view name) {
    const bool tried = std::any_of(problems_.begin(), problems_.end(),
                                   [&](const diagnostic& one) { return one.message.starts_with(name); });
    // Somebody who wrote --polcy knows that --policy is needed.
    if (given(name) || tried || contains(guessed_, name)) return;
    report("PP-C008", "pricepoint " + std::string(command_name_) + " needs " + std::string(name));
  }

  std::span<const std::string_view> arguments_;
  std::string_view command_name_;
  unsigned command_;
  std::size_t next_ = 0;
  bool help_ = false;
  options made_;
  std::vector<std::string_view> given_;
  std::vector<std::string_view> guessed_;
  std::vector<diagnostic> problems_;
};

}  // namespace

std::optional<row_format> format_of_file(std::string_view path) {
  // A pipe of the shell, <(zcat items.csv.gz), has a name below /dev.
  if (path == "-" || path.starts_with("/dev/")) return row_format::csv;
  std::string lower;
  for (const char c : path.substr(std::min(path.rfind('.'), path.size()))) {
    lower.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  if (lower == ".csv") return row_format::csv;
  if (lower == ".ndjson" || lower == ".jsonl") return row_format::ndjson;
  return {};
}

result<options> parse_options(std::span<const std::string_view> arguments) {
  options made;
  if (arguments.empty()) {
    return failure(
        problem("PP-C001", "no command: " + std::string(all_commands), "pricepoint --help says what each does"));
  }
  const std::string_view first = arguments[0];
  if (first == "--help" || first == "-h" || first == "help") {
    if (arguments.size() > 1 && contains(commands, arguments[1])) made.help_about = arguments[1];
    return made;
  }
  if (first == "--version") {
    made.command = command::version;
    return made;
  }
  if (first == "price") return reader(arguments, first, for_price).read();
  if (first == "explain") return reader(arguments, first, for_explain).read();
  if (first == "replay") return reader(arguments, first, for_replay).read();
  if (first == "inputs") return reader(arguments, first, for_inputs).read();
  if (first == "schema") return reader(arguments, first, for_schema).read();
  if (contains(later_commands, first)) {
    return failure(problem("PP-C003", "pricepoint " + std::string(first) + " is not in this version",
                           "this version has " + std::string(all_commands)));
  }
  std::vector<std::string_view> known(std::begin(commands), std::end(commands));
  known.insert(known.end(), std::begin(later_commands), std::end(later_commands));
  if (first.starts_with("-")) {
    return failure(problem("PP-C001", "no command before " + std::string(first) + ": " + std::string(all_commands),
                           "pricepoint --help says what each does"));
  }
  std::string hint = did_you_mean(first, known);
  return failure(problem("PP-C002", "pricepoint knows no command " + in_quotes(first),
                         hint.empty() ? "pricepoint --help lists the commands" : std::move(hint)));
}

}  // namespace pricepoint::cli
