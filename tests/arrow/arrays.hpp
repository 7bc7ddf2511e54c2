// SPDX-License-Identifier: Apache-2.0
// Arrow structures made by hand and read back. Buffers are allocated to the byte, so that a sanitizer sees whoever
// reads beyond them, and what is handed out is counted until it is released.
//
//   arrays::column of = arrays::table(2);
//   of.add(arrays::texts("market", {"DE", ""}));             // "" is null
//   of.add(arrays::integers<std::int64_t>("cost", "l", {100, arrays::none}));
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/detail/int128.hpp"
#include "pricepoint/pricepoint.h"

namespace arrays {

using pricepoint::detail::int128;
using bytes = std::vector<std::uint8_t>;

inline constexpr std::nullopt_t none = std::nullopt;

struct column {
  std::string name, format;
  std::int64_t length = 0, nulls = 0, offset = 0;
  std::vector<std::optional<bytes>> buffers;  // nothing: NULL
  std::vector<column> children;
  std::shared_ptr<const column> dictionary;
  std::function<void(ArrowArray&)> spoil{};  // after it was made

  column& add(column child) {
    children.push_back(std::move(child));
    return *this;
  }
};

template <class T>
bytes bytes_of(const std::vector<T>& values) {
  bytes made(values.size() * sizeof(T));
  if (!made.empty()) std::memcpy(made.data(), values.data(), made.size());
  return made;
}

// A bitmap, with ones before `offset` and behind the last.
inline bytes bits(const std::vector<bool>& from, std::size_t offset = 0) {
  bytes made((from.size() + offset + 7) / 8, 0xFF);
  for (std::size_t i = 0; i < from.size(); ++i) {
    const std::size_t bit = i + offset;
    if (!from[i]) made[bit / 8] = static_cast<std::uint8_t>(made[bit / 8] & ~(1u << bit % 8));
  }
  return made;
}

inline column table(std::int64_t rows, std::string name = {}) {
  column made;
  made.name = std::move(name);
  made.format = "+s";
  made.length = rows;
  made.buffers.emplace_back();
  return made;
}

// `before`: values that stand ahead of an offset.
template <class T>
column integers(std::string name, std::string format, const std::vector<std::optional<T>>& values,
                std::size_t before = 0) {
  column made;
  made.name = std::move(name);
  made.format = std::move(format);
  made.length = static_cast<std::int64_t>(values.size());
  made.offset = static_cast<std::int64_t>(before);
  std::vector<T> raw(before, T{77});
  std::vector<bool> valid;
  for (const auto& one : values) {
    raw.push_back(one.value_or(T{55}));  // what stands at a null is anybody's guess
    valid.push_back(one.has_value());
    made.nulls += one ? 0 : 1;
  }
  made.buffers = {made.nulls == 0 ? std::optional<bytes>() : bits(valid, before), bytes_of(raw)};
  return made;
}

template <class T = std::int32_t>
column texts(std::string name, const std::vector<std::string>& values, std::size_t before = 0) {
  column made;
  made.name = std::move(name);
  made.format = sizeof(T) == 4 ? "u" : "U";
  made.length = static_cast<std::int64_t>(values.size());
  made.offset = static_cast<std::int64_t>(before);
  std::vector<T> ends = {0};
  std::vector<char> all;
  std::vector<bool> valid;
  for (std::size_t i = 0; i < before; ++i) {
    all.push_back('x');
    ends.push_back(static_cast<T>(all.size()));
  }
  for (const std::string& one : values) {
    all.insert(all.end(), one.begin(), one.end());
    if (one.empty()) all.push_back('?');  // the text of a null may have letters
    ends.push_back(static_cast<T>(all.size()));
    valid.push_back(!one.empty());
    made.nulls += one.empty() ? 1 : 0;
  }
  made.buffers = {made.nulls == 0 ? std::optional<bytes>() : bits(valid, before), bytes_of(ends), bytes_of(all)};
  return made;
}

template <class Code>
column coded(std::string name, std::string format, const std::vector<std::optional<Code>>& codes, column words,
             std::size_t before = 0) {
  column made = integers<Code>(std::move(name), std::move(format), codes, before);
  made.dictionary = std::make_shared<column>(std::move(words));
  return made;
}

inline column map_of(std::string name, const std::vector<std::int32_t>& ends, column keys, column values) {
  column made;
  made.name = std::move(name);
  made.format = "+m";
  made.length = static_cast<std::int64_t>(ends.size()) - 1;
  made.buffers = {std::nullopt, bytes_of(ends)};
  column entries = table(keys.length, "entries");
  entries.add(std::move(keys)).add(std::move(values));
  made.children.push_back(std::move(entries));
  return made;
}

// ---- handed out

inline int handed_out = 0;

template <class Struct>
struct holder {
  std::string name, format;
  std::vector<std::unique_ptr<std::uint8_t[]>> memory;
  std::vector<const void*> buffers;
  std::vector<std::unique_ptr<Struct>> own;
  std::vector<Struct*> children;
  std::unique_ptr<Struct> dictionary;
};

template <class Struct>
void release(Struct* self) {
  const std::unique_ptr<holder<Struct>> of(static_cast<holder<Struct>*>(self->private_data));
  for (const auto& child : of->own) {
    if (child->release != nullptr) child->release(child.get());
  }
  if (of->dictionary && of->dictionary->release != nullptr) of->dictionary->release(of->dictionary.get());
  self->release = nullptr;
  --handed_out;
}

inline ArrowSchema schema_of(const column& from) {
  auto of = std::make_unique<holder<ArrowSchema>>();
  of->name = from.name;
  of->format = from.format;
  for (const column& child : from.children) {
    of->own.push_back(std::make_unique<ArrowSchema>(schema_of(child)));
    of->children.push_back(of->own.back().get());
  }
  if (from.dictionary) of->dictionary = std::make_unique<ArrowSchema>(schema_of(*from.dictionary));
  ArrowSchema made{};
  made.format = of->format.c_str();
  made.name = of->name.c_str();
  made.flags = ARROW_FLAG_NULLABLE;
  made.n_children = static_cast<std::int64_t>(of->children.size());
  made.children = of->children.data();
  made.dictionary = of->dictionary.get();
  made.release = release<ArrowSchema>;
  made.private_data = of.release();
  ++handed_out;
  return made;
}

inline ArrowArray array_of(const column& from) {
  auto of = std::make_unique<holder<ArrowArray>>();
  for (const auto& one : from.buffers) {
    if (!one) {
      of->buffers.push_back(nullptr);
      continue;
    }
    of->memory.push_back(std::make_unique<std::uint8_t[]>(one->size()));
    if (!one->empty()) std::memcpy(of->memory.back().get(), one->data(), one->size());
    of->buffers.push_back(of->memory.back().get());
  }
  for (const column& child : from.children) {
    of->own.push_back(std::make_unique<ArrowArray>(array_of(child)));
    of->children.push_back(of->own.back().get());
  }
  if (from.dictionary) of->dictionary = std::make_unique<ArrowArray>(array_of(*from.dictionary));
  ArrowArray made{};
  made.length = from.length;
  made.null_count = from.nulls;
  made.offset = from.offset;
  made.n_buffers = static_cast<std::int64_t>(of->buffers.size());
  made.buffers = of->buffers.data();
  made.n_children = static_cast<std::int64_t>(of->children.size());
  made.children = of->children.data();
  made.dictionary = of->dictionary.get();
  made.release = release<ArrowArray>;
  made.private_data = of.release();
  if (from.spoil) from.spoil(made);
  ++handed_out;
  return made;
}

// A stream of these chunks; of the first also the schema.
class stream {
 public:
  explicit stream(std::vector<column> chunks) : chunks_(std::move(chunks)) {}
  int fail_schema = 0;                     // what get_schema answers
  std::optional<std::size_t> fail_before;  // the chunk before which it fails
  const char* why = "the cable was pulled";
  int released = 0;
  std::size_t given = 0;

