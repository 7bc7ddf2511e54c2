// SPDX-License-Identifier: Apache-2.0
// Slips that are surely slips, found in the text of a policy alone: nothing is priced, so that `price` and `audit` can
// tell them as well. check_slips adds a request that shows each (K023 to K027).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/scenario.hpp"

namespace pricepoint::analysis {

struct slip {
  const char* code = "";
  std::size_t offset = 0;
  std::string message, hint;
  std::vector<const compiled_rule*> rules;  // the first is the one that a request has to switch on
  std::string shows;
  std::vector<std::uint32_t> markets;  // where it is one; empty: wherever the rules are on
};

std::vector<slip> find_slips(const machine& compiled);

}  // namespace pricepoint::analysis
