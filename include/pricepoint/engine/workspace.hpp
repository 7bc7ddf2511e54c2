// SPDX-License-Identifier: Apache-2.0
// A pricer's memory: bound requests, cells and plans.
//
// A request is bound (words to codes, fields to exact values), its cell is looked up by its key, and the segment of the
// target picks the plan: the rules that are on, sorted by what they do, with their automata. Cells and plans are made
// on first use and never change an answer.
#pragma once

#include <array>
#include <boost/container/small_vector.hpp>
#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pricepoint/engine/decision.hpp"
#include "pricepoint/engine/exchange_rates.hpp"
#include "pricepoint/engine/known_words.hpp"
#include "pricepoint/engine/machine.hpp"
#include "pricepoint/engine/pricer.hpp"
#include "pricepoint/shape/automaton.hpp"
#include "pricepoint/shape/search.hpp"

namespace pricepoint::engine {

// A money field of a bound request, in minor units of the market's currency.
enum class presence : std::uint8_t { absent, present, lacks_rate, lacks_at, lacks_tax };
struct field_value {
  presence state = presence::absent;
  bool converted = false;  // the request's currency is not the market's: times bound_request::conversion
  fraction value;          // as given; the conversion is kept apart, so that both always fit 128 bits
};

struct bound_request {
  std::uint32_t market = 0, channel = 0;
  bool market_known = false;
  bool currency_known = false;    // of the money fields
  pricepoint::currency currency;  // of the market
  pricepoint::currency given;     // of the request's money fields
  bool gross = true;              // display of the channel in this market
  bool traditional = false;
  std::optional<fraction> tax;
  fraction gross_factor{1, 1};  // 1 + tax; 1 where the tax is not known
  fraction fee{0, 1};
  fraction conversion{1, 1};  // from the request's currency, and a power of ten where their decimals differ
  int conversion_shift = 0;
  bool usual = true;  // tax and fee are the market's and the channel's, money is in the market's currency
  std::optional<std::int64_t> at;
  std::optional<std::int64_t> current_since;
  std::vector<field_value> fields;              // by slot
  std::vector<std::uint32_t> codes;             // by key part
  std::vector<std::optional<decimal>> numbers;  // by key part: the value itself, for quantities and number attributes
};

// [from, below) of the target, in minor units; an end that is missing is unbounded.
struct target_range {
  std::optional<fraction> from, below;
  friend bool operator==(const target_range&, const target_range&) = default;
};

// A rule of a cell. It is on where `when` holds and no `except` does.
struct cell_rule {
  const compiled_rule* rule = nullptr;
  std::vector<target_range> when;
  std::vector<std::vector<target_range>> except;
  friend bool operator==(const cell_rule&, const cell_rule&) = default;
};

// Why a rule is off; for explanations.
struct off_reason {
  enum class kind : std::uint8_t { none, condition, exception, period, target, currency, effect };
  kind what = kind::none;
  const language::condition* condition = nullptr;  // kind::condition: the one that does not hold
  std::size_t exception = 0;                       // kind::exception: index of the object
};

// What matching finds out about one rule and one request.
struct match {
  bool possible = false;       // could be on but for time and target
  bool some_target = false;    // and some target could switch it on
  bool on_but_target = false;  // on, apart from conditions on the target
  cell_rule found;
  off_reason why;
};
match match_rule(const machine& compiled, const compiled_rule& rule, const bound_request& request);

// Whether an effect has a value in the request's currency and says anything on its channel; of the request nothing else
// is looked at.
bool effective(const machine& compiled, const compiled_rule& rule, const bound_request& request, off_reason::kind& why);
// The range of the target that a condition asks for; nothing in a currency that it does not list.
std::optional<target_range> range_of(const language::condition& source, currency in);

// Soft rules count in three strengths; counts are compared strong first.
class tally {
 public:
  constexpr tally() noexcept = default;
  constexpr void add(language::strength strength, std::uint32_t rules = 1) noexcept {
    packed_ += std::uint64_t{rules} << (20 * (3 - static_cast<int>(strength)));
  }
  constexpr std::uint64_t strong() const noexcept { return packed_ >> 40; }
  friend constexpr tally operator+(tally a, tally b) noexcept {
    a.packed_ += b.packed_;
    return a;
  }
  friend constexpr auto operator<=>(tally, tally) noexcept = default;

