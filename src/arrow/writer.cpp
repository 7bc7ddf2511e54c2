// SPDX-License-Identifier: Apache-2.0
// Entry: table_of, export_schema, export_array. Test: tests/arrow.
#include "arrow/writer.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>

#include "compile/machine.hpp"
#include "match/row_values.hpp"
#include "pricepoint/money/currency.hpp"
#include "pricepoint/money/exact.hpp"
#include "pricepoint/money/rounding.hpp"

namespace pricepoint::arrow {

namespace {

using detail::int128;

constexpr int money_scale = 4;
constexpr int target_scale = 8;

// Arrow wants an address even where there are no bytes.
const std::uint64_t nothing = 0;

template <class T>
std::shared_ptr<const void> held(std::vector<T> values) {
  auto made = std::make_shared<std::vector<T>>(std::move(values));
  const void* data = made->data();
  return {std::move(made), data == nullptr ? &nothing : data};
}

// Memory that is written once, so it is not set to zero first.
template <class T>
class room {
 public:
  explicit room(std::size_t count) : memory_(std::make_shared_for_overwrite<T[]>(count)) {}
  T* get() const noexcept { return memory_.get(); }
  T& operator[](std::size_t i) const noexcept { return get()[i]; }
  std::shared_ptr<const void> give() && { return std::move(memory_); }

