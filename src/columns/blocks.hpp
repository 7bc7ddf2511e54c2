// SPDX-License-Identifier: Apache-2.0
// Blocks of rows decided together: the fast way of integer_kernel.hpp for columns.
//
// The words of a row become one number, its key, column by column; the key finds its kind. Rows are sorted by what
// their kinds share (class_arithmetic), and every step of the kernel is then a loop over one column of numbers
// (lanes.hpp). What such a loop cannot say of a row is asked of the kernel, and what that cannot say is left to the
// caller, who decides the whole request. All three give the same answer (tests/property/agreement.cpp).
#pragma once

#include <array>
#include <boost/align/aligned_allocator.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "columns/block_columns.hpp"
#include "columns/lanes.hpp"
#include "columns/prefetch.hpp"
#include "columns/segment_index.hpp"
#include "decide/integer_memory.hpp"
#include "decide/price_parts.hpp"
#include "pricepoint/pricing/columns.hpp"

namespace pricepoint::engine {

class block_memory {
 public:
  static constexpr std::size_t max_rows = 4096;

  block_memory(workspace& memory, integer_memory& integers);

  // Starts a batch, which must outlive the calls of `decide`; false where its rows have to be decided one by one.
  bool begin(const policy& with, const request_columns& of);
  // Where what is decided goes; nullptr: into the block's own memory, which operator[] shows.
  struct targets {
    pricepoint::status* status = nullptr;
    std::int64_t* price = nullptr;
    std::uint32_t *limited = nullptr, *relaxed = nullptr;
    bool named = false;  // these are what the batch calls the sets, not numbers of `sets`
    bool facts = false;  // all of operator[] is wanted, not the quote alone
  };
  // Decides `count` <= max_rows rows from `first` on.
  void decide(std::size_t first, std::size_t count, const targets& to);
  bool all_decided() const noexcept { return all_decided_; }
  // How many rows of the last block loops decided, and not the kernel.
  std::size_t rows_vectorised() const noexcept { return rows_vectorised_; }
  // Whether a row of the last block has a set that the batch has no name for.
  bool unnamed() const noexcept { return unnamed_; }
  // Names the sets of the last block's rows that had none, in the order of the rows; all rows are decided.
  void name_rest(std::size_t count, name_sets& to);
  // What the batch calls a set: its number in `to`, which is the same for the whole batch.
  std::uint32_t name(std::uint32_t set, name_sets& to);

  struct decided_row {
    bool decided = false;  // else the request has to be decided
    pricepoint::status status = pricepoint::status::invalid;
    std::uint32_t limited = 0, relaxed = 0;  // numbers of `sets`
    std::int64_t price = absent_value;
    std::int64_t target = 0;  // in parts of the body's target_scale
    std::uint32_t kind = 0;
    const integer_plan* plan = nullptr;
  };
  decided_row operator[](std::size_t i) const noexcept {
    return {decided_[i] != 0, to_.status[i], to_.limited[i], to_.relaxed[i],
            to_.price[i],     target_of_[i], kind_[i],       plan_[i]};
  }
  const name_sets& sets() const noexcept { return sets_; }

  // What decided rows of one kind have in common, but for the plan.
  struct class_facts {
    std::shared_ptr<integer_class> in_integers;
    std::uint32_t discounts = 0;  // set
    std::uint32_t form = 0, member = 0;
  };
  const class_facts& kind(const decided_row& of) const noexcept { return kinds_[of.kind]; }
  const price_terms& terms(const decided_row& of) const noexcept { return arithmetic_of_row(of).terms; }
  currency currency_of(const decided_row& of) const noexcept { return arithmetic_of_row(of).currency; }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  static constexpr std::int32_t no_program = -1, unmade = -2;
  static constexpr std::uint32_t unknown = 0;  // kind 0 is none
  // Groups of rows: those that have no kind, those for the kernel, then the forms.
  static constexpr std::uint32_t no_group = 0, kernel_group = 1, first_row_group = 2;
  static constexpr std::size_t min_rows_of_chunk = 8;  // fewer are not worth a loop
  static constexpr std::size_t max_programs_of_chunk = 8;
  static constexpr std::size_t max_cuts_compared = 8;  // of more an index is searched
  static constexpr std::size_t max_bits_named = 8;     // of a program whose every set has its name from the start
  static constexpr std::size_t max_variants_named = 8;
  static constexpr std::size_t max_soft = 4;  // soft bounds
  static constexpr std::size_t max_programs = 64;
  static constexpr std::size_t max_rules = 12;  // of a program whose masks are few enough for a table
  static constexpr std::size_t max_sets = 1u << 16;
  static constexpr std::uint64_t max_dense = 1u << 20;  // keys
  static constexpr std::size_t max_pool = 1u << 23;     // numbers of flat tables
  static constexpr std::size_t width = lane_operations::width;
  static constexpr std::size_t chunk_steps = 8;  // between which what comes next is asked for
  using column = std::vector<std::int64_t, boost::alignment::aligned_allocator<std::int64_t, 64>>;
  using column32 = std::vector<std::int32_t, boost::alignment::aligned_allocator<std::int32_t, 64>>;