 private:
  std::uint64_t packed_ = 0;
};

struct discount_term {
  const compiled_rule* rule = nullptr;
  bool money = false;
  fraction value{};  // a rate, or minor units
};

struct plan_shape {
  const compiled_rule* rule = nullptr;
  std::uint32_t shape = 0;                  // id among the workspace's shapes
  const shape::automaton* alone = nullptr;  // of this shape and no unit: says whether an amount has it
  std::uint32_t group = 0;                  // soft ones: place in plan::soft_groups
};

// Soft rules of one shape and strength are kept together or not at all.
struct soft_group {
  std::uint32_t shape = 0;
  language::strength strength = language::strength::weak;
  std::uint32_t rules = 0;  // how many
};

// Soft shapes that may be kept together, from the most to the least.
struct plan_level {
  pricepoint::engine::tally kept{};
  std::uint32_t subset = 0;  // bits of plan::soft_groups
  bool made = false;         // when first needed
  bool impossible = false;   // no amount has them all
  bool beyond_limits = false;
  std::size_t work = 0;                       // what its automaton took; none where a contradiction rules it out
  const shape::automaton* allowed = nullptr;  // with the required shapes; nothing where no amount has them all
};

inline constexpr std::size_t max_soft_groups = 16;

struct plan {
  std::vector<const compiled_rule*> on;               // every rule that is on, in the text's order
  std::vector<const compiled_rule*> prices;           // effect `price`
  std::vector<const compiled_rule*> required_bounds;  // sorted by id, without `price`
  std::vector<const compiled_rule*> soft_bounds;
  std::vector<plan_shape> required_shapes;  // sorted by id
  std::vector<plan_shape> soft_shapes;
  std::vector<soft_group> soft_groups;
  const shape::automaton* required = nullptr;  // unit and required shapes
  const shape::automaton* unit_only = nullptr;
  // The unit and some of the required shapes (bits), as far as conflicts have asked for them.
  struct required_part {
    std::uint64_t shapes = 0;
    const shape::automaton* allowed = nullptr;
    std::size_t work = 0;
  };
  std::vector<required_part> required_parts;
  std::vector<std::uint32_t> contradictions;    // pairs of soft groups (bits) that no amount has both of
  std::vector<std::vector<plan_level>> levels;  // by which strengths may be kept (bits strong, medium, weak)
  bool impossible_levels = false;               // there are some to drop, and nobody did yet
  std::vector<const compiled_rule*> was;
  std::vector<const compiled_rule*> hold_rules;
  std::optional<fraction> hold;  // the largest
  struct credit {
    std::uint32_t to = 0;
    fraction rate;
  };
  std::vector<credit> credits;  // by channel, sorted by name
  fraction credit_total{0, 1};
  name_list advice;  // advise and withhold
  bool withheld = false;
  // How far soft shapes may move a price, by strength: rates of t*, and minor units.
  struct reach {
    std::vector<fraction> rates;
    fraction money{0, 1};
  };
  reach within[3];
  const char* beyond_limits = nullptr;  // what this plan would need too much of
};

// What only audits ask of a kind of request.
struct audit_cell {
  std::vector<cell_rule> rules;           // squeeze, leak, inverted
  std::optional<instant> next_change_at;  // of any rule, these among them
  std::vector<cell_rule> untimed;         // of these, where the request has no time: those that name a period
  bool untimed_credits = false;           // a credit names a period, and the request has no time
  std::unique_ptr<plan> without_target;   // of the rules of the cell that no target can switch on or off
};
// How far soft shapes of a strength (strong 0, medium 1, weak 2) may move a price of this currency.
plan::reach reach_of(const language::document& of, std::size_t strength, currency in);

// Rules that are on but for the target, in the text's order, and where on the target they come and go.
struct rules_by_target {
  std::vector<cell_rule> rules;
  std::vector<fraction> cuts;  // sorted
  // Where there are many: by the number of cuts at or below the target, those that may be on, ascending.
  std::vector<std::uint32_t> starts, listed;
  void list();  // makes these two of the others
};
// The same of one kind of request, and the plans that follow. Kinds of one market share them wherever the same rules
// are on: discounts apart, many kinds differ in little.
struct rule_set {
  std::uint32_t market = 0;
  std::shared_ptr<const rules_by_target> common;  // of every kind of the market and channel: machine::common
  std::vector<cell_rule> own;                     // all others
  std::vector<fraction> cuts;                     // of both, sorted
  std::vector<std::unique_ptr<plan>> plans;       // by the number of cuts at or below the target

