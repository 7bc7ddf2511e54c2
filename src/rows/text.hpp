// SPDX-License-Identifier: Apache-2.0
// Text for people and from people: UTF-8, names that are nearly another, values quoted in messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pricepoint::rows {

bool is_ascii(std::string_view text) noexcept;

// The length of the longest prefix that is UTF-8; text.size() where all of it is.
std::size_t utf8_prefix(std::string_view text) noexcept;

inline bool is_utf8(std::string_view text) noexcept { return utf8_prefix(text) == text.size(); }

// Appends the text with every byte that is no UTF-8 replaced by U+FFFD.
void append_as_utf8(std::string& out, std::string_view text);

std::size_t count_code_points(std::string_view text) noexcept;

// Columns of a terminal; wide characters take two, combining ones none.
std::size_t display_width(std::string_view text) noexcept;

// Appends at most `width` columns of the text, an ellipsis in the last where it was longer. What must not be shown
// (text/harmless.hpp) becomes "?". Gives the columns appended.
std::size_t append_clipped(std::string& out, std::string_view text, std::size_t width);

// The value in quotation marks, cut to a readable length, what cannot be seen as its code point: for messages.
std::string in_quotes(std::string_view value);

// What is wrong with a value of a row: "line 3, column cost: why".
std::string problem_of(std::uint64_t line, std::string_view column, std::string_view why);

// `"store", "web" and "b2b"`; of very many the first.
std::string list_of_names(const std::vector<std::string>& names);

void append_number(std::string& out, std::uint64_t value);
std::string number(std::uint64_t value);

// Writes value / 10^decimals with exactly that many decimals, from 0 to 18, and gives one past it. It may write to any
// of `most_of_number` bytes.
char* write_fixed(char* to, std::int64_t value, int decimals) noexcept;
inline constexpr std::size_t most_of_number = 48;

// Appends value / 10^decimals in the same way.
void append_fixed(std::string& out, std::int64_t value, int decimals);

// Edits that turn one into the other, a swap of neighbours being one; limit + 1 where there are more than `limit`.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

// Whether two names differ in nothing but the case of Latin letters.
bool is_same_name(std::string_view a, std::string_view b) noexcept;

// Whether somebody who wrote `name` may have meant `known`: other case, other separators, or a slip or two of the pen.
bool is_nearly(std::string_view name, std::string_view known);

// The known name that `name` is nearest to, if it is nearly one; else empty.
std::string_view nearest(std::string_view name, const std::vector<std::string_view>& known);

}  // namespace pricepoint::rows
