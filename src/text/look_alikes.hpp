// SPDX-License-Identifier: Apache-2.0
// Characters in a name that nobody sees, or that look like another: a Cyrillic a in a Latin name, a zero-width space.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pricepoint::detail {

// The Latin letter, digit or sign that it looks like; '\0' where there is none.
char latin_like(char32_t c) noexcept;

// The name as it looks: look-alikes as what they look like, blanks as spaces, nothing for what is invisible.
std::string as_it_looks(std::string_view name);

struct odd_character {
  std::size_t offset = 0;
  char32_t code = 0;
  char looks_like = '\0';  // '\0': it is invisible
};
// The first one that is invisible or looks like another. Of UTF-8.
std::optional<odd_character> first_odd_character(std::string_view name) noexcept;

// "U+0430, which looks like a", "U+200B, which is invisible".
std::string described(const odd_character& what);
// "U+0430".
std::string code_point(char32_t c);

}  // namespace pricepoint::detail
