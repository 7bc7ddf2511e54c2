// SPDX-License-Identifier: Apache-2.0
// Entries: find_slips, check_slips, slips_of, slips_line. Test: tests/unit/analysis/slips_test.cpp.
#include "analysis/slips.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "analysis/checker.hpp"
#include "analysis/written.hpp"
#include "pricepoint/market/table.hpp"

namespace pricepoint::analysis {

namespace {

namespace language = policy_language;
using engine::effect_kind;
using language::json_node;

constexpr std::size_t most_pairs = 10'000;  // of surcharges and discounts

class slip_search {
 public:
  explicit slip_search(const machine& compiled)
      : compiled_(compiled), text_(*compiled.document().source), where_(compiled, {}) {}

  std::vector<slip> run() {
    for (const compiled_rule& one : compiled_.rules()) {
      if (one.of_market()) continue;
      if (one.effect == effect_kind::discount) discount(one);
      if (one.effect == effect_kind::avoid || one.effect == effect_kind::prefer) digits(one);
      if (one.effect == effect_kind::culture) culture(one);
      for (const std::uint32_t period : one.periods) used_by_[period].push_back(&one);
    }
    surcharges();
    for (const auto& [period, rules] : used_by_) zones(period, rules);
    return std::move(found_);
  }

 private:
  // ---- discounts

  static bool takes_off(const compiled_rule& rule, bool surcharge) {
    const engine::discount_effect& what = rule.discount();
    if (what.part) return surcharge ? what.part->numerator < 0 : what.part->numerator > 0;
    bool any = false;
    what.money.each([&](const fraction& one) { any = any || (surcharge ? one.numerator < 0 : one.numerator > 0); });
    return any;
  }

  void discount(const compiled_rule& rule) {
    const engine::discount_effect& what = rule.discount();
    if (!what.group && !what.exclusive) (takes_off(rule, true) ? surcharges_ : ungrouped_).push_back(&rule);
    // Money by currency, or with its decimals, is meant to be money.
    const std::optional<decimal> money = bare_money_of_discount(rule);
    if (!money) return;
    const decimal amount = money->sign() < 0 ? -*money : *money;
    const bool share = amount < decimal(1);
    if (amount.sign() == 0 || !(share || (amount.scale() == 0 && amount < decimal(100)))) return;
    const std::string said = to_string(amount);
    const std::string rate = share ? to_string(hundredfold(amount)) + "%" : said + "%";
    found_.push_back({codes::money_for_rate,
                      rule.source->effect_offset,
                      "the discount of " + in_quotes(rule.id()) + " is money, " + to_string(*money) +
                          " of the market's currency; it looks like a rate",
                      "write " + in_quotes((money->sign() < 0 ? "-" : "") + rate) +
                          " for a rate; for money name the currency, such as " + example_of(*money),
                      {&rule},
                      "discounts has " + in_quotes(rule.id()) + ", and the target is lower by that amount",
                      {}});
  }

  std::string example_of(const decimal& amount) const {
    return "{\"" + std::string(compiled_.markets().front().currency.code()) + "\": \"" + to_string(amount) + "\"}";
  }

  static decimal hundredfold(const decimal& of) {
    const int scale = std::max(0, of.scale() - 2);
    return decimal::from_parts(
        of.coefficient() * detail::powers_of_ten[static_cast<std::size_t>(scale + 2 - of.scale())], scale);
  }

  // In one group only what takes most off counts, and a discount always takes more off than a surcharge.
  void surcharges() {
    std::size_t pairs = 0;
    for (const compiled_rule* surcharge : surcharges_) {
      for (const compiled_rule* other : ungrouped_) {
        if (!takes_off(*other, false) || ++pairs > most_pairs) continue;
        if (!together(*surcharge, *other)) continue;
        found_.push_back({codes::lost_surcharge,
                          surcharge->source->effect_offset,
                          "the surcharge " + in_quotes(surcharge->id()) + " is lost wherever " +
                              in_quotes(other->id()) +
                              " is on: discounts without a group are one group, of which the one counts that takes "
                              "most off",
                          "give the surcharge a group of its own: \"group\": \"" + std::string(surcharge->id()) + "\"",
                          {surcharge, other},
                          "discounts has " + in_quotes(other->id()) + " and not " + in_quotes(surcharge->id()),
                          {}});
        break;
      }
    }
  }

