// SPDX-License-Identifier: Apache-2.0
// The fast way to a decision: classes and plans in integers, and the kernel that decides with them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decide/integer_kernel.hpp"
#include "decide/workspace.hpp"
#include "plan/integer_planner.hpp"

namespace pricepoint::engine {

class integer_memory {
 public:
  explicit integer_memory(workspace& memory)
      : memory_(memory),
        planner_(memory.compiled(), memory.limits(), memory.stats(), memory.classes(), memory.plans()),
        kernel_(memory),
        values_(planner_.value_count()) {}

  integer_planner& planner() noexcept { return planner_; }
  const integer_kernel& kernel() const noexcept { return kernel_; }

  // The bound request's fields; false where one is no whole amount.
  bool values_of_bound(std::int64_t* values) const noexcept;
  // Every bit that any of the values that are present has.
  static std::uint64_t magnitude_of(std::span<const std::int64_t> fields) noexcept {
    std::uint64_t all = 0;
    for (const std::int64_t one : fields) all |= one == absent_value ? 0 : static_cast<std::uint64_t>(one);
    return all;
  }

  // As the kernel, and makes the plan where it lacks. The workspace is bound to a request of this class.
  bool decide(integer_class& of, std::int64_t* values, std::uint64_t magnitude, integer_answer& out);
  // The whole decision of an answer for the bound class; false where it has parts that only exact.hpp makes.
  bool fill(const integer_class& of, const integer_answer& answer, decision& out) const;
  // Decides the bound request; false where exact.hpp must.
  bool price_bound(decision& out);

 private:
  workspace& memory_;
  integer_planner planner_;
  integer_kernel kernel_;
  std::vector<std::int64_t> values_;
};

}  // namespace pricepoint::engine
