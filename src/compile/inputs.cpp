// SPDX-License-Identifier: Apache-2.0
// Reads a compiled policy for what it would read of requests. Entry: policy::inputs. Covered by
// tests/unit/compile/inputs_test.cpp.
#include "pricepoint/pricing/policy.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "compile/machine.hpp"

namespace pricepoint {

namespace {

using engine::compiled_condition;
using engine::compiled_rule;
using engine::effect_kind;
using engine::formula;
using engine::symbol;
using engine::term;
using need = policy_inputs::need;
namespace slot = engine::slot;

class channel_reader {
 public:
  channel_reader(const engine::machine& compiled, std::uint32_t channel)
      : machine_(compiled), channel_(channel), on_(compiled.channels()[channel]) {}

  policy_inputs::channel run() {
    policy_inputs::channel out;
    out.name = on_.name;
    bool always_a_base = false;
    for (const compiled_rule& rule : machine_.rules()) {
      if (rule.of_audits()) continue;
      if (!possible(rule)) continue;
      conditions(rule);
      effect(rule);
      always_a_base = always_a_base || (rule.effect == effect_kind::base && unconditional(rule) &&
                                        !rule.skip_if_missing() && markets_.size() == machine_.markets().size());
    }
    if (!always_a_base) {
      starting_ = true;
      read({symbol::kind::reference, 0}, nullptr, need::required);
      starting_ = false;
    }
    if (machine_.falls_back_to() == engine::fallback::reference)
      read({symbol::kind::reference, 0}, nullptr, need::optional);
    if (machine_.falls_back_to() == engine::fallback::current) field(slot::current, nullptr, need::optional);
    // What answers say beside the price, and how the amounts are read.
    for (const char* const name : {"at", "currency", "tax"}) add(name, nullptr, need::optional, all_markets());
    for (std::uint32_t market = 0; market < machine_.markets().size(); ++market) {
      if (machine_.markets()[market].net_stored && gross(market)) tax(nullptr, need::required, market);
    }
    for (auto& [name, one] : fields_) {
      policy_inputs::field made;
      made.name = name;
      made.need = one.need;
      made.starts = one.starts;
      made.rules.assign(one.rules.begin(), one.rules.end());
      if (one.markets.size() < machine_.markets().size()) {
        for (const std::uint32_t market : one.markets) made.markets.emplace_back(machine_.markets()[market].name);
      }
      out.fields.push_back(std::move(made));
    }
    std::stable_sort(out.fields.begin(), out.fields.end(),
                     [](const auto& a, const auto& b) { return a.need < b.need; });
    for (auto& [name, one] : attributes_) {
      out.attributes.push_back({name, {one.values.begin(), one.values.end()}, {one.rules.begin(), one.rules.end()}});
    }
    out.periods.assign(periods_.begin(), periods_.end());
    return out;
  }

 private:
  static bool asks(const compiled_condition& one, engine::subject what) { return one.about() == what; }

  // On this channel, in some market, whatever else a request says.
  bool possible(const compiled_rule& rule) {
    // What it asks about, the rules of the markets' culture ask about, too.
    if (rule.effect == effect_kind::culture) return false;
    const auto here = [&](const compiled_condition& one) {
      return !asks(one, engine::subject::channel) || one.holds_for(channel_);
    };
    if (!std::all_of(rule.when.begin(), rule.when.end(), here)) return false;
    for (const auto& object : rule.except) {
      if (std::all_of(object.begin(), object.end(), [&](const compiled_condition& one) {
            return asks(one, engine::subject::channel) && one.holds_for(channel_);
          })) {
        return false;
      }
    }
    markets_.clear();
    for (std::uint32_t market = 0; market < machine_.markets().size(); ++market) {
      const bool here_only = !rule.of_market() || *rule.of_market() == market;
      const bool in = here_only && std::all_of(rule.when.begin(), rule.when.end(), [&](const compiled_condition& one) {
                        return !asks(one, engine::subject::market) || one.holds_for(market);
                      });
      const bool out = std::any_of(rule.except.begin(), rule.except.end(), [&](const auto& object) {
        return std::all_of(object.begin(), object.end(), [&](const compiled_condition& one) {
          return asks(one, engine::subject::market) && one.holds_for(market);
        });
      });
      if (in && !out && rule.lists(machine_.markets()[market].currency)) markets_.push_back(market);
    }
    return !markets_.empty();
  }

