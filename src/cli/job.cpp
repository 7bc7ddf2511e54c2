// SPDX-License-Identifier: Apache-2.0
// From options to a job that only has to run.
// Entry: prepare. Test: tests/golden/cases.
#include "cli/job.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "cli/problems.hpp"
#include "cli/rates.hpp"
#include "cli/text.hpp"

namespace pricepoint::cli {
namespace {

result<std::shared_ptr<const exchange_rates>> load_rates(const std::string& path) {
  if (path.empty()) return std::shared_ptr<const exchange_rates>();
  auto text = read_whole(path);
  if (!text) return text.error();
  return parse_rates(std::move(*text), path == "-" ? "standard input" : path);
}

std::string list_of(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::string_view name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

// An undeclared name, with what was probably meant.
diagnostic undeclared(std::string code, const char* what, const std::string& name,
                      const std::vector<std::string_view>& known) {
  const std::string_view near = nearest(name, known);
  return problem(std::move(code), "the policy declares no " + std::string(what) + " " + in_quotes(name),
                 near.empty() ? "it declares " + list_of(known) : "did you mean " + std::string(near) + "?");
}

std::vector<diagnostic> check_names(const options& what, const policy& policy) {
  std::vector<diagnostic> problems;
  const auto channels = policy.channels();
  for (const std::string& channel : what.channels) {
    if (std::find(channels.begin(), channels.end(), channel) == channels.end()) {
      problems.push_back(undeclared("PP-C011", "channel", channel, channels));
    }
  }
  const auto markets = policy.markets();
  if (!what.market.empty() && std::find(markets.begin(), markets.end(), what.market) == markets.end()) {
    problems.push_back(undeclared("PP-C012", "market", what.market, markets));
  }
  return problems;
}

}  // namespace

result<policy> load_policy_from(const std::string& path) {
  if (path != "-") return load_policy(path);
  auto text = read_whole(path);
  if (!text) return text.error();
  return parse_policy(std::move(*text), "standard input", {}, tables_beside(""));
}

result<std::unique_ptr<job>> prepare(const options& what, instant now, std::vector<diagnostic>& warnings) {
  auto policy = load_policy_from(what.policy);
  if (!policy) return policy.error();
  if (auto problems = check_names(what, *policy); !problems.empty()) return error(std::move(problems));
  auto rates = load_rates(what.rates);
  if (!rates) return rates.error();
  auto items = input_file::open(what.items);
  if (!items) return items.error();

  std::vector<std::string_view> channels = policy->in_order_of_reference({what.channels.begin(), what.channels.end()});
  const row_defaults defaults{channels.size() == 1 ? channels[0] : std::string_view(), what.market,
                              what.at.value_or(now)};
  field_table fields(*policy);
  // The source of the blocks must name the file where the job keeps it.
  std::unique_ptr<job> made(new job{std::move(*policy),
                                    std::move(*rates),
                                    std::move(fields),
                                    std::move(channels),
                                    defaults,
                                    std::move(*items),
                                    block_reader({}, what.input),
                                    {}});
  made->blocks =
      block_reader([&file = made->items](char* to, std::size_t size) { return file.read(to, size); }, what.input);

  const auto empty = made->blocks.is_empty();
  if (!empty) return empty.error();
  if (*empty) {
    return failure(problem("PP-I001", "the file is empty",
                           what.input == row_format::csv ? "its first row names the columns" : "one object a line",
                           made->items.name()));
  }
  if (what.input == row_format::ndjson) return made;
  block header;
  const auto got = made->blocks.first_record(header);
  if (!got) return got.error();
  auto columns = csv_columns::read(header, made->fields, made->items.name(), warnings);
  if (!columns) return columns.error();
  made->columns = std::move(*columns);
  return made;
}

std::optional<diagnostic> about_unknown_member(const field_table& fields, std::string_view name, std::uint64_t line,
                                               const std::string& file) {
  const bool price = name.starts_with("price.") && fields.find(name).kind == field_kind::price;
  const std::string_view near = price ? std::string_view() : fields.nearest_to(name);
  if (!price && near.empty()) return {};
  return warning(
      problem("PP-I004", "the member " + in_quotes(name) + " is no field and is carried through",
              price ? "in JSON the prices are one map: \"prices\": {\"" + std::string(name.substr(6)) + "\": ...}"
                    : "did you mean " + std::string(near) + "?",
              file, static_cast<std::size_t>(line)));
}

}  // namespace pricepoint::cli
