// SPDX-License-Identifier: Apache-2.0
// What the parts of the check share: the policy, the search for requests, and the findings so far. Each part looks for
// some kinds of findings, and src/analysis/check.cpp calls them in turn.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/possible_prices.hpp"
#include "analysis/scenario.hpp"
#include "analysis/witness.hpp"
#include "pricepoint/analysis/check.hpp"
#include "pricepoint/shape/automaton.hpp"
#include "pricepoint/shape/search.hpp"
#include "text/source.hpp"

namespace pricepoint::analysis {

// Every code, as check_codes lists them; never renumbered.
namespace codes {
inline constexpr char never_on[] = "PP-K001";
inline constexpr char never_base[] = "PP-K002";
inline constexpr char over[] = "PP-K003";
inline constexpr char bounds_contradict[] = "PP-K004";
inline constexpr char bounds_contradict_for_some[] = "PP-K005";
inline constexpr char impossible_margin[] = "PP-K006";
inline constexpr char shapes_contradict[] = "PP-K007";
inline constexpr char shape_between_bounds[] = "PP-K008";
inline constexpr char overlap[] = "PP-K009";
inline constexpr char hole[] = "PP-K010";
inline constexpr char cut_off[] = "PP-K011";
inline constexpr char dead_zone[] = "PP-K012";
inline constexpr char dead_zone_of_wishes[] = "PP-K013";
inline constexpr char never_together[] = "PP-K014";
inline constexpr char never_kept[] = "PP-K015";
inline constexpr char unused_attribute[] = "PP-K016";
inline constexpr char amount_in_currencies[] = "PP-K017";
inline constexpr char prior_missing[] = "PP-K018";
inline constexpr char resale_price[] = "PP-K019";
inline constexpr char step_down[] = "PP-K020";
inline constexpr char dearer_by_discount[] = "PP-K021";
inline constexpr char swallowed[] = "PP-K022";
inline constexpr char lost_surcharge[] = "PP-K023";
inline constexpr char period_of_zones[] = "PP-K024";
inline constexpr char money_for_rate[] = "PP-K025";
inline constexpr char digits_of_number[] = "PP-K026";
inline constexpr char no_culture[] = "PP-K027";
inline constexpr char matches_no_row[] = "PP-K028";
inline constexpr char dropped_reading[] = "PP-K029";
}  // namespace codes

severity severity_of(std::string_view code);

class checker {
 public:
  checker(const policy& of, const check_options& options);

  const machine& compiled;
  const check_options& options;
  request_space where;
  prober probe;
  check_report report;

  // Whether to look for one more finding of this code. Beyond the limit of a kind findings are only counted, and after
  // many more they are not even looked for.
  bool wants(const char* code);
  // A finding at this byte of the text. The caller fills in the rest; the reference stays valid until `finish`.
  check_finding& add(const char* code, std::size_t offset, std::string message, std::string hint,
                     const std::vector<const compiled_rule*>& rules);
  void at(check_finding& found, std::uint32_t market, std::uint32_t channel) const;
  void note_limit(const std::string& sentence);
  void finish();

  std::uint32_t markets() const { return static_cast<std::uint32_t>(compiled.markets().size()); }
  std::uint32_t channels() const { return static_cast<std::uint32_t>(compiled.channels().size()); }
  // Visits markets and channels until a visit returns true; whether one did.
  template <class Visit>
  bool any_place(const Visit& visit) const {
    for (std::uint32_t market = 0; market < markets(); ++market) {
      for (std::uint32_t channel = 0; channel < channels(); ++channel) {
        if (visit(market, channel)) return true;
      }
    }
    return false;
  }
  std::string place(std::uint32_t market, std::uint32_t channel) const;  // "web in DE"

  // The automaton of these shapes, kept for the next time; null where it would grow beyond the limit.
  using automaton_pointer = std::shared_ptr<const shape::automaton>;
  automaton_pointer automaton_of(const std::vector<shape::any_shape>& shapes, int digits, std::int64_t unit);
  shape::stored_net net_of(std::uint32_t market, std::uint32_t channel) const { return prices_of(market, channel).net; }
  possible_prices prices_of(std::uint32_t market, std::uint32_t channel) const;

 private:
  std::map<std::string, std::size_t> counts_;
  std::deque<check_finding> findings_;  // callers hold references to them
  check_finding only_counted_;          // the last one beyond the limit, for its caller to fill in
  std::map<std::vector<std::int64_t>, automaton_pointer> automata_;  // by currency decimals, unit and ids of shapes
  std::map<shape::any_shape, std::int64_t> shape_ids_;
};

// Finds rules that may be on together without looking at every pair: rules are listed by the words of the key that has
// the most words, and rules that are listed by different words are never on together.
class partners {
 public:
  partners(const machine& compiled, const std::vector<const compiled_rule*>& rules);

  // Every pair that may be on together, once; false from `visit` ends it.
  template <class Visit>
  void visit(const Visit& each) const {
    for (std::size_t i = 0; i < general_.size(); ++i) {
      for (std::size_t j = i + 1; j < general_.size(); ++j) {
        if (!each(*general_[i], *general_[j])) return;
      }
    }
    for (const compiled_rule* one : listed_) {
      for (const compiled_rule* other : general_) {
        if (!each(*one, *other)) return;
      }
    }
    for (const auto& [code, rules] : by_code_) {
      for (std::size_t i = 0; i < rules.size(); ++i) {
        for (std::size_t j = i + 1; j < rules.size(); ++j) {
          // Rules that share several words meet under the first of them.
          if (first_common(*rules[i], *rules[j]) == code && !each(*rules[i], *rules[j])) return;
        }
      }
    }
  }
  // Those that this rule may be on with, itself among them.
  std::vector<const compiled_rule*> of(const compiled_rule& rule) const;
  const std::vector<const compiled_rule*>& general() const noexcept { return general_; }
  const std::map<std::uint32_t, std::vector<const compiled_rule*>>& by_code() const noexcept { return by_code_; }
  std::optional<std::uint32_t> key() const noexcept { return key_; }

 private:
  const std::vector<std::uint32_t>* codes_of(const compiled_rule& rule) const;
  std::uint32_t first_common(const compiled_rule& a, const compiled_rule& b) const;

  std::optional<std::uint32_t> key_;
  std::vector<const compiled_rule*> general_, listed_;
  std::map<std::uint32_t, std::vector<const compiled_rule*>> by_code_;
};

std::string in_quotes(std::string_view text);
// "29.80"
std::string figure(std::int64_t minor, currency in);
// "from 1.05 to 1.88 EUR", "below 20.00 EUR", "from 100.00 EUR on"
std::string band_words(const target_band& band, currency in);
std::string strength_words(engine::strength value);
// "\"a\", \"b\" and \"c\""
std::string names_of(const std::vector<const compiled_rule*>& rules);
// Whether the decision broke one of these rules for its price.
bool any_relaxed(const decision& made, const std::vector<const compiled_rule*>& rules);

void check_rules(checker& to);       // K001 to K003, K016 to K019
void check_bounds(checker& to);      // K004 to K006, K008, K014 of bounds
void check_promotions(checker& to);  // K011
void check_shapes(checker& to);      // K007, K009, K010, K012 to K015, K020
void check_discounts(checker& to);   // K021, K022
void check_slips(checker& to);       // K023 to K027
void check_orders(checker& to);      // K029

}  // namespace pricepoint::analysis
