// SPDX-License-Identifier: Apache-2.0
// The reader of policies: JSON tree in, document and diagnostics out. Over several files: parse_value.cpp (amounts,
// rates, lists) and parse_shape.cpp (endings, digits) are shared with the reader of market tables (parse_markets.cpp);
// parse_document.cpp (everything but rules), parse_rule.cpp (rules), parse_table.cpp (rules from CSV), read_again.cpp
// (one rule, once more).
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/codes.hpp"
#include "policy/names.hpp"
#include "pricepoint/policy/document.hpp"
#include "pricepoint/policy/parse.hpp"
#include "pricepoint/policy/source.hpp"

namespace pricepoint::detail {
struct csv_cell;
}

namespace pricepoint::policy_language {

// Collects diagnostics up to a limit and counts the rest.
class mistakes {
 public:
  mistakes(const source& text, std::size_t limit) : text_(&text), limit_(std::max<std::size_t>(limit, 1)) {}

  void add(const char* code, std::size_t offset, std::string message, std::string hint = {}) {
    ++count_;
    if (found_.size() < limit_) found_.push_back({code, offset, std::move(message), std::move(hint)});
  }
  bool full() const noexcept { return found_.size() >= limit_; }
  std::size_t count() const noexcept { return count_; }

  // "; the nearest known is ...", or, where none is near and there are few, "; known are ...", or nothing. `name` makes
  // a string_view of an element.
  template <class Range, class Name = std::identity>
  std::string nearest(std::string_view wanted, const Range& known, Name name = {}) {
    if (full()) return {};
    nearest_name search(wanted, budget_);
    for (const auto& one : known) search.offer(std::invoke(name, one));
    if (search.best().empty()) return {};
    if (search.is_near() || std::size(known) > most_listed) return say("; the nearest known is ", quote(search.best()));
    std::string list;
    for (const auto& one : known) list += say(list.empty() ? "" : ", ", quote(std::invoke(name, one)));
    return say(std::size(known) == 1 ? "; the only one known is " : "; known are ", list);
  }
  // The near one alone: where the message lists the known ones itself.
  template <class Range>
  std::string near(std::string_view wanted, const Range& known) {
    if (full()) return {};
    nearest_name search(wanted, budget_);
    for (const auto& one : known) search.offer(one);
    return search.is_near() ? search.best() : std::string();
  }

  std::vector<diagnostic> take();  // in the text's order

 private:
  struct entry {
    const char* code;
    std::size_t offset;
    std::string message;
    std::string hint;
  };
  static constexpr std::size_t most_listed = 16;
  const source* text_;
  std::size_t limit_;
  std::size_t count_ = 0;
  std::size_t budget_ = 20'000'000;
  std::vector<entry> found_;
};

// Where each byte of a decoded text stands in the policy.
class text_offsets {
 public:
  text_offsets(const source& text, const json_node& node);
  std::size_t operator[](std::size_t i) const {
    return escaped_.empty() ? begin_ + std::min(i, size_) : escaped_[std::min(i, size_)];
  }

 private:
  std::size_t begin_;
  std::size_t size_;
  std::vector<std::size_t> escaped_;  // only where the text has escapes
};

template <class Named>
std::optional<std::uint32_t> find_named(const std::vector<Named>& sorted, std::size_t count, std::string_view name) {
  const auto end = sorted.begin() + static_cast<std::ptrdiff_t>(count);
  const auto at = std::lower_bound(sorted.begin(), end, name,
                                   [](const Named& one, std::string_view wanted) { return one.name < wanted; });
  if (at == end || at->name != name) return {};
  return static_cast<std::uint32_t>(at - sorted.begin());
}

template <class Named>
std::optional<std::uint32_t> find_named(const std::vector<Named>& sorted, std::string_view name) {
  return find_named(sorted, sorted.size(), name);
}

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

  // parse_value.cpp
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

  // parse_shape.cpp
  std::optional<shape::endings> read_endings(const json_node& node);
  std::optional<money> read_multiple(const json_node& node);
  std::optional<shape::numbers> read_numbers(const json_node& node, std::string_view what);

  std::shared_ptr<const policy_language::source> source_;
  parse_limits limits_;
  mistakes wrong_;

 private:
  bool check_ending(const json_node& node);
};

// Reads one rule, from its JSON object or from a row of a table. What it names stands in a document that somebody else
// reads, or has read.
class rule_reader : public value_reader {
 public:
  // For expressions.
  const document& names() const noexcept { return names_; }
  bool channels_known() const noexcept { return channels_known_; }
  bool attributes_known() const noexcept { return attributes_known_; }
  // Declared, but with mistakes of its own: nothing more is said about its use.
  bool is_broken(std::string_view attribute) const {
    return std::binary_search(broken_attributes_.begin(), broken_attributes_.end(), attribute);
  }

 protected:
  rule_reader(std::shared_ptr<const policy_language::source> text, const parse_limits& limits, const document& names)
      : value_reader(std::move(text), limits), names_(names) {}
  ~rule_reader() = default;

  // The index of a period that is written out in a rule.
  virtual std::optional<std::uint32_t> written_out(const json_node& node) = 0;

