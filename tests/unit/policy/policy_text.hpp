// SPDX-License-Identifier: Apache-2.0
// What the tests of the policy stage share: short policies, and mistakes as lines that are easy to compare.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "policy/parse.hpp"

namespace pricepoint::policy_language::testing {

// "PP-P004 2:3 /rules/0/wehn" for each diagnostic; nothing for a good text.
inline std::vector<std::string> mistakes_of(std::string text, const parse_limits& limits = {}) {
  const auto read = parse(std::move(text), "p.json", limits);
  std::vector<std::string> out;
  if (read) return out;
  for (const auto& one : read.error().diagnostics()) {
    out.push_back(one.code + " " + std::to_string(one.line) + ":" + std::to_string(one.column) + " " + one.pointer);
  }
  return out;
}

inline std::string first_message(std::string text) {
  const auto read = parse(std::move(text), "p.json");
  return read ? std::string() : read.error().diagnostics().front().message;
}

// Sections that most tests need, on the first line of the policy; the rules begin in the second.
inline std::string around(std::string_view rules) {
  return std::string(R"({"pricepoint":1,"markets":{"CN":{"currency":"CNY","display":"gross"},)"
                     R"("JP":{"currency":"JPY","display":"gross"}},)"
                     R"("channels":{"store":{"kind":"traditional"},"web":{"kind":"online"}},)"
                     R"("attributes":{"role":["traffic","profit"],"stock":"number","brand":"text",)"
                     R"("wholesale":{"money":"net"},"street":{"money":"display"}},)"
                     R"("periods":{"xmas":{"from":"2026-12-01","zone":"Europe/Rome"}},"rules":[)") +
         "\n" + std::string(rules) + "\n]}";
}

inline document good(std::string text) {
  auto read = parse(std::move(text), "p.json");
  if (!read) {
    ADD_FAILURE() << read.error().to_string();
    return {};
  }
  return std::move(*read);
}

inline std::vector<std::string> lines(std::initializer_list<const char*> all) { return {all.begin(), all.end()}; }

}  // namespace pricepoint::policy_language::testing
