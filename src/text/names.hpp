// SPDX-License-Identifier: Apache-2.0
// Names in messages: quoting them safely, and the known name nearest to a mistyped one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "text/utf8.hpp"

namespace pricepoint::policy_language {

template <class... Part>
std::string say(const Part&... parts) {
  std::string out;
  (out.append(std::string_view(parts)), ...);
  return out;
}

// "name" in double quotes, control characters as \u escapes, long ones cut.
std::string quote(std::string_view name);

// "write "text"" as a hint; nothing where the text is too long to be shown whole.
std::string write_as(std::string_view text, std::string_view suffix = {});

using detail::utf8_length;

// Finds the candidate with the least edit distance; a change of case costs half a change. `budget` counts cells of the
// distance tables, so that a text full of mistakes over many names ends soon: when it is used up, nothing is found.
class nearest_name {
 public:
  nearest_name(std::string_view wanted, std::size_t& budget);
  void offer(std::string_view candidate);
  const std::string& best() const noexcept { return best_; }
  // Whether the best is near enough to be what was meant: at most a third of its letters differ, or one
  // begins the other, or only capitals differ.
  bool is_near() const noexcept;

 private:
  std::string_view wanted_;
  std::size_t* budget_;
  std::size_t best_distance_;
  std::string best_;
  std::vector<std::size_t> rows_[3];
};

}  // namespace pricepoint::policy_language
