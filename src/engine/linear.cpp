// SPDX-License-Identifier: Apache-2.0
// Kinds of request as numbers: what linear.hpp computes with is made here. Entries: linear_memory::find_bound,
// make_plan, fill. Covered by tests/unit/engine/bound_pricer_test.cpp and by tests/property/agreement.cpp.
#include "pricepoint/engine/linear.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "pricepoint/engine/target.hpp"
#include "pricepoint/engine/values.hpp"

namespace pricepoint::engine {

namespace {

using detail::exact_overflow;
using detail::fast_exact;
using detail::int128;

// What a sum may reach. Twice it, and a divisor more, still fit 64 bits.
constexpr std::int64_t largest_sum = std::int64_t{1} << 61;
constexpr std::int64_t largest_scale = std::int64_t{1} << 40;

struct does_not_fit {};

// constant + sum of factor * value.
struct sum {
  std::map<std::uint32_t, fast_exact> factors;
  fast_exact constant{0};
  bool optional = false;
  bool has_field() const { return !factors.empty(); }
};

// The least or the greatest of sums.
struct form {
  std::vector<sum> parts;
  bool greatest = true;
};

sum scaled(sum of, const fast_exact& by) {
  for (auto& [slot, factor] : of.factors) factor = factor * by;
  of.constant = of.constant * by;
  return of;
}

form scaled(form of, const fast_exact& by) {
  for (sum& one : of.parts) one = scaled(std::move(one), by);
  if (by.sign() < 0) of.greatest = !of.greatest;
  return of;
}

form added(form a, form b) {
  if (a.parts.size() == 1) std::swap(a, b);
  if (b.parts.size() != 1) throw does_not_fit{};
  const sum& other = b.parts[0];
  for (sum& one : a.parts) {
    // Beside an operand that may be left out, a field that lacks would go unnoticed.
    if ((one.optional && other.has_field()) || other.optional) throw does_not_fit{};
    for (const auto& [slot, factor] : other.factors) one.factors[slot] = one.factors[slot] + factor;
    one.constant = one.constant + other.constant;
  }
  return a;
}

form joined(std::vector<form> of, bool greatest) {
  form made{.parts = {}, .greatest = greatest};
  for (form& one : of) {
    if (one.parts.size() > 1 && one.greatest != greatest) throw does_not_fit{};
    for (sum& part : one.parts) made.parts.push_back(std::move(part));
  }
  return made;
}

std::int64_t narrow(int128 value) {
  if (value > largest_sum || value < -largest_sum) throw does_not_fit{};
  return static_cast<std::int64_t>(value);
}

std::int64_t common(std::int64_t a, int128 b) {
  const auto divisor = static_cast<int128>(detail::gcd(static_cast<detail::uint128>(a), detail::magnitude(b)));
  const int128 made = a / divisor * b;
  if (made > largest_scale) throw does_not_fit{};
  return static_cast<std::int64_t>(made);
}

std::int64_t common_denominator(const sum& of, std::int64_t with) {
  for (const auto& [slot, factor] : of.factors) with = common(with, factor.lowest().denominator);
  return common(with, of.constant.lowest().denominator);
}

// `value` in parts of 1 / scale; a whole number of them.
std::int64_t in_parts(const fast_exact& value, std::int64_t scale) {
  const fraction lowest = value.lowest();
  return narrow(lowest.numerator * (scale / static_cast<std::int64_t>(lowest.denominator)));
}

linear_part part_of(const sum& of, std::int64_t scale, std::uint32_t target_slot) {
  linear_part made;
  made.constant = in_parts(of.constant, scale);
  made.optional = of.optional;
  for (const auto& [slot, factor] : of.factors) {
    if (factor.sign() == 0) throw does_not_fit{};  // it must be there all the same
    if (made.terms == linear_part::max_terms) throw does_not_fit{};
    made.slot[made.terms] = slot;
    made.factor[made.terms++] = in_parts(factor, scale);
  }
  if (made.terms == 0) made.slot[0] = target_slot;
  if (made.terms < 2) made.slot[1] = made.slot[0];
  return made;
}

// What a part may reach where every field is below 2^bits, and the target in its parts up to `target`.
int128 reach(const linear_part& of, int bits, std::uint32_t target_slot, std::int64_t target) {
  int128 most = of.constant < 0 ? -int128{of.constant} : int128{of.constant};
  for (std::uint32_t i = 0; i < of.terms; ++i) {
    const int128 factor = of.factor[i] < 0 ? -int128{of.factor[i]} : int128{of.factor[i]};
    most += factor * (of.slot[i] == target_slot ? int128{target} : int128{1} << bits);
  }
  return most;
}

// Programs and effects as sums, for one bound request.
class former {
 public:
  former(const machine& compiled, const bound_request& request)
      : machine_(compiled), request_(request), reference_(compiled.slots()), target_(compiled.slots() + 1) {}

