// SPDX-License-Identifier: Apache-2.0
// Entry: type_of, spoken. Test: tests/arrow/columns_test.cpp.
#include "arrow/column_type.hpp"

#include <charconv>
#include <cstddef>
#include <string_view>

namespace pricepoint::arrow {

column_type type_of(const char* format) {
  using kind = enum column_type::kind;
  column_type made;
  if (format == nullptr) return made;
  made.format = format;
  const std::string_view text = format;
  const auto integer = [&](int width, bool is_signed) {
    made.is = kind::integer;
    made.width = width;
    made.is_signed = is_signed;
  };
  if (text == "n") made.is = kind::null;
  if (text == "c" || text == "C") integer(1, text == "c");
  if (text == "s" || text == "S") integer(2, text == "s");
  if (text == "i" || text == "I") integer(4, text == "i");
  if (text == "l" || text == "L") integer(8, text == "l");
  if (text == "e" || text == "f" || text == "g") made.is = kind::floating;
  if (text == "u" || text == "U" || text == "vu") {
    made.is = kind::text;
    made.width = text == "u" ? 4 : text == "U" ? 8 : 0;
  }
  if (text == "+s") made.is = kind::structure;
  if (text == "+m") made.is = kind::map;
  if (text.starts_with("ts") && text.size() > 4 && text[3] == ':') {
    made.is = kind::instant;
    if (text[2] == 's') made.ms = 1000;
    if (text[2] == 'u') made.per_ms = 1000;
    if (text[2] == 'n') made.per_ms = 1'000'000;
    if (std::string_view("smun").find(text[2]) == std::string_view::npos) made.is = kind::other;
  }
  if (text.starts_with("d:")) {
    int numbers[3] = {0, 0, 128};
    std::size_t count = 0;
    const char* at = text.data() + 2;
    const char* const end = text.data() + text.size();
    while (count < 3 && at < end) {
      const auto [next, error] = std::from_chars(at, end, numbers[count]);
      if (error != std::errc()) return made;
      ++count;
      at = next;
      if (at < end && *at == ',') ++at;
    }
    if (count < 2 || at != end || text.back() == ',' || (numbers[2] != 32 && numbers[2] != 64 && numbers[2] != 128))
      return made;
    if (numbers[1] < -30 || numbers[1] > 38) return made;
    made.is = kind::decimal;
    made.width = numbers[2] / 8;
    made.scale = numbers[1];
  }
  return made;
}

std::string spoken(const column_type& type) {
  using kind = enum column_type::kind;
  switch (type.is) {
    case kind::floating:
      return "a column of floating point";
    case kind::integer:
      return "a column of integers";
    case kind::decimal:
      return "a column of decimals";
    case kind::text:
      return "a column of text";
    case kind::instant:
      return "a column of timestamps";
    default:
      return "a column of the Arrow type \"" + type.format + "\"";
  }
}

}  // namespace pricepoint::arrow
