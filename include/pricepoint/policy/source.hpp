// SPDX-License-Identifier: Apache-2.0
// The text of a policy with the place of every node in it: a JSON tree that keeps numbers as their digits.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pricepoint/result.hpp"

namespace pricepoint::policy_language {

// Limits on what a stranger's text may ask for; exceeding one is a diagnostic. Keys have at most 1024 bytes.
struct parse_limits {
  std::size_t max_bytes = 64u << 20;    // of a policy's text
  std::size_t max_depth = 32;           // of nested objects and lists; at most 256
  std::size_t max_values = 10'000'000;  // of the JSON text: objects, lists, texts, numbers
  std::size_t max_rules = 1'000'000;
  std::size_t max_expression = 4096;  // nodes of one money expression
  std::size_t max_expression_depth = 64;
  std::size_t max_patterns = 1024;    // endings, sequences or amounts of one rule
  std::size_t max_diagnostics = 100;  // reported at once; the rest is counted
};

struct json_node {
  enum class kind : unsigned char { null, boolean, number, string, array, object };
  kind type = kind::null;
  bool boolean = false;
  std::string text;              // string: decoded UTF-8; number: its digits as written
  std::size_t offset = 0;        // of its first byte
  std::size_t end = 0;           // one past its last byte
  std::vector<json_node> items;  // array
  struct member;
  std::vector<member> members;  // object, in the text's order

  const json_node* find(std::string_view key) const;
};

struct json_node::member {
  std::string key;
  std::size_t key_offset = 0;
  json_node value;
};

struct text_place {
  std::size_t line = 0;    // 1-based
  std::size_t column = 0;  // 1-based, in code points
};

class source {
 public:
  // Reads JSON with comments and trailing commas; a byte order mark is skipped. `file` names the text in diagnostics.
  static result<std::shared_ptr<const source>> read(std::string text, std::string file, const parse_limits& limits);

  const std::string& text() const noexcept { return text_; }
  const std::string& file() const noexcept { return file_; }
  const json_node& root() const noexcept { return root_; }
  text_place place(std::size_t offset) const;
  // The JSON pointer of the innermost node (or key) that holds this byte.
  std::string pointer(std::size_t offset) const;
  // A diagnostic at this byte: file, pointer, line, column, excerpt and caret filled in.
  diagnostic diagnose(std::string code, std::size_t offset, std::string message, std::string hint = {}) const;

 private:
  std::string text_;
  std::string file_;
  json_node root_;
  std::vector<std::size_t> lines_;  // offset of each line's first byte
};

}  // namespace pricepoint::policy_language
