// SPDX-License-Identifier: Apache-2.0
// A policy as data: what a policy's text says, names resolved and literals read, every part with its place in the text.
// policy/parse makes it; compile/ turns it into a machine; nothing else changes it.
//
// Offsets are byte offsets into the text that was parsed (`source` turns them into line, column and JSON pointer).
#pragma once

#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "money/by_currency.hpp"
#include "policy/expression.hpp"
#include "pricepoint/market/table.hpp"
#include "pricepoint/money/currency.hpp"
#include "pricepoint/money/decimal.hpp"
#include "pricepoint/money/rate.hpp"
#include "pricepoint/shape/pattern.hpp"

namespace pricepoint::policy_language {

class source;  // text/source.hpp

using money_expression = by_currency<expression>;

using display = tax_display;
enum class fallback : std::uint8_t { none, reference, current };
enum class combine : std::uint8_t { add, compound };
enum class strength : std::uint8_t { required, strong, medium, weak };

struct market {
  std::string name;
  pricepoint::currency currency;
  std::int64_t unit_minor = 1;  // smallest step of a displayed price, in minor units, > 0
  policy_language::display display = policy_language::display::gross;
  std::optional<rate> tax;  // where display is net and none is given: nothing (the engine takes 0%)
  bool net_stored = false;
  // What the market table knows under this name, a shop's own file counted in; null where neither has it.
  std::shared_ptr<const market_entry> known;
  std::size_t offset = 0;

  // The law's way to the price that an announced reduction may be compared with; null where there is none.
  const former_price_rule* former_price() const noexcept {
    if (known == nullptr || !known->former_price.value) return nullptr;
    return known->former_price.value->rule == former_price_rule::kind::none ? nullptr : &*known->former_price.value;
  }
};

struct channel {
  enum class kind : std::uint8_t { traditional, online };
  enum class owner : std::uint8_t { own, reseller };
  enum class reference : std::uint8_t { list_price, channels, lowest_traditional, highest_traditional };

  std::string name;
  channel::kind kind = channel::kind::online;
  channel::owner owner = channel::owner::own;
  channel::reference reference = channel::reference::list_price;
  std::vector<std::uint32_t> reference_channels;  // for reference::channels: the first that has a price
  rate fee;
  std::optional<policy_language::display> display;  // overrides the market's
  std::size_t offset = 0;
};

struct attribute {
  enum class kind : std::uint8_t { words, text, number, money_display, money_net };