  bool together(const compiled_rule& a, const compiled_rule& b) const {
    query wanted;
    add_on(wanted, a);
    add_on(wanted, b);
    for (std::uint32_t market = 0; market < compiled_.markets().size(); ++market) {
      for (std::uint32_t channel = 0; channel < compiled_.channels().size(); ++channel) {
        if (where_.applies_in(a, market, channel) && where_.applies_in(b, market, channel) &&
            where_.find(wanted, market, channel))
          return true;
      }
    }
    return false;
  }

  // ---- periods

  void zones(std::uint32_t period, const std::vector<const compiled_rule*>& rules) {
    const language::period& of = compiled_.document().periods[period];
    if (of.name.empty() || of.spans.size() < 2) return;
    std::set<std::uint32_t> markets;
    for (const compiled_rule* one : rules) {
      for (std::uint32_t market = 0; market < compiled_.markets().size(); ++market) {
        if (holds_in(*one, market)) markets.insert(market);
      }
    }
    if (markets.size() < 2) return;
    const std::set<std::string> named = zones_of(of);
    if (named.size() < 2) return;
    std::string list;
    for (const std::string& one : named) list += (list.empty() ? "" : ", ") + one;
    found_.push_back({codes::period_of_zones,
                      of.offset,
                      "the period " + in_quotes(of.name) + " has stretches in several zones (" + list +
                          "), and all of them count in each of the " + std::to_string(markets.size()) +
                          " markets where its rules are on",
                      "give each market a period of its own, with its zone",
                      {rules.front()},
                      in_quotes(rules.front()->id()) + " is on for both, at one instant",
                      {markets.begin(), markets.end()}});
  }

  bool holds_in(const compiled_rule& rule, std::uint32_t market) const {
    return std::all_of(rule.when.begin(), rule.when.end(), [&](const compiled_condition& one) {
      return one.about() != engine::subject::market || one.holds_for(market);
    });
  }

  // Zones are not kept once their times are instants, so the text is read again.
  std::set<std::string> zones_of(const language::period& of) const {
    std::set<std::string> made;
    const std::string_view rest = text_.from(of.offset);
    const std::size_t value = rest.find_first_of("[{");
    if (value == std::string_view::npos) return made;
    const json_node list = text_.value_at(of.offset + value);
    for (const json_node& one : list.items) {
      const json_node* zone = one.find("zone");
      if (zone != nullptr && zone->type == json_node::kind::string) made.insert(zone->text);
    }
    return made;
  }

  // ---- shapes

  // "digits" lists single digits. One that stands twice says nothing more, and a number that people shun or like is
  // meant as a number.
  void digits(const compiled_rule& rule) {
    if (text_.begin_of(rule.source->offset) != 0) return;
    const json_node whole = text_.value_at(rule.source->offset);
    const json_node* shape = whole.find(engine::to_string(rule.effect));
    const json_node* written = shape == nullptr ? nullptr : shape->find("digits");
    if (written == nullptr || written->text.size() < 2) return;
    const std::string& text = written->text;
    const bool twice = std::set<char>(text.begin(), text.end()).size() < text.size();
    if (!twice && !is_known_number(text)) return;
    std::string each;
    for (const char one : std::set<char>(text.begin(), text.end())) {
      each += (each.empty() ? "" : ", ") + std::string(1, one);
    }
    const std::string verb(engine::to_string(rule.effect));
    found_.push_back({codes::digits_of_number,
                      written->offset,
                      in_quotes(rule.id()) + ": \"digits\": " + in_quotes(text) + " means " +
                          (each.size() > 1 ? "the digits " : "the digit ") + each + " anywhere, not the number " + text,
                      "write \"sequences\": [" + in_quotes(text) + "], or \"amounts\": [" + in_quotes(text) +
                          "] for the whole part of a price",
                      {&rule},
                      in_quotes(rule.id()) + " is on",
                      {}});
  }

  static bool is_known_number(const std::string& text) {
    static const std::set<std::string> known = [] {
      std::set<std::string> all;
      const auto add = [&](const shape::numbers& of) {
        all.insert(of.sequences.begin(), of.sequences.end());
        all.insert(of.amounts.begin(), of.amounts.end());
      };
      for (const market_entry& market : built_in_markets().markets) {
        for (const culture_entry& one : market.culture) {
          if (const auto* numbers = std::get_if<shape::numbers>(&one.what)) add(*numbers);
        }
      }
      return all;
    }();
    return known.contains(text);
  }

  // ---- culture