  form of_program(const program& code) const {
    std::vector<form> stack;
    const auto pop = [&] {
      form top = std::move(stack.back());
      stack.pop_back();
      return top;
    };
    for (const instruction& one : code) {
      switch (one.op) {
        case instruction::kind::constant:
          stack.push_back(of_constant(fast_exact(one.value)));
          break;
        case instruction::kind::target:
          stack.push_back(of_slot(target_));
          break;
        case instruction::kind::reference:
          stack.push_back(of_slot(reference_));
          stack.back().parts[0].optional = one.optional;
          break;
        case instruction::kind::field:
          stack.push_back(field(one.index, true));
          stack.back().parts[0].optional = one.optional;
          break;
        case instruction::kind::add: {
          form right = pop();
          stack.back() = added(std::move(stack.back()), std::move(right));
          break;
        }
        case instruction::kind::subtract: {
          form right = scaled(pop(), fast_exact(-1));
          stack.back() = added(std::move(stack.back()), std::move(right));
          break;
        }
        case instruction::kind::scale:
          stack.back() = scaled(std::move(stack.back()), fast_exact(one.value));
          break;
        case instruction::kind::negate:
          stack.back() = scaled(std::move(stack.back()), fast_exact(-1));
          break;
        case instruction::kind::min:
        case instruction::kind::max: {
          std::vector<form> operands(std::make_move_iterator(stack.end() - one.index),
                                     std::make_move_iterator(stack.end()));
          stack.resize(stack.size() - one.index);
          stack.push_back(joined(std::move(operands), one.op == instruction::kind::max));
          break;
        }
      }
    }
    return pop();
  }

  form of_rule(const compiled_rule& rule) const { return of_program(*rule.value.find(request_.currency)); }

  struct ends {
    std::optional<form> low, high;
    bool off_if_absent = false;
  };
  ends of_bound(const compiled_rule& rule) const {
    const language::any_effect& effect = rule.source->effect;
    ends made;
    if (std::holds_alternative<language::effect::price>(effect)) {
      made.low = made.high = of_rule(rule);
    } else if (std::holds_alternative<language::effect::floor>(effect)) {
      made.low = of_rule(rule);
    } else if (std::holds_alternative<language::effect::ceiling>(effect)) {
      made.high = of_rule(rule);
    } else if (const auto* gap = std::get_if<language::effect::gap>(&effect)) {
      of_gap(rule, *gap, made);
    } else if (const auto* margin = std::get_if<language::effect::margin>(&effect)) {
      throw_unless(margin->min || margin->max);
    } else if (std::holds_alternative<language::effect::change>(effect)) {
      const form current = field(slot::current, false);
      made.low = scaled(current, fast_exact(1) - fast_exact(rule.max_rate));
      made.high = scaled(current, fast_exact(1) + fast_exact(rule.max_rate));
      made.off_if_absent = true;
    }
    return made;
  }

