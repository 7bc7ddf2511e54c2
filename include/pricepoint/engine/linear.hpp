// SPDX-License-Identifier: Apache-2.0
// The fast way to a decision: where every amount that a kind of request asks for is a sum of fields times constants,
// the constants are put over one denominator when the kind is first seen, and a price is a few multiplications of
// 64-bit integers and a look-up. What does not fit says so, and evaluate.hpp decides; both give the same answer
// (tests/property/agreement.cpp holds single prices, bound pricers and columns to the reference evaluator).
//
// A request comes as one int64 a slot: whole minor units of the market's currency, or absent_value. Behind the slots of
// the machine stand the reference price and the target.
#pragma once

#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "pricepoint/detail/divisor.hpp"
#include "pricepoint/engine/choice.hpp"
#include "pricepoint/engine/columns.hpp"
#include "pricepoint/engine/workspace.hpp"
#include "pricepoint/shape/nearest_table.hpp"

namespace pricepoint::engine {

// constant + sum of factor * value, in parts of a minor unit that the holder says. The first two terms are always
// there, with a factor of 0 where they say nothing: then on the first slot that is used, or on the target.
struct linear_part {
  static constexpr std::size_t max_terms = 4;
  std::int64_t constant = 0;
  std::uint32_t terms = 0;
  bool optional = false;  // left out where its field is absent
  std::uint32_t slot[max_terms] = {};
  std::int64_t factor[max_terms] = {};
  friend bool operator==(const linear_part&, const linear_part&) = default;

  // False where a field is absent; the value is then of no use.
  bool value(const std::int64_t* values, std::int64_t& out) const noexcept {
    // Most have one or two terms. Without branches: half of the rows having a field is no pattern to predict.
    std::int64_t absent = 0;
    std::int64_t sum = constant;
    const auto add = [&](std::uint32_t i) {
      const std::int64_t one = values[slot[i]];
      const std::int64_t gone = -static_cast<std::int64_t>(one == absent_value);
      sum += factor[i] * (one & ~gone);
      absent |= gone;
    };
    add(0);
    add(1);
    for (std::uint32_t i = 2; i < terms; ++i) add(i);
    out = sum;
    return absent == 0;
  }
};

// One end of a bound. Several parts: the greatest, or the least of those that are there.
struct linear_end {
  boost::container::small_vector<linear_part, 1> parts;
  bool greatest = true;
  bool skipped_if_absent = false;
  std::uint32_t rule = 0;  // bit among the plan's bounds of this strength
  friend bool operator==(const linear_end&, const linear_end&) = default;

  // False where it has no value and is not skipped. A skipped one has the value `skipped`.
  bool value(const std::int64_t* values, std::int64_t skipped, std::int64_t& out) const noexcept {
    if (parts.size() == 1) {
      std::int64_t sum = 0;
      const bool present = parts[0].value(values, sum);
      out = present ? sum : skipped;
      return present || skipped_if_absent;
    }
    return value_of_several(values, skipped, out);
  }

 private:
  bool value_of_several(const std::int64_t* values, std::int64_t skipped, std::int64_t& out) const noexcept {
    bool any = false;
    for (const linear_part& one : parts) {
      std::int64_t sum = 0;
      if (!one.value(values, sum)) {
        if (one.optional) continue;
        out = skipped;
        return skipped_if_absent;
      }
      if (!any || (greatest ? sum > out : sum < out)) out = sum;
      any = true;
    }
    if (!any) out = skipped;
    return any || skipped_if_absent;
  }
};

struct linear_soft {
  std::optional<linear_end> low, high;
  const compiled_rule* rule = nullptr;
  friend bool operator==(const linear_soft&, const linear_soft&) = default;
};

// Names of rules by the bits of a mask, made when first asked for.
class mask_names {
 public:
  static constexpr std::size_t max_rules = 31;
  void set_rules(std::vector<std::string_view> ids);
  std::size_t rules() const noexcept { return ids_.size(); }
  bool same_rules(const mask_names& other) const { return ids_ == other.ids_; }
  std::size_t hash_of_rules() const noexcept {
    std::size_t made = ids_.size();
    for (const std::string_view one : ids_) made = made * 31 + std::hash<std::string_view>()(one);
    return made;
  }
  struct entry {
    bool known = false;
    std::vector<std::string_view> names;  // sorted
  };
  // Holds until the next call, and where the rules are few as long as this does.
  entry& operator[](std::uint32_t mask) {
    // Whoever sends requests chooses the masks, so the number of those that are kept has an end.
    if (map_.size() >= max_kept) map_.clear();
    entry& wanted = few() ? table_[mask] : map_[mask];
    if (!wanted.known) make(mask, wanted);
    return wanted;
  }
  bool few() const noexcept { return ids_.size() <= max_in_table; }

