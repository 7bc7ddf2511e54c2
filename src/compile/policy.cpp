// SPDX-License-Identifier: Apache-2.0
// Text or file to a shared, compiled policy. Entries: parse_policy, load_policy. Covered by
// tests/unit/compile/policy_test.cpp.
#include "pricepoint/pricing/policy.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "compile/machine.hpp"
#include "policy/parse.hpp"

namespace pricepoint {

const engine::machine& engine::machine_of(const pricepoint::policy& of) noexcept { return *of.machine_; }

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

currency policy::currency_of(std::string_view market) const noexcept {
  const auto found = machine_->find_market(market);
  return found ? machine_->document().markets[*found].currency : currency();
}

const market_entry* policy::known_market(std::string_view market) const noexcept {
  const auto found = machine_->find_market(market);
  return found ? machine_->document().markets[*found].known.get() : nullptr;
}

const former_price_rule* policy::former_price(std::string_view market) const noexcept {
  const auto found = machine_->find_market(market);
  return found ? machine_->document().markets[*found].former_price() : nullptr;
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

result<policy> parse_policy(std::string text, std::string file, const policy_language::parse_limits& limits,
                            const policy_language::table_loader& tables) {
  auto document = policy_language::parse(std::move(text), std::move(file), limits, tables);
  if (!document) return document.error();
  auto compiled = engine::machine::compile(std::move(*document), limits.max_resident_rules);
  if (!compiled) return compiled.error();
  return policy(std::move(*compiled));
}

namespace {

result<std::string> read_file(const std::string& path, std::size_t max_bytes) {
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
  // A little beyond the limit is enough to be refused.
  while (text.size() <= max_bytes) {
    const std::size_t got = std::fread(block, 1, sizeof block, file);
    text.append(block, got);
    if (got < sizeof block) break;
  }
  const int failed = std::ferror(file) != 0 ? errno : 0;
  std::fclose(file);
  if (failed != 0) return unreadable(std::strerror(failed));
  return text;
}

}  // namespace

policy_language::table_loader tables_beside(std::string directory) {
  if (!directory.empty() && directory.back() != '/') directory += '/';
  return [directory](const std::string& name, std::size_t max_bytes) -> result<policy_language::loaded_table> {
    std::string path = directory + name;
    auto text = read_file(path, max_bytes);
    if (!text) return text.error();
    return policy_language::loaded_table{std::move(path), std::move(*text)};
  };
}

result<policy> load_policy(const std::string& path, const policy_language::parse_limits& limits,
                           const policy_language::table_loader& tables) {
  auto text = read_file(path, limits.max_bytes);
  if (!text) return text.error();
  const std::size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
  return parse_policy(std::move(*text), path, limits, tables ? tables : tables_beside(directory));
}

}  // namespace pricepoint
