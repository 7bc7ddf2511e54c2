// SPDX-License-Identifier: Apache-2.0
// Diagnostics as people and as programs read them. Entries: to_string, to_json. Test:
// tests/unit/text/diagnostic_test.cpp.
#include <algorithm>
#include <string>
#include <string_view>

#include "pricepoint/result.hpp"
#include "text/harmless.hpp"
#include "text/json_text.hpp"
#include "text/utf8.hpp"

namespace pricepoint {

namespace {

class member_writer {
 public:
  explicit member_writer(std::string& out) : out_(&out) {}

  void text(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    start(key);
    std::string good;
    for (std::size_t i = 0; i < value.size();) {
      const std::size_t length = detail::utf8_length(value.substr(i, 4));
      good += length == 0 ? detail::replacement_character : value.substr(i, length);
      i += std::max<std::size_t>(length, 1);
    }
    std::string quoted;
    detail::append_json_string(quoted, good);
    detail::append_harmless_json(*out_, quoted);
  }
  void number(std::string_view key, std::size_t value) {
    start(key);
    *out_ += std::to_string(value);
  }

 private:
  void start(std::string_view key) {
    *out_ += first_ ? "" : ",";
    first_ = false;
    detail::append_json_string(*out_, key);
    *out_ += ':';
  }

  std::string* out_;
  bool first_ = true;
};

}  // namespace

std::string to_string(const diagnostic& one) {
  std::string out;
  if (!one.file.empty()) {
    detail::append_harmless(out, one.file);
    out += ':';
  }
  if (one.line != 0) {
    out += std::to_string(one.line);
    out += ':';
    out += std::to_string(one.column);
    out += ':';
  }
  if (!out.empty()) out += ' ';
  out += to_string(one.severity);
  out += ' ';
  out += one.code;
  out += ": ";
  detail::append_harmless(out, one.message);
  out += '\n';
  if (!one.excerpt.empty()) {
    out += "  ";
    detail::append_harmless(out, one.excerpt);
    out += "\n  ";
    out.append(one.caret, ' ');
    out += "^\n";
  }
  if (!one.hint.empty()) {
    out += "  hint: ";
    detail::append_harmless(out, one.hint);
    out += '\n';
  }
  return out;
}

std::string to_json(const diagnostic& one) {
  std::string out = "{";
  member_writer to(out);
  to.text("code", one.code);
  to.text("severity", to_string(one.severity));
  to.text("message", one.message);
  to.text("hint", one.hint);
  to.text("file", one.file);
  to.text("pointer", one.pointer);
  if (one.line != 0) {
    to.number("offset", one.offset);
    to.number("line", one.line);
    to.number("column", one.column);
  }
  if (!one.excerpt.empty()) {
    to.text("excerpt", one.excerpt);
    to.number("caret", one.caret);
  }
  out += '}';
  return out;
}

std::string error::to_string() const {
  std::string out;
  for (const auto& one : diagnostics_) out += pricepoint::to_string(one);
  return out;
}

}  // namespace pricepoint
