// SPDX-License-Identifier: Apache-2.0
// The evaluation over big integers, out of line: for numbers that do not fit 64 bits on the way. Entry: decide_big.
// Covered by tests/unit/decide/tiers_test.cpp, which makes both tiers decide the same.
#include "decide/decide.hpp"
#include "money/big_exact.hpp"

namespace pricepoint::engine {

void decide_big(workspace& memory, decision& out, silent& listener) {
  evaluation<detail::big_exact, silent>(memory, out, listener).run();
}

}  // namespace pricepoint::engine
