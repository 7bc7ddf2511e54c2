// SPDX-License-Identifier: Apache-2.0
// Rules from tables: { "table": "overrides.csv" } stands for one rule a row. A row becomes the JSON object that it
// abbreviates, with the places of its cells, and is read like any other rule.
// Entry: reader::read_table. Test: tests/unit/policy/parse_table_test.cpp.
#include "policy/reader.hpp"
#include "text/csv.hpp"

namespace pricepoint::policy_language {

namespace {

using detail::csv_cell;

constexpr std::size_t longest_name = 255;
constexpr std::size_t most_columns = 1000;

bool is_space(char c) { return c == ' ' || c == '\t'; }

std::size_t byte_order_mark(std::string_view text) { return text.starts_with("\xEF\xBB\xBF") ? 3 : 0; }

// Beside the policy or below: nobody's policy reads other files of the machine.
bool is_beside(std::string_view name) {
  if (name.empty() || name.size() > longest_name || name.front() == '/') return false;
  if (name.find('\\') != std::string_view::npos || name.find('\0') != std::string_view::npos) return false;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string_view part = name.substr(begin, end - begin);
    if (part.empty() || part == "..") return false;
    begin = end + 1;
  }
  return true;
}

std::vector<std::string> split(std::string_view name) {
  std::vector<std::string> path;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('.', begin), name.size());
    path.emplace_back(name.substr(begin, end - begin));
    begin = end + 1;
  }
  return path;
}

std::optional<bool> as_flag(std::string_view text) {
  const auto is = [&](std::string_view word) {
    return text.size() == word.size() && std::equal(text.begin(), text.end(), word.begin(), [](char a, char b) {
             return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
           });
  };
  if (is("true")) return true;  // spreadsheets write TRUE
  if (is("false")) return false;
  return {};
}

std::string listed(const std::vector<std::string_view>& names) {
  std::string out;
  for (const std::string_view one : names) out += out.empty() ? quote(one) : ", " + quote(one);
  return out;
}

// Keys that a column may have below its first one; where amounts by currency may stand, codes come beside them.
struct nested_keys {
  std::string_view key;
  std::vector<std::string_view> below;
  bool by_currency;  // the key itself
};
const std::vector<nested_keys>& nested() {
  static const std::vector<nested_keys> all = {
      {"gap", {"to", "min", "max"}, false},
      {"margin", {"min", "max"}, false},
      {"credit", {"to", "rate"}, false},
      {"avoid", {"digits", "sequences", "amounts", "in"}, false},
      {"prefer", {"digits", "sequences", "amounts", "in"}, false},
      {"during", {"from", "until", "zone"}, false},
      {"squeeze", {"dealer", "wholesale", "cost", "margin"}, false},
      {"leak", {"from"}, false},
      {"inverted", {"to"}, false},
      {"base", {}, true},
      {"discount", {}, true},
      {"price", {}, true},
      {"floor", {}, true},
      {"ceiling", {}, true},
      {"was", {}, true},
      {"multiple_of", {}, true},
  };
  return all;
}

}  // namespace

std::optional<loaded_table> reader::load_beside(const json_node& name, std::string_view what) {
  if (!is_beside(name.text)) {
    wrong_.add(codes::bad_table_name, name.offset,
               say(quote(name.text), " is no name of a file beside the policy or in a folder below it"),
               "such as \"overrides.csv\": relative, without \"..\"");
    return {};
  }
  if (++tables_read_ > limits_.max_tables) {
    if (tables_read_ == limits_.max_tables + 1) {
      wrong_.add(codes::too_many, name.offset,
                 say("more than ", std::to_string(limits_.max_tables), " tables in one policy"));
    }
    return {};
  }
  const std::string called = say(what, " ", quote(name.text));
  if (!limits_.allow_tables) {
    wrong_.add(codes::table_unreadable, name.offset, say(called, " is not read: this policy may not name files"),
               "write what the file says into the policy, or allow it to name files");
    return {};
  }
  if (!tables_) {
    wrong_.add(codes::table_unreadable, name.offset, say(called, " is not read: the policy comes without a folder"),
               "say which folder its files are in: `directory` where it is read, --tables DIR for the program");
    return {};
  }
  auto loaded = tables_(name.text, limits_.max_table_bytes);
  if (!loaded) {
    const std::vector<diagnostic> why = loaded.error().diagnostics();
    wrong_.add(codes::table_unreadable, name.offset,
               say(called, why.empty() ? " cannot be read" : ": ", why.empty() ? std::string() : why.front().message),
               why.empty() || why.front().hint.empty() ? "it is looked for beside the policy" : why.front().hint);
    return {};
  }
  if (loaded->text.size() > limits_.max_table_bytes) {
    wrong_.add(codes::too_large, name.offset,
               say(called, " has more than ", std::to_string(limits_.max_table_bytes), " bytes"));
    return {};
  }
  return std::move(*loaded);
}

