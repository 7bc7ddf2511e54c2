// SPDX-License-Identifier: Apache-2.0
// A table of flags and what each does to the options; small enough that a library would only blur the messages.
// Entry: parse_options. Test: tests/unit/cli/options_test.cpp.
#include "cli/options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "cli/namespace.hpp"
#include "rows/problems.hpp"
#include "rows/text.hpp"

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
  for_schema = 16,
  for_markets = 32,
  for_compare = 64,
  for_audit = 128,
  for_check = 256,
  for_items = for_both | for_compare | for_check,
  for_times = for_items | for_audit,
  for_policies = for_rows | for_inputs | for_markets | for_compare | for_audit | for_check
};

// Why a value is refused; empty where it is good.
struct bad_value {
  std::string why;
  std::string hint = {};
  std::size_t at = 0;  // bytes of the value before the place
};

struct flag {
  std::string_view name;
  bool takes_value;
  unsigned commands;
  std::string_view example;
  bad_value (*apply)(options& to, std::string_view value, unsigned command);
};

struct format_name {
  std::string_view name;
  output_format format;
  unsigned commands;
};
constexpr auto format_names = std::to_array<format_name>({
    {"table", output_format::table, for_price | for_replay | for_check | for_compare | for_audit},
    {"csv", output_format::csv, for_price | for_replay | for_compare | for_audit},
    {"ndjson", output_format::ndjson, for_price | for_replay | for_check | for_compare | for_audit},
    {"text", output_format::text, for_explain | for_inputs | for_markets},
    {"json", output_format::json, for_rows | for_inputs | for_markets | for_check | for_compare | for_audit},
});

std::string did_you_mean(std::string_view name, const std::vector<std::string_view>& known) {
  const std::string_view near = nearest(name, known);
  return near.empty() ? std::string() : "did you mean " + std::string(near) + "?";
}

// "table, csv, ndjson or json"
std::string alternatives(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    text.append(i == 0 ? "" : i + 1 == names.size() ? " or " : ", ").append(names[i]);
  }
  return text;
}

bad_value set_format(options& to, std::string_view value, unsigned command) {
  std::vector<std::string_view> known;
  for (const format_name& one : format_names) {
    if ((one.commands & command) == 0) continue;
    if (one.name == value) {
      // Rows are objects anyway, one a line.
      constexpr unsigned of_rows = for_price | for_replay | for_check | for_compare | for_audit;
      const bool rows = (command & of_rows) != 0;
      to.format = rows && one.format == output_format::json ? output_format::ndjson : one.format;
      return {};
    }
    known.push_back(one.name);
  }
  const bool elsewhere =
      std::any_of(format_names.begin(), format_names.end(), [&](const format_name& one) { return one.name == value; });
  std::string why = "is no format of pricepoint ";
  why += command == for_price     ? "price"
         : command == for_explain ? "explain"
         : command == for_replay  ? "replay"
         : command == for_compare ? "compare"
         : command == for_markets ? "markets"
         : command == for_audit   ? "audit"
         : command == for_check   ? "check"
                                  : "inputs";
  return {std::move(why) + ": " + alternatives(known), elsewhere ? std::string() : did_you_mean(value, known)};
}

bad_value set_threads(options& to, std::string_view value, unsigned) {
  unsigned threads = 0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), threads);
  if (read.ec != std::errc{} || read.ptr != value.data() + value.size() || threads < 1 || threads > max_threads) {
    return {"is no number of threads from 1 to " + number(max_threads), "without --threads all cores work"};
  }
  to.threads = threads;
  return {};
}

bad_value set_channels(options& to, std::string_view value, unsigned) {
  for (std::size_t begin = 0; begin <= value.size();) {
    const std::size_t end = std::min(value.find(',', begin), value.size());
    if (end == begin) {
      return {value.empty() ? "is empty" : "has an empty name", "names with a comma between two: web,members", begin};
    }
    to.channels.emplace_back(value.substr(begin, end - begin));
    begin = end + 1;
  }
  return {};
}

template <std::optional<instant> options::*Member>
bad_value set_instant(options& to, std::string_view value, unsigned) {
  to.*Member = parse_instant(value);
  if (to.*Member) return {};
  return {"is not an instant with its offset", "write it like 2026-11-11T00:00:00+08:00"};
}

