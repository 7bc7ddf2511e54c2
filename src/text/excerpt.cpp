// SPDX-License-Identifier: Apache-2.0
// Entry: show_line, show_place. Test: tests/unit/text/excerpt_test.cpp.
#include "text/excerpt.hpp"

#include <algorithm>

#include "text/blanks.hpp"
#include "text/harmless.hpp"
#include "text/utf8.hpp"

namespace pricepoint::detail {
namespace {

// Code points shown of a long line.
constexpr std::size_t before_caret = 60;
constexpr std::size_t after_caret = 40;
constexpr std::string_view cut = "...";

// Bytes of the next character; 1 for a byte that is no UTF-8.
std::size_t step(std::string_view text, std::size_t at) {
  return std::max<std::size_t>(utf8_length(text.substr(at, 4)), 1);
}

// Where the character before `at` begins.
std::size_t step_back(std::string_view text, std::size_t at) {
  for (std::size_t size = 2; size <= std::min<std::size_t>(at, 4); ++size) {
    if (utf8_length(text.substr(at - size, size)) == size) return at - size;
  }
  return at - 1;
}

}  // namespace

std::size_t count_points(std::string_view text) noexcept {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) {
    const auto c = static_cast<unsigned char>(text[i]);
    i += c < 0x80 ? 1 : std::max<std::size_t>(utf8_length(text.substr(i, 4)), 1);
  }
  return count;
}

void show_line(diagnostic& to, std::string_view line, std::size_t at) {
  to.excerpt.clear();
  to.caret = 0;
  at = std::min(at, line.size());
  std::size_t begin = at;
  for (std::size_t i = 0; i < before_caret && begin > 0; ++i) begin = step_back(line, begin);
  std::size_t end = at;
  for (std::size_t i = 0; i < after_caret && end < line.size(); ++i) end += step(line, end);
  if (begin > 0) {
    to.excerpt = cut;
    to.caret = cut.size();
  }
  for (std::size_t i = begin; i < end;) {
    const std::size_t known = utf8_length(line.substr(i, 4));
    const std::string_view character = line.substr(i, std::max<std::size_t>(known, 1));
    const char32_t c = known == 0 ? U'\uFFFD' : utf8_decode(character, known);
    if (known == 0 || is_invisible(c)) {
      to.excerpt += replacement_character;
    } else if (is_harmful(c)) {
      to.excerpt += ' ';
    } else {
      to.excerpt += character;
    }
    if (i < at) ++to.caret;
    i += character.size();
  }
  if (end < line.size()) to.excerpt += cut;
}

void show_place(diagnostic& to, std::string_view text, std::size_t at, std::size_t first_line) {
  const std::size_t mark = text.substr(0, 3) == byte_order_mark ? 3 : 0;
  at = std::clamp(at, mark, std::max(mark, text.size()));
  to.offset = at;
  std::size_t begin = mark;
  std::size_t lines = 0;
  for (std::size_t newline = text.find('\n'); newline < at; newline = text.find('\n', newline + 1)) {
    begin = newline + 1;
    ++lines;
  }
  to.line = first_line + lines;
  to.column = count_points(text.substr(begin, at - begin)) + 1;
  std::size_t end = std::min(text.find('\n', begin), text.size());
  if (end > begin && text[end - 1] == '\r') --end;
  show_line(to, text.substr(begin, end - begin), at - begin);
}

}  // namespace pricepoint::detail
