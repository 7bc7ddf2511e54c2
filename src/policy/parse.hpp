// SPDX-License-Identifier: Apache-2.0
// Text to document: reads, resolves names and validates, and reports every mistake at once. The first stage of the
// flow; compile/ takes what it makes.
//
//   const auto read = pricepoint::policy_language::parse(text, "policy.json");
//   if (!read) show(read.error().to_string());        // every mistake with its line and a caret
//   else use(read->rules);
#pragma once

#include <string>

#include "policy/document.hpp"
#include "pricepoint/reading.hpp"
#include "pricepoint/result.hpp"

namespace pricepoint::policy_language {

// Errors: PP-J... (JSON), PP-P... (policy), PP-T... (rule tables), PP-X... (expressions), listed in
// src/text/codes.hpp, in the order of the text, then of its tables. `file` names the text in diagnostics. Without
// `tables` a policy that names any is an error. Throws nothing. Nothing of the machine counts but what `tables` and
// `zones` give. Time and memory grow with the texts alone, within `limits`.
result<document> parse(std::string text, std::string file = "policy", const parse_limits& limits = {},
                       const table_loader& tables = {}, const zone_source& zones = {});

}  // namespace pricepoint::policy_language