  std::string name;
  attribute::kind kind = attribute::kind::text;
  std::vector<std::string> words;  // sorted; for kind::words
  std::size_t offset = 0;
};

// [from, until) in milliseconds since 1970 UTC; an end that is missing is unbounded. from < until where both are given.
struct span {
  std::optional<std::int64_t> from_unix_ms;
  std::optional<std::int64_t> until_unix_ms;
  // East of UTC, as the policy's zone has it then: for people alone, two spans of the same instants are the same.
  int from_offset_minutes = 0, until_offset_minutes = 0;
  friend bool operator==(const span& a, const span& b) {
    return a.from_unix_ms == b.from_unix_ms && a.until_unix_ms == b.until_unix_ms;
  }
};

// Inside any of its spans. A period written out in a rule has an empty name.
struct period {
  std::string name;
  std::vector<span> spans;
  std::size_t offset = 0;
};

// How far a soft shape may move a price: of the given, the larger counts.
struct within {
  std::vector<rate> rates;
  std::vector<money> amounts;
};

// What a condition asks about: built in, or `declared` with an index into document::attributes.
enum class subject : std::uint8_t {
  sku,
  category,
  channel,
  market,
  segment,
  audience,
  quantity,
  period,
  target,
  declared,
};

struct condition {
  policy_language::subject subject = policy_language::subject::sku;
  std::uint32_t index = 0;             // subject::declared: which attribute
  std::vector<std::string> words;      // text subjects: any of these (channels and markets by name)
  std::vector<std::uint32_t> periods;  // subject::period: any of these
  std::vector<decimal> numbers;        // quantity and number attributes: any of these
  bool range = false;                  // {from, below}: half-open, on numbers and target
  std::optional<decimal> from_number, below_number;
  std::optional<money> from_money, below_money;  // subject::target
  std::size_t offset = 0;
};

using conditions = std::vector<condition>;  // all must hold; never empty where written

namespace effect {

struct base {
  money_expression value;
};
struct discount {
  rate_or_money value;
  std::optional<std::string> group;
  bool exclusive = false;
};
struct price {
  money_expression value;
};
struct gap {
  enum class target_kind : std::uint8_t { channel, reference, traditional, online, channels };
  target_kind to = target_kind::reference;
  std::uint32_t channel = 0;              // target_kind::channel
  std::vector<std::uint32_t> channels;    // target_kind::channels: two or more, sorted
  std::optional<rate_or_money> min, max;  // at least one
};
struct floor {
  money_expression value;
};
struct ceiling {
  money_expression value;
};
struct margin {
  std::optional<rate> min, max;
};  // at least one
struct change {
  rate value;
};
struct endings {
  shape::endings value;
};
struct multiple_of {
  money value;
};
struct avoid {
  shape::numbers value;
};
struct prefer {
  shape::prefer value;  // one entry, but for those that come from a market's culture
};
struct hold {
  rate value;
};
struct was {
  money_expression value;
};
struct credit {
  std::uint32_t to = 0;  // channel
  rate value;
};
struct advise {
  std::string code;
};
struct withhold {
  std::string code;
};
// The three that speak in audits alone; when pricing they are off.
//
// A dealer who had to match this offer's price could not keep `margin` over its wholesale price and own cost.
struct squeeze {
  std::uint32_t dealer = 0;  // channel
  // Net money fields: cost, shipping or a declared attribute (`index`).
  struct net_field {
    money_field field = money_field::cost;
    std::uint32_t index = 0;
  };
  net_field wholesale, cost;
  rate margin;
};
// A price of this audience or segment shows on an offer without one.
struct leak {
  std::string from;
};
// A member's price is above the public one on this channel.
struct inverted {
  std::uint32_t to = 0;  // channel
};
// Says nothing by itself: what it asks for stands behind it as rules of their own, `of_market`.
struct culture {
  bool avoid = false, prefer = false, endings = false;
  std::vector<std::string> without;  // ids of entries, sorted
};

}  // namespace effect

using any_effect =
    std::variant<effect::base, effect::discount, effect::price, effect::gap, effect::floor, effect::ceiling,
                 effect::margin, effect::change, effect::endings, effect::multiple_of, effect::avoid, effect::prefer,
                 effect::hold, effect::was, effect::credit, effect::advise, effect::withhold, effect::culture,
                 effect::squeeze, effect::leak, effect::inverted>;

// The keys under which effects are written.
inline constexpr std::string_view effect_keys[] = {
    "base",   "discount", "price",       "gap",     "floor",   "ceiling", "margin",
    "change", "endings",  "multiple_of", "avoid",   "prefer",  "hold",    "was",
    "credit", "advise",   "withhold",    "culture", "squeeze", "leak",    "inverted"};
static_assert(std::size(effect_keys) == std::variant_size_v<any_effect>);

struct rule {
  std::string id;
  any_effect effect;
  conditions when;
  std::vector<conditions> except;
  std::vector<std::uint32_t> during;  // indices into document::periods; empty: always
  policy_language::strength strength = policy_language::strength::required;  // bounds and shapes; the default filled in
  bool skip_if_missing = false;
  std::string because;
  // Of a market's culture: only there, and of the rule (index into document::rules) that asks for it.
  std::optional<std::uint32_t> of_market;
  std::uint32_t asked_by = 0;
  std::size_t offset = 0;         // of the rule's object
  std::size_t effect_offset = 0;  // of the effect's key
};

struct document {
  std::string name;
  policy_language::fallback fallback = policy_language::fallback::none;
  combine discounts = combine::add;
  std::vector<market> markets;        // sorted by name
  std::vector<channel> channels;      // sorted by name
  std::vector<attribute> attributes;  // sorted by name
  std::vector<period> periods;        // named ones sorted by name, then those written out in rules
  within within_by_strength[3];       // strong, medium, weak
  std::vector<rule> rules;            // in the text's order, which matters for `base` alone
  std::shared_ptr<const policy_language::source> source;
  std::string zones_version;  // of the data that local times were read with
};

}  // namespace pricepoint::policy_language