 private:
  static constexpr std::size_t max_in_table = 5;
  static constexpr std::size_t max_kept = 4096;
  void make(std::uint32_t mask, entry& out) const;
  std::vector<std::string_view> ids_;
  std::vector<entry> table_;
  std::map<std::uint32_t, entry> map_;
};

// A plan of evaluate.hpp as numbers.
struct linear_plan {
  std::unique_ptr<plan> full;
  bool fits = false;  // else evaluate.hpp decides
  bool by_hand = false;
  bool holds = false;          // a current price might be kept
  bool announces = false;      // a former price
  detail::divisor scale;       // ends are in parts of a minor unit
  std::int64_t of_target = 1;  // from parts of the target to these parts
  int value_bits = 0;          // as of the body
  std::int64_t most_target = 0;
  std::vector<linear_end> lows, highs;
  std::vector<linear_soft> soft;
  std::vector<std::uint32_t> needs;  // slots that something asks for beside the bounds
  std::shared_ptr<const shape::nearest_table> table;
  std::uint32_t strong = 0;  // bits of soft rules: bounds, then shapes
  mask_names limited, relaxed;

  // Lows, highs, then the lows and highs of each soft bound.
  template <class Visit>
  void each_end(const Visit& visit) const {
    for (const linear_end& one : lows) visit(one);
    for (const linear_end& one : highs) visit(one);
    for (const linear_soft& one : soft) {
      if (one.low) visit(*one.low);
      if (one.high) visit(*one.high);
    }
  }

  // Whether the bounds of two plans are the same sums of the same fields, but for constants and names of rules.
  bool same_but_constants(const linear_plan& other) const {
    const auto alike = [](const linear_end& a, const linear_end& b) {
      if (a.parts.size() != 1 || b.parts.size() != 1) return a == b;
      linear_end same = b;
      same.parts[0].constant = a.parts[0].constant;
      return a == same;
    };
    const auto alike_if = [&](const std::optional<linear_end>& a, const std::optional<linear_end>& b) {
      return a.has_value() == b.has_value() && (!a || alike(*a, *b));
    };
    return by_hand == other.by_hand && holds == other.holds && scale.value() == other.scale.value() &&
           of_target == other.of_target &&
           std::equal(lows.begin(), lows.end(), other.lows.begin(), other.lows.end(), alike) &&
           std::equal(highs.begin(), highs.end(), other.highs.begin(), other.highs.end(), alike) &&
           std::equal(soft.begin(), soft.end(), other.soft.begin(), other.soft.end(),
                      [&](const linear_soft& a, const linear_soft& b) {
                        return alike_if(a.low, b.low) && alike_if(a.high, b.high);
                      }) &&
           needs == other.needs && strong == other.strong && limited.rules() == other.limited.rules() &&
           relaxed.rules() == other.relaxed.rules();
  }

  // Whether two plans differ in nothing but their shapes and what they say beside the price.
  static bool same_bounds(const linear_plan& a, const linear_plan& b) {
    return a.by_hand == b.by_hand && a.holds == b.holds && a.scale.value() == b.scale.value() && a.lows == b.lows &&
           a.highs == b.highs && a.soft == b.soft && a.needs == b.needs && a.strong == b.strong &&
           a.limited.same_rules(b.limited) && a.relaxed.same_rules(b.relaxed);
  }
};

class flat_body;  // src/engine/bound_kernel.hpp

// What requests of one market and channel share that have the same rules on, but for discounts.
struct linear_body {
  struct base {
    linear_part amount;  // in parts of `base_scale`
    bool skipped_if_absent = false;
    friend bool operator==(const base&, const base&) = default;
  };
  enum class reference : std::uint8_t { slot, first, lowest, highest };

