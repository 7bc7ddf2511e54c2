// SPDX-License-Identifier: Apache-2.0
// Entry: reader::read. The columns of one array, and defaults for rows that do not say. The schema is read in
// reader_schema.cpp. Test: tests/arrow/layouts_test.cpp, tests/arrow/options_test.cpp.
#include "arrow/reader.hpp"

#include <algorithm>
#include <utility>

#include "arrow/array_rows.hpp"

namespace pricepoint::arrow {

diagnostic wrong(const char* code, std::string message, std::string hint) {
  diagnostic one;
  one.code = code;
  one.message = std::move(message);
  one.hint = std::move(hint);
  return one;
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