  // Bounds that some plans of a form share but for constants and names: a floor for every product is one program with
  // as many variants.
  struct program {
    integer_plan* plan = nullptr;  // one of them
    narrow_divisor scale{1};
    std::int64_t most_target = 0;
    std::vector<std::uint32_t> slots;
    // By end, in the order of `solve`: its constant by variant where they differ, else empty.
    std::vector<column> constants;
    boost::unordered_flat_map<std::uint64_t, boost::container::small_vector<std::uint32_t, 1>> by_hash;
    std::vector<integer_plan*> variants;                      // the first is `plan`
    std::vector<std::uint32_t> limited, relaxed;              // sets by variant and mask; `none` where not known yet
    bool named = false;                                       // all are known
    std::vector<std::uint32_t> limited_names, relaxed_names;  // and what the batch calls them, where variants are few
    std::uint64_t named_at = 0;

    int limited_bits() const noexcept { return static_cast<int>(plan->limited.rules()); }
    int relaxed_bits() const noexcept { return static_cast<int>(plan->soft.size()); }
  };
  // Bodies whose amounts are the same sums: markets and channels often differ in shapes and thresholds alone.
  struct row_group {
    struct member {
      std::shared_ptr<class_arithmetic> of;
      price_terms terms;
      pricepoint::currency currency;
    };
    std::vector<member> members;  // the first one's arithmetic is that of all
    bool fits = false;
    narrow_divisor unit_scale{1};  // of the unit, in parts of the target
    std::int32_t unit_minor = 1;
    std::int64_t most_target = 0;  // targets above it are for the kernel
    std::vector<std::uint32_t> base_slots;
    // A member's segments stand side by side, `stride` places from one member to the next.
    std::size_t cuts = 0, stride = 1;
    bool same_cuts = true;
    detail::segment_index only_cuts;       // of the one member, where they are many
    column cut_values;                     // by cut, then member; INT64_MAX where a member has fewer
    std::size_t cut_room = 0;              // members that it has room for
    std::vector<std::int32_t> program_of;  // by segment: number of `programs`, `no_program`, or `unmade`
    std::vector<std::int32_t> tables;      // by segment: where its flat table begins
    std::vector<std::int32_t> variant_of;  // by segment
    std::vector<program> programs;
    std::size_t segments = 0, of_first = 0;  // how many there are, and how many have the first program
    bool uniform() const noexcept { return segments == of_first; }
    int value_bits = 0;  // fields from 2^value_bits on are for the kernel

    const class_arithmetic& body() const noexcept { return *members.front().of; }
  };
  // What every row needs of its kind, by kind.
  struct class_constants {
    std::vector<std::uint32_t> place;  // in those below: kinds may be many, and few differ in what they compute with
    std::vector<std::int64_t> factor, offset;
    std::vector<std::int32_t> member;
    std::vector<std::uint32_t> group;
    std::vector<std::uint8_t> digits;
    bool some_offset = false;  // any is not 0
  };
  static constexpr std::size_t max_members = 1u << 18, max_row_groups_searched = 64;
  static constexpr std::size_t max_variant_sets = 1u << 20;  // of one program
  // Rows of a chunk: `order`, or side by side from `begin` on.
  struct row_list {
    const std::uint32_t* order = nullptr;
    std::uint32_t begin = 0;
    std::size_t size = 0;
    std::uint32_t operator[](std::size_t j) const noexcept {
      return order != nullptr ? order[j] : begin + static_cast<std::uint32_t>(j);
    }
  };

