// SPDX-License-Identifier: Apache-2.0
// UTF-8, near names and quoted values, by hand: what a locale would say must not count.
// Entry: the functions of text.hpp. Test: tests/unit/rows/text_test.cpp.
#include "rows/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "pricepoint/detail/int128.hpp"
#include "text/blanks.hpp"
#include "text/harmless.hpp"
#include "text/look_alikes.hpp"

namespace pricepoint::rows {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::string_view ellipsis = "\xE2\x80\xA6";
constexpr std::size_t quoted_code_points = 48;

unsigned char byte_at(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

// Bytes of the well-formed character at `i` (Unicode table 3-7), 0 where there is none.
std::size_t character_length(std::string_view text, std::size_t i) {
  const unsigned char lead = byte_at(text, i);
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  unsigned char least = 0x80;
  unsigned char most = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) least = 0xA0;
    if (lead == 0xED) most = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) least = 0x90;
    if (lead == 0xF4) most = 0x8F;
  } else {
    return 0;
  }
  if (text.size() - i < length) return 0;
  if (byte_at(text, i + 1) < least || byte_at(text, i + 1) > most) return 0;
  for (std::size_t k = 2; k < length; ++k) {
    if ((byte_at(text, i + k) & 0xC0) != 0x80) return 0;
  }
  return length;
}

char32_t decode(std::string_view text, std::size_t i, std::size_t length) {
  if (length == 1) return byte_at(text, i);
  char32_t value = byte_at(text, i) & (0xFFu >> (length + 1));
  for (std::size_t k = 1; k < length; ++k) value = (value << 6) | (byte_at(text, i + k) & 0x3Fu);
  return value;
}

std::size_t columns_of(char32_t c) {
  struct range {
    char32_t first;
    char32_t last;
  };
  constexpr range none[] = {{0x0300, 0x036F}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}};
  constexpr range wide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},  {0xAC00, 0xD7A3},
                            {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},  {0xFFE0, 0xFFE6},
                            {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
  const auto within = [c](const range& r) { return c >= r.first && c <= r.last; };
  if (c < 0x0300 || detail::is_harmful(c)) return 1;  // a "?", as append_clipped shows it
  if (std::any_of(std::begin(none), std::end(none), within)) return 0;
  return std::any_of(std::begin(wide), std::end(wide), within) ? 2 : 1;
}

// Lower case without what separates words: "Price_Store" and "price.store" become one.
std::string squeezed(std::string_view name) {
  std::string made;
  for (const char c : name) {
    if (c == ' ' || c == '_' || c == '.' || c == '-') continue;
    made.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return made;
}

}  // namespace

bool is_ascii(std::string_view text) noexcept {
  std::size_t i = 0;
  std::uint64_t seen = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    seen |= word;
  }
  for (; i < text.size(); ++i) seen |= byte_at(text, i);
  return (seen & 0x8080808080808080u) == 0;
}

std::size_t utf8_prefix(std::string_view text) noexcept {
  std::size_t i = 0;
  while (i < text.size()) {
    if (i + 8 <= text.size() && is_ascii(text.substr(i, 8))) {
      i += 8;
      continue;
    }
    const std::size_t length = character_length(text, i);
    if (length == 0) return i;
    i += length;
  }
  return i;
}

void append_as_utf8(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t good = utf8_prefix(text);
    out.append(text, 0, good);
    text.remove_prefix(good);
    if (text.empty()) return;
    out.append(replacement);
    text.remove_prefix(1);
  }
}

std::size_t count_code_points(std::string_view text) noexcept {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::size_t display_width(std::string_view text) noexcept {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = std::max<std::size_t>(1, character_length(text, i));
    width += columns_of(decode(text, i, length));
    i += length;
  }
  return width;
}

std::size_t append_clipped(std::string& out, std::string_view text, std::size_t width) {
  const bool cut = display_width(text) > width;
  const std::size_t room = cut ? std::max<std::size_t>(width, 1) - 1 : width;
  std::size_t used = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = std::max<std::size_t>(1, character_length(text, i));
    const char32_t c = decode(text, i, length);
    if (used + columns_of(c) > room) break;
    used += columns_of(c);
    if (detail::is_harmful(c)) {
      out.push_back('?');
    } else {
      out.append(text, i, length);
    }
    i += length;
  }
  if (cut && width > 0) {
    out.append(ellipsis);
    ++used;
  }
  return used;
}

