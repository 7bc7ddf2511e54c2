// SPDX-License-Identifier: Apache-2.0
//
// Instants and periods, many of them next to a change of clocks.
#pragma once

#include <string>
#include <vector>

#include "property/generator/chance.hpp"

namespace generator {

/// An instant as text with some offset.
std::string instant_text(long long unix_ms, chance& luck);

struct drawn_period {
  std::string json;
  std::vector<long long> boundaries_unix_ms;
};

/// One stretch or a list of them.
drawn_period draw_period(chance& luck, int year);

}  // namespace generator
