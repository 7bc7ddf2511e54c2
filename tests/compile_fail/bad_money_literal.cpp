// expect: not a constant expression|is not a constant|expression '<throw-expression>'
// SPDX-License-Identifier: Apache-2.0
#include "pricepoint/money/decimal.hpp"

using namespace pricepoint::literals;
pricepoint::decimal price = "29,90"_money;
