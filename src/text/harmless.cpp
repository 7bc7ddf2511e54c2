// SPDX-License-Identifier: Apache-2.0
// Entry: append_harmless. Test: tests/unit/text/harmless_test.cpp; tests/faults/characters.py holds every output to it.
#include "text/harmless.hpp"

#include <algorithm>

#include "text/blanks.hpp"
#include "text/look_alikes.hpp"
#include "text/utf8.hpp"

namespace pricepoint::detail {
namespace {

// Calls `each` with the runs of a text that may stay, and with each character that may not; 0xFFFD for other bytes.
template <class Stay, class Go>
void split(std::string_view text, Stay stay, Go go) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    if (first >= 0x20 && first < 0x7F) {
      ++i;
      continue;
    }
    const std::size_t known = utf8_length(text.substr(i, 4));
    const std::size_t length = std::max<std::size_t>(known, 1);
    const char32_t c = known == 0 ? U'\uFFFD' : utf8_decode(text.substr(i), length);
    if (known == 0 || is_harmful(c)) {
      stay(text.substr(begin, i - begin));
      go(c);
      begin = i + length;
    }
    i += length;
  }
  stay(text.substr(begin));
}

}  // namespace

bool is_harmful(char32_t c) noexcept {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || is_invisible(c);
}

void append_harmless(std::string& out, std::string_view text) {
  split(
      text, [&out](std::string_view run) { out.append(run); },
      [&out](char32_t c) {
        switch (c) {
          case '\n':
            out.append("\\n");
            break;
          case '\r':
            out.append("\\r");
            break;
          case '\t':
            out.append("\\t");
            break;
          case 0xFFFD:
            out.append(replacement_character);
            break;
          default:
            out.append("<").append(code_point(c)).append(">");
        }
      });
}

std::string harmless(std::string_view text) {
  std::string out;
  append_harmless(out, text);
  return out;
}

void append_harmless_json(std::string& out, std::string_view json) {
  static constexpr char hex[] = "0123456789abcdef";
  const auto escape = [&out](char32_t unit) {
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) out.push_back(hex[unit >> shift & 15]);
  };
  split(
      json, [&out](std::string_view run) { out.append(run); },
      [&out, &escape](char32_t c) {
        if (c == '\n' || c == '\r' || c == '\t') {  // between values
          out.push_back(static_cast<char>(c));
        } else if (c >= 0x10000) {
          escape(0xD800 + ((c - 0x10000) >> 10));
          escape(0xDC00 + ((c - 0x10000) & 0x3FF));
        } else {
          escape(c);
        }
      });
}

}  // namespace pricepoint::detail