 private:
  std::shared_ptr<T[]> memory_;
};

node start(const char* name, std::string format, std::size_t rows) {
  node made;
  made.name = name;
  made.format = std::move(format);
  made.length = static_cast<std::int64_t>(rows);
  return made;
}

// Bits of rows, eight at a time: `has(row)` says whether a row's bit is set. Gives how many are not.
template <class Has>
std::int64_t set_bits(std::uint8_t* bits, std::size_t rows, const Has& has) {
  std::size_t set = 0;
  for (std::size_t row = 0; row < rows;) {
    const std::size_t end = std::min(row + 8, rows);
    unsigned byte = 0;
    for (unsigned bit = 0; row < end; ++row, ++bit) byte |= (has(row) ? 1u : 0u) << bit;
    set += static_cast<std::size_t>(std::popcount(byte));
    *bits++ = static_cast<std::uint8_t>(byte);
  }
  return static_cast<std::int64_t>(rows - set);
}

// The bitmap as the first buffer; none where no row lacks a value.
template <class Has>
void give_validity(node& to, std::size_t rows, const Has& has) {
  room<std::uint8_t> bits((rows + 7) / 8);
  to.nulls = set_bits(bits.get(), rows, has);
  to.buffers.push_back(to.nulls == 0 ? nullptr : std::move(bits).give());
}

// `value(row)` is the number to store, or nothing.
template <class T, class Value>
node numbers(const char* name, const char* format, std::size_t rows, const Value& value) {
  node made = start(name, format, rows);
  room<T> values(rows);
  give_validity(made, rows, [&](std::size_t row) {
    const auto one = value(row);
    values[row] = one ? *one : T{};
    return one.has_value();
  });
  made.buffers.push_back(std::move(values).give());
  return made;
}

// Ends of texts and of lists are 32 bits wide.
void check_size(std::size_t size, const char* message) {
  if (size > INT32_MAX) throw too_large{message};
}

template <class Each>
node texts(const char* name, std::size_t rows, const Each& each) {
  node made = start(name, "u", rows);
  room<std::int32_t> offsets(rows + 1);
  offsets[0] = 0;
  std::vector<char> all;
  give_validity(made, rows, [&](std::size_t row) {
    const std::string_view text = each(row);
    all.insert(all.end(), text.begin(), text.end());
    check_size(all.size(), "more than 2 GB of text in one array: pass smaller chunks");
    offsets[row + 1] = static_cast<std::int32_t>(all.size());
    return !text.empty();
  });
  made.buffers.push_back(std::move(offsets).give());
  made.buffers.push_back(held(std::move(all)));
  return made;
}

const char* const too_many_names = "more than 2 GB of names in one array: pass smaller chunks";

node list_of(const char* name, std::size_t rows, std::shared_ptr<const void> offsets, node items) {
  node made = start(name, "+l", rows);
  made.nullable = false;
  made.buffers = {nullptr, std::move(offsets)};
  made.children.push_back(std::move(items));
  return made;
}

// Lists of texts: `give(row, add)` calls add(text) for each.
template <class Give>
node text_lists(const char* name, std::size_t rows, const Give& give) {
  room<std::int32_t> offsets(rows + 1);
  offsets[0] = 0;
  std::vector<std::int32_t> text_offsets = {0};
  std::vector<char> all;
  for (std::size_t row = 0; row < rows; ++row) {
    give(row, [&](std::string_view text) {
      all.insert(all.end(), text.begin(), text.end());
      check_size(std::max(all.size(), text_offsets.size()), too_many_names);
      text_offsets.push_back(static_cast<std::int32_t>(all.size()));
    });
    offsets[row + 1] = static_cast<std::int32_t>(text_offsets.size() - 1);
  }
  node items = start("item", "u", text_offsets.size() - 1);
  items.buffers = {nullptr, held(std::move(text_offsets)), held(std::move(all))};
  return list_of(name, rows, std::move(offsets).give(), std::move(items));
}

// The same of sets that many rows share: each set's texts are put together once and copied from there.
node names(const char* name, const std::vector<std::uint32_t>& sets, const name_sets& of) {
  struct joined {
    std::size_t text = 0, size = 0;        // its texts in a row
    std::size_t first_end = 0, count = 0;  // their ends
  };
  std::vector<joined> known(of.size());
  std::string texts_of_all;
  std::vector<std::int32_t> ends_of_all;
  for (std::uint32_t set = 0; set < known.size(); ++set) {
    joined& one = known[set];
    one = {texts_of_all.size(), 0, ends_of_all.size(), of[set].size()};
    for (const std::string_view text : of[set]) {
      texts_of_all += text;
      one.size = texts_of_all.size() - one.text;
      check_size(one.size, too_many_names);
      ends_of_all.push_back(static_cast<std::int32_t>(one.size));
    }
  }
  const std::size_t rows = sets.size();
  room<std::int32_t> offsets(rows + 1);
  offsets[0] = 0;
  std::size_t count = 0;
  std::size_t size = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const joined& one = known[sets[row]];
    count += one.count;
    size += one.size;
    offsets[row + 1] = static_cast<std::int32_t>(count);
  }
  check_size(std::max(count, size), too_many_names);
  room<std::int32_t> text_offsets(count + 1);
  room<char> all(size);
  std::int32_t* end = text_offsets.get();
  *end++ = 0;
  std::int32_t at = 0;
  for (const std::uint32_t set : sets) {
    const joined& one = known[set];
    if (one.count == 0) continue;
    std::memcpy(all.get() + at, texts_of_all.data() + one.text, one.size);
    for (std::size_t i = 0; i < one.count; ++i) *end++ = at + ends_of_all[one.first_end + i];
    at += static_cast<std::int32_t>(one.size);
  }
  node items = start("item", "u", count);
  items.buffers = {nullptr, std::move(text_offsets).give(), std::move(all).give()};
  return list_of(name, rows, std::move(offsets).give(), std::move(items));
}

std::unique_ptr<node> words(const std::vector<std::string_view>& of) {
  return std::make_unique<node>(texts("", of.size(), [&](std::size_t i) { return of[i]; }));
}

// What minor units of a currency with so many decimals are multiplied with.
constexpr std::array<std::int64_t, money_scale + 1> money_steps = {10'000, 1'000, 100, 10, 1};

std::optional<int128> money_of(std::int64_t minor, int digits) {
  if (minor == absent_value || digits < 0) return {};
  return int128{minor} * money_steps[static_cast<std::size_t>(digits)];
}

const char* const money_format = "d:38,4";

// All digits that a number can have behind its point.
constexpr int quantity_scale = 9;
const char* const quantity_format = "d:38,9";

}  // namespace