  static bool unconditional(const compiled_rule& rule) {
    const auto only_channel = [](const compiled_condition& one) { return asks(one, engine::subject::channel); };
    return rule.except.empty() && rule.during().empty() &&
           std::all_of(rule.when.begin(), rule.when.end(), only_channel);
  }

  bool gross(std::uint32_t market) const { return on_.shows_gross(machine_.markets()[market]); }

  // ---- what is read

  void add(const std::string& name, const compiled_rule* rule, need level, const std::vector<std::uint32_t>& markets) {
    const auto [place, fresh] = fields_.try_emplace(name);
    auto& one = place->second;
    // Of the markets those count in which it is needed most.
    if (fresh || level < one.need) {
      one.need = level;
      one.markets.clear();
    }
    if (level == one.need) one.markets.insert(markets.begin(), markets.end());
    if (rule != nullptr) one.rules.insert(std::string(rule->id()));
    one.starts = one.starts || starting_;
  }
  std::vector<std::uint32_t> all_markets() const {
    std::vector<std::uint32_t> all(machine_.markets().size());
    for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
    return all;
  }
  std::vector<std::uint32_t> markets_of(const compiled_rule* rule) const {
    return rule == nullptr ? all_markets() : markets_;
  }

  // The tax, where the display contains it and the market does not say it.
  void tax(const compiled_rule* rule, need level, std::uint32_t market) {
    if (!gross(market)) return;
    add("tax", rule, machine_.markets()[market].tax ? need::optional : level, {market});
  }

  void field(std::uint32_t which, const compiled_rule* rule, need level) {
    add(machine_.slot_name(which), rule, level, markets_of(rule));
  }

  // What a symbol that is no field may come from: of several prices one is enough.
  void read(const symbol& from, const compiled_rule* rule, need level) {
    const engine::price_choice choice = machine_.choice_of(from, channel_);
    std::size_t several = 0;
    choice.each([&](std::uint32_t) { ++several; });
    const need each = level == need::required && several > 1 ? need::one_of : level;
    choice.each([&](std::uint32_t slot) { field(slot, rule, each); });
  }

  void read(const term& one, const compiled_rule& rule, need level) {
    if (one.of.what == symbol::kind::target) return;
    if (one.of.what != symbol::kind::field) return read(one.of, &rule, level);
    field(one.of.slot, &rule, level);
    if (!one.grossed) return;
    for (const std::uint32_t market : markets_) tax(&rule, level, market);
  }

  // Every name of a formula; one with `?` is optional, unless all operands of its min or max have one.
  void read(const formula& of, const compiled_rule& rule, need level) {
    for (const term& one : of.value.terms) read(one, rule, level);
    const bool all = std::all_of(of.parts.begin(), of.parts.end(), [](const formula& one) { return one.optional; });
    const need left_out = all && level == need::required ? need::one_of : need::optional;
    for (const formula& one : of.parts) read(one, rule, one.optional ? left_out : level);
  }

  // Once for all markets whose currencies share what `find` gives.
  template <class Find, class Read>
  void in_each_currency(const Find& find, const Read& read) {
    const std::vector<std::uint32_t> all = markets_;
    std::vector<std::pair<decltype(find(currency())), std::vector<std::uint32_t>>> shared;
    for (const std::uint32_t market : all) {
      const auto* const value = find(machine_.markets()[market].currency);
      if (value == nullptr) continue;
      const auto known =
          std::find_if(shared.begin(), shared.end(), [&](const auto& one) { return one.first == value; });
      if (known != shared.end()) {
        known->second.push_back(market);
      } else {
        shared.push_back({value, {market}});
      }
    }
    for (const auto& [value, markets] : shared) {
      markets_ = markets;
      read(*value);
    }
    markets_ = all;
  }