  std::uint32_t market = 0;
  pricepoint::currency currency;  // of the market

  std::vector<base> bases;
  std::int64_t base_scale = 1;
  detail::divisor target_scale;
  reference of = reference::slot;
  std::vector<std::uint32_t> reference_slots;
  bool shipping_is_free = false;                // where absent
  int value_bits = 0;                           // every field is below 2^value_bits, or does not fit
  std::int64_t most_base = 0, most_target = 0;  // in their parts
  std::shared_ptr<const rule_set> rules;
  std::vector<std::int64_t> cuts;                   // those of the rules, in parts of the target
  std::vector<std::unique_ptr<linear_plan>> plans;  // by the number of cuts at or below it; made when first asked for
  std::shared_ptr<flat_body> flat;                  // of bound pricers, where there are any
};

struct linear_cell {
  bool fits = false;
  std::int64_t factor = 1, offset = 0;  // target parts = base parts * factor + offset
  std::shared_ptr<linear_body> body;
  std::shared_ptr<const name_list> discounts;
  std::optional<instant> next_change_at;
};

struct linear_answer {
  status is = status::invalid;
  std::int64_t price = absent_value;
  std::int64_t target = 0;  // in parts of the body's target_scale
  std::uint32_t limited = 0, relaxed = 0;
  linear_plan* plan = nullptr;
};

// How a price splits into net and tax on a channel of a market.
struct price_terms {
  price_terms() = default;
  explicit price_terms(const bound_request& of) : tax(of.tax), gross_factor(of.gross_factor), gross(of.gross) {}
  std::optional<fraction> tax;
  fraction gross_factor{1, 1};
  bool gross = true;