  // N - (fee + credits) p - cost - shipping >= min N: see values::margin_bound.
  ends of_margin(const compiled_rule& rule, const language::effect::margin& margin, const fraction& credits) const {
    throw_unless(!request_.gross || request_.tax.has_value());
    const form spent = added(field(slot::cost, false), field(slot::shipping, false));
    const fast_exact net_share = request_.gross ? fast_exact(1) / fast_exact(request_.gross_factor) : fast_exact(1);
    const fast_exact owed = fast_exact(request_.fee) + fast_exact(credits);
    ends made;
    const auto share = [&](const fraction& rate) {
      const fast_exact left = net_share * (fast_exact(1) - fast_exact(rate)) - owed;
      throw_unless(left.sign() > 0);
      return fast_exact(1) / left;
    };
    if (margin.min) made.low = scaled(spent, share(rule.min_rate));
    if (margin.max) made.high = scaled(spent, share(rule.max_rate));
    return made;
  }

  form of_slot(std::uint32_t slot) const {
    sum made;
    made.factors.emplace(slot, fast_exact(1));
    return {.parts = {std::move(made)}, .greatest = true};
  }
  std::uint32_t reference_slot() const noexcept { return reference_; }
  std::uint32_t target_slot() const noexcept { return target_; }

 private:
  static void throw_unless(bool good) {
    if (!good) throw does_not_fit{};
  }
  static form of_constant(const fast_exact& value) {
    sum made;
    made.constant = value;
    return {.parts = {std::move(made)}, .greatest = true};
  }

  form field(std::uint32_t slot, bool gross_up) const {
    form made = of_slot(slot);
    if (!gross_up || !machine_.net_slot(slot) || !request_.gross) return made;
    throw_unless(request_.tax.has_value());
    return scaled(std::move(made), fast_exact(request_.gross_factor));
  }

  void of_gap(const compiled_rule& rule, const language::effect::gap& gap, ends& out) const {
    using kind = language::effect::gap::target_kind;
    std::vector<form> against;
    if (gap.to == kind::channel) {
      against.push_back(of_slot(machine_.channel_slot(gap.channel)));
    } else if (gap.to == kind::reference) {
      against.push_back(of_slot(reference_));
    } else {
      const auto& channels = machine_.document().channels;
      for (std::uint32_t one = 0; one < channels.size(); ++one) {
        if (one == request_.channel || channels[one].kind != language::channel::kind::traditional) continue;
        against.push_back(of_slot(machine_.channel_slot(one)));
        against.back().parts[0].optional = true;
      }
    }
    const auto end = [&](const language::rate_or_money& distance, const fraction& part, bool greatest) {
      std::vector<form> each = against;
      for (form& one : each) {
        if (std::holds_alternative<rate>(distance)) {
          one = scaled(std::move(one), fast_exact(1) - fast_exact(part));
        } else {
          const decimal& money = *std::get<language::money>(distance).find(request_.currency);
          one.parts[0].constant =
              one.parts[0].constant - fast_exact(fraction::minor_units(money, request_.currency.digits()));
        }
      }
      return joined(std::move(each), greatest);
    };
    if (gap.max) out.low = end(*gap.max, rule.max_rate, true);
    if (gap.min) out.high = end(*gap.min, rule.min_rate, false);
  }

  const machine& machine_;
  const bound_request& request_;
  std::uint32_t reference_, target_;
};

bool all_single(const cell& of) {
  return of.exclusive.empty() &&
         std::all_of(of.groups.begin(), of.groups.end(), [](const auto& group) { return group.size() == 1; });
}

void add_fields(const program& code, const machine& compiled, const bound_request& request,
                std::vector<std::uint32_t>& out) {
  for (const instruction& one : code) {
    if (one.op == instruction::kind::field) {
      if (compiled.net_slot(one.index) && request.gross && !request.tax) throw does_not_fit{};
      out.push_back(one.index);
    }
    if (one.op == instruction::kind::reference) out.push_back(compiled.slots());
  }
}

}  // namespace

void mask_names::set_rules(std::vector<std::string_view> ids) {
  ids_ = std::move(ids);
  if (few()) table_.resize(std::size_t{1} << ids_.size());
}

void mask_names::make(std::uint32_t mask, entry& out) const {
  out.names.clear();  // of an attempt that memory did not suffice for
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    if ((mask >> i & 1u) != 0) out.names.push_back(ids_[i]);
  }
  std::sort(out.names.begin(), out.names.end());
  out.known = true;
}

