// SPDX-License-Identifier: Apache-2.0
// `pricepoint markets`: what is known about markets and where from, as text or as JSON.
// Entry: run_markets. Test: tests/golden/cases (markets*), tests/golden/market_table.py.
#include <string>
#include <string_view>
#include <vector>

#include "cli/files.hpp"
#include "cli/job.hpp"
#include "cli/namespace.hpp"
#include "cli/run.hpp"
#include "pricepoint/market/table.hpp"
#include "rows/problems.hpp"
#include "rows/reports.hpp"
#include "rows/text.hpp"
#include "text/harmless.hpp"

namespace pricepoint::cli {
namespace {

using former_kind = enum former_price_rule::kind;

constexpr std::size_t line_width = 100;

std::string former_words(const former_price_rule& law) {
  switch (law.rule) {
    case former_kind::none:
      return "no number of days";
    case former_kind::lowest: {
      std::string text = "lowest of " + number(static_cast<std::uint64_t>(law.days)) + " days";
      for (const auto& one : law.earlier) {
        text += ", of " + number(static_cast<std::uint64_t>(one.days)) + " before " + date_of(one.until_unix_ms);
      }
      return law.progressive ? text + "; a series of cuts keeps the price before its first" : text;
    }
    case former_kind::majority:
      return "charged for most of " + number(static_cast<std::uint64_t>(law.days)) + " days, at least " +
             number(static_cast<std::uint64_t>(law.least_days)) + ", and within the last " +
             number(static_cast<std::uint64_t>(law.recent_days));
    case former_kind::half_time:
      return "the price right before: without limit after " + number(static_cast<std::uint64_t>(law.days)) +
             " days in a row, else for half of its time, " + number(static_cast<std::uint64_t>(law.most_days)) +
             " days at most";
  }
  return {};
}

std::string numbers_words(const shape::numbers& what) {
  std::string text;
  const auto add = [&](std::string_view name, const std::string& values) {
    text.append(text.empty() ? "" : "; ").append(name).append(" ").append(values);
  };
  static constexpr std::string_view scopes[] = {" anywhere", " before the point", " behind the point",
                                                " as the last digit that is not zero"};
  const std::string_view where = scopes[static_cast<std::size_t>(what.in)];
  std::string digits;
  for (int digit = 0; digit < 10; ++digit) {
    if ((what.digits >> digit & 1) == 0) continue;
    digits.append(digits.empty() ? "" : ", ").push_back(static_cast<char>('0' + digit));
  }
  const auto joined = [](const std::vector<std::string>& all) {
    std::string list;
    for (const std::string& one : all) list.append(list.empty() ? "" : ", ").append(one);
    return list;
  };
  if (!digits.empty()) add("digit", digits.append(where));
  if (!what.sequences.empty()) add("sequence", joined(what.sequences).append(where));
  if (!what.amounts.empty()) add("amount", joined(what.amounts));
  return text;
}

std::string entry_words(const culture_entry& one) {
  if (const auto* numbers = std::get_if<shape::numbers>(&one.what)) return numbers_words(*numbers);
  if (const auto* multiple = std::get_if<shape::multiple_of>(&one.what)) {
    return "multiples of " + to_string(multiple->step);
  }
  std::string text;
  for (const std::string& pattern : std::get<shape::endings>(one.what).patterns) {
    text.append(text.empty() ? "" : ", ").append(pattern);
  }
  return text;
}

std::string band_words(const culture_entry& one) {
  if (one.from && one.below) return "from " + to_string(*one.from) + " below " + to_string(*one.below);
  if (one.from) return "from " + to_string(*one.from);
  return one.below ? "below " + to_string(*one.below) : std::string();
}

void append_wrapped(std::string& out, std::size_t indent, std::string_view text) {
  std::size_t column = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = detail::harmless(text.substr(begin, end - begin));
    const std::size_t width = display_width(word);
    if (column == 0 || column + 1 + width > line_width) {
      out.append(column == 0 ? "" : "\n").append(indent, ' ');
      column = indent;
    } else {
      out.push_back(' ');
      ++column;
    }
    out.append(word);
    column += width;
    begin = end + 1;
  }
  out.push_back('\n');
}

void append_cell(std::string& out, std::string_view text, std::size_t width) {
  const std::string shown = detail::harmless(text);
  out.append(shown);
  const std::size_t used = display_width(shown);
  out.append(used < width ? width - used : 1, ' ');
}

std::string evidence_words(const evidence& of) {
  std::string text = of.confidence == confidence::none ? std::string() : std::string(to_string(of.confidence));
  for (const std::string& source : of.sources) {
    text.append(&source == &of.sources.front() ? (text.empty() ? "" : ": ") : "; and ").append(source);
  }
  return text;
}

class text_writer {
 public:
  static std::string overview(const std::vector<const market_entry*>& all, std::string_view version) {
    std::string out;
    std::size_t widths[] = {6, 10, 10, 7, 9, 9, 12};
    for (const market_entry* one : all) {
      widths[0] = std::max(widths[0], display_width(one->code) + 2);
      widths[1] = std::max(widths[1], display_width(one->name) + 2);
    }
    const auto line = [&](std::initializer_list<std::string> cells, std::string_view last) {
      std::size_t i = 0;
      for (const std::string& cell : cells) append_cell(out, cell, widths[i++]);
      detail::append_harmless(out, last);
      out.push_back('\n');
    };
    line({"code", "market", "currency", "unit", "display", "culture", "resale min"}, "former price");
    for (const market_entry* one : all) {
      line({one->code, one->name, one->currency.value ? std::string(one->currency.value->code()) : "",
            one->unit.value ? to_string(*one->unit.value) : "",
            one->display.value ? std::string(display_word(*one->display.value)) : "", number(one->culture.size()),
            one->minimum_resale_price.value ? std::string(to_string(*one->minimum_resale_price.value)) : ""},
           one->former_price.value ? former_words(*one->former_price.value) : "");
    }
    out.append("\nculture: entries. pricepoint markets CODE tells them, and where each fact is known from.\n");
    if (!version.empty()) out.append("Market table ").append(detail::harmless(version)).append(".\n");
    return out;
  }