  struct split {
    std::int64_t net = absent_value, tax = absent_value;
  };
  // Rounded half up; absent where the tax is not known.
  split of(std::int64_t price) const noexcept {
    if (!tax) return {};
    const detail::int128 minor = price;
    if (!gross) {
      return {price,
              static_cast<std::int64_t>(detail::divide(minor * tax->numerator, tax->denominator, rounding::half_up))};
    }
    const auto net = static_cast<std::int64_t>(
        detail::divide(minor * gross_factor.denominator, gross_factor.numerator, rounding::half_up));
    return {net, price - net};
  }
};

// A target in ten-thousandths of a minor unit, rounded half up.
inline detail::int128 target_e4(const detail::divisor& scale, std::int64_t target) noexcept {
  const std::int64_t whole = scale.down(target);
  const std::int64_t rest = target - whole * scale.value();
  return detail::int128{whole} * 10'000 +
         detail::divide(detail::int128{rest} * 10'000, scale.value(), rounding::half_up);
}

// Decides one request; false where evaluate.hpp must. `values` has two places behind the slots. Fields must be valid:
// absent, or within what a field may be.
class linear_kernel {
 public:
  explicit linear_kernel(workspace& memory) noexcept
      : memory_(memory), reference_(memory.compiled().slots()), target_(reference_ + 1) {}

  // The plan's number where it is not made yet.
  static constexpr std::size_t made = SIZE_MAX;

  // `magnitude` has every bit that any of the values that are present has.
  bool operator()(const linear_cell& kind, std::int64_t* values, std::uint64_t magnitude, linear_answer& out,
                  std::size_t& unmade) const {
    linear_body& body = *kind.body;
    unmade = made;
    if (magnitude >> body.value_bits != 0) return false;
    set_reference(body, values);
    if (body.shipping_is_free && values[slot::shipping] == absent_value) values[slot::shipping] = 0;
    values[target_] = 0;
    std::int64_t base = 0;
    if (!find_base(body, values, base) || base <= 0 || base > body.most_base) return false;
    const std::int64_t target = base * kind.factor + kind.offset;
    if (target <= 0 || target > body.most_target) return false;
    values[target_] = target;
    std::size_t segment = 0;
    if (body.cuts.size() <= 8) {
      for (const std::int64_t cut : body.cuts) segment += cut <= target ? 1 : 0;
    } else {
      segment =
          static_cast<std::size_t>(std::upper_bound(body.cuts.begin(), body.cuts.end(), target) - body.cuts.begin());
    }
    if (body.plans[segment] == nullptr) {
      unmade = segment;
      return false;
    }
    linear_plan& on = *body.plans[segment];
    if (!on.fits || magnitude >> on.value_bits != 0 || target > on.most_target ||
        (on.holds && values[slot::current] != absent_value)) {
      return false;
    }
    for (const std::uint32_t need : on.needs) {
      if (values[need] == absent_value) return false;
    }
    out.target = target;
    out.plan = &on;
    return solve(body, on, values, target, out);
  }

 private:
  void set_reference(const linear_body& body, std::int64_t* values) const noexcept {
    if (body.of == linear_body::reference::slot) {
      values[reference_] = values[body.reference_slots[0]];
      return;
    }
    std::int64_t found = absent_value;
    for (const std::uint32_t one : body.reference_slots) {
      const std::int64_t value = values[one];
      if (value == absent_value) continue;
      if (body.of == linear_body::reference::first) {
        found = value;
        break;
      }
      if (found == absent_value || (body.of == linear_body::reference::lowest ? value < found : value > found)) {
        found = value;
      }
    }
    values[reference_] = found;
  }

  static bool find_base(const linear_body& body, const std::int64_t* values, std::int64_t& base) noexcept {
    for (const linear_body::base& one : body.bases) {
      if (one.amount.value(values, base)) return true;
      if (!one.skipped_if_absent) return false;
    }
    return false;
  }

  bool solve(const linear_body& body, linear_plan& on, const std::int64_t* values, std::int64_t target,
             linear_answer& out) const {
    const std::int64_t at = target * on.of_target;
    std::int64_t lowest = INT64_MIN;
    std::int64_t highest = INT64_MAX;
    std::uint32_t limited = 0;
    bool complete = true;
    for (const linear_end& one : on.lows) {
      std::int64_t end = 0;
      complete = one.value(values, INT64_MIN, end) && complete;
      lowest = std::max(lowest, end);
      limited |= static_cast<std::uint32_t>(at < end) << one.rule;
    }
    for (const linear_end& one : on.highs) {
      std::int64_t end = 0;
      complete = one.value(values, INT64_MAX, end) && complete;
      highest = std::min(highest, end);
      limited |= static_cast<std::uint32_t>(at > end) << one.rule;
    }
    const std::int64_t low = low_of(on, lowest);
    const std::int64_t high = high_of(on, highest);
    const std::int64_t floor = body.target_scale.down(target);
    const std::int64_t ceiling = floor + (floor * body.target_scale.value() == target ? 0 : 1);
    const std::int64_t doubled_ceiling = body.target_scale.up(2 * target);
    const auto nearest_in = [&](std::int64_t from, std::int64_t to) {
      return nearest(on, floor, ceiling, doubled_ceiling, from, to);
    };
    if (on.by_hand) {
      if (!complete) return false;
      out.limited = limited;
      return conclude(on, nearest_in(low, high), 0, out);
    }
    // Numbers one by one: structs of them would be stored in halves and read back whole, which the processor waits for.
    std::int64_t soft_low[mask_names::max_rules];
    std::int64_t soft_high[mask_names::max_rules];
    const std::size_t count = on.soft.size();
    std::int64_t kept_low = low;  // by every soft bound too
    std::int64_t kept_high = high;
    for (std::size_t i = 0; i < count; ++i) {
      const linear_soft& one = on.soft[i];
      std::int64_t from = INT64_MIN;
      std::int64_t to = INT64_MAX;
      if (one.low) complete = one.low->value(values, INT64_MIN, from) && complete;
      if (one.high) complete = one.high->value(values, INT64_MAX, to) && complete;
      soft_low[i] = low_of(on, from);
      soft_high[i] = high_of(on, to);
      kept_low = std::max(kept_low, soft_low[i]);
      kept_high = std::min(kept_high, soft_high[i]);
    }
    if (!complete) return false;
    out.limited = limited;
    std::int64_t price = nearest_in(kept_low, kept_high);
    if (price != 0 && on.full->soft_shapes.empty()) return conclude(on, price, 0, out);
    if (price == 0 && count == 1 && on.full->soft_shapes.empty()) {
      price = nearest_in(low, high);
    } else {
      soft_intervals soft;
      for (std::size_t i = 0; i < count; ++i) soft.push_back({on.soft[i].rule, {soft_low[i], soft_high[i]}});
      const target_position position{floor, ceiling, doubled_ceiling};
      // Automata that are made on the way have the unit of the bound request's market, and others may have been bound
      // since this kind was.
      memory_.bound().market = body.market;
      memory_.bound().currency = body.currency;
      if (!choose(on, position, {low, high}, soft, price, out.relaxed)) return false;
      if (!on.full->soft_shapes.empty()) {
        for (std::size_t i = 0; i < count; ++i) {
          out.relaxed |= static_cast<std::uint32_t>(!soft[i].kept.holds(price)) << i;
        }
        return conclude(on, price, price == 0 ? 0 : out.relaxed, out);
      }
    }
    std::uint32_t relaxed = 0;
    for (std::size_t i = 0; i < count; ++i) {
      relaxed |= static_cast<std::uint32_t>(price < soft_low[i] || price > soft_high[i]) << i;
    }
    return conclude(on, price, price == 0 ? 0 : relaxed, out);
  }

  // Ends in whole minor units.
  static std::int64_t low_of(const linear_plan& on, std::int64_t parts) noexcept {
    return parts > 0 ? on.scale.up(parts) : 1;
  }
  static std::int64_t high_of(const linear_plan& on, std::int64_t parts) noexcept {
    if (parts < 0) return 0;
    return parts == INT64_MAX ? max_amount_minor : std::min(max_amount_minor, on.scale.down(parts));
  }

  // From the best amount for all soft bounds, or 0, to the price; `relaxed` gets the shapes that it has not. False
  // where a combination of shapes is beyond the limits.
  bool choose(linear_plan& on, target_position position, const minor_interval& feasible, const soft_intervals& soft,
              std::int64_t& price, std::uint32_t& relaxed) const {
    const shape::stored_net net;
    const choice search(memory_, *on.full, net, position, feasible, soft);
    relaxed = 0;
    if (price == 0 && !soft.empty()) price = search.star();
    if (price == 0 || on.full->soft_shapes.empty()) return true;
    const choice::choice_made chosen = search.chosen(price);
    if (memory_.take_exceeded()) return false;
    price = chosen.minor;
    for (std::size_t i = 0; i < on.full->soft_shapes.size(); ++i) {
      const plan_shape& one = on.full->soft_shapes[i];
      const bool has = (chosen.has >> one.group & 1u) != 0 || shape::contains(*one.alone, chosen.minor);
      relaxed |= static_cast<std::uint32_t>(!has) << (soft.size() + i);
    }
    return true;
  }

  static bool conclude(const linear_plan& on, std::int64_t price, std::uint32_t relaxed, linear_answer& out) noexcept {
    out.relaxed = relaxed;
    out.price = price == 0 ? absent_value : price;
    out.is = price == 0 ? status::conflict : (relaxed & on.strong) != 0 ? status::compromised : status::priced;
    return true;
  }

  // As choice::nearest.
  [[gnu::always_inline]] static std::int64_t nearest(const linear_plan& on, std::int64_t floor, std::int64_t ceiling,
                                                     std::int64_t doubled_ceiling, std::int64_t low,
                                                     std::int64_t high) noexcept {
    if (low > high) return 0;
    const shape::nearest_table* table = on.table.get();
    std::int64_t below = 0;
    std::int64_t above = 0;
    if (const std::int64_t from = std::min(high, floor); from >= low) {
      below = table != nullptr ? table->at_or_below(from) : shape::at_or_below(*on.full->required, from);
      if (below < low) below = 0;
      if (below == ceiling) return below;
    }
    if (const std::int64_t from = std::max(low, ceiling); from <= high) {
      above = table != nullptr ? table->at_or_above(from) : shape::at_or_above(*on.full->required, from);
      if (above > high) above = 0;
    }
    return target_position{floor, ceiling, doubled_ceiling}.nearer(below, above);
  }

  workspace& memory_;
  std::uint32_t reference_, target_;
};

// The kinds and plans of one pricer in this form. Kinds are found by one number: the cell key in mixed radix.
class linear_memory {
 public:
  explicit linear_memory(workspace& memory);

  // False where the policy has more kinds than a number has values; then nothing else may be called.
  bool usable() const noexcept { return usable_; }
  const linear_kernel& kernel() const noexcept { return kernel_; }
  std::size_t value_count() const noexcept { return memory_.compiled().slots() + 2; }

  // A kind's key is the sum of a code times its stride for each of these places: market, channel, time, then the key
  // parts of the machine. All keys are below `key_space`.
  static constexpr std::size_t market_place = 0, channel_place = 1, time_place = 2, first_part = 3;
  std::span<const std::uint64_t> strides() const noexcept { return strides_; }
  std::uint64_t key_space() const noexcept { return key_space_; }
  std::size_t max_kinds() const noexcept { return memory_.limits_.max_cells; }

  // The kind of the workspace's bound request, which can be decided and says nothing unusual (bound_request::usual).
  linear_cell& find_bound();
  // The plan that `kernel` had not; the workspace is bound to a request of this kind.
  void make_plan(linear_cell& kind, std::size_t segment);
  // A kind that its holder keeps though this memory forgets it.
  std::shared_ptr<linear_cell> share_bound();

  // The bound request's fields; false where one is no whole amount.
  bool values_of_bound(std::int64_t* values) const noexcept;

  static std::uint64_t magnitude_of(std::span<const std::int64_t> fields) noexcept {
    std::uint64_t all = 0;
    for (const std::int64_t one : fields) all |= one == absent_value ? 0 : static_cast<std::uint64_t>(one);
    return all;
  }

  // As the kernel, and makes the plan where it lacks. The workspace is bound to a request of this kind.
  bool decide(linear_cell& kind, std::int64_t* values, std::uint64_t magnitude, linear_answer& out);
  // The whole decision of an answer for the bound kind; false where it has parts that only evaluate.hpp makes.
  bool fill(const linear_cell& kind, const linear_answer& answer, decision& out) const;
  // Decides the bound request; false where evaluate.hpp must.
  bool price_bound(decision& out);

 private:
  std::shared_ptr<linear_cell> make_cell();
  std::shared_ptr<linear_body> body_of(const cell& of, std::int64_t target_denominator);
  std::shared_ptr<const shape::nearest_table> table_of(const shape::automaton& of);
  std::shared_ptr<const name_list> keep(name_list names);

  workspace& memory_;
  linear_kernel kernel_;
  bool usable_ = false;
  std::uint64_t key_space_ = 0;
  std::vector<std::uint64_t> strides_;
  std::vector<std::uint32_t> channel_classes_;  // by channel
  boost::unordered_flat_map<std::uint64_t, std::shared_ptr<linear_cell>> cells_;
  using body_key = std::pair<const rule_set*, std::vector<std::int64_t>>;
  std::map<body_key, std::weak_ptr<linear_body>> bodies_;
  std::size_t sweep_at_ = 64;  // bodies, of which then those are dropped that nobody holds
  std::map<const shape::automaton*, std::shared_ptr<const shape::nearest_table>> tables_;
  std::map<std::vector<std::string_view>, std::shared_ptr<const name_list>> names_;
  std::vector<std::int64_t> values_;
};

}  // namespace pricepoint::engine
