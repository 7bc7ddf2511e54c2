// SPDX-License-Identifier: Apache-2.0
// Counting what falls out, and its one line.
// Entry: about_unread, about_lacking. Test: tests/unit/cli/row_tally_test.cpp, tests/golden/falling_out.py.
#include "cli/row_tally.hpp"

#include <algorithm>

#include "cli/progress.hpp"
#include "match/refused.hpp"
#include "pricepoint/detail/int128.hpp"
#include "rows/problems.hpp"
#include "rows/refused.hpp"
#include "rows/text.hpp"

namespace pricepoint::cli {
namespace {

constexpr std::size_t most_columns_named = 8;

std::string listed(const std::vector<std::string_view>& names, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i == most) return text + " and " + number(names.size() - most) + " more";
    if (i > 0) text += ", ";
    append_clipped(text, names[i], 40);
  }
  return text;
}

std::string counted(std::uint64_t some, std::uint64_t all, std::string_view rows) {
  if (all == 1) rows.remove_suffix(1);
  return grouped(some) + " of " + grouped(all) + " " + std::string(rows);
}

diagnostic about_lost(const row_tally& all, const char* code, const std::string& rows, const std::string& fate,
                      const std::string& file) {
  diagnostic made = problem(code, counted(all.unread, all.rows, rows) + " " + fate, {}, file,
                            static_cast<std::size_t>(all.first_line));
  if (!all.first.empty()) made.message += (all.unread == 1 ? ": " : "; the first: ") + all.first;
  return made;
}

}  // namespace

void row_tally::lack(const std::vector<std::string>& missing) {
  for (const std::string& one : missing) {
    const auto found =
        std::find_if(lacking.begin(), lacking.end(), [&](const auto& each) { return each.first == one; });
    if (found == lacking.end()) {
      lacking.emplace_back(one, 1);
    } else {
      ++found->second;
    }
  }
}

void row_tally::add(const row_tally& other) {
  rows += other.rows;
  unread += other.unread;
  if (other.first_line != 0 && (first_line == 0 || other.first_line < first_line)) {
    first_line = other.first_line;
    first = other.first;
  }
  answers += other.answers;
  for (const auto& [name, count] : other.lacking) {
    const auto found = std::find_if(lacking.begin(), lacking.end(),
                                    [&, &name = name](const auto& each) { return each.first == name; });
    if (found == lacking.end()) {
      lacking.emplace_back(name, count);
    } else {
      found->second += count;
    }
  }
}

bool row_tally::has_more_unread_than(rate most) const noexcept {
  return detail::int128{unread} * 100'000'000 > detail::int128{rows} * most.e8();
}

std::string why_unread(const row& from) {
  if (from.problems.empty()) return {};
  const std::string_view all = from.problems.front();
  const std::string line = "line " + number(from.line) + ", ";
  return std::string(all.starts_with(line) ? all.substr(line.size()) : all);
}

std::string why_undeclared(bool is_channel, std::string_view text, const policy& with) {
  request asked;
  (is_channel ? asked.channel : asked.market) = text;
  const char* const name = is_channel ? "channel" : "market";
  return std::string("column ") + name + ": " +
         engine::why_refused(engine::machine_of(with), asked, name).value_or("is absent");
}

std::string why_invalid(const row& from, std::string_view name) {
  std::string text = invalid_text_of(from, name);
  if (!text.empty()) return text;
  const field_kind kind = from.fields == nullptr ? field_kind::unknown : from.fields->find(name).kind;
  if (kind == field_kind::unknown) return std::string(name) + ": what the row gives leads to no amount that can be";
  text = "column " + std::string(name) + ": nothing is given";
  if (kind != field_kind::channel && kind != field_kind::market) return text;
  return text + "; --" + std::string(name) + " is for rows that do not say";
}

std::optional<diagnostic> about_unread(const row_tally& all, std::string_view rows, const std::string& file,
                                       bool is_error, std::string_view more) {
  if (all.unread == 0) return {};
  diagnostic made = about_lost(all, "PP-I020", std::string(rows), "could not be read" + std::string(more), file);
  return is_error ? made : warning(std::move(made));
}

std::optional<diagnostic> about_useless_prices(const row_tally& all, const std::string& file) {
  if (all.unread == 0) return {};
  return warning(
      about_lost(all, "PP-H005", "rows", all.unread == 1 ? "counts for nothing" : "count for nothing", file));
}

std::optional<diagnostic> about_no_rows(const row_tally& all, std::string_view rows, const std::string& file,
                                        bool is_error) {
  if (all.rows > 0) return {};
  diagnostic made = problem("PP-I012", "the file has no " + std::string(rows), {}, file);
  return is_error ? made : warning(std::move(made));
}

std::optional<diagnostic> about_lacking(const row_tally& all, std::string_view rows, const std::string& file,
                                        const field_table& fields, const csv_columns* columns,
                                        const std::vector<std::string>& unused,
                                        const std::vector<std::string>& from_elsewhere) {
  // Whether the header says at once that no row has it.
  const auto has_no_column = [&](std::string_view name) {
    const field wanted = fields.find(name);
    if (columns == nullptr || wanted.kind == field_kind::unknown) return false;
    if (std::find(from_elsewhere.begin(), from_elsewhere.end(), name) != from_elsewhere.end()) return false;
    for (std::size_t i = 0; i < columns->count(); ++i) {
      const field& one = columns->field_at(i);
      if (one.kind == wanted.kind && one.name == wanted.name) return false;
    }
    return true;
  };
  std::vector<std::string_view> never;
  for (const auto& [name, count] : all.lacking) {
    if (name.starts_with("rate.")) continue;  // that is not the rows' to have
    if (has_no_column(name) || count == all.answers) never.push_back(name);
  }
  if (never.empty()) return {};
  std::sort(never.begin(), never.end());
  std::vector<std::string_view> others(unused.begin(), unused.end());
  if (columns != nullptr) {
    for (const std::size_t one : columns->carried()) others.push_back(columns->name(one));
  }
  std::string text = "no ";
  text.append(rows.substr(0, rows.size() - 1)).append(all.unread == 0 ? " has " : " that could be read has ");
  text.append(listed(never, most_columns_named));
  if (!others.empty()) {
    text.append(columns == nullptr ? "; nothing uses the member" : "; nothing uses the column");
    text.append(others.size() == 1 ? " " : "s ").append(listed(others, most_columns_named));
  }
  return warning(problem("PP-I014", std::move(text), {}, file));
}

}  // namespace pricepoint::cli