void reader::read_table(const json_node& entry) {
  const json_node* name = nullptr;
  for (const auto& member : entry.members) {
    if (member.key == "table") {
      name = &member.value;
    } else if (!is_note(member.key)) {
      wrong_.add(codes::key_beside_table, member.key_offset,
                 say(quote(member.key), " cannot stand beside \"table\": every row is a rule of its own"),
                 say("give the table a column ", quote(member.key)));
    }
  }
  if (name->type != json_node::kind::string) {
    wrong_type(*name, "the name of a CSV file beside the policy for \"table\"");
    return;
  }
  auto loaded = load_beside(*name, "the table");
  if (!loaded) return;
  detail::end_lines_by_newlines(loaded->text.data() + byte_order_mark(loaded->text),
                                loaded->text.data() + loaded->text.size());
  const std::size_t begin =
      text_->add_table(name->text, std::move(loaded->file), std::move(loaded->text), name->offset);
  read_table_rows(begin);
}

void reader::read_table_rows(std::size_t begin) {
  const std::string_view text = source_->from(begin);  // ends in a newline
  const auto offset_of = [&](const char* at) { return begin + static_cast<std::size_t>(at - text.data()); };
  if (detail::is_utf16(text)) {
    wrong_.add(codes::not_utf8, begin, "this file is UTF-16", "save it as UTF-8");
    return;
  }
  const std::size_t mark = byte_order_mark(text);
  for (std::size_t i = mark; i < text.size();) {
    const std::size_t length = static_cast<unsigned char>(text[i]) < 0x80 ? 1 : utf8_length(text.substr(i, 4));
    if (length == 0) {
      wrong_.add(codes::not_utf8, begin + i, "this byte is not UTF-8", "save the file as UTF-8");
      return;
    }
    i += length;
  }
  const char* at = text.data() + mark;
  const char* const end = text.data() + text.size();
  at = skip_empty_lines(at, end);
  if (at == end) {
    wrong_.add(codes::table_empty, begin + mark, "the table is empty",
               "its first row names the columns: the keys of a rule, such as id,when.sku,price");
    return;
  }
  std::vector<csv_cell> cells;
  do {
    at = read_header_cells(at, end, cells);
  } while (cells.empty() && at < end);
  if (cells.empty()) {
    wrong_.add(codes::table_empty, begin + mark, "the table has empty cells only",
               "its first row names the columns: the keys of a rule, such as id,when.sku,price");
    return;
  }
  std::vector<table_column> columns;
  if (!read_table_header(cells, offset_of(cells.front().raw.data()), columns)) return;

  while (at = skip_empty_lines(at, end), at < end) {
    const char* const record = at;
    at = detail::read_csv_record(record, end, cells, most_columns + 1);
    const auto are_blank_from = [&](std::size_t which) {
      return cells.size() <= most_columns && detail::all_are_blank(cells.data() + which, cells.data() + cells.size());
    };
    if (are_blank_from(0)) continue;  // spreadsheets leave such rows at the end
    const auto bad = std::find_if(cells.begin(), cells.end(), [](const csv_cell& one) { return one.malformed; });
    if (bad != cells.end()) {
      wrong_.add(codes::bad_table_row, offset_of(bad->raw.data()),
                 bad->unclosed ? "this quoted cell is not closed" : "text after the closing quote of a cell",
                 "a quote inside a quoted cell stands twice");
      continue;
    }
    if (cells.size() > columns.size() && are_blank_from(columns.size())) cells.resize(columns.size());
    if (cells.size() != columns.size()) {
      const bool more = cells.size() > columns.size();
      wrong_.add(codes::bad_table_row, offset_of(more ? cells[columns.size()].raw.data() : cells.back().raw.data()),
                 say("this row has ", cells.size() > most_columns ? "more than " : "",
                     std::to_string(std::min(cells.size(), most_columns)), cells.size() == 1 ? " cell" : " cells",
                     ", the header ", std::to_string(columns.size())),
                 more ? "a cell with a comma in it stands in quotes" : "empty cells need their commas too");
      continue;
    }
    if (document_.rules.size() >= limits_.max_rules) {
      wrong_.add(codes::too_many, offset_of(record),
                 say("the policy has more than ", std::to_string(limits_.max_rules), " rules"));
      return;
    }
    if (const auto row = read_row(cells, columns, offset_of(cells.front().raw.data()), offset_of(at))) add_rule(*row);
  }
}

