// SPDX-License-Identifier: Apache-2.0
// What the parts of the check share. Entry: checker, partners. Test: tests/unit/analysis/check_test.cpp.
#include "analysis/checker.hpp"
#include "text/each_once.hpp"

#include <algorithm>
#include <iterator>

namespace pricepoint::analysis {

namespace {

// The search for findings of a code ends at so many times the limit of a kind.
constexpr std::size_t counted_beyond = 20;

}  // namespace

severity severity_of(std::string_view code) {
  for (const check_code& one : check_codes()) {
    if (one.code == code) return one.severity;
  }
  return severity::warning;
}

checker::checker(const policy& of, const check_options& wanted)
    : compiled(engine::machine_of(of)),
      options(wanted),
      where(engine::machine_of(of), wanted.at ? std::optional<std::int64_t>(wanted.at->unix_ms) : std::nullopt),
      probe(of, where, options.limits.max_automaton_states) {}

bool checker::wants(const char* code) {
  const auto found = counts_.find(code);
  return found == counts_.end() || found->second < counted_beyond * options.limits.max_of_a_kind;
}

check_finding& checker::add(const char* code, std::size_t offset, std::string message, std::string hint,
                            const std::vector<const compiled_rule*>& rules) {
  ++counts_[code];
  check_finding made;
  // Line and column cost the text up to there, so those that are only counted have none.
  if (counts_[code] <= options.limits.max_of_a_kind) {
    made.what = compiled.document().source->diagnose(code, offset, std::move(message), std::move(hint));
  } else {
    made.what.code = code;
  }
  made.what.severity = severity_of(code);
  std::vector<const compiled_rule*> sorted = rules;
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->index < b->index; });
  for (const compiled_rule* one : sorted) made.rules.emplace_back(one->id());
  if (counts_[code] > options.limits.max_of_a_kind && !findings_.empty()) {
    only_counted_ = std::move(made);
    return only_counted_;
  }
  findings_.push_back(std::move(made));
  return findings_.back();
}

void checker::at(check_finding& found, std::uint32_t market, std::uint32_t channel) const {
  const auto put = [](std::vector<std::string>& names, std::string_view name) {
    const auto place = std::lower_bound(names.begin(), names.end(), name);
    if (place == names.end() || *place != name) names.emplace(place, name);
  };
  put(found.markets, compiled.markets()[market].name);
  put(found.channels, compiled.channels()[channel].name);
  if (found.markets.size() == 1) found.currency = compiled.markets()[market].currency;
}

void checker::note_limit(const std::string& sentence) {
  auto& all = report.not_searched;
  if (std::find(all.begin(), all.end(), sentence) == all.end()) all.push_back(sentence);
}

void checker::finish() {
  for (const auto& [code, count] : counts_) {
    const std::size_t most = options.limits.max_of_a_kind;
    if (count <= most) continue;
    const bool ended = count >= counted_beyond * most;
    note_limit(code + ": " + std::to_string(most) + " are shown, " + (ended ? "at least " : "") +
               std::to_string(count - most) + " more are not");
  }
  report.findings.assign(std::make_move_iterator(findings_.begin()), std::make_move_iterator(findings_.end()));
  findings_.clear();
  std::stable_sort(report.findings.begin(), report.findings.end(), [](const check_finding& a, const check_finding& b) {
    return a.what.offset != b.what.offset ? a.what.offset < b.what.offset : a.what.code < b.what.code;
  });
}

std::string checker::place(std::uint32_t market, std::uint32_t channel) const {
  return std::string(compiled.channels()[channel].name).append(" in ").append(compiled.markets()[market].name);
}

checker::automaton_pointer checker::automaton_of(const std::vector<shape::any_shape>& shapes, int digits,
                                                 std::int64_t unit) {
  // Policies with very many shapes must not keep an automaton of each combination.
  constexpr std::size_t most_kept = 4096;
  std::vector<std::int64_t> ids;
  for (const shape::any_shape& one : shapes) {
    ids.push_back(shape_ids_.try_emplace(one, static_cast<std::int64_t>(shape_ids_.size())).first->second);
  }
  detail::keep_each_once(ids);
  ids.insert(ids.begin(), {digits, unit});
  auto found = automata_.find(ids);
  if (found == automata_.end()) {
    if (automata_.size() > most_kept) automata_.clear();
    std::vector<const shape::any_shape*> parts;
    for (const shape::any_shape& one : shapes) parts.push_back(&one);
    automaton_pointer made;
    if (auto built = shape::automaton::build(parts, digits, unit, options.limits.max_automaton_states)) {
      made = std::make_shared<const shape::automaton>(std::move(*built));
    } else {
      note_limit("shapes that need too many automaton states at once");
    }
    found = automata_.emplace(std::move(ids), std::move(made)).first;
  }
  return found->second;
}

