// SPDX-License-Identifier: Apache-2.0
// A compiled policy: what compile/ makes of a document and what every pricer of that policy reads. Immutable.
//
// Words that conditions name have small numbers, every other word is `other`; numbers and instants have the index of
// the segment between two thresholds. A request becomes a tuple of such numbers, its class key; requests of one key
// have the same rules on, but for conditions on the target.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compile/dictionary.hpp"
#include "compile/rule.hpp"
#include "compile/terms.hpp"
#include "policy/document.hpp"
#include "pricepoint/money/exact.hpp"
#include "pricepoint/result.hpp"
#include "text/source.hpp"

namespace pricepoint::engine {

// Money fields of a request have fixed places: these, then the channels' prices, then the attributes that are money.
namespace slot {
inline constexpr std::uint32_t list = 0, msrp = 1, map = 2, current = 3, lowest_prior = 4, cost = 5, shipping = 6;
inline constexpr std::uint32_t first_channel = 7;
}  // namespace slot

class machine;

// The rules of a machine, in the text's order. A policy of very many keeps of most no more than their place in the
// text, and makes a rule from there when it is first asked for; then it stays as long as the machine. Any thread may
// ask.
class rule_list {
 public:
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = compiled_rule;
    using difference_type = std::ptrdiff_t;
    using pointer = const compiled_rule*;
    using reference = const compiled_rule&;
    iterator(const machine* of, std::uint32_t at) noexcept : of_(of), at_(at) {}
    reference operator*() const;
    pointer operator->() const { return &**this; }
    iterator& operator++() noexcept {
      ++at_;
      return *this;
    }
    iterator operator++(int) noexcept { return {of_, at_++}; }
    friend bool operator==(const iterator&, const iterator&) = default;

   private:
    const machine* of_;
    std::uint32_t at_;
  };

  explicit rule_list(const machine& of) noexcept : of_(&of) {}
  std::uint32_t size() const noexcept;
  iterator begin() const noexcept { return {of_, 0}; }
  iterator end() const noexcept { return {of_, size()}; }

 private:
  const machine* of_;
};

// How far soft shapes may move a price: rates of it, and minor units; the largest counts.
struct soft_reach {
  std::vector<fraction> rates;
  fraction money{0, 1};
};

// What a place of the class key holds.
struct key_part {
  enum class kind : std::uint8_t {
    sku,
    category,
    segment,
    audience,
    quantity,
    word_attribute,
    text_attribute,
    number_attribute
  };
  kind what = kind::sku;
  std::uint32_t attribute = 0;
  std::vector<decimal>
      thresholds;  // numbers: sorted; code = 2 * (thresholds below) + (equal to the next), + first_code
};

inline constexpr std::uint32_t absent_code = 0;
inline constexpr std::uint32_t other_code = 1;
inline constexpr std::uint32_t first_code = 2;

class machine {
 public:
  // `max_resident_rules`: as parse_limits::max_resident_rules.
  static result<std::shared_ptr<const machine>> compile(
      language::document document, std::size_t max_resident_rules = language::parse_limits().max_resident_rules);

  machine(const machine&) = delete;
  machine& operator=(const machine&) = delete;
  ~machine();

  // Without its rules, which are here.
  const language::document& document() const noexcept { return document_; }
  std::string_view fingerprint() const noexcept { return fingerprint_; }
  rule_list rules() const noexcept { return rule_list(*this); }
  const compiled_rule& rule(std::uint32_t index) const {
    const kept_rule* const kept = places_[index].kept.load(std::memory_order_acquire);
    return kept != nullptr ? kept->compiled : make_again(index);
  }
  std::uint32_t rule_count() const noexcept { return rule_count_; }
  // How many of them are not their place in the text alone.
  std::uint32_t rules_made() const noexcept;
  // Rules of a market's culture.
  std::span<const std::uint32_t> culture_of(std::uint32_t market) const noexcept { return of_market_[market]; }
  bool looks_for_leaks() const noexcept { return looks_for_leaks_; }

