// SPDX-License-Identifier: Apache-2.0
// What the program itself finds wrong, as the library's diagnostics. Codes: PP-C... command line, PP-F... files,
// PP-I... items, PP-R... rates, PP-H... histories, PP-G... gates; never renumbered.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pricepoint/result.hpp"
#include "text/excerpt.hpp"

namespace pricepoint::rows {

inline diagnostic problem(std::string code, std::string message, std::string hint = {}, std::string file = {},
                          std::size_t line = 0) {
  diagnostic made;
  made.code = std::move(code);
  made.message = std::move(message);
  made.hint = std::move(hint);
  made.file = std::move(file);
  made.line = line;
  made.column = line > 0 ? 1 : 0;
  return made;
}

// The same with its place in a text, an excerpt and a caret.
inline diagnostic at_place(diagnostic one, std::string_view text, std::size_t at, std::size_t first_line = 1) {
  detail::show_place(one, text, at, first_line);
  return one;
}

inline error failure(diagnostic one) {
  std::vector<diagnostic> all;
  all.push_back(std::move(one));
  return error(std::move(all));
}

inline diagnostic warning(diagnostic one) {
  one.severity = severity::warning;
  return one;
}

}  // namespace pricepoint::rows
