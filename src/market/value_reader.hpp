// SPDX-License-Identifier: Apache-2.0
// What the readers of policies and of market tables share: amounts, rates, words and lists (read_value.cpp), endings
// and digits (read_shape.cpp). Each function reports what is wrong and then gives nothing.
#pragma once

#include <array>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "money/by_currency.hpp"
#include "pricepoint/money/currency.hpp"
#include "pricepoint/money/decimal.hpp"
#include "pricepoint/money/rate.hpp"
#include "pricepoint/reading.hpp"
#include "pricepoint/shape/pattern.hpp"
#include "text/codes.hpp"
#include "text/mistakes.hpp"
#include "text/names.hpp"
#include "text/source.hpp"

namespace pricepoint::policy_language {

inline bool is_note(std::string_view key) { return key.substr(0, 2) == "x-"; }

// Letters, digits and what `also` holds.
bool is_plain_name(std::string_view name, std::string_view also);

// What the readers of policies and of market tables share: the small parts, each of which reports what is wrong and
// then gives nothing.
class value_reader {
 public:
  mistakes& wrong() noexcept { return wrong_; }
  const parse_limits& limits() const noexcept { return limits_; }
  const source& text() const noexcept { return *source_; }

 protected:
  value_reader(std::shared_ptr<const policy_language::source> text, const parse_limits& limits)
      : source_(std::move(text)), limits_(limits), wrong_(*source_, limits.max_diagnostics) {}

  template <class T>
  using reads = std::function<std::optional<T>(const json_node&)>;

  // read_value.cpp
  void wrong_type(const json_node& node, std::string_view expected, std::string hint = {});
  // Gives the key that was probably meant, or nothing.
  std::string unknown_key(const json_node::member& member, const std::vector<std::string_view>& known,
                          std::string_view where);
  bool is_object(const json_node& node, std::string_view what);
  std::optional<std::string> read_text(const json_node& node, std::string_view what);  // not empty
  std::optional<bool> read_bool(const json_node& node, std::string_view what);
  std::optional<std::size_t> read_word(const json_node& node, std::string_view what,
                                       std::initializer_list<std::string_view> words);
  std::optional<pricepoint::currency> read_currency(const json_node& node, std::string_view what);
  std::optional<decimal> read_decimal(const json_node& node, std::string_view what);
  std::optional<decimal> read_decimal_text(std::string_view text, std::size_t offset, std::string_view what);
  // A market's unit, in minor units of the currency.
  std::optional<std::int64_t> read_unit(const json_node& node, pricepoint::currency in);
  std::optional<rate> read_rate(const json_node& node, std::string_view what);
  std::optional<rate> read_rate(const json_node& node, std::string_view what, rate least, rate most);
  template <class T>
  std::optional<by_currency<T>> read_by_currency(const json_node& node, std::string_view what, const reads<T>& read);
  std::optional<money> read_money(const json_node& node, std::string_view what);
  std::optional<rate_or_money> read_rate_or_money(const json_node& node, std::string_view what);
  // A single value or a list of them; reports an empty list.
  void each_value(const json_node& node, std::string_view what, const std::function<void(const json_node&)>& take);
  void check_duplicate_keys(const json_node& node);

  // read_shape.cpp
  std::optional<shape::endings> read_endings(const json_node& node);
  std::optional<money> read_multiple(const json_node& node);
  std::optional<shape::numbers> read_numbers(const json_node& node, std::string_view what);

  std::shared_ptr<const policy_language::source> source_;
  parse_limits limits_;
  mistakes wrong_;

 private:
  bool check_ending(const json_node& node);
};

template <class T>
std::optional<by_currency<T>> value_reader::read_by_currency(const json_node& node, std::string_view what,
                                                             const reads<T>& read) {
  by_currency<T> out;
  if (node.type != json_node::kind::object) {
    auto value = read(node);
    if (!value) return {};
    out.any = std::move(*value);
    return out;
  }
  bool good = true;
  bool any = false;
  for (const auto& member : node.members) {
    if (is_note(member.key)) continue;
    any = true;
    const auto code = find_currency(member.key);
    if (!code) {
      std::array<std::string_view, currency::count()> codes;
      for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = currency::from_index(i).code();
      wrong_.add(codes::unknown_currency, member.key_offset,
                 say(quote(member.key), " is no currency of ISO 4217", wrong_.nearest(member.key, codes)),
                 say("amounts by currency: {\"EUR\": \"15\", \"JPY\": \"2000\"}"));
    }
    auto value = read(member.value);
    if (code && value) {
      out.each.emplace_back(*code, std::move(*value));
    } else {
      good = false;
    }
  }
  if (!any) {
    wrong_.add(codes::empty, node.offset, say(what, ": an object by currency must not be empty"));
    return {};
  }
  if (!good) return {};
  std::stable_sort(out.each.begin(), out.each.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return out;
}

}  // namespace pricepoint::policy_language
