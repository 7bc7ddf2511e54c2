// SPDX-License-Identifier: Apache-2.0
#include "rows/rows.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace pricepoint::rows {
namespace {

using kind = policy::attribute_info::kind;
using list = std::vector<std::string>;

const field_table& names() {
  static const field_table made({"store", "web"}, {{"role", kind::text}, {"stock", kind::number}});
  return made;
}

block block_of(std::string_view text, std::uint64_t first_line, record_problem problem = record_problem::none) {
  block made;
  made.bytes.assign(text);
  made.first_line = first_line;
  made.problem = problem;
  return made;
}

struct header {
  list warnings;
  list errors;
  std::optional<csv_columns> columns;
};

header read_header(std::string_view text) {
  header made;
  std::vector<diagnostic> warnings;
  auto columns = csv_columns::read(block_of(text, 1), names(), "items.csv", warnings);
  for (const diagnostic& one : warnings) made.warnings.push_back(one.code + " " + one.message + " " + one.hint);
  if (columns) {
    made.columns = std::move(*columns);
  } else {
    for (const diagnostic& one : columns.error().diagnostics()) made.errors.push_back(one.code);
  }
  return made;
}

// The problems of every row, and of good ones the sku and cost.
list read_rows(const csv_columns* columns, std::string_view text, record_problem problem = record_problem::none,
               list* unknown = nullptr) {
  const block from = block_of(text, columns != nullptr ? 2 : 1, problem);
  row_reader reader(names(), columns, {"web", "CN", instant{7}},
                    [&](std::string_view name, const row_reader::member_place& place) {
                      if (unknown == nullptr) return;
                      unknown->push_back(std::string(name) + " " + std::to_string(place.line));
                      EXPECT_NE(name.find(place.text.substr(place.at, 3)), std::string_view::npos) << name;
                    });
  reader.start(from);
  list all;
  for (row one; reader.next(one);) {
    std::string text_of_row = std::string(one.request.sku) + "@" + std::string(one.request.channel);
    if (one.request.cost) text_of_row += " " + to_string(*one.request.cost);
    for (const channel_price& price : one.request.prices) {
      text_of_row += " " + std::string(price.channel) + "=" + to_string(price.price);
    }
    for (const std::string& why : one.problems) text_of_row += " | " + why;
    all.push_back(text_of_row);
  }
  return all;
}

TEST(rows, headers) {
  const header fine = read_header("sku,\"cost\",description\r\n");
  ASSERT_TRUE(fine.columns);
  EXPECT_EQ(fine.warnings, list{});
  EXPECT_EQ(fine.columns->count(), 3u);
  EXPECT_EQ(fine.columns->field_at(1).kind, field_kind::cost);
  EXPECT_EQ(fine.columns->carried(), std::vector<std::size_t>{2});

  EXPECT_EQ(read_header("sku,cots,Price_Store,price.dealer\n").warnings,
            (list{"PP-I004 the column \"cots\" is no field and is carried through did you mean cost?",
                  "PP-I004 the column \"Price_Store\" is no field and is carried through did you mean price.store?",
                  "PP-I015 the column \"price.dealer\" is a price on a channel that the policy does not have and is "
                  "carried through "
                  "the policy has \"store\" and \"web\""}));
  EXPECT_EQ(read_header("sku,cost,sku\n").errors, list{"PP-I002"});
  EXPECT_EQ(read_header("sku,x,x,sku,\"a\"b\n").errors, (list{"PP-I002", "PP-I002", "PP-I003"}));
  EXPECT_EQ(read_header("sku,c\xF6st\n").errors, list{"PP-I003"});
  EXPECT_EQ(read_header("sku,\"a\"b\n").errors, list{"PP-I003"});
  EXPECT_EQ(read_header(std::string_view("\xFF\xFEs\0k\0u\0\n", 9)).errors, list{"PP-I003"});
  EXPECT_EQ(read_header("sku;cost\n").errors, list{"PP-I005"});
  EXPECT_EQ(read_header("A1,12.00\n").errors, list{"PP-I005"});
}

TEST(rows, names_of_columns_have_no_blanks_and_no_case) {
  const header fine = read_header(
      "\xEF\xBB\xBF SKU\t,\"Cost \",\xC2\xA0Price.Store\xE2\x80\x8B, Role ,Gr\xC3\xB6\xC3\x9F"
      "e , , \"\",\r\n");
  ASSERT_TRUE(fine.columns);
  EXPECT_EQ(fine.warnings, list{});
  EXPECT_EQ(fine.columns->count(), 5u) << "empty cells behind the last name are no columns";
  EXPECT_EQ(fine.columns->field_at(0).kind, field_kind::sku);
  EXPECT_EQ(fine.columns->field_at(1).kind, field_kind::cost);
  EXPECT_EQ(fine.columns->field_at(2).name, "store");
  EXPECT_EQ(fine.columns->field_at(3).name, "role");
  EXPECT_EQ(fine.columns->name(4),
            "Gr\xC3\xB6\xC3\x9F"
            "e");
  EXPECT_EQ(read_header("sku,Cost,x,X,cost \n").errors, list{"PP-I002"});
}

TEST(rows, blanks_around_cells_are_no_part_of_them) {
  const header columns = read_header("sku,note,cost,price.store\n");
  EXPECT_EQ(read_rows(&*columns.columns,
                      "A , b ,25.00 ,\xC2\xA0"
                      "3.50\t\n"
                      "\" B\" , \"c, d\" ,\"\xE2\x80\xAF"
                      "7\xE2\x80\x8B\", \n"),
            (list{"A@web 25.00 store=3.50", "B@web 7"}));
  EXPECT_EQ(read_rows(nullptr, "{\" SKU \":\"A \",\"Cost\":\" 25.00\\u00a0\",\"PRICES\":{\"Store \":\"3 \"}}\n"),
            list{"A@web 25.00 store=3"});
  EXPECT_EQ(
      read_rows(nullptr, "{\"sku\":\"A\",\"Sku\":\"B\",\"prices\":{\"store\":1,\"Store\":2},\"Prices\":{}}\n"),
      list{"A@web store=1 | line 1, column Prices: stands twice | line 1, column Sku: stands twice | line 1, column "
           "price.Store: stands twice"});
}

TEST(rows, rows_of_empty_cells_are_none) {
  const header columns = read_header("sku,note,cost\n");
  EXPECT_EQ(read_rows(&*columns.columns, ",,\n \n\"\",\xC2\xA0,\t\r\n,,,,,,\nA,,x\n,,1\n,,,,\n"),
            (list{"A@web | line 6, column cost: \"x\" is not an amount of money", "@web 1"}));
}

TEST(rows, empty_cells_beyond_the_header_are_none) {
  const header columns = read_header("sku,cost\n");
  EXPECT_EQ(read_rows(&*columns.columns, "A,1,, ,\"\"\r\nB,1,,x\n"),
            (list{"A@web 1", "B@web 1 | line 3, column 3: the row has 4 cells, the header 2"}));
}

// What no rule reads is carried through with what can be read of it; that is told once for the file.
TEST(rows, bytes_that_are_no_utf8) {
  const header columns = read_header("sku,note,role,cost\n");
  const std::string text = "A,\xF6l,x,1\nB,\xF6\xE4,\xFC,2\nC,,x,3\xA0\n\xFF,\"a\xF6\"\"\",,\n";
  EXPECT_EQ(read_rows(&*columns.columns, text),
            (list{"A@web 1", "B@web 2 | line 3, column role: \"\xEF\xBF\xBD\" has a byte that is not UTF-8",
                  "C@web | line 4, column cost: \"3\xEF\xBF\xBD\" has a byte that is not UTF-8",
                  "\xEF\xBF\xBD@web | line 5, column sku: \"\xEF\xBF\xBD\" has a byte that is not UTF-8"}));
  row_reader reader(names(), &*columns.columns, {"web", "CN", instant{7}});
  const block from = block_of(text, 2);
  reader.start(from);
  for (row one; reader.next(one);) {
  }
  const replaced_bytes& read = reader.replaced();
  ASSERT_EQ(read.columns.size(), 1u);
  EXPECT_EQ(read.columns.begin()->first, "note");
  EXPECT_EQ(read.columns.begin()->second.first_line, 2u);
  EXPECT_EQ(read.columns.begin()->second.bytes, 4u);

  EXPECT_EQ(read_rows(nullptr, "{\"sku\":\"A\",\"note\":\"\xF6\",\"n\xF6\":1}\n{\"sku\":\"B\",\"role\":\"\xF6\"}\n"),
            (list{"A@web", "B@web | line 2, column role: \"\xEF\xBF\xBD\" has a byte that is not UTF-8"}));
}

TEST(rows, csv_rows_take_what_they_lack_from_the_command_line) {
  const header columns = read_header("sku,channel,cost,price.store\n");
  EXPECT_EQ(read_rows(&*columns.columns, "A,,1.50,\nB,store,,3\r\n\n\"C\"\"c\",,2,\n"),
            (list{"A@web 1.50", "B@store store=3", "C\"c@web 2"}));
}

TEST(rows, csv_rows_that_cannot_be_read_name_line_column_and_reason) {
  const header columns = read_header("sku,note,cost,tax\n");
  EXPECT_EQ(
      read_rows(&*columns.columns,
                "A,\"two\nlines\",abc,8\n"
                "B,,1\n"
                "C,,1,1%,x\n"
                "D,\"x\"y,1,1%\n"
                "E,\xF6,2,\n"
                "F,,3,\n"),
      (list{"A@web | line 2, column cost: \"abc\" is not an amount of money | line 2, column tax: \"8\" is not a rate "
            "(such as \"8%\")",
            "B@web 1 | line 4, column tax: the row ends before it, after 3 of 4 cells",
            "C@web 1 | line 5, column 5: the row has 5 cells, the header 4",
            "D@web 1 | line 6, column note: text after the closing quote", "E@web 2", "F@web 3"}));
  EXPECT_EQ(read_rows(&*columns.columns, "A,\"b\n", record_problem::unclosed_quote),
            list{"A@web | line 2, column note: a quoted cell is not closed"});
  EXPECT_EQ(read_rows(&*columns.columns, "A,bbb\n", record_problem::too_long),
            list{"A@web | line 2, column note: the row is too long"});
}

TEST(rows, ndjson_rows) {
  list unknown;
  EXPECT_EQ(
      read_rows(nullptr,
                "{\"sku\":\"A\",\"cost\":1.50,\"prices\":{\"store\":\"3\",\"web\":null,\"mall\":4},\"note\":[1]}\n"
                "\n"
                "{\"sku\":17,\"cost\":\"2\",\"note\":null}\n",
                record_problem::none, &unknown),
      (list{"A@web 1.50 store=3", "17@web 2"}));
  EXPECT_EQ(unknown, (list{"price.mall 1", "note 1"}));
}

TEST(rows, ndjson_rows_that_cannot_be_read) {
  EXPECT_EQ(
      read_rows(nullptr,
                "{\"sku\":\"A\",\"cost\":1e5,\"tax\":8,\"list\":true,\"msrp\":\"\"}\n"
                "{\"sku\":\"B\",\"cost\":1,\"cost\":2}\n"
                "{\"sku\":\"C\",\"prices\":{\"store\":\"x\"}}\n"
                "{\"sku\":\"D\",\"prices\":[]}\n"
                "{\"sku\":\"E\" \"cost\":1}\n"
                "{\"sku\":\"\xF6\"}\n"
                "nonsense\n"
                "{\"sku\":\"F\"}\n"),
      (list{"A@web | line 1, column cost: \"1e5\" has an exponent; exact numbers have none | line 1, column list: "
            "\"true\" is neither a "
            "text nor a number | line 1, column msrp: \"\" is not an amount of "
            "money | line 1, column tax: \"8\" is not "
            "a "
            "rate (such as \"8%\")",
            "B@web 1 | line 2, column cost: stands twice",
            "C@web | line 3, column price.store: \"x\" is not an amount of money",
            "D@web | line 4, column prices: \"[]\" is not a map of prices by channel",
            "E@web | line 5, column 12: expected \",\" or \"}\"",
            "@web | line 6, column sku: \"\xEF\xBF\xBD\" has a byte that is not UTF-8",
            "@web | line 7, column 1: expected an object", "F@web"}));
}

std::string commas(std::size_t count) { return std::string(count, ','); }

// [REL-14] Columns of a header.
TEST(rows_limits, columns) {
  const auto header_of = [](std::size_t columns) {
    std::string text = "sku";
    for (std::size_t i = 1; i < columns; ++i) text += ",c" + std::to_string(i);
    return text + "\n";
  };
  EXPECT_EQ(max_columns, 4096u);
  const header fits = read_header(header_of(4096));
  ASSERT_TRUE(fits.columns);
  EXPECT_EQ(fits.columns->count(), 4096u);
  EXPECT_EQ(read_rows(&*fits.columns, "A" + commas(4095) + "\n"), list{"A@web"});
  EXPECT_EQ(read_rows(&*fits.columns, "A" + commas(4096) + "\n\"B\"" + commas(4095) + "\n"),
            (list{"A@web | line 2, column 4097: the row has more than 4096 cells, the header 4096", "B@web"}));
  std::vector<diagnostic> warnings;
  const auto wide = csv_columns::read(block_of(header_of(4097), 1), names(), "items.csv", warnings);
  ASSERT_FALSE(wide);
  EXPECT_EQ(wide.error().diagnostics()[0].code, "PP-I003");
  EXPECT_EQ(wide.error().diagnostics()[0].message, "the header has more than 4096 columns");
}

// [REL-14] A row of nothing but commas keeps no more cells than that, and lines are counted through them all.
TEST(rows_limits, cells) {
  const header columns = read_header("sku,cost\n");
  const std::string text = "A" + commas(3'000'000) + "\"two\nlines\"\nB,1\n" + "C,x\n";
  const block from = block_of(text, 2);
  row_reader reader(names(), &*columns.columns, {"web", "CN", instant{7}}, {});
  reader.start(from);
  row one;
  ASSERT_TRUE(reader.next(one));
  EXPECT_LE(one.cells.capacity(), 2 * max_cells);
  EXPECT_EQ(one.problems, list{"line 2, column 3: the row has more than 4096 cells, the header 2"});
  ASSERT_TRUE(reader.next(one));
  ASSERT_TRUE(reader.next(one));
  EXPECT_EQ(one.problems, list{"line 5, column cost: \"x\" is not an amount of money"});
}

// [REL-13] Bytes of one field.
TEST(rows_limits, fields) {
  EXPECT_EQ(max_field_bytes, 65'536u);
  const std::string fits(65'536, 'x');
  const std::string why = " | line 2, column sku: the value has more than 65536 bytes";
  const header columns = read_header("sku,note\n");
  EXPECT_EQ(read_rows(&*columns.columns, fits + ",\n"), list{fits + "@web"});
  EXPECT_EQ(read_rows(&*columns.columns, fits + "x,\n\"" + fits + "x\",\nB," + fits + "x\n"),
            (list{"@web" + why, "@web | line 3, column sku: the value has more than 65536 bytes", "B@web"}))
      << "what is carried through is bounded by its record";
  EXPECT_EQ(read_rows(nullptr, "{\"sku\":\"" + fits + "\"}\n"), list{fits + "@web"});
  EXPECT_EQ(read_rows(nullptr, "\n{\"sku\":\"" + fits + "x\",\"note\":\"" + fits + "x\"}\n"), list{"@web" + why});
  EXPECT_EQ(read_rows(nullptr, "{\"prices\":{\"store\":" + std::string(65'537, '1') + "}}\n"),
            list{"@web | line 1, column price.store: the value has more than 65536 bytes"});
}

// [REL-14] Members of one object, those of its prices too; many names cost no more than a search in them.
TEST(rows_limits, members) {
  const auto object = [](std::size_t members, std::size_t prices) {
    std::string text = "{\"sku\":\"A\"";
    for (std::size_t i = 1; i < members; ++i) text += ",\"m" + std::to_string(i) + "\":0";
    if (prices > 0) {
      text += ",\"prices\":{\"p0\":0";
      for (std::size_t i = 1; i < prices; ++i) text += ",\"p" + std::to_string(i) + "\":0";
      text += "}";
    }
    return text + "}\n";
  };
  EXPECT_EQ(read_rows(nullptr, object(4096, 0)), list{"A@web"});
  EXPECT_EQ(read_rows(nullptr, object(4097, 0)),
            list{"A@web | line 1, column m4096: the row has more than 4096 members"});
  EXPECT_EQ(read_rows(nullptr, object(2000, 2095)), list{"A@web"});
  EXPECT_EQ(read_rows(nullptr, object(2000, 2096)),
            list{"A@web | line 1, column p2095: the row has more than 4096 members"});
  const std::string many = object(500'000, 0);
  const block from = block_of(many, 1);
  row_reader reader(names(), nullptr, {"web", "CN", instant{7}}, {});
  reader.start(from);
  row one;
  ASSERT_TRUE(reader.next(one));
  EXPECT_EQ(one.problems.size(), 1u);
  EXPECT_LE(one.members.size(), max_columns);
  // Names that stand twice are found among few and among many.
  for (const std::size_t members : {3u, 63u, 64u, 65u, 66u, 200u}) {
    std::string twice = object(members, 0);
    twice.insert(twice.size() - 2, ",\"m1\":1,\"m" + std::to_string(members - 1) + "\":1");
    const list got = read_rows(nullptr, twice);
    EXPECT_NE(got[0].find("column m1: stands twice"), std::string::npos) << members << got[0];
    EXPECT_NE(got[0].find("column m" + std::to_string(members - 1) + ": stands twice"), std::string::npos) << members;
  }
}

// [REL-15] Nested values of NDJSON.
TEST(rows_limits, nesting) {
  const auto nested = [](std::size_t depth) {
    return "{\"sku\":\"A\",\"note\":" + std::string(depth, '[') + std::string(depth, ']') + "}\n";
  };
  EXPECT_EQ(read_rows(nullptr, nested(64)), list{"A@web"});
  EXPECT_EQ(read_rows(nullptr, nested(65)), list{"A@web | line 1, column 83: nested too deeply"});
  EXPECT_EQ(read_rows(nullptr, nested(1'000'000)), list{"A@web | line 1, column 83: nested too deeply"});
}

}  // namespace
}  // namespace pricepoint::rows
