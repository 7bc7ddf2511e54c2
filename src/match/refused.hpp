// SPDX-License-Identifier: Apache-2.0
// Why a value of a request cannot be, for people: the value itself, what is wrong with it, and the nearest word that
// would do. binder.hpp finds which fields these are.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "compile/machine.hpp"
#include "pricepoint/pricing/request.hpp"

namespace pricepoint::engine {

// `name`: one of those that binder::invalid gives for that request: "channel", "price.store", an attribute. Nothing
// where the request has no such value.
//   "Store" is unknown; did you mean "store"?
std::optional<std::string> why_refused(const machine& compiled, const request& what, std::string_view name);

// A price or another displayed amount that is not above zero or more than an amount can be.
std::string why_no_amount(const decimal& value);

}  // namespace pricepoint::engine
