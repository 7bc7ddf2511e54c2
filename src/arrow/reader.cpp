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
    if (count < 2 || at != end || text.back() == ',' || (numbers[2] != 32 && numbers[2] != 64 && numbers[2] != 128))
      return made;
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

// Rows `offset` to `offset + rows` of an array, and which of them are there. `within`: a byte a row that says whether
// the struct around it is there; null where it always is.
class rows_of {
 public:
  rows_of(const ArrowArray& of, std::size_t offset, std::size_t rows, const std::uint8_t* within = nullptr)
      : rows_(rows), within_(within) {
    if (of.length < 0 || of.offset < 0) throw bad_array{"an array has a negative length or offset"};
    if (static_cast<std::size_t>(of.length) < offset || static_cast<std::size_t>(of.length) - offset < rows)
      throw bad_array{"a column has fewer rows than its table"};
    first_ = offset + static_cast<std::size_t>(of.offset);
    if (of.null_count != 0) valid_ = static_cast<const std::uint8_t*>(buffer(of, 0));
  }
  std::size_t first() const noexcept { return first_; }
  std::size_t count() const noexcept { return rows_; }
  bool all() const noexcept { return valid_ == nullptr && within_ == nullptr; }
  bool has(std::size_t row) const noexcept {
    const std::size_t bit = first_ + row;
    return (valid_ == nullptr || (valid_[bit / 8] >> (bit % 8) & 1) != 0) && (within_ == nullptr || within_[row] != 0);
  }