linear_memory::linear_memory(workspace& memory) : memory_(memory), kernel_(memory) {
  const machine& compiled = memory.compiled();
  std::vector<std::size_t> sizes;  // by place
  const auto add = [&](std::size_t codes) { sizes.push_back(codes); };
  add(std::max<std::size_t>(1, compiled.document().markets.size()));
  add(std::max<std::size_t>(1, compiled.document().channels.size()));
  add(first_code + compiled.boundaries().size() + 1);
  for (std::size_t part = 0; part < compiled.key_parts().size(); ++part) {
    std::size_t most = other_code;
    for (const auto& [word, code] : compiled.words(static_cast<std::uint32_t>(part))) {
      most = std::max<std::size_t>(most, code);
    }
    add(std::max(most + 1, first_code + 2 * compiled.key_parts()[part].thresholds.size() + 2));
  }
  // What has most codes, as products that rules name, has the least stride: keys of requests that differ in it alone
  // are neighbours, and so are their kinds in tables.
  std::vector<std::size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return sizes[a] > sizes[b]; });
  detail::uint128 size = 1;
  strides_.resize(sizes.size());
  for (const std::size_t place : order) {
    strides_[place] = static_cast<std::uint64_t>(size);
    if (size < detail::uint128{1} << 63) size *= sizes[place];
  }
  // Requests on channels of one class differ in nothing but the rules that are on.
  const auto& channels = compiled.document().channels;
  for (std::uint32_t one = 0; one < channels.size(); ++one) {
    const auto alike = [&](const language::channel& other) {
      return other.kind != language::channel::kind::traditional && other.kind == channels[one].kind &&
             other.reference == channels[one].reference &&
             other.reference_channels == channels[one].reference_channels && other.fee == channels[one].fee &&
             other.display == channels[one].display;
    };
    const auto first = std::find_if(channels.begin(), channels.begin() + one, alike);
    channel_classes_.push_back(static_cast<std::uint32_t>(first - channels.begin()));
  }
  usable_ = size < detail::uint128{1} << 63;
  key_space_ = static_cast<std::uint64_t>(size);
  values_.resize(value_count());
}

linear_cell& linear_memory::find_bound() {
  const bound_request& bound = memory_.bound();
  std::uint64_t key = bound.market * strides_[market_place] + bound.channel * strides_[channel_place] +
                      memory_.time_code() * strides_[time_place];
  for (std::size_t part = 0; part < bound.codes.size(); ++part) key += bound.codes[part] * strides_[first_part + part];
  if (const auto known = cells_.find(key); known != cells_.end()) return *known->second;
  if (cells_.size() >= memory_.limits_.max_cells) {
    cells_.clear();
    bodies_.clear();
    names_.clear();
  }
  std::shared_ptr<linear_cell> made = make_cell();
  return *(cells_[key] = std::move(made));
}

std::shared_ptr<linear_cell> linear_memory::share_bound() { return make_cell(); }

std::shared_ptr<const name_list> linear_memory::keep(name_list names) {
  std::shared_ptr<const name_list>& kept = names_[std::vector<std::string_view>(names.begin(), names.end())];
  if (!kept) kept = std::make_shared<name_list>(std::move(names));
  return kept;
}

