// SPDX-License-Identifier: Apache-2.0
// Text or file to a shared, compiled policy. Entries: parse_policy, load_policy. Covered by
// tests/unit/engine/policy_test.cpp.
#include "pricepoint/engine/policy.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "pricepoint/engine/machine.hpp"
#include "pricepoint/policy/parse.hpp"

namespace pricepoint {

std::string_view policy::name() const noexcept { return machine_->document().name; }
std::string_view policy::fingerprint() const noexcept { return machine_->fingerprint(); }

std::vector<std::string_view> policy::channels() const {
  std::vector<std::string_view> names;
  for (const auto& one : machine_->document().channels) names.push_back(one.name);
  return names;
}

std::vector<std::string_view> policy::markets() const {
  std::vector<std::string_view> names;
  for (const auto& one : machine_->document().markets) names.push_back(one.name);
  return names;
}

std::vector<policy::attribute_info> policy::attributes() const {
  std::vector<attribute_info> all;
  for (const auto& one : machine_->document().attributes) {
    all.push_back({one.name, static_cast<attribute_info::kind>(one.kind)});
  }
  return all;
}

std::vector<std::string_view> policy::in_order_of_reference(const std::vector<std::string_view>& channels) const {
  std::vector<std::uint32_t> asked;
  for (const std::string_view one : channels) {
    if (const auto found = machine_->find_channel(one)) asked.push_back(*found);
  }
  std::vector<std::string_view> ordered;
  for (const std::uint32_t one : machine_->in_order_of_reference(asked))
    ordered.push_back(machine_->document().channels[one].name);
  return ordered;
}

result<policy> parse_policy(std::string text, std::string file, const policy_language::parse_limits& limits) {
  auto document = policy_language::parse(std::move(text), std::move(file), limits);
  if (!document) return document.error();
  auto compiled = engine::machine::compile(std::move(*document));
  if (!compiled) return compiled.error();
  return policy(std::move(*compiled));
}

result<policy> load_policy(const std::string& path, const policy_language::parse_limits& limits) {
  const auto unreadable = [&](const char* why) {
    diagnostic one;
    one.code = "PP-F001";
    one.file = path;
    one.message = std::string("cannot read this file: ") + why;
    return error({std::move(one)});
  };
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return unreadable(std::strerror(errno));
  std::string text;
  char block[65536];
  // One byte beyond the limit is enough for the parser to refuse it.
  while (text.size() <= limits.max_bytes) {
    const std::size_t got = std::fread(block, 1, sizeof block, file);
    text.append(block, got);
    if (got < sizeof block) break;
  }
  const int failed = std::ferror(file) != 0 ? errno : 0;
  std::fclose(file);
  if (failed != 0) return unreadable(std::strerror(failed));
  return parse_policy(std::move(text), path, limits);
}

}  // namespace pricepoint
