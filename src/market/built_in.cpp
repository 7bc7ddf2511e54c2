// SPDX-License-Identifier: Apache-2.0
// The market tables that the library brings, read from the texts in this folder. A version once released stays, so that
// a policy that names it keeps its prices. Entry: find_market_table. Test: tests/golden/market_table.py.
#include <array>

#include "market/market_file.hpp"
#include "pricepoint/market/table.hpp"

namespace pricepoint {

namespace {

constexpr char newest[] = {
#include "markets.inc"  // made by CMake of src/market/markets.jsonc
};

struct version {
  std::string_view name;
  std::string_view text;
};
constexpr std::array versions = {version{"2026.11", {newest, sizeof newest}}};

const market_table& table_of(std::size_t which) {
  static const std::array<market_table, versions.size()> read = [] {
    std::array<market_table, versions.size()> all;
    for (std::size_t i = 0; i < versions.size(); ++i) {
      auto table = policy_language::parse_markets(std::string(versions[i].text), "built-in markets");
      if (table) all[i] = std::move(*table);  // tests hold that it can be read
    }
    return all;
  }();
  return read[which];
}

template <class Enum, std::size_t N>
std::string_view word(const std::array<std::string_view, N>& words, Enum value) noexcept {
  return words[static_cast<std::size_t>(value)];
}

}  // namespace

const market_table* find_market_table(std::string_view name) noexcept {
  for (std::size_t i = 0; i < versions.size(); ++i) {
    if (versions[i].name == name) return &table_of(i);
  }
  return name.empty() ? &built_in_markets() : nullptr;
}

const market_table& built_in_markets() { return table_of(versions.size() - 1); }

std::vector<std::string_view> market_table_versions() {
  std::vector<std::string_view> names;
  for (const version& one : versions) names.push_back(one.name);
  return names;
}

std::string_view to_string(confidence value) noexcept {
  return word(std::array<std::string_view, 7>{"law", "paper", "computed", "reputable", "weak", "common", "none"},
              value);
}
std::string_view to_string(resale_minimum value) noexcept {
  return word(std::array<std::string_view, 3>{"unknown", "allowed", "forbidden"}, value);
}
std::string_view to_string(culture_strength value) noexcept {
  return word(std::array<std::string_view, 3>{"strong", "medium", "weak"}, value);
}

}  // namespace pricepoint
