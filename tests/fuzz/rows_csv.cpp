// SPDX-License-Identifier: Apache-2.0
// [REL-72] Any bytes as a CSV of requests or offers; see rows.hpp. Beside what stands there: where every quote is
// closed and ends its cell, the rows are the records that a slow reader finds, and the column `sku` says what it says.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/rows.hpp"

namespace {

using record = std::vector<std::string>;

// RFC 4180 letter by letter, but for records that end in LF alone and quotes inside of cells without; nothing where a
// quoted cell does not end, or goes on behind its quote. A record that is an empty line is left out.
std::optional<std::vector<record>> slow_csv(std::string_view text) {
  std::vector<record> all;
  std::size_t at = 0;
  while (at < text.size()) {
    record made;
    const std::size_t begin = at;
    for (bool more = true; more;) {
      std::string cell;
      if (at < text.size() && text[at] == '"') {
        for (++at;; ++at) {
          if (at >= text.size()) return {};
          if (text[at] != '"') {
            cell += text[at];
          } else if (at + 1 < text.size() && text[at + 1] == '"') {
            cell += text[at++];
          } else {
            break;
          }
        }
        ++at;
        if (at < text.size() && text[at] == '\r' && (at + 1 == text.size() || text[at + 1] == '\n')) ++at;
        if (at < text.size() && text[at] != ',' && text[at] != '\n') return {};
      } else {
        while (at < text.size() && text[at] != ',' && text[at] != '\n') cell += text[at++];
        if (cell.ends_with('\r') && (at == text.size() || text[at] == '\n')) cell.pop_back();
      }
      made.push_back(cell);
      more = at < text.size() && text[at] == ',';
      ++at;
    }
    std::string_view whole = text.substr(begin, std::min(at - 1, text.size()) - begin);
    if (whole.ends_with('\r')) whole.remove_suffix(1);
    if (!whole.empty() || all.empty()) all.push_back(std::move(made));
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
  const auto sku = static_cast<std::size_t>(std::find(header.begin(), header.end(), "sku") - header.begin());
  for (std::size_t i = 0; i < read.rows.size(); ++i) {
    if (read.rows[i].said.find("\n  line ") != std::string::npos) continue;  // cannot be read
    const record& one = (*records)[i + 1];
    fuzz::expect(one.size() == header.size(), "a good row of another number of cells");
    const std::string wanted = " sku=" + (sku < one.size() ? one[sku] : std::string()) + " category=";
    fuzz::expect(read.rows[i].said.find(wanted) != std::string::npos, "a cell that is another");
  }
  return 0;
}
