// SPDX-License-Identifier: Apache-2.0
// Entry: reader::numbers. Columns of integers, decimals, rates and instants. Test: tests/arrow/values_test.cpp.
#include "arrow/reader.hpp"

#include <algorithm>
#include <span>
#include <type_traits>
#include <utility>

#include "arrow/array_rows.hpp"

namespace pricepoint::arrow {

namespace {

using detail::int128;

// An unsigned integer beyond 64 bits is more than any amount, as it should be.
template <class T>
constexpr std::int64_t saturated(T value) noexcept {
  if constexpr (sizeof(T) == 8 && std::is_unsigned_v<T>) {
    return value > static_cast<T>(INT64_MAX) ? INT64_MAX : static_cast<std::int64_t>(value);
  } else {
    return static_cast<std::int64_t>(value);
  }
}

int128 decimal_at(const column_type& type, const void* data, std::size_t index) {
  if (type.width == 4) return at<std::int32_t>(data, index);
  if (type.width == 8) return at<std::int64_t>(data, index);
  return at<int128>(data, index);
}

// value * 10^by, where 64 bits hold it without loss.
bool shifted(int128 value, int by, std::int64_t& out) {
  while (by < 0 && value != 0) {
    const int step = std::min(-by, 18);
    const std::int64_t divisor = detail::powers_of_ten[static_cast<std::size_t>(step)];
    if (detail::fits_int64(value)) {  // a division of 64 bits is many times as fast
      const auto narrow = static_cast<std::int64_t>(value);
      if (narrow % divisor != 0) return false;
      value = narrow / divisor;
    } else {
      if (value % divisor != 0) return false;
      value /= divisor;
    }
    by += step;
  }
  if (value != 0 && by > 0) {
    if (by > 18 || !detail::fits_int64(value)) return false;
    value *= detail::powers_of_ten[static_cast<std::size_t>(by)];
  }
  out = static_cast<std::int64_t>(value);
  return detail::fits_int64(value) && out != absent_value;
}

// value / 10^scale with as few digits as say it.
void append_exact(std::string& to, int128 value, int scale) {
  char digits[40];
  char* const end = digits + sizeof digits;
  char* begin = end;
  for (detail::uint128 rest = detail::magnitude(value); rest != 0; rest /= 10) {
    *--begin = static_cast<char>('0' + static_cast<int>(rest % 10));
  }
  std::string_view shown(begin, static_cast<std::size_t>(end - begin));
  for (; scale > 0 && shown.ends_with('0'); --scale) shown.remove_suffix(1);
  if (shown.empty()) {
    to += '0';
    return;
  }
  if (value < 0) to += '-';
  if (scale <= 0) {
    to.append(shown).append(static_cast<std::size_t>(-scale), '0');
    return;
  }
  const auto decimals = static_cast<std::size_t>(scale);
  if (shown.size() <= decimals) {
    to.append("0.").append(decimals - shown.size(), '0').append(shown);
  } else {
    to.append(shown.substr(0, shown.size() - decimals)).append(1, '.').append(shown.substr(shown.size() - decimals));
  }
}

// "0.19" is 19%. 1 and more without a percent sign is left as it is, and so found invalid: whether 19 means 19% or
// nineteen times as much cannot be known.
bool percent_of(std::string_view text, std::string& out) {
  if (text.empty() || text.back() == '%') return false;
  const auto read = parse_decimal(text);
  if (!read) return false;
  const detail::uint128 size = detail::magnitude(read->coefficient());
  if (size >= static_cast<detail::uint128>(detail::powers_of_ten[static_cast<std::size_t>(read->scale())])) {
    return false;
  }
  out.clear();
  append_exact(out, read->coefficient(), read->scale() - 2);
  out += '%';
  return true;
}

}  // namespace

// Rates in text: those without a percent sign are written with one.
number_column reader::rates_of_text(column& into, const ArrowArray& of, const place& where) {
  const text_column read = texts(into, of, where);
  into.written.clear();
  std::string made;
  for (std::string_view& one : into.views) {
    if (percent_of(one, made)) one = into.written.emplace_back(made);
  }
  return number_column::text(read);
}

number_column reader::instants(column& into, const ArrowArray& of, const place& where) {
  const column_type& type = into.type;
  const rows_of seen(of, where.offset, where.rows, where.within);
  if (type.ms == 1 && type.per_ms == 1) {
    if (const auto* values = in_place<std::int64_t>(of, seen)) return std::span(values, where.rows);
  }
  into.values.resize(where.rows);
  std::int64_t* const values = into.values.data();
  column_type plain = type;
  plain.width = 8;
  plain.is_signed = true;
  each_integer(
      plain, of, seen,
      [&](std::size_t row, auto counted) {
        const std::int64_t value = saturated(counted);
        if (type.per_ms != 1) {
          values[row] = value / type.per_ms - (value % type.per_ms < 0 ? 1 : 0);
        } else {
          const std::int64_t most = INT64_MAX / type.ms;
          values[row] = std::clamp(value, -most, most) * type.ms;
        }
      },
      [&](std::size_t row) { values[row] = absent_value; });
  return into.values;
}

number_column reader::decimals(column& into, const ArrowArray& of, const place& where) {
  const column_type& type = into.type;
  const rows_of seen(of, where.offset, where.rows, where.within);
  const void* data = needed(of, 1, where.rows);
  into.values.resize(where.rows);
  std::int64_t* const values = into.values.data();
  constexpr std::int64_t whole_rate = 100'000'000;  // see percent_of
  const int shown = into.as == role::rate ? 8 : std::clamp(type.scale, 0, decimal::max_scale);
  const int by = shown - type.scale;
  bool narrow = true;
  for (std::size_t i = 0; i < where.rows && narrow; ++i) {
    if (!seen.has(i)) {
      values[i] = absent_value;
    } else {
      narrow = shifted(decimal_at(type, data, seen.first() + i), by, values[i]) &&
               (into.as != role::rate || values[i] < whole_rate);
    }
  }
  if (narrow && into.as == role::rate) return into.values;
  if (narrow) return number_column::scaled(into.values, shown);
  // A value of more digits than 64 bits or the engine's decimals have: as text, which is exact or `invalid`.
  into.written.clear();
  into.views.assign(where.rows, {});
  for (std::size_t i = 0; i < where.rows; ++i) {
    if (!seen.has(i)) continue;
    std::string text;
    append_exact(text, decimal_at(type, data, seen.first() + i), type.scale);
    if (into.as == role::rate) {
      std::string percent;
      if (percent_of(text, percent)) text = std::move(percent);
    }
    into.views[i] = into.written.emplace_back(std::move(text));
  }
  return number_column::text(text_column(into.views));
}

number_column reader::numbers(column& into, const ArrowArray& of, const place& where) {
  using kind = enum column_type::kind;
  const column_type& type = into.type;
  if (type.is == kind::null) return {};
  if (type.is == kind::text || into.words) {
    return into.as == role::rate ? rates_of_text(into, of, where) : number_column::text(texts(into, of, where));
  }
  if (type.is == kind::instant) return instants(into, of, where);
  if (type.is == kind::decimal) return decimals(into, of, where);
  const rows_of seen(of, where.offset, where.rows, where.within);
  const auto meant = [&](std::span<const std::int64_t> values) {
    return into.whole_units ? number_column::scaled(values, 0) : number_column(values);
  };
  if (type.width == 8 && type.is_signed) {
    if (const auto* values = in_place<std::int64_t>(of, seen)) return meant({values, where.rows});
  }
  into.values.resize(where.rows);
  std::int64_t* const values = into.values.data();
  each_integer(
      type, of, seen, [&](std::size_t row, auto value) { values[row] = saturated(value); },
      [&](std::size_t row) { values[row] = absent_value; });
  return meant(into.values);
}

}  // namespace pricepoint::arrow