std::shared_ptr<linear_cell> linear_memory::make_cell() {
  ++memory_.stats_.cells_made;
  auto made = std::make_shared<linear_cell>();
  const std::unique_ptr<cell> of = memory_.make_cell();
  const bound_request& bound = memory_.bound();
  made->next_change_at = of->next_change_at;
  if (of->withheld || of->needs_at || (memory_.compiled().document().markets[bound.market].net_stored && bound.gross)) {
    return made;
  }
  try {
    fast_exact factor(1);
    fast_exact offset(0);
    name_list discounts;
    if (all_single(*of)) {
      const bool compound = memory_.compiled().document().discounts == language::combine::compound;
      fast_exact sum_of_rates(0);
      for (const auto& group : of->groups) {
        const discount_term& term = group[0];
        discounts.push_back(term.rule->id());
        if (term.money) {
          offset = offset - fast_exact(term.value);
        } else if (compound) {
          factor = factor * (fast_exact(1) - fast_exact(term.value));
        } else {
          sum_of_rates = sum_of_rates + fast_exact(term.value);
        }
      }
      if (!compound) factor = fast_exact(1) - sum_of_rates;
      std::sort(discounts.begin(), discounts.end());
    } else {
      silent nobody;
      class finder : public target_finder<fast_exact, silent> {
       public:
        using target_finder::all_rates;
        using target_finder::combine;
        using target_finder::combined;
        using target_finder::target_finder;
      } find(memory_, nobody);
      if (!finder::all_rates(*of)) return made;
      auto all = find.combine(*of, fast_exact(1));
      factor = all.target;
      discounts = std::move(all.counted);
    }
    // Whole percents have one denominator, so that kinds that differ in discounts alone share a body.
    std::int64_t denominator = common(100, factor.lowest().denominator);
    denominator = common(denominator, offset.lowest().denominator);
    made->body = body_of(*of, denominator);
    const linear_body& body = *made->body;
    made->factor = in_parts(factor, body.target_scale.value() / body.base_scale);
    made->offset = in_parts(offset, body.target_scale.value());
    const int128 most = int128{body.most_base} * (made->factor < 0 ? -made->factor : made->factor) +
                        (made->offset < 0 ? -int128{made->offset} : int128{made->offset});
    made->discounts = keep(std::move(discounts));
    made->fits = most < largest_sum;
  } catch (const does_not_fit&) {
  } catch (const exact_overflow&) {
  }
  return made;
}

