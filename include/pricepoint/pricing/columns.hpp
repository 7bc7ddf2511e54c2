// SPDX-License-Identifier: Apache-2.0
// Prices over columns: requests as one column a field, decisions as one vector a member.
//
//   pricepoint::request_columns rows{.rows = 2, .channel = pricepoint::text_column::all("web"), .market = markets};
//   rows.prices.push_back({"store", store_minor});
//   pricepoint::decision_columns out;
//   pricepoint::price_columns(pricer, rows, out);
//
// Every row's decision is the one that pricer::price gives for that row's request.
//
// A column is one field of every row, in the layout in which a caller has it. Nothing is copied: what a column looks at
// must live until the call that takes it returns.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "pricepoint/detail/int128.hpp"
#include "pricepoint/money/amount.hpp"
#include "pricepoint/pricing/decision.hpp"
#include "pricepoint/pricing/pricer.hpp"

namespace pricepoint {

namespace detail {
class arena;
}

// Text of every row. Empty text is absent.
class text_column {
 public:
  enum class layout : std::uint8_t { absent, same, views, codes };

  constexpr text_column() noexcept = default;  // absent in every row
  // A text a row; absent beyond the end of the span.
  constexpr text_column(std::span<const std::string_view> values) noexcept  // NOLINT(google-explicit-constructor)
      : layout_(layout::views), values_(values) {}
  template <class Range>
  requires std::convertible_to<const Range&, std::span<const std::string_view>>
  constexpr text_column(const Range& values) noexcept  // NOLINT(google-explicit-constructor)
      : text_column(std::span<const std::string_view>(values)) {}
  // `words[codes[row]]` a row; absent where the code is no index of a word. Words may repeat.
  constexpr text_column(std::span<const std::int32_t> codes, std::span<const std::string_view> words) noexcept
      : layout_(layout::codes), values_(words), codes_(codes) {}
  // The same in every row.
  static constexpr text_column all(std::string_view text) noexcept {
    text_column made;
    made.layout_ = layout::same;
    made.same_ = text;
    return made;
  }

  constexpr layout kind() const noexcept { return layout_; }
  constexpr std::span<const std::int32_t> codes() const noexcept { return codes_; }
  constexpr std::span<const std::string_view> values() const noexcept { return values_; }  // or the words

  constexpr std::string_view at(std::size_t row) const noexcept {
    switch (layout_) {
      case layout::absent:
        break;
      case layout::same:
        return same_;
      case layout::views:
        return row < values_.size() ? values_[row] : std::string_view();
      case layout::codes: {
        if (row >= codes_.size()) break;
        const auto code = static_cast<std::uint32_t>(codes_[row]);  // a negative code is beyond every word
        return code < values_.size() ? values_[code] : std::string_view();
      }
    }
    return {};
  }

 private:
  layout layout_ = layout::absent;
  std::span<const std::string_view> values_;
  std::span<const std::int32_t> codes_;
  std::string_view same_;
};

// A number of every row: whole units of a step that the column's place says (minor units of money, milliseconds,
// pieces), or decimals of one scale, or text.
class number_column {
 public:
  enum class layout : std::uint8_t { absent, same, units, scaled, text };

  constexpr number_column() noexcept = default;  // absent in every row
  // Units: of money minor units of the row's currency. `absent_value`, and what lies beyond the span, is absent.
  constexpr number_column(std::span<const std::int64_t> units) noexcept  // NOLINT(google-explicit-constructor)
      : layout_(layout::units), units_(units) {}
  template <class Range>
  requires std::convertible_to<const Range&, std::span<const std::int64_t>>
  constexpr number_column(const Range& units) noexcept  // NOLINT(google-explicit-constructor)
      : number_column(std::span<const std::int64_t>(units)) {}
  // values[row] / 10^scale, of money in whole units of the currency: 2980 at scale 2 is 29.80 in any currency. Requires
  // 0 <= scale <= 9.
  static constexpr number_column scaled(std::span<const std::int64_t> values, int scale) noexcept {
    number_column made(values);
    made.layout_ = layout::scaled;
    made.scale_ = static_cast<std::uint8_t>(scale);
    return made;
  }
  // As people write them: "29.80". Empty text is absent; what is no decimal makes its row `invalid`.
  static constexpr number_column text(text_column values) noexcept {
    number_column made;
    made.layout_ = layout::text;
    made.text_ = values;
    return made;
  }
  // The same units in every row.
  static constexpr number_column all(std::int64_t units) noexcept {
    number_column made;
    made.layout_ = layout::same;
    made.same_ = units;
    return made;
  }

  constexpr layout kind() const noexcept { return layout_; }
  constexpr int scale() const noexcept { return scale_; }
  constexpr const text_column& texts() const noexcept { return text_; }
  constexpr std::span<const std::int64_t> values() const noexcept { return units_; }

  // Units, or scaled values; of a column that is no text.
  constexpr std::int64_t at(std::size_t row) const noexcept {
    if (layout_ == layout::same) return same_;
    return row < units_.size() ? units_[row] : absent_value;
  }

 private:
  layout layout_ = layout::absent;
  std::uint8_t scale_ = 0;
  std::int64_t same_ = absent_value;
  std::span<const std::int64_t> units_;
  text_column text_;
};

// Fields as in `request`. Money in minor units is in those of the request's currency: `currency` where a row has one,
// else the market's.
struct request_columns {
  struct price_column {
    std::string_view channel;
    number_column value;
  };
  // Of a declared attribute: words and text as text; numbers and money as either.
  struct attribute_column {
    std::string_view name;
    text_column text{};
    number_column number{};
  };

