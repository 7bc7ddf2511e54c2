// SPDX-License-Identifier: Apache-2.0
// What the parts of the check share. Entry: checker, partners. Test: tests/unit/analysis/check_test.cpp.
#include "analysis/checker.hpp"

#include <algorithm>

namespace pricepoint::analysis {

namespace {

constexpr std::size_t counted_beyond = 20;  // times the limit of a kind; then the search for it ends

}  // namespace

severity severity_of(std::string_view code) {
  for (const check_code& one : check_codes()) {
    if (one.code == code) return one.severity;
  }
  return severity::warning;
}

checker::checker(const policy& of, const check_options& wanted)
    : compiled(of.machine()),
      document(of.machine().document()),
      options(wanted),
      where(of.machine(), wanted.at ? std::optional<std::int64_t>(wanted.at->unix_ms) : std::nullopt),
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
    made.what = document.source->diagnose(code, offset, std::move(message), std::move(hint));
  } else {
    made.what.code = code;
  }
  made.what.severity = severity_of(code);
  std::vector<const compiled_rule*> sorted = rules;
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->index < b->index; });
  for (const compiled_rule* one : sorted) made.rules.emplace_back(one->id());
  if (counts_[code] > options.limits.max_of_a_kind && !report.findings.empty()) {
    only_counted_ = std::move(made);
    return only_counted_;
  }
  report.findings.push_back(std::move(made));
  return report.findings.back();
}

void checker::at(check_finding& found, std::uint32_t market, std::uint32_t channel) const {
  const auto put = [](std::vector<std::string>& names, const std::string& name) {
    const auto place = std::lower_bound(names.begin(), names.end(), name);
    if (place == names.end() || *place != name) names.insert(place, name);
  };
  put(found.markets, document.markets[market].name);
  put(found.channels, document.channels[channel].name);
  if (found.markets.size() == 1) found.currency = document.markets[market].currency;
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
  std::stable_sort(report.findings.begin(), report.findings.end(), [](const check_finding& a, const check_finding& b) {
    return a.what.offset != b.what.offset ? a.what.offset < b.what.offset : a.what.code < b.what.code;
  });
}

std::string checker::place(std::uint32_t market, std::uint32_t channel) const {
  return document.channels[channel].name + " in " + document.markets[market].name;
}

const shape::automaton* checker::automaton_of(const std::vector<shape::any_shape>& shapes, int digits,
                                              std::int64_t unit) {
  std::vector<std::int64_t> ids;
  for (const shape::any_shape& one : shapes) {
    ids.push_back(shape_ids_.try_emplace(one, static_cast<std::int64_t>(shape_ids_.size())).first->second);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  ids.insert(ids.begin(), {digits, unit});
  auto found = automata_.find(ids);
  if (found == automata_.end()) {
    // Policies with very many shapes must not keep an automaton of each combination.
    if (automata_.size() > 4096) automata_.clear();
    std::vector<const shape::any_shape*> parts;
    for (const shape::any_shape& one : shapes) parts.push_back(&one);
    found =
        automata_
            .emplace(std::move(ids), shape::automaton::build(parts, digits, unit, options.limits.max_automaton_states))
            .first;
    if (!found->second) note_limit("shapes that need too many automaton states at once");
  }
  return found->second ? &*found->second : nullptr;
}

shape::stored_net checker::net_of(std::uint32_t market, std::uint32_t channel) const {
  const language::market& in = document.markets[market];
  const bool gross = document.channels[channel].display.value_or(in.display) == language::display::gross;
  if (!in.net_stored || !gross || !in.tax) return {};
  const fraction tax = fraction::of(*in.tax);
  return shape::stored_net(fraction::reduced(tax.denominator + tax.numerator, tax.denominator));
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
    using language::subject;
    const subject what = one.source->subject;
    if (what == subject::channel || what == subject::market || what == subject::period || what == subject::target)
      continue;
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

bool is_shape(const compiled_rule& rule) {
  using namespace language::effect;
  const language::any_effect& what = rule.source->effect;
  return std::holds_alternative<endings>(what) || std::holds_alternative<multiple_of>(what) ||
         std::holds_alternative<avoid>(what) || std::holds_alternative<prefer>(what);
}

bool is_bound(const compiled_rule& rule) {
  namespace effect = language::effect;
  const language::any_effect& what = rule.source->effect;
  return std::holds_alternative<effect::price>(what) || std::holds_alternative<effect::gap>(what) ||
         std::holds_alternative<effect::floor>(what) || std::holds_alternative<effect::ceiling>(what) ||
         std::holds_alternative<effect::margin>(what) || std::holds_alternative<effect::change>(what);
}

bool is_required(const compiled_rule& rule) { return rule.source->strength == language::strength::required; }

std::optional<shape::any_shape> shape_of(const compiled_rule& rule, currency in) {
  namespace effect = language::effect;
  const language::any_effect& what = rule.source->effect;
  if (const auto* one = std::get_if<effect::endings>(&what)) return one->value;
  if (const auto* one = std::get_if<effect::avoid>(&what)) return shape::avoid{one->value};
  if (const auto* one = std::get_if<effect::prefer>(&what)) return one->value;
  if (const auto* one = std::get_if<effect::multiple_of>(&what)) {
    const decimal* step = one->value.find(in);
    if (step != nullptr) return shape::multiple_of{*step};
  }
  return {};
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

std::string strength_words(language::strength value) {
  static constexpr const char* words[] = {"required", "strong", "medium", "weak"};
  return words[static_cast<std::size_t>(value)];
}

}  // namespace pricepoint::analysis
