// SPDX-License-Identifier: Apache-2.0
// What is promised of every diagnostic: its place lies inside the text that it is about.
#pragma once

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <string>
#include <string_view>

#include "fuzz/fuzz.hpp"
#include "pricepoint/result.hpp"
#include "text/excerpt.hpp"

namespace fuzz {

using texts_by_name = std::map<std::string, std::string, std::less<>>;

inline void hold_json(std::string_view text) {
  boost::json::error_code ec;
  boost::json::parse_options options;
  options.max_depth = 1000;
  static_cast<void>(boost::json::parse(text, ec, {}, options));
  if (ec) fail("an output that is no JSON: " + std::string(text));
}

inline void hold_diagnostic(const pricepoint::diagnostic& one, const texts_by_name& texts) {
  expect(one.code.starts_with("PP-") && !one.message.empty(), "a diagnostic without code or message");
  expect(one.pointer.empty() || one.pointer.front() == '/', "a pointer that is none");
  expect(one.caret <= pricepoint::detail::count_points(one.excerpt), "a caret beyond its excerpt");
  expect(one.excerpt.find('\n') == std::string::npos, "an excerpt of two lines");
  hold_json(to_json(one));
  expect(to_string(one).ends_with('\n'), "a diagnostic as text that does not end its line");
  const auto found = texts.find(one.file);
  expect(found != texts.end(), "a diagnostic about a text that was never read");
  const std::string& text = found->second;
  if (one.line == 0) return;
  // A table's last line ends, whether its newline is there or not.
  expect(one.offset <= text.size() + 1, "an offset outside its text");
  const auto before = text.begin() + static_cast<std::ptrdiff_t>(std::min(one.offset, text.size()));
  const auto line = static_cast<std::size_t>(std::count(text.begin(), before, '\n')) + 1;
  expect(one.line == line || (one.offset == text.size() + 1 && one.line == line + 1),
         "a line that is not the offset's");
  const std::size_t newline = std::string_view(text).substr(0, std::min(one.offset, text.size())).rfind('\n');
  const std::size_t begin = newline == std::string::npos ? 0 : newline + 1;
  expect(one.column >= 1 && one.column <= one.offset - begin + 1, "a column outside its line");
}

inline void hold_diagnostics(const pricepoint::error& found, const texts_by_name& texts) {
  expect(!found.diagnostics().empty(), "an error without diagnostics");
  for (const auto& one : found.diagnostics()) hold_diagnostic(one, texts);
}

}  // namespace fuzz
