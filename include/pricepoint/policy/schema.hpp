// SPDX-License-Identifier: Apache-2.0
// The shape of a policy as a JSON Schema, for editors and validators. Beside the flow: parse does not look at it, and
// knows what no schema can say: which names are declared, which end is the lower.
//
//   std::fputs(std::string(pricepoint::policy_schema()).c_str(), stdout);
#pragma once

#include <string_view>

namespace pricepoint {

// The schema (draft 2020-12) of a policy of version 1, as text in ASCII that ends with a newline. It describes the
// whole language, also what parse refuses as not in this version. Static text: it never ends, and asking for it costs
// nothing.
std::string_view policy_schema() noexcept;

}  // namespace pricepoint
