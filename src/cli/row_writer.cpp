// SPDX-License-Identifier: Apache-2.0
// Rows of the output, appended to a buffer that is used again.
// Entry: row_writer. Test: tests/unit/cli/row_writer_test.cpp.
#include "cli/row_writer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "cli/text.hpp"
#include "detail/csv.hpp"
#include "pricepoint/explain/render.hpp"

namespace pricepoint::cli {
namespace {

// The order is a promise. `explanation` stands only in NDJSON.
constexpr std::string_view csv_names[] = {
    "sku",    "channel",     "market",  "currency",       "status",         "price",
    "net",    "tax",         "target",  "discounts",      "limited_by",     "was",
    "saving", "saving_rate", "relaxed", "conflict",       "missing",        "invalid",
    "advice", "credits",     "held",    "fallback_price", "next_change_at", "policy"};

bool is_output_name(std::string_view name) {
  return name == "explanation" || output_place(name) < std::size(csv_names);
}

// Appends cells with commas between them. Commas wait until a cell has something to say: most are empty.
class csv_line {
 public:
  explicit csv_line(std::string& out) : out_(out) {}
  csv_line(const csv_line&) = delete;
  csv_line& operator=(const csv_line&) = delete;
  ~csv_line() { write_commas(commas_ == 0 ? 0 : commas_ - 1); }

  void empty() { ++commas_; }
  void text(std::string_view value) {
    if (value.empty()) return empty();
    start();
    append_csv_cell(out_, value);
  }
  void plain(std::string_view value) {
    if (value.empty()) return empty();
    start();
    out_.append(value);
  }
  void money(const std::optional<amount>& value) {
    if (!value) return empty();
    start();
    append_fixed(out_, value->minor, value->currency.digits());
  }
  void target(const std::optional<decimal>& value, const std::optional<currency>& unit) {
    if (!value) return empty();
    start();
    detail::int128 coefficient = value->coefficient();
    int scale = value->scale();
    for (const int wanted = unit ? unit->digits() + 4 : scale; scale < wanted; ++scale) coefficient *= 10;
    if (detail::fits_int64(coefficient)) {
      append_fixed(out_, static_cast<std::int64_t>(coefficient), scale);
    } else {
      detail::append_scaled(out_, coefficient, scale);
    }
  }
  template <class List>
  void list(const List& names, std::string_view separator = " ") {
    if (names.empty()) return empty();
    const std::size_t begin = ids(names, separator);
    quote_csv_cell(out_, begin);
  }
  // Names of rules have no letter that CSV would quote. Gives where they begin.
  template <class List>
  std::size_t ids(const List& names, std::string_view separator = " ") {
    if (names.empty()) {
      empty();
      return out_.size();
    }
    start();
    const std::size_t begin = out_.size();
    for (const std::string_view name : names) {
      if (out_.size() > begin) out_.append(separator);
      out_.append(name);
    }
    return begin;
  }
  void percent(int value) {
    start();
    append_fixed(out_, value, 0);
    out_.push_back('%');
  }
  void credits(const decision& what) {
    if (what.credits().empty()) return empty();
    start();
    const std::size_t begin = out_.size();
    for (const credit_due& credit : what.credits()) {
      if (out_.size() > begin) out_.push_back(' ');
      out_.append(credit.to);
      out_.push_back(':');
      append_fixed(out_, credit.due.minor, credit.due.currency.digits());
    }
  }

 private:
  void start() {
    write_commas(commas_);
    commas_ = 1;
  }
  std::string& out_;
  void write_commas(std::size_t count) {
    if (count == 1) return out_.push_back(',');
    static constexpr std::string_view many = ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,";
    for (; count > many.size(); count -= many.size()) out_.append(many);
    out_.append(many.substr(0, count));
  }