bad_value set_input(options& to, std::string_view value, unsigned) {
  if (value != "csv" && value != "ndjson") {
    return {"is no input format: csv or ndjson", did_you_mean(value, {"csv", "ndjson"})};
  }
  to.input = value == "csv" ? row_format::csv : row_format::ndjson;
  return {};
}

template <std::optional<rate> comparison_gates::*Member>
bad_value set_gate(options& to, std::string_view value, unsigned) {
  to.gates.*Member = parse_rate(value);
  if (to.gates.*Member && (to.gates.*Member)->e8() >= 0) return {};
  return {"is not a rate from 0% up", "a number and a percent sign: 20%"};
}

bad_value set_max_unread(options& to, std::string_view value, unsigned) {
  const auto share = parse_rate(value);
  if (!share || share->e8() < 0 || share->e8() > 100'000'000) {
    return {"is not a rate from 0% to 100%", "a number and a percent sign: 0.5%"};
  }
  to.max_unread = *share;
  return {};
}

template <std::string options::*Member>
bad_value set_text(options& to, std::string_view value, unsigned) {
  if (value.empty()) return {"is empty"};
  to.*Member = value;
  return {};
}

constexpr auto flags = std::to_array<flag>({
  {"--policy", true, for_rows | for_inputs | for_markets | for_check | for_audit, "--policy policy.json",
   set_text<&options::policy>},
      {"--tables", true, for_policies, "--tables policies", set_text<&options::tables>},
      {"--no-tables", false, for_policies, "",
       [](options& to, std::string_view, unsigned) -> bad_value {
         to.no_tables = true;
         return {};
       }},
      {"--before", true, for_compare, "--before policy.json", set_text<&options::before>},
      {"--after", true, for_compare, "--after draft.json", set_text<&options::after>},
      {"--items", true, for_items, "--items items.csv", set_text<&options::items>},
      {"--offers", true, for_audit, "--offers offers.csv", set_text<&options::items>},
      {"--until", true, for_audit, "--until 2026-12-31T00:00:00+01:00", set_instant<&options::until>},
      {"--sorted", false, for_audit, "",
       [](options& to, std::string_view, unsigned) -> bad_value {
         to.sorted = true;
         return {};
       }},
      {"--sku", true, for_explain, "--sku A1", set_text<&options::sku>},
      {"--channel", true, for_times | for_inputs, "--channel web,members", set_channels},
      {"--market", true, for_times, "--market DE", set_text<&options::market>},
      {"--at", true, for_times, "--at 2026-11-11T00:00:00+08:00", set_instant<&options::at>},
      {"--zones", true, for_rows | for_inputs | for_markets | for_check | for_compare | for_audit,
       "--zones /usr/share/zoneinfo", set_text<&options::zones>},
      {"--rates", true, for_times, "--rates rates.csv", set_text<&options::rates>},
      {"--history", true, for_both, "--history prices.csv", set_text<&options::history>},
      {"--input-format", true, for_times, "--input-format csv", set_input},
      {"--threads", true, for_rows | for_compare | for_audit, "--threads 4", set_threads},
      {"--format", true, for_rows | for_inputs | for_markets | for_check | for_compare | for_audit, "--format csv", set_format}, {
    "--out", true, for_rows | for_inputs | for_schema | for_markets | for_compare | for_audit, "--out prices.csv",
        set_text<&options::out>
  }
  , {"--record", true, for_rows, "--record record.ndjson", set_text<&options::record>},
      {"--summary", true, for_compare | for_audit, "--summary summary.csv", set_text<&options::summary>},
      {"--max-change", true, for_compare, "--max-change 20%", set_gate<&comparison_gates::max_change>},
      {"--max-changed", true, for_compare, "--max-changed 10%", set_gate<&comparison_gates::max_changed>},
      {"--no-new-conflicts", false, for_compare, "",
       [](options& to, std::string_view, unsigned) -> bad_value {
         to.gates.no_new_conflicts = true;
         return {};
       }},
      {"--max-unread", true, for_price | for_audit, "--max-unread 0.5%", set_max_unread},
      {"--explain", false, for_price, "",
       [](options& to, std::string_view, unsigned) -> bad_value {
         to.explain = true;
         return {};
       }},
      {"--timeline", false, for_explain, "",
       [](options& to, std::string_view, unsigned) -> bad_value {
         to.timeline = true;
         return {};
       }},
    {"--quiet", false, for_rows | for_inputs | for_check | for_compare | for_audit, "",
       [](options& to, std::string_view, unsigned) -> bad_value {
         to.quiet = true;
         return {};
       }},
});

