// SPDX-License-Identifier: Apache-2.0
// Where UTF-8 sequences begin and end, as Unicode's table 3-7 has it.
#pragma once

#include <cstddef>
#include <string_view>

namespace pricepoint::detail {

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

// Bytes of the UTF-8 sequence that begins here; 0 where none does.
std::size_t utf8_length(std::string_view text) noexcept;

// The character that begins here, of a text whose first `length` bytes are one (utf8_length).
char32_t utf8_decode(std::string_view text, std::size_t length) noexcept;

// Whether the text begins with a byte order mark of UTF-16.
inline bool is_utf16(std::string_view text) noexcept {
  return text.substr(0, 2) == "\xFF\xFE" || text.substr(0, 2) == "\xFE\xFF";
}

}  // namespace pricepoint::detail
