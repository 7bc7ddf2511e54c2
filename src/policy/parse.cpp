// SPDX-License-Identifier: Apache-2.0
// Text to document. Entry: parse. Test: tests/unit/policy/parse_test.cpp.
#include "policy/parse.hpp"

#include <exception>
#include <utility>

#include "policy/reader.hpp"

namespace pricepoint::policy_language {

namespace {

result<document> read(std::string text, const std::string& file, const parse_limits& limits, const table_loader& tables,
                      const zone_source& zones) {
  auto source = source::read(std::move(text), file, limits);
  if (!source) return source.error();
  reader in(*source, tables, zones, limits);
  in.read();
  if (in.failed()) return error(in.take_mistakes());
  result<document> made = in.take();
  (*source)->forget_tree();
  return made;
}

}  // namespace

result<document> parse(std::string text, std::string file, const parse_limits& limits, const table_loader& tables,
                       const zone_source& zones) {
  try {
    return read(std::move(text), file, limits, tables, zones);
  } catch (const std::exception& thrown) {
    // Nothing above throws by itself: this is memory that ran out.
    diagnostic out;
    out.code = codes::out_of_memory;
    out.file = std::move(file);
    out.message = say("the policy could not be read: ", thrown.what());
    return error({std::move(out)});
  }
}

}  // namespace pricepoint::policy_language
