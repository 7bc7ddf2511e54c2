// SPDX-License-Identifier: Apache-2.0
// [REL-74] Arrow arrays that lie, through pricepoint.h.
//
// Promised: what a producer says is checked but for the lengths of buffers; so an array is refused with an error, or
// every row gets its answer, and what is handed out is released; the same rows as an array and as a stream get the same
// answers, and so do the rows of a slice.
//
// Buffers are as long as the array that owns them says: length and offset, the last offset of a text or map, the sizes
// of views. Everything else may be wrong: formats, names, codes, offsets that go backwards, arrays that are shorter
// than their table, missing buffers and children, negative numbers, null counts.
//
// Input: how it is asked, a table of columns drawn from the bytes, then what is spoilt.
#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow/arrays.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/shop.hpp"

namespace {

using arrays::bytes;
using arrays::column;
using fuzz::expect;
using fuzz::input;

constexpr std::int64_t most_rows = 12;

const std::vector<std::string> formats = {"u",       "U",        "vu",        "c",          "C",
                                          "s",       "S",        "i",         "I",          "l",
                                          "L",       "d:9,2",    "d:18,4,64", "d:38,0",     "d:38,9",
                                          "d:38,-3", "d:9,1,32", "tsm:UTC",   "tss:+08:00", "tsu:Asia/Tokyo",
                                          "tsn:UTC", "n",        "e",         "f",          "g",
                                          "b",       "tsm:",     "d:40,50",   "d:38,2,256", "tdm",
                                          "z",       "+l",       "d:",        "d:5",        "ts",
                                          "tsx:UTC", "",         "+"};
const std::vector<std::string> names = {
    "sku",      "category", "segment", "audience",      "channel",     "market",    "currency",     "quantity",
    "units",    "at",       "list",    "msrp",          "map",         "current",   "lowest_prior", "cost",
    "shipping", "tax",      "fee",     "current_since", "price.store", "price.web", "price.dealer", "price.nowhere",
    "role",     "brand",    "stock",   "wholesale",     "vip",         "price",     "seller",       "nobody",
    ""};
const std::vector<std::string> words = {"CN",
                                        "DE",
                                        "JP",
                                        "KW",
                                        "web",
                                        "store",
                                        "tmall",
                                        "b2b",
                                        "traffic",
                                        "profit",
                                        "acme",
                                        "EUR",
                                        "12.5",
                                        "29.90",
                                        "19%",
                                        "0.19",
                                        "17",
                                        "abc",
                                        "",
                                        "shoes/boots/x",
                                        "2026-11-05T12:00:00Z",
                                        "999999999999999.999999999",
                                        "-3",
                                        "vip",
                                        "\xFF\xFE",
                                        "a text of more than twelve bytes"};

// ---- columns

std::int64_t whole_number(input& in) {
  switch (in.below(8)) {
    case 0:
      return static_cast<std::int64_t>(in.bits(8));
    case 1:
      return in.pick<std::int64_t>(
          {INT64_MIN, INT64_MAX, INT64_MIN + 1, 0, -1, 1'000'000'000'000'000, 1'793'000'000'000});
    default:
      return in.between(0, 20'000);
  }
}

// As many values as the array says that it has.
template <class T>
bytes numbers(input& in, std::size_t count) {
  std::vector<T> made(count);
  for (T& one : made) one = static_cast<T>(whole_number(in));
  return arrays::bytes_of(made);
}

bytes wide_numbers(input& in, std::size_t count) {
  std::vector<arrays::int128> made(count);
  for (auto& one : made) {
    one = whole_number(in);
    if (!in.one_in(8)) continue;
    const pricepoint::detail::uint128 high = in.bits(8);
    one = static_cast<arrays::int128>(high << 64 | in.bits(8));
  }
  return arrays::bytes_of(made);
}

// Offsets with a step back now and then; behind them as many bytes as the largest asks for.
template <class T>
void texts(input& in, column& to, std::size_t count) {
  std::vector<T> ends;
  std::string all;
  T end = in.one_in(8) ? static_cast<T>(in.between(-3, 5)) : T{0};
  for (std::size_t i = 0; i <= count; ++i) {
    ends.push_back(end);
    if (in.one_in(24)) {
      end = static_cast<T>(end - in.between(0, 9));
    } else {
      const std::string& word = in.one_of(words);
      end = static_cast<T>(end + static_cast<T>(word.size()));
      if (end > 0 && all.size() < static_cast<std::size_t>(end))
        all.resize(static_cast<std::size_t>(end) - std::min(word.size(), static_cast<std::size_t>(end)), 'x');
      if (end > 0 && all.size() < static_cast<std::size_t>(end))
        all += word.substr(0, static_cast<std::size_t>(end) - all.size());
    }
  }
  to.buffers.emplace_back(arrays::bytes_of(ends));
  to.buffers.emplace_back(bytes(all.begin(), all.end()));
}

void views(input& in, column& to, std::size_t count) {
  const auto buffers = static_cast<std::size_t>(in.below(3));
  std::vector<std::string> pages(buffers);
  for (std::string& page : pages) page.assign(in.below(60), 'v');
  bytes all(count * 16, 0);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& word = in.one_of(words);
    auto length = static_cast<std::int32_t>(word.size());
    if (in.one_in(16)) length = in.pick({-1, INT32_MAX, 13, 100, 12});
    std::uint8_t* const view = all.data() + i * 16;
    std::memcpy(view, &length, 4);
    if (length >= 0 && length <= 12) {
      std::memcpy(view + 4, word.data(), std::min<std::size_t>(word.size(), 12));
      continue;
    }
    const auto index = static_cast<std::int32_t>(in.between(-1, 3));
    const std::int32_t offset = in.one_in(8) ? in.pick({-1, INT32_MAX, 59}) : static_cast<std::int32_t>(in.below(40));
    std::memcpy(view + 8, &index, 4);
    std::memcpy(view + 12, &offset, 4);
  }
  to.buffers.emplace_back(all);
  std::vector<std::int64_t> sizes;
  for (const std::string& page : pages) {
    to.buffers.emplace_back(bytes(page.begin(), page.end()));
    sizes.push_back(static_cast<std::int64_t>(page.size()));
  }
  to.buffers.emplace_back(arrays::bytes_of(sizes));
}

int width_of(const std::string& format) {
  if (format == "c" || format == "C") return 1;
  if (format == "s" || format == "S") return 2;
  if (format == "i" || format == "I") return 4;
  return 8;
}

// A column of this format with honest buffers for `length` rows behind `offset` others.
column draw_column(input& in, const std::string& name, const std::string& format, std::int64_t length, int depth = 0);

void draw_values(input& in, column& to, std::size_t count) {
  const std::string& format = to.format;
  if (format == "u") return texts<std::int32_t>(in, to, count);
  if (format == "U") return texts<std::int64_t>(in, to, count);
  if (format == "vu") return views(in, to, count);
  if (format.starts_with("d:")) {
    if (format.ends_with(",32")) {
      to.buffers.emplace_back(numbers<std::int32_t>(in, count));
    } else if (format.ends_with(",64")) {
      to.buffers.emplace_back(numbers<std::int64_t>(in, count));
    } else {
      to.buffers.emplace_back(wide_numbers(in, count));
    }
    return;
  }
  switch (width_of(format)) {
    case 1:
      to.buffers.emplace_back(numbers<std::int8_t>(in, count));
      return;
    case 2:
      to.buffers.emplace_back(numbers<std::int16_t>(in, count));
      return;
    case 4:
      to.buffers.emplace_back(numbers<std::int32_t>(in, count));
      return;
    default:
      to.buffers.emplace_back(numbers<std::int64_t>(in, count));
  }
}

void draw_nulls(input& in, column& to, std::size_t count) {
  if (in.flag()) {
    to.buffers.emplace_back();
    to.nulls = in.one_in(8) ? in.pick<std::int64_t>({-1, 1, INT64_MAX, INT64_MIN}) : 0;
    return;
  }
  bytes bitmap((count + 7) / 8);
  for (auto& one : bitmap) one = static_cast<std::uint8_t>(in.byte() | in.byte());
  to.buffers.emplace_back(bitmap);
  to.nulls = in.pick<std::int64_t>({-1, 1, 0});
}

// A lie about one array, told after it was made. What is left stays as long as it is said to be.
void spoil(input& in, column& one) {
  const std::uint64_t what = in.below(9);
  const std::uint64_t which = in.byte();
  one.spoil = [what, which](ArrowArray& of) {
    switch (what) {
      case 0:
        of.length = -1;
        return;
      case 1:
        of.offset = which % 2 == 0 ? -1 : INT64_MIN;
        return;
      case 2:
        if (of.n_buffers > 0) of.buffers[which % static_cast<std::uint64_t>(of.n_buffers)] = nullptr;
        return;
      case 3:
        of.buffers = nullptr;
        return;
      case 4:
        // Of views the last buffer is told by its number: with fewer it would be another.
        if (of.n_buffers > 0 && of.n_buffers <= 3)
          of.n_buffers = static_cast<std::int64_t>(which % static_cast<std::uint64_t>(of.n_buffers));
        return;
      case 5:
        of.children = nullptr;
        return;
      case 6:
        if (of.n_children > 0) of.children[which % static_cast<std::uint64_t>(of.n_children)] = nullptr;
        return;
      case 7:
        of.n_children = which % 2 == 0 ? -1 : of.n_children / 2;
        return;
      default:
        of.dictionary = nullptr;
        if (which % 2 == 0) of.null_count = 0;
    }
  };
}

column draw_column(input& in, const std::string& name, const std::string& format, std::int64_t length, int depth) {
  column made;
  made.name = name;
  made.format = format;
  // Some have more rows than their table, some fewer; some none, or fewer than none.
  made.length = in.one_in(8) ? std::max<std::int64_t>(0, length + in.between(-3, 3)) : length;
  made.offset = in.one_in(6) ? in.between(1, 9) : 0;
  const auto count = static_cast<std::size_t>(made.length + made.offset);
  if (format == "n") return made;
  draw_nulls(in, made, count);
  if (format == "+s") {
    for (std::uint64_t i = in.below(4); i > 0; --i) {
      // One after the other: the order of a call's arguments would be the compiler's choice.
      const std::string& member = in.one_of(names);
      const std::string& of = in.one_of(formats);
      made.add(draw_column(in, member, of, made.length + made.offset, depth + 1));
    }
    return made;
  }
  if (format == "+m") {
    std::vector<std::int32_t> ends = {in.one_in(8) ? static_cast<std::int32_t>(in.between(-2, 3)) : 0};
    for (std::size_t i = 0; i < count; ++i)
      ends.push_back(ends.back() + static_cast<std::int32_t>(in.one_in(16) ? in.between(-4, 0) : in.between(0, 2)));
    made.buffers.emplace_back(arrays::bytes_of(ends));
    const std::int64_t entries =
        std::max(0, *std::max_element(ends.begin(), ends.end())) + (in.one_in(8) ? in.between(-2, 2) : 0);
    column inside = arrays::table(std::max<std::int64_t>(0, entries), "entries");
    if (in.one_in(8)) inside.offset = in.between(0, 3);
    const std::int64_t all = inside.length + inside.offset;
    inside.add(draw_column(in, "key", in.one_in(8) ? in.one_of(formats) : "u", all, depth + 1));
    inside.add(draw_column(in, "value", in.one_in(8) ? in.one_of(formats) : in.pick<const char*>({"u", "l", "d:18,2"}),
                           all, depth + 1));
    if (in.one_in(16)) inside.children.pop_back();
    made.children.push_back(std::move(inside));
    return made;
  }
  draw_values(in, made, count);
  if (depth < 2 && in.one_in(5)) {
    const std::string of = in.one_in(6) ? in.one_of(formats) : "u";
    column entries = draw_column(in, "", of, in.between(0, 6), 2);
    if (in.one_in(8)) spoil(in, entries);
    made.dictionary = std::make_shared<column>(std::move(entries));
  }
  return made;
}

void spoil_some(input& in, column& one) {
  if (in.one_in(12)) spoil(in, one);
  for (column& child : one.children) spoil_some(in, child);
}

// The same for what a schema says. Its children are no longer reached where they are gone, but still released.
void spoil(input& in, ArrowSchema& of) {
  for (std::int64_t i = 0; i < of.n_children; ++i) {
    if (of.children[i] != nullptr && in.one_in(16)) spoil(in, *of.children[i]);
  }
  switch (in.below(6)) {
    case 0:
      of.format = nullptr;
      return;
    case 1:
      of.name = nullptr;
      return;
    case 2:
      of.children = nullptr;
      return;
    case 3:
      if (of.n_children > 0) of.children[of.n_children - 1] = nullptr;
      return;
    case 4:
      of.n_children = -1;
      return;
    default:
      of.flags = -1;
  }
}

column draw_table(input& in) {
  const std::int64_t rows = in.between(0, most_rows);
  column made = arrays::table(rows);
  if (in.one_in(8)) made.offset = in.between(1, 5);
  if (in.one_in(8)) {
    made.buffers.clear();
    draw_nulls(in, made, static_cast<std::size_t>(rows + made.offset));
  }
  const std::int64_t all = rows + made.offset;
  for (std::uint64_t i = in.below(7); i > 0; --i) {
    std::string name;
    std::string format;
    switch (in.below(8)) {
      case 0:
        name = in.pick<const char*>({"prices", "attributes", "nested"});
        format = in.pick<const char*>({"+s", "+m", "u", "+l"});
        break;
      case 1:
        name = in.one_of(names);
        format = in.text(8);
        break;
      default:
        name = in.one_of(names);
        format = in.one_of(formats);
    }
    made.add(draw_column(in, name, format, all));
  }
  return made;
}

// ---- asked

struct shop {
  pricepoint_policy* policy = nullptr;
  pricepoint_rates* rates = nullptr;
  shop() {
    const std::string_view text = fuzz::shop_policy;
    const std::string_view csv = fuzz::shop_rates;
    expect(pricepoint_policy_from_text({text.data(), text.size()}, nullptr, &policy, nullptr) == PRICEPOINT_OK,
           "policy");
    expect(pricepoint_rates_from_csv({csv.data(), csv.size()}, &rates, nullptr) == PRICEPOINT_OK, "rates");
  }
};

void hold_error(pricepoint_error* error) {
  expect(error != nullptr && pricepoint_error_count(error) > 0, "a failure without an error");
  expect(pricepoint_error_text(error).size > 0, "an error without words");
  pricepoint_error_free(error);
}

// All rows in words; releases both.
std::vector<std::string> taken(ArrowSchema& schema, ArrowArray& array) {
  std::vector<std::string> all;
  for (std::int64_t i = 0; i < array.length; ++i) {
    all.push_back(arrays::row_of(schema, array, static_cast<std::size_t>(i)));
  }
  schema.release(&schema);
  array.release(&array);
  expect(schema.release == nullptr && array.release == nullptr, "something released that says it is not");
  return all;
}

// Rows of a stream after it was opened, or at last what went wrong.
std::vector<std::string> drained(ArrowArrayStream& of) {
  std::vector<std::string> all;
  while (true) {
    ArrowArray array{};
    const int failed = of.get_next(&of, &array);
    if (failed != 0) {
      expect(array.release == nullptr, "a chunk and a failure");
      const char* const why = of.get_last_error(&of);
      all.emplace_back(why == nullptr ? "no memory" : why);
      break;
    }
    if (array.release == nullptr) break;
    ArrowSchema schema{};
    expect(of.get_schema(&of, &schema) == 0, "a stream that gives chunks and no schema");
    for (std::string& one : taken(schema, array)) all.push_back(std::move(one));
  }
  of.release(&of);
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const shop the_shop;
  input in(data, size);
  pricepoint_batch_options options = PRICEPOINT_BATCH_OPTIONS_INIT;
  if (in.flag()) options.rates = the_shop.rates;
  if (in.flag()) options.channel = PRICEPOINT_TEXT("web");
  if (in.flag()) options.market = PRICEPOINT_TEXT("CN");
  if (in.flag()) {
    // Another is refused with the batch (tests/capi/zero_test.c).
    const std::int64_t at = in.one_in(8) ? whole_number(in) : 1'793'000'000'000;
    options.at_unix_ms = PRICEPOINT_GIVEN(std::clamp<std::int64_t>(at, 0, 253'402'300'799'999));
  }
  // Of the size, so that the inputs that are kept mean what they meant.
  options.integers = size % 8 == 0   ? PRICEPOINT_INTEGERS_UNITS
                     : size % 8 == 1 ? PRICEPOINT_INTEGERS_REFUSE
                                     : PRICEPOINT_INTEGERS_MINOR;
  if (in.one_in(4)) options.parts = static_cast<std::uint32_t>(in.below(2048));
  const bool failing = in.one_in(16);
  const auto chunks = static_cast<std::size_t>(in.between(1, 2));
  column table = draw_table(in);
  spoil_some(in, table);
  const bool spoilt_schema = in.one_in(8);
  const input rest = in;

  pricepoint_batch* batch = nullptr;
  expect(pricepoint_batch_create(the_shop.policy, &options, &batch, nullptr) == PRICEPOINT_OK, "a batch");
  // The rows in words, or nothing where it is refused.
  const auto priced = [&](const column& of) -> std::optional<std::vector<std::string>> {
    ArrowSchema schema = arrays::schema_of(of);
    ArrowArray array = arrays::array_of(of);
    if (spoilt_schema) {
      input spoiling = rest;
      spoil(spoiling, schema);
    }
    const std::int64_t rows = array.length;
    ArrowSchema out_schema{};
    ArrowArray out_array{};
    pricepoint_error* error = nullptr;
    const auto result = pricepoint_batch_array(batch, &schema, &array, &out_schema, &out_array, &error);
    array.release(&array);
    schema.release(&schema);
    if (result == PRICEPOINT_OK) {
      expect(out_array.length == rows, "rows without an answer");
      return taken(out_schema, out_array);
    }
    expect(result == PRICEPOINT_ERROR_SCHEMA, "a failure that is not the array's");
    expect(out_array.release == nullptr && out_schema.release == nullptr, "an output of a failure");
    hold_error(error);
    return {};
  };
  const auto by_array = priced(table);
  if (by_array && !by_array->empty() && !table.spoil) {
    column slice = table;
    const std::int64_t from = in.between(0, table.length);
    slice.offset += from;
    slice.length -= from;
    const auto some = priced(slice);
    expect(some && std::equal(some->begin(), some->end(), by_array->begin() + from, by_array->end()),
           "a slice that says other than its table");
  }
  if (!spoilt_schema) {
    arrays::stream from(std::vector<column>(chunks, table));
    if (failing) from.fail_before = 0;
    ArrowArrayStream stream = from.open();
    ArrowArrayStream out{};
    pricepoint_error* error = nullptr;
    if (pricepoint_batch_stream(batch, &stream, &out, &error) == PRICEPOINT_OK) {
      const auto by_stream = drained(out);
      if (by_array && !failing) {
        std::vector<std::string> wanted;
        for (std::size_t i = 0; i < chunks; ++i) wanted.insert(wanted.end(), by_array->begin(), by_array->end());
        expect(by_stream == wanted, "a stream that says other than its arrays");
      }
    } else {
      expect(out.release == nullptr && !by_array, "a stream that fails where its array does not");
      hold_error(error);
    }
    expect(stream.release == nullptr && from.released == 1, "a stream that was not taken");
  }
  if (!spoilt_schema) {
    arrays::stream from(std::vector<column>(chunks, table));
    if (failing) from.fail_before = 1;
    ArrowArrayStream stream = from.open();
    ArrowArrayStream out{};
    pricepoint_text* summary = nullptr;
    pricepoint_error* error = nullptr;
    const std::int64_t until = in.one_in(4) ? whole_number(in) : PRICEPOINT_ABSENT;
    const auto result = pricepoint_audit_stream(the_shop.policy, &options, until, &stream, &out,
                                                in.flag() ? &summary : nullptr, &error);
    if (result == PRICEPOINT_OK) {
      drained(out);
    } else {
      const bool no_instant = until != PRICEPOINT_ABSENT && (until < 0 || until > 253'402'300'799'999);
      expect(result == PRICEPOINT_ERROR_SCHEMA || result == PRICEPOINT_ERROR_STREAM ||
                 (result == PRICEPOINT_ERROR_ARGUMENT && no_instant),
             "an audit that fails otherwise");
      expect(out.release == nullptr && summary == nullptr, "an output of an audit that failed");
      hold_error(error);
    }
    pricepoint_text_free(summary);
    expect(stream.release == nullptr && from.released == 1, "a stream of offers that was not taken");
  }
  pricepoint_batch_free(batch);
  expect(arrays::handed_out == 0, "something that was never released");
  return 0;
}
