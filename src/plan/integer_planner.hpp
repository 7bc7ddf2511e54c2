// SPDX-License-Identifier: Apache-2.0
// Makes plans in integers, and finds the class of a request by one number.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "match/bound_request.hpp"
#include "match/request_class.hpp"
#include "plan/integer_plan.hpp"
#include "plan/planner.hpp"

namespace pricepoint::engine {

// The classes and plans of one pricer in this form. Classes are found by one number: their key in mixed radix.
class integer_planner {
 public:
  integer_planner(const machine& compiled, const pricer_limits& limits, pricer_stats& stats, request_classes& classes,
                  planner& plans);

  // False where the policy has more classes than a number has values; then nothing else may be called.
  bool usable() const noexcept { return usable_; }
  // A request's values: its slots, the reference price and the target.
  std::size_t value_count() const noexcept { return machine_.slots() + 2; }

  // A class's key is the sum of a code times its stride for each of these places: market, channel, time, then the key
  // parts of the machine. All keys are below `key_space`.
  static constexpr std::size_t market_place = 0, channel_place = 1, time_place = 2, first_part = 3;
  std::span<const std::uint64_t> strides() const noexcept { return strides_; }
  std::uint64_t key_space() const noexcept { return key_space_; }
  std::size_t max_classes() const noexcept { return limits_.max_cells; }

  // The class of a request that can be decided at its market's terms.
  integer_class& find(const bound_request& bound);
  // One that its holder keeps though this planner forgets it.
  std::shared_ptr<integer_class> make(const bound_request& bound);
  // The plan of a segment of the target; `bound` is a request of this class.
  void make_plan(integer_class& of, std::size_t segment, const bound_request& bound);

 private:
  std::shared_ptr<class_arithmetic> arithmetic_of(const request_class& of, std::int64_t target_denominator,
                                                  const bound_request& bound);
  std::shared_ptr<const shape::nearest_table> table_of(const shape::automaton& of);
  std::shared_ptr<const name_list> keep(name_list names);

  const machine& machine_;
  const pricer_limits& limits_;
  pricer_stats& stats_;
  request_classes& all_classes_;
  planner& plans_;
  bool usable_ = false;
  std::uint64_t key_space_ = 0;
  std::vector<std::uint64_t> strides_;
  std::vector<std::uint32_t> channel_classes_;  // by channel
  boost::unordered_flat_map<std::uint64_t, std::shared_ptr<integer_class>> classes_;
  using arithmetic_key = std::pair<const rule_set*, std::vector<std::int64_t>>;
  std::map<arithmetic_key, std::weak_ptr<class_arithmetic>> arithmetics_;
  std::size_t sweep_at_ = 64;  // arithmetics, of which then those are dropped that nobody holds
  std::map<const shape::automaton*, std::shared_ptr<const shape::nearest_table>> tables_;
  std::map<std::vector<std::string_view>, std::shared_ptr<const name_list>> names_;
};

}  // namespace pricepoint::engine
