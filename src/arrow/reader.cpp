// SPDX-License-Identifier: Apache-2.0
// Entry: reader::open, reader::read. Test: tests/arrow.
#include "arrow/reader.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <set>
#include <utility>

#include "pricepoint/engine/machine.hpp"

namespace pricepoint::arrow {

namespace {

using detail::int128;

static_assert(std::endian::native == std::endian::little, "Arrow's buffers are read as they lie in memory");

// Ends the reading of one array.
struct bad_array {
  std::string message;
};

const char* const convert_floats =
    "binary fractions cannot hold most prices: cast the column to decimal128(18, 2), to integer minor units, or to "
    "text";

column_type type_of(const char* format) {
  using kind = enum column_type::kind;
  column_type made;
  if (format == nullptr) return made;
  made.format = format;
  const std::string_view text = format;
  const auto integer = [&](int width, bool is_signed) {
    made.is = kind::integer;
    made.width = width;
    made.is_signed = is_signed;
  };
  if (text == "n") made.is = kind::null;
  if (text == "c" || text == "C") integer(1, text == "c");
  if (text == "s" || text == "S") integer(2, text == "s");
  if (text == "i" || text == "I") integer(4, text == "i");
  if (text == "l" || text == "L") integer(8, text == "l");
  if (text == "e" || text == "f" || text == "g") made.is = kind::floating;
  if (text == "u" || text == "U" || text == "vu") {
    made.is = kind::text;
    made.width = text == "u" ? 4 : text == "U" ? 8 : 0;
  }
  if (text == "+s") made.is = kind::structure;
  if (text == "+m") made.is = kind::map;
  if (text.starts_with("ts") && text.size() > 4 && text[3] == ':') {
    made.is = kind::instant;
    if (text[2] == 's') made.ms = 1000;
    if (text[2] == 'u') made.per_ms = 1000;
    if (text[2] == 'n') made.per_ms = 1'000'000;
    if (std::string_view("smun").find(text[2]) == std::string_view::npos) made.is = kind::other;
  }
  if (text.starts_with("d:")) {
    int numbers[3] = {0, 0, 128};
    std::size_t count = 0;
    const char* at = text.data() + 2;
    const char* const end = text.data() + text.size();
    while (count < 3 && at < end) {
      const auto [next, error] = std::from_chars(at, end, numbers[count]);
      if (error != std::errc()) return made;
      ++count;
      at = next;
      if (at < end && *at == ',') ++at;
    }
    if (count < 2 || at != end || (numbers[2] != 32 && numbers[2] != 64 && numbers[2] != 128)) return made;
    if (numbers[1] < -30 || numbers[1] > 38) return made;
    made.is = kind::decimal;
    made.width = numbers[2] / 8;
    made.scale = numbers[1];
  }
  return made;
}

std::string spoken(const column_type& type) {
  using kind = enum column_type::kind;
  switch (type.is) {
    case kind::floating:
      return "a column of floating point";
    case kind::integer:
      return "a column of integers";
    case kind::decimal:
      return "a column of decimals";
    case kind::text:
      return "a column of text";
    case kind::instant:
      return "a column of timestamps";
    default:
      return "a column of the Arrow type \"" + type.format + "\"";
  }
}

const void* buffer(const ArrowArray& of, std::int64_t index) {
  return of.buffers == nullptr || index >= of.n_buffers ? nullptr : of.buffers[index];
}

// Rows `offset` to `offset + rows` of an array, and which of them are there.
class rows_of {
 public:
  rows_of(const ArrowArray& of, std::size_t offset, std::size_t rows, bool bitmap = true) : rows_(rows) {
    if (of.length < 0 || of.offset < 0) throw bad_array{"an array has a negative length or offset"};
    if (static_cast<std::size_t>(of.length) < offset || static_cast<std::size_t>(of.length) - offset < rows)
      throw bad_array{"a column has fewer rows than its table"};
    first_ = offset + static_cast<std::size_t>(of.offset);
    if (bitmap && of.null_count != 0) valid_ = static_cast<const std::uint8_t*>(buffer(of, 0));
  }
  std::size_t first() const noexcept { return first_; }
  std::size_t count() const noexcept { return rows_; }
  bool all() const noexcept { return valid_ == nullptr; }
  bool has(std::size_t row) const noexcept {
    const std::size_t bit = first_ + row;
    return valid_ == nullptr || (valid_[bit / 8] >> (bit % 8) & 1) != 0;
  }

