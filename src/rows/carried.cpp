// SPDX-License-Identifier: Apache-2.0
// What the input has beside the fields, written as it stands.
// Entry: carried_columns. Test: tests/unit/rows/row_writer_test.cpp.
#include "rows/carried.hpp"

#include <algorithm>

#include "pricepoint/explain/explanation.hpp"

namespace pricepoint::rows {

std::string carried_columns::name_in(std::string_view name, is_taken taken) {
  return taken(name) ? "in." + std::string(name) : std::string(name);
}

carried_columns::carried_columns(const csv_columns* columns, is_taken taken) : taken_(taken) {
  if (columns == nullptr) return;
  std::vector<std::string> used;
  for (const std::size_t index : columns->carried()) used.push_back(columns->name(index));
  for (const std::size_t index : columns->carried()) {
    std::string name = name_in(columns->name(index), taken_);
    // Beside "price" the input may have "in.price", too.
    while (name != columns->name(index) && std::find(used.begin(), used.end(), name) != used.end())
      name.insert(0, "in.");
    column made{index, {}, ","};
    append_csv_cell(made.csv_name, name);
    append_json_string(made.json_key, name);
    made.json_key.push_back(':');
    columns_.push_back(std::move(made));
    used.push_back(std::move(name));
  }
}

void carried_columns::csv_names(std::string& out) const {
  for (const column& one : columns_) out.append(",").append(one.csv_name);
}

void carried_columns::csv_blanks(std::string& out) const { out.append(columns_.size(), ','); }

void carried_columns::csv_cells(std::string& out, const row& from) const {
  for (const column& one : columns_) {
    out.push_back(',');
    if (one.index >= from.cells.size()) continue;
    const csv_cell& cell = from.cells[one.index];
    if (cell.quoted && !cell.malformed) {
      out.append(cell.raw);
    } else {
      append_csv_cell(out, cell.raw);
    }
  }
}

void carried_columns::json_members(std::string& out, const row& from) const {
  std::string unquoted;
  for (const column& one : columns_) {
    if (one.index >= from.cells.size()) continue;
    const csv_cell& cell = from.cells[one.index];
    unquoted.clear();
    const std::string_view value = csv_value(cell, unquoted);
    if (value.empty()) continue;
    out.append(one.json_key);
    append_json_string(out, value);
  }
  for (const json_member& member : from.members) {
    out.append(",\"");
    if (taken_(member.key)) {
      std::string name = name_in(member.key, taken_);
      const auto is_there = [&name](const json_member& other) { return other.key == name; };
      for (out.append("in."); std::any_of(from.members.begin(), from.members.end(), is_there); out.append("in.")) {
        name.insert(0, "in.");
      }
    }
    out.append(member.raw_key).append("\":").append(member.raw);
  }
}

}  // namespace pricepoint::rows