  std::optional<std::uint32_t> find_market(std::string_view name) const noexcept { return find(markets_, name); }
  std::optional<std::uint32_t> find_channel(std::string_view name) const noexcept { return find(channels_, name); }
  std::optional<std::uint32_t> find_attribute(std::string_view name) const noexcept { return find(attributes_, name); }

  std::uint32_t slots() const noexcept { return slots_; }
  std::uint32_t channel_slot(std::uint32_t channel) const noexcept { return slot::first_channel + channel; }
  // The slot of a money attribute.
  std::uint32_t attribute_slot(std::uint32_t attribute) const noexcept { return attribute_slots_[attribute]; }
  const std::string& slot_name(std::uint32_t slot) const noexcept { return slot_names_[slot]; }
  bool net_slot(std::uint32_t slot) const noexcept { return net_slots_[slot]; }

  const std::vector<market_terms>& markets() const noexcept { return market_terms_; }
  const std::vector<channel_terms>& channels() const noexcept { return channel_terms_; }
  const std::vector<attribute_terms>& attributes() const noexcept { return attribute_terms_; }
  // The traditional channels are the first; others are those that a gap names.
  const std::vector<channel_group>& groups() const noexcept { return groups_; }
  std::uint32_t group_of(const language::effect::gap& to) const;
  // Where a symbol that is no field and not the target comes from on a channel.
  price_choice choice_of(const symbol& of, std::uint32_t channel) const noexcept {
    const std::uint32_t own = channel_slot(channel);
    if (!of.is_of_group())
      return {channel_terms_[channel].reference.how, &channel_terms_[channel].reference.slots, own};
    return {of.what == symbol::kind::highest ? price_pick::kind::highest : price_pick::kind::lowest,
            &groups_[of.slot].slots, own};
  }
  const std::vector<time_span>& spans(std::uint32_t period) const noexcept { return spans_[period]; }
  bool discounts_compound() const noexcept { return document_.discounts == language::combine::compound; }
  fallback falls_back_to() const noexcept { return document_.fallback; }
  // How far soft shapes of a strength (strong 0, medium 1, weak 2) may move a price of a currency.
  soft_reach reach_of(std::size_t strength, currency in) const;

  // Lowers a value that may differ by currency: `make(value, decimals of the currency)`.
  template <class From, class Make, class To>
  void each_listed(const language::by_currency<From>& from, const Make& make, lowered<To>& to) const {
    if (from.any) {
      for (const currency one : different_decimals_) to.add_for_digits(one.digits(), make(*from.any, one.digits()));
    }
    for (const auto& [code, value] : from.each) to.add_for(code, make(value, code.digits()));
  }
  // The same of what several such values make together; `make(currency)` may give nothing.
  template <class Make, class To>
  void each_currency(bool by_code, lowered<To>& to, const Make& make) const {
    for (const currency one : by_code ? currencies_ : different_decimals_) {
      auto made = make(one);
      if (!made) continue;
      if (by_code) {
        to.add_for(one, std::move(*made));
      } else {
        to.add_for_digits(one.digits(), std::move(*made));
      }
    }
  }

  const std::vector<key_part>& key_parts() const noexcept { return key_parts_; }
  const dictionary& words(std::uint32_t key) const noexcept { return dictionaries_[key]; }
  // The code of a slash path: that of the deepest path that conditions name and that holds it.
  std::uint32_t category_code(std::uint32_t key, std::string_view path) const noexcept;
  // Whether an attribute takes part in the class key, and where.
  std::optional<std::uint32_t> attribute_key(std::uint32_t attribute) const noexcept {
    return attribute_keys_[attribute];
  }

  // Instants at which any period that a rule names begins or ends, sorted.
  const std::vector<std::int64_t>& boundaries() const noexcept { return boundaries_; }
  // Whether a rule names a period, so that a request has to say when it asks: even a period without boundaries, which
  // is always on, is not on where no time is given.
  bool reads_time() const noexcept { return reads_time_; }

