// SPDX-License-Identifier: Apache-2.0
// The check over big integers, out of line: for numbers that do not fit 64 bits on the way. Entry: check_big. Covered
// by tests/property/agreement_audit_test.cpp.
#include "audit/checking.hpp"
#include "money/big_exact.hpp"

namespace pricepoint::auditing {

void check_big(engine::workspace& memory, const observed& what, check_result& out) {
  engine::silent nobody;
  checking<detail::big_exact>(memory, what, nobody, out).run();
}

}  // namespace pricepoint::auditing
