// SPDX-License-Identifier: Apache-2.0
// Not Unicode's whole table of confusables: the letters that a keyboard of another script, a font or a copied web page
// puts into the names that policies and columns have.
// Entry: first_odd_character. Test: tests/unit/text/look_alikes_test.cpp.
#include "text/look_alikes.hpp"

#include <algorithm>

#include "text/blanks.hpp"
#include "text/utf8.hpp"

namespace pricepoint::detail {
namespace {

struct look_alike {
  char32_t code;
  char latin;
};

constexpr look_alike look_alikes[] = {
    // Latin letters of other languages, small and capital.
    {0x0130, 'I'},
    {0x0131, 'i'},
    {0x017F, 's'},
    {0x0251, 'a'},
    {0x0261, 'g'},
    // Greek.
    {0x0391, 'A'},
    {0x0392, 'B'},
    {0x0395, 'E'},
    {0x0396, 'Z'},
    {0x0397, 'H'},
    {0x0399, 'I'},
    {0x039A, 'K'},
    {0x039C, 'M'},
    {0x039D, 'N'},
    {0x039F, 'O'},
    {0x03A1, 'P'},
    {0x03A4, 'T'},
    {0x03A5, 'Y'},
    {0x03A7, 'X'},
    {0x03B1, 'a'},
    {0x03B9, 'i'},
    {0x03BA, 'k'},
    {0x03BD, 'v'},
    {0x03BF, 'o'},
    {0x03C1, 'p'},
    {0x03C5, 'u'},
    {0x03F2, 'c'},
    {0x03F3, 'j'},
    // Cyrillic.
    {0x0405, 'S'},
    {0x0406, 'I'},
    {0x0408, 'J'},
    {0x0410, 'A'},
    {0x0412, 'B'},
    {0x0415, 'E'},
    {0x041A, 'K'},
    {0x041C, 'M'},
    {0x041D, 'H'},
    {0x041E, 'O'},
    {0x0420, 'P'},
    {0x0421, 'C'},
    {0x0422, 'T'},
    {0x0423, 'Y'},
    {0x0425, 'X'},
    {0x0430, 'a'},
    {0x0435, 'e'},
    {0x043A, 'k'},
    {0x043C, 'm'},
    {0x043E, 'o'},
    {0x0440, 'p'},
    {0x0441, 'c'},
    {0x0442, 't'},
    {0x0443, 'y'},
    {0x0445, 'x'},
    {0x0455, 's'},
    {0x0456, 'i'},
    {0x0458, 'j'},
    {0x04AE, 'Y'},
    {0x04AF, 'y'},
    {0x04BB, 'h'},
    {0x0501, 'd'},
    {0x051B, 'q'},
    {0x051D, 'w'},
    // Armenian.
    {0x0585, 'o'},
    // Signs.
    {0x2010, '-'},
    {0x2011, '-'},
    {0x2012, '-'},
    {0x2013, '-'},
    {0x2014, '-'},
    {0x2015, '-'},
    {0x2024, '.'},
    {0x2212, '-'},
    {0x3002, '.'},
    {0xFF61, '.'},
};

}  // namespace

char latin_like(char32_t c) noexcept {
  if (c >= 0xFF01 && c <= 0xFF5E) return static_cast<char>(c - 0xFF01 + '!');  // the full-width forms
  const auto* const found = std::lower_bound(std::begin(look_alikes), std::end(look_alikes), c,
                                             [](const look_alike& one, char32_t code) { return one.code < code; });
  return found != std::end(look_alikes) && found->code == c ? found->latin : '\0';
}

std::string as_it_looks(std::string_view name) {
  std::string made;
  for (std::size_t i = 0; i < name.size();) {
    const std::size_t known = utf8_length(name.substr(i, 4));
    const std::size_t length = std::max<std::size_t>(known, 1);
    const char32_t c = known == 0 ? 0xFFFD : utf8_decode(name.substr(i), length);
    if (is_blank(c)) {
      made.push_back(' ');
    } else if (const char like = latin_like(c); like != '\0') {
      made.push_back(like);
    } else if (!is_invisible(c)) {
      made.append(name, i, length);
    }
    i += length;
  }
  return made;
}

std::optional<odd_character> first_odd_character(std::string_view name) noexcept {
  for (std::size_t i = 0; i < name.size();) {
    const std::size_t length = utf8_length(name.substr(i, 4));
    if (length > 1) {
      const char32_t c = utf8_decode(name.substr(i), length);
      if (const char like = latin_like(c); like != '\0') return odd_character{i, c, like};
      if (is_invisible(c)) return odd_character{i, c, '\0'};
      if (is_blank(c)) return odd_character{i, c, ' '};
    }
    i += std::max<std::size_t>(length, 1);
  }
  return {};
}

std::string code_point(char32_t c) {
  constexpr char hex[] = "0123456789ABCDEF";
  std::string digits;
  for (; c > 0 || digits.size() < 4; c >>= 4) digits.insert(digits.begin(), hex[c & 15]);
  return "U+" + digits;
}

std::string described(const odd_character& what) {
  if (what.looks_like == '\0') return code_point(what.code) + ", which is invisible";
  const std::string like = what.looks_like == ' ' ? std::string("a blank") : std::string(1, what.looks_like);
  return code_point(what.code) + ", which looks like " + like;
}

}  // namespace pricepoint::detail
