// SPDX-License-Identifier: Apache-2.0
// What is known about markets, as data: currency, unit, tax display, law and culture, each with where it is known from
// and how sure it is. A policy's markets take what they do not say themselves from here.
//
//   const pricepoint::market_table& table = pricepoint::built_in_markets();
//   const pricepoint::market_entry* china = table.find("CN");
//   china->culture.front().id;                          // "avoid-last-4"
//
// The library's own table is src/market/markets.jsonc; a shop may bring a file of the same form
// (src/market/market_file.hpp).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pricepoint/money/currency.hpp"
#include "pricepoint/money/decimal.hpp"
#include "pricepoint/shape/pattern.hpp"

namespace pricepoint {

// How the law of a market finds the price that an announced reduction may be compared with; market/price_history.hpp
// applies it.
struct former_price_rule {
  enum class kind : std::uint8_t {
    none,       // the law gives no number of days
    lowest,     // the lowest price of the `days` before the reduction began
    majority,   // a price charged for more than half of the time on sale within `days` before it
    half_time,  // the price charged right before it
  };
  kind rule = kind::none;
  int days = 0;         // lowest: of the window; majority: of the time looked at; half_time: in a row, for no limit
  int least_days = 0;   // majority: charged for so many days at least
  int recent_days = 0;  // majority: last charged less than so many days before
  int most_days = 0;    // half_time: shown for so many days at most, and for half of the time that it was charged
  bool progressive = false;  // lowest: a series of cuts keeps the price from before its first

  // lowest: reductions that began before `until` had another number of days.
  struct earlier_days {
    std::int64_t until_unix_ms = 0;
    int days = 0;
    friend bool operator==(const earlier_days&, const earlier_days&) = default;
  };
  std::vector<earlier_days> earlier;  // sorted by `until`

  friend bool operator==(const former_price_rule&, const former_price_rule&) = default;
};

enum class tax_display : std::uint8_t { gross, net };  // whether displayed prices contain the tax

// How sure a fact is.
enum class confidence : std::uint8_t {
  law,        // the law or an official text was seen
  paper,      // a paper, its abstract or a report of it was seen
  computed,   // from a file of data
  reputable,  // a reputable page, or several pages
  weak,       // a weak page
  common,     // common knowledge
  none,       // no evidence was found, or nobody said
};
std::string_view to_string(confidence value) noexcept;

// Whether a supplier may set a minimum resale price for independent resellers.
enum class resale_minimum : std::uint8_t { unknown, allowed, forbidden };
std::string_view to_string(resale_minimum value) noexcept;

// Where a fact is known from.
struct evidence {
  pricepoint::confidence confidence = pricepoint::confidence::none;
  std::vector<std::string> sources;  // as citations
  std::string note;
};

template <class T>
struct fact : evidence {
  std::optional<T> value;  // nothing: not known, or none
  bool given = false;      // the file says something about it
};

enum class culture_strength : std::uint8_t { strong, medium, weak };
std::string_view to_string(culture_strength value) noexcept;

// A number to avoid or to prefer, or endings in use in a band of the target.
struct culture_entry : evidence {
  enum class kind : std::uint8_t { avoid, prefer, endings };
  std::string id;  // unique in its market: "avoid-last-4"
  culture_entry::kind kind = culture_entry::kind::avoid;
  std::variant<shape::numbers, shape::endings, shape::multiple_of> what;  // numbers for avoid and prefer
  std::optional<decimal> from, below;  // [from, below) of the target, in the table's currency of the market
  bool wider = false;                  // says more than its evidence is about
  std::optional<culture_strength> given_strength;

  // By confidence, unless given: law, paper and computed are strong, reputable is medium, others are weak; to prefer is
  // one step weaker; what is wider than its evidence is weak. Nobody's confidence: strong, and to prefer weak.
  culture_strength strength() const noexcept {
    if (given_strength) return *given_strength;
    if (wider) return culture_strength::weak;
    const int steps = confidence <= pricepoint::confidence::computed    ? 0
                      : confidence == pricepoint::confidence::reputable ? 1
                      : confidence == pricepoint::confidence::none      ? (kind == kind::prefer ? 2 : 0)
                                                                        : 2;
    return static_cast<culture_strength>(std::min(2, steps + (kind == kind::prefer ? 1 : 0)));
  }
};

struct market_entry {
  std::string code;  // ISO 3166, or any name in a shop's own file
  std::string name;
  fact<pricepoint::currency> currency;
  fact<decimal> unit;         // smallest step of a displayed price, in units of the currency
  fact<tax_display> display;  // usual
  fact<decimal> cash_step;    // of a bill paid in cash: information, not for prices
  fact<former_price_rule> former_price;
  fact<resale_minimum> minimum_resale_price;
  std::vector<culture_entry> culture;  // in the file's order
  bool culture_given = false;
};

// Immutable once read; shared between threads.
struct market_table {
  std::string version;
  std::vector<market_entry> markets;  // sorted by code

  // Nothing where the table has no such market.
  const market_entry* find(std::string_view code) const noexcept {
    const auto at =
        std::lower_bound(markets.begin(), markets.end(), code,
                         [](const market_entry& one, std::string_view wanted) { return one.code < wanted; });
    return at == markets.end() || at->code != code ? nullptr : &*at;
  }
};

// The table of a version ("2026.11"), or the newest where none is named; nothing where the library has no such version.
// Read on first use; never changes and lives as long as the program.
const market_table* find_market_table(std::string_view version) noexcept;
const market_table& built_in_markets();
std::vector<std::string_view> market_table_versions();  // the oldest first

}  // namespace pricepoint
