// SPDX-License-Identifier: Apache-2.0
// Answers to where the caller wants them, with names of sets; and the rows that loops leave to the kernel. Entries:
// block_memory::hand_out, decide_row. Covered by tests/unit/columns/batch_test.cpp and tests/property/agreement.cpp.
#include <algorithm>

#include "columns/blocks.hpp"

namespace pricepoint::engine {

// Numbers of the sets of every mask that rows of the chunk have.
void block_memory::name_sets_of(program& with, std::size_t n) {
  const auto name = [&](std::vector<std::uint32_t>& sets, mask_names integer_plan::*names, std::size_t at, int bits) {
    set_of(sets[at], with.variants[at >> bits]->*names,
           static_cast<std::uint32_t>(at & ((std::size_t{1} << bits) - 1)));
  };
  for (std::size_t j = 0; j < n; ++j) {
    name(with.limited, &integer_plan::limited, static_cast<std::size_t>(limited_[j]), with.limited_bits());
    name(with.relaxed, &integer_plan::relaxed, static_cast<std::size_t>(relaxed_[j]), with.relaxed_bits());
  }
}

void block_memory::shift_relaxed(int bits, std::size_t n) {
  for (std::size_t j = 0; j < n; ++j) relaxed_[j] += variant_here_[j] << bits;
}

std::uint32_t block_memory::name(std::uint32_t set, name_sets& to) {
  if (names_.size() < sets_.size()) names_.resize(sets_.size(), none);
  std::uint32_t& known = names_[set];
  if (known == none) {
    known = to.number(sets_[set]);
    ++naming_;
  }
  return known;
}

void block_memory::name_rest(std::size_t count, name_sets& to) {
  for (std::size_t i = 0; i < count; ++i) {
    if (name_limited_ && to_.limited[i] == none) to_.limited[i] = name(limited_of_[i], to);
    if (name_relaxed_ && to_.relaxed[i] == none) to_.relaxed[i] = name(relaxed_of_[i], to);
  }
}

// The tables by mask that say what goes out: numbers of sets, or what the batch calls these.
void block_memory::rename(program& with) const {
  with.named_at = naming_;
  const auto named = [&](const std::vector<std::uint32_t>& sets, std::vector<std::uint32_t>& names) {
    names.resize(sets.size());
    for (std::size_t mask = 0; mask < sets.size(); ++mask) {
      names[mask] = sets[mask] < names_.size() ? names_[sets[mask]] : none;
    }
  };
  named(with.limited, with.limited_names);
  named(with.relaxed, with.relaxed_names);
}

void block_memory::hand_out(row_group& of, std::uint32_t number, bool mixed, const row_list& rows) {
  program& with = of.programs[number];
  const std::size_t n = rows.size;
  // Of many variants few are in one chunk: their names are looked up when they are handed out.
  const bool many = with.variants.size() > max_variants_named;
  if (to_.named && !many && with.named_at != naming_) rename(with);
  const bool rename_limited = name_limited_ && many;
  const bool rename_relaxed = name_relaxed_ && many;
  const std::uint32_t* const limited_sets = (name_limited_ && !many ? with.limited_names : with.limited).data();
  const std::uint32_t* const relaxed_sets = (name_relaxed_ && !many ? with.relaxed_names : with.relaxed).data();
  const std::int64_t* const skip = mask_skip_.data();
  const std::int32_t* const not_known = unknown_.data();
  const std::int32_t* const segment = segment_.data();
  const std::int32_t* const programs = program_here_.data();
  std::int64_t any = 0;
  for (std::size_t j = 0; j < n; ++j) any |= skip[j] | not_known[j];
  bool unnamed = false;
  const auto keep_unnamed = [&](std::size_t j) {
    const std::uint32_t i = rows[j];
    if (name_limited_ && to_.limited[i] == none) limited_of_[i] = with.limited[static_cast<std::size_t>(limited_[j])];
    if (name_relaxed_ && to_.relaxed[i] == none) relaxed_of_[i] = with.relaxed[static_cast<std::size_t>(relaxed_[j])];
  };
  const auto write = [&, to = to_, limited = limited_.data(), relaxed = relaxed_.data(), concluded = concluded_.data(),
                      price = price_.data()](std::size_t j) {
    const std::uint32_t i = rows[j];
    to.status[i] = static_cast<status>(concluded[j]);
    to.price[i] = price[j] != 0 ? price[j] : absent_value;
    std::uint32_t by_limits = limited_sets[limited[j]];
    std::uint32_t by_choice = relaxed_sets[relaxed[j]];
    if (rename_limited) by_limits = by_limits < names_.size() ? names_[by_limits] : none;
    if (rename_relaxed) by_choice = by_choice < names_.size() ? names_[by_choice] : none;
    to.limited[i] = by_limits;
    to.relaxed[i] = by_choice;
    if (by_limits == none || by_choice == none) {
      keep_unnamed(j);
      unnamed = true;
    }
  };
  if (any == 0 && !mixed && rows.order == nullptr && !rename_limited && !rename_relaxed) {
    static_assert(sizeof(status) == 1);
    const lane_operations::outcome from{.statuses = concluded_.data(),
                                        .prices = price_.data(),
                                        .absent = absent_value,
                                        .limited = limited_.data(),
                                        .relaxed = relaxed_.data(),
                                        .limited_sets = limited_sets,
                                        .relaxed_sets = relaxed_sets};
    unnamed = lanes_->put(reinterpret_cast<std::uint8_t*>(to_.status + rows.begin), to_.price + rows.begin,
                          to_.limited + rows.begin, to_.relaxed + rows.begin, from, n);
    for (std::size_t j = 0; unnamed && j < n; ++j) keep_unnamed(j);
  } else if (any == 0 && !mixed) {
    for (std::size_t j = 0; j < n; ++j) write(j);
  } else {
    for (std::size_t j = 0; j < n; ++j) {
      if (mixed && programs[j] != static_cast<std::int32_t>(number)) continue;
      if ((skip[j] | not_known[j]) != 0) {
        rows_left_to_scalar_.push_back(rows[j]);
      } else {
        write(j);
      }
    }
  }
  unnamed_ = unnamed_ || unnamed;
  if (!to_.facts) return;
  const std::int64_t* const target = values_by_slot_[reference_slot() + 1];
  for (std::size_t j = 0; j < n; ++j) {
    if (mixed && programs[j] != static_cast<std::int32_t>(number)) continue;
    target_of_[rows[j]] = target[j];
    const auto at = static_cast<std::size_t>(segment[j]);
    plan_[rows[j]] = of.members[at / of.stride].of->plans[at % of.stride].get();
  }
}

void block_memory::decide_row(std::size_t i) {
  decided_[i] = 0;
  const std::uint32_t kind = kind_[i];
  if (constants_.group[constants_.place[kind]] == no_group) {
    all_decided_ = false;
    return;
  }
  integer_class& of_row = *kinds_[kind].in_integers;
  std::uint64_t magnitude = 0;
  for (std::size_t slot = 0; slot < kernel_values_.size(); ++slot) {
    const std::int64_t value = source_[slot] < 0 ? absent_value : money_[static_cast<std::size_t>(source_[slot])][i];
    kernel_values_[slot] = value;
    if (value == absent_value) continue;
    magnitude |= static_cast<std::uint64_t>(value);
    if (value < columns_.moneys[static_cast<std::size_t>(source_[slot])].least || value > most_number) {
      all_decided_ = false;
      return;
    }
  }
  integer_answer answer;
  std::size_t missing = integer_kernel::made;
  if (!integers_.kernel()(of_row, kernel_values_.data(), magnitude, answer, missing)) {
    if (missing != integer_kernel::made) {
      bind(first_ + i);
      integers_.planner().make_plan(of_row, missing, memory_.bound());
    }
    if (missing == integer_kernel::made ||
        !integers_.kernel()(of_row, kernel_values_.data(), magnitude, answer, missing)) {
      all_decided_ = false;
      return;
    }
  }
  decided_[i] = 1;
  to_.status[i] = answer.is;
  to_.price[i] = answer.price;
  const auto put = [&](std::uint32_t set, bool named, std::uint32_t* to, std::vector<std::uint32_t>& own) {
    to[i] = !named ? set : set < names_.size() ? names_[set] : none;
    if (to[i] != none) return;
    own[i] = set;
    unnamed_ = true;
  };
  put(sets_.number(answer.plan->limited[answer.limited].names), name_limited_, to_.limited, limited_of_);
  put(sets_.number(answer.plan->relaxed[answer.relaxed].names), name_relaxed_, to_.relaxed, relaxed_of_);
  target_of_[i] = answer.target;
  plan_[i] = answer.plan;
}

}  // namespace pricepoint::engine
