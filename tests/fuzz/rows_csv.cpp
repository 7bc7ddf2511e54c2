// SPDX-License-Identifier: Apache-2.0
// [REL-72] Any bytes as a CSV of requests or offers; see rows.hpp. Beside what stands there: where every quote is
// closed and ends its cell, the rows are the records that a slow reader finds, and the column `sku` says what it says.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/rows.hpp"
#include "rows/text.hpp"
#include "text/blanks.hpp"

namespace {

using record = std::vector<std::string>;

bool is_blank(std::string_view text) { return pricepoint::detail::without_blanks(text).empty(); }

// RFC 4180 letter by letter, but for records that end in LF or CR alone, blanks around quoted cells and quotes inside
// of cells without; nothing where a quoted cell does not end, or goes on behind its quote. Records of blank cells are
// left out.
std::optional<std::vector<record>> slow_csv(std::string_view text) {
  std::vector<record> all;
  std::size_t at = 0;
  const auto ends = [&] { return at >= text.size() || text[at] == ',' || text[at] == '\n' || text[at] == '\r'; };
  while (at < text.size()) {
    record made;
    for (bool more = true; more;) {
      std::string cell;
      std::size_t quote = at;
      while (quote < text.size() && (text[quote] == ' ' || text[quote] == '\t')) ++quote;
      if (quote < text.size() && text[quote] == '"') {
        for (at = quote + 1;; ++at) {
          if (at >= text.size()) return {};
          if (text[at] != '"') {
            cell += text[at];
          } else if (at + 1 < text.size() && text[at + 1] == '"') {
            cell += text[at++];
          } else {
            break;
          }
        }
        const std::size_t closed = ++at;
        while (!ends()) ++at;
        if (!is_blank(text.substr(closed, at - closed))) return {};
      } else {
        while (!ends()) cell += text[at++];
      }
      made.push_back(cell);
      more = at < text.size() && text[at] == ',';
      if (more || at >= text.size()) {
        ++at;
      } else {
        at += text.substr(at, 2) == "\r\n" ? 2 : 1;
      }
    }
    if (!std::all_of(made.begin(), made.end(), is_blank)) all.push_back(std::move(made));
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input in(data, size);
  const auto read = fuzz::read_all_ways(in, pricepoint::rows::row_format::csv);
  std::string_view text(reinterpret_cast<const char*>(data), size);
  text.remove_prefix(std::min<std::size_t>(size, 2));
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto records = slow_csv(text);
  if (read.refused || !records) return 0;
  fuzz::expect(read.rows.size() + (records->empty() ? 0 : 1) == records->size(), "rows that are not the records");
  if (records->empty()) return 0;
  const record& header = records->front();
  const auto is_sku = [](std::string_view name) {
    return pricepoint::rows::is_same_name(pricepoint::detail::without_blanks(name), "sku");
  };
  const auto sku = static_cast<std::size_t>(std::find_if(header.begin(), header.end(), is_sku) - header.begin());
  std::size_t columns = header.size();
  while (is_blank(header[columns - 1])) --columns;
  for (std::size_t i = 0; i < read.rows.size(); ++i) {
    if (read.rows[i].said.find("\n  line ") != std::string::npos) continue;  // cannot be read
    const record& one = (*records)[i + 1];
    fuzz::expect(
        one.size() >= columns && std::all_of(one.begin() + static_cast<std::ptrdiff_t>(columns), one.end(), is_blank),
        "a good row of another number of cells");
    const std::string_view cell = sku < one.size() ? std::string_view(one[sku]) : std::string_view();
    const std::string wanted = " sku=" + std::string(pricepoint::detail::without_blanks(cell)) + " category=";
    fuzz::expect(read.rows[i].said.find(wanted) != std::string::npos, "a cell that is another");
  }
  return 0;
}
