// SPDX-License-Identifier: Apache-2.0
// Arguments quoted as a shell wants them, and where each of their bytes went.
// Entry: command_line::point. Test: tests/unit/cli/command_line_test.cpp.
#include "cli/command_line.hpp"

#include <algorithm>
#include <utility>

#include "text/excerpt.hpp"

namespace pricepoint::cli {
namespace {

constexpr std::string_view apostrophe = "'\\''";  // one inside single quotes

// What a shell would split, expand or take for a sign of its own.
bool needs_quotes(std::string_view argument) {
  return argument.empty() || argument.find_first_of(" \t\r\n'\"\\$`*?[]{}()<>|&;!#~") != std::string_view::npos;
}

}  // namespace

command_line::command_line(std::span<const std::string_view> arguments) {
  for (const std::string_view argument : arguments) {
    text_ += ' ';
    const bool quoted = needs_quotes(argument);
    if (quoted) text_ += '\'';
    words_.push_back({text_.size(), quoted, std::string(argument)});
    for (const char c : argument) {
      if (c == '\'') {
        text_ += apostrophe;
      } else {
        text_ += c;
      }
    }
    if (quoted) text_ += '\'';
  }
}

diagnostic command_line::point(diagnostic one, argument_place at) const {
  if (at.argument >= words_.size()) return point_at_end(std::move(one));
  const word& meant = words_[at.argument];
  const std::size_t inside = std::min(at.at, meant.raw.size());
  const auto apostrophes = std::count(meant.raw.begin(), meant.raw.begin() + static_cast<std::ptrdiff_t>(inside), '\'');
  const std::size_t longer = static_cast<std::size_t>(apostrophes) * (apostrophe.size() - 1);
  // The quote belongs to what is meant.
  const std::size_t quote = meant.quoted && inside == 0 ? 1 : 0;
  detail::show_line(one, text_, meant.begin + inside + longer - quote);
  return one;
}

diagnostic command_line::point_at_end(diagnostic one) const {
  detail::show_line(one, text_, text_.size());
  return one;
}

}  // namespace pricepoint::cli