void currency_digits(const request_columns& of, const policy& with, std::vector<std::int16_t>& out) {
  const auto digits = [&](std::string_view market) {
    if (!engine::machine_of(with).find_market(market)) return std::int16_t{-1};
    return static_cast<std::int16_t>(with.currency_of(market).digits());
  };
  const text_column& market = of.market;
  if (market.kind() == text_column::layout::codes) {
    std::vector<std::int16_t> by_code;
    for (const std::string_view word : market.values()) by_code.push_back(digits(word));
    const std::size_t given = std::min(of.rows, market.codes().size());
    out.resize(given);
    const auto count = static_cast<std::uint32_t>(by_code.size());
    for (std::size_t row = 0; row < given; ++row) {
      const auto code = static_cast<std::uint32_t>(market.codes()[row]);
      out[row] = code < count ? by_code[code] : std::int16_t{-1};
    }
    out.resize(of.rows, -1);
    return;
  }
  if (market.kind() != text_column::layout::views) {
    out.assign(of.rows, of.rows == 0 ? std::int16_t{-1} : digits(market.at(0)));
    return;
  }
  out.resize(of.rows);
  // Rows of one market mostly stand together.
  std::string_view last;
  std::int16_t of_last = -1;
  for (std::size_t row = 0; row < of.rows; ++row) {
    const std::string_view text = market.at(row);
    if (text != last) {
      last = text;
      of_last = digits(text);
    }
    out[row] = of_last;
  }
}

node table_of(const decision_columns& from, std::uint32_t parts, std::span<const std::int16_t> digits) {
  const std::size_t rows = from.size();
  node table = start("", "+s", rows);
  table.nullable = false;
  table.buffers.push_back(nullptr);
  const auto wanted = [&](std::uint32_t part) { return (parts & part) != 0; };
  const auto add = [&](node one) { table.children.push_back(std::move(one)); };
  const auto money = [&](const char* name, const std::vector<std::int64_t>& minor) {
    return numbers<int128>(name, money_format, rows,
                           [&](std::size_t row) { return money_of(minor[row], digits[row]); });
  };
  node status = numbers<std::int8_t>(
      "status", "c", rows, [&](std::size_t row) { return std::optional(static_cast<std::int8_t>(from.status[row])); });
  status.nullable = false;
  status.dictionary = words({"priced", "compromised", "withheld", "incomplete", "invalid", "conflict"});
  add(std::move(status));
  if (wanted(part::price)) add(money("price", from.price_minor));
  if (wanted(part::net)) {
    add(money("net", from.net_minor));
    add(money("tax", from.tax_minor));
  }
  if (wanted(part::target)) {
    add(numbers<int128>("target", "d:38,8", rows, [&](std::size_t row) -> std::optional<int128> {
      const int decimals = digits[row];
      if (from.target_e4[row] == decision_columns::absent_target || decimals < 0) return {};
      static_assert(target_scale == money_scale + 4);  // four decimals more, here and there
      return from.target_e4[row] * money_steps[static_cast<std::size_t>(decimals)];
    }));
  }
  if (wanted(part::discounts)) add(names("discounts", from.discounts, from.sets));
  if (wanted(part::limited_by)) add(names("limited_by", from.limited_by, from.sets));
  if (wanted(part::was)) {
    add(money("was", from.was_minor));
    add(numbers<int128>("saving", money_format, rows, [&](std::size_t row) -> std::optional<int128> {
      if (from.was_minor[row] == absent_value) return {};
      return money_of(from.was_minor[row] - from.price_minor[row], digits[row]);
    }));
    add(numbers<std::int32_t>("saving_rate", "i", rows, [&](std::size_t row) {
      const std::int32_t percent = from.saving_rate_percent[row];
      return percent == 0 ? std::nullopt : std::optional(percent);
    }));
  }
  if (wanted(part::relaxed)) add(names("relaxed", from.relaxed, from.sets));
  if (wanted(part::reasons)) {
    add(names("conflict", from.conflict, from.sets));
    add(names("missing", from.missing, from.sets));
    add(names("invalid", from.invalid, from.sets));
  }
  if (wanted(part::advice)) add(names("advice", from.advice, from.sets));
  if (wanted(part::credits)) {
    room<std::int32_t> offsets(rows + 1);
    offsets[0] = 0;
    check_size(from.credits.size(), "too many credits in one array: pass smaller chunks");
    for (std::size_t row = 0; row < rows; ++row) offsets[row + 1] = static_cast<std::int32_t>(from.credits_end[row]);
    node item = start("item", "+s", from.credits.size());
    item.buffers.push_back(nullptr);
    item.children.push_back(texts("to", from.credits.size(), [&](std::size_t i) { return from.credits[i].to; }));
    item.children.push_back(numbers<int128>("amount", money_format, from.credits.size(), [&](std::size_t i) {
      return money_of(from.credits[i].due.minor, from.credits[i].due.currency.digits());
    }));
    add(list_of("credits", rows, std::move(offsets).give(), std::move(item)));
  }
  if (wanted(part::rest)) {
    node held_column = start("held", "b", rows);
    held_column.nullable = false;
    room<std::uint8_t> bits((rows + 7) / 8);
    set_bits(bits.get(), rows, [&](std::size_t row) { return from.held[row] != 0; });
    held_column.buffers = {nullptr, std::move(bits).give()};
    add(std::move(held_column));
    add(money("fallback_price", from.fallback_price_minor));
    add(numbers<std::int64_t>("next_change_at", "tsm:UTC", rows, [&](std::size_t row) {
      const std::int64_t at = from.next_change_at_unix_ms[row];
      return at == absent_value ? std::nullopt : std::optional(at);
    }));
    node currencies = numbers<std::int16_t>("currency", "s", rows, [&](std::size_t row) {
      return from.currency[row] == decision_columns::no_currency
                 ? std::nullopt
                 : std::optional(static_cast<std::int16_t>(from.currency[row]));
    });
    std::vector<std::string_view> codes;
    for (std::size_t i = 0; i < currency::count(); ++i) codes.push_back(currency::from_index(i).code());
    currencies.dictionary = words(codes);
    add(std::move(currencies));
    node fingerprint =
        numbers<std::int8_t>("policy", "c", rows, [](std::size_t) { return std::optional(std::int8_t{0}); });
    fingerprint.nullable = false;
    fingerprint.dictionary = words({from.policy});
    add(std::move(fingerprint));
  }
  return table;
}

