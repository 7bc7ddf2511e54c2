// SPDX-License-Identifier: Apache-2.0
// A policy as a machine: compiled once from text, immutable, shared between threads.
//
//   auto policy = pricepoint::load_policy("policy.json");
//   if (!policy) std::fputs(policy.error().to_string().c_str(), stderr);
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/market/table.hpp"
#include "pricepoint/reading.hpp"
#include "pricepoint/result.hpp"

namespace pricepoint {

class policy;

namespace engine {
class machine;
const machine& machine_of(const policy& of) noexcept;  // for the library itself
}  // namespace engine

// What a policy needs of a request, by channel: the query to write, and the key to cache answers by.
//
//   for (const auto& channel : policy.inputs().channels)
//     for (const auto& field : channel.fields) select(channel.name, field.name);
struct policy_inputs {
  enum class need : std::uint8_t {
    required,  // without it some decision is `incomplete`
    one_of,    // without it and all others that are `one_of` for the same rule some decision is `incomplete`
    optional,  // used where it is there
  };
  struct field {
    std::string name;  // "price.store", "cost", "tax", "at", ...
    policy_inputs::need need = policy_inputs::need::optional;
    bool starts = false;               // discounts start from it: it is, or may be, the reference price
    std::vector<std::string> rules;    // that read it, by id
    std::vector<std::string> markets;  // where it is needed, if not in all
  };
  // What conditions ask about: with `channel` and `market`, all that tells two kinds of request apart.
  struct attribute {
    std::string name;
    std::vector<std::string> values;  // that conditions name, sorted: words, or the numbers and ends of ranges
    std::vector<std::string> rules;
  };
  struct channel {
    std::string name;
    std::vector<field> fields;  // required ones first, then by name
    std::vector<attribute> attributes;
    std::vector<std::string> periods;  // of its rules, by name, or by the rule where written out in one: their ends end
                                       // what may be cached
  };
  std::vector<channel> channels;  // by name
};

class policy {
 public:
  std::string_view name() const noexcept;
  // "pp1-" and 32 hexadecimal digits: the same for policies that mean the same text, whatever its spacing and comments.
  std::string_view fingerprint() const noexcept;
  // Of the time zone data that its local times were read with, "2026f". Not in the fingerprint, which has the instants.
  std::string_view zones_version() const noexcept;
  // Names of the declared channels, in byte order.
  std::vector<std::string_view> channels() const;
  std::vector<std::string_view> markets() const;

  struct attribute_info {
    std::string_view name;
    enum class kind : unsigned char { words, text, number, money_display, money_net } type = kind::text;
  };
  std::vector<attribute_info> attributes() const;

  // Declared channels, each once, as far as references say: each after those that its own leads to, others by name. A
  // call for several channels also knows what the rules of its request read.
  std::vector<std::string_view> in_order_of_reference(const std::vector<std::string_view>& channels) const;

  // The currency of a declared market.
  currency currency_of(std::string_view market) const noexcept;
  // What the market table knows under a declared market's name, the policy's own file of markets counted in; null where
  // neither has it. Lives as long as the policy.
  const market_entry* known_market(std::string_view market) const noexcept;
  // The law's way to the price that a reduction in a declared market may be compared with; null where there is none.
  const former_price_rule* former_price(std::string_view market) const noexcept;

  // What its rules read of requests, by channel. Costs about as much as parsing; not for loops.
  policy_inputs inputs() const;

 private:
  friend const engine::machine& engine::machine_of(const pricepoint::policy& of) noexcept;
  explicit policy(std::shared_ptr<const engine::machine> machine) noexcept : machine_(std::move(machine)) {}
  friend result<policy> parse_policy(std::string text, std::string file, const policy_language::parse_limits& limits,
                                     const policy_language::table_loader& tables,
                                     const policy_language::zone_source& zones);

  std::shared_ptr<const engine::machine> machine_;
};

// Reads and compiles a policy. All diagnostics at once. `file` names the text in them. `tables` finds the rule tables
// that it names; without it, a policy that names any is an error (PP-T003). `zones` has the time zones, where not the
// library's own: zones_in(directory).
result<policy> parse_policy(std::string text, std::string file = "policy",
                            const policy_language::parse_limits& limits = {},
                            const policy_language::table_loader& tables = {},
                            const policy_language::zone_source& zones = {});

// Rule tables and files of markets as regular files of this directory or below; "" is the current one. No symbolic link
// below it is followed.
policy_language::table_loader tables_beside(std::string directory);

// The same from a file, with its rule tables in its directory unless `tables` finds them elsewhere. If `path` is a
// link, that is the directory of the file that it leads to; a pipe or a descriptor has none. An unreadable file is the
// diagnostic PP-F001.
result<policy> load_policy(const std::string& path, const policy_language::parse_limits& limits = {},
                           const policy_language::table_loader& tables = {},
                           const policy_language::zone_source& zones = {});

}  // namespace pricepoint
