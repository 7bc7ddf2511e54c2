// SPDX-License-Identifier: Apache-2.0
// Comparisons as text. Figures are one list with the same names in CSV and NDJSON, so that neither knows more.
// Entry: change_writer, summary_rows, summary_report. Test: tests/unit/cli/comparison_writer_test.cpp,
// tests/golden/cases (compare-*).
#include "cli/comparison_writer.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "cli/namespace.hpp"
#include "cli/progress.hpp"
#include "pricepoint/explain/explanation.hpp"
#include "pricepoint/money/rounding.hpp"
#include "rows/problems.hpp"
#include "rows/text.hpp"
#include "text/csv.hpp"
#include "text/harmless.hpp"

namespace pricepoint::cli {
namespace {

using detail::int128;

constexpr std::size_t most_endings = 8;  // of a market in the report
constexpr std::size_t most_causes = 20;

// The order is a promise.
constexpr std::string_view row_names[] = {
    "sku",           "channel",      "market",       "currency",    "currency_before",
    "status_before", "status_after", "price_before", "price_after", "change",
    "change_rate",   "rules",        "conflict",     "missing",     "invalid"};

std::string money_text(int128 minor, currency in) {
  std::string text;
  detail::append_scaled(text, minor, in.digits());
  return text;
}

std::string money_text(const std::optional<amount>& value) {
  return value ? money_text(value->minor, value->currency) : std::string();
}

// One row's members by name. Texts are written as they are; lists have their parts.
class members {
 public:
  members(std::string& out, output_format format) : out_(out), csv_(format == output_format::csv) {}

  void text(std::string_view name, std::string_view value) {
    if (csv_) {
      comma();
      append_csv_cell(out_, value);
    } else if (!value.empty()) {
      key(name);
      append_json_string(out_, value);
    }
  }
  template <class List>
  void list(std::string_view name, const List& values, std::string_view separator = " ") {
    if (csv_) {
      std::string all;
      for (const std::string_view one : values) all.append(all.empty() ? "" : separator).append(one);
      return text(name, all);
    }
    if (values.empty()) return;
    key(name);
    char before = '[';
    for (const std::string_view one : values) {
      out_.push_back(before);
      before = ',';
      append_json_string(out_, one);
    }
    out_.push_back(']');
  }
  void count(std::string_view name, const std::optional<std::uint64_t>& value) {
    if (csv_) return text(name, value ? number(*value) : std::string());
    if (!value) return;
    key(name);
    append_number(out_, *value);
  }
  void flag(std::string_view name, const std::optional<bool>& value) {
    const std::string_view word = !value ? "" : *value ? "true" : "false";
    if (csv_) return text(name, word);
    if (!value) return;
    key(name);
    out_.append(word);
  }
  void end() { out_.append(csv_ ? "\n" : any_ ? "}\n" : "{}\n"); }