std::string in_quotes(std::string_view value) {
  std::string valid;
  append_as_utf8(valid, value.substr(0, 8 * quoted_code_points));
  std::string made = "\"";
  std::size_t count = 0;
  for (std::size_t i = 0; i < valid.size();) {
    if (count++ == quoted_code_points) {
      made.append(ellipsis);
      break;
    }
    const std::size_t length = std::max<std::size_t>(1, character_length(valid, i));
    const char32_t c = decode(valid, i, length);
    if (c != ' ' && detail::is_blank(c) && !detail::is_harmful(c)) {
      made.append("<").append(detail::code_point(c)).append(">");
    } else {
      detail::append_harmless(made, std::string_view(valid).substr(i, length));
    }
    i += length;
  }
  made.push_back('"');
  return made;
}

std::string problem_of(std::uint64_t line, std::string_view column, std::string_view why) {
  constexpr std::size_t most_of_a_name = 64;
  std::string text = "line " + number(line) + ", column ";
  append_clipped(text, column, most_of_a_name);
  return text.append(": ").append(why);
}

std::string list_of_names(const std::vector<std::string>& names) {
  constexpr std::size_t most_listed = 12;
  std::string made;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i == most_listed) return made + " and " + number(names.size() - i) + " more";
    made.append(i == 0 ? "" : i + 1 == names.size() ? " and " : ", ").append(in_quotes(names[i]));
  }
  return made;
}

void append_number(std::string& out, std::uint64_t value) {
  char digits[24];
  out.append(digits, static_cast<std::size_t>(std::to_chars(digits, digits + sizeof digits, value).ptr - digits));
}

std::string number(std::uint64_t value) {
  std::string text;
  append_number(text, value);
  return text;
}

namespace {

constexpr auto digit_pairs = [] {
  std::array<char, 200> made{};
  for (std::size_t i = 0; i < 100; ++i) {
    made[2 * i] = static_cast<char>('0' + i / 10);
    made[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return made;
}();

void write_pair(char* to, std::uint64_t below_100) noexcept { std::memcpy(to, &digit_pairs[2 * below_100], 2); }

// As many digits as it has; at least one.
char* write_whole(char* to, std::uint64_t value) noexcept {
  if (value >= 10'000) {
    to = write_whole(to, value / 10'000);
    write_pair(to, value % 10'000 / 100);
    write_pair(to + 2, value % 100);
    return to + 4;
  }
  if (value >= 100) {
    const std::uint64_t high = value / 100;
    write_pair(to, high);
    if (high < 10) to[0] = static_cast<char>('0' + high);
    to += high < 10 ? 1 : 2;
    write_pair(to, value % 100);
    return to + 2;
  }
  if (value >= 10) {
    write_pair(to, value);
    return to + 2;
  }
  *to = static_cast<char>('0' + value);
  return to + 1;
}

// The last `count` digits, with zeros in front of them; `value` has no more.
char* write_decimals(char* to, std::uint64_t value, int count) noexcept {
  char* at = to + count;
  for (; at - to >= 2; value /= 100) write_pair(at -= 2, value % 100);
  if (at != to) *to = static_cast<char>('0' + value);
  return to + count;
}

}  // namespace

char* write_fixed(char* to, std::int64_t value, int decimals) noexcept {
  const std::uint64_t size = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  if (value < 0) *to++ = '-';
  if (decimals == 0) return write_whole(to, size);
  // Most money has two decimals, and dividing by a constant is no division.
  const auto unit = static_cast<std::uint64_t>(detail::powers_of_ten[static_cast<std::size_t>(decimals)]);
  const std::uint64_t whole = decimals == 2 ? size / 100 : size / unit;
  to = write_whole(to, whole);
  *to++ = '.';
  return write_decimals(to, size - whole * unit, decimals);
}

void append_fixed(std::string& out, std::int64_t value, int decimals) {
  char text[most_of_number];
  out.append(text, static_cast<std::size_t>(write_fixed(text, value, decimals) - text));
}

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
  const std::size_t beyond = limit + 1;
  if ((a.size() > b.size() ? a.size() - b.size() : b.size() - a.size()) > limit) return beyond;
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    std::size_t least = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
      least = std::min(least, row[j]);
    }
    if (least > limit) return beyond;
    before.swap(last);
    last.swap(row);
  }
  return std::min(last[b.size()], beyond);
}

bool is_same_name(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

bool is_nearly(std::string_view name, std::string_view known) {
  if (squeezed(name) == squeezed(known)) return true;
  // Two slips in a word of four letters make another word: "date" is no "at", "name" no "map".
  const std::size_t allowed = known.size() >= 5 ? 2 : known.size() >= 3 ? 1 : 0;
  return edit_distance(name, known, allowed) <= allowed;
}

std::string_view nearest(std::string_view name, const std::vector<std::string_view>& known) {
  std::string_view best;
  std::size_t best_distance = 0;
  for (const std::string_view candidate : known) {
    if (!is_nearly(name, candidate)) continue;
    const std::size_t distance = squeezed(name) == squeezed(candidate) ? 0 : edit_distance(name, candidate, 2);
    if (best.empty() || distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace pricepoint::rows
