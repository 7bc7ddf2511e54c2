// expect: cannot convert|no viable conversion
// SPDX-License-Identifier: Apache-2.0
#include "pricepoint/money/decimal.hpp"

double lossy(const pricepoint::decimal& price) { return price; }
