// SPDX-License-Identifier: Apache-2.0
// The rows of one Arrow array: which of them are there, and integers of any width among them. Lengths, offsets and
// pointers are checked before anything is read; what the interface of Arrow cannot say is taken on trust: how long a
// buffer is.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "arrow/column_type.hpp"
#include "pricepoint/pricepoint.h"

namespace pricepoint::arrow {

static_assert(std::endian::native == std::endian::little, "Arrow's buffers are read as they lie in memory");

// Ends the reading of one array.
struct bad_array {
  std::string message;
};

inline const void* buffer(const ArrowArray& of, std::int64_t index) {
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

inline const void* needed(const ArrowArray& of, std::int64_t index, std::size_t rows) {
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

}  // namespace pricepoint::arrow