 private:
  std::size_t first_ = 0;
  std::size_t rows_;
  const std::uint8_t* valid_ = nullptr;
  const std::uint8_t* within_;
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

// The values where they lie, if they can be used there.
template <class T>
const T* in_place(const ArrowArray& of, const rows_of& rows) {
  if (!rows.all()) return nullptr;
  const auto* data = static_cast<const T*>(needed(of, 1, rows.count()));
  return data == nullptr || reinterpret_cast<std::uintptr_t>(data) % alignof(T) != 0 ? nullptr : data + rows.first();
}

template <class Run>
void with_integer_type(const column_type& type, const Run& run) {
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

template <class T, class Give, class None>
void each_integer_of(const void* data, const rows_of& rows, const Give& give, const None& none) {
  if (rows.all()) {
    for (std::size_t i = 0; i < rows.count(); ++i) give(i, at<T>(data, rows.first() + i));
    return;
  }
  for (std::size_t i = 0; i < rows.count(); ++i) {
    if (rows.has(i)) {
      give(i, at<T>(data, rows.first() + i));
    } else {
      none(i);
    }
  }
}

// give(row, value) or none(row), with the value as the array has it.
template <class Give, class None>
void each_integer(const column_type& type, const ArrowArray& of, const rows_of& rows, const Give& give,
                  const None& none) {
  const void* data = needed(of, 1, rows.count());
  with_integer_type(type, [&]<class T>(T) { each_integer_of<T>(data, rows, give, none); });
}

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

// Texts; null ones are empty.
void views_of(const column_type& type, const ArrowArray& of, const rows_of& rows, std::vector<std::string_view>& out) {
  out.resize(rows.count());
  if (rows.count() == 0) return;
  if (type.width == 0) {
    // Views: a length, then the text itself where it is short, else a prefix, a buffer and an offset.
    const void* views = needed(of, 1, rows.count());
    for (std::size_t i = 0; i < rows.count(); ++i) {
      out[i] = {};
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
      out[i] = end > begin && rows.has(i) ? std::string_view(bytes + begin, static_cast<std::size_t>(end - begin))
                                          : std::string_view();
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
  if (made.defaults_.at_unix_ms) made.default_at_ = to_string(instant{*made.defaults_.at_unix_ms});
  made.with_ = with;
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
    const group in = name == "prices" ? group::prices : name == "attributes" ? group::attributes : group::none;
    if (in != group::none && type.is == column_type::kind::structure) {
      for (std::int64_t k = 0; k < child->n_children; ++k) {
        if (child->children == nullptr || child->children[k] == nullptr) {
          found.push_back(wrong("PP-A010", "a member of \"" + name + "\" is missing in the schema"));
          break;
        }
        const std::string member(name_of(*child->children[k]));
        made.add(*child->children[k], i, static_cast<std::size_t>(k), in == group::prices ? "price." + member : member,
                 in, offers, found);
      }
    } else if (in != group::none && type.is == column_type::kind::map) {
      made.add_map(*child, i, name, found);
    } else if (in != group::none && type.format.starts_with('+')) {
      found.push_back(wrong("PP-A011", "\"" + name + "\" is " + spoken(type) + ", but a struct or a map was expected"));
    } else {
      made.add(*child, i, {}, name, group::none, offers, found);
    }
  }
  const auto is_observed = [](const column& one) { return one.price != nullptr; };
  if (offers && found.empty() && std::none_of(made.list_.begin(), made.list_.end(), is_observed)) {
    found.push_back(wrong("PP-A015", "offers have no column \"price\"", "it is the price that was observed"));
  }
  if (!found.empty()) return error(std::move(found));
  return made;
}

void reader::add(const ArrowSchema& of, std::size_t child, std::optional<std::size_t> member, const std::string& name,
                 group in, bool offers, std::vector<diagnostic>& found) {
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
  made.member = member;
  made.name = name;
  const engine::machine& compiled = with_->machine();
  const auto attribute = compiled.find_attribute(name);
  bool is_known = false;
  if (in == group::none) {
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
  }
  if (!is_known && in != group::attributes && name.starts_with("price.") &&
      compiled.find_channel(std::string_view(name).substr(6))) {
    is_known = true;
    made.as = role::money;
    made.channel = name.substr(6);
  }
  if (!is_known) {
    if (!attribute || in == group::prices) return;  // left aside
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
  using kind = enum column_type::kind;
  set_type(made, of);
  const column_type& values = made.words ? *made.words : made.type;
  const auto refuse = [&](const std::string& expected, std::string hint = {}) {
    if (values.is == kind::other && values.format.starts_with("d:"))
      hint = "decimals of 32, 64 and 128 bits can be read: cast it to decimal128";
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
      // Milliseconds of our time need more than 32 bits: what has fewer counts something else.
      if ((values.is == kind::integer && values.width != 8) || (!text && !whole && values.is != kind::instant)) {
        return refuse("timestamps with a time zone, 64-bit integer milliseconds or text with an offset");
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

// A dictionary without words is a column without values, as of categories that are all null.
void reader::set_type(column& of, const ArrowSchema& from) {
  of.type = type_of(from.format);
  if (from.dictionary == nullptr) return;
  of.words = type_of(from.dictionary->format);
  if (of.words->is == column_type::kind::null) {
    of.type = *of.words;
    of.words.reset();
  }
}

void reader::add_map(const ArrowSchema& of, std::size_t child, const std::string& name,
                     std::vector<diagnostic>& found) {
  using kind = enum column_type::kind;
  const auto same = [&](const map_column& other) { return other.name == name; };
  if (std::any_of(maps_.begin(), maps_.end(), same)) {
    found.push_back(wrong("PP-A012", "the column \"" + name + "\" stands twice"));
    return;
  }
  map_column made;
  made.child = child;
  made.name = name;
  made.prices = name == "prices";
  const auto is_text = [](const column& one) {
    return one.words ? one.words->is == kind::text && one.type.is == kind::integer : one.type.is == kind::text;
  };
  bool good = of.n_children == 1 && of.children != nullptr && of.children[0] != nullptr &&
              of.children[0]->n_children == 2 && of.children[0]->children != nullptr &&
              of.children[0]->children[0] != nullptr && of.children[0]->children[1] != nullptr;
  if (good) {
    set_type(made.keys, *of.children[0]->children[0]);
    set_type(made.entries, *of.children[0]->children[1]);
    const column_type& value = made.entries.type;
    if (is_text(made.keys) && value.is == kind::floating) {
      found.push_back(wrong("PP-A011", "the values of \"" + name + "\" are floating point", convert_floats));
      return;
    }
    good = is_text(made.keys) &&
           (is_text(made.entries) || value.is == kind::null ||
            (made.prices && !made.entries.words && (value.is == kind::decimal || value.is == kind::integer)));
  }
  if (!good) {
    found.push_back(wrong("PP-A011", "\"" + name + "\" must be a struct, or a map from text to " +
                                         (made.prices ? "decimals, integer minor units or text" : "text")));
    return;
  }
  made.entries.as = made.prices ? role::money : role::word;
  maps_.push_back(std::move(made));
}

text_column reader::texts(column& into, const ArrowArray& of, const place& where) {
  using kind = enum column_type::kind;
  if (into.type.is == kind::null) return {};
  const rows_of seen(of, where.offset, where.rows, where.within);
  if (into.words) {
    if (of.dictionary == nullptr) throw bad_array{"a dictionary is missing"};
    const auto count = static_cast<std::size_t>(std::max<std::int64_t>(of.dictionary->length, 0));
    if (count > INT32_MAX) throw bad_array{"a dictionary has more than 2,147,483,647 words"};
    views_of(*into.words, *of.dictionary, rows_of(*of.dictionary, 0, count), into.views);
    // A code beyond the words is absent, so that an unsigned one which looks negative is too.
    if (into.type.width == 4) {
      if (const auto* codes = in_place<std::int32_t>(of, seen)) return {std::span(codes, where.rows), into.views};
    }
    into.codes.resize(where.rows);
    std::int32_t* const codes = into.codes.data();
    each_integer(
        into.type, of, seen,
        [&](std::size_t row, auto code) {
          codes[row] = std::in_range<std::int32_t>(code) ? static_cast<std::int32_t>(code) : -1;
        },
        [&](std::size_t row) { codes[row] = -1; });
    return {into.codes, into.views};
  }
  if (into.type.is == kind::integer) {  // article numbers and the like
    into.written.clear();
    into.views.assign(where.rows, {});
    each_integer(
        into.type, of, seen,
        [&](std::size_t row, auto value) { into.views[row] = into.written.emplace_back(std::to_string(value)); },
        [](std::size_t) {});
    return into.views;
  }
  views_of(into.type, of, seen, into.views);
  return into.views;
}

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
  if (type.width == 8 && type.is_signed) {
    if (const auto* values = in_place<std::int64_t>(of, seen)) return std::span(values, where.rows);
  }
  into.values.resize(where.rows);
  std::int64_t* const values = into.values.data();
  each_integer(
      type, of, seen, [&](std::size_t row, auto value) { values[row] = saturated(value); },
      [&](std::size_t row) { values[row] = absent_value; });
  return into.values;
}

void reader::put(column& from, const ArrowArray& of, const place& where) {
  request_columns& requests = columns_.requests;
  if (from.text != nullptr) {
    requests.*from.text = texts(from, of, where);
  } else if (from.seller != nullptr) {
    columns_.*from.seller = texts(from, of, where);
  } else if (from.number != nullptr) {
    requests.*from.number = numbers(from, of, where);
  } else if (from.price != nullptr) {
    columns_.*from.price = numbers(from, of, where);
  } else if (!from.channel.empty()) {
    requests.prices.push_back({from.channel, numbers(from, of, where)});
  } else if (from.as == role::word) {
    requests.attributes.push_back({from.attribute, texts(from, of, where), {}});
  } else {
    requests.attributes.push_back({from.attribute, {}, numbers(from, of, where)});
  }
}

void reader::read_map(map_column& into, const ArrowArray& of, const place& where) {
  const rows_of seen(of, where.offset, where.rows, where.within);
  if (where.rows == 0) return;
  if (of.n_children != 1 || of.children == nullptr || of.children[0] == nullptr)
    throw bad_array{"a map has no entries"};
  const ArrowArray& entries = *of.children[0];
  if (entries.n_children != 2 || entries.children == nullptr || entries.children[0] == nullptr ||
      entries.children[1] == nullptr) {
    throw bad_array{"the entries of a map are not keys and values"};
  }
  const void* offsets = needed(of, 1, where.rows);
  const std::int64_t first = at<std::int32_t>(offsets, seen.first());
  const std::int64_t last = at<std::int32_t>(offsets, seen.first() + where.rows);
  if (first < 0 || last < first || entries.offset < 0 || entries.length < last) {
    throw bad_array{"the offsets of a map do not fit its entries"};
  }
  const place inside{static_cast<std::size_t>(entries.offset) + static_cast<std::size_t>(first),
                     static_cast<std::size_t>(last - first), nullptr};
  const text_column keys = texts(into.keys, *entries.children[0], inside);
  using kind = enum column_type::kind;
  const kind values_are = into.entries.words ? kind::text : into.entries.type.is;
  number_column numbers_of;
  text_column texts_of;
  if (values_are == kind::text) {
    texts_of = texts(into.entries, *entries.children[1], inside);
  } else {
    numbers_of = numbers(into.entries, *entries.children[1], inside);
  }
  const bool written = numbers_of.kind() == number_column::layout::text;
  if (written) texts_of = numbers_of.texts();
  const bool as_text = written || values_are == kind::text;
  const engine::machine& compiled = with_->machine();
  const auto is_declared = [&](std::string_view key) {
    return into.prices ? compiled.find_channel(key).has_value() : compiled.find_attribute(key).has_value();
  };
  const auto clear = [&](column& one) {
    if (as_text) {
      one.views.assign(where.rows, {});
    } else {
      one.values.assign(where.rows, absent_value);
    }
  };
  for (column& one : into.made) clear(one);
  std::int64_t begin = first;
  for (std::size_t row = 0; row < where.rows; ++row) {
    const std::int64_t end = at<std::int32_t>(offsets, seen.first() + row + 1);
    if (end < begin || end > last) throw bad_array{"the offsets of a map go backwards"};
    for (; begin < end; ++begin) {
      if (!seen.has(row)) continue;
      const auto entry = static_cast<std::size_t>(begin - first);
      const std::string_view key = keys.at(entry);
      auto to = std::find_if(into.made.begin(), into.made.end(), [&](const column& one) { return one.name == key; });
      if (to == into.made.end()) {
        if (!is_declared(key)) continue;  // left aside, as columns are
        const std::string name = (into.prices ? "price." : "") + std::string(key);
        if (std::any_of(list_.begin(), list_.end(), [&](const column& one) { return one.name == name; })) {
          throw bad_array{"\"" + name + "\" is a column and stands in \"" + into.name + "\" too"};
        }
        into.made.emplace_back().name = key;
        to = std::prev(into.made.end());
        clear(*to);
      }
      if (as_text) {
        to->views[row] = texts_of.at(entry);
      } else {
        to->values[row] = numbers_of.at(entry);
      }
    }
  }
  for (column& one : into.made) {
    if (!into.prices) {
      columns_.requests.attributes.push_back({one.name, text_column(one.views), {}});
      continue;
    }
    const number_column values = as_text ? number_column::text(text_column(one.views))
                                 : numbers_of.kind() == number_column::layout::scaled
                                     ? number_column::scaled(one.values, numbers_of.scale())
                                     : number_column(one.values);
    columns_.requests.prices.push_back({one.name, values});
  }
}

const std::uint8_t* reader::within(const ArrowArray& of, std::size_t offset, std::size_t rows,
                                   const std::uint8_t* around, std::vector<std::uint8_t>& memory) {
  const rows_of seen(of, offset, rows, around);
  if (seen.all()) return nullptr;
  memory.resize(rows);
  for (std::size_t i = 0; i < rows; ++i) memory[i] = seen.has(i) ? 1 : 0;
  return memory.data();
}

void reader::fill(text_column& of, const std::string& with, filling& memory) const {
  if (with.empty()) return;
  const std::size_t rows = columns_.requests.rows;
  switch (of.kind()) {
    case text_column::layout::same:
      return;
    case text_column::layout::absent:
      of = text_column::all(with);
      return;
    case text_column::layout::views: {
      const auto views = of.values();
      if (std::none_of(views.begin(), views.end(), [](std::string_view one) { return one.empty(); })) return;
      memory.views.assign(views.begin(), views.end());
      std::replace(memory.views.begin(), memory.views.end(), std::string_view(), std::string_view(with));
      of = memory.views;
      return;
    }
    case text_column::layout::codes: {
      // It stays a column of codes, which are the fastest to price: what is absent gets a word of its own.
      const auto words = of.values();
      const auto codes = of.codes();
      const auto count = static_cast<std::uint32_t>(words.size());
      const auto is_beyond = [&](std::int32_t code) { return static_cast<std::uint32_t>(code) >= count; };
      const bool some_empty = std::any_of(words.begin(), words.end(), [](std::string_view one) { return one.empty(); });
      const bool some_beyond = std::any_of(codes.begin(), codes.end(), is_beyond);
      if (!some_empty && !some_beyond) return;
      memory.views.assign(words.begin(), words.end());
      std::replace(memory.views.begin(), memory.views.end(), std::string_view(), std::string_view(with));
      memory.views.push_back(with);
      memory.codes.resize(rows);
      for (std::size_t i = 0; i < rows; ++i) {
        memory.codes[i] = is_beyond(codes[i]) ? static_cast<std::int32_t>(count) : codes[i];
      }
      of = {memory.codes, memory.views};
      return;
    }
  }
}

void reader::fill_instant() {
  if (!defaults_.at_unix_ms) return;
  number_column& of = columns_.requests.at_unix_ms;
  switch (of.kind()) {
    case number_column::layout::absent:
      of = number_column::all(*defaults_.at_unix_ms);
      return;
    case number_column::layout::text: {
      text_column texts = of.texts();
      fill(texts, default_at_, at_);
      of = number_column::text(texts);
      return;
    }
    default: {
      const auto values = of.values();
      if (std::find(values.begin(), values.end(), absent_value) == values.end()) return;
      filled_at_.assign(values.begin(), values.end());
      std::replace(filled_at_.begin(), filled_at_.end(), absent_value, *defaults_.at_unix_ms);
      of = filled_at_;
      return;
    }
  }
}

result<void> reader::read(const ArrowArray& array) {
  try {
    columns_ = {};
    if (array.length < 0 || array.offset < 0) throw bad_array{"it has a negative length or offset"};
    if (array.length > INT32_MAX) throw bad_array{"it has more than 2,147,483,647 rows: pass smaller chunks"};
    if (array.n_children < 0 || static_cast<std::size_t>(array.n_children) != children_ ||
        (children_ > 0 && array.children == nullptr)) {
      throw bad_array{"it has another number of columns than its schema"};
    }
    const auto rows = static_cast<std::size_t>(array.length);
    columns_.requests.rows = rows;
    // Children of a struct begin at its offset, and are nothing where it is null.
    const place where{static_cast<std::size_t>(array.offset), rows, within(array, 0, rows, nullptr, table_rows_)};
    const auto child = [&](std::size_t index) -> const ArrowArray& {
      if (array.children[index] == nullptr) throw bad_array{"a column is missing"};
      return *array.children[index];
    };
    for (column& one : list_) {
      const ArrowArray& of = child(one.child);
      if (!one.member) {
        put(one, of, where);
        continue;
      }
      if (of.children == nullptr || of.n_children < 0 || *one.member >= static_cast<std::size_t>(of.n_children) ||
          of.children[*one.member] == nullptr) {
        throw bad_array{"a struct has fewer members than its schema"};
      }
      place inside = where;
      inside.within = within(of, where.offset, rows, where.within, struct_rows_);
      inside.offset += static_cast<std::size_t>(of.offset);
      put(one, *of.children[*one.member], inside);
    }
    for (map_column& one : maps_) read_map(one, child(one.child), where);
    fill(columns_.requests.channel, defaults_.channel, channel_);
    fill(columns_.requests.market, defaults_.market, market_);
    fill_instant();
    return {};
  } catch (const bad_array& why) {
    columns_ = {};
    return error({wrong("PP-A013", "the Arrow array cannot be read: " + why.message)});
  }
}

}  // namespace pricepoint::arrow
