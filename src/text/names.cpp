// SPDX-License-Identifier: Apache-2.0
// Quoting and nearest names for diagnostics. Entry: nearest_name. Test: tests/unit/text/names_test.cpp.
#include "text/names.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "text/harmless.hpp"

namespace pricepoint::policy_language {

namespace {

constexpr std::size_t longest_compared = 64;
constexpr std::size_t longest_quoted = 60;  // code points

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string quote(std::string_view name) {
  std::string out = "\"";
  std::size_t points = 0;
  for (std::size_t i = 0; i < name.size();) {
    if (points++ == longest_quoted) {
      out += "...";
      break;
    }
    const auto c = static_cast<unsigned char>(name[i]);
    if (c >= 0x20 && c < 0x7F) {  // most of all names
      out += name[i++];
      continue;
    }
    const std::size_t length = std::max<std::size_t>(utf8_length(name.substr(i)), 1);
    if (length == 1) {
      constexpr char hex[] = "0123456789abcdef";
      out += "\\u00";
      out += hex[c >> 4];
      out += hex[c & 15];
    } else {
      // As JSON has it, since what is quoted is mostly of a policy.
      detail::append_harmless_json(out, name.substr(i, length));
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

bool nearest_name::is_near() const noexcept {
  if (best_.empty()) return false;
  const std::string_view a = best_;
  const std::size_t shorter = std::min(a.size(), wanted_.size());
  if (shorter >= 3 && a.substr(0, shorter) == wanted_.substr(0, shorter)) return true;
  if (std::equal(a.begin(), a.end(), wanted_.begin(), wanted_.end(),
                 [](char x, char y) { return lower(x) == lower(y); }))
    return true;
  return 3 * best_distance_ <= 2 * std::max(a.size(), wanted_.size());
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
