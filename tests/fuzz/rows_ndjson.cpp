// SPDX-License-Identifier: Apache-2.0
// [REL-73] Any bytes as NDJSON of requests or offers; see rows.hpp. Beside what stands there: the rows are the lines
// that are not blank, a row that could be read is an object of JSON, and the reader of single objects says the same of
// it.
#include <algorithm>
#include <string>
#include <string_view>

#include "fuzz/rows.hpp"
#include "rows/text.hpp"
#include "text/blanks.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input in(data, size);
  const auto read = fuzz::read_all_ways(in, pricepoint::rows::row_format::ndjson);
  std::string_view text(reinterpret_cast<const char*>(data), size);
  text.remove_prefix(std::min<std::size_t>(size, 2));
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  // A CR that no LF follows ends a line, too.
  std::string ended(text);
  for (std::size_t i = 0; i + 1 < ended.size(); ++i) {
    if (ended[i] == '\r' && ended[i + 1] != '\n') ended[i] = '\n';
  }
  text = ended;
  std::size_t lines = 0;
  pricepoint::rows::row_reader alone(
      size > 0 && (data[0] & 1) != 0 ? fuzz::the_shop().offers : fuzz::the_shop().requests, nullptr,
      {"web", "CN", pricepoint::instant{1'793'000'000'000}});
  pricepoint::rows::row row;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (pricepoint::detail::without_blanks(line).empty()) continue;
    fuzz::expect(lines < read.rows.size(), "a line that is no row");
    const std::string& said = read.rows[lines++].said;
    const bool good = said.find("\n  line ") == said.npos;
    if (good) {
      std::string repaired;  // what no rule reads need not be UTF-8
      pricepoint::rows::append_as_utf8(repaired, line);
      const auto object = boost::json::parse(repaired, {}, {.max_depth = 1000}).as_object();
      const auto* const sku = object.if_contains("sku");
      const std::string wanted =
          " sku=" + std::string(pricepoint::detail::without_blanks(
                        sku != nullptr && sku->is_string() ? std::string_view(sku->get_string()) : ""));
      fuzz::expect(said.find(wanted) != said.npos, "a member that is another");
    }
    const std::string whole = std::string(line) + "\n";  // as the blocks have it, also the last
    alone.read_alone(whole, row);
    fuzz::expect(row.problems.empty() == good, "a line by itself that reads otherwise");
    if (number == 1) fuzz::expect(fuzz::said(row) == said, "a line by itself that is another row");
  }
  fuzz::expect(read.rows.size() == lines, "rows that are not the lines");
  return 0;
}
