// SPDX-License-Identifier: Apache-2.0
// One block: money in place, rows in the order of their groups, each group by its loops. Entry: block_memory::decide.
// Covered by tests/unit/columns/batch_test.cpp and tests/property/agreement.cpp.
#include "columns/blocks.hpp"

#include <algorithm>
#include <utility>

#include "match/row_values.hpp"

namespace pricepoint::engine {

// Where the money of the block stands in minor units.
void block_memory::find_money(std::size_t first, std::size_t count) {
  for (std::size_t c = 0; c < columns_.moneys.size(); ++c) {
    const block_columns::money& one = columns_.moneys[c];
    const auto values = one.from.values();
    if (one.from.kind() == number_column::layout::units && values.size() >= first + count) {
      money_[c] = values.data() + first;
    } else {
      column& made = converted_[c];
      for (std::size_t i = 0; i < count; ++i) {
        std::int64_t value = absent_value;
        if (is_text(one.from) || one.from.kind() == number_column::layout::scaled) {
          const int digits = constants_.digits[constants_.place[kind_[i]]];
          unreadable_.clear();
          if (const auto read = number_at(one.from, first + i, digits, "", unreadable_)) {
            // Parts of a minor unit are for the whole request, as is what is no number.
            value = units_of(*read, digits).value_or(0);
            if (value == 0 && read->sign() != 0) value = -1;
          } else if (!unreadable_.empty()) {
            value = -1;
          }
        } else {
          value = one.from.at(first + i);
        }
        made[i] = value;
      }
      money_[c] = made.data();
    }
  }
}

// Whether all rows are of one form, or have no kind; else they are put in the order of their groups.
bool block_memory::sort_by_group(std::size_t count, std::uint32_t& only) {
  const auto group_of = [groups = constants_.group.data(), places = constants_.place.data(),
                         kinds = kind_.data()](std::size_t i) { return groups[places[kinds[i]]]; };
  std::uint32_t first = no_group;
  for (std::size_t i = 0; i < count && first == no_group; ++i) first = group_of(i);
  std::uint32_t others = 0;
  if (row_groups_.size() > 1 || kernel_kinds_) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t group = group_of(i);
      others |= group == no_group ? 0 : group ^ first;
    }
  }
  if (others == 0 && first >= first_row_group) {
    only = first - first_row_group;
    return true;
  }
  ends_.assign(first_row_group + row_groups_.size(), 0);
  std::uint32_t* const places = ends_.data();
  for (std::size_t i = 0; i < count; ++i) ++places[group_of(i)];
  std::uint32_t next = 0;
  for (std::uint32_t& one : ends_) next += std::exchange(one, next);
  std::uint32_t* const order = order_.data();
  for (std::size_t i = 0; i < count; ++i) order[places[group_of(i)]++] = static_cast<std::uint32_t>(i);
  return false;
}

void block_memory::decide(std::size_t first, std::size_t count, const targets& to) {
  first_ = first;
  to_ = to;
  prefetch_.back_to_kept();
  const auto write_ahead = [&](auto* written) {
    if (written != nullptr) prefetch_.add(written - first, sizeof *written, width);
  };
  write_ahead(to.status);
  write_ahead(to.price);
  write_ahead(to.limited);
  write_ahead(to.relaxed);
  if (to.status == nullptr) to_.status = status_.data();
  if (to.price == nullptr) to_.price = price_of_.data();
  // What is not wanted needs no name.
  name_limited_ = to.named && to.limited != nullptr;
  name_relaxed_ = to.named && to.relaxed != nullptr;
  if (to.limited == nullptr) to_.limited = limited_of_.data();
  if (to.relaxed == nullptr) to_.relaxed = relaxed_of_.data();
  unnamed_ = false;
  // Kinds may have names of their own: a rule for every product.
  if (kinds_.size() + count > integers_.planner().max_classes() ||
      sets_.size() > max_sets + 2 * integers_.planner().max_classes())
    forget();
  columns_.keys_of(first, count, keys_.data());
  if (kinds_dense_.empty()) std::fill_n(kind_.begin(), count, unknown);
  if (kinds_dense_.empty() ||
      lanes_->look_up(kind_.data(), kinds_dense_.data(), kinds_dense_.size() - 1, keys_.data(), count)) {
    for (std::size_t i = 0; i < count; ++i) {
      if (kind_[i] == unknown && keys_[i] < block_columns::bad_key) kind_[i] = class_of(first + i, keys_[i]);
    }
  }
  find_money(first, count);
  std::fill_n(decided_.begin(), count, std::uint8_t{1});
  all_decided_ = true;
  rows_left_to_scalar_.clear();
  std::uint32_t only = 0;
  if (sort_by_group(count, only)) {
    for (std::size_t begin = 0; begin < count; begin += width) {
      const row_list rows{.begin = static_cast<std::uint32_t>(begin), .size = std::min(count - begin, width)};
      prefetch_.chunk(first + begin, rows.size, chunk_steps);
      if (chunk(row_groups_[only], rows)) continue;
      for (std::size_t j = 0; j < rows.size; ++j) rows_left_to_scalar_.push_back(rows[j]);
    }
  } else {
    rows_left_to_scalar_.insert(rows_left_to_scalar_.end(), order_.begin(), order_.begin() + ends_[kernel_group]);
    std::size_t begin = ends_[kernel_group];
    for (std::size_t of = 0; of < row_groups_.size(); ++of) {
      const std::size_t end = ends_[first_row_group + of];
      while (begin < end) {
        const row_list rows{.order = order_.data() + begin, .size = std::min(end - begin, width)};
        if (rows.size < min_rows_of_chunk || !chunk(row_groups_[of], rows)) {
          rows_left_to_scalar_.insert(rows_left_to_scalar_.end(), rows.order, rows.order + rows.size);
        }
        begin += rows.size;
      }
    }
  }
  rows_vectorised_ = count - std::min(count, rows_left_to_scalar_.size());
  for (const std::uint32_t i : rows_left_to_scalar_) decide_row(i);
}

}  // namespace pricepoint::engine
