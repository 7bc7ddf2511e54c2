// SPDX-License-Identifier: Apache-2.0
// Text to document: reads, resolves names and validates, and reports every mistake at once. The first stage of the
// flow; engine/compile takes what it makes.
//
//   const auto read = pricepoint::policy_language::parse(text, "policy.json");
//   if (!read) show(read.error().to_string());        // every mistake with its line and a caret
//   else use(read->rules);
#pragma once

#include <string>

#include "pricepoint/policy/document.hpp"
#include "pricepoint/policy/source.hpp"
#include "pricepoint/result.hpp"

namespace pricepoint::policy_language {

// Errors: PP-J... (JSON), PP-P... (policy), PP-X... (expressions), listed in src/policy/codes.hpp, in the order of the
// text. `file` names the text in diagnostics. Throws nothing. Local times need the machine's time zone database;
// nothing else of the machine counts. Time and memory grow with the text alone, within `limits`.
result<document> parse(std::string text, std::string file = "policy", const parse_limits& limits = {});

}  // namespace pricepoint::policy_language
