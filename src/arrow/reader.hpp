// SPDX-License-Identifier: Apache-2.0
// Arrow arrays as columns of requests and offers. Names and types are those that pricepoint.h says.
//
// A schema is looked at once, an array is then read column by column: where Arrow's layout is the engine's nothing is
// copied, else the values go into memory that is used again. The array must live as long as its columns are used.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/column_type.hpp"
#include "pricepoint/audit/auditor.hpp"
#include "pricepoint/pricepoint.h"
#include "pricepoint/pricing/policy.hpp"
#include "pricepoint/result.hpp"

namespace pricepoint::arrow {

// The units of money in columns of integers.
enum class integers : std::uint8_t { refused, minor, units };

// For rows that do not say.
struct row_defaults {
  std::string channel, market;
  std::optional<std::int64_t> at_unix_ms;
  integers money = integers::refused;
};

class reader {
 public:
  // PP-A codes: PP-A010 no struct, PP-A011 a type that cannot be taken, PP-A012 a column twice, PP-A015 offers without
  // the observed price, PP-A017 integers for money without their units.
  static result<reader> open(const ArrowSchema& schema, const policy& with, bool offers, row_defaults defaults);

  // Columns of one array of that schema. PP-A013: buffers or children that do not fit the schema. What the interface of
  // Arrow cannot say is taken on trust: how long a buffer is.
  result<void> read(const ArrowArray& array);
  const offer_columns& columns() const noexcept { return columns_; }

 private:
  enum class role : std::uint8_t { text, money, number, instant, rate, word };
  enum class group : std::uint8_t { none, prices, attributes };  // the struct or map that a column stands in
  struct column {
    std::size_t child = 0;
    std::optional<std::size_t> member;  // of a struct
    std::string name;
    role as = role::text;
    bool whole_units = false;  // money in integers: not minor units
    text_column offer_columns::*seller = nullptr;
    text_column request_columns::*text = nullptr;
    number_column request_columns::*number = nullptr;
    number_column offer_columns::*price = nullptr;
    std::string channel;    // of a price
    std::string attribute;  // or an attribute
    column_type type;
    std::optional<column_type> words;  // of a dictionary
    // Memory of the values, used again.
    std::vector<std::string_view> views;
    std::vector<std::int32_t> codes;
    std::vector<std::int64_t> values;
    std::deque<std::string> written;
  };
  struct map_column {
    std::size_t child = 0;
    std::string name;
    bool prices = true;
    std::deque<column> made;  // a column a declared key, in the order in which keys were seen
    column keys, entries;     // of all entries
  };
  // Which rows of a child are read: `within` says where the structs around it are there; null: everywhere.
  struct place {
    std::size_t offset = 0;
    std::size_t rows = 0;
    const std::uint8_t* within = nullptr;
  };
  // Memory of a column with a default in it.
  struct filling {
    std::vector<std::string_view> views;
    std::vector<std::int32_t> codes;
  };

  reader() = default;
  void add(const ArrowSchema& of, std::size_t child, std::optional<std::size_t> member, const std::string& name,
           group in, bool offers, std::vector<diagnostic>& wrong);
  void add_map(const ArrowSchema& of, std::size_t child, const std::string& name, std::vector<diagnostic>& wrong);
  bool take_integers(column& of, const std::string& called, std::vector<diagnostic>& wrong) const;
  static void set_type(column& of, const ArrowSchema& from);

  static text_column texts(column& into, const ArrowArray& of, const place& where);
  static number_column numbers(column& into, const ArrowArray& of, const place& where);
  static number_column rates_of_text(column& into, const ArrowArray& of, const place& where);
  static number_column instants(column& into, const ArrowArray& of, const place& where);
  static number_column decimals(column& into, const ArrowArray& of, const place& where);
  static const std::uint8_t* within(const ArrowArray& of, std::size_t offset, std::size_t rows,
                                    const std::uint8_t* around, std::vector<std::uint8_t>& memory);
  void put(column& from, const ArrowArray& of, const place& where);
  void read_map(map_column& into, const ArrowArray& of, const place& where);
  void fill(text_column& of, const std::string& with, filling& memory) const;
  void fill_instant();

  row_defaults defaults_;
  std::string default_at_;
  std::optional<policy> with_;
  std::size_t children_ = 0;
  std::deque<column> list_;
  std::deque<map_column> maps_;
  std::vector<std::uint8_t> table_rows_, struct_rows_;
  filling channel_, market_, at_;
  std::vector<std::int64_t> filled_at_;
  offer_columns columns_;
};

// A diagnostic of this layer.
diagnostic wrong(const char* code, std::string message, std::string hint = {});

}  // namespace pricepoint::arrow
