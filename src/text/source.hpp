// SPDX-License-Identifier: Apache-2.0
// The text of a policy with the place of every node in it: a JSON tree that keeps numbers as their digits. Rule tables
// (CSV) that the policy names are texts of their own.
//
// Offsets run through all texts: the policy's bytes come first, then those of each table. A text keeps one more offset
// than it has bytes, for its end.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pricepoint/reading.hpp"
#include "pricepoint/result.hpp"

namespace pricepoint::policy_language {

struct json_node {
  enum class kind : unsigned char { null, boolean, number, string, array, object };
  kind type = kind::null;
  bool boolean = false;
  bool cell = false;             // string: a cell of a table, or a part of one; its offset is that of its first letter
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
  static result<std::shared_ptr<source>> read(std::string text, std::string file, const parse_limits& limits);

  // A rule table: its name as the policy writes it, the file it was read from, its text, and where the policy names it.
  // Gives the offset of its first byte.
  std::size_t add_table(std::string name, std::string file, std::string text, std::size_t named_at);
  struct table {
    std::string_view name;
    std::string_view text;
  };
  std::vector<table> tables() const;

  const std::string& file() const noexcept { return parts_.front().file; }
  // Nothing after forget_tree().
  const json_node& root() const noexcept { return root_; }
  // The tree takes many times the memory of its text. Once a policy is read, only the pointers of diagnostics need it:
  // the first of them reads the text again.
  void forget_tree() noexcept;
  // The bytes from this offset to the end of its text; a table's ends in a newline, added where it has none.
  std::string_view from(std::size_t offset) const;
  // The offset of the first byte of the text that holds this byte; 0 is the policy's own.
  std::size_t begin_of(std::size_t offset) const { return part_of(offset).begin; }
  // Of a table, as the policy writes it.
  std::string_view name_of(std::size_t offset) const { return part_of(offset).name; }
  // The value that begins at this offset of the policy's text, read again.
  json_node value_at(std::size_t offset) const;
  text_place place(std::size_t offset) const;
  // The name of the text that holds this byte.
  const std::string& file_of(std::size_t offset) const { return part_of(offset).file; }
  // The JSON pointer of the innermost node (or key) that holds this byte; in a table that of the entry naming it.
  std::string pointer(std::size_t offset) const;
  // A diagnostic at this byte: file, pointer, line, column, excerpt and caret filled in.
  diagnostic diagnose(std::string code, std::size_t offset, std::string message, std::string hint = {}) const;

 private:
  struct part {
    std::string name;  // of a table
    std::string file;
    std::string text;
    std::size_t size = 0;            // of a table: bytes of the file
    std::size_t begin = 0;           // offset of its first byte
    std::size_t named_at = 0;        // of a table: where the policy names it
    std::vector<std::size_t> lines;  // where in `text` each line begins; after a byte order mark
  };
  const part& part_of(std::size_t offset) const;
  void find_lines(part& of);

  std::vector<part> parts_;                   // the policy, then its tables
  std::vector<std::size_t> unusual_numbers_;  // offsets in the policy's text, ascending
  const json_node& tree() const;

  json_node root_;
  bool forgotten_ = false;
  mutable std::mutex reading_again_;
  mutable std::optional<json_node> again_;
};

}  // namespace pricepoint::policy_language
