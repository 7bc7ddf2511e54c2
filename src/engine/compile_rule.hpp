// SPDX-License-Identifier: Apache-2.0
// One rule of a machine whose words are known: conditions become codes, expressions programs.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "pricepoint/engine/machine.hpp"
#include "pricepoint/result.hpp"

namespace pricepoint::engine {

// The place of a condition in the cell key, as far as it has one: without `attribute` for all but declared ones.
std::optional<key_part> key_part_of(const language::document& in, const language::condition& asked);
std::optional<std::uint32_t> find_key(const std::vector<key_part>& among, const key_part& wanted);

class rule_compiler {
 public:
  // Mistakes go to `diagnostics`; of a policy that was compiled before there are none.
  rule_compiler(const machine& in, std::vector<diagnostic>& diagnostics) : in_(in), diagnostics_(diagnostics) {}

  // `source` has to stay where it is.
  compiled_rule compile(const language::rule& source, std::uint32_t index);

 private:
  const language::document& document() const { return in_.document(); }
  compiled_condition compile(const language::condition& asked) const;
  static void rates(compiled_rule& made);
  per_currency<program> programs(const language::money_expression& trees);
  program compile(const language::expression& tree, int digits);
  void emit_constant(const language::expression& tree, int scale_digits, instruction::kind op, program& out,
                     bool inverse = false);
  void emit(const language::expression& tree, int digits, program& out);
  std::uint32_t slot_of(language::money_field field, std::uint32_t index) const;

  const machine& in_;
  std::vector<diagnostic>& diagnostics_;
  std::set<std::size_t> too_large_;
};

}  // namespace pricepoint::engine
