// SPDX-License-Identifier: Apache-2.0
// Blanks and invisible characters around cells and names: what a keyboard, a spreadsheet or a web page leaves there.
#pragma once

#include <string_view>

namespace pricepoint::detail {

bool is_blank(char32_t c) noexcept;      // spaces of every width, no-break ones too, tabs, ends of lines
bool is_invisible(char32_t c) noexcept;  // zero-width and direction marks, the soft hyphen, byte order marks, fillers

// Where the first or last byte could belong to a blank.
std::string_view without_blanks_at_ends(std::string_view text) noexcept;

// The text without blanks and invisible characters at its ends.
inline std::string_view without_blanks(std::string_view text) noexcept {
  if (text.empty()) return text;
  // Blanks of ASCII are below '!', others begin and end with a byte whose highest bit is set: both ends in one branch.
  const auto first = static_cast<unsigned char>(text.front());
  const auto last = static_cast<unsigned char>(text.back());
  if (((static_cast<unsigned>(first) - '!') | (static_cast<unsigned>(last) - '!') | first | last) < 0x80) [[likely]]
    return text;
  return without_blanks_at_ends(text);
}

}  // namespace pricepoint::detail