  void forget();
  std::uint32_t class_of(std::size_t row, std::uint64_t key);
  void bind(std::size_t row);
  const row_group::member& arithmetic_of_row(const decided_row& of) const noexcept {
    const class_facts& known = kinds_[of.kind];
    return row_groups_[known.form].members[known.member];
  }
  std::pair<std::uint32_t, std::uint32_t> arithmetic_of_row(const std::shared_ptr<class_arithmetic>& body);
  void add_member(row_group& to, const std::shared_ptr<class_arithmetic>& body) const;
  static void add_cuts(row_group& to, std::size_t member);
  bool learn_plan(row_group& of, std::uint32_t kind, std::size_t row, std::size_t segment);
  void learn_program(row_group& of, integer_plan& plan, std::size_t segment);
  void find_money(std::size_t first, std::size_t count);
  bool sort_by_group(std::size_t count, std::uint32_t& only);
  bool chunk(row_group& of, const row_list& rows);
  void find_segments(const row_group& of, std::size_t n);
  bool find_programs(row_group& of, const row_list& rows, std::uint32_t* programs, std::size_t& count);
  void fetch(std::uint32_t slot, bool free, std::int64_t most, const row_list& rows);
  void fetch_all(std::span<const std::uint32_t> slots, const row_group& of, const row_list& rows);
  std::uint32_t reference_slot() const noexcept { return memory_.compiled().slots(); }
  void find_reference(const class_arithmetic& of, std::size_t n);
  // A sum of every row, and the mask of those where a field of it is absent.
  struct amounts {
    const std::int64_t *values, *absent;
  };
  amounts evaluate(const integer_sum& of, std::int64_t* out, std::int64_t* mask_room, std::size_t n);
  amounts evaluate(const integer_end& of, const column& constants, std::int64_t* out, std::size_t n);
  void solve(row_group& of, std::uint32_t number, bool mixed, const row_list& rows);
  void find_nearest(const std::int32_t* low, const std::int32_t* high, std::size_t n);
  void give_up_soft(std::size_t soft, std::size_t n);
  void name_sets_of(program& with, std::size_t n);
  void find_variants(std::uint32_t number, bool mixed, std::size_t n);
  void shift_relaxed(int bits, std::size_t n);
  void rename(program& with) const;
  void hand_out(row_group& of, std::uint32_t number, bool mixed, const row_list& rows);
  void decide_row(std::size_t i);
  std::uint32_t set_of(std::uint32_t& known, mask_names& names, std::uint32_t mask);
  std::optional<std::int32_t> variant_in(program& of, integer_plan& plan);
  // Where the flat table of a shape begins; nothing where there is no room for more.
  std::optional<std::int32_t> pooled(const shape::nearest_table& of);

  workspace& memory_;
  integer_memory& integers_;
  const lane_operations* lanes_;
  const policy* policy_ = nullptr;
  block_columns columns_;
  std::size_t first_ = 0;  // of the block
  prefetch prefetch_;

  boost::unordered_flat_map<std::uint64_t, std::uint32_t> kinds_by_key_;
  std::vector<std::uint32_t> kinds_dense_;  // where keys are few
  std::vector<class_facts> kinds_;
  class_constants constants_;
  boost::unordered_flat_map<std::array<std::int64_t, 5>, std::uint32_t> places_;
  std::vector<std::uint32_t> names_;  // by set
  std::uint64_t naming_ = 1;          // changes when anything has a new name
  std::vector<row_group> row_groups_;
  bool kernel_kinds_ = false;  // there are any
  boost::unordered_flat_map<const class_arithmetic*, std::pair<std::uint32_t, std::uint32_t>> members_;
  name_sets sets_;

  // By row of the block.
  std::vector<std::uint8_t> decided_;
  std::size_t rows_vectorised_ = 0;
  bool all_decided_ = false, unnamed_ = false, name_limited_ = false, name_relaxed_ = false;
  targets to_;
  std::vector<pricepoint::status> status_;
  std::vector<std::uint32_t> limited_of_, relaxed_of_, kind_;
  std::vector<std::int64_t> price_of_, target_of_;
  std::vector<const integer_plan*> plan_;
  std::vector<std::uint64_t> keys_;
  std::vector<std::uint32_t> order_, ends_;
  std::vector<std::uint32_t> rows_left_to_scalar_;  // rows for the kernel
  std::vector<const std::int64_t*> money_;          // by column of money: values of the block
  std::vector<column> converted_;
  std::vector<std::int32_t> source_;  // by slot: column of money, or -1

  // Of a chunk: columns of up to `width` numbers.
  std::vector<column> values_, absent_;  // by slot, then the reference and the target
  std::vector<const std::int64_t*> values_by_slot_,
      absent_by_slot_;  // what they hold; absent_by_slot_ is nullptr where nothing is absent
  std::vector<std::uint8_t> have_;
  std::uint64_t magnitude_ = 0;
  column zeros_, ones_, lowest_most_, highest_most_;
  column bad_, base_, part_, mask_a_, mask_b_, mask_c_, mask_skip_, end_;
  column at_, lowest_, highest_, limited_, unused_;
  column32 member_, segment_, program_here_, table_, variant_, variant_here_, unknown_, price_, concluded_, relaxed_,
      floor_, ceiling_, pivot_;
  column32 low_, high_, kept_low_, kept_high_;
  std::vector<std::uint32_t> place_;    // of rows, in constants_
  std::vector<std::uint32_t> without_;  // rows that no price keeps all soft bounds of
  column32 few_[8];                     // what is looked up for them
  std::vector<column32> soft_low_, soft_high_;
  // Flat tables of the shapes of all bodies.
  column32 pool_;
  boost::unordered_flat_map<const shape::nearest_table*, std::int32_t> pooled_;

  request asked_;
  std::vector<std::string> unreadable_;
  std::vector<std::int64_t> kernel_values_;
};

}  // namespace pricepoint::engine
