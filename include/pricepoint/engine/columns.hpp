// SPDX-License-Identifier: Apache-2.0
// Columns of requests: one field of every row, in the layout in which a caller has it. Nothing is copied; what a column
// looks at must live until the call that takes it returns.
//
//   pricepoint::text_column markets(codes, words);                      // dictionary-coded: codes[row] is an index
//   pricepoint::number_column costs(std::span<const std::int64_t>(minor));  // absent_value where there is none
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace pricepoint {

// An amount, instant or rate that is absent.
inline constexpr std::int64_t absent_value = INT64_MIN;

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

}  // namespace pricepoint