// Empty cells behind the last name are no columns; without any name there are no cells.
const char* rule_reader::read_header_cells(const char* at, const char* end, std::vector<detail::csv_cell>& cells) {
  at = detail::read_csv_record(at, end, cells, most_columns + 1);
  if (cells.size() > most_columns) return at;
  while (!cells.empty() && detail::all_are_blank(&cells.back(), &cells.back() + 1)) cells.pop_back();
  return at;
}

const char* rule_reader::skip_empty_lines(const char* at, const char* end) {
  while (at < end && (*at == '\n' || (*at == '\r' && at[1] == '\n'))) at += *at == '\n' ? 1 : 2;
  return at;
}

std::optional<json_node> rule_reader::read_row(const std::vector<csv_cell>& cells,
                                               const std::vector<table_column>& columns, std::size_t begin,
                                               std::size_t end) {
  const char* const first = cells.front().raw.data();
  const auto offset_of = [&](const char* at) { return begin + static_cast<std::size_t>(at - first); };
  json_node row;
  row.type = json_node::kind::object;
  row.offset = begin;
  row.end = end;
  bool good = true;
  std::string scratch;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].path.empty() || cells[i].raw.empty()) continue;
    scratch.clear();
    scratch.reserve(cells[i].raw.size());
    const std::string_view value = detail::csv_text(cells[i], scratch);
    if (value.empty()) continue;
    const std::string_view raw = cells[i].raw;
    const std::string_view written = detail::without_blanks(cells[i].quoted ? raw.substr(1, raw.size() - 2) : raw);
    json_node cell;
    cell.type = json_node::kind::string;
    cell.cell = true;
    cell.text = value;
    cell.offset = offset_of(written.data());
    cell.end = cell.offset + written.size();
    good = put_cell(columns[i], std::move(cell), row) && good;
  }
  if (!good) return {};
  return row;
}

std::optional<json_node> rule_reader::row_at(std::size_t offset) {
  const std::size_t begin = source_->begin_of(offset);
  const std::string_view text = source_->from(begin);
  const char* const end = text.data() + text.size();
  std::vector<csv_cell> cells;
  const char* at = text.data() + byte_order_mark(text);
  do {
    at = read_header_cells(skip_empty_lines(at, end), end, cells);
  } while (cells.empty() && at < end);
  if (cells.empty()) return {};
  std::vector<table_column> columns;
  const auto header = static_cast<std::size_t>(cells.front().raw.data() - text.data());
  if (!read_table_header(cells, begin + header, columns)) return {};
  const char* const next = detail::read_csv_record(text.data() + (offset - begin), end, cells, most_columns + 1);
  return read_row(cells, columns, offset, begin + static_cast<std::size_t>(next - text.data()));
}

std::string rule_reader::id_of_row(std::size_t offset) const {
  std::string name(source_->name_of(offset));
  name.erase(0, name.rfind('/') + 1);
  if (const std::size_t dot = name.rfind('.'); dot != std::string::npos && dot != 0) name.erase(dot);
  // Lists of ids are separated by blanks, and an id has none.
  std::replace_if(
      name.begin(), name.end(), [](char letter) { return !is_plain_name(std::string_view(&letter, 1), "-_."); }, '-');
  return name + ':' + std::to_string(source_->place(offset).line);
}

