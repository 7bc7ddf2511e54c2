// SPDX-License-Identifier: Apache-2.0
// Entry: refused_values, invalid_texts. Test: tests/unit/rows/refused_test.cpp.
#include "rows/refused.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "compile/machine.hpp"
#include "match/binder.hpp"
#include "match/refused.hpp"
#include "pricepoint/money/currency.hpp"
#include "rows/text.hpp"

namespace pricepoint::rows {
namespace {

const policy* policy_of(const row& of) { return of.fields == nullptr ? nullptr : of.fields->known_policy(); }

bool is_observed_price(const row& of, std::string_view name) {
  return name == "price" && of.fields->rows() == row_kind::offers;
}

std::optional<std::string> why(const row& of, const policy& by, std::string_view name) {
  if (!is_observed_price(of, name)) return engine::why_refused(engine::machine_of(by), of.request, name);
  return of.price ? std::optional(engine::why_no_amount(*of.price)) : std::nullopt;
}

}  // namespace

std::string near_currency(std::string_view name) {
  std::array<std::string_view, currency::count()> codes;
  for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = currency::from_index(i).code();
  // Of three letters one slip is as near as a code can be; with two, every other code would be.
  std::string upper(name);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  for (const std::string_view code : codes) {
    if (code == upper) return "codes are written in capitals: " + upper;
  }
  const std::string_view near = nearest(upper, {codes.begin(), codes.end()});
  return near.empty() ? "a code of three capitals, such as EUR" : "did you mean " + std::string(near) + "?";
}

std::vector<refused_value> refused_values(const row& of) {
  std::vector<refused_value> made;
  const policy* const by = policy_of(of);
  if (by == nullptr) return made;
  engine::binder binder(engine::machine_of(*by), nullptr);
  binder.bind(of.request);
  for (const std::string& name : binder.invalid()) {
    if (auto text = why(of, *by, name)) made.push_back({name, std::move(*text)});
  }
  if (of.price && of.price->sign() <= 0) made.push_back({"price", engine::why_no_amount(*of.price)});
  return made;
}

std::string invalid_text_of(const row& of, std::string_view name) {
  const policy* const by = policy_of(of);
  const auto text = by == nullptr ? std::nullopt : why(of, *by, name);
  return text ? "column " + std::string(name) + ": " + *text : std::string();
}

std::vector<std::string> invalid_texts(const row& of, std::span<const std::string> names) {
  std::vector<std::string> made;
  for (const std::string& name : names) {
    const std::string text = invalid_text_of(of, name);
    made.push_back(text.empty() ? name : "line " + number(of.line) + ", " + text);
  }
  return made;
}

std::string invalid_text(const row& of, std::span<const std::string> names) {
  const std::vector<std::string> texts = invalid_texts(of, names);
  const bool only_names = std::equal(texts.begin(), texts.end(), names.begin(), names.end());
  std::string made;
  for (const std::string& one : texts) made.append(made.empty() ? "" : only_names ? " " : "; ").append(one);
  return made;
}

}  // namespace pricepoint::rows
