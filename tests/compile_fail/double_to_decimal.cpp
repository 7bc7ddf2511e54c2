// expect: use of deleted function|call to deleted|deleted function|deleted
// SPDX-License-Identifier: Apache-2.0
#include "pricepoint/money/decimal.hpp"

pricepoint::decimal price = 29.9;