node table_of(const finding_columns& from, std::span<const offer_columns> offers, const policy& with, bool ahead) {
  const std::size_t count = from.size();
  // Where each finding's row lies; findings are in the order of the rows.
  struct place {
    const offer_columns* in;
    std::size_t row;
  };
  std::vector<place> places;
  std::size_t piece = 0;
  std::size_t before = 0;
  for (const std::size_t row : from.row) {
    while (row - before >= offers[piece].requests.rows) before += offers[piece++].requests.rows;
    places.push_back({&offers[piece], row - before});
  }
  node table = start("", "+s", count);
  table.nullable = false;
  table.buffers.push_back(nullptr);
  const auto add = [&](node one) { table.children.push_back(std::move(one)); };
  const auto of_row = [&](const char* name, text_column request_columns::*column) {
    add(texts(name, count, [&](std::size_t i) { return (places[i].in->requests.*column).at(places[i].row); }));
  };
  const auto digits = [&](std::size_t i) {
    const std::string_view market = places[i].in->requests.market.at(places[i].row);
    return engine::machine_of(with).find_market(market) ? with.currency_of(market).digits() : -1;
  };
  const auto money = [&](const char* name, const std::vector<std::int64_t>& minor) {
    add(numbers<int128>(name, money_format, count, [&](std::size_t i) { return money_of(minor[i], digits(i)); }));
  };
  add(numbers<std::int64_t>("row", "l", count,
                            [&](std::size_t i) { return std::optional(static_cast<std::int64_t>(from.row[i])); }));
  of_row("sku", &request_columns::sku);
  of_row("channel", &request_columns::channel);
  of_row("market", &request_columns::market);
  add(texts("seller", count, [&](std::size_t i) { return places[i].in->seller.at(places[i].row); }));
  add(texts("rule", count, [&](std::size_t i) { return from.rule[i]; }));
  add(texts("effect", count, [&](std::size_t i) { return from.effect[i]; }));
  node severity = numbers<std::int8_t>(
      "severity", "c", count, [&](std::size_t i) { return std::optional(static_cast<std::int8_t>(from.severity[i])); });
  severity.nullable = false;
  severity.dictionary = words({"breach", "warning", "notice", "unchecked", "invalid"});
  add(std::move(severity));
  const auto exact_money = [&](const char* name, const std::vector<std::optional<decimal>>& all) {
    add(numbers<int128>(name, money_format, count, [&](std::size_t i) -> std::optional<int128> {
      if (!all[i]) return {};
      const auto shown = detail::fraction::minor_units(*all[i], money_scale);
      return detail::divide(shown.numerator, shown.denominator, rounding::half_up);
    }));
  };
  // Hundredths of a percent.
  const auto rate_bp = [&](const char* name, const std::vector<std::int64_t>& all) {
    add(numbers<int128>(name, money_format, count, [&](std::size_t i) {
      return all[i] == absent_value ? std::nullopt : std::optional(int128{all[i]});
    }));
  };
  exact_money("price", from.price);
  money("min", from.min_minor);
  money("max", from.max_minor);
  exact_money("excess", from.excess);
  rate_bp("excess_rate", from.excess_rate_bp);
  add(texts("against", count, [&](std::size_t i) { return from.against[i]; }));
  add(texts("against_seller", count, [&](std::size_t i) { return from.against_seller[i]; }));
  money("against_price", from.against_price_minor);
  add(texts("remedy", count, [&](std::size_t i) { return to_string(from.remedy[i]); }));
  money("remedy_price", from.remedy_price_minor);
  add(text_lists("conflict", count, [&](std::size_t i, const auto& give) {
    for (const std::string_view one : from.conflict[i]) give(one);
  }));
  add(text_lists("missing", count, [&](std::size_t i, const auto& give) {
    for (const std::string& one : from.missing[i]) give(one);
  }));
  exact_money("credit", from.credit);
  add(texts("because", count, [&](std::size_t i) { return std::string_view(from.because[i]); }));
  money("headroom", from.headroom_minor);
  rate_bp("max_discount", from.max_discount_bp);
  if (ahead) {
    const auto time = [&](const char* name, const std::vector<std::int64_t>& at) {
      add(numbers<std::int64_t>(name, "tsm:UTC", count, [&](std::size_t i) {
        return at[i] == absent_value ? std::nullopt : std::optional(at[i]);
      }));
    };
    time("from", from.from_unix_ms);
    time("until", from.until_unix_ms);
  }
  // What tells rows apart, where the input has it; a column that is the same in every row is a default.
  const auto any_has = [&](const auto request_columns::*column) {
    return std::any_of(offers.begin(), offers.end(), [&](const offer_columns& one) {
      using layout = typename std::remove_cvref_t<decltype(one.requests.*column)>::layout;
      return (one.requests.*column).kind() != layout::absent && (one.requests.*column).kind() != layout::same;
    });
  };
  std::vector<std::string> unread;
  if (any_has(&request_columns::quantity)) {
    add(numbers<int128>("quantity", quantity_format, count, [&](std::size_t i) -> std::optional<int128> {
      const auto made = engine::plain_number_at(places[i].in->requests.quantity, places[i].row, "quantity", unread);
      if (!made) return {};
      return made->coefficient() * detail::powers_of_ten[static_cast<std::size_t>(quantity_scale - made->scale())];
    }));
  }
  if (any_has(&request_columns::segment)) of_row("segment", &request_columns::segment);
  if (any_has(&request_columns::audience)) of_row("audience", &request_columns::audience);
  if (any_has(&request_columns::at_unix_ms)) {
    add(numbers<std::int64_t>("at", "tsm:UTC", count, [&](std::size_t i) -> std::optional<std::int64_t> {
      const number_column& at = places[i].in->requests.at_unix_ms;
      if (at.kind() == number_column::layout::text) {
        const auto read = parse_instant(at.texts().at(places[i].row));
        return read ? std::optional(read->unix_ms) : std::nullopt;
      }
      const std::int64_t value = at.at(places[i].row);
      return value == absent_value ? std::nullopt : std::optional(value);
    }));
  }
  return table;
}

