// SPDX-License-Identifier: Apache-2.0
// Rows of the output, appended to a buffer that is used again.
// Entry: row_writer. Test: tests/unit/rows/row_writer_test.cpp.
#include "rows/row_writer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "pricepoint/explain/explanation.hpp"
#include "rows/csv_line.hpp"
#include "rows/refused.hpp"
#include "rows/text.hpp"
#include "text/harmless.hpp"

namespace pricepoint::rows {
namespace {

// The order is a promise. `explanation` stands only in NDJSON.
constexpr std::string_view csv_names[] = {
    "sku",    "channel",     "market",  "currency",       "status",         "price",
    "net",    "tax",         "target",  "discounts",      "limited_by",     "was",
    "saving", "saving_rate", "relaxed", "conflict",       "missing",        "invalid",
    "advice", "credits",     "held",    "fallback_price", "next_change_at", "policy"};

bool is_output_name(std::string_view name) {
  return name == "explanation" || output_place(name) < std::size(csv_names) ||
         std::find(row_keys::names.begin(), row_keys::names.end(), name) != row_keys::names.end();
}

}  // namespace

std::size_t output_place(std::string_view name) {
  return static_cast<std::size_t>(std::find(std::begin(csv_names), std::end(csv_names), name) - std::begin(csv_names));
}

std::string carried_name(std::string_view name) { return carried_columns::name_in(name, is_output_name); }

row_writer::row_writer(output_format format, const csv_columns* columns, std::string_view fingerprint, row_keys keys)
    : format_(format), fingerprint_(fingerprint), keys_(keys), carried_(columns, is_output_name) {}

void row_writer::header(std::string& out) const {
  if (format_ != output_format::csv) return;
  {
    csv_line line(out);
    for (const std::string_view name : csv_names) line.plain(name);
  }
  keys_.csv_names(out);
  carried_.csv_names(out);
  out.push_back('\n');
}

void row_writer::decided(std::string& out, const row& from, std::string_view channel, const decision& what,
                         std::string_view explanation) const {
  if (format_ == output_format::csv) {
    csv_row(out, from, channel, what);
    carried_.csv_cells(out, from);
    out.push_back('\n');
    return;
  }
  json_start(out, from, channel);
  append_json_members(out, what);
  if (!explanation.empty()) out.append(",\"explanation\":").append(explanation);
  carried_.json_members(out, from);
  out.append("}\n");
}

void row_writer::csv_row(std::string& out, const row& from, std::string_view channel, const decision& what) const {
  csv_line line(out);
  line.text(from.request.sku);
  line.text(channel);
  line.text(from.request.market);
  line.plain(what.currency() ? what.currency()->code() : std::string_view());
  line.plain(to_string(what.status()));
  line.money(what.price());
  line.money(what.net());
  line.money(what.tax());
  line.target(what.target(), what.currency());
  line.ids(what.discounts());
  line.ids(what.limited_by());
  // Most rows have nothing in most of the columns from here on.
  if (!what.was() && !what.saving()) [[likely]] {
    line.empty_cells<3>();
  } else {
    line.money(what.was());
    line.money(what.saving());
    if (what.saving_rate_percent() != 0) {
      line.percent(what.saving_rate_percent());
    } else {
      line.empty();
    }
  }
  line.ids(what.relaxed());
  if (what.conflict().empty() && what.missing().empty() && what.invalid().empty() && what.advice().empty() &&
      what.credits().empty() && !what.held() && !what.fallback_price()) [[likely]] {
    line.empty_cells<7>();
  } else {
    line.ids(what.conflict());
    line.list(what.missing());
    if (what.invalid().empty()) {
      line.empty();
    } else {
      line.text(invalid_text(from, what.invalid()));
    }
    line.list(what.advice());
    line.credits(what);
    line.plain(what.held() ? std::string_view("true") : std::string_view());
    line.money(what.fallback_price());
  }
  if (what.next_change_at()) {
    // One instant serves thousands of rows. Not a std::string: glibc ends the process where memory has run out and a
    // thread first needs something that must be destroyed with it.
    struct written {
      instant at;
      std::size_t size = 0;
      char text[40];
    };
    thread_local written last;
    if (last.size == 0 || last.at != *what.next_change_at()) {
      const std::string text = to_string(*what.next_change_at());
      last.at = *what.next_change_at();
      last.size = text.copy(last.text, sizeof last.text);
    }
    line.plain({last.text, last.size});
  } else {
    line.empty();
  }
  line.plain(what.policy());
  keys_.csv_cells(line, from);
}

void row_writer::csv_unreadable(std::string& out, const row& from, std::string_view channel) const {
  csv_line line(out);
  for (const std::string_view name : csv_names) {
    if (name == "sku") {
      line.text(from.request.sku);
    } else if (name == "channel") {
      line.text(channel);
    } else if (name == "market") {
      line.text(from.request.market);
    } else if (name == "status") {
      line.plain(to_string(status::invalid));
    } else if (name == "invalid") {
      line.list(from.problems, "; ");
    } else {
      line.plain(name == "policy" ? fingerprint_ : std::string_view());
    }
  }
  keys_.csv_cells(line, from);
}

void row_writer::unreadable(std::string& out, const row& from, std::string_view channel) const {
  if (format_ == output_format::csv) {
    csv_unreadable(out, from, channel);
    carried_.csv_cells(out, from);
    out.push_back('\n');
    return;
  }
  json_start(out, from, channel);
  out.append("\"status\":\"invalid\",\"invalid\":");
  char separator = '[';
  for (const std::string& problem : from.problems) {
    out.push_back(separator);
    separator = ',';
    append_json_string(out, problem);
  }
  out.append("],\"policy\":");
  append_json_string(out, fingerprint_);
  carried_.json_members(out, from);
  out.append("}\n");
}

void row_writer::json_start(std::string& out, const row& from, std::string_view channel) const {
  out.push_back('{');
  const auto member = [&out](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    out.append(key);
    append_json_string(out, value);
    out.push_back(',');
  };
  member("\"sku\":", from.request.sku);
  member("\"channel\":", channel);
  member("\"market\":", from.request.market);
  keys_.json_members(out, from);
}

std::string unreadable_text(const row& from, std::string_view channel) {
  std::string text;
  detail::append_harmless(text, from.request.sku);
  if (!channel.empty()) detail::append_harmless(text.append(" on "), channel);
  text.append(": the row cannot be read\n");
  for (const std::string& problem : from.problems) {
    detail::append_harmless(text.append("  "), problem);
    text.append("\n");
  }
  return text;
}

}  // namespace pricepoint::rows
