// SPDX-License-Identifier: Apache-2.0
// The reader of policies: JSON tree in, document and diagnostics out. Over several files: parse_document.cpp
// (everything but rules), parse_rule.cpp (rules), parse_expression.cpp (money expressions), parse_table.cpp (rules from
// CSV), parse_culture.cpp (what a market's culture says as rules), read_again.cpp (one rule, once more). Amounts, rates
// and lists are read by market/value_reader.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <initializer_list>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "market/market_file.hpp"
#include "market/value_reader.hpp"
#include "policy/document.hpp"
#include "policy/parse.hpp"
#include "text/zones.hpp"

namespace pricepoint::detail {
struct csv_cell;
}

namespace pricepoint::policy_language {

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
  static const char* read_header_cells(const char* at, const char* end, std::vector<detail::csv_cell>& cells);
  bool read_table_header(const std::vector<detail::csv_cell>& cells, std::size_t begin,
                         std::vector<table_column>& columns);
  // The object that a row abbreviates; nothing where it gives something twice. `begin`: offset of the row's first cell.
  std::optional<json_node> read_row(const std::vector<detail::csv_cell>& cells,
                                    const std::vector<table_column>& columns, std::size_t begin, std::size_t end);
  // The row that begins at this offset, of a table that was read without mistakes.
  std::optional<json_node> row_at(std::size_t offset);
  // What a row without an id is called: its file, without folder and extension, and its line.
  std::string id_of_row(std::size_t offset) const;

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
  // parse_expression.cpp
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
  void read_gap_to(const json_node& node, effect::gap& into);
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
  reader(std::shared_ptr<policy_language::source> text, const table_loader& tables, const zone_source& zones,
         const parse_limits& limits);
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
  // Null where it is no zone, which is reported.
  const time_zone* read_zone(const json_node& node);
  // Or why not; without a word where there is no such zone.
  std::variant<time_zone, std::string> look_for_zone(const std::string& name) const;
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
  const zone_source& zones_;
  // Each is looked for once in a policy: found, or why not.
  std::map<std::string, std::variant<time_zone, std::string>, std::less<>> zones_known_;
  std::size_t tables_read_ = 0;
  document document_;
  const market_table* table_ = nullptr;
  std::optional<market_table> own_table_;
  std::vector<diagnostic> elsewhere_;  // in the shop's own file of markets
};

// parse_expression.cpp: reports what is wrong and then gives nothing.
std::optional<expression> parse_expression(rule_reader& in, const json_node& node, bool target_allowed);

}  // namespace pricepoint::policy_language
