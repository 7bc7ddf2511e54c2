// SPDX-License-Identifier: Apache-2.0
// What the program itself finds wrong, as the library's diagnostics. Codes: PP-C... command line, PP-F... files,
// PP-I... items, PP-R... rates; never renumbered.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "pricepoint/result.hpp"

namespace pricepoint::cli {

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

inline error failure(diagnostic one) {
  std::vector<diagnostic> all;
  all.push_back(std::move(one));
  return error(std::move(all));
}

inline diagnostic warning(diagnostic one) {
  one.severity = severity::warning;
  return one;
}

}  // namespace pricepoint::cli
