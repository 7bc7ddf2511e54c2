// SPDX-License-Identifier: Apache-2.0
// Channels whose required rules read each other's prices in a circle, so that one of them always reads an old one.
// Entry: check_orders. Test: tests/unit/analysis/check_test.cpp.
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/checker.hpp"
#include "compile/channel_order.hpp"
#include "decide/decide.hpp"
#include "pricepoint/money/amount.hpp"

namespace pricepoint::analysis {

namespace {

class order_check {
 public:
  explicit order_check(checker& to) : to_(to) {}

  void run() {
    for (std::uint32_t market = 0; market < to_.markets(); ++market) {
      if (!to_.wants(codes::dropped_reading)) return;
      find_readings(market);
      const engine::channel_order order = engine::order_of(to_.compiled, all_, reads_);
      // As if all rules could meet in one request: what closes no circle so never does.
      std::size_t looks = 0;
      for (const auto& [reader, read] : order.circular) {
        if (++looks > most_looks) {
          to_.note_limit("channels that are priced by one another: more readings than the limit");
          break;
        }
        look_at(market, reader, read);
      }
    }
  }

 private:
  static constexpr std::size_t most_looks = 256;  // readings that may close a circle, of one market
  static constexpr std::size_t most_tries = 64;   // ways to choose a rule for each reading of a circle
  static constexpr std::size_t most_rules = 64;   // of one reading
  static constexpr std::size_t most_instants = 64;

  // Which rule, if any: references have none.
  struct step {
    std::uint32_t reader = 0;
    std::vector<const compiled_rule*> by;
  };

  void find_readings(std::uint32_t market) {
    all_.clear();
    reads_.assign(to_.channels(), {});
    by_.clear();
    for (std::uint32_t channel = 0; channel < to_.channels(); ++channel) all_.push_back(channel);
    std::size_t pairs = 0;
    for (const compiled_rule& rule : to_.compiled.rules()) {
      if (rule.of_audits()) continue;
      engine::price_reads read;
      read.add(to_.compiled, rule, to_.where.currency_of(market));
      if (read.required.empty()) continue;
      for (const std::uint32_t channel : all_) {
        if (!to_.where.applies_in(rule, market, channel)) continue;
        pairs += read.required.size();
        if (pairs > to_.options.limits.max_pairs) {
          to_.note_limit("channels that are priced by one another: more readings than the limit");
          return;
        }
        for (const std::uint32_t other : read.required) {
          if (other == channel) continue;
          std::vector<const compiled_rule*>& by = by_[{channel, other}];
          if (by.size() < most_rules) by.push_back(&rule);
        }
        reads_[channel].add(read);
      }
    }
  }

  bool refers(std::uint32_t channel, std::uint32_t to) const {
    const engine::channel_terms& terms = to_.compiled.channels()[channel];
    const auto& slots = terms.reference.slots;
    return !terms.reference_is_list &&
           std::find(slots.begin(), slots.end(), to_.compiled.channel_slot(to)) != slots.end();
  }

  // The shortest way from one channel to the other along what is read.
  std::vector<step> way(std::uint32_t from, std::uint32_t to) const {
    std::map<std::uint32_t, std::uint32_t> came_from = {{from, from}};
    std::vector<std::uint32_t> queue = {from};
    for (std::size_t i = 0; i < queue.size() && !came_from.contains(to); ++i) {
      for (const std::uint32_t next : all_) {
        if (!refers(queue[i], next) && !by_.contains({queue[i], next})) continue;
        if (came_from.emplace(next, queue[i]).second) queue.push_back(next);
      }
    }
    std::vector<step> steps;
    if (!came_from.contains(to)) return steps;
    for (std::uint32_t at = to; at != from; at = came_from.at(at)) {
      const std::uint32_t reader = came_from.at(at);
      steps.push_back({reader, {}});
      if (!refers(reader, at)) steps.back().by = by_.at({reader, at});
    }
    std::reverse(steps.begin(), steps.end());
    return steps;
  }

  void look_at(std::uint32_t market, std::uint32_t reader, std::uint32_t read) {
    std::vector<step> circle = {{reader, by_.at({reader, read})}};
    for (step& one : way(read, reader)) circle.push_back(std::move(one));
    // A circle is told once, beginning with its first channel.
    const auto first = std::min_element(circle.begin(), circle.end(),
                                        [](const step& a, const step& b) { return a.reader < b.reader; });
    std::rotate(circle.begin(), first, circle.end());
    std::vector<std::size_t> chosen(circle.size());
    for (std::size_t tries = 0; tries < most_tries; ++tries) {
      if (told(market, circle, chosen)) return;
      std::size_t i = 0;
      while (i < circle.size() && ++chosen[i] >= std::max<std::size_t>(1, circle[i].by.size())) chosen[i++] = 0;
      if (i == circle.size()) return;
    }
  }