bool rule_reader::read_table_header(const std::vector<detail::csv_cell>& cells, std::size_t begin,
                                    std::vector<table_column>& columns) {
  const std::size_t before = wrong_.count();
  const char* const first = cells.front().raw.data();
  if (cells.size() > most_columns) {
    wrong_.add(codes::too_many, begin, say("the table has more than ", std::to_string(most_columns), " columns"));
    return false;
  }
  const std::size_t separator = cells.front().raw.find_first_of(";\t|");
  if (cells.size() == 1 && separator != std::string_view::npos) {
    wrong_.add(codes::bad_column, begin + separator, "the table has one column only: columns are separated by commas",
               "save it as CSV with commas");
    return false;
  }
  std::string scratch;
  for (const csv_cell& cell : cells) {
    const std::size_t offset = begin + static_cast<std::size_t>(cell.raw.data() - first) + (cell.quoted ? 1 : 0);
    if (cell.malformed) {
      wrong_.add(codes::bad_table_row, offset,
                 cell.unclosed ? "this quoted name is not closed" : "text after the closing quote of a name");
      return false;
    }
    scratch.clear();
    scratch.reserve(cell.raw.size());
    table_column made;
    made.name = detail::csv_text(cell, scratch);
    const auto same = [&](const table_column& one) { return one.name == made.name; };
    if (made.name.empty()) {
      wrong_.add(codes::bad_column, offset, "this column has no name", "begin a column of your own with x-");
    } else if (std::any_of(columns.begin(), columns.end(), same)) {
      wrong_.add(codes::bad_column, offset, say("the column ", quote(made.name), " stands twice"),
                 "remove one of them");
    } else if (!is_note(made.name)) {
      made.path = split(made.name);
      check_column(made, offset);
    }
    columns.push_back(std::move(made));
  }
  return wrong_.count() == before;
}

void rule_reader::check_column(table_column& column, std::size_t offset) {
  const std::vector<std::string>& path = column.path;
  const std::string& key = path.front();
  constexpr std::string_view hint =
      "columns are the keys of a rule (id, when.sku, discount, gap.max); begin one of your own with x-";
  const auto no_currency = [&](std::string_view name) {
    std::array<std::string_view, currency::count()> known;
    for (std::size_t i = 0; i < known.size(); ++i) known[i] = currency::from_index(i).code();
    wrong_.add(codes::unknown_currency, offset,
               say(quote(name), " is no currency of ISO 4217", wrong_.nearest(name, known)),
               "amounts by currency are columns such as \"floor.EUR\"");
  };
  const auto is_currency = [](std::string_view name) { return find_currency(name).has_value(); };
  const auto too_deep = [&](std::size_t depth) {
    if (path.size() <= depth) return false;
    wrong_.add(codes::bad_column, offset, say("the column ", quote(column.name), " goes deeper than a rule does"));
    return true;
  };
  std::vector<std::string_view> keys = rule_keys();
  if (std::find(keys.begin(), keys.end(), key) == keys.end() || key == "table") {
    // Of a name such as "sku" the condition is nearer than any key.
    const bool asked = subject_or_attribute(key);
    wrong_.add(codes::bad_column, offset,
               say("no key of a rule is called ", quote(key), asked ? "" : wrong_.nearest(key, keys)),
               asked ? say("conditions are columns such as \"when.", key, "\"") : std::string(hint));
    return;
  }
  if (key == "when" || key == "except") {
    if (path.size() < 2) {
      wrong_.add(codes::bad_column, offset, say("the column ", quote(key), " needs what it asks about"),
                 say("such as \"", key, ".sku\""));
      return;
    }
    if (!subject_or_attribute(path[1])) {
      if (!attributes_known_) return;
      std::vector<std::string_view> known = subject_names();
      for (const auto& one : names_.attributes) known.push_back(one.name);
      wrong_.add(codes::unknown_attribute, offset,
                 say("no attribute ", quote(path[1]), " is declared", wrong_.nearest(path[1], known)),
                 "declare it under \"attributes\" of the policy: \"text\", \"number\" or a list of words");
      return;
    }
    column.what = path.size() == 2 ? table_column::kind::list : table_column::kind::text;
    if (path.size() >= 3 && path[2] != "from" && path[2] != "below") {
      wrong_.add(codes::bad_column, offset, say("a range has \"from\" and \"below\", not ", quote(path[2])));
    } else if (!too_deep(path[1] == "target" ? 4 : 3) && path.size() == 4 && !is_currency(path[3])) {
      no_currency(path[3]);
    }
    return;
  }
  const auto found = std::find_if(nested().begin(), nested().end(), [&](const auto& one) { return one.key == key; });
  if (found == nested().end()) {
    if (too_deep(1)) return;
  } else if (path.size() >= 2) {
    if (found->by_currency) {
      if (!too_deep(2) && !is_currency(path[1])) no_currency(path[1]);
      return;
    }
    if (std::find(found->below.begin(), found->below.end(), path[1]) == found->below.end()) {
      wrong_.add(codes::bad_column, offset,
                 say(quote(key), " has no ", quote(path[1]), wrong_.nearest(path[1], found->below)),
                 say("it has ", listed(found->below)));
      return;
    }
    const bool amount = key == "gap" && path[1] != "to";
    if (!too_deep(amount ? 3 : 2) && path.size() == 3 && !is_currency(path[2])) no_currency(path[2]);
    if (key == "gap" && !amount) column.what = table_column::kind::list;
  } else if (!found->by_currency && key != "margin" && key != "during") {
    wrong_.add(codes::bad_column, offset, say("the column ", quote(key), " needs the part it gives"),
               say("such as \"", key, ".", found->below.front(), "\""));
    return;
  }
  if (key == "skip_if_missing" || key == "exclusive") column.what = table_column::kind::flag;
  const bool sequences = path.size() == 2 && (path[1] == "sequences" || path[1] == "amounts");
  if (key == "endings" || key == "culture" || key == "without" || (key == "during" && path.size() == 1) || sequences) {
    column.what = table_column::kind::list;
  }
}