  // All rules, in the text's order.
  template <class Visit>
  void each(const Visit& visit) const {
    auto mine = own.begin();
    for (const cell_rule& one : common->rules) {
      while (mine != own.end() && mine->rule->index < one.rule->index) visit(*mine++);
      visit(one);
    }
    while (mine != own.end()) visit(*mine++);
  }
  // Those that are on for targets of a segment, in the text's order.
  std::vector<const compiled_rule*> on(std::size_t segment) const;
};

struct cell {
  bool needs_at = false;
  bool withheld = false;                    // by a rule without conditions on the target
  name_list advice;                         // of rules without conditions on the target
  std::vector<const compiled_rule*> bases;  // in the text's order
  std::vector<std::vector<discount_term>> groups;
  std::vector<discount_term> exclusive;  // sorted by id
  std::optional<fraction> factor;        // where all discounts are rates: target / base
  name_list discounts;                   // and the ids that count in it
  std::shared_ptr<rule_set> rules;       // all others
  std::optional<instant> next_change_at;
  bool timed = false;                         // a rule that names a period could match but for time and target
  std::optional<std::int64_t> last_boundary;  // the latest of their boundaries not after `at`
  std::unique_ptr<audit_cell> audit;          // in a workspace for audits
};

// Where names were found in a table, by their place in the request: rows of one source name the same things in the same
// order, so that one comparison replaces a look-up. A hint that does not fit costs that comparison and changes nothing.
class name_hints {
 public:
  template <class Table, class Find>
  std::optional<std::uint32_t> find(std::size_t place, std::string_view name, const Table& table, const Find& find) {
    if (place >= last_.size()) return find();
    const std::uint32_t hint = last_[place];
    if (hint < table.size() && is_same_text(table[hint].name, name)) return hint;
    const std::optional<std::uint32_t> found = find();
    if (found) last_[place] = *found;
    return found;
  }

 private:
  std::array<std::uint32_t, 16> last_{};
};

class workspace {
 public:
  enum class use : std::uint8_t { pricing, auditing };
  workspace(const machine& compiled, std::shared_ptr<const exchange_rates> rates, const pricer_limits& limits,
            use what_for = use::pricing);
  // Bound to the same request, with nothing remembered, and as if the policy had no such rule.
  workspace(const workspace& other, const compiled_rule& without);

  const machine& compiled() const noexcept { return machine_; }
  const exchange_rates* rates() const noexcept { return rates_.get(); }
  // Nothing that is remembered depends on rates.
  void use_rates(std::shared_ptr<const exchange_rates> rates) noexcept { rates_ = std::move(rates); }
  // Fills `bound`, `invalid` and `missing` (channel, market). Only where both stay empty can the request be decided.
  void bind(const request& what);
  // More names for `invalid`, after bind.
  void also_invalid(std::span<const std::string> names);
  bound_request& bound() noexcept { return bound_; }
  // Goes on with a request that was bound here before and can be decided.
  void exchange_bound(bound_request& with) noexcept {
    std::swap(bound_, with);
    invalid_.clear();
    missing_.clear();
  }
  const bound_request& bound() const noexcept { return bound_; }
  const std::vector<std::string>& invalid() const noexcept { return invalid_; }  // sorted, each once
  const std::vector<std::string>& missing() const noexcept { return missing_; }
  // Puts a price decided or observed on another channel into the bound request.
  struct decided_price {
    std::uint32_t channel = 0;
    fraction minor{0, 1};  // |numerator| <= 10^24
    bool gross = true;
  };
  void set_decided(std::span<const decided_price> decided);

  // What the last decision used, as far as it came: until the next request is bound. For comparisons of policies.
  struct used_parts {
    const cell* kind = nullptr;
    const plan* on = nullptr;
    const compiled_rule* base = nullptr;  // whose value is the base; nothing where it is the reference price
  };
  const used_parts& used() const noexcept { return used_; }
  void use_base(const compiled_rule* rule) noexcept { used_.base = rule; }

  // Of the bound request's time, in the cell key.
  std::uint32_t time_code() const noexcept;
  cell& find_cell();
  // The plan of a segment of the target.
  plan& find_plan(cell& of, std::size_t segment) {
    std::unique_ptr<plan>& known = of.rules->plans[segment];
    if (!known) known = make_plan(of.rules->on(segment));
    used_.on = known.get();
    return *known;
  }
  // The plan of the rules of a cell that no target can switch on or off. In a workspace for audits.
  plan& plan_without_target(cell& of);
  const std::vector<plan_level>& levels(plan& of, unsigned strengths) {
    const std::vector<plan_level>& made = of.levels[strengths];
    return made.empty() ? make_levels(of, strengths) : made;
  }
  // Forgets the levels that contradictions rule out. Not while any are looked through.
  static void drop_impossible(plan& of);
  // Before the levels of a decision are looked through: what they take together is bounded.
  void start_choice() noexcept { choice_work_ = 0; }
  // The automaton of the required shapes and one level of the soft ones; nothing where they contradict each other.
  const shape::automaton* allowed(plan& of, unsigned strengths, std::size_t level);
  // Whether an automaton beyond the limits was asked for since the last call. It belongs to one decision, not to the
  // plan: other decisions of that plan may do without it.
  bool take_exceeded() noexcept { return std::exchange(exceeded_, false); }
  // The unit and these of the plan's required shapes (bits); for conflict sets. What they take together is bounded as
  // the levels of a decision are.
  const shape::automaton* required_subset(plan& of, std::span<const bool> kept);

