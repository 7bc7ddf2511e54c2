// SPDX-License-Identifier: Apache-2.0
// Text as a JSON string.
#pragma once

#include <string>
#include <string_view>

namespace pricepoint::detail {

// Appends the text in quotes; what JSON cannot hold becomes an escape. Allocates only to let `out` grow.
void append_json_string(std::string& out, std::string_view text);

}  // namespace pricepoint::detail