std::shared_ptr<linear_body> linear_memory::body_of(const cell& of, std::int64_t target_denominator) {
  const machine& compiled = memory_.compiled();
  const bound_request& bound = memory_.bound();
  // Everything that the body depends on. It holds its rules, so that another set cannot have their address.
  body_key key{of.rules.get(), {channel_classes_[bound.channel], target_denominator}};
  for (const compiled_rule* rule : of.bases) key.second.push_back(rule->index);
  if (bodies_.size() >= sweep_at_) {
    std::erase_if(bodies_, [](const auto& one) { return one.second.expired(); });
    std::erase_if(names_, [](const auto& one) { return one.second.use_count() == 1; });
    sweep_at_ = 2 * bodies_.size() + 64;
  }
  std::weak_ptr<linear_body>& known = bodies_[std::move(key)];
  if (std::shared_ptr<linear_body> body = known.lock()) return body;

  auto made = std::make_shared<linear_body>();
  made->market = bound.market;
  made->currency = bound.currency;
  const former forms(compiled, bound);
  const language::channel& on = compiled.document().channels[bound.channel];
  using kind = enum language::channel::reference;
  switch (on.reference) {
    case kind::list_price:
      made->reference_slots = {slot::list};
      break;
    case kind::channels:
      for (const std::uint32_t one : on.reference_channels) made->reference_slots.push_back(compiled.channel_slot(one));
      made->of = made->reference_slots.size() == 1 ? linear_body::reference::slot : linear_body::reference::first;
      break;
    case kind::lowest_traditional:
    case kind::highest_traditional:
      made->of =
          on.reference == kind::lowest_traditional ? linear_body::reference::lowest : linear_body::reference::highest;
      for (std::uint32_t one = 0; one < compiled.document().channels.size(); ++one) {
        if (one == bound.channel || compiled.document().channels[one].kind != language::channel::kind::traditional) {
          continue;
        }
        made->reference_slots.push_back(compiled.channel_slot(one));
      }
      break;
  }
  made->shipping_is_free = bound.traditional;

  std::vector<sum> sums;
  const auto add_base = [&](const compiled_rule* rule, const form& amount) {
    if (amount.parts.size() != 1 || amount.parts[0].optional) throw does_not_fit{};
    sums.push_back(amount.parts[0]);
    made->bases.push_back({{}, rule != nullptr && rule->source->skip_if_missing});
  };
  for (const compiled_rule* rule : of.bases) add_base(rule, forms.of_rule(*rule));
  if (std::all_of(made->bases.begin(), made->bases.end(), [](const auto& one) { return one.skipped_if_absent; })) {
    add_base(nullptr, forms.of_slot(forms.reference_slot()));
  }
  for (const sum& one : sums) made->base_scale = common_denominator(one, made->base_scale);
  for (std::size_t i = 0; i < sums.size(); ++i)
    made->bases[i].amount = part_of(sums[i], made->base_scale, forms.target_slot());
  made->target_scale = detail::divisor(common(made->base_scale, int128{target_denominator} * made->base_scale));

  // Fields as large as the sums allow: half of the room for the bases, so that discounts and plans have the rest. All
  // of them are amounts that can be: 2^50 is more than 10^15.
  int128 most = 0;
  for (made->value_bits = 49; made->value_bits > 0; --made->value_bits) {
    most = 0;
    for (const linear_body::base& one : made->bases) {
      most = std::max(most, reach(one.amount, made->value_bits, forms.target_slot(), 0));
    }
    most = std::max(most, int128{1} << made->value_bits);
    // A target of four times the base leaves room for surcharges.
    if (most * 4 * target_denominator < largest_sum / 64) break;
  }
  if (made->value_bits < 24) throw does_not_fit{};
  made->most_base = narrow(std::min(int128{max_amount_minor} * made->base_scale, most));
  made->most_target = narrow(std::min<int128>(int128{max_amount_minor} * made->target_scale.value(),
                                              int128{made->most_base} * 4 * target_denominator));
  for (const fraction& cut : of.rules->cuts) {
    const int128 parts =
        detail::divide(int128{narrow(cut.numerator)} * made->target_scale.value(), cut.denominator, rounding::up);
    made->cuts.push_back(parts > made->most_target ? made->most_target + 1 : static_cast<std::int64_t>(parts));
  }
  made->rules = of.rules;
  made->plans.resize(made->cuts.size() + 1);
  known = made;
  return made;
}

