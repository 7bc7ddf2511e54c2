// SPDX-License-Identifier: Apache-2.0
// One rule of a machine whose words are known: its conditions become codes, what it asks for is lowered.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compile/lower.hpp"
#include "compile/machine.hpp"
#include "pricepoint/result.hpp"

namespace pricepoint::engine {

// The place of a condition in the class key, as far as it has one: without `attribute` for all but declared ones.
std::optional<key_part> key_part_of(const language::document& in, const language::condition& asked);
std::optional<std::uint32_t> find_key(const std::vector<key_part>& among, const key_part& wanted);

class rule_compiler {
 public:
  // Mistakes go to `diagnostics`; of a policy that was compiled before there are none.
  rule_compiler(const machine& in, std::vector<diagnostic>& diagnostics) : in_(in), lower_(in, diagnostics) {}

  // `source` has to stay where it is.
  compiled_rule compile(const language::rule& source, std::uint32_t index);

 private:
  compiled_condition compile(const language::condition& asked) const;

  const machine& in_;
  lowering lower_;
};

}  // namespace pricepoint::engine