  ArrowArrayStream open() {
    given = 0;
    ArrowArrayStream made{};
    made.get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
      auto& of = *static_cast<stream*>(self->private_data);
      if (of.fail_schema != 0) return of.fail_schema;
      *out = schema_of(of.chunks_.front());
      return 0;
    };
    made.get_next = [](ArrowArrayStream* self, ArrowArray* out) {
      auto& of = *static_cast<stream*>(self->private_data);
      if (of.fail_before == of.given) return 5;
      *out = of.given < of.chunks_.size() ? array_of(of.chunks_[of.given++]) : ArrowArray{};
      return 0;
    };
    made.get_last_error = [](ArrowArrayStream* self) { return static_cast<stream*>(self->private_data)->why; };
    made.release = [](ArrowArrayStream* self) {
      ++static_cast<stream*>(self->private_data)->released;
      self->release = nullptr;
    };
    made.private_data = this;
    return made;
  }

 private:
  std::vector<column> chunks_;
};

// ---- read back

template <class T>
T value_at(const ArrowArray& of, std::size_t row, std::size_t buffer = 1) {
  T made;
  std::memcpy(&made, static_cast<const char*>(of.buffers[buffer]) + row * sizeof(T), sizeof made);
  return made;
}

inline std::string text_of(int128 value) {
  if (value < 0) return "-" + text_of(-value);
  return (value >= 10 ? text_of(value / 10) : std::string()) + static_cast<char>('0' + static_cast<int>(value % 10));
}

