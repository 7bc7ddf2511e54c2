// SPDX-License-Identifier: Apache-2.0
// The command line as somebody typed it, so that a diagnostic can point at the argument it is about.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/result.hpp"

namespace pricepoint::cli {

// A byte of one argument.
struct argument_place {
  std::size_t argument = 0;
  std::size_t at = 0;
};

class command_line {
 public:
  command_line() = default;
  // The arguments after the program's name.
  explicit command_line(std::span<const std::string_view> arguments);

  // The diagnostic with an excerpt of the command line and a caret under that place; past the last argument, where
  // something lacks.
  diagnostic point(diagnostic one, argument_place at) const;
  diagnostic point_at_end(diagnostic one) const;

 private:
  struct word {
    std::size_t begin;  // in the text, of the argument's first byte
    bool quoted;
    std::string raw;
  };
  std::string text_ = "pricepoint";
  std::vector<word> words_;
};

}  // namespace pricepoint::cli
