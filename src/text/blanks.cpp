// SPDX-License-Identifier: Apache-2.0
// Entry: without_blanks_at_ends. Test: tests/unit/text/names_test.cpp.
#include "text/blanks.hpp"

#include <algorithm>

#include "text/utf8.hpp"

namespace pricepoint::detail {

bool is_blank(char32_t c) noexcept {
  return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
         c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool is_invisible(char32_t c) noexcept {
  if (c < 0xAD) return false;
  return c == 0xAD || c == 0x034F || c == 0x061C || c == 0x115F || c == 0x1160 || c == 0x180E ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0x3164 ||
         c == 0xFEFF || c == 0xFFA0 || (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0x1D173 && c <= 0x1D17A) ||
         (c >= 0xE0000 && c <= 0xE007F);
}

std::string_view without_blanks_at_ends(std::string_view text) noexcept {
  const auto goes = [](std::string_view character, std::size_t length) {
    if (length == 0) return false;
    const char32_t c = utf8_decode(character, length);
    return is_blank(c) || is_invisible(c);
  };
  while (!text.empty()) {
    const std::size_t length = utf8_length(text.substr(0, 4));
    if (!goes(text, length)) break;
    text.remove_prefix(length);
  }
  while (!text.empty()) {
    std::size_t length = 1;
    while (length < std::min<std::size_t>(text.size(), 4) &&
           (static_cast<unsigned char>(text[text.size() - length]) & 0xC0) == 0x80) {
      ++length;
    }
    const std::string_view last = text.substr(text.size() - length);
    if (utf8_length(last) != length || !goes(last, length)) break;
    text.remove_suffix(length);
  }
  return text;
}

}  // namespace pricepoint::detail