  std::string market(const market_entry& one) {
    out_ = detail::harmless(one.code);
    if (!one.name.empty()) detail::append_harmless(out_.append(": "), one.name);
    out_.push_back('\n');
    fact("currency", one.currency, one.currency.value ? std::string(one.currency.value->code()) : "");
    fact("unit", one.unit, one.unit.value ? to_string(*one.unit.value) : "");
    fact("display", one.display, one.display.value ? std::string(display_word(*one.display.value)) : "");
    fact("cash step", one.cash_step, one.cash_step.value ? to_string(*one.cash_step.value) : "none");
    fact("former price", one.former_price, one.former_price.value ? former_words(*one.former_price.value) : "");
    fact("resale minimum", one.minimum_resale_price,
         one.minimum_resale_price.value ? std::string(to_string(*one.minimum_resale_price.value)) : "");
    if (!one.culture.empty()) out_ += "culture\n";
    for (const culture_entry& entry : one.culture) {
      out_ += "  ";
      append_cell(out_, entry.id, 26);
      std::string what = entry_words(entry);
      if (const std::string band = band_words(entry); !band.empty()) what += ", " + band;
      out_.append(to_string(entry.strength())).append(" ").append(kind_word(entry)).append(": ");
      detail::append_harmless(out_, what);
      out_.push_back('\n');
      evidence(entry, entry.wider ? "wider than its evidence" : "");
    }
    return std::move(out_);
  }

 private:
  template <class T>
  void fact(std::string_view name, const pricepoint::fact<T>& of, const std::string& value) {
    if (!of.given) return;
    append_cell(out_, name, 16);
    detail::append_harmless(out_, value.empty() ? "not known" : value);
    out_.push_back('\n');
    evidence(of, "");
  }
  void evidence(const pricepoint::evidence& of, std::string_view also) {
    if (!of.note.empty()) append_wrapped(out_, 4, of.note);
    std::string words = evidence_words(of);
    if (!also.empty()) words.append(words.empty() ? "" : "; ").append(also);
    if (!words.empty()) append_wrapped(out_, 4, "[" + words + "]");
  }

  std::string out_;
};

}  // namespace

int run_markets(const options& what) {
  std::optional<result<policy>> of;
  if (!what.policy.empty()) {
    of.emplace(load_policy_from(what.policy, what));
    if (!*of) {
      tell(of->error().diagnostics());
      return no_run;
    }
  }
  const market_table& table = built_in_markets();
  // Of a policy's markets each may be known from elsewhere.
  const std::string_view version = of ? std::string_view() : std::string_view(table.version);
  std::vector<const market_entry*> all;
  if (of) {
    for (const std::string_view name : (*of)->markets()) {
      if (const market_entry* known = (*of)->known_market(name)) all.push_back(known);
    }
  } else {
    for (const market_entry& one : table.markets) all.push_back(&one);
  }
  std::vector<const market_entry*> chosen;
  std::vector<diagnostic> unknown;
  for (std::size_t i = 0; i < what.codes.size(); ++i) {
    const std::string& code = what.codes[i];
    const auto found = std::find_if(all.begin(), all.end(), [&](const market_entry* one) { return one->code == code; });
    if (found != all.end()) {
      chosen.push_back(*found);
      continue;
    }
    std::vector<std::string_view> codes;
    for (const market_entry* one : all) codes.push_back(one->code);
    for (const market_entry* one : all) {
      if (one->name == code) codes.assign(1, one->code);
    }
    const std::string_view near = codes.size() == 1 ? codes.front() : nearest(code, codes);
    unknown.push_back(
        what.typed.point(problem("PP-C012",
                                 of ? "nothing is known of a market " + in_quotes(code) + " of this policy"
                                    : "the market table has no market " + in_quotes(code),
                                 near.empty() ? "pricepoint markets lists them all, by their ISO 3166 codes"
                                              : "did you mean " + std::string(near) + "?"),
                         what.code_places[i]));
  }
  if (!unknown.empty()) {
    tell(unknown);
    return no_run;
  }
  std::string text;
  if (what.format == output_format::json) {
    text = markets_json(what.codes.empty() ? all : chosen, version);
  } else if (what.codes.empty()) {
    text = text_writer::overview(all, version);
  } else {
    for (const market_entry* one : chosen) text.append(text.empty() ? "" : "\n").append(text_writer().market(*one));
  }
  auto out = output_file::open(what.out);
  if (!out || !out->write(text) || !out->commit()) {
    if (out && out->closed_by_reader()) return pipe_closed;
    tell_output_failed(what, "--out", out ? out->failed() : out.error().diagnostics().front());
    return no_run;
  }
  return all_decided;
}

}  // namespace pricepoint::cli