namespace {

// The largest fields and targets for which no sum of the plan is too large; false where that leaves too little.
bool find_limits(const linear_body& body, linear_plan& of, std::uint32_t target_slot) {
  for (of.value_bits = body.value_bits; of.value_bits >= 24; --of.value_bits) {
    // A target of four times the largest field.
    const int128 most = std::min<int128>(body.most_target, (int128{4} << of.value_bits) * body.target_scale.value());
    if (most * of.of_target > largest_sum) continue;
    of.most_target = static_cast<std::int64_t>(most);
    const auto fits = [&](const linear_end& end) {
      return std::all_of(end.parts.begin(), end.parts.end(), [&](const linear_part& one) {
        return reach(one, of.value_bits, target_slot, of.most_target) <= largest_sum;
      });
    };
    const auto soft_fits = [&](const linear_soft& one) {
      return (!one.low || fits(*one.low)) && (!one.high || fits(*one.high));
    };
    if (std::all_of(of.lows.begin(), of.lows.end(), fits) && std::all_of(of.highs.begin(), of.highs.end(), fits) &&
        std::all_of(of.soft.begin(), of.soft.end(), soft_fits)) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::shared_ptr<const shape::nearest_table> linear_memory::table_of(const shape::automaton& of) {
  constexpr std::size_t max_tables = 256;  // 120 kB and more each
  const auto found = tables_.find(&of);
  if (found != tables_.end()) return found->second;
  if (tables_.size() >= max_tables) return nullptr;
  return tables_[&of] = shape::nearest_table::build(of);
}

void linear_memory::make_plan(linear_cell& kind, std::size_t segment) {
  linear_body& body = *kind.body;
  const machine& compiled = memory_.compiled();
  const bound_request& bound = memory_.bound();
  auto planned = std::make_unique<linear_plan>();
  linear_plan& made = *planned;
  made.full = memory_.make_plan(body.rules->on(segment));
  body.plans[segment] = std::move(planned);
  plan& full = *made.full;
  if (full.withheld || full.beyond_limits != nullptr || full.required == nullptr) return;
  try {
    const former forms(compiled, bound);
    struct bound_forms {
      former::ends ends;
      const compiled_rule* rule;
    };
    std::vector<bound_forms> required;
    std::vector<bound_forms> soft;
    const auto ends_of = [&](const compiled_rule& rule) {
      const auto* margin = std::get_if<language::effect::margin>(&rule.source->effect);
      return margin != nullptr ? forms.of_margin(rule, *margin, full.credit_total) : forms.of_bound(rule);
    };
    for (const compiled_rule* rule : full.prices) {
      if (rule->source->skip_if_missing) throw does_not_fit{};
      required.push_back({ends_of(*rule), rule});
    }
    for (const compiled_rule* rule : full.required_bounds) required.push_back({ends_of(*rule), rule});
    for (const compiled_rule* rule : full.soft_bounds) soft.push_back({ends_of(*rule), rule});
    made.by_hand = !full.prices.empty();
    if (made.by_hand) soft.clear();
    if (required.size() > mask_names::max_rules || soft.size() + full.soft_shapes.size() > mask_names::max_rules) {
      throw does_not_fit{};
    }
    // One scale for all of them, a multiple of the target's.
    std::int64_t scale = body.target_scale.value();
    const auto widen = [&](const std::optional<form>& one) {
      if (!one) return;
      for (const sum& part : one->parts) {
        for (const auto& [slot, factor] : part.factors) {
          const fraction lowest = factor.lowest();
          scale = common(
              scale, slot == forms.target_slot() ? lowest.denominator * body.target_scale.value() : lowest.denominator);
        }
        scale = common(scale, part.constant.lowest().denominator);
      }
    };
    for (const auto* list : {&required, &soft}) {
      for (const bound_forms& one : *list) {
        widen(one.ends.low);
        widen(one.ends.high);
      }
    }
    made.scale = detail::divisor(scale);
    made.of_target = scale / body.target_scale.value();
    const auto end_of = [&](const form& of, const former::ends& all_ends, const compiled_rule& rule,
                            std::uint32_t bit) {
      linear_end end;
      end.greatest = of.greatest;
      end.skipped_if_absent = rule.source->skip_if_missing || all_ends.off_if_absent;
      end.rule = bit;
      for (const sum& part : of.parts) {
        sum others = part;
        // The target comes in its own parts.
        const auto target = others.factors.find(forms.target_slot());
        if (target != others.factors.end()) {
          target->second = target->second / fast_exact(body.target_scale.value());
        }
        end.parts.push_back(part_of(others, scale, forms.target_slot()));
      }
      return end;
    };
    std::vector<std::string_view> ids;
    for (std::uint32_t i = 0; i < required.size(); ++i) {
      const bound_forms& one = required[i];
      ids.push_back(one.rule->id());
      if (one.ends.low) made.lows.push_back(end_of(*one.ends.low, one.ends, *one.rule, i));
      if (one.ends.high) made.highs.push_back(end_of(*one.ends.high, one.ends, *one.rule, i));
    }
    made.limited.set_rules(std::move(ids));
    ids.clear();
    const auto add_soft = [&](const compiled_rule& rule) {
      if (rule.source->strength == language::strength::strong) made.strong |= 1u << ids.size();
      ids.push_back(rule.id());
    };
    for (std::uint32_t i = 0; i < soft.size(); ++i) {
      linear_soft each;
      each.rule = soft[i].rule;
      if (soft[i].ends.low) each.low = end_of(*soft[i].ends.low, soft[i].ends, *soft[i].rule, i);
      if (soft[i].ends.high) each.high = end_of(*soft[i].ends.high, soft[i].ends, *soft[i].rule, i);
      // One that is skipped holds everywhere, and so changes no choice.
      add_soft(*each.rule);
      made.soft.push_back(std::move(each));
    }
    if (!made.by_hand) {
      for (const plan_shape& one : full.soft_shapes) add_soft(*one.rule);
    }
    made.relaxed.set_rules(std::move(ids));
    made.holds = full.hold.has_value();
    made.announces = !full.was.empty();
    for (const compiled_rule* rule : full.was) {
      if (!rule->source->skip_if_missing) add_fields(*rule->value.find(bound.currency), compiled, bound, made.needs);
    }
    made.table = table_of(*full.required);
    made.fits = find_limits(body, made, forms.target_slot());
  } catch (const does_not_fit&) {
  } catch (const exact_overflow&) {
  }
}

bool linear_memory::values_of_bound(std::int64_t* values) const noexcept {
  const bound_request& bound = memory_.bound();
  for (std::size_t slot = 0; slot < bound.fields.size(); ++slot) {
    const field_value& from = bound.fields[slot];
    if (from.state == presence::absent) {
      values[slot] = absent_value;
    } else if (from.state != presence::present || from.converted || from.value.denominator != 1) {
      return false;
    } else {
      values[slot] = static_cast<std::int64_t>(from.value.numerator);
    }
  }
  return true;
}

bool linear_memory::price_bound(decision& out) {
  if (!usable_ || !memory_.invalid().empty() || !memory_.missing().empty() || !memory_.bound().usual ||
      !values_of_bound(values_.data())) {
    return false;
  }
  linear_cell& kind = find_bound();
  if (!kind.fits) return false;
  linear_answer answer;
  const std::uint64_t magnitude = magnitude_of({values_.data(), values_.size() - 2});
  if (!decide(kind, values_.data(), magnitude, answer) || !fill(kind, answer, out)) return false;
  ++memory_.stats().decisions;
  ++memory_.stats().linear;
  return true;
}

bool linear_memory::decide(linear_cell& kind, std::int64_t* values, std::uint64_t magnitude, linear_answer& out) {
  std::size_t unmade = linear_kernel::made;
  if (kernel_(kind, values, magnitude, out, unmade)) return true;
  if (unmade == linear_kernel::made) return false;
  make_plan(kind, unmade);
  return kernel_(kind, values, magnitude, out, unmade);
}

bool linear_memory::fill(const linear_cell& kind, const linear_answer& answer, decision& out) const {
  if (answer.is == status::conflict || answer.plan->announces) return false;
  const bound_request& bound = memory_.bound();
  const machine& compiled = memory_.compiled();
  out.clear();
  out.policy_ = compiled.fingerprint();
  out.currency_ = bound.currency;
  out.status_ = answer.is;
  out.price_minor_ = answer.price;
  out.target_ = decimal::from_parts(target_e4(kind.body->target_scale, answer.target), bound.currency.digits() + 4);
  out.discounts_ = *kind.discounts;
  const auto& limited = answer.plan->limited[answer.limited].names;
  out.limited_by_.assign(limited.begin(), limited.end());
  const auto& relaxed = answer.plan->relaxed[answer.relaxed].names;
  out.relaxed_.assign(relaxed.begin(), relaxed.end());
  out.advice_ = answer.plan->full->advice;
  out.next_change_at_ = kind.next_change_at;
  const int128 price = answer.price;
  const price_terms::split split = price_terms(bound).of(answer.price);
  out.net_minor_ = split.net;
  out.tax_minor_ = split.tax;
  for (const plan::credit& one : answer.plan->full->credits) {
    const auto due =
        static_cast<std::int64_t>(detail::divide(price * one.rate.numerator, one.rate.denominator, rounding::half_up));
    out.credits_.push_back({compiled.document().channels[one.to].name, amount{due, bound.currency}});
  }
  return true;
}

}  // namespace pricepoint::engine