  std::size_t rows = 0;
  text_column sku{}, category{}, segment{}, audience{}, channel{}, market{}, currency{};
  number_column quantity{}, units{};                    // units: whole numbers
  number_column at_unix_ms{}, current_since_unix_ms{};  // as text: with an offset
  number_column list{}, msrp{}, map{}, current{}, lowest_prior{}, cost{}, shipping{};
  number_column tax_e8{}, fee_e8{};  // 19% is 19'000'000, as text "19%"; no scaled numbers
  std::vector<price_column> prices{};
  std::vector<attribute_column> attributes{};
};

// The request of one row; its texts are the columns'. `invalid` gets the names of fields whose text is no number: with
// any, the row's decision is `invalid` with these names among its own.
void request_of_row(const policy& with, const request_columns& from, std::size_t row, request& out,
                    std::vector<std::string>& invalid);

// Sets of names that many rows share, each once; set 0 is the empty one.
class name_sets {
 public:
  name_sets();
  name_sets(name_sets&&) noexcept;
  name_sets& operator=(name_sets&&) noexcept;
  ~name_sets();
  std::size_t size() const noexcept { return sets_.size(); }
  std::span<const std::string_view> operator[](std::uint32_t number) const noexcept { return sets_[number].names; }
  // The set of these names in this order, made where it is not there yet. Names are copied.
  std::uint32_t number(std::span<const std::string_view> names);
  void clear();

 private:
  struct set {
    std::span<const std::string_view> names;
    std::uint64_t hash = 0;
  };
  void grow();
  std::vector<set> sets_;
  std::vector<std::uint32_t> places_;  // open addressing: number of the set, or none
  static constexpr std::uint32_t none = UINT32_MAX;
  std::unique_ptr<detail::arena> names_;
};

// What to answer beside the status. Less is faster.
namespace part {
inline constexpr std::uint32_t price = 1u << 0;
inline constexpr std::uint32_t limited_by = 1u << 1;
inline constexpr std::uint32_t relaxed = 1u << 2;
inline constexpr std::uint32_t net = 1u << 3;  // and tax
inline constexpr std::uint32_t target = 1u << 4;
inline constexpr std::uint32_t discounts = 1u << 5;
inline constexpr std::uint32_t was = 1u << 6;      // and the saving
inline constexpr std::uint32_t reasons = 1u << 7;  // conflict, missing, invalid
inline constexpr std::uint32_t advice = 1u << 8;
inline constexpr std::uint32_t credits = 1u << 9;
inline constexpr std::uint32_t rest = 1u << 10;  // held, fallback_price, next_change_at, currency
inline constexpr std::uint32_t quote = price | limited_by | relaxed;
inline constexpr std::uint32_t all = (1u << 11) - 1;
}  // namespace part

// Decisions, one entry a row in every vector that was asked for; the others are empty. Members are those of `decision`;
// `absent_value` where a number does not apply, and name sets as numbers of `sets`.
struct decision_columns {
  std::vector<pricepoint::status> status;
  std::vector<std::int64_t> price_minor, net_minor, tax_minor, was_minor, fallback_price_minor;
  // In a ten-thousandth of a minor unit, rounded half up; absent_target where there is none.
  std::vector<detail::int128> target_e4;
  static constexpr detail::int128 absent_target = static_cast<detail::int128>(absent_value) * 4;
  std::vector<std::int32_t> saving_rate_percent;  // 0 where there is no former price
  std::vector<std::uint32_t> limited_by, relaxed, discounts, conflict, missing, invalid, advice;
  std::vector<std::uint8_t> held;
  std::vector<std::int64_t> next_change_at_unix_ms;
  std::vector<std::uint16_t> currency;  // currency::index(); no_currency where the market is not known
  static constexpr std::uint16_t no_currency = UINT16_MAX;
  std::vector<std::size_t> credits_end;  // credits of row i: from credits_end[i - 1] (0 for the first)
  std::vector<credit_due> credits;
  name_sets sets;
  std::string_view policy;  // fingerprint

  std::size_t size() const noexcept { return status.size(); }
};

// Prices all rows. Where `out` was used before its memory is used again. Cost: see docs/performance.md; nothing is
// allocated for a row whose kind is known, but for the vectors of `out`.
void price_columns(pricer& with, const request_columns& rows, decision_columns& out, std::uint32_t parts = part::all);

struct batch_options {
  unsigned threads = 1;  // 0: as many as the machine has
  std::shared_ptr<const exchange_rates> rates{};
  pricer_limits limits{};
};

// Prices columns with several threads, each with a pricer of its own that is kept from batch to batch. Used by one
// thread at a time.
class batch_pricer {
 public:
  explicit batch_pricer(const pricepoint::policy& policy, const batch_options& options = {});
  void price(const request_columns& rows, decision_columns& out, std::uint32_t parts = part::all);
  const pricepoint::policy& policy() const noexcept { return workers_.front().policy(); }
  unsigned threads() const noexcept { return static_cast<unsigned>(workers_.size()); }

 private:
  std::vector<pricer> workers_;
};

}  // namespace pricepoint
