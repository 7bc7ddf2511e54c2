// SPDX-License-Identifier: Apache-2.0
//
// The culture of a market, its entries with their bands, and the rules that ask for it.

#include "property/generator/policy_writer.hpp"

#include <cstddef>
#include <set>
#include <utility>

namespace generator {

std::vector<std::string> policy_writer::endings_shown_with(int decimals) {
  std::vector<std::string> drawn = luck_.pick(ending_sets());
  std::erase_if(drawn, [&](const std::string& one) {
    const std::size_t point = one.find('.');
    return point != std::string::npos && one.size() - point - 1 > static_cast<std::size_t>(decimals);
  });
  if (drawn.empty()) drawn.push_back("9");
  return drawn;
}

std::string policy_writer::draw_culture(const std::string& market, const std::string& currency) {
  std::vector<members> entries;
  std::vector<std::string> ids;
  bands[market].clear();
  const auto add = [&](const std::string& prefix, const std::string& effect, const std::string& value,
                       std::optional<micro> from, std::optional<micro> below) {
    members entry;
    ids.push_back(prefix + "-" + std::to_string(ids.size() + 1));
    entry.emplace_back("id", as_json(ids.back()));
    entry.emplace_back(effect, value);
    if (from) entry.emplace_back("from", as_json(amount_text(*from, 6, true)));
    if (below) entry.emplace_back("below", as_json(amount_text(*below, 6, true)));
    const long long form = luck_.below(20);
    if (form < 8) entry.emplace_back("strength", as_json(luck_.word({"strong", "medium", "weak"})));
    if (form >= 7 && form < 17) {
      const std::string confidence = luck_.word({"law", "paper", "computed", "reputable", "weak", "common"});
      entry.emplace_back("confidence", as_json(confidence));
      if (confidence != "common") entry.emplace_back("source", luck_.percent(50) ? as_json("own") : R"(["own"])");
      if (luck_.percent(25)) entry.emplace_back("wider", luck_.percent(85) ? "true" : "false");
    }
    if (luck_.percent(40)) entry.emplace_back("note", as_json("they say so"));
    entries.push_back(entry);
  };
  const auto some_band = [&](std::optional<micro>& from, std::optional<micro>& below) {
    const micro low = at_level(luck_.pick(cuts) / luck_.between(1, 2), currency);
    const micro high = low + at_level(luck_.between(1, 30) * one_unit, currency);
    if (luck_.percent(65)) from = low;
    if (!from || luck_.percent(55)) below = high;
    for (const auto& end : {from, below}) {
      if (end) bands[market].push_back(*end);
    }
  };
  const auto numbers = [&](const std::string& effect, const std::function<std::string()>& value, int banded) {
    std::optional<micro> from;
    std::optional<micro> below;
    if (luck_.percent(banded)) some_band(from, below);
    add(effect, effect, value(), from, below);
  };
  for (long long i = luck_.below(4); i > 0; --i)
    numbers(
        "avoid", [&] { return draw_avoid(); }, 35);
  for (long long i = luck_.below(5); i > 0; --i)
    numbers(
        "prefer", [&] { return draw_prefer(false); }, 50);
  const int decimals = decimals_of(currency);
  const auto endings = [&](std::optional<micro> from, std::optional<micro> below) {
    if (luck_.percent(75)) {
      add("endings", "endings", list_of(endings_shown_with(decimals)), from, below);
    } else {
      add("round", "multiple_of",
          as_json(decimals == 0 ? luck_.word({"10", "5", "50", "250", "100"})
                                : luck_.word({"1", "0.5", "0.25", "5", "0.2", "10"})),
          from, below);
    }
  };
  if (luck_.percent(60)) {
    // From 0 up without a hole.
    std::set<micro> ends;
    for (long long i = luck_.below(4); i > 0; --i) ends.insert(at_level(luck_.pick(cuts), currency));
    std::optional<micro> from;
    for (const micro end : ends) {
      endings(from, end);
      bands[market].push_back(end);
      from = end;
    }
    endings(from, std::nullopt);
  } else {
    for (long long i = luck_.below(3); i > 0; --i) {
      std::optional<micro> from;
      std::optional<micro> below;
      some_band(from, below);
      endings(from, below);
    }
  }
  luck_.shuffle(entries);
  culture_of_[market] = ids;
  std::vector<std::string> items;
  for (const members& entry : entries) items.push_back(object_of(entry));
  return "[" + joined(items, ", ") + "]";
}

void policy_writer::draw_culture_rules() {
  std::vector<std::string> ids;
  for (const auto& [market, of_market] : culture_of_) ids.insert(ids.end(), of_market.begin(), of_market.end());
  for (long long i = luck_.percent(12) ? 2 : 1; i > 0; --i) {
    rule_options options;
    options.when_percent = 40;
    options.timed_percent = 10;
    members more;
    if (!ids.empty() && luck_.percent(35)) more.emplace_back("without", list_of(different(luck_.some(ids, 3))));
    const std::string kinds =
        luck_.percent(45) ? as_json("all") : list_of(luck_.some<std::string>({"avoid", "prefer", "endings"}, 3));
    add_rule("culture", kinds, options, more);
  }
  if (luck_.percent(12)) {
    // Amounts that no rate has to convert, so that a decision gets as far as the former price without one.
    rule_options always;
    always.target = false;
    always.when_percent = 0;
    add_rule("base", money(luck_.between(10, 40) * one_unit, 0), always);
    rule_options skipping;
    skipping.skip = true;
    add_rule("was", money(luck_.between(30, 60) * one_unit, 0), skipping);
  }
}

std::vector<std::string> policy_writer::different(std::vector<std::string> words) {
  const std::set<std::string> once(words.begin(), words.end());
  return {once.begin(), once.end()};
}

}  // namespace generator