namespace {

struct schema_holder {
  std::string format, name;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> pointers;
  ArrowSchema dictionary{};
};

struct array_holder {
  std::vector<std::shared_ptr<const void>> values;
  std::vector<const void*> buffers;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> pointers;
  ArrowArray dictionary{};
};

template <class Struct, class Holder>
void release(Struct* self) {
  const std::unique_ptr<Holder> holder(static_cast<Holder*>(self->private_data));
  for (Struct& child : holder->children) {
    if (child.release != nullptr) child.release(&child);
  }
  if (holder->dictionary.release != nullptr) holder->dictionary.release(&holder->dictionary);
  self->release = nullptr;
}

// Children that were made go where a later one cannot be.
template <class Struct, class Holder>
struct unfinished {
  std::unique_ptr<Holder> holder = std::make_unique<Holder>();
  unfinished() = default;
  unfinished(const unfinished&) = delete;
  unfinished& operator=(const unfinished&) = delete;
  ~unfinished() {
    if (!holder) return;
    for (Struct& child : holder->children) {
      if (child.release != nullptr) child.release(&child);
    }
    if (holder->dictionary.release != nullptr) holder->dictionary.release(&holder->dictionary);
  }
};

}  // namespace

void export_schema(const node& from, ArrowSchema& out) {
  unfinished<ArrowSchema, schema_holder> made;
  schema_holder& holder = *made.holder;
  holder.format = from.format;
  holder.name = from.name;
  holder.children.resize(from.children.size());
  for (std::size_t i = 0; i < from.children.size(); ++i) {
    export_schema(from.children[i], holder.children[i]);
    holder.pointers.push_back(&holder.children[i]);
  }
  if (from.dictionary) export_schema(*from.dictionary, holder.dictionary);
  out = {};
  out.format = holder.format.c_str();
  out.name = holder.name.c_str();
  out.flags = from.nullable ? ARROW_FLAG_NULLABLE : 0;
  out.n_children = static_cast<std::int64_t>(holder.children.size());
  out.children = holder.pointers.empty() ? nullptr : holder.pointers.data();
  out.dictionary = from.dictionary ? &holder.dictionary : nullptr;
  out.release = release<ArrowSchema, schema_holder>;
  out.private_data = made.holder.release();
}

void export_array(node from, ArrowArray& out) {
  unfinished<ArrowArray, array_holder> made;
  array_holder& holder = *made.holder;
  holder.values = std::move(from.buffers);
  for (const auto& one : holder.values) holder.buffers.push_back(one.get());
  holder.children.resize(from.children.size());
  for (std::size_t i = 0; i < from.children.size(); ++i) {
    export_array(std::move(from.children[i]), holder.children[i]);
    holder.pointers.push_back(&holder.children[i]);
  }
  if (from.dictionary) export_array(std::move(*from.dictionary), holder.dictionary);
  out = {};
  out.length = from.length;
  out.null_count = from.nulls;
  out.n_buffers = static_cast<std::int64_t>(holder.buffers.size());
  out.buffers = holder.buffers.data();
  out.n_children = static_cast<std::int64_t>(holder.children.size());
  out.children = holder.pointers.empty() ? nullptr : holder.pointers.data();
  out.dictionary = from.dictionary ? &holder.dictionary : nullptr;
  out.release = release<ArrowArray, array_holder>;
  out.private_data = made.holder.release();
}

}  // namespace pricepoint::arrow
