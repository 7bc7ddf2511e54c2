// SPDX-License-Identifier: Apache-2.0
// Entry: row_keys. Test: tests/unit/rows/row_writer_test.cpp.
#include "rows/row_keys.hpp"

#include "pricepoint/explain/explanation.hpp"

namespace pricepoint::rows {

row_keys::row_keys(const csv_columns* columns) : of_json_(columns == nullptr) {
  if (columns == nullptr) {
    for (; count_ < names.size(); ++count_) written_[count_] = count_;
    return;
  }
  constexpr std::array<field_kind, names.size()> kinds = {field_kind::quantity, field_kind::segment,
                                                          field_kind::audience, field_kind::at};
  for (std::size_t i = 0; i < columns->count(); ++i) {
    for (std::size_t which = 0; which < names.size(); ++which) {
      if (columns->field_at(i).kind == kinds[which]) places_[which] = i;
    }
  }
  for (std::uint32_t which = 0; which < names.size(); ++which) {
    if (has(which)) written_[count_++] = which;
  }
}

std::string_view row_keys::value(std::size_t which, const row& from, std::string& scratch) const {
  if (of_json_) {
    const std::array<std::string_view, names.size()> given = {from.quantity_text, from.request.segment,
                                                              from.request.audience, from.at_text};
    return given[which];
  }
  if (places_[which] >= from.cells.size()) return {};
  const csv_cell& cell = from.cells[places_[which]];
  if (cell.malformed) return cell.raw;
  scratch.clear();
  scratch.reserve(cell.raw.size());
  return csv_value(cell, scratch);
}

void row_keys::csv_names(std::string& out) const {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (has(i)) out.append(",").append(names[i]);
  }
}

void row_keys::json_members(std::string& out, const row& from) const {
  std::string scratch;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!has(i)) continue;
    const std::string_view text = value(i, from, scratch);
    if (text.empty()) continue;
    append_json_string(out, names[i]);
    out.push_back(':');
    append_json_string(out, text);
    out.push_back(',');
  }
}

}  // namespace pricepoint::rows