  void culture(const compiled_rule& rule) {
    std::vector<std::uint32_t> empty;
    bool any = false;
    for (std::uint32_t market = 0; market < compiled_.markets().size(); ++market) {
      if (!holds_in(rule, market)) continue;
      const auto made = compiled_.culture_of(market);
      const bool some = std::any_of(made.begin(), made.end(), [&](std::uint32_t index) {
        return compiled_.rule(index).asked_by() == rule.index;
      });
      any = any || some;
      if (!some) empty.push_back(market);
    }
    const bool named = std::any_of(rule.when.begin(), rule.when.end(),
                                   [](const auto& one) { return one.about() == engine::subject::market; });
    // A rule for all markets may well be meant for those that have a culture.
    if (empty.empty() || (any && !named)) return;
    std::string list;
    for (const std::uint32_t one : empty)
      list += (list.empty() ? "" : ", ") + std::string(compiled_.markets()[one].name);
    found_.push_back({codes::no_culture,
                      rule.source->effect_offset,
                      in_quotes(rule.id()) + " says nothing in " + list + ": no table that this policy uses has a " +
                          "culture of that kind there",
                      "`pricepoint markets` lists the markets that have one; a file under \"tables\" can give one",
                      {},
                      "no rule of " + in_quotes(rule.id()) + " is on",
                      {empty.front()}});
  }

  const machine& compiled_;
  const language::source& text_;
  request_space where_;
  std::vector<slip> found_;
  std::vector<const compiled_rule*> surcharges_, ungrouped_;
  std::map<std::uint32_t, std::vector<const compiled_rule*>> used_by_;  // by period
};

// Requests that show a slip: one in each market that it is about, else one; none where that was not managed.
std::vector<sample> shown(checker& to, const slip& of) {
  std::vector<sample> made;
  to.any_place([&](std::uint32_t market, std::uint32_t channel) {
    if (!of.markets.empty() && std::find(of.markets.begin(), of.markets.end(), market) == of.markets.end())
      return false;
    if (!made.empty() && made.back().market == market) return false;
    query wanted;
    for (const compiled_rule* one : of.rules) {
      if (!to.where.applies_in(*one, market, channel)) return false;
      add_on(wanted, *one);
    }
    const auto found = to.where.find(wanted, market, channel);
    if (!found) return false;
    sample one = to.probe.start(*found);
    const auto on = [&](const decision& done) {
      return done.target() && std::all_of(of.rules.begin(), of.rules.end(),
                                          [&](const auto* rule) { return to.probe.is_on(one, *rule, done); });
    };
    prober::aim aim;
    const bool asks = std::any_of(of.rules.begin(), of.rules.end(), [](const auto* rule) { return rule->asks_target; });
    if (const auto band = whole_targets(found->targets.front()); asks && band) {
      aim.first = band->first;
      aim.last = std::min(band->second, band->first + 10'000);
    }
    if (!to.probe.prove(one, aim, on)) return false;
    made.push_back(std::move(one));
    return made.size() == (of.code == codes::period_of_zones ? 2u : 1u);
  });
  return made;
}

}  // namespace

std::vector<slip> find_slips(const machine& compiled) { return slip_search(compiled).run(); }

void check_slips(checker& to) {
  for (const slip& one : find_slips(to.compiled)) {
    if (!to.wants(one.code)) continue;
    const std::vector<sample> witnesses = shown(to, one);
    if (witnesses.empty()) continue;
    check_finding& found = to.add(one.code, one.offset, one.message, one.hint, one.rules);
    for (const sample& each : witnesses) {
      found.witnesses.push_back(to.probe.json_of(each));
      to.at(found, each.market, each.channel);
    }
    found.shows = one.shows;
  }
}

}  // namespace pricepoint::analysis

namespace pricepoint {

std::vector<diagnostic> slips_of(const policy& of) {
  std::vector<diagnostic> all;
  const engine::machine& compiled = engine::machine_of(of);
  for (const analysis::slip& one : analysis::find_slips(compiled)) {
    all.push_back(compiled.document().source->diagnose(one.code, one.offset, one.message, one.hint));
    all.back().severity = analysis::severity_of(one.code);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const diagnostic& a, const diagnostic& b) { return a.offset < b.offset; });
  return all;
}

std::string slips_line(const policy& of) {
  constexpr std::size_t most_named = 5;
  const std::vector<diagnostic> all = slips_of(of);
  if (all.empty()) return {};
  std::string text =
      all.front().file + ": " + std::to_string(all.size()) + (all.size() == 1 ? " slip" : " slips") + ": ";
  for (std::size_t i = 0; i < std::min(all.size(), most_named); ++i) {
    if (i > 0) text += ", ";
    text += all[i].code + " in line " + std::to_string(all[i].line);
  }
  if (all.size() > most_named) text += " and " + std::to_string(all.size() - most_named) + " more";
  return text + "; `pricepoint check` says what is wrong";
}

}  // namespace pricepoint