// A value of an output column in words; "-" where it is null, decimals without their point.
inline std::string cell(const ArrowSchema& type, const ArrowArray& of, std::size_t row) {
  const auto* valid = static_cast<const std::uint8_t*>(of.buffers[0]);
  if (valid != nullptr && (valid[row / 8] >> row % 8 & 1) == 0) return "-";
  const std::string_view format = type.format;
  if (format == "u") {
    const auto begin = value_at<std::int32_t>(of, row);
    const auto end = value_at<std::int32_t>(of, row + 1);
    return {static_cast<const char*>(of.buffers[2]) + begin, static_cast<const char*>(of.buffers[2]) + end};
  }
  if (format == "b") return (static_cast<const std::uint8_t*>(of.buffers[1])[row / 8] >> row % 8 & 1) != 0 ? "1" : "0";
  if (format.starts_with("d:")) return text_of(value_at<int128>(of, row));
  if (format == "+l" || format == "+s") {
    std::string made;
    const bool list = format == "+l";
    const std::size_t begin = list ? static_cast<std::size_t>(value_at<std::int32_t>(of, row)) : 0;
    const std::size_t end =
        list ? static_cast<std::size_t>(value_at<std::int32_t>(of, row + 1)) : static_cast<std::size_t>(of.n_children);
    for (std::size_t i = begin; i < end; ++i) {
      if (i > begin) made += list ? ' ' : ':';
      made += list ? cell(*type.children[0], *of.children[0], i) : cell(*type.children[i], *of.children[i], row);
    }
    return made;
  }
  const std::int64_t value = format == "c"   ? value_at<std::int8_t>(of, row)
                             : format == "s" ? value_at<std::int16_t>(of, row)
                             : format == "i" ? value_at<std::int32_t>(of, row)
                                             : value_at<std::int64_t>(of, row);
  if (type.dictionary != nullptr) return cell(*type.dictionary, *of.dictionary, static_cast<std::size_t>(value));
  return text_of(value);
}

// "name=value" of all columns that are neither null nor an empty list.
inline std::string row_of(const ArrowSchema& type, const ArrowArray& of, std::size_t row) {
  std::string made;
  for (std::int64_t i = 0; i < type.n_children; ++i) {
    const std::string value = cell(*type.children[i], *of.children[i], row);
    if (value == "-" || value.empty()) continue;
    made += (made.empty() ? "" : " ") + std::string(type.children[i]->name) + "=" + value;
  }
  return made;
}

}  // namespace arrays
