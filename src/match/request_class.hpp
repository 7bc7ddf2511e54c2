// SPDX-License-Identifier: Apache-2.0
// A class of requests: all that have the same words, lie between the same thresholds and fall into the same periods, so
// that the same rules are on for them, but for conditions on the target. Found once and kept.
//
//   request_classes classes(machine, limits);
//   request_class& of = classes.find(bound);  // which rules are on, and what they take off
#pragma once

#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "compile/channel_order.hpp"
#include "compile/machine.hpp"
#include "match/bound_request.hpp"
#include "match/match.hpp"
#include "pricepoint/pricing/decision.hpp"
#include "pricepoint/pricing/pricer.hpp"

namespace pricepoint::engine {

struct plan;

struct discount_term {
  const compiled_rule* rule = nullptr;
  bool money = false;
  fraction value{};  // a share of the base, or minor units
};

// Rules that are on but for the target, in the text's order, and where on the target they come and go.
struct rules_by_target {
  std::vector<class_rule> rules;
  std::vector<fraction> cuts;  // sorted
  price_reads reads;           // of these
  // Where there are many: by the number of cuts at or below the target, those that may be on, ascending.
  std::vector<std::uint32_t> starts, listed;
  void list();  // makes these two of the others
};

// The same of one class, and the plans that follow. Classes of one market share them wherever the same rules are on:
// discounts apart, many classes differ in little.
struct rule_set {
  std::uint32_t market = 0;
  std::shared_ptr<const rules_by_target> common;  // of every class of the market and channel: machine::common
  std::vector<class_rule> own;                    // all others
  std::vector<fraction> cuts;                     // of both, sorted
  // By the number of cuts at or below the target. The stage that plans makes them when they are first asked for.
  std::vector<std::shared_ptr<plan>> plans;

  // All rules, in the text's order.
  template <class Visit>
  void each(const Visit& visit) const {
    auto mine = own.begin();
    for (const class_rule& one : common->rules) {
      while (mine != own.end() && mine->rule->index < one.rule->index) visit(*mine++);
      visit(one);
    }
    while (mine != own.end()) visit(*mine++);
  }
  // Those that are on for targets of a segment, in the text's order.
  std::vector<const compiled_rule*> on(std::size_t segment) const;
};

// What only audits ask of a class.
struct audit_class {
  std::vector<class_rule> rules;          // squeeze, leak, inverted
  std::optional<instant> next_change_at;  // of any rule, these among them
  std::vector<class_rule> untimed;        // of these, where the request has no time: those that name a period
  bool untimed_credits = false;           // a credit names a period, and the request has no time
  std::shared_ptr<plan> without_target;   // of the rules of the class that no target can switch on or off
};

struct request_class {
  bool needs_at = false;
  bool withheld = false;                    // by a rule without conditions on the target
  name_list advice;                         // of rules without conditions on the target
  std::vector<const compiled_rule*> bases;  // in the text's order
  std::vector<std::vector<discount_term>> groups;
  std::vector<discount_term> exclusive;  // sorted by id
  std::optional<fraction> factor;        // where all discounts are rates: target / base
  name_list discounts;                   // and the ids that count in it
  std::shared_ptr<rule_set> rules;       // all others
  price_reads reads;                     // of every rule that could match but for time and target
  std::optional<instant> next_change_at;
  bool timed = false;                         // a rule that names a period could match but for time and target
  std::optional<std::int64_t> last_boundary;  // the latest of their boundaries not after `at`
  std::unique_ptr<audit_class> audit;         // in a workspace for audits
};

// Adds the code of a rule that advises or withholds.
void add_advice(const compiled_rule& rule, name_list& advice, bool& withheld);

// Keys of classes, and of what is kept for many of them.
struct class_key_hash {
  using is_transparent = void;
  std::size_t operator()(std::span<const std::uint32_t> key) const noexcept {
    std::uint64_t hash = 0x9E3779B97F4A7C15u;
    for (const std::uint32_t part : key) {
      hash = (hash ^ part) * 0xD6E8FEB86659FD93u;
      hash ^= hash >> 32;
    }
    return hash;
  }
  std::size_t operator()(const std::vector<std::uint32_t>& key) const noexcept {
    return (*this)(std::span<const std::uint32_t>(key));
  }
};
struct class_key_equal {
  using is_transparent = void;
  template <class A, class B>
  bool operator()(const A& a, const B& b) const noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }
};

class request_classes {
 public:
  enum class use : std::uint8_t { pricing, auditing };
  // `without`: as if the policy had no such rule.
  request_classes(const machine& compiled, const pricer_limits& limits, pricer_stats& stats, use what_for,
                  const compiled_rule* without = nullptr)
      : machine_(compiled), limits_(limits), stats_(stats), use_(what_for), without_(without) {}

  // Of the bound request's time, in the key.
  std::uint32_t time_code(const bound_request& of) const noexcept;
  request_class& find(const bound_request& of);
  // One that is not kept.
  std::unique_ptr<request_class> make(const bound_request& of);

 private:
  std::shared_ptr<const rules_by_target> common_of(const bound_request& bound);
  std::shared_ptr<rule_set> find_rules(std::vector<class_rule> own, const bound_request& bound);
  void add_of_audits(match& found, const bound_request& bound, audit_class& to) const;

  // Of the classes that are remembered here or elsewhere; by what is in them.
  struct same_rules {
    std::size_t operator()(const std::shared_ptr<rule_set>& of) const noexcept {
      std::size_t hash = of->market;
      boost::hash_combine(hash, of->common.get());
      for (const class_rule& one : of->own) boost::hash_combine(hash, one.rule->index);
      return hash;
    }
    bool operator()(const std::shared_ptr<rule_set>& a, const std::shared_ptr<rule_set>& b) const noexcept {
      return a->market == b->market && a->common == b->common && a->own == b->own;
    }
  };

  const machine& machine_;
  const pricer_limits& limits_;
  pricer_stats& stats_;
  use use_;
  const compiled_rule* without_;
  std::vector<std::uint32_t> key_;
  boost::unordered_flat_map<std::vector<std::uint32_t>, std::unique_ptr<request_class>, class_key_hash, class_key_equal>
      classes_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::shared_ptr<const rules_by_target>> common_;  // market, channel
  boost::unordered_flat_set<std::shared_ptr<rule_set>, same_rules, same_rules> rule_sets_;
};

}  // namespace pricepoint::engine
