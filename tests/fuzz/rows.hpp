// SPDX-License-Identifier: Apache-2.0
// Rows of the input, from bytes to written decisions: what rows_csv and rows_ndjson share.
//
// Promised: whatever the bytes, every record is one row, and every row one decision or one error that names its line;
// rows that are written can be read again, column by column; how the input is cut into blocks, and how much a read
// gives at once, changes no row; a row taken out and put among others by its number is the same row.
//
// Input: two bytes that say how small blocks, reads and records are, then the file.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/decided.hpp"
#include "fuzz/diagnostics.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/shop.hpp"
#include "pricepoint/pricing/pricer.hpp"
#include "rows/blocks.hpp"
#include "rows/fields.hpp"
#include "rows/rates.hpp"
#include "rows/row_writer.hpp"
#include "rows/rows.hpp"
#include "text/csv.hpp"

namespace fuzz {

namespace rows = pricepoint::rows;

struct shop {
  pricepoint::policy policy = pricepoint::parse_policy(std::string(shop_policy)).value();
  std::shared_ptr<const pricepoint::exchange_rates> rates =
      rows::parse_rates(std::string(shop_rates), "rates.csv").value();
  rows::field_table requests{policy};
  rows::field_table offers{policy, rows::row_kind::offers};
};

inline const shop& the_shop() {
  static const shop made;
  return made;
}

struct reading {
  rows::row_format format = rows::row_format::csv;
  bool offers = false;
  rows::block_limits limits;
  std::size_t read_at_once = 1u << 20;
};

struct read_row {
  std::string said;      // the request and what is wrong with it
  std::string numbered;  // as append_numbered has it
  std::string csv, json;
};

struct read_file {
  std::optional<std::string> refused;  // the header's diagnostics
  std::vector<read_row> rows;
};

inline std::string said(const rows::row& of) {
  std::string text = std::to_string(of.line);
  const auto add = [&](std::string_view name, std::string_view value) {
    text.append(" ").append(name).append("=").append(value);
  };
  const auto number = [&](std::string_view name, const std::optional<pricepoint::decimal>& value) {
    if (value) add(name, to_string(*value));
  };
  const pricepoint::request& asked = of.request;
  add("sku", asked.sku);
  add("category", asked.category);
  add("segment", asked.segment);
  add("audience", asked.audience);
  add("channel", asked.channel);
  add("market", asked.market);
  add("currency", asked.currency);
  number("quantity", asked.quantity);
  number("list", asked.list);
  number("msrp", asked.msrp);
  number("map", asked.map);
  number("current", asked.current);
  number("lowest_prior", asked.lowest_prior);
  number("cost", asked.cost);
  number("shipping", asked.shipping);
  number("units", asked.units);
  number("observed", of.price);
  add("seller", of.seller);
  if (asked.at) add("at", to_string(*asked.at));
  if (asked.current_since) add("current_since", to_string(*asked.current_since));
  if (asked.tax) add("tax", to_string(*asked.tax));
  if (asked.fee) add("fee", to_string(*asked.fee));
  for (const auto& one : asked.prices) add(one.channel, to_string(one.price));
  for (const auto& one : asked.attributes) {
    add(one.name, one.value.text());
    number("", one.value.number());
  }
  for (const auto& member : of.members) add(member.raw_key, member.raw);
  for (const std::string& why : of.problems) text.append("\n  ").append(why);
  return text;
}

inline rows::block_reader::source reads_of(std::string_view text, std::size_t at_once) {
  return [text, at_once, at = std::size_t{0}](char* to, std::size_t size) mutable -> pricepoint::result<std::size_t> {
    // Until the end a read gives all that was asked for, however many pieces it comes in.
    std::size_t given = 0;
    while (given < size && at < text.size()) {
      const std::size_t piece = std::min({at_once, size - given, text.size() - at});
      std::memcpy(to + given, text.data() + at, piece);
      given += piece;
      at += piece;
    }
    return given;
  };
}

// A line of output has the columns of its header, a line of NDJSON is an object.
inline void hold_csv(const std::string& line, std::size_t columns) {
  std::vector<rows::csv_cell> cells;
  expect(line.ends_with('\n'), "an output row without its newline");
  const char* const end = rows::read_csv_record(line.data(), line.data() + line.size(), cells);
  expect(end == line.data() + line.size(), "an output row that is two");
  expect(cells.size() == columns, "an output row of another number of columns");
  for (const auto& cell : cells) expect(!cell.malformed, "an output cell that cannot be read");
}

inline std::string columns_of(const rows::csv_columns& of) {
  std::string text;
  for (std::size_t i = 0; i < of.count(); ++i) text += of.name(i) + "|";
  return text;
}

inline read_file read(std::string_view text, const reading& how) {
  // Kept: using a pricer changes no answer, and making one would take most of the time.
  static pricepoint::pricer pricer(the_shop().policy, the_shop().rates, {.max_cells = 256});
  read_file made;
  const rows::field_table& fields = how.offers ? the_shop().offers : the_shop().requests;
  rows::block_reader blocks(reads_of(text, how.read_at_once), how.format, how.limits);
  if (!*blocks.is_empty()) {
    // Asking changes nothing.
    expect(!*blocks.is_empty(), "an input that is empty when asked again");
  }
  std::optional<rows::csv_columns> columns;
  rows::block block;
  if (how.format == rows::row_format::csv) {
    if (!*blocks.first_record(block)) return made;
    std::vector<pricepoint::diagnostic> warnings;
    auto header = rows::csv_columns::read(block, fields, "items.csv", warnings);
    // The place is in the whole file, of which the harness has cut nothing but the mark. A CR alone ends a line too.
    std::string lines(text);
    pricepoint::detail::end_lines_by_newlines(lines.data(), lines.data() + lines.size());
    const texts_by_name texts{{"items.csv", std::move(lines)}};
    if (!header) {
      made.refused = header.error().to_string();
      for (const auto& one : header.error().diagnostics()) hold_diagnostic(one, texts);
      return made;
    }
    for (const auto& one : warnings) hold_diagnostic(one, texts);
    columns = std::move(*header);
    expect(columns_of(rows::csv_columns::of_fields(*columns, fields)) == columns_of(*columns),
           "the same columns again");
  }
  const rows::csv_columns* known = columns ? &*columns : nullptr;
  const std::string_view fingerprint = pricer.policy().fingerprint();
  const rows::row_writer csv(rows::output_format::csv, known, fingerprint);
  const rows::row_writer json(rows::output_format::ndjson, known, fingerprint);
  std::string header;
  csv.header(header);
  const auto output_columns = static_cast<std::size_t>(std::count(header.begin(), header.end(), ',')) + 1;
  rows::row_reader reader(fields, known, {"web", "CN", pricepoint::instant{1'793'000'000'000}},
                          [](std::string_view name, const rows::row_reader::member_place& place) {
                            expect(place.at <= place.text.size(), "a member outside its line");
                            expect(place.line > 0, "a member on no line");
                            static_cast<void>(name);
                          });
  rows::row row;
  pricepoint::decision decision;
  std::uint64_t line = 0;
  while (*blocks.next(block)) {
    expect(block.bytes.size() > 0 && block.bytes.view().ends_with('\n'), "a block that is no whole records");
    reader.start(block);
    while (reader.next(row)) {
      expect(row.line > line || line == 0, "a row on the line of the one before");
      line = row.line;
      read_row one;
      one.said = said(row);
      if (known != nullptr) rows::append_numbered(one.numbered, row);
      if (row.problems.empty()) {
        pricer.price(row.request, decision);
        hold_decision(decision);
        csv.decided(one.csv, row, row.request.channel, decision);
        json.decided(one.json, row, row.request.channel, decision);
      } else {
        expect(std::is_sorted(row.problems.begin(), row.problems.end()), "problems that are not sorted");
        for (const std::string& why : row.problems) {
          expect(why.starts_with("line " + std::to_string(row.line) + ", column "), "a problem without its line");
        }
        csv.unreadable(one.csv, row, row.request.channel);
        json.unreadable(one.json, row, row.request.channel);
        expect(rows::unreadable_text(row, row.request.channel).find(row.problems[0]) != std::string::npos,
               "a problem that is not said");
      }
      if (header.find('"') == std::string::npos) hold_csv(one.csv, output_columns);
      expect(std::count(one.json.begin(), one.json.end(), '\n') == 1 && one.json.ends_with('\n'),
             "an object of NDJSON");
      hold_json(one.json);
      made.rows.push_back(std::move(one));
    }
  }
  expect(!*blocks.next(block), "a block after the end");

  // Each row by itself, the last first.
  if (known != nullptr && !made.rows.empty()) {
    rows::row_reader again(fields, known, {"web", "CN", pricepoint::instant{1'793'000'000'000}}, {}, true);
    rows::block numbered;
    std::string all;
    for (std::size_t i = made.rows.size(); i-- > 0;) all += made.rows[i].numbered;
    numbered.bytes.assign(all);
    again.start(numbered);
    for (std::size_t i = made.rows.size(); i-- > 0;) {
      expect(again.next(row), "a numbered row that is not there");
      expect(said(row) == made.rows[i].said, "a numbered row that is another");
    }
    expect(!again.next(row), "a numbered row too many");
  }
  return made;
}

// Gives the rows of the whole text.
inline read_file read_all_ways(input& in, rows::row_format format) {
  const std::uint8_t how = in.byte();
  const std::uint8_t size = in.byte();
  const std::string_view text = in.rest();
  reading whole;
  whole.format = format;
  whole.offers = (how & 1) != 0;
  const read_file first = read(text, whole);

  reading pieces = whole;
  pieces.limits.block_bytes = std::size_t{1} + size;
  pieces.read_at_once = std::size_t{1} + (how >> 1) % 16;
  const read_file second = read(text, pieces);
  expect(first.refused == second.refused, "a header that depends on blocks");
  expect(first.rows.size() == second.rows.size(), "a number of rows that depends on blocks");
  for (std::size_t i = 0; i < first.rows.size(); ++i) {
    const auto& a = first.rows[i];
    const auto& b = second.rows[i];
    expect(a.said == b.said && a.numbered == b.numbered && a.csv == b.csv && a.json == b.json,
           "a row that depends on blocks");
  }

  // Records that are too long, and too many quotes that are not closed.
  pieces.limits.record_bytes = std::size_t{16} + size;
  pieces.limits.recoveries = how >> 6;
  read(text, pieces);
  return first;
}

}  // namespace fuzz
