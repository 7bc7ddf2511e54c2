// SPDX-License-Identifier: Apache-2.0
// Quoting and nearest names for diagnostics. Entry: nearest_name. Test: tests/unit/policy/names_test.cpp.
#include "policy/names.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace pricepoint::policy_language {

namespace {

constexpr std::size_t longest_compared = 64;
constexpr std::size_t longest_quoted = 60;  // code points

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::size_t utf8_length(std::string_view text) noexcept {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = byte(0);
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return byte(i) >= low && byte(i) <= high;
  };
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : 0xBF;
    return follows(1, low, high) && follows(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
    return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

std::string quote(std::string_view name) {
  std::string out = "\"";
  std::size_t points = 0;
  for (std::size_t i = 0; i < name.size();) {
    if (points++ == longest_quoted) {
      out += "...";
      break;
    }
    const std::size_t length = std::max<std::size_t>(utf8_length(name.substr(i)), 1);
    const auto c = static_cast<unsigned char>(name[i]);
    if (length == 1 && (c < 0x20 || c >= 0x7F)) {
      constexpr char hex[] = "0123456789abcdef";
      out += "\\u00";
      out += hex[c >> 4];
      out += hex[c & 15];
    } else {
      out.append(name, i, length);
    }
    i += length;
  }
  out += '"';
  return out;
}

std::string write_as(std::string_view text, std::string_view suffix) {
  return text.size() > longest_quoted ? std::string() : say("write \"", text, suffix, "\"");
}

nearest_name::nearest_name(std::string_view wanted, std::size_t& budget)
    : wanted_(wanted.substr(0, longest_compared)),
      budget_(&budget),
      best_distance_(std::numeric_limits<std::size_t>::max()) {
  for (auto& row : rows_) row.resize(wanted_.size() + 1);
}

// Optimal string alignment: insertions, deletions, changes and swaps of neighbours.
void nearest_name::offer(std::string_view full) {
  const std::string_view candidate = full.substr(0, longest_compared);
  const std::size_t longer = std::max(candidate.size(), wanted_.size());
  const std::size_t shorter = std::min(candidate.size(), wanted_.size());
  if (2 * (longer - shorter) >= best_distance_) return;
  const std::size_t cells = (candidate.size() + 1) * (wanted_.size() + 1);
  if (*budget_ < cells) {
    *budget_ = 0;
    return;
  }
  *budget_ -= cells;
  auto* before = &rows_[0];
  auto* last = &rows_[1];
  auto* row = &rows_[2];
  for (std::size_t j = 0; j <= wanted_.size(); ++j) (*last)[j] = 2 * j;
  for (std::size_t i = 1; i <= candidate.size(); ++i) {
    (*row)[0] = 2 * i;
    for (std::size_t j = 1; j <= wanted_.size(); ++j) {
      const char a = candidate[i - 1];
      const char b = wanted_[j - 1];
      const std::size_t change = a == b ? 0 : lower(a) == lower(b) ? 1 : 2;
      std::size_t cost = std::min({(*last)[j - 1] + change, (*last)[j] + 2, (*row)[j - 1] + 2});
      if (i > 1 && j > 1 && a == wanted_[j - 2] && candidate[i - 2] == b) cost = std::min(cost, (*before)[j - 2] + 2);
      (*row)[j] = cost;
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  const std::size_t distance = (*last)[wanted_.size()];
  if (distance < best_distance_) {
    best_distance_ = distance;
    best_ = full;
  }
}

}  // namespace pricepoint::policy_language