  // All conditions of a rule on its channel, but for time, target and the channel itself.
  void add_conditions(query& to, const compiled_rule& rule, std::uint32_t channel) const {
    query own;
    add_on(own, rule);
    const auto says_nothing = [&](const atom& one) {
      return is_timed(one) || is_target(one) || one.condition->about() == engine::subject::channel;
    };
    for (const atom& one : own.must) {
      if (!says_nothing(one)) to.must.push_back(one);
    }
    for (object& one : own.must_not) {
      if (std::any_of(one.begin(), one.end(), [&](const atom& each) { return is_timed(each) || is_target(each); }))
        continue;
      const auto elsewhere = [&](const atom& each) {
        return each.condition->about() == engine::subject::channel && !each.condition->holds_for(channel);
      };
      if (std::any_of(one.begin(), one.end(), elsewhere)) continue;
      std::erase_if(one, says_nothing);
      to.must_not.push_back(std::move(one));
    }
  }

  bool told(std::uint32_t market, const std::vector<step>& circle, const std::vector<std::size_t>& chosen) {
    query wanted;
    std::vector<const compiled_rule*> rules;
    std::vector<std::string_view> names;
    std::string sentence;
    for (std::size_t i = 0; i < circle.size(); ++i) {
      const std::string_view name = to_.compiled.channels()[circle[i].reader].name;
      names.push_back(name);
      if (!sentence.empty()) sentence += ", ";
      sentence += std::string(name) + " reads " +
                  std::string(to_.compiled.channels()[circle[(i + 1) % circle.size()].reader].name);
      if (circle[i].by.empty()) {
        sentence += " (its reference)";
        continue;
      }
      const compiled_rule& rule = *circle[i].by[chosen[i]];
      add_conditions(wanted, rule, circle[i].reader);
      sentence += " (" + in_quotes(rule.id()) + ")";
      if (std::find(rules.begin(), rules.end(), &rule) == rules.end()) rules.push_back(&rule);
    }
    const auto shown = to_.where.find(wanted, market, circle.front().reader);
    if (!shown) return false;
    const auto known = told_.find(rules);
    if (known != told_.end()) {
      for (const step& one : circle) to_.at(*known->second, market, one.reader);
      return true;
    }
    sample witness = to_.probe.start(*shown);
    std::string shows;
    if (!prove(witness, names, shows)) return false;
    const auto last =
        std::max_element(rules.begin(), rules.end(), [](const auto* a, const auto* b) { return a->index < b->index; });
    check_finding& found = to_.add(codes::dropped_reading, (*last)->source->effect_offset,
                                   "the prices of these channels depend on one another in a circle: " + sentence,
                                   "priced in one call, one of them takes another's price as the request gives it; "
                                   "make a rule soft, or take one out",
                                   rules);
    request asked = to_.probe.request_of(witness);
    asked.channel = {};
    found.witnesses.push_back(json_of_request(asked));
    found.shows = std::move(shows);
    for (const step& one : circle) to_.at(found, market, one.reader);
    told_.emplace(rules, &found);
    return true;
  }

  // Fills in ordinary amounts until a call for these channels says that a price is old.
  bool prove(sample& witness, const std::vector<std::string_view>& channels, std::string& shows) {
    const currency in = to_.where.currency_of(witness.market);
    const auto amount = [&](std::int64_t whole) {
      return decimal::from_parts(whole * detail::powers_of_ten[static_cast<std::size_t>(in.digits())], in.digits());
    };
    for (std::uint32_t slot = 0; slot < to_.compiled.slots(); ++slot) {
      const std::string& name = to_.compiled.slot_name(slot);
      if (name == "current" || name == "lowest_prior" || witness.money.contains(name)) continue;
      witness.money[name] = amount(to_.compiled.net_slot(slot) ? 10 : 100);
    }
    if (!to_.compiled.markets()[witness.market].tax) witness.tax = parse_rate("20%");
    std::vector<std::int64_t> instants = to_.where.instants();
    if (instants.empty()) instants.push_back(to_.where.from().value_or(0));
    if (instants.size() > most_instants) instants.resize(most_instants);
    for (const std::int64_t at : instants) {
      witness.at = at;
      request asked = to_.probe.request_of(witness);
      asked.channel = {};
      engine::for_each_channel(
          to_.compiled, to_.probe.memory(), asked, channels, {}, [&](std::string_view channel, const request&, bool) {
            decision made;
            engine::silent nobody;
            engine::decide(to_.probe.memory(), made, nobody);
            for (const std::string_view code : made.advice()) {
              if (!shows.empty() || !code.starts_with("old-price-of-")) continue;
              shows = "priced together, " + std::string(channel) + " has advice " + std::string(code);
            }
            return engine::channel_outcome(made);
          });
      if (!shows.empty()) return true;
    }
    return false;
  }

  checker& to_;
  std::vector<std::uint32_t> all_;
  std::vector<engine::price_reads> reads_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<const compiled_rule*>> by_;  // who reads whom
  std::map<std::vector<const compiled_rule*>, check_finding*> told_;
};

}  // namespace

void check_orders(checker& to) { order_check(to).run(); }

}  // namespace pricepoint::analysis