  void effect(const compiled_rule& rule) {
    const need level = rule.skip_if_missing() ? need::optional : need::required;
    if (rule.effect == effect_kind::margin) {
      field(slot::cost, &rule, level);
      field(slot::shipping, &rule, on_.traditional ? need::optional : level);
      for (const std::uint32_t market : markets_) tax(&rule, level, market);
      add("fee", &rule, need::optional, markets_);
    } else if (rule.effect == effect_kind::change || rule.effect == effect_kind::hold) {
      field(slot::current, &rule, need::optional);
      if (rule.effect == effect_kind::hold) add("current_since", &rule, need::optional, markets_);
    } else if (rule.effect == effect_kind::gap && rule.bounds().from == engine::bound_effect::origin::channel &&
               rule.bounds().channel == channel_) {
      // Off here.
    } else if (is_bound(rule.effect)) {
      in_each_currency([&](currency in) { return rule.bound_in(in); },
                       [&](const engine::bound& of) {
                         for (const engine::bound_end& one : of.ends) read(one.value, rule, level);
                       });
    } else if (rule.effect == effect_kind::base || rule.effect == effect_kind::was) {
      in_each_currency([&](currency in) { return rule.value_in(in); },
                       [&](const formula& of) { read(of, rule, level); });
    }
    if (rule.effect != effect_kind::was) return;
    // Without it the law lets no former price be announced.
    std::vector<std::uint32_t> by_law;
    for (const std::uint32_t market : markets_) {
      if (machine_.markets()[market].former_price != nullptr) by_law.push_back(market);
    }
    if (!by_law.empty()) add("lowest_prior", &rule, need::optional, by_law);
  }

  // ---- what decides

  void conditions(const compiled_rule& rule) {
    const auto take = [&](const compiled_condition& one) {
      using engine::subject;
      const auto& source = *one.source;
      if (one.about() == subject::channel || one.about() == subject::market || one.is_target() || one.is_period()) {
        return;
      }
      static constexpr std::string_view names[] = {"sku",      "category", "channel", "market", "segment",
                                                   "audience", "quantity", "period",  "target"};
      auto& made =
          attributes_[std::string(one.about() == subject::declared ? machine_.attributes()[source.index].name
                                                                   : names[static_cast<std::size_t>(one.about())])];
      made.rules.insert(std::string(rule.id()));
      made.values.insert(source.words.begin(), source.words.end());
      for (const decimal& number : source.numbers) made.values.insert(to_string(number));
      if (source.from_number) made.values.insert(to_string(*source.from_number));
      if (source.below_number) made.values.insert(to_string(*source.below_number));
    };
    for (const compiled_condition& one : rule.when) take(one);
    for (const auto& object : rule.except) {
      for (const compiled_condition& one : object) take(one);
    }
    if (!rule.names_period) return;
    add("at", &rule, need::required, markets_);
    for (const std::uint32_t one : rule.periods) {
      const std::string& name = machine_.document().periods[one].name;
      periods_.insert(name.empty() ? std::string(rule.id()) : name);
    }
  }

  struct field_reads {
    policy_inputs::need need = policy_inputs::need::optional;
    bool starts = false;
    std::set<std::string> rules;
    std::set<std::uint32_t> markets;
  };
  struct attribute_asks {
    std::set<std::string> values, rules;
  };

  const engine::machine& machine_;
  std::uint32_t channel_;
  const engine::channel_terms& on_;
  std::vector<std::uint32_t> markets_;  // of the rule at hand
  bool starting_ = false;
  std::map<std::string, field_reads> fields_;
  std::map<std::string, attribute_asks> attributes_;
  std::set<std::string> periods_;
};

}  // namespace

policy_inputs policy::inputs() const {
  policy_inputs out;
  for (std::uint32_t i = 0; i < machine_->channels().size(); ++i) {
    out.channels.push_back(channel_reader(*machine_, i).run());
  }
  return out;
}

}  // namespace pricepoint
