// SPDX-License-Identifier: Apache-2.0
// One line of NDJSON, member by member. Numbers stay the digits that were written: a reader that makes binary numbers
// of them, or does not say where a value stands in the text, could carry nothing through unchanged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pricepoint::rows {

enum class json_kind : std::uint8_t { null, boolean, number, string, array, object };

struct json_member {
  std::string_view raw_key;  // between its quotes, as written
  std::string_view key;
  json_kind kind = json_kind::null;
  std::string_view raw;   // the value as written
  std::string_view text;  // a string's text, a number's digits; for others as `raw`
};

class json_row_reader {
 public:
  // `text` is one JSON object, or an array if so asked, with blanks around it. The members of an array have no keys.
  // Texts with escapes are decoded into `scratch`, which must have room for text.size() more bytes without moving.
  json_row_reader(std::string_view text, std::string& scratch, json_kind what = json_kind::object) noexcept;

  // The next member; false after the last, or where the text is no JSON.
  bool next(json_member& out);

  bool failed() const noexcept { return error_ != nullptr; }
  const char* error() const noexcept { return error_; }                // what was expected
  std::size_t error_offset() const noexcept { return error_offset_; }  // into the text

 private:
  bool fail(const char* what) noexcept;
  bool at(char c) const noexcept { return at_ < text_.size() && text_[at_] == c; }
  void blanks() noexcept;
  bool string(std::string_view& raw, std::string_view& decoded);
  bool escape();
  bool unicode(std::uint32_t& unit) noexcept;
  bool digits() noexcept;
  bool number() noexcept;
  bool word(std::string_view expected) noexcept;
  bool value(json_member& out, int depth);
  bool skip_container(int depth);
  bool after_container();

  std::string_view text_;
  std::string& scratch_;
  std::size_t at_ = 0;
  bool object_;
  bool first_ = true;
  bool done_ = false;
  bool skipping_ = false;  // inside a nested value: check, decode nothing
  const char* error_ = nullptr;
  std::size_t error_offset_ = 0;
};

}  // namespace pricepoint::rows
