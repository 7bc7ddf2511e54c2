// SPDX-License-Identifier: Apache-2.0
// Cells and members to requests. One spelling for all that is wrong with a row: "line 3, column cost: why".
// Entry: csv_columns::read, row_reader::next. Test: tests/unit/rows/rows_test.cpp.
#include "rows/rows.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "rows/problems.hpp"
#include "rows/refused.hpp"
#include "rows/text.hpp"
#include "text/utf8.hpp"

namespace pricepoint::rows {
namespace {

constexpr std::size_t max_positions = 64;
constexpr std::string_view price_prefix = "price.";
constexpr std::string_view prices_member = "prices";
// In numbered records: behind the number, and at the end of a cell that is not closed.
constexpr char mark_of_unclosed = '!';
constexpr char mark_of_too_long = '~';
constexpr std::string_view end_of_unclosed = "\"!";
constexpr std::string_view no_utf8 = "\xEF\xBF\xBD";  // what stands in a repaired record for bytes that are none

void add_problem(row& to, std::string_view column, std::string_view why) {
  to.problems.push_back(problem_of(to.line, column, why));
}

bool is_blank(std::string_view text) { return detail::without_blanks(text).empty(); }

bool is_prices(std::string_view key) { return is_same_name(detail::without_blanks(key), prices_member); }

// Bytes that are not UTF-8.
std::uint64_t count_bad_bytes(std::string_view text) {
  std::uint64_t count = 0;
  for (;;) {
    text.remove_prefix(utf8_prefix(text));
    if (text.empty()) return count;
    text.remove_prefix(1);
    ++count;
  }
}

// What stands for them in a repaired text.
std::uint64_t count_replacements(std::string_view text) {
  std::uint64_t count = 0;
  for (auto at = text.find(no_utf8); at != text.npos; at = text.find(no_utf8, at + no_utf8.size())) ++count;
  return count;
}

bool has_problem(const row& of, std::string_view column) {
  const std::string begin = problem_of(of.line, column, {});
  return std::any_of(of.problems.begin(), of.problems.end(),
                     [&](const std::string& one) { return one.starts_with(begin); });
}

std::string no_utf8_text(std::string_view text) { return in_quotes(text) + " has a byte that is not UTF-8"; }

std::string too_long_field() { return "the value has more than " + number(max_field_bytes) + " bytes"; }

std::string ordinal(std::size_t n) {
  constexpr std::string_view names[] = {"first", "second", "third", "fourth", "fifth", "sixth"};
  return n <= std::size(names) ? std::string(names[n - 1]) : number(n) + "th";
}

// Room for what a record may decode to, so that views of it stay where they are: no escape is shorter than its text,
// and the name of a price grows by "price." where at least six bytes of JSON stood.
void prepare_scratch(std::string& scratch, std::size_t record_bytes) {
  scratch.clear();
  scratch.reserve(3 * record_bytes);
}

}  // namespace

result<csv_columns> csv_columns::read(const block& header, const field_table& fields, const std::string& file,
                                      std::vector<diagnostic>& warnings) {
  const std::string_view text = header.bytes.view();
  const auto at = [&](diagnostic one, std::size_t offset) {
    detail::show_place(one, text, offset, header.first_line);
    one.offset += header.first_byte;
    return one;
  };
  const auto refuse = [&](std::size_t offset, std::string message, std::string hint = {}) {
    return failure(at(problem("PP-I003", std::move(message), std::move(hint), file), offset));
  };
  if (detail::is_utf16(text)) return refuse(0, "this file is UTF-16", "save it as UTF-8");
  if (header.problem == record_problem::too_long) {
    return refuse(0, "the header is longer than any header should be", "the first row names the columns");
  }
  if (const std::size_t good = utf8_prefix(text); good != text.size()) {
    return refuse(good, "this byte is not UTF-8", "save the file as UTF-8");
  }

  csv_columns made;
  std::vector<csv_cell> cells;
  std::string scratch;
  prepare_scratch(scratch, text.size());
  read_csv_record(text.data(), text.data() + text.size(), cells, max_cells);
  if (cells.size() > max_columns) {
    return refuse(static_cast<std::size_t>(cells[max_columns - 1].raw.data() - text.data()),
                  "the header has more than " + number(max_columns) + " columns");
  }
  // A spreadsheet leaves empty cells behind the last name.
  while (!cells.empty() && detail::all_are_blank(&cells.back(), &cells.back() + 1)) cells.pop_back();
  std::vector<diagnostic> problems;
  bool any_known = false;
  for (const csv_cell& cell : cells) {
    const std::size_t offset = static_cast<std::size_t>(cell.raw.data() - text.data()) + (cell.quoted ? 1 : 0);
    if (cell.malformed) {
      const bool open = cell.unclosed || header.problem == record_problem::unclosed_quote;
      problems.push_back(
          at(problem("PP-I003", open ? "this quoted name is not closed" : "text after the closing quote of a name",
                     "a quote inside a quoted name stands twice", file),
             open ? offset - 1 : offset));
      continue;
    }
    std::string name(detail::csv_text(cell, scratch));
    const field found = fields.find(name);
    const bool known = found.kind != field_kind::unknown;
    std::size_t same = 0;
    while (same < made.names_.size() &&
           (known ? made.fields_[same].kind == field_kind::unknown || made.fields_[same].index != found.index
                  : made.names_[same] != name)) {
      ++same;
    }
    if (same != made.names_.size()) {
      const std::string as = made.names_[same] == name ? std::string() : " as " + in_quotes(made.names_[same]);
      problems.push_back(
          at(problem("PP-I002", "the column " + in_quotes(name) + " stands twice",
                     "it is the " + ordinal(same + 1) + " column already" + as + ": rename or remove one", file),
             offset));
      continue;
    }
    any_known |= known;
    if (!known) {
      made.carried_.push_back(made.names_.size());
      if (auto doubt = fields.doubt_about(name)) {
        warnings.push_back(warning(
            at(problem(doubt->code, "the column " + in_quotes(name) + " " + doubt->why, std::move(doubt->hint), file),
               offset)));
      }
    }
    made.fields_.push_back(found);
    made.names_.push_back(std::move(name));
  }
  if (!problems.empty()) return error(std::move(problems));
  if (!any_known) {
    const std::size_t other = text.find_first_of(";\t|");
    const bool separated = other != std::string_view::npos;
    return failure(at(problem("PP-I005", "no column is a field of a request",
                              separated ? "columns are separated by commas"
                                        : "the first row names the columns, such as sku,price.store,cost",
                              file),
                      separated ? other : 0));
  }
  return made;
}

csv_columns csv_columns::of_fields(const csv_columns& same, const field_table& fields) {
  csv_columns made;
  made.names_ = same.names_;
  for (std::size_t i = 0; i < made.names_.size(); ++i) {
    made.fields_.push_back(fields.find(made.names_[i]));
    if (made.fields_.back().kind == field_kind::unknown) made.carried_.push_back(i);
  }
  return made;
}

void append_numbered(std::string& out, std::uint64_t line, record_problem cut, bool unclosed, std::string_view record) {
  append_number(out, line);
  if (cut == record_problem::too_long) {
    out.push_back(mark_of_too_long);
  } else if (unclosed) {
    out.push_back(mark_of_unclosed);
  }
  out.push_back(',');
  if (record.ends_with('\n')) record.remove_suffix(1);
  if (unclosed && record.ends_with('\r')) record.remove_suffix(1);
  out.append(record);
  if (unclosed) out.append(end_of_unclosed);
  out.push_back('\n');
}

void append_numbered(std::string& out, const row& what) {
  append_numbered(out, what.line, what.cut, !what.cells.empty() && what.cells.back().unclosed, what.text);
}

row_reader::row_reader(const field_table& fields, const csv_columns* columns, const row_defaults& defaults,
                       unknown_listener unknown, bool numbered)
    : fields_(fields), columns_(columns), defaults_(defaults), unknown_(std::move(unknown)), numbered_(numbered) {}

void row_reader::start(const block& from) {
  at_ = from.bytes.data();
  end_ = at_ + from.bytes.size();
  begin_ = at_;
  block_byte_ = from.first_byte;
  line_ = from.first_line;
  problem_ = from.problem;
  block_is_utf8_ = is_utf8(from.bytes.view());
}

bool row_reader::next(row& out) { return columns_ != nullptr ? next_csv(out) : next_json(out); }

void row_reader::reset(row& out) const {
  clear_request(out.request);
  out.price.reset();
  out.seller = {};
  out.problems.clear();
  if (columns_ == nullptr) out.cells.clear();  // else the next record takes their place
  out.members.clear();
  out.quantity_text = out.at_text = {};
  out.line = line_;
  out.cut = problem_;
  out.has_key = true;
  out.fields = &fields_;
}

void row_reader::take_number() {
  if (!numbered_) return;
  line_ = 0;
  problem_ = record_problem::none;
  for (; at_ < end_ && '0' <= *at_ && *at_ <= '9'; ++at_) line_ = 10 * line_ + static_cast<std::uint64_t>(*at_ - '0');
  if (at_ < end_ && *at_ == mark_of_unclosed) problem_ = record_problem::unclosed_quote;
  if (at_ < end_ && *at_ == mark_of_too_long) problem_ = record_problem::too_long;
  if (problem_ != record_problem::none) ++at_;
  if (at_ < end_) ++at_;  // the comma
}

bool row_reader::next_csv(row& out) {
  const char* begin = at_;
  for (;;) {
    // An empty line is no row.
    while (at_ < end_ && (*at_ == '\n' || (*at_ == '\r' && at_[1] == '\n'))) {
      at_ += *at_ == '\n' ? 1 : 2;
      ++line_;
    }
    if (at_ == end_) return false;
    take_number();
    reset(out);
    begin = at_;
    at_ = read_csv_record(begin, end_, out.cells, max_cells);
    if (problem_ != record_problem::none || !is_no_row(out.cells)) break;
    line_ += count_lines(begin, at_);
  }
  const std::string_view record(begin, static_cast<std::size_t>(at_ - begin));
  out.text = record;
  prepare_scratch(out.scratch, record.size());
  const auto reopen_last = [&] {
    csv_cell& last = out.cells.back();
    if (problem_ == record_problem::none || !last.malformed || !last.raw.ends_with(end_of_unclosed)) return;
    last.raw.remove_suffix(end_of_unclosed.size());
    last.unclosed = true;
  };
  if (numbered_) reopen_last();
  row_is_repaired_ = !block_is_utf8_ && !is_utf8(record);
  if (row_is_repaired_) {
    check_cells_utf8(out);
    out.repaired.clear();
    append_as_utf8(out.repaired, record);
    prepare_scratch(out.scratch, out.repaired.size());
    read_csv_record(out.repaired.data(), out.repaired.data() + out.repaired.size(), out.cells, max_cells);
    if (numbered_) reopen_last();
  }
  line_ += bind_cells(out) ? count_lines(begin, at_) : 1;
  finish(out, out.cells.size() == columns_->count());
  return true;
}

// Of a record that is not UTF-8: in a column that nobody reads its bytes are replaced, in others it cannot be read.
void row_reader::check_cells_utf8(row& out) {
  for (std::size_t i = 0; i < std::min(out.cells.size(), columns_->count()); ++i) {
    const std::string_view raw = out.cells[i].raw;
    if (is_utf8(raw)) continue;
    const field& what = columns_->field_at(i);
    if (what.kind == field_kind::unknown || !what.is_read) {
      replaced_.count(columns_->name(i), out.line, count_bad_bytes(raw));
    } else {
      std::string unquoted;
      add_problem(out, columns_->name(i), no_utf8_text(detail::csv_text(out.cells[i], unquoted)));
    }
  }
}

// Whether a cell was quoted, so that it may have lines of its own.
bool row_reader::bind_cells(row& out) {
  const std::size_t known = std::min(out.cells.size(), columns_->count());
  bool quoted = false;
  for (std::size_t i = 0; i < known; ++i) {
    const csv_cell& cell = out.cells[i];
    const field& what = columns_->field_at(i);
    if (!cell.quoted) [[likely]] {
      if (cell.raw.empty() || what.kind == field_kind::unknown) continue;
      // Few numbers have blanks around them: those are looked for where it is none.
      if (set_number(out, what, cell.raw)) continue;
      const std::string_view text = detail::without_blanks(cell.raw);
      if (text.size() <= max_field_bytes) {
        if (what.word != nullptr) {
          out.request.*what.word = text;
          continue;
        }
        if (!text.empty() && set_other_field(out, what, text) == nullptr) continue;
      }
    } else {
      quoted = true;
    }
    bind_cell(out, i);
  }
  if (problem_ != record_problem::none || out.cells.size() != columns_->count()) {
    bind_unusual_count(out, known);
    // Of too many cells some are left out.
    for (std::size_t i = known; i < out.cells.size(); ++i) quoted |= out.cells[i].quoted;
    quoted |= out.cells.size() == max_cells;
  }
  return quoted;
}

void row_reader::bind_cell(row& out, std::size_t i) {
  const csv_cell& cell = out.cells[i];
  const field& what = columns_->field_at(i);
  if (cell.malformed) {
    return add_problem(out, columns_->name(i),
                       cell.unclosed || problem_ == record_problem::unclosed_quote ? "a quoted cell is not closed"
                                                                                   : "text after the closing quote");
  }
  if (what.kind == field_kind::unknown) return;
  const std::string_view text = detail::csv_text(cell, out.scratch);
  if (text.empty()) return;
  if (text.size() > max_field_bytes) return add_problem(out, columns_->name(i), too_long_field());
  const char* const why = set_field(out, what, text);
  if (why == nullptr || (row_is_repaired_ && has_problem(out, columns_->name(i)))) return;  // of its bytes
  add_problem(out, columns_->name(i), in_quotes(text) + " " + why);
}

void row_reader::bind_unusual_count(row& out, std::size_t known) {
  if (problem_ == record_problem::too_long) {
    out.problems.clear();
    add_problem(out, columns_->name(known - 1), "the row is too long");
  } else if (problem_ == record_problem::none && out.cells.size() < columns_->count()) {
    add_problem(
        out, columns_->name(known),
        "the row ends before it, after " + number(out.cells.size()) + " of " + number(columns_->count()) + " cells");
  } else if (problem_ == record_problem::none && out.cells.size() > columns_->count() &&
             (out.cells.size() == max_cells ||
              !detail::all_are_blank(out.cells.data() + known, out.cells.data() + out.cells.size()))) {
    add_problem(out, number(columns_->count() + 1),
                "the row has " +
                    (out.cells.size() == max_cells ? "more than " + number(max_columns) : number(out.cells.size())) +
                    " cells, the header " + number(columns_->count()));
  }
}

bool row_reader::next_json(row& out) {
  for (;;) {
    if (at_ == end_) return false;
    take_number();
    const char* const begin = at_;
    at_ = std::find(at_, end_, '\n') + 1;
    const std::string_view record(begin, static_cast<std::size_t>(at_ - begin));
    if (is_blank(record)) {
      ++line_;
      continue;
    }
    reset(out);
    ++line_;
    out.text = record;
    row_is_repaired_ = false;
    const std::string_view text = block_is_utf8_ ? record : as_utf8(record, out);
    prepare_scratch(out.scratch, text.size());
    record_ = {text, block_byte_ + static_cast<std::size_t>(begin - begin_), out.line};
    read_members(text, out);
    finish(out);
    return true;
  }
}

// The text, or what can be read of it; then members say which of them cannot.
std::string_view row_reader::as_utf8(std::string_view record, row& out) {
  if (is_utf8(record)) return record;
  row_is_repaired_ = true;
  out.repaired.clear();
  append_as_utf8(out.repaired, record);
  return out.repaired;
}

void row_reader::read_alone(std::string_view text, row& out) {
  line_ = 1;
  problem_ = record_problem::none;
  reset(out);
  row_is_repaired_ = false;
  text = as_utf8(text, out);
  prepare_scratch(out.scratch, text.size());
  record_ = {text, 0, 1};
  read_members(text, out);
  finish(out);
}

void row_reader::read(std::string_view object, std::uint64_t line, row& out) {
  line_ = line;
  problem_ = record_problem::none;
  reset(out);
  row_is_repaired_ = false;
  prepare_scratch(out.scratch, object.size());
  read_members(object, out);
  finish(out);
}

// The field that this key had at that position; null where it was another key, and then the position for the new one.
const field* row_reader::place_in(known_places& all, std::string_view key, std::size_t& position) {
  if (position < all.size() && all[position].first == key) return &all[position].second;
  position = std::min(position, max_positions);
  if (position >= all.size()) all.resize(position + 1);
  return nullptr;
}

const field& row_reader::field_of(std::string_view key, std::size_t position) {
  if (const field* const known = place_in(positions_, key, position)) return *known;
  field found = fields_.find(detail::without_blanks(key));
  // "price.store" is a name of CSV; here the prices are one map.
  if (found.kind == field_kind::price) found = {};
  positions_[position] = {std::string(key), found};
  return positions_[position].second;
}

const field& row_reader::price_of(std::string_view channel, std::size_t position) {
  if (const field* const known = place_in(price_positions_, channel, position)) return *known;
  price_positions_[position] = {std::string(channel), fields_.find_price(detail::without_blanks(channel))};
  return price_positions_[position].second;
}

bool row_reader::count_member(std::string_view key, row& out) {
  if (++members_ <= max_columns) return true;
  add_problem(out, key, "the row has more than " + number(max_columns) + " members");
  return false;
}

// Whether no member of this row had that name before. Of many a sorted set tells, which no names can make slow.
bool row_reader::is_first(std::string_view key) {
  constexpr std::size_t few = 64;
  if (seen_.size() < few) {
    if (std::find(seen_.begin(), seen_.end(), key) != seen_.end()) return false;
    seen_.push_back(key);
    return true;
  }
  if (seen_of_many_.empty()) seen_of_many_.insert(seen_.begin(), seen_.end());
  if (!seen_of_many_.insert(key).second) return false;
  seen_.push_back(key);
  return true;
}

bool row_reader::read_members(std::string_view text, row& out) {
  json_row_reader reader(text, out.scratch);
  seen_.clear();
  seen_of_many_.clear();
  members_ = 0;
  json_member member;
  while (reader.next(member)) {
    if (!count_member(member.key, out)) return false;
    const field& what = field_of(member.key, seen_.size());
    const bool are_prices = what.kind == field_kind::unknown && is_prices(member.key);
    if (!is_first(are_prices                         ? prices_member
                  : what.kind == field_kind::unknown ? member.key
                                                     : std::string_view(fields_.name(what.index)))) {
      add_problem(out, member.key, "stands twice");
      continue;
    }
    if (are_prices) {
      read_prices(member, out);
      if (members_ > max_columns) return false;
      continue;
    }
    if (what.kind == field_kind::unknown) {
      unknown_member(member, member.raw_key, out);
    } else {
      bind_member(what, "", member, out);
    }
  }
  if (!reader.failed()) return true;
  if (problem_ == record_problem::too_long) {
    out.problems.clear();
    add_problem(out, number(1), "the row is too long");
  } else {
    add_problem(out, number(count_code_points(text.substr(0, reader.error_offset())) + 1), reader.error());
  }
  return false;
}

bool row_reader::read_prices(const json_member& prices, row& out) {
  if (prices.kind == json_kind::null) return true;
  if (prices.kind != json_kind::object) {
    add_problem(out, "prices", in_quotes(prices.raw) + " is not a map of prices by channel");
    return false;
  }
  json_row_reader reader(prices.raw, out.scratch);
  json_member member;
  for (std::size_t position = 0; reader.next(member); ++position) {
    if (!count_member(member.key, out)) return false;
    const field what = price_of(member.key, position);
    if (what.kind == field_kind::unknown) {
      const auto with_prefix = [&out](std::string_view name) {
        const std::size_t begin = out.scratch.size();
        out.scratch.append(price_prefix).append(name);
        return std::string_view(out.scratch).substr(begin);
      };
      const std::string_view written = member.raw_key;
      member.raw_key = with_prefix(member.raw_key);
      member.key = with_prefix(member.key);
      unknown_member(member, written, out);
      continue;
    }
    const bool twice = std::any_of(out.request.prices.begin(), out.request.prices.end(),
                                   [&](const channel_price& one) { return one.channel == what.name; });
    if (twice) {
      add_problem(out, std::string(price_prefix).append(member.key), "stands twice");
    } else {
      bind_member(what, price_prefix.data(), member, out);
    }
  }
  return true;
}

void row_reader::bind_member(const field& what, const char* prefix, const json_member& member, row& out) {
  if (member.kind == json_kind::null) return;
  const bool scalar = member.kind == json_kind::string || member.kind == json_kind::number;
  const auto refuse = [&](std::string_view why) { add_problem(out, prefix + std::string(member.key), why); };
  const std::string_view text = member.kind == json_kind::string ? detail::without_blanks(member.text) : member.text;
  if (scalar && text.size() > max_field_bytes) return refuse(too_long_field());
  if (row_is_repaired_ && text.find(no_utf8) != text.npos) {
    if (what.is_read) return refuse(no_utf8_text(text));
    count_replaced(prefix + std::string(member.key), out.line, count_replacements(text));
  }
  if (scalar && what.kind == field_kind::quantity) out.quantity_text = text;
  if (scalar && what.kind == field_kind::at) out.at_text = text;
  const bool takes_text = what.word != nullptr || (what.kind == field_kind::attribute && !what.is_number());
  const char* why = "is neither a text nor a number";
  if (scalar) {
    why = set_field(out, what, text);
  } else if (member.kind == json_kind::boolean && takes_text) {
    why = "is no text without quotation marks";
  }
  if (why != nullptr) refuse(in_quotes(text) + " " + why);
}

// Whoever sends lines chooses the names of their members, so that those that are told have an end.
void row_reader::count_replaced(const std::string& member, std::uint64_t line, std::uint64_t bytes) {
  if (bytes == 0) return;
  if (replaced_.columns.size() < most_names_told || replaced_.columns.contains(member)) {
    replaced_.count(member, line, bytes);
  }
}

void row_reader::unknown_member(const json_member& member, std::string_view written, row& out) {
  out.members.push_back(member);
  if (row_is_repaired_) {
    count_replaced(std::string(member.key), out.line,
                   count_replacements(member.raw_key) + count_replacements(member.raw));
  }
  if (told_.size() >= most_names_told) return;
  if (std::find(told_.begin(), told_.end(), member.key) != told_.end()) return;
  told_.emplace_back(member.key);
  if (!unknown_) return;
  record_.at = static_cast<std::size_t>(written.data() - record_.text.data());
  unknown_(member.key, record_);
}

// `complete`: whether each value stands where it belongs.
void row_reader::finish(row& out, bool complete) {
  request& made = out.request;
  // Who mends one value of a row should know of all that are wrong.
  if (!out.problems.empty() && complete) {
    for (const refused_value& one : refused_values(out)) {
      if (!has_problem(out, one.column)) add_problem(out, one.column, one.why);
    }
  }
  if (made.channel.empty()) made.channel = defaults_.channel;
  if (made.market.empty()) made.market = defaults_.market;
  out.at_given = made.at.has_value();
  if (!made.at) made.at = defaults_.at;
  // An offer that does not say what it is of belongs to no product.
  if (out.problems.empty()) {
    if (fields_.rows() == row_kind::offers) out.has_key = !made.sku.empty();
    return;
  }
  std::sort(out.problems.begin(), out.problems.end());
  const auto is_known = [](std::string_view name) { return !name.empty() && name.find(no_utf8) == name.npos; };
  out.has_key = is_known(made.sku) && is_known(made.market);
}

}  // namespace pricepoint::rows