constexpr std::string_view commands[] = {"price",  "explain", "check",  "compare", "audit",
                                         "replay", "inputs",  "schema", "markets"};
// As sentences name them.
constexpr std::string_view all_commands = "price, explain, check, compare, audit, replay, inputs, markets or schema";

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class reader {
 public:
  reader(std::span<const std::string_view> arguments, std::string_view command_name, unsigned command)
      : arguments_(arguments), command_name_(command_name), command_(command) {
    made_.typed = command_line(arguments);
  }

  result<options> read() {
    for (next_ = 1; next_ < arguments_.size(); ++next_) argument(arguments_[next_]);
    if (made_.command == command::help && help_) return made_;
    made_.command = command_ == for_price     ? command::price
                    : command_ == for_explain ? command::explain
                    : command_ == for_compare ? command::compare
                    : command_ == for_replay  ? command::replay
                    : command_ == for_inputs  ? command::inputs
                    : command_ == for_markets ? command::markets
                    : command_ == for_audit   ? command::audit
                    : command_ == for_check   ? command::check
                                              : command::schema;
    if (command_ != for_schema && command_ != for_markets) check();
    if (!problems_.empty()) return error(std::move(problems_));
    return made_;
  }

 private:
  bool given(std::string_view name) const { return contains(given_, name); }
  void report(diagnostic one, argument_place at) { problems_.push_back(made_.typed.point(std::move(one), at)); }
  void report_value(diagnostic one, std::string_view flag) { problems_.push_back(made_.point(std::move(one), flag)); }

  void argument(std::string_view text) {
    const argument_place here{next_, 0};
    if (text == "--help" || text == "-h") {
      help_ = true;
      made_.help_about = command_name_;
      return;
    }
    if (command_ == for_markets && !text.starts_with("-")) {
      made_.codes.emplace_back(text);
      made_.code_places.push_back(here);
      return;
    }
    if (!text.starts_with("-") || text == "-") {
      report(problem("PP-C010", in_quotes(text) + " stands alone: files are given to flags",
                     "pricepoint " + std::string(command_name_) +
                         (command_ == for_schema                            ? " --out F"
                          : command_ == for_markets                         ? " CN"
                          : command_ == for_replay                          ? " --record F"
                          : command_ == for_inputs || command_ == for_check ? " --policy P"
                          : command_ == for_compare                         ? " --before P --after P --items F"
                          : command_ == for_audit                           ? " --policy P --offers F"
                                                                            : " --policy P --items F")),
             here);
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
    argument_place place = here;
    if (equals != std::string_view::npos) {
      value = text.substr(equals + 1);
      place.at = equals + 1;
      if (!found->takes_value) {
        report(problem("PP-C006", std::string(name) + " takes no value", "write " + std::string(name) + " alone"),
               {next_, equals});
        return;
      }
    } else if (found->takes_value) {
      if (next_ + 1 == arguments_.size() || arguments_[next_ + 1].starts_with("--")) {
        report(problem("PP-C005", std::string(name) + " needs a value", "such as " + std::string(found->example)),
               here);
        tried_.push_back(name);
        return;
      }
      value = arguments_[++next_];
      place = {next_, 0};
    }
    if (given(name)) {
      report(problem("PP-C007", std::string(name) + " is given twice",
                     name == "--channel" ? "several channels stand in one: --channel web,members" : "leave one away"),
             here);
      return;
    }
    given_.push_back(name);
    made_.values.emplace_back(found->name, place);
    if (bad_value bad = found->apply(made_, value, command_); !bad.why.empty()) {
      place.at += bad.at;
      tried_.push_back(found->name);
      if (bad.hint.empty()) bad.hint = "such as " + std::string(found->example);
      report(problem("PP-C006", std::string(name) + ": " + in_quotes(value) + " " + bad.why, std::move(bad.hint)),
             place);
    }
  }

  void unknown(std::string_view name) {
    const argument_place here{next_, 0};
    std::vector<std::string_view> known = {"--help"};
    for (const flag& one : flags) {
      if ((one.commands & command_) != 0) known.push_back(one.name);
    }
    std::string hint = did_you_mean(name, known);
    const auto elsewhere = std::find_if(flags.begin(), flags.end(), [&](const flag& one) { return one.name == name; });
    if (elsewhere != flags.end()) {
      hint = std::string(name) + " belongs to pricepoint ";
      bool any = false;
      constexpr unsigned each[] = {for_price,  for_explain, for_check,  for_compare, for_audit,
                                   for_replay, for_inputs,  for_schema, for_markets};
      for (std::size_t i = 0; i < std::size(each); ++i) {
        if ((elsewhere->commands & each[i]) == 0) continue;
        hint.append(any ? " and " : "").append(commands[i]);
        any = true;
      }
    } else if (hint.empty()) {
      hint = "pricepoint " + std::string(command_name_) + " --help lists the flags";
    }
    report(problem("PP-C004", "pricepoint " + std::string(command_name_) + " knows no flag " + shown(name),
                   std::move(hint)),
           here);
    tried_.push_back(nearest(name, known));
    // What follows such a flag is most likely its value; a second message about it would only confuse.
    const bool has_value = arguments_[next_].find('=') != std::string_view::npos;
    if (!has_value && next_ + 1 < arguments_.size() && !arguments_[next_ + 1].starts_with("-")) ++next_;
  }

  static std::string shown(std::string_view name) {
    const std::string quoted = in_quotes(name);
    return quoted.size() == name.size() + 2 ? std::string(name) : quoted;
  }

  void check() {
    if (command_ == for_replay) {
      need("--record", "what price or explain recorded: --record record.ndjson");
    } else if (command_ == for_compare) {
      need("--before", "the policy in force, a JSON file: --before policy.json");
      need("--after", "the new policy: --after draft.json");
      need("--items", "the products, CSV or NDJSON: --items items.csv");
    } else {
      need("--policy", "the policy, a JSON file: --policy policy.json");
      if (command_ == for_audit) {
        need("--offers", "the observed prices, CSV or NDJSON: --offers offers.csv");
      } else if (command_ != for_inputs && command_ != for_check) {
        need("--items", "the products, CSV or NDJSON: --items items.csv");
      }
    }
    if (command_ == for_explain) need("--sku", "the product to explain: --sku A1");
    if (made_.explain && !contains(tried_, "--format") && made_.format != output_format::ndjson) {
      report_value(
          problem("PP-C009",
                  "--explain adds an explanation to each row of NDJSON, and other formats have no place for it",
                  "--format ndjson --explain"),
          "--explain");
    }
    if (given("--history") && made_.timeline) {
      report_value(problem("PP-C009", "--history knows the prices until now, and --timeline goes on from there",
                           "leave one of them away"),
                   "--history");
    }
    if (given("--history") && given("--record") && made_.channels.size() > 1) {
      report_value(
          problem("PP-C009", "a record of several channels in one call has no place for what --history says of each",
                  "record one channel at a time, or leave --record away"),
          "--history");
    }
    if (command_ == for_audit && made_.channels.size() > 1) {
      report_value(
          problem("PP-C009", "an offer stands on one channel: --channel names the one of offers that do not say",
                  "--channel web"),
          "--channel");
    }
    check_streams();
    check_tables();
    const std::string_view rows = command_ == for_audit ? "--offers" : "--items";
    if (given(rows) && !given("--input-format")) {
      const auto input = format_of_file(made_.items);
      if (input) {
        made_.input = *input;
      } else if (!made_.items.empty()) {
        report_value(problem("PP-C008",
                             "the name " + in_quotes(made_.items) + " does not say whether the " +
                                 std::string(rows.substr(2)) + " are CSV or NDJSON",
                             "add --input-format csv or --input-format ndjson"),
                     rows);
      }
    }
  }

  void check_tables() {
    if (!given("--tables") || !made_.no_tables) return;
    report_value(problem("PP-C009", "--tables says where the policy's files are, and --no-tables allows none",
                         "leave one of them out"),
                 "--no-tables");
  }

  // No two files in one.
  void check_streams() {
    const bool replays = command_ == for_replay;
    const bool compares = command_ == for_compare;
    const int from_input = (made_.policy == "-") + (made_.before == "-") + (made_.after == "-") + (made_.items == "-") +
                           (made_.rates == "-") + (made_.history == "-") + (replays && made_.record == "-");
    if (from_input > 1) {
      std::string_view last;
      for (const auto& [name, place] : made_.values) {
        const bool reads = name == "--policy" || name == "--before" || name == "--after" || name == "--items" ||
                           name == "--offers" || name == "--rates" || name == "--history" ||
                           (replays && name == "--record");
        if (reads && arguments_[place.argument].substr(place.at) == "-") last = name;
      }
      report_value(problem("PP-C009",
                           replays    ? "only one of --record and --policy can be standard input"
                           : compares ? "only one of --before, --after, --items and --rates can be standard input"
                           : command_ == for_audit
                               ? "only one of --policy, --offers and --rates can be standard input"
                               : "only one of --policy, --items, --rates and --history can be standard input",
                           "give the others as files"),
                   last);
    }
    if (!replays || made_.record != "-") apart_from_out(made_.record, "--record", "the record and the answers");
    apart_from_out(made_.summary, "--summary", "the summary and the rows");
  }

  void apart_from_out(const std::string& path, const std::string& name, const std::string& both) {
    if (path.empty() || path != (made_.out.empty() ? "-" : made_.out)) return;
    const bool both_out = path == "-";
    report_value(
        problem("PP-C009",
                both_out ? both + " cannot both go to standard output" : name + " and --out are the same file",
                both_out ? "give one of them a file: --out F or " + name + " F" : "give each a file of its own"),
        name);
  }

  void need(std::string_view name, std::string hint) {
    // Somebody who wrote --polcy, or --policy without a file, knows that --policy is needed.
    if (given(name) || contains(tried_, name)) return;
    problems_.push_back(made_.typed.point_at_end(problem(
        "PP-C008", "pricepoint " + std::string(command_name_) + " needs " + std::string(name), std::move(hint))));
  }

  std::span<const std::string_view> arguments_;
  std::string_view command_name_;
  unsigned command_;
  std::size_t next_ = 0;
  bool help_ = false;
  options made_;
  std::vector<std::string_view> given_;
  std::vector<std::string_view> tried_;  // flags that were meant, if not well written
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

bool asks_for_json(std::span<const std::string_view> arguments) {
  constexpr std::string_view flag = "--format";
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string_view value = arguments[i];
    if (value == flag && i + 1 < arguments.size()) {
      value = arguments[i + 1];
    } else if (value.starts_with("--format=")) {
      value.remove_prefix(flag.size() + 1);
    } else {
      continue;
    }
    return value == "json" || value == "ndjson";
  }
  return false;
}

diagnostic options::point(diagnostic one, std::string_view flag, std::size_t bytes_in) const {
  for (auto [name, place] : values) {
    if (name != flag) continue;
    place.at += bytes_in;
    return typed.point(std::move(one), place);
  }
  return typed.point_at_end(std::move(one));
}

result<options> parse_options(std::span<const std::string_view> arguments) {
  options made;
  made.typed = command_line(arguments);
  const auto refuse = [&](diagnostic one) { return failure(made.typed.point(std::move(one), {})); };
  constexpr const char* see_help = "pricepoint --help says what each does";
  if (arguments.empty()) return refuse(problem("PP-C001", "no command: " + std::string(all_commands), see_help));
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
  if (first == "compare") return reader(arguments, first, for_compare).read();
  if (first == "replay") return reader(arguments, first, for_replay).read();
  if (first == "inputs") return reader(arguments, first, for_inputs).read();
  if (first == "schema") return reader(arguments, first, for_schema).read();
  if (first == "markets") return reader(arguments, first, for_markets).read();
  if (first == "audit") return reader(arguments, first, for_audit).read();
  if (first == "check") return reader(arguments, first, for_check).read();
  if (first.starts_with("-")) {
    return refuse(
        problem("PP-C001", "no command before " + in_quotes(first) + ": " + std::string(all_commands), see_help));
  }
  std::vector<std::string_view> known(std::begin(commands), std::end(commands));
  std::string hint = did_you_mean(first, known);
  return refuse(problem("PP-C002", "pricepoint knows no command " + in_quotes(first),
                        hint.empty() ? "pricepoint --help lists the commands" : std::move(hint)));
}

}  // namespace pricepoint::cli
