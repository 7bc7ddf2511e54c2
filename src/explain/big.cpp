// SPDX-License-Identifier: Apache-2.0
// The listened-to evaluation over big integers, for numbers that do not fit 64 bits on the way. Entry: decide_big.
// Covered by tests/unit/explain/explain_test.cpp.
#include "explain/recorder.hpp"

namespace pricepoint::explaining {

void decide_big(engine::workspace& memory, decision& out, recorder& listener) {
  engine::evaluation<detail::big_exact, recorder>(memory, out, listener).run();
}

}  // namespace pricepoint::explaining
