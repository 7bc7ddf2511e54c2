// SPDX-License-Identifier: Apache-2.0
// Text or file to a shared, compiled policy. Entries: parse_policy, load_policy. Covered by
// tests/unit/compile/policy_test.cpp.
#include "pricepoint/pricing/policy.hpp"

#include <utility>

#include "compile/machine.hpp"
#include "compile/policy_files.hpp"
#include "policy/parse.hpp"

namespace pricepoint {

const engine::machine& engine::machine_of(const pricepoint::policy& of) noexcept { return *of.machine_; }

std::string_view policy::name() const noexcept { return machine_->document().name; }
std::string_view policy::fingerprint() const noexcept { return machine_->fingerprint(); }

std::string_view policy::zones_version() const noexcept { return machine_->document().zones_version; }

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
                            const policy_language::table_loader& tables, const policy_language::zone_source& zones) {
  auto document = policy_language::parse(std::move(text), std::move(file), limits, tables, zones);
  if (!document) return document.error();
  auto compiled = engine::machine::compile(std::move(*document), limits.max_resident_rules);
  if (!compiled) return compiled.error();
  return policy(std::move(*compiled));
}

policy_language::table_loader tables_beside(std::string directory) {
  return [directory = std::move(directory)](const std::string& name, std::size_t max_bytes) {
    return read_beneath(directory, name, max_bytes);
  };
}

result<policy> load_policy(const std::string& path, const policy_language::parse_limits& limits,
                           const policy_language::table_loader& tables, const policy_language::zone_source& zones) {
  auto file = read_policy_file(path, limits.max_bytes);
  if (!file) return file.error();
  const policy_language::table_loader beside =
      !tables && file->folder ? tables_beside(std::move(*file->folder)) : policy_language::table_loader();
  return parse_policy(std::move(file->text), path, limits, tables ? tables : beside, zones);
}

}  // namespace pricepoint
