// SPDX-License-Identifier: Apache-2.0
// The line of a text that a diagnostic is about, cut to a readable length, with a caret under the place. All texts that
// people hand in are shown this way: policies, tables, items, rates, command lines.
#pragma once

#include <cstddef>
#include <string_view>

#include "pricepoint/result.hpp"

namespace pricepoint::detail {

// Fills `excerpt` and `caret` from one line and a byte of it, or its end. Control characters become blanks, invisible
// ones and bytes that are not UTF-8 become U+FFFD; the caret counts code points.
void show_line(diagnostic& to, std::string_view line, std::size_t at);

// Fills offset, line, column, excerpt and caret from a whole text and a byte of it, or its end. A byte order mark at
// the front belongs to no column. `first_line` is the number of the text's first line. Cost: the text up to there.
void show_place(diagnostic& to, std::string_view text, std::size_t at, std::size_t first_line = 1);

// Code points; a byte that is no UTF-8 counts as one.
std::size_t count_points(std::string_view text) noexcept;

}  // namespace pricepoint::detail
