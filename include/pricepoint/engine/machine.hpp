// SPDX-License-Identifier: Apache-2.0
// A compiled policy: what engine/compile makes of a document and what every pricer of that policy reads. Immutable.
//
// Words that conditions name have small numbers, every other word is `other`; numbers and instants have the index of
// the segment between two thresholds. A request becomes a tuple of such numbers, its cell key; requests of one key have
// the same rules on, but for conditions on the target.
#pragma once

#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/engine/dictionary.hpp"
#include "pricepoint/money/exact.hpp"
#include "pricepoint/policy/document.hpp"
#include "pricepoint/result.hpp"

namespace pricepoint::engine {

namespace language = pricepoint::policy_language;
using detail::fraction;

// Money fields of a request have fixed places: these, then the channels' prices, then the attributes that are money.
namespace slot {
inline constexpr std::uint32_t list = 0, msrp = 1, map = 2, current = 3, lowest_prior = 4, cost = 5, shipping = 6;
inline constexpr std::uint32_t first_channel = 7;
}  // namespace slot

// One instruction of a money expression in postfix order. Constants are in minor units of the program's currency where
// they stand for money.
struct instruction {
  enum class kind : std::uint8_t { constant, field, reference, target, add, subtract, scale, negate, min, max };
  kind op = kind::constant;
  bool optional = false;    // field, reference: left out of the min or max around it where absent
  std::uint32_t index = 0;  // field: slot; min, max: number of operands
  fraction value;           // constant; scale: the factor
};
using program = std::vector<instruction>;

// Values of an effect for one currency; nothing in a currency that the policy does not list.
template <class T>
using per_currency = language::by_currency<T>;

struct compiled_condition {
  const language::condition* source = nullptr;
  std::uint32_t key = 0;             // text and numbers: place in the cell key
  std::vector<std::uint32_t> codes;  // text: codes that hold, sorted; channel, market: indices
  bool holds_for(std::uint32_t code) const noexcept;
};

struct compiled_rule {
  const language::rule* source = nullptr;
  std::uint32_t index = 0;  // in the text's order
  std::vector<compiled_condition> when;
  std::vector<std::vector<compiled_condition>> except;
  bool names_period = false;
  bool asks_target = false;
  bool of_audits = false;                     // its effect speaks in audits alone
  std::vector<std::uint32_t> periods;         // every period that it names
  fraction min_rate, max_rate;                // of gaps and margins whose ends are rates; of `change`: max_rate
  per_currency<program> value;                // of effects that are money expressions
  std::uint32_t wholesale = 0, own_cost = 0;  // squeeze: slots
  std::string_view id() const noexcept { return source->id; }
};

// What a place of the cell key holds.
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
  static result<std::shared_ptr<const machine>> compile(language::document document);

  machine(const machine&) = delete;
  machine& operator=(const machine&) = delete;

  const language::document& document() const noexcept { return document_; }
  std::string_view fingerprint() const noexcept { return fingerprint_; }
  const std::vector<compiled_rule>& rules() const noexcept { return rules_; }

  std::optional<std::uint32_t> find_market(std::string_view name) const noexcept { return find(markets_, name); }
  std::optional<std::uint32_t> find_channel(std::string_view name) const noexcept { return find(channels_, name); }
  std::optional<std::uint32_t> find_attribute(std::string_view name) const noexcept { return find(attributes_, name); }

  std::uint32_t slots() const noexcept { return slots_; }
  std::uint32_t channel_slot(std::uint32_t channel) const noexcept { return slot::first_channel + channel; }
  // The slot of a money attribute.
  std::uint32_t attribute_slot(std::uint32_t attribute) const noexcept { return attribute_slots_[attribute]; }
  const std::string& slot_name(std::uint32_t slot) const noexcept { return slot_names_[slot]; }
  bool net_slot(std::uint32_t slot) const noexcept { return net_slots_[slot]; }

  const std::vector<key_part>& key_parts() const noexcept { return key_parts_; }
  const dictionary& words(std::uint32_t key) const noexcept { return dictionaries_[key]; }
  // The code of a slash path: that of the deepest path that conditions name and that holds it.
  std::uint32_t category_code(std::uint32_t key, std::string_view path) const noexcept;
  // Whether an attribute takes part in the cell key, and where.
  std::optional<std::uint32_t> attribute_key(std::uint32_t attribute) const noexcept {
    return attribute_keys_[attribute];
  }

  // Instants at which any period that a rule names begins or ends, sorted.
  const std::vector<std::int64_t>& boundaries() const noexcept { return boundaries_; }

  // Rules that may be on for this key in this market: those without an indexed condition, those listed under one of its
  // codes, and those of the market's culture.
  void candidates(std::span<const std::uint32_t> codes, std::uint32_t market,
                  std::vector<const compiled_rule*>& out) const;

  // These channels, each once: after those among them that their references name, unrelated ones by name.
  std::vector<std::uint32_t> in_order_of_reference(const std::vector<std::uint32_t>& asked) const;

 private:
  friend class compiler;
  machine() = default;
  static std::optional<std::uint32_t> find(const dictionary& names, std::string_view name) noexcept {
    const auto found = names.find(name);
    if (found == names.end()) return {};
    return found->second;
  }

  language::document document_;
  std::string fingerprint_;
  std::vector<compiled_rule> rules_;
  dictionary markets_, channels_, attributes_;
  std::uint32_t slots_ = 0;
  std::vector<std::uint32_t> attribute_slots_;
  std::vector<std::string> slot_names_;
  std::vector<bool> net_slots_;
  std::vector<key_part> key_parts_;
  std::vector<dictionary> dictionaries_;  // by key part
  std::vector<std::optional<std::uint32_t>> attribute_keys_;
  std::vector<std::int64_t> boundaries_;
  std::vector<std::uint32_t> unindexed_;
  std::vector<std::vector<std::uint32_t>> of_market_;  // rules of a market's culture
  std::vector<boost::unordered_flat_map<std::uint32_t, std::vector<std::uint32_t>>> index_;  // by key part, then code
  std::vector<std::vector<std::uint32_t>> named_by_;  // by channel: the channels that its reference names
};

}  // namespace pricepoint::engine
