// SPDX-License-Identifier: Apache-2.0
// The steps of the kernel, each a loop over one column of numbers (lanes.hpp). Entry: block_memory::chunk.
// Covered by tests/unit/columns/batch_test.cpp and tests/property/agreement.cpp.
#include <algorithm>

#include "columns/blocks.hpp"

namespace pricepoint::engine {

void block_memory::fetch(std::uint32_t slot, bool free, std::int64_t most, const row_list& rows) {
  have_[slot] = 1;
  if (source_[slot] < 0) {
    values_by_slot_[slot] = zeros_.data();
    absent_by_slot_[slot] = free ? nullptr : ones_.data();
    return;
  }
  const auto source = static_cast<std::size_t>(source_[slot]);
  const std::int64_t least = columns_.moneys[source].least;
  const std::int64_t* from = money_[source];
  gathered_bits found;
  if (rows.order != nullptr) {
    found = lanes_->gather(values_[slot].data(), absent_[slot].data(), bad_.data(), from, rows.order, least, most,
                           rows.size);
  } else {
    from += rows.begin;
    // Loops over columns read whole vectors; the caller's column may end before.
    if (padded(rows.size) == rows.size) {
      const lane_operations::checked as_they_are = lanes_->check(from, least, most, rows.size);
      if (as_they_are.clean) {
        magnitude_ |= as_they_are.magnitude;
        values_by_slot_[slot] = from;
        absent_by_slot_[slot] = nullptr;
        return;
      }
    }
    found = lanes_->clean(values_[slot].data(), absent_[slot].data(), bad_.data(), from, least, most, rows.size);
  }
  magnitude_ |= found.magnitude;
  values_by_slot_[slot] = values_[slot].data();
  absent_by_slot_[slot] = found.some_absent && !free ? absent_[slot].data() : nullptr;
}

void block_memory::fetch_all(std::span<const std::uint32_t> slots, const row_group& of, const row_list& rows) {
  const class_arithmetic& body = of.body();
  for (const std::uint32_t slot : slots) {
    if (slot == reference_slot() && have_[slot] == 0) {
      fetch_all(body.reference.slots, of, rows);
      find_reference(body, rows.size);
    }
    if (have_[slot] == 0) {
      fetch(slot, body.shipping_is_free && slot == slot::shipping, (std::int64_t{1} << of.value_bits) - 1, rows);
    }
  }
}

void block_memory::find_reference(const class_arithmetic& of, std::size_t n) {
  const std::uint32_t to = reference_slot();
  have_[to] = 1;
  if (of.reference.how == price_pick::kind::one) {
    values_by_slot_[to] = values_by_slot_[of.reference.slots[0]];
    absent_by_slot_[to] = absent_by_slot_[of.reference.slots[0]];
    return;
  }
  std::int64_t* out = values_[to].data();
  std::int64_t* none_yet = absent_[to].data();
  const bool lowest = of.reference.how == price_pick::kind::lowest;
  std::fill_n(out, width, lowest ? INT64_MAX : 0);
  std::fill_n(none_yet, width, -1);
  for (const std::uint32_t one : of.reference.slots) {
    const std::int64_t* absent = absent_by_slot_[one] != nullptr ? absent_by_slot_[one] : zeros_.data();
    if (of.reference.how == price_pick::kind::first) {
      lanes_->replace(out, none_yet, values_by_slot_[one], n);
    } else if (lowest) {
      std::copy_n(values_by_slot_[one], n, part_.data());
      lanes_->replace(part_.data(), absent, highest_most_.data(), n);
      lanes_->at_most(out, part_.data(), n);
    } else {
      lanes_->at_least(out, values_by_slot_[one], n);  // absent ones are 0
    }
    lanes_->intersect(none_yet, absent, n);
  }
  lanes_->replace(out, none_yet, zeros_.data(), n);
  values_by_slot_[to] = out;
  absent_by_slot_[to] = none_yet;
}

block_memory::amounts block_memory::evaluate(const integer_sum& of, std::int64_t* out, std::int64_t* mask_room,
                                             std::size_t n) {
  const std::int64_t* absent = absent_by_slot_[of.slot[0]];
  // A field itself is there already.
  if (of.terms == 1 && of.factor[0] == 1 && of.constant == 0) return {values_by_slot_[of.slot[0]], absent};
  lanes_->scale(out, of.constant, values_by_slot_[of.slot[0]], of.factor[0], n);
  for (std::uint32_t i = 1; i < of.terms; ++i) {
    lanes_->add_scaled(out, values_by_slot_[of.slot[i]], of.factor[i], n);
    const std::int64_t* also = absent_by_slot_[of.slot[i]];
    if (also == nullptr || also == absent) continue;
    if (absent == nullptr) {
      absent = also;
      continue;
    }
    if (absent != mask_room) std::copy_n(absent, padded(n), mask_room);
    lanes_->join(mask_room, also, n);
    absent = mask_room;
  }
  return {out, absent};
}

block_memory::amounts block_memory::evaluate(const integer_end& of, const column& constants, std::int64_t* out,
                                             std::size_t n) {
  if (!constants.empty()) {
    // Of one part: same_but_constants says so.
    integer_sum varying = of.parts[0];
    varying.constant = 0;
    const amounts found = evaluate(varying, out, mask_a_.data(), n);
    if (found.values != out) std::copy_n(found.values, padded(n), out);
    lanes_->add_picked(out, constants.data(), variant_here_.data(), n);
    return {out, found.absent};
  }
  if (of.parts.size() == 1) return evaluate(of.parts[0], out, mask_a_.data(), n);
  const std::int64_t* const neutral = (of.greatest ? lowest_most_ : highest_most_).data();
  std::copy_n(neutral, padded(n), out);
  std::int64_t* const none_yet = mask_a_.data();
  std::fill_n(none_yet, padded(n), -1);
  std::int64_t* const lacks = mask_c_.data();
  std::fill_n(lacks, padded(n), 0);
  for (const integer_sum& one : of.parts) {
    const amounts found = evaluate(one, part_.data(), mask_b_.data(), n);
    const std::int64_t* values = found.values;
    if (found.absent != nullptr) {
      if (values != part_.data()) std::copy_n(values, padded(n), part_.data());
      values = part_.data();
      lanes_->replace(part_.data(), found.absent, neutral, n);
      if (!one.optional) lanes_->join(lacks, found.absent, n);
      lanes_->intersect(none_yet, found.absent, n);
    } else {
      std::fill_n(none_yet, padded(n), 0);
    }
    (of.greatest ? lanes_->at_least : lanes_->at_most)(out, values, n);
  }
  lanes_->join(none_yet, lacks, n);
  return {out, none_yet};
}

// Rows of one body. False where the numbers are too large for sums of 64 bits, or too unlike each other.
bool block_memory::chunk(row_group& of, const row_list& rows) {
  const class_arithmetic& shared = of.body();
  const std::size_t n = rows.size;
  std::fill(have_.begin(), have_.end(), std::uint8_t{0});
  const std::uint32_t target = reference_slot() + 1;
  have_[target] = 1;
  values_by_slot_[target] = values_[target].data();
  absent_by_slot_[target] = nullptr;
  magnitude_ = 0;
  std::fill_n(bad_.data(), padded(n), 0);
  fetch_all(of.base_slots, of, rows);

  // The first base that is there.
  std::fill_n(values_[target].data(), padded(n), 0);  // bases that are constants stand on it
  prefetch_.step();
  const amounts first = evaluate(shared.bases[0].amount, base_.data(), mask_a_.data(), n);
  const std::int64_t* base = first.values;
  if (first.absent != nullptr) {
    // Where it is absent, the next one that is there.
    std::int64_t* const none_yet = mask_a_.data();
    if (first.absent != none_yet) std::copy_n(first.absent, padded(n), none_yet);
    if (base != base_.data()) std::copy_n(base, padded(n), base_.data());
    base = base_.data();
    for (std::size_t i = 0; shared.bases[i].skipped_if_absent && i + 1 < shared.bases.size(); ++i) {
      const amounts next = evaluate(shared.bases[i + 1].amount, part_.data(), mask_b_.data(), n);
      lanes_->replace(base_.data(), none_yet, next.values, n);
      if (next.absent != nullptr) {
        lanes_->intersect(none_yet, next.absent, n);
      } else {
        std::fill_n(none_yet, padded(n), 0);
      }
    }
    lanes_->join(bad_.data(), none_yet, n);
  }
  lanes_->pick_kinds(place_.data(), member_.data(),
                     {.places = constants_.place.data(), .members = constants_.member.data()},
                     kind_.data() + rows.begin, rows.order, n);
  for (std::size_t j = n; j < padded(n); ++j) {
    place_[j] = 0;
    member_[j] = 0;
  }
  prefetch_.step();
  lanes_->mark_outside(bad_.data(), base, 1, shared.most_base, n);
  lanes_->multiply_picked(values_[target].data(), base, constants_.factor.data(),
                          constants_.some_offset ? constants_.offset.data() : nullptr, place_.data(), n);
  lanes_->mark_outside(bad_.data(), values_by_slot_[target], 1, of.most_target, n);

  prefetch_.step();
  find_segments(of, n);
  // Which programs there are; nearly always one.
  std::uint32_t programs[max_programs_of_chunk];
  std::size_t count = 0;
  if (of.uniform()) {
    programs[count++] = 0;
    lanes_->pick(table_.data(), of.tables.data(), segment_.data(), n);
    if (of.programs[0].variants.size() > 1) lanes_->pick(variant_.data(), of.variant_of.data(), segment_.data(), n);
  } else if (!find_programs(of, rows, programs, count)) {
    return false;
  }
  for (std::size_t i = 0; i < count; ++i) fetch_all(of.programs[programs[i]].slots, of, rows);
  // An amount that cannot be makes its row invalid, whether or not anything asks for it.
  const std::uint64_t magnitude = magnitude_;
  for (const block_columns::money& one : columns_.moneys) {
    if (have_[one.slot] == 0) fetch(one.slot, false, most_number, rows);
  }
  for (std::size_t i = 0; i < count; ++i) {
    // Where a plan was seen for the first time just now.
    if (magnitude >> of.value_bits != 0) return false;
    solve(of, programs[i], count > 1, rows);
  }
  if (count > 1) {
    // Rows of no program at all; with one program they are among those that it skips.
    for (std::size_t j = 0; j < n; ++j) {
      if (program_here_[j] < 0) rows_left_to_scalar_.push_back(rows[j]);
    }
  }
  return true;
}

// The segment of each row's target, among those of all members.
void block_memory::find_segments(const row_group& of, std::size_t n) {
  const std::int64_t* const target = values_by_slot_[reference_slot() + 1];
  std::int32_t* const segment = segment_.data();
  const std::int32_t* const member = member_.data();
  if (of.cuts > max_cuts_compared) return engine::find_segments(of.only_cuts, target, segment, n);
  if (of.members.size() == 1) {
    std::fill_n(segment, padded(n), 0);
  } else {
    const auto stride = static_cast<std::int32_t>(of.stride);
    for (std::size_t j = 0; j < n; ++j) segment[j] = member[j] * stride;
    std::fill(segment + n, segment + padded(n), 0);
  }
  for (std::size_t i = 0; i < of.cuts; ++i) {
    const std::int64_t* const cuts = of.cut_values.data() + i * of.cut_room;
    if (of.same_cuts) {
      lanes_->count_from(segment, target, *cuts, n);
    } else {
      lanes_->count_from_each(segment, target, cuts, member, n);
    }
  }
}

bool block_memory::find_programs(row_group& of, const row_list& rows, std::uint32_t* programs, std::size_t& count) {
  const std::size_t n = rows.size;
  lanes_->pick(program_here_.data(), of.program_of.data(), segment_.data(), n);
  lanes_->pick(table_.data(), of.tables.data(), segment_.data(), n);
  lanes_->pick(variant_.data(), of.variant_of.data(), segment_.data(), n);
  std::int32_t last = no_program;
  for (std::size_t j = 0; j < n; ++j) {
    std::int32_t& number = program_here_[j];
    if (number == last && number >= 0) continue;
    if (number == unmade) {
      if (bad_[j] != 0) continue;
      const auto segment = static_cast<std::size_t>(segment_[j]);
      // Perhaps learned for a row before it.
      if (of.program_of[segment] == unmade && !learn_plan(of, kind_[rows[j]], first_ + rows[j], segment)) {
        bad_[j] = -1;
        continue;
      }
      number = of.program_of[segment];
      table_[j] = of.tables[segment];
      variant_[j] = of.variant_of[segment];
    }
    if (number == no_program) {
      bad_[j] = -1;
      continue;
    }
    last = number;
    const auto made = static_cast<std::uint32_t>(number);
    if (std::find(programs, programs + count, made) != programs + count) continue;
    if (count == max_programs_of_chunk) return false;
    programs[count++] = made;
  }
  return count > 0;
}

void block_memory::solve(row_group& of, std::uint32_t number, bool mixed, const row_list& rows) {
  program& with = of.programs[number];
  integer_plan& on = *with.plan;
  const column* constants = with.constants.data();  // of the next end
  const std::size_t n = rows.size;
  const std::size_t room = padded(n);
  if (with.variants.size() > 1) find_variants(number, mixed, n);
  const std::uint32_t target = reference_slot() + 1;
  // Of this program alone: other rows are none of its business.
  std::int64_t* const skip = mask_skip_.data();
  std::copy_n(bad_.data(), room, skip);
  lanes_->mark_outside(skip, values_by_slot_[target], 1, with.most_target, n);
  for (const std::uint32_t need : on.needs) {
    if (absent_by_slot_[need] != nullptr) lanes_->join(skip, absent_by_slot_[need], n);
  }
  if (on.holds) {
    for (std::size_t j = 0; j < n; ++j) {
      if (absent_by_slot_[slot::current] == nullptr || absent_by_slot_[slot::current][j] == 0) skip[j] = -1;
    }
  }
  const std::int64_t* at = values_by_slot_[target];
  if (on.of_target != 1) {
    lanes_->scale(at_.data(), 0, values_by_slot_[target], on.of_target, n);
    at = at_.data();
  }
  prefetch_.step();
  // Required ends, and which of them the target does not keep.
  std::int64_t* const limited = limited_.data();
  bool first = true;
  const auto required = [&](const std::vector<integer_end>& ends, column& most, const auto& one_end,
                            const auto& first_end) {
    bool none_yet = true;
    for (const integer_end& one : ends) {
      const amounts found = evaluate(one, *constants++, end_.data(), n);
      const std::int64_t bit = std::int64_t{1} << one.rule;
      if (none_yet) {
        std::int64_t* const seen = first ? limited : unused_.data();
        first_end(most.data(), seen, found.values, found.absent, at, bit, n);
        if (!first) lanes_->join(limited, seen, n);
        first = none_yet = false;
      } else {
        one_end(most.data(), limited, found.values, found.absent, at, bit, n);
      }
      if (found.absent != nullptr && !one.skipped_if_absent) lanes_->join(skip, found.absent, n);
    }
    return !none_yet;
  };
  if (required(on.lows, lowest_, lanes_->low_end, lanes_->first_low_end)) {
    lanes_->round_up(low_.data(), lowest_.data(), with.scale, n);
  } else {
    std::fill_n(low_.data(), room, 1);
  }
  prefetch_.step();
  if (required(on.highs, highest_, lanes_->high_end, lanes_->first_high_end)) {
    lanes_->round_down(high_.data(), highest_.data(), with.scale, n);
  } else {
    std::fill_n(high_.data(), room, INT32_MAX);
  }
  if (first) std::fill_n(limited, room, 0);
  lanes_->position(floor_.data(), ceiling_.data(), pivot_.data(), values_by_slot_[target], of.unit_scale, of.unit_minor,
                   n);
  std::fill_n(unknown_.data(), room, 0);
  std::fill_n(relaxed_.data(), room, 0);
  prefetch_.step();
  const std::size_t soft = on.soft.size();
  if (soft == 0) {
    find_nearest(low_.data(), high_.data(), n);
  } else {
    const std::int32_t* kept_low = low_.data();
    const std::int32_t* kept_high = high_.data();
    const auto soft_end = [&](const integer_end& end, bool is_low) {
      const amounts found = evaluate(end, *constants++, end_.data(), n);
      if (found.absent == nullptr) return found.values;
      std::int64_t* const most = (is_low ? lowest_ : highest_).data();
      (is_low ? lanes_->first_low_end : lanes_->first_high_end)(most, unused_.data(), found.values, found.absent, at, 0,
                                                                n);
      if (!end.skipped_if_absent) lanes_->join(skip, found.absent, n);
      return static_cast<const std::int64_t*>(most);
    };
    const auto narrow = [&](const std::int32_t*& kept, column32& room_for, const column32& by, const auto& narrower) {
      if (kept != room_for.data()) std::copy_n(kept, room, room_for.data());
      narrower(room_for.data(), by.data(), n);
      kept = room_for.data();
    };
    for (std::size_t i = 0; i < soft; ++i) {
      const soft_ends& one = on.soft[i];
      if (one.low) {
        lanes_->round_up(soft_low_[i].data(), soft_end(*one.low, true), with.scale, n);
        if (!on.by_hand) narrow(kept_low, kept_low_, soft_low_[i], lanes_->raise);
      } else {
        std::fill_n(soft_low_[i].data(), room, 1);
      }
      if (one.high) {
        lanes_->round_down(soft_high_[i].data(), soft_end(*one.high, false), with.scale, n);
        if (!on.by_hand) narrow(kept_high, kept_high_, soft_high_[i], lanes_->lower);
      } else {
        std::fill_n(soft_high_[i].data(), room, INT32_MAX);
      }
    }
    find_nearest(kept_low, kept_high, n);
    if (!on.by_hand) give_up_soft(soft, n);
    for (std::size_t i = 0; i < soft; ++i) {
      lanes_->mark_broken(relaxed_.data(), price_.data(), soft_low_[i].data(), soft_high_[i].data(), 1 << i, n);
    }
  }
  prefetch_.step();
  lanes_->conclude(concluded_.data(), relaxed_.data(), price_.data(),
                   {.strong = static_cast<std::int32_t>(on.strong),
                    .of_none = static_cast<std::int32_t>(status::conflict),
                    .of_broken = static_cast<std::int32_t>(status::compromised),
                    .of_kept = static_cast<std::int32_t>(status::priced)},
                   n);
  if (with.variants.size() > 1) {
    lanes_->add_shifted(limited, variant_here_.data(), with.limited_bits(), n);
    shift_relaxed(with.relaxed_bits(), n);
  }
  prefetch_.step();
  if (!with.named) name_sets_of(with, n);
  hand_out(of, number, mixed, rows);
}

// Of rows that have this program; numbers of others may be beyond its variants.
void block_memory::find_variants(std::uint32_t number, bool mixed, std::size_t n) {
  std::copy_n(variant_.data(), n, variant_here_.data());
  std::fill(variant_here_.begin() + static_cast<std::ptrdiff_t>(n),
            variant_here_.begin() + static_cast<std::ptrdiff_t>(padded(n)), 0);
  if (!mixed) return;
  const std::int32_t* const programs = program_here_.data();
  std::int32_t* const variant = variant_here_.data();
  for (std::size_t j = 0; j < n; ++j)
    variant[j] &= -static_cast<std::int32_t>(programs[j] == static_cast<std::int32_t>(number));
}

void block_memory::find_nearest(const std::int32_t* low, const std::int32_t* high, std::size_t n) {
  const lane_operations::search search{.pool = pool_.data(),
                                       .tables = table_.data(),
                                       .low = low,
                                       .high = high,
                                       .floor = floor_.data(),
                                       .ceiling = ceiling_.data(),
                                       .pivot = pivot_.data(),
                                       .price = price_.data(),
                                       .unknown = unknown_.data()};
  lanes_->nearest_below(search, n);
  if (lanes_->any_above(search, n)) lanes_->nearest_above(search, n);
}

// Rows that no price keeps every soft bound of: one without, where there is one bound; what to give up of several is
// for the kernel.
void block_memory::give_up_soft(std::size_t soft, std::size_t n) {
  std::int32_t* const price = price_.data();
  std::uint32_t* const rows = without_.data();
  std::size_t count = 0;
  for (std::size_t j = 0; j < n; ++j) {
    rows[count] = static_cast<std::uint32_t>(j);
    count += price[j] == 0 ? 1 : 0;
  }
  if (count == 0) return;
  if (soft > 1) {
    for (std::size_t k = 0; k < count; ++k) unknown_[rows[k]] = -1;
    return;
  }
  const column32* const from[] = {&table_, &low_, &high_, &floor_, &ceiling_, &pivot_};
  for (std::size_t c = 0; c < std::size(from); ++c) {
    const std::int32_t* const all = from[c]->data();
    std::int32_t* const some = few_[c].data();
    for (std::size_t k = 0; k < count; ++k) some[k] = all[rows[k]];
  }
  std::int32_t* const found = few_[6].data();
  std::int32_t* const not_known = few_[7].data();
  std::fill_n(not_known, padded(count), 0);
  const lane_operations::search search{.pool = pool_.data(),
                                       .tables = few_[0].data(),
                                       .low = few_[1].data(),
                                       .high = few_[2].data(),
                                       .floor = few_[3].data(),
                                       .ceiling = few_[4].data(),
                                       .pivot = few_[5].data(),
                                       .price = found,
                                       .unknown = not_known};
  lanes_->nearest_below(search, count);
  lanes_->nearest_above(search, count);
  for (std::size_t k = 0; k < count; ++k) {
    price[rows[k]] = found[k];
    unknown_[rows[k]] |= not_known[k];
  }
}

}  // namespace pricepoint::engine
