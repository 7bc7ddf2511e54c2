// SPDX-License-Identifier: Apache-2.0
#include "pricepoint/pricing/request.hpp"

using namespace pricepoint::literals;
pricepoint::decimal price = "29.90"_money;
pricepoint::attribute_value weight = 2;
pricepoint::request made() { return {.cost = "12.50"_money}; }
bool cheap(const pricepoint::decimal& each) { return each < 30; }