bool rule_reader::put_cell(const table_column& column, json_node cell, json_node& row) {
  if (column.what == table_column::kind::flag) {
    if (const auto value = as_flag(cell.text)) {
      cell.type = json_node::kind::boolean;
      cell.boolean = *value;
    }
  } else if (column.what == table_column::kind::list) {
    const bool one = cell.text.find('|') == std::string::npos;
    // Endings and the like are lists even of one.
    const bool always = column.path.front() != "when" && column.path.front() != "except" &&
                        column.path.front() != "during" && column.path.front() != "culture" &&
                        column.path.front() != "gap";
    if (!one || always) {
      const text_offsets places(*source_, cell);
      json_node list;
      list.type = json_node::kind::array;
      list.offset = cell.offset;
      list.end = cell.end;
      for (std::size_t begin = 0; begin <= cell.text.size();) {
        const std::size_t end = std::min(cell.text.find('|', begin), cell.text.size());
        std::size_t from = begin;
        std::size_t to = end;
        while (from < to && is_space(cell.text[from])) ++from;
        while (to > from && is_space(cell.text[to - 1])) --to;
        json_node& item = list.items.emplace_back();
        item.type = json_node::kind::string;
        item.cell = true;
        item.text = cell.text.substr(from, to - from);
        item.offset = places[from];
        item.end = places[to];
        begin = end + 1;
      }
      cell = std::move(list);
    }
  }
  json_node* into = &row;
  for (std::size_t i = 0;; ++i) {
    const auto found = std::find_if(into->members.begin(), into->members.end(),
                                    [&](const json_node::member& one) { return one.key == column.path[i]; });
    const bool last = i + 1 == column.path.size();
    if (found != into->members.end() && (last || found->value.type != json_node::kind::object)) {
      wrong_.add(codes::bad_table_row, cell.offset,
                 say("this row gives ", quote(column.path[i]), " twice, as a whole and by its parts"));
      return false;
    }
    if (found != into->members.end()) {
      into = &found->value;
      continue;
    }
    json_node::member& made = into->members.emplace_back();
    made.key = column.path[i];
    made.key_offset = cell.offset;
    if (last) {
      made.value = std::move(cell);
      return true;
    }
    made.value.type = json_node::kind::object;
    made.value.offset = cell.offset;
    made.value.end = cell.end;
    into = &made.value;
  }
}

}  // namespace pricepoint::policy_language
