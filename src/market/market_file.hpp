// SPDX-License-Identifier: Apache-2.0
// Reads a market table: the library's own, and those that shops bring beside their policies ("tables": {"markets":
// "our-markets.json"}).
#pragma once

#include <string>

#include "pricepoint/market/table.hpp"
#include "pricepoint/result.hpp"
#include "text/source.hpp"

namespace pricepoint::policy_language {

// Reads the form that docs/market-table.md describes. Errors: PP-J... (JSON), PP-P... (values), PP-M... (the table),
// all at once, in the order of the text; `file` names it in them. A market that gives no currency has that of `under`,
// the table that the file is laid over, if any. Throws nothing but std::bad_alloc.
result<market_table> parse_markets(std::string text, std::string file, const parse_limits& limits = {},
                                   const market_table* under = nullptr);

}  // namespace pricepoint::policy_language