  // parse_rule.cpp
  std::optional<rule> read_rule(const json_node& node);
  static const std::vector<std::string_view>& rule_keys();
  static const std::vector<std::string_view>& subject_names();
  bool subject_or_attribute(std::string_view name) const;
  std::optional<std::uint32_t> read_channel_name(const json_node& node, std::string_view what,
                                                 std::initializer_list<std::string_view> also = {});

  // parse_table.cpp
  struct table_column {
    enum class kind : unsigned char { text, flag, list };
    std::string name;
    std::vector<std::string> path;  // empty for the owner's notes
    kind what = kind::text;
  };
  static const char* skip_empty_lines(const char* at, const char* end);
  bool read_table_header(const std::vector<detail::csv_cell>& cells, std::size_t begin,
                         std::vector<table_column>& columns);
  // The object that a row abbreviates; nothing where it gives something twice. `begin`: offset of the row's first cell.
  std::optional<json_node> read_row(const std::vector<detail::csv_cell>& cells,
                                    const std::vector<table_column>& columns, std::size_t begin, std::size_t end);
  // The row that begins at this offset, of a table that was read without mistakes.
  std::optional<json_node> row_at(std::size_t offset);

  // False where the section itself cannot be read: then its names are not called unknown.
  bool tables_known_ = true;
  bool markets_known_ = true;
  bool markets_sound_ = false;  // there are some, without mistakes
  bool channels_known_ = true;
  bool attributes_known_ = true;
  bool periods_known_ = true;
  std::size_t named_periods_ = 0;
  std::vector<std::string> broken_attributes_;            // sorted
  std::vector<std::pair<std::string, std::size_t>> ids_;  // with their offsets

 private:
  std::optional<money_expression> read_expression(const json_node& node, std::string_view what, bool target_allowed);

  // parse_culture.cpp
  std::optional<any_effect> read_culture(const json_node& node, const json_node* without);

  // parse_rule.cpp
  conditions read_conditions(const json_node& node, bool before_target);
  void read_condition(const json_node::member& member, bool before_target, conditions& into);
  void read_range(const json_node& node, condition& into);
  void read_during(const json_node& node, rule& into);
  std::optional<std::uint32_t> read_period_name(const json_node& node);
  std::optional<any_effect> read_effect(std::size_t which, const json_node& node, const json_node* group,
                                        const json_node* exclusive, const json_node* without);
  std::optional<any_effect> read_discount(const json_node& node, const json_node* group, const json_node* exclusive);
  std::optional<any_effect> read_gap(const json_node& node);
  std::optional<any_effect> read_margin(const json_node& node);
  void check_endings_are_shown(const rule& of, std::size_t offset);
  std::optional<any_effect> read_credit(const json_node& node);
  std::optional<effect::squeeze::net_field> read_net_field(const json_node& node, std::string_view what);
  std::optional<any_effect> read_squeeze(const json_node& node);
  std::optional<any_effect> read_leak(const json_node& node);
  std::optional<any_effect> read_inverted(const json_node& node);
  std::optional<std::string> read_advice(const json_node& node, std::string_view what);

  // parse_table.cpp
  void check_column(table_column& column, std::size_t offset);
  bool put_cell(const table_column& column, json_node cell, json_node& row);

  const document& names_;
};

class reader final : public rule_reader {
 public:
  reader(std::shared_ptr<policy_language::source> text, const table_loader& tables, const parse_limits& limits);
  void read();
  bool failed() const noexcept { return wrong_.count() != 0 || !elsewhere_.empty(); }
  document take() { return std::move(document_); }
  // Every mistake in the policy's text, then those in its file of markets.
  std::vector<diagnostic> take_mistakes();

 private:
  std::optional<std::uint32_t> written_out(const json_node& node) override;

  // parse_culture.cpp
  void read_market_tables(const json_node& node);
  // What the table and a shop's own file know under a market's name, the file's word first; null where nothing.
  std::shared_ptr<const market_entry> known_market(std::string_view name) const;
  // Puts the rules of the markets' culture behind the rule that asks for it, the last of the document.
  void add_culture();

  // parse_document.cpp
  void read_market(const json_node::member& member);
  void read_channels(const json_node& node);
  void read_channel_reference(const json_node& node, channel& into);
  void check_reference_circles();
  void read_attribute(const json_node::member& member);
  void read_periods(const json_node& node);
  std::optional<std::vector<span>> read_spans(const json_node& node);
  std::optional<span> read_span(const json_node& node);
  void read_within(const json_node& node);
  std::optional<within> read_within_value(const json_node& node);
  void read_rules(const json_node& node);
  void read_entry(const json_node& node);  // a rule, or a table of them
  void add_rule(const json_node& node);

  // parse_table.cpp
  // A file beside the policy that it names; reports where it cannot be read.
  std::optional<loaded_table> load_beside(const json_node& name, std::string_view what);
  void read_table(const json_node& entry);
  void read_table_rows(std::size_t begin);

  std::shared_ptr<policy_language::source> text_;  // takes the tables in
  const table_loader& tables_;
  std::size_t tables_read_ = 0;
  document document_;
  const market_table* table_ = nullptr;
  std::optional<market_table> own_table_;
  std::vector<diagnostic> elsewhere_;  // in the shop's own file of markets
};

// parse_expression.cpp: reports what is wrong and then gives nothing.
std::optional<expression> parse_expression(rule_reader& in, const json_node& node, bool target_allowed);

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
