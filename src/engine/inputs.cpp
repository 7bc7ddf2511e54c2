// SPDX-License-Identifier: Apache-2.0
// Reads a compiled policy for what it would read of requests. Entry: policy::inputs. Covered by
// tests/unit/engine/inputs_test.cpp.
#include "pricepoint/engine/inputs.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "pricepoint/engine/machine.hpp"
#include "pricepoint/engine/policy.hpp"

namespace pricepoint {

namespace {

using engine::compiled_condition;
using engine::compiled_rule;
using engine::instruction;
using engine::program;
using need = policy_inputs::need;
namespace language = policy_language;
namespace slot = engine::slot;

class channel_reader {
 public:
  channel_reader(const engine::machine& compiled, std::uint32_t channel)
      : machine_(compiled), document_(compiled.document()), channel_(channel), on_(document_.channels[channel]) {}

  policy_inputs::channel run() {
    policy_inputs::channel out;
    out.name = on_.name;
    bool always_a_base = false;
    for (const compiled_rule& rule : machine_.rules()) {
      if (rule.of_audits) continue;
      if (!possible(rule)) continue;
      conditions(rule);
      effect(rule);
      always_a_base = always_a_base ||
                      (std::holds_alternative<language::effect::base>(rule.source->effect) && unconditional(rule) &&
                       !rule.source->skip_if_missing && markets_.size() == document_.markets.size());
    }
    if (!always_a_base) {
      starting_ = true;
      reference(nullptr, need::required);
      starting_ = false;
    }
    if (document_.fallback == language::fallback::reference) reference(nullptr, need::optional);
    if (document_.fallback == language::fallback::current) field(slot::current, nullptr, need::optional, false);
    // What answers say beside the price, and how the amounts are read.
    for (const char* const name : {"at", "currency", "tax"}) add(name, nullptr, need::optional, all_markets());
    for (std::uint32_t market = 0; market < document_.markets.size(); ++market) {
      if (document_.markets[market].net_stored && gross(market)) tax(nullptr, need::required, market);
    }
    for (auto& [name, one] : fields_) {
      policy_inputs::field made;
      made.name = name;
      made.need = one.need;
      made.starts = one.starts;
      made.rules.assign(one.rules.begin(), one.rules.end());
      if (one.markets.size() < document_.markets.size()) {
        for (const std::uint32_t market : one.markets) made.markets.push_back(document_.markets[market].name);
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
  static bool asks(const compiled_condition& one, language::subject what) { return one.source->subject == what; }

  // On this channel, in some market, whatever else a request says.
  bool possible(const compiled_rule& rule) {
    // What it asks about, the rules of the markets' culture ask about, too.
    if (std::holds_alternative<language::effect::culture>(rule.source->effect)) return false;
    const auto here = [&](const compiled_condition& one) {
      return !asks(one, language::subject::channel) || one.holds_for(channel_);
    };
    if (!std::all_of(rule.when.begin(), rule.when.end(), here)) return false;
    for (const auto& object : rule.except) {
      if (std::all_of(object.begin(), object.end(), [&](const compiled_condition& one) {
            return asks(one, language::subject::channel) && one.holds_for(channel_);
          })) {
        return false;
      }
    }
    markets_.clear();
    for (std::uint32_t market = 0; market < document_.markets.size(); ++market) {
      const bool here_only = !rule.source->of_market || *rule.source->of_market == market;
      const bool in = here_only && std::all_of(rule.when.begin(), rule.when.end(), [&](const compiled_condition& one) {
                        return !asks(one, language::subject::market) || one.holds_for(market);
                      });
      const bool out = std::any_of(rule.except.begin(), rule.except.end(), [&](const auto& object) {
        return std::all_of(object.begin(), object.end(), [&](const compiled_condition& one) {
          return asks(one, language::subject::market) && one.holds_for(market);
        });
      });
      if (in && !out && listed(rule, document_.markets[market].currency)) markets_.push_back(market);
    }
    return !markets_.empty();
  }

  static bool unconditional(const compiled_rule& rule) {
    const auto only_channel = [](const compiled_condition& one) { return asks(one, language::subject::channel); };
    return rule.except.empty() && rule.source->during.empty() &&
           std::all_of(rule.when.begin(), rule.when.end(), only_channel);
  }

  // Whether the effect has a value in this currency.
  static bool listed(const compiled_rule& rule, currency in) {
    const auto has = [&](const language::rate_or_money& value) {
      const auto* money = std::get_if<language::money>(&value);
      return money == nullptr || money->find(in) != nullptr;
    };
    const language::any_effect& effect = rule.source->effect;
    if (const auto* discount = std::get_if<language::effect::discount>(&effect)) return has(discount->value);
    if (const auto* multiple = std::get_if<language::effect::multiple_of>(&effect)) {
      return multiple->value.find(in) != nullptr;
    }
    if (const auto* gap = std::get_if<language::effect::gap>(&effect)) {
      return (!gap->min || has(*gap->min)) && (!gap->max || has(*gap->max));
    }
    if (!rule.value.each.empty() || rule.value.any) return rule.value.find(in) != nullptr;
    return true;
  }

  bool gross(std::uint32_t market) const {
    return on_.display.value_or(document_.markets[market].display) == language::display::gross;
  }

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
    std::vector<std::uint32_t> all(document_.markets.size());
    for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
    return all;
  }
  std::vector<std::uint32_t> markets_of(const compiled_rule* rule) const {
    return rule == nullptr ? all_markets() : markets_;
  }

  // The tax, where the display contains it and the market does not say it.
  void tax(const compiled_rule* rule, need level, std::uint32_t market) {
    if (!gross(market)) return;
    add("tax", rule, document_.markets[market].tax ? need::optional : level, {market});
  }

  void field(std::uint32_t which, const compiled_rule* rule, need level, bool gross_up) {
    add(machine_.slot_name(which), rule, level, markets_of(rule));
    if (!gross_up || !machine_.net_slot(which)) return;
    for (const std::uint32_t market : markets_of(rule)) tax(rule, level, market);
  }

  void traditional(const compiled_rule* rule, need level) {
    std::vector<std::uint32_t> all;
    for (std::uint32_t one = 0; one < document_.channels.size(); ++one) {
      if (one != channel_ && document_.channels[one].kind == language::channel::kind::traditional) all.push_back(one);
    }
    any_of(all, rule, level);
  }
  void any_of(const std::vector<std::uint32_t>& channels, const compiled_rule* rule, need level) {
    const need each = level == need::required && channels.size() > 1 ? need::one_of : level;
    for (const std::uint32_t one : channels) field(machine_.channel_slot(one), rule, each, false);
  }

  void reference(const compiled_rule* rule, need level) {
    using kind = enum language::channel::reference;
    if (on_.reference == kind::list_price) {
      field(slot::list, rule, level, false);
    } else if (on_.reference == kind::channels) {
      any_of(on_.reference_channels, rule, level);
    } else {
      traditional(rule, level);
    }
  }

  // Every name of an expression; one with `?` is optional, unless all arguments of its min or max have one.
  void expression(const compiled_rule& rule, need level) {
    const auto read = [&](const program& code) {
      struct part {
        std::vector<const instruction*> reads;
        bool may_miss = false;  // is itself a name with `?`
      };
      std::vector<part> stack;
      const auto tell = [&](const part& from, need as) {
        for (const instruction* one : from.reads) {
          if (one->op == instruction::kind::reference) {
            reference(&rule, as);
          } else {
            field(one->index, &rule, as, true);
          }
        }
      };
      for (const instruction& one : code) {
        switch (one.op) {
          case instruction::kind::constant:
          case instruction::kind::target:
            stack.emplace_back();
            break;
          case instruction::kind::field:
          case instruction::kind::reference:
            stack.push_back({{&one}, one.optional});
            break;
          case instruction::kind::add:
          case instruction::kind::subtract: {
            const part right = std::move(stack.back());
            stack.pop_back();
            stack.back().reads.insert(stack.back().reads.end(), right.reads.begin(), right.reads.end());
            break;
          }
          case instruction::kind::scale:
          case instruction::kind::negate:
            break;
          case instruction::kind::min:
          case instruction::kind::max: {
            const auto first = stack.end() - static_cast<std::ptrdiff_t>(one.index);
            const bool all = std::all_of(first, stack.end(), [](const part& each) { return each.may_miss; });
            part made;
            for (auto each = first; each != stack.end(); ++each) {
              if (each->may_miss) {
                tell(*each, all && level == need::required ? need::one_of : need::optional);
              } else {
                made.reads.insert(made.reads.end(), each->reads.begin(), each->reads.end());
              }
            }
            stack.erase(first, stack.end());
            stack.push_back(std::move(made));
            break;
          }
        }
      }
      tell(stack.back(), level);
    };
    // Markets of one currency share a program.
    const std::vector<std::uint32_t> all = markets_;
    std::map<const program*, std::vector<std::uint32_t>> by_program;
    for (const std::uint32_t market : all) {
      const program* const code = rule.value.find(document_.markets[market].currency);
      if (code != nullptr) by_program[code].push_back(market);
    }
    for (const auto& [code, markets] : by_program) {
      markets_ = markets;
      read(*code);
    }
    markets_ = all;
  }

  void effect(const compiled_rule& rule) {
    const language::any_effect& what = rule.source->effect;
    const need level = rule.source->skip_if_missing ? need::optional : need::required;
    if (const auto* gap = std::get_if<language::effect::gap>(&what)) {
      using kind = language::effect::gap::target_kind;
      if (gap->to == kind::channel) {
        if (gap->channel != channel_) field(machine_.channel_slot(gap->channel), &rule, level, false);
      } else if (gap->to == kind::reference) {
        reference(&rule, level);
      } else {
        traditional(&rule, level);
      }
    } else if (std::holds_alternative<language::effect::margin>(what)) {
      field(slot::cost, &rule, level, true);
      const bool needs_shipping = on_.kind == language::channel::kind::online;
      field(slot::shipping, &rule, needs_shipping ? level : need::optional, true);
      add("fee", &rule, need::optional, markets_);
    } else if (std::holds_alternative<language::effect::change>(what)) {
      field(slot::current, &rule, need::optional, false);
    } else if (std::holds_alternative<language::effect::hold>(what)) {
      field(slot::current, &rule, need::optional, false);
      add("current_since", &rule, need::optional, markets_);
    } else if (!rule.value.each.empty() || rule.value.any) {
      expression(rule, level);
    }
    if (!std::holds_alternative<language::effect::was>(what)) return;
    // Without it the law lets no former price be announced.
    std::vector<std::uint32_t> by_law;
    for (const std::uint32_t market : markets_) {
      if (document_.markets[market].former_price() != nullptr) by_law.push_back(market);
    }
    if (!by_law.empty()) add("lowest_prior", &rule, need::optional, by_law);
  }

  // ---- what decides

  void conditions(const compiled_rule& rule) {
    const auto take = [&](const compiled_condition& one) {
      using language::subject;
      const language::condition& source = *one.source;
      if (source.subject == subject::channel || source.subject == subject::market ||
          source.subject == subject::target || source.subject == subject::period) {
        return;
      }
      static constexpr std::string_view names[] = {"sku",      "category", "channel", "market", "segment",
                                                   "audience", "quantity", "period",  "target"};
      auto& made = attributes_[source.subject == subject::declared
                                   ? document_.attributes[source.index].name
                                   : std::string(names[static_cast<std::size_t>(source.subject)])];
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
      const std::string& name = document_.periods[one].name;
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
  const language::document& document_;
  std::uint32_t channel_;
  const language::channel& on_;
  std::vector<std::uint32_t> markets_;  // of the rule at hand
  bool starting_ = false;
  std::map<std::string, field_reads> fields_;
  std::map<std::string, attribute_asks> attributes_;
  std::set<std::string> periods_;
};

}  // namespace

policy_inputs policy::inputs() const {
  policy_inputs out;
  for (std::uint32_t i = 0; i < machine_->document().channels.size(); ++i) {
    out.channels.push_back(channel_reader(*machine_, i).run());
  }
  return out;
}

}  // namespace pricepoint