 private:
  void comma() {
    if (any_) out_.push_back(',');
    any_ = true;
  }
  void key(std::string_view name) {
    out_.push_back(any_ ? ',' : '{');
    any_ = true;
    append_json_string(out_, name);
    out_.push_back(':');
  }
  std::string& out_;
  bool csv_;
  bool any_ = false;
};

std::optional<currency> currency_of(const decision* of) { return of == nullptr ? std::nullopt : of->currency(); }

name_list names_of(const compared& one, const policy_difference& of) {
  name_list names;
  for (const std::uint32_t cause : one.causes) names.push_back(of.parts()[cause].name);
  return names;
}

// A figure of the summary; what does not apply is empty.
struct figure {
  std::string_view part = {};
  std::string name = {};
  std::string_view kind = {};
  std::string sku = {}, channel = {}, market = {};
  std::string_view currency = {};
  std::string before = {}, after = {}, change = {}, change_rate = {};
  std::string share = {};
  std::optional<std::uint64_t> rows = {}, rows_before = {}, rows_after = {};
  std::string limit = {};
  std::optional<bool> exceeded = {};
};

void append(members& to, const figure& one) {
  to.text("part", one.part);
  to.text("name", one.name);
  to.text("kind", one.kind);
  to.text("sku", one.sku);
  to.text("channel", one.channel);
  to.text("market", one.market);
  to.text("currency", one.currency);
  to.text("before", one.before);
  to.text("after", one.after);
  to.text("change", one.change);
  to.text("change_rate", one.change_rate);
  to.text("share", one.share);
  to.count("rows", one.rows);
  to.count("rows_before", one.rows_before);
  to.count("rows_after", one.rows_after);
  to.text("limit", one.limit);
  to.flag("exceeded", one.exceeded);
  to.end();
}

constexpr std::string_view summary_header =
    "part,name,kind,sku,channel,market,currency,before,after,change,change_rate,share,rows,rows_before,rows_after,"
    "limit,"
    "exceeded\n";

// Of two sums as they are shown, so that a reader can make it again.
std::string rate_of_change(int128 before, int128 after) {
  if (before == 0) return {};
  const int128 size = before < 0 ? -before : before;
  int128 scaled = 0;
  if (__builtin_mul_overflow(after - before, int128{10'000}, &scaled)) return {};
  std::string text;
  detail::append_scaled(text, detail::divide(scaled, size, rounding::half_up), 2);
  return text + "%";
}

figure figure_of(std::string_view part, const comparison_summary::effect& one) {
  figure made{.part = part, .channel = one.channel, .market = one.market, .currency = one.currency.code()};
  made.rows = one.rows;
  if (!one.before_minor || !one.after_minor) return made;
  made.before = money_text(*one.before_minor, one.currency);
  made.after = money_text(*one.after_minor, one.currency);
  made.change = money_text(*one.after_minor - *one.before_minor, one.currency);
  made.change_rate = rate_of_change(*one.before_minor, *one.after_minor);
  return made;
}

figure figure_of(std::string name, const comparison_summary::extreme& one) {
  return {.part = "change",
          .name = std::move(name),
          .sku = one.sku,
          .channel = one.channel,
          .market = one.market,
          .currency = one.after.currency.code(),
          .before = to_string(one.before),
          .after = to_string(one.after),
          .change = money_text(int128{one.after.minor} - one.before.minor, one.after.currency),
          .change_rate = percent_text(one.change)};
}

std::vector<figure> figures_of(const comparison_summary& of, const policy_difference& between) {
  std::vector<figure> all;
  all.push_back({.part = "policy",
                 .before = std::string(between.before().fingerprint()),
                 .after = std::string(between.after().fingerprint())});
  const auto rows = [&](const char* name, std::uint64_t count, std::string share = {}) {
    all.push_back({.part = "rows", .name = name, .share = std::move(share), .rows = count});
  };
  rows("compared", of.rows);
  rows("changed", of.changed, percent_text(of.changed_share()));
  rows("repriced", of.repriced);
  rows("up", of.up);
  rows("down", of.down);
  rows("gained", of.gained);
  rows("lost", of.lost);
  rows("new_conflicts", of.new_conflicts);
  const auto change = [&](const char* name, const std::optional<std::int64_t>& value) {
    if (value) all.push_back({.part = "change", .name = name, .change_rate = percent_text(*value)});
  };
  change("mean", of.mean);
  change("p5", of.p5);
  change("p50", of.p50);
  change("p95", of.p95);
  if (of.largest_up) all.push_back(figure_of("largest_up", *of.largest_up));
  if (of.largest_down) all.push_back(figure_of("largest_down", *of.largest_down));
  for (const auto& one : of.transitions) {
    all.push_back({.part = "status",
                   .before = std::string(to_string(one.before)),
                   .after = std::string(to_string(one.after)),
                   .rows = one.rows});
  }
  for (const auto& one : of.revenue) all.push_back(figure_of("revenue", one));
  for (const auto& one : of.margin) all.push_back(figure_of("margin", one));
  for (const auto& one : of.endings) {
    all.push_back({.part = "ending",
                   .name = one.text,
                   .market = one.market,
                   .currency = one.currency.code(),
                   .rows_before = one.before,
                   .rows_after = one.after});
  }
  for (const auto& one : of.causes) {
    all.push_back({.part = "rule", .name = one.name, .kind = to_string(one.kind), .rows = one.rows});
  }
  for (const auto& one : of.gates) {
    all.push_back({.part = "gate",
                   .name = one.name,
                   .rows = one.rows,
                   .limit = one.limit ? to_string(*one.limit) : std::string(),
                   .exceeded = one.exceeded});
  }
  return all;
}

// With a plus above zero.
std::string with_sign(const std::string& shown) {
  const bool above = !shown.starts_with('-') && shown.find_first_of("123456789") != std::string::npos;
  return above ? "+" + shown : shown;
}

std::string signed_percent(std::int64_t hundredths) { return with_sign(percent_text(hundredths)); }

std::string rows_text(std::uint64_t count) { return grouped(count) + (count == 1 ? " row" : " rows"); }

// Lines of cells, each column as wide as its widest; amounts to the right.
class aligned {
 public:
  explicit aligned(std::vector<bool> right) : right_(std::move(right)), widths_(right_.size()) {}

  void add(std::vector<std::string> cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) widths_[i] = std::max(widths_[i], display_width(cells[i]));
    lines_.push_back(std::move(cells));
  }
  void append_to(std::string& out, std::string_view title) {
    if (lines_.empty()) return;
    out.append(title).push_back('\n');
    for (const std::vector<std::string>& cells : lines_) {
      std::string text = " ";
      for (std::size_t i = 0; i < cells.size(); ++i) {
        std::string shown;
        const std::size_t used = append_clipped(shown, cells[i], std::max<std::size_t>(widths_[i], 1));
        const std::size_t padding = widths_[i] > used ? widths_[i] - used : 0;
        text.push_back(' ');
        if (right_[i]) text.append(padding, ' ');
        text.append(shown);
        if (!right_[i]) text.append(padding, ' ');
      }
      text.erase(text.find_last_not_of(' ') + 1);
      out.append(text).push_back('\n');
    }
  }

 private:
  std::vector<bool> right_;
  std::vector<std::size_t> widths_;
  std::vector<std::vector<std::string>> lines_;
};

std::string extreme_text(const comparison_summary::extreme& one) {
  std::string text = signed_percent(one.change) + ": ";
  append_clipped(text, one.sku, 64);
  return text + detail::harmless(" on " + one.channel + " in " + one.market) + ", " + to_string(one.before) + " to " +
         to_string(one.after) + " " + std::string(one.after.currency.code());
}

void append_effects(std::string& out, std::string_view title, const std::vector<comparison_summary::effect>& all) {
  aligned table({false, false, true, false, true, false, true, true, false});
  for (const auto& one : all) {
    const figure made = figure_of("", one);
    table.add({made.market, made.channel, made.before.empty() ? "?" : made.before, "to",
               made.after.empty() ? "?" : made.after, std::string(made.currency), with_sign(made.change),
               with_sign(made.change_rate), "(" + rows_text(one.rows) + ")"});
  }
  table.append_to(out, title);
}

// Of a market at most so many; the rest is counted.
void append_endings(std::string& out, const std::vector<comparison_summary::ending>& all) {
  aligned table({false, false, true, true, false, true});
  std::size_t of_market = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const comparison_summary::ending& one = all[i];
    const bool fresh = i == 0 || all[i - 1].market != one.market;
    of_market = fresh ? 1 : of_market + 1;
    if (of_market <= most_endings) {
      const bool same_currency = !fresh && all[i - 1].currency == one.currency;
      table.add({fresh ? one.market : "", same_currency ? "" : std::string(one.currency.code()), one.text,
                 grouped(one.before), "to", grouped(one.after)});
    } else if (i + 1 == all.size() || all[i + 1].market != one.market) {
      table.add({"", "", "and " + number(of_market - most_endings) + " more", "", "", ""});
    }
  }
  table.append_to(out, "price endings, rows before and after");
}

}  // namespace

std::string percent_text(std::int64_t hundredths) {
  std::string text;
  append_fixed(text, hundredths, 2);
  return text + "%";
}

void change_writer::header(std::string& out) const {
  if (format_ != output_format::csv) return;
  std::string_view comma;
  for (const std::string_view name : row_names) {
    out.append(comma).append(name);
    comma = ",";
  }
  keys_.csv_names(out);
  out.push_back('\n');
}

void change_writer::write(std::string& out, const compared& one, const row& after) const {
  const std::optional<amount> was = one.price_before();
  const std::optional<amount> is = one.price_after();
  const std::optional<currency> currency_before = currency_of(one.before);
  const std::optional<currency> currency_after = currency_of(one.after);
  const bool same_currency = !currency_before || !currency_after || *currency_before == *currency_after;
  const std::optional<currency> shown = currency_after ? currency_after : currency_before;
  members row(out, format_);
  row.text("sku", after.request.sku);
  row.text("channel", one.channel);
  row.text("market", after.request.market);
  row.text("currency", shown ? shown->code() : std::string_view());
  row.text("currency_before", same_currency ? std::string_view() : currency_before->code());
  row.text("status_before", to_string(one.status_before()));
  row.text("status_after", to_string(one.status_after()));
  row.text("price_before", money_text(was));
  row.text("price_after", money_text(is));
  row.text("change", one.change ? money_text(int128{is->minor} - was->minor, is->currency) : std::string());
  row.text("change_rate", one.change ? percent_text(*one.change) : std::string());
  row.list("rules", names_of(one, *of_));
  static const name_list nothing;
  static const std::vector<std::string> no_names;
  row.list("conflict", one.after == nullptr ? nothing : one.after->conflict());
  row.list("missing", one.after == nullptr ? no_names : one.after->missing());
  if (one.after == nullptr) {
    row.list("invalid", after.problems, "; ");
  } else {
    row.list("invalid", one.after->invalid());
  }
  std::string scratch;
  for (std::size_t i = 0; i < row_keys::names.size(); ++i) {
    if (keys_.has(i)) row.text(row_keys::names[i], keys_.value(i, after, scratch));
  }
  row.end();
}

void change_table::add(const compared& one, const row& asked) {
  const auto price_or_status = [](const std::optional<amount>& price, status what) {
    return price ? money_text(price) : std::string(to_string(what));
  };
  const std::optional<amount> was = one.price_before();
  const std::optional<amount> is = one.price_after();
  line& cells = lines_.emplace_back();
  cells[sku] = asked.request.sku;
  cells[channel] = one.channel;
  cells[market] = asked.request.market;
  std::string scratch;
  for (std::size_t i = 0; i < row_keys::names.size(); ++i) cells[first_key + i] = keys_.value(i, asked, scratch);
  cells[before] = price_or_status(was, one.status_before());
  cells[after] = price_or_status(is, one.status_after());
  const std::optional<amount>& priced = is ? is : was;
  if (priced) cells[currency] = priced->currency.code();
  if (one.change) cells[change] = signed_percent(*one.change);
  std::string& why = cells[rules];
  for (const std::string_view name : names_of(one, *of_)) why.append(why.empty() ? "" : " ").append(name);
  const auto note = [&why](std::string_view label, const auto& names, std::string_view separator = " ") {
    if (names.empty()) return;
    why.append(why.empty() ? "" : "; ").append(label);
    std::string_view between = " ";
    for (const std::string_view name : names) {
      why.append(between).append(name);
      between = separator;
    }
  };
  if (one.after == nullptr) return note("invalid", asked.problems, "; ");
  note("missing", one.after->missing());
  note("invalid", one.after->invalid());
  note("conflict", one.after->conflict());
  if (was && is && one.status_before() != one.status_after()) {
    why.append(why.empty() ? "" : "; ").append("now ").append(to_string(one.status_after()));
  }
}

void change_table::flush(std::string& out) {
  if (lines_.empty()) return;
  constexpr std::size_t gap = 2;
  constexpr std::size_t most_of_a_name = 32;
  constexpr std::size_t least_of_last = 16;
  if (!started_) {
    lines_.insert(lines_.begin(), {"sku", "channel", "market", std::string(row_keys::names[0]),
                                   std::string(row_keys::names[1]), std::string(row_keys::names[2]),
                                   std::string(row_keys::names[3]), "before", "after", "currency", "change", "rules"});
    for (const line& cells : lines_) {
      for (std::size_t i = 0; i < column_count; ++i) {
        widths_[i] = std::min(std::max(widths_[i], display_width(cells[i])), most_of_a_name);
      }
    }
    // Rows that have not changed are not shown, so what tells rows apart stands wherever one has it.
    for (std::size_t i = first_key; i < before; ++i) {
      const bool used =
          std::any_of(lines_.begin() + 1, lines_.end(), [&](const line& cells) { return !cells[i].empty(); });
      if (!used) widths_[i] = 0;
    }
    std::size_t taken = 0;
    for (std::size_t i = 0; i + 1 < column_count; ++i) taken += widths_[i] == 0 ? 0 : widths_[i] + gap;
    widths_.back() = width_ > taken + least_of_last ? width_ - taken : least_of_last;
    started_ = true;
  }
  for (const line& cells : lines_) {
    std::string text;
    for (std::size_t i = 0; i < column_count; ++i) {
      if (widths_[i] == 0) continue;
      const bool right = i == first_key || i == before || i == after || i == change;
      std::string shown;
      const std::size_t used = append_clipped(shown, cells[i], widths_[i]);
      if (right) text.append(widths_[i] - used, ' ');
      text.append(shown);
      if (!right) text.append(widths_[i] - used, ' ');
      text.append(gap, ' ');
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out.append(text).push_back('\n');
  }
  lines_.clear();
}

std::string summary_rows(const comparison_summary& of, const policy_difference& between, output_format format) {
  const bool csv = format == output_format::csv;
  std::string out(csv ? summary_header : std::string_view());
  for (const figure& one : figures_of(of, between)) {
    members each(out, format);
    if (!csv) each.flag("summary", true);
    append(each, one);
  }
  return out;
}

std::string summary_report(const comparison_summary& of) {
  std::string out = rows_text(of.rows) + " compared, " + grouped(of.changed) + " changed (" +
                    percent_text(of.changed_share()) + ")\n";
  const std::uint64_t otherwise = of.changed - of.repriced - of.gained - of.lost;
  for (const auto& [count, what] :
       {std::pair{of.repriced, " with another price"}, std::pair{of.gained, " gained a price"},
        std::pair{of.lost, " lost their price"}, std::pair{otherwise, " changed otherwise"}}) {
    if (count == 0) continue;
    out.append("  ").append(grouped(count)).append(what);
    if (what == std::string_view(" with another price")) {
      out.append(": ").append(grouped(of.up)).append(" up, ").append(grouped(of.down)).append(" down");
    }
    out.push_back('\n');
  }
  if (of.mean) {
    out.append("change of price\n  mean ").append(signed_percent(*of.mean));
    out.append(", 5% up to ").append(signed_percent(*of.p5));
    out.append(", half up to ").append(signed_percent(*of.p50));
    out.append(", 95% up to ").append(signed_percent(*of.p95)).push_back('\n');
  }
  if (of.largest_up) out.append("  most up ").append(extreme_text(*of.largest_up)).push_back('\n');
  if (of.largest_down) out.append("  most down ").append(extreme_text(*of.largest_down)).push_back('\n');
  aligned status_table({false, false, false, true});
  for (const auto& one : of.transitions) {
    status_table.add({std::string(to_string(one.before)), "to", std::string(to_string(one.after)), grouped(one.rows)});
  }
  status_table.append_to(out, "status");
  append_effects(out, "revenue, of rows with units", of.revenue);
  append_effects(out, "margin, of rows with units and costs", of.margin);
  append_endings(out, of.endings);
  aligned causes({false, false, true});
  for (std::size_t i = 0; i < of.causes.size(); ++i) {
    if (i == most_causes) {
      causes.add({"and " + number(of.causes.size() - i) + " more", "", ""});
      break;
    }
    causes.add({of.causes[i].name, std::string(to_string(of.causes[i].kind)), grouped(of.causes[i].rows)});
  }
  causes.append_to(out, "rules responsible, rows");
  aligned gates({false, false, false, true});
  for (const auto& one : of.gates) {
    gates.add(
        {one.name, one.limit ? to_string(*one.limit) : "", one.exceeded ? "exceeded" : "kept", rows_text(one.rows)});
  }
  gates.append_to(out, "gates");
  return out;
}

std::vector<diagnostic> exceeded_gates(const comparison_summary& of) {
  std::vector<diagnostic> all;
  for (const comparison_summary::gate& one : of.gates) {
    if (!one.exceeded) continue;
    std::string text = "--" + one.name + (one.limit ? " " + to_string(*one.limit) : "") + ": ";
    if (one.name == "max-change") {
      text += grouped(one.rows) + (one.rows == 1 ? " price changes" : " prices change") + " by more, the most by ";
      const bool up = of.largest_up && (!of.largest_down || of.largest_up->change >= -of.largest_down->change);
      text += extreme_text(up ? *of.largest_up : *of.largest_down);
      all.push_back(problem("PP-G001", std::move(text)));
    } else if (one.name == "max-changed") {
      text += grouped(of.changed) + " of " + rows_text(of.rows) + " changed, " + percent_text(of.changed_share());
      all.push_back(problem("PP-G002", std::move(text)));
    } else {
      text += rows_text(one.rows) + (one.rows == 1 ? " becomes a conflict" : " become conflicts");
      all.push_back(problem("PP-G003", std::move(text)));
    }
  }
  return all;
}

}  // namespace pricepoint::cli