possible_prices checker::prices_of(std::uint32_t market, std::uint32_t channel) const {
  const engine::market_terms& in = compiled.markets()[market];
  possible_prices made;
  made.unit_minor = in.unit_minor;
  if (!in.net_stored || !in.tax || !compiled.channels()[channel].shows_gross(in)) return made;
  const fraction tax = fraction::of(*in.tax);
  made.gross_factor = fraction::reduced(tax.denominator + tax.numerator, tax.denominator);
  made.net = shape::stored_net(made.gross_factor);
  return made;
}

partners::partners(const machine& compiled, const std::vector<const compiled_rule*>& rules) {
  std::size_t most = 0;
  for (std::uint32_t key = 0; key < compiled.key_parts().size(); ++key) {
    if (compiled.words(key).size() > most) {
      most = compiled.words(key).size();
      key_ = key;
    }
  }
  for (const compiled_rule* one : rules) {
    const auto* codes = codes_of(*one);
    if (codes == nullptr) {
      general_.push_back(one);
      continue;
    }
    listed_.push_back(one);
    for (const std::uint32_t code : *codes) by_code_[code].push_back(one);
  }
}

const std::vector<std::uint32_t>* partners::codes_of(const compiled_rule& rule) const {
  if (!key_) return nullptr;
  for (const compiled_condition& one : rule.when) {
    using engine::subject;
    const subject what = one.about();
    if (what == subject::channel || what == subject::market || one.is_period() || one.is_target()) continue;
    if (one.key == *key_ && !one.codes.empty()) return &one.codes;
  }
  return nullptr;
}

std::uint32_t partners::first_common(const compiled_rule& a, const compiled_rule& b) const {
  const auto& left = *codes_of(a);
  const auto& right = *codes_of(b);
  for (std::size_t i = 0, j = 0; i < left.size() && j < right.size();) {
    if (left[i] == right[j]) return left[i];
    if (left[i] < right[j]) {
      ++i;
    } else {
      ++j;
    }
  }
  return UINT32_MAX;
}

std::vector<const compiled_rule*> partners::of(const compiled_rule& rule) const {
  std::vector<const compiled_rule*> all = general_;
  const auto* codes = codes_of(rule);
  if (codes == nullptr) {
    all.insert(all.end(), listed_.begin(), listed_.end());
    return all;
  }
  for (const std::uint32_t code : *codes) {
    const auto found = by_code_.find(code);
    if (found == by_code_.end()) continue;
    for (const compiled_rule* one : found->second) {
      if (codes->size() == 1 || first_common(rule, *one) == code) all.push_back(one);
    }
  }
  return all;
}

std::string in_quotes(std::string_view text) { return '"' + std::string(text) + '"'; }

std::string figure(std::int64_t minor, currency in) { return to_string(amount{minor, in}); }

std::string band_words(const target_band& band, currency in) {
  const std::string code(in.code());
  if (band.first <= 1 && band.last >= max_amount_minor) return "of any size";
  if (band.last >= max_amount_minor) return "from " + figure(band.first, in) + " " + code + " on";
  if (band.first == band.last) return "of " + figure(band.first, in) + " " + code;
  return "from " + figure(band.first, in) + " to " + figure(band.last, in) + " " + code;
}

std::string strength_words(engine::strength value) {
  static constexpr const char* words[] = {"required", "strong", "medium", "weak"};
  return words[static_cast<std::size_t>(value)];
}

std::string names_of(const std::vector<const compiled_rule*>& rules) {
  std::string text;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    text += i == 0 ? "" : i + 1 == rules.size() ? " and " : ", ";
    text += in_quotes(rules[i]->id());
  }
  return text;
}

bool any_relaxed(const decision& made, const std::vector<const compiled_rule*>& rules) {
  return made.price() &&
         std::any_of(rules.begin(), rules.end(), [&](const auto* one) { return contains(made.relaxed(), one->id()); });
}

}  // namespace pricepoint::analysis
