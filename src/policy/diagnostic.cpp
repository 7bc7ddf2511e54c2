// SPDX-License-Identifier: Apache-2.0
// Diagnostics as people read them. Entry: to_string. Test: tests/unit/policy/diagnostic_test.cpp.
#include <string>

#include "pricepoint/result.hpp"

namespace pricepoint {

std::string to_string(const diagnostic& one) {
  std::string out;
  if (!one.file.empty()) {
    out += one.file;
    out += ':';
  }
  if (one.line != 0) {
    out += std::to_string(one.line);
    out += ':';
    out += std::to_string(one.column);
    out += ':';
  }
  if (!out.empty()) out += ' ';
  out += one.severity == severity::warning ? "warning " : "error ";
  out += one.code;
  out += ": ";
  out += one.message;
  out += '\n';
  if (!one.excerpt.empty()) {
    out += "  ";
    out += one.excerpt;
    out += "\n  ";
    out.append(one.caret, ' ');
    out += "^\n";
  }
  if (!one.hint.empty()) {
    out += "  hint: ";
    out += one.hint;
    out += '\n';
  }
  return out;
}

std::string error::to_string() const {
  std::string out;
  for (const auto& one : diagnostics_) out += pricepoint::to_string(one);
  return out;
}

}  // namespace pricepoint
