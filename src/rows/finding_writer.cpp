// SPDX-License-Identifier: Apache-2.0
// Entry: finding_writer, append_summary. Test: tests/golden/audit.py, tests/golden/audit_figures.py.
#include "rows/finding_writer.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <utility>
#include <vector>

#include "pricepoint/explain/explanation.hpp"
#include "rows/csv_line.hpp"
#include "rows/refused.hpp"
#include "rows/text.hpp"

namespace pricepoint::rows {
namespace {

// The order is a promise. In CSV what tells rows apart comes after them, in NDJSON after the seller.
constexpr std::string_view names[] = {
    "sku",           "channel",      "market",       "seller",   "rule",        "effect",  "severity",
    "price",         "min",          "max",          "excess",   "excess_rate", "against", "against_seller",
    "against_price", "remedy",       "remedy_price", "conflict", "missing",     "credit",  "because",
    "headroom",      "max_discount", "from",         "until"};
constexpr std::size_t first_of_rule = 4;
constexpr std::size_t times = 2;  // the last of them, in audits ahead in time

bool is_taken(std::string_view name) {
  return name == "summary" || std::find(std::begin(names), std::end(names), name) != std::end(names) ||
         std::find(row_keys::names.begin(), row_keys::names.end(), name) != row_keys::names.end();
}

// With the currency's decimals, or more where the value has more.
std::string money(const std::optional<decimal>& value, const std::optional<currency>& in) {
  if (!value) return {};
  detail::int128 coefficient = value->coefficient();
  int scale = value->scale();
  const int wanted = in ? in->digits() : scale;
  for (; scale < wanted; ++scale) coefficient *= 10;
  for (; scale > wanted && coefficient % 10 == 0; --scale) coefficient /= 10;
  std::string text;
  detail::append_scaled(text, coefficient, scale);
  return text;
}

std::string money(const std::optional<amount>& value) { return value ? to_string(*value) : std::string(); }
std::string percent(const std::optional<std::int64_t>& value) { return value ? percent_text(*value) : std::string(); }
std::string time(const std::optional<instant>& value) { return value ? to_string(*value) : std::string(); }

template <class List>
std::string joined(const List& all, std::string_view separator = " ") {
  std::string text;
  for (const std::string_view one : all) text.append(text.empty() ? std::string_view() : separator).append(one);
  return text;
}

finding unreadable_finding(const row& from) {
  finding made;
  made.effect = "invalid";
  made.severity = finding_severity::invalid;
  made.price = from.price;
  made.because = joined(from.problems, "; ");
  return made;
}

// Of an offer that is invalid: which of its values cannot be, and why.
std::string because_of(const row& from, const finding& what) {
  if (what.effect != "invalid") return what.because;
  std::vector<std::string> texts = invalid_texts(from, what.missing);
  if (texts == what.missing) return what.because;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i] == what.missing[i]) texts[i].insert(0, "the offer lacks ");
  }
  return joined(texts, "; ");
}

// Texts of one finding in the order of `names`, but for the two lists.
std::array<std::string, std::size(names)> texts_of(const row& from, const finding& what) {
  return {std::string(from.request.sku),
          std::string(from.request.channel),
          std::string(from.request.market),
          std::string(from.seller),
          std::string(what.rule),
          std::string(what.effect),
          std::string(to_string(what.severity)),
          money(what.price, what.currency),
          money(what.min),
          money(what.max),
          money(what.excess, what.currency),
          percent(what.excess_rate_bp),
          std::string(what.against),
          std::string(what.against_seller),
          money(what.against_price),
          std::string(to_string(what.remedy)),
          money(what.remedy_price),
          joined(what.conflict),
          joined(what.missing),
          money(what.credit, what.currency),
          because_of(from, what),
          money(what.headroom),
          percent(what.max_discount_bp),
          time(what.from),
          time(what.until)};
}

std::vector<table_column> table_columns(bool ahead) {
  std::vector<table_column> made = {{"sku"},
                                    {"channel"},
                                    {"market"},
                                    {"seller", false, true},
                                    {"quantity", true, true, 32, true},
                                    {"segment", false, true, 32, true},
                                    {"audience", false, true, 32, true},
                                    {"at", false, true, 32, true},
                                    {"rule"},
                                    {"severity"},
                                    {"price", true},
                                    {"allowed", true, true},
                                    {"off by", true, true},
                                    {"against", false, true, 40},
                                    {"remedy", false, true, 60}};
  if (ahead) {
    made.push_back({"from"});
    made.push_back({"until", false, true});
  }
  made.push_back({"because", false, true, 1000});
  return made;
}

