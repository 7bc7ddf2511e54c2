// SPDX-License-Identifier: Apache-2.0
// How the text of a policy is read: the limits on what it may ask for, where its rule tables and time zones come from,
// and its shape
// as a JSON Schema for editors and validators.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "pricepoint/result.hpp"

namespace pricepoint {

namespace policy_language {

// Limits on what a stranger's text may ask for; exceeding one is a diagnostic. Keys have at most 1024 bytes.
struct parse_limits {
  std::size_t max_bytes = 64u << 20;    // of a policy's text
  std::size_t max_depth = 32;           // of nested objects and lists; at most 128
  std::size_t max_values = 10'000'000;  // of the JSON text: objects, lists, texts, numbers
  std::size_t max_rules = 1'000'000;
  std::size_t max_table_bytes = 256u << 20;  // of one rule table
  std::size_t max_tables = 64;
  std::size_t max_expression = 4096;  // nodes of one money expression
  std::size_t max_expression_depth = 64;
  std::size_t max_patterns = 1024;    // endings, sequences or amounts of one rule
  std::size_t max_diagnostics = 100;  // reported at once; the rest is counted
  // No limit, but a choice: of a policy with more rules than that, a rule for certain products, categories, segments,
  // audiences or words of an attribute takes memory of its own only once a request has such a word. Until then the text
  // is all that is kept of it. 0: so does every rule.
  std::size_t max_resident_rules = 1024;
  // False: a policy that names a rule table or a file of markets is an error (PP-T003), and no file is looked for.
  bool allow_tables = true;
};

// A rule table as it was found: its name for diagnostics, and its bytes.
struct loaded_table {
  std::string file;
  std::string text;
};
// Gives the table of a name, at most a little more than `max_bytes` of it; or one diagnostic, whose message says why
// not. The name is relative and has no "..".
using table_loader = std::function<result<loaded_table>(const std::string& name, std::size_t max_bytes)>;

// A zone's TZif file (RFC 9636) as it was found: its name for diagnostics, and its bytes.
struct zone_data {
  std::string file;
  std::string bytes;
};
// Where time zones come from. As it is made here, from the library itself, which brings all of IANA's along: the same
// answers on every machine, whatever zones that one has.
struct zone_source {
  std::string version = "unknown";  // of the data of `load`: what policy::zones_version() gives
  // Gives the file of a zone, nothing where there is no such zone, or one diagnostic, whose message says why not.
  std::function<result<std::optional<zone_data>>(const std::string& name)> load;
};
}  // namespace policy_language

// Those of a folder of TZif files of version 2 or later, such as /usr/share/zoneinfo. They are read with each policy;
// links are followed. The version is that of its file tzdata.zi or +VERSION. PP-F001: there is no such folder.
result<policy_language::zone_source> zones_in(std::string directory);
// The version of IANA's time zone database that the library brings along: "2026f".
std::string_view zones_version() noexcept;

// The schema (draft 2020-12) of a policy of version 1, as text in ASCII that ends with a newline. It describes the
// whole language, also what parse refuses as not in this version. Static text: it never ends, and asking for it costs
// nothing.
std::string_view policy_schema() noexcept;

}  // namespace pricepoint
