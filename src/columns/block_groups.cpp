// SPDX-License-Identifier: Apache-2.0
// Which rows can be decided by the same loops: the classes of requests that a batch meets, and what they have in
// common. Entries: block_memory::begin, class_of. Covered by tests/unit/columns/batch_test.cpp and
// tests/property/agreement.cpp.
#include <algorithm>
#include <utility>

#include "columns/blocks.hpp"
#include "text/each_once.hpp"

namespace pricepoint::engine {

block_memory::block_memory(workspace& memory, integer_memory& integers) : memory_(memory), integers_(integers) {
  lanes_ = &lanes();
  decided_.resize(max_rows);
  status_.resize(max_rows);
  for (auto* one : {&limited_of_, &relaxed_of_, &kind_, &order_}) one->resize(max_rows);
  for (auto* one : {&price_of_, &target_of_}) one->resize(max_rows);
  plan_.resize(max_rows);
  keys_.resize(max_rows);
  const std::size_t slots = integers.planner().value_count();
  values_.resize(slots, column(width));
  absent_.resize(slots, column(width));
  values_by_slot_.resize(slots);
  absent_by_slot_.resize(slots);
  have_.resize(slots);
  source_.resize(slots);
  kernel_values_.resize(slots);
  zeros_.assign(width, 0);
  ones_.assign(width, -1);
  lowest_most_.assign(width, INT64_MIN);
  highest_most_.assign(width, INT64_MAX);
  for (column* one : {&bad_, &base_, &part_, &mask_a_, &mask_b_, &mask_c_, &mask_skip_, &end_, &at_, &lowest_,
                      &highest_, &limited_, &unused_}) {
    one->resize(width);
  }
  for (column32* one : {&segment_, &program_here_, &member_, &table_, &variant_, &variant_here_, &unknown_, &price_,
                        &concluded_, &relaxed_, &floor_, &ceiling_, &pivot_, &low_, &high_, &kept_low_, &kept_high_}) {
    one->resize(width);
  }
  soft_low_.resize(max_soft, column32(width));
  soft_high_.resize(max_soft, column32(width));
  without_.resize(width);
  place_.resize(width);
  for (column32& one : few_) one.resize(width);
  forget();
}

void block_memory::forget() {
  kinds_by_key_.clear();
  kinds_.assign(1, {});
  constants_ = {{0}, {0}, {0}, {0}, {no_group}, {0}, false};
  places_.clear();
  row_groups_.clear();
  members_.clear();
  kernel_kinds_ = false;
  sets_.clear();
  names_.clear();
  ++naming_;
  kinds_dense_.clear();
  pool_.clear();
  pooled_.clear();
  std::fill(table_.begin(), table_.end(), 0);  // lanes that mean nothing look into the pool too
  if (integers_.planner().key_space() <= max_dense)
    kinds_dense_.resize(static_cast<std::size_t>(integers_.planner().key_space()) + 1);
}

bool block_memory::begin(const policy& with, const request_columns& of) {
  if (!integers_.planner().usable() || integers_.planner().key_space() >= block_columns::bad_key) return false;
  policy_ = &with;
  lanes_ = &lanes();
  if (!columns_.read(with, of, integers_.planner().strides())) return false;
  std::fill(source_.begin(), source_.end(), -1);
  for (std::size_t i = 0; i < columns_.moneys.size(); ++i) {
    source_[columns_.moneys[i].slot] = static_cast<std::int32_t>(i);
  }
  names_.clear();
  ++naming_;
  money_.assign(columns_.moneys.size(), nullptr);
  if (converted_.size() < money_.size()) converted_.resize(money_.size(), column(max_rows));
  prefetch_.begin(of.rows);
  for (const block_columns::money& one : columns_.moneys) {
    if (one.from.kind() == number_column::layout::units)
      prefetch_.add(one.from.values().data(), sizeof(std::int64_t), width);
  }
  columns_.each_coded(
      [&](std::span<const std::int32_t> codes) { prefetch_.add(codes.data(), sizeof codes[0], max_rows); });
  prefetch_.keep();
  return true;
}

void block_memory::bind(std::size_t row) {
  request_of_row(*policy_, *columns_.rows, row, asked_, unreadable_);
  memory_.bind(asked_);
  memory_.also_invalid(unreadable_);
}

std::uint32_t block_memory::class_of(std::size_t row, std::uint64_t key) {
  if (!kinds_dense_.empty()) {
    if (const std::uint32_t known = kinds_dense_[static_cast<std::size_t>(key)]; known != unknown) return known;
  } else if (const auto known = kinds_by_key_.find(key); known != kinds_by_key_.end()) {
    return known->second;
  }
  bind(row);
  // The kind is known only by a request that can be decided.
  if (!memory_.invalid().empty() || !memory_.missing().empty() || !memory_.bound().at_market_terms) return unknown;
  const auto number = static_cast<std::uint32_t>(kinds_.size());
  class_facts made;
  std::uint32_t group = no_group;
  std::int64_t factor = 0;
  std::int64_t offset = 0;
  made.in_integers = integers_.planner().make(memory_.bound());
  const int digits = memory_.bound().currency.digits();
  if (made.in_integers->fits) {
    made.discounts = sets_.number(*made.in_integers->discounts);
    std::tie(made.form, made.member) = arithmetic_of_row(made.in_integers->body);
    group = row_groups_[made.form].fits ? first_row_group + made.form : kernel_group;
    kernel_kinds_ = kernel_kinds_ || group == kernel_group;
    factor = made.in_integers->factor;
    offset = made.in_integers->offset;
  }
  const auto [place, added] = places_.try_emplace({factor, offset, made.member, group, digits},
                                                  static_cast<std::uint32_t>(constants_.group.size()));
  if (added) {
    constants_.factor.push_back(factor);
    constants_.offset.push_back(offset);
    constants_.some_offset = constants_.some_offset || offset != 0;
    constants_.member.push_back(static_cast<std::int32_t>(made.member));
    constants_.group.push_back(group);
    constants_.digits.push_back(static_cast<std::uint8_t>(digits));
  }
  constants_.place.push_back(place->second);
  kinds_.push_back(std::move(made));
  if (!kinds_dense_.empty()) {
    kinds_dense_[static_cast<std::size_t>(key)] = number;
  } else {
    kinds_by_key_.emplace(key, number);
  }
  return number;
}

namespace {

bool same_sums(const class_arithmetic& a, const class_arithmetic& b) {
  return a.bases == b.bases && a.base_scale == b.base_scale && a.target_scale.value() == b.target_scale.value() &&
         a.reference == b.reference && a.shipping_is_free == b.shipping_is_free && a.value_bits == b.value_bits &&
         a.most_base == b.most_base && a.most_target == b.most_target && a.unit_minor == b.unit_minor;
}

}  // namespace

// The form of a body of the bound kind, and its place there.
std::pair<std::uint32_t, std::uint32_t> block_memory::arithmetic_of_row(const std::shared_ptr<class_arithmetic>& body) {
  const auto [known, added] = members_.try_emplace(body.get());
  if (!added) return known->second;
  std::uint32_t number = 0;
  const auto searched = static_cast<std::uint32_t>(std::min(row_groups_.size(), max_row_groups_searched));
  while (number < searched &&
         !(body->cuts.size() <= max_cuts_compared && row_groups_[number].cuts <= max_cuts_compared &&
           row_groups_[number].members.size() < max_members && same_sums(row_groups_[number].body(), *body))) {
    ++number;
  }
  if (number == searched) {
    number = static_cast<std::uint32_t>(row_groups_.size());
    row_group& made = row_groups_.emplace_back();
    made.value_bits = body->value_bits;
    const std::int64_t scale = body->unit_scale.value();
    made.fits = scale <= narrow_divisor::most;
    if (made.fits) {
      made.unit_scale = narrow_divisor(scale);
      made.unit_minor = static_cast<std::int32_t>(body->unit_minor);
      // Twice an amount and what rounding adds is below 2^31.
      made.most_target = std::min(body->most_target, (body->target_scale.value() << 30) - 2 * scale);
    }
    for (const class_arithmetic::base& one : body->bases) {
      made.base_slots.insert(made.base_slots.end(), one.amount.slot, one.amount.slot + std::max(1u, one.amount.terms));
    }
  }
  add_member(row_groups_[number], body);
  return known->second = {number, static_cast<std::uint32_t>(row_groups_[number].members.size() - 1)};
}

void block_memory::add_member(row_group& to, const std::shared_ptr<class_arithmetic>& body) const {
  const std::size_t before = to.members.size();
  to.members.push_back({body, price_terms(memory_.bound()), memory_.bound().currency});
  const std::size_t cuts = std::max(to.cuts, body->cuts.size());
  if (cuts > max_cuts_compared) to.only_cuts = detail::segment_index(body->cuts);
  if (cuts != to.cuts || before == 0) {
    // Places for more segments of every member.
    const auto spread = [&](auto& numbers, auto otherwise) {
      auto made = std::decay_t<decltype(numbers)>(before * (cuts + 1), otherwise);
      for (std::size_t member = 0; member < before; ++member)
        std::copy_n(numbers.begin() + static_cast<std::ptrdiff_t>(member * to.stride), to.stride,
                    made.begin() + static_cast<std::ptrdiff_t>(member * (cuts + 1)));
      numbers = std::move(made);
    };
    spread(to.program_of, no_program);
    spread(to.tables, std::int32_t{0});
    spread(to.variant_of, std::int32_t{0});
  }
  // Segments that a member has not are never asked for.
  to.segments += body->cuts.size() + 1;
  to.program_of.insert(to.program_of.end(), body->cuts.size() + 1, unmade);
  to.program_of.resize((before + 1) * (cuts + 1), no_program);
  to.tables.resize(to.program_of.size(), 0);
  to.variant_of.resize(to.program_of.size(), 0);
  to.same_cuts = before == 0 || (to.same_cuts && body->cuts == to.members[0].of->cuts);
  const bool more_room = to.cut_room < to.members.size();
  if (cuts != to.cuts || more_room) {
    if (more_room) to.cut_room = 2 * to.members.size();
    to.cut_values.assign(cuts * to.cut_room, INT64_MAX);
    for (std::size_t member = 0; member < before; ++member) add_cuts(to, member);
  }
  add_cuts(to, before);
  to.cuts = cuts;
  to.stride = cuts + 1;
}

void block_memory::add_cuts(row_group& to, std::size_t member) {
  const auto& of = to.members[member].of->cuts;
  for (std::size_t cut = 0; cut < of.size(); ++cut) to.cut_values[cut * to.cut_room + member] = of[cut];
}

// False where the row cannot show it: another field of it is no value.
bool block_memory::learn_plan(row_group& of, std::uint32_t kind, std::size_t row, std::size_t segment) {
  integer_class& of_row = *kinds_[kind].in_integers;
  const std::size_t of_body = segment % of.stride;
  if (of_row.body->plans[of_body] == nullptr) {
    bind(row);
    if (!memory_.invalid().empty() || !memory_.missing().empty()) return false;
    integers_.planner().make_plan(of_row, of_body, memory_.bound());
  }
  learn_program(of, *of_row.body->plans[of_body], segment);
  of.of_first += of.program_of[segment] == 0 ? 1 : 0;
  return true;
}

void block_memory::learn_program(row_group& of, integer_plan& plan, std::size_t segment) {
  of.program_of[segment] = no_program;
  if (!plan.fits || plan.table == nullptr || !plan.full->soft_shapes.empty() || plan.soft.size() > max_soft ||
      plan.limited.rules() > max_rules || plan.scale.value() > narrow_divisor::most) {
    return;
  }
  const std::optional<std::int32_t> table = pooled(*plan.table);
  if (!table) return;
  of.tables[segment] = *table;
  of.value_bits = std::min(of.value_bits, plan.value_bits);
  const auto found = std::find_if(of.programs.begin(), of.programs.end(),
                                  [&](const program& one) { return one.plan->same_but_constants(plan); });
  if (found != of.programs.end()) {
    const std::optional<std::int32_t> variant = variant_in(*found, plan);
    if (!variant) return;
    of.program_of[segment] = static_cast<std::int32_t>(found - of.programs.begin());
    of.variant_of[segment] = *variant;
    return;
  }
  if (of.programs.size() == max_programs) return;
  program made;
  made.plan = &plan;
  made.scale = narrow_divisor(plan.scale.value());
  std::size_t ends = 0;
  plan.each_end([&](const integer_end& end) {
    ++ends;
    for (const integer_sum& part : end.parts) {
      made.slots.insert(made.slots.end(), part.slot, part.slot + std::max(1u, part.terms));
    }
  });
  made.constants.resize(ends);
  made.slots.insert(made.slots.end(), plan.needs.begin(), plan.needs.end());
  if (plan.holds) made.slots.push_back(slot::current);
  detail::keep_each_once(made.slots);
  // Few masks are named at once.
  made.named = plan.limited.rules() + plan.soft.size() <= max_bits_named;
  made.most_target = plan.most_target;
  variant_in(made, plan);
  of.program_of[segment] = static_cast<std::int32_t>(of.programs.size());
  of.variant_of[segment] = 0;
  of.programs.push_back(std::move(made));
}

// The plan's variant of a program with the same bounds but for constants; nothing where there are too many.
std::optional<std::int32_t> block_memory::variant_in(program& of, integer_plan& plan) {
  std::uint64_t hash = 0;
  const auto mix = [&](std::uint64_t with) {
    hash = (hash ^ with) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 29;
  };
  plan.each_end([&](const integer_end& end) { mix(static_cast<std::uint64_t>(end.parts[0].constant)); });
  for (const auto* names : {&plan.limited, &plan.relaxed}) mix(names->hash_of_rules());
  auto& alike = of.by_hash[hash];
  for (const std::uint32_t one : alike) {
    if (integer_plan::same_bounds(*of.variants[one], plan)) return static_cast<std::int32_t>(one);
  }
  const std::size_t variant = of.variants.size();
  if ((variant + 1) << std::max(of.limited_bits(), of.relaxed_bits()) > max_variant_sets) return {};
  alike.push_back(static_cast<std::uint32_t>(variant));
  of.variants.push_back(&plan);
  of.most_target = std::min(of.most_target, plan.most_target);
  std::vector<std::int64_t> constants;
  plan.each_end([&](const integer_end& end) { constants.push_back(end.parts[0].constant); });
  std::size_t end = 0;
  of.plan->each_end([&](const integer_end& first) {
    column& all = of.constants[end];
    const std::int64_t constant = constants[end++];
    if (all.empty() && constant != first.parts[0].constant) all.assign(variant, first.parts[0].constant);
    if (!all.empty()) all.push_back(constant);
  });
  of.limited.resize((variant + 1) << of.limited_bits(), none);
  of.relaxed.resize((variant + 1) << of.relaxed_bits(), none);
  of.named_at = 0;  // what the batch calls them has no place for the new ones yet
  if (of.named) {
    for (std::uint32_t mask = 0; mask < 1u << of.limited_bits(); ++mask)
      set_of(of.limited[(variant << of.limited_bits()) + mask], plan.limited, mask);
    for (std::uint32_t mask = 0; mask < 1u << of.relaxed_bits(); ++mask)
      set_of(of.relaxed[(variant << of.relaxed_bits()) + mask], plan.relaxed, mask);
  }
  return static_cast<std::int32_t>(variant);
}

std::optional<std::int32_t> block_memory::pooled(const shape::nearest_table& of) {
  if (const auto known = pooled_.find(&of); known != pooled_.end()) return known->second;
  if (pool_.size() + of.flat_size() > max_pool) return {};
  const auto at = static_cast<std::int32_t>(pool_.size());
  of.flatten_to(pool_);
  pooled_.emplace(&of, at);
  return at;
}

std::uint32_t block_memory::set_of(std::uint32_t& known, mask_names& names, std::uint32_t mask) {
  if (known == none) known = sets_.number(names[mask].names);
  return known;
}

}  // namespace pricepoint::engine