// What mends it, in a few words.
std::string remedy_words(const row& from, const finding& what) {
  switch (what.remedy) {
    case remedy::none:
      break;
    case remedy::reprice:
      return "reprice to " + money(what.remedy_price);
    case remedy::separate:
      return "separate: " + joined(what.conflict) +
             (what.credit ? "; or credit " + money(what.credit, what.currency) : std::string());
    case remedy::complete:
      return "send " + joined(what.missing);
  }
  if (what.missing.empty()) return {};
  const auto absent = [&](const std::string& name) {
    return name == "channel"  ? from.request.channel.empty()
           : name == "market" ? from.request.market.empty()
                              : name == "price" && !from.price;
  };
  const bool lacking = std::all_of(what.missing.begin(), what.missing.end(), absent);
  return (what.effect != "invalid" ? "lacks " : lacking ? "send " : "correct ") + joined(what.missing);
}

std::string allowed_words(const finding& what) {
  if (what.min && what.max) return *what.min == *what.max ? money(what.min) : money(what.min) + ".." + money(what.max);
  if (what.min) return ">= " + money(what.min);
  if (what.max) return "<= " + money(what.max);
  return {};
}

}  // namespace

finding_writer::finding_writer(output_format format, const csv_columns* columns, bool ahead, std::size_t width)
    : format_(format),
      ahead_(ahead),
      keys_(columns),
      carried_(columns, is_taken),
      table_(table_columns(ahead), width) {}

void finding_writer::header(std::string& out) const {
  if (format_ != output_format::csv) return;
  const std::size_t count = std::size(names) - (ahead_ ? 0 : times);
  for (std::size_t i = 0; i < count; ++i) out.append(i == 0 ? "" : ",").append(names[i]);
  keys_.csv_names(out);
  carried_.csv_names(out);
  out.push_back('\n');
}

void finding_writer::write(std::string& out, const row& from, const finding& what) {
  if (format_ == output_format::csv) return csv(out, from, what);
  if (format_ == output_format::ndjson) return json(out, from, what);
  table(from, what);
}

void finding_writer::unreadable(std::string& out, const row& from) { write(out, from, unreadable_finding(from)); }

void finding_writer::flush(std::string& out) { table_.flush(out); }
void finding_writer::flush_if_many(std::string& out) { table_.flush_if_many(out); }
void finding_writer::hand_over(finding_writer& to) { table_.hand_over(to.table_); }

void finding_writer::csv(std::string& out, const row& from, const finding& what) const {
  const auto texts = texts_of(from, what);
  {
    csv_line line(out);
    const std::size_t count = std::size(names) - (ahead_ ? 0 : times);
    for (std::size_t i = 0; i < count; ++i) line.text(texts[i]);
    keys_.csv_cells(line, from);
  }
  carried_.csv_cells(out, from);
  out.push_back('\n');
}

void finding_writer::json(std::string& out, const row& from, const finding& what) const {
  const auto texts = texts_of(from, what);
  char separator = '{';
  std::string keys;
  for (std::size_t i = 0; i < std::size(names); ++i) {
    if (i == first_of_rule) keys_.json_members(keys, from);
    if (!keys.empty()) {
      keys.pop_back();  // the comma behind the last
      out.push_back(separator);
      separator = ',';
      out.append(keys);
      keys.clear();
    }
    if (texts[i].empty()) continue;
    out.push_back(separator);
    separator = ',';
    append_json_string(out, names[i]);
    out.push_back(':');
    const auto list = [&](const auto& all) {
      char between = '[';
      for (const std::string_view one : all) {
        out.push_back(between);
        between = ',';
        append_json_string(out, one);
      }
      out.push_back(']');
    };
    if (names[i] == "conflict") {
      list(what.conflict);
    } else if (names[i] == "missing") {
      list(what.missing);
    } else {
      append_json_string(out, texts[i]);
    }
  }
  carried_.json_members(out, from);
  out.append("}\n");
}

