// SPDX-License-Identifier: Apache-2.0
// Entry: reader::read_map. Prices and attributes in a map become a column for each declared key. Test:
// tests/arrow/maps_test.cpp.
#include "arrow/reader.hpp"

#include <algorithm>
#include <iterator>

#include "arrow/array_rows.hpp"
#include "compile/machine.hpp"

namespace pricepoint::arrow {

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
  const engine::machine& compiled = engine::machine_of(*with_);
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

}  // namespace pricepoint::arrow
