// SPDX-License-Identifier: Apache-2.0
// Entry: reader::texts. Columns of text: offsets, views, dictionaries, and article numbers. Test:
// tests/arrow/layouts_test.cpp.
#include "arrow/reader.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "arrow/array_rows.hpp"

namespace pricepoint::arrow {

namespace {

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

}  // namespace

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

}  // namespace pricepoint::arrow
