// SPDX-License-Identifier: Apache-2.0
//
// A policy as data: a struct for each part of the document. Where a rule asks for a market's culture, the entries of
// that culture take its place.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "property/reference/numbers.hpp"

namespace reference {

struct expression {
  enum class kind { literal, name, add, subtract, multiply, divide, minimum, maximum };
  kind what = kind::literal;
  rational value;          // of a literal
  std::string name;        // of a name
  bool optional_ = false;  // name followed by `?`
  std::vector<expression> parts;
};

expression parse_expression(std::string_view text);

/// One value for every currency, or one for each that is listed.
template <typename T>
struct by_currency {
  std::optional<T> one;
  std::map<std::string, T> listed;

  const T* in(const std::string& currency) const {
    if (one) return &*one;
    const auto found = listed.find(currency);
    return found == listed.end() ? nullptr : &found->second;
  }
};

struct period {
  std::optional<long long> from_unix_ms;
  std::optional<long long> until_unix_ms;
};
using period_list = std::vector<period>;

struct condition {
  std::string attribute;
  std::vector<std::string> words;
  std::vector<rational> numbers;
  bool is_range = false;
  std::optional<by_currency<rational>> from;  // a number's own range knows no currency: `one` is set
  std::optional<by_currency<rational>> below;
};
using conditions = std::vector<condition>;

enum class effect_kind {
  base,
  discount,
  price,
  gap,
  floor,
  ceiling,
  margin,
  change,
  endings,
  multiple_of,
  avoid,
  prefer,
  hold,
  was,
  credit,
  advise,
  withhold,
  culture,
  squeeze,
  leak,
  inverted
};

inline constexpr std::array<std::pair<std::string_view, effect_kind>, 21> effect_names = {
    {{"base", effect_kind::base},         {"discount", effect_kind::discount},
     {"price", effect_kind::price},       {"gap", effect_kind::gap},
     {"floor", effect_kind::floor},       {"ceiling", effect_kind::ceiling},
     {"margin", effect_kind::margin},     {"change", effect_kind::change},
     {"endings", effect_kind::endings},   {"multiple_of", effect_kind::multiple_of},
     {"avoid", effect_kind::avoid},       {"prefer", effect_kind::prefer},
     {"hold", effect_kind::hold},         {"was", effect_kind::was},
     {"credit", effect_kind::credit},     {"advise", effect_kind::advise},
     {"withhold", effect_kind::withhold}, {"culture", effect_kind::culture},
     {"squeeze", effect_kind::squeeze},   {"leak", effect_kind::leak},
     {"inverted", effect_kind::inverted}}};

enum class strength { required, strong, medium, weak };

/// A rate or an amount of money.
struct rate_or_money {
  std::optional<rational> rate;
  by_currency<rational> money;
  bool listed_in(const std::string& currency) const { return rate || money.in(currency) != nullptr; }
};

struct ending {
  std::string integer;
  std::string fraction;
};

enum class digit_place { any, integer, fraction, last };

struct occurrences {
  std::string digits;
  std::vector<std::string> sequences;
  std::vector<std::string> amounts;
  digit_place in = digit_place::any;
};

struct rule {
  std::string id;
  effect_kind effect = effect_kind::advise;
  strength how = strength::required;
  bool skip_if_missing = false;
  conditions when;
  std::vector<conditions> except;
  std::optional<std::vector<period_list>> during;  // the periods that it lists

  by_currency<expression> money;  // base, price, floor, ceiling, was
  rate_or_money discount;
  std::string group;
  bool exclusive = false;
  std::string to;                   // gap (unless a list), credit, inverted; the dealer of squeeze; whom leak is about
  std::vector<std::string> any_of;  // gap: the channels of a list
  std::string wholesale, cost;      // squeeze: names of net fields
  std::optional<rate_or_money> gap_min, gap_max;
  std::optional<rational> margin_min, margin_max;
  rational rate;  // change, hold, credit; the margin of squeeze
  by_currency<rational> multiple_of;
  std::vector<ending> endings;
  std::vector<occurrences> occurring;  // avoid, prefer: one, but for the merged `prefer` entries of a culture
  std::string code;                    // advise, withhold
  std::set<std::string> kinds;         // culture
  std::set<std::string> without;       // culture
  bool of_culture = false;             // made of an entry of the market's culture
};

struct market {
  std::string currency;
  int decimals = 2;
  rational unit;
  bool gross = true;
  std::optional<rational> tax;
  bool stored_net = false;
  bool has_window = false;    // the law's, on former prices
  bool resale_free = false;   // the table says that no minimum may be set, or does not know
  std::vector<rule> culture;  // its entries, under their own ids; `when` holds the band
};

struct channel {
  bool traditional = false;
  std::vector<std::string> reference;  // names; empty: `list`, unless one of the next two
  bool lowest_traditional = false;
  bool highest_traditional = false;
  rational fee;
  std::optional<bool> gross;
  bool reseller = false;
};

enum class attribute_kind { words, text, number, display_money, net_money };

struct attribute {
  attribute_kind kind = attribute_kind::text;
  std::set<std::string> words;
};

struct distance_limit {
  std::optional<rational> rate;
  std::optional<by_currency<rational>> money;
};

struct document {
  std::string fallback = "none";
  std::map<std::string, market> markets;
  std::map<std::string, channel> channels;
  std::map<std::string, attribute> attributes;
  std::map<std::string, period_list> periods;
  std::array<distance_limit, 3> within;  // strong, medium, weak
  bool compound = false;
  std::vector<rule> rules;                            // as written, but for those that serve the audit alone
  std::vector<rule> audit_rules;                      // these
  std::map<std::string, std::vector<rule>> rules_in;  // by market: with its culture in place of `culture`
};

std::shared_ptr<const document> read_document(std::string_view text, const surroundings& beside);

}  // namespace reference