 private:
  std::size_t first_ = 0;
  std::size_t rows_;
  const std::uint8_t* valid_ = nullptr;
};

template <class T>
T at(const void* data, std::size_t index) noexcept {
  T value;
  std::memcpy(&value, static_cast<const char*>(data) + index * sizeof(T), sizeof value);
  return value;
}

const void* needed(const ArrowArray& of, std::int64_t index, std::size_t rows) {
  const void* data = buffer(of, index);
  if (data == nullptr && rows != 0) throw bad_array{"a buffer of a column is missing"};
  return data;
}

// Integers as 64 bits; an unsigned one beyond them is more than any amount, as it should be.
template <class Give>
void each_integer(const column_type& type, const ArrowArray& of, const rows_of& rows, const Give& give) {
  const void* data = needed(of, 1, rows.count());
  const auto run = [&]<class T>(T) {
    for (std::size_t i = 0; i < rows.count(); ++i) {
      if (!rows.has(i)) {
        give(i, absent_value);
        continue;
      }
      const T value = at<T>(data, rows.first() + i);
      if constexpr (sizeof(T) == 8 && !std::is_signed_v<T>) {
        give(i, value > static_cast<T>(INT64_MAX) ? INT64_MAX : static_cast<std::int64_t>(value));
      } else {
        give(i, static_cast<std::int64_t>(value));
      }
    }
  };
  switch (type.width) {
    case 1:
      return type.is_signed ? run(std::int8_t{}) : run(std::uint8_t{});
    case 2:
      return type.is_signed ? run(std::int16_t{}) : run(std::uint16_t{});
    case 4:
      return type.is_signed ? run(std::int32_t{}) : run(std::uint32_t{});
    default:
      return type.is_signed ? run(std::int64_t{}) : run(std::uint64_t{});
  }
}

int128 decimal_at(const column_type& type, const void* data, std::size_t index) {
  if (type.width == 4) return at<std::int32_t>(data, index);
  if (type.width == 8) return at<std::int64_t>(data, index);
  return at<int128>(data, index);
}

// Texts; null ones are empty.
void views_of(const column_type& type, const ArrowArray& of, const rows_of& rows, std::vector<std::string_view>& out) {
  out.assign(rows.count(), {});
  if (rows.count() == 0) return;
  if (type.width == 0) {
    // Views: a length, then the text itself where it is short, else a prefix, a buffer and an offset.
    const void* views = needed(of, 1, rows.count());
    for (std::size_t i = 0; i < rows.count(); ++i) {
      if (!rows.has(i)) continue;
      const char* view = static_cast<const char*>(views) + (rows.first() + i) * 16;
      const auto length = at<std::int32_t>(view, 0);
      if (length < 0) throw bad_array{"a text of a column has a negative length"};
      if (length <= 12) {
        out[i] = {view + 4, static_cast<std::size_t>(length)};
        continue;
      }
      const auto index = at<std::int32_t>(view, 2);
      const auto offset = at<std::int32_t>(view, 3);
      // The last buffer holds the sizes of those before it.
      const std::int64_t count = of.n_buffers - 3;
      const void* sizes = buffer(of, of.n_buffers - 1);
      if (index < 0 || index >= count || offset < 0 || sizes == nullptr || buffer(of, 2 + index) == nullptr ||
          at<std::int64_t>(sizes, static_cast<std::size_t>(index)) < std::int64_t{offset} + length) {
        throw bad_array{"a text of a column lies outside its buffers"};
      }
      out[i] = {static_cast<const char*>(buffer(of, 2 + index)) + offset, static_cast<std::size_t>(length)};
    }
    return;
  }
  const void* offsets = needed(of, 1, rows.count());
  const auto* bytes = static_cast<const char*>(buffer(of, 2));
  const auto run = [&]<class T>(T) {
    T begin = at<T>(offsets, rows.first());
    if (begin < 0) throw bad_array{"a text of a column begins before its buffer"};
    for (std::size_t i = 0; i < rows.count(); ++i) {
      const T end = at<T>(offsets, rows.first() + i + 1);
      if (end < begin) throw bad_array{"offsets of a column of text go backwards"};
      if (end > begin && bytes == nullptr) throw bad_array{"a column of text has no bytes"};
      if (end > begin && rows.has(i)) out[i] = {bytes + begin, static_cast<std::size_t>(end - begin)};
      begin = end;
    }
  };
  if (type.width == 4) {
    run(std::int32_t{});
  } else {
    run(std::int64_t{});
  }
}

std::string_view name_of(const ArrowSchema& of) { return of.name == nullptr ? std::string_view() : of.name; }

}  // namespace

diagnostic wrong(const char* code, std::string message, std::string hint) {
  diagnostic one;
  one.code = code;
  one.message = std::move(message);
  one.hint = std::move(hint);
  return one;
}

result<reader> reader::open(const ArrowSchema& schema, const policy& with, bool offers, row_defaults defaults) {
  std::vector<diagnostic> found;
  reader made;
  made.defaults_ = std::move(defaults);
  if (type_of(schema.format).is != column_type::kind::structure || schema.n_children < 0 ||
      (schema.n_children > 0 && schema.children == nullptr)) {
    found.push_back(wrong("PP-A010", "a table was expected: a struct whose children are columns"));
    return error(std::move(found));
  }
  made.children_ = static_cast<std::size_t>(schema.n_children);
  for (std::size_t i = 0; i < made.children_; ++i) {
    const ArrowSchema* child = schema.children[i];
    if (child == nullptr) {
      found.push_back(wrong("PP-A010", "a column of the schema is missing"));
      continue;
    }
    const std::string name(name_of(*child));
    const column_type type = type_of(child->format);
    if (name == "prices" || name == "attributes") {
      const std::string prefix = name == "prices" ? "price." : "";
      if (type.is == column_type::kind::structure && child->n_children >= 0) {
        for (std::size_t k = 0; k < static_cast<std::size_t>(child->n_children); ++k) {
          if (child->children == nullptr || child->children[k] == nullptr) continue;
          made.add(*child->children[k], i, {k}, prefix + std::string(name_of(*child->children[k])), offers, with,
                   found);
        }
        continue;
      }
      if (type.is == column_type::kind::map) {
        made.add_map(*child, i, name, found);
        continue;
      }
    }
    made.add(*child, i, {}, name, offers, with, found);
  }
  if (offers && std::none_of(made.list_.begin(), made.list_.end(), [](const column& one) { return one.price; })) {
    found.push_back(wrong("PP-A015", "offers have no column \"price\"", "it is the price that was observed"));
  }
  if (!found.empty()) return error(std::move(found));
  return made;
}

void reader::add(const ArrowSchema& of, std::size_t child, std::vector<std::size_t> path, const std::string& name,
                 bool offers, const policy& with, std::vector<diagnostic>& found) {
  struct known_column {
    std::string_view name;
    role as;
    text_column request_columns::*text;
    number_column request_columns::*number;
  };
  static constexpr known_column known[] = {
      {"sku", role::text, &request_columns::sku, nullptr},
      {"category", role::text, &request_columns::category, nullptr},
      {"segment", role::text, &request_columns::segment, nullptr},
      {"audience", role::text, &request_columns::audience, nullptr},
      {"channel", role::text, &request_columns::channel, nullptr},
      {"market", role::text, &request_columns::market, nullptr},
      {"currency", role::text, &request_columns::currency, nullptr},
      {"quantity", role::number, nullptr, &request_columns::quantity},
      {"units", role::number, nullptr, &request_columns::units},
      {"at", role::instant, nullptr, &request_columns::at_unix_ms},
      {"current_since", role::instant, nullptr, &request_columns::current_since_unix_ms},
      {"list", role::money, nullptr, &request_columns::list},
      {"msrp", role::money, nullptr, &request_columns::msrp},
      {"map", role::money, nullptr, &request_columns::map},
      {"current", role::money, nullptr, &request_columns::current},
      {"lowest_prior", role::money, nullptr, &request_columns::lowest_prior},
      {"cost", role::money, nullptr, &request_columns::cost},
      {"shipping", role::money, nullptr, &request_columns::shipping},
      {"tax", role::rate, nullptr, &request_columns::tax_e8},
      {"fee", role::rate, nullptr, &request_columns::fee_e8},
  };
  column made;
  made.child = child;
  made.path = std::move(path);
  made.name = name;
  bool is_known = false;
  for (const known_column& one : known) {
    if (one.name != name) continue;
    is_known = true;
    made.as = one.as;
    made.text = one.text;
    made.number = one.number;
  }
  if (!is_known && offers && name == "seller") {
    is_known = true;
    made.seller = &offer_columns::seller;
  }
  if (!is_known && offers && name == "price") {
    is_known = true;
    made.as = role::money;
    made.price = &offer_columns::price;
  }
  if (!is_known && name.starts_with("price.")) {
    is_known = true;
    made.as = role::money;
    made.channel = name.substr(6);
  }
  if (!is_known) {
    const engine::machine& compiled = with.machine();
    const auto attribute = compiled.find_attribute(name);
    if (!attribute) return;  // left aside
    using kind = enum policy_language::attribute::kind;
    const kind declared = compiled.document().attributes[*attribute].kind;
    made.attribute = name;
    made.as = declared == kind::words || declared == kind::text ? role::word
              : declared == kind::number                        ? role::number
                                                                : role::money;
  }
  const auto same = [&](const column& other) { return other.name == name; };
  if (std::any_of(list_.begin(), list_.end(), same)) {
    found.push_back(wrong("PP-A012", "the column \"" + name + "\" stands twice"));
    return;
  }
  made.type = type_of(of.format);
  if (of.dictionary != nullptr) made.words = type_of(of.dictionary->format);
  using kind = enum column_type::kind;
  const column_type& values = made.words ? *made.words : made.type;
  const auto refuse = [&](const std::string& expected, std::string hint = {}) {
    found.push_back(wrong("PP-A011", "\"" + name + "\" is " + spoken(values) + ", but " + expected + " was expected",
                          std::move(hint)));
  };
  if (made.words && (made.words->is != kind::text || made.type.is != kind::integer)) {
    return refuse("a dictionary of text");
  }
  const bool text = values.is == kind::text;
  const bool whole = values.is == kind::integer || values.is == kind::null;
  switch (made.as) {
    case role::text:
    case role::word:
      if (!text && !whole) return refuse("text");
      break;
    case role::money:
      if (values.is == kind::floating) return refuse("money", convert_floats);
      if (!text && !whole && values.is != kind::decimal) return refuse("money: decimals, integer minor units or text");
      break;
    case role::number:
      if (values.is == kind::floating) return refuse("an exact number", convert_floats);
      if (!text && !whole && values.is != kind::decimal) return refuse("a number: integers, decimals or text");
      break;
    case role::instant:
      if (values.format.starts_with("ts") && values.is != kind::instant) {
        return refuse("timestamps with a time zone", "say in which zone they are: timestamp[ms, UTC]");
      }
      if (!text && !whole && values.is != kind::instant) {
        return refuse("timestamps with a time zone, integer milliseconds or text with an offset");
      }
      break;
    case role::rate:
      if (values.is == kind::floating) {
        return refuse("a rate", "write it as text (\"19%\") or cast the column to decimal128(9, 4)");
      }
      if (!text && values.is != kind::decimal && values.is != kind::null) {
        return refuse("a rate: decimals (0.19) or text (\"19%\")");
      }
      break;
  }
  list_.push_back(std::move(made));
}

void reader::add_map(const ArrowSchema& of, std::size_t child, const std::string& name,
                     std::vector<diagnostic>& found) {
  using kind = enum column_type::kind;
  map_column made;
  made.child = child;
  made.name = name;
  made.prices = name == "prices";
  const bool shaped = of.n_children == 1 && of.children != nullptr && of.children[0] != nullptr &&
                      of.children[0]->n_children == 2 && of.children[0]->children != nullptr &&
                      of.children[0]->children[0] != nullptr && of.children[0]->children[1] != nullptr;
  if (shaped) {
    made.key = type_of(of.children[0]->children[0]->format);
    made.value = type_of(of.children[0]->children[1]->format);
  }
  const bool plain = shaped && of.children[0]->children[0]->dictionary == nullptr &&
                     of.children[0]->children[1]->dictionary == nullptr && made.key.is == kind::text;
  if (plain && made.value.is == kind::floating) {
    found.push_back(wrong("PP-A011", "the values of \"" + name + "\" are floating point", convert_floats));
    return;
  }
  const bool good = plain && (made.value.is == kind::text ||
                              (made.prices && (made.value.is == kind::decimal || made.value.is == kind::integer)));
  if (!good) {
    found.push_back(wrong("PP-A011", "\"" + name + "\" must be a struct, or a map from text to " +
                                         (made.prices ? "decimals, integer minor units or text" : "text")));
    return;
  }
  made.entries.type = made.value;
  made.entries.as = made.prices ? role::money : role::word;
  maps_.push_back(std::move(made));
}

text_column reader::texts(column& into, const ArrowArray& of, std::size_t offset, std::size_t rows) {
  using kind = enum column_type::kind;
  if (into.type.is == kind::null) return {};
  const rows_of seen(of, offset, rows);
  if (into.words) {
    if (of.dictionary == nullptr) throw bad_array{"a dictionary is missing"};
    const auto count = static_cast<std::size_t>(std::max<std::int64_t>(of.dictionary->length, 0));
    views_of(*into.words, *of.dictionary, rows_of(*of.dictionary, 0, count), into.views);
    if (into.type.width == 4 && into.type.is_signed && seen.all()) {
      const auto* codes = static_cast<const std::int32_t*>(needed(of, 1, rows));
      if (reinterpret_cast<std::uintptr_t>(codes) % alignof(std::int32_t) == 0) {
        return {std::span(codes + seen.first(), rows), into.views};
      }
    }
    into.codes.resize(rows);
    each_integer(into.type, of, seen, [&](std::size_t row, std::int64_t code) {
      into.codes[row] = code < 0 || code > INT32_MAX ? -1 : static_cast<std::int32_t>(code);
    });
    return {into.codes, into.views};
  }
  if (into.type.is == kind::integer) {  // article numbers and the like
    into.written.clear();
    into.views.assign(rows, {});
    each_integer(into.type, of, seen, [&](std::size_t row, std::int64_t value) {
      if (seen.has(row)) into.views[row] = into.written.emplace_back(std::to_string(value));
    });
    return into.views;
  }
  views_of(into.type, of, seen, into.views);
  return into.views;
}

number_column reader::numbers(column& into, const ArrowArray& of, std::size_t offset, std::size_t rows) {
  using kind = enum column_type::kind;
  const column_type& type = into.type;
  if (type.is == kind::null) return {};
  if (type.is == kind::text || into.words) return number_column::text(texts(into, of, offset, rows));
  const rows_of seen(of, offset, rows);
  if (type.is == kind::integer || type.is == kind::instant) {
    if (type.is == kind::integer && type.width == 8 && type.is_signed && seen.all()) {
      const auto* values = static_cast<const std::int64_t*>(needed(of, 1, rows));
      if (reinterpret_cast<std::uintptr_t>(values) % alignof(std::int64_t) == 0) {
        return std::span<const std::int64_t>(values + seen.first(), rows);
      }
    }
    into.values.resize(rows);
    column_type plain = type;
    if (type.is == kind::instant) plain.width = 8;
    each_integer(plain, of, seen, [&](std::size_t row, std::int64_t value) {
      if (type.is == kind::instant && value != absent_value) {
        value = type.per_ms == 1 ? std::clamp(value, INT64_MIN / 2000, INT64_MAX / 2000) * type.ms
                                 : value / type.per_ms - (value % type.per_ms < 0 ? 1 : 0);
      }
      into.values[row] = value;
    });
    return into.values;
  }
  // Decimals.
  const void* data = needed(of, 1, rows);
  into.values.resize(rows);
  bool narrow = type.scale >= 0 && (into.as == role::rate || type.scale <= decimal::max_scale);
  for (std::size_t i = 0; i < rows && narrow; ++i) {
    if (!seen.has(i)) {
      into.values[i] = absent_value;
      continue;
    }
    int128 value = decimal_at(type, data, seen.first() + i);
    if (into.as == role::rate) {
      narrow = type.scale <= 8 && value < INT64_MAX / 100'000'000 && value > -INT64_MAX / 100'000'000;
      if (narrow) value *= detail::powers_of_ten[static_cast<std::size_t>(8 - type.scale)];
    }
    narrow = narrow && value <= INT64_MAX && value > absent_value;
    into.values[i] = static_cast<std::int64_t>(value);
  }
  if (narrow && into.as == role::rate) return into.values;
  if (narrow) return number_column::scaled(into.values, type.scale);
  // Wider than 64 bits, or with a scale of another kind: as text, which is exact or `invalid`.
  into.written.clear();
  into.views.assign(rows, {});
  for (std::size_t i = 0; i < rows; ++i) {
    if (!seen.has(i)) continue;
    int128 value = decimal_at(type, data, seen.first() + i);
    int scale = type.scale;
    while (scale > 0 && value % 10 == 0) {
      value /= 10;
      --scale;
    }
    std::string text;
    if (into.as == role::rate) {
      // A rate of 0.19 is 19%.
      detail::append_scaled(text, scale >= 2 ? value : scale == 1 ? value * 10 : value * 100, std::max(scale - 2, 0));
      text += '%';
    } else {
      detail::append_scaled(text, value, std::max(scale, 0));
      if (scale < 0 && value != 0) text.append(static_cast<std::size_t>(-scale), '0');
    }
    into.views[i] = into.written.emplace_back(std::move(text));
  }
  return number_column::text(text_column(into.views));
}

void reader::place(column& from, const ArrowArray& of, std::size_t offset, std::size_t rows) {
  if (from.text != nullptr) {
    columns_.requests.*from.text = texts(from, of, offset, rows);
  } else if (from.seller != nullptr) {
    columns_.*from.seller = texts(from, of, offset, rows);
  } else if (from.number != nullptr) {
    columns_.requests.*from.number = numbers(from, of, offset, rows);
  } else if (from.price != nullptr) {
    columns_.*from.price = numbers(from, of, offset, rows);
  } else if (!from.channel.empty() || from.attribute.empty()) {
    columns_.requests.prices.push_back({from.channel, numbers(from, of, offset, rows)});
  } else if (from.as == role::word) {
    columns_.requests.attributes.push_back({from.attribute, texts(from, of, offset, rows), {}});
  } else {
    columns_.requests.attributes.push_back({from.attribute, {}, numbers(from, of, offset, rows)});
  }
}

void reader::read_map(map_column& into, const ArrowArray& of, std::size_t offset, std::size_t rows) {
  const rows_of seen(of, offset, rows);
  if (rows == 0) return;
  if (of.n_children != 1 || of.children == nullptr || of.children[0] == nullptr)
    throw bad_array{"a map has no entries"};
  const ArrowArray& entries = *of.children[0];
  if (entries.n_children != 2 || entries.children == nullptr || entries.children[0] == nullptr ||
      entries.children[1] == nullptr) {
    throw bad_array{"the entries of a map are not keys and values"};
  }
  const void* offsets = needed(of, 1, rows);
  std::int64_t begin = at<std::int32_t>(offsets, seen.first());
  const std::int64_t last = at<std::int32_t>(offsets, seen.first() + rows);
  if (begin < 0 || last < begin || entries.offset < 0 || entries.length < last) {
    throw bad_array{"the offsets of a map do not fit its entries"};
  }
  const auto count = static_cast<std::size_t>(last);
  const auto entry_offset = static_cast<std::size_t>(entries.offset);
  column keys;
  keys.type = into.key;
  const text_column names = texts(keys, *entries.children[0], entry_offset, count);
  const bool as_text = into.value.is == column_type::kind::text || !into.prices;
  number_column numbers_of;
  text_column texts_of;
  if (as_text) {
    texts_of = texts(into.entries, *entries.children[1], entry_offset, count);
  } else {
    numbers_of = numbers(into.entries, *entries.children[1], entry_offset, count);
  }
  const bool written = numbers_of.kind() == number_column::layout::text;
  for (column& one : into.made) {
    one.views.assign(rows, {});
    one.values.assign(rows, absent_value);
  }
  constexpr std::size_t max_keys = 1000;  // columns that a stranger can make
  for (std::size_t row = 0; row < rows; ++row) {
    const std::int64_t end = at<std::int32_t>(offsets, seen.first() + row + 1);
    if (end < begin || end > last) throw bad_array{"the offsets of a map go backwards"};
    for (; begin < end; ++begin) {
      if (!seen.has(row)) continue;
      const std::string_view key = names.at(static_cast<std::size_t>(begin));
      auto place_of =
          std::find_if(into.made.begin(), into.made.end(), [&](const column& one) { return one.name == key; });
      if (place_of == into.made.end()) {
        if (into.made.size() == max_keys) throw bad_array{"a map has more than 1,000 different keys"};
        column& fresh = into.made.emplace_back();
        fresh.name = key;
        fresh.views.assign(rows, {});
        fresh.values.assign(rows, absent_value);
        place_of = std::prev(into.made.end());
      }
      const auto entry = static_cast<std::size_t>(begin);
      if (as_text) {
        place_of->views[row] = texts_of.at(entry);
      } else if (written) {
        place_of->views[row] = numbers_of.texts().at(entry);
      } else {
        place_of->values[row] = numbers_of.at(entry);
      }
    }
  }
  for (column& one : into.made) {
    const number_column values = as_text || written ? number_column::text(text_column(one.views))
                                 : numbers_of.kind() == number_column::layout::scaled
                                     ? number_column::scaled(one.values, numbers_of.scale())
                                     : number_column(one.values);
    if (into.prices) {
      columns_.requests.prices.push_back({one.name, values});
    } else {
      columns_.requests.attributes.push_back({one.name, text_column(one.views), {}});
    }
  }
}

result<void> reader::read(const ArrowArray& array) {
  try {
    columns_ = {};
    const rows_of table(array, 0, static_cast<std::size_t>(std::max<std::int64_t>(array.length, 0)), false);
    const std::size_t rows = table.count();
    if (array.n_children < 0 || static_cast<std::size_t>(array.n_children) != children_ ||
        (children_ > 0 && array.children == nullptr)) {
      throw bad_array{"the array has another number of columns than its schema"};
    }
    columns_.requests.rows = rows;
    for (column& one : list_) {
      const ArrowArray* of = array.children[one.child];
      std::size_t offset = table.first();
      for (const std::size_t step : one.path) {
        if (of == nullptr || of->offset < 0 || of->children == nullptr ||
            step >= static_cast<std::size_t>(std::max<std::int64_t>(of->n_children, 0))) {
          throw bad_array{"a struct has fewer members than its schema"};
        }
        offset += static_cast<std::size_t>(of->offset);
        of = of->children[step];
      }
      if (of == nullptr) throw bad_array{"a column is missing"};
      place(one, *of, offset, rows);
    }
    for (map_column& one : maps_) {
      if (array.children[one.child] == nullptr) throw bad_array{"a column is missing"};
      read_map(one, *array.children[one.child], table.first(), rows);
    }
    const auto fill = [&](text_column& texts, const std::string& with, std::vector<std::string_view>& memory) {
      if (with.empty()) return;
      if (texts.kind() == text_column::layout::absent) {
        texts = text_column::all(with);
        return;
      }
      memory.resize(rows);
      for (std::size_t i = 0; i < rows; ++i) memory[i] = texts.at(i).empty() ? std::string_view(with) : texts.at(i);
      texts = memory;
    };
    fill(columns_.requests.channel, defaults_.channel, filled_channel_);
    fill(columns_.requests.market, defaults_.market, filled_market_);
    number_column& at_column = columns_.requests.at_unix_ms;
    if (defaults_.at_unix_ms && at_column.kind() == number_column::layout::absent) {
      at_column = number_column::all(*defaults_.at_unix_ms);
    } else if (defaults_.at_unix_ms && at_column.kind() != number_column::layout::text) {
      filled_at_.resize(rows);
      for (std::size_t i = 0; i < rows; ++i) {
        filled_at_[i] = at_column.at(i) == absent_value ? *defaults_.at_unix_ms : at_column.at(i);
      }
      at_column = filled_at_;
    }
    return {};
  } catch (const bad_array& why) {
    return error({wrong("PP-A013", "the Arrow array cannot be read: " + why.message)});
  }
}

}  // namespace pricepoint::arrow