  // Rules that may be on for this key in this market: those without an indexed condition, those listed under one of its
  // codes, and those of the market's culture. In the text's order.
  void candidates(std::span<const std::uint32_t> codes, std::uint32_t market,
                  std::vector<const compiled_rule*>& out) const;
  // Without the common rules, which ask about the market, the channel and the target alone and are found once for all
  // requests of a market and channel.
  void candidates_of_class(std::span<const std::uint32_t> codes, std::uint32_t market,
                           std::vector<const compiled_rule*>& out) const;
  std::span<const std::uint32_t> common() const noexcept { return common_; }

  // These channels, each once, as far as references say: each after those among them that its own leads to, others by
  // name.
  std::vector<std::uint32_t> in_order_of_reference(std::vector<std::uint32_t> asked) const;

 private:
  friend class compiler;
  struct kept_rule {
    language::rule source;
    compiled_rule compiled;
  };
  struct rule_place {
    std::size_t offset = 0;               // rule::offset
    std::uint32_t first_written_out = 0;  // of its periods
    mutable std::atomic<const kept_rule*> kept{nullptr};
  };
  // Rules listed under a code of a key part; or, for numbers, under the nodes of a segment tree over all codes, of
  // which any range is a few. Code c is leaf `leaves` + c, and the parent of node n is n / 2.
  struct listed_rules {
    std::uint32_t leaves = 0;           // 0: no tree
    std::vector<std::uint32_t> starts;  // by code or node, and one more
    std::vector<std::uint32_t> rules;
    void find(std::uint32_t code, std::vector<std::uint32_t>& out) const {
      if (leaves == 0) return add(code, out);
      for (std::uint32_t node = leaves + code; node != 0; node /= 2) add(node, out);
    }

   private:
    void add(std::uint32_t place, std::vector<std::uint32_t>& out) const {
      if (place + 1 < starts.size())
        out.insert(out.end(), rules.begin() + starts[place], rules.begin() + starts[place + 1]);
    }
  };

  using group_name = std::pair<channel_group::kind, std::vector<std::uint32_t>>;  // of a list: its channels
  static group_name group_key(const language::effect::gap& to);

  machine() = default;
  const compiled_rule& make_again(std::uint32_t index) const;
  std::vector<std::uint32_t> numbers_of_class(std::span<const std::uint32_t> codes, std::uint32_t market) const;
  void in_text_order(std::vector<std::uint32_t> numbers, std::vector<const compiled_rule*>& out) const;
  static std::optional<std::uint32_t> find(const dictionary& names, std::string_view name) noexcept {
    const auto found = names.find(name);
    if (found == names.end()) return {};
    return found->second;
  }

  language::document document_;
  std::string fingerprint_;
  std::unique_ptr<rule_place[]> places_;
  std::uint32_t rule_count_ = 0;
  bool looks_for_leaks_ = false;
  dictionary markets_, channels_, attributes_;
  std::uint32_t slots_ = 0;
  std::vector<std::uint32_t> attribute_slots_;
  std::vector<std::string> slot_names_;
  std::vector<bool> net_slots_;
  std::vector<market_terms> market_terms_;
  std::vector<channel_terms> channel_terms_;
  std::vector<attribute_terms> attribute_terms_;
  std::vector<channel_group> groups_;
  std::map<group_name, std::uint32_t> group_places_;
  std::vector<std::vector<time_span>> spans_;              // by period
  std::vector<currency> currencies_, different_decimals_;  // of the markets, each once; one for each number of decimals
  std::vector<key_part> key_parts_;
  std::vector<dictionary> dictionaries_;  // by key part
  std::vector<std::optional<std::uint32_t>> attribute_keys_;
  std::vector<std::int64_t> boundaries_;
  bool reads_time_ = false;
  std::vector<std::uint32_t> unindexed_, common_;
  std::vector<std::vector<std::uint32_t>> of_market_;  // rules of a market's culture
  std::vector<listed_rules> index_;                    // by key part
};

inline const compiled_rule& rule_list::iterator::operator*() const { return of_->rule(at_); }
inline std::uint32_t rule_list::size() const noexcept { return of_->rule_count(); }

}  // namespace pricepoint::engine
