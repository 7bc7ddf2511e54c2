// SPDX-License-Identifier: Apache-2.0
// Text to document: reads, resolves names and validates, and reports every mistake at once. The first stage of the
// flow; engine/compile takes what it makes.
//
//   const auto read = pricepoint::policy_language::parse(text, "policy.json");
//   if (!read) show(read.error().to_string());        // every mistake with its line and a caret
//   else use(read->rules);
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "pricepoint/policy/document.hpp"
#include "pricepoint/policy/source.hpp"
#include "pricepoint/result.hpp"

namespace pricepoint::policy_language {

// A rule table as it was found: its name for diagnostics, and its bytes.
struct loaded_table {
  std::string file;
  std::string text;
};
// Gives the table of a name, at most a little more than `max_bytes` of it; or one diagnostic, whose message says why
// not. The name is relative and has no "..".
using table_loader = std::function<result<loaded_table>(const std::string& name, std::size_t max_bytes)>;

// Errors: PP-J... (JSON), PP-P... (policy), PP-T... (rule tables), PP-X... (expressions), listed in
// src/policy/codes.hpp, in the order of the text, then of its tables. `file` names the text in diagnostics. Without
// `tables` a policy that names any is an error. Throws nothing. Local times need the machine's time zone database;
// nothing else of the machine counts. Time and memory grow with the texts alone, within `limits`.
result<document> parse(std::string text, std::string file = "policy", const parse_limits& limits = {},
                       const table_loader& tables = {});

}  // namespace pricepoint::policy_language
