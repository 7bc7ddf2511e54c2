// SPDX-License-Identifier: Apache-2.0
// The files of a policy: its own, and those that it names, which lie in its folder or below.
//
// A policy may come from a stranger, so a name in it must not reach any other file of the machine: the walk down from
// the folder follows no link and opens nothing but regular files, which never keep a reader waiting.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "pricepoint/reading.hpp"
#include "pricepoint/result.hpp"

namespace pricepoint {

struct policy_file {
  std::string text;                   // at most a little more than the bytes asked for
  std::optional<std::string> folder;  // "" is the current one; none for a pipe, a device or a descriptor
};
// Follows links, since whoever starts a program names this path: the folder is that of the file which they lead to.
// PP-F001: it cannot be read.
result<policy_file> read_policy_file(const std::string& path, std::size_t max_bytes);

// A file of that folder or below. `name` is relative and has no "..". PP-F001, also for links and all that is not a
// regular file; the message does not show where a link leads.
result<policy_language::loaded_table> read_beneath(const std::string& folder, const std::string& name,
                                                   std::size_t max_bytes);

}  // namespace pricepoint