  pricer_stats& stats() noexcept { return stats_; }

 private:
  friend class linear_memory;
  struct tax_terms {
    std::optional<fraction> tax;
    fraction gross_factor{1, 1};
  };
  // What a request became, but for its numbers and its time. Only of those that could be decided, with the tax, the fee
  // and the currency of their channel and market.
  struct known_request {
    static constexpr std::size_t most_named = 8;  // prices, attributes
    word_list words;
    std::uint32_t market = 0, channel = 0;
    std::uint32_t first_code = 0;                         // of known_codes_, as many as the key has parts
    std::array<std::uint32_t, most_named> price_slots{};  // none: the policy has no such channel
    std::array<std::uint32_t, most_named> numbers{};      // attributes in the document; none: it is a word, or unknown
  };
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  static constexpr std::size_t most_known = 512;  // then all are forgotten

  bool list_words(const request& what);
  void bind_known(const known_request& as, const request& what);
  void bind_new(const request& what);
  void remember(std::size_t place, const request& what);
  void bind_times(const request& what);
  void bind_money(const request& what);
  void bind_number(std::uint32_t attribute, const attribute_value& given);
  void settle_invalid();
  void settle_display(const language::market& in, const language::channel& on);
  void settle_shipping();
  void apply(const tax_terms& from);
  void set_field(std::uint32_t slot, const decimal& value);
  void set_number(std::size_t key, const decimal& value);
  void convert_fields();
  void bind_codes(const request& what);
  // Also what it took, or would have taken up to the limit, in `work`.
  const shape::automaton* automaton_of(std::vector<std::uint32_t> shapes, bool with_unit, std::size_t& work);
  std::uint32_t shape_id(shape::any_shape what);
  std::unique_ptr<cell> make_cell();
  std::shared_ptr<const rules_by_target> common_of_bound();
  std::shared_ptr<rule_set> find_rules(std::vector<cell_rule> own);
  void add_of_audits(match& found, audit_cell& to) const;
  void find_contradictions(plan& of);
  const std::vector<plan_level>& make_levels(plan& of, unsigned strengths);
  std::unique_ptr<plan> make_plan(std::vector<const compiled_rule*> on);

  struct key_hash {
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
  struct key_equal {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const noexcept {
      return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }
  };

  const machine& machine_;
  static tax_terms terms(std::optional<rate> tax, bool gross);
  // By market and channel: what requests take unless they say otherwise.
  std::vector<tax_terms> market_terms_;  // 2 * market + (gross display)
  std::vector<fraction> channel_fees_;
  name_hints market_hint_, channel_hint_, price_hints_, attribute_hints_;
  std::shared_ptr<const exchange_rates> rates_;
  pricer_limits limits_;
  const compiled_rule* without_ = nullptr;
  use use_ = use::pricing;
  pricer_stats stats_;
  bound_request bound_;
  used_parts used_;
  std::vector<std::uint32_t> key_;
  std::vector<std::string> invalid_, missing_;
  word_list words_;  // of the request that is being bound
  std::vector<known_request> known_;
  std::vector<std::uint32_t> known_codes_;
  std::array<std::uint16_t, 2 * most_known> known_places_{};  // by the hash of their words, counted from 1; 0: free
  boost::container::small_vector<std::string_view request::*, 4> word_members_;  // that the key has a part of
  std::vector<std::uint32_t> number_keys_;                                       // parts of the key that are numbers
  bool exceeded_ = false;
  std::size_t choice_work_ = 0;
  boost::unordered_flat_map<std::vector<std::uint32_t>, std::unique_ptr<cell>, key_hash, key_equal> cells_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::shared_ptr<const rules_by_target>> common_;  // market, channel
  // Of the kinds that are remembered here or elsewhere; by what is in them.
  struct same_rules {
    std::size_t operator()(const std::shared_ptr<rule_set>& of) const noexcept {
      std::size_t hash = of->market;
      boost::hash_combine(hash, of->common.get());
      for (const cell_rule& one : of->own) boost::hash_combine(hash, one.rule->index);
      return hash;
    }
    bool operator()(const std::shared_ptr<rule_set>& a, const std::shared_ptr<rule_set>& b) const noexcept {
      return a->market == b->market && a->common == b->common && a->own == b->own;
    }
  };
  boost::unordered_flat_set<std::shared_ptr<rule_set>, same_rules, same_rules> rule_sets_;
  std::map<shape::any_shape, std::uint32_t> shape_ids_;
  std::vector<const shape::any_shape*> shapes_;
  // Automata by currency decimals, unit (0: none) and shapes.
  std::map<std::vector<std::int64_t>, std::optional<shape::automaton>> automata_;
};

}  // namespace pricepoint::engine
