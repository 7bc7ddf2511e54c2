// SPDX-License-Identifier: Apache-2.0
// From options to a job that only has to run.
// Entry: prepare. Test: tests/golden/cases.
#include "cli/job.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

#include "cli/namespace.hpp"
#include "cli/run.hpp"
#include "rows/problems.hpp"
#include "rows/rates.hpp"
#include "rows/text.hpp"

namespace pricepoint::cli {
namespace {

constexpr std::size_t most_files_looked_at = 10'000;

std::string name_of(const std::string& path) { return path == "-" ? "standard input" : path; }

result<std::shared_ptr<const exchange_rates>> load_rates(const std::string& path, std::vector<diagnostic>& warnings) {
  if (path.empty()) return std::shared_ptr<const exchange_rates>();
  auto text = read_whole(path);
  if (!text) return text.error();
  const std::size_t header = text->find_first_of("\r\n", text->find_first_not_of("\r\n"));
  const bool has_rows =
      header != std::string::npos && text->find_first_not_of("\", \t\r\n", header) != std::string::npos;
  auto made = parse_rates(std::move(*text), name_of(path));
  if (made && !has_rows) {
    if (const auto none = about_no_rows({}, "rows", name_of(path), false)) warnings.push_back(*none);
  }
  return made;
}

result<std::shared_ptr<const price_histories>> load_history(const std::string& path, const policy& of,
                                                            std::vector<diagnostic>& warnings) {
  if (path.empty()) return std::shared_ptr<const price_histories>();
  auto text = read_whole(path);
  if (!text) return text.error();
  auto made = price_histories::parse(std::move(*text), name_of(path), of);
  if (made) {
    for (diagnostic& one : (*made)->doubts(name_of(path))) warnings.push_back(std::move(one));
  }
  return made;
}

template <class Names>
std::string list_of(const Names& names) {
  std::string text;
  for (const std::string_view name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

// An undeclared name, with what was probably meant.
diagnostic undeclared(std::string code, const char* what, const std::string& name,
                      const std::vector<std::string_view>& known, bool of_two) {
  const std::string_view near = nearest(name, known);
  const std::string they = of_two ? "they declare " : "it declares ";
  std::string hint = known.empty() ? they + "no " + what + " at all" : they + list_of(known);
  if (!near.empty()) hint = "did you mean " + std::string(near) + "?";
  return problem(
      std::move(code),
      (of_two ? "neither policy declares a " : "the policy declares no ") + std::string(what) + " " + in_quotes(name),
      std::move(hint));
}

std::vector<diagnostic> check_names(const options& what, const std::vector<std::string_view>& channels,
                                    const std::vector<std::string_view>& markets, bool of_two) {
  std::vector<diagnostic> problems;
  std::size_t at = 0;
  for (const std::string& channel : what.channels) {
    if (std::find(channels.begin(), channels.end(), channel) == channels.end()) {
      problems.push_back(what.point(undeclared("PP-C011", "channel", channel, channels, of_two), "--channel", at));
    }
    at += channel.size() + 1;
  }
  if (!what.market.empty() && std::find(markets.begin(), markets.end(), what.market) == markets.end()) {
    problems.push_back(what.point(undeclared("PP-C012", "market", what.market, markets, of_two), "--market"));
  }
  return problems;
}

// Of a file that is not there, the one in its directory that was probably meant.
std::string near_file(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code failed;
  const fs::path wanted(path);
  if (path.empty() || fs::exists(wanted, failed)) return {};
  const fs::path folder = wanted.parent_path();
  std::vector<std::string> names;
  for (fs::directory_iterator at(folder.empty() ? fs::path(".") : folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    if (names.size() == most_files_looked_at) return {};
    if (!at->is_directory(failed)) names.push_back(at->path().filename().string());
  }
  // A directory has no order of its own.
  std::sort(names.begin(), names.end());
  const std::string name = wanted.filename().string();
  const std::string_view near = nearest(name, {names.begin(), names.end()});
  return near.empty() ? std::string() : "did you mean " + (folder / near).string() + "?";
}

// Everything that several parts of a run found wrong.
class findings {
 public:
  explicit findings(const options& what) : what_(&what) {}

  void add(const error& from, std::string_view flag) {
    for (diagnostic one : from.diagnostics()) {
      // A file that cannot be read has no line to show but the one that names it.
      const bool nowhere = one.code.starts_with("PP-F") && one.line == 0;
      if (one.code == "PP-F001" && one.hint.empty()) one.hint = near_file(one.file);
      all_.push_back(nowhere ? what_->point(std::move(one), flag) : std::move(one));
    }
  }
  void add(std::vector<diagnostic> more) {
    all_.insert(all_.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  bool any() const { return !all_.empty(); }
  error take() { return error(std::move(all_)); }

 private:
  const options* what_;
  std::vector<diagnostic> all_;
};

// The header of a CSV, taken from the blocks; nothing for NDJSON, or where there is none.
std::optional<block> first_block(const options& what, block_reader& blocks, const std::string& name, findings& found) {
  const std::string_view rows_flag = what.command == command::audit ? "--offers" : "--items";
  const auto empty = blocks.is_empty();
  if (!empty) {
    found.add(empty.error(), rows_flag);
    return {};
  }
  if (*empty) {
    found.add({problem("PP-I001", "the file is empty",
                       what.input == row_format::csv ? "its first row names the columns, such as sku,price.store,cost"
                                                     : "one object a line, such as {\"sku\": \"A1\"}",
                       name, 1)});
    return {};
  }
  if (what.input != row_format::csv) return {};
  std::optional<block> header(std::in_place);
  const auto got = blocks.first_record(*header);
  if (got) return header;
  found.add(got.error(), rows_flag);
  return {};
}

// Each name once, in the order of the first.
std::vector<std::string_view> joined(std::vector<std::string_view> names, const std::vector<std::string_view>& more) {
  for (const std::string_view one : more) {
    if (std::find(names.begin(), names.end(), one) == names.end()) names.push_back(one);
  }
  return names;
}

// What either policy knows. Of an attribute of both the kind is that of the second: names are asked for, not values.
field_table fields_of_either(const policy& one, const policy& other) {
  std::vector<policy::attribute_info> attributes = other.attributes();
  for (const policy::attribute_info& more : one.attributes()) {
    const bool known =
        std::any_of(attributes.begin(), attributes.end(), [&](const auto& each) { return each.name == more.name; });
    if (!known) attributes.push_back(more);
  }
  return {joined(other.channels(), one.channels()), attributes};
}

}  // namespace

std::vector<diagnostic> check_names(const options& what, const policy& policy) {
  return check_names(what, policy.channels(), policy.markets(), false);
}

result<policy> load_policy_from(const std::string& path, const options& what) {
  policy_language::parse_limits limits;
  limits.allow_tables = !what.no_tables;
  const policy_language::table_loader tables =
      what.tables.empty() ? policy_language::table_loader() : tables_beside(what.tables);
  if (path != "-") return load_policy(path, limits, tables, what.zones_from);
  auto text = read_whole(path, limits.max_bytes);
  if (!text) return text.error();
  return parse_policy(std::move(*text), "standard input", limits, tables, what.zones_from);
}

result<std::unique_ptr<job>> prepare(const options& what, instant now, std::vector<diagnostic>& warnings) {
  const bool audits = what.command == command::audit;
  const std::string_view rows_flag = audits ? "--offers" : "--items";
  findings found(what);
  auto policy = load_policy_from(what.policy, what);
  if (!policy) found.add(policy.error(), "--policy");
  if (policy) found.add(check_names(what, *policy));
  auto rates = load_rates(what.rates, warnings);
  if (!rates) found.add(rates.error(), "--rates");
  // Whose markets have a law, and in which currency prices are, the policy says.
  std::optional<result<std::shared_ptr<const price_histories>>> history;
  if (policy) history.emplace(load_history(what.history, *policy, warnings));
  if (history && !*history) found.add(history->error(), "--history");
  auto items = input_file::open(what.items);
  if (!items) found.add(items.error(), rows_flag);
  // Which columns there may be, the policy says.
  if (!policy || !items) return found.take();

  std::vector<std::string_view> channels = policy->in_order_of_reference({what.channels.begin(), what.channels.end()});
  const row_defaults defaults{channels.size() == 1 ? channels[0] : std::string_view(), what.market,
                              what.at.value_or(now)};
  field_table fields(*policy, audits ? row_kind::offers : row_kind::requests);
  // The source of the blocks must name the file where the job keeps it.
  std::unique_ptr<job> made(new job{std::move(*policy),
                                    rates ? std::move(*rates) : nullptr,
                                    *history ? std::move(**history) : nullptr,
                                    std::move(fields),
                                    std::move(channels),
                                    defaults,
                                    std::move(*items),
                                    block_reader({}, what.input),
                                    {}});
  made->blocks =
      block_reader([&file = made->items](char* to, std::size_t size) { return file.read(to, size); }, what.input);

  if (const auto header = first_block(what, made->blocks, made->items.name(), found)) {
    if (auto columns = csv_columns::read(*header, made->fields, made->items.name(), warnings)) {
      made->columns = std::move(*columns);
    } else {
      found.add(columns.error(), rows_flag);
    }
  }
  if (found.any()) return found.take();
  return made;
}

result<std::unique_ptr<compare_job>> prepare_compare(const options& what, instant now,
                                                     std::vector<diagnostic>& warnings) {
  findings found(what);
  auto before = load_policy_from(what.before, what);
  if (!before) found.add(before.error(), "--before");
  auto after = load_policy_from(what.after, what);
  if (!after) found.add(after.error(), "--after");
  if (before && after) {
    found.add(check_names(what, joined(after->channels(), before->channels()),
                          joined(after->markets(), before->markets()), true));
  }
  auto rates = load_rates(what.rates, warnings);
  if (!rates) found.add(rates.error(), "--rates");
  auto items = input_file::open(what.items);
  if (!items) found.add(items.error(), "--items");
  if (!before || !after || !items) return found.take();

  const std::vector<std::string_view> asked(what.channels.begin(), what.channels.end());
  std::vector<std::string_view> channels =
      joined(after->in_order_of_reference(asked), before->in_order_of_reference(asked));
  const row_defaults defaults{channels.size() == 1 ? channels[0] : std::string_view(), what.market,
                              what.at.value_or(now)};
  std::array<field_table, 2> fields = {field_table(*before), field_table(*after)};
  field_table known_fields = fields_of_either(*before, *after);
  // The policies go on to live in there, and the names of their channels with them.
  auto policies = std::make_shared<const policy_difference>(std::move(*before), std::move(*after), channels);
  std::unique_ptr<compare_job> made(new compare_job{std::move(policies),
                                                    rates ? std::move(*rates) : nullptr,
                                                    std::move(fields),
                                                    std::move(known_fields),
                                                    std::move(channels),
                                                    defaults,
                                                    std::move(*items),
                                                    block_reader({}, what.input),
                                                    {}});
  made->blocks =
      block_reader([&file = made->items](char* to, std::size_t size) { return file.read(to, size); }, what.input);
  if (const auto header = first_block(what, made->blocks, made->items.name(), found)) {
    std::vector<diagnostic> about_columns;
    const auto all = csv_columns::read(*header, made->known_fields, made->items.name(), about_columns);
    for (diagnostic& one : about_columns) warnings.push_back(without_carrying(std::move(one)));
    if (!all) {
      found.add(all.error(), "--items");
    } else {
      for (std::size_t side = 0; side < made->columns.size(); ++side) {
        made->columns[side] = csv_columns::of_fields(*all, made->fields[side]);
      }
    }
  }
  if (found.any()) return found.take();
  return made;
}

void tell_what_fell_out(const options& what, const job& of, std::string_view rows, const row_tally& all,
                        const replaced_bytes& replaced, bool unread_is_error, bool none_is_error,
                        const std::vector<std::string>& unused) {
  const std::string& file = of.items.name();
  if (const auto none = about_no_rows(all, rows, file, none_is_error)) {
    if (none_is_error || !what.quiet) tell(*none);
    return;
  }
  if (const auto unread = about_unread(all, rows, file, unread_is_error)) tell(*unread);
  if (what.quiet) return;
  tell(about_replaced(replaced, file));
  std::vector<std::string> from_elsewhere;
  const bool audits = what.command == command::audit;
  if (audits || of.channels.size() > 1) {
    for (const std::string_view channel : audits ? of.policy.channels() : of.channels) {
      from_elsewhere.push_back("price." + std::string(channel));
    }
  }
  // Of several channels in one call each has its own price as the current one.
  if (of.channels.size() > 1) from_elsewhere.emplace_back("current");
  if (of.history) from_elsewhere.emplace_back("lowest_prior");
  if (const auto lacking = about_lacking(all, rows, file, of.fields, of.columns_or_null(), unused, from_elsewhere)) {
    tell(*lacking);
  }
}

diagnostic without_carrying(diagnostic warned) {
  constexpr std::string_view carried = " and is carried through";
  if (const std::size_t at = warned.message.find(carried); at != std::string::npos) {
    warned.message.erase(at, carried.size());
  }
  return warned;
}

std::optional<diagnostic> about_unknown_member(const field_table& fields, std::string_view name,
                                               const row_reader::member_place& place, const std::string& file) {
  const bool price = name.starts_with("price.") && fields.find(name).kind == field_kind::price;
  std::optional<field_table::doubt> doubt;
  if (price) {
    doubt = {"PP-I004", "is no field and is carried through",
             "in JSON the prices are one map: \"prices\": {\"" + std::string(name.substr(6)) + "\": ...}"};
  } else {
    doubt = fields.doubt_about(name);
  }
  if (!doubt) return {};
  diagnostic made =
      warning(problem(doubt->code, "the member " + in_quotes(name) + " " + doubt->why, std::move(doubt->hint), file));
  detail::show_place(made, place.text, place.at, static_cast<std::size_t>(place.line));
  made.offset += static_cast<std::size_t>(place.first_byte);
  return made;
}

}  // namespace pricepoint::cli
