// SPDX-License-Identifier: Apache-2.0
// The type of an Arrow column, from the format string of its schema: "l" is a signed integer of eight bytes, "d:18,2" a
// decimal of two places.
#pragma once

#include <cstdint>
#include <string>

namespace pricepoint::arrow {

// How a column's values lie in its buffers.
struct column_type {
  enum class kind : std::uint8_t { null, integer, decimal, floating, text, instant, structure, map, other };
  kind is = kind::other;
  int width = 0;            // bytes of an integer, decimal, or offset of a text; 0 of texts as views
  bool is_signed = true;    // integers
  int scale = 0;            // decimals
  std::int64_t per_ms = 1;  // instants: parts of a millisecond
  std::int64_t ms = 1;      // or milliseconds in a unit
  std::string format;
};

// Null, and what cannot be read, is `other`.
column_type type_of(const char* format);

// In words, for diagnostics: "a column of timestamps".
std::string spoken(const column_type& type);

}  // namespace pricepoint::arrow
