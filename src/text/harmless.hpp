// SPDX-License-Identifier: Apache-2.0
// What other people's text must not do to those who read it: command a terminal, add a line, hide, or turn around what
// follows. Every text that people read as it is goes through here; data (CSV, NDJSON) keeps its bytes.
#pragma once

#include <string>
#include <string_view>

namespace pricepoint::detail {

// Controls (C0, DEL, C1), line and paragraph separators, marks and overrides of direction, and all that takes no room.
bool is_harmful(char32_t c) noexcept;

// Appends the text with each such character as its code point, "<U+202E>", ends of lines and tabs as "\n", "\r", "\t",
// and bytes that are not UTF-8 as U+FFFD.
void append_harmless(std::string& out, std::string_view text);
std::string harmless(std::string_view text);

// Appends JSON text with such characters, which can only be inside its strings, as escapes. It says the same.
void append_harmless_json(std::string& out, std::string_view json);

}  // namespace pricepoint::detail