  std::size_t commas_ = 0;  // due before the next cell
};

}  // namespace

std::size_t output_place(std::string_view name) {
  return static_cast<std::size_t>(std::find(std::begin(csv_names), std::end(csv_names), name) - std::begin(csv_names));
}

std::string carried_name(std::string_view name) {
  return is_output_name(name) ? "in." + std::string(name) : std::string(name);
}

row_writer::row_writer(output_format format, const csv_columns* columns, std::string_view fingerprint)
    : format_(format), fingerprint_(fingerprint) {
  if (columns == nullptr) return;
  std::vector<std::string> used;
  for (const std::size_t index : columns->carried()) used.push_back(columns->name(index));
  for (const std::size_t index : columns->carried()) {
    std::string name = carried_name(columns->name(index));
    // Beside "price" the input may have "in.price", too.
    while (name != columns->name(index) && std::find(used.begin(), used.end(), name) != used.end())
      name.insert(0, "in.");
    carried_column made{index, {}, ","};
    append_csv_cell(made.csv_name, name);
    append_json_string(made.json_key, name);
    made.json_key.push_back(':');
    carried_.push_back(std::move(made));
    used.push_back(std::move(name));
  }
}

void row_writer::header(std::string& out) const {
  if (format_ != output_format::csv) return;
  {
    csv_line line(out);
    for (const std::string_view name : csv_names) line.plain(name);
  }
  for (const carried_column& column : carried_) out.append(",").append(column.csv_name);
  out.push_back('\n');
}

void row_writer::decided(std::string& out, const row& from, std::string_view channel, const decision& what,
                         std::string_view explanation) const {
  if (format_ == output_format::csv) {
    csv_row(out, from, channel, what);
    csv_carried(out, from);
    return;
  }
  json_start(out, from, channel);
  append_json_members(out, what);
  if (!explanation.empty()) out.append(",\"explanation\":").append(explanation);
  json_carried(out, from);
  out.append("}\n");
}

void row_writer::csv_row(std::string& out, const row& from, std::string_view channel, const decision& what) {
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
  line.money(what.was());
  line.money(what.saving());
  if (what.was()) {
    line.percent(what.saving_rate_percent());
  } else {
    line.empty();
  }
  line.ids(what.relaxed());
  line.ids(what.conflict());
  line.list(what.missing());
  line.list(what.invalid());
  line.list(what.advice());
  line.credits(what);
  line.plain(what.held() ? "true" : "");
  line.money(what.fallback_price());
  if (what.next_change_at()) {
    // One instant serves thousands of rows.
    thread_local std::optional<instant> known;
    thread_local std::string text;
    if (known != what.next_change_at()) {
      known = what.next_change_at();
      text = to_string(*known);
    }
    line.plain(text);
  } else {
    line.empty();
  }
  line.plain(what.policy());
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
}

void row_writer::unreadable(std::string& out, const row& from, std::string_view channel) const {
  if (format_ == output_format::csv) {
    csv_unreadable(out, from, channel);
    csv_carried(out, from);
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
  json_carried(out, from);
  out.append("}\n");
}

void row_writer::csv_carried(std::string& out, const row& from) const {
  for (const carried_column& column : carried_) {
    out.push_back(',');
    if (column.index >= from.cells.size()) continue;
    const csv_cell& cell = from.cells[column.index];
    if (cell.quoted && !cell.malformed) {
      out.append(cell.raw);
    } else {
      append_csv_cell(out, cell.raw);
    }
  }
  out.push_back('\n');
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
}

void row_writer::json_carried(std::string& out, const row& from) const {
  std::string unquoted;
  for (const carried_column& column : carried_) {
    if (column.index >= from.cells.size()) continue;
    const csv_cell& cell = from.cells[column.index];
    unquoted.clear();
    const std::string_view value = csv_value(cell, unquoted);
    if (value.empty()) continue;
    out.append(column.json_key);
    append_json_string(out, value);
  }
  for (const json_member& member : from.members) {
    out.append(",\"");
    if (is_output_name(member.key)) {
      std::string name = carried_name(member.key);
      const auto taken = [&name](const json_member& other) { return other.key == name; };
      for (out.append("in."); std::any_of(from.members.begin(), from.members.end(), taken); out.append("in.")) {
        name.insert(0, "in.");
      }
    }
    out.append(member.raw_key).append("\":").append(member.raw);
  }
}

}  // namespace pricepoint::cli