void finding_writer::table(const row& from, const finding& what) {
  std::vector<std::string>& cells = table_.add();
  std::string against(what.against);
  if (!what.against_seller.empty()) against.append(" (").append(what.against_seller).append(")");
  if (what.against_price) against.append(" ").append(money(what.against_price));
  std::string off = money(what.excess, what.currency);
  if (what.excess_rate_bp) off.append(" (").append(percent(what.excess_rate_bp)).append(")");
  std::string scratch;
  const auto key = [&](std::size_t which) { return std::string(keys_.value(which, from, scratch)); };
  std::vector<std::string> made = {std::string(from.request.sku),
                                   std::string(from.request.channel),
                                   std::string(from.request.market),
                                   std::string(from.seller),
                                   key(0),
                                   key(1),
                                   key(2),
                                   key(3),
                                   std::string(what.rule.empty() ? what.effect : what.rule),
                                   std::string(to_string(what.severity)),
                                   money(what.price, what.currency),
                                   allowed_words(what),
                                   std::move(off),
                                   std::move(against),
                                   remedy_words(from, what)};
  if (ahead_) {
    made.push_back(time(what.from));
    made.push_back(time(what.until));
  }
  made.push_back(because_of(from, what));
  cells = std::move(made);
}

// ---- the summary

namespace {

// One row of figures; an empty text is a figure that does not apply.
struct figure {
  std::string_view name;
  std::string text;
  bool is_number = false;  // a count: without quotes in JSON
};
using figures = std::vector<figure>;

figure count_of(std::string_view name, std::uint64_t value) { return {name, number(value), true}; }
figure rate_of(std::string_view name, const std::optional<std::int64_t>& value) { return {name, percent(value)}; }
figure share_of(std::string_view name, std::uint64_t part, std::uint64_t whole) {
  return rate_of(name, share_bp(part, whole));
}
figure text_of(std::string_view name, std::string_view value) { return {name, std::string(value)}; }

void add_counts(figures& to, const finding_counts& what) {
  to.push_back(count_of("breaches", what.breaches));
  to.push_back(count_of("warnings", what.warnings));
  to.push_back(count_of("notices", what.notices));
  to.push_back(count_of("unchecked", what.unchecked));
}

void add_map(figures& to, const map_figures& what) {
  to.push_back(count_of("map_offers", what.offers));
  to.push_back(count_of("map_violations", what.violations()));
  to.push_back(share_of("map_violation_rate", what.violations(), what.offers));
  to.push_back(rate_of("map_mean_depth", what.depths.mean_bp()));
  to.push_back(rate_of("map_median_depth", what.depths.median_bp()));
  to.push_back(rate_of("map_largest_depth", what.depths.largest_bp()));
}

struct section {
  std::string_view about;
  std::string_view heading;
  std::vector<figures> rows;
};

std::vector<section> sections_of(const audit_summary& what) {
  std::vector<section> all;
  {
    figures total = {count_of("products", what.products), count_of("offers", what.offers),
                     count_of("invalid", what.findings.invalid), share_of("in_breach", what.in_breach, what.read())};
    add_counts(total, what.findings);
    const bool any_invalid = what.findings.invalid > 0;
    all.push_back({"audit",
                   any_invalid ? "All offers; shares are of those that could be read" : "All offers",
                   {std::move(total)}});
  }
  section pairs{"pair", "Online against traditional channels, product by product", {}};
  for (const auto& [key, one] : what.pairs) {
    const auto& [market, online, traditional] = key;
    pairs.rows.push_back({text_of("market", market), text_of("channel", online), text_of("against", traditional),
                          count_of("offers", one.compared), share_of("identical", one.identical, one.compared),
                          share_of("lower", one.lower, one.compared), share_of("higher", one.higher, one.compared),
                          rate_of("mean_gap", one.gaps.mean_bp()), rate_of("median_gap", one.gaps.median_bp()),
                          share_of("within_5", one.gaps.within(500), one.compared),
                          share_of("within_10", one.gaps.within(1000), one.compared),
                          share_of("within_15", one.gaps.within(1500), one.compared),
                          share_of("in_breach", one.in_breach, one.compared),
                          rate_of("price_index", one.price_index_bp()), count_of("weighted_offers", one.weighted)});
  }
  section dispersion{"dispersion", "How far a product's public prices lie apart", {}};
  for (const auto& [market, one] : what.dispersion) {
    dispersion.rows.push_back({text_of("market", market), count_of("products", one.count()),
                               rate_of("mean_range", one.mean_bp()), rate_of("median_range", one.median_bp()),
                               rate_of("largest_range", one.largest_bp())});
  }
  section map{"map", "Minimum advertised prices", {}};
  for (const auto& [key, one] : what.map) {
    figures row = {text_of("market", key.first), text_of("channel", key.second)};
    add_map(row, one);
    map.rows.push_back(std::move(row));
  }
  section rules{"rule", "By rule", {}};
  for (const auto& [id, one] : what.rules) {
    figures row = {text_of("rule", id)};
    add_counts(row, one);
    rules.rows.push_back(std::move(row));
  }
  section sellers{"seller", "By seller", {}};
  const bool named =
      std::any_of(what.sellers.begin(), what.sellers.end(), [](const auto& one) { return !one.first.empty(); });
  for (const auto& [name, one] : what.sellers) {
    if (!named) break;
    figures row = {text_of("seller", name), count_of("offers", one.offers), count_of("invalid", one.findings.invalid),
                   share_of("in_breach", one.in_breach, one.read())};
    add_counts(row, one.findings);
    add_map(row, one.map);
    sellers.rows.push_back(std::move(row));
  }
  for (section* const one : {&pairs, &dispersion, &map, &rules, &sellers}) all.push_back(std::move(*one));
  return all;
}

void summary_json(std::string& out, const std::vector<section>& all) {
  for (const section& part : all) {
    for (const figures& row : part.rows) {
      out.append("{\"summary\":true,\"about\":");
      append_json_string(out, part.about);
      for (const figure& one : row) {
        if (one.text.empty() && one.name != "seller") continue;
        out.push_back(',');
        append_json_string(out, one.name);
        out.push_back(':');
        if (one.is_number) {
          out.append(one.text);
        } else {
          append_json_string(out, one.text);
        }
      }
      out.append("}\n");
    }
  }
}

void summary_csv(std::string& out, const std::vector<section>& all) {
  constexpr std::string_view columns[] = {
      "about",          "market",           "channel",          "against",    "rule",           "seller",
      "products",       "offers",           "invalid",          "in_breach",  "breaches",       "warnings",
      "notices",        "unchecked",        "identical",        "lower",      "higher",         "mean_gap",
      "median_gap",     "within_5",         "within_10",        "within_15",  "price_index",    "weighted_offers",
      "mean_range",     "median_range",     "largest_range",    "map_offers", "map_violations", "map_violation_rate",
      "map_mean_depth", "map_median_depth", "map_largest_depth"};
  for (std::size_t i = 0; i < std::size(columns); ++i) out.append(i == 0 ? "" : ",").append(columns[i]);
  out.push_back('\n');
  for (const section& part : all) {
    for (const figures& row : part.rows) {
      {
        csv_line line(out);
        line.text(part.about);
        for (std::size_t i = 1; i < std::size(columns); ++i) {
          const auto found =
              std::find_if(row.begin(), row.end(), [&](const figure& one) { return one.name == columns[i]; });
          line.text(found == row.end() ? std::string_view() : std::string_view(found->text));
        }
      }
      out.push_back('\n');
    }
  }
}

void summary_table(std::string& out, const std::vector<section>& all, std::size_t width) {
  for (const section& part : all) {
    if (part.rows.empty()) continue;
    out.append("\n").append(part.heading).append("\n");
    std::vector<table_column> columns;
    std::vector<std::string> titles;
    for (const figure& one : part.rows.front()) {
      std::string& title = titles.emplace_back(one.name);
      std::replace(title.begin(), title.end(), '_', ' ');
    }
    for (std::size_t i = 0; i < titles.size(); ++i) {
      const std::string_view name = part.rows.front()[i].name;
      const bool words =
          name == "market" || name == "channel" || name == "against" || name == "rule" || name == "seller";
      columns.push_back({titles[i], !words, !words, 32});
    }
    text_table table(std::move(columns), width);
    for (const figures& row : part.rows) {
      std::vector<std::string>& cells = table.add();
      for (std::size_t i = 0; i < row.size(); ++i) {
        cells[i] = row[i].text;
        if (row[i].name == "seller" && cells[i].empty()) cells[i] = "(none)";
      }
    }
    table.flush(out);
  }
}

}  // namespace

void append_summary(std::string& out, const audit_summary& what, output_format format, std::size_t width) {
  const std::vector<section> all = sections_of(what);
  if (format == output_format::csv) return summary_csv(out, all);
  if (format == output_format::ndjson) return summary_json(out, all);
  summary_table(out, all, width);
}

}  // namespace pricepoint::rows
