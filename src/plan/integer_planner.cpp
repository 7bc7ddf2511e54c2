// SPDX-License-Identifier: Apache-2.0
// Entries: integer_planner::find, make_plan. Covered by tests/unit/decide/bound_pricer_test.cpp and by
// tests/property/agreement.cpp.
#include "plan/integer_planner.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "match/discounts.hpp"
#include "plan/integer_sums.hpp"

namespace pricepoint::engine {

using detail::exact_overflow;
using detail::fast_exact;
using detail::int128;

namespace {

bool all_single(const request_class& of) {
  return of.exclusive.empty() &&
         std::all_of(of.groups.begin(), of.groups.end(), [](const auto& group) { return group.size() == 1; });
}

// The largest fields and targets for which no sum of the plan is too large; false where that leaves too little.
bool find_limits(const class_arithmetic& body, integer_plan& of, std::uint32_t target_slot) {
  for (of.value_bits = body.value_bits; of.value_bits >= 24; --of.value_bits) {
    // A target of four times the largest field.
    const int128 most = std::min<int128>(body.most_target, (int128{4} << of.value_bits) * body.target_scale.value());
    if (most * of.of_target > largest_sum) continue;
    of.most_target = static_cast<std::int64_t>(most);
    const auto fits = [&](const integer_end& end) {
      return std::all_of(end.parts.begin(), end.parts.end(), [&](const integer_sum& one) {
        return most_of(one, of.value_bits, target_slot, of.most_target) <= largest_sum;
      });
    };
    const auto soft_fits = [&](const soft_ends& one) {
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

void mask_names::set_rules(std::vector<std::string_view> ids) {
  ids_ = std::move(ids);
  if (all_in_table()) table_.resize(std::size_t{1} << ids_.size());
}

void mask_names::make(std::uint32_t mask, entry& out) const {
  out.names.clear();  // of an attempt that memory did not suffice for
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    if ((mask >> i & 1u) != 0) out.names.push_back(ids_[i]);
  }
  std::sort(out.names.begin(), out.names.end());
  out.known = true;
}

integer_planner::integer_planner(const machine& compiled, const pricer_limits& limits, pricer_stats& stats,
                                 request_classes& classes, planner& plans)
    : machine_(compiled), limits_(limits), stats_(stats), all_classes_(classes), plans_(plans) {
  std::vector<std::size_t> sizes;  // by place
  const auto add = [&](std::size_t codes) { sizes.push_back(codes); };
  add(std::max<std::size_t>(1, compiled.markets().size()));
  add(std::max<std::size_t>(1, compiled.channels().size()));
  add(first_code + compiled.boundaries().size() + 1);
  for (std::size_t part = 0; part < compiled.key_parts().size(); ++part) {
    std::size_t most = other_code;
    for (const auto& [word, code] : compiled.words(static_cast<std::uint32_t>(part))) {
      most = std::max<std::size_t>(most, code);
    }
    add(std::max(most + 1, first_code + 2 * compiled.key_parts()[part].thresholds.size() + 2));
  }
  // What has most codes, as products that rules name, has the least stride: keys of requests that differ in it alone
  // are neighbours, and so are their classes in tables.
  std::vector<std::size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return sizes[a] > sizes[b]; });
  detail::uint128 size = 1;
  strides_.resize(sizes.size());
  for (const std::size_t place : order) {
    strides_[place] = static_cast<std::uint64_t>(size);
    if (size < detail::uint128{1} << 63) size *= sizes[place];
  }
  // Requests on channels of one class differ in nothing but the rules that are on. A channel of a group leaves itself
  // out of it.
  const auto& channels = compiled.channels();
  std::vector<bool> in_group(channels.size());
  for (const channel_group& group : compiled.groups()) {
    for (const std::uint32_t slot : group.slots) in_group[slot - slot::first_channel] = true;
  }
  for (std::uint32_t one = 0; one < channels.size(); ++one) {
    const auto alike = [&](const channel_terms& other) {
      const auto index = static_cast<std::size_t>(&other - channels.data());
      return !in_group[index] && !in_group[one] && other.reference == channels[one].reference &&
             other.fee == channels[one].fee && other.gross == channels[one].gross;
    };
    const auto first = std::find_if(channels.begin(), channels.begin() + one, alike);
    channel_classes_.push_back(static_cast<std::uint32_t>(first - channels.begin()));
  }
  usable_ = size < detail::uint128{1} << 63;
  key_space_ = static_cast<std::uint64_t>(size);
}

integer_class& integer_planner::find(const bound_request& bound) {
  std::uint64_t key = bound.market * strides_[market_place] + bound.channel * strides_[channel_place] +
                      all_classes_.time_code(bound) * strides_[time_place];
  for (std::size_t part = 0; part < bound.codes.size(); ++part) key += bound.codes[part] * strides_[first_part + part];
  if (const auto known = classes_.find(key); known != classes_.end()) return *known->second;
  if (classes_.size() >= limits_.max_cells) {
    classes_.clear();
    arithmetics_.clear();
    names_.clear();
  }
  std::shared_ptr<integer_class> made = make(bound);
  return *(classes_[key] = std::move(made));
}

std::shared_ptr<const name_list> integer_planner::keep(name_list names) {
  std::shared_ptr<const name_list>& kept = names_[std::vector<std::string_view>(names.begin(), names.end())];
  if (!kept) kept = std::make_shared<name_list>(std::move(names));
  return kept;
}

std::shared_ptr<integer_class> integer_planner::make(const bound_request& bound) {
  ++stats_.cells_made;
  auto made = std::make_shared<integer_class>();
  const std::unique_ptr<request_class> of = all_classes_.make(bound);
  made->next_change_at = of->next_change_at;
  if (of->withheld || of->needs_at || (machine_.markets()[bound.market].net_stored && bound.gross)) {
    return made;
  }
  try {
    fast_exact factor(1);
    fast_exact offset(0);
    name_list discounts;
    if (all_single(*of)) {
      const bool compound = machine_.discounts_compound();
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
      if (!all_rates(*of)) return made;
      auto all = combine_discounts(*of, machine_.discounts_compound(), fast_exact(1));
      factor = all.target;
      discounts = std::move(all.counted);
    }
    // Whole percents have one denominator, so that kinds that differ in discounts alone share a body.
    std::int64_t denominator = common(100, factor.lowest().denominator);
    denominator = common(denominator, offset.lowest().denominator);
    made->body = arithmetic_of(*of, denominator, bound);
    const class_arithmetic& body = *made->body;
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

std::shared_ptr<class_arithmetic> integer_planner::arithmetic_of(const request_class& of,
                                                                 std::int64_t target_denominator,
                                                                 const bound_request& bound) {
  // Everything that the body depends on. It holds its rules, so that another set cannot have their address.
  arithmetic_key key{of.rules.get(), {channel_classes_[bound.channel], target_denominator}};
  for (const compiled_rule* rule : of.bases) key.second.push_back(rule->index);
  if (arithmetics_.size() >= sweep_at_) {
    std::erase_if(arithmetics_, [](const auto& one) { return one.second.expired(); });
    std::erase_if(names_, [](const auto& one) { return one.second.use_count() == 1; });
    sweep_at_ = 2 * arithmetics_.size() + 64;
  }
  std::weak_ptr<class_arithmetic>& known = arithmetics_[std::move(key)];
  if (std::shared_ptr<class_arithmetic> body = known.lock()) return body;

  auto made = std::make_shared<class_arithmetic>();
  const formula_builder build(machine_, bound);
  made->reference = machine_.channels()[bound.channel].reference;
  made->shipping_is_free = bound.traditional;

  std::vector<slot_sum> sums;
  const auto add_base = [&](const compiled_rule* rule, const extreme& amount) {
    if (amount.parts.size() != 1 || amount.parts[0].optional) throw does_not_fit{};
    sums.push_back(amount.parts[0]);
    made->bases.push_back({{}, rule != nullptr && rule->skip_if_missing()});
  };
  for (const compiled_rule* rule : of.bases) add_base(rule, build.of(*rule->value_in(bound.currency)));
  if (std::all_of(made->bases.begin(), made->bases.end(), [](const auto& one) { return one.skipped_if_absent; })) {
    formula reference;
    reference.value.terms.push_back({{symbol::kind::reference, 0}, false, {1, 1}});
    add_base(nullptr, build.of(reference));
  }
  for (const slot_sum& one : sums) made->base_scale = common_denominator(one, made->base_scale);
  for (std::size_t i = 0; i < sums.size(); ++i)
    made->bases[i].amount = part_of(sums[i], made->base_scale, build.target_slot());
  made->target_scale = detail::divisor(common(made->base_scale, int128{target_denominator} * made->base_scale));

  made->unit_minor = machine_.markets()[bound.market].unit_minor;
  made->unit_scale = detail::divisor(narrow(int128{made->unit_minor} * made->target_scale.value()));
  // From ten units on, half a unit is no more than 5% of the target.
  made->fine_from = narrow(int128{10} * made->unit_scale.value());

  // Fields as large as the sums allow: half of the room for the bases, so that discounts and plans have the rest. All
  // of them are amounts that can be: 2^50 is more than 10^15.
  int128 most = 0;
  for (made->value_bits = 49; made->value_bits > 0; --made->value_bits) {
    most = 0;
    for (const class_arithmetic::base& one : made->bases) {
      most = std::max(most, most_of(one.amount, made->value_bits, build.target_slot(), 0));
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

std::shared_ptr<const shape::nearest_table> integer_planner::table_of(const shape::automaton& of) {
  constexpr std::size_t max_tables = 256;  // 120 kB and more each
  const auto found = tables_.find(&of);
  if (found != tables_.end()) return found->second;
  if (tables_.size() >= max_tables) return nullptr;
  return tables_[&of] = shape::nearest_table::build(of);
}

void integer_planner::make_plan(integer_class& of, std::size_t segment, const bound_request& bound) {
  class_arithmetic& body = *of.body;
  auto planned = std::make_unique<integer_plan>();
  integer_plan& made = *planned;
  made.full = plans_.make(body.rules->on(segment), body.rules->market);
  body.plans[segment] = std::move(planned);
  plan& full = *made.full;
  if (full.withheld || full.beyond_limits != nullptr || full.required == nullptr) return;
  try {
    const formula_builder build(machine_, bound);
    struct ends_of_rule {
      formula_builder::ends ends;
      const compiled_rule* rule;
    };
    std::vector<ends_of_rule> required;
    std::vector<ends_of_rule> soft;
    const auto ends_of = [&](const compiled_rule& rule) {
      return build.of(*rule.bound_in(bound.currency), full.credit_total);
    };
    for (const compiled_rule* rule : full.prices) {
      if (rule->skip_if_missing()) throw does_not_fit{};
      required.push_back({ends_of(*rule), rule});
    }
    for (const compiled_rule* rule : full.required_bounds) required.push_back({ends_of(*rule), rule});
    for (const compiled_rule* rule : full.soft_bounds) soft.push_back({ends_of(*rule), rule});
    made.by_hand = !full.prices.empty();
    if (made.by_hand) {
      std::erase_if(soft, [](const ends_of_rule& one) { return !counts_beside_price(one.rule->effect); });
    }
    if (required.size() > mask_names::max_rules || soft.size() + full.soft_shapes.size() > mask_names::max_rules) {
      throw does_not_fit{};
    }
    // One scale for all of them, a multiple of the target's.
    std::int64_t scale = body.target_scale.value();
    const auto widen = [&](const std::optional<extreme>& one) {
      if (!one) return;
      for (const slot_sum& part : one->parts) {
        for (const auto& [slot, factor] : part.factors) {
          const fraction lowest = factor.lowest();
          scale = common(
              scale, slot == build.target_slot() ? lowest.denominator * body.target_scale.value() : lowest.denominator);
        }
        scale = common(scale, part.constant.lowest().denominator);
      }
    };
    for (const auto* list : {&required, &soft}) {
      for (const ends_of_rule& one : *list) {
        widen(one.ends.low);
        widen(one.ends.high);
      }
    }
    made.scale = detail::divisor(scale);
    made.of_target = scale / body.target_scale.value();
    const auto end_of = [&](const extreme& value, const formula_builder::ends& all_ends, const compiled_rule& rule,
                            std::uint32_t bit) {
      integer_end end;
      end.greatest = value.greatest;
      // Beside a price by hand nothing soft is missed.
      end.skipped_if_absent = rule.skip_if_missing() || all_ends.off_if_absent || (made.by_hand && !rule.is_required());
      end.rule = bit;
      for (const slot_sum& part : value.parts) {
        slot_sum others = part;
        // The target comes in its own parts.
        const auto target = others.factors.find(build.target_slot());
        if (target != others.factors.end()) {
          target->second = target->second / fast_exact(body.target_scale.value());
        }
        end.parts.push_back(part_of(others, scale, build.target_slot()));
      }
      return end;
    };
    std::vector<std::string_view> ids;
    for (std::uint32_t i = 0; i < required.size(); ++i) {
      const ends_of_rule& one = required[i];
      ids.push_back(one.rule->id());
      if (one.ends.low) made.lows.push_back(end_of(*one.ends.low, one.ends, *one.rule, i));
      if (one.ends.high) made.highs.push_back(end_of(*one.ends.high, one.ends, *one.rule, i));
    }
    made.limited.set_rules(std::move(ids));
    ids.clear();
    const auto add_soft = [&](const compiled_rule& rule) {
      if (rule.strength() == strength::strong) made.strong |= 1u << ids.size();
      ids.push_back(rule.id());
    };
    for (std::uint32_t i = 0; i < soft.size(); ++i) {
      soft_ends each;
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
      if (!rule->skip_if_missing()) {
        build.add_slots(*rule->value_in(bound.currency), made.needs);
      }
    }
    made.table = table_of(*full.required);
    made.fits = find_limits(body, made, build.target_slot());
  } catch (const does_not_fit&) {
  } catch (const exact_overflow&) {
  }
}

}  // namespace pricepoint::engine
